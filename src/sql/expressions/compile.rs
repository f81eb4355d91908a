//! Expressions become SQL, appended to the compiler's one buffer.

use super::function::compile_func;
use super::{is_field, output_field, output_field_opt};
use crate::db::operations;
use crate::object::{Exc, Res, Value, ops};
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::ir::{
    Case, Combined, CombinedKind, Expr, ExprRef, Frame, FrameKind, ListKind, OrderBy, Subquery, SubqueryKind,
    ValueExpr, When, Window,
};

/// Appends an expression's SQL and parameters to the compiler's buffers. EmptyResultSet and FullResultSet as Django
/// raises them (the buffers are then cut back by whoever catches them).
pub fn compile_expr(c: &mut Compiler, expr: &ExprRef) -> Res<()> {
    if let Some(object) = expr.common().and_then(|common| common.object.as_ref())
        && let Some(done) = super::custom::as_sql(c, expr, object)?
    {
        c.append(done);
        return Ok(());
    }
    match &**expr {
        Expr::Col(col) => {
            if let Some(alias) = col.alias {
                c.quote_unless_alias(alias);
                c.push(".");
            }
            let column = col.target.column().unwrap_or_else(|| "".into());
            c.column(&column);
            Ok(())
        }
        Expr::ColPairs(pairs) => {
            for (i, target) in pairs.targets.iter().enumerate() {
                if i > 0 {
                    c.push(", ");
                }
                if let Some(alias) = pairs.alias {
                    c.quote_unless_alias(alias);
                    c.push(".");
                }
                let column = target.column().unwrap_or_else(|| "".into());
                c.column(&column);
            }
            Ok(())
        }
        Expr::Value(v) => numeric(c, expr, |c| value(c, v)),
        Expr::Ref(r) => {
            match r.ordinal {
                Some(n) => c.push(&n.to_string()),
                None => c.quote(&r.name.text()),
            }
            Ok(())
        }
        Expr::Star => {
            c.push("*");
            Ok(())
        }
        Expr::RawSql(raw) => {
            c.push("(");
            c.push(&raw.sql);
            c.push(")");
            c.params.extend(raw.params.iter().cloned());
            Ok(())
        }
        Expr::Combined(combined) => numeric(c, expr, |c| self::combined(c, combined)),
        Expr::Func(f) => compile_func(c, expr, f),
        Expr::Case(case) => {
            numeric(c, expr, |c| self::case(c, case))?;
            // Branches of several types are refused, whatever the type is for.
            if !case.cases.is_empty() {
                output_field_opt(c.rt, expr)?;
            }
            Ok(())
        }
        Expr::When(w) => when(c, w),
        Expr::Subquery(s) => subquery(c, s),
        Expr::Query(q) => c.compile_query(q),
        Expr::Window(w) => window(c, w),
        Expr::Frame(f) => frame(c, f),
        Expr::List(kind, items) => list(c, *kind, items),
        Expr::OrderBy(o) => order_by(c, o),
        Expr::Lookup(l) => crate::sql::lookups::compile_lookup(c, l),
        Expr::Where(w) => c.compile_where(w),
        Expr::Wrapper(e, _) => numeric(c, expr, |c| c.compile(e)),
        Expr::Negated(e, _) => negated(c, e),
        Expr::DatabaseDefault(e, _) => c.compile(e),
        Expr::Nothing => Err(crate::sql::compiler::empty_result()),
        Expr::ExtraWhere(texts, params) => {
            for (i, text) in texts.iter().enumerate() {
                if i > 0 {
                    c.push(" AND ");
                }
                c.push("(");
                c.push(text);
                c.push(")");
            }
            c.params.extend(params.iter().cloned());
            Ok(())
        }
        Expr::FilteredRelation(r) => match &r.resolved {
            Some(condition) => c.compile(condition),
            None => Err(Exc::ValueError.new("FilteredRelation is not resolved.")),
        },
        Expr::ResolvedOuterRef(_) => Err(Exc::ValueError
            .new("This queryset contains a reference to an outer query and may only be used in a subquery.")),
        Expr::F(_) | Expr::OuterRef(_) | Expr::Sliced(_) => {
            Err(Exc::AttributeError.new("'F' object has no attribute 'as_sql'"))
        }
        Expr::Q(_) => Err(Exc::AttributeError.new("'Q' object has no attribute 'as_sql'")),
        Expr::Custom(custom) => Err(Exc::NotImplementedError
            .new(format!("Subclasses must implement as_sql() ({})", custom.object.class().name()))),
    }
}

/// Writes an expression, cast where it is a decimal: SQLite has no decimals of its own.
pub(super) fn numeric(c: &mut Compiler, expr: &Expr, write: impl FnOnce(&mut Compiler) -> Res<()>) -> Res<()> {
    let decimal = match output_field_opt(c.rt, expr) {
        Ok(Some(field)) => is_field(&field, "DecimalField") && field.internal_type() == "DecimalField",
        Ok(None) => false,
        Err(e) if e.is(Exc::FieldError) => false,
        Err(e) => return Err(e),
    };
    if !decimal {
        return write(c);
    }
    let mark = c.mark();
    c.push("(CAST(");
    match write(c) {
        Ok(()) => {
            c.push(" AS NUMERIC))");
            Ok(())
        }
        Err(e) => {
            c.cut(mark);
            Err(e)
        }
    }
}

fn value(c: &mut Compiler, v: &ValueExpr) -> Res<()> {
    let mut bound = v.value.clone();
    let common = Expr::Value(v.clone());
    if let Some(field) = output_field_opt(c.rt, &common)? {
        bound = if v.for_save {
            field.get_db_prep_save(c.rt, &bound)?
        } else {
            match field.get_db_prep_value(c.rt, &bound, false)? {
                Value::None if is_field(&field, "JSONField") => Value::str("null"),
                bound => bound,
            }
        };
    }
    match bound {
        Value::None => c.push("NULL"),
        bound => c.param(bound),
    }
    Ok(())
}

fn combined(c: &mut Compiler, e: &Combined) -> Res<()> {
    match e.kind {
        CombinedKind::Plain => {
            c.push("(");
            let (before, between, after) = operations::combine(e.connector);
            c.push(before);
            c.compile(&e.lhs)?;
            c.push(&between);
            c.compile(&e.rhs)?;
            c.push(after);
            c.push(")");
            Ok(())
        }
        CombinedKind::Duration => {
            if !matches!(e.connector, "+" | "-" | "*" | "/") {
                return Err(Exc::DatabaseError.new(format!("Invalid connector for timedelta: {}.", e.connector)));
            }
            c.push("(django_format_dtdelta('");
            c.push(e.connector);
            c.push("', ");
            c.compile(&e.lhs)?;
            c.push(", ");
            c.compile(&e.rhs)?;
            c.push("))");
            if matches!(e.connector, "*" | "/") {
                let types = (output_field_opt(c.rt, &e.lhs), output_field_opt(c.rt, &e.rhs));
                if let (Ok(Some(lhs)), Ok(Some(rhs))) = types {
                    let allowed = ["DecimalField", "DurationField", "FloatField", "IntegerField"];
                    if !allowed.contains(&lhs.internal_type()) || !allowed.contains(&rhs.internal_type()) {
                        return Err(Exc::DatabaseError.new(format!("Invalid arguments for operator {}.", e.connector)));
                    }
                }
            }
            Ok(())
        }
        CombinedKind::Temporal => {
            let field = output_field(c.rt, &e.lhs)?;
            c.push(if field.internal_type() == "TimeField" { "django_time_diff(" } else { "django_timestamp_diff(" });
            c.compile(&e.lhs)?;
            c.push(", ");
            c.compile(&e.rhs)?;
            c.push(")");
            Ok(())
        }
    }
}

fn when(c: &mut Compiler, w: &When) -> Res<()> {
    let mark = c.mark();
    let write = |c: &mut Compiler| -> Res<()> {
        c.push("WHEN ");
        c.compile(&w.condition)?;
        c.push(" THEN ");
        c.compile(&w.result)
    };
    write(c).inspect_err(|_| c.cut(mark))
}

fn case(c: &mut Compiler, case: &Case) -> Res<()> {
    if case.cases.is_empty() {
        return c.compile(&case.default);
    }
    let mut parts: Vec<Compiled> = Vec::with_capacity(case.cases.len());
    let mut default = None;
    for branch in &case.cases {
        match c.compile_apart(branch) {
            Ok(part) => parts.push(part),
            Err(e) if e.is(Exc::EmptyResultSet) => {}
            Err(e) if e.is(Exc::FullResultSet) => {
                if let Expr::When(w) = &**branch {
                    default = Some(c.compile_apart(&w.result)?);
                }
                break;
            }
            Err(e) => return Err(e),
        }
    }
    let default = match default {
        Some(default) => default,
        None => c.compile_apart(&case.default)?,
    };
    if parts.is_empty() {
        c.append(default);
        return Ok(());
    }
    c.push("CASE");
    for part in parts {
        c.push(" ");
        c.append(part);
    }
    c.push(" ELSE ");
    c.append(default);
    c.push(" END");
    Ok(())
}

fn subquery(c: &mut Compiler, s: &Subquery) -> Res<()> {
    let mark = c.mark();
    let template = s.extra.iter().find(|(name, _)| *name == "template");
    let written = match c.compile_query(&s.query) {
        Ok(()) => c.take_since(mark),
        Err(e) if s.kind == SubqueryKind::Exists && e.is(Exc::EmptyResultSet) => {
            c.cut(mark);
            return c.compile(&Expr::value(false));
        }
        Err(e) => return Err(e),
    };
    let inner = written.sql.strip_prefix('(').and_then(|s| s.strip_suffix(')')).unwrap_or(&written.sql);
    match template {
        Some((_, template)) => {
            let template = ops::str(c.rt, template)?;
            let sql = super::template::fill(c.rt, &template, &|name| match name {
                "subquery" => Ok(Some(inner.to_string())),
                _ => super::template::extra(c.rt, &s.extra, name),
            })?;
            c.push(&sql);
        }
        None => {
            c.push(if s.kind == SubqueryKind::Exists { "EXISTS(" } else { "(" });
            c.push(inner);
            c.push(")");
        }
    }
    c.params.extend(written.params);
    Ok(())
}

fn negated(c: &mut Compiler, e: &ExprRef) -> Res<()> {
    match c.compile_apart(e) {
        Ok(inner) => {
            c.push("NOT ");
            c.append(inner);
            Ok(())
        }
        Err(e) if e.is(Exc::EmptyResultSet) => c.compile(&Expr::value(true)),
        Err(e) => Err(e),
    }
}

fn list(c: &mut Compiler, kind: ListKind, items: &[ExprRef]) -> Res<()> {
    if items.is_empty() {
        return Ok(());
    }
    c.push(match kind {
        ListKind::Plain => "",
        ListKind::PartitionBy => "PARTITION BY ",
        ListKind::OrderBy => "ORDER BY ",
    });
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            c.push(", ");
        }
        super::function::argument(c, item)?;
    }
    Ok(())
}

fn order_by(c: &mut Compiler, o: &OrderBy) -> Res<()> {
    if let Expr::ColPairs(pairs) = &*o.expr {
        for (i, (target, source)) in pairs.targets.iter().zip(pairs.sources.iter()).enumerate() {
            if i > 0 {
                c.push(", ");
            }
            let col = Expr::col_as(pairs.alias, target.clone(), source.clone());
            order_by(c, &OrderBy { expr: col, ..o.clone() })?;
        }
        return Ok(());
    }
    c.compile(&o.expr)?;
    c.push(if o.descending { " DESC" } else { " ASC" });
    if o.nulls_last {
        c.push(" NULLS LAST");
    } else if o.nulls_first {
        c.push(" NULLS FIRST");
    }
    Ok(())
}

fn window(c: &mut Compiler, w: &Window) -> Res<()> {
    let mark = c.mark();
    let expr = Expr::Window(w.clone());
    // The cast of a decimal stands outside the window expression, and not inside it.
    let decimal = is_field(&output_field(c.rt, &expr)?, "DecimalField");
    if decimal {
        c.push("(CAST(");
    }
    let written = match &*w.source {
        Expr::Func(f) if decimal => {
            let mut f = f.clone();
            f.common.output_field = Some(crate::models::Field::plain(c.rt, "FloatField"));
            c.compile(&std::rc::Rc::new(Expr::Func(f)))
        }
        _ => c.compile(&w.source),
    };
    if let Err(e) = written {
        c.cut(mark);
        return Err(e);
    }
    c.push(" OVER (");
    let inner = c.mark();
    let mut first = true;
    for part in [&w.partition_by, &w.order_by, &w.frame].into_iter().flatten() {
        if !first {
            c.push(" ");
        }
        first = false;
        c.compile(part)?;
    }
    // An empty ordering leaves a blank behind.
    let Compiled { sql, params } = c.take_since(inner);
    c.push(sql.trim());
    c.params.extend(params);
    c.push(")");
    if decimal {
        c.push(" AS NUMERIC))");
    }
    Ok(())
}

/// A bound of a frame in words; empty for no bound.
fn frame_bound(value: &Value) -> String {
    match value.as_int() {
        Some(0) => "CURRENT ROW".to_string(),
        Some(n) if n < 0 => format!("{} PRECEDING", n.unsigned_abs()),
        Some(n) => format!("{n} FOLLOWING"),
        None => String::new(),
    }
}

/// The text of a frame, as SQL and `str()` have it.
pub(super) fn frame_text(f: &Frame) -> String {
    let or = |text: String, none: &str| if text.is_empty() { none.to_string() } else { text };
    format!(
        "{} BETWEEN {} AND {}{}",
        if f.kind == FrameKind::Rows { "ROWS" } else { "RANGE" },
        or(frame_bound(&f.start), "UNBOUNDED PRECEDING"),
        or(frame_bound(&f.end), "UNBOUNDED FOLLOWING"),
        f.exclusion.map(|e| format!(" EXCLUDE {e}")).unwrap_or_default()
    )
}

fn frame(c: &mut Compiler, f: &Frame) -> Res<()> {
    let text = |v: &Value| ops::str(c.rt, v);
    let (start, end) = (f.start.as_int(), f.end.as_int());
    let whole = |v: &Value, n: Option<i64>| v.is_none() || n.is_some();
    match f.kind {
        FrameKind::Rows => {
            if let (Some(start), Some(end)) = (start, end)
                && start > end
            {
                return Err(Exc::ValueError.new("start cannot be greater than end."));
            }
            for (name, value, n) in [("start", &f.start, start), ("end", &f.end, end)] {
                if !whole(value, n) {
                    return Err(Exc::ValueError.new(format!(
                        "{name} argument must be an integer, zero, or None, but got '{}'.",
                        text(value)?
                    )));
                }
            }
        }
        FrameKind::Range => {
            if !whole(&f.start, start) || start.is_some_and(|n| n > 0) {
                return Err(Exc::ValueError.new(format!(
                    "start argument must be a negative integer, zero, or None, but got '{}'.",
                    text(&f.start)?
                )));
            }
            if !whole(&f.end, end) || end.is_some_and(|n| n < 0) {
                return Err(Exc::ValueError.new(format!(
                    "end argument must be a positive integer, zero, or None, but got '{}'.",
                    text(&f.end)?
                )));
            }
        }
    }
    let text = frame_text(f);
    c.push(&text);
    Ok(())
}
