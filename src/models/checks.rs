//! What is wrong with models: Django's system checks, with their ids.

use super::field::FieldRef;
use super::options::ModelRef;
use crate::object::{CallArgs, Res, Rt, Value, ops};

fn ask(rt: &Rt, name: &str, about: Value) -> Res<Vec<Value>> {
    let module = rt.exec()?.import(rt, "django.core.checks")?;
    let found = ops::call_method(rt, &module, name.into(), CallArgs::new([about]))?;
    ops::collect(rt, &found)
}

/// The messages about one field.
pub fn field_messages(rt: &Rt, field: &FieldRef) -> Res<Vec<Value>> {
    ask(rt, "check_field", field.object(rt))
}

/// The messages about one model and its fields.
pub fn model_messages(rt: &Rt, model: &ModelRef) -> Res<Vec<Value>> {
    ask(rt, "check_model", model.class_value())
}

/// All messages, as text: `app.Model.field: (fields.E120) CharFields must ...`.
pub fn all(rt: &Rt) -> Res<Vec<String>> {
    let module = rt.exec()?.import(rt, "django.core.checks")?;
    let found = ops::call_method(rt, &module, "run_checks".into(), CallArgs::none())?;
    ops::collect(rt, &found)?.iter().map(|m| Ok(ops::str(rt, m)?.to_string())).collect()
}
