//! Fields, lookups and relations of a model, along paths of any depth.

use std::rc::Rc;

use super::Candidate;
use super::types::Notes;
use super::values;
use crate::models::relations::RelationKind;
use crate::models::{Field, FieldRef, ModelRef};
use crate::session::Session;
use crate::shell::describe::type_of;
use crate::source::Name;
use crate::sql::functions::Output;
use crate::sql::lookups::{self, Found, LOOKUPS};

/// The names by which a query reaches the fields of a model, its reverse relations included.
fn query_names(session: &Session, model: &ModelRef) -> Vec<(Rc<str>, FieldRef)> {
    let mut out = Vec::new();
    for field in model.get_fields(&session.rt, true, false) {
        if field.relation_kind() == Some(RelationKind::GenericForeignKey) {
            continue;
        }
        out.push((field.name().text(), field));
    }
    out
}

/// Follows a path to the field at its end; behind a field it may name transforms.
pub fn follow(session: &Session, model: &ModelRef, path: &str) -> Option<FieldRef> {
    let end = walk(session, model, &Rc::from([]), path.split("__"))?;
    end.field
}

/// Follows a path whose last part may be a lookup: the field, and the lookup.
pub fn follow_lookup<'a>(
    session: &Session,
    model: &ModelRef,
    notes: &Notes,
    path: &'a str,
) -> Option<(FieldRef, Option<&'a str>)> {
    if let Some(field) = walk(session, model, notes, path.split("__")).and_then(|end| end.field) {
        return Some((field, None));
    }
    let (head, lookup) = path.rsplit_once("__")?;
    let field = walk(session, model, notes, head.split("__"))?.field?;
    Some((field, Some(lookup)))
}

fn named(session: &Session, model: &ModelRef, name: &str) -> Option<FieldRef> {
    if name == "pk" {
        return model.pk();
    }
    let known = Name::existing(name)?;
    if let Some(field) = model.find_forward(known) {
        return Some(field);
    }
    query_names(session, model).into_iter().find(|(n, _)| &**n == name).map(|(_, f)| f)
}

/// Where a path has led to.
struct End {
    /// The model whose fields may follow.
    model: Option<ModelRef>,
    /// The field, or what a transform of one results in.
    field: Option<FieldRef>,
    /// Inside JSON: the field and the keys so far.
    json: Option<(FieldRef, Vec<String>)>,
}

fn walk<'a>(session: &Session, model: &ModelRef, notes: &Notes, parts: impl Iterator<Item = &'a str>) -> Option<End> {
    let mut end = End { model: Some(model.clone()), field: None, json: None };
    for (i, part) in parts.enumerate() {
        if part.is_empty() {
            return None;
        }
        if let Some((_, keys)) = &mut end.json {
            keys.push(part.to_string());
            continue;
        }
        let note = if i == 0 { notes.iter().find(|(n, _)| &**n == part) } else { None };
        let next = match (&end.model, note) {
            (_, Some((_, field))) => Some(field.clone().unwrap_or_else(|| Field::plain(&session.rt, "Field"))),
            (Some(model), None) => named(session, model, part),
            (None, None) => None,
        };
        match next {
            Some(field) => {
                // An attribute name is the column, not the way to the other model.
                let column = field.is_relation()
                    && !field.is_reverse()
                    && field.concrete()
                    && field.attname() == part
                    && field.name() != part;
                end.model = if column { None } else { field.related_model() };
                end.field = Some(if column { field.column_target().unwrap_or(field) } else { field });
            }
            None => {
                let field = end.field.clone()?;
                match transform(session, &field, part) {
                    Some(result) => {
                        end.field = Some(result);
                        end.model = None;
                    }
                    None if is_json(&field) && lookup_doc(session, &field, part).is_none() => {
                        end.json = Some((field, vec![part.to_string()]));
                    }
                    None => return None,
                }
            }
        }
    }
    Some(end)
}

fn is_json(field: &FieldRef) -> bool {
    !field.is_relation() && field.internal_type() == "JSONField"
}

/// What a transform of a field results in; none where the name is no transform.
fn transform(session: &Session, field: &FieldRef, name: &str) -> Option<FieldRef> {
    match lookups::in_field(&session.rt, field, Name::existing(name)?)? {
        Found::Transform(row) => Some(match row.output {
            Output::Field(kind) => Field::plain(&session.rt, kind),
            _ => field.clone(),
        }),
        Found::Class(class) if class.mro().any(|c| &*c.name() == "Transform") => Some(field.clone()),
        _ => None,
    }
}

fn lookup_doc(session: &Session, field: &FieldRef, name: &str) -> Option<&'static str> {
    // A relation's lookups ask what those of every field ask.
    match lookups::in_field(&session.rt, field, Name::existing(name)?)? {
        Found::Lookup(row) if !row.doc.is_empty() => Some(row.doc),
        _ => any_lookup(name).or(Some("lookup")),
    }
}

fn split(word: &str) -> (&str, &str) {
    match word.rfind("__") {
        Some(at) => (&word[..at + 2], &word[at + 2..]),
        None => ("", word),
    }
}

fn end_of(session: &Session, model: &ModelRef, notes: &Notes, head: &str) -> Option<End> {
    match head.strip_suffix("__") {
        None => Some(End { model: Some(model.clone()), field: None, json: None }),
        Some(path) => walk(session, model, notes, path.split("__")),
    }
}

fn json_keys(session: &Session, end: &End, head: &str, tail: &str) -> Vec<String> {
    let (field, keys) = match (&end.json, &end.field) {
        (Some((field, keys)), _) => (field, keys.as_slice()),
        (None, Some(field)) if is_json(field) => (field, &[][..]),
        _ => return Vec::new(),
    };
    let keys = values::json_keys(session, field, keys);
    keys.into_iter().filter(|k| k.starts_with(tail)).map(|k| format!("{head}{k}")).collect()
}

/// Keyword arguments of a query: `name=`, `name__`, and behind a field its lookups.
pub fn lookups(session: &Session, model: &ModelRef, notes: &Notes, word: &str) -> Vec<Candidate> {
    let (head, tail) = split(word);
    let Some(end) = end_of(session, model, notes, head) else { return Vec::new() };
    let mut out = Vec::new();
    let both = |out: &mut Vec<Candidate>, name: &str, doc: &str| {
        if name.starts_with(tail) {
            out.push(Candidate::new(format!("{head}{name}="), doc));
        }
        if name.starts_with(tail) || tail.strip_suffix('_').is_some_and(|t| t == name) {
            out.push(Candidate::new(format!("{head}{name}__"), doc));
        }
    };
    if let (Some(at), None) = (&end.model, &end.json) {
        let mut names: Vec<(Rc<str>, String)> = Vec::new();
        if head.is_empty() {
            names.extend(notes.iter().map(|(n, f)| (n.clone(), annotation(f.as_ref()))));
        }
        for (name, field) in query_names(session, at) {
            let doc = type_of(&field);
            if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
                names.push((field.attname().text(), "the key itself".into()));
            }
            names.push((name, doc));
        }
        names.push(("pk".into(), "the primary key".into()));
        names.sort();
        for (name, doc) in names {
            both(&mut out, &name, &doc);
        }
    }
    for key in json_keys(session, &end, "", tail) {
        both(&mut out, &key, "a key");
    }
    let of = end.json.as_ref().map(|(f, _)| f.clone()).or(end.field);
    if let Some(field) = of {
        let mut names = lookups::names(&session.rt, &field);
        names.sort();
        for name in names.iter() {
            match transform(session, &field, name) {
                None if !name.starts_with(tail) => {}
                Some(result) => both(&mut out, name, &format!("transform to {}", result.class.name())),
                None => {
                    let doc = lookup_doc(session, &field, name).unwrap_or("lookup");
                    out.push(Candidate::new(format!("{head}{name}="), doc));
                }
            }
        }
    }
    out
}

fn annotation(field: Option<&FieldRef>) -> String {
    match field {
        Some(field) => format!("annotation, {}", field.class.name()),
        None => "annotation".into(),
    }
}

/// The lookups of a field by name with what they ask.
pub fn lookups_of(session: &Session, field: &FieldRef) -> Vec<(Rc<str>, String)> {
    let mut names = lookups::names(&session.rt, field);
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let doc = match transform(session, field, &name) {
                Some(result) => format!("transform to {}", result.class.name()),
                None => lookup_doc(session, field, &name).unwrap_or("lookup").to_string(),
            };
            (name, doc)
        })
        .collect()
}

/// Lookup names of every field, for where it is not known which model a query is of.
pub fn any_lookup(name: &str) -> Option<&'static str> {
    LOOKUPS.iter().find(|row| row.lookup_name == name).map(|row| row.doc)
}

/// Keyword arguments that give a value to a field: `name=`.
pub fn assignments(model: &ModelRef, word: &str) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for field in model.fields().iter() {
        out.push(Candidate::new(format!("{}=", field.name()), type_of(field)));
        if field.attname() != field.name() {
            out.push(Candidate::new(format!("{}=", field.attname()), "the key itself"));
        }
    }
    for field in model.private_fields.borrow().iter() {
        if field.relation_kind() == Some(RelationKind::GenericForeignKey) {
            out.push(Candidate::new(format!("{}=", field.name()), type_of(field)));
        }
    }
    out.push(Candidate::new("pk=", "the primary key"));
    out.retain(|c| c.text.starts_with(word));
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Names of a model's own columns, as `update_fields` and `bulk_update` take them.
pub fn columns(model: &ModelRef, word: &str, keep: impl Fn(&FieldRef) -> bool) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = model
        .concrete_fields()
        .iter()
        .filter(|f| f.name().text().starts_with(word) && keep(f))
        .map(|f| Candidate::new(&*f.name().text(), type_of(f)))
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// The names that `_meta.get_field()` takes.
pub fn every_name(session: &Session, model: &ModelRef, word: &str) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = model
        .get_fields(&session.rt, true, false)
        .iter()
        .map(|f| Candidate::new(&*f.name().text(), type_of(f)))
        .filter(|c| c.text.starts_with(word))
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Paths to fields as `order_by` and `values` take them; without `reverse`, only along foreign keys.
pub fn paths(session: &Session, model: &ModelRef, notes: &Notes, word: &str, reverse: bool) -> Vec<Candidate> {
    let (head, tail) = split(word);
    let Some(end) = end_of(session, model, notes, head) else { return Vec::new() };
    let mut out: Vec<Candidate> =
        json_keys(session, &end, head, tail).into_iter().map(|k| Candidate::new(k, "a key")).collect();
    match &end.model {
        None => {
            // Transforms: `published__year`.
            if let Some(field) = end.field.filter(|_| end.json.is_none()) {
                for name in lookups::names(&session.rt, &field).iter().filter(|n| n.starts_with(tail)) {
                    if let Some(result) = transform(session, &field, name) {
                        out.push(Candidate::new(
                            format!("{head}{name}"),
                            format!("transform to {}", result.class.name()),
                        ));
                    }
                }
            }
        }
        Some(at) => {
            if head.is_empty() {
                let fits = notes.iter().filter(|(n, _)| n.starts_with(tail));
                out.extend(fits.map(|(n, f)| Candidate::new(&**n, annotation(f.as_ref()))));
            }
            for (name, field) in query_names(session, at) {
                if field.is_reverse() && !reverse {
                    continue;
                }
                if name.starts_with(tail) {
                    out.push(Candidate::new(format!("{head}{name}"), type_of(&field)));
                }
                if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
                    let attname = field.attname().text();
                    if attname.starts_with(tail) {
                        out.push(Candidate::new(format!("{head}{attname}"), "the key itself"));
                    }
                }
            }
            if "pk".starts_with(tail) {
                out.push(Candidate::new(format!("{head}pk"), "the primary key"));
            }
        }
    }
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Relations as `select_related` (to one object) and `prefetch_related` (`many`: to any number) take them.
pub fn relations(session: &Session, model: &ModelRef, word: &str, many: bool) -> Vec<Candidate> {
    let (head, tail) = split(word);
    let mut at = model.clone();
    for part in head.split("__").filter(|p| !p.is_empty()) {
        let found = related(session, &at, many).into_iter().find(|(n, _)| &**n == part);
        match found.and_then(|(_, f)| f.related_model()) {
            Some(next) => at = next,
            None => return Vec::new(),
        }
    }
    let mut out: Vec<Candidate> = related(session, &at, many)
        .into_iter()
        .filter(|(name, _)| name.starts_with(tail))
        .map(|(name, field)| Candidate::new(format!("{head}{name}"), type_of(&field)))
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

fn related(session: &Session, model: &ModelRef, many: bool) -> Vec<(Rc<str>, FieldRef)> {
    let mut out = Vec::new();
    for field in model.get_fields(&session.rt, true, false).into_iter().filter(|f| f.is_relation()) {
        let generic = field.relation_kind() == Some(RelationKind::GenericForeignKey);
        let single = (field.many_to_one() || field.one_to_one()) && !generic;
        if !many && !single {
            continue;
        }
        let name = match (field.is_reverse(), many) {
            (false, _) => Some(field.name()),
            (true, true) => field.accessor_name(),
            (true, false) => Some(field.name()),
        };
        if let Some(name) = name {
            out.push((name.text(), field));
        }
    }
    out
}

/// Whether a name is that of a field, which on the class is a descriptor of no use.
pub fn is_plain_field(model: &ModelRef, name: &str) -> bool {
    Name::existing(name).and_then(|n| model.find_forward(n)).is_some_and(|f| !f.many_to_many())
}
