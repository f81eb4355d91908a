//! Text functions and digests.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/database-functions/#text-functions>.

use rusqlite::Result;
use rusqlite::types::{Value, ValueRef};
use sha2::Digest;

use super::{FunctionRow, failed, has_null, integer, text};

pub(super) const ROWS: &[FunctionRow] = &[
    FunctionRow { name: "LPAD", args: 3, body: |a| pad(a, true) },
    FunctionRow { name: "RPAD", args: 3, body: |a| pad(a, false) },
    FunctionRow { name: "MD5", args: 1, body: digest::<md5::Md5> },
    FunctionRow { name: "SHA1", args: 1, body: digest::<sha1::Sha1> },
    FunctionRow { name: "SHA224", args: 1, body: digest::<sha2::Sha224> },
    FunctionRow { name: "SHA256", args: 1, body: digest::<sha2::Sha256> },
    FunctionRow { name: "SHA384", args: 1, body: digest::<sha2::Sha384> },
    FunctionRow { name: "SHA512", args: 1, body: digest::<sha2::Sha512> },
    FunctionRow { name: "REPEAT", args: 2, body: repeat },
    FunctionRow {
        name: "REVERSE",
        args: 1,
        body: |a| match has_null(a) {
            true => Ok(Value::Null),
            false => Ok(Value::Text(text(a[0])?.chars().rev().collect())),
        },
    },
];

/// The longest text that a function makes: SQLite's own limit.
const LONGEST: usize = 1_000_000_000;

fn digest<D: Digest>(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let hash = D::digest(text(a[0])?.as_bytes());
    Ok(Value::Text(hash.iter().map(|b| format!("{b:02x}")).collect()))
}

/// Python's `text[:length]`.
fn head(s: &str, length: i64) -> String {
    if length >= 0 {
        return s.chars().take(length as usize).collect();
    }
    let count = s.chars().count() as i64;
    s.chars().take((count + length).max(0) as usize).collect()
}

fn pad(a: &[ValueRef<'_>], left: bool) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let (s, length, fill) = (text(a[0])?, integer(a[1])?, text(a[2])?);
    let missing = length - s.chars().count() as i64;
    if missing <= 0 {
        return Ok(Value::Text(head(s, length)));
    }
    if missing as usize > LONGEST {
        return Err(failed());
    }
    let fill: String = fill.chars().cycle().take(if fill.is_empty() { 0 } else { missing as usize }).collect();
    Ok(Value::Text(if left { fill + s } else { s.to_string() + &fill }))
}

fn repeat(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let (s, n) = (text(a[0])?, integer(a[1])?.max(0) as usize);
    match s.len().checked_mul(n) {
        Some(size) if size <= LONGEST => Ok(Value::Text(s.repeat(n))),
        _ => Err(failed()),
    }
}
