//! `re`. Mirrors <https://docs.python.org/3/library/re.html>: a parser with Python's own complaints, a backtracking
//! machine with its ways, and the pattern and match objects.

mod flags;
mod hay;
mod matched;
mod parse;
mod pattern;
mod program;
mod template;

use std::cell::OnceCell;
use std::rc::Rc;

use super::support::{exception_class, put_class, raise};
use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::{NativeFn, Row};
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;
use matched::Match;
use parse::PatternError;
use pattern::Pattern;

/// Whether it is for bytes, the pattern's text, its flags.
type Key = (bool, Box<str>, u32);

#[derive(Default)]
struct State {
    error: OnceCell<Rc<Class>>,
    cache: std::cell::RefCell<rustc_hash::FxHashMap<Key, Value>>,
}

/// `re.PatternError`, which is `re.error`.
fn error_class(rt: &Rt) -> Rc<Class> {
    let base = rt.exc_class(Exc::Exception).clone();
    rt.state::<State>().error.get_or_init(|| exception_class("PatternError", "re", &base)).clone()
}

/// The exception of a pattern that does not parse.
fn pattern_error(rt: &Rt, e: PatternError, pattern: &Value, text: &[char]) -> Error {
    if e.overflow {
        return Exc::OverflowError.new(e.message);
    }
    if e.at.is_none() && (e.message.starts_with("cannot use") || e.message.starts_with("ASCII and")) {
        return Exc::ValueError.new(e.message);
    }
    let mut shown = e.message.clone();
    let (mut pos, mut line, mut column) = (Value::None, Value::None, Value::None);
    if let Some(at) = e.at {
        let before = &text[..at.min(text.len())];
        let row = before.iter().filter(|c| **c == '\n').count() + 1;
        let col = at - before.iter().rposition(|c| *c == '\n').map_or(0, |i| i + 1) + 1;
        shown.push_str(&format!(" at position {at}"));
        if text.contains(&'\n') {
            shown.push_str(&format!(" (line {row}, column {col})"));
        }
        (pos, line, column) = (at.into(), row.into(), col.into());
    }
    raise(rt, &error_class(rt), vec![shown.into()])
        .with("msg", e.message)
        .with("pattern", pattern.clone())
        .with("pos", pos)
        .with("lineno", line)
        .with("colno", column)
}

/// The pattern of an argument: compiled already, or compiled now and kept.
fn compiled(rt: &Rt, pattern: &Value, flags: Option<&Value>) -> Res<Value> {
    let flags = match flags {
        Some(f) => ops::index(rt, f)? as u32,
        None => 0,
    };
    if pattern.native::<Pattern>().is_some() {
        if flags != 0 {
            return Err(Exc::ValueError.new("cannot process flags argument with a compiled pattern"));
        }
        return Ok(pattern.clone());
    }
    let (bytes, key): (bool, Box<str>) = match (pattern.as_str(), pattern.as_bytes()) {
        (Some(s), _) => (false, s.as_str().into()),
        (_, Some(b)) => (true, b.iter().map(|b| *b as char).collect::<String>().into()),
        _ => return Err(Exc::TypeError.new("first argument must be string or compiled pattern")),
    };
    let state = rt.state::<State>();
    let key = (bytes, key, flags);
    if let Some(found) = state.cache.borrow().get(&key) {
        return Ok(found.clone());
    }
    let text: Vec<char> = key.1.chars().collect();
    let parsed = parse::parse(&text, flags & !0x80, bytes).map_err(|e| pattern_error(rt, e, pattern, &text))?;
    let made = rt.object(Pattern::new(pattern.clone(), parsed, bytes));
    let mut cache = state.cache.borrow_mut();
    if cache.len() >= 512 {
        cache.clear();
    }
    cache.insert(key, made.clone());
    Ok(made)
}

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    put_class(m, rt.class::<Pattern>());
    put_class(m, rt.class::<Match>());
    let error = error_class(rt);
    put_class(m, error.clone());
    m.put("error", Value::Class(error));
    flags::add(rt, m);
    m.add_rows(ROWS);
    // Few ask for it: its source is read when they do.
    m.put(
        "Scanner",
        NativeFn::closure("Scanner", "(lexicon, flags=0)", |rt, a| {
            let class = super::support::import_name(rt, "re._scanner", "Scanner")?;
            let flags = a.opt(1).cloned().unwrap_or(Value::Int(0));
            ops::call2(rt, &class, a.value(0), flags)
        }),
    );
    Ok(())
}

/// A function that is a method of the compiled pattern: arguments after pattern and, at `flags`, the flags.
fn through(rt: &Rt, a: &mut Args, method: &'static str, flags: usize, slots: &[usize]) -> Res<Value> {
    let pattern = compiled(rt, a.get(0), a.opt(flags))?;
    let args = CallArgs::new(slots.iter().filter_map(|&s| a.opt(s).cloned()));
    ops::call_method(rt, &pattern, method.into(), args)
}

const SPECIAL: &str = "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}";

const ROWS: &[Row] = &[
    Row::method("compile", "(pattern, flags=0)", "Compile a regular expression pattern.", |rt, a| {
        compiled(rt, a.get(0), a.opt(1))
    }),
    Row::method("match", "(pattern, string, flags=0)", "Match at the start of the string.", |rt, a| {
        through(rt, a, "match", 2, &[1])
    }),
    Row::method("fullmatch", "(pattern, string, flags=0)", "Match all of the string.", |rt, a| {
        through(rt, a, "fullmatch", 2, &[1])
    }),
    Row::method("search", "(pattern, string, flags=0)", "The first match in the string.", |rt, a| {
        through(rt, a, "search", 2, &[1])
    }),
    Row::method("findall", "(pattern, string, flags=0)", "A list of all matches.", |rt, a| {
        through(rt, a, "findall", 2, &[1])
    }),
    Row::method("finditer", "(pattern, string, flags=0)", "An iterator over all matches.", |rt, a| {
        through(rt, a, "finditer", 2, &[1])
    }),
    Row::method("split", "(pattern, string, maxsplit=0, flags=0)", "The parts between the matches.", |rt, a| {
        let pattern = compiled(rt, a.get(0), a.opt(3))?;
        let args = CallArgs::new([a.value(1), a.opt(2).cloned().unwrap_or(Value::Int(0))]);
        ops::call_method(rt, &pattern, "split".into(), args)
    }),
    Row::method("sub", "(pattern, repl, string, count=0, flags=0)", "The string with matches replaced.", |rt, a| {
        let pattern = compiled(rt, a.get(0), a.opt(4))?;
        let args = CallArgs::new([a.value(1), a.value(2), a.opt(3).cloned().unwrap_or(Value::Int(0))]);
        ops::call_method(rt, &pattern, "sub".into(), args)
    }),
    Row::method("subn", "(pattern, repl, string, count=0, flags=0)", "The same, with how many were.", |rt, a| {
        let pattern = compiled(rt, a.get(0), a.opt(4))?;
        let args = CallArgs::new([a.value(1), a.value(2), a.opt(3).cloned().unwrap_or(Value::Int(0))]);
        ops::call_method(rt, &pattern, "subn".into(), args)
    }),
    Row::method("escape", "(pattern)", "Escape special characters in a string.", |_, a| {
        let v = a.get(0);
        if let Some(s) = v.as_str() {
            let mut out = String::with_capacity(s.len() + 8);
            for c in s.chars() {
                if SPECIAL.contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
            return Ok(out.into());
        }
        if let Some(b) = v.as_bytes() {
            let mut out = Vec::with_capacity(b.len() + 8);
            for &c in b.iter() {
                if c < 128 && SPECIAL.contains(c as char) {
                    out.push(b'\\');
                }
                out.push(c);
            }
            return Ok(Value::bytes(out));
        }
        Err(Exc::TypeError.new(format!("decoding to str: need a bytes-like object, {} found", ops::type_name(v))))
    }),
    Row::method("purge", "()", "Clear the regular expression cache.", |rt, _| {
        rt.state::<State>().cache.borrow_mut().clear();
        Ok(Value::None)
    }),
];
