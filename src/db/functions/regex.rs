//! `REGEXP`: a search with Python's regular expressions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use fancy_regex::Regex;
use rusqlite::Result;
use rusqlite::functions::Context;
use rusqlite::types::{Value, ValueRef};

use super::failed;

/// Compiled patterns by their text: a query uses one for every row.
#[derive(Default)]
pub(super) struct Cache(HashMap<String, Arc<Regex>>);

/// The cache of one connection.
#[derive(Default)]
pub(super) struct Shared(pub Arc<Mutex<Cache>>);

/// More patterns than this are not kept.
const KEPT: usize = 64;

pub(super) fn regexp(cache: &Shared, ctx: &Context<'_>) -> Result<Value> {
    let (ValueRef::Text(pattern), subject) = (ctx.get_raw(0), ctx.get_raw(1)) else {
        return match ctx.get_raw(0) {
            ValueRef::Null => Ok(Value::Null),
            _ => Err(failed()),
        };
    };
    let pattern = std::str::from_utf8(pattern).map_err(|_| failed())?;
    let owned;
    let subject = match subject {
        ValueRef::Null => return Ok(Value::Null),
        ValueRef::Text(t) => std::str::from_utf8(t).map_err(|_| failed())?,
        ValueRef::Integer(i) => {
            owned = i.to_string();
            &owned
        }
        ValueRef::Real(f) => {
            owned = format!("{f:?}");
            &owned
        }
        ValueRef::Blob(b) => {
            owned = format!("{b:?}");
            &owned
        }
    };
    let regex = {
        let mut cache = cache.0.lock().map_err(|_| failed())?;
        match cache.0.get(pattern) {
            Some(found) => found.clone(),
            None => {
                let made = Arc::new(Regex::new(&translate(pattern)).map_err(|_| failed())?);
                if cache.0.len() >= KEPT {
                    cache.0.clear();
                }
                cache.0.insert(pattern.to_string(), made.clone());
                made
            }
        }
    };
    Ok(Value::Integer(regex.is_match(subject).map_err(|_| failed())? as i64))
}

/// The few spellings in which Python's patterns differ.
fn translate(pattern: &str) -> String {
    pattern.replace("\\Z", "\\z")
}
