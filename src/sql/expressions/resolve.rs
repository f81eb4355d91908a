//! Resolving expressions against a query: names become columns, types are checked.

use std::rc::Rc;

use super::{Resolve, conditional, function, is_field, output_field, output_field_opt};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::functions::{Family, Output, Special};
use crate::sql::ir::{self, Combined, CombinedKind, Common, Expr, ExprRef, Func, Outer, Query, Where};

/// `expr.resolve_expression(query, ...)`. `F` goes to [`Query::resolve_ref`], a query to [`Query::resolve`], a `Q` to
/// [`Query::resolve_q`].
pub fn resolve(rt: &Rt, expr: &ExprRef, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    if let Some(object) = expr.common().and_then(|common| common.object.as_ref())
        && let Some(done) = super::custom::resolve(rt, object, query, how)?
    {
        return Ok(done);
    }
    resolve_native(rt, expr, query, how)
}

/// The same without asking a session's own `resolve_expression`: what `super().resolve_expression()` reaches.
pub fn resolve_native(rt: &Rt, expr: &ExprRef, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    match &**expr {
        Expr::F(name) => query.resolve_ref(rt, name, how),
        Expr::OuterRef(outer) => Ok(Rc::new(match outer {
            Outer::Name(name) => Expr::ResolvedOuterRef(name.clone()),
            Outer::Deeper(inner) => Expr::OuterRef((**inner).clone()),
        })),
        Expr::ResolvedOuterRef(name) => {
            let found = query.resolve_ref(rt, name, how)?;
            if found.contains_over_clause() {
                return Err(Exc::NotSupportedError
                    .new(format!("Referencing outer query window expression is not supported: {name}.")));
            }
            Ok(match &*found {
                Expr::Col(col) => {
                    let mut col = col.clone();
                    col.possibly_multivalued = name.contains("__");
                    Rc::new(Expr::Col(col))
                }
                _ => found,
            })
        }
        Expr::Sliced(s) => {
            // Django looks an outer query's name up in this query, too: for the field that says whether it can be cut.
            let named = match outer_name(&s.source) {
                Some(name) => Some(query.resolve_ref(rt, name, how)?),
                None => None,
            };
            let resolved = resolve(rt, &s.source, query, how)?;
            if let Some(field) = output_field_opt(rt, named.as_ref().unwrap_or(&resolved))?
                && !is_field(&field, "CharField")
                && !is_field(&field, "TextField")
            {
                return Err(Exc::NotSupportedError.new("This field does not support slicing."));
            }
            let mut args = vec![resolved, Expr::value(s.start)];
            args.extend(s.length.map(Expr::value));
            function::call_row("Substr", args, Common::default())
        }
        Expr::Col(_) | Expr::ColPairs(_) | Expr::Ref(_) | Expr::Star | Expr::Frame(_) | Expr::Nothing => {
            Ok(expr.clone())
        }
        Expr::ExtraWhere(..) => Ok(expr.clone()),
        Expr::Value(v) => {
            if v.for_save == how.for_save && v.common.is_summary == how.summarize {
                return Ok(expr.clone());
            }
            let mut v = v.clone();
            v.for_save = how.for_save;
            v.common.is_summary = how.summarize;
            Ok(Rc::new(Expr::Value(v)))
        }
        Expr::RawSql(raw) => {
            raw_parents(rt, &raw.sql, query, how)?;
            Ok(expr.clone())
        }
        Expr::Query(q) => Ok(Rc::new(Expr::Query(Rc::new(q.resolve(rt, query, how)?)))),
        Expr::Subquery(s) => {
            let mut s = s.clone();
            s.query = Rc::new(s.query.resolve(rt, query, how)?);
            Ok(Rc::new(Expr::Subquery(s)))
        }
        Expr::Q(q) => query.resolve_q(rt, q, how),
        Expr::Where(node) => Ok(Rc::new(Expr::Where(Rc::new(resolve_where(rt, node, query, how)?)))),
        Expr::FilteredRelation(_) => Ok(expr.clone()),
        Expr::Func(f) => func(rt, f, query, how),
        Expr::Combined(c) => combined(rt, c, query, how),
        Expr::When(w) => {
            let mut w = w.clone();
            let mut condition = how.again();
            condition.for_save = false;
            w.condition = resolve(rt, &w.condition, query, &mut condition)?;
            w.result = resolve(rt, &w.result, query, how)?;
            if [&w.condition, &w.result].into_iter().any(|e| matches!(&**e, Expr::ColPairs(_))) {
                return Err(no_composite(rt, expr));
            }
            Ok(Rc::new(Expr::When(w)))
        }
        Expr::Negated(inner, common) => {
            let inner = resolve(rt, inner, query, how)?;
            if !conditional(rt, &inner)? {
                return Err(Exc::TypeError.new("Cannot negate non-conditional expressions."));
            }
            Ok(Rc::new(Expr::Negated(inner, common.clone())))
        }
        Expr::DatabaseDefault(inner, common) => {
            let inner = resolve(rt, inner, query, how)?;
            if !how.for_save {
                return Ok(inner);
            }
            Ok(Rc::new(Expr::DatabaseDefault(inner, common.clone())))
        }
        Expr::Custom(custom) => match super::object::kept_sources(rt, &custom.object)? {
            Some(sources) => {
                let resolved: Res<Vec<Option<ExprRef>>> =
                    sources.into_iter().map(|source| source.map(|e| resolve(rt, &e, query, how)).transpose()).collect();
                super::object::with_kept_sources(rt, custom, resolved?)
            }
            None => children(rt, expr, query, how).map(Rc::new),
        },
        Expr::OrderBy(_) | Expr::Lookup(_) => children(rt, expr, query, how).map(Rc::new),
        _ => {
            let new = children(rt, expr, query, how)?;
            if new.any_child(&mut |c| matches!(&**c, Expr::ColPairs(_))) {
                return Err(no_composite(rt, expr));
            }
            Ok(Rc::new(new))
        }
    }
}

/// The name in an `OuterRef`, or in slices of one.
fn outer_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::OuterRef(Outer::Name(name)) => Some(name),
        Expr::Sliced(s) => outer_name(&s.source),
        _ => None,
    }
}

/// Raw SQL may name columns of parent models: those are joined.
fn raw_parents(rt: &Rt, sql: &str, query: &mut Query, how: &mut Resolve) -> Res<()> {
    let Some(model) = query.model.clone() else { return Ok(()) };
    let sql = sql.to_lowercase();
    for parent in model.all_parents() {
        for field in parent.local_fields.borrow().iter() {
            if field.column().is_some_and(|c| sql.contains(&c.to_lowercase())) {
                query.resolve_ref(rt, &field.name().text(), how)?;
                break;
            }
        }
    }
    Ok(())
}

fn no_composite(rt: &Rt, expr: &Expr) -> crate::object::Error {
    Exc::ValueError.new(format!("{} expression does not support composite primary keys.", super::class_name(rt, expr)))
}

fn children(rt: &Rt, expr: &Expr, query: &mut Query, how: &mut Resolve) -> Res<Expr> {
    let mut new = expr.map_children(&mut |child| resolve(rt, child, query, how))?;
    if let Some(common) = new.common_mut() {
        common.is_summary = how.summarize;
    }
    Ok(new)
}

fn resolve_where(rt: &Rt, node: &Where, query: &mut Query, how: &mut Resolve) -> Res<Where> {
    let mut new = Where { children: Vec::with_capacity(node.children.len()), resolved: true, ..*node };
    for child in &node.children {
        new.children.push(match &**child {
            // Nodes below keep their own mark.
            Expr::Where(inner) => {
                let mut inner_new = resolve_where(rt, inner, query, how)?;
                inner_new.resolved = inner.resolved;
                Rc::new(Expr::Where(Rc::new(inner_new)))
            }
            _ => resolve(rt, child, query, how)?,
        });
    }
    Ok(new)
}

fn func(rt: &Rt, f: &Func, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    let mut new = f.clone();
    if f.aggregate.is_some() {
        // An aggregate has no place in a row: what it is for does not matter.
        let mut inner = how.again();
        inner.for_save = false;
        for arg in &mut new.args {
            *arg = resolve(rt, arg, query, &mut inner)?;
        }
        if let Some(filter) = new.aggregate.as_mut().and_then(|a| a.filter.as_mut()) {
            *filter = resolve(rt, filter, query, &mut inner)?;
        }
    } else {
        for arg in &mut new.args {
            *arg = resolve(rt, arg, query, how)?;
        }
    }
    new.common.is_summary = how.summarize;
    if new.row.special != Special::Count && new.args.iter().any(|a| matches!(&**a, Expr::ColPairs(_))) {
        return Err(no_composite(rt, &Expr::Func(new)));
    }
    match f.row.special {
        Special::Extract => check_extract(rt, &new)?,
        Special::Trunc | Special::TruncKind | Special::TruncDate | Special::TruncTime => check_trunc(rt, &new)?,
        _ => {}
    }
    if f.aggregate.is_some() {
        return aggregate(rt, f, new, query, how);
    }
    Ok(Rc::new(Expr::Func(new)))
}

fn aggregate(rt: &Rt, before: &Func, mut new: Func, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    let name = before.row.name;
    if how.summarize {
        let mut refs = Vec::new();
        new.args
            .iter()
            .chain(new.aggregate.iter().filter_map(|a| a.filter.as_ref()))
            .for_each(|a| ir::refs(a, &mut refs));
        for r in refs {
            let summary = query.annotations.get(&r).and_then(|a| a.common()).is_some_and(|c| c.is_summary);
            if summary {
                return Err(Exc::FieldError.new(format!("Cannot compute {name}('{r}'): '{r}' is an aggregate")));
            }
        }
    } else if !before.common.is_summary {
        for (i, arg) in new.args.iter().enumerate() {
            if arg.contains_aggregate() {
                let shown = match before.args.get(i).map(|a| &**a) {
                    Some(Expr::F(name)) => name.to_string(),
                    Some(_) => super::repr(rt, &before.args[i])?,
                    None => String::new(),
                };
                return Err(Exc::FieldError.new(format!("Cannot compute {name}('{shown}'): '{shown}' is an aggregate")));
            }
        }
    }
    if new.row.special == Special::Count
        && let Some(Expr::ColPairs(pairs)) = new.args.first().map(|a| &**a)
    {
        if new.aggregate.as_ref().is_some_and(|a| a.distinct) {
            return Err(Exc::ValueError.new("COUNT(DISTINCT) doesn't support composite primary keys"));
        }
        if let (Some(target), Some(source)) = (pairs.targets.first(), pairs.sources.first()) {
            new.args = vec![Expr::col_as(pairs.alias, target.clone(), source.clone())];
        }
    }
    let Some(default) = new.aggregate.as_mut().and_then(|a| a.default.take()) else {
        return Ok(Rc::new(Expr::Func(new)));
    };
    let whole = Expr::Func(new.clone());
    let field = output_field_opt(rt, &whole)?;
    let default = match ir::expr_of(rt, &default)? {
        Some(expr) => {
            let mut inner = how.again();
            inner.for_save = false;
            let mut resolved = resolve(rt, &expr, query, &mut inner)?;
            if output_field_opt(rt, &resolved)?.is_none()
                && let Some(common) = Rc::make_mut(&mut resolved).common_mut()
            {
                common.output_field = field.clone();
            }
            resolved
        }
        None => {
            let mut value = (*Expr::value(default)).clone();
            if let Some(common) = value.common_mut() {
                common.output_field = field.clone();
            }
            Rc::new(value)
        }
    };
    let is_summary = new.common.is_summary;
    let common = Common { output_field: field, is_summary, ..Common::default() };
    function::call_row("Coalesce", vec![Rc::new(Expr::Func(new)), default], common)
}

fn unit_of(rt: &Rt, f: &Func) -> Res<String> {
    Ok(match function::option(f, "@unit") {
        Some(value) => ops::str(rt, &value)?.to_string(),
        None => f.row.lookup.to_string(),
    })
}

/// A free field's name as Python shows it in a message.
fn field_name(field: &crate::models::FieldRef) -> String {
    let name = field.name().text();
    if name.is_empty() { "None".to_string() } else { name.to_string() }
}

fn check_extract(rt: &Rt, f: &Func) -> Res<()> {
    let Some(lhs) = f.args.first() else { return Ok(()) };
    let field = output_field(rt, lhs)?;
    let unit = unit_of(rt, f)?;
    if !["DateField", "TimeField", "DurationField"].iter().any(|t| is_field(&field, t)) {
        return Err(Exc::ValueError
            .new("Extract input expression must be DateField, DateTimeField, TimeField, or DurationField."));
    }
    if *field.class.name() == *"DateField" && matches!(&*unit, "hour" | "minute" | "second") {
        return Err(Exc::ValueError
            .new(format!("Cannot extract time component '{unit}' from DateField '{}'.", field_name(&field))));
    }
    let date_parts = ["year", "iso_year", "month", "week", "week_day", "iso_week_day", "quarter"];
    if is_field(&field, "DurationField") && date_parts.contains(&&*unit) {
        return Err(Exc::ValueError
            .new(format!("Cannot extract component '{unit}' from DurationField '{}'.", field_name(&field))));
    }
    Ok(())
}

fn check_trunc(rt: &Rt, f: &Func) -> Res<()> {
    let Some(lhs) = f.args.first() else { return Ok(()) };
    let field = output_field(rt, lhs)?;
    if !is_field(&field, "DateField") && !is_field(&field, "TimeField") {
        let name = field.name().text();
        let shown = if name.is_empty() { "None".to_string() } else { format!("'{name}'") };
        return Err(Exc::TypeError.new(format!("{shown} isn't a DateField, TimeField, or DateTimeField.")));
    }
    let output = output_field(rt, &Expr::Func(f.clone()))?;
    if !is_field(&output, "DateField") && !is_field(&output, "TimeField") {
        return Err(Exc::ValueError.new("output_field must be either DateField, TimeField, or DateTimeField"));
    }
    let of_class = matches!(f.row.output, Output::Field(_));
    let explicit = of_class || !Rc::ptr_eq(&field.class, &output.class);
    let unit = unit_of(rt, f)?;
    let shown = if explicit { output.class.name() } else { "DateTimeField".into() };
    let to_datetime = is_field(&output, "DateTimeField");
    if *field.class.name() == *"DateField" && (to_datetime || matches!(&*unit, "hour" | "minute" | "second" | "time")) {
        return Err(Exc::ValueError.new(format!("Cannot truncate DateField '{}' to {shown}.", field_name(&field))));
    }
    if is_field(&field, "TimeField")
        && (to_datetime || matches!(&*unit, "year" | "quarter" | "month" | "week" | "day" | "date"))
    {
        return Err(Exc::ValueError.new(format!("Cannot truncate TimeField '{}' to {shown}.", field_name(&field))));
    }
    Ok(())
}

fn combined(rt: &Rt, c: &Combined, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    let mut new = c.clone();
    new.lhs = resolve(rt, &c.lhs, query, how)?;
    new.rhs = resolve(rt, &c.rhs, query, how)?;
    new.common.is_summary = how.summarize;
    if matches!(&*new.lhs, Expr::ColPairs(_)) || matches!(&*new.rhs, Expr::ColPairs(_)) {
        return Err(no_composite(rt, &Expr::Combined(new)));
    }
    if new.kind == CombinedKind::Plain {
        let kind_of = |e: &ExprRef| match output_field_opt(rt, e) {
            Ok(Some(field)) => Ok(Some(field.internal_type())),
            Ok(None) => Ok(None),
            Err(e) if e.is(Exc::FieldError) || e.is(Exc::AttributeError) => Ok(None),
            Err(e) => Err(e),
        };
        let (lhs, rhs) = (kind_of(&new.lhs)?, kind_of(&new.rhs)?);
        if lhs != rhs && (lhs == Some("DurationField") || rhs == Some("DurationField")) {
            new.kind = CombinedKind::Duration;
            new.common.output_field = None;
        } else if new.connector == "-" && lhs == rhs && matches!(lhs, Some("DateField" | "DateTimeField" | "TimeField"))
        {
            new.kind = CombinedKind::Temporal;
            new.common.output_field = None;
        }
    }
    Ok(Rc::new(Expr::Combined(new)))
}

/// Whether a function's row is a transform.
pub fn is_transform(expr: &Expr) -> bool {
    matches!(expr, Expr::Func(f) if f.row.family == Family::Transform)
}

/// A value or expression as an expression: a text is a name unless told otherwise.
pub fn parse(rt: &Rt, value: &Value) -> Res<ExprRef> {
    if let Some(expr) = ir::expr_of(rt, value)? {
        return Ok(expr);
    }
    Ok(match value.as_str() {
        Some(name) => Rc::new(Expr::F(name.as_str().into())),
        None => Expr::value(value.clone()),
    })
}
