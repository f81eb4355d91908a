//! SQLite's plan for a statement, and which index would make a better one.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::connection::{Db, Location, bind_all, connect, question_marks};
use super::error;
use super::log::with_params;
use crate::object::{Res, Rt, Value};

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub id: i64,
    /// The step that it is part of; 0 for none.
    pub parent: i64,
    /// SQLite's words.
    pub detail: String,
}

/// An index that SQLite would use if it were there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The table.
    pub table: String,
    /// The columns.
    pub columns: Vec<String>,
    /// Whether it has to leave upper and lower case aside, as `LIKE` does.
    pub nocase: bool,
    /// Whether it spares reading the whole table.
    pub spares_scan: bool,
    /// Whether it spares sorting.
    pub spares_sort: bool,
}

/// A table of a statement by the name that the statement gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The name in the statement.
    pub name: String,
    /// The table.
    pub table: String,
}

/// How many columns of a statement are tried in pairs.
const TRIED: usize = 6;

impl Db {
    /// The plan of a statement; it is neither sent nor logged.
    ///
    /// Errors: SQLite's, where the statement is none.
    pub fn plan(&self, rt: &Rt, sql: &str, params: &[Value]) -> Res<Vec<Step>> {
        let conn = self.raw(rt)?;
        let text = if params.is_empty() { sql.to_string() } else { question_marks(sql) };
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")).map_err(error::raise)?;
        bind_all(&mut statement, params)?;
        read(&mut statement).map_err(error::raise)
    }

    /// The index that would spare the statement most; `None` where none would help.
    ///
    /// Each that could is tried on an empty copy of the tables, and SQLite says whether it would use it.
    ///
    /// Errors: SQLite's.
    pub fn advise(&self, rt: &Rt, sql: &str, params: &[Value]) -> Res<Option<Advice>> {
        let conn = self.raw(rt)?;
        let text = with_params(sql, params);
        let copy = connect(rt, &Location::Memory, false).map_err(error::raise)?;
        copy_tables(&conn, &copy, &text).map_err(error::raise)?;
        Ok(best(&copy, &text).unwrap_or_default())
    }

    /// How many rows a table has; `None` where it is none.
    pub fn rows_of(&self, rt: &Rt, table: &str) -> Option<i64> {
        let conn = self.raw(rt).ok()?;
        conn.query_row(&format!("SELECT count(*) FROM {}", quote(table)), [], |row| row.get(0)).ok()
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn read(statement: &mut rusqlite::Statement<'_>) -> rusqlite::Result<Vec<Step>> {
    let mut out = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        out.push(Step { id: row.get(0)?, parent: row.get(1)?, detail: row.get(3)? });
    }
    Ok(out)
}

/// Makes the tables that a statement names, with their indexes, and nothing in them.
fn copy_tables(from: &Connection, to: &Connection, sql: &str) -> rusqlite::Result<()> {
    let list = "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index', 'view') \
                AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'index', rowid";
    let mut statement = from.prepare(list)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, make): (String, String) = (row.get(0)?, row.get(1)?);
        if sql.contains(&table) {
            // A view over tables that are left out cannot be read, and need not be.
            let _ = to.execute_batch(&make);
        }
    }
    Ok(())
}

/// What a plan costs: whole tables read, indexes read from end to end, sorts.
fn cost(steps: &[Step]) -> (usize, usize, usize) {
    let scans = steps.iter().filter(|s| is_scan(&s.detail)).count();
    let ends = steps.iter().filter(|s| s.detail.starts_with("SCAN ") && s.detail.contains(" INDEX ")).count();
    let sorts = steps.iter().filter(|s| s.detail.contains("USE TEMP B-TREE")).count();
    (scans, ends, sorts)
}

/// Whether a step reads a whole table, or builds an index of it for one statement.
pub fn is_scan(detail: &str) -> bool {
    let words = |start: &str| detail.strip_prefix(start).is_some();
    (words("SCAN ") && !detail.contains(" INDEX ") && !detail.starts_with("SCAN (") && detail != "SCAN CONSTANT ROW")
        || detail.contains("AUTOMATIC")
}

/// The tables of a statement, by the names it gives them.
pub fn aliases(sql: &str) -> Vec<Alias> {
    let mut out: Vec<Alias> = Vec::new();
    for word in [" FROM ", " JOIN ", "UPDATE ", " INTO "] {
        for (at, _) in sql.match_indices(word) {
            let rest = &sql[at + word.len()..];
            let Some((table, rest)) = quoted(rest) else { continue };
            let after: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_alias = after.len() > 1
                && after.starts_with(['T', 'U', 'V', 'W', 'S', 'A', 'B', 'C'])
                && after[1..].chars().all(|c| c.is_ascii_digit());
            let name = if is_alias { after } else { table.to_string() };
            let alias = Alias { name, table: table.to_string() };
            if !out.contains(&alias) {
                out.push(alias);
            }
        }
    }
    out
}

/// A name in double quotes at the start of a text, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix('"')?;
    let end = rest.find('"')?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// The columns that a statement names of a table, by any of its names there, in order.
fn columns(sql: &str, aliases: &[Alias], table: &str) -> Vec<String> {
    // What is only selected needs no index: the conditions begin behind FROM.
    let conditions = sql.find(" FROM ").or_else(|| sql.find(" SET ")).map_or(sql, |at| &sql[at..]);
    let mut out: Vec<(usize, String)> = Vec::new();
    for alias in aliases.iter().filter(|a| a.table == table) {
        for start in [format!("\"{}\".\"", alias.name), format!("{}.\"", alias.name)] {
            for (at, _) in conditions.match_indices(&start) {
                let rest = &conditions[at + start.len()..];
                if let Some(end) = rest.find('"') {
                    let column = rest[..end].to_string();
                    if !out.iter().any(|(_, c)| *c == column) {
                        out.push((at, column));
                    }
                }
            }
        }
    }
    out.sort();
    out.into_iter().map(|(_, column)| column).collect()
}

fn plan_of(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<Step>> {
    read(&mut conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?)
}

fn best(copy: &Connection, sql: &str) -> rusqlite::Result<Option<Advice>> {
    let before = cost(&plan_of(copy, sql)?);
    if before == (0, 0, 0) {
        return Ok(None);
    }
    let aliases = aliases(sql);
    let tables: BTreeSet<&str> = aliases.iter().map(|a| a.table.as_str()).collect();
    let like = sql.contains(" LIKE ");
    let mut found: Option<((usize, usize, usize), Advice)> = None;
    for table in tables {
        let columns = columns(sql, &aliases, table);
        let mut tried: Vec<Vec<&String>> = columns.iter().map(|c| vec![c]).collect();
        for first in columns.iter().take(TRIED) {
            tried.extend(columns.iter().take(TRIED).filter(|c| *c != first).map(|second| vec![first, second]));
        }
        for columns in tried {
            for nocase in [false, true] {
                if nocase && (!like || columns.len() > 1) {
                    continue;
                }
                let names: Vec<String> = columns.iter().map(|c| quote(c)).collect();
                let collate = if nocase { " COLLATE NOCASE" } else { "" };
                let make = format!("CREATE INDEX ormsh_try ON {}({}{collate})", quote(table), names.join(", "));
                if copy.execute_batch(&make).is_err() {
                    continue;
                }
                let steps = plan_of(copy, sql);
                copy.execute_batch("DROP INDEX ormsh_try")?;
                let Ok(steps) = steps else { continue };
                let after = cost(&steps);
                let used = steps.iter().any(|s| s.detail.contains("ormsh_try"));
                // Fewer columns win where more do not help: they are tried first.
                if used && after < before && found.as_ref().is_none_or(|(best, _)| after < *best) {
                    let advice = Advice {
                        table: table.to_string(),
                        columns: columns.iter().map(|c| c.to_string()).collect(),
                        nocase,
                        spares_scan: after.0 < before.0,
                        spares_sort: after.2 < before.2,
                    };
                    found = Some((after, advice));
                }
            }
        }
    }
    Ok(found.map(|(_, advice)| advice))
}
