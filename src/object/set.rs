//! `set` and `frozenset`: a table that walks its members in CPython's order, so that a set of numbers shows and
//! iterates the same.
//!
//! Mirrors the behaviour of CPython's `setobject.c`: open addressing with short linear runs, growth at three fifths,
//! removed members leaving a mark until the next growth.

use std::cell::RefCell;
use std::rc::Rc;

use super::error::Res;
use super::ops;
use super::rt::Rt;
use super::trash;
use super::value::Value;

const SMALLEST: usize = 8;
const RUN: usize = 9;

#[derive(Clone, Default)]
enum Slot {
    #[default]
    Free,
    Removed,
    Used(u64, Value),
}

#[derive(Clone, Default)]
struct Inner {
    slots: Vec<Slot>,
    /// Used and removed slots.
    fill: usize,
    used: usize,
    /// Where `pop` looks next.
    finger: usize,
}

/// What a walk along a key's slots came to.
enum Found {
    At(usize),
    FreeAt(usize),
    /// Members of the same hash that only the session's `__eq__` can tell from the key, and the free slot.
    Unsure(Vec<(usize, Value)>, usize),
}

impl Inner {
    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    /// Walks the slots where a key of this hash can be, in CPython's order, until `stop`.
    fn walk(mask: usize, hash: u64, mut stop: impl FnMut(usize) -> bool) {
        let mut perturb = hash;
        let mut i = hash as usize & mask;
        loop {
            let run = if i + RUN <= mask { RUN } else { 0 };
            for at in i..=i + run {
                if stop(at) {
                    return;
                }
            }
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
        }
    }

    fn find(&self, hash: u64, key: &Value) -> Found {
        if self.slots.is_empty() {
            return Found::FreeAt(usize::MAX);
        }
        let mut unsure = Vec::new();
        let mut found = Found::FreeAt(usize::MAX);
        Self::walk(self.mask(), hash, |at| match self.slots.get(at) {
            Some(Slot::Used(h, member)) if *h == hash => match ops::plain_eq(member, key) {
                Some(true) if unsure.is_empty() => {
                    found = Found::At(at);
                    true
                }
                Some(false) => false,
                _ => {
                    unsure.push((at, member.clone()));
                    false
                }
            },
            Some(Slot::Free) | None => {
                found = Found::FreeAt(at);
                true
            }
            _ => false,
        });
        match found {
            Found::FreeAt(at) if !unsure.is_empty() => Found::Unsure(unsure, at),
            found => found,
        }
    }

    /// Puts a key that is not there into a table without removed slots.
    fn insert_clean(&mut self, hash: u64, key: Value) {
        let mut key = Some(key);
        let mask = self.mask();
        let slots = &mut self.slots;
        Self::walk(mask, hash, |at| match slots.get_mut(at) {
            Some(slot @ Slot::Free) => {
                if let Some(key) = key.take() {
                    *slot = Slot::Used(hash, key);
                }
                true
            }
            Some(_) => false,
            None => true,
        });
    }

    fn resize(&mut self, minimum: usize) {
        let mut size = SMALLEST;
        while size <= minimum {
            size <<= 1;
        }
        let old = std::mem::replace(&mut self.slots, vec![Slot::Free; size]);
        self.fill = self.used;
        for slot in old {
            if let Slot::Used(hash, key) = slot {
                self.insert_clean(hash, key);
            }
        }
    }

    fn grow(&mut self) {
        self.resize(if self.used > 50_000 { self.used * 2 } else { self.used * 4 });
    }

    fn put(&mut self, at: usize, hash: u64, key: Value) {
        if self.slots.is_empty() {
            self.slots = vec![Slot::Free; SMALLEST];
            self.insert_clean(hash, key);
        } else if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::Used(hash, key);
        }
        self.fill += 1;
        self.used += 1;
        if self.fill * 5 >= self.mask() * 3 {
            self.grow();
        }
    }

    fn reserve(&mut self, more: usize) {
        if self.slots.is_empty() {
            self.slots = vec![Slot::Free; SMALLEST];
        }
        if (self.fill + more) * 5 >= self.mask() * 3 {
            self.resize((self.used + more) * 2);
        }
    }

    fn take(&mut self, at: usize) -> Option<Value> {
        let slot = self.slots.get_mut(at)?;
        match std::mem::replace(slot, Slot::Removed) {
            Slot::Used(_, key) => {
                self.used -= 1;
                Some(key)
            }
            other => {
                *slot = other;
                None
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let slots = std::mem::take(&mut self.slots);
        if slots.iter().any(|s| matches!(s, Slot::Used(_, key) if trash::nests(key))) {
            trash::dispose(slots);
        }
    }
}

/// The members of a set.
#[derive(Default)]
pub struct Members(RefCell<Inner>);

impl Members {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.borrow().used
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, rt: &Rt, hash: u64, key: &Value) -> Res<Result<usize, usize>> {
        loop {
            let found = self.0.borrow().find(hash, key);
            match found {
                Found::At(at) => return Ok(Ok(at)),
                Found::FreeAt(at) => return Ok(Err(at)),
                Found::Unsure(candidates, free) => {
                    let before = self.0.borrow().slots.len();
                    for (at, member) in candidates {
                        if ops::eq(rt, &member, key)? {
                            return Ok(Ok(at));
                        }
                    }
                    // The session's `__eq__` may have changed this very set.
                    let inner = self.0.borrow();
                    if inner.slots.len() == before && matches!(inner.slots.get(free), Some(Slot::Free)) {
                        return Ok(Err(free));
                    }
                }
            }
        }
    }

    /// Whether a key is there. TypeError where it is unhashable.
    pub fn contains(&self, rt: &Rt, key: &Value) -> Res<bool> {
        let hash = ops::hash(rt, key)?;
        self.contains_hashed(rt, hash, key)
    }

    /// Whether a key of a known hash is there.
    pub fn contains_hashed(&self, rt: &Rt, hash: u64, key: &Value) -> Res<bool> {
        Ok(self.find(rt, hash, key)?.is_ok())
    }

    /// Adds a key; whether it is new.
    pub fn add(&self, rt: &Rt, key: Value) -> Res<bool> {
        let hash = ops::hash(rt, &key)?;
        self.add_hashed(rt, hash, key)
    }

    /// Adds a key of a known hash; whether it is new.
    pub fn add_hashed(&self, rt: &Rt, hash: u64, key: Value) -> Res<bool> {
        match self.find(rt, hash, &key)? {
            Ok(_) => Ok(false),
            Err(at) => {
                self.0.borrow_mut().put(at, hash, key);
                Ok(true)
            }
        }
    }

    /// Adds a key, as a dict's table does; the value is not kept.
    pub fn insert(&self, rt: &Rt, key: Value, _value: Value) -> Res<bool> {
        self.add(rt, key)
    }

    /// Takes a key out; the member that was there.
    pub fn remove(&self, rt: &Rt, key: &Value) -> Res<Option<Value>> {
        let hash = ops::hash(rt, key)?;
        self.remove_hashed(rt, hash, key)
    }

    /// Takes a key of a known hash out.
    pub fn remove_hashed(&self, rt: &Rt, hash: u64, key: &Value) -> Res<Option<Value>> {
        match self.find(rt, hash, key)? {
            Ok(at) => Ok(self.0.borrow_mut().take(at)),
            Err(_) => Ok(None),
        }
    }

    /// Takes some member out.
    pub fn pop(&self) -> Option<Value> {
        let mut inner = self.0.borrow_mut();
        if inner.used == 0 {
            return None;
        }
        let size = inner.slots.len();
        let start = inner.finger & inner.mask();
        let at = (start..size).chain(0..start).find(|&i| matches!(inner.slots.get(i), Some(Slot::Used(..))))?;
        inner.finger = at + 1;
        inner.take(at)
    }

    /// Empties it.
    pub fn clear(&self) {
        let old = std::mem::take(&mut *self.0.borrow_mut());
        drop(old);
    }

    /// The first member at or after a slot, and its slot: iteration that survives changes.
    pub fn next_slot(&self, from: usize) -> Option<(usize, Value)> {
        let inner = self.0.borrow();
        let rest = inner.slots.get(from..)?;
        rest.iter().enumerate().find_map(|(i, slot)| match slot {
            Slot::Used(_, key) => Some((from + i, key.clone())),
            _ => None,
        })
    }

    /// All members in order.
    pub fn keys(&self) -> Vec<Value> {
        self.hashed().into_iter().map(|(_, key)| key).collect()
    }

    /// All members in order with their hashes.
    pub fn hashed(&self) -> Vec<(u64, Value)> {
        let inner = self.0.borrow();
        let mut out = Vec::with_capacity(inner.used);
        for slot in &inner.slots {
            if let Slot::Used(hash, key) = slot {
                out.push((*hash, key.clone()));
            }
        }
        out
    }

    /// Adds all members of another set.
    pub fn merge(&self, rt: &Rt, other: &Members) -> Res<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        {
            let mut mine = self.0.borrow_mut();
            let theirs = other.0.borrow();
            mine.reserve(theirs.used);
            if mine.fill == 0 {
                if mine.slots.len() == theirs.slots.len() && theirs.fill == theirs.used {
                    mine.slots = theirs.slots.clone();
                } else {
                    for slot in &theirs.slots {
                        if let Slot::Used(hash, key) = slot {
                            mine.insert_clean(*hash, key.clone());
                        }
                    }
                }
                mine.used = theirs.used;
                mine.fill = theirs.used;
                return Ok(());
            }
        }
        for (hash, key) in other.hashed() {
            self.add_hashed(rt, hash, key)?;
        }
        Ok(())
    }

    /// Makes room for more members at once, as `set.update` does for a dict.
    pub fn reserve(&self, more: usize) {
        self.0.borrow_mut().reserve(more);
    }

    /// Drops the marks of removed members where they have become many.
    pub fn tidy(&self) {
        let mut inner = self.0.borrow_mut();
        if !inner.slots.is_empty() && inner.fill - inner.used > inner.mask() / 4 {
            inner.grow();
        }
    }

    /// A copy, as `set(other)` makes it.
    pub fn copy(&self) -> Members {
        let copy = Members::default();
        {
            let mut mine = copy.0.borrow_mut();
            let theirs = self.0.borrow();
            if theirs.used > 0 {
                mine.reserve(theirs.used);
                if mine.slots.len() == theirs.slots.len() && theirs.fill == theirs.used {
                    mine.slots = theirs.slots.clone();
                } else {
                    for slot in &theirs.slots {
                        if let Slot::Used(hash, key) = slot {
                            mine.insert_clean(*hash, key.clone());
                        }
                    }
                }
                mine.used = theirs.used;
                mine.fill = theirs.used;
            }
        }
        copy
    }

    /// Takes another set's members in place of its own.
    pub fn replace(&self, other: Members) {
        let old = self.0.replace(other.0.take());
        drop(old);
    }
}

/// A Python `set` or `frozenset`.
#[derive(Default)]
pub struct Set {
    /// The members.
    pub table: Members,
    /// Whether it is a `frozenset`.
    pub frozen: bool,
}

impl Set {
    /// A set of members.
    pub fn from_values(rt: &Rt, values: impl IntoIterator<Item = Value>, frozen: bool) -> Res<Rc<Set>> {
        let table = Members::default();
        for v in values {
            table.add(rt, v)?;
        }
        Ok(Rc::new(Set { table, frozen }))
    }

    /// The set that a display of constants makes: CPython builds a frozenset first and copies it.
    pub fn from_constants(rt: &Rt, values: impl IntoIterator<Item = Value>) -> Res<Rc<Set>> {
        let constant = Set::from_values(rt, values, true)?;
        Ok(Rc::new(Set { table: constant.table.copy(), frozen: false }))
    }
}
