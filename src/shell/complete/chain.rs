//! What a chain of names, calls and subscripts stands for, without running any of it.

use crate::models::{ModelRef, field_of, model_of, model_of_instance};
use crate::object::{NativeFn, Value, ops};
use crate::session::Session;
use crate::session::traceback::names_of;
use crate::source::Name;

use super::Candidate;

/// What a chain stands for.
#[derive(Clone)]
pub enum Kind {
    /// A model class.
    Model(ModelRef),
    /// A manager or related manager.
    Manager(ModelRef),
    /// A QuerySet.
    QuerySet(ModelRef),
    /// An instance.
    Instance(ModelRef),
    /// A method of the former, before its call.
    Method(Box<Kind>, String),
    /// A value that is there.
    Value(Value),
}

impl Kind {
    /// The model that a manager, a QuerySet or a model class is of.
    pub fn model(&self) -> Option<ModelRef> {
        match self {
            Kind::Model(m) | Kind::Manager(m) | Kind::QuerySet(m) => Some(m.clone()),
            Kind::Value(_) | Kind::Instance(_) | Kind::Method(..) => None,
        }
    }
}

/// One link of a chain.
enum Link {
    Name(String),
    Call,
    Item(String),
}

/// What a chain stands for; `before` is the cell so far, for names that it binds itself.
pub fn kind_of(session: &Session, before: &str, chain: &str) -> Option<Kind> {
    kind(session, before, chain, 0)
}

fn kind(session: &Session, before: &str, chain: &str, depth: usize) -> Option<Kind> {
    if depth > 8 {
        return None;
    }
    let links = links(chain)?;
    let mut links = links.into_iter();
    let Link::Name(first) = links.next()? else { return None };
    let mut current = match local(session, before, &first, depth) {
        Some(kind) => kind,
        None => {
            let name = Name::existing(&first)?;
            of_value(session, session.main.get(name).or_else(|| session.rt.builtins.get(name))?)
        }
    };
    for link in links {
        current = match link {
            Link::Name(name) => attribute(session, current, &name)?,
            Link::Call => called(session, current)?,
            Link::Item(index) => match current {
                Kind::QuerySet(model) if index.contains(':') => Kind::QuerySet(model),
                Kind::QuerySet(model) => Kind::Instance(model),
                Kind::Value(value) => {
                    let key = index.trim();
                    let item = match key.parse::<i64>() {
                        Ok(n) if value.as_list().is_some() || value.as_tuple().is_some() => Value::Int(n),
                        _ if value.as_dict().is_some() => Value::str(key.trim_matches(['\'', '"'])),
                        _ => return None,
                    };
                    of_value(session, ops::get_item(&session.rt, &value, &item).ok()?)
                }
                _ => return None,
            },
        };
    }
    Some(current)
}

fn links(chain: &str) -> Option<Vec<Link>> {
    let mut out = Vec::new();
    let mut rest = chain.trim();
    while let Some(c) = rest.chars().next() {
        if c == '.' || c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            out.push(Link::Name(rest[..end].to_string()));
            rest = &rest[end..];
        } else if c == '(' || c == '[' {
            let end = closing(rest)?;
            out.push(if c == '(' { Link::Call } else { Link::Item(rest[1..end].to_string()) });
            rest = &rest[end + 1..];
        } else {
            return None;
        }
    }
    Some(out)
}

/// The byte of the bracket that closes the first one.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

fn of_value(session: &Session, value: Value) -> Kind {
    if let Some(model) = model_of(&value) {
        return Kind::Model(model);
    }
    if let Some(model) = model_of_instance(&value) {
        return Kind::Instance(model);
    }
    if let Value::Obj(_) = &value {
        let classes: Vec<String> = session.rt.class_of(&value).mro().map(|c| c.name().to_string()).collect();
        let model = || {
            let model = ops::get_attr_opt(&session.rt, &value, Name::new("model")).ok().flatten()?;
            model_of(&model)
        };
        if classes.iter().any(|c| c == "QuerySet")
            && let Some(model) = model()
        {
            return Kind::QuerySet(model);
        }
        if classes.iter().any(|c| c == "BaseManager" || c == "Manager")
            && let Some(model) = model()
        {
            return Kind::Manager(model);
        }
    }
    Kind::Value(value)
}

fn attribute(session: &Session, kind: Kind, name: &str) -> Option<Kind> {
    let rt = &session.rt;
    match &kind {
        Kind::Model(model) => {
            if Name::existing(name).is_some_and(|n| model.manager(rt, n).ok().flatten().is_some()) {
                return Some(Kind::Manager(model.clone()));
            }
            let value = ops::get_attr_opt(rt, &model.class_value(), Name::new(name)).ok().flatten()?;
            Some(of_value(session, value))
        }
        Kind::Instance(model) => {
            let field = model.find_field(rt, Name::new(name)).or_else(|| by_accessor(session, model, name));
            match field {
                Some(field) if field.is_relation() => {
                    let to = field.related_model()?;
                    let single = field.many_to_one() || field.one_to_one();
                    Some(if single { Kind::Instance(to) } else { Kind::Manager(to) })
                }
                Some(_) => None,
                None => Some(Kind::Method(Box::new(kind.clone()), name.to_string())),
            }
        }
        Kind::Manager(_) | Kind::QuerySet(_) => Some(Kind::Method(Box::new(kind.clone()), name.to_string())),
        Kind::Method(..) => None,
        Kind::Value(value) => {
            // Only what is there without running code: no property is asked.
            let value = ops::get_attr_opt(rt, value, Name::new(name)).ok().flatten()?;
            Some(of_value(session, value))
        }
    }
}

/// A reverse relation by the name of its attribute.
fn by_accessor(session: &Session, model: &ModelRef, name: &str) -> Option<crate::models::FieldRef> {
    let reverse = model.related_objects(&session.rt);
    reverse.iter().find(|f| f.accessor_name().is_some_and(|n| n == name)).cloned()
}

/// What calling something gives.
fn called(session: &Session, kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Model(model) => Some(Kind::Instance(model)),
        Kind::Method(of, name) => {
            let model = of.model()?;
            Some(match name.as_str() {
                "get" | "first" | "last" | "create" | "earliest" | "latest" => Kind::Instance(model),
                "count" | "exists" | "update" | "delete" | "aggregate" | "in_bulk" | "get_or_create"
                | "update_or_create" | "bulk_create" | "bulk_update" | "explain" | "iterator" | "contains" | "add"
                | "remove" | "set" | "clear" => return None,
                // What is left gives another QuerySet, the session's own methods too.
                _ => Kind::QuerySet(model),
            })
        }
        Kind::Value(Value::Class(class)) if !class.is_heap => {
            let _ = session;
            None
        }
        _ => None,
    }
}

/// What a name that the cell itself binds stands for: `for s in ...`, `s = ...`, `with ... as s`.
fn local(session: &Session, before: &str, name: &str, depth: usize) -> Option<Kind> {
    for (i, line) in before.lines().enumerate().collect::<Vec<_>>().into_iter().rev() {
        let text = line.trim();
        // A comprehension or a loop over a chain.
        for (at, _) in text.match_indices(&format!("for {name} in ")) {
            let rest = &text[at + 8 + name.len()..];
            let end = end_of_chain(rest);
            if end == 0 {
                continue;
            }
            match kind(session, &first_lines(before, i), &rest[..end], depth + 1) {
                Some(Kind::QuerySet(model)) => return Some(Kind::Instance(model)),
                Some(Kind::Value(value)) => {
                    let items = value.as_list()?.to_vec();
                    return items.into_iter().next().map(|v| of_value(session, v));
                }
                _ => {}
            }
        }
        if let Some(rest) = text.strip_prefix(name)
            && let Some(value) = rest.trim_start().strip_prefix('=')
            && !value.starts_with('=')
        {
            let value = value.trim();
            let end = end_of_chain(value);
            if end > 0 && end == value.len() {
                return kind(session, &first_lines(before, i), value, depth + 1);
            }
        }
    }
    None
}

fn first_lines(text: &str, count: usize) -> String {
    text.lines().take(count).collect::<Vec<_>>().join("\n")
}

/// Just past the chain that a text begins with.
fn end_of_chain(text: &str) -> usize {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_alphanumeric() || c == '_' || c == '.' {
            at += c.len_utf8();
        } else if (c == '(' || c == '[') && at > 0 {
            match closing(&text[at..]) {
                Some(end) => at += end + 1,
                None => return 0,
            }
        } else {
            break;
        }
    }
    at
}

/// The names that the cell so far binds.
pub fn local_names(before: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in before.lines() {
        let text = line.trim();
        if let Some((left, right)) = text.split_once('=')
            && !right.starts_with('=')
            && !left.trim().is_empty()
            && left.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            out.push(left.trim().to_string());
        }
        for word in ["for ", "def ", "class "] {
            if let Some(rest) = text.strip_prefix(word) {
                out.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    out.retain(|n| !n.is_empty());
    out
}

/// The members of what a chain stands for.
pub fn members(session: &Session, kind: &Kind) -> Vec<Candidate> {
    let rt = &session.rt;
    match kind {
        Kind::Manager(model) => match model.default_manager(rt) {
            Ok(manager) => of_object(session, &manager),
            Err(_) => Vec::new(),
        },
        Kind::QuerySet(model) => {
            let manager = model.default_manager(rt);
            let all = manager.and_then(|m| ops::call_method(rt, &m, Name::new("all"), Default::default()));
            match all {
                Ok(queryset) => of_object(session, &queryset),
                Err(_) => Vec::new(),
            }
        }
        Kind::Model(model) => {
            let mut out = of_class(session, &model.class_value(), false);
            out.retain(|c| !super::fields::is_plain_field(model, &c.text));
            out
        }
        Kind::Instance(model) => {
            let mut out: Vec<Candidate> = Vec::new();
            for field in model.get_fields(rt, true, false) {
                let name = if field.is_reverse() { field.accessor_name() } else { Some(field.name()) };
                if let Some(name) = name {
                    out.push(Candidate::new(name.to_string(), super::super::describe::type_of(&field)));
                }
                if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
                    out.push(Candidate::new(field.attname().to_string(), "the key itself"));
                }
            }
            let class = of_class(session, &model.class_value(), true);
            out.extend(class.into_iter().filter(|c| !model_only(model, session, &c.text)));
            out
        }
        Kind::Value(value @ Value::Class(_)) => of_class(session, value, false),
        Kind::Value(value) => of_object(session, value),
        Kind::Method(..) => Vec::new(),
    }
}

/// Whether a name is for the class alone: managers and exceptions.
fn model_only(model: &ModelRef, session: &Session, name: &str) -> bool {
    matches!(name, "DoesNotExist" | "MultipleObjectsReturned" | "NotUpdated")
        || Name::existing(name).is_some_and(|n| model.manager(&session.rt, n).ok().flatten().is_some())
}

fn of_class(session: &Session, class: &Value, instance: bool) -> Vec<Candidate> {
    let Value::Class(class) = class else { return Vec::new() };
    let mut out = Vec::new();
    for class in class.mro() {
        for (name, value) in class.dict().iter() {
            out.push(candidate(&name.text(), value, instance));
        }
    }
    let _ = session;
    out
}

fn of_object(session: &Session, value: &Value) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for class in session.rt.class_of(value).mro() {
        for (name, member) in class.dict().iter() {
            out.push(candidate(&name.text(), member, true));
        }
    }
    let known: std::collections::HashSet<String> =
        out.iter().map(|c| c.text.trim_end_matches('(').to_string()).collect();
    for name in names_of(&session.rt, value) {
        let name = name.to_string();
        if !known.contains(&name) {
            let member = match value {
                Value::Obj(object) => object.get(Name::new(&name)),
                _ => None,
            };
            out.push(match member {
                Some(member) => candidate(&name, &member, true),
                None => Candidate::new(name, ""),
            });
        }
    }
    out
}

fn candidate(name: &str, value: &Value, _: bool) -> Candidate {
    let method = |native: &NativeFn| native.kind != crate::object::RowKind::Getter;
    match value {
        Value::Native(native) if method(native) => Candidate::new(format!("{name}("), native.doc),
        Value::Native(native) => Candidate::new(name, native.doc),
        Value::Func(_) | Value::Method(_) => Candidate::new(format!("{name}("), "method"),
        _ => match field_of(value) {
            Some(field) => Candidate::new(name, super::super::describe::type_of(&field)),
            None => Candidate::new(name, ""),
        },
    }
}
