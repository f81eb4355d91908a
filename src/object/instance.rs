use std::any::Any;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

use super::attrs::Attrs;
use super::class::Class;
use super::error::Res;
use super::rt::Rt;
use super::value::Value;
use crate::source::Name;

/// The Rust value behind an instance of a native type: a date, a range, an iterator, a queryset, a field.
///
/// Methods, operators and everything a session calls by name are rows of the type's class (see
/// [`Row`](super::function::Row)); this trait holds only what is needed without a look-up by name. State that changes
/// sits in a `Cell` or `RefCell` of the implementor.
pub trait Object: Any {
    /// The next item of an iterator, or `None` at its end. Only iterators implement it.
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let _ = rt;
        Err(super::error::Exc::TypeError.new("object is not an iterator"))
    }

    /// Whether [`next`](Object::next) is implemented, so that iteration need not look for `__next__`.
    fn is_iterator(&self) -> bool {
        false
    }

    /// Whether [`attr`](Object::attr) is implemented: what is found on the class may then not be remembered.
    fn computes(&self) -> bool {
        false
    }

    /// An attribute computed by the object, asked for after data descriptors and the instance's own attributes and
    /// before the class's other attributes. `None` where it has nothing of that name.
    fn attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let _ = (rt, this, name);
        Ok(None)
    }

    /// Takes an attribute assignment (`None` is `del`); `false` leaves it to the ordinary way.
    fn set_attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let _ = (rt, this, name, value);
        Ok(false)
    }

    /// Computed attributes that stand before the others in `__dict__`.
    fn dict_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether dropping it may drop a chain of other objects: what nests is dropped with care for the stack.
    fn nests(&self) -> bool {
        true
    }

    /// Further names for `dir()` and completion.
    fn attr_names(&self, rt: &Rt) -> Vec<Name> {
        let _ = rt;
        Vec::new()
    }
}

/// What an instance holds besides its attributes.
pub enum Payload {
    /// Nothing: an ordinary object.
    None,
    /// The plain value of an instance of a subclass of a built-in type.
    Base(Value),
    /// A Rust value.
    Native(Box<dyn Object>),
}

/// An object with a class: the session's own, or one of a native type.
pub struct Instance {
    class: RefCell<Rc<Class>>,
    attrs: RefCell<Attrs>,
    payload: Payload,
}

impl Drop for Instance {
    fn drop(&mut self) {
        let nests = match &self.payload {
            Payload::None => false,
            Payload::Base(value) => super::trash::nests(value),
            Payload::Native(native) => native.nests(),
        };
        if nests {
            super::trash::dispose(std::mem::replace(&mut self.payload, Payload::None));
        }
        let attrs = self.attrs.get_mut();
        if attrs.iter().any(|(_, v)| super::trash::nests(v)) {
            super::trash::dispose(std::mem::take(attrs));
        }
    }
}

impl Instance {
    /// An object without attributes.
    pub fn new(class: Rc<Class>, payload: Payload) -> Rc<Instance> {
        Instance::with_attrs(class, payload, Attrs::default())
    }

    /// An object with its attributes.
    pub fn with_attrs(class: Rc<Class>, payload: Payload, attrs: Attrs) -> Rc<Instance> {
        Rc::new(Instance { class: RefCell::new(class), attrs: RefCell::new(attrs), payload })
    }

    /// Its class.
    #[inline]
    pub fn class(&self) -> Ref<'_, Rc<Class>> {
        self.class.borrow()
    }

    /// Assigns `__class__`.
    pub fn set_class(&self, class: Rc<Class>) {
        *self.class.borrow_mut() = class;
    }

    /// Its attributes, to look at. Borrow for a moment only.
    #[inline]
    pub fn attrs(&self) -> Ref<'_, Attrs> {
        self.attrs.borrow()
    }

    /// Its attributes, to change.
    #[inline]
    pub fn attrs_mut(&self) -> RefMut<'_, Attrs> {
        self.attrs.borrow_mut()
    }

    /// One of its own attributes; no class, no descriptor is asked.
    pub fn get(&self, name: Name) -> Option<Value> {
        self.attrs.borrow().get(name).cloned()
    }

    /// Sets one of its own attributes; no class, no descriptor is asked.
    pub fn set(&self, name: Name, value: Value) {
        // The old value is dropped after the borrow ends: dropping it can run anything.
        let old = self.attrs.borrow_mut().set(name, value);
        drop(old);
    }

    /// What it holds.
    #[inline]
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The plain value under an instance of a subclass of a built-in type.
    pub fn base(&self) -> Option<&Value> {
        match &self.payload {
            Payload::Base(v) => Some(v),
            _ => None,
        }
    }

    /// The Rust value, if it is a `T`.
    #[inline]
    pub fn native<T: Object>(&self) -> Option<&T> {
        match &self.payload {
            Payload::Native(n) => (&**n as &dyn Any).downcast_ref(),
            _ => None,
        }
    }

    /// The Rust value, whatever it is.
    #[inline]
    pub fn object(&self) -> Option<&dyn Object> {
        match &self.payload {
            Payload::Native(n) => Some(&**n),
            _ => None,
        }
    }
}
