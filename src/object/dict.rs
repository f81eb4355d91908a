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

#[derive(Default)]
struct Inner {
    /// In insertion order; a removed entry leaves a hole until the table is packed.
    entries: Vec<Option<Entry>>,
    /// How many entries there are, without the holes.
    live: usize,
    /// Places by hash, once there are more than [`SMALL`] of them; empty until then.
    index: HashTable<u32>,
    watcher: Option<Watcher>,
}

/// What is told of every change: whoever a `__dict__` belongs to. The key, and its new value unless it goes.
pub type Watcher = Rc<dyn Fn(&Value, Option<&Value>)>;

impl Inner {
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

    /// The first place of a hash whose entry passes a test.
    fn find(&self, hash: u64, mut test: impl FnMut(&Entry) -> bool) -> Option<usize> {
        let mut at = |i: usize| self.entries.get(i).and_then(Option::as_ref).is_some_and(|e| e.hash == hash && test(e));
        if self.is_indexed() {
            return self.index.find(spread(hash), |&i| at(i as usize)).map(|&i| i as usize);
        }
        (0..self.entries.len()).find(|&i| at(i))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if entries.iter().flatten().any(|e| trash::nests(&e.value) || trash::nests(&e.key)) {
            trash::dispose(entries);
        }
    }
}

/// An insertion-ordered table of Python keys.
#[derive(Default)]
pub struct Table(RefCell<Inner>);

impl Table {
    /// How many entries.
    pub fn len(&self) -> usize {
        self.0.borrow().live
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
            let found = inner.find(hash, |entry| match ops::plain_eq(&entry.key, key) {
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
                if let Some(Some(entry)) = inner.entries.get(i)
                    && entry.hash == hash
                {
                    maybe.push((i, entry.key.clone()));
                }
            };
            match inner.is_indexed() {
                true => inner.index.iter_hash(spread(hash)).for_each(|&i| add(i as usize)),
                false => (0..inner.entries.len()).for_each(add),
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
                let old = match inner.entries.get_mut(i) {
                    Some(Some(entry)) => std::mem::replace(&mut entry.value, value),
                    _ => value,
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
        let (i, entry) = inner.entries.iter().enumerate().skip(from).find_map(|(i, e)| Some((i, e.as_ref()?)))?;
        Some((i, entry.hash, entry.key.clone(), entry.value.clone()))
    }

    /// The value of a key. TypeError where the key is unhashable.
    pub fn get(&self, rt: &Rt, key: &Value) -> Res<Option<Value>> {
        let hash = ops::hash(rt, key)?;
        let Some(i) = self.find(rt, hash, key)? else { return Ok(None) };
        Ok(self.0.borrow().entries.get(i).and_then(Option::as_ref).map(|e| e.value.clone()))
    }

    /// Whether a key is there.
    pub fn contains(&self, rt: &Rt, key: &Value) -> Res<bool> {
        let hash = ops::hash(rt, key)?;
        Ok(self.find(rt, hash, key)?.is_some())
    }

    /// Lets an object follow the changes of this table.
    pub fn watch(&self, watcher: Watcher) {
        self.0.borrow_mut().watcher = Some(watcher);
    }

    fn watcher(&self) -> Option<Watcher> {
        self.0.borrow().watcher.clone()
    }

    /// Sets a key's value; the old value if there was one (the old key stays, as in Python).
    pub fn insert(&self, rt: &Rt, key: Value, value: Value) -> Res<Option<Value>> {
        let hash = ops::hash(rt, &key)?;
        if let Some(watcher) = self.watcher() {
            watcher(&key, Some(&value));
        }
        if let Some(i) = self.find(rt, hash, &key)? {
            let mut inner = self.0.borrow_mut();
            if let Some(Some(entry)) = inner.entries.get_mut(i) {
                return Ok(Some(std::mem::replace(&mut entry.value, value)));
            }
        }
        self.push(hash, key, value);
        Ok(None)
    }

    fn push(&self, hash: u64, key: Value, value: Value) {
        let mut inner = self.0.borrow_mut();
        let inner = &mut *inner;
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
        let indexed = inner.is_indexed();
        let entry = inner.entries.get_mut(i)?.take()?;
        inner.live -= 1;
        if indexed && let Ok(found) = inner.index.find_entry(spread(entry.hash), |&j| j as usize == i) {
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
        let indexed = inner.is_indexed();
        inner.entries.truncate(at);
        if indexed && !inner.is_indexed() {
            inner.index.clear();
        }
        drop(inner);
        taken
    }

    /// All keys with their hashes.
    pub fn hashed(&self) -> Vec<(u64, Value)> {
        self.0.borrow().entries.iter().flatten().map(|e| (e.hash, e.key.clone())).collect()
    }

    /// Empties it.
    pub fn clear(&self) {
        let watcher = self.watcher();
        let old = std::mem::take(&mut *self.0.borrow_mut());
        if let Some(watcher) = watcher {
            for key in old.entries.iter().flatten().map(|e| &e.key) {
                watcher(key, None);
            }
            self.watch(watcher);
        }
        drop(old);
    }

    /// The first entry at or after a slot, and its slot: iteration that survives changes.
    pub fn next_slot(&self, from: usize) -> Option<(usize, Value, Value)> {
        let inner = self.0.borrow();
        let (i, entry) = inner.entries.iter().enumerate().skip(from).find_map(|(i, e)| Some((i, e.as_ref()?)))?;
        Some((i, entry.key.clone(), entry.value.clone()))
    }

    /// The last entry's slot.
    pub fn last_slot(&self) -> Option<usize> {
        self.0.borrow().entries.iter().rposition(Option::is_some)
    }

    /// One past the highest slot: for iteration backwards.
    pub fn slots(&self) -> usize {
        self.0.borrow().entries.len()
    }

    /// The entry of a slot.
    pub fn at(&self, slot: usize) -> Option<(Value, Value)> {
        self.0.borrow().entries.get(slot)?.as_ref().map(|e| (e.key.clone(), e.value.clone()))
    }

    /// All keys.
    pub fn keys(&self) -> Vec<Value> {
        self.0.borrow().entries.iter().flatten().map(|e| e.key.clone()).collect()
    }

    /// All values.
    pub fn values(&self) -> Vec<Value> {
        self.0.borrow().entries.iter().flatten().map(|e| e.value.clone()).collect()
    }

    /// All pairs.
    pub fn items(&self) -> Vec<(Value, Value)> {
        self.0.borrow().entries.iter().flatten().map(|e| (e.key.clone(), e.value.clone())).collect()
    }

    /// A copy: no key is hashed or compared again.
    pub fn copy(&self) -> Table {
        let inner = self.0.borrow();
        let entries = inner.entries.iter().flatten();
        let entries: Vec<Option<Entry>> =
            entries.map(|e| Some(Entry { hash: e.hash, key: e.key.clone(), value: e.value.clone() })).collect();
        Table::of_entries(entries)
    }

    fn of_entries(entries: Vec<Option<Entry>>) -> Table {
        let mut inner = Inner { live: entries.len(), entries, index: HashTable::new(), watcher: None };
        inner.index_all();
        Table(RefCell::new(inner))
    }

    /// A table of keys that are known to differ, with their hashes; each gets the value at its place, as long as there
    /// are values.
    pub fn of_row(keys: &[(u64, Value)], values: impl IntoIterator<Item = Value>) -> Table {
        let mut entries = Vec::with_capacity(keys.len());
        for ((hash, key), value) in keys.iter().zip(values) {
            entries.push(Some(Entry { hash: *hash, key: key.clone(), value }));
        }
        Table::of_entries(entries)
    }

    /// Makes room for more entries.
    pub fn reserve(&self, more: usize) {
        self.0.borrow_mut().entries.reserve(more);
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
