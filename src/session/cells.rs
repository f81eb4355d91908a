//! A script split into the cells that a notebook would have.

use crate::source::Source;
use crate::syntax;

/// The cells of a script. With at least one line that starts with `# %%`, a cell a marker (what stands before the
/// first is a cell too, unless it is blank); without, a cell a top-level statement. Text that does not parse is one
/// cell, so that its SyntaxError is shown where it stands.
pub fn split(text: &str) -> Vec<String> {
    let text = &*text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let marks: Vec<usize> = (0..lines.len()).filter(|&i| is_marker(lines[i])).collect();
    if let Some(&first) = marks.first() {
        let mut out = Vec::new();
        let before: String = lines[..first].concat();
        if !before.trim().is_empty() {
            out.push(before.trim_matches('\n').to_string());
        }
        for (i, &mark) in marks.iter().enumerate() {
            let end = marks.get(i + 1).copied().unwrap_or(lines.len());
            out.push(lines[mark + 1..end].concat().trim_matches('\n').to_string());
        }
        out.retain(|cell| !cell.trim().is_empty());
        return out;
    }
    let Ok(spans) = syntax::split_cells(text) else { return vec![text.trim_matches('\n').to_string()] };
    let source = Source::cell(0, text);
    let mut cells = Vec::with_capacity(spans.len());
    let mut start = 0;
    for span in spans {
        let last = span.end.max(span.start + 1) - 1;
        let end = (source.line_of(last) as usize).min(lines.len());
        cells.push(lines.get(start..end).map(|l| l.concat()).unwrap_or_default().trim_matches('\n').to_string());
        start = end.max(start);
    }
    cells
}

/// Whether a line opens a cell.
pub fn is_marker(line: &str) -> bool {
    line.starts_with("# %%")
}

/// The `# %%` form of a list of cells.
pub fn join<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.map(|cell| format!("# %%\n{cell}\n\n")).collect()
}

/// Whether a cell leaves the session, as it does at IPython's prompt.
pub fn leaves(source: &str) -> bool {
    matches!(source.trim(), "exit" | "quit" | "exit;" | "quit;")
}
