//! `json`: writing and reading in Rust; the classes are `python/json.py`. Mirrors
//! <https://docs.python.org/3/library/json.html>.

use std::rc::Rc;

use super::support::run_source;
use crate::object::args::{Args, CallArgs};
use crate::object::dict::Dict;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::text::json_quote;
use crate::object::value::Value;

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    run_source(rt, m, include_str!("python/json.py"))
}

/// How a value is written.
struct Writer<'a> {
    rt: &'a Rt,
    out: String,
    skip_keys: bool,
    ascii: bool,
    circular: bool,
    allow_nan: bool,
    indent: Option<Str>,
    item_separator: Str,
    key_separator: Str,
    sort_keys: bool,
    default: Value,
    /// The containers around, against circles.
    open: Vec<usize>,
}

impl Writer<'_> {
    fn float(&self, f: f64, v: &Value) -> Res<String> {
        if f.is_finite() {
            return Ok(ops::call_method(self.rt, &Value::Float(f), "__repr__".into(), CallArgs::none())?
                .as_str()
                .map(|s| s.to_string())
                .unwrap_or_default());
        }
        if !self.allow_nan {
            let shown = ops::repr(self.rt, v)?;
            return Err(Exc::ValueError.new(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        Ok(if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into())
    }

    fn int(&self, v: &Value) -> Res<String> {
        match v.plain() {
            Value::Int(n) => Ok(n.to_string()),
            other => Ok(ops::repr(self.rt, other)?.to_string()),
        }
    }

    fn newline(&mut self, depth: usize) {
        if let Some(indent) = self.indent.clone() {
            self.out.push('\n');
            for _ in 0..depth {
                self.out.push_str(&indent);
            }
        }
    }

    fn enter(&mut self, v: &Value) -> Res<()> {
        if self.circular && self.open.contains(&v.plain().id()) {
            return Err(Exc::ValueError.new("Circular reference detected"));
        }
        self.open.push(v.plain().id());
        Ok(())
    }

    fn noted(&self, e: Error, note: String) -> Error {
        // Which part could not be written.
        let exc = self.rt.exception(e);
        let _ = ops::call_method(self.rt, &Value::Obj(exc.clone()), "add_note".into(), CallArgs::new([note.into()]));
        Error::raised(exc)
    }

    fn value(&mut self, v: &Value, depth: usize) -> Res<()> {
        match v.plain() {
            Value::None => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Str(s) => json_quote(s, self.ascii, &mut self.out),
            Value::Int(_) | Value::Big(_) => {
                let text = self.int(v)?;
                self.out.push_str(&text);
            }
            Value::Float(f) => {
                let text = self.float(*f, v)?;
                self.out.push_str(&text);
            }
            Value::List(_) | Value::Tuple(_) => {
                let items = ops::collect(self.rt, v)?;
                if items.is_empty() {
                    self.out.push_str("[]");
                    return Ok(());
                }
                self.enter(v)?;
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        let s = self.item_separator.clone();
                        self.out.push_str(&s);
                    }
                    self.newline(depth + 1);
                    let rt = self.rt;
                    rt.deeper(|| self.value(item, depth + 1)).map_err(|e| {
                        let kind = ops::type_name(v);
                        self.noted(e, format!("when serializing {kind} item {i}"))
                    })?;
                }
                self.newline(depth);
                self.out.push(']');
                self.open.pop();
            }
            Value::Dict(_) => self.dict(v, depth)?,
            _ => {
                let default = self.default.clone();
                if default.is_none() {
                    return Err(Exc::TypeError
                        .new(format!("Object of type {} is not JSON serializable", self.rt.class_of(v).name())));
                }
                self.enter(v)?;
                let made = ops::call1(self.rt, &default, v.clone())?;
                let rt = self.rt;
                rt.deeper(|| self.value(&made, depth))?;
                self.open.pop();
            }
        }
        Ok(())
    }

    fn dict(&mut self, v: &Value, depth: usize) -> Res<()> {
        let mut items: Vec<(Value, Value)> = if matches!(v, Value::Dict(_)) {
            v.as_dict().map(|d| d.0.items()).unwrap_or_default()
        } else {
            let pairs = ops::call_method(self.rt, v, "items".into(), CallArgs::none())?;
            let mut out = Vec::new();
            for pair in ops::collect(self.rt, &pairs)? {
                if let [k, v] = &ops::collect(self.rt, &pair)?[..] {
                    out.push((k.clone(), v.clone()));
                }
            }
            out
        };
        if items.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.enter(v)?;
        if self.sort_keys {
            let rt = self.rt;
            let mut failed = None;
            items.sort_by(|a, b| {
                if failed.is_some() {
                    return std::cmp::Ordering::Equal;
                }
                match ops::less(rt, &a.0, &b.0) {
                    Ok(true) => std::cmp::Ordering::Less,
                    Ok(false) => match ops::less(rt, &b.0, &a.0) {
                        Ok(true) => std::cmp::Ordering::Greater,
                        _ => std::cmp::Ordering::Equal,
                    },
                    Err(e) => {
                        failed = Some(e);
                        std::cmp::Ordering::Equal
                    }
                }
            });
            if let Some(e) = failed {
                return Err(e);
            }
        }
        self.out.push('{');
        let mut first = true;
        for (key, item) in &items {
            let name: String = match key.plain() {
                Value::Str(s) => s.to_string(),
                Value::None => "null".into(),
                Value::Bool(b) => b.to_string(),
                Value::Int(_) | Value::Big(_) => self.int(key)?,
                Value::Float(f) => self.float(*f, key)?,
                _ if self.skip_keys => continue,
                _ => {
                    return Err(Exc::TypeError
                        .new(format!("keys must be str, int, float, bool or None, not {}", ops::type_name(key))));
                }
            };
            if !std::mem::replace(&mut first, false) {
                let s = self.item_separator.clone();
                self.out.push_str(&s);
            }
            self.newline(depth + 1);
            json_quote(&name, self.ascii, &mut self.out);
            let s = self.key_separator.clone();
            self.out.push_str(&s);
            let rt = self.rt;
            if let Err(e) = rt.deeper(|| self.value(item, depth + 1)) {
                let kind = ops::type_name(v);
                let key = ops::repr(rt, key)?;
                return Err(self.noted(e, format!("when serializing {kind} item {key}")));
            }
        }
        if first {
            // Every key was passed over.
            self.out.push('}');
        } else {
            self.newline(depth);
            self.out.push('}');
        }
        self.open.pop();
        Ok(())
    }
}

/// What reading calls for each kind of value, where the session gave something.
struct Hooks {
    object: Option<Value>,
    pairs: Option<Value>,
    float: Option<Value>,
    int: Option<Value>,
    constant: Option<Value>,
    strict: bool,
}

/// What is wrong, and at which byte.
enum Fail {
    At(String, usize),
    Raised(Error),
}

impl From<Error> for Fail {
    fn from(e: Error) -> Fail {
        Fail::Raised(e)
    }
}

struct Reader<'a> {
    rt: &'a Rt,
    text: &'a str,
    at: usize,
    hooks: &'a Hooks,
}

type Read<T> = Result<T, Fail>;

fn fail<T>(message: impl Into<String>, at: usize) -> Read<T> {
    Err(Fail::At(message.into(), at))
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn value(&mut self) -> Read<Value> {
        let start = self.at;
        match self.byte() {
            Some(b'"') => {
                self.at += 1;
                Ok(self.string(start)?.into())
            }
            Some(b'{') => {
                let rt = self.rt;
                nested(rt, || self.object())
            }
            Some(b'[') => {
                let rt = self.rt;
                nested(rt, || self.array())
            }
            Some(b'n') if self.take("null") => Ok(Value::None),
            Some(b't') if self.take("true") => Ok(Value::Bool(true)),
            Some(b'f') if self.take("false") => Ok(Value::Bool(false)),
            Some(b'N') if self.take("NaN") => self.constant("NaN", f64::NAN),
            Some(b'I') if self.take("Infinity") => self.constant("Infinity", f64::INFINITY),
            Some(b'-') if self.take("-Infinity") => self.constant("-Infinity", f64::NEG_INFINITY),
            Some(b'-' | b'0'..=b'9') => self.number(start),
            _ => fail("Expecting value", start),
        }
    }

    fn constant(&self, name: &str, f: f64) -> Read<Value> {
        match &self.hooks.constant {
            Some(hook) => Ok(ops::call1(self.rt, hook, name.into())?),
            None => Ok(Value::Float(f)),
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self, start: usize) -> Read<Value> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => {
                self.digits();
            }
            _ => return fail("Expecting value", start),
        }
        let mut float = false;
        let mark = self.at;
        if self.byte() == Some(b'.') {
            self.at += 1;
            if self.digits() > 0 {
                float = true;
            } else {
                self.at = mark;
            }
        }
        let mark = self.at;
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() > 0 {
                float = true;
            } else {
                self.at = mark;
            }
        }
        let text = &self.text[start..self.at];
        if float {
            return match &self.hooks.float {
                Some(hook) => Ok(ops::call1(self.rt, hook, text.into())?),
                None => Ok(Value::Float(text.parse().unwrap_or(f64::NAN))),
            };
        }
        if let Some(hook) = &self.hooks.int {
            return Ok(ops::call1(self.rt, hook, text.into())?);
        }
        match text.parse::<i64>() {
            Ok(n) => Ok(Value::Int(n)),
            Err(_) => {
                let int = Value::Class(self.rt.types.int.clone());
                Ok(ops::call1(self.rt, &int, text.into())?)
            }
        }
    }

    /// After the opening quote; `start` is where that stands.
    fn string(&mut self, start: usize) -> Read<String> {
        let mut out = String::new();
        loop {
            let from = self.at;
            while self.byte().is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20) {
                self.at += 1;
            }
            out.push_str(&self.text[from..self.at]);
            match self.byte() {
                None => return fail("Unterminated string starting at", start),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    let escape = self.at;
                    self.at += 1;
                    let Some(b) = self.byte() else { return fail("Unterminated string starting at", start) };
                    self.at += 1;
                    match b {
                        b'"' => out.push('"'),
                        b'\\' => out.push('\\'),
                        b'/' => out.push('/'),
                        b'b' => out.push('\u{8}'),
                        b'f' => out.push('\u{c}'),
                        b'n' => out.push('\n'),
                        b'r' => out.push('\r'),
                        b't' => out.push('\t'),
                        b'u' => {
                            let mut unit = self.hex(escape)?;
                            if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
                                let mark = self.at;
                                self.at += 2;
                                let low = self.hex(mark)?;
                                if (0xdc00..0xe000).contains(&low) {
                                    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                                } else {
                                    self.at = mark;
                                }
                            }
                            out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                        _ => return fail("Invalid \\escape", escape),
                    }
                }
                Some(b) => {
                    if self.hooks.strict {
                        return fail("Invalid control character at", self.at);
                    }
                    out.push(b as char);
                    self.at += 1;
                }
            }
        }
    }

    fn hex(&mut self, escape: usize) -> Read<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits {
            Some(d) => {
                self.at += 4;
                Ok(u32::from_str_radix(d, 16).unwrap_or(0))
            }
            None => fail("Invalid \\uXXXX escape", escape + 1),
        }
    }

    fn array(&mut self) -> Read<Value> {
        self.at += 1;
        let mut out = Vec::new();
        self.space();
        if self.byte() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(out));
        }
        loop {
            out.push(self.value()?);
            self.space();
            match self.byte() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::list(out));
                }
                Some(b',') => {
                    let comma = self.at;
                    self.at += 1;
                    self.space();
                    if self.byte() == Some(b']') {
                        return fail("Illegal trailing comma before end of array", comma);
                    }
                }
                _ => return fail("Expecting ',' delimiter", self.at),
            }
        }
    }

    fn object(&mut self) -> Read<Value> {
        self.at += 1;
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        self.space();
        if self.byte() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                if self.byte() != Some(b'"') {
                    return fail("Expecting property name enclosed in double quotes", self.at);
                }
                let start = self.at;
                self.at += 1;
                let key = self.string(start)?;
                self.space();
                if self.byte() != Some(b':') {
                    return fail("Expecting ':' delimiter", self.at);
                }
                self.at += 1;
                self.space();
                let value = self.value()?;
                pairs.push((key.into(), value));
                self.space();
                match self.byte() {
                    Some(b'}') => {
                        self.at += 1;
                        break;
                    }
                    Some(b',') => {
                        let comma = self.at;
                        self.at += 1;
                        self.space();
                        if self.byte() == Some(b'}') {
                            return fail("Illegal trailing comma before end of object", comma);
                        }
                    }
                    _ => return fail("Expecting ',' delimiter", self.at),
                }
            }
        }
        if let Some(hook) = &self.hooks.pairs {
            let list = pairs.into_iter().map(|(k, v)| Value::pair(k, v)).collect();
            return Ok(ops::call1(self.rt, hook, Value::list(list))?);
        }
        let dict = Value::Dict(Dict::from_pairs(self.rt, pairs)?);
        match &self.hooks.object {
            Some(hook) => Ok(ops::call1(self.rt, hook, dict)?),
            None => Ok(dict),
        }
    }
}

/// Runs one level deeper; RecursionError past the limit.
fn nested<T>(rt: &Rt, run: impl FnOnce() -> Read<T>) -> Read<T> {
    let mut failed = None;
    let result = rt.deeper(|| match run() {
        Ok(v) => Ok(Some(v)),
        Err(Fail::Raised(e)) => Err(e),
        Err(at) => {
            failed = Some(at);
            Ok(None)
        }
    });
    match (result, failed) {
        (_, Some(at)) => Err(at),
        (Ok(Some(v)), _) => Ok(v),
        (Ok(None), _) => fail("Expecting value", 0),
        (Err(e), _) => Err(Fail::Raised(e)),
    }
}

fn text_arg(a: &Args, slot: usize) -> Res<Str> {
    a.str(slot).cloned()
}

/// Whole text or its beginning, as a value and the index after it; or a message and where.
fn decode(rt: &Rt, a: &mut Args) -> Res<Value> {
    let text = text_arg(a, 0)?;
    let start = ops::index(rt, a.get(1))?.max(0) as usize;
    let start = text.char_indices().nth(start).map_or(text.len(), |(i, _)| i);
    let hooks = Hooks {
        object: a.some(2).cloned(),
        pairs: a.some(3).cloned(),
        float: a.some(4).cloned(),
        int: a.some(5).cloned(),
        constant: a.some(6).cloned(),
        strict: a.flag(rt, 7, true)?,
    };
    let mut r = Reader { rt, text: &text, at: start, hooks: &hooks };
    let chars = |at: usize| Value::from(text[..at.min(text.len())].chars().count());
    match r.value() {
        Ok(v) => {
            let end = chars(r.at);
            r.space();
            Ok(Value::tuple(vec![v, end, chars(r.at)]))
        }
        Err(Fail::At(message, at)) => Ok(Value::pair(message.into(), chars(at))),
        Err(Fail::Raised(e)) => Err(e),
    }
}

const ROWS: &[Row] = &[
    Row::method(
        "_encode",
        "(obj, skipkeys, ensure_ascii, check_circular, allow_nan, indent, item_separator, key_separator, sort_keys, default)",
        "Writes a value.",
        |rt, a| {
            let indent = match a.get(5) {
                Value::None => None,
                v => Some(match v.as_str() {
                    Some(s) => s.clone(),
                    None => " ".repeat(ops::index(rt, v)?.max(0) as usize).into(),
                }),
            };
            let mut w = Writer {
                rt,
                out: String::new(),
                skip_keys: a.flag(rt, 1, false)?,
                ascii: a.flag(rt, 2, true)?,
                circular: a.flag(rt, 3, true)?,
                allow_nan: a.flag(rt, 4, true)?,
                indent,
                item_separator: text_arg(a, 6)?,
                key_separator: text_arg(a, 7)?,
                sort_keys: a.flag(rt, 8, false)?,
                default: a.value(9),
                open: Vec::new(),
            };
            w.value(a.get(0), 0)?;
            Ok(w.out.into())
        },
    ),
    Row::method(
        "_decode",
        "(s, start, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, strict)",
        "Reads a value.",
        decode,
    ),
];
