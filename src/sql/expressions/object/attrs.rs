//! The attributes of expression objects that sessions read, and the few they assign.

use std::rc::Rc;

use super::{object_of, optional_value};
use crate::object::{Instance, Res, Rt, Value};
use crate::source::Name;
use crate::sql::expressions::{option, output_field, output_field_opt, parse};
use crate::sql::ir::{self, Expr, ExprObject, ExprRef, QChild, Rhs, SubqueryKind};

/// A computed attribute; `None` leaves it to the class.
pub(super) fn get(rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
    let Some(e) = this.native::<ExprObject>().map(|e| e.0.borrow().clone()) else { return Ok(None) };
    let text = name.text();
    let of = |e: &ExprRef| ir::value_of(rt, e).map(Some);
    let flag = |b: bool| Ok(Some(Value::Bool(b)));
    // What every expression has.
    match &*text {
        "output_field" => {
            return match this.class().lookup(name) {
                Some(_) => Ok(None),
                None => Ok(Some(output_field(rt, &e)?.object(rt))),
            };
        }
        "_output_field_or_none" => return Ok(Some(output_field_opt(rt, &e)?.map_or(Value::None, |f| f.object(rt)))),
        "is_summary" => return flag(e.common().is_some_and(|c| c.is_summary)),
        _ => {}
    }
    match (&*e, &*text) {
        (Expr::F(n) | Expr::ResolvedOuterRef(n), "name") => Ok(Some(Value::str(&**n))),
        (Expr::OuterRef(ir::Outer::Name(n)), "name") => Ok(Some(Value::str(&**n))),
        (Expr::Value(v), "value") => Ok(Some(v.value.clone())),
        (Expr::Col(c), "alias") => Ok(Some(c.alias.map_or(Value::None, Value::from))),
        (Expr::Col(c), "target") => Ok(Some(c.target.object(rt))),
        (Expr::Ref(r), "refs") => Ok(Some(Value::from(r.name))),
        (Expr::Ref(r), "source") => of(&r.source),
        (Expr::RawSql(r), "sql") => Ok(Some(Value::str(&*r.sql))),
        (Expr::RawSql(r), "params") => Ok(Some(Value::list(r.params.to_vec()))),
        (Expr::Combined(c), "lhs") => of(&c.lhs),
        (Expr::Combined(c), "rhs") => of(&c.rhs),
        (Expr::Combined(c), "connector") => Ok(Some(Value::str(c.connector))),
        (Expr::Lookup(l), "lhs") => of(&l.lhs),
        (Expr::Lookup(l), "rhs") => ir::rhs_value(rt, &l.rhs).map(Some),
        (Expr::Lookup(l), "bilateral_transforms") => {
            let out: Res<Vec<Value>> = l.bilateral.iter().map(|e| ir::value_of(rt, e)).collect();
            Ok(Some(Value::list(out?)))
        }
        (Expr::Func(f), "source_expressions") => {
            let out: Res<Vec<Value>> = f.args.iter().map(|e| ir::value_of(rt, e)).collect();
            Ok(Some(Value::list(out?)))
        }
        (Expr::Func(f), "lhs") => match f.args.first() {
            Some(e) => of(e),
            None => Ok(None),
        },
        (Expr::Func(f), "extra") => {
            let dict = crate::object::Dict::new();
            for (n, v) in f.extra.iter().filter(|(n, _)| !n.text().starts_with('@')) {
                dict.set_str(rt, &n.text(), v.clone());
            }
            Ok(Some(Value::Dict(dict)))
        }
        (Expr::Func(f), "distinct") => flag(f.aggregate.as_ref().is_some_and(|a| a.distinct)),
        (Expr::Func(f), "filter") if f.aggregate.is_some() => {
            optional_value(rt, &f.aggregate.as_ref().and_then(|a| a.filter.clone())).map(Some)
        }
        (Expr::Func(f), "default") if f.aggregate.is_some() => {
            Ok(Some(f.aggregate.as_ref().and_then(|a| a.default.clone()).unwrap_or_default()))
        }
        (Expr::Func(f), "default_alias") if f.aggregate.is_some() => {
            let plain = f.aggregate.as_ref().is_some_and(|a| a.filter.is_none());
            let name = crate::object::ops::get_attr(rt, &Value::Obj(this.clone()), "name".into())?;
            match (&f.args[..], name.as_str()) {
                ([only], Some(function)) if plain && matches!(&**only, Expr::F(_)) => {
                    let Expr::F(field) = &**only else { return Ok(None) };
                    Ok(Some(Value::from(format!("{field}__{}", function.to_lowercase()))))
                }
                _ => Err(crate::object::Exc::TypeError.new("Complex expressions require an alias")),
            }
        }
        (Expr::Func(f), "tzinfo" | "key_name") => Ok(option(f, &format!("@{text}"))),
        (Expr::Func(f), "kind" | "lookup_name") => Ok(option(f, "@unit")),
        (Expr::When(w), "condition") => of(&w.condition),
        (Expr::When(w), "result") => of(&w.result),
        (Expr::Case(c), "cases") => {
            let out: Res<Vec<Value>> = c.cases.iter().map(|e| ir::value_of(rt, e)).collect();
            Ok(Some(Value::list(out?)))
        }
        (Expr::Case(c), "default") => of(&c.default),
        (Expr::Subquery(s), "query") => of(&Rc::new(Expr::Query(s.query.clone()))),
        (Expr::Subquery(_), "subquery") => flag(true),
        (Expr::OrderBy(o), "expression") => of(&o.expr),
        (Expr::OrderBy(o), "descending") => flag(o.descending),
        (Expr::OrderBy(o), "nulls_first") => Ok(Some(if o.nulls_first { Value::Bool(true) } else { Value::None })),
        (Expr::OrderBy(o), "nulls_last") => Ok(Some(if o.nulls_last { Value::Bool(true) } else { Value::None })),
        (Expr::Wrapper(e, _) | Expr::Negated(e, _) | Expr::DatabaseDefault(e, _), "expression") => of(e),
        (Expr::Window(w), "source_expression") => of(&w.source),
        (Expr::Window(w), "partition_by") => optional_value(rt, &w.partition_by).map(Some),
        (Expr::Window(w), "order_by") => optional_value(rt, &w.order_by).map(Some),
        (Expr::Window(w), "frame") => optional_value(rt, &w.frame).map(Some),
        (Expr::Frame(f), "start") => object_of(rt, &Expr::value(f.start.clone())).map(Some),
        (Expr::Frame(f), "end") => object_of(rt, &Expr::value(f.end.clone())).map(Some),
        (Expr::Q(q), "connector") => Ok(Some(Value::str(q.connector.text()))),
        (Expr::Q(q), "negated") => flag(q.negated),
        (Expr::Q(q), "children") => {
            let mut out = Vec::new();
            for child in &q.children {
                out.push(match child {
                    QChild::Filter(n, v) => Value::tuple(vec![Value::str(&**n), v.clone()]),
                    QChild::Keyword(n, rhs) => Value::tuple(vec![Value::str(&**n), ir::rhs_value(rt, rhs)?]),
                    QChild::Q(q) => object_of(rt, &Rc::new(Expr::Q(q.clone())))?,
                    QChild::Expr(e) => ir::value_of(rt, e)?,
                    QChild::Other(v) => v.clone(),
                });
            }
            // Kept on the object: what a session does to the list, it does to the Q.
            let list = Value::list(out);
            this.set(name, list.clone());
            Ok(Some(list))
        }
        (Expr::FilteredRelation(r), "relation_name") => Ok(Some(Value::str(&*r.relation_name))),
        (Expr::FilteredRelation(r), "alias") => Ok(Some(r.alias.map_or(Value::None, Value::from))),
        (Expr::FilteredRelation(r), "condition") => object_of(rt, &Rc::new(Expr::Q(r.condition.clone()))).map(Some),
        _ => Ok(None),
    }
}

/// Takes an assignment that changes the node; `false` leaves it an ordinary attribute.
pub(super) fn set(rt: &Rt, this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
    let (Some(slot), Some(value)) = (this.native::<ExprObject>(), value) else { return Ok(false) };
    let mut node = (**slot.0.borrow()).clone();
    match (&mut node, &*name.text()) {
        (Expr::Combined(c), "lhs") => c.lhs = parse(rt, &value)?,
        (Expr::Combined(c), "rhs") => c.rhs = parse(rt, &value)?,
        (Expr::Lookup(l), "lhs") => l.lhs = parse(rt, &value)?,
        (Expr::Lookup(l), "rhs") => {
            l.rhs = match ir::expr_of(rt, &value)? {
                Some(e) => Rhs::Expr(e),
                None => Rhs::Value(value),
            };
        }
        (Expr::Func(f), "source_expressions") => {
            let items = crate::object::ops::collect(rt, &value)?;
            let args: Res<Vec<ExprRef>> = items.iter().map(|v| parse(rt, v)).collect();
            f.args = args?;
        }
        (Expr::Func(f), "filter") if f.aggregate.is_some() => {
            let filter = if value.is_none() { None } else { Some(parse(rt, &value)?) };
            if let Some(aggregate) = &mut f.aggregate {
                aggregate.filter = filter;
            }
        }
        (Expr::Value(v), "value") => v.value = value,
        (Expr::OrderBy(o), "descending") => o.descending = crate::object::ops::truthy(rt, &value)?,
        (Expr::Subquery(s), "query") if s.kind == SubqueryKind::Value => {
            let Some(e) = ir::expr_of(rt, &value)? else { return Ok(false) };
            let Expr::Query(q) = &*e else { return Ok(false) };
            s.query = q.clone();
        }
        (Expr::Q(q), "negated") => Rc::make_mut(q).negated = crate::object::ops::truthy(rt, &value)?,
        (Expr::Q(q), "connector") => {
            if let Some(connector) = value.as_str().and_then(|s| ir::Connector::from_text(s)) {
                Rc::make_mut(q).connector = connector;
            }
        }
        (node, "output_field") => {
            let Some(common) = node.common_mut() else { return Ok(false) };
            common.output_field = crate::models::field_of(&value);
        }
        _ => return Ok(false),
    }
    *slot.0.borrow_mut() = Rc::new(node);
    Ok(true)
}
