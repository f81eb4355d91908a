//! `isinstance` and `issubclass`.

use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::{get_attr_opt, lookup_special};
use super::call::call1;
use super::truthy;
use crate::source::known;

/// `isinstance(value, kind)`: a class, a tuple of them, a union, or what has `__instancecheck__`.
pub fn is_instance(rt: &Rt, value: &Value, kind: &Value) -> Res<bool> {
    match kind {
        Value::Class(class) if class.metaclass.is_none() => {
            if rt.class_of(value).is_subclass(class) {
                return Ok(true);
            }
            // What lies about its class (`__class__`) is believed.
            if let Value::Obj(o) = value
                && (o.class().is_heap || o.object().is_some())
                && let Some(Value::Class(claimed)) = get_attr_opt(rt, value, known::CLASS)?
            {
                return Ok(claimed.is_subclass(class));
            }
            return Ok(false);
        }
        Value::Tuple(kinds) => {
            for kind in kinds.iter() {
                if rt.deeper(|| is_instance(rt, value, kind))? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        _ => {}
    }
    if let Some(check) = lookup_special(rt, kind, known::INSTANCECHECK)? {
        let verdict = call1(rt, &check, value.clone())?;
        return truthy(rt, &verdict);
    }
    match kind {
        Value::Class(class) => Ok(rt.class_of(value).is_subclass(class)),
        _ => {
            let text = "isinstance() arg 2 must be a type, a tuple of types, or a union";
            bases(rt, kind)?.ok_or_else(|| Exc::TypeError.new(text))?;
            match get_attr_opt(rt, value, known::CLASS)? {
                Some(class) => derives(rt, &class, kind),
                None => Ok(false),
            }
        }
    }
}

/// `__bases__` of what stands for a class; `None` where it has no tuple of that name.
fn bases(rt: &Rt, kind: &Value) -> Res<Option<Value>> {
    let found = match get_attr_opt(rt, kind, "__bases__".into()) {
        Err(e) if e.is(Exc::AttributeError) => None,
        other => other?,
    };
    Ok(found.filter(|v| v.as_tuple().is_some()))
}

/// Whether a class stands, along `__bases__`, below what stands for another.
fn derives(rt: &Rt, class: &Value, kind: &Value) -> Res<bool> {
    if class.is(kind) {
        return Ok(true);
    }
    let Some(all) = bases(rt, class)? else { return Ok(false) };
    for base in all.as_tuple().iter().flat_map(|t| t.iter()) {
        if rt.deeper(|| derives(rt, base, kind))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `issubclass(class, kind)`.
pub fn is_subclass(rt: &Rt, class: &Value, kind: &Value) -> Res<bool> {
    if let Value::Tuple(kinds) = kind {
        for kind in kinds.iter() {
            if rt.deeper(|| is_subclass(rt, class, kind))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let plain = matches!(kind, Value::Class(k) if k.metaclass.is_none());
    if !plain && let Some(check) = lookup_special(rt, kind, known::SUBCLASSCHECK)? {
        let verdict = call1(rt, &check, class.clone())?;
        return truthy(rt, &verdict);
    }
    let Value::Class(class) = class else {
        bases(rt, class)?.ok_or_else(|| Exc::TypeError.new("issubclass() arg 1 must be a class"))?;
        return derives(rt, class, kind);
    };
    match kind {
        Value::Class(kind) => Ok(class.is_subclass(kind)),
        _ => {
            let text = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
            bases(rt, kind)?.ok_or_else(|| Exc::TypeError.new(text))?;
            derives(rt, &Value::Class(class.clone()), kind)
        }
    }
}
