//! `FilteredRelation`: relations joined under a name of their own, with a condition.

use std::rc::Rc;

use super::filter::FilterFlags;
use super::names::split_lookup;
use crate::object::{Exc, Res, Rt, Value};
use crate::source::Name;
use crate::sql::ir::{AliasSet, Expr, ExprRef, FilteredRelation, Q, QChild, Query, Rhs, expr_of, names_of};

impl Query {
    /// Adds a `FilteredRelation` under a name. ValueError where its condition reaches beyond the relation.
    pub fn add_filtered_relation(&mut self, rt: &Rt, relation: &FilteredRelation, alias: &str) -> Res<()> {
        if alias.contains('.') {
            let message = format!("FilteredRelation doesn't support aliases with periods (got '{alias}').");
            return Err(Exc::ValueError.new(message));
        }
        self.check_alias(alias)?;
        let path = relation.relation_name.clone();
        let solved = self.solve_lookup_type(rt, &path, false)?;
        if !solved.lookups().is_empty() {
            let message = format!("FilteredRelation's relation_name cannot contain lookups (got '{path}').");
            return Err(Exc::ValueError.new(message));
        }
        let fields: Vec<&str> = solved.fields().to_vec();
        let mut names: Vec<String> = Vec::new();
        condition_names(rt, &relation.condition, &mut names)?;
        for lookup in &names {
            let solved = self.solve_lookup_type(rt, lookup, false)?;
            let shift = if solved.lookups().is_empty() { 2 } else { 1 };
            let theirs = solved.fields();
            let way = &theirs[..theirs.len().saturating_sub(shift)];
            if way.iter().zip(&fields).any(|(a, b)| a != b) {
                return Err(Exc::ValueError.new(format!(
                    "FilteredRelation's condition doesn't support relations outside the '{path}' (got '{lookup}')."
                )));
            }
            if theirs.len() > fields.len() + 1 {
                return Err(Exc::ValueError.new(format!(
                    "FilteredRelation's condition doesn't support nested relations deeper than the relation_name (got \
                     '{lookup}' for '{path}')."
                )));
            }
        }
        let condition = Rc::new(rename(rt, &path, alias, &relation.condition)?);
        let name = Name::new(alias);
        let added = FilteredRelation { alias: Some(name), condition, ..relation.clone() };
        Rc::make_mut(&mut self.filtered_relations).insert(name, Rc::new(added));
        Ok(())
    }

    /// The relation's condition resolved for one join.
    pub(super) fn resolve_filtered_relation(
        &mut self,
        rt: &Rt,
        relation: &Rc<FilteredRelation>,
        reuse: Option<AliasSet>,
    ) -> Res<Rc<FilteredRelation>> {
        let flags = FilterFlags { split_subq: false, update_join_types: false, ..FilterFlags::default() };
        let mut reuse = reuse;
        let (clause, _) = self.build_q(rt, &relation.condition, reuse.as_mut(), flags)?;
        let resolved = Some(Rc::new(Expr::Where(Rc::new(clause))));
        Ok(Rc::new(FilteredRelation { resolved, ..(**relation).clone() }))
    }
}

/// Every name that a condition refers to.
fn condition_names(rt: &Rt, q: &Q, out: &mut Vec<String>) -> Res<()> {
    for child in &q.children {
        match child {
            QChild::Q(q) => condition_names(rt, q, out)?,
            QChild::Filter(lookup, value) => {
                out.push(lookup.to_string());
                if let Value::Obj(_) = value
                    && let Some(expr) = expr_of(rt, value)?
                {
                    names_of(&expr, &mut |n| out.push(n.to_string()));
                }
            }
            QChild::Expr(expr) => expr_names(expr, out),
            QChild::Keyword(lookup, _) => out.push(lookup.to_string()),
            QChild::Other(_) => {}
        }
    }
    Ok(())
}

/// The names in an expression. A plain name on the right side of a comparison is not looked at, as in Django.
fn expr_names(expr: &ExprRef, out: &mut Vec<String>) {
    match &**expr {
        Expr::Lookup(l) if right_is_name(&l.rhs) => expr_names(&l.lhs, out),
        _ => names_of(expr, &mut |n| out.push(n.to_string())),
    }
}

fn right_is_name(rhs: &Rhs) -> bool {
    rhs.as_expr().is_some_and(|e| matches!(&**e, Expr::F(_) | Expr::OuterRef(_) | Expr::ResolvedOuterRef(_)))
}

fn renamed(prefix: &str, new: &str, name: &str) -> Option<String> {
    let rest = name.strip_prefix(prefix)?;
    rest.starts_with("__").then(|| format!("{new}{rest}"))
}

/// The condition with the relation's path replaced by its name.
fn rename(rt: &Rt, prefix: &str, new: &str, q: &Q) -> Res<Q> {
    let mut children = Vec::with_capacity(q.children.len());
    for child in &q.children {
        children.push(match child {
            QChild::Q(q) => QChild::Q(Rc::new(rename(rt, prefix, new, q)?)),
            QChild::Filter(lookup, value) => {
                let lookup = renamed(prefix, new, lookup).map_or_else(|| lookup.clone(), Into::into);
                match value {
                    Value::Obj(_) => match expr_of(rt, value)? {
                        Some(expr) if !matches!(*expr, Expr::F(_)) => {
                            QChild::Keyword(lookup, Rhs::Expr(rename_expr(rt, prefix, new, &expr)?))
                        }
                        _ => QChild::Filter(lookup, value.clone()),
                    },
                    _ => QChild::Filter(lookup, value.clone()),
                }
            }
            QChild::Keyword(lookup, rhs) => {
                let lookup = renamed(prefix, new, lookup).map_or_else(|| lookup.clone(), Into::into);
                QChild::Keyword(lookup, rhs.clone())
            }
            QChild::Expr(expr) => QChild::Expr(rename_expr(rt, prefix, new, expr)?),
            QChild::Other(v) => QChild::Other(v.clone()),
        });
    }
    Ok(Q { children, connector: q.connector, negated: q.negated })
}

fn rename_expr(rt: &Rt, prefix: &str, new: &str, expr: &ExprRef) -> Res<ExprRef> {
    match &**expr {
        Expr::Q(q) => Ok(Rc::new(Expr::Q(Rc::new(rename(rt, prefix, new, q)?)))),
        Expr::F(name) => Ok(match renamed(prefix, new, &split_lookup(name).join("__")) {
            Some(name) => Rc::new(Expr::F(name.into())),
            None => expr.clone(),
        }),
        // Only the left side of such a comparison is renamed: the name on its right refers to a join of its own.
        Expr::Lookup(l) if right_is_name(&l.rhs) => {
            let lhs = rename_expr(rt, prefix, new, &l.lhs)?;
            Ok(Rc::new(Expr::Lookup(crate::sql::ir::Lookup { lhs, ..l.clone() })))
        }
        Expr::Query(_) => Err(Exc::ValueError.new("Passing a QuerySet within a FilteredRelation is not supported.")),
        _ => Ok(Rc::new(expr.map_children(&mut |c| rename_expr(rt, prefix, new, c))?)),
    }
}
