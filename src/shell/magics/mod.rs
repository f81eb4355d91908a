//! Magics: `%name`. One row each; the row feeds dispatch, `%help`, `%name?`, completion and "did you mean".

mod about;
mod cells;
mod data;
mod input;
mod looks;
mod models;
mod names;
mod options;
mod queries;
pub mod record;
pub mod state;
mod tables;
mod timing;

use std::rc::Rc;
use std::sync::LazyLock;

use crate::object::suggest::closest;
use crate::object::{Res, Value};
use crate::session::text::Styled;
use crate::session::{Magics, Session};

pub use state::{Paging, State};
pub use timing::duration;

/// One magic.
pub struct Magic {
    /// Its name, without `%`.
    pub name: &'static str,
    /// What can stand behind it.
    pub usage: &'static str,
    /// Its documentation: one line, and what else `%name?` says below it.
    pub doc: &'static str,
    /// Whether `%%name` runs a cell.
    pub cell: bool,
    /// What it does, with the rest of its line and, for `%%name`, the cell.
    pub run: fn(&Shell, &Session, &str, Option<&str>) -> Res<Option<Value>>,
}

impl Magic {
    /// The first line of its documentation.
    pub fn summary(&self) -> &'static str {
        self.doc.lines().next().unwrap_or("")
    }
}

/// The tables of magics under the headings of `%help`.
pub const GROUPS: &[(&str, &[Magic])] = &[
    ("Queries", queries::ROWS),
    ("Models", models::ROWS),
    ("Tables", tables::ROWS),
    ("Data", data::ROWS),
    ("What was typed", cells::ROWS),
    ("Recording", record::ROWS),
    ("Names", names::ROWS),
    ("Time", timing::ROWS),
    ("Looks", looks::ROWS),
    ("About", about::ROWS),
];

/// Every magic, in the order of the tables.
pub static ROWS: LazyLock<Vec<&'static Magic>> =
    LazyLock::new(|| GROUPS.iter().flat_map(|(_, rows)| rows.iter()).collect());

/// Other names of magics, as IPython has them.
const ALIASES: &[(&str, &str)] = &[("hist", "history"), ("rep", "recall")];

/// A magic by its name or alias.
pub fn find(name: &str) -> Option<&'static Magic> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| *name);
    ROWS.iter().find(|m| m.name == name).copied()
}

/// The shell's side of a session.
#[derive(Default)]
pub struct Shell {
    /// What magics switch.
    pub state: Rc<State>,
}

/// Gives a session its magics; what they switch.
pub fn install(session: &Session) -> Rc<State> {
    let shell = Shell::default();
    let state = shell.state.clone();
    session.set_magics(Rc::new(shell));
    state
}

/// Has what cells change recorded where one of them will take it back.
pub fn expect<'a>(session: &Session, mut cells: impl Iterator<Item = &'a str>) {
    if cells.any(|cell| cell.contains("%undo")) {
        crate::db::Db::of(&session.rt).undo.start();
    }
}

/// Prints text.
pub(super) fn say(session: &Session, text: &str) {
    session.output.write(text);
}

/// Prints text in colours.
pub(super) fn say_styled(session: &Session, text: &Styled) {
    session.output.write(&super::theme::paint(text));
}

/// A wrong call, as IPython words it.
pub(super) fn usage(session: &Session, sentence: &str) -> Res<Option<Value>> {
    say(session, &format!("UsageError: {sentence}\n"));
    Ok(None)
}

impl Shell {
    /// Prints text that may be long: through the pager where there is one.
    pub(super) fn say_long(&self, session: &Session, text: &Styled) {
        let text = super::theme::paint(text);
        if !super::pager::show(&self.state, &text) {
            session.output.write(&text);
        }
    }

    fn find(&self, session: &Session, name: &str, cell: bool) -> Option<&'static Magic> {
        let found = find(name).filter(|m| !cell || m.cell);
        if found.is_none() {
            let sign = if cell { "%%" } else { "%" };
            let kind = if cell { "Cell magic" } else { "Line magic function" };
            let near = match find(name) {
                Some(_) => Some(format!("%{name}")),
                None => closest(name, ROWS.iter().filter(|m| !cell || m.cell).map(|m| m.name))
                    .map(|near| format!("{sign}{near}")),
            };
            let hint = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
            say(session, &format!("UsageError: {kind} `{sign}{name}` not found.{hint}\n"));
        }
        found
    }
}

impl Magics for Shell {
    fn line(&self, session: &Session, name: &str, rest: &str) -> Res<Option<Value>> {
        if name == "!" {
            say(session, "ormsh runs no system commands.\n");
            return Ok(None);
        }
        match self.find(session, name, false) {
            Some(magic) => (magic.run)(self, session, rest.trim(), None),
            None => Ok(None),
        }
    }

    fn cell(&self, session: &Session, name: &str, line: &str, body: &str) -> Res<Option<Value>> {
        match self.find(session, name, true) {
            Some(magic) => (magic.run)(self, session, line.trim(), Some(body)),
            None => Ok(None),
        }
    }

    fn help(&self, session: &Session, text: &str, detailed: bool) -> Res<()> {
        let text = super::help::describe(session, text, detailed)?;
        self.say_long(session, &text);
        Ok(())
    }

    fn display(&self, session: &Session, value: &Value) -> Res<Option<String>> {
        if !self.state.table.get() {
            return Ok(None);
        }
        super::table::of(session, value, self.state.rows.get())
    }
}
