//! Equality, order, hash and membership.
//!
//! Mirrors <https://docs.python.org/3/reference/expressions.html#value-comparisons>.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::super::args::CallArgs;
use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::call;
use super::{iter, numhash, truthy, type_name};

/// The rich comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Order {
    /// The special method's name, the operator's text, and the reflected comparison.
    pub fn parts(self) -> (&'static str, &'static str, Order) {
        match self {
            Order::Lt => ("__lt__", "<", Order::Gt),
            Order::Le => ("__le__", "<=", Order::Ge),
            Order::Eq => ("__eq__", "==", Order::Eq),
            Order::Ne => ("__ne__", "!=", Order::Ne),
            Order::Gt => ("__gt__", ">", Order::Lt),
            Order::Ge => ("__ge__", ">=", Order::Le),
        }
    }

    /// Whether an ordering satisfies it.
    pub fn holds(self, o: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::*;
        match self {
            Order::Lt => o == Less,
            Order::Le => o != Greater,
            Order::Eq => o == Equal,
            Order::Ne => o != Equal,
            Order::Gt => o == Greater,
            Order::Ge => o != Less,
        }
    }
}

/// Equality where it is known without running anything: the same object, or plain values. `None`: ask [`eq`].
pub fn plain_eq(a: &Value, b: &Value) -> Option<bool> {
    use Value::*;
    if a.is(b) && !matches!(a, Float(_)) {
        return Some(true);
    }
    Some(match (a, b) {
        (Str(a), Str(b)) => a == b,
        (Int(a), Int(b)) => a == b,
        (Bool(a), Bool(b)) => a == b,
        (Bool(a), Int(b)) | (Int(b), Bool(a)) => *a as i64 == *b,
        (Float(a), Float(b)) => a == b,
        (Int(a), Float(b)) | (Float(b), Int(a)) => *a as f64 == *b && *b as i64 == *a,
        (Bool(a), Float(b)) | (Float(b), Bool(a)) => *a as i64 as f64 == *b,
        (Big(a), Big(b)) => a == b,
        (Bytes(a), Bytes(b)) => a == b,
        (Obj(_) | Tuple(_) | List(_) | Dict(_) | Set(_) | Big(_) | Method(_) | Class(_), _)
        | (_, Obj(_) | Tuple(_) | List(_) | Dict(_) | Set(_) | Big(_) | Method(_) | Class(_)) => return Option::None,
        _ => false,
    })
}

/// `a == b` as truth.
pub fn eq(rt: &Rt, a: &Value, b: &Value) -> Res<bool> {
    if let Some(known) = plain_eq(a, b) {
        return Ok(known);
    }
    let result = compare(rt, Order::Eq, a, b)?;
    truthy(rt, &result)
}

/// `a < b` as truth.
pub fn less(rt: &Rt, a: &Value, b: &Value) -> Res<bool> {
    let result = compare(rt, Order::Lt, a, b)?;
    truthy(rt, &result)
}

/// A rich comparison, with whatever the values' methods return.
pub fn compare(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    use Value::*;
    match (a, b) {
        (Int(x), Int(y)) => return Ok(Bool(op.holds(x.cmp(y)))),
        (Str(x), Str(y)) => return Ok(Bool(op.holds(x.as_str().cmp(y.as_str())))),
        _ => {}
    }
    if matches!(op, Order::Eq | Order::Ne)
        && let Some(same) = plain_eq(a, b)
    {
        return Ok(Bool(same == (op == Order::Eq)));
    }
    let (name, text, reflected) = op.parts();
    let (ca, cb) = (rt.class_of(a), rt.class_of(b));
    let reflected_first = !std::rc::Rc::ptr_eq(&ca, &cb) && cb.is_subclass(&ca);
    let ask = |x: &Value, y: &Value, name: &'static str| -> Res<Option<Value>> {
        match lookup_special(rt, x, name)? {
            Some(method) => match call(rt, &method, CallArgs::new([y.clone()]))? {
                NotImplemented => Ok(Option::None),
                v => Ok(Some(v)),
            },
            Option::None => Ok(Option::None),
        }
    };
    if reflected_first && let Some(v) = ask(b, a, reflected.parts().0)? {
        return Ok(v);
    }
    if let Some(v) = rt.deeper(|| ask(a, b, name))? {
        return Ok(v);
    }
    if !reflected_first && let Some(v) = ask(b, a, reflected.parts().0)? {
        return Ok(v);
    }
    match op {
        Order::Eq => Ok(Bool(a.is(b))),
        Order::Ne => Ok(Bool(!a.is(b))),
        _ => Err(Exc::TypeError.new(format!(
            "'{text}' not supported between instances of '{}' and '{}'",
            type_name(a),
            type_name(b)
        ))),
    }
}

/// The hash that dicts and sets use. TypeError where the value is unhashable.
pub fn hash(rt: &Rt, value: &Value) -> Res<u64> {
    let mut h = FxHasher::default();
    match value {
        Value::Str(s) => s.as_str().hash(&mut h),
        Value::Int(i) => h.write_i64(numhash::int_hash(*i)),
        Value::Bool(b) => h.write_i64(*b as i64),
        Value::Float(f) => h.write_i64(numhash::float_hash(*f)),
        Value::Big(b) => h.write_i64(numhash::big_hash(b)),
        Value::Bytes(b) => b.hash(&mut h),
        Value::Tuple(t) => {
            h.write_u8(7);
            for item in t.iter() {
                h.write_u64(hash(rt, item)?);
            }
        }
        Value::None => h.write_u8(1),
        Value::List(_) | Value::Dict(_) => return Err(unhashable(value)),
        Value::Set(s) if !s.frozen => return Err(unhashable(value)),
        Value::Set(s) => {
            let mut sum = 0u64;
            for key in s.table.keys() {
                sum = sum.wrapping_add(hash(rt, &key)?);
            }
            h.write_u64(sum);
        }
        Value::Class(c) if c.metaclass.is_none() => h.write_usize(value.id()),
        Value::Obj(_) | Value::Class(_) => match lookup_special(rt, value, "__hash__")? {
            Some(Value::None) => return Err(unhashable(value)),
            Some(method) => {
                let n = call(rt, &method, CallArgs::none())?;
                match &n {
                    Value::Int(_) | Value::Big(_) | Value::Bool(_) => return hash(rt, &n),
                    _ => return Err(Exc::TypeError.new("__hash__ method should return an integer")),
                }
            }
            None => h.write_usize(value.id()),
        },
        Value::Method(m) => h.write_usize(m.func.id() ^ m.receiver.id()),
        _ => h.write_usize(value.id()),
    }
    Ok(h.finish())
}

fn unhashable(value: &Value) -> super::super::error::Error {
    Exc::TypeError.new(format!("unhashable type: '{}'", type_name(value)))
}

/// `item in container`.
pub fn contains(rt: &Rt, container: &Value, item: &Value) -> Res<bool> {
    match container {
        Value::Dict(d) => return d.0.contains(rt, item),
        Value::Set(s) => return s.table.contains(rt, item),
        Value::Str(s) => {
            return match item.as_str() {
                Some(part) => Ok(s.contains(part.as_str())),
                None => Err(Exc::TypeError
                    .new(format!("'in <string>' requires string as left operand, not {}", type_name(item)))),
            };
        }
        _ => {}
    }
    if let Some(method) = lookup_special(rt, container, "__contains__")? {
        let found = call(rt, &method, CallArgs::new([item.clone()]))?;
        return truthy(rt, &found);
    }
    let mut it = match iter(rt, container) {
        Ok(it) => it,
        Err(e) if e.is(Exc::TypeError) => {
            return Err(Exc::TypeError.new(format!("argument of type '{}' is not iterable", type_name(container))));
        }
        Err(e) => return Err(e),
    };
    while let Some(x) = it.next(rt)? {
        if eq(rt, &x, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
