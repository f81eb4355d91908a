//! `values`, `values_list`, `dates`, `datetimes`.

use super::aggregate::annotate;
use super::chain::chain;
use super::{Iterable, queryset};
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Str, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::instance::identity::kw;
use crate::source::Name;
use crate::sql::ir::expr_of;

fn set_values(rt: &Rt, this: &Value, fields: Vec<Value>, expressions: Vec<(Name, Value)>) -> Res<Value> {
    let mut copy = chain(rt, this)?;
    if !expressions.is_empty() {
        let mut args = CallArgs::none();
        args.kw.extend(expressions);
        copy = ops::call_method(rt, &copy, "annotate".into(), args)?;
    }
    let new = queryset(&copy)?;
    *new.fields.borrow_mut() = Some(fields.clone().into());
    let query = new.query(rt)?;
    let names: Res<Vec<Str>> = fields.iter().map(|f| ops::str(rt, f)).collect();
    query.borrow_mut().set_values(rt, &names?)?;
    Ok(copy)
}

fn values(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let mut fields = std::mem::take(&mut a.rest);
    let expressions = std::mem::take(&mut a.kwargs);
    if let Some(odd) = fields.iter().find(|f| f.as_str().is_none()) {
        let kind = ops::type_name(odd);
        return Err(Exc::TypeError.new(format!("expected string or bytes-like object, got '{kind}'")));
    }
    fields.extend(expressions.iter().map(|(n, _)| Value::from(*n)));
    let copy = set_values(rt, &this, fields, expressions)?;
    queryset(&copy)?.iterable.set(Iterable::Values);
    Ok(copy)
}

fn values_list(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let (flat, named) = (a.flag(rt, 1, false)?, a.flag(rt, 2, false)?);
    let given = std::mem::take(&mut a.rest);
    if flat && named {
        return Err(Exc::TypeError.new("'flat' and 'named' can't be used together."));
    }
    if flat && given.len() > 1 {
        return Err(Exc::TypeError.new("'flat' is not valid when values_list is called with more than one field."));
    }
    let mut seen: Vec<(String, bool)> = Vec::new();
    for field in &given {
        if expr_of(rt, field)?.is_none() {
            let text = ops::str(rt, field)?.to_string();
            if !seen.iter().any(|(n, _)| *n == text) {
                seen.push((text, false));
            }
        }
    }
    let mut fields = Vec::new();
    let mut expressions = Vec::new();
    let mut counter = 1;
    for field in given {
        let is_expression = expr_of(rt, &field)?.is_some();
        let (mut name, mut expression) = (String::new(), None);
        let again;
        if is_expression {
            name = default_alias(rt, &field)?.unwrap_or_else(|| ops::type_name(&field).to_lowercase());
            expression = Some(field.clone());
            again = true;
        } else {
            name.push_str(&ops::str(rt, &field)?);
            again = seen.iter().any(|(n, s)| *n == name && *s);
            if again {
                let models = rt.exec()?.import(rt, "django.db.models")?;
                let f = ops::get_attr(rt, &models, "F".into())?;
                expression = Some(ops::call1(rt, &f, Value::str(&name))?);
            }
        }
        if again {
            let prefix = name.clone();
            loop {
                name = format!("{prefix}{counter}");
                if !seen.iter().any(|(n, _)| *n == name) {
                    break;
                }
                counter += 1;
            }
        }
        if let Some(expression) = expression {
            expressions.push((Name::new(&name), expression));
        }
        match seen.iter_mut().find(|(n, _)| *n == name) {
            Some(entry) => entry.1 = true,
            None => seen.push((name.clone(), true)),
        }
        fields.push(if is_expression || again { Value::from(name) } else { field });
    }
    let copy = set_values(rt, &this, fields, expressions)?;
    let kind = if named {
        Iterable::Named
    } else if flat {
        Iterable::Flat
    } else {
        Iterable::ValuesList
    };
    queryset(&copy)?.iterable.set(kind);
    Ok(copy)
}

/// An expression's `default_alias`, where it has one.
pub fn default_alias(rt: &Rt, expression: &Value) -> Res<Option<String>> {
    match ops::get_attr_opt(rt, expression, "default_alias".into()) {
        Ok(Some(Value::None)) | Ok(None) => Ok(None),
        Ok(Some(v)) => Ok(v.as_str().map(|s| s.to_string())),
        Err(e) if e.is(Exc::TypeError) || e.is(Exc::AttributeError) => Ok(None),
        Err(e) => Err(e),
    }
}

fn truncated(rt: &Rt, a: &mut Args, name: &str, field_type: &str, tz: Option<Value>) -> Res<Value> {
    let this = a.value(0);
    let (field, kind) = (a.value(1), a.value(2));
    let descending = a.opt(3).is_some_and(|v| v.as_str().is_some_and(|s| *s == "DESC"));
    let models = rt.exec()?.import(rt, "django.db.models")?;
    let functions = rt.exec()?.import(rt, "django.db.models.functions")?;
    let output = ops::call0(rt, &ops::get_attr(rt, &models, Name::new(field_type))?)?;
    let mut args = CallArgs::new([field.clone(), kind]).with("output_field", output);
    if let Some(tz) = tz {
        args = args.with("tzinfo", tz);
    }
    let trunc = ops::call(rt, &ops::get_attr(rt, &functions, "Trunc".into())?, args)?;
    let plain = ops::call1(rt, &ops::get_attr(rt, &models, "F".into())?, field)?;
    let mut rows = ops::call_method(rt, &this, "annotate".into(), kw(&[(name, trunc), ("plain_field", plain)]))?;
    let flat = CallArgs::new([Value::str(name)]).with("flat", Value::Bool(true));
    rows = ops::call_method(rt, &rows, "values_list".into(), flat)?;
    rows = ops::call_method(rt, &rows, "distinct".into(), CallArgs::none())?;
    rows = ops::call_method(rt, &rows, "filter".into(), kw(&[("plain_field__isnull", Value::Bool(false))]))?;
    let order = format!("{}{name}", if descending { "-" } else { "" });
    ops::call_method(rt, &rows, "order_by".into(), CallArgs::new([Value::from(order)]))
}

fn check_kind(rt: &Rt, a: &Args, kinds: &[&str], message: &str) -> Res<()> {
    let kind = ops::str(rt, a.get(2))?;
    if !kinds.contains(&kind.as_str()) {
        return Err(Exc::ValueError.new(message));
    }
    if let Some(order) = a.opt(3)
        && !order.as_str().is_some_and(|s| *s == "ASC" || *s == "DESC")
    {
        return Err(Exc::ValueError.new("'order' must be either 'ASC' or 'DESC'."));
    }
    Ok(())
}

fn annotating(rt: &Rt, a: &mut Args, select: bool) -> Res<Value> {
    let this = a.value(0);
    queryset(&this)?.not_combined(a.name)?;
    let (args, kwargs) = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
    annotate(rt, &this, args, kwargs, select)
}

pub(super) const ROWS: &[Row] = &[
    Row::method("values", "(self, *fields, **expressions)", "Rows as dicts.", values).at(QUERY),
    Row::method("values_list", "(self, *fields, flat=False, named=False)", "Rows as tuples.", values_list).at(QUERY),
    Row::method("annotate", "(self, *args, **kwargs)", "Rows with computed values.", |rt, a| annotating(rt, a, true))
        .at(QUERY),
    Row::method("alias", "(self, *args, **kwargs)", "Names for expressions that are not selected.", |rt, a| {
        annotating(rt, a, false)
    })
    .at(QUERY),
    Row::method("dates", "(self, field_name, kind, order='ASC')", "The dates that occur.", |rt, a| {
        let kinds = ["year", "month", "week", "day"];
        check_kind(rt, a, &kinds, "'kind' must be one of 'year', 'month', 'week', or 'day'.")?;
        truncated(rt, a, "datefield", "DateField", None)
    })
    .at(QUERY),
    Row::method(
        "datetimes",
        "(self, field_name, kind, order='ASC', tzinfo=None)",
        "The moments that occur.",
        |rt, a| {
            let kinds = ["year", "month", "week", "day", "hour", "minute", "second"];
            let message = "'kind' must be one of 'year', 'month', 'week', 'day', 'hour', 'minute', or 'second'.";
            check_kind(rt, a, &kinds, message)?;
            let tz = if crate::orm::utils::settings::use_tz(rt) {
                match a.some(4) {
                    Some(tz) => tz.clone(),
                    None => crate::orm::utils::timezone::current(rt)?,
                }
            } else {
                Value::None
            };
            truncated(rt, a, "datetimefield", "DateTimeField", Some(tz))
        },
    )
    .at(QUERY),
];
