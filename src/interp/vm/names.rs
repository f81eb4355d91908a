//! Names that are looked up by name: global, built-in, and a class body's.

use super::frame::{Frame, Namespace};
use crate::interp::code::Site;
use crate::object::ops;
use crate::object::{Dict, Error, Exc, Module, Res, Rt, Value};
use crate::source::{Name, known};

const GLOBAL: u8 = 1;
const BUILTIN: u8 = 2;

/// Copies a global or built-in name that was found before into a register. False where it is not where it was.
#[inline(always)]
pub fn cached_global(rt: &Rt, globals: &Module, site: &Site, slot: &mut Option<Value>) -> bool {
    match site.kind.get() {
        GLOBAL => {
            if let Some((name, value)) = globals.names().get_index(site.index.get() as usize)
                && *name == site.name
            {
                super::register::copy_into(slot, value);
                return true;
            }
        }
        BUILTIN => {
            if globals.version() == site.class.get()
                && rt.builtins.version() == site.epoch.get()
                && let Some((_, value)) = rt.builtins.names().get_index(site.index.get() as usize)
            {
                super::register::copy_into(slot, value);
                return true;
            }
        }
        _ => {}
    }
    false
}

/// A global name, or a built-in one. NameError where there is neither.
pub fn load_global(rt: &Rt, globals: &Module, site: &Site) -> Res<Value> {
    if let Some((index, _, value)) = globals.names().get_full(&site.name) {
        site.kind.set(GLOBAL);
        site.index.set(index as u32);
        return Ok(value.clone());
    }
    if let Some((index, _, value)) = rt.builtins.names().get_full(&site.name) {
        site.kind.set(BUILTIN);
        site.index.set(index as u32);
        site.class.set(globals.version());
        site.epoch.set(rt.builtins.version());
        return Ok(value.clone());
    }
    Err(not_defined(site.name))
}

/// Sets a global name.
pub fn store_global(globals: &Module, site: &Site, mut value: Value) {
    if site.kind.get() == GLOBAL {
        match globals.replace_at(site.index.get() as usize, site.name, value) {
            Ok(old) => return drop(old),
            Err(given_back) => value = given_back,
        }
    }
    globals.set(site.name, value);
    if let Some(index) = globals.names().get_index_of(&site.name) {
        site.kind.set(GLOBAL);
        site.index.set(index as u32);
    }
}

/// Empties the cached place of a global name that is about to be set.
pub fn let_go(globals: &Module, site: &Site) {
    if site.kind.get() == GLOBAL {
        let _ = globals.replace_at(site.index.get() as usize, site.name, Value::None);
    }
}

/// `del name` of a global.
pub fn delete_global(globals: &Module, name: Name) -> Res<()> {
    globals.remove(name).map(drop).ok_or_else(|| not_defined(name))
}

/// A name of a class body itself.
pub fn own_name(rt: &Rt, frame: &Frame, name: Name) -> Res<Option<Value>> {
    match frame.names() {
        Some(Namespace::Names(names)) => Ok(names.borrow().get(&name).cloned()),
        Some(Namespace::Mapping(Value::Dict(dict))) => dict.get(rt, &name.into()),
        Some(Namespace::Mapping(mapping)) => match ops::get_item(rt, mapping, &name.into()) {
            Ok(value) => Ok(Some(value)),
            Err(e) if e.is(Exc::KeyError) => Ok(None),
            Err(e) => Err(e),
        },
        None => Ok(None),
    }
}

/// A name as a class body sees it.
pub fn load_name(rt: &Rt, frame: &Frame, site: &Site) -> Res<Value> {
    match own_name(rt, frame, site.name)? {
        Some(value) => Ok(value),
        None => load_global(rt, frame.globals(), site),
    }
}

/// Sets a class body's name.
pub fn store_name(rt: &Rt, frame: &Frame, name: Name, value: Value) -> Res<()> {
    match frame.names() {
        Some(Namespace::Names(names)) => {
            let old = names.borrow_mut().insert(name, value);
            drop(old);
            Ok(())
        }
        Some(Namespace::Mapping(mapping)) => ops::set_item(rt, mapping, name.into(), value),
        None => {
            frame.globals().set(name, value);
            Ok(())
        }
    }
}

/// `del name` in a class body.
pub fn delete_name(rt: &Rt, frame: &Frame, name: Name) -> Res<()> {
    let found = match frame.names() {
        Some(Namespace::Names(names)) => names.borrow_mut().shift_remove(&name).is_some(),
        Some(Namespace::Mapping(mapping)) => match ops::del_item(rt, mapping, &name.into()) {
            Ok(()) => true,
            Err(e) if e.is(Exc::KeyError) => false,
            Err(e) => return Err(e),
        },
        None => return delete_global(frame.globals(), name),
    };
    if found { Ok(()) } else { Err(not_defined(name)) }
}

/// All names of a class body.
pub fn all(rt: &Rt, names: &Namespace) -> Vec<(Name, Value)> {
    match names {
        Namespace::Names(names) => names.borrow().iter().map(|(n, v)| (*n, v.clone())).collect(),
        Namespace::Mapping(mapping) => {
            let _ = rt;
            let items = mapping.as_dict().map(|d| d.0.items()).unwrap_or_default();
            items.into_iter().filter_map(|(k, v)| Some((Name::new(k.as_str()?), v))).collect()
        }
    }
}

/// Makes `__annotations__` where there is none.
pub fn setup_annotations(rt: &Rt, frame: &Frame) -> Res<()> {
    let name: Name = known::ANNOTATIONS;
    let there = match frame.names() {
        Some(_) => own_name(rt, frame, name)?.is_some(),
        None => frame.globals().get(name).is_some(),
    };
    if !there {
        store_name(rt, frame, name, Value::Dict(Dict::new()))?;
    }
    Ok(())
}

/// `name: annotation`.
pub fn annotate(rt: &Rt, frame: &Frame, name: Name, value: Value) -> Res<()> {
    let all: Name = known::ANNOTATIONS;
    let found = match frame.names() {
        Some(_) => own_name(rt, frame, all)?,
        None => frame.globals().get(all),
    };
    match found {
        Some(annotations) => ops::set_item(rt, &annotations, name.into(), value),
        None => Ok(()),
    }
}

/// NameError for a name that is nowhere.
pub fn not_defined(name: Name) -> Error {
    Exc::NameError.new(format!("name '{name}' is not defined")).with("name", Value::from(name))
}

/// UnboundLocalError.
pub fn unbound_local(name: Name) -> Error {
    Exc::UnboundLocalError
        .new(format!("cannot access local variable '{name}' where it is not associated with a value"))
        .with("name", Value::from(name))
}

/// NameError for a variable of an enclosing function that is not bound.
pub fn unbound_free(name: Name) -> Error {
    Exc::NameError
        .new(format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope"))
        .with("name", Value::from(name))
}
