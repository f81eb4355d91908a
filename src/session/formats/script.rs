//! Scripts: cells behind `# %%` lines, or a cell a statement.

use super::{Cell, Document, Format, Layout, Part};
use crate::session::cells;

/// Reads a script. Its cells are those of [`cells::split`]; their code and layouts, one after another, are its text.
pub fn read(text: &str) -> Document {
    let normal = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out: Vec<Cell> = Vec::new();
    let (mut at, mut line) = (0, 1);
    for source in cells::split(text) {
        let found = normal.get(at..).and_then(|rest| rest.find(&source)).map_or(at, |i| at + i);
        let before = normal.get(at..found).unwrap_or_default();
        line += before.matches('\n').count();
        let mut cell = Cell { line, start: found, place: found..found, ..Cell::default() };
        // What stands before a cell and up to its marker ends the cell before it.
        let own = match out.last_mut() {
            None => before,
            Some(last) => {
                let start = before
                    .rfind("\n# %%")
                    .map_or_else(|| if before.starts_with("# %%") { 0 } else { before.len() }, |i| i + 1);
                last.layout.get_or_insert_default().after.push_str(&before[..start]);
                &before[start..]
            }
        };
        cell.prose = prose(own, &source);
        cell.layout = Some(Layout { before: own.to_string(), after: String::new() });
        line += source.matches('\n').count();
        at = (found + source.len()).min(normal.len());
        cell.source = source;
        out.push(cell);
    }
    if let Some(last) = out.last_mut() {
        last.layout.get_or_insert_default().after.push_str(normal.get(at..).unwrap_or_default());
    }
    let parts = out
        .iter()
        .enumerate()
        .map(|(i, cell)| match &cell.prose {
            Some(prose) => {
                let layout = cell.layout.clone().unwrap_or_default();
                let script = format!("{}{}{}", layout.before, cell.source, layout.after);
                Part::Prose { text: prose.clone(), script: Some(script) }
            }
            None => Part::Cell(i),
        })
        .collect();
    Document { format: Format::Script, text: text.to_string(), cells: out, parts }
}

/// The prose of a piece of a script that is a `# %% [markdown]` cell and nothing else.
pub fn prose_of(script: &str) -> Option<String> {
    match read(script).parts.as_slice() {
        [Part::Prose { text, .. }] => Some(text.clone()),
        _ => None,
    }
}

/// The prose of a `# %% [markdown]` cell: its comments, or the one string that it is.
fn prose(before: &str, source: &str) -> Option<String> {
    let marker = before.trim_end_matches('\n').rsplit('\n').next()?.strip_prefix("# %%")?;
    if !marker.contains("[markdown]") && !marker.contains("[md]") {
        return None;
    }
    let trimmed = source.trim();
    for quotes in ["\"\"\"", "'''"] {
        if let Some(inner) = trimmed.strip_prefix(quotes).and_then(|t| t.strip_suffix(quotes)) {
            return Some(inner.trim_matches('\n').to_string());
        }
    }
    let lines: Option<Vec<&str>> = source
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) => Some(rest.strip_prefix(' ').unwrap_or(rest)),
            None => line.trim().is_empty().then_some(""),
        })
        .collect();
    lines.map(|lines| lines.join("\n"))
}
