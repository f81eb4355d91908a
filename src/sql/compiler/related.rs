//! `select_related`: columns of related objects, joined and selected with the query's own.

use std::rc::Rc;

use super::Compiler;
use super::plan::{KlassInfo, Link, SelectItem};
use crate::models::{FieldRef, Model, ModelRef};
use crate::object::{Exc, Res};
use crate::source::Name;
use crate::sql::ir::{Alias, SelectRelated, Tree};
use crate::sql::query::SelectMask;

/// Where the descent stands.
struct At<'t> {
    opts: ModelRef,
    alias: Alias,
    depth: u32,
    /// What is asked for by name below here; `None` without names.
    requested: Option<&'t Tree>,
}

impl Compiler<'_> {
    /// Adds the columns of the related objects that `select_related` asks for. FieldError for names that are none.
    pub(super) fn related_selections(
        &mut self,
        select: &mut Vec<SelectItem>,
        mask: &SelectMask,
    ) -> Res<Vec<KlassInfo>> {
        let Some(opts) = self.query.model.clone() else { return Ok(Vec::new()) };
        let alias = self.query.initial_alias().unwrap_or_else(|| Name::new(""));
        let asked = self.query.select_related.clone();
        let requested = match &asked {
            SelectRelated::Fields(tree) => Some(&**tree),
            _ => None,
        };
        self.descend(select, mask, At { opts, alias, depth: 1, requested })
    }

    fn descend(&mut self, select: &mut Vec<SelectItem>, mask: &SelectMask, at: At<'_>) -> Res<Vec<KlassInfo>> {
        let mut infos = Vec::new();
        if at.requested.is_none() && at.depth > self.query.max_depth {
            return Ok(infos);
        }
        let rt = self.rt;
        let empty = Tree::default();
        let mut found: Vec<Name> = Vec::new();
        for field in at.opts.fields().iter() {
            let name = field.name();
            found.push(name);
            let below = at.requested.map(|r| r.0.get(&name).unwrap_or(&empty));
            if let Some(requested) = at.requested
                && !field.is_relation()
            {
                if requested.0.contains_key(&name) {
                    let choices = self.field_choices(&at.opts);
                    return Err(Exc::FieldError.new(format!(
                        "Non-relational field given in select_related: '{name}'. Choices are: {choices}"
                    )));
                }
                continue;
            }
            if !descends(field, at.requested, mask)? {
                continue;
            }
            let Some(model) = field.related_model() else { continue };
            let below_mask = mask.below(field).cloned().unwrap_or_default();
            let text = name.text();
            let joined = self.query.setup_joins(rt, &[&*text], Some(&at.opts), at.alias, None, true)?.or_raise()?;
            let alias = joined.joins.last().copied().unwrap_or(at.alias);
            let select_fields = self.add_columns(select, &below_mask, alias, &model, None)?;
            let next = At { opts: model.clone(), alias, depth: at.depth + 1, requested: below };
            let related = self.descend(select, &below_mask, next)?;
            infos.push(KlassInfo {
                model,
                select_fields,
                field: Some(field.clone()),
                link: Link::Forward,
                from_parent: false,
                related,
            });
        }
        let Some(requested) = at.requested else { return Ok(infos) };
        for rel in at.opts.related_objects(rt).iter() {
            let Some(field) = rel.remote_field().filter(|f| f.unique() && !rel.many_to_many()) else { continue };
            if !descends(rel, at.requested, mask)? {
                continue;
            }
            let Some(model) = rel.related_model() else { continue };
            let below_mask = mask.below(rel).cloned().unwrap_or_default();
            let name = rel.name();
            found.push(name);
            let text = name.text();
            let joined = self.query.setup_joins(rt, &[&*text], Some(&at.opts), at.alias, None, true)?.or_raise()?;
            let alias = joined.joins.last().copied().unwrap_or(at.alias);
            let from_parent = model.is_or_inherits(&at.opts) && !Model::same(&model, &at.opts);
            let select_fields = self.add_columns(select, &below_mask, alias, &model, Some(&at.opts))?;
            let below = requested.0.get(&name).unwrap_or(&empty);
            let next = At { opts: model.clone(), alias, depth: at.depth + 1, requested: Some(below) };
            let related = self.descend(select, &below_mask, next)?;
            infos.push(KlassInfo {
                model,
                select_fields,
                field: Some(field),
                link: Link::Reverse,
                from_parent,
                related,
            });
        }
        if at.depth == 1 {
            for (&name, below) in &requested.0 {
                if !self.query.filtered_relations.contains_key(&name) {
                    continue;
                }
                found.push(name);
                let text = name.text();
                let joined = self.query.setup_joins(rt, &[&*text], Some(&at.opts), at.alias, None, true)?.or_raise()?;
                let Some(model) = joined.opts.clone() else { continue };
                let alias = joined.joins.last().copied().unwrap_or(at.alias);
                let from_parent = model.is_or_inherits(&at.opts) && !Model::same(&model, &at.opts);
                let below_mask = mask.below_named(name).cloned().unwrap_or_default();
                let select_fields = self.add_columns(select, &below_mask, alias, &model, Some(&at.opts))?;
                let next = At { opts: model.clone(), alias, depth: at.depth + 1, requested: Some(below) };
                let related = self.descend(select, &below_mask, next)?;
                infos.push(KlassInfo {
                    model,
                    select_fields,
                    field: Some(joined.final_field.clone()),
                    link: Link::Filtered { name, sets_back: joined.joins.len() <= 2 },
                    from_parent,
                    related,
                });
            }
        }
        let unknown: Vec<String> =
            requested.0.keys().filter(|n| !found.contains(n)).map(|n| format!("'{n}'")).collect();
        if !unknown.is_empty() {
            return Err(Exc::FieldError.new(format!(
                "Invalid field name(s) given in select_related: {}. Choices are: {}",
                unknown.join(", "),
                self.field_choices(&at.opts)
            )));
        }
        Ok(infos)
    }

    fn add_columns(
        &mut self,
        select: &mut Vec<SelectItem>,
        mask: &SelectMask,
        alias: Alias,
        model: &ModelRef,
        from_parent: Option<&ModelRef>,
    ) -> Res<Vec<usize>> {
        let cols = self.default_columns(mask, Some(alias), model, from_parent)?;
        let start = select.len();
        select.extend(cols.into_iter().map(|expr| SelectItem { expr, alias: None }));
        Ok((start..select.len()).collect())
    }

    fn field_choices(&self, opts: &ModelRef) -> String {
        let mut names: Vec<Rc<str>> =
            opts.fields().iter().filter(|f| f.is_relation()).map(|f| f.name().text()).collect();
        for rel in opts.related_objects(self.rt).iter() {
            if rel.remote_field().is_some_and(|f| f.unique()) {
                names.push(rel.name().text());
            }
        }
        names.extend(self.query.filtered_relations.keys().map(|n| n.text()));
        if names.is_empty() { "(none)".to_string() } else { names.join(", ") }
    }
}

/// Whether `select_related` goes along a relation. FieldError where that relation is deferred at the same time.
fn descends(field: &FieldRef, requested: Option<&Tree>, mask: &SelectMask) -> Res<bool> {
    let Some(relation) = field.rel_data() else { return Ok(false) };
    if field.remote_field().is_none() {
        return Ok(false);
    }
    // A parent's columns are selected anyway.
    if !field.is_reverse() && relation.parent_link.get() {
        return Ok(false);
    }
    let Some(requested) = requested else { return Ok(!field.null()) };
    if !requested.0.contains_key(&field.name()) {
        return Ok(false);
    }
    if !mask.is_empty() && !mask.contains(field) {
        let model = field.model_or_related().map(|m| m.object_name.to_string()).unwrap_or_default();
        return Err(Exc::FieldError.new(format!(
            "Field {model}.{} cannot be both deferred and traversed using select_related at the same time.",
            field.name()
        )));
    }
    Ok(true)
}
