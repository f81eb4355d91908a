//! Length and subscripts.

use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::types;
use super::super::value::Value;
use super::attr::get_attr_opt;
use super::call::{Special, call1};
use super::{index_value, type_name};
use crate::source::known;

/// `len(value)`.
pub fn len(rt: &Rt, value: &Value) -> Res<usize> {
    Ok(match value {
        Value::List(l) => l.len(),
        Value::Tuple(t) => t.len(),
        Value::Dict(d) => d.len(),
        Value::Set(s) => s.table.len(),
        Value::Str(s) => s.char_count(),
        Value::Bytes(b) => b.len(),
        _ => match Special::find(rt, value, known::LEN)? {
            Some(method) => match index_value(rt, &method.call(rt, value, &mut [])?)? {
                Value::Int(n) if n >= 0 => n as usize,
                Value::Big(b) if !types::int::arith::is_negative(&b) => {
                    return Err(Exc::OverflowError.new("cannot fit 'int' into an index-sized integer"));
                }
                _ => return Err(Exc::ValueError.new("__len__() should return >= 0")),
            },
            None => return Err(Exc::TypeError.new(format!("object of type '{}' has no len()", type_name(value)))),
        },
    })
}

/// `value[key]`.
#[inline]
pub fn get_item(rt: &Rt, value: &Value, key: &Value) -> Res<Value> {
    match (value, key) {
        (Value::List(l), Value::Int(i)) => {
            let items = l.items();
            let at = if *i < 0 { *i + items.len() as i64 } else { *i };
            items
                .get(usize::try_from(at).unwrap_or(usize::MAX))
                .cloned()
                .ok_or_else(|| Exc::IndexError.new("list index out of range"))
        }
        (Value::Tuple(t), Value::Int(i)) => {
            let at = if *i < 0 { *i + t.len() as i64 } else { *i };
            t.get(usize::try_from(at).unwrap_or(usize::MAX))
                .cloned()
                .ok_or_else(|| Exc::IndexError.new("tuple index out of range"))
        }
        (Value::Dict(d), _) => d.item(rt, key),
        (Value::List(l), _) => types::list::get_item(rt, l, key),
        (Value::Tuple(t), _) => types::tuple::get_item(rt, t, key),
        (Value::Str(s), _) => types::str::index::get_item(rt, s, key),
        _ => get_item_by_protocol(rt, value, key),
    }
}

fn get_item_by_protocol(rt: &Rt, value: &Value, key: &Value) -> Res<Value> {
    if let Value::Class(class) = value {
        if class.metaclass.is_some()
            && let Some(method) = Special::find(rt, value, known::GETITEM)?
        {
            return method.call(rt, value, &mut [Some(key.clone())]);
        }
        if std::rc::Rc::ptr_eq(class, &rt.types.type_) {
            return Ok(rt.object(types::alias::GenericAlias { origin: value.clone(), args: vec![key.clone()] }));
        }
        return match get_attr_opt(rt, value, known::CLASS_GETITEM)? {
            Some(method) => call1(rt, &method, key.clone()),
            None => Err(Exc::TypeError.new(format!("type '{}' is not subscriptable", class.name()))),
        };
    }
    match Special::find(rt, value, known::GETITEM)? {
        Some(method) => method.call(rt, value, &mut [Some(key.clone())]),
        None => Err(Exc::TypeError.new(format!("'{}' object is not subscriptable", type_name(value)))),
    }
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
            Ok(())
        }
        (Value::Dict(d), _) => d.set(rt, key, new),
        (Value::List(l), _) => types::list::set_item(rt, l, &key, new),
        _ => match Special::find(rt, value, known::SETITEM)? {
            Some(method) => method.call(rt, value, &mut [Some(key), Some(new)]).map(drop),
            None => Err(Exc::TypeError.new(format!("'{}' object does not support item assignment", type_name(value)))),
        },
    }
}

/// `del value[key]`.
pub fn del_item(rt: &Rt, value: &Value, key: &Value) -> Res<()> {
    match value {
        Value::Dict(d) => types::dict::del_item(rt, d, key),
        Value::List(l) => types::list::del_item(rt, l, key),
        _ => match Special::find(rt, value, known::DELITEM)? {
            Some(method) => method.call(rt, value, &mut [Some(key.clone())]).map(drop),
            None => Err(Exc::TypeError.new(format!("'{}' object doesn't support item deletion", type_name(value)))),
        },
    }
}
