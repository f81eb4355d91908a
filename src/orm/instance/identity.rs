//! What identifies an instance: primary key, equality, hash, repr, and the values of single fields.

use super::state::{deferred, model_for, model_of_instance, state};
use crate::models::{FieldRef, Model, ModelRef};
use crate::object::{Args, CallArgs, Dict, Exc, Res, Rt, Set, Value, ops};
use crate::source::Name;

/// The primary key's value of an instance, of its own model.
pub fn pk_of(rt: &Rt, instance: &Value) -> Res<Value> {
    let model = model_for(instance)?;
    pk_in(rt, instance, &model)
}

/// The primary key's value of an instance, of an ancestor's model.
pub fn pk_in(rt: &Rt, instance: &Value, model: &ModelRef) -> Res<Value> {
    match model.pk() {
        Some(_) if model.is_composite_pk() => {
            let parts = model.pk_fields(rt);
            let values = parts.iter().map(|f| ops::get_attr(rt, instance, f.attname())).collect::<Res<Vec<_>>>()?;
            Ok(Value::tuple(values))
        }
        Some(pk) => field_value(rt, instance, &pk),
        None => Ok(Value::None),
    }
}

/// A field's column value on an instance: loads it where it is deferred.
pub fn field_value(rt: &Rt, instance: &Value, field: &FieldRef) -> Res<Value> {
    // The plain case without a look along the class.
    if let Value::Obj(object) = instance
        && let Some(value) = object.get(field.attname())
        && !object.class().flags().getattribute
    {
        return Ok(value);
    }
    ops::get_attr(rt, instance, field.attname())
}

/// Whether a primary key is there, all parts of a composite one.
pub fn is_set(pk: &Value) -> bool {
    match pk {
        Value::None => false,
        Value::Tuple(parts) => !parts.iter().any(Value::is_none),
        _ => true,
    }
}

/// `_is_pk_set()`.
pub fn pk_is_set(rt: &Rt, instance: &Value) -> Res<bool> {
    Ok(is_set(&pk_of(rt, instance)?))
}

/// Assigns the primary key, of the parents too.
pub fn set_pk(rt: &Rt, instance: &Value, value: Value) -> Res<()> {
    let model = model_for(instance)?;
    let Some(pk) = model.pk() else { return Ok(()) };
    if model.is_composite_pk() {
        let parts = model.pk_fields(rt);
        let values = match &value {
            Value::None => vec![Value::None; parts.len()],
            Value::List(list) => list.to_vec(),
            Value::Tuple(items) => items.to_vec(),
            _ => return Err(Exc::ValueError.new("'pk' must be a list or a tuple.")),
        };
        if values.len() != parts.len() {
            return Err(Exc::ValueError.new(format!("'pk' must have {} elements.", parts.len())));
        }
        for (field, value) in parts.iter().zip(values) {
            ops::set_attr(rt, instance, field.attname(), value)?;
        }
        return Ok(());
    }
    let parents = model.parents.borrow().clone();
    for (_, link) in parents {
        if let Some(link) = link
            && !std::rc::Rc::ptr_eq(&link, &pk)
        {
            ops::set_attr(rt, instance, link.target_field()?.attname(), value.clone())?;
        }
    }
    ops::set_attr(rt, instance, pk.attname(), value)
}

/// `__repr__`.
pub fn repr(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.get(0);
    let text = ops::str(rt, this)?;
    Ok(Value::from(format!("<{}: {text}>", rt.class_of(this).name())))
}

/// `__str__`.
pub fn str(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.get(0);
    let pk = ops::str(rt, &pk_of(rt, this)?)?;
    Ok(Value::from(format!("{} object ({pk})", rt.class_of(this).name())))
}

/// `__eq__`.
pub fn eq(rt: &Rt, a: &mut Args) -> Res<Value> {
    let (this, other) = (a.get(0), a.get(1));
    let (Some(mine), Some(theirs)) = (model_of_instance(this), model_of_instance(other)) else {
        return Ok(Value::NotImplemented);
    };
    if !Model::same(&mine.concrete_model(), &theirs.concrete_model()) {
        return Ok(Value::Bool(false));
    }
    let pk = pk_of(rt, this)?;
    if pk.is_none() {
        return Ok(Value::Bool(this.is(other)));
    }
    Ok(Value::Bool(ops::eq(rt, &pk, &pk_of(rt, other)?)?))
}

/// `__hash__`.
pub fn hash(rt: &Rt, a: &mut Args) -> Res<Value> {
    let pk = pk_of(rt, a.get(0))?;
    if !is_set(&pk) {
        return Err(Exc::TypeError.new("Model instances without primary key value are unhashable"));
    }
    match pk {
        Value::Int(_) => Ok(pk),
        other => Ok(Value::Int(ops::hash(rt, &other)?.cast_signed())),
    }
}

/// `_get_pk_val(meta=None)`: `meta` is the `_meta` of an ancestor.
pub fn get_pk_val(rt: &Rt, a: &mut Args) -> Res<Value> {
    pk_of(rt, a.get(0))
}

/// `_is_pk_set()`.
pub fn is_pk_set(rt: &Rt, a: &mut Args) -> Res<Value> {
    Ok(Value::Bool(pk_is_set(rt, a.get(0))?))
}

/// The attribute names of an instance's fields that are not loaded.
pub fn deferred_names(instance: &Value) -> Vec<Name> {
    let (Some(model), Some(object)) = (model_of_instance(instance), instance.as_obj()) else { return Vec::new() };
    let attrs = object.attrs();
    model.concrete_fields().iter().map(|f| f.attname()).filter(|&n| attrs.get(n).is_none()).collect()
}

/// `get_deferred_fields()`.
pub fn get_deferred_fields(rt: &Rt, a: &mut Args) -> Res<Value> {
    let names = deferred_names(a.get(0));
    Ok(Value::Set(Set::from_values(rt, names.into_iter().map(Value::from), false)?))
}

/// `serializable_value(field_name)`.
pub fn serializable_value(rt: &Rt, a: &mut Args) -> Res<Value> {
    let model = model_for(a.get(0))?;
    let name = Name::new(a.str(1)?);
    match model.find_field(rt, name) {
        Some(field) => ops::get_attr(rt, a.get(0), field.attname()),
        None => ops::get_attr(rt, a.get(0), name),
    }
}

/// `prepare_database_save(field)`: what an instance means as a value in a query.
pub fn prepare_database_save(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.get(0);
    if !pk_is_set(rt, this)? {
        return Err(Exc::ValueError
            .new(format!("Unsaved model instance {} cannot be used in an ORM query.", ops::repr(rt, this)?)));
    }
    match crate::models::field_of(a.get(1)) {
        Some(field) if field.is_relation() => ops::get_attr(rt, this, field.target_field()?.attname()),
        _ => pk_of(rt, this),
    }
}

/// The label of a field's value among its choices.
pub fn display(rt: &Rt, instance: &Value, field: &FieldRef) -> Res<Value> {
    let value = ops::get_attr(rt, instance, field.attname())?;
    let flat = match &field.options().choices {
        Some(choices) => choices.flat.clone(),
        None => Vec::new(),
    };
    let mut found = value.clone();
    for (key, label) in flat.iter().rev() {
        if ops::eq(rt, key, &value)? {
            found = label.clone();
            break;
        }
    }
    match found {
        Value::None | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Big(_) => Ok(found),
        Value::Obj(_) if matches!(found.plain(), Value::Int(_) | Value::Float(_)) => Ok(found),
        other => Ok(Value::Str(ops::str(rt, &other)?)),
    }
}

/// `__reduce__` is left out: an instance is not pickled here. `__getstate__` gives the attributes.
pub fn getstate(rt: &Rt, a: &mut Args) -> Res<Value> {
    let out = Dict::new();
    let this = a.value(0);
    if let Some(object) = this.as_obj() {
        out.set_str(rt, "_state", super::state::state_view(rt, a)?);
        for (name, value) in object.attrs().iter() {
            out.set_str(rt, &name.text(), value.clone());
        }
    }
    Ok(Value::Dict(out))
}

/// The sentinel for a field that is not loaded.
pub fn sentinel(rt: &Rt) -> Value {
    deferred(rt)
}

/// Whether an instance has not been saved.
pub fn adding(instance: &Value) -> bool {
    state(instance).is_some_and(|s| s.adding.get())
}

/// Keyword arguments from pairs.
pub fn kw(pairs: &[(&str, Value)]) -> CallArgs {
    let mut args = CallArgs::none();
    for (name, value) in pairs {
        args.kw.push((Name::new(name), value.clone()));
    }
    args
}
