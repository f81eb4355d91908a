//! Function calls become SQL.

use std::rc::Rc;

use super::compile::numeric;
use super::{is_field, output_field, output_field_opt, template};
use crate::db::operations;
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::functions::{self, Special};
use crate::sql::ir::{Common, Expr, ExprRef, Func};

/// A value that a function keeps under a name of its own (`@tzinfo`), or that the session gave as extra.
pub fn option(f: &Func, name: &str) -> Option<Value> {
    f.extra.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())
}

/// A function of a row over expressions, as the tables' functions build one another.
pub fn call_row(name: &'static str, args: Vec<ExprRef>, common: Common) -> Res<ExprRef> {
    let row = functions::find(name).ok_or_else(|| Exc::RuntimeError.new(format!("no function {name}")))?;
    Ok(Rc::new(Expr::Func(Func { row, args, extra: Rc::new([]), aggregate: None, common })))
}

/// Appends an argument: a condition that nothing or everything meets stands as its value.
pub(super) fn argument(c: &mut Compiler, arg: &ExprRef) -> Res<()> {
    let mark = c.mark();
    match c.compile(arg) {
        Err(e) if e.is(Exc::EmptyResultSet) => match super::empty_result_set_value(c.rt, arg)? {
            Some(value) => {
                c.cut(mark);
                c.compile(&Expr::value(value))
            }
            None => Err(e),
        },
        Err(e) if e.is(Exc::FullResultSet) => {
            c.cut(mark);
            c.compile(&Expr::value(true))
        }
        done => done,
    }
}

/// Appends a function call.
pub(super) fn compile_func(c: &mut Compiler, expr: &ExprRef, f: &Func) -> Res<()> {
    match f.row.special {
        Special::Extract => return extract(c, f),
        Special::Trunc | Special::TruncKind => return trunc(c, expr, f),
        Special::TruncDate | Special::TruncTime => {
            c.push(if f.row.special == Special::TruncDate {
                "django_datetime_cast_date("
            } else {
                "django_datetime_cast_time("
            });
            lhs(c, f)?;
            c.push(", ");
            zones(c, f, true)?;
            c.push(")");
            return Ok(());
        }
        Special::KeyTransform | Special::KeyTextTransform => return key_transform(c, f),
        Special::ConcatPair => {
            c.push("(");
            for (i, arg) in f.args.iter().enumerate() {
                if i > 0 {
                    c.push(" || ");
                }
                let empty = Expr::value("");
                let safe = call_row("Coalesce", vec![arg.clone(), empty], Common::default())?;
                c.compile(&safe)?;
            }
            c.push(")");
            return Ok(());
        }
        Special::Left | Special::Right => {
            let [text, length] = &f.args[..] else { return call(c, expr, f, None) };
            let start = if f.row.special == Special::Left {
                Expr::value(1i64)
            } else {
                let (lhs, rhs) = (length.clone(), Expr::value(-1i64));
                Rc::new(Expr::Combined(crate::sql::ir::Combined {
                    lhs,
                    connector: "*",
                    rhs,
                    kind: crate::sql::ir::CombinedKind::Plain,
                    common: Common::default(),
                }))
            };
            let part = call_row("Substr", vec![text.clone(), start, length.clone()], Common::default())?;
            return c.compile(&part);
        }
        Special::Cast => return cast(c, expr, f),
        Special::Round => {
            if let Some(Expr::Value(precision)) = f.args.get(1).map(|a| &**a)
                && precision.value.as_int().is_some_and(|n| n < 0)
            {
                return Err(Exc::ValueError.new("SQLite does not support negative precision."));
            }
        }
        _ => {}
    }
    check_support(c.rt, f)?;
    if f.row.uncast {
        return call(c, expr, f, None);
    }
    numeric(c, expr, |c| call(c, expr, f, None))
}

/// What SQLite cannot do.
fn check_support(rt: &Rt, f: &Func) -> Res<()> {
    if f.aggregate.is_some() && matches!(f.row.name, "Sum" | "Avg" | "Variance" | "StdDev") {
        for arg in &f.args {
            if let Ok(Some(field)) = output_field_opt(rt, arg)
                && (is_field(&field, "DateField") || is_field(&field, "TimeField"))
            {
                return Err(Exc::NotSupportedError.new(
                    "You cannot use Sum, Avg, StdDev, and Variance aggregations on date/time fields in sqlite3 \
                     since date/time is saved as text.",
                ));
            }
        }
    }
    if f.aggregate.as_ref().is_some_and(|a| a.distinct) && f.args.len() > 1 {
        return Err(Exc::NotSupportedError
            .new("SQLite doesn't support DISTINCT on aggregate functions accepting multiple arguments."));
    }
    Ok(())
}

/// What a session changed of a function: in its class, on the object, in the call.
#[derive(Default)]
pub(super) struct Changes {
    pub function: Option<String>,
    pub template: Option<String>,
    pub joiner: Option<String>,
    pub extra: Vec<(crate::source::Name, Value)>,
}

fn attribute(rt: &Rt, f: &Func, name: &str) -> Res<Option<String>> {
    if let Some(value) = option(f, name) {
        return Ok(Some(ops::str(rt, &value)?.to_string()));
    }
    let Some(object) = &f.common.object else { return Ok(None) };
    match ops::get_attr_opt(rt, &Value::Obj(object.clone()), name.into())? {
        Some(Value::None) | None => Ok(None),
        Some(value) => Ok(Some(ops::str(rt, &value)?.to_string())),
    }
}

/// `Func.as_sql`: the template over the arguments.
pub(super) fn call(c: &mut Compiler, expr: &ExprRef, f: &Func, changes: Option<Changes>) -> Res<()> {
    let _ = expr;
    let custom = changes.is_some() || f.common.object.is_some() || !f.extra.is_empty();
    let changes = changes.unwrap_or_default();
    let rt = c.rt;
    let (function, written, joiner) = if custom {
        let own = |given: Option<String>, name: &str| -> Res<Option<String>> {
            match given {
                Some(text) => Ok(Some(text)),
                None => attribute(rt, f, name),
            }
        };
        // On SQLite the moment's own template goes before one in a derived class.
        let template = if f.row.name == "Now" { changes.template } else { own(changes.template, "template")? };
        (own(changes.function, "function")?, template, own(changes.joiner, "arg_joiner")?)
    } else {
        (None, None, None)
    };
    // A native class's own function attribute is overruled by its name in SQLite.
    let function = match function {
        Some(text) if text != f.row.function => text,
        _ if f.row.special == Special::Spread => {
            let sample = option(f, "@sample").is_some_and(|v| matches!(v, Value::Bool(true)));
            format!("{}_{}", f.row.function, if sample { "SAMP" } else { "POP" })
        }
        // A bare `Func` without a function is written as Python shows its absence.
        _ if f.row.name == "Func" => "None".to_string(),
        _ => f.row.sql_name().to_string(),
    };
    let filter = f.aggregate.as_ref().and_then(|a| a.filter.as_ref());
    let distinct = f.aggregate.as_ref().is_some_and(|a| a.distinct);
    let plain = written.is_none()
        && matches!(f.row.template, "" | "%(function)s(%(distinct)s%(expressions)s)" | "%(expressions)s");
    if plain {
        if f.row.template != "%(expressions)s" {
            c.push(&function);
            c.push(if distinct { "(DISTINCT " } else { "(" });
        }
        arguments(c, f, joiner.as_deref().unwrap_or(f.row.joiner))?;
        if f.row.template != "%(expressions)s" {
            c.push(")");
        }
        return match filter {
            Some(filter) => write_filter(c, filter),
            None => Ok(()),
        };
    }
    let mark = c.mark();
    arguments(c, f, joiner.as_deref().unwrap_or(f.row.joiner))?;
    let Compiled { sql: expressions, params } = c.take_since(mark);
    let default = if f.row.template.is_empty() { "%(function)s(%(expressions)s)" } else { f.row.template };
    let written = written.as_deref().unwrap_or(default);
    let sql = template::fill(rt, written, &|name| {
        if let Some((_, value)) = changes.extra.iter().find(|(n, _)| *n == name) {
            return Ok(Some(ops::str(rt, value)?.to_string()));
        }
        Ok(Some(match name {
            "expressions" | "field" => expressions.clone(),
            "function" => function.clone(),
            "distinct" => if distinct { "DISTINCT " } else { "" }.to_string(),
            "collation" => match option(f, "@collation") {
                Some(name) => operations::quote_name(&ops::str(rt, &name)?),
                None => return template::extra(rt, &f.extra, name),
            },
            _ => return template::extra(rt, &f.extra, name),
        }))
    })?;
    // A template may show its arguments more than once.
    c.push(&sql);
    c.params.extend(params);
    match filter {
        Some(filter) => write_filter(c, filter),
        None => Ok(()),
    }
}

fn write_filter(c: &mut Compiler, filter: &ExprRef) -> Res<()> {
    let mark = c.mark();
    c.push(" FILTER (WHERE ");
    match c.compile(filter) {
        Ok(()) => {
            c.push(")");
            Ok(())
        }
        Err(e) if e.is(Exc::FullResultSet) => {
            c.cut(mark);
            Ok(())
        }
        Err(e) => Err(e),
    }
}

fn arguments(c: &mut Compiler, f: &Func, joiner: &str) -> Res<()> {
    for (i, arg) in f.args.iter().enumerate() {
        if i > 0 {
            c.push(joiner);
        }
        argument(c, arg)?;
    }
    Ok(())
}

fn lhs(c: &mut Compiler, f: &Func) -> Res<()> {
    match f.args.first() {
        Some(arg) => c.compile(arg),
        None => Err(Exc::IndexError.new("list index out of range")),
    }
}

fn lhs_field(c: &Compiler, f: &Func) -> Res<crate::models::FieldRef> {
    match f.args.first() {
        Some(arg) => output_field(c.rt, arg),
        None => Err(Exc::IndexError.new("list index out of range")),
    }
}

/// The unit or part as a parameter.
fn unit(f: &Func) -> Value {
    match option(f, "@unit") {
        Some(value) => match value.as_str() {
            Some(text) => Value::str(text.to_lowercase()),
            None => value,
        },
        None => Value::str(f.row.lookup),
    }
}

/// The two time zones of a datetime function: the wanted one and the database's; NULL without time zones.
fn zones(c: &mut Compiler, f: &Func, wanted: bool) -> Res<()> {
    let settings = crate::models::Settings::of(c.rt);
    if !wanted || !settings.use_tz() {
        c.param(Value::None);
        c.push(", ");
        c.param(Value::None);
        return Ok(());
    }
    let name = match option(f, "@tzinfo") {
        Some(zone) if !zone.is_none() => zone_name(c.rt, &zone)?,
        _ => settings.current_timezone_name(c.rt)?,
    };
    c.param(Value::str(name));
    c.push(", ");
    c.param(Value::str("UTC"));
    Ok(())
}

/// `timezone._get_timezone_name`: the name of a zone, or its offset.
fn zone_name(rt: &Rt, zone: &Value) -> Res<String> {
    let args = crate::object::CallArgs::new([Value::None]);
    match ops::call_method(rt, zone, "tzname".into(), args)? {
        Value::None => Ok(ops::str(rt, zone)?.to_string()),
        name => Ok(ops::str(rt, &name)?.to_string()),
    }
}

fn has_zone(f: &Func) -> bool {
    option(f, "@tzinfo").is_some_and(|z| !z.is_none())
}

fn extract(c: &mut Compiler, f: &Func) -> Res<()> {
    let field = lhs_field(c, f)?;
    let name = if is_field(&field, "DateTimeField") {
        "django_datetime_extract("
    } else if has_zone(f) {
        return Err(Exc::ValueError.new("tzinfo can only be used with DateTimeField."));
    } else if is_field(&field, "DateField") {
        "django_date_extract("
    } else if is_field(&field, "TimeField") {
        "django_time_extract("
    } else if is_field(&field, "DurationField") {
        return Err(Exc::ValueError.new("Extract requires native DurationField database support."));
    } else {
        return Err(Exc::AssertionError.new("Tried to Extract from an invalid type."));
    };
    c.push(name);
    c.param(unit(f));
    c.push(", ");
    lhs(c, f)?;
    if is_field(&field, "DateTimeField") {
        c.push(", ");
        zones(c, f, true)?;
    }
    c.push(")");
    Ok(())
}

fn trunc(c: &mut Compiler, expr: &ExprRef, f: &Func) -> Res<()> {
    let field = lhs_field(c, f)?;
    let with_zone = is_field(&field, "DateTimeField");
    if !with_zone && has_zone(f) {
        return Err(Exc::ValueError.new("tzinfo can only be used with DateTimeField."));
    }
    let output = output_field(c.rt, expr)?;
    let name = if is_field(&output, "DateTimeField") {
        "django_datetime_trunc("
    } else if is_field(&output, "DateField") {
        "django_date_trunc("
    } else if is_field(&output, "TimeField") {
        "django_time_trunc("
    } else {
        return Err(Exc::ValueError.new("Trunc only valid on DateField, TimeField, or DateTimeField."));
    };
    c.push(name);
    c.param(unit(f));
    c.push(", ");
    lhs(c, f)?;
    c.push(", ");
    zones(c, f, with_zone)?;
    c.push(")");
    Ok(())
}

fn cast(c: &mut Compiler, expr: &ExprRef, f: &Func) -> Res<()> {
    let field = output_field(c.rt, expr)?;
    let db_type = field.db_type(c.rt)?.unwrap_or_default();
    match &*db_type {
        "datetime" | "time" => {
            c.push("strftime(");
            c.param(Value::str(if db_type == "time" { "%H:%M:%f" } else { "%Y-%m-%d %H:%M:%f" }));
            c.push(", ");
            arguments(c, f, ", ")?;
            c.push(")");
        }
        "date" => {
            c.push("date(");
            arguments(c, f, ", ")?;
            c.push(")");
        }
        _ => {
            c.push("CAST(");
            arguments(c, f, ", ")?;
            c.push(" AS ");
            let cast_type = field.cast_db_type(c.rt)?.unwrap_or_default();
            c.push(&cast_type);
            c.push(")");
        }
    }
    Ok(())
}

/// A JSON path for keys and indices: `$."a"[0]`.
pub fn json_path(keys: &[String], root: bool) -> String {
    let mut out = String::from(if root { "$" } else { "" });
    for key in keys {
        match key.trim().parse::<i64>() {
            Ok(n) => out.push_str(&format!("[{n}]")),
            Err(_) => {
                out.push('.');
                out.push_str(&json_text(key));
            }
        }
    }
    out
}

/// A JSON string as Python's `json.dumps` writes it: ASCII alone.
pub fn json_text(text: &str) -> String {
    let mut out = String::new();
    crate::object::text::json_quote(text, true, &mut out);
    out
}

/// The expression that holds the JSON, and the keys into it, outermost first.
pub fn key_path(f: &Func) -> (Option<ExprRef>, Vec<String>) {
    let key = |f: &Func| option(f, "@key_name").and_then(|k| k.as_str().map(|s| s.to_string())).unwrap_or_default();
    let mut keys = vec![key(f)];
    let mut at = f.args.first().cloned();
    while let Some(expr) = at.clone()
        && let Expr::Func(inner) = &*expr
        && matches!(inner.row.special, Special::KeyTransform | Special::KeyTextTransform)
    {
        keys.insert(0, key(inner));
        at = inner.args.first().cloned();
    }
    (at, keys)
}

fn key_transform(c: &mut Compiler, f: &Func) -> Res<()> {
    let (source, keys) = key_path(f);
    let Some(source) = source else { return Err(Exc::IndexError.new("list index out of range")) };
    let Compiled { sql, params } = c.compile_apart(&source)?;
    let path = Value::str(json_path(&keys, true));
    let types = operations::JSON_DATATYPE_VALUES.map(|v| format!("'{v}'")).join(",");
    let parts = [
        format!("(CASE WHEN JSON_TYPE({sql}, "),
        format!(") IN ({types}) THEN JSON_TYPE({sql}, "),
        format!(") ELSE JSON_EXTRACT({sql}, "),
    ];
    for part in parts {
        c.push(&part);
        c.params.extend(params.iter().cloned());
        c.param(path.clone());
    }
    c.push(") END)");
    Ok(())
}
