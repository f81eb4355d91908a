//! `name?`: what a thing is, how it is called, where it comes from.

use crate::object::{Res, Value, ops};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::session::traceback::names_of;
use crate::source::Name;

use super::describe;
use super::magics;

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
        if let Some(lookup) = text.rsplit("__").next().filter(|_| text.contains("__")) {
            out.push(Role::Plain, format!("{text}: the lookup {lookup} of the field before it.\n"));
            return Ok(out);
        }
        out.push(Role::Plain, format!("Object `{text}` not found.\n"));
        return Ok(out);
    };
    if let Some(model) = crate::models::options::model_of(&value) {
        out.extend(describe::model(session, &model));
        if detailed {
            out.push(Role::Plain, format!("Rows: {}.objects.count()\n", model.object_name));
        }
        return Ok(out);
    }
    match &value {
        Value::Method(method) => function(session, text, &method.func, true, &mut out)?,
        Value::Native(_) | Value::Func(_) => function(session, text, &value, false, &mut out)?,
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

fn line(out: &mut Styled, label: &str, text: &str) {
    out.push(Role::Error, format!("{:<13}", format!("{label}:"))).push(Role::Plain, format!("{text}\n"));
}

fn function(session: &Session, text: &str, value: &Value, bound: bool, out: &mut Styled) -> Res<()> {
    match value {
        Value::Native(native) => {
            let mut signature = native.signature.to_string();
            if bound {
                for first in ["(self, /, ", "(self, ", "(cls, "] {
                    if let Some(rest) = signature.strip_prefix(first) {
                        signature = format!("({rest}");
                    }
                }
                for only in ["(self, /)", "(self)", "(cls)"] {
                    if signature == only {
                        signature = "()".into();
                    }
                }
            }
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
