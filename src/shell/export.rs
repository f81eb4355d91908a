//! Rows as files: CSV, JSON, Markdown, HTML, SQL.

use std::path::Path;

use super::table::{self, Rows};
use crate::db::log::quote_into;
use crate::object::{Res, Rt, Value, ops};
use crate::session::Session;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With commas.
    Csv,
    /// With tabs.
    Tsv,
    /// One list of objects.
    Json,
    /// An object a line.
    JsonLines,
    /// A table.
    Markdown,
    /// A table.
    Html,
    /// `INSERT` statements.
    Sql,
    /// Columns.
    Text,
}

/// The endings that [`Form::of`] knows.
pub const ENDINGS: &str = ".csv, .tsv, .json, .jsonl, .md, .html, .sql, .txt";

impl Form {
    /// The form that a file's ending stands for.
    pub fn of(file: &str) -> Option<Form> {
        Some(match Path::new(file).extension()?.to_str()?.to_lowercase().as_str() {
            "csv" => Form::Csv,
            "tsv" => Form::Tsv,
            "json" => Form::Json,
            "jsonl" | "ndjson" => Form::JsonLines,
            "md" => Form::Markdown,
            "html" | "htm" => Form::Html,
            "sql" => Form::Sql,
            "txt" => Form::Text,
            _ => return None,
        })
    }
}

/// The rows of a value as a file's text, and how many there are; `None` where it has no rows.
///
/// Errors: what reading them raises, KeyboardInterrupt among it.
pub fn text(session: &Session, value: &Value, form: Form) -> Res<Option<(usize, String)>> {
    let rt = &*session.rt;
    let Some(rows) = table::read(rt, value, None)? else {
        let empty = table::is_set(rt, value) || matches!(value, Value::List(_));
        let nothing = if form == Form::Json { "[]\n" } else { "" };
        return Ok((empty && ops::len(rt, value)? == 0).then(|| (0, nothing.to_string())));
    };
    let mut out = String::new();
    head(&rows, form, &mut out);
    let total = rows.rows.len();
    let name = match form {
        Form::Sql => table_name(rt, value),
        _ => String::new(),
    };
    for (i, row) in rows.rows.iter().enumerate() {
        if i % 512 == 0 {
            rt.check_interrupt()?;
            rt.host.progress("exporting", i, total);
        }
        line(rt, &rows, row, i, form, &name, &mut out)?;
    }
    rt.host.progress("exporting", total, total);
    match form {
        Form::Json => out.push_str("\n]\n"),
        Form::Html => out.push_str("</tbody>\n</table>\n"),
        Form::Text => {
            out = table::columns(rt, &rows)?;
            out.push('\n');
        }
        _ => {}
    }
    Ok(Some((total, out)))
}

fn head(rows: &Rows, form: Form, out: &mut String) {
    match form {
        Form::Csv | Form::Tsv => {
            let heads: Vec<String> = rows.heads.iter().map(|h| separated(h, form)).collect();
            out.push_str(&format!("{}\n", heads.join(separator(form))));
        }
        Form::Json => out.push('['),
        Form::Markdown => {
            let heads: Vec<String> = rows.heads.iter().map(|h| h.replace('|', "\\|")).collect();
            out.push_str(&format!("| {} |\n|{}\n", heads.join(" | "), " --- |".repeat(heads.len())));
        }
        Form::Html => {
            let heads: String = rows.heads.iter().map(|h| format!("<th>{}</th>", escaped(h))).collect();
            out.push_str(&format!("<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"));
        }
        Form::JsonLines | Form::Sql | Form::Text => {}
    }
}

fn line(rt: &Rt, rows: &Rows, row: &[Value], i: usize, form: Form, name: &str, out: &mut String) -> Res<()> {
    let texts = || row.iter().map(|value| bare(rt, value)).collect::<Res<Vec<String>>>();
    match form {
        Form::Csv | Form::Tsv => {
            let cells: Vec<String> = texts()?.iter().map(|text| separated(text, form)).collect();
            out.push_str(&format!("{}\n", cells.join(separator(form))));
        }
        Form::Json | Form::JsonLines => {
            let mut object = serde_json::Map::new();
            for (head, value) in rows.heads.iter().zip(row) {
                object.insert(head.clone(), json(rt, value)?);
            }
            let object = serde_json::Value::Object(object);
            match form {
                Form::Json => out.push_str(&format!("{}\n  {object}", if i > 0 { "," } else { "" })),
                _ => out.push_str(&format!("{object}\n")),
            }
        }
        Form::Markdown => {
            let cells: Vec<String> =
                texts()?.iter().map(|text| text.replace('|', "\\|").replace(['\r', '\n'], " ")).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        Form::Html => {
            let cells: String = texts()?.iter().map(|text| format!("<td>{}</td>", escaped(text))).collect();
            out.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        Form::Sql => {
            let heads: Vec<String> = rows.heads.iter().map(|h| format!("\"{}\"", h.replace('"', "\"\""))).collect();
            out.push_str(&format!("INSERT INTO \"{name}\" ({}) VALUES (", heads.join(", ")));
            for (i, value) in row.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match value.plain() {
                    Value::None
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::Float(_)
                    | Value::Str(_)
                    | Value::Bytes(_) => quote_into(value, out),
                    _ => quote_into(&Value::str(bare(rt, value)?), out),
                }
            }
            out.push_str(");\n");
        }
        Form::Text => {}
    }
    Ok(())
}

/// A value's text; nothing for None.
fn bare(rt: &Rt, value: &Value) -> Res<String> {
    if value.is_none() { Ok(String::new()) } else { ops::str(rt, value).map(|text| text.to_string()) }
}

fn separator(form: Form) -> &'static str {
    if form == Form::Tsv { "\t" } else { "," }
}

/// A cell between separators: in quotes where it needs them.
fn separated(text: &str, form: Form) -> String {
    if form == Form::Tsv {
        return text.replace(['\t', '\r', '\n'], " ");
    }
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_string()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A value as JSON; what JSON has no word for as text.
fn json(rt: &Rt, value: &Value) -> Res<serde_json::Value> {
    Ok(match value.plain() {
        Value::None => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i).into(),
        Value::Float(f) => (*f).into(),
        Value::Str(text) => text.to_string().into(),
        Value::List(_) | Value::Tuple(_) => {
            let items = ops::collect(rt, value)?;
            items.iter().map(|item| json(rt, item)).collect::<Res<Vec<_>>>()?.into()
        }
        Value::Dict(dict) => {
            let mut object = serde_json::Map::new();
            for (key, value) in dict.0.items() {
                object.insert(bare(rt, &key)?, json(rt, &value)?);
            }
            object.into()
        }
        _ => bare(rt, value)?.into(),
    })
}

/// The table that a value's rows come from, for INSERT statements.
fn table_name(rt: &Rt, value: &Value) -> String {
    let model = ops::get_attr_opt(rt, value, crate::source::Name::new("model")).ok().flatten();
    let model = model.and_then(|model| crate::models::options::model_of(&model));
    model.map_or_else(|| "rows".into(), |model| model.db_table.borrow().replace('"', "\"\""))
}
