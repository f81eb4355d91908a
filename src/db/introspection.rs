//! `connection.introspection`: what the database says of its own tables.

use std::rc::Rc;

use super::connection::Db;
use super::operations::quote_name;
use crate::object::{Args, Dict, Exc, NativeType, Object, Res, Row, Rt, Value, ops};

/// The payload of `connection.introspection`.
pub struct Introspection;

impl Object for Introspection {}

impl NativeType for Introspection {
    const NAME: &'static str = "DatabaseIntrospection";
    const MODULE: &'static str = "django.db.backends.sqlite3.introspection";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("table_names", "(self, cursor=None, include_views=False)", "The tables.", |rt, a| {
            let kinds = if a.flag(rt, 2, false)? { "'table', 'view'" } else { "'table'" };
            let sql = format!(
                "SELECT name FROM sqlite_master WHERE type in ({kinds}) AND NOT name='sqlite_sequence' ORDER BY name"
            );
            let rows = Db::of(rt).fetch_all(rt, &sql, Vec::new())?;
            Ok(Value::list(rows.into_iter().filter_map(|mut r| r.pop()).collect()))
        }),
        Row::method("identifier_converter", "(self, name)", "The name as the database writes it.", |_, a| {
            Ok(a.value(1))
        }),
        Row::method("get_primary_key_columns", "(self, cursor, table_name)", "The key's columns.", |rt, a| {
            primary_key(rt, a.str(2)?).map(|names| Value::list(names.into_iter().map(Value::from).collect()))
        }),
        Row::method("get_primary_key_column", "(self, cursor, table_name)", "The key's first column.", |rt, a| {
            Ok(primary_key(rt, a.str(2)?)?.into_iter().next().map_or(Value::None, Value::from))
        }),
        Row::method("get_relations", "(self, cursor, table_name)", "The foreign keys, by column.", |rt, a| {
            let out = Dict::new();
            for (column, table, to) in foreign_keys(rt, a.str(2)?)? {
                out.set(rt, column, Value::tuple(vec![to, table]))?;
            }
            Ok(Value::Dict(out))
        }),
        Row::method("get_constraints", "(self, cursor, table_name)", "Keys, indexes and checks, by name.", constraints),
    ]];
}

fn rows(rt: &Rt, sql: &str, params: Vec<Value>) -> Res<Vec<Vec<Value>>> {
    Ok(Db::of(rt).fetch_all(rt, sql, params)?.into_iter().map(|row| row.into_iter().collect()).collect())
}

fn text(value: Option<&Value>) -> String {
    value.and_then(|v| v.as_str().map(|s| s.to_string())).unwrap_or_default()
}

fn primary_key(rt: &Rt, table: &str) -> Res<Vec<String>> {
    let found = rows(rt, &format!("PRAGMA table_info({})", quote_name(table)), Vec::new())?;
    let of_key = |row: &&Vec<Value>| row.last().and_then(Value::as_int).is_some_and(|n| n > 0);
    Ok(found.iter().filter(of_key).map(|row| text(row.get(1))).collect())
}

/// Column, table and column referred to of each foreign key.
fn foreign_keys(rt: &Rt, table: &str) -> Res<Vec<(Value, Value, Value)>> {
    let found = rows(rt, &format!("PRAGMA foreign_key_list({})", quote_name(table)), Vec::new())?;
    let at = |row: &Vec<Value>, i: usize| row.get(i).cloned().unwrap_or_default();
    Ok(found.iter().map(|row| (at(row, 3), at(row, 2), at(row, 4))).collect())
}

/// What a constraint is, with everything else as it is by default.
fn entry(rt: &Rt, columns: Vec<Value>, kind: &str, foreign: Value) -> Rc<Dict> {
    let out = Dict::new();
    out.set_str(rt, "columns", Value::list(columns));
    for name in ["primary_key", "unique", "check", "index"] {
        out.set_str(rt, name, Value::Bool(name == kind));
    }
    out.set_str(rt, "foreign_key", foreign);
    out
}

fn constraints(rt: &Rt, a: &mut Args) -> Res<Value> {
    let table = a.str(2)?.to_string();
    let out = Dict::new();
    let schema = "SELECT sql FROM sqlite_master WHERE type='table' and name=%s";
    if let Some(row) = rows(rt, schema, vec![Value::str(&table)])?.first() {
        let info = rows(rt, &format!("PRAGMA table_xinfo({})", quote_name(&table)), Vec::new())?;
        if info.is_empty() {
            return Err(Exc::DatabaseError.new(format!("Table {table} does not exist (empty pragma).")));
        }
        let columns: Vec<String> = info.iter().map(|row| text(row.get(1))).collect();
        let mut unnamed = 0;
        for part in parts(&text(row.first())) {
            let found = read_part(&part, &columns);
            for (kind, names) in [("unique", found.unique), ("check", found.check)] {
                if names.is_empty() {
                    continue;
                }
                let name = found.name.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("__unnamed_constraint_{unnamed}__")
                });
                let names = names.into_iter().map(Value::from).collect();
                out.set_str(rt, &name, Value::Dict(entry(rt, names, kind, Value::None)));
            }
        }
    }
    for row in rows(rt, &format!("PRAGMA index_list({})", quote_name(&table)), Vec::new())? {
        let (index, unique) = (text(row.get(1)), row.get(2).and_then(Value::as_int) == Some(1));
        let own = "SELECT sql FROM sqlite_master WHERE type='index' AND name=%s";
        let sql = text(rows(rt, own, vec![Value::str(&index)])?.first().and_then(|r| r.first()));
        if sql.is_empty() {
            // A constraint of the table itself, which was read above.
            continue;
        }
        let columns = rows(rt, &format!("PRAGMA index_info({})", quote_name(&index)), Vec::new())?;
        let columns = columns.into_iter().map(|r| r.get(2).cloned().unwrap_or_default()).collect();
        let made = entry(rt, columns, "index", Value::None);
        made.set_str(rt, "unique", Value::Bool(unique));
        made.set_str(rt, "type", "idx");
        if let Some(inside) = parts_text(&sql) {
            let order = |c: &str| Value::str(if c.ends_with("DESC") { "DESC" } else { "ASC" });
            made.set_str(rt, "orders", Value::list(inside.split(", ").map(order).collect()));
        }
        out.set_str(rt, &index, Value::Dict(made));
    }
    let key = primary_key(rt, &table)?;
    if !key.is_empty() {
        let names = key.into_iter().map(Value::from).collect();
        out.set_str(rt, "__primary__", Value::Dict(entry(rt, names, "primary_key", Value::None)));
    }
    for (i, (column, to, field)) in foreign_keys(rt, &table)?.into_iter().enumerate() {
        let foreign = Value::tuple(vec![to, field]);
        out.set_str(rt, &format!("fk_{i}"), Value::Dict(entry(rt, vec![column], "", foreign)));
    }
    let _ = ops::truthy;
    Ok(Value::Dict(out))
}

/// What stands in the first parentheses of a statement.
fn parts_text(sql: &str) -> Option<&str> {
    let start = sql.find('(')?;
    let mut depth = 0usize;
    let mut quoted = None;
    for (at, c) in sql.char_indices().skip_while(|(at, _)| *at < start) {
        match (quoted, c) {
            (Some(q), c) if c == q => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quoted = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    return sql.get(start + 1..at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A word of a definition, and how deep in parentheses it stands.
struct Word {
    text: String,
    quoted: bool,
    literal: bool,
    depth: usize,
}

/// The definitions of columns and constraints of a CREATE TABLE, each as its words.
fn parts(sql: &str) -> Vec<Vec<Word>> {
    let mut out = vec![Vec::new()];
    let mut depth = 0;
    let mut chars = parts_text(sql).unwrap_or("").chars().peekable();
    let put = |out: &mut Vec<Vec<Word>>, text: String, quote: Option<char>, depth: usize| {
        if let Some(last) = out.last_mut() {
            last.push(Word { text, quoted: quote.is_some(), literal: quote == Some('\''), depth });
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' | '\'' | '`' => {
                let word: String = chars.by_ref().take_while(|x| *x != c).collect();
                put(&mut out, word, Some(c), depth);
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => out.push(Vec::new()),
            c if c.is_alphabetic() || c == '_' => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|x| x.is_alphanumeric() || *x == '_') {
                    word.push(next);
                }
                put(&mut out, word, None, depth);
            }
            _ => {}
        }
    }
    out
}

#[derive(Default)]
struct Part {
    name: Option<String>,
    unique: Vec<String>,
    check: Vec<String>,
}

fn read_part(words: &[Word], columns: &[String]) -> Part {
    let is = |w: &Word, keyword: &str| !w.quoted && w.text.eq_ignore_ascii_case(keyword);
    let mut out = Part::default();
    let named = words.first().is_some_and(|w| is(w, "CONSTRAINT"));
    if named {
        out.name = words.get(1).map(|w| w.text.clone());
    }
    let inside = |at: usize| {
        let deep = words.get(at).map_or(0, |w| w.depth);
        words.iter().skip(at + 1).take_while(move |w| w.depth > deep).filter(|w| !w.literal)
    };
    for (at, word) in words.iter().enumerate() {
        if is(word, "UNIQUE") {
            out.unique = match named {
                true => inside(at).map(|w| w.text.clone()).collect(),
                false => words.first().map(|w| w.text.clone()).into_iter().collect(),
            };
        }
        if is(word, "CHECK") {
            out.check = inside(at).filter(|w| columns.contains(&w.text)).map(|w| w.text.clone()).collect();
        }
    }
    out
}
