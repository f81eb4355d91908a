//! `import`. Mirrors <https://docs.python.org/3/reference/import.html>, without files: a module is registered by a table
//! of builders or found by one of the [`Importers`].

use std::rc::Rc;

use super::frame::Frame;
use super::names;
use crate::object::module::{Importers, ModuleObject};
use crate::object::ops;
use crate::object::{Exc, Module, Res, Rt, Value};
use crate::source::Name;

/// What an `import` statement gives: the module for `from`, the top package otherwise.
pub fn statement(rt: &Rt, globals: &Rc<Module>, name: Name, level: u32, from: bool) -> Res<Value> {
    let text = name.text();
    let full = if level == 0 { text.to_string() } else { absolute(globals, &text, level)? };
    let module = import_module(rt, &full)?;
    match full.split_once('.') {
        Some((top, _)) if !from => import_module(rt, top),
        _ => Ok(module),
    }
}

/// The full name of a relative import.
fn absolute(globals: &Module, name: &str, level: u32) -> Res<String> {
    let text = |key: &str| globals.get(key.into()).and_then(|v| v.as_str().map(|s| s.to_string()));
    let package = match text("__package__") {
        Some(package) => package,
        None => {
            let own = text("__name__").unwrap_or_default();
            match globals.get("__path__".into()) {
                Some(_) => own,
                None => own.rsplit_once('.').map_or(String::new(), |(package, _)| package.to_string()),
            }
        }
    };
    if package.is_empty() {
        return Err(Exc::ImportError.new("attempted relative import with no known parent package"));
    }
    let mut parts: Vec<&str> = package.split('.').collect();
    for _ in 1..level {
        parts.pop();
        if parts.is_empty() {
            return Err(Exc::ImportError.new("attempted relative import beyond top-level package"));
        }
    }
    let base = parts.join(".");
    Ok(if name.is_empty() { base } else { format!("{base}.{name}") })
}

/// Imports a module by its full name, its packages first. ModuleNotFoundError where there is none.
pub fn import_module(rt: &Rt, full: &str) -> Res<Value> {
    if let Some(module) = rt.modules.borrow().get(&Name::new(full)) {
        return match module {
            Value::None => Err(not_found(full, &format!("import of {full} halted; None in sys.modules"))),
            module => Ok(module.clone()),
        };
    }
    let parent = match full.rsplit_once('.') {
        Some((parent, _)) => Some(import_module(rt, parent)?),
        None => None,
    };
    // Importing the parent may have imported this one.
    let there = rt.modules.borrow().get(&Name::new(full)).cloned();
    if let Some(module) = there {
        return Ok(module);
    }
    let Some(module) = find(rt, full)? else {
        if let (Some(parent), Some((parent_name, _))) = (&parent, full.rsplit_once('.'))
            && !is_package(rt, parent, parent_name)
        {
            return Err(not_found(full, &format!("No module named '{full}'; '{parent_name}' is not a package")));
        }
        return Err(not_found(full, &format!("No module named '{full}'")));
    };
    if let (Some(parent), Some((_, last))) = (parent, full.rsplit_once('.')) {
        ops::set_attr(rt, &parent, Name::new(last), module.clone())?;
    }
    Ok(module)
}

fn not_found(full: &str, message: &str) -> crate::object::Error {
    Exc::ModuleNotFoundError.new(message).with("name", Value::str(full))
}

fn is_package(rt: &Rt, module: &Value, name: &str) -> bool {
    if let Some(m) = module.native::<ModuleObject>()
        && m.0.get("__path__".into()).is_some()
    {
        return true;
    }
    has_children(rt, name)
}

fn has_children(rt: &Rt, name: &str) -> bool {
    rt.importable.borrow().keys().any(|k| k.text().strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// Makes the module of a full name.
fn find(rt: &Rt, full: &str) -> Res<Option<Value>> {
    let name = Name::new(full);
    let importers = rt.state::<Importers>();
    let finders: Vec<_> = importers.0.borrow().clone();
    for finder in finders {
        if let Some(module) = finder(rt, full)? {
            rt.modules.borrow_mut().entry(name).or_insert(module.clone());
            return Ok(Some(module));
        }
    }
    let builder = rt.importable.borrow().get(&name).copied();
    if builder.is_none() && !has_children(rt, full) {
        return Ok(None);
    }
    let module = Module::new(full);
    let object = rt.module_object(module.clone());
    rt.modules.borrow_mut().insert(name, object.clone());
    if let Some(build) = builder
        && let Err(e) = build(rt, &module)
    {
        rt.modules.borrow_mut().shift_remove(&name);
        return Err(e);
    }
    Ok(Some(object))
}

/// `from module import name`.
pub fn from(rt: &Rt, module: &Value, name: Name) -> Res<Value> {
    match ops::get_attr_opt(rt, module, name) {
        Ok(Some(value)) => return Ok(value),
        Ok(None) => {}
        Err(e) if e.is(Exc::AttributeError) => {}
        Err(e) => return Err(e),
    }
    let own = ops::get_attr_opt(rt, module, "__name__".into())?;
    let own =
        own.as_ref().and_then(Value::as_str).map_or_else(|| "<unknown module name>".to_string(), |s| s.to_string());
    match import_module(rt, &format!("{own}.{name}")) {
        Ok(module) => return Ok(module),
        Err(e) if e.is(Exc::ModuleNotFoundError) => {}
        Err(e) => return Err(e),
    }
    let file = ops::get_attr_opt(rt, module, "__file__".into())?;
    let place = file.as_ref().and_then(Value::as_str).map_or_else(|| "unknown location".to_string(), |s| s.to_string());
    Err(Exc::ImportError
        .new(format!("cannot import name '{name}' from '{own}' ({place})"))
        .with("name", Value::str(&*own))
        .with("name_from", Value::from(name)))
}

/// `from module import *`.
pub fn star(rt: &Rt, module: &Value, frame: &Frame) -> Res<()> {
    if let Some(all) = ops::get_attr_opt(rt, module, "__all__".into())? {
        for name in ops::collect(rt, &all)? {
            let Some(name) = name.as_str().map(|s| Name::new(s)) else { continue };
            let value = ops::get_attr(rt, module, name)?;
            names::store_name(rt, frame, name, value)?;
        }
        return Ok(());
    }
    if let Some(module) = module.native::<ModuleObject>() {
        let all: Vec<(Name, Value)> = module.0.names().iter().map(|(n, v)| (*n, v.clone())).collect();
        for (name, value) in all {
            if !name.text().starts_with('_') {
                names::store_name(rt, frame, name, value)?;
            }
        }
    }
    Ok(())
}
