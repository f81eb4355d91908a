//! The statement log: what `connection.queries` shows.

use std::rc::Rc;

use crate::object::Value;

/// How many statements are kept, as in Django.
pub const KEPT: usize = 9000;

/// One statement that was sent. Its text with the parameters in place is made only when asked for.
#[derive(Clone)]
pub struct Logged {
    /// With `%s` for the parameters.
    pub sql: Rc<str>,
    /// The parameters.
    pub params: Rc<Vec<Value>>,
    /// How often, for `executemany`.
    pub times: Option<usize>,
    /// Rows read, or changed; `None` where that says nothing.
    pub rows: Option<usize>,
    /// Seconds it took.
    pub seconds: f64,
}

impl Logged {
    /// Whether its rows say something: not those of a transaction's statements.
    pub fn tells_rows(&self) -> bool {
        let word = self.sql.split_whitespace().next().unwrap_or("");
        matches!(word.to_ascii_uppercase().as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "WITH")
    }

    /// The statement as `connection.queries` words it.
    pub fn text(&self) -> String {
        match self.times {
            Some(n) => format!("{n} times: {}", self.sql),
            None => with_params(&self.sql, &self.params),
        }
    }
}

/// A statement with its parameters in place, quoted as SQLite's `QUOTE()` does. Without parameters it stays as it is.
pub fn with_params(sql: &str, params: &[Value]) -> String {
    if params.is_empty() {
        return sql.to_string();
    }
    let mut out = String::with_capacity(sql.len() + 8 * params.len());
    let mut params = params.iter();
    let mut rest = sql;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        match rest.as_bytes().get(at + 1) {
            Some(b's') => match params.next() {
                Some(value) => quote_into(value, &mut out),
                None => out.push_str("%s"),
            },
            Some(b'%') => out.push('%'),
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

/// A value as SQL text: SQLite's `QUOTE()`.
pub fn quote_into(value: &Value, out: &mut String) {
    match value.plain() {
        Value::None => out.push_str("NULL"),
        Value::Bool(b) => out.push(if *b { '1' } else { '0' }),
        Value::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
        Value::Float(f) => out.push_str(&real(*f)),
        Value::Str(s) => {
            out.push('\'');
            // QUOTE() sees text up to its first NUL.
            let text = s.split('\0').next().unwrap_or("");
            for part in text.split_inclusive('\'') {
                out.push_str(part);
                if part.ends_with('\'') {
                    out.push('\'');
                }
            }
            out.push('\'');
        }
        Value::Bytes(b) => {
            out.push_str("X'");
            for byte in b.iter() {
                out.push_str(&format!("{byte:02X}"));
            }
            out.push('\'');
        }
        other => out.push_str(&format!("{other:?}")),
    }
}

/// A real number as SQLite writes it: 15 digits, or 17 where fewer would not read back the same.
pub fn real(f: f64) -> String {
    if f.is_infinite() {
        return if f > 0.0 { "9.0e+999".into() } else { "-9.0e+999".into() };
    }
    if f.is_nan() {
        return "NULL".into();
    }
    let short = general(f, 15);
    if short.parse::<f64>() == Ok(f) { short } else { general(f, 17) }
}

/// C's `%!.*g` of SQLite: always with a decimal point.
fn general(f: f64, digits: usize) -> String {
    if f == 0.0 {
        return if f.is_sign_negative() { "-0.0".into() } else { "0.0".into() };
    }
    let science = format!("{:.*e}", digits - 1, f);
    let (mantissa, exponent) = science.split_once('e').unwrap_or((&science, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(m) => ("-", m),
        None => ("", mantissa),
    };
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let all = all.trim_end_matches('0');
    let all = if all.is_empty() { "0" } else { all };
    if !(-4..digits as i32).contains(&exponent) {
        let (head, tail) = all.split_at(1);
        let tail = if tail.is_empty() { "0" } else { tail };
        return format!("{sign}{head}.{tail}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{all}", "0".repeat((-exponent - 1) as usize));
    }
    let point = exponent as usize + 1;
    if all.len() <= point {
        format!("{sign}{all}{}.0", "0".repeat(point - all.len()))
    } else {
        format!("{sign}{}.{}", &all[..point], &all[point..])
    }
}
