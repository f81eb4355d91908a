//! `refresh_from_db()` and the loading of deferred fields.

use std::rc::Rc;

use super::identity::{deferred_names, field_value, is_set, pk_of};
use super::make::generated;
use super::state::{cached, delete_cached, is_cached, model_for, set_cached, state};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Args, CallArgs, Dict, Exc, Res, Rt, Value, ops};
use crate::orm::instance::identity::kw;
use crate::source::Name;

/// `refresh_from_db(using=None, fields=None, from_queryset=None)`.
pub fn refresh_from_db(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let Some(object) = this.as_obj() else { return Ok(Value::None) };
    let model = model_for(&this)?;
    let prefetched = Name::new("_prefetched_objects_cache");
    let mut fields: Option<Vec<Value>> = None;
    match a.some(2) {
        None => object.set(prefetched, Value::Dict(Dict::new())),
        Some(given) => {
            let cache = object.get(prefetched);
            let mut kept: Vec<Value> = Vec::new();
            for name in ops::collect(rt, given)? {
                if let Some(Value::Dict(cache)) = &cache
                    && cache.0.remove(rt, &name)?.is_some()
                {
                    continue;
                }
                kept.push(name);
            }
            if kept.is_empty() {
                return Ok(Value::None);
            }
            for name in &kept {
                if let Some(text) = name.as_str()
                    && kept.iter().any(|n| n.as_str().is_some_and(|s| s.contains("__")))
                {
                    let _ = text;
                    return Err(Exc::ValueError
                        .new("Found \"__\" in fields argument. Relations and transforms are not allowed in fields."));
                }
            }
            fields = Some(kept);
        }
    }
    let source = match a.some(3) {
        Some(from) => match a.some(1) {
            Some(using) => ops::call_method(rt, from, "using".into(), CallArgs::new([using.clone()]))?,
            None => from.clone(),
        },
        None => {
            let manager = model.base_manager(rt)?;
            match a.some(1) {
                Some(using) => ops::call_method(rt, &manager, "db_manager".into(), CallArgs::new([using.clone()]))?,
                None => manager,
            }
        }
    };
    let mut rows = ops::call_method(rt, &source, "filter".into(), kw(&[("pk", pk_of(rt, &this)?)]))?;
    let missing = deferred_names(&this);
    if let Some(fields) = &fields {
        rows = ops::call_method(rt, &rows, "only".into(), CallArgs::new(fields.iter().cloned()))?;
    } else if !missing.is_empty() {
        let names: Vec<Value> = model
            .concrete_fields()
            .iter()
            .map(|f| f.attname())
            .filter(|n| !missing.contains(n))
            .map(Value::from)
            .collect();
        rows = ops::call_method(rt, &rows, "only".into(), CallArgs::new(names))?;
    }
    let fresh = ops::call_method(rt, &rows, "get".into(), CallArgs::none())?;
    take_over(rt, &this, &fresh, &model, fields.as_deref())?;
    Ok(Value::None)
}

fn named(fields: Option<&[Value]>, name: Name) -> bool {
    fields.is_none_or(|list| list.iter().any(|v| v.as_str().is_some_and(|s| name == s.as_str())))
}

fn take_over(rt: &Rt, this: &Value, fresh: &Value, model: &ModelRef, fields: Option<&[Value]>) -> Res<()> {
    let not_loaded = deferred_names(fresh);
    for field in model.concrete_fields().iter() {
        let attname = field.attname();
        if not_loaded.contains(&attname) {
            continue;
        }
        ops::set_attr(rt, this, attname, ops::get_attr(rt, fresh, attname)?)?;
        if field.is_relation() {
            match cached(field, fresh) {
                Some(object) => set_cached(field, this, object),
                None if is_cached(field, this) => delete_cached(field, this),
                None => {}
            }
        }
    }
    for rel in model.related_objects(rt).iter() {
        if named(fields, rel.name()) && is_cached(rel, this) {
            delete_cached(rel, this);
        }
    }
    let private = model.private_fields.borrow().clone();
    for field in private.iter() {
        if field.is_relation() && named(fields, field.name()) && is_cached(field, this) {
            delete_cached(field, this);
        }
    }
    if let (Some(mine), Some(theirs)) = (state(this), state(fresh)) {
        mine.db.set(theirs.db.get());
    }
    Ok(())
}

/// Loads a field that is not there yet: from the child's link to a parent, else from the database.
pub fn load_deferred(rt: &Rt, this: &Value, field: &FieldRef) -> Res<Value> {
    let Some(object) = this.as_obj() else { return Ok(Value::None) };
    let attname = field.attname();
    let model = model_for(this)?;
    if field.primary_key()
        && let Some(owner) = field.model()
        && let Some(link) = model.ancestor_link(&owner)
        && !Rc::ptr_eq(&link, field)
    {
        let value = field_value(rt, this, &link)?;
        if !value.is_none() {
            object.set(attname, value.clone());
            return Ok(value);
        }
    }
    if generated(field) && !is_set(&pk_of(rt, this)?) {
        return Err(Exc::AttributeError.new("Cannot read a generated field from an unsaved model."));
    }
    let fields = Value::list(vec![Value::from(attname)]);
    ops::call_method(rt, this, "refresh_from_db".into(), CallArgs::none().with("fields", fields))?;
    object.get(attname).ok_or_else(|| Exc::KeyError.with_args(vec![Value::from(attname)]))
}
