//! `repr`, `str`, `ascii` and `format`.

use super::super::error::{Error, Exc, Res};
use super::super::rt::Rt;
use super::super::text::Str;
use super::super::types;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::{call0, call1};
use super::type_name;
use crate::source::known;

/// `repr(value)`.
pub fn repr(rt: &Rt, value: &Value) -> Res<Str> {
    Ok(match value {
        Value::None => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Int(i) => Str::from(itoa::Buffer::new().format(*i)),
        Value::Float(f) => types::float::repr::repr(*f).into(),
        Value::Str(s) => types::str::repr::repr(s).into(),
        Value::Big(b) => types::int::parse::to_text(b)?.into(),
        Value::List(l) => types::list::show(rt, l).map_err(deep)?,
        Value::Tuple(t) => types::tuple::show(rt, t).map_err(deep)?,
        Value::Dict(d) => types::dict::show(rt, d).map_err(deep)?,
        Value::Set(_) => types::set::show(rt, value).map_err(deep)?,
        _ => match lookup_special(rt, value, known::REPR)? {
            Some(method) => {
                let shown = rt.deeper(|| call0(rt, &method))?;
                text_of(shown, "__repr__")?
            }
            None => Str::from(format!("<{} object at 0x{:x}>", type_name(value), value.id())),
        },
    })
}

/// Python says of a repr that it was one.
fn deep(error: Error) -> Error {
    match error.new_kind() {
        Some(Exc::RecursionError) => {
            Exc::RecursionError.new("maximum recursion depth exceeded while getting the repr of an object")
        }
        _ => error,
    }
}

fn text_of(shown: Value, method: &str) -> Res<Str> {
    match shown {
        Value::Str(s) => Ok(s),
        other => other
            .as_str()
            .cloned()
            .ok_or_else(|| Exc::TypeError.new(format!("{method} returned non-string (type {})", type_name(&other)))),
    }
}

/// `str(value)`.
pub fn str(rt: &Rt, value: &Value) -> Res<Str> {
    match value {
        Value::Str(s) => return Ok(s.clone()),
        Value::Obj(_) | Value::Class(_) | Value::Bytes(_) => {}
        _ => return repr(rt, value),
    }
    match lookup_special(rt, value, known::STR)? {
        Some(method) => text_of(rt.deeper(|| call0(rt, &method))?, "__str__"),
        None => repr(rt, value),
    }
}

/// `ascii(value)`: repr with everything beyond ASCII escaped.
pub fn ascii(rt: &Rt, value: &Value) -> Res<Str> {
    let text = repr(rt, value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c as u32 {
            0..=0x7f => out.push(c),
            n @ 0x80..=0xff => out.push_str(&format!("\\x{n:02x}")),
            n @ 0x100..=0xffff => out.push_str(&format!("\\u{n:04x}")),
            n => out.push_str(&format!("\\U{n:08x}")),
        }
    }
    Ok(out.into())
}

/// `format(value, spec)`: calls `__format__`.
pub fn format(rt: &Rt, value: &Value, spec: &str) -> Res<Str> {
    match value {
        Value::Str(_) | Value::Int(_) | Value::Float(_) if spec.is_empty() => return str(rt, value),
        Value::Str(s) => return text_of(types::format_spec::format_str(s, spec)?, "__format__"),
        Value::Int(_) | Value::Float(_) | Value::Big(_) | Value::Bool(_) if !spec.is_empty() => {
            return text_of(types::format_spec::format_number(value, spec)?, "__format__");
        }
        _ => {}
    }
    match lookup_special(rt, value, known::FORMAT)? {
        Some(method) => {
            let shown = call1(rt, &method, Value::str(spec))?;
            match shown.as_str() {
                Some(s) => Ok(s.clone()),
                None => Err(Exc::TypeError.new(format!("__format__ must return a str, not {}", type_name(&shown)))),
            }
        }
        None if spec.is_empty() => str(rt, value),
        None => Err(Exc::TypeError.new(format!("unsupported format string passed to {}.__format__", type_name(value)))),
    }
}
