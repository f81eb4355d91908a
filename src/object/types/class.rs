//! `type`: what a session asks of a class, and how a class is made.
//!
//! Mirrors <https://docs.python.org/3/reference/datamodel.html#customizing-class-creation>.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::args::CallArgs;
use crate::object::class::{Class, Names};
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::{Name, known};

use super::descriptors::{ClassMethod, StaticMethod};

/// The cell of `__class__` on its way from a class body to the class that is made of it.
pub struct CellObject(pub Rc<RefCell<Option<Value>>>);

impl Object for CellObject {}

impl NativeType for CellObject {
    const NAME: &'static str = "cell";
    const ROWS: &'static [&'static [Row]] = &[&[Row::getter("cell_contents", "The value.", |_, a| {
        let value = a.native::<CellObject>(0)?.0.borrow().clone();
        value.ok_or_else(|| Exc::ValueError.new("Cell is empty"))
    })]];
}

/// Makes a class of a metaclass from its name, bases and names: `type.__new__`. Sets `__class__` for its methods, calls
/// `__set_name__` of its attributes and `__init_subclass__` of its bases.
///
/// Errors: TypeError for bases that cannot be, and what the hooks raise.
pub fn make_class(
    rt: &Rt,
    meta: &Rc<Class>,
    name: &str,
    bases: Vec<Value>,
    mut dict: Names,
    keywords: Vec<(Name, Value)>,
) -> Res<Value> {
    let t = &rt.types;
    let mut parents = Vec::with_capacity(bases.len().max(1));
    for base in &bases {
        let Value::Class(class) = base else {
            return Err(Exc::TypeError.new(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses \
                 of all its bases",
            ));
        };
        let closed = [&t.bool, &t.none, &t.function, &t.builtin, &t.method, &t.ellipsis, &t.not_implemented];
        if closed.iter().any(|c| Rc::ptr_eq(c, class)) || matches!(&*class.name(), "range" | "slice" | "generator") {
            return Err(Exc::TypeError.new(format!("type '{}' is not an acceptable base type", class.name())));
        }
        parents.push(class.clone());
    }
    if parents.is_empty() {
        parents.push(t.object.clone());
    }
    // Of built-in types that hold a value of their own, a class can derive from one line alone.
    let holding = [&t.int, &t.float, &t.str, &t.bytes, &t.tuple, &t.list, &t.dict, &t.set, &t.frozenset];
    let mut held: Option<&Rc<Class>> = None;
    for class in holding.iter().filter(|c| parents.iter().any(|p| p.is_subclass(c))) {
        if held.replace(class).is_some() {
            return Err(Exc::TypeError.new("multiple bases have instance lay-out conflict"));
        }
    }
    let text = |v: Option<Value>| v.and_then(|v| v.as_str().map(|s| s.to_string()));
    let module = text(dict.shift_remove(&Name::new("__module__"))).unwrap_or_else(|| "builtins".into());
    if let Some(other) = dict.get(&known::QUALNAME).filter(|q| q.as_str().is_none()) {
        return Err(Exc::TypeError.new(format!("type __qualname__ must be a str, not {}", ops::type_name(other))));
    }
    if name.contains('\0') {
        return Err(Exc::ValueError.new("type name must not contain null characters"));
    }
    let qualname = text(dict.shift_remove(&Name::new("__qualname__")));
    let cell = dict.shift_remove(&Name::new("__classcell__"));
    if let Some(other) = cell.as_ref().filter(|c| c.native::<CellObject>().is_none()) {
        let kind = ops::repr(rt, &Value::Class(rt.class_of(other)))?;
        return Err(Exc::TypeError.new(format!("__classcell__ must be a nonlocal cell, not {kind}")));
    }
    let (eq, hash): (Name, Name) = ("__eq__".into(), "__hash__".into());
    if dict.contains_key(&eq) && !dict.contains_key(&hash) {
        dict.insert(hash, Value::None);
    }
    dict.entry("__doc__".into()).or_insert(Value::None);
    for (implicit, fixed) in [("__new__", true), ("__init_subclass__", false), ("__class_getitem__", false)] {
        if let Some(value) = dict.get_mut(&Name::new(implicit))
            && matches!(value, Value::Func(_))
        {
            let function = std::mem::take(value);
            *value = match fixed {
                true => rt.object(StaticMethod::new(function)),
                false => rt.object(ClassMethod::new(function)),
            };
        }
    }
    let metaclass = if Rc::ptr_eq(meta, &t.type_) { None } else { Some(meta.clone()) };
    let slots = match dict.get(&Name::new("__slots__")) {
        Some(slots) => Some(slot_names(rt, name, slots)?),
        None => None,
    };
    if let Some(both) = slots.iter().flatten().find(|slot| dict.contains_key(*slot)) {
        return Err(Exc::ValueError.new(format!("'{both}' in __slots__ conflicts with class variable")));
    }
    let attributes: Vec<(Name, Value)> = dict.iter().map(|(n, v)| (*n, v.clone())).collect();
    let class = Class::build(name, &module, parents.clone(), metaclass, dict, true)?;
    if let Some(slots) = slots.filter(|s| !s.contains(&known::DICT)) {
        class.set_slots(slots);
    }
    if let Some(qualname) = qualname {
        *class.qualname.borrow_mut() = qualname.as_str().into();
    }
    for parent in &parents {
        parent.add_subclass(&class);
    }
    let value = Value::Class(class.clone());
    if let Some(cell) = cell.as_ref().and_then(|c| c.native::<CellObject>()) {
        *cell.0.borrow_mut() = Some(value.clone());
    }
    for (name, attribute) in attributes {
        if !matches!(attribute, Value::Obj(_)) {
            continue;
        }
        let args = CallArgs::new([value.clone(), name.into()]);
        if let Err(error) = super::object::call_hook(rt, &attribute, "__set_name__", args) {
            let exc = rt.exception(error);
            let note = format!(
                "Error calling __set_name__ on '{}' instance '{name}' in '{}'",
                ops::type_name(&attribute),
                class.name()
            );
            super::exception::add_note(&exc, Value::from(note));
            return Err(crate::object::error::Error::raised(exc));
        }
    }
    if let Some(hook) = class.lookup_after(&class, "__init_subclass__".into()) {
        let hook = ops::bind(rt, hook, None, &class)?;
        ops::call(rt, &hook, CallArgs { pos: Default::default(), kw: keywords.into_iter().collect() })?;
    }
    Ok(value)
}

/// The names in `__slots__`. TypeError for what cannot be a name.
fn slot_names(rt: &Rt, class: &str, slots: &Value) -> Res<Vec<Name>> {
    let items = match slots.as_str() {
        Some(_) => vec![slots.clone()],
        None => ops::collect(rt, slots)?,
    };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let Some(text) = item.as_str() else {
            return Err(Exc::TypeError.new(format!("__slots__ items must be strings, not '{}'", ops::type_name(&item))));
        };
        let valid =
            text.chars().enumerate().all(|(i, c)| c == '_' || c.is_alphabetic() || i > 0 && c.is_alphanumeric());
        if !valid || text.is_empty() {
            return Err(Exc::TypeError.new("__slots__ must be identifiers"));
        }
        let private = text.starts_with("__") && !text.ends_with("__");
        out.push(match private {
            true => Name::new(&format!("_{}{text}", class.trim_start_matches('_'))),
            false => Name::new(text),
        });
    }
    Ok(out)
}

/// TypeError where a class has abstract methods left.
pub(super) fn refuse_abstract(class: &Rc<Class>) -> Res<()> {
    let Some(names) = class.lookup("__abstractmethods__".into()) else { return Ok(()) };
    let mut names: Vec<String> = match &names {
        Value::Set(s) => s.table.keys(),
        other => other.as_tuple().map(|t| t.to_vec()).unwrap_or_default(),
    }
    .iter()
    .filter_map(|n| n.as_str().map(|s| format!("'{s}'")))
    .collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort();
    let s = if names.len() == 1 { "" } else { "s" };
    Err(Exc::TypeError.new(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {}",
        class.name(),
        names.join(", ")
    )))
}

/// `cls.__doc__`.
pub(super) fn doc(class: &Rc<Class>) -> Value {
    match class.own("__doc__".into()) {
        Some(Value::Native(_)) | None => Value::None,
        Some(doc) => doc,
    }
}

/// The sorted names of `dir(value)`.
pub fn dir(rt: &Rt, value: &Value) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let class = match value {
        Value::Class(class) => class.clone(),
        other => {
            match other {
                Value::Obj(object) => {
                    names.extend(object.attrs().iter().map(|(n, _)| n));
                    if let Some(native) = object.object() {
                        names.extend(native.attr_names(rt));
                    }
                    if object.native::<crate::object::module::ModuleObject>().is_some() {
                        names.sort_by_key(|n| n.text());
                        names.dedup();
                        return names;
                    }
                }
                Value::Func(f) => names.extend(f.attrs.borrow().iter().map(|(n, _)| n)),
                _ => {}
            }
            rt.class_of(other)
        }
    };
    for class in class.mro() {
        names.extend(class.dict().keys().copied());
    }
    names.sort_by_key(|n| n.text());
    names.dedup();
    names
}

/// A read-only look at a class's names.
fn class_dict(rt: &Rt, class: &Rc<Class>) -> Res<Value> {
    let dict = Dict::new();
    if class.is_heap {
        dict.set_str(rt, "__module__", &**class.module.borrow());
    }
    for (name, value) in class.dict().iter() {
        dict.set(rt, (*name).into(), value.clone())?;
    }
    Ok(rt.object(super::mapping_proxy::MappingProxy(Value::Dict(dict))))
}

fn this(a: &crate::object::args::Args) -> Res<Rc<Class>> {
    match a.get(0) {
        Value::Class(class) => Ok(class.clone()),
        other => Err(Exc::TypeError.new(format!(
            "descriptor '{}' requires a 'type' object but received a '{}'",
            a.name,
            ops::type_name(other)
        ))),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(metatype, /, *args, **kwargs)", "Create and return a new type.", |rt, a| {
        let Value::Class(meta) = a.value(0) else {
            return Err(Exc::TypeError.new("type.__new__(X): X is not a type object"));
        };
        if a.rest.len() == 1 && a.kwargs.is_empty() && Rc::ptr_eq(&meta, &rt.types.type_) {
            return Ok(Value::Class(rt.class_of(&a.rest[0])));
        }
        let [name, bases, dict] = &a.rest[..] else {
            return Err(Exc::TypeError.new(match meta.name().as_ref() {
                "type" => "type() takes 1 or 3 arguments".to_string(),
                _ => format!("type.__new__() takes exactly 3 arguments ({} given)", a.rest.len()),
            }));
        };
        let Some(name) = name.as_str() else {
            return Err(
                Exc::TypeError.new(format!("type.__new__() argument 1 must be str, not {}", ops::type_name(name)))
            );
        };
        let Some(bases) = bases.as_tuple() else {
            return Err(
                Exc::TypeError.new(format!("type.__new__() argument 2 must be tuple, not {}", ops::type_name(bases)))
            );
        };
        let Some(table) = dict.as_dict() else {
            return Err(
                Exc::TypeError.new(format!("type.__new__() argument 3 must be dict, not {}", ops::type_name(dict)))
            );
        };
        let mut names: Names = Names::default();
        for (key, value) in table.0.items() {
            if let Some(key) = key.as_str() {
                names.insert(Name::new(key), value);
            }
        }
        if !names.contains_key(&Name::new("__module__"))
            && let Some(module) = rt.exec().ok().and_then(|e| e.current_globals())
            && let Some(name) = module.get("__name__".into())
        {
            names.insert("__module__".into(), name);
        }
        // The most derived metaclass of the bases makes the class.
        let mut winner = meta;
        for base in bases.iter() {
            let of_base = rt.class_of(base);
            if !winner.is_subclass(&of_base) && of_base.is_subclass(&winner) {
                winner = of_base;
            }
        }
        make_class(rt, &winner, name, bases.to_vec(), names, std::mem::take(&mut a.kwargs))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
    Row::method("__call__", "(self, /, *args, **kwargs)", "Call self as a function.", |rt, a| {
        let class = this(a)?;
        let args = CallArgs {
            pos: std::mem::take(&mut a.rest).into_iter().collect(),
            kw: std::mem::take(&mut a.kwargs).into_iter().collect(),
        };
        ops::instantiate(rt, &class, args)
    }),
    Row::class("__prepare__", "(cls, /, *args, **kwargs)", "Create the namespace for the class statement.", |_, _| {
        Ok(Value::Dict(Dict::new()))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let class = this(a)?;
        let (module, name) = (class.module.borrow().clone(), class.qualname.borrow().clone());
        Ok(Value::from(match &*module {
            "builtins" => format!("<class '{name}'>"),
            _ => format!("<class '{module}.{name}'>"),
        }))
    }),
    Row::method("mro", "(self, /)", "Return a type's method resolution order.", |_, a| {
        Ok(Value::list(this(a)?.mro().cloned().map(Value::Class).collect()))
    }),
    Row::method("__subclasses__", "(self, /)", "Return a list of immediate subclasses.", |_, a| {
        Ok(Value::list(this(a)?.subclasses().into_iter().map(Value::Class).collect()))
    }),
    Row::method("__instancecheck__", "(self, instance, /)", "Check if an object is an instance.", |rt, a| {
        let class = this(a)?;
        Ok(Value::Bool(rt.is_instance(a.get(1), &class)))
    }),
    Row::method("__subclasscheck__", "(self, subclass, /)", "Check if a class is a subclass.", |_, a| {
        let class = this(a)?;
        match a.get(1) {
            Value::Class(sub) => Ok(Value::Bool(sub.is_subclass(&class))),
            _ => Err(Exc::TypeError.new("issubclass() arg 1 must be a class")),
        }
    }),
    Row::getter("__name__", "The name of the class.", |_, a| Ok(this(a)?.name_id().into())),
    Row::getter("__qualname__", "The qualified name of the class.", |_, a| {
        Ok(Value::str(&**this(a)?.qualname.borrow()))
    }),
    Row::getter("__module__", "The module of the class.", |_, a| Ok(Value::str(&**this(a)?.module.borrow()))),
    Row::getter("__doc__", "The documentation of the class.", |_, a| Ok(doc(&this(a)?))),
    Row::getter("__mro__", "The method resolution order.", |_, a| {
        Ok(Value::tuple(this(a)?.mro().cloned().map(Value::Class).collect()))
    }),
    Row::getter("__bases__", "The bases as written.", |_, a| {
        Ok(Value::tuple(this(a)?.bases.iter().cloned().map(Value::Class).collect()))
    }),
    Row::getter("__base__", "The first base.", |_, a| {
        Ok(this(a)?.bases.first().cloned().map_or(Value::None, Value::Class))
    }),
    Row::getter("__dict__", "The names of the class.", |rt, a| class_dict(rt, &this(a)?)),
    Row::getter("__annotations__", "The type hints of the class.", |_, a| {
        let class = this(a)?;
        let name: Name = "__annotations__".into();
        match class.own(name) {
            Some(found) => Ok(found),
            None if class.is_heap => {
                let made = Value::Dict(Dict::new());
                class.set(name, made.clone());
                Ok(made)
            }
            None => Err(ops::no_attribute(&Value::Class(class), name)),
        }
    }),
];
