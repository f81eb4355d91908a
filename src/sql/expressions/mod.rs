//! Expressions: resolving them against a query, their types, and their SQL.

use crate::models::{Converter, FieldRef};
use crate::object::{Res, Rt, Value};
use crate::sql::compiler::Compiler;
use crate::sql::ir::{AliasSet, Expr, ExprRef, Query};

/// How an expression is resolved: the arguments of Django's `resolve_expression`.
pub struct Resolve<'a> {
    /// Whether joins may be made.
    pub allow_joins: bool,
    /// The joins that may be reused; `None` for all.
    pub reuse: Option<&'a mut AliasSet>,
    /// Whether it is for `aggregate()`.
    pub summarize: bool,
    /// Whether it is on its way into a row.
    pub for_save: bool,
}

impl Resolve<'_> {
    /// With joins, all of them reusable.
    pub fn joins() -> Resolve<'static> {
        Resolve { allow_joins: true, reuse: None, summarize: false, for_save: false }
    }

    /// The same once more, for a source expression.
    pub fn again(&mut self) -> Resolve<'_> {
        Resolve {
            allow_joins: self.allow_joins,
            reuse: self.reuse.as_deref_mut(),
            summarize: self.summarize,
            for_save: self.for_save,
        }
    }
}

/// `expr.resolve_expression(query, ...)`. `F` goes to [`Query::resolve_ref`], a query to [`Query::resolve`], a `Q` to
/// [`Query::resolve_q`].
pub fn resolve(rt: &Rt, expr: &ExprRef, query: &mut Query, how: &mut Resolve) -> Res<ExprRef> {
    let _ = (rt, expr, query, how);
    todo!()
}

/// Appends an expression's SQL and parameters to the compiler's buffers. EmptyResultSet and FullResultSet as Django
/// raises them (the buffers are then cut back by whoever catches them).
pub fn compile_expr(c: &mut Compiler, expr: &ExprRef) -> Res<()> {
    let _ = (c, expr);
    todo!()
}

/// `expr.output_field`. FieldError where it cannot be worked out.
pub fn output_field(rt: &Rt, expr: &Expr) -> Res<FieldRef> {
    let _ = (rt, expr);
    todo!()
}

/// `expr._output_field_or_none`: `None` where it is unknown; FieldError where types are mixed.
pub fn output_field_opt(rt: &Rt, expr: &Expr) -> Res<Option<FieldRef>> {
    let _ = (rt, expr);
    todo!()
}

/// `expr.conditional`.
pub fn conditional(rt: &Rt, expr: &Expr) -> Res<bool> {
    let _ = (rt, expr);
    todo!()
}

/// `expr.filterable`.
pub fn filterable(expr: &Expr) -> bool {
    let _ = expr;
    true
}

/// `expr.set_returning`.
pub fn set_returning(expr: &Expr) -> bool {
    let _ = expr;
    false
}

/// `expr.get_group_by_cols()`.
pub fn group_by_cols(rt: &Rt, expr: &ExprRef) -> Res<Vec<ExprRef>> {
    let _ = (rt, expr);
    todo!()
}

/// `expr.empty_result_set_value`; `None` is Python's `NotImplemented`.
pub fn empty_result_set_value(rt: &Rt, expr: &Expr) -> Res<Option<Value>> {
    let _ = (rt, expr);
    todo!()
}

/// The converters of an expression's values, the backend's and its own.
pub fn converter(rt: &Rt, expr: &ExprRef) -> Res<Converter> {
    let _ = (rt, expr);
    todo!()
}

/// The name of an expression's class.
pub fn class_name(rt: &Rt, expr: &Expr) -> String {
    let _ = (rt, expr);
    todo!()
}
