//! `%record`: what is typed and shown goes into a file as the session goes on.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::{Magic, Shell, say, usage};
use crate::object::{Exc, Res, Value};
use crate::session::formats::{self, Document, Form, Titled};
use crate::session::{Outcome, Session, Shown, cells};
use crate::shell::commands::replace_file;

/// The table.
pub const ROWS: &[Magic] = &[Magic {
    name: "record",
    usage: "[on [FILE]|off]",
    doc: "Writes what is typed from now on, and what it shows, to a file.
The file's ending says how: .txt, .md or .rst a transcript that `ormsh check` reads, .ipynb a notebook, .py the code alone.
Without a FILE: session.txt, or the next free name like it. It is whole after each cell.",
    cell: false,
    run: record,
}];

/// A recording that goes on.
#[derive(Default)]
pub struct Recording {
    file: RefCell<Option<PathBuf>>,
    shown: RefCell<Vec<Shown>>,
}

fn record(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let recording = &shell.state.recording;
    let (word, file) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let file = file.trim();
    match word {
        "" => match &*recording.file.borrow() {
            Some(file) => say(session, &format!("recording to {}\n", file.display())),
            None => say(session, "nothing is recorded; %record on FILE begins\n"),
        },
        "off" => match recording.file.take() {
            Some(file) => {
                session.output.record(false);
                let count = recording.shown.take().len();
                let cells = if count == 1 { "cell" } else { "cells" };
                say(session, &format!("{count} {cells} recorded in {}\n", file.display()));
            }
            None => say(session, "nothing was recorded\n"),
        },
        "on" => {
            let path = if file.is_empty() { free_name() } else { PathBuf::from(file) };
            if path.exists() {
                return Err(Exc::FileExistsError.new(format!("{} is there already", path.display())));
            }
            replace_file(&path, "").map_err(|sentence| Exc::OSError.new(sentence))?;
            say(session, &format!("recording to {}\n", path.display()));
            recording.shown.take();
            *recording.file.borrow_mut() = Some(path);
            session.output.record(true);
        }
        other => return usage(session, &format!("%record takes on or off, not {other}")),
    }
    Ok(None)
}

/// The first of session.txt, session-2.txt ... that is no file yet.
fn free_name() -> PathBuf {
    let mut names = std::iter::once("session.txt".to_string()).chain((2..10_000).map(|n| format!("session-{n}.txt")));
    names.find(|name| !Path::new(name).exists()).map_or_else(|| PathBuf::from("session.txt"), PathBuf::from)
}

impl Recording {
    /// Takes a cell that ran into the recording, if one goes on.
    ///
    /// Errors: a sentence where its file cannot be written; then it ends.
    pub fn take(&self, session: &Session, outcome: &Outcome) -> Result<(), String> {
        let Some(file) = self.file.borrow().clone() else { return Ok(()) };
        let printed = session.output.take_recorded();
        if outcome.source.text.trim_start().starts_with("%record") || cells::leaves(&outcome.source.text) {
            return Ok(());
        }
        self.shown.borrow_mut().push(Shown::new(session, outcome, without_escapes(&printed)));
        let shown = self.shown.borrow();
        let document = Document::of_cells(shown.iter().map(|s| s.source.as_str()));
        let results: Vec<Option<Shown>> = shown.iter().cloned().map(Some).collect();
        let text = formats::write(&document, Form::of(&file.to_string_lossy()), &results, &Titled(None));
        drop(shown);
        replace_file(&file, &text).inspect_err(|_| {
            self.file.take();
            session.output.record(false);
        })
    }
}

/// Text without the terminal's escape sequences.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        rest = tail.find(|c: char| c.is_ascii_alphabetic()).map_or("", |i| &tail[i + 1..]);
    }
    out.push_str(rest);
    out
}
