//! String literals and the text of f-strings.

use super::{FString, Field, ScanError, Scanner, Step, Tok, Token};

/// Whether a word before a quote is a string prefix.
pub(in crate::syntax) fn is_prefix(word: &[u8]) -> bool {
    match *word {
        [one] => matches!(one.to_ascii_lowercase(), b'r' | b'u' | b'b' | b'f'),
        [one, two] => {
            matches!([one.to_ascii_lowercase(), two.to_ascii_lowercase()], [b'b' | b'f', b'r'] | [b'r', b'b' | b'f'])
        }
        _ => false,
    }
}

/// The closing quote of a plain string whose text begins at `from`: the offset past it, or where it broke off.
fn string_end(bytes: &[u8], from: usize, quote: u8, triple: bool) -> Result<usize, usize> {
    let mut at = from;
    loop {
        let rest = &bytes[at.min(bytes.len())..];
        let found =
            if triple { memchr::memchr2(quote, b'\\', rest) } else { memchr::memchr3(quote, b'\\', b'\n', rest) };
        let Some(offset) = found else { return Err(bytes.len()) };
        at += offset;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return Err(at),
            _ if !triple => return Ok(at + 1),
            _ if bytes[at..].starts_with(&[quote, quote, quote]) => return Ok(at + 3),
            _ => at += 1,
        }
    }
}

/// Whether a backslash stands before a quote in a string's text.
fn has_escaped(text: &[u8], quote: u8) -> bool {
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'\\', &text[at.min(text.len())..]) {
        if text.get(at + offset + 1) == Some(&quote) {
            return true;
        }
        at += offset + 2;
    }
    false
}

impl Scanner<'_> {
    fn line_number(&self, at: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.bytes[..at.min(self.bytes.len())]).count() + 1
    }

    /// A string literal with its prefix at `start` and its quote at `quote_at`.
    pub(super) fn string(&mut self, start: usize, quote_at: usize) -> Step {
        let quote = self.bytes[quote_at];
        let triple = self.bytes[quote_at..].starts_with(&[quote, quote, quote]);
        let body = quote_at + if triple { 3 } else { 1 };
        let prefix = &self.bytes[start..quote_at];
        if prefix.iter().any(|b| matches!(b, b'f' | b'F')) {
            let raw = prefix.iter().any(|b| matches!(b, b'r' | b'R'));
            if self.brackets.len() + self.fstrings.len() >= super::MAX_LEVEL {
                return Err(self.error_at(body, "too many nested f-strings"));
            }
            self.push(Tok::FStart, start, body);
            self.fstrings.push(FString { quote, triple, raw, start, base: self.brackets.len() });
            self.note_depth();
            return Ok(());
        }
        match string_end(self.bytes, body, quote, triple) {
            Ok(end) => {
                self.push(Tok::Str, start, end);
                Ok(())
            }
            Err(broke) => {
                // Inside an f-string with the same quotes it is the `}` that is missing.
                if let Some(outer) = self.fstrings.last()
                    && outer.quote == quote
                    && outer.triple == triple
                {
                    return Err(self.error_at(start + 1, "f-string: expecting '}'"));
                }
                let mut error = self.unterminated(start, broke, triple, "");
                let text = &self.bytes[body..broke.min(self.bytes.len())];
                if !triple && has_escaped(text, quote) {
                    error.message.push_str("; perhaps you escaped the end quote?");
                }
                Err(error)
            }
        }
    }

    fn unterminated(&self, start: usize, broke: usize, triple: bool, f: &str) -> ScanError {
        // A text that ends in a newline ends on that line, as Python's tokeniser counts.
        let last = if broke >= self.bytes.len() && self.bytes.last() == Some(&b'\n') {
            broke.saturating_sub(1)
        } else {
            broke
        };
        let line = self.line_number(last);
        let triple_quoted = if triple { "triple-quoted " } else { "" };
        let mut error = self
            .error_at(start + 1, format!("unterminated {triple_quoted}{f}string literal (detected at line {line})"));
        error.incomplete = triple;
        error
    }

    /// The f-string whose literal text comes next, if that is what comes next.
    pub(super) fn literal_mode(&self) -> Option<FString> {
        let fstring = self.fstrings.last()?;
        let literal = match self.brackets.last() {
            Some(bracket) if self.brackets.len() > fstring.base => bracket.field == Field::Spec,
            _ => true,
        };
        literal.then_some(*fstring)
    }

    /// Text of an f-string or of a format specification, up to the next field or the end.
    pub(super) fn fstring_text(&mut self, fstring: FString) -> Step {
        let in_spec = self.brackets.len() > fstring.base;
        let start = self.pos;
        let mut at = start;
        let close = [fstring.quote; 3];
        let close = if fstring.triple { &close[..] } else { &close[..1] };
        loop {
            let Some(&byte) = self.bytes.get(at) else {
                return Err(self.fstring_broke(fstring, at, in_spec));
            };
            match byte {
                b'\n' | b'\r' if !fstring.triple => {
                    return Err(self.fstring_broke(fstring, at, in_spec));
                }
                b'{' if !in_spec && self.bytes.get(at + 1) == Some(&b'{') => at += 2,
                b'{' => {
                    self.middle(start, at);
                    self.push(Tok::Op, at, at + 1);
                    return self.open_bracket(b'{', at, Field::Expr);
                }
                b'}' if in_spec => {
                    self.middle(start, at);
                    return self.close_bracket(b'}', at);
                }
                b'}' if self.bytes.get(at + 1) == Some(&b'}') => at += 2,
                b'}' => {
                    self.middle(start, at);
                    return Err(self.error_at(at + 1, "f-string: single '}' is not allowed"));
                }
                b'\\' => match self.bytes.get(at + 1) {
                    Some(b'{' | b'}') => at += 1,
                    Some(b'N') if !fstring.raw && self.bytes.get(at + 2) == Some(&b'{') => {
                        // The name's brace is no field's; one that does not close is the text's own mistake.
                        let rest = &self.bytes[at + 3..];
                        let stop = rest.iter().position(|&b| matches!(b, b'}' | b'{' | b'\n') || b == fstring.quote);
                        at += 3 + stop.filter(|&offset| rest[offset] == b'}').map_or(0, |offset| offset + 1);
                    }
                    // An escaped newline (also the two-byte one) is part of the text.
                    Some(b'\r') if self.bytes.get(at + 2) == Some(&b'\n') => at += 3,
                    _ => at += 2,
                },
                _ if byte == fstring.quote && self.bytes[at..].starts_with(close) => {
                    // The field is still open then; the parser says so.
                    self.brackets.truncate(fstring.base);
                    self.middle(start, at);
                    self.push(Tok::FEnd, at, at + close.len());
                    self.fstrings.pop();
                    return Ok(());
                }
                _ => at += 1,
            }
        }
    }

    fn fstring_broke(&self, fstring: FString, at: usize, in_spec: bool) -> ScanError {
        if in_spec && at < self.bytes.len() {
            return self
                .error_at(at, "f-string: newlines are not allowed in format specifiers for single quoted f-strings");
        }
        self.unterminated(fstring.start, at, fstring.triple, "f-")
    }

    fn middle(&mut self, start: usize, end: usize) {
        if end > start {
            self.tokens.push(Token { kind: Tok::FMiddle, start: start as u32, end: end as u32 });
        }
        self.last_end = end;
        self.pos = end;
    }
}
