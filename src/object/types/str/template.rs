//! `str.format`. Mirrors <https://docs.python.org/3/library/string.html#format-string-syntax>.

use crate::object::error::{Error, Exc, Res};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::Name;

/// Where named fields come from.
pub(super) enum Fields<'a> {
    Keywords(&'a [(Name, Value)]),
    Mapping(&'a Value),
}

#[derive(PartialEq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Run<'a> {
    rt: &'a Rt,
    args: &'a [Value],
    fields: &'a Fields<'a>,
    numbering: Numbering,
}

fn value_error(message: impl AsRef<str>) -> Error {
    Exc::ValueError.new(message)
}

/// Formats a text. Errors as Python words them.
pub(super) fn format(rt: &Rt, text: &str, args: &[Value], fields: &Fields<'_>) -> Res<Value> {
    let mut run = Run { rt, args, fields, numbering: Numbering::Unknown };
    run.format(text, 2).map(Value::from)
}

impl Run<'_> {
    fn format(&mut self, text: &str, depth: usize) -> Res<String> {
        if depth == 0 {
            return Err(value_error("Max string recursion exceeded"));
        }
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let c = rest.as_bytes()[at];
            let after = &rest[at + 1..];
            if after.as_bytes().first() == Some(&c) {
                out.push(c as char);
                rest = &after[1..];
                continue;
            }
            if c == b'}' {
                return Err(value_error("Single '}' encountered in format string"));
            }
            if after.is_empty() {
                return Err(value_error("Single '{' encountered in format string"));
            }
            // The field ends at its own closing brace; brackets are part of the name.
            let mut nested = 1;
            let end = after.char_indices().find(|(_, c)| {
                match c {
                    '{' => nested += 1,
                    '}' => nested -= 1,
                    _ => {}
                }
                nested == 0
            });
            let Some((end, _)) = end else { return Err(self.unclosed(after)) };
            self.field(&after[..end], depth, &mut out)?;
            rest = &after[end + 1..];
            super::super::check_size(self.rt, out.len())?;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn unclosed(&self, after: &str) -> Error {
        let mut brackets = false;
        for c in after.chars() {
            match c {
                '[' => brackets = true,
                ']' => brackets = false,
                ':' | '!' if !brackets => return value_error("unmatched '{' in format spec"),
                '{' if !brackets => return value_error("unexpected '{' in field name"),
                _ => {}
            }
        }
        value_error("expected '}' before end of string")
    }

    fn field(&mut self, field: &str, depth: usize, out: &mut String) -> Res<()> {
        let mut brackets = false;
        let cut = field.char_indices().find(|(_, c)| {
            match c {
                '[' => brackets = true,
                ']' => brackets = false,
                _ => {}
            }
            !brackets && matches!(c, ':' | '!' | '{')
        });
        let (name, conversion, spec) = match cut {
            None => (field, None, ""),
            Some((_, '{')) => return Err(value_error("unexpected '{' in field name")),
            Some((at, ':')) => (&field[..at], None, &field[at + 1..]),
            Some((at, _)) => {
                let mut chars = field[at + 1..].chars();
                let Some(conversion) = chars.next() else { return Err(value_error("unmatched '{' in format spec")) };
                let spec = match chars.next() {
                    None => "",
                    Some(':') => chars.as_str(),
                    Some(_) => return Err(value_error("expected ':' after conversion specifier")),
                };
                (&field[..at], Some(conversion), spec)
            }
        };
        if brackets {
            return Err(value_error("expected '}' before end of string"));
        }
        let value = self.look_up(name)?;
        let value = match conversion {
            None => value,
            Some('s') => Value::Str(ops::str(self.rt, &value)?),
            Some('r') => Value::Str(ops::repr(self.rt, &value)?),
            Some('a') => Value::Str(ops::ascii(self.rt, &value)?),
            Some(c) if c.is_ascii_graphic() => {
                return Err(value_error(format!("Unknown conversion specifier {c}")));
            }
            Some(c) => return Err(value_error(format!("Unknown conversion specifier \\x{:x}", c as u32))),
        };
        let text = match spec.contains(['{', '}']) {
            true => {
                let spec = self.format(spec, depth - 1)?;
                ops::format(self.rt, &value, &spec)?
            }
            false => ops::format(self.rt, &value, spec)?,
        };
        out.push_str(&text);
        Ok(())
    }

    fn look_up(&mut self, name: &str) -> Res<Value> {
        let cut = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut rest) = name.split_at(cut);
        let number: Option<usize> = match first.bytes().all(|b| b.is_ascii_digit()) && !first.is_empty() {
            true => Some(first.parse().map_err(|_| value_error("Too many decimal digits in format string"))?),
            false => None,
        };
        let mut value = if first.is_empty() || number.is_some() {
            let index = match (number, &mut self.numbering) {
                (None, Numbering::Manual) => {
                    return Err(value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                (Some(_), Numbering::Automatic(_)) => {
                    return Err(value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                (None, Numbering::Automatic(next)) => {
                    *next += 1;
                    *next - 1
                }
                (None, Numbering::Unknown) => {
                    self.numbering = Numbering::Automatic(1);
                    0
                }
                (Some(n), _) => {
                    self.numbering = Numbering::Manual;
                    n
                }
            };
            if let Fields::Mapping(_) = self.fields {
                return Err(value_error("Format string contains positional fields"));
            }
            self.args.get(index).cloned().ok_or_else(|| {
                Exc::IndexError.new(format!("Replacement index {index} out of range for positional args tuple"))
            })?
        } else {
            match self.fields {
                Fields::Keywords(all) => match all.iter().find(|(n, _)| *n == *first) {
                    Some((_, v)) => v.clone(),
                    None => return Err(Exc::KeyError.with_args(vec![Value::str(first)])),
                },
                Fields::Mapping(mapping) => ops::get_item(self.rt, mapping, &Value::str(first))?,
            }
        };
        while let Some(c) = rest.chars().next() {
            let body = &rest[1..];
            if c == '.' {
                let end = body.find(['.', '[']).unwrap_or(body.len());
                if end == 0 {
                    return Err(value_error("Empty attribute in format string"));
                }
                value = ops::get_attr(self.rt, &value, Name::new(&body[..end]))?;
                rest = &body[end..];
            } else if c == '[' {
                let Some(end) = body.find(']') else { return Err(value_error("Missing ']' in format string")) };
                if end == 0 {
                    return Err(value_error("Empty attribute in format string"));
                }
                let key = &body[..end];
                let key = match key.bytes().all(|b| b.is_ascii_digit()) {
                    true => match key.parse::<i64>() {
                        Ok(i) => Value::Int(i),
                        Err(_) => return Err(value_error("Too many decimal digits in format string")),
                    },
                    false => Value::str(key),
                };
                value = ops::get_item(self.rt, &value, &key)?;
                rest = &body[end + 1..];
            } else {
                return Err(value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
        }
        Ok(value)
    }
}
