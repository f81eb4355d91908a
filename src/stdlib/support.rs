//! What several modules need: numbers from values, sources in the session's language, exceptions of classes that are
//! no [`Exc`].

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::object::class::{Class, Names};
use crate::object::error::{Error, Exc, Exception, Res};
use crate::object::instance::{Instance, Payload};
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::Name;

/// Runs a source of ours in a module.
pub(super) fn run_source(rt: &Rt, module: &Rc<Module>, text: &str) -> Res<()> {
    rt.run_text(text, module)
}

/// A value as a float, as `math` takes it.
pub(super) fn to_f64(rt: &Rt, v: &Value) -> Res<f64> {
    match v.plain() {
        Value::Float(f) => return Ok(*f),
        Value::Int(i) => return Ok(*i as f64),
        Value::Bool(b) => return Ok(f64::from(u8::from(*b))),
        Value::Big(b) => return big_to_f64(b),
        _ => {}
    }
    if let Some(method) = ops::lookup_special(rt, v, "__float__")? {
        let made = ops::call0(rt, &method)?;
        return made.as_float().ok_or_else(|| {
            Exc::TypeError.new(format!(
                "{}.__float__ returned non-float (type {})",
                ops::type_name(v),
                ops::type_name(&made)
            ))
        });
    }
    if let Some(method) = ops::lookup_special(rt, v, "__index__")? {
        let made = ops::call0(rt, &method)?;
        return to_f64(rt, &made);
    }
    Err(Exc::TypeError.new(format!("must be real number, not {}", ops::type_name(v))))
}

/// An integer of any size as a float; OverflowError where it is too large.
pub(super) fn big_to_f64(b: &BigInt) -> Res<f64> {
    match b.to_f64() {
        Some(f) if f.is_finite() => Ok(f),
        _ => Err(Exc::OverflowError.new("int too large to convert to float")),
    }
}

/// A value as an integer of any size, by `__index__`.
pub(super) fn big_index(rt: &Rt, v: &Value) -> Res<BigInt> {
    if let Some(n) = v.as_big() {
        return Ok(n);
    }
    if let Some(method) = ops::lookup_special(rt, v, "__index__")?
        && let Some(n) = ops::call0(rt, &method)?.as_big()
    {
        return Ok(n);
    }
    Err(Exc::TypeError.new(format!("'{}' object cannot be interpreted as an integer", ops::type_name(v))))
}

/// A float as an integer, for `floor` and its kin.
pub(super) fn float_to_int(f: f64) -> Res<Value> {
    if f.is_nan() {
        return Err(Exc::ValueError.new("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(Exc::OverflowError.new("cannot convert float infinity to integer"));
    }
    if f.abs() < 9.0e18 {
        return Ok(Value::Int(f as i64));
    }
    Ok(Value::from_big(num_traits::FromPrimitive::from_f64(f).unwrap_or_default()))
}

/// An exception class of a module: not the session's, and no [`Exc`].
pub(super) fn exception_class(name: &str, module: &str, base: &Rc<Class>) -> Rc<Class> {
    Class::build(name, module, vec![base.clone()], None, Names::default(), true).unwrap_or_else(|_| base.clone())
}

/// An error of such a class.
pub(super) fn raise(rt: &Rt, class: &Rc<Class>, args: Vec<Value>) -> Error {
    let exc = Exception::default();
    *exc.args.borrow_mut() = args;
    *exc.context.borrow_mut() = rt.handling.borrow().last().cloned();
    Error::raised(Instance::new(class.clone(), Payload::Native(Box::new(exc))))
}

/// A module imported by our own code.
pub(super) fn import(rt: &Rt, name: &str) -> Res<Value> {
    rt.exec()?.import(rt, name)
}

/// A name of a module imported by our own code.
pub(super) fn import_name(rt: &Rt, module: &str, name: &str) -> Res<Value> {
    ops::get_attr(rt, &import(rt, module)?, Name::new(name))
}

/// The class of a module's name, as a value.
pub(super) fn put_class(module: &Module, class: Rc<Class>) {
    module.put(&class.name(), Value::Class(class));
}
