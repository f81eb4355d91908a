//! `BooleanField`.

use super::FIELD;
use crate::models::arguments::{FIELD as ARGUMENTS, Given};
use crate::models::field::{Field, FieldOps, FieldRef, FieldRow, INHERITED};
use crate::object::{Res, Rt, Value, ops};

/// `BooleanField`.
pub static BOOLEAN: FieldRow = FieldRow {
    name: "BooleanField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "BooleanField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Boolean (Either True or False)",
    empty_strings: false,
    messages: &[
        ("invalid", "“%(value)s” value must be either True or False."),
        ("invalid_nullable", "“%(value)s” value must be either True, False, or None."),
    ],
    ops: FieldOps { to_python: Some(to_python), get_prep_value: Some(prep), from_db: Some(from_db), ..INHERITED },
};

/// `NullBooleanField`, which modern Django has given up and old models still use.
pub static NULL_BOOLEAN: FieldRow = FieldRow {
    name: "NullBooleanField",
    base: Some(&BOOLEAN),
    module: "django.db.models.fields",
    internal_type: "BooleanField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Boolean (Either True, False or None)",
    empty_strings: false,
    messages: &[],
    ops: FieldOps { arguments: Some(nullable), ..INHERITED },
};

fn nullable(_: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    given.set("null", true);
    given.set("blank", true);
    Ok(())
}

fn to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    let null = field.null();
    match value {
        Value::Bool(_) => return Ok(value.clone()),
        Value::Int(0) => return Ok(Value::Bool(false)),
        Value::Int(1) => return Ok(Value::Bool(true)),
        _ => {}
    }
    if let Some(text) = value.as_str() {
        match text.as_str() {
            "t" | "True" | "1" => return Ok(Value::Bool(true)),
            "f" | "False" | "0" => return Ok(Value::Bool(false)),
            _ => {}
        }
    }
    if let Some(f) = value.as_float()
        && (f == 0.0 || f == 1.0)
    {
        return Ok(Value::Bool(f == 1.0));
    }
    if null && is_empty(rt, value)? {
        return Ok(Value::None);
    }
    if let Value::Obj(_) = value {
        for (plain, truth) in [(Value::Bool(true), true), (Value::Bool(false), false)] {
            if ops::eq(rt, value, &plain)? {
                return Ok(Value::Bool(truth));
            }
        }
    }
    Err(field.invalid(rt, if null { "invalid_nullable" } else { "invalid" }, value))
}

fn prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() { Ok(Value::None) } else { field.to_python(rt, value) }
}

fn from_db(_: &Rt, _: &Field, value: Value) -> Res<Value> {
    Ok(match value {
        Value::Int(1) => Value::Bool(true),
        Value::Int(0) => Value::Bool(false),
        Value::Float(f) if f == 1.0 || f == 0.0 => Value::Bool(f == 1.0),
        other => other,
    })
}

/// Whether a value is one of Django's empty values: None, empty text, list, tuple, dict.
pub fn is_empty(_: &Rt, value: &Value) -> Res<bool> {
    Ok(match value {
        Value::None => true,
        Value::Str(s) => s.is_empty(),
        Value::List(l) => l.is_empty(),
        Value::Tuple(t) => t.is_empty(),
        Value::Dict(d) => d.is_empty(),
        _ => false,
    })
}
