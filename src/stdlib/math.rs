//! `math`. Mirrors <https://docs.python.org/3/library/math.html>.

use std::rc::Rc;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::support::{big_index, float_to_int, to_f64};
use crate::object::args::Args;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::module::Module;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::value::Value;

pub(super) fn build(_: &Rt, m: &Rc<Module>) -> Res<()> {
    m.put("pi", std::f64::consts::PI);
    m.put("e", std::f64::consts::E);
    m.put("tau", std::f64::consts::TAU);
    m.put("inf", f64::INFINITY);
    m.put("nan", f64::NAN);
    m.add_rows(ROWS);
    Ok(())
}

fn domain() -> Error {
    Exc::ValueError.new("math domain error")
}

fn range() -> Error {
    Exc::OverflowError.new("math range error")
}

/// A function of one float. NaN from a number is a domain error; infinity from a finite one a range error, or a
/// domain error where `singular`.
fn one(rt: &Rt, a: &Args, singular: bool, f: fn(f64) -> f64) -> Res<Value> {
    let x = to_f64(rt, a.get(0))?;
    let y = f(x);
    if y.is_nan() && !x.is_nan() {
        return Err(domain());
    }
    if y.is_infinite() && x.is_finite() {
        return Err(if singular { domain() } else { range() });
    }
    Ok(Value::Float(y))
}

fn two(rt: &Rt, a: &Args, f: fn(f64, f64) -> f64) -> Res<Value> {
    let (x, y) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?);
    let z = f(x, y);
    if z.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain());
    }
    if z.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range());
    }
    Ok(Value::Float(z))
}

/// The logarithm of an integer of any size, or of a float.
fn log_of(rt: &Rt, v: &Value, f: fn(f64) -> f64) -> Res<f64> {
    if let Value::Big(n) = v.plain() {
        if n.is_negative() {
            return Err(domain());
        }
        // n = m * 2^e with m a float.
        let e = n.bits() - 60;
        let m = (&**n >> e).to_f64().unwrap_or(0.0);
        return Ok(f(m) + f(2.0) * e as f64);
    }
    let x = to_f64(rt, v)?;
    if x <= 0.0 {
        return Err(domain());
    }
    Ok(f(x))
}

fn log2(x: f64) -> f64 {
    let y = libm::log2(x);
    // Powers of two are exact.
    if 2f64.powi(y.round() as i32) == x { y.round() } else { y }
}

fn gamma(x: f64) -> Res<f64> {
    if x == f64::NEG_INFINITY || x == x.floor() && x <= 0.0 {
        return Err(domain());
    }
    if x == x.trunc() && x <= 23.0 {
        return Ok((1..x as u64).map(|i| i as f64).product());
    }
    let y = libm::tgamma(x);
    if y.is_infinite() && x.is_finite() { Err(range()) } else { Ok(y) }
}

/// The sum of floats, exact until the last rounding.
pub(super) fn fsum(values: impl Iterator<Item = f64>) -> Result<f64, Error> {
    let mut partials: Vec<f64> = Vec::new();
    let mut special = 0.0;
    let mut infinities = 0.0;
    for x0 in values {
        if !x0.is_finite() {
            special += x0;
            if x0.is_infinite() {
                infinities += x0;
            }
            continue;
        }
        let mut x = x0;
        let mut kept = 0;
        for j in 0..partials.len() {
            let mut y = partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x.is_infinite() {
            return Err(Exc::OverflowError.new("intermediate overflow in fsum"));
        }
        partials.push(x);
    }
    if special != 0.0 || special.is_nan() {
        if infinities.is_nan() {
            return Err(Exc::ValueError.new("-inf + inf in fsum"));
        }
        return Ok(special);
    }
    let Some(mut high) = partials.pop() else { return Ok(0.0) };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // Half-way cases look at what is below.
    if let Some(next) = partials.last()
        && (low < 0.0 && *next < 0.0 || low > 0.0 && *next > 0.0)
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    Ok(high)
}

/// The length of a vector: scaled against overflow, summed exactly, corrected once.
fn norm(values: &[f64]) -> f64 {
    if values.iter().any(|v| v.is_infinite()) {
        return f64::INFINITY;
    }
    let max = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || values.len() == 1 {
        return max;
    }
    let (_, e) = libm::frexp(max);
    let scale = |v: f64| libm::scalbn(v, -e);
    let split = |v: f64| {
        let square = v * v;
        (square, v.mul_add(v, -square))
    };
    let parts: Vec<f64> = values.iter().flat_map(|v| <[f64; 2]>::from(split(scale(*v)))).collect();
    let sum = fsum(parts.iter().copied()).unwrap_or(f64::INFINITY);
    let mut h = sum.sqrt();
    let (square, rest) = split(h);
    let off = fsum(parts.into_iter().chain([-square, -rest])).unwrap_or(0.0);
    h += off / (2.0 * h);
    libm::scalbn(h, e)
}

fn floats(rt: &Rt, values: &[Value]) -> Res<Vec<f64>> {
    values.iter().map(|v| to_f64(rt, v)).collect()
}

fn count_arg(rt: &Rt, v: &Value, name: &str) -> Res<BigInt> {
    let n = big_index(rt, v)?;
    if n.is_negative() {
        return Err(Exc::ValueError.new(format!("{name} must be a non-negative integer")));
    }
    Ok(n)
}

fn small(n: &BigInt, what: &str) -> Res<u64> {
    n.to_u64().ok_or_else(|| Exc::OverflowError.new(format!("{what} must not exceed 18446744073709551615")))
}

/// The product of `from..=to`, by halves.
fn range_product(from: u64, to: u64) -> BigUint {
    if from > to {
        return BigUint::one();
    }
    if to - from < 16 {
        return (from..=to).fold(BigUint::one(), |p, i| p * i);
    }
    let mid = from + (to - from) / 2;
    range_product(from, mid) * range_product(mid + 1, to)
}

fn perm(rt: &Rt, n: &BigInt, k: &BigInt) -> Res<BigUint> {
    if k > n {
        return Ok(BigUint::zero());
    }
    let k = small(k, "k")?;
    match n.to_u64() {
        Some(n) => {
            limit(rt, k, n)?;
            Ok(range_product(n - k + 1, n))
        }
        None => Ok((0..k).fold(BigUint::one(), |p, i| p * (n - i).magnitude())),
    }
}

/// MemoryError where a product of so many factors would be too large.
fn limit(rt: &Rt, factors: u64, largest: u64) -> Res<()> {
    let bits = factors as f64 * ((largest + 1) as f64).log2();
    if bits / 8.0 > rt.memory_limit.get() as f64 / 16.0 {
        return Err(Exc::MemoryError.with_args(Vec::new()));
    }
    Ok(())
}

/// `floor`, `ceil` and `trunc`: the type's own method, or the float's.
fn rounded(rt: &Rt, a: &Args, method: &'static str, f: fn(f64) -> f64) -> Res<Value> {
    let v = a.get(0);
    if let Value::Float(x) = v {
        return float_to_int(f(*x));
    }
    if matches!(v, Value::Int(_) | Value::Big(_)) {
        return Ok(v.clone());
    }
    if let Some(hook) = ops::lookup_special(rt, v, method)? {
        return ops::call0(rt, &hook);
    }
    if method == "__trunc__" && !matches!(v.plain(), Value::Bool(_) | Value::Float(_)) {
        return Err(Exc::TypeError.new(format!("type {} doesn't define __trunc__ method", ops::type_name(v))));
    }
    if let Some(n) = v.as_big() {
        return Ok(Value::from_big(n));
    }
    float_to_int(f(to_f64(rt, v)?))
}

fn remainder(x: f64, y: f64) -> f64 {
    libm::remainder(x, y)
}

fn log_rows(rt: &Rt, a: &mut Args) -> Res<Value> {
    let x = log_of(rt, a.get(0), f64::ln)?;
    match a.opt(1) {
        None => Ok(Value::Float(x)),
        Some(base) => {
            let b = log_of(rt, base, f64::ln)?;
            if b == 0.0 {
                return Err(Exc::ZeroDivisionError.new("division by zero"));
            }
            Ok(Value::Float(x / b))
        }
    }
}

fn predicate(rt: &Rt, a: &Args, f: fn(f64) -> bool) -> Res<Value> {
    Ok(Value::Bool(f(to_f64(rt, a.get(0))?)))
}

const ROWS: &[Row] = &[
    Row::method("acos", "(x, /)", "Arc cosine, in radians.", |rt, a| one(rt, a, false, f64::acos)),
    Row::method("acosh", "(x, /)", "Inverse hyperbolic cosine.", |rt, a| one(rt, a, false, libm::acosh)),
    Row::method("asin", "(x, /)", "Arc sine, in radians.", |rt, a| one(rt, a, false, f64::asin)),
    Row::method("asinh", "(x, /)", "Inverse hyperbolic sine.", |rt, a| one(rt, a, false, libm::asinh)),
    Row::method("atan", "(x, /)", "Arc tangent, in radians.", |rt, a| one(rt, a, false, f64::atan)),
    Row::method("atan2", "(y, x, /)", "Arc tangent of y/x, in radians.", |rt, a| two(rt, a, f64::atan2)),
    Row::method("atanh", "(x, /)", "Inverse hyperbolic tangent.", |rt, a| one(rt, a, true, libm::atanh)),
    Row::method("cbrt", "(x, /)", "Cube root.", |rt, a| one(rt, a, false, f64::cbrt)),
    Row::method("ceil", "(x, /)", "The ceiling of x as an integer.", |rt, a| rounded(rt, a, "__ceil__", f64::ceil)),
    Row::method("comb", "(n, k, /)", "Ways to choose k of n items without order.", |rt, a| {
        let (n, k) = (count_arg(rt, a.get(0), "n")?, count_arg(rt, a.get(1), "k")?);
        if k > n {
            return Ok(Value::Int(0));
        }
        let rest = &n - &k;
        let k = if rest < k { rest } else { k };
        let top = perm(rt, &n, &k)?;
        let bottom = range_product(1, small(&k, "min(n - k, k)")?);
        Ok(Value::from_big(BigInt::from(top / bottom)))
    }),
    Row::method("copysign", "(x, y, /)", "x with the sign of y.", |rt, a| two(rt, a, f64::copysign)),
    Row::method("cos", "(x, /)", "Cosine of x radians.", |rt, a| one(rt, a, false, f64::cos)),
    Row::method("cosh", "(x, /)", "Hyperbolic cosine.", |rt, a| one(rt, a, false, f64::cosh)),
    Row::method("degrees", "(x, /)", "Radians as degrees.", |rt, a| {
        Ok(Value::Float(to_f64(rt, a.get(0))? * (180.0 / std::f64::consts::PI)))
    }),
    Row::method("dist", "(p, q, /)", "Euclidean distance between two points.", |rt, a| {
        let (p, q) = (floats(rt, &ops::collect(rt, a.get(0))?)?, floats(rt, &ops::collect(rt, a.get(1))?)?);
        if p.len() != q.len() {
            return Err(Exc::ValueError.new("both points must have the same number of dimensions"));
        }
        let differences: Vec<f64> = p.iter().zip(&q).map(|(x, y)| x - y).collect();
        Ok(Value::Float(norm(&differences)))
    }),
    Row::method("erf", "(x, /)", "Error function.", |rt, a| one(rt, a, false, libm::erf)),
    Row::method("erfc", "(x, /)", "Complementary error function.", |rt, a| one(rt, a, false, libm::erfc)),
    Row::method("exp", "(x, /)", "e to the power x.", |rt, a| one(rt, a, false, f64::exp)),
    Row::method("exp2", "(x, /)", "2 to the power x.", |rt, a| one(rt, a, false, f64::exp2)),
    Row::method("expm1", "(x, /)", "exp(x)-1 without loss of precision.", |rt, a| one(rt, a, false, f64::exp_m1)),
    Row::method("fabs", "(x, /)", "Absolute value of x as a float.", |rt, a| one(rt, a, false, f64::abs)),
    Row::method("factorial", "(n, /)", "n!", |rt, a| {
        let n = big_index(rt, a.get(0))?;
        if n.is_negative() {
            return Err(Exc::ValueError.new("factorial() not defined for negative values"));
        }
        let Some(n) = n.to_i64() else {
            return Err(Exc::OverflowError.new("factorial() argument should not exceed 9223372036854775807"));
        };
        limit(rt, n as u64, n as u64)?;
        Ok(Value::from_big(BigInt::from(range_product(1, n as u64))))
    }),
    Row::method("floor", "(x, /)", "The floor of x as an integer.", |rt, a| rounded(rt, a, "__floor__", f64::floor)),
    Row::method("fma", "(x, y, z, /)", "x*y + z, rounded once.", |rt, a| {
        let (x, y, z) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?, to_f64(rt, a.get(2))?);
        let r = x.mul_add(y, z);
        if r.is_finite() {
            return Ok(Value::Float(r));
        }
        if r.is_nan() {
            return if x.is_nan() || y.is_nan() || z.is_nan() {
                Ok(Value::Float(r))
            } else {
                Err(Exc::ValueError.new("invalid operation in fma"))
            };
        }
        if x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(Exc::OverflowError.new("overflow in fma"));
        }
        Ok(Value::Float(r))
    }),
    Row::method("fmod", "(x, y, /)", "The remainder of x/y as C computes it.", |rt, a| two(rt, a, |x, y| x % y)),
    Row::method("frexp", "(x, /)", "Mantissa and exponent.", |rt, a| {
        let x = to_f64(rt, a.get(0))?;
        let (m, e) = if x == 0.0 || !x.is_finite() { (x, 0) } else { libm::frexp(x) };
        Ok(Value::pair(Value::Float(m), Value::Int(e.into())))
    }),
    Row::method("fsum", "(seq, /)", "An accurate sum of floats.", |rt, a| {
        let values = floats(rt, &ops::collect(rt, a.get(0))?)?;
        Ok(Value::Float(fsum(values.into_iter())?))
    }),
    Row::method("gamma", "(x, /)", "Gamma function.", |rt, a| Ok(Value::Float(gamma(to_f64(rt, a.get(0))?)?))),
    Row::method("gcd", "(*integers)", "Greatest common divisor.", |rt, a| {
        let mut g = BigInt::zero();
        for v in std::mem::take(&mut a.rest) {
            g = g.gcd(&big_index(rt, &v)?);
        }
        Ok(Value::from_big(g))
    }),
    Row::method("hypot", "(*coordinates)", "Euclidean distance from the origin.", |rt, a| {
        Ok(Value::Float(norm(&floats(rt, &std::mem::take(&mut a.rest))?)))
    }),
    Row::method("isclose", "(a, b, *, rel_tol=1e-09, abs_tol=0.0)", "Whether two numbers are close.", |rt, a| {
        let (x, y) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?);
        let rel = a.opt(2).map_or(Ok(1e-9), |v| to_f64(rt, v))?;
        let abs = a.opt(3).map_or(Ok(0.0), |v| to_f64(rt, v))?;
        if rel < 0.0 || abs < 0.0 {
            return Err(Exc::ValueError.new("tolerances must be non-negative"));
        }
        if x == y {
            return Ok(Value::Bool(true));
        }
        if x.is_infinite() || y.is_infinite() {
            return Ok(Value::Bool(false));
        }
        let d = (y - x).abs();
        Ok(Value::Bool(d <= (rel * y).abs() || d <= (rel * x).abs() || d <= abs))
    }),
    Row::method("isfinite", "(x, /)", "Whether x is neither infinite nor NaN.", |rt, a| {
        predicate(rt, a, f64::is_finite)
    }),
    Row::method("isinf", "(x, /)", "Whether x is infinite.", |rt, a| predicate(rt, a, f64::is_infinite)),
    Row::method("isnan", "(x, /)", "Whether x is NaN.", |rt, a| predicate(rt, a, f64::is_nan)),
    Row::method("isqrt", "(n, /)", "The integer part of the square root.", |rt, a| {
        let n = big_index(rt, a.get(0))?;
        if n.sign() == Sign::Minus {
            return Err(Exc::ValueError.new("isqrt() argument must be nonnegative"));
        }
        Ok(Value::from_big(n.sqrt()))
    }),
    Row::method("lcm", "(*integers)", "Least common multiple.", |rt, a| {
        let mut l = BigInt::one();
        for v in std::mem::take(&mut a.rest) {
            l = l.lcm(&big_index(rt, &v)?);
        }
        Ok(Value::from_big(l))
    }),
    Row::method("ldexp", "(x, i, /)", "x * (2**i).", |rt, a| {
        let x = to_f64(rt, a.get(0))?;
        let Some(e) = a.get(1).as_big() else {
            return Err(Exc::TypeError.new("Expected an int as second argument to ldexp."));
        };
        let e = e.to_i32().unwrap_or(if e.is_negative() { -100_000 } else { 100_000 });
        let y = libm::scalbn(x, e.clamp(-100_000, 100_000));
        if y.is_infinite() && x.is_finite() { Err(range()) } else { Ok(Value::Float(y)) }
    }),
    Row::method("lgamma", "(x, /)", "Logarithm of the absolute value of gamma(x).", |rt, a| {
        let x = to_f64(rt, a.get(0))?;
        if x == x.floor() && x <= 2.0 && x.is_finite() {
            return if x <= 0.0 { Err(domain()) } else { Ok(Value::Float(0.0)) };
        }
        let y = if x.is_infinite() { f64::INFINITY } else { libm::lgamma(x) };
        if y.is_infinite() && x.is_finite() { Err(range()) } else { Ok(Value::Float(y)) }
    }),
    Row::method("log", "(x, base=None, /)", "Logarithm to a base, or the natural one.", log_rows),
    Row::method("log10", "(x, /)", "Decimal logarithm.", |rt, a| Ok(Value::Float(log_of(rt, a.get(0), f64::log10)?))),
    Row::method("log1p", "(x, /)", "Natural logarithm of 1+x.", |rt, a| one(rt, a, true, f64::ln_1p)),
    Row::method("log2", "(x, /)", "Logarithm to base 2.", |rt, a| Ok(Value::Float(log_of(rt, a.get(0), log2)?))),
    Row::method("modf", "(x, /)", "Fractional and integer parts.", |rt, a| {
        let x = to_f64(rt, a.get(0))?;
        let (f, i) = if x.is_infinite() { (0f64.copysign(x), x) } else { ((x - x.trunc()).copysign(x), x.trunc()) };
        Ok(Value::pair(Value::Float(f), Value::Float(i)))
    }),
    Row::method("nextafter", "(x, y, /, *, steps=None)", "The next float after x towards y.", |rt, a| {
        let (mut x, y) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?);
        let steps = match a.some(2) {
            Some(v) => big_index(rt, v)?,
            None => BigInt::one(),
        };
        if steps.is_negative() {
            return Err(Exc::ValueError.new("steps must be a non-negative integer"));
        }
        if x.is_nan() || y.is_nan() {
            return Ok(Value::Float(f64::NAN));
        }
        // Floats in order are integers in order.
        let key = |f: f64| {
            let b = f.to_bits() as i64;
            i128::from(if b < 0 { i64::MIN - b } else { b })
        };
        let (from, to) = (key(x), key(y));
        let n = steps.to_i128().unwrap_or(i128::MAX / 2);
        if n > 0 && from != to {
            let at = if to > from { (from + n).min(to) } else { (from - n).max(to) } as i64;
            x = if at < 0 { f64::from_bits(i64::MIN.wrapping_sub(at) as u64) } else { f64::from_bits(at as u64) };
            if i128::from(at) == to {
                x = y;
            }
        } else if n > 0 {
            x = y;
        }
        Ok(Value::Float(x))
    }),
    Row::method("perm", "(n, k=None, /)", "Ways to choose k of n items in order.", |rt, a| {
        let n = count_arg(rt, a.get(0), "n")?;
        let k = match a.some(1) {
            Some(k) => count_arg(rt, k, "k")?,
            None => n.clone(),
        };
        Ok(Value::from_big(BigInt::from(perm(rt, &n, &k)?)))
    }),
    Row::method("pow", "(x, y, /)", "x to the power y, as floats.", |rt, a| {
        let (x, y) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?);
        let z = x.powf(y);
        if z.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain());
        }
        if z.is_infinite() && x.is_finite() && y.is_finite() {
            return Err(if x == 0.0 { domain() } else { range() });
        }
        Ok(Value::Float(z))
    }),
    Row::method("prod", "(iterable, /, *, start=1)", "The product of the items.", |rt, a| {
        let mut product = a.opt(1).cloned().unwrap_or(Value::Int(1));
        let mut it = ops::iter(rt, a.get(0))?;
        while let Some(v) = it.next(rt)? {
            product = ops::binary(rt, BinOp::Mul, &product, &v)?;
        }
        Ok(product)
    }),
    Row::method("radians", "(x, /)", "Degrees as radians.", |rt, a| {
        Ok(Value::Float(to_f64(rt, a.get(0))? * (std::f64::consts::PI / 180.0)))
    }),
    Row::method("remainder", "(x, y, /)", "The IEEE 754 remainder.", |rt, a| {
        let (x, y) = (to_f64(rt, a.get(0))?, to_f64(rt, a.get(1))?);
        if x.is_finite() && y.is_infinite() {
            return Ok(Value::Float(x));
        }
        two(rt, a, remainder)
    }),
    Row::method("sin", "(x, /)", "Sine of x radians.", |rt, a| one(rt, a, false, f64::sin)),
    Row::method("sinh", "(x, /)", "Hyperbolic sine.", |rt, a| one(rt, a, false, f64::sinh)),
    Row::method("sqrt", "(x, /)", "Square root.", |rt, a| one(rt, a, false, f64::sqrt)),
    Row::method("sumprod", "(p, q, /)", "The sum of products of items.", |rt, a| {
        let (p, q) = (ops::collect(rt, a.get(0))?, ops::collect(rt, a.get(1))?);
        if p.len() != q.len() {
            return Err(Exc::ValueError.new("Inputs are not the same length"));
        }
        let float = |v: &Value| matches!(v, Value::Float(_) | Value::Int(_) | Value::Bool(_));
        if p.iter().chain(&q).all(float) && p.iter().chain(&q).any(|v| matches!(v, Value::Float(_))) {
            let (p, q) = (floats(rt, &p)?, floats(rt, &q)?);
            let parts = p.iter().zip(&q).flat_map(|(x, y)| {
                let z = x * y;
                [z, if z.is_finite() { x.mul_add(*y, -z) } else { 0.0 }]
            });
            return Ok(Value::Float(fsum(parts)?));
        }
        let mut sum = Value::Int(0);
        for (x, y) in p.iter().zip(&q) {
            let z = ops::binary(rt, BinOp::Mul, x, y)?;
            sum = ops::binary(rt, BinOp::Add, &sum, &z)?;
        }
        Ok(sum)
    }),
    Row::method("tan", "(x, /)", "Tangent of x radians.", |rt, a| one(rt, a, false, f64::tan)),
    Row::method("tanh", "(x, /)", "Hyperbolic tangent.", |rt, a| one(rt, a, false, f64::tanh)),
    Row::method("trunc", "(x, /)", "x without its fraction.", |rt, a| rounded(rt, a, "__trunc__", f64::trunc)),
    Row::method("ulp", "(x, /)", "The value of the last bit of x.", |rt, a| {
        let x = to_f64(rt, a.get(0))?.abs();
        if !x.is_finite() {
            return Ok(Value::Float(x));
        }
        let next = f64::from_bits(x.to_bits() + 1);
        Ok(Value::Float(if next.is_infinite() { x - f64::from_bits(x.to_bits() - 1) } else { next - x }))
    }),
];
