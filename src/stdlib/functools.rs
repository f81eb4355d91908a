//! `functools`: what has to be quick, in Rust; the rest is `python/functools.py`. Mirrors
//! <https://docs.python.org/3/library/functools.html>.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::support::{put_class, run_source};
use crate::object::args::{Args, CallArgs};
use crate::object::dict::{Dict, Table};
use crate::object::error::{Exc, Res};
use crate::object::function::{BoundMethod, Row};
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::types::datetime::{comparison_rows, struct_seq};
use crate::object::value::Value;
use crate::source::Name;

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    put_class(m, rt.class::<Partial>());
    put_class(m, rt.class::<LruWrapper>());
    run_source(rt, m, include_str!("python/functools.py"))
}

/// `partial`
struct Partial {
    func: Value,
    args: Vec<Value>,
    keywords: Vec<(Name, Value)>,
    busy: Cell<bool>,
}

impl Object for Partial {}

impl NativeType for Partial {
    const NAME: &'static str = "partial";
    const MODULE: &'static str = "functools";
    const SHOWN: &'static str = "functools.partial";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, /, *args, **keywords)", "A function with some arguments given.", |rt, a| {
            let Value::Class(class) = a.value(0) else { return Err(Exc::TypeError.new("X is not a type object")) };
            let mut args = std::mem::take(&mut a.rest);
            if args.is_empty() {
                return Err(Exc::TypeError.new("type 'partial' takes at least one argument"));
            }
            let mut func = args.remove(0);
            if !ops::callable(rt, &func) {
                return Err(Exc::TypeError.new("the first argument must be callable"));
            }
            let mut keywords = std::mem::take(&mut a.kwargs);
            // A partial of a partial is one.
            let inner = match &func {
                Value::Obj(o) if o.attrs().is_empty() => {
                    func.native::<Partial>().map(|p| (p.func.clone(), p.args.clone(), p.keywords.clone()))
                }
                _ => None,
            };
            if let Some((f, first, named)) = inner {
                func = f;
                args = first.into_iter().chain(args).collect();
                keywords = merged(&named, keywords);
            }
            Ok(rt.object_of(class, Partial { func, args, keywords, busy: Cell::new(false) }))
        }),
        Row::method("__call__", "(self, /, *args, **kwargs)", "Calls the function.", |rt, a| {
            let (rest, kwargs) = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
            let p = a.native::<Partial>(0)?;
            let args =
                CallArgs { pos: p.args.iter().cloned().chain(rest).collect(), kw: merged(&p.keywords, kwargs).into() };
            ops::call(rt, &p.func, args)
        }),
        Row::getter("func", "The function.", |_, a| Ok(a.native::<Partial>(0)?.func.clone())),
        Row::getter("args", "The positional arguments.", |_, a| Ok(Value::tuple(a.native::<Partial>(0)?.args.clone()))),
        Row::getter("keywords", "The keyword arguments.", |rt, a| {
            let dict = Dict::new();
            for (n, v) in &a.native::<Partial>(0)?.keywords {
                dict.set_str(rt, &n.text(), v.clone());
            }
            Ok(Value::Dict(dict))
        }),
        Row::getter("__dict__", "Its attributes.", |rt, a| {
            let dict = Dict::new();
            if let Value::Obj(o) = a.get(0) {
                for (n, v) in o.attrs().iter() {
                    dict.set_str(rt, &n.text(), v.clone());
                }
            }
            Ok(Value::Dict(dict))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let p = a.native::<Partial>(0)?;
            if p.busy.replace(true) {
                return Ok("...".into());
            }
            let text = (|| {
                let mut parts = vec![ops::repr(rt, &p.func)?.to_string()];
                for v in &p.args {
                    parts.push(ops::repr(rt, v)?.to_string());
                }
                for (n, v) in &p.keywords {
                    parts.push(format!("{n}={}", ops::repr(rt, v)?));
                }
                let class = rt.class_of(a.get(0));
                let name = format!("{}.{}", class.module.borrow(), class.qualname.borrow());
                Ok(format!("{name}({})", parts.join(", ")))
            })();
            p.busy.set(false);
            Ok(Value::from(text?))
        }),
        Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
            let p = a.native::<Partial>(0)?;
            let args = std::iter::once(p.func.clone()).chain(p.args.iter().cloned()).collect();
            Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args)]))
        }),
        Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
    ]];
}

fn merged(first: &[(Name, Value)], then: Vec<(Name, Value)>) -> Vec<(Name, Value)> {
    let mut out = first.to_vec();
    for (name, value) in then {
        match out.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => slot.1 = value,
            None => out.push((name, value)),
        }
    }
    out
}

/// What `cmp_to_key(cmp)` makes of a value.
struct Key {
    compare: Value,
    object: Value,
}

impl Object for Key {}

fn compare_keys(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    let Some(other) = a.get(1).native::<Key>() else {
        return Err(Exc::TypeError.new("other argument must be K instance"));
    };
    let k = a.native::<Key>(0)?;
    let n = ops::call2(rt, &k.compare, k.object.clone(), other.object.clone())?;
    ops::compare(rt, op, &n, &Value::Int(0))
}

comparison_rows!(KEY_COMPARE, compare_keys);

impl NativeType for Key {
    const NAME: &'static str = "KeyWrapper";
    const MODULE: &'static str = "functools";
    const SHOWN: &'static str = "functools.KeyWrapper";
    const ROWS: &'static [&'static [Row]] = &[
        KEY_COMPARE,
        &[
            Row::getter("obj", "The value.", |_, a| Ok(a.native::<Key>(0)?.object.clone())),
            Row::method("__call__", "(self, obj)", "The key of a value.", |rt, a| {
                let compare = a.native::<Key>(0)?.compare.clone();
                Ok(rt.object(Key { compare, object: a.value(1) }))
            }),
        ],
    ];
    fn ready(_: &Rt, class: &Rc<crate::object::class::Class>) {
        class.set("__hash__".into(), Value::None);
    }
}

static CACHE_INFO: struct_seq::Spec = struct_seq::Spec {
    name: "CacheInfo",
    module: "functools",
    shown: "CacheInfo",
    fields: &["hits", "misses", "maxsize", "currsize"],
};

/// A function behind `lru_cache`.
struct LruWrapper {
    func: Value,
    limit: Option<usize>,
    typed: bool,
    table: Table,
    /// Keys by age, each with the stamp of a use; an old stamp of a key does not count.
    order: RefCell<VecDeque<(u64, Value)>>,
    stamp: Cell<u64>,
    hits: Cell<i64>,
    misses: Cell<i64>,
}

impl Object for LruWrapper {}

impl LruWrapper {
    fn key(&self, rt: &Rt, a: &Args) -> Value {
        let simple = a.kwargs.is_empty() && !self.typed;
        if let [one] = &a.rest[..]
            && simple
            && matches!(one, Value::Int(_) | Value::Str(_))
        {
            return one.clone();
        }
        let mut parts = a.rest.clone();
        if !a.kwargs.is_empty() {
            parts.push(Value::Ellipsis);
            for (n, v) in &a.kwargs {
                parts.push((*n).into());
                parts.push(v.clone());
            }
        }
        if self.typed {
            let values = a.rest.iter().chain(a.kwargs.iter().map(|(_, v)| v));
            let classes: Vec<Value> = values.map(|v| Value::Class(rt.class_of(v))).collect();
            parts.extend(classes);
        }
        Value::tuple(vec![Value::tuple(parts)])
    }

    fn stamped(&self, rt: &Rt, key: &Value, result: &Value) -> Res<()> {
        let stamp = self.stamp.get() + 1;
        self.stamp.set(stamp);
        self.table.insert(rt, key.clone(), Value::pair(Value::Int(stamp as i64), result.clone()))?;
        self.order.borrow_mut().push_back((stamp, key.clone()));
        Ok(())
    }

    /// Forgets the key that was not used for longest.
    fn evict(&self, rt: &Rt) -> Res<()> {
        loop {
            let Some((stamp, key)) = self.order.borrow_mut().pop_front() else { return Ok(()) };
            let now = self.table.get(rt, &key)?;
            if now.and_then(|v| v.as_tuple().and_then(|t| t.first().and_then(Value::as_int))) == Some(stamp as i64) {
                self.table.remove(rt, &key)?;
                return Ok(());
            }
        }
    }
}

impl NativeType for LruWrapper {
    const NAME: &'static str = "_lru_cache_wrapper";
    const MODULE: &'static str = "functools";
    const SHOWN: &'static str = "functools._lru_cache_wrapper";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__call__", "(self, /, *args, **kwargs)", "The function's result, kept.", |rt, a| {
            let w = a.native::<LruWrapper>(0)?;
            let args = || CallArgs { pos: a.rest.iter().cloned().collect(), kw: a.kwargs.iter().cloned().collect() };
            if w.limit == Some(0) {
                w.misses.set(w.misses.get() + 1);
                return ops::call(rt, &w.func, args());
            }
            let key = w.key(rt, a);
            if let Some(found) = w.table.get(rt, &key)? {
                w.hits.set(w.hits.get() + 1);
                let result = found.as_tuple().and_then(|t| t.get(1).cloned()).unwrap_or_default();
                if w.limit.is_some() {
                    w.stamped(rt, &key, &result)?;
                    // Uses pile up: pack them now and then.
                    if w.order.borrow().len() > 64 + 4 * w.table.len() {
                        let mut order = w.order.borrow_mut();
                        let live: Vec<(u64, Value)> = order
                            .drain(..)
                            .filter(|(stamp, key)| {
                                let now = w.table.get(rt, key).ok().flatten();
                                now.and_then(|v| v.as_tuple().and_then(|t| t.first().and_then(Value::as_int)))
                                    == Some(*stamp as i64)
                            })
                            .collect();
                        order.extend(live);
                    }
                }
                return Ok(result);
            }
            w.misses.set(w.misses.get() + 1);
            let result = rt.deeper(|| ops::call(rt, &w.func, args()))?;
            if let Some(limit) = w.limit {
                if !w.table.contains(rt, &key)? && w.table.len() >= limit {
                    w.evict(rt)?;
                }
                w.stamped(rt, &key, &result)?;
            } else {
                w.table.insert(rt, key, Value::pair(Value::Int(0), result.clone()))?;
            }
            Ok(result)
        }),
        Row::method("cache_info", "(self, /)", "Report cache statistics", |rt, a| {
            let w = a.native::<LruWrapper>(0)?;
            let limit = w.limit.map_or(Value::None, Value::from);
            let items = vec![Value::Int(w.hits.get()), Value::Int(w.misses.get()), limit, w.table.len().into()];
            Ok(struct_seq::value(rt, &CACHE_INFO, items))
        }),
        Row::method("cache_clear", "(self, /)", "Clear the cache and cache statistics", |_, a| {
            let w = a.native::<LruWrapper>(0)?;
            w.table.clear();
            w.order.borrow_mut().clear();
            w.hits.set(0);
            w.misses.set(0);
            Ok(Value::None)
        }),
        Row::method("__get__", "(self, instance, owner=None, /)", "Binds as a method.", |_, a| {
            Ok(match a.get(1) {
                Value::None => a.take(0),
                instance => BoundMethod::bind(a.value(0), instance.clone()),
            })
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            Ok(format!("<functools._lru_cache_wrapper object at 0x{:x}>", a.get(0).id()).into())
        }),
        Row::getter("__dict__", "Its attributes.", |rt, a| {
            let dict = Dict::new();
            if let Value::Obj(o) = a.get(0) {
                for (n, v) in o.attrs().iter() {
                    dict.set_str(rt, &n.text(), v.clone());
                }
            }
            Ok(Value::Dict(dict))
        }),
        Row::method("__copy__", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
        Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
    ]];
}

const ROWS: &[Row] = &[
    Row::method(
        "reduce",
        "(function, iterable, initial=None, /)",
        "Applies a function of two arguments cumulatively.",
        |rt, a| {
            let mut it = match ops::iter(rt, a.get(1)) {
                Ok(it) => it,
                Err(e) if e.is(Exc::TypeError) => {
                    return Err(Exc::TypeError.new("reduce() arg 2 must support iteration"));
                }
                Err(e) => return Err(e),
            };
            let mut total = match a.opt(2) {
                Some(v) => v.clone(),
                None => match it.next(rt)? {
                    Some(v) => v,
                    None => {
                        return Err(Exc::TypeError.new("reduce() of empty iterable with no initial value"));
                    }
                },
            };
            while let Some(v) = it.next(rt)? {
                total = ops::call(rt, a.get(0), CallArgs::new([total, v]))?;
            }
            Ok(total)
        },
    ),
    Row::method("cmp_to_key", "(mycmp)", "Convert a cmp= function into a key= function.", |rt, a| {
        Ok(rt.object(Key { compare: a.value(0), object: Value::None }))
    }),
    Row::method("_lru", "(func, maxsize, typed)", "The wrapper that lru_cache makes.", |rt, a| {
        let limit = match a.get(1) {
            Value::None => None,
            v => Some(ops::index(rt, v)?.max(0) as usize),
        };
        let typed = ops::truthy(rt, a.get(2))?;
        Ok(rt.object(LruWrapper {
            func: a.value(0),
            limit,
            typed,
            table: Table::default(),
            order: RefCell::default(),
            stamp: Cell::new(0),
            hits: Cell::new(0),
            misses: Cell::new(0),
        }))
    }),
];
