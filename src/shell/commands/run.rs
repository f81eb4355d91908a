//! `ormsh run`, `ormsh -c`, and standard input that is no terminal.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::{Call, complain, print};
use crate::object::{Error, Exc};
use crate::session::formats::{self, Document};
use crate::session::options::reason;
use crate::session::{Failure, Outcome, Output, Session, cells, transcript};
use crate::shell::results::present;
use crate::shell::{magics, prompt, theme};

/// How `ormsh run` shows what it runs.
pub struct RunOptions {
    /// One JSON record a cell.
    pub json: bool,
    /// Stop at the first exception.
    pub strict: bool,
    /// Where to write the session with its results.
    pub output: Option<PathBuf>,
}

/// Status of a session that was interrupted.
const INTERRUPTED: u8 = 130;

/// `ormsh run`.
pub fn run(call: &Call, sessions: &[PathBuf], how: &RunOptions) -> u8 {
    // All files are looked at before the first one runs.
    let mut documents = Vec::new();
    for path in sessions {
        match read(path) {
            Ok(document) => documents.push(document),
            Err(sentence) => return complain(&sentence),
        }
    }
    let many = documents.len() > 1;
    for (i, (document, path)) in documents.iter().zip(sessions).enumerate() {
        if many && !how.json {
            print(&format!("{}# {}\n\n", if i > 0 { "\n" } else { "" }, path.display()));
        }
        if let Some(file) = &how.output {
            let status = super::export::save_run(call, document, path, file);
            if status != 0 {
                return status;
            }
            continue;
        }
        let status = match how.json {
            true => records(call, document, how.strict),
            false => shown(call, document, how.strict),
        };
        if status != 0 {
            return status;
        }
    }
    0
}

/// Reads a session.
///
/// Errors: a sentence where there is no such file or it is none.
pub fn read(path: &Path) -> Result<Document, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name}: is a folder, not a session"));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("{name}: {}", reason(&e)))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name}: is not UTF-8 text"))?;
    formats::read(&name.to_string(), &text).map_err(|e| format!("{name}: {e}"))
}

fn records(call: &Call, document: &Document, strict: bool) -> u8 {
    let output = Output::kept();
    let session = match call.open(output.clone()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = Signals::watch(&session);
    let mut lines = String::new();
    let mut status = 0;
    for cell in &document.cells {
        let outcome = session.run_cell(&cell.source, true);
        let failed = outcome.failure.is_some();
        let interrupted = is_interrupt(&outcome);
        let record = session.record(outcome, output.take());
        match serde_json::to_string(&record) {
            Ok(line) => {
                push_line(&mut lines, &line);
            }
            Err(e) => return complain(&format!("a record that is no JSON: {e}")),
        }
        if lines.len() > 1 << 16 {
            print(&lines);
            lines.clear();
        }
        if interrupted || (strict && failed) {
            status = if interrupted { INTERRUPTED } else { 1 };
            break;
        }
    }
    print(&lines);
    std::mem::forget(session);
    status
}

fn shown(call: &Call, document: &Document, strict: bool) -> u8 {
    let session = match call.open(stdout_output()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = Signals::watch(&session);
    let state = magics::install(&session);
    magics::expect(&session, document.cells());
    let mut status = 0;
    let mut first = true;
    for cell in document.cells() {
        if cells::leaves(cell) {
            break;
        }
        if !std::mem::take(&mut first) {
            print("\n");
        }
        print(&theme::paint(&transcript::input(session.next_number(), cell)));
        let outcome = session.run_cell(cell, false);
        present(&session, &state, &outcome, true);
        if is_interrupt(&outcome) {
            status = INTERRUPTED;
            break;
        }
        if let Some(asked) = session.exit_status(&outcome) {
            status = asked as u8;
            break;
        }
        if strict && outcome.failure.is_some() {
            status = 1;
            break;
        }
    }
    std::mem::forget(session);
    status
}

/// Prints what a cell showed, without what magics switch on.
pub fn show(session: &Session, outcome: &Outcome, prompts: bool) {
    present(session, &magics::State::default(), outcome, prompts);
}

/// An output that goes straight to standard output and standard error.
pub fn stdout_output() -> Rc<Output> {
    let output = Output::kept();
    output.set_sink(Box::new(print));
    output.set_error_sink(Box::new(|text| eprint!("{text}")));
    output.set_reader(Box::new(|prompt| {
        print(prompt);
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(n) if n > 0 => Some(line.trim_end_matches('\n').to_string()),
            _ => None,
        }
    }));
    output
}

/// `ormsh -c CODE`.
pub fn code(call: &Call, code: &str) -> u8 {
    let session = match call.open(stdout_output()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = Signals::watch(&session);
    let state = magics::install(&session);
    magics::expect(&session, std::iter::once(code));
    let outcome = session.run_cell(code, false);
    present(&session, &state, &outcome, false);
    let status = if is_interrupt(&outcome) {
        INTERRUPTED
    } else if let Some(asked) = session.exit_status(&outcome) {
        asked as u8
    } else {
        u8::from(outcome.failure.is_some())
    };
    std::mem::forget(session);
    status
}

/// `ormsh` alone: the prompt, or standard input replayed where that is no terminal.
pub fn prompt_or_stdin(call: &Call) -> u8 {
    if std::io::stdin().is_terminal() {
        return prompt::run(call);
    }
    let mut bytes = Vec::new();
    if let Err(e) = std::io::stdin().read_to_end(&mut bytes) {
        return complain(&format!("standard input: {}", reason(&e)));
    }
    let Ok(text) = String::from_utf8(bytes) else { return complain("standard input: is not UTF-8 text") };
    let document = match formats::read_any(&text) {
        Ok(document) => document,
        Err(e) => return complain(&format!("standard input: {e}")),
    };
    let session = match call.open(stdout_output()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = Signals::watch(&session);
    let state = magics::install(&session);
    magics::expect(&session, document.cells());
    let mut status = 0;
    for cell in document.cells() {
        let outcome = session.run_cell(cell, false);
        present(&session, &state, &outcome, false);
        if is_interrupt(&outcome) {
            status = INTERRUPTED;
            break;
        }
        if let Some(asked) = session.exit_status(&outcome) {
            status = asked as u8;
            break;
        }
    }
    std::mem::forget(session);
    status
}

/// Whether Ctrl-C ended a cell.
pub fn is_interrupt(outcome: &Outcome) -> bool {
    matches!(&outcome.failure, Some(Failure::Raised(e)) if Error::raised(e.clone()).is(Exc::KeyboardInterrupt))
        && PRESSED.get().is_some_and(|p| p.load(Ordering::Relaxed))
}

/// Whether Ctrl-C was pressed: tells it from a KeyboardInterrupt that the session raised itself.
static PRESSED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Ctrl-C as KeyboardInterrupt, as long as this lives.
pub struct Signals {
    ids: Vec<signal_hook::SigId>,
}

impl Signals {
    /// Hands Ctrl-C to a session at a prompt, however often.
    pub fn gentle(session: &Session) -> Signals {
        let ids = signal_hook::flag::register(signal_hook::consts::SIGINT, session.rt.interrupt_flag());
        Signals { ids: ids.into_iter().collect() }
    }

    /// Hands Ctrl-C to a session. A second one before the first was seen ends the program.
    pub fn watch(session: &Session) -> Signals {
        let flag = session.rt.interrupt_flag();
        let interrupt = signal_hook::consts::SIGINT;
        let pressed = PRESSED.get_or_init(Arc::default).clone();
        let mut ids = Vec::new();
        ids.extend(signal_hook::flag::register_conditional_shutdown(interrupt, INTERRUPTED.into(), flag.clone()));
        ids.extend(signal_hook::flag::register(interrupt, flag));
        ids.extend(signal_hook::flag::register(interrupt, pressed));
        Signals { ids }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// Adds one record as one line for whoever reads it: what Unicode counts as the end of a line is escaped.
fn push_line(lines: &mut String, record: &str) {
    for c in record.chars() {
        match c {
            '\u{85}' => lines.push_str("\\u0085"),
            '\u{2028}' => lines.push_str("\\u2028"),
            '\u{2029}' => lines.push_str("\\u2029"),
            c => lines.push(c),
        }
    }
    lines.push('\n');
}
