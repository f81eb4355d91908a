//! What is wrong with models: Django's system checks, with their ids.

use super::field::FieldRef;
use crate::object::{Res, Rt, Value};

/// The messages about one field.
pub fn field_messages(rt: &Rt, field: &FieldRef) -> Res<Vec<Value>> {
    let _ = (rt, field);
    Ok(Vec::new())
}
