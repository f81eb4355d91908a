//! UPDATE.

use std::rc::Rc;

use super::{Compiled, Compiler};
use crate::db::Db;
use crate::models::{FieldRef, Model, ModelRef};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{Expr, ExprRef, Q, Query, Rhs, SelectRelated, expr_of, value_of};

/// How many keys one statement names.
const CHUNK: usize = 100;

/// An UPDATE: a query's rows and the values they get.
pub struct UpdateQuery {
    /// The rows.
    pub query: Query,
    /// Fields and values of the model's own table.
    pub values: Vec<(FieldRef, Rhs)>,
    /// The same of parents' tables.
    pub related_updates: Vec<(ModelRef, Vec<(FieldRef, Rhs)>)>,
    /// The parents' keys, once they were read.
    related_ids: Vec<(ModelRef, Vec<Value>)>,
}

impl UpdateQuery {
    /// An UPDATE of a query's rows.
    pub fn new(query: Query) -> UpdateQuery {
        UpdateQuery { query, values: Vec::new(), related_updates: Vec::new(), related_ids: Vec::new() }
    }

    /// Values by field name. FieldError for fields that cannot be updated, FieldDoesNotExist.
    pub fn add_update_values(&mut self, rt: &Rt, values: &[(Rc<str>, Value)]) -> Res<()> {
        let Some(model) = self.query.model.clone() else { return Ok(()) };
        let mut own = Vec::with_capacity(values.len());
        for (name, value) in values {
            let field = model.get_field(rt, name)?;
            if field.row.name == "CompositePrimaryKey" {
                return Err(Exc::FieldError.new("Composite primary key fields must be updated individually."));
            }
            if field.is_reverse() {
                let class = field.class.name();
                return Err(Exc::AttributeError.new(format!("'{class}' object has no attribute 'generated'")));
            }
            if field.is_relation() && !field.concrete() {
                let field = ops::repr(rt, &field.object(rt))?;
                return Err(Exc::FieldError.new(format!(
                    "Cannot update model field {field} (only non-relations and foreign keys permitted)."
                )));
            }
            let owner = field.model().map_or_else(|| model.clone(), |m| m.concrete_model());
            if !Model::same(&owner, &model.concrete_model()) {
                let rhs = crate::sql::query::rhs_of_update(rt, value)?;
                match self.related_updates.iter_mut().find(|(m, _)| Model::same(m, &owner)) {
                    Some((_, values)) => values.push((field, rhs)),
                    None => self.related_updates.push((owner, vec![(field, rhs)])),
                }
                continue;
            }
            own.push((field, value.clone()));
        }
        self.add_update_fields(rt, own)
    }

    /// Values by field.
    pub fn add_update_fields(&mut self, rt: &Rt, values: Vec<(FieldRef, Value)>) -> Res<()> {
        for (field, value) in values {
            if field.row.name == "GeneratedField" {
                continue;
            }
            let rhs = match expr_of(rt, &value)? {
                Some(expr) => {
                    let mut how = Resolve { allow_joins: false, for_save: true, ..Resolve::joins() };
                    Rhs::Expr(expressions::resolve(rt, &expr, &mut self.query, &mut how)?)
                }
                None => Rhs::Value(value),
            };
            self.values.push((field, rhs));
        }
        Ok(())
    }

    /// Updates rows by primary key, so many a statement.
    pub fn update_batch(rt: &Rt, model: &ModelRef, pks: &[Value], values: &[(Rc<str>, Value)]) -> Res<()> {
        for chunk in pks.chunks(CHUNK) {
            let mut update = UpdateQuery::new(Query::new(Some(model.clone())));
            update.add_update_values(rt, values)?;
            update.query.add_filter(rt, "pk__in", Value::list(chunk.to_vec()))?;
            update.execute(rt)?;
        }
        Ok(())
    }

    /// Sends it; how many rows of the first table changed.
    pub fn execute(mut self, rt: &Rt) -> Res<usize> {
        let mut count = match self.compile(rt) {
            Ok(Some(compiled)) => Some(Db::of(rt).execute(rt, &compiled.sql, compiled.params)?),
            Ok(None) => None,
            Err(error) if error.is(Exc::EmptyResultSet) => None,
            Err(error) => return Err(error),
        };
        for (model, values) in std::mem::take(&mut self.related_updates) {
            let mut query = Query::new(Some(model.clone()));
            if let Some((_, ids)) = self.related_ids.iter().find(|(m, _)| Model::same(m, &model)) {
                query.add_filter(rt, "pk__in", Value::list(ids.clone()))?;
            }
            let mut related = UpdateQuery::new(query);
            related.values = values;
            let changed = related.execute(rt)?;
            if count.is_none() && changed > 0 {
                count = Some(changed);
            }
        }
        Ok(count.unwrap_or(0))
    }

    /// The statement; `None` where the model's own table gets no values. EmptyResultSet where no row can match.
    pub fn compile(&mut self, rt: &Rt) -> Res<Option<Compiled>> {
        self.pre_sql_setup(rt)?;
        if self.values.is_empty() {
            return Ok(None);
        }
        let base = self.query.base_table();
        let mut c = Compiler::new(rt, &mut self.query);
        c.push("UPDATE ");
        if let Some(base) = base {
            c.quote_unless_alias(base);
        }
        c.push(" SET ");
        for (i, (field, value)) in self.values.iter().enumerate() {
            if i > 0 {
                c.push(", ");
            }
            c.column(&field.column().unwrap_or_else(|| "".into()));
            c.push(" = ");
            match value {
                Rhs::Expr(expr) => update_expr(&mut c, field, expr)?,
                Rhs::Value(value) => {
                    let value = prepare_database_save(rt, field, value)?;
                    match field.get_db_prep_save(rt, &value)? {
                        Value::None => c.push("NULL"),
                        value => c.param(value),
                    }
                }
                Rhs::Many(_) => c.push("NULL"),
            }
        }
        let where_ = c.query.where_.clone();
        let at = c.mark();
        c.push(" WHERE ");
        match c.compile_where(&where_) {
            Ok(()) => {}
            Err(error) if error.is(Exc::FullResultSet) => c.cut(at),
            Err(error) => return Err(error),
        }
        Ok(Some(Compiled { sql: c.sql, params: c.params }))
    }

    /// A query of several tables becomes a subquery of keys; with values for parents' tables the keys are read first,
    /// so that they do not change under the updates.
    fn pre_sql_setup(&mut self, rt: &Rt) -> Res<()> {
        let before = self.query.refcounts();
        self.query.initial_alias();
        let count = self.query.active_tables();
        if self.related_updates.is_empty() && count == 1 {
            return Ok(());
        }
        let Some(model) = self.query.model.clone() else { return Ok(()) };
        let mut query = self.query.chain();
        query.select_related = SelectRelated::No;
        query.clear_ordering(true, true);
        query.extra = Rc::default();
        query.select = Rc::default();
        let pk_name = model.pk().map(|f| f.name().text()).unwrap_or_else(|| "pk".into());
        let mut fields: Vec<Rc<str>> = vec![pk_name];
        let mut places: Vec<(ModelRef, usize)> = Vec::new();
        for (related, _) in &self.related_updates {
            let up = model.path_to_parent(related)?;
            if up.iter().all(|p| p.join_field.primary_key()) {
                places.push((related.clone(), 0));
            } else {
                places.push((related.clone(), fields.len()));
                if let Some(pk) = related.pk() {
                    fields.push(pk.name().text());
                }
            }
        }
        query.add_fields(rt, &fields, true)?;
        self.query.where_ = Rc::default();
        if self.related_updates.is_empty() {
            self.query.add_q(rt, &Q::keyword("pk__in", Rhs::Expr(Rc::new(Expr::Query(Rc::new(query))))))?;
        } else {
            let mut idents = Vec::new();
            let mut ids: Vec<(ModelRef, Vec<Value>)> = places.iter().map(|(m, _)| (m.clone(), Vec::new())).collect();
            if let Some((compiled, plan)) = super::select(rt, &mut query)? {
                let decoder = plan.decoder(rt)?;
                for row in Db::of(rt).fetch_all(rt, &compiled.sql, compiled.params)? {
                    let row = decoder.values(rt, row)?;
                    idents.extend(row.first().cloned());
                    for ((_, ids), (_, place)) in ids.iter_mut().zip(&places) {
                        ids.extend(row.get(*place).cloned());
                    }
                }
            }
            self.query.add_filter(rt, "pk__in", Value::list(idents))?;
            self.related_ids = ids;
        }
        self.query.reset_refcounts(&before);
        Ok(())
    }
}

fn update_expr(c: &mut Compiler<'_>, field: &FieldRef, expr: &ExprRef) -> Res<()> {
    let rt = c.rt;
    let mut how = Resolve { allow_joins: false, for_save: true, ..Resolve::joins() };
    let expr = expressions::resolve(rt, expr, c.query, &mut how)?;
    refuse(rt, field, &expr)?;
    if matches!(*expr, Expr::ColPairs(_)) {
        return Err(Exc::FieldError.new(format!(
            "Composite primary keys expressions are not allowed in this query ({}=F('pk')).",
            field.name()
        )));
    }
    if is_json_null(field, &expr) {
        c.param(Value::str("null"));
        return Ok(());
    }
    c.compile(&expr)
}

/// JSON's null as an expression is stored as JSON, where None itself is no value at all.
pub(super) fn is_json_null(field: &FieldRef, expr: &Expr) -> bool {
    let is_json = |field: &FieldRef| expressions::is_field(field, "JSONField");
    let Expr::Value(v) = expr else { return false };
    v.value.is_none() && is_json(field) && v.common.output_field.as_ref().is_some_and(is_json)
}

/// FieldError for aggregates and windows on their way into a row.
pub(super) fn refuse(rt: &Rt, field: &FieldRef, expr: &ExprRef) -> Res<()> {
    let what = if expr.contains_aggregate() {
        "Aggregate functions are"
    } else if expr.contains_over_clause() {
        "Window expressions are"
    } else {
        return Ok(());
    };
    let value = ops::repr(rt, &value_of(rt, expr)?)?;
    Err(Exc::FieldError.new(format!("{what} not allowed in this query ({}={value}).", field.name())))
}

/// A model instance on its way into a foreign key is its key.
fn prepare_database_save(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    let Value::Obj(object) = value else { return Ok(value.clone()) };
    let Some(model) = object.class().data::<Model>() else { return Ok(value.clone()) };
    if !field.is_relation() {
        return Err(Exc::TypeError.new(format!(
            "Tried to update field {} with a model instance, {}. Use a value compatible with {}.",
            ops::str(rt, &field.object(rt))?,
            ops::repr(rt, value)?,
            field.class.name()
        )));
    }
    if let Some(pk) = model.pk()
        && ops::get_attr(rt, value, pk.attname())?.is_none()
    {
        let text = format!("Unsaved model instance {} cannot be used in an ORM query.", ops::repr(rt, value)?);
        return Err(Exc::ValueError.new(text));
    }
    ops::get_attr(rt, value, field.target_field()?.attname())
}
