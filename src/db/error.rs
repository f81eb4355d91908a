//! Errors: SQLite's own words in Django's classes, and what the session layer is told when a file cannot be opened.

use rusqlite::ffi;

use crate::object::{Error, Exc};

/// Why a database could not be opened.
#[derive(Debug, Clone)]
pub enum DbError {
    /// No such file, no such folder, no permission.
    CannotOpen(String),
    /// The file holds something else.
    NotADatabase(String),
    /// Another program holds it.
    Locked(String),
    /// Anything else, in SQLite's words.
    Other(String),
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DbError::CannotOpen(path) => write!(f, "unable to open database file: {path}"),
            DbError::NotADatabase(path) => write!(f, "file is not a database: {path}"),
            DbError::Locked(path) => write!(f, "database is locked: {path}"),
            DbError::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for DbError {}

impl DbError {
    pub(super) fn of(error: &rusqlite::Error, path: &str) -> DbError {
        match error.sqlite_error().map(|e| e.extended_code & 0xff) {
            Some(ffi::SQLITE_CANTOPEN | ffi::SQLITE_PERM | ffi::SQLITE_IOERR) => DbError::CannotOpen(path.into()),
            Some(ffi::SQLITE_NOTADB) => DbError::NotADatabase(path.into()),
            Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) => DbError::Locked(path.into()),
            _ => DbError::Other(message(error)),
        }
    }
}

/// SQLite's text for an error.
pub fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        rusqlite::Error::SqliteFailure(e, None) => code_text(e.extended_code).to_string(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}

fn code_text(code: i32) -> &'static str {
    match code & 0xff {
        ffi::SQLITE_BUSY => "database is locked",
        ffi::SQLITE_LOCKED => "database table is locked",
        ffi::SQLITE_READONLY => "attempt to write a readonly database",
        ffi::SQLITE_INTERRUPT => "interrupted",
        ffi::SQLITE_CORRUPT => "database disk image is malformed",
        ffi::SQLITE_FULL => "database or disk is full",
        ffi::SQLITE_CANTOPEN => "unable to open database file",
        ffi::SQLITE_CONSTRAINT => "constraint failed",
        ffi::SQLITE_MISMATCH => "datatype mismatch",
        ffi::SQLITE_NOTADB => "file is not a database",
        ffi::SQLITE_TOOBIG => "string or blob too big",
        _ => "SQL logic error",
    }
}

/// An error of SQLite's as Django's exception, with the driver's own as its cause.
pub fn raise(error: rusqlite::Error) -> Error {
    let kind = match &error {
        rusqlite::Error::InvalidParameterCount(given, needed) => {
            return both(
                Exc::ProgrammingError,
                format!(
                    "Incorrect number of bindings supplied. The current statement uses {needed}, and there are {given} supplied."
                ),
            );
        }
        rusqlite::Error::MultipleStatement => {
            return both(Exc::ProgrammingError, "You can only execute one statement at a time.".into());
        }
        rusqlite::Error::UserFunctionError(inner) => {
            return both(Exc::OperationalError, inner.to_string());
        }
        other => match other.sqlite_error().map(|e| e.extended_code & 0xff) {
            Some(ffi::SQLITE_INTERRUPT) => return Exc::KeyboardInterrupt.with_args(Vec::new()),
            Some(ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH) => Exc::IntegrityError,
            Some(ffi::SQLITE_INTERNAL | ffi::SQLITE_NOTFOUND) => Exc::InternalError,
            Some(ffi::SQLITE_NOMEM) => return Exc::MemoryError.with_args(Vec::new()),
            Some(ffi::SQLITE_TOOBIG) => Exc::DataError,
            Some(ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB) => Exc::DatabaseError,
            Some(ffi::SQLITE_MISUSE | ffi::SQLITE_RANGE) => Exc::InterfaceError,
            _ => Exc::OperationalError,
        },
    };
    both(kind, message(&error))
}

/// An exception of Django's whose cause is the driver's of the same name and text.
pub fn both(kind: Exc, text: String) -> Error {
    let driver = match kind {
        Exc::InterfaceError => Exc::Sqlite3InterfaceError,
        Exc::DatabaseError => Exc::Sqlite3DatabaseError,
        Exc::DataError => Exc::Sqlite3DataError,
        Exc::OperationalError => Exc::Sqlite3OperationalError,
        Exc::IntegrityError => Exc::Sqlite3IntegrityError,
        Exc::InternalError => Exc::Sqlite3InternalError,
        Exc::ProgrammingError => Exc::Sqlite3ProgrammingError,
        Exc::NotSupportedError => Exc::Sqlite3NotSupportedError,
        _ => Exc::Sqlite3Error,
    };
    kind.new(&text).caused_by(driver.new(&text))
}
