//! The engine's way down: running code, and what the database was sent.

use std::rc::Rc;
use std::time::Duration;

use super::engine::Sent;
use crate::db::Db;
use crate::object::{Error, Exc, Module, Res, Rt, Value};
use crate::source::Source;
use crate::syntax::ast::{Expr, Stmt};
use crate::syntax::{ErrorKind, SyntaxError};

/// Runs statements in a module's names.
///
/// Errors: whatever they raise, a SyntaxError where they do not compile.
pub fn run(rt: &Rt, source: &Rc<Source>, body: &[Stmt], globals: &Rc<Module>) -> Res<()> {
    if body.is_empty() {
        return Ok(());
    }
    let _ = (rt, source, globals);
    todo!()
}

/// Evaluates an expression in a module's names.
///
/// Errors: as [`run`].
pub fn evaluate(rt: &Rt, source: &Rc<Source>, expr: Expr, globals: &Rc<Module>) -> Res<Value> {
    let _ = (rt, source, expr, globals);
    todo!()
}

/// Python's SyntaxError for text that does not parse.
pub fn syntax_error(source: &Source, error: &SyntaxError) -> Error {
    let kind = match error.kind {
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
    };
    let line = Value::str(source.line(error.line));
    let number = |n: u32| Value::Int(n as i64);
    let place = Value::tuple(vec![
        Value::str(&source.name),
        number(error.line),
        number(error.column),
        line.clone(),
        number(error.end_line),
        number(error.end_column),
    ]);
    kind.with_args(vec![Value::str(&error.message), place])
        .with("msg", error.message.as_str())
        .with("filename", source.name.as_str())
        .with("lineno", number(error.line))
        .with("offset", number(error.column))
        .with("text", line)
        .with("end_lineno", number(error.end_line))
        .with("end_offset", number(error.end_column))
}

/// How many statements the log holds.
pub fn statement_count(rt: &Rt) -> usize {
    Db::of(rt).log.borrow().len()
}

/// The statements logged since the log had `before`, up to when it had `shown`. A cell that emptied the log began it
/// anew: then all that is left is new.
pub fn statements(rt: &Rt, before: usize, shown: Option<usize>) -> Vec<Sent> {
    let db = Db::of(rt);
    let log = db.log.borrow();
    let skip = if log.len() >= before { before } else { 0 };
    let take = shown.map_or(usize::MAX, |shown| shown.saturating_sub(before));
    log.iter()
        .skip(skip)
        .take(take)
        .map(|logged| Sent { sql: logged.text(), time: Duration::from_secs_f64(logged.seconds.max(0.0)) })
        .collect()
}

/// Empties a log that has grown long, so that it never drops what a record still wants.
pub fn trim_log(rt: &Rt) {
    let db = Db::of(rt);
    if db.log.borrow().len() > 6000 {
        db.reset_log();
    }
}
