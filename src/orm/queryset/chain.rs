//! Copies of querysets and the fetching of their rows.

use std::rc::Rc;

use super::{QuerySet, is_native, make, queryset};
use crate::object::{CallArgs, List, Res, Rt, Value, ops};

/// `_chain()`: a copy to change.
pub fn chain(rt: &Rt, this: &Value) -> Res<Value> {
    if !is_native(this, "_chain") {
        return ops::call_method(rt, this, "_chain".into(), CallArgs::none());
    }
    base_chain(rt, this)
}

/// `QuerySet._chain`.
pub fn base_chain(rt: &Rt, this: &Value) -> Res<Value> {
    let copy = if is_native(this, "_clone") {
        base_clone(rt, this)?
    } else {
        ops::call_method(rt, this, "_clone".into(), CallArgs::none())?
    };
    let new = queryset(&copy)?;
    if new.sticky.replace(false) {
        let query = new.query(rt)?;
        query.borrow_mut().filter_is_sticky = true;
    }
    Ok(copy)
}

/// `QuerySet._clone`.
pub fn base_clone(rt: &Rt, this: &Value) -> Res<Value> {
    let old = queryset(this)?;
    let query = old.query(rt)?;
    let query = query.borrow().chain();
    let class = rt.class_of(this);
    let copy = make(rt, &class, old.model.borrow().clone(), Some(query), old.db.get())?;
    let new = queryset(&copy)?;
    new.sticky.set(old.sticky.get());
    new.for_write.set(old.for_write.get());
    *new.prefetch.borrow_mut() = old.prefetch.borrow().clone();
    *new.known.borrow_mut() = old.known.borrow().clone();
    new.iterable.set(old.iterable.get());
    *new.custom_iterable.borrow_mut() = old.custom_iterable.borrow().clone();
    *new.fields.borrow_mut() = old.fields.borrow().clone();
    Ok(copy)
}

/// A copy and its payload's query, to change: what most methods begin with.
pub fn changed(
    rt: &Rt,
    this: &Value,
    change: impl FnOnce(&QuerySet, &mut crate::sql::ir::Query) -> Res<()>,
) -> Res<Value> {
    let copy = chain(rt, this)?;
    let new = queryset(&copy)?;
    let query = new.query(rt)?;
    change(new, &mut query.borrow_mut())?;
    Ok(copy)
}

/// `_fetch_all()`: rows and prefetches into the cache.
pub fn fetch_all(rt: &Rt, this: &Value) -> Res<Rc<List>> {
    let qs = queryset(this)?;
    if !is_native(this, "_fetch_all") {
        ops::call_method(rt, this, "_fetch_all".into(), CallArgs::none())?;
        let cached = qs.result.borrow().clone();
        return Ok(cached.unwrap_or_default());
    }
    base_fetch_all(rt, this)
}

/// `QuerySet._fetch_all`.
pub fn base_fetch_all(rt: &Rt, this: &Value) -> Res<Rc<List>> {
    let qs = queryset(this)?;
    let cached = qs.result.borrow().clone();
    let rows = match cached {
        Some(rows) => rows,
        None => {
            let rows = List::new(super::rows::fetch(rt, this)?);
            *qs.result.borrow_mut() = Some(rows.clone());
            rows
        }
    };
    if !qs.prefetch_done.get() && !qs.prefetch.borrow().is_empty() {
        let lookups = qs.prefetch.borrow().clone();
        crate::orm::prefetch::prefetch_related_objects(rt, rows.to_vec(), &lookups)?;
        qs.prefetch_done.set(true);
    }
    Ok(rows)
}

/// The rows of a queryset as a vector.
pub fn items(rt: &Rt, this: &Value) -> Res<Vec<Value>> {
    if this.native::<QuerySet>().is_some() && is_native(this, "__iter__") {
        return Ok(fetch_all(rt, this)?.to_vec());
    }
    ops::collect(rt, this)
}
