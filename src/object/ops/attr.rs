//! Attribute access. Mirrors <https://docs.python.org/3/howto/descriptor.html#invocation-from-an-instance>.

use std::rc::Rc;

use super::super::args::CallArgs;
use super::super::class::Class;
use super::super::error::{Error, Exc, Res};
use super::super::function::{BoundMethod, RowKind};
use super::super::instance::{Instance, Payload};
use super::super::rt::Rt;
use super::super::value::Value;
use super::call::{call, call2};
use super::type_name;
use crate::source::{Name, known};

/// `value.name`. AttributeError where there is none.
pub fn get_attr(rt: &Rt, value: &Value, name: Name) -> Res<Value> {
    match get_attr_opt(rt, value, name)? {
        Some(found) => Ok(found),
        None => Err(no_attribute(value, name)),
    }
}

/// Whether `value.name` is there (an AttributeError raised by a property counts as not).
pub fn has_attr(rt: &Rt, value: &Value, name: Name) -> Res<bool> {
    match get_attr_opt(rt, value, name) {
        Ok(found) => Ok(found.is_some()),
        Err(e) if e.is(Exc::AttributeError) => Ok(false),
        Err(e) => Err(e),
    }
}

/// `value.name`, or `None` where the ordinary look-up finds nothing. An AttributeError that the session's own code
/// raises (a property, `__getattr__`) stays an error.
pub fn get_attr_opt(rt: &Rt, value: &Value, name: Name) -> Res<Option<Value>> {
    match value {
        Value::Obj(object) => {
            let class = object.class().clone();
            let flags = class.flags();
            if flags.getattribute
                && let Some(hook) = class.lookup(known::GETATTRIBUTE)
            {
                let found = call2(rt, &hook, value.clone(), name.into());
                return match found {
                    Err(e) if flags.getattr && e.is(Exc::AttributeError) => getattr_hook(rt, &class, value, name),
                    other => other.map(Some),
                };
            }
            match instance_attr(rt, object, &class, value, name) {
                Ok(Some(found)) => Ok(Some(found)),
                Ok(None) if flags.getattr => getattr_hook(rt, &class, value, name),
                Err(e) if flags.getattr && e.is(Exc::AttributeError) => getattr_hook(rt, &class, value, name),
                other => other,
            }
        }
        Value::Class(class) => class_attr(rt, class, name),
        Value::Func(f) => {
            if let Some(found) = f.attrs.borrow().get(name) {
                return Ok(Some(found.clone()));
            }
            via_class(rt, value, name)
        }
        Value::Native(f) => {
            if let Some(found) = f.attrs.borrow().get(name) {
                return Ok(Some(found.clone()));
            }
            via_class(rt, value, name)
        }
        Value::Method(m) => match via_class(rt, value, name)? {
            Some(found) => Ok(Some(found)),
            None => get_attr_opt(rt, &m.func, name),
        },
        _ => via_class(rt, value, name),
    }
}

fn getattr_hook(rt: &Rt, class: &Class, value: &Value, name: Name) -> Res<Option<Value>> {
    match class.lookup(known::GETATTR) {
        Some(hook) => call2(rt, &hook, value.clone(), name.into()).map(Some),
        None => Ok(None),
    }
}

fn via_class(rt: &Rt, value: &Value, name: Name) -> Res<Option<Value>> {
    let class = rt.class_of(value);
    match class.lookup(name) {
        Some(found) => bind(rt, found, Some(value), &class).map(Some),
        None => Ok(None),
    }
}

/// `object.__getattribute__`, without `__getattr__`.
pub(in crate::object) fn instance_attr(
    rt: &Rt,
    object: &Rc<Instance>,
    class: &Rc<Class>,
    value: &Value,
    name: Name,
) -> Res<Option<Value>> {
    let found = class.lookup(name);
    if let Some(found) = &found
        && is_data_descriptor(found)
    {
        return bind(rt, found.clone(), Some(value), class).map(Some);
    }
    if let Some(own) = object.get(name) {
        return Ok(Some(own));
    }
    if let Payload::Native(native) = object.payload()
        && let Some(computed) = native.attr(rt, object, name)?
    {
        return Ok(Some(computed));
    }
    match found {
        Some(found) => bind(rt, found, Some(value), class).map(Some),
        None => late_attr(rt, value, name),
    }
}

/// What every object has without its class saying so: `__dict__`. The dict is made at the moment; changes of it go on to
/// the object.
fn late_attr(rt: &Rt, value: &Value, name: Name) -> Res<Option<Value>> {
    if name != known::DICT {
        return Ok(None);
    }
    let Value::Obj(object) = value else { return Ok(None) };
    let dict = super::super::dict::Dict::new();
    if let Some(module) = object.native::<super::super::module::ModuleObject>() {
        let module = module.0.clone();
        return module_dict(rt, &module).map(Some);
    } else if object.class().is_heap || object.native::<super::super::error::Exception>().is_some() {
        if object.class().slots_only() {
            return Ok(None);
        }
        let mut computed: &[&str] = &[];
        if let Payload::Native(native) = object.payload() {
            computed = native.dict_names();
            for name in computed {
                if let Some(value) = native.attr(rt, object, Name::new(name))? {
                    dict.set_str(rt, name, value);
                }
            }
        }
        let pairs: Vec<(Name, Value)> = object.attrs().iter().map(|(n, v)| (n, v.clone())).collect();
        let class = object.class().clone();
        for (name, value) in pairs.into_iter().filter(|(name, _)| !class.has_slot(*name)) {
            dict.set(rt, name.into(), value)?;
        }
        let owner = Rc::downgrade(object);
        dict.0.watch(Rc::new(move |key, value| {
            if let (Some(owner), Some(key)) = (owner.upgrade(), key.as_str())
                && !computed.iter().any(|name| key == *name)
            {
                match value {
                    Some(value) => owner.set(Name::new(key), value.clone()),
                    None => drop(owner.attrs_mut().remove(Name::new(key))),
                }
            }
        }));
    } else {
        return Ok(None);
    }
    Ok(Some(Value::Dict(dict)))
}

/// A module's names as a dict: `globals()`. Changes of it go on to the module.
pub fn module_dict(_rt: &Rt, module: &Rc<super::super::module::Module>) -> Res<Value> {
    Ok(Value::Dict(module.mirror()))
}

/// A function's own attributes as a dict: `f.__dict__`. Changes of it go on to the function.
pub(in crate::object) fn function_dict(rt: &Rt, function: &Rc<super::super::function::Function>) -> Res<Value> {
    let dict = super::super::dict::Dict::new();
    let pairs: Vec<(Name, Value)> = function.attrs.borrow().iter().map(|(n, v)| (n, v.clone())).collect();
    for (name, value) in pairs {
        dict.set(rt, name.into(), value)?;
    }
    let owner = Rc::downgrade(function);
    dict.0.watch(Rc::new(move |key, value| {
        if let (Some(owner), Some(key)) = (owner.upgrade(), key.as_str()) {
            match value {
                Some(value) => drop(owner.attrs.borrow_mut().set(Name::new(key), value.clone())),
                None => drop(owner.attrs.borrow_mut().remove(Name::new(key))),
            }
        }
    }));
    Ok(Value::Dict(dict))
}

/// `cls.name`: the metaclass's data descriptors, the class's own line, then the metaclass.
fn class_attr(rt: &Rt, class: &Rc<Class>, name: Name) -> Res<Option<Value>> {
    let meta = class.metaclass.clone().unwrap_or_else(|| rt.types.type_.clone());
    let this = Value::Class(class.clone());
    let on_meta = meta.lookup(name);
    if let Some(found) = &on_meta
        && is_data_descriptor(found)
    {
        return bind(rt, found.clone(), Some(&this), &meta).map(Some);
    }
    if let Some(found) = class.lookup(name) {
        return bind(rt, found, None, class).map(Some);
    }
    if let Some(found) = on_meta {
        return bind(rt, found, Some(&this), &meta).map(Some);
    }
    if let Some(hook) = meta.lookup(known::GETATTR) {
        return call2(rt, &hook, this, name.into()).map(Some);
    }
    Ok(None)
}

fn is_data_descriptor(value: &Value) -> bool {
    match value {
        Value::Native(f) => f.kind == RowKind::Getter,
        Value::Obj(o) => o.class().flags().data_descriptor,
        _ => false,
    }
}

/// What a class's attribute becomes when it is reached through an instance (or, with `None`, through the class):
/// a function binds, a descriptor is asked, anything else is itself.
pub fn bind(rt: &Rt, attribute: Value, instance: Option<&Value>, class: &Rc<Class>) -> Res<Value> {
    match &attribute {
        Value::Func(_) => Ok(match instance {
            Some(instance) => BoundMethod::bind(attribute, instance.clone()),
            None => attribute,
        }),
        Value::Native(f) => match (f.kind, instance) {
            (RowKind::Method, Some(instance)) => Ok(BoundMethod::bind(attribute, instance.clone())),
            (RowKind::Class, _) => Ok(BoundMethod::bind(attribute, Value::Class(class.clone()))),
            (RowKind::Getter, Some(instance)) => f.call(rt, CallArgs::new([instance.clone()])),
            _ => Ok(attribute),
        },
        Value::Obj(o) if o.class().flags().descriptor => {
            if let (Some(property), Some(instance)) = (o.native::<super::super::types::Property>(), instance)
                && !o.class().is_heap
            {
                return property.read(rt, instance);
            }
            let get = o.class().lookup(known::GET);
            match get {
                Some(get) => {
                    let instance = instance.cloned().unwrap_or_default();
                    call(rt, &get, CallArgs::new([attribute.clone(), instance, Value::Class(class.clone())]))
                }
                None => Ok(attribute),
            }
        }
        _ => Ok(attribute),
    }
}

/// A special method (`__len__`) of a value's class, bound to the value; the instance's own attributes are not asked.
pub fn lookup_special(rt: &Rt, value: &Value, name: impl Into<Name>) -> Res<Option<Value>> {
    let class = rt.class_of(value);
    match class.lookup(name.into()) {
        Some(found) => bind(rt, found, Some(value), &class).map(Some),
        None => Ok(None),
    }
}

/// `value.name = new`.
pub fn set_attr(rt: &Rt, value: &Value, name: Name, new: Value) -> Res<()> {
    store(rt, value, name, Some(new), true)
}

/// `del value.name`.
pub fn del_attr(rt: &Rt, value: &Value, name: Name) -> Res<()> {
    store(rt, value, name, None, true)
}

/// `object.__setattr__` and `object.__delattr__` where `hooks` is false: the session's own hooks are passed over.
pub(in crate::object) fn store(rt: &Rt, value: &Value, name: Name, new: Option<Value>, hooks: bool) -> Res<()> {
    match value {
        Value::Obj(object) => {
            let class = object.class().clone();
            let flags = class.flags();
            if hooks && (if new.is_some() { flags.setattr } else { flags.delattr }) {
                let this = value.clone();
                match new {
                    Some(new) => {
                        let hook = class.lookup(known::SETATTR).unwrap_or_default();
                        call(rt, &hook, CallArgs::new([this, name.into(), new]))?;
                    }
                    None => {
                        let hook = class.lookup(known::DELATTR).unwrap_or_default();
                        call2(rt, &hook, this, name.into())?;
                    }
                }
                return Ok(());
            }
            if let Some(found) = class.lookup(name)
                && is_data_descriptor(&found)
            {
                return store_descriptor(rt, &found, value, name, new);
            }
            if let Payload::Native(native) = object.payload()
                && native.set_attr(rt, object, name, new.clone())?
            {
                return Ok(());
            }
            match new {
                Some(new) => {
                    if (!class.is_heap && class.lookup(known::DICT).is_none())
                        || (class.slots_only() && !class.has_slot(name))
                    {
                        return Err(match class.lookup(name) {
                            Some(_) => Exc::AttributeError
                                .new(format!("'{}' object attribute '{name}' is read-only", class.name())),
                            None => Exc::AttributeError.new(format!(
                                "'{}' object has no attribute '{name}' and no __dict__ for setting new attributes",
                                class.name()
                            )),
                        });
                    }
                    if name == known::DICT
                        && let Value::Dict(dict) = &new
                    {
                        let mut attrs = super::super::attrs::Attrs::default();
                        for (key, value) in dict.0.items() {
                            if let Some(key) = key.as_str() {
                                attrs.set(Name::new(key), value);
                            }
                        }
                        let old = std::mem::replace(&mut *object.attrs_mut(), attrs);
                        drop(old);
                        return Ok(());
                    }
                    object.set(name, new);
                    Ok(())
                }
                None => {
                    let old = object.attrs_mut().remove(name);
                    match old {
                        Some(_) => Ok(()),
                        None => Err(no_attribute(value, name)),
                    }
                }
            }
        }
        Value::Class(class) => {
            let meta = class.metaclass.clone().unwrap_or_else(|| rt.types.type_.clone());
            let hook = if new.is_some() { known::SETATTR } else { known::DELATTR };
            if hooks
                && meta.is_heap
                && let Some(hook @ Value::Func(_)) = meta.lookup(hook)
            {
                let mut args = vec![Some(value.clone()), Some(name.into())];
                args.extend(new.map(Some));
                return super::call_slice(rt, &hook, &mut args).map(drop);
            }
            if let Some(found) = meta.lookup(name)
                && is_data_descriptor(&found)
                && !matches!(found, Value::Native(_))
            {
                return store_descriptor(rt, &found, value, name, new);
            }
            if !class.is_heap {
                return Err(
                    Exc::TypeError.new(format!("cannot set '{name}' attribute of immutable type '{}'", class.name()))
                );
            }
            match new {
                Some(new) => {
                    match (&*name.text(), &new) {
                        ("__name__", Value::Str(s)) => class.set_name(Name::new(s)),
                        ("__qualname__", Value::Str(s)) => *class.qualname.borrow_mut() = s.as_str().into(),
                        ("__module__", Value::Str(s)) => *class.module.borrow_mut() = s.as_str().into(),
                        _ => class.set(name, new),
                    }
                    Ok(())
                }
                None => match class.remove(name) {
                    Some(_) => Ok(()),
                    None => Err(no_attribute(value, name)),
                },
            }
        }
        Value::Func(f) => {
            match (&*name.text(), &new) {
                ("__name__", Some(Value::Str(s))) => *f.name.borrow_mut() = Name::new(s),
                ("__qualname__", Some(Value::Str(s))) => *f.qualname.borrow_mut() = s.as_str().into(),
                ("__doc__", Some(doc)) => *f.doc.borrow_mut() = doc.clone(),
                ("__annotations__", Some(v)) => *f.annotations.borrow_mut() = v.clone(),
                ("__dict__", Some(v)) => {
                    let mut attrs = super::super::attrs::Attrs::default();
                    for (key, value) in v.as_dict().map(|d| d.0.items()).unwrap_or_default() {
                        if let Some(key) = key.as_str() {
                            attrs.set(Name::new(key), value);
                        }
                    }
                    *f.attrs.borrow_mut() = attrs;
                }
                ("__defaults__", Some(v)) => {
                    let values = v.as_tuple().map(|t| t.to_vec()).unwrap_or_default();
                    f.defaults.borrow_mut().positional = values;
                }
                ("__defaults__", None) => f.defaults.borrow_mut().positional.clear(),
                ("__kwdefaults__", None) => f.defaults.borrow_mut().keyword.clear(),
                ("__kwdefaults__", Some(v)) => {
                    let pairs = v.as_dict().map(|d| d.0.items()).unwrap_or_default();
                    f.defaults.borrow_mut().keyword =
                        pairs.into_iter().filter_map(|(k, v)| Some((Name::new(k.as_str()?), v))).collect();
                }
                (_, Some(v)) => {
                    f.attrs.borrow_mut().set(name, v.clone());
                }
                (_, None) => {
                    if f.attrs.borrow_mut().remove(name).is_none() {
                        return Err(no_attribute(value, name));
                    }
                }
            }
            Ok(())
        }
        Value::Native(f) if new.is_some() => {
            f.attrs.borrow_mut().set(name, new.unwrap_or_default());
            Ok(())
        }
        _ => {
            let kind = type_name(value);
            Err(match via_class(rt, value, name)? {
                // What a C type computes says so; its methods are read-only.
                Some(_) if matches!(rt.class_of(value).lookup(name), Some(Value::Native(f)) if f.kind == RowKind::Getter) => {
                    Exc::AttributeError.new(format!("attribute '{name}' of '{kind}' objects is not writable"))
                }
                Some(_) => Exc::AttributeError.new(format!("'{kind}' object attribute '{name}' is read-only")),
                None if matches!(value, Value::Method(_)) => no_attribute(value, name),
                None => Exc::AttributeError.new(format!(
                    "'{kind}' object has no attribute '{name}' and no __dict__ for setting new attributes"
                )),
            })
        }
    }
}

fn store_descriptor(rt: &Rt, descriptor: &Value, value: &Value, name: Name, new: Option<Value>) -> Res<()> {
    if let Value::Native(_) = descriptor {
        if let (Value::Obj(object), Some(Value::Class(class)), true) = (value, &new, name == "__class__") {
            object.set_class(class.clone());
            return Ok(());
        }
        if let (Value::Obj(object), true) = (value, name == "__doc__" || name == "__module__") {
            match new {
                Some(new) => object.set(name, new),
                None => drop(object.attrs_mut().remove(name)),
            }
            return Ok(());
        }
        let class = rt.class_of(value);
        // What is a member of a C struct in CPython says it shorter.
        if matches!(&*class.name(), "range" | "slice" | "complex") {
            return Err(Exc::AttributeError.new("readonly attribute"));
        }
        return Err(
            Exc::AttributeError.new(format!("attribute '{name}' of '{}' objects is not writable", class.name()))
        );
    }
    let (hook, args) = match new {
        Some(new) => ("__set__", CallArgs::new([value.clone(), new])),
        None => ("__delete__", CallArgs::new([value.clone()])),
    };
    match lookup_special(rt, descriptor, hook)? {
        Some(hook) => call(rt, &hook, args).map(drop),
        None => Err(Exc::AttributeError.new(hook)),
    }
}

/// Python's AttributeError, with what it suggests from left to the traceback's printer (`name` and `obj` are set).
pub(in crate::object) fn no_attribute(value: &Value, name: Name) -> Error {
    let message = match value {
        Value::Class(c) => format!("type object '{}' has no attribute '{name}'", c.shown_name()),
        Value::Obj(o) => match o.native::<super::super::module::ModuleObject>() {
            Some(m) => format!("module '{}' has no attribute '{name}'", m.0.name.borrow()),
            None => format!("'{}' object has no attribute '{name}'", o.class().shown_name()),
        },
        _ => format!("'{}' object has no attribute '{name}'", type_name(value)),
    };
    Exc::AttributeError.new(message).with("name", Value::from(name)).with("obj", value.clone())
}
