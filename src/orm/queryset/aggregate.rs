//! `annotate`, `alias`, `aggregate`, `count`, `exists`.

use std::rc::Rc;

use super::chain::chain;
use super::values::default_alias;
use super::{is_native, queryset};
use crate::object::{Args, CallArgs, Dict, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::source::Name;
use crate::sql::ir::{Expr, ExprRef, GroupBy, Query, expr_of};

/// The expressions of a call's values, or the TypeError that lists those that are none.
fn expressions(rt: &Rt, values: &[Value], method: &str) -> Res<Vec<ExprRef>> {
    let mut out = Vec::with_capacity(values.len());
    let mut invalid = Vec::new();
    for value in values {
        match expr_of(rt, value)? {
            Some(e) => out.push(e),
            None => invalid.push(ops::str(rt, value)?.to_string()),
        }
    }
    if !invalid.is_empty() {
        invalid.sort();
        return Err(
            Exc::TypeError.new(format!("QuerySet.{method}() received non-expression(s): {}.", invalid.join(", ")))
        );
    }
    Ok(out)
}

fn add_one(rt: &Rt, query: &mut Query, name: Name, expression: &ExprRef, select: bool) -> Res<()> {
    match &**expression {
        Expr::FilteredRelation(relation) => query.add_filtered_relation(rt, relation, &name.text()),
        _ => query.add_annotation(rt, expression, &name.text(), select),
    }
}

/// `_annotate(args, kwargs, select)`.
pub fn annotate(rt: &Rt, this: &Value, args: Vec<Value>, kwargs: Vec<(Name, Value)>, select: bool) -> Res<Value> {
    let qs = queryset(this)?;
    let all: Vec<Value> = args.iter().cloned().chain(kwargs.iter().map(|(_, v)| v.clone())).collect();
    let resolved = expressions(rt, &all, "annotate")?;
    let mut named: Vec<(Name, ExprRef)> = Vec::new();
    for (arg, expression) in args.iter().zip(&resolved) {
        let Some(alias) = default_alias(rt, arg)? else {
            return Err(Exc::TypeError.new("Complex annotations require an alias"));
        };
        let alias = Name::new(&alias);
        if kwargs.iter().any(|(n, _)| *n == alias) {
            return Err(Exc::ValueError.new(format!(
                "The named annotation '{alias}' conflicts with the default name for another annotation."
            )));
        }
        match named.iter_mut().find(|(n, _)| *n == alias) {
            Some(entry) => entry.1 = expression.clone(),
            None => named.push((alias, expression.clone())),
        }
    }
    for ((name, _), expression) in kwargs.iter().zip(resolved.iter().skip(args.len())) {
        match named.iter_mut().find(|(n, _)| n == name) {
            Some(entry) => entry.1 = expression.clone(),
            None => named.push((*name, expression.clone())),
        }
    }
    let copy = chain(rt, this)?;
    let new = queryset(&copy)?;
    let fields = new.fields.borrow().clone();
    let taken: Vec<Name> = match fields {
        Some(fields) => fields.iter().filter_map(|f| f.as_str().map(|s| Name::new(s))).collect(),
        None => qs.model()?.get_fields(rt, true, false).iter().flat_map(|f| [f.name(), f.attname()]).collect(),
    };
    let query = new.query(rt)?;
    let mut query = query.borrow_mut();
    for (name, expression) in &named {
        if taken.contains(name) {
            return Err(Exc::ValueError.new(format!("The annotation '{name}' conflicts with a field on the model.")));
        }
        add_one(rt, &mut query, *name, expression, select)?;
    }
    let groups = named.iter().any(|(name, _)| query.annotations.get(name).is_some_and(|e| e.contains_aggregate()));
    if groups {
        if new.has_fields() {
            query.set_group_by(rt, true)?;
        } else {
            query.group_by = GroupBy::Model;
        }
    }
    drop(query);
    Ok(copy)
}

fn aggregate(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let query = qs.query(rt)?;
    if !query.borrow().distinct_fields.is_empty() {
        return Err(Exc::NotImplementedError.new("aggregate() + distinct(fields) not implemented."));
    }
    let (args, mut kwargs) = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
    let all: Vec<Value> = args.iter().cloned().chain(kwargs.iter().map(|(_, v)| v.clone())).collect();
    expressions(rt, &all, "aggregate")?;
    for arg in args {
        let Some(alias) = default_alias(rt, &arg)? else {
            return Err(Exc::TypeError.new("Complex aggregates require an alias"));
        };
        let alias = Name::new(&alias);
        match kwargs.iter_mut().find(|(n, _)| *n == alias) {
            Some(entry) => entry.1 = arg,
            None => kwargs.push((alias, arg)),
        }
    }
    let mut named = Vec::with_capacity(kwargs.len());
    for (name, value) in kwargs {
        if let Some(e) = expr_of(rt, &value)? {
            named.push((name, e));
        }
    }
    qs.checked_alias()?;
    let mut query = query.borrow().chain();
    let dict = Dict::new();
    for (name, value) in query.get_aggregation(rt, &named)? {
        dict.set_str(rt, &name.text(), value);
    }
    Ok(Value::Dict(dict))
}

/// `count()`.
pub fn count(rt: &Rt, this: &Value) -> Res<usize> {
    let qs = queryset(this)?;
    if let Some(rows) = &*qs.result.borrow() {
        return Ok(rows.len());
    }
    qs.checked_alias()?;
    let query = qs.query(rt)?;
    let query = query.borrow();
    query.get_count(rt).map(|n| n as usize)
}

/// `exists()`.
pub fn exists(rt: &Rt, this: &Value) -> Res<bool> {
    let qs = queryset(this)?;
    if let Some(rows) = &*qs.result.borrow() {
        return Ok(!rows.is_empty());
    }
    qs.checked_alias()?;
    let query = qs.query(rt)?;
    let query = query.borrow();
    query.has_results(rt)
}

fn contains(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("contains")?;
    if qs.has_fields() {
        return Err(Exc::TypeError.new("Cannot call QuerySet.contains() after .values() or .values_list()."));
    }
    let object = a.value(1);
    let Some(model) = crate::orm::instance::model_of_instance(&object) else {
        return Err(Exc::TypeError.new("'obj' must be a model instance."));
    };
    if !Rc::ptr_eq(&model.concrete_model(), &qs.model()?.concrete_model()) {
        return Ok(Value::Bool(false));
    }
    let pk = crate::orm::instance::pk_of(rt, &object)?;
    if !crate::orm::instance::is_set(&pk) {
        return Err(Exc::ValueError.new("QuerySet.contains() cannot be used on unsaved objects."));
    }
    let cached = qs.result.borrow().clone();
    if let Some(rows) = cached {
        return ops::contains(rt, &Value::List(rows), &object).map(Value::Bool);
    }
    let rows = super::filter_kwargs(rt, &this, Vec::new(), vec![(Name::new("pk"), pk)])?;
    if is_native(&rows, "exists") {
        return exists(rt, &rows).map(Value::Bool);
    }
    ops::call_method(rt, &rows, "exists".into(), CallArgs::none())
}

pub(super) const ROWS: &[Row] = &[
    Row::method("aggregate", "(self, *args, **kwargs)", "Values computed over all rows.", aggregate).at(QUERY),
    Row::method("count", "(self)", "How many rows.", |rt, a| Ok(Value::from(count(rt, a.get(0))?))).at(QUERY),
    Row::method("exists", "(self)", "Whether there are rows.", |rt, a| exists(rt, a.get(0)).map(Value::Bool)).at(QUERY),
    Row::method("contains", "(self, obj)", "Whether an object is among the rows.", contains).at(QUERY),
];
