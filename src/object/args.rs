//! Arguments of a call: as they are passed, and as a signature has bound them.

use std::rc::Rc;

use smallvec::SmallVec;

use super::error::{Error, Exc, Res};
use super::list::List;
use super::rt::Rt;
use super::text::Str;
use super::value::Value;
use crate::source::Name;

/// Arguments as a call passes them: `f(*positional, **keywords)`.
#[derive(Default, Clone)]
pub struct CallArgs {
    /// Positional, in order.
    pub pos: SmallVec<[Value; 4]>,
    /// Keywords, in order; a name at most once (the caller sees to it).
    pub kw: SmallVec<[(Name, Value); 2]>,
}

impl CallArgs {
    /// No arguments.
    pub fn none() -> CallArgs {
        CallArgs::default()
    }

    /// Positional arguments alone.
    pub fn new(pos: impl IntoIterator<Item = Value>) -> CallArgs {
        CallArgs { pos: pos.into_iter().collect(), kw: SmallVec::new() }
    }

    /// With one more keyword.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> CallArgs {
        self.kw.push((Name::new(name), value.into()));
        self
    }

    /// With one positional in front: the instance of a bound method.
    pub fn prepend(mut self, first: Value) -> CallArgs {
        self.pos.insert(0, first);
        self
    }

    /// Takes a keyword out.
    pub fn take_kw(&mut self, name: &str) -> Option<Value> {
        let at = self.kw.iter().position(|(n, _)| *n == name)?;
        Some(self.kw.remove(at).1)
    }
}

/// Arguments bound to the parameters of a native function's signature.
///
/// Slots stand in the order of the parameters in the signature's text (`self` is slot 0 of a method), `*args` and
/// `**kwargs` left out: those are [`rest`](Args::rest) and [`kwargs`](Args::kwargs). A parameter that was not given is
/// absent, whatever default the signature shows.
pub struct Args<'a> {
    /// The function's name as its errors word it.
    pub name: &'static str,
    /// A slot a parameter: where the caller has them, often its own registers.
    pub slots: &'a mut [Option<Value>],
    /// What `*args` took.
    pub rest: Vec<Value>,
    /// What `**kwargs` took.
    pub kwargs: Vec<(Name, Value)>,
}

impl Args<'_> {
    /// The argument in a slot; `None` (Python's) where it was not given.
    #[inline]
    pub fn value(&self, slot: usize) -> Value {
        self.slots.get(slot).and_then(Option::clone).unwrap_or_default()
    }

    /// The argument in a slot, by reference; `Value::None` where it was not given.
    #[inline]
    pub fn get(&self, slot: usize) -> &Value {
        self.slots.get(slot).and_then(Option::as_ref).unwrap_or(const { &Value::None })
    }

    /// The argument in a slot where it was given.
    #[inline]
    pub fn opt(&self, slot: usize) -> Option<&Value> {
        self.slots.get(slot).and_then(Option::as_ref)
    }

    /// The argument in a slot where it was given and is not `None`.
    pub fn some(&self, slot: usize) -> Option<&Value> {
        self.opt(slot).filter(|v| !v.is_none())
    }

    /// Moves the argument out of a slot.
    #[inline]
    pub fn take(&mut self, slot: usize) -> Value {
        self.slots.get_mut(slot).and_then(Option::take).unwrap_or_default()
    }

    /// A `str` argument; TypeError naming what it is otherwise.
    pub fn str(&self, slot: usize) -> Res<&Str> {
        let v = self.get(slot);
        v.as_str().ok_or_else(|| self.wrong(slot, "str"))
    }

    /// An `int` argument that fits in an `i64` (by `__index__` for other types: use `ops::index` there).
    pub fn int(&self, rt: &Rt, slot: usize) -> Res<i64> {
        super::ops::index(rt, self.get(slot))
    }

    /// A list argument.
    pub fn list(&self, slot: usize) -> Res<&Rc<List>> {
        let v = self.get(slot);
        v.as_list().ok_or_else(|| self.wrong(slot, "list"))
    }

    /// Truth of an argument; `default` where it was not given.
    pub fn flag(&self, rt: &Rt, slot: usize, default: bool) -> Res<bool> {
        match self.opt(slot) {
            Some(v) => super::ops::truthy(rt, v),
            None => Ok(default),
        }
    }

    /// The Rust value behind an argument of a native type.
    pub fn native<T: super::instance::Object>(&self, slot: usize) -> Res<&T> {
        self.get(slot).native::<T>().ok_or_else(|| self.wrong(slot, std::any::type_name::<T>()))
    }

    fn wrong(&self, slot: usize, wanted: &str) -> Error {
        Exc::TypeError.new(format!(
            "{}() argument {} must be {}, not {}",
            self.name,
            slot + 1,
            wanted.rsplit("::").next().unwrap_or(wanted),
            super::ops::argument_name(self.get(slot))
        ))
    }
}
