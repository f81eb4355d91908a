//! `ormsh demo`: a session one keypress a step.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::run::{Signals, show, stdout_output};
use super::{Call, complain, print};
use crate::session::transcript;
use crate::shell::{magics, theme};

/// `ormsh demo SESSION`: Enter shows the next cell, Enter runs it; a number jumps, `b` goes back, `q` leaves. Going back
/// opens the session anew and runs what stands before, so that the data goes back with it.
pub fn demo(call: &Call, path: &Path, _notes: Option<&Path>, _theme: &str) -> u8 {
    let document = match super::run::read(path) {
        Ok(document) => document,
        Err(sentence) => return complain(&sentence),
    };
    if !std::io::stdin().is_terminal() {
        return complain("demo needs a terminal; ormsh run replays a session without one");
    }
    let cells: Vec<&str> = document.cells().filter(|c| !c.trim().is_empty()).collect();
    let mut session = match call.open(stdout_output()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let mut signals = Signals::gentle(&session);
    magics::install(&session);
    let mut at = 0;
    print(&theme::paint_line(
        crate::session::text::Role::Dim,
        "Enter: show, then run. N: go to cell N. b: back. q: leave.",
    ));
    print("\n\n");
    while at < cells.len() {
        print(&theme::paint(&transcript::input(session.next_number(), cells[at])));
        let target = match ask() {
            Answer::Go => {
                let outcome = session.run_cell(cells[at], false);
                show(&session, &outcome, true);
                print("\n");
                at += 1;
                continue;
            }
            Answer::Leave => break,
            Answer::Back => at.saturating_sub(1),
            Answer::To(n) => n.saturating_sub(1).min(cells.len()),
        };
        if target < at {
            let again = match call.open(stdout_output()) {
                Ok(session) => session,
                Err(status) => return status,
            };
            drop(signals);
            signals = Signals::gentle(&again);
            std::mem::forget(std::mem::replace(&mut session, again));
            magics::install(&session);
            at = 0;
        }
        while at < target {
            session.output.keep();
            session.run_cell(cells[at], false);
            session.output.take();
            at += 1;
        }
        session.output.set_sink(Box::new(print));
    }
    drop(signals);
    std::mem::forget(session);
    0
}

enum Answer {
    Go,
    Back,
    To(usize),
    Leave,
}

fn ask() -> Answer {
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    match std::io::stdin().read_line(&mut line) {
        Ok(0) | Err(_) => Answer::Leave,
        Ok(_) => match line.trim() {
            "q" | "quit" | "exit" => Answer::Leave,
            "b" | "back" => Answer::Back,
            text => text.parse().map_or(Answer::Go, Answer::To),
        },
    }
}
