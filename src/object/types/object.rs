//! `object`. Mirrors <https://docs.python.org/3/reference/datamodel.html#basic-customization>.

use crate::object::args::CallArgs;
use crate::object::error::Exc;
use crate::object::function::{Row, RowKind};
use crate::object::instance::{Instance, Payload};
use crate::object::ops;
use crate::object::value::Value;
use crate::source::Name;

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "Create and return a new object.", |_, a| match a.value(0) {
        Value::Class(class) => {
            if class.metaclass.is_some() {
                super::class::refuse_abstract(&class)?;
            }
            let more = !(a.rest.is_empty() && a.kwargs.is_empty());
            if more {
                let own_new = !is_objects(class.lookup("__new__".into()));
                if own_new {
                    return Err(
                        Exc::TypeError.new("object.__new__() takes exactly one argument (the type to instantiate)")
                    );
                }
                if is_objects(class.lookup("__init__".into())) {
                    return Err(Exc::TypeError.new(format!("{}() takes no arguments", class.name())));
                }
            }
            Ok(Value::Obj(Instance::new(class, Payload::None)))
        }
        other => {
            Err(Exc::TypeError.new(format!("object.__new__(X): X is not a type object ({})", ops::type_name(&other))))
        }
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |rt, a| {
        if !(a.rest.is_empty() && a.kwargs.is_empty()) {
            let class = rt.class_of(a.get(0));
            if !is_objects(class.lookup("__init__".into())) {
                return Err(
                    Exc::TypeError.new("object.__init__() takes exactly one argument (the instance to initialize)")
                );
            }
        }
        Ok(Value::None)
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let this = a.get(0);
        let class = rt.class_of(this);
        let (module, name) = (class.module.borrow().clone(), class.qualname.borrow().clone());
        let id = this.id();
        Ok(Value::from(match &*module {
            "builtins" => format!("<{name} object at 0x{id:x}>"),
            _ => format!("<{module}.{name} object at 0x{id:x}>"),
        }))
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| ops::repr(rt, a.get(0)).map(Value::Str)),
    Row::method("__format__", "(self, format_spec, /)", "Default object formatter.", |rt, a| {
        let Some(spec) = a.get(1).as_str() else {
            let kind = ops::argument_name(a.get(1));
            return Err(Exc::TypeError.new(format!("__format__() argument must be str, not {kind}")));
        };
        if !spec.is_empty() {
            return Err(Exc::TypeError
                .new(format!("unsupported format string passed to {}.__format__", ops::type_name(a.get(0)))));
        }
        ops::str(rt, a.get(0)).map(Value::Str)
    }),
    Row::method("__eq__", "(self, value, /)", "Return self==value.", |_, a| {
        Ok(if a.get(0).is(a.get(1)) { Value::Bool(true) } else { Value::NotImplemented })
    }),
    Row::method("__ne__", "(self, value, /)", "Return self!=value.", |rt, a| {
        let Some(eq) = ops::lookup_special(rt, a.get(0), "__eq__")? else { return Ok(Value::NotImplemented) };
        match ops::call1(rt, &eq, a.value(1))? {
            Value::NotImplemented => Ok(Value::NotImplemented),
            same => Ok(Value::Bool(!ops::truthy(rt, &same)?)),
        }
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| Ok(Value::Int((a.get(0).id() >> 4) as i64))),
    Row::method("__getattribute__", "(self, name, /)", "Return getattr(self, name).", |rt, a| {
        let name = Name::new(a.str(1)?);
        match a.get(0) {
            this @ Value::Obj(object) => {
                let class = object.class().clone();
                ops::instance_attr(rt, object, &class, this, name)?.ok_or_else(|| ops::no_attribute(this, name))
            }
            this => ops::get_attr(rt, this, name),
        }
    }),
    Row::method("__setattr__", "(self, name, value, /)", "Implement setattr(self, name, value).", |rt, a| {
        let name = Name::new(a.str(1)?);
        ops::store(rt, a.get(0), name, Some(a.value(2)), false)?;
        Ok(Value::None)
    }),
    Row::method("__delattr__", "(self, name, /)", "Implement delattr(self, name).", |rt, a| {
        let name = Name::new(a.str(1)?);
        ops::store(rt, a.get(0), name, None, false)?;
        Ok(Value::None)
    }),
    Row::class("__init_subclass__", "(cls, /, **kwargs)", "Called when a class is subclassed.", |_, a| {
        if !a.kwargs.is_empty() {
            let name = a.get(0).as_class().map_or_else(|| "object".into(), |c| c.name());
            return Err(Exc::TypeError.new(format!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        Ok(Value::None)
    }),
    Row::class("__subclasshook__", "(cls, subclass, /)", "Abstract classes can override this.", |_, _| {
        Ok(Value::NotImplemented)
    }),
    Row::method("__dir__", "(self, /)", "Default dir() implementation.", |rt, a| {
        Ok(Value::list(super::class::dir(rt, a.get(0)).into_iter().map(Value::from).collect()))
    }),
    Row::method("__sizeof__", "(self, /)", "Size of object in memory, in bytes.", |_, _| Ok(Value::Int(16))),
    Row::method("__reduce_ex__", "(self, protocol, /)", "Helper for pickle.", |_, a| {
        Err(Exc::TypeError.new(format!("cannot pickle '{}' object", ops::type_name(a.get(0)))))
    }),
    Row::getter("__class__", "The class of the object.", |rt, a| Ok(Value::Class(rt.class_of(a.get(0))))),
    Row::getter("__module__", "The module of the object's class.", |rt, a| {
        Ok(Value::str(&**rt.class_of(a.get(0)).module.borrow()))
    }),
    Row::getter("__doc__", "The documentation of the object's class.", |rt, a| {
        let class = rt.class_of(a.get(0));
        Ok(super::class::doc(&class))
    }),
];

/// Whether a method is the one of `object` itself.
fn is_objects(method: Option<Value>) -> bool {
    matches!(method, Some(Value::Native(f)) if f.owner.as_deref() == Some("object") && f.kind != RowKind::Getter)
}

/// Calls a method that a class has of its own, if it has one.
pub(super) fn call_hook(
    rt: &crate::object::rt::Rt,
    value: &Value,
    name: &'static str,
    args: CallArgs,
) -> crate::object::error::Res<Option<Value>> {
    match ops::lookup_special(rt, value, name)? {
        Some(hook) => ops::call(rt, &hook, args).map(Some),
        None => Ok(None),
    }
}
