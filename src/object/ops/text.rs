//! `repr`, `str`, `ascii` and `format`.

use super::super::args::CallArgs;
use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::text::Str;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::call;
use super::type_name;

/// `repr(value)`.
pub fn repr(rt: &Rt, value: &Value) -> Res<Str> {
    Ok(match value {
        Value::None => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Int(i) => Str::from(itoa::Buffer::new().format(*i)),
        _ => match lookup_special(rt, value, "__repr__")? {
            Some(method) => match rt.deeper(|| call(rt, &method, CallArgs::none()))? {
                Value::Str(s) => s,
                other => match other.as_str() {
                    Some(s) => s.clone(),
                    None => {
                        return Err(
                            Exc::TypeError.new(format!("__repr__ returned non-string (type {})", type_name(&other)))
                        );
                    }
                },
            },
            None => Str::from(format!("<{} object at 0x{:x}>", type_name(value), value.id())),
        },
    })
}

/// `str(value)`.
pub fn str(rt: &Rt, value: &Value) -> Res<Str> {
    match value {
        Value::Str(s) => return Ok(s.clone()),
        Value::None | Value::Bool(_) | Value::Int(_) => return repr(rt, value),
        _ => {}
    }
    match lookup_special(rt, value, "__str__")? {
        Some(method) => match rt.deeper(|| call(rt, &method, CallArgs::none()))? {
            Value::Str(s) => Ok(s),
            other => match other.as_str() {
                Some(s) => Ok(s.clone()),
                None => Err(Exc::TypeError.new(format!("__str__ returned non-string (type {})", type_name(&other)))),
            },
        },
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
    if spec.is_empty() && matches!(value.plain(), Value::Str(_) | Value::Int(_)) && !matches!(value, Value::Obj(_)) {
        return str(rt, value);
    }
    match lookup_special(rt, value, "__format__")? {
        Some(method) => match call(rt, &method, CallArgs::new([Value::str(spec)]))?.as_str() {
            Some(s) => Ok(s.clone()),
            None => Err(Exc::TypeError.new("__format__ must return a str")),
        },
        None => str(rt, value),
    }
}
