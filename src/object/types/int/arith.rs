//! Integer arithmetic with Python's signs and overflow into big integers.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::object::error::{Error, Exc, Res};
use crate::object::ops::BinOp;
use crate::object::rt::Rt;
use crate::object::value::Value;

/// Results past this many bits are refused: they would take minutes.
const MOST_BITS: u64 = 1 << 26;

fn zero_division(text: &str) -> Error {
    Exc::ZeroDivisionError.new(text)
}

/// A plain `int` or `bool` that fits.
fn small(v: &Value) -> Option<i64> {
    match v {
        Value::Int(i) => Some(*i),
        Value::Bool(b) => Some(*b as i64),
        _ => None,
    }
}

/// An operation of two plain integers (`bool` included); `None` where one is none, or the operation is not theirs.
pub fn int_binary(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Option<Value>> {
    if let (Value::Bool(x), Value::Bool(y)) = (a, b) {
        match op {
            BinOp::And => return Ok(Some(Value::Bool(x & y))),
            BinOp::Or => return Ok(Some(Value::Bool(x | y))),
            BinOp::Xor => return Ok(Some(Value::Bool(x ^ y))),
            _ => {}
        }
    }
    if let (Some(x), Some(y)) = (small(a), small(b)) {
        let quick = match op {
            BinOp::Add => x.checked_add(y),
            BinOp::Sub => x.checked_sub(y),
            BinOp::Mul => x.checked_mul(y),
            BinOp::FloorDiv => match y {
                0 => return Err(zero_division("integer division or modulo by zero")),
                _ => x.checked_div(y).map(|q| if (x % y != 0) && ((x < 0) != (y < 0)) { q - 1 } else { q }),
            },
            BinOp::Mod => match y {
                0 => return Err(zero_division("integer modulo by zero")),
                _ => x.checked_rem(y).map(|r| if r != 0 && ((r < 0) != (y < 0)) { r + y } else { r }),
            },
            BinOp::Div => return divide(&BigOr::Small(x), &BigOr::Small(y)).map(Some),
            BinOp::And => Some(x & y),
            BinOp::Or => Some(x | y),
            BinOp::Xor => Some(x ^ y),
            BinOp::LShift if (0..62).contains(&y) => {
                let shifted = (x as i128) << y;
                i64::try_from(shifted).ok()
            }
            BinOp::RShift if y >= 0 => Some(x >> y.min(63)),
            BinOp::Pow if y >= 0 => u32::try_from(y).ok().and_then(|e| x.checked_pow(e)),
            _ => None,
        };
        if let Some(n) = quick {
            return Ok(Some(Value::Int(n)));
        }
    }
    let (Some(x), Some(y)) = (plain_big(a), plain_big(b)) else { return Ok(None) };
    let result = match op {
        BinOp::Add => x + y,
        BinOp::Sub => x - y,
        BinOp::Mul => {
            limit(x.bits() + y.bits())?;
            x * y
        }
        BinOp::FloorDiv | BinOp::Mod if y.is_zero() => {
            return Err(zero_division(match op {
                BinOp::Mod => "integer modulo by zero",
                _ => "integer division or modulo by zero",
            }));
        }
        BinOp::FloorDiv => x.div_floor(&y),
        BinOp::Mod => x.mod_floor(&y),
        BinOp::Div => return divide(&BigOr::Big(x), &BigOr::Big(y)).map(Some),
        BinOp::Pow => return power(rt, &x, &y).map(Some),
        BinOp::And => x & y,
        BinOp::Or => x | y,
        BinOp::Xor => x ^ y,
        BinOp::LShift => {
            if y.is_negative() {
                return Err(Exc::ValueError.new("negative shift count"));
            }
            if x.is_zero() {
                return Ok(Some(Value::Int(0)));
            }
            let n = y.to_u64().ok_or_else(|| Exc::OverflowError.new("too many digits in integer"))?;
            limit(x.bits().saturating_add(n)).map_err(|_| Exc::OverflowError.new("too many digits in integer"))?;
            x << n
        }
        BinOp::RShift => {
            if y.is_negative() {
                return Err(Exc::ValueError.new("negative shift count"));
            }
            match y.to_u64() {
                Some(n) if n < MOST_BITS * 8 => x >> n,
                _ if x.is_negative() => -BigInt::one(),
                _ => BigInt::zero(),
            }
        }
        BinOp::MatMul => return Ok(None),
    };
    Ok(Some(Value::from_big(result)))
}

fn plain_big(v: &Value) -> Option<BigInt> {
    match v {
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => v.as_big(),
        _ => None,
    }
}

fn limit(bits: u64) -> Res<()> {
    match bits > MOST_BITS {
        true => Err(Exc::MemoryError.with_args(Vec::new())),
        false => Ok(()),
    }
}

fn power(rt: &Rt, base: &BigInt, exponent: &BigInt) -> Res<Value> {
    if exponent.is_negative() {
        let (x, y) = (to_float(base)?, to_float(exponent)?);
        return super::super::float::power(rt, x, y);
    }
    if base.is_zero() || base.is_one() {
        let zero_power = exponent.is_zero();
        return Ok(Value::Int(if zero_power || base.is_one() { 1 } else { 0 }));
    }
    if base.magnitude().is_one() {
        return Ok(Value::Int(if exponent.is_even() { 1 } else { -1 }));
    }
    let n = exponent.to_u64().ok_or_else(|| Exc::MemoryError.with_args(Vec::new()))?;
    limit((base.bits() - 1).saturating_mul(n))?;
    let mut result = BigInt::one();
    let mut square = base.clone();
    let mut rest = n;
    loop {
        if rest & 1 == 1 {
            result *= &square;
        }
        rest >>= 1;
        if rest == 0 {
            break;
        }
        square = &square * &square;
        rt.check_interrupt()?;
    }
    Ok(Value::from_big(result))
}

/// `pow(base, exponent, modulus)` of integers.
pub fn power_modulo(base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> Res<Value> {
    if modulus.is_zero() {
        return Err(Exc::ValueError.new("pow() 3rd argument cannot be 0"));
    }
    if modulus.magnitude().is_one() {
        return Ok(Value::Int(0));
    }
    let (base, exponent) = match exponent.is_negative() {
        true => match base.modinv(&modulus.abs()) {
            Some(inverse) => (inverse, -exponent),
            None => return Err(Exc::ValueError.new("base is not invertible for the given modulus")),
        },
        false => (base.clone(), exponent.clone()),
    };
    let result = base.mod_floor(&modulus.abs()).modpow(&exponent, &modulus.abs());
    Ok(Value::from_big(result.mod_floor(modulus)))
}

enum BigOr {
    Small(i64),
    Big(BigInt),
}

fn divide(a: &BigOr, b: &BigOr) -> Res<Value> {
    if let (BigOr::Small(x), BigOr::Small(y)) = (a, b) {
        if *y == 0 {
            return Err(zero_division("division by zero"));
        }
        const EXACT: u64 = 1 << 53;
        if x.unsigned_abs() <= EXACT && y.unsigned_abs() <= EXACT {
            return Ok(Value::Float(*x as f64 / *y as f64));
        }
    }
    let big = |v: &BigOr| match v {
        BigOr::Small(i) => BigInt::from(*i),
        BigOr::Big(b) => b.clone(),
    };
    ratio(&big(a), &big(b)).map(Value::Float)
}

/// A quotient of integers as the nearest float. ZeroDivisionError, OverflowError.
pub fn ratio(a: &BigInt, b: &BigInt) -> Res<f64> {
    if b.is_zero() {
        return Err(zero_division("division by zero"));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (x, y) = (a.magnitude(), b.magnitude());
    // The quotient's leading bit stands at `exponent` or one below.
    let exponent = x.bits() as i64 - y.bits() as i64;
    if exponent > 1025 {
        return Err(Exc::OverflowError.new("integer division result too large for a float"));
    }
    if exponent < -1080 {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    // 64 to 65 bits of quotient; what is cut off is kept as a sticky bit, then rounded at the float's own place.
    let shift = 66 - exponent;
    let (q, r) = match shift >= 0 {
        true => (x << shift as u64).div_rem(y),
        false => x.div_rem(&(y << (-shift) as u64)),
    };
    let bits = q.bits() as i64;
    let lowest = (bits - 53).max(-1074 + shift);
    let cut = lowest.max(0) as u64;
    let mut kept = &q >> cut;
    let rest = &q - (&kept << cut);
    let half = num_bigint::BigUint::one() << cut.saturating_sub(1);
    let up = match rest.cmp(&half) {
        _ if cut == 0 => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => !r.is_zero() || kept.is_odd(),
    };
    if up {
        kept += 1u32;
    }
    let f = libm::ldexp(kept.to_f64().unwrap_or(f64::INFINITY), (cut as i64 - shift) as i32);
    if f.is_infinite() {
        return Err(Exc::OverflowError.new("integer division result too large for a float"));
    }
    Ok(if negative { -f } else { f })
}

/// An integer as the nearest float. OverflowError where it is too large.
pub fn to_float(n: &BigInt) -> Res<f64> {
    match n.to_f64() {
        Some(f) if f.is_finite() => Ok(f),
        _ => Err(Exc::OverflowError.new("int too large to convert to float")),
    }
}

/// The integer nearest to a float's whole part. ValueError, OverflowError for what is no number.
pub fn from_float(f: f64) -> Res<Value> {
    if f.is_nan() {
        return Err(Exc::ValueError.new("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(Exc::OverflowError.new("cannot convert float infinity to integer"));
    }
    let whole = f.trunc();
    if whole.abs() < 9.2e18 {
        return Ok(Value::Int(whole as i64));
    }
    let big: Option<BigInt> = num_traits::FromPrimitive::from_f64(whole);
    Ok(Value::from_big(big.unwrap_or_default()))
}

/// `round(n, -digits)`: to a multiple of a power of ten, half to even.
pub fn round_to(n: &BigInt, digits: i64) -> Value {
    if digits >= 0 {
        return Value::from_big(n.clone());
    }
    let places = digits.unsigned_abs();
    if places > n.bits() {
        return Value::Int(0);
    }
    let unit = num_traits::pow(BigInt::from(10), places as usize);
    let (q, r) = n.div_mod_floor(&unit);
    let twice: BigInt = &r * 2;
    let q = match twice.cmp(&unit) {
        std::cmp::Ordering::Greater => q + 1,
        std::cmp::Ordering::Less => q,
        std::cmp::Ordering::Equal => {
            if q.is_odd() {
                q + 1
            } else {
                q
            }
        }
    };
    Value::from_big(q * unit)
}

/// Whether an integer is below zero.
pub fn is_negative(n: &BigInt) -> bool {
    n.sign() == Sign::Minus
}
