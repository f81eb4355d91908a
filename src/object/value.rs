use std::rc::Rc;

use num_bigint::BigInt;

use super::class::Class;
use super::dict::Dict;
use super::function::{BoundMethod, Function, NativeFn};
use super::instance::{Instance, Object};
use super::list::{List, Tuple};
use super::set::Set;
use super::text::Str;

/// A Python value: 16 bytes, cheap to clone (at most one reference count).
///
/// The kinds that a program touches most have a variant of their own; everything else (dates, ranges, iterators,
/// exceptions, modules, querysets, the session's own objects) is an [`Instance`] of its [`Class`].
/// An instance of a *subclass* of `int`, `str`, `list`, `dict` ... is an `Obj` that holds the plain value as its base;
/// the `as_*` methods see through that.
#[derive(Clone, Default)]
pub enum Value {
    /// `None`.
    #[default]
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    Int(i64),
    /// A `float`.
    Float(f64),
    /// An `int` that does not fit in an `i64` (and only such: see [`Value::from_big`]).
    Big(Rc<BigInt>),
    /// A `str`.
    Str(Str),
    /// A `bytes`.
    Bytes(Rc<Vec<u8>>),
    /// A `tuple`.
    Tuple(Rc<Tuple>),
    /// A `list`.
    List(Rc<List>),
    /// A `dict`.
    Dict(Rc<Dict>),
    /// A `set` or `frozenset`.
    Set(Rc<Set>),
    /// A class.
    Class(Rc<Class>),
    /// A function written in the session's language.
    Func(Rc<Function>),
    /// A function or method written in Rust.
    Native(Rc<NativeFn>),
    /// A callable with its first argument.
    Method(Rc<BoundMethod>),
    /// Anything else.
    Obj(Rc<Instance>),
    /// `...`.
    Ellipsis,
    /// `NotImplemented`.
    NotImplemented,
}

const _: () = assert!(std::mem::size_of::<Value>() == 16);

impl Value {
    /// A `str`.
    pub fn str(text: impl AsRef<str>) -> Value {
        Value::Str(Str::from(text.as_ref()))
    }

    /// A `tuple`.
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(Tuple::new(items))
    }

    /// A `tuple` of two.
    pub fn pair(a: Value, b: Value) -> Value {
        Value::Tuple(Tuple::pair(a, b))
    }

    /// A `list`.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// A `bytes`.
    pub fn bytes(bytes: Vec<u8>) -> Value {
        Value::Bytes(Rc::new(bytes))
    }

    /// An `int` of any size, as `Int` where it fits.
    pub fn from_big(n: BigInt) -> Value {
        match i64::try_from(&n) {
            Ok(i) => Value::Int(i),
            Err(_) => Value::Big(Rc::new(n)),
        }
    }

    /// Whether this is `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The plain built-in value under an instance of a subclass of a built-in type; otherwise the value itself.
    #[inline]
    pub fn plain(&self) -> &Value {
        match self {
            Value::Obj(o) => o.base().unwrap_or(self),
            _ => self,
        }
    }

    /// As text, where it is a `str` or an instance of a subclass.
    #[inline]
    pub fn as_str(&self) -> Option<&Str> {
        match self.plain() {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// As an `i64`, where it is a `bool`, an `int` that fits, or an instance of a subclass (`IntegerChoices`).
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        match self.plain() {
            Value::Int(i) => Some(*i),
            Value::Bool(b) => Some(*b as i64),
            _ => None,
        }
    }

    /// As an integer of any size, where it is an `int` or `bool`.
    pub fn as_big(&self) -> Option<BigInt> {
        match self.plain() {
            Value::Int(i) => Some(BigInt::from(*i)),
            Value::Bool(b) => Some(BigInt::from(*b as i64)),
            Value::Big(b) => Some((**b).clone()),
            _ => None,
        }
    }

    /// As a float, where it is a `float` (not an `int`).
    pub fn as_float(&self) -> Option<f64> {
        match self.plain() {
            Value::Float(f) => Some(*f),
            _ => None,
        }
    }

    /// As bytes.
    pub fn as_bytes(&self) -> Option<&Rc<Vec<u8>>> {
        match self.plain() {
            Value::Bytes(b) => Some(b),
            _ => None,
        }
    }

    /// As a list, an instance of a subclass included.
    #[inline]
    pub fn as_list(&self) -> Option<&Rc<List>> {
        match self.plain() {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// As a tuple, a named tuple included.
    #[inline]
    pub fn as_tuple(&self) -> Option<&Rc<Tuple>> {
        match self.plain() {
            Value::Tuple(t) => Some(t),
            _ => None,
        }
    }

    /// As a dict.
    #[inline]
    pub fn as_dict(&self) -> Option<&Rc<Dict>> {
        match self.plain() {
            Value::Dict(d) => Some(d),
            _ => None,
        }
    }

    /// As a set or frozenset.
    pub fn as_set(&self) -> Option<&Rc<Set>> {
        match self.plain() {
            Value::Set(s) => Some(s),
            _ => None,
        }
    }

    /// As a class.
    pub fn as_class(&self) -> Option<&Rc<Class>> {
        match self {
            Value::Class(c) => Some(c),
            _ => None,
        }
    }

    /// As an instance.
    pub fn as_obj(&self) -> Option<&Rc<Instance>> {
        match self {
            Value::Obj(o) => Some(o),
            _ => None,
        }
    }

    /// The Rust value behind an instance of a native type `T` or of a session's subclass of it.
    #[inline]
    pub fn native<T: Object>(&self) -> Option<&T> {
        match self {
            Value::Obj(o) => o.native::<T>(),
            _ => None,
        }
    }

    /// `is`: the same object. Small values of one kind are the same when equal, as in CPython.
    pub fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None)
            | (Value::Ellipsis, Value::Ellipsis)
            | (Value::NotImplemented, Value::NotImplemented) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Big(a), Value::Big(b)) => Rc::ptr_eq(a, b),
            (Value::Str(a), Value::Str(b)) => a.ptr_eq(b) || (a.len() <= 20 && a == b),
            (Value::Bytes(a), Value::Bytes(b)) => Rc::ptr_eq(a, b),
            (Value::Tuple(a), Value::Tuple(b)) => Rc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
            (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
            (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
            (Value::Set(a), Value::Set(b)) => Rc::ptr_eq(a, b),
            (Value::Class(a), Value::Class(b)) => Rc::ptr_eq(a, b),
            (Value::Func(a), Value::Func(b)) => Rc::ptr_eq(a, b),
            (Value::Native(a), Value::Native(b)) => Rc::ptr_eq(a, b),
            (Value::Method(a), Value::Method(b)) => Rc::ptr_eq(a, b),
            (Value::Obj(a), Value::Obj(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// A number that tells objects apart, as `id()`: the address, or a hash of a small value.
    pub fn id(&self) -> usize {
        match self {
            Value::None => 8,
            Value::Ellipsis => 16,
            Value::NotImplemented => 24,
            Value::Bool(b) => 32 + 8 * *b as usize,
            Value::Int(i) => (*i as usize).wrapping_mul(32).wrapping_add(0x5000_0000_0000),
            Value::Float(f) => (f.to_bits() as usize).rotate_left(7),
            Value::Big(a) => Rc::as_ptr(a) as usize,
            Value::Str(a) => a.address(),
            Value::Bytes(a) => Rc::as_ptr(a) as usize,
            Value::Tuple(a) => Rc::as_ptr(a) as usize,
            Value::List(a) => Rc::as_ptr(a) as usize,
            Value::Dict(a) => Rc::as_ptr(a) as usize,
            Value::Set(a) => Rc::as_ptr(a) as usize,
            Value::Class(a) => Rc::as_ptr(a) as usize,
            Value::Func(a) => Rc::as_ptr(a) as usize,
            Value::Native(a) => Rc::as_ptr(a) as usize,
            Value::Method(a) => Rc::as_ptr(a) as usize,
            Value::Obj(a) => Rc::as_ptr(a) as usize,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}
impl From<usize> for Value {
    fn from(i: usize) -> Value {
        Value::Int(i as i64)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::Float(f)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Str(Str::from(s))
    }
}
impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Str(Str::from(s))
    }
}
impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::Str(s)
    }
}
impl From<crate::source::Name> for Value {
    fn from(n: crate::source::Name) -> Value {
        Value::Str(Str::from(&*n.text()))
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::None, Into::into)
    }
}
impl From<Rc<Class>> for Value {
    fn from(c: Rc<Class>) -> Value {
        Value::Class(c)
    }
}
impl From<Rc<Instance>> for Value {
    fn from(o: Rc<Instance>) -> Value {
        Value::Obj(o)
    }
}

impl std::fmt::Debug for Value {
    /// For assertions and logs of ours alone; what a session sees is `ops::repr`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::None => write!(f, "None"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(i) => write!(f, "{i}"),
            Value::Float(x) => write!(f, "{x:?}"),
            Value::Big(b) => write!(f, "{b}"),
            Value::Str(s) => write!(f, "{:?}", &**s),
            Value::Tuple(t) => f.debug_list().entries(t.iter()).finish(),
            Value::Class(c) => write!(f, "<class {}>", c.name()),
            Value::Obj(o) => write!(f, "<{} object>", o.class().name()),
            _ => write!(f, "<value {:x}>", self.id()),
        }
    }
}
