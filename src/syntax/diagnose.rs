//! Python's own words for what is wrong with a text.

use super::lower::Fail;
use super::scan::Scan;
use super::{ErrorKind, Mode, SyntaxError};

/// The error that Python would raise for a text that was refused.
pub(super) fn diagnose(text: &str, mode: Mode, scan: &Scan, fail: Option<Fail>) -> SyntaxError {
    let _ = mode;
    if let Some(error) = &scan.error {
        let mut out = SyntaxError::new(error.kind, error.message.clone(), error.span, text);
        out.incomplete = error.incomplete;
        if !error.has_end {
            out.end_column = 0;
        }
        return out;
    }
    match fail {
        Some(Fail::Message(message, span)) => SyntaxError::new(ErrorKind::Syntax, message, span, text),
        Some(Fail::Syntax(span)) => SyntaxError::new(ErrorKind::Syntax, "invalid syntax", span, text),
        None => SyntaxError::new(ErrorKind::Syntax, "invalid syntax", Default::default(), text),
    }
}
