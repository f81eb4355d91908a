//! Iteration from Rust: built-in containers without an iterator object, everything else by the protocol.

use std::rc::Rc;

use super::super::dict::Dict;
use super::super::error::{Error, Exc, Res};
use super::super::function::Row;
use super::super::instance::{Instance, Object};
use super::super::list::{List, Tuple};
use super::super::rt::{NativeType, Rt};
use super::super::set::Set;
use super::super::text::Str;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::{call0, call1};
use super::type_name;
use crate::source::known;

/// An iteration under way.
pub enum Iter {
    /// Over a list; sees changes made meanwhile.
    List(Rc<List>, usize),
    /// Over a tuple.
    Tuple(Rc<Tuple>, usize),
    /// Over a dict's keys: table, next slot, length at the start, how many are left.
    Dict(Rc<Dict>, usize, usize, usize),
    /// Over a set.
    Set(Rc<Set>, usize, usize),
    /// Over the characters of a text; the second is a byte offset.
    Str(Str, usize),
    /// Over bytes.
    Bytes(Rc<Vec<u8>>, usize),
    /// Over an arithmetic progression: next, stop, step.
    Range(i64, i64, i64),
    /// A native iterator.
    Native(Rc<Instance>),
    /// An object with `__next__`.
    Object(Value, Value),
    /// An object with `__getitem__` alone.
    Sequence(Value, i64),
    /// Ended.
    Done,
}

impl Iter {
    /// The next item; `None` at the end, and from then on.
    pub fn next(&mut self, rt: &Rt) -> Res<Option<Value>> {
        rt.tick()?;
        let item = match self {
            Iter::List(list, i) => {
                let item = list.get(*i);
                *i += 1;
                item
            }
            Iter::Tuple(tuple, i) => {
                let item = tuple.get(*i).cloned();
                *i += 1;
                item
            }
            Iter::Range(next, stop, step) => {
                if (*step > 0 && *next < *stop) || (*step < 0 && *next > *stop) {
                    let item = *next;
                    *next = next.saturating_add(*step);
                    Some(Value::Int(item))
                } else {
                    None
                }
            }
            Iter::Dict(dict, slot, len, left) => {
                if *len == usize::MAX || dict.len() != *len {
                    *len = usize::MAX;
                    return Err(Exc::RuntimeError.new("dictionary changed size during iteration"));
                }
                match dict.0.next_slot(*slot) {
                    Some(_) if *left == 0 => {
                        return Err(Exc::RuntimeError.new("dictionary keys changed during iteration"));
                    }
                    found => found.map(|(at, key, _)| {
                        *slot = at + 1;
                        *left -= 1;
                        key
                    }),
                }
            }
            Iter::Set(set, slot, len) => {
                if set.table.len() != *len {
                    return Err(Exc::RuntimeError.new("Set changed size during iteration"));
                }
                set.table.next_slot(*slot).map(|(at, key)| {
                    *slot = at + 1;
                    key
                })
            }
            Iter::Str(text, at) => text[*at..].chars().next().map(|c| {
                *at += c.len_utf8();
                Value::Str(Str::of_char(c))
            }),
            Iter::Bytes(bytes, i) => {
                let item = bytes.get(*i).map(|&b| Value::Int(b as i64));
                *i += 1;
                item
            }
            Iter::Native(object) => match object.object() {
                Some(native) => native.next(rt)?,
                None => None,
            },
            Iter::Object(_, next) => match call0(rt, next) {
                Ok(item) => Some(item),
                Err(e) if e.is(Exc::StopIteration) => None,
                Err(e) => return Err(e),
            },
            Iter::Sequence(value, i) => {
                let index = *i;
                *i += 1;
                let get = lookup_special(rt, value, known::GETITEM)?;
                match get.map(|get| call1(rt, &get, Value::Int(index))) {
                    Some(Ok(item)) => Some(item),
                    Some(Err(e)) if e.is(Exc::IndexError) || e.is(Exc::StopIteration) => None,
                    Some(Err(e)) => return Err(e),
                    None => None,
                }
            }
            Iter::Done => None,
        };
        if item.is_none() && !matches!(self, Iter::Native(_) | Iter::Object(..)) {
            *self = Iter::Done;
        }
        Ok(item)
    }

    /// How many items are left, where that is known without running anything: to reserve room.
    pub fn size_hint(&self) -> usize {
        match self {
            Iter::List(list, i) => list.len().saturating_sub(*i),
            Iter::Tuple(tuple, i) => tuple.len().saturating_sub(*i),
            Iter::Dict(dict, ..) => dict.len(),
            Iter::Set(set, ..) => set.table.len(),
            Iter::Range(next, stop, step) if *step > 0 => {
                (stop.saturating_sub(*next).max(0) / step).min(1 << 20) as usize
            }
            _ => 0,
        }
    }
}

/// Starts an iteration. TypeError where the value is not iterable.
pub fn iter(rt: &Rt, value: &Value) -> Res<Iter> {
    Ok(match value {
        Value::List(l) => Iter::List(l.clone(), 0),
        Value::Tuple(t) => Iter::Tuple(t.clone(), 0),
        Value::Dict(d) => Iter::Dict(d.clone(), 0, d.len(), d.len()),
        Value::Set(s) => Iter::Set(s.clone(), 0, s.table.len()),
        Value::Str(s) => Iter::Str(s.clone(), 0),
        Value::Bytes(b) => Iter::Bytes(b.clone(), 0),
        Value::Obj(o) if o.object().is_some_and(Object::is_iterator) && !o.class().is_heap => Iter::Native(o.clone()),
        _ => {
            if let Some(range) = value.native::<crate::object::types::Range>()
                && !class_is_heap(value)
                && let Some(it) = range.iter()
            {
                return Ok(it);
            }
            if let Some(method) = lookup_special(rt, value, known::ITER)? {
                if method.is_none() {
                    return Err(not_iterable(value));
                }
                return from_iterator(rt, call0(rt, &method)?);
            }
            match lookup_special(rt, value, known::GETITEM)? {
                Some(_) => Iter::Sequence(value.clone(), 0),
                None => match value.plain() {
                    plain if !plain.is(value) => return iter(rt, plain),
                    _ => return Err(not_iterable(value)),
                },
            }
        }
    })
}

fn from_iterator(rt: &Rt, iterator: Value) -> Res<Iter> {
    if let Value::Obj(o) = &iterator {
        if let Some(wrapped) = iterator.native::<IterObject>() {
            // The fast iteration inside; the wrapper stays the owner of the position only if someone else holds it.
            if Rc::strong_count(o) == 1 {
                return Ok(wrapped.0.replace(Iter::Done));
            }
            return Ok(Iter::Native(o.clone()));
        }
        if o.object().is_some_and(Object::is_iterator) && !o.class().is_heap {
            return Ok(Iter::Native(o.clone()));
        }
    }
    match lookup_special(rt, &iterator, known::NEXT)? {
        Some(next) => Ok(Iter::Object(iterator, next)),
        None => Err(Exc::TypeError.new(format!("iter() returned non-iterator of type '{}'", type_name(&iterator)))),
    }
}

fn class_is_heap(value: &Value) -> bool {
    value.as_obj().is_some_and(|o| o.class().is_heap)
}

fn not_iterable(value: &Value) -> Error {
    Exc::TypeError.new(match value {
        Value::Class(_) => "'type' object is not iterable".to_string(),
        _ => format!("'{}' object is not iterable", type_name(value)),
    })
}

/// All items. TypeError where the value is not iterable.
pub fn collect(rt: &Rt, value: &Value) -> Res<Vec<Value>> {
    match value {
        Value::List(l) => return Ok(l.to_vec()),
        Value::Tuple(t) => return Ok(t.to_vec()),
        _ => {}
    }
    let mut it = iter(rt, value)?;
    let mut out = Vec::with_capacity(it.size_hint());
    while let Some(item) = it.next(rt)? {
        out.push(item);
        if out.len() % 4096 == 0 {
            rt.check_interrupt()?;
            if out.len() * 16 > rt.memory_limit.get() {
                return Err(Exc::MemoryError.with_args(Vec::new()));
            }
        }
    }
    Ok(out)
}

/// An iterator object of the session for a Rust iteration: what `iter(x)` gives.
pub struct IterObject(pub std::cell::RefCell<Iter>);

impl Object for IterObject {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        // Taken out while it runs: the session's code may ask this very iterator again.
        let mut it = self.0.replace(Iter::Done);
        let item = it.next(rt);
        self.0.replace(it);
        item
    }

    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for IterObject {
    const NAME: &'static str = "iterator";
    const ROWS: &'static [&'static [Row]] = &[ITERATOR_ROWS];
}

/// `__iter__` and `__next__` for every native type whose [`Object::next`] is implemented.
pub const ITERATOR_ROWS: &[Row] = &[
    Row::method("__iter__", "(self, /)", "The iterator itself.", |_, a| Ok(a.take(0))),
    Row::method("__next__", "(self, /)", "The next item.", |rt, a| {
        let this = a.take(0);
        let next = match this.as_obj().and_then(|o| o.object()) {
            Some(native) => native.next(rt)?,
            None => None,
        };
        next.ok_or_else(|| Exc::StopIteration.with_args(Vec::new()))
    }),
];

/// `iter(value)` as a value of the session.
pub fn iter_value(rt: &Rt, value: &Value) -> Res<Value> {
    match iter(rt, value)? {
        Iter::Native(o) => Ok(Value::Obj(o)),
        Iter::Object(iterator, _) => Ok(iterator),
        other => Ok(iter_object(rt, other)),
    }
}

/// The iterator object for a Rust iteration; its class says over what.
pub fn iter_object(rt: &Rt, it: Iter) -> Value {
    let class = crate::object::types::iterators::class_for(rt, &it);
    rt.object_of(class, IterObject(std::cell::RefCell::new(it)))
}
