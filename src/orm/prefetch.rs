//! `prefetch_related`: one query a relation, and the objects put where they belong. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/models/querysets/#prefetch-related>.

use std::cell::RefCell;
use std::rc::Rc;

use super::descriptors::{foreign_values, local_values, single};
use super::files::QUERY;
use super::instance::{is_cached, model_of_instance, set_cached, state};
use super::manager::manager;
use super::queryset::{self, Iterable, QuerySet, queryset};
use super::related::{self, Related};
use crate::models::{FieldRef, ModelRef};
use crate::object::{CallArgs, Class, Dict, Exc, Instance, List, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{Expr, Q, QChild};

/// The payload of a `Prefetch` object.
pub struct Prefetch {
    /// The path followed.
    pub through: RefCell<Rc<str>>,
    /// Where it ends up: the path with `to_attr` in its last place.
    pub to: RefCell<Rc<str>>,
    /// The queryset of the last step.
    pub queryset: RefCell<Option<Value>>,
    /// `to_attr`.
    pub to_attr: RefCell<Option<Rc<str>>>,
}

impl Object for Prefetch {
    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "prefetch_through" => Some(Value::str(&*self.through.borrow())),
            "prefetch_to" => Some(Value::str(&*self.to.borrow())),
            "queryset" => Some(self.queryset.borrow().clone().unwrap_or_default()),
            "to_attr" => Some(self.to_attr.borrow().as_ref().map_or(Value::None, Value::str)),
            _ => None,
        })
    }
}

impl NativeType for Prefetch {
    const NAME: &'static str = "Prefetch";
    const MODULE: &'static str = "django.db.models.query";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// `GenericPrefetch`, for the objects of a generic foreign key: a queryset for each type that needs one.
pub fn generic_class(rt: &Rt) -> Rc<Class> {
    #[derive(Default)]
    struct Made(RefCell<Option<Rc<Class>>>);

    let made = rt.state::<Made>();
    if let Some(class) = &*made.0.borrow() {
        return class.clone();
    }
    let base = rt.class::<Prefetch>();
    let class = Class::native("GenericPrefetch", "django.contrib.contenttypes.prefetch", Some(base), &[GENERIC_ROWS]);
    made.0.borrow_mut().get_or_insert(class).clone()
}

const GENERIC_ROWS: &[Row] =
    &[Row::method("__init__", "(self, lookup, querysets, to_attr=None)", "What to fetch along with rows.", |rt, a| {
        let p = a.native::<Prefetch>(0)?;
        let querysets = ops::collect(rt, a.get(2))?;
        for given in &querysets {
            refuse_values(given)?;
        }
        p.read(a.str(1)?, a.some(3).and_then(|v| v.as_str()).map(|s| s.as_str()));
        *p.queryset.borrow_mut() = Some(Value::list(querysets));
        Ok(Value::None)
    })
    .at(QUERY)];

/// ValueError for a queryset whose rows are no instances.
fn refuse_values(given: &Value) -> Res<()> {
    let values = given.native::<QuerySet>().is_some_and(|qs| qs.iterable.get() != Iterable::Model);
    if values || given.native::<super::raw::RawQuerySet>().is_some() {
        return Err(Exc::ValueError.new("Prefetch querysets cannot use raw(), values(), and values_list()."));
    }
    Ok(())
}

impl Prefetch {
    /// Reads the path and where its end goes.
    fn read(&self, lookup: &str, to_attr: Option<&str>) {
        *self.through.borrow_mut() = lookup.into();
        *self.to.borrow_mut() = lookup.into();
        if let Some(to_attr) = to_attr.filter(|s| !s.is_empty()) {
            *self.to_attr.borrow_mut() = Some(to_attr.into());
            let to = match lookup.rsplit_once("__") {
                Some((head, _)) => format!("{head}__{to_attr}"),
                None => to_attr.to_string(),
            };
            *self.to.borrow_mut() = to.into();
        }
    }
}

fn empty() -> Prefetch {
    Prefetch {
        through: RefCell::new("".into()),
        to: RefCell::new("".into()),
        queryset: RefCell::default(),
        to_attr: RefCell::default(),
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, *args, **kwargs)", "A new prefetch.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, empty())),
        _ => Err(Exc::TypeError.new("Prefetch.__new__(X): X is not a type object")),
    }),
    Row::method("__init__", "(self, lookup, queryset=None, to_attr=None)", "What to fetch along with rows.", |_, a| {
        let p = a.native::<Prefetch>(0)?;
        if let Some(given) = a.some(2) {
            refuse_values(given)?;
            *p.queryset.borrow_mut() = Some(given.clone());
        }
        p.read(a.str(1)?, a.some(3).and_then(|v| v.as_str()).map(|s| s.as_str()));
        Ok(Value::None)
    })
    .at(QUERY),
    Row::method("__eq__", "(self, other, /)", "Of the same end.", |_, a| {
        let Some(other) = a.get(1).native::<Prefetch>() else { return Ok(Value::NotImplemented) };
        Ok(Value::Bool(*a.native::<Prefetch>(0)?.to.borrow() == *other.to.borrow()))
    }),
    Row::method("__hash__", "(self)", "Hash of the end.", |rt, a| {
        let to = Value::str(&*a.native::<Prefetch>(0)?.to.borrow());
        Ok(Value::Int((ops::hash(rt, &to)? >> 2) as i64))
    }),
    Row::method("add_prefix", "(self, prefix)", "Hangs it under another path.", |_, a| {
        let prefix = a.str(1)?.to_string();
        let p = a.native::<Prefetch>(0)?;
        let through = format!("{prefix}__{}", p.through.borrow());
        let to = format!("{prefix}__{}", p.to.borrow());
        *p.through.borrow_mut() = through.into();
        *p.to.borrow_mut() = to.into();
        Ok(Value::None)
    }),
];

/// One lookup on its way: a `Prefetch` or a plain path, taken apart.
#[derive(Clone)]
struct Lookup {
    through: Rc<str>,
    to: Rc<str>,
    queryset: Option<Value>,
    to_attr: Option<Rc<str>>,
    /// Asked for by a prefetched queryset itself.
    auto: bool,
}

impl Lookup {
    fn of(rt: &Rt, value: &Value, prefix: Option<&str>, auto: bool) -> Res<Lookup> {
        let _ = rt;
        let with = |text: &str| -> Rc<str> {
            match prefix {
                Some(prefix) => format!("{prefix}__{text}").into(),
                None => text.into(),
            }
        };
        if let Some(p) = value.native::<Prefetch>() {
            return Ok(Lookup {
                through: with(&p.through.borrow()),
                to: with(&p.to.borrow()),
                queryset: p.queryset.borrow().clone(),
                to_attr: p.to_attr.borrow().clone(),
                auto,
            });
        }
        let Some(text) = value.as_str() else {
            return Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'split'", ops::type_name(value))));
        };
        Ok(Lookup { through: with(text), to: with(text), queryset: None, to_attr: None, auto })
    }

    fn prefix(&self, level: usize) -> Rc<str> {
        let end = self.to.match_indices("__").nth(level).map_or(self.to.len(), |(at, _)| at);
        self.to.get(..end).unwrap_or(&self.to).into()
    }

    fn attr(&self, level: usize) -> (Rc<str>, bool) {
        let parts: Vec<&str> = self.to.split("__").collect();
        let name = parts.get(level).copied().unwrap_or("");
        (name.into(), self.to_attr.is_some() && level + 1 == parts.len())
    }

    fn queryset_at(&self, level: usize) -> Option<Value> {
        if *self.prefix(level) == *self.to { self.queryset.clone() } else { None }
    }
}

/// How the objects of one attribute are fetched.
enum Prefetcher {
    /// A descriptor of one object: its field, and whether it is the forward side.
    Single(FieldRef, bool),
    /// A generic foreign key.
    Generic(FieldRef),
    /// A related manager (of the first instance).
    Many(Value),
    /// A session's own object with `get_prefetch_querysets`.
    Custom(Value),
}

struct Found {
    prefetcher: Option<Prefetcher>,
    descriptor: usize,
    attr_found: bool,
    /// An instance is done when its cache has the attribute, its manager's cache, or the attribute itself.
    fetched: Fetched,
}

enum Fetched {
    Field(FieldRef),
    Cache(Name),
    Attribute(Name),
}

impl Fetched {
    fn of(&self, rt: &Rt, instance: &Value) -> Res<bool> {
        Ok(match self {
            Fetched::Field(field) => is_cached(field, instance),
            Fetched::Cache(name) => prefetch_cache(instance).is_some_and(|c| c.get_str(rt, &name.text()).is_some()),
            Fetched::Attribute(name) => match instance.as_obj() {
                // A cached property counts as fetched once it was computed.
                Some(o) if o.class().lookup(*name).is_some() => {
                    let computed = matches!(o.class().lookup(*name), Some(Value::Obj(d)) if d.class().mro().any(|c| &*c.name() == "cached_property"));
                    if computed { o.get(*name).is_some() } else { ops::has_attr(rt, instance, *name)? }
                }
                _ => ops::has_attr(rt, instance, *name)?,
            },
        })
    }
}

fn prefetch_cache(instance: &Value) -> Option<Rc<Dict>> {
    match instance.as_obj()?.get(Name::new("_prefetched_objects_cache")) {
        Some(Value::Dict(d)) => Some(d),
        _ => None,
    }
}

fn ensure_cache(instance: &Value) -> bool {
    let Some(object) = instance.as_obj() else { return false };
    if prefetch_cache(instance).is_none() {
        if state(instance).is_none() {
            return false;
        }
        object.set(Name::new("_prefetched_objects_cache"), Value::Dict(Dict::new()));
    }
    true
}

/// `prefetch_related_objects(instances, *lookups)`.
pub fn prefetch_related_objects(rt: &Rt, instances: Vec<Value>, lookups: &[Value]) -> Res<()> {
    if instances.is_empty() {
        return Ok(());
    }
    let mut done: Vec<(Rc<str>, Vec<Value>)> = Vec::new();
    let mut followed: Vec<usize> = Vec::new();
    let mut stack: Vec<Lookup> = Vec::new();
    for lookup in lookups.iter().rev() {
        stack.push(Lookup::of(rt, lookup, None, false)?);
    }
    while let Some(lookup) = stack.pop() {
        if done.iter().any(|(to, _)| *to == lookup.to) {
            if lookup.queryset.is_some() {
                return Err(Exc::ValueError.new(format!(
                    "'{}' lookup was already seen with a different queryset. You may need to adjust the ordering of your lookups.",
                    lookup.to
                )));
            }
            continue;
        }
        let mut objects = instances.clone();
        let attrs: Vec<Rc<str>> = lookup.through.split("__").map(Rc::from).collect();
        for (level, attr) in attrs.iter().enumerate() {
            if objects.is_empty() {
                break;
            }
            let to = lookup.prefix(level);
            if let Some((_, found)) = done.iter().find(|(t, _)| *t == to) {
                objects = found.clone();
                continue;
            }
            if !objects.iter().all(ensure_cache) {
                break;
            }
            let first = objects.first().cloned().unwrap_or_default();
            let (to_attr, _) = lookup.attr(level);
            let found = find(rt, &first, attr, &to_attr)?;
            if !found.attr_found {
                return Err(Exc::AttributeError.new(format!(
                    "Cannot find '{attr}' on {} object, '{}' is an invalid parameter to prefetch_related()",
                    rt.class_of(&first).name(),
                    lookup.through
                )));
            }
            if level + 1 == attrs.len() && found.prefetcher.is_none() {
                return Err(Exc::ValueError.new(format!(
                    "'{}' does not resolve to an item that supports prefetching - this is an invalid parameter to prefetch_related().",
                    lookup.through
                )));
            }
            let mut wanted = Vec::new();
            if found.prefetcher.is_some() {
                for object in &objects {
                    if !found.fetched.of(rt, object)? {
                        wanted.push(object.clone());
                    }
                }
            }
            match (&found.prefetcher, wanted.is_empty()) {
                (Some(prefetcher), false) => {
                    let (fetched, more) = one_level(rt, &wanted, prefetcher, &lookup, level)?;
                    objects = fetched;
                    let again =
                        done.iter().any(|(t, _)| *t == to) && lookup.auto && followed.contains(&found.descriptor);
                    if !again {
                        done.push((to.clone(), objects.clone()));
                        for lookup in more.iter().rev() {
                            stack.push(Lookup::of(rt, lookup, Some(&to), true)?);
                        }
                    }
                    followed.push(found.descriptor);
                }
                _ => objects = step(rt, &objects, attr)?,
            }
        }
    }
    Ok(())
}

/// The objects behind an attribute of each instance, fetched one by one or already there.
fn step(rt: &Rt, objects: &[Value], attr: &str) -> Res<Vec<Value>> {
    let mut out = Vec::new();
    let name = Name::new(attr);
    for object in objects {
        let cached = prefetch_cache(object).and_then(|c| c.get_str(rt, attr));
        let found = match cached {
            Some(rows) => Value::list(queryset::items(rt, &rows)?),
            None => match ops::get_attr(rt, object, name) {
                Ok(found) => found,
                Err(e) if e.is(Exc::ObjectDoesNotExist) => continue,
                Err(e) => return Err(e),
            },
        };
        match found {
            Value::None => {}
            Value::List(list) => out.extend(list.to_vec()),
            one => out.push(one),
        }
    }
    Ok(out)
}

fn find(rt: &Rt, instance: &Value, attr: &str, to_attr: &str) -> Res<Found> {
    let name = Name::new(attr);
    let class = rt.class_of(instance);
    let mut found =
        Found { prefetcher: None, descriptor: 0, attr_found: true, fetched: Fetched::Attribute(Name::new(to_attr)) };
    let class_value = Value::Class(class.clone());
    let descriptor = match ops::get_attr_opt(rt, &class_value, name) {
        Ok(d) => d.filter(|d| !d.is_none()),
        Err(e) if e.is(Exc::AttributeError) => None,
        Err(e) => return Err(e),
    };
    let Some(descriptor) = descriptor else {
        found.attr_found = ops::has_attr(rt, instance, name)?;
        return Ok(found);
    };
    found.descriptor = descriptor.id();
    let to_itself = attr == to_attr;
    if let Some((field, forward)) = single(&descriptor) {
        if to_itself {
            found.fetched = Fetched::Field(field.clone());
        }
        found.prefetcher = Some(Prefetcher::Single(field, forward));
        return Ok(found);
    }
    if let Some(field) = super::generic::field_of_descriptor(&descriptor) {
        if to_itself {
            found.fetched = Fetched::Field(field.clone());
        }
        found.prefetcher = Some(Prefetcher::Generic(field));
        return Ok(found);
    }
    let custom = Name::new("get_prefetch_querysets");
    if ops::has_attr(rt, &descriptor, custom)? {
        found.prefetcher = Some(Prefetcher::Custom(descriptor));
        return Ok(found);
    }
    let value = ops::get_attr(rt, instance, name)?;
    if to_itself {
        found.fetched = Fetched::Cache(name);
    }
    if let Some(m) = manager(&value)
        && let Some(r) = m.related.get()
    {
        if to_itself {
            found.fetched = Fetched::Cache(r.cache_name());
        }
        found.prefetcher = Some(Prefetcher::Many(value));
    } else if ops::has_attr(rt, &value, custom)? {
        found.prefetcher = Some(Prefetcher::Custom(value));
    }
    Ok(found)
}

/// The key that brings objects and instances together.
enum Key {
    /// Values of the columns on the side of the foreign key.
    Local(FieldRef),
    /// Values of the columns referred to.
    Foreign(FieldRef),
    /// Values selected besides, by attribute; and how they are compared.
    Selected(Vec<(Name, FieldRef)>),
    /// As [`Key::Foreign`], each prepared for the database.
    Prepared(Vec<FieldRef>),
    /// Of a generic relation: the object's key in the field's own type.
    GenericObject(FieldRef, ModelRef),
    /// The primary key.
    Pk,
    /// A function of the session's.
    Call(Value),
    /// Of a generic foreign key: class and key.
    Generic(FieldRef),
    /// As [`Key::Generic`], of the objects found.
    Object,
}

impl Key {
    fn of(&self, rt: &Rt, object: &Value) -> Res<Value> {
        let tuple = |mut values: Vec<Value>| if values.len() == 1 { values.remove(0) } else { Value::tuple(values) };
        Ok(match self {
            Key::Local(field) => tuple(local_values(rt, field, object)?),
            Key::Foreign(field) => tuple(foreign_values(rt, field, object)?),
            Key::Selected(names) => {
                let mut out = Vec::new();
                for (name, field) in names {
                    let value = ops::get_attr(rt, object, *name)?;
                    out.push(field.get_db_prep_value(rt, &value, false)?);
                }
                tuple(out)
            }
            Key::Prepared(fields) => {
                let mut out = Vec::new();
                for field in fields {
                    let value = super::instance::field_value(rt, object, field)?;
                    out.push(field.get_db_prep_value(rt, &value, false)?);
                }
                tuple(out)
            }
            Key::GenericObject(field, model) => {
                let value = super::instance::field_value(rt, object, field)?;
                match model.pk() {
                    Some(pk) => pk.to_python(rt, &value)?,
                    None => value,
                }
            }
            Key::Pk => super::instance::pk_of(rt, object)?,
            Key::Call(f) => ops::call1(rt, f, object.clone())?,
            Key::Generic(field) => super::generic::key_of(rt, field, object)?,
            Key::Object => {
                let class = Value::Class(rt.class_of(object));
                Value::tuple(vec![super::instance::pk_of(rt, object)?, class])
            }
        })
    }
}

/// The rows of one level and how they hang together with the instances.
struct Fetch {
    rows: Vec<Value>,
    object_key: Key,
    instance_key: Key,
    single: bool,
    cache_name: Name,
    is_descriptor: bool,
    more: Vec<Value>,
}

fn one_level(
    rt: &Rt,
    instances: &[Value],
    prefetcher: &Prefetcher,
    lookup: &Lookup,
    level: usize,
) -> Res<(Vec<Value>, Vec<Value>)> {
    let mut given = lookup.queryset_at(level);
    if !matches!(prefetcher, Prefetcher::Generic(_))
        && let Some(Value::List(list)) = &given
    {
        if list.len() != 1 {
            return Err(
                Exc::ValueError.new("querysets argument of get_prefetch_querysets() should have a length of 1.")
            );
        }
        given = list.get(0);
    }
    let fetch = match prefetcher {
        Prefetcher::Single(field, true) => fetch_forward(rt, field, instances, given)?,
        Prefetcher::Single(rel, false) => fetch_reverse_one(rt, rel, instances, given)?,
        Prefetcher::Generic(field) => {
            let rows = super::generic::prefetch(rt, field, instances, given)?;
            Fetch {
                rows,
                object_key: Key::Object,
                instance_key: Key::Generic(field.clone()),
                single: true,
                cache_name: field.name(),
                is_descriptor: false,
                more: Vec::new(),
            }
        }
        Prefetcher::Many(manager) => fetch_many(rt, manager, instances, given)?,
        Prefetcher::Custom(object) => fetch_custom(rt, object, instances, given)?,
    };
    let by_key = Dict::new();
    for row in &fetch.rows {
        let key = fetch.object_key.of(rt, row)?;
        match by_key.get(rt, &key)? {
            Some(Value::List(list)) => list.push(row.clone()),
            _ => by_key.set(rt, key, Value::list(vec![row.clone()]))?,
        }
    }
    let (to_attr, as_attr) = lookup.attr(level);
    let to_name = Name::new(&to_attr);
    if as_attr
        && let Some(model) = instances.first().and_then(model_of_instance)
        && model.find_field(rt, to_name).is_some()
    {
        return Err(Exc::ValueError
            .new(format!("to_attr={to_attr} conflicts with a field on the {} model.", model.object_name)));
    }
    let leaf = lookup.through.split("__").count() == level + 1;
    for instance in instances {
        let key = fetch.instance_key.of(rt, instance)?;
        let found = match by_key.get(rt, &key)? {
            Some(Value::List(list)) => list.to_vec(),
            _ => Vec::new(),
        };
        if fetch.single {
            let value = found.into_iter().next().unwrap_or_default();
            if as_attr {
                ops::set_attr(rt, instance, to_name, value)?;
            } else if fetch.is_descriptor {
                ops::set_attr(rt, instance, fetch.cache_name, value)?;
            } else if let Some(s) = state(instance) {
                s.cache(fetch.cache_name, value);
            }
        } else if as_attr {
            ops::set_attr(rt, instance, to_name, Value::list(found))?;
        } else {
            let manager = ops::get_attr(rt, instance, to_name)?;
            let rows = match &lookup.queryset {
                Some(given) if leaf => {
                    if related::of(&manager).is_ok() {
                        related::apply_filters(rt, &manager, given)?
                    } else {
                        ops::call_method(rt, &manager, "_apply_rel_filters".into(), CallArgs::new([given.clone()]))?
                    }
                }
                _ => super::manager::get_queryset(rt, &manager)?,
            };
            let qs = queryset(&rows)?;
            *qs.result.borrow_mut() = Some(List::new(found));
            qs.prefetch_done.set(true);
            if let Some(cache) = prefetch_cache(instance) {
                cache.set_str(rt, &fetch.cache_name.text(), rows);
            }
        }
    }
    Ok((fetch.rows, fetch.more))
}

/// A given queryset's copy for prefetching, or the rows of a manager; the lookups it asks for itself are taken off.
fn fetched_rows(rt: &Rt, rows: &Value) -> Res<(Vec<Value>, Vec<Value>)> {
    let Ok(qs) = queryset(rows) else { return Ok((ops::collect(rt, rows)?, Vec::new())) };
    let more = qs.prefetch.replace(Rc::from([])).to_vec();
    Ok((queryset::items(rt, rows)?, more))
}

fn instances_by_key(rt: &Rt, key: &Key, instances: &[Value]) -> Res<Rc<Dict>> {
    let out = Dict::new();
    for instance in instances {
        out.set(rt, key.of(rt, instance)?, instance.clone())?;
    }
    Ok(out)
}

fn gone() -> crate::object::Error {
    Exc::RuntimeError.new("the related model is not there yet")
}

fn fetch_forward(rt: &Rt, field: &FieldRef, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let rows = match given {
        Some(rows) => rows,
        None => super::descriptors::base_rows(rt, &field.related_model().ok_or_else(gone)?)?,
    };
    let (object_key, instance_key) = (Key::Foreign(field.clone()), Key::Local(field.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let remote = field.foreign_related_fields()?;
    // Tuples of columns are compared, also where it is one column.
    let keys = by_key.0.keys().into_iter();
    let keys = keys.map(|key| if remote.len() == 1 { Value::tuple(vec![key]) } else { key }).collect();
    let condition = {
        let query = queryset(&rows)?.query(rt)?;
        crate::sql::lookups::tuple_in(rt, &mut query.borrow_mut(), field, &remote, keys)?
    };
    let rows = filter_unordered(rt, &rows, Q { children: vec![QChild::Expr(condition)], ..Q::default() })?;
    if field.one_to_one()
        && let Some(remote) = field.remote_field()
    {
        for row in queryset::items(rt, &rows)? {
            if let Some(instance) = by_key.get(rt, &object_key.of(rt, &row)?)? {
                set_cached(&remote, &row, instance);
            }
        }
    }
    let (rows, more) = fetched_rows(rt, &rows)?;
    let cache_name = field.cache_name();
    Ok(Fetch { rows, object_key, instance_key, single: true, cache_name, is_descriptor: false, more })
}

fn filter_unordered(rt: &Rt, rows: &Value, q: Q) -> Res<Value> {
    let rows = queryset::filter_q(rt, rows, q)?;
    let query = queryset(&rows)?.query(rt)?;
    query.borrow_mut().clear_ordering(false, true);
    Ok(rows)
}

fn fetch_reverse_one(rt: &Rt, rel: &FieldRef, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let forward = rel.remote_field().ok_or_else(gone)?;
    let rows = match given {
        Some(rows) => rows,
        None => super::descriptors::base_rows(rt, &rel.related_model().ok_or_else(gone)?)?,
    };
    let (object_key, instance_key) = (Key::Local(forward.clone()), Key::Foreign(forward.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let q = Q::filter(format!("{}__in", forward.name()), Value::list(instances.to_vec()));
    let rows = filter_unordered(rt, &rows, q)?;
    for row in queryset::items(rt, &rows)? {
        if let Some(instance) = by_key.get(rt, &object_key.of(rt, &row)?)? {
            set_cached(&forward, &row, instance);
        }
    }
    let (rows, more) = fetched_rows(rt, &rows)?;
    let cache_name = rel.cache_name();
    Ok(Fetch { rows, object_key, instance_key, single: true, cache_name, is_descriptor: false, more })
}

/// Puts the condition that picks the instances' objects into a queryset; a sliced one is cut a group.
fn filter_instances(rt: &Rt, rows: &Value, name: Name, instances: &[Value]) -> Res<Value> {
    let rows = queryset::chain(rt, rows)?;
    let query = queryset(&rows)?.query(rt)?;
    let mut query = query.borrow_mut();
    let mut q = Q::filter(format!("{name}__in"), Value::list(instances.to_vec()));
    if query.is_sliced() {
        let (low, high) = (query.low_mark, query.high_mark);
        let window = super::generic::row_number(rt, name, &mut query)?;
        query.clear_limits();
        for (lookup, mark) in [("GreaterThan", Some(low)), ("LessThanOrEqual", high)] {
            if let Some(mark) = mark {
                let lookups = rt.exec()?.import(rt, "django.db.models.lookups")?;
                let class = ops::get_attr(rt, &lookups, Name::new(lookup))?;
                let made = ops::call(rt, &class, CallArgs::new([window.clone(), Value::Int(mark as i64)]))?;
                if let Some(e) = crate::sql::ir::expr_of(rt, &made)? {
                    q.children.push(QChild::Expr(e));
                }
            }
        }
    }
    query.add_q_reusing(rt, &q, true)?;
    drop(query);
    Ok(rows)
}

fn fetch_many(rt: &Rt, manager: &Value, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let r: Related = related::of(manager)?.clone();
    let rows = match given {
        Some(rows) => rows,
        None => related::super_queryset(rt, manager)?,
    };
    let cache_name = r.cache_name();
    if let Some(m2m) = &r.m2m {
        let rows = filter_instances(rt, &rows, m2m.query_name, instances)?;
        let pairs = m2m.source.related_fields()?;
        let table = m2m.source.model().ok_or_else(gone)?.db_table.borrow().clone();
        let select = Dict::new();
        let mut names = Vec::new();
        for (local, _) in &pairs {
            let name = format!("_prefetch_related_val_{}", local.attname());
            let column = local.column().unwrap_or_else(|| local.attname().text());
            let quote = crate::db::operations::quote_name;
            select.set_str(rt, &name, Value::from(format!("{}.{}", quote(&table), quote(&column))));
            names.push((Name::new(&name), local.clone()));
        }
        let args = CallArgs::none().with("select", Value::Dict(select));
        let rows = ops::call_method(rt, &rows, "extra".into(), args)?;
        let instance_key = Key::Prepared(pairs.into_iter().map(|(_, remote)| remote).collect());
        let (rows, more) = fetched_rows(rt, &rows)?;
        let object_key = Key::Selected(names);
        return Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more });
    }
    if r.generic.is_some() {
        let (rows, field) = super::generic::prefetch_relation(rt, &r, &rows, instances)?;
        let (rows, more) = fetched_rows(rt, &rows)?;
        let model = model_of_instance(&r.instance).ok_or_else(gone)?;
        let object_key = Key::GenericObject(field, model);
        let instance_key = Key::Pk;
        return Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more });
    }
    let (object_key, instance_key) = (Key::Local(r.field.clone()), Key::Foreign(r.field.clone()));
    let by_key = instances_by_key(rt, &instance_key, instances)?;
    let rows = filter_instances(rt, &rows, r.field.name(), instances)?;
    let more = queryset(&rows)?.prefetch.replace(Rc::from([])).to_vec();
    let rows = queryset::items(rt, &rows)?;
    for row in &rows {
        if !is_cached(&r.field, row)
            && let Some(instance) = by_key.get(rt, &object_key.of(rt, row)?)?
        {
            set_cached(&r.field, row, instance);
        }
    }
    Ok(Fetch { rows, object_key, instance_key, single: false, cache_name, is_descriptor: false, more })
}

fn fetch_custom(rt: &Rt, object: &Value, instances: &[Value], given: Option<Value>) -> Res<Fetch> {
    let given = given.map_or(Value::None, |v| Value::list(vec![v]));
    let args = CallArgs::new([Value::list(instances.to_vec()), given]);
    let answer = ops::call_method(rt, object, "get_prefetch_querysets".into(), args)?;
    let parts = ops::collect(rt, &answer)?;
    let [rows, object_key, instance_key, single, cache_name, is_descriptor] = parts.as_slice() else {
        return Err(Exc::ValueError.new("not enough values to unpack (expected 6)"));
    };
    let (rows, more) = fetched_rows(rt, rows)?;
    Ok(Fetch {
        rows,
        object_key: Key::Call(object_key.clone()),
        instance_key: Key::Call(instance_key.clone()),
        single: ops::truthy(rt, single)?,
        cache_name: Name::new(cache_name.as_str().map_or("", |s| s)),
        is_descriptor: ops::truthy(rt, is_descriptor)?,
        more,
    })
}

/// The expression of a name, for callers that build conditions.
pub fn name_expr(name: Name) -> Expr {
    Expr::F(name.text())
}
