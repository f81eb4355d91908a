use super::hay::Hay;
use super::pattern::Pattern;
use super::program::Slots;
use super::template;
use crate::object::args::Args;
use crate::object::dict::Dict;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A `re.Match`.
pub struct Match {
    /// The pattern object.
    pub pattern: Value,
    /// The text as it was given.
    pub string: Value,
    /// The text as it was searched.
    pub hay: Hay,
    /// Where the groups matched.
    pub slots: Slots,
    /// Where the search began.
    pub pos: usize,
    /// Where it ended.
    pub end: usize,
}

impl Object for Match {}

impl NativeType for Match {
    const NAME: &'static str = "Match";
    const MODULE: &'static str = "re";
    const SHOWN: &'static str = "re.Match";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

fn no_group() -> Error {
    Exc::IndexError.new("no such group")
}

impl Match {
    fn pattern(&self) -> Res<&Pattern> {
        self.pattern.native::<Pattern>().ok_or_else(no_group)
    }

    fn span(&self, group: usize) -> Option<(usize, usize)> {
        Some((*self.slots.get(2 * group)?.as_ref()?, *self.slots.get(2 * group + 1)?.as_ref()?))
    }

    fn group(&self, group: usize, default: &Value) -> Value {
        self.span(group).map_or_else(|| default.clone(), |(from, to)| self.hay.slice(from, to))
    }

    fn index(&self, rt: &Rt, key: &Value) -> Res<usize> {
        self.pattern()?.group_index(rt, key)?.ok_or_else(no_group)
    }

    fn last(&self) -> Option<usize> {
        self.slots.last().copied().flatten()
    }
}

fn this<'a>(a: &'a Args) -> Res<&'a Match> {
    a.native::<Match>(0)
}

fn span_of(rt: &Rt, a: &Args) -> Res<(i64, i64)> {
    let m = this(a)?;
    let group = a.opt(1).map_or(Ok(0), |key| m.index(rt, key))?;
    Ok(m.span(group).map_or((-1, -1), |(x, y)| (x as i64, y as i64)))
}

const ROWS: &[Row] = &[
    Row::method("group", "(self, /, *groups)", "One or more groups of the match.", |rt, a| {
        let keys = std::mem::take(&mut a.rest);
        let m = this(a)?;
        match &keys[..] {
            [] => Ok(m.group(0, &Value::None)),
            [key] => Ok(m.group(m.index(rt, key)?, &Value::None)),
            keys => {
                let mut out = Vec::with_capacity(keys.len());
                for key in keys {
                    out.push(m.group(m.index(rt, key)?, &Value::None));
                }
                Ok(Value::tuple(out))
            }
        }
    }),
    Row::method("__getitem__", "(self, key, /)", "A group of the match.", |rt, a| {
        let m = this(a)?;
        Ok(m.group(m.index(rt, a.get(1))?, &Value::None))
    }),
    Row::method("groups", "(self, /, default=None)", "All groups.", |_, a| {
        let m = this(a)?;
        Ok(Value::tuple((1..=m.pattern()?.groups).map(|i| m.group(i, a.get(1))).collect()))
    }),
    Row::method("groupdict", "(self, /, default=None)", "The named groups.", |rt, a| {
        let m = this(a)?;
        let dict = Dict::new();
        for (name, i) in &m.pattern()?.names {
            dict.set_str(rt, name, m.group(*i, a.get(1)));
        }
        Ok(Value::Dict(dict))
    }),
    Row::method("start", "(self, group=0, /)", "Where a group begins.", |rt, a| Ok(Value::Int(span_of(rt, a)?.0))),
    Row::method("end", "(self, group=0, /)", "Where a group ends.", |rt, a| Ok(Value::Int(span_of(rt, a)?.1))),
    Row::method("span", "(self, group=0, /)", "Where a group begins and ends.", |rt, a| {
        let (x, y) = span_of(rt, a)?;
        Ok(Value::pair(Value::Int(x), Value::Int(y)))
    }),
    Row::method("expand", "(self, /, template)", "A template with the groups filled in.", |rt, a| {
        let m = this(a)?;
        let p = m.pattern()?;
        let t = template::parse(rt, p, a.get(1))?;
        let mut parts = Vec::new();
        t.expand(&m.hay, &m.slots, &mut parts);
        if p.bytes {
            return Ok(Value::bytes(parts.iter().filter_map(Value::as_bytes).flat_map(|b| b.to_vec()).collect()));
        }
        Ok(parts.iter().filter_map(Value::as_str).map(|s| s.as_str()).collect::<String>().into())
    }),
    Row::getter("string", "The text.", |_, a| Ok(this(a)?.string.clone())),
    Row::getter("re", "The pattern.", |_, a| Ok(this(a)?.pattern.clone())),
    Row::getter("pos", "Where the search began.", |_, a| Ok(this(a)?.pos.into())),
    Row::getter("endpos", "Where the search ended.", |_, a| Ok(this(a)?.end.into())),
    Row::getter("lastindex", "The group that was closed last.", |_, a| {
        Ok(this(a)?.last().map_or(Value::None, Value::from))
    }),
    Row::getter("lastgroup", "Its name.", |_, a| {
        let m = this(a)?;
        let last = m.last();
        let name = m.pattern()?.names.iter().find(|(_, i)| Some(*i) == last).map(|(n, _)| n.clone());
        Ok(name.map_or(Value::None, Value::from))
    }),
    Row::getter("regs", "All spans.", |_, a| {
        let m = this(a)?;
        let span = |i| m.span(i).map_or((-1, -1), |(x, y)| (x as i64, y as i64));
        let all = (0..=m.pattern()?.groups).map(|i| {
            let (x, y) = span(i);
            Value::pair(Value::Int(x), Value::Int(y))
        });
        Ok(Value::tuple(all.collect()))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let m = this(a)?;
        let (x, y) = m.span(0).unwrap_or((0, 0));
        let text: String = ops::repr(rt, &m.group(0, &Value::None))?.chars().take(50).collect();
        Ok(format!("<{} object; span=({x}, {y}), match={text}>", ops::type_name(a.get(0))).into())
    }),
    Row::method("__copy__", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
];
