//! Magics for the data: undo, redo, sandbox, export.

use super::{Magic, Shell, say, usage};
use crate::db::Db;
use crate::db::undo::{Applied, Refusal, Tally};
use crate::object::{Res, Value};
use crate::session::Session;
use crate::shell::{describe, export};

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "undo",
        usage: "[N]",
        doc: "Takes back what the last cell, or the last N, did to rows.
Cells that changed no data do not count. It works on files as in memory, row by row: a row that somebody else has
changed meanwhile stops it, and nothing is changed. Instances that a variable holds stay as they are (see
refresh_from_db()). Cells that make, alter or drop tables cannot be taken back, nor can what came before them.",
        cell: false,
        run: undo,
    },
    Magic {
        name: "redo",
        usage: "[N]",
        doc: "Does again what %undo took back.
It can, as long as no other cell has changed data since.",
        cell: false,
        run: redo,
    },
    Magic {
        name: "sandbox",
        usage: "[on|off|commit|discard]",
        doc: "Works on a copy of the database, in memory.
  on       from now on every change goes into the copy
  commit   keeps the changes: the database becomes what the copy is
  discard  drops them
  off      leaves the sandbox where nothing was changed in it
Without anything it says whether the sandbox is on.",
        cell: false,
        run: sandbox,
    },
    Magic {
        name: "export",
        usage: "FILE [QUERY]",
        doc: "Writes rows to a file: those of a query, or of the last value (_).
The file's ending says how: .csv, .tsv, .json, .jsonl, .md, .html, .sql (INSERT statements), .txt.
  %export honours.csv Student.objects.filter(active=True).values('name', 'surname')",
        cell: false,
        run: run_export,
    },
];

fn count(session: &Session, name: &str, rest: &str) -> Result<usize, Res<Option<Value>>> {
    match rest {
        "" => Ok(1),
        text => match text.parse::<usize>() {
            Ok(n) if n > 0 => Ok(n),
            _ => Err(usage(session, &format!("%{name} takes a number of cells, not {text}"))),
        },
    }
}

fn undo(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let count = match count(session, "undo", rest) {
        Ok(count) => count,
        Err(said) => return said,
    };
    let db = Db::of(&session.rt);
    if !db.undo.is_on() {
        say(session, "Nothing to undo: changes are recorded at the prompt alone.\n");
        return Ok(None);
    }
    match db.undo.undo(&*db.raw(&session.rt)?, count) {
        Ok(applied) => say(session, &told(session, &applied, count, false)),
        Err(Refusal::Nothing(_)) if db.undo.has_undone() => say(session, "Nothing more to undo.\n"),
        Err(Refusal::Nothing(cell)) => say(session, &format!("Nothing to undo: {}.\n", Refusal::Nothing(cell))),
        Err(refusal) => say(session, &format!("Nothing was undone: {}.\n", by_models(session, refusal))),
    }
    Ok(None)
}

fn redo(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let count = match count(session, "redo", rest) {
        Ok(count) => count,
        Err(said) => return said,
    };
    let db = Db::of(&session.rt);
    match db.undo.redo(&*db.raw(&session.rt)?, count) {
        Ok(applied) => say(session, &told(session, &applied, count, true)),
        Err(Refusal::Nothing(_)) => say(session, "Nothing to redo.\n"),
        Err(refusal) => say(session, &format!("Nothing was done: {}.\n", by_models(session, refusal))),
    }
    Ok(None)
}

/// A refusal with the models' names in place of the tables'.
fn by_models(session: &Session, refusal: Refusal) -> Refusal {
    let name = |table: String| describe::model_of_table(session, &table).unwrap_or(table);
    match refusal {
        Refusal::Conflict { cell, table, row } => Refusal::Conflict { cell, table: name(table), row },
        Refusal::Dangling { table, to } => Refusal::Dangling { table: name(table), to: name(to) },
        other => other,
    }
}

/// `Undid In [3]: 2 Student removed, 1 Mark changed back.`
fn told(session: &Session, applied: &Applied, asked: usize, forward: bool) -> String {
    let cells: Vec<String> = applied.cells.iter().map(|cell| format!("In [{cell}]")).collect();
    let mut parts = Vec::new();
    for (table, tally) in &applied.tables {
        let name = describe::model_of_table(session, table).unwrap_or_else(|| table.clone());
        let Tally { restored, removed, changed } = *tally;
        let words = if forward { ["added", "removed", "changed"] } else { ["put back", "removed", "changed back"] };
        for (n, word) in [restored, removed, changed].into_iter().zip(words) {
            if n > 0 {
                parts.push(format!("{n} {name} {word}"));
            }
        }
    }
    let what = if parts.is_empty() { "no row differs".to_string() } else { parts.join(", ") };
    let verb = if forward { "Did again" } else { "Undid" };
    let mut out = format!("{verb} {}: {what}.\n", cells.join(", "));
    if applied.cells.len() < asked {
        out.push_str(&format!("There were no more than {}.\n", applied.cells.len()));
    }
    out
}

fn sandbox(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let (rt, db) = (&session.rt, Db::of(&session.rt));
    let state = |db: &Db| match (db.in_sandbox(), db.sandbox_changed(rt)) {
        (false, _) => "The sandbox is off: changes go into the database.",
        (true, false) => "The sandbox is on: changes go into a copy; nothing was changed yet.",
        (true, true) => "The sandbox is on: %sandbox commit keeps its changes, %sandbox discard drops them.",
    };
    let result = match rest {
        "" => {
            say(session, &format!("{}\n", state(&db)));
            return Ok(None);
        }
        "on" => db.open_sandbox(rt).map(|()| "The sandbox is on: changes go into a copy, in memory."),
        "commit" => db.commit_sandbox(rt).map(|()| "The sandbox's changes are kept; the sandbox is off."),
        "discard" => db.discard_sandbox().map(|()| "The sandbox's changes are dropped; the sandbox is off."),
        "off" if db.sandbox_changed(rt) => {
            say(session, "The sandbox has changes: %sandbox commit keeps them, %sandbox discard drops them.\n");
            return Ok(None);
        }
        "off" => db.discard_sandbox().map(|()| "The sandbox is off."),
        other => return usage(session, &format!("%sandbox takes on, off, commit or discard, not {other}")),
    };
    match result {
        Ok(sentence) => say(session, &format!("{sentence}\n")),
        Err(error) => say(session, &format!("Nothing was done: {error}.\n")),
    }
    Ok(None)
}

fn run_export(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let (file, query) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if file.is_empty() {
        return usage(session, "%export FILE [QUERY]");
    }
    let value = match query.trim() {
        "" => session.shown().pop().map(|(_, value)| value),
        query => session.evaluate_here(query)?,
    };
    let Some(value) = value else {
        return usage(session, "there is no value to export: give a query behind the file's name");
    };
    let Some(form) = export::Form::of(file) else {
        return usage(session, &format!("{file}: the ending must be one of {}", export::ENDINGS));
    };
    let (rows, text) = match export::text(session, &value, form)? {
        Some(done) => done,
        None => {
            return usage(session, "only rows can be exported: a QuerySet, or a list of dicts, tuples or instances");
        }
    };
    super::cells::write(&super::cells::home(file), &text)?;
    say(session, &format!("{rows} {} written to {file}\n", if rows == 1 { "row" } else { "rows" }));
    Ok(None)
}
