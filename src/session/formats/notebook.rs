//! Jupyter notebooks, nbformat 4.

use serde_json::{Map, Value, json};

use super::json::places;
use super::script::prose_of;
use super::{Cell, Document, Format, Layout, Part, newline_of};
use crate::session::shown::Shown;

/// Reads a notebook's code cells.
///
/// Errors: a sentence where it is no JSON or no notebook, or one of a format before the fourth.
pub fn read(text: &str) -> Result<Document, String> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    if bare.trim().is_empty() {
        return Err("is no notebook: it is empty".into());
    }
    let root: Value = serde_json::from_str(bare).map_err(|e| match e.classify() {
        serde_json::error::Category::Eof => format!("is no notebook: it ends in the middle, on line {}", e.line()),
        _ => format!("is no notebook: line {}, column {}: not JSON", e.line(), e.column()),
    })?;
    let Some(cells) = root.get("cells").and_then(Value::as_array) else {
        return Err(match root.get("nbformat").and_then(Value::as_u64) {
            Some(version @ 1..=3) => {
                format!("is a notebook of format {version}: open it in Jupyter and save it, which makes it format 4")
            }
            _ => "is no notebook: it has no cells".into(),
        });
    };
    let (mut out, mut parts) = (Vec::new(), Vec::new());
    for (index, cell) in cells.iter().enumerate() {
        let source = joined(cell.get("source"));
        match cell.get("cell_type").and_then(Value::as_str) {
            Some("code") => {}
            Some("markdown") => {
                let own = cell.get("metadata").and_then(|m| m.get("ormsh")).and_then(|own| own.get("script"));
                // Edited prose is no longer what the script had.
                let script = own.and_then(Value::as_str).filter(|s| prose_of(s).as_deref() == Some(source.as_str()));
                parts.push(Part::Prose { script: script.map(str::to_string), text: source });
                continue;
            }
            _ => continue,
        }
        let outputs = cell.get("outputs").and_then(Value::as_array).map(|o| o.as_slice()).unwrap_or_default();
        let number = cell.get("execution_count").and_then(Value::as_u64).unwrap_or(0);
        let expected = if outputs.is_empty() && number == 0 { None } else { Some(shown(outputs, number)) };
        let layout = cell.get("metadata").and_then(|m| m.get("ormsh")).map(|own| Layout {
            before: own.get("before").and_then(Value::as_str).unwrap_or_default().to_string(),
            after: own.get("after").and_then(Value::as_str).unwrap_or_default().to_string(),
        });
        parts.push(Part::Cell(out.len()));
        out.push(Cell { source, expected, place: index..index, line: index + 1, layout, ..Cell::default() });
    }
    Ok(Document { format: Format::Notebook, text: text.to_string(), cells: out, parts })
}

/// A text that a notebook holds as one string or as a list of lines.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// The outputs of a cell as a transcript shows them. What went to standard error is no part of it.
fn shown(outputs: &[Value], number: u64) -> String {
    let mut text = String::new();
    for output in outputs {
        let kind = output.get("output_type").and_then(Value::as_str);
        if kind != Some("stream") && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match kind {
            Some("stream") if output.get("name").and_then(Value::as_str) != Some("stderr") => {
                text.push_str(&joined(output.get("text")));
            }
            Some("execute_result" | "pyout") => {
                let value = joined(output.get("data").and_then(|d| d.get("text/plain")));
                let separator = if value.contains('\n') { "\n" } else { "" };
                text.push_str(&format!("Out[{number}]: {separator}{value}\n"));
            }
            Some("display_data") => {
                let value = joined(output.get("data").and_then(|d| d.get("text/plain")));
                text.push_str(&format!("{value}\n"));
            }
            Some("error") => {
                let name = output.get("ename").and_then(Value::as_str).unwrap_or("");
                let message = output.get("evalue").and_then(Value::as_str).unwrap_or("");
                text.push_str(&format!("{}\n{name}: {message}\n", "-".repeat(75)));
            }
            _ => {}
        }
    }
    text
}

/// The outputs of a cell, keys in the order in which Jupyter writes them.
pub fn outputs_of(cell: &Shown) -> Vec<Value> {
    let mut outputs = Vec::new();
    if !cell.stdout.is_empty() {
        outputs.push(json!({"name": "stdout", "output_type": "stream", "text": lines(&cell.stdout)}));
    }
    if let Some(display) = &cell.display {
        let mut data = Map::new();
        if let Some(html) = &cell.html {
            data.insert("text/html".into(), lines(html));
        }
        data.insert("text/plain".into(), lines(display));
        outputs.push(json!({
            "data": data, "execution_count": cell.number, "metadata": {}, "output_type": "execute_result"
        }));
    }
    if let Some(error) = &cell.error {
        let traceback: Vec<&str> = error.traceback.trim_end_matches('\n').split('\n').collect();
        outputs.push(json!({
            "ename": error.kind, "evalue": error.message, "output_type": "error", "traceback": traceback
        }));
    }
    outputs
}

fn lines(text: &str) -> Value {
    Value::Array(text.split_inclusive('\n').map(|l| Value::String(l.to_string())).collect())
}

/// A piece of a new notebook.
pub enum Piece<'a> {
    /// A cell of Markdown, with how a script has it.
    Prose(&'a str, Option<&'a str>),
    /// A cell of code, with what it showed where it ran, and its layout in a script.
    Code(&'a str, Option<&'a Shown>, Option<&'a Layout>),
}

/// A notebook (nbformat 4.5).
pub fn notebook_of<'a>(pieces: impl Iterator<Item = Piece<'a>>) -> String {
    let cells: Vec<Value> = pieces
        .enumerate()
        .map(|(i, piece)| {
            let id = format!("cell-{}", i + 1);
            match piece {
                Piece::Prose(text, script) => {
                    let metadata = script.map_or(json!({}), |script| json!({"ormsh": {"script": script}}));
                    json!({"cell_type": "markdown", "id": id, "metadata": metadata, "source": lines(text)})
                }
                Piece::Code(source, shown, layout) => {
                    let mut metadata = Map::new();
                    if let Some(layout) = layout {
                        metadata.insert("ormsh".into(), json!({"after": layout.after, "before": layout.before}));
                    }
                    json!({
                        "cell_type": "code",
                        "execution_count": shown.map(|s| s.number),
                        "id": id,
                        "metadata": metadata,
                        "outputs": shown.map(outputs_of).unwrap_or_default(),
                        "source": lines(source),
                    })
                }
            }
        })
        .collect();
    let root = json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    let mut text = to_text(&root, " ");
    text.push('\n');
    text
}

/// JSON with an indentation.
fn to_text(root: &Value, indent: &str) -> String {
    use serde::Serialize;
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    if root.serialize(&mut serializer).is_err() {
        return String::new();
    }
    String::from_utf8(out).unwrap_or_default()
}

/// A notebook with the outputs and numbers of some cells replaced, by the cells' indexes. All else stays byte for byte.
///
/// Errors: as [`read`].
pub fn with_outputs(text: &str, new: &[(usize, &Shown)]) -> Result<String, String> {
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let no_json = || "is no notebook: not JSON".to_string();
    let root = places(&text[start..]).ok_or_else(no_json)?;
    let body = &text[start..];
    let cells = root.get(body, "cells").ok_or_else(no_json)?.items();
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for (index, shown) in new {
        let Some(cell) = cells.get(*index) else { continue };
        let column = cell.first_key().map(|at| before_on_line(body, at)).unwrap_or_default();
        let step = root.first_key().map(|at| before_on_line(body, at)).unwrap_or_default();
        let outputs = Value::Array(outputs_of(shown));
        let outputs = if column.trim().is_empty() && !column.is_empty() {
            to_text(&outputs, step).replace('\n', &format!("{}{column}", newline_of(body)))
        } else {
            outputs.to_string()
        };
        let mut missing = Vec::new();
        for (key, value) in [("execution_count", shown.number.to_string()), ("outputs", outputs)] {
            match cell.get(body, key) {
                Some(place) => edits.push((place.at.clone(), value)),
                None => missing.push(format!("\"{key}\": {value}")),
            }
        }
        if let (Some(at), false) = (cell.first_key(), missing.is_empty()) {
            let gap = if column.trim().is_empty() { format!(",{}{column}", newline_of(body)) } else { ", ".into() };
            edits.push((at..at, missing.iter().map(|m| format!("{m}{gap}")).collect()));
        }
    }
    edits.sort_by_key(|(at, _)| at.start);
    let mut out = text[..start].to_string();
    let mut copied = 0;
    for (at, value) in edits {
        out.push_str(body.get(copied..at.start).unwrap_or_default());
        out.push_str(&value);
        copied = at.end;
    }
    out.push_str(body.get(copied..).unwrap_or_default());
    Ok(out)
}

/// What stands on a place's line before it.
fn before_on_line(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    &text[start..at]
}

/// A notebook with the sources of some code cells replaced, and their outputs taken away. All else stays as it was.
///
/// Errors: as [`read`].
pub fn with_sources(text: &str, new: &[(usize, Option<String>)]) -> Result<String, String> {
    let start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let mut root: Value = serde_json::from_str(&text[start..]).map_err(|_| "is no notebook: not JSON".to_string())?;
    if let Some(cells) = root.get_mut("cells").and_then(Value::as_array_mut) {
        for (index, source) in new {
            let Some(cell) = cells.get_mut(*index).and_then(Value::as_object_mut) else { continue };
            match source {
                Some(source) => {
                    cell.insert("source".into(), lines(source));
                    cell.insert("outputs".into(), json!([]));
                    cell.insert("execution_count".into(), Value::Null);
                }
                None => {
                    cell.insert("cell_type".into(), json!("deleted"));
                }
            }
        }
        cells.retain(|c| c.get("cell_type").and_then(Value::as_str) != Some("deleted"));
    }
    let mut text = to_text(&root, " ");
    text.push('\n');
    Ok(text)
}
