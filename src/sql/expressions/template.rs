//! Templates of functions: `%(function)s(%(expressions)s)`.

use crate::object::{Exc, Res, Rt, Value, ops};
use crate::source::Name;

/// Fills a template as Python's `%` with a mapping does, for `%(name)s` and `%%`. KeyError for an unknown name;
/// ValueError for what is neither.
pub fn fill(rt: &Rt, template: &str, get: &dyn Fn(&str) -> Res<Option<String>>) -> Res<String> {
    let _ = rt;
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let inner = rest.strip_prefix('(').and_then(|r| r.split_once(')'));
        let Some((name, after)) = inner else {
            return Err(Exc::ValueError.new("unsupported format character in an expression's template"));
        };
        let Some(after) = after.strip_prefix(['s', 'd', 'r']) else {
            return Err(Exc::ValueError.new("incomplete format"));
        };
        match get(name)? {
            Some(text) => out.push_str(&text),
            None => return Err(Exc::KeyError.with_args(vec![Value::str(name)])),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The text of an extra value of a template.
pub fn extra(rt: &Rt, extra: &[(Name, Value)], name: &str) -> Res<Option<String>> {
    match extra.iter().find(|(n, _)| *n == name) {
        Some((_, value)) => Ok(Some(ops::str(rt, value)?.to_string())),
        None => Ok(None),
    }
}
