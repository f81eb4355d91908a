//! `a | b`, `a & b`: two queries become one.

use std::rc::Rc;

use super::promoter::JoinPromoter;
use super::reference::Mask;
use crate::models::Model;
use crate::object::{Exc, Res, Rt};
use crate::sql::ir::{Alias, AliasSet, Connector, Expr, JoinKind, Query, Relabels, relabel};

impl Query {
    /// Adds another query's conditions to this one's. TypeError and ValueError where the two do not fit.
    pub fn combine(&mut self, rt: &Rt, rhs: &Query, connector: Connector) -> Res<()> {
        let same = match (&self.model, &rhs.model) {
            (Some(a), Some(b)) => Model::same(a, b),
            (None, None) => true,
            _ => false,
        };
        if !same {
            return Err(Exc::TypeError.new("Cannot combine queries on two different base models."));
        }
        if self.is_sliced() {
            return Err(Exc::TypeError.new("Cannot combine queries once a slice has been taken."));
        }
        if self.distinct != rhs.distinct {
            return Err(Exc::TypeError.new("Cannot combine a unique query with a non-unique query."));
        }
        if self.distinct_fields != rhs.distinct_fields {
            return Err(Exc::TypeError.new("Cannot combine queries with different distinct fields."));
        }
        let initial = self.initial_alias();
        let mut rhs = rhs.clone();
        rhs.bump_prefix(self, initial)?;
        let mut map = Relabels::default();
        // Under AND one row need not meet two conditions on many rows, so their joins are made anew.
        let mut reuse: AliasSet = match connector {
            Connector::And => AliasSet::default(),
            _ => self.tables.iter().map(|t| t.alias).collect(),
        };
        let mut promoter = JoinPromoter::new(connector, 2, false);
        promoter.vote(self.tables.iter().filter(|t| t.kind == JoinKind::Inner).map(|t| t.alias));
        let mut votes: Vec<Alias> = Vec::new();
        for table in rhs.tables.iter().skip(1) {
            let (alias, kind, used) = (table.alias, table.kind, table.refs != 0);
            let mut join = table.clone();
            join.alias = map.apply(join.alias);
            join.parent = join.parent.map(|p| map.apply(p));
            if let Some(relation) = &mut join.filtered_relation
                && let Some(resolved) = &relation.resolved
            {
                let resolved = Some(relabel(resolved, &map));
                Rc::make_mut(relation).resolved = resolved;
            }
            let before = self.tables.len();
            let new = self.join(rt, join, Some(&reuse))?;
            // A join that is new here votes as what it became here.
            let kind = match self.table(new) {
                Some(made) if self.tables.len() > before => made.kind,
                _ => kind,
            };
            if kind == JoinKind::Inner && !votes.contains(&new) {
                votes.push(new);
            }
            // Two joins of the right side must not become one.
            reuse.remove(new);
            if alias != new {
                map.set(alias, new);
            }
            if !used {
                self.unref_alias(new);
            }
        }
        promoter.vote(votes);
        promoter.update_join_types(self);
        for alias in rhs.subq_aliases.iter() {
            if !self.subq_aliases.contains(alias) {
                Rc::make_mut(&mut self.subq_aliases).push(*alias);
            }
        }
        let node = rhs.where_.relabel(&map);
        Rc::make_mut(&mut self.where_).add(Rc::new(Expr::Where(Rc::new(node))), connector);
        if rhs.select.is_empty() {
            self.select = Rc::default();
        } else {
            self.set_select(rhs.select.iter().map(|e| relabel(e, &map)).collect());
        }
        if connector == Connector::Or && !self.extra.is_empty() && !rhs.extra.is_empty() {
            return Err(Exc::ValueError
                .new("When merging querysets using 'or', you cannot have extra(select=...) on both sides."));
        }
        if !rhs.extra.is_empty() {
            let extra = Rc::make_mut(&mut self.extra);
            for (name, raw) in rhs.extra.iter() {
                extra.insert(*name, raw.clone());
            }
        }
        let mut mask = Mask::default();
        for old in [&self.extra_mask, &rhs.extra_mask].into_iter().flatten() {
            mask.extend(old.iter().copied());
        }
        if !mask.is_empty() {
            self.set_extra_mask(Some(mask));
        }
        if !rhs.extra_tables.is_empty() {
            Rc::make_mut(&mut self.extra_tables).extend(rhs.extra_tables.iter().cloned());
        }
        if !rhs.order_by.is_empty() {
            self.order_by = rhs.order_by.clone();
        }
        if !rhs.extra_order_by.is_empty() {
            self.extra_order_by = rhs.extra_order_by.clone();
        }
        Ok(())
    }
}
