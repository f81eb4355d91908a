//! Floats as text: the shortest digits that read back the same, laid out as Python does.

/// `repr(f)`.
pub fn repr(f: f64) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    if f.is_infinite() {
        return if f > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format!("{f:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    format!("{sign}{}", layout(&digits, exponent, -4, 16, true))
}

/// Digits and the exponent of the first as text: plain between the limits, else with an exponent.
pub fn layout(digits: &str, exponent: i32, low: i32, high: i32, point: bool) -> String {
    if exponent < low || exponent >= high {
        let (head, tail) = digits.split_at(1.min(digits.len()));
        let dot = if tail.is_empty() { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{head}{dot}{tail}e{sign}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{digits}{}{}", "0".repeat(whole - digits.len()), if point { ".0" } else { "" });
    }
    let (head, tail) = digits.split_at(whole);
    format!("{head}.{tail}")
}

/// The digits of a positive number to a count of significant ones, rounded exactly, and the first one's exponent.
pub fn significant(f: f64, count: usize) -> (String, i32) {
    // No float has more than 800 digits that are not zero.
    const EXACT: usize = 800;
    let text = format!("{:.*e}", count.clamp(1, EXACT) - 1, f.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    digits.extend(std::iter::repeat_n('0', count.saturating_sub(EXACT)));
    (digits, exponent.parse().unwrap_or(0))
}

/// `float.hex`.
pub fn hex(f: f64) -> String {
    if !f.is_finite() {
        return repr(f);
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    let bits = f.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    let mantissa = bits & ((1 << 52) - 1);
    match (exponent, mantissa) {
        (0, 0) => format!("{sign}0x0.0p+0"),
        (0, m) => format!("{sign}0x0.{m:013x}p-1022"),
        (e, m) => format!("{sign}0x1.{m:013x}p{:+}", e - 1023),
    }
}

/// Text as a float, as `float(text)` reads it (underscores, `inf`, `nan`, digits of any script).
pub fn parse(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches(super::super::str::unicode::is_space);
    let mut clean = String::with_capacity(trimmed.len());
    let mut previous = '_';
    for c in trimmed.chars() {
        if c == '_' {
            if !previous.is_ascii_digit() {
                return None;
            }
            previous = '_';
            continue;
        }
        let c = match c.is_ascii() {
            true => c,
            false => char::from_digit(super::super::str::unicode::decimal(c)?, 10)?,
        };
        if previous == '_' && !clean.is_empty() && !c.is_ascii_digit() {
            return None;
        }
        clean.push(c);
        previous = c;
    }
    if previous == '_' {
        return None;
    }
    let unsigned = clean.strip_prefix(['+', '-']).unwrap_or(&clean);
    if unsigned.is_empty() || unsigned.starts_with(['+', '-']) {
        return None;
    }
    let lower = unsigned.to_ascii_lowercase();
    let negative = clean.starts_with('-');
    let value = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ if lower.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-')) => {
            lower.parse::<f64>().ok()?
        }
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// `float.fromhex(text)`; `Err(true)` where it is too large.
pub fn from_hex(text: &str) -> Result<f64, bool> {
    let t = text.trim_matches(super::super::str::unicode::is_space).to_ascii_lowercase();
    let (negative, t) = match t.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, t.strip_prefix('+').unwrap_or(&t)),
    };
    let sign = |f: f64| if negative { -f } else { f };
    match t {
        "inf" | "infinity" => return Ok(sign(f64::INFINITY)),
        "nan" => return Ok(sign(f64::NAN)),
        _ => {}
    }
    let t = t.strip_prefix("0x").unwrap_or(t);
    let (mantissa, exponent) = match t.split_once('p') {
        Some((m, e)) => {
            let digits = e.strip_prefix(['+', '-']).unwrap_or(e);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(false);
            }
            (m, e.parse::<i64>().unwrap_or(if e.starts_with('-') { -(1 << 40) } else { 1 << 40 }))
        }
        None => (t, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(false);
    }
    let n = num_bigint::BigUint::parse_bytes(digits.as_bytes(), 16).ok_or(false)?;
    if n.bits() == 0 {
        return Ok(sign(0.0));
    }
    let exponent = exponent - 4 * fraction.len() as i64;
    let top = n.bits() as i64 + exponent;
    if top > 1025 {
        return Err(true);
    }
    if top < -1080 {
        return Ok(sign(0.0));
    }
    let one = num_bigint::BigInt::from(1);
    let (a, b) = match exponent >= 0 {
        true => (num_bigint::BigInt::from(n) << exponent as u64, one),
        false => (num_bigint::BigInt::from(n), one << (-exponent) as u64),
    };
    super::super::int::arith::ratio(&a, &b).map(sign).map_err(|_| true)
}
