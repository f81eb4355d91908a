//! A model's options: Django's `_meta`.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::field::FieldRef;
use super::relations::PathInfo;
use crate::object::{Class, Exc, Res, Rt, Shape, Value};
use crate::source::Name;

/// A shared model.
pub type ModelRef = Rc<Model>;

/// The options of a model class (an abstract one has them too).
pub fn model_of(value: &Value) -> Option<ModelRef> {
    value.as_class().and_then(|c| c.data::<Model>())
}

/// A manager of a model, as `contribute_to_class` left it.
#[derive(Clone)]
pub struct LocalManager {
    /// The attribute.
    pub name: Name,
    /// Orders managers.
    pub creation_counter: i64,
    /// The manager.
    pub value: Value,
    /// Whether it was made for a model without one.
    pub auto_created: bool,
}

/// A model's options. The lists that depend on other models are kept until the registry changes.
#[allow(missing_docs)]
pub struct Model {
    pub class_cell: OnceCell<Weak<Class>>,
    pub app_label: Rc<str>,
    /// `Student`.
    pub object_name: Rc<str>,
    /// `student`.
    pub model_name: Name,
    pub db_table: RefCell<Rc<str>>,
    pub db_tablespace: RefCell<Rc<str>>,
    pub db_table_comment: RefCell<Rc<str>>,
    pub abstract_: Cell<bool>,
    pub proxy: Cell<bool>,
    pub managed: Cell<bool>,
    pub swappable: RefCell<Option<Rc<str>>>,
    pub auto_created: RefCell<Option<Weak<Model>>>,
    /// The model a proxy stands for (the next one down the line).
    pub proxy_for: RefCell<Option<ModelRef>>,
    /// The concrete model: itself unless a proxy.
    pub concrete: RefCell<Option<Weak<Model>>>,
    /// Parents of multi-table inheritance (and a proxy's model) with their parent links, in Django's order.
    pub parents: RefCell<Vec<(ModelRef, Option<FieldRef>)>>,
    pub local_fields: RefCell<Vec<FieldRef>>,
    pub local_many_to_many: RefCell<Vec<FieldRef>>,
    pub private_fields: RefCell<Vec<FieldRef>>,
    pub local_managers: RefCell<Vec<LocalManager>>,
    pub pk_cell: RefCell<Option<FieldRef>>,
    pub auto_field: RefCell<Option<FieldRef>>,
    pub verbose_name: RefCell<Value>,
    pub verbose_name_plural: RefCell<Value>,
    pub ordering: RefCell<Vec<Value>>,
    pub get_latest_by: RefCell<Value>,
    pub order_with_respect_to: RefCell<Option<FieldRef>>,
    pub unique_together: RefCell<Vec<Vec<Name>>>,
    pub index_together: RefCell<Vec<Vec<Name>>>,
    pub indexes: RefCell<Vec<Value>>,
    pub constraints: RefCell<Vec<Value>>,
    pub default_related_name: RefCell<Option<Rc<str>>>,
    pub default_manager_name: Cell<Option<Name>>,
    pub base_manager_name: Cell<Option<Name>>,
    pub default_permissions: RefCell<Vec<Value>>,
    pub permissions: RefCell<Vec<Value>>,
    pub required_db_features: RefCell<Vec<Value>>,
    pub required_db_vendor: RefCell<Option<Rc<str>>>,
    pub select_on_save: Cell<bool>,
    /// The Meta options as they were written, by name.
    pub original_attrs: RefCell<Vec<(Name, Value)>>,
    /// What is worked out once and kept until the registry changes.
    pub cache: RefCell<Cache>,
    /// What upper layers keep with the model (row decoders, compiled inserts), dropped when the registry changes.
    pub note: RefCell<Option<Rc<dyn std::any::Any>>>,
}

/// Lists worked out from fields and relations.
#[derive(Default)]
#[allow(missing_docs)]
pub struct Cache {
    pub fields: Option<Rc<[FieldRef]>>,
    pub concrete_fields: Option<Rc<[FieldRef]>>,
    pub many_to_many: Option<Rc<[FieldRef]>>,
    pub related_objects: Option<Rc<[FieldRef]>>,
    pub all_related: Option<Rc<[FieldRef]>>,
    pub by_name: Option<Rc<rustc_hash::FxHashMap<Name, FieldRef>>>,
    pub shape: Option<Rc<Shape>>,
}

impl Model {
    /// The class.
    pub fn class(&self) -> Res<Rc<Class>> {
        self.class_cell.get().and_then(Weak::upgrade).ok_or_else(|| Exc::RuntimeError.new("the model is gone"))
    }

    /// The class as a value; `None` (Python's) where it is gone.
    pub fn class_value(&self) -> Value {
        self.class_cell.get().and_then(Weak::upgrade).map_or(Value::None, Value::Class)
    }

    /// `label`: `app.Student`.
    pub fn label(&self) -> String {
        format!("{}.{}", self.app_label, self.object_name)
    }

    /// `label_lower`: `app.student`.
    pub fn label_lower(&self) -> String {
        format!("{}.{}", self.app_label, self.model_name)
    }

    /// `concrete_model`.
    pub fn concrete_model(self: &Rc<Self>) -> ModelRef {
        self.concrete.borrow().as_ref().and_then(Weak::upgrade).unwrap_or_else(|| self.clone())
    }

    /// Whether both are one model.
    pub fn same(a: &ModelRef, b: &ModelRef) -> bool {
        Rc::ptr_eq(a, b)
    }

    /// `fields`: forward fields without many-to-many, parents' first.
    pub fn fields(self: &Rc<Self>) -> Rc<[FieldRef]> {
        todo!()
    }

    /// `concrete_fields`: those of [`fields`](Model::fields) that have a column.
    pub fn concrete_fields(self: &Rc<Self>) -> Rc<[FieldRef]> {
        todo!()
    }

    /// `local_concrete_fields`.
    pub fn local_concrete_fields(&self) -> Vec<FieldRef> {
        self.local_fields.borrow().iter().filter(|f| f.concrete()).cloned().collect()
    }

    /// `many_to_many`, parents' first.
    pub fn many_to_many(self: &Rc<Self>) -> Rc<[FieldRef]> {
        todo!()
    }

    /// `related_objects`: reverse relations of other models to this one that are not hidden (many-to-many: all).
    pub fn related_objects(self: &Rc<Self>, rt: &Rt) -> Rc<[FieldRef]> {
        let _ = rt;
        todo!()
    }

    /// `_relation_tree` and the parents': every reverse relation, hidden ones included, for deletion.
    pub fn all_related_objects(self: &Rc<Self>, rt: &Rt) -> Rc<[FieldRef]> {
        let _ = rt;
        todo!()
    }

    /// A field by name, attribute name or reverse query name. `None` where there is none.
    pub fn find_field(self: &Rc<Self>, rt: &Rt, name: Name) -> Option<FieldRef> {
        let _ = (rt, name);
        todo!()
    }

    /// `get_field(name)`. FieldDoesNotExist.
    pub fn get_field(self: &Rc<Self>, rt: &Rt, name: &str) -> Res<FieldRef> {
        Name::existing(name)
            .and_then(|n| self.find_field(rt, n))
            .ok_or_else(|| Exc::FieldDoesNotExist.new(format!("{} has no field named '{name}'", self.object_name)))
    }

    /// The primary key. FieldDoesNotExist-like errors cannot happen for a concrete model; an abstract one has none.
    pub fn pk(&self) -> Option<FieldRef> {
        self.pk_cell.borrow().clone()
    }

    /// `pk_fields`: the primary key, or the fields of a composite one.
    pub fn pk_fields(self: &Rc<Self>, rt: &Rt) -> Vec<FieldRef> {
        let _ = rt;
        self.pk().into_iter().collect()
    }

    /// `is_composite_pk`.
    pub fn is_composite_pk(&self) -> bool {
        self.pk().is_some_and(|pk| pk.row.name == "CompositePrimaryKey")
    }

    /// Attribute names of the concrete fields: the shape of a loaded instance.
    pub fn shape(self: &Rc<Self>) -> Rc<Shape> {
        todo!()
    }

    /// `get_base_chain(model)`: from the parent to the nearest, empty where `model` is no ancestor.
    pub fn base_chain(self: &Rc<Self>, ancestor: &ModelRef) -> Vec<ModelRef> {
        let _ = ancestor;
        todo!()
    }

    /// `get_parent_list()`.
    pub fn parent_list(self: &Rc<Self>) -> Vec<ModelRef> {
        todo!()
    }

    /// `all_parents`.
    pub fn all_parents(self: &Rc<Self>) -> Vec<ModelRef> {
        self.parent_list()
    }

    /// `get_ancestor_link(ancestor)`.
    pub fn ancestor_link(self: &Rc<Self>, ancestor: &ModelRef) -> Option<FieldRef> {
        let _ = ancestor;
        todo!()
    }

    /// `get_path_to_parent(parent)`.
    pub fn path_to_parent(self: &Rc<Self>, parent: &ModelRef) -> Res<Vec<PathInfo>> {
        let _ = parent;
        todo!()
    }

    /// `get_path_from_parent(parent)`.
    pub fn path_from_parent(self: &Rc<Self>, parent: &ModelRef) -> Res<Vec<PathInfo>> {
        let _ = parent;
        todo!()
    }

    /// `_default_manager`.
    pub fn default_manager(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        let _ = rt;
        todo!()
    }

    /// `_base_manager`.
    pub fn base_manager(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        let _ = rt;
        todo!()
    }

    /// `managers`: this model's and the ancestors', those nearer hiding others of the same name.
    pub fn managers(self: &Rc<Self>, rt: &Rt) -> Res<Vec<LocalManager>> {
        let _ = rt;
        todo!()
    }

    /// `add_manager(manager)`, called by a manager's `contribute_to_class`.
    pub fn add_manager(&self, manager: LocalManager) {
        self.local_managers.borrow_mut().push(manager);
    }

    /// Whether an ancestor through multi-table inheritance or proxying, or itself.
    pub fn is_or_inherits(self: &Rc<Self>, other: &ModelRef) -> bool {
        Model::same(self, other) || self.parent_list().iter().any(|p| Model::same(p, other))
    }

    /// Forgets what was worked out.
    pub fn expire(&self) {
        *self.cache.borrow_mut() = Cache::default();
        *self.note.borrow_mut() = None;
    }
}
