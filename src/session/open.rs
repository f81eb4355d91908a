//! Opening a session: the language, the models, the database, the names.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use super::engine::Session;
use super::options::{Options, Tables, reason};
use super::output::{LocalHost, Output};
use super::text::Styled;
use super::{exec, sample, schema, traceback};
use crate::db::{Db, DbError};
use crate::models::{Apps, checks};
use crate::object::{Error, Module, Rt, Value};
use crate::source::{Name, Source, SourceKind};
use crate::syntax;

/// Why a session did not open.
pub enum OpenError {
    /// The call is wrong: one sentence.
    Call(String),
    /// A models file raised: its traceback.
    Schema(Styled),
}

impl From<String> for OpenError {
    fn from(sentence: String) -> OpenError {
        OpenError::Call(sentence)
    }
}

/// What every session has without an import, line by line.
const USUAL_NAMES: &str = "\
from datetime import date, datetime, timedelta
from decimal import Decimal
from django.conf import settings
from django.db import connection, models, reset_queries, transaction
from django.db.models import (
    Avg, Case, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, Subquery, Sum, Value, When, functions)
from django.utils import timezone
";

impl Session {
    /// Opens a session: loads the models files (or the sample), opens the database, makes tables that are missing.
    ///
    /// Errors: a sentence where a file or the database is not what it should be, a traceback where a models file raises.
    pub fn open(options: &Options, output: Rc<Output>) -> Result<Session, OpenError> {
        let rt = runtime(&output);
        let db = Db::of(&rt);
        apply_settings(&rt, options)?;
        let path = check_database(options)?;
        let is_sample = options.schemas.is_empty() && options.db.is_none();
        let mut labels: Vec<String> = Vec::new();
        if is_sample {
            schema::register_bundled(&rt, sample::LABEL, sample::FILE, sample::MODELS);
            labels.push(sample::LABEL.into());
        }
        for file in &options.schemas {
            if labels.contains(&file.label) {
                return Err(format!("two schemas have the label '{}': give one with LABEL=FILE", file.label).into());
            }
            schema::register(&rt, &file.label, &file.path);
            labels.push(file.label.clone());
        }
        match options.copy.filter(|_| path != ":memory:" && Path::new(&path).exists()) {
            Some(limit) => {
                check_size(&path, limit)?;
                db.open_copy(&rt, &path, options.read_only).map_err(|e| database_error(&e, &path))?;
            }
            None => {
                let path = if options.copy.is_some() { ":memory:" } else { &path };
                db.open(&rt, path, options.read_only).map_err(|e| database_error(&e, path))?;
            }
        }
        db.logging_off.set(true);
        for label in &labels {
            Apps::of(&rt).config(label);
        }
        for label in &labels {
            schema::load(&rt, label).map_err(|e| failed(&rt, e))?;
        }
        let mut differences = wrong_models(&rt, options, &labels)?;
        if options.tables == Tables::Make {
            if options.read_only && options.db.is_some() {
                let missing = exec::missing_tables(&rt, &labels).map_err(|e| table_error(&rt, e, &path))?;
                differences.extend(
                    missing.into_iter().map(|t| format!("{path}: there is no table {t}, and none can be made")),
                );
            } else {
                exec::create_missing_tables(&rt, &labels).map_err(|e| table_error(&rt, e, &path))?;
            }
        }
        if options.db.is_some() && options.tables == Tables::Make {
            differences.extend(exec::table_differences(&rt, &labels).map_err(|e| table_error(&rt, e, &path))?);
        }
        if is_sample && options.tables == Tables::Make {
            let conn = db.raw(&rt).map_err(|e| failed(&rt, e))?;
            conn.execute_batch(sample::DATA).map_err(|e| format!("the sample's data: {e}"))?;
        }
        let main = Module::new("__main__");
        rt.modules.borrow_mut().insert(Name::new("__main__"), rt.module_object(main.clone()));
        let source = Rc::new(Source::new(SourceKind::Text, "<names>", USUAL_NAMES));
        let tree = syntax::parse(USUAL_NAMES, syntax::Mode::File).map_err(|e| format!("the usual names: {e}"))?;
        exec::run_file(&rt, &source, &tree, &main).map_err(|e| failed(&rt, e))?;
        let mut imported = main.names().len().saturating_sub(1);
        for label in &labels {
            for model in Apps::of(&rt).models_of(label) {
                if model.auto_created.borrow().is_none() {
                    main.put(&model.object_name, model.class_value());
                    imported += 1;
                }
            }
        }
        if options.read_only {
            db.refuse_writes(&rt).map_err(|e| failed(&rt, e))?;
        }
        if options.tables == Tables::Make {
            crate::models::migrate::typed::start(&rt);
        }
        db.logging_off.set(false);
        rt.handling.borrow_mut().clear();
        let database = match path.as_str() {
            ":memory:" => "in memory".to_string(),
            file => file.to_string(),
        };
        let given = main.names().keys().copied().collect();
        Ok(Session {
            given,
            differences,
            rt,
            output,
            main,
            labels,
            imported,
            is_sample,
            database,
            mode: Cell::default(),
            number: Cell::new(0),
            magics: RefCell::new(None),
            shown: RefCell::default(),
            typed: RefCell::default(),
        })
    }
}

/// A runtime with everything installed in it.
fn runtime(output: &Rc<Output>) -> Rc<Rt> {
    let rt = Rt::new(Box::new(LocalHost { output: output.clone() }));
    exec::install(&rt);
    rt
}

/// The database's path, where it is one that can be opened.
fn check_database(options: &Options) -> Result<String, OpenError> {
    let Some(path) = &options.db else { return Ok(":memory:".into()) };
    let name = path.display().to_string();
    if name == ":memory:" {
        return Ok(name);
    }
    if path.is_dir() {
        return Err(format!("{name}: is a folder, not a database").into());
    }
    match std::fs::File::open(path) {
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            if options.read_only {
                return Err(format!("{name}: no such file").into());
            }
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if !folder.is_dir() {
                return Err(format!("{name}: there is no folder {}", folder.display()).into());
            }
        }
        Err(e) => return Err(format!("{name}: {}", reason(&e)).into()),
    }
    Ok(name)
}

/// A copy in memory is made of what fits there.
fn check_size(path: &str, limit: u64) -> Result<(), OpenError> {
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    if size <= limit {
        return Ok(());
    }
    let megabytes = |bytes: u64| bytes.div_ceil(1 << 20);
    Err(OpenError::Call(format!(
        "{path}: has {} MB, and a copy to work on is made of at most {} MB; --copy-limit MB allows more",
        megabytes(size),
        megabytes(limit)
    )))
}

fn database_error(error: &DbError, path: &str) -> OpenError {
    OpenError::Call(match error {
        DbError::CannotOpen(_) => format!("{path}: unable to open database file"),
        DbError::NotADatabase(_) => format!("{path}: file is not a database"),
        DbError::Locked(_) => format!("{path}: database is locked by another program"),
        DbError::Other(text) => format!("{path}: {text}"),
    })
}

/// A database error while tables were made, as a sentence about the file; anything else as its traceback.
fn table_error(rt: &Rt, error: Error, path: &str) -> OpenError {
    if !error.is(crate::object::Exc::DatabaseError) {
        return failed(rt, error);
    }
    let exception = rt.exception(error);
    OpenError::Call(format!("{path}: {}", traceback::message_of(rt, &exception)))
}

/// What Django's checks find where a glance at the models says that something is wrong: each message behind the file
/// and the line that it is about. What makes a table impossible ends the call; the rest is told, and the session opens.
fn wrong_models(rt: &Rt, options: &Options, labels: &[String]) -> Result<Vec<String>, OpenError> {
    let models = exec::models_of(rt, labels);
    if options.tables == Tables::None || !checks::suspicious(rt, &models) {
        return Ok(Vec::new());
    }
    let found = checks::all(rt, false).map_err(|e| failed(rt, e))?;
    let (mut told, mut fatal) = (Vec::new(), false);
    for message in found.iter().filter(|m| m.serious) {
        let place = schema::place(options, message.model.as_deref(), message.field.as_deref());
        let place = place.map(|(file, line)| format!("{file}, line {line}: ")).unwrap_or_default();
        told.push(format!("{place}{}", message.text));
        fatal |= FATAL.iter().any(|id| message.text.contains(id));
    }
    if fatal {
        return Err(OpenError::Call(told.join("\normsh: ")));
    }
    Ok(told)
}

/// The checks whose models can have no tables.
const FATAL: &[&str] =
    &["(fields.E300)", "(fields.E331)", "(models.E007)", "(models.E026)", "(models.E028)", "(fields.E340)"];

/// A traceback as Python itself writes it.
fn failed(rt: &Rt, error: Error) -> OpenError {
    let exception = rt.exception(error);
    let mut out = traceback::render_python(rt, &exception);
    let main = Module::new("__main__");
    if let Some(hint) = traceback::hint(rt, &exception, &main) {
        out.push(super::text::Role::Dim, format!("{hint}\n"));
    }
    OpenError::Schema(out)
}

/// `--set NAME=VALUE`: Django's settings.
fn apply_settings(rt: &Rt, options: &Options) -> Result<(), OpenError> {
    for (name, text) in &options.settings {
        let value = match text.as_str() {
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            "None" => Value::None,
            text => match text.parse::<i64>() {
                Ok(n) => Value::Int(n),
                Err(_) => Value::str(text.trim_matches(['\'', '"'])),
            },
        };
        exec::apply_setting(rt, name, value)?;
    }
    Ok(())
}
