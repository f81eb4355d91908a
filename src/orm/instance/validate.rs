//! `full_clean()` and its parts. Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/instances/#validating-objects>.

use std::rc::Rc;

use super::identity::{adding, is_set, kw, pk_in, pk_of};
use super::make::generated;
use super::save::is_empty;
use super::state::model_for;
use crate::models::{FieldRef, ModelRef};
use crate::object::{Args, CallArgs, Dict, Error, Exc, Res, Rt, Value, ops};
use crate::orm::errors::{self, NON_FIELD_ERRORS, validation_error, validation_error_of};
use crate::orm::utils::text::{capfirst, get_text_list};
use crate::source::Name;

/// Names that a validation leaves out.
pub type Exclude = Vec<Name>;

/// The `exclude` argument as names.
pub fn exclude_of(rt: &Rt, value: Option<&Value>) -> Res<Exclude> {
    match value {
        Some(v) => Ok(ops::collect(rt, v)?.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect()),
        None => Ok(Vec::new()),
    }
}

fn exclude_value(rt: &Rt, exclude: &Exclude) -> Res<Value> {
    let names = exclude.iter().map(|&n| Value::from(n));
    Ok(Value::Set(crate::object::Set::from_values(rt, names, false)?))
}

/// The exception of an error where it is a ValidationError; any other error goes on.
fn validation(rt: &Rt, error: Error) -> Res<Value> {
    if error.is(Exc::ValidationError) { Ok(Value::Obj(rt.exception(error))) } else { Err(error) }
}

/// `full_clean(exclude=None, validate_unique=True, validate_constraints=True)`.
pub fn full_clean(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let mut exclude = exclude_of(rt, a.some(1))?;
    let all = Dict::new();
    let call = |name: &str, exclude: Option<&Exclude>| -> Res<()> {
        let args = match exclude {
            Some(names) => CallArgs::none().with("exclude", exclude_value(rt, names)?),
            None => CallArgs::none(),
        };
        match ops::call_method(rt, &this, name.into(), args) {
            Ok(_) => Ok(()),
            Err(e) => errors::update_error_dict(rt, &validation(rt, e)?, &all),
        }
    };
    call("clean_fields", Some(&exclude))?;
    call("clean", None)?;
    let widen = |exclude: &mut Exclude| {
        for key in all.0.keys() {
            if let Some(s) = key.as_str() {
                let name = Name::new(s);
                if *s != *NON_FIELD_ERRORS && !exclude.contains(&name) {
                    exclude.push(name);
                }
            }
        }
    };
    if a.flag(rt, 2, true)? {
        widen(&mut exclude);
        call("validate_unique", Some(&exclude))?;
    }
    if a.flag(rt, 3, true)? {
        widen(&mut exclude);
        call("validate_constraints", Some(&exclude))?;
    }
    if all.is_empty() { Ok(Value::None) } else { Err(validation_error_of(rt, &all)) }
}

/// `clean_fields(exclude=None)`.
pub fn clean_fields(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let exclude = exclude_of(rt, a.some(1))?;
    let model = model_for(&this)?;
    let all = Dict::new();
    for field in model.fields().iter() {
        if exclude.contains(&field.name()) || generated(field) {
            continue;
        }
        let raw = ops::get_attr(rt, &this, field.attname())?;
        if field.options().blank && (is_empty(&raw) || field.is_empty_value(rt, &raw)?) {
            continue;
        }
        if crate::sql::ir::expr_of(rt, &raw)?.is_some_and(|e| matches!(&*e, crate::sql::ir::Expr::DatabaseDefault(..)))
        {
            continue;
        }
        match field.clean(rt, &raw, &this) {
            Ok(value) => ops::set_attr(rt, &this, field.attname(), value)?,
            Err(e) => {
                let list = errors::error_list(rt, &validation(rt, e)?)?;
                all.set(rt, Value::from(field.name()), Value::list(list))?;
            }
        }
    }
    if all.is_empty() { Ok(Value::None) } else { Err(validation_error_of(rt, &all)) }
}

type UniqueCheck = (ModelRef, Vec<Name>);
type DateCheck = (ModelRef, &'static str, Name, Name);

/// What has to be unique on a model: by field, together, and by date.
pub fn unique_checks(
    rt: &Rt,
    model: &ModelRef,
    exclude: &Exclude,
    with_constraints: bool,
) -> Res<(Vec<UniqueCheck>, Vec<DateCheck>)> {
    let mut unique = Vec::new();
    let mut dates = Vec::new();
    let mut all = vec![model.clone()];
    all.extend(model.all_parents());
    for m in &all {
        for together in m.unique_together.borrow().iter() {
            if !together.iter().any(|n| exclude.contains(n)) {
                unique.push((m.clone(), together.clone()));
            }
        }
    }
    if with_constraints {
        for m in &all {
            for constraint in m.constraints.borrow().iter() {
                if let Some(fields) = total_unique_fields(rt, constraint)?
                    && !fields.iter().any(|n| exclude.contains(n))
                {
                    unique.push((m.clone(), fields));
                }
            }
        }
    }
    for m in &all {
        for field in m.local_fields.borrow().iter() {
            if exclude.contains(&field.name()) {
                continue;
            }
            if field.row.name == "CompositePrimaryKey" {
                let names: Vec<Name> = m.pk_fields(rt).iter().map(|f| f.name()).collect();
                if !names.iter().any(|n| exclude.contains(n)) {
                    unique.push((m.clone(), names));
                }
                continue;
            }
            if field.unique() {
                unique.push((m.clone(), vec![field.name()]));
            }
            let options = field.options();
            let kinds = [
                ("date", options.unique_for_date),
                ("year", options.unique_for_year),
                ("month", options.unique_for_month),
            ];
            for (kind, other) in kinds {
                if let Some(other) = other.filter(|n| !exclude.contains(n)) {
                    dates.push((m.clone(), kind, field.name(), other));
                }
            }
        }
    }
    Ok((unique, dates))
}

/// The fields of a UniqueConstraint without condition and expressions.
pub fn total_unique_fields(rt: &Rt, constraint: &Value) -> Res<Option<Vec<Name>>> {
    if &*rt.class_of(constraint).name() != "UniqueConstraint" {
        return Ok(None);
    }
    let get = |name: &str| ops::get_attr_opt(rt, constraint, name.into()).map(Option::unwrap_or_default);
    if !get("condition")?.is_none() || ops::truthy(rt, &get("expressions")?)? {
        return Ok(None);
    }
    let fields = ops::collect(rt, &get("fields")?)?;
    let names: Vec<Name> = fields.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect();
    Ok(if names.is_empty() { None } else { Some(names) })
}

fn checks_value(checks: &[UniqueCheck]) -> Value {
    Value::list(
        checks
            .iter()
            .map(|(m, names)| {
                let names = Value::tuple(names.iter().map(|&n| Value::from(n)).collect());
                Value::tuple(vec![m.class_value(), names])
            })
            .collect(),
    )
}

/// `_get_unique_checks(exclude=None, include_meta_constraints=False)`.
pub fn get_unique_checks(rt: &Rt, a: &mut Args) -> Res<Value> {
    let exclude = exclude_of(rt, a.some(1))?;
    let (unique, dates) = unique_checks(rt, &model_for(a.get(0))?, &exclude, a.flag(rt, 2, false)?)?;
    let dates = dates
        .iter()
        .map(|(m, kind, field, other)| {
            Value::tuple(vec![m.class_value(), Value::str(kind), Value::from(*field), Value::from(*other)])
        })
        .collect();
    Ok(Value::tuple(vec![checks_value(&unique), Value::list(dates)]))
}

/// `validate_unique(exclude=None)`.
pub fn validate_unique(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let exclude = exclude_of(rt, a.some(1))?;
    let model = model_for(&this)?;
    let (unique, dates) = unique_checks(rt, &model, &exclude, false)?;
    let all = Dict::new();
    for (owner, names) in &unique {
        if let Some(error) = perform_unique(rt, &this, &model, owner, names)? {
            let key = match names.as_slice() {
                [one] => Value::from(*one),
                _ => Value::str(NON_FIELD_ERRORS),
            };
            errors::extend(rt, &all, key, vec![error])?;
        }
    }
    for (owner, kind, field, other) in &dates {
        if let Some(error) = perform_date(rt, &this, &model, owner, kind, *field, *other)? {
            errors::extend(rt, &all, Value::from(*field), vec![error])?;
        }
    }
    if all.is_empty() { Ok(Value::None) } else { Err(validation_error_of(rt, &all)) }
}

fn filtered(rt: &Rt, owner: &ModelRef, pairs: &[(&str, Value)]) -> Res<Value> {
    ops::call_method(rt, &owner.default_manager(rt)?, "filter".into(), kw(pairs))
}

fn exists(rt: &Rt, rows: &Value) -> Res<bool> {
    let found = ops::call_method(rt, rows, "exists".into(), CallArgs::none())?;
    ops::truthy(rt, &found)
}

fn perform_unique(rt: &Rt, this: &Value, model: &ModelRef, owner: &ModelRef, names: &[Name]) -> Res<Option<Value>> {
    let pk_fields = owner.pk_fields(rt);
    let mut pairs = CallArgs::none();
    for name in names {
        let field = model.get_field(rt, &name.text())?;
        let value = ops::get_attr(rt, this, field.attname())?;
        if value.is_none() || (pk_fields.iter().any(|p| Rc::ptr_eq(p, &field)) && !adding(this)) {
            continue;
        }
        pairs.kw.push((*name, value));
    }
    if pairs.kw.len() != names.len() {
        return Ok(None);
    }
    let mut rows = ops::call_method(rt, &owner.default_manager(rt)?, "filter".into(), pairs)?;
    let pk = pk_in(rt, this, owner)?;
    if !adding(this) && is_set(&pk) {
        rows = ops::call_method(rt, &rows, "exclude".into(), kw(&[("pk", pk)]))?;
    }
    if !exists(rt, &rows)? {
        return Ok(None);
    }
    let check = Value::tuple(names.iter().map(|&n| Value::from(n)).collect());
    let args = CallArgs::new([owner.class_value(), check]);
    ops::call_method(rt, this, "unique_error_message".into(), args).map(Some)
}

fn perform_date(
    rt: &Rt,
    this: &Value,
    model: &ModelRef,
    owner: &ModelRef,
    kind: &str,
    field: Name,
    other: Name,
) -> Res<Option<Value>> {
    let date = ops::get_attr(rt, this, other)?;
    if date.is_none() {
        return Ok(None);
    }
    let mut pairs: Vec<(String, Value)> = Vec::new();
    let parts: &[&str] = if kind == "date" { &["day", "month", "year"] } else { &[kind] };
    for part in parts {
        pairs.push((format!("{other}__{part}"), ops::get_attr(rt, &date, Name::new(part))?));
    }
    pairs.push((field.to_string(), ops::get_attr(rt, this, field)?));
    let borrowed: Vec<(&str, Value)> = pairs.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let mut rows = filtered(rt, owner, &borrowed)?;
    let pk = pk_in(rt, this, model)?;
    if !adding(this) && is_set(&pk) {
        rows = ops::call_method(rt, &rows, "exclude".into(), kw(&[("pk", pk)]))?;
    }
    if !exists(rt, &rows)? {
        return Ok(None);
    }
    let args = CallArgs::new([Value::str(kind), Value::from(field), Value::from(other)]);
    ops::call_method(rt, this, "date_error_message".into(), args).map(Some)
}

fn label(rt: &Rt, field: &FieldRef) -> Res<String> {
    let name = field.options().verbose_name.clone().unwrap_or_else(|| Value::from(field.name()));
    Ok(capfirst(&ops::str(rt, &name)?))
}

fn model_label(rt: &Rt, model: &ModelRef) -> Res<String> {
    let name = model.verbose_name.borrow().clone();
    Ok(capfirst(&ops::str(rt, &name)?))
}

fn message_of(field: &FieldRef, code: &str, default: &str) -> Value {
    let options = field.options();
    let found = options.error_messages.iter().rev().find(|(c, _)| &**c == code).map(|(_, m)| m.clone());
    found.unwrap_or_else(|| Value::str(default))
}

fn error_value(rt: &Rt, message: Value, code: &str, params: &[(&str, Value)]) -> Value {
    let dict = Dict::new();
    for (name, value) in params {
        dict.set_str(rt, name, value.clone());
    }
    Value::Obj(rt.exception(validation_error(message, Some(code), Value::Dict(dict))))
}

/// `unique_error_message(model_class, unique_check)`.
pub fn unique_error_message(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let Some(model) = crate::models::model_of(a.get(1)) else {
        return Err(Exc::TypeError.new("unique_error_message() needs a model"));
    };
    let names = ops::collect(rt, a.get(2))?;
    let mut params = vec![
        ("model", this),
        ("model_class", a.value(1)),
        ("model_name", Value::from(model_label(rt, &model)?)),
        ("unique_check", a.value(2)),
    ];
    let field = |name: &Value| -> Res<FieldRef> { model.get_field(rt, &ops::str(rt, name)?) };
    if let [one] = names.as_slice() {
        let field = field(one)?;
        params.push(("field_label", Value::from(label(rt, &field)?)));
        let message = message_of(&field, "unique", "%(model_name)s with this %(field_label)s already exists.");
        return Ok(error_value(rt, message, "unique", &params));
    }
    let labels: Res<Vec<String>> = names.iter().map(|n| label(rt, &field(n)?)).collect();
    params.push(("field_labels", Value::from(get_text_list(&labels?, "and"))));
    let message = Value::str("%(model_name)s with this %(field_labels)s already exists.");
    Ok(error_value(rt, message, "unique_together", &params))
}

/// `date_error_message(lookup_type, field_name, unique_for)`.
pub fn date_error_message(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let model = model_for(&this)?;
    let field = model.get_field(rt, a.str(2)?)?;
    let other = model.get_field(rt, a.str(3)?)?;
    let message = message_of(
        &field,
        "unique_for_date",
        "%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s.",
    );
    let params = [
        ("model", this),
        ("model_name", Value::from(model_label(rt, &model)?)),
        ("lookup_type", a.value(1)),
        ("field", a.value(2)),
        ("field_label", Value::from(label(rt, &field)?)),
        ("date_field", a.value(3)),
        ("date_field_label", Value::from(label(rt, &other)?)),
    ];
    Ok(error_value(rt, message, "unique_for_date", &params))
}

/// `get_constraints()`.
pub fn get_constraints(_rt: &Rt, a: &mut Args) -> Res<Value> {
    let model = model_for(a.get(0))?;
    let mut out = vec![Value::tuple(vec![model.class_value(), Value::list(model.constraints.borrow().clone())])];
    for parent in model.all_parents() {
        let constraints = parent.constraints.borrow().clone();
        if !constraints.is_empty() {
            out.push(Value::tuple(vec![parent.class_value(), Value::list(constraints)]));
        }
    }
    Ok(Value::list(out))
}

/// `validate_constraints(exclude=None)`.
pub fn validate_constraints(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let exclude = match a.some(1) {
        Some(v) => v.clone(),
        None => Value::None,
    };
    let model = model_for(&this)?;
    let mut all = vec![model.clone()];
    all.extend(model.all_parents());
    let found = Dict::new();
    for m in all {
        let constraints = m.constraints.borrow().clone();
        for constraint in constraints {
            let args = CallArgs::new([m.class_value(), this.clone()])
                .with("exclude", exclude.clone())
                .with("using", Value::str(crate::orm::DEFAULT_DB));
            let Err(error) = ops::call_method(rt, &constraint, "validate".into(), args) else { continue };
            let error = validation(rt, error)?;
            let code = ops::get_attr_opt(rt, &error, "code".into())?.unwrap_or_default();
            let fields = ops::get_attr_opt(rt, &constraint, "fields".into())?.unwrap_or_default();
            let fields = if fields.is_none() { Vec::new() } else { ops::collect(rt, &fields)? };
            match (code.as_str(), fields.as_slice()) {
                (Some(code), [one]) if *code == "unique" => {
                    errors::extend(rt, &found, one.clone(), vec![error])?;
                }
                _ => errors::update_error_dict(rt, &error, &found)?,
            }
        }
    }
    if found.is_empty() { Ok(Value::None) } else { Err(validation_error_of(rt, &found)) }
}

/// The primary key of an instance, for messages.
pub fn pk(rt: &Rt, this: &Value) -> Res<Value> {
    pk_of(rt, this)
}
