//! `ormsh exercise`: a copy for students without the answers, and grades for what they made of it.

use std::path::{Path, PathBuf};

use super::check::LimitOptions;
use super::pool;
use super::worker::Setup;
use super::{Call, complain, print, print_bytes, replace_file};
use crate::session::Options;
use crate::session::exercise::{self, Exercise};
use crate::session::text::{Role, Styled};
use crate::shell::theme;

pub use crate::session::exercise::{Grader, Grades, Plan};

/// How `ormsh exercise grade` is called.
#[derive(Clone, Debug, Default)]
pub struct GradeOptions {
    /// The exercise; found by what the students' copies say where none is given.
    pub exercise: Option<PathBuf>,
    /// A database of hidden data.
    pub hidden_db: Option<PathBuf>,
    /// Write the table to this file, as CSV.
    pub csv: Option<PathBuf>,
    /// Print one JSON document in place of the table.
    pub json: bool,
    /// Print what is wrong with every answer.
    pub feedback: bool,
    /// Write each student's feedback to a file in this folder.
    pub feedback_dir: Option<PathBuf>,
    /// How many students at once.
    pub jobs: Option<usize>,
    /// What answers may use.
    pub limits: LimitOptions,
}

/// `ormsh exercise publish EXERCISE`.
pub fn publish(path: &Path, output: Option<&Path>) -> u8 {
    let document = match super::run::read(path) {
        Ok(document) => document,
        Err(sentence) => return complain(&sentence),
    };
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = match exercise::publish(&document, &name) {
        Ok(text) => text,
        Err(sentence) => return complain(&format!("{}: {sentence}", path.display())),
    };
    match output {
        Some(file) => {
            if file.canonicalize().is_ok_and(|f| path.canonicalize().is_ok_and(|p| p == f)) {
                return complain(&format!("{}: is the exercise itself; its answers would be gone", file.display()));
            }
            match replace_file(file, &text) {
                Ok(()) => 0,
                Err(sentence) => complain(&sentence),
            }
        }
        None => print_bytes(text.as_bytes()),
    }
}

/// `ormsh exercise check EXERCISE`: whether the exercise's own answers get all points.
pub fn check(call: &Call, path: &Path, how: &GradeOptions) -> u8 {
    let how = GradeOptions { exercise: Some(path.to_path_buf()), feedback: true, ..how.clone() };
    let mut wrong = false;
    let status = graded(call, &[path.to_path_buf()], path, &how, |all| {
        for grades in all {
            wrong |= grades.error.is_some() || grades.points < grades.of;
            print(&theme::paint(&feedback(grades)));
        }
    });
    if status == 0 { u8::from(wrong) } else { status }
}

/// `ormsh exercise grade ANSWERS...`.
pub fn grade(call: &Call, answers: &[PathBuf], how: &GradeOptions) -> u8 {
    let mut answers = match super::files::sessions_in(answers) {
        Ok(answers) => answers,
        Err(sentence) => return complain(&sentence),
    };
    let exercise = match find_exercise(&mut answers, how) {
        Ok(exercise) => exercise,
        Err(sentence) => return complain(&sentence),
    };
    if answers.is_empty() {
        return complain("there are no answers to grade: give the students' files behind the exercise");
    }
    let mut written = 0;
    let status = graded(call, &answers, &exercise, how, |all| {
        if how.json {
            print(&format!("{}\n", serde_json::to_string_pretty(&all).unwrap_or_default()));
        } else {
            print(&theme::paint(&table(all)));
            if how.feedback || all.len() == 1 {
                for grades in all.iter() {
                    print("\n");
                    print(&theme::paint(&feedback(grades)));
                }
            }
        }
        written = write_files(all, how);
    });
    if status == 0 { written } else { status }
}

fn write_files(all: &[Grades], how: &GradeOptions) -> u8 {
    if let Some(file) = &how.csv
        && let Err(sentence) = replace_file(file, &csv(all))
    {
        return complain(&sentence);
    }
    if let Some(folder) = &how.feedback_dir {
        if let Err(e) = std::fs::create_dir_all(folder) {
            return complain(&format!("{}: {}", folder.display(), crate::session::options::reason(&e)));
        }
        for grades in all {
            let file = folder.join(format!("{}.txt", grades.student.replace(['/', '\\'], "-")));
            if let Err(sentence) = replace_file(&file, &feedback(grades).plain()) {
                return complain(&sentence);
            }
        }
    }
    0
}

/// Grades all answers and hands them on, in order.
fn graded(
    call: &Call,
    answers: &[PathBuf],
    exercise: &Path,
    how: &GradeOptions,
    mut then: impl FnMut(&[Grades]),
) -> u8 {
    let options = Options { copy: Some(how.limits.copy.saturating_mul(1 << 20)), ..call.options.clone() };
    if let Some(db) = how.hidden_db.as_ref().filter(|db| !db.is_file()) {
        return complain(&format!("{}: no such file", db.display()));
    }
    let plan = Plan {
        options,
        exercise: exercise.to_path_buf(),
        hidden_db: how.hidden_db.clone(),
        cell: how.limits.cell,
        session: how.limits.session,
    };
    // What is wrong with the exercise is said once, before anything is graded.
    if let Some(problem) = Grader::new(plan.clone()).problem() {
        return complain(problem);
    }
    let names = names_of(answers);
    let questions = super::run::read(exercise).and_then(|d| Exercise::of(&d)).unwrap_or_default().questions;
    let mut all = Vec::with_capacity(answers.len());
    let jobs = how.jobs.unwrap_or_else(pool::default_jobs).clamp(1, 64);
    let setup = Setup::Grade(plan);
    pool::run(&setup, answers, jobs, how.limits.of_process(), |index, answer: Result<Grades, String>| {
        let mut grades = answer.unwrap_or_else(|why| Grades {
            error: Some(why),
            of: questions.iter().map(|q| q.rules.points).sum(),
            ..Grades::default()
        });
        grades.student = names.get(index).cloned().unwrap_or_default();
        grades.file = answers.get(index).map(|p| p.display().to_string()).unwrap_or_default();
        all.push(grades);
    });
    then(&all);
    0
}

/// The exercise: the one that was given; the first of the answers, if it has answers of its own and others follow; or the
/// one that the copies name, here, beside them, or in the folder above.
fn find_exercise(answers: &mut Vec<PathBuf>, how: &GradeOptions) -> Result<PathBuf, String> {
    if let Some(exercise) = &how.exercise {
        let own = exercise.canonicalize().ok();
        answers.retain(|a| a.canonicalize().ok() != own || own.is_none());
        return Ok(exercise.clone());
    }
    let read = |path: &Path| super::run::read(path).ok().and_then(|d| Exercise::of(&d).ok());
    let mut named = None;
    for path in answers.iter() {
        let Some(copy) = read(path) else { continue };
        let Some(origin) = copy.origin else { continue };
        let folder = path.parent().unwrap_or(Path::new("."));
        let places = [PathBuf::from(&origin), folder.join(&origin), folder.join("..").join(&origin)];
        if let Some(found) = places.into_iter().find(|p| p.is_file()) {
            let own = found.canonicalize().ok();
            answers.retain(|a| a.canonicalize().ok() != own);
            return Ok(found);
        }
        named = Some(origin);
        break;
    }
    if answers.len() > 1
        && let Some(first) = answers.first().cloned()
        && read(&first).is_some_and(|e| e.origin.is_none() && e.questions.iter().any(|q| !q.code.trim().is_empty()))
    {
        answers.remove(0);
        return Ok(first);
    }
    Err(match named {
        Some(origin) => {
            format!("{origin}: there is no such exercise here or beside the answers; give it with --exercise FILE")
        }
        None => "which exercise? give it with --exercise FILE".into(),
    })
}

/// Students by their files: the stem, or the folder's name where all stems are the same.
fn names_of(paths: &[PathBuf]) -> Vec<String> {
    let stem = |p: &PathBuf| p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = |p: &PathBuf| {
        p.canonicalize()
            .ok()
            .and_then(|p| Some(p.parent()?.file_name()?.to_string_lossy().into_owned()))
            .unwrap_or_default()
    };
    let stems: Vec<String> = paths.iter().map(stem).collect();
    let unique = |names: &[String]| names.iter().collect::<std::collections::HashSet<_>>().len() == names.len();
    if unique(&stems) {
        return stems;
    }
    let folders: Vec<String> = paths.iter().map(folder).collect();
    if unique(&folders) {
        return folders;
    }
    folders.iter().zip(&stems).map(|(a, b)| format!("{a}/{b}")).collect()
}

/// `2`, `2.5`.
fn points(number: f64) -> String {
    format!("{}", (number * 100.0).round() / 100.0)
}

fn table(all: &[Grades]) -> Styled {
    let mut out = Styled::new();
    let questions: Vec<&str> = all
        .iter()
        .find(|g| g.error.is_none() || !g.questions.is_empty())
        .map_or(Vec::new(), |g| g.questions.iter().map(|q| q.id.as_str()).collect());
    let name = all.iter().map(|g| g.student.chars().count()).max().unwrap_or(0).max("student".len());
    let widths: Vec<usize> = questions.iter().map(|q| q.chars().count().max(1)).collect();
    out.push(Role::Heading, format!("{:<name$}", "student"));
    for (id, width) in questions.iter().zip(&widths) {
        out.push(Role::Heading, format!("  {id:>width$}"));
    }
    out.push(Role::Heading, "  points").push(Role::Plain, "\n");
    for grades in all {
        out.push(Role::Plain, format!("{:<name$}", grades.student));
        if let Some(why) = &grades.error {
            out.push(Role::Error, format!("  {}", why.lines().next().unwrap_or_default())).push(Role::Plain, "\n");
            continue;
        }
        for (graded, width) in grades.questions.iter().zip(&widths) {
            let (mark, role) = match (graded.right, graded.answered) {
                (true, _) => ("✓", Role::Added),
                (_, true) => ("✗", Role::Removed),
                _ => ("–", Role::Dim),
            };
            out.push(role, format!("  {mark:>width$}"));
        }
        out.push(Role::Plain, format!("  {:>6}\n", format!("{}/{}", points(grades.points), points(grades.of))));
    }
    if all.len() > 1 {
        out.push(Role::Dim, format!("{:<name$}", "right"));
        for (i, width) in widths.iter().enumerate() {
            let right = all.iter().filter(|g| g.questions.get(i).is_some_and(|q| q.right)).count();
            out.push(Role::Dim, format!("  {right:>width$}"));
        }
        let mean = all.iter().map(|g| g.points).sum::<f64>() / all.len() as f64;
        out.push(Role::Dim, format!("  {:>6}", format!("⌀ {}", points(mean)))).push(Role::Plain, "\n");
    }
    out
}

fn feedback(grades: &Grades) -> Styled {
    let mut out = Styled::new();
    out.push(Role::Heading, format!("{}: {} of {} points", grades.student, points(grades.points), points(grades.of)));
    out.push(Role::Plain, "\n");
    if let Some(why) = &grades.error {
        out.push(Role::Error, format!("  {why}")).push(Role::Plain, "\n");
        return out;
    }
    for graded in &grades.questions {
        let (role, verdict) =
            if graded.right { (Role::Added, "right".to_string()) } else { (Role::Removed, graded.feedback.join("; ")) };
        out.push(Role::Plain, format!("  question {}: ", graded.id)).push(role, verdict).push(Role::Plain, "\n");
    }
    out
}

/// The table as CSV: points a question.
fn csv(all: &[Grades]) -> String {
    let field = |text: &str| {
        // A spreadsheet takes what begins like this for a formula.
        let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_string() };
        match text.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    };
    let ids: Vec<&str> = all
        .iter()
        .find(|g| !g.questions.is_empty())
        .map_or(Vec::new(), |g| g.questions.iter().map(|q| q.id.as_str()).collect());
    let mut out = String::from("student,file");
    for id in &ids {
        out.push_str(&format!(",{}", field(&format!("question {id}"))));
    }
    out.push_str(",points,of,feedback\n");
    for grades in all {
        out.push_str(&format!("{},{}", field(&grades.student), field(&grades.file)));
        for (i, _) in ids.iter().enumerate() {
            out.push_str(&format!(",{}", grades.questions.get(i).map_or("0".into(), |q| points(q.points))));
        }
        let wrong = grades.questions.iter().filter(|q| !q.right);
        let words: Vec<String> = match &grades.error {
            Some(why) => vec![why.clone()],
            None => wrong.map(|q| format!("{}: {}", q.id, q.feedback.join("; "))).collect(),
        };
        out.push_str(&format!(",{},{},{}\n", points(grades.points), points(grades.of), field(&words.join(" | "))));
    }
    out
}
