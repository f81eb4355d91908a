//! Names of Django's inside that people import all the same: `django.db.models.sql`, constants, versions.

use std::rc::Rc;

use crate::object::{Exc, Module, Res, Rt, Value};
use crate::orm::queryset::query_object::QueryObject;

fn texts(m: &Rc<Module>, pairs: &[(&str, &str)]) {
    for (name, text) in pairs {
        m.put(name, Value::str(text));
    }
}

fn query(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let class = Value::Class(rt.class::<QueryObject>());
    for name in ["Query", "UpdateQuery", "InsertQuery", "DeleteQuery", "AggregateQuery"] {
        m.put(name, class.clone());
    }
    m.put("RawQuery", Value::Class(rt.class::<crate::orm::raw::RawQuery>()));
    texts(m, &[("AND", "AND"), ("OR", "OR"), ("XOR", "XOR")]);
    Ok(())
}

fn constants(_: &Rt, m: &Rc<Module>) -> Res<()> {
    m.put("GET_ITERATOR_CHUNK_SIZE", Value::Int(100));
    texts(
        m,
        &[
            ("MULTI", "multi"),
            ("SINGLE", "single"),
            ("NO_RESULTS", "no results"),
            ("CURSOR", "cursor"),
            ("ROW_COUNT", "row count"),
            ("INNER", "INNER JOIN"),
            ("LOUTER", "LEFT OUTER JOIN"),
        ],
    );
    Ok(())
}

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module("django.db.models.sql", |rt, m| {
        m.put("__path__", Value::list(Vec::new()));
        query(rt, m)?;
        for name in ["constants", "query", "where"] {
            m.put(name, rt.exec()?.import(rt, &format!("django.db.models.sql.{name}"))?);
        }
        Ok(())
    });
    rt.add_module("django.db.models.sql.query", query);
    rt.add_module("django.db.models.sql.subqueries", query);
    rt.add_module("django.db.models.sql.constants", constants);
    rt.add_module("django.db.models.sql.where", |_, m| {
        texts(m, &[("AND", "AND"), ("OR", "OR"), ("XOR", "XOR")]);
        Ok(())
    });
    rt.add_module("django.utils.connection", |rt, m| {
        m.put("ConnectionDoesNotExist", Value::Class(rt.exc_class(Exc::ConnectionDoesNotExist).clone()));
        Ok(())
    });
    rt.add_module("django.utils.version", |_, m| {
        for (name, known) in [("PY310", true), ("PY311", true), ("PY312", true), ("PY313", true), ("PY314", false)] {
            m.put(name, Value::Bool(known));
        }
        m.put("PYPY", Value::Bool(false));
        Ok(())
    });
}
