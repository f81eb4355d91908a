use std::cell::RefCell;
use std::rc::Rc;

use super::hay::{Hay, Mode};
use super::matched::Match;
use super::parse::{Parsed, UNICODE};
use super::program::{Program, Slots};
use super::template::Template;
use super::{flags, template};
use crate::object::args::Args;
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A compiled `re.Pattern`.
pub struct Pattern {
    /// Its text.
    pub source: Value,
    /// What runs.
    pub program: Program,
    /// All flags.
    pub flags: u32,
    /// How many groups.
    pub groups: usize,
    /// Their names.
    pub names: Vec<(String, usize)>,
    /// Whether it is for bytes.
    pub bytes: bool,
    /// The last replacement template, for the next `sub` with the same.
    template: RefCell<Option<(Value, Rc<Template>)>>,
}

impl Object for Pattern {}

impl Pattern {
    /// Of a parsed text.
    pub fn new(source: Value, parsed: Parsed, bytes: bool) -> Pattern {
        Pattern {
            source,
            program: Program::compile(&parsed.root, parsed.groups),
            flags: parsed.flags,
            groups: parsed.groups,
            names: parsed.names,
            bytes,
            template: RefCell::default(),
        }
    }

    /// The number of a group given by number or name.
    pub fn group_index(&self, rt: &Rt, key: &Value) -> Res<Option<usize>> {
        if let Some(name) = key.as_str() {
            return Ok(self.names.iter().find(|(n, _)| n.as_str() == name.as_str()).map(|(_, i)| *i));
        }
        match ops::index(rt, key) {
            Ok(i) => Ok(usize::try_from(i).ok().filter(|i| *i <= self.groups)),
            Err(e) if e.is(Exc::TypeError) || e.is(Exc::OverflowError) => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn hay(&self, value: &Value) -> Res<Hay> {
        let Some(hay) = Hay::new(value) else {
            return Err(
                Exc::TypeError.new(format!("expected string or bytes-like object, got '{}'", ops::type_name(value)))
            );
        };
        match (&hay, self.bytes) {
            (Hay::Bytes(_), false) => Err(Exc::TypeError.new("cannot use a string pattern on a bytes-like object")),
            (Hay::Ascii(_) | Hay::Chars(_), true) => {
                Err(Exc::TypeError.new("cannot use a bytes pattern on a string-like object"))
            }
            _ => Ok(hay),
        }
    }
}

/// The matches of a pattern one after another.
struct Scan {
    hay: Hay,
    at: usize,
    end: usize,
    not_empty: bool,
}

impl Scan {
    fn next(&mut self, rt: &Rt, p: &Pattern, mode: Mode) -> Res<Option<Slots>> {
        if self.at > self.end {
            return Ok(None);
        }
        let Some(slots) = self.hay.find(rt, &p.program, self.at, self.end, mode, self.not_empty)? else {
            self.at = self.end + 1;
            return Ok(None);
        };
        let (from, to) = (slots[0].unwrap_or(0), slots[1].unwrap_or(0));
        self.not_empty = from == to;
        self.at = to;
        Ok(Some(slots))
    }
}

/// `finditer`'s iterator, and `scanner`.
struct Finder {
    pattern: Value,
    string: Value,
    scan: RefCell<Scan>,
    pos: usize,
    end: usize,
}

impl Finder {
    fn step(&self, rt: &Rt, mode: Mode) -> Res<Option<Value>> {
        let Some(p) = self.pattern.native::<Pattern>() else { return Ok(None) };
        let Ok(mut scan) = self.scan.try_borrow_mut() else { return Ok(None) };
        let hay = scan.hay.clone();
        let slots = scan.next(rt, p, mode)?;
        Ok(slots.map(|slots| {
            rt.object(Match {
                pattern: self.pattern.clone(),
                string: self.string.clone(),
                hay,
                slots,
                pos: self.pos,
                end: self.end,
            })
        }))
    }
}

impl Object for Finder {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        self.step(rt, Mode::Search)
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Finder {
    const NAME: &'static str = "callable_iterator";
    const ROWS: &'static [&'static [Row]] = &[ops::ITERATOR_ROWS];
}

/// `Pattern.scanner()`.
struct Scanner(Finder);

impl Object for Scanner {}

impl NativeType for Scanner {
    const NAME: &'static str = "SRE_Scanner";
    const MODULE: &'static str = "_sre";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("match", "(self, /)", "The next match where the last one ended.", |rt, a| {
            Ok(a.native::<Scanner>(0)?.0.step(rt, Mode::Match)?.unwrap_or_default())
        }),
        Row::method("search", "(self, /)", "The next match.", |rt, a| {
            Ok(a.native::<Scanner>(0)?.0.step(rt, Mode::Search)?.unwrap_or_default())
        }),
    ]];
}

impl NativeType for Pattern {
    const NAME: &'static str = "Pattern";
    const MODULE: &'static str = "re";
    const SHOWN: &'static str = "re.Pattern";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

fn this<'a>(a: &'a Args) -> Res<&'a Pattern> {
    a.native::<Pattern>(0)
}

/// Text, start and end of a search from the arguments `string, pos, endpos`.
fn bounds(rt: &Rt, a: &Args, p: &Pattern) -> Res<(Hay, usize, usize)> {
    let hay = p.hay(a.get(1))?;
    let len = hay.len() as i64;
    let clip = |slot: usize, default: i64| -> Res<usize> {
        match a.opt(slot) {
            Some(v) => Ok(match ops::index(rt, v) {
                Ok(n) => n.clamp(0, len),
                Err(e) if e.is(Exc::OverflowError) => default,
                Err(e) => return Err(e),
            } as usize),
            None => Ok(default as usize),
        }
    };
    let (pos, end) = (clip(2, 0)?, clip(3, len)?);
    Ok((hay, pos, end))
}

fn find(rt: &Rt, a: &Args, mode: Mode) -> Res<Value> {
    let p = this(a)?;
    let (hay, pos, end) = bounds(rt, a, p)?;
    if pos > end {
        return Ok(Value::None);
    }
    let slots = hay.find(rt, &p.program, pos, end, mode, false)?;
    Ok(slots.map_or(Value::None, |slots| {
        rt.object(Match { pattern: a.value(0), string: a.value(1), hay, slots, pos, end })
    }))
}

fn finder(rt: &Rt, a: &Args) -> Res<Finder> {
    let p = this(a)?;
    let (hay, pos, end) = bounds(rt, a, p)?;
    Ok(Finder {
        pattern: a.value(0),
        string: a.value(1),
        scan: RefCell::new(Scan { hay, at: pos, end, not_empty: false }),
        pos,
        end,
    })
}

/// What a match's groups are in `findall`: the match, its only group, or all groups; an empty text for one that did
/// not match.
fn found(p: &Pattern, hay: &Hay, slots: &Slots) -> Value {
    let group = |i: usize| match (slots[2 * i], slots[2 * i + 1]) {
        (Some(from), Some(to)) => hay.slice(from, to),
        _ => hay.slice(0, 0),
    };
    match p.groups {
        0 => group(0),
        1 => group(1),
        n => Value::tuple((1..=n).map(group).collect()),
    }
}

fn joined(bytes: bool, parts: &[Value]) -> Res<Value> {
    if bytes {
        let mut out = Vec::new();
        for part in parts {
            match part.as_bytes() {
                Some(b) => out.extend_from_slice(b),
                None => return Err(wrong_part(part, "a bytes-like object")),
            }
        }
        return Ok(Value::bytes(out));
    }
    let mut out = String::new();
    for part in parts {
        match part.as_str() {
            Some(s) => out.push_str(s),
            None => return Err(wrong_part(part, "str instance")),
        }
    }
    Ok(out.into())
}

fn wrong_part(part: &Value, wanted: &str) -> crate::object::error::Error {
    Exc::TypeError.new(format!("sequence item 1: expected {wanted}, {} found", ops::type_name(part)))
}

fn substitute(rt: &Rt, a: &mut Args) -> Res<(Value, i64)> {
    let p = this(a)?;
    let replacement = a.value(1);
    let string = a.value(2);
    let limit = a.opt(3).map_or(Ok(0), |v| ops::index(rt, v))?;
    let hay = p.hay(&string)?;
    let end = hay.len();
    enum Way {
        Text(Value),
        Template(Rc<Template>),
        Call,
    }
    let way = if ops::callable(rt, &replacement) {
        Way::Call
    } else {
        let known = p.template.borrow().as_ref().filter(|(v, _)| v.is(&replacement)).map(|(_, t)| t.clone());
        let template = match known {
            Some(t) => t,
            None => {
                let t = Rc::new(template::parse(rt, p, &replacement)?);
                *p.template.borrow_mut() = Some((replacement.clone(), t.clone()));
                t
            }
        };
        match template.literal() {
            Some(text) => Way::Text(text),
            None => Way::Template(template),
        }
    };
    let mut scan = Scan { hay: hay.clone(), at: 0, end, not_empty: false };
    let (mut parts, mut last, mut count) = (Vec::new(), 0, 0);
    while limit == 0 || count < limit {
        let Some(slots) = scan.next(rt, p, Mode::Search)? else { break };
        let (from, to) = (slots[0].unwrap_or(0), slots[1].unwrap_or(0));
        if from > last {
            parts.push(hay.slice(last, from));
        }
        last = to;
        count += 1;
        match &way {
            Way::Text(text) => parts.push(text.clone()),
            Way::Template(t) => t.expand(&hay, &slots, &mut parts),
            Way::Call => {
                let m = rt.object(Match {
                    pattern: a.value(0),
                    string: string.clone(),
                    hay: hay.clone(),
                    slots,
                    pos: 0,
                    end,
                });
                let made = ops::call1(rt, &replacement, m)?;
                if !made.is_none() {
                    parts.push(made);
                }
            }
        }
    }
    if count == 0 {
        return Ok((string.plain().clone(), 0));
    }
    parts.push(hay.slice(last, end));
    Ok((joined(p.bytes, &parts)?, count))
}

const ROWS: &[Row] = &[
    Row::getter("pattern", "The text.", |_, a| Ok(this(a)?.source.clone())),
    Row::getter("flags", "The flags.", |_, a| Ok(Value::Int(this(a)?.flags.into()))),
    Row::getter("groups", "How many groups.", |_, a| Ok(this(a)?.groups.into())),
    Row::getter("groupindex", "The numbers of named groups.", |rt, a| {
        let dict = Dict::new();
        for (name, i) in &this(a)?.names {
            dict.set_str(rt, name, *i);
        }
        Ok(Value::Dict(dict))
    }),
    Row::method("match", "(self, /, string, pos=0, endpos=9223372036854775807)", "Match at the start.", |rt, a| {
        find(rt, a, Mode::Match)
    }),
    Row::method("fullmatch", "(self, /, string, pos=0, endpos=9223372036854775807)", "Match all of it.", |rt, a| {
        find(rt, a, Mode::Full)
    }),
    Row::method("search", "(self, /, string, pos=0, endpos=9223372036854775807)", "The first match.", |rt, a| {
        find(rt, a, Mode::Search)
    }),
    Row::method(
        "findall",
        "(self, /, string, pos=0, endpos=9223372036854775807)",
        "A list of all matches.",
        |rt, a| {
            let p = this(a)?;
            let (hay, pos, end) = bounds(rt, a, p)?;
            let mut scan = Scan { hay: hay.clone(), at: pos, end, not_empty: false };
            let mut out = Vec::new();
            while let Some(slots) = scan.next(rt, p, Mode::Search)? {
                out.push(found(p, &hay, &slots));
            }
            Ok(Value::list(out))
        },
    ),
    Row::method(
        "finditer",
        "(self, /, string, pos=0, endpos=9223372036854775807)",
        "An iterator over all matches.",
        |rt, a| Ok(rt.object(finder(rt, a)?)),
    ),
    Row::method("scanner", "(self, /, string, pos=0, endpos=9223372036854775807)", "Matches step by step.", |rt, a| {
        Ok(rt.object(Scanner(finder(rt, a)?)))
    }),
    Row::method("split", "(self, /, string, maxsplit=0)", "The parts between the matches.", |rt, a| {
        let p = this(a)?;
        let hay = p.hay(a.get(1))?;
        let limit = a.opt(2).map_or(Ok(0), |v| ops::index(rt, v))?;
        let mut scan = Scan { hay: hay.clone(), at: 0, end: hay.len(), not_empty: false };
        let (mut out, mut last, mut count) = (Vec::new(), 0, 0);
        while limit == 0 || count < limit {
            let Some(slots) = scan.next(rt, p, Mode::Search)? else { break };
            let (from, to) = (slots[0].unwrap_or(0), slots[1].unwrap_or(0));
            out.push(hay.slice(last, from));
            for i in 1..=p.groups {
                out.push(match (slots[2 * i], slots[2 * i + 1]) {
                    (Some(f), Some(t)) => hay.slice(f, t),
                    _ => Value::None,
                });
            }
            last = to;
            count += 1;
        }
        out.push(hay.slice(last, hay.len()));
        Ok(Value::list(out))
    }),
    Row::method("sub", "(self, /, repl, string, count=0)", "The string with matches replaced.", |rt, a| {
        Ok(substitute(rt, a)?.0)
    }),
    Row::method("subn", "(self, /, repl, string, count=0)", "The same, with how many were.", |rt, a| {
        let (text, n) = substitute(rt, a)?;
        Ok(Value::pair(text, Value::Int(n)))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let p = this(a)?;
        let mut text: String = ops::repr(rt, &p.source)?.chars().take(200).collect();
        let flags = if p.bytes { p.flags } else { p.flags & !UNICODE };
        if flags != 0 {
            text.push_str(&format!(", {}", flags::text_in_order(flags.into())));
        }
        Ok(format!("re.compile({text})").into())
    }),
    Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
        let Some(other) = a.get(1).native::<Pattern>() else { return Ok(Value::NotImplemented) };
        let p = this(a)?;
        let same = p.flags == other.flags && p.bytes == other.bytes && ops::eq(rt, &p.source, &other.source)?;
        Ok(Value::Bool(same))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let p = this(a)?;
        Ok(Value::Int(ops::hash(rt, &p.source)? as i64 ^ i64::from(p.flags)))
    }),
    Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
    Row::method("__copy__", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
];
