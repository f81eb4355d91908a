//! `slice`, and what a slice means for a sequence of a length.

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A slice as written: `start:stop:step`.
pub struct Slice {
    /// First.
    pub start: Value,
    /// Past the last.
    pub stop: Value,
    /// Step.
    pub step: Value,
}

impl Object for Slice {}

impl NativeType for Slice {
    const NAME: &'static str = "slice";
    const ROWS: &'static [&'static [Row]] = &[ROWS, ORDER];
}

/// The places of a sequence that a slice names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// First.
    pub start: i64,
    /// Past the last.
    pub stop: i64,
    /// Step, never zero.
    pub step: i64,
    /// How many.
    pub count: usize,
}

impl Places {
    /// The places one after another.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }
}

fn index_or(rt: &Rt, v: &Value, default: i64) -> Res<i64> {
    if v.is_none() {
        return Ok(default);
    }
    match ops::index_value(rt, v) {
        Ok(Value::Int(i)) => Ok(i),
        Ok(Value::Big(b)) => Ok(if super::int::arith::is_negative(&b) { -i64::MAX } else { i64::MAX }),
        Ok(_) => Ok(default),
        Err(e) if e.is(Exc::TypeError) && ops::lookup_special(rt, v, "__index__")?.is_none() => {
            Err(Exc::TypeError.new("slice indices must be integers or None or have an __index__ method"))
        }
        Err(e) => Err(e),
    }
}

/// An optional bound (as of `str.find`), cut to a length: `None` is the default.
pub fn bound(rt: &Rt, v: Option<&Value>, len: usize, default: usize) -> Res<usize> {
    let len = len as i64;
    let i = index_or(rt, v.unwrap_or(&Value::None), default as i64)?;
    Ok(if i < 0 { (i + len).max(0) } else { i } as usize)
}

impl Slice {
    /// The places in a sequence of a length. ValueError where the step is zero, TypeError for what is no index.
    pub fn places(&self, rt: &Rt, len: usize) -> Res<Places> {
        let step = index_or(rt, &self.step, 1)?;
        if step == 0 {
            return Err(Exc::ValueError.new("slice step cannot be zero"));
        }
        let len = len as i64;
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let clamp = |i: i64| if i < 0 { (i.saturating_add(len)).max(low) } else { i.min(high) };
        let start = match self.start.is_none() {
            true => {
                if step < 0 {
                    len - 1
                } else {
                    0
                }
            }
            false => clamp(index_or(rt, &self.start, 0)?),
        };
        let stop = match self.stop.is_none() {
            true => {
                if step < 0 {
                    -1
                } else {
                    len
                }
            }
            false => clamp(index_or(rt, &self.stop, 0)?),
        };
        let count = if step > 0 && start < stop {
            (stop - start - 1) / step + 1
        } else if step < 0 && stop < start {
            (start - stop - 1) / -step + 1
        } else {
            0
        };
        Ok(Places { start, stop, step, count: count as usize })
    }
}

/// A slice as a value.
pub fn value(rt: &Rt, start: Value, stop: Value, step: Value) -> Value {
    rt.object(Slice { start, stop, step })
}

fn this<'a>(a: &'a Args) -> Res<&'a Slice> {
    a.native::<Slice>(0)
}

const ORDER: &[Row] = compare_rows!(compare);

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, start, stop=None, step=None, /)", "Create a slice object.", |rt, a| {
        Ok(match (a.value(1), a.opt(2).cloned(), a.value(3)) {
            (stop, None, _) => value(rt, Value::None, stop, Value::None),
            (start, Some(stop), step) => value(rt, start, stop, step),
        })
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let s = this(a)?;
        let (x, y, z) = (ops::repr(rt, &s.start)?, ops::repr(rt, &s.stop)?, ops::repr(rt, &s.step)?);
        Ok(Value::from(format!("slice({x}, {y}, {z})")))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let s = this(a)?;
        let t = Value::tuple(vec![s.start.clone(), s.stop.clone(), s.step.clone()]);
        super::hash_value(rt, &t)
    }),
    Row::method("indices", "(self, len, /)", "The start, stop and step for a sequence of a length.", |rt, a| {
        let len = ops::index(rt, a.get(1))?;
        if len < 0 {
            return Err(Exc::ValueError.new("length should not be negative"));
        }
        let p = this(a)?.places(rt, len as usize)?;
        Ok(Value::tuple(vec![Value::Int(p.start), Value::Int(p.stop), Value::Int(p.step)]))
    }),
    Row::getter("start", "The first place.", |_, a| Ok(this(a)?.start.clone())),
    Row::getter("stop", "Past the last place.", |_, a| Ok(this(a)?.stop.clone())),
    Row::getter("step", "The step.", |_, a| Ok(this(a)?.step.clone())),
];

fn compare(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let (Some(x), Some(y)) = (a.native::<Slice>(), b.native::<Slice>()) else { return Ok(Value::NotImplemented) };
    let tuple = |s: &Slice| Value::tuple(vec![s.start.clone(), s.stop.clone(), s.step.clone()]);
    ops::compare(rt, op, &tuple(x), &tuple(y))
}
