//! How the values of an expression become Python's.

use super::output_field;
use crate::models::{Converter, Field};
use crate::object::{Res, Rt, Value, ops};
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
    Ok(match field.internal_type() {
        "FloatField" => Converter::OfField(float, field),
        "DecimalField" => Field::plain(rt, "DecimalField").converter(rt),
        name if name.ends_with("IntegerField") => Converter::OfField(integer, field),
        _ => field.converter(rt),
    })
}

fn float(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let _ = field;
    match &value {
        Value::None | Value::Float(_) => Ok(value),
        Value::Int(i) => Ok(Value::Float(*i as f64)),
        _ => ops::call(rt, &Value::Class(rt.types.float.clone()), crate::object::CallArgs::new([value])),
    }
}

fn integer(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let _ = field;
    match &value {
        Value::None | Value::Int(_) => Ok(value),
        _ => ops::call(rt, &Value::Class(rt.types.int.clone()), crate::object::CallArgs::new([value])),
    }
}
