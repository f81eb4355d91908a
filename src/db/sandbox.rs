//! The sandbox: a copy of the database in memory that the session works on, until it is kept or dropped.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::connection::{Db, Location, connect};
use super::error::message;
use super::undo::Recording;
use crate::object::{Rt, Value, ops};

/// The database itself, put aside while the session works on a copy.
pub(super) struct Outside {
    conn: Rc<Connection>,
    recording: Recording,
    /// What SQLite counts up when another program changes the file.
    version: i64,
    /// The copy's count of changes to tables themselves when it was fresh.
    schema: i64,
}

/// Why a sandbox was not opened or left.
#[derive(Debug)]
pub enum SandboxError {
    /// There is one already.
    Open,
    /// There is none.
    NotOpen,
    /// A transaction is open.
    InTransaction,
    /// The database refuses writes.
    ReadOnly,
    /// Another program has changed the database.
    ChangedOutside,
    /// SQLite's own words.
    Sqlite(String),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SandboxError::Open => "the sandbox is on already",
            SandboxError::NotOpen => "the sandbox is off",
            SandboxError::InTransaction => "a transaction is open: commit it or roll it back first",
            SandboxError::ReadOnly => "the database was opened to read only: nothing can be kept",
            SandboxError::ChangedOutside => {
                "another program has changed the database meanwhile: keeping this copy would undo that"
            }
            SandboxError::Sqlite(text) => text,
        })
    }
}

impl std::error::Error for SandboxError {}

impl From<rusqlite::Error> for SandboxError {
    fn from(error: rusqlite::Error) -> SandboxError {
        SandboxError::Sqlite(message(&error))
    }
}

impl Db {
    /// Whether the session works on a copy.
    pub fn in_sandbox(&self) -> bool {
        self.outside.borrow().is_some()
    }

    /// Whether the copy was changed.
    pub fn sandbox_changed(&self, rt: &Rt) -> bool {
        let outside = self.outside.borrow();
        let (Some(outside), Ok(conn)) = (&*outside, self.raw(rt)) else { return false };
        // A fresh copy has changed no row; the copying itself counts for nothing.
        conn.total_changes() > 0 || number(&conn, "schema_version").is_ok_and(|schema| schema != outside.schema)
    }

    /// Works on a copy in memory from now on.
    ///
    /// Errors: a sandbox or a transaction that is open, SQLite's own.
    pub fn open_sandbox(&self, rt: &Rt) -> Result<(), SandboxError> {
        if self.in_sandbox() {
            return Err(SandboxError::Open);
        }
        let conn = self.raw(rt).map_err(|error| {
            let exception = Value::Obj(rt.exception(error));
            SandboxError::Sqlite(ops::str(rt, &exception).map(|text| text.to_string()).unwrap_or_default())
        })?;
        if !conn.is_autocommit() {
            return Err(SandboxError::InTransaction);
        }
        let mut copy = connect(rt, &Location::Memory, false)?;
        copy_into(&conn, &mut copy)?;
        let (version, schema) = (number(&conn, "data_version")?, number(&copy, "schema_version")?);
        let outside = Outside { version, schema, conn, recording: self.undo.put_aside(None) };
        *self.outside.borrow_mut() = Some(outside);
        *self.conn.borrow_mut() = Some(Rc::new(copy));
        Ok(())
    }

    /// Leaves the copy behind, and what was done to it.
    ///
    /// Errors: no sandbox, an open transaction.
    pub fn discard_sandbox(&self) -> Result<(), SandboxError> {
        if self.conn.borrow().as_ref().is_some_and(|conn| !conn.is_autocommit()) {
            return Err(SandboxError::InTransaction);
        }
        let outside = self.outside.borrow_mut().take().ok_or(SandboxError::NotOpen)?;
        *self.conn.borrow_mut() = Some(outside.conn);
        self.undo.put_aside(Some(outside.recording));
        Ok(())
    }

    /// Makes the database what the copy is, and works on the database again.
    ///
    /// Errors: no sandbox, an open transaction, a database that refuses writes or was changed by others, SQLite's own.
    /// Then the sandbox stays.
    pub fn commit_sandbox(&self, rt: &Rt) -> Result<(), SandboxError> {
        let Some(copy) = self.conn.borrow().clone().filter(|_| self.in_sandbox()) else {
            return Err(SandboxError::NotOpen);
        };
        if !copy.is_autocommit() {
            return Err(SandboxError::InTransaction);
        }
        if self.read_only.get() {
            return Err(SandboxError::ReadOnly);
        }
        let location = self.location.borrow().clone();
        if location == Location::Memory {
            // Nobody else has the database: the copy takes its place.
            self.outside.borrow_mut().take();
            return Ok(());
        }
        let outside = self.outside.borrow();
        let Some(kept) = &*outside else { return Err(SandboxError::NotOpen) };
        if number(&kept.conn, "data_version")? != kept.version {
            return Err(SandboxError::ChangedOutside);
        }
        let mut file = connect(rt, &location, false)?;
        copy_into(&copy, &mut file)?;
        drop(outside);
        if let Some(kept) = self.outside.borrow_mut().take() {
            // What was recorded before speaks of rows that may have changed since.
            self.undo.forget(&kept.conn);
            *self.conn.borrow_mut() = Some(kept.conn);
        }
        Ok(())
    }
}

fn number(conn: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
}

/// Copies the whole of a database; another program that writes meanwhile is waited for.
fn copy_into(from: &Connection, to: &mut Connection) -> Result<(), SandboxError> {
    let backup = Backup::new(from, to)?;
    for _ in 0..100 {
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    Err(SandboxError::Sqlite("database is locked".into()))
}
