//! The text that `sub` puts in place of a match.

use super::hay::Hay;
use super::parse::PatternError;
use super::pattern::Pattern;
use super::pattern_error;
use super::program::Slots;
use crate::object::error::{Exc, Res};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;

enum Part {
    Text(Value),
    Group(usize),
}

/// A replacement text, read.
pub struct Template {
    parts: Vec<Part>,
    empty: Value,
}

impl Template {
    /// The text, where no group is in it.
    pub fn literal(&self) -> Option<Value> {
        match &self.parts[..] {
            [] => Some(self.empty.clone()),
            [Part::Text(t)] => Some(t.clone()),
            _ => None,
        }
    }

    /// Adds the text for one match.
    pub fn expand(&self, hay: &Hay, slots: &Slots, out: &mut Vec<Value>) {
        for part in &self.parts {
            match part {
                Part::Text(t) => out.push(t.clone()),
                Part::Group(i) => {
                    if let (Some(from), Some(to)) = (slots[2 * i], slots[2 * i + 1]) {
                        out.push(hay.slice(from, to));
                    }
                }
            }
        }
    }
}

/// Reads a replacement text. Errors: `re.error` for bad escapes and groups that are not there.
pub fn parse(rt: &Rt, p: &Pattern, source: &Value) -> Res<Template> {
    let text: Vec<char> = match (source.as_str(), source.as_bytes(), p.bytes) {
        (Some(s), _, false) => s.chars().collect(),
        (_, Some(b), true) => b.iter().map(|b| *b as char).collect(),
        (_, _, bytes) => {
            let wanted = if bytes { "a bytes-like object" } else { "str instance" };
            let kind = ops::type_name(source);
            return Err(match (source.as_str(), source.as_bytes()) {
                (None, None) => Exc::TypeError.new(format!("decoding to str: need a bytes-like object, {kind} found")),
                _ => Exc::TypeError.new(format!("sequence item 0: expected {wanted}, {kind} found")),
            });
        }
    };
    let make = |s: &str| if p.bytes { Value::bytes(s.chars().map(|c| c as u8).collect()) } else { Value::str(s) };
    let fail = |message: String, at: usize| {
        pattern_error(rt, PatternError { message, at: Some(at), overflow: false }, source, &text)
    };
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut i = 0;
    let flush = |plain: &mut String, parts: &mut Vec<Part>| {
        if !plain.is_empty() {
            parts.push(Part::Text(make(plain)));
            plain.clear();
        }
    };
    while i < text.len() {
        let start = i;
        if text[i] != '\\' {
            plain.push(text[i]);
            i += 1;
            continue;
        }
        let Some(&c) = text.get(i + 1) else { return Err(fail("bad escape (end of pattern)".into(), start)) };
        i += 2;
        match c {
            'g' => {
                if text.get(i) != Some(&'<') {
                    return Err(fail("missing <".into(), i));
                }
                i += 1;
                let from = i;
                while text.get(i).is_some_and(|c| *c != '>') {
                    i += 1;
                }
                let name: String = text[from..i].iter().collect();
                if i >= text.len() {
                    return Err(fail(
                        if name.is_empty() {
                            "missing group name".into()
                        } else {
                            "missing >, unterminated name".into()
                        },
                        from,
                    ));
                }
                i += 1;
                if name.is_empty() {
                    return Err(fail("missing group name".into(), from));
                }
                let group = if name.bytes().all(|b| b.is_ascii_digit()) {
                    match name.parse::<usize>() {
                        Ok(n) if n <= p.groups => n,
                        _ => return Err(fail(format!("invalid group reference {name}"), from)),
                    }
                } else {
                    let mut chars = name.chars();
                    let valid = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
                        && chars.all(|c| c == '_' || c.is_alphanumeric());
                    if !valid {
                        return Err(fail(format!("bad character in group name '{name}'"), from));
                    }
                    match p.names.iter().find(|(n, _)| *n == name) {
                        Some((_, group)) => *group,
                        None => return Err(Exc::IndexError.new(format!("unknown group name '{name}'"))),
                    }
                };
                flush(&mut plain, &mut parts);
                parts.push(Part::Group(group));
            }
            '0' => {
                let mut digits = String::from("0");
                while digits.len() < 3 && text.get(i).is_some_and(|c| ('0'..='7').contains(c)) {
                    digits.push(text[i]);
                    i += 1;
                }
                plain.push(char::from_u32(u32::from_str_radix(&digits, 8).unwrap_or(0) & 0xff).unwrap_or('\0'));
            }
            '1'..='9' => {
                let mut digits = String::from(c);
                let mut octal = false;
                if let Some(d) = text.get(i).filter(|c| c.is_ascii_digit()) {
                    digits.push(*d);
                    i += 1;
                    if digits.bytes().all(|b| b < b'8')
                        && let Some(d) = text.get(i).filter(|c| ('0'..='7').contains(*c))
                    {
                        digits.push(*d);
                        i += 1;
                        octal = true;
                    }
                }
                if octal {
                    let n = u32::from_str_radix(&digits, 8).unwrap_or(0);
                    if n > 0o377 {
                        return Err(fail(format!("octal escape value \\{digits} outside of range 0-0o377"), start));
                    }
                    plain.push(char::from_u32(n).unwrap_or('\0'));
                } else {
                    let group: usize = digits.parse().unwrap_or(usize::MAX);
                    if group > p.groups {
                        return Err(fail(format!("invalid group reference {group}"), start + 1));
                    }
                    flush(&mut plain, &mut parts);
                    parts.push(Part::Group(group));
                }
            }
            'a' => plain.push('\u{7}'),
            'b' => plain.push('\u{8}'),
            'f' => plain.push('\u{c}'),
            'n' => plain.push('\n'),
            'r' => plain.push('\r'),
            't' => plain.push('\t'),
            'v' => plain.push('\u{b}'),
            '\\' => plain.push('\\'),
            c if c.is_ascii_alphabetic() => return Err(fail(format!("bad escape \\{c}"), start)),
            c => {
                plain.push('\\');
                plain.push(c);
            }
        }
    }
    flush(&mut plain, &mut parts);
    Ok(Template { parts, empty: make("") })
}
