//! `format(decimal, spec)`.

use super::arith::rescale_quiet;
use super::cx::{Cx, Rounding};
use super::number::{Decimal, Kind};
use crate::object::error::{Error, Exc, Res};

#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    no_negative_zero: bool,
    alternate: bool,
    width: usize,
    comma: Option<char>,
    precision: Option<i64>,
    kind: Option<char>,
}

fn invalid() -> Error {
    Exc::ValueError.new("invalid format string")
}

fn parse(text: &str) -> Res<Spec> {
    let mut spec = Spec::default();
    let chars: Vec<char> = text.chars().collect();
    let mut i = 0;
    let is_align = |c: char| matches!(c, '<' | '>' | '=' | '^');
    if chars.len() >= 2 && is_align(chars[1]) {
        (spec.fill, spec.align) = (Some(chars[0]), Some(chars[1]));
        i = 2;
    } else if chars.first().is_some_and(|c| is_align(*c)) {
        spec.align = Some(chars[0]);
        i = 1;
    }
    let at = |i: usize| chars.get(i).copied();
    if let Some(c @ ('+' | '-' | ' ')) = at(i) {
        spec.sign = Some(c);
        i += 1;
    }
    if at(i) == Some('z') {
        spec.no_negative_zero = true;
        i += 1;
    }
    if at(i) == Some('#') {
        spec.alternate = true;
        i += 1;
    }
    if at(i) == Some('0') {
        if spec.align.is_some() && spec.fill.is_some() {
            return Err(invalid());
        }
        spec.fill = Some('0');
        spec.align = Some('=');
        i += 1;
    }
    let number = |i: &mut usize| {
        let mut n: Option<usize> = None;
        while let Some(d) = chars.get(*i).and_then(|c| c.to_digit(10)) {
            n = Some(n.unwrap_or(0).saturating_mul(10).saturating_add(d as usize));
            *i += 1;
        }
        n
    };
    spec.width = number(&mut i).unwrap_or(0);
    if let Some(c @ (',' | '_')) = at(i) {
        spec.comma = Some(c);
        i += 1;
    }
    if at(i) == Some('.') {
        i += 1;
        spec.precision = Some(number(&mut i).ok_or_else(invalid)? as i64);
    }
    if let Some(c) = at(i) {
        if !"eEfFgGn%".contains(c) {
            return Err(invalid());
        }
        spec.kind = Some(c);
        i += 1;
    }
    if i != chars.len() || spec.width > 1 << 28 || spec.precision.is_some_and(|p| p > 1 << 28) {
        return Err(invalid());
    }
    Ok(spec)
}

fn grouped(digits: &str, separator: Option<char>) -> String {
    let Some(separator) = separator else { return digits.to_string() };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(c);
    }
    out
}

pub(super) fn format(d: &Decimal, text: &str, rounding: Rounding, capitals: bool) -> Res<String> {
    let spec = parse(text)?;
    let align = spec.align.unwrap_or('>');
    let sign_of = |negative: bool| match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    if d.kind != Kind::Finite {
        let body = Decimal { negative: false, ..d.clone() }.text(false, true);
        let fill = if spec.fill == Some('0') && align == '=' { ' ' } else { spec.fill.unwrap_or(' ') };
        let align = if align == '=' && spec.fill == Some('0') { '>' } else { align };
        let body = if spec.kind == Some('%') { format!("{body}%") } else { body };
        return Ok(padded(sign_of(d.negative), &body, fill, align, spec.width));
    }
    let kind = spec.kind.unwrap_or(if capitals { 'G' } else { 'g' });
    let kind = if kind == 'n' { if capitals { 'G' } else { 'g' } } else { kind };
    let mut d = d.clone();
    if kind == '%' {
        d.exp += 2;
    }
    // Round to the precision, where there is one.
    if let Some(p) = spec.precision {
        match kind {
            'e' | 'E' => d = round_to(&d, p + 1, rounding),
            'f' | 'F' | '%' => d = rescale_quiet(&d, -p, rounding),
            _ => {
                if d.digit_count() as i64 > p.max(1) {
                    d = round_to(&d, p.max(1), rounding);
                }
            }
        }
    }
    if d.is_zero() && d.exp > 0 && matches!(kind, 'f' | 'F' | '%') {
        d.exp = 0;
    }
    if spec.no_negative_zero && d.is_zero() {
        d.negative = false;
    }
    let digits = d.digits.to_string();
    let left = d.exp + digits.len() as i64;
    let point = match kind {
        'e' | 'E' => match (d.is_zero(), spec.precision) {
            (true, Some(p)) => 1 - p,
            _ => 1,
        },
        'f' | 'F' | '%' => left,
        _ => {
            if d.exp <= 0 && left > -6 {
                left
            } else {
                1
            }
        }
    };
    let n = digits.len() as i64;
    let (whole, fraction) = if point < 0 {
        ("0".to_string(), format!("{}{digits}", "0".repeat((-point) as usize)))
    } else if point > n {
        (format!("{digits}{}", "0".repeat((point - n) as usize)), String::new())
    } else {
        let (w, f) = digits.split_at(point as usize);
        (if w.is_empty() { "0".to_string() } else { w.to_string() }, f.to_string())
    };
    let exponent = left - point;
    let mut tail = String::new();
    if !fraction.is_empty() || spec.alternate {
        tail.push('.');
        tail.push_str(&fraction);
    }
    if exponent != 0 || matches!(kind, 'e' | 'E') {
        let e = if matches!(kind, 'E' | 'G') { 'E' } else { 'e' };
        tail.push_str(&format!("{e}{exponent:+}"));
    }
    if kind == '%' {
        tail.push('%');
    }
    let sign = sign_of(d.negative);
    let fill = spec.fill.unwrap_or(' ');
    if fill == '0' && align == '=' {
        // Zeros in front count as digits of the whole part.
        let room = spec.width.saturating_sub(sign.len() + tail.len());
        let mut whole = whole;
        while grouped(&whole, spec.comma).len() < room {
            whole.insert(0, '0');
        }
        let shown = grouped(&whole, spec.comma);
        return Ok(format!("{sign}{shown}{tail}"));
    }
    let body = format!("{}{tail}", grouped(&whole, spec.comma));
    Ok(padded(sign, &body, fill, align, spec.width))
}

/// Rounded to so many digits.
fn round_to(d: &Decimal, digits: i64, rounding: Rounding) -> Decimal {
    if d.is_zero() {
        return d.clone();
    }
    let mut cx = Cx { prec: digits, rounding, ..Cx::exact() };
    let mut out = cx.fix(d.clone());
    let short = digits - out.digit_count() as i64;
    if short > 0 {
        out = rescale_quiet(&out, out.exp - short, rounding);
    }
    out
}

fn padded(sign: &str, body: &str, fill: char, align: char, width: usize) -> String {
    let len = sign.chars().count() + body.chars().count();
    let missing = width.saturating_sub(len);
    let pad = |n: usize| fill.to_string().repeat(n);
    match align {
        '<' => format!("{sign}{body}{}", pad(missing)),
        '=' => format!("{sign}{}{body}", pad(missing)),
        '^' => format!("{}{sign}{body}{}", pad(missing / 2), pad(missing - missing / 2)),
        _ => format!("{}{sign}{body}", pad(missing)),
    }
}
