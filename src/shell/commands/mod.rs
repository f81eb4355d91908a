//! The commands of the command line. Each gives the exit status: 0 done, 1 an exception or a difference, 2 a wrong call,
//! 130 interrupted.

mod check;
mod demo;
pub mod exercise;
mod export;
mod files;
pub mod fixtures;
mod inspect;
mod keys;
pub mod migrate;
mod pool;
mod report;
pub mod run;
mod worker;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::theme::{self, When};
use crate::session::{Config, OpenError, Options, Output, SchemaFile, Session, Tables};

pub use check::{CheckOptions, LimitOptions, check};
pub use demo::demo;
pub use export::{ExportFormat, export};
pub use files::replace_file;
pub use inspect::inspect;
pub use run::{RunOptions, code, prompt_or_stdin, run};
pub use worker::worker;

/// What every command is called with.
pub struct Call {
    /// How sessions are opened.
    pub options: Options,
    /// The configuration that was found.
    pub config: Config,
}

impl Call {
    /// Joins the command line with the nearest `ormsh.toml`, of which the command line has the last word.
    ///
    /// Errors: a sentence where a file is missing or a setting is none.
    pub fn new(
        schemas: Vec<String>,
        db: Option<PathBuf>,
        settings: Vec<String>,
        read_only: bool,
        color: Option<When>,
    ) -> Result<Call, String> {
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let (config, folder) = Config::find(&here)?;
        if let Some(name) = config.prompt.theme.as_ref().filter(|name| *name != "none" || color.is_none()) {
            theme::prefer(name);
        }
        if let (None, Some(text)) = (color, &config.color) {
            let when =
                When::parse(text).ok_or_else(|| format!("ormsh.toml: color is auto, always or never, not '{text}'"))?;
            theme::decide(when);
        }
        let mut options = Options { read_only: read_only || config.read_only, ..Options::default() };
        for text in &schemas {
            options.schemas.push(SchemaFile::parse(text, None)?);
        }
        if schemas.is_empty() {
            for text in config.schema.all() {
                options.schemas.push(SchemaFile::parse(text, Some(&folder)).map_err(|e| format!("ormsh.toml: {e}"))?);
            }
        }
        options.db = db.or_else(|| {
            let file = config.db.clone()?;
            Some(if file == Path::new(":memory:") { file } else { folder.join(file) })
        });
        options.settings = config.setting_texts();
        for text in &settings {
            let Some((name, value)) = text.split_once('=') else {
                return Err(format!("--set {text}: give it as NAME=VALUE"));
            };
            options.settings.push((name.trim().to_string(), value.trim().to_string()));
        }
        Ok(Call { options, config })
    }

    /// Opens a session to look at the models alone: no database is opened, no table made. The exit status where the
    /// models do not load.
    pub fn models(&self) -> Result<Session, u8> {
        let mut options = self.options.clone();
        options.tables = Tables::None;
        if !options.schemas.is_empty() || options.db.is_some() {
            options.db = Some(PathBuf::from(":memory:"));
        }
        options.read_only = false;
        Call::opened(&options, Output::kept())
    }

    /// Opens a session, or complains: the exit status.
    pub fn open(&self, output: Rc<Output>) -> Result<Session, u8> {
        Call::opened(&self.options, output)
    }

    /// Opens a session that does otherwise with tables, or complains: the exit status.
    pub fn open_with(&self, tables: Tables, output: Rc<Output>) -> Result<Session, u8> {
        Call::opened(&Options { tables, ..self.options.clone() }, output)
    }

    fn opened(options: &Options, output: Rc<Output>) -> Result<Session, u8> {
        match Session::open(options, output) {
            Ok(session) => {
                for difference in &session.differences {
                    complain(difference);
                }
                Ok(session)
            }
            Err(OpenError::Call(sentence)) => Err(complain(&sentence)),
            Err(OpenError::Schema(traceback)) => {
                eprint!("{}", theme::paint(&traceback));
                Err(2)
            }
        }
    }
}

/// One sentence on standard error; the exit status of a wrong call.
pub fn complain(sentence: &str) -> u8 {
    let _ = writeln!(std::io::stderr(), "ormsh: {sentence}");
    2
}

/// Writes to standard output; done.
pub fn print_bytes(bytes: &[u8]) -> u8 {
    let _ = std::io::stdout().write_all(bytes);
    0
}

/// Writes text to standard output at once. Whoever reads may have gone: that ends the program, as it ends others.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// `ormsh schema sql`.
pub fn schema_sql(call: &Call) -> u8 {
    let session = match call.models() {
        Ok(session) => session,
        Err(status) => return status,
    };
    match session.schema_statements() {
        Ok(statements) => {
            for statement in statements {
                print(&format!("{};\n", statement.trim_end_matches(';')));
            }
            0
        }
        Err(error) => {
            let exception = session.rt.exception(error);
            complain(&crate::session::traceback::message_of(&session.rt, &exception))
        }
    }
}

/// `ormsh schema check`.
pub fn schema_check(call: &Call) -> u8 {
    let session = match call.models() {
        Ok(session) => session,
        Err(status) => return status,
    };
    match crate::models::checks::report(&session.rt, call.options.db.is_some()) {
        Ok((text, serious)) => {
            print(&format!("{text}\n"));
            u8::from(serious)
        }
        Err(error) => {
            let exception = session.rt.exception(error);
            complain(&crate::session::traceback::message_of(&session.rt, &exception))
        }
    }
}

/// `ormsh schema show`.
pub fn schema_show(call: &Call) -> u8 {
    match call.models() {
        Ok(session) => {
            print(&theme::paint(&super::describe::schema(&session)));
            0
        }
        Err(status) => status,
    }
}

/// `ormsh schema diagram`: `svg`, `mermaid`, `dot` or `text`, of some models and their neighbours or of all.
pub fn schema_diagram(call: &Call, format: &str, models: &[String], output: Option<&Path>) -> u8 {
    let session = match call.models() {
        Ok(session) => session,
        Err(status) => return status,
    };
    match (super::diagram::draw(&session, format, models), output) {
        (Err(sentence), _) => complain(&sentence),
        (Ok(text), None) => print_bytes(text.as_bytes()),
        (Ok(text), Some(file)) => match replace_file(file, &text) {
            Ok(()) => 0,
            Err(sentence) => complain(&sentence),
        },
    }
}

/// `ormsh complete`. The cursor stands behind so many characters of the line; at its end where it is not given.
pub fn complete(call: &Call, line: &str, cursor: Option<usize>, json: bool) -> u8 {
    let session = match call.open(Output::kept()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let at = cursor.map_or(line.len(), |n| line.char_indices().nth(n).map_or(line.len(), |(i, _)| i));
    let found = super::complete::at(&session, line, at);
    if json {
        // Places are counted in characters outside, as the cursor is.
        let chars = |byte: usize| line.get(..byte).map_or(0, |s| s.chars().count());
        let out = serde_json::json!({
            "start": chars(found.start),
            "end": chars(found.end),
            "prefix": found.common_prefix(),
            "candidates": found.candidates,
        });
        print(&format!("{out}\n"));
    } else {
        for candidate in found.candidates {
            print(&format!("{}\n", candidate.text));
        }
    }
    0
}
