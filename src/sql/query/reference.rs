//! Annotations, and names that refer to them or to fields.

use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::filter::joined_reference;
use super::names::split_lookup;
use crate::object::{Exc, Res, Rt};
use crate::source::Name;
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{Expr, ExprRef, JoinKind, Query, Selected, collect_cols};

/// A mask of selected names.
pub type Mask = IndexSet<Name, FxBuildHasher>;

impl Query {
    /// What `F(name)` means in this query: an annotation (with transforms), or a column behind joins.
    pub fn resolve_ref(&mut self, rt: &Rt, name: &str, how: &mut Resolve) -> Res<ExprRef> {
        if !self.annotations.is_empty()
            && let Some(key) = Name::existing(name)
            && let Some(annotation) = self.annotations.get(&key).cloned()
        {
            if !how.allow_joins {
                let mut cols = Vec::new();
                collect_cols(&annotation, false, true, &mut cols);
                let joined =
                    |c: &ExprRef| c.as_col().and_then(|c| c.alias).is_some_and(|a| self.join_kind(a) != JoinKind::Base);
                if cols.iter().any(joined) {
                    return Err(joined_reference());
                }
            }
            if !how.summarize {
                return Ok(annotation);
            }
            let Some(selected) = self.selected_annotation(key) else {
                let message = format!("Cannot aggregate over the '{name}' alias. Use annotate() to promote it.");
                return Err(Exc::FieldError.new(message));
            };
            return Ok(Expr::reference(key, selected.clone()));
        }
        let parts = split_lookup(name);
        if !self.annotations.is_empty()
            && let Some(first) = parts.first().and_then(|p| Name::existing(p))
            && let Some(annotation) = self.annotations.get(&first).cloned()
        {
            let mut annotation = annotation;
            for transform in parts.iter().skip(1) {
                annotation = self.try_transform(rt, &annotation, transform, None)?;
            }
            return Ok(annotation);
        }
        let opts = self.model.clone();
        let alias = self.initial_alias().unwrap_or_else(|| Name::new(""));
        let joined = self.setup_joins(rt, &parts, opts.as_ref(), alias, how.reuse.as_deref_mut(), true)?;
        let info = joined.or_raise()?;
        let (targets, alias, joins) = self.trim_joins(&info)?;
        if !how.allow_joins && joins.len() > 1 {
            return Err(joined_reference());
        }
        if targets.len() > 1 {
            return Err(Exc::FieldError.new("Referencing multicolumn fields with F() objects isn't supported"));
        }
        let Some(target) = targets.first() else { return Err(joined_reference()) };
        let expr = self.transformed_col(rt, &info, target, alias)?;
        if let Some(reuse) = how.reuse.as_deref_mut() {
            reuse.extend(joins.iter().copied());
        }
        Ok(expr)
    }

    /// ValueError where a name cannot be a column's alias.
    pub fn check_alias(&self, alias: &str) -> Res<()> {
        let bad =
            |c: char| c.is_whitespace() || matches!(c, '\'' | '`' | '"' | ']' | '[' | ';' | '#') || c.is_control();
        if alias.contains(bad) || alias.contains("--") || alias.contains("/*") || alias.contains("*/") {
            return Err(Exc::ValueError.new(
                "Column aliases cannot contain whitespace characters, hashes, control characters, quotation marks, \
                 semicolons, or SQL comments.",
            ));
        }
        Ok(())
    }

    /// Resolves an annotation and adds it; `select` says whether it is selected.
    pub fn add_annotation(&mut self, rt: &Rt, annotation: &ExprRef, alias: &str, select: bool) -> Res<()> {
        self.check_alias(alias)?;
        let resolved = expressions::resolve(rt, annotation, self, &mut Resolve::joins())?;
        self.add_resolved(resolved, Name::new(alias), select);
        Ok(())
    }

    /// Adds an annotation that is resolved already.
    pub fn add_resolved(&mut self, annotation: ExprRef, alias: Name, select: bool) {
        if select {
            self.append_annotation_mask([alias]);
        } else {
            let mask: Mask = self.annotation_select().map(|(n, _)| n).filter(|n| *n != alias).collect();
            self.set_annotation_mask(Some(mask));
        }
        Rc::make_mut(&mut self.annotations).insert(alias, annotation);
        if select
            && let Some(selected) = &mut self.selected
            && !selected.is_empty()
        {
            Rc::make_mut(selected).insert(alias, Selected::Annotation(alias));
        }
    }

    /// Says which annotations are selected; `None` for all.
    pub fn set_annotation_mask(&mut self, mask: Option<Mask>) {
        let Some(mask) = mask else {
            self.annotation_mask = None;
            return;
        };
        if let Some(selected) = &mut self.selected
            && !selected.is_empty()
        {
            let selected = Rc::make_mut(selected);
            selected.retain(|_, what| match what {
                Selected::Annotation(name) => mask.contains(&*name),
                _ => true,
            });
            for &name in &mask {
                selected.insert(name, Selected::Annotation(name));
            }
        }
        self.annotation_mask = Some(Rc::new(mask));
    }

    /// Selects further annotations, where not all are selected anyway.
    pub fn append_annotation_mask(&mut self, names: impl IntoIterator<Item = Name>) {
        if let Some(mask) = &self.annotation_mask {
            let mut mask: Mask = (**mask).clone();
            mask.extend(names);
            self.set_annotation_mask(Some(mask));
        }
    }

    /// Says which `extra` columns are selected; `None` for all.
    pub fn set_extra_mask(&mut self, mask: Option<Mask>) {
        self.extra_mask = mask.map(Rc::new);
    }
}
