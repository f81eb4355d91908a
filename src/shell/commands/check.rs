//! `ormsh check`: replays recorded sessions and shows what differs.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

use super::pool::{self, Limits};
use super::worker::{Setup, stubborn};
use super::{Call, complain, print, replace_file, report};
use crate::session::check::{self as compare, Masks};
use crate::session::text::{Role, Styled};
use crate::session::watch::Watch;
use crate::session::{OpenError, Options, Output, Session, Shown};
use crate::session::{cells, formats};
use crate::shell::theme;
use crate::syntax::{self, Completeness};

/// How `ormsh check` is called.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// Rewrite the expectations in place, and nothing else in the files.
    pub update: bool,
    /// How many sessions at once.
    pub jobs: Option<usize>,
    /// What may differ: `times`, `uuids`, regular expressions.
    pub masks: Vec<String>,
    /// Print one JSON document in place of words.
    pub json: bool,
    /// Write a JUnit report to this file.
    pub junit: Option<PathBuf>,
    /// What sessions may use.
    pub limits: LimitOptions,
}

/// What sessions may use.
#[derive(Clone, Copy, Debug)]
pub struct LimitOptions {
    /// Seconds for a cell.
    pub cell: f64,
    /// Seconds for a session.
    pub session: f64,
    /// Megabytes of memory for a session.
    pub memory: u64,
    /// Megabytes of a database that is copied.
    pub copy: u64,
}

impl Default for LimitOptions {
    fn default() -> LimitOptions {
        LimitOptions { cell: 10.0, session: 60.0, memory: 2048, copy: 512 }
    }
}

impl LimitOptions {
    /// The limits of a worker's process.
    pub fn of_process(&self) -> Limits {
        Limits { time: seconds(self.session), memory: self.memory.saturating_mul(1 << 20) }
    }
}

/// Seconds as a duration; a number that is none is no time.
pub fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
}

/// What a worker needs to replay sessions.
#[derive(Serialize, Deserialize)]
pub struct Plan {
    options: Options,
    masks: Vec<String>,
    update: bool,
    cell: f64,
    session: f64,
}

/// What came of a session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checked {
    /// The session's file.
    pub file: String,
    /// Why it could not be run, or not to its end.
    pub error: Option<String>,
    /// Its cells that say what they should show.
    pub cells: Vec<CheckedCell>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The file with its expectations rewritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Whether the session as such could not be read: a wrong call.
    #[serde(skip)]
    pub unreadable: bool,
}

/// What came of a cell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CheckedCell {
    /// Its number.
    pub cell: u32,
    /// Its first line in the file; in a notebook, its place among the cells.
    pub line: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// What differs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Difference {
    /// The cell's code.
    pub source: String,
    /// What it should show.
    pub expected: String,
    /// What it shows.
    pub shown: String,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Checked {
    /// How many cells differ.
    pub fn different(&self) -> usize {
        self.cells.iter().filter(|c| c.difference.is_some()).count()
    }
}

/// `ormsh check SESSION...`.
pub fn check(call: &Call, sessions: &[PathBuf], how: &CheckOptions) -> u8 {
    if let Err(sentence) = Masks::parse(&how.masks) {
        return complain(&sentence);
    }
    let sessions = match super::files::sessions_in(sessions) {
        Ok(sessions) => sessions,
        Err(sentence) => return complain(&sentence),
    };
    let options = Options { copy: Some(how.limits.copy.saturating_mul(1 << 20)), ..call.options.clone() };
    // What no session could be opened with is said once.
    match (Call { options: options.clone(), config: call.config.clone() }).open(Output::kept()) {
        Ok(session) => std::mem::forget(session),
        Err(status) => return status,
    }
    let started = Instant::now();
    let limits = how.limits.of_process();
    let setup = Setup::Check(Plan {
        options,
        masks: how.masks.clone(),
        update: how.update,
        cell: how.limits.cell,
        session: how.limits.session,
    });
    let jobs = how.jobs.unwrap_or_else(pool::default_jobs).clamp(1, 64);
    let mut all: Vec<Checked> = Vec::with_capacity(sessions.len());
    let mut status = 0;
    pool::run(&setup, &sessions, jobs, limits, |index, answer: Result<Checked, String>| {
        let Some(path) = sessions.get(index) else { return };
        let mut checked = answer.unwrap_or_else(|why| Checked { error: Some(why), ..Checked::default() });
        checked.file = path.display().to_string();
        // A file that is no session is a wrong call; one that would not stop is a difference.
        let unreadable = checked.cells.is_empty() && checked.seconds == 0.0 && checked.error.is_some();
        let not_run = unreadable && super::run::read(path).is_err();
        checked.unreadable = not_run;
        status = status.max(match (&checked.error, checked.different()) {
            (Some(_), _) if not_run => 2,
            (None, 0) => 0,
            (None, _) if how.update => 0,
            _ => 1,
        });
        if let Some(sentence) = tell(path, &mut checked, how) {
            status = 2;
            complain(&sentence);
        }
        all.push(checked);
    });
    let elapsed = started.elapsed().as_secs_f64();
    if how.json {
        print(&report::json(&all, elapsed));
    } else if all.len() > 1 {
        print(&summary(&all, elapsed));
    }
    if let Some(file) = &how.junit
        && let Err(sentence) = replace_file(file, &report::junit(&all, elapsed))
    {
        return complain(&sentence);
    }
    status
}

fn summary(all: &[Checked], seconds: f64) -> String {
    let compared: usize = all.iter().map(|c| c.cells.len()).sum();
    let different: usize = all.iter().map(Checked::different).sum();
    let failed = all.iter().filter(|c| c.error.is_some()).count();
    let mut out = format!("{}, {} compared", plural(all.len(), "session"), plural(compared, "cell"));
    if different > 0 {
        out.push_str(&format!(", {different} different"));
    }
    if failed > 0 {
        out.push_str(&format!(", {} not run to the end", plural(failed, "session")));
    }
    format!("{out} ({seconds:.1} s)\n")
}

/// Says what came of a session, and writes it where it is to be updated.
///
/// A sentence where it cannot be written.
fn tell(path: &Path, checked: &mut Checked, how: &CheckOptions) -> Option<String> {
    let name = path.display();
    let different = checked.different();
    if let Some(why) = &checked.error {
        if checked.unreadable {
            complain(why);
        } else if !how.json {
            print(&theme::paint(&difference_report(path, checked)));
            print(&format!("{name}: {why}\n"));
        }
        return None;
    }
    if let Some(text) = checked.updated.take() {
        if let Err(sentence) = replace_file(path, &text) {
            return Some(sentence);
        }
        if !how.json {
            print(&format!("{name}: {} rewritten\n", plural(different, "expectation")));
        }
        return None;
    }
    if how.json {
        return None;
    }
    print(&theme::paint(&difference_report(path, checked)));
    let verdict = match (different, checked.cells.len()) {
        (0, 0) => "nothing to compare".to_string(),
        (0, n) => format!("{} as recorded", plural(n, "cell")),
        (d, n) => format!("{d} of {} differ", plural(n, "cell")),
    };
    print(&format!("{name}: {verdict}\n"));
    None
}

/// A number of things.
pub fn plural(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Replays one session, in a worker.
pub fn replay(plan: &Plan, path: &Path) -> Checked {
    let mut checked = Checked::default();
    let document = match super::run::read(path) {
        Ok(document) => document,
        Err(sentence) => {
            checked.error = Some(sentence);
            return checked;
        }
    };
    let started = Instant::now();
    let output = Output::kept();
    let session = match Session::open(&plan.options, output.clone()) {
        Ok(session) => session,
        Err(OpenError::Call(sentence)) => {
            checked.error = Some(sentence);
            return checked;
        }
        Err(OpenError::Schema(traceback)) => {
            checked.error = Some(traceback.plain().trim_end().to_string());
            return checked;
        }
    };
    crate::shell::magics::install(&session);
    crate::shell::magics::expect(&session, document.cells());
    let masks = Masks::parse(&plan.masks).unwrap_or_default();
    let watch = Watch::new(session.rt.interrupt_flag(), stubborn());
    let mut new: Vec<(usize, Shown)> = Vec::new();
    let last = document.cells.len().saturating_sub(1);
    for (index, cell) in document.cells.iter().enumerate() {
        if cell.prose.is_some() || cell.source.trim().is_empty() {
            continue;
        }
        if cells::leaves(&cell.source) {
            break;
        }
        let left = seconds(plan.session).saturating_sub(started.elapsed());
        if left.is_zero() {
            checked.error =
                Some(format!("stopped before In [{}]: ran longer than {} s", session.next_number(), plan.session));
            break;
        }
        let begun = Instant::now();
        let limit = seconds(plan.cell).min(left);
        let (outcome, late) = watch.within(limit, || session.run_plainly(&cell.source));
        let shown = Shown::new(&session, &outcome, output.take());
        if session.exit_status(&outcome).is_some() {
            break;
        }
        if cell.expected.is_none() && !late {
            continue;
        }
        let mut result = CheckedCell { cell: outcome.number, line: cell.line, ..CheckedCell::default() };
        let (agrees, late_too) =
            watch.within(limit, || compare::agrees(&session, cell, &shown, outcome.value.as_ref(), &masks));
        result.seconds = begun.elapsed().as_secs_f64();
        if late || late_too || !agrees {
            let expected = cell.expected.clone().unwrap_or_default();
            let cut = index == last && expected.is_empty() && is_unfinished(&cell.source);
            let note = match (late || late_too, cut) {
                (true, _) => Some(format!("stopped: ran longer than {} s", limit.as_secs_f64())),
                (_, true) => Some("the session ends in the middle of this cell".to_string()),
                _ => None,
            };
            let text = shown.text(cell.style);
            result.difference = Some(Difference { source: cell.source.clone(), expected, shown: text, note });
            if !late {
                new.push((index, shown));
            }
        }
        checked.cells.push(result);
    }
    if plan.update && !new.is_empty() && checked.error.is_none() {
        let new: Vec<(usize, &Shown)> = new.iter().map(|(i, shown)| (*i, shown)).collect();
        match formats::with_results(&document, &new) {
            Ok(text) => checked.updated = Some(text),
            Err(why) => checked.error = Some(why),
        }
    }
    checked.seconds = started.elapsed().as_secs_f64();
    std::mem::forget(session);
    checked
}

fn is_unfinished(source: &str) -> bool {
    matches!(syntax::completeness(source), Completeness::Incomplete { .. })
}

fn difference_report(path: &Path, checked: &Checked) -> Styled {
    let mut report = Styled::new();
    let is_notebook = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("ipynb"));
    for cell in &checked.cells {
        let Some(difference) = &cell.difference else { continue };
        let unit = if is_notebook { "cell" } else { "line" };
        report.push(Role::Heading, format!("{}, {unit} {} (In [{}])\n", path.display(), cell.line, cell.cell));
        for line in difference.source.lines() {
            report.push(Role::Plain, format!("    {line}\n"));
        }
        diff(&mut report, &difference.expected, &difference.shown);
        if let Some(note) = &difference.note {
            report.push(Role::Error, format!("  {note}\n"));
        }
        report.push(Role::Plain, "\n");
    }
    report
}

/// The lines that went and came, with those that stayed around them.
fn diff(report: &mut Styled, expected: &str, shown: &str) {
    let ended =
        |text: &str| if text.is_empty() || text.ends_with('\n') { text.to_string() } else { format!("{text}\n") };
    let (expected, shown) = (ended(expected), ended(shown));
    let diff = TextDiff::from_lines(&expected, &shown);
    for (i, group) in diff.grouped_ops(3).iter().enumerate() {
        let skips = i > 0 || group.first().is_some_and(|op| op.old_range().start > 0);
        if skips {
            report.push(Role::Dim, "    ...\n");
        }
        for op in group {
            for change in diff.iter_changes(op) {
                let (sign, role) = match change.tag() {
                    ChangeTag::Delete => ("-", Role::Removed),
                    ChangeTag::Insert => ("+", Role::Added),
                    ChangeTag::Equal => (" ", Role::Plain),
                };
                let line = change.value().trim_end_matches(['\n', '\r']);
                report.push(role, format!("  {sign} {line}")).push(Role::Plain, "\n");
            }
        }
    }
}
