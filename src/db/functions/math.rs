//! Arithmetic functions.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/database-functions/#math-functions>.

use std::f64::consts::PI;

use rusqlite::Result;
use rusqlite::types::{Value, ValueRef};

use super::{FunctionRow, float, has_null, integer};

macro_rules! of_float {
    ($name:literal, $f:expr) => {
        FunctionRow {
            name: $name,
            args: 1,
            body: |a| {
                let f: fn(f64) -> f64 = $f;
                numeric(a[0]).map_or(Ok(Value::Null), |x| finite(f(x)))
            },
        }
    };
}

pub(super) const ROWS: &[FunctionRow] = &[
    of_float!("ACOS", f64::acos),
    of_float!("ASIN", f64::asin),
    of_float!("ATAN", f64::atan),
    of_float!("COS", f64::cos),
    of_float!("DEGREES", |x| x * (180.0 / PI)),
    of_float!("EXP", f64::exp),
    of_float!("LN", |x| if x <= 0.0 { f64::NAN } else { x.ln() }),
    of_float!("RADIANS", |x| x * (PI / 180.0)),
    of_float!("SIN", f64::sin),
    of_float!("SQRT", f64::sqrt),
    of_float!("TAN", f64::tan),
    FunctionRow { name: "CEILING", args: 1, body: |a| rounded(a, f64::ceil) },
    FunctionRow { name: "FLOOR", args: 1, body: |a| rounded(a, f64::floor) },
    FunctionRow { name: "ATAN2", args: 2, body: |a| two(a, f64::atan2) },
    FunctionRow {
        name: "LOG",
        args: 2,
        body: |a| two(a, |base, x| if base <= 0.0 || x <= 0.0 { f64::NAN } else { x.ln() / base.ln() }),
    },
    FunctionRow { name: "MOD", args: 2, body: |a| two(a, |x, y| x % y) },
    FunctionRow { name: "PI", args: 0, body: |_| Ok(Value::Real(PI)) },
    FunctionRow { name: "POWER", args: 2, body: |a| two(a, f64::powf) },
    FunctionRow { name: "COT", args: 1, body: cotangent },
    FunctionRow { name: "BITXOR", args: 2, body: bitxor },
    FunctionRow { name: "SIGN", args: 1, body: sign },
];

/// What SQLite makes of a result: not a number is NULL.
fn finite(x: f64) -> Result<Value> {
    Ok(if x.is_nan() { Value::Null } else { Value::Real(x) })
}

/// A number as SQLite's own functions take it: text that spells one counts. `None` for all else.
fn numeric(v: ValueRef<'_>) -> Option<f64> {
    match v {
        ValueRef::Integer(i) => Some(i as f64),
        ValueRef::Real(x) => Some(x),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).ok()?.trim();
            let spelt = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
            text.parse().ok().filter(|_| spelt)
        }
        _ => None,
    }
}

fn two(a: &[ValueRef<'_>], f: fn(f64, f64) -> f64) -> Result<Value> {
    match (numeric(a[0]), numeric(a[1])) {
        (Some(x), Some(y)) => finite(f(x, y)),
        _ => Ok(Value::Null),
    }
}

fn rounded(a: &[ValueRef<'_>], f: fn(f64) -> f64) -> Result<Value> {
    match a[0] {
        ValueRef::Integer(i) => Ok(Value::Integer(i)),
        v => numeric(v).map_or(Ok(Value::Null), |x| finite(f(x))),
    }
}

/// SQLite has no cotangent: this one is Python's, which fails where it is not defined.
fn cotangent(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let tangent = float(a[0])?.tan();
    if tangent == 0.0 { Err(super::failed()) } else { finite(1.0 / tangent) }
}

fn bitxor(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    Ok(Value::Integer(integer(a[0])? ^ integer(a[1])?))
}

fn sign(a: &[ValueRef<'_>]) -> Result<Value> {
    Ok(match a[0] {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(i) => Value::Integer(i.signum()),
        v => {
            let x = float(v)?;
            Value::Integer((x > 0.0) as i64 - (x < 0.0) as i64)
        }
    })
}

/// A number in [0, 1).
pub(super) fn random() -> Value {
    let bits = getrandom::u64().unwrap_or(0) >> 11;
    Value::Real(bits as f64 / (1u64 << 53) as f64)
}
