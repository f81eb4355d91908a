//! `super`. Mirrors <https://docs.python.org/3/library/functions.html#super>.

use std::rc::Rc;

use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::{Row, RowKind};
use crate::object::instance::{Instance, Object};
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::{Name, known};

/// A look past a class in an object's method resolution order.
pub struct Super {
    class: Rc<Class>,
    object: Value,
    /// The class whose order is walked.
    line: Option<Rc<Class>>,
}

impl Super {
    /// `super(class, object)`. TypeError where the object is of another line.
    pub fn make(rt: &Rt, class: Rc<Class>, object: Value) -> Res<Value> {
        let line = match &object {
            Value::Class(c) if c.is_subclass(&class) => c.clone(),
            _ => {
                let of_object = rt.class_of(&object);
                if !of_object.is_subclass(&class) {
                    let what = match &object {
                        Value::Class(c) => format!("type {}", c.name()),
                        _ => format!("instance of {}", of_object.name()),
                    };
                    return Err(Exc::TypeError.new(format!(
                        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
                        class.name()
                    )));
                }
                of_object
            }
        };
        Ok(rt.object(Super { class, object, line: Some(line) }))
    }

    /// The function that `super().name` finds and what it binds to, where it is a plain method.
    pub fn plain_method(&self, name: Name) -> Option<(Value, Option<Value>)> {
        let line = self.line.as_ref()?;
        if name == known::CLASS || matches!(self.object, Value::Class(_)) {
            return None;
        }
        let found = line.lookup_after(&self.class, name)?;
        let plain = match &found {
            Value::Func(_) => true,
            Value::Native(f) => f.kind == RowKind::Method,
            _ => false,
        };
        plain.then(|| (found, Some(self.object.clone())))
    }
}

impl Object for Super {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let Some(line) = &self.line else { return Ok(None) };
        if name == known::CLASS {
            return Ok(None);
        }
        match line.lookup_after(&self.class, name) {
            Some(found) => {
                let instance = match &self.object {
                    Value::Class(c) if Rc::ptr_eq(c, line) => None,
                    object => Some(object),
                };
                ops::bind(rt, found, instance, line).map(Some)
            }
            None => Err(Exc::AttributeError
                .new(format!("'super' object has no attribute '{name}'"))
                .with("name", Value::from(name))),
        }
    }
}

impl NativeType for Super {
    const NAME: &'static str = "super";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, type=None, object_or_type=None, /)", "A look past a class.", |rt, a| {
            let Some(class) = a.some(1) else {
                return match rt.exec().ok().and_then(|e| e.super_context()) {
                    Some((class, object)) => Super::make(rt, class, object),
                    None => Err(Exc::RuntimeError.new("super(): no arguments")),
                };
            };
            let Value::Class(class) = class else {
                return Err(
                    Exc::TypeError.new(format!("super() argument 1 must be a type, not {}", ops::type_name(class)))
                );
            };
            match a.some(2) {
                Some(object) => Super::make(rt, class.clone(), object.clone()),
                None => Ok(rt.object(Super { class: class.clone(), object: Value::None, line: None })),
            }
        }),
        Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            let s = a.native::<Super>(0)?;
            Ok(Value::from(match &s.line {
                Some(line) => format!("<super: <class '{}'>, <{} object>>", s.class.name(), line.name()),
                None => format!("<super: <class '{}'>, NULL>", s.class.name()),
            }))
        }),
        Row::getter("__thisclass__", "The class looked past.", |_, a| {
            Ok(Value::Class(a.native::<Super>(0)?.class.clone()))
        }),
        Row::getter("__self__", "The object.", |_, a| Ok(a.native::<Super>(0)?.object.clone())),
    ]];
}
