//! From text to tree: the grammar (`grammar.pest`), the lowering of its pairs to the [`ast`], whether an input is
//! finished, and what is wrong with one that Python would refuse.
//!
//! A text goes through `scan` (Python's tokeniser, which also smooths the text for the grammar), the grammar, `lower`
//! (pairs to tree) and `check` (what Python's compiler refuses in a tree). Only when one of them fails does `diagnose`
//! look for Python's own words.

pub mod ast;
mod check;
mod complete;
mod diagnose;
mod dump;
mod error;
mod grammar;
mod lower;
mod scan;
pub mod tokens;

pub use complete::{Completeness, completeness};
pub use diagnose::is_keyword;
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

/// Does a recursive piece of work with enough stack for its next levels, on whatever thread.
fn with_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 << 10, 8 << 20, work)
}

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

/// The cells of a script without markers, one a top-level statement: each from the end of the last line of the statement
/// before to the end of its own last line, so that comments and decorators go with what follows. Newlines at both ends
/// are left out; of two statements on one line the second has an empty cell.
///
/// Errors: as [`parse`]; such a script is one cell.
pub fn split_cells(text: &str) -> Result<Vec<Span>, SyntaxError> {
    let module = parse(text, Mode::Cell)?;
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut cells = Vec::with_capacity(module.body.len());
    for stmt in &module.body {
        let last = (stmt.span.end as usize).min(bytes.len());
        let end = match memchr::memchr(b'\n', &bytes[last..]) {
            // A statement can end with a newline of its own: a magic's cell.
            _ if last > start && last > 0 && bytes[last - 1] == b'\n' => last,
            Some(offset) => last + offset + 1,
            None => bytes.len(),
        };
        let end = end.max(start);
        // A statement behind a semicolon is part of the cell that its line is in.
        if (stmt.span.start as usize) < start
            && let Some(before) = cells.last_mut()
        {
            let before: &mut Span = before;
            if end > start {
                let to = start + text[start..end].trim_end_matches('\n').len();
                *before = Span::new(before.start, to as u32);
                start = end;
            }
            continue;
        }
        let cell = &text[start..end];
        let trimmed = cell.trim_start_matches('\n');
        let from = start + cell.len() - trimmed.len();
        let to = from + trimmed.trim_end_matches('\n').len();
        cells.push(Span::new(from as u32, to as u32));
        start = end;
    }
    Ok(cells)
}
