//! Whether an instance satisfies its model's constraints, as the database sees it.

use std::rc::Rc;

use super::instance::identity::pk_of;
use super::manager;
use crate::db::Db;
use crate::models::indexes::{Index, IndexKind, index_of, violation_message};
use crate::models::{Hooks, ModelRef, model_of};
use crate::object::{CallArgs, Exc, Res, Rt, Value, ops};
use crate::source::Name;
use crate::sql::compiler::Compiler;
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{Connector, Expr, ExprRef, Q, QChild, Query, Where, expr_of, value_of};

/// Fills the hooks of the layer below.
pub fn install(rt: &Rt) {
    Hooks::of(rt).validate_constraint.set(Some(validate));
}

fn as_q(expr: &ExprRef) -> Rc<Q> {
    match &**expr {
        Expr::Q(q) => q.clone(),
        _ => Rc::new(Q { children: vec![QChild::Expr(expr.clone())], ..Q::default() }),
    }
}

/// A query without a table in which the names of a model's fields stand for an instance's values.
fn against(rt: &Rt, model: &ModelRef, instance: &Value, exclude: &[Name]) -> Res<Query> {
    let mut query = Query::new(None);
    let mut pk: Option<ExprRef> = None;
    for field in model.concrete_fields().iter() {
        if exclude.contains(&field.name()) {
            continue;
        }
        let expression = field.options().expression.clone();
        let resolved = match expression {
            Some(generated) => match expr_of(rt, &generated)? {
                // A generated column is worked out from the instance's other values.
                Some(e) => match expressions::resolve(rt, &e, &mut query, &mut Resolve::joins()) {
                    Ok(e) => e,
                    Err(e) if e.is(Exc::FieldError) => continue,
                    Err(e) => return Err(e),
                },
                None => continue,
            },
            None => {
                let value = ops::get_attr(rt, instance, field.attname())?;
                match expr_of(rt, &value)? {
                    Some(e) => expressions::resolve(rt, &e, &mut query, &mut Resolve::joins())?,
                    None => Expr::value_of_field(value, field.clone()),
                }
            }
        };
        query.add_resolved(resolved.clone(), field.name(), false);
        if field.primary_key() {
            pk = Some(resolved);
        }
    }
    if let Some(pk) = pk
        && !exclude.iter().any(|name| *name == "pk")
    {
        query.add_resolved(pk, "pk".into(), false);
    }
    Ok(query)
}

/// `Q.check(against)`: whether the values satisfy a condition, as the database sees it.
fn check(rt: &Rt, mut query: Query, q: &Rc<Q>) -> Res<bool> {
    let node = query.resolve_q(rt, q, &mut Resolve::joins())?;
    // Django resolves the condition twice, which shows as parentheses around all of it.
    let mut whole = match &*node {
        Expr::Where(w) if w.connector == Connector::And && !w.negated => (**w).clone(),
        _ => Where::new(vec![node], Connector::And, false),
    };
    whole.resolved = true;
    let node: ExprRef = Rc::new(Expr::Where(Rc::new(whole)));
    let mut c = Compiler::new(rt, &mut query);
    c.push("SELECT 1 AS \"_check\" WHERE COALESCE(");
    match expressions::compile_expr(&mut c, &node) {
        Ok(()) => {}
        Err(e) if e.is(Exc::FullResultSet) => return Ok(true),
        Err(e) if e.is(Exc::EmptyResultSet) => return Ok(false),
        Err(e) => return Err(e),
    }
    c.push(", ");
    c.param(Value::Bool(true));
    c.push(")");
    let (sql, params) = (c.sql, c.params);
    let db = Db::of(rt);
    let ask = || db.fetch_one(rt, &sql, params);
    // Inside a transaction, an error of the check must not break it.
    match if db.state.in_atomic_block.get() { db.atomic(rt, true, ask) } else { ask() } {
        Ok(found) => Ok(found.is_some()),
        Err(e) if e.is(Exc::DatabaseError) => Ok(true),
        Err(e) => Err(e),
    }
}

/// `constraint.validate(model, instance, exclude)`. ValidationError where the instance violates it.
pub fn validate(rt: &Rt, constraint: &Value, model: &Value, instance: &Value, exclude: &Value) -> Res<()> {
    let (Some(index), Some(model)) = (index_of(constraint), model_of(model)) else { return Ok(()) };
    let exclude: Vec<Name> = if exclude.is_none() {
        Vec::new()
    } else {
        ops::collect(rt, exclude)?.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect()
    };
    match index.kind {
        IndexKind::Index => Ok(()),
        IndexKind::Check => {
            let condition = index.condition.borrow().clone();
            let Some(expr) = expr_of(rt, &condition)? else { return Ok(()) };
            // As Django does: the condition inside one more Q, which shows in the SQL.
            let whole = Rc::new(Q { children: vec![QChild::Q(as_q(&expr))], ..Q::default() });
            let satisfied = against(rt, &model, instance, &exclude).and_then(|query| check(rt, query, &whole));
            match satisfied {
                Ok(true) => Ok(()),
                Ok(false) => Err(violation(rt, &index)?),
                // A field that is left out is none of this check's business.
                Err(e) if e.is(Exc::FieldError) => Ok(()),
                Err(e) => Err(e),
            }
        }
        IndexKind::Unique => validate_unique(rt, &index, &model, instance, &exclude),
    }
}

fn violation(rt: &Rt, index: &Index) -> Res<crate::object::Error> {
    let code = index.violation_error_code.borrow().clone();
    let class = Value::Class(rt.exc_class(Exc::ValidationError).clone());
    let made = ops::call(rt, &class, CallArgs::new([violation_message(rt, index)?, code]))?;
    Ok(made.as_obj().map_or_else(|| Exc::ValidationError.new(""), |o| crate::object::Error::raised(o.clone())))
}

/// An expression of the model's fields as the instance's values make it; `None` where it needs one that is left out.
fn worked_out(rt: &Rt, model: &ModelRef, instance: &Value, exclude: &[Name], expr: &ExprRef) -> Res<Option<ExprRef>> {
    let mut query = against(rt, model, instance, exclude)?;
    match expressions::resolve(rt, expr, &mut query, &mut Resolve::joins()) {
        Ok(found) => Ok(Some(found)),
        Err(e) if e.is(Exc::FieldError) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The condition that two expressions are the same; where NULLs are not distinct, that both may be NULL.
fn equal(rt: &Rt, lhs: &ExprRef, rhs: &ExprRef, distinct_nulls: bool) -> Res<Value> {
    let module = rt.exec()?.import(rt, "django.db.models.lookups")?;
    let (lhs, rhs) = (value_of(rt, lhs)?, value_of(rt, rhs)?);
    let make = |class: &str, args: [Value; 2]| {
        let class = ops::get_attr(rt, &module, Name::new(class))?;
        ops::call(rt, &class, CallArgs::new(args))
    };
    let exact = make("Exact", [lhs.clone(), rhs.clone()])?;
    if distinct_nulls {
        return Ok(exact);
    }
    let mut either = Q { connector: Connector::Or, ..Q::default() };
    let mut both = Q::default();
    for side in [lhs, rhs] {
        let is_null = make("IsNull", [side, Value::Bool(true)])?;
        both.children.extend(expr_of(rt, &is_null)?.map(QChild::Expr));
    }
    either.children.extend(expr_of(rt, &exact)?.map(QChild::Expr));
    either.children.push(QChild::Q(Rc::new(both)));
    value_of(rt, &Rc::new(Expr::Q(Rc::new(either))))
}

fn validate_unique(rt: &Rt, index: &Index, model: &ModelRef, instance: &Value, exclude: &[Name]) -> Res<()> {
    let rows = manager::get_queryset(rt, &model.default_manager(rt)?)?;
    let distinct_nulls = !matches!(*index.nulls_distinct.borrow(), Value::Bool(false));
    let mut args = CallArgs::none();
    if index.expressions.borrow().is_empty() {
        for (name, _) in index.field_orders() {
            if exclude.contains(&name) {
                return Ok(());
            }
            let field = model.forward_field(name)?;
            if field.options().expression.is_some() {
                let lhs: ExprRef = Rc::new(Expr::F(name.text()));
                let Some(rhs) = worked_out(rt, model, instance, exclude, &lhs)? else { return Ok(()) };
                if distinct_nulls {
                    args.kw.push((field.name(), value_of(rt, &rhs)?));
                } else {
                    args.pos.push(equal(rt, &lhs, &rhs, distinct_nulls)?);
                }
                continue;
            }
            let value = ops::get_attr(rt, instance, field.attname())?;
            if value.is_none() && distinct_nulls {
                return Ok(());
            }
            args.kw.push((field.name(), value));
        }
    } else {
        let items = index.expressions.borrow().clone();
        for item in items {
            let Some(mut expr) = expr_of(rt, &item)? else { continue };
            if let Expr::OrderBy(order) = &*expr {
                expr = order.expr.clone();
            }
            let Some(rhs) = worked_out(rt, model, instance, exclude, &expr)? else { return Ok(()) };
            if let Expr::Value(v) = &*rhs
                && v.value.is_none()
                && distinct_nulls
            {
                return Ok(());
            }
            args.pos.push(equal(rt, &expr, &rhs, distinct_nulls)?);
        }
    }
    let mut rows = ops::call_method(rt, &rows, "filter".into(), args)?;
    let state = ops::get_attr(rt, instance, "_state".into())?;
    let adding = ops::get_attr(rt, &state, "adding".into())?;
    if !ops::truthy(rt, &adding)? {
        let key = pk_of(rt, instance)?;
        if !key.is_none() {
            rows = ops::call_method(rt, &rows, "exclude".into(), CallArgs::none().with("pk", key))?;
        }
    }
    let condition = index.condition.borrow().clone();
    let violated = if condition.is_none() {
        let found = ops::call_method(rt, &rows, "exists".into(), CallArgs::none())?;
        ops::truthy(rt, &found)?
    } else {
        let Some(expr) = expr_of(rt, &condition)? else { return Ok(()) };
        let inner = ops::call_method(rt, &rows, "filter".into(), CallArgs::new([condition]))?;
        let module = rt.exec()?.import(rt, "django.db.models")?;
        let exists = ops::get_attr(rt, &module, "Exists".into())?;
        let Some(exists) = expr_of(rt, &ops::call1(rt, &exists, inner)?)? else { return Ok(()) };
        let own = as_q(&expr);
        let mut children =
            if own.connector == Connector::And && !own.negated { own.children.clone() } else { vec![QChild::Q(own)] };
        children.push(QChild::Expr(exists));
        let both = Rc::new(Q { children, ..Q::default() });
        match against(rt, model, instance, exclude).and_then(|query| check(rt, query, &both)) {
            Ok(found) => found,
            Err(e) if e.is(Exc::FieldError) => return Ok(()),
            Err(e) => return Err(e),
        }
    };
    if !violated {
        return Ok(());
    }
    if !index.fields.borrow().is_empty()
        && index.violation_error_message.borrow().is_none()
        && index.condition.borrow().is_none()
    {
        let names: Vec<Value> = index.fields.borrow().iter().map(|f| Value::str(&**f)).collect();
        let args = CallArgs::new([model.class_value(), Value::tuple(names)]);
        let made = ops::call_method(rt, instance, "unique_error_message".into(), args)?;
        let code = ops::get_attr(rt, &made, "code".into())?;
        let class = Value::Class(rt.exc_class(Exc::ValidationError).clone());
        if let Value::Obj(o) = ops::call(rt, &class, CallArgs::new([made]).with("code", code))? {
            return Err(crate::object::Error::raised(o));
        }
    }
    Err(violation(rt, index)?)
}
