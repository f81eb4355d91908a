//! Relations between models: what a foreign key, a one-to-one, a many-to-many and their reverse sides know.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::field::{Field, FieldRef};
use super::options::{Model, ModelRef};
use crate::object::{Res, Rt, Value};
use crate::source::Name;

/// The kind of a relation, forward or reverse.
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelationKind {
    ForeignKey,
    OneToOne,
    ManyToMany,
    /// The reverse side of a foreign key.
    ManyToOneRel,
    /// The reverse side of a one-to-one.
    OneToOneRel,
    /// The reverse side of a many-to-many.
    ManyToManyRel,
    GenericForeignKey,
    GenericRelation,
    /// The (hidden) reverse side of a generic relation.
    GenericRel,
    /// A `ForeignObject` over several columns.
    ForeignObject,
    /// The reverse side of a `ForeignObject`.
    ForeignObjectRel,
}

impl RelationKind {
    /// Whether it is a reverse side.
    pub fn is_reverse(self) -> bool {
        use RelationKind::*;
        matches!(self, ManyToOneRel | OneToOneRel | ManyToManyRel | ForeignObjectRel)
    }

    /// `many_to_one` as the Python attribute says it.
    pub fn many_to_one(self) -> bool {
        use RelationKind::*;
        matches!(self, ForeignKey | GenericForeignKey | ForeignObject)
    }

    /// `one_to_many`.
    pub fn one_to_many(self) -> bool {
        use RelationKind::*;
        matches!(self, ManyToOneRel | GenericRelation | ForeignObjectRel)
    }

    /// `one_to_one`.
    pub fn one_to_one(self) -> bool {
        matches!(self, RelationKind::OneToOne | RelationKind::OneToOneRel)
    }

    /// `many_to_many`.
    pub fn many_to_many(self) -> bool {
        matches!(self, RelationKind::ManyToMany | RelationKind::ManyToManyRel)
    }
}

/// What a relation points to.
#[derive(Clone)]
pub enum Target {
    /// Named by text (`'self'`, `'app.Model'`, `'Model'`) and not yet there.
    Named(Rc<str>),
    /// A model.
    Model(Weak<Model>),
    /// Nothing in particular (a generic foreign key).
    None,
}

impl Target {
    /// The model, where it is known and alive.
    pub fn model(&self) -> Option<ModelRef> {
        match self {
            Target::Model(m) => m.upgrade(),
            _ => None,
        }
    }
}

/// What a generic relation or foreign key names.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Generic {
    pub ct_field: Name,
    pub fk_field: Name,
    pub for_concrete_model: bool,
}

/// The relation part of a field, forward or reverse.
pub struct Relation {
    /// Which kind.
    pub kind: RelationKind,
    /// What it points to: for a reverse side, the model that has the forward field.
    pub to: RefCell<Target>,
    /// `related_name` with `%(class)s` already put in, once in a model.
    pub related_name: RefCell<Option<Rc<str>>>,
    /// `related_query_name` as given.
    pub related_query_name: RefCell<Option<Rc<str>>>,
    /// `limit_choices_to`: a dict, a Q or a callable; `None` where not given.
    pub limit_choices_to: RefCell<Value>,
    /// `on_delete`: CASCADE and its like, as the value given.
    pub on_delete: RefCell<Value>,
    /// `to_field`.
    pub to_field: Cell<Option<Name>>,
    /// `parent_link`.
    pub parent_link: Cell<bool>,
    /// `db_constraint`.
    pub db_constraint: Cell<bool>,
    /// `symmetrical`.
    pub symmetrical: Cell<bool>,
    /// `through`.
    pub through: RefCell<Option<Target>>,
    /// Whether `through` was made by the field itself.
    pub through_auto: Cell<bool>,
    /// `through_fields`.
    pub through_fields: RefCell<Option<Vec<Name>>>,
    /// `db_table` of a many-to-many, as given.
    pub db_table: RefCell<Option<Rc<str>>>,
    /// Of a generic relation or foreign key.
    pub generic: Option<Generic>,
    /// `from_fields` and `to_fields` of a `ForeignObject`.
    pub from_fields: Vec<Name>,
    /// See `from_fields`.
    pub to_fields: Vec<Name>,
    /// The reverse side, made once the field is in a model.
    pub rel: OnceCell<FieldRef>,
    /// Of a reverse side: the forward field.
    pub forward: OnceCell<Weak<Field>>,
    /// Kept while the models stand: forward and reverse paths.
    pub paths: RefCell<Option<Rc<[PathInfo]>>>,
    /// See `paths`.
    pub reverse_paths: RefCell<Option<Rc<[PathInfo]>>>,
}

/// One step of a path from model to model, as Django's `PathInfo`.
#[derive(Clone)]
pub struct PathInfo {
    /// Where the step starts.
    pub from: ModelRef,
    /// Where it ends.
    pub to: ModelRef,
    /// The fields it ends on.
    pub target_fields: Vec<FieldRef>,
    /// The field that joins.
    pub join_field: FieldRef,
    /// Whether one row can lead to many.
    pub m2m: bool,
    /// Whether it goes forward.
    pub direct: bool,
    /// The `FilteredRelation`, where there is one.
    pub filtered_relation: Option<Value>,
}

impl Field {
    /// The relation part. A field without one is a mistake of the caller, answered by `None`.
    pub fn rel_data(&self) -> Option<&Relation> {
        self.relation.get()
    }

    /// The kind of relation.
    pub fn relation_kind(&self) -> Option<RelationKind> {
        self.relation.get().map(|r| r.kind)
    }

    /// Whether this is a reverse side (`field.auto_created and not field.concrete`).
    pub fn is_reverse(&self) -> bool {
        self.relation_kind().is_some_and(RelationKind::is_reverse)
    }

    /// `many_to_one`.
    pub fn many_to_one(&self) -> bool {
        self.relation_kind().is_some_and(RelationKind::many_to_one)
    }

    /// `one_to_many`.
    pub fn one_to_many(&self) -> bool {
        self.relation_kind().is_some_and(RelationKind::one_to_many)
    }

    /// `one_to_one`.
    pub fn one_to_one(&self) -> bool {
        self.relation_kind().is_some_and(RelationKind::one_to_one)
    }

    /// `many_to_many`.
    pub fn many_to_many(&self) -> bool {
        self.relation_kind().is_some_and(RelationKind::many_to_many)
    }

    /// `remote_field`: the reverse side of a forward field, the forward field of a reverse side.
    pub fn remote_field(&self) -> Option<FieldRef> {
        let relation = self.relation.get()?;
        match relation.forward.get() {
            Some(forward) => forward.upgrade(),
            None => relation.rel.get().cloned(),
        }
    }

    /// `related_model`: the model at the other end.
    pub fn related_model(&self) -> Option<ModelRef> {
        self.relation.get()?.to.borrow().model()
    }

    /// The model between the two of a many-to-many.
    pub fn through(&self) -> Option<ModelRef> {
        let relation = self.relation.get()?;
        match relation.forward.get().and_then(Weak::upgrade) {
            Some(forward) => forward.through(),
            None => relation.through.borrow().as_ref().and_then(Target::model),
        }
    }

    /// `get_path_info()`: the way along this field (for a reverse side, the way back).
    pub fn path_infos(self: &Rc<Self>) -> Res<Rc<[PathInfo]>> {
        Ok(Rc::from(Vec::new()))
    }

    /// `get_reverse_path_info()`.
    pub fn reverse_path_infos(self: &Rc<Self>) -> Res<Rc<[PathInfo]>> {
        Ok(Rc::from(Vec::new()))
    }

    /// `get_joining_fields()`: pairs of the near field and the far field (for a reverse side, turned round).
    pub fn joining_fields(self: &Rc<Self>) -> Res<Vec<(FieldRef, FieldRef)>> {
        Ok(Vec::new())
    }

    /// `related_fields` of a forward relation: local field and remote field.
    pub fn related_fields(self: &Rc<Self>) -> Res<Vec<(FieldRef, FieldRef)>> {
        Ok(Vec::new())
    }

    /// `foreign_related_fields`: the remote fields.
    pub fn foreign_related_fields(self: &Rc<Self>) -> Res<Vec<FieldRef>> {
        Ok(self.related_fields()?.into_iter().map(|p| p.1).collect())
    }

    /// `local_related_fields`.
    pub fn local_related_fields(self: &Rc<Self>) -> Res<Vec<FieldRef>> {
        Ok(self.related_fields()?.into_iter().map(|p| p.0).collect())
    }

    /// `target_field`: the one field a foreign key refers to. For a plain field, itself.
    pub fn target_field(self: &Rc<Self>) -> Res<FieldRef> {
        Ok(self.clone())
    }

    /// `related_query_name()` of a forward relation: the name filters use from the other side.
    pub fn related_query_name(&self) -> Name {
        self.name()
    }

    /// `get_accessor_name()` of a reverse side: the attribute on the other model; `None` where it is hidden.
    pub fn accessor_name(&self) -> Option<Name> {
        None
    }

    /// `is_hidden()` of a reverse side: the related name ends in `+`.
    pub fn hidden(&self) -> bool {
        false
    }

    /// `m2m_field_name()`, `m2m_reverse_field_name()`: the through model's fields to either side.
    pub fn m2m_field_names(self: &Rc<Self>) -> Res<(Name, Name)> {
        Ok((self.name(), self.name()))
    }

    /// `m2m_target_field_name()`, `m2m_reverse_target_field_name()`.
    pub fn m2m_target_field_names(self: &Rc<Self>) -> Res<(Name, Name)> {
        Ok((self.name(), self.name()))
    }

    /// `m2m_db_table()`, as of the through model.
    pub fn m2m_db_table(&self) -> Option<Rc<str>> {
        self.through().map(|m| m.db_table.borrow().clone())
    }

    /// `get_limit_choices_to()`: called where it is callable.
    pub fn limit_choices_to(&self, rt: &Rt) -> Res<Value> {
        let _ = rt;
        Ok(Value::None)
    }
}
