//! Saved sessions: scripts, notebooks, transcripts. Each is read into one [`Document`], which keeps the file's text and
//! remembers where in it the expectations of a cell stand, so that they and nothing else can be rewritten; and which can
//! be written in any other form.

mod fenced;
mod json;
pub mod notebook;
mod script;
mod transcript;
mod write;

use std::ops::Range;

pub use notebook::notebook_of;
pub use transcript::Style;
pub use write::{Form, Titled, with_results, write};

/// A saved session.
pub struct Document {
    /// Its form.
    pub format: Format,
    /// Its file's text.
    pub text: String,
    /// Its cells, those that hold prose among them.
    pub cells: Vec<Cell>,
    /// Cells and the prose between them, in order.
    pub parts: Vec<Part>,
}

/// A piece of a saved session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Prose, as Markdown.
    Prose {
        /// The text.
        text: String,
        /// How a script has it, to the byte, where it comes from one.
        script: Option<String>,
    },
    /// A cell by its index.
    Cell(usize),
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
    /// Where its first line starts in the file.
    pub start: usize,
    /// 1-based line of its first line in the file (for a notebook: the number of the cell).
    pub line: usize,
    /// How its prompts are written.
    pub style: Style,
    /// What stands before each of its lines: the indentation of the block it is in.
    pub indent: String,
    /// Of a script: what stands round the code, so that code and surroundings make up the file.
    pub layout: Option<Layout>,
    /// A `# %% [markdown]` cell's prose: no code, though IPython would run its comments.
    pub prose: Option<String>,
}

/// What stands round a cell of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The `# %%` line with its end, and what stands before it that belongs to no cell.
    pub before: String,
    /// Line ends, and what else belongs to no cell, behind the code.
    pub after: String,
}

impl Part {
    /// Prose that no script has.
    fn prose(text: impl Into<String>) -> Part {
        Part::Prose { text: text.into(), script: None }
    }
}

impl Document {
    /// A session of cells that no file has yet.
    pub fn of_cells<'a>(sources: impl Iterator<Item = &'a str>) -> Document {
        let cells: Vec<Cell> = sources.map(|s| Cell { source: s.to_string(), ..Cell::default() }).collect();
        let parts = (0..cells.len()).map(Part::Cell).collect();
        Document { format: Format::Script, text: String::new(), cells, parts }
    }

    /// The code of the cells that have some, in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.code().map(|c| c.source.as_str())
    }

    /// The cells that hold code, in order.
    pub fn code(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|c| c.prose.is_none() && !c.source.trim().is_empty())
    }

    /// The line end of the file.
    pub fn newline(&self) -> &'static str {
        newline_of(&self.text)
    }
}

/// The line end of a text: that of its first line.
fn newline_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Reads a session by its file's name.
///
/// Errors: a sentence where the text is not of its form.
pub fn read(name: &str, text: &str) -> Result<Document, String> {
    match name.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
        Some("ipynb") => notebook::read(text),
        Some(kind @ ("txt" | "md" | "rst" | "markdown")) => {
            let mut document = transcript::read(text);
            if document.cells.is_empty() && matches!(kind, "md" | "markdown") {
                document = fenced::read(text);
            }
            if document.cells.is_empty() && !text.trim().is_empty() {
                return Err("has no statement behind In [1]: or >>>".into());
            }
            Ok(document)
        }
        _ => Ok(script::read(text)),
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
    Ok(script::read(text))
}
