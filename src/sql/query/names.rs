//! Names become paths: `author__city__name` is walked from model to model, joined, and trimmed.

use std::ops::Deref;
use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use crate::models::{FieldRef, Model, ModelRef, PathInfo, RelationKind};
use crate::object::{Error, Exc, Res, Rt};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{Alias, AliasSet, ExprRef, FilteredRelation, JoinKind, Query, Table};

/// One step of a path, with the `FilteredRelation` it goes through.
#[derive(Clone)]
pub struct Step {
    infos: Rc<[PathInfo]>,
    at: usize,
    /// The relation's filter.
    pub filtered: Option<Rc<FilteredRelation>>,
}

impl Deref for Step {
    type Target = PathInfo;
    fn deref(&self) -> &PathInfo {
        &self.infos[self.at]
    }
}

impl Step {
    fn all(infos: Rc<[PathInfo]>, filtered: Option<&Rc<FilteredRelation>>) -> impl Iterator<Item = Step> {
        let last = infos.len().wrapping_sub(1);
        let filtered = filtered.cloned();
        (0..infos.len()).map(move |at| Step {
            infos: infos.clone(),
            at,
            filtered: if at == last { filtered.clone() } else { None },
        })
    }
}

/// The steps of a path.
pub type Steps = SmallVec<[Step; 2]>;

/// Each name of a path with its steps: what `split_exclude` needs.
pub type NamesWithPath = Vec<(Rc<str>, Steps)>;

/// Why a path was not walked to its end.
pub enum PathError {
    /// An exception.
    Raised(Error),
    /// A step leads from one row to many, and that was not wanted.
    Many(NamesWithPath),
}

impl From<Error> for PathError {
    fn from(error: Error) -> PathError {
        PathError::Raised(error)
    }
}

impl PathError {
    /// As an exception, where many rows were allowed.
    pub fn raise(self) -> Error {
        match self {
            PathError::Raised(error) => error,
            PathError::Many(_) => Exc::FieldError.new("Unexpected multi-valued relation"),
        }
    }
}

/// A walked path.
pub struct NamesPath {
    /// The steps.
    pub path: Steps,
    /// The last field.
    pub final_field: FieldRef,
    /// The fields that hold its value.
    pub targets: SmallVec<[FieldRef; 1]>,
    /// How many names were walked; the rest are transforms and a lookup.
    pub used: usize,
}

/// A joined path.
pub struct JoinInfo {
    /// The last field.
    pub final_field: FieldRef,
    /// The fields that hold its value.
    pub targets: SmallVec<[FieldRef; 1]>,
    /// The last model.
    pub opts: Option<ModelRef>,
    /// The aliases on the way, the first one the start.
    pub joins: SmallVec<[Alias; 4]>,
    /// The steps.
    pub path: Steps,
    /// Transforms to apply to the column.
    pub transforms: SmallVec<[Rc<str>; 1]>,
    /// What was wrong with the first transform as a field.
    pub not_a_field: Option<Error>,
}

/// A joined path, or that it meets a step to many rows.
pub enum Joined {
    /// Joined.
    Info(Box<JoinInfo>),
    /// Not joined: see [`PathError::Many`].
    Many(NamesWithPath),
}

impl Joined {
    /// The path, where many rows were allowed.
    pub fn or_raise(self) -> Res<JoinInfo> {
        match self {
            Joined::Info(info) => Ok(*info),
            Joined::Many(names) => Err(PathError::Many(names).raise()),
        }
    }
}

/// Splits `a__b__c`.
pub fn split_lookup(lookup: &str) -> SmallVec<[&str; 4]> {
    lookup.split("__").collect()
}

/// Every name that a filter on a model can start with.
pub fn field_names(rt: &Rt, model: Option<&ModelRef>) -> Vec<Rc<str>> {
    let Some(model) = model else { return Vec::new() };
    let mut out: Vec<Rc<str>> = Vec::new();
    let mut add = |name: Name| {
        let text = name.text();
        if !out.contains(&text) {
            out.push(text);
        }
    };
    for field in model.fields().iter().chain(model.many_to_many().iter()) {
        add(field.name());
        if field.concrete() {
            add(field.attname());
        }
    }
    for model in std::iter::once(model.clone()).chain(model.parent_list()) {
        for field in model.private_fields.borrow().iter() {
            add(field.name());
        }
    }
    for rel in model.related_objects(rt).iter().filter(|rel| !rel.hidden()) {
        add(rel.name());
    }
    out
}

impl Query {
    /// Walks names as far as they are fields. `FieldError` where the first (with `fail_on_missing`, any) is not.
    pub fn names_to_path(
        &self,
        rt: &Rt,
        names: &[&str],
        opts: Option<&ModelRef>,
        allow_many: bool,
        fail_on_missing: bool,
    ) -> Result<NamesPath, PathError> {
        let mut opts = opts.cloned();
        let mut path = Steps::new();
        let mut with_path: NamesWithPath = Vec::new();
        let mut last: Option<(FieldRef, SmallVec<[FieldRef; 1]>)> = None;
        let mut used = names.len();
        for (pos, &given) in names.iter().enumerate() {
            let mut steps = Steps::new();
            let mut filtered = None;
            let mut field = match &opts {
                Some(opts) if given == "pk" => opts.pk(),
                Some(opts) => opts.find_field(rt, Name::new(given)),
                None => None,
            };
            if field.is_none()
                && let Some(name) = Name::existing(given)
            {
                if let Some(annotation) = self.selected_annotation(name) {
                    field = Some(expressions::output_field(rt, annotation)?);
                } else if pos == 0
                    && let Some(relation) = self.filtered_relations.get(&name)
                    && let Some(opts) = &opts
                {
                    filtered = Some(relation.clone());
                    let parts = split_lookup(&relation.relation_name);
                    if parts.len() > 1 {
                        let walked = self.names_to_path(rt, &parts, Some(opts), allow_many, fail_on_missing)?;
                        let keep = walked.path.len().saturating_sub(1);
                        path.extend(walked.path.into_iter().take(keep));
                        field = Some(walked.final_field);
                    } else {
                        field = Some(opts.get_field(rt, &relation.relation_name)?);
                    }
                }
            }
            let Some(field) = field else {
                if pos == 0 || fail_on_missing {
                    return Err(self.unresolvable(rt, given, opts.as_ref()).into());
                }
                used = pos;
                break;
            };
            if field.is_relation() && field.related_model().is_none() {
                let message = format!(
                    "Field '{given}' does not generate an automatic reverse relation and therefore cannot be used for \
                     reverse querying. If it is a GenericForeignKey, consider adding a GenericRelation."
                );
                return Err(Exc::FieldError.new(message).into());
            }
            // The field may live in a parent model.
            if let (Some(current), Some(owner)) = (&opts, field.model_or_related()) {
                let owner = owner.concrete_model();
                if !Model::same(&owner, current) {
                    let up = current.path_to_parent(&owner)?;
                    if let Some(last) = up.last() {
                        let to = last.to.clone();
                        let up: Rc<[PathInfo]> = up.into();
                        path.extend(Step::all(up.clone(), None));
                        steps.extend(Step::all(up, None));
                        opts = Some(to);
                    }
                }
            }
            if !has_path(&field) {
                if fail_on_missing && let Some(next) = names.get(pos + 1) {
                    let on = if given == "pk" { field.name().text() } else { given.into() };
                    let message = format!("Cannot resolve keyword '{next}' into field. Join on '{on}' not permitted.");
                    return Err(Exc::FieldError.new(message).into());
                }
                used = pos + 1;
                last = Some((field.clone(), smallvec![field]));
                break;
            }
            let infos = field.asked_path_infos(rt)?;
            if !allow_many && let Some(many) = infos.iter().position(|p| p.m2m) {
                steps.extend(Step::all(infos, filtered.as_ref()).take(many + 1));
                with_path.push((given.into(), steps));
                return Err(PathError::Many(with_path));
            }
            if let Some(info) = infos.last() {
                last = Some((info.join_field.clone(), info.target_fields.iter().cloned().collect()));
                opts = Some(info.to.clone());
            }
            path.extend(Step::all(infos.clone(), filtered.as_ref()));
            steps.extend(Step::all(infos, filtered.as_ref()));
            if !allow_many {
                with_path.push((given.into(), steps));
            }
        }
        match last {
            Some((final_field, targets)) => Ok(NamesPath { path, final_field, targets, used }),
            None => Err(self.unresolvable(rt, names.first().copied().unwrap_or(""), opts.as_ref()).into()),
        }
    }

    /// `Cannot resolve keyword ...`, with everything that could have been meant.
    fn unresolvable(&self, rt: &Rt, name: &str, opts: Option<&ModelRef>) -> Error {
        let mut available = field_names(rt, opts);
        available.extend(self.annotation_select().map(|(n, _)| n.text()));
        available.extend(self.filtered_relations.keys().map(|n| n.text()));
        available.sort();
        let message = format!("Cannot resolve keyword '{name}' into field. Choices are: {}", available.join(", "));
        Exc::FieldError.new(message)
    }

    /// Joins the way through some names. `can_reuse` are the joins to many rows that may be used again (`None`: any).
    /// Names that are no fields at the end are transforms.
    pub fn setup_joins(
        &mut self,
        rt: &Rt,
        names: &[&str],
        opts: Option<&ModelRef>,
        alias: Alias,
        mut can_reuse: Option<&mut AliasSet>,
        allow_many: bool,
    ) -> Res<Joined> {
        let mut not_a_field = None;
        let mut pivot = names.len();
        let walked = loop {
            match self.names_to_path(rt, &names[..pivot], opts, allow_many, true) {
                Ok(walked) => break walked,
                Err(PathError::Many(names)) => return Ok(Joined::Many(names)),
                Err(PathError::Raised(error)) => {
                    if pivot <= 1 || !error.is(Exc::FieldError) {
                        return Err(error);
                    }
                    not_a_field = Some(error);
                    pivot -= 1;
                }
            }
        };
        let transforms = names.get(pivot..).unwrap_or_default().iter().map(|&n| n.into()).collect();
        let mut joins: SmallVec<[Alias; 4]> = smallvec![alias];
        let mut alias = alias;
        let mut opts = opts.cloned();
        for step in &walked.path {
            let to = step.to.clone();
            let filtered = step.filtered.clone();
            let join = Table {
                table_name: to.db_table.borrow().clone(),
                alias: filtered.as_ref().and_then(|r| r.alias).unwrap_or(alias),
                kind: JoinKind::Inner,
                parent: Some(alias),
                join_field: Some(step.join_field.clone()),
                nullable: !step.direct || step.join_field.null(),
                filtered_relation: filtered.clone(),
                refs: 0,
            };
            let reuse = if step.m2m { can_reuse.as_deref() } else { None };
            alias = self.join(rt, join, reuse)?;
            joins.push(alias);
            if filtered.is_some()
                && let Some(set) = can_reuse.as_deref_mut()
            {
                set.insert(alias);
            }
            opts = Some(to);
        }
        let NamesPath { path, final_field, targets, .. } = walked;
        Ok(Joined::Info(Box::new(JoinInfo { final_field, targets, opts, joins, path, transforms, not_a_field })))
    }

    /// Leaves out joins at the end whose target column is in the table before already. The fields to use, and the
    /// aliases that remain.
    #[allow(clippy::type_complexity)]
    pub fn trim_joins(&mut self, info: &JoinInfo) -> Res<(SmallVec<[FieldRef; 1]>, Alias, SmallVec<[Alias; 4]>)> {
        let mut joins = info.joins.clone();
        let mut targets = info.targets.clone();
        for step in info.path.iter().rev() {
            if joins.len() == 1 || !step.direct || step.filtered.is_some() {
                break;
            }
            let related = step.join_field.related_fields()?;
            let near = |target: &FieldRef| {
                let column = target.column();
                related.iter().find(|(_, far)| far.column() == column).map(|(near, _)| near.clone())
            };
            let Some(new) = targets.iter().map(near).collect::<Option<SmallVec<[FieldRef; 1]>>>() else { break };
            targets = new;
            if let Some(alias) = joins.pop() {
                self.unref_alias(alias);
            }
        }
        let alias = joins.last().copied().unwrap_or_else(|| Name::new(""));
        Ok((targets, alias, joins))
    }

    /// A joined path's column with its transforms. FieldError where a transform does not exist.
    pub fn transformed_col(&self, rt: &Rt, info: &JoinInfo, target: &FieldRef, alias: Alias) -> Res<ExprRef> {
        let mut expr = super::col_of(rt, self.alias_cols.then_some(alias), target, None)?;
        for name in &info.transforms {
            expr = match self.try_transform(rt, &expr, name, None) {
                Ok(expr) => expr,
                Err(error) if error.is(Exc::FieldError) && !info.final_field.is_reverse() => {
                    return Err(info.not_a_field.clone().unwrap_or(error));
                }
                Err(error) => return Err(error),
            };
        }
        Ok(expr)
    }
}

/// Whether a field leads to another model (`hasattr(field, 'path_infos')`).
fn has_path(field: &FieldRef) -> bool {
    field.relation_kind().is_some_and(|kind| kind != RelationKind::GenericForeignKey)
}
