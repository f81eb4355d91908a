//! Text to bytes and back: the encodings that a session can name, with their error handlers.

use crate::object::error::{Error, Exc, Res};
use crate::object::value::Value;

#[derive(Clone, Copy, PartialEq)]
enum Codec {
    Utf8,
    Utf8Sig,
    Ascii,
    Latin1,
    Utf16(Option<bool>),
    Utf32(Option<bool>),
    UnicodeEscape,
    Cp1252,
}

fn find(encoding: &str) -> Res<(Codec, &'static str)> {
    let name: String =
        encoding.to_ascii_lowercase().chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c }).collect();
    Ok(match name.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "cp65001" => (Codec::Utf8, "utf-8"),
        "utf-8-sig" => (Codec::Utf8Sig, "utf-8"),
        "ascii" | "us-ascii" | "646" => (Codec::Ascii, "ascii"),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" | "cp819" => (Codec::Latin1, "latin-1"),
        "utf-16" | "utf16" => (Codec::Utf16(None), "utf-16"),
        "utf-16-le" | "utf-16le" => (Codec::Utf16(Some(false)), "utf-16-le"),
        "utf-16-be" | "utf-16be" => (Codec::Utf16(Some(true)), "utf-16-be"),
        "utf-32" | "utf32" => (Codec::Utf32(None), "utf-32"),
        "utf-32-le" | "utf-32le" => (Codec::Utf32(Some(false)), "utf-32-le"),
        "utf-32-be" | "utf-32be" => (Codec::Utf32(Some(true)), "utf-32-be"),
        "unicode-escape" | "unicodeescape" | "raw-unicode-escape" => (Codec::UnicodeEscape, "unicode_escape"),
        "cp1252" | "windows-1252" => (Codec::Cp1252, "charmap"),
        _ => return Err(Exc::LookupError.new(format!("unknown encoding: {encoding}"))),
    })
}

/// The upper half of code page 1252.
const CP1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn encode_error(codec: &str, text: &str, start: usize, end: usize, reason: &str) -> Error {
    Exc::UnicodeEncodeError.with_args(vec![
        Value::str(codec),
        Value::str(text),
        Value::from(start),
        Value::from(end),
        Value::str(reason),
    ])
}

fn decode_error(codec: &str, bytes: &[u8], start: usize, end: usize, reason: &str) -> Error {
    Exc::UnicodeDecodeError.with_args(vec![
        Value::str(codec),
        Value::bytes(bytes.to_vec()),
        Value::from(start),
        Value::from(end),
        Value::str(reason),
    ])
}

/// Encodes a text. LookupError for an unknown encoding or handler, UnicodeEncodeError for what it cannot say.
pub fn encode(text: &str, encoding: &str, errors: &str) -> Res<Vec<u8>> {
    let (codec, name) = find(encoding)?;
    match codec {
        Codec::Utf8 => return Ok(text.as_bytes().to_vec()),
        Codec::Utf8Sig => return Ok([b"\xef\xbb\xbf", text.as_bytes()].concat()),
        Codec::Utf16(order) => {
            let mut out = if order.is_none() { vec![0xff, 0xfe] } else { Vec::new() };
            for unit in text.encode_utf16() {
                out.extend(if order == Some(true) { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            return Ok(out);
        }
        Codec::Utf32(order) => {
            let mut out = if order.is_none() { vec![0xff, 0xfe, 0, 0] } else { Vec::new() };
            for c in text.chars() {
                let n = c as u32;
                out.extend(if order == Some(true) { n.to_be_bytes() } else { n.to_le_bytes() });
            }
            return Ok(out);
        }
        Codec::UnicodeEscape => {
            let mut out = String::new();
            for c in text.chars() {
                match c {
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    ' '..='~' => out.push(c),
                    c => super::super::str::repr::escape(c, &mut out),
                }
            }
            return Ok(out.into_bytes());
        }
        _ => {}
    }
    let byte = |c: char| -> Option<u8> {
        let n = c as u32;
        match codec {
            Codec::Ascii => u8::try_from(n).ok().filter(u8::is_ascii),
            Codec::Latin1 => u8::try_from(n).ok(),
            _ if n < 0x80 || (0xa0..0x100).contains(&n) => Some(n as u8),
            _ => CP1252.iter().position(|&x| x == c).map(|i| i as u8 + 0x80),
        }
    };
    let reason = match codec {
        Codec::Ascii => "ordinal not in range(128)",
        Codec::Latin1 => "ordinal not in range(256)",
        _ => "character maps to <undefined>",
    };
    let mut out = Vec::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        if let Some(b) = byte(c) {
            out.push(b);
            i += 1;
            continue;
        }
        match errors {
            "strict" => {
                let end = (i..chars.len()).find(|&j| byte(chars[j]).is_some()).unwrap_or(chars.len());
                return Err(encode_error(name, text, i, end, reason));
            }
            "ignore" => {}
            "replace" => out.push(b'?'),
            "xmlcharrefreplace" => out.extend(format!("&#{};", c as u32).bytes()),
            "backslashreplace" => {
                let mut escaped = String::new();
                super::super::str::repr::escape(c, &mut escaped);
                out.extend(escaped.bytes());
            }
            "namereplace" => match unicode_names2::name(c) {
                Some(n) => out.extend(format!("\\N{{{n}}}").bytes()),
                None => {
                    let mut escaped = String::new();
                    super::super::str::repr::escape(c, &mut escaped);
                    out.extend(escaped.bytes());
                }
            },
            _ => return Err(Exc::LookupError.new(format!("unknown error handler name '{errors}'"))),
        }
        i += 1;
    }
    Ok(out)
}

/// Decodes bytes. LookupError for an unknown encoding or handler, UnicodeDecodeError for what is no text.
pub fn decode(bytes: &[u8], encoding: &str, errors: &str) -> Res<String> {
    let (codec, name) = find(encoding)?;
    let handle = |out: &mut String, start: usize, end: usize, reason: &str| -> Res<()> {
        match errors {
            "strict" => return Err(decode_error(name, bytes, start, end, reason)),
            "ignore" => {}
            "replace" => out.push('\u{fffd}'),
            "backslashreplace" => {
                for b in bytes.get(start..end).unwrap_or_default() {
                    out.push_str(&format!("\\x{b:02x}"));
                }
            }
            _ => return Err(Exc::LookupError.new(format!("unknown error handler name '{errors}'"))),
        }
        Ok(())
    };
    let mut out = String::with_capacity(bytes.len());
    match codec {
        Codec::Utf8 | Codec::Utf8Sig => {
            let body = match codec == Codec::Utf8Sig {
                true => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
                false => bytes,
            };
            let mut at = 0;
            while at < body.len() {
                match std::str::from_utf8(&body[at..]) {
                    Ok(s) => {
                        out.push_str(s);
                        break;
                    }
                    Err(e) => {
                        let good = at + e.valid_up_to();
                        out.push_str(std::str::from_utf8(&body[at..good]).unwrap_or_default());
                        let (len, reason) = match e.error_len() {
                            None => (body.len() - good, "unexpected end of data"),
                            Some(n) => {
                                let first = body.get(good).copied().unwrap_or(0);
                                let starts = matches!(first, 0xc2..=0xf4);
                                (n, if starts { "invalid continuation byte" } else { "invalid start byte" })
                            }
                        };
                        handle(&mut out, good, good + len, reason)?;
                        at = good + len;
                    }
                }
            }
        }
        Codec::Ascii => {
            for (i, &b) in bytes.iter().enumerate() {
                match b.is_ascii() {
                    true => out.push(b as char),
                    false => handle(&mut out, i, i + 1, "ordinal not in range(128)")?,
                }
            }
        }
        Codec::Latin1 => out.extend(bytes.iter().map(|&b| b as char)),
        Codec::Cp1252 => {
            out.extend(bytes.iter().map(|&b| CP1252.get((b as usize).wrapping_sub(0x80)).copied().unwrap_or(b as char)))
        }
        Codec::Utf16(order) => {
            let (big, body) = match (order, bytes) {
                (Some(big), _) => (big, bytes),
                (None, [0xff, 0xfe, rest @ ..]) => (false, rest),
                (None, [0xfe, 0xff, rest @ ..]) => (true, rest),
                _ => (false, bytes),
            };
            let units = body.chunks_exact(2).map(|c| match (big, c) {
                (true, [a, b]) => u16::from_be_bytes([*a, *b]),
                (_, [a, b]) => u16::from_le_bytes([*a, *b]),
                _ => 0,
            });
            let start = bytes.len() - body.len();
            for (i, c) in char::decode_utf16(units).enumerate() {
                match c {
                    Ok(c) => out.push(c),
                    Err(_) => handle(&mut out, start + 2 * i, start + 2 * i + 2, "illegal encoding")?,
                }
            }
            if body.len() % 2 == 1 {
                handle(&mut out, bytes.len() - 1, bytes.len(), "truncated data")?;
            }
        }
        Codec::Utf32(order) => {
            let (big, body) = match (order, bytes) {
                (Some(big), _) => (big, bytes),
                (None, [0xff, 0xfe, 0, 0, rest @ ..]) => (false, rest),
                (None, [0, 0, 0xfe, 0xff, rest @ ..]) => (true, rest),
                _ => (false, bytes),
            };
            for (i, c) in body.chunks(4).enumerate() {
                let n = match (big, c) {
                    (true, [a, b, c, d]) => Some(u32::from_be_bytes([*a, *b, *c, *d])),
                    (_, [a, b, c, d]) => Some(u32::from_le_bytes([*a, *b, *c, *d])),
                    _ => None,
                };
                match n.and_then(char::from_u32) {
                    Some(c) => out.push(c),
                    None => handle(&mut out, 4 * i, 4 * i + c.len(), "code point not in range(0x110000)")?,
                }
            }
        }
        Codec::UnicodeEscape => {
            let mut chars = bytes.iter().map(|&b| b as char).peekable();
            while let Some(c) = chars.next() {
                if c != '\\' {
                    out.push(c);
                    continue;
                }
                let digits = match chars.next() {
                    Some('n') => {
                        out.push('\n');
                        0
                    }
                    Some('t') => {
                        out.push('\t');
                        0
                    }
                    Some('r') => {
                        out.push('\r');
                        0
                    }
                    Some('x') => 2,
                    Some('u') => 4,
                    Some('U') => 8,
                    other => {
                        out.extend(other);
                        0
                    }
                };
                if digits > 0 {
                    let text: String = chars.by_ref().take(digits).collect();
                    out.extend(u32::from_str_radix(&text, 16).ok().and_then(char::from_u32));
                }
            }
        }
    }
    Ok(out)
}
