//! When two expressions are the same: what Django compares by identity tuples.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHasher;

use crate::models::FieldRef;
use crate::object::{Value, ops};
use crate::source::Name;

use super::expr::{Common, Expr, ExprRef, Outer, Rhs};
use super::node::{Q, QChild, Where};

/// A hash that the same expressions share.
pub fn hash_expr(expr: &Expr) -> u64 {
    fn walk(expr: &Expr, h: &mut FxHasher) {
        std::mem::discriminant(expr).hash(h);
        match expr {
            Expr::Col(c) => {
                c.alias.hash(h);
                c.target.column().hash(h);
            }
            Expr::F(name) | Expr::ResolvedOuterRef(name) => name.hash(h),
            Expr::Ref(r) => r.name.hash(h),
            Expr::Func(e) => e.row.name.hash(h),
            Expr::Combined(e) => e.connector.hash(h),
            Expr::Lookup(e) => e.row.name.hash(h),
            Expr::RawSql(e) => e.sql.hash(h),
            _ => {}
        }
        expr.each_child(&mut |c| walk(c, h));
    }
    let mut h = FxHasher::default();
    walk(expr, &mut h);
    h.finish()
}

/// Whether two fields are the same to an expression: one field of one model, or modelless fields of one class.
fn same_field(a: &FieldRef, b: &FieldRef) -> bool {
    Rc::ptr_eq(a, b) || (a.model().is_none() && b.model().is_none() && Rc::ptr_eq(&a.class, &b.class))
}

fn same_common(a: &Common, b: &Common) -> bool {
    let fields = match (&a.output_field, &b.output_field) {
        (None, None) => true,
        (Some(a), Some(b)) => same_field(a, b),
        _ => false,
    };
    let objects = match (&a.object, &b.object) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b) || Rc::ptr_eq(&*a.class(), &*b.class()),
        _ => false,
    };
    fields && objects
}

fn same_value(a: &Value, b: &Value) -> bool {
    if a.is(b) {
        return true;
    }
    if ops::type_name(a) != ops::type_name(b) {
        return false;
    }
    match (a, b) {
        (Value::List(x), Value::List(y)) => same_values(&x.items(), &y.items()),
        (Value::Tuple(x), Value::Tuple(y)) => same_values(x, y),
        _ => ops::plain_eq(a, b).unwrap_or(false),
    }
}

fn same_values(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
}

fn same_extra(a: &[(Name, Value)], b: &[(Name, Value)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && same_value(&a.1, &b.1))
}

fn same_list(a: &[ExprRef], b: &[ExprRef]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_expr(a, b))
}

fn same_option(a: &Option<ExprRef>, b: &Option<ExprRef>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same_expr(a, b),
        _ => false,
    }
}

fn same_outer(a: &Outer, b: &Outer) -> bool {
    match (a, b) {
        (Outer::Name(a), Outer::Name(b)) => a == b,
        (Outer::Deeper(a), Outer::Deeper(b)) => same_outer(a, b),
        _ => false,
    }
}

fn same_where(a: &Where, b: &Where) -> bool {
    a.connector == b.connector && a.negated == b.negated && same_list(&a.children, &b.children)
}

impl PartialEq for Q {
    fn eq(&self, other: &Q) -> bool {
        self.connector == other.connector
            && self.negated == other.negated
            && self.children.len() == other.children.len()
            && self.children.iter().zip(&other.children).all(|(a, b)| match (a, b) {
                (QChild::Filter(ak, av), QChild::Filter(bk, bv)) => ak == bk && same_value(av, bv),
                (QChild::Keyword(ak, av), QChild::Keyword(bk, bv)) => ak == bk && same_rhs(av, bv),
                (QChild::Q(a), QChild::Q(b)) => a == b,
                (QChild::Expr(a), QChild::Expr(b)) => same_expr(a, b),
                (QChild::Other(a), QChild::Other(b)) => same_value(a, b),
                _ => false,
            })
    }
}

/// Whether the right sides of two lookups are the same.
pub fn same_rhs(a: &Rhs, b: &Rhs) -> bool {
    match (a, b) {
        (Rhs::Value(a), Rhs::Value(b)) => same_value(a, b),
        (Rhs::Expr(a), Rhs::Expr(b)) => same_expr(a, b),
        (Rhs::Many(a), Rhs::Many(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_rhs(a, b)),
        _ => false,
    }
}

/// Whether two expressions are the same in structure.
pub fn same_expr(a: &Expr, b: &Expr) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    if let (Some(a), Some(b)) = (a.common(), b.common())
        && !same_common(a, b)
    {
        return false;
    }
    match (a, b) {
        (Expr::Col(a), Expr::Col(b)) => {
            a.alias == b.alias && same_field(&a.target, &b.target) && same_field(&a.output, &b.output)
        }
        (Expr::ColPairs(a), Expr::ColPairs(b)) => {
            a.alias == b.alias
                && a.targets.len() == b.targets.len()
                && a.targets.iter().zip(b.targets.iter()).all(|(a, b)| same_field(a, b))
        }
        (Expr::Value(a), Expr::Value(b)) => same_value(&a.value, &b.value),
        (Expr::F(a), Expr::F(b)) | (Expr::ResolvedOuterRef(a), Expr::ResolvedOuterRef(b)) => a == b,
        (Expr::OuterRef(a), Expr::OuterRef(b)) => same_outer(a, b),
        (Expr::Sliced(a), Expr::Sliced(b)) => {
            a.start == b.start && a.length == b.length && same_expr(&a.source, &b.source)
        }
        (Expr::Ref(a), Expr::Ref(b)) => a.name == b.name && same_expr(&a.source, &b.source),
        (Expr::Star, Expr::Star) => true,
        (Expr::RawSql(a), Expr::RawSql(b)) => a.sql == b.sql && same_values(&a.params, &b.params),
        (Expr::Combined(a), Expr::Combined(b)) => {
            a.connector == b.connector && a.kind == b.kind && same_expr(&a.lhs, &b.lhs) && same_expr(&a.rhs, &b.rhs)
        }
        (Expr::Func(a), Expr::Func(b)) => {
            let parts = match (&a.aggregate, &b.aggregate) {
                (None, None) => true,
                (Some(a), Some(b)) => a.distinct == b.distinct && same_option(&a.filter, &b.filter),
                _ => false,
            };
            std::ptr::eq(a.row, b.row) && parts && same_list(&a.args, &b.args) && same_extra(&a.extra, &b.extra)
        }
        (Expr::Case(a), Expr::Case(b)) => same_list(&a.cases, &b.cases) && same_expr(&a.default, &b.default),
        (Expr::When(a), Expr::When(b)) => same_expr(&a.condition, &b.condition) && same_expr(&a.result, &b.result),
        (Expr::Subquery(a), Expr::Subquery(b)) => a.kind == b.kind && Rc::ptr_eq(&a.query, &b.query),
        (Expr::Query(a), Expr::Query(b)) => Rc::ptr_eq(a, b),
        (Expr::Window(a), Expr::Window(b)) => {
            same_expr(&a.source, &b.source)
                && same_option(&a.partition_by, &b.partition_by)
                && same_option(&a.order_by, &b.order_by)
                && same_option(&a.frame, &b.frame)
        }
        (Expr::Frame(a), Expr::Frame(b)) => {
            a.kind == b.kind
                && a.exclusion == b.exclusion
                && same_value(&a.start, &b.start)
                && same_value(&a.end, &b.end)
        }
        (Expr::List(ak, a), Expr::List(bk, b)) => ak == bk && same_list(a, b),
        (Expr::OrderBy(a), Expr::OrderBy(b)) => {
            a.descending == b.descending
                && a.nulls_first == b.nulls_first
                && a.nulls_last == b.nulls_last
                && same_expr(&a.expr, &b.expr)
        }
        (Expr::Lookup(a), Expr::Lookup(b)) => {
            std::ptr::eq(a.row, b.row) && same_expr(&a.lhs, &b.lhs) && same_rhs(&a.rhs, &b.rhs)
        }
        (Expr::Where(a), Expr::Where(b)) => same_where(a, b),
        (Expr::Q(a), Expr::Q(b)) => a == b,
        (Expr::Nothing, Expr::Nothing) => true,
        (Expr::ExtraWhere(a, ap), Expr::ExtraWhere(b, bp)) => a == b && same_values(ap, bp),
        (Expr::Wrapper(a, _), Expr::Wrapper(b, _))
        | (Expr::Negated(a, _), Expr::Negated(b, _))
        | (Expr::DatabaseDefault(a, _), Expr::DatabaseDefault(b, _)) => same_expr(a, b),
        (Expr::FilteredRelation(a), Expr::FilteredRelation(b)) => {
            a.relation_name == b.relation_name && a.alias == b.alias && a.condition == b.condition
        }
        (Expr::Custom(a), Expr::Custom(b)) => Rc::ptr_eq(&a.object, &b.object),
        _ => false,
    }
}
