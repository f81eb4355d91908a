//! Indentation: blocks open and close, tabs and spaces must agree.

use super::{ErrorKind, ScanError, Scanner, Span, Tok, Token};

/// How deep blocks may nest, as in Python.
const MAX_INDENT: usize = 100;

impl Scanner<'_> {
    /// A cell may be indented as a whole, as pasted code often is: its first line's indentation is then level zero.
    pub(super) fn first_line(&mut self) {
        if !self.cell {
            return;
        }
        for line in self.text.lines() {
            let bare = line.trim_start_matches([' ', '\t']);
            if bare.is_empty() || bare.starts_with('#') {
                continue;
            }
            self.base_indent = (line.len() - bare.len()) as u32;
            break;
        }
    }

    /// Reads blank lines and the indentation of the next one; false at the end of the text.
    pub(super) fn indentation(&mut self) -> Result<bool, ScanError> {
        let (col, alt, line_start) = loop {
            let line_start = self.pos;
            let (mut col, mut alt) = (0u32, 0u32);
            let mut continued = None;
            loop {
                match self.peek(0) {
                    b' ' => {
                        col += 1;
                        alt += 1;
                    }
                    b'\t' => {
                        col = (col / 8 + 1) * 8;
                        alt += 1;
                    }
                    0x0c => {
                        col = 0;
                        alt = 0;
                    }
                    b'\\' => {
                        // Indentation is not split over lines: that of the first one counts.
                        continued = continued.or(Some((col, alt)));
                        self.continuation()?;
                        continue;
                    }
                    _ => break,
                }
                self.pos += 1;
            }
            if let Some(first) = continued {
                (col, alt) = first;
            }
            if self.at_end() {
                return Ok(false);
            }
            if matches!(self.peek(0), b'#' | b'\n' | b'\r') {
                let rest = &self.bytes[self.pos..];
                self.pos += memchr::memchr2(b'\n', b'\r', rest).map_or(rest.len(), |i| i + 1);
                self.fill(line_start, self.pos, b'\n');
                self.last_end = self.pos;
                continue;
            }
            break (col, alt, line_start);
        };
        let base = self.base_indent.min(alt).min(col);
        let (col, alt) = (col - base, alt - base);
        // The grammar sees exactly `alt` spaces; what else stood there belongs to the line ends before.
        let spaces_from = self.pos.saturating_sub(alt as usize).max(line_start);
        self.fill(self.last_end, spaces_from, b'\n');
        self.fill(spaces_from, self.pos, b' ');
        self.last_end = self.pos;

        let &(top, top_alt) = self.indents.last().unwrap_or(&(0, 0));
        if col == top {
            if alt != top_alt {
                return Err(self.tab_error(line_start));
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENT {
                let mut error = self.error_at(self.pos, "too many levels of indentation");
                error.kind = ErrorKind::Indentation;
                return Err(error);
            }
            if alt <= top_alt {
                return Err(self.tab_error(line_start));
            }
            self.indents.push((col, alt));
            self.note_depth();
            self.tokens.push(Token { kind: Tok::Indent, start: line_start as u32, end: self.pos as u32 });
        } else {
            let before = self.tokens.len();
            while self.indents.len() > 1 && self.indents.last().is_some_and(|&(c, _)| col < c) {
                self.indents.pop();
                self.tokens.push(Token { kind: Tok::Dedent, start: self.pos as u32, end: self.pos as u32 });
            }
            let &(top, top_alt) = self.indents.last().unwrap_or(&(0, 0));
            if col != top || alt != top_alt {
                self.tokens.truncate(before);
            }
            if col != top {
                let mut error = self.error_at(self.line_end(), "unindent does not match any outer indentation level");
                error.kind = ErrorKind::Indentation;
                return Err(error);
            }
            if alt != top_alt {
                return Err(self.tab_error(line_start));
            }
        }
        Ok(true)
    }

    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.pos..];
        self.pos + memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1)
    }

    fn tab_error(&self, line_start: usize) -> ScanError {
        ScanError {
            kind: ErrorKind::Tab,
            message: "inconsistent use of tabs and spaces in indentation".to_string(),
            span: Span::new(line_start as u32, self.line_end() as u32),
            has_end: false,
            incomplete: false,
            in_fstring: false,
        }
    }
}
