//! `collections.deque`. Mirrors <https://docs.python.org/3/library/collections.html#collections.deque>.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::object::args::{Args, CallArgs};
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, ITERATOR_ROWS, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A `deque`.
#[derive(Default)]
pub(super) struct Deque {
    items: RefCell<VecDeque<Value>>,
    limit: Cell<Option<usize>>,
    /// Counts changes, so that an iteration notices one.
    state: Cell<u64>,
    busy: Cell<bool>,
}

impl Object for Deque {}

impl NativeType for Deque {
    const NAME: &'static str = "deque";
    const MODULE: &'static str = "collections";
    const SHOWN: &'static str = "collections.deque";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];

    fn ready(_: &Rt, class: &Rc<crate::object::class::Class>) {
        class.set("__hash__".into(), Value::None);
    }
}

impl Deque {
    fn touch(&self) {
        self.state.set(self.state.get() + 1);
    }

    fn push(&self, v: Value, left: bool) {
        let mut dropped = None;
        {
            let mut items = self.items.borrow_mut();
            if left {
                items.push_front(v);
            } else {
                items.push_back(v);
            }
            if self.limit.get().is_some_and(|n| items.len() > n) {
                dropped = if left { items.pop_back() } else { items.pop_front() };
            }
        }
        self.touch();
        drop(dropped);
    }

    fn pop(&self, left: bool) -> Res<Value> {
        let item = {
            let mut items = self.items.borrow_mut();
            if left { items.pop_front() } else { items.pop_back() }
        };
        self.touch();
        item.ok_or_else(|| Exc::IndexError.new("pop from an empty deque"))
    }

    fn extend(&self, rt: &Rt, source: &Value, left: bool, me: &Value) -> Res<()> {
        if source.is(me) {
            for v in self.snapshot() {
                self.push(v, left);
            }
            return Ok(());
        }
        let mut it = ops::iter(rt, source)?;
        let mut n = 0u32;
        while let Some(v) = it.next(rt)? {
            self.push(v, left);
            n = n.wrapping_add(1);
            if n.is_multiple_of(4096) {
                rt.check_interrupt()?;
                if self.items.borrow().len() * 16 > rt.memory_limit.get() {
                    return Err(Exc::MemoryError.with_args(Vec::new()));
                }
            }
        }
        Ok(())
    }

    fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }

    fn index(&self, rt: &Rt, key: &Value) -> Res<usize> {
        let n = self.items.borrow().len() as i64;
        let i = ops::index(rt, key)?;
        let i = if i < 0 { i + n } else { i };
        if (0..n).contains(&i) { Ok(i as usize) } else { Err(Exc::IndexError.new("deque index out of range")) }
    }

    fn copy(&self) -> Deque {
        Deque {
            items: RefCell::new(self.items.borrow().clone()),
            limit: Cell::new(self.limit.get()),
            ..Deque::default()
        }
    }
}

/// An iterator over a deque, in either direction.
struct DequeIter {
    deque: Value,
    at: Cell<usize>,
    state: u64,
    reverse: bool,
}

impl Object for DequeIter {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let Some(d) = self.deque.native::<Deque>() else { return Ok(None) };
        if d.state.get() != self.state {
            return Err(Exc::RuntimeError.new("deque mutated during iteration"));
        }
        let items = d.items.borrow();
        let at = self.at.get();
        let item =
            if self.reverse { items.len().checked_sub(at + 1).and_then(|i| items.get(i)) } else { items.get(at) };
        self.at.set(at + 1);
        Ok(item.cloned())
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for DequeIter {
    const NAME: &'static str = "_deque_iterator";
    const MODULE: &'static str = "collections";
    const SHOWN: &'static str = "_collections._deque_iterator";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::method("__length_hint__", "(self, /)", "How many are left.", |_, a| {
            let it = a.native::<DequeIter>(0)?;
            let n = it.deque.native::<Deque>().map_or(0, |d| d.items.borrow().len());
            Ok(n.saturating_sub(it.at.get()).into())
        })],
    ];
}

fn this<'a>(a: &'a Args) -> Res<&'a Deque> {
    a.native::<Deque>(0)
}

fn iterator(rt: &Rt, a: &mut Args, reverse: bool) -> Res<Value> {
    let state = this(a)?.state.get();
    Ok(rt.object(DequeIter { deque: a.take(0), at: Cell::new(0), state, reverse }))
}

fn compare(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    let Some(other) = a.get(1).native::<Deque>() else { return Ok(Value::NotImplemented) };
    let (x, y) = (Value::list(this(a)?.snapshot()), Value::list(other.snapshot()));
    ops::compare(rt, op, &x, &y)
}

crate::object::types::datetime::comparison_rows!(COMPARE, compare);

/// A new deque of the receiver's class.
fn same_class(rt: &Rt, me: &Value, d: Deque) -> Res<Value> {
    let class = rt.class_of(me);
    if class.is_heap {
        let items = Value::list(d.snapshot());
        let mut args = CallArgs::new([items]);
        if let Some(n) = d.limit.get() {
            args.pos.push(n.into());
        }
        return ops::call(rt, &Value::Class(class), args);
    }
    Ok(rt.object(d))
}

fn repeat(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Ok(n) = ops::index(rt, a.get(1)) else { return Ok(Value::NotImplemented) };
    let d = this(a)?;
    let items = d.snapshot();
    if items.len().saturating_mul(n.max(0) as usize).saturating_mul(16) > rt.memory_limit.get() {
        return Err(Exc::MemoryError.with_args(Vec::new()));
    }
    let new = Deque { limit: Cell::new(d.limit.get()), ..Deque::default() };
    for _ in 0..n.max(0) {
        items.iter().for_each(|v| new.push(v.clone(), false));
    }
    same_class(rt, a.get(0), new)
}

/// Whether something changed meanwhile.
fn mutated() -> Error {
    Exc::RuntimeError.new("deque mutated during iteration")
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A double-ended queue.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, Deque::default())),
        _ => Err(Exc::TypeError.new("X is not a type object")),
    }),
    Row::method("__init__", "(self, iterable=(), maxlen=None)", "Fills it.", |rt, a| {
        let d = this(a)?;
        let limit = match a.some(2) {
            None => None,
            Some(v) if v.as_big().is_none() => return Err(Exc::TypeError.new("an integer is required")),
            Some(v) => match ops::index(rt, v)? {
                n if n < 0 => return Err(Exc::ValueError.new("maxlen must be non-negative")),
                n => Some(n as usize),
            },
        };
        d.limit.set(limit);
        let old = std::mem::take(&mut *d.items.borrow_mut());
        drop(old);
        if let Some(source) = a.opt(1) {
            d.extend(rt, source, false, a.get(0))?;
        }
        Ok(Value::None)
    }),
    Row::method("append", "(self, item, /)", "Add an element to the right side of the deque.", |_, a| {
        let v = a.take(1);
        this(a)?.push(v, false);
        Ok(Value::None)
    }),
    Row::method("appendleft", "(self, item, /)", "Add an element to the left side of the deque.", |_, a| {
        let v = a.take(1);
        this(a)?.push(v, true);
        Ok(Value::None)
    }),
    Row::method("pop", "(self, /)", "Remove and return the rightmost element.", |_, a| this(a)?.pop(false)),
    Row::method("popleft", "(self, /)", "Remove and return the leftmost element.", |_, a| this(a)?.pop(true)),
    Row::method("extend", "(self, iterable, /)", "Extend the right side with elements.", |rt, a| {
        this(a)?.extend(rt, a.get(1), false, a.get(0))?;
        Ok(Value::None)
    }),
    Row::method("extendleft", "(self, iterable, /)", "Extend the left side with elements.", |rt, a| {
        this(a)?.extend(rt, a.get(1), true, a.get(0))?;
        Ok(Value::None)
    }),
    Row::method("clear", "(self, /)", "Remove all elements from the deque.", |_, a| {
        let d = this(a)?;
        let old = std::mem::take(&mut *d.items.borrow_mut());
        d.touch();
        drop(old);
        Ok(Value::None)
    }),
    Row::method("copy", "(self, /)", "Return a shallow copy of a deque.", |rt, a| {
        same_class(rt, a.get(0), this(a)?.copy())
    }),
    Row::method("__copy__", "(self, /)", "Return a shallow copy of a deque.", |rt, a| {
        same_class(rt, a.get(0), this(a)?.copy())
    }),
    Row::method("rotate", "(self, n=1, /)", "Rotate the deque n steps to the right.", |rt, a| {
        let n = a.opt(1).map_or(Ok(1), |v| ops::index(rt, v))?;
        let d = this(a)?;
        let mut items = d.items.borrow_mut();
        let len = items.len() as i64;
        if len > 1 {
            items.rotate_right(n.rem_euclid(len) as usize);
            d.touch();
        }
        Ok(Value::None)
    }),
    Row::method("reverse", "(self, /)", "Reverse *IN PLACE*.", |_, a| {
        let d = this(a)?;
        d.items.borrow_mut().make_contiguous().reverse();
        Ok(Value::None)
    }),
    Row::method("count", "(self, value, /)", "Number of occurrences of value.", |rt, a| {
        let d = this(a)?;
        let state = d.state.get();
        let mut n = 0;
        for v in d.snapshot() {
            n += i64::from(ops::eq(rt, &v, a.get(1))?);
            if d.state.get() != state {
                return Err(mutated());
            }
        }
        Ok(Value::Int(n))
    }),
    Row::method("index", "(self, value, start=0, stop=9223372036854775807, /)", "First index of value.", |rt, a| {
        let d = this(a)?;
        let len = d.items.borrow().len() as i64;
        let clip = |v: Option<&Value>, default: i64| -> Res<i64> {
            let n = v.map_or(Ok(default), |v| ops::index(rt, v))?;
            Ok(if n < 0 { (n + len).max(0) } else { n.min(len) })
        };
        let (start, stop) = (clip(a.opt(2), 0)?, clip(a.opt(3), len)?);
        let state = d.state.get();
        for (i, v) in d.snapshot().into_iter().enumerate().take(stop as usize).skip(start as usize) {
            if ops::eq(rt, &v, a.get(1))? {
                return Ok(i.into());
            }
            if d.state.get() != state {
                return Err(mutated());
            }
        }
        Err(Exc::ValueError.new(format!("{} is not in deque", ops::repr(rt, a.get(1))?)))
    }),
    Row::method("insert", "(self, index, value, /)", "Insert value before index.", |rt, a| {
        let n = ops::index(rt, a.get(1))?;
        let v = a.value(2);
        let d = this(a)?;
        let mut items = d.items.borrow_mut();
        let len = items.len() as i64;
        if d.limit.get() == Some(items.len()) {
            return Err(Exc::IndexError.new("deque already at its maximum size"));
        }
        let at = if n < 0 { (n + len).max(0) } else { n.min(len) };
        items.insert(at as usize, v);
        d.touch();
        Ok(Value::None)
    }),
    Row::method("remove", "(self, value, /)", "Remove first occurrence of value.", |rt, a| {
        let d = this(a)?;
        let state = d.state.get();
        for (i, v) in d.snapshot().into_iter().enumerate() {
            let same = ops::eq(rt, &v, a.get(1))?;
            if d.state.get() != state {
                return Err(Exc::IndexError.new("deque mutated during remove()."));
            }
            if same {
                let old = d.items.borrow_mut().remove(i);
                d.touch();
                drop(old);
                return Ok(Value::None);
            }
        }
        Err(Exc::ValueError.new(format!("{} is not in deque", ops::repr(rt, a.get(1))?)))
    }),
    Row::getter("maxlen", "maximum size of a deque or None if unbounded", |_, a| {
        Ok(this(a)?.limit.get().map_or(Value::None, Value::from))
    }),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(this(a)?.items.borrow().len().into())),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| {
        Ok(Value::Bool(!this(a)?.items.borrow().is_empty()))
    }),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        let d = this(a)?;
        let state = d.state.get();
        for v in d.snapshot() {
            if ops::eq(rt, &v, a.get(1))? {
                return Ok(Value::Bool(true));
            }
            if d.state.get() != state {
                return Err(mutated());
            }
        }
        Ok(Value::Bool(false))
    }),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        let d = this(a)?;
        if a.get(1).as_big().is_none() && ops::lookup_special(rt, a.get(1), "__index__")?.is_none() {
            let kind = ops::type_name(a.get(1));
            return Err(Exc::TypeError.new(format!("sequence index must be integer, not '{kind}'")));
        }
        let i = d.index(rt, a.get(1))?;
        Ok(d.items.borrow().get(i).cloned().unwrap_or_default())
    }),
    Row::method("__setitem__", "(self, key, value, /)", "Set self[key] to value.", |rt, a| {
        let v = a.take(2);
        let d = this(a)?;
        let i = d.index(rt, a.get(1))?;
        let old = d.items.borrow_mut().get_mut(i).map(|slot| std::mem::replace(slot, v));
        drop(old);
        Ok(Value::None)
    }),
    Row::method("__delitem__", "(self, key, /)", "Delete self[key].", |rt, a| {
        let d = this(a)?;
        let i = d.index(rt, a.get(1))?;
        let old = d.items.borrow_mut().remove(i);
        d.touch();
        drop(old);
        Ok(Value::None)
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| iterator(rt, a, false)),
    Row::method("__reversed__", "(self, /)", "Return a reverse iterator over the deque.", |rt, a| {
        iterator(rt, a, true)
    }),
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| {
        let Some(other) = a.get(1).native::<Deque>() else {
            let kind = ops::type_name(a.get(1));
            return Err(Exc::TypeError.new(format!("can only concatenate deque (not \"{kind}\") to deque")));
        };
        let new = this(a)?.copy();
        for v in other.snapshot() {
            new.push(v, false);
        }
        same_class(rt, a.get(0), new)
    }),
    Row::method("__iadd__", "(self, value, /)", "Implement self+=value.", |rt, a| {
        this(a)?.extend(rt, a.get(1), false, a.get(0))?;
        Ok(a.take(0))
    }),
    Row::method("__mul__", "(self, value, /)", "Return self*value.", repeat),
    Row::method("__rmul__", "(self, value, /)", "Return value*self.", repeat),
    Row::method("__imul__", "(self, value, /)", "Implement self*=value.", |rt, a| {
        let made = repeat(rt, a)?;
        if let Some(new) = made.native::<Deque>() {
            let d = this(a)?;
            let old = d.items.replace(new.items.borrow().clone());
            d.touch();
            drop(old);
        }
        Ok(a.take(0))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let d = this(a)?;
        if d.busy.replace(true) {
            return Ok("[...]".into());
        }
        let list = ops::repr(rt, &Value::list(d.snapshot()));
        d.busy.set(false);
        let name = rt.class_of(a.get(0)).name();
        Ok(match d.limit.get() {
            Some(n) => format!("{name}({}, maxlen={n})", list?).into(),
            None => format!("{name}({})", list?).into(),
        })
    }),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let d = this(a)?;
        let mut args = vec![Value::list(d.snapshot())];
        args.extend(d.limit.get().map(Value::from));
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args)]))
    }),
    Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
];
