//! Iteration: `len`, `sorted`, `iter`, `next`, `any`, `all`.

use crate::object::ops;
use crate::object::types::{self, iterators};
use crate::object::{Exc, Row, Value};
use crate::source::known;

pub(super) const ROWS: &[Row] = &[
    Row::method("len", "(obj, /)", "Return the number of items in a container.", |rt, a| {
        ops::len(rt, a.get(0)).map(Value::from)
    }),
    Row::method(
        "sorted",
        "(iterable, /, *, key=None, reverse=False)",
        "Return a new list containing all items from the iterable in ascending order.",
        |rt, a| {
            let items = ops::collect(rt, a.get(0))?;
            let reverse = a.flag(rt, 2, false)?;
            types::list::sort(rt, items, a.some(1), reverse).map(Value::list)
        },
    ),
    Row::method("iter", "(object, sentinel=<unset>, /)", "Get an iterator from an object.", |rt, a| match a.opt(1) {
        None => ops::iter_value(rt, a.get(0)),
        Some(sentinel) => match ops::callable(rt, a.get(0)) {
            true => Ok(iterators::until_sentinel(rt, a.value(0), sentinel.clone())),
            false => Err(Exc::TypeError.new("iter(v, w): v must be callable")),
        },
    }),
    Row::method("next", "(iterator, default=<unset>, /)", "Return the next item from the iterator.", |rt, a| {
        let it = a.get(0);
        let result = match it.as_obj().and_then(|o| o.object()) {
            Some(native) if native.is_iterator() && it.as_obj().is_some_and(|o| !o.class().is_heap) => {
                match native.next(rt) {
                    Ok(Some(item)) => return Ok(item),
                    Ok(None) if a.opt(1).is_some() => return Ok(a.value(1)),
                    // Asked by name, so that what its end carries (a generator's value) is there.
                    Ok(None) => Err(Exc::StopIteration.with_args(Vec::new())),
                    Err(e) => Err(e),
                }
            }
            _ => match ops::lookup_special(rt, it, known::NEXT)? {
                Some(next) => ops::call0(rt, &next),
                None => {
                    return Err(Exc::TypeError.new(format!("'{}' object is not an iterator", ops::type_name(it))));
                }
            },
        };
        match (result, a.opt(1)) {
            (Err(e), Some(default)) if e.is(Exc::StopIteration) => Ok(default.clone()),
            (result, _) => result,
        }
    }),
    Row::method("any", "(iterable, /)", "Return True if bool(x) is True for any x in the iterable.", |rt, a| {
        let mut it = ops::iter(rt, a.get(0))?;
        while let Some(item) = it.next(rt)? {
            if ops::truthy(rt, &item)? {
                return Ok(Value::Bool(true));
            }
            rt.check_interrupt()?;
        }
        Ok(Value::Bool(false))
    }),
    Row::method("all", "(iterable, /)", "Return True if bool(x) is True for all values x in the iterable.", |rt, a| {
        let mut it = ops::iter(rt, a.get(0))?;
        while let Some(item) = it.next(rt)? {
            if !ops::truthy(rt, &item)? {
                return Ok(Value::Bool(false));
            }
            rt.check_interrupt()?;
        }
        Ok(Value::Bool(true))
    }),
    Row::method("aiter", "(async_iterable, /)", "Return an AsyncIterator for an AsyncIterable object.", |_, a| {
        Err(Exc::TypeError.new(format!("'{}' object is not an async iterable", ops::type_name(a.get(0)))))
    }),
    Row::method("anext", "(aiterator, default=<unset>, /)", "Return the next item from the async iterator.", |_, a| {
        Err(Exc::TypeError.new(format!("'{}' object is not an async iterator", ops::type_name(a.get(0)))))
    }),
];
