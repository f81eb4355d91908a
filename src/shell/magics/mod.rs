//! Magics: `%name`. One row each; the row feeds dispatch, `%help`, completion and "did you mean".

mod rows;
pub mod state;

use std::rc::Rc;

use crate::object::suggest::closest;
use crate::object::{Res, Value};
use crate::session::{Magics, Session};

pub use rows::{ROWS, duration};
pub use state::State;

/// One magic.
pub struct Magic {
    /// Its name, without `%`.
    pub name: &'static str,
    /// What can stand behind it.
    pub usage: &'static str,
    /// One line for help.
    pub doc: &'static str,
    /// Whether `%%name` runs a cell.
    pub cell: bool,
    /// What it does, with the rest of its line and, for `%%name`, the cell.
    pub run: fn(&Shell, &Session, &str, Option<&str>) -> Res<Option<Value>>,
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

impl Shell {
    fn find(&self, session: &Session, name: &str, cell: bool) -> Option<&'static Magic> {
        let found = ROWS.iter().find(|m| m.name == name && (!cell || m.cell));
        if found.is_none() {
            let sign = if cell { "%%" } else { "%" };
            let kind = if cell { "Cell" } else { "Line" };
            let near = closest(name, ROWS.iter().filter(|m| !cell || m.cell).map(|m| m.name));
            let hint = near.map(|n| format!(" Did you mean {sign}{n}?")).unwrap_or_default();
            session.output.write(&format!("UsageError: {kind} magic function `{sign}{name}` not found.{hint}\n"));
        }
        found
    }
}

impl Magics for Shell {
    fn line(&self, session: &Session, name: &str, rest: &str) -> Res<Option<Value>> {
        if name == "!" {
            session.output.write("ormsh runs no system commands.\n");
            return Ok(None);
        }
        match self.find(session, name, false) {
            Some(magic) => (magic.run)(self, session, rest, None),
            None => Ok(None),
        }
    }

    fn cell(&self, session: &Session, name: &str, line: &str, body: &str) -> Res<Option<Value>> {
        match self.find(session, name, true) {
            Some(magic) => (magic.run)(self, session, line, Some(body)),
            None => Ok(None),
        }
    }

    fn help(&self, session: &Session, text: &str, detailed: bool) -> Res<()> {
        let text = super::help::describe(session, text, detailed)?;
        session.output.write(&super::theme::paint(&text));
        Ok(())
    }
}
