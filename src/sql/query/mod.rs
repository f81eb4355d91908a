//! Building queries: names become joins, filters become where nodes, annotations and selections are put in place.

mod joins;
mod names;
mod promoter;

pub use names::{JoinInfo, Joined, NamesPath, NamesWithPath, PathError, Step, Steps, field_names, split_lookup};

use std::rc::Rc;

use crate::object::{Res, Rt};
use crate::sql::expressions::Resolve;
use crate::sql::ir::{AliasSet, Expr, ExprRef, FilteredRelation, Q, Query};

impl Query {
    /// `query.resolve_ref(name, allow_joins, reuse, summarize)`: what `F(name)` means in this query.
    pub fn resolve_ref(&mut self, rt: &Rt, name: &str, how: &mut Resolve) -> Res<ExprRef> {
        let _ = (rt, name, how);
        todo!()
    }

    /// `Query.resolve_expression(outer, ...)`: this query as a subquery of another.
    pub fn resolve(&self, rt: &Rt, outer: &mut Query, how: &mut Resolve) -> Res<Query> {
        let _ = (rt, outer, how);
        todo!()
    }

    /// `Q.resolve_expression(query, ...)`: an [`Expr::Where`].
    pub fn resolve_q(&mut self, rt: &Rt, q: &Rc<Q>, how: &mut Resolve) -> Res<ExprRef> {
        let _ = (rt, q, how);
        todo!()
    }

    /// `query.try_transform(lhs, name, lookups)`. FieldError with suggestions where there is no such transform.
    pub fn try_transform(&self, rt: &Rt, lhs: &ExprRef, name: &str, lookups: Option<&[&str]>) -> Res<ExprRef> {
        let _ = (rt, lhs, name, lookups);
        todo!()
    }

    /// The columns of outer queries that this query uses.
    pub fn external_cols(&self) -> Vec<ExprRef> {
        todo!()
    }

    /// `query.get_group_by_cols(wrapper)`: for a query (or the [`Expr::Subquery`] around it) inside an expression.
    pub fn group_by_cols(&self, wrapper: &ExprRef) -> Vec<ExprRef> {
        let _ = wrapper;
        todo!()
    }

    /// The query that `Exists(query)` holds: `query.exists()`.
    pub fn exists(&self, rt: &Rt, limit: bool) -> Res<Query> {
        let _ = (rt, limit);
        todo!()
    }

    fn resolve_filtered_relation(
        &mut self,
        rt: &Rt,
        relation: &Rc<FilteredRelation>,
        reuse: Option<AliasSet>,
    ) -> Res<Rc<FilteredRelation>> {
        let _ = (rt, relation, reuse, Expr::Star);
        todo!()
    }
}
