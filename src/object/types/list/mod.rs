//! `list`. Mirrors <https://docs.python.org/3/library/stdtypes.html#lists>.

use std::rc::Rc;

use super::slice::{Slice, bound};
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::list::List;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;

mod sort;

pub use sort::sort;

fn this(a: &Args) -> Rc<List> {
    a.get(0).as_list().cloned().unwrap_or_default()
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new empty list.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.list)?;
        Ok(super::wrap(rt, class, &rt.types.list, Value::list(Vec::new())))
    }),
    Row::method("__init__", "(self, iterable=(), /)", "Fills the list from an iterable.", |rt, a| {
        let list = this(a);
        let items = match a.opt(1) {
            Some(v) => ops::collect(rt, v)?,
            None => Vec::new(),
        };
        replace(&list, items);
        Ok(Value::None)
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| Ok(Value::Str(show(rt, &this(a))?))),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).len()))),
    Row::method("__getitem__", "(self, index, /)", "Return self[index].", |rt, a| get_item(rt, &this(a), a.get(1))),
    Row::method("__setitem__", "(self, key, value, /)", "Set self[key] to value.", |rt, a| {
        set_item(rt, &this(a), a.get(1), a.value(2)).map(|()| Value::None)
    }),
    Row::method("__delitem__", "(self, key, /)", "Delete self[key].", |rt, a| {
        del_item(rt, &this(a), a.get(1)).map(|()| Value::None)
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__reversed__", "(self, /)", "Return a reverse iterator over the list.", |rt, a| {
        Ok(super::iterators::reversed_list(rt, this(a)))
    }),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, a.get(0).plain(), a.get(1))?))
    }),
    Row::method("__sizeof__", "(self, /)", "Size in bytes.", |_, a| Ok(Value::from(40 + 16 * this(a).len()))),
    Row::class("__class_getitem__", "(cls, object, /)", "See PEP 585", super::alias::class_getitem),
    Row::method("__iadd__", "(self, value, /)", "Implement self+=value.", |rt, a| {
        extend(rt, &this(a), a.get(1))?;
        Ok(a.value(0))
    }),
    Row::method("__imul__", "(self, value, /)", "Implement self*=value.", |rt, a| {
        let list = this(a);
        let Some(n) = super::repeat_count(rt, a.get(1))? else { return Ok(Value::NotImplemented) };
        super::check_repeat(rt, list.len() * 16, n)?;
        let items = repeat(&list.items(), n);
        replace(&list, items);
        Ok(a.value(0))
    }),
];

pub(super) const ARITHMETIC: &[Row] =
    binary_rows!(@plain super::sequence_row; "__add__", "+", Add; "__mul__", "*", Mul; "__rmul__", "*", Mul;);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

pub(super) const METHODS: &[Row] = &[
    Row::method("append", "(self, object, /)", "Append object to the end of the list.", |_, a| {
        let v = a.take(1);
        match a.get(0).as_list() {
            Some(l) => l.push(v),
            None => drop(v),
        }
        Ok(Value::None)
    }),
    Row::method("extend", "(self, iterable, /)", "Extend list by appending elements from the iterable.", |rt, a| {
        extend(rt, &this(a), a.get(1))?;
        Ok(Value::None)
    }),
    Row::method("insert", "(self, index, object, /)", "Insert object before index.", |rt, a| {
        let list = this(a);
        let i = ops::index(rt, a.get(1))?;
        let len = list.len() as i64;
        let at = if i < 0 { (i + len).max(0) } else { i.min(len) };
        list.items_mut().insert(at as usize, a.take(2));
        Ok(Value::None)
    }),
    Row::method("pop", "(self, index=-1, /)", "Remove and return item at index (default last).", |rt, a| {
        let list = this(a);
        let i = match a.opt(1) {
            Some(v) => ops::index(rt, v)?,
            None => -1,
        };
        if list.is_empty() {
            return Err(Exc::IndexError.new("pop from empty list"));
        }
        let len = list.len() as i64;
        let at = if i < 0 { i + len } else { i };
        if !(0..len).contains(&at) {
            return Err(Exc::IndexError.new("pop index out of range"));
        }
        let item = list.items_mut().remove(at as usize);
        Ok(item)
    }),
    Row::method("remove", "(self, value, /)", "Remove first occurrence of value.", |rt, a| {
        let list = this(a);
        match position(rt, &list, a.get(1), 0, usize::MAX)? {
            Some(i) => {
                let removed = (i < list.len()).then(|| list.items_mut().remove(i));
                drop(removed);
                Ok(Value::None)
            }
            None => Err(Exc::ValueError.new("list.remove(x): x not in list")),
        }
    }),
    Row::method("clear", "(self, /)", "Remove all items from list.", |_, a| {
        replace(&this(a), Vec::new());
        Ok(Value::None)
    }),
    Row::method("copy", "(self, /)", "Return a shallow copy of the list.", |_, a| Ok(Value::list(this(a).to_vec()))),
    Row::method("reverse", "(self, /)", "Reverse *IN PLACE*.", |_, a| {
        this(a).items_mut().reverse();
        Ok(Value::None)
    }),
    Row::method("count", "(self, value, /)", "Return number of occurrences of value.", |rt, a| {
        let list = this(a);
        let (mut n, mut i) = (0, 0);
        while let Some(item) = list.get(i) {
            n += i64::from(ops::eq(rt, &item, a.get(1))?);
            i += 1;
        }
        Ok(Value::Int(n))
    }),
    Row::method(
        "index",
        "(self, value, start=0, stop=9223372036854775807, /)",
        "Return first index of value.",
        |rt, a| {
            let list = this(a);
            let len = list.len();
            let start = index_bound(rt, a, 2, len, 0)?;
            let stop = index_bound(rt, a, 3, len, usize::MAX)?;
            match position(rt, &list, a.get(1), start, stop)? {
                Some(i) => Ok(Value::from(i)),
                None => Err(Exc::ValueError.new(format!("{} is not in list", ops::repr(rt, a.get(1))?))),
            }
        },
    ),
    Row::method(
        "sort",
        "(self, /, *, key=None, reverse=False)",
        "Sort the list in ascending order and return None.",
        |rt, a| {
            let list = this(a);
            let reverse = match a.opt(2) {
                Some(v) => truth_index(rt, v)?,
                None => false,
            };
            let items = std::mem::take(&mut *list.items_mut());
            let kept = items.clone();
            let sorted = sort(rt, items, a.some(1), reverse);
            let modified = !list.is_empty();
            match sorted {
                Ok(items) => replace(&list, items),
                Err(e) => {
                    replace(&list, kept);
                    return Err(e);
                }
            }
            match modified {
                true => Err(Exc::ValueError.new("list modified during sort")),
                false => Ok(Value::None),
            }
        },
    ),
];

/// A flag that C code reads as an `int`.
pub fn truth_index(rt: &Rt, v: &Value) -> Res<bool> {
    match v {
        Value::Bool(b) => Ok(*b),
        _ => ops::truthy(rt, v),
    }
}

/// A bound of `index`: cut to zero below.
pub(super) fn index_bound(rt: &Rt, a: &Args, slot: usize, len: usize, default: usize) -> Res<usize> {
    match a.opt(slot) {
        None => Ok(default),
        Some(v) if v.is_none() => Err(Exc::TypeError.new("slice indices must be integers or have an __index__ method")),
        Some(v) => bound(rt, Some(v), len, default).map_err(|e| match e.is(Exc::TypeError) {
            true => Exc::TypeError.new("slice indices must be integers or have an __index__ method"),
            false => e,
        }),
    }
}

fn position(rt: &Rt, list: &List, value: &Value, start: usize, stop: usize) -> Res<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(item) = list.get(i)
    {
        if ops::eq(rt, &item, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// Puts other items in a list's place. The old ones are dropped after the borrow ends.
pub fn replace(list: &List, items: Vec<Value>) {
    let old = std::mem::replace(&mut *list.items_mut(), items);
    drop(old);
}

/// `list.extend`.
pub fn extend(rt: &Rt, list: &Rc<List>, more: &Value) -> Res<()> {
    match more {
        Value::List(other) => {
            let items = other.to_vec();
            list.items_mut().extend(items);
        }
        Value::Tuple(other) => list.items_mut().extend(other.iter().cloned()),
        _ => {
            // One after another: the iteration may look at the list.
            let mut it = ops::iter(rt, more)?;
            let mut n = 0usize;
            while let Some(item) = it.next(rt)? {
                list.push(item);
                n += 1;
                if n.is_multiple_of(1024) {
                    rt.check_interrupt()?;
                    super::check_size(rt, list.len() * 16)?;
                }
            }
        }
    }
    Ok(())
}

fn repeat(items: &[Value], n: usize) -> Vec<Value> {
    let mut out = Vec::with_capacity(items.len() * n);
    for _ in 0..n {
        out.extend_from_slice(items);
    }
    out
}

/// `+` and `*` of a plain list; `None` where they are not its own.
pub fn list_binary(rt: &Rt, op: BinOp, a: &List, b: &Value) -> Res<Option<Value>> {
    match (op, b.plain()) {
        (BinOp::Add, Value::List(other)) => {
            let mut items = Vec::with_capacity(a.len() + other.len());
            items.extend_from_slice(&a.items());
            items.extend_from_slice(&other.items());
            Ok(Some(Value::list(items)))
        }
        (BinOp::Mul, _) => match super::repeat_count(rt, b)? {
            Some(n) => {
                super::check_repeat(rt, a.len() * 16, n)?;
                Ok(Some(Value::list(repeat(&a.items(), n))))
            }
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// `repr(list)`.
pub fn show(rt: &Rt, list: &Rc<List>) -> Res<Str> {
    if list.is_empty() {
        return Ok("[]".into());
    }
    let shown = super::showing(rt, Rc::as_ptr(list) as usize, || {
        let mut out = String::from("[");
        let mut i = 0;
        while let Some(item) = list.get(i) {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_str(&ops::repr(rt, &item)?);
            i += 1;
            if i % 1024 == 0 {
                rt.check_interrupt()?;
                super::check_size(rt, out.len())?;
            }
        }
        out.push(']');
        Ok(Str::from(out))
    })?;
    Ok(shown.unwrap_or_else(|| "[...]".into()))
}

/// `list[key]`.
pub fn get_item(rt: &Rt, list: &List, key: &Value) -> Res<Value> {
    if let Some(slice) = key.native::<Slice>() {
        let places = slice.places(rt, list.len())?;
        let items = list.items();
        return Ok(Value::list(places.iter().filter_map(|i| items.get(i).cloned()).collect()));
    }
    let i = super::sequence_index(rt, key, "list", "")?;
    let at = if i < 0 { i + list.len() as i64 } else { i };
    usize::try_from(at).ok().and_then(|at| list.get(at)).ok_or_else(|| Exc::IndexError.new("list index out of range"))
}

/// `list[key] = value`.
pub fn set_item(rt: &Rt, list: &Rc<List>, key: &Value, value: Value) -> Res<()> {
    let Some(slice) = key.native::<Slice>() else {
        let i = super::sequence_index(rt, key, "list", "")?;
        let at = if i < 0 { i + list.len() as i64 } else { i };
        let old = match usize::try_from(at)
            .ok()
            .and_then(|at| list.items_mut().get_mut(at).map(|s| std::mem::replace(s, value)))
        {
            Some(old) => old,
            None => return Err(Exc::IndexError.new("list assignment index out of range")),
        };
        drop(old);
        return Ok(());
    };
    let places = slice.places(rt, list.len())?;
    let extended = places.step != 1;
    let new = match ops::collect(rt, &value) {
        Err(e) if e.is(Exc::TypeError) && ops::lookup_special(rt, &value, "__iter__")?.is_none() => {
            return Err(Exc::TypeError.new(match extended {
                true => "must assign iterable to extended slice",
                false => "can only assign an iterable",
            }));
        }
        other => other?,
    };
    // The list may have changed meanwhile.
    let places = slice.places(rt, list.len())?;
    if !extended {
        let start = (places.start as usize).min(list.len());
        let stop = (places.stop.max(places.start) as usize).min(list.len());
        let old: Vec<Value> = list.items_mut().splice(start..stop, new).collect();
        drop(old);
        return Ok(());
    }
    if new.len() != places.count {
        return Err(Exc::ValueError.new(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            places.count
        )));
    }
    let mut old = Vec::with_capacity(new.len());
    for (i, item) in places.iter().zip(new) {
        if let Some(slot) = list.items_mut().get_mut(i) {
            old.push(std::mem::replace(slot, item));
        }
    }
    drop(old);
    Ok(())
}

/// `del list[key]`.
pub fn del_item(rt: &Rt, list: &Rc<List>, key: &Value) -> Res<()> {
    let Some(slice) = key.native::<Slice>() else {
        let i = super::sequence_index(rt, key, "list", "")?;
        let len = list.len() as i64;
        let at = if i < 0 { i + len } else { i };
        if !(0..len).contains(&at) {
            return Err(Exc::IndexError.new("list assignment index out of range"));
        }
        let old = list.items_mut().remove(at as usize);
        drop(old);
        return Ok(());
    };
    let places = slice.places(rt, list.len())?;
    let old: Vec<Value>;
    {
        let mut items = list.items_mut();
        if places.step == 1 {
            let end = places.start as usize + places.count;
            old = items.drain(places.start as usize..end).collect();
        } else {
            let gone: rustc_hash::FxHashSet<usize> = places.iter().collect();
            let mut i = 0;
            let (kept, removed) = items.drain(..).partition(|_| {
                i += 1;
                !gone.contains(&(i - 1))
            });
            *items = kept;
            old = removed;
        }
    }
    drop(old);
    Ok(())
}
