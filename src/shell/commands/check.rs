//! `ormsh check`: replays recorded sessions and shows what differs.

use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use super::{Call, complain, print};
use crate::session::formats::{Document, Format, notebook};
use crate::session::options::reason;
use crate::session::text::{Role, Styled};
use crate::session::{Output, check as compare};
use crate::shell::theme;

struct Result {
    cells: usize,
    compared: usize,
    different: usize,
    report: Styled,
    updated: Option<String>,
}

/// `ormsh check SESSION...`. `update` rewrites the expectations in place, and nothing else in the files.
pub fn check(call: &Call, sessions: &[PathBuf], update: bool, jobs: Option<usize>) -> u8 {
    let mut documents = Vec::new();
    for path in sessions {
        match super::run::read(path) {
            Ok(document) => documents.push(document),
            Err(sentence) => return complain(&sentence),
        }
    }
    // Sessions on one database file must not meet; those in memory may.
    let jobs = if call.options.db.is_some() { 1 } else { jobs.unwrap_or(1).clamp(1, 64) };
    let _ = jobs;
    let mut differences = 0;
    for (document, path) in documents.iter().zip(sessions) {
        let result = match one(call, document, path, update) {
            Ok(result) => result,
            Err(status) => return status,
        };
        print(&theme::paint(&result.report));
        if let Some(text) = &result.updated
            && text != &document.text
        {
            if let Err(sentence) = replace_file(path, text) {
                return complain(&sentence);
            }
            print(&format!("{}: {} rewritten\n", path.display(), plural(result.different, "expectation")));
            continue;
        }
        differences += result.different;
        let verdict = match (result.different, result.compared) {
            (0, 0) => "nothing to compare".to_string(),
            (0, n) => format!("{} as recorded", plural(n, "cell")),
            (d, n) => format!("{d} of {} differ", plural(n, "cell")),
        };
        print(&format!("{}: {verdict}\n", path.display()));
        let _ = result.cells;
    }
    u8::from(differences > 0)
}

fn plural(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn one(call: &Call, document: &Document, path: &Path, update: bool) -> std::result::Result<Result, u8> {
    let output = Output::kept();
    let session = call.open(output.clone())?;
    let _signals = super::run::Signals::watch(&session);
    crate::shell::magics::install(&session);
    let mut result =
        Result { cells: document.cells.len(), compared: 0, different: 0, report: Styled::new(), updated: None };
    let mut new_text = String::new();
    let mut copied = 0;
    let mut notebook_outputs = Vec::new();
    for cell in document.cells.iter().filter(|c| !c.source.trim().is_empty()) {
        let outcome = session.run_cell(&cell.source, false);
        let stdout = output.take();
        let Some(expected) = &cell.expected else { continue };
        result.compared += 1;
        let shown = compare::shown(&session, &outcome, &stdout, cell.style);
        if compare::agrees(&session, expected, &shown, &outcome, &stdout, cell.style) {
            continue;
        }
        result.different += 1;
        if !update {
            difference(&mut result.report, path, document, cell.line, outcome.number, &cell.source, expected, &shown);
        } else if document.format == Format::Notebook {
            let error = session.traceback(&outcome).map(|traceback| {
                let record = session.record_error(&outcome);
                let (kind, message) = record.map(|e| (e.kind, e.message.unwrap_or_default())).unwrap_or_default();
                (kind, message, traceback.plain())
            });
            let new = notebook::NotebookCell {
                number: outcome.number,
                source: &cell.source,
                stdout: &stdout,
                display: outcome.display.as_deref(),
                html: None,
                error,
            };
            notebook_outputs.push((cell.place.start, outcome.number, notebook::outputs_of(&new)));
        } else {
            new_text.push_str(document.text.get(copied..cell.place.start).unwrap_or(""));
            for line in shown.trim_end_matches('\n').split('\n').filter(|_| !shown.trim().is_empty()) {
                if line.is_empty() {
                    new_text.push('\n');
                } else {
                    new_text.push_str(&format!("{}{line}\n", cell.indent));
                }
            }
            copied = cell.place.end;
        }
    }
    if update && result.different > 0 {
        result.updated = match document.format {
            Format::Notebook => notebook::with_outputs(&document.text, &notebook_outputs).ok(),
            _ => {
                new_text.push_str(document.text.get(copied..).unwrap_or(""));
                Some(new_text)
            }
        };
    }
    std::mem::forget(session);
    Ok(result)
}

#[allow(clippy::too_many_arguments)]
fn difference(
    report: &mut Styled,
    path: &Path,
    document: &Document,
    line: usize,
    number: u32,
    source: &str,
    expected: &str,
    shown: &str,
) {
    let place = match document.format {
        Format::Notebook => format!("{}, cell {line} (In [{number}])\n", path.display()),
        _ => format!("{}, line {line} (In [{number}])\n", path.display()),
    };
    report.push(Role::Heading, place);
    for line in source.lines() {
        report.push(Role::Plain, format!("    {line}\n"));
    }
    for change in TextDiff::from_lines(expected, shown).iter_all_changes() {
        let (sign, role) = match change.tag() {
            ChangeTag::Delete => ("-", Role::Removed),
            ChangeTag::Insert => ("+", Role::Added),
            ChangeTag::Equal => (" ", Role::Plain),
        };
        report.push(role, format!("  {sign} {}", change.value().trim_end_matches('\n'))).push(Role::Plain, "\n");
    }
    report.push(Role::Plain, "\n");
}

/// Writes a file so that it is either the old one or the new one, never half of it.
///
/// Errors: a sentence with the file's name.
pub fn replace_file(path: &Path, text: &str) -> std::result::Result<(), String> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let result = std::fs::write(&beside, text)
        .and_then(|()| match std::fs::metadata(path) {
            Ok(old) => std::fs::set_permissions(&beside, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| std::fs::rename(&beside, path));
    result.map_err(|e| {
        let _ = std::fs::remove_file(&beside);
        format!("{}: {}", path.display(), reason(&e))
    })
}
