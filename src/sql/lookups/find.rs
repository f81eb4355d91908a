//! Which lookup or transform a name means for an expression: the registries of the field classes' line.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/lookups/#lookup-registration-api>.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::row::{LOOKUPS, LookupRow, TRANSFORMS};
use crate::models::FieldRef;
use crate::object::{Class, Res, Rt, Value};
use crate::source::Name;
use crate::sql::expressions::output_field;
use crate::sql::functions::{self, Family, FuncRow};
use crate::sql::ir::Expr;

/// A lookup or transform that was found: native, or a session's class.
#[derive(Clone)]
pub enum Found {
    /// A native lookup.
    Lookup(&'static LookupRow),
    /// A native transform.
    Transform(&'static FuncRow),
    /// A session's class (of either kind).
    Class(Rc<Class>),
    /// Made by a field for one name: a key of a JSON field.
    Key(Rc<str>),
    /// What a session's own `get_lookup` or `get_transform` gave that is no class.
    Factory(Value),
}

/// What a session registered, by class (its address) and name. `None` where it unregistered a native one.
#[derive(Default)]
pub struct Registry {
    classes: RefCell<FxHashMap<(usize, Name), Option<Found>>>,
    native: RefCell<FxHashMap<(Name, Name), Found>>,
}

impl Registry {
    /// Registers a class under a name on a field class, a transform class or a single field.
    pub fn register(&self, owner: usize, name: Name, found: Found) {
        crate::object::class::changed();
        self.classes.borrow_mut().insert((owner, name), Some(found));
    }

    /// Takes a registration back.
    pub fn unregister(&self, owner: usize, name: Name) {
        crate::object::class::changed();
        self.classes.borrow_mut().insert((owner, name), None);
    }

    /// The native registrations by class name and lookup name, made at the first look.
    fn native(&self, class: Name, name: Name) -> Option<Found> {
        if self.native.borrow().is_empty() {
            let mut table = self.native.borrow_mut();
            for row in LOOKUPS {
                table.insert((Name::new(row.on), Name::new(row.lookup_name)), Found::Lookup(row));
            }
            for (field, name, function) in TRANSFORMS {
                if let Some(row) = functions::find(function) {
                    table.insert((Name::new(field), Name::new(name)), Found::Transform(row));
                }
            }
        }
        self.native.borrow().get(&(class, name)).cloned()
    }
}

/// A relation has the lookups of relations alone, not those of every field.
const LAST_OF_LINE: &str = "ForeignObject";

fn in_line(rt: &Rt, class: &Rc<Class>, name: Name) -> Option<Found> {
    let registry = rt.state::<Registry>();
    for c in class.mro() {
        let key = (Rc::as_ptr(c) as usize, name);
        if let Some(own) = registry.classes.borrow().get(&key) {
            return own.clone();
        }
        if !c.is_heap
            && let Some(found) = registry.native(c.name_id(), name)
        {
            return Some(found);
        }
        if c.name_id() == LAST_OF_LINE {
            break;
        }
    }
    None
}

/// The lookup or transform that a name means on a field.
pub fn in_field(rt: &Rt, field: &FieldRef, name: Name) -> Option<Found> {
    let registry = rt.state::<Registry>();
    let key = (Rc::as_ptr(field) as usize, name);
    if let Some(own) = registry.classes.borrow().get(&key) {
        return own.clone();
    }
    // A reverse relation looks through to the relation's own field.
    let class = match field.relation.get().and_then(|r| r.forward.get()?.upgrade()) {
        Some(forward) => forward.class.clone(),
        None => field.class.clone(),
    };
    in_line(rt, &class, name)
}

/// Found on the expression itself (a transform's own registry), then on its output field.
fn find(rt: &Rt, lhs: &Expr, name: &str) -> Res<Option<Found>> {
    let name = Name::new(name);
    if let Expr::Func(f) = lhs
        && f.row.family == Family::Transform
    {
        if let Some(object) = &f.common.object {
            let class = object.class().clone();
            if let Some(found) = in_line(rt, &class, name) {
                return Ok(Some(found));
            }
        } else {
            let registry = rt.state::<Registry>();
            let key = if f.row.name == "KeyTextTransform" { "KeyTransform" } else { f.row.name };
            let class = crate::sql::expressions::class_of_name(rt, f.row.name);
            if let Some(class) = class
                && let Some(own) = registry.classes.borrow().get(&(Rc::as_ptr(&class) as usize, name))
            {
                return Ok(own.clone());
            }
            if let Some(found) = registry.native(Name::new(key), name) {
                return Ok(Some(found));
            }
        }
    }
    let field = match lhs {
        Expr::Lookup(_) | Expr::Where(_) => crate::models::Field::plain(rt, "BooleanField"),
        _ => output_field(rt, lhs)?,
    };
    Ok(in_field(rt, &field, name))
}

/// Whether it is a lookup, and no transform.
pub(super) fn is_lookup(found: &Found) -> bool {
    match found {
        Found::Lookup(_) => true,
        Found::Transform(_) | Found::Key(_) | Found::Factory(_) => false,
        Found::Class(class) => class.mro().any(|c| !c.is_heap && *c.name() == *"Lookup"),
    }
}

/// `lhs.get_lookup(name)`: `None` where there is none, or where the name is a transform.
pub fn find_lookup(rt: &Rt, lhs: &Expr, name: &str) -> Res<Option<Found>> {
    if let Some(custom) = super::custom_hook(rt, lhs, "get_lookup", name)? {
        return Ok(custom);
    }
    Ok(find(rt, lhs, name)?.filter(is_lookup))
}

/// `lhs.get_transform(name)`.
pub fn find_transform(rt: &Rt, lhs: &Expr, name: &str) -> Res<Option<Found>> {
    if let Some(custom) = super::custom_hook(rt, lhs, "get_transform", name)? {
        return Ok(custom);
    }
    if let Some(found) = find(rt, lhs, name)?.filter(|f| !is_lookup(f)) {
        return Ok(Some(found));
    }
    let json = match lhs {
        Expr::Lookup(_) | Expr::Where(_) => false,
        _ => crate::sql::expressions::is_field(&output_field(rt, lhs)?, "JSONField"),
    };
    Ok(json.then(|| Found::Key(name.into())))
}

/// `field.get_lookups()`: the names of all lookups and transforms, in Django's order.
pub fn names(rt: &Rt, field: &FieldRef) -> Vec<Rc<str>> {
    let class = match field.relation.get().and_then(|r| r.forward.get()?.upgrade()) {
        Some(forward) => forward.class.clone(),
        None => field.class.clone(),
    };
    names_of_class(rt, &class)
}

fn names_of_class(rt: &Rt, class: &Rc<Class>) -> Vec<Rc<str>> {
    let mut out: Vec<Rc<str>> = Vec::new();
    let mut add = |name: Rc<str>| {
        if !out.contains(&name) {
            out.push(name);
        }
    };
    let registry = rt.state::<Registry>();
    let mut line: Vec<Rc<Class>> = Vec::new();
    for c in class.mro() {
        line.push(c.clone());
        if c.name_id() == LAST_OF_LINE {
            break;
        }
    }
    for c in line.iter().rev() {
        let name = c.name();
        for row in LOOKUPS.iter().filter(|row| row.on == &*name && !c.is_heap) {
            add(row.lookup_name.into());
        }
        for (_, lookup, _) in TRANSFORMS.iter().filter(|(on, ..)| *on == &*name && !c.is_heap) {
            add((*lookup).into());
        }
        let own = registry.classes.borrow();
        for ((owner, name), found) in own.iter() {
            if *owner == Rc::as_ptr(c) as usize && found.is_some() {
                add(name.text());
            }
        }
    }
    out
}

/// One line about a native lookup or transform of a field.
pub fn doc(rt: &Rt, field: &FieldRef, name: &str) -> Option<&'static str> {
    match in_field(rt, field, Name::new(name))? {
        Found::Lookup(row) => Some(row.doc),
        Found::Transform(row) => Some(row.doc),
        _ => None,
    }
}

/// `FieldClass.get_lookups()`: all that a class has, by name.
pub(super) fn of_class(rt: &Rt, class: &Rc<Class>) -> Vec<(Rc<str>, Found)> {
    let names = names_of_class(rt, class).into_iter();
    names.filter_map(|name| in_line(rt, class, Name::new(&name)).map(|found| (name, found))).collect()
}

/// A class value as something to register: a native class's row, or a session's class.
pub fn found_of_class(class: &Rc<Class>) -> Found {
    if !class.is_heap {
        let name = class.name();
        if let Some(row) = functions::find(&name) {
            return Found::Transform(row);
        }
        if let Some(row) = LOOKUPS.iter().find(|row| row.name == &*name) {
            return Found::Lookup(row);
        }
    }
    Found::Class(class.clone())
}

/// The lookup name that a class registers itself under.
pub fn lookup_name(rt: &Rt, class: &Rc<Class>) -> Res<Option<Name>> {
    let value = crate::object::ops::get_attr_opt(rt, &Value::Class(class.clone()), "lookup_name".into())?;
    Ok(value.and_then(|v| v.as_str().map(|s| Name::new(s))))
}

/// What a name means on a field object.
pub(super) fn on_field(rt: &Rt, field: &Value, name: &str) -> Res<Option<Found>> {
    match crate::models::field_of(field) {
        Some(field) => Ok(in_field(rt, &field, Name::new(name))),
        None => Ok(None),
    }
}
