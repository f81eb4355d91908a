//! Methods that change what is selected and in which order.

use super::chain::{chain, changed};
use super::{QuerySet, queryset};
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::prefetch::Prefetch;
use crate::source::Name;
use crate::sql::ir::SelectRelated;

fn only_none(args: &[Value]) -> bool {
    matches!(args, [Value::None])
}

fn shared(rt: &Rt, value: &Value) -> Res<std::rc::Rc<str>> {
    Ok(std::rc::Rc::from(ops::str(rt, value)?.as_str()))
}

fn no_values(qs: &QuerySet, method: &str) -> Res<()> {
    if qs.has_fields() {
        return Err(Exc::TypeError.new(format!("Cannot call {method}() after .values() or .values_list()")));
    }
    Ok(())
}

fn texts(rt: &Rt, args: &[Value]) -> Res<Vec<String>> {
    args.iter()
        .map(|v| match v.as_str() {
            Some(s) => Ok(s.to_string()),
            None => {
                // What Django says depends on what is split first: an int has no `split`.
                let _ = rt;
                Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'split'", ops::type_name(v))))
            }
        })
        .collect()
}

fn order_by(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.query(rt)?;
    qs.not_sliced("Cannot reorder a query once a slice has been taken.")?;
    let names = std::mem::take(&mut a.rest);
    changed(rt, &this, |_, query| {
        query.clear_ordering(true, false);
        query.add_ordering(rt, &names)
    })
}

fn select_related(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("select_related")?;
    no_values(qs, "select_related")?;
    let fields = std::mem::take(&mut a.rest);
    changed(rt, &this, |_, query| {
        if only_none(&fields) {
            query.select_related = SelectRelated::No;
        } else if fields.is_empty() {
            query.select_related = SelectRelated::All;
        } else {
            let names = texts(rt, &fields)?;
            query.add_select_related(&names.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Ok(())
    })
}

fn prefetch_related(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("prefetch_related")?;
    let lookups = std::mem::take(&mut a.rest);
    let copy = chain(rt, &this)?;
    let new = queryset(&copy)?;
    if only_none(&lookups) {
        *new.prefetch.borrow_mut() = std::rc::Rc::from([]);
        return Ok(copy);
    }
    let query = new.query(rt)?;
    for lookup in &lookups {
        let path = match lookup.native::<Prefetch>() {
            Some(p) => p.to.borrow().to_string(),
            None => texts(rt, std::slice::from_ref(lookup))?.remove(0),
        };
        let first = path.split("__").next().unwrap_or("").to_string();
        let known = Name::existing(&first).is_some_and(|n| query.borrow().filtered_relations.contains_key(&n));
        if known {
            return Err(Exc::ValueError.new("prefetch_related() is not supported with FilteredRelation."));
        }
    }
    let mut all = new.prefetch.borrow().to_vec();
    all.extend(lookups);
    *new.prefetch.borrow_mut() = all.into();
    Ok(copy)
}

fn defer(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("defer")?;
    no_values(qs, "defer")?;
    let fields = std::mem::take(&mut a.rest);
    changed(rt, &this, |_, query| {
        if only_none(&fields) {
            query.clear_deferred_loading();
        } else {
            let names = texts(rt, &fields)?;
            query.add_deferred_loading(&names.iter().map(|n| Name::new(n)).collect::<Vec<_>>());
        }
        Ok(())
    })
}

fn only(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("only")?;
    no_values(qs, "only")?;
    let fields = std::mem::take(&mut a.rest);
    if only_none(&fields) {
        return Err(Exc::TypeError.new("Cannot pass None as an argument to only()."));
    }
    let names = texts(rt, &fields)?;
    let query = qs.query(rt)?;
    for name in &names {
        let first = name.split("__").next().unwrap_or("");
        if Name::existing(first).is_some_and(|n| query.borrow().filtered_relations.contains_key(&n)) {
            return Err(Exc::ValueError.new("only() is not supported with FilteredRelation."));
        }
    }
    changed(rt, &this, |_, query| {
        query.add_immediate_loading(&names.iter().map(|n| Name::new(n)).collect::<Vec<_>>());
        Ok(())
    })
}

/// Whether the rows come in an order.
pub fn is_ordered(rt: &Rt, this: &Value) -> Res<bool> {
    let qs = queryset(this)?;
    let query = qs.query(rt)?;
    let query = query.borrow();
    if query.is_empty() || !query.extra_order_by.is_empty() || !query.order_by.is_empty() {
        return Ok(true);
    }
    let ordering = query.model.as_ref().is_some_and(|m| !m.ordering.borrow().is_empty());
    Ok(query.default_ordering && ordering && matches!(query.group_by, crate::sql::ir::GroupBy::None))
}

pub(super) const ROWS: &[Row] = &[
    Row::method("order_by", "(self, *field_names)", "The rows in another order.", order_by).at(QUERY),
    Row::method("reverse", "(self)", "The rows in reverse order.", |rt, a| {
        let qs = queryset(a.get(0))?;
        qs.query(rt)?;
        qs.not_sliced("Cannot reverse a query once a slice has been taken.")?;
        changed(rt, a.get(0), |_, query| {
            query.standard_ordering = !query.standard_ordering;
            Ok(())
        })
    })
    .at(QUERY),
    Row::method("distinct", "(self, *field_names)", "No row twice.", |rt, a| {
        let this = a.value(0);
        let qs = queryset(&this)?;
        qs.not_combined("distinct")?;
        qs.query(rt)?;
        qs.not_sliced("Cannot create distinct fields once a slice has been taken.")?;
        let names = texts(rt, &std::mem::take(&mut a.rest))?;
        changed(rt, &this, |_, query| {
            query.distinct_fields = std::rc::Rc::new(names.iter().map(|n| std::rc::Rc::from(n.as_str())).collect());
            query.distinct = true;
            Ok(())
        })
    })
    .at(QUERY),
    Row::method(
        "extra",
        "(self, select=None, where=None, params=None, tables=None, order_by=None, select_params=None)",
        "SQL of one's own in the query.",
        |rt, a| {
            let this = a.value(0);
            let qs = queryset(&this)?;
            qs.not_combined("extra")?;
            qs.query(rt)?;
            qs.not_sliced("Cannot change a query once a slice has been taken.")?;
            let mut select = Vec::new();
            match a.some(1) {
                Some(named) if ops::truthy(rt, named)? => match named.as_dict() {
                    Some(dict) => {
                        for (name, sql) in dict.0.items() {
                            select.push((shared(rt, &name)?, sql));
                        }
                    }
                    None => drop(ops::get_attr(rt, named, "items".into())?),
                },
                _ => {}
            }
            let list = |slot: usize| a.some(slot).map_or(Ok(Vec::new()), |v| ops::collect(rt, v));
            let texts =
                |slot: usize| -> Res<Vec<std::rc::Rc<str>>> { list(slot)?.iter().map(|v| shared(rt, v)).collect() };
            let (conditions, params, tables) = (texts(2)?, list(3)?, texts(4)?);
            let order_by = match a.some(5) {
                Some(one @ Value::Str(_)) => vec![one.clone()],
                _ => list(5)?,
            };
            let select_params = list(6)?;
            changed(rt, &this, |_, query| {
                query.add_extra(rt, &select, &select_params, &conditions, &params, &tables, &order_by)
            })
        },
    )
    .at(QUERY),
    Row::method("select_related", "(self, *fields)", "Related objects in the same query.", select_related).at(QUERY),
    Row::method("prefetch_related", "(self, *lookups)", "Related objects in a query each.", prefetch_related).at(QUERY),
    Row::method("defer", "(self, *fields)", "Leaves fields out until they are asked for.", defer).at(QUERY),
    Row::method("only", "(self, *fields)", "Loads these fields alone.", only).at(QUERY),
    Row::method("using", "(self, alias)", "From another database.", |rt, a| {
        let copy = chain(rt, a.get(0))?;
        queryset(&copy)?.db.set(a.get(1).as_str().map(|s| Name::new(s)));
        Ok(copy)
    }),
    Row::method(
        "select_for_update",
        "(self, nowait=False, skip_locked=False, of=(), no_key=False)",
        "Locks rows; SQLite has no need to.",
        |rt, a| {
            if a.flag(rt, 1, false)? && a.flag(rt, 2, false)? {
                return Err(Exc::ValueError.new("The nowait option cannot be used with skip_locked."));
            }
            changed(rt, a.get(0), |qs, query| {
                qs.for_write.set(true);
                query.select_for_update = true;
                Ok(())
            })
        },
    )
    .at(QUERY),
    Row::getter("ordered", "Whether the rows come in an order.", |rt, a| is_ordered(rt, a.get(0)).map(Value::Bool)),
    Row::getter("db", "The database's alias.", |_, a| Ok(Value::from(queryset(a.get(0))?.alias()))),
];
