//! Numbers, with the errors of Python's tokeniser.

use super::{Scanner, Step, Tok, is_word_byte};

impl Scanner<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn number(&mut self, start: usize) -> Step {
        let mut at = start;
        if self.byte(at) == b'0' {
            match self.byte(at + 1) {
                b'x' | b'X' => return self.based(start, "hexadecimal", |b| b.is_ascii_hexdigit()),
                b'o' | b'O' => return self.based(start, "octal", |b| (b'0'..b'8').contains(&b)),
                b'b' | b'B' => return self.based(start, "binary", |b| matches!(b, b'0' | b'1')),
                _ => {}
            }
            at += 1;
            loop {
                if self.byte(at) == b'_' {
                    at += 1;
                    if !self.byte(at).is_ascii_digit() {
                        return Err(self.error_at(at, "invalid decimal literal"));
                    }
                }
                if self.byte(at) != b'0' {
                    break;
                }
                at += 1;
            }
            let zeros_end = at;
            let nonzero = self.byte(at).is_ascii_digit();
            if nonzero {
                at = self.decimal_tail(at)?;
            }
            if nonzero && !matches!(self.byte(at), b'.' | b'e' | b'E' | b'j' | b'J') {
                let mut error = self.error_at(
                    at,
                    "leading zeros in decimal integer literals are not permitted; \
                     use an 0o prefix for octal integers",
                );
                error.span = crate::source::Span::new(start as u32, zeros_end as u32);
                error.has_end = true;
                return Err(error);
            }
        } else if self.byte(at) != b'.' {
            at = self.decimal_tail(at)?;
        }
        self.fraction(start, at)
    }

    /// What may follow the integer part: fraction, exponent, `j`.
    fn fraction(&mut self, start: usize, mut at: usize) -> Step {
        if self.byte(at) == b'.' {
            at += 1;
            if self.byte(at).is_ascii_digit() {
                at = self.decimal_tail(at)?;
            }
        }
        if matches!(self.byte(at), b'e' | b'E') {
            let mut digits = at + 1;
            if matches!(self.byte(digits), b'+' | b'-') {
                digits += 1;
                if !self.byte(digits).is_ascii_digit() {
                    return Err(self.error_at(digits, "invalid decimal literal"));
                }
            }
            if !self.byte(digits).is_ascii_digit() {
                self.end_of_number(at, "decimal")?;
                self.push(Tok::Number, start, at);
                return Ok(());
            }
            at = self.decimal_tail(digits)?;
        }
        if matches!(self.byte(at), b'j' | b'J') {
            at += 1;
            self.end_of_number(at, "imaginary")?;
        } else {
            self.end_of_number(at, "decimal")?;
        }
        self.push(Tok::Number, start, at);
        Ok(())
    }

    fn decimal_tail(&self, mut at: usize) -> Result<usize, super::ScanError> {
        loop {
            while self.byte(at).is_ascii_digit() {
                at += 1;
            }
            if self.byte(at) != b'_' {
                return Ok(at);
            }
            at += 1;
            if !self.byte(at).is_ascii_digit() {
                return Err(self.error_at(at, "invalid decimal literal"));
            }
        }
    }

    fn based(&mut self, start: usize, kind: &str, is_digit: fn(u8) -> bool) -> Step {
        let mut at = start + 2;
        loop {
            if self.byte(at) == b'_' {
                at += 1;
            }
            if !is_digit(self.byte(at)) {
                let digit = self.byte(at);
                return Err(if digit.is_ascii_digit() && kind != "hexadecimal" {
                    self.error_at(at + 1, format!("invalid digit '{}' in {kind} literal", digit as char))
                } else {
                    self.error_at(at, format!("invalid {kind} literal"))
                });
            }
            while is_digit(self.byte(at)) {
                at += 1;
            }
            if self.byte(at) != b'_' {
                break;
            }
        }
        let digit = self.byte(at);
        if digit.is_ascii_digit() {
            return Err(self.error_at(at + 1, format!("invalid digit '{}' in {kind} literal", digit as char)));
        }
        self.end_of_number(at, kind)?;
        self.push(Tok::Number, start, at);
        Ok(())
    }

    /// A name may not follow a number, but for the keywords that may follow an operand.
    fn end_of_number(&self, at: usize, kind: &str) -> Step {
        let byte = self.byte(at);
        if !is_word_byte(byte) || byte >= 0x80 {
            return Ok(());
        }
        let rest = &self.bytes[at..];
        let word_len = rest.iter().position(|&b| !is_word_byte(b)).unwrap_or(rest.len());
        let whole = matches!(&rest[..word_len], b"and" | b"else" | b"for" | b"or" | b"not");
        if whole || rest.starts_with(b"if") || rest.starts_with(b"in") || rest.starts_with(b"is") {
            return Ok(());
        }
        Err(self.error_at(at, format!("invalid {kind} literal")))
    }
}
