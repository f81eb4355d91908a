//! What `keys()`, `values()` and `items()` give, and their iterators.

use std::cell::Cell;
use std::rc::Rc;

use super::super::set as sets;
use crate::object::args::Args;
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::list::Pairs;
use crate::object::ops::{self, BinOp, ITERATOR_ROWS, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::set::Set;
use crate::object::value::Value;

/// What of the entries a view shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Pairs of both.
    Items,
}

/// A view of a dict.
pub struct View {
    /// The dict.
    pub dict: Rc<Dict>,
    /// What it shows.
    pub kind: Kind,
}

impl Object for View {}

macro_rules! view_type {
    ($type:ident, $name:literal, $rows:expr) => {
        struct $type;
        impl Object for $type {}
        impl NativeType for $type {
            const NAME: &'static str = $name;
            const ROWS: &'static [&'static [Row]] = $rows;
        }
    };
}

view_type!(Keys, "dict_keys", &[ROWS, SET_ROWS, ALGEBRA, ORDER]);
view_type!(Values, "dict_values", &[ROWS]);
view_type!(Items, "dict_items", &[ROWS, SET_ROWS, ALGEBRA, ORDER]);
view_type!(KeyIterator, "dict_keyiterator", &[ITERATOR_ROWS, HINT]);
view_type!(ValueIterator, "dict_valueiterator", &[ITERATOR_ROWS, HINT]);
view_type!(ItemIterator, "dict_itemiterator", &[ITERATOR_ROWS, HINT]);
view_type!(ReverseKeys, "dict_reversekeyiterator", &[ITERATOR_ROWS, HINT]);
view_type!(ReverseValues, "dict_reversevalueiterator", &[ITERATOR_ROWS, HINT]);
view_type!(ReverseItems, "dict_reverseitemiterator", &[ITERATOR_ROWS, HINT]);

/// A view as a value.
pub fn value(rt: &Rt, dict: Rc<Dict>, kind: Kind) -> Value {
    let class = match kind {
        Kind::Keys => rt.class::<Keys>(),
        Kind::Values => rt.class::<Values>(),
        Kind::Items => rt.class::<Items>(),
    };
    rt.object_of(class, View { dict, kind })
}

/// An iterator over a view.
pub struct ViewIter {
    dict: Rc<Dict>,
    kind: Kind,
    /// The next slot; past the last one where it goes backwards.
    at: Cell<usize>,
    len: Cell<usize>,
    left: Cell<usize>,
    backwards: bool,
    pairs: Pairs,
}

impl Object for ViewIter {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        if self.len.get() == usize::MAX {
            return Ok(None);
        }
        if self.dict.len() != self.len.get() {
            self.len.set(usize::MAX - 1);
            return Err(Exc::RuntimeError.new("dictionary changed size during iteration"));
        }
        let found = match self.backwards {
            false => self.dict.0.next_slot(self.at.get()).map(|(i, k, v)| {
                self.at.set(i + 1);
                (k, v)
            }),
            true => loop {
                let Some(at) = self.at.get().checked_sub(1) else { break None };
                self.at.set(at);
                if let Some(found) = self.dict.0.at(at) {
                    break Some(found);
                }
            },
        };
        if found.is_some() && self.left.get() == 0 && !self.backwards {
            return Err(Exc::RuntimeError.new("dictionary keys changed during iteration"));
        }
        self.left.set(self.left.get().saturating_sub(1));
        if found.is_none() {
            self.len.set(usize::MAX);
        }
        Ok(found.map(|(k, v)| match self.kind {
            Kind::Keys => k,
            Kind::Values => v,
            Kind::Items => self.pairs.make(k, v),
        }))
    }

    fn is_iterator(&self) -> bool {
        true
    }
}

const HINT: &[Row] = &[Row::method("__length_hint__", "(self, /)", "How many are left.", |_, a| {
    Ok(Value::from(a.native::<ViewIter>(0)?.left.get()))
})];

fn iterator(rt: &Rt, dict: Rc<Dict>, kind: Kind, backwards: bool) -> Value {
    let class = match (kind, backwards) {
        (Kind::Keys, false) => rt.class::<KeyIterator>(),
        (Kind::Values, false) => rt.class::<ValueIterator>(),
        (Kind::Items, false) => rt.class::<ItemIterator>(),
        (Kind::Keys, true) => rt.class::<ReverseKeys>(),
        (Kind::Values, true) => rt.class::<ReverseValues>(),
        (Kind::Items, true) => rt.class::<ReverseItems>(),
    };
    let at = if backwards { dict.0.slots() } else { 0 };
    let len = dict.len();
    rt.object_of(
        class,
        ViewIter {
            dict,
            kind,
            at: Cell::new(at),
            len: Cell::new(len),
            left: Cell::new(len),
            backwards,
            pairs: Pairs::default(),
        },
    )
}

/// An iterator over a dict's keys.
pub fn key_iterator(rt: &Rt, dict: Rc<Dict>) -> Value {
    iterator(rt, dict, Kind::Keys, false)
}

/// `reversed` of a dict or of one of its views.
pub fn reversed(rt: &Rt, dict: Rc<Dict>, kind: Kind) -> Value {
    iterator(rt, dict, kind, true)
}

fn this<'a>(a: &'a Args) -> Res<&'a View> {
    a.native::<View>(0)
}

fn items(view: &View) -> Vec<Value> {
    match view.kind {
        Kind::Keys => view.dict.0.keys(),
        Kind::Values => view.dict.0.values(),
        Kind::Items => view.dict.0.items().into_iter().map(|(k, v)| Value::pair(k, v)).collect(),
    }
}

const ROWS: &[Row] = &[
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a)?.dict.len()))),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| {
        let v = this(a)?;
        Ok(iterator(rt, v.dict.clone(), v.kind, false))
    }),
    Row::method("__reversed__", "(self, /)", "Return a reverse iterator over the view.", |rt, a| {
        let v = this(a)?;
        Ok(reversed(rt, v.dict.clone(), v.kind))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let v = this(a)?;
        let name = ops::type_name(a.get(0));
        let shown = super::super::showing(rt, Rc::as_ptr(&v.dict) as usize + 1, || {
            let list = Value::list(items(v));
            Ok(Value::from(format!("{name}({})", ops::repr(rt, &list)?)))
        })?;
        Ok(shown.unwrap_or_else(|| Value::str("...")))
    }),
    Row::getter("mapping", "dictionary that this view refers to", |rt, a| {
        Ok(super::super::mapping_proxy::of_dict(rt, this(a)?.dict.clone()))
    }),
];

const SET_ROWS: &[Row] = &[
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(contains(rt, this(a)?, a.get(1))?))
    }),
    Row::method(
        "isdisjoint",
        "(self, other, /)",
        "Return True if the view and the given iterable have a null intersection.",
        |rt, a| {
            let v = this(a)?;
            let mut it = ops::iter(rt, a.get(1))?;
            while let Some(item) = it.next(rt)? {
                if contains(rt, v, &item)? {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        },
    ),
];

fn contains(rt: &Rt, view: &View, item: &Value) -> Res<bool> {
    match view.kind {
        Kind::Keys => view.dict.0.contains(rt, item),
        Kind::Values => Ok(false),
        Kind::Items => match item.as_tuple() {
            Some(pair) if pair.len() == 2 => match view.dict.get(rt, &pair[0])? {
                Some(found) => ops::eq(rt, &found, &pair[1]),
                None => Ok(false),
            },
            _ => Ok(false),
        },
    }
}

const ALGEBRA: &[Row] = binary_rows!(algebra;
    "__and__", "__rand__", "&", And; "__or__", "__ror__", "|", Or;
    "__sub__", "__rsub__", "-", Sub; "__xor__", "__rxor__", "^", Xor;
);

fn algebra(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    // Member by member in CPython's order, which shows in how the result iterates.
    let result = Set::default();
    if op == BinOp::And {
        let (view, other) = match a.native::<View>() {
            Some(_) => (a, b),
            None => (b, a),
        };
        let shorter_view = other.native::<View>().is_some() && ops::len(rt, other)? > ops::len(rt, view)?;
        let (asked, walked) = if shorter_view { (other, view) } else { (view, other) };
        let mut it = ops::iter(rt, walked)?;
        while let Some(item) = it.next(rt)? {
            if ops::contains(rt, asked, &item)? {
                result.table.add(rt, item)?;
            }
        }
        return Ok(Value::Set(Rc::new(result)));
    }
    sets::add_all(rt, &result.table, a)?;
    match op {
        BinOp::Or => sets::add_all(rt, &result.table, b)?,
        BinOp::Sub => sets::subtract(rt, &result.table, b)?,
        _ => sets::toggle_all(rt, &result.table, b)?,
    }
    Ok(Value::Set(Rc::new(result)))
}

const ORDER: &[Row] = compare_rows!(compare);

fn compare(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    let is_set =
        |v: &Value| matches!(v.plain(), Value::Set(_)) || v.native::<View>().is_some_and(|v| v.kind != Kind::Values);
    if !is_set(a) || !is_set(b) {
        return Ok(Value::NotImplemented);
    }
    let all_in = |x: &Value, y: &Value| -> Res<bool> {
        let mut it = ops::iter(rt, x)?;
        while let Some(item) = it.next(rt)? {
            if !ops::contains(rt, y, &item)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let (na, nb) = (ops::len(rt, a)?, ops::len(rt, b)?);
    Ok(Value::Bool(match op {
        Order::Eq => na == nb && all_in(a, b)?,
        Order::Ne => na != nb || !all_in(a, b)?,
        Order::Lt => na < nb && all_in(a, b)?,
        Order::Le => na <= nb && all_in(a, b)?,
        Order::Gt => na > nb && all_in(b, a)?,
        Order::Ge => na >= nb && all_in(b, a)?,
    }))
}
