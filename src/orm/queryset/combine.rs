//! `|`, `&`, `^`, `union`, `intersection`, `difference`.

use std::rc::Rc;

use super::chain::chain;
use super::{QuerySet, queryset};
use crate::object::{Args, CallArgs, Dict, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::sql::ir::{Combinator, Connector};

fn is_empty(rt: &Rt, value: &Value) -> Res<bool> {
    match value.native::<QuerySet>() {
        Some(qs) => Ok(qs.query(rt)?.borrow().is_empty()),
        None => Ok(false),
    }
}

fn check_merge(rt: &Rt, this: &Value, other: &Value) -> Res<()> {
    let (qs, os) = (queryset(this)?, queryset(other)?);
    if !qs.has_fields() {
        return Ok(());
    }
    let (mine, theirs) = (qs.query(rt)?, os.query(rt)?);
    let (mine, theirs) = (mine.borrow(), theirs.borrow());
    let sorted = |mut names: Vec<crate::source::Name>| {
        names.sort();
        names.dedup();
        names
    };
    let same = sorted(mine.values_select.to_vec()) == sorted(theirs.values_select.to_vec())
        && sorted(mine.extra_select().map(|(n, _)| n).collect())
            == sorted(theirs.extra_select().map(|(n, _)| n).collect())
        && sorted(mine.annotation_select().map(|(n, _)| n).collect())
            == sorted(theirs.annotation_select().map(|(n, _)| n).collect());
    if same {
        return Ok(());
    }
    Err(Exc::TypeError
        .new(format!("Merging '{}' classes must involve the same values in each case.", rt.class_of(this).name())))
}

fn merge_known(rt: &Rt, into: &Value, other: &Value) -> Res<()> {
    let (new, os) = (queryset(into)?, queryset(other)?);
    let theirs = os.known.borrow().clone();
    if theirs.is_empty() {
        return Ok(());
    }
    let mut all = new.known.borrow().to_vec();
    for (field, objects) in theirs.iter() {
        match all.iter().find(|(f, _)| Rc::ptr_eq(f, field)) {
            Some((_, known)) => {
                for (k, v) in objects.0.items() {
                    known.set(rt, k, v)?;
                }
            }
            None => {
                let copy = Dict(objects.0.copy());
                all.push((field.clone(), Rc::new(copy)));
            }
        }
    }
    *new.known.borrow_mut() = Rc::new(all);
    Ok(())
}

/// A queryset that can still be filtered: itself, or the rows whose key is among it.
fn filterable(rt: &Rt, this: &Value) -> Res<Value> {
    let qs = queryset(this)?;
    if qs.query(rt)?.borrow().can_filter() {
        return Ok(this.clone());
    }
    let pks = ops::call_method(rt, this, "values".into(), CallArgs::new([Value::str("pk")]))?;
    let base = qs.model()?.base_manager(rt)?;
    ops::call_method(rt, &base, "filter".into(), CallArgs::none().with("pk__in", pks))
}

fn operate(rt: &Rt, a: &mut Args, connector: Connector, text: &str) -> Res<Value> {
    let (this, other) = (a.value(0), a.value(1));
    let (qs, os) = (
        queryset(&this)?,
        match other.native::<QuerySet>() {
            Some(os) => os,
            None => {
                return Err(
                    Exc::AttributeError.new(format!("'{}' object has no attribute 'query'", ops::type_name(&other)))
                );
            }
        },
    );
    if qs.query(rt)?.borrow().combinator.is_some() || os.query(rt)?.borrow().combinator.is_some() {
        return Err(Exc::TypeError.new(format!("Cannot use {text} operator with combined queryset.")));
    }
    check_merge(rt, &this, &other)?;
    if connector == Connector::And {
        if is_empty(rt, &other)? {
            return Ok(other);
        }
        if is_empty(rt, &this)? {
            return Ok(this);
        }
    } else {
        if is_empty(rt, &this)? {
            return Ok(other);
        }
        if is_empty(rt, &other)? {
            return Ok(this);
        }
    }
    let (left, right) = match connector {
        Connector::And => (this.clone(), other.clone()),
        _ => (filterable(rt, &this)?, filterable(rt, &other)?),
    };
    let combined = chain(rt, &left)?;
    merge_known(rt, &combined, &other)?;
    let rhs = super::query_of(rt, &right)?;
    let query = queryset(&combined)?.query(rt)?;
    query.borrow_mut().combine(rt, &rhs, connector)?;
    Ok(combined)
}

fn combine(rt: &Rt, this: &Value, others: &[Value], combinator: Combinator, all: bool) -> Res<Value> {
    let copy = chain(rt, this)?;
    let mut queries = vec![super::query_of(rt, this)?];
    for other in others {
        queries.push(super::query_of(rt, other)?);
    }
    let query = queryset(&copy)?.query(rt)?;
    let mut query = query.borrow_mut();
    query.clear_ordering(true, true);
    query.clear_limits();
    query.combined_queries = Rc::new(queries);
    query.combinator = Some(combinator);
    query.combinator_all = all;
    drop(query);
    Ok(copy)
}

fn union(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let all = a.flag(rt, 1, false)?;
    let others = std::mem::take(&mut a.rest);
    if is_empty(rt, &this)? {
        let mut left = Vec::new();
        for other in others {
            if !is_empty(rt, &other)? {
                left.push(other);
            }
        }
        return match left.as_slice() {
            [] => Ok(this),
            [one] => Ok(one.clone()),
            [first, rest @ ..] => combine(rt, first, rest, Combinator::Union, all),
        };
    }
    if others.is_empty() {
        return Ok(this);
    }
    combine(rt, &this, &others, Combinator::Union, all)
}

pub(super) const ROWS: &[Row] = &[
    Row::method("__and__", "(self, other, /)", "Rows in both.", |rt, a| operate(rt, a, Connector::And, "&")).at(QUERY),
    Row::method("__or__", "(self, other, /)", "Rows in either.", |rt, a| operate(rt, a, Connector::Or, "|")).at(QUERY),
    Row::method("__xor__", "(self, other, /)", "Rows in one alone.", |rt, a| operate(rt, a, Connector::Xor, "^"))
        .at(QUERY),
    Row::method("union", "(self, *other_qs, all=False)", "Rows of all.", union).at(QUERY),
    Row::method("intersection", "(self, *other_qs)", "Rows in all.", |rt, a| {
        let this = a.value(0);
        let others = std::mem::take(&mut a.rest);
        if is_empty(rt, &this)? {
            return Ok(this);
        }
        for other in &others {
            if is_empty(rt, other)? {
                return Ok(other.clone());
            }
        }
        combine(rt, &this, &others, Combinator::Intersection, false)
    })
    .at(QUERY),
    Row::method("difference", "(self, *other_qs)", "Rows that are not in the others.", |rt, a| {
        let this = a.value(0);
        let others = std::mem::take(&mut a.rest);
        if is_empty(rt, &this)? {
            return Ok(this);
        }
        combine(rt, &this, &others, Combinator::Difference, false)
    })
    .at(QUERY),
];
