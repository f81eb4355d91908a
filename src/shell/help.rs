//! `name?`: what a thing is, how it is called, where it comes from.

use crate::models::{FieldRef, ModelRef, model_of};
use crate::object::{Class, Res, Value, ops};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::session::traceback::names_of;
use crate::source::Name;

use super::{complete, describe, examples, magics};

/// What `text?` shows.
///
/// Errors: what evaluating a dotted name raises.
pub fn describe(session: &Session, text: &str, detailed: bool) -> Res<Styled> {
    let text = text.trim();
    let mut out = Styled::new();
    if let Some(name) = text.strip_prefix('%') {
        let name = name.trim_start_matches('%');
        match magics::find(name) {
            Some(magic) => {
                out.push(Role::Heading, format!("%{} {}", magic.name, magic.usage).trim_end()).push(Role::Plain, "\n");
                out.push(Role::Plain, format!("{}\n", magic.doc));
            }
            None => {
                out.push(Role::Plain, format!("There is no magic %{name}.\n"));
            }
        }
        return Ok(out);
    }
    if text.contains('*') {
        let names: Vec<String> = session.main.names().keys().map(|n| n.to_string()).collect();
        for name in names.iter().filter(|n| fits(text, n)) {
            out.push(Role::Plain, format!("{name}\n"));
        }
        return Ok(out);
    }
    let Some(value) = find(session, text)? else {
        if !lookup(session, text, &mut out) {
            out.push(Role::Plain, format!("Object `{text}` not found.\n"));
        }
        return Ok(out);
    };
    if let Some(model) = model_of(&value) {
        out.extend(describe::model(session, &model));
        examples::model(session, &model, &mut out);
        if detailed {
            let module = model.class()?.module.borrow().to_string();
            let whole = examples::module_text(session, &module);
            source(&mut out, whole.and_then(|text| examples::source_of(&text, &model.object_name)));
        }
        return Ok(out);
    }
    let name = text.rsplit('.').next().unwrap_or(text);
    if field(session, text, &value, &mut out)? {
        return Ok(out);
    }
    match &value {
        Value::Method(method) => {
            // A manager's methods are those of its QuerySet, which knows their parameters.
            let of_rows = match session.rt.class_of(&method.receiver).lookup(Name::new("_queryset_class")) {
                Some(Value::Class(rows)) => Name::existing(name).and_then(|n| rows.lookup(n)),
                _ => None,
            };
            function(session, text, of_rows.as_ref().unwrap_or(&method.func), true, &mut out)?;
            let model = of_query(&method.receiver);
            if model.is_some() {
                examples::method(session, name, model.as_ref(), &mut out);
            }
            if detailed {
                source(&mut out, source_of(&method.func));
            }
        }
        Value::Native(_) | Value::Func(_) => {
            function(session, text, &value, false, &mut out)?;
            // What a class gives is not bound: a QuerySet's method, a manager's.
            let of = text.rsplit_once('.').and_then(|(of, _)| find(session, of).ok().flatten());
            if let Some(model) = of.as_ref().and_then(of_query) {
                examples::method(session, name, Some(&model), &mut out);
            }
            if detailed {
                source(&mut out, source_of(&value));
            }
        }
        Value::Class(class) if !class.is_heap && is_of_queries(class) => {
            let row = crate::sql::functions::find(&class.name());
            let signature =
                row.map_or("(...)", |r| if r.signature.is_empty() { "(*expressions)" } else { r.signature });
            line(&mut out, "Signature", &format!("{text}{}", unbound(signature)));
            match row {
                Some(row) => line(&mut out, "Docstring", row.doc),
                None => doc(session, &value, &mut out)?,
            }
            examples::function(session, &class.name(), &mut out);
        }
        _ => {
            let class = session.rt.class_of(&value);
            line(&mut out, "Type", &class.name());
            let shown = crate::session::display::pretty(&session.rt, &value)?;
            line(&mut out, "String form", shown.lines().next().unwrap_or(""));
            if let Ok(length) = ops::len(&session.rt, &value)
                && matches!(
                    value.plain(),
                    Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Str(_) | Value::Set(_)
                )
            {
                line(&mut out, "Length", &length.to_string());
            }
            doc(session, &value, &mut out)?;
        }
    }
    Ok(out)
}

/// Whether a class is one that queries are built with.
fn is_of_queries(class: &Class) -> bool {
    let name = class.name();
    crate::sql::functions::find(&name).is_some()
        || matches!(&*name, "F" | "Q" | "Value" | "Case" | "When" | "OuterRef" | "Exists" | "Subquery" | "Prefetch")
            && class.module.borrow().starts_with("django.")
}

/// The model that a manager or QuerySet is of, or an instance.
fn of_query(value: &Value) -> Option<ModelRef> {
    if let Some(manager) = crate::orm::manager::manager(value) {
        return model_of(&manager.model.borrow());
    }
    if let Ok(set) = crate::orm::queryset::queryset(value) {
        return set.model().ok();
    }
    crate::models::model_of_instance(value)
}

/// `Student.name?` and `student.name?`: the field, and for an instance its value.
fn field(session: &Session, text: &str, value: &Value, out: &mut Styled) -> Res<bool> {
    let Some((of, name)) = text.rsplit_once('.') else { return Ok(false) };
    let Some(owner) = find(session, of)? else { return Ok(false) };
    let (model, is_instance) = match model_of(&owner) {
        Some(model) => (model, false),
        None => match crate::models::model_of_instance(&owner) {
            Some(model) => (model, true),
            None => return Ok(false),
        },
    };
    let Some(found) = Name::existing(name).and_then(|n| model.find_forward(n)) else { return Ok(false) };
    if is_instance {
        line(out, "Type", &ops::type_name(value));
        let shown = crate::session::display::pretty(&session.rt, value)?;
        line(out, "Value", shown.lines().next().unwrap_or(""));
    }
    of_field(session, &model, name, &found, out);
    let lookup = if found.is_relation() { "isnull" } else { "exact" };
    let path = if lookup == "exact" { name.to_string() } else { format!("{name}__{lookup}") };
    examples::lookup(session, &model, &path, &found, lookup, out);
    Ok(true)
}

fn of_field(session: &Session, model: &ModelRef, path: &str, field: &FieldRef, out: &mut Styled) {
    let mut words = vec![describe::type_of(field)];
    let notes = describe::notes(field);
    words.extend((!notes.is_empty()).then_some(notes));
    line(out, "Field", &format!("{}.{path}, {}", model.object_name, words.join(", ")));
    let help = field.options().help_text.clone();
    if let Some(text) = ops::str(&session.rt, &help).ok().filter(|t| !t.is_empty() && !help.is_none()) {
        line(out, "Help text", &text);
    }
    if let Some(column) = field.column() {
        let table = field.model().unwrap_or_else(|| model.clone()).db_table.borrow().to_string();
        line(out, "Column", &format!("{table}.{column}"));
    }
}

/// `name__startswith?`: the lookup, on the first model that has the path. False where no model has it.
fn lookup(session: &Session, text: &str, out: &mut Styled) -> bool {
    let is_path = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_path {
        return false;
    }
    for model in describe::all_models(session) {
        let Some((field, lookup)) = complete::follow(session, &model, text) else { continue };
        if let Some(name) = &lookup {
            let doc = complete::lookups_of(session, &field).into_iter().find(|(n, _)| **n == **name);
            let Some((_, doc)) = doc else { continue };
            line(out, "Lookup", &format!("{name}: {doc}"));
        }
        let path = match &lookup {
            Some(name) => text.strip_suffix(&format!("__{name}")).unwrap_or(text),
            None => text,
        };
        of_field(session, &model, path, &field, out);
        examples::lookup(session, &model, text, &field, lookup.as_deref().unwrap_or("exact"), out);
        return true;
    }
    false
}

/// The text that a function of the session was defined by.
fn source_of(value: &Value) -> Option<String> {
    let Value::Func(function) = value else { return None };
    let code = function.code.downcast_ref::<crate::interp::Code>()?;
    examples::source_of(&code.source.text, &function.name.borrow().text())
}

fn source(out: &mut Styled, text: Option<String>) {
    if let Some(text) = text {
        out.push(Role::Error, "Source:\n").push(Role::Plain, format!("{text}\n"));
    }
}

/// A signature without the parameter that is bound.
fn unbound(signature: &str) -> String {
    for first in ["(self, /, ", "(self, ", "(cls, /, ", "(cls, "] {
        if let Some(rest) = signature.strip_prefix(first) {
            return format!("({rest}");
        }
    }
    if signature == "(...)" {
        return "(*args, **kwargs)".into();
    }
    if ["(self, /)", "(self)", "(cls)", "(cls, /)"].contains(&signature) { "()".into() } else { signature.into() }
}

fn line(out: &mut Styled, label: &str, text: &str) {
    out.push(Role::Error, format!("{:<13}", format!("{label}:"))).push(Role::Plain, format!("{text}\n"));
}

fn function(session: &Session, text: &str, value: &Value, bound: bool, out: &mut Styled) -> Res<()> {
    match value {
        Value::Native(native) => {
            let signature = if bound { unbound(native.signature) } else { native.signature.to_string() };
            line(out, "Signature", &format!("{text}{signature}"));
            if !native.doc.is_empty() {
                line(out, "Docstring", native.doc);
            }
        }
        Value::Func(_) => {
            line(out, "Signature", &crate::session::display::pretty(&session.rt, value)?);
            doc(session, value, out)?;
        }
        _ => {}
    }
    Ok(())
}

fn doc(session: &Session, value: &Value, out: &mut Styled) -> Res<()> {
    let doc = ops::get_attr_opt(&session.rt, value, Name::new("__doc__"))?;
    match doc.as_ref().and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => {
            let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
            line(out, "Docstring", &lines.join("\n             "));
        }
        _ => line(out, "Docstring", "<no docstring>"),
    }
    Ok(())
}

/// The value of a dotted name.
fn find(session: &Session, text: &str) -> Res<Option<Value>> {
    let mut parts = text.split('.');
    let Some(first) = parts.next().map(Name::new) else { return Ok(None) };
    let Some(mut value) = session.main.get(first).or_else(|| session.rt.builtins.get(first)) else { return Ok(None) };
    for part in parts {
        match ops::get_attr_opt(&session.rt, &value, Name::new(part))? {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// The names that `dir()` would show of a value.
pub fn members(session: &Session, value: &Value) -> Vec<String> {
    let mut names: Vec<String> = names_of(&session.rt, value).into_iter().map(|n| n.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a name fits a pattern with `*`.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        if i + 1 == parts.len() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}
