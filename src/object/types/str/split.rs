//! Taking text apart and joining it.

use super::index::{part, text_argument};
use super::{this, unicode};
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;

pub(in crate::object::types) const SPLITTING: &[Row] = &[
    Row::method(
        "split",
        "(self, /, sep=None, maxsplit=-1)",
        "Return a list of the substrings in the string, using sep as the separator string.",
        |rt, a| {
            let text = this(a);
            let most = limit(rt, a)?;
            let parts: Vec<Value> = match separator(a)? {
                Some(sep) => match most {
                    Some(n) => text.splitn(n + 1, sep.as_str()).map(Value::from).collect(),
                    None => text.split(sep.as_str()).map(Value::from).collect(),
                },
                None => split_space(&text, most),
            };
            Ok(Value::list(parts))
        },
    ),
    Row::method(
        "rsplit",
        "(self, /, sep=None, maxsplit=-1)",
        "Return a list of the substrings in the string, splitting from the end.",
        |rt, a| {
            let text = this(a);
            let most = limit(rt, a)?;
            let mut parts: Vec<Value> = match separator(a)? {
                Some(sep) => match most {
                    Some(n) => text.rsplitn(n + 1, sep.as_str()).map(Value::from).collect(),
                    None => text.rsplit(sep.as_str()).map(Value::from).collect(),
                },
                None => {
                    let mut parts = Vec::new();
                    let mut rest = text.trim_end_matches(unicode::is_space);
                    while !rest.is_empty() {
                        if most.is_some_and(|n| parts.len() == n) {
                            parts.push(Value::from(rest));
                            break;
                        }
                        match rest.char_indices().rev().find(|(_, c)| unicode::is_space(*c)) {
                            Some((at, c)) => {
                                parts.push(Value::from(&rest[at + c.len_utf8()..]));
                                rest = rest[..at].trim_end_matches(unicode::is_space);
                            }
                            None => {
                                parts.push(Value::from(rest));
                                break;
                            }
                        }
                    }
                    parts
                }
            };
            parts.reverse();
            Ok(Value::list(parts))
        },
    ),
    Row::method(
        "splitlines",
        "(self, /, keepends=False)",
        "Return a list of the lines in the string, breaking at line boundaries.",
        |rt, a| {
            let text = this(a);
            let keep = a.flag(rt, 1, false)?;
            let mut lines = Vec::new();
            let mut start = 0;
            let mut chars = text.char_indices().peekable();
            while let Some((at, c)) = chars.next() {
                if !unicode::is_line_end(c) {
                    continue;
                }
                let mut end = at + c.len_utf8();
                if c == '\r' && chars.peek().is_some_and(|(_, c)| *c == '\n') {
                    chars.next();
                    end += 1;
                }
                lines.push(Value::from(&text[start..if keep { end } else { at }]));
                start = end;
            }
            if start < text.len() {
                lines.push(Value::from(&text[start..]));
            }
            Ok(Value::list(lines))
        },
    ),
    Row::method(
        "partition",
        "(self, sep, /)",
        "Partition the string into three parts using the given separator.",
        |_, a| {
            let text = this(a);
            let sep = required_separator(a)?;
            Ok(Value::tuple(match text.split_once(sep.as_str()) {
                Some((head, tail)) => vec![head.into(), Value::Str(sep), tail.into()],
                None => vec![Value::Str(text), "".into(), "".into()],
            }))
        },
    ),
    Row::method(
        "rpartition",
        "(self, sep, /)",
        "Partition the string into three parts using the given separator, from the end.",
        |_, a| {
            let text = this(a);
            let sep = required_separator(a)?;
            Ok(Value::tuple(match text.rsplit_once(sep.as_str()) {
                Some((head, tail)) => vec![head.into(), Value::Str(sep), tail.into()],
                None => vec!["".into(), "".into(), Value::Str(text)],
            }))
        },
    ),
    Row::method("join", "(self, iterable, /)", "Concatenate any number of strings.", join),
    Row::method(
        "replace",
        "(self, old, new, /, count=-1)",
        "Return a copy with all occurrences of substring old replaced by new.",
        |rt, a| {
            let text = this(a);
            let (old, new) = (text_argument("replace", 1, a.get(1))?, text_argument("replace", 2, a.get(2))?);
            let count = match a.opt(3) {
                Some(v) => ops::index(rt, v)?,
                None => -1,
            };
            let most = if count < 0 { usize::MAX } else { count as usize };
            if old.is_empty() {
                let places = text.char_count().saturating_add(1).min(most);
                super::super::check_size(rt, text.len().saturating_add(new.len().saturating_mul(places)))?;
            } else if new.len() > old.len() {
                let found = memchr::memmem::find_iter(text.as_bytes(), old.as_bytes()).count().min(most);
                super::super::check_size(rt, text.len().saturating_add((new.len() - old.len()).saturating_mul(found)))?;
            }
            Ok(Value::from(match count < 0 {
                true => text.replace(old.as_str(), new),
                false => text.replacen(old.as_str(), new, most),
            }))
        },
    ),
    Row::method(
        "expandtabs",
        "(self, /, tabsize=8)",
        "Return a copy where all tab characters are expanded using spaces.",
        |rt, a| {
            let text = this(a);
            let size = match a.opt(1) {
                Some(v) => ops::index(rt, v)?.max(0) as usize,
                None => 8,
            };
            super::super::check_size(rt, text.matches('\t').count().saturating_mul(size))?;
            let mut out = String::with_capacity(text.len());
            let mut column = 0;
            for c in text.chars() {
                match c {
                    '\t' => {
                        if size > 0 {
                            let n = size - column % size;
                            out.extend(std::iter::repeat_n(' ', n));
                            column += n;
                        }
                    }
                    '\n' | '\r' => {
                        out.push(c);
                        column = 0;
                    }
                    _ => {
                        out.push(c);
                        column += 1;
                    }
                }
            }
            Ok(Value::from(out))
        },
    ),
    Row::method(
        "removeprefix",
        "(self, prefix, /)",
        "Return a str with the given prefix string removed if present.",
        |_, a| {
            let text = this(a);
            let prefix = plain_argument("removeprefix", a.get(1))?;
            Ok(match text.strip_prefix(prefix.as_str()) {
                Some(rest) => rest.into(),
                None => Value::Str(text),
            })
        },
    ),
    Row::method(
        "removesuffix",
        "(self, suffix, /)",
        "Return a str with the given suffix string removed if present.",
        |_, a| {
            let text = this(a);
            let suffix = plain_argument("removesuffix", a.get(1))?;
            Ok(match text.strip_suffix(suffix.as_str()) {
                Some(rest) => rest.into(),
                None => Value::Str(text),
            })
        },
    ),
];

/// The only argument of a method: `removeprefix() argument must be str, not int`.
fn plain_argument(name: &str, v: &Value) -> Res<crate::object::text::Str> {
    v.as_str()
        .cloned()
        .ok_or_else(|| Exc::TypeError.new(format!("{name}() argument must be str, not {}", ops::argument_name(v))))
}

fn limit(rt: &Rt, a: &Args) -> Res<Option<usize>> {
    Ok(match a.opt(2) {
        Some(v) => usize::try_from(ops::index(rt, v)?).ok(),
        None => None,
    })
}

fn separator(a: &Args) -> Res<Option<crate::object::text::Str>> {
    match a.some(1) {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) if s.is_empty() => Err(Exc::ValueError.new("empty separator")),
            Some(s) => Ok(Some(s.clone())),
            None => Err(Exc::TypeError.new(format!("must be str or None, not {}", ops::type_name(v)))),
        },
    }
}

fn required_separator(a: &Args) -> Res<crate::object::text::Str> {
    match a.get(1).as_str() {
        Some(s) if s.is_empty() => Err(Exc::ValueError.new("empty separator")),
        Some(s) => Ok(s.clone()),
        None => Err(Exc::TypeError.new(format!("must be str, not {}", ops::type_name(a.get(1))))),
    }
}

fn split_space(text: &str, most: Option<usize>) -> Vec<Value> {
    let Some(most) = most else {
        return text.split(unicode::is_space).filter(|s| !s.is_empty()).map(Value::from).collect();
    };
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(unicode::is_space);
    while !rest.is_empty() {
        if parts.len() == most {
            parts.push(Value::from(rest));
            break;
        }
        match rest.find(unicode::is_space) {
            Some(at) => {
                parts.push(Value::from(&rest[..at]));
                rest = rest[at..].trim_start_matches(unicode::is_space);
            }
            None => {
                parts.push(Value::from(rest));
                break;
            }
        }
    }
    parts
}

fn join(rt: &Rt, a: &mut Args) -> Res<Value> {
    let sep = this(a);
    let items = match a.get(1).plain() {
        Value::List(_) | Value::Tuple(_) => ops::collect(rt, a.get(1).plain())?,
        _ => match ops::collect(rt, a.get(1)) {
            Err(e) if e.is(Exc::TypeError) && ops::lookup_special(rt, a.get(1), "__iter__")?.is_none() => {
                return Err(Exc::TypeError.new("can only join an iterable"));
            }
            other => other?,
        },
    };
    let mut size = 0usize;
    for (i, item) in items.iter().enumerate() {
        match item.as_str() {
            Some(s) => size = size.saturating_add(s.len()),
            None => {
                return Err(Exc::TypeError
                    .new(format!("sequence item {i}: expected str instance, {} found", ops::type_name(item))));
            }
        }
    }
    size = size.saturating_add(sep.len().saturating_mul(items.len().saturating_sub(1)));
    super::super::check_size(rt, size)?;
    if let [Value::Str(only)] = &items[..] {
        return Ok(Value::Str(only.clone()));
    }
    let mut out = String::with_capacity(size);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(&sep);
        }
        if let Some(s) = item.as_str() {
            out.push_str(s);
        }
    }
    Ok(Value::from(out))
}

/// The text between the bounds of `find`, `count` and their like: start in characters, and the part; `None` where the
/// start lies behind the end.
pub(super) fn window<'a>(
    rt: &Rt,
    text: &'a crate::object::text::Str,
    start: Option<&Value>,
    stop: Option<&Value>,
) -> Res<Option<(usize, &'a str)>> {
    let len = text.char_count();
    let from = crate::object::types::slice::bound(rt, start, len, 0)?;
    let to = crate::object::types::slice::bound(rt, stop, len, len)?.min(len);
    Ok((from <= to).then(|| (from, part(text, from, to))))
}
