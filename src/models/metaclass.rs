//! `ModelBase`: how a class statement becomes a model.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::field::{FieldRef, field_of};
use super::hooks::Hooks;
use super::options::{Model, ModelRef, model_of};
use super::registry::Apps;
use super::relations::{Target, attach};
use super::{classes, fields, indexes, meta};
use crate::object::types::make_class;
use crate::object::{CallArgs, Class, Exc, Names, NativeFn, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The two classes that every model has in its line.
#[derive(Default)]
struct Roots {
    base: OnceCell<Rc<Class>>,
    model: OnceCell<Rc<Class>>,
    /// What is being made now, so that a class made inside keeps apart.
    _depth: RefCell<u32>,
}

/// `AltersData`: the base of models and querysets that marks, for templates, the methods that change data.
pub struct AltersData;

impl Object for AltersData {}

impl NativeType for AltersData {
    const NAME: &'static str = "AltersData";
    const MODULE: &'static str = "django.db.models.utils";
    const ROWS: &'static [&'static [Row]] = &[];
}

/// `ModelBase`.
pub fn metaclass(rt: &Rt) -> Rc<Class> {
    rt.state::<Roots>()
        .base
        .get_or_init(|| Class::native("ModelBase", "django.db.models.base", Some(rt.types.type_.clone()), &[META_ROWS]))
        .clone()
}

/// `Model`.
pub fn model_class(rt: &Rt) -> Rc<Class> {
    let meta = metaclass(rt);
    rt.state::<Roots>()
        .model
        .get_or_init(|| {
            let mut dict = Names::default();
            for row in Hooks::of(rt).model_rows.get().iter().flat_map(|rows| rows.iter()) {
                dict.insert(Name::new(row.name), NativeFn::from_row(row, Some("Model")).into_attribute());
            }
            let bases = vec![rt.class::<AltersData>()];
            let made = Class::build("Model", "django.db.models.base", bases, Some(meta), dict, false);
            match made {
                Ok(class) => class,
                // `object` alone always gives an order.
                Err(_) => Class::native("Model", "django.db.models.base", Some(rt.types.object.clone()), &[]),
            }
        })
        .clone()
}

const META_ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, name, bases, attrs, /, **kwargs)", "Makes a model class.", |rt, a| {
        let Value::Class(meta) = a.value(0) else {
            return Err(Exc::TypeError.new("ModelBase.__new__(X): X is not a type object"));
        };
        let name = a.str(1)?.to_string();
        let bases = ops::collect(rt, a.get(2))?;
        let mut attrs = Names::default();
        if let Some(dict) = a.get(3).as_dict() {
            for (key, value) in dict.0.items() {
                if let Some(key) = key.as_str() {
                    attrs.insert(Name::new(key), value);
                }
            }
        }
        let kwargs = std::mem::take(&mut a.kwargs);
        create(rt, meta, &name, bases, attrs, kwargs, Vec::new(), None)
    }),
    Row::method("add_to_class", "(cls, name, value)", "Adds an attribute, a field, a manager.", |rt, a| {
        let Some(class) = a.get(0).as_class().cloned() else {
            return Err(Exc::TypeError.new("add_to_class() needs a model class"));
        };
        let name = Name::new(a.str(1)?);
        add_to_class(rt, &class, name, a.value(2))?;
        Ok(Value::None)
    }),
    Row::getter("_default_manager", "The default manager.", |rt, a| match model_of(a.get(0)) {
        Some(model) => model.default_manager(rt),
        None => Err(Exc::AttributeError.new("type object 'Model' has no attribute '_meta'")),
    }),
    Row::getter("_base_manager", "The base manager.", |rt, a| match model_of(a.get(0)) {
        Some(model) => model.base_manager(rt),
        None => Err(Exc::AttributeError.new("type object 'Model' has no attribute '_meta'")),
    }),
];

/// `add_to_class`: what has a `contribute_to_class` takes its place itself.
pub fn add_to_class(rt: &Rt, class: &Rc<Class>, name: Name, value: Value) -> Res<()> {
    if let Some(field) = field_of(&value)
        && field.overrides("contribute_to_class").is_none()
    {
        return attach::contribute(rt, &field, class, name, false);
    }
    if contributes(rt, &value)? {
        let args = CallArgs::new([Value::Class(class.clone()), Value::from(name)]);
        return ops::call_method(rt, &value, "contribute_to_class".into(), args).map(drop);
    }
    class.set(name, value);
    Ok(())
}

fn contributes(rt: &Rt, value: &Value) -> Res<bool> {
    match value {
        Value::Obj(o) => Ok(field_of(value).is_some()
            || o.class().lookup("contribute_to_class".into()).is_some()
            || (o.attrs().get("contribute_to_class".into()).is_some() && ops::callable(rt, value))),
        _ => Ok(false),
    }
}

/// Makes a model class. `extra` are Meta options that no `class Meta` holds (of a through model).
///
/// Errors: those of Django's ModelBase.
#[allow(clippy::too_many_arguments)]
pub fn create(
    rt: &Rt,
    meta_class: Rc<Class>,
    name: &str,
    bases: Vec<Value>,
    mut attrs: Names,
    kwargs: Vec<(Name, Value)>,
    extra: Vec<(&'static str, Value)>,
    auto_created: Option<&ModelRef>,
) -> Res<Value> {
    let base_classes: Vec<Rc<Class>> = bases.iter().filter_map(|b| b.as_class().cloned()).collect();
    let root = metaclass(rt);
    let is_model = |c: &Rc<Class>| c.metaclass.as_ref().is_some_and(|m| m.is_subclass(&root));
    let parents: Vec<Rc<Class>> = base_classes.iter().filter(|c| is_model(c)).cloned().collect();
    let module = match attrs.get(&Name::new("__module__")) {
        Some(value) => value.as_str().map_or_else(|| "__main__".to_string(), |s| s.to_string()),
        None => "__main__".to_string(),
    };
    attrs.entry("__module__".into()).or_insert_with(|| Value::str(&module));
    let meta = attrs.shift_remove(&Name::new("Meta"));
    let mut plain = Names::default();
    let mut contributed: Vec<(Name, Value)> = Vec::new();
    for (key, value) in attrs {
        if !parents.is_empty() && contributes(rt, &value)? {
            contributed.push((key, value));
        } else {
            plain.insert(key, value);
        }
    }
    if parents.is_empty() {
        return make_class(rt, &meta_class, name, bases, plain, kwargs);
    }
    let this = make_class(rt, &meta_class, name, bases, plain, kwargs)?;
    let Some(class) = this.as_class().cloned() else { return Ok(this) };

    let written = meta.clone();
    let inherited = class.lookup("Meta".into());
    let meta = meta.or(inherited);
    let is_abstract = match &written {
        Some(m) => match ops::get_attr_opt(rt, m, "abstract".into())? {
            Some(v) => ops::truthy(rt, &v)?,
            None => false,
        },
        None => false,
    };
    let base_model = class.ancestors().iter().find_map(|c| c.data::<Model>());
    let options = meta::read(rt, meta.as_ref(), &extra)?;
    let label = meta::app_label(rt, &options, &module, name, is_abstract)?;
    let model = Rc::new(Model::new(&label, name));
    let _ = model.class_cell.set(Rc::downgrade(&class));
    class.set_data(model.clone());
    if let Some(owner) = auto_created {
        *model.auto_created.borrow_mut() = Some(Rc::downgrade(owner));
    }
    meta::apply(rt, &model, &options)?;
    class.set("_meta".into(), meta::object(rt, &model));

    if !is_abstract {
        for (kind, exc) in
            [("DoesNotExist", Exc::ObjectDoesNotExist), ("MultipleObjectsReturned", Exc::MultipleObjectsReturned)]
        {
            let mut above: Vec<Rc<Class>> = parents
                .iter()
                .filter(|p| p.data::<Model>().is_some_and(|m| !m.abstract_.get()))
                .filter_map(|p| p.lookup(kind.into()).and_then(|v| v.as_class().cloned()))
                .collect();
            if above.is_empty() {
                above.push(rt.exc_class(exc).clone());
            }
            let made = Class::build(kind, &module, above, None, Names::default(), true)?;
            *made.qualname.borrow_mut() = format!("{}.{kind}", class.qualname.borrow()).into();
            class.set(kind.into(), Value::Class(made));
        }
        if let Some(base) = &base_model
            && !base.abstract_.get()
        {
            if !options.iter().any(|(n, _)| *n == "ordering") {
                let inherited = base.ordering_value.borrow().clone();
                model.set_ordering(rt, &inherited)?;
            }
            if !options.iter().any(|(n, _)| *n == "get_latest_by") {
                *model.get_latest_by.borrow_mut() = base.get_latest_by.borrow().clone();
            }
        }
    }

    for (key, value) in contributed {
        add_to_class(rt, &class, key, value)?;
    }
    let field_names: Vec<Name> = {
        let mut names = Vec::new();
        for list in [&model.local_fields, &model.local_many_to_many, &model.private_fields] {
            names.extend(list.borrow().iter().map(|f| f.name()));
        }
        names
    };

    let is_proxy = model.proxy.get();
    if is_proxy {
        set_up_proxy(&model, name, &parents)?;
    } else {
        *model.concrete.borrow_mut() = Some(Rc::downgrade(&model));
    }
    inherit(rt, &class, &model, name, &parents, &field_names, is_proxy)?;

    let copies: Res<Vec<Value>> = model.indexes.borrow().iter().map(|i| indexes::copy(rt, i)).collect();
    *model.indexes.borrow_mut() = copies?;

    if is_abstract {
        if let Some(m) = &written {
            // So that a child that inherits this Meta is not abstract itself.
            if let Value::Class(c) = m {
                c.set("abstract".into(), Value::Bool(false));
            }
            class.set("Meta".into(), m.clone());
        }
        return Ok(this);
    }
    prepare(rt, &class, &model)?;
    // A model of a registry of its own (`apps = Apps()`) is not among the session's.
    let own = options.iter().find(|(n, _)| *n == "apps").is_some_and(|(_, v)| !v.is(&super::registry::object(rt)));
    if !own {
        Apps::of(rt).register(rt, &model)?;
    }
    Ok(this)
}

fn set_up_proxy(model: &ModelRef, name: &str, parents: &[Rc<Class>]) -> Res<()> {
    let mut base: Option<ModelRef> = None;
    for parent in parents.iter().filter_map(|p| p.data::<Model>()) {
        if parent.abstract_.get() {
            if !parent.fields().is_empty() {
                return Err(Exc::TypeError.new(format!(
                    "Abstract base class containing model fields not permitted for proxy model '{name}'."
                )));
            }
            continue;
        }
        match &base {
            None => base = Some(parent),
            Some(base) if !Model::same(&parent.concrete_model(), &base.concrete_model()) => {
                return Err(Exc::TypeError
                    .new(format!("Proxy model '{name}' has more than one non-abstract model base class.")));
            }
            Some(_) => {}
        }
    }
    let Some(base) = base else {
        return Err(Exc::TypeError.new(format!("Proxy model '{name}' has no non-abstract model base class.")));
    };
    *model.pk_cell.borrow_mut() = base.pk();
    *model.db_table.borrow_mut() = base.db_table.borrow().clone();
    *model.concrete.borrow_mut() = Some(Rc::downgrade(&base.concrete_model()));
    *model.proxy_for.borrow_mut() = Some(base);
    Ok(())
}

/// The fields of abstract parents, the links to concrete ones.
fn inherit(
    rt: &Rt,
    class: &Rc<Class>,
    model: &ModelRef,
    name: &str,
    parents: &[Rc<Class>],
    field_names: &[Name],
    is_proxy: bool,
) -> Res<()> {
    // Parent links that were written, by the label of their target.
    let mut links: Vec<(String, FieldRef)> = Vec::new();
    let holders = parents.iter().rev().filter_map(|p| p.data::<Model>()).filter(|m| m.abstract_.get());
    for holder in holders.chain([model.clone()]) {
        for field in holder.local_fields.borrow().iter() {
            if field.one_to_one()
                && let Some(relation) = field.relation.get()
                && relation.parent_link.get()
            {
                let label = match &*relation.to.borrow() {
                    Target::Model(m) => m.upgrade().map(|m| m.label_lower()),
                    Target::Named(n) => {
                        let (app, name) = attach::target_key(model, n);
                        Some(format!("{app}.{}", name.to_lowercase()))
                    }
                    Target::None => None,
                };
                if let Some(label) = label {
                    links.retain(|(l, _)| *l != label);
                    links.push((label, field.clone()));
                }
            }
        }
    }
    let mut hidden: Vec<Name> = Vec::new();
    let line: Vec<Rc<Class>> = class.mro().cloned().collect();
    for base_class in line {
        let base = base_class.data::<Model>();
        let is_parent = parents.iter().any(|p| Rc::ptr_eq(p, &base_class));
        let Some(base) = base.filter(|_| is_parent) else {
            hidden.extend(base_class.dict().keys().copied());
            continue;
        };
        let mut parent_fields: Vec<FieldRef> = base.local_fields.borrow().clone();
        parent_fields.extend(base.local_many_to_many.borrow().iter().cloned());
        let clash = |field: &FieldRef| {
            Exc::FieldError.new(format!(
                "Local field '{}' in class '{name}' clashes with field of the same name from base class '{}'.",
                field.name(),
                base_class.name()
            ))
        };
        if !base.abstract_.get() {
            for field in &parent_fields {
                if field_names.contains(&field.name()) {
                    return Err(clash(field));
                }
                hidden.push(field.name());
            }
            let concrete = base.concrete_model();
            let written = links.iter().find(|(l, _)| *l == concrete.label_lower()).map(|(_, f)| f.clone());
            let link = match written {
                Some(field) => Some(field),
                None if is_proxy => None,
                None => Some(parent_link(rt, class, &concrete, name, field_names)?),
            };
            add_parent(model, &concrete, link);
        } else {
            let mut above = base.parents.borrow().clone();
            for field in &parent_fields {
                let known = field_names.contains(&field.name())
                    || class.own(field.name()).is_some()
                    || hidden.contains(&field.name());
                if known {
                    continue;
                }
                let copy = field.copied(rt);
                let object = copy.object(rt);
                add_to_class(rt, class, field.name(), object)?;
                if field.one_to_one() {
                    for (_, link) in &mut above {
                        if link.as_ref().is_some_and(|l| Rc::ptr_eq(l, field)) {
                            *link = Some(copy.clone());
                        }
                    }
                }
            }
            for (parent, link) in above {
                add_parent(model, &parent, link);
            }
        }
        let private: Vec<FieldRef> = base.private_fields.borrow().clone();
        for field in private {
            if field_names.contains(&field.name()) {
                if !base.abstract_.get() {
                    return Err(clash(&field));
                }
                continue;
            }
            let copy = field.copied(rt);
            let object = copy.object(rt);
            add_to_class(rt, class, field.name(), object)?;
        }
    }
    Ok(())
}

fn add_parent(model: &ModelRef, parent: &ModelRef, link: Option<FieldRef>) {
    let mut parents = model.parents.borrow_mut();
    match parents.iter_mut().find(|(p, _)| Model::same(p, parent)) {
        Some((_, old)) => *old = link,
        None => parents.push((parent.clone(), link)),
    }
}

/// The link to a concrete parent, made where none was written.
fn parent_link(rt: &Rt, class: &Rc<Class>, parent: &ModelRef, name: &str, field_names: &[Name]) -> Res<FieldRef> {
    let attribute = Name::new(&format!("{}_ptr", parent.model_name));
    let field = classes::make(
        rt,
        &super::relations::rows::ONE_TO_ONE,
        vec![parent.class_value()],
        vec![
            ("on_delete", super::deletion::cascade(rt)),
            ("name", attribute.into()),
            ("auto_created", Value::Bool(true)),
        ],
    )?;
    if let Some(relation) = field.relation.get() {
        relation.parent_link.set(true);
    }
    if field_names.contains(&attribute) {
        return Err(Exc::FieldError.new(format!(
            "Auto-generated field '{attribute}' in class '{name}' for parent_link to base class '{}' clashes with declared field of the same name.",
            parent.object_name
        )));
    }
    if class.lookup(attribute).is_none() {
        let object = field.object(rt);
        add_to_class(rt, class, attribute, object)?;
        return Ok(field);
    }
    // A grandparent's class has the attribute already: the field stays free of the model's list.
    Ok(field)
}

/// `_prepare`: order column, primary key, documentation, default manager, names of indexes.
fn prepare(rt: &Rt, class: &Rc<Class>, model: &ModelRef) -> Res<()> {
    let wrt = model.order_wrt_name.get();
    if let Some(wrt) = wrt {
        let found = model.find_forward(wrt);
        let Some(field) = found else {
            return Err(Exc::FieldDoesNotExist.new(format!("{} has no field named '{wrt}'", model.object_name)));
        };
        *model.order_with_respect_to.borrow_mut() = Some(field);
        model.set_ordering(rt, &Value::tuple(vec![Value::str("_order")]))?;
        if !model.local_fields.borrow().iter().any(|f| f.row.name == "OrderWrt") {
            let order = classes::make(rt, &fields::ORDER_WRT, vec![], vec![])?;
            let object = order.object(rt);
            add_to_class(rt, class, "_order".into(), object)?;
        }
    }
    if model.pk().is_none() {
        let first = model.parents.borrow().first().map(|(_, link)| link.clone());
        match first {
            Some(Some(mut field)) => {
                let local = model.local_fields.borrow().iter().find(|f| f.name() == field.name()).cloned();
                if let Some(local) = local {
                    field = local;
                }
                field.options.borrow_mut().primary_key = true;
                model.setup_pk(&field);
            }
            _ => {
                let wanted = super::settings::Settings::of(rt).default_auto_field();
                let row = fields::find(&wanted).filter(|r| fields::is_auto(r.name)).unwrap_or(&fields::AUTO);
                let auto = classes::make(
                    rt,
                    row,
                    vec![],
                    vec![
                        ("verbose_name", Value::str("ID")),
                        ("primary_key", Value::Bool(true)),
                        ("auto_created", Value::Bool(true)),
                    ],
                )?;
                let object = auto.object(rt);
                add_to_class(rt, class, "id".into(), object)?;
            }
        }
    }
    if class.own("__doc__".into()).is_none_or(|d| d.is_none()) {
        let names: Vec<String> = model.fields().iter().map(|f| f.name().to_string()).collect();
        class.set("__doc__".into(), Value::from(format!("{}({})", model.object_name, names.join(", "))));
    }
    let hooks = Hooks::of(rt);
    if model.managers(rt)?.is_empty() {
        if model.fields().iter().any(|f| f.name() == "objects") {
            return Err(Exc::ValueError.new(format!(
                "Model {} must specify a custom Manager, because it has a field named 'objects'.",
                model.object_name
            )));
        }
        if let Some(new) = hooks.new_manager.get() {
            let manager = new(rt)?;
            ops::set_attr(rt, &manager, "auto_created".into(), Value::Bool(true))?;
            add_to_class(rt, class, "objects".into(), manager)?;
        }
    }
    let unnamed: Vec<Value> = model.indexes.borrow().clone();
    for index in unnamed {
        indexes::name_for(rt, &index, model)?;
    }
    model.expire();
    if let Some(accessors) = hooks.accessors.get() {
        accessors(rt, model)?;
    }
    if let Some(prepared) = hooks.prepared.get() {
        prepared(rt, model)?;
    }
    super::migrate::typed::prepared(rt, model)?;
    Ok(())
}

/// `create_many_to_many_intermediary_model`: the model of the table between the two sides.
pub fn through_model(rt: &Rt, field: &FieldRef, model: &ModelRef) -> Res<ModelRef> {
    let Some(relation) = field.relation.get() else { return Err(Exc::TypeError.new("no many-to-many field")) };
    let name = format!("{}_{}", model.object_name, field.name());
    let (target, to) = match &*relation.to.borrow() {
        Target::Model(m) => match m.upgrade() {
            Some(m) => (m.class_value(), m.model_name.to_string()),
            None => return Err(Exc::ValueError.new("the other model is gone")),
        },
        Target::Named(text) => {
            let (app, name) = attach::target_key(model, text);
            (Value::from(format!("{app}.{name}")), name.to_lowercase())
        }
        Target::None => return Err(Exc::ValueError.new("a many-to-many field needs a model")),
    };
    let from = model.model_name.to_string();
    let (from, to) = if to == from { (format!("from_{from}"), format!("to_{to}")) } else { (from, to) };
    let table = match &*relation.db_table.borrow() {
        Some(table) => table.to_string(),
        None => format!("{}_{}", model.db_table.borrow().trim_matches('"'), field.name()),
    };
    let verbose = format!("{from}-{to} relationship");
    let extra: Vec<(&'static str, Value)> = vec![
        ("db_table", Value::from(table)),
        ("app_label", Value::str(&model.app_label)),
        ("unique_together", Value::tuple(vec![Value::str(&from), Value::str(&to)])),
        ("verbose_name", Value::str(&verbose)),
        ("verbose_name_plural", Value::from(format!("{verbose}s"))),
        ("managed", Value::Bool(model.managed.get())),
        ("db_tablespace", Value::str(&*model.db_tablespace.borrow())),
    ];
    let mut attrs = Names::default();
    let module = model.class()?.module.borrow().clone();
    attrs.insert("__module__".into(), Value::str(&module));
    let related = format!("{name}+");
    let link = |to: Value| {
        classes::make(
            rt,
            &super::relations::rows::FOREIGN_KEY,
            vec![to],
            vec![
                ("on_delete", super::deletion::cascade(rt)),
                ("related_name", Value::str(&related)),
                ("db_constraint", Value::Bool(relation.db_constraint.get())),
            ],
        )
    };
    let first = link(model.class_value())?;
    let second = link(target)?;
    attrs.insert(Name::new(&from), first.object(rt));
    attrs.insert(Name::new(&to), second.object(rt));
    let bases = vec![Value::Class(model_class(rt))];
    let made = create(rt, metaclass(rt), &name, bases, attrs, Vec::new(), extra, Some(model))?;
    model_of(&made).ok_or_else(|| Exc::TypeError.new("no model was made"))
}
