//! What is wrong with models: Django's system checks, with their ids.

use super::field::FieldRef;
use super::options::ModelRef;
use super::relations::RelationKind;
use crate::object::{CallArgs, Res, Rt, Value, ops};
use crate::source::Name;

fn ask(rt: &Rt, name: &str, about: Value, kwargs: Vec<(Name, Value)>) -> Res<Vec<Value>> {
    let module = rt.exec()?.import(rt, "django.core.checks")?;
    let mut args = CallArgs::new([about]);
    args.kw.extend(kwargs);
    let found = ops::call_method(rt, &module, name.into(), args)?;
    ops::collect(rt, &found)
}

/// The messages about one field.
pub fn field_messages(rt: &Rt, field: &FieldRef, kwargs: Vec<(Name, Value)>) -> Res<Vec<Value>> {
    ask(rt, "check_field", field.object(rt), kwargs)
}

/// The messages about one model and its fields.
pub fn model_messages(rt: &Rt, model: &ModelRef, kwargs: Vec<(Name, Value)>) -> Res<Vec<Value>> {
    ask(rt, "check_model", model.class_value(), kwargs)
}

/// One message: its text as Django prints it, whether it is serious, and what it is about.
pub struct Message {
    /// `app.Model.field: (fields.E121) 'max_length' must be ...`, with the hint on a line of its own.
    pub text: String,
    /// Whether it is an error and no mere warning.
    pub serious: bool,
    /// The label of the model that it is about, where it is about one.
    pub model: Option<String>,
    /// The name of the field that it is about, where it is about one.
    pub field: Option<String>,
}

/// All messages about the models of all apps. With `database`, also about what SQLite cannot do.
///
/// Errors: what a model's or a field's own `check` raises.
pub fn all(rt: &Rt, database: bool) -> Res<Vec<Message>> {
    run(rt, database)?.iter().map(|m| message(rt, m)).collect()
}

/// What `manage.py check` prints about all models, and whether any of it is an error.
///
/// Errors: what a model's or a field's own `check` raises.
pub fn report(rt: &Rt, database: bool) -> Res<(String, bool)> {
    let found = run(rt, database)?;
    let module = rt.exec()?.import(rt, "django.core.checks")?;
    let pair = ops::call_method(rt, &module, "report".into(), CallArgs::new([Value::list(found)]))?;
    let pair = ops::collect(rt, &pair)?;
    let text = pair.first().and_then(|t| t.as_str()).map(|s| s.to_string()).unwrap_or_default();
    Ok((text, matches!(pair.get(1), Some(Value::Bool(true)))))
}

fn run(rt: &Rt, database: bool) -> Res<Vec<Value>> {
    let module = rt.exec()?.import(rt, "django.core.checks")?;
    let mut args = CallArgs::none();
    if database {
        args = args.with("databases", Value::list(vec![Value::str("default")]));
    }
    let found = ops::call_method(rt, &module, "run_checks".into(), args)?;
    ops::collect(rt, &found)
}

fn message(rt: &Rt, message: &Value) -> Res<Message> {
    let attr =
        |of: &Value, name: &str| -> Res<Value> { Ok(ops::get_attr_opt(rt, of, Name::new(name))?.unwrap_or_default()) };
    let about = attr(message, "obj")?;
    let (mut model, mut field) = (None, None);
    if let Some(found) = super::model_of(&about) {
        model = Some(found.label().to_string());
    } else if !about.is_none() {
        let owner = attr(&about, "model")?;
        model = super::model_of(&owner).map(|m| m.label().to_string());
        field = attr(&about, "name")?.as_str().map(|s| s.to_string());
    }
    Ok(Message {
        text: ops::str(rt, message)?.to_string(),
        serious: attr(message, "level")?.as_int().is_some_and(|level| level >= 40),
        model,
        field,
    })
}

/// Whether a glance at models says that something is wrong with them, so that it is worth the time to look at them as the
/// checks do: relations to nothing, two primary keys, one name for two things.
pub fn suspicious(rt: &Rt, models: &[ModelRef]) -> bool {
    models.iter().any(|m| is_suspicious(rt, m)) || {
        let mut tables = std::collections::HashSet::new();
        let own = models.iter().filter(|m| m.managed.get() && !m.proxy.get());
        own.into_iter().any(|m| !tables.insert(m.db_table.borrow().to_string()))
    }
}

fn is_suspicious(rt: &Rt, model: &ModelRef) -> bool {
    let fields = model.local_fields.borrow();
    let links = model.local_many_to_many.borrow();
    if fields.iter().filter(|f| f.primary_key()).count() > 1 {
        return true;
    }
    let mut columns = std::collections::HashSet::new();
    if fields.iter().any(|f| f.column().is_some_and(|c| !columns.insert(c))) {
        return true;
    }
    let lost = fields.iter().chain(links.iter()).any(|field| {
        let relation = matches!(
            field.relation_kind(),
            Some(RelationKind::ForeignKey | RelationKind::OneToOne | RelationKind::ManyToMany)
        );
        relation && field.related_model().is_none_or(|to| to.abstract_.get())
    });
    // The reverse sides of relations are attributes, as fields are.
    let mut names: std::collections::HashSet<Name> = fields.iter().chain(links.iter()).map(|f| f.name()).collect();
    let shown = |r: &FieldRef| r.accessor_name().filter(|n| !n.text().ends_with('+'));
    lost || model.related_objects(rt).iter().filter_map(shown).any(|name| !names.insert(name))
}
