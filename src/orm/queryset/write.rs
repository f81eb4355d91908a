//! `create`, `get_or_create`, `update_or_create`, `update`, `delete`.

use std::rc::Rc;

use super::chain::changed;
use super::queryset;
use crate::db::Db;
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::instance::make::{is_property, property_has_setter};
use crate::orm::write;
use crate::source::Name;
use crate::sql::ir::SelectRelated;

fn create(rt: &Rt, this: &Value, kwargs: Vec<(Name, Value)>) -> Res<Value> {
    let qs = queryset(this)?;
    let model = qs.model()?;
    let reverse: Vec<String> = kwargs
        .iter()
        .filter(|(n, _)| model.find_field(rt, *n).is_some_and(|f| f.is_reverse() && f.one_to_one() && f.name() == *n))
        .map(|(n, _)| n.to_string())
        .collect();
    if !reverse.is_empty() {
        return Err(
            Exc::ValueError.new(format!("The following fields do not exist in this model: {}", reverse.join(", ")))
        );
    }
    let mut args = CallArgs::none();
    args.kw.extend(kwargs);
    let object = ops::call(rt, &qs.model.borrow().clone(), args)?;
    qs.for_write.set(true);
    let how = CallArgs::none().with("force_insert", Value::Bool(true)).with("using", Value::from(qs.alias()));
    ops::call_method(rt, &object, "save".into(), how)?;
    Ok(object)
}

fn pairs(rt: &Rt, value: &Value) -> Res<Vec<(Name, Value)>> {
    if !ops::truthy(rt, value)? {
        return Ok(Vec::new());
    }
    let dict = match value.as_dict() {
        Some(d) => d.clone(),
        None => {
            return Err(Exc::TypeError.new(format!("'{}' object is not a mapping", ops::type_name(value))));
        }
    };
    Ok(dict.0.items().into_iter().filter_map(|(k, v)| k.as_str().map(|s| (Name::new(s), v.clone()))).collect())
}

fn resolved(rt: &Rt, value: Value) -> Res<Value> {
    if ops::callable(rt, &value) { ops::call0(rt, &value) } else { Ok(value) }
}

fn model_params(rt: &Rt, this: &Value, defaults: &Value, kwargs: &[(Name, Value)]) -> Res<Vec<(Name, Value)>> {
    let model = queryset(this)?.model()?;
    let class = model.class()?;
    let mut params: Vec<(Name, Value)> = kwargs.iter().filter(|(n, _)| !n.text().contains("__")).cloned().collect();
    for (name, value) in pairs(rt, defaults)? {
        match params.iter_mut().find(|(n, _)| *n == name) {
            Some(entry) => entry.1 = value,
            None => params.push((name, value)),
        }
    }
    let mut invalid: Vec<String> = Vec::new();
    for (name, _) in &params {
        let known = model.find_field(rt, *name).is_some()
            || (is_property(&class, *name) && property_has_setter(rt, &class, *name));
        if !known {
            invalid.push(name.to_string());
        }
    }
    if !invalid.is_empty() {
        invalid.sort();
        return Err(Exc::FieldError.new(format!(
            "Invalid field name(s) for model {}: '{}'.",
            model.object_name,
            invalid.join("', '")
        )));
    }
    Ok(params)
}

fn kwargs_call(kwargs: &[(Name, Value)]) -> CallArgs {
    let mut args = CallArgs::none();
    args.kw.extend(kwargs.iter().cloned());
    args
}

/// `get_or_create(defaults, **kwargs)`.
pub fn get_or_create(rt: &Rt, this: &Value, defaults: &Value, kwargs: Vec<(Name, Value)>) -> Res<(Value, bool)> {
    let qs = queryset(this)?;
    qs.for_write.set(true);
    let model = qs.model()?;
    let missing = crate::orm::model_exception(rt, &model, "DoesNotExist")?;
    let is_missing = |e: &crate::object::Error| missing.as_class().is_some_and(|c| rt.error_is(e, c));
    match ops::call_method(rt, this, "get".into(), kwargs_call(&kwargs)) {
        Ok(found) => return Ok((found, false)),
        Err(e) if is_missing(&e) => {}
        Err(e) => return Err(e),
    }
    let params = model_params(rt, this, defaults, &kwargs)?;
    let made = Db::of(rt).atomic(rt, true, || {
        let mut args = CallArgs::none();
        for (name, value) in params {
            args.kw.push((name, resolved(rt, value)?));
        }
        ops::call_method(rt, this, "create".into(), args)
    });
    match made {
        Ok(made) => Ok((made, true)),
        Err(error) if error.is(Exc::IntegrityError) => {
            match ops::call_method(rt, this, "get".into(), kwargs_call(&kwargs)) {
                Ok(found) => Ok((found, false)),
                Err(e) if is_missing(&e) => Err(error),
                Err(e) => Err(e),
            }
        }
        Err(error) => Err(error),
    }
}

fn update_or_create(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let model = qs.model()?;
    let defaults = a.value(1);
    let update_defaults = pairs(rt, &defaults)?;
    let create_defaults = match a.some(2) {
        Some(v) => v.clone(),
        None => defaults,
    };
    let kwargs = std::mem::take(&mut a.kwargs);
    qs.for_write.set(true);
    Db::of(rt).atomic(rt, true, || {
        let rows = ops::call_method(rt, &this, "select_for_update".into(), CallArgs::none())?;
        let (object, created) = get_or_create(rt, &rows, &create_defaults, kwargs)?;
        let answer = |created| Ok(Value::tuple(vec![object.clone(), Value::Bool(created)]));
        if created {
            return answer(true);
        }
        let mut names: Vec<Name> = Vec::new();
        for (name, value) in update_defaults {
            ops::set_attr(rt, &object, name, resolved(rt, value)?)?;
            names.push(name);
        }
        let pk_fields = model.pk_fields(rt);
        let is_pk = |f: &crate::models::FieldRef| pk_fields.iter().any(|pk| Rc::ptr_eq(pk, f));
        let concrete = model.concrete_fields();
        let all_concrete =
            names.iter().all(|n| concrete.iter().any(|f| !is_pk(f) && (f.name() == *n || f.attname() == *n)));
        let mut args = CallArgs::none().with("using", Value::from(qs.alias()));
        if all_concrete {
            // Fields that set themselves on a save are saved too.
            for field in model.local_concrete_fields() {
                if !is_pk(&field) && write::has_own_pre_save(&field) {
                    for name in [field.name(), field.attname()] {
                        if !names.contains(&name) {
                            names.push(name);
                        }
                    }
                }
            }
            let names = names.into_iter().map(Value::from);
            let set = crate::object::Set::from_values(rt, names, false)?;
            args = args.with("update_fields", Value::Set(set));
        }
        ops::call_method(rt, &object, "save".into(), args)?;
        answer(false)
    })
}

/// `update(**kwargs)`.
pub fn update(rt: &Rt, this: &Value, kwargs: Vec<(Name, Value)>) -> Res<usize> {
    let qs = queryset(this)?;
    qs.not_combined("update")?;
    let query = qs.query(rt)?;
    qs.not_sliced("Cannot update a query once a slice has been taken.")?;
    qs.for_write.set(true);
    qs.checked_alias()?;
    let query = query.borrow().chain();
    let rows = write::update_kwargs(rt, query, kwargs)?;
    *qs.result.borrow_mut() = None;
    Ok(rows)
}

fn delete(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    qs.not_combined("delete")?;
    qs.query(rt)?;
    qs.not_sliced("Cannot use 'limit' or 'offset' with delete().")?;
    if !qs.query.borrow().borrow().distinct_fields.is_empty() {
        return Err(Exc::TypeError.new("Cannot call delete() after .distinct(*fields)."));
    }
    if qs.has_fields() {
        return Err(Exc::TypeError.new("Cannot call delete() after .values() or .values_list()"));
    }
    let rows = changed(rt, &this, |new, query| {
        new.for_write.set(true);
        query.select_for_update = false;
        query.select_related = SelectRelated::No;
        query.clear_ordering(true, true);
        Ok(())
    })?;
    let mut collector = crate::orm::deletion::Collector::new(qs.checked_alias()?, this.clone());
    collector.collect_queryset(rt, &rows)?;
    let answer = collector.delete(rt)?;
    *qs.result.borrow_mut() = None;
    Ok(answer)
}

/// `_raw_delete(using)`: the rows in one statement.
pub fn raw_delete(rt: &Rt, this: &Value) -> Res<usize> {
    let query = super::query_of(rt, this)?;
    write::delete_query(rt, query)
}

fn update_values(rt: &Rt, a: &mut Args) -> Res<Value> {
    let qs = queryset(a.get(0))?;
    qs.query(rt)?;
    qs.not_sliced("Cannot update a query once a slice has been taken.")?;
    let mut values = Vec::new();
    for triple in ops::collect(rt, a.get(1))? {
        let parts = ops::collect(rt, &triple)?;
        if let [field, _, value] = parts.as_slice()
            && let Some(field) = crate::models::field_of(field)
        {
            values.push((field, value.clone()));
        }
    }
    let query = super::query_of(rt, a.get(0))?;
    *qs.result.borrow_mut() = None;
    write::update_fields(rt, &query, &values).map(Value::from)
}

pub(super) const ROWS: &[Row] = &[
    Row::method("create", "(self, **kwargs)", "A new row, saved.", |rt, a| {
        let kwargs = std::mem::take(&mut a.kwargs);
        create(rt, a.get(0), kwargs)
    })
    .at(QUERY),
    Row::method("get_or_create", "(self, defaults=None, **kwargs)", "A row, made where it is missing.", |rt, a| {
        let kwargs = std::mem::take(&mut a.kwargs);
        let (object, created) = get_or_create(rt, a.get(0), a.get(1), kwargs)?;
        Ok(Value::tuple(vec![object, Value::Bool(created)]))
    })
    .at(QUERY),
    Row::method(
        "update_or_create",
        "(self, defaults=None, create_defaults=None, **kwargs)",
        "A row updated, or made where it is missing.",
        update_or_create,
    )
    .at(QUERY),
    Row::method("update", "(self, **kwargs)", "Changes all rows in one statement.", |rt, a| {
        let kwargs = std::mem::take(&mut a.kwargs);
        update(rt, a.get(0), kwargs).map(Value::from)
    })
    .at(QUERY),
    Row::method("_update", "(self, values)", "Changes all rows by field.", update_values),
    Row::method("delete", "(self)", "Deletes the rows, and what hangs on them.", delete).at(QUERY),
    Row::method("_raw_delete", "(self, using)", "Deletes the rows and nothing else.", |rt, a| {
        raw_delete(rt, a.get(0)).map(Value::from)
    }),
    Row::method("_extract_model_params", "(self, defaults, **kwargs)", "What a new row is made with.", |rt, a| {
        let kwargs = std::mem::take(&mut a.kwargs);
        let dict = crate::object::Dict::new();
        for (name, value) in model_params(rt, a.get(0), a.get(1), &kwargs)? {
            dict.set_str(rt, &name.text(), value);
        }
        Ok(Value::Dict(dict))
    }),
];
