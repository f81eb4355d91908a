//! `bulk_create`.

use std::rc::Rc;

use super::queryset;
use crate::db::{Db, operations};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::instance::make::generated;
use crate::orm::instance::save::prepare_related;
use crate::orm::instance::{is_set, pk_of, set_pk, state};
use crate::orm::write::{self, OnConflict};

fn fields_named(rt: &Rt, model: &ModelRef, names: Option<&Value>) -> Res<Vec<FieldRef>> {
    let Some(names) = names else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for name in ops::collect(rt, names)? {
        let text = ops::str(rt, &name)?;
        match model.pk() {
            Some(pk) if text == "pk" => out.push(pk),
            _ => out.push(model.get_field(rt, &text)?),
        }
    }
    Ok(out)
}

fn on_conflict(
    rt: &Rt,
    model: &ModelRef,
    ignore: bool,
    update: bool,
    update_fields: &[FieldRef],
    unique_fields: &[FieldRef],
) -> Res<OnConflict> {
    let value_error = |text: &str| Err(Exc::ValueError.new(text));
    if ignore && update {
        return value_error("ignore_conflicts and update_conflicts are mutually exclusive.");
    }
    if ignore {
        return Ok(OnConflict::Ignore);
    }
    if !update {
        return Ok(OnConflict::Raise);
    }
    if update_fields.is_empty() {
        return value_error("Fields that will be updated when a row insertion fails on conflicts must be provided.");
    }
    if unique_fields.is_empty() {
        return value_error("Unique fields that can trigger the upsert must be provided.");
    }
    let concrete = |f: &FieldRef| f.concrete() && !f.many_to_many();
    if !update_fields.iter().all(concrete) {
        return value_error("bulk_create() can only be used with concrete fields in update_fields.");
    }
    let pk_fields = model.pk_fields(rt);
    if update_fields.iter().any(|f| pk_fields.iter().any(|pk| Rc::ptr_eq(pk, f))) {
        return value_error("bulk_create() cannot be used with primary keys in update_fields.");
    }
    if !unique_fields.iter().all(concrete) {
        return value_error("bulk_create() can only be used with concrete fields in unique_fields.");
    }
    Ok(OnConflict::Update)
}

fn bulk_create(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let batch = match a.some(2) {
        Some(v) => match ops::index(rt, v)? {
            n if n <= 0 => return Err(Exc::ValueError.new("Batch size must be a positive integer.")),
            n => Some(n as usize),
        },
        None => None,
    };
    let model = qs.model()?;
    for parent in model.all_parents() {
        if !Rc::ptr_eq(&parent.concrete_model(), &model.concrete_model()) {
            return Err(Exc::ValueError.new("Can't bulk create a multi-table inherited model"));
        }
    }
    let given = a.value(1);
    if !ops::truthy(rt, &given)? {
        return Ok(given);
    }
    let (ignore, update) = (a.flag(rt, 3, false)?, a.flag(rt, 4, false)?);
    let unique_fields = fields_named(rt, &model, a.some(6))?;
    let update_fields = fields_named(rt, &model, a.some(5))?;
    let conflict = on_conflict(rt, &model, ignore, update, &update_fields, &unique_fields)?;
    qs.for_write.set(true);
    let alias = qs.checked_alias()?;
    let fields: Vec<FieldRef> = model.concrete_fields().iter().filter(|f| !generated(f)).cloned().collect();
    let objects = ops::collect(rt, &given)?;
    let Some(pk) = model.pk() else { return Ok(Value::list(objects)) };
    let (mut with_pk, mut without_pk) = (Vec::new(), Vec::new());
    for object in &objects {
        let mut key = pk_of(rt, object)?;
        if !is_set(&key) {
            let value = write::pk_value_on_save(rt, &pk)?;
            if !value.is_none() {
                set_pk(rt, object, value)?;
                key = pk_of(rt, object)?;
            }
        }
        prepare_related(rt, object, "bulk_create", None)?;
        if is_set(&key) { with_pk.push(object.clone()) } else { without_pk.push(object.clone()) }
    }
    let returning = write::returning_fields(&model);
    let insert_all = |objects: &[Value], fields: &[FieldRef], skip_pk: bool| -> Res<()> {
        let most = operations::bulk_batch_size(fields.len(), objects.len()).max(1);
        let size = batch.map_or(most, |b| b.min(most));
        for (i, part) in objects.chunks(size).enumerate() {
            rt.host.progress("inserting", i * size, objects.len());
            let wanted: &[FieldRef] = if conflict == OnConflict::Ignore { &[] } else { &returning };
            let rows = write::insert(
                rt,
                &write::Insert {
                    model: &model,
                    fields,
                    objects: part,
                    returning: wanted,
                    raw: false,
                    on_conflict: conflict,
                    update_fields: &update_fields,
                    unique_fields: &unique_fields,
                },
            )?;
            for (object, row) in part.iter().zip(rows) {
                for (value, field) in row.into_iter().zip(wanted) {
                    if !(skip_pk && Rc::ptr_eq(field, &pk)) {
                        ops::set_attr(rt, object, field.attname(), value)?;
                    }
                }
            }
            for object in part {
                if let Some(s) = state(object) {
                    s.adding.set(false);
                    s.db.set(Some(alias));
                }
            }
        }
        rt.host.progress("inserting", objects.len(), objects.len());
        Ok(())
    };
    Db::of(rt).atomic(rt, false, || {
        if !with_pk.is_empty() {
            insert_all(&with_pk, &fields, true)?;
        }
        if !without_pk.is_empty() {
            let fields: Vec<FieldRef> = fields.iter().filter(|f| !write::is_auto(f)).cloned().collect();
            insert_all(&without_pk, &fields, false)?;
        }
        Ok(())
    })?;
    Ok(Value::list(objects))
}

pub(super) const ROWS: &[Row] = &[Row::method(
    "bulk_create",
    "(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, update_fields=None, unique_fields=None)",
    "Many new rows in few statements.",
    bulk_create,
)
.at(QUERY)];
