//! The format specification mini-language. Mirrors <https://docs.python.org/3/library/string.html#formatspec>.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use crate::object::error::{Error, Exc, Res};
use crate::object::ops;
use crate::object::value::Value;

/// A specification that was read.
#[derive(Clone, Default, Debug)]
pub struct Spec {
    /// Fill character; space where none is given.
    pub fill: Option<char>,
    /// `<`, `>`, `=`, `^`.
    pub align: Option<char>,
    /// `+`, `-`, space.
    pub sign: Option<char>,
    /// `z`: negative zero becomes zero.
    pub coerce: bool,
    /// `#`.
    pub alternate: bool,
    /// Minimum width.
    pub width: usize,
    /// `,` or `_`.
    pub grouping: Option<char>,
    /// Digits after the point, or significant ones, or characters at most.
    pub precision: Option<usize>,
    /// The presentation type.
    pub kind: Option<char>,
}

/// Widths and precisions past this are refused.
const MOST: usize = 1 << 28;

fn value_error(message: impl AsRef<str>) -> Error {
    Exc::ValueError.new(message)
}

/// Reads a specification. ValueError as Python words it; `object` is the name of the value's type.
pub fn parse(text: &str, object: &str) -> Res<Spec> {
    let chars: Vec<char> = text.chars().collect();
    let mut spec = Spec::default();
    let mut i = 0;
    let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
    if is_align(chars.get(1)) {
        spec.fill = chars.first().copied();
        spec.align = chars.get(1).copied();
        i = 2;
    } else if is_align(chars.first()) {
        spec.align = chars.first().copied();
        i = 1;
    }
    if let Some(&c @ ('+' | '-' | ' ')) = chars.get(i) {
        spec.sign = Some(c);
        i += 1;
    }
    if chars.get(i) == Some(&'z') {
        spec.coerce = true;
        i += 1;
    }
    if chars.get(i) == Some(&'#') {
        spec.alternate = true;
        i += 1;
    }
    if chars.get(i) == Some(&'0') && spec.fill.is_none() {
        spec.fill = Some('0');
        if spec.align.is_none() {
            // Text is padded on the right all the same.
            spec.align = Some(if object == "str" { '<' } else { '=' });
        }
        i += 1;
    }
    let number = |i: &mut usize| -> Res<Option<usize>> {
        let start = *i;
        let mut n: usize = 0;
        while let Some(d) = chars.get(*i).and_then(|c| c.to_digit(10)) {
            n = n
                .checked_mul(10)
                .and_then(|n| n.checked_add(d as usize))
                .filter(|&n| n <= i64::MAX as usize)
                .ok_or_else(|| value_error("Too many decimal digits in format string"))?;
            *i += 1;
        }
        Ok((*i > start).then_some(n))
    };
    spec.width = number(&mut i)?.unwrap_or(0);
    while let Some(&c @ (',' | '_')) = chars.get(i) {
        if let Some(before) = spec.grouping {
            return Err(value_error(match before == c {
                true if c == ',' => "Cannot specify both ',' and '_'.".replace("both ',' and '_'", "',' with ','"),
                true => "Cannot specify '_' with '_'.".to_string(),
                false => "Cannot specify both ',' and '_'.".to_string(),
            }));
        }
        spec.grouping = Some(c);
        i += 1;
    }
    if chars.get(i) == Some(&'.') {
        i += 1;
        spec.precision = Some(number(&mut i)?.ok_or_else(|| value_error("Format specifier missing precision"))?);
        if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
            return Err(value_error("precision too big"));
        }
    }
    // Far more than a session may hold: refused before anything is made.
    if spec.width > MOST || spec.precision.is_some_and(|p| p > MOST && object != "str") {
        return Err(Exc::MemoryError.with_args(Vec::new()));
    }
    match chars.len() - i.min(chars.len()) {
        0 => {}
        1 => spec.kind = chars.get(i).copied(),
        _ => {
            return Err(value_error(format!("Invalid format specifier '{text}' for object of type '{object}'")));
        }
    }
    if let (Some(g), Some(kind)) = (spec.grouping, spec.kind) {
        let fine = matches!(kind, 'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F')
            || g == '_' && matches!(kind, 'b' | 'o' | 'x' | 'X');
        if !fine {
            return Err(value_error(match (kind as u32) < 128 && !kind.is_ascii_control() {
                true => format!("Cannot specify '{g}' with '{kind}'."),
                false => format!("Cannot specify '{g}' with '\\x{:x}'.", kind as u32),
            }));
        }
    }
    Ok(spec)
}

fn unknown_code(kind: char, object: &str) -> Error {
    value_error(match (kind as u32) > 32 && (kind as u32) < 128 {
        true => format!("Unknown format code '{kind}' for object of type '{object}'"),
        false => format!("Unknown format code '\\x{:x}' for object of type '{object}'", kind as u32),
    })
}

/// Pads text.
fn pad(text: &str, spec: &Spec, default: char) -> String {
    let len = text.chars().count();
    if len >= spec.width {
        return text.to_string();
    }
    let missing = spec.width - len;
    let fill = spec.fill.unwrap_or(' ');
    let (left, right) = match spec.align.unwrap_or(default) {
        '<' => (0, missing),
        '^' => (missing / 2, missing - missing / 2),
        _ => (missing, 0),
    };
    let mut out = String::with_capacity(text.len() + missing * fill.len_utf8());
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(text);
    out.extend(std::iter::repeat_n(fill, right));
    out
}

/// `str.__format__`.
pub fn format_str(text: &str, spec_text: &str) -> Res<Value> {
    let spec = parse(spec_text, "str")?;
    if let Some(kind) = spec.kind
        && kind != 's'
    {
        return Err(unknown_code(kind, "str"));
    }
    if let Some(g) = spec.grouping {
        return Err(value_error(format!("Cannot specify '{g}' with 's'.")));
    }
    match spec.sign {
        Some(' ') => return Err(value_error("Space not allowed in string format specifier")),
        Some(_) => return Err(value_error("Sign not allowed in string format specifier")),
        None => {}
    }
    if spec.coerce {
        return Err(value_error("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(value_error("Alternate form (#) not allowed in string format specifier"));
    }
    if spec.align == Some('=') {
        return Err(value_error("'=' alignment not allowed in string format specifier"));
    }
    let cut: String;
    let text = match spec.precision {
        Some(p) if p < text.len() => {
            cut = text.chars().take(p).collect();
            &cut
        }
        _ => text,
    };
    Ok(Value::from(pad(text, &spec, '<')))
}

/// Groups the digits of a whole part; `width` pads with zeros inside the grouping.
fn group(digits: &str, separator: Option<char>, every: usize, width: usize) -> String {
    let Some(separator) = separator else {
        return match digits.len() < width {
            true => format!("{}{digits}", "0".repeat(width - digits.len())),
            false => digits.to_string(),
        };
    };
    let mut reversed: Vec<char> = Vec::new();
    let mut source = digits.chars().rev();
    let mut count = 0;
    loop {
        let next = source.next();
        if next.is_none() && reversed.len() >= width {
            break;
        }
        if count > 0 && count % every == 0 {
            reversed.push(separator);
        }
        reversed.push(next.unwrap_or('0'));
        count += 1;
    }
    reversed.into_iter().rev().collect()
}

struct Parts<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    whole: &'a str,
    /// What stands behind the whole part: point, digits, exponent, `%`.
    rest: &'a str,
    every: usize,
}

fn assemble(parts: &Parts<'_>, spec: &Spec) -> String {
    let sign = match (parts.negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let head = sign.len() + parts.prefix.len();
    let zeros = spec.fill == Some('0') && spec.align == Some('=');
    let width = match zeros {
        true => spec.width.saturating_sub(head + parts.rest.chars().count()),
        false => 0,
    };
    let digits = match parts.whole.bytes().all(|b| b.is_ascii_hexdigit()) {
        true => group(parts.whole, spec.grouping, parts.every, width),
        false => parts.whole.to_string(),
    };
    if spec.align == Some('=') {
        let len = head + digits.chars().count() + parts.rest.chars().count();
        let fill: String = std::iter::repeat_n(spec.fill.unwrap_or(' '), spec.width.saturating_sub(len)).collect();
        return format!("{sign}{}{fill}{digits}{}", parts.prefix, parts.rest);
    }
    pad(&format!("{sign}{}{digits}{}", parts.prefix, parts.rest), spec, '>')
}

/// `int.__format__` and `float.__format__` (of a value or an instance of a subclass).
pub fn format_number(value: &Value, spec_text: &str) -> Res<Value> {
    let plain = value.plain();
    let object = ops::type_name(value);
    let spec = parse(spec_text, &object)?;
    match plain {
        Value::Float(f) => format_float(*f, &spec, &object),
        _ => {
            let n = plain.as_big().unwrap_or_default();
            match spec.kind {
                Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
                    format_float(super::int::arith::to_float(&n)?, &spec, &object)
                }
                _ => format_int(plain, &n, &spec, &object),
            }
        }
    }
}

fn format_int(plain: &Value, n: &BigInt, spec: &Spec, object: &str) -> Res<Value> {
    let kind = spec.kind.unwrap_or('d');
    if !matches!(kind, 'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') {
        return Err(unknown_code(kind, object));
    }
    if spec.precision.is_some() {
        return Err(value_error("Precision not allowed in integer format specifier"));
    }
    if spec.coerce {
        return Err(value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if spec_is_empty(spec) {
        return super::int::text(&Value::from_big(n.clone()));
    }
    if kind == 'c' {
        if spec.sign.is_some() {
            return Err(value_error("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        if n.to_i64().is_none() {
            return Err(Exc::OverflowError.new("Python int too large to convert to C long"));
        }
        let c = n
            .to_u32()
            .and_then(char::from_u32)
            .ok_or_else(|| Exc::OverflowError.new("%c arg not in range(0x110000)"))?;
        return Ok(Value::from(pad(&c.to_string(), spec, '>')));
    }
    let (radix, prefix, every) = match kind {
        'b' => (2, "0b", 4),
        'o' => (8, "0o", 4),
        'x' => (16, "0x", 4),
        'X' => (16, "0X", 4),
        'd' | 'n' => (10, "", 3),
        _ => return Err(unknown_code(kind, object)),
    };
    let digits = match (radix, plain) {
        (10, Value::Int(i)) => i.unsigned_abs().to_string(),
        (10, _) => super::int::parse::to_text(&n.abs())?,
        _ => n.abs().to_str_radix(radix),
    };
    let digits = if kind == 'X' { digits.to_uppercase() } else { digits };
    let parts = Parts {
        negative: n.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        whole: &digits,
        rest: "",
        every,
    };
    Ok(Value::from(assemble(&parts, spec)))
}

fn spec_is_empty(s: &Spec) -> bool {
    s.fill.is_none()
        && s.align.is_none()
        && s.sign.is_none()
        && !s.alternate
        && s.width == 0
        && s.grouping.is_none()
        && s.kind.is_none()
}

/// A float with a count of digits behind the point. No float has more than 1,100 that are not zero.
fn fixed(f: f64, precision: usize) -> String {
    const EXACT: usize = 1100;
    let mut text = format!("{f:.*}", precision.min(EXACT));
    text.extend(std::iter::repeat_n('0', precision.saturating_sub(EXACT)));
    text
}

/// A positive finite float's digits for a presentation type.
pub fn float_digits(f: f64, kind: Option<char>, precision: Option<usize>, alternate: bool) -> String {
    let f = f.abs();
    match kind.map(|k| k.to_ascii_lowercase()) {
        Some('f') => {
            let text = fixed(f, precision.unwrap_or(6));
            if alternate && !text.contains('.') { text + "." } else { text }
        }
        Some('%') => {
            let text = fixed(f * 100.0, precision.unwrap_or(6));
            if alternate && !text.contains('.') { text + ".%" } else { text + "%" }
        }
        Some('e') => {
            let (digits, exponent) = super::float::repr::significant(f, precision.unwrap_or(6) + 1);
            let (head, tail) = digits.split_at(1.min(digits.len()));
            let dot = if tail.is_empty() && !alternate { "" } else { "." };
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{head}{dot}{tail}e{sign}{:02}", exponent.abs())
        }
        kind => {
            // `g`, `n`, and no type at all.
            if kind.is_none() && precision.is_none() {
                let mut text = super::float::repr::repr(f);
                if alternate
                    && !text.contains('.')
                    && let Some(at) = text.find('e')
                {
                    text.insert(at, '.');
                }
                return text;
            }
            let count = precision.unwrap_or(6).max(1);
            let (digits, exponent) = super::float::repr::significant(f, count);
            let digits = match alternate {
                true => digits,
                false => {
                    let kept = digits.trim_end_matches('0');
                    if kept.is_empty() { "0".to_string() } else { kept.to_string() }
                }
            };
            let exponent = if f == 0.0 { 0 } else { exponent };
            // Without a type there is always a digit behind the point, and the exponent starts one earlier.
            let high = if kind.is_none() { count as i32 - 1 } else { count as i32 };
            let mut text = super::float::repr::layout(&digits, exponent, -4, high, kind.is_none());
            if alternate && !text.contains('.') {
                match text.find('e') {
                    Some(at) => text.insert(at, '.'),
                    None => text.push('.'),
                }
            }
            text
        }
    }
}

fn format_float(f: f64, spec: &Spec, object: &str) -> Res<Value> {
    if let Some(kind) = spec.kind
        && !matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' | 'n')
    {
        return Err(unknown_code(kind, object));
    }
    let text = float_text(f, spec);
    Ok(Value::from(text))
}

fn float_text(f: f64, spec: &Spec) -> String {
    let upper = matches!(spec.kind, Some('E' | 'F' | 'G'));
    let (mut whole, mut rest) = if f.is_finite() {
        let text = float_digits(f, spec.kind, spec.precision, spec.alternate);
        let cut = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        (text[..cut].to_string(), text[cut..].to_string())
    } else {
        let name = if f.is_nan() { "nan" } else { "inf" };
        (name.to_string(), if spec.kind == Some('%') { "%".to_string() } else { String::new() })
    };
    if upper {
        whole = whole.to_uppercase();
        rest = rest.to_uppercase();
    }
    let mut negative = f.is_sign_negative() && !f.is_nan();
    if spec.coerce && negative && whole.bytes().all(|b| b == b'0') {
        let mantissa = rest.split(['e', 'E']).next().unwrap_or_default();
        if mantissa.bytes().all(|b| !matches!(b, b'1'..=b'9')) {
            negative = false;
        }
    }
    if !f.is_finite() && spec.fill == Some('0') && spec.align == Some('=') {
        // Zeros are put before inf and nan, too.
        let sign = if negative {
            "-"
        } else if spec.sign == Some('+') {
            "+"
        } else {
            ""
        };
        let missing = spec.width.saturating_sub(sign.len() + whole.len() + rest.len());
        return format!("{sign}{}{whole}{rest}", "0".repeat(missing));
    }
    assemble(&Parts { negative, prefix: "", whole: &whole, rest: &rest, every: 3 }, spec)
}

/// `complex.__format__`.
pub fn format_complex((re, im): (f64, f64), spec_text: &str) -> Res<Value> {
    let spec = parse(spec_text, "complex")?;
    if let Some(kind) = spec.kind
        && !matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')
    {
        return Err(unknown_code(kind, "complex"));
    }
    if spec.fill == Some('0') {
        return Err(value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Some('=') {
        return Err(value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    if spec_text.is_empty() {
        return Ok(Value::from(super::complex::text((re, im))));
    }
    // With a precision and no type a part is shown as by `g`.
    let kind = if spec.kind.is_none() && spec.precision.is_some() { Some('g') } else { spec.kind };
    let bare = Spec { width: 0, fill: None, align: None, kind, ..spec.clone() };
    let short = |f: f64, s: &Spec| {
        let text = float_text(f, s);
        match s.kind.is_none() {
            true => text.strip_suffix(".0").map(str::to_string).unwrap_or(text),
            false => text,
        }
    };
    let signed = Spec { sign: Some('+'), ..bare.clone() };
    let text = match spec.kind {
        None if re == 0.0 && !re.is_sign_negative() => format!("{}j", short(im, &bare)),
        None => format!("({}{}j)", short(re, &bare), short(im, &signed)),
        _ => format!("{}{}j", short(re, &bare), short(im, &signed)),
    };
    Ok(Value::from(pad(&text, &spec, '>')))
}
