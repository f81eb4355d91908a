//! The types of expressions: what their output field is.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/expressions/#using-f-with-annotations>.

use super::is_field;
use crate::models::FieldRef;
use crate::object::{Exc, Res, Rt, Value};
use crate::sql::functions::{Output, Special};
use crate::sql::ir::{Combined, CombinedKind, Expr, Func, Query, SubqueryKind, ValueExpr};

/// `expr.output_field`. FieldError where it cannot be worked out.
pub fn output_field(rt: &Rt, expr: &Expr) -> Res<FieldRef> {
    output_field_opt(rt, expr)?
        .ok_or_else(|| Exc::OutputFieldIsNoneError.new("Cannot resolve expression type, unknown output_field"))
}

/// `expr._output_field_or_none`: `None` where it is unknown; FieldError where types are mixed.
pub fn output_field_opt(rt: &Rt, expr: &Expr) -> Res<Option<FieldRef>> {
    if let Some(field) = expr.common().and_then(|c| c.output_field.as_ref()) {
        return Ok(Some(field.clone()));
    }
    let boolean = || Some(crate::models::Field::plain(rt, "BooleanField"));
    Ok(match expr {
        Expr::Col(c) => Some(c.output.clone()),
        Expr::ColPairs(c) => Some(c.output.clone()),
        Expr::Value(v) => value_field(rt, v),
        Expr::Ref(r) => output_field_opt(rt, &r.source)?,
        Expr::RawSql(_) => Some(crate::models::Field::plain(rt, "Field")),
        Expr::Combined(c) => Some(combined_field(rt, c)?),
        Expr::Func(f) => func_field(rt, f)?,
        Expr::Case(c) => agree(rt, c.cases.iter().chain(std::iter::once(&c.default)).map(|e| &**e))?,
        Expr::When(w) => output_field_opt(rt, &w.result)?,
        Expr::Subquery(s) => match s.kind {
            SubqueryKind::Exists => boolean(),
            SubqueryKind::Value => query_field(rt, &s.query)?,
        },
        Expr::Query(q) => query_field(rt, q)?,
        Expr::Window(w) => Some(output_field(rt, &w.source)?),
        Expr::List(_, items) => agree(rt, items.iter().map(|e| &**e))?,
        Expr::OrderBy(o) => output_field_opt(rt, &o.expr)?,
        Expr::Lookup(_)
        | Expr::Where(_)
        | Expr::Q(_)
        | Expr::Negated(..)
        | Expr::Nothing
        | Expr::ExtraWhere(..)
        | Expr::FilteredRelation(_) => boolean(),
        Expr::Wrapper(e, _) | Expr::DatabaseDefault(e, _) => output_field_opt(rt, e)?,
        Expr::Sliced(s) => output_field_opt(rt, &s.source)?,
        Expr::Custom(c) => agree(rt, c.children.iter().flatten().map(|e| &**e))?,
        Expr::F(_) | Expr::OuterRef(_) | Expr::ResolvedOuterRef(_) | Expr::Star | Expr::Frame(_) => None,
    })
}

/// `query.output_field`: that of the one thing it selects.
fn query_field(rt: &Rt, query: &Query) -> Res<Option<FieldRef>> {
    if let [only] = &query.select[..] {
        if let Expr::Col(c) = &**only {
            return Ok(Some(c.target.clone()));
        }
        return output_field_opt(rt, only);
    }
    let mut annotations = query.annotation_select();
    match (annotations.next(), annotations.next()) {
        (Some((_, only)), None) => output_field_opt(rt, only),
        _ => Ok(None),
    }
}

/// The type that Django gives a plain value.
fn value_field(rt: &Rt, v: &ValueExpr) -> Option<FieldRef> {
    let name = match v.value.plain() {
        Value::Str(_) => "CharField",
        Value::Bool(_) => "BooleanField",
        Value::Int(_) | Value::Big(_) => "IntegerField",
        Value::Float(_) => "FloatField",
        Value::Bytes(_) => "BinaryField",
        Value::Obj(o) => {
            let class = o.class();
            let native = class.mro().find(|c| !c.is_heap)?;
            match &*native.name() {
                "datetime" => "DateTimeField",
                "date" => "DateField",
                "time" => "TimeField",
                "timedelta" => "DurationField",
                "Decimal" => "DecimalField",
                "UUID" => "UUIDField",
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(crate::models::Field::plain(rt, name))
}

/// The type that all sources have.
fn agree<'a>(rt: &Rt, sources: impl Iterator<Item = &'a Expr>) -> Res<Option<FieldRef>> {
    let mut first: Option<FieldRef> = None;
    for source in sources {
        let Some(field) = output_field_opt(rt, source)? else { continue };
        match &first {
            None => first = Some(field),
            Some(first) if first.class.is_subclass(&field.class) => {}
            Some(first) => {
                return Err(Exc::FieldError.new(format!(
                    "Expression contains mixed types: {}, {}. You must set output_field.",
                    first.class.name(),
                    field.class.name()
                )));
            }
        }
    }
    Ok(first)
}

fn func_field(rt: &Rt, f: &Func) -> Res<Option<FieldRef>> {
    let sources = || f.args.iter().map(|e| &**e);
    match f.row.output {
        Output::Field(name) => Ok(Some(crate::models::Field::plain(rt, name))),
        Output::First => match f.args.first() {
            Some(first) => Ok(Some(output_field(rt, first)?)),
            None => Ok(None),
        },
        Output::Sources if f.row.special == Special::Concat => match f.args.first() {
            Some(first) => output_field_opt(rt, first),
            None => Ok(None),
        },
        Output::Sources => agree(rt, sources()),
        Output::Numeric => {
            let mut decimal = false;
            let mut integer = false;
            for source in sources() {
                if let Some(field) = output_field_opt(rt, source)? {
                    decimal |= is_field(&field, "DecimalField");
                    integer |= is_field(&field, "IntegerField");
                }
            }
            if decimal {
                Ok(Some(crate::models::Field::plain(rt, "DecimalField")))
            } else if integer || f.args.is_empty() {
                Ok(Some(crate::models::Field::plain(rt, "FloatField")))
            } else {
                agree(rt, sources())
            }
        }
    }
}

/// What types an operator takes and gives; `""` is a value without type (NULL). The first row that fits counts.
fn combinations(connector: &str) -> Vec<(&'static str, &'static str, &'static str)> {
    const POSITIVE: (&str, &str, &str) = ("PositiveIntegerField", "PositiveIntegerField", "PositiveIntegerField");
    const SAME: [(&str, &str, &str); 3] = [
        ("IntegerField", "IntegerField", "IntegerField"),
        ("FloatField", "FloatField", "FloatField"),
        ("DecimalField", "DecimalField", "DecimalField"),
    ];
    const MIXED: [(&str, &str, &str); 4] = [
        ("IntegerField", "DecimalField", "DecimalField"),
        ("DecimalField", "IntegerField", "DecimalField"),
        ("IntegerField", "FloatField", "FloatField"),
        ("FloatField", "IntegerField", "FloatField"),
    ];
    const NULLS: [(&str, &str, &str); 6] = [
        ("IntegerField", "", "IntegerField"),
        ("", "IntegerField", "IntegerField"),
        ("DecimalField", "", "DecimalField"),
        ("", "DecimalField", "DecimalField"),
        ("FloatField", "", "FloatField"),
        ("", "FloatField", "FloatField"),
    ];
    const DATES_ADD: [(&str, &str, &str); 7] = [
        ("DateField", "DurationField", "DateTimeField"),
        ("DateTimeField", "DurationField", "DateTimeField"),
        ("DurationField", "DateField", "DateTimeField"),
        ("DurationField", "DateTimeField", "DateTimeField"),
        ("DurationField", "DurationField", "DurationField"),
        ("TimeField", "DurationField", "TimeField"),
        ("DurationField", "TimeField", "TimeField"),
    ];
    const DATES_SUB: [(&str, &str, &str); 9] = [
        ("DateField", "DurationField", "DateTimeField"),
        ("DateTimeField", "DurationField", "DateTimeField"),
        ("DateField", "DateField", "DurationField"),
        ("DateField", "DateTimeField", "DurationField"),
        ("DateTimeField", "DateField", "DurationField"),
        ("DateTimeField", "DateTimeField", "DurationField"),
        ("DurationField", "DurationField", "DurationField"),
        ("TimeField", "DurationField", "TimeField"),
        ("TimeField", "TimeField", "DurationField"),
    ];
    let mut out = Vec::with_capacity(24);
    let arithmetic = matches!(connector, "+" | "-" | "*" | "/" | "%%" | "^");
    if arithmetic && connector != "-" {
        out.push(POSITIVE);
    }
    if arithmetic {
        out.extend(SAME);
    }
    if arithmetic && connector != "^" {
        out.extend(MIXED);
    }
    if matches!(connector, "&" | "|" | "<<" | ">>" | "#") {
        out.push(SAME[0]);
    }
    if arithmetic {
        out.extend(NULLS);
    }
    match connector {
        "+" => out.extend(DATES_ADD),
        "-" => out.extend(DATES_SUB),
        _ => {}
    }
    out
}

fn combined_field(rt: &Rt, c: &Combined) -> Res<FieldRef> {
    if c.kind == CombinedKind::Temporal {
        return Ok(crate::models::Field::plain(rt, "DurationField"));
    }
    let lhs = output_field_opt(rt, &c.lhs)?;
    let rhs = output_field_opt(rt, &c.rhs)?;
    let fits = |field: &Option<FieldRef>, wanted: &str| match field {
        Some(field) => !wanted.is_empty() && is_field(field, wanted),
        None => wanted.is_empty(),
    };
    let found = combinations(c.connector).into_iter().find(|(l, r, _)| fits(&lhs, l) && fits(&rhs, r));
    match found {
        Some((_, _, result)) => Ok(crate::models::Field::plain(rt, result)),
        None => {
            let unknown = || Exc::OutputFieldIsNoneError.new("Cannot resolve expression type, unknown output_field");
            let lhs = lhs.ok_or_else(unknown)?;
            let rhs = rhs.ok_or_else(unknown)?;
            Err(Exc::FieldError.new(format!(
                "Cannot infer type of '{}' expression involving these types: {}, {}. You must set output_field.",
                c.connector,
                lhs.class.name(),
                rhs.class.name()
            )))
        }
    }
}

/// `expr.conditional`: whether it can stand alone as a condition.
pub fn conditional(rt: &Rt, expr: &Expr) -> Res<bool> {
    Ok(match expr {
        Expr::OrderBy(_) | Expr::When(_) | Expr::F(_) | Expr::OuterRef(_) | Expr::ResolvedOuterRef(_) => false,
        Expr::Sliced(_) | Expr::Query(_) => false,
        Expr::Lookup(_) | Expr::Where(_) | Expr::Q(_) | Expr::Negated(..) | Expr::FilteredRelation(_) => true,
        _ => match output_field(rt, expr) {
            Ok(field) => is_field(&field, "BooleanField"),
            // What holds an unresolved name has no type yet.
            Err(e) if e.is(Exc::OutputFieldIsNoneError) && expr.any_child(&mut |c| matches!(&**c, Expr::F(_))) => false,
            Err(e) => return Err(e),
        },
    })
}
