//! `ormsh inspect`: a models file for a database that is there, as `inspectdb` writes it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{complain, print};
use crate::db::table::{self, Constraint};
use crate::object::types::str::repr::repr;

/// A column as the database describes it.
struct Column {
    name: String,
    type_: String,
    null: bool,
    key: bool,
    collation: Option<String>,
    json: bool,
}

/// Something unique: its columns, `None` for an expression.
struct Unique {
    name: String,
    columns: Vec<Option<String>>,
}

/// What a column refers to: the table and, where it is said, the column.
struct Reference {
    column: String,
    table: String,
    to: Option<String>,
}

const HEADER: &str = "\
# This is an auto-generated Django model module.
# You'll have to do the following manually to clean this up:
#   * Rearrange models' order
#   * Make sure each model has one field with primary_key=True
#   * Make sure each ForeignKey and OneToOneField has `on_delete` set to the desired behavior
#   * Remove `managed = False` lines if you wish to allow Django to create, modify, and delete the table
# Feel free to rename the models, but don't rename db_table values or field names.
from django.db import models
";

/// `ormsh inspect DB`: prints models as `inspectdb` does, of all tables or of those that are named. The file is opened
/// to read only.
pub fn inspect(_call: &super::Call, db: &Path, tables: &[String], views: bool) -> u8 {
    let name = db.display();
    if db.is_dir() {
        return complain(&format!("{name}: is a folder, not a database"));
    }
    if let Err(e) = std::fs::File::open(db) {
        return complain(&format!("{name}: {}", crate::session::options::reason(&e)));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    match Connection::open_with_flags(db, flags).and_then(|conn| describe(&conn, tables, views)) {
        Ok(text) => {
            print(&text);
            0
        }
        Err(error) => complain(&format!("{name}: {}", crate::db::error::message(&error))),
    }
}

fn describe(conn: &Connection, chosen: &[String], views: bool) -> rusqlite::Result<String> {
    let all: Vec<(String, String)> = conn
        .prepare("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name != 'sqlite_sequence'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut names: Vec<String> = chosen.to_vec();
    if names.is_empty() {
        names = all.iter().filter(|(_, kind)| views || kind == "table").map(|(name, _)| name.clone()).collect();
        names.sort();
    }
    let mut out = String::from(HEADER);
    let mut known: Vec<String> = Vec::new();
    for name in &names {
        let is_view = all.iter().any(|(n, kind)| n == name && kind == "view");
        match model(conn, name, is_view, &mut known) {
            Ok(text) => out.push_str(&text),
            Err(error) => {
                let error = crate::db::error::message(&error);
                out.push_str(&format!("# Unable to inspect table '{name}'\n# The error was: {error}\n"));
            }
        }
    }
    Ok(out)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn columns_of(conn: &Connection, table: &str, sql: Option<&str>) -> rusqlite::Result<Vec<Column>> {
    let collations = sql.map(collations).unwrap_or_default();
    let text = sql.unwrap_or_default().to_lowercase();
    let mut columns: Vec<Column> = conn
        .prepare(&format!("PRAGMA table_xinfo({})", quoted(table)))?
        .query_map([], |row| {
            let name: String = row.get(1)?;
            let hidden: i64 = row.get(6)?;
            let column = Column {
                collation: collations.iter().rev().find(|(n, _)| *n == name).and_then(|(_, c)| c.clone()),
                json: text.contains(&format!("json_valid(\"{}\")", name.to_lowercase())),
                type_: row.get(2)?,
                null: row.get::<_, i64>(3)? == 0,
                key: row.get::<_, i64>(5)? > 0,
                name,
            };
            Ok((hidden != 1).then_some(column))
        })?
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    if columns.is_empty() {
        let text = format!("Table {table} does not exist (empty pragma).");
        return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(1), Some(text)));
    }
    if columns.iter().filter(|c| c.key).count() > 1 {
        columns.iter_mut().for_each(|c| c.key = false);
    }
    Ok(columns)
}

/// The collation of each column, found as Django finds them: in definitions that a comma and a space part, behind the
/// first character.
fn collations(sql: &str) -> Vec<(String, Option<String>)> {
    let Some(open) = sql.find('(').filter(|_| sql.trim_end().ends_with(')')) else { return Vec::new() };
    let inside = sql[open..].trim().trim_matches(['(', ')']);
    let mut out = Vec::new();
    for column in inside.split(", ") {
        let mut rest = column.chars();
        rest.next();
        let words: Vec<&str> = rest.as_str().split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        let at = words.iter().position(|w| *w == "COLLATE");
        let collation = at.and_then(|at| words.get(at + 1)).map(|c| c.to_string());
        out.push((first.trim_matches('"').to_string(), collation));
    }
    out
}

fn references(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Reference>> {
    conn.prepare(&format!("PRAGMA foreign_key_list({})", quoted(table)))?
        .query_map([], |row| Ok(Reference { table: row.get(2)?, column: row.get(3)?, to: row.get(4)? }))?
        .collect()
}

fn primary_key(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(&format!("PRAGMA table_info({})", quoted(table)))?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, i64>(5)? > 0)))?;
    let rows: Vec<(String, bool)> = rows.collect::<Result<_, _>>()?;
    Ok(rows.into_iter().filter(|(_, key)| *key).map(|(name, _)| name).collect())
}

/// What is unique: by the table's own text first, then by its indexes.
fn unique(conn: &Connection, table: &str, sql: Option<&str>) -> rusqlite::Result<Vec<Unique>> {
    let mut out: Vec<Unique> = Vec::new();
    if let Some(definition) = sql.and_then(table::parse) {
        for column in definition.columns.iter().filter(|c| c.unique) {
            out.push(Unique { name: String::new(), columns: vec![Some(column.name.clone())] });
        }
        for constraint in &definition.constraints {
            // One without a name is none to Django.
            if let Constraint::Unique { name: Some(name), columns, .. } = constraint {
                out.push(Unique { name: name.clone(), columns: columns.iter().cloned().map(Some).collect() });
            }
        }
    }
    let indexes: Vec<(String, bool)> = conn
        .prepare(&format!("PRAGMA index_list({})", quoted(table)))?
        .query_map([], |row| Ok((row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (index, _) in indexes.into_iter().filter(|(_, unique)| *unique) {
        let text: Option<String> = conn
            .prepare("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?")?
            .query_map([&index], |row| row.get(0))?
            .next()
            .transpose()?
            .flatten();
        if text.is_none() {
            continue;
        }
        let columns: Vec<Option<String>> = conn
            .prepare(&format!("PRAGMA index_info({})", quoted(&index)))?
            .query_map([], |row| row.get(2))?
            .collect::<Result<_, _>>()?;
        match out.iter_mut().find(|u| u.name == index) {
            Some(same) => same.columns.extend(columns),
            None => out.push(Unique { name: index, columns }),
        }
    }
    Ok(out)
}

fn model(conn: &Connection, table: &str, view: bool, known: &mut Vec<String>) -> rusqlite::Result<String> {
    let sql: Option<String> = conn
        .prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?")?
        .query_map([table], |row| row.get(0))?
        .next()
        .transpose()?
        .flatten();
    let references = references(conn, table)?;
    let columns = columns_of(conn, table, sql.as_deref())?;
    let unique = unique(conn, table, sql.as_deref())?;
    let keys = primary_key(conn, table)?;
    let class = class_name(table);
    let mut out = format!("\n\nclass {class}(models.Model):\n");
    known.push(class.clone());
    if keys.len() > 1 {
        let names: Vec<String> = keys.iter().map(|k| format!("'{k}'")).collect();
        out.push_str(&format!("    pk = models.CompositePrimaryKey({})\n", names.join(", ")));
    }
    let mut used: Vec<String> = Vec::new();
    let mut targets: Vec<String> = Vec::new();
    for column in &columns {
        // Of several references of one column the last one counts.
        let reference = references.iter().rev().find(|r| r.column == column.name);
        let (name, mut options, mut notes) = field_name(&column.name, &used, reference.is_some());
        used.push(name.clone());
        if keys.len() == 1 && keys.first() == Some(&column.name) {
            options.push(("primary_key", "True".into()));
        } else if unique.iter().any(|u| matches!(&u.columns[..], [Some(one)] if *one == column.name)) {
            options.push(("unique", "True".into()));
        }
        let mut line = match reference {
            Some(reference) => {
                let single = options.iter().any(|(k, _)| matches!(*k, "unique" | "primary_key"));
                options.retain(|(k, _)| *k != "unique");
                let kind = if single { "OneToOneField" } else { "ForeignKey" };
                if !single {
                    let key = primary_key(conn, &reference.table)?.into_iter().next();
                    if key.is_some() && key != reference.to {
                        options.push(("to_field", reference.to.as_deref().map_or("None".into(), repr)));
                    }
                }
                let target = if reference.table == table { "self".into() } else { class_name(&reference.table) };
                if targets.contains(&target) {
                    options.push(("related_name", repr(&format!("{}_{name}_set", class.to_lowercase()))));
                }
                let shown = if known.contains(&target) { target.clone() } else { format!("'{target}'") };
                targets.push(target);
                format!("{name} = models.{kind}({shown}, models.DO_NOTHING")
            }
            None => {
                let kind = kind(column, &mut options, &mut notes);
                if name == "id" && matches!(&options[..], [("primary_key", _)]) {
                    if kind == "AutoField" {
                        continue;
                    }
                    if kind == "IntegerField" {
                        notes.push("AutoField?");
                    }
                }
                format!("{name} = models.{kind}(")
            }
        };
        if column.null {
            options.push(("blank", "True".into()));
            options.push(("null", "True".into()));
        }
        if !options.is_empty() {
            if !line.ends_with('(') {
                line.push_str(", ");
            }
            let options: Vec<String> = options.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
            line.push_str(&options.join(", "));
        }
        line.push(')');
        if !notes.is_empty() {
            line.push_str(&format!("  # {}", notes.join(" ")));
        }
        out.push_str(&format!("    {line}\n"));
    }
    out.push_str(&meta(table, view, &columns, &used, &unique));
    Ok(out)
}

fn meta(table: &str, view: bool, columns: &[Column], fields: &[String], unique: &[Unique]) -> String {
    let mut out = String::from("\n");
    if unique.iter().any(|u| u.columns.contains(&None)) {
        out.push_str("    # A unique constraint could not be introspected.\n");
    }
    let note = if view { "  # Created from a view. Don't remove." } else { "" };
    out.push_str(&format!("    class Meta:\n        managed = False{note}\n        db_table = {}\n", repr(table)));
    let mut together: Vec<String> = Vec::new();
    for one in unique {
        let names: Vec<String> = one
            .columns
            .iter()
            .flatten()
            .filter_map(|c| columns.iter().position(|column| column.name == *c))
            .filter_map(|i| fields.get(i).map(|f| repr(f)))
            .collect();
        if names.len() > 1 {
            together.push(format!("({})", names.join(", ")));
        }
    }
    if !together.is_empty() {
        out.push_str(&format!("        unique_together = ({},)\n", together.join(", ")));
    }
    out
}

/// `school_student` as `SchoolStudent`: each run of letters with a capital in front, everything but letters and digits
/// left out.
fn class_name(table: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in table.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

type Options = Vec<(&'static str, String)>;

/// A field's name for a column, the options that it takes to find the column again, and what a reader should know.
fn field_name(column: &str, used: &[String], relation: bool) -> (String, Options, Vec<&'static str>) {
    let mut options: Options = Vec::new();
    let mut notes: Vec<&'static str> = Vec::new();
    let mut name = column.to_lowercase();
    if name != column {
        notes.push("Field name made lowercase.");
    }
    if relation {
        match name.strip_suffix("_id") {
            Some(short) => name = short.to_string(),
            None => options.push(("db_column", repr(column))),
        }
    }
    let clean: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if clean != name {
        name = clean;
        notes.push("Field renamed to remove unsuitable characters.");
    }
    if name.contains("__") {
        while name.contains("__") {
            name = name.replace("__", "_");
        }
        if column.to_lowercase().contains("__") {
            notes.push("Field renamed because it contained more than one '_' in a row.");
        }
    }
    if name.starts_with('_') {
        name = format!("field{name}");
        notes.push("Field renamed because it started with '_'.");
    }
    if name.ends_with('_') {
        name.push_str("field");
        notes.push("Field renamed because it ended with '_'.");
    }
    if crate::shell::highlight::KEYWORDS.contains(&name.as_str()) {
        name.push_str("_field");
        notes.push("Field renamed because it was a Python reserved word.");
    }
    if name.starts_with(|c: char| c.is_numeric()) {
        name = format!("number_{name}");
        notes.push("Field renamed because it wasn't a valid Python identifier.");
    }
    if used.contains(&name) {
        let free = (0..).map(|n| format!("{name}_{n}")).find(|n| !used.contains(n));
        name = free.unwrap_or(name);
        notes.push("Field renamed because of name conflict.");
    }
    if column != name && !notes.is_empty() && !options.iter().any(|(k, _)| *k == "db_column") {
        options.push(("db_column", repr(column)));
    }
    (name, options, notes)
}

/// The field class for a column's type, with the options that the type brings.
fn kind(column: &Column, options: &mut Options, notes: &mut Vec<&'static str>) -> &'static str {
    let lower = column.type_.to_lowercase();
    let base = lower.split('(').next().unwrap_or("").trim();
    let kind = match base {
        "bool" | "boolean" => "BooleanField",
        "smallint" | "smallinteger" => "SmallIntegerField",
        "smallint unsigned" => "PositiveSmallIntegerField",
        "int" | "integer" => "IntegerField",
        "bigint" => "BigIntegerField",
        "integer unsigned" => "PositiveIntegerField",
        "bigint unsigned" => "PositiveBigIntegerField",
        "decimal" => "DecimalField",
        "real" => "FloatField",
        "text" => "TextField",
        "char" | "varchar" => "CharField",
        "blob" => "BinaryField",
        "date" => "DateField",
        "datetime" => "DateTimeField",
        "time" => "TimeField",
        _ => {
            notes.push("This field type is a guess.");
            "TextField"
        }
    };
    let guessed = notes.last() == Some(&"This field type is a guess.");
    let kind = match kind {
        "BigIntegerField" | "IntegerField" | "SmallIntegerField" if column.key => "AutoField",
        _ if column.json && !guessed => "JSONField",
        kind => kind,
    };
    if kind == "CharField"
        && let Some(size) = size(&column.type_)
    {
        options.push(("max_length", size.to_string()));
    }
    if matches!(kind, "CharField" | "TextField")
        && let Some(collation) = &column.collation
    {
        options.push(("db_collation", repr(collation)));
    }
    if kind == "DecimalField" {
        notes.push("max_digits and decimal_places have been guessed, as this database handles decimal fields as float");
        options.push(("max_digits", "10".into()));
        options.push(("decimal_places", "5".into()));
    }
    kind
}

/// The 11 of `varchar(11)`. Upper case is not read, as Django does not.
fn size(type_: &str) -> Option<u64> {
    let rest = type_.trim();
    let rest = rest.strip_prefix("var").unwrap_or(rest).strip_prefix("char")?.trim_start();
    let size = rest.strip_prefix('(')?.strip_suffix(')')?.trim();
    size.parse().ok().filter(|n| *n > 0)
}
