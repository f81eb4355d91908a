//! A whole query as a statement: to be sent, or to be shown.

use super::plan::SelectPlan;
use super::{Compiled, Compiler};
use crate::db::Db;
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::ir::Query;

/// The statement of a query and what its rows hold; `None` where it is known to find nothing. The query keeps the joins
/// that its ordering and related objects made, unused. Errors of every expression in it.
pub fn select(rt: &Rt, query: &mut Query) -> Res<Option<(Compiled, SelectPlan)>> {
    let mut c = Compiler::new(rt, query);
    match c.as_sql(true, false) {
        Ok(plan) => Ok(Some((Compiled { sql: c.sql, params: c.params }, plan))),
        Err(error) if error.is(Exc::EmptyResultSet) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `query.sql_with_params()`: text with `%s`, and the parameters. EmptyResultSet where it can find nothing.
pub fn sql_with_params(rt: &Rt, query: &mut Query) -> Res<(String, Vec<Value>)> {
    let mut c = Compiler::new(rt, query);
    c.as_sql(true, false)?;
    Ok((c.sql, c.params))
}

/// `str(query)`: the parameters put in place as they are, without quotes.
pub fn sql_text(rt: &Rt, query: &mut Query) -> Res<String> {
    let (sql, params) = sql_with_params(rt, query)?;
    interpolate(rt, &sql, &params)
}

/// Whether a percent sign is neither a parameter's nor doubled.
fn odd_percent(sql: &str) -> bool {
    let mut bytes = sql.bytes();
    while let Some(b) = bytes.next() {
        if b == b'%' && !matches!(bytes.next(), Some(b's' | b'%')) {
            return true;
        }
    }
    false
}

/// `sql % params`.
pub fn interpolate(rt: &Rt, sql: &str, params: &[Value]) -> Res<String> {
    let mut out = String::with_capacity(sql.len() + 8 * params.len());
    if odd_percent(sql) {
        // A name with a percent sign: Python's own formatting says what becomes of it.
        let values = Value::tuple(params.to_vec());
        let text = ops::binary(rt, ops::BinOp::Mod, &Value::str(sql), &values)?;
        return Ok(ops::str(rt, &text)?.to_string());
    }
    let mut params = params.iter();
    let mut rest = sql;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("%s") {
            let Some(param) = params.next() else {
                return Err(Exc::TypeError.new("not enough arguments for format string"));
            };
            out.push_str(&ops::str(rt, param)?);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("%%") {
            out.push('%');
            rest = after;
        } else {
            out.push('%');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    if params.next().is_some() {
        return Err(Exc::TypeError.new("not all arguments converted during string formatting"));
    }
    Ok(out)
}

/// `query.explain(format, **options)`: SQLite's plan, a line a row. ValueError for formats and options, of which SQLite
/// has none.
pub fn explain(rt: &Rt, query: &Query, format: Option<&str>, options: &[(crate::source::Name, Value)]) -> Res<String> {
    for (name, _) in options {
        let text = name.text();
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if text.is_empty() || !text.chars().all(word) || text.contains("--") {
            let name = ops::repr(rt, &Value::str(&*text))?;
            return Err(Exc::ValueError.new(format!("Invalid option name: {name}.")));
        }
    }
    let mut query = query.clone();
    query.explain =
        Some(std::rc::Rc::new(crate::sql::ir::Explain { format: format.map(Into::into), options: options.to_vec() }));
    if let Some(format) = format.filter(|f| !f.is_empty()) {
        let format = format.to_uppercase();
        let message = format!("{format} is not a recognized format. SQLite does not support any formats.");
        return Err(Exc::ValueError.new(message));
    }
    if !options.is_empty() {
        let mut names: Vec<_> = options.iter().map(|(n, _)| n.to_string()).collect();
        names.sort();
        return Err(Exc::ValueError.new(format!("Unknown options: {}", names.join(", "))));
    }
    let Some((compiled, _)) = select(rt, &mut query)? else { return Ok(String::new()) };
    let rows = Db::of(rt).fetch_all(rt, &compiled.sql, compiled.params)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let cells = row.iter().map(|v| ops::str(rt, v).map(|s| s.to_string())).collect::<Res<Vec<_>>>()?;
        lines.push(cells.join(" "));
    }
    Ok(lines.join("\n"))
}
