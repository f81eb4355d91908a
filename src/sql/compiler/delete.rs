//! DELETE.

use std::rc::Rc;

use super::{Compiled, Compiler};
use crate::db::Db;
use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt, Value};
use crate::sql::ir::{Query, Rhs};
use crate::sql::query::col_of;

/// How many keys one statement names.
const CHUNK: usize = 100;

/// Deletes the rows of a query, without looking at what refers to them; how many they were.
pub fn delete(rt: &Rt, query: &Query) -> Res<usize> {
    match delete_sql(rt, query) {
        Ok(compiled) => Db::of(rt).execute(rt, &compiled.sql, compiled.params),
        Err(error) if error.is(Exc::EmptyResultSet) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Deletes the rows of a model whose field is one of some values, so many a statement; how many they were.
pub fn delete_batch(rt: &Rt, model: &ModelRef, field: &FieldRef, values: &[Value]) -> Res<usize> {
    let lookup = format!("{}__in", field.attname());
    let mut deleted = 0;
    for chunk in values.chunks(CHUNK) {
        let mut query = Query::new(Some(model.clone()));
        query.add_filter(rt, &lookup, Value::list(chunk.to_vec()))?;
        // Only the model's own table, whatever the filter joined.
        let name = model.db_table.borrow().clone();
        Rc::make_mut(&mut query.tables).retain(|t| t.table_name == name);
        match plain(rt, &mut query) {
            Ok(compiled) => deleted += Db::of(rt).execute(rt, &compiled.sql, compiled.params)?,
            Err(error) if error.is(Exc::EmptyResultSet) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(deleted)
}

/// The statement. A query of several tables becomes a subquery of keys.
pub fn delete_sql(rt: &Rt, query: &Query) -> Res<Compiled> {
    let mut query = query.clone();
    query.initial_alias();
    if query.tables.iter().filter(|t| t.refs > 0).count() == 1 {
        return plain(rt, &mut query);
    }
    let mut inner = query.clone();
    inner.clear_select_clause();
    let pk = query.model.as_ref().and_then(|m| m.pk()).ok_or_else(|| Exc::FieldError.new("no primary key"))?;
    let alias = query.initial_alias();
    inner.select = Rc::new(vec![col_of(rt, alias, &pk, None)?]);
    let mut outer = Query::new(query.model.clone());
    outer.add_q(
        rt,
        &crate::sql::ir::Q::keyword("pk__in", Rhs::Expr(Rc::new(crate::sql::ir::Expr::Query(Rc::new(inner))))),
    )?;
    plain(rt, &mut outer)
}

fn plain(rt: &Rt, query: &mut Query) -> Res<Compiled> {
    let where_ = query.where_.clone();
    let base = query.base_table();
    let mut c = Compiler::new(rt, query);
    c.push("DELETE FROM ");
    if let Some(base) = base {
        c.quote_unless_alias(base);
    }
    let at = c.mark();
    c.push(" WHERE ");
    match c.compile_where(&where_) {
        Ok(()) => {}
        Err(error) if error.is(Exc::FullResultSet) => c.cut(at),
        Err(error) => return Err(error),
    }
    Ok(Compiled { sql: c.sql, params: c.params })
}
