//! The manager of the objects that refer to an instance by a foreign key.

use super::{Related, call_super, expect_instance, related};
use crate::db::Db;
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Set, Value, ops};
use crate::orm::descriptors::{foreign_values, local_values};
use crate::orm::files::RELATED;
use crate::orm::instance::identity::{field_value, pk_of};
use crate::orm::instance::state;
use crate::orm::{manager, raise};
use crate::source::Name;

fn check_key(rt: &Rt, r: &Related) -> Res<()> {
    for (_, remote) in r.field.related_fields()? {
        if field_value(rt, &r.instance, &remote)?.is_none() {
            return Err(Exc::ValueError.new(format!(
                "\"{}\" needs to have a value for field \"{}\" before this relationship can be used.",
                ops::repr(rt, &r.instance)?,
                remote.attname()
            )));
        }
    }
    Ok(())
}

fn keyword(name: Name, value: Value) -> CallArgs {
    let mut args = CallArgs::none();
    args.kw.push((name, value));
    args
}

fn take_over(rt: &Rt, r: &Related, object: &Value) -> Res<()> {
    expect_instance(rt, r, object)?;
    ops::set_attr(rt, object, r.field.name(), r.instance.clone())
}

fn add_all(rt: &Rt, r: &Related, objects: Vec<Value>, bulk: bool) -> Res<()> {
    check_key(rt, r)?;
    r.forget(rt)?;
    if !bulk {
        return Db::of(rt).atomic(rt, false, || {
            for object in &objects {
                take_over(rt, r, object)?;
                ops::call_method(rt, object, "save".into(), CallArgs::none())?;
            }
            Ok(())
        });
    }
    let mut pks = Vec::new();
    for object in &objects {
        take_over(rt, r, object)?;
        if state(object).is_none_or(|s| s.adding.get() || s.db.get().is_none()) {
            return Err(Exc::ValueError.new(format!(
                "{} instance isn't saved. Use bulk=False or save the object first.",
                ops::repr(rt, object)?
            )));
        }
        pks.push(pk_of(rt, object)?);
    }
    let base = r.model.base_manager(rt)?;
    let rows = manager::get_queryset(rt, &base)?;
    let using = CallArgs::new([Value::str(crate::orm::DEFAULT_DB)]);
    let rows = ops::call_method(rt, &rows, "using".into(), using)?;
    let rows = ops::call_method(rt, &rows, "filter".into(), keyword(Name::new("pk__in"), Value::list(pks)))?;
    ops::call_method(rt, &rows, "update".into(), keyword(r.field.name(), r.instance.clone()))?;
    Ok(())
}

fn through_super(rt: &Rt, a: &mut Args, forget: bool) -> Res<Value> {
    let this = a.value(0);
    let r = super::of(&this)?;
    check_key(rt, r)?;
    if forget {
        r.forget(rt)?;
    }
    let mut args = CallArgs::new(std::mem::take(&mut a.rest));
    let name = r.field.name();
    args.kw.extend(std::mem::take(&mut a.kwargs).into_iter().filter(|(n, _)| *n != name));
    args.kw.push((name, r.instance.clone()));
    let copy = manager::db_manager(&this, Some(Name::new(crate::orm::DEFAULT_DB)));
    call_super(rt, &copy, a.name, args)
}

fn clear_rows(rt: &Rt, r: &Related, rows: &Value, bulk: bool) -> Res<()> {
    r.forget(rt)?;
    let using = CallArgs::new([Value::str(crate::orm::DEFAULT_DB)]);
    let rows = ops::call_method(rt, rows, "using".into(), using)?;
    if bulk {
        ops::call_method(rt, &rows, "update".into(), keyword(r.field.name(), Value::None))?;
        return Ok(());
    }
    Db::of(rt).atomic(rt, false, || {
        for object in ops::collect(rt, &rows)? {
            ops::set_attr(rt, &object, r.field.name(), Value::None)?;
            let fields = Value::list(vec![Value::from(r.field.name())]);
            ops::call_method(rt, &object, "save".into(), CallArgs::none().with("update_fields", fields))?;
        }
        Ok(())
    })
}

fn remove_all(rt: &Rt, this: &Value, r: &Related, objects: Vec<Value>, bulk: bool) -> Res<()> {
    if objects.is_empty() {
        return Ok(());
    }
    check_key(rt, r)?;
    let key = Value::tuple(foreign_values(rt, &r.field, &r.instance)?);
    let mut pks = Vec::new();
    for object in &objects {
        expect_instance(rt, r, object)?;
        let theirs = Value::tuple(local_values(rt, &r.field, object)?);
        if !ops::eq(rt, &theirs, &key)? {
            let model = r.field.related_model().unwrap_or_else(|| r.model.clone());
            let class = crate::orm::model_exception(rt, &model, "DoesNotExist")?;
            let text = format!("{} is not related to {}.", ops::repr(rt, object)?, ops::repr(rt, &r.instance)?);
            return Err(raise(rt, &class, text));
        }
        pks.push(pk_of(rt, object)?);
    }
    let set = Value::Set(Set::from_values(rt, pks, false)?);
    let rows = ops::call_method(rt, this, "filter".into(), keyword(Name::new("pk__in"), set))?;
    clear_rows(rt, r, &rows, bulk)
}

fn set_all(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let r = related(a, 0)?;
    check_key(rt, r)?;
    let objects = ops::collect(rt, a.get(1))?;
    let (bulk, clear) = (a.flag(rt, 2, true)?, a.flag(rt, 3, false)?);
    let with_bulk = |objects: Vec<Value>| CallArgs::new(objects).with("bulk", Value::Bool(bulk));
    if !r.field.null() {
        ops::call_method(rt, &this, "add".into(), with_bulk(objects))?;
        return Ok(Value::None);
    }
    Db::of(rt).atomic(rt, false, || {
        if clear {
            ops::call_method(rt, &this, "clear".into(), with_bulk(Vec::new()))?;
            ops::call_method(rt, &this, "add".into(), with_bulk(objects))?;
            return Ok(Value::None);
        }
        let using = CallArgs::new([Value::str(crate::orm::DEFAULT_DB)]);
        let rows = ops::call_method(rt, &this, "using".into(), using)?;
        let rows = ops::call_method(rt, &rows, "all".into(), CallArgs::none())?;
        let old = Set::from_values(rt, ops::collect(rt, &rows)?, false)?;
        let mut new = Vec::new();
        for object in objects {
            if old.table.remove(rt, &object)?.is_none() {
                new.push(object);
            }
        }
        ops::call_method(rt, &this, "remove".into(), with_bulk(old.table.keys()))?;
        ops::call_method(rt, &this, "add".into(), with_bulk(new))?;
        Ok(Value::None)
    })
}

pub(super) const ROWS: &[Row] = &[
    Row::method("add", "(self, *objs, bulk=True)", "Lets objects refer here.", |rt, a| {
        let objects = std::mem::take(&mut a.rest);
        add_all(rt, related(a, 0)?, objects, a.flag(rt, 1, true)?)?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("create", "(self, *args, **kwargs)", "A new object that refers here.", |rt, a| {
        through_super(rt, a, true)
    })
    .at(RELATED),
    Row::method("get_or_create", "(self, *args, **kwargs)", "An object that refers here.", |rt, a| {
        through_super(rt, a, false)
    })
    .at(RELATED),
    Row::method("update_or_create", "(self, *args, **kwargs)", "An object that refers here.", |rt, a| {
        through_super(rt, a, false)
    })
    .at(RELATED),
    Row::method("set", "(self, objs, *, bulk=True, clear=False)", "Lets these objects alone refer here.", set_all)
        .at(RELATED),
    Row::method("_check_fk_val", "(self)", "ValueError where the instance has no key.", |rt, a| {
        check_key(rt, related(a, 0)?).map(|()| Value::None)
    }),
];

pub(super) const NULL_ROWS: &[Row] = &[
    Row::method("remove", "(self, *objs, bulk=True)", "Lets objects refer here no more.", |rt, a| {
        let objects = std::mem::take(&mut a.rest);
        let bulk = a.flag(rt, 1, true)?;
        remove_all(rt, a.get(0), related(a, 0)?, objects, bulk)?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("clear", "(self, *, bulk=True)", "Lets nothing refer here.", |rt, a| {
        let r = related(a, 0)?;
        check_key(rt, r)?;
        clear_rows(rt, r, a.get(0), a.flag(rt, 1, true)?)?;
        Ok(Value::None)
    })
    .at(RELATED),
];
