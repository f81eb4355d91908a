//! Related managers: `entry_set`, many-to-many sides, generic relations.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::descriptors::foreign_values;
use super::files::RELATED;
use super::instance::identity::{field_value, is_set, pk_of};
use super::instance::model_for;
use super::manager::{self, Manager, manager};
use super::queryset::{self, queryset};
use crate::models::{FieldRef, ModelRef};
use crate::object::class::{Names, epoch};
use crate::object::{Args, CallArgs, Class, Dict, Error, Exc, NativeFn, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::Q;

mod many_to_many;
mod many_to_one;

/// The kind of a related manager.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The objects that refer by a foreign key.
    ManyToOne,
    /// One side of a many-to-many.
    ManyToMany,
    /// The objects that refer by a generic foreign key.
    Generic,
}

/// What a related manager knows besides: whose objects it gives, and how they hang together.
#[derive(Clone)]
pub struct Related {
    /// The kind.
    pub kind: Kind,
    /// The instance it belongs to.
    pub instance: Value,
    /// The foreign key (`ManyToOne`), the many-to-many field, or the generic relation.
    pub field: FieldRef,
    /// The model of the objects.
    pub model: ModelRef,
    /// Of a many-to-many.
    pub m2m: Option<ManyToMany>,
    /// Of a generic relation.
    pub generic: Option<Generic>,
}

/// What a many-to-many manager knows besides.
#[derive(Clone)]
pub struct ManyToMany {
    sides: Rc<Sides>,
    /// The instance's key on that side.
    pub related_val: Vec<Value>,
}

/// What all managers of one side of a many-to-many share: worked out once, as long as no class changes.
pub struct Sides {
    /// Whether it is the reverse side.
    pub reverse: bool,
    /// The model between.
    pub through: ModelRef,
    /// Its field to the instance's side.
    pub source: FieldRef,
    /// Its field to the objects' side.
    pub target: FieldRef,
    /// The name that finds the instance from the objects.
    pub query_name: Name,
    /// The key of the prefetch cache.
    pub cache_name: Name,
    /// Whether a link counts in both directions.
    pub symmetrical: bool,
    field: FieldRef,
    model: ModelRef,
    /// Keywords that pick an instance's objects, and the fields of the instance that they compare with.
    core: Vec<(Name, FieldRef)>,
}

impl Deref for ManyToMany {
    type Target = Sides;
    fn deref(&self) -> &Sides {
        &self.sides
    }
}

#[derive(Default)]
struct Known {
    at: Cell<u64>,
    /// By the field's address; the field is held, so that the address stays its own.
    sides: RefCell<FxHashMap<usize, (FieldRef, Rc<Sides>)>>,
}

impl Sides {
    fn of(rt: &Rt, side: &FieldRef) -> Res<Rc<Sides>> {
        let known = rt.state::<Known>();
        if known.at.replace(epoch()) != epoch() {
            known.sides.borrow_mut().clear();
        }
        let key = Rc::as_ptr(side) as usize;
        if let Some((_, sides)) = known.sides.borrow().get(&key) {
            return Ok(sides.clone());
        }
        let reverse = side.is_reverse();
        let field = if reverse { side.remote_field().ok_or_else(gone)? } else { side.clone() };
        let through = field.through().ok_or_else(gone)?;
        let (near, far) = field.m2m_field_names()?;
        let (source_name, target_name) = if reverse { (far, near) } else { (near, far) };
        let source = through.get_field(rt, &source_name.text())?;
        let target = through.get_field(rt, &target_name.text())?;
        let model = side.related_model().ok_or_else(gone)?;
        let symmetrical = !reverse && field.rel_data().is_some_and(|r| r.symmetrical.get());
        let query_name = if reverse { field.name() } else { field.related_query_name() };
        let cache_name = if reverse { field.related_query_name() } else { field.name() };
        let core = source
            .related_fields()?
            .into_iter()
            .map(|(_, remote)| (Name::new(&format!("{query_name}__{}", remote.name())), remote))
            .collect();
        let sides = Rc::new(Sides {
            reverse,
            through,
            source,
            target,
            query_name,
            cache_name,
            symmetrical,
            field,
            model,
            core,
        });
        if known.at.get() == epoch() {
            known.sides.borrow_mut().insert(key, (side.clone(), sides.clone()));
        }
        Ok(sides)
    }
}

/// What a generic related manager knows besides.
#[derive(Clone)]
pub struct Generic {
    /// The content type's key.
    pub content_type: Value,
    /// Names of the content type's and the object's fields on the other model.
    pub ct_field: Name,
    /// See `ct_field`.
    pub fk_field: Name,
    /// The instance's key.
    pub pk: Value,
    /// The key of the prefetch cache.
    pub cache_name: Name,
}

/// Marks the class of related managers, so that `super()` is found from it.
struct RelatedClass;

/// The class of related managers over a manager class.
pub fn manager_class(superclass: &Rc<Class>, kind: Kind, field: &FieldRef) -> Res<Rc<Class>> {
    let (name, tables): (&str, &[&'static [Row]]) = match kind {
        Kind::ManyToOne => {
            let null = field.remote_field().is_some_and(|f| f.null());
            let rows: &[&'static [Row]] =
                if null { &[many_to_one::ROWS, many_to_one::NULL_ROWS] } else { &[many_to_one::ROWS] };
            ("RelatedManager", rows)
        }
        Kind::ManyToMany => ("ManyRelatedManager", &[many_to_many::ROWS]),
        Kind::Generic => ("GenericRelatedObjectManager", &[super::generic::MANAGER_ROWS]),
    };
    let qualname = match kind {
        Kind::ManyToOne => "create_reverse_many_to_one_manager.<locals>.RelatedManager",
        Kind::ManyToMany => "create_forward_many_to_many_manager.<locals>.ManyRelatedManager",
        Kind::Generic => "create_generic_related_manager.<locals>.GenericRelatedObjectManager",
    };
    let mut dict = Names::default();
    for row in tables.iter().flat_map(|rows| rows.iter()).chain(COMMON) {
        dict.insert(Name::new(row.name), NativeFn::from_row(row, Some(qualname)).into_attribute());
    }
    let module = match kind {
        Kind::Generic => "django.contrib.contenttypes.fields",
        _ => "django.db.models.fields.related_descriptors",
    };
    let class = Class::build(name, module, vec![superclass.clone()], None, dict, true)?;
    *class.qualname.borrow_mut() = qualname.into();
    class.set_data(Rc::new(RelatedClass));
    Ok(class)
}

/// A related manager of a class for an instance. Runs the manager class's own `__init__`.
pub fn make(rt: &Rt, class: &Rc<Class>, related: Related) -> Res<Value> {
    let made = rt.object_of(class.clone(), Manager::default());
    if let Some(init) = class.lookup("__init__".into()) {
        let native = matches!(&init, Value::Native(_));
        if !native {
            ops::call(rt, &init, CallArgs::new([made.clone()]))?;
        }
    }
    if let Some(m) = manager(&made) {
        *m.model.borrow_mut() = related.model.class_value();
        let _ = m.related.set(related);
    }
    Ok(made)
}

impl Related {
    /// What a manager of a field knows for an instance. ValueError where the instance has no key yet.
    pub fn new(rt: &Rt, kind: Kind, field: &FieldRef, instance: &Value) -> Res<Related> {
        match kind {
            Kind::ManyToOne => {
                let forward = field.remote_field().ok_or_else(gone)?;
                let model = field.related_model().ok_or_else(gone)?;
                Ok(Related { kind, instance: instance.clone(), field: forward, model, m2m: None, generic: None })
            }
            Kind::ManyToMany => Related::many_to_many(rt, field, instance),
            Kind::Generic => super::generic::related(rt, field, instance),
        }
    }

    fn many_to_many(rt: &Rt, side: &FieldRef, instance: &Value) -> Res<Related> {
        let sides = Sides::of(rt, side)?;
        let related_val = foreign_values(rt, &sides.source, instance)?;
        if related_val.iter().any(Value::is_none) {
            let remote = sides.core.first().map(|(_, remote)| remote.name());
            return Err(Exc::ValueError.new(format!(
                "\"{}\" needs to have a value for field \"{}\" before this many-to-many relationship can be used.",
                ops::repr(rt, instance)?,
                remote.unwrap_or(sides.source.name())
            )));
        }
        if !is_set(&pk_of(rt, instance)?) {
            return Err(Exc::ValueError.new(format!(
                "'{}' instance needs to have a primary key value before a many-to-many relationship can be used.",
                rt.class_of(instance).name()
            )));
        }
        let (field, model) = (sides.field.clone(), sides.model.clone());
        let m2m = Some(ManyToMany { sides, related_val });
        Ok(Related { kind: Kind::ManyToMany, instance: instance.clone(), field, model, m2m, generic: None })
    }

    /// The attributes that Django's related managers have.
    pub fn attr(&self, rt: &Rt, name: &str) -> Res<Option<Value>> {
        let m2m = self.m2m.as_ref();
        Ok(match name {
            "instance" => Some(self.instance.clone()),
            "field" => Some(self.field.object(rt)),
            "core_filters" => {
                let dict = Dict::new();
                for (key, value) in self.core_filters(rt)? {
                    dict.set_str(rt, &key.text(), value);
                }
                Some(Value::Dict(dict))
            }
            "through" => m2m.map(|m| m.through.class_value()),
            "reverse" => m2m.map(|m| Value::Bool(m.reverse)),
            "symmetrical" => m2m.map(|m| Value::Bool(m.symmetrical)),
            "source_field_name" => m2m.map(|m| Value::from(m.source.name())),
            "target_field_name" => m2m.map(|m| Value::from(m.target.name())),
            "source_field" => m2m.map(|m| m.source.object(rt)),
            "target_field" => m2m.map(|m| m.target.object(rt)),
            "query_field_name" => m2m.map(|m| Value::from(m.query_name)),
            "prefetch_cache_name" => Some(Value::from(self.cache_name())),
            "related_val" => m2m.map(|m| Value::tuple(m.related_val.clone())),
            _ => None,
        })
    }

    /// The conditions that pick the instance's objects.
    pub fn core_filters(&self, rt: &Rt) -> Res<Vec<(Name, Value)>> {
        if let Some(m2m) = &self.m2m {
            let mut out = Vec::with_capacity(m2m.core.len());
            for (key, remote) in &m2m.core {
                out.push((*key, field_value(rt, &self.instance, remote)?));
            }
            return Ok(out);
        }
        if let Some(generic) = &self.generic {
            return Ok(vec![
                (Name::new(&format!("{}__pk", generic.ct_field)), generic.content_type.clone()),
                (generic.fk_field, generic.pk.clone()),
            ]);
        }
        Ok(vec![(self.field.name(), self.instance.clone())])
    }

    /// The key of the instance's prefetch cache.
    pub fn cache_name(&self) -> Name {
        match (&self.m2m, &self.generic) {
            (Some(m2m), _) => m2m.cache_name,
            (_, Some(generic)) => generic.cache_name,
            _ => self
                .field
                .remote_field()
                .map_or_else(|| self.field.name(), |r| r.accessor_name().unwrap_or_else(|| r.name())),
        }
    }

    fn cache(&self) -> Option<Rc<Dict>> {
        match self.instance.as_obj()?.get(Name::new("_prefetched_objects_cache")) {
            Some(Value::Dict(dict)) => Some(dict),
            _ => None,
        }
    }

    /// The prefetched queryset, where there is one.
    pub fn prefetched(&self, rt: &Rt) -> Option<Value> {
        self.cache()?.get_str(rt, &self.cache_name().text())
    }

    /// Forgets the prefetched queryset.
    pub fn forget(&self, rt: &Rt) -> Res<()> {
        if let Some(cache) = self.cache() {
            cache.0.remove(rt, &Value::from(self.cache_name()))?;
        }
        Ok(())
    }
}

fn gone() -> Error {
    Exc::RuntimeError.new("the related model is not there yet")
}

/// What the related manager behind an argument knows.
pub fn related<'a>(a: &'a Args, slot: usize) -> Res<&'a Related> {
    of(a.get(slot))
}

/// What a related manager knows.
pub fn of(value: &Value) -> Res<&Related> {
    manager(value).and_then(|m| m.related.get()).ok_or_else(|| {
        Exc::AttributeError.new(format!("'{}' object has no attribute 'instance'", ops::type_name(value)))
    })
}

/// `super().name(...)` from the related manager's class.
pub fn call_super(rt: &Rt, this: &Value, name: &str, args: CallArgs) -> Res<Value> {
    let class = rt.class_of(this);
    let Some(marker) = class.mro().find(|c| c.data::<RelatedClass>().is_some()).cloned() else {
        return Err(Exc::TypeError.new("not a related manager"));
    };
    match class.lookup_after(&marker, Name::new(name)) {
        Some(found) => {
            let method = ops::bind(rt, found, Some(this), &class)?;
            ops::call(rt, &method, args)
        }
        None => Err(Exc::AttributeError.new(format!("'super' object has no attribute '{name}'"))),
    }
}

/// The rows of the superclass's `get_queryset()`.
pub fn super_queryset(rt: &Rt, this: &Value) -> Res<Value> {
    let class = rt.class_of(this);
    if let Some(marker) = class.mro().find(|c| c.data::<RelatedClass>().is_some())
        && let Some(Value::Native(f)) = class.lookup_after(marker, Name::new("get_queryset"))
        && f.owner.as_deref() == Some("BaseManager")
    {
        return manager::base_queryset(rt, this);
    }
    call_super(rt, this, "get_queryset", CallArgs::none())
}

fn get_queryset(rt: &Rt, a: &mut Args) -> Res<Value> {
    rows(rt, a.get(0))
}

/// Whether a related manager's class leaves `get_queryset()` as it is here.
pub fn is_plain(class: &Class) -> bool {
    class.data::<RelatedClass>().is_some()
}

/// `get_queryset()` of a related manager: the prefetched rows, or those that belong to the instance.
pub fn rows(rt: &Rt, this: &Value) -> Res<Value> {
    let r = of(this)?;
    if r.kind == Kind::ManyToOne && !is_set(&pk_of(rt, &r.instance)?) {
        return Err(Exc::ValueError.new(format!(
            "'{}' instance needs to have a primary key value before this relationship can be used.",
            rt.class_of(&r.instance).name()
        )));
    }
    if let Some(found) = r.prefetched(rt) {
        return Ok(found);
    }
    let rows = super_queryset(rt, this)?;
    apply_filters(rt, this, &rows)
}

/// `_apply_rel_filters(queryset)`.
pub fn apply_filters(rt: &Rt, this: &Value, rows: &Value) -> Res<Value> {
    let r = of(this)?;
    let rows = match manager(this).and_then(|m| m.db.get()) {
        Some(db) => ops::call_method(rt, rows, "using".into(), CallArgs::new([Value::from(db)]))?,
        None => rows.clone(),
    };
    let Ok(qs) = queryset(&rows) else { return Ok(rows) };
    qs.defer_next.set(true);
    if r.kind == Kind::ManyToMany {
        qs.sticky.set(true);
    }
    let filters = r.core_filters(rt)?;
    if r.kind == Kind::Generic {
        qs.defer_next.set(false);
    }
    let rows = queryset::filter_kwargs(rt, &rows, Vec::new(), filters)?;
    if r.kind != Kind::ManyToOne {
        return Ok(rows);
    }
    let pairs = r.field.related_fields()?;
    let mut key = Vec::new();
    for (_, remote) in &pairs {
        let value = field_value(rt, &r.instance, remote)?;
        if value.is_none() {
            return ops::call_method(rt, &rows, "none".into(), CallArgs::none());
        }
        key.push(value);
    }
    let key = match key.as_slice() {
        [one] => one.clone(),
        _ => Value::tuple(key),
    };
    let known = Dict::new();
    known.set(rt, key, r.instance.clone())?;
    *queryset(&rows)?.known.borrow_mut() = Rc::new(vec![(r.field.clone(), known)]);
    Ok(rows)
}

const COMMON: &[Row] = &[
    Row::method("get_queryset", "(self)", "The instance's related objects.", get_queryset).at(RELATED),
    Row::method("_apply_rel_filters", "(self, queryset)", "Picks the instance's objects.", |rt, a| {
        apply_filters(rt, a.get(0), a.get(1))
    }),
    Row::method("_remove_prefetched_objects", "(self)", "Forgets what was prefetched.", |rt, a| {
        related(a, 0)?.forget(rt).map(|()| Value::None)
    }),
    Row::method("get_prefetch_cache", "(self)", "What was prefetched.", |rt, a| {
        Ok(related(a, 0)?.prefetched(rt).unwrap_or_default())
    }),
    Row::method("__call__", "(self, *, manager)", "The same relation through another manager.", |rt, a| {
        let r = related(a, 0)?;
        let name = a.get(1).as_str().map(|s| Name::new(s)).unwrap_or_else(|| Name::new("objects"));
        let other = ops::get_attr(rt, &r.model.class_value(), name)?;
        let side = match (&r.m2m, r.kind) {
            (Some(m2m), _) if m2m.reverse => r.field.remote_field(),
            (None, Kind::ManyToOne) => r.field.remote_field(),
            _ => Some(r.field.clone()),
        };
        let class = manager_class(&rt.class_of(&other), r.kind, &side.ok_or_else(gone)?)?;
        make(rt, &class, r.clone())
    }),
];

/// Whether an object is of the manager's model; the TypeError that says otherwise.
pub fn expect_instance(rt: &Rt, r: &Related, object: &Value) -> Res<()> {
    if rt.is_instance(object, &*r.model.class()?) {
        return Ok(());
    }
    Err(Exc::TypeError.new(format!("'{}' instance expected, got {}", r.model.object_name, ops::repr(rt, object)?)))
}

/// Rows of a manager filtered by a condition made here.
pub fn filtered(rt: &Rt, manager: &Value, q: Q) -> Res<Value> {
    let rows = manager::get_queryset(rt, manager)?;
    queryset::filter_q(rt, &rows, q)
}

/// The model of an instance, for messages.
pub fn model_name(value: &Value) -> Res<Rc<str>> {
    Ok(model_for(value)?.object_name.clone())
}
