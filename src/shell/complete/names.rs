//! Names that stand for themselves: the cell's, the session's, Python's; modules.

use super::Candidate;
use super::members::first_line;
use super::types::Infer;
use crate::models::model_of;
use crate::object::{Value, ops};
use crate::session::Session;
use crate::shell::highlight::KEYWORDS;

/// Whether a name is one to offer for what was typed: names with an underscore only where one was typed.
pub fn fits(name: &str, word: &str) -> bool {
    name.starts_with(word) && (word.starts_with('_') || !name.starts_with('_'))
}

/// A name with what it stands for.
pub fn named(name: &str, value: &Value) -> Candidate {
    match value {
        // `CASCADE` and its like are named, not called.
        Value::Func(_) | Value::Method(_) | Value::Native(_) if is_constant(name) => {
            Candidate::new(name, first_line(value, ""))
        }
        Value::Native(native) => Candidate::new(format!("{name}("), native.doc),
        Value::Func(_) | Value::Method(_) => Candidate::new(format!("{name}("), first_line(value, "function")),
        Value::Class(class) => match model_of(value) {
            Some(model) => Candidate::new(name, format!("model, {} fields", model.fields().len())),
            None => {
                let row = crate::sql::functions::find(&class.name()).filter(|_| !class.is_heap);
                match row {
                    Some(row) => Candidate::new(name, row.doc),
                    None => Candidate::new(name, format!("class of {}", class.module.borrow())),
                }
            }
        },
        Value::Obj(object) => Candidate::new(name, &*object.class().name()),
        _ => Candidate::new(name, &*ops::type_name(value)),
    }
}

fn is_constant(name: &str) -> bool {
    name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// Names bound by the cell and the session; of the session's only those that it made itself, where so asked.
pub fn own(infer: &Infer, inner: &super::types::Inner, word: &str, made: bool) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for (name, _) in inner {
        if fits(name, word) {
            out.push(Candidate::new(name, "in this cell"));
        }
    }
    for binding in &infer.scope.bindings {
        if binding.from > infer.end || binding.until <= infer.end && binding.until != usize::MAX {
            continue;
        }
        let mut names = Vec::new();
        binding.target.names(&mut names);
        for name in names.into_iter().filter(|n| fits(n, word)) {
            let call = matches!(binding.source, super::scope::Source::Def(_));
            out.push(Candidate::new(if call { format!("{name}(") } else { name.to_string() }, "in this cell"));
        }
    }
    if made {
        let own = infer.session.own_names();
        out.extend(own.iter().filter(|(name, _)| fits(name, word)).map(|(name, value)| named(name, value)));
        return out;
    }
    for (name, value) in infer.session.main.names().iter() {
        let text = name.text();
        if fits(&text, word) {
            out.push(named(&text, value));
        }
    }
    out
}

/// Python's own names and keywords.
pub fn python(infer: &Infer, word: &str) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for (name, value) in infer.rt().builtins.names().iter() {
        let text = name.text();
        if fits(&text, word) {
            out.push(named(&text, value));
        }
    }
    out.extend(KEYWORDS.iter().filter(|k| fits(k, word)).map(|k| Candidate::new(*k, "keyword")));
    out
}

/// Words that can stand behind an operand.
pub fn operators(word: &str, named: bool) -> Vec<Candidate> {
    ["and", "as", "else", "for", "if", "in", "is", "not", "or"]
        .iter()
        .filter(|k| !word.is_empty() && k.starts_with(word) && (named || **k != "as"))
        .map(|k| Candidate::new(*k, "keyword"))
        .collect()
}

/// One more part of the modules' names that begin with a dotted word.
pub fn modules(session: &Session, word: &str) -> Vec<Candidate> {
    let rt = &session.rt;
    let mut names: Vec<String> = rt.importable.borrow().keys().map(|n| n.to_string()).collect();
    names.extend(rt.modules.borrow().keys().map(|n| n.to_string()).filter(|n| n != "__main__"));
    let depth = word.matches('.').count();
    let mut parts: Vec<String> = names
        .iter()
        .filter(|n| n.starts_with(word))
        .filter_map(|n| n.split('.').nth(depth).map(str::to_string))
        .filter(|p| {
            !p.is_empty() && (word.rsplit('.').next().is_some_and(|w| w.starts_with('_')) || !p.starts_with('_'))
        })
        .collect();
    parts.sort();
    parts.dedup();
    parts.into_iter().map(|p| Candidate::new(p, "module")).collect()
}

/// What `from module import` can name.
pub fn importable(infer: &Infer, module: &str, word: &str) -> Vec<Candidate> {
    let super::types::Ty::Value(value) = infer.module(module) else { return Vec::new() };
    let mut out: Vec<Candidate> = super::members::of(infer, &super::types::Ty::Value(value));
    // Submodules.
    let prefix = format!("{module}.");
    let rt = infer.rt();
    for name in rt.importable.borrow().keys() {
        let text = name.text();
        if let Some(rest) = text.strip_prefix(&*prefix)
            && !rest.contains('.')
        {
            out.push(Candidate::new(rest, "module"));
        }
    }
    for candidate in &mut out {
        candidate.text = candidate.text.trim_end_matches('(').to_string();
    }
    out.retain(|c| fits(&c.text, word));
    out
}
