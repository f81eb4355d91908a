//! One helpful line under an exception: what was probably meant.

use std::rc::Rc;

use crate::object::suggest::closest;
use crate::object::{Exc, Instance, Module, Rt, Value, ops};
use crate::source::Name;

/// A hint for an exception, where there is a good one. `globals` are the session's names.
pub fn hint(rt: &Rt, exception: &Rc<Instance>, globals: &Module) -> Option<String> {
    let object = Value::Obj(exception.clone());
    let error = crate::object::Error::raised(exception.clone());
    let attr = |name: &str| ops::get_attr_opt(rt, &object, Name::new(name)).ok().flatten().filter(|v| !v.is_none());
    let text = |name: &str| attr(name).and_then(|v| v.as_str().map(|s| s.to_string()));
    let message = super::message_of(rt, exception);
    let quoted = |s: &str| format!("Did you mean: '{s}'?");
    if error.is(Exc::ModuleNotFoundError) {
        return module_hint(rt, &text("name").or_else(|| between_quotes(&message))?);
    }
    if error.is(Exc::ImportError) {
        let wrong = text("name_from").or_else(|| between_quotes(&message))?;
        let module = text("name")?;
        let found = rt.modules.borrow().get(&Name::new(&module)).cloned()?;
        return nearest(&wrong, names_of(rt, &found)).map(|s| quoted(&s));
    }
    if error.is(Exc::NameError) {
        let wrong = text("name").or_else(|| between_quotes(&message))?;
        let mut names: Vec<Name> = globals.names().keys().copied().collect();
        names.extend(rt.builtins.names().keys().copied());
        return nearest(&wrong, names).map(|s| quoted(&s)).or_else(|| {
            match rt.importable.borrow().contains_key(&Name::new(&wrong)) {
                true => Some(format!("Did you forget to import '{wrong}'?")),
                false => None,
            }
        });
    }
    if error.is(Exc::AttributeError) {
        let wrong = text("name").or_else(|| message.rsplit('\'').nth(1).map(str::to_string))?;
        return nearest(&wrong, names_of(rt, &attr("obj")?)).map(|s| quoted(&s));
    }
    if error.is(Exc::FieldError) {
        return field_hint(&message);
    }
    if error.is(Exc::TypeError) && message.contains("unexpected keyword argument") {
        return None;
    }
    None
}

/// `Cannot resolve keyword 'nme' into field. Choices are: a, b`.
fn field_hint(message: &str) -> Option<String> {
    let wrong = between_quotes(message)?;
    let (_, choices) = message.split_once("Choices are: ")?;
    let found = closest(&wrong, choices.split(", "))?;
    Some(format!("perhaps you meant {found}?"))
}

/// What there is instead of a module that does not exist here.
fn module_hint(rt: &Rt, wrong: &str) -> Option<String> {
    let top = wrong.split('.').next().unwrap_or(wrong);
    let mut known: Vec<String> = rt.importable.borrow().keys().map(|n| n.to_string()).collect();
    known.extend(rt.modules.borrow().keys().map(|n| n.to_string()));
    known.sort();
    known.dedup();
    if let Some(found) = closest(wrong, known.iter().map(String::as_str)) {
        return Some(format!("Did you mean: '{found}'?"));
    }
    let same: Vec<&String> = known.iter().filter(|n| n.split('.').next() == Some(top)).take(12).collect();
    if !same.is_empty() {
        let names: Vec<&str> = same.iter().map(|s| s.as_str()).collect();
        return Some(format!("there are: {}", names.join(", ")));
    }
    let mut tops: Vec<&str> =
        known.iter().filter_map(|n| n.split('.').next()).filter(|n| !n.starts_with('_')).collect();
    tops.dedup();
    Some(format!("ormsh has no Python packages; there are: {}", tops.join(", ")))
}

fn between_quotes(message: &str) -> Option<String> {
    let mut parts = message.split('\'');
    parts.next()?;
    parts.next().map(str::to_string)
}

fn nearest(wrong: &str, names: Vec<Name>) -> Option<String> {
    let texts: Vec<Rc<str>> =
        names.into_iter().map(Name::text).filter(|n| wrong.starts_with('_') || !n.starts_with('_')).collect();
    let mut sorted: Vec<&str> = texts.iter().map(|t| &**t).collect();
    sorted.sort_unstable();
    sorted.dedup();
    closest(wrong, sorted.into_iter())
}

/// The names that `dir()` would give.
pub fn names_of(rt: &Rt, value: &Value) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    if let Value::Obj(object) = value {
        names.extend(object.attrs().iter().map(|(n, _)| n));
        if let Some(native) = object.object() {
            names.extend(native.attr_names(rt));
        }
    }
    if let Value::Class(class) = value {
        for class in class.mro() {
            names.extend(class.dict().keys().copied());
        }
    }
    for class in rt.class_of(value).mro() {
        names.extend(class.dict().keys().copied());
    }
    names
}
