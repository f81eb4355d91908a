//! Calls and the making of instances.

use std::rc::Rc;

use super::super::args::CallArgs;
use super::super::class::Class;
use super::super::error::{Exc, Res};
use super::super::function::{NativeFn, RowKind};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::{bind, get_attr, lookup_special};
use super::type_name;
use crate::source::{Name, known};

/// `callee(*args, **kwargs)`.
pub fn call(rt: &Rt, callee: &Value, args: CallArgs) -> Res<Value> {
    match callee {
        Value::Native(f) => f.call(rt, args),
        Value::Func(f) => rt.exec()?.call(rt, f, args),
        Value::Method(m) => call(rt, &m.func, args.prepend(m.receiver.clone())),
        Value::Class(class) => match &class.metaclass {
            Some(meta) => match meta.lookup(known::CALL) {
                Some(hook) => call(rt, &hook, args.prepend(callee.clone())),
                None => instantiate(rt, class, args),
            },
            None => instantiate(rt, class, args),
        },
        _ => match lookup_special(rt, callee, known::CALL)? {
            Some(hook) => rt.deeper(|| call(rt, &hook, args)),
            None => Err(Exc::TypeError.new(not_callable(callee))),
        },
    }
}

/// `callee(*args)`: positional arguments alone, which are taken out of their places.
pub fn call_slice(rt: &Rt, callee: &Value, args: &mut [Option<Value>]) -> Res<Value> {
    match callee {
        Value::Native(f) => f.call_slice(rt, args),
        Value::Func(f) => rt.exec()?.call_slice(rt, f, args),
        Value::Method(m) => call_with_first(rt, &m.func, m.receiver.clone(), args),
        _ => call(rt, callee, CallArgs::new(args.iter_mut().map(|slot| slot.take().unwrap_or_default()))),
    }
}

/// Why a value cannot be called; a module with something callable of its own name says what was meant.
fn not_callable(callee: &Value) -> String {
    let text = format!("'{}' object is not callable", type_name(callee));
    let Some(module) = callee.native::<crate::object::module::ModuleObject>() else { return text };
    let name = module.0.name.borrow().clone();
    match module.0.get(Name::new(&name)) {
        Some(Value::Class(_) | Value::Func(_) | Value::Native(_)) => {
            format!("{text}. Did you mean: '{name}.{name}(...)'?")
        }
        _ => text,
    }
}

/// `callee(first, *args)`.
fn call_with_first(rt: &Rt, callee: &Value, first: Value, args: &mut [Option<Value>]) -> Res<Value> {
    let first = Some(first);
    match args {
        [] => call_slice(rt, callee, &mut [first]),
        [a] => call_slice(rt, callee, &mut [first, a.take()]),
        [a, b] => call_slice(rt, callee, &mut [first, a.take(), b.take()]),
        [a, b, c] => call_slice(rt, callee, &mut [first, a.take(), b.take(), c.take()]),
        more => {
            let mut all: Vec<Option<Value>> = Vec::with_capacity(1 + more.len());
            all.push(first);
            all.extend(more.iter_mut().map(Option::take));
            call_slice(rt, callee, &mut all)
        }
    }
}

/// `callee()`.
pub fn call0(rt: &Rt, callee: &Value) -> Res<Value> {
    call_slice(rt, callee, &mut [])
}

/// `callee(arg)`.
pub fn call1(rt: &Rt, callee: &Value, arg: Value) -> Res<Value> {
    call_slice(rt, callee, &mut [Some(arg)])
}

/// `callee(a, b)`.
pub fn call2(rt: &Rt, callee: &Value, a: Value, b: Value) -> Res<Value> {
    call_slice(rt, callee, &mut [Some(a), Some(b)])
}

/// A special method found on a value's class and not bound: what [`Special::call`] calls.
pub enum Special {
    /// A function that takes the value first.
    Unbound(Value),
    /// What a descriptor gave.
    Bound(Value),
}

impl Special {
    /// The special method of a value, where its class has it; makes no bound method for a plain function.
    pub fn find(rt: &Rt, value: &Value, name: Name) -> Res<Option<Special>> {
        let class = rt.class_of(value);
        Ok(match class.lookup(name) {
            Some(func @ Value::Func(_)) => Some(Special::Unbound(func)),
            Some(Value::Native(f)) if f.kind == RowKind::Method => Some(Special::Unbound(Value::Native(f))),
            Some(other) => Some(Special::Bound(bind(rt, other, Some(value), &class)?)),
            None => None,
        })
    }

    /// Calls it for the value that it was found for.
    pub fn call(&self, rt: &Rt, value: &Value, args: &mut [Option<Value>]) -> Res<Value> {
        match self {
            Special::Unbound(func) => call_with_first(rt, func, value.clone(), args),
            Special::Bound(callee) => call_slice(rt, callee, args),
        }
    }

    /// The bound method, as a value to keep.
    pub fn bound(self, value: &Value) -> Value {
        match self {
            Special::Unbound(func) => super::super::function::BoundMethod::bind(func, value.clone()),
            Special::Bound(callee) => callee,
        }
    }
}

/// The `__new__` of a class whose instances it makes complete: no other `__init__`, no metaclass has a say.
pub fn native_new(class: &Rc<Class>) -> Option<Rc<NativeFn>> {
    if class.metaclass.is_some() || class.flags().init {
        return None;
    }
    match class.lookup(known::NEW) {
        Some(Value::Native(new)) => Some(new),
        _ => None,
    }
}

/// `value.name(*args)`, without making the bound method where the class's attribute is a plain function.
pub fn call_method(rt: &Rt, value: &Value, name: Name, args: CallArgs) -> Res<Value> {
    let plain = match value {
        Value::Obj(o) => {
            let class = o.class();
            let flags = class.flags();
            if flags.getattribute || o.object().is_some() || o.attrs().get(name).is_some() {
                None
            } else {
                class.lookup(name)
            }
        }
        Value::Class(_) | Value::Func(_) | Value::Native(_) | Value::Method(_) => None,
        _ => rt.class_of(value).lookup(name),
    };
    match plain {
        Some(func @ Value::Func(_)) => call(rt, &func, args.prepend(value.clone())),
        Some(Value::Native(f)) if f.kind == RowKind::Method => f.call(rt, args.prepend(value.clone())),
        _ => {
            let method = get_attr(rt, value, name)?;
            call(rt, &method, args)
        }
    }
}

/// `type.__call__`: `__new__`, then `__init__` where that made an instance of the class.
pub fn instantiate(rt: &Rt, class: &Rc<Class>, args: CallArgs) -> Res<Value> {
    let new = class.lookup(known::NEW).unwrap_or_default();
    if !class.flags().init
        && let Value::Native(new) = &new
    {
        // `object.__new__` itself complains of arguments that nothing takes.
        return new.call(rt, args.prepend(Value::Class(class.clone())));
    }
    let init = class.lookup(known::INIT);
    let this = Value::Class(class.clone());
    let unwrapped = match &new {
        Value::Obj(_) => bind(rt, new.clone(), None, class)?,
        _ => new,
    };
    let made = call(rt, &unwrapped, args.clone().prepend(this))?;
    if !rt.is_instance(&made, class) {
        return Ok(made);
    }
    match init {
        Some(Value::Native(f)) if f.owner.as_deref() == Some("object") => {
            let own_new = matches!(&unwrapped, Value::Native(n) if n.owner.as_deref() == Some("object"));
            if own_new && !(args.pos.is_empty() && args.kw.is_empty()) {
                return Err(Exc::TypeError.new(format!("{}() takes no arguments", class.name())));
            }
        }
        Some(init) => {
            let init = bind(rt, init, Some(&made), class)?;
            let result = call(rt, &init, args)?;
            if !result.is_none() {
                return Err(Exc::TypeError.new(format!("__init__() should return None, not '{}'", type_name(&result))));
            }
        }
        None => {}
    }
    Ok(made)
}

/// A special method of one argument, found on a value's class: what it returns, or `None` where the class has none or
/// it returns NotImplemented. Makes no bound method where the attribute is a plain function.
pub fn call_special(rt: &Rt, value: &Value, class: &Rc<Class>, name: Name, arg: &Value) -> Res<Option<Value>> {
    let result = match class.lookup(name) {
        Some(func @ Value::Func(_)) => call2(rt, &func, value.clone(), arg.clone())?,
        Some(Value::Native(f)) if f.kind == RowKind::Method => {
            f.call_slice(rt, &mut [Some(value.clone()), Some(arg.clone())])?
        }
        Some(other) => {
            let bound = bind(rt, other, Some(value), class)?;
            call1(rt, &bound, arg.clone())?
        }
        None => return Ok(None),
    };
    Ok(match result {
        Value::NotImplemented => None,
        v => Some(v),
    })
}
