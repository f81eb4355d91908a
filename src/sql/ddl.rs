//! Conditions and expressions in a table's definition: columns without their table, values in place.

use std::rc::Rc;

use crate::db::operations;
use crate::models::hooks::{Ddl, Hooks};
use crate::models::schema::quote_value;
use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt, Value};
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::expressions::{Resolve, option, parse, resolve};
use crate::sql::functions::Special;
use crate::sql::ir::{self, Common, Expr, ExprRef, Query};

/// Gives models what they need of queries. Called once a session.
pub fn install(rt: &Rt) {
    let hooks = Hooks::of(rt);
    hooks.ddl_sql.set(Some(ddl_sql));
    hooks.database_default.set(Some(database_default));
}

/// The value of a column whose default is the database's.
fn database_default(rt: &Rt, field: &FieldRef) -> Value {
    let given = field.options().db_default.clone().unwrap_or_default();
    let inner = match ir::expr_of(rt, &given) {
        Ok(Some(e)) => e,
        _ => Expr::value_of_field(given, field.clone()),
    };
    let common = Common { output_field: Some(field.clone()), ..Common::default() };
    let node = Rc::new(Expr::DatabaseDefault(inner, common));
    ir::value_of(rt, &node).unwrap_or_default()
}

/// The text of a condition or expression. FieldError where it names what the table does not have.
fn ddl_sql(rt: &Rt, model: &ModelRef, value: &Value, usage: Ddl) -> Res<String> {
    let mut query = Query::new(Some(model.clone()));
    query.alias_cols = false;
    let mut how = Resolve::joins();
    how.allow_joins = false;
    let written = match usage {
        Ddl::Condition => {
            let condition = match ir::expr_of(rt, value)? {
                Some(e) => e,
                None => return Err(Exc::TypeError.new("a condition must be a Q instance or boolean expression.")),
            };
            let node = match &*condition {
                Expr::Q(q) => Rc::new(Expr::Where(Rc::new(query.build_where(rt, q)?))),
                _ => resolve(rt, &condition, &mut query, &mut how)?,
            };
            Compiler::new(rt, &mut query).compile_apart(&node)?
        }
        Ddl::Expression => {
            let e = resolve(rt, &parse(rt, value)?, &mut query, &mut how)?;
            Compiler::new(rt, &mut query).compile_apart(&e)?
        }
        Ddl::Index => index(rt, &mut query, &parse(rt, value)?, &mut how)?,
    };
    in_place(rt, written)
}

/// One column of an index: the expression in parentheses unless it is a column, then its collation and direction.
fn index(rt: &Rt, query: &mut Query, e: &ExprRef, how: &mut Resolve) -> Res<Compiled> {
    let (mut e, mut direction, mut collation) = (e.clone(), "", None);
    if let Expr::OrderBy(o) = &*e.clone() {
        direction = if o.descending { " DESC" } else { " ASC" };
        e = o.expr.clone();
    }
    if let Expr::Func(f) = &*e.clone()
        && f.row.special == Special::Collate
    {
        collation = option(f, "@collation").and_then(|c| c.as_str().map(|s| operations::quote_name(s)));
        if let Some(inner) = f.args.first() {
            e = inner.clone();
        }
    }
    if matches!(&*e, Expr::OrderBy(_)) || matches!(&*e, Expr::Func(f) if f.row.special == Special::Collate) {
        return Err(Exc::ValueError.new("OrderBy, Collate must be topmost expressions in an indexed expression."));
    }
    let resolved = resolve(rt, &e, query, how)?;
    let column = matches!(&*resolved, Expr::Col(_));
    let mut written = Compiler::new(rt, query).compile_apart(&resolved)?;
    if !column {
        written.sql = format!("({})", written.sql);
    }
    if let Some(collation) = collation {
        written.sql.push_str(&format!(" COLLATE {collation}"));
    }
    written.sql.push_str(direction);
    Ok(written)
}

/// The text with its parameters as literals.
fn in_place(rt: &Rt, written: Compiled) -> Res<String> {
    let mut out = String::with_capacity(written.sql.len() + 16);
    let mut params = written.params.iter();
    let mut rest = written.sql.as_str();
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('s') {
            out.push_str(&quote_value(rt, params.next().unwrap_or(&Value::None))?);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
        } else {
            out.push('%');
        }
    }
    out.push_str(rest);
    Ok(out)
}
