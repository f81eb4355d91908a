//! Lookups on several columns at once: composite primary keys and relations to them.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/topics/composite-primary-key/>.

use std::rc::Rc;

use super::row::{Kind, LOOKUPS, LookupRow};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::compiler::{Compiler, empty_result};
use crate::sql::ir::{ColPairs, Common, Connector, Expr, ExprRef, Lookup, Rhs, Where};

fn pairs(lhs: &Expr) -> Option<&ColPairs> {
    match lhs {
        Expr::ColPairs(pairs) => Some(pairs),
        _ => None,
    }
}

fn columns(pairs: &ColPairs) -> Vec<ExprRef> {
    let both = pairs.targets.iter().zip(pairs.sources.iter());
    both.map(|(target, source)| Expr::col_as(pairs.alias, target.clone(), source.clone())).collect()
}

fn name_of(lhs: &Expr) -> String {
    pairs(lhs).map_or("tuple".to_string(), |p| format!("'{}'", p.output.name()))
}

/// The items of a tuple or list.
fn items(value: &Value) -> Option<Vec<Value>> {
    match value.plain() {
        Value::Tuple(t) => Some(t.to_vec()),
        Value::List(l) => Some(l.to_vec()),
        _ => None,
    }
}

/// Checks the right side of a lookup on a composite key.
pub(super) fn prepare(rt: &Rt, row: &'static LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    let n = pairs(lhs).map_or(0, |p| p.targets.len());
    let (lookup, name) = (row.lookup_name, name_of(lhs));
    let wrong = |text: String| Err(Exc::ValueError.new(text));
    match (lookup, rhs) {
        ("isnull", Rhs::Value(value)) => {
            let value = match items(&value) {
                Some(only) if only.len() == 1 => only[0].clone(),
                _ => value,
            };
            match value {
                Value::Bool(_) => Ok(Rhs::Value(value)),
                _ => wrong("The QuerySet value for an isnull lookup must be True or False.".to_string()),
            }
        }
        ("in", Rhs::Value(value)) => {
            let rows = match value.plain() {
                Value::Tuple(_) | Value::List(_) => items(&value).unwrap_or_default(),
                Value::Set(_) => ops::collect(rt, &value)?,
                _ => return wrong(format!("'in' lookup of {name} must be a tuple or a list")),
            };
            for row in &rows {
                match items(row) {
                    None => return wrong(format!("'in' lookup of {name} must be a collection of tuples or lists")),
                    Some(parts) if parts.len() != n => {
                        return wrong(format!("'in' lookup of {name} must have {n} elements each"));
                    }
                    Some(_) => {}
                }
            }
            Ok(Rhs::Value(Value::list(rows)))
        }
        (_, Rhs::Value(value)) => match items(&value) {
            None => wrong(format!("'{lookup}' lookup of {name} must be a tuple or a list")),
            Some(parts) if parts.len() != n => wrong(format!("'{lookup}' lookup of {name} must have {n} elements")),
            Some(parts) => Ok(Rhs::Value(Value::tuple(parts))),
        },
        ("in", Rhs::Expr(e)) => match &*e {
            Expr::Query(q) => {
                let mut q = (**q).clone();
                let selected = super::build::fields_len(&q);
                if selected != n && q.has_select_fields() {
                    return wrong(format!(
                        "The QuerySet value for the 'in' lookup must have {n} selected fields (received {selected})"
                    ));
                }
                q.clear_ordering(false, true);
                if !q.has_select_fields() {
                    q.clear_select_clause();
                    q.add_fields(rt, &["pk"], true)?;
                }
                Ok(Rhs::Expr(Rc::new(Expr::Query(Rc::new(q)))))
            }
            Expr::Subquery(_) => Ok(Rhs::Expr(e)),
            _ => wrong(format!(
                "'in' subquery lookup of {name} must be a Query object (received '{}')",
                crate::sql::expressions::class_name(rt, &e)
            )),
        },
        (_, Rhs::Expr(e)) => match &*e {
            Expr::Query(_) | Expr::ResolvedOuterRef(_) | Expr::ColPairs(_) => Ok(Rhs::Expr(e)),
            _ => wrong(format!(
                "'{lookup}' subquery lookup of {name} only supports OuterRef and QuerySet objects (received '{}')",
                crate::sql::expressions::class_name(rt, &e)
            )),
        },
        (_, many) => Ok(many),
    }
}

/// The right side of a lookup on a relation of several columns: objects become tuples of their keys.
pub(super) fn prepare_related(rt: &Rt, row: &'static LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    let Some(p) = pairs(lhs) else { return Ok(rhs) };
    let normal = |value: &Value| -> Res<Value> {
        if value.as_obj().is_none_or(|o| !o.class().mro().any(|c| c.data::<crate::models::Model>().is_some())) {
            return Ok(match value {
                Value::Tuple(_) => value.clone(),
                other => Value::tuple(vec![other.clone()]),
            });
        }
        let mut parts = Vec::new();
        for source in p.sources.iter() {
            parts.push(ops::get_attr(rt, value, source.attname())?);
        }
        if parts.iter().all(Value::is_none) {
            return Err(Exc::ValueError.new("Model instances passed to related filters must be saved."));
        }
        Ok(Value::tuple(parts))
    };
    match rhs {
        Rhs::Value(value) if row.kind == Kind::In => {
            let rows: Res<Vec<Value>> = ops::collect(rt, &value)?.iter().map(normal).collect();
            Ok(Rhs::Value(Value::list(rows?)))
        }
        Rhs::Value(value) if row.kind != Kind::IsNull => Ok(Rhs::Value(normal(&value)?)),
        other => Ok(other),
    }
}

fn row(name: &str) -> Res<&'static LookupRow> {
    LOOKUPS.iter().find(|row| row.name == name).ok_or_else(|| Exc::RuntimeError.new("no such lookup"))
}

fn compare(name: &str, lhs: &ExprRef, rhs: Value) -> Res<ExprRef> {
    let rhs = Rhs::Value(rhs);
    Ok(Rc::new(Expr::Lookup(Lookup {
        row: row(name)?,
        name: row(name)?.lookup_name.into(),
        lhs: lhs.clone(),
        rhs,
        bilateral: Vec::new(),
        common: Common::default(),
    })))
}

fn node(children: Vec<ExprRef>, connector: Connector) -> ExprRef {
    Rc::new(Expr::Where(Rc::new(Where::new(children, connector, false))))
}

/// Appends a lookup on several columns, column by column: SQLite's row values are not used, as in Django.
pub(super) fn compile(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let Some(p) = pairs(&l.lhs) else {
        return Err(Exc::TypeError.new("a tuple lookup needs several columns"));
    };
    let cols = columns(p);
    let value = match &l.rhs {
        Rhs::Value(value) => value.clone(),
        Rhs::Expr(e) => {
            let e = e.clone();
            if let Expr::ColPairs(other) = &*e {
                let children: Res<Vec<ExprRef>> = cols
                    .iter()
                    .zip(columns(other))
                    .map(|(a, b)| {
                        Ok(Rc::new(Expr::Lookup(Lookup {
                            row: row("Exact")?,
                            name: "exact".into(),
                            lhs: a.clone(),
                            rhs: Rhs::Expr(b),
                            bilateral: Vec::new(),
                            common: Common::default(),
                        })))
                    })
                    .collect();
                let all = node(children?, Connector::And);
                return c.compile(&all);
            }
            c.push("(");
            let lhs = l.lhs.clone();
            c.compile(&lhs)?;
            c.push(if l.row.lookup_name == "in" { ") IN " } else { ") = " });
            let part = c.compile_apart(&e)?;
            let wrap = !part.sql.starts_with('(');
            c.push(if wrap { "(" } else { "" });
            c.append(part);
            c.push(if wrap { ")" } else { "" });
            return Ok(());
        }
        Rhs::Many(_) => return Err(Exc::ValueError.new("several values for a lookup of one")),
    };
    let written = match l.row.lookup_name {
        "isnull" => {
            let null = ops::truthy(c.rt, &value)?;
            let children: Res<Vec<ExprRef>> =
                cols.iter().map(|col| compare("IsNull", col, Value::Bool(null))).collect();
            node(children?, if null { Connector::Or } else { Connector::And })
        }
        "in" => {
            let mut rows = Vec::new();
            for row in ops::collect(c.rt, &value)? {
                let parts = items(&row).unwrap_or_default();
                if parts.iter().any(Value::is_none) {
                    continue;
                }
                rows.push(equal(&cols, &parts)?);
            }
            if rows.is_empty() {
                return Err(empty_result());
            }
            node(rows, Connector::Or)
        }
        "exact" => equal(&cols, &items(&value).unwrap_or_default())?,
        name => {
            let parts = items(&value).unwrap_or_default();
            let strict = if name.starts_with('g') { "GreaterThan" } else { "LessThan" };
            ordered(strict, name.ends_with('e'), &cols, &parts)?
        }
    };
    c.compile(&written)
}

fn equal(cols: &[ExprRef], parts: &[Value]) -> Res<ExprRef> {
    let children: Res<Vec<ExprRef>> =
        cols.iter().zip(parts).map(|(col, part)| compare("Exact", col, part.clone())).collect();
    Ok(node(children?, Connector::And))
}

/// `a > x OR (a = x AND (b > y OR ...))`.
fn ordered(strict: &str, or_equal: bool, cols: &[ExprRef], parts: &[Value]) -> Res<ExprRef> {
    let ([col, cols @ ..], [part, parts @ ..]) = (cols, parts) else { return Ok(node(Vec::new(), Connector::And)) };
    let more = compare(strict, col, part.clone())?;
    let same = compare("Exact", col, part.clone())?;
    if cols.is_empty() {
        let children = if or_equal { vec![more, same] } else { vec![more] };
        return Ok(node(children, Connector::Or));
    }
    let rest = ordered(strict, or_equal, cols, parts)?;
    let inner = node(vec![same, rest], Connector::And);
    Ok(node(vec![more, inner], Connector::Or))
}
