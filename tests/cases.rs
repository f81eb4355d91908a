//! The one harness for cases that are files.
//!
//! - `tests/queries`, `tests/models`, `sessions`: a session (`.py`) with the records that the real Django gave (`.json`).
//!   The first `# %%` line says how it is opened: `# %% schema=FILE ... set=NAME=VALUE ... sample before=FILE`. The cells
//!   of `before` run first and are not looked at: the rows that several cases share.
//! - `tests/language`: a program (`.py`) with what CPython printed (`.out`).
//! - `tests/shell/complete`: texts with a cursor and what could stand there (`.txt`).
//! - all of these and `tests/formats`: written in every form and read again; `tests/formats`: recorded by IPython and Jupyter
//!   under the real Django, and checked as they are.
//! - `tests/shell`: command lines with what they print (`.txt`). `BLESS=1` rewrites these two, and these alone: the others
//!   are recorded by `tests/oracle/record.py`.

#[path = "support/completion.rs"]
mod completion;

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use ormsh::session::formats::{self, Document, Form, Format, Part, Titled};
use ormsh::session::{Options, Output, Record, SchemaFile, Session, Shown, cells, check};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (folder, kind) in [("tests/queries", "queries"), ("tests/models", "models"), ("sessions", "sessions")] {
        for path in files(folder, "py") {
            if path.with_extension("json").exists() {
                trials.push(trial(kind, path, recorded));
            }
        }
    }
    for path in files("tests/language", "py") {
        trials.push(trial("language", path, language));
    }
    for path in files("tests/shell", "txt") {
        trials.push(trial("shell", path, shell));
    }
    for path in files("tests/shell/complete", "txt") {
        trials.push(trial("complete", path, completion::run));
    }
    for folder in ["tests/queries", "tests/models", "sessions", "tests/language", "tests/shell/files", "tests/formats"]
    {
        for extension in ["py", "ipynb", "txt", "md", "rst"] {
            for path in files(folder, extension) {
                trials.push(trial("formats", path, round_trips));
            }
        }
    }
    for extension in ["ipynb", "txt", "md", "rst"] {
        for path in files("tests/formats", extension) {
            trials.push(trial("checked", path, checked));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
    paths.sort();
    paths
}

fn trial(kind: &str, path: PathBuf, run: fn(&Path) -> Result<(), String>) -> Trial {
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    Trial::test(format!("{kind}::{name}"), move || on_engine_thread(move || run(&path)).map_err(Failed::from))
}

/// The engine needs the stack that the program gives it.
fn on_engine_thread(run: impl FnOnce() -> Result<(), String> + Send + 'static) -> Result<(), String> {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run).map_err(|e| e.to_string())?;
    thread.join().unwrap_or_else(|_| Err("the engine panicked".into()))
}

/// How a session is opened, from its first marker, and the file whose cells run before its own.
fn options_of(path: &Path, text: &str) -> Result<(Options, Option<PathBuf>), String> {
    let mut options = Options::default();
    let mut before = None;
    let first = text.lines().next().unwrap_or("");
    let mut sample = false;
    for word in first.strip_prefix("# %%").unwrap_or("").split_whitespace() {
        if let Some(file) = word.strip_prefix("schema=") {
            options.schemas.push(SchemaFile::parse(file, path.parent())?);
        } else if let Some((name, value)) = word.strip_prefix("set=").and_then(|s| s.split_once('=')) {
            options.settings.push((name.into(), value.into()));
        } else if let Some(file) = word.strip_prefix("before=") {
            before = path.parent().map(|folder| folder.join(file));
        } else if word == "sample" {
            sample = true;
        } else {
            return Err(format!("a word that this harness does not know: {word}"));
        }
    }
    if !sample && options.schemas.is_empty() {
        options.db = Some(":memory:".into());
    }
    Ok((options, before))
}

fn open(options: &Options, output: std::rc::Rc<Output>) -> Result<Session, String> {
    Session::open(options, output).map_err(|error| match error {
        ormsh::session::OpenError::Call(sentence) => sentence,
        ormsh::session::OpenError::Schema(traceback) => traceback.plain(),
    })
}

fn recorded(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let wanted = std::fs::read_to_string(path.with_extension("json")).map_err(|e| e.to_string())?;
    let wanted: Vec<Record> = serde_json::from_str(&wanted).map_err(|e| format!("the records: {e}"))?;
    let output = Output::kept();
    let (options, before) = options_of(path, &text)?;
    let session = open(&options, output.clone())?;
    if let Some(file) = before {
        let shared = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        for cell in cells::split(&shared) {
            let outcome = session.run_cell(&cell, true);
            if let Some(error) = session.record_error(&outcome) {
                return Err(format!("{}: {}", file.display(), error.message.unwrap_or(error.kind)));
            }
        }
        output.take();
    }
    let cells = cells::split(&text);
    if cells.len() != wanted.len() {
        return Err(format!("{} cells, {} records: record the session anew", cells.len(), wanted.len()));
    }
    let mut wrong = String::new();
    for (cell, want) in cells.iter().zip(&wanted) {
        let outcome = session.run_cell(cell, true);
        let got = session.record(outcome, output.take());
        for (what, wanted, given) in differences(want, &got) {
            wrong.push_str(&format!("cell {}: {what}\n{}\n  wanted {wanted}\n  got    {given}\n", want.cell, cell));
        }
    }
    std::mem::forget(session);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// What of a record differs, with both sides.
fn differences(want: &Record, got: &Record) -> Vec<(&'static str, String, String)> {
    let mut out = Vec::new();
    let mut look = |what, a: String, b: String| {
        if masked(&a) != masked(&b) {
            out.push((what, a, b));
        }
    };
    look("stdout", want.stdout.clone(), got.stdout.clone());
    look("value", format!("{:?}", want.out), format!("{:?}", got.out));
    look("error", format!("{:?}", want.error), format!("{:?}", got.error));
    if want.display.is_some() {
        look("display", format!("{:?}", want.display), format!("{:?}", got.display));
    }
    if want.sql.is_some() {
        look("sql", format!("{:#?}", want.sql), format!("{:#?}", got.sql));
    }
    out
}

/// Without addresses and the threads in savepoints' names, which differ from run to run.
fn masked(text: &str) -> String {
    let mut parts = text.split("SAVEPOINT \\\"s");
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        text.push_str("SAVEPOINT \\\"s");
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    without_addresses(&text)
}

fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        out.push_str(&rest[..at + 2]);
        rest = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    out.push_str(rest);
    out
}

fn language(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let wanted = std::fs::read_to_string(path.with_extension("out")).map_err(|e| e.to_string())?;
    let output = Output::kept();
    let session = open(&Options { db: Some(":memory:".into()), ..Options::default() }, output.clone())?;
    // A program shows no value, and ends at its first exception.
    let outcome = session.run_cell(&format!("{text}\nNone"), true);
    let mut got = output.take();
    if let Some(error) = session.record_error(&outcome) {
        got.push_str(&match error.message {
            Some(message) if !message.is_empty() => format!("{}: {message}\n", error.kind),
            _ => format!("{}\n", error.kind),
        });
    }
    std::mem::forget(session);
    same(&wanted, &got)
}

/// What is read is written again as it was, and through every other form no cell is lost or changed.
fn round_trips(path: &Path) -> Result<(), String> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let Ok(document) = formats::read(&name, &text) else { return Ok(()) };
    same(&text, &formats::with_results(&document, &[])?)?;
    let titled = Titled(None);
    let cells = |d: &Document| d.code().map(|c| c.source.trim_matches('\n').to_string()).collect::<Vec<_>>();
    let prose = |d: &Document| {
        let texts = d.parts.iter().filter_map(|p| match p {
            Part::Prose { text, .. } => Some(text.trim().to_string()),
            Part::Cell(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n\n")
    };
    for (form, other) in [
        (Form::Notebook, "x.ipynb"),
        (Form::Script, "x.py"),
        (Form::Text, "x.txt"),
        (Form::Markdown, "x.md"),
        (Form::Rst, "x.rst"),
        (Form::Fenced, "x.md"),
    ] {
        let there = formats::write(&document, form, &[], &titled);
        let again = formats::read(other, &there).map_err(|e| format!("{other}: {e}\n{there}"))?;
        // A transcript shows no blanks at the ends of lines, and none of a cell's last blank lines.
        let bare = |cells: Vec<String>| cells.iter().map(|c| c.trim_end().to_string()).collect::<Vec<_>>();
        let (was, is) = (bare(cells(&document)), bare(cells(&again)));
        if was != is {
            let at = was.iter().zip(&is).position(|(a, b)| a != b).unwrap_or(was.len().min(is.len()));
            return Err(format!("{other}: cell {at}\n{:?}\n{:?}\n{there}", was.get(at), is.get(at)));
        }
        same(&prose(&document), &prose(&again)).map_err(|e| format!("{other}: prose\n{e}"))?;
        // Written once more, nothing changes.
        same(&there, &formats::write(&again, form, &[], &titled)).map_err(|e| format!("{other}, again\n{e}"))?;
        if form == Form::Notebook && document.format == Format::Script && !text.contains('\r') {
            same(&text, &formats::write(&again, Form::Script, &[], &titled))?;
        }
    }
    Ok(())
}

/// Sessions recorded under the real Django, by IPython or Jupyter, pass as they are; and with their expectations written
/// anew they are what they were, but for what differs from run to run.
fn checked(path: &Path) -> Result<(), String> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let document = formats::read(&name, &text)?;
    let models = root().join("tests/formats/student/models.py");
    let mut options = Options::default();
    if text.contains("student.models") {
        options.schemas.push(SchemaFile::parse(&models.display().to_string(), None)?);
    }
    let output = Output::kept();
    let session = open(&options, output.clone())?;
    ormsh::shell::magics::install(&session);
    let mut wrong = String::new();
    for cell in document.code().take_while(|c| !cells::leaves(&c.source)) {
        let outcome = session.run_plainly(&cell.source);
        let shown = Shown::new(&session, &outcome, output.take());
        if session.exit_status(&outcome).is_some() {
            break;
        }
        if !check::agrees(&session, cell, &shown, outcome.value.as_ref(), &check::Masks::default()) {
            let wanted = cell.expected.clone().unwrap_or_default();
            wrong.push_str(&format!("line {}\n{}\n{wanted}\n--\n{}\n", cell.line, cell.source, shown.text(cell.style)));
        }
    }
    std::mem::forget(session);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn same(wanted: &str, got: &str) -> Result<(), String> {
    if masked(wanted) == masked(got) {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(wanted, got);
    Err(diff.unified_diff().header("wanted", "got").to_string())
}

/// A case of `tests/shell`: lines that start with `$ ` are run in its folder `files` with a home of their own; what follows is
/// standard output, lines of standard error behind `! `, and `[exit N]` where the status is not 0.
fn shell(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let home = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut got = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            if line.starts_with('#') {
                got.push_str(&format!("{line}\n"));
            }
            continue;
        };
        got.push_str(&format!("{line}\n"));
        got.push_str(&run_line(command, home.path())?);
        while lines.peek().is_some_and(|l| !l.starts_with("$ ") && !l.starts_with('#')) {
            lines.next();
        }
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(path, got).map_err(|e| e.to_string());
    }
    same(&text, &got)
}

fn run_line(line: &str, home: &Path) -> Result<String, String> {
    let program = Path::new(env!("CARGO_BIN_EXE_ormsh"));
    let folder = program.parent().ok_or("the program stands in no folder")?;
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let done = Command::new("sh")
        .args(["-c", line])
        .current_dir(root().join("tests/shell/files"))
        .env("PATH", path)
        .env("HOME", home)
        .env("T", home)
        .env_remove("XDG_STATE_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("FORCE_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .map_err(|e| e.to_string())?;
    let home = home.display().to_string();
    let own = root().display().to_string();
    let clean = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&home, "$T").replace(&own, "$ROOT");
    let mut out = clean(&done.stdout);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str("[no newline]\n");
    }
    for line in clean(&done.stderr).lines() {
        out.push_str(&format!("! {line}\n"));
    }
    match done.status.code() {
        Some(0) => {}
        Some(code) => out.push_str(&format!("[exit {code}]\n")),
        None => out.push_str("[killed]\n"),
    }
    // A line that would count as a remark or a command of the case stands behind a backslash.
    let guarded = |line: &str| match line.starts_with('#') || line.starts_with("$ ") || line.starts_with('\\') {
        true => format!("\\{line}\n"),
        false => format!("{line}\n"),
    };
    Ok(out.lines().map(guarded).collect())
}
