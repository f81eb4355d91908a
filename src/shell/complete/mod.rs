//! What could stand where the cursor stands: names, members through any chain, fields and lookups where a query takes
//! them, magics, modules, keys, files.

mod chain;
mod context;
pub mod fields;

use crate::object::{Value, ops};
use crate::session::Session;
use crate::source::Name;

use super::magics::ROWS;
use super::{help, highlight};
use chain::Kind;
use context::Place;

/// One thing that could stand there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Candidate {
    /// The text in place of what was typed of it.
    pub text: String,
    /// What it is, in a few words.
    pub doc: String,
}

impl Candidate {
    /// A candidate with its few words.
    pub fn new(text: impl Into<String>, doc: impl Into<String>) -> Candidate {
        Candidate { text: text.into(), doc: doc.into() }
    }
}

/// What could stand at a place, and where what was typed of it begins.
#[derive(Debug, Default, serde::Serialize)]
pub struct Found {
    /// The byte where the word begins.
    pub start: usize,
    /// The candidates in order.
    pub candidates: Vec<Candidate>,
}

/// What could stand at a byte of a cell's text.
pub fn at(session: &Session, text: &str, cursor: usize) -> Found {
    let end = (0..=cursor.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let before = &text[..end];
    let line = before.rsplit('\n').next().unwrap_or("");
    if let Some(found) = magic(line, before.len()) {
        return found;
    }
    let place = context::place(before);
    let mut found = Found { start: place.word_start(), candidates: Vec::new() };
    if let Some(candidates) = imports(session, line) {
        found.candidates = candidates;
        return found;
    }
    found.candidates = match &place {
        Place::Comment => Vec::new(),
        Place::Member { chain, word, .. } => member(session, before, chain, word),
        Place::Text { calls, word, key_of, first, .. } => {
            in_text(session, before, calls, word, key_of.as_deref(), *first)
        }
        Place::Name { calls, word, .. } => {
            let mut out = Vec::new();
            if let Some(call) = calls.first() {
                out.extend(keywords(session, before, calls, call.as_str(), word));
            }
            out.extend(names(session, before, word));
            out
        }
        Place::KeywordValue { calls, keyword, word, .. } => {
            let mut out = choices(session, before, calls, keyword, word);
            out.extend(names(session, before, word));
            out
        }
    };
    let mut seen = std::collections::HashSet::new();
    found.candidates.retain(|c| seen.insert(c.text.clone()));
    found
}

fn magic(line: &str, end: usize) -> Option<Found> {
    let trimmed = line.trim_start();
    let rest = trimmed.strip_prefix('%')?;
    let cell = rest.starts_with('%');
    let rest = rest.trim_start_matches('%');
    match rest.split_once(' ') {
        None => {
            let rows = ROWS.iter().filter(|m| m.name.starts_with(rest) && (!cell || m.cell));
            let candidates = rows.map(|m| Candidate::new(m.name, m.summary())).collect();
            Some(Found { start: end - rest.len(), candidates })
        }
        Some(("run" | "load" | "save", file)) => Some(Found { start: end - file.len(), candidates: files(file) }),
        Some((name, word)) => {
            let usage = ROWS.iter().find(|m| m.name == name)?.usage;
            let choices = usage.strip_prefix('[')?.strip_suffix(']')?;
            if !choices.contains('|') {
                return None;
            }
            let fits = choices.split('|').filter(|c| c.to_lowercase().starts_with(&word.to_lowercase()));
            Some(Found { start: end - word.len(), candidates: fits.map(|c| Candidate::new(c, "")).collect() })
        }
    }
}

fn files(start: &str) -> Vec<Candidate> {
    let (folder, word) = start.rsplit_once('/').map_or(("", start), |(f, w)| (f, w));
    let base = if folder.is_empty() { if start.starts_with('/') { "/" } else { "." } } else { folder };
    let mut out: Vec<Candidate> = std::fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.path().is_dir();
            let hidden = name.starts_with('.') && !word.starts_with('.');
            if hidden || !name.starts_with(word) {
                return None;
            }
            let shown = if folder.is_empty() && !start.starts_with('/') { name } else { format!("{folder}/{name}") };
            Some(Candidate::new(if is_folder { format!("{shown}/") } else { shown }, ""))
        })
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

fn imports(session: &Session, line: &str) -> Option<Vec<Candidate>> {
    let line = line.trim_start();
    let rt = &session.rt;
    let modules = |word: &str| {
        let mut names: Vec<String> = rt.importable.borrow().keys().map(|n| n.to_string()).collect();
        names.extend(rt.modules.borrow().keys().map(|n| n.to_string()).filter(|n| n != "__main__"));
        // One more part of the name at a time.
        let depth = word.matches('.').count();
        let last_start = word.rfind('.').map_or(0, |i| i + 1);
        let mut parts: Vec<String> = names
            .iter()
            .filter(|n| n.starts_with(word))
            .filter_map(|n| n.split('.').nth(depth).filter(|_| n.len() > last_start).map(str::to_string))
            .filter(|p| word.starts_with('_') || !p.starts_with('_'))
            .collect();
        parts.sort();
        parts.dedup();
        parts.into_iter().map(|p| Candidate::new(p, "module")).collect::<Vec<_>>()
    };
    if let Some(rest) = line.strip_prefix("from ") {
        let Some((module, names)) = rest.split_once(" import ") else {
            return (!rest.contains(' ')).then(|| modules(rest));
        };
        let word = names.rsplit([',', ' ', '(']).next().unwrap_or("").to_string();
        let value = rt.exec().ok()?.import(rt, module.trim()).ok()?;
        let mut found: Vec<String> = help::members(session, &value);
        found.retain(|n| n.starts_with(&word) && (word.starts_with('_') || !n.starts_with('_')));
        return Some(found.into_iter().map(|n| Candidate::new(n, "")).collect());
    }
    let rest = line.strip_prefix("import ")?;
    let word = rest.rsplit([',', ' ']).next().unwrap_or("");
    Some(modules(word))
}

/// Names that stand for themselves.
fn names(session: &Session, before: &str, word: &str) -> Vec<Candidate> {
    if word.is_empty() {
        return Vec::new();
    }
    let mut out: Vec<Candidate> = Vec::new();
    let fits = |name: &str| name.starts_with(word) && (word.starts_with('_') || !name.starts_with('_'));
    for name in chain::local_names(before) {
        if fits(&name) && name != word {
            out.push(Candidate::new(name, "in this cell"));
        }
    }
    for (name, value) in session.main.names().iter() {
        let text = name.text();
        if fits(&text) {
            out.push(Candidate::new(&*text, words_for(value)));
        }
    }
    for (name, value) in session.rt.builtins.names().iter() {
        let text = name.text();
        if fits(&text) {
            let call = matches!(value, Value::Native(_));
            out.push(Candidate::new(if call { format!("{text}(") } else { text.to_string() }, words_for(value)));
        }
    }
    out.extend(highlight::KEYWORDS.iter().filter(|k| fits(k)).map(|k| Candidate::new(*k, "keyword")));
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// What a value is, in a few words.
fn words_for(value: &Value) -> String {
    match value {
        Value::Native(native) => native.doc.to_string(),
        Value::Func(_) => "function".into(),
        Value::Class(class) => match crate::models::model_of(value) {
            Some(model) => format!("model, {} fields", model.fields().len()),
            None => format!("class {}", class.module.borrow()),
        },
        Value::Method(method) => words_for(&method.func),
        Value::Obj(object) => object.class().name().to_string(),
        _ => ops::type_name(value).to_string(),
    }
}

fn member(session: &Session, before: &str, chain: &str, word: &str) -> Vec<Candidate> {
    let Some(kind) = chain::kind_of(session, before, chain) else { return Vec::new() };
    let mut out = chain::members(session, &kind);
    out.retain(|c| c.text.starts_with(word) && (word.starts_with('_') || !c.text.starts_with('_')));
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Keyword arguments where a call takes them.
fn keywords(session: &Session, before: &str, calls: &[String], callee: &str, word: &str) -> Vec<Candidate> {
    let (head, method) = callee.rsplit_once('.').unwrap_or(("", callee));
    match method {
        "filter" | "exclude" | "get" | "get_or_create" | "update_or_create" | "aget" | "Q" | "FilteredRelation"
        | "get_object_or_404" | "get_list_or_404" => {
            model_for(session, before, calls).map(|m| fields::lookups(session, &m, word)).unwrap_or_default()
        }
        "create" | "update" | "bulk_create" | "acreate" => match model_for(session, before, calls) {
            Some(model) => fields::assignments(&model, word),
            None => Vec::new(),
        },
        "When" => model_for(session, before, calls).map(|m| fields::lookups(session, &m, word)).unwrap_or_default(),
        _ if head.is_empty() || chain::kind_of(session, before, callee).is_some() => {
            match chain::kind_of(session, before, callee) {
                Some(Kind::Model(model)) => fields::assignments(&model, word),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The model that the innermost query around a place is about.
fn model_for(session: &Session, before: &str, calls: &[String]) -> Option<crate::models::ModelRef> {
    for call in calls {
        if let Some((head, _)) = call.rsplit_once('.')
            && let Some(kind) = chain::kind_of(session, before, head)
            && let Some(model) = kind.model()
        {
            return Some(model);
        }
        if let Some(Kind::Model(model)) = chain::kind_of(session, before, call) {
            return Some(model);
        }
    }
    None
}

/// Names of fields inside a string, keys of a dict.
fn in_text(
    session: &Session,
    before: &str,
    calls: &[String],
    word: &str,
    key_of: Option<&str>,
    first: bool,
) -> Vec<Candidate> {
    if let Some(chain) = key_of {
        if let Some(Kind::Value(value)) = chain::kind_of(session, before, chain)
            && let Some(dict) = value.as_dict()
        {
            let keys = dict.0.keys();
            let keys = keys.iter().filter_map(|k| k.as_str().map(|s| s.to_string())).filter(|k| k.starts_with(word));
            return keys.map(|k| Candidate::new(k, "key")).collect();
        }
        return Vec::new();
    }
    let Some(callee) = calls.first() else { return Vec::new() };
    let method = callee.rsplit('.').next().unwrap_or(callee);
    let Some(model) = model_for(session, before, calls) else { return Vec::new() };
    match method {
        "order_by" => {
            let (sign, word) = match word.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", word),
            };
            let mut out = fields::paths(session, &model, word);
            for candidate in &mut out {
                candidate.text.insert_str(0, sign);
            }
            out
        }
        "values" | "values_list" | "only" | "defer" | "distinct" | "F" | "OuterRef" | "Count" | "Sum" | "Avg"
        | "Max" | "Min" | "StdDev" | "Variance" | "earliest" | "latest" | "in_bulk" | "alias" | "annotate"
        | "Lower" | "Upper" | "Length" | "Coalesce" | "Concat" | "Trunc" | "ExtractYear" | "FilteredRelation"
        | "dates" | "datetimes" | "aggregate" | "OrderBy" | "Greatest" | "Least" | "Substr" | "Cast" | "Subquery" => {
            let _ = first;
            fields::paths(session, &model, word)
        }
        "select_related" => fields::relations(session, &model, word, false),
        "prefetch_related" | "Prefetch" | "prefetch_related_objects" => fields::relations(session, &model, word, true),
        _ => Vec::new(),
    }
}

/// The values of a field that has few: its choices.
fn choices(session: &Session, before: &str, calls: &[String], keyword: &str, word: &str) -> Vec<Candidate> {
    let Some(model) = model_for(session, before, calls) else { return Vec::new() };
    let path = keyword.strip_suffix("__exact").unwrap_or(keyword);
    let Some(field) = fields::follow(session, &model, path) else { return Vec::new() };
    let rt = &session.rt;
    if let Some(choices) = &field.options().choices {
        let values = choices.flat.iter().filter_map(|(value, label)| {
            Some(Candidate::new(ops::repr(rt, value).ok()?.to_string(), ops::str(rt, label).ok()?.to_string()))
        });
        return values.filter(|c| c.text.starts_with(word)).collect();
    }
    if field.internal_type() == "BooleanField" {
        return ["True", "False"].iter().filter(|v| v.starts_with(word)).map(|v| Candidate::new(*v, "")).collect();
    }
    let _ = Name::new;
    Vec::new()
}
