//! The table of magics.

use std::time::{Duration, Instant};

use super::{Magic, Shell};
use crate::models::Apps;
use crate::object::{Exc, Res, Value};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::session::traceback::Mode;
use crate::shell::{describe, theme};

/// Every magic.
pub const ROWS: &[Magic] = &[
    Magic { name: "help", usage: "", doc: "This page.", cell: false, run: help },
    Magic { name: "sql", usage: "[on|off]", doc: "Shows the SQL behind each result.", cell: false, run: sql },
    Magic { name: "table", usage: "[on|off]", doc: "Shows results as tables.", cell: false, run: table },
    Magic {
        name: "xmode",
        usage: "[Context|Plain|Minimal|Verbose]",
        doc: "What tracebacks show.",
        cell: false,
        run: xmode,
    },
    Magic {
        name: "time",
        usage: "STATEMENT",
        doc: "Runs a statement and says how long it took.",
        cell: true,
        run: time,
    },
    Magic {
        name: "timeit",
        usage: "[-n N] [-r R] STATEMENT",
        doc: "Runs a statement many times and says how long one takes.",
        cell: true,
        run: timeit,
    },
    Magic { name: "history", usage: "[-n]", doc: "What was typed.", cell: false, run: history },
    Magic { name: "who", usage: "", doc: "The names that this session made.", cell: false, run: who },
    Magic {
        name: "whos",
        usage: "",
        doc: "The names that this session made, with their types and values.",
        cell: false,
        run: whos,
    },
    Magic { name: "models", usage: "", doc: "The models.", cell: false, run: models },
    Magic { name: "schema", usage: "[MODEL]", doc: "A model's fields, or all models'.", cell: false, run: schema },
    Magic { name: "describe", usage: "MODEL", doc: "A model's fields.", cell: false, run: schema },
    Magic { name: "lsmagic", usage: "", doc: "The names of the magics.", cell: false, run: lsmagic },
    Magic {
        name: "save",
        usage: "FILE [CELLS]",
        doc: "Writes what was typed to a file: all, or cells such as 1-3 5.",
        cell: false,
        run: save,
    },
    Magic { name: "load", usage: "FILE", doc: "Puts a file's text at the next prompt.", cell: false, run: load },
    Magic { name: "run", usage: "FILE", doc: "Runs a session's cells here.", cell: false, run: run_file },
    Magic { name: "recall", usage: "N", doc: "Puts cell N at the next prompt.", cell: false, run: recall },
    Magic { name: "rerun", usage: "N", doc: "Runs cell N again.", cell: false, run: rerun },
    Magic { name: "reset", usage: "", doc: "Forgets the names that this session made.", cell: false, run: reset },
];

fn say(session: &Session, text: &str) {
    session.output.write(text);
}

fn say_styled(session: &Session, text: &Styled) {
    session.output.write(&theme::paint(text));
}

fn switch(session: &Session, name: &str, cell: &std::cell::Cell<bool>, rest: &str) {
    match rest.trim() {
        "on" | "1" => cell.set(true),
        "off" | "0" => cell.set(false),
        "" => cell.set(!cell.get()),
        other => return say(session, &format!("UsageError: %{name} takes on or off, not {other}\n")),
    }
    say(session, &format!("{name} is {}\n", if cell.get() { "on" } else { "off" }));
}

fn help(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let mut out = Styled::new();
    out.push(Role::Heading, "ormsh: the Django shell without Python\n");
    out.push(Role::Plain, "Type a query, e.g. ");
    let labels = &session.labels;
    let first = labels.iter().find_map(|l| Apps::of(&session.rt).models_of(l).into_iter().next());
    let example = first.map_or("1 + 1".to_string(), |m| format!("{}.objects.all()", m.object_name));
    out.push(Role::Sql, example).push(Role::Plain, "; ask about anything with name?\n\n");
    let width = ROWS.iter().map(|m| m.name.len() + m.usage.len().min(24) + 3).max().unwrap_or(0);
    for magic in ROWS {
        let call = format!("%{} {}", magic.name, if magic.usage.len() > 24 { "..." } else { magic.usage });
        out.push(Role::Function, format!("  {call:<width$}")).push(Role::Plain, format!("{}\n", magic.doc));
    }
    out.push(Role::Plain, "\nCtrl-D or exit leaves.\n");
    say_styled(session, &out);
    Ok(None)
}

fn sql(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    switch(session, "sql", &shell.state.sql, rest);
    Ok(None)
}

fn table(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    switch(session, "table", &shell.state.table, rest);
    Ok(None)
}

fn xmode(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let modes = [Mode::Context, Mode::Plain, Mode::Minimal, Mode::Verbose];
    let mode = match rest.trim() {
        "" => {
            let at = modes.iter().position(|m| *m == session.mode.get()).unwrap_or(0);
            modes[(at + 1) % modes.len()]
        }
        name => match Mode::parse(name) {
            Some(mode) => mode,
            None => {
                say(
                    session,
                    &format!(
                        "UsageError: Unrecognized mode in FormattedTB: <{name}>\nValid modes: ['Plain', 'Context', 'Verbose', 'Minimal']\n"
                    ),
                );
                return Ok(None);
            }
        },
    };
    session.mode.set(mode);
    say(session, &format!("Exception reporting mode: {}\n", mode.name()));
    Ok(None)
}

/// A time as IPython writes it.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "μs"),
        s => (s * 1e9, "ns"),
    };
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {unit}")
}

fn time(_: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    let started = Instant::now();
    let value = session.evaluate_here(body.unwrap_or(rest))?;
    say(session, &format!("Wall time: {}\n", duration(started.elapsed())));
    Ok(value)
}

fn timeit(_: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    let (mut loops, mut repeats) = (None, 7_u32);
    let mut words = rest.trim();
    while let Some(option) = words.strip_prefix("-n").or_else(|| words.strip_prefix("-r")) {
        let is_loops = words.starts_with("-n");
        let option = option.trim_start();
        let end = option.find(|c: char| !c.is_ascii_digit()).unwrap_or(option.len());
        let number: Option<u32> = option[..end].parse().ok().filter(|n| *n > 0);
        let Some(number) = number else { return Err(Exc::ValueError.new("%timeit -n and -r take a number")) };
        if is_loops {
            loops = Some(number)
        } else {
            repeats = number
        }
        words = option[end..].trim_start();
    }
    let code = body.unwrap_or(words);
    let run = session.compiled(code)?;
    let sample = |n: u32| -> Res<f64> {
        let started = Instant::now();
        for _ in 0..n {
            run(session)?;
        }
        Ok(started.elapsed().as_secs_f64())
    };
    let loops = match loops {
        Some(n) => n,
        None => {
            let mut n = 1;
            while sample(n)? < 0.05 && n < 10_000_000 {
                n *= 10;
            }
            n
        }
    };
    let mut times = Vec::new();
    for _ in 0..repeats {
        times.push(sample(loops)? / loops as f64);
    }
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let deviation = (times.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / times.len() as f64).sqrt();
    let plural = |n: u32| if n == 1 { "" } else { "s" };
    let grouped = {
        let digits = loops.to_string();
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                out.push(',');
            }
            out.push(c);
        }
        out
    };
    say(
        session,
        &format!(
            "{} ± {} per loop (mean ± std. dev. of {repeats} run{}, {grouped} loop{} each)\n",
            duration(Duration::from_secs_f64(mean)),
            duration(Duration::from_secs_f64(deviation)),
            plural(repeats),
            plural(loops),
        ),
    );
    Ok(None)
}

fn history(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let numbers = rest.split_whitespace().any(|w| w == "-n");
    for (number, source) in shell.state.typed.borrow().iter() {
        for (i, line) in source.lines().enumerate() {
            match (numbers, i) {
                (true, 0) => say(session, &format!("{number:>4}: {line}\n")),
                (true, _) => say(session, &format!("      {line}\n")),
                (false, _) => say(session, &format!("{line}\n")),
            }
        }
    }
    Ok(None)
}

fn who(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let names = session.own_names();
    if names.is_empty() {
        say(session, "Interactive namespace is empty.\n");
        return Ok(None);
    }
    let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
    say(session, &format!("{}\n", names.join("\t ")));
    Ok(None)
}

fn whos(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let names = session.own_names();
    if names.is_empty() {
        say(session, "Interactive namespace is empty.\n");
        return Ok(None);
    }
    let mut rows = vec![["Variable".to_string(), "Type".into(), "Data/Info".into()]];
    for (name, value) in &names {
        let text = crate::session::display::pretty(&session.rt, value)?;
        let mut text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > 50 {
            text = text.chars().take(47).collect::<String>() + "...";
        }
        rows.push([name.clone(), crate::object::ops::type_name(value).to_string(), text]);
    }
    let wide = |i: usize| rows.iter().map(|r| r[i].chars().count()).max().unwrap_or(0);
    let (a, b) = (wide(0), wide(1));
    for (i, row) in rows.iter().enumerate() {
        say(session, format!("{:<a$}   {:<b$}   {}", row[0], row[1], row[2]).trim_end());
        say(session, "\n");
        if i == 0 {
            say(session, &format!("{}\n", "-".repeat(a + b + 15)));
        }
    }
    Ok(None)
}

fn models(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    say_styled(session, &describe::models(session));
    Ok(None)
}

fn schema(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let name = rest.trim();
    if name.is_empty() {
        say_styled(session, &describe::schema(session));
        return Ok(None);
    }
    match describe::find_model(session, name) {
        Some(model) => say_styled(session, &describe::model(session, &model)),
        None => {
            let known = describe::all_models(session);
            let near = closest_name(name, known.iter().map(|m| &*m.object_name));
            say(session, &format!("UsageError: there is no model {name}.{near}\n"));
        }
    }
    Ok(None)
}

fn closest_name<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> String {
    crate::object::suggest::closest(wrong, names).map(|n| format!(" Did you mean {n}?")).unwrap_or_default()
}

fn lsmagic(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    let line: Vec<String> = ROWS.iter().map(|m| format!("%{}", m.name)).collect();
    let cell: Vec<String> = ROWS.iter().filter(|m| m.cell).map(|m| format!("%%{}", m.name)).collect();
    say(
        session,
        &format!("Available line magics:\n{}\n\nAvailable cell magics:\n{}\n", line.join("  "), cell.join("  ")),
    );
    Ok(None)
}

/// Numbers such as `1-3 5`.
fn chosen(words: &[&str], number: u32) -> bool {
    words.is_empty()
        || words.iter().any(|word| match word.split_once('-') {
            Some((a, b)) => a.parse::<u32>().is_ok_and(|a| a <= number) && b.parse::<u32>().is_ok_and(|b| number <= b),
            None => word.parse::<u32>() == Ok(number),
        })
}

fn save(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let Some((file, cells)) = words.split_first() else {
        say(session, "UsageError: %save FILE [CELLS]\n");
        return Ok(None);
    };
    let file = if file.contains('.') { file.to_string() } else { format!("{file}.py") };
    let typed = shell.state.typed.borrow();
    let now = session.next_number().saturating_sub(1);
    let text = crate::session::cells::join(
        typed.iter().filter(|(n, _)| *n != now && chosen(cells, *n)).map(|(_, source)| source.as_str()),
    );
    match crate::shell::commands::replace_file(std::path::Path::new(&file), &text) {
        Ok(()) => say(session, &format!("{} cells written to {file}\n", text.matches("# %%").count())),
        Err(sentence) => return Err(Exc::OSError.new(sentence)),
    }
    Ok(None)
}

fn read(file: &str) -> Res<String> {
    std::fs::read_to_string(file)
        .map_err(|e| Exc::FileNotFoundError.new(format!("{file}: {}", crate::session::options::reason(&e))))
}

fn load(shell: &Shell, _: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let text = read(rest.trim())?;
    *shell.state.next_input.borrow_mut() = Some(text.trim_end().to_string());
    Ok(None)
}

fn run_file(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let file = rest.trim();
    let document =
        crate::session::formats::read(file, &read(file)?).map_err(|e| Exc::ValueError.new(format!("{file}: {e}")))?;
    for cell in document.cells().filter(|c| !c.trim().is_empty()) {
        session.evaluate_here(cell)?;
    }
    Ok(None)
}

fn nth(shell: &Shell, session: &Session, rest: &str) -> Option<String> {
    let number: Option<u32> = rest.trim().parse().ok();
    let typed = shell.state.typed.borrow();
    let found = number.and_then(|n| typed.iter().find(|(m, _)| *m == n)).map(|(_, s)| s.clone());
    if found.is_none() {
        say(session, &format!("UsageError: there is no cell {}\n", rest.trim()));
    }
    found
}

fn recall(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if let Some(source) = nth(shell, session, rest) {
        *shell.state.next_input.borrow_mut() = Some(source);
    }
    Ok(None)
}

fn rerun(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    match nth(shell, session, rest) {
        Some(source) => session.evaluate_here(&source),
        None => Ok(None),
    }
}

fn reset(_: &Shell, session: &Session, _: &str, _: Option<&str>) -> Res<Option<Value>> {
    for (name, _) in session.own_names() {
        session.main.remove(crate::source::Name::new(&name));
    }
    Ok(None)
}
