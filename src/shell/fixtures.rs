//! Fixtures: objects written as JSON or CSV, and read again; with a bar on a terminal where it takes long.

use std::path::{Path, PathBuf};

use super::progress::Progress;
use crate::object::{CallArgs, Exc, Res, Value, ops};
use crate::session::Session;
use crate::session::options::reason;
use crate::source::Name;

/// What to write, and how: the arguments of `dumpdata`.
#[derive(Clone, Debug, Default)]
pub struct Dump {
    /// Apps and models (`app`, `app.Model`, `Model`); all of the session's where there are none.
    pub names: Vec<String>,
    /// Apps and models that are left out.
    pub exclude: Vec<String>,
    /// How deep to indent.
    pub indent: Option<i64>,
    /// Keys by the natural keys of what they refer to.
    pub natural_foreign: bool,
    /// No primary keys where there are natural ones.
    pub natural_primary: bool,
    /// By the base managers, not the default ones.
    pub all: bool,
    /// Only these rows of the one model.
    pub pks: Vec<String>,
    /// `json`, `jsonl` or `csv`.
    pub format: String,
}

/// What was written.
pub struct Dumped {
    /// The text.
    pub text: String,
    /// Sentences about what was left out.
    pub notes: Vec<String>,
    /// How many objects.
    pub count: u64,
}

/// How far the work is, for the bar that long work has on a terminal.
struct Far {
    bar: Progress,
    what: &'static str,
    done: u64,
    total: u64,
}

impl Far {
    fn new(what: &'static str, total: u64) -> Far {
        Far { bar: Progress::default(), what, done: 0, total }
    }

    fn tick(&mut self) {
        self.done += 1;
        // Asking the clock for each of a hundred thousand objects would cost more than it tells.
        if self.done.is_multiple_of(64) && self.done < self.total {
            self.bar.at(self.what, self.done as usize, self.total as usize);
        }
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        self.bar.clear();
    }
}

fn module(session: &Session) -> Res<Value> {
    session.rt.exec()?.import(&session.rt, "django.core.management.fixtures")
}

fn texts(list: &[String]) -> Value {
    Value::list(list.iter().map(Value::str).collect())
}

/// Writes objects as `dumpdata` does.
///
/// Errors: CommandError where there is no such app or model; what reading raises.
pub fn dump(session: &Session, how: &Dump) -> Res<Dumped> {
    let rt = &*session.rt;
    let module = module(session)?;
    let call = |name: &str, args: CallArgs| ops::call_method(rt, &module, Name::new(name), args);
    let labels = texts(&session.all_labels());
    let found = call(
        "models_to_dump",
        CallArgs::new([texts(&how.names), labels, texts(&how.exclude)]).with("natural", how.natural_foreign),
    )?;
    let found = ops::collect(rt, &found)?;
    let models = found.first().cloned().unwrap_or_default();
    let notes = ops::collect(rt, found.get(1).unwrap_or(&Value::None))?;
    let notes = notes.iter().filter_map(|n| n.as_str().map(|s| s.to_string())).collect();
    let pks = if how.pks.is_empty() { Value::None } else { texts(&how.pks) };
    let total = call("count", CallArgs::new([models.clone()]))?.as_int().and_then(|n| u64::try_from(n).ok());
    let mut far = Far::new("dumpdata", total.unwrap_or(0));
    let mut text = String::new();
    if how.format == "csv" {
        let list = ops::collect(rt, &models)?;
        let [model] = &list[..] else {
            return Err(Exc::ValueError.new("CSV holds the rows of one model: name it"));
        };
        csv_line(&mut text, &strings(session, &call("csv_header", CallArgs::new([model.clone()]))?)?);
        let args = CallArgs::new([model.clone(), Value::Bool(how.all), pks]);
        let mut rows = ops::iter(rt, &call("csv_rows", args)?)?;
        while let Some(row) = rows.next(rt)? {
            csv_line(&mut text, &strings(session, &row)?);
            far.tick();
        }
    } else {
        let format = if how.format.is_empty() { "json" } else { &how.format };
        let args = CallArgs::new([models])
            .with("format", Value::str(format))
            .with("indent", how.indent.map_or(Value::None, Value::Int))
            .with("all", how.all)
            .with("natural_foreign", how.natural_foreign)
            .with("natural_primary", how.natural_primary)
            .with("pks", pks);
        let mut steps = ops::iter(rt, &call("dump", args)?)?;
        while let Some(step) = steps.next(rt)? {
            match step.as_str() {
                Some(whole) => text = whole.to_string(),
                None => far.tick(),
            }
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    Ok(Dumped { text, notes, count: far.done })
}

fn strings(session: &Session, row: &Value) -> Res<Vec<String>> {
    let rt = &*session.rt;
    ops::collect(rt, row)?.iter().map(|v| Ok(ops::str(rt, v)?.to_string())).collect()
}

fn csv_line(out: &mut String, values: &[String]) {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        if value.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&value.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(value);
        }
    }
    // A row of one empty value would be no row.
    if values.len() == 1 && values.first().is_some_and(String::is_empty) {
        out.push_str("\"\"");
    }
    out.push('\n');
}

/// The rows of a CSV text, each with the line that it starts on. An empty line is no row.
///
/// Errors: a sentence where quotes are not closed.
pub fn read_csv(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let (mut value, mut quoted, mut line, mut start) = (String::new(), false, 1, 1);
    let mut was_quoted = false;
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    let mut ended = true;
    while let Some(c) = chars.next() {
        ended = false;
        match c {
            '"' if quoted => match chars.next_if_eq(&'"') {
                Some(_) => value.push('"'),
                None => quoted = false,
            },
            '"' if value.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            ',' if !quoted => {
                row.push(std::mem::take(&mut value));
                was_quoted = false;
            }
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                if !(row.is_empty() && value.is_empty() && !was_quoted) {
                    row.push(std::mem::take(&mut value));
                    rows.push((start, std::mem::take(&mut row)));
                }
                line += 1;
                (start, was_quoted, ended) = (line, false, true);
            }
            c => {
                line += usize::from(c == '\n');
                value.push(c);
            }
        }
    }
    if quoted {
        return Err(format!("line {start}: a quote that is not closed"));
    }
    if !ended {
        row.push(value);
        rows.push((start, row));
    }
    Ok(rows)
}

/// Reads fixtures as `loaddata` does, all in one transaction: how many objects.
///
/// Errors: CommandError, DeserializationError, those of the database; KeyboardInterrupt. Then nothing was saved.
pub fn load(session: &Session, files: &[PathBuf], model: Option<&str>, lenient: bool) -> Res<u64> {
    let rt = &*session.rt;
    let module = module(session)?;
    let call = |name: &str, args: CallArgs| ops::call_method(rt, &module, Name::new(name), args);
    let mut parts = Vec::new();
    // Objects that refer to some that come later.
    let waiting = Value::list(Vec::new());
    let mut far = Far::new("loaddata", 0);
    for file in files {
        let shown = file.display().to_string();
        let text = read(file)?;
        let extension = file.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let steps = match extension.as_str() {
            "csv" => {
                let rows = read_csv(&text).map_err(|e| Exc::ValueError.new(format!("{shown}: {e}")))?;
                let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
                let name = model.unwrap_or(&stem);
                let Some(found) = crate::shell::describe::find_model(session, name) else {
                    return Err(
                        Exc::LookupError.new(format!("{shown}: there is no model {name}: give it with --model"))
                    );
                };
                let mut rows = rows.into_iter();
                let Some((_, header)) = rows.next() else {
                    return Err(Exc::ValueError.new(format!("{shown}: has no header")));
                };
                far.total += rows.len() as u64;
                let rows = rows.map(|(line, row)| Value::tuple(vec![Value::Int(line as i64), texts(&row)])).collect();
                let args = CallArgs::new([found.class_value(), texts(&header), Value::list(rows), Value::str(&shown)]);
                call("load_rows", args)?
            }
            "json" | "jsonl" => {
                let args =
                    CallArgs::new([Value::str(&text), Value::str(&shown), waiting.clone(), Value::str(&extension)]);
                call("load", args.with("ignorenonexistent", lenient))?
            }
            _ => {
                let known = "a fixture ends in .json, .jsonl or .csv";
                return Err(
                    Exc::ValueError.new(format!("{shown}: '{extension}' is not a known serialization format: {known}"))
                );
            }
        };
        parts.push(steps);
    }
    let chain = rt.exec()?.import(rt, "itertools")?;
    let chain = ops::get_attr(rt, &chain, Name::new("chain"))?;
    let steps = ops::call(rt, &chain, CallArgs::new(parts))?;
    let mut steps = ops::iter(rt, &call("in_transaction", CallArgs::new([steps, waiting]))?)?;
    while let Some(step) = steps.next(rt)? {
        match step.as_int().and_then(|n| u64::try_from(n).ok()) {
            // What a fixture holds is known when it was read.
            Some(more) => far.total += more,
            None => far.tick(),
        }
    }
    Ok(far.done)
}

fn read(file: &Path) -> Res<String> {
    let shown = file.display();
    if file.is_dir() {
        return Err(Exc::OSError.new(format!("{shown}: is a folder, not a fixture")));
    }
    let bytes = std::fs::read(file).map_err(|e| Exc::OSError.new(format!("{shown}: {}", reason(&e))))?;
    String::from_utf8(bytes).map_err(|_| Exc::ValueError.new(format!("{shown}: is not UTF-8 text")))
}
