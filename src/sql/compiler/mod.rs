//! Queries become SQL: one buffer of text with `%s` for each parameter, one list of parameters in the same order.

mod aggregate;
mod combinator;
mod delete;
mod from;
mod group;
mod insert;
mod order;
mod plan;
mod qualify;
mod related;
mod select;
mod text;
mod update;
mod where_;

pub use delete::{delete, delete_batch};
pub use insert::{InsertQuery, OnConflict};
pub use plan::{Decoder, KlassInfo, Link, SelectItem, SelectPlan};
pub use text::{explain, interpolate, select, sql_text, sql_with_params};
pub use update::UpdateQuery;

use crate::object::{Exc, Res, Rt, Value, ops};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{Alias, ExprRef, Query};

/// A statement: text with `%s` for each parameter (and `%%` for a percent sign), and the parameters.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// The text.
    pub sql: String,
    /// The parameters.
    pub params: Vec<Value>,
}

/// What writes one query. It may add joins that only the SQL needs (ordering, related objects); their use is counted
/// back when it is done.
pub struct Compiler<'a> {
    /// The runtime.
    pub rt: &'a Rt,
    /// The query.
    pub query: &'a mut Query,
    /// The text so far.
    pub sql: String,
    /// The parameters so far.
    pub params: Vec<Value>,
    /// Whether an empty result is told by EmptyResultSet rather than by SQL that finds nothing.
    pub elide_empty: bool,
    /// Whether the ordering is the model's own.
    pub meta_ordering: bool,
}

/// A place in the buffers to go back to.
#[derive(Clone, Copy, Default)]
pub struct Mark {
    sql: usize,
    params: usize,
}

impl<'a> Compiler<'a> {
    /// A compiler with empty buffers.
    pub fn new(rt: &'a Rt, query: &'a mut Query) -> Compiler<'a> {
        Compiler { rt, query, sql: String::new(), params: Vec::new(), elide_empty: true, meta_ordering: false }
    }

    /// Where the buffers stand.
    pub fn mark(&self) -> Mark {
        Mark { sql: self.sql.len(), params: self.params.len() }
    }

    /// Cuts the buffers back.
    pub fn cut(&mut self, mark: Mark) {
        self.sql.truncate(mark.sql);
        self.params.truncate(mark.params);
    }

    /// Takes what was written since a mark out of the buffers.
    pub fn take_since(&mut self, mark: Mark) -> Compiled {
        Compiled { sql: self.sql.split_off(mark.sql), params: self.params.split_off(mark.params) }
    }

    /// Appends a piece.
    pub fn append(&mut self, piece: Compiled) {
        self.sql.push_str(&piece.sql);
        self.params.extend(piece.params);
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    /// Appends a parameter and its `%s`.
    pub fn param(&mut self, value: Value) {
        self.sql.push_str("%s");
        let value = if matches!(value, Value::Obj(_)) { adapted(self.rt, value) } else { value };
        self.params.push(value);
    }

    /// Appends a quoted name.
    pub fn quote(&mut self, name: &str) {
        if name.starts_with('"') && name.ends_with('"') && name.len() > 1 {
            self.sql.push_str(name);
            return;
        }
        self.sql.push('"');
        self.sql.push_str(name);
        self.sql.push('"');
    }

    /// Appends an alias, quoted where it is a table's own name (Django's `quote_name_unless_alias`).
    pub fn quote_unless_alias(&mut self, alias: Alias) {
        let text = alias.text();
        if self.is_alias(alias, &text) {
            self.sql.push_str(&text);
        } else {
            self.quote(&text);
        }
    }

    /// Appends a column's name.
    pub fn column(&mut self, column: &str) {
        if !self.query.extra.is_empty()
            && let Some(name) = Name::existing(column)
            && self.query.extra_select().any(|(n, _)| n == name)
        {
            self.sql.push_str(column);
            return;
        }
        self.quote(column);
    }

    fn is_alias(&self, alias: Alias, text: &str) -> bool {
        let is_table = self.query.table_map.iter().any(|(table, _)| &**table == text);
        if is_table {
            return self.query.extra_select().any(|(n, _)| n == alias);
        }
        self.query.table(alias).is_some()
            || self.query.external_aliases.get(&alias) == Some(&true)
            || self.query.extra_select().any(|(n, _)| n == alias)
    }

    /// Appends an expression.
    pub fn compile(&mut self, expr: &ExprRef) -> Res<()> {
        expressions::compile_expr(self, expr)
    }

    /// An expression's SQL and parameters, not appended.
    pub fn compile_apart(&mut self, expr: &ExprRef) -> Res<Compiled> {
        let mark = self.mark();
        match expressions::compile_expr(self, expr) {
            Ok(()) => Ok(self.take_since(mark)),
            Err(e) => {
                self.cut(mark);
                Err(e)
            }
        }
    }
}

/// The error that tells that nothing can match.
pub fn empty_result() -> crate::object::Error {
    Exc::EmptyResultSet.with_args(Vec::new())
}

/// The error that tells that everything matches.
pub fn full_result() -> crate::object::Error {
    Exc::FullResultSet.with_args(Vec::new())
}

/// Whether two lists of parameters are the same, as a set of hashed ones would find.
pub(crate) fn same_params(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(b) || crate::object::ops::plain_eq(a, b) == Some(true))
}

/// A session's date, datetime or decimal as the text that SQLite gets of it.
fn adapted(rt: &Rt, value: Value) -> Value {
    match &*rt.class_of(&value).name() {
        "datetime" | "date" | "Decimal" => match ops::str(rt, &value) {
            Ok(text) => Value::Str(text),
            Err(_) => value,
        },
        _ => value,
    }
}
