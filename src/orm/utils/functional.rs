//! `django.utils.functional` and small neighbours: `decorators`, `deprecation`, `itercompat`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::{Exc, Instance, NativeFn, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// `cached_property`: computes once, then the value stands in the instance.
#[derive(Default)]
pub struct CachedProperty {
    func: RefCell<Value>,
    name: RefCell<Option<Name>>,
}

impl Object for CachedProperty {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "func" | "real_func" => Some(self.func.borrow().clone()),
            "name" => Some(self.name.borrow().map_or(Value::None, Value::from)),
            _ => None,
        })
    }
}

impl NativeType for CachedProperty {
    const NAME: &'static str = "cached_property";
    const MODULE: &'static str = "django.utils.functional";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, *args, **kwargs)", "A new cached property.", |rt, a| match a.value(0) {
            Value::Class(class) => Ok(rt.object_of(class, CachedProperty::default())),
            _ => Err(Exc::TypeError.new("cached_property.__new__(X): X is not a type object")),
        }),
        Row::method("__init__", "(self, func)", "Takes the function.", |_, a| {
            *a.native::<CachedProperty>(0)?.func.borrow_mut() = a.value(1);
            Ok(Value::None)
        }),
        Row::method("__set_name__", "(self, owner, name)", "Learns its name.", |_, a| {
            let name = Name::new(a.str(2)?);
            let this = a.native::<CachedProperty>(0)?;
            let known = *this.name.borrow();
            match known {
                Some(known) if known != name => Err(Exc::TypeError.new(format!(
                    "Cannot assign the same cached_property to two different names ('{known}' and '{name}')."
                ))),
                _ => {
                    *this.name.borrow_mut() = Some(name);
                    Ok(Value::None)
                }
            }
        }),
        Row::method("__get__", "(self, instance, cls=None)", "The value, computed once.", |rt, a| {
            let instance = a.value(1);
            let Value::Obj(object) = &instance else { return Ok(a.value(0)) };
            let this = a.native::<CachedProperty>(0)?;
            let Some(name) = *this.name.borrow() else {
                return Err(
                    Exc::TypeError.new("Cannot use cached_property instance without calling __set_name__() on it.")
                );
            };
            let func = this.func.borrow().clone();
            let value = ops::call1(rt, &func, instance.clone())?;
            object.set(name, value.clone());
            Ok(value)
        }),
    ]];
}

/// `classproperty`: a property of the class.
#[derive(Default)]
pub struct ClassProperty(RefCell<Value>);

impl Object for ClassProperty {}

impl NativeType for ClassProperty {
    const NAME: &'static str = "classproperty";
    const MODULE: &'static str = "django.utils.functional";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, method=None)", "A new class property.", |rt, a| match a.value(0) {
            Value::Class(class) => Ok(rt.object_of(class, ClassProperty(RefCell::new(a.value(1))))),
            _ => Err(Exc::TypeError.new("classproperty.__new__(X): X is not a type object")),
        }),
        Row::method("__init__", "(self, method=None)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, cls=None)", "The value for the class.", |rt, a| {
            let func = a.native::<ClassProperty>(0)?.0.borrow().clone();
            ops::call1(rt, &func, a.value(2))
        }),
    ]];
}

/// The module of what is worked out when it is needed.
const LAZY: &str = "django.utils.functional.lazy";

const LAZY_NAMES: &[&str] =
    &["LazyObject", "Promise", "SimpleLazyObject", "empty", "keep_lazy", "keep_lazy_text", "lazy", "lazystr"];

const ROWS: &[Row] =
    &[Row::method("partition", "(predicate, values)", "Those that do not hold, and those that do.", |rt, a| {
        let (mut no, mut yes) = (Vec::new(), Vec::new());
        for item in ops::collect(rt, a.get(1))? {
            let holds = ops::call1(rt, a.get(0), item.clone())?;
            if ops::truthy(rt, &holds)? { yes.push(item) } else { no.push(item) }
        }
        Ok(Value::tuple(vec![Value::list(no), Value::list(yes)]))
    })];

const DECORATORS: &[Row] =
    &[Row::method("method_decorator", "(decorator, name='')", "A decorator for methods.", |_, a| {
        let decorator = a.value(0);
        Ok(NativeFn::closure("_dec", "(obj)", move |rt, a| ops::call1(rt, &decorator, a.value(0))))
    })];

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module(LAZY, |rt, m| rt.run_text(include_str!("python/lazy.py"), m));
    rt.add_module("django.utils.functional", |rt, m| {
        m.add_rows(ROWS);
        // Written in the session's language: read when first asked for.
        m.put_late(LAZY_NAMES, LAZY);
        m.put("cached_property", Value::Class(rt.class::<CachedProperty>()));
        m.put("classproperty", Value::Class(rt.class::<ClassProperty>()));
        Ok(())
    });
    rt.add_module("django.utils.decorators", |rt, m| {
        m.add_rows(DECORATORS);
        m.put("classproperty", Value::Class(rt.class::<ClassProperty>()));
        Ok(())
    });
    rt.add_module("django.utils.connection", |rt, m| {
        m.put("ConnectionDoesNotExist", Value::Class(rt.exc_class(Exc::ConnectionDoesNotExist).clone()));
        Ok(())
    });
    rt.add_module("django.utils.version", |_, m| {
        for (name, known) in [("PY310", true), ("PY311", true), ("PY312", true), ("PY313", true), ("PY314", false)] {
            m.put(name, Value::Bool(known));
        }
        m.put("PYPY", Value::Bool(false));
        Ok(())
    });
    rt.add_module("django.utils.deprecation", |rt, m| {
        for kind in [Exc::RemovedInDjango60Warning, Exc::RemovedInDjango61Warning] {
            m.put(kind.name(), Value::Class(rt.exc_class(kind).clone()));
        }
        Ok(())
    });
}
