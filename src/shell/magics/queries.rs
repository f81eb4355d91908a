//! Magics for what queries become: sql, explain, doctor.

use super::looks::switch;
use super::{Magic, Shell, say, usage};
use crate::db::{Db, Logged};
use crate::object::{Res, Value, ops};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::shell::{doctor as findings, explain as plans, table};
use crate::source::Name;

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "sql",
        usage: "[on|off]",
        doc: "Shows the SQL below each result, with times and rows.",
        cell: false,
        run: sql,
    },
    Magic {
        name: "explain",
        usage: "[QUERY]",
        doc: "A query's plan as a tree, and the index that would help.
A QuerySet is not read for it. Anything else is run, and what it changed is rolled back: %explain Student.objects.count().
Alone it explains what the last cell sent; as `%%explain` what the cell below it sends.",
        cell: true,
        run: explain,
    },
    Magic {
        name: "doctor",
        usage: "[on|off|CODE]",
        doc: "Notices repeated queries, and what would spare them.
Alone it looks at what the last cell sent; with code, or as `%%doctor`, it runs that and looks. Switched on it says so below
each cell that repeats a query: select_related, prefetch_related, annotate, in_bulk, bulk_create.",
        cell: true,
        run: doctor,
    },
];

fn sql(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    switch(session, "sql", &shell.state.sql, rest)
}

/// What the last cell sent.
fn last_sent(shell: &Shell, session: &Session) -> Vec<Logged> {
    let (from, to) = shell.state.marks.get();
    Db::of(&session.rt).between(from, to)
}

fn explain(shell: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    let code = body.unwrap_or(rest);
    let statements = if code.is_empty() { last_sent(shell, session) } else { asked(session, code)? };
    let statements: Vec<Logged> = statements.into_iter().filter(Logged::tells_rows).collect();
    if statements.is_empty() {
        let who = if code.is_empty() { "The last cell" } else { "That" };
        say(session, &format!("{who} sends no query.\n"));
        return Ok(None);
    }
    let mut out = Styled::new();
    let mut seen: Vec<&str> = Vec::new();
    for statement in &statements {
        if !seen.contains(&&*statement.sql) {
            seen.push(&statement.sql);
            if !out.is_empty() {
                out.push(Role::Plain, "\n");
            }
            out.extend(plans::explain(session, &statement.sql, &statement.params)?);
        }
    }
    shell.say_long(session, &out);
    Ok(None)
}

/// The statement of a QuerySet, or those that some code sends; what it changes is rolled back.
fn asked(session: &Session, code: &str) -> Res<Vec<Logged>> {
    let rt = &*session.rt;
    let db = Db::of(rt);
    let before = db.logged.get();
    let run = session.compiled(code)?;
    db.enter_atomic(rt, true, false)?;
    let result = run(session).and_then(|value| match value {
        Some(value) if table::is_set(rt, &value) => of_query(session, &value).map(|one| vec![one]),
        _ => Ok(Vec::new()),
    });
    let sent = db.between(before, db.logged.get());
    db.exit_atomic(rt, true)?;
    let own = result?;
    Ok(if own.is_empty() { sent } else { own })
}

/// The statement that a QuerySet would send.
fn of_query(session: &Session, value: &Value) -> Res<Logged> {
    let rt = &*session.rt;
    let query = ops::get_attr(rt, value, Name::new("query"))?;
    let pair = ops::call0(rt, &ops::get_attr(rt, &query, Name::new("sql_with_params"))?)?;
    let pair = ops::collect(rt, &pair)?;
    let sql = pair.first().and_then(|v| v.as_str().map(|s| s.to_string())).unwrap_or_default();
    let params = pair.get(1).map(|params| ops::collect(rt, params)).transpose()?.unwrap_or_default();
    Ok(Logged { sql: sql.into(), params: params.into(), times: None, rows: None, seconds: 0.0 })
}

fn doctor(shell: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    if body.is_none() && matches!(rest, "on" | "off" | "1" | "0") {
        return switch(session, "doctor", &shell.state.doctor, rest);
    }
    let code = body.unwrap_or(rest);
    let (value, sent, number) = if code.is_empty() {
        (None, last_sent(shell, session), session.number().saturating_sub(1))
    } else {
        let before = session.logged();
        let value = session.evaluate_here(code)?;
        (value, Db::of(&session.rt).between(before, session.logged()), session.number())
    };
    let found = findings::findings(session, &sent, number);
    let queries = sent.iter().filter(|s| s.tells_rows()).count();
    if queries == 0 && code.is_empty() {
        return usage(session, "%doctor: the last cell sent no query; give some code, or switch it on");
    }
    let mut out = Styled::new();
    findings::report(&found, queries, &mut out);
    shell.say_long(session, &out);
    Ok(value)
}
