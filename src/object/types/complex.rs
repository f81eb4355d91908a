//! `complex`. Mirrors <https://docs.python.org/3/library/functions.html#complex>.

use crate::object::args::Args;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, BinOp, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::known;

/// A complex number.
pub struct Complex(pub f64, pub f64);

impl Object for Complex {}

impl NativeType for Complex {
    const NAME: &'static str = "complex";
    const ROWS: &'static [&'static [Row]] = &[ROWS, ORDER];
}

/// A complex number as a value.
pub fn value(rt: &Rt, re: f64, im: f64) -> Value {
    rt.object(Complex(re, im))
}

/// A number as a pair; `None` where it is none.
pub fn parts(v: &Value) -> Res<Option<(f64, f64)>> {
    if let Some(c) = v.native::<Complex>() {
        return Ok(Some((c.0, c.1)));
    }
    Ok(match v.plain() {
        Value::Float(f) => Some((*f, 0.0)),
        Value::Int(i) => Some((*i as f64, 0.0)),
        Value::Bool(b) => Some((*b as i64 as f64, 0.0)),
        Value::Big(b) => Some((super::int::arith::to_float(b)?, 0.0)),
        _ => None,
    })
}

fn this(a: &Args) -> (f64, f64) {
    a.get(0).native::<Complex>().map_or((0.0, 0.0), |c| (c.0, c.1))
}

macro_rules! arithmetic {
    ($name:literal, $op:ident, $swap:literal) => {
        Row::method($name, "(self, value, /)", "Arithmetic of complex numbers.", |rt, a| {
            let (Some(x), Some(y)) = (parts(a.get(0))?, parts(a.get(1))?) else { return Ok(Value::NotImplemented) };
            if $swap { binary(rt, BinOp::$op, y, x) } else { binary(rt, BinOp::$op, x, y) }
        })
    };
}

const ORDER: &[Row] = compare_rows!(compare);

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, real=0, imag=0)", "Create a complex number from a string or numbers.", new),
    arithmetic!("__add__", Add, false),
    arithmetic!("__radd__", Add, true),
    arithmetic!("__sub__", Sub, false),
    arithmetic!("__rsub__", Sub, true),
    arithmetic!("__mul__", Mul, false),
    arithmetic!("__rmul__", Mul, true),
    arithmetic!("__truediv__", Div, false),
    arithmetic!("__rtruediv__", Div, true),
    arithmetic!("__pow__", Pow, false),
    arithmetic!("__rpow__", Pow, true),
    Row::method("__neg__", "(self, /)", "-self", |rt, a| Ok(value(rt, -this(a).0, -this(a).1))),
    Row::method("__pos__", "(self, /)", "+self", |rt, a| Ok(value(rt, this(a).0, this(a).1))),
    Row::method("__abs__", "(self, /)", "abs(self)", |_, a| {
        let (re, im) = this(a);
        let size = libm::hypot(re, im);
        if size.is_infinite() && re.is_finite() && im.is_finite() {
            return Err(Exc::OverflowError.new("absolute value too large"));
        }
        Ok(Value::Float(size))
    }),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| Ok(Value::Bool(this(a) != (0.0, 0.0)))),
    Row::method("__complex__", "(self, /)", "Convert this value to exact type complex.", |rt, a| {
        Ok(value(rt, this(a).0, this(a).1))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
        let (re, im) = this(a);
        let (x, y) = (ops::numhash::float_hash(re) as u64, ops::numhash::float_hash(im) as u64);
        let h = x.wrapping_add(y.wrapping_mul(1000003));
        Ok(Value::Int(if h == u64::MAX { -2 } else { h as i64 }))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| Ok(Value::from(text(this(a))))),
    Row::method("__format__", "(self, format_spec, /)", "Convert to a string according to format_spec.", |_, a| {
        super::format_spec::format_complex(this(a), super::format_text(a)?)
    }),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| {
        Ok(Value::pair(Value::Float(this(a).0), Value::Float(this(a).1)))
    }),
    Row::method("conjugate", "(self, /)", "Return the complex conjugate of its argument.", |rt, a| {
        Ok(value(rt, this(a).0, -this(a).1))
    }),
    Row::getter("real", "the real part of a complex number", |_, a| Ok(Value::Float(this(a).0))),
    Row::getter("imag", "the imaginary part of a complex number", |_, a| Ok(Value::Float(this(a).1))),
];

fn compare(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    if !matches!(op, Order::Eq | Order::Ne) {
        return Ok(Value::NotImplemented);
    }
    let (re, im) = parts(a)?.unwrap_or_default();
    let same = match b.native::<Complex>() {
        Some(c) => re == c.0 && im == c.1,
        None => match b.plain() {
            Value::Int(_) | Value::Big(_) | Value::Bool(_) | Value::Float(_) => {
                im == 0.0 && ops::eq(rt, &Value::Float(re), b.plain())?
            }
            _ => return Ok(Value::NotImplemented),
        },
    };
    Ok(Value::Bool(same == (op == Order::Eq)))
}

/// `repr` of a complex number.
pub fn text((re, im): (f64, f64)) -> String {
    let part = |f: f64| {
        let text = super::float::repr::repr(f);
        text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
    };
    if re == 0.0 && !re.is_sign_negative() {
        return format!("{}j", part(im));
    }
    let sign = if im.is_sign_negative() && !im.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", part(re), part(im))
}

fn binary(rt: &Rt, op: BinOp, a: (f64, f64), b: (f64, f64)) -> Res<Value> {
    let (re, im) = match op {
        BinOp::Add => (a.0 + b.0, a.1 + b.1),
        BinOp::Sub => (a.0 - b.0, a.1 - b.1),
        BinOp::Mul => (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0),
        BinOp::Div => divide(a, b).ok_or_else(|| Exc::ZeroDivisionError.new("complex division by zero"))?,
        BinOp::Pow => return power(rt, a, b),
        _ => return Ok(Value::NotImplemented),
    };
    Ok(value(rt, re, im))
}

fn divide(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        return Some(((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator));
    }
    let ratio = b.0 / b.1;
    let denominator = b.0 * ratio + b.1;
    Some(((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator))
}

/// `a ** b`. ZeroDivisionError, OverflowError.
pub fn power(rt: &Rt, a: (f64, f64), b: (f64, f64)) -> Res<Value> {
    let (re, im) = if b == (0.0, 0.0) {
        (1.0, 0.0)
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(Exc::ZeroDivisionError.new("0.0 to a negative or complex power"));
        }
        (0.0, 0.0)
    } else if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let n = b.0 as i64;
        let mut result = (1.0, 0.0);
        let mut square = a;
        let mut rest = n.unsigned_abs();
        let mul = |x: (f64, f64), y: (f64, f64)| (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0);
        while rest > 0 {
            if rest & 1 == 1 {
                result = mul(result, square);
            }
            rest >>= 1;
            square = mul(square, square);
        }
        match n < 0 {
            true => divide((1.0, 0.0), result).ok_or_else(overflow)?,
            false => result,
        }
    } else {
        let size = libm::hypot(a.0, a.1);
        let angle = libm::atan2(a.1, a.0);
        let mut length = libm::pow(size, b.0);
        let mut phase = angle * b.0;
        if b.1 != 0.0 {
            length *= libm::exp(-angle * b.1);
            phase += b.1 * libm::log(size);
        }
        (length * libm::cos(phase), length * libm::sin(phase))
    };
    if !re.is_finite() && a.0.is_finite() && a.1.is_finite() && b.0.is_finite() && b.1.is_finite() {
        return Err(overflow());
    }
    Ok(value(rt, re, im))
}

fn overflow() -> Error {
    Exc::OverflowError.new("complex exponentiation")
}

fn parse(text: &str) -> Option<(f64, f64)> {
    let mut t = text.trim_matches(super::str::unicode::is_space);
    if let Some(inner) = t.strip_prefix('(') {
        t = inner.strip_suffix(')')?.trim_matches(super::str::unicode::is_space);
    }
    if t.is_empty() {
        return None;
    }
    let read = |s: &str| match s.chars().any(char::is_whitespace) {
        true => None,
        false => super::float::repr::parse(s),
    };
    let Some(body) = t.strip_suffix(['j', 'J']) else { return Some((read(t)?, 0.0)) };
    // The sign that starts the imaginary part: not the first, and not an exponent's.
    let bytes = body.as_bytes();
    let cut = (1..bytes.len())
        .rev()
        .find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E' | b'+' | b'-'));
    let imaginary = |s: &str| match s {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        s => read(s),
    };
    match cut {
        Some(i) => Some((read(&body[..i])?, imaginary(&body[i..])?)),
        None => Some((0.0, imaginary(body)?)),
    }
}

/// The complex value of a number or of an object with `__complex__`, `__float__` or `__index__`.
fn convert(rt: &Rt, v: &Value) -> Res<Option<(f64, f64)>> {
    if let Some(c) = v.native::<Complex>() {
        return Ok(Some((c.0, c.1)));
    }
    if let Some(method) = ops::lookup_special(rt, v, known::COMPLEX)? {
        let c = ops::call0(rt, &method)?;
        return match c.native::<Complex>() {
            Some(c) => Ok(Some((c.0, c.1))),
            None => Err(Exc::TypeError.new(format!(
                "{}.__complex__() must return a complex, not {}",
                ops::type_name(v),
                ops::type_name(&c)
            ))),
        };
    }
    if let Some(p) = parts(v)? {
        return Ok(Some(p));
    }
    if matches!(v.plain(), Value::Str(_) | Value::Bytes(_)) {
        return Ok(None);
    }
    if ops::lookup_special(rt, v, known::FLOAT)?.is_some() || ops::lookup_special(rt, v, known::INDEX)?.is_some() {
        return Ok(Some((super::float::to_float(rt, v)?, 0.0)));
    }
    Ok(None)
}

fn new(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Value::Class(class) = a.value(0) else {
        return Err(Exc::TypeError.new("complex.__new__(X): X is not a type object"));
    };
    let (real, imag) = (a.opt(1).cloned(), a.opt(2).cloned());
    if let Some(Value::Str(s)) = real.as_ref().map(Value::plain) {
        if imag.is_some() {
            return Err(Exc::TypeError.new("complex() can't take second arg if first is a string"));
        }
        let (re, im) = parse(s).ok_or_else(|| Exc::ValueError.new("complex() arg is a malformed string"))?;
        return Ok(rt.object_of(class, Complex(re, im)));
    }
    if let Some(Value::Str(_)) = imag.as_ref().map(Value::plain) {
        return Err(Exc::TypeError.new("complex() second arg can't be a string"));
    }
    let part = |v: &Option<Value>, which: &str| -> Res<(f64, f64)> {
        match v {
            None => Ok((0.0, 0.0)),
            Some(v) => convert(rt, v)?.ok_or_else(|| {
                Exc::TypeError.new(match which {
                    "first" => {
                        format!("complex() first argument must be a string or a number, not '{}'", ops::type_name(v))
                    }
                    _ => format!("complex() second argument must be a number, not '{}'", ops::type_name(v)),
                })
            }),
        }
    };
    let (re, im) = (part(&real, "first")?, part(&imag, "second")?);
    let complex_imag = imag.as_ref().is_some_and(|v| v.native::<Complex>().is_some());
    let result = if complex_imag {
        (re.0 - im.1, re.1 + im.0)
    } else if imag.is_some() {
        (re.0, re.1 + im.0)
    } else {
        re
    };
    Ok(rt.object_of(class, Complex(result.0, result.1)))
}
