//! `dict`. Mirrors <https://docs.python.org/3/library/stdtypes.html#mapping-types-dict>.

use std::rc::Rc;

use crate::object::args::{Args, CallArgs};
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;
use crate::source::{Name, known};

/// `keys()`, `values()`, `items()`.
pub mod views;

use views::Kind;

fn this(a: &Args) -> Rc<Dict> {
    a.get(0).as_dict().cloned().unwrap_or_default()
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new empty dict.", |rt, a| {
        let class = super::class_argument(rt, a, &rt.types.dict)?;
        Ok(super::wrap(rt, class, &rt.types.dict, Value::Dict(Dict::new())))
    }),
    Row::method(
        "__init__",
        "(self, /, *args, **kwargs)",
        "Fills the dict from a mapping, pairs and keywords.",
        |rt, a| fill(rt, a, "dict"),
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| Ok(Value::Str(show(rt, &this(a))?))),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).len()))),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| get_item(rt, a.get(0), a.get(1))),
    Row::method("__setitem__", "(self, key, value, /)", "Set self[key] to value.", |rt, a| {
        let (key, value) = (a.take(1), a.take(2));
        this(a).set(rt, key, value).map(|()| Value::None)
    }),
    Row::method("__delitem__", "(self, key, /)", "Delete self[key].", |rt, a| {
        del_item(rt, &this(a), a.get(1)).map(|()| Value::None)
    }),
    Row::method(
        "__contains__",
        "(self, key, /)",
        "True if the dictionary has the specified key, else False.",
        |rt, a| Ok(Value::Bool(this(a).0.contains(rt, a.get(1))?)),
    ),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__reversed__", "(self, /)", "Return a reverse iterator over the dict keys.", |rt, a| {
        Ok(views::reversed(rt, this(a), Kind::Keys))
    }),
    Row::method("__sizeof__", "(self, /)", "Size in bytes.", |_, a| Ok(Value::from(64 + 48 * this(a).len()))),
    Row::class("__class_getitem__", "(cls, object, /)", "See PEP 585", super::alias::class_getitem),
    Row::method("__ior__", "(self, value, /)", "Return self|=value.", |rt, a| {
        update(rt, &this(a), a.get(1))?;
        Ok(a.value(0))
    }),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(merge; "__or__", "__ror__", "|", Or;);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

pub(super) const METHODS: &[Row] = &[
    Row::method(
        "get",
        "(self, key, default=None, /)",
        "Return the value for key if key is in the dictionary, else default.",
        |rt, a| match a.get(0).as_dict() {
            Some(d) => match d.get(rt, a.get(1))? {
                Some(v) => Ok(v),
                None => Ok(a.take(2)),
            },
            None => Ok(Value::None),
        },
    ),
    Row::method(
        "setdefault",
        "(self, key, default=None, /)",
        "Insert key with a value of default if key is not in the dictionary.",
        |rt, a| {
            let dict = this(a);
            if let Some(found) = dict.get(rt, a.get(1))? {
                return Ok(found);
            }
            let default = a.value(2);
            dict.set(rt, a.take(1), default.clone())?;
            Ok(default)
        },
    ),
    Row::method(
        "pop",
        "(self, key, default=<unrepresentable>, /)",
        "Remove specified key and return the corresponding value.",
        |rt, a| {
            let dict = this(a);
            // An empty dict does not ask for the key's hash.
            let found = if dict.is_empty() { None } else { dict.0.remove(rt, a.get(1))? };
            match (found, a.opt(2)) {
                (Some((_, value)), _) => Ok(value),
                (None, Some(default)) => Ok(default.clone()),
                (None, None) => Err(Exc::KeyError.with_args(vec![a.value(1)])),
            }
        },
    ),
    Row::method("popitem", "(self, /)", "Remove and return a (key, value) pair as a 2-tuple.", |_, a| {
        let dict = this(a);
        match dict.0.pop_last() {
            Some((k, v)) => Ok(Value::pair(k, v)),
            None => Err(Exc::KeyError.new("popitem(): dictionary is empty")),
        }
    }),
    Row::method("keys", "(self, /)", "Return a set-like object providing a view on the dict's keys.", |rt, a| {
        Ok(views::value(rt, this(a), Kind::Keys))
    }),
    Row::method("values", "(self, /)", "Return an object providing a view on the dict's values.", |rt, a| {
        Ok(views::value(rt, this(a), Kind::Values))
    }),
    Row::method("items", "(self, /)", "Return a set-like object providing a view on the dict's items.", |rt, a| {
        Ok(views::value(rt, this(a), Kind::Items))
    }),
    Row::method("update", "(self, /, *args, **kwargs)", "Update from a mapping, pairs and keywords.", |rt, a| {
        fill(rt, a, "update")
    }),
    Row::method("clear", "(self, /)", "Remove all items from the dict.", |_, a| {
        this(a).0.clear();
        Ok(Value::None)
    }),
    Row::method("copy", "(self, /)", "Return a shallow copy of the dict.", |_, a| {
        Ok(Value::Dict(Rc::new(Dict(this(a).0.copy()))))
    }),
    Row::class(
        "fromkeys",
        "(type, iterable, value=None, /)",
        "Create a new dictionary with keys from iterable and values set to value.",
        |rt, a| {
            let plain = matches!(a.get(0), Value::Class(c) if Rc::ptr_eq(c, &rt.types.dict));
            let made = match plain {
                true => Value::Dict(Dict::new()),
                false => ops::call0(rt, a.get(0))?,
            };
            if let Value::Dict(dict) = &made {
                let hashed = match a.get(1) {
                    Value::Dict(d) => Some(d.0.hashed()),
                    Value::Set(s) => Some(s.table.hashed()),
                    _ => None,
                };
                if let Some(hashed) = hashed {
                    for (hash, key) in hashed {
                        dict.0.insert_hashed(rt, hash, key, a.value(2))?;
                    }
                    return Ok(made);
                }
            }
            let mut it = ops::iter(rt, a.get(1))?;
            while let Some(key) = it.next(rt)? {
                ops::set_item(rt, &made, key, a.value(2))?;
            }
            Ok(made)
        },
    ),
];

fn fill(rt: &Rt, a: &mut Args, name: &str) -> Res<Value> {
    let dict = this(a);
    if a.rest.len() > 1 {
        return Err(Exc::TypeError.new(format!("{name} expected at most 1 argument, got {}", a.rest.len())));
    }
    if let Some(source) = a.rest.first() {
        update(rt, &dict, source)?;
    }
    for (key, value) in std::mem::take(&mut a.kwargs) {
        dict.set(rt, Value::from(key), value)?;
    }
    Ok(Value::None)
}

/// Takes over the entries of a mapping or of pairs. TypeError, ValueError where they are none.
pub fn update(rt: &Rt, dict: &Rc<Dict>, source: &Value) -> Res<()> {
    if let Value::Dict(other) = source {
        if Rc::ptr_eq(dict, other) {
            return Ok(());
        }
        let mut at = 0;
        let len = other.len();
        while let Some((i, hash, key, value)) = other.0.next_hashed(at) {
            dict.0.insert_hashed(rt, hash, key, value)?;
            at = i + 1;
            if other.len() != len {
                return Err(Exc::RuntimeError.new("dict mutated during update"));
            }
        }
        return Ok(());
    }
    if ops::has_attr(rt, source, known::KEYS)? {
        let keys = ops::call_method(rt, source, known::KEYS, CallArgs::none())?;
        let mut it = ops::iter(rt, &keys)?;
        while let Some(key) = it.next(rt)? {
            let value = ops::get_item(rt, source, &key)?;
            dict.set(rt, key, value)?;
        }
        return Ok(());
    }
    let mut it = ops::iter(rt, source)?;
    let mut i = 0;
    while let Some(pair) = it.next(rt)? {
        let items = match &pair {
            Value::Tuple(t) if t.len() == 2 => t.to_vec(),
            _ => ops::collect(rt, &pair).map_err(|e| match e.is(Exc::TypeError) {
                true => {
                    Exc::TypeError.new(format!("cannot convert dictionary update sequence element #{i} to a sequence"))
                }
                false => e,
            })?,
        };
        let n = items.len();
        match <[Value; 2]>::try_from(items) {
            Ok([key, value]) => dict.set(rt, key, value)?,
            Err(_) => {
                return Err(Exc::ValueError
                    .new(format!("dictionary update sequence element #{i} has length {n}; 2 is required")));
            }
        }
        i += 1;
    }
    Ok(())
}

/// `a | b`.
pub fn union(rt: &Rt, a: &Rc<Dict>, b: &Rc<Dict>) -> Res<Value> {
    let out = Rc::new(Dict(a.0.copy()));
    update(rt, &out, &Value::Dict(b.clone()))?;
    Ok(Value::Dict(out))
}

fn merge(rt: &Rt, _: BinOp, a: &Value, b: &Value) -> Res<Value> {
    match (a.plain(), b.plain()) {
        (Value::Dict(x), Value::Dict(y)) => union(rt, x, y),
        _ => Ok(Value::NotImplemented),
    }
}

/// `dict[key]`, with `__missing__` on subclasses. KeyError.
pub fn get_item(rt: &Rt, dict: &Value, key: &Value) -> Res<Value> {
    let Some(table) = dict.as_dict() else { return Ok(Value::None) };
    if let Some(found) = table.get(rt, key)? {
        return Ok(found);
    }
    if let Value::Obj(_) = dict
        && let Some(missing) = ops::lookup_special(rt, dict, known::MISSING)?
    {
        return ops::call1(rt, &missing, key.clone());
    }
    Err(Exc::KeyError.with_args(vec![key.clone()]))
}

/// `del dict[key]`. KeyError.
pub fn del_item(rt: &Rt, dict: &Dict, key: &Value) -> Res<()> {
    match dict.0.remove(rt, key)? {
        Some(_) => Ok(()),
        None => Err(Exc::KeyError.with_args(vec![key.clone()])),
    }
}

/// `repr(dict)`.
pub fn show(rt: &Rt, dict: &Rc<Dict>) -> Res<Str> {
    if dict.is_empty() {
        return Ok("{}".into());
    }
    let shown = super::showing(rt, Rc::as_ptr(dict) as usize, || {
        let mut out = String::from("{");
        let mut at = 0;
        while let Some((i, key, value)) = dict.0.next_slot(at) {
            if out.len() > 1 {
                out.push_str(", ");
            }
            out.push_str(&ops::repr(rt, &key)?);
            out.push_str(": ");
            out.push_str(&ops::repr(rt, &value)?);
            at = i + 1;
            if at % 1024 == 0 {
                super::check_size(rt, out.len())?;
            }
        }
        out.push('}');
        Ok(Str::from(out))
    })?;
    Ok(shown.unwrap_or_else(|| "{...}".into()))
}

/// A dict from text keys.
pub fn from_names(rt: &Rt, names: impl IntoIterator<Item = (Name, Value)>) -> Rc<Dict> {
    let dict = Dict::new();
    for (name, value) in names {
        dict.set_str(rt, &name.text(), value);
    }
    dict
}
