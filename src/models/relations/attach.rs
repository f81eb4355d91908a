//! How a field takes its place in a model: `contribute_to_class`.

use std::rc::Rc;

use super::{RelationKind, Target, make_rel};
use crate::models::field::{Field, FieldRef};
use crate::models::hooks::Hooks;
use crate::models::options::{Model, ModelRef};
use crate::models::registry::Apps;
use crate::models::{fields, metaclass};
use crate::object::{CallArgs, Class, Exc, Res, Rt, Value, ops};
use crate::source::Name;

/// The attribute that holds the column's value.
pub fn attname(field: &Field) -> Name {
    match field.relation_kind() {
        Some(RelationKind::ForeignKey | RelationKind::OneToOne) => Name::new(&format!("{}_id", field.name())),
        _ => field.name(),
    }
}

/// `set_attributes_from_name`: name, attribute, column, verbose name.
pub fn set_names(rt: &Rt, field: &FieldRef, name: Name) -> Res<()> {
    if field.name_cell.get().is_none() {
        field.name_cell.set(Some(name));
    }
    let mut attribute = attname(field);
    if field.overrides("get_attname").is_some() {
        let given = field.call(rt, "get_attname", [])?;
        if let Some(text) = given.as_str() {
            attribute = Name::new(text);
        }
    }
    field.attname_cell.set(Some(attribute));
    let kind = field.relation_kind();
    let has_column = match kind {
        None => field.row.name != "CompositePrimaryKey",
        Some(RelationKind::ForeignKey | RelationKind::OneToOne) => true,
        Some(_) => false,
    };
    let mut column: Option<Rc<str>> = None;
    if has_column {
        column = Some(field.options().db_column.clone().unwrap_or_else(|| attribute.text()));
    }
    if field.overrides("get_attname_column").is_some() {
        let given = field.call(rt, "get_attname_column", [])?;
        if let Some(pair) = given.as_tuple() {
            if let Some(text) = pair.first().and_then(|v| v.as_str().cloned()) {
                field.attname_cell.set(Some(Name::new(&text)));
            }
            column = pair.get(1).and_then(|v| v.as_str().map(|s| Rc::from(s.as_str())));
        }
    }
    *field.column_cell.borrow_mut() = column;
    let mut o = field.options.borrow_mut();
    if o.verbose_name.is_none() {
        o.verbose_name = Some(Value::from(field.name().text().replace('_', " ")));
    }
    Ok(())
}

fn set(class: &Rc<Class>, name: Name, value: Value) {
    class.set(name, value);
}

/// `contribute_to_class(cls, name, private_only)`.
///
/// Errors: ValueError for a second auto field, and those of relations.
pub fn contribute(rt: &Rt, field: &FieldRef, class: &Rc<Class>, name: Name, private: bool) -> Res<()> {
    let Some(model) = class.data::<Model>() else {
        return Err(Exc::TypeError.new(format!("{} is no model class", class.name())));
    };
    let hooks = Hooks::of(rt);
    let kind = field.relation_kind();
    if fields::is_auto(field.row.name) || field.row.is_a("AutoField") || field.row.is_a("BigAutoField") {
        if model.auto_field.borrow().is_some() {
            return Err(
                Exc::ValueError.new(format!("Model {} can't have more than one auto-generated field.", model.label()))
            );
        }
        *model.auto_field.borrow_mut() = Some(field.clone());
    }
    if kind == Some(RelationKind::ManyToMany)
        && let Some(relation) = field.relation.get()
    {
        let own = match &*relation.to.borrow() {
            Target::Named(to) => &**to == "self" || **to == *model.object_name,
            Target::Model(to) => to.upgrade().is_some_and(|to| Model::same(&to, &model)),
            Target::None => false,
        };
        if relation.symmetrical.get() && own {
            *relation.related_name.borrow_mut() = Some(format!("{name}_rel_+").into());
        } else if field.hidden() {
            let related = format!("_{}_{}_{name}_+", model.app_label, model.model_name);
            *relation.related_name.borrow_mut() = Some(related.into());
        }
    }
    let private = private || matches!(kind, Some(RelationKind::GenericForeignKey | RelationKind::GenericRelation));
    set_names(rt, field, name)?;
    *field.model_cell.borrow_mut() = Some(Rc::downgrade(&model));
    field.learn_internal_type(rt)?;
    make_rel(rt, field);
    model.add_field(rt, field, private);
    if field.row.name == "CompositePrimaryKey" {
        *model.pk_cell.borrow_mut() = Some(field.clone());
        if let Some(descriptor) = hooks.descriptor.get() {
            set(class, field.attname(), descriptor(rt, field));
        }
        return Ok(());
    }
    if field.column().is_some() && class.own(field.attname()).is_none_or(|v| !is_kept(&v)) {
        let custom = field.overrides("descriptor_class");
        let value = match (custom, hooks.descriptor.get()) {
            (Some(custom), _) => Some(ops::call1(rt, &custom, field.object(rt))?),
            (None, Some(descriptor)) => Some(descriptor(rt, field)),
            _ => None,
        };
        if let Some(value) = value {
            set(class, field.attname(), value);
        }
    }
    let Some(kind) = kind else { return Ok(()) };
    if !(kind == RelationKind::GenericRelation && model.abstract_.get())
        && let Some(forward) = hooks.forward.get()
    {
        set(class, field.name(), forward(rt, field));
    }
    if kind == RelationKind::GenericForeignKey || model.abstract_.get() {
        return Ok(());
    }
    relate(rt, field, &model)
}

/// An attribute of the class body that a field's descriptor must not replace: nothing so far.
fn is_kept(_: &Value) -> bool {
    false
}

/// `resolve_relation`: app label and model name of a target text.
pub fn target_key(model: &ModelRef, name: &str) -> (Rc<str>, Rc<str>) {
    if name == "self" {
        return (model.app_label.clone(), model.object_name.clone());
    }
    match name.split_once('.') {
        Some((app, name)) => (app.into(), name.into()),
        None => (model.app_label.clone(), name.into()),
    }
}

fn format_name(name: &str, model: &ModelRef) -> Rc<str> {
    name.replace("%(class)s", &model.object_name.to_lowercase())
        .replace("%(model_name)s", &model.model_name.text())
        .replace("%(app_label)s", &model.app_label.to_lowercase())
        .into()
}

/// Names the relation in its model, and joins it to its target now or once that is there.
fn relate(rt: &Rt, field: &FieldRef, model: &ModelRef) -> Res<()> {
    let Some(relation) = field.relation.get() else { return Ok(()) };
    let related = relation.related_name.borrow().clone().or_else(|| model.default_related_name.borrow().clone());
    if let Some(name) = related {
        *relation.related_name.borrow_mut() = Some(format_name(&name, model));
    }
    let query = relation.related_query_name.borrow().clone();
    if let Some(name) = query {
        *relation.related_query_name.borrow_mut() = Some(format_name(&name, model));
    }
    let to = relation.to.borrow().clone();
    let waiting = Rc::downgrade(field);
    match to {
        Target::Model(to) => {
            if let Some(to) = to.upgrade() {
                join(rt, field, &to)?;
            }
        }
        Target::Named(name) => {
            let (app, name) = target_key(model, &name);
            if *app == *model.app_label && name.to_lowercase() == *model.model_name.text() {
                // The model itself is not registered yet, but it is at hand.
                join(rt, field, model)?;
            } else {
                Apps::of(rt).when_ready(
                    rt,
                    &app,
                    &name,
                    Box::new(move |rt, target| match waiting.upgrade() {
                        Some(field) => join(rt, &field, &target),
                        None => Ok(()),
                    }),
                )?;
            }
        }
        Target::None => {}
    }
    if relation.kind == RelationKind::ManyToMany {
        let through = relation.through.borrow().clone();
        match through {
            Some(Target::Named(name)) => {
                let (app, name) = target_key(model, &name);
                let waiting = Rc::downgrade(field);
                Apps::of(rt).when_ready(
                    rt,
                    &app,
                    &name,
                    Box::new(move |_, target| {
                        if let Some(relation) = waiting.upgrade().as_ref().and_then(|f| f.relation.get()) {
                            *relation.through.borrow_mut() = Some(Target::Model(Rc::downgrade(&target)));
                            *relation.paths.borrow_mut() = None;
                            *relation.reverse_paths.borrow_mut() = None;
                        }
                        Ok(())
                    }),
                )?;
            }
            Some(_) => {}
            None => {
                let made = metaclass::through_model(rt, field, model)?;
                relation.through_auto.set(true);
                *relation.through.borrow_mut() = Some(Target::Model(Rc::downgrade(&made)));
            }
        }
    }
    Ok(())
}

/// `contribute_to_related_class`: the target is there.
fn join(rt: &Rt, field: &FieldRef, target: &ModelRef) -> Res<()> {
    let Some(relation) = field.relation.get() else { return Ok(()) };
    *relation.to.borrow_mut() = Target::Model(Rc::downgrade(target));
    *relation.paths.borrow_mut() = None;
    *relation.reverse_paths.borrow_mut() = None;
    target.expire();
    if field.overrides("contribute_to_related_class").is_some() {
        let rel = field.remote_field().map_or(Value::None, |r| r.object(rt));
        let args = CallArgs::new([target.class_value(), rel]);
        ops::call_method(rt, &field.object(rt), "contribute_to_related_class".into(), args)?;
        return Ok(());
    }
    if relation.kind == RelationKind::GenericRelation {
        return Ok(());
    }
    let Some(rel) = field.remote_field() else { return Ok(()) };
    if rel.hidden() {
        return Ok(());
    }
    let (Some(name), Some(reverse)) = (rel.accessor_name(), Hooks::of(rt).reverse.get()) else { return Ok(()) };
    if let Ok(class) = target.concrete_model().class() {
        let value = reverse(rt, &rel);
        set(&class, name, value);
    }
    Ok(())
}
