//! Relations between models: what a foreign key, a one-to-one, a many-to-many and their reverse sides know.

pub mod attach;
pub mod custom;
mod paths;
pub mod rows;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::field::{Field, FieldRef};
use super::options::{Model, ModelRef};
use crate::object::{Res, Rt, Value, ops};
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
        matches!(self, ManyToOneRel | OneToOneRel | ManyToManyRel | ForeignObjectRel | GenericRel)
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
        let relation = self.relation.get()?;
        match relation.forward.get() {
            Some(forward) => forward.upgrade()?.model(),
            None => relation.to.borrow().model(),
        }
    }

    /// The model between the two of a many-to-many.
    pub fn through(&self) -> Option<ModelRef> {
        let relation = self.relation.get()?;
        match relation.forward.get().and_then(Weak::upgrade) {
            Some(forward) => forward.through(),
            None => relation.through.borrow().as_ref().and_then(Target::model),
        }
    }

    /// `parent_link` of a one-to-one, forward or reverse.
    pub fn is_parent_link(&self) -> bool {
        let Some(relation) = self.relation.get() else { return false };
        match relation.forward.get().and_then(Weak::upgrade) {
            Some(forward) => forward.is_parent_link(),
            None => relation.parent_link.get(),
        }
    }

    /// `field.model` as Django has it: for a reverse side, the model it hangs on.
    pub fn model_or_related(&self) -> Option<ModelRef> {
        match self.relation.get().and_then(|r| r.forward.get()).and_then(Weak::upgrade) {
            Some(forward) => forward.related_model(),
            None => self.model(),
        }
    }

    /// `symmetrical`.
    pub fn symmetrical(&self) -> bool {
        self.on_forward(|r| r.symmetrical.get()).unwrap_or(false)
    }

    /// `multiple` of the reverse side: whether it leads to many.
    pub fn multiple(&self) -> bool {
        !matches!(self.relation_kind(), Some(RelationKind::OneToOne | RelationKind::OneToOneRel))
    }

    /// Asks the forward side of a relation.
    pub fn on_forward<T>(&self, ask: impl FnOnce(&Relation) -> T) -> Option<T> {
        let relation = self.relation.get()?;
        match relation.forward.get() {
            Some(forward) => forward.upgrade()?.relation.get().map(ask),
            None => Some(ask(relation)),
        }
    }

    /// The forward field of a relation: of a reverse side, its `field`; else itself.
    pub fn forward_side(self: &Rc<Self>) -> FieldRef {
        self.relation.get().and_then(|r| r.forward.get()).and_then(Weak::upgrade).unwrap_or_else(|| self.clone())
    }

    /// `on_delete` as it was given.
    pub fn on_delete(&self) -> Value {
        self.on_forward(|r| r.on_delete.borrow().clone()).unwrap_or_default()
    }

    /// `db_constraint`.
    pub fn db_constraint(&self) -> bool {
        self.on_forward(|r| r.db_constraint.get()).unwrap_or(false)
    }

    /// `related_name`.
    pub fn related_name(&self) -> Option<Rc<str>> {
        self.on_forward(|r| r.related_name.borrow().clone()).flatten()
    }

    /// `related_query_name()` of a forward relation: the name filters use from the other side.
    pub fn related_query_name(&self) -> Name {
        let given = self.on_forward(|r| {
            let query = r.related_query_name.borrow().clone();
            query.or_else(|| r.related_name.borrow().clone())
        });
        match given.flatten() {
            Some(name) => Name::new(&name),
            None => self.model().map_or_else(|| Name::new(""), |m| m.model_name),
        }
    }

    /// `get_accessor_name()` of a reverse side: the attribute on the other model; `None` where there is none.
    pub fn accessor_name(&self) -> Option<Name> {
        let forward = self.relation.get()?.forward.get()?.upgrade()?;
        let from = forward.model()?;
        let multiple = forward.multiple();
        if multiple && forward.symmetrical() && forward.related_model().is_some_and(|m| Model::same(&m, &from)) {
            return None;
        }
        if let Some(name) = forward.related_name() {
            return Some(Name::new(&name));
        }
        Some(if multiple { Name::new(&format!("{}_set", from.model_name)) } else { from.model_name })
    }

    /// `is_hidden()`: the related name ends in `+`.
    pub fn hidden(&self) -> bool {
        self.related_name().is_some_and(|n| n.ends_with('+'))
    }

    /// `m2m_db_table()`, as of the through model.
    pub fn m2m_db_table(&self) -> Option<Rc<str>> {
        self.through().map(|m| m.db_table.borrow().clone())
    }

    /// `get_limit_choices_to()`: called where it is callable.
    pub fn limit_choices_to(&self, rt: &Rt) -> Res<Value> {
        let given = self.on_forward(|r| r.limit_choices_to.borrow().clone()).unwrap_or_default();
        if ops::callable(rt, &given) { ops::call0(rt, &given) } else { Ok(given) }
    }
}

/// Makes the reverse side of a forward field, once.
pub fn make_rel(rt: &Rt, field: &FieldRef) {
    let Some(relation) = field.relation.get() else { return };
    if relation.rel.get().is_some() || relation.kind == RelationKind::GenericForeignKey {
        return;
    }
    let (kind, row) = match relation.kind {
        RelationKind::ForeignKey => (RelationKind::ManyToOneRel, &rows::MANY_TO_ONE_REL),
        RelationKind::OneToOne => (RelationKind::OneToOneRel, &rows::ONE_TO_ONE_REL),
        RelationKind::ManyToMany => (RelationKind::ManyToManyRel, &rows::MANY_TO_MANY_REL),
        RelationKind::GenericRelation => (RelationKind::GenericRel, &rows::GENERIC_REL),
        _ => (RelationKind::ForeignObjectRel, &rows::FOREIGN_OBJECT_REL),
    };
    // A session's field may name a class of its own for its reverse side.
    let own = field.overrides("rel_class").and_then(|v| v.as_class().cloned());
    let rel = Field::new(own.unwrap_or_else(|| super::classes::class(rt, row)), row);
    let reverse = Relation::new(kind, Target::None);
    let _ = reverse.forward.set(Rc::downgrade(field));
    let _ = rel.relation.set(reverse);
    {
        let mut options = rel.options.borrow_mut();
        options.null = true;
        options.auto_created = true;
        options.editable = false;
    }
    let _ = relation.rel.set(rel);
}

impl Relation {
    /// A relation of a kind to a target, every option at its default.
    pub fn new(kind: RelationKind, to: Target) -> Relation {
        Relation {
            kind,
            to: RefCell::new(to),
            related_name: RefCell::default(),
            related_query_name: RefCell::default(),
            limit_choices_to: RefCell::default(),
            on_delete: RefCell::default(),
            to_field: Cell::default(),
            parent_link: Cell::default(),
            db_constraint: Cell::new(true),
            symmetrical: Cell::default(),
            through: RefCell::default(),
            through_auto: Cell::default(),
            through_fields: RefCell::default(),
            db_table: RefCell::default(),
            generic: None,
            from_fields: Vec::new(),
            to_fields: Vec::new(),
            rel: OnceCell::new(),
            forward: OnceCell::new(),
            paths: RefCell::default(),
            reverse_paths: RefCell::default(),
        }
    }

    /// A copy for a field inherited from an abstract model: the same options, nothing of what was worked out.
    pub fn copied(&self) -> Relation {
        Relation {
            kind: self.kind,
            to: self.to.clone(),
            related_name: self.related_name.clone(),
            related_query_name: self.related_query_name.clone(),
            limit_choices_to: self.limit_choices_to.clone(),
            on_delete: self.on_delete.clone(),
            to_field: self.to_field.clone(),
            parent_link: self.parent_link.clone(),
            db_constraint: self.db_constraint.clone(),
            symmetrical: self.symmetrical.clone(),
            through: self.through.clone(),
            through_auto: self.through_auto.clone(),
            through_fields: self.through_fields.clone(),
            db_table: self.db_table.clone(),
            generic: self.generic,
            from_fields: self.from_fields.clone(),
            to_fields: self.to_fields.clone(),
            rel: OnceCell::new(),
            forward: OnceCell::new(),
            paths: RefCell::default(),
            reverse_paths: RefCell::default(),
        }
    }
}
