//! What is selected, and what is grouped by.

use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::col_of;
use super::names::{Joined, PathError, field_names, split_lookup};
use super::reference::Mask;
use crate::object::{Exc, Res, Rt};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{ColPairs, Expr, ExprRef, GroupBy, Query, SelectRelated, Selected, Tree};

impl Query {
    /// Selects these columns in place of the model's own.
    pub fn set_select(&mut self, cols: Vec<ExprRef>) {
        self.default_cols = false;
        self.select = Rc::new(cols);
    }

    /// Selects one more column under a name.
    pub fn add_select_col(&mut self, col: ExprRef, name: Name) {
        let select = Rc::make_mut(&mut self.select);
        select.push(col);
        let place = select.len() - 1;
        Rc::make_mut(&mut self.values_select).push(name);
        if let Some(selected) = &mut self.selected {
            Rc::make_mut(selected).insert(name, Selected::Column(place));
        }
    }

    /// Selects nothing at all.
    pub fn clear_select_clause(&mut self) {
        self.select = Rc::default();
        self.default_cols = false;
        self.select_related = SelectRelated::No;
        self.set_extra_mask(Some(Mask::default()));
        self.set_annotation_mask(Some(Mask::default()));
        self.selected = None;
    }

    /// Forgets the names of `values()`.
    pub fn clear_select_fields(&mut self) {
        self.select = Rc::default();
        self.values_select = Rc::default();
        self.selected = None;
    }

    /// Selects fields by name, in this order. FieldError as Django words it.
    pub fn add_fields<S: AsRef<str>>(&mut self, rt: &Rt, names: &[S], allow_m2m: bool) -> Res<()> {
        let Some(alias) = self.initial_alias() else { return Ok(()) };
        let opts = self.model.clone();
        let mut cols = Vec::with_capacity(names.len());
        for name in names {
            let name = name.as_ref();
            let parts = split_lookup(name);
            let result: Res<Option<ExprRef>> = (|| {
                let joined = self.setup_joins(rt, &parts, opts.as_ref(), alias, None, allow_m2m)?;
                let info = match joined {
                    Joined::Info(info) => info,
                    Joined::Many(_) => return Ok(None),
                };
                let (targets, alias, _) = self.trim_joins(&info)?;
                Ok(Some(match targets.as_slice() {
                    [target] if info.transforms.is_empty() => {
                        col_of(rt, self.alias_cols.then_some(alias), target, None)?
                    }
                    [target] => self.transformed_col(rt, &info, target, alias)?,
                    targets => Rc::new(Expr::ColPairs(ColPairs {
                        alias: self.alias_cols.then_some(alias),
                        targets: targets.iter().cloned().collect(),
                        sources: targets.iter().cloned().collect(),
                        output: info.final_field.clone(),
                    })),
                }))
            })();
            match result {
                Ok(Some(col)) => cols.push(col),
                Ok(None) => return Err(Exc::FieldError.new(format!("Invalid field name: '{name}'"))),
                Err(error) if error.is(Exc::FieldError) && !name.contains("__") => {
                    let mut known = field_names(rt, opts.as_ref());
                    known.extend(self.extra.keys().map(|n| n.text()));
                    known.extend(self.annotation_select().map(|(n, _)| n.text()));
                    known.extend(self.filtered_relations.keys().map(|n| n.text()));
                    known.sort();
                    return Err(Exc::FieldError.new(format!(
                        "Cannot resolve keyword {} into field. Choices are: {}",
                        crate::object::ops::repr(rt, &crate::object::Value::str(name))?,
                        known.join(", ")
                    )));
                }
                Err(error) => return Err(error),
            }
        }
        if !cols.is_empty() {
            self.set_select(cols);
        }
        Ok(())
    }

    fn model_attnames(&self) -> Vec<Rc<str>> {
        self.model
            .iter()
            .flat_map(|m| m.concrete_fields().iter().map(|f| f.attname().text()).collect::<Vec<_>>())
            .collect()
    }

    /// Groups by all of the model's fields, as columns.
    pub(super) fn group_by_model(&mut self, rt: &Rt) -> Res<()> {
        let names = self.model_attnames();
        self.add_fields(rt, &names, false)?;
        // An alias of the select clause would be orphaned: that clause is about to go.
        self.set_group_by(rt, false)
    }

    /// `values(*fields)`: what is selected, by name; all fields where there are none.
    pub fn set_values<S: AsRef<str>>(&mut self, rt: &Rt, fields: &[S]) -> Res<()> {
        self.select_related = SelectRelated::No;
        self.clear_deferred_loading();
        self.clear_select_fields();
        let mut selected: IndexMap<Name, Selected, FxBuildHasher> = IndexMap::default();
        let mut field_names: Vec<Rc<str>> = Vec::new();
        if fields.is_empty() {
            field_names = self.model_attnames();
            selected.extend(field_names.iter().map(|n| (Name::new(n), Selected::Column(0))));
        } else {
            for field in fields {
                self.check_alias(field.as_ref())?;
            }
            if self.extra.is_empty() && self.annotations.is_empty() {
                for (i, field) in fields.iter().enumerate() {
                    field_names.push(field.as_ref().into());
                    selected.insert(Name::new(field.as_ref()), Selected::Column(i));
                }
                self.set_extra_mask(Some(Mask::default()));
                self.set_annotation_mask(Some(Mask::default()));
            } else {
                self.default_cols = false;
                let mut extra = Mask::default();
                let mut annotations = Mask::default();
                for field in fields {
                    let field = field.as_ref();
                    let name = Name::new(field);
                    let raw = self.extra_select().find(|(n, _)| *n == name).map(|(_, raw)| raw.clone());
                    if let Some(raw) = raw {
                        extra.insert(name);
                        selected.insert(name, Selected::Extra(raw));
                    } else if self.selected_annotation(name).is_some() {
                        annotations.insert(name);
                        selected.insert(name, Selected::Annotation(name));
                    } else if self.annotations.contains_key(&name) {
                        let message = format!("Cannot select the '{field}' alias. Use annotate() to promote it.");
                        return Err(Exc::FieldError.new(message));
                    } else {
                        if self.annotation_select().next().is_some() {
                            let parts = split_lookup(field);
                            self.names_to_path(rt, &parts, self.model.as_ref(), true, false)
                                .map_err(PathError::raise)?;
                        }
                        selected.insert(name, Selected::Column(field_names.len()));
                        field_names.push(field.into());
                    }
                }
                self.set_extra_mask(Some(extra));
                self.set_annotation_mask(Some(annotations));
            }
        }
        match &self.group_by {
            GroupBy::Model => {
                self.group_by_model(rt)?;
                self.clear_select_fields();
            }
            GroupBy::Exprs(exprs) => {
                // A reference to an annotation that is not selected any more becomes the annotation.
                let resolved = exprs.iter().map(|e| match &**e {
                    Expr::Ref(r) if !selected.contains_key(&r.name) => {
                        self.annotations.get(&r.name).cloned().unwrap_or_else(|| e.clone())
                    }
                    _ => e.clone(),
                });
                self.group_by = GroupBy::Exprs(Rc::new(resolved.collect()));
            }
            GroupBy::None => {}
        }
        self.values_select = Rc::new(field_names.iter().map(|n| Name::new(n)).collect());
        self.add_fields(rt, &field_names, true)?;
        self.selected = if fields.is_empty() { None } else { Some(Rc::new(selected)) };
        Ok(())
    }

    /// Groups by what is selected and is no aggregate. With `allow_aliases`, selected expressions are grouped by their
    /// names.
    pub fn set_group_by(&mut self, rt: &Rt, allow_aliases: bool) -> Res<()> {
        if allow_aliases && !self.values_select.is_empty() {
            let mut moved: Vec<(Name, ExprRef)> = Vec::new();
            let mut kept: Vec<(Name, ExprRef)> = Vec::new();
            for (name, expr) in self.values_select.iter().zip(self.select.iter()) {
                match &**expr {
                    Expr::Col(_) => kept.push((*name, expr.clone())),
                    _ => moved.push((*name, expr.clone())),
                }
            }
            if !moved.is_empty() {
                let mut annotations: crate::sql::ir::Annotations = moved.iter().cloned().collect();
                for (name, expr) in self.annotations.iter() {
                    annotations.insert(*name, expr.clone());
                }
                self.annotations = Rc::new(annotations);
                self.append_annotation_mask(moved.iter().map(|(n, _)| *n));
            }
            self.select = Rc::new(kept.iter().map(|(_, e)| e.clone()).collect());
            self.values_select = Rc::new(kept.iter().map(|(n, _)| *n).collect());
            if let Some(selected) = &mut self.selected {
                let selected = Rc::make_mut(selected);
                for (i, (name, _)) in kept.iter().enumerate() {
                    selected.insert(*name, Selected::Column(i));
                }
            }
        }
        let mut group_by: Vec<ExprRef> = self.select.to_vec();
        for (name, annotation) in self.annotation_select() {
            let cols = expressions::group_by_cols(rt, annotation)?;
            if cols.is_empty() {
                continue;
            }
            if allow_aliases && !annotation.contains_aggregate() {
                group_by.push(Expr::reference(name, annotation.clone()));
            } else {
                group_by.extend(cols);
            }
        }
        self.group_by = GroupBy::Exprs(Rc::new(group_by));
        Ok(())
    }

    /// `select_related(*fields)`: adds to those named already.
    pub fn add_select_related<S: AsRef<str>>(&mut self, fields: &[S]) {
        let mut tree = match &self.select_related {
            SelectRelated::Fields(tree) => (**tree).clone(),
            _ => Tree::default(),
        };
        for field in fields {
            tree.add(field.as_ref());
        }
        self.select_related = SelectRelated::Fields(Rc::new(tree));
    }
}
