//! Values that could stand in a query: choices, keys that are there, keys of JSON.

use super::Candidate;
use crate::db::Db;
use crate::models::{FieldRef, ModelRef};
use crate::object::{Value, ops};
use crate::session::Session;

/// More values than this are none to choose from.
const FEW: usize = 40;
/// So many rows are looked at for the keys of their JSON.
const LOOKED_AT: usize = 200;

/// Rows of a statement that leaves no trace in the log; none where it fails.
fn rows(session: &Session, sql: &str) -> Vec<Vec<Value>> {
    let db = Db::of(&session.rt);
    let before = db.logging_off.replace(true);
    let found = match db.raw(&session.rt) {
        Ok(conn) => read(&conn, sql).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    db.logging_off.set(before);
    found
}

fn read(conn: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut statement = conn.prepare_cached(sql)?;
    let width = statement.column_count();
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let row = crate::db::Row(row);
        out.push((0..width).map(|i| row.value(i).unwrap_or_default()).collect());
    }
    Ok(out)
}

fn quoted(name: &str) -> String {
    crate::db::operations::quote_name(name)
}

/// A field's value as a session has it, with a word on it.
pub struct Known {
    /// The value.
    pub value: Value,
    /// What it stands for.
    pub label: String,
}

/// The values of a field where they are few: its choices, True and False, the keys of the objects that it refers to.
pub fn of_field(session: &Session, field: &FieldRef) -> Vec<Known> {
    let rt = &session.rt;
    if let Some(choices) = &field.options().choices {
        return choices
            .flat
            .iter()
            .map(|(value, label)| Known {
                value: value.clone(),
                label: ops::str(rt, label).map(|s| s.to_string()).unwrap_or_default(),
            })
            .collect();
    }
    if field.is_relation() {
        let Some(model) = field.related_model() else { return Vec::new() };
        let target = match field.is_reverse() {
            true => model.pk(),
            false => field.column_target().or_else(|| model.pk()),
        };
        return target.map(|target| keys(session, &target)).unwrap_or_default();
    }
    if matches!(field.internal_type(), "BooleanField" | "NullBooleanField") {
        return [true, false].map(|b| Known { value: Value::Bool(b), label: String::new() }).into();
    }
    if field.unique() { keys(session, field) } else { Vec::new() }
}

/// The values of a unique column with the first text beside each.
fn keys(session: &Session, field: &FieldRef) -> Vec<Known> {
    let rt = &session.rt;
    let (Some(model), Some(column)) = (field.model(), field.column()) else { return Vec::new() };
    let label = label_of(&model, field);
    let column = quoted(&column);
    let shown = label.map_or("NULL".to_string(), |c| quoted(&c));
    let table = quoted(&model.db_table.borrow());
    let sql = format!("SELECT {column}, {shown} FROM {table} ORDER BY 1 LIMIT {}", FEW + 1);
    let found = rows(session, &sql);
    if found.len() > FEW {
        return Vec::new();
    }
    let converter = field.converter(rt);
    found
        .into_iter()
        .filter_map(|row| {
            let mut row = row.into_iter();
            let value = converter.apply(rt, row.next()?).ok()?;
            let label = row.next().and_then(|v| v.as_str().map(|s| s.to_string())).unwrap_or_default();
            (!value.is_none()).then_some(Known { value, label })
        })
        .collect()
}

/// The column that says best what a row is: the first text that is not the field itself.
fn label_of(model: &ModelRef, field: &FieldRef) -> Option<String> {
    let fields = model.concrete_fields();
    let texts = fields.iter().filter(|f| !f.is_relation() && f.internal_type() == "CharField");
    let mut others = texts.filter(|f| f.name() != field.name() && f.options().choices.is_none());
    others.next().and_then(|f| f.column()).map(|c| c.to_string())
}

/// The keys that the JSON of a field has at a path.
pub fn json_keys(session: &Session, field: &FieldRef, path: &[String]) -> Vec<String> {
    let (Some(model), Some(column)) = (field.model(), field.column()) else { return Vec::new() };
    let (table, column) = (quoted(&model.db_table.borrow()), quoted(&column));
    let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT {LOOKED_AT}");
    let mut out: Vec<String> = Vec::new();
    for row in rows(session, &sql) {
        let Some(text) = row.first().and_then(Value::as_str) else { continue };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else { continue };
        let mut at = Some(&json);
        for key in path {
            at = at.and_then(|j| match key.parse::<usize>() {
                Ok(n) if j.is_array() => j.get(n),
                _ => j.get(key),
            });
        }
        let Some(object) = at.and_then(|j| j.as_object()) else { continue };
        for key in object.keys() {
            let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
            if plain && !out.contains(key) {
                out.push(key.clone());
            }
        }
    }
    out.sort();
    out
}

/// Values as code: `'A'`, `3`.
pub fn as_code(session: &Session, known: Vec<Known>, word: &str) -> Vec<Candidate> {
    known
        .into_iter()
        .filter_map(|k| Some(Candidate::new(ops::repr(&session.rt, &k.value).ok()?.to_string(), k.label)))
        .filter(|c| c.text.starts_with(word))
        .collect()
}

/// Values inside a string that is being typed.
pub fn as_text(session: &Session, known: Vec<Known>, word: &str) -> Vec<Candidate> {
    known
        .into_iter()
        .filter(|k| matches!(k.value.plain(), Value::Str(_)) || k.value.as_obj().is_some())
        .filter_map(|k| Some(Candidate::new(ops::str(&session.rt, &k.value).ok()?.to_string(), k.label)))
        .filter(|c| c.text.starts_with(word) && !c.text.contains(['\'', '"', '\\', '\n']))
        .collect()
}
