//! From text to tree: the grammar (`grammar.pest`), the lowering of its pairs to the [`ast`], whether an input is
//! finished, and what is wrong with one that Python would refuse.
//!
//! A text goes through `scan` (Python's tokeniser, which also smooths the text for the grammar), the grammar, `lower`
//! (pairs to tree) and `check` (what Python's compiler refuses in a tree). Only when one of them fails does `diagnose`
//! look for Python's own words.

pub mod ast;
mod check;
mod diagnose;
mod dump;
mod error;
mod grammar;
mod lower;
mod scan;

pub use dump::dump;
pub use error::{ErrorKind, SyntaxError};

use pest::Parser;

use crate::source::Span;
use grammar::{Grammar, Rule};
use lower::Fail;

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

/// Nesting from which on the parser asks for a stack of its own: an ordinary text has less.
const DEEP: usize = 16;
/// A stack that holds the deepest nesting that the scanner lets through, in a debug build too.
const DEEP_STACK: usize = 64 << 20;

/// Parses a whole input.
///
/// Errors: what Python 3.13 would say, in its words, with the place.
pub fn parse(text: &str, mode: Mode) -> Result<ast::Module, SyntaxError> {
    if mode == Mode::Cell && text.trim_start().starts_with("%%") {
        return tree(Rule::cell_magic, text, text, mode)
            .map_err(|_| SyntaxError::new(ErrorKind::Syntax, "invalid syntax", Span::new(0, text.len() as u32), text));
    }
    let scan = scan::scan(text, mode);
    let fail = if scan.error.is_none() {
        let rule = if mode == Mode::Expression { Rule::expression } else { Rule::file };
        let work = || tree(rule, text, &scan.normal, mode);
        let result = if scan.depth > DEEP { stacker::grow(DEEP_STACK, work) } else { work() };
        match result {
            Ok(module) => match check::check(&module, text, mode) {
                None => return Ok(module),
                Some(error) => return Err(error),
            },
            Err(fail) => Some(fail),
        }
    } else {
        None
    };
    Err(diagnose::diagnose(text, mode, &scan, fail))
}

fn tree(rule: Rule, text: &str, normal: &str, mode: Mode) -> Result<ast::Module, Fail> {
    let mut pairs = Grammar::parse(rule, normal).map_err(|error| {
        let at = match error.location {
            pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => {
                at.min(text.len()) as u32
            }
        };
        Fail::Syntax(Span::new(at, at))
    })?;
    match pairs.next() {
        Some(pair) => lower::lower(text, mode, pair),
        None => Err(Fail::Syntax(Span::default())),
    }
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
