//! `class Meta` and `_meta`: reading the options of a model, and the object that shows them.

use std::rc::Rc;

use super::field::FieldRef;
use super::options::ModelRef;
use super::registry::Apps;
use super::{indexes, relations};
use crate::object::{Args, Dict, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The names that `class Meta` may have.
pub const NAMES: &[&str] = &[
    "verbose_name",
    "verbose_name_plural",
    "db_table",
    "db_table_comment",
    "ordering",
    "unique_together",
    "permissions",
    "get_latest_by",
    "order_with_respect_to",
    "app_label",
    "db_tablespace",
    "abstract",
    "managed",
    "proxy",
    "swappable",
    "auto_created",
    "apps",
    "default_permissions",
    "select_on_save",
    "default_related_name",
    "required_db_features",
    "required_db_vendor",
    "base_manager_name",
    "default_manager_name",
    "indexes",
    "constraints",
    // Of older Django: still read.
    "index_together",
];

/// The options of a `class Meta`, inherited ones included, in Django's order; `extra` come first.
///
/// Errors: TypeError for names that Django does not know.
pub fn read(rt: &Rt, meta: Option<&Value>, extra: &[(&'static str, Value)]) -> Res<Vec<(Name, Value)>> {
    let mut out: Vec<(Name, Value)> = extra.iter().map(|(n, v)| (Name::new(n), v.clone())).collect();
    let Some(meta) = meta else { return Ok(out) };
    if let Value::Class(class) = meta {
        let unknown: Vec<String> = class
            .dict()
            .keys()
            .map(|n| n.to_string())
            .filter(|n| !n.starts_with('_') && !NAMES.contains(&n.as_str()))
            .collect();
        if !unknown.is_empty() {
            return Err(Exc::TypeError.new(format!("'class Meta' got invalid attribute(s): {}", unknown.join(","))));
        }
    }
    for name in NAMES {
        if let Some(value) = ops::get_attr_opt(rt, meta, Name::new(name))? {
            out.push((Name::new(name), value));
        }
    }
    Ok(out)
}

/// The app of a model: `app_label`, or the app whose module the class stands in.
///
/// Errors: RuntimeError where there is none and the model is not abstract.
pub fn app_label(rt: &Rt, options: &[(Name, Value)], module: &str, name: &str, is_abstract: bool) -> Res<Rc<str>> {
    if let Some((_, value)) = options.iter().find(|(n, v)| *n == "app_label" && !v.is_none()) {
        return Ok(ops::str(rt, value)?.as_str().into());
    }
    let apps = Apps::of(rt);
    let parts: Vec<&str> = module.split('.').collect();
    let at = parts.iter().position(|p| *p == "models");
    let label = match at {
        Some(0) | None if module == "__main__" => apps.prompt_label(),
        Some(i) if i > 0 => Rc::from(parts.get(i - 1).copied().unwrap_or(module)),
        _ => Rc::from(parts.first().copied().unwrap_or(module)),
    };
    if label.is_empty() && !is_abstract {
        return Err(Exc::RuntimeError.new(format!(
            "Model class {module}.{name} doesn't declare an explicit app_label and isn't in an application in INSTALLED_APPS."
        )));
    }
    Ok(label)
}

/// `camel_case_to_spaces`.
pub fn camel_case_to_spaces(name: &str) -> String {
    // A space before an upper-case letter that follows a lower-case one, or that precedes one.
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let after = chars.get(i + 1);
        let lower = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
        let boundary = c.is_uppercase()
            && i > 0
            && (before.is_some_and(|b| b.is_lowercase() || b == &'_') && before != Some(&'_')
                || (lower(after) && before.is_some_and(|b| *b != ' ' && *b != '_')));
        if boundary {
            out.push(' ');
        }
        out.push(c);
    }
    out.trim().to_lowercase()
}

fn names_of(rt: &Rt, value: &Value) -> Res<Vec<Name>> {
    Ok(ops::collect(rt, value)?.iter().filter_map(|v| v.as_str().map(|s| Name::new(s))).collect())
}

/// `normalize_together`: a list of lists of names.
pub fn together(rt: &Rt, value: &Value) -> Res<Vec<Vec<Name>>> {
    let items: Vec<Value> = match value.plain() {
        Value::List(l) => l.to_vec(),
        Value::Tuple(t) => t.to_vec(),
        Value::Set(_) => ops::collect(rt, value)?,
        // What is neither is told by the checks.
        _ => return Ok(Vec::new()),
    };
    let Some(first) = items.first() else { return Ok(Vec::new()) };
    if matches!(first.plain(), Value::List(_) | Value::Tuple(_)) {
        // What is no collection among them is told by the checks as well.
        let is_group = |i: &&Value| matches!(i.plain(), Value::List(_) | Value::Tuple(_) | Value::Set(_));
        items.iter().filter(is_group).map(|i| names_of(rt, i)).collect()
    } else {
        Ok(vec![names_of(rt, value)?])
    }
}

/// Puts options into a model.
///
/// Errors: those of values that are no collections and of names that cannot be formatted.
pub fn apply(rt: &Rt, model: &ModelRef, options: &[(Name, Value)]) -> Res<()> {
    *model.original_attrs.borrow_mut() = options.to_vec();
    let text = |v: &Value| -> Option<Rc<str>> { v.as_str().map(|s| Rc::from(s.as_str())) };
    let truth = |v: &Value| ops::truthy(rt, v).unwrap_or(false);
    let mut has_table = false;
    let mut plural = Value::None;
    for (name, value) in options {
        match &*name.text() {
            "verbose_name" if !value.is_none() => *model.verbose_name.borrow_mut() = value.clone(),
            "verbose_name_plural" => plural = value.clone(),
            "db_table" => {
                if let Some(table) = text(value)
                    && !table.is_empty()
                {
                    has_table = true;
                    *model.db_table.borrow_mut() = table;
                }
            }
            "db_table_comment" => *model.db_table_comment.borrow_mut() = text(value).unwrap_or_default(),
            "db_tablespace" => *model.db_tablespace.borrow_mut() = text(value).unwrap_or_default(),
            "ordering" => model.set_ordering(rt, value)?,
            "unique_together" => *model.unique_together.borrow_mut() = together(rt, value)?,
            "index_together" => *model.index_together.borrow_mut() = together(rt, value)?,
            "permissions" => *model.permissions.borrow_mut() = ops::collect(rt, value)?,
            "default_permissions" => *model.default_permissions.borrow_mut() = ops::collect(rt, value)?,
            "get_latest_by" => *model.get_latest_by.borrow_mut() = value.clone(),
            "order_with_respect_to" => model.order_wrt_name.set(value.as_str().map(|s| Name::new(s))),
            "abstract" => model.abstract_.set(truth(value)),
            "managed" => model.managed.set(truth(value)),
            "proxy" => model.proxy.set(truth(value)),
            "select_on_save" => model.select_on_save.set(truth(value)),
            "swappable" => *model.swappable.borrow_mut() = text(value),
            "default_related_name" => *model.default_related_name.borrow_mut() = text(value),
            "required_db_features" => *model.required_db_features.borrow_mut() = ops::collect(rt, value)?,
            "required_db_vendor" => *model.required_db_vendor.borrow_mut() = text(value),
            "base_manager_name" => model.base_manager_name.set(value.as_str().map(|s| Name::new(s))),
            "default_manager_name" => model.default_manager_name.set(value.as_str().map(|s| Name::new(s))),
            "indexes" => *model.indexes.borrow_mut() = ops::collect(rt, value)?,
            "constraints" => *model.constraints.borrow_mut() = ops::collect(rt, value)?,
            _ => {}
        }
    }
    if !model.abstract_.get() {
        for list in [&model.constraints, &model.indexes] {
            let named: Res<Vec<Value>> = list.borrow().iter().map(|o| indexes::formatted(rt, o, model)).collect();
            *list.borrow_mut() = named?;
        }
    }
    if plural.is_none() {
        let single = ops::str(rt, &model.verbose_name.borrow().clone())?;
        plural = Value::from(format!("{single}s"));
    }
    *model.verbose_name_plural.borrow_mut() = plural;
    if !has_table {
        *model.db_table.borrow_mut() = format!("{}_{}", model.app_label, model.model_name).into();
    }
    Ok(())
}

/// The payload of a `_meta` object.
pub struct Options(pub ModelRef);

impl NativeType for Options {
    const NAME: &'static str = "Options";
    const MODULE: &'static str = "django.db.models.options";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// The `_meta` object of a model, made once.
pub fn object(rt: &Rt, model: &ModelRef) -> Value {
    if let Some(known) = &*model.object.borrow() {
        return known.clone();
    }
    let made = rt.object(Options(model.clone()));
    *model.object.borrow_mut() = Some(made.clone());
    made
}

/// The model behind a `_meta` object.
pub fn model_of_options(value: &Value) -> Option<ModelRef> {
    value.native::<Options>().map(|o| o.0.clone())
}

fn this(a: &Args) -> Res<ModelRef> {
    Ok(a.native::<Options>(0)?.0.clone())
}

const ROWS: &[Row] = &[
    Row::method("__repr__", "(self)", "`<Options for Student>`.", |_, a| {
        Ok(Value::from(format!("<Options for {}>", this(a)?.object_name)))
    }),
    Row::method("__str__", "(self)", "`app.student`.", |_, a| Ok(Value::from(this(a)?.label_lower()))),
    Row::method("get_field", "(self, field_name)", "A field by name.", |rt, a| {
        let model = this(a)?;
        match a.get(1).as_str() {
            Some(name) => Ok(model.get_field(rt, name)?.object(rt)),
            None => {
                let shown = ops::str(rt, a.get(1))?;
                Err(Exc::FieldDoesNotExist.new(format!("{} has no field named '{shown}'", model.object_name)))
            }
        }
    }),
    Row::method(
        "get_fields",
        "(self, include_parents=True, include_hidden=False)",
        "All fields, reverse relations first.",
        |rt, a| {
            let fields = this(a)?.get_fields(rt, a.flag(rt, 1, true)?, a.flag(rt, 2, false)?);
            Ok(tuple(rt, &fields))
        },
    ),
    Row::method(
        "_get_fields",
        "(self, forward=True, reverse=True, include_parents=True, include_hidden=False)",
        "All fields.",
        |rt, a| {
            let model = this(a)?;
            let fields = if a.flag(rt, 2, true)? {
                model.get_fields(rt, a.flag(rt, 3, true)?, a.flag(rt, 4, false)?)
            } else {
                model.forward_fields(super::options::Parents::All, true)
            };
            Ok(list(rt, &fields))
        },
    ),
    Row::method("get_parent_list", "(self)", "All ancestors.", |_, a| {
        Ok(Value::list(this(a)?.parent_list().iter().map(|m| m.class_value()).collect()))
    }),
    Row::method("get_base_chain", "(self, model)", "From the nearest parent to an ancestor.", |_, a| {
        let chain = match super::model_of(a.get(1)) {
            Some(model) => this(a)?.base_chain(&model),
            None => Vec::new(),
        };
        Ok(Value::list(chain.iter().map(|m| m.class_value()).collect()))
    }),
    Row::method("get_ancestor_link", "(self, ancestor)", "The field that leads to an ancestor.", |rt, a| {
        let link = super::model_of(a.get(1)).and_then(|m| this(a).ok()?.ancestor_link(&m));
        Ok(link.map_or(Value::None, |f| f.object(rt)))
    }),
    Row::method("get_path_to_parent", "(self, parent)", "The steps to a parent.", |_, _| Ok(Value::list(Vec::new()))),
    Row::method("can_migrate", "(self, connection)", "Whether it has a table here.", |_, a| {
        Ok(Value::Bool(this(a)?.can_migrate()))
    }),
    Row::method("add_manager", "(self, manager)", "Adds a manager.", |rt, a| {
        let model = this(a)?;
        let manager = a.value(1);
        let name = ops::get_attr(rt, &manager, "name".into())?;
        let counter = ops::get_attr_opt(rt, &manager, "creation_counter".into())?.and_then(|v| v.as_int());
        let auto = ops::get_attr_opt(rt, &manager, "auto_created".into())?;
        model.add_manager(super::LocalManager {
            name: Name::new(name.as_str().map_or("", |s| s.as_str())),
            creation_counter: counter.unwrap_or(0),
            value: manager,
            auto_created: auto.is_some_and(|v| ops::truthy(rt, &v).unwrap_or(false)),
        });
        Ok(Value::None)
    }),
    Row::method("add_field", "(self, field, private=False)", "Adds a field.", |rt, a| {
        let field = super::field::field_arg(a.get(1))?;
        let private = a.flag(rt, 2, false)?;
        this(a)?.add_field(rt, &field, private);
        Ok(Value::None)
    }),
    Row::method("_expire_cache", "(self, forward=True, reverse=True)", "Forgets what was worked out.", |_, a| {
        this(a)?.expire();
        Ok(Value::None)
    }),
];

/// Django's immutable lists are tuples.
fn tuple(rt: &Rt, fields: &[FieldRef]) -> Value {
    Value::tuple(fields.iter().map(|f| f.object(rt)).collect())
}

fn list(rt: &Rt, fields: &[FieldRef]) -> Value {
    Value::list(fields.iter().map(|f| f.object(rt)).collect())
}

fn class_or_none(model: Option<&ModelRef>) -> Value {
    model.map_or(Value::None, |m| m.class_value())
}

impl Object for Options {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        attribute(rt, &self.0, &name.text())
    }

    fn set_attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let Some(value) = value else { return Ok(false) };
        let model = &self.0;
        match &*name.text() {
            "pk" => *model.pk_cell.borrow_mut() = super::field_of(&value),
            "local_fields" | "model" | "parents" => return Ok(false),
            _ => {
                let kept = model.original_attrs.borrow().clone();
                let plural = model.verbose_name_plural.borrow().clone();
                let table = model.db_table.borrow().clone();
                apply(rt, model, &[(name, value)])?;
                *model.original_attrs.borrow_mut() = kept;
                if name != "verbose_name_plural" {
                    *model.verbose_name_plural.borrow_mut() = plural;
                }
                if name != "db_table" {
                    *model.db_table.borrow_mut() = table;
                }
            }
        }
        model.expire();
        Ok(true)
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        SHOWN.iter().map(|n| Name::new(n)).collect()
    }
}

const SHOWN: &[&str] = &[
    "all_parents",
    "fields_map",
    "is_composite_pk",
    "original_attrs",
    "related_fkey_lookups",
    "abstract",
    "app_config",
    "app_label",
    "apps",
    "auto_created",
    "auto_field",
    "base_manager",
    "base_manager_name",
    "concrete_fields",
    "concrete_model",
    "constraints",
    "db_table",
    "db_table_comment",
    "db_tablespace",
    "default_manager",
    "default_manager_name",
    "default_permissions",
    "default_related_name",
    "fields",
    "get_latest_by",
    "indexes",
    "label",
    "label_lower",
    "local_concrete_fields",
    "local_fields",
    "local_managers",
    "local_many_to_many",
    "managed",
    "managers",
    "managers_map",
    "many_to_many",
    "model",
    "model_name",
    "object_name",
    "order_with_respect_to",
    "ordering",
    "parents",
    "permissions",
    "pk",
    "pk_fields",
    "private_fields",
    "proxy",
    "proxy_for_model",
    "related_objects",
    "required_db_features",
    "required_db_vendor",
    "select_on_save",
    "swappable",
    "swapped",
    "total_unique_constraints",
    "unique_together",
    "verbose_name",
    "verbose_name_plural",
    "verbose_name_raw",
];

fn attribute(rt: &Rt, model: &ModelRef, name: &str) -> Res<Option<Value>> {
    let opt_name = |n: Option<Name>| n.map_or(Value::None, Value::from);
    let opt_text = |t: &Option<Rc<str>>| t.as_deref().map_or(Value::None, Value::str);
    let together = |lists: &[Vec<Name>]| {
        let tuple = |names: &Vec<Name>| Value::tuple(names.iter().map(|n| Value::from(*n)).collect());
        Value::tuple(lists.iter().map(tuple).collect())
    };
    Ok(Some(match name {
        "model" => model.class_value(),
        "app_label" => Value::str(&model.app_label),
        "app_config" => Apps::of(rt).config_object(rt, &model.app_label),
        "apps" => super::registry::object(rt),
        "object_name" => Value::str(&model.object_name),
        "model_name" => model.model_name.into(),
        "label" => Value::from(model.label()),
        "label_lower" => Value::from(model.label_lower()),
        "verbose_name" | "verbose_name_raw" => model.verbose_name.borrow().clone(),
        "verbose_name_plural" => model.verbose_name_plural.borrow().clone(),
        "db_table" => Value::str(&*model.db_table.borrow()),
        "db_table_comment" => Value::str(&*model.db_table_comment.borrow()),
        "db_tablespace" => Value::str(&*model.db_tablespace.borrow()),
        "abstract" => Value::Bool(model.abstract_.get()),
        "proxy" => Value::Bool(model.proxy.get()),
        "managed" => Value::Bool(model.managed.get()),
        "swapped" => Value::None,
        "swappable" => opt_text(&model.swappable.borrow()),
        "auto_created" => match &*model.auto_created.borrow() {
            Some(owner) => class_or_none(owner.upgrade().as_ref()),
            None => Value::Bool(false),
        },
        "proxy_for_model" => class_or_none(model.proxy_for.borrow().as_ref()),
        "concrete_model" => match model.abstract_.get() {
            true => Value::None,
            false => model.concrete_model().class_value(),
        },
        "parents" => {
            let dict = Dict::new();
            for (parent, link) in model.parents.borrow().iter() {
                let link = link.as_ref().map_or(Value::None, |f| f.object(rt));
                dict.set(rt, parent.class_value(), link)?;
            }
            Value::Dict(dict)
        }
        "all_parents" => Value::tuple(model.parent_list().iter().map(|m| m.class_value()).collect()),
        "local_fields" => list(rt, &model.local_fields.borrow().clone()),
        "local_many_to_many" => list(rt, &model.local_many_to_many.borrow().clone()),
        "private_fields" => list(rt, &model.private_fields.borrow().clone()),
        "local_concrete_fields" => tuple(rt, &model.local_concrete_fields()),
        "fields" => tuple(rt, &model.fields()),
        "concrete_fields" => tuple(rt, &model.concrete_fields()),
        "many_to_many" => tuple(rt, &model.many_to_many()),
        "related_objects" => tuple(rt, &model.related_objects(rt)),
        "_relation_tree" => list(rt, &Apps::of(rt).relation_tree(&model.concrete_model())),
        "fields_map" => {
            let dict = Dict::new();
            for field in model.all_related_objects(rt).iter() {
                dict.set_str(rt, &field.name().text(), field.object(rt));
            }
            Value::Dict(dict)
        }
        "_forward_fields_map" => {
            let dict = Dict::new();
            for field in model.forward_fields(super::options::Parents::All, true) {
                dict.set_str(rt, &field.name().text(), field.object(rt));
                dict.set_str(rt, &field.attname().text(), field.object(rt));
            }
            Value::Dict(dict)
        }
        "pk" => model.pk().map_or(Value::None, |f| f.object(rt)),
        "pk_fields" => list(rt, &model.pk_fields(rt)),
        "is_composite_pk" => Value::Bool(model.is_composite_pk()),
        "auto_field" => model.auto_field.borrow().as_ref().map_or(Value::None, |f| f.object(rt)),
        "ordering" => model.ordering_value.borrow().clone(),
        "get_latest_by" => model.get_latest_by.borrow().clone(),
        "order_with_respect_to" => {
            model.order_with_respect_to.borrow().as_ref().map_or(Value::None, |f: &FieldRef| f.object(rt))
        }
        "unique_together" => together(&model.unique_together.borrow()),
        "index_together" => together(&model.index_together.borrow()),
        "indexes" => Value::list(model.indexes.borrow().clone()),
        "constraints" => Value::list(model.constraints.borrow().clone()),
        "total_unique_constraints" => {
            Value::list(indexes::total_unique(&model.constraints.borrow()).into_iter().collect())
        }
        "default_related_name" => opt_text(&model.default_related_name.borrow()),
        "default_manager_name" => opt_name(model.default_manager_name.get()),
        "base_manager_name" => opt_name(model.base_manager_name.get()),
        "default_permissions" => match model.original("default_permissions") {
            Some(given) => given,
            None => Value::tuple(model.default_permissions.borrow().clone()),
        },
        "permissions" => match model.original("permissions") {
            Some(given) => given,
            None => Value::list(model.permissions.borrow().clone()),
        },
        "required_db_features" => Value::list(model.required_db_features.borrow().clone()),
        "required_db_vendor" => opt_text(&model.required_db_vendor.borrow()),
        "select_on_save" => Value::Bool(model.select_on_save.get()),
        "local_managers" => Value::list(model.local_managers.borrow().iter().map(|m| m.value.clone()).collect()),
        "managers" => Value::tuple(model.managers(rt)?.iter().map(|m| m.value.clone()).collect()),
        "managers_map" => {
            let dict = Dict::new();
            for manager in model.managers(rt)?.iter() {
                dict.set_str(rt, &manager.name.text(), manager.value.clone());
            }
            Value::Dict(dict)
        }
        "default_manager" => model.default_manager(rt)?,
        "base_manager" => model.base_manager(rt)?,
        "original_attrs" => {
            let dict = Dict::new();
            for (name, value) in model.original_attrs.borrow().iter() {
                dict.set_str(rt, &name.text(), value.clone());
            }
            Value::Dict(dict)
        }
        "_property_names" => {
            let mut names = Vec::new();
            for class in model.class()?.mro() {
                for (name, value) in class.dict().iter() {
                    if let Value::Obj(o) = value
                        && &*o.class().name() == "property"
                    {
                        names.push(Value::from(*name));
                    }
                }
            }
            Value::Set(crate::object::Set::from_values(rt, names, true)?)
        }
        "related_fkey_lookups" => Value::list(Vec::new()),
        "_meta" => return Ok(None),
        _ => {
            let _ = relations::make_rel;
            return Ok(None);
        }
    }))
}
