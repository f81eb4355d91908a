//! What a person sees of a cell that ran: its value or traceback, then the SQL and the hints that were asked for. One
//! home for the prompt and for replayed sessions.

use super::commands::print;
use super::magics::{Paging, State};
use super::{doctor, pager, sql, theme};
use crate::db::{Db, Logged};
use crate::session::text::{Role, Styled};
use crate::session::{Outcome, Session, transcript};

/// Prints what a cell showed: its value, with `Out[n]:` or bare, or its traceback; then what the switches ask for.
pub fn present(session: &Session, state: &State, outcome: &Outcome, prompts: bool) {
    show(session, state, outcome, prompts);
    let logged = session.logged();
    state.marks.set((state.marks.get().1, logged));
    if state.doctor.get() {
        for found in doctor::findings(session, &session_log(session, state), outcome.number) {
            hint(&found.short());
        }
    }
    if state.sql.get() && !outcome.sent.is_empty() {
        let table = state.table.get().then(|| state.rows.get());
        print(&theme::paint(&sql::report(outcome, pager::columns().unwrap_or(79), table)));
    }
}

fn show(session: &Session, state: &State, outcome: &Outcome, prompts: bool) {
    if session.output.end_line() {
        print("\n");
    }
    if let Some(text) = &outcome.display {
        let text = match prompts {
            true => transcript::output(outcome.number, text),
            false => Styled::from(format!("{text}\n").as_str()),
        };
        let text = theme::paint(&text);
        let pages = state.paging.get() == Paging::On || state.table.get();
        if !pages || !pager::show(state, &text) {
            print(&text);
        }
    } else if session.exit_status(outcome).is_none()
        && let Some(traceback) = session.traceback(outcome)
    {
        print(&theme::paint(&traceback));
    }
}

/// What the last cell sent.
fn session_log(session: &Session, state: &State) -> Vec<Logged> {
    let (from, to) = state.marks.get();
    Db::of(&session.rt).between(from, to)
}

/// A dim line below a result.
pub fn hint(text: &str) {
    let mut out = Styled::new();
    out.push(Role::Dim, format!("{text}\n"));
    print(&theme::paint(&out));
}
