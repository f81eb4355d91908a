//! Magics for the session's own names: who, whos, who_ls, reset.

use super::input::confirmed;
use super::options::Options;
use super::{Magic, Shell, say, usage};
use crate::object::{Res, Value, ops};
use crate::session::Session;
use crate::source::Name;

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "who",
        usage: "[TYPES]",
        doc: "The session's own names; %who int str: of these types.",
        cell: false,
        run: who,
    },
    Magic {
        name: "whos",
        usage: "[TYPES]",
        doc: "The session's own names with types and values.",
        cell: false,
        run: whos,
    },
    Magic { name: "who_ls", usage: "[TYPES]", doc: "The session's own names as a list.", cell: false, run: who_ls },
    Magic {
        name: "reset",
        usage: "[-f] [-s] [in] [out]",
        doc: "Forgets the session's own names.
  -f   does not ask
  -s   keeps the history of what was typed and shown
  in   forgets what was typed, and no name
  out  forgets the values that were shown, and no name",
        cell: false,
        run: reset,
    },
    Magic { name: "xdel", usage: "NAME", doc: "Forgets one name.", cell: false, run: xdel },
];

/// The session's names in order, of the types that are named.
fn own(session: &Session, types: &str) -> Vec<(String, Value)> {
    let mut names = session.own_names();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    let types: Vec<&str> = types.split_whitespace().collect();
    names.retain(|(_, value)| types.is_empty() || types.contains(&&*session.rt.class_of(value).name()));
    names
}

fn nothing(session: &Session, types: &str) -> Res<Option<Value>> {
    let sentence =
        if types.is_empty() { "Interactive namespace is empty." } else { "No variables match your requested type." };
    say(session, &format!("{sentence}\n"));
    Ok(None)
}

fn who(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let names = own(session, rest);
    if names.is_empty() {
        return nothing(session, rest);
    }
    let mut out = String::new();
    for (i, (name, _)) in names.iter().enumerate() {
        out.push_str(name);
        out.push_str("\t ");
        if i % 10 == 9 && i + 1 < names.len() {
            out.push('\n');
        }
    }
    out.push('\n');
    say(session, &out);
    Ok(None)
}

fn who_ls(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    Ok(Some(Value::list(own(session, rest).into_iter().map(|(name, _)| Value::str(&name)).collect())))
}

fn whos(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let names = own(session, rest);
    if names.is_empty() {
        return nothing(session, rest);
    }
    let mut rows = Vec::new();
    for (name, value) in &names {
        let class = session.rt.class_of(value).name().to_string();
        let info = match class.as_str() {
            "dict" | "list" | "tuple" => format!("n={}", ops::len(&session.rt, value)?),
            _ => short(&ops::str(&session.rt, value)?),
        };
        rows.push((name.clone(), class, info));
    }
    let wide = |text: &dyn Fn(&(String, String, String)) -> usize, label: &str| {
        rows.iter().map(text).max().unwrap_or(0).max(label.len()) + 3
    };
    let first = wide(&|r| r.0.chars().count(), "Variable");
    let second = wide(&|r| r.1.chars().count(), "Type");
    let mut out = format!("{:<first$}{:<second$} Data/Info\n{}\n", "Variable", "Type", "-".repeat(first + second + 10));
    for (name, class, info) in rows {
        out.push_str(&format!("{name:<first$}{class:<second$} {info}\n"));
    }
    say(session, &out);
    Ok(None)
}

/// A value's text on one line; of a long one the ends.
fn short(text: &str) -> String {
    let text = text.replace('\n', "\\n");
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < 50 {
        return text;
    }
    let end = |part: &[char]| part.iter().collect::<String>();
    format!("{}<...>{}", end(&chars[..25]), end(&chars[chars.len() - 25..]))
}

fn reset(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let rest = rest.replace("--aggressive", "");
    let options = match Options::read(&rest, "sf") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    let asks = shell.state.interactive.get() && !options.has('f');
    if asks && !confirmed(session, "Once deleted, variables cannot be recovered. Proceed (y/[n])?") {
        say(session, "Nothing done.\n");
        return Ok(None);
    }
    if options.rest.is_empty() {
        for (name, _) in session.own_names() {
            session.main.remove(Name::new(&name));
        }
        if !options.has('s') {
            session.forget_shown();
        }
    }
    for what in options.rest.split_whitespace() {
        match what.to_lowercase().as_str() {
            "out" => {
                say(session, &format!("Flushing output cache ({} entries)\n", session.shown().len()));
                session.forget_shown();
            }
            "in" => {
                say(session, "Flushing input history\n");
                session.forget_typed();
            }
            _ => {
                say(session, &format!("Don't know how to reset {what}, please run `%reset?` for details\n"));
            }
        }
    }
    Ok(None)
}

fn xdel(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let name = Name::new(rest);
    match session.own_names().iter().any(|(own, _)| own == rest) {
        true => {
            session.main.remove(name);
        }
        false => say(session, &format!("Variable `{rest}` is not one of this session's.\n")),
    }
    Ok(None)
}
