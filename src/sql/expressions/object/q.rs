//! `Q` and `FilteredRelation`.

use std::rc::Rc;

use super::init::{child, connector_of, sorted};
use super::{expr_arg, new_object, payload, replace};
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::sql::expressions::conditional;
use crate::sql::ir::{self, Connector, Expr, FilteredRelation, Q, QChild, Query};

fn q_of(value: &Value) -> Res<Rc<Q>> {
    match &*payload(value)? {
        Expr::Q(q) => Ok(q.clone()),
        _ => Err(Exc::TypeError.new("not a Q object")),
    }
}

fn combine(rt: &Rt, a: &Args, connector: Connector) -> Res<Value> {
    let this = q_of(a.get(0))?;
    let other = match ir::expr_of(rt, a.get(1))? {
        Some(e) => match &*e {
            Expr::Q(q) => q.clone(),
            _ if matches!(conditional(rt, &e), Ok(true)) => {
                Rc::new(Q { children: vec![QChild::Expr(e.clone())], ..Q::default() })
            }
            _ => return Err(Exc::TypeError.with_args(vec![a.value(1)])),
        },
        None => return Err(Exc::TypeError.with_args(vec![a.value(1)])),
    };
    new_object(rt, Rc::new(Expr::Q(this.combine(&other, connector))))
}

/// `Q(*args, **kwargs)` as data: positional conditions first, then those by keyword in the order of their names.
pub fn q_from(rt: &Rt, args: &[Value], kwargs: Vec<(crate::source::Name, Value)>) -> Res<Q> {
    let mut q = sorted(Q::filters(kwargs.into_iter().map(|(n, v)| (n.text(), v))));
    let mut first = Vec::with_capacity(args.len());
    for arg in args {
        first.push(match ir::expr_of(rt, arg)? {
            Some(e) => child(e),
            None => match arg.as_tuple().map(|t| t.to_vec()).as_deref() {
                Some([name, value]) if name.as_str().is_some() => {
                    QChild::Filter(ops::str(rt, name)?.as_str().into(), value.clone())
                }
                _ => QChild::Other(arg.clone()),
            },
        });
    }
    q.children.splice(0..0, first);
    Ok(q)
}

/// `Q.check(against)`: a query without a table in which the names stand for the values.
fn check(rt: &Rt, a: &mut Args) -> Res<Value> {
    let q = q_of(a.get(0))?;
    let Some(against) = a.get(1).as_dict().cloned() else {
        return Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'items'", ops::type_name(a.get(1)))));
    };
    let mut query = Query::new(None);
    for (name, value) in against.0.items() {
        let expr = ir::expr_of(rt, &value)?.unwrap_or_else(|| Expr::value(value));
        query.add_annotation(rt, &expr, &ops::str(rt, &name)?, false)?;
    }
    query.add_annotation(rt, &Expr::value(1i64), "_check", true)?;
    let field = crate::models::Field::plain(rt, "BooleanField");
    let common = ir::Common { output_field: Some(field), ..ir::Common::default() };
    let args = vec![Rc::new(Expr::Q(q)), Expr::value(true)];
    let condition = crate::sql::expressions::call_row("Coalesce", args, common)?;
    query.add_q(rt, &Q { children: vec![QChild::Expr(condition)], ..Q::default() })?;
    let Some((compiled, _)) = crate::sql::compiler::select(rt, &mut query)? else { return Ok(Value::Bool(false)) };
    match crate::db::Db::of(rt).fetch_one(rt, &compiled.sql, compiled.params) {
        Ok(row) => Ok(Value::Bool(row.is_some())),
        // What the database cannot tell is taken as met.
        Err(error) if error.is(Exc::DatabaseError) => Ok(Value::Bool(true)),
        Err(error) => Err(error),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::method(
        "__init__",
        "(self, *args, _connector=None, _negated=False, **kwargs)",
        "Conditions that can be joined with &, | and ~.",
        |rt, a| {
            let connector = connector_of(a.opt(1))?;
            let negated = a.flag(rt, 2, false)?;
            let kwargs = std::mem::take(&mut a.kwargs);
            let mut q = q_from(rt, &a.rest, kwargs)?;
            q.connector = connector;
            q.negated = negated;
            replace(a.get(0), Rc::new(Expr::Q(Rc::new(q))))?;
            Ok(Value::None)
        },
    ),
    Row::method("__and__", "(self, other)", "Both.", |rt, a| combine(rt, a, Connector::And)),
    Row::method("__or__", "(self, other)", "Either.", |rt, a| combine(rt, a, Connector::Or)),
    Row::method("__xor__", "(self, other)", "One of them.", |rt, a| combine(rt, a, Connector::Xor)),
    Row::method("__invert__", "(self)", "The opposite.", |rt, a| {
        let q = q_of(a.get(0))?;
        new_object(rt, Rc::new(Expr::Q(Rc::new((*q).clone().negate()))))
    }),
    Row::method("__bool__", "(self)", "Whether there are conditions.", |_, a| {
        Ok(Value::Bool(!q_of(a.get(0))?.is_empty()))
    }),
    Row::method("__len__", "(self)", "How many conditions.", |_, a| Ok(Value::from(q_of(a.get(0))?.children.len()))),
    Row::method("__contains__", "(self, other)", "Whether a condition is among them.", |rt, a| {
        let children = ops::get_attr(rt, a.get(0), "children".into())?;
        Ok(Value::Bool(ops::contains(rt, &children, a.get(1))?))
    }),
    Row::method("add", "(self, data, conn_type)", "Adds a condition.", |rt, a| {
        let mut q = (*q_of(a.get(0))?).clone();
        let e = expr_arg(rt, a.get(1))?;
        q.add(child(e), connector_of(a.opt(2))?);
        replace(a.get(0), Rc::new(Expr::Q(Rc::new(q))))?;
        Ok(a.value(1))
    }),
    Row::method(
        "check",
        "(self, against, using='default')",
        "Whether some values meet it, as the database sees it.",
        check,
    ),
    Row::method("negate", "(self)", "Turns it into its opposite.", |_, a| {
        let q = (*q_of(a.get(0))?).clone();
        replace(a.get(0), Rc::new(Expr::Q(Rc::new(q.negate()))))?;
        Ok(Value::None)
    }),
];

pub(super) const FILTERED: &[Row] = &[Row::method(
    "__init__",
    "(self, relation_name, *, condition=Q())",
    "A relation joined with a condition of its own.",
    |rt, a| {
        let name = a.str(1)?.to_string();
        if name.is_empty() {
            return Err(Exc::ValueError.new("relation_name cannot be empty."));
        }
        let condition = match a.opt(2) {
            None => Rc::default(),
            Some(v) => match ir::expr_of(rt, v)?.as_deref() {
                Some(Expr::Q(q)) => q.clone(),
                _ => return Err(Exc::ValueError.new("condition argument must be a Q() instance.")),
            },
        };
        let relation =
            FilteredRelation { relation_name: name.into(), alias: None, condition, resolved: None, field: None };
        replace(a.get(0), Rc::new(Expr::FilteredRelation(Rc::new(relation))))?;
        Ok(Value::None)
    },
)];
