//! Generic relations: `GenericForeignKey`, `GenericRelation` and content types. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/contrib/contenttypes/#generic-relations>.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::descriptors::base_rows;
use super::files::RELATED;
use super::instance::identity::{field_value, kw, pk_of};
use super::instance::{cached, is_set, model_of_instance, set_cached, state};
use super::queryset::{self, filter_q};
use super::related::{self, Generic, Kind, Related, expect_instance};
use super::{DEFAULT_DB, manager};
use crate::db::Db;
use crate::models::{Apps, FieldRef, ModelRef, RelationKind};
use crate::object::{Args, CallArgs, Dict, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{Q, Query};

fn generic_of(field: &FieldRef) -> Res<crate::models::Generic> {
    field.rel_data().and_then(|r| r.generic).ok_or_else(|| Exc::AttributeError.new("not a generic relation"))
}

/// Content types that were looked up, by model, and the cache of `ContentType.objects` that they are a shortcut to.
#[derive(Default)]
pub struct ContentTypes {
    by_model: RefCell<FxHashMap<usize, Value>>,
    cache: RefCell<Option<Rc<Dict>>>,
}

impl ContentTypes {
    /// Forgets all where the manager's own cache was cleared.
    fn check(&self) {
        if self.cache.borrow().as_ref().is_some_and(|c| c.is_empty()) {
            self.by_model.borrow_mut().clear();
        }
    }
}

/// `ContentType.objects`.
fn manager_of_types(rt: &Rt) -> Res<Value> {
    let objects = content_types(rt)?.default_manager(rt)?;
    let types = rt.state::<ContentTypes>();
    if types.cache.borrow().is_none()
        && let Some(Value::Dict(cache)) = ops::get_attr_opt(rt, &objects, "_cache".into())?
    {
        *types.cache.borrow_mut() = Some(cache);
    }
    Ok(objects)
}

fn content_types(rt: &Rt) -> Res<ModelRef> {
    let apps = Apps::of(rt);
    if let Some(model) = apps.find("contenttypes", "contenttype") {
        return Ok(model);
    }
    rt.exec()?.import(rt, "django.contrib.contenttypes.models")?;
    apps.get_model("contenttypes", "contenttype")
}

/// The content type of a model, made where its row is missing.
pub fn content_type_of(rt: &Rt, model: &ModelRef, concrete: bool) -> Res<Value> {
    let model = if concrete { model.concrete_model() } else { model.clone() };
    let key = Rc::as_ptr(&model) as usize;
    let types = rt.state::<ContentTypes>();
    types.check();
    if let Some(found) = types.by_model.borrow().get(&key) {
        return Ok(found.clone());
    }
    let args = CallArgs::new([model.class_value()]).with("for_concrete_model", Value::Bool(false));
    let found = ops::call_method(rt, &manager_of_types(rt)?, "get_for_model".into(), args)?;
    types.by_model.borrow_mut().insert(key, found.clone());
    Ok(found)
}

/// The key of the content type that a generic relation's rows carry: the hook of queries.
pub fn content_type_pk(rt: &Rt, field: &FieldRef) -> Res<Value> {
    let generic = generic_of(field)?;
    match field.model() {
        Some(model) => pk_of(rt, &content_type_of(rt, &model, generic.for_concrete_model)?),
        None => Ok(Value::None),
    }
}

/// The content type of a key.
pub fn content_type_by_id(rt: &Rt, id: &Value) -> Res<Value> {
    let types = rt.state::<ContentTypes>();
    types.check();
    let known: Vec<Value> = types.by_model.borrow().values().cloned().collect();
    for found in known {
        if ops::eq(rt, &pk_of(rt, &found)?, id)? {
            return Ok(found);
        }
    }
    let found = ops::call_method(rt, &manager_of_types(rt)?, "get_for_id".into(), CallArgs::new([id.clone()]))?;
    if let Some(model) = model_of_type(rt, &found)? {
        types.by_model.borrow_mut().insert(Rc::as_ptr(&model) as usize, found.clone());
    }
    Ok(found)
}

/// The model of a content type; `None` where it is gone.
pub fn model_of_type(rt: &Rt, content_type: &Value) -> Res<Option<ModelRef>> {
    let label = ops::str(rt, &ops::get_attr(rt, content_type, "app_label".into())?)?;
    let model = ops::str(rt, &ops::get_attr(rt, content_type, "model".into())?)?;
    Ok(Apps::of(rt).find(&label, &model))
}

/// The attribute of a `GenericForeignKey`.
pub struct GenericDescriptor(pub FieldRef);

impl Object for GenericDescriptor {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(if name == "field" { Some(self.0.object(rt)) } else { None })
    }
}

impl NativeType for GenericDescriptor {
    const NAME: &'static str = "GenericForeignKeyDescriptor";
    const MODULE: &'static str = "django.contrib.contenttypes.fields";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__get__", "(self, instance, cls=None)", "The related object.", |rt, a| {
            if a.get(1).is_none() {
                return Ok(a.native::<GenericDescriptor>(0)?.0.object(rt));
            }
            get(rt, &a.native::<GenericDescriptor>(0)?.0, a.get(1))
        }),
        Row::method("__set__", "(self, instance, value)", "Sets the related object.", |rt, a| {
            let field = &a.native::<GenericDescriptor>(0)?.0;
            let generic = generic_of(field)?;
            let (this, value) = (a.get(1), a.get(2));
            let (mut ct, mut fk) = (Value::None, Value::None);
            if let Some(model) = model_of_instance(value) {
                ct = content_type_of(rt, &model, generic.for_concrete_model)?;
                fk = pk_of(rt, value)?;
            }
            ops::set_attr(rt, this, generic.ct_field, ct)?;
            ops::set_attr(rt, this, generic.fk_field, fk)?;
            set_cached(field, this, value.clone());
            Ok(Value::None)
        }),
    ]];
}

/// The descriptor of a `GenericForeignKey`.
pub fn descriptor(rt: &Rt, field: &FieldRef) -> Value {
    rt.object(GenericDescriptor(field.clone()))
}

/// The field of a `GenericForeignKey`'s descriptor.
pub fn field_of_descriptor(value: &Value) -> Option<FieldRef> {
    // Asked on the class, the attribute is the field itself.
    let field =
        || crate::models::field_of(value).filter(|f| f.relation_kind() == Some(RelationKind::GenericForeignKey));
    value.native::<GenericDescriptor>().map(|d| d.0.clone()).or_else(field)
}

fn ct_attname(rt: &Rt, field: &FieldRef, this: &Value) -> Res<Name> {
    let generic = generic_of(field)?;
    let model = super::instance::model_for(this)?;
    Ok(model.find_field(rt, generic.ct_field).map_or(generic.ct_field, |f| f.attname()))
}

fn get(rt: &Rt, field: &FieldRef, this: &Value) -> Res<Value> {
    let generic = generic_of(field)?;
    let ct_id = ops::get_attr(rt, this, ct_attname(rt, field, this)?)?;
    let fk = ops::get_attr(rt, this, generic.fk_field)?;
    if let Some(found) = cached(field, this) {
        if let Some(model) = model_of_instance(&found) {
            let ct = content_type_of(rt, &model, generic.for_concrete_model)?;
            let same_type = ops::eq(rt, &pk_of(rt, &ct)?, &ct_id)?;
            let key = match model.pk() {
                Some(pk) => pk.to_python(rt, &fk).unwrap_or_else(|_| fk.clone()),
                None => fk.clone(),
            };
            if same_type && ops::eq(rt, &key, &pk_of(rt, &found)?)? {
                return Ok(found);
            }
        } else {
            let empty = ct_id.is_none() && fk.is_none();
            if empty {
                return Ok(Value::None);
            }
        }
    }
    let mut found = Value::None;
    if !ct_id.is_none() {
        let ct = content_type_by_id(rt, &ct_id)?;
        if let Some(model) = model_of_type(rt, &ct)? {
            let rows = base_rows(rt, &model)?;
            match ops::call_method(rt, &rows, "get".into(), kw(&[("pk", fk)])) {
                Ok(object) => found = object,
                Err(e) if e.is(Exc::ObjectDoesNotExist) || e.is(Exc::LookupError) => {}
                Err(e) => return Err(e),
            }
        }
    }
    set_cached(field, this, found.clone());
    Ok(found)
}

/// Key and class that an instance's generic foreign key names, for prefetching.
pub fn key_of(rt: &Rt, field: &FieldRef, this: &Value) -> Res<Value> {
    let generic = generic_of(field)?;
    let ct_id = ops::get_attr(rt, this, ct_attname(rt, field, this)?)?;
    if ct_id.is_none() {
        return Ok(Value::None);
    }
    let ct = content_type_by_id(rt, &ct_id)?;
    let Some(model) = model_of_type(rt, &ct)? else { return Ok(Value::None) };
    let fk = ops::get_attr(rt, this, generic.fk_field)?;
    let fk = match model.pk() {
        Some(pk) => pk.to_python(rt, &fk)?,
        None => fk,
    };
    Ok(Value::tuple(vec![fk, model.class_value()]))
}

/// The querysets of a prefetch: one, or a list of them.
fn given_rows(given: Option<Value>) -> Vec<Value> {
    match given {
        Some(Value::List(list)) => list.to_vec(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// The objects that the instances' generic foreign keys name: one query a type.
pub fn prefetch(rt: &Rt, field: &FieldRef, instances: &[Value], given: Option<Value>) -> Res<Vec<Value>> {
    let generic = generic_of(field)?;
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for instance in instances {
        let ct_id = ops::get_attr(rt, instance, ct_attname(rt, field, instance)?)?;
        let fk = ops::get_attr(rt, instance, generic.fk_field)?;
        if ct_id.is_none() || fk.is_none() {
            continue;
        }
        let mut place = None;
        for (i, (id, _)) in groups.iter().enumerate() {
            if ops::eq(rt, id, &ct_id)? {
                place = Some(i);
            }
        }
        match place.and_then(|i| groups.get_mut(i)) {
            Some((_, list)) => list.push(fk),
            None => groups.push((ct_id, vec![fk])),
        }
    }
    // The querysets given, each for the type of its model.
    let mut own: Vec<(Value, Value)> = Vec::new();
    for rows in given_rows(given) {
        let Some(model) = crate::models::model_of(&ops::get_attr(rt, &rows, "model".into())?) else { continue };
        let key = pk_of(rt, &content_type_of(rt, &model, generic.for_concrete_model)?)?;
        for (known, _) in &own {
            if ops::eq(rt, known, &key)? {
                return Err(Exc::ValueError.new("Only one queryset is allowed for each content type."));
            }
        }
        own.push((key, rows));
    }
    let mut out = Vec::new();
    for (ct_id, keys) in groups {
        let keys = crate::object::Set::from_values(rt, keys, false)?;
        let mut rows = None;
        for (known, given) in &own {
            if ops::eq(rt, known, &ct_id)? {
                rows = Some(given.clone());
            }
        }
        let rows = match rows {
            Some(rows) => rows,
            None => {
                let ct = content_type_by_id(rt, &ct_id)?;
                let Some(model) = model_of_type(rt, &ct)? else { continue };
                base_rows(rt, &model)?
            }
        };
        let rows = filter_q(rt, &rows, Q::filter("pk__in", Value::Set(keys)))?;
        out.extend(queryset::items(rt, &rows)?);
    }
    Ok(out)
}

/// What a generic relation's manager knows for an instance.
pub fn related(rt: &Rt, field: &FieldRef, instance: &Value) -> Res<Related> {
    let generic = generic_of(field)?;
    let model = field.related_model().ok_or_else(|| Exc::RuntimeError.new("the related model is not there yet"))?;
    let owner = super::instance::model_for(instance)?;
    let ct = content_type_of(rt, &owner, generic.for_concrete_model)?;
    Ok(Related {
        kind: Kind::Generic,
        instance: instance.clone(),
        field: field.clone(),
        model,
        m2m: None,
        generic: Some(Generic {
            content_type: pk_of(rt, &ct)?,
            ct_field: generic.ct_field,
            fk_field: generic.fk_field,
            pk: pk_of(rt, instance)?,
            cache_name: field.name(),
        }),
    })
}

fn parts(r: &Related) -> Res<&Generic> {
    r.generic.as_ref().ok_or_else(|| Exc::AttributeError.new("not a generic relation's manager"))
}

/// The rows of a generic relation for several instances, and the field that holds their keys.
pub fn prefetch_relation(rt: &Rt, r: &Related, rows: &Value, instances: &[Value]) -> Res<(Value, FieldRef)> {
    let g = parts(r)?;
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for instance in instances {
        let model = super::instance::model_for(instance)?;
        let ct = pk_of(rt, &content_type_of(rt, &model, generic_of(&r.field)?.for_concrete_model)?)?;
        let pk = pk_of(rt, instance)?;
        let mut place = None;
        for (i, (known, _)) in groups.iter().enumerate() {
            if ops::eq(rt, known, &ct)? {
                place = Some(i);
            }
        }
        match place.and_then(|i| groups.get_mut(i)) {
            Some((_, list)) => list.push(pk),
            None => groups.push((ct, vec![pk])),
        }
    }
    let mut q = Q { connector: crate::sql::ir::Connector::Or, ..Q::default() };
    for (ct, pks) in groups {
        let set = crate::object::Set::from_values(rt, pks, false)?;
        let pair = Q::filters([
            (Rc::from(format!("{}__pk", g.ct_field)), ct),
            (Rc::from(format!("{}__in", g.fk_field)), Value::Set(set)),
        ]);
        q.children.push(crate::sql::ir::QChild::Q(Rc::new(pair)));
    }
    let rows = filter_q(rt, rows, q)?;
    let field = r.model.get_field(rt, &g.fk_field.text())?;
    Ok((rows, field))
}

/// `bulk_related_objects(objs)`: what a generic relation's deletion takes along.
pub fn related_rows(rt: &Rt, field: &FieldRef, objects: &[Value]) -> Res<Value> {
    let generic = generic_of(field)?;
    let model = field.related_model().ok_or_else(|| Exc::RuntimeError.new("the related model is not there yet"))?;
    let owner = field
        .model()
        .or_else(|| objects.first().and_then(model_of_instance))
        .ok_or_else(|| Exc::RuntimeError.new("the relation has no model"))?;
    let ct = content_type_of(rt, &owner, generic.for_concrete_model)?;
    let mut pks = Vec::new();
    for object in objects {
        pks.push(pk_of(rt, object)?);
    }
    let rows = manager::get_queryset(rt, &model.base_manager(rt)?)?;
    let q = Q::filters([
        (Rc::from(format!("{}__pk", generic.ct_field)), pk_of(rt, &ct)?),
        (Rc::from(format!("{}__in", generic.fk_field)), Value::list(pks)),
    ]);
    filter_q(rt, &rows, q)
}

fn take_over(rt: &Rt, r: &Related, object: &Value) -> Res<()> {
    let g = parts(r)?;
    expect_instance(rt, r, object)?;
    let ct = content_type_by_id(rt, &g.content_type)?;
    ops::set_attr(rt, object, g.ct_field, ct)?;
    ops::set_attr(rt, object, g.fk_field, g.pk.clone())
}

fn add(rt: &Rt, a: &mut Args) -> Res<Value> {
    let objects = std::mem::take(&mut a.rest);
    let bulk = a.flag(rt, 1, true)?;
    let r = related::related(a, 0)?;
    let g = parts(r)?;
    r.forget(rt)?;
    if !bulk {
        return Db::of(rt).atomic(rt, false, || {
            for object in &objects {
                take_over(rt, r, object)?;
                ops::call_method(rt, object, "save".into(), CallArgs::none())?;
            }
            Ok(Value::None)
        });
    }
    let mut pks = Vec::new();
    for object in &objects {
        if state(object).is_some_and(|s| s.adding.get() || s.db.get().is_none()) {
            expect_instance(rt, r, object)?;
            return Err(Exc::ValueError.new(format!(
                "{} instance isn't saved. Use bulk=False or save the object first.",
                ops::repr(rt, object)?
            )));
        }
        take_over(rt, r, object)?;
        pks.push(pk_of(rt, object)?);
    }
    let rows = manager::get_queryset(rt, &r.model.base_manager(rt)?)?;
    let rows = filter_q(rt, &rows, Q::filter("pk__in", Value::list(pks)))?;
    let ct = content_type_by_id(rt, &g.content_type)?;
    let mut args = CallArgs::none();
    args.kw.push((g.ct_field, ct));
    args.kw.push((g.fk_field, g.pk.clone()));
    ops::call_method(rt, &rows, "update".into(), args)?;
    Ok(Value::None)
}

fn clear_rows(rt: &Rt, r: &Related, rows: &Value, bulk: bool) -> Res<()> {
    r.forget(rt)?;
    let rows = &ops::call_method(rt, rows, "using".into(), CallArgs::new([Value::str(DEFAULT_DB)]))?;
    if bulk {
        ops::call_method(rt, rows, "delete".into(), CallArgs::none())?;
        return Ok(());
    }
    Db::of(rt).atomic(rt, false, || {
        for object in ops::collect(rt, rows)? {
            ops::call_method(rt, &object, "delete".into(), CallArgs::none())?;
        }
        Ok(())
    })
}

fn remove(rt: &Rt, a: &mut Args) -> Res<Value> {
    let objects = std::mem::take(&mut a.rest);
    if objects.is_empty() {
        return Ok(Value::None);
    }
    let bulk = a.flag(rt, 1, true)?;
    let r = related::related(a, 0)?;
    let mut pks = Vec::new();
    for object in &objects {
        pks.push(pk_of(rt, object)?);
    }
    let rows = ops::call_method(rt, a.get(0), "filter".into(), kw(&[("pk__in", Value::list(pks))]))?;
    clear_rows(rt, r, &rows, bulk)?;
    Ok(Value::None)
}

fn set(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let objects = ops::collect(rt, a.get(1))?;
    let (bulk, clear) = (a.flag(rt, 2, true)?, a.flag(rt, 3, false)?);
    let with_bulk = |objects: Vec<Value>| CallArgs::new(objects).with("bulk", Value::Bool(bulk));
    Db::of(rt).atomic(rt, false, || {
        if clear {
            ops::call_method(rt, &this, "clear".into(), CallArgs::none())?;
            return ops::call_method(rt, &this, "add".into(), with_bulk(objects));
        }
        let rows = ops::call_method(rt, &this, "all".into(), CallArgs::none())?;
        let old = crate::object::Set::from_values(rt, ops::collect(rt, &rows)?, false)?;
        let mut new = Vec::new();
        for object in objects {
            if old.table.remove(rt, &object)?.is_none() {
                new.push(object);
            }
        }
        ops::call_method(rt, &this, "remove".into(), CallArgs::new(old.table.keys()))?;
        ops::call_method(rt, &this, "add".into(), with_bulk(new))
    })
}

fn made(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let r = related::of(&this)?;
    let g = parts(r)?;
    r.forget(rt)?;
    let mut args = CallArgs::new(std::mem::take(&mut a.rest));
    args.kw.extend(std::mem::take(&mut a.kwargs));
    args.kw.push((g.ct_field, content_type_by_id(rt, &g.content_type)?));
    args.kw.push((g.fk_field, g.pk.clone()));
    let copy = manager::db_manager(&this, Some(Name::new(DEFAULT_DB)));
    related::call_super(rt, &copy, a.name, args)
}

/// The methods of a generic relation's manager.
pub const MANAGER_ROWS: &[Row] = &[
    Row::method("add", "(self, *objs, bulk=True)", "Lets objects refer here.", add).at(RELATED),
    Row::method("remove", "(self, *objs, bulk=True)", "Deletes objects that refer here.", remove).at(RELATED),
    Row::method("clear", "(self, *, bulk=True)", "Deletes all that refer here.", |rt, a| {
        let bulk = a.flag(rt, 1, true)?;
        clear_rows(rt, related::related(a, 0)?, a.get(0), bulk)?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("set", "(self, objs, *, bulk=True, clear=False)", "Lets these objects alone refer here.", set)
        .at(RELATED),
    Row::method("create", "(self, *args, **kwargs)", "A new object that refers here.", made).at(RELATED),
    Row::method("get_or_create", "(self, *args, **kwargs)", "An object that refers here.", made).at(RELATED),
    Row::method("update_or_create", "(self, *args, **kwargs)", "An object that refers here.", made).at(RELATED),
];

/// The window that numbers rows a group, in the query's order: what a prefetch of a slice is cut by.
pub fn row_number(rt: &Rt, partition: Name, query: &mut Query) -> Res<Value> {
    let models = rt.exec()?.import(rt, "django.db.models")?;
    let functions = rt.exec()?.import(rt, "django.db.models.functions")?;
    let number = ops::call0(rt, &ops::get_attr(rt, &functions, "RowNumber".into())?)?;
    let mut order = Vec::new();
    let mut compiler = crate::sql::compiler::Compiler::new(rt, query);
    for e in compiler.order_exprs()? {
        order.push(crate::sql::ir::value_of(rt, &e)?);
    }
    let mut args = CallArgs::new([number]).with("partition_by", Value::from(partition));
    args = args.with("order_by", Value::list(order));
    ops::call(rt, &ops::get_attr(rt, &models, "Window".into())?, args)
}

/// Whether a field is a generic relation of either kind.
pub fn is_generic(field: &FieldRef) -> bool {
    matches!(
        field.relation_kind(),
        Some(RelationKind::GenericForeignKey | RelationKind::GenericRelation | RelationKind::GenericRel)
    )
}

/// The key that an instance is referred to by.
pub fn key(rt: &Rt, this: &Value, field: &FieldRef) -> Res<Option<Value>> {
    let value = field_value(rt, this, field)?;
    Ok(if is_set(&value) { Some(value) } else { None })
}

/// An empty dict, for attributes that stand for options.
pub fn no_options() -> Value {
    Value::Dict(Dict::new())
}
