//! Results as tables: a QuerySet, a list of dicts, of tuples or of instances.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

use crate::models::options::model_of;
use crate::object::{Rt, Value, ops};
use crate::session::Session;

/// Rows shown.
const ROWS: usize = 50;

/// The table of a value, where it is one; reading it is what `list(value)` does.
pub fn of(session: &Session, value: &Value) -> Option<String> {
    let rt = &*session.rt;
    if !is_rows(rt, value) {
        return None;
    }
    let items = ops::collect(rt, value).ok()?;
    let first = items.first()?;
    let heads = columns(rt, first)?;
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    let width = terminal_size::terminal_size().map_or(79, |(w, _)| w.0);
    table.set_width(width);
    table.set_header(heads.clone());
    for item in items.iter().take(ROWS) {
        table.add_row(cells(rt, item, &heads)?);
    }
    let more = items.len().saturating_sub(ROWS);
    let note = if more > 0 { format!("\n... and {more} more rows") } else { String::new() };
    Some(format!("{table}{note}"))
}

/// The heads and rows of a value as text, where it is a table; reading it is what `list(value)` does.
pub fn rows(session: &Session, value: &Value) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let rt = &*session.rt;
    if !is_rows(rt, value) {
        return None;
    }
    let items = ops::collect(rt, value).ok()?;
    let heads = columns(rt, items.first()?)?;
    let mut rows = Vec::new();
    for item in items.iter().take(ROWS) {
        let values = values(rt, item, &heads);
        rows.push(values.iter().map(|v| text(rt, v)).collect::<Option<Vec<String>>>()?);
    }
    Some((heads, rows))
}

fn is_rows(rt: &Rt, value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Tuple(_) => true,
        Value::Obj(_) => rt.class_of(value).mro().any(|c| &*c.name() == "QuerySet"),
        _ => false,
    }
}

fn text(rt: &Rt, value: &Value) -> Option<String> {
    if value.is_none() {
        return Some("∅".into());
    }
    ops::str(rt, value).ok().map(|s| s.to_string())
}

fn columns(rt: &Rt, first: &Value) -> Option<Vec<String>> {
    let class = rt.class_of(first);
    if let Some(model) = model_of(&Value::Class(class)) {
        return Some(model.concrete_fields().iter().map(|f| f.attname().to_string()).collect());
    }
    if let Some(dict) = first.as_dict() {
        return dict.0.keys().iter().map(|k| ops::str(rt, k).ok().map(|s| s.to_string())).collect();
    }
    if let Some(fields) = ops::get_attr_opt(rt, first, "_fields".into()).ok().flatten() {
        let names = ops::collect(rt, &fields).ok()?;
        return Some(names.iter().filter_map(|n| n.as_str().map(|s| s.to_string())).collect());
    }
    first.as_tuple().map(|tuple| (1..=tuple.len()).map(|i| i.to_string()).collect())
}

fn values(rt: &Rt, item: &Value, heads: &[String]) -> Vec<Value> {
    if let Some(dict) = item.as_dict() {
        heads.iter().map(|h| dict.get_str(rt, h).unwrap_or_default()).collect()
    } else if let Some(tuple) = item.as_tuple() {
        tuple.to_vec()
    } else {
        heads
            .iter()
            .map(|h| ops::get_attr_opt(rt, item, h.as_str().into()).ok().flatten().unwrap_or_default())
            .collect()
    }
}

fn cells(rt: &Rt, item: &Value, heads: &[String]) -> Option<Vec<Cell>> {
    values(rt, item, heads).iter().map(|v| cell(rt, v)).collect()
}

fn cell(rt: &Rt, value: &Value) -> Option<Cell> {
    let is_number = matches!(value.plain(), Value::Int(_) | Value::Float(_) | Value::Big(_))
        || &*ops::type_name(value) == "Decimal";
    let cell = Cell::new(text(rt, value)?);
    Some(if is_number { cell.set_alignment(CellAlignment::Right) } else { cell })
}
