//! A model's options: Django's `_meta`.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::field::FieldRef;
use super::hooks::Hooks;
use super::registry::Apps;
use super::relations::{PathInfo, RelationKind};
use crate::object::{Class, Exc, Res, Rt, Shape, Str, Value, ops};
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
    /// `ordering` as it was written: a list or tuple.
    pub ordering_value: RefCell<Value>,
    pub get_latest_by: RefCell<Value>,
    pub order_wrt_name: Cell<Option<Name>>,
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
    /// The `_meta` object.
    pub object: RefCell<Option<Value>>,
    /// What is worked out once and kept until the registry changes.
    pub cache: RefCell<Cache>,
    /// What upper layers keep with the model (row decoders, compiled inserts), dropped when the registry changes.
    pub note: RefCell<Option<Rc<dyn std::any::Any>>>,
}

/// Whose fields count besides the model's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parents {
    /// All ancestors'.
    All,
    /// Those of the models that a proxy stands for.
    Proxies,
    /// Nobody's.
    None,
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
    pub reverse_by_name: Option<Rc<rustc_hash::FxHashMap<Name, FieldRef>>>,
    pub managers: Option<Rc<[LocalManager]>>,
    pub default_manager: Option<Value>,
    pub base_manager: Option<Value>,
    pub shape: Option<Rc<Shape>>,
}

impl Model {
    /// The options of a class that is about to be made, all at their defaults.
    pub fn new(app_label: &str, object_name: &str) -> Model {
        let verbose = super::meta::camel_case_to_spaces(object_name);
        Model {
            class_cell: OnceCell::new(),
            app_label: app_label.into(),
            object_name: object_name.into(),
            model_name: Name::new(&object_name.to_lowercase()),
            db_table: RefCell::new("".into()),
            db_tablespace: RefCell::new("".into()),
            db_table_comment: RefCell::new("".into()),
            abstract_: Cell::default(),
            proxy: Cell::default(),
            managed: Cell::new(true),
            swappable: RefCell::default(),
            auto_created: RefCell::default(),
            proxy_for: RefCell::default(),
            concrete: RefCell::default(),
            parents: RefCell::default(),
            local_fields: RefCell::default(),
            local_many_to_many: RefCell::default(),
            private_fields: RefCell::default(),
            local_managers: RefCell::default(),
            pk_cell: RefCell::default(),
            auto_field: RefCell::default(),
            verbose_name: RefCell::new(Value::from(verbose)),
            verbose_name_plural: RefCell::default(),
            ordering: RefCell::default(),
            ordering_value: RefCell::new(Value::list(Vec::new())),
            get_latest_by: RefCell::default(),
            order_wrt_name: Cell::default(),
            order_with_respect_to: RefCell::default(),
            unique_together: RefCell::default(),
            index_together: RefCell::default(),
            indexes: RefCell::default(),
            constraints: RefCell::default(),
            default_related_name: RefCell::default(),
            default_manager_name: Cell::default(),
            base_manager_name: Cell::default(),
            default_permissions: RefCell::new(["add", "change", "delete", "view"].map(Value::str).to_vec()),
            permissions: RefCell::default(),
            required_db_features: RefCell::default(),
            required_db_vendor: RefCell::default(),
            select_on_save: Cell::default(),
            original_attrs: RefCell::default(),
            object: RefCell::default(),
            cache: RefCell::default(),
            note: RefCell::default(),
        }
    }

    /// A Meta option as it was written.
    pub fn original(&self, name: &str) -> Option<Value> {
        self.original_attrs.borrow().iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())
    }

    /// Sets `ordering`. Errors: TypeError where it is no collection.
    pub fn set_ordering(&self, rt: &Rt, value: &Value) -> Res<()> {
        let items = match value {
            Value::None => Vec::new(),
            // A bare text is a mistake that the checks tell of.
            Value::Str(_) => vec![value.clone()],
            _ => ops::collect(rt, value)?,
        };
        *self.ordering.borrow_mut() = items;
        *self.ordering_value.borrow_mut() = value.clone();
        Ok(())
    }

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
        if let Some(known) = &self.cache.borrow().fields {
            return known.clone();
        }
        let all = self.forward_fields(Parents::All, true);
        let kept: Rc<[FieldRef]> = all
            .into_iter()
            .filter(|f| !f.many_to_many() && !f.one_to_many())
            .filter(|f| f.relation_kind() != Some(RelationKind::GenericForeignKey))
            .collect();
        self.cache.borrow_mut().fields = Some(kept.clone());
        kept
    }

    /// `concrete_fields`: those of [`fields`](Model::fields) that have a column.
    pub fn concrete_fields(self: &Rc<Self>) -> Rc<[FieldRef]> {
        if let Some(known) = &self.cache.borrow().concrete_fields {
            return known.clone();
        }
        let kept: Rc<[FieldRef]> = self.fields().iter().filter(|f| f.concrete()).cloned().collect();
        self.cache.borrow_mut().concrete_fields = Some(kept.clone());
        kept
    }

    /// `local_concrete_fields`.
    pub fn local_concrete_fields(&self) -> Vec<FieldRef> {
        self.local_fields.borrow().iter().filter(|f| f.concrete()).cloned().collect()
    }

    /// `many_to_many`, parents' first.
    pub fn many_to_many(self: &Rc<Self>) -> Rc<[FieldRef]> {
        if let Some(known) = &self.cache.borrow().many_to_many {
            return known.clone();
        }
        let all = self.forward_fields(Parents::All, true);
        let kept: Rc<[FieldRef]> = all.into_iter().filter(|f| f.many_to_many()).collect();
        self.cache.borrow_mut().many_to_many = Some(kept.clone());
        kept
    }

    /// `_get_fields(reverse=False)`: the forward fields, with private ones where this is the call's own model.
    pub fn forward_fields(self: &Rc<Self>, parents: Parents, top: bool) -> Vec<FieldRef> {
        self.get_fields_of(None, true, parents, true, top)
    }

    /// `get_fields(include_parents, include_hidden)`: reverse relations first, then the model's own fields.
    pub fn get_fields(self: &Rc<Self>, rt: &Rt, include_parents: bool, include_hidden: bool) -> Vec<FieldRef> {
        let parents = if include_parents { Parents::All } else { Parents::Proxies };
        self.get_fields_of(Some(rt), true, parents, include_hidden, true)
    }

    /// Django's `_get_fields`: reverse relations are among them where a runtime is given.
    fn get_fields_of(
        self: &Rc<Self>,
        reverse: Option<&Rt>,
        forward: bool,
        parents: Parents,
        hidden: bool,
        top: bool,
    ) -> Vec<FieldRef> {
        let mut out: Vec<FieldRef> = Vec::new();
        if parents != Parents::None {
            let concrete = self.concrete_model();
            for (parent, _) in self.parents.borrow().iter() {
                if parents == Parents::Proxies && !Model::same(&parent.concrete_model(), &concrete) {
                    continue;
                }
                for field in parent.get_fields_of(reverse, forward, parents, hidden, false) {
                    // Forward links of parents stay; the way back from a parent to its child shows at that child alone.
                    let link = field.is_reverse() && field.is_parent_link();
                    let own = || field.model_or_related().is_some_and(|m| Model::same(&m, &concrete));
                    if (!link || own()) && !out.iter().any(|f| Rc::ptr_eq(f, &field)) {
                        out.push(field);
                    }
                }
            }
        }
        if let Some(rt) = reverse
            && !self.proxy.get()
        {
            for field in Apps::of(rt).relation_tree(&self.concrete_model()).iter() {
                if let Some(rel) = field.remote_field()
                    && (hidden || !rel.hidden())
                {
                    out.push(rel);
                }
            }
        }
        if forward {
            out.extend(self.local_fields.borrow().iter().cloned());
            out.extend(self.local_many_to_many.borrow().iter().cloned());
            if top {
                out.extend(self.private_fields.borrow().iter().cloned());
            }
        }
        out
    }

    /// `related_objects`: reverse relations of other models to this one that are not hidden (many-to-many: all).
    pub fn related_objects(self: &Rc<Self>, rt: &Rt) -> Rc<[FieldRef]> {
        if let Some(known) = &self.cache.borrow().related_objects {
            return known.clone();
        }
        let kept: Rc<[FieldRef]> =
            self.all_related_objects(rt).iter().filter(|f| !f.hidden() || f.many_to_many()).cloned().collect();
        self.cache.borrow_mut().related_objects = Some(kept.clone());
        kept
    }

    /// Every reverse relation of this model and its parents, hidden ones included, for deletion.
    pub fn all_related_objects(self: &Rc<Self>, rt: &Rt) -> Rc<[FieldRef]> {
        if let Some(known) = &self.cache.borrow().all_related {
            return known.clone();
        }
        let all: Rc<[FieldRef]> = self.get_fields_of(Some(rt), false, Parents::All, true, true).into();
        self.cache.borrow_mut().all_related = Some(all.clone());
        all
    }

    /// A forward field by name or attribute name, private ones included.
    pub fn find_forward(self: &Rc<Self>, name: Name) -> Option<FieldRef> {
        if let Some(map) = &self.cache.borrow().by_name {
            return map.get(&name).cloned();
        }
        let mut map = rustc_hash::FxHashMap::default();
        for field in self.forward_fields(Parents::All, true) {
            map.insert(field.name(), field.clone());
            if let Some(attname) = field.attname_cell.get() {
                map.insert(attname, field);
            }
        }
        let found = map.get(&name).cloned();
        self.cache.borrow_mut().by_name = Some(Rc::new(map));
        found
    }

    /// A field by name, attribute name or reverse query name. `None` where there is none.
    pub fn find_field(self: &Rc<Self>, rt: &Rt, name: Name) -> Option<FieldRef> {
        if let Some(field) = self.find_forward(name) {
            return Some(field);
        }
        if let Some(map) = &self.cache.borrow().reverse_by_name {
            return map.get(&name).cloned();
        }
        let mut map = rustc_hash::FxHashMap::default();
        for field in self.all_related_objects(rt).iter() {
            map.insert(field.name(), field.clone());
        }
        let found = map.get(&name).cloned();
        self.cache.borrow_mut().reverse_by_name = Some(Rc::new(map));
        found
    }

    /// `get_field(name)`. FieldDoesNotExist.
    pub fn get_field(self: &Rc<Self>, rt: &Rt, name: &str) -> Res<FieldRef> {
        self.find_field(rt, Name::new(name))
            .ok_or_else(|| Exc::FieldDoesNotExist.new(format!("{} has no field named '{name}'", self.object_name)))
    }

    /// A field that the model's own code names. FieldDoesNotExist.
    pub fn forward_field(self: &Rc<Self>, name: Name) -> Res<FieldRef> {
        self.find_forward(name)
            .ok_or_else(|| Exc::FieldDoesNotExist.new(format!("{} has no field named '{name}'", self.object_name)))
    }

    /// The primary key; an abstract model may have none.
    pub fn pk(&self) -> Option<FieldRef> {
        self.pk_cell.borrow().clone()
    }

    /// `pk_fields`: the primary key, or the fields of a composite one.
    pub fn pk_fields(self: &Rc<Self>, rt: &Rt) -> Vec<FieldRef> {
        let _ = rt;
        match self.pk() {
            Some(pk) if pk.row.name == "CompositePrimaryKey" => {
                let names = pk.options().field_names.clone();
                names.into_iter().filter_map(|n| self.find_forward(n)).collect()
            }
            pk => pk.into_iter().collect(),
        }
    }

    /// `is_composite_pk`.
    pub fn is_composite_pk(&self) -> bool {
        self.pk().is_some_and(|pk| pk.row.name == "CompositePrimaryKey")
    }

    /// Attribute names of the concrete fields: the shape of a loaded instance.
    pub fn shape(self: &Rc<Self>) -> Rc<Shape> {
        if let Some(known) = &self.cache.borrow().shape {
            return known.clone();
        }
        let names: Vec<Name> = self.concrete_fields().iter().map(|f| f.attname()).collect();
        let shape = Shape::of(&names);
        self.cache.borrow_mut().shape = Some(shape.clone());
        shape
    }

    /// The parents without their links.
    pub fn parent_models(&self) -> Vec<ModelRef> {
        self.parents.borrow().iter().map(|(p, _)| p.clone()).collect()
    }

    /// The link to a direct parent; the outer `None` where it is no parent.
    pub fn parent_link(&self, parent: &ModelRef) -> Option<Option<FieldRef>> {
        self.parents.borrow().iter().find(|(p, _)| Model::same(p, parent)).map(|(_, link)| link.clone())
    }

    /// `get_base_chain(model)`: from the nearest parent to `ancestor`, empty where that is none.
    pub fn base_chain(self: &Rc<Self>, ancestor: &ModelRef) -> Vec<ModelRef> {
        if self.parent_link(ancestor).is_some() {
            return vec![ancestor.clone()];
        }
        for parent in self.parent_models() {
            let mut chain = parent.base_chain(ancestor);
            if !chain.is_empty() {
                chain.insert(0, parent);
                return chain;
            }
        }
        Vec::new()
    }

    /// `get_parent_list()`: all ancestors, nearest first.
    pub fn parent_list(self: &Rc<Self>) -> Vec<ModelRef> {
        let mut out = self.parent_models();
        for parent in self.parent_models() {
            for ancestor in parent.parent_list() {
                if !out.iter().any(|m| Model::same(m, &ancestor)) {
                    out.push(ancestor);
                }
            }
        }
        out
    }

    /// `all_parents`.
    pub fn all_parents(self: &Rc<Self>) -> Vec<ModelRef> {
        self.parent_list()
    }

    /// `get_ancestor_link(ancestor)`.
    pub fn ancestor_link(self: &Rc<Self>, ancestor: &ModelRef) -> Option<FieldRef> {
        if let Some(link) = self.parent_link(ancestor) {
            return link;
        }
        for (parent, link) in self.parents.borrow().iter() {
            if let Some(further) = parent.ancestor_link(ancestor) {
                return Some(link.clone().unwrap_or(further));
            }
        }
        None
    }

    /// `get_path_to_parent(parent)`.
    pub fn path_to_parent(self: &Rc<Self>, parent: &ModelRef) -> Res<Vec<PathInfo>> {
        let mut path = Vec::new();
        if Model::same(self, parent) {
            return Ok(path);
        }
        let proxied = self.concrete_model();
        let mut at = self.clone();
        for step in self.base_chain(parent) {
            if Model::same(&step, &proxied) {
                at = step;
                continue;
            }
            let Some(Some(link)) = at.parent_link(&step) else { continue };
            path.push(PathInfo {
                from: link.model().unwrap_or_else(|| at.clone()),
                to: step.clone(),
                target_fields: vec![link.target_field()?],
                join_field: link,
                m2m: false,
                direct: true,
                filtered_relation: None,
            });
            at = step;
        }
        Ok(path)
    }

    /// `get_path_from_parent(parent)`.
    pub fn path_from_parent(self: &Rc<Self>, parent: &ModelRef) -> Res<Vec<PathInfo>> {
        let mut path = Vec::new();
        if Model::same(self, parent) {
            return Ok(path);
        }
        let concrete = self.concrete_model();
        let mut chain = concrete.base_chain(parent);
        chain.reverse();
        chain.push(concrete);
        for pair in chain.windows(2) {
            if let [ancestor, child] = pair
                && let Some(link) = child.ancestor_link(ancestor)
            {
                path.extend(link.reverse_path_infos()?.iter().cloned());
            }
        }
        Ok(path)
    }

    /// The options of the classes in the method resolution order that have some, the model itself first.
    pub fn line(self: &Rc<Self>) -> Vec<ModelRef> {
        match self.class() {
            Ok(class) => class.mro().filter_map(|c| c.data::<Model>()).collect(),
            Err(_) => vec![self.clone()],
        }
    }

    /// `managers`: this model's and the ancestors', those nearer hiding others of the same name.
    pub fn managers(self: &Rc<Self>, rt: &Rt) -> Res<Rc<[LocalManager]>> {
        if let Some(known) = &self.cache.borrow().managers {
            return Ok(known.clone());
        }
        let mut found: Vec<(usize, LocalManager)> = Vec::new();
        for (depth, base) in self.line().into_iter().enumerate() {
            for manager in base.local_managers.borrow().iter() {
                if !found.iter().any(|(_, m)| m.name == manager.name) {
                    found.push((depth, manager.clone()));
                }
            }
        }
        found.sort_by_key(|(depth, m)| (*depth, m.creation_counter));
        let copy = Hooks::of(rt).copy_manager.get();
        let mut out = Vec::with_capacity(found.len());
        for (_, mut manager) in found {
            if let Some(copy) = copy {
                manager.value = copy(rt, &manager.value, self)?;
            }
            out.push(manager);
        }
        let out: Rc<[LocalManager]> = out.into();
        self.cache.borrow_mut().managers = Some(out.clone());
        Ok(out)
    }

    /// A manager by name, bound to this model.
    pub fn manager(self: &Rc<Self>, rt: &Rt, name: Name) -> Res<Option<Value>> {
        Ok(self.managers(rt)?.iter().find(|m| m.name == name).map(|m| m.value.clone()))
    }

    fn manager_or_error(self: &Rc<Self>, rt: &Rt, name: Name) -> Res<Value> {
        self.manager(rt, name)?
            .ok_or_else(|| Exc::ValueError.new(format!("{} has no manager named '{name}'", self.object_name)))
    }

    /// `_default_manager`; `None` (Python's) for a model without managers.
    pub fn default_manager(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        if let Some(known) = &self.cache.borrow().default_manager {
            return Ok(known.clone());
        }
        let mut name = self.default_manager_name.get();
        if name.is_none() && self.local_managers.borrow().is_empty() {
            name = self.line().get(1).and_then(|m| m.default_manager_name.get());
        }
        let manager = match name {
            Some(name) => self.manager_or_error(rt, name)?,
            None => self.managers(rt)?.first().map(|m| m.value.clone()).unwrap_or_default(),
        };
        self.cache.borrow_mut().default_manager = Some(manager.clone());
        Ok(manager)
    }

    fn base_manager_named(self: &Rc<Self>) -> Option<Name> {
        match self.base_manager_name.get() {
            Some(name) => Some(name),
            None => self.line().get(1).and_then(|parent| parent.base_manager_named()),
        }
    }

    /// `_base_manager`.
    pub fn base_manager(self: &Rc<Self>, rt: &Rt) -> Res<Value> {
        if let Some(known) = &self.cache.borrow().base_manager {
            return Ok(known.clone());
        }
        let manager = match self.base_manager_named() {
            Some(name) => self.manager_or_error(rt, name)?,
            None => {
                let hooks = Hooks::of(rt);
                match (hooks.new_manager.get(), hooks.copy_manager.get()) {
                    (Some(new), Some(copy)) => {
                        let manager = copy(rt, &new(rt)?, self)?;
                        let _ = ops::set_attr(rt, &manager, "name".into(), Value::str("_base_manager"));
                        let _ = ops::set_attr(rt, &manager, "auto_created".into(), Value::Bool(true));
                        manager
                    }
                    _ => Value::None,
                }
            }
        };
        self.cache.borrow_mut().base_manager = Some(manager.clone());
        Ok(manager)
    }

    /// `add_manager(manager)`, called by a manager's `contribute_to_class`.
    pub fn add_manager(&self, manager: LocalManager) {
        self.local_managers.borrow_mut().push(manager);
        self.expire();
    }

    /// `add_field(field, private)`: in order of creation.
    pub fn add_field(&self, rt: &Rt, field: &FieldRef, private: bool) {
        if private {
            self.private_fields.borrow_mut().push(field.clone());
        } else {
            let list = if field.many_to_many() { &self.local_many_to_many } else { &self.local_fields };
            let mut list = list.borrow_mut();
            let at = list.partition_point(|f| f.creation_counter.get() <= field.creation_counter.get());
            list.insert(at, field.clone());
        }
        if !private && !field.many_to_many() {
            self.setup_pk(field);
        }
        let apps = Apps::of(rt);
        if apps.find(&self.app_label, &self.object_name).is_some_and(|m| std::ptr::eq(&*m, self)) {
            apps.expire();
        }
        self.expire();
    }

    /// Takes the first primary key there is.
    pub fn setup_pk(&self, field: &FieldRef) {
        if self.pk_cell.borrow().is_none() && field.primary_key() {
            *self.pk_cell.borrow_mut() = Some(field.clone());
            field.options.borrow_mut().serialize = false;
        }
    }

    /// Whether an ancestor through multi-table inheritance or proxying, or itself.
    pub fn is_or_inherits(self: &Rc<Self>, other: &ModelRef) -> bool {
        Model::same(self, other) || self.parent_list().iter().any(|p| Model::same(p, other))
    }

    /// Whether the class of one model derives from the class of another (proxies and abstract parents included).
    pub fn is_subclass(self: &Rc<Self>, other: &ModelRef) -> bool {
        match (self.class(), other.class()) {
            (Ok(a), Ok(b)) => a.is_subclass(&b),
            _ => false,
        }
    }

    /// `can_migrate`: whether tables are made for it here.
    pub fn can_migrate(&self) -> bool {
        !self.proxy.get()
            && !self.abstract_.get()
            && self.managed.get()
            && match self.required_db_vendor.borrow().as_deref() {
                Some(vendor) => vendor == "sqlite",
                None => {
                    let needed = self.required_db_features.borrow();
                    needed.iter().all(|f| f.as_str().is_some_and(|f| crate::db::python::has_feature(f)))
                }
            }
    }

    /// `verbose_name` as text.
    pub fn verbose_name_text(&self, rt: &Rt) -> Res<Str> {
        let value = self.verbose_name.borrow().clone();
        ops::str(rt, &value)
    }

    /// Forgets what was worked out.
    pub fn expire(&self) {
        crate::object::class::changed();
        *self.cache.borrow_mut() = Cache::default();
        *self.note.borrow_mut() = None;
    }
}
