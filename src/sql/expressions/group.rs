//! What an expression adds to GROUP BY, and what it is worth where nothing matches.

use std::rc::Rc;

use crate::object::{Res, Rt, Value};
use crate::sql::functions::Special;
use crate::sql::ir::{Expr, ExprRef, Query, SubqueryKind};

/// `expr.get_group_by_cols()`.
pub fn group_by_cols(rt: &Rt, expr: &ExprRef) -> Res<Vec<ExprRef>> {
    if let Some(object) = expr.common().and_then(|common| common.object.as_ref())
        && let Some(cols) = super::custom::group_by_cols(rt, object)?
    {
        return Ok(cols);
    }
    Ok(match &**expr {
        Expr::Col(_) | Expr::RawSql(_) | Expr::Ref(_) => vec![expr.clone()],
        Expr::Value(_) | Expr::ResolvedOuterRef(_) | Expr::Frame(_) => Vec::new(),
        Expr::Func(f) if f.aggregate.is_some() || f.row.special == Special::Random => Vec::new(),
        Expr::List(..) | Expr::OrderBy(_) | Expr::When(_) | Expr::Lookup(_) | Expr::Where(_) => sources(rt, expr)?,
        Expr::Wrapper(inner, common) => match &**inner {
            Expr::Where(_) | Expr::Query(_) | Expr::Q(_) => default(rt, expr)?,
            _ => {
                let mut inner = (**inner).clone();
                if let Some(inner_common) = inner.common_mut() {
                    inner_common.output_field = common.output_field.clone();
                }
                group_by_cols(rt, &Rc::new(inner))?
            }
        },
        Expr::Negated(inner, _) => match &**inner {
            Expr::Where(_) | Expr::Query(_) | Expr::Q(_) => default(rt, expr)?,
            _ => group_by_cols(rt, inner)?,
        },
        Expr::Case(c) if c.cases.is_empty() => group_by_cols(rt, &c.default)?,
        Expr::Subquery(s) => of_query(&s.query, expr),
        Expr::Query(q) => of_query(q, expr),
        Expr::Window(w) => {
            let mut out = Vec::new();
            for part in [&w.partition_by, &w.order_by].into_iter().flatten() {
                out.extend(group_by_cols(rt, part)?);
            }
            out
        }
        _ => default(rt, expr)?,
    })
}

fn default(rt: &Rt, expr: &ExprRef) -> Res<Vec<ExprRef>> {
    if expr.contains_aggregate() { sources(rt, expr) } else { Ok(vec![expr.clone()]) }
}

fn sources(rt: &Rt, expr: &ExprRef) -> Res<Vec<ExprRef>> {
    let mut out = Vec::new();
    for child in expr.children() {
        out.extend(group_by_cols(rt, &child)?);
    }
    Ok(out)
}

fn of_query(query: &Query, wrapper: &ExprRef) -> Vec<ExprRef> {
    let cols = query.external_cols();
    if cols.iter().any(|c| c.as_col().is_some_and(|c| c.possibly_multivalued)) {
        return vec![wrapper.clone()];
    }
    cols
}

/// `expr.empty_result_set_value`; `None` is Python's `NotImplemented`.
pub fn empty_result_set_value(rt: &Rt, expr: &Expr) -> Res<Option<Value>> {
    Ok(match expr {
        Expr::Value(v) => Some(v.value.clone()),
        Expr::Func(f) if f.row.special == Special::Count => Some(Value::Int(0)),
        Expr::Func(f) if f.aggregate.is_some() => match &f.common.object {
            Some(object) => {
                let own = Value::Obj(object.clone());
                match crate::object::ops::get_attr_opt(rt, &own, "empty_result_set_value".into())? {
                    Some(Value::NotImplemented) => None,
                    Some(value) => Some(value),
                    None => Some(Value::None),
                }
            }
            None => Some(Value::None),
        },
        Expr::Func(f) if f.row.special == Special::Coalesce => {
            for arg in &f.args {
                match empty_result_set_value(rt, arg)? {
                    Some(Value::None) => {}
                    other => return Ok(other),
                }
            }
            Some(Value::None)
        }
        Expr::Query(_) => Some(Value::None),
        Expr::Subquery(s) => Some(match s.kind {
            SubqueryKind::Value => Value::None,
            SubqueryKind::Exists => Value::Bool(false),
        }),
        _ => None,
    })
}

/// `expr.filterable`: whether it can stand in WHERE.
pub fn filterable(expr: &Expr) -> bool {
    let _ = expr;
    true
}

/// `expr.set_returning`.
pub fn set_returning(expr: &Expr) -> bool {
    let _ = expr;
    false
}
