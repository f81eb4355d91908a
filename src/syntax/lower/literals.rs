//! Numbers, strings and bytes.

use std::rc::Rc;

use super::{Fail, Lower, Res, Span};
use crate::syntax::ast::Constant;

/// How many digits a decimal integer may have, as in Python.
const MAX_DIGITS: usize = 4300;

impl<'a> Lower<'a> {
    pub(super) fn number(&self, span: Span) -> Res<Constant> {
        let text = self.slice(span);
        let plain: std::borrow::Cow<'_, str> =
            if text.contains('_') { text.replace('_', "").into() } else { text.into() };
        let bytes = plain.as_bytes();
        let fail = || Fail::Syntax(span);
        if bytes.len() > 2 && bytes[0] == b'0' && bytes[1].is_ascii_alphabetic() {
            let radix = match bytes[1] {
                b'x' | b'X' => 16,
                b'o' | b'O' => 8,
                b'b' | b'B' => 2,
                _ => 10,
            };
            if radix != 10 {
                let digits = &plain[2..];
                if let Ok(value) = i64::from_str_radix(digits, radix) {
                    return Ok(Constant::Int(value));
                }
                let big = num_bigint::BigUint::parse_bytes(digits.as_bytes(), radix).ok_or_else(fail)?;
                return Ok(Constant::BigInt(big.to_string().into()));
            }
        }
        if let Some(imaginary) = plain.strip_suffix(['j', 'J']) {
            return imaginary.parse().map(Constant::Complex).map_err(|_| fail());
        }
        if bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) {
            return plain.parse().map(Constant::Float).map_err(|_| fail());
        }
        if let Ok(value) = plain.parse() {
            return Ok(Constant::Int(value));
        }
        let digits = plain.trim_start_matches('0');
        if digits.len() > MAX_DIGITS {
            return Err(Fail::Message(
                format!(
                    "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; use \
                     sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                     to avoid decimal conversion limits.",
                    digits.len()
                ),
                span,
            ));
        }
        Ok(Constant::BigInt(digits.into()))
    }

    /// One plain string or bytes literal, prefix and quotes included.
    pub(super) fn string(&self, span: Span) -> Res<Constant> {
        let literal = split_prefix(self.slice(span));
        if literal.bytes {
            decode_bytes(literal.body, literal.raw)
                .map(|bytes| Constant::Bytes(bytes.into()))
                .map_err(|message| Fail::Message(message, span))
        } else {
            decode_str(literal.body, literal.raw, false)
                .map(|text| Constant::Str(Rc::from(text)))
                .map_err(|message| Fail::Message(message, span))
        }
    }
}

/// A string literal taken apart.
pub(in crate::syntax) struct Literal<'a> {
    /// Between the quotes.
    pub body: &'a str,
    /// Whether its prefix has an `r`.
    pub raw: bool,
    /// Whether its prefix has a `b`.
    pub bytes: bool,
}

/// Splits prefix and quotes from a plain literal's text.
pub(in crate::syntax) fn split_prefix(text: &str) -> Literal<'_> {
    let quote = text.find(['"', '\'']).unwrap_or(0);
    let (prefix, rest) = text.split_at(quote);
    let mark = if rest.starts_with("\"\"\"") || rest.starts_with("'''") { 3 } else { 1 };
    let body = rest.get(mark..rest.len().saturating_sub(mark)).unwrap_or("");
    Literal { body, raw: prefix.contains(['r', 'R']), bytes: prefix.contains(['b', 'B']) }
}

/// The value of a string's text: escapes, and in an f-string doubled braces. The error is Python's message.
pub(in crate::syntax) fn decode_str(body: &str, raw: bool, braces: bool) -> Result<String, String> {
    let needs = |b: u8| (b == b'\\' && !raw) || b == b'\r' || (braces && matches!(b, b'{' | b'}'));
    if !body.bytes().any(needs) {
        return Ok(body.to_string());
    }
    let bytes = body.as_bytes();
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().position(|&b| needs(b)).unwrap_or(bytes.len() - at);
        out.push_str(&body[at..at + run]);
        at += run;
        match bytes.get(at) {
            None => break,
            Some(b'\r') => {
                out.push('\n');
                at += if bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
            }
            Some(b'\\') => at = escape(body, at, &mut out, braces)?,
            Some(&brace) => {
                out.push(brace as char);
                at += if bytes.get(at + 1) == Some(&brace) { 2 } else { 1 };
            }
        }
    }
    Ok(out)
}

/// Decodes the escape at `at`; gives the offset past it.
fn escape(body: &str, at: usize, out: &mut String, braces: bool) -> Result<usize, String> {
    let bytes = body.as_bytes();
    let Some(&kind) = bytes.get(at + 1) else {
        out.push('\\');
        return Ok(at + 1);
    };
    let simple = match kind {
        b'\n' => return Ok(at + 2),
        b'\r' => return Ok(at + if bytes.get(at + 2) == Some(&b'\n') { 3 } else { 2 }),
        b'\\' | b'\'' | b'"' => kind as char,
        b'a' => '\x07',
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\x0b',
        b'0'..=b'7' => {
            let (code, end) = octal(bytes, at + 1);
            out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            return Ok(end);
        }
        b'x' => return hex_escape(body, at, 2, "truncated \\xXX escape", out),
        b'u' => return hex_escape(body, at, 4, "truncated \\uXXXX escape", out),
        b'U' => return hex_escape(body, at, 8, "truncated \\UXXXXXXXX escape", out),
        b'N' => return named_escape(body, at, out),
        b'{' | b'}' if braces => {
            out.push('\\');
            return Ok(at + 1);
        }
        // Not an escape: the backslash stays.
        _ => {
            out.push('\\');
            return Ok(at + 1);
        }
    };
    out.push(simple);
    Ok(at + 2)
}

fn octal(bytes: &[u8], from: usize) -> (u32, usize) {
    let mut code = 0;
    let mut at = from;
    while at < from + 3
        && let Some(&b) = bytes.get(at)
        && (b'0'..b'8').contains(&b)
    {
        code = code * 8 + u32::from(b - b'0');
        at += 1;
    }
    (code, at)
}

/// Python decodes the UTF-8 text with other than ASCII characters as `\UXXXXXXXX`, and counts positions in that.
fn codec_position(body: &str, at: usize) -> usize {
    body[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum()
}

fn codec_error(body: &str, at: usize, end: usize, reason: &str) -> String {
    let start = codec_position(body, at);
    let last = start + (end - at).max(1) - 1;
    if last == start {
        format!("(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}")
    } else {
        format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{last}: {reason}")
    }
}

fn hex_escape(body: &str, at: usize, digits: usize, reason: &str, out: &mut String) -> Result<usize, String> {
    let bytes = body.as_bytes();
    let from = at + 2;
    let found = bytes[from..].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
    if found < digits {
        return Err(codec_error(body, at, from + found, reason));
    }
    let end = from + digits;
    let code = u32::from_str_radix(&body[from..end], 16).unwrap_or(0);
    if code > 0x10ffff {
        return Err(codec_error(body, at, end, "illegal Unicode character"));
    }
    // Two escapes that make a surrogate pair stay two surrogates in Python; neither is a character here.
    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    Ok(end)
}

fn named_escape(body: &str, at: usize, out: &mut String) -> Result<usize, String> {
    let bytes = body.as_bytes();
    let malformed = |end: usize| Err(codec_error(body, at, end, "malformed \\N character escape"));
    if bytes.get(at + 2) != Some(&b'{') {
        return malformed(at + 2);
    }
    let Some(length) = body[at + 3..].find('}') else { return malformed(body.len()) };
    if length == 0 {
        return malformed(at + 4);
    }
    let end = at + 3 + length + 1;
    // The table is lenient with underscores; Python is not.
    let name = Some(&body[at + 3..end - 1]).filter(|name| !name.contains('_'));
    match name.and_then(unicode_names2::character) {
        Some(c) => {
            out.push(c);
            Ok(end)
        }
        None => Err(codec_error(body, at, end, "unknown Unicode character name")),
    }
}

/// The value of a bytes literal's text. The error is Python's message.
pub(in crate::syntax) fn decode_bytes(body: &str, raw: bool) -> Result<Vec<u8>, String> {
    if !body.is_ascii() {
        return Err("bytes can only contain ASCII literal characters".to_string());
    }
    let bytes = body.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\r' {
            out.push(b'\n');
            at += if bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
            continue;
        }
        if byte != b'\\' || raw {
            out.push(byte);
            at += 1;
            continue;
        }
        let Some(&kind) = bytes.get(at + 1) else {
            out.push(byte);
            break;
        };
        at += 2;
        match kind {
            b'\n' => {}
            b'\r' => at += usize::from(bytes.get(at) == Some(&b'\n')),
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let (code, end) = octal(bytes, at - 1);
                out.push(code as u8);
                at = end;
            }
            b'x' => {
                let value = body.get(at..at + 2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(value) = value.and_then(|d| u8::from_str_radix(d, 16).ok()) else {
                    return Err(format!("(value error) invalid \\x escape at position {}", at - 2));
                };
                out.push(value);
                at += 2;
            }
            _ => {
                out.push(b'\\');
                out.push(kind);
            }
        }
    }
    Ok(out)
}
