//! Attribute access with inline caches.
//!
//! A site remembers, for one class (as it was at one epoch) and one shape, where the attribute was found. A class or
//! shape is known by a number that is never given twice, so a cache cannot mistake one for another.

use std::rc::Rc;

use crate::interp::code::Site;
use crate::object::class::epoch;
use crate::object::function::{BoundMethod, RowKind};
use crate::object::instance::{Object, Payload};
use crate::object::ops;
use crate::object::types::{Property, Super, plain_class};
use crate::object::{Function, Instance, Res, Rt, Value};

/// In the instance, at `index`.
const SLOT: u8 = 3;
/// On the class, a function that binds.
const METHOD: u8 = 4;
/// On the class, a plain value.
const PLAIN: u8 = 5;
/// A method of a built-in type's class.
const BUILTIN: u8 = 6;
/// The next slot of the instance: an assignment that adds an attribute.
const ADD: u8 = 7;
/// On the class, a property whose getter is Python code: the function.
const PROPERTY: u8 = 8;

enum Hit {
    None,
    Value(Value),
    Method(Value),
}

/// Copies an instance's own attribute that was found before into a register. False where it is not where it was.
#[inline(always)]
pub fn cached_slot(object: &Instance, site: &Site, slot: &mut Option<Value>) -> bool {
    if site.kind.get() != SLOT || site.epoch.get() != epoch() || object.class().id() != site.class.get() {
        return false;
    }
    let attrs = object.attrs();
    if attrs.shape().id() != site.shape.get() {
        return false;
    }
    match attrs.at(site.index.get() as usize) {
        Some(value) => {
            super::register::copy_into(slot, value);
            true
        }
        None => false,
    }
}

/// Copies the function of a method that was found before into a register. False where it is not what it was.
#[inline(always)]
pub fn cached_method(object: &Instance, site: &Site, slot: &mut Option<Value>) -> bool {
    if site.kind.get() != METHOD
        || site.epoch.get() != epoch()
        || object.class().id() != site.class.get()
        || object.attrs().shape().id() != site.shape.get()
    {
        return false;
    }
    super::register::copy_into(slot, &site.value.borrow());
    true
}

/// The getter of a property that was found before.
#[inline(always)]
pub fn cached_property(object: &Instance, site: &Site) -> Option<Rc<Function>> {
    if site.kind.get() != PROPERTY || site.epoch.get() != epoch() || object.class().id() != site.class.get() {
        return None;
    }
    match &*site.value.borrow() {
        Value::Func(getter) => Some(getter.clone()),
        _ => None,
    }
}

/// What the cache knows of an attribute of an object.
#[inline]
fn cached(object: &Instance, site: &Site) -> Hit {
    let kind = site.kind.get();
    if kind == 0 || site.epoch.get() != epoch() || object.class().id() != site.class.get() {
        return Hit::None;
    }
    let attrs = object.attrs();
    if attrs.shape().id() != site.shape.get() {
        return Hit::None;
    }
    match kind {
        SLOT => match attrs.at(site.index.get() as usize) {
            Some(value) => Hit::Value(value.clone()),
            None => Hit::None,
        },
        METHOD => Hit::Method(site.value.borrow().clone()),
        PLAIN => Hit::Value(site.value.borrow().clone()),
        _ => Hit::None,
    }
}

/// Finds an attribute the ordinary way where that can be cached, and caches it.
fn fill(object: &Rc<Instance>, site: &Site) -> Hit {
    let class = object.class().clone();
    let flags = class.flags();
    if flags.getattribute {
        return Hit::None;
    }
    let on_class = class.lookup(site.name);
    let data = match &on_class {
        Some(Value::Native(f)) => f.kind == RowKind::Getter,
        Some(Value::Obj(o)) => o.class().flags().data_descriptor,
        _ => false,
    };
    if data {
        if let Some(Value::Obj(o)) = &on_class
            && !o.class().is_heap
            && let Some(getter) = o.native::<Property>().and_then(Property::getter)
        {
            site.kind.set(PROPERTY);
            site.epoch.set(epoch());
            site.class.set(class.id());
            site.value.replace(getter);
        }
        return Hit::None;
    }
    let attrs = object.attrs();
    let remember = |kind: u8| {
        site.kind.set(kind);
        site.epoch.set(epoch());
        site.class.set(class.id());
        site.shape.set(attrs.shape().id());
    };
    if let Some(index) = attrs.shape().find(site.name) {
        remember(SLOT);
        site.index.set(index as u32);
        return match attrs.at(index) {
            Some(value) => Hit::Value(value.clone()),
            None => Hit::None,
        };
    }
    // A native object may compute an attribute before its class is asked.
    if object.object().is_some_and(Object::computes) {
        return Hit::None;
    }
    match on_class {
        Some(value @ Value::Func(_)) => {
            remember(METHOD);
            site.value.replace(value.clone());
            Hit::Method(value)
        }
        Some(Value::Native(f)) if f.kind == RowKind::Method => {
            remember(METHOD);
            site.value.replace(Value::Native(f.clone()));
            Hit::Method(Value::Native(f))
        }
        Some(Value::Native(_)) | None => Hit::None,
        Some(Value::Obj(o)) if o.class().flags().descriptor => Hit::None,
        Some(value) => {
            remember(PLAIN);
            site.value.replace(value.clone());
            Hit::Value(value)
        }
    }
}

/// `obj.name`.
pub fn get(rt: &Rt, obj: &Value, site: &Site) -> Res<Value> {
    if let Value::Obj(object) = obj {
        let mut hit = cached(object, site);
        if matches!(hit, Hit::None) {
            hit = fill(object, site);
        }
        match hit {
            Hit::Value(value) => return Ok(value),
            Hit::Method(func) => return Ok(BoundMethod::bind(func, obj.clone())),
            Hit::None => {}
        }
    }
    ops::get_attr(rt, obj, site.name)
}

/// `obj.name` about to be called: the callee, and what is to be its first argument where it is not bound.
pub fn method(rt: &Rt, obj: &Value, site: &Site) -> Res<(Value, Option<Value>)> {
    match obj {
        Value::Obj(object) => {
            let mut hit = cached(object, site);
            if matches!(hit, Hit::None) {
                hit = fill(object, site);
            }
            match hit {
                Hit::Value(value) => return Ok((value, None)),
                Hit::Method(func) => return Ok((func, Some(obj.clone()))),
                Hit::None => {}
            }
            if let Some(parent) = obj.native::<Super>()
                && let Some(found) = parent.plain_method(site.name)
            {
                return Ok(found);
            }
        }
        Value::Class(_) | Value::Func(_) | Value::Native(_) | Value::Method(_) => {}
        _ => {
            let class = plain_class(&rt.types, obj);
            if site.kind.get() == BUILTIN && site.class.get() == class.id() && site.epoch.get() == epoch() {
                return Ok((site.value.borrow().clone(), Some(obj.clone())));
            }
            if let Some(Value::Native(f)) = class.lookup(site.name)
                && f.kind == RowKind::Method
            {
                site.kind.set(BUILTIN);
                site.class.set(class.id());
                site.epoch.set(epoch());
                site.value.replace(Value::Native(f.clone()));
                return Ok((Value::Native(f), Some(obj.clone())));
            }
        }
    }
    Ok((ops::get_attr(rt, obj, site.name)?, None))
}

/// `obj.name = value`.
pub fn set(rt: &Rt, obj: &Value, site: &Site, value: Value) -> Res<()> {
    let Value::Obj(object) = obj else { return ops::set_attr(rt, obj, site.name, value) };
    let kind = site.kind.get();
    if kind != 0 && site.epoch.get() == epoch() && object.class().id() == site.class.get() {
        let mut attrs = object.attrs_mut();
        if attrs.shape().id() == site.shape.get() {
            match kind {
                SLOT => {
                    if let Some(slot) = attrs.at_mut(site.index.get() as usize) {
                        let old = std::mem::replace(slot, value);
                        drop(attrs);
                        drop(old);
                        return Ok(());
                    }
                }
                ADD => {
                    if let Some(next) = &*site.next.borrow() {
                        attrs.push(next.clone(), value);
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }
    let class = object.class().clone();
    let cacheable = !class.flags().setattr
        && matches!(object.payload(), Payload::None)
        && !matches!(class.lookup(site.name), Some(Value::Obj(_) | Value::Native(_)));
    if !cacheable {
        return ops::set_attr(rt, obj, site.name, value);
    }
    let before = object.attrs().shape().clone();
    ops::set_attr(rt, obj, site.name, value)?;
    let attrs = object.attrs();
    site.epoch.set(epoch());
    site.class.set(class.id());
    site.shape.set(before.id());
    if let Some(index) = before.find(site.name) {
        site.kind.set(SLOT);
        site.index.set(index as u32);
    } else if attrs.shape().names().len() == before.names().len() + 1 {
        site.kind.set(ADD);
        *site.next.borrow_mut() = Some(attrs.shape().clone());
    } else {
        site.kind.set(0);
    }
    Ok(())
}
