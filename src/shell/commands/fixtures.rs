//! `ormsh dumpdata` and `ormsh loaddata`.

use std::path::{Path, PathBuf};

use super::{Call, complain, print, replace_file};
use crate::object::{Error, Exc};
use crate::session::{Output, Session, Tables, traceback};
use crate::shell::fixtures::{self, Dump};

/// `ormsh dumpdata`: writes to standard output, or to a file.
pub fn dumpdata(call: &Call, how: &Dump, output: Option<&Path>) -> u8 {
    // Writing what is there must not make tables that are not.
    let tables = if call.options.db.is_some() { Tables::None } else { Tables::Make };
    if let Some(path) = call.options.db.as_ref().filter(|p| !p.exists()) {
        return complain(&format!("{}: no such file", path.display()));
    }
    let session = match call.open_with(tables, Output::kept()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = super::run::Signals::watch(&session);
    let status = match fixtures::dump(&session, how) {
        Ok(dumped) => {
            for note in &dumped.notes {
                complain(note);
            }
            match output {
                None => {
                    print(&dumped.text);
                    0
                }
                Some(file) => match replace_file(file, &dumped.text) {
                    Ok(()) => 0,
                    Err(sentence) => complain(&sentence),
                },
            }
        }
        Err(error) => failed(&session, error),
    };
    std::mem::forget(session);
    status
}

/// `ormsh loaddata`.
pub fn loaddata(call: &Call, files: &[PathBuf], model: Option<&str>, lenient: bool) -> u8 {
    if call.options.db.is_none() {
        return complain("loaddata: give the database with --db FILE");
    }
    if let Some(missing) = files.iter().find(|f| !f.exists()) {
        return complain(&format!("{}: no such file", missing.display()));
    }
    let session = match call.open(Output::kept()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = super::run::Signals::watch(&session);
    let status = match fixtures::load(&session, files, model, lenient) {
        Ok(count) => {
            print(&installed(count, files.len()));
            0
        }
        Err(error) => failed(&session, error),
    };
    std::mem::forget(session);
    status
}

/// What `loaddata` says at its end.
pub fn installed(count: u64, files: usize) -> String {
    format!("Installed {count} object(s) from {files} fixture(s)\n")
}

fn failed(session: &Session, error: Error) -> u8 {
    if error.is(Exc::KeyboardInterrupt) {
        return 130;
    }
    let exception = session.rt.exception(error);
    let class = exception.class().name();
    let text = traceback::message_of(&session.rt, &exception);
    match &*class {
        // A command's own complaint is a sentence; what went wrong with the data says what it is.
        "CommandError" | "OSError" | "ValueError" | "LookupError" => complain(&text),
        _ => {
            complain(&format!("{class}: {text}"));
            1
        }
    }
}
