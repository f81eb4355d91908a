//! The Python classes of field types and of reverse relations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::field::{Field, FieldObject, FieldRef, FieldRow, field_of};
use super::relations::rows as relation;
use super::{fields, methods};
use crate::object::{Class, Dict, Exc, Instance, NativeFn, Payload, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The row that a native field class stands for, as the class's data.
pub struct FieldClass(pub &'static FieldRow);

/// The classes made so far, and the counters that order fields.
#[derive(Default)]
pub struct Classes {
    made: RefCell<FxHashMap<&'static str, Rc<Class>>>,
    plain: RefCell<FxHashMap<&'static str, FieldRef>>,
    counter: Cell<i64>,
    auto_counter: Cell<i64>,
}

/// The next creation counter: upwards for fields that were written, downwards for those that models make.
pub fn next_counter(rt: &Rt, auto: bool) -> i64 {
    let state = rt.state::<Classes>();
    if auto {
        let n = state.auto_counter.get() - 1;
        state.auto_counter.set(n);
        n
    } else {
        let n = state.counter.get();
        state.counter.set(n + 1);
        n
    }
}

/// The class of a field type, made when first asked for.
pub fn class(rt: &Rt, row: &'static FieldRow) -> Rc<Class> {
    let state = rt.state::<Classes>();
    if let Some(class) = state.made.borrow().get(row.name) {
        return class.clone();
    }
    let base = row.base.map_or_else(|| rt.types.object.clone(), |base| class(rt, base));
    let rows: &[&'static [Row]] = match row.name {
        "Field" => &[methods::ROWS, methods::PLACE_ROWS],
        "FileField" => &[fields::FILE_ROWS],
        "ForeignObject" => &[relation::RELATED_ROWS, relation::CACHE_ROWS, super::relations::custom::FIELD_ROWS],
        "ManyToManyField" => &[relation::RELATED_ROWS, relation::CACHE_ROWS, relation::M2M_ROWS],
        "GenericForeignKey" => &[relation::CACHE_ROWS],
        "ForeignObjectRel" => &[relation::REL_ROWS, relation::CACHE_ROWS, super::relations::custom::REL_ROWS],
        _ => &[],
    };
    let class = Class::native(row.name, row.module, Some(base), rows);
    class.set("empty_strings_allowed".into(), Value::Bool(row.empty_strings));
    class.set("description".into(), Value::str(row.doc));
    if row.name == "Field" {
        class.set("system_check_deprecated_details".into(), Value::None);
        class.set("system_check_removed_details".into(), Value::None);
        class.set("default_validators".into(), Value::list(Vec::new()));
        class.set("db_returning".into(), Value::Bool(false));
    }
    let messages = Dict::new();
    for (key, text) in row.messages {
        messages.set_str(rt, key, *text);
    }
    class.set("default_error_messages".into(), Value::Dict(messages));
    class.set_data(Rc::new(FieldClass(row)));
    state.made.borrow_mut().entry(row.name).or_insert(class).clone()
}

/// The class of a field type by name.
pub fn class_named(rt: &Rt, name: &str) -> Option<Rc<Class>> {
    fields::find(name).map(|row| class(rt, row))
}

/// The native row of a class, or of the nearest ancestor that has one.
pub fn row_of(class: &Rc<Class>) -> Option<&'static FieldRow> {
    class.mro().find_map(|c| c.data::<FieldClass>()).map(|c| c.0)
}

/// A free field of a native type, made once.
pub fn plain(rt: &Rt, name: &str) -> FieldRef {
    let row = fields::find(name).unwrap_or(&fields::FIELD);
    let state = rt.state::<Classes>();
    if let Some(field) = state.plain.borrow().get(row.name) {
        return field.clone();
    }
    let field = Field::new(class(rt, row), row);
    state.plain.borrow_mut().insert(row.name, field.clone());
    field
}

/// A new field of a native type with options by name: as its constructor would make it.
///
/// Errors: the constructor's.
pub fn make(rt: &Rt, row: &'static FieldRow, args: Vec<Value>, options: Vec<(&str, Value)>) -> Res<FieldRef> {
    let mut call = crate::object::CallArgs::new(args);
    for (name, value) in options {
        call.kw.push((Name::new(name), value));
    }
    let made = ops::call(rt, &Value::Class(class(rt, row)), call)?;
    field_of(&made).ok_or_else(|| Exc::TypeError.new("no field was made"))
}

/// A field object of a class, not yet initialised: `__new__`.
pub fn new_object(rt: &Rt, class: &Rc<Class>) -> Res<Value> {
    let _ = rt;
    let Some(row) = row_of(class) else {
        return Err(Exc::TypeError.new(format!("{} is no field type", class.name())));
    };
    let field = Field::new(class.clone(), row);
    let object = Value::Obj(Instance::new(class.clone(), Payload::Native(Box::new(FieldObject(field.clone())))));
    *field.object.borrow_mut() = Some(object.clone());
    Ok(object)
}

/// Puts the field classes into a module.
pub fn publish(rt: &Rt, module: &crate::object::Module, names: &[&str]) {
    for name in names {
        if let Some(class) = class_named(rt, name) {
            module.put(name, Value::Class(class));
        }
    }
}

/// A native function as a class attribute.
pub fn function(row: &'static Row, owner: &str) -> Value {
    NativeFn::from_row(row, Some(owner)).into_attribute()
}

/// `NOT_PROVIDED`, the class that stands for a default that was not given.
pub fn not_provided(rt: &Rt) -> Value {
    let state = rt.state::<Classes>();
    let found = state.made.borrow().get("NOT_PROVIDED").cloned();
    let class = found.unwrap_or_else(|| {
        let class = Class::native("NOT_PROVIDED", "django.db.models.fields", Some(rt.types.object.clone()), &[]);
        state.made.borrow_mut().insert("NOT_PROVIDED", class.clone());
        class
    });
    Value::Class(class)
}
