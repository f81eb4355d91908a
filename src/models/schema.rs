//! Tables: the CREATE statements of models, word for word as Django's schema editor sends them.

use md5::{Digest, Md5};

use super::field::FieldRef;
use super::hooks::{Ddl, Hooks};
use super::indexes::{Index, IndexKind, index_of};
use super::options::{Model, ModelRef};
use super::relations::RelationKind;
use crate::db::operations::quote_name;
use crate::object::{CallArgs, Exc, Res, Rt, Value, ops};
use crate::source::Name;

/// `names_digest`: the first digits of the MD5 of names.
pub fn digest(names: &[&str], length: usize) -> String {
    let mut hash = Md5::new();
    for name in names {
        hash.update(name.as_bytes());
    }
    let hex: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    hex.chars().take(length).collect()
}

/// `_create_index_name`: table, columns, a digest of both, a suffix; shortened past 200 characters.
pub fn index_name(table: &str, columns: &[String], suffix: &str) -> String {
    let table = table.trim_matches('"');
    let mut parts: Vec<&str> = vec![table];
    parts.extend(columns.iter().map(String::as_str));
    let mut tail = format!("{}{suffix}", digest(&parts, 8));
    let joined = columns.join("_");
    let full = format!("{table}_{joined}_{tail}");
    let most = 200;
    if full.chars().count() <= most {
        return full;
    }
    if tail.chars().count() * 3 > most {
        tail = tail.chars().take(most / 3).collect();
    }
    let other = (most - tail.chars().count()) / 2 - 1;
    let cut = |s: &str| s.chars().take(other).collect::<String>();
    let name = format!("{}_{}_{tail}", cut(table), cut(&joined));
    if name.starts_with('_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        let shorter: String = name.chars().take(name.chars().count() - 1).collect();
        return format!("D{shorter}");
    }
    name
}

/// A value in DDL: `quote_value`.
pub fn quote_value(rt: &Rt, value: &Value) -> Res<String> {
    Ok(match value.plain() {
        Value::None => "NULL".into(),
        Value::Bool(b) => (*b as i64).to_string(),
        Value::Str(s) => format!("'{}'", s.replace('\'', "''")),
        Value::Bytes(b) => format!("X'{}'", b.iter().map(|x| format!("{x:02x}")).collect::<String>()),
        Value::Int(_) | Value::Big(_) | Value::Float(_) => ops::str(rt, value)?.to_string(),
        _ => {
            let text = ops::str(rt, value)?;
            let name = ops::type_name(value);
            if &*name == "Decimal" { text.to_string() } else { format!("'{}'", text.replace('\'', "''")) }
        }
    })
}

fn ddl(rt: &Rt, model: &ModelRef, value: &Value, usage: Ddl) -> Res<String> {
    match Hooks::of(rt).ddl_sql.get() {
        Some(sql) => sql(rt, model, value, usage),
        None => Err(Exc::NotSupportedError.new("expressions in a table's definition need the query compiler")),
    }
}

/// The definition of a column without its name; `None` where the field has none.
pub fn column_sql(rt: &Rt, model: &ModelRef, field: &FieldRef, with_default: bool) -> Res<Option<String>> {
    let Some(mut sql) = field.db_type(rt)?.filter(|_| field.column().is_some()) else { return Ok(None) };
    let (collation, null, primary, db_default, expression, persist) = {
        let o = field.options();
        (o.db_collation.clone(), o.null, o.primary_key, o.db_default.clone(), o.expression.clone(), o.db_persist)
    };
    let collation = match collation {
        Some(c) => Some(c),
        // A key takes its target's collation.
        None => match field.column_target() {
            Some(target) => target.options().db_collation.clone(),
            None => None,
        },
    };
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = db_default {
        let is_expression = default.as_obj().is_some_and(|o| {
            o.base().is_none()
                && o.class().lookup("resolve_expression".into()).is_some()
                && !o.class().mro().any(|c| &*c.name() == "Value")
        });
        let text = if is_expression {
            format!("({})", ddl(rt, model, &default, Ddl::Expression)?)
        } else if default.as_obj().is_some_and(|o| o.class().mro().any(|c| &*c.name() == "Value")) {
            ddl(rt, model, &default, Ddl::Expression)?
        } else {
            let text = quote_value(rt, &field.get_db_prep_save(rt, &default)?)?;
            // SQLite has no decimals of its own: Django casts them.
            if field.internal_type() == "DecimalField" { format!("(CAST({text} AS NUMERIC))") } else { text }
        };
        sql.push_str(&format!(" DEFAULT {text}"));
    } else if with_default && let Some(value) = effective_default(rt, field)? {
        sql.push_str(&format!(" DEFAULT {}", quote_value(rt, &value)?));
    }
    if let Some(expression) = expression {
        let text = ddl(rt, model, &expression, Ddl::Expression)?;
        let kind = if persist == Some(true) { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({text}) {kind}"));
    } else {
        sql.push_str(if null { " NULL" } else { " NOT NULL" });
    }
    if primary {
        sql.push_str(" PRIMARY KEY");
    } else if field.unique() {
        sql.push_str(" UNIQUE");
    }
    Ok(Some(sql))
}

/// `effective_default`: what an added column is filled with.
pub fn effective_default(rt: &Rt, field: &FieldRef) -> Res<Option<Value>> {
    let value = if field.has_default() {
        field.get_default(rt)?
    } else {
        let (null, blank, timed) = {
            let o = field.options();
            (o.null, o.blank, o.auto_now || o.auto_now_add)
        };
        if !null && blank && field.empty_strings_allowed() {
            if field.internal_type() == "BinaryField" { Value::bytes(Vec::new()) } else { Value::str("") }
        } else if timed {
            match field.internal_type() {
                "DateTimeField" => super::timezone::now(rt),
                "DateField" => crate::object::types::datetime::Date::today(rt).new_value(rt),
                _ => crate::object::types::datetime::DateTime::now_local(rt).time.new_value(rt),
            }
        } else {
            Value::None
        }
    };
    let value = field.get_db_prep_save(rt, &value)?;
    Ok((!value.is_none()).then_some(value))
}

/// The part of a CREATE TABLE that one field makes, its column's name included.
pub fn field_sql(rt: &Rt, model: &ModelRef, field: &FieldRef) -> Res<Option<String>> {
    let Some(mut sql) = column_sql(rt, model, field, false)? else { return Ok(None) };
    if let Some(check) = field.db_check(rt)? {
        sql.push_str(&format!(" CHECK ({check})"));
    }
    if super::fields::is_auto(field.internal_type()) && field.relation.get().is_none() {
        sql.push_str(" AUTOINCREMENT");
    }
    if matches!(field.relation_kind(), Some(RelationKind::ForeignKey | RelationKind::OneToOne))
        && field.db_constraint()
        && let Some(to) = field.related_model()
    {
        let target = field.target_field()?;
        sql.push_str(&format!(
            " REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
            quote_name(&to.db_table.borrow()),
            quote_name(&target.column().unwrap_or_default())
        ));
    }
    Ok(Some(format!("{} {sql}", quote_name(&field.column().unwrap_or_default()))))
}

/// A constraint's part of a CREATE TABLE; `None` where it is an index, or nothing SQLite has.
pub fn constraint_sql(rt: &Rt, model: &ModelRef, constraint: &Index) -> Res<Option<String>> {
    let name = quote_name(&constraint.name());
    match constraint.kind {
        IndexKind::Check => {
            let condition = constraint.condition.borrow().clone();
            let check = ddl(rt, model, &condition, Ddl::Condition)?;
            Ok(Some(format!("CONSTRAINT {name} CHECK ({check})")))
        }
        IndexKind::Unique if is_plain_unique(constraint) => {
            let columns = columns_of(model, &constraint.field_orders().iter().map(|f| f.0).collect::<Vec<_>>())?;
            let columns: Vec<String> = columns.iter().map(|c| quote_name(c)).collect();
            Ok(Some(format!("CONSTRAINT {name} UNIQUE ({})", columns.join(", "))))
        }
        _ => Ok(None),
    }
}

fn is_supported(c: &Index) -> bool {
    c.deferrable.borrow().is_none() && c.include.borrow().is_empty() && c.nulls_distinct.borrow().is_none()
}

fn is_plain_unique(c: &Index) -> bool {
    is_supported(c)
        && c.condition.borrow().is_none()
        && c.expressions.borrow().is_empty()
        && c.opclasses.borrow().is_empty()
}

fn columns_of(model: &ModelRef, names: &[Name]) -> Res<Vec<String>> {
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        out.push(model.forward_field(*name)?.column().unwrap_or_default().to_string());
    }
    Ok(out)
}

/// The statement that makes an index or a unique constraint that is one; `None` where SQLite has no such thing.
pub fn index_sql(rt: &Rt, model: &ModelRef, index: &Index) -> Res<Option<String>> {
    if index.kind == IndexKind::Check || (index.kind == IndexKind::Unique && !is_supported(index)) {
        return Ok(None);
    }
    let table = model.db_table.borrow().clone();
    let columns = if index.expressions.borrow().is_empty() {
        let mut parts = Vec::new();
        for (name, descending) in index.field_orders() {
            let column = model.forward_field(name)?.column().unwrap_or_default();
            parts.push(format!("{}{}", quote_name(&column), if descending { " DESC" } else { "" }));
        }
        parts.join(", ")
    } else {
        let items = index.expressions.borrow().clone();
        let parts: Res<Vec<String>> = items.iter().map(|e| ddl(rt, model, e, Ddl::Index)).collect();
        parts?.join(", ")
    };
    let condition = index.condition.borrow().clone();
    let condition = if condition.is_none() {
        String::new()
    } else {
        format!(" WHERE {}", ddl(rt, model, &condition, Ddl::Condition)?)
    };
    let unique = if index.kind == IndexKind::Unique { "UNIQUE " } else { "" };
    Ok(Some(format!(
        "CREATE {unique}INDEX {} ON {} ({columns}){condition}",
        quote_name(&index.name()),
        quote_name(&table)
    )))
}

/// The index that `unique_together` makes.
pub fn unique_together_sql(model: &Model, columns: &[String]) -> String {
    let table = model.db_table.borrow().clone();
    let quoted: Vec<String> = columns.iter().map(|c| quote_name(c)).collect();
    format!(
        "CREATE UNIQUE INDEX {} ON {} ({})",
        quote_name(&index_name(&table, columns, "_uniq")),
        quote_name(&table),
        quoted.join(", ")
    )
}

fn plain_index_sql(model: &Model, columns: &[String], suffix: &str) -> String {
    let table = model.db_table.borrow().clone();
    let quoted: Vec<String> = columns.iter().map(|c| quote_name(c)).collect();
    format!(
        "CREATE INDEX {} ON {} ({})",
        quote_name(&index_name(&table, columns, suffix)),
        quote_name(&table),
        quoted.join(", ")
    )
}

/// The statements for a model: its table, those of its many-to-many fields, then (to be run last) indexes.
#[derive(Default)]
pub struct Statements {
    /// `CREATE TABLE`, in order.
    pub tables: Vec<String>,
    /// `CREATE INDEX`, run after the tables, as Django defers them.
    pub deferred: Vec<String>,
}

impl Statements {
    /// All in the order in which they are run.
    pub fn all(self) -> Vec<String> {
        self.tables.into_iter().chain(self.deferred).collect()
    }
}

/// The CREATE TABLE of one model, as `table_sql`; `table` stands in for its name.
pub fn table_sql(rt: &Rt, model: &ModelRef, table: &str) -> Res<String> {
    let mut parts = Vec::new();
    for field in model.local_fields.borrow().iter() {
        parts.extend(field_sql(rt, model, field)?);
    }
    parts.extend(constraints_sql(rt, model)?);
    Ok(format!("CREATE TABLE {} ({})", quote_name(table), parts.join(", ")))
}

/// The constraints that stand in a model's CREATE TABLE, behind its columns.
pub fn constraints_sql(rt: &Rt, model: &ModelRef) -> Res<Vec<String>> {
    let mut parts = Vec::new();
    let constraints = model.constraints.borrow().clone();
    for constraint in &constraints {
        match index_of(constraint) {
            Some(index) => parts.extend(constraint_sql(rt, model, &index)?),
            // A session's own kind of constraint says itself.
            None => {
                let args = CallArgs::new([model.class_value(), Value::None]);
                if let Some(text) = ops::call_method(rt, constraint, "constraint_sql".into(), args)?.as_str() {
                    parts.push(text.to_string());
                }
            }
        }
    }
    if model.is_composite_pk() {
        let columns: Vec<String> =
            model.pk_fields(rt).iter().map(|f| quote_name(&f.column().unwrap_or_default())).collect();
        parts.push(format!("PRIMARY KEY ({})", columns.join(", ")));
    }
    Ok(parts)
}

/// What asks for an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `Meta.unique_together`.
    UniqueTogether,
    /// `Meta.index_together`.
    IndexTogether,
    /// A field with `db_index`: its column.
    Field(String),
    /// `Meta.indexes`: its name.
    Index(String),
    /// `Meta.constraints`, one that is an index: its name.
    Constraint(String),
}

/// The indexes of one model's table, in Django's order.
pub fn indexes_sql(rt: &Rt, model: &ModelRef) -> Res<Vec<String>> {
    Ok(indexes_by_origin(rt, model)?.into_iter().map(|(_, sql)| sql).collect())
}

/// The indexes of one model's table, in Django's order, each with what asks for it.
pub fn indexes_by_origin(rt: &Rt, model: &ModelRef) -> Res<Vec<(Origin, String)>> {
    let mut out = Vec::new();
    for names in model.unique_together.borrow().iter() {
        out.push((Origin::UniqueTogether, unique_together_sql(model, &columns_of(model, names)?)));
    }
    let constraints = model.constraints.borrow().clone();
    for constraint in constraints.iter().filter_map(index_of) {
        if constraint.kind == IndexKind::Unique && !is_plain_unique(&constraint) {
            let sql = index_sql(rt, model, &constraint)?;
            out.extend(sql.map(|sql| (Origin::Constraint(constraint.name().to_string()), sql)));
        }
    }
    for field in model.local_fields.borrow().iter() {
        let column = field.column().filter(|_| field.options().db_index && !field.unique());
        if let Some(column) = column {
            let sql = plain_index_sql(model, &[column.to_string()], "");
            out.push((Origin::Field(column.to_string()), sql));
        }
    }
    for names in model.index_together.borrow().iter() {
        out.push((Origin::IndexTogether, plain_index_sql(model, &columns_of(model, names)?, "_idx")));
    }
    let indexes = model.indexes.borrow().clone();
    for index in indexes.iter().filter_map(index_of) {
        let sql = index_sql(rt, model, &index)?;
        out.extend(sql.map(|sql| (Origin::Index(index.name().to_string()), sql)));
    }
    Ok(out)
}

/// `create_model`: adds a model's statements. Models without a table here add none.
pub fn create_model(rt: &Rt, model: &ModelRef, out: &mut Statements) -> Res<()> {
    if !model.can_migrate() {
        return Ok(());
    }
    let table = model.db_table.borrow().clone();
    out.tables.push(table_sql(rt, model, &table)?);
    out.deferred.extend(indexes_sql(rt, model)?);
    for field in model.local_many_to_many.borrow().iter() {
        if let Some(through) = field.through()
            && through.auto_created.borrow().is_some()
        {
            create_model(rt, &through, out)?;
        }
    }
    Ok(())
}

/// The statements of all tables that a list of models needs.
pub fn create_models(rt: &Rt, models: &[ModelRef]) -> Res<Statements> {
    let mut out = Statements::default();
    for model in models.iter().filter(|m| m.auto_created.borrow().is_none()) {
        create_model(rt, model, &mut out)?;
    }
    Ok(out)
}

/// The tables that the database has.
pub fn existing_tables(rt: &Rt) -> Res<Vec<String>> {
    let conn = crate::db::Db::of(rt).raw(rt)?;
    let read = || -> rusqlite::Result<Vec<String>> {
        let mut statement = conn.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    read().map_err(crate::db::error::raise)
}

/// Creates the tables that are missing when a session opens, and fills those of content types and permissions. Returns
/// the names of the tables made.
///
/// Errors: SQLite's, and those of expressions in definitions.
pub fn create_missing_tables(rt: &Rt, models: &[ModelRef]) -> Res<Vec<String>> {
    let made = make_tables(rt, models)?;
    super::contrib::note(rt, &made);
    super::contrib::fill(rt)?;
    Ok(made)
}

/// Creates the tables that are missing, with their indexes, in one transaction. Nothing goes into the statement log.
/// Returns the names of the tables made.
///
/// Errors: SQLite's, and those of expressions in definitions.
pub fn make_tables(rt: &Rt, models: &[ModelRef]) -> Res<Vec<String>> {
    let there: std::collections::HashSet<String> = existing_tables(rt)?.into_iter().map(|t| t.to_lowercase()).collect();
    let mut made = Vec::new();
    let mut statements: Vec<String> = Vec::new();
    let mut deferred = Vec::new();
    let mut all: Vec<ModelRef> = Vec::new();
    for model in models {
        all.push(model.clone());
        for field in model.local_many_to_many.borrow().iter() {
            all.extend(field.through().filter(|t| t.auto_created.borrow().is_some()));
        }
    }
    for model in &all {
        let table = model.db_table.borrow().trim_matches('"').to_string();
        if !model.can_migrate() || there.contains(&table.to_lowercase()) || made.contains(&table) {
            continue;
        }
        statements.push(table_sql(rt, model, &table)?);
        deferred.extend(indexes_sql(rt, model)?);
        made.push(table);
    }
    if statements.is_empty() {
        return Ok(made);
    }
    let conn = crate::db::Db::of(rt).raw(rt)?;
    crate::db::Db::of(rt).undo.tables_change(&conn).map_err(crate::db::error::raise)?;
    let whole = conn.is_autocommit();
    if whole {
        conn.execute_batch("BEGIN").map_err(crate::db::error::raise)?;
    }
    for statement in statements.iter().chain(&deferred) {
        if let Err(e) = conn.execute_batch(statement) {
            if whole {
                let _ = conn.execute_batch("ROLLBACK");
            }
            return Err(crate::db::error::raise(e));
        }
    }
    if whole {
        conn.execute_batch("COMMIT").map_err(crate::db::error::raise)?;
    }
    Ok(made)
}
