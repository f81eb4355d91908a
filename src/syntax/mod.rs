//! From text to tree: the grammar (`grammar.pest`), the lowering of its pairs to the [`ast`], whether an input is
//! finished, and what is wrong with one that Python would refuse.

pub mod ast;
mod error;

pub use error::{ErrorKind, SyntaxError};

use crate::source::Span;

/// What kind of input a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A Python file: no magics.
    File,
    /// A cell of a session: Python with `%magic`, `name?` and `!command`.
    Cell,
    /// One expression, as `eval` takes it: the module holds one expression statement.
    Expression,
}

/// Whether an input can be run as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// It can.
    Complete,
    /// More must follow; a new line would be indented by so many columns.
    Incomplete {
        /// Columns of indentation for the next line.
        indent: usize,
    },
    /// It is wrong, and no continuation mends it.
    Invalid,
}

/// Parses a whole input.
///
/// Errors: what Python 3.13 would say, in its words, with the place.
pub fn parse(text: &str, mode: Mode) -> Result<ast::Module, SyntaxError> {
    let _ = (text, mode);
    Err(SyntaxError::new(ErrorKind::Syntax, "invalid syntax", Span::default(), text))
}

/// Whether a prompt should run the text or ask for another line: brackets and triple quotes want their end, a block a
/// blank line.
pub fn completeness(text: &str) -> Completeness {
    let _ = text;
    Completeness::Complete
}

/// The spans of a file's top-level statements, decorators included, each up to the end of its last line.
///
/// Errors: as [`parse`].
pub fn split_cells(text: &str) -> Result<Vec<Span>, SyntaxError> {
    parse(text, Mode::Cell).map(|module| module.body.iter().map(|stmt| stmt.full_span()).collect())
}
