//! `int`. Mirrors <https://docs.python.org/3/library/stdtypes.html#numeric-types-int-float-complex>.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::known;

/// Arithmetic.
pub mod arith;
/// Text to integers and back.
pub mod parse;

pub use arith::int_binary;

/// The receiver as an integer of any size.
fn this(a: &Args) -> BigInt {
    a.get(0).as_big().unwrap_or_default()
}

/// The receiver as a plain `int`.
fn plain(a: &Args) -> Value {
    match a.get(0).plain() {
        Value::Bool(b) => Value::Int(*b as i64),
        other => other.clone(),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, x=0, base=10)", "An integer from a number or text.", new),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| text(a.get(0).plain())),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| {
        Ok(Value::Bool(!matches!(a.get(0).plain(), Value::Int(0) | Value::Bool(false))))
    }),
    Row::method("__format__", "(self, format_spec, /)", "Convert to a string according to format_spec.", |rt, a| {
        if a.get(1).as_str().is_some_and(|s| s.is_empty()) && matches!(a.get(0), Value::Obj(_) | Value::Bool(_)) {
            return Ok(Value::Str(ops::str(rt, a.get(0))?));
        }
        super::format_spec::format_number(a.get(0), super::format_text(a)?)
    }),
    Row::method("__neg__", "(self, /)", "-self", |_, a| match a.get(0).as_int() {
        Some(i) if i != i64::MIN => Ok(Value::Int(-i)),
        _ => Ok(Value::from_big(-this(a))),
    }),
    Row::method("__pos__", "(self, /)", "+self", |_, a| Ok(plain(a))),
    Row::method("__abs__", "(self, /)", "abs(self)", |_, a| match a.get(0).as_int() {
        Some(i) if i != i64::MIN => Ok(Value::Int(i.abs())),
        _ => Ok(Value::from_big(this(a).abs())),
    }),
    Row::method("__invert__", "(self, /)", "~self", |_, a| match a.get(0).as_int() {
        Some(i) => Ok(Value::Int(!i)),
        None => Ok(Value::from_big(-this(a) - 1)),
    }),
    Row::method("__int__", "(self, /)", "int(self)", |_, a| Ok(plain(a))),
    Row::method("__index__", "(self, /)", "The integer as an index.", |_, a| Ok(plain(a))),
    Row::method("__float__", "(self, /)", "float(self)", |_, a| arith::to_float(&this(a)).map(Value::Float)),
    Row::method("__trunc__", "(self, /)", "Truncating an Integral returns itself.", |_, a| Ok(plain(a))),
    Row::method("__floor__", "(self, /)", "Flooring an Integral returns itself.", |_, a| Ok(plain(a))),
    Row::method("__ceil__", "(self, /)", "Ceiling of an Integral returns itself.", |_, a| Ok(plain(a))),
    Row::method(
        "__round__",
        "(self, ndigits=None, /)",
        "Rounds; negative digits round to tens, hundreds ...",
        |rt, a| match a.some(1) {
            None => Ok(plain(a)),
            Some(n) => {
                let digits = ops::index_big(rt, n)?;
                Ok(arith::round_to(
                    &this(a),
                    digits.to_i64().unwrap_or(if digits.is_negative() { i64::MIN } else { 0 }),
                ))
            }
        },
    ),
    Row::method("__pow__", "(self, value, mod=None, /)", "Return pow(self, value, mod).", |rt, a| {
        let (x, y) = (a.get(0).plain(), a.get(1).plain());
        if !is_int(y) {
            return Ok(Value::NotImplemented);
        }
        match a.some(2).map(Value::plain) {
            None => Ok(int_binary(rt, BinOp::Pow, x, y)?.unwrap_or(Value::NotImplemented)),
            Some(m) if is_int(m) => arith::power_modulo(&this(a), &big(y), &big(m)),
            Some(_) => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__rpow__", "(self, value, mod=None, /)", "Return pow(value, self, mod).", |rt, a| {
        Ok(int_binary(rt, BinOp::Pow, a.get(1).plain(), a.get(0).plain())?.unwrap_or(Value::NotImplemented))
    }),
    Row::method("__divmod__", "(self, value, /)", "Return divmod(self, value).", |rt, a| {
        divmod(rt, a.get(0).plain(), a.get(1).plain())
    }),
    Row::method("__rdivmod__", "(self, value, /)", "Return divmod(value, self).", |rt, a| {
        divmod(rt, a.get(1).plain(), a.get(0).plain())
    }),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| Ok(Value::tuple(vec![plain(a)]))),
    Row::method("__sizeof__", "(self, /)", "Size in bytes.", |_, a| {
        Ok(Value::from(24 + 4 * (this(a).bits().div_ceil(30).max(1)) as usize))
    }),
    Row::method("bit_length", "(self, /)", "Number of bits necessary to represent self in binary.", |_, a| {
        Ok(Value::Int(this(a).bits() as i64))
    }),
    Row::method(
        "bit_count",
        "(self, /)",
        "Number of ones in the binary representation of the absolute value.",
        |_, a| Ok(Value::Int(this(a).magnitude().count_ones() as i64)),
    ),
    Row::method("conjugate", "(self, /)", "Returns self, the complex conjugate of any int.", |_, a| Ok(plain(a))),
    Row::method(
        "as_integer_ratio",
        "(self, /)",
        "A pair of integers, whose ratio is equal to the original int.",
        |_, a| Ok(Value::pair(plain(a), Value::Int(1))),
    ),
    Row::method(
        "is_integer",
        "(self, /)",
        "Returns True. Exists for duck type compatibility with float.is_integer.",
        |_, _| Ok(Value::Bool(true)),
    ),
    Row::method(
        "to_bytes",
        "(self, /, length=1, byteorder='big', *, signed=False)",
        "Return an array of bytes representing an integer.",
        to_bytes,
    ),
    Row::class(
        "from_bytes",
        "(type, /, bytes, byteorder='big', *, signed=False)",
        "Return the integer represented by the given array of bytes.",
        from_bytes,
    ),
    Row::getter("real", "the real part of a complex number", |_, a| Ok(plain(a))),
    Row::getter("imag", "the imaginary part of a complex number", |_, _| Ok(Value::Int(0))),
    Row::getter("numerator", "the numerator of a rational number in lowest terms", |_, a| Ok(plain(a))),
    Row::getter("denominator", "the denominator of a rational number in lowest terms", |_, _| Ok(Value::Int(1))),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(int_row;
    "__add__", "__radd__", "+", Add; "__sub__", "__rsub__", "-", Sub; "__mul__", "__rmul__", "*", Mul;
    "__truediv__", "__rtruediv__", "/", Div; "__floordiv__", "__rfloordiv__", "//", FloorDiv;
    "__mod__", "__rmod__", "%", Mod; "__lshift__", "__rlshift__", "<<", LShift;
    "__rshift__", "__rrshift__", ">>", RShift; "__and__", "__rand__", "&", And; "__or__", "__ror__", "|", Or;
    "__xor__", "__rxor__", "^", Xor;
);

pub(super) const ORDER: &[Row] = compare_rows!(int_compare);

fn is_int(v: &Value) -> bool {
    matches!(v, Value::Int(_) | Value::Big(_) | Value::Bool(_))
}

fn big(v: &Value) -> BigInt {
    v.as_big().unwrap_or_default()
}

fn int_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    Ok(int_binary(rt, op, a.plain(), b.plain())?.unwrap_or(Value::NotImplemented))
}

fn int_compare(rt: &Rt, op: ops::Order, a: &Value, b: &Value) -> Res<Value> {
    match is_int(b.plain()) {
        true => Ok(ops::compare_plain(rt, op, a.plain(), b.plain())?.unwrap_or(Value::NotImplemented)),
        false => Ok(Value::NotImplemented),
    }
}

fn divmod(rt: &Rt, a: &Value, b: &Value) -> Res<Value> {
    if !is_int(a) || !is_int(b) {
        return Ok(Value::NotImplemented);
    }
    let q = int_binary(rt, BinOp::FloorDiv, a, b)?.unwrap_or_default();
    let r = int_binary(rt, BinOp::Mod, a, b)?.unwrap_or_default();
    Ok(Value::pair(q, r))
}

/// The decimal text of a plain integer, as a value.
pub fn text(v: &Value) -> Res<Value> {
    Ok(match v {
        Value::Int(i) => Value::str(itoa::Buffer::new().format(*i)),
        Value::Bool(b) => Value::Int(*b as i64).as_int().map_or(Value::None, |i| Value::str(i.to_string())),
        Value::Big(b) => Value::from(parse::to_text(b)?),
        _ => Value::None,
    })
}

fn new(rt: &Rt, a: &mut Args) -> Res<Value> {
    let class = super::class_argument(rt, a, &rt.types.int)?;
    let value = match (a.opt(1), a.opt(2)) {
        (None, Some(_)) => return Err(Exc::TypeError.new("int() missing string argument")),
        (None, None) => Value::Int(0),
        (Some(x), None) => to_int(rt, x)?,
        (Some(x), Some(base)) => {
            let base = ops::index(rt, base).or_else(|e| if e.is(Exc::OverflowError) { Ok(-1) } else { Err(e) })?;
            let radix = match u32::try_from(base) {
                Ok(r) if r == 0 || (2..=36).contains(&r) => r,
                _ => return Err(Exc::ValueError.new("int() base must be >= 2 and <= 36, or 0")),
            };
            match x.plain() {
                Value::Str(s) => parse::parse(s, radix, || Ok(ops::repr(rt, x)?.to_string()))?,
                _ => match super::bytes_like(x) {
                    Some(b) => parse_bytes(rt, x, &b, radix)?,
                    None => return Err(Exc::TypeError.new("int() can't convert non-string with explicit base")),
                },
            }
        }
    };
    Ok(super::wrap(rt, class, &rt.types.int, value))
}

fn parse_bytes(rt: &Rt, x: &Value, bytes: &[u8], radix: u32) -> Res<Value> {
    let shown = || Ok(ops::repr(rt, x)?.to_string());
    match std::str::from_utf8(bytes) {
        Ok(s) if s.is_ascii() => parse::parse(s, radix, shown),
        _ => Err(Exc::ValueError.new(format!("invalid literal for int() with base {radix}: {}", shown()?))),
    }
}

/// `int(x)`. Errors as Python words them.
pub fn to_int(rt: &Rt, x: &Value) -> Res<Value> {
    match x {
        Value::Int(_) | Value::Big(_) => return Ok(x.clone()),
        Value::Bool(b) => return Ok(Value::Int(*b as i64)),
        Value::Float(f) => return arith::from_float(*f),
        Value::Str(s) => return parse::parse(s, 10, || Ok(ops::repr(rt, x)?.to_string())),
        _ => {}
    }
    for (name, shown) in [(known::INT, "__int__"), (known::INDEX, "__index__"), (known::TRUNC, "__trunc__")] {
        if let Some(method) = ops::lookup_special(rt, x, name)? {
            let n = ops::call0(rt, &method)?;
            return match n.plain() {
                Value::Int(_) | Value::Big(_) => Ok(n.plain().clone()),
                Value::Bool(b) => Ok(Value::Int(*b as i64)),
                _ if name == known::TRUNC => {
                    Err(Exc::TypeError.new(format!("__trunc__ returned non-Integral (type {})", ops::type_name(&n))))
                }
                _ => Err(Exc::TypeError.new(format!("{shown} returned non-int (type {})", ops::type_name(&n)))),
            };
        }
    }
    match x.plain() {
        Value::Str(s) => parse::parse(s, 10, || Ok(ops::repr(rt, x)?.to_string())),
        _ => match super::bytes_like(x) {
            Some(b) => parse_bytes(rt, x, &b, 10),
            None => Err(Exc::TypeError.new(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                ops::type_name(x)
            ))),
        },
    }
}

fn big_endian(a: &Args, slot: usize) -> Res<bool> {
    match a.opt(slot) {
        None => Ok(true),
        Some(v) => match v.as_str().map(|s| s.as_str()) {
            Some("big") => Ok(true),
            Some("little") => Ok(false),
            Some(_) => Err(Exc::ValueError.new("byteorder must be either 'little' or 'big'")),
            None => Err(Exc::TypeError.new(format!(
                "{}() argument 'byteorder' must be str, not {}",
                a.name,
                ops::argument_name(v)
            ))),
        },
    }
}

fn to_bytes(rt: &Rt, a: &mut Args) -> Res<Value> {
    let length = match a.opt(1) {
        Some(v) => ops::index(rt, v)?,
        None => 1,
    };
    let big_first = big_endian(a, 2)?;
    let signed = a.flag(rt, 3, false)?;
    let length = usize::try_from(length).map_err(|_| Exc::ValueError.new("length argument must be non-negative"))?;
    super::check_size(rt, length)?;
    let n = this(a);
    if n.is_negative() && !signed {
        return Err(Exc::OverflowError.new("can't convert negative int to unsigned"));
    }
    let mut bytes = match signed {
        true if n.is_zero() => Vec::new(),
        true => n.to_signed_bytes_le(),
        false if n.is_zero() => Vec::new(),
        false => n.to_bytes_le().1,
    };
    if bytes.len() > length {
        return Err(Exc::OverflowError.new("int too big to convert"));
    }
    bytes.resize(length, if n.is_negative() { 0xff } else { 0 });
    if big_first {
        bytes.reverse();
    }
    Ok(Value::bytes(bytes))
}

fn from_bytes(rt: &Rt, a: &mut Args) -> Res<Value> {
    let big_first = big_endian(a, 2)?;
    let mut bytes = super::bytes::bytes_from(rt, a.get(1))?;
    if big_first {
        bytes.reverse();
    }
    let n = match a.flag(rt, 3, false)? {
        true => BigInt::from_signed_bytes_le(&bytes),
        false => BigInt::from_bytes_le(if bytes.is_empty() { Sign::NoSign } else { Sign::Plus }, &bytes),
    };
    let value = Value::from_big(n);
    match a.get(0) {
        Value::Class(c) if !std::rc::Rc::ptr_eq(c, &rt.types.int) => ops::call1(rt, &a.value(0), value),
        _ => Ok(value),
    }
}
