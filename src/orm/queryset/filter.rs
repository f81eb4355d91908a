//! `filter`, `exclude` and the building of conditions.

use std::rc::Rc;

use super::chain::{chain, changed};
use super::{Deferred, QuerySet, is_native, queryset};
use crate::object::error::Layer;
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::source::Name;
use crate::sql::ir::{Expr, Q, QChild, expr_of};

/// `Q(*args, **kwargs)`: what a filter's arguments mean.
pub fn q_of_args(rt: &Rt, args: Vec<Value>, mut kwargs: Vec<(Name, Value)>) -> Res<Q> {
    let mut q = Q::default();
    for arg in args {
        q.children.push(child_of(rt, arg)?);
    }
    if kwargs.len() > 1 {
        kwargs.sort_by_key(|(name, _)| name.text());
    }
    q.children.extend(kwargs.into_iter().map(|(name, value)| QChild::Filter(name.text(), value)));
    Ok(q)
}

/// One condition of a `Q`.
pub fn child_of(rt: &Rt, value: Value) -> Res<QChild> {
    if let Some(pair) = value.as_tuple()
        && let [key, rhs] = &pair[..]
        && let Some(key) = key.as_str()
    {
        return Ok(QChild::Filter(Rc::from(key.as_str()), rhs.clone()));
    }
    if value.native::<QuerySet>().is_some() {
        return Ok(QChild::Other(value));
    }
    Ok(match expr_of(rt, &value)? {
        Some(e) => match &*e {
            Expr::Q(q) => QChild::Q(q.clone()),
            _ => QChild::Expr(e),
        },
        None => QChild::Other(value),
    })
}

/// `_filter_or_exclude_inplace`.
pub(super) fn add(rt: &Rt, qs: &QuerySet, negate: bool, args: Vec<Value>, kwargs: Vec<(Name, Value)>) -> Res<()> {
    let mut invalid: Vec<&str> = Vec::new();
    for (name, _) in &kwargs {
        if *name == "_connector" {
            invalid.push("'_connector'");
        } else if *name == "_negated" {
            invalid.push("'_negated'");
        }
    }
    if !invalid.is_empty() {
        invalid.sort();
        return Err(Exc::TypeError.new(format!("The following kwargs are invalid: {}", invalid.join(", "))));
    }
    let mut q = q_of_args(rt, args, kwargs)?;
    if negate {
        q = q.negate();
    }
    let query = qs.query.borrow().clone();
    let mut query = query.borrow_mut();
    query.add_q(rt, &Rc::new(q))
}

fn layer(name: &'static str) -> Layer {
    Layer { file: QUERY, owner: Some("QuerySet".into()), name }
}

/// `_filter_or_exclude(negate, args, kwargs)`.
pub fn filter_or_exclude(
    rt: &Rt,
    this: &Value,
    negate: bool,
    args: Vec<Value>,
    kwargs: Vec<(Name, Value)>,
) -> Res<Value> {
    let qs = queryset(this)?;
    if !args.is_empty() || !kwargs.is_empty() {
        let query = qs.query(rt)?;
        if query.borrow().is_sliced() {
            return Err(Exc::TypeError.new("Cannot filter a query once a slice has been taken."));
        }
    }
    let copy = chain(rt, this)?;
    let new = queryset(&copy)?;
    if qs.defer_next.replace(false) {
        *new.deferred.borrow_mut() = Some(Deferred { negate, args, kwargs });
    } else {
        new.query(rt)?;
        add(rt, new, negate, args, kwargs).map_err(|e| e.through(layer("_filter_or_exclude_inplace")))?;
    }
    Ok(copy)
}

/// A queryset filtered by a condition made here.
pub fn filter_q(rt: &Rt, this: &Value, q: Q) -> Res<Value> {
    changed(rt, this, |_, query| query.add_q(rt, &Rc::new(q)))
}

/// `filter(**kwargs)` as the queryset's class has it.
pub fn filter_kwargs(rt: &Rt, this: &Value, args: Vec<Value>, kwargs: Vec<(Name, Value)>) -> Res<Value> {
    if is_native(this, "filter") {
        queryset(this)?.not_combined("filter")?;
        return filter_or_exclude(rt, this, false, args, kwargs).map_err(|e| e.through(layer("filter")));
    }
    let mut call = CallArgs::new(args);
    call.kw.extend(kwargs);
    ops::call_method(rt, this, "filter".into(), call)
}

fn filtering(rt: &Rt, a: &mut Args, negate: bool) -> Res<Value> {
    let this = a.value(0);
    queryset(&this)?.not_combined(a.name)?;
    let (args, kwargs) = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
    if is_native(&this, "_filter_or_exclude") {
        return filter_or_exclude(rt, &this, negate, args, kwargs);
    }
    let dict = crate::object::Dict::new();
    for (name, value) in kwargs {
        dict.set_str(rt, &name.text(), value);
    }
    let args = CallArgs::new([Value::Bool(negate), Value::tuple(args), Value::Dict(dict)]);
    ops::call_method(rt, &this, "_filter_or_exclude".into(), args)
}

fn names_of(dict: &Value) -> Vec<(Name, Value)> {
    match dict.as_dict() {
        Some(d) => d.0.items().into_iter().filter_map(|(k, v)| k.as_str().map(|s| (Name::new(s), v.clone()))).collect(),
        None => Vec::new(),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::method("filter", "(self, *args, **kwargs)", "The rows that meet conditions.", |rt, a| filtering(rt, a, false))
        .at(QUERY),
    Row::method("exclude", "(self, *args, **kwargs)", "The rows that do not meet conditions.", |rt, a| {
        filtering(rt, a, true)
    })
    .at(QUERY),
    Row::method("_filter_or_exclude", "(self, negate, args, kwargs)", "Filters or excludes.", |rt, a| {
        let negate = a.flag(rt, 1, false)?;
        let args = ops::collect(rt, a.get(2))?;
        filter_or_exclude(rt, a.get(0), negate, args, names_of(a.get(3)))
    }),
    Row::method("_filter_or_exclude_inplace", "(self, negate, args, kwargs)", "Filters or excludes here.", |rt, a| {
        let negate = a.flag(rt, 1, false)?;
        let args = ops::collect(rt, a.get(2))?;
        add(rt, queryset(a.get(0))?, negate, args, names_of(a.get(3)))?;
        Ok(Value::None)
    }),
    Row::method("complex_filter", "(self, filter_obj)", "Filters by a Q or a dict.", |rt, a| {
        let given = a.value(1);
        if let Some(e) = expr_of(rt, &given)?
            && let Expr::Q(q) = &*e
        {
            let q = q.clone();
            return changed(rt, a.get(0), |_, query| query.add_q(rt, &q));
        }
        filter_or_exclude(rt, a.get(0), false, Vec::new(), names_of(&given))
    })
    .at(QUERY),
    Row::method("all", "(self)", "A copy.", |rt, a| chain(rt, a.get(0))),
    Row::method("none", "(self)", "No rows, without asking the database.", |rt, a| {
        changed(rt, a.get(0), |_, query| {
            query.set_empty();
            Ok(())
        })
    }),
    Row::method("_has_filters", "(self)", "Whether there are conditions.", |rt, a| {
        let query = queryset(a.get(0))?.query(rt)?;
        let query = query.borrow();
        Ok(Value::Bool(!query.where_.is_empty()))
    }),
    Row::method("_next_is_sticky", "(self)", "The next filter's joins may be reused.", |_, a| {
        queryset(a.get(0))?.sticky.set(true);
        Ok(a.value(0))
    }),
    Row::method("_chain", "(self)", "A copy to change.", |rt, a| super::chain::base_chain(rt, a.get(0))),
    Row::method("_clone", "(self)", "A copy.", |rt, a| super::chain::base_clone(rt, a.get(0))),
    Row::method("_fetch_all", "(self)", "Fetches the rows.", |rt, a| {
        super::chain::base_fetch_all(rt, a.get(0)).map(|_| Value::None)
    })
    .at(QUERY),
    Row::method("_add_hints", "(self, **hints)", "Hints for routers: there are none.", |_, _| Ok(Value::None)),
];
