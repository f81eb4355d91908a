//! `property`, `classmethod` and `staticmethod`. Mirrors <https://docs.python.org/3/howto/descriptor.html>.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::args::{Args, CallArgs};
use crate::object::error::{Error, Exc, Res};
use crate::object::function::{BoundMethod, Row};
use crate::object::instance::{Instance, Object};
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;

/// A `property`.
#[derive(Clone, Default)]
pub struct Property {
    /// What reads it.
    pub fget: Value,
    /// What sets it.
    pub fset: Value,
    /// What deletes it.
    pub fdel: Value,
    doc: RefCell<Value>,
    name: RefCell<Option<Name>>,
}

impl Property {
    fn text(&self) -> String {
        match *self.name.borrow() {
            Some(name) => format!("'{name}' "),
            None => String::new(),
        }
    }

    fn missing(&self, rt: &Rt, object: &Value, what: &str) -> Error {
        let class = rt.class_of(object);
        let qualname = class.qualname.borrow().clone();
        Exc::AttributeError.new(format!("property {}of '{qualname}' object has no {what}", self.text()))
    }

    /// The property's value for an object.
    pub fn read(&self, rt: &Rt, object: &Value) -> Res<Value> {
        if self.fget.is_none() {
            return Err(self.missing(rt, object, "getter"));
        }
        ops::call1(rt, &self.fget, object.clone())
    }

    /// The function that reads it, where that is one of the session's language.
    pub fn getter(&self) -> Option<Value> {
        matches!(self.fget, Value::Func(_)).then(|| self.fget.clone())
    }

    fn copy(&self, rt: &Rt, this: &Value, change: impl FnOnce(&mut Property)) -> Value {
        let mut copy = self.clone();
        change(&mut copy);
        rt.object_of(rt.class_of(this), copy)
    }
}

impl Object for Property {
    fn set_attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        if name == "__doc__" {
            *self.doc.borrow_mut() = value.unwrap_or_default();
            return Ok(true);
        }
        Ok(false)
    }
}

impl NativeType for Property {
    const NAME: &'static str = "property";
    const ROWS: &'static [&'static [Row]] = &[PROPERTY];
}

fn class_arg(a: &Args) -> Res<Rc<crate::object::class::Class>> {
    a.get(0)
        .as_class()
        .cloned()
        .ok_or_else(|| Exc::TypeError.new(format!("{}.__new__(X): X is not a type object", a.name)))
}

const PROPERTY: &[Row] = &[
    Row::fixed("__new__", "(cls, fget=None, fset=None, fdel=None, doc=None)", "Property attribute.", |rt, a| {
        let class = class_arg(a)?;
        let doc = match a.some(4) {
            Some(doc) => doc.clone(),
            None => match a.get(1) {
                Value::None => Value::None,
                fget => ops::get_attr_opt(rt, fget, "__doc__".into())?.unwrap_or_default(),
            },
        };
        let property = Property {
            fget: a.take(1),
            fset: a.take(2),
            fdel: a.take(3),
            doc: RefCell::new(doc),
            name: RefCell::default(),
        };
        Ok(rt.object_of(class, property))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
    Row::method("__get__", "(self, instance, owner=None, /)", "The value for an instance.", |rt, a| match a.get(1) {
        Value::None => Ok(a.value(0)),
        instance => a.native::<Property>(0)?.read(rt, instance),
    }),
    Row::method("__set__", "(self, instance, value, /)", "Set the value of an instance.", |rt, a| {
        let p = a.native::<Property>(0)?;
        if p.fset.is_none() {
            return Err(p.missing(rt, a.get(1), "setter"));
        }
        ops::call2(rt, &p.fset, a.value(1), a.value(2))?;
        Ok(Value::None)
    }),
    Row::method("__delete__", "(self, instance, /)", "Delete the value of an instance.", |rt, a| {
        let p = a.native::<Property>(0)?;
        if p.fdel.is_none() {
            return Err(p.missing(rt, a.get(1), "deleter"));
        }
        ops::call1(rt, &p.fdel, a.value(1))?;
        Ok(Value::None)
    }),
    Row::method("__set_name__", "(self, owner, name, /)", "Learn the name.", |_, a| {
        let name = Name::new(a.str(2)?);
        a.native::<Property>(0)?.name.replace(Some(name));
        Ok(Value::None)
    }),
    Row::method("getter", "(self, fget, /)", "A copy with another getter.", |rt, a| {
        let f = a.value(1);
        Ok(a.native::<Property>(0)?.copy(rt, a.get(0), |p| p.fget = f))
    }),
    Row::method("setter", "(self, fset, /)", "A copy with another setter.", |rt, a| {
        let f = a.value(1);
        Ok(a.native::<Property>(0)?.copy(rt, a.get(0), |p| p.fset = f))
    }),
    Row::method("deleter", "(self, fdel, /)", "A copy with another deleter.", |rt, a| {
        let f = a.value(1);
        Ok(a.native::<Property>(0)?.copy(rt, a.get(0), |p| p.fdel = f))
    }),
    Row::getter("fget", "The getter.", |_, a| Ok(a.native::<Property>(0)?.fget.clone())),
    Row::getter("fset", "The setter.", |_, a| Ok(a.native::<Property>(0)?.fset.clone())),
    Row::getter("fdel", "The deleter.", |_, a| Ok(a.native::<Property>(0)?.fdel.clone())),
    Row::getter("__doc__", "The documentation.", |_, a| match a.native::<Property>(0) {
        Ok(p) => Ok(p.doc.borrow().clone()),
        Err(_) => Ok(Value::None),
    }),
    Row::getter("__name__", "The name.", |_, a| {
        let p = a.native::<Property>(0)?;
        let name = *p.name.borrow();
        match name {
            Some(name) => Ok(name.into()),
            None => Err(ops::no_attribute(a.get(0), "__name__".into())),
        }
    }),
];

/// A `staticmethod`.
pub struct StaticMethod {
    /// The function.
    pub func: Value,
}

impl StaticMethod {
    /// Wraps a function.
    pub fn new(func: Value) -> StaticMethod {
        StaticMethod { func }
    }
}

/// A `classmethod`.
pub struct ClassMethod {
    /// The function.
    pub func: Value,
}

impl ClassMethod {
    /// Wraps a function.
    pub fn new(func: Value) -> ClassMethod {
        ClassMethod { func }
    }
}

fn forwarded(rt: &Rt, func: &Value, name: Name) -> Res<Option<Value>> {
    match &*name.text() {
        "__func__" | "__wrapped__" => Ok(Some(func.clone())),
        "__name__" | "__qualname__" | "__doc__" | "__module__" | "__annotations__" | "__isabstractmethod__" => {
            ops::get_attr_opt(rt, func, name)
        }
        _ => Ok(None),
    }
}

impl Object for StaticMethod {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        forwarded(rt, &self.func, name)
    }
}

impl Object for ClassMethod {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        forwarded(rt, &self.func, name)
    }
}

impl NativeType for StaticMethod {
    const NAME: &'static str = "staticmethod";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, function, /)", "A function that does not bind.", |rt, a| {
            let class = class_arg(a)?;
            Ok(rt.object_of(class, StaticMethod::new(a.take(1))))
        }),
        Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, owner=None, /)", "The function.", |_, a| {
            Ok(a.native::<StaticMethod>(0)?.func.clone())
        }),
        Row::method("__call__", "(self, /, *args, **kwargs)", "Call the function.", |rt, a| {
            let args = CallArgs {
                pos: std::mem::take(&mut a.rest).into_iter().collect(),
                kw: std::mem::take(&mut a.kwargs).into_iter().collect(),
            };
            ops::call(rt, &a.native::<StaticMethod>(0)?.func, args)
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let func = ops::repr(rt, &a.native::<StaticMethod>(0)?.func)?;
            Ok(Value::from(format!("<staticmethod({func})>")))
        }),
    ]];
}

impl NativeType for ClassMethod {
    const NAME: &'static str = "classmethod";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, function, /)", "A function that binds to the class.", |rt, a| {
            let class = class_arg(a)?;
            Ok(rt.object_of(class, ClassMethod::new(a.take(1))))
        }),
        Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, owner=None, /)", "The function bound to the class.", |rt, a| {
            let owner = match a.some(2) {
                Some(owner) => owner.clone(),
                None => Value::Class(rt.class_of(a.get(1))),
            };
            Ok(BoundMethod::bind(a.native::<ClassMethod>(0)?.func.clone(), owner))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let func = ops::repr(rt, &a.native::<ClassMethod>(0)?.func)?;
            Ok(Value::from(format!("<classmethod({func})>")))
        }),
    ]];
}
