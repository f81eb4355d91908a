//! A query inside another.

use std::rc::Rc;

use crate::object::{Res, Rt};
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{Connector, Expr, ExprRef, JoinKind, Query, Rhs, SubqueryKind, Where, collect_cols};

impl Query {
    /// `Query.resolve_expression(outer, ...)`: this query as a subquery of another, under aliases of its own, with
    /// references to outer queries resolved.
    pub fn resolve(&self, rt: &Rt, outer: &mut Query, how: &mut Resolve) -> Res<Query> {
        rt.deeper(|| self.resolve_inner(rt, outer, how))
    }

    fn resolve_inner(&self, rt: &Rt, outer: &mut Query, how: &mut Resolve) -> Res<Query> {
        let mut inner = self.chain();
        inner.used_aliases = self.used_aliases.clone();
        inner.bump_prefix(outer, None)?;
        inner.subquery = true;
        if !inner.where_.is_empty() {
            let node = resolve_where(rt, &inner.where_, outer, how)?;
            inner.where_ = Rc::new(node);
        }
        if inner.combinator.is_some() {
            let queries = inner.combined_queries.iter().map(|q| q.resolve(rt, outer, how)).collect::<Res<Vec<_>>>()?;
            inner.combined_queries = Rc::new(queries);
        }
        if !inner.annotations.is_empty() {
            let mut annotations = (*inner.annotations).clone();
            for value in annotations.values_mut() {
                let mut resolved = expressions::resolve(rt, value, outer, how)?;
                if !inner.external_aliases.is_empty() {
                    add_external(&mut resolved, &inner);
                }
                *value = resolved;
            }
            inner.annotations = Rc::new(annotations);
        }
        let external = Rc::make_mut(&mut inner.external_aliases);
        for table in outer.tables.iter() {
            let aliased = match table.kind {
                JoinKind::Base => *table.table_name != *table.alias.text(),
                _ => table
                    .join_field
                    .as_ref()
                    .and_then(|f| f.related_model())
                    .is_some_and(|m| **m.db_table.borrow() != *table.alias.text()),
            };
            external.insert(table.alias, aliased);
        }
        Ok(inner)
    }

    /// The columns of outer queries that this query uses.
    pub fn external_cols(&self) -> Vec<ExprRef> {
        let mut cols = Vec::new();
        for annotation in self.annotations.values() {
            collect_cols(annotation, true, true, &mut cols);
        }
        for child in &self.where_.children {
            collect_cols(child, true, true, &mut cols);
        }
        let outside = |c: &ExprRef| {
            c.as_col().and_then(|c| c.alias).is_some_and(|alias| self.external_aliases.contains_key(&alias))
        };
        cols.retain(outside);
        cols
    }

    /// `query.get_group_by_cols(wrapper)`: what has to be grouped by for this query (or the [`Expr::Subquery`] around
    /// it) inside an expression.
    pub fn group_by_cols(&self, wrapper: &ExprRef) -> Vec<ExprRef> {
        let cols = self.external_cols();
        if cols.iter().any(|c| c.as_col().is_some_and(|c| c.possibly_multivalued)) {
            return vec![wrapper.clone()];
        }
        cols
    }

    /// A copy that is ready for another operation.
    pub fn chain(&self) -> Query {
        let mut query = self.clone();
        if !query.filter_is_sticky {
            query.used_aliases = Default::default();
        }
        query.filter_is_sticky = false;
        query
    }

    /// `query.exists()`: a query that finds whether there are rows.
    pub fn exists(&self, rt: &Rt, limit: bool) -> Res<Query> {
        let mut q = self.clone();
        if !(q.distinct && q.is_sliced()) {
            if matches!(q.group_by, crate::sql::ir::GroupBy::Model) {
                q.group_by_model(rt)?;
            }
            q.clear_select_clause();
        }
        if q.combinator == Some(crate::sql::ir::Combinator::Union) {
            let queries = q.combined_queries.iter().map(|c| c.exists(rt, false)).collect::<Res<Vec<_>>>()?;
            q.combined_queries = Rc::new(queries);
        }
        q.clear_ordering(true, true);
        if limit {
            q.set_limits(None, Some(1));
        }
        q.add_annotation(rt, &Expr::value(1i64), "a", true)?;
        Ok(q)
    }
}

/// Tells a subquery below an annotation about the aliases of outer queries.
fn add_external(expr: &mut ExprRef, query: &Query) {
    if let Expr::Subquery(s) = Rc::make_mut(expr) {
        let inner = Rc::make_mut(&mut s.query);
        let external = Rc::make_mut(&mut inner.external_aliases);
        for (alias, aliased) in query.external_aliases.iter() {
            external.insert(*alias, *aliased);
        }
    }
}

/// Resolves the two sides of every lookup of a node.
fn resolve_where(rt: &Rt, node: &Where, outer: &mut Query, how: &mut Resolve) -> Res<Where> {
    let mut children = Vec::with_capacity(node.children.len());
    for child in &node.children {
        children.push(match &**child {
            Expr::Where(inner) => Rc::new(Expr::Where(Rc::new(resolve_where(rt, inner, outer, how)?))),
            Expr::Lookup(l) => {
                let mut l = l.clone();
                l.lhs = expressions::resolve(rt, &l.lhs, outer, how)?;
                if let Rhs::Expr(e) = &l.rhs {
                    l.rhs = Rhs::Expr(expressions::resolve(rt, e, outer, how)?);
                }
                Rc::new(Expr::Lookup(l))
            }
            Expr::Combined(c) => {
                let mut c = c.clone();
                c.lhs = expressions::resolve(rt, &c.lhs, outer, how)?;
                c.rhs = expressions::resolve(rt, &c.rhs, outer, how)?;
                Rc::new(Expr::Combined(c))
            }
            _ => child.clone(),
        });
    }
    Ok(Where { children, ..*node })
}

/// `Exists(query)`: the query has to be one that [`Query::exists`] made.
pub fn exists_expr(query: Query) -> ExprRef {
    Rc::new(Expr::Subquery(crate::sql::ir::Subquery {
        query: Rc::new(query),
        kind: SubqueryKind::Exists,
        extra: Rc::from([]),
        common: Default::default(),
    }))
}

impl Query {
    /// Adds a node to the conditions.
    pub fn add_where(&mut self, child: ExprRef) {
        Rc::make_mut(&mut self.where_).add(child, Connector::And);
    }
}
