//! Negated conditions on many rows become subqueries.

use std::rc::Rc;

use super::col_of;
use super::filter::FilterFlags;
use super::names::NamesWithPath;
use super::subquery::exists_expr;
use crate::object::{Exc, Res, Rt, Value};
use crate::sql::ir::{AliasSet, Connector, Expr, ExprRef, JoinKind, Outer, Q, QChild, Query, Rhs, Table, Where};
use crate::sql::lookups;

impl Query {
    /// `exclude(child__name='foo')` becomes `NOT EXISTS(SELECT 1 FROM child WHERE name = 'foo' AND child.parent_id =
    /// parent.id LIMIT 1)`: the where node without its NOT, and the joins that must be inner.
    pub(super) fn split_exclude(
        &mut self,
        rt: &Rt,
        lookup: &str,
        rhs: Rhs,
        can_reuse: Option<&mut AliasSet>,
        names: NamesWithPath,
    ) -> Res<(Where, AliasSet)> {
        let mut query = Query::new(self.model.clone());
        query.filtered_relations = self.filtered_relations.clone();
        let rhs = match rhs {
            Rhs::Expr(e) => Rhs::Expr(outer_reference(&e)),
            rhs => rhs,
        };
        query.add_q(rt, &Q::keyword(lookup, rhs))?;
        query.clear_ordering(true, true);
        let (prefix, contains_outer) = query.trim_start(rt, &names)?;
        let Some(Expr::Col(col)) = query.select.first().map(|e| &**e) else {
            return Err(Exc::FieldError.new(format!("Cannot exclude by '{lookup}'")));
        };
        let (col_alias, target) = (col.alias, col.target.clone());
        let reused = col_alias.is_some_and(|a| can_reuse.as_deref().is_some_and(|set| set.contains(a)));
        if reused {
            let pk = target.model().and_then(|m| m.pk()).unwrap_or_else(|| target.clone());
            // The outer query's filters are in effect for the subquery, too.
            query.bump_prefix(self, None)?;
            let inner_alias = query.select.first().and_then(|e| e.as_col().and_then(|c| c.alias));
            let (inner, outer) = (col_of(rt, inner_alias, &pk, None)?, col_of(rt, col_alias, &pk, None)?);
            // The lookup is the selected field's, as in Django, also where the key has another.
            let selected = col_of(rt, inner_alias, &target, Some(&target))?;
            let lookup = match lookups::find_lookup(rt, &selected, "exact")? {
                Some(found) => lookups::build(rt, &found, inner, Rhs::Expr(outer))?,
                None => exact(rt, inner, Rhs::Expr(outer))?,
            };
            query.add_where(lookup);
            if let Some(alias) = col_alias {
                Rc::make_mut(&mut query.external_aliases).insert(alias, true);
            }
        } else if let Some(col) = query.select.first().cloned() {
            let outer = Rc::new(Expr::ResolvedOuterRef(prefix.as_str().into()));
            let lookup = exact(rt, col, Rhs::Expr(outer))?;
            query.add_where(lookup);
        }
        let exists = exists_expr(query.exists(rt, true)?);
        let (mut condition, needed) = self.build_filter(rt, &QChild::Expr(exists), None, FilterFlags::default())?;
        if contains_outer {
            let flags = FilterFlags { branch_negated: true, current_negated: true, ..FilterFlags::default() };
            let child = QChild::Filter(format!("{prefix}__isnull").into(), Value::Bool(true));
            let (or_null, _) = self.build_filter(rt, &child, can_reuse, flags)?;
            condition.add(Rc::new(Expr::Where(Rc::new(or_null))), Connector::Or);
        }
        Ok((condition, needed))
    }

    /// Leaves out the joins at the start of a path up to the first that leads to many rows, and selects the column
    /// that ties the rest to the outer query. The lookup of the outer query's column, and whether an outer join is
    /// among those left out.
    fn trim_start(&mut self, rt: &Rt, names: &NamesWithPath) -> Res<(String, bool)> {
        let all: Vec<_> = names.iter().flat_map(|(_, steps)| steps.iter()).collect();
        let base = self.base_table();
        let tables: Vec<_> = self
            .tables
            .iter()
            .map(|t| t.alias)
            .filter(|a| self.lookup_joins.contains(*a) || Some(*a) == base)
            .collect();
        let mut contains_outer = false;
        let mut trimmed = 0;
        for (i, step) in all.iter().enumerate() {
            trimmed = i;
            if step.m2m {
                break;
            }
            if tables.get(i + 1).is_some_and(|a| self.join_kind(*a) == JoinKind::Outer) {
                contains_outer = true;
            }
            if let Some(alias) = tables.get(i) {
                self.unref_alias(*alias);
            }
        }
        let missing = || Exc::FieldError.new("Cannot exclude by this relation");
        let step = all.get(trimmed).ok_or_else(missing)?;
        // The join field is the reverse side; what is wanted is the other side's.
        let join_field = step.join_field.remote_field().unwrap_or_else(|| step.join_field.clone());
        let mut in_prefix = trimmed;
        let mut prefix: Vec<String> = Vec::new();
        for (name, steps) in names {
            if in_prefix < steps.len() {
                break;
            }
            prefix.push(name.to_string());
            in_prefix -= steps.len();
        }
        let related = join_field.related_fields()?;
        let (_, far) = related.first().ok_or_else(missing)?;
        prefix.push(far.name().to_string());
        let first = *tables.get(trimmed + 1).ok_or_else(missing)?;
        let before = *tables.get(trimmed).ok_or_else(missing)?;
        let plain = self.table(first).is_some_and(|t| t.kind != JoinKind::Outer && t.filtered_relation.is_none());
        let (fields, alias): (Vec<_>, _) = if plain {
            self.unref_alias(before);
            if let Some(extra) = super::extra_restriction(rt, &join_field, None, Some(first))? {
                self.add_where(Rc::new(Expr::Where(Rc::new(extra))));
            }
            (related.into_iter().map(|(near, _)| near).collect(), first)
        } else {
            (related.into_iter().map(|(_, far)| far).collect(), before)
        };
        // The first table of the FROM clause must not be a join.
        if let Some(table) = Rc::make_mut(&mut self.tables).iter_mut().find(|t| t.refs > 0) {
            let refs = table.refs;
            *table = Table { refs, ..Table::base(table.table_name.clone(), table.alias) };
        }
        let cols = fields.iter().map(|f| col_of(rt, Some(alias), f, None)).collect::<Res<Vec<_>>>()?;
        self.set_select(cols);
        Ok((prefix.join("__"), contains_outer))
    }
}

/// `F` on the right side of a condition that moves into a subquery refers to the outer query from there.
fn outer_reference(expr: &ExprRef) -> ExprRef {
    match &**expr {
        Expr::OuterRef(outer) => Rc::new(Expr::OuterRef(Outer::Deeper(Box::new(outer.clone())))),
        Expr::F(name) | Expr::ResolvedOuterRef(name) => Rc::new(Expr::OuterRef(Outer::Name(name.clone()))),
        _ => expr.clone(),
    }
}

/// `lhs = rhs`.
fn exact(rt: &Rt, lhs: ExprRef, rhs: Rhs) -> Res<ExprRef> {
    match lookups::find_lookup(rt, &lhs, "exact")? {
        Some(found) => lookups::build(rt, &found, lhs, rhs),
        None => Err(Exc::FieldError.new("Unsupported lookup 'exact'")),
    }
}
