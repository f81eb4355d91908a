//! `range`. Mirrors <https://docs.python.org/3/library/stdtypes.html#ranges>.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::slice::Slice;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Iter, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A range. Its numbers are plain `int` values; most fit.
pub struct Range {
    /// First.
    pub start: Value,
    /// Past the last.
    pub stop: Value,
    /// Step, never zero.
    pub step: Value,
}

impl Object for Range {}

impl NativeType for Range {
    const NAME: &'static str = "range";
    const ROWS: &'static [&'static [Row]] = &[ROWS, ORDER];
}

fn big(v: &Value) -> BigInt {
    v.as_big().unwrap_or_default()
}

impl Range {
    /// Start, stop and step where all fit, with room for one more step.
    pub fn small(&self) -> Option<(i64, i64, i64)> {
        match (&self.start, &self.stop, &self.step) {
            (Value::Int(a), Value::Int(b), Value::Int(c)) => Some((*a, *b, *c)),
            _ => None,
        }
    }

    /// How many numbers.
    pub fn count(&self) -> BigInt {
        let (start, stop, step) = (big(&self.start), big(&self.stop), big(&self.step));
        let span = if step.is_positive() { stop - start } else { start - stop };
        match span.is_positive() {
            true => (span - 1u32) / step.abs() + 1u32,
            false => BigInt::zero(),
        }
    }

    fn at(&self, i: &BigInt) -> Value {
        Value::from_big(big(&self.start) + big(&self.step) * i)
    }

    /// The iteration over it.
    pub fn iter(&self) -> Option<Iter> {
        let (start, stop, step) = self.small()?;
        Some(Iter::Range(start, stop, step))
    }

    /// Where a number stands in it.
    fn position(&self, v: &Value) -> Option<BigInt> {
        let (n, start, step) = (v.as_big()?, big(&self.start), big(&self.step));
        let (q, r) = (n - start).div_rem(&step);
        (r.is_zero() && !q.is_negative() && q < self.count()).then_some(q)
    }
}

fn this<'a>(a: &'a Args) -> Res<&'a Range> {
    a.native::<Range>(0)
}

const ORDER: &[Row] = compare_rows!(compare);

const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, start, stop=None, step=None, /)",
        "The integers from start (inclusive) to stop (exclusive) by step.",
        |rt, a| {
            let whole = |v: &Value| ops::index_value(rt, v);
            let (start, stop, step) = match a.opt(2) {
                None => (Value::Int(0), whole(a.get(1))?, Value::Int(1)),
                Some(stop) => {
                    let (start, stop) = (whole(a.get(1))?, whole(stop)?);
                    let step = match a.opt(3) {
                        Some(v) => whole(v)?,
                        None => Value::Int(1),
                    };
                    (start, stop, step)
                }
            };
            if matches!(step, Value::Int(0)) {
                return Err(Exc::ValueError.new("range() arg 3 must not be zero"));
            }
            Ok(super::native_new(rt, a, Range { start, stop, step }))
        },
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let r = this(a)?;
        let (start, stop) = (ops::repr(rt, &r.start)?, ops::repr(rt, &r.stop)?);
        Ok(Value::from(match &r.step {
            Value::Int(1) => format!("range({start}, {stop})"),
            step => format!("range({start}, {stop}, {})", ops::repr(rt, step)?),
        }))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, &identity(this(a)?))),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| {
        Ok(Value::Bool(!this(a)?.count().is_zero()))
    }),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| match this(a)?.count().to_i64() {
        Some(n) => Ok(Value::Int(n)),
        None => Err(Exc::OverflowError.new("Python int too large to convert to C ssize_t")),
    }),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        let r = this(a)?;
        if let Some(slice) = a.get(1).native::<Slice>() {
            let n = r.count().to_usize().unwrap_or(usize::MAX / 4);
            let p = slice.places(rt, n)?;
            let at = |i: i64| r.at(&BigInt::from(i));
            let step = Value::from_big(big(&r.step) * p.step);
            return Ok(rt.object(Range { start: at(p.start), stop: at(p.stop), step }));
        }
        if ops::lookup_special(rt, a.get(1), "__index__")?.is_none() {
            return Err(Exc::TypeError
                .new(format!("range indices must be integers or slices, not {}", ops::type_name(a.get(1)))));
        }
        let i = ops::index_big(rt, a.get(1))?;
        let n = r.count();
        let at = if i.is_negative() { i + &n } else { i };
        match at.is_negative() || at >= n {
            true => Err(Exc::IndexError.new("range object index out of range")),
            false => Ok(r.at(&at)),
        }
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| {
        let r = this(a)?;
        Ok(match r.iter() {
            Some(it) => ops::iter_object(rt, it),
            None => super::iterators::long_range(rt, big(&r.start), r.count(), big(&r.step)),
        })
    }),
    Row::method("__reversed__", "(self, /)", "Return a reverse iterator.", |rt, a| {
        let r = this(a)?;
        let n = r.count();
        let last = big(&r.start) + big(&r.step) * (&n - BigInt::one());
        let step = -big(&r.step);
        let stop = &last + &step * &n;
        Ok(match (last.to_i64(), stop.to_i64(), step.to_i64()) {
            (Some(last), Some(stop), Some(step)) => ops::iter_object(rt, Iter::Range(last, stop, step)),
            _ => super::iterators::long_range(rt, last, n, step),
        })
    }),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        let r = this(a)?;
        match a.get(1) {
            Value::Int(_) | Value::Bool(_) | Value::Big(_) => Ok(Value::Bool(r.position(a.get(1)).is_some())),
            other => Ok(Value::Bool(search(rt, r, other)?.is_some())),
        }
    }),
    Row::method(
        "count",
        "(self, value, /)",
        "rangeobject.count(value) -> integer -- return number of occurrences of value",
        |rt, a| Ok(Value::Int(i64::from(search(rt, this(a)?, a.get(1))?.is_some()))),
    ),
    Row::method(
        "index",
        "(self, value, /)",
        "rangeobject.index(value) -> integer -- return index of value.",
        |rt, a| match search(rt, this(a)?, a.get(1))? {
            Some(i) => Ok(Value::from_big(i)),
            None => match a.get(1) {
                Value::Int(_) | Value::Bool(_) | Value::Big(_) => {
                    Err(Exc::ValueError.new(format!("{} is not in range", ops::repr(rt, a.get(1))?)))
                }
                _ => Err(Exc::ValueError.new("sequence.index(x): x not in sequence")),
            },
        },
    ),
    Row::getter("start", "The first number.", |_, a| Ok(this(a)?.start.clone())),
    Row::getter("stop", "The bound.", |_, a| Ok(this(a)?.stop.clone())),
    Row::getter("step", "The step.", |_, a| Ok(this(a)?.step.clone())),
];

/// Where an equal number stands: by arithmetic for integers, by comparing for all else.
fn search(rt: &Rt, r: &Range, v: &Value) -> Res<Option<BigInt>> {
    if let Value::Int(_) | Value::Bool(_) | Value::Big(_) = v {
        return Ok(r.position(v));
    }
    if let Value::Float(f) = v {
        return Ok(match f.is_finite() && f.fract() == 0.0 {
            true => r.position(&super::int::arith::from_float(*f)?),
            false => None,
        });
    }
    let Some(mut it) = r.iter() else { return Ok(None) };
    let mut i = BigInt::zero();
    while let Some(item) = it.next(rt)? {
        if ops::eq(rt, &item, v)? {
            return Ok(Some(i));
        }
        i += 1u32;
        rt.check_interrupt()?;
    }
    Ok(None)
}

/// What makes two ranges equal: length, first number, step.
fn identity(r: &Range) -> Value {
    let n = r.count();
    let first = if n.is_zero() { Value::None } else { r.start.clone() };
    let step = if n <= BigInt::one() { Value::None } else { r.step.clone() };
    Value::tuple(vec![Value::from_big(n), first, step])
}

fn compare(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let (Some(x), Some(y)) = (a.native::<Range>(), b.native::<Range>()) else { return Ok(Value::NotImplemented) };
    match op {
        Order::Eq | Order::Ne => ops::compare(rt, op, &identity(x), &identity(y)),
        _ => Ok(Value::NotImplemented),
    }
}
