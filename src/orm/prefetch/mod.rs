//! `prefetch_related`: one query a relation, and the objects put where they belong. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/models/querysets/#prefetch-related>.

mod fetch;
mod object;

use std::rc::Rc;

pub use object::{Prefetch, generic_class};

use self::fetch::{Fetch, Key, fetch_custom, fetch_forward, fetch_many, fetch_reverse_one};
use crate::models::FieldRef;
use crate::object::{CallArgs, Dict, Exc, List, Res, Rt, Value, ops};
use crate::orm::descriptors::single;
use crate::orm::instance::{is_cached, model_of_instance, state};
use crate::orm::manager::manager;
use crate::orm::queryset::{self, queryset};
use crate::orm::related;
use crate::source::Name;

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
    if let Some(field) = crate::orm::generic::field_of_descriptor(&descriptor) {
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
            let rows = crate::orm::generic::prefetch(rt, field, instances, given)?;
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
                _ => crate::orm::manager::get_queryset(rt, &manager)?,
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
