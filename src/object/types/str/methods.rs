//! Searching, testing and changing the case of text.

use super::index::text_argument;
use super::split::window;
use super::{this, unicode};
use crate::object::args::Args;
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;

macro_rules! test {
    ($name:literal, $doc:literal, $test:expr) => {
        Row::method($name, "(self, /)", $doc, |_, a| {
            let text = this(a);
            let test: fn(char) -> bool = $test;
            Ok(Value::Bool(!text.is_empty() && text.chars().all(test)))
        })
    };
}

macro_rules! change {
    ($name:literal, $doc:literal, $change:expr) => {
        Row::method($name, "(self, /)", $doc, |_, a| {
            let change: fn(&str) -> String = $change;
            Ok(Value::from(change(&this(a))))
        })
    };
}

pub(in crate::object::types) const METHODS: &[Row] = &[
    change!("upper", "Return a copy of the string converted to uppercase.", |s| s.to_uppercase()),
    change!("lower", "Return a copy of the string converted to lowercase.", |s| s.to_lowercase()),
    change!("casefold", "Return a version of the string suitable for caseless comparisons.", unicode::casefold),
    change!("swapcase", "Convert uppercase characters to lowercase and lowercase characters to uppercase.", |s| {
        let mut out = String::with_capacity(s.len());
        for c in s.chars() {
            match c.is_uppercase() {
                true => out.extend(c.to_lowercase()),
                false if c.is_lowercase() => out.extend(c.to_uppercase()),
                false => out.push(c),
            }
        }
        out
    }),
    change!("capitalize", "Return a capitalized version of the string.", |s| {
        let mut out = String::with_capacity(s.len());
        let mut chars = s.chars();
        if let Some(first) = chars.next() {
            unicode::to_title(first, &mut out);
            // Lowered as a whole, for the letters whose form depends on their place.
            let lowered = s.to_lowercase();
            let skip = first.to_lowercase().count();
            out.extend(lowered.chars().skip(skip));
        }
        out
    }),
    change!("title", "Return a version of the string where each word is titlecased.", |s| {
        let mut out = String::with_capacity(s.len());
        let mut inside = false;
        for c in s.chars() {
            match inside {
                true => out.extend(c.to_lowercase()),
                false => unicode::to_title(c, &mut out),
            }
            inside = unicode::is_cased(c);
        }
        out
    }),
    test!("isalpha", "Return True if the string is an alphabetic string, False otherwise.", unicode::is_alpha),
    test!("isalnum", "Return True if the string is an alpha-numeric string, False otherwise.", unicode::is_alnum),
    test!("isdecimal", "Return True if the string is a decimal string, False otherwise.", |c| unicode::decimal(c)
        .is_some()),
    test!("isdigit", "Return True if the string is a digit string, False otherwise.", unicode::is_digit),
    test!("isnumeric", "Return True if the string is a numeric string, False otherwise.", unicode::is_numeric),
    test!("isspace", "Return True if the string is a whitespace string, False otherwise.", unicode::is_space),
    Row::method(
        "isascii",
        "(self, /)",
        "Return True if all characters in the string are ASCII, False otherwise.",
        |_, a| Ok(Value::Bool(str::is_ascii(&this(a)))),
    ),
    Row::method(
        "isprintable",
        "(self, /)",
        "Return True if all characters in the string are printable, False otherwise.",
        |_, a| Ok(Value::Bool(this(a).chars().all(unicode::is_printable))),
    ),
    Row::method(
        "isidentifier",
        "(self, /)",
        "Return True if the string is a valid Python identifier, False otherwise.",
        |_, a| Ok(Value::Bool(unicode::is_identifier(&this(a)))),
    ),
    Row::method("islower", "(self, /)", "Return True if the string is a lowercase string, False otherwise.", |_, a| {
        let text = this(a);
        let upper = text.chars().any(|c| c.is_uppercase() || unicode::is_title(c));
        Ok(Value::Bool(!upper && text.chars().any(char::is_lowercase)))
    }),
    Row::method(
        "isupper",
        "(self, /)",
        "Return True if the string is an uppercase string, False otherwise.",
        |_, a| {
            let text = this(a);
            let lower = text.chars().any(|c| c.is_lowercase() || unicode::is_title(c));
            Ok(Value::Bool(!lower && text.chars().any(char::is_uppercase)))
        },
    ),
    Row::method(
        "istitle",
        "(self, /)",
        "Return True if the string is a title-cased string, False otherwise.",
        |_, a| {
            let (mut cased, mut previous) = (false, false);
            for c in this(a).chars() {
                let upper = c.is_uppercase() || unicode::is_title(c);
                if upper && previous || !upper && c.is_lowercase() && !previous {
                    return Ok(Value::Bool(false));
                }
                previous = unicode::is_cased(c);
                cased |= previous;
            }
            Ok(Value::Bool(cased))
        },
    ),
    Row::method(
        "find",
        "(self, sub, start=None, end=None, /)",
        "Return the lowest index in S where substring sub is found, -1 on failure.",
        |rt, a| Ok(Value::Int(find(rt, a, false)?.map_or(-1, |i| i as i64))),
    ),
    Row::method(
        "rfind",
        "(self, sub, start=None, end=None, /)",
        "Return the highest index in S where substring sub is found, -1 on failure.",
        |rt, a| Ok(Value::Int(find(rt, a, true)?.map_or(-1, |i| i as i64))),
    ),
    Row::method(
        "index",
        "(self, sub, start=None, end=None, /)",
        "Return the lowest index in S where substring sub is found.",
        |rt, a| find(rt, a, false)?.map(Value::from).ok_or_else(|| Exc::ValueError.new("substring not found")),
    ),
    Row::method(
        "rindex",
        "(self, sub, start=None, end=None, /)",
        "Return the highest index in S where substring sub is found.",
        |rt, a| find(rt, a, true)?.map(Value::from).ok_or_else(|| Exc::ValueError.new("substring not found")),
    ),
    Row::method(
        "count",
        "(self, sub, start=None, end=None, /)",
        "Return the number of non-overlapping occurrences of substring sub.",
        |rt, a| {
            let text = this(a);
            let sub = text_argument("count", 1, a.get(1))?;
            let n = match window(rt, &text, a.opt(2), a.opt(3))? {
                None => 0,
                Some((from, _)) if from > text.char_count() => 0,
                Some((_, part)) if sub.is_empty() => part.chars().count() + 1,
                Some((_, part)) => memchr::memmem::find_iter(part.as_bytes(), sub.as_bytes()).count(),
            };
            Ok(Value::from(n))
        },
    ),
    Row::method(
        "startswith",
        "(self, prefix, start=None, end=None, /)",
        "Return True if the string starts with the specified prefix, False otherwise.",
        |rt, a| affix(rt, a, |part, affix| part.starts_with(affix)),
    ),
    Row::method(
        "endswith",
        "(self, suffix, start=None, end=None, /)",
        "Return True if the string ends with the specified suffix, False otherwise.",
        |rt, a| affix(rt, a, |part, affix| part.ends_with(affix)),
    ),
    Row::method(
        "strip",
        "(self, chars=None, /)",
        "Return a copy of the string with leading and trailing whitespace removed.",
        |_, a| strip(a, true, true),
    ),
    Row::method(
        "lstrip",
        "(self, chars=None, /)",
        "Return a copy of the string with leading whitespace removed.",
        |_, a| strip(a, true, false),
    ),
    Row::method(
        "rstrip",
        "(self, chars=None, /)",
        "Return a copy of the string with trailing whitespace removed.",
        |_, a| strip(a, false, true),
    ),
    Row::method("center", "(self, width, fillchar=' ', /)", "Return a centered string of length width.", |rt, a| {
        pad(rt, a, |missing, width| {
            let left = missing / 2 + (missing & width & 1);
            (left, missing - left)
        })
    }),
    Row::method(
        "ljust",
        "(self, width, fillchar=' ', /)",
        "Return a left-justified string of length width.",
        |rt, a| pad(rt, a, |n, _| (0, n)),
    ),
    Row::method(
        "rjust",
        "(self, width, fillchar=' ', /)",
        "Return a right-justified string of length width.",
        |rt, a| pad(rt, a, |n, _| (n, 0)),
    ),
    Row::method(
        "zfill",
        "(self, width, /)",
        "Pad a numeric string with zeros on the left, to fill a field of the given width.",
        |rt, a| {
            let text = this(a);
            let width = ops::index(rt, a.get(1))?.max(0) as usize;
            let missing = width.saturating_sub(text.char_count());
            super::super::check_size(rt, missing)?;
            let (sign, rest) = match text.strip_prefix(['+', '-']) {
                Some(rest) => (&text[..1], rest),
                None => ("", text.as_str()),
            };
            Ok(Value::from(format!("{sign}{}{rest}", "0".repeat(missing))))
        },
    ),
    Row::method(
        "encode",
        "(self, /, encoding='utf-8', errors='strict')",
        "Encode the string using the codec registered for encoding.",
        |_, a| {
            let encoding = super::codec_name(a, a.opt(1), "encoding", "utf-8")?;
            let errors = super::codec_name(a, a.opt(2), "errors", "strict")?;
            super::super::bytes::codec::encode(&this(a), &encoding, &errors).map(Value::bytes)
        },
    ),
    Row::method(
        "translate",
        "(self, table, /)",
        "Replace each character in the string using the given translation table.",
        translate,
    ),
    Row::fixed(
        "maketrans",
        "(x, y=None, z=None, /)",
        "Return a translation table usable for str.translate().",
        maketrans,
    ),
];

fn find(rt: &Rt, a: &Args, last: bool) -> Res<Option<usize>> {
    let text = this(a);
    let sub = text_argument(a.name, 1, a.get(1))?;
    let Some((from, part)) = window(rt, &text, a.opt(2), a.opt(3))? else { return Ok(None) };
    if from > text.char_count() {
        return Ok(None);
    }
    let at = match last {
        false => part.find(sub.as_str()),
        true => part.rfind(sub.as_str()),
    };
    Ok(at.map(|byte| from + if text.is_ascii() { byte } else { part[..byte].chars().count() }))
}

fn affix(rt: &Rt, a: &Args, test: fn(&str, &str) -> bool) -> Res<Value> {
    let text = this(a);
    let window = window(rt, &text, a.opt(2), a.opt(3))?;
    let inside = |affix: &Str| match window {
        Some((from, part)) => from <= text.char_count() && test(part, affix),
        None => false,
    };
    if let Some(affix) = a.get(1).as_str() {
        return Ok(Value::Bool(inside(affix)));
    }
    if let Some(all) = a.get(1).as_tuple() {
        for item in all.iter() {
            match item.as_str() {
                Some(affix) => {
                    if inside(affix) {
                        return Ok(Value::Bool(true));
                    }
                }
                None => {
                    return Err(Exc::TypeError.new(format!(
                        "tuple for {} must only contain str, not {}",
                        a.name,
                        ops::type_name(item)
                    )));
                }
            }
        }
        return Ok(Value::Bool(false));
    }
    Err(Exc::TypeError.new(format!(
        "{} first arg must be str or a tuple of str, not {}",
        a.name,
        ops::type_name(a.get(1))
    )))
}

fn strip(a: &Args, left: bool, right: bool) -> Res<Value> {
    let text = this(a);
    let mut rest = text.as_str();
    match a.some(1) {
        None => {
            if left {
                rest = rest.trim_start_matches(unicode::is_space);
            }
            if right {
                rest = rest.trim_end_matches(unicode::is_space);
            }
        }
        Some(v) => {
            let Some(set) = v.as_str() else {
                return Err(Exc::TypeError.new(format!("{} arg must be None or str", a.name)));
            };
            if left {
                rest = rest.trim_start_matches(|c| set.contains(c));
            }
            if right {
                rest = rest.trim_end_matches(|c| set.contains(c));
            }
        }
    }
    Ok(match rest.len() == text.len() {
        true => Value::Str(text),
        false => rest.into(),
    })
}

fn pad(rt: &Rt, a: &Args, sides: fn(usize, usize) -> (usize, usize)) -> Res<Value> {
    let text = this(a);
    let width = ops::index(rt, a.get(1))?.max(0) as usize;
    let fill = match a.opt(2) {
        None => ' ',
        Some(v) => match v.as_str() {
            Some(s) if s.char_count() == 1 => s.chars().next().unwrap_or(' '),
            Some(_) => {
                return Err(Exc::TypeError.new("The fill character must be exactly one character long"));
            }
            None => {
                return Err(Exc::TypeError
                    .new(format!("The fill character must be a unicode character, not {}", ops::type_name(v))));
            }
        },
    };
    let len = text.char_count();
    if width <= len {
        return Ok(Value::Str(text));
    }
    super::super::check_size(rt, width)?;
    let (left, right) = sides(width - len, width);
    let mut out = String::with_capacity(text.len() + (left + right) * fill.len_utf8());
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(&text);
    out.extend(std::iter::repeat_n(fill, right));
    Ok(Value::from(out))
}

fn translate(rt: &Rt, a: &mut Args) -> Res<Value> {
    let text = this(a);
    let table = a.get(1);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let found = match ops::get_item(rt, table, &Value::Int(c as i64)) {
            Ok(v) => v,
            Err(e) if e.is(Exc::LookupError) => {
                out.push(c);
                continue;
            }
            Err(e) => return Err(e),
        };
        match found.plain() {
            Value::None => {}
            Value::Str(s) => out.push_str(s),
            Value::Int(_) | Value::Big(_) | Value::Bool(_) => {
                match found.as_int().and_then(|i| u32::try_from(i).ok()).and_then(char::from_u32) {
                    Some(c) => out.push(c),
                    None => return Err(Exc::ValueError.new("character mapping must be in range(0x110000)")),
                }
            }
            _ => return Err(Exc::TypeError.new("character mapping must return integer, None or str")),
        }
    }
    Ok(Value::from(out))
}

fn maketrans(rt: &Rt, a: &mut Args) -> Res<Value> {
    let table = Dict::new();
    let code = |c: char| Value::Int(c as i64);
    if a.opt(1).is_none() {
        let Some(source) = a.get(0).as_dict() else {
            return Err(Exc::TypeError.new("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in source.0.items() {
            let key = match key.plain() {
                Value::Str(s) => {
                    let mut chars = s.chars();
                    match (chars.next(), chars.next()) {
                        (Some(c), None) => code(c),
                        _ => {
                            return Err(Exc::ValueError.new("string keys in translate table must be of length 1"));
                        }
                    }
                }
                Value::Int(_) | Value::Bool(_) | Value::Big(_) => key.plain().clone(),
                _ => return Err(Exc::TypeError.new("keys in translate table must be strings or integers")),
            };
            table.set(rt, key, value)?;
        }
        return Ok(Value::Dict(table));
    }
    let Some(from) = a.get(0).as_str() else {
        return Err(Exc::TypeError.new("first maketrans argument must be a string if there is a second argument"));
    };
    let to = text_argument("maketrans", 2, a.get(1))?;
    if from.char_count() != to.char_count() {
        return Err(Exc::ValueError.new("the first two maketrans arguments must have equal length"));
    }
    for (x, y) in from.chars().zip(to.chars()) {
        table.set(rt, code(x), code(y))?;
    }
    if a.opt(2).is_some() {
        for c in text_argument("maketrans", 3, a.get(2))?.chars() {
            table.set(rt, code(c), Value::None)?;
        }
    }
    Ok(Value::Dict(table))
}
