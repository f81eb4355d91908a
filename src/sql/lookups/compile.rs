//! Lookups become SQL.

use std::rc::Rc;

use super::row::{Family, Kind};
use crate::db::operations;
use crate::models::FieldRef;
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::compiler::{Compiled, Compiler, empty_result, full_result};
use crate::sql::expressions::{Resolve, call_row, conditional, is_field, json_path, json_text, key_path, output_field};
use crate::sql::functions::Special;
use crate::sql::ir::{Common, Expr, ExprRef, Lookup, Rhs, ValueExpr};

/// Appends a lookup. EmptyResultSet and FullResultSet where its value decides alone.
pub fn compile_lookup(c: &mut Compiler, l: &Lookup) -> Res<()> {
    if super::tuple::is_tuple(&l.lhs) && l.row.kind != Kind::Custom {
        return super::tuple::compile(c, l);
    }
    match l.row.kind {
        Kind::IsNull => is_null(c, l),
        Kind::Exact => exact(c, l),
        Kind::Year => year(c, l),
        Kind::JsonContains => Err(Exc::NotSupportedError
            .new(format!("{} lookup is not supported on this database backend.", l.row.lookup_name))),
        Kind::HasKey(joiner) => has_key(c, l, joiner),
        Kind::KeyIsNull => key_is_null(c, l),
        Kind::In => {
            let mark = c.mark();
            in_list(c, l).inspect_err(|_| c.cut(mark))
        }
        Kind::Tuple => super::tuple::compile(c, l),
        _ => {
            let mark = c.mark();
            operator(c, l).inspect_err(|_| c.cut(mark))
        }
    }
}

/// Appends the left side; a comparison on the left stands in parentheses.
pub fn lhs(c: &mut Compiler, lhs: &ExprRef) -> Res<()> {
    // Django resolves the left side once more here; conditions inside it then stand in parentheses.
    let again;
    let lhs = match &**lhs {
        Expr::Col(_) | Expr::ColPairs(_) | Expr::Value(_) | Expr::Ref(_) | Expr::RawSql(_) => lhs,
        _ => {
            again = crate::sql::expressions::resolve(c.rt, lhs, c.query, &mut Resolve::joins())?;
            &again
        }
    };
    if matches!(&**lhs, Expr::Lookup(_)) {
        c.push("(");
        c.compile(lhs)?;
        c.push(")");
        return Ok(());
    }
    c.compile(lhs)
}

/// The field whose `get_db_prep_value` adapts values: a relation's target.
fn db_field(rt: &Rt, lhs: &ExprRef) -> Res<FieldRef> {
    let field = output_field(rt, lhs)?;
    match field.relation.get() {
        Some(_) => field.target_field(),
        None => Ok(field),
    }
}

/// A prepared value as SQLite takes it.
fn adapt(rt: &Rt, l: &Lookup, value: &Value) -> Res<Value> {
    if !l.row.prepares() {
        return Ok(value.clone());
    }
    let field = db_field(rt, &l.lhs)?;
    if value.is_none() && is_field(&field, "JSONField") {
        return Ok(Value::str("null"));
    }
    field.get_db_prep_value(rt, value, true)
}

/// The right side with the bilateral transforms of the left side around it.
fn transformed(c: &mut Compiler, l: &Lookup, value: ExprRef) -> Res<ExprRef> {
    let mut out = value;
    for t in &l.bilateral {
        if let Expr::Func(f) = &**t {
            let mut f = f.clone();
            if let Some(first) = f.args.first_mut() {
                *first = out;
            }
            out = Rc::new(Expr::Func(f));
        }
    }
    let rt = c.rt;
    crate::sql::expressions::resolve(rt, &out, c.query, &mut crate::sql::expressions::Resolve::joins())
}

/// An expression on the right side, in parentheses unless it is a value or has them.
fn expression(c: &mut Compiler, e: &ExprRef) -> Res<()> {
    let part = c.compile_apart(e)?;
    if matches!(&**e, Expr::ColPairs(_)) {
        return Err(Exc::ValueError.new("CompositePrimaryKey cannot be used as a lookup value."));
    }
    let wrap = !matches!(&**e, Expr::Value(_)) && !part.sql.is_empty() && !part.sql.starts_with('(');
    if wrap {
        c.push("(");
    }
    c.append(part);
    if wrap {
        c.push(")");
    }
    Ok(())
}

/// Appends the right side of a comparison.
pub fn rhs(c: &mut Compiler, l: &Lookup) -> Res<()> {
    match &l.rhs {
        Rhs::Value(value) if l.bilateral.is_empty() => {
            let mut value = adapt(c.rt, l, value)?;
            match (l.row.kind, l.row.family) {
                (Kind::IExact, _) => value = Value::str(operations::escape_like(&ops::str(c.rt, &value)?)),
                (Kind::Pattern(before, after), _) => {
                    let text = operations::escape_like(&ops::str(c.rt, &value)?);
                    value =
                        Value::str(format!("{}{text}{}", if before { "%" } else { "" }, if after { "%" } else { "" }));
                }
                (Kind::Exact, Family::Json | Family::Key) => {
                    if value.is_none() {
                        value = Value::str("null");
                    }
                    if l.row.family == Family::Key
                        && !value.as_str().is_some_and(|s| operations::JSON_DATATYPE_VALUES.contains(&s.as_str()))
                    {
                        c.push("JSON_EXTRACT(");
                        c.param(value);
                        c.push(", '$')");
                        return Ok(());
                    }
                }
                (_, Family::KeyNumber) => value = number_of_json(c.rt, &value)?,
                _ => {}
            }
            c.param(value);
            Ok(())
        }
        Rhs::Value(value) => {
            let field = output_field(c.rt, &l.lhs)?;
            let value = transformed(c, l, Expr::value_of_field(value.clone(), field))?;
            expression(c, &value)
        }
        Rhs::Expr(e) if l.bilateral.is_empty() => expression(c, e),
        Rhs::Expr(e) => {
            let value = transformed(c, l, e.clone())?;
            expression(c, &value)
        }
        Rhs::Many(_) => Err(Exc::TypeError.new("several values for a lookup of one")),
    }
}

/// A JSON text as the value it stands for.
fn number_of_json(rt: &Rt, value: &Value) -> Res<Value> {
    match value.as_str() {
        Some(text) => Ok(crate::models::json::loads(rt, text).unwrap_or_else(|_| value.clone())),
        None => Ok(value.clone()),
    }
}

fn operator(c: &mut Compiler, l: &Lookup) -> Res<()> {
    if l.row.kind == Kind::Range {
        return range(c, l);
    }
    if l.row.family == Family::Integer
        && let Rhs::Value(value) = &l.rhs
    {
        out_of_range(c.rt, l, value)?;
    }
    if l.row.family == Family::Uuid {
        return uuid(c, l);
    }
    lhs(c, &l.lhs)?;
    c.push(" ");
    let by_expression = !matches!(l.rhs, Rhs::Value(_)) || !l.bilateral.is_empty();
    if let (true, Some((before, after))) = (by_expression, operations::pattern_operator(l.row.lookup_name)) {
        let (escape, escaped) = operations::PATTERN_ESCAPE;
        c.push(before);
        c.push(escape);
        rhs(c, l)?;
        c.push(escaped);
        c.push(after);
        return Ok(());
    }
    let name = if l.row.lookup_name.is_empty() { "exact" } else { l.row.lookup_name };
    let text = operations::operator(name).unwrap_or("= %s");
    let (before, after) = text.split_once("%s").unwrap_or((text, ""));
    c.push(before);
    rhs(c, l)?;
    c.push(after);
    Ok(())
}

/// A value that no row of the column can have decides alone.
fn out_of_range(rt: &Rt, l: &Lookup, value: &Value) -> Res<()> {
    type Outcome = fn() -> crate::object::Error;
    let (under, over): (Outcome, Outcome) = match l.row.lookup_name {
        "gt" | "gte" => (full_result, empty_result),
        "lt" | "lte" => (empty_result, full_result),
        _ => (empty_result, empty_result),
    };
    let field = output_field(rt, &l.lhs)?;
    let (min, max) = operations::integer_range(field.internal_type());
    match value {
        Value::Int(i) if *i < min => Err(under()),
        Value::Int(i) if *i > max => Err(over()),
        Value::Big(b) => Err(if b.sign() == num_bigint::Sign::Minus { under() } else { over() }),
        _ => Ok(()),
    }
}

fn exact(c: &mut Compiler, l: &Lookup) -> Res<()> {
    if let Rhs::Value(Value::Bool(wanted)) = &l.rhs
        && l.bilateral.is_empty()
        && l.row.family != Family::Key
        && l.row.family != Family::Json
        && conditional(c.rt, &l.lhs)?
    {
        if !wanted {
            c.push("NOT ");
        }
        return lhs(c, &l.lhs);
    }
    if let Rhs::Expr(e) = &l.rhs
        && l.row.family == Family::Key
        && matches!(&**e, Expr::Func(f) if matches!(f.row.special, Special::KeyTransform | Special::KeyTextTransform))
    {
        lhs(c, &l.lhs)?;
        c.push(" = ");
        return expression(c, e);
    }
    let mark = c.mark();
    operator(c, l).inspect_err(|_| c.cut(mark))
}

fn is_null(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let Rhs::Value(Value::Bool(null)) = &l.rhs else {
        return Err(Exc::ValueError.new("The QuerySet value for an isnull lookup must be True or False."));
    };
    if let Expr::Value(ValueExpr { value, .. }) = &*l.lhs {
        return Err(if value.is_none() == *null { full_result() } else { empty_result() });
    }
    lhs(c, &l.lhs)?;
    c.push(if *null { " IS NULL" } else { " IS NOT NULL" });
    Ok(())
}

/// One item of a list: bound, or compiled where it is an expression.
fn item(c: &mut Compiler, l: &Lookup, item: &Rhs) -> Res<()> {
    match item {
        Rhs::Expr(e) => {
            let rt = c.rt;
            let how = &mut crate::sql::expressions::Resolve::joins();
            let e = crate::sql::expressions::resolve(rt, e, c.query, how)?;
            c.compile(&e)
        }
        Rhs::Value(value) if l.bilateral.is_empty() => {
            let value = adapt(c.rt, l, value)?;
            if l.row.family == Family::Key
                && l.row.kind == Kind::In
                && !value.as_str().is_some_and(|s| operations::JSON_DATATYPE_VALUES.contains(&s.as_str()))
            {
                c.push("JSON_EXTRACT(");
                c.param(value);
                c.push(", '$')");
                return Ok(());
            }
            c.param(value);
            Ok(())
        }
        Rhs::Value(value) => {
            let field = output_field(c.rt, &l.lhs)?;
            let value = transformed(c, l, Expr::value_of_field(value.clone(), field))?;
            c.compile(&value)
        }
        Rhs::Many(_) => Err(Exc::TypeError.new("a list within a list")),
    }
}

/// The items of a right side that is a list.
fn listed(rt: &Rt, l: &Lookup) -> Res<Option<Vec<Rhs>>> {
    Ok(Some(match &l.rhs {
        Rhs::Value(Value::List(items)) => items.items().iter().cloned().map(Rhs::Value).collect(),
        Rhs::Value(Value::Tuple(items)) => items.iter().cloned().map(Rhs::Value).collect(),
        Rhs::Value(other) => ops::collect(rt, other)?.into_iter().map(Rhs::Value).collect(),
        Rhs::Many(items) => items.clone(),
        Rhs::Expr(_) => return Ok(None),
    }))
}

fn in_list(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let Some(items) = listed(c.rt, l)? else {
        let Rhs::Expr(e) = &l.rhs else { return Ok(()) };
        lhs(c, &l.lhs)?;
        if let Expr::Query(q) = &**e
            && q.db.is_some_and(|name| name != "default")
        {
            return Err(Exc::ValueError.new(
                "Subqueries aren't allowed across different databases. Force the inner query to be evaluated using \
                 `list(inner_query)`.",
            ));
        }
        c.push(" IN ");
        return expression(c, e);
    };
    let items = distinct(c.rt, items)?;
    if items.is_empty() {
        return Err(empty_result());
    }
    lhs(c, &l.lhs)?;
    c.push(" IN (");
    for (i, value) in items.iter().enumerate() {
        if i > 0 {
            c.push(", ");
        }
        item(c, l, value)?;
    }
    c.push(")");
    Ok(())
}

/// The items without repetitions and without None; all but None where some cannot be hashed.
fn distinct(rt: &Rt, items: Vec<Rhs>) -> Res<Vec<Rhs>> {
    let seen = crate::object::Table::default();
    let mut out = Vec::with_capacity(items.len());
    let mut hashable = true;
    for item in &items {
        match item {
            Rhs::Value(Value::None) => {}
            Rhs::Value(value) => match seen.insert(rt, value.clone(), Value::None) {
                Ok(None) => out.push(item.clone()),
                Ok(Some(_)) => {}
                Err(e) if e.is(Exc::TypeError) => {
                    hashable = false;
                    break;
                }
                Err(e) => return Err(e),
            },
            other => out.push(other.clone()),
        }
    }
    if hashable {
        return Ok(out);
    }
    Ok(items.into_iter().filter(|item| !item.is_none()).collect())
}

fn range(c: &mut Compiler, l: &Lookup) -> Res<()> {
    lhs(c, &l.lhs)?;
    c.push(" BETWEEN ");
    if let Rhs::Expr(e) = &l.rhs {
        // Django takes the first two characters of the expression's SQL for the two bounds.
        let mark = c.mark();
        expression(c, e)?;
        let Compiled { sql, params } = c.take_since(mark);
        let mut chars = sql.chars();
        let (first, second) = (chars.next(), chars.next());
        c.push(&first.map(String::from).unwrap_or_default());
        c.push(" AND ");
        c.push(&second.map(String::from).unwrap_or_default());
        c.params.extend(params);
        return Ok(());
    }
    let items = listed(c.rt, l)?.unwrap_or_default();
    if items.is_empty() {
        return Err(Exc::ValueError.new("not enough values to unpack (expected 2, got 0)"));
    }
    let mark = c.mark();
    let mut bounds = Vec::with_capacity(items.len());
    for part in &items {
        item(c, l, part)?;
        bounds.push(c.take_since(mark));
    }
    let count = bounds.len();
    let mut bounds = bounds.into_iter();
    let (Some(start), Some(end)) = (bounds.next(), bounds.next()) else {
        return Err(Exc::IndexError.new("tuple index out of range"));
    };
    if count > 2 {
        return Err(Exc::TypeError.new("not all arguments converted during string formatting"));
    }
    c.append(start);
    c.push(" AND ");
    c.append(end);
    Ok(())
}

fn year(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let Rhs::Value(value) = &l.rhs else {
        let mark = c.mark();
        return operator(c, l).inspect_err(|_| c.cut(mark));
    };
    let Expr::Func(f) = &*l.lhs else { return operator(c, l) };
    let Some(source) = f.args.first() else { return operator(c, l) };
    let field = output_field(c.rt, source)?;
    let year = match value.as_int() {
        Some(year) => year,
        None => ops::index(c.rt, value)?,
    };
    let iso = f.row.name == "ExtractIsoYear";
    let (start, end) = super::year::bounds(c.rt, year, iso, is_field(&field, "DateTimeField"))?;
    lhs(c, source)?;
    match l.row.lookup_name {
        "exact" => {
            c.push(" BETWEEN ");
            c.param(start);
            c.push(" AND ");
            c.param(end);
        }
        "gt" | "lte" => {
            c.push(if l.row.lookup_name == "gt" { " > " } else { " <= " });
            c.param(end);
        }
        _ => {
            c.push(if l.row.lookup_name == "gte" { " >= " } else { " < " });
            c.param(start);
        }
    }
    Ok(())
}

/// UUIDs are stored without hyphens: the right side loses them too.
fn uuid(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let value = match &l.rhs {
        Rhs::Value(value) => Expr::value(value.clone()),
        Rhs::Expr(e) => e.clone(),
        Rhs::Many(_) => return Err(Exc::TypeError.new("several values for a lookup of one")),
    };
    let common = Common { output_field: Some(crate::models::Field::plain(c.rt, "CharField")), ..Common::default() };
    let bare = call_row("Replace", vec![value, Expr::value("-"), Expr::value("")], common)?;
    lhs(c, &l.lhs)?;
    c.push(" ");
    match operations::pattern_operator(l.row.lookup_name) {
        Some((before, after)) => {
            let (escape, escaped) = operations::PATTERN_ESCAPE;
            c.push(before);
            c.push(escape);
            wrapped(c, &bare)?;
            c.push(escaped);
            c.push(after);
        }
        None => {
            c.push("LIKE ");
            // The first parameter is escaped as a plain text would be.
            let mark = c.mark();
            wrapped(c, &bare)?;
            let Compiled { sql, mut params } = c.take_since(mark);
            if let Some(first) = params.first_mut() {
                *first = Value::str(operations::escape_like(&ops::str(c.rt, first)?));
            }
            c.append(Compiled { sql, params });
            c.push(" ESCAPE '\\'");
        }
    }
    Ok(())
}

fn wrapped(c: &mut Compiler, e: &ExprRef) -> Res<()> {
    expression(c, e)
}

/// The JSON source, its SQL, and the path down to the left side.
fn json_source(c: &mut Compiler, l: &ExprRef) -> Res<(Compiled, String)> {
    if let Expr::Func(f) = &**l
        && matches!(f.row.special, Special::KeyTransform | Special::KeyTextTransform)
    {
        let (source, keys) = key_path(f);
        if let Some(source) = source {
            return Ok((c.compile_apart(&source)?, json_path(&keys, true)));
        }
    }
    Ok((c.compile_apart(l)?, "$".to_string()))
}

fn has_key(c: &mut Compiler, l: &Lookup, joiner: Option<&'static str>) -> Res<()> {
    let (source, base) = json_source(c, &l.lhs)?;
    let keys: Vec<Rhs> = match &l.rhs {
        Rhs::Value(Value::List(_) | Value::Tuple(_)) | Rhs::Many(_) => listed(c.rt, l)?.unwrap_or_default(),
        other => vec![other.clone()],
    };
    if joiner.is_some() {
        c.push("(");
    }
    for (i, key) in keys.iter().enumerate() {
        if i > 0 {
            c.push(joiner.unwrap_or(""));
        }
        let path = match key {
            Rhs::Value(key) => match key.as_str() {
                Some(key) => format!("{base}.{}", json_text(key)),
                None => format!("{base}.{}", crate::models::json::dumps(c.rt, key)?),
            },
            Rhs::Expr(e) => match &**e {
                Expr::Func(f) if matches!(f.row.special, Special::KeyTransform | Special::KeyTextTransform) => {
                    let (_, mut keys) = key_path(f);
                    let last = keys.pop().unwrap_or_default();
                    format!("{base}{}.{}", json_path(&keys, false), json_text(&last))
                }
                _ => return Err(Exc::TypeError.new("Object of type F is not JSON serializable")),
            },
            Rhs::Many(_) => return Err(Exc::TypeError.new("a list within a list")),
        };
        c.push("JSON_TYPE(");
        c.push(&source.sql);
        c.params.extend(source.params.iter().cloned());
        c.push(", ");
        c.param(Value::str(path));
        c.push(") IS NOT NULL");
    }
    if joiner.is_some() {
        c.push(")");
    }
    Ok(())
}

fn key_is_null(c: &mut Compiler, l: &Lookup) -> Res<()> {
    let (source, path) = json_source(c, &l.lhs)?;
    let null = match &l.rhs {
        Rhs::Value(v) => ops::truthy(c.rt, v)?,
        _ => true,
    };
    c.push("JSON_TYPE(");
    c.append(source);
    c.push(", ");
    c.param(Value::str(path));
    c.push(if null { ") IS NULL" } else { ") IS NOT NULL" });
    Ok(())
}
