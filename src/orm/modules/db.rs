//! `django.db`: its names, and the capturing of statements.

use std::cell::Cell;
use std::rc::Rc;

use crate::db::Db;
use crate::db::python::connection;
use crate::object::{Dict, Exc, Instance, Module, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::orm::{DEFAULT_DB, transaction};
use crate::source::Name;

/// A session's value as SQLite takes it: dates, decimals and UUIDs become text.
pub fn adapted(rt: &Rt, value: Value) -> Res<Value> {
    match value.plain() {
        Value::Obj(_) => {
            let name = rt.class_of(&value).name();
            Ok(match &*name {
                "datetime" | "date" | "time" | "Decimal" => Value::Str(ops::str(rt, &value)?),
                _ => value,
            })
        }
        plain => Ok(plain.clone()),
    }
}

/// `connections`: the one connection by name.
struct Connections;

impl Object for Connections {}

impl NativeType for Connections {
    const NAME: &'static str = "ConnectionHandler";
    const MODULE: &'static str = "django.db.utils";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__getitem__", "(self, alias)", "A connection.", |rt, a| {
            crate::orm::write::alias(a.get(1))?;
            Ok(connection(rt))
        }),
        Row::method("all", "(self, initialized_only=False)", "All connections.", |rt, _| {
            Ok(Value::list(vec![connection(rt)]))
        }),
        Row::method("__iter__", "(self)", "The aliases.", |rt, _| {
            ops::iter_value(rt, &Value::list(vec![Value::str(DEFAULT_DB)]))
        }),
    ]];
}

/// `CaptureQueriesContext(connection)`: the statements sent while its block runs.
#[derive(Default)]
pub struct CaptureQueries {
    start: Cell<u64>,
    end: Cell<Option<u64>>,
}

impl CaptureQueries {
    fn captured(&self, rt: &Rt) -> Vec<Value> {
        let db = Db::of(rt);
        let all = db.logged.get();
        let end = self.end.get().unwrap_or(all);
        let log = db.log.borrow();
        let first = all - log.len() as u64;
        let from = self.start.get().saturating_sub(first) as usize;
        let to = (end.saturating_sub(first) as usize).min(log.len());
        log.iter()
            .take(to)
            .skip(from)
            .map(|logged| {
                let dict = Dict::new();
                dict.set_str(rt, "sql", Value::from(logged.text()));
                dict.set_str(rt, "time", Value::from(format!("{:.3}", logged.seconds)));
                Value::Dict(dict)
            })
            .collect()
    }
}

impl Object for CaptureQueries {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(if name == "captured_queries" { Some(Value::list(self.captured(rt))) } else { None })
    }
}

impl NativeType for CaptureQueries {
    const NAME: &'static str = "CaptureQueriesContext";
    const MODULE: &'static str = "django.test.utils";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, *args, **kwargs)", "A new context.", |rt, a| match a.value(0) {
            Value::Class(class) => Ok(rt.object_of(class, CaptureQueries::default())),
            _ => Err(Exc::TypeError.new("CaptureQueriesContext.__new__(X): X is not a type object")),
        }),
        Row::method("__init__", "(self, connection)", "Of a connection.", |_, _| Ok(Value::None)),
        Row::method("__enter__", "(self)", "Begins to capture.", |rt, a| {
            let this = a.native::<CaptureQueries>(0)?;
            this.start.set(Db::of(rt).logged.get());
            this.end.set(None);
            Ok(a.value(0))
        }),
        Row::method("__exit__", "(self, exc_type, exc_value, traceback)", "Ends.", |rt, a| {
            a.native::<CaptureQueries>(0)?.end.set(Some(Db::of(rt).logged.get()));
            Ok(Value::Bool(false))
        }),
        Row::method("__len__", "(self)", "How many.", |rt, a| {
            Ok(Value::from(a.native::<CaptureQueries>(0)?.captured(rt).len()))
        }),
        Row::method("__iter__", "(self)", "The statements.", |rt, a| {
            ops::iter_value(rt, &Value::list(a.native::<CaptureQueries>(0)?.captured(rt)))
        }),
        Row::method("__getitem__", "(self, index)", "One statement.", |rt, a| {
            ops::get_item(rt, &Value::list(a.native::<CaptureQueries>(0)?.captured(rt)), a.get(1))
        }),
    ]];
}

const ROWS: &[Row] = &[
    Row::method("reset_queries", "(**kwargs)", "Forgets the statements logged.", |rt, _| {
        Db::of(rt).reset_log();
        Ok(Value::None)
    }),
    Row::method("close_old_connections", "(**kwargs)", "Nothing to close.", |_, _| Ok(Value::None)),
];

const DRIVER: &[Row] = &[Row::method("connect", "(database, *args, **kwargs)", "Refused.", |_, _| {
    Err(Exc::PermissionError.new("this shell has one database: use connection.cursor()"))
})];

const ROUTER: &[Row] = &[
    Row::method("db_for_read", "(model, **hints)", "The database.", |_, _| Ok(Value::str(DEFAULT_DB))),
    Row::method("db_for_write", "(model, **hints)", "The database.", |_, _| Ok(Value::str(DEFAULT_DB))),
    Row::method("allow_relation", "(obj1, obj2, **hints)", "Always.", |_, _| Ok(Value::Bool(true))),
    Row::method("allow_migrate", "(db, app_label, **hints)", "Always.", |_, _| Ok(Value::Bool(true))),
];

fn errors(rt: &Rt, m: &Rc<Module>) {
    for kind in Exc::ALL {
        if kind.module() == "django.db.utils" {
            m.put(kind.name(), Value::Class(rt.exc_class(*kind).clone()));
        }
    }
}

/// Registers `django.db` and what stands around it.
pub fn install(rt: &Rt) {
    rt.add_module("django.db", |rt, m| {
        m.add_rows(ROWS);
        errors(rt, m);
        m.put("connection", connection(rt));
        m.put("connections", rt.object(Connections));
        m.put("DEFAULT_DB_ALIAS", Value::str(DEFAULT_DB));
        m.put("DJANGO_VERSION_PICKLE_KEY", Value::str("_django_version"));
        m.put("router", super::namespace(rt, "router", ROUTER));
        m.put("__path__", Value::list(Vec::new()));
        m.put("transaction", rt.exec()?.import(rt, "django.db.transaction")?);
        m.put("models", rt.exec()?.import(rt, "django.db.models")?);
        Ok(())
    });
    rt.add_module("sqlite3", |rt, m| {
        for kind in Exc::ALL.iter().filter(|kind| kind.module() == "sqlite3") {
            m.put(kind.name(), Value::Class(rt.exc_class(*kind).clone()));
        }
        m.put("sqlite_version", Value::str(crate::db::operations::version()));
        m.add_rows(DRIVER);
        Ok(())
    });
    rt.add_module("django.db.utils", |rt, m| {
        errors(rt, m);
        m.put("DEFAULT_DB_ALIAS", Value::str(DEFAULT_DB));
        Ok(())
    });
    let _ = transaction::build;
}
