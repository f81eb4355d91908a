//! What a deletion takes along: Django's collector. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/models/fields/#django.db.models.ForeignKey.on_delete>.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::instance::identity::{field_value, pk_of};
use super::instance::{is_set, model_of_instance};
use super::queryset::{self, QuerySet, queryset};
use super::signals::{Signals, has_listeners, send};
use super::{manager, write};
use crate::db::{Db, operations};
use crate::models::{FieldRef, Model, ModelRef, RelationKind};
use crate::object::{Args, CallArgs, Dict, Error, Exc, Exception, NativeType, Object, Res, Row, Rt, Set, Value, ops};
use crate::source::Name;
use crate::sql::ir::{Connector, Q, QChild};

/// What happens to an object when the one it refers to is deleted.
#[derive(Clone)]
pub enum OnDelete {
    /// Deleted too.
    Cascade,
    /// Stops the deletion.
    Protect,
    /// Stops the deletion unless it goes anyway by another way.
    Restrict,
    /// The reference becomes NULL.
    SetNull,
    /// The reference becomes the default.
    SetDefault,
    /// The reference becomes a value, or what a function gives.
    Set(Value),
    /// Nothing: the database decides.
    DoNothing,
    /// A function of the session's: called with collector, field, objects, database.
    Custom(Value),
}

/// The collector as a session's own `on_delete` function sees it.
pub struct CollectorObject(RefCell<Collector>);

impl Object for CollectorObject {}

impl NativeType for CollectorObject {
    const NAME: &'static str = "Collector";
    const MODULE: &'static str = "django.db.models.deletion";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("add_field_update", "(self, field, value, objs)", "Sets a column of objects.", |rt, a| {
            let shared = a.native::<CollectorObject>(0)?;
            if let Some(field) = crate::models::field_of(a.get(1)) {
                shared.0.borrow_mut().add_field_update(rt, &field, a.value(2), a.value(3))?;
            }
            Ok(Value::None)
        }),
        Row::method(
            "collect",
            "(self, objs, source=None, nullable=False, collect_related=True, source_attr=None, reverse_dependency=False, keep_parents=False, fail_on_restricted=True)",
            "Takes objects along.",
            |rt, a| {
                let shared = a.native::<CollectorObject>(0)?;
                let source = crate::models::model_of(a.get(2));
                let how = How {
                    source,
                    nullable: a.flag(rt, 3, false)?,
                    related: a.flag(rt, 4, true)?,
                    fail_on_restricted: a.flag(rt, 8, true)?,
                    ..How::default()
                };
                let mut inner = shared.0.replace(Collector::new(Name::new(super::DEFAULT_DB), Value::None));
                let result = inner.collect(rt, Objects::of(rt, a.value(1))?, how);
                shared.0.replace(inner);
                result.map(|()| Value::None)
            },
        ),
    ]];
}

/// Does what a value of `on_delete` says to a session's collector: the hook of the layer below.
pub fn run(rt: &Rt, action: &Value, a: &mut Args) -> Res<Value> {
    let shared = a.native::<CollectorObject>(0)?;
    let field = crate::models::field_of(a.get(1)).ok_or_else(|| Exc::TypeError.new("expected a field"))?;
    let mut inner = shared.0.replace(Collector::new(Name::new(super::DEFAULT_DB), Value::None));
    let result = inner.handle(rt, &field, &kind_of(action), a.value(2));
    shared.0.replace(inner);
    result.map(|()| Value::None)
}

/// What a relation's `on_delete` says.
pub fn on_delete(field: &FieldRef) -> OnDelete {
    let value = field.rel_data().map(|r| r.on_delete.borrow().clone()).unwrap_or_default();
    kind_of(&value)
}

/// What a value given as `on_delete` means.
pub fn kind_of(value: &Value) -> OnDelete {
    match value {
        Value::None => OnDelete::Cascade,
        Value::Native(f) => match f.name {
            "CASCADE" => OnDelete::Cascade,
            "PROTECT" => OnDelete::Protect,
            "RESTRICT" => OnDelete::Restrict,
            "SET_NULL" => OnDelete::SetNull,
            "SET_DEFAULT" => OnDelete::SetDefault,
            "DO_NOTHING" => OnDelete::DoNothing,
            "set_on_delete" => OnDelete::Set(f.attrs.borrow().get("value".into()).cloned().unwrap_or_default()),
            _ => OnDelete::Custom(value.clone()),
        },
        _ => OnDelete::Custom(value.clone()),
    }
}

impl OnDelete {
    /// Objects that only get a new value need not be loaded.
    fn lazy(&self) -> bool {
        matches!(self, OnDelete::SetNull | OnDelete::Set(_)) && !matches!(self, OnDelete::Set(v) if callable(v))
    }
}

fn callable(value: &Value) -> bool {
    matches!(value, Value::Func(_) | Value::Native(_) | Value::Method(_) | Value::Class(_))
}

/// Objects on their way into the collector.
#[derive(Clone)]
enum Objects {
    Instances(Vec<Value>),
    Rows(Value),
}

impl Objects {
    fn of(rt: &Rt, value: Value) -> Res<Objects> {
        Ok(match value.native::<QuerySet>() {
            Some(_) => Objects::Rows(value),
            None => Objects::Instances(ops::collect(rt, &value)?),
        })
    }

    fn items(&self, rt: &Rt) -> Res<Vec<Value>> {
        match self {
            Objects::Instances(list) => Ok(list.clone()),
            Objects::Rows(rows) => queryset::items(rt, rows),
        }
    }
}

/// How objects are collected.
struct How {
    source: Option<ModelRef>,
    nullable: bool,
    related: bool,
    reverse_dependency: bool,
    keep_parents: bool,
    fail_on_restricted: bool,
}

impl Default for How {
    fn default() -> How {
        How {
            source: None,
            nullable: false,
            related: true,
            reverse_dependency: false,
            keep_parents: false,
            fail_on_restricted: true,
        }
    }
}

#[derive(Clone)]
struct Batch {
    model: ModelRef,
    /// Instances in the order they came, each once.
    set: Rc<Set>,
}

/// A model and its objects that must not go, by the field that forbids it.
type Restricted = (ModelRef, Vec<(FieldRef, Rc<Set>)>);

/// What one deletion takes along.
pub struct Collector {
    using: Name,
    origin: Value,
    data: IndexMap<usize, Batch, FxBuildHasher>,
    field_updates: Vec<(FieldRef, Value, Vec<Objects>)>,
    restricted: IndexMap<usize, Restricted, FxBuildHasher>,
    fast: Vec<Value>,
    /// By concrete model: those that must be deleted first.
    dependencies: IndexMap<usize, Vec<usize>, FxBuildHasher>,
}

fn key(model: &ModelRef) -> usize {
    Rc::as_ptr(model) as usize
}

/// Reverse foreign keys, one-to-ones and foreign objects to a model, hidden ones included.
fn candidates(rt: &Rt, model: &ModelRef) -> Vec<FieldRef> {
    model
        .all_related_objects(rt)
        .iter()
        .filter(|rel| {
            use RelationKind::{ForeignObjectRel, ManyToOneRel, OneToOneRel};
            matches!(rel.relation_kind(), Some(ManyToOneRel | OneToOneRel | ForeignObjectRel))
        })
        .cloned()
        .collect()
}

fn listened(rt: &Rt, model: &ModelRef) -> bool {
    let signals = Signals::of(rt);
    let class = model.class_value();
    has_listeners(rt, &signals.pre_delete, &class) || has_listeners(rt, &signals.post_delete, &class)
}

fn has_generic(model: &ModelRef) -> bool {
    model.private_fields.borrow().iter().any(|f| f.relation_kind() == Some(RelationKind::GenericRelation))
}

impl Collector {
    /// An empty collector for one deletion.
    pub fn new(using: Name, origin: Value) -> Collector {
        Collector {
            using,
            origin,
            data: IndexMap::default(),
            field_updates: Vec::new(),
            restricted: IndexMap::default(),
            fast: Vec::new(),
            dependencies: IndexMap::default(),
        }
    }

    /// Collects instances of one model. ProtectedError, RestrictedError.
    pub fn collect_instances(&mut self, rt: &Rt, objects: Vec<Value>, keep_parents: bool) -> Res<()> {
        self.collect(rt, Objects::Instances(objects), How { keep_parents, ..How::default() })
    }

    /// Collects the rows of a queryset. ProtectedError, RestrictedError.
    pub fn collect_queryset(&mut self, rt: &Rt, rows: &Value) -> Res<()> {
        self.collect(rt, Objects::Rows(rows.clone()), How::default())
    }

    fn can_fast_delete_model(rt: &Rt, model: &ModelRef, from: Option<&FieldRef>) -> bool {
        if let Some(field) = from
            && !matches!(on_delete(field), OnDelete::Cascade)
        {
            return false;
        }
        if listened(rt, model) {
            return false;
        }
        let links = model.concrete_model();
        let links = links.parents.borrow();
        let same = |link: &Option<FieldRef>| match (link, from) {
            (Some(link), Some(from)) => Rc::ptr_eq(link, from),
            (None, None) => true,
            _ => false,
        };
        links.iter().all(|(_, link)| same(link))
            && candidates(rt, model)
                .iter()
                .all(|rel| rel.remote_field().is_some_and(|f| matches!(on_delete(&f), OnDelete::DoNothing)))
            && !has_generic(model)
    }

    fn add(&mut self, rt: &Rt, objects: &Objects, how: &How) -> Res<Vec<Value>> {
        let items = objects.items(rt)?;
        let Some(model) = items.first().and_then(model_of_instance) else { return Ok(Vec::new()) };
        let batch = self
            .data
            .entry(key(&model))
            .or_insert_with(|| Batch { model: model.clone(), set: Rc::new(Set::default()) })
            .clone();
        let mut new = Vec::new();
        for object in items {
            if !batch.set.table.contains(rt, &object)? {
                new.push(object);
            }
        }
        for object in &new {
            batch.set.table.insert(rt, object.clone(), Value::None)?;
        }
        if let Some(source) = &how.source
            && !how.nullable
        {
            self.add_dependency(source, &model, how.reverse_dependency);
        }
        Ok(new)
    }

    fn add_dependency(&mut self, model: &ModelRef, dependency: &ModelRef, reverse: bool) {
        let (model, dependency) = if reverse { (dependency, model) } else { (model, dependency) };
        let list = self.dependencies.entry(key(&model.concrete_model())).or_default();
        let needed = key(&dependency.concrete_model());
        if !list.contains(&needed) {
            list.push(needed);
        }
        self.data
            .entry(key(dependency))
            .or_insert_with(|| Batch { model: dependency.clone(), set: Rc::new(Set::default()) });
    }

    fn add_field_update(&mut self, rt: &Rt, field: &FieldRef, value: Value, objects: Value) -> Res<()> {
        let objects = Objects::of(rt, objects)?;
        for (f, v, list) in &mut self.field_updates {
            if Rc::ptr_eq(f, field) && ops::eq(rt, v, &value)? {
                list.push(objects);
                return Ok(());
            }
        }
        self.field_updates.push((field.clone(), value, vec![objects]));
        Ok(())
    }

    fn collect(&mut self, rt: &Rt, objects: Objects, how: How) -> Res<()> {
        if let Objects::Rows(rows) = &objects
            && Collector::can_fast_delete_model(rt, &queryset(rows)?.model()?, None)
        {
            self.fast.push(rows.clone());
            return Ok(());
        }
        let new = self.add(rt, &objects, &how)?;
        let Some(model) = new.first().and_then(model_of_instance) else { return Ok(()) };
        if !how.keep_parents {
            let links = model.concrete_model().parents.borrow().clone();
            for (_, link) in links {
                let Some(link) = link else { continue };
                let mut parents = Vec::new();
                for object in &new {
                    parents.push(ops::get_attr(rt, object, link.name())?);
                }
                let how = How {
                    source: Some(model.clone()),
                    related: false,
                    reverse_dependency: true,
                    fail_on_restricted: false,
                    ..How::default()
                };
                self.collect(rt, Objects::Instances(parents), how)?;
            }
        }
        if !how.related {
            return Ok(());
        }
        self.collect_related(rt, &model, &new, how.keep_parents)?;
        for field in model.private_fields.borrow().clone() {
            if field.relation_kind() == Some(RelationKind::GenericRelation) {
                let rows = super::generic::related_rows(rt, &field, &new)?;
                let how =
                    How { source: Some(model.clone()), nullable: true, fail_on_restricted: false, ..How::default() };
                self.collect(rt, Objects::Rows(rows), how)?;
            }
        }
        if how.fail_on_restricted { self.check_restricted(rt, &model) } else { Ok(()) }
    }

    fn collect_related(&mut self, rt: &Rt, model: &ModelRef, new: &[Value], keep_parents: bool) -> Res<()> {
        let mut fast: IndexMap<usize, (ModelRef, Vec<FieldRef>), FxBuildHasher> = IndexMap::default();
        let mut protected: Vec<(String, Vec<Value>)> = Vec::new();
        let ancestors = model.all_parents();
        for rel in candidates(rt, model) {
            let (Some(field), Some(related)) = (rel.remote_field(), rel.related_model()) else { continue };
            // With keep_parents the relations of parents are left alone.
            if keep_parents
                && let Some(owner) = field.related_model()
                && ancestors.iter().any(|a| Model::same(a, &owner))
            {
                continue;
            }
            let action = on_delete(&field);
            if matches!(action, OnDelete::DoNothing) {
                continue;
            }
            if Collector::can_fast_delete_model(rt, &related, Some(&field)) {
                fast.entry(key(&related)).or_insert_with(|| (related.clone(), Vec::new())).1.push(field);
                continue;
            }
            for batch in batches(new, 1) {
                let mut rows = related_objects(rt, &related, std::slice::from_ref(&field), batch)?;
                let plain = !matches!(
                    queryset(&rows)?.query(rt)?.borrow().select_related,
                    crate::sql::ir::SelectRelated::Fields(_) | crate::sql::ir::SelectRelated::All
                );
                if plain && !listened(rt, &related) {
                    // Only what further relations refer to is loaded.
                    let mut names: Vec<Name> = Vec::new();
                    for rel in candidates(rt, &related) {
                        let Some(field) = rel.remote_field() else { continue };
                        for remote in field.foreign_related_fields()? {
                            if !names.contains(&remote.attname()) {
                                names.push(remote.attname());
                            }
                        }
                    }
                    let names = names.into_iter().map(Value::from);
                    rows = ops::call_method(rt, &rows, "only".into(), CallArgs::new(names))?;
                }
                if !action.lazy() && queryset::fetch_all(rt, &rows)?.is_empty() {
                    continue;
                }
                match self.handle(rt, &field, &action, rows) {
                    Ok(()) => {}
                    Err(e) if e.is(Exc::ProtectedError) => {
                        let owner = field.model().map_or_else(|| "".into(), |m| m.object_name.clone());
                        let name = format!("'{owner}.{}'", field.name());
                        let objects = protected_objects(rt, e)?;
                        match protected.iter_mut().find(|(n, _)| *n == name) {
                            Some(entry) => entry.1.extend(objects),
                            None => protected.push((name, objects)),
                        }
                    }
                    Err(e) => return Err(e),
                }
            }
        }
        if !protected.is_empty() {
            let names: Vec<&str> = protected.iter().map(|(n, _)| n.as_str()).collect();
            let text = format!(
                "Cannot delete some instances of model '{}' because they are referenced through protected foreign keys: {}.",
                model.object_name,
                names.join(", ")
            );
            let all: Vec<Value> = protected.into_iter().flat_map(|(_, o)| o).collect();
            return Err(blocked(rt, Exc::ProtectedError, text, all)?);
        }
        for (_, (related, fields)) in fast {
            for batch in batches(new, fields.len()) {
                self.fast.push(related_objects(rt, &related, &fields, batch)?);
            }
        }
        Ok(())
    }

    /// What a relation's `on_delete` does with the objects that refer.
    fn handle(&mut self, rt: &Rt, field: &FieldRef, action: &OnDelete, rows: Value) -> Res<()> {
        match action {
            OnDelete::Cascade => {
                let how = How {
                    source: field.related_model(),
                    nullable: field.null(),
                    fail_on_restricted: false,
                    ..How::default()
                };
                self.collect(rt, Objects::of(rt, rows)?, how)
            }
            OnDelete::Protect => {
                let objects = Objects::of(rt, rows)?.items(rt)?;
                let class = objects.first().map_or_else(|| "".into(), |o| rt.class_of(o).name());
                let target = field.related_model().map_or_else(|| "".into(), |m| m.object_name.clone());
                let text = format!(
                    "Cannot delete some instances of model '{target}' because they are referenced through a protected foreign key: '{class}.{}'",
                    field.name()
                );
                Err(blocked(rt, Exc::ProtectedError, text, objects)?)
            }
            OnDelete::Restrict => {
                let objects = Objects::of(rt, rows)?.items(rt)?;
                let Some(model) = objects.first().and_then(model_of_instance) else { return Ok(()) };
                let entry = self.restricted.entry(key(&model)).or_insert_with(|| (model.clone(), Vec::new()));
                let set = match entry.1.iter().find(|(f, _)| Rc::ptr_eq(f, field)) {
                    Some((_, set)) => set.clone(),
                    None => {
                        let set = Rc::new(Set::default());
                        entry.1.push((field.clone(), set.clone()));
                        set
                    }
                };
                for object in objects {
                    set.table.insert(rt, object, Value::None)?;
                }
                if let (Some(target), Some(owner)) = (field.related_model(), field.model()) {
                    self.add_dependency(&target, &owner, false);
                }
                Ok(())
            }
            OnDelete::SetNull => self.add_field_update(rt, field, Value::None, rows),
            OnDelete::SetDefault => {
                let default = field.get_default(rt)?;
                self.add_field_update(rt, field, default, rows)
            }
            OnDelete::Set(value) => {
                let value = if ops::callable(rt, value) { ops::call0(rt, value)? } else { value.clone() };
                self.add_field_update(rt, field, value, rows)
            }
            OnDelete::DoNothing => Ok(()),
            OnDelete::Custom(function) => {
                // The session's function works on this very collector, lent to an object for the call.
                let lent = std::mem::replace(self, Collector::new(self.using, Value::None));
                let shared = rt.object(CollectorObject(RefCell::new(lent)));
                let args = CallArgs::new([shared.clone(), field.object(rt), rows, Value::from(self.using)]);
                let result = ops::call(rt, function, args);
                if let Some(back) = shared.native::<CollectorObject>() {
                    *self = back.0.replace(Collector::new(self.using, Value::None));
                }
                result.map(drop)
            }
        }
    }

    fn check_restricted(&mut self, rt: &Rt, model: &ModelRef) -> Res<()> {
        if self.restricted.is_empty() {
            return Ok(());
        }
        for batch in self.data.values() {
            if let Some((_, fields)) = self.restricted.get(&key(&batch.model)) {
                for (_, set) in fields {
                    for object in batch.set.table.keys() {
                        set.table.remove(rt, &object)?;
                    }
                }
            }
        }
        for rows in &self.fast {
            let owner = queryset(rows)?.model()?;
            let Some((_, fields)) = self.restricted.get(&key(&owner)) else { continue };
            let mut pks = Vec::new();
            for (_, set) in fields {
                for object in set.table.keys() {
                    pks.push(pk_of(rt, &object)?);
                }
            }
            let found = queryset::filter_q(rt, rows, Q::filter("pk__in", Value::list(pks)))?;
            for object in queryset::items(rt, &found)? {
                for (_, set) in fields {
                    set.table.remove(rt, &object)?;
                }
            }
        }
        let mut names: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for (owner, fields) in self.restricted.values() {
            for (field, set) in fields {
                if !set.table.is_empty() {
                    names.push(format!("'{}.{}'", owner.object_name, field.name()));
                    all.extend(set.table.keys());
                }
            }
        }
        if names.is_empty() {
            return Ok(());
        }
        let text = format!(
            "Cannot delete some instances of model '{}' because they are referenced through restricted foreign keys: {}.",
            model.object_name,
            names.join(", ")
        );
        Err(blocked(rt, Exc::RestrictedError, text, all)?)
    }

    /// Models in the order their rows are deleted: those that refer before those referred to, where there is one.
    fn sort(&mut self) {
        let mut sorted: Vec<usize> = Vec::new();
        let mut concrete: Vec<usize> = Vec::new();
        while sorted.len() < self.data.len() {
            let mut found = false;
            for (k, batch) in &self.data {
                if sorted.contains(k) {
                    continue;
                }
                let own = key(&batch.model.concrete_model());
                let blocked =
                    self.dependencies.get(&own).is_some_and(|list| list.iter().any(|d| !concrete.contains(d)));
                if !blocked {
                    sorted.push(*k);
                    concrete.push(own);
                    found = true;
                }
            }
            if !found {
                return;
            }
        }
        self.data.sort_by(|a, _, b, _| {
            let at = |k: &usize| sorted.iter().position(|s| s == k);
            at(a).cmp(&at(b))
        });
    }

    /// Deletes what was collected: how many rows, and how many of each model.
    pub fn delete(mut self, rt: &Rt) -> Res<Value> {
        let mut ordered: Vec<(usize, Vec<Value>)> = Vec::new();
        for (k, batch) in &self.data {
            let mut keyed = Vec::new();
            for object in batch.set.table.keys() {
                keyed.push((pk_of(rt, &object)?, object));
            }
            sort_by_key(rt, &mut keyed)?;
            ordered.push((*k, keyed.into_iter().map(|(_, o)| o).collect()));
        }
        self.sort();
        let mut instances: Vec<(ModelRef, Vec<Value>)> = Vec::new();
        for (k, batch) in &self.data {
            let list = ordered.iter_mut().find(|(o, _)| o == k).map(|(_, l)| std::mem::take(l)).unwrap_or_default();
            instances.push((batch.model.clone(), list));
        }
        let db = Db::of(rt);
        if let [(model, list)] = instances.as_slice()
            && let [object] = list.as_slice()
            && Collector::can_fast_delete_model(rt, model, None)
        {
            let pk = pk_of(rt, object)?;
            let count = db.mark_for_rollback_on_error(|| write::delete_pks(rt, model, vec![pk]))?;
            forget_pk(rt, model, object)?;
            return self.answer(rt, vec![(model.label(), count)], true);
        }
        let counts = db.atomic(rt, false, || self.delete_all(rt, &mut instances))?;
        for (model, list) in &instances {
            for object in list {
                forget_pk(rt, model, object)?;
            }
        }
        self.answer(rt, counts, false)
    }

    fn delete_all(&self, rt: &Rt, instances: &mut [(ModelRef, Vec<Value>)]) -> Res<Vec<(String, usize)>> {
        let signals = Signals::of(rt);
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut add = |label: String, n: usize| {
            if n > 0 {
                match counts.iter_mut().find(|(l, _)| *l == label) {
                    Some(entry) => entry.1 += n,
                    None => counts.push((label, n)),
                }
            }
        };
        let tell = |which: &Value, model: &ModelRef, object: &Value| -> Res<()> {
            if model.auto_created.borrow().is_some() {
                return Ok(());
            }
            let named =
                [("instance", object.clone()), ("using", Value::from(self.using)), ("origin", self.origin.clone())];
            send(rt, which, &model.class_value(), &named)
        };
        for (model, list) in instances.iter() {
            for object in list {
                tell(&signals.pre_delete, model, object)?;
            }
        }
        for rows in &self.fast {
            let n = queryset::raw_delete(rt, rows)?;
            add(queryset(rows)?.model()?.label(), n);
        }
        for (field, value, all) in &self.field_updates {
            self.update_field(rt, field, value, all)?;
        }
        for (model, list) in instances.iter_mut() {
            list.reverse();
            let mut pks = Vec::new();
            for object in list.iter() {
                pks.push(pk_of(rt, object)?);
            }
            if !pks.is_empty() {
                add(model.label(), write::delete_pks(rt, model, pks)?);
            }
            for object in list.iter() {
                tell(&signals.post_delete, model, object)?;
            }
        }
        Ok(counts)
    }

    fn update_field(&self, rt: &Rt, field: &FieldRef, value: &Value, all: &[Objects]) -> Res<()> {
        let mut updates: Option<Value> = None;
        let mut objects = Vec::new();
        for one in all {
            match one {
                Objects::Rows(rows) if queryset(rows)?.result.borrow().is_none() => {
                    updates = Some(match updates {
                        None => rows.clone(),
                        Some(so_far) => ops::binary(rt, ops::BinOp::Or, &so_far, rows)?,
                    });
                }
                other => objects.extend(other.items(rt)?),
            }
        }
        if let Some(rows) = updates {
            let mut args = CallArgs::none();
            args.kw.push((field.name(), value.clone()));
            ops::call_method(rt, &rows, "update".into(), args)?;
        }
        let Some(model) = objects.first().and_then(model_of_instance) else { return Ok(()) };
        let mut pks = Vec::new();
        for object in &objects {
            pks.push(pk_of(rt, object)?);
        }
        let pks = Set::from_values(rt, pks, false)?.table.keys();
        write::update_pks(rt, &model, pks, field, value)
    }

    fn answer(&self, rt: &Rt, counts: Vec<(String, usize)>, always: bool) -> Res<Value> {
        let dict = Dict::new();
        let mut total = 0;
        for (label, n) in counts {
            total += n;
            if n > 0 || always {
                dict.set_str(rt, &label, n);
            }
        }
        Ok(Value::tuple(vec![Value::from(total), Value::Dict(dict)]))
    }
}

fn forget_pk(rt: &Rt, model: &ModelRef, object: &Value) -> Res<()> {
    match model.pk() {
        Some(pk) if is_set(&field_value(rt, object, &pk)?) => ops::set_attr(rt, object, pk.attname(), Value::None),
        _ => Ok(()),
    }
}

fn sort_by_key(rt: &Rt, keyed: &mut [(Value, Value)]) -> Res<()> {
    let mut failed = None;
    keyed.sort_by(|(a, _), (b, _)| {
        use std::cmp::Ordering::*;
        match (ops::less(rt, a, b), ops::less(rt, b, a)) {
            (Ok(true), _) => Less,
            (_, Ok(true)) => Greater,
            (Err(e), _) | (_, Err(e)) => {
                failed.get_or_insert(e);
                Equal
            }
            _ => Equal,
        }
    });
    failed.map_or(Ok(()), Err)
}

fn batches(objects: &[Value], fields: usize) -> std::slice::Chunks<'_, Value> {
    objects.chunks(operations::bulk_batch_size(fields, objects.len()).max(1))
}

/// The rows of a model that refer to objects by any of some fields.
fn related_objects(rt: &Rt, model: &ModelRef, fields: &[FieldRef], objects: &[Value]) -> Res<Value> {
    let base = model.base_manager(rt)?;
    let rows = manager::get_queryset(rt, &base)?;
    let mut q = Q { connector: Connector::Or, ..Q::default() };
    for field in fields {
        let name: Rc<str> = format!("{}__in", field.name()).into();
        q.children.push(QChild::Filter(name, Value::list(objects.to_vec())));
    }
    queryset::filter_q(rt, &rows, q)
}

fn blocked(rt: &Rt, kind: Exc, text: String, objects: Vec<Value>) -> Res<Error> {
    let objects = match kind {
        Exc::ProtectedError if text.ends_with('\'') => Value::list(objects),
        _ => Value::Set(Set::from_values(rt, objects, false)?),
    };
    let name = if kind == Exc::ProtectedError { "protected_objects" } else { "restricted_objects" };
    Ok(kind.with_args(vec![Value::from(text), objects.clone()]).with(name, objects))
}

fn protected_objects(rt: &Rt, error: Error) -> Res<Vec<Value>> {
    let exc = rt.exception(error);
    let objects = exc.native::<Exception>().and_then(|e| e.args.borrow().get(1).cloned()).unwrap_or_default();
    ops::collect(rt, &objects)
}
