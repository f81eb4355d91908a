//! Reading rows: `get`, `first`, `last`, `earliest`, `latest`, `in_bulk`, `iterator`, `raw`, `explain`.

use super::chain::{chain, changed, fetch_all};
use super::select::is_ordered;
use super::{Iterable, QuerySet, filter_kwargs, is_native, queryset};
use crate::models::FieldRef;
use crate::object::{Args, CallArgs, Dict, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::{does_not_exist, model_exception, raise};
use crate::source::Name;
use crate::sql::ir::{GroupBy, Q};

const MAX_GET_RESULTS: u64 = 21;

/// `get(*args, **kwargs)`.
pub fn get(rt: &Rt, this: &Value, args: Vec<Value>, kwargs: Vec<(Name, Value)>) -> Res<Value> {
    let qs = queryset(this)?;
    if args.is_empty()
        && let Some(rows) = super::quick::rows(rt, this, qs, &kwargs)
    {
        return the_one(rt, qs, &rows?);
    }
    let combinator = qs.query(rt)?.borrow().combinator;
    if let Some(combinator) = combinator
        && !(args.is_empty() && kwargs.is_empty())
    {
        return Err(Exc::NotSupportedError
            .new(format!("Calling QuerySet.get(...) with filters after {}() is not supported.", combinator.name())));
    }
    let mut clone = if combinator.is_some() { chain(rt, this)? } else { filter_kwargs(rt, this, args, kwargs)? };
    let plain = {
        let query = qs.query(rt)?;
        let query = query.borrow();
        query.can_filter() && query.distinct_fields.is_empty()
    };
    if plain {
        if is_native(&clone, "order_by") {
            // The copy is ours alone: no further one is needed to take its order away.
            let query = queryset(&clone)?.query(rt)?;
            query.borrow_mut().clear_ordering(true, true);
        } else {
            clone = ops::call_method(rt, &clone, "order_by".into(), CallArgs::none())?;
        }
    }
    only_one(rt, qs, &clone)
}

fn only_one(rt: &Rt, qs: &QuerySet, clone: &Value) -> Res<Value> {
    limit(rt, queryset(clone)?)?;
    let rows = fetch_all(rt, clone)?;
    let rows = rows.items();
    the_one(rt, qs, &rows)
}

/// Cuts a query to as many rows as `get()` looks at.
pub(super) fn limit(rt: &Rt, qs: &QuerySet) -> Res<()> {
    qs.query(rt)?.borrow_mut().set_limits(None, Some(MAX_GET_RESULTS));
    Ok(())
}

/// The only row of a queryset. DoesNotExist and MultipleObjectsReturned of its model.
fn the_one(rt: &Rt, qs: &QuerySet, rows: &[Value]) -> Res<Value> {
    match rows.len() {
        1 => Ok(rows.first().cloned().unwrap_or_default()),
        0 => Err(does_not_exist(rt, &qs.model()?)),
        n => {
            let model = qs.model()?;
            let many =
                if (n as u64) < MAX_GET_RESULTS { n.to_string() } else { format!("more than {}", MAX_GET_RESULTS - 1) };
            let class = model_exception(rt, &model, "MultipleObjectsReturned")?;
            let text = format!("get() returned more than one {} -- it returned {many}!", model.object_name);
            Err(raise(rt, &class, text))
        }
    }
}

/// `get(Q)` on a queryset made here.
pub fn get_by_q(rt: &Rt, this: &Value, q: Q) -> Res<Value> {
    let qs = queryset(this)?;
    let clone = changed(rt, this, |_, query| {
        query.add_q(rt, &std::rc::Rc::new(q))?;
        query.clear_ordering(true, true);
        Ok(())
    })?;
    only_one(rt, qs, &clone)
}

/// The first row of a queryset as it stands; `None` where there is none.
pub fn first_row(rt: &Rt, this: &Value) -> Res<Value> {
    let rows = super::protocol::slice(rt, this, None, Some(1))?;
    let items = super::chain::items(rt, &rows)?;
    Ok(items.into_iter().next().unwrap_or_default())
}

fn check_grouping(rt: &Rt, qs: &QuerySet, method: &str) -> Res<()> {
    let query = qs.query(rt)?;
    let query = query.borrow();
    if let GroupBy::Exprs(cols) = &query.group_by {
        let Some(model) = &query.model else { return Ok(()) };
        let cols: Vec<_> = cols.iter().filter_map(|e| e.as_col()).collect();
        let targets = |pk: &FieldRef| cols.iter().any(|c| std::rc::Rc::ptr_eq(&c.target, pk));
        // A foreign key's values are of the key it refers to: that counts as the key here.
        let gives_key = model.pk().is_some_and(|pk| cols.iter().any(|c| std::rc::Rc::ptr_eq(&c.output, &pk)));
        if !gives_key && !model.pk_fields(rt).iter().all(targets) {
            return Err(Exc::TypeError.new(format!(
                "Cannot use QuerySet.{method}() on an unordered queryset performing aggregation. Add an ordering with order_by()."
            )));
        }
    }
    Ok(())
}

fn end(rt: &Rt, a: &mut Args, last: bool) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let rows = if is_ordered(rt, &this)? {
        if last { ops::call_method(rt, &this, "reverse".into(), CallArgs::none())? } else { this.clone() }
    } else {
        check_grouping(rt, qs, a.name)?;
        let name = Value::str(if last { "-pk" } else { "pk" });
        ops::call_method(rt, &this, "order_by".into(), CallArgs::new([name]))?
    };
    first_row(rt, &rows)
}

fn extreme(rt: &Rt, a: &mut Args, latest: bool) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.query(rt)?;
    qs.not_sliced("Cannot change a query once a slice has been taken.")?;
    let mut fields = std::mem::take(&mut a.rest);
    if fields.is_empty() {
        let by = qs.model()?.get_latest_by.borrow().clone();
        fields = match &by {
            Value::None => {
                return Err(Exc::ValueError.new(
                    "earliest() and latest() require either fields as positional arguments or 'get_latest_by' in the model's Meta.",
                ));
            }
            Value::List(_) | Value::Tuple(_) => ops::collect(rt, &by)?,
            other => vec![other.clone()],
        };
    }
    let from = if latest { ops::call_method(rt, &this, "reverse".into(), CallArgs::none())? } else { this.clone() };
    let copy = changed(rt, &from, |_, query| {
        query.set_limits(None, Some(1));
        query.clear_ordering(true, true);
        query.add_ordering(rt, &fields)
    })?;
    ops::call_method(rt, &copy, "get".into(), CallArgs::none())
}

fn in_bulk(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.query(rt)?;
    qs.not_sliced("Cannot use 'limit' or 'offset' with in_bulk().")?;
    if qs.iterable.get() != Iterable::Model {
        return Err(Exc::TypeError.new("in_bulk() cannot be used with values() or values_list()."));
    }
    let model = qs.model()?;
    let field_name = a.opt(2).map_or(Ok("pk".into()), |v| ops::str(rt, v))?;
    if field_name != "pk" {
        let field = model.get_field(rt, &field_name)?;
        let name = field.name();
        let mut unique = field.unique();
        for constraint in model.constraints.borrow().iter() {
            if let Some(fields) = crate::orm::instance::validate::total_unique_fields(rt, constraint)? {
                unique |= fields.as_slice() == [name];
            }
        }
        let query = qs.query(rt)?;
        let distinct = query.borrow().distinct_fields.len() == 1
            && query.borrow().distinct_fields.first().is_some_and(|f| **f == *field_name);
        if !unique && !distinct {
            return Err(
                Exc::ValueError.new(format!("in_bulk()'s field_name must be a unique field but '{field_name}' isn't."))
            );
        }
    }
    let out = Dict::new();
    let add = |rows: Vec<Value>| -> Res<()> {
        for object in rows {
            let key = ops::get_attr(rt, &object, Name::new(&field_name))?;
            out.set(rt, key, object)?;
        }
        Ok(())
    };
    let Some(ids) = a.some(1) else {
        add(super::chain::items(rt, &chain(rt, &this)?)?)?;
        return Ok(Value::Dict(out));
    };
    if !ops::truthy(rt, ids)? {
        return Ok(Value::Dict(out));
    }
    let ids = ops::collect(rt, ids)?;
    let width = if field_name == "pk" { model.pk_fields(rt).len().max(1) } else { 1 };
    let batch = crate::db::operations::MAX_QUERY_PARAMS / width;
    let key = Name::new(&format!("{field_name}__in"));
    for part in ids.chunks(batch.max(1)) {
        let rows = filter_kwargs(rt, &this, Vec::new(), vec![(key, Value::tuple(part.to_vec()))])?;
        add(super::chain::items(rt, &rows)?)?;
    }
    Ok(Value::Dict(out))
}

fn iterator(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let size = match a.some(1) {
        None => {
            if !qs.prefetch.borrow().is_empty() {
                return Err(Exc::ValueError
                    .new("chunk_size must be provided when using QuerySet.iterator() after prefetch_related()."));
            }
            None
        }
        Some(v) => {
            let n = ops::index(rt, v)?;
            if n <= 0 {
                return Err(Exc::ValueError.new("Chunk size must be strictly positive."));
            }
            Some(n as usize)
        }
    };
    super::rows::streaming(rt, &this, size)
}

fn explain(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let format = match a.some(1) {
        Some(v) => Some(ops::str(rt, v)?.to_string()),
        None => None,
    };
    let options = std::mem::take(&mut a.kwargs);
    let query = qs.query(rt)?;
    let query = query.borrow();
    crate::sql::compiler::explain(rt, &query, format.as_deref(), &options).map(Value::from)
}

pub(super) const ROWS: &[Row] = &[
    Row::method("get", "(self, *args, **kwargs)", "The one row that meets conditions.", |rt, a| {
        let (args, kwargs) = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
        get(rt, a.get(0), args, kwargs)
    })
    .at(QUERY),
    Row::method("first", "(self)", "The first row, or None.", |rt, a| end(rt, a, false)).at(QUERY),
    Row::method("last", "(self)", "The last row, or None.", |rt, a| end(rt, a, true)).at(QUERY),
    Row::method("earliest", "(self, *fields)", "The row with the least date.", |rt, a| extreme(rt, a, false)).at(QUERY),
    Row::method("latest", "(self, *fields)", "The row with the greatest date.", |rt, a| extreme(rt, a, true)).at(QUERY),
    Row::method("in_bulk", "(self, id_list=None, *, field_name='pk')", "Rows by key.", in_bulk).at(QUERY),
    Row::method("iterator", "(self, chunk_size=None)", "The rows one by one, not kept.", iterator).at(QUERY),
    Row::method("explain", "(self, *, format=None, **options)", "How SQLite goes about it.", explain).at(QUERY),
    Row::method(
        "raw",
        "(self, raw_query, params=(), translations=None, using=None)",
        "Rows of one's own SQL.",
        crate::orm::raw::of_queryset,
    )
    .at(QUERY),
];
