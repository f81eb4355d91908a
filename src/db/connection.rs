//! The connection: opening, sending statements, streaming rows.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use rusqlite::{CachedStatement, Connection, InterruptHandle, OpenFlags};

use super::error::{self, DbError};
use super::log::{KEPT, Logged};
use super::sandbox::Outside;
use super::stream::Stream;
use super::transaction::State;
use super::undo::Undo;
use super::value::{Raw, bind, plain};
use crate::object::{Exc, Res, Rt, Value};

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Location {
    /// `:memory:`.
    #[default]
    Memory,
    /// A file.
    File(PathBuf),
}

/// The database of a session. [`Db::of`] gives it; in memory unless [`Db::open`] was called.
#[derive(Default)]
pub struct Db {
    pub(super) conn: RefCell<Option<Rc<Connection>>>,
    /// Where it is.
    pub location: RefCell<Location>,
    /// Whether it was opened to read only.
    pub read_only: Cell<bool>,
    /// The last statements sent, oldest first.
    pub log: RefCell<VecDeque<Logged>>,
    /// How many statements were ever logged: for counting over a stretch.
    pub logged: Cell<u64>,
    /// Whether statements are logged (`DEBUG`, or a `force_debug_cursor`).
    pub logging_off: Cell<bool>,
    /// What `connection.execute_wrapper` put round every statement, innermost last.
    pub wrappers: RefCell<Vec<Value>>,
    /// Transactions.
    pub state: State,
    /// What cells changed, where that is recorded.
    pub undo: Undo,
    /// The database itself while the session works on a copy of it.
    pub(super) outside: RefCell<Option<Outside>>,
}

/// One row while it is being read.
pub struct Row<'a>(pub &'a rusqlite::Row<'a>);

impl Row<'_> {
    /// A column's value. `Null` where there is no such column.
    #[inline]
    pub fn raw(&self, column: usize) -> Raw<'_> {
        self.0.get_ref(column).unwrap_or(Raw::Null)
    }

    /// A column's value as Python's plain one.
    pub fn value(&self, column: usize) -> Res<Value> {
        plain(self.raw(column))
    }
}

/// Rows read in full: plain values, row by row.
pub type Rows = Vec<Vec<Value>>;

/// What a statement left behind.
#[derive(Default, Clone)]
pub struct Outcome {
    /// Rows changed.
    pub changed: usize,
    /// Rows read.
    pub read: usize,
    /// Names of the result's columns, where they were asked for (see [`Db::send`]).
    pub columns: Vec<String>,
}

/// The text of a statement that is sent again and again: with `%s` for the parameters, as it is logged, and as SQLite
/// takes it.
#[derive(Clone)]
pub struct Template {
    text: Rc<str>,
    marked: Rc<str>,
}

impl Template {
    /// Of a text with `%s` for each parameter and `%%` for `%`.
    pub fn new(sql: &str) -> Template {
        let text: Rc<str> = sql.into();
        let marked = if sql.contains('%') { question_marks(sql).into() } else { text.clone() };
        Template { text, marked }
    }

    /// The text with `%s`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Db {
    /// The database of a runtime.
    pub fn of(rt: &Rt) -> Rc<Db> {
        rt.state::<Db>()
    }

    /// Opens a file, or memory where `path` is `:memory:`. An earlier connection is closed.
    ///
    /// Errors: no such file in read-only mode, a folder that is not there, a file that is no database, a locked one.
    pub fn open(&self, rt: &Rt, path: &str, read_only: bool) -> Result<(), DbError> {
        let location =
            if path == ":memory:" { Location::Memory } else { Location::File(Path::new(path).to_path_buf()) };
        let conn = connect(rt, &location, read_only).map_err(|e| DbError::of(&e, path))?;
        // The first look at the file says whether it is a database at all.
        conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(|e| DbError::of(&e, path))?;
        *self.conn.borrow_mut() = Some(Rc::new(conn));
        *self.location.borrow_mut() = location;
        self.read_only.set(read_only);
        Ok(())
    }

    /// Opens a copy of a file in memory: whatever is written, the file stays as it is.
    ///
    /// Errors: as [`Db::open`].
    pub fn open_copy(&self, rt: &Rt, path: &str, read_only: bool) -> Result<(), DbError> {
        let copy = || -> rusqlite::Result<Connection> {
            let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            file.busy_timeout(std::time::Duration::from_secs(5))?;
            let mut conn = connect(rt, &Location::Memory, false)?;
            rusqlite::backup::Backup::new(&file, &mut conn)?.run_to_completion(1 << 20, Default::default(), None)?;
            if read_only {
                conn.pragma_update(None, "query_only", true)?;
            }
            Ok(conn)
        };
        let conn = copy().map_err(|e| DbError::of(&e, path))?;
        *self.conn.borrow_mut() = Some(Rc::new(conn));
        *self.location.borrow_mut() = Location::Memory;
        self.read_only.set(read_only);
        Ok(())
    }

    /// The data as it is now, for [`Db::restore`]; `None` in the middle of a transaction.
    pub fn snapshot(&self, rt: &Rt) -> Option<Vec<u8>> {
        let conn = self.raw(rt).ok()?;
        if !conn.is_autocommit() {
            return None;
        }
        let copy = || -> rusqlite::Result<Vec<u8>> {
            let mut copy = Connection::open_in_memory()?;
            rusqlite::backup::Backup::new(&conn, &mut copy)?.run_to_completion(1 << 20, Default::default(), None)?;
            copy.serialize("main").map(|data| data.to_vec())
        };
        copy().ok()
    }

    /// Puts the data of a database in memory back to what it was. A transaction that is open is gone.
    ///
    /// Errors: SQLite's.
    pub fn restore(&self, rt: &Rt, snapshot: &[u8]) -> Res<()> {
        let back = || -> rusqlite::Result<Connection> {
            let mut conn = connect(rt, &Location::Memory, false)?;
            conn.deserialize_read_exact("main", snapshot, snapshot.len(), false)?;
            Ok(conn)
        };
        let conn = back().map_err(error::raise)?;
        *self.conn.borrow_mut() = Some(Rc::new(conn));
        Ok(())
    }

    /// The connection itself, opened where it was not. For introspection and tools; statements sent here are not
    /// logged.
    pub fn raw(&self, rt: &Rt) -> Res<Rc<Connection>> {
        if let Some(conn) = &*self.conn.borrow() {
            return Ok(conn.clone());
        }
        let location = self.location.borrow().clone();
        let conn = connect(rt, &location, self.read_only.get()).map_err(error::raise)?;
        let conn = Rc::new(conn);
        *self.conn.borrow_mut() = Some(conn.clone());
        Ok(conn)
    }

    /// Whether the connection is open.
    pub fn is_open(&self) -> bool {
        self.conn.borrow().is_some()
    }

    /// Closes the connection; the next statement opens it anew. A database in memory stays, as in Django.
    pub fn close(&self) {
        if *self.location.borrow() != Location::Memory && self.outside.borrow().is_none() {
            self.undo.lost();
            *self.conn.borrow_mut() = None;
        }
    }

    /// A cell of the session begins.
    pub fn begin_cell(&self, number: u32) {
        self.undo.begin_cell(number.into());
    }

    /// A cell of the session has ended.
    pub fn end_cell(&self) {
        let conn = self.conn.borrow().clone();
        self.undo.end_cell(conn.as_deref());
    }

    /// Refuses every write from now on, as a file that was opened to read only does.
    ///
    /// Errors: SQLite's.
    pub fn refuse_writes(&self, rt: &Rt) -> Res<()> {
        self.read_only.set(true);
        self.raw(rt)?.execute_batch("PRAGMA query_only = ON").map_err(error::raise)
    }

    /// What stops a running statement from another thread.
    pub fn interrupt_handle(&self, rt: &Rt) -> Res<InterruptHandle> {
        Ok(self.raw(rt)?.get_interrupt_handle())
    }

    /// Sends a statement and hands each row to `each`, which says whether to go on. `%s` stands for a parameter and `%%`
    /// for `%`, as in Django, whether or not there are parameters. The names of the columns are not asked for.
    ///
    /// Errors: Django's database exceptions in SQLite's words; TransactionManagementError in a broken transaction.
    pub fn query(
        &self,
        rt: &Rt,
        sql: &str,
        params: Vec<Value>,
        each: &mut dyn FnMut(&Row<'_>) -> Res<bool>,
    ) -> Res<Outcome> {
        self.query_template(rt, &Template::new(sql), params, each)
    }

    /// As [`query`](Db::query), with a text that was made ready before.
    pub fn query_template(
        &self,
        rt: &Rt,
        sql: &Template,
        params: Vec<Value>,
        each: &mut dyn FnMut(&Row<'_>) -> Res<bool>,
    ) -> Res<Outcome> {
        let start = Instant::now();
        let result = self.run(rt, &sql.marked, &params, false, each);
        self.note_sent(sql.text.clone(), || Rc::new(params), rows_of(&result), start);
        result
    }

    /// As [`query`](Db::query), and the names of the columns with it; without `params` (Python's `None`) the text is
    /// sent as it is.
    pub fn send(
        &self,
        rt: &Rt,
        sql: &str,
        params: Option<Vec<Value>>,
        each: &mut dyn FnMut(&Row<'_>) -> Res<bool>,
    ) -> Res<Outcome> {
        let start = Instant::now();
        let result = match &params {
            Some(params) => self.run(rt, &marked(sql), params, true, each),
            None => self.run(rt, sql, &[], true, each),
        };
        // What could not be bound was never sent.
        if !result.as_ref().is_err_and(|e| e.is(Exc::OverflowError)) {
            self.note_sent(sql.into(), || Rc::new(params.unwrap_or_default()), rows_of(&result), start);
        }
        result
    }

    /// Sends a statement whose rows are pulled, `chunk` of them read at a time. Errors as those of
    /// [`query`](Db::query); those that show later come with the rows.
    pub fn stream(&self, rt: &Rt, sql: &Template, params: Vec<Value>, chunk: usize) -> Res<Stream> {
        let start = Instant::now();
        let params = Rc::new(params);
        let begin = || {
            let conn = self.ready(rt, &sql.marked)?;
            let mut stream = Stream::new(conn, sql.marked.clone(), params.clone(), chunk);
            stream.fill(self)?;
            Ok(stream)
        };
        let result = begin();
        self.note_sent(sql.text.clone(), || params.clone(), None, start);
        result
    }

    fn note_sent(&self, sql: Rc<str>, params: impl FnOnce() -> Rc<Vec<Value>>, rows: Option<usize>, start: Instant) {
        if self.logging_off.get() {
            return;
        }
        let params = params();
        // A parameter that SQLite has no type for cannot be shown either: Django logs no such statement.
        if rows.is_none() && params.iter().enumerate().any(|(i, v)| bind(v, i).is_err()) {
            return;
        }
        self.note(Logged { sql, params, times: None, rows, seconds: start.elapsed().as_secs_f64() });
    }

    /// The connection, ready for a statement. TransactionManagementError in a broken transaction.
    fn ready(&self, rt: &Rt, sql: &str) -> Res<Rc<Connection>> {
        self.check_not_broken()?;
        let conn = self.raw(rt)?;
        self.undo.before(&conn, sql).map_err(error::raise)?;
        if self.state.manual.get() && conn.is_autocommit() && changes_data(sql) {
            conn.execute_batch("BEGIN").map_err(error::raise)?;
        }
        Ok(conn)
    }

    fn run(
        &self,
        rt: &Rt,
        sql: &str,
        params: &[Value],
        names: bool,
        each: &mut dyn FnMut(&Row<'_>) -> Res<bool>,
    ) -> Res<Outcome> {
        let conn = self.ready(rt, sql)?;
        let mut statement = conn.prepare_cached(sql).map_err(|e| self.failed(e))?;
        let read = step(&mut statement, params, each).map_err(|stop| self.stopped(stop))?;
        let mut out = Outcome { read, ..Outcome::default() };
        if statement.column_count() == 0 {
            out.changed = conn.changes() as usize;
        } else if names {
            out.columns = statement.column_names().map(str::to_string).collect();
        }
        Ok(out)
    }

    /// What ended a statement as an exception; the transaction learns of it.
    pub(super) fn stopped(&self, stop: Stop) -> crate::object::Error {
        match stop {
            Stop::Sqlite(e) => self.failed(e),
            Stop::Raised(e) => e,
        }
    }

    fn failed(&self, error: rusqlite::Error) -> crate::object::Error {
        let error = error::raise(error);
        if !error.is(Exc::IntegrityError) && !error.is(Exc::DataError) {
            self.state.errors_occurred.set(true);
        }
        error
    }

    /// Sends a statement that gives no rows (or whose rows do not matter); the number of rows changed.
    pub fn execute(&self, rt: &Rt, sql: &str, params: Vec<Value>) -> Res<usize> {
        self.query(rt, sql, params, &mut |_| Ok(true)).map(|o| o.changed)
    }

    /// Sends a statement and reads all rows.
    pub fn fetch_all(&self, rt: &Rt, sql: &str, params: Vec<Value>) -> Res<Rows> {
        let mut rows = Vec::new();
        let mut width = 0;
        self.query(rt, sql, params, &mut |row| {
            if width == 0 {
                width = row.0.as_ref().column_count();
            }
            rows.push((0..width).map(|i| row.value(i)).collect::<Res<Vec<_>>>()?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Sends a statement and reads the first row.
    pub fn fetch_one(&self, rt: &Rt, sql: &str, params: Vec<Value>) -> Res<Option<Vec<Value>>> {
        let mut first = None;
        self.query(rt, sql, params, &mut |row| {
            first = Some((0..row.0.as_ref().column_count()).map(|i| row.value(i)).collect::<Res<Vec<_>>>()?);
            Ok(false)
        })?;
        Ok(first)
    }

    /// Sends one statement with many lists of parameters (`executemany`); rows changed in all. Logged once, as Django does.
    pub fn execute_many(&self, rt: &Rt, sql: &str, lists: Vec<Vec<Value>>) -> Res<usize> {
        let start = Instant::now();
        let times = lists.len();
        let text = marked(sql);
        let mut changed = 0;
        let mut result = Ok(());
        for params in &lists {
            match self.run(rt, &text, params, false, &mut |_| Ok(true)) {
                Ok(o) => changed += o.changed,
                Err(e) => {
                    result = Err(e);
                    break;
                }
            }
        }
        self.note(Logged {
            sql: sql.into(),
            params: Rc::default(),
            times: Some(times),
            rows: Some(changed),
            seconds: start.elapsed().as_secs_f64(),
        });
        result.map(|()| changed)
    }

    /// The rowid of the last row inserted.
    pub fn last_insert_rowid(&self, rt: &Rt) -> Res<i64> {
        Ok(self.raw(rt)?.last_insert_rowid())
    }

    /// Adds to the log.
    pub fn note(&self, logged: Logged) {
        if self.logging_off.get() {
            return;
        }
        let mut log = self.log.borrow_mut();
        if log.len() == KEPT {
            log.pop_front();
        }
        log.push_back(logged);
        self.logged.set(self.logged.get() + 1);
    }

    /// `reset_queries()`.
    pub fn reset_log(&self) {
        self.log.borrow_mut().clear();
    }

    /// The statements logged between two moments (see [`logged`](Db::logged)), as far as they are kept.
    pub fn between(&self, from: u64, to: u64) -> Vec<Logged> {
        let log = self.log.borrow();
        let first = self.logged.get().saturating_sub(log.len() as u64);
        let place = |moment: u64| (moment.saturating_sub(first) as usize).min(log.len());
        log.range(place(from)..place(to).max(place(from))).cloned().collect()
    }

    /// The texts of the statements logged since a moment (see [`logged`](Db::logged)), as far as they are kept.
    pub fn since(&self, mark: u64) -> Vec<String> {
        let log = self.log.borrow();
        let new = (self.logged.get().saturating_sub(mark) as usize).min(log.len());
        log.iter().skip(log.len() - new).map(Logged::text).collect()
    }
}

/// What ends a statement early.
pub(super) enum Stop {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// What was done with a row or a parameter.
    Raised(crate::object::Error),
}

/// Binds all parameters of a statement.
pub(super) fn bind_all(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Res<()> {
    for (i, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(i + 1, bind(value, i)?).map_err(error::raise)?;
    }
    Ok(())
}

/// Binds all parameters. Errors: too many or too few of them, and values that SQLite has no type for.
pub(super) fn bind_params(statement: &mut CachedStatement<'_>, params: &[Value]) -> Result<(), Stop> {
    let needed = statement.parameter_count();
    if needed != params.len() {
        return Err(Stop::Sqlite(rusqlite::Error::InvalidParameterCount(params.len(), needed)));
    }
    for (i, value) in params.iter().enumerate() {
        let bound = bind(value, i).map_err(Stop::Raised)?;
        statement.raw_bind_parameter(i + 1, bound).map_err(Stop::Sqlite)?;
    }
    Ok(())
}

fn step(
    statement: &mut CachedStatement<'_>,
    params: &[Value],
    each: &mut dyn FnMut(&Row<'_>) -> Res<bool>,
) -> Result<usize, Stop> {
    bind_params(statement, params)?;
    let mut rows = statement.raw_query();
    let mut read = 0;
    while let Some(row) = rows.next().map_err(Stop::Sqlite)? {
        read += 1;
        if !each(&Row(row)).map_err(Stop::Raised)? {
            break;
        }
    }
    Ok(read)
}

/// How many rows a statement changed or read.
fn rows_of(result: &Res<Outcome>) -> Option<usize> {
    result.as_ref().ok().map(|o| o.changed + o.read)
}

pub(super) fn connect(rt: &Rt, location: &Location, read_only: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let flags = flags
        | if read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        };
    let mut conn = match location {
        Location::Memory => Connection::open_in_memory()?,
        Location::File(path) => Connection::open_with_flags(path, flags)?,
    };
    conn.set_prepared_statement_cache_capacity(256);
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    super::functions::register(&conn)?;
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF;")?;
    let flag = rt.interrupt_flag();
    // A long statement looks at the flag of Ctrl-C as the interpreter does.
    conn.progress_handler(5000, Some(move || flag.load(std::sync::atomic::Ordering::Relaxed)))?;
    Ok(conn)
}

/// A text as SQLite takes it.
fn marked(sql: &str) -> Cow<'_, str> {
    if sql.contains('%') { Cow::Owned(question_marks(sql)) } else { Cow::Borrowed(sql) }
}

/// `%s` as `?`, `%%` as `%`.
pub(super) fn question_marks(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        match rest.as_bytes().get(at + 1) {
            Some(b's') => out.push('?'),
            Some(b'%') => out.push('%'),
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

/// Whether the driver would open a transaction before this statement where autocommit is off.
fn changes_data(sql: &str) -> bool {
    let word: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    matches!(word.to_ascii_uppercase().as_str(), "INSERT" | "UPDATE" | "DELETE" | "REPLACE")
}
