//! The manager of one side of a many-to-many.

use std::rc::Rc;

use super::{ManyToMany, Related, call_super, related, super_queryset};
use crate::db::Db;
use crate::models::FieldRef;
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Set, Value, ops};
use crate::orm::descriptors::foreign_values;
use crate::orm::files::RELATED;
use crate::orm::instance::model_of_instance;
use crate::orm::queryset::{self, QuerySet};
use crate::orm::signals::{Signals, has_listeners, send};
use crate::orm::{DEFAULT_DB, manager};
use crate::source::Name;
use crate::sql::ir::{Connector, Q, QChild};

fn parts(r: &Related) -> Res<&ManyToMany> {
    r.m2m.as_ref().ok_or_else(|| Exc::AttributeError.new("not a many-to-many manager"))
}

fn changed(rt: &Rt, r: &Related, action: &str, pks: Value) -> Res<()> {
    let m2m = parts(r)?;
    let which = Signals::of(rt).m2m_changed.clone();
    let sender = m2m.through.class_value();
    if !has_listeners(rt, &which, &sender) {
        return Ok(());
    }
    let named = [
        ("action", Value::str(action)),
        ("instance", r.instance.clone()),
        ("reverse", Value::Bool(m2m.reverse)),
        ("model", r.model.class_value()),
        ("pk_set", pks),
        ("using", Value::str(DEFAULT_DB)),
    ];
    send(rt, &which, &sender, &named)
}

/// The keys of objects or of keys given as they are, each once.
fn target_ids(rt: &Rt, r: &Related, field: &FieldRef, objects: &[Value]) -> Res<Rc<Set>> {
    let mut ids = Vec::new();
    let class = r.model.class()?;
    for object in objects {
        if rt.is_instance(object, &class) {
            let id = foreign_values(rt, field, object)?.into_iter().next().unwrap_or_default();
            if id.is_none() {
                return Err(Exc::ValueError.new(format!(
                    "Cannot add \"{}\": the value for field \"{}\" is None",
                    ops::repr(rt, object)?,
                    field.name()
                )));
            }
            ids.push(id);
        } else if model_of_instance(object).is_some() {
            return Err(Exc::TypeError.new(format!(
                "'{}' instance expected, got {}",
                r.model.object_name,
                ops::repr(rt, object)?
            )));
        } else {
            ids.push(field.get_prep_value(rt, object)?);
        }
    }
    Set::from_values(rt, ids, false)
}

fn through_rows(rt: &Rt, m2m: &ManyToMany) -> Res<Value> {
    let rows = manager::get_queryset(rt, &m2m.through.default_manager(rt)?)?;
    ops::call_method(rt, &rows, "using".into(), CallArgs::new([Value::str(DEFAULT_DB)]))
}

fn own_val(m2m: &ManyToMany) -> Value {
    m2m.related_val.first().cloned().unwrap_or_default()
}

fn add_items(
    rt: &Rt,
    r: &Related,
    (source, target): (&FieldRef, &FieldRef),
    objects: &[Value],
    defaults: &Value,
) -> Res<()> {
    if objects.is_empty() {
        return Ok(());
    }
    let m2m = parts(r)?;
    let mut extra: Vec<(Name, Value)> = Vec::new();
    if let Some(dict) = defaults.as_dict() {
        for (key, value) in dict.0.items() {
            if let Some(name) = key.as_str() {
                let value = if ops::callable(rt, &value) { ops::call0(rt, &value)? } else { value };
                extra.push((Name::new(name), value));
            }
        }
    }
    let ids = target_ids(rt, r, target, objects)?;
    let can_ignore = m2m.through.auto_created.borrow().is_some();
    let listened = has_listeners(rt, &Signals::of(rt).m2m_changed, &m2m.through.class_value());
    let must_send = (m2m.reverse || Rc::ptr_eq(source, &m2m.source)) && listened;
    let create = |ids: Vec<Value>, with_extra: bool| -> Res<()> {
        let mut links = Vec::new();
        for id in ids {
            let mut args = CallArgs::none();
            if with_extra {
                args.kw.extend(extra.iter().cloned());
            }
            args.kw.push((Name::new(&format!("{}_id", source.name())), own_val(m2m)));
            args.kw.push((Name::new(&format!("{}_id", target.name())), id));
            links.push(ops::call(rt, &m2m.through.class_value(), args)?);
        }
        let rows = through_rows(rt, m2m)?;
        let args = CallArgs::new([Value::list(links)]).with("ignore_conflicts", Value::Bool(can_ignore));
        ops::call_method(rt, &rows, "bulk_create".into(), args)?;
        Ok(())
    };
    if can_ignore && !must_send {
        return create(ids.table.keys(), false);
    }
    // Only what is missing is added.
    let rows = through_rows(rt, m2m)?;
    let flat = CallArgs::new([Value::from(target.name())]).with("flat", Value::Bool(true));
    let rows = ops::call_method(rt, &rows, "values_list".into(), flat)?;
    let mut q = CallArgs::none();
    q.kw.push((source.name(), own_val(m2m)));
    q.kw.push((Name::new(&format!("{}__in", target.name())), Value::Set(ids.clone())));
    let rows = ops::call_method(rt, &rows, "filter".into(), q)?;
    for found in ops::collect(rt, &rows)? {
        ids.table.remove(rt, &found)?;
    }
    Db::of(rt).atomic(rt, false, || {
        let pks = Value::Set(ids.clone());
        if must_send {
            changed(rt, r, "pre_add", pks.clone())?;
        }
        create(ids.table.keys(), true)?;
        if must_send {
            changed(rt, r, "post_add", pks)?;
        }
        Ok(())
    })
}

fn add_all(rt: &Rt, r: &Related, objects: &[Value], defaults: &Value) -> Res<()> {
    let m2m = parts(r)?;
    r.forget(rt)?;
    Db::of(rt).atomic(rt, false, || {
        add_items(rt, r, (&m2m.source, &m2m.target), objects, defaults)?;
        if m2m.symmetrical {
            add_items(rt, r, (&m2m.target, &m2m.source), objects, defaults)?;
        }
        Ok(())
    })
}

/// The condition on the links to remove: the instance's own, of these values where they are a limit.
fn remove_filters(rt: &Rt, m2m: &ManyToMany, removed: &Value) -> Res<Q> {
    let limited = match removed.native::<QuerySet>() {
        Some(qs) => !qs.query(rt)?.borrow().where_.is_empty(),
        None => true,
    };
    let val = Value::tuple(m2m.related_val.clone());
    let side = |near: &FieldRef, far: &FieldRef| {
        let mut q = Q::filter(near.name().text(), val.clone());
        if limited {
            q.add(QChild::Q(Rc::new(Q::filter(format!("{}__in", far.name()), removed.clone()))), Connector::And);
        }
        Rc::new(q)
    };
    let forward = side(&m2m.source, &m2m.target);
    if !m2m.symmetrical {
        return Ok((*forward).clone());
    }
    let backward = side(&m2m.target, &m2m.source);
    Ok((*forward.combine(&backward, Connector::Or)).clone())
}

fn delete_links(rt: &Rt, m2m: &ManyToMany, removed: &Value) -> Res<()> {
    let q = remove_filters(rt, m2m, removed)?;
    let rows = through_rows(rt, m2m)?;
    let rows = queryset::filter_q(rt, &rows, q)?;
    ops::call_method(rt, &rows, "delete".into(), CallArgs::none())?;
    Ok(())
}

fn remove_all(rt: &Rt, this: &Value, r: &Related, objects: &[Value]) -> Res<()> {
    let m2m = parts(r)?;
    r.forget(rt)?;
    if objects.is_empty() {
        return Ok(());
    }
    let class = r.model.class()?;
    let mut ids = Vec::new();
    for object in objects {
        if rt.is_instance(object, &class) {
            ids.push(foreign_values(rt, &m2m.target, object)?.into_iter().next().unwrap_or_default());
        } else {
            ids.push(object.clone());
        }
    }
    let ids = Value::Set(Set::from_values(rt, ids, false)?);
    Db::of(rt).atomic(rt, false, || {
        changed(rt, r, "pre_remove", ids.clone())?;
        let rows = super_queryset(rt, this)?;
        let filtered = match rows.native::<QuerySet>() {
            Some(qs) => !qs.query(rt)?.borrow().where_.is_empty(),
            None => false,
        };
        let removed = if filtered {
            let name = m2m.target.target_field()?.attname();
            let mut args = CallArgs::none();
            args.kw.push((Name::new(&format!("{name}__in")), ids.clone()));
            ops::call_method(rt, &rows, "filter".into(), args)?
        } else {
            ids.clone()
        };
        delete_links(rt, m2m, &removed)?;
        changed(rt, r, "post_remove", ids.clone())
    })
}

fn clear_all(rt: &Rt, this: &Value, r: &Related) -> Res<()> {
    let m2m = parts(r)?;
    Db::of(rt).atomic(rt, false, || {
        changed(rt, r, "pre_clear", Value::None)?;
        r.forget(rt)?;
        let rows = super_queryset(rt, this)?;
        delete_links(rt, m2m, &rows)?;
        changed(rt, r, "post_clear", Value::None)
    })
}

fn set_all(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let r = related(a, 0)?;
    let m2m = parts(r)?;
    let objects = ops::collect(rt, a.get(1))?;
    let clear = a.flag(rt, 2, false)?;
    let defaults = a.value(3);
    let add = |objects: Vec<Value>| {
        ops::call_method(rt, &this, "add".into(), CallArgs::new(objects).with("through_defaults", defaults.clone()))
    };
    Db::of(rt).atomic(rt, false, || {
        if clear {
            ops::call_method(rt, &this, "clear".into(), CallArgs::none())?;
            add(objects)?;
            return Ok(Value::None);
        }
        let rows = ops::call_method(rt, &this, "using".into(), CallArgs::new([Value::str(DEFAULT_DB)]))?;
        let name = m2m.target.target_field()?.attname();
        let flat = CallArgs::new([Value::from(name)]).with("flat", Value::Bool(true));
        let rows = ops::call_method(rt, &rows, "values_list".into(), flat)?;
        let old = Set::from_values(rt, ops::collect(rt, &rows)?, false)?;
        let class = r.model.class()?;
        let mut new = Vec::new();
        for object in objects {
            let key = if rt.is_instance(&object, &class) {
                foreign_values(rt, &m2m.target, &object)?.into_iter().next().unwrap_or_default()
            } else {
                m2m.target.get_prep_value(rt, &object)?
            };
            if old.table.remove(rt, &key)?.is_none() {
                new.push(object);
            }
        }
        ops::call_method(rt, &this, "remove".into(), CallArgs::new(old.table.keys()))?;
        add(new)?;
        Ok(Value::None)
    })
}

fn made_then_added(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let defaults = a.value(1);
    let mut args = CallArgs::new(std::mem::take(&mut a.rest));
    args.kw.extend(std::mem::take(&mut a.kwargs));
    let copy = manager::db_manager(&this, Some(Name::new(DEFAULT_DB)));
    let made = call_super(rt, &copy, a.name, args)?;
    let (object, created) = match made.as_tuple() {
        Some(pair) if a.name != "create" => {
            (pair.first().cloned().unwrap_or_default(), ops::truthy(rt, &pair.get(1).cloned().unwrap_or_default())?)
        }
        _ => (made.clone(), true),
    };
    if created {
        let args = CallArgs::new([object]).with("through_defaults", defaults);
        ops::call_method(rt, &this, "add".into(), args)?;
    }
    Ok(made)
}

/// The links alone, where they tell as much as the objects: what `count()` and `exists()` ask.
fn constrained(rt: &Rt, this: &Value, r: &Related) -> Res<Option<Value>> {
    let m2m = parts(r)?;
    let class = rt.class_of(this);
    let plain = class.bases.first().is_some_and(|base| Rc::ptr_eq(base, &manager::class(rt)));
    let constraint = m2m.target.rel_data().is_some_and(|r| r.db_constraint.get());
    if !plain || !constraint || r.prefetched(rt).is_some() {
        return Ok(None);
    }
    let rows = manager::get_queryset(rt, &m2m.through.base_manager(rt)?)?;
    let mut pairs = vec![(m2m.source.name(), own_val(m2m))];
    if m2m.target.null() {
        pairs.push((Name::new(&format!("{}__isnull", m2m.target.name())), Value::Bool(false)));
    }
    queryset::filter_kwargs(rt, &rows, Vec::new(), pairs).map(Some)
}

fn quick(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let name = Name::new(a.name);
    match constrained(rt, &this, related(a, 0)?)? {
        Some(rows) => ops::call_method(rt, &rows, name, CallArgs::none()),
        None => call_super(rt, &this, a.name, CallArgs::none()),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::method("add", "(self, *objs, through_defaults=None)", "Links objects.", |rt, a| {
        let objects = std::mem::take(&mut a.rest);
        add_all(rt, related(a, 0)?, &objects, a.get(1))?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("remove", "(self, *objs)", "Unlinks objects.", |rt, a| {
        let objects = std::mem::take(&mut a.rest);
        remove_all(rt, a.get(0), related(a, 0)?, &objects)?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("clear", "(self)", "Unlinks all.", |rt, a| {
        clear_all(rt, a.get(0), related(a, 0)?)?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("set", "(self, objs, *, clear=False, through_defaults=None)", "Links these objects alone.", set_all)
        .at(RELATED),
    Row::method("create", "(self, *args, through_defaults=None, **kwargs)", "A new object, linked.", made_then_added)
        .at(RELATED),
    Row::method(
        "get_or_create",
        "(self, *args, through_defaults=None, **kwargs)",
        "An object, made and linked where it is missing.",
        made_then_added,
    )
    .at(RELATED),
    Row::method(
        "update_or_create",
        "(self, *args, through_defaults=None, **kwargs)",
        "An object updated, or made and linked.",
        made_then_added,
    )
    .at(RELATED),
    Row::method(
        "_add_items",
        "(self, source_field_name, target_field_name, *objs, through_defaults=None)",
        "Links objects from one side.",
        |rt, a| {
            let objects = std::mem::take(&mut a.rest);
            let r = related(a, 0)?;
            let through = &parts(r)?.through;
            let side = |name: &str| through.get_field(rt, name);
            add_items(rt, r, (&side(a.str(1)?)?, &side(a.str(2)?)?), &objects, a.get(3))?;
            Ok(Value::None)
        },
    )
    .at(RELATED),
    Row::method("count", "(self)", "How many are linked.", quick).at(RELATED),
    Row::method("exists", "(self)", "Whether any is linked.", quick).at(RELATED),
];
