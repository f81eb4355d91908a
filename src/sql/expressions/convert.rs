//! How the values of an expression become Python's.

use super::{option, output_field};
use crate::models::{Converter, Field, FieldRef, Settings, timezone};
use crate::object::types::datetime::DateTime;
use crate::object::{Exc, NativeFn, Res, Rt, Value, ops};
use crate::sql::functions::Special;
use crate::sql::ir::{Expr, ExprRef};

/// The converters of an expression's values, the backend's and its own.
///
/// A column's values are converted by its field. An expression's are first what SQLite gives, then what its output
/// field makes of them, then the number type that the field stands for.
pub fn converter(rt: &Rt, expr: &ExprRef) -> Res<Converter> {
    match &**expr {
        Expr::Col(c) => return Ok(c.output.converter(rt)),
        Expr::ColPairs(_) => return Ok(Converter::Plain),
        Expr::Ref(r) => return converter(rt, &r.source),
        _ => {}
    }
    let field = output_field(rt, expr)?;
    if field.overrides("from_db_value").is_some() {
        return Ok(field.converter(rt));
    }
    if let Expr::Func(f) = &**expr
        && matches!(f.row.special, Special::Trunc | Special::TruncKind)
        && field.internal_type() == "DateTimeField"
        && Settings::of(rt).use_tz()
    {
        return Ok(truncated(rt, &field, option(f, "@tzinfo")));
    }
    let is_key = matches!(&**expr, Expr::Func(f)
        if matches!(f.row.special, Special::KeyTransform | Special::KeyTextTransform));
    Ok(match field.internal_type() {
        "JSONField" if !is_key && field.options().decoder.is_none() => Converter::OfField(json, field.clone()),
        "FloatField" => Converter::OfField(float, field),
        "DecimalField" => Field::plain(rt, "DecimalField").converter(rt),
        name if name.ends_with("IntegerField") => Converter::OfField(integer, field),
        _ => field.converter(rt),
    })
}

/// A truncated datetime stands in the zone it was truncated in.
fn truncated(rt: &Rt, field: &FieldRef, zone: Option<Value>) -> Converter {
    let zone = zone.filter(|z| !z.is_none());
    let hook = NativeFn::closure("convert_value", "(value, expression, connection)", move |rt, a| {
        let Some(at) = DateTime::from_value(a.get(0)) else { return Ok(a.value(0)) };
        timezone::make_aware(rt, &at.naive().new_value(rt), zone.as_ref())
    });
    Converter::Custom(Box::new(field.converter(rt)), hook)
}

fn float(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let _ = field;
    match &value {
        Value::None | Value::Float(_) => Ok(value),
        Value::Int(i) => Ok(Value::Float(*i as f64)),
        _ => ops::call(rt, &Value::Class(rt.types.float.clone()), crate::object::CallArgs::new([value])),
    }
}

/// What is computed as JSON comes as text; a number would be a mistake.
fn json(rt: &Rt, _: &Field, value: Value) -> Res<Value> {
    match &value {
        Value::None => Ok(value),
        Value::Str(text) => Ok(crate::models::json::loads(rt, text).unwrap_or(value)),
        _ => {
            let kind = ops::type_name(&value);
            Err(Exc::TypeError.new(format!("the JSON object must be str, bytes or bytearray, not {kind}")))
        }
    }
}

fn integer(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let _ = field;
    match &value {
        Value::None | Value::Int(_) => Ok(value),
        _ => ops::call(rt, &Value::Class(rt.types.int.clone()), crate::object::CallArgs::new([value])),
    }
}
