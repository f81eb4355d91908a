//! Lookups on several columns at once: composite primary keys, relations over several columns, tuples of expressions.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/topics/composite-primary-key/>. SQLite's row values are used where
//! Django uses them: in comparisons with a subquery. All else is written column by column.

use std::rc::Rc;

use super::row::{Family, Kind, LOOKUPS, LookupRow};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::compiler::{Compiler, empty_result};
use crate::sql::expressions::class_name;
use crate::sql::ir::{self, ColPairs, Common, Connector, Expr, ExprRef, ListKind, Lookup, Query, Rhs, Where};
use crate::sql::query::exists_expr;

/// The columns of a left side that stands for several; `None` for any other.
fn columns(lhs: &Expr) -> Option<Vec<ExprRef>> {
    match lhs {
        Expr::ColPairs(p) => Some(pair_columns(p)),
        Expr::List(ListKind::Plain, items) => Some(items.clone()),
        _ => None,
    }
}

fn pair_columns(pairs: &ColPairs) -> Vec<ExprRef> {
    let both = pairs.targets.iter().zip(pairs.sources.iter());
    both.map(|(target, source)| Expr::col_as(pairs.alias, target.clone(), source.clone())).collect()
}

/// Whether a left side is several columns.
pub(super) fn is_tuple(lhs: &Expr) -> bool {
    matches!(lhs, Expr::ColPairs(_) | Expr::List(ListKind::Plain, _))
}

/// The left side of a `TupleExact((F('a'), F('b')), ...)` and its like.
pub(crate) fn left_side(rt: &Rt, value: &Value) -> Res<Option<ExprRef>> {
    let Some(parts) = items(value) else { return Ok(None) };
    let mut out = Vec::with_capacity(parts.len());
    for part in &parts {
        out.push(match ir::expr_of(rt, part)? {
            Some(e) => e,
            None => crate::sql::expressions::parse(rt, part)?,
        });
    }
    Ok(Some(Rc::new(Expr::List(ListKind::Plain, out))))
}

/// `TupleIn` over the columns that a relation refers to, in a query of the rows referred to.
pub(crate) fn tuple_in(
    rt: &Rt,
    query: &mut Query,
    field: &FieldRef,
    remote: &[FieldRef],
    keys: Vec<Value>,
) -> Res<ExprRef> {
    let mut targets = Vec::with_capacity(remote.len());
    for field in remote {
        let found = query.resolve_ref(rt, &field.name().text(), &mut crate::sql::expressions::Resolve::joins())?;
        targets.push(found.as_col().map_or_else(|| field.clone(), |c| c.target.clone()));
    }
    let table = query.model.as_ref().map(|m| crate::source::Name::new(&m.db_table.borrow()));
    let targets: Rc<[FieldRef]> = targets.into();
    let pairs = ColPairs { alias: table, targets: targets.clone(), sources: targets, output: field.clone() };
    compare(rt, "TupleIn", &Rc::new(Expr::ColPairs(pairs)), Rhs::Value(Value::list(keys)))
}

/// The left side as messages name it.
fn name_of(lhs: &Expr) -> String {
    match lhs {
        Expr::ColPairs(p) => format!("'{}'", p.output.name()),
        Expr::List(_, items) => {
            let name = |e: &ExprRef| match &**e {
                Expr::F(name) | Expr::ResolvedOuterRef(name) => format!("'{name}'"),
                Expr::Col(c) => format!("'{}'", c.target.name()),
                _ => "''".to_string(),
            };
            format!("({})", items.iter().map(name).collect::<Vec<_>>().join(", "))
        }
        _ => "tuple".to_string(),
    }
}

/// The items of a tuple or list.
fn items(value: &Value) -> Option<Vec<Value>> {
    match value.plain() {
        Value::Tuple(t) => Some(t.to_vec()),
        Value::List(l) => Some(l.to_vec()),
        _ => None,
    }
}

/// The parts of a right side that is a tuple or list, some of them expressions perhaps.
fn parts(rhs: &Rhs) -> Option<Vec<Rhs>> {
    match rhs {
        Rhs::Value(value) => Some(items(value)?.into_iter().map(Rhs::Value).collect()),
        Rhs::Many(parts) => Some(parts.clone()),
        Rhs::Expr(_) => None,
    }
}

fn wrong<T>(text: String) -> Res<T> {
    Err(Exc::ValueError.new(text))
}

/// The right side of `isnull`: a bool, alone or as the one item of a tuple.
fn null_flag(value: &Rhs) -> Res<bool> {
    let only = parts(value).filter(|p| p.len() == 1).and_then(|mut p| p.pop());
    match only.as_ref().unwrap_or(value) {
        Rhs::Value(Value::Bool(b)) => Ok(*b),
        _ => wrong("The QuerySet value for an isnull lookup must be True or False.".to_string()),
    }
}

/// Checks the right side of a lookup on several columns.
pub(super) fn prepare(rt: &Rt, row: &'static LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    let n = columns(lhs).map_or(0, |c| c.len());
    let (lookup, name) = (row.lookup_name, name_of(lhs));
    if lookup == "isnull" {
        return null_flag(&rhs).map(|b| Rhs::Value(Value::Bool(b)));
    }
    // A name that is not resolved counts as a value.
    let by_name = |e: &ExprRef| matches!(&**e, Expr::F(_) | Expr::OuterRef(_));
    if let Rhs::Expr(e) = &rhs
        && !by_name(e)
    {
        return match (lookup, &**e) {
            ("in", Expr::Subquery(_)) => Ok(rhs),
            ("in" | "exact", Expr::Query(q)) => {
                let query = sub_query(rt, lookup, q, n)?;
                Ok(Rhs::Expr(Rc::new(Expr::Query(Rc::new(query)))))
            }
            ("in", _) => wrong(format!(
                "'in' subquery lookup of {name} must be a Query object (received '{}')",
                class_name(rt, e)
            )),
            (_, Expr::Query(_) | Expr::ResolvedOuterRef(_)) => Ok(rhs),
            _ => wrong(format!(
                "'{lookup}' subquery lookup of {name} only supports OuterRef and QuerySet objects (received '{}')",
                class_name(rt, e)
            )),
        };
    }
    let Some(given) = parts(&rhs) else {
        return wrong(format!("'{lookup}' lookup of {name} must be a tuple or a list"));
    };
    if lookup != "in" {
        return if given.len() == n {
            Ok(rhs)
        } else {
            wrong(format!("'{lookup}' lookup of {name} must have {n} elements"))
        };
    }
    let rows: Option<Vec<Vec<Rhs>>> = given.iter().map(parts).collect();
    match rows {
        None => wrong(format!("'in' lookup of {name} must be a collection of tuples or lists")),
        Some(rows) if rows.iter().any(|r| r.len() != n) => {
            wrong(format!("'in' lookup of {name} must have {n} elements each"))
        }
        Some(_) => Ok(rhs),
    }
}

/// A query on the right side selects as many columns as the left side has.
fn sub_query(rt: &Rt, lookup: &str, query: &Query, n: usize) -> Res<Query> {
    let mut query = query.clone();
    if lookup == "exact" && !query.has_limit_one() {
        return wrong(
            "The QuerySet value for an exact lookup must be limited to one result using slicing.".to_string(),
        );
    }
    let selected = super::build::fields_len(&query);
    if selected != n {
        let shown = if lookup == "in" { "'in'" } else { "exact" };
        return wrong(format!(
            "The QuerySet value for the {shown} lookup must have {n} selected fields (received {selected})"
        ));
    }
    if lookup == "in" {
        query.clear_ordering(false, true);
    }
    if !query.has_select_fields() {
        query.clear_select_clause();
        query.add_fields(rt, &["pk"], true)?;
    }
    Ok(query)
}

/// The right side of a lookup on a relation of several columns. Values wait until the lookup is written.
pub(super) fn prepare_related(rt: &Rt, row: &'static LookupRow, lhs: &ExprRef, rhs: Rhs) -> Res<Rhs> {
    let (Expr::ColPairs(p), Rhs::Expr(e)) = (&**lhs, &rhs) else { return Ok(rhs) };
    let Expr::Query(q) = &**e else { return Ok(rhs) };
    if !matches!(row.kind, Kind::In | Kind::Exact) {
        return Ok(rhs);
    }
    let mut q = (**q).clone();
    let same = |a: Option<ModelRef>, b: &Option<ModelRef>| matches!((a, b), (Some(a), Some(b)) if Rc::ptr_eq(&a, b));
    if row.kind == Kind::In && !q.has_select_fields() && same(p.output.related_model(), &q.model) {
        let names: Vec<_> = p.sources.iter().map(|f| f.name().text()).collect();
        q.set_values(rt, &names)?;
    }
    let query = sub_query(rt, row.lookup_name, &q, p.targets.len())?;
    Ok(Rhs::Expr(Rc::new(Expr::Query(Rc::new(query)))))
}

/// `composite.unnest(fields)`: composite keys as their parts.
fn unnest(rt: &Rt, fields: &[FieldRef]) -> Vec<FieldRef> {
    let mut out = Vec::new();
    for field in fields {
        match field.model() {
            Some(model) if field.row.name == "CompositePrimaryKey" => out.extend(model.pk_fields(rt)),
            _ => out.push(field.clone()),
        }
    }
    out
}

/// An object as the tuple of what a relation refers to; a single value as a tuple of itself.
fn normalized(rt: &Rt, value: &Value, lhs: &ColPairs) -> Res<Value> {
    let Some(model) = crate::models::model_of_instance(value) else {
        return Ok(match value {
            Value::Tuple(_) => value.clone(),
            other => Value::tuple(vec![other.clone()]),
        });
    };
    let pk = ops::get_attr(rt, value, "pk".into())?;
    let set = match pk.as_tuple() {
        Some(parts) => !parts.iter().any(Value::is_none),
        None => !pk.is_none(),
    };
    if !set {
        return wrong("Model instances passed to related filters must be saved.".to_string());
    }
    let targets = lhs.output.path_infos()?.last().map(|p| p.target_fields.clone()).unwrap_or_default();
    let mut out = Vec::new();
    for source in unnest(rt, &targets) {
        let source = super::build::field_of_instance(&model, source)?;
        match ops::get_attr(rt, value, source.attname()) {
            Ok(found) => out.push(found),
            Err(e) if e.is(Exc::AttributeError) => {
                return Ok(if pk.as_tuple().is_some() { pk } else { Value::tuple(vec![pk]) });
            }
            Err(e) => return Err(e),
        }
    }
    Ok(Value::tuple(out))
}

fn normalized_rhs(rt: &Rt, rhs: Rhs, lhs: &ColPairs) -> Res<Rhs> {
    match rhs {
        Rhs::Value(value) => normalized(rt, &value, lhs).map(Rhs::Value),
        // A list of expressions counts as a tuple of them.
        other => Ok(other),
    }
}

/// The tuple lookup that a lookup on a relation of several columns is written as.
fn of_relation(rt: &Rt, l: &Lookup, pairs: &ColPairs) -> Res<Lookup> {
    let name = l.row.lookup_name;
    let rhs = match l.rhs.clone() {
        Rhs::Expr(e) if l.row.kind != Kind::In => {
            let _ = e;
            return wrong(format!("'{name}' doesn't support multi-column subqueries."));
        }
        Rhs::Expr(e) => Rhs::Expr(e),
        Rhs::Value(value) if l.row.kind == Kind::In => {
            let rows: Res<Vec<Value>> = ops::collect(rt, &value)?.iter().map(|v| normalized(rt, v, pairs)).collect();
            Rhs::Value(Value::list(rows?))
        }
        Rhs::Many(rows) if l.row.kind == Kind::In => {
            Rhs::Many(rows.into_iter().map(|r| normalized_rhs(rt, r, pairs)).collect::<Res<_>>()?)
        }
        other => normalized_rhs(rt, other, pairs)?,
    };
    let row = LOOKUPS.iter().find(|row| row.kind == Kind::Tuple && row.lookup_name == name);
    let row = row.ok_or_else(|| Exc::KeyError.with_args(vec![Value::str(name)]))?;
    let rhs = prepare(rt, row, &l.lhs, rhs)?;
    Ok(Lookup { row, rhs, ..l.clone() })
}

fn row(name: &str) -> Res<&'static LookupRow> {
    LOOKUPS.iter().find(|row| row.name == name).ok_or_else(|| Exc::RuntimeError.new("no such lookup"))
}

fn compare(rt: &Rt, name: &str, lhs: &ExprRef, rhs: Rhs) -> Res<ExprRef> {
    super::build::make(rt, row(name)?, lhs.clone(), rhs, Common::default())
}

fn node(children: Vec<ExprRef>, connector: Connector) -> ExprRef {
    Rc::new(Expr::Where(Rc::new(Where::new(children, connector, false))))
}

/// Appends a lookup on several columns.
pub(super) fn compile(c: &mut Compiler, l: &Lookup) -> Res<()> {
    if l.row.family == Family::Related
        && let Expr::ColPairs(p) = &*l.lhs
    {
        let l = of_relation(c.rt, l, p)?;
        return compile(c, &l);
    }
    let Some(cols) = columns(&l.lhs) else {
        return Err(Exc::TypeError.new("a tuple lookup needs several columns"));
    };
    let rt = c.rt;
    let name = l.row.lookup_name;
    let written = match name {
        "isnull" => {
            let null = null_flag(&l.rhs)?;
            let flag = || Rhs::Value(Value::Bool(null));
            let children: Res<Vec<ExprRef>> = cols.iter().map(|col| compare(rt, "IsNull", col, flag())).collect();
            node(children?, if null { Connector::Or } else { Connector::And })
        }
        "in" => match &l.rhs {
            Rhs::Expr(e) => match &**e {
                Expr::Query(q) => in_query(rt, &cols, q)?,
                _ => return row_value(c, l, e, " IN "),
            },
            rhs => {
                let mut rows = Vec::new();
                for row in parts(rhs).unwrap_or_default() {
                    let values = parts(&row).unwrap_or_default();
                    // NULL is never equal to anything.
                    if !values.iter().any(Rhs::is_none) {
                        rows.push(equal(rt, &cols, values)?);
                    }
                }
                if rows.is_empty() {
                    return Err(empty_result());
                }
                node(rows, Connector::Or)
            }
        },
        _ => {
            let values = match &l.rhs {
                Rhs::Expr(e) => match &**e {
                    Expr::Query(_) if name == "exact" => return row_value(c, l, e, " = "),
                    Expr::Query(_) => return Err(Exc::TypeError.new("'Query' object is not iterable")),
                    Expr::ColPairs(other) => pair_columns(other).into_iter().map(Rhs::Expr).collect(),
                    _ => {
                        c.compile_apart(e)?;
                        return wrong("Composite field lookups only work with composite expressions.".to_string());
                    }
                },
                rhs => parts(rhs).unwrap_or_default(),
            };
            if name == "exact" {
                equal(rt, &cols, values)?
            } else {
                let strict = if name.starts_with('g') { "GreaterThan" } else { "LessThan" };
                ordered(rt, strict, name.ends_with('e'), &cols, &values)?
            }
        }
    };
    c.compile(&written)
}

/// Appends the columns as one value, compared with a subquery.
fn row_value(c: &mut Compiler, l: &Lookup, rhs: &ExprRef, operator: &str) -> Res<()> {
    let mark = c.mark();
    c.push("(");
    c.compile(&l.lhs)?;
    c.push(")");
    c.push(operator);
    match c.compile_apart(rhs) {
        Ok(part) => {
            let wrap = !part.sql.starts_with('(');
            c.push(if wrap { "(" } else { "" });
            c.append(part);
            c.push(if wrap { ")" } else { "" });
            Ok(())
        }
        Err(e) => {
            c.cut(mark);
            Err(e)
        }
    }
}

/// `(a, b) IN (SELECT x, y ...)` as `EXISTS(... a = x AND b = y)`.
fn in_query(rt: &Rt, cols: &[ExprRef], query: &Rc<Query>) -> Res<ExprRef> {
    let mut query = (**query).clone();
    let mut selected = Vec::new();
    let annotations: Vec<ExprRef> = query.annotation_select().map(|(_, e)| e.clone()).collect();
    for e in query.select.iter().cloned().chain(annotations) {
        match &*e {
            Expr::ColPairs(p) => selected.extend(pair_columns(p)),
            _ => selected.push(e),
        }
    }
    for (col, other) in cols.iter().zip(selected) {
        query.add_where(compare(rt, "Exact", col, Rhs::Expr(other))?);
    }
    Ok(exists_expr(query.exists(rt, true)?))
}

fn equal(rt: &Rt, cols: &[ExprRef], values: Vec<Rhs>) -> Res<ExprRef> {
    let both = cols.iter().zip(values);
    let children: Res<Vec<ExprRef>> = both.map(|(col, value)| compare(rt, "Exact", col, value)).collect();
    Ok(node(children?, Connector::And))
}

/// `a > x OR (a = x AND (b > y OR ...))`.
fn ordered(rt: &Rt, strict: &str, or_equal: bool, cols: &[ExprRef], values: &[Rhs]) -> Res<ExprRef> {
    let ([col, cols @ ..], [value, values @ ..]) = (cols, values) else { return Ok(node(Vec::new(), Connector::And)) };
    let more = compare(rt, strict, col, value.clone())?;
    if cols.is_empty() && !or_equal {
        return Ok(node(vec![more], Connector::Or));
    }
    let same = compare(rt, "Exact", col, value.clone())?;
    if cols.is_empty() {
        return Ok(node(vec![more, same], Connector::Or));
    }
    let rest = ordered(rt, strict, or_equal, cols, values)?;
    let inner = node(vec![same, rest], Connector::And);
    Ok(node(vec![more, inner], Connector::Or))
}
