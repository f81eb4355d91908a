//! The engine behind prompt, replay and check: a session with its names, that runs one cell after another.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::exec::{self, Code};
use super::output::Output;
use super::record::{ErrorRecord, Record};
use super::text::{Role, Styled};
use super::{display, traceback};
use crate::db::Logged;
use crate::models::migrate::{Answers, Plan, typed};
use crate::object::error::{CodeFrame, Frame, Raised};
use crate::object::{Dict, Error, Exc, Exception, Instance, Module, Res, Rt, Value, ops};
use crate::source::{Name, Source};
use crate::syntax::ast::{self, Stmt, StmtKind};
use crate::syntax::{self, SyntaxError};

/// What runs a cell's magics; the shell gives it.
pub trait Magics {
    /// `%name rest`: its value, if it has one.
    fn line(&self, session: &Session, name: &str, rest: &str) -> Res<Option<Value>>;
    /// `%%name line` with the rest of the cell.
    fn cell(&self, session: &Session, name: &str, line: &str, body: &str) -> Res<Option<Value>>;
    /// `text?`.
    fn help(&self, session: &Session, text: &str, detailed: bool) -> Res<()>;
    /// A value's text where it is not the pretty printer's: a table.
    fn display(&self, session: &Session, value: &Value) -> Res<Option<String>> {
        let _ = (session, value);
        Ok(None)
    }
}

/// A statement that was sent.
#[derive(Clone)]
pub struct Sent {
    /// What the log has of it.
    pub logged: Logged,
    /// How long it took.
    pub time: Duration,
    /// Rows read or changed, where that says something.
    pub rows: Option<usize>,
}

impl Sent {
    /// The text, parameters in place. Worked out when it is asked for.
    pub fn sql(&self) -> String {
        self.logged.text()
    }
}

/// How a cell ended that did not end well.
#[derive(Clone)]
pub enum Failure {
    /// Its text does not parse or compile.
    Syntax(SyntaxError),
    /// It raised.
    Raised(Rc<Instance>),
}

/// What a cell did.
pub struct Outcome {
    /// Its number.
    pub number: u32,
    /// Its text.
    pub source: Rc<Source>,
    /// The last expression's value, where it is shown.
    pub value: Option<Value>,
    /// The text behind `Out[n]:`.
    pub display: Option<String>,
    /// `repr()` of the value; worked out for records alone.
    pub out: Option<String>,
    /// How it failed.
    pub failure: Option<Failure>,
    /// The same as data; worked out for records alone, while what its message asks of the database counts as the cell's.
    pub error: Option<ErrorRecord>,
    /// The statements sent up to when the value was shown.
    pub sent: Vec<Sent>,
    /// How many of them the cell itself sent, before its value was shown.
    pub sent_before_display: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// What is wanted of a cell's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Its text, as the prompt shows it.
    Display,
    /// Its text, and nothing that Django's own shell does not say.
    Plain,
    /// Its `repr()` as well.
    Record,
    /// Itself.
    Value,
}

/// A session.
pub struct Session {
    /// Its runtime.
    pub rt: Rc<Rt>,
    /// Where its printed text goes.
    pub output: Rc<Output>,
    /// Its names.
    pub main: Rc<Module>,
    /// The labels of the apps that were loaded.
    pub labels: Vec<String>,
    /// How many names were there from the start, by import.
    pub imported: usize,
    /// Whether this is the bundled sample.
    pub is_sample: bool,
    /// What tables of the database and the models disagree about, a sentence each.
    pub differences: Vec<String>,
    /// The database's name, for the banner.
    pub database: String,
    /// What tracebacks show.
    pub mode: Cell<traceback::Mode>,
    /// The names that were there from the start.
    pub(super) given: rustc_hash::FxHashSet<Name>,
    pub(super) number: Cell<u32>,
    pub(super) magics: RefCell<Option<Rc<dyn Magics>>>,
    pub(super) shown: RefCell<Vec<(u32, Value)>>,
    pub(super) typed: RefCell<Vec<(u32, String)>>,
}

impl Session {
    /// The number that the next cell will have.
    pub fn next_number(&self) -> u32 {
        self.number.get() + 1
    }

    /// The number of the cell that runs, or ran last.
    pub fn number(&self) -> u32 {
        self.number.get()
    }

    /// The cells that were run, with their numbers: kept where there are magics, which look at them.
    pub fn typed(&self) -> Vec<(u32, String)> {
        self.typed.borrow().clone()
    }

    /// Forgets the cells that were run.
    pub fn forget_typed(&self) {
        self.typed.borrow_mut().clear();
        if let Some(Value::List(list)) = self.main.get(Name::new("_ih")) {
            list.items_mut().iter_mut().for_each(|text| *text = Value::str(""));
        }
    }

    /// How many statements were sent in all.
    pub fn logged(&self) -> u64 {
        exec::logged(&self.rt)
    }

    /// Gives the session its magics.
    pub fn set_magics(&self, magics: Rc<dyn Magics>) {
        *self.magics.borrow_mut() = Some(magics);
        // A session that a person types has IPython's names for what was typed and shown.
        if self.main.get(Name::new("In")).is_none() && self.main.get(Name::new("Out")).is_none() {
            let (typed, shown) = (Value::list(vec![Value::str("")]), Value::Dict(Dict::new()));
            for (name, value) in [("In", &typed), ("_ih", &typed), ("Out", &shown), ("_oh", &shown)] {
                self.main.set(Name::new(name), value.clone());
            }
            for name in ["_", "__", "___", "_i", "_ii", "_iii"] {
                self.main.set(Name::new(name), Value::str(""));
            }
        }
    }

    /// `In`, `_i`, `_ii`, `_iii` and `_i1` and so on, as IPython keeps them.
    fn remember_typed(&self, number: u32, text: &str) {
        let mut typed = self.typed.borrow_mut();
        for (name, back) in [("_i", 1), ("_ii", 2), ("_iii", 3)] {
            let before = typed.len().checked_sub(back).and_then(|at| typed.get(at));
            self.main.set(Name::new(name), Value::str(before.map_or("", |(_, text)| text)));
        }
        typed.push((number, text.to_string()));
        let text = Value::str(text);
        self.main.set(Name::new(&format!("_i{number}")), text.clone());
        if let Some(Value::List(list)) = self.main.get(Name::new("_ih")) {
            list.push(text);
        }
    }

    /// Runs one cell as IPython does. `record` asks for the value's `repr()` as well, as records have it.
    pub fn run_cell(&self, text: &str, record: bool) -> Outcome {
        self.run(text, if record { Wanted::Record } else { Wanted::Display })
    }

    /// Runs one cell and shows what Django's own shell would, without what else there is to say to people.
    pub fn run_plainly(&self, text: &str) -> Outcome {
        self.run(text, Wanted::Plain)
    }

    /// Runs one cell for the value of its last expression alone, which is not shown.
    pub fn run_for_value(&self, text: &str) -> Outcome {
        self.run(text, Wanted::Value)
    }

    fn run(&self, text: &str, wanted: Wanted) -> Outcome {
        let record = wanted == Wanted::Record;
        let number = self.next_number();
        self.number.set(number);
        if self.magics.borrow().is_some() {
            self.remember_typed(number, text);
        }
        let source = Rc::new(Source::cell(number, text));
        let started = Instant::now();
        let before = exec::statement_count(&self.rt);
        let mut outcome = Outcome {
            number,
            source: source.clone(),
            value: None,
            display: None,
            out: None,
            failure: None,
            error: None,
            sent: Vec::new(),
            sent_before_display: 0,
            elapsed: Duration::ZERO,
        };
        let mut counted = None;
        exec::begin_cell(&self.rt, number);
        match syntax::parse(&source.text, syntax::Mode::Cell) {
            Err(error) => outcome.failure = Some(Failure::Syntax(error)),
            Ok(module) => {
                let result = self.run_module(&source, module, wanted, before, &mut outcome, &mut counted);
                self.rt.handling.borrow_mut().clear();
                if let Err(error) = result {
                    outcome.failure = Some(Failure::Raised(self.rt.exception(error)));
                }
            }
        }
        if record {
            outcome.error = outcome.failure.as_ref().map(|failure| self.error_record(failure, &source));
        }
        exec::end_cell(&self.rt);
        outcome.sent = exec::statements(&self.rt, before, counted);
        outcome.sent_before_display = outcome.sent_before_display.min(outcome.sent.len());
        outcome.elapsed = started.elapsed();
        if record {
            exec::trim_log(&self.rt);
        }
        outcome
    }

    fn run_module(
        &self,
        source: &Rc<Source>,
        module: ast::Module,
        wanted: Wanted,
        before: usize,
        outcome: &mut Outcome,
        counted: &mut Option<usize>,
    ) -> Res<()> {
        let rt = &*self.rt;
        let value = self.run_tree(source, module);
        let notes = typed::notes(&self.rt);
        if wanted == Wanted::Display {
            // What happened to tables is for people: a record has what Django says, and nothing else.
            for note in notes {
                self.output.write(&format!("{note}\n"));
            }
        }
        let value = value?;
        if wanted == Wanted::Value {
            outcome.value = value;
            return Ok(());
        }
        let hidden = source.text.trim_end().ends_with(';');
        let Some(value) = value.filter(|v| !v.is_none() && !hidden) else { return Ok(()) };
        outcome.sent_before_display = exec::statement_count(rt).saturating_sub(before);
        let magics = self.magics.borrow().clone();
        let own = magics.map(|m| m.display(self, &value)).transpose()?.flatten();
        outcome.display = Some(match own {
            Some(text) => text,
            None => display::pretty(rt, &value)?,
        });
        *counted = Some(exec::statement_count(rt));
        if wanted == Wanted::Record {
            outcome.out = Some(ops::repr(rt, &value)?.to_string());
        } else {
            self.remember(&value);
        }
        self.main.set(Name::new("_"), value.clone());
        outcome.value = Some(value);
        Ok(())
    }

    /// Runs a cell's statements, the shell's own forms among them by the magics; the value of the last one.
    fn run_tree(&self, source: &Rc<Source>, module: ast::Module) -> Res<Option<Value>> {
        if !module.body.iter().any(is_magic) {
            return Code::new(&self.rt, source, &module)?.run(&self.rt, &self.main);
        }
        let mut value = None;
        for chunk in module.body.chunk_by(|a, b| is_magic(a) == is_magic(b)) {
            if chunk.first().is_some_and(is_magic) {
                for stmt in chunk {
                    value = self.run_magic(source, stmt)?;
                }
            } else {
                let part = ast::Module { body: chunk.to_vec(), trailing_semicolon: false };
                value = Code::new(&self.rt, source, &part)?.run(&self.rt, &self.main)?;
            }
        }
        Ok(value)
    }

    fn run_magic(&self, source: &Rc<Source>, stmt: &Stmt) -> Res<Option<Value>> {
        let magics = self.magics.borrow().clone();
        let Some(magics) = magics else {
            let error = SyntaxError::new(syntax::ErrorKind::Syntax, "invalid syntax", stmt.span, &source.text);
            return Err(exec::syntax_error(source, &error));
        };
        let (target, value) = match &stmt.kind {
            StmtKind::LineMagic { target, name, rest } => {
                (target, magics.line(self, name, rest).map_err(|e| raised_at(e, source, stmt))?)
            }
            StmtKind::CellMagic { name, line, body, .. } => {
                (&None, magics.cell(self, name, line, body).map_err(|e| raised_at(e, source, stmt))?)
            }
            StmtKind::Help { text, detailed } => (&None, magics.help(self, text, *detailed).map(|()| None)?),
            StmtKind::Shell { target, command } => (target, magics.line(self, "!", command)?),
            _ => (&None, None),
        };
        if let Some(ast::Expr { kind: ast::ExprKind::Name(name), .. }) = target {
            self.main.set(*name, value.unwrap_or_default());
            return Ok(None);
        }
        Ok(value)
    }

    /// `_`, `__`, `___`, `_n` and `Out`, as IPython keeps them.
    fn remember(&self, value: &Value) {
        let number = self.number.get();
        let mut shown = self.shown.borrow_mut();
        shown.push((number, value.clone()));
        let nth = |n: usize| shown.len().checked_sub(n).and_then(|i| shown.get(i)).map(|(_, v)| v.clone());
        for (name, n) in [("__", 2), ("___", 3)] {
            self.main.set(Name::new(name), nth(n).unwrap_or_else(|| Value::str("")));
        }
        self.main.set(Name::new(&format!("_{number}")), value.clone());
        if let Some(Value::Dict(out)) = self.main.get(Name::new("_oh")) {
            let _ = out.set(&self.rt, Value::Int(number as i64), value.clone());
        }
    }

    /// Runs text in the session's names as part of the cell that runs now: `%time`, `%run`. The last expression's value.
    ///
    /// Errors: what the text raises.
    pub fn evaluate_here(&self, text: &str) -> Res<Option<Value>> {
        let run = self.compiled(text)?;
        run(self)
    }

    /// Text made ready to be run any number of times.
    ///
    /// Errors: SyntaxError where it does not parse.
    #[allow(clippy::type_complexity)]
    pub fn compiled(&self, text: &str) -> Res<Box<dyn Fn(&Session) -> Res<Option<Value>>>> {
        let source = Rc::new(Source::cell(self.number.get(), text));
        let module = match syntax::parse(&source.text, syntax::Mode::Cell) {
            Ok(module) => module,
            Err(error) => return Err(exec::syntax_error(&source, &error)),
        };
        if module.body.iter().any(is_magic) {
            return Ok(Box::new(move |session| session.run_tree(&source, module.clone())));
        }
        let code = Code::new(&self.rt, &source, &module)?;
        Ok(Box::new(move |session| code.run(&session.rt, &session.main)))
    }

    /// The names that the session made itself, in order.
    pub fn own_names(&self) -> Vec<(String, Value)> {
        let names = self.main.names();
        let own = names.iter().filter(|(name, _)| !self.given.contains(*name));
        let own = own.map(|(name, value)| (name.to_string(), value.clone()));
        own.filter(|(name, _)| !name.starts_with('_') && name != "In" && name != "Out").collect()
    }

    /// The statements that make the tables of the models that were loaded.
    ///
    /// Errors: those of expressions in definitions.
    pub fn schema_statements(&self) -> Res<Vec<String>> {
        exec::schema_statements(&self.rt, &self.labels)
    }

    /// Forgets the values shown so far: `_`, `Out` and their like.
    pub fn forget_shown(&self) {
        for (number, _) in self.shown.take() {
            self.main.remove(Name::new(&format!("_{number}")));
        }
        for name in ["_", "__", "___"] {
            self.main.set(Name::new(name), Value::str(""));
        }
        if let Some(Value::Dict(out)) = self.main.get(Name::new("_oh")) {
            out.0.clear();
        }
    }

    /// The labels of the apps that were loaded, and of the session's own models.
    pub fn all_labels(&self) -> Vec<String> {
        let mut labels = self.labels.clone();
        if !crate::models::Apps::of(&self.rt).models_of("main").is_empty() {
            labels.push("main".into());
        }
        labels
    }

    /// What it takes to make the database's tables what the models say, those of the session itself included.
    ///
    /// Errors: SQLite's, and those of expressions in definitions.
    pub fn plan(&self, answers: &Answers) -> Res<Plan> {
        exec::plan(&self.rt, &self.all_labels(), answers)
    }

    /// Runs such a plan.
    ///
    /// Errors: as [`crate::models::migrate::run`].
    pub fn migrate(&self, plan: &Plan) -> Res<()> {
        crate::models::migrate::run(&self.rt, plan)
    }

    /// The values shown so far with their numbers.
    pub fn shown(&self) -> Vec<(u32, Value)> {
        self.shown.borrow().clone()
    }

    /// The record of a cell, with what it printed.
    pub fn record(&self, outcome: Outcome, stdout: String) -> Record {
        let error = self.record_error(&outcome);
        Record {
            cell: outcome.number,
            source: outcome.source.text.clone(),
            stdout,
            out: outcome.out,
            display: outcome.display,
            error,
            sql: Some(outcome.sent.into_iter().map(|s| s.sql()).collect()),
        }
    }

    /// The exception of a cell that failed, as data.
    pub fn record_error(&self, outcome: &Outcome) -> Option<ErrorRecord> {
        let worked_out = || outcome.failure.as_ref().map(|failure| self.error_record(failure, &outcome.source));
        outcome.error.clone().or_else(worked_out)
    }

    fn error_record(&self, failure: &Failure, source: &Rc<Source>) -> ErrorRecord {
        let exception = match failure {
            Failure::Syntax(error) => {
                return ErrorRecord {
                    kind: error.class_name().into(),
                    message: Some(error.message.clone()),
                    line: Some(error.line),
                };
            }
            Failure::Raised(exception) => exception,
        };
        let kind = exception.class().name().to_string();
        if Error::raised(exception.clone()).is(Exc::SyntaxError) {
            let object = Value::Obj(exception.clone());
            let attr = |name: &str| ops::get_attr_opt(&self.rt, &object, Name::new(name)).ok().flatten();
            return ErrorRecord {
                kind,
                message: attr("msg").and_then(|v| v.as_str().map(|s| s.to_string())),
                line: attr("lineno").and_then(|v| v.as_int()).and_then(|n| u32::try_from(n).ok()),
            };
        }
        ErrorRecord {
            kind,
            message: Some(traceback::message_of(&self.rt, exception)),
            line: line_in(exception, source),
        }
    }

    /// The traceback of a cell that failed, with its hint.
    pub fn traceback(&self, outcome: &Outcome) -> Option<Styled> {
        let failure = outcome.failure.as_ref()?;
        Some(match failure {
            Failure::Syntax(error) => traceback::syntax(&outcome.source, error),
            Failure::Raised(exception) => {
                let statement = outcome.sent.last().map(|s| s.sql());
                let mut out = traceback::render(&self.rt, exception, self.mode.get(), statement.as_deref());
                if let Some(hint) = traceback::hint(&self.rt, exception, &self.main) {
                    out.push(Role::Dim, format!("{hint}\n"));
                }
                out
            }
        })
    }

    /// The exit status that a cell asked for with `exit()` or `SystemExit`.
    pub fn exit_status(&self, outcome: &Outcome) -> Option<i32> {
        let Some(Failure::Raised(exception)) = &outcome.failure else { return None };
        if !Error::raised(exception.clone()).is(Exc::SystemExit) {
            return None;
        }
        let args = exception.native::<Exception>().map(|e| e.args.borrow().clone()).unwrap_or_default();
        Some(match args.first() {
            None | Some(Value::None) => 0,
            Some(value) => value.as_int().map_or(1, |n| n as i32),
        })
    }
}

/// What a magic itself raised, as raised where it stands; what its code raised says so already.
fn raised_at(error: Error, source: &Rc<Source>, stmt: &Stmt) -> Error {
    let has_code = |frames: &[Frame]| frames.iter().any(|frame| matches!(frame, Frame::Code(_)));
    let placed = match error.what() {
        Raised::New(new) => has_code(&new.frames) || new.kind == Exc::SyntaxError,
        Raised::Object(exc) => {
            error.is(Exc::SyntaxError) || exc.native::<Exception>().is_some_and(|e| has_code(&e.frames.borrow()))
        }
    };
    if placed {
        return error;
    }
    let line = source.line_of(stmt.span.start);
    let frame =
        CodeFrame { source: source.clone(), span: stmt.span, line, function: "<module>".into(), signature: "".into() };
    error.push(Frame::Code(Rc::new(frame)))
}

fn is_magic(stmt: &Stmt) -> bool {
    matches!(
        stmt.kind,
        StmtKind::LineMagic { .. } | StmtKind::CellMagic { .. } | StmtKind::Help { .. } | StmtKind::Shell { .. }
    )
}

/// The line of a cell's own innermost frame.
fn line_in(exception: &Rc<Instance>, source: &Rc<Source>) -> Option<u32> {
    let inner = exception.native::<Exception>()?;
    let frames = inner.frames.borrow();
    frames.iter().find_map(|frame| match frame {
        Frame::Code(code) if Rc::ptr_eq(&code.source, source) => Some(code.line),
        _ => None,
    })
}
