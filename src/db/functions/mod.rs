//! The SQL functions that Django gives SQLite, under the same names, in Rust.
//!
//! Each is a row of a table: name, number of arguments, function. NULL in any argument gives NULL unless a function
//! says otherwise.

mod dates;
mod math;
mod regex;
mod statistics;
mod text;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

/// One SQL function.
pub(crate) struct FunctionRow {
    /// The name that SQL calls it by.
    pub name: &'static str,
    /// How many arguments it takes.
    pub args: i32,
    /// What it does; never called with a NULL argument.
    pub body: fn(&[ValueRef<'_>]) -> Result<Value>,
}

/// Gives a connection all functions.
///
/// Errors: SQLite's, where it refuses a function.
pub fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    for row in dates::ROWS.iter().chain(text::ROWS).chain(math::ROWS) {
        let body = row.body;
        connection.create_scalar_function(row.name, row.args, flags, move |ctx| call(ctx, body))?;
    }
    let cache = regex::Shared::default();
    connection.create_scalar_function("regexp", 2, flags, move |ctx| regex::regexp(&cache, ctx))?;
    connection.create_scalar_function("RAND", 0, FunctionFlags::SQLITE_UTF8, |_| Ok(math::random()))?;
    statistics::register(connection, flags)
}

fn call(ctx: &Context<'_>, body: fn(&[ValueRef<'_>]) -> Result<Value>) -> Result<Value> {
    let args: smallvec::SmallVec<[ValueRef<'_>; 4]> = (0..ctx.len()).map(|i| ctx.get_raw(i)).collect();
    body(&args)
}

/// SQLite's words for a function that fails, as Python's driver has them.
fn failed() -> Error {
    Error::UserFunctionError("user-defined function raised exception".into())
}

/// A number argument, as Python would see it in arithmetic; text is an error there.
fn float(v: ValueRef<'_>) -> Result<f64> {
    match v {
        ValueRef::Integer(i) => Ok(i as f64),
        ValueRef::Real(f) => Ok(f),
        _ => Err(failed()),
    }
}

fn integer(v: ValueRef<'_>) -> Result<i64> {
    match v {
        ValueRef::Integer(i) => Ok(i),
        _ => Err(failed()),
    }
}

fn text(v: ValueRef<'_>) -> Result<&str> {
    v.as_str().map_err(|_| failed())
}

fn has_null(args: &[ValueRef<'_>]) -> bool {
    args.iter().any(|a| matches!(a, ValueRef::Null))
}
