//! Is an input finished? What a prompt asks at every Enter, answered as IPython answers it.

use super::scan::{self, Tok};
use super::{Mode, parse};

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
    /// It is wrong, and no continuation mends it: running it shows the error.
    Invalid,
}

/// Whether a prompt should run the text or ask for another line: brackets and triple quotes want their end, a block a
/// blank line.
pub fn completeness(text: &str) -> Completeness {
    let body = text.trim_end_matches([' ', '\t']);
    let ends_with_newline = body.ends_with('\n');
    if text.trim().is_empty() {
        return Completeness::Complete;
    }
    let last_line = text.trim_end_matches('\n').rsplit('\n').next().unwrap_or("");
    let again = Completeness::Incomplete { indent: indent_of(last_line) };
    if text.trim_start().starts_with("%%") {
        // A cell magic takes lines until a blank one.
        let blank = text.lines().last().is_none_or(|last| last.trim().is_empty());
        return if blank { Completeness::Complete } else { again };
    }
    let scan = scan::scan(text, Mode::Cell);
    if let Some(error) = &scan.error {
        return if error.incomplete { again } else { Completeness::Invalid };
    }
    // The last token of the last line that has one, and the first of that line.
    let end = scan.tokens.iter().rposition(|t| !matches!(t.kind, Tok::Newline | Tok::Dedent | Tok::End));
    if let Some(end) = end {
        let token = scan.tokens[end];
        if token.kind == Tok::Op && text.get(token.span().range()) == Some(":") {
            let first = scan.tokens[..end]
                .iter()
                .rposition(|t| matches!(t.kind, Tok::Newline | Tok::Indent | Tok::Dedent))
                .map_or(0, |i| i + 1);
            let start = scan.tokens[first].start as usize;
            let column = text[..start].rfind('\n').map_or(start, |i| start - i - 1);
            return Completeness::Incomplete { indent: column + 4 };
        }
    }
    match parse(text, Mode::Cell) {
        Ok(_) => {
            let in_block = scan.indents.len() > 1;
            if in_block && !ends_with_newline { again } else { Completeness::Complete }
        }
        Err(error) if error.incomplete => again,
        Err(_) => Completeness::Invalid,
    }
}

/// Columns that a line is indented by; a tab counts for four, as in IPython.
fn indent_of(line: &str) -> usize {
    line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).map(|b| if b == b'\t' { 4 } else { 1 }).sum()
}
