//! JSON text, read and written as Python's `json` does with its defaults.

use num_bigint::BigInt;

use crate::object::text::json_quote;
use crate::object::{Dict, Exc, Res, Rt, Value, ops};

/// `json.loads(text)`. ValueError (JSONDecodeError's base) where it is no JSON.
pub fn loads(rt: &Rt, text: &str) -> Res<Value> {
    let mut reader = Reader { rt, text: text.as_bytes(), source: text, at: 0, depth: 0 };
    reader.blank();
    let value = reader.value()?;
    reader.blank();
    if reader.at < reader.text.len() {
        return Err(reader.error("Extra data"));
    }
    Ok(value)
}

struct Reader<'a> {
    rt: &'a Rt,
    text: &'a [u8],
    source: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn error(&self, what: &str) -> crate::object::Error {
        let before = self.source.get(..self.at).unwrap_or(self.source);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let at = before.chars().count();
        Exc::ValueError.new(format!("{what}: line {line} column {column} (char {at})"))
    }

    fn blank(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.text[self.at..].starts_with(word.as_bytes());
        if there {
            self.at += word.len();
        }
        there
    }

    fn value(&mut self) -> Res<Value> {
        self.depth += 1;
        if self.depth > 900 {
            return Err(Exc::RecursionError.new("maximum recursion depth exceeded"));
        }
        let value = match self.text.get(self.at) {
            Some(b'"') => Value::from(self.string()?),
            Some(b'{') => self.object()?,
            Some(b'[') => self.array()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ if self.word("null") => Value::None,
            _ if self.word("true") => Value::Bool(true),
            _ if self.word("false") => Value::Bool(false),
            _ if self.word("NaN") => Value::Float(f64::NAN),
            _ if self.word("Infinity") => Value::Float(f64::INFINITY),
            _ => return Err(self.error("Expecting value")),
        };
        self.depth -= 1;
        Ok(value)
    }

    fn number(&mut self) -> Res<Value> {
        let start = self.at;
        if self.word("-Infinity") {
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        while matches!(self.text.get(self.at), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.source[start..self.at];
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            if let Ok(n) = text.parse::<BigInt>() {
                return Ok(Value::from_big(n));
            }
        } else if let Ok(f) = text.parse::<f64>() {
            return Ok(Value::Float(f));
        }
        self.at = start;
        Err(self.error("Expecting value"))
    }

    fn string(&mut self) -> Res<String> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let from = self.at;
            while !matches!(self.text.get(self.at), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(&self.source[from..self.at]);
            match self.text.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let escape = self.text.get(self.at).copied();
                    self.at += 1;
                    match escape {
                        Some(b'n') => out.push('\n'),
                        Some(b't') => out.push('\t'),
                        Some(b'r') => out.push('\r'),
                        Some(b'b') => out.push('\u{8}'),
                        Some(b'f') => out.push('\u{c}'),
                        Some(c @ (b'"' | b'\\' | b'/')) => out.push(c as char),
                        Some(b'u') => {
                            let mut unit = self.hex()?;
                            if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with(b"\\u") {
                                let back = self.at;
                                self.at += 2;
                                let low = self.hex()?;
                                if (0xdc00..0xe000).contains(&low) {
                                    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                                } else {
                                    self.at = back;
                                }
                            }
                            out.push(char::from_u32(unit).unwrap_or('\u{fffd}'));
                        }
                        _ => {
                            self.at -= 2;
                            return Err(self.error("Invalid \\escape"));
                        }
                    }
                }
                Some(_) => return Err(self.error("Invalid control character at")),
                None => {
                    self.at = start;
                    return Err(self.error("Unterminated string starting at"));
                }
            }
        }
    }

    fn hex(&mut self) -> Res<u32> {
        let digits = self.source.get(self.at..self.at + 4).and_then(|d| u32::from_str_radix(d, 16).ok());
        match digits {
            Some(n) => {
                self.at += 4;
                Ok(n)
            }
            None => Err(self.error("Invalid \\uXXXX escape")),
        }
    }

    fn array(&mut self) -> Res<Value> {
        self.at += 1;
        let mut items = Vec::new();
        self.blank();
        if self.word("]") {
            return Ok(Value::list(items));
        }
        loop {
            self.blank();
            items.push(self.value()?);
            self.blank();
            if self.word("]") {
                return Ok(Value::list(items));
            }
            if !self.word(",") {
                return Err(self.error("Expecting ',' delimiter"));
            }
        }
    }

    fn object(&mut self) -> Res<Value> {
        self.at += 1;
        let dict = Dict::new();
        self.blank();
        if self.word("}") {
            return Ok(Value::Dict(dict));
        }
        loop {
            self.blank();
            if self.text.get(self.at) != Some(&b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes"));
            }
            let key = self.string()?;
            self.blank();
            if !self.word(":") {
                return Err(self.error("Expecting ':' delimiter"));
            }
            self.blank();
            let value = self.value()?;
            dict.set_str(self.rt, &key, value);
            self.blank();
            if self.word("}") {
                return Ok(Value::Dict(dict));
            }
            if !self.word(",") {
                return Err(self.error("Expecting ',' delimiter"));
            }
        }
    }
}

/// `json.dumps(value)`. TypeError for what JSON has no form for.
pub fn dumps(rt: &Rt, value: &Value) -> Res<String> {
    let mut out = String::new();
    write(rt, value, &mut out, 0)?;
    Ok(out)
}

fn write(rt: &Rt, value: &Value, out: &mut String, depth: usize) -> Res<()> {
    if depth > 900 {
        return Err(Exc::RecursionError.new("maximum recursion depth exceeded while encoding a JSON object"));
    }
    match value.plain() {
        Value::None => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
        Value::Big(b) => out.push_str(&b.to_string()),
        Value::Float(f) => out.push_str(&float(rt, *f)?),
        Value::Str(s) => json_quote(s, true, out),
        Value::List(l) => sequence(rt, &l.to_vec(), out, depth)?,
        Value::Tuple(t) => sequence(rt, t, out, depth)?,
        Value::Dict(d) => {
            out.push('{');
            for (i, (key, item)) in d.0.items().into_iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match key.plain() {
                    Value::Str(s) => json_quote(s, true, out),
                    Value::None => out.push_str("\"null\""),
                    Value::Bool(b) => out.push_str(if *b { "\"true\"" } else { "\"false\"" }),
                    Value::Int(_) | Value::Big(_) | Value::Float(_) => {
                        let mut text = String::new();
                        write(rt, &key, &mut text, depth + 1)?;
                        json_quote(&text, true, out);
                    }
                    _ => {
                        return Err(Exc::TypeError
                            .new(format!("keys must be str, int, float, bool or None, not {}", ops::type_name(&key))));
                    }
                }
                out.push_str(": ");
                write(rt, &item, out, depth + 1)?;
            }
            out.push('}');
        }
        _ => {
            return Err(
                Exc::TypeError.new(format!("Object of type {} is not JSON serializable", rt.class_of(value).name()))
            );
        }
    }
    Ok(())
}

fn sequence(rt: &Rt, items: &[Value], out: &mut String, depth: usize) -> Res<()> {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(rt, item, out, depth + 1)?;
    }
    out.push(']');
    Ok(())
}

fn float(rt: &Rt, f: f64) -> Res<String> {
    if f.is_nan() {
        return Ok("NaN".into());
    }
    if f.is_infinite() {
        return Ok(if f > 0.0 { "Infinity" } else { "-Infinity" }.into());
    }
    Ok(ops::repr(rt, &Value::Float(f))?.to_string())
}
