//! The hash table behind `dict`: insertion-ordered, with Python's rules for equal keys.
//!
//! A look-up can call the session's own `__eq__`, which can change this very table; so no borrow is held across such
//! a call, and plain keys (numbers, text, identical objects) never make one.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashTable;

use super::error::{Exc, Res};
use super::ops;
use super::rt::Rt;
use super::text::Str;
use super::trash;
use super::value::Value;

/// Python's hashes are regular (a small number's is itself); the index wants every bit to count.
fn spread(hash: u64) -> u64 {
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26)
}

struct Entry {
    hash: u64,
    key: Value,
    value: Value,
}

/// Up to this many places a look along the entries is as fast as an index, and a small dict is one allocation.
const SMALL: usize = 8;

/// Keys shared by many dicts that are made alike, with their hashes; no two are the same.
pub type RowKeys = Rc<[(u64, Value)]>;

/// What a table holds.
enum Inner {
    /// Entries of its own.
    Own(Own),
    /// Keys shared with other tables, and a value for each: the rows of `values()`. The first change of its keys gives the
    /// table entries of its own.
    Row(RowKeys, Vec<Value>),
}

#[derive(Default)]
struct Own {
    /// In insertion order; a removed entry leaves a hole until the table is packed.
    entries: Vec<Option<Entry>>,
    /// How many entries there are, without the holes.
    live: usize,
    /// Places by hash, once there are more than [`SMALL`] of them; empty until then.
    index: HashTable<u32>,
    watcher: Option<Watcher>,
}

impl Default for Inner {
    fn default() -> Inner {
        Inner::Own(Own::default())
    }
}

impl Inner {
    /// How many places there are, holes included.
    fn places(&self) -> usize {
        match self {
            Inner::Own(own) => own.entries.len(),
            Inner::Row(_, values) => values.len(),
        }
    }

    /// The entry of a place.
    #[inline]
    fn at(&self, i: usize) -> Option<(u64, &Value, &Value)> {
        match self {
            Inner::Own(own) => own.entries.get(i)?.as_ref().map(|e| (e.hash, &e.key, &e.value)),
            Inner::Row(keys, values) => keys.get(i).zip(values.get(i)).map(|((hash, key), value)| (*hash, key, value)),
        }
    }

    /// All entries, in order.
    fn all(&self) -> impl Iterator<Item = (u64, &Value, &Value)> {
        (0..self.places()).filter_map(|i| self.at(i))
    }

    /// The entries as the table's own, to change.
    fn own(&mut self) -> &mut Own {
        if let Inner::Row(keys, values) = self {
            let keys = keys.clone();
            let mut entries = Vec::with_capacity(values.len() + 1);
            for ((hash, key), value) in keys.iter().zip(std::mem::take(values)) {
                entries.push(Some(Entry { hash: *hash, key: key.clone(), value }));
            }
            *self = Inner::Own(Own::of(entries));
        }
        match self {
            Inner::Own(own) => own,
            // It was made one above.
            Inner::Row(..) => unreachable!("a row that stayed one"),
        }
    }

    /// The value of a place, to change.
    fn value_mut(&mut self, i: usize) -> Option<&mut Value> {
        match self {
            Inner::Own(own) => own.entries.get_mut(i)?.as_mut().map(|e| &mut e.value),
            Inner::Row(_, values) => values.get_mut(i),
        }
    }

    /// The first place of a hash whose key passes a test.
    fn find(&self, hash: u64, mut test: impl FnMut(&Value) -> bool) -> Option<usize> {
        let mut fits = |i: usize| self.at(i).is_some_and(|(h, key, _)| h == hash && test(key));
        match self {
            Inner::Own(own) if own.is_indexed() => {
                own.index.find(spread(hash), |&i| fits(i as usize)).map(|&i| i as usize)
            }
            _ => (0..self.places()).find(|&i| fits(i)),
        }
    }
}

/// What is told of every change: whoever a `__dict__` belongs to. The key, and its new value unless it goes.
pub type Watcher = Rc<dyn Fn(&Value, Option<&Value>)>;

impl Own {
    fn of(entries: Vec<Option<Entry>>) -> Own {
        let mut own = Own { live: entries.len(), entries, index: HashTable::new(), watcher: None };
        own.index_all();
        own
    }

    fn pack(&mut self) {
        self.entries.retain(Option::is_some);
        self.index_all();
    }

    /// Makes the index anew, where one is needed.
    fn index_all(&mut self) {
        self.index.clear();
        if self.entries.len() <= SMALL {
            return;
        }
        let entries = &self.entries;
        let hash_at = |j: u32| entries.get(j as usize).and_then(Option::as_ref).map_or(0, |e| spread(e.hash));
        for (i, entry) in entries.iter().enumerate() {
            if let Some(entry) = entry {
                self.index.insert_unique(spread(entry.hash), i as u32, |&j| hash_at(j));
            }
        }
    }

    fn is_indexed(&self) -> bool {
        self.entries.len() > SMALL
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if entries.iter().flatten().any(|e| trash::nests(&e.value) || trash::nests(&e.key)) {
            trash::dispose(entries);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Inner::Row(_, values) = self {
            trash::values(std::mem::take(values));
        }
    }
}

/// An insertion-ordered table of Python keys.
#[derive(Default)]
pub struct Table(RefCell<Inner>);

impl Table {
    /// How many entries.
    pub fn len(&self) -> usize {
        match &*self.0.borrow() {
            Inner::Own(own) => own.live,
            Inner::Row(_, values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, rt: &Rt, hash: u64, key: &Value) -> Res<Option<usize>> {
        let mut maybe: Vec<(usize, Value)> = Vec::new();
        {
            let inner = self.0.borrow();
            let mut unsure = false;
            let found = inner.find(hash, |found| match ops::plain_eq(found, key) {
                Some(same) => same,
                None => {
                    unsure = true;
                    false
                }
            });
            if found.is_some() || !unsure {
                return Ok(found);
            }
            let mut add = |i: usize| {
                if let Some((h, key, _)) = inner.at(i)
                    && h == hash
                {
                    maybe.push((i, key.clone()));
                }
            };
            match &*inner {
                Inner::Own(own) if own.is_indexed() => {
                    own.index.iter_hash(spread(hash)).for_each(|&i| add(i as usize));
                }
                _ => (0..inner.places()).for_each(add),
            }
        }
        for (i, candidate) in maybe {
            if ops::eq(rt, &candidate, key)? {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }

    /// Whether a key of a known hash is there.
    pub fn contains_hashed(&self, rt: &Rt, hash: u64, key: &Value) -> Res<bool> {
        Ok(self.find(rt, hash, key)?.is_some())
    }

    /// Sets the value of a key of a known hash.
    pub fn insert_hashed(&self, rt: &Rt, hash: u64, key: Value, value: Value) -> Res<()> {
        match self.find(rt, hash, &key)? {
            Some(i) => {
                let mut inner = self.0.borrow_mut();
                let old = match inner.value_mut(i) {
                    Some(slot) => std::mem::replace(slot, value),
                    None => value,
                };
                drop(inner);
                drop(old);
            }
            None => self.push(hash, key, value),
        }
        Ok(())
    }

    /// As [`next_slot`](Table::next_slot), with the key's hash.
    pub fn next_hashed(&self, from: usize) -> Option<(usize, u64, Value, Value)> {
        let inner = self.0.borrow();
        let (i, (hash, key, value)) = (from..inner.places()).find_map(|i| Some((i, inner.at(i)?)))?;
        Some((i, hash, key.clone(), value.clone()))
    }

    /// The value of a key. TypeError where the key is unhashable.
    pub fn get(&self, rt: &Rt, key: &Value) -> Res<Option<Value>> {
        let hash = ops::hash(rt, key)?;
        let Some(i) = self.find(rt, hash, key)? else { return Ok(None) };
        Ok(self.0.borrow().at(i).map(|(_, _, value)| value.clone()))
    }

    /// Whether a key is there.
    pub fn contains(&self, rt: &Rt, key: &Value) -> Res<bool> {
        let hash = ops::hash(rt, key)?;
        Ok(self.find(rt, hash, key)?.is_some())
    }

    /// Lets an object follow the changes of this table.
    pub fn watch(&self, watcher: Watcher) {
        self.0.borrow_mut().own().watcher = Some(watcher);
    }

    fn watcher(&self) -> Option<Watcher> {
        match &*self.0.borrow() {
            Inner::Own(own) => own.watcher.clone(),
            Inner::Row(..) => None,
        }
    }

    /// Sets a key's value; the old value if there was one (the old key stays, as in Python).
    pub fn insert(&self, rt: &Rt, key: Value, value: Value) -> Res<Option<Value>> {
        let hash = ops::hash(rt, &key)?;
        if let Some(watcher) = self.watcher() {
            watcher(&key, Some(&value));
        }
        if let Some(i) = self.find(rt, hash, &key)? {
            let mut inner = self.0.borrow_mut();
            if let Some(slot) = inner.value_mut(i) {
                return Ok(Some(std::mem::replace(slot, value)));
            }
        }
        self.push(hash, key, value);
        Ok(None)
    }

    /// Sets or removes (`None`) the value of a text key. Tells no watcher.
    pub fn put_text(&self, text: &str, value: Option<Value>) {
        let key = Str::from(text);
        let hash = key.hash_by(ops::hash::hash_str);
        let mut inner = self.0.borrow_mut();
        let own = inner.own();
        let is_it = |e: &Entry| e.hash == hash && matches!(&e.key, Value::Str(s) if s.as_str() == text);
        let found = match own.is_indexed() {
            true => {
                let same = |i: &u32| own.entries.get(*i as usize).and_then(Option::as_ref).is_some_and(is_it);
                own.index.find(spread(hash), same).map(|i| *i as usize)
            }
            false => own.entries.iter().position(|e| e.as_ref().is_some_and(is_it)),
        };
        let old = match (found, value) {
            (Some(i), Some(value)) => {
                let entry = own.entries.get_mut(i).and_then(Option::as_mut);
                entry.map(|e| std::mem::replace(&mut e.value, value))
            }
            (Some(i), None) => {
                if own.is_indexed()
                    && let Ok(entry) = own.index.find_entry(spread(hash), |&j| j as usize == i)
                {
                    entry.remove();
                }
                own.live -= 1;
                own.entries.get_mut(i).and_then(Option::take).map(|e| e.value)
            }
            (None, Some(value)) => {
                drop(inner);
                return self.push(hash, Value::Str(key), value);
            }
            (None, None) => None,
        };
        drop(inner);
        drop(old);
    }

    fn push(&self, hash: u64, key: Value, value: Value) {
        let mut inner = self.0.borrow_mut();
        let inner = inner.own();
        // Holes are packed where the table would grow, as CPython does, so that an iteration sees no entry move.
        if inner.entries.len() == inner.entries.capacity() && inner.entries.len() > 2 * inner.live + 8 {
            inner.pack();
        }
        let i = inner.entries.len() as u32;
        inner.entries.push(Some(Entry { hash, key, value }));
        inner.live += 1;
        if inner.entries.len() <= SMALL {
            return;
        }
        if inner.entries.len() == SMALL + 1 {
            inner.index_all();
            return;
        }
        let entries = &inner.entries;
        inner.index.insert_unique(spread(hash), i, |&i| {
            entries.get(i as usize).and_then(Option::as_ref).map_or(0, |e| spread(e.hash))
        });
    }

    /// Takes a key out.
    pub fn remove(&self, rt: &Rt, key: &Value) -> Res<Option<(Value, Value)>> {
        let hash = ops::hash(rt, key)?;
        let Some(i) = self.find(rt, hash, key)? else { return Ok(None) };
        Ok(self.remove_slot(i))
    }

    /// Takes the entry of a slot out (see [`next_slot`](Table::next_slot)).
    pub fn remove_slot(&self, i: usize) -> Option<(Value, Value)> {
        let mut inner = self.0.borrow_mut();
        let own = inner.own();
        let indexed = own.is_indexed();
        let entry = own.entries.get_mut(i)?.take()?;
        own.live -= 1;
        if indexed && let Ok(found) = own.index.find_entry(spread(entry.hash), |&j| j as usize == i) {
            found.remove();
        }
        drop(inner);
        if let Some(watcher) = self.watcher() {
            watcher(&entry.key, None);
        }
        Some((entry.key, entry.value))
    }

    /// Takes the last entry out.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let at = self.last_slot()?;
        let taken = self.remove_slot(at);
        let mut inner = self.0.borrow_mut();
        let own = inner.own();
        let indexed = own.is_indexed();
        own.entries.truncate(at);
        if indexed && !own.is_indexed() {
            own.index.clear();
        }
        drop(inner);
        taken
    }

    /// All keys with their hashes.
    pub fn hashed(&self) -> Vec<(u64, Value)> {
        self.0.borrow().all().map(|(hash, key, _)| (hash, key.clone())).collect()
    }

    /// Empties it.
    pub fn clear(&self) {
        let watcher = self.watcher();
        let old = std::mem::take(&mut *self.0.borrow_mut());
        if let Some(watcher) = watcher {
            for (_, key, _) in old.all() {
                watcher(key, None);
            }
            self.watch(watcher);
        }
        drop(old);
    }

    /// The first entry at or after a slot, and its slot: iteration that survives changes.
    pub fn next_slot(&self, from: usize) -> Option<(usize, Value, Value)> {
        let inner = self.0.borrow();
        let (i, (_, key, value)) = (from..inner.places()).find_map(|i| Some((i, inner.at(i)?)))?;
        Some((i, key.clone(), value.clone()))
    }

    /// The last entry's slot.
    pub fn last_slot(&self) -> Option<usize> {
        let inner = self.0.borrow();
        (0..inner.places()).rev().find(|&i| inner.at(i).is_some())
    }

    /// One past the highest slot: for iteration backwards.
    pub fn slots(&self) -> usize {
        self.0.borrow().places()
    }

    /// The entry of a slot.
    pub fn at(&self, slot: usize) -> Option<(Value, Value)> {
        self.0.borrow().at(slot).map(|(_, key, value)| (key.clone(), value.clone()))
    }

    /// All keys.
    pub fn keys(&self) -> Vec<Value> {
        self.0.borrow().all().map(|(_, key, _)| key.clone()).collect()
    }

    /// All values.
    pub fn values(&self) -> Vec<Value> {
        self.0.borrow().all().map(|(_, _, value)| value.clone()).collect()
    }

    /// All pairs.
    pub fn items(&self) -> Vec<(Value, Value)> {
        self.0.borrow().all().map(|(_, key, value)| (key.clone(), value.clone())).collect()
    }

    /// A copy: no key is hashed or compared again.
    pub fn copy(&self) -> Table {
        let inner = self.0.borrow();
        if let Inner::Row(keys, values) = &*inner {
            return Table::of_row(keys, values.clone());
        }
        let entries =
            inner.all().map(|(hash, key, value)| Some(Entry { hash, key: key.clone(), value: value.clone() }));
        Table(RefCell::new(Inner::Own(Own::of(entries.collect()))))
    }

    /// A table of shared keys; each gets the value at its place. There are as many of the ones as of the others.
    pub fn of_row(keys: &RowKeys, values: Vec<Value>) -> Table {
        debug_assert_eq!(keys.len(), values.len());
        Table(RefCell::new(Inner::Row(keys.clone(), values)))
    }

    /// Makes room for more entries.
    pub fn reserve(&self, more: usize) {
        self.0.borrow_mut().own().entries.reserve(more);
    }
}

/// A Python `dict`.
#[derive(Default)]
pub struct Dict(pub Table);

impl Dict {
    /// An empty dict.
    pub fn new() -> Rc<Dict> {
        Rc::default()
    }

    /// A dict of pairs; a later key wins.
    pub fn from_pairs(rt: &Rt, pairs: impl IntoIterator<Item = (Value, Value)>) -> Res<Rc<Dict>> {
        let dict = Dict::new();
        for (k, v) in pairs {
            dict.0.insert(rt, k, v)?;
        }
        Ok(dict)
    }

    /// The value of a key.
    pub fn get(&self, rt: &Rt, key: &Value) -> Res<Option<Value>> {
        self.0.get(rt, key)
    }

    /// The value of a key, or KeyError.
    pub fn item(&self, rt: &Rt, key: &Value) -> Res<Value> {
        self.0.get(rt, key)?.ok_or_else(|| Exc::KeyError.with_args(vec![key.clone()]))
    }

    /// Sets a key's value.
    pub fn set(&self, rt: &Rt, key: Value, value: Value) -> Res<()> {
        self.0.insert(rt, key, value).map(drop)
    }

    /// The value of a text key. A text key cannot fail.
    pub fn get_str(&self, rt: &Rt, key: &str) -> Option<Value> {
        self.0.get(rt, &Value::str(key)).ok().flatten()
    }

    /// Sets a text key's value. A text key cannot fail.
    pub fn set_str(&self, rt: &Rt, key: &str, value: impl Into<Value>) {
        let _ = self.0.insert(rt, Value::str(key), value.into());
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
