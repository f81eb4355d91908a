//! Tables as they are and as models want them, in one form that can be compared.

use rusqlite::Connection;

use crate::db::operations::quote_name;
use crate::db::table::{self, ColumnDef, Constraint, Token};
use crate::models::schema::{self, Origin};
use crate::models::{FieldRef, ModelRef};
use crate::object::{Res, Rt};

/// A column.
#[derive(Clone)]
pub struct Col {
    /// Its definition as it stands in a CREATE TABLE.
    pub sql: String,
    /// What the definition says.
    pub def: ColumnDef,
}

/// A constraint of a table.
#[derive(Clone)]
pub struct Con {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its definition as it stands in a CREATE TABLE.
    pub sql: String,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Idx {
    /// Its name.
    pub name: String,
    /// The statement that makes it.
    pub sql: String,
    /// Its columns and condition, normalised.
    pub body: String,
    /// The names that it refers to.
    pub names: Vec<String>,
    /// Whether it is unique.
    pub unique: bool,
    /// What asks for it; of an index of the database, nothing.
    pub origin: Option<Origin>,
}

/// A table.
#[derive(Clone, Default)]
pub struct TableState {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Col>,
    /// Its constraints, in order.
    pub constraints: Vec<Con>,
    /// Its indexes, in order.
    pub indexes: Vec<Idx>,
    /// Whether it has rows.
    pub has_rows: bool,
}

impl TableState {
    /// The place of a column, whatever its case.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.def.name.eq_ignore_ascii_case(column))
    }

    /// The statement that makes the table with these columns under a name.
    pub fn create_sql(&self, name: &str, columns: &[Col]) -> String {
        let parts = columns.iter().map(|c| &c.sql).chain(self.constraints.iter().map(|c| &c.sql));
        let parts: Vec<&str> = parts.map(String::as_str).collect();
        format!("CREATE TABLE {} ({})", quote_name(name), parts.join(", "))
    }
}

/// A column of its definition.
pub fn col(sql: String) -> Col {
    let def = table::parse(&format!("CREATE TABLE t ({sql})")).and_then(|t| t.columns.into_iter().next());
    Col { sql, def: def.unwrap_or_default() }
}

/// An index of its statement.
pub fn index(sql: String, origin: Option<Origin>) -> Option<Idx> {
    let tokens = table::tokens(&sql);
    let on = tokens.iter().position(|t| t.is("on"))?;
    let name = tokens.get(on.checked_sub(1)?)?.text.clone();
    let body = tokens.get(on + 2..)?;
    let names = body.iter().filter(|t| t.is_name()).map(|t: &Token| t.text.to_lowercase()).collect();
    let unique = tokens.iter().take(on).any(|t| t.is("unique"));
    Some(Idx { name, body: table::normal(body), names, unique, sql, origin })
}

/// The tables of the database whose definitions can be read, with the statements of their indexes.
///
/// Errors: SQLite's.
pub fn read(conn: &Connection) -> rusqlite::Result<Vec<TableState>> {
    let mut statement = conn.prepare(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY rowid",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
    })?;
    let mut tables: Vec<TableState> = Vec::new();
    let mut indexes: Vec<(String, String)> = Vec::new();
    for row in rows {
        let (kind, name, table, sql) = row?;
        if kind == "index" {
            indexes.push((table, sql));
            continue;
        }
        let Some(definition) = table::parse(&sql).filter(|_| !name.starts_with("sqlite_")) else { continue };
        tables.push(TableState {
            name,
            columns: definition.columns.into_iter().map(|def| Col { sql: def.text.clone(), def }).collect(),
            constraints: definition.constraints.iter().map(con).collect(),
            ..TableState::default()
        });
    }
    for (table, sql) in indexes {
        if let Some(found) = tables.iter_mut().find(|t| t.name == table) {
            found.indexes.extend(index(sql, None));
        }
    }
    for table in &mut tables {
        let name = table.name.replace('"', "\"\"");
        let found = conn.query_row(&format!("SELECT EXISTS (SELECT 1 FROM \"{name}\")"), [], |row| row.get(0));
        table.has_rows = match found {
            Ok(found) => found,
            // A file that is damaged is told of at once, and not when somebody asks for a row.
            Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) => return Err(e),
            // A table that this program cannot read: of a module that it does not have.
            Err(_) => true,
        };
        unique_alone(table);
    }
    Ok(tables)
}

fn con(constraint: &Constraint) -> Con {
    Con { name: constraint.name().map(str::to_string), sql: constraint.text().to_string() }
}

/// A table made by hand can say elsewhere what Django says at the column: notes it there.
fn unique_alone(state: &mut TableState) {
    let parsed: Vec<Constraint> = state
        .constraints
        .iter()
        .filter_map(|c| table::parse(&format!("CREATE TABLE t (x, {})", c.sql))?.constraints.into_iter().next())
        .collect();
    for constraint in parsed {
        match constraint {
            Constraint::Unique { name: None, columns, .. } => {
                if let [one] = &columns[..]
                    && let Some(at) = state.position(one)
                    && let Some(column) = state.columns.get_mut(at)
                {
                    column.def.unique = true;
                }
            }
            Constraint::PrimaryKey { columns, .. } => {
                if let [one] = &columns[..]
                    && let Some(at) = state.position(one)
                    && let Some(column) = state.columns.get_mut(at)
                {
                    column.def.primary_key = true;
                }
            }
            Constraint::ForeignKey { columns, table, to, .. } => {
                if let [one] = &columns[..]
                    && let Some(at) = state.position(one)
                    && let Some(column) = state.columns.get_mut(at)
                {
                    column.def.references = Some((table, to.into_iter().next()));
                }
            }
            _ => {}
        }
    }
}

/// The table that a model wants.
///
/// Errors: those of expressions in definitions.
pub fn wanted(rt: &Rt, model: &ModelRef) -> Res<TableState> {
    let name = model.db_table.borrow().trim_matches('"').to_string();
    let mut state = TableState { name, ..TableState::default() };
    for field in model.local_fields.borrow().iter() {
        state.columns.extend(schema::field_sql(rt, model, field)?.map(col));
    }
    for sql in schema::constraints_sql(rt, model)? {
        let parsed = table::parse(&format!("CREATE TABLE t (x, {sql})"));
        let name = parsed.and_then(|t| t.constraints.first().and_then(|c| c.name().map(str::to_string)));
        state.constraints.push(Con { name, sql });
    }
    for (origin, sql) in schema::indexes_by_origin(rt, model)? {
        state.indexes.extend(index(sql, Some(origin)));
    }
    Ok(state)
}

/// The field of a model's own table behind a column.
pub fn field_of(model: &ModelRef, column: &str) -> Option<FieldRef> {
    let fields = model.local_fields.borrow();
    fields.iter().find(|f| f.column().is_some_and(|c| c.eq_ignore_ascii_case(column))).cloned()
}

/// What a column's definition says otherwise than it should: one phrase each.
pub fn differences(have: &ColumnDef, want: &ColumnDef) -> Vec<String> {
    let mut out = Vec::new();
    let (is, should) = (have.type_.to_lowercase(), want.type_.to_lowercase());
    // Keys are whole numbers of any size to SQLite, however Django's project is set.
    let key = want.references.is_some() || want.primary_key;
    let number = |t: &str| matches!(t, "integer" | "bigint" | "smallint" | "int");
    if is != should && !is.is_empty() && !(key && number(&is) && number(&should)) {
        out.push(format!("{}, not {}", have.type_, want.type_));
    }
    let is_key = have.primary_key || want.primary_key;
    if have.not_null != want.not_null && !is_key && want.generated.is_none() {
        let word = |not_null| if not_null { "NOT NULL" } else { "NULL" };
        out.push(format!("{}, not {}", word(have.not_null), word(want.not_null)));
    }
    if want.primary_key && !have.primary_key {
        out.push("not the PRIMARY KEY".into());
    }
    if have.unique != want.unique && !is_key {
        out.push(if have.unique { "UNIQUE".into() } else { "not UNIQUE".to_string() });
    }
    if let Some(default) = &want.default
        && have.default.as_ref() != Some(default)
    {
        out.push(match &have.default {
            Some(other) => format!("DEFAULT {other}, not {default}"),
            None => format!("without DEFAULT {default}"),
        });
    }
    if want.collation.is_some() && !same(&have.collation, &want.collation) {
        let name = |c: &Option<String>| c.clone().unwrap_or_else(|| "no collation".into());
        out.push(format!("{}, not {}", name(&have.collation), name(&want.collation)));
    }
    if let (Some((is, _)), Some((should, _))) = (&have.references, &want.references)
        && !is.eq_ignore_ascii_case(should)
    {
        out.push(format!("a reference to {is}, not {should}"));
    }
    if have.generated != want.generated {
        out.push(if want.generated.is_some() { "not generated so".into() } else { "generated".to_string() });
    }
    out
}

fn same(a: &Option<String>, b: &Option<String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether a constraint is the same SQL.
pub fn same_constraint(a: &Con, b: &Con) -> bool {
    table::normal(&table::tokens(&a.sql)) == table::normal(&table::tokens(&b.sql))
}
