//! Grading: a student's answers on the given data and on others, beside the exercise's own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::answer::{Answer, Wanted, ties};
use super::rules::{Order, asks_for_order};
use super::{Exercise, Question};
use crate::db::Db;
use crate::object::{Exc, Res, Value};
use crate::session::engine::{Magics, Outcome};
use crate::session::formats::Document;
use crate::session::watch::Watch;
use crate::session::{OpenError, Options, Output, Session};
use crate::source::Name;

/// What grading needs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Plan {
    /// How sessions are opened.
    pub options: Options,
    /// The exercise.
    pub exercise: PathBuf,
    /// A database of hidden data.
    pub hidden_db: Option<PathBuf>,
    /// Seconds for an answer.
    pub cell: f64,
    /// Seconds for a student.
    pub session: f64,
}

/// What came of a student's answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Grades {
    /// Whose they are.
    pub student: String,
    /// The file.
    pub file: String,
    /// Why they could not be graded.
    pub error: Option<String>,
    /// The questions.
    pub questions: Vec<Graded>,
    /// What was got.
    pub points: f64,
    /// What there was to get.
    pub of: f64,
}

/// What came of one answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Graded {
    /// The question.
    pub id: String,
    /// Whether there is an answer.
    pub answered: bool,
    /// Whether it is right.
    pub right: bool,
    /// What was got.
    pub points: f64,
    /// What there was to get.
    pub of: f64,
    /// What is wrong with it.
    pub feedback: Vec<String>,
}

/// Data on which answers are tried.
struct DataSet {
    /// A database in place of the given one.
    db: Option<PathBuf>,
    /// Code that makes the data.
    code: Option<String>,
    is_given: bool,
    /// The exercise's own answers, with the data that each starts from.
    wanted: Vec<Reference>,
}

struct Reference {
    /// The data before the question.
    before: Rc<Vec<u8>>,
    /// None where the answer holds for other data alone.
    answer: Option<Wanted>,
    checks: Vec<Wanted>,
}

/// Grades one student after another.
pub struct Grader {
    plan: Plan,
    exercise: Result<(Exercise, Vec<DataSet>), String>,
}

/// Reads a session by its path.
///
/// Errors: a sentence with the file's name.
fn read(path: &Path) -> Result<Document, String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|e| format!("{name}: {}", crate::session::options::reason(&e)))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name}: is not UTF-8 text"))?;
    crate::session::formats::read(&name.to_string(), &text).map_err(|e| format!("{name}: {e}"))
}

/// A student's magics do nothing here: `%sql on` is no mistake, and `%save` writes no file.
struct NoMagics;

impl Magics for NoMagics {
    fn line(&self, _: &Session, _: &str, _: &str) -> Res<Option<Value>> {
        Ok(None)
    }

    fn cell(&self, _: &Session, _: &str, _: &str, _: &str) -> Res<Option<Value>> {
        Ok(None)
    }

    fn help(&self, _: &Session, _: &str, _: bool) -> Res<()> {
        Ok(())
    }
}

/// A session on some data, with what the exercise prepares.
struct Desk {
    session: Session,
    output: Rc<Output>,
    watch: Watch,
    limit: Duration,
}

/// How a piece of code ended.
enum End {
    Value(Value),
    Late,
    Raised { kind: String, message: String, line: Option<u32> },
}

impl Desk {
    fn open(plan: &Plan, set: &DataSet, setup: &[String]) -> Result<Desk, String> {
        let mut options = plan.options.clone();
        if let Some(db) = &set.db {
            options.db = Some(db.clone());
        }
        let output = Output::kept();
        let session = Session::open(&options, output.clone()).map_err(|error| match error {
            OpenError::Call(sentence) => sentence,
            OpenError::Schema(traceback) => traceback.plain().trim_end().to_string(),
        })?;
        session.set_magics(Rc::new(NoMagics));
        let stubborn: Option<(Duration, fn())> = Some((Duration::from_secs(2), || std::process::exit(STUBBORN)));
        let watch = Watch::new(session.rt.interrupt_flag(), stubborn);
        let limit = Duration::try_from_secs_f64(plan.cell).unwrap_or_default();
        let desk = Desk { session, output, watch, limit };
        for code in setup.iter().chain(&set.code) {
            match desk.run(code, desk.limit).1 {
                End::Value(_) => {}
                End::Late => return Err("the exercise's setup runs too long".into()),
                End::Raised { kind, message, line } => {
                    let line = line.map(|n| format!(" in line {n}")).unwrap_or_default();
                    return Err(format!("the exercise's setup raises {kind}{line}: {message}"));
                }
            }
        }
        Ok(desk)
    }

    /// Runs code for its value.
    fn run(&self, code: &str, limit: Duration) -> (Outcome, End) {
        let (outcome, late) = self.watch.within(limit, || self.session.run_for_value(code));
        self.output.take();
        let end = match &outcome.failure {
            _ if late => End::Late,
            None => End::Value(outcome.value.clone().unwrap_or_default()),
            Some(_) => self.raised(&outcome),
        };
        (outcome, end)
    }

    fn raised(&self, outcome: &Outcome) -> End {
        let record = self.session.record_error(outcome).unwrap_or_default();
        End::Raised { kind: record.kind, message: record.message.unwrap_or_default(), line: record.line }
    }

    /// A value as an answer.
    fn answer(&self, value: &Value, limit: Duration) -> Result<Answer, End> {
        let rt = &self.session.rt;
        let (answer, late) = self.watch.within(limit, || Answer::of(rt, value));
        self.output.take();
        answer.map_err(|error| {
            if late {
                return End::Late;
            }
            let exception = rt.exception(error);
            let kind = exception.class().name().to_string();
            End::Raised { kind, message: crate::session::traceback::message_of(rt, &exception), line: None }
        })
    }

    fn db(&self) -> Rc<Db> {
        Db::of(&self.session.rt)
    }

    fn snapshot(&self) -> Rc<Vec<u8>> {
        Rc::new(self.db().snapshot(&self.session.rt).unwrap_or_default())
    }

    fn changes(&self) -> u64 {
        self.db().raw(&self.session.rt).map_or(0, |conn| conn.total_changes())
    }

    /// The statements sent since a mark that read or wrote data.
    fn queries_since(&self, mark: u64) -> usize {
        let is_query = |sql: &String| {
            !["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"].iter().any(|word| sql.starts_with(word))
        };
        self.db().since(mark).iter().filter(|sql| is_query(sql)).count()
    }
}

/// The exit status of a process whose cell would not stop.
const STUBBORN: i32 = 99;

impl Grader {
    /// Reads the exercise, and answers it on all data.
    pub fn new(plan: Plan) -> Grader {
        let exercise = prepare(&plan);
        Grader { plan, exercise }
    }

    /// Why nothing can be graded.
    pub fn problem(&self) -> Option<&str> {
        self.exercise.as_ref().err().map(String::as_str)
    }

    /// Grades a student's file.
    pub fn grade(&self, path: &Path) -> Grades {
        let mut grades = Grades { file: path.display().to_string(), ..Grades::default() };
        let (exercise, sets) = match &self.exercise {
            Ok(prepared) => prepared,
            Err(why) => {
                grades.error = Some(why.clone());
                return grades;
            }
        };
        grades.of = exercise.questions.iter().map(|q| q.rules.points).sum();
        let copy = match read(path).and_then(|d| Exercise::of(&d).map_err(|e| format!("{}: {e}", path.display()))) {
            Ok(copy) => copy,
            Err(why) => {
                grades.error = Some(why);
                return grades;
            }
        };
        let answers: HashMap<&str, &Question> = copy.questions.iter().map(|q| (q.id.as_str(), q)).collect();
        for question in &exercise.questions {
            let code = answers.get(question.id.as_str()).map_or("", |q| q.code.trim());
            let mut graded = Graded { id: question.id.clone(), of: question.rules.points, ..Graded::default() };
            graded.answered = !is_blank(code);
            if !graded.answered {
                graded.feedback.push("no answer".into());
            } else {
                graded.feedback = question.rules.broken(code);
            }
            grades.questions.push(graded);
        }
        let started = Instant::now();
        for set in sets {
            if let Err(why) = self.try_on(set, exercise, &copy, &answers, started, &mut grades) {
                grades.error = Some(why);
                break;
            }
        }
        for graded in &mut grades.questions {
            graded.right = graded.answered && graded.feedback.is_empty() && grades.error.is_none();
            graded.points = if graded.right { graded.of } else { 0.0 };
        }
        grades.points = grades.questions.iter().map(|g| g.points).sum();
        grades
    }

    /// Tries all answers on some data.
    ///
    /// Errors: a sentence where that data cannot be had.
    fn try_on(
        &self,
        set: &DataSet,
        exercise: &Exercise,
        copy: &Exercise,
        answers: &HashMap<&str, &Question>,
        started: Instant,
        grades: &mut Grades,
    ) -> Result<(), String> {
        let desk = Desk::open(&self.plan, set, &exercise.setup)?;
        let all = Duration::try_from_secs_f64(self.plan.session).unwrap_or_default();
        for code in &copy.own {
            desk.run(code, desk.limit.min(all.saturating_sub(started.elapsed())));
        }
        let mut clean = u64::MAX;
        for ((question, reference), graded) in exercise.questions.iter().zip(&set.wanted).zip(&mut grades.questions) {
            let Some(own) = answers.get(question.id.as_str()).filter(|q| !is_blank(&q.code)) else { continue };
            // An answer that is wrong on the given data is not tried on others.
            if !set.is_given && !graded.feedback.is_empty() {
                continue;
            }
            let left = all.saturating_sub(started.elapsed());
            if left.is_zero() {
                graded.feedback.push(format!("not run: the answers before it took more than {} s", self.plan.session));
                continue;
            }
            if clean != desk.changes() {
                desk.db().restore(&desk.session.rt, &reference.before).map_err(|_| "the data cannot be put back")?;
            }
            let sentences = try_one(&desk, question, reference, &own.code, desk.limit.min(left), set.is_given);
            // The exercise's own answer to this question may have changed the data for the next.
            clean = if question.rules.checks.is_empty() { desk.changes() } else { u64::MAX };
            graded.feedback.extend(sentences);
        }
        std::mem::forget(desk.session);
        Ok(())
    }
}

fn is_blank(code: &str) -> bool {
    code.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#'))
}

/// What is wrong with an answer on some data.
fn try_one(
    desk: &Desk,
    question: &Question,
    reference: &Reference,
    code: &str,
    limit: Duration,
    is_given: bool,
) -> Vec<String> {
    let mark = desk.db().logged.get();
    let mut out = Vec::new();
    let trouble = |end: &End| match end {
        End::Late => format!("ran longer than {:.0} s and was stopped", limit.as_secs_f64().max(1.0)),
        // What hidden data says stays hidden.
        End::Raised { kind, .. } if !is_given => format!("raises {kind} on other data"),
        End::Raised { kind, message, line } => {
            let line = line.map(|n| format!(" in line {n}")).unwrap_or_default();
            let message = message.lines().next().unwrap_or_default();
            format!("raises {kind}{line}: {message}").trim_end_matches([':', ' ']).to_string()
        }
        End::Value(_) => String::new(),
    };
    let place = |sentence: String| {
        if is_given { sentence } else { format!("right on the given data, but not on other data: {sentence}") }
    };
    let value = match desk.run(code, limit).1 {
        End::Value(value) => value,
        end => return vec![trouble(&end)],
    };
    if let Some(wanted) = &reference.answer {
        match desk.answer(&value, limit) {
            Ok(answer) => {
                let answer = if question.rules.values_only { answer.without_shapes() } else { answer };
                out.extend(wanted.difference(&answer).map(place));
            }
            Err(end) => return vec![trouble(&end)],
        }
    }
    let sent = desk.queries_since(mark);
    if let Some(most) = question.rules.queries
        && sent > most
    {
        let plural = |n: usize| if n == 1 { "1 query".to_string() } else { format!("{n} queries") };
        let other = if is_given { "" } else { " on other data" };
        out.push(format!("sends {}{other}; this question allows {}", plural(sent), plural(most)));
    }
    for (check, wanted) in question.rules.checks.iter().zip(&reference.checks) {
        let value = match desk.run(check, limit).1 {
            End::Value(value) => desk.answer(&value, limit),
            end => Err(end),
        };
        let same = value.is_ok_and(|answer| wanted.difference(&answer).is_none());
        if !same {
            out.push(place("the data is not what it should be afterwards".into()));
            break;
        }
    }
    out
}

/// Reads an exercise and answers it on all data.
fn prepare(plan: &Plan) -> Result<(Exercise, Vec<DataSet>), String> {
    let name = plan.exercise.display();
    let document = read(&plan.exercise)?;
    let exercise = Exercise::of(&document).map_err(|e| format!("{name}: {e}"))?;
    if let Some(problem) = exercise.problem(&document) {
        return Err(format!("{name}: {problem}"));
    }
    let mut sets = vec![DataSet { db: None, code: None, is_given: true, wanted: Vec::new() }];
    for (_, code) in &exercise.hidden {
        sets.push(DataSet { db: None, code: Some(code.clone()), is_given: false, wanted: Vec::new() });
    }
    if let Some(db) = &plan.hidden_db {
        sets.push(DataSet { db: Some(db.clone()), code: None, is_given: false, wanted: Vec::new() });
    }
    for set in &mut sets {
        let desk = Desk::open(plan, set, &exercise.setup).map_err(|e| format!("{name}: {e}"))?;
        let mut data = desk.snapshot();
        for question in &exercise.questions {
            let reference = reference(&desk, question, data.clone(), set.is_given).map_err(|e| {
                let other = if set.is_given { "" } else { " on the hidden data" };
                format!("{name}: question {}: its own answer {e}{other}", question.id)
            })?;
            set.wanted.push(reference);
            data = desk.snapshot();
        }
        std::mem::forget(desk.session);
    }
    Ok((exercise, sets))
}

fn reference(desk: &Desk, question: &Question, before: Rc<Vec<u8>>, is_given: bool) -> Result<Reference, String> {
    let failed = |end: End| match end {
        End::Late => "runs too long".to_string(),
        End::Raised { kind, message, .. } => format!("raises {kind}: {message}"),
        End::Value(_) => String::new(),
    };
    let mut reference = Reference { before, answer: None, checks: Vec::new() };
    if !is_blank(&question.code) {
        let value = match desk.run(&question.code, desk.limit).1 {
            End::Value(value) => value,
            end => return Err(failed(end)),
        };
        let holds = !question.is_rows || is_given;
        // Where the data is looked at, the value of the statement that changed it is nobody's business.
        if holds && question.rules.checks.is_empty() {
            let answer = desk.answer(&value, desk.limit).map_err(failed)?;
            let answer = if question.rules.values_only { answer.without_shapes() } else { answer };
            let order = match question.rules.order {
                Order::Free => None,
                Order::Auto if !asks_for_order(&question.code) => None,
                _ => Some(free_runs(desk, &value, &answer, question.rules.values_only)),
            };
            reference.answer = Some(Wanted { answer, order });
        }
    }
    for check in &question.rules.checks {
        let value = match desk.run(check, desk.limit).1 {
            End::Value(value) => value,
            end => return Err(format!("is checked by {check}, which {}", failed(end))),
        };
        let answer = desk.answer(&value, desk.limit).map_err(failed)?;
        reference.checks.push(Wanted { answer, order: None });
    }
    Ok(reference)
}

/// The runs of rows that the order of a QuerySet does not tell apart, as their ends: found by asking for its rows twice,
/// equal ones the one way round and the other. Every row is a run of its own where that cannot be asked.
fn free_runs(desk: &Desk, value: &Value, answer: &Answer, values_only: bool) -> Vec<usize> {
    let Answer::Rows(rows) = answer else { return Vec::new() };
    let strict = (1..=rows.len()).collect();
    let session = &desk.session;
    let name = Name::new("_ormsh_answer");
    session.main.set(name, value.clone());
    let both = ["pk", "-pk"].map(|key| {
        let code = format!(
            "list(_ormsh_answer.order_by(*_ormsh_answer.query.order_by, '{key}')) if _ormsh_answer.query.order_by else None"
        );
        let value = session.evaluate_here(&code).and_then(|v| v.ok_or_else(|| Exc::ValueError.new("no rows")));
        let rows = value.and_then(|v| Answer::of(&session.rt, &v)).ok()?;
        match if values_only { rows.without_shapes() } else { rows } {
            Answer::Rows(rows) => Some(rows),
            _ => None,
        }
    });
    session.main.remove(name);
    let [Some(first), Some(second)] = both else { return strict };
    // An order by key that brings other rows says nothing about these.
    let sorted = |rows: &[super::Row]| {
        let mut rows = rows.to_vec();
        rows.sort();
        rows
    };
    if sorted(&first) != sorted(rows) {
        return strict;
    }
    ties(&first, &second).unwrap_or(strict)
}
