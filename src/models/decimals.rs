//! `DecimalField`'s values on their way into and out of the database.

use num_bigint::BigUint;

use super::field::{Field, FieldRef};
use crate::object::types::decimal::{Cx, Decimal, Signals};
use crate::object::{CallArgs, Exc, Res, Rt, Value, ops};

/// `to_python`. ValidationError.
pub fn to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    if let Some(d) = Decimal::from_value(value) {
        return if d.is_finite() { Ok(value.clone()) } else { Err(field.invalid(rt, "invalid", value)) };
    }
    let digits = field.options().max_digits.unwrap_or(28);
    let made = if let Some(f) = value.as_float() {
        Some(Cx { prec: digits, ..Cx::default() }.fix(Decimal::from_float(f)))
    } else if let Some(text) = value.as_str() {
        Decimal::parse(text)
    } else if let Some(n) = value.as_big() {
        Some(Decimal::from_big(&n))
    } else {
        let class = ops::get_attr(rt, &rt.exec()?.import(rt, "decimal")?, "Decimal".into())?;
        match ops::call1(rt, &class, value.clone()) {
            Ok(made) => Decimal::from_value(&made).cloned(),
            Err(e) if e.is(Exc::TypeError) || e.is(Exc::ValueError) || e.is(Exc::ArithmeticError) => None,
            Err(e) => return Err(e),
        }
    };
    match made {
        Some(d) if d.is_finite() => Ok(d.new_value(rt)),
        _ => Err(field.invalid(rt, "invalid", value)),
    }
}

/// `10^-places`.
fn step(places: i64) -> Decimal {
    Decimal::new(false, BigUint::from(1u8), -places)
}

/// A number in the field's places; the session's own InvalidOperation where it has too many digits.
fn quantize(rt: &Rt, d: &Decimal, digits: i64, places: i64) -> Res<Decimal> {
    let mut cx = Cx { prec: digits, ..Cx::default() };
    let made = cx.quantize(d, &step(places));
    if made.is_finite() && !cx.status.any(Signals::INVALID) {
        return Ok(made);
    }
    // The same once more by the session's Decimal, whose error it is.
    let module = rt.exec()?.import(rt, "decimal")?;
    let context = ops::call_method(rt, &module, "Context".into(), CallArgs::none().with("prec", Value::Int(digits)))?;
    let args = CallArgs::new([step(places).new_value(rt)]).with("context", context);
    let made = ops::call_method(rt, &d.clone().new_value(rt), "quantize".into(), args)?;
    Decimal::from_value(&made).cloned().ok_or_else(|| Exc::TypeError.new("quantize() gave no Decimal"))
}

/// Plain digits without an exponent: `'{:f}'`.
pub fn plain_text(d: &Decimal) -> String {
    let digits = d.digits.to_string();
    let sign = if d.negative { "-" } else { "" };
    if d.exp >= 0 {
        let zeros = if d.is_zero() { 0 } else { d.exp as usize };
        return format!("{sign}{digits}{}", "0".repeat(zeros));
    }
    let places = (-d.exp) as usize;
    if digits.len() > places {
        let (whole, part) = digits.split_at(digits.len() - places);
        return format!("{sign}{whole}.{part}");
    }
    format!("{sign}0.{}{digits}", "0".repeat(places - digits.len()))
}

/// What is bound: the number's own text.
pub fn adapt(rt: &Rt, field: &FieldRef, value: Value) -> Res<Value> {
    let value = to_python(rt, field, &value)?;
    match Decimal::from_value(&value) {
        Some(_) => Ok(Value::Str(ops::str(rt, &value)?)),
        None => Ok(value),
    }
}

/// What SQLite's number becomes: 15 digits of a float, in the field's places.
pub fn from_db(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let (digits, places) = {
        let o = field.options();
        (o.max_digits.unwrap_or(28), o.decimal_places)
    };
    let exact = match &value {
        Value::None => return Ok(value),
        Value::Int(i) => Decimal::from_i64(*i),
        Value::Float(f) => {
            if let Some(places) = places
                && let Some(quick) = quick(*f, digits, places)
            {
                return Ok(quick.new_value(rt));
            }
            Decimal::from_float(*f)
        }
        _ if Decimal::from_value(&value).is_some() => return Ok(value),
        other => {
            return Err(Exc::TypeError.new(format!("argument must be int or float, not {}", ops::type_name(other))));
        }
    };
    let rounded = Cx { prec: 15, ..Cx::default() }.fix(exact);
    match places {
        Some(places) => Ok(quantize(rt, &rounded, digits, places)?.new_value(rt)),
        None => Ok(rounded.new_value(rt)),
    }
}

/// A float in so many places without big numbers: its 15 digits, then half to even. `None` where that is not enough.
fn quick(f: f64, digits: i64, places: i64) -> Option<Decimal> {
    if !f.is_finite() || !(0..=15).contains(&places) {
        return None;
    }
    let text = format!("{f:.14e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i64 = exponent.parse().ok()?;
    let mut n: u64 = 0;
    for b in mantissa.bytes().filter(u8::is_ascii_digit) {
        n = n * 10 + (b - b'0') as u64;
    }
    // The value is n * 10^(exponent - 14).
    let shift = exponent - 14 + places;
    let n = if shift >= 0 {
        n.checked_mul(10u64.checked_pow(u32::try_from(shift).ok()?)?)?
    } else if shift < -18 {
        0
    } else {
        let unit = 10u64.pow((-shift) as u32);
        let (whole, rest) = (n / unit, n % unit);
        let half = unit / 2;
        whole + u64::from(rest > half || (rest == half && whole % 2 == 1))
    };
    if n > 0 && (n.ilog10() as i64) + 1 > digits {
        return None;
    }
    Some(Decimal::new(f.is_sign_negative(), BigUint::from(n), -places))
}
