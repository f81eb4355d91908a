//! Models in words: `ormsh schema show`, `%models`, `%schema`, `Student?`.

use crate::db::Db;
use crate::models::relations::RelationKind;
use crate::models::{Apps, FieldRef, ModelRef};
use crate::session::Session;
use crate::session::text::{Role, Styled};

/// The models of all apps, without those that many-to-many fields made.
pub fn all_models(session: &Session) -> Vec<ModelRef> {
    let apps = Apps::of(&session.rt);
    let models = session.labels.iter().flat_map(|label| apps.models_of(label));
    models.filter(|m| m.auto_created.borrow().is_none()).collect()
}

/// A model by its name in any case, or by `label.Name`.
pub fn find_model(session: &Session, name: &str) -> Option<ModelRef> {
    let (label, name) = name.split_once('.').map_or((None, name), |(l, n)| (Some(l), n));
    let fits = |m: &ModelRef| {
        m.object_name.eq_ignore_ascii_case(name) && label.is_none_or(|l| m.app_label.eq_ignore_ascii_case(l))
    };
    all_models(session).into_iter().find(fits)
}

/// One line a model.
pub fn models(session: &Session) -> Styled {
    let mut out = Styled::new();
    let all = all_models(session);
    if all.is_empty() {
        out.push(Role::Plain, "There are no models.\n");
        return out;
    }
    let width = all.iter().map(|m| m.object_name.chars().count()).max().unwrap_or(0);
    let table = all.iter().map(|m| m.db_table.borrow().chars().count()).max().unwrap_or(0);
    for model in all {
        out.push(Role::Function, format!("{:<width$}", model.object_name));
        out.push(Role::Plain, format!("  {:<table$}", model.db_table.borrow()));
        let fields = model.concrete_fields();
        let names: Vec<String> = fields.iter().map(|f| f.name().to_string()).collect();
        out.push(Role::Dim, format!("  {}", names.join(", "))).push(Role::Plain, "\n");
    }
    out
}

/// Every model with its fields.
pub fn schema(session: &Session) -> Styled {
    let mut out = Styled::new();
    for (i, one) in all_models(session).iter().enumerate() {
        if i > 0 {
            out.push(Role::Plain, "\n");
        }
        out.extend(model(session, one));
    }
    if out.is_empty() {
        out.push(Role::Plain, "There are no models.\n");
    }
    out
}

/// A model with its fields and what points to it.
pub fn model(session: &Session, model: &ModelRef) -> Styled {
    let mut out = Styled::new();
    out.push(Role::Heading, format!("{}.{}", model.app_label, model.object_name));
    out.push(Role::Dim, format!("  table {}", model.db_table.borrow())).push(Role::Plain, "\n");
    let mut rows: Vec<[String; 3]> = Vec::new();
    for field in model.fields().iter() {
        rows.push([field.name().to_string(), type_of(field), notes(field)]);
    }
    for field in model.many_to_many().iter() {
        rows.push([field.name().to_string(), type_of(field), notes(field)]);
    }
    let first = rows.iter().map(|r| r[0].chars().count()).max().unwrap_or(0);
    let second = rows.iter().map(|r| r[1].chars().count()).max().unwrap_or(0);
    for [name, kind, notes] in &rows {
        out.push(Role::Function, format!("  {name:<first$}"));
        let rest = format!("  {kind:<second$}  {notes}");
        out.push(Role::Plain, rest.trim_end()).push(Role::Plain, "\n");
    }
    let reverse = model.related_objects(&session.rt);
    let reverse: Vec<&FieldRef> = reverse.iter().filter(|rel| !rel.hidden()).collect();
    if !reverse.is_empty() {
        let names: Vec<String> = reverse
            .iter()
            .map(|rel| {
                let from = rel.related_model();
                let from = from.map(|m| format!(" ({})", m.object_name)).unwrap_or_default();
                format!("{}{from}", rel.accessor_name().unwrap_or_else(|| rel.name()))
            })
            .collect();
        out.push(Role::Dim, format!("  reached from: {}", names.join(", "))).push(Role::Plain, "\n");
    }
    out
}

/// The name of the model that a table belongs to.
pub fn model_of_table(session: &Session, table: &str) -> Option<String> {
    let apps = Apps::of(&session.rt);
    let all = apps.models(true);
    let of = all.iter().find(|m| m.db_table.borrow().trim_matches('"').eq_ignore_ascii_case(table));
    of.map(|m| m.object_name.to_string())
}

/// How many rows a model's table has; `None` where it cannot be asked.
pub fn rows(session: &Session, model: &ModelRef) -> Option<i64> {
    let conn = Db::of(&session.rt).raw(&session.rt).ok()?;
    let table = model.db_table.borrow().replace('"', "\"\"");
    conn.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0)).ok()
}

/// What can stand behind a field in `filter()`, a line each.
///
/// Errors: a sentence where the path leads nowhere.
pub fn lookups(session: &Session, model: &ModelRef, path: &str) -> Result<Styled, String> {
    let Some(field) = super::complete::fields::follow(session, model, path) else {
        return Err(format!("{} has no field {path}", model.object_name));
    };
    let mut out = Styled::new();
    out.push(Role::Heading, format!("{}.{path}", model.object_name));
    out.push(Role::Dim, format!("  {}", type_of(&field))).push(Role::Plain, "\n");
    let mut names = crate::sql::lookups::names(&session.rt, &field);
    names.sort();
    let width = names.iter().map(|n| n.len()).max().unwrap_or(0) + path.len() + 2;
    for name in names {
        out.push(Role::Function, format!("  {:<width$}", format!("{path}__{name}")));
        let doc = crate::sql::lookups::doc(&session.rt, &field, &name).unwrap_or("");
        out.push(Role::Plain, format!("  {doc}").trim_end()).push(Role::Plain, "\n");
    }
    Ok(out)
}

/// `CharField(30)`, `ForeignKey to Department`.
pub fn type_of(field: &FieldRef) -> String {
    let name = field.class.name();
    if let Some(relation) = field.relation.get() {
        let to = relation.to.borrow().model().map(|m| m.object_name.to_string()).unwrap_or_else(|| "?".into());
        return match relation.kind {
            RelationKind::GenericForeignKey => name.to_string(),
            // The way back is told by where it leads from.
            kind if kind.is_reverse() || kind == RelationKind::OneToOneRel => match field.related_model() {
                Some(from) => format!("reverse, from {}", from.object_name),
                None => name.to_string(),
            },
            _ => format!("{name} to {to}"),
        };
    }
    let options = field.options();
    match (options.max_length, options.max_digits, options.decimal_places) {
        (Some(length), ..) => format!("{name}({length})"),
        (_, Some(digits), Some(places)) => format!("{name}({digits}, {places})"),
        _ => name.to_string(),
    }
}

/// What else there is to say of a field.
pub fn notes(field: &FieldRef) -> String {
    let options = field.options();
    let mut notes = Vec::new();
    if options.primary_key {
        notes.push("primary key".to_string());
    } else if options.unique {
        notes.push("unique".to_string());
    }
    if options.null {
        notes.push("null".to_string());
    }
    if options.db_index && !field.is_relation() {
        notes.push("indexed".to_string());
    }
    if let Some(choices) = &options.choices {
        let labels: Vec<String> =
            choices.flat.iter().filter_map(|(value, _)| value.as_str().map(|s| s.to_string())).collect();
        if !labels.is_empty() && labels.len() <= 8 {
            notes.push(format!("one of {}", labels.join(", ")));
        }
    }
    if let Some(relation) = field.relation.get()
        && let Some(name) = &*relation.related_name.borrow()
    {
        notes.push(format!("back: {name}"));
    }
    notes.join(", ")
}
