//! `ormsh schema migrate`, and `%migrate`: what it takes to make the tables what the models say, shown, and run when told.

use std::io::{BufRead, IsTerminal, Write};

use super::{Call, complain, print};
use crate::models::migrate::{Answers, Asked, Plan, Question};
use crate::session::text::{Role, Styled};
use crate::session::{Output, Session, Tables, traceback};
use crate::shell::theme;

/// What is said where there is nothing to do.
pub const NOTHING: &str = "The tables are as the models say.\n";

/// Reads what was answered on a command line.
///
/// Errors: a sentence where something is not of the form that it should have.
pub fn answers(renames: &[String], no_renames: bool, drops: &[String], defaults: &[String]) -> Result<Answers, String> {
    let pairs = |option: &str, texts: &[String]| -> Result<Vec<(String, String)>, String> {
        let read = |text: &String| {
            let pair = text.split_once('=').map(|(a, b)| (a.trim().to_string(), b.trim().to_string()));
            pair.ok_or_else(|| format!("--{option} {text}: give it as OLD=NEW"))
        };
        texts.iter().map(read).collect()
    };
    Ok(Answers {
        renames: pairs("rename", renames)?,
        kept: Vec::new(),
        no_renames,
        drops: drops.to_vec(),
        defaults: pairs("default", defaults)?,
    })
}

/// `ormsh schema migrate`.
pub fn migrate(call: &Call, mut given: Answers, yes: bool) -> u8 {
    match &call.options.db {
        Some(path) if path.is_file() => {}
        Some(path) if path.exists() => return complain(&format!("{}: is a folder, not a database", path.display())),
        Some(path) => return complain(&format!("{}: no such file", path.display())),
        None => return complain("schema migrate: give the database with --db FILE"),
    }
    if call.options.schemas.is_empty() {
        return complain("schema migrate: give the models with --schema FILE");
    }
    if call.options.read_only && yes {
        return complain("schema migrate: the database was opened with --read-only");
    }
    let session = match call.open_with(Tables::Compare, Output::kept()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let plan = loop {
        let plan = match session.plan(&given) {
            Ok(plan) => plan,
            Err(error) => return failed(&session, error),
        };
        if plan.questions.is_empty() {
            break plan;
        }
        if !terminal {
            for question in &plan.questions {
                complain(&format!("{} ({})", question.text, question.hint));
            }
            return 2;
        }
        if !ask(&plan.questions, &mut given) {
            return 1;
        }
    };
    for note in &plan.notes {
        complain(note);
    }
    if plan.steps.is_empty() {
        print(NOTHING);
        return 0;
    }
    print(&theme::paint(&shown(&plan)));
    for loss in &plan.losses {
        complain(&format!("this drops data: {loss}"));
    }
    let told = yes || (terminal && confirmed("Run these statements?"));
    if !told {
        complain("nothing was changed; --yes runs the statements");
        return 0;
    }
    match session.migrate(&plan) {
        Ok(()) => {
            complain(&done(&plan));
            0
        }
        Err(error) => failed(&session, error),
    }
}

/// What is said when a plan was run.
pub fn done(plan: &Plan) -> String {
    let count = plan.steps.len();
    format!("{count} change{} made", if count == 1 { "" } else { "s" })
}

fn failed(session: &Session, error: crate::object::Error) -> u8 {
    let exception = session.rt.exception(error);
    complain(&format!("nothing was changed: {}", traceback::message_of(&session.rt, &exception)))
}

/// The statements of a plan, in colours.
pub fn shown(plan: &Plan) -> Styled {
    let mut out = Styled::new();
    for line in plan.text().lines() {
        let role = if line.starts_with("--") { Role::Dim } else { Role::Sql };
        out.push(role, line).push(Role::Plain, "\n");
    }
    out
}

/// Asks on the terminal. Whether every question was answered.
fn ask(questions: &[Question], given: &mut Answers) -> bool {
    for question in questions {
        match &question.kind {
            Asked::Rename(old, new) => {
                let pair = (old.clone(), new.clone());
                if confirmed(&question.text) {
                    given.renames.push(pair);
                } else {
                    given.kept.push(pair);
                }
            }
            Asked::Default(name) => {
                eprintln!("{}", question.text);
                let Some(value) = line("Its value, as Python writes it (empty to give up): ") else { return false };
                if value.is_empty() {
                    return false;
                }
                given.defaults.push((name.clone(), value));
            }
        }
    }
    true
}

fn confirmed(question: &str) -> bool {
    line(&format!("{question} [y/N] ")).is_some_and(|l| matches!(l.to_lowercase().as_str(), "y" | "yes"))
}

fn line(prompt: &str) -> Option<String> {
    eprint!("{prompt}");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(n) if n > 0 => Some(line.trim().to_string()),
        _ => None,
    }
}
