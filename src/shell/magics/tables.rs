//! Magics for tables and fixtures: migrate, dumpdata, loaddata.

use super::{Magic, Shell, say, say_styled, usage};
use crate::models::migrate::Answers;
use crate::object::{Exc, Res, Value};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::shell::commands::migrate as command;
use crate::shell::fixtures::{self, Dump};

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "migrate",
        usage: "[run] [OPTIONS]",
        doc: "The statements that would make the tables what the models say; with run, runs them.
Rows are kept. What only you know is asked, and answered with an option:
    --rename student.name=title   the field (or table) has another name now
    --no-rename                   nothing was renamed
    --default student.age=18      what rows that are there get in a new column
    --drop school_room            the table, which has no model, can go",
        cell: false,
        run: migrate,
    },
    Magic {
        name: "dumpdata",
        usage: "[MODEL ...] [FILE]",
        doc: "Writes objects as a fixture: as JSON, or as CSV where FILE ends in .csv (then of one model).
    %dumpdata Student              shows them
    %dumpdata Student Course school.json
    --natural-foreign, --natural-primary, --all, --indent N",
        cell: false,
        run: dumpdata,
    },
    Magic {
        name: "loaddata",
        usage: "FILE ...",
        doc: "Reads fixtures: .json, .jsonl, or .csv named as its model. All of it, or nothing.
    --model Student                the model of a CSV file whose name does not say it
    --ignorenonexistent            leaves models and fields out that do not exist",
        cell: false,
        run: loaddata,
    },
];

fn dumpdata(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let mut how = Dump { indent: Some(2), ..Dump::default() };
    let mut file = None;
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--natural-foreign" => how.natural_foreign = true,
            "--natural-primary" => how.natural_primary = true,
            "--all" => how.all = true,
            "--indent" => match words.next().and_then(|n| n.parse().ok()) {
                Some(n) => how.indent = Some(n),
                None => return usage(session, "%dumpdata --indent takes a number"),
            },
            option if option.starts_with('-') => {
                return usage(session, &format!("%dumpdata has no {option}: %dumpdata? says what it has"));
            }
            name => match name.rsplit_once('.') {
                Some((_, kind @ ("json" | "jsonl" | "csv"))) => {
                    how.format = kind.to_string();
                    file = Some(name.to_string());
                }
                _ => how.names.push(name.to_string()),
            },
        }
    }
    let dumped = fixtures::dump(session, &how)?;
    for note in &dumped.notes {
        say(session, &format!("{note}\n"));
    }
    match file {
        None => say(session, &dumped.text),
        Some(file) => match crate::shell::commands::replace_file(std::path::Path::new(&file), &dumped.text) {
            Ok(()) => say(session, &format!("{} object(s) written to {file}\n", dumped.count)),
            Err(sentence) => return Err(Exc::OSError.new(sentence)),
        },
    }
    Ok(None)
}

fn loaddata(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let (mut files, mut model, mut lenient) = (Vec::new(), None, false);
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--model" => model = words.next(),
            "--ignorenonexistent" | "-i" => lenient = true,
            option if option.starts_with('-') => {
                return usage(session, &format!("%loaddata has no {option}: %loaddata? says what it has"));
            }
            file => files.push(std::path::PathBuf::from(file)),
        }
    }
    if files.is_empty() {
        return usage(session, "%loaddata FILE ...");
    }
    let count = fixtures::load(session, &files, model, lenient)?;
    say(session, &crate::shell::commands::fixtures::installed(count, files.len()));
    Ok(None)
}

fn migrate(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    let (run, answers) = match read(rest) {
        Ok(read) => read,
        Err(sentence) => return usage(session, &sentence),
    };
    let plan = session.plan(&answers)?;
    let mut out = Styled::new();
    for note in &plan.notes {
        out.push(Role::Dim, format!("{note}\n"));
    }
    if !plan.questions.is_empty() {
        for question in &plan.questions {
            out.push(Role::Plain, format!("{}\n", question.text));
            out.push(Role::Dim, format!("  {}\n", question.hint));
        }
        say_styled(session, &out);
        return Ok(None);
    }
    if plan.steps.is_empty() {
        out.push(Role::Plain, command::NOTHING);
        say_styled(session, &out);
        return Ok(None);
    }
    say_styled(session, &out);
    say_styled(session, &command::shown(&plan));
    for loss in &plan.losses {
        say(session, &format!("This drops data: {loss}\n"));
    }
    if run {
        session.migrate(&plan)?;
        say(session, &format!("{}\n", command::done(&plan)));
    } else {
        say(session, "%migrate run does this.\n");
    }
    Ok(None)
}

fn read(rest: &str) -> Result<(bool, Answers), String> {
    let (mut run, mut no_renames) = (false, false);
    let (mut renames, mut drops, mut defaults) = (Vec::new(), Vec::new(), Vec::new());
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=').filter(|_| word.starts_with("--")) {
            Some((option, value)) => (option, Some(value.to_string())),
            None => (word, None),
        };
        let into = match option {
            "run" | "--yes" => {
                run = true;
                continue;
            }
            "--no-rename" => {
                no_renames = true;
                continue;
            }
            "--rename" => &mut renames,
            "--drop" => &mut drops,
            "--default" => &mut defaults,
            other => return Err(format!("%migrate has no {other}: %migrate? says what it has")),
        };
        let value = value.or_else(|| words.next().map(str::to_string));
        into.push(value.ok_or_else(|| format!("%migrate {option}: what?"))?);
    }
    Ok((run, command::answers(&renames, no_renames, &drops, &defaults)?))
}
