//! The rows of one step of a prefetch, and the keys that bring them and the instances together.

use std::rc::Rc;

use crate::models::{FieldRef, ModelRef};
use crate::object::{CallArgs, Dict, Exc, Res, Rt, Value, ops};
use crate::orm::descriptors::{foreign_values, local_values};
use crate::orm::instance::{is_cached, model_of_instance, set_cached};
use crate::orm::queryset::{self, queryset};
use crate::orm::related::{self, Related};
use crate::source::Name;
use crate::sql::ir::{Q, QChild};

/// The key that brings objects and instances together.
pub(super) enum Key {
    /// Values of the columns on the side of the foreign key.
    Local(FieldRef),
    /// Values of the columns referred to.
    Foreign(FieldRef),
    /// Values selected besides, by attribute; and how they are compared.
    Selected(Vec<(Name, FieldRef)>),
    /// As [`Key::Foreign`], each prepared for the database.
    Prepared(Vec<FieldRef>),
    /// Of a generic relation: the object's key in the field's own type.
    GenericObject(FieldRef, ModelRef),
    /// The primary key.
    Pk,
    /// A function of the session's.
    Call(Value),
    /// Of a generic foreign key: class and key.
    Generic(FieldRef),
    /// As [`Key::Generic`], of the objects found.
    Object,
}

impl Key {
    pub(super) fn of(&self, rt: &Rt, object: &Value) -> Res<Value> {
        let tuple = |mut values: Vec<Value>| if values.len() == 1 { values.remove(0) } else { Value::tuple(values) };
        Ok(match self {
            Key::Local(field) => tuple(local_values(rt, field, object)?),
            Key::Foreign(field) => tuple(foreign_values(rt, field, object)?),
            Key::Selected(names) => {
                let mut out = Vec::new();
                for (name, field) in names {
                    let value = ops::get_attr(rt, object, *name)?;
                    out.push(field.get_db_prep_value(rt, &value, false)?);
                }
                tuple(out)
            }
            Key::Prepared(fields) => {
                let mut out = Vec::new();
                for field in fields {
                    let value = crate::orm::instance::field_value(rt, object, field)?;
                    out.push(field.get_db_prep_value(rt, &value, false)?);
                }
                tuple(out)
            }
            Key::GenericObject(field, model) => {
                let value = crate::orm::instance::field_value(rt, object, field)?;
                match model.pk() {
                    Some(pk) => pk.to_python(rt, &value)?,
                    None => value,
                }
            }
            Key::Pk => crate::orm::instance::pk_of(rt, object)?,
            Key::Call(f) => ops::call1(rt, f, object.clone())?,
            Key::Generic(field) => crate::orm::generic::key_of(rt, field, object)?,
            Key::Object => {
                let class = Value::Class(rt.class_of(object));
                Value::tuple(vec![crate::orm::instance::pk_of(rt, object)?, class])
            }
        })
    }
}

/// The rows of one level and how they hang together with the instances.
pub(super) struct Fetch {
    pub(super) rows: Vec<Value>,
    pub(super) object_key: Key,
    pub(super) instance_key: Key,
    pub(super) single: bool,
    pub(super) cache_name: Name,
    pub(super) is_descriptor: bool,
    pub(super) more: Vec<Value>,
}

/// A given queryset's copy for prefetching, or the rows of a manager; the lookups it asks for itself are taken off.
pub(super) fn fetched_rows(rt: &Rt, rows: &Value) -> Res<(Vec<Value>, Vec<Value>)> {
    let Ok(qs) = queryset(rows) else { return Ok((ops::collect(rt, rows)?, Vec::new())) };
    let more = qs.prefetch.replace(Rc::from([])).to_vec();
    Ok((queryset::items(rt, rows)?, more))
}

pub(super) fn instances_by_key(rt: &Rt, key: &Key, instances: &[Value]) -> Res<Rc<Dict>> {
    let out = Dict::new();
    for instance in instances {
        out.set(rt, key.of(rt, instance)?, instance.clone())?;
    }
    Ok(out)
}

pub(super) fn gone() -> crate::object::Error {
    Exc::RuntimeError.new("the related model is not there yet")
}

pub(super) fn fetch_forward(rt: &Rt, field: &FieldRef, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let rows = match given {
        Some(rows) => rows,
        None => crate::orm::descriptors::base_rows(rt, &field.related_model().ok_or_else(gone)?)?,
    };
    let (object_key, instance_key) = (Key::Foreign(field.clone()), Key::Local(field.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let remote = field.foreign_related_fields()?;
    // Tuples of columns are compared, also where it is one column.
    let keys = by_key.0.keys().into_iter();
    let keys = keys.map(|key| if remote.len() == 1 { Value::tuple(vec![key]) } else { key }).collect();
    let condition = {
        let query = queryset(&rows)?.query(rt)?;
        crate::sql::lookups::tuple_in(rt, &mut query.borrow_mut(), field, &remote, keys)?
    };
    let rows = filter_unordered(rt, &rows, Q { children: vec![QChild::Expr(condition)], ..Q::default() })?;
    if field.one_to_one()
        && let Some(remote) = field.remote_field()
    {
        for row in queryset::items(rt, &rows)? {
            if let Some(instance) = by_key.get(rt, &object_key.of(rt, &row)?)? {
                set_cached(&remote, &row, instance);
            }
        }
    }
    let (rows, more) = fetched_rows(rt, &rows)?;
    let cache_name = field.cache_name();
    Ok(Fetch { rows, object_key, instance_key, single: true, cache_name, is_descriptor: false, more })
}

pub(super) fn filter_unordered(rt: &Rt, rows: &Value, q: Q) -> Res<Value> {
    let rows = queryset::filter_q(rt, rows, q)?;
    let query = queryset(&rows)?.query(rt)?;
    query.borrow_mut().clear_ordering(false, true);
    Ok(rows)
}

pub(super) fn fetch_reverse_one(rt: &Rt, rel: &FieldRef, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let forward = rel.remote_field().ok_or_else(gone)?;
    let rows = match given {
        Some(rows) => rows,
        None => crate::orm::descriptors::base_rows(rt, &rel.related_model().ok_or_else(gone)?)?,
    };
    let (object_key, instance_key) = (Key::Local(forward.clone()), Key::Foreign(forward.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let q = Q::filter(format!("{}__in", forward.name()), Value::list(instances.to_vec()));
    let rows = filter_unordered(rt, &rows, q)?;
    for row in queryset::items(rt, &rows)? {
        if let Some(instance) = by_key.get(rt, &object_key.of(rt, &row)?)? {
            set_cached(&forward, &row, instance);
        }
    }
    let (rows, more) = fetched_rows(rt, &rows)?;
    let cache_name = rel.cache_name();
    Ok(Fetch { rows, object_key, instance_key, single: true, cache_name, is_descriptor: false, more })
}

/// Puts the condition that picks the instances' objects into a queryset; a sliced one is cut a group.
pub(super) fn filter_instances(rt: &Rt, rows: &Value, name: Name, instances: &[Value]) -> Res<Value> {
    let rows = queryset::chain(rt, rows)?;
    let query = queryset(&rows)?.query(rt)?;
    let mut query = query.borrow_mut();
    let mut q = Q::filter(format!("{name}__in"), Value::list(instances.to_vec()));
    if query.is_sliced() {
        let (low, high) = (query.low_mark, query.high_mark);
        let window = crate::orm::generic::row_number(rt, name, &mut query)?;
        query.clear_limits();
        for (lookup, mark) in [("GreaterThan", Some(low)), ("LessThanOrEqual", high)] {
            if let Some(mark) = mark {
                let lookups = rt.exec()?.import(rt, "django.db.models.lookups")?;
                let class = ops::get_attr(rt, &lookups, Name::new(lookup))?;
                let made = ops::call(rt, &class, CallArgs::new([window.clone(), Value::Int(mark as i64)]))?;
                if let Some(e) = crate::sql::ir::expr_of(rt, &made)? {
                    q.children.push(QChild::Expr(e));
                }
            }
        }
    }
    query.add_q_reusing(rt, &q, true)?;
    drop(query);
    Ok(rows)
}

pub(super) fn fetch_many(rt: &Rt, manager: &Value, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let r: Related = related::of(manager)?.clone();
    let rows = match given {
        Some(rows) => rows,
        None => related::super_queryset(rt, manager)?,
    };
    let cache_name = r.cache_name();
    if let Some(m2m) = &r.m2m {
        let rows = filter_instances(rt, &rows, m2m.query_name, instances)?;
        let pairs = m2m.source.related_fields()?;
        let table = m2m.source.model().ok_or_else(gone)?.db_table.borrow().clone();
        let select = Dict::new();
        let mut names = Vec::new();
        for (local, _) in &pairs {
            let name = format!("_prefetch_related_val_{}", local.attname());
            let column = local.column().unwrap_or_else(|| local.attname().text());
            let quote = crate::db::operations::quote_name;
            select.set_str(rt, &name, Value::from(format!("{}.{}", quote(&table), quote(&column))));
            names.push((Name::new(&name), local.clone()));
        }
        let args = CallArgs::none().with("select", Value::Dict(select));
        let rows = ops::call_method(rt, &rows, "extra".into(), args)?;
        let instance_key = Key::Prepared(pairs.into_iter().map(|(_, remote)| remote).collect());
        let (rows, more) = fetched_rows(rt, &rows)?;
        let object_key = Key::Selected(names);
        return Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more });
    }
    if r.generic.is_some() {
        let (rows, field) = crate::orm::generic::prefetch_relation(rt, &r, &rows, instances)?;
        let (rows, more) = fetched_rows(rt, &rows)?;
        let model = model_of_instance(&r.instance).ok_or_else(gone)?;
        let object_key = Key::GenericObject(field, model);
        let instance_key = Key::Pk;
        return Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more });
    }
    let (object_key, instance_key) = (Key::Local(r.field.clone()), Key::Foreign(r.field.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let rows = filter_instances(rt, &rows, r.field.name(), instances)?;
    let more = queryset(&rows)?.prefetch.replace(Rc::from([])).to_vec();
    let rows = queryset::items(rt, &rows)?;
    for row in &rows {
        if !is_cached(&r.field, row)
            && let Some(instance) = by_key.get(rt, &object_key.of(rt, row)?)?
        {
            set_cached(&r.field, row, instance);
        }
    }
    Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more })
}

pub(super) fn fetch_custom(rt: &Rt, object: &Value, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let given = given.map_or(Value::None, |v| Value::list(vec![v]));
    let args = CallArgs::new([Value::list(instances.to_vec()), given]);
    let answer = ops::call_method(rt, object, "get_prefetch_querysets".into(), args)?;
    let parts = ops::collect(rt, &answer)?;
    let [rows, object_key, instance_key, single, cache_name, is_descriptor] = parts.as_slice() else {
        return Err(Exc::ValueError.new("not enough values to unpack (expected 6)"));
    };
    let (rows, more) = fetched_rows(rt, rows)?;
    Ok(Fetch {
        rows,
        object_key: Key::Call(object_key.clone()),
        instance_key: Key::Call(instance_key.clone()),
        single: ops::truthy(rt, single)?,
        cache_name: Name::new(cache_name.as_str().map_or("", |s| s)),
        is_descriptor: ops::truthy(rt, is_descriptor)?,
        more,
    })
}
