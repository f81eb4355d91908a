use std::fmt;

use crate::source::Span;

/// Which of Python's three classes an error in the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
}

/// What Python says of a text that it cannot compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The exception's class.
    pub kind: ErrorKind,
    /// Python's own words.
    pub message: String,
    /// The bytes that the carets stand under.
    pub span: Span,
    /// 1-based line, Python's `lineno`.
    pub line: u32,
    /// 1-based column in characters, Python's `offset`.
    pub column: u32,
    /// 1-based line of the end, Python's `end_lineno`.
    pub end_line: u32,
    /// 1-based column of the end, Python's `end_offset`; not after `column` where Python shows one caret.
    pub end_column: u32,
    /// Whether more text could mend it: an open bracket or triple quote, a block without its body.
    pub incomplete: bool,
}

impl SyntaxError {
    /// An error at a place of a text.
    pub fn new(kind: ErrorKind, message: impl Into<String>, span: Span, text: &str) -> SyntaxError {
        let (line, column) = place(text, span.start);
        let end = if span.end > span.start { span.end - 1 } else { span.end };
        // A newline ends on its own line.
        let (end_line, end_column) = match text.as_bytes().get(end as usize) {
            Some(b'\n') if end != span.end => {
                let (line, column) = place(text, end);
                (line, column + 1)
            }
            _ => place(text, span.end),
        };
        SyntaxError { kind, message: message.into(), span, line, column, end_line, end_column, incomplete: false }
    }

    /// The name of the exception's class.
    pub fn class_name(&self) -> &'static str {
        match self.kind {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
        }
    }
}

/// 1-based line and column of a byte offset.
fn place(text: &str, offset: u32) -> (u32, u32) {
    let end = (0..=(offset as usize).min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let before = &text[..end];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
    (line, 1 + before[start..].chars().count() as u32)
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (line {}, column {})", self.class_name(), self.message, self.line, self.column)
    }
}

impl std::error::Error for SyntaxError {}
