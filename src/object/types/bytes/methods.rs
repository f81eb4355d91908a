//! The methods that `bytes` and `bytearray` share.

use super::{alike, bytes_like, codec, this};
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::types::slice::bound;
use crate::object::value::Value;
use num_traits::ToPrimitive;

macro_rules! test {
    ($name:literal, $doc:literal, $test:expr) => {
        Row::method($name, "(self, /)", $doc, |_, a| {
            let bytes = this(a);
            let test: fn(&u8) -> bool = $test;
            Ok(Value::Bool(!bytes.is_empty() && bytes.iter().all(test)))
        })
    };
}

fn space(b: &u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn title(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    bytes
        .iter()
        .map(|b| {
            let changed = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            inside = b.is_ascii_alphabetic();
            changed
        })
        .collect()
}

pub(in crate::object::types) const METHODS: &[Row] = &[
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).len()))),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(ops::bytes_contain(rt, &this(a), a.get(1))?))
    }),
    Row::method(
        "decode",
        "(self, /, encoding='utf-8', errors='strict')",
        "Decode the bytes using the codec registered for encoding.",
        |_, a| {
            let encoding = super::super::str::codec_name(a, a.opt(1), "encoding", "utf-8")?;
            let errors = super::super::str::codec_name(a, a.opt(2), "errors", "strict")?;
            codec::decode(&this(a), &encoding, &errors).map(Value::from)
        },
    ),
    Row::method(
        "hex",
        "(self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        "Create a string of hexadecimal numbers from a bytes object.",
        |rt, a| {
            let bytes = this(a);
            let digits = |b: &u8| format!("{b:02x}");
            let Some(sep) = a.opt(1) else { return Ok(Value::from(bytes.iter().map(digits).collect::<String>())) };
            let every = match a.opt(2) {
                Some(v) => ops::index(rt, v)?,
                None => 1,
            };
            if ops::len(rt, sep)? != 1 {
                return Err(Exc::ValueError.new("sep must be length 1."));
            }
            let sep = match (sep.as_str(), bytes_like(sep)) {
                (Some(s), _) => s.to_string(),
                (_, Some(b)) => String::from_utf8_lossy(&b).into_owned(),
                _ => return Err(Exc::TypeError.new("sep must be str or bytes.")),
            };
            if !sep.is_ascii() {
                return Err(Exc::ValueError.new("sep must be ASCII."));
            }
            let size = every.unsigned_abs() as usize;
            if size == 0 {
                return Ok(Value::from(bytes.iter().map(digits).collect::<String>()));
            }
            let groups: Vec<String> = match every > 0 {
                true => {
                    let head = bytes.len() % size;
                    let (first, rest) = bytes.split_at(head);
                    let parts = std::iter::once(first).filter(|f| !f.is_empty()).chain(rest.chunks(size));
                    parts.map(|c| c.iter().map(digits).collect()).collect()
                }
                false => bytes.chunks(size).map(|c| c.iter().map(digits).collect()).collect(),
            };
            Ok(Value::from(groups.join(&sep)))
        },
    ),
    Row::class("fromhex", "(type, string, /)", "Create bytes from a string of hexadecimal numbers.", |rt, a| {
        let Some(text) = a.get(1).as_str() else {
            return Err(
                Exc::TypeError.new(format!("fromhex() argument must be str, not {}", ops::argument_name(a.get(1))))
            );
        };
        let mut out = Vec::new();
        let mut chars = text.chars().enumerate().filter(|(_, c)| !c.is_ascii_whitespace());
        let wrong =
            |at: usize| Exc::ValueError.new(format!("non-hexadecimal number found in fromhex() arg at position {at}"));
        while let Some((at, c)) = chars.next() {
            let high = c.to_digit(16).ok_or_else(|| wrong(at))?;
            let low = match chars.next() {
                Some((at, c)) => c.to_digit(16).ok_or_else(|| wrong(at))?,
                None => return Err(wrong(at + 1)),
            };
            out.push((high * 16 + low) as u8);
        }
        match a.get(0) {
            Value::Class(c) if std::rc::Rc::ptr_eq(c, &rt.types.bytes) => Ok(Value::bytes(out)),
            class => ops::call1(rt, class, Value::bytes(out)),
        }
    }),
    Row::method("upper", "(self, /)", "Return a copy with all ASCII characters converted to uppercase.", |rt, a| {
        Ok(alike(rt, a, this(a).to_ascii_uppercase()))
    }),
    Row::method("lower", "(self, /)", "Return a copy with all ASCII characters converted to lowercase.", |rt, a| {
        Ok(alike(rt, a, this(a).to_ascii_lowercase()))
    }),
    Row::method("title", "(self, /)", "Return a titlecased version.", |rt, a| Ok(alike(rt, a, title(&this(a))))),
    Row::method("capitalize", "(self, /)", "Return a copy with only its first character capitalized.", |rt, a| {
        let mut out = this(a).to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        Ok(alike(rt, a, out))
    }),
    Row::method("swapcase", "(self, /)", "Return a copy with case swapped.", |rt, a| {
        let bytes = this(a);
        let out =
            bytes.iter().map(|b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() });
        Ok(alike(rt, a, out.collect()))
    }),
    test!("isalpha", "Return True if all characters are alphabetic.", u8::is_ascii_alphabetic),
    test!("isalnum", "Return True if all characters are alphanumeric.", u8::is_ascii_alphanumeric),
    test!("isdigit", "Return True if all characters are digits.", u8::is_ascii_digit),
    test!("isspace", "Return True if all characters are whitespace.", space),
    Row::method("isascii", "(self, /)", "Return True if all characters are ASCII.", |_, a| {
        Ok(Value::Bool(this(a).is_ascii()))
    }),
    Row::method("isupper", "(self, /)", "Return True if all cased characters are uppercase.", |_, a| {
        let b = this(a);
        Ok(Value::Bool(b.iter().any(u8::is_ascii_uppercase) && !b.iter().any(u8::is_ascii_lowercase)))
    }),
    Row::method("islower", "(self, /)", "Return True if all cased characters are lowercase.", |_, a| {
        let b = this(a);
        Ok(Value::Bool(b.iter().any(u8::is_ascii_lowercase) && !b.iter().any(u8::is_ascii_uppercase)))
    }),
    Row::method("istitle", "(self, /)", "Return True if it is titlecased.", |_, a| {
        let b = this(a);
        Ok(Value::Bool(b.iter().any(u8::is_ascii_alphabetic) && title(&b) == **b))
    }),
    Row::method(
        "find",
        "(self, sub, start=None, end=None, /)",
        "The lowest index where sub is found, -1 on failure.",
        |rt, a| Ok(Value::Int(find(rt, a, false)?)),
    ),
    Row::method(
        "rfind",
        "(self, sub, start=None, end=None, /)",
        "The highest index where sub is found, -1 on failure.",
        |rt, a| Ok(Value::Int(find(rt, a, true)?)),
    ),
    Row::method("index", "(self, sub, start=None, end=None, /)", "The lowest index where sub is found.", |rt, a| {
        found(find(rt, a, false)?)
    }),
    Row::method("rindex", "(self, sub, start=None, end=None, /)", "The highest index where sub is found.", |rt, a| {
        found(find(rt, a, true)?)
    }),
    Row::method(
        "count",
        "(self, sub, start=None, end=None, /)",
        "The number of non-overlapping occurrences of sub.",
        |rt, a| {
            let bytes = this(a);
            let sub = needle(rt, a.get(1))?;
            Ok(Value::from(match window(rt, &bytes, a)? {
                None => 0,
                Some((_, part)) if sub.is_empty() => part.len() + 1,
                Some((_, part)) => memchr::memmem::find_iter(part, &sub).count(),
            }))
        },
    ),
    Row::method(
        "startswith",
        "(self, prefix, start=None, end=None, /)",
        "Return True if it starts with the specified prefix.",
        |rt, a| affix(rt, a, |p, x| p.starts_with(x)),
    ),
    Row::method(
        "endswith",
        "(self, suffix, start=None, end=None, /)",
        "Return True if it ends with the specified suffix.",
        |rt, a| affix(rt, a, |p, x| p.ends_with(x)),
    ),
    Row::method(
        "strip",
        "(self, bytes=None, /)",
        "Strip leading and trailing bytes contained in the argument.",
        |rt, a| strip(rt, a, true, true),
    ),
    Row::method("lstrip", "(self, bytes=None, /)", "Strip leading bytes contained in the argument.", |rt, a| {
        strip(rt, a, true, false)
    }),
    Row::method("rstrip", "(self, bytes=None, /)", "Strip trailing bytes contained in the argument.", |rt, a| {
        strip(rt, a, false, true)
    }),
    Row::method("removeprefix", "(self, prefix, /)", "Without the given prefix if present.", |rt, a| {
        let (b, p) = (this(a), required(a.get(1))?);
        Ok(alike(rt, a, b.strip_prefix(&p[..]).unwrap_or(&b).to_vec()))
    }),
    Row::method("removesuffix", "(self, suffix, /)", "Without the given suffix if present.", |rt, a| {
        let (b, p) = (this(a), required(a.get(1))?);
        Ok(alike(rt, a, b.strip_suffix(&p[..]).unwrap_or(&b).to_vec()))
    }),
    Row::method(
        "replace",
        "(self, old, new, count=-1, /)",
        "Return a copy with all occurrences of old replaced by new.",
        |rt, a| {
            let (b, old, new) = (this(a), required(a.get(1))?, required(a.get(2))?);
            let most = match a.opt(3) {
                Some(v) => usize::try_from(ops::index(rt, v)?).unwrap_or(usize::MAX),
                None => usize::MAX,
            };
            super::super::check_size(rt, b.len().saturating_mul(new.len().max(1)))?;
            let mut out = Vec::with_capacity(b.len());
            if old.is_empty() {
                for (i, byte) in b.iter().enumerate() {
                    if i < most {
                        out.extend_from_slice(&new);
                    }
                    out.push(*byte);
                }
                if b.len() < most {
                    out.extend_from_slice(&new);
                }
            } else {
                let mut last = 0;
                for at in memchr::memmem::find_iter(&b, &**old).take(most) {
                    out.extend_from_slice(&b[last..at]);
                    out.extend_from_slice(&new);
                    last = at + old.len();
                }
                out.extend_from_slice(&b[last..]);
            }
            Ok(alike(rt, a, out))
        },
    ),
    Row::method(
        "split",
        "(self, /, sep=None, maxsplit=-1)",
        "Return a list of the sections, using sep as the delimiter.",
        |rt, a| split(rt, a, false),
    ),
    Row::method(
        "rsplit",
        "(self, /, sep=None, maxsplit=-1)",
        "Return a list of the sections, splitting from the end.",
        |rt, a| split(rt, a, true),
    ),
    Row::method("splitlines", "(self, /, keepends=False)", "Return a list of the lines.", |rt, a| {
        let (b, keep) = (this(a), a.flag(rt, 1, false)?);
        let mut lines = Vec::new();
        let (mut start, mut i) = (0, 0);
        while i < b.len() {
            if matches!(b[i], b'\n' | b'\r') {
                let end = i;
                i += if b[i] == b'\r' && b.get(i + 1) == Some(&b'\n') { 2 } else { 1 };
                lines.push(alike(rt, a, b[start..if keep { i } else { end }].to_vec()));
                start = i;
            } else {
                i += 1;
            }
        }
        if start < b.len() {
            lines.push(alike(rt, a, b[start..].to_vec()));
        }
        Ok(Value::list(lines))
    }),
    Row::method("partition", "(self, sep, /)", "Partition into three parts using the given separator.", |rt, a| {
        let (b, sep) = (this(a), separator(a.get(1))?);
        Ok(match memchr::memmem::find(&b, &sep) {
            Some(at) => three(rt, a, &b[..at], &sep, &b[at + sep.len()..]),
            None => three(rt, a, &b, b"", b""),
        })
    }),
    Row::method("rpartition", "(self, sep, /)", "Partition into three parts using the last separator.", |rt, a| {
        let (b, sep) = (this(a), separator(a.get(1))?);
        Ok(match memchr::memmem::rfind(&b, &sep) {
            Some(at) => three(rt, a, &b[..at], &sep, &b[at + sep.len()..]),
            None => three(rt, a, b"", b"", &b),
        })
    }),
    Row::method("join", "(self, iterable_of_bytes, /)", "Concatenate any number of bytes objects.", |rt, a| {
        let sep = this(a);
        let mut out = Vec::new();
        let items = ops::collect(rt, a.get(1)).map_err(|e| {
            let no = e.is(Exc::TypeError) && ops::lookup_special(rt, a.get(1), "__iter__").is_ok_and(|m| m.is_none());
            if no { Exc::TypeError.new("can only join an iterable") } else { e }
        })?;
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(&sep);
            }
            match bytes_like(item) {
                Some(b) => out.extend_from_slice(&b),
                None => {
                    return Err(Exc::TypeError.new(format!(
                        "sequence item {i}: expected a bytes-like object, {} found",
                        ops::type_name(item)
                    )));
                }
            }
            super::super::check_size(rt, out.len())?;
        }
        Ok(alike(rt, a, out))
    }),
    Row::method("center", "(self, width, fillchar=b' ', /)", "Return a centered copy of length width.", |rt, a| {
        pad(rt, a, |n, w| n / 2 + (n & w & 1))
    }),
    Row::method(
        "ljust",
        "(self, width, fillchar=b' ', /)",
        "Return a left-justified copy of length width.",
        |rt, a| pad(rt, a, |_, _| 0),
    ),
    Row::method(
        "rjust",
        "(self, width, fillchar=b' ', /)",
        "Return a right-justified copy of length width.",
        |rt, a| pad(rt, a, |n, _| n),
    ),
    Row::method("zfill", "(self, width, /)", "Pad a numeric string with zeros on the left.", |rt, a| {
        let b = this(a);
        let width = ops::index(rt, a.get(1))?.max(0) as usize;
        super::super::check_size(rt, width)?;
        let zeros = vec![b'0'; width.saturating_sub(b.len())];
        let sign = usize::from(matches!(b.first(), Some(b'+' | b'-')));
        Ok(alike(rt, a, [&b[..sign], &zeros, &b[sign..]].concat()))
    }),
    Row::method(
        "expandtabs",
        "(self, /, tabsize=8)",
        "Return a copy where all tab characters are expanded using spaces.",
        |rt, a| {
            let size = match a.opt(1) {
                Some(v) => ops::index(rt, v)?.max(0) as usize,
                None => 8,
            };
            super::super::check_size(rt, this(a).len().saturating_mul(size.max(1)))?;
            let (mut out, mut column) = (Vec::new(), 0);
            for &b in this(a).iter() {
                match b {
                    b'\t' if size > 0 => {
                        let n = size - column % size;
                        out.extend(std::iter::repeat_n(b' ', n));
                        column += n;
                    }
                    b'\t' => {}
                    _ => {
                        out.push(b);
                        column = if matches!(b, b'\n' | b'\r') { 0 } else { column + 1 };
                    }
                }
            }
            Ok(alike(rt, a, out))
        },
    ),
    Row::method(
        "translate",
        "(self, table, /, delete=b'')",
        "Return a copy with each character mapped by the given translation table.",
        |rt, a| {
            let table = match a.some(1) {
                Some(v) => Some(required(v)?),
                None => None,
            };
            if table.as_ref().is_some_and(|t| t.len() != 256) {
                return Err(Exc::ValueError.new("translation table must be 256 characters long"));
            }
            let delete = match a.opt(2) {
                Some(v) => required(v)?.to_vec(),
                None => Vec::new(),
            };
            let out = this(a)
                .iter()
                .filter(|b| !delete.contains(b))
                .map(|&b| table.as_ref().map_or(b, |t| t[b as usize]))
                .collect();
            Ok(alike(rt, a, out))
        },
    ),
    Row::fixed("maketrans", "(frm, to, /)", "Return a translation table usable for translate.", |_, a| {
        let (from, to) = (required(a.get(0))?, required(a.get(1))?);
        if from.len() != to.len() {
            return Err(Exc::ValueError.new("maketrans arguments must have same length"));
        }
        let mut table: Vec<u8> = (0..=255).collect();
        for (&x, &y) in from.iter().zip(to.iter()) {
            table[x as usize] = y;
        }
        Ok(Value::bytes(table))
    }),
];

fn required(v: &Value) -> Res<std::rc::Rc<Vec<u8>>> {
    bytes_like(v)
        .ok_or_else(|| Exc::TypeError.new(format!("a bytes-like object is required, not '{}'", ops::type_name(v))))
}

fn separator(v: &Value) -> Res<std::rc::Rc<Vec<u8>>> {
    let sep = required(v)?;
    match sep.is_empty() {
        true => Err(Exc::ValueError.new("empty separator")),
        false => Ok(sep),
    }
}

/// What is looked for: bytes, or one byte as a number.
fn needle(rt: &Rt, v: &Value) -> Res<Vec<u8>> {
    if let Some(b) = bytes_like(v) {
        return Ok(b.to_vec());
    }
    if ops::lookup_special(rt, v, "__index__")?.is_none() {
        return Err(
            Exc::TypeError.new(format!("argument should be integer or bytes-like object, not '{}'", ops::type_name(v)))
        );
    }
    match ops::index_big(rt, v)?.to_u8() {
        Some(b) => Ok(vec![b]),
        None => Err(Exc::ValueError.new("byte must be in range(0, 256)")),
    }
}

fn window<'a>(rt: &Rt, bytes: &'a [u8], a: &Args) -> Res<Option<(usize, &'a [u8])>> {
    let len = bytes.len();
    let from = bound(rt, a.opt(2), len, 0)?;
    let to = bound(rt, a.opt(3), len, len)?.min(len);
    Ok(bytes.get(from..to).filter(|_| from <= to).map(|part| (from, part)))
}

fn find(rt: &Rt, a: &Args, last: bool) -> Res<i64> {
    let bytes = this(a);
    let sub = needle(rt, a.get(1))?;
    let Some((from, part)) = window(rt, &bytes, a)? else { return Ok(-1) };
    let at = match last {
        true => memchr::memmem::rfind(part, &sub),
        false => memchr::memmem::find(part, &sub),
    };
    Ok(at.map_or(-1, |at| (from + at) as i64))
}

fn found(at: i64) -> Res<Value> {
    match at {
        -1 => Err(Exc::ValueError.new("subsection not found")),
        at => Ok(Value::Int(at)),
    }
}

fn affix(rt: &Rt, a: &Args, test: fn(&[u8], &[u8]) -> bool) -> Res<Value> {
    let bytes = this(a);
    let part = window(rt, &bytes, a)?;
    let check = |x: &[u8]| part.is_some_and(|(_, p)| test(p, x));
    if let Some(x) = bytes_like(a.get(1)) {
        return Ok(Value::Bool(check(&x)));
    }
    match a.get(1).as_tuple() {
        Some(all) => {
            for x in all.iter() {
                if check(&required(x)?) {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        }
        None => Err(Exc::TypeError.new(format!(
            "{} first arg must be bytes or a tuple of bytes, not {}",
            a.name,
            ops::type_name(a.get(1))
        ))),
    }
}

fn strip(rt: &Rt, a: &Args, left: bool, right: bool) -> Res<Value> {
    let bytes = this(a);
    let set = match a.some(1) {
        Some(v) => required(v)?.to_vec(),
        None => b" \t\n\r\x0b\x0c".to_vec(),
    };
    let mut part = &bytes[..];
    while left
        && let [first, rest @ ..] = part
        && set.contains(first)
    {
        part = rest;
    }
    while right
        && let [rest @ .., last] = part
        && set.contains(last)
    {
        part = rest;
    }
    Ok(alike(rt, a, part.to_vec()))
}

fn split(rt: &Rt, a: &Args, from_end: bool) -> Res<Value> {
    let bytes = this(a);
    let most = match a.opt(2) {
        Some(v) => usize::try_from(ops::index(rt, v)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let mut parts: Vec<Vec<u8>> = Vec::new();
    match a.some(1) {
        Some(v) => {
            let sep = separator(v)?;
            let mut rest = &bytes[..];
            while parts.len() < most {
                let at = match from_end {
                    true => memchr::memmem::rfind(rest, &sep),
                    false => memchr::memmem::find(rest, &sep),
                };
                let Some(at) = at else { break };
                let (head, tail) = (&rest[..at], &rest[at + sep.len()..]);
                match from_end {
                    true => {
                        parts.push(tail.to_vec());
                        rest = head;
                    }
                    false => {
                        parts.push(head.to_vec());
                        rest = tail;
                    }
                }
            }
            parts.push(rest.to_vec());
        }
        None => {
            let trim = |b: &[u8]| -> Vec<u8> {
                match from_end {
                    true => b[..b.iter().rposition(|x| !space(x)).map_or(0, |i| i + 1)].to_vec(),
                    false => b[b.iter().position(|x| !space(x)).unwrap_or(b.len())..].to_vec(),
                }
            };
            let mut rest = trim(&bytes);
            while !rest.is_empty() {
                if parts.len() == most {
                    parts.push(rest);
                    break;
                }
                let at = if from_end { rest.iter().rposition(space) } else { rest.iter().position(space) };
                match (at, from_end) {
                    (None, _) => {
                        parts.push(rest);
                        break;
                    }
                    (Some(at), true) => {
                        parts.push(rest[at + 1..].to_vec());
                        rest = trim(&rest[..at]);
                    }
                    (Some(at), false) => {
                        parts.push(rest[..at].to_vec());
                        rest = trim(&rest[at..]);
                    }
                }
            }
        }
    }
    if from_end {
        parts.reverse();
    }
    Ok(Value::list(parts.into_iter().map(|p| alike(rt, a, p)).collect()))
}

fn three(rt: &Rt, a: &Args, x: &[u8], y: &[u8], z: &[u8]) -> Value {
    Value::tuple([x, y, z].iter().map(|p| alike(rt, a, p.to_vec())).collect())
}

fn pad(rt: &Rt, a: &Args, left: fn(usize, usize) -> usize) -> Res<Value> {
    let bytes = this(a);
    let width = ops::index(rt, a.get(1))?.max(0) as usize;
    let fill = match a.opt(2) {
        None => b' ',
        Some(v) => match bytes_like(v).as_deref().map(|b| &b[..]) {
            Some([b]) => *b,
            _ => {
                return Err(Exc::TypeError.new(format!(
                    "{}() argument 2 must be a byte string of length 1, not {}",
                    a.name,
                    ops::type_name(v)
                )));
            }
        },
    };
    super::super::check_size(rt, width)?;
    let missing = width.saturating_sub(bytes.len());
    let left = left(missing, width).min(missing);
    Ok(alike(rt, a, [&vec![fill; left], &bytes[..], &vec![fill; missing - left]].concat()))
}
