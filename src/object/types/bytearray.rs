//! `bytearray`.

use std::cell::{Cell, Ref, RefCell};

use num_traits::ToPrimitive;

use super::bytes::{self, bytes_from, bytes_like};
use super::slice::Slice;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// Bytes that can change.
pub struct ByteArray(RefCell<Vec<u8>>);

impl Object for ByteArray {}

impl NativeType for ByteArray {
    const NAME: &'static str = "bytearray";
    const ROWS: &'static [&'static [Row]] = &[bytes::METHODS, ROWS, bytes::ORDER];
}

impl ByteArray {
    /// An array of these bytes.
    pub fn new(bytes: Vec<u8>) -> ByteArray {
        ByteArray(RefCell::new(bytes))
    }

    /// The bytes, to look at.
    pub fn bytes(&self) -> Ref<'_, Vec<u8>> {
        self.0.borrow()
    }
}

/// An iterator that sees changes made meanwhile.
struct Walk {
    array: Value,
    at: Cell<usize>,
}

impl Walk {
    fn left(&self) -> usize {
        self.array.native::<ByteArray>().map_or(0, |b| b.bytes().len().saturating_sub(self.at.get()))
    }
}

impl Object for Walk {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let at = self.at.get();
        let found = self.array.native::<ByteArray>().and_then(|b| b.bytes().get(at).copied());
        self.at.set(if found.is_some() { at + 1 } else { usize::MAX });
        Ok(found.map(|b| Value::Int(b as i64)))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Walk {
    const NAME: &'static str = "bytearray_iterator";
    const ROWS: &'static [&'static [Row]] = &[
        ops::ITERATOR_ROWS,
        &[Row::method("__length_hint__", "(self, /)", "How many are left.", |_, a| {
            Ok(Value::from(a.native::<Walk>(0)?.left()))
        })],
    ];
}

fn this<'a>(a: &'a Args) -> Res<&'a ByteArray> {
    a.native::<ByteArray>(0)
}

fn byte(rt: &Rt, v: &Value) -> Res<u8> {
    ops::index_big(rt, v)?.to_u8().ok_or_else(|| Exc::ValueError.new("byte must be in range(0, 256)"))
}

fn place(rt: &Rt, a: &Args, key: &Value) -> Res<usize> {
    let len = this(a)?.bytes().len() as i64;
    let i = super::sequence_index(rt, key, "bytearray", "")?;
    let at = if i < 0 { i + len } else { i };
    match (0..len).contains(&at) {
        true => Ok(at as usize),
        false => Err(Exc::IndexError.new("bytearray index out of range")),
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new empty bytearray.", |rt, a| {
        Ok(super::native_new(rt, a, ByteArray::new(Vec::new())))
    }),
    Row::method("__init__", "(self, /, source=b'', encoding=None, errors=None)", "Fills it.", |rt, a| {
        let bytes = bytes::construct(rt, a, 1)?;
        *this(a)?.0.borrow_mut() = bytes;
        Ok(Value::None)
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let name = ops::type_name(a.get(0));
        Ok(Value::from(format!("{name}({})", super::str::repr::repr_bytes(&this(a)?.bytes()))))
    }),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        let bytes = bytes::this(a);
        match a.get(1).native::<Slice>() {
            Some(_) => bytes::get_item(rt, &bytes, a.get(1), |b| rt.object(ByteArray::new(b))),
            None => Ok(Value::Int(bytes[place(rt, a, a.get(1))?] as i64)),
        }
    }),
    Row::method("__setitem__", "(self, key, value, /)", "Set self[key] to value.", |rt, a| {
        if let Some(slice) = a.get(1).native::<Slice>() {
            let new = bytes_from(rt, a.get(2))?;
            let array = this(a)?;
            let len = array.bytes().len();
            let p = slice.places(rt, len)?;
            let mut bytes = array.0.borrow_mut();
            if p.step == 1 {
                let start = p.start as usize;
                bytes.splice(start..start.max(p.stop.max(0) as usize), new);
            } else if new.len() == p.count {
                for (i, b) in p.iter().zip(new) {
                    bytes[i] = b;
                }
            } else {
                return Err(Exc::ValueError.new(format!(
                    "attempt to assign bytes of size {} to extended slice of size {}",
                    new.len(),
                    p.count
                )));
            }
            return Ok(Value::None);
        }
        let at = place(rt, a, a.get(1))?;
        let b = byte(rt, a.get(2))?;
        this(a)?.0.borrow_mut()[at] = b;
        Ok(Value::None)
    }),
    Row::method("__delitem__", "(self, key, /)", "Delete self[key].", |rt, a| {
        if let Some(slice) = a.get(1).native::<Slice>() {
            let array = this(a)?;
            let len = array.bytes().len();
            let gone: Vec<usize> = slice.places(rt, len)?.iter().collect();
            let mut i = 0;
            array.0.borrow_mut().retain(|_| {
                i += 1;
                !gone.contains(&(i - 1))
            });
            return Ok(Value::None);
        }
        let at = place(rt, a, a.get(1))?;
        this(a)?.0.borrow_mut().remove(at);
        Ok(Value::None)
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| {
        Ok(rt.object(Walk { array: a.value(0), at: Cell::new(0) }))
    }),
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| match bytes_like(a.get(1)) {
        Some(other) => Ok(rt.object(ByteArray::new([&this(a)?.bytes()[..], &other[..]].concat()))),
        None => Err(Exc::TypeError.new(format!("can't concat {} to bytearray", ops::type_name(a.get(1))))),
    }),
    Row::method("__iadd__", "(self, value, /)", "Implement self+=value.", |_, a| match bytes_like(a.get(1)) {
        Some(other) => {
            this(a)?.0.borrow_mut().extend_from_slice(&other);
            Ok(a.value(0))
        }
        None => Err(Exc::TypeError.new(format!("can't concat {} to bytearray", ops::type_name(a.get(1))))),
    }),
    Row::method("__mul__", "(self, value, /)", "Return self*value.", |rt, a| {
        match super::repeat_count(rt, a.get(1))? {
            Some(n) => {
                super::check_repeat(rt, this(a)?.bytes().len(), n)?;
                Ok(rt.object(ByteArray::new(this(a)?.bytes().repeat(n))))
            }
            None => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__rmul__", "(self, value, /)", "Return value*self.", |rt, a| {
        match super::repeat_count(rt, a.get(1))? {
            Some(n) => {
                super::check_repeat(rt, this(a)?.bytes().len(), n)?;
                Ok(rt.object(ByteArray::new(this(a)?.bytes().repeat(n))))
            }
            None => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__imul__", "(self, value, /)", "Implement self*=value.", |rt, a| {
        let n = ops::index(rt, a.get(1))?.max(0) as usize;
        super::check_repeat(rt, this(a)?.bytes().len(), n)?;
        let repeated = this(a)?.bytes().repeat(n);
        *this(a)?.0.borrow_mut() = repeated;
        Ok(a.value(0))
    }),
    Row::method("__mod__", "(self, value, /)", "Return self%value.", |rt, a| {
        let made = bytes::percent(rt, &bytes::this(a), a.get(1))?;
        Ok(rt.object(ByteArray::new(made.as_bytes().map(|b| b.to_vec()).unwrap_or_default())))
    }),
    Row::method("__hash__", "(self, /)", "Refused.", |_, a| Err(ops::hash::unhashable(a.get(0)))),
    Row::method("append", "(self, item, /)", "Append a single item to the end of the bytearray.", |rt, a| {
        let b = byte(rt, a.get(1))?;
        this(a)?.0.borrow_mut().push(b);
        Ok(Value::None)
    }),
    Row::method(
        "extend",
        "(self, iterable_of_ints, /)",
        "Append all the items from the iterator or sequence.",
        |rt, a| {
            let v = a.get(1);
            if let Value::Str(_) = v.plain() {
                return Err(Exc::TypeError.new("expected iterable of integers; got: 'str'"));
            }
            if bytes_like(v).is_none() && ops::lookup_special(rt, v, "__iter__")?.is_none() {
                return Err(Exc::TypeError.new(format!("can't extend bytearray with {}", ops::type_name(v))));
            }
            let more = bytes_from(rt, v)?;
            this(a)?.0.borrow_mut().extend(more);
            Ok(Value::None)
        },
    ),
    Row::method(
        "insert",
        "(self, index, item, /)",
        "Insert a single item into the bytearray before the given index.",
        |rt, a| {
            let len = this(a)?.bytes().len() as i64;
            let i = ops::index(rt, a.get(1))?;
            let at = if i < 0 { (i + len).max(0) } else { i.min(len) };
            let b = byte(rt, a.get(2))?;
            this(a)?.0.borrow_mut().insert(at as usize, b);
            Ok(Value::None)
        },
    ),
    Row::method("pop", "(self, index=-1, /)", "Remove and return a single item from the bytearray.", |rt, a| {
        let i = match a.opt(1) {
            Some(v) => ops::index(rt, v)?,
            None => -1,
        };
        if this(a)?.bytes().is_empty() {
            return Err(Exc::IndexError.new("pop from empty bytearray"));
        }
        let len = this(a)?.bytes().len() as i64;
        let at = if i < 0 { i + len } else { i };
        match (0..len).contains(&at) {
            true => Ok(Value::Int(this(a)?.0.borrow_mut().remove(at as usize) as i64)),
            false => Err(Exc::IndexError.new("pop index out of range")),
        }
    }),
    Row::method("remove", "(self, value, /)", "Remove the first occurrence of a value in the bytearray.", |rt, a| {
        let b = byte(rt, a.get(1))?;
        let at = this(a)?.bytes().iter().position(|&x| x == b);
        match at {
            Some(at) => {
                this(a)?.0.borrow_mut().remove(at);
                Ok(Value::None)
            }
            None => Err(Exc::ValueError.new("value not found in bytearray")),
        }
    }),
    Row::method("clear", "(self, /)", "Remove all items from the bytearray.", |_, a| {
        this(a)?.0.borrow_mut().clear();
        Ok(Value::None)
    }),
    Row::method("reverse", "(self, /)", "Reverse the order of the values in place.", |_, a| {
        this(a)?.0.borrow_mut().reverse();
        Ok(Value::None)
    }),
    Row::method("copy", "(self, /)", "Return a copy of B.", |rt, a| {
        let copy = this(a)?.bytes().clone();
        Ok(rt.object(ByteArray::new(copy)))
    }),
];
