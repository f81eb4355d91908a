//! Standard deviation and variance, exact as Python's `statistics` has them: the sums are fractions, and only the end
//! result is rounded.

use num_bigint::{BigInt, BigUint};
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

/// Which of the four.
#[derive(Clone, Copy)]
struct Spread {
    /// Over a sample (n - 1) or the whole population (n).
    sample: bool,
    /// The root, or the square.
    deviation: bool,
}

/// The values so far; `None` once one of them was no number.
type Values = Option<Vec<f64>>;

impl Aggregate<Values, Value> for Spread {
    fn init(&self, _: &mut Context<'_>) -> Result<Values> {
        Ok(Some(Vec::new()))
    }

    fn step(&self, ctx: &mut Context<'_>, values: &mut Values) -> Result<()> {
        let number = match ctx.get_raw(0) {
            ValueRef::Integer(i) => Some(i as f64),
            ValueRef::Real(f) => Some(f),
            _ => None,
        };
        match (number, &mut *values) {
            (Some(number), Some(list)) => list.push(number),
            // Python's driver takes any value here; the end fails.
            _ => *values = None,
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, values: Option<Values>) -> Result<Value> {
        let Some(values) = values else { return Ok(Value::Null) };
        let values = values.filter(|v| v.len() > self.sample as usize).ok_or_else(failed)?;
        if values.iter().any(|x| !x.is_finite()) {
            return Ok(Value::Real(f64::NAN));
        }
        Ok(Value::Real(self.of(&values)))
    }
}

fn failed() -> Error {
    Error::UserFunctionError("user-defined aggregate's 'finalize' method raised error".into())
}

impl Spread {
    fn of(self, values: &[f64]) -> f64 {
        let parts: Vec<(i64, i32)> = values.iter().map(|x| mantissa(*x)).collect();
        let low = parts.iter().map(|p| p.1).min().unwrap_or(0);
        let whole = |(m, e): &(i64, i32)| BigInt::from(*m) << (e - low).unsigned_abs();
        let (mut sum, mut squares) = (BigInt::ZERO, BigInt::ZERO);
        for part in &parts {
            let x = whole(part);
            squares += &x * &x;
            sum += x;
        }
        let n = values.len() as u64;
        // n * the sum of squared differences, in units of 2 ** (2 * low).
        let total = BigInt::from(n) * squares - &sum * &sum;
        let total = total.to_biguint().unwrap_or_default();
        let below = BigUint::from(n) * BigUint::from(n - self.sample as u64);
        if self.deviation { root(&total, &below, low) } else { ratio(&total, &below, 2 * low) }
    }
}

/// A float as a whole number times a power of two.
fn mantissa(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (m, e) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    (if x.is_sign_negative() { -m } else { m }, e)
}

/// The float nearest to `q * 2 ** power`, where `inexact` says that something was cut off below `q`'s last bit.
fn rounded(mut q: BigUint, mut inexact: bool, mut power: i32) -> f64 {
    let bits = q.bits();
    if bits > 64 {
        let cut = bits - 64;
        inexact |= q.trailing_zeros().is_some_and(|zeros| zeros < cut);
        q >>= cut;
        power = power.saturating_add(cut as i32);
    }
    let mut top = q.iter_u64_digits().next().unwrap_or(0);
    if inexact {
        top |= 1;
    }
    let mut out = top as f64;
    while power > 0 {
        let step = power.min(1000);
        out *= 2f64.powi(step);
        power -= step;
    }
    while power < 0 {
        let step = power.max(-1000);
        out *= 2f64.powi(step);
        power -= step;
    }
    out
}

/// `above / below * 2 ** power`.
fn ratio(above: &BigUint, below: &BigUint, power: i32) -> f64 {
    let shift = (below.bits() + 66).saturating_sub(above.bits());
    let above = above << shift;
    let q = &above / below;
    let inexact = &q * below != above;
    rounded(q, inexact, power - shift as i32)
}

/// `sqrt(above / below) * 2 ** power`.
fn root(above: &BigUint, below: &BigUint, power: i32) -> f64 {
    let shift = (below.bits() + 132).saturating_sub(above.bits()).div_ceil(2);
    let above = above << (2 * shift);
    let q = &above / below;
    let r = q.sqrt();
    let inexact = &r * &r * below != above;
    rounded(r, inexact, power - shift as i32)
}

pub(super) fn register(connection: &Connection, flags: FunctionFlags) -> Result<()> {
    for (name, sample, deviation) in
        [("STDDEV_POP", false, true), ("STDDEV_SAMP", true, true), ("VAR_POP", false, false), ("VAR_SAMP", true, false)]
    {
        connection.create_aggregate_function(name, 1, flags, Spread { sample, deviation })?;
    }
    Ok(())
}
