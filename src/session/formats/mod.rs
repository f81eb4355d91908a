//! Saved sessions: scripts, notebooks, transcripts. Each is read into one [`Document`], which remembers where in the file
//! the expectations of a cell stand, so that they and nothing else can be rewritten.

pub mod notebook;
mod transcript;

use std::ops::Range;

use super::cells;

pub use notebook::notebook_of;
pub use transcript::Style;

/// A saved session.
pub struct Document {
    /// Its form.
    pub format: Format,
    /// Its file's text.
    pub text: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// The forms of saved sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.py`.
    Script,
    /// `.ipynb`.
    Notebook,
    /// `.txt`, `.md`, `.rst`.
    Transcript,
}

/// A cell of a saved session.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Its code.
    pub source: String,
    /// What it should show, as the file has it; none where the file says nothing.
    pub expected: Option<String>,
    /// The bytes of the file that hold the expectation (for a notebook: the index of the cell).
    pub place: Range<usize>,
    /// 1-based line of its first line in the file.
    pub line: usize,
    /// How its prompts are written.
    pub style: Style,
    /// What stands before each of its lines: the indentation of the block it is in.
    pub indent: String,
}

impl Document {
    /// The code of the cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|c| c.source.as_str())
    }
}

/// Reads a session by its file's name.
///
/// Errors: a sentence where the text is not of its form.
pub fn read(name: &str, text: &str) -> Result<Document, String> {
    match name.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
        Some("ipynb") => notebook::read(text),
        Some("txt" | "md" | "rst" | "markdown") => {
            let document = transcript::read(text);
            if document.cells.is_empty() && !text.trim().is_empty() {
                return Err("has no statement behind In [1]: or >>>".into());
            }
            Ok(document)
        }
        _ => Ok(script(text)),
    }
}

/// Reads a session whose form its text tells: standard input.
///
/// Errors: as [`read`].
pub fn read_any(text: &str) -> Result<Document, String> {
    let start = text.trim_start();
    if start.starts_with('{') && start.contains("\"cells\"") {
        return notebook::read(text);
    }
    if start.starts_with(">>>") || start.starts_with("In [") {
        return Ok(transcript::read(text));
    }
    Ok(script(text))
}

fn script(text: &str) -> Document {
    let mut line = 1;
    let mut from = 0;
    let cells = cells::split(text)
        .into_iter()
        .map(|source| {
            if let Some(at) = text.get(from..).and_then(|rest| rest.find(&source)) {
                line += text[from..from + at].matches('\n').count();
                from += at;
            }
            let cell = Cell { line, ..Cell::default() };
            line += source.matches('\n').count();
            from = (from + source.len()).min(text.len());
            Cell { source, ..cell }
        })
        .collect();
    Document { format: Format::Script, text: text.to_string(), cells }
}
