//! Integers from text and as text.

use num_bigint::BigInt;
use num_traits::Num;

use crate::object::error::{Error, Exc, Res};
use crate::object::value::Value;

/// Conversions between text and integers are refused past this many digits.
const MOST_DIGITS: usize = 4300;

/// What a digit of any script stands for.
pub fn digit_value(c: char) -> Option<u32> {
    match c.is_ascii() {
        true => c.to_digit(36),
        false => super::super::str::unicode::decimal(c),
    }
}

/// `int(text, base)`. ValueError worded as Python words it; `shown` is the argument's repr.
pub fn parse(text: &str, base: u32, shown: impl Fn() -> Res<String>) -> Res<Value> {
    let invalid = || -> Error {
        match shown() {
            Ok(shown) => Exc::ValueError.new(format!("invalid literal for int() with base {base}: {shown}")),
            Err(e) => e,
        }
    };
    let trimmed = text.trim_matches(super::super::str::unicode::is_space);
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let lower = digits.as_bytes().get(1).map(u8::to_ascii_lowercase);
    let prefix = match (digits.as_bytes().first(), lower) {
        (Some(b'0'), Some(b'x')) => Some(16),
        (Some(b'0'), Some(b'o')) => Some(8),
        (Some(b'0'), Some(b'b')) => Some(2),
        _ => None,
    };
    let mut radix = base;
    let mut body = digits;
    if let Some(p) = prefix
        && (base == 0 || base == p)
    {
        radix = p;
        body = digits.get(2..).unwrap_or_default();
        body = body.strip_prefix('_').unwrap_or(body);
    } else if base == 0 {
        radix = 10;
        // A leading zero is allowed for zero alone.
        if digits.starts_with('0') && digits.chars().any(|c| !matches!(c, '0' | '_')) {
            return Err(invalid());
        }
    }
    let mut clean = String::with_capacity(body.len());
    let mut underscore = true;
    for c in body.chars() {
        if c == '_' {
            if underscore {
                return Err(invalid());
            }
            underscore = true;
            continue;
        }
        underscore = false;
        match digit_value(c) {
            Some(d) if d < radix => clean.push(char::from_digit(d, 36).unwrap_or('0')),
            _ => return Err(invalid()),
        }
    }
    if underscore {
        return Err(invalid());
    }
    if clean.len() <= 18 && radix <= 10 || clean.len() <= 12 {
        let n = i64::from_str_radix(&clean, radix).map_err(|_| invalid())?;
        return Ok(Value::Int(if negative { -n } else { n }));
    }
    if clean.len() > MOST_DIGITS && !radix.is_power_of_two() {
        return Err(Exc::ValueError.new(format!(
            "Exceeds the limit ({MOST_DIGITS} digits) for integer string conversion: value has {} digits; use sys.set_int_max_str_digits() to increase the limit",
            clean.len()
        )));
    }
    let n = BigInt::from_str_radix(&clean, radix).map_err(|_| invalid())?;
    Ok(Value::from_big(if negative { -n } else { n }))
}

/// The decimal text of a big integer. ValueError past the limit.
pub fn to_text(n: &BigInt) -> Res<String> {
    // log10(2) is a little under 0.302.
    if n.bits() as f64 * std::f64::consts::LOG10_2 > MOST_DIGITS as f64 + 1.0 {
        return Err(too_long());
    }
    let text = n.to_str_radix(10);
    if text.trim_start_matches('-').len() > MOST_DIGITS {
        return Err(too_long());
    }
    Ok(text)
}

fn too_long() -> Error {
    Exc::ValueError.new(format!(
        "Exceeds the limit ({MOST_DIGITS} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
    ))
}
