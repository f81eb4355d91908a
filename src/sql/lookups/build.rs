//! Making a lookup: the right side prepared for the left side's field.

use std::rc::Rc;

use super::find::Found;
use super::row::{Family, Kind, LookupRow, Prepare};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::expressions::{output_field, output_field_opt};
use crate::sql::functions;
use crate::sql::ir::{self, Common, Expr, ExprRef, Func, Lookup, Query, Rhs};

/// `lookup_class(lhs, rhs)`: an [`Expr::Lookup`] with its right side prepared. Errors are those of preparing.
pub fn build(rt: &Rt, found: &Found, lhs: ExprRef, rhs: Rhs) -> Res<ExprRef> {
    match found {
        Found::Lookup(row) => make(rt, row, lhs, rhs, Common::default()),
        Found::Class(class) => super::custom::build(rt, class, lhs, rhs),
        Found::Factory(factory) => super::custom::call_factory(rt, factory, &[lhs], Some(rhs)),
        Found::Transform(_) | Found::Key(_) => Err(Exc::TypeError.new("a transform is no lookup")),
    }
}

/// `transform_class(lhs)`.
pub fn transform(rt: &Rt, found: &Found, lhs: ExprRef) -> Res<ExprRef> {
    match found {
        Found::Transform(row) => Ok(Rc::new(Expr::Func(Func {
            row,
            args: vec![lhs],
            extra: Rc::new([]),
            aggregate: None,
            common: Common::default(),
        }))),
        Found::Key(key) => Ok(key_transform("KeyTransform", key, lhs)),
        Found::Class(class) => super::custom::transform(rt, class, lhs),
        Found::Factory(factory) => super::custom::call_factory(rt, factory, &[lhs], None),
        Found::Lookup(_) => Err(Exc::TypeError.new("a lookup is no transform")),
    }
}

/// A value inside JSON.
pub fn key_transform(name: &str, key: &str, lhs: ExprRef) -> ExprRef {
    let Some(row) = functions::find(name) else { return lhs };
    let extra = Rc::new([("@key_name".into(), Value::str(key))]);
    Rc::new(Expr::Func(Func { row, args: vec![lhs], extra, aggregate: None, common: Common::default() }))
}

/// A lookup of a row.
pub fn make(rt: &Rt, row: &'static LookupRow, lhs: ExprRef, rhs: Rhs, common: Common) -> Res<ExprRef> {
    let lhs = match (row.family, &*lhs) {
        // The text inside JSON is compared as text.
        (Family::KeyText, Expr::Func(f)) if f.row.name == "KeyTransform" => {
            let key = crate::sql::expressions::option(f, "@key_name").unwrap_or_default();
            match f.args.first() {
                Some(inner) => key_transform("KeyTextTransform", &ops::str(rt, &key)?, inner.clone()),
                None => lhs,
            }
        }
        (Family::KeyText, Expr::Func(f)) if f.row.name == "KeyTextTransform" => lhs,
        (Family::KeyText, _) => {
            return Err(
                Exc::TypeError.new("Transform should be an instance of KeyTransform in order to use this lookup.")
            );
        }
        _ => lhs,
    };
    let bilateral = bilateral(rt, &lhs)?;
    if !bilateral.is_empty()
        && let Rhs::Expr(e) = &rhs
        && matches!(&**e, Expr::Query(_))
    {
        return Err(Exc::NotImplementedError.new("Bilateral transformations on nested querysets are not implemented."));
    }
    let rhs = prepare(rt, row, &lhs, rhs)?;
    Ok(Rc::new(Expr::Lookup(Lookup { row, name: row.lookup_name.into(), lhs, rhs, bilateral, common })))
}

/// The bilateral transforms of a left side, innermost first.
fn bilateral(rt: &Rt, lhs: &Expr) -> Res<Vec<ExprRef>> {
    let Expr::Func(f) = lhs else { return Ok(Vec::new()) };
    let Some(object) = &f.common.object else {
        return match f.args.first() {
            Some(inner) if f.row.family == functions::Family::Transform => bilateral(rt, inner),
            _ => Ok(Vec::new()),
        };
    };
    let mut out = match f.args.first() {
        Some(inner) => bilateral(rt, inner)?,
        None => Vec::new(),
    };
    let own = ops::get_attr_opt(rt, &Value::Obj(object.clone()), "bilateral".into())?;
    if let Some(own) = own
        && ops::truthy(rt, &own)?
    {
        out.push(Rc::new(lhs.clone()));
    }
    Ok(out)
}

fn prep(rt: &Rt, field: &Option<FieldRef>, value: &Value) -> Res<Value> {
    match field {
        Some(field) => field.get_prep_value(rt, value),
        None => Ok(value.clone()),
    }
}

/// The field that prepares values: the left side's output field.
fn prep_field(rt: &Rt, lhs: &Expr) -> Res<Option<FieldRef>> {
    match lhs {
        Expr::F(_) | Expr::OuterRef(_) | Expr::ResolvedOuterRef(_) | Expr::Query(_) => Ok(None),
        _ => output_field(rt, lhs).map(Some),
    }
}

fn prepare(rt: &Rt, row: &'static LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    if row.kind == Kind::Tuple {
        return super::tuple::prepare(rt, row, lhs, rhs);
    }
    if matches!(&**lhs, Expr::ColPairs(_)) && row.family == Family::Related {
        return super::tuple::prepare_related(rt, row, lhs, rhs);
    }
    let rhs = match row.family {
        Family::Related => related(rt, row, lhs, rhs)?,
        _ => rhs,
    };
    match (row.kind, rhs) {
        (Kind::Exact | Kind::In, Rhs::Expr(e)) => match &*e {
            Expr::Query(q) => Ok(Rhs::Expr(Rc::new(Expr::Query(Rc::new(sub_query(rt, row, q)?))))),
            _ => Ok(Rhs::Expr(e)),
        },
        (_, rhs @ (Rhs::Expr(_) | Rhs::Many(_))) => Ok(rhs),
        (_, Rhs::Value(value)) => match row.prepare {
            Prepare::Raw => Ok(Rhs::Value(value)),
            Prepare::Field => {
                let value = match (&value, row.family, row.lookup_name) {
                    // A float on the way to an integer column: what is at least 1.5 is at least 2.
                    (Value::Float(f), Family::Integer, "gte" | "lt") => ops::call_method(
                        rt,
                        &crate::object::Value::Float(f.ceil()),
                        "__int__".into(),
                        Default::default(),
                    )?,
                    _ => value,
                };
                let field = prep_field(rt, lhs)?;
                Ok(Rhs::Value(prep(rt, &field, &value)?))
            }
            Prepare::Texts => {
                let items = ops::collect(rt, &value)?;
                let texts: Res<Vec<Value>> = items.iter().map(|v| ops::str(rt, v).map(Value::Str)).collect();
                Ok(Rhs::Value(Value::list(texts?)))
            }
            Prepare::Items => items(rt, lhs, &value),
        },
    }
}

/// Each item prepared; items that are expressions stay what they are, beside values of the field.
fn items(rt: &Rt, lhs: &ExprRef, value: &Value) -> Res<Rhs> {
    let field = prep_field(rt, lhs)?;
    let mut out = Vec::new();
    let mut any = false;
    for item in ops::collect(rt, value)? {
        match ir::expr_of(rt, &item)? {
            Some(expr) => {
                any = true;
                out.push(Rhs::Expr(expr));
            }
            None => out.push(Rhs::Value(prep(rt, &field, &item)?)),
        }
    }
    if any {
        return Ok(Rhs::Many(out));
    }
    Ok(Rhs::Value(Value::list(out.into_iter().filter_map(|r| r.as_value().cloned()).collect())))
}

/// How many columns a query selects as an operand; those of the key where it names none.
pub(super) fn fields_len(query: &Query) -> usize {
    let keys = query.model.as_ref().and_then(|m| m.pk()).map_or(1, |pk| pk.options().field_names.len().max(1));
    match &query.selected {
        Some(selected) => selected.keys().map(|name| if *name == "pk" { keys } else { 1 }).sum(),
        None => keys,
    }
}

/// A query on the right side selects one column: its key where it selects nothing yet.
fn sub_query(rt: &Rt, row: &LookupRow, query: &Query) -> Res<Query> {
    let mut query = query.clone();
    if row.kind == Kind::Exact {
        if !query.has_limit_one() {
            return Err(Exc::ValueError
                .new("The QuerySet value for an exact lookup must be limited to one result using slicing."));
        }
        let n = fields_len(&query);
        if n != 1 {
            return Err(Exc::ValueError
                .new(format!("The QuerySet value for the exact lookup must have 1 selected fields (received {n})")));
        }
    } else {
        let n = fields_len(&query);
        if n != 1 {
            return Err(Exc::ValueError
                .new(format!("The QuerySet value for the 'in' lookup must have 1 selected fields (received {n})")));
        }
        query.clear_ordering(false, true);
    }
    if !query.has_select_fields() {
        query.clear_select_clause();
        query.add_fields(rt, &["pk"], true)?;
    }
    Ok(query)
}

/// A model instance's key; any other value is itself.
fn normalized(rt: &Rt, value: &Value, lhs: &ExprRef) -> Res<Value> {
    let Some(model) = model_of_instance(value) else {
        return Ok(match value {
            Value::Tuple(t) => t.first().cloned().unwrap_or_default(),
            other => other.clone(),
        });
    };
    let pk = ops::get_attr(rt, value, "pk".into())?;
    if pk.is_none() {
        return Err(Exc::ValueError.new("Model instances passed to related filters must be saved."));
    }
    let field = output_field(rt, lhs)?;
    let Some(source) = target_of(&field)? else { return Ok(pk) };
    let source = field_of_instance(&model, source)?;
    match ops::get_attr(rt, value, source.attname()) {
        Ok(found) => Ok(found),
        Err(e) if e.is(Exc::AttributeError) => Ok(pk),
        Err(e) => Err(e),
    }
}

/// The field whose value an instance of a model gives for a relation's target: of a relation to a relation, down to the
/// field that the instance has.
pub(super) fn field_of_instance(model: &ModelRef, mut source: FieldRef) -> Res<FieldRef> {
    for _ in 0..32 {
        let owns = match source.model() {
            Some(owner) => model.class()?.is_subclass(&*owner.class()?),
            None => true,
        };
        if owns || !source.is_relation() {
            break;
        }
        source = source.target_field()?;
    }
    Ok(source)
}

/// `lhs.output_field.path_infos[-1].target_fields[-1]`.
fn target_of(field: &FieldRef) -> Res<Option<FieldRef>> {
    if !field.is_relation() {
        return Ok(None);
    }
    let paths = field.path_infos()?;
    Ok(paths.last().and_then(|p| p.target_fields.last().cloned()))
}

fn related(rt: &Rt, row: &LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    let field = output_field_opt(rt, lhs)?;
    let target = match &field {
        Some(field) => target_of(field)?,
        None => None,
    };
    match rhs {
        Rhs::Value(value) if row.kind == Kind::In => {
            let mut out = Vec::new();
            for item in ops::collect(rt, &value)? {
                if ir::expr_of(rt, &item)?.is_some() {
                    out.push(item);
                    continue;
                }
                let item = normalized(rt, &item, lhs)?;
                out.push(prep(rt, &target, &item)?);
            }
            Ok(Rhs::Value(Value::list(out)))
        }
        Rhs::Value(value) => {
            let value = normalized(rt, &value, lhs)?;
            if row.prepares() { Ok(Rhs::Value(prep(rt, &target, &value)?)) } else { Ok(Rhs::Value(value)) }
        }
        Rhs::Expr(e) if row.kind == Kind::In => {
            let Expr::Query(q) = &*e else { return Ok(Rhs::Expr(e)) };
            let Some(field) = field.filter(|_| !q.has_select_fields()) else { return Ok(Rhs::Expr(e)) };
            if !field.is_relation() {
                return Ok(Rhs::Expr(e));
            }
            let target = field.target_field()?;
            if target.primary_key() {
                return Ok(Rhs::Expr(e));
            }
            let own_key =
                field.primary_key() && matches!((field.model(), &q.model), (Some(a), Some(b)) if Rc::ptr_eq(&a, b));
            let name = if own_key { field.name() } else { target.name() };
            let mut q = (**q).clone();
            q.set_values(rt, &[name.text()])?;
            Ok(Rhs::Expr(Rc::new(Expr::Query(Rc::new(q)))))
        }
        other => Ok(other),
    }
}

/// The model that a value is an instance of.
fn model_of_instance(value: &Value) -> Option<ModelRef> {
    let class = value.as_obj()?.class().clone();
    class.mro().find_map(|c| c.data::<crate::models::Model>())
}
