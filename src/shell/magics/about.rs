//! Magics about magics: help, lsmagic, quickref.

use super::{GROUPS, Magic, ROWS as ALL, Shell, say};
use crate::models::Apps;
use crate::object::{Res, Value};
use crate::session::Session;
use crate::session::text::{Role, Styled};

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "help",
        usage: "[NAME]",
        doc: "This one screen; with a name what `NAME?` shows.",
        cell: false,
        run: help,
    },
    Magic {
        name: "quickref",
        usage: "",
        doc: "Every magic with a line about it, and the keys.",
        cell: false,
        run: quickref,
    },
    Magic { name: "lsmagic", usage: "", doc: "The names of the magics.", cell: false, run: lsmagic },
];

/// A query on the session's own models, or a sum where there are none.
fn example(session: &Session) -> String {
    let first = session.labels.iter().find_map(|l| Apps::of(&session.rt).models_of(l).into_iter().next());
    first.map_or("1 + 1".to_string(), |m| format!("{}.objects.all()", m.object_name))
}

fn help(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if !rest.is_empty() {
        let text = crate::shell::help::describe(session, rest, false)?;
        shell.say_long(session, &text);
        return Ok(None);
    }
    let mut out = Styled::new();
    out.push(Role::Heading, "ormsh: the Django shell without Python\n");
    out.push(Role::Plain, "Type a query, e.g. ").push(Role::Sql, example(session)).push(Role::Plain, "\n\n");
    for (heading, rows) in GROUPS {
        out.push(Role::Plain, format!("  {:<15}", format!("{heading}:")));
        let mut column = 17;
        for magic in *rows {
            let name = format!(" %{}", magic.name);
            if column + name.len() > 79 {
                out.push(Role::Plain, format!("\n{}", " ".repeat(17)));
                column = 17;
            }
            column += name.len();
            out.push(Role::Function, name);
        }
        out.push(Role::Plain, "\n");
    }
    out.push(
        Role::Plain,
        "
  %name? explains a magic, name? anything else: Student?, name__startswith?
  Tab completes; Up recalls a whole cell; Ctrl-R searches; Right takes the hint over
  Esc Enter runs what is unfinished; a blank line runs a block; a last ; hides the value
  Ctrl-C stops what runs; Ctrl-D or exit leaves; %quickref says all this in full\n",
    );
    shell.say_long(session, &out);
    Ok(None)
}

fn quickref(shell: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let mut out = Styled::new();
    for (heading, rows) in GROUPS {
        out.push(Role::Heading, *heading).push(Role::Plain, "\n");
        for magic in *rows {
            let call = format!("%{} {}", magic.name, magic.usage);
            let call = call.trim_end();
            if call.chars().count() > 30 {
                out.push(Role::Function, format!("  {call}\n{:<34}", ""));
            } else {
                out.push(Role::Function, format!("  {call:<30}  "));
            }
            out.push(Role::Plain, format!("{}\n", magic.summary()));
        }
        out.push(Role::Plain, "\n");
    }
    out.push(Role::Heading, "At the prompt\n");
    for (key, what) in [
        ("name?  name??", "what it is, how it is called, an example; what there is besides"),
        ("*pattern*?", "the names that fit"),
        ("_  __  ___  _3  Out[3]", "the last values shown, that of cell 3"),
        ("Tab", "completes names, fields, lookups, files"),
        ("Up, Down, Ctrl-R", "whole cells typed before, here and in earlier sessions"),
        ("Right, Ctrl-E, Ctrl-F", "takes the grey text over"),
        ("Esc Enter", "runs the cell as it stands"),
        ("Ctrl-C", "clears the cell; stops what runs"),
        ("Ctrl-D, exit, quit", "leaves"),
    ] {
        out.push(Role::Function, format!("  {key:<30}  ")).push(Role::Plain, format!("{what}\n"));
    }
    shell.say_long(session, &out);
    Ok(None)
}

fn lsmagic(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let mut names: Vec<&Magic> = ALL.iter().copied().collect();
    names.sort_by_key(|m| m.name);
    let line: Vec<String> = names.iter().map(|m| format!("%{}", m.name)).collect();
    let cell: Vec<String> = names.iter().filter(|m| m.cell).map(|m| format!("%%{}", m.name)).collect();
    say(
        session,
        &format!(
            "Available line magics:\n{}\n\nAvailable cell magics:\n{}\n\nAutomagic is OFF, % prefix IS needed for line magics.\n",
            line.join("  "),
            cell.join("  ")
        ),
    );
    Ok(None)
}
