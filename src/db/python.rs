//! `django.db.connection` as a session sees it.

use std::cell::RefCell;
use std::rc::Rc;

use super::connection::{Db, Outcome};
use super::introspection::Introspection;
use super::value::plain;
use crate::object::{Args, Dict, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The payload of `connection`.
pub struct Connection;

#[derive(Default)]
struct Made(RefCell<Option<Value>>);

/// The one connection object.
pub fn connection(rt: &Rt) -> Value {
    let made = rt.state::<Made>();
    if let Some(value) = &*made.0.borrow() {
        return value.clone();
    }
    let value = rt.object(Connection);
    *made.0.borrow_mut() = Some(value.clone());
    value
}

impl NativeType for Connection {
    const NAME: &'static str = "DatabaseWrapper";
    const MODULE: &'static str = "django.db.backends.sqlite3.base";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// What a logged statement looks like: `{'sql': ..., 'time': '0.000'}`.
fn logged(rt: &Rt, db: &Db) -> Vec<Value> {
    let log = db.log.borrow();
    let entry = |l: &super::log::Logged| {
        let dict = Dict::new();
        dict.set_str(rt, "sql", Value::from(l.text()));
        dict.set_str(rt, "time", Value::from(format!("{:.3}", l.seconds)));
        Value::Dict(dict)
    };
    log.iter().map(entry).collect()
}

impl Object for Connection {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let db = Db::of(rt);
        Ok(Some(match &*name.text() {
            "alias" => Value::str("default"),
            "vendor" => Value::str("sqlite"),
            "display_name" => Value::str("SQLite"),
            "queries" => Value::list(logged(rt, &db)),
            "queries_log" => rt.object(Log),
            "queries_logged" => Value::Bool(!db.logging_off.get()),
            "force_debug_cursor" => Value::Bool(!db.logging_off.get()),
            "in_atomic_block" => Value::Bool(db.state.in_atomic_block.get()),
            "needs_rollback" => Value::Bool(db.state.needs_rollback.get()),
            "autocommit" => Value::Bool(db.autocommit()),
            "commit_on_exit" => Value::Bool(db.state.commit_on_exit.get()),
            "errors_occurred" => Value::Bool(db.state.errors_occurred.get()),
            "savepoint_ids" => Value::List(db.state.savepoint_ids().clone()),
            "run_on_commit" => {
                let hooks = db.state.on_commit.borrow().clone();
                let one = |h: super::transaction::OnCommit| {
                    Value::tuple(vec![
                        Value::list(h.savepoints.iter().map(Value::str).collect()),
                        h.function,
                        Value::Bool(h.robust),
                    ])
                };
                Value::list(hooks.into_iter().map(one).collect())
            }
            "settings_dict" => {
                let dict = Dict::new();
                let place = match &*db.location.borrow() {
                    super::connection::Location::Memory => ":memory:".to_string(),
                    super::connection::Location::File(path) => path.display().to_string(),
                };
                dict.set_str(rt, "ENGINE", "django.db.backends.sqlite3");
                dict.set_str(rt, "NAME", place);
                dict.set_str(rt, "ATOMIC_REQUESTS", false);
                dict.set_str(rt, "AUTOCOMMIT", true);
                dict.set_str(rt, "OPTIONS", Value::Dict(Dict::new()));
                dict.set_str(rt, "TIME_ZONE", Value::None);
                Value::Dict(dict)
            }
            "features" => rt.object(Features),
            "ops" => rt.object(Operations),
            "introspection" => rt.object(Introspection),
            "connection" => match db.raw(rt) {
                Ok(_) => rt.object(Cursor::default()),
                Err(_) => Value::None,
            },
            "execute_wrappers" => Value::list(db.wrappers.borrow().clone()),
            "timezone_name" => Value::str("UTC"),
            "allow_thread_sharing" => Value::Bool(db.state.sharing.get() > 0),
            "isolation_level" => Value::None,
            _ => return Ok(None),
        }))
    }

    fn set_attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let db = Db::of(rt);
        let truth = match &value {
            Some(v) => ops::truthy(rt, v)?,
            None => return Ok(false),
        };
        match &*name.text() {
            "force_debug_cursor" => db.logging_off.set(!truth),
            "needs_rollback" => db.state.needs_rollback.set(truth),
            "in_atomic_block" => db.state.in_atomic_block.set(truth),
            _ => {}
        }
        Ok(true)
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        [
            "alias",
            "features",
            "in_atomic_block",
            "introspection",
            "needs_rollback",
            "ops",
            "queries",
            "settings_dict",
            "vendor",
        ]
        .map(Name::new)
        .to_vec()
    }
}

const ROWS: &[Row] = &[
    Row::method("__repr__", "(self)", "`<DatabaseWrapper ...>`.", |_, _| {
        Ok(Value::str("<DatabaseWrapper vendor='sqlite' alias='default'>"))
    }),
    Row::method("cursor", "(self, name=None)", "A cursor for SQL of one's own.", |rt, _| {
        Ok(rt.object(Cursor::default()))
    }),
    Row::method("close", "(self)", "Closes the connection.", |rt, _| {
        Db::of(rt).close();
        Ok(Value::None)
    }),
    Row::method("ensure_connection", "(self)", "Opens the connection.", |rt, _| {
        Db::of(rt).raw(rt)?;
        Ok(Value::None)
    }),
    Row::method("connect", "(self)", "Opens the connection.", |rt, _| {
        Db::of(rt).raw(rt)?;
        Ok(Value::None)
    }),
    Row::method("inc_thread_sharing", "(self)", "Lets another thread use it: there is none.", |rt, _| {
        let count = &Db::of(rt).state.sharing;
        count.set(count.get() + 1);
        Ok(Value::None)
    }),
    Row::method("dec_thread_sharing", "(self)", "Takes back what inc_thread_sharing() gave.", |rt, _| {
        let count = &Db::of(rt).state.sharing;
        if count.get() == 0 {
            return Err(Exc::RuntimeError.new("Cannot decrement the thread sharing count below zero."));
        }
        count.set(count.get() - 1);
        Ok(Value::None)
    }),
    Row::method("validate_thread_sharing", "(self)", "All is one thread.", |_, _| Ok(Value::None)),
    Row::method("is_usable", "(self)", "Whether it is open.", |_, _| Ok(Value::Bool(true))),
    Row::method("get_autocommit", "(self)", "Whether each statement is its own transaction.", |rt, _| {
        Ok(Value::Bool(Db::of(rt).autocommit()))
    }),
    Row::method("set_autocommit", "(self, autocommit)", "Turns autocommit on or off.", |rt, a| {
        let on = a.flag(rt, 1, true)?;
        Db::of(rt).set_autocommit(rt, on, false)?;
        Ok(Value::None)
    }),
    Row::method("commit", "(self)", "Commits.", |rt, _| Db::of(rt).commit(rt).map(|()| Value::None)),
    Row::method("rollback", "(self)", "Rolls back.", |rt, _| Db::of(rt).rollback(rt).map(|()| Value::None)),
    Row::method("savepoint", "(self)", "Sets a savepoint.", |rt, _| {
        Ok(Db::of(rt).savepoint(rt)?.as_deref().map_or(Value::None, Value::str))
    }),
    Row::method("savepoint_rollback", "(self, sid)", "Rolls back to a savepoint.", |rt, a| {
        Db::of(rt).savepoint_rollback(rt, a.str(1)?)?;
        Ok(Value::None)
    }),
    Row::method("savepoint_commit", "(self, sid)", "Releases a savepoint.", |rt, a| {
        Db::of(rt).savepoint_commit(rt, a.str(1)?)?;
        Ok(Value::None)
    }),
    Row::method("get_rollback", "(self)", "Whether the block will be rolled back.", |rt, _| {
        Db::of(rt).get_rollback().map(Value::Bool)
    }),
    Row::method("set_rollback", "(self, rollback)", "Says whether the block is rolled back.", |rt, a| {
        Db::of(rt).set_rollback(a.flag(rt, 1, false)?)?;
        Ok(Value::None)
    }),
    Row::method("on_commit", "(self, func, robust=False)", "Calls something after the commit.", |rt, a| {
        let robust = a.flag(rt, 2, false)?;
        Db::of(rt).on_commit(rt, a.get(1), robust)?;
        Ok(Value::None)
    }),
    Row::method("validate_no_broken_transaction", "(self)", "Raises in a broken transaction.", |rt, _| {
        Db::of(rt).check_not_broken().map(|()| Value::None)
    }),
    Row::method("disable_constraint_checking", "(self)", "Stops the checks of foreign keys.", |rt, _| {
        let db = Db::of(rt);
        db.execute(rt, "PRAGMA foreign_keys = OFF", Vec::new())?;
        let on = db.fetch_one(rt, "PRAGMA foreign_keys", Vec::new())?;
        Ok(Value::Bool(on.and_then(|r| r.first().and_then(|v| v.as_int())) == Some(0)))
    }),
    Row::method("enable_constraint_checking", "(self)", "Starts the checks of foreign keys.", |rt, _| {
        Db::of(rt).execute(rt, "PRAGMA foreign_keys = ON", Vec::new())?;
        Ok(Value::None)
    }),
    Row::method(
        "check_constraints",
        "(self, table_names=None)",
        "Raises for foreign keys that lead nowhere.",
        |rt, a| check_constraints(rt, a.get(1)).map(|()| Value::None),
    ),
    Row::method("is_in_memory_db", "(self)", "Whether the database is in memory.", |rt, _| {
        Ok(Value::Bool(*Db::of(rt).location.borrow() == super::connection::Location::Memory))
    }),
    Row::method("get_database_version", "(self)", "SQLite's version.", |_, _| {
        let parts = rusqlite::version().split('.').map(|p| Value::Int(p.parse().unwrap_or(0)));
        Ok(Value::tuple(parts.collect()))
    }),
];

/// `check_constraints(table_names)`. IntegrityError for the first row that refers to nothing.
pub fn check_constraints(rt: &Rt, tables: &Value) -> Res<()> {
    let db = Db::of(rt);
    let quote = |name: &str| super::operations::quote_name(name);
    let mut violations = Vec::new();
    if tables.is_none() {
        violations = db.fetch_all(rt, "PRAGMA foreign_key_check", Vec::new())?;
    } else {
        for table in ops::collect(rt, tables)? {
            let name = ops::str(rt, &table)?;
            violations.extend(db.fetch_all(rt, &format!("PRAGMA foreign_key_check({})", quote(&name)), Vec::new())?);
        }
    }
    let Some(row) = violations.first() else { return Ok(()) };
    let text = |v: Option<&Value>| -> Res<String> { Ok(ops::str(rt, v.unwrap_or(&Value::None))?.to_string()) };
    let (table, rowid, other) = (text(row.first())?, row.get(1).cloned().unwrap_or_default(), text(row.get(2))?);
    let at = row.get(3).and_then(|v| v.as_int()).unwrap_or(0) as usize;
    let keys = db.fetch_all(rt, &format!("PRAGMA foreign_key_list({})", quote(&table)), Vec::new())?;
    let key = keys.get(at).cloned().unwrap_or_default();
    let (column, target) = (text(key.get(3))?, text(key.get(4))?);
    let columns = db.fetch_all(rt, &format!("PRAGMA table_info({})", quote(&table)), Vec::new())?;
    let pk = columns.iter().find(|c| c.get(5).and_then(|v| v.as_int()).unwrap_or(0) != 0);
    let pk = text(pk.and_then(|c| c.get(1)))?;
    let sql = format!("SELECT {}, {} FROM {} WHERE rowid = %s", quote(&pk), quote(&column), quote(&table));
    let found = db.fetch_one(rt, &sql, vec![rowid])?.unwrap_or_default();
    let (key, bad) = (text(found.first())?, text(found.get(1))?);
    Err(Exc::IntegrityError.new(format!(
        "The row in table '{table}' with primary key '{key}' has an invalid foreign key: {table}.{column} contains a value '{bad}' that does not have a corresponding value in {other}.{target}."
    )))
}

/// The payload of `connection.queries_log`.
pub struct Log;

impl Object for Log {}

impl NativeType for Log {
    const NAME: &'static str = "deque";
    const MODULE: &'static str = "collections";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("clear", "(self)", "Empties the log.", |rt, _| {
            Db::of(rt).reset_log();
            Ok(Value::None)
        }),
        Row::method("__len__", "(self)", "How many statements.", |rt, _| {
            Ok(Value::Int(Db::of(rt).log.borrow().len() as i64))
        }),
        Row::method("__iter__", "(self)", "The statements.", |rt, _| {
            let db = Db::of(rt);
            ops::iter_value(rt, &Value::list(logged(rt, &db)))
        }),
        Row::method("__getitem__", "(self, index)", "A statement.", |rt, a| {
            let db = Db::of(rt);
            ops::get_item(rt, &Value::list(logged(rt, &db)), a.get(1))
        }),
    ]];
}

/// The payload of a cursor.
#[derive(Default)]
pub struct Cursor {
    rows: RefCell<std::collections::VecDeque<Value>>,
    outcome: RefCell<Option<Outcome>>,
    many: std::cell::Cell<i64>,
    closed: std::cell::Cell<bool>,
}

fn parameters(rt: &Rt, given: &Value) -> Res<Option<Vec<Value>>> {
    Ok(match given {
        Value::None => None,
        _ => Some(ops::collect(rt, given)?.into_iter().map(|v| adapt(rt, v)).collect::<Res<Vec<_>>>()?),
    })
}

/// What the driver's own adapters make of dates and decimals.
fn adapt(rt: &Rt, value: Value) -> Res<Value> {
    if let Value::Obj(o) = &value
        && o.base().is_none()
        && matches!(&*o.class().name(), "date" | "datetime" | "Decimal" | "time" | "SafeString")
    {
        return ops::str(rt, &value).map(Value::Str);
    }
    Ok(value)
}

/// A column's value as the driver converts it by the column's declared type.
fn declared(rt: &Rt, kind: Option<&str>, value: Value) -> Res<Value> {
    use crate::object::types::datetime::{Date, DateTime, Time};
    let Some(kind) = kind else { return Ok(value) };
    let word = kind.split([' ', '(']).next().unwrap_or("").to_ascii_lowercase();
    Ok(match (word.as_str(), &value) {
        ("bool", Value::Int(i)) => Value::Bool(*i == 1),
        ("date", Value::Str(s)) => Date::parse_iso(s).map_or(value.clone(), |d| d.new_value(rt)),
        ("datetime" | "timestamp", Value::Str(s)) => {
            DateTime::parse_iso(rt, s).map_or(value.clone(), |d| d.new_value(rt))
        }
        ("time", Value::Str(s)) => Time::parse_iso(rt, s).map_or(value.clone(), |t| t.new_value(rt)),
        _ => value,
    })
}

impl Cursor {
    fn run(&self, rt: &Rt, sql: &str, params: Option<Vec<Value>>) -> Res<()> {
        if self.closed.get() {
            return Err(Exc::ProgrammingError.new("Cannot operate on a closed cursor."));
        }
        let mut rows = std::collections::VecDeque::new();
        let mut kinds: Option<Vec<Option<String>>> = None;
        let outcome = Db::of(rt).send(rt, sql, params, &mut |row| {
            let statement = row.0.as_ref();
            let kinds =
                kinds.get_or_insert_with(|| statement.columns().map(|c| c.decl_type().map(str::to_string)).collect());
            let mut out = Vec::with_capacity(kinds.len());
            for (i, kind) in kinds.iter().enumerate() {
                out.push(declared(rt, kind.as_deref(), plain(row.raw(i))?)?);
            }
            rows.push_back(Value::tuple(out));
            Ok(true)
        })?;
        *self.rows.borrow_mut() = rows;
        self.many.set(-1);
        *self.outcome.borrow_mut() = Some(outcome);
        Ok(())
    }
}

impl Object for Cursor {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        Ok(self.rows.borrow_mut().pop_front())
    }

    fn is_iterator(&self) -> bool {
        true
    }

    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let outcome = self.outcome.borrow();
        Ok(Some(match &*name.text() {
            "description" => match &*outcome {
                Some(o) if !o.columns.is_empty() => {
                    let column = |name: &String| {
                        let mut parts = vec![Value::str(name)];
                        parts.resize(7, Value::None);
                        Value::tuple(parts)
                    };
                    Value::tuple(o.columns.iter().map(column).collect())
                }
                _ => Value::None,
            },
            "rowcount" => Value::Int(match &*outcome {
                _ if self.many.get() >= 0 => self.many.get(),
                Some(o) if o.columns.is_empty() => o.changed as i64,
                _ => -1,
            }),
            "lastrowid" => Value::Int(Db::of(rt).last_insert_rowid(rt)?),
            "db" => connection(rt),
            _ => return Ok(None),
        }))
    }
}

impl NativeType for Cursor {
    const NAME: &'static str = "CursorDebugWrapper";
    const MODULE: &'static str = "django.db.backends.utils";
    const ROWS: &'static [&'static [Row]] = &[CURSOR_ROWS];
}

fn cursor<'a>(a: &'a Args) -> Res<&'a Cursor> {
    a.native::<Cursor>(0)
}

fn take(cursor: &Cursor, most: usize) -> Vec<Value> {
    let mut rows = cursor.rows.borrow_mut();
    let n = most.min(rows.len());
    rows.drain(..n).collect()
}

const CURSOR_ROWS: &[Row] = &[
    Row::method("execute", "(self, sql, params=None)", "Sends a statement.", |rt, a| {
        let params = match a.get(2).as_dict() {
            Some(dict) => {
                let (sql, params) = named(rt, a.str(1)?, dict)?;
                let it = cursor(a)?;
                it.run(rt, &sql, Some(params))?;
                return Ok(a.value(0));
            }
            None => parameters(rt, a.get(2))?,
        };
        if let Some(params) = &params {
            match a.str(1)?.replace("%%", "").matches("%s").count() {
                n if n > params.len() => return Err(Exc::TypeError.new("not enough arguments for format string")),
                n if n < params.len() => {
                    return Err(Exc::TypeError.new("not all arguments converted during string formatting"));
                }
                _ => {}
            }
        }
        cursor(a)?.run(rt, a.str(1)?, params)?;
        Ok(a.value(0))
    }),
    Row::method("executemany", "(self, sql, param_list)", "Sends a statement for each list of parameters.", |rt, a| {
        let mut lists = Vec::new();
        for item in ops::collect(rt, a.get(2))? {
            lists.push(parameters(rt, &item)?.unwrap_or_default());
        }
        let changed = Db::of(rt).execute_many(rt, a.str(1)?, lists)?;
        let it = cursor(a)?;
        it.many.set(changed as i64);
        it.rows.borrow_mut().clear();
        Ok(a.value(0))
    }),
    Row::method("fetchone", "(self)", "The next row, or None.", |_, a| {
        let row = cursor(a)?.rows.borrow_mut().pop_front();
        Ok(row.unwrap_or_default())
    }),
    Row::method("fetchall", "(self)", "All rows left.", |_, a| Ok(Value::list(take(cursor(a)?, usize::MAX)))),
    Row::method("fetchmany", "(self, size=1)", "Some rows.", |rt, a| {
        let n = if a.opt(1).is_some() { a.int(rt, 1)? } else { 1 };
        Ok(Value::list(take(cursor(a)?, n.max(0) as usize)))
    }),
    Row::method("__iter__", "(self)", "The rows left.", |_, a| Ok(a.value(0))),
    Row::method("__next__", "(self)", "The next row.", |_, a| {
        let row = cursor(a)?.rows.borrow_mut().pop_front();
        row.ok_or_else(|| Exc::StopIteration.with_args(Vec::new()))
    }),
    Row::method("__enter__", "(self)", "The cursor.", |_, a| Ok(a.value(0))),
    Row::method("__exit__", "(self, type, value, traceback)", "Closes it.", |_, a| {
        cursor(a)?.closed.set(true);
        Ok(Value::None)
    }),
    Row::method("close", "(self)", "Closes it.", |_, a| {
        cursor(a)?.closed.set(true);
        Ok(Value::None)
    }),
];

/// `%(name)s` parameters as `%s` with a list.
fn named(rt: &Rt, sql: &str, params: &Dict) -> Res<(String, Vec<Value>)> {
    let mut out = String::with_capacity(sql.len());
    let mut values = Vec::new();
    let mut rest = sql;
    while let Some(at) = rest.find("%(") {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find(")s") else { break };
        let name = &rest[at + 2..at + end];
        match params.get_str(rt, name) {
            Some(value) => values.push(adapt(rt, value)?),
            None => return Err(Exc::KeyError.with_args(vec![Value::str(name)])),
        }
        out.push_str("%s");
        rest = &rest[at + end + 2..];
    }
    out.push_str(rest);
    Ok((out, values))
}

/// The payload of `connection.features`.
pub struct Features;

impl NativeType for Features {
    const NAME: &'static str = "DatabaseFeatures";
    const MODULE: &'static str = "django.db.backends.sqlite3.features";
    const ROWS: &'static [&'static [Row]] = &[];
}

/// What SQLite's backend cannot do, of what Django asks a backend.
const LACKING: &[&str] = &[
    "allows_group_by_selected_pks",
    "atomic_transactions",
    "bare_select_suffix",
    "can_create_inline_fk",
    "can_distinct_on_fields",
    "can_introspect_materialized_views",
    "can_rename_index",
    "closed_cursor_error_class",
    "collate_as_index_expression",
    "connection_persists_old_columns",
    "create_test_procedure_without_params_sql",
    "for_update_after_from",
    "gis_enabled",
    "greatest_least_ignores_nulls",
    "has_json_operators",
    "has_native_duration_field",
    "has_native_json_field",
    "has_native_uuid_field",
    "has_real_datatype",
    "has_select_for_no_key_update",
    "has_select_for_update",
    "has_select_for_update_nowait",
    "has_select_for_update_of",
    "has_select_for_update_skip_locked",
    "implied_column_null",
    "interprets_empty_strings_as_nulls",
    "json_key_contains_list_matching_requires_list",
    "nulls_order_largest",
    "only_supports_unbounded_with_preceding_and_following",
    "order_by_nulls_first",
    "related_fields_match_type",
    "requires_casted_case_in_updates",
    "requires_compound_order_by_subquery",
    "requires_explicit_null_ordering_when_grouping",
    "rounds_to_even",
    "schema_editor_uses_clientside_param_binding",
    "select_for_update_of_column",
    "supports_any_value",
    "supports_callproc_kwargs",
    "supports_cast_with_precision",
    "supports_combined_alters",
    "supports_comments",
    "supports_comments_inline",
    "supports_covering_indexes",
    "supports_default_keyword_in_insert",
    "supports_deferrable_unique_constraints",
    "supports_json_field_contains",
    "supports_logical_xor",
    "supports_nulls_distinct_unique_constraints",
    "supports_on_delete_db_cascade",
    "supports_parentheses_in_compound",
    "supports_sequence_reset",
    "supports_slicing_ordering_in_compound",
    "supports_tablespaces",
    "supports_timezones",
    "supports_tuple_lookups",
    "test_db_allows_multiple_connections",
    "truncates_names",
    "uppercases_column_names",
    "uses_server_side_binding",
];

/// Whether SQLite's backend has a feature that Django asks for.
pub fn has_feature(name: &str) -> bool {
    !LACKING.contains(&name)
}

impl Object for Features {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let text = name.text();
        if text.starts_with('_') {
            return Ok(None);
        }
        Ok(Some(match &*text {
            "max_query_params" => Value::Int(999),
            "bare_select_suffix" => Value::str(""),
            "minimum_database_version" => Value::tuple(vec![Value::Int(3), Value::Int(31)]),
            "empty_fetchmany_value" => Value::list(Vec::new()),
            "order_by_nulls_first" => Value::Bool(true),
            "test_collations" => {
                let dict = Dict::new();
                for (name, collation) in
                    [("ci", "nocase"), ("cs", "binary"), ("non_default", "nocase"), ("virtual", "nocase")]
                {
                    dict.set_str(rt, name, collation);
                }
                Value::Dict(dict)
            }
            "supported_explain_formats" => Value::Set(crate::object::Set::from_values(rt, Vec::new(), false)?),
            "create_test_procedure_with_int_param_sql"
            | "create_test_procedure_without_params_sql"
            | "prohibits_null_characters_in_text_exception"
            | "test_now_utc_template" => Value::None,
            "django_test_skips" | "django_test_expected_failures" => Value::None,
            other => Value::Bool(has_feature(other)),
        }))
    }
}

/// The payload of `connection.ops`.
pub struct Operations;

impl NativeType for Operations {
    const NAME: &'static str = "DatabaseOperations";
    const MODULE: &'static str = "django.db.backends.sqlite3.operations";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("quote_name", "(self, name)", "A quoted name.", |_, a| {
            Ok(Value::from(super::operations::quote_name(a.str(1)?)))
        }),
        Row::method("max_name_length", "(self)", "No limit.", |_, _| Ok(Value::None)),
        Row::method("no_limit_value", "(self)", "The LIMIT that is none.", |_, _| Ok(Value::Int(-1))),
        Row::method("bulk_batch_size", "(self, fields, objs)", "How many rows one INSERT takes.", |rt, a| {
            let (fields, objects) = (ops::len(rt, a.get(1))?, ops::len(rt, a.get(2))?);
            Ok(Value::Int(super::operations::bulk_batch_size(fields, objects) as i64))
        }),
        Row::method("integer_field_range", "(self, internal_type)", "The range of an integer column.", |_, a| {
            let (least, most) = super::operations::integer_range(a.str(1)?);
            Ok(Value::tuple(vec![Value::Int(least), Value::Int(most)]))
        }),
        Row::method(
            "last_executed_query",
            "(self, cursor, sql, params)",
            "A statement with its parameters.",
            |rt, a| {
                let params = parameters(rt, a.get(3))?.unwrap_or_default();
                Ok(Value::from(super::log::with_params(a.str(2)?, &params)))
            },
        ),
        Row::method("adapt_datefield_value", "(self, value)", "A date as text.", |rt, a| text_or_none(rt, a)),
        Row::method("adapt_datetimefield_value", "(self, value)", "A datetime as text.", |rt, a| text_or_none(rt, a)),
        Row::method("adapt_timefield_value", "(self, value)", "A time as text.", |rt, a| text_or_none(rt, a)),
    ]];
}

fn text_or_none(rt: &Rt, a: &Args) -> Res<Value> {
    if a.get(1).is_none() { Ok(Value::None) } else { ops::str(rt, a.get(1)).map(Value::Str) }
}

impl Object for Operations {}
