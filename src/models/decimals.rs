//! `DecimalField`'s values on their way into and out of the database.

use super::field::{Field, FieldRef};
use crate::object::{Res, Rt, Value};

/// `to_python`. ValidationError.
pub fn to_python(_: &Rt, _: &FieldRef, value: &Value) -> Res<Value> {
    Ok(value.clone())
}

/// What is bound: the number's text with the field's places.
pub fn adapt(_: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    Ok(value)
}

/// What SQLite's number becomes.
pub fn from_db(_: &Rt, _: &Field, value: Value) -> Res<Value> {
    Ok(value)
}
