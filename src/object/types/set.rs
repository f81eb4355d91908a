//! `set` and `frozenset`. Mirrors <https://docs.python.org/3/library/stdtypes.html#set-types-set-frozenset>.

use std::rc::Rc;

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::set::{Members, Set};
use crate::object::text::Str;
use crate::object::value::Value;

fn this(a: &Args) -> Rc<Set> {
    a.get(0).as_set().cloned().unwrap_or_default()
}

fn plain(table: Members, frozen: bool) -> Value {
    Value::Set(Rc::new(Set { table, frozen }))
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new empty set.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.set)?;
        if Rc::ptr_eq(&class, &rt.types.set) && !a.kwargs.is_empty() {
            return Err(Exc::TypeError.new("set() takes no keyword arguments"));
        }
        Ok(super::wrap(rt, class, &rt.types.set, plain(Members::default(), false)))
    }),
    Row::method("__init__", "(self, iterable=(), /)", "Fills the set from an iterable.", |rt, a| {
        let set = this(a);
        set.table.clear();
        if let Some(v) = a.opt(1) {
            add_all(rt, &set.table, v)?;
        }
        Ok(Value::None)
    }),
    Row::method("__ior__", "(self, value, /)", "Return self|=value.", |rt, a| in_place(rt, a, BinOp::Or)),
    Row::method("__iand__", "(self, value, /)", "Return self&=value.", |rt, a| in_place(rt, a, BinOp::And)),
    Row::method("__isub__", "(self, value, /)", "Return self-=value.", |rt, a| in_place(rt, a, BinOp::Sub)),
    Row::method("__ixor__", "(self, value, /)", "Return self^=value.", |rt, a| in_place(rt, a, BinOp::Xor)),
];

pub(super) const FROZEN: &[Row] = &[
    Row::fixed("__new__", "(cls, iterable=(), /)", "A frozenset of an iterable's items.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.frozenset)?;
        let value = match a.opt(1) {
            Some(v @ Value::Set(s)) if s.frozen => v.clone(),
            Some(v) => {
                let table = Members::default();
                add_all(rt, &table, v)?;
                plain(table, true)
            }
            None => plain(Members::default(), true),
        };
        Ok(super::wrap(rt, class, &rt.types.frozenset, value))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
];

pub(super) const SHARED: &[Row] = &[
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| Ok(Value::Str(show(rt, a.get(0))?))),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).table.len()))),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__contains__", "(self, key, /)", "x.__contains__(y) <==> y in x.", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, a.get(0).plain(), a.get(1))?))
    }),
    Row::method("__reduce__", "(self, /)", "What makes a copy.", |rt, a| {
        let items = Value::list(this(a).table.keys());
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(vec![items]), Value::None]))
    }),
    Row::class("__class_getitem__", "(cls, object, /)", "See PEP 585", super::alias::class_getitem),
    Row::method("copy", "(self, /)", "Return a shallow copy of a set.", |_, a| {
        let set = this(a);
        Ok(match set.frozen && matches!(a.get(0), Value::Set(_)) {
            true => a.value(0),
            false => plain(set.table.copy(), set.frozen),
        })
    }),
    Row::method(
        "union",
        "(self, /, *others)",
        "Return a new set with elements from the set and all others.",
        |rt, a| {
            let set = this(a);
            let table = set.table.copy();
            for other in &a.rest {
                add_all(rt, &table, other)?;
            }
            Ok(plain(table, set.frozen))
        },
    ),
    Row::method(
        "intersection",
        "(self, /, *others)",
        "Return a new set with elements common to the set and all others.",
        |rt, a| {
            let set = this(a);
            if a.rest.is_empty() {
                return Ok(plain(set.table.copy(), set.frozen));
            }
            let mut result = set.clone();
            for other in &a.rest {
                result = Rc::new(Set { table: intersection(rt, &result, other)?, frozen: set.frozen });
            }
            Ok(Value::Set(result))
        },
    ),
    Row::method(
        "difference",
        "(self, /, *others)",
        "Return a new set with elements in the set that are not in the others.",
        |rt, a| {
            let set = this(a);
            let mut result = Set { table: set.table.copy(), frozen: set.frozen };
            for other in &a.rest {
                result = Set { table: difference(rt, &result, other)?, frozen: set.frozen };
            }
            Ok(Value::Set(Rc::new(result)))
        },
    ),
    Row::method(
        "symmetric_difference",
        "(self, other, /)",
        "Return a new set with elements in either the set or other but not both.",
        |rt, a| {
            let set = this(a);
            Ok(plain(symmetric(rt, &set, a.get(1))?, set.frozen))
        },
    ),
    Row::method("isdisjoint", "(self, other, /)", "Return True if two sets have a null intersection.", |rt, a| {
        let set = this(a);
        let mut it = ops::iter(rt, a.get(1))?;
        while let Some(item) = it.next(rt)? {
            if set.table.contains(rt, &item)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
    Row::method("issubset", "(self, other, /)", "Report whether another set contains this set.", |rt, a| {
        let other = as_set(rt, a.get(1))?;
        Ok(Value::Bool(ops::is_subset(rt, &this(a), &other)?))
    }),
    Row::method("issuperset", "(self, other, /)", "Report whether this set contains another set.", |rt, a| {
        let set = this(a);
        let mut it = ops::iter(rt, a.get(1))?;
        while let Some(item) = it.next(rt)? {
            if !set.table.contains(rt, &item)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }),
];

pub(super) const METHODS: &[Row] = &[
    Row::method("add", "(self, object, /)", "Add an element to a set.", |rt, a| {
        let v = a.take(1);
        this(a).table.add(rt, v)?;
        Ok(Value::None)
    }),
    Row::method("discard", "(self, object, /)", "Remove an element from a set if it is a member.", |rt, a| {
        remove(rt, &this(a), a.get(1))?;
        Ok(Value::None)
    }),
    Row::method("remove", "(self, object, /)", "Remove an element from a set; it must be a member.", |rt, a| {
        match remove(rt, &this(a), a.get(1))? {
            true => Ok(Value::None),
            false => Err(Exc::KeyError.with_args(vec![a.value(1)])),
        }
    }),
    Row::method("pop", "(self, /)", "Remove and return an arbitrary set element.", |_, a| {
        this(a).table.pop().ok_or_else(|| Exc::KeyError.new("pop from an empty set"))
    }),
    Row::method("clear", "(self, /)", "Remove all elements from this set.", |_, a| {
        this(a).table.clear();
        Ok(Value::None)
    }),
    Row::method("update", "(self, /, *others)", "Update the set, adding elements from all others.", |rt, a| {
        let set = this(a);
        for other in &a.rest {
            add_all(rt, &set.table, other)?;
        }
        Ok(Value::None)
    }),
    Row::method(
        "intersection_update",
        "(self, /, *others)",
        "Update the set, keeping only elements found in it and all others.",
        |rt, a| {
            let set = this(a);
            let mut result = set.clone();
            for other in &a.rest {
                result = Rc::new(Set { table: intersection(rt, &result, other)?, frozen: false });
            }
            if !a.rest.is_empty() {
                set.table.replace(result.table.copy());
            }
            Ok(Value::None)
        },
    ),
    Row::method(
        "difference_update",
        "(self, /, *others)",
        "Update the set, removing elements found in others.",
        |rt, a| {
            let set = this(a);
            for other in &a.rest {
                subtract(rt, &set.table, other)?;
            }
            Ok(Value::None)
        },
    ),
    Row::method(
        "symmetric_difference_update",
        "(self, other, /)",
        "Update the set, keeping only elements found in either set, but not in both.",
        |rt, a| {
            let other = as_set(rt, a.get(1))?;
            toggle(rt, &this(a).table, &other)?;
            Ok(Value::None)
        },
    ),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(set_row;
    "__and__", "__rand__", "&", And; "__or__", "__ror__", "|", Or;
    "__sub__", "__rsub__", "-", Sub; "__xor__", "__rxor__", "^", Xor;
);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

/// A set is looked for as if it were frozen.
fn key(v: &Value) -> Value {
    match v.plain() {
        Value::Set(s) if !s.frozen => plain(s.table.copy(), true),
        _ => v.clone(),
    }
}

fn remove(rt: &Rt, set: &Set, v: &Value) -> Res<bool> {
    Ok(set.table.remove(rt, &key(v))?.is_some())
}

/// The iterable as a set: itself, where it is one.
fn as_set(rt: &Rt, v: &Value) -> Res<Rc<Set>> {
    match v.plain() {
        Value::Set(s) => Ok(s.clone()),
        _ => {
            let table = Members::default();
            add_all(rt, &table, v)?;
            Ok(Rc::new(Set { table, frozen: false }))
        }
    }
}

/// `set.update`: sets and dicts with room made at once, others one by one.
pub fn add_all(rt: &Rt, table: &Members, v: &Value) -> Res<()> {
    match v {
        Value::Set(other) => return table.merge(rt, &other.table),
        Value::Dict(d) => {
            table.reserve(d.len());
            for (hash, key) in d.0.hashed() {
                table.add_hashed(rt, hash, key)?;
            }
            return Ok(());
        }
        Value::Obj(_) => {
            if let Value::Set(other) = v.plain() {
                return table.merge(rt, &other.table);
            }
        }
        _ => {}
    }
    let mut it = ops::iter(rt, v)?;
    let mut n = 0usize;
    while let Some(item) = it.next(rt)? {
        table.add(rt, item)?;
        n += 1;
        if n.is_multiple_of(1024) {
            rt.check_interrupt()?;
            super::check_size(rt, table.len() * 40)?;
        }
    }
    Ok(())
}

fn intersection(rt: &Rt, set: &Set, other: &Value) -> Res<Members> {
    let result = Members::default();
    if let Value::Set(o) = other.plain() {
        // The smaller is walked.
        let (walked, asked) = if o.table.len() > set.table.len() { (set, &**o) } else { (&**o, set) };
        for (hash, key) in walked.table.hashed() {
            if asked.table.contains_hashed(rt, hash, &key)? {
                result.add_hashed(rt, hash, key)?;
            }
        }
        return Ok(result);
    }
    let mut it = ops::iter(rt, other)?;
    while let Some(item) = it.next(rt)? {
        let hash = ops::hash(rt, &item)?;
        if set.table.contains_hashed(rt, hash, &item)? {
            result.add_hashed(rt, hash, item)?;
        }
    }
    Ok(result)
}

/// `set.difference_update`.
pub fn subtract(rt: &Rt, table: &Members, other: &Value) -> Res<()> {
    if let Value::Set(o) = other.plain() {
        if std::ptr::eq(&o.table, table) {
            table.clear();
            return Ok(());
        }
        for (hash, key) in o.table.hashed() {
            table.remove_hashed(rt, hash, &key)?;
        }
    } else if let Value::Dict(d) = other {
        for (hash, key) in d.0.hashed() {
            table.remove_hashed(rt, hash, &key)?;
        }
    } else {
        let mut it = ops::iter(rt, other)?;
        while let Some(item) = it.next(rt)? {
            table.remove(rt, &item)?;
        }
    }
    table.tidy();
    Ok(())
}

fn difference(rt: &Rt, set: &Set, other: &Value) -> Res<Members> {
    let size = match other {
        Value::Dict(d) => Some(d.len()),
        _ => other.as_set().map(|s| s.table.len()),
    };
    let Some(size) = size.filter(|n| set.table.len() >> 2 <= *n) else {
        let table = set.table.copy();
        subtract(rt, &table, other)?;
        return Ok(table);
    };
    let _ = size;
    let result = Members::default();
    for (hash, key) in set.table.hashed() {
        let there = match other.plain() {
            Value::Set(o) => o.table.contains_hashed(rt, hash, &key)?,
            Value::Dict(d) => d.0.contains_hashed(rt, hash, &key)?,
            _ => ops::contains(rt, other, &key)?,
        };
        if !there {
            result.add_hashed(rt, hash, key)?;
        }
    }
    Ok(result)
}

fn toggle(rt: &Rt, table: &Members, other: &Set) -> Res<()> {
    if std::ptr::eq(table, &other.table) {
        table.clear();
        return Ok(());
    }
    for (hash, key) in other.table.hashed() {
        if table.remove_hashed(rt, hash, &key)?.is_none() {
            table.add_hashed(rt, hash, key)?;
        }
    }
    Ok(())
}

/// `set.symmetric_difference_update`.
pub fn toggle_all(rt: &Rt, table: &Members, other: &Value) -> Res<()> {
    let other = as_set(rt, other)?;
    toggle(rt, table, &other)
}

fn symmetric(rt: &Rt, set: &Set, other: &Value) -> Res<Members> {
    let table = as_set(rt, other)?.table.copy();
    toggle(rt, &table, set)?;
    Ok(table)
}

/// `&`, `|`, `-`, `^` of two sets; the result is of the left one's kind.
pub fn set_binary(rt: &Rt, op: BinOp, a: &Rc<Set>, b: &Rc<Set>) -> Res<Option<Value>> {
    let other = Value::Set(b.clone());
    let table = match op {
        BinOp::And => intersection(rt, a, &other)?,
        BinOp::Or => {
            let table = a.table.copy();
            table.merge(rt, &b.table)?;
            table
        }
        BinOp::Sub => difference(rt, a, &other)?,
        BinOp::Xor => symmetric(rt, a, &other)?,
        _ => return Ok(None),
    };
    Ok(Some(plain(table, a.frozen)))
}

fn set_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    match (a.plain(), b.plain()) {
        (Value::Set(x), Value::Set(y)) => Ok(set_binary(rt, op, x, y)?.unwrap_or(Value::NotImplemented)),
        _ => Ok(Value::NotImplemented),
    }
}

fn in_place(rt: &Rt, a: &mut Args, op: BinOp) -> Res<Value> {
    let set = this(a);
    let Value::Set(other) = a.get(1).plain() else { return Ok(Value::NotImplemented) };
    match op {
        BinOp::Or => set.table.merge(rt, &other.table)?,
        BinOp::And => set.table.replace(intersection(rt, &set, a.get(1))?),
        BinOp::Sub => subtract(rt, &set.table, a.get(1))?,
        _ => toggle(rt, &set.table, other)?,
    }
    Ok(a.value(0))
}

/// `repr` of a set, a frozenset or an instance of a subclass.
pub fn show(rt: &Rt, value: &Value) -> Res<Str> {
    let Value::Set(set) = value.plain() else { return Ok("set()".into()) };
    let name = ops::type_name(value);
    if set.table.is_empty() {
        return Ok(format!("{name}()").into());
    }
    let bare = !set.frozen && matches!(value, Value::Set(_));
    let shown = super::showing(rt, Rc::as_ptr(set) as usize, || {
        let mut out = String::new();
        for (i, key) in set.table.keys().iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_str(&ops::repr(rt, key)?);
            if i % 1024 == 1023 {
                super::check_size(rt, out.len())?;
            }
        }
        Ok(match bare {
            true => format!("{{{out}}}"),
            false => format!("{name}({{{out}}})"),
        })
    })?;
    Ok(shown.unwrap_or_else(|| format!("{name}(...)")).into())
}
