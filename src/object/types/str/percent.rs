//! `text % values`. Mirrors <https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting>.

use num_traits::ToPrimitive;

use crate::object::error::{Exc, Res};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::types::{self, float, format_spec, int};
use crate::object::value::Value;
use crate::source::known;

#[derive(Default)]
struct Directive {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

struct Arguments<'a> {
    all: &'a Value,
    /// A tuple's items one after another; anything else is one argument.
    next: usize,
    used_mapping: bool,
}

impl Arguments<'_> {
    fn next(&mut self) -> Res<Value> {
        let found = match self.all.as_tuple() {
            Some(items) => items.get(self.next).cloned(),
            None if self.next == 0 => Some(self.all.clone()),
            None => None,
        };
        self.next += 1;
        found.ok_or_else(|| Exc::TypeError.new("not enough arguments for format string"))
    }

    fn left_over(&self, rt: &Rt) -> bool {
        match self.all.as_tuple() {
            Some(items) => self.next < items.len(),
            None => self.next == 0 && !self.used_mapping && !is_mapping(rt, self.all),
        }
    }
}

fn is_mapping(rt: &Rt, v: &Value) -> bool {
    match v.plain() {
        Value::Str(_) | Value::Tuple(_) => false,
        Value::Dict(_) | Value::List(_) | Value::Bytes(_) => true,
        Value::Obj(_) => matches!(ops::lookup_special(rt, v, known::GETITEM), Ok(Some(_))),
        _ => false,
    }
}

/// `text % values`. TypeError, ValueError, KeyError as Python words them.
pub fn percent_format(rt: &Rt, text: &Str, values: &Value) -> Res<Value> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut arguments = Arguments { all: values, next: 0, used_mapping: false };
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        i += 1;
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.get(i) == Some(&'%') {
            out.push('%');
            i += 1;
            continue;
        }
        let mut named = None;
        if chars.get(i) == Some(&'(') {
            if !is_mapping(rt, values) {
                return Err(Exc::TypeError.new("format requires a mapping"));
            }
            let start = i + 1;
            let mut depth = 1;
            i += 1;
            while depth > 0 {
                match chars.get(i) {
                    Some('(') => depth += 1,
                    Some(')') => depth -= 1,
                    None => return Err(Exc::ValueError.new("incomplete format key")),
                    _ => {}
                }
                i += 1;
            }
            let key: String = chars[start..i - 1].iter().collect();
            named = Some(ops::get_item(rt, values, &Value::from(key))?);
            arguments.used_mapping = true;
        }
        let mut d = Directive::default();
        while let Some(c) = chars.get(i) {
            match c {
                '-' => d.left = true,
                '+' => d.plus = true,
                ' ' => d.space = true,
                '#' => d.alternate = true,
                '0' => d.zero = true,
                _ => break,
            }
            i += 1;
        }
        let number = |i: &mut usize, arguments: &mut Arguments<'_>| -> Res<Option<i64>> {
            if chars.get(*i) == Some(&'*') {
                *i += 1;
                let v = arguments.next()?;
                return match v.plain() {
                    Value::Int(n) => Ok(Some(*n)),
                    Value::Bool(b) => Ok(Some(*b as i64)),
                    Value::Big(_) => Err(Exc::OverflowError.new("Python int too large to convert to C ssize_t")),
                    _ => Err(Exc::TypeError.new("* wants int")),
                };
            }
            let mut n: Option<i64> = None;
            while let Some(digit) = chars.get(*i).and_then(|c| c.to_digit(10)) {
                *i += 1;
                n = Some(
                    n.unwrap_or(0)
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(digit as i64))
                        .ok_or_else(|| Exc::ValueError.new("width too big"))?,
                );
            }
            Ok(n)
        };
        if let Some(n) = number(&mut i, &mut arguments)? {
            d.left |= n < 0;
            d.width = n.unsigned_abs() as usize;
        }
        types::check_size(rt, d.width)?;
        if chars.get(i) == Some(&'.') {
            i += 1;
            let n = number(&mut i, &mut arguments)?.unwrap_or(0).max(0);
            if n > i32::MAX as i64 {
                return Err(Exc::ValueError.new("precision too big"));
            }
            types::check_size(rt, n as usize)?;
            d.precision = Some(n as usize);
        }
        if matches!(chars.get(i), Some('h' | 'l' | 'L')) {
            i += 1;
        }
        let Some(&kind) = chars.get(i) else { return Err(Exc::ValueError.new("incomplete format")) };
        i += 1;
        let value = match named {
            Some(v) => v,
            None => arguments.next()?,
        };
        convert(rt, &d, kind, i - 1, &value, &mut out)?;
    }
    if arguments.left_over(rt) {
        return Err(Exc::TypeError.new("not all arguments converted during string formatting"));
    }
    types::check_size(rt, out.len())?;
    Ok(Value::from(out))
}

fn convert(rt: &Rt, d: &Directive, kind: char, at: usize, value: &Value, out: &mut String) -> Res<()> {
    let text = match kind {
        's' => ops::str(rt, value)?,
        'r' => ops::repr(rt, value)?,
        'a' => ops::ascii(rt, value)?,
        'c' => {
            let c = match value.plain() {
                Value::Str(s) if s.char_count() == 1 => s.clone(),
                Value::Int(_) | Value::Bool(_) | Value::Big(_) => {
                    match value.as_int().and_then(|i| u32::try_from(i).ok()).and_then(char::from_u32) {
                        Some(c) => Str::of_char(c),
                        None => return Err(Exc::OverflowError.new("%c arg not in range(0x110000)")),
                    }
                }
                _ => return Err(Exc::TypeError.new("%c requires int or char")),
            };
            pad(d, "", &c, false, out);
            return Ok(());
        }
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => return integer(rt, d, kind, value, out),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let f = float::real(rt, value)?;
            let (digits, numeric) = match f.is_finite() {
                true => (format_spec::float_digits(f, Some(kind), d.precision, d.alternate), true),
                false => ((if f.is_nan() { "nan" } else { "inf" }).to_string(), false),
            };
            let digits = if kind.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
            let negative = f.is_sign_negative() && !f.is_nan();
            pad(d, sign(d, negative), &digits, d.zero && (numeric || !d.left), out);
            return Ok(());
        }
        _ => {
            let shown = if kind.is_ascii() && !kind.is_ascii_control() { kind } else { '?' };
            return Err(Exc::ValueError
                .new(format!("unsupported format character '{shown}' (0x{:x}) at index {at}", kind as u32)));
        }
    };
    let cut: String;
    let text = match d.precision {
        Some(p) if p < text.char_count() => {
            cut = text.chars().take(p).collect();
            &cut
        }
        _ => text.as_str(),
    };
    pad(d, "", text, false, out);
    Ok(())
}

fn sign(d: &Directive, negative: bool) -> &'static str {
    match (negative, d.plus, d.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn integer(rt: &Rt, d: &Directive, kind: char, value: &Value, out: &mut String) -> Res<()> {
    let decimal = matches!(kind, 'd' | 'i' | 'u');
    let wrong = || {
        Exc::TypeError.new(match decimal {
            true => format!("%{kind} format: a real number is required, not {}", ops::type_name(value)),
            false => format!("%{kind} format: an integer is required, not {}", ops::type_name(value)),
        })
    };
    let number = match value.plain() {
        Value::Int(_) | Value::Big(_) | Value::Bool(_) => value.plain().clone(),
        Value::Float(f) if decimal => int::arith::from_float(*f)?,
        Value::Str(_) | Value::Bytes(_) => return Err(wrong()),
        _ => {
            let convertible = ops::lookup_special(rt, value, known::INDEX)?.is_some()
                || decimal && ops::lookup_special(rt, value, known::INT)?.is_some();
            match convertible {
                true => int::to_int(rt, value)?,
                false => return Err(wrong()),
            }
        }
    };
    let n = number.as_big().unwrap_or_default();
    let radix = match kind {
        'x' | 'X' => 16,
        'o' => 8,
        _ => 10,
    };
    let mut digits = match n.to_i64() {
        Some(i) if radix == 10 => i.unsigned_abs().to_string(),
        _ if radix == 10 => int::parse::to_text(&num_traits::Signed::abs(&n))?,
        _ => n.magnitude().to_str_radix(radix),
    };
    if let Some(p) = d.precision
        && digits.len() < p
    {
        types::check_size(rt, p)?;
        digits = format!("{}{digits}", "0".repeat(p - digits.len()));
    }
    if kind == 'X' {
        digits = digits.to_uppercase();
    }
    let prefix = match (d.alternate, kind) {
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        (true, 'o') => "0o",
        _ => "",
    };
    let head = format!("{}{prefix}", sign(d, int::arith::is_negative(&n)));
    pad(d, &head, &digits, d.zero, out);
    Ok(())
}

fn pad(d: &Directive, head: &str, body: &str, zero: bool, out: &mut String) {
    let missing = d.width.saturating_sub(head.len() + body.chars().count());
    if d.left {
        out.push_str(head);
        out.push_str(body);
        out.extend(std::iter::repeat_n(' ', missing));
    } else if zero {
        out.push_str(head);
        out.extend(std::iter::repeat_n('0', missing));
        out.push_str(body);
    } else {
        out.extend(std::iter::repeat_n(' ', missing));
        out.push_str(head);
        out.push_str(body);
    }
}
