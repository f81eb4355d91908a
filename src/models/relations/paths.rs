//! The ways along relations: pairs of columns and steps from model to model.

use std::rc::{Rc, Weak};

use super::{PathInfo, RelationKind};
use crate::models::field::{Field, FieldRef};
use crate::models::options::{Model, ModelRef};
use crate::object::{Exc, Res};
use crate::source::Name;

impl Field {
    fn own_model(&self) -> Res<ModelRef> {
        self.model().ok_or_else(|| Exc::ValueError.new(format!("Field '{}' is in no model", self.name())))
    }

    fn far_model(&self) -> Res<ModelRef> {
        self.related_model().ok_or_else(|| {
            let name = self.relation.get().map(|r| match &*r.to.borrow() {
                super::Target::Named(name) => name.to_string(),
                _ => String::new(),
            });
            Exc::ValueError.new(format!("Related model '{}' cannot be resolved", name.unwrap_or_default()))
        })
    }

    fn is_rel_to(&self) -> Option<FieldRef> {
        self.relation.get()?.forward.get().and_then(Weak::upgrade)
    }

    /// The field that a foreign key refers to.
    fn key_target(&self) -> Res<FieldRef> {
        let far = self.far_model()?;
        match self.relation.get().and_then(|r| r.to_field.get()) {
            Some(name) => far.forward_field(name),
            None => far.pk().ok_or_else(|| Exc::ValueError.new("the related model has no primary key")),
        }
    }

    /// `related_fields` of a forward relation: local field and remote field.
    pub fn related_fields(self: &Rc<Self>) -> Res<Vec<(FieldRef, FieldRef)>> {
        if let Some(forward) = self.is_rel_to() {
            return forward.related_fields();
        }
        let Some(relation) = self.relation.get() else { return Ok(Vec::new()) };
        let far = self.far_model()?;
        match relation.kind {
            RelationKind::GenericRelation => {
                let (Some(generic), Some(pk)) = (relation.generic, self.own_model()?.pk()) else {
                    return Ok(Vec::new());
                };
                Ok(vec![(far.forward_field(generic.fk_field)?, pk)])
            }
            RelationKind::ForeignObject => {
                let near = self.own_model()?;
                let mut out = Vec::new();
                for (from, to) in relation.from_fields.iter().zip(&relation.to_fields) {
                    out.push((near.forward_field(*from)?, far.forward_field(*to)?));
                }
                Ok(out)
            }
            RelationKind::ForeignKey | RelationKind::OneToOne => Ok(vec![(self.clone(), self.key_target()?)]),
            _ => Ok(Vec::new()),
        }
    }

    /// `foreign_related_fields`: the remote fields.
    pub fn foreign_related_fields(self: &Rc<Self>) -> Res<Vec<FieldRef>> {
        Ok(self.related_fields()?.into_iter().map(|p| p.1).collect())
    }

    /// `local_related_fields`.
    pub fn local_related_fields(self: &Rc<Self>) -> Res<Vec<FieldRef>> {
        Ok(self.related_fields()?.into_iter().map(|p| p.0).collect())
    }

    /// `get_joining_fields()`: pairs of the near field and the far field (for a reverse side, turned round).
    pub fn joining_fields(self: &Rc<Self>) -> Res<Vec<(FieldRef, FieldRef)>> {
        let pairs = self.related_fields()?;
        Ok(match self.is_rel_to() {
            Some(_) => pairs.into_iter().map(|(a, b)| (b, a)).collect(),
            None => pairs,
        })
    }

    /// `target_field`: the one field a relation ends on. For a plain field, itself.
    pub fn target_field(self: &Rc<Self>) -> Res<FieldRef> {
        let fields = match self.relation_kind() {
            None => return Ok(self.clone()),
            Some(RelationKind::ForeignKey | RelationKind::OneToOne) => return self.key_target(),
            Some(_) => match self.path_infos()?.last() {
                Some(last) => last.target_fields.clone(),
                None => Vec::new(),
            },
        };
        match &fields[..] {
            [one] => Ok(one.clone()),
            _ => Err(Exc::FieldError
                .new("The relation has multiple target fields, but only single target field was asked for")),
        }
    }

    /// `get_path_info()`: the way along this field (for a reverse side, the way back).
    pub fn path_infos(self: &Rc<Self>) -> Res<Rc<[PathInfo]>> {
        if let Some(forward) = self.is_rel_to() {
            return forward.reverse_path_infos();
        }
        let Some(relation) = self.relation.get() else { return Ok(Rc::from(Vec::new())) };
        if let Some(known) = &*relation.paths.borrow() {
            return Ok(known.clone());
        }
        let infos: Rc<[PathInfo]> = match relation.kind {
            RelationKind::ManyToMany => self.m2m_path(true)?,
            RelationKind::GenericRelation if self.key_is_inherited() => self.path_through_parent()?,
            RelationKind::GenericRelation => {
                let far = self.far_model()?;
                vec![PathInfo {
                    from: self.own_model()?,
                    target_fields: far.pk().into_iter().collect(),
                    to: far,
                    join_field: self.remote_field().unwrap_or_else(|| self.clone()),
                    m2m: true,
                    direct: false,
                    filtered_relation: None,
                }]
            }
            RelationKind::GenericForeignKey => Vec::new(),
            _ => vec![PathInfo {
                from: self.own_model()?,
                to: self.far_model()?,
                target_fields: self.foreign_related_fields()?,
                join_field: self.clone(),
                m2m: false,
                direct: true,
                filtered_relation: None,
            }],
        }
        .into();
        *relation.paths.borrow_mut() = Some(infos.clone());
        Ok(infos)
    }

    /// `get_reverse_path_info()`.
    pub fn reverse_path_infos(self: &Rc<Self>) -> Res<Rc<[PathInfo]>> {
        if let Some(forward) = self.is_rel_to() {
            return forward.path_infos();
        }
        let Some(relation) = self.relation.get() else { return Ok(Rc::from(Vec::new())) };
        if let Some(known) = &*relation.reverse_paths.borrow() {
            return Ok(known.clone());
        }
        let near = || self.own_model();
        let infos: Rc<[PathInfo]> = match relation.kind {
            RelationKind::ManyToMany => self.m2m_path(false)?,
            RelationKind::GenericForeignKey => Vec::new(),
            kind => {
                let near = near()?;
                let generic = kind == RelationKind::GenericRelation;
                vec![PathInfo {
                    from: self.far_model()?,
                    target_fields: near.pk().into_iter().collect(),
                    to: near,
                    join_field: if generic {
                        self.clone()
                    } else {
                        self.remote_field().unwrap_or_else(|| self.clone())
                    },
                    m2m: !generic && !self.unique() && kind != RelationKind::OneToOne,
                    direct: false,
                    filtered_relation: None,
                }]
            }
        }
        .into();
        *relation.reverse_paths.borrow_mut() = Some(infos.clone());
        Ok(infos)
    }

    /// Whether the rows that a generic relation leads to have their key in a parent's table.
    fn key_is_inherited(&self) -> bool {
        let key = self.relation.get().and_then(|r| r.generic).map(|g| g.fk_field);
        match (self.related_model(), key) {
            (Some(far), Some(key)) => {
                let owner = far.find_forward(key).and_then(|f| f.model());
                owner.is_some_and(|m| !Model::same(&m, &far))
            }
            _ => false,
        }
    }

    /// The way to rows whose key is in a parent's table: to the parent, then down to the child.
    fn path_through_parent(self: &Rc<Self>) -> Res<Vec<PathInfo>> {
        let mut at = self.far_model()?.concrete_model();
        let key = self.relation.get().and_then(|r| r.generic).map(|g| g.fk_field);
        let owner = key.and_then(|k| at.find_forward(k)).and_then(|f| f.model());
        let owner = owner.ok_or_else(|| Exc::FieldDoesNotExist.new("the generic relation's key is not there"))?;
        let mut path = vec![PathInfo {
            from: self.own_model()?,
            target_fields: owner.pk().into_iter().collect(),
            to: owner.clone(),
            join_field: self.remote_field().unwrap_or_else(|| self.clone()),
            m2m: true,
            direct: false,
            filtered_relation: None,
        }];
        let mut links = Vec::new();
        while !Model::same(&at, &owner) {
            let Some(link) = at.ancestor_link(&owner) else { break };
            let Some(next) = link.related_model() else { break };
            links.push(link);
            at = next;
        }
        for link in links.iter().rev() {
            path.extend(link.reverse_path_infos()?.iter().cloned());
        }
        Ok(path)
    }

    fn m2m_path(self: &Rc<Self>, direct: bool) -> Res<Vec<PathInfo>> {
        let through = self.through_model()?;
        let (near, far) = self.m2m_field_names()?;
        let (near, far) = (through.forward_field(near)?, through.forward_field(far)?);
        let (first, second) = if direct { (near, far) } else { (far, near) };
        let first = first.reverse_path_infos()?;
        let second = second.path_infos()?;
        let mut out: Vec<PathInfo> = first.to_vec();
        if let (Some(end), Some(start)) = (first.last(), second.first())
            && !Model::same(&end.to, &start.from)
        {
            if end.to.is_subclass(&start.from) {
                out.extend(end.to.path_to_parent(&start.from)?);
            } else {
                out.extend(start.from.path_from_parent(&end.to)?);
            }
        }
        out.extend(second.iter().cloned());
        Ok(out)
    }

    fn through_model(&self) -> Res<ModelRef> {
        self.through().ok_or_else(|| {
            Exc::ValueError.new(format!("The model between the two sides of '{}' is not there", self.name()))
        })
    }

    /// `m2m_field_name()` and `m2m_reverse_field_name()`: the through model's fields to the near and the far side.
    pub fn m2m_field_names(self: &Rc<Self>) -> Res<(Name, Name)> {
        let (near, far) = self.m2m_links()?;
        Ok((near.name(), far.name()))
    }

    /// The through model's fields to the near and the far side (of a reverse side: its own near and far).
    pub fn m2m_links(self: &Rc<Self>) -> Res<(FieldRef, FieldRef)> {
        if let Some(forward) = self.is_rel_to() {
            let (near, far) = forward.m2m_links()?;
            return Ok((far, near));
        }
        let through = self.through_model()?;
        let (mine, theirs) = (self.own_model()?, self.far_model()?);
        let named = self.relation.get().and_then(|r| r.through_fields.borrow().clone());
        let name_at = |i: usize| named.as_ref().and_then(|names| names.get(i).copied());
        let fields = through.fields();
        let links = |target: &ModelRef| -> Vec<FieldRef> {
            fields
                .iter()
                .filter(|f| f.is_relation() && f.related_model().is_some_and(|m| Model::same(&m, target)))
                .cloned()
                .collect()
        };
        let near = links(&mine).into_iter().find(|f| name_at(0).is_none_or(|n| n == f.name()));
        let mut candidates = links(&theirs);
        // Of two links to one model, the second is the way back; named ones say it themselves.
        let far = match name_at(1) {
            Some(name) => candidates.into_iter().find(|f| f.name() == name),
            None if Model::same(&mine, &theirs) => candidates.drain(..).nth(1),
            None => candidates.into_iter().next(),
        };
        match (near, far) {
            (Some(near), Some(far)) => Ok((near, far)),
            _ => Err(Exc::ValueError.new(format!("'{}' has no fields for '{}'", through.object_name, self.name()))),
        }
    }

    /// `m2m_target_field_name()`, `m2m_reverse_target_field_name()`.
    pub fn m2m_target_field_names(self: &Rc<Self>) -> Res<(Name, Name)> {
        let (near, far) = self.m2m_links()?;
        Ok((near.target_field()?.name(), far.target_field()?.name()))
    }
}
