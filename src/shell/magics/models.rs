//! Magics for models: models, schema, describe, lookups.

use super::{Magic, Shell, say_styled, usage};
use crate::object::suggest::closest;
use crate::object::{Res, Value};
use crate::session::Session;
use crate::shell::describe;

/// The models.
pub const ROWS: &[Magic] = &[
    Magic { name: "models", usage: "", doc: "The models, with their tables and fields.", cell: false, run: models },
    Magic { name: "schema", usage: "[MODEL]", doc: "Every model's fields, or one model's.", cell: false, run: schema },
    Magic {
        name: "describe",
        usage: "MODEL[.FIELD]",
        doc: "One model, with what points to it and its rows.",
        cell: false,
        run: describe_one,
    },
    Magic {
        name: "lookups",
        usage: "MODEL.FIELD",
        doc: "What can stand behind a field: name__startswith ...
The field may be reached over relations: %lookups Student.department__name",
        cell: false,
        run: lookups,
    },
    Magic {
        name: "erd",
        usage: "[MODEL ...]",
        doc: "The models as boxes with lines between them: those named and their neighbours, or all.
`ormsh schema diagram --format svg` draws a larger one.",
        cell: false,
        run: erd,
    },
];

fn erd(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let wanted: Vec<String> = rest.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_string).collect();
    match crate::shell::diagram::draw(session, "text", &wanted) {
        Ok(text) => shell.say_long(session, &crate::session::text::Styled::from(text.as_str())),
        Err(sentence) => return usage(session, &format!("{sentence}.")),
    }
    Ok(None)
}

fn models(shell: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    shell.say_long(session, &describe::models(session));
    Ok(None)
}

fn unknown(session: &Session, name: &str) -> Res<Option<Value>> {
    let known = describe::all_models(session);
    let near = closest(name, known.iter().map(|m| &*m.object_name));
    let near = near.map(|n| format!(" Did you mean {n}?")).unwrap_or_default();
    usage(session, &format!("there is no model {name}.{near}"))
}

fn schema(shell: &Shell, session: &Session, name: &str, _: Option<&str>) -> Res<Option<Value>> {
    if name.is_empty() {
        shell.say_long(session, &describe::schema(session));
        return Ok(None);
    }
    match describe::find_model(session, name) {
        Some(model) => shell.say_long(session, &describe::model(session, &model)),
        None => return unknown(session, name),
    }
    Ok(None)
}

fn describe_one(shell: &Shell, session: &Session, name: &str, _: Option<&str>) -> Res<Option<Value>> {
    if name.is_empty() {
        return usage(session, "%describe MODEL");
    }
    if let Some(model) = describe::find_model(session, name) {
        shell.say_long(session, &describe::model(session, &model));
        if let Some(count) = describe::rows(session, &model) {
            let rows = if count == 1 { "row" } else { "rows" };
            session.output.write(&format!("  {count} {rows}\n"));
        }
        return Ok(None);
    }
    match name.rsplit_once('.').filter(|(model, _)| describe::find_model(session, model).is_some()) {
        Some(_) => lookups(shell, session, name, None),
        None => unknown(session, name),
    }
}

fn lookups(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let Some((model, path)) = rest.rsplit_once('.') else {
        return usage(session, "%lookups MODEL.FIELD");
    };
    let Some(model) = describe::find_model(session, model) else { return unknown(session, model) };
    match describe::lookups(session, &model, path) {
        Ok(text) => say_styled(session, &text),
        Err(sentence) => return usage(session, &sentence),
    }
    Ok(None)
}
