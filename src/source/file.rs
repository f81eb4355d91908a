use std::fmt;

use super::Span;

/// What a [`Source`] is, which decides how a traceback names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Cell `n` of a session: `Cell In[n]`.
    Cell(u32),
    /// A file on disk, by the path to show: `File path`.
    File,
    /// Text that came with a call: `-c`, `eval`, a resolved annotation. Shown by its name, `<string>`.
    Text,
}

/// One piece of source text with the offsets of its lines.
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// The path or name shown in tracebacks.
    pub name: String,
    /// The text itself.
    pub text: String,
    line_starts: Vec<u32>,
}

impl Source {
    /// Takes the text and finds its lines. Text over 4 GiB is not supported (offsets are `u32`).
    pub fn new(kind: SourceKind, name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i as u32 + 1)).collect();
        Source { kind, name: name.into(), text, line_starts }
    }

    /// A cell of a session.
    pub fn cell(number: u32, text: impl Into<String>) -> Source {
        Source::new(SourceKind::Cell(number), format!("<cell {number}>"), text)
    }

    /// 1-based line of a byte offset.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// 1-based line and 0-based column (in characters, as Python counts) of a byte offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.line_of(offset);
        let start = self.line_starts[line as usize - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |s| s.chars().count());
        (line, column as u32)
    }

    /// The text of a 1-based line, without its newline; empty past the end.
    pub fn line(&self, line: u32) -> &str {
        let Some(index) = (line as usize).checked_sub(1) else { return "" };
        let Some(&start) = self.line_starts.get(index) else { return "" };
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |&e| e as usize - 1);
        self.text.get(start as usize..end).unwrap_or("").trim_end_matches('\r')
    }

    /// How many lines there are.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// The text of a span; empty where the span is not of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?})", self.name)
    }
}
