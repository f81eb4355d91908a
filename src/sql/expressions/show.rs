//! What expressions look like: `repr()` and `str()`.

use super::compile::frame_text;
use crate::object::{Res, Rt, Value, ops};
use crate::sql::ir::{self, Connector, Expr, ExprRef, Func, ListKind, Outer, Q, QChild, Rhs, SubqueryKind};

/// The name of an expression's class.
pub fn class_name(rt: &Rt, expr: &Expr) -> String {
    let _ = rt;
    if let Some(object) = expr.common().and_then(|c| c.object.as_ref()) {
        return object.class().name().to_string();
    }
    match expr {
        Expr::Col(_) => "Col",
        Expr::ColPairs(_) => "ColPairs",
        Expr::Value(_) => "Value",
        Expr::F(_) => "F",
        Expr::OuterRef(_) => "OuterRef",
        Expr::ResolvedOuterRef(_) => "ResolvedOuterRef",
        Expr::Sliced(_) => "Sliced",
        Expr::Ref(_) => "Ref",
        Expr::Star => "Star",
        Expr::RawSql(_) => "RawSQL",
        Expr::Combined(c) => match c.kind {
            ir::CombinedKind::Plain => "CombinedExpression",
            ir::CombinedKind::Duration => "DurationExpression",
            ir::CombinedKind::Temporal => "TemporalSubtraction",
        },
        Expr::Func(f) => f.row.name,
        Expr::Case(_) => "Case",
        Expr::When(_) => "When",
        Expr::Subquery(s) if s.kind == SubqueryKind::Exists => "Exists",
        Expr::Subquery(_) => "Subquery",
        Expr::Query(_) => "Query",
        Expr::Window(_) => "Window",
        Expr::Frame(f) if f.kind == ir::FrameKind::Rows => "RowRange",
        Expr::Frame(_) => "ValueRange",
        Expr::List(ListKind::OrderBy, _) => "OrderByList",
        Expr::List(..) => "ExpressionList",
        Expr::OrderBy(_) => "OrderBy",
        Expr::Lookup(l) => l.row.name,
        Expr::Where(_) => "WhereNode",
        Expr::Q(_) => "Q",
        Expr::Nothing => "NothingNode",
        Expr::ExtraWhere(..) => "ExtraWhere",
        Expr::Wrapper(..) => "ExpressionWrapper",
        Expr::Negated(..) => "NegatedExpression",
        Expr::DatabaseDefault(..) => "DatabaseDefault",
        Expr::FilteredRelation(_) => "FilteredRelation",
        Expr::Custom(c) => return c.object.class().name().to_string(),
    }
    .to_string()
}

fn joined(rt: &Rt, items: &[ExprRef], joiner: &str) -> Res<String> {
    let mut out = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(joiner);
        }
        out.push_str(&text(rt, item)?);
    }
    Ok(out)
}

/// `repr(expr)`, as Django's own `__repr__` has it.
pub fn repr(rt: &Rt, expr: &Expr) -> Res<String> {
    let name = class_name(rt, expr);
    Ok(match expr {
        Expr::F(f) => format!("{name}({f})"),
        Expr::OuterRef(outer) => format!("OuterRef({})", outer_text(outer)),
        Expr::ResolvedOuterRef(f) => format!("ResolvedOuterRef({f})"),
        Expr::Value(v) => format!("{name}({})", ops::repr(rt, &v.value)?),
        Expr::Col(c) => {
            let target = field_text(&c.target);
            match c.alias {
                Some(alias) => format!("Col({alias}, {target})"),
                None => format!("Col({target})"),
            }
        }
        Expr::Ref(r) => format!("Ref({}, {})", r.name, text(rt, &r.source)?),
        Expr::Star => "'*'".to_string(),
        Expr::RawSql(r) => {
            let params = ops::repr(rt, &Value::list(r.params.to_vec()))?;
            format!("{name}({}, {params})", r.sql)
        }
        Expr::Combined(_) | Expr::When(_) | Expr::Case(_) | Expr::Window(_) | Expr::Frame(_) => {
            format!("<{name}: {}>", text(rt, expr)?)
        }
        Expr::Func(f) => func(rt, f, &name)?,
        Expr::List(_, items) => format!("{name}({})", joined(rt, items, ", ")?),
        Expr::Wrapper(inner, _) | Expr::Negated(inner, _) => format!("{name}({})", text(rt, inner)?),
        Expr::OrderBy(o) => {
            format!("{name}({}, descending={})", text(rt, &o.expr)?, if o.descending { "True" } else { "False" })
        }
        Expr::Lookup(l) => format!("{name}({}, {})", repr(rt, &l.lhs)?, rhs(rt, &l.rhs)?),
        Expr::Q(q) => q_repr(rt, q)?,
        Expr::Sliced(s) => {
            let start = s.start - 1;
            let stop = s.length.map_or("None".to_string(), |n| (start + n).to_string());
            format!("Sliced({}, slice({start}, {stop}, None))", repr(rt, &s.source)?)
        }
        Expr::FilteredRelation(r) => {
            format!("<FilteredRelation: {} condition={}>", r.relation_name, q_repr(rt, &r.condition)?)
        }
        other => {
            let at = std::ptr::from_ref(other) as usize;
            format!("<django.db.models.expressions.{name} object at 0x{at:x}>")
        }
    })
}

fn field_text(field: &crate::models::FieldRef) -> String {
    match field.model() {
        Some(model) => format!("{}.{}", model.label(), field.name()),
        None => format!("<{}>", field.class.name()),
    }
}

fn outer_text(outer: &Outer) -> String {
    match outer {
        Outer::Name(name) => name.to_string(),
        Outer::Deeper(inner) => format!("OuterRef({})", outer_text(inner)),
    }
}

fn rhs(rt: &Rt, rhs: &Rhs) -> Res<String> {
    Ok(match rhs {
        Rhs::Value(v) => ops::repr(rt, v)?.to_string(),
        Rhs::Expr(e) => repr(rt, e)?,
        Rhs::Many(items) => {
            let parts: Res<Vec<String>> = items.iter().map(|r| self::rhs(rt, r)).collect();
            format!("[{}]", parts?.join(", "))
        }
    })
}

fn func(rt: &Rt, f: &Func, name: &str) -> Res<String> {
    let args = joined(rt, &f.args, f.row.joiner)?;
    let mut extra: Vec<(String, String)> = Vec::new();
    for (key, value) in f.extra.iter() {
        let key = key.to_string();
        if !key.starts_with('@') {
            extra.push((key, ops::str(rt, value)?.to_string()));
        }
    }
    if f.row.special == crate::sql::functions::Special::Spread {
        let sample = super::option(f, "@sample").is_some_and(|v| matches!(v, Value::Bool(true)));
        extra.push(("sample".to_string(), if sample { "True" } else { "False" }.to_string()));
    }
    if let Some(aggregate) = &f.aggregate {
        if aggregate.distinct {
            extra.push(("distinct".to_string(), "True".to_string()));
        }
        if let Some(filter) = &aggregate.filter {
            extra.push(("filter".to_string(), text(rt, filter)?));
        }
    }
    if extra.is_empty() {
        return Ok(format!("{name}({args})"));
    }
    extra.sort();
    let extra: Vec<String> = extra.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    Ok(format!("{name}({args}, {})", extra.join(", ")))
}

/// `str(expr)`.
pub fn text(rt: &Rt, expr: &Expr) -> Res<String> {
    if let Some(object) = expr.common().and_then(|c| c.object.as_ref())
        && (super::custom::overrides(object, "__str__") || super::custom::overrides(object, "__repr__"))
    {
        return Ok(ops::str(rt, &Value::Obj(object.clone()))?.to_string());
    }
    Ok(match expr {
        Expr::Combined(c) => format!("{} {} {}", text(rt, &c.lhs)?, c.connector, text(rt, &c.rhs)?),
        Expr::When(w) => format!("WHEN {} THEN {}", repr(rt, &w.condition)?, repr(rt, &w.result)?),
        Expr::Case(c) => format!("CASE {}, ELSE {}", joined(rt, &c.cases, ", ")?, repr(rt, &c.default)?),
        Expr::List(_, items) => joined(rt, items, ", ")?,
        Expr::Window(w) => {
            let part = |e: &Option<ExprRef>, before: &str| -> Res<String> {
                Ok(match e {
                    Some(e) => format!("{before}{}", text(rt, e)?),
                    None => String::new(),
                })
            };
            format!(
                "{} OVER ({}{}{})",
                text(rt, &w.source)?,
                part(&w.partition_by, "PARTITION BY ")?,
                part(&w.order_by, "")?,
                part(&w.frame, "")?
            )
        }
        Expr::Frame(f) => frame_text(f),
        Expr::Q(q) => q_text(rt, q)?,
        _ => repr(rt, expr)?,
    })
}

/// `repr(Q(...))`.
pub fn q_repr(rt: &Rt, q: &Q) -> Res<String> {
    Ok(format!("<Q: {}>", q_text(rt, q)?))
}

fn q_text(rt: &Rt, q: &Q) -> Res<String> {
    let mut parts = Vec::with_capacity(q.children.len());
    for child in &q.children {
        parts.push(match child {
            QChild::Filter(name, value) => {
                let pair = Value::tuple(vec![Value::str(&**name), value.clone()]);
                ops::str(rt, &pair)?.to_string()
            }
            QChild::Keyword(name, right) => format!("('{name}', {})", rhs(rt, right)?),
            QChild::Q(inner) => q_text(rt, inner)?,
            QChild::Expr(e) => text(rt, e)?,
            QChild::Other(value) => ops::str(rt, value)?.to_string(),
        });
    }
    let connector = match q.connector {
        Connector::And => "AND",
        Connector::Or => "OR",
        Connector::Xor => "XOR",
    };
    let inside = format!("({connector}: {})", parts.join(", "));
    Ok(if q.negated { format!("(NOT {inside})") } else { inside })
}
