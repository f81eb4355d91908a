//! Magics for what was typed: history, recall, rerun, save, load, run.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::input::{self, Typed, confirmed};
use super::options::Options;
use super::{Magic, Shell, say, usage};
use crate::object::{Exc, Res, Value, ops};
use crate::session::Session;
use crate::session::formats::{self, Form, Titled};
use crate::session::text::Styled;

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "history",
        usage: "[-n] [-o] [-p] [-f FILE] [-g PATTERN] [-l N] [CELLS]",
        doc: "Shows what was typed.
Without options: the cells of this session, ready to be pasted. CELLS are numbers: 4, 4-6, 4- (to the end).
  -n          with the cells' numbers
  -o          with what they showed
  -p          with Python's prompts, >>> and ...
  -f FILE     into a file
  -g PATTERN  those that contain the text (with * and ?), earlier sessions too
  -u          each but once, with -g
  -l N        the last N, earlier sessions too (10 where N is left out)",
        cell: false,
        run: history,
    },
    Magic {
        name: "recall",
        usage: "[CELLS|TEXT]",
        doc: "Puts cells at the next prompt, to be edited.
Without anything: the text of the last value (_). With numbers: those cells, as one. With an expression: its value.
With any other text: the last cell that contains it.",
        cell: false,
        run: recall,
    },
    Magic {
        name: "rerun",
        usage: "[-l N] [-g TEXT] [CELLS]",
        doc: "Runs cells again: the last one, or those given.
  -l N     the last N cells
  -g TEXT  the last cell that contains the text",
        cell: false,
        run: rerun,
    },
    Magic {
        name: "save",
        usage: "[-f] [-a] FILE [CELLS]",
        doc: "Writes what was typed, all or some cells, to a file.
The file gets the ending .py where it has none, and a cell a `# %%` line, so that `ormsh run` and %run read it back; a
notebook where it ends in .ipynb, and prompts in .txt, .md and .rst.
  -f  overwrites without asking
  -a  adds to the file
  -r  is understood as in IPython: what was typed is what is written",
        cell: false,
        run: save,
    },
    Magic {
        name: "load",
        usage: "[-r LINES] [-s NAMES] [-y] FILE|CELLS",
        doc: "Puts a file's text, or cells, at the next prompt.
  -r LINES  only those lines: 5-10, or 10-20,30,40:
  -s NAMES  only those functions and classes: one,two
  -y        does not ask about long texts",
        cell: false,
        run: load,
    },
    Magic {
        name: "run",
        usage: "[-i] [-t] FILE",
        doc: "Runs a session or a script here; its names stay.
  -t  says how long it took
  -i  is understood as in IPython: the file always sees the session's names",
        cell: false,
        run: run_file,
    },
];

fn history(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    // -l may stand without a number, and -g takes the words up to the end.
    let (line, pattern) = match rest.split_once("-g") {
        Some((before, pattern)) if before.is_empty() || before.ends_with(' ') => (before, Some(pattern.trim())),
        _ => (rest, None),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = match words.iter().position(|w| *w == "-l") {
        Some(at) if words.get(at + 1).is_none_or(|w| w.parse::<u32>().is_err()) => line.replacen("-l", "-l10", 1),
        _ => line.to_string(),
    };
    let (options, ranges) = match scattered(&line, "nopytf:l:ur") {
        Ok(read) => read,
        Err(sentence) => return usage(session, &sentence),
    };
    let mut numbers = options.has('n');
    let found = if let Some(pattern) = pattern {
        let (pattern, unique) = match pattern.strip_suffix("-u") {
            Some(pattern) => (pattern.trim(), true),
            None => (pattern, options.has('u')),
        };
        numbers = true;
        let mut found = input::search(shell, session, pattern);
        if unique {
            let mut seen = std::collections::HashSet::new();
            found.reverse();
            found.retain(|(_, text)| seen.insert(text.clone()));
            found.reverse();
        }
        found
    } else if let Some(limit) = options.number('l')? {
        input::tail(shell, session, limit as usize)
    } else if ranges.is_empty() {
        let mut all = input::ranges(session, "");
        // The cell that asks is part of what was typed.
        all.extend(input::ranges(session, &session.number().to_string()));
        all
    } else {
        input::ranges(session, &ranges)
    };
    let text = listing(session, &found, numbers, options.has('p'), options.has('o'))?;
    let Some(file) = options.get('f') else {
        shell.say_long(session, &Styled::from(text.as_str()));
        return Ok(None);
    };
    let path = home(file);
    if path.exists() && !options.has('y') {
        if !confirmed(session, &format!("File {file:?} exists. Overwrite?")) {
            say(session, "Aborting.\n");
            return Ok(None);
        }
        say(session, "Overwriting file.\n");
    }
    write(&path, &text).map(|()| None)
}

/// Options that stand anywhere on the line, and the words between them.
fn scattered<'a>(line: &'a str, letters: &str) -> Result<(Options<'a>, String), String> {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = line.trim();
    while !rest.starts_with('-') && !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    let options = Options::read(rest, letters)?;
    words.extend(options.rest.split_whitespace());
    Ok((options, words.join(" ")))
}

/// Cells as `%history` shows them.
fn listing(session: &Session, cells: &[Typed], numbers: bool, prompts: bool, outputs: bool) -> Res<String> {
    let shown = if outputs { session.shown() } else { Vec::new() };
    let mut out = String::new();
    for (number, text) in cells {
        let text = text.replace('\t', "    ");
        let text = text.trim_end();
        let multiline = text.contains('\n');
        if numbers {
            let number = if *number == 0 { "-".to_string() } else { number.to_string() };
            out.push_str(&format!("{number:>4}:{}", if multiline { '\n' } else { ' ' }));
        }
        if prompts {
            out.push_str(">>> ");
            out.push_str(&text.replace('\n', "\n... "));
            if multiline {
                out.push_str("\n...");
            }
        } else {
            out.push_str(text);
        }
        out.push('\n');
        if let Some((_, value)) = shown.iter().find(|(n, _)| n == number) {
            out.push_str(&ops::repr(&session.rt, value)?);
            out.push('\n');
        }
    }
    Ok(out)
}

fn recall(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let next = |text: &str| {
        *shell.state.next_input.borrow_mut() = Some(text.trim_end().to_string());
        Ok(None)
    };
    if rest.is_empty() {
        let last = session.main.get(crate::source::Name::new("_")).unwrap_or_else(|| Value::str(""));
        return next(&ops::str(&session.rt, &last)?);
    }
    let cells: Vec<String> = input::ranges(session, rest).into_iter().map(|(_, text)| text).collect();
    if !cells.is_empty() {
        return next(&cells.join("\n"));
    }
    if let Ok(Some(value)) = session.evaluate_here(rest) {
        return next(&ops::str(&session.rt, &value)?);
    }
    let found = input::search(shell, session, rest);
    match found.iter().rev().find(|(_, text)| !text.contains("recall") && !text.contains("rep")) {
        Some((_, text)) => next(text),
        None => {
            say(session, &format!("Couldn't evaluate or find in history: {rest}\n"));
            Ok(None)
        }
    }
}

fn rerun(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let options = match Options::read(rest, "l:g:") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    let cells: Vec<String> = if let Some(count) = options.get('l') {
        let refusal = match count.parse::<i64>() {
            Err(_) => "Number of lines must be an integer",
            Ok(0) => "Requested 0 last lines - nothing to run",
            Ok(n) if n < 0 => "Number of lines to rerun cannot be negative",
            Ok(n) => return rerun_all(session, texts(input::tail(shell, session, n as usize))),
        };
        say(session, &format!("{refusal}\n"));
        return Ok(None);
    } else if let Some(text) = options.get('g') {
        let text = format!("{text} {}", options.rest);
        let mut found = input::search(shell, session, text.trim());
        found.retain(|(_, cell)| !cell.contains("rerun"));
        texts(found.split_off(found.len().saturating_sub(1)))
    } else if options.rest.is_empty() {
        let mut found = input::tail(shell, session, usize::MAX);
        // IPython would run a %rerun again, which runs what that ran.
        found.retain(|(_, cell)| !cell.trim_start().starts_with("%rerun"));
        texts(found.split_off(found.len().saturating_sub(1)))
    } else {
        texts(input::ranges(session, options.rest))
    };
    rerun_all(session, cells)
}

fn texts(cells: Vec<Typed>) -> Vec<String> {
    cells.into_iter().map(|(_, text)| text).collect()
}

fn rerun_all(session: &Session, cells: Vec<String>) -> Res<Option<Value>> {
    if cells.is_empty() {
        say(session, "No lines in history match specification\n");
        return Ok(None);
    }
    let text = cells.join("\n");
    say(session, &format!("=== Executing: ===\n{text}\n=== Output: ===\n"));
    session.evaluate_here(&text)
}

/// A path with the home folder in place of `~`.
pub(super) fn home(file: &str) -> PathBuf {
    match (file.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(file),
    }
}

pub(super) fn write(path: &Path, text: &str) -> Res<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(os_error(std::io::ErrorKind::NotFound, path));
    }
    if path.is_dir() {
        return Err(os_error(std::io::ErrorKind::IsADirectory, path));
    }
    crate::shell::commands::replace_file(path, text).map_err(|sentence| Exc::OSError.new(sentence))
}

/// What Python's `open()` raises.
fn os_error(kind: std::io::ErrorKind, path: &Path) -> crate::object::Error {
    let (class, number, text) = match kind {
        std::io::ErrorKind::NotFound => (Exc::FileNotFoundError, 2, "No such file or directory"),
        std::io::ErrorKind::PermissionDenied => (Exc::PermissionError, 13, "Permission denied"),
        std::io::ErrorKind::IsADirectory => (Exc::OSError, 21, "Is a directory"),
        _ => (Exc::OSError, 5, "Input/output error"),
    };
    class.with_args(vec![Value::Int(number), Value::str(text), Value::str(path.display().to_string())])
}

fn save(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let options = match Options::read(rest, "fra") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    let (file, cells) = options.rest.split_once(char::is_whitespace).unwrap_or((options.rest, ""));
    if file.is_empty() {
        return usage(session, "Missing filename.");
    }
    let known = [".py", ".ipy", ".txt", ".md", ".rst", ".ipynb"].iter().any(|end| file.ends_with(end));
    let file = if known { file.to_string() } else { format!("{file}.py") };
    let path = home(&file);
    let exists = path.is_file();
    if exists
        && !options.has('f')
        && !options.has('a')
        && !confirmed(session, &format!("File `{file}` exists. Overwrite (y/[N])? "))
    {
        say(session, "Operation cancelled.\n");
        return Ok(None);
    }
    let cells = input::ranges(session, cells);
    let mut text = crate::session::cells::join(cells.iter().map(|(_, source)| source.as_str()));
    let form = Form::of(&file);
    if form != Form::Script && !file.ends_with(".ipy") {
        if exists && options.has('a') {
            return usage(session, "-a adds to scripts alone.");
        }
        let document = formats::Document::of_cells(cells.iter().map(|(_, source)| source.as_str()));
        text = formats::write(&document, form, &[], &Titled(None));
    }
    if exists && options.has('a') {
        text = format!("{}\n{text}", read(&path)?.trim_end());
    }
    write(&path, &format!("{}\n", text.trim_end()))?;
    let listed: Vec<&str> = cells.iter().map(|(_, source)| source.trim_end()).collect();
    say(session, &format!("The following commands were written to file `{file}`:\n{}\n", listed.join("\n")));
    Ok(None)
}

fn read(path: &Path) -> Res<String> {
    std::fs::read_to_string(path).map_err(|e| os_error(e.kind(), path))
}

/// A script's path: with `.py` where only that file is there.
fn script(file: &str) -> PathBuf {
    let file = file.trim_matches(['"', '\'']);
    let path = home(file);
    let with_ending = home(&format!("{file}.py"));
    if !path.exists() && with_ending.exists() { with_ending } else { path }
}

fn load(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let options = match Options::read(rest, "yns:r:") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    let cells = texts(input::ranges(session, options.rest));
    let path = script(options.rest);
    let mut text = if !cells.is_empty() {
        cells.join("\n")
    } else if path.is_file() {
        read(&path)?
    } else {
        return Err(Exc::ValueError
            .new(format!("'{}' was not found in history, as a file, url, nor in the user namespace.", options.rest)));
    };
    if let Some(names) = options.get('s') {
        text = symbols(session, &text, names);
    }
    if let Some(ranges) = options.get('r') {
        text = lines_of(&text, ranges);
    }
    let length = text.chars().count();
    if length > 200_000
        && !options.has('y')
        && !confirmed(
            session,
            &format!("The text you're trying to load seems pretty big ({length} characters). Continue (y/[N]) ?"),
        )
    {
        say(session, "Operation cancelled.\n");
        return Ok(None);
    }
    let text = if path.is_file() { format!("# %load {}\n{}", options.rest, text.trim_end()) } else { text };
    *shell.state.next_input.borrow_mut() = Some(text.trim_end().to_string());
    Ok(None)
}

/// The functions and classes of a text by their names.
fn symbols(session: &Session, text: &str, names: &str) -> String {
    let mut parts = Vec::new();
    for name in names.split(',').map(str::trim) {
        let block = crate::session::cells::split(text).into_iter().find(|cell| {
            cell.lines().any(|line| {
                let word = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "));
                word.and_then(|w| w.strip_prefix(name)).is_some_and(|r| r.starts_with(['(', ':', ' ']))
            })
        });
        match block {
            Some(block) => parts.push(block),
            None => say(session, &format!("UserWarning: The symbol `{name}` was not found\n")),
        }
    }
    parts.join("\n\n")
}

/// The lines of a text that ranges such as `5-10` or `10-20,30,40:` name.
fn lines_of(text: &str, ranges: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<&str> = Vec::new();
    for word in ranges.split([',', ' ']).filter(|w| !w.is_empty()) {
        let (from, to) = match word.split_once(['-', ':']) {
            Some((from, to)) => {
                let to = to.parse::<usize>().ok().map(|to| if word.contains(':') { to.saturating_sub(1) } else { to });
                (from.parse::<usize>().unwrap_or(1), to.unwrap_or(lines.len()))
            }
            None => (word.parse::<usize>().unwrap_or(0), word.parse::<usize>().unwrap_or(0)),
        };
        let from = from.max(1) - 1;
        out.extend(lines.get(from..to.min(lines.len())).unwrap_or_default());
    }
    let indent = out.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    out.iter().map(|line| line.get(indent..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn run_file(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let options = match Options::read(rest, "nietpmGN:") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    if options.rest.is_empty() {
        return Err(Exc::Exception.new("you must provide at least a filename."));
    }
    let path = script(options.rest);
    let name = path.display().to_string();
    if !path.is_file() {
        return Err(Exc::Exception.new(format!("File `'{name}'` not found.")));
    }
    let document = formats::read(&name, &read(&path)?).map_err(|e| Exc::ValueError.new(format!("{name}: {e}")))?;
    let started = Instant::now();
    for cell in document.cells().filter(|c| !c.trim().is_empty()) {
        session.evaluate_here(cell)?;
    }
    if options.has('t') {
        let seconds = started.elapsed().as_secs_f64();
        say(session, &format!("Wall time:  {seconds:10.2} s.\n"));
    }
    Ok(None)
}
