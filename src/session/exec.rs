//! The engine's way down: running code, and what the database was sent.

use std::rc::Rc;
use std::time::Duration;

use super::engine::Sent;
use crate::db::Db;
use crate::interp;
use crate::models::{Apps, ModelRef, Settings, migrate, schema};
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

/// A cell begins.
pub fn begin_cell(rt: &Rt, number: u32) {
    Db::of(rt).begin_cell(number);
}

/// A cell has ended.
pub fn end_cell(rt: &Rt) {
    Db::of(rt).end_cell();
}

/// How many statements were logged in all.
pub fn logged(rt: &Rt) -> u64 {
    Db::of(rt).logged.get()
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
        .map(|logged| Sent {
            logged: logged.clone(),
            time: Duration::from_secs_f64(logged.seconds.max(0.0)),
            rows: logged.rows.filter(|_| logged.tells_rows()),
        })
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
    crate::builtins::install(rt);
    crate::stdlib::install(rt);
    crate::orm::install(rt);
}

/// Sets a Django setting.
///
/// Errors: a sentence where Django has no setting of that name.
pub fn apply_setting(rt: &Rt, name: &str, value: Value) -> Result<(), String> {
    let settings = Settings::of(rt);
    if settings.lookup(name).is_none() {
        return Err(format!("there is no setting {name}"));
    }
    settings.set(name, value);
    Ok(())
}

/// The models of some apps.
pub fn models_of(rt: &Rt, labels: &[String]) -> Vec<ModelRef> {
    let apps = Apps::of(rt);
    labels.iter().flat_map(|label| apps.models_of(label)).collect()
}

/// Creates the tables of apps that are missing; their names.
///
/// Errors: SQLite's.
pub fn create_missing_tables(rt: &Rt, labels: &[String]) -> Res<Vec<String>> {
    schema::create_missing_tables(rt, &models_of(rt, labels))
}

/// The tables of apps that are missing.
///
/// Errors: SQLite's.
pub fn missing_tables(rt: &Rt, labels: &[String]) -> Res<Vec<String>> {
    let there = schema::existing_tables(rt)?;
    let tables = models_of(rt, labels).into_iter().filter(|m| m.can_migrate()).map(|m| m.db_table.borrow().to_string());
    Ok(tables.filter(|table| !there.iter().any(|t| t.eq_ignore_ascii_case(table.trim_matches('"')))).collect())
}

/// What tables and their models disagree about, a sentence each.
///
/// Errors: SQLite's.
pub fn table_differences(rt: &Rt, labels: &[String]) -> Res<Vec<String>> {
    let mut out = migrate::differences(rt, &models_of(rt, labels))?;
    if !out.is_empty() {
        out.push("type %migrate to see what it takes, or call ormsh schema migrate".into());
    }
    Ok(out)
}

/// The statements that make the tables of all apps.
///
/// Errors: those of expressions in definitions.
pub fn schema_statements(rt: &Rt, labels: &[String]) -> Res<Vec<String>> {
    Ok(schema::create_models(rt, &models_of(rt, labels))?.all())
}

/// What it takes to make the tables of apps what their models say; with no label, of all models that were loaded or typed.
///
/// Errors: as [`migrate::plan`].
pub fn plan(rt: &Rt, labels: &[String], answers: &migrate::Answers) -> Res<migrate::Plan> {
    migrate::plan(rt, &models_of(rt, labels), answers)
}
