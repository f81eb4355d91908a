use std::cell::{Ref, RefCell, RefMut};
use std::ops::Deref;
use std::rc::Rc;

use smallvec::SmallVec;

use super::trash;
use super::value::Value;

/// A Python `list`. Borrow it for a moment only: never across a call that can run the session's code.
#[derive(Default)]
pub struct List(RefCell<Vec<Value>>);

impl List {
    /// A list of these items.
    pub fn new(items: Vec<Value>) -> Rc<List> {
        Rc::new(List(RefCell::new(items)))
    }

    /// The items, to look at.
    #[inline]
    pub fn items(&self) -> Ref<'_, Vec<Value>> {
        self.0.borrow()
    }

    /// The items, to change.
    #[inline]
    pub fn items_mut(&self) -> RefMut<'_, Vec<Value>> {
        self.0.borrow_mut()
    }

    /// How many.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The item at an index, if there is one.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0.borrow().get(index).cloned()
    }

    /// Adds one at the end.
    #[inline]
    pub fn push(&self, value: Value) {
        self.0.borrow_mut().push(value)
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.0.borrow().clone()
    }
}

impl Drop for List {
    fn drop(&mut self) {
        trash::values(std::mem::take(self.0.get_mut()));
    }
}

/// A Python `tuple`. Pairs, which iterations make by the million, stand in place.
pub struct Tuple(SmallVec<[Value; 2]>);

impl Tuple {
    /// A tuple of these items.
    pub fn new(items: Vec<Value>) -> Rc<Tuple> {
        let items = match items.len() {
            0..=2 => items.into_iter().collect(),
            _ => SmallVec::from_vec(items),
        };
        Rc::new(Tuple(items))
    }

    /// A tuple of what an iterator of known length gives.
    pub fn collect(items: impl Iterator<Item = Value>) -> Rc<Tuple> {
        Rc::new(Tuple(items.collect()))
    }

    /// A pair.
    pub fn pair(a: Value, b: Value) -> Rc<Tuple> {
        Rc::new(Tuple(SmallVec::from_buf([a, b])))
    }
}

/// Makes the pairs of an iteration. A pair that nobody kept is made anew in its place, as `zip` and `dict.items` do.
#[derive(Default)]
pub struct Pairs(RefCell<Option<Rc<Tuple>>>);

impl Pairs {
    /// A pair.
    pub fn make(&self, a: Value, b: Value) -> Value {
        let mut last = self.0.borrow_mut();
        if let Some(tuple) = &mut *last
            && let Some(Tuple(items)) = Rc::get_mut(tuple)
        {
            let old = std::mem::replace(items, SmallVec::from_buf([a, b]));
            let made = Value::Tuple(tuple.clone());
            drop(last);
            drop(old);
            return made;
        }
        let made = Tuple::pair(a, b);
        *last = Some(made.clone());
        Value::Tuple(made)
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        if self.0.iter().any(trash::nests) {
            trash::dispose(std::mem::take(&mut self.0));
        }
    }
}

impl Deref for Tuple {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.0
    }
}
