//! `float`. Mirrors <https://docs.python.org/3/library/stdtypes.html#additional-methods-on-float>.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, ToPrimitive};

use crate::object::args::Args;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::known;

/// Floats as text and back.
pub mod repr;

fn this(a: &Args) -> f64 {
    a.get(0).as_float().unwrap_or_default()
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, x=0, /)", "Convert a string or number to a floating-point number.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.float)?;
        let f = match a.opt(1) {
            Some(x) => to_float(rt, x)?,
            None => 0.0,
        };
        Ok(super::wrap(rt, class, &rt.types.float, Value::Float(f)))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| Ok(Value::from(repr::repr(this(a))))),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| Ok(Value::Bool(this(a) != 0.0))),
    Row::method("__format__", "(self, format_spec, /)", "Formats the float according to format_spec.", |_, a| {
        super::format_spec::format_number(a.get(0), super::format_text(a)?)
    }),
    Row::method("__neg__", "(self, /)", "-self", |_, a| Ok(Value::Float(-this(a)))),
    Row::method("__pos__", "(self, /)", "+self", |_, a| Ok(Value::Float(this(a)))),
    Row::method("__abs__", "(self, /)", "abs(self)", |_, a| Ok(Value::Float(this(a).abs()))),
    Row::method("__int__", "(self, /)", "int(self)", |_, a| super::int::arith::from_float(this(a))),
    Row::method("__float__", "(self, /)", "float(self)", |_, a| Ok(Value::Float(this(a)))),
    Row::method("__trunc__", "(self, /)", "Return the Integral closest to x between 0 and x.", |_, a| {
        super::int::arith::from_float(this(a))
    }),
    Row::method("__floor__", "(self, /)", "Return the floor as an Integral.", |_, a| {
        super::int::arith::from_float(this(a).floor())
    }),
    Row::method("__ceil__", "(self, /)", "Return the ceiling as an Integral.", |_, a| {
        super::int::arith::from_float(this(a).ceil())
    }),
    Row::method(
        "__round__",
        "(self, ndigits=None, /)",
        "Return the Integral closest to x, rounding half toward even.",
        |rt, a| match a.some(1) {
            None => super::int::arith::from_float(libm::rint(this(a))),
            Some(n) => round(
                this(a),
                ops::index(rt, n).or_else(|e| match e.is(Exc::OverflowError) {
                    true => Ok(i64::MAX),
                    false => Err(e),
                })?,
            )
            .map(Value::Float),
        },
    ),
    Row::method("__pow__", "(self, value, mod=None, /)", "Return pow(self, value, mod).", |rt, a| {
        if a.some(2).is_some() {
            return Err(Exc::TypeError.new("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        float_row(rt, BinOp::Pow, a.get(0), a.get(1))
    }),
    Row::method("__rpow__", "(self, value, mod=None, /)", "Return pow(value, self, mod).", |rt, a| {
        float_row(rt, BinOp::Pow, a.get(1), a.get(0))
    }),
    Row::method("__divmod__", "(self, value, /)", "Return divmod(self, value).", |_, a| divmod(a.get(0), a.get(1))),
    Row::method("__rdivmod__", "(self, value, /)", "Return divmod(value, self).", |_, a| divmod(a.get(1), a.get(0))),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| {
        Ok(Value::tuple(vec![Value::Float(this(a))]))
    }),
    Row::method("conjugate", "(self, /)", "Return self, the complex conjugate of any float.", |_, a| {
        Ok(Value::Float(this(a)))
    }),
    Row::method("is_integer", "(self, /)", "Return True if the float is an integer.", |_, a| {
        Ok(Value::Bool(this(a).is_finite() && this(a).floor() == this(a)))
    }),
    Row::method(
        "as_integer_ratio",
        "(self, /)",
        "A pair of integers, whose ratio is exactly equal to the original float.",
        |_, a| {
            let (n, d) = integer_ratio(this(a))?;
            Ok(Value::pair(Value::from_big(n), Value::from_big(d)))
        },
    ),
    Row::method("hex", "(self, /)", "Return a hexadecimal representation of a floating-point number.", |_, a| {
        Ok(Value::from(repr::hex(this(a))))
    }),
    Row::class("fromhex", "(type, string, /)", "Create a floating-point number from a hexadecimal string.", |rt, a| {
        let Some(text) = a.get(1).as_str() else {
            return Err(Exc::TypeError.new("bad argument type for built-in operation"));
        };
        let f = match repr::from_hex(text) {
            Ok(f) => Value::Float(f),
            Err(true) => return Err(Exc::OverflowError.new("hexadecimal value too large to represent as a float")),
            Err(false) => return Err(Exc::ValueError.new("invalid hexadecimal floating-point string")),
        };
        match a.get(0) {
            Value::Class(c) if !std::rc::Rc::ptr_eq(c, &rt.types.float) => ops::call1(rt, &a.value(0), f),
            _ => Ok(f),
        }
    }),
    Row::class("__getformat__", "(type, typestr, /)", "The format of floats in memory.", |_, _| {
        Ok(Value::str("IEEE, little-endian"))
    }),
    Row::getter("real", "the real part of a complex number", |_, a| Ok(Value::Float(this(a)))),
    Row::getter("imag", "the imaginary part of a complex number", |_, _| Ok(Value::Float(0.0))),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(float_row;
    "__add__", "__radd__", "+", Add; "__sub__", "__rsub__", "-", Sub; "__mul__", "__rmul__", "*", Mul;
    "__truediv__", "__rtruediv__", "/", Div; "__floordiv__", "__rfloordiv__", "//", FloorDiv;
    "__mod__", "__rmod__", "%", Mod;
);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

fn float_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    Ok(float_binary(rt, op, a.plain(), b.plain())?.unwrap_or(Value::NotImplemented))
}

/// A plain number as a float; `None` where it is no real number.
fn number(v: &Value) -> Res<Option<f64>> {
    Ok(match v {
        Value::Float(f) => Some(*f),
        Value::Int(i) => Some(*i as f64),
        Value::Bool(b) => Some(*b as i64 as f64),
        Value::Big(b) => Some(super::int::arith::to_float(b)?),
        _ => None,
    })
}

/// An operation of two plain numbers of which one is a float; `None` where one is no number.
pub fn float_binary(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Option<Value>> {
    let (Some(x), Some(y)) = (number(a)?, number(b)?) else { return Ok(None) };
    Ok(Some(Value::Float(match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => x * y,
        BinOp::Div if y == 0.0 => return Err(zero("float division by zero")),
        BinOp::Div => x / y,
        BinOp::FloorDiv if y == 0.0 => return Err(zero("float floor division by zero")),
        BinOp::FloorDiv => floor_divide(x, y).0,
        BinOp::Mod if y == 0.0 => return Err(zero("float modulo by zero")),
        BinOp::Mod => floor_divide(x, y).1,
        BinOp::Pow => return power(rt, x, y).map(Some),
        _ => return Ok(None),
    })))
}

fn zero(text: &str) -> Error {
    Exc::ZeroDivisionError.new(text)
}

/// Quotient and remainder with the divisor's sign.
fn floor_divide(x: f64, y: f64) -> (f64, f64) {
    let mut rest = x % y;
    let mut div = (x - rest) / y;
    if rest != 0.0 {
        if (y < 0.0) != (rest < 0.0) {
            rest += y;
            div -= 1.0;
        }
    } else {
        rest = 0.0f64.copysign(y);
    }
    let floor = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0.0f64.copysign(x / y)
    };
    (floor, rest)
}

fn divmod(a: &Value, b: &Value) -> Res<Value> {
    let (Some(x), Some(y)) = (number(a.plain())?, number(b.plain())?) else { return Ok(Value::NotImplemented) };
    if y == 0.0 {
        return Err(zero("float divmod()"));
    }
    let (q, r) = floor_divide(x, y);
    Ok(Value::pair(Value::Float(q), Value::Float(r)))
}

/// `x ** y`. ZeroDivisionError, OverflowError; complex where Python's is.
pub fn power(rt: &Rt, x: f64, y: f64) -> Res<Value> {
    if x == 0.0 && y < 0.0 {
        return Err(zero("0.0 cannot be raised to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return super::complex::power(rt, (x, 0.0), (y, 0.0));
    }
    let result = libm::pow(x, y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(Exc::OverflowError.with_args(vec![Value::Int(34), Value::str("Numerical result out of range")]));
    }
    Ok(Value::Float(result))
}

/// `round(x, digits)`, correctly rounded. OverflowError where the result is too large.
pub fn round(x: f64, digits: i64) -> Res<f64> {
    if !x.is_finite() || x == 0.0 || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0f64.copysign(x));
    }
    if digits >= 0 {
        return Ok(format!("{x:.*}", digits as usize).parse().unwrap_or(x));
    }
    let unit = num_traits::pow(BigInt::from(10), digits.unsigned_abs() as usize);
    let (n, d) = integer_ratio(x)?;
    let scale = unit * d;
    let (q, r) = n.div_mod_floor(&scale);
    let twice: BigInt = r * 2;
    let q = match twice.cmp(&scale) {
        std::cmp::Ordering::Greater => q + 1,
        std::cmp::Ordering::Equal if q.is_odd() => q + 1,
        _ => q,
    };
    let rounded = q * num_traits::pow(BigInt::from(10), digits.unsigned_abs() as usize);
    match rounded.to_f64() {
        Some(f) if f.is_finite() => Ok(if f == 0.0 { f.copysign(x) } else { f }),
        _ => Err(Exc::OverflowError.new("rounded value too large to represent")),
    }
}

/// A float as a ratio of integers. ValueError, OverflowError for what is no number.
pub fn integer_ratio(x: f64) -> Res<(BigInt, BigInt)> {
    if x.is_nan() {
        return Err(Exc::ValueError.new("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(Exc::OverflowError.new("cannot convert Infinity to integer ratio"));
    }
    let (m, e) = libm::frexp(x);
    let mut n = (m * 9_007_199_254_740_992.0) as i64;
    let mut exponent = e as i64 - 53;
    if n == 0 {
        return Ok((BigInt::from(0), BigInt::one()));
    }
    while n % 2 == 0 && exponent < 0 {
        n /= 2;
        exponent += 1;
    }
    Ok(match exponent >= 0 {
        true => (BigInt::from(n) << exponent as u64, BigInt::one()),
        false => (BigInt::from(n), BigInt::one() << (-exponent) as u64),
    })
}

/// `float(x)`. Errors as Python words them.
pub fn to_float(rt: &Rt, x: &Value) -> Res<f64> {
    if let Value::Obj(_) = x
        && let Some(method) = ops::lookup_special(rt, x, known::FLOAT)?
    {
        let f = ops::call0(rt, &method)?;
        return f.as_float().ok_or_else(|| {
            Exc::TypeError.new(format!(
                "{}.__float__ returned non-float (type {})",
                ops::type_name(x),
                ops::type_name(&f)
            ))
        });
    }
    if let Some(f) = number(x.plain())? {
        return Ok(f);
    }
    let invalid = || match ops::repr(rt, x) {
        Ok(shown) => Exc::ValueError.new(format!("could not convert string to float: {shown}")),
        Err(e) => e,
    };
    match x.plain() {
        Value::Str(s) => repr::parse(s).ok_or_else(invalid),
        _ => {
            if let Some(b) = super::bytes_like(x) {
                return std::str::from_utf8(&b).ok().and_then(repr::parse).ok_or_else(invalid);
            }
            if ops::lookup_special(rt, x, known::INDEX)?.is_some() {
                return super::int::arith::to_float(&ops::index_big(rt, x)?);
            }
            Err(Exc::TypeError
                .new(format!("float() argument must be a string or a real number, not '{}'", ops::type_name(x))))
        }
    }
}

/// A real number as C functions take it: a float, an int, or what `__float__` or `__index__` gives. TypeError
/// `must be real number, not str`.
pub fn real(rt: &Rt, x: &Value) -> Res<f64> {
    match x.plain() {
        Value::Str(_) | Value::Bytes(_) => {}
        _ if number(x.plain())?.is_some()
            || ops::lookup_special(rt, x, known::FLOAT)?.is_some()
            || ops::lookup_special(rt, x, known::INDEX)?.is_some() =>
        {
            return to_float(rt, x);
        }
        _ => {}
    }
    Err(Exc::TypeError.new(format!("must be real number, not {}", ops::type_name(x))))
}
