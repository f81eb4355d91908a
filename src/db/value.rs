//! Values on their way into and out of SQLite.

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::object::{Exc, Res, Str, Value};

/// A column's value as SQLite holds it, valid until the next row.
pub type Raw<'a> = ValueRef<'a>;

/// A raw value as Python's plain one: `None`, `int`, `float`, `str`, `bytes`. OperationalError where text is no UTF-8.
#[inline]
pub fn plain(raw: Raw<'_>) -> Res<Value> {
    Ok(match raw {
        ValueRef::Null => Value::None,
        ValueRef::Integer(i) => Value::Int(i),
        ValueRef::Real(f) => Value::Float(f),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::from(text),
            Err(_) => {
                return Err(Exc::OperationalError
                    .new(format!("Could not decode to UTF-8 column with text '{}'", String::from_utf8_lossy(bytes))));
            }
        },
        ValueRef::Blob(bytes) => Value::bytes(bytes.to_vec()),
    })
}

/// As [`plain`]; a text that is the column's last one is that very text.
#[inline]
pub fn plain_or_last(raw: Raw<'_>, last: &mut Str) -> Res<Value> {
    let Raw::Text(bytes) = raw else { return plain(raw) };
    if last.as_bytes() != bytes {
        let new = plain(raw)?;
        if let Value::Str(new) = &new {
            *last = new.clone();
        }
        return Ok(new);
    }
    Ok(Value::Str(last.clone()))
}

/// A parameter, bound without a copy. What SQLite has no type for: ProgrammingError in sqlite3's words.
pub(super) fn bind(value: &Value, index: usize) -> Res<ToSqlOutput<'_>> {
    Ok(ToSqlOutput::Borrowed(match value.plain() {
        Value::None => ValueRef::Null,
        Value::Bool(b) => ValueRef::Integer(*b as i64),
        Value::Int(i) => ValueRef::Integer(*i),
        Value::Float(f) => ValueRef::Real(*f),
        Value::Str(s) => ValueRef::Text(s.as_bytes()),
        Value::Bytes(b) => ValueRef::Blob(b),
        Value::Big(_) => return Err(Exc::OverflowError.new("Python int too large to convert to SQLite INTEGER")),
        other => {
            return Err(Exc::ProgrammingError.new(format!(
                "Error binding parameter {}: type '{}' is not supported",
                index + 1,
                crate::object::ops::type_name(other)
            )));
        }
    }))
}
