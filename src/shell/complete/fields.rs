//! Fields, lookups and relations of a model, along paths of any depth.

use crate::models::{FieldRef, ModelRef};
use crate::session::Session;
use crate::shell::describe::type_of;
use crate::source::Name;
use crate::sql::lookups;

use super::Candidate;

/// The names by which a query reaches the fields of a model, its reverse relations included.
fn query_names(session: &Session, model: &ModelRef) -> Vec<(String, FieldRef)> {
    let mut out = Vec::new();
    for field in model.get_fields(&session.rt, true, false) {
        let name = if field.is_reverse() { field.related_query_name() } else { field.name() };
        out.push((name.to_string(), field));
    }
    out
}

/// Follows a path as far as whole parts go: the field at its end, the model there.
pub fn follow(session: &Session, model: &ModelRef, path: &str) -> Option<FieldRef> {
    let mut model = model.clone();
    let mut last = None;
    for part in path.split("__") {
        let field = named(session, &model, part)?;
        if let Some(next) = field.related_model() {
            model = next;
        }
        last = Some(field);
    }
    last
}

fn named(session: &Session, model: &ModelRef, name: &str) -> Option<FieldRef> {
    if name == "pk" {
        return model.pk();
    }
    if let Some((_, field)) = query_names(session, model).into_iter().find(|(n, _)| n == name) {
        return Some(field);
    }
    Name::existing(name).and_then(|n| model.find_field(&session.rt, n))
}

/// The whole parts of a path, what they lead to, and the part that is being typed.
fn split<'a>(
    session: &Session,
    model: &ModelRef,
    word: &'a str,
) -> Option<(&'a str, Option<FieldRef>, ModelRef, &'a str)> {
    let (head, tail) = match word.rfind("__") {
        Some(at) => (&word[..at + 2], &word[at + 2..]),
        None => ("", word),
    };
    let mut model = model.clone();
    let mut last = None;
    for part in head.split("__").filter(|p| !p.is_empty()) {
        let field = named(session, &model, part)?;
        if let Some(next) = field.related_model() {
            model = next;
        }
        last = Some(field);
    }
    Some((head, last, model, tail))
}

/// Keyword arguments of a query: `name=`, `name__`, and behind a field its lookups.
pub fn lookups(session: &Session, model: &ModelRef, word: &str) -> Vec<Candidate> {
    let Some((head, field, at, tail)) = split(session, model, word) else { return Vec::new() };
    let mut out = Vec::new();
    if field.as_ref().is_none_or(|f| f.is_relation()) {
        let mut names: Vec<(String, String)> = Vec::new();
        for (name, field) in query_names(session, &at) {
            let doc = type_of(&field);
            if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
                names.push((field.attname().to_string(), "the key itself".into()));
            }
            names.push((name, doc));
        }
        names.push(("pk".into(), "the primary key".into()));
        names.sort();
        for (name, doc) in names.into_iter().filter(|(n, _)| n.starts_with(tail)) {
            out.push(Candidate::new(format!("{head}{name}="), doc.clone()));
            out.push(Candidate::new(format!("{head}{name}__"), doc));
        }
    }
    if let Some(field) = field {
        let mut names: Vec<String> = lookups::names(&session.rt, &field).into_iter().map(|n| n.to_string()).collect();
        names.sort();
        for name in names.into_iter().filter(|n| n.starts_with(tail)) {
            out.push(Candidate::new(format!("{head}{name}="), format!("lookup of {}", type_of(&field))));
        }
    }
    out
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
    out.retain(|c| c.text.starts_with(word));
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Paths to fields as `order_by` and `values` take them.
pub fn paths(session: &Session, model: &ModelRef, word: &str) -> Vec<Candidate> {
    let Some((head, field, at, tail)) = split(session, model, word) else { return Vec::new() };
    if field.as_ref().is_some_and(|f| !f.is_relation()) {
        // Transforms: `published__year`.
        let field = field.as_ref();
        let names = field.map(|f| lookups::names(&session.rt, f)).unwrap_or_default();
        let dates = ["year", "month", "day", "week", "week_day", "quarter", "hour", "minute", "second", "date", "time"];
        let mut out: Vec<Candidate> = names
            .iter()
            .filter(|n| dates.contains(&&***n) && n.starts_with(tail))
            .map(|n| Candidate::new(format!("{head}{n}"), "transform"))
            .collect();
        out.sort_by(|a, b| a.text.cmp(&b.text));
        return out;
    }
    let mut out: Vec<Candidate> = Vec::new();
    for (name, field) in query_names(session, &at) {
        if name.starts_with(tail) {
            out.push(Candidate::new(format!("{head}{name}"), type_of(&field)));
        }
        if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
            let attname = field.attname().to_string();
            if attname.starts_with(tail) {
                out.push(Candidate::new(format!("{head}{attname}"), "the key itself"));
            }
        }
    }
    if "pk".starts_with(tail) {
        out.push(Candidate::new(format!("{head}pk"), "the primary key"));
    }
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Relations as `select_related` (to one object) and `prefetch_related` (`many`: to any number) take them.
pub fn relations(session: &Session, model: &ModelRef, word: &str, many: bool) -> Vec<Candidate> {
    let (head, tail) = word.rfind("__").map_or(("", word), |at| (&word[..at + 2], &word[at + 2..]));
    let mut at = model.clone();
    for part in head.split("__").filter(|p| !p.is_empty()) {
        let found = related(session, &at, many).into_iter().find(|(n, _)| n == part);
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

fn related(session: &Session, model: &ModelRef, many: bool) -> Vec<(String, FieldRef)> {
    let mut out = Vec::new();
    for field in model.get_fields(&session.rt, true, false).into_iter().filter(|f| f.is_relation()) {
        let single = field.many_to_one() || field.one_to_one();
        if !many && !single {
            continue;
        }
        let name = match (field.is_reverse(), many) {
            (false, _) => Some(field.name()),
            (true, true) => field.accessor_name(),
            (true, false) => Some(field.related_query_name()),
        };
        if let Some(name) = name {
            out.push((name.to_string(), field));
        }
    }
    out
}

/// Whether a name is that of a field, which on the class is a descriptor of no use.
pub fn is_plain_field(model: &ModelRef, name: &str) -> bool {
    model.fields().iter().any(|f| f.name() == name || f.attname() == name)
}
