use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Source, class_of};
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, ITERATOR_ROWS};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// `batched`
pub(super) struct Batched {
    source: Source,
    n: usize,
    strict: bool,
}

impl Object for Batched {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let mut out = Vec::new();
        while out.len() < self.n {
            match self.source.next(rt)? {
                Some(item) => out.push(item),
                None => break,
            }
        }
        if out.is_empty() {
            return Ok(None);
        }
        if self.strict && out.len() != self.n {
            self.source.stop();
            return Err(Exc::ValueError.new("batched(): incomplete batch"));
        }
        Ok(Some(Value::tuple(out)))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Batched {
    const NAME: &'static str = "batched";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.batched";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, n, *, strict=False)", "Tuples of n items.", |rt, a| {
            let n = ops::index(rt, a.get(2))?;
            if n < 1 {
                return Err(Exc::ValueError.new("n must be at least one"));
            }
            let strict = a.flag(rt, 3, false)?;
            Ok(rt.object_of(class_of(a)?, Batched { source: Source::new(rt, a.get(1))?, n: n as usize, strict }))
        })],
    ];
}

/// `pairwise`
pub(super) struct Pairwise {
    source: Source,
    last: RefCell<Option<Value>>,
}

impl Object for Pairwise {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let last = self.last.borrow_mut().take();
        let first = match last {
            Some(v) => v,
            None => match self.source.next(rt)? {
                Some(v) => v,
                None => return Ok(None),
            },
        };
        let Some(second) = self.source.next(rt)? else { return Ok(None) };
        *self.last.borrow_mut() = Some(second.clone());
        Ok(Some(Value::pair(first, second)))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Pairwise {
    const NAME: &'static str = "pairwise";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.pairwise";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, /)", "Overlapping pairs.", |rt, a| {
            let made = Pairwise { source: Source::new(rt, a.get(1))?, last: RefCell::default() };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `zip_longest`
pub(super) struct ZipLongest {
    sources: Vec<Source>,
    open: RefCell<Vec<bool>>,
    fill: Value,
}

impl Object for ZipLongest {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let mut out = Vec::with_capacity(self.sources.len());
        let mut some = false;
        for (i, source) in self.sources.iter().enumerate() {
            let open = self.open.borrow()[i];
            let item = if open { source.next(rt)? } else { None };
            match item {
                Some(item) => {
                    some = true;
                    out.push(item);
                }
                None => {
                    self.open.borrow_mut()[i] = false;
                    if !self.open.borrow().contains(&true) {
                        return Ok(None);
                    }
                    out.push(self.fill.clone());
                }
            }
        }
        Ok(some.then(|| Value::tuple(out)))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for ZipLongest {
    const NAME: &'static str = "zip_longest";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.zip_longest";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, /, *iterables, fillvalue=None)", "Tuples up to the longest.", |rt, a| {
            let given = std::mem::take(&mut a.rest);
            let sources: Vec<Source> = given.iter().map(|v| Source::new(rt, v)).collect::<Res<_>>()?;
            let open = RefCell::new(vec![true; sources.len()]);
            Ok(rt.object_of(class_of(a)?, ZipLongest { sources, open, fill: a.value(1) }))
        })],
    ];
}

/// What `groupby` and its groups share.
struct Groups {
    source: Source,
    key: Option<Value>,
    /// The item read last, with its key.
    current: RefCell<Option<(Value, Value)>>,
    /// The key of the group that was given out last.
    target: RefCell<Option<Value>>,
    /// Counts the groups, so that an old one knows that it is over.
    serial: Cell<u64>,
}

impl Groups {
    fn read(&self, rt: &Rt) -> Res<bool> {
        let Some(item) = self.source.next(rt)? else {
            *self.current.borrow_mut() = None;
            return Ok(false);
        };
        let key = match &self.key {
            Some(f) => ops::call1(rt, f, item.clone())?,
            None => item.clone(),
        };
        *self.current.borrow_mut() = Some((key, item));
        Ok(true)
    }
}

/// `groupby`
pub(super) struct GroupBy(Rc<Groups>);

impl Object for GroupBy {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let g = &self.0;
        loop {
            let current = g.current.borrow().as_ref().map(|(k, _)| k.clone());
            let target = g.target.borrow().clone();
            match (current, target) {
                (None, _) => {
                    if !g.read(rt)? {
                        return Ok(None);
                    }
                }
                (Some(key), Some(target)) if ops::eq(rt, &key, &target)? => {
                    if !g.read(rt)? {
                        return Ok(None);
                    }
                }
                (Some(key), _) => {
                    *g.target.borrow_mut() = Some(key.clone());
                    g.serial.set(g.serial.get() + 1);
                    let group = Group { groups: g.clone(), key: key.clone(), serial: g.serial.get() };
                    return Ok(Some(Value::pair(key, rt.object(group))));
                }
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for GroupBy {
    const NAME: &'static str = "groupby";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.groupby";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, key=None)", "Runs of items with equal keys.", |rt, a| {
            let groups = Groups {
                source: Source::new(rt, a.get(1))?,
                key: a.some(2).cloned(),
                current: RefCell::default(),
                target: RefCell::default(),
                serial: Cell::new(0),
            };
            Ok(rt.object_of(class_of(a)?, GroupBy(Rc::new(groups))))
        })],
    ];
}

/// One group of `groupby`.
struct Group {
    groups: Rc<Groups>,
    key: Value,
    serial: u64,
}

impl Object for Group {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let g = &self.groups;
        if g.serial.get() != self.serial {
            return Ok(None);
        }
        if g.current.borrow().is_none() && !g.read(rt)? {
            return Ok(None);
        }
        let current = g.current.borrow().clone();
        match current {
            Some((key, item)) if ops::eq(rt, &self.key, &key)? => {
                *g.current.borrow_mut() = None;
                Ok(Some(item))
            }
            _ => Ok(None),
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Group {
    const NAME: &'static str = "_grouper";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools._grouper";
    const ROWS: &'static [&'static [Row]] = &[ITERATOR_ROWS];
}

/// What the iterators of one `tee` share: items that some have read and others not yet.
struct Shared {
    source: Source,
    items: RefCell<VecDeque<Value>>,
    /// How many items were dropped in front.
    dropped: Cell<usize>,
    /// Where each reader stands.
    readers: RefCell<Vec<Option<usize>>>,
    busy: Cell<bool>,
}

/// One iterator of `tee`.
pub(super) struct Tee {
    shared: Rc<Shared>,
    reader: usize,
}

impl Shared {
    fn reader(self: &Rc<Shared>, at: usize) -> Tee {
        let mut readers = self.readers.borrow_mut();
        readers.push(Some(at));
        Tee { shared: self.clone(), reader: readers.len() - 1 }
    }

    /// Drops what every reader has passed.
    fn trim(&self) {
        let least = self.readers.borrow().iter().flatten().min().copied();
        let mut items = self.items.borrow_mut();
        let keep_from = least.unwrap_or(self.dropped.get() + items.len());
        while self.dropped.get() < keep_from && items.pop_front().is_some() {
            self.dropped.set(self.dropped.get() + 1);
        }
    }
}

impl Drop for Tee {
    fn drop(&mut self) {
        if let Ok(mut readers) = self.shared.readers.try_borrow_mut() {
            readers[self.reader] = None;
        }
    }
}

impl Object for Tee {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let s = &self.shared;
        let Some(at) = s.readers.borrow()[self.reader] else { return Ok(None) };
        let known = s.items.borrow().get(at - s.dropped.get()).cloned();
        let item = match known {
            Some(item) => item,
            None => {
                if s.busy.replace(true) {
                    return Err(Exc::RuntimeError.new("cannot re-enter the tee iterator"));
                }
                let item = s.source.next(rt);
                s.busy.set(false);
                let Some(item) = item? else { return Ok(None) };
                s.items.borrow_mut().push_back(item.clone());
                item
            }
        };
        s.readers.borrow_mut()[self.reader] = Some(at + 1);
        if at == s.dropped.get() {
            s.trim();
        }
        Ok(Some(item))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

fn shared_of(rt: &Rt, v: &Value) -> Res<(Rc<Shared>, usize)> {
    if let Some(tee) = v.native::<Tee>() {
        let at = tee.shared.readers.borrow()[tee.reader].unwrap_or(0);
        return Ok((tee.shared.clone(), at));
    }
    let shared = Shared {
        source: Source::new(rt, v)?,
        items: RefCell::default(),
        dropped: Cell::new(0),
        readers: RefCell::default(),
        busy: Cell::new(false),
    };
    Ok((Rc::new(shared), 0))
}

impl NativeType for Tee {
    const NAME: &'static str = "_tee";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools._tee";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed("__new__", "(cls, iterable, /)", "An iterator that can be copied.", |rt, a| {
                let (shared, at) = shared_of(rt, a.get(1))?;
                Ok(rt.object_of(class_of(a)?, shared.reader(at)))
            }),
            Row::method("__copy__", "(self, /)", "Another one at the same place.", |rt, a| {
                let (shared, at) = shared_of(rt, a.get(0))?;
                Ok(rt.object(shared.reader(at)))
            }),
        ],
    ];
}

pub(super) const ROWS: &[Row] = &[Row::method("tee", "(iterable, n=2, /)", "Independent iterators.", |rt, a| {
    let n = a.opt(1).map_or(Ok(2), |v| ops::index(rt, v))?;
    if n < 0 {
        return Err(Exc::ValueError.new("n must be >= 0"));
    }
    if n == 0 {
        return Ok(Value::tuple(Vec::new()));
    }
    let (shared, at) = shared_of(rt, a.get(0))?;
    let mut out: Vec<Value> = Vec::new();
    let mut count = n;
    if a.get(0).native::<Tee>().is_some() {
        // The first is the iterator itself.
        out.push(a.value(0));
        count -= 1;
    }
    out.extend((0..count).map(|_| rt.object(shared.reader(at))));
    Ok(Value::tuple(out))
})];
