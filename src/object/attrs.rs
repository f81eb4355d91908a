//! Instance attributes. Instances made by the same code share one *shape* (the ordered list of their attribute
//! names), so that an instance is one vector of values and a row of the database goes straight into it.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::value::Value;
use crate::source::Name;

/// An ordered list of attribute names, shared by all attribute sets that have exactly these.
pub struct Shape {
    /// Tells shapes apart for good, also past their end.
    id: u64,
    names: Vec<Name>,
    index: FxHashMap<Name, u32>,
    /// The shapes one name longer that were made from this one.
    next: RefCell<FxHashMap<Name, Rc<Shape>>>,
}

/// Past this many names a shape is not shared any more: such an object is a dictionary in disguise.
const SHARED_LIMIT: usize = 128;
/// Up to this many names a linear look is faster than hashing.
const LINEAR: usize = 8;

thread_local! {
    static EMPTY: Rc<Shape> = Rc::new(Shape::build(Vec::new()));
}

impl Shape {
    fn build(names: Vec<Name>) -> Shape {
        let index = names.iter().enumerate().map(|(i, &n)| (n, i as u32)).collect();
        Shape { id: super::class::fresh_id(), names, index, next: RefCell::default() }
    }

    /// A number that no other shape ever has: for inline caches.
    #[inline]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The shape with no names.
    pub fn empty() -> Rc<Shape> {
        EMPTY.with(Rc::clone)
    }

    /// The shape with these names in this order (no name twice).
    pub fn of(names: &[Name]) -> Rc<Shape> {
        names.iter().fold(Shape::empty(), |shape, &name| shape.with(name))
    }

    fn with(self: &Rc<Shape>, name: Name) -> Rc<Shape> {
        if let Some(next) = self.next.borrow().get(&name) {
            return next.clone();
        }
        let mut names = Vec::with_capacity(self.names.len() + 1);
        names.extend_from_slice(&self.names);
        names.push(name);
        let next = Rc::new(Shape::build(names));
        if self.names.len() < SHARED_LIMIT {
            self.next.borrow_mut().insert(name, next.clone());
        }
        next
    }

    /// Where a name stands.
    #[inline]
    pub fn find(&self, name: Name) -> Option<usize> {
        if self.names.len() <= LINEAR {
            self.names.iter().position(|&n| n == name)
        } else {
            self.index.get(&name).map(|&i| i as usize)
        }
    }

    /// The names in order.
    pub fn names(&self) -> &[Name] {
        &self.names
    }
}

/// The attributes of one object (its `__dict__`), in the order they were set.
pub struct Attrs {
    shape: Rc<Shape>,
    values: Vec<Value>,
}

impl Default for Attrs {
    fn default() -> Attrs {
        Attrs { shape: Shape::empty(), values: Vec::new() }
    }
}

impl Attrs {
    /// Attributes from a ready shape and its values, as many as the shape has names.
    pub fn from_row(shape: Rc<Shape>, values: Vec<Value>) -> Attrs {
        debug_assert_eq!(shape.names.len(), values.len());
        Attrs { shape, values }
    }

    /// The value of a name.
    pub fn get(&self, name: Name) -> Option<&Value> {
        self.shape.find(name).and_then(|i| self.values.get(i))
    }

    /// Sets a name; the old value if there was one.
    pub fn set(&mut self, name: Name, value: Value) -> Option<Value> {
        if let Some(i) = self.shape.find(name) {
            return Some(std::mem::replace(&mut self.values[i], value));
        }
        self.shape = self.shape.with(name);
        self.values.push(value);
        None
    }

    /// Adds a value whose name makes the shape `next` of the present one: what [`set`](Attrs::set) would do.
    #[inline]
    pub fn push(&mut self, next: Rc<Shape>, value: Value) {
        debug_assert_eq!(next.names.len(), self.values.len() + 1);
        self.shape = next;
        self.values.push(value);
    }

    /// Takes a name away.
    pub fn remove(&mut self, name: Name) -> Option<Value> {
        let i = self.shape.find(name)?;
        let names: Vec<Name> = self.shape.names.iter().copied().filter(|&n| n != name).collect();
        self.shape = if names.len() < LINEAR { Shape::of(&names) } else { Rc::new(Shape::build(names)) };
        Some(self.values.remove(i))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (Name, &Value)> {
        self.shape.names.iter().copied().zip(&self.values)
    }

    /// The shape, for look-ups cached by it.
    #[inline]
    pub fn shape(&self) -> &Rc<Shape> {
        &self.shape
    }

    /// The value at an index that [`Shape::find`] gave.
    #[inline]
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    /// Room for the value at an index that [`Shape::find`] gave.
    #[inline]
    pub fn at_mut(&mut self, index: usize) -> Option<&mut Value> {
        self.values.get_mut(index)
    }
}
