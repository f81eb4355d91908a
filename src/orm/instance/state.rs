//! What a model instance holds besides its attributes: whether it is new, its database, its cached relations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::models::{FieldRef, ModelRef, model_of};
use crate::object::{Args, Attrs, Class, Dict, Exc, Instance, NativeType, Object, Payload, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// Names that every attribute look-up of an instance may compare with.
#[derive(Clone, Copy)]
struct Special {
    pk: Name,
    state: Name,
}

thread_local! {
    static SPECIAL: Special = Special { pk: Name::new("pk"), state: Name::new("_state") };
}

fn names() -> Special {
    SPECIAL.with(|n| *n)
}

/// The payload of a model instance; the session sees it as `instance._state`.
#[derive(Default)]
pub struct ModelState {
    /// Whether the instance has not been saved.
    pub adding: Cell<bool>,
    /// The database's alias, once it came from or went to one.
    pub db: Cell<Option<Name>>,
    /// Objects of relations by cache name. Few, so a plain list.
    fields_cache: RefCell<Vec<(Name, Value)>>,
}

impl ModelState {
    /// The state of an instance that is not saved.
    pub fn new() -> ModelState {
        ModelState { adding: Cell::new(true), ..ModelState::default() }
    }

    /// The state of an instance that came from a database.
    pub fn loaded(db: Name) -> ModelState {
        ModelState { adding: Cell::new(false), db: Cell::new(Some(db)), fields_cache: RefCell::default() }
    }

    /// A cached related object; `Some(None)` in Python's sense is `Value::None`.
    pub fn cached(&self, name: Name) -> Option<Value> {
        self.fields_cache.borrow().iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())
    }

    /// Whether a relation's object is cached.
    pub fn is_cached(&self, name: Name) -> bool {
        self.fields_cache.borrow().iter().any(|(n, _)| *n == name)
    }

    /// Caches a relation's object.
    pub fn cache(&self, name: Name, value: Value) {
        let mut cache = self.fields_cache.borrow_mut();
        match cache.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => {
                let old = std::mem::replace(&mut slot.1, value);
                drop(cache);
                drop(old);
            }
            None => cache.push((name, value)),
        }
    }

    /// Forgets a relation's object.
    pub fn uncache(&self, name: Name) -> Option<Value> {
        let mut cache = self.fields_cache.borrow_mut();
        let at = cache.iter().position(|(n, _)| *n == name)?;
        Some(cache.remove(at).1)
    }

    /// Whether any relation's object is cached.
    pub fn has_cached(&self) -> bool {
        !self.fields_cache.borrow().is_empty()
    }

    /// All cached objects.
    pub fn all_cached(&self) -> Vec<(Name, Value)> {
        self.fields_cache.borrow().clone()
    }

    /// A state of the same content.
    pub fn copy(&self) -> ModelState {
        ModelState { adding: self.adding.clone(), db: self.db.clone(), fields_cache: RefCell::new(self.all_cached()) }
    }
}

impl Object for ModelState {
    fn nests(&self) -> bool {
        !self.fields_cache.borrow().is_empty()
    }

    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        if name == names().pk {
            return super::identity::pk_of(rt, &Value::Obj(this.clone())).map(Some);
        }
        if name == names().state {
            return Ok(Some(rt.object(StateView(this.clone()))));
        }
        Ok(None)
    }

    fn dict_names(&self) -> &'static [&'static str] {
        &["_state"]
    }

    fn attr_names(&self, _rt: &Rt) -> Vec<Name> {
        vec![names().pk, names().state]
    }

    fn set_attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        if name == names().pk {
            super::identity::set_pk(rt, &Value::Obj(this.clone()), value.unwrap_or_default())?;
            return Ok(true);
        }
        if name == names().state {
            // A state of another instance is taken over.
            if let Some(view) = value.as_ref().and_then(|v| v.native::<StateView>())
                && let Some(other) = view.state()
            {
                self.adding.set(other.adding.get());
                self.db.set(other.db.get());
                *self.fields_cache.borrow_mut() = other.all_cached();
            }
            return Ok(true);
        }
        // A foreign key's column that gets another value forgets the object cached for the old one.
        if !self.fields_cache.borrow().is_empty()
            && let Some(model) = model_of(&Value::Class(this.class().clone()))
            && let Some(field) = model.fields().iter().find(|f| f.attname() == name && f.is_relation()).cloned()
        {
            let cache_name = field.cache_name();
            if self.is_cached(cache_name) {
                let same = match (this.get(name), &value) {
                    (Some(old), Some(new)) => ops::plain_eq(&old, new).unwrap_or(false),
                    _ => false,
                };
                if !same {
                    drop(self.uncache(cache_name));
                }
            }
        }
        Ok(false)
    }
}

/// The state of a value, where it is a model instance.
pub fn state(value: &Value) -> Option<&ModelState> {
    value.native::<ModelState>()
}

/// The model of an instance.
pub fn model_of_instance(value: &Value) -> Option<ModelRef> {
    let object = value.as_obj()?;
    object.native::<ModelState>()?;
    let class = object.class().clone();
    model_of(&Value::Class(class))
}

/// The model of an instance, or AttributeError as for any object without `_meta`.
pub fn model_for(value: &Value) -> Res<ModelRef> {
    model_of_instance(value)
        .ok_or_else(|| Exc::AttributeError.new(format!("'{}' object has no attribute '_meta'", ops::type_name(value))))
}

/// A relation's cached object on an instance.
pub fn cached(field: &FieldRef, instance: &Value) -> Option<Value> {
    state(instance)?.cached(field.cache_name())
}

/// Whether a relation's object is cached on an instance.
pub fn is_cached(field: &FieldRef, instance: &Value) -> bool {
    state(instance).is_some_and(|s| s.is_cached(field.cache_name()))
}

/// Caches a relation's object on an instance.
pub fn set_cached(field: &FieldRef, instance: &Value, value: Value) {
    if let Some(s) = state(instance) {
        s.cache(field.cache_name(), value);
    }
}

/// Forgets a relation's object on an instance.
pub fn delete_cached(field: &FieldRef, instance: &Value) {
    if let Some(s) = state(instance) {
        drop(s.uncache(field.cache_name()));
    }
}

/// A new, empty instance of a model class: what `Model.__new__` makes.
pub fn blank(class: Rc<Class>) -> Rc<Instance> {
    Instance::new(class, Payload::Native(Box::new(ModelState::new())))
}

/// An instance with ready attributes and state.
pub fn with_state(class: Rc<Class>, attrs: Attrs, state: ModelState) -> Rc<Instance> {
    Instance::with_attrs(class, Payload::Native(Box::new(state)), attrs)
}

/// `instance._state` as an object of its own.
pub struct StateView(Rc<Instance>);

impl StateView {
    fn state(&self) -> Option<&ModelState> {
        self.0.native::<ModelState>()
    }
}

impl Object for StateView {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let Some(s) = self.state() else { return Ok(None) };
        Ok(match &*name.text() {
            "adding" => Some(Value::Bool(s.adding.get())),
            "db" => Some(s.db.get().map_or(Value::None, Value::from)),
            "fields_cache" => {
                let _ = s;
                Some(rt.object(FieldsCache(self.0.clone())))
            }
            _ => None,
        })
    }

    fn attr_names(&self, _rt: &Rt) -> Vec<Name> {
        ["adding", "db", "fields_cache"].map(Name::new).to_vec()
    }

    fn set_attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let (Some(s), Some(value)) = (self.state(), value) else { return Ok(false) };
        match &*name.text() {
            "adding" => s.adding.set(ops::truthy(rt, &value)?),
            "db" => s.db.set(value.as_str().map(|t| Name::new(t))),
            "fields_cache" => {
                s.fields_cache.borrow_mut().clear();
                if let Some(dict) = value.as_dict() {
                    for (k, v) in dict.0.items() {
                        if let Some(k) = k.as_str() {
                            s.cache(Name::new(k), v);
                        }
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl NativeType for StateView {
    const NAME: &'static str = "ModelState";
    const MODULE: &'static str = "django.db.models.base";
    const ROWS: &'static [&'static [Row]] = &[];
}

/// `instance._state.fields_cache`: a mapping that shares the state's own list.
pub struct FieldsCache(Rc<Instance>);

impl Object for FieldsCache {}

impl FieldsCache {
    fn dict(&self, rt: &Rt) -> Rc<Dict> {
        let dict = Dict::new();
        for (name, value) in self.0.native::<ModelState>().map(|s| s.all_cached()).unwrap_or_default() {
            dict.set_str(rt, &name.text(), value);
        }
        dict
    }

    fn state(&self) -> Res<&ModelState> {
        self.0.native::<ModelState>().ok_or_else(|| Exc::AttributeError.new("fields_cache"))
    }
}

fn cache_name(a: &Args) -> Res<Name> {
    a.str(1).map(|s| Name::new(s))
}

impl NativeType for FieldsCache {
    const NAME: &'static str = "dict";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__getitem__", "(self, key, /)", "A cached object.", |_, a| {
            let name = cache_name(a)?;
            let found = a.native::<FieldsCache>(0)?.state()?.cached(name);
            found.ok_or_else(|| Exc::KeyError.with_args(vec![a.value(1)]))
        }),
        Row::method("get", "(self, key, default=None, /)", "A cached object.", |_, a| {
            let name = cache_name(a)?;
            Ok(a.native::<FieldsCache>(0)?.state()?.cached(name).unwrap_or_else(|| a.value(2)))
        }),
        Row::method("__setitem__", "(self, key, value, /)", "Caches an object.", |_, a| {
            a.native::<FieldsCache>(0)?.state()?.cache(cache_name(a)?, a.value(2));
            Ok(Value::None)
        }),
        Row::method("__delitem__", "(self, key, /)", "Forgets an object.", |_, a| {
            let gone = a.native::<FieldsCache>(0)?.state()?.uncache(cache_name(a)?);
            gone.map(|_| Value::None).ok_or_else(|| Exc::KeyError.with_args(vec![a.value(1)]))
        }),
        Row::method("pop", "(self, key, default=None, /)", "Forgets an object.", |_, a| {
            let gone = a.native::<FieldsCache>(0)?.state()?.uncache(cache_name(a)?);
            match gone {
                Some(value) => Ok(value),
                None => a.opt(2).cloned().ok_or_else(|| Exc::KeyError.with_args(vec![a.value(1)])),
            }
        }),
        Row::method("__contains__", "(self, key, /)", "Whether an object is cached.", |_, a| {
            let name = cache_name(a)?;
            Ok(Value::Bool(a.native::<FieldsCache>(0)?.state()?.is_cached(name)))
        }),
        Row::method("__len__", "(self)", "How many.", |rt, a| {
            Ok(Value::from(a.native::<FieldsCache>(0)?.dict(rt).len()))
        }),
        Row::method("__iter__", "(self)", "The names.", |rt, a| {
            ops::iter_value(rt, &Value::Dict(a.native::<FieldsCache>(0)?.dict(rt)))
        }),
        Row::method("__repr__", "(self)", "As a dict.", |rt, a| {
            ops::repr(rt, &Value::Dict(a.native::<FieldsCache>(0)?.dict(rt))).map(Value::Str)
        }),
        Row::method("__eq__", "(self, other, /)", "As a dict.", |rt, a| {
            ops::eq(rt, &Value::Dict(a.native::<FieldsCache>(0)?.dict(rt)), a.get(1)).map(Value::Bool)
        }),
        Row::method("keys", "(self)", "The names.", |rt, a| {
            Ok(Value::list(a.native::<FieldsCache>(0)?.dict(rt).0.keys()))
        }),
        Row::method("items", "(self)", "Names and objects.", |rt, a| {
            let items = a.native::<FieldsCache>(0)?.dict(rt).0.items();
            Ok(Value::list(items.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect()))
        }),
        Row::method("copy", "(self)", "A dict.", |rt, a| Ok(Value::Dict(a.native::<FieldsCache>(0)?.dict(rt)))),
        Row::method("clear", "(self)", "Forgets all.", |_, a| {
            a.native::<FieldsCache>(0)?.state()?.fields_cache.borrow_mut().clear();
            Ok(Value::None)
        }),
    ]];
}

/// The body of the `_state` row.
pub fn state_view(rt: &Rt, a: &mut Args) -> Res<Value> {
    match a.get(0) {
        Value::Obj(o) => Ok(rt.object(StateView(o.clone()))),
        _ => Ok(Value::None),
    }
}

/// The `DEFERRED` sentinel: a field that was not loaded.
pub struct Deferred;

impl Object for Deferred {}

impl NativeType for Deferred {
    const NAME: &'static str = "Deferred";
    const MODULE: &'static str = "django.db.models.base";
    const ROWS: &'static [&'static [Row]] =
        &[&[Row::method("__repr__", "(self)", "Its repr.", |_, _| Ok(Value::str("<Deferred field>")))]];
}

/// The one `DEFERRED` of a runtime.
pub fn deferred(rt: &Rt) -> Value {
    #[derive(Default)]
    struct Slot(RefCell<Option<Value>>);
    let slot = rt.state::<Slot>();
    if let Some(v) = &*slot.0.borrow() {
        return v.clone();
    }
    let v = rt.object(Deferred);
    *slot.0.borrow_mut() = Some(v.clone());
    v
}

/// Whether a value is `DEFERRED`.
pub fn is_deferred(value: &Value) -> bool {
    value.native::<Deferred>().is_some()
}
