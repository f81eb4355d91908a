//! Changes that can be taken back: what each cell did to the rows, recorded by SQLite itself.
//!
//! Temporary triggers on every table write each row's old and new values into one temporary table, so that the record
//! shares the fate of the transaction it belongs to: what is rolled back was never recorded. Taking a cell back goes
//! through its rows from last to first; a row that is no longer as the cell left it stops the whole of it, and nothing
//! is changed. See <https://sqlite.org/undoredo.html>, whose idea this is.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension};

use super::error::message;

/// How many cells can be taken back.
const DEPTH: usize = 200;

/// The most columns that a table of SQLite's has, less those that the record has of its own.
const WIDEST: usize = 1990;

/// What was recorded on one connection.
#[derive(Default)]
pub(super) struct Recording {
    /// Whether the triggers are in place.
    installed: bool,
    tables: Vec<Table>,
    /// The cells that can be taken back, the last one last.
    done: Vec<i64>,
    /// The cells that were taken back, the last one last.
    undone: Vec<i64>,
    /// The counters of AUTOINCREMENT before and after each cell.
    counters: HashMap<i64, (Counters, Counters)>,
    /// The cell before which nothing can be taken back, for it changed tables themselves.
    barrier: Option<i64>,
}

type Counters = BTreeMap<String, i64>;

/// The recorder of a connection; off until it is asked for.
#[derive(Default)]
pub struct Undo {
    on: Cell<bool>,
    /// The cell that runs; 0 where nothing is recorded. The triggers ask for it.
    cell: Arc<AtomicI64>,
    /// Whether the cell that runs changed rows.
    wrote: Cell<bool>,
    /// Whether it changed tables themselves.
    remade: Cell<bool>,
    /// Whether triggers are recursive now.
    recursive: Cell<bool>,
    recording: RefCell<Recording>,
}

/// A table as its triggers see it.
struct Table {
    name: String,
    columns: Vec<String>,
    /// The name under which a row's number can be had; none in tables WITHOUT ROWID.
    rowid: Option<&'static str>,
    /// Whether one of the columns is the row's number.
    numbered: bool,
}

/// What became of the rows of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that are there again.
    pub restored: usize,
    /// Rows that are gone again.
    pub removed: usize,
    /// Rows with other values.
    pub changed: usize,
}

/// What was taken back or done again.
#[derive(Debug, Default)]
pub struct Applied {
    /// The cells, in the order in which they were gone through.
    pub cells: Vec<i64>,
    /// What became of the rows, by table.
    pub tables: Vec<(String, Tally)>,
}

/// Why nothing was taken back.
#[derive(Debug)]
pub enum Refusal {
    /// No cell changed data; or none since the one that changed tables themselves.
    Nothing(Option<i64>),
    /// A transaction is open.
    InTransaction,
    /// A row is no longer as the cell left it.
    Conflict {
        /// The cell.
        cell: i64,
        /// The table.
        table: String,
        /// What tells the row: its key.
        row: String,
    },
    /// Rows would point to rows that are not there.
    Dangling {
        /// The table with such rows.
        table: String,
        /// The table that they point to.
        to: String,
    },
    /// SQLite's own words.
    Sqlite(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Nothing(None) => f.write_str("no cell changed data"),
            Refusal::Nothing(Some(cell)) => {
                write!(f, "no cell changed data since In [{cell}], which changed tables themselves")
            }
            Refusal::InTransaction => f.write_str("a transaction is open: commit it or roll it back first"),
            Refusal::Conflict { cell, table, row } => {
                write!(f, "{table} {row} is no longer as In [{cell}] left it")
            }
            Refusal::Dangling { table, to } => {
                write!(f, "rows of {table} would point to rows of {to} that are not there")
            }
            Refusal::Sqlite(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        Refusal::Sqlite(message(&error))
    }
}

/// What a statement may do, by its first word.
enum Sort {
    Reads,
    Writes,
    Begins,
    Remakes,
}

fn sort_of(sql: &str) -> Sort {
    let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    let word = words.next().unwrap_or("");
    let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    if is(&["SELECT", "PRAGMA", "EXPLAIN", "COMMIT", "ROLLBACK", "RELEASE", "END", "VALUES", "ANALYZE"]) {
        Sort::Reads
    } else if is(&["BEGIN", "SAVEPOINT"]) {
        Sort::Begins
    } else if is(&["CREATE", "DROP", "ALTER"]) {
        let index = words.take(2).any(|w| w.eq_ignore_ascii_case("INDEX") || w.eq_ignore_ascii_case("VIEW"));
        if index { Sort::Reads } else { Sort::Remakes }
    } else {
        Sort::Writes
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Undo {
    /// Records from now on.
    pub fn start(&self) {
        self.on.set(true);
    }

    /// Whether changes are recorded.
    pub fn is_on(&self) -> bool {
        self.on.get()
    }

    /// Whether anything was taken back that can be done again.
    pub fn has_undone(&self) -> bool {
        !self.recording.borrow().undone.is_empty()
    }

    /// The last cell that can be taken back.
    pub fn last(&self) -> Option<i64> {
        self.recording.borrow().done.last().copied()
    }

    /// A cell begins. Costs nothing where it changes nothing.
    pub fn begin_cell(&self, number: i64) {
        if self.on.get() {
            self.cell.store(number, Ordering::Relaxed);
            self.wrote.set(false);
            self.remade.set(false);
        }
    }

    /// A cell has ended: what it changed can be taken back.
    pub fn end_cell(&self, conn: Option<&Connection>) {
        let cell = self.cell.swap(0, Ordering::Relaxed);
        let Some(conn) = conn.filter(|_| cell != 0) else { return };
        if self.remade.get() {
            self.forget(conn);
            self.recording.borrow_mut().barrier = Some(cell);
        } else if self.wrote.get() {
            // A record that cannot be kept is one that cannot be taken back; the cell itself is not to blame.
            let _ = self.keep(conn, cell);
        }
    }

    fn keep(&self, conn: &Connection, cell: i64) -> rusqlite::Result<()> {
        let recording = &mut *self.recording.borrow_mut();
        if !recording.installed {
            return Ok(());
        }
        let last = "SELECT cell FROM temp.ormsh_undo ORDER BY seq DESC LIMIT 1";
        let last: Option<i64> = conn.query_row(last, [], |row| row.get(0)).optional()?;
        if last != Some(cell) {
            recording.counters.remove(&cell);
            return Ok(());
        }
        let drop = |cell: i64, counters: &mut HashMap<i64, (Counters, Counters)>| {
            counters.remove(&cell);
            conn.execute("DELETE FROM temp.ormsh_undo WHERE cell = ?", [cell]).map(|_| ())
        };
        for undone in recording.undone.drain(..) {
            drop(undone, &mut recording.counters)?;
        }
        if recording.done.len() >= DEPTH {
            drop(recording.done.remove(0), &mut recording.counters)?;
        }
        recording.done.push(cell);
        if let Some((_, after)) = recording.counters.get_mut(&cell) {
            *after = counters(conn)?;
        }
        Ok(())
    }

    /// Looks at a statement before it is sent: the first that changes anything puts the triggers in place.
    ///
    /// Errors: SQLite's.
    pub(super) fn before(&self, conn: &Connection, sql: &str) -> rusqlite::Result<()> {
        if !self.on.get() || self.cell.load(Ordering::Relaxed) == 0 || self.remade.get() {
            return Ok(());
        }
        match sort_of(sql) {
            Sort::Reads => Ok(()),
            Sort::Remakes => self.tables_change(conn),
            Sort::Begins => self.install(conn),
            Sort::Writes => {
                self.install(conn)?;
                self.see_replaced(conn, sql)?;
                if !self.wrote.replace(true) {
                    let now = counters(conn)?;
                    let cell = self.cell.load(Ordering::Relaxed);
                    self.recording.borrow_mut().counters.insert(cell, (now, Counters::new()));
                }
                Ok(())
            }
        }
    }

    /// The rows that REPLACE deletes fire triggers only where triggers are recursive. That is switched on for such
    /// statements alone: the database's own triggers may well change the table that they stand on.
    fn see_replaced(&self, conn: &Connection, sql: &str) -> rusqlite::Result<()> {
        let replaces = sql.as_bytes().windows(7).any(|word| word.eq_ignore_ascii_case(b"REPLACE"));
        if replaces != self.recursive.get() {
            conn.execute_batch(&format!("PRAGMA recursive_triggers = {}", if replaces { "ON" } else { "OFF" }))?;
            self.recursive.set(replaces);
        }
        Ok(())
    }

    /// Tables are about to be made, altered or dropped: what was recorded can no longer be taken back.
    ///
    /// Errors: SQLite's.
    pub fn tables_change(&self, conn: &Connection) -> rusqlite::Result<()> {
        if !self.on.get() || self.remade.replace(true) {
            return Ok(());
        }
        // A trigger would keep SQLite from dropping a column that it names.
        self.uninstall(conn)
    }

    /// Changes over to another connection with its record; gives that of the connection left.
    pub(super) fn put_aside(&self, other: Option<Recording>) -> Recording {
        // Each connection has its own setting, which is set anew where it matters.
        self.recursive.set(false);
        self.recording.replace(other.unwrap_or_default())
    }

    /// Forgets all that was recorded, and that there is a connection to record on.
    pub(super) fn lost(&self) {
        self.recording.take();
        self.recursive.set(false);
    }

    /// Forgets all that was recorded.
    pub fn forget(&self, conn: &Connection) {
        // Triggers that stay behind find no record to write to: they must go first.
        if self.uninstall(conn).is_ok() {
            let _ = conn.execute_batch("DROP TABLE IF EXISTS temp.ormsh_undo");
        }
        self.recording.take();
    }

    fn uninstall(&self, conn: &Connection) -> rusqlite::Result<()> {
        let names = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger' AND name GLOB 'ormsh_undo_*'";
        let names: Vec<String> = conn.prepare(names)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let drops: String = names.iter().map(|name| format!("DROP TRIGGER temp.{};", quote(name))).collect();
        self.recording.borrow_mut().installed = false;
        conn.execute_batch(&drops)
    }

    fn install(&self, conn: &Connection) -> rusqlite::Result<()> {
        let recording = &mut *self.recording.borrow_mut();
        if recording.installed {
            return Ok(());
        }
        let cell = self.cell.clone();
        conn.create_scalar_function("ormsh_cell", 0, FunctionFlags::SQLITE_UTF8, move |_| {
            Ok(cell.load(Ordering::Relaxed))
        })?;
        recording.tables = tables(conn)?;
        let widest = recording.tables.iter().map(|t| t.columns.len()).max().unwrap_or(0);
        let values: String = (0..2 * widest).map(|i| format!(", v{i}")).collect();
        let mut batch = format!(
            "CREATE TEMP TABLE IF NOT EXISTS ormsh_undo(seq INTEGER PRIMARY KEY, cell, t, op, old, new{values});"
        );
        for (t, table) in recording.tables.iter().enumerate() {
            batch.push_str(&table.triggers(t));
        }
        let whole = conn.is_autocommit();
        if whole {
            batch = format!("BEGIN; {batch} COMMIT;");
        }
        conn.execute_batch(&batch).inspect_err(|_| {
            if whole {
                let _ = conn.execute_batch("ROLLBACK");
            }
        })?;
        recording.installed = true;
        Ok(())
    }

    /// Takes back the last `count` cells that changed data.
    ///
    /// Errors: why nothing was taken back.
    pub fn undo(&self, conn: &Connection, count: usize) -> Result<Applied, Refusal> {
        self.go(conn, count, false)
    }

    /// Does again what was taken back last, `count` cells of it.
    ///
    /// Errors: why nothing was done.
    pub fn redo(&self, conn: &Connection, count: usize) -> Result<Applied, Refusal> {
        self.go(conn, count, true)
    }

    fn go(&self, conn: &Connection, count: usize, forward: bool) -> Result<Applied, Refusal> {
        if !conn.is_autocommit() {
            return Err(Refusal::InTransaction);
        }
        let recording = &mut *self.recording.borrow_mut();
        let barrier = recording.barrier;
        let stack = if forward { &mut recording.undone } else { &mut recording.done };
        let mut cells = Vec::new();
        while cells.len() < count
            && let Some(cell) = stack.pop()
        {
            // A cell whose transaction was rolled back later left nothing to take back.
            let rows = "SELECT EXISTS(SELECT 1 FROM temp.ormsh_undo WHERE cell = ?)";
            if conn.query_row(rows, [cell], |row| row.get(0)).unwrap_or(false) {
                cells.push(cell);
            }
        }
        if cells.is_empty() {
            return Err(Refusal::Nothing(barrier.filter(|_| !forward)));
        }
        let running = self.cell.swap(0, Ordering::Relaxed);
        let result = apply(conn, recording, &cells, forward);
        self.cell.store(running, Ordering::Relaxed);
        let (from, to) = match forward {
            true => (&mut recording.undone, &mut recording.done),
            false => (&mut recording.done, &mut recording.undone),
        };
        if result.is_ok() {
            to.extend(cells.iter())
        } else {
            from.extend(cells.iter().rev())
        }
        result.map(|tables| Applied { cells, tables })
    }
}

impl Table {
    /// The three triggers that write down what happens to a row.
    fn triggers(&self, t: usize) -> String {
        let name = quote(&self.name);
        let row = |of: &str| self.rowid.map_or("NULL".into(), |rowid| format!("{of}.{rowid}"));
        let values = |of: &str| -> String { self.columns.iter().map(|c| format!(", {of}.{}", quote(c))).collect() };
        let slots = |from: usize, count: usize| -> String { (from..from + count).map(|i| format!(", v{i}")).collect() };
        let n = self.columns.len();
        let mut out = String::new();
        for (op, event, old, new) in [(0, "INSERT", false, true), (1, "UPDATE", true, true), (2, "DELETE", true, false)]
        {
            let count = n * (usize::from(old) + usize::from(new));
            out.push_str(&format!(
                "CREATE TEMP TRIGGER ormsh_undo_{t}_{op} AFTER {event} ON main.{name} WHEN ormsh_cell() <> 0 BEGIN \
                 INSERT INTO ormsh_undo(cell, t, op, old, new{}) VALUES (ormsh_cell(), {t}, {op}, {}, {}{}{}); END;",
                slots(0, count),
                if old { row("OLD") } else { "NULL".into() },
                if new { row("NEW") } else { "NULL".into() },
                if old { values("OLD") } else { String::new() },
                if new { values("NEW") } else { String::new() },
            ));
        }
        out
    }

    /// The statement that makes one recorded change, and where its parameters stand in the record (see [`apply`]):
    /// `from` is what the row must be now, `to` what it shall be.
    fn statement(&self, change: Change) -> (String, Vec<usize>) {
        let n = self.columns.len();
        let name = quote(&self.name);
        let mut places = Vec::new();
        // In the record: old row number, new row number, then the values.
        let (from_row, to_row) = if change.forward { (0, 1) } else { (1, 0) };
        let (from, to) = match (change.op, change.forward) {
            (1, true) => (2, 2 + n),
            (1, false) => (2 + n, 2),
            _ => (2, 2),
        };
        let condition = |places: &mut Vec<usize>| {
            let mut parts: Vec<String> = Vec::new();
            if let Some(rowid) = self.rowid {
                parts.push(format!("{rowid} = ?"));
                places.push(from_row);
            }
            for (i, column) in self.columns.iter().enumerate() {
                parts.push(format!("{} IS ?", quote(column)));
                places.push(from + i);
            }
            parts.join(" AND ")
        };
        let sql = match change.kind() {
            Kind::Update => {
                let mut sets: Vec<String> = Vec::new();
                if let Some(rowid) = self.rowid.filter(|_| !self.numbered) {
                    sets.push(format!("{rowid} = ?"));
                    places.push(to_row);
                }
                for (i, column) in self.columns.iter().enumerate() {
                    sets.push(format!("{} = ?", quote(column)));
                    places.push(to + i);
                }
                let condition = condition(&mut places);
                format!("UPDATE main.{name} SET {} WHERE {condition}", sets.join(", "))
            }
            Kind::Delete => format!("DELETE FROM main.{name} WHERE {}", condition(&mut places)),
            Kind::Insert => {
                let mut columns: Vec<String> = Vec::new();
                if let Some(rowid) = self.rowid.filter(|_| !self.numbered) {
                    columns.push(rowid.into());
                    places.push(to_row);
                }
                for (i, column) in self.columns.iter().enumerate() {
                    columns.push(quote(column));
                    places.push(to + i);
                }
                let marks = vec!["?"; columns.len()].join(", ");
                format!("INSERT INTO main.{name}({}) VALUES ({marks})", columns.join(", "))
            }
        };
        (sql, places)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Change {
    table: usize,
    op: i64,
    forward: bool,
}

enum Kind {
    Insert,
    Update,
    Delete,
}

impl Change {
    fn kind(self) -> Kind {
        match (self.op, self.forward) {
            (0, true) | (2, false) => Kind::Insert,
            (0, false) | (2, true) => Kind::Delete,
            _ => Kind::Update,
        }
    }
}

/// The tables of the database whose rows can be recorded.
fn tables(conn: &Connection) -> rusqlite::Result<Vec<Table>> {
    let list = "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let names: Vec<(String, bool)> =
        conn.prepare(list)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut columns = conn.prepare("SELECT name, hidden, pk, type FROM pragma_table_xinfo(?)")?;
    let mut out = Vec::new();
    for (name, without_rowid) in names {
        let mut all: Vec<(String, i64)> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        let mut rows = columns.query([&name])?;
        while let Some(row) = rows.next()? {
            all.push((row.get(0)?, row.get(1)?));
            if row.get::<_, i64>(2)? > 0 {
                keys.push(row.get(3)?);
            }
        }
        drop(rows);
        let numbered = !without_rowid && keys.len() == 1 && keys.iter().all(|t| t.eq_ignore_ascii_case("INTEGER"));
        let free = |alias: &&str| !all.iter().any(|(column, _)| column.eq_ignore_ascii_case(alias));
        let rowid = if without_rowid { None } else { ["rowid", "_rowid_", "oid"].into_iter().find(free) };
        // What SQLite works out by itself is not written.
        let columns: Vec<String> = all.into_iter().filter(|(_, hidden)| *hidden == 0).map(|(name, _)| name).collect();
        if 2 * columns.len() <= WIDEST && !columns.is_empty() {
            out.push(Table { name, columns, rowid, numbered });
        }
    }
    Ok(out)
}

/// The counters of AUTOINCREMENT.
fn counters(conn: &Connection) -> rusqlite::Result<Counters> {
    let there = "SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence')";
    if !conn.query_row(there, [], |row| row.get::<_, bool>(0))? {
        return Ok(Counters::new());
    }
    conn.prepare_cached("SELECT name, seq FROM sqlite_sequence")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Goes through the recorded changes of cells in one transaction: all of it, or nothing.
fn apply(
    conn: &Connection,
    recording: &Recording,
    cells: &[i64],
    forward: bool,
) -> Result<Vec<(String, Tally)>, Refusal> {
    let keys: bool = conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
    // What keys and triggers did beside the cell's own statements was recorded like those, and must not happen twice.
    conn.execute_batch("PRAGMA foreign_keys = OFF")?;
    let triggers = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false);
    let result = transaction(conn, recording, cells, forward, keys);
    if !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
    if triggers.is_ok() {
        let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true);
    }
    if keys {
        let _ = conn.execute_batch("PRAGMA foreign_keys = ON");
    }
    let tally = result?;
    Ok(tally
        .into_iter()
        .filter_map(|(t, tally)| Some((recording.tables.get(t)?.name.clone(), tally)))
        .filter(|(_, tally)| *tally != Tally::default())
        .collect())
}

/// What became of each row that the record names: the first and the last change of it say.
#[derive(Default)]
struct Fate {
    was_there: Option<bool>,
    is_there: bool,
}

fn changes(
    conn: &Connection,
    recording: &Recording,
    cells: &[i64],
    forward: bool,
) -> Result<BTreeMap<usize, Tally>, Refusal> {
    let order = if forward { "ASC" } else { "DESC" };
    let mut read =
        conn.prepare(&format!("SELECT t, op, old, new, * FROM temp.ormsh_undo WHERE cell = ? ORDER BY seq {order}"))?;
    let width = read.column_count();
    let mut statements: HashMap<Change, (String, Vec<usize>)> = HashMap::new();
    let mut fates: HashMap<(usize, i64), Fate> = HashMap::new();
    let mut tally: BTreeMap<usize, Tally> = BTreeMap::new();
    for &cell in cells {
        let now = counters(conn)?;
        let mut rows = read.query([cell])?;
        while let Some(row) = rows.next()? {
            let change = Change { table: row.get::<_, i64>(0)?.max(0) as usize, op: row.get(1)?, forward };
            let Some(table) = recording.tables.get(change.table) else { continue };
            let (sql, places) = statements.entry(change).or_insert_with(|| table.statement(change));
            let mut statement = conn.prepare_cached(sql)?;
            for (i, place) in places.iter().enumerate() {
                // Four columns are read by name, then come all: sequence, cell, table, op, old, new, values.
                let column = 8 + place;
                let value = if column < width { row.get_ref(column)? } else { ValueRef::Null };
                statement.raw_bind_parameter(i + 1, ToSqlOutput::Borrowed(value))?;
            }
            if statement.raw_execute()? != 1 {
                return Err(Refusal::Conflict { cell, table: table.name.clone(), row: key_of(table, row, change) });
            }
            let number: Option<i64> = if change.op == 0 { row.get(3)? } else { row.get(2)? };
            let there = matches!(change.kind(), Kind::Insert | Kind::Update);
            match number {
                Some(number) => {
                    let fate = fates.entry((change.table, number)).or_default();
                    fate.was_there.get_or_insert(!matches!(change.kind(), Kind::Insert));
                    fate.is_there = there;
                }
                None => count(tally.entry(change.table).or_default(), !matches!(change.kind(), Kind::Insert), there),
            }
        }
        drop(rows);
        if let Some((before, after)) = recording.counters.get(&cell) {
            let (from, to) = if forward { (before, after) } else { (after, before) };
            set_counters(conn, &now, from, to)?;
        }
    }
    for ((t, _), fate) in fates {
        count(tally.entry(t).or_default(), fate.was_there.unwrap_or(false), fate.is_there);
    }
    Ok(tally)
}

fn count(tally: &mut Tally, was: bool, is: bool) {
    match (was, is) {
        (false, true) => tally.restored += 1,
        (true, false) => tally.removed += 1,
        (true, true) => tally.changed += 1,
        (false, false) => {}
    }
}

/// What tells a row: its first column, or its number.
fn key_of(table: &Table, row: &rusqlite::Row<'_>, change: Change) -> String {
    let n = table.columns.len();
    let first = if change.op == 1 && !change.forward { 10 + n } else { 10 };
    match row.get_ref(first) {
        Ok(ValueRef::Integer(i)) => i.to_string(),
        Ok(ValueRef::Text(text)) => format!("'{}'", String::from_utf8_lossy(text)),
        _ => row.get::<_, Option<i64>>(3).ok().flatten().map_or_else(|| "?".into(), |n| n.to_string()),
    }
}

/// Puts the counters where they were, but for those that somebody else has moved on.
fn set_counters(conn: &Connection, now: &Counters, from: &Counters, to: &Counters) -> Result<(), Refusal> {
    for name in from.keys().chain(to.keys().filter(|name| !from.contains_key(*name))) {
        if from.get(name) == to.get(name) || now.get(name) != from.get(name) {
            continue;
        }
        conn.execute("DELETE FROM sqlite_sequence WHERE name = ?", [name])?;
        if let Some(seq) = to.get(name) {
            conn.execute("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", (name, seq))?;
        }
    }
    Ok(())
}

/// A row that points to a row that is not there: its table, its number, the table that it points to.
type Dangling = (String, Option<i64>, String);

/// Makes the changes in a transaction; one that ends in an error is left open.
fn transaction(
    conn: &Connection,
    recording: &Recording,
    cells: &[i64],
    forward: bool,
    keys: bool,
) -> Result<BTreeMap<usize, Tally>, Refusal> {
    conn.execute_batch("BEGIN IMMEDIATE; SAVEPOINT ormsh_undo")?;
    let mut tally = changes(conn, recording, cells, forward)?;
    if keys {
        let now = dangling(conn, recording, &tally)?;
        if !now.is_empty() {
            // Only those that were not there before count.
            conn.execute_batch("ROLLBACK TO ormsh_undo")?;
            let before = dangling(conn, recording, &tally)?;
            if let Some((table, _, to)) = now.into_iter().find(|row| !before.contains(row)) {
                return Err(Refusal::Dangling { table, to });
            }
            tally = changes(conn, recording, cells, forward)?;
        }
    }
    conn.execute_batch("COMMIT")?;
    Ok(tally)
}

/// The dangling rows of the tables that were touched, and of those that point to them.
fn dangling(
    conn: &Connection,
    recording: &Recording,
    tally: &BTreeMap<usize, Tally>,
) -> rusqlite::Result<Vec<Dangling>> {
    let name = |t: &usize| recording.tables.get(*t).map(|table| table.name.as_str());
    let touched: Vec<&str> = tally.keys().filter_map(name).collect();
    let mut pointing = conn.prepare("SELECT \"table\" FROM pragma_foreign_key_list(?)")?;
    let mut broken = conn.prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?)")?;
    let mut out = Vec::new();
    for table in &recording.tables {
        let to: Vec<String> = pointing.query_map([&table.name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let concerned = touched.contains(&table.name.as_str())
            || to.iter().any(|to| touched.iter().any(|name| name.eq_ignore_ascii_case(to)));
        if concerned {
            let rows = broken.query_map([&table.name], |row| Ok((table.name.clone(), row.get(0)?, row.get(1)?)))?;
            for row in rows {
                out.push(row?);
            }
        }
    }
    Ok(out)
}
