//! Numbers: integers of all sizes, floats, decimals.

use super::FIELD;
use crate::models::arguments::FIELD as ARGUMENTS;
use crate::models::decimals;
use crate::models::field::{Field, FieldOps, FieldRef, FieldRow, INHERITED};
use crate::object::{Error, Exc, Res, Rt, Value, ops};

const fn integer(name: &'static str, base: &'static FieldRow, doc: &'static str) -> FieldRow {
    FieldRow {
        name,
        base: Some(base),
        module: "django.db.models.fields",
        internal_type: name,
        positional: ARGUMENTS,
        keywords: &[],
        doc,
        empty_strings: false,
        messages: &[],
        ops: INHERITED,
    }
}

/// `IntegerField`.
pub static INTEGER: FieldRow = FieldRow {
    name: "IntegerField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "IntegerField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Integer",
    empty_strings: false,
    messages: &[("invalid", "“%(value)s” value must be an integer.")],
    ops: FieldOps { to_python: Some(int_to_python), get_prep_value: Some(int_prep), ..INHERITED },
};
/// `BigIntegerField`.
pub static BIG_INTEGER: FieldRow = integer("BigIntegerField", &INTEGER, "Big (8 byte) integer");
/// `SmallIntegerField`.
pub static SMALL_INTEGER: FieldRow = integer("SmallIntegerField", &INTEGER, "Small integer");
/// `PositiveIntegerField`.
pub static POSITIVE_INTEGER: FieldRow = integer("PositiveIntegerField", &INTEGER, "Positive integer");
/// `PositiveBigIntegerField`.
pub static POSITIVE_BIG_INTEGER: FieldRow = integer("PositiveBigIntegerField", &BIG_INTEGER, "Positive big integer");
/// `PositiveSmallIntegerField`.
pub static POSITIVE_SMALL_INTEGER: FieldRow =
    integer("PositiveSmallIntegerField", &SMALL_INTEGER, "Positive small integer");

/// `FloatField`.
pub static FLOAT: FieldRow = FieldRow {
    name: "FloatField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "FloatField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Floating point number",
    empty_strings: false,
    messages: &[("invalid", "“%(value)s” value must be a float.")],
    ops: FieldOps { to_python: Some(float_to_python), get_prep_value: Some(float_prep), ..INHERITED },
};

/// `DecimalField`.
pub static DECIMAL: FieldRow = FieldRow {
    name: "DecimalField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "DecimalField",
    positional: &["verbose_name", "name", "max_digits", "decimal_places"],
    keywords: &[],
    doc: "Decimal number",
    empty_strings: false,
    messages: &[("invalid", "“%(value)s” value must be a decimal number.")],
    ops: FieldOps {
        to_python: Some(decimals::to_python),
        get_prep_value: Some(|rt, field, value| field.to_python(rt, value)),
        adapt: Some(decimals::adapt),
        from_db: Some(decimals::from_db),
        ..INHERITED
    },
};

/// `int(value)` or `float(value)` by the session's own class.
fn convert(rt: &Rt, value: &Value, class: &std::rc::Rc<crate::object::Class>) -> Res<Value> {
    ops::call1(rt, &Value::Class(class.clone()), value.clone())
}

fn is_conversion_error(error: &Error) -> bool {
    error.is(Exc::TypeError) || error.is(Exc::ValueError)
}

fn int_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    match value {
        Value::None | Value::Int(_) => return Ok(value.clone()),
        Value::Bool(b) => return Ok(Value::Int(*b as i64)),
        _ => {}
    }
    convert(rt, value, &rt.types.int).map_err(|e| match is_conversion_error(&e) {
        true => field.invalid(rt, "invalid", value),
        false => e,
    })
}

/// `get_prep_value` of numbers: the conversion's own error with the field's name.
fn number_prep(rt: &Rt, field: &FieldRef, value: &Value, class: &std::rc::Rc<crate::object::Class>) -> Res<Value> {
    convert(rt, value, class).map_err(|e| {
        let kind = match () {
            _ if e.is(Exc::TypeError) => Exc::TypeError,
            _ if e.is(Exc::ValueError) => Exc::ValueError,
            _ => return e,
        };
        match ops::repr(rt, value) {
            Ok(shown) => {
                let name = field.name_cell.get().map_or("None".to_string(), |n| n.to_string());
                kind.new(format!("Field '{name}' expected a number but got {shown}.")).caused_by(e)
            }
            Err(e) => e,
        }
    })
}

fn int_prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    match value {
        Value::None | Value::Int(_) => Ok(value.clone()),
        Value::Bool(b) => Ok(Value::Int(*b as i64)),
        _ => number_prep(rt, field, value, &rt.types.int),
    }
}

fn float_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    match value {
        Value::None | Value::Float(_) => return Ok(value.clone()),
        Value::Int(i) => return Ok(Value::Float(*i as f64)),
        _ => {}
    }
    convert(rt, value, &rt.types.float).map_err(|e| match is_conversion_error(&e) {
        true => field.invalid(rt, "invalid", value),
        false => e,
    })
}

fn float_prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    match value {
        Value::None | Value::Float(_) => Ok(value.clone()),
        Value::Int(i) => Ok(Value::Float(*i as f64)),
        _ => number_prep(rt, field, value, &rt.types.float),
    }
}

/// The least and greatest value that SQLite's column of an integer type takes.
pub fn range(field: &Field) -> Option<(i64, i64)> {
    field.row.is_a("IntegerField").then(|| crate::db::operations::integer_range(field.internal_type()))
}
