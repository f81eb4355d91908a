//! Statements that change rows, as saving, deleting and `update()` send them.

use std::rc::Rc;

use crate::db::Db;
use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt, Value};
use crate::source::Name;
use crate::sql::compiler::{self, InsertQuery, UpdateQuery};
use crate::sql::ir::{Expr, Ordering, Query, expr_of};

pub use crate::sql::compiler::OnConflict;

/// A database's alias out of a `using` argument. ConnectionDoesNotExist for one that is not there.
pub fn alias(value: &Value) -> Res<Name> {
    match value.as_str() {
        None => Ok(Name::new(super::DEFAULT_DB)),
        Some(text) if *text == super::DEFAULT_DB || text.is_empty() => Ok(Name::new(super::DEFAULT_DB)),
        Some(text) => Err(Exc::ConnectionDoesNotExist.new(format!("The connection '{text}' doesn't exist."))),
    }
}

/// An INSERT of instances.
pub struct Insert<'a> {
    /// The model whose table it is.
    pub model: &'a ModelRef,
    /// The fields that get values.
    pub fields: &'a [FieldRef],
    /// The instances.
    pub objects: &'a [Value],
    /// The fields that the database answers with.
    pub returning: &'a [FieldRef],
    /// Whether values go in as they are.
    pub raw: bool,
    /// What happens to a row that is there already.
    pub on_conflict: OnConflict,
    /// What is updated then.
    pub update_fields: &'a [FieldRef],
    /// What says that it is there.
    pub unique_fields: &'a [FieldRef],
}

impl<'a> Insert<'a> {
    /// An INSERT of nothing yet.
    pub fn of(model: &'a ModelRef) -> Insert<'a> {
        Insert {
            model,
            fields: &[],
            objects: &[],
            returning: &[],
            raw: false,
            on_conflict: OnConflict::Raise,
            update_fields: &[],
            unique_fields: &[],
        }
    }
}

/// Sends an INSERT; what the database answered, a row an instance.
pub fn insert(rt: &Rt, insert: &Insert<'_>) -> Res<Vec<Vec<Value>>> {
    let mut query = InsertQuery::new(insert.model.clone(), insert.fields.to_vec(), insert.objects.to_vec(), insert.raw);
    query.on_conflict = insert.on_conflict;
    query.update_fields = insert.update_fields.to_vec();
    query.unique_fields = insert.unique_fields.to_vec();
    query.execute(rt, insert.returning)
}

/// Whether a query finds anything.
pub fn exists(rt: &Rt, query: &Query) -> Res<bool> {
    query.has_results(rt)
}

/// Updates the rows of a query by field.
pub fn update_fields(rt: &Rt, query: &Query, values: &[(FieldRef, Value)]) -> Res<usize> {
    let mut query = query.chain();
    query.annotations = Rc::default();
    let mut update = UpdateQuery::new(query);
    update.add_update_fields(rt, values.to_vec())?;
    update.execute(rt)
}

/// Updates the rows of a query by keyword: `update(**kwargs)`.
pub fn update_kwargs(rt: &Rt, query: Query, kwargs: Vec<(Name, Value)>) -> Res<usize> {
    let values: Vec<(Rc<str>, Value)> = kwargs.into_iter().map(|(n, v)| (n.text(), v)).collect();
    let mut update = UpdateQuery::new(query);
    update.add_update_values(rt, &values)?;
    // An ordering by an annotation is written out: its column goes away with the select clause.
    let mut order = Vec::new();
    for item in update.query.order_by.iter() {
        let Ordering::Name(name) = item else {
            order.push(item.clone());
            continue;
        };
        let (bare, descending) = match name.strip_prefix('-') {
            Some(bare) => (bare, true),
            None => (&**name, false),
        };
        let annotation = Name::existing(bare).and_then(|n| update.query.annotations.get(&n).cloned());
        match annotation {
            Some(annotation) => {
                if annotation.contains_aggregate() {
                    let shown = crate::object::ops::str(rt, &crate::sql::ir::value_of(rt, &annotation)?)?;
                    return Err(Exc::FieldError.new(format!("Cannot update when ordering by an aggregate: {shown}")));
                }
                order.push(Ordering::Expr(if descending { Expr::order(annotation, true) } else { annotation }));
            }
            None => order.push(item.clone()),
        }
    }
    update.query.order_by = Rc::new(order);
    update.query.clear_select_clause();
    Db::of(rt).mark_for_rollback_on_error(|| update.execute(rt))
}

/// Updates rows of a model by key.
pub fn update_pks(rt: &Rt, model: &ModelRef, pks: Vec<Value>, field: &FieldRef, value: &Value) -> Res<()> {
    UpdateQuery::update_batch(rt, model, &pks, &[(field.name().text(), value.clone())])
}

/// Deletes rows of a model by key.
pub fn delete_pks(rt: &Rt, model: &ModelRef, pks: Vec<Value>) -> Res<usize> {
    match model.pk() {
        Some(pk) => compiler::delete_batch(rt, model, &pk, &pks),
        None => Ok(0),
    }
}

/// Deletes the rows of a query.
pub fn delete_query(rt: &Rt, query: Query) -> Res<usize> {
    compiler::delete(rt, &query)
}

/// What the database fills in on an INSERT: an automatic key, defaults of the database, generated columns.
pub fn returning_fields(model: &ModelRef) -> Vec<FieldRef> {
    model
        .concrete_model()
        .local_concrete_fields()
        .into_iter()
        .filter(|f| is_auto(f) || f.options().db_default.is_some() || f.options().expression.is_some())
        .collect()
}

/// Whether a field numbers rows by itself.
pub fn is_auto(field: &FieldRef) -> bool {
    matches!(field.row.name, "AutoField" | "BigAutoField" | "SmallAutoField")
}

/// The key of a new instance that has none: its default.
pub fn pk_value_on_save(rt: &Rt, pk: &FieldRef) -> Res<Value> {
    if pk.options().default.is_some() { pk.get_default(rt) } else { Ok(Value::None) }
}

/// Whether a field has a say in the value it saves: `auto_now`, files, a session's own `pre_save`.
pub fn has_own_pre_save(field: &FieldRef) -> bool {
    matches!(field.row.name, "DateField" | "DateTimeField" | "TimeField" | "FileField" | "ImageField")
        || field.overrides("pre_save").is_some()
}

/// Whether a value is computed by the database when it is stored.
pub fn is_expression(rt: &Rt, value: &Value) -> Res<bool> {
    Ok(expr_of(rt, value)?.is_some())
}
