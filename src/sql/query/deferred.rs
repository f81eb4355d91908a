//! `defer()` and `only()`: which columns are loaded.

use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::models::{FieldRef, ModelRef};
use crate::object::{Exc, Res, Rt};
use crate::source::Name;
use crate::sql::ir::{Query, Tree};

/// The fields of a model that are loaded, and below each relation those of its model. Empty: all.
#[derive(Clone, Default)]
pub struct SelectMask {
    entries: Vec<(FieldRef, Option<Name>, SelectMask)>,
}

impl SelectMask {
    /// Whether all fields are loaded.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a field is loaded, given that not all are.
    pub fn contains(&self, field: &FieldRef) -> bool {
        self.entries.iter().any(|(f, name, _)| name.is_none() && Rc::ptr_eq(f, field))
    }

    /// What is loaded below a relation.
    pub fn below(&self, field: &FieldRef) -> Option<&SelectMask> {
        self.entries.iter().find(|(f, name, _)| name.is_none() && Rc::ptr_eq(f, field)).map(|(_, _, mask)| mask)
    }

    /// What is loaded below a `FilteredRelation`.
    pub fn below_named(&self, name: Name) -> Option<&SelectMask> {
        self.entries.iter().find(|(_, n, _)| *n == Some(name)).map(|(_, _, mask)| mask)
    }

    fn entry(&mut self, field: &FieldRef, name: Option<Name>) -> Option<&mut SelectMask> {
        let at = match self.entries.iter().position(|(f, n, _)| *n == name && Rc::ptr_eq(f, field)) {
            Some(at) => at,
            None => {
                self.entries.push((field.clone(), name, SelectMask::default()));
                self.entries.len() - 1
            }
        };
        self.entries.get_mut(at).map(|(_, _, mask)| mask)
    }
}

type Names = IndexSet<Name, FxBuildHasher>;

impl Query {
    /// Loads all columns again.
    pub fn clear_deferred_loading(&mut self) {
        self.deferred = Rc::default();
        self.defer = true;
    }

    /// `defer(*names)`.
    pub fn add_deferred_loading(&mut self, names: &[Name]) {
        let existing = (*self.deferred).clone();
        if self.defer {
            self.deferred = Rc::new(existing.into_iter().chain(names.iter().copied()).collect());
            return;
        }
        let rest: Names = existing.iter().copied().filter(|n| !names.contains(n)).collect();
        if !rest.is_empty() {
            self.deferred = Rc::new(rest);
            return;
        }
        self.clear_deferred_loading();
        let only: Names = names.iter().copied().filter(|n| !existing.contains(n)).collect();
        if !only.is_empty() {
            self.deferred = Rc::new(only);
        }
    }

    /// `only(*names)`.
    pub fn add_immediate_loading(&mut self, names: &[Name]) {
        let pk = self.model.as_ref().and_then(|m| m.pk()).map(|f| f.name());
        let named = |n: &Name| if *n == "pk" { pk.unwrap_or(*n) } else { *n };
        let mut names: Names = names.iter().map(named).collect();
        if self.defer {
            names.retain(|n| !self.deferred.contains(n));
        }
        self.deferred = Rc::new(names);
        self.defer = false;
    }

    /// Which fields are loaded. FieldDoesNotExist for unknown names, FieldError for names below a plain field.
    pub fn get_select_mask(&self, rt: &Rt) -> Res<SelectMask> {
        let mut out = SelectMask::default();
        if self.deferred.is_empty() {
            return Ok(out);
        }
        let Some(model) = &self.model else { return Ok(out) };
        let mut tree = Tree::default();
        for name in self.deferred.iter() {
            tree.add(&name.text());
        }
        if self.defer {
            self.defer_mask(rt, model, tree, &mut out)?;
        } else {
            only_mask(rt, model, &tree, &mut out)?;
        }
        Ok(out)
    }

    fn defer_mask(&self, rt: &Rt, model: &ModelRef, mut tree: Tree, out: &mut SelectMask) -> Res<()> {
        if let Some(pk) = model.pk() {
            out.entry(&pk, None);
        }
        for field in model.concrete_fields().iter().chain(model.related_objects(rt).iter()) {
            let by_name = tree.0.shift_remove(&field.name());
            let by_attname = if field.attname() == field.name() { None } else { tree.0.shift_remove(&field.attname()) };
            match (by_name, by_attname) {
                (None, None) => {
                    out.entry(field, None);
                }
                (Some(below), _) if !below.is_empty() => {
                    if !field.is_relation() {
                        return Err(not_a_relation(&below));
                    }
                    if field.many_to_many() {
                        continue;
                    }
                    if let (Some(mask), Some(related)) = (out.entry(field, None), field.related_model()) {
                        self.defer_mask(rt, &related.concrete_model(), below, mask)?;
                    }
                }
                _ => {}
            }
        }
        for (name, below) in tree.0 {
            match self.filtered_relations.get(&name) {
                Some(filtered) => {
                    let relation = model.get_field(rt, &filtered.relation_name)?;
                    if let (Some(mask), Some(related)) = (out.entry(&relation, Some(name)), relation.related_model()) {
                        self.defer_mask(rt, &related.concrete_model(), below, mask)?;
                    }
                }
                None => {
                    model.get_field(rt, &name.text())?;
                }
            }
        }
        Ok(())
    }
}

fn only_mask(rt: &Rt, model: &ModelRef, tree: &Tree, out: &mut SelectMask) -> Res<()> {
    if let Some(pk) = model.pk() {
        out.entry(&pk, None);
    }
    for (name, below) in &tree.0 {
        let field = model.get_field(rt, &name.text())?;
        let Some(mask) = out.entry(&field, None) else { continue };
        if below.is_empty() {
            continue;
        }
        if !field.is_relation() {
            return Err(not_a_relation(below));
        }
        if let Some(related) = field.related_model() {
            only_mask(rt, &related.concrete_model(), below, mask)?;
        }
    }
    Ok(())
}

fn not_a_relation(below: &Tree) -> crate::object::Error {
    Exc::FieldError.new(below.0.keys().next().map(|n| n.to_string()).unwrap_or_default())
}
