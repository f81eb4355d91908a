use std::rc::Rc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::{bind_c, comparison_rows};
use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

const DAY: i128 = 86_400_000_000;
const MAX_DAYS: i64 = 999_999_999;

/// A `timedelta`: a length of time, normalized so that only the days can be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TimeDelta {
    /// Days, of either sign.
    pub days: i32,
    /// Seconds of the day, 0..86400.
    pub seconds: i32,
    /// Microseconds of the second, 0..1000000.
    pub micros: i32,
}

impl Object for TimeDelta {}

impl NativeType for TimeDelta {
    const NAME: &'static str = "timedelta";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.timedelta";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];

    fn ready(rt: &Rt, class: &Rc<Class>) {
        let at = |days, seconds, micros| rt.object_of(class.clone(), TimeDelta { days, seconds, micros });
        class.set("min".into(), at(-MAX_DAYS as i32, 0, 0));
        class.set("max".into(), at(MAX_DAYS as i32, 86_399, 999_999));
        class.set("resolution".into(), at(0, 0, 1));
    }
}

impl TimeDelta {
    /// A length of so many microseconds. OverflowError beyond a thousand million days.
    pub fn from_micros(micros: i128) -> Res<TimeDelta> {
        let days = micros.div_euclid(DAY);
        let rest = micros.rem_euclid(DAY) as i64;
        match i32::try_from(days) {
            Ok(d) if i64::from(d).abs() <= MAX_DAYS => {
                Ok(TimeDelta { days: d, seconds: (rest / 1_000_000) as i32, micros: (rest % 1_000_000) as i32 })
            }
            Ok(d) => Err(Exc::OverflowError.new(format!("days={d}; must have magnitude <= {MAX_DAYS}"))),
            Err(_) => Err(Exc::OverflowError.new("Python int too large to convert to C int")),
        }
    }

    /// A length of whole seconds (at most some 10^13 of them).
    pub fn from_seconds(seconds: i64) -> TimeDelta {
        TimeDelta {
            days: seconds.div_euclid(86_400).clamp(-MAX_DAYS, MAX_DAYS) as i32,
            seconds: seconds.rem_euclid(86_400) as i32,
            micros: 0,
        }
    }

    /// All of it in microseconds.
    pub fn total_micros(&self) -> i128 {
        i128::from(self.days) * DAY + i128::from(self.seconds) * 1_000_000 + i128::from(self.micros)
    }

    /// All of it in microseconds where that fits: what DurationField stores.
    pub fn total_micros_i64(&self) -> Option<i64> {
        i64::try_from(self.total_micros()).ok()
    }

    /// All of it in seconds.
    pub fn total_seconds(&self) -> f64 {
        div_float(&BigInt::from(self.total_micros()), &BigInt::from(1_000_000))
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// The length that a value is, if it is a `timedelta`.
    pub fn from_value(value: &Value) -> Option<&TimeDelta> {
        value.native()
    }

    /// `str()`: `2 days, 3:04:05.000006`.
    pub fn text(&self) -> String {
        let (h, m, s) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        let mut out = match self.days {
            0 => String::new(),
            d => format!("{d} day{}, ", if d.abs() == 1 { "" } else { "s" }),
        };
        out.push_str(&format!("{h}:{m:02}:{s:02}"));
        if self.micros != 0 {
            out.push_str(&format!(".{:06}", self.micros));
        }
        out
    }

    /// `repr()`, with the class's name in front: `datetime.timedelta(days=1)`.
    pub fn repr(&self, class: &str) -> String {
        let parts: Vec<String> = [("days", self.days), ("seconds", self.seconds), ("microseconds", self.micros)]
            .iter()
            .filter(|(_, n)| *n != 0)
            .map(|(name, n)| format!("{name}={n}"))
            .collect();
        if parts.is_empty() { format!("{class}(0)") } else { format!("{class}({})", parts.join(", ")) }
    }
}

/// The quotient of two integers as the nearest float.
fn div_float(a: &BigInt, b: &BigInt) -> f64 {
    if let (Some(x), Some(y)) = (a.to_i64(), b.to_i64())
        && x.unsigned_abs() < 1 << 53
        && y.unsigned_abs() < 1 << 53
    {
        return x as f64 / y as f64;
    }
    // Scale so that the integer quotient has 64 bits or more, then let the conversion round once (sticky low bit).
    let shift = 66 - (a.bits() as i64 - b.bits() as i64);
    let (n, d) = if shift > 0 { (a << shift as usize, b.clone()) } else { (a.clone(), b << (-shift) as usize) };
    let (q, r) = n.div_rem(&d);
    let sticky = if r.is_zero() { q } else { (q << 1) + if a.is_negative() != b.is_negative() { -1 } else { 1 } };
    let bits = if r.is_zero() { -shift } else { -shift - 1 };
    sticky.to_f64().unwrap_or(f64::INFINITY) * 2f64.powi(bits as i32)
}

/// `a / b` rounded to the nearest integer, halves to even. `b` is not zero.
pub(super) fn div_nearest(a: &BigInt, b: &BigInt) -> BigInt {
    let (mut q, r) = a.div_mod_floor(b);
    let twice = (&r + &r).abs();
    match twice.cmp(&b.abs()) {
        std::cmp::Ordering::Greater => q += 1,
        std::cmp::Ordering::Equal if q.is_odd() => q += 1,
        _ => {}
    }
    q
}

/// A finite float as a fraction.
fn ratio(f: f64) -> Res<(BigInt, BigInt)> {
    if f.is_nan() {
        return Err(Exc::ValueError.new("cannot convert NaN to integer ratio"));
    }
    if f.is_infinite() {
        return Err(Exc::OverflowError.new("cannot convert Infinity to integer ratio"));
    }
    let bits = f.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    let low = (bits & ((1 << 52) - 1)) as i64;
    let (m, e) = if exponent == 0 { (low, -1074) } else { (low | (1 << 52), exponent - 1075) };
    let m = BigInt::from(if f < 0.0 { -m } else { m });
    Ok(if e >= 0 { (m << e as usize, BigInt::from(1)) } else { (m, BigInt::from(1) << (-e) as usize) })
}

fn big_micros(n: BigInt) -> Res<TimeDelta> {
    match n.to_i128() {
        Some(n) => TimeDelta::from_micros(n),
        None => Err(Exc::OverflowError.new("Python int too large to convert to C int")),
    }
}

fn new(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Some(Value::Class(class)) = a.rest.first().cloned() else {
        return Err(Exc::TypeError.new("timedelta.__new__(X): X is not a type object"));
    };
    a.rest.remove(0);
    const NAMES: [&str; 7] = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
    const FACTORS: [i64; 7] = [86_400_000_000, 1_000_000, 1, 1000, 60_000_000, 3_600_000_000, 604_800_000_000];
    let slots = bind_c(Some("__new__"), &NAMES, 0, 7, a)?;
    let mut sum = BigInt::zero();
    let mut leftover = 0.0f64;
    for i in [2, 3, 1, 4, 5, 0, 6] {
        let Some(value) = &slots[i] else { continue };
        let factor = FACTORS[i];
        if let Some(n) = value.as_big() {
            sum += n * factor;
        } else if let Some(f) = value.as_float() {
            if f.is_nan() {
                return Err(Exc::ValueError.new("cannot convert float NaN to integer"));
            }
            if f.is_infinite() {
                return Err(Exc::OverflowError.new("cannot convert float infinity to integer"));
            }
            let whole = f.trunc();
            sum += float_to_big(whole) * factor;
            let part = (f - whole) * factor as f64;
            let whole = part.trunc();
            leftover += part - whole;
            sum += whole as i64;
        } else {
            return Err(Exc::TypeError.new(format!(
                "unsupported type for timedelta {} component: {}",
                NAMES[i],
                ops::type_name(value)
            )));
        }
    }
    if leftover != 0.0 {
        let mut whole = leftover.round();
        if (whole - leftover).abs() == 0.5 {
            // Halfway: the total becomes even.
            let odd = if sum.is_odd() { 1.0 } else { 0.0 };
            whole = 2.0 * ((leftover + odd) * 0.5).round() - odd;
        }
        sum += whole as i64;
    }
    Ok(rt.object_of(class, big_micros(sum)?))
}

fn float_to_big(f: f64) -> BigInt {
    num_traits::FromPrimitive::from_f64(f).unwrap_or_default()
}

fn this(a: &Args) -> Res<TimeDelta> {
    a.native::<TimeDelta>(0).copied()
}

fn other(a: &Args) -> Option<TimeDelta> {
    a.get(1).native::<TimeDelta>().copied()
}

/// The result of arithmetic is a plain `timedelta`, as in CPython.
fn plain(rt: &Rt, n: BigInt) -> Res<Value> {
    Ok(rt.object(big_micros(n)?))
}

fn compare(_: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    Ok(match other(a) {
        Some(o) => Value::Bool(op.holds(this(a)?.cmp(&o))),
        None => Value::NotImplemented,
    })
}

comparison_rows!(COMPARE, compare);

fn zero_division() -> crate::object::error::Error {
    Exc::ZeroDivisionError.new("integer division or modulo by zero")
}

fn multiply(rt: &Rt, a: &mut Args) -> Res<Value> {
    let us = BigInt::from(this(a)?.total_micros());
    if let Some(n) = a.get(1).as_big() {
        return plain(rt, us * n);
    }
    match a.get(1).as_float() {
        Some(f) => {
            let (n, d) = ratio(f)?;
            plain(rt, div_nearest(&(us * n), &d))
        }
        None => Ok(Value::NotImplemented),
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(...)", "Difference between two datetime values.", new),
    Row::getter("days", "Number of days.", |_, a| Ok(Value::Int(this(a)?.days.into()))),
    Row::getter("seconds", "Number of seconds (>= 0 and less than 1 day).", |_, a| {
        Ok(Value::Int(this(a)?.seconds.into()))
    }),
    Row::getter("microseconds", "Number of microseconds (>= 0 and less than 1 second).", |_, a| {
        Ok(Value::Int(this(a)?.micros.into()))
    }),
    Row::method("total_seconds", "(self, /)", "Total seconds in the duration.", |_, a| {
        Ok(Value::Float(this(a)?.total_seconds()))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        Ok(this(a)?.repr(&ops::type_name(a.get(0))).into())
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |_, a| Ok(this(a)?.text().into())),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
        let us = this(a)?.total_micros();
        Ok(Value::Int(ops::numhash::int_hash((us as i64) ^ ((us >> 64) as i64).wrapping_mul(31))))
    }),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| {
        Ok(Value::Bool(this(a)? != TimeDelta::default()))
    }),
    Row::method("__neg__", "(self, /)", "-self", |rt, a| {
        Ok(rt.object(TimeDelta::from_micros(-this(a)?.total_micros())?))
    }),
    Row::method("__pos__", "(self, /)", "+self", |rt, a| Ok(rt.object(this(a)?))),
    Row::method("__abs__", "(self, /)", "abs(self)", |rt, a| {
        Ok(rt.object(TimeDelta::from_micros(this(a)?.total_micros().abs())?))
    }),
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| match other(a) {
        Some(o) => Ok(rt.object(TimeDelta::from_micros(this(a)?.total_micros() + o.total_micros())?)),
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__radd__", "(self, value, /)", "Return value+self.", |rt, a| match other(a) {
        Some(o) => Ok(rt.object(TimeDelta::from_micros(this(a)?.total_micros() + o.total_micros())?)),
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__sub__", "(self, value, /)", "Return self-value.", |rt, a| match other(a) {
        Some(o) => Ok(rt.object(TimeDelta::from_micros(this(a)?.total_micros() - o.total_micros())?)),
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__rsub__", "(self, value, /)", "Return value-self.", |rt, a| match other(a) {
        Some(o) => Ok(rt.object(TimeDelta::from_micros(o.total_micros() - this(a)?.total_micros())?)),
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__mul__", "(self, value, /)", "Return self*value.", multiply),
    Row::method("__rmul__", "(self, value, /)", "Return value*self.", multiply),
    Row::method("__truediv__", "(self, value, /)", "Return self/value.", |rt, a| {
        let us = BigInt::from(this(a)?.total_micros());
        if let Some(o) = other(a) {
            if o == TimeDelta::default() {
                return Err(Exc::ZeroDivisionError.new("division by zero"));
            }
            return Ok(Value::Float(div_float(&us, &BigInt::from(o.total_micros()))));
        }
        if let Some(n) = a.get(1).as_big() {
            if n.is_zero() {
                return Err(zero_division());
            }
            return plain(rt, div_nearest(&us, &n));
        }
        match a.get(1).as_float() {
            Some(f) => {
                let (n, d) = ratio(f)?;
                if n.is_zero() {
                    return Err(zero_division());
                }
                plain(rt, div_nearest(&(us * d), &n))
            }
            None => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__floordiv__", "(self, value, /)", "Return self//value.", |rt, a| {
        let us = BigInt::from(this(a)?.total_micros());
        if let Some(o) = other(a) {
            if o == TimeDelta::default() {
                return Err(zero_division());
            }
            return Ok(Value::from_big(us.div_floor(&BigInt::from(o.total_micros()))));
        }
        match a.get(1).as_big() {
            Some(n) if n.is_zero() => Err(zero_division()),
            Some(n) => plain(rt, us.div_floor(&n)),
            None => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__mod__", "(self, value, /)", "Return self%value.", |rt, a| match other(a) {
        Some(o) if o == TimeDelta::default() => Err(zero_division()),
        Some(o) => {
            let us = BigInt::from(this(a)?.total_micros());
            plain(rt, us.mod_floor(&BigInt::from(o.total_micros())))
        }
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__divmod__", "(self, value, /)", "Return divmod(self, value).", |rt, a| match other(a) {
        Some(o) if o == TimeDelta::default() => Err(zero_division()),
        Some(o) => {
            let (q, r) = BigInt::from(this(a)?.total_micros()).div_mod_floor(&BigInt::from(o.total_micros()));
            Ok(Value::pair(Value::from_big(q), plain(rt, r)?))
        }
        None => Ok(Value::NotImplemented),
    }),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let d = this(a)?;
        let args = [d.days, d.seconds, d.micros].map(|n| Value::Int(n.into()));
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args.to_vec())]))
    }),
];
