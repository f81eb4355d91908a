//! `ormsh inspect`: a models file for a database that is there.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{complain, print};

struct Column {
    name: String,
    kind: String,
    not_null: bool,
    key: i64,
}

/// A column that refers to another table: column, table.
type Reference = (String, String);

/// `ormsh inspect DB`: prints models as `inspectdb` does. The file is opened to read only.
pub fn inspect(_call: &super::Call, db: &Path) -> u8 {
    let name = db.display();
    if db.is_dir() {
        return complain(&format!("{name}: is a folder, not a database"));
    }
    if !db.exists() {
        return complain(&format!("{name}: no such file"));
    }
    let result = Connection::open_with_flags(db, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|conn| describe(&conn));
    match result {
        Ok(text) => {
            print(&text);
            0
        }
        Err(error) => complain(&format!("{name}: {}", crate::db::error::message(&error))),
    }
}

fn describe(conn: &Connection) -> rusqlite::Result<String> {
    let mut tables =
        conn.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut out = String::from("from django.db import models\n");
    for table in &tables {
        let quoted = table.replace('"', "\"\"");
        let columns: Vec<Column> = conn
            .prepare(&format!("PRAGMA table_info(\"{quoted}\")"))?
            .query_map([], |row| {
                Ok(Column { name: row.get(1)?, kind: row.get(2)?, not_null: row.get(3)?, key: row.get(5)? })
            })?
            .collect::<Result<_, _>>()?;
        let references: Vec<Reference> = conn
            .prepare(&format!("PRAGMA foreign_key_list(\"{quoted}\")"))?
            .query_map([], |row| Ok((row.get(3)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        let unique = unique_columns(conn, &quoted)?;
        out.push_str(&format!("\n\nclass {}(models.Model):\n", class_name(table)));
        let keys = columns.iter().filter(|c| c.key > 0).count();
        for column in &columns {
            if let Some(line) = field(column, &references, &unique, keys, table) {
                out.push_str(&format!("    {line}\n"));
            }
        }
        out.push_str(&format!("\n    class Meta:\n        managed = False\n        db_table = {}\n", quote(table)));
    }
    Ok(out)
}

/// The columns that are unique by themselves.
fn unique_columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut out = Vec::new();
    let indexes: Vec<(String, bool)> = conn
        .prepare(&format!("PRAGMA index_list(\"{table}\")"))?
        .query_map([], |row| Ok((row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (index, _) in indexes.into_iter().filter(|(_, unique)| *unique) {
        let columns: Vec<Option<String>> = conn
            .prepare(&format!("PRAGMA index_info(\"{}\")", index.replace('"', "\"\"")))?
            .query_map([], |row| row.get(2))?
            .collect::<Result<_, _>>()?;
        if let [Some(one)] = &columns[..] {
            out.push(one.clone());
        }
    }
    Ok(out)
}

/// `school_student` as `SchoolStudent`.
fn class_name(table: &str) -> String {
    let mut out = String::new();
    for part in table.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()) {
        let mut chars = part.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(chars.as_str());
    }
    if out.starts_with(|c: char| c.is_numeric()) { format!("Model{out}") } else { out }
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A name that Python takes as an attribute.
fn attribute(column: &str) -> String {
    let mut name: String =
        column.to_lowercase().chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    while name.contains("__") {
        name = name.replace("__", "_");
    }
    let name = name.trim_end_matches('_');
    let name = if name.starts_with(|c: char| c.is_numeric()) { format!("number_{name}") } else { name.to_string() };
    if crate::shell::highlight::KEYWORDS.contains(&name.as_str()) { format!("{name}_field") } else { name }
}

fn field(column: &Column, references: &[Reference], unique: &[String], keys: usize, table: &str) -> Option<String> {
    let mut options: Vec<String> = Vec::new();
    let is_key = column.key > 0 && keys == 1;
    let is_unique = unique.contains(&column.name);
    let mut name = attribute(&column.name);
    let lower = column.kind.to_lowercase();
    if let Some((_, target)) = references.iter().find(|(from, _)| *from == column.name) {
        let kind = if is_key || is_unique { "OneToOneField" } else { "ForeignKey" };
        let target = if target == table { "'self'".into() } else { quote(&class_name(target)) };
        options.push(target);
        options.push("models.DO_NOTHING".into());
        match name.strip_suffix("_id") {
            Some(short) => name = short.to_string(),
            None => options.push(format!("db_column={}", quote(&column.name))),
        }
        if is_key {
            options.push("primary_key=True".into());
        }
        if !column.not_null && !is_key {
            options.push("blank=True, null=True".into());
        }
        return Some(format!("{name} = models.{kind}({})", options.join(", ")));
    }
    if name != column.name {
        options.push(format!("db_column={}", quote(&column.name)));
    }
    let base = lower.split('(').next().unwrap_or("").trim().to_string();
    let sizes: Vec<&str> = lower.split(['(', ')', ',']).skip(1).map(str::trim).filter(|s| !s.is_empty()).collect();
    let kind = match base.as_str() {
        "integer" if is_key => {
            if name == "id" && options.is_empty() {
                // What Django adds by itself.
                return None;
            }
            "AutoField"
        }
        "varchar" | "char" | "nvarchar" | "character varying" => match sizes.first() {
            Some(size) => {
                options.push(format!("max_length={size}"));
                "CharField"
            }
            None => "TextField",
        },
        "text" | "clob" => "TextField",
        "integer" | "int" | "mediumint" => "IntegerField",
        "bigint" => "BigIntegerField",
        "smallint" | "tinyint" => "SmallIntegerField",
        "integer unsigned" => "PositiveIntegerField",
        "smallint unsigned" => "PositiveSmallIntegerField",
        "bigint unsigned" => "PositiveBigIntegerField",
        "bool" | "boolean" => "BooleanField",
        "date" => "DateField",
        "datetime" | "timestamp" => "DateTimeField",
        "time" => "TimeField",
        "decimal" | "numeric" => {
            options.push(format!("max_digits={}", sizes.first().unwrap_or(&"10")));
            options.push(format!("decimal_places={}", sizes.get(1).unwrap_or(&"5")));
            "DecimalField"
        }
        "real" | "double" | "float" | "double precision" => "FloatField",
        "blob" => "BinaryField",
        "char32" => "UUIDField",
        _ => "TextField",
    };
    if is_key {
        options.push("primary_key=True".into());
    } else if is_unique {
        options.push("unique=True".into());
    }
    if !column.not_null && !is_key {
        options.push("blank=True, null=True".into());
    }
    let note = if base.is_empty() { "  # This field type is a guess." } else { "" };
    Some(format!("{name} = models.{kind}({}){note}", options.join(", ")))
}
