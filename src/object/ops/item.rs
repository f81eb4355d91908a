//! Length and subscripts.

use super::super::args::CallArgs;
use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::call;
use super::type_name;

/// `len(value)`.
pub fn len(rt: &Rt, value: &Value) -> Res<usize> {
    Ok(match value {
        Value::List(l) => l.len(),
        Value::Tuple(t) => t.len(),
        Value::Dict(d) => d.len(),
        Value::Set(s) => s.table.len(),
        Value::Str(s) => s.char_count(),
        Value::Bytes(b) => b.len(),
        _ => match lookup_special(rt, value, "__len__")? {
            Some(method) => match call(rt, &method, CallArgs::none())?.as_int() {
                Some(n) if n >= 0 => n as usize,
                Some(_) => return Err(Exc::ValueError.new("__len__() should return >= 0")),
                None => return Err(Exc::TypeError.new("'NoneType' object cannot be interpreted as an integer")),
            },
            None => return Err(Exc::TypeError.new(format!("object of type '{}' has no len()", type_name(value)))),
        },
    })
}

/// `value[key]`.
pub fn get_item(rt: &Rt, value: &Value, key: &Value) -> Res<Value> {
    match (value, key) {
        (Value::List(l), Value::Int(i)) => {
            let items = l.items();
            let at = if *i < 0 { *i + items.len() as i64 } else { *i };
            return items
                .get(usize::try_from(at).unwrap_or(usize::MAX))
                .cloned()
                .ok_or_else(|| Exc::IndexError.new("list index out of range"));
        }
        (Value::Tuple(t), Value::Int(i)) => {
            let at = if *i < 0 { *i + t.len() as i64 } else { *i };
            return t
                .get(usize::try_from(at).unwrap_or(usize::MAX))
                .cloned()
                .ok_or_else(|| Exc::IndexError.new("tuple index out of range"));
        }
        (Value::Dict(d), _) => return d.item(rt, key),
        _ => {}
    }
    if let Value::Class(_) = value {
        if let Some(method) = lookup_special(rt, value, "__getitem__")? {
            return call(rt, &method, CallArgs::new([key.clone()]));
        }
        return match super::attr::get_attr_opt(rt, value, "__class_getitem__".into())? {
            Some(method) => call(rt, &method, CallArgs::new([key.clone()])),
            None => Err(Exc::TypeError.new(format!("type '{}' is not subscriptable", class_name(value)))),
        };
    }
    match lookup_special(rt, value, "__getitem__")? {
        Some(method) => call(rt, &method, CallArgs::new([key.clone()])),
        None => Err(Exc::TypeError.new(format!("'{}' object is not subscriptable", type_name(value)))),
    }
}

fn class_name(value: &Value) -> std::rc::Rc<str> {
    value.as_class().map_or_else(|| type_name(value), |c| c.name())
}

/// `value[key] = new`.
pub fn set_item(rt: &Rt, value: &Value, key: Value, new: Value) -> Res<()> {
    match (value, &key) {
        (Value::List(l), Value::Int(i)) => {
            let old;
            {
                let mut items = l.items_mut();
                let at = if *i < 0 { *i + items.len() as i64 } else { *i };
                match items.get_mut(usize::try_from(at).unwrap_or(usize::MAX)) {
                    Some(slot) => old = std::mem::replace(slot, new),
                    None => return Err(Exc::IndexError.new("list assignment index out of range")),
                }
            }
            drop(old);
            return Ok(());
        }
        (Value::Dict(d), _) => return d.set(rt, key, new),
        _ => {}
    }
    match lookup_special(rt, value, "__setitem__")? {
        Some(method) => call(rt, &method, CallArgs::new([key, new])).map(drop),
        None => Err(Exc::TypeError.new(format!("'{}' object does not support item assignment", type_name(value)))),
    }
}

/// `del value[key]`.
pub fn del_item(rt: &Rt, value: &Value, key: &Value) -> Res<()> {
    match lookup_special(rt, value, "__delitem__")? {
        Some(method) => call(rt, &method, CallArgs::new([key.clone()])).map(drop),
        None => Err(Exc::TypeError.new(format!("'{}' object doesn't support item deletion", type_name(value)))),
    }
}
