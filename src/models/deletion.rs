//! `on_delete`'s values as models need them: which one a field was given.

use std::cell::RefCell;
use std::rc::Rc;

use super::hooks::Hooks;
use crate::object::{Args, Class, Exc, NativeFn, Res, Rt, Value};
use crate::source::Name;

/// The functions `CASCADE`, `PROTECT` and their like, one value each, so that they compare by identity.
#[derive(Default)]
pub struct OnDelete {
    made: RefCell<Vec<(&'static str, Value)>>,
}

const MODULE: &str = "django.db.models.deletion";
const NAMES: [&str; 6] = ["CASCADE", "PROTECT", "RESTRICT", "SET_NULL", "SET_DEFAULT", "DO_NOTHING"];

/// One of `CASCADE`, `PROTECT`, `RESTRICT`, `SET_NULL`, `SET_DEFAULT`, `DO_NOTHING`.
pub fn on_delete(rt: &Rt, name: &str) -> Option<Value> {
    let state = rt.state::<OnDelete>();
    if state.made.borrow().is_empty() {
        let all = NAMES.iter().map(|name| (*name, action(name))).collect();
        *state.made.borrow_mut() = all;
    }

    state.made.borrow().iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())
}

fn action(name: &'static str) -> Value {
    let made = NativeFn::closure(name, "(collector, field, sub_objs, using)", move |rt, a| {
        call(rt, &on_delete(rt, name).unwrap_or_default(), a)
    });
    if let Value::Native(f) = &made {
        f.set_home(Name::new(MODULE));
    }
    made
}

/// What such a function does when a session's own `on_delete` calls it.
fn call(rt: &Rt, action: &Value, a: &mut Args) -> Res<Value> {
    match Hooks::of(rt).on_delete.get() {
        Some(run) => run(rt, action, a),
        None => Ok(Value::None),
    }
}

/// `CASCADE`.
pub fn cascade(rt: &Rt) -> Value {
    on_delete(rt, "CASCADE").unwrap_or_default()
}

/// `SET(value)`: a callable that carries its value.
pub fn set(rt: &Rt, value: Value) -> Res<Value> {
    let _ = rt;
    let carried = value.clone();
    let made = NativeFn::closure("set_on_delete", "(collector, field, sub_objs, using)", move |rt, a| {
        call(rt, &set(rt, carried.clone())?, a)
    });
    if let Value::Native(f) = &made {
        f.set_home(Name::new(MODULE));
        let mut attrs = f.attrs.borrow_mut();
        attrs.set("__qualname__".into(), Value::str("SET.<locals>.set_on_delete"));
        attrs.set("value".into(), value);
    }
    Ok(made)
}

/// What an `on_delete` is: its name (`SET` for `SET(...)`), or `None` for the session's own callable.
pub fn name_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::Native(f) if f.name == "set_on_delete" => Some("SET"),
        Value::Native(f) => NAMES.iter().copied().find(|n| *n == f.name),
        _ => None,
    }
}

/// The value of `SET(value)`.
pub fn set_value(value: &Value) -> Option<Value> {
    match value {
        Value::Native(f) => f.attrs.borrow().get("value".into()).cloned(),
        _ => None,
    }
}

/// The class of an exception, for the modules that show it.
pub fn class(rt: &Rt, kind: Exc) -> Rc<Class> {
    rt.exc_class(kind).clone()
}
