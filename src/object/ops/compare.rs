//! Equality, order and membership.
//!
//! Mirrors <https://docs.python.org/3/reference/expressions.html#value-comparisons>.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::super::dict::Dict;
use super::super::error::{Error, Exc, Res};
use super::super::rt::Rt;
use super::super::set::Set;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::{call_special, call1};
use super::{iter, truthy, type_name};
use crate::source::{Name, known};

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

    /// The special method's name, interned.
    pub fn name(self) -> Name {
        match self {
            Order::Lt => known::LT,
            Order::Le => known::LE,
            Order::Eq => known::EQ,
            Order::Ne => known::NE,
            Order::Gt => known::GT,
            Order::Ge => known::GE,
        }
    }

    /// Whether an ordering satisfies it.
    pub fn holds(self, o: Ordering) -> bool {
        match self {
            Order::Lt => o == Ordering::Less,
            Order::Le => o != Ordering::Greater,
            Order::Eq => o == Ordering::Equal,
            Order::Ne => o != Ordering::Equal,
            Order::Gt => o == Ordering::Greater,
            Order::Ge => o != Ordering::Less,
        }
    }
}

/// Equality as containers see it, where it is known without running anything: the same object (a NaN is itself), or
/// plain values. `None`: ask [`eq`].
pub fn plain_eq(a: &Value, b: &Value) -> Option<bool> {
    use Value::*;
    if a.is(b) {
        return Some(true);
    }
    Some(match (a, b) {
        (Str(a), Str(b)) => a == b,
        (Int(a), Int(b)) => a == b,
        (Bool(a), Bool(b)) => a == b,
        (Bool(a), Int(b)) | (Int(b), Bool(a)) => *a as i64 == *b,
        (Float(a), Float(b)) => a == b,
        (Int(a), Float(b)) | (Float(b), Int(a)) => compare_int_float(*a, *b) == Some(Ordering::Equal),
        (Bool(a), Float(b)) | (Float(b), Bool(a)) => *a as i64 as f64 == *b,
        (Big(a), Big(b)) => a == b,
        (Big(a), Float(b)) | (Float(b), Big(a)) => compare_big_float(a, *b) == Some(Ordering::Equal),
        (Bytes(a), Bytes(b)) => a == b,
        (Obj(_) | Tuple(_) | List(_) | Dict(_) | Set(_) | Method(_) | Class(_), _)
        | (_, Obj(_) | Tuple(_) | List(_) | Dict(_) | Set(_) | Method(_) | Class(_)) => return Option::None,
        _ => false,
    })
}

/// An integer and a float, exactly.
fn compare_int_float(i: i64, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f >= 9.3e18 {
        return Some(Ordering::Less);
    }
    if f <= -9.3e18 {
        return Some(Ordering::Greater);
    }
    let whole = f.floor();
    match (i as i128).cmp(&(whole as i128)) {
        Ordering::Equal if f > whole => Some(Ordering::Less),
        other => Some(other),
    }
}

fn compare_big_float(b: &BigInt, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole: BigInt = num_traits::FromPrimitive::from_f64(f.floor())?;
    match b.cmp(&whole) {
        Ordering::Equal if f > f.floor() => Some(Ordering::Less),
        other => Some(other),
    }
}

/// How two plain numbers stand; `None` where one is no number; `Some(None)` with NaN.
fn number_order(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    use Value::*;
    let small = |v: &Value| match v {
        Int(i) => Some(*i),
        Bool(x) => Some(*x as i64),
        _ => Option::None,
    };
    Some(match (a, b) {
        (Float(x), Float(y)) => x.partial_cmp(y),
        (Float(x), Big(y)) => compare_big_float(y, *x).map(Ordering::reverse),
        (Big(x), Float(y)) => compare_big_float(x, *y),
        (Float(x), _) => compare_int_float(small(b)?, *x).map(Ordering::reverse),
        (_, Float(y)) => compare_int_float(small(a)?, *y),
        (Big(x), Big(y)) => Some(x.cmp(y)),
        (Big(x), _) => {
            small(b)?;
            Some(if x.sign() == num_bigint::Sign::Minus { Ordering::Less } else { Ordering::Greater })
        }
        (_, Big(y)) => {
            small(a)?;
            Some(if y.sign() == num_bigint::Sign::Minus { Ordering::Greater } else { Ordering::Less })
        }
        _ => Some(small(a)?.cmp(&small(b)?)),
    })
}

/// Whether containers take the two for the same: identical, or `a == b`.
pub fn eq(rt: &Rt, a: &Value, b: &Value) -> Res<bool> {
    if let Some(known) = plain_eq(a, b) {
        return Ok(known);
    }
    let result = compare(rt, Order::Eq, a, b)?;
    truthy(rt, &result)
}

/// `a < b` as truth.
pub fn less(rt: &Rt, a: &Value, b: &Value) -> Res<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => return Ok(x < y),
        (Value::Str(x), Value::Str(y)) => return Ok(x.as_str() < y.as_str()),
        _ => {}
    }
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
    let own = |v: &Value| matches!(v, Obj(_) | Class(_));
    if !own(a) && !own(b) {
        if let Some(v) = compare_plain(rt, op, a, b)? {
            return Ok(v);
        }
        return missing(op, a, b);
    }
    rt.deeper(|| compare_by_protocol(rt, op, a, b))
}

fn missing(op: Order, a: &Value, b: &Value) -> Res<Value> {
    match op {
        Order::Eq => Ok(Value::Bool(a.is(b))),
        Order::Ne => Ok(Value::Bool(!a.is(b))),
        _ => Err(Exc::TypeError.new(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.parts().1,
            type_name(a),
            type_name(b)
        ))),
    }
}

fn compare_by_protocol(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let reflected = op.parts().2;
    let (ca, cb) = (rt.class_of(a), rt.class_of(b));
    let reflected_first = !Rc::ptr_eq(&ca, &cb) && cb.is_subclass(&ca);
    if reflected_first && let Some(v) = call_special(rt, b, &cb, reflected.name(), a)? {
        return Ok(v);
    }
    if let Some(v) = call_special(rt, a, &ca, op.name(), b)? {
        return Ok(v);
    }
    if !reflected_first && let Some(v) = call_special(rt, b, &cb, reflected.name(), a)? {
        return Ok(v);
    }
    missing(op, a, b)
}

/// The comparison of plain built-in values (instances of their subclasses are compared by their plain value);
/// `None` where the types do not know each other.
pub fn compare_plain(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Option<Value>> {
    use Value::*;
    let equality = matches!(op, Order::Eq | Order::Ne);
    let answer = |same: bool| Ok(Some(Bool(same == (op == Order::Eq))));
    match (a, b) {
        (Int(_) | Big(_) | Bool(_) | Float(_), Int(_) | Big(_) | Bool(_) | Float(_)) => {
            Ok(number_order(a, b).map(|order| match order {
                Some(order) => Bool(op.holds(order)),
                Option::None => Bool(op == Order::Ne),
            }))
        }
        (Str(x), Str(y)) => Ok(Some(Bool(op.holds(x.as_str().cmp(y.as_str()))))),
        (Bytes(x), Bytes(y)) => Ok(Some(Bool(op.holds(x.cmp(y))))),
        (Tuple(x), Tuple(y)) => rt
            .deeper(|| compare_items(rt, op, x.len(), y.len(), |i| x.get(i).cloned(), |i| y.get(i).cloned()))
            .map(Some),
        (List(x), List(y)) => {
            if equality && x.len() != y.len() {
                return answer(false);
            }
            rt.deeper(|| compare_items(rt, op, x.len(), y.len(), |i| x.get(i), |i| y.get(i))).map(Some)
        }
        (Dict(x), Dict(y)) if equality => answer(rt.deeper(|| dicts_equal(rt, x, y))?),
        (Set(x), Set(y)) => Ok(Some(Bool(compare_sets(rt, op, x, y)?))),
        (Method(x), Method(y)) if equality => answer(x.receiver.is(&y.receiver) && eq(rt, &x.func, &y.func)?),
        _ => Ok(Option::None),
    }
    .map_err(deep)
}

/// Python says of a comparison that it was one.
fn deep(error: Error) -> Error {
    match error.new_kind() {
        Some(Exc::RecursionError) => Exc::RecursionError.new("maximum recursion depth exceeded in comparison"),
        _ => error,
    }
}

fn compare_items(
    rt: &Rt,
    op: Order,
    mut na: usize,
    mut nb: usize,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
) -> Res<Value> {
    if op == Order::Eq && na != nb {
        return Ok(Value::Bool(false));
    }
    if op == Order::Ne && na != nb {
        return Ok(Value::Bool(true));
    }
    let mut i = 0;
    loop {
        let (x, y) = match (a(i), b(i)) {
            (Some(x), Some(y)) => (x, y),
            (x, y) => {
                // Lengths as they are now: a comparison may have changed a list.
                na = if x.is_some() { na.max(i + 1) } else { i };
                nb = if y.is_some() { nb.max(i + 1) } else { i };
                break;
            }
        };
        if !eq(rt, &x, &y)? {
            return match op {
                Order::Eq => Ok(Value::Bool(false)),
                Order::Ne => Ok(Value::Bool(true)),
                _ => compare(rt, op, &x, &y),
            };
        }
        i += 1;
    }
    Ok(Value::Bool(op.holds(na.cmp(&nb))))
}

fn dicts_equal(rt: &Rt, a: &Rc<Dict>, b: &Rc<Dict>) -> Res<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((i, key, value)) = a.0.next_slot(at) {
        at = i + 1;
        match b.get(rt, &key)? {
            Some(other) if eq(rt, &value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether every member of `a` is one of `b`.
pub fn is_subset(rt: &Rt, a: &Set, b: &Set) -> Res<bool> {
    if a.table.len() > b.table.len() {
        return Ok(false);
    }
    for (hash, key) in a.table.hashed() {
        if !b.table.contains_hashed(rt, hash, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare_sets(rt: &Rt, op: Order, a: &Set, b: &Set) -> Res<bool> {
    let (na, nb) = (a.table.len(), b.table.len());
    Ok(match op {
        Order::Eq => na == nb && is_subset(rt, a, b)?,
        Order::Ne => na != nb || !is_subset(rt, a, b)?,
        Order::Le => is_subset(rt, a, b)?,
        Order::Lt => na < nb && is_subset(rt, a, b)?,
        Order::Ge => is_subset(rt, b, a)?,
        Order::Gt => nb < na && is_subset(rt, b, a)?,
    })
}

/// `item in container`.
pub fn contains(rt: &Rt, container: &Value, item: &Value) -> Res<bool> {
    match container {
        Value::Dict(d) => return d.0.contains(rt, item),
        Value::Set(s) => {
            // A set looks for a set as if it were frozen.
            if let Value::Set(other) = item.plain()
                && !other.frozen
            {
                let frozen = Value::Set(Rc::new(Set { table: other.table.copy(), frozen: true }));
                return s.table.contains(rt, &frozen);
            }
            return s.table.contains(rt, item);
        }
        Value::Str(s) => {
            return match item.as_str() {
                Some(part) => Ok(s.contains(part.as_str())),
                None => Err(Exc::TypeError
                    .new(format!("'in <string>' requires string as left operand, not {}", type_name(item)))),
            };
        }
        Value::List(l) => {
            let mut i = 0;
            while let Some(x) = l.get(i) {
                if eq(rt, &x, item)? {
                    return Ok(true);
                }
                i += 1;
            }
            return Ok(false);
        }
        Value::Tuple(t) => {
            for x in t.iter() {
                if eq(rt, x, item)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Value::Bytes(b) => return bytes_contain(rt, b, item),
        _ => {}
    }
    match lookup_special(rt, container, known::CONTAINS)? {
        Some(Value::None) => {
            return Err(Exc::TypeError.new(format!("'{}' object is not a container", type_name(container))));
        }
        Some(method) => {
            let found = call1(rt, &method, item.clone())?;
            return truthy(rt, &found);
        }
        None => {}
    }
    let mut it = match iter(rt, container) {
        Ok(it) => it,
        Err(e) if e.new_kind() == Some(Exc::TypeError) && lookup_special(rt, container, known::ITER)?.is_none() => {
            return Err(Exc::TypeError.new(format!("argument of type '{}' is not iterable", type_name(container))));
        }
        Err(e) => return Err(e),
    };
    while let Some(x) = it.next(rt)? {
        if eq(rt, &x, item)? {
            return Ok(true);
        }
        rt.check_interrupt()?;
    }
    Ok(false)
}

/// Whether bytes hold a byte or a run of bytes.
pub fn bytes_contain(rt: &Rt, bytes: &[u8], item: &Value) -> Res<bool> {
    if let Some(part) = crate::object::types::bytes_like(item) {
        return Ok(part.is_empty() || memchr::memmem::find(bytes, &part).is_some());
    }
    let byte = super::index_big(rt, item).map_err(|e| match e.is(Exc::TypeError) {
        true => Exc::TypeError.new(format!("a bytes-like object is required, not '{}'", type_name(item))),
        false => e,
    })?;
    match byte.to_u8() {
        Some(b) => Ok(memchr::memchr(b, bytes).is_some()),
        None => Err(Exc::ValueError.new("byte must be in range(0, 256)")),
    }
}
