//! `tuple`. Mirrors <https://docs.python.org/3/library/stdtypes.html#tuples>.

use std::rc::Rc;

use super::slice::Slice;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::list::Tuple;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;

fn this(a: &Args) -> Rc<Tuple> {
    a.get(0).as_tuple().cloned().unwrap_or_else(|| Tuple::new(Vec::new()))
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, iterable=(), /)", "A tuple of an iterable's items.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.tuple)?;
        let value = match a.opt(1) {
            Some(Value::Tuple(t)) => Value::Tuple(t.clone()),
            Some(v) => Value::tuple(ops::collect(rt, v)?),
            None => Value::tuple(Vec::new()),
        };
        Ok(super::wrap(rt, class, &rt.types.tuple, value))
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| Ok(Value::Str(show(rt, &this(a))?))),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).len()))),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| get_item(rt, &this(a), a.get(1))),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, a.get(0).plain(), a.get(1))?))
    }),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| {
        Ok(Value::tuple(vec![Value::Tuple(this(a))]))
    }),
    Row::class("__class_getitem__", "(cls, object, /)", "See PEP 585", super::alias::class_getitem),
    Row::method("count", "(self, value, /)", "Return number of occurrences of value.", |rt, a| {
        let mut n = 0;
        for item in this(a).iter() {
            n += i64::from(ops::eq(rt, item, a.get(1))?);
        }
        Ok(Value::Int(n))
    }),
    Row::method(
        "index",
        "(self, value, start=0, stop=9223372036854775807, /)",
        "Return first index of value.",
        |rt, a| {
            let tuple = this(a);
            let start = super::list::index_bound(rt, a, 2, tuple.len(), 0)?;
            let stop = super::list::index_bound(rt, a, 3, tuple.len(), usize::MAX)?.min(tuple.len());
            for i in start..stop {
                if let Some(item) = tuple.get(i)
                    && ops::eq(rt, item, a.get(1))?
                {
                    return Ok(Value::from(i));
                }
            }
            Err(Exc::ValueError.new("tuple.index(x): x not in tuple"))
        },
    ),
];

pub(super) const ARITHMETIC: &[Row] =
    binary_rows!(@plain super::sequence_row; "__add__", "+", Add; "__mul__", "*", Mul; "__rmul__", "*", Mul;);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

/// `+` and `*` of a plain tuple; `None` where they are not its own.
pub fn tuple_binary(rt: &Rt, op: BinOp, a: &Rc<Tuple>, b: &Value) -> Res<Option<Value>> {
    match (op, b.plain()) {
        (BinOp::Add, Value::Tuple(other)) => {
            let mut items = Vec::with_capacity(a.len() + other.len());
            items.extend_from_slice(a);
            items.extend_from_slice(other);
            Ok(Some(Value::tuple(items)))
        }
        (BinOp::Mul, _) => match super::repeat_count(rt, b)? {
            Some(1) => Ok(Some(Value::Tuple(a.clone()))),
            Some(n) => {
                super::check_repeat(rt, a.len() * 16, n)?;
                let mut items = Vec::with_capacity(a.len() * n);
                for _ in 0..n {
                    items.extend_from_slice(a);
                }
                Ok(Some(Value::tuple(items)))
            }
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// `repr(tuple)`.
pub fn show(rt: &Rt, tuple: &Rc<Tuple>) -> Res<Str> {
    if tuple.is_empty() {
        return Ok("()".into());
    }
    let shown = super::showing(rt, Rc::as_ptr(tuple) as usize, || {
        let mut out = String::from("(");
        for (i, item) in tuple.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_str(&ops::repr(rt, item)?);
            if i % 1024 == 1023 {
                super::check_size(rt, out.len())?;
            }
        }
        out.push_str(if tuple.len() == 1 { ",)" } else { ")" });
        Ok(Str::from(out))
    })?;
    Ok(shown.unwrap_or_else(|| "(...)".into()))
}

/// `tuple[key]`.
pub fn get_item(rt: &Rt, tuple: &Rc<Tuple>, key: &Value) -> Res<Value> {
    if let Some(slice) = key.native::<Slice>() {
        let places = slice.places(rt, tuple.len())?;
        if places.step == 1 && places.count == tuple.len() {
            return Ok(Value::Tuple(tuple.clone()));
        }
        return Ok(Value::tuple(places.iter().filter_map(|i| tuple.get(i).cloned()).collect()));
    }
    let i = super::sequence_index(rt, key, "tuple", "")?;
    let at = if i < 0 { i + tuple.len() as i64 } else { i };
    usize::try_from(at)
        .ok()
        .and_then(|at| tuple.get(at).cloned())
        .ok_or_else(|| Exc::IndexError.new("tuple index out of range"))
}
