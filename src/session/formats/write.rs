//! Writing sessions: their results in place, and a session of one form in another.

use super::notebook::{self, Piece};
use super::{Cell, Document, Format, Layout, Part, Style};
use crate::session::shown::Shown;
use crate::session::transcript;

/// The forms in which a session is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.py` with `# %%`.
    Script,
    /// `.ipynb`.
    Notebook,
    /// `.txt`.
    Text,
    /// `.rst`.
    Rst,
    /// `.md` with prompts.
    Markdown,
    /// `.md` without prompts: a hand-out.
    Fenced,
}

impl Form {
    /// The form of a file by its name; a transcript where the name says nothing.
    pub fn of(name: &str) -> Form {
        match name.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
            Some("py") => Form::Script,
            Some("ipynb") => Form::Notebook,
            Some("md" | "markdown") => Form::Markdown,
            Some("rst") => Form::Rst,
            _ => Form::Text,
        }
    }
}

/// What a hand-out has above it.
pub struct Titled<'a>(pub Option<&'a str>);

/// A session's file with the expectations of some cells, by their index, replaced. All else stays byte for byte.
///
/// Errors: a sentence where the file's text is not what it was read from.
pub fn with_results(document: &Document, new: &[(usize, &Shown)]) -> Result<String, String> {
    if document.format == Format::Notebook {
        let places: Vec<(usize, &Shown)> =
            new.iter().filter_map(|(i, shown)| Some((document.cells.get(*i)?.place.start, *shown))).collect();
        return notebook::with_outputs(&document.text, &places);
    }
    if document.format == Format::Script {
        return Ok(document.text.clone());
    }
    let newline = document.newline();
    let mut out = String::with_capacity(document.text.len());
    let mut copied = 0;
    for (index, shown) in new {
        let Some(cell) = document.cells.get(*index) else { continue };
        out.push_str(document.text.get(copied..cell.place.start).unwrap_or_default());
        let lines = result_lines(cell, shown);
        if !lines.is_empty() && !out.is_empty() && !out.ends_with('\n') {
            out.push_str(newline);
        }
        let opens_fence = cell.style == Style::Fenced && cell.expected.is_none() && !lines.is_empty();
        if opens_fence {
            out.push_str(&format!("{newline}```text{newline}"));
        }
        let last_line_open = cell.place.end == document.text.len() && !document.text.ends_with('\n');
        for (i, line) in lines.iter().enumerate() {
            out.push_str(line);
            if !(last_line_open && i + 1 == lines.len() && !cell.place.is_empty()) {
                out.push_str(newline);
            }
        }
        if opens_fence {
            out.push_str(&format!("```{newline}"));
        }
        copied = cell.place.end;
    }
    out.push_str(document.text.get(copied..).unwrap_or_default());
    Ok(out)
}

/// What a cell showed, line by line, as it stands in its file.
fn result_lines(cell: &Cell, shown: &Shown) -> Vec<String> {
    let text = shown.text(cell.style);
    let text = text.trim_end_matches('\n');
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n').map(|l| if l.is_empty() { String::new() } else { format!("{}{l}", cell.indent) }).collect()
}

/// A session in a form, with what its cells showed, by their index. A title stands above a Markdown hand-out.
pub fn write(document: &Document, form: Form, results: &[Option<Shown>], title: &Titled<'_>) -> String {
    let result = |i: usize| results.get(i).and_then(Option::as_ref);
    match form {
        Form::Script => script(document),
        Form::Notebook => {
            // Layouts are those of a script whose lines end as a notebook's do.
            let from_script = document.format == Format::Notebook || !document.text.contains('\r');
            notebook::notebook_of(document.parts.iter().filter_map(|part| match part {
                Part::Prose { text, script } => Some(Piece::Prose(text, script.as_deref().filter(|_| from_script))),
                Part::Cell(i) => {
                    let cell = document.cells.get(*i)?;
                    Some(Piece::Code(&cell.source, result(*i), cell.layout.as_ref().filter(|_| from_script)))
                }
            }))
        }
        Form::Fenced => fenced(document, results, title),
        Form::Text | Form::Rst | Form::Markdown => prompted(document, form, results),
    }
}

fn script(document: &Document) -> String {
    let mut out = String::new();
    let last = document.parts.len().saturating_sub(1);
    for (n, part) in document.parts.iter().enumerate() {
        let (source, layout) = match part {
            Part::Prose { script: Some(script), .. } => {
                out.push_str(script);
                continue;
            }
            Part::Prose { text, .. } => {
                let lines: Vec<String> =
                    text.lines().map(|l| if l.is_empty() { "#".into() } else { format!("# {l}") }).collect();
                (lines.join("\n"), Layout { before: "# %% [markdown]\n".into(), after: String::new() })
            }
            Part::Cell(i) => {
                let Some(cell) = document.cells.get(*i) else { continue };
                if let Some(layout) = &cell.layout {
                    out.push_str(&format!("{}{}{}", layout.before, cell.source, layout.after));
                    continue;
                }
                (cell.source.trim_matches('\n').to_string(), Layout { before: "# %%\n".into(), after: String::new() })
            }
        };
        let gap = if n == last { "\n" } else { "\n\n" };
        out.push_str(&format!("{}{source}{}{gap}", layout.before, layout.after));
    }
    out
}

fn fenced(document: &Document, results: &[Option<Shown>], title: &Titled<'_>) -> String {
    let mut pieces: Vec<String> = Vec::new();
    if let Some(title) = title.0
        && !matches!(document.parts.first(), Some(Part::Prose { text, .. }) if text.starts_with("# "))
    {
        pieces.push(format!("# {title}\n"));
    }
    for part in &document.parts {
        match part {
            Part::Prose { text, .. } => pieces.push(format!("{}\n", text.trim_end())),
            Part::Cell(i) => {
                let Some(cell) = document.cells.get(*i).filter(|c| !c.source.trim().is_empty()) else { continue };
                pieces.push(in_fence("python", &cell.source));
                let Some(shown) = results.get(*i).and_then(Option::as_ref) else { continue };
                let text = shown.text(Style::Fenced);
                if !text.trim().is_empty() {
                    pieces.push(in_fence("text", text.trim_end()));
                }
            }
        }
    }
    pieces.join("\n")
}

/// A text in a fence that nothing in it closes.
fn in_fence(language: &str, text: &str) -> String {
    let mut mark = "```".to_string();
    while text.contains(&mark) {
        mark.push('`');
    }
    format!("{mark}{language}\n{text}\n{mark}\n")
}

/// A transcript with prompts. Where there is prose, the examples stand in blocks of their own, so that they are told
/// from it when they are read again.
fn prompted(document: &Document, form: Form, results: &[Option<Shown>]) -> String {
    let has_prose = document.parts.iter().any(|p| matches!(p, Part::Prose { .. }));
    let mut out = String::new();
    let mut number = 0;
    let mut parts = document.parts.iter().peekable();
    let mut in_block = false;
    while let Some(part) = parts.next() {
        match part {
            Part::Prose { text, .. } => {
                if !out.is_empty() && !out.ends_with("\n\n") {
                    out.push('\n');
                }
                out.push_str(&format!("{}\n\n", text.trim_end()));
                in_block = false;
            }
            Part::Cell(i) => {
                let Some(cell) = document.cells.get(*i).filter(|c| !c.source.trim().is_empty()) else { continue };
                let shown = results.get(*i).and_then(Option::as_ref);
                number = shown.map_or(number + 1, |s| s.number);
                let mut text = transcript::input(number, cell.source.trim_end_matches('\n')).plain();
                if let Some(shown) = shown {
                    text.push_str(&shown.text(Style::Numbered));
                }
                let indent = match form {
                    Form::Text if !has_prose => "",
                    Form::Markdown => "",
                    _ => "    ",
                };
                match form {
                    Form::Markdown if !in_block => out.push_str("```ipython\n"),
                    Form::Rst if !in_block => out.push_str(".. code-block:: ipython\n\n"),
                    _ if in_block => out.push('\n'),
                    _ => {}
                }
                in_block = true;
                for line in text.trim_end_matches('\n').split('\n') {
                    out.push_str(&if line.is_empty() { "\n".into() } else { format!("{indent}{line}\n") });
                }
                if form == Form::Markdown && !matches!(parts.peek(), Some(Part::Cell(_))) {
                    out.push_str("```\n");
                }
            }
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}
