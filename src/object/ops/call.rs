//! Calls and the making of instances.

use std::rc::Rc;

use super::super::args::CallArgs;
use super::super::class::Class;
use super::super::error::{Exc, Res};
use super::super::function::RowKind;
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
            None => Err(Exc::TypeError.new(format!("'{}' object is not callable", type_name(callee)))),
        },
    }
}

/// `callee()`.
pub fn call0(rt: &Rt, callee: &Value) -> Res<Value> {
    call(rt, callee, CallArgs::none())
}

/// `callee(arg)`.
pub fn call1(rt: &Rt, callee: &Value, arg: Value) -> Res<Value> {
    call(rt, callee, CallArgs::new([arg]))
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
        Some(func @ Value::Func(_)) => call(rt, &func, CallArgs::new([value.clone(), arg.clone()]))?,
        Some(Value::Native(f)) if f.kind == RowKind::Method => {
            f.call(rt, CallArgs::new([value.clone(), arg.clone()]))?
        }
        Some(other) => {
            let bound = bind(rt, other, Some(value), class)?;
            call(rt, &bound, CallArgs::new([arg.clone()]))?
        }
        None => return Ok(None),
    };
    Ok(match result {
        Value::NotImplemented => None,
        v => Some(v),
    })
}
