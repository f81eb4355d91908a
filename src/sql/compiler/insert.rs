//! INSERT.

use super::plan::Decoder;
use super::update::{is_json_null, refuse};
use super::{Compiled, Compiler};
use crate::db::Db;
use crate::models::{FieldRef, ModelRef, PlainKind};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::source::Name;
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{ExprRef, Query, expr_of, value_of};
use crate::sql::query::col_of;

/// What happens to a row that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnConflict {
    /// An error.
    #[default]
    Raise,
    /// It stays.
    Ignore,
    /// It is updated.
    Update,
}

/// An INSERT of objects.
pub struct InsertQuery {
    /// The model.
    pub model: ModelRef,
    /// The fields that get values; none: rows of defaults.
    pub fields: Vec<FieldRef>,
    /// The objects.
    pub objs: Vec<Value>,
    /// Whether values are taken from the objects as they are (fixtures), without `pre_save`.
    pub raw: bool,
    /// What happens to a row that is there already.
    pub on_conflict: OnConflict,
    /// The fields to update then.
    pub update_fields: Vec<FieldRef>,
    /// The fields that say that it is there.
    pub unique_fields: Vec<FieldRef>,
}

enum Prepared {
    Value(Value),
    Expr(ExprRef),
}

impl InsertQuery {
    /// An INSERT of objects.
    pub fn new(model: ModelRef, fields: Vec<FieldRef>, objs: Vec<Value>, raw: bool) -> InsertQuery {
        InsertQuery {
            model,
            fields,
            objs,
            raw,
            on_conflict: OnConflict::Raise,
            update_fields: Vec::new(),
            unique_fields: Vec::new(),
        }
    }

    /// Sends it; the values that the database gave to `returning`, a row an object. Errors: those of `pre_save` and of
    /// preparing values, and the database's.
    pub fn execute(&self, rt: &Rt, returning: &[FieldRef]) -> Res<Vec<Vec<Value>>> {
        let compiled = self.compile(rt, returning)?;
        let db = Db::of(rt);
        if returning.is_empty() {
            db.execute(rt, &compiled.sql, compiled.params)?;
            return Ok(Vec::new());
        }
        let cols = returning.iter().map(|f| col_of(rt, None, f, None)).collect::<Res<Vec<_>>>()?;
        let decoder = Decoder::new(rt, cols.iter())?;
        db.fetch_all(rt, &compiled.sql, compiled.params)?.into_iter().map(|row| decoder.values(rt, row)).collect()
    }

    /// The statement.
    pub fn compile(&self, rt: &Rt, returning: &[FieldRef]) -> Res<Compiled> {
        let mut query = Query::new(Some(self.model.clone()));
        let table = self.model.db_table.borrow().clone();
        // All rows' values, one after another: a row has as many as there are fields.
        let mut values: Vec<Prepared> = Vec::with_capacity(self.objs.len() * self.fields.len());
        let plain: Vec<Plain<'_>> = self.fields.iter().map(Plain::of).collect();
        for obj in &self.objs {
            for (field, plain) in self.fields.iter().zip(&plain) {
                if let Some(value) = plain.value(obj) {
                    values.push(Prepared::Value(value));
                    continue;
                }
                let value =
                    if self.raw { ops::get_attr(rt, obj, field.attname())? } else { field.pre_save(rt, obj, true)? };
                values.push(prepare(rt, &mut query, field, value)?);
            }
        }
        let mut c = Compiler::new(rt, &mut query);
        c.sql.reserve(64 + 24 * self.fields.len() + (4 * self.fields.len() + 2) * self.objs.len());
        c.params.reserve(values.len());
        c.push(if self.on_conflict == OnConflict::Ignore { "INSERT OR IGNORE INTO " } else { "INSERT INTO " });
        c.quote(&table);
        c.push(" (");
        if self.fields.is_empty() {
            if let Some(column) = self.model.pk().and_then(|pk| pk.column()) {
                c.quote(&column);
            }
        } else {
            columns(&mut c, &self.fields);
        }
        c.push(") VALUES ");
        let mut values = values.into_iter();
        for i in 0..self.objs.len() {
            c.push(if i > 0 { ", (" } else { "(" });
            if self.fields.is_empty() {
                c.push("NULL");
            }
            for (i, value) in values.by_ref().take(self.fields.len()).enumerate() {
                if i > 0 {
                    c.push(", ");
                }
                match value {
                    Prepared::Value(value) => c.param(value),
                    Prepared::Expr(expr) => c.compile(&expr)?,
                }
            }
            c.push(")");
        }
        if self.on_conflict == OnConflict::Update {
            c.push(" ON CONFLICT(");
            columns(&mut c, &self.unique_fields);
            c.push(") DO UPDATE SET ");
            for (i, field) in self.update_fields.iter().enumerate() {
                if i > 0 {
                    c.push(", ");
                }
                let column = field.column().unwrap_or_else(|| "".into());
                c.quote(&column);
                c.push(" = EXCLUDED.");
                c.quote(&column);
            }
        }
        for (i, field) in returning.iter().enumerate() {
            c.push(if i > 0 { ", " } else { " RETURNING " });
            c.quote(&table);
            c.push(".");
            c.quote(&field.column().unwrap_or_else(|| "".into()));
        }
        Ok(Compiled { sql: c.sql, params: c.params })
    }
}

/// A field whose values of one kind are stored as they stand in the instance.
struct Plain<'a> {
    name: Name,
    field: &'a FieldRef,
    kind: Option<PlainKind>,
}

impl Plain<'_> {
    fn of(field: &FieldRef) -> Plain<'_> {
        let target = field.column_target();
        let mut kind = field.plain_kind();
        if let Some(target) = &target {
            kind = if field.class.is_heap { None } else { target.plain_kind() };
        }
        Plain { name: field.attname(), field, kind }
    }

    /// The instance's value where it is stored as it is.
    fn value(&self, obj: &Value) -> Option<Value> {
        let kind = self.kind?;
        let Value::Obj(object) = obj else { return None };
        let attrs = object.attrs();
        let value = attrs.get(self.name)?;
        let fits = match (value, kind) {
            (Value::None, _) | (Value::Int(_), PlainKind::Int) | (Value::Bool(_), PlainKind::Bool) => true,
            // An empty key may stand for no key.
            (Value::Str(text), PlainKind::Text) => !text.is_empty() || !self.field.is_relation(),
            _ => false,
        };
        fits.then(|| value.clone())
    }
}

fn columns(c: &mut Compiler<'_>, fields: &[FieldRef]) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            c.push(", ");
        }
        c.quote(&field.column().unwrap_or_else(|| "".into()));
    }
}

/// A value as it is bound, or its expression. ValueError for columns: a row that is not there yet has none.
fn prepare(rt: &Rt, query: &mut Query, field: &FieldRef, value: Value) -> Res<Prepared> {
    let Some(expr) = expr_of(rt, &value)? else {
        return Ok(Prepared::Value(field.get_db_prep_save(rt, &value)?));
    };
    let mut how = Resolve { allow_joins: false, for_save: true, ..Resolve::joins() };
    let expr = expressions::resolve(rt, &expr, query, &mut how)?;
    if expr.contains_column_references() {
        return Err(Exc::ValueError.new(format!(
            "Failed to insert expression \"{}\" on {}. F() expressions can only be used to update, not to insert.",
            ops::str(rt, &value_of(rt, &expr)?)?,
            ops::str(rt, &field.object(rt))?
        )));
    }
    refuse(rt, field, &expr)?;
    if is_json_null(field, &expr) { Ok(Prepared::Value(Value::str("null"))) } else { Ok(Prepared::Expr(expr)) }
}
