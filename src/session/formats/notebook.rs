//! Jupyter notebooks, nbformat 4.

use serde_json::{Map, Value, json};

use super::{Cell, Document, Format, Style};

/// Reads a notebook's code cells.
///
/// Errors: a sentence where it is no JSON or no notebook.
pub fn read(text: &str) -> Result<Document, String> {
    let root: Value = serde_json::from_str(text)
        .map_err(|e| format!("is no notebook: line {}, column {}: not JSON", e.line(), e.column()))?;
    let Some(cells) = root.get("cells").and_then(Value::as_array) else {
        return Err("is no notebook: it has no cells".into());
    };
    let mut out = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        if cell.get("cell_type").and_then(Value::as_str) != Some("code") {
            continue;
        }
        let source = joined(cell.get("source"));
        let outputs = cell.get("outputs").and_then(Value::as_array).map(|o| o.as_slice()).unwrap_or_default();
        let number = cell.get("execution_count").and_then(Value::as_u64).unwrap_or(0);
        let expected = if outputs.is_empty() && number == 0 { None } else { Some(shown(outputs, number)) };
        out.push(Cell {
            source,
            expected,
            place: index..index,
            line: index + 1,
            style: Style::Numbered,
            indent: String::new(),
        });
    }
    Ok(Document { format: Format::Notebook, text: text.to_string(), cells: out })
}

/// A text that a notebook holds as one string or as a list of lines.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// The outputs of a cell as a transcript shows them.
fn shown(outputs: &[Value], number: u64) -> String {
    let mut text = String::new();
    for output in outputs {
        match output.get("output_type").and_then(Value::as_str) {
            Some("stream") => text.push_str(&joined(output.get("text"))),
            Some("execute_result" | "display_data") => {
                let value = joined(output.get("data").and_then(|d| d.get("text/plain")));
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                let separator = if value.contains('\n') { "\n" } else { "" };
                text.push_str(&format!("Out[{number}]: {separator}{value}\n"));
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

/// A cell for a new notebook: its code with what it showed.
pub struct NotebookCell<'a> {
    /// The number.
    pub number: u32,
    /// The code.
    pub source: &'a str,
    /// What it printed.
    pub stdout: &'a str,
    /// The text behind `Out[n]:`.
    pub display: Option<&'a str>,
    /// HTML of the value, where there is any.
    pub html: Option<String>,
    /// The exception: class, message, traceback.
    pub error: Option<(String, String, String)>,
}

/// The outputs of a cell.
pub fn outputs_of(cell: &NotebookCell<'_>) -> Vec<Value> {
    let mut outputs = Vec::new();
    if !cell.stdout.is_empty() {
        outputs.push(json!({"name": "stdout", "output_type": "stream", "text": lines(cell.stdout)}));
    }
    if let Some(display) = cell.display {
        let mut data = Map::new();
        if let Some(html) = &cell.html {
            data.insert("text/html".into(), lines(html));
        }
        data.insert("text/plain".into(), lines(display));
        outputs.push(json!({
            "data": data, "execution_count": cell.number, "metadata": {}, "output_type": "execute_result"
        }));
    }
    if let Some((name, message, traceback)) = &cell.error {
        let traceback: Vec<&str> = traceback.trim_end_matches('\n').split('\n').collect();
        outputs.push(json!({"ename": name, "evalue": message, "output_type": "error", "traceback": traceback}));
    }
    outputs
}

fn lines(text: &str) -> Value {
    Value::Array(text.split_inclusive('\n').map(|l| Value::String(l.to_string())).collect())
}

/// A notebook (nbformat 4.5) of code cells.
pub fn notebook_of(cells: &[NotebookCell<'_>]) -> String {
    let cells: Vec<Value> = cells
        .iter()
        .map(|cell| {
            json!({
                "cell_type": "code",
                "execution_count": cell.number,
                "id": format!("cell-{}", cell.number),
                "metadata": {},
                "outputs": outputs_of(cell),
                "source": lines(cell.source),
            })
        })
        .collect();
    let root = json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    to_text(&root)
}

/// JSON as notebooks are written: one blank of indentation, a newline at the end.
pub fn to_text(root: &Value) -> String {
    use serde::Serialize;
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    if root.serialize(&mut serializer).is_err() {
        return String::new();
    }
    let mut text = String::from_utf8(out).unwrap_or_default();
    text.push('\n');
    text
}

/// A notebook with the outputs of some cells replaced.
///
/// Errors: as [`read`].
pub fn with_outputs(text: &str, new: &[(usize, u32, Vec<Value>)]) -> Result<String, String> {
    let mut root: Value = serde_json::from_str(text).map_err(|_| "is no notebook: not JSON".to_string())?;
    if let Some(cells) = root.get_mut("cells").and_then(Value::as_array_mut) {
        for (index, number, outputs) in new {
            if let Some(cell) = cells.get_mut(*index).and_then(Value::as_object_mut) {
                cell.insert("outputs".into(), Value::Array(outputs.clone()));
                cell.insert("execution_count".into(), json!(number));
            }
        }
    }
    Ok(to_text(&root))
}
