//! Results as tables: a QuerySet, a list of dicts, of tuples or of instances.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme;
use crate::models::options::model_of;
use crate::object::types::slice;
use crate::object::{Res, Rt, Value, ops};
use crate::session::Session;
use crate::source::Name;

/// Rows that a hand-out shows.
const HANDED_OUT: usize = 50;

/// The widest a column gets while others want room.
const WIDEST: usize = 60;

/// The narrowest a column is cut to before rows are set one below the other.
const NARROWEST: usize = 8;

/// A value read as rows.
pub struct Rows {
    /// The columns' names.
    pub heads: Vec<String>,
    /// The values.
    pub rows: Vec<Vec<Value>>,
    /// Whether there are rows beyond those read.
    pub more: bool,
}

/// Reads a value as rows, at most so many. `None` where it is none: neither a QuerySet nor a list of dicts, tuples or
/// instances.
///
/// Errors: what reading it raises.
pub fn read(rt: &Rt, value: &Value, limit: Option<usize>) -> Res<Option<Rows>> {
    let is_set = is_set(rt, value);
    let mut items = match value {
        Value::List(_) => ops::collect(rt, value)?,
        Value::Obj(_) if is_set => {
            let cached = ops::get_attr_opt(rt, value, Name::new("_result_cache"))?.is_some_and(|c| !c.is_none());
            match limit {
                // One row more than is shown tells whether there are more.
                Some(limit) if !cached => {
                    let first = slice::value(rt, Value::None, Value::Int(limit as i64 + 1), Value::None);
                    ops::collect(rt, &ops::get_item(rt, value, &first)?)?
                }
                _ => ops::collect(rt, value)?,
            }
        }
        _ => return Ok(None),
    };
    let more = limit.is_some_and(|limit| items.len() > limit);
    if let Some(limit) = limit {
        items.truncate(limit);
    }
    let heads = match items.first() {
        Some(first) => match heads_of(rt, value, first, is_set)? {
            Some(heads) => heads,
            None => return Ok(None),
        },
        None => return Ok(None),
    };
    let mut rows = Vec::with_capacity(items.len());
    for item in &items {
        match values(rt, item, &heads)? {
            Some(row) => rows.push(row),
            None => return Ok(None),
        }
    }
    Ok(Some(Rows { heads, rows, more }))
}

/// Whether a value is a QuerySet.
pub fn is_set(rt: &Rt, value: &Value) -> bool {
    rt.class_of(value).mro().any(|c| matches!(&*c.name(), "QuerySet" | "RawQuerySet"))
}

/// Rows as columns of text, nothing cut.
///
/// Errors: what `str()` of a value raises.
pub fn columns(rt: &Rt, read: &Rows) -> Res<String> {
    let shown = texts(rt, read)?;
    let columns: Vec<Column> = (0..read.heads.len()).map(|i| Column::new(read, &shown, i)).collect();
    Ok(plain(&read.heads, &shown, &columns))
}

fn texts(rt: &Rt, read: &Rows) -> Res<Vec<Vec<String>>> {
    read.rows.iter().map(|row| row.iter().map(|v| text(rt, v)).collect()).collect()
}

fn heads_of(rt: &Rt, value: &Value, first: &Value, is_set: bool) -> Res<Option<Vec<String>>> {
    if let Some(model) = model_of(&Value::Class(rt.class_of(first))) {
        return Ok(Some(model.concrete_fields().iter().map(|f| f.attname().to_string()).collect()));
    }
    if let Some(dict) = first.as_dict() {
        let keys: Res<Vec<String>> = dict.0.keys().iter().map(|k| ops::str(rt, k).map(|s| s.to_string())).collect();
        return keys.map(Some);
    }
    let names = |of: &Value| -> Res<Option<Vec<String>>> {
        let Some(fields) = ops::get_attr_opt(rt, of, Name::new("_fields"))?.filter(|f| !f.is_none()) else {
            return Ok(None);
        };
        let names = ops::collect(rt, &fields)?;
        Ok(Some(names.iter().filter_map(|n| n.as_str().map(|s| s.to_string())).collect()))
    };
    if let Some(tuple) = first.as_tuple() {
        let asked = if is_set { names(value)? } else { None };
        let named = match asked.filter(|a| a.len() == tuple.len()) {
            Some(asked) => Some(asked),
            None => names(first)?.filter(|n| n.len() == tuple.len()),
        };
        return Ok(Some(named.unwrap_or_else(|| (1..=tuple.len()).map(|i| i.to_string()).collect())));
    }
    if let Some(list) = names(first)? {
        return Ok(Some(list));
    }
    // values_list(flat=True), dates(): one column.
    Ok(is_set.then(|| names(value).ok().flatten().filter(|n| n.len() == 1).unwrap_or_else(|| vec!["value".into()])))
}

/// A row's values; `None` where it is unlike the first.
fn values(rt: &Rt, item: &Value, heads: &[String]) -> Res<Option<Vec<Value>>> {
    if let Some(dict) = item.as_dict() {
        return Ok(Some(heads.iter().map(|h| dict.get_str(rt, h).unwrap_or_default()).collect()));
    }
    if let Some(tuple) = item.as_tuple() {
        return Ok((tuple.len() == heads.len()).then(|| tuple.to_vec()));
    }
    if model_of(&Value::Class(rt.class_of(item))).is_some() {
        // What a deferred field holds is not asked for: that would be a query a row.
        let given = |h: &String| match item {
            Value::Obj(instance) => {
                instance.get(Name::new(h)).map_or_else(|| ops::get_attr(rt, item, Name::new(h)), Ok)
            }
            _ => Ok(Value::None),
        };
        return heads.iter().map(given).collect::<Res<Vec<Value>>>().map(Some);
    }
    Ok((heads.len() == 1).then(|| vec![item.clone()]))
}

/// The heads and rows of a value as text for a hand-out, where it is a table; no more is read than is shown, and what that
/// sends is no part of the session's log.
pub fn rows(session: &Session, value: &Value) -> Option<crate::session::shown::Table> {
    let rt = &*session.rt;
    let db = crate::db::Db::of(rt);
    let logging = db.logging_off.replace(true);
    let read = read(rt, value, Some(HANDED_OUT));
    db.logging_off.set(logging);
    let read = read.ok().flatten()?;
    let rows: Option<Vec<Vec<String>>> =
        read.rows.iter().map(|row| row.iter().map(|v| text(rt, v).ok()).collect()).collect();
    Some(crate::session::shown::Table { heads: read.heads, rows: rows?, more: read.more })
}

/// The text of a value as a table fitted to the terminal; plain columns where there is none.
///
/// Errors: what reading the value raises.
pub fn of(session: &Session, value: &Value, limit: usize) -> Res<Option<String>> {
    let rt = &*session.rt;
    let Some(read) = read(rt, value, Some(limit))? else { return Ok(None) };
    let shown = texts(rt, &read)?;
    let width = super::pager::columns();
    let columns: Vec<Column> = (0..read.heads.len()).map(|i| Column::new(&read, &shown, i)).collect();
    let mut out = match width {
        None => plain(&read.heads, &shown, &columns),
        Some(width) => match fitted(&columns, width) {
            Some(widths) => drawn(&read, &shown, &columns, &widths),
            None => tall(&read.heads, &shown, width),
        },
    };
    if read.more {
        out.push_str(&format!("\n(the first {limit} rows; %table {} shows more)", limit.saturating_mul(4)));
    }
    Ok(Some(out))
}

/// A value's text on one line.
fn text(rt: &Rt, value: &Value) -> Res<String> {
    if value.is_none() {
        return Ok("NULL".into());
    }
    let text = ops::str(rt, value)?;
    if !text.contains(|c: char| c.is_control()) {
        return Ok(text.to_string());
    }
    Ok(text
        .chars()
        .map(|c| match c {
            '\n' => '↵',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect())
}

/// What the width and side of a column depend on.
struct Column {
    width: usize,
    head: usize,
    numbers: bool,
}

impl Column {
    fn new(read: &Rows, shown: &[Vec<String>], i: usize) -> Column {
        let cells = shown.iter().filter_map(|row| row.get(i)).map(|text| text.width()).max().unwrap_or(0);
        let head = read.heads[i].width();
        let mut values = read.rows.iter().filter_map(|row| row.get(i)).filter(|v| !v.is_none()).peekable();
        let numbers = values.peek().is_some()
            && values.all(|value| {
                matches!(value.plain(), Value::Int(_) | Value::Float(_) | Value::Big(_))
                    || &*ops::type_name(value) == "Decimal"
            });
        Column { width: cells.max(head), head, numbers }
    }
}

/// The columns' widths so that the table fits; `None` where it cannot.
fn fitted(columns: &[Column], width: usize) -> Option<Vec<usize>> {
    let frame = 3 * columns.len() + 1;
    let natural: Vec<usize> = columns.iter().map(|c| c.width).collect();
    if natural.iter().sum::<usize>() + frame <= width {
        return Some(natural);
    }
    let mut widths: Vec<usize> = natural.iter().map(|w| (*w).min(WIDEST)).collect();
    loop {
        let total = widths.iter().sum::<usize>() + frame;
        if total <= width {
            // What is left over goes to whoever was cut.
            let mut left = width - total;
            for (w, natural) in widths.iter_mut().zip(&natural) {
                let more = (natural - *w).min(left);
                *w += more;
                left -= more;
            }
            return Some(widths);
        }
        // The widest gives way first; numbers are never cut.
        let widest = (0..columns.len())
            .filter(|&i| !columns[i].numbers && widths[i] > NARROWEST.max(columns[i].head.min(16)))
            .max_by_key(|&i| widths[i])?;
        widths[widest] -= (total - width).min(widths[widest] - NARROWEST).clamp(1, 4);
    }
}

/// A text cut to so many columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        if used + cluster.width() + 1 > width {
            break;
        }
        used += cluster.width();
        out.push_str(cluster);
    }
    out.push('…');
    out
}

fn drawn(read: &Rows, shown: &[Vec<String>], columns: &[Column], widths: &[usize]) -> String {
    let styled = theme::is_on();
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    if styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let side = |cell: Cell, i: usize| {
        if columns.get(i).is_some_and(|c| c.numbers) { cell.set_alignment(CellAlignment::Right) } else { cell }
    };
    let cell = |text: &str, i: usize| side(Cell::new(cut(text, widths.get(i).copied().unwrap_or(WIDEST))), i);
    table.set_header(read.heads.iter().enumerate().map(|(i, head)| {
        let head = cell(head, i);
        if styled { head.add_attribute(Attribute::Bold) } else { head }
    }));
    for (values, texts) in read.rows.iter().zip(shown) {
        table.add_row(values.iter().zip(texts).enumerate().map(|(i, (value, text))| match value.is_none() {
            true if styled => cell(text, i).add_attribute(Attribute::Dim),
            true => cell("∅", i),
            false => cell(text, i),
        }));
    }
    table.to_string()
}

/// Rows one below the other.
fn tall(heads: &[String], shown: &[Vec<String>], width: usize) -> String {
    let label = heads.iter().map(|h| h.width()).max().unwrap_or(0);
    let mut out = String::new();
    for (n, row) in shown.iter().enumerate() {
        let title = format!("── {} ", n + 1);
        out.push_str(&format!("{title}{}\n", "─".repeat(width.min(60).saturating_sub(title.width()))));
        for (head, text) in heads.iter().zip(row) {
            let pad = " ".repeat(label - head.width() + 2);
            out.push_str(&format!("{head}{pad}{}\n", cut(text, width.saturating_sub(label + 2).max(NARROWEST))));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Columns without frames, nothing cut: for files and other programs.
fn plain(heads: &[String], shown: &[Vec<String>], columns: &[Column]) -> String {
    let line = |cells: &[String]| {
        let mut line = String::new();
        for (i, (text, column)) in cells.iter().zip(columns).enumerate() {
            let pad = " ".repeat(column.width.saturating_sub(text.width()));
            if i > 0 {
                line.push_str("  ");
            }
            match column.numbers {
                true => line.push_str(&format!("{pad}{text}")),
                false => line.push_str(&format!("{text}{pad}")),
            }
        }
        line.trim_end().to_string()
    };
    let rule: Vec<String> = columns.iter().map(|c| "-".repeat(c.width)).collect();
    let mut lines = vec![line(heads), line(&rule)];
    lines.extend(shown.iter().map(|row| line(row)));
    lines.join("\n")
}
