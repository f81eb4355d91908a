//! `save()`, as Django does it: parents first, UPDATE then INSERT, and the rules that decide between them.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::identity::{adding, field_value, is_set, pk_in, pk_of};
use super::make::generated;
use super::state::{cached, delete_cached, is_cached, model_for, state};
use crate::db::Db;
use crate::models::{FieldRef, Model, ModelRef, model_of};
use crate::object::error::Layer;
use crate::object::{Args, Class, Exc, Res, Rt, Set, Value, ops};
use crate::orm::signals::{Signals, send};
use crate::orm::{DEFAULT_DB, manager, write};
use crate::source::Name;

/// `save(*args, force_insert=False, force_update=False, using=None, update_fields=None)`.
pub fn save(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let mut options: [Value; 4] = [
        a.opt(1).cloned().unwrap_or(Value::Bool(false)),
        a.opt(2).cloned().unwrap_or(Value::Bool(false)),
        a.value(3),
        a.value(4),
    ];
    if !a.rest.is_empty() {
        if a.rest.len() > 4 {
            return Err(Exc::TypeError.new(format!(
                "Model.save() takes from 1 to 5 positional arguments but {} were given",
                a.rest.len() + 1
            )));
        }
        let names = ["force_insert", "force_update", "using", "update_fields"];
        for (i, value) in std::mem::take(&mut a.rest).into_iter().enumerate() {
            if a.opt(i + 1).is_some_and(|v| !v.is_none() && !matches!(v, Value::Bool(false))) {
                return Err(Exc::TypeError.new(format!("Model.save() got multiple values for argument '{}'", names[i])));
            }
            options[i] = value;
        }
    }
    let [force_insert, force_update, using, update_fields] = options;
    prepare_related(rt, &this, "save", None)?;
    let using = write::alias(&using)?;
    let has_fields = !update_fields.is_none();
    let given = if has_fields { ops::truthy(rt, &update_fields)? } else { false };
    let insert = ops::truthy(rt, &force_insert)?;
    let update = ops::truthy(rt, &force_update)?;
    if insert && (update || given) {
        return Err(Exc::ValueError.new("Cannot force both insert and updating in model saving."));
    }
    let model = model_for(&this)?;
    let mut chosen: Option<Vec<Name>> = None;
    if has_fields {
        if !given {
            return Ok(Value::None);
        }
        let mut names = Vec::new();
        let mut wrong = Vec::new();
        let pk_fields = model.pk_fields(rt);
        for name in ops::collect(rt, &update_fields)? {
            let text = ops::str(rt, &name)?;
            let name = Name::new(&text);
            let known = model.concrete_fields().iter().any(|f| {
                let named = f.name() == name || f.attname() == name;
                named && !f.primary_key() && !pk_fields.iter().any(|pk| Rc::ptr_eq(pk, f))
            });
            if !known {
                wrong.push(text.to_string());
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if !wrong.is_empty() {
            return Err(Exc::ValueError.new(format!(
                "The following fields do not exist in this model, are m2m fields, primary keys, or are non-concrete fields: {}",
                wrong.join(", ")
            )));
        }
        chosen = Some(names);
    } else if !insert
        && state(&this).is_some_and(|s| s.db.get() == Some(using))
        && let Some(object) = this.as_obj()
    {
        let fields = model.concrete_fields();
        let deferred = {
            let attrs = object.attrs();
            attrs.len() < fields.len() || fields.iter().any(|f| attrs.get(f.attname()).is_none() && !generated(f))
        };
        if deferred {
            let pk_fields = model.pk_fields(rt);
            let attrs = object.attrs();
            let missing = fields.iter().any(|f| attrs.get(f.attname()).is_none() && !generated(f));
            let loaded: Vec<Name> = fields
                .iter()
                .filter(|f| !pk_fields.iter().any(|pk| Rc::ptr_eq(pk, f)))
                .map(|f| f.attname())
                .filter(|&n| attrs.get(n).is_some())
                .collect();
            if missing && !loaded.is_empty() {
                chosen = Some(loaded);
            }
        }
    }
    let plan = Plan { raw: false, force_insert, force_update: update, using, update_fields: chosen };
    let base = rt.class_of(&this).lookup("save_base".into());
    if let Some(Value::Native(f)) = &base
        && f.owner.as_deref() == Some("Model")
    {
        return save_base(rt, &this, plan).map(|()| Value::None).map_err(|e| {
            e.through(Layer { file: "django/db/models/base.py", owner: Some("Model".into()), name: "save_base" })
        });
    }
    let args = crate::object::CallArgs::none()
        .with("using", Value::from(plan.using))
        .with("force_insert", plan.force_insert.clone())
        .with("force_update", plan.force_update)
        .with("update_fields", names_value(rt, &plan.update_fields)?);
    ops::call_method(rt, &this, "save_base".into(), args)
}

fn names_value(rt: &Rt, names: &Option<Vec<Name>>) -> Res<Value> {
    Ok(match names {
        Some(names) => Value::Set(Set::from_values(rt, names.iter().map(|&n| Value::from(n)), true)?),
        None => Value::None,
    })
}

/// How a save goes.
pub struct Plan {
    /// Whether values go in as they are and parents are left out.
    pub raw: bool,
    /// `force_insert`: a flag or a tuple of classes.
    pub force_insert: Value,
    /// `force_update`.
    pub force_update: bool,
    /// The database.
    pub using: Name,
    /// `update_fields`.
    pub update_fields: Option<Vec<Name>>,
}

/// The row of `save_base(raw=False, force_insert=False, force_update=False, using=None, update_fields=None)`.
pub fn save_base_row(rt: &Rt, a: &mut Args) -> Res<Value> {
    let update_fields = match a.some(5) {
        Some(names) => Some(ops::collect(rt, names)?.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect()),
        None => None,
    };
    let plan = Plan {
        raw: a.flag(rt, 1, false)?,
        force_insert: a.opt(2).cloned().unwrap_or(Value::Bool(false)),
        force_update: a.flag(rt, 3, false)?,
        using: write::alias(a.get(4))?,
        update_fields,
    };
    save_base(rt, a.get(0), plan)?;
    Ok(Value::None)
}

fn force_insert_classes(rt: &Rt, class: &Rc<Class>, given: &Value) -> Res<Vec<Rc<Class>>> {
    match given {
        Value::Bool(false) | Value::None => Ok(Vec::new()),
        Value::Bool(true) => Ok(vec![class.clone()]),
        Value::Tuple(members) => {
            let mut out = Vec::new();
            for member in members.iter() {
                let Some(c) = member.as_class().filter(|_| model_of(member).is_some()) else {
                    return Err(Exc::TypeError.new(format!(
                        "Invalid force_insert member. {} must be a model subclass.",
                        ops::repr(rt, member)?
                    )));
                };
                if !class.is_subclass(c) {
                    return Err(Exc::TypeError.new(format!(
                        "Invalid force_insert member. {} must be a base of {}.",
                        c.qualname.borrow(),
                        class.qualname.borrow()
                    )));
                }
                out.push(c.clone());
            }
            Ok(out)
        }
        _ => Err(Exc::TypeError.new("force_insert must be a bool or tuple.")),
    }
}

/// Saves an instance: signals, parents, its own table.
pub fn save_base(rt: &Rt, this: &Value, plan: Plan) -> Res<()> {
    let origin = Value::Class(rt.class_of(this));
    let mut model = model_for(this)?;
    if model.proxy.get() {
        model = model.concrete_model();
    }
    let class = model.class()?;
    let signals = Signals::of(rt);
    let auto_created = model.auto_created.borrow().is_some();
    let named = |rt: &Rt| -> Res<[(&'static str, Value); 4]> {
        Ok([
            ("instance", this.clone()),
            ("raw", Value::Bool(plan.raw)),
            ("using", Value::from(plan.using)),
            ("update_fields", names_value(rt, &plan.update_fields)?),
        ])
    };
    if !auto_created {
        send(rt, &signals.pre_save, &origin, &named(rt)?)?;
    }
    let db = Db::of(rt);
    let work = || -> Res<bool> {
        let mut parent_inserted = false;
        let mut force = Vec::new();
        if !plan.raw {
            force = force_insert_classes(rt, &class, &plan.force_insert)?;
            if !model.parents.borrow().is_empty() {
                parent_inserted = save_parents(rt, this, &model, &plan, &force, &mut FxHashMap::default())?;
            }
        }
        let insert = if plan.raw { ops::truthy(rt, &plan.force_insert)? } else { !force.is_empty() };
        save_table(rt, this, &model, insert || parent_inserted, &plan)
    };
    let has_parents = !model.parents.borrow().is_empty();
    let updated = if has_parents { db.atomic(rt, false, work) } else { db.mark_for_rollback_on_error(work) }?;
    if let Some(s) = state(this) {
        s.db.set(Some(plan.using));
        s.adding.set(false);
    }
    if !auto_created {
        let [a, b, c, d] = named(rt)?;
        send(rt, &signals.post_save, &origin, &[a, ("created", Value::Bool(!updated)), d, b, c])?;
    }
    Ok(())
}

type Done = FxHashMap<usize, bool>;

fn save_parents(
    rt: &Rt,
    this: &Value,
    model: &ModelRef,
    plan: &Plan,
    force: &[Rc<Class>],
    done: &mut Done,
) -> Res<bool> {
    let mut inserted = false;
    let parents = model.parents.borrow().clone();
    for (parent, link) in parents {
        let Some(parent_pk) = parent.pk() else { continue };
        if let Some(link) = &link
            && field_value(rt, this, &parent_pk)?.is_none()
        {
            let own = field_value(rt, this, link)?;
            if !own.is_none() {
                ops::set_attr(rt, this, parent_pk.attname(), own)?;
            }
        }
        let key = Rc::as_ptr(&parent) as usize;
        match done.get(&key) {
            None => {
                let parent_inserted = save_parents(rt, this, &parent, plan, force, done)?;
                let class = parent.class()?;
                let force_it = parent_inserted || force.iter().any(|c| class.is_subclass(c));
                let inner = Plan {
                    raw: false,
                    force_insert: Value::None,
                    force_update: false,
                    using: plan.using,
                    update_fields: plan.update_fields.clone(),
                };
                let updated = save_table(rt, this, &parent, force_it, &inner)?;
                if !updated {
                    inserted = true;
                }
                done.insert(key, updated);
            }
            Some(false) => inserted = true,
            Some(true) => {}
        }
        if let Some(link) = link {
            let pk = pk_in(rt, this, &parent)?;
            ops::set_attr(rt, this, link.attname(), pk)?;
            if is_cached(&link, this) {
                delete_cached(&link, this);
            }
        }
    }
    Ok(inserted)
}

fn has_db_default(field: &FieldRef) -> bool {
    field.options().db_default.is_some()
}

fn save_table(rt: &Rt, this: &Value, model: &ModelRef, force_insert: bool, plan: &Plan) -> Res<bool> {
    let pk_fields = model.pk_fields(rt);
    let Some(pk) = model.pk() else { return Ok(false) };
    let is_pk = |f: &FieldRef| pk_fields.iter().any(|p| Rc::ptr_eq(p, f));
    let local = model.local_concrete_fields();
    if !is_set(&pk_in(rt, this, model)?) && pk_fields.len() == 1 {
        let value = write::pk_value_on_save(rt, &pk)?;
        ops::set_attr(rt, this, pk.attname(), value)?;
    }
    let pk_value = pk_in(rt, this, model)?;
    let pk_set = is_set(&pk_value);
    let forced_fields = plan.update_fields.as_ref().is_some_and(|f| !f.is_empty());
    if !pk_set && (plan.force_update || forced_fields) {
        return Err(Exc::ValueError.new("Cannot force an update in save() with no primary key."));
    }
    let mut force_insert = force_insert;
    if !plan.raw
        && !force_insert
        && !plan.force_update
        && adding(this)
        && pk_fields.iter().all(|f| f.has_default() || has_db_default(f))
    {
        force_insert = true;
    }
    let mut updated = false;
    if pk_set && !force_insert {
        let mut values = Vec::new();
        for field in local.iter().filter(|f| !is_pk(f) && !generated(f)) {
            if let Some(names) = &plan.update_fields
                && !names.contains(&field.name())
                && !names.contains(&field.attname())
            {
                continue;
            }
            let value = if plan.raw { field_value(rt, this, field)? } else { field.pre_save(rt, this, false)? };
            values.push((field.clone(), value));
        }
        let pk_value = pk_in(rt, this, model)?;
        updated = do_update(rt, model, &pk_value, values, plan)?;
        if plan.force_update && !updated {
            return Err(Exc::DatabaseError.new("Forced update did not affect any rows."));
        }
        if forced_fields && !updated {
            return Err(Exc::DatabaseError.new("Save with update_fields did not affect any rows."));
        }
    }
    if !updated {
        let wrt = model.order_with_respect_to.borrow().clone();
        if let Some(wrt) = wrt {
            let next = crate::orm::order::next_order(rt, model, &wrt, this)?;
            ops::set_attr(rt, this, "_order".into(), next)?;
        }
        let auto = model.auto_field.borrow().clone();
        let fields: Vec<FieldRef> = local
            .iter()
            .filter(|f| !generated(f) && (pk_set || !auto.as_ref().is_some_and(|a| Rc::ptr_eq(a, f))))
            .cloned()
            .collect();
        let returning = write::returning_fields(model);
        let results = write::insert(
            rt,
            &write::Insert {
                model,
                fields: &fields,
                objects: std::slice::from_ref(this),
                returning: &returning,
                raw: plan.raw,
                ..write::Insert::of(model)
            },
        )?;
        if let Some(row) = results.into_iter().next() {
            for (value, field) in row.into_iter().zip(&returning) {
                ops::set_attr(rt, this, field.attname(), value)?;
            }
        }
    }
    Ok(updated)
}

fn do_update(rt: &Rt, model: &ModelRef, pk: &Value, values: Vec<(FieldRef, Value)>, plan: &Plan) -> Res<bool> {
    let query = manager::base_query_of_pk(rt, model, pk)?;
    if values.is_empty() {
        return Ok(plan.update_fields.is_some() || write::exists(rt, &query)?);
    }
    let forced = plan.force_update || plan.update_fields.as_ref().is_some_and(|f| !f.is_empty());
    if model.select_on_save.get() && !forced {
        return Ok(write::exists(rt, &query)?
            && (write::update_fields(rt, &query, &values)? > 0 || write::exists(rt, &query)?));
    }
    Ok(write::update_fields(rt, &query, &values)? > 0)
}

/// Checks that related objects are saved and takes their keys over: `_prepare_related_fields_for_save`.
pub fn prepare_related(rt: &Rt, this: &Value, operation: &str, fields: Option<&[FieldRef]>) -> Res<()> {
    let Some(s) = state(this) else { return Ok(()) };
    if !s.has_cached() {
        return Ok(());
    }
    let model = model_for(this)?;
    let wanted = |f: &FieldRef| fields.is_none_or(|list| list.is_empty() || list.iter().any(|x| Rc::ptr_eq(x, f)));
    for field in model.concrete_fields().iter() {
        if !field.is_relation() || !wanted(field) {
            continue;
        }
        let Some(object) = cached(field, this) else { continue };
        if state(&object).is_none() || !ops::truthy(rt, &object)? {
            continue;
        }
        let multiple = !field.one_to_one();
        if !is_set(&pk_of(rt, &object)?) {
            if !multiple && let Some(remote) = field.remote_field() {
                delete_cached(&remote, &object);
            }
            return Err(Exc::ValueError.new(format!(
                "{operation}() prohibited to prevent data loss due to unsaved related object '{}'.",
                field.name()
            )));
        }
        let mine = field_value(rt, this, field)?;
        if is_empty(&mine) {
            ops::set_attr(rt, this, field.name(), object.clone())?;
        }
        let theirs = field_value(rt, &object, &field.target_field()?)?;
        if !ops::eq(rt, &theirs, &mine)? && !ops::eq(rt, &theirs, &field_value(rt, this, field)?)? {
            delete_cached(field, this);
        }
    }
    let private = model.private_fields.borrow().clone();
    for field in private {
        let generic = field.relation_kind() == Some(crate::models::RelationKind::GenericForeignKey);
        if !generic || !wanted(&field) {
            continue;
        }
        if let Some(object) = cached(&field, this)
            && state(&object).is_some()
            && !is_set(&pk_of(rt, &object)?)
        {
            return Err(Exc::ValueError.new(format!(
                "{operation}() prohibited to prevent data loss due to unsaved related object '{}'.",
                field.name()
            )));
        }
    }
    Ok(())
}

/// Whether a value is one of `empty_values`.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::None => true,
        Value::Str(s) => s.is_empty(),
        Value::List(l) => l.is_empty(),
        Value::Tuple(t) => t.is_empty(),
        Value::Dict(d) => d.is_empty(),
        _ => false,
    }
}

/// `delete(using=None, keep_parents=False)`.
pub fn delete(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let model = model_for(&this)?;
    if !is_set(&pk_of(rt, &this)?) {
        let attname = model.pk().map_or_else(|| Name::new("id"), |f| f.attname());
        return Err(Exc::ValueError.new(format!(
            "{} object can't be deleted because its {attname} attribute is set to None.",
            model.object_name
        )));
    }
    let using = write::alias(a.get(1))?;
    let keep_parents = a.flag(rt, 2, false)?;
    let mut collector = crate::orm::deletion::Collector::new(using, this.clone());
    collector.collect_instances(rt, vec![this], keep_parents)?;
    collector.delete(rt)
}

/// Whether an instance's model is `other` or derives from it.
pub fn is_instance_of(rt: &Rt, value: &Value, model: &ModelRef) -> bool {
    model.concrete_model().class().is_ok_and(|class| rt.is_instance(value, &class))
}

/// The default database's alias.
pub fn default_db() -> Name {
    Name::new(DEFAULT_DB)
}

/// Whether two models are one.
pub fn same(a: &ModelRef, b: &ModelRef) -> bool {
    Model::same(a, b)
}
