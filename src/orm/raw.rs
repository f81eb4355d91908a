//! `Model.objects.raw()`. Mirrors <https://docs.djangoproject.com/en/5.2/topics/db/sql/#performing-raw-queries>.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::files::QUERY;
use super::instance::Loader;
use super::queryset::queryset;
use crate::db::Db;
use crate::models::{Converter, FieldRef, ModelRef, model_of};
use crate::object::{Args, Dict, Exc, Instance, List, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The payload of a raw queryset.
#[derive(Clone)]
pub struct RawQuerySet {
    sql: Rc<str>,
    model: RefCell<Value>,
    params: RefCell<Value>,
    translations: RefCell<Rc<Dict>>,
    db: Cell<Option<Name>>,
    result: RefCell<Option<Rc<List>>>,
    columns: RefCell<Option<Vec<String>>>,
    prefetch: RefCell<Vec<Value>>,
    prefetch_done: Cell<bool>,
}

impl Object for RawQuerySet {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "raw_query" => Some(Value::str(&*self.sql)),
            "model" => Some(self.model.borrow().clone()),
            "params" => Some(self.params.borrow().clone()),
            "translations" => Some(Value::Dict(self.translations.borrow().clone())),
            "_result_cache" => Some(self.result.borrow().clone().map_or(Value::None, Value::List)),
            "columns" => {
                let raw = Value::Obj(this.clone());
                Some(Value::list(columns(rt, &raw)?.into_iter().map(Value::from).collect()))
            }
            "query" => Some(rt.object(RawQuery {
                sql: self.sql.clone(),
                params: self.params.borrow().clone(),
                sent: self.columns.borrow().is_some(),
            })),
            _ => None,
        })
    }
}

impl NativeType for RawQuerySet {
    const NAME: &'static str = "RawQuerySet";
    const MODULE: &'static str = "django.db.models.query";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// `raw_qs.query`.
pub struct RawQuery {
    sql: Rc<str>,
    params: Value,
    /// Whether the statement was sent already.
    sent: bool,
}

impl Object for RawQuery {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "sql" => Some(Value::str(&*self.sql)),
            "params" => Some(self.params.clone()),
            "cursor" if self.sent => Some(rt.object(crate::db::python::Cursor::default())),
            "cursor" => Some(Value::None),
            "using" => Some(Value::str(super::DEFAULT_DB)),
            _ => None,
        })
    }
}

impl NativeType for RawQuery {
    const NAME: &'static str = "RawQuery";
    const MODULE: &'static str = "django.db.models.sql.query";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__str__", "(self)", "The SQL with its parameters.", |rt, a| {
            let q = a.native::<RawQuery>(0)?;
            Ok(Value::from(text(rt, &q.sql, &q.params)?))
        }),
        Row::method("__repr__", "(self)", "<RawQuery: SQL>", |rt, a| {
            let q = a.native::<RawQuery>(0)?;
            Ok(Value::from(format!("<RawQuery: {}>", text(rt, &q.sql, &q.params)?)))
        }),
    ]];
}

/// `sql % params`: with the parameters as the driver would show them.
fn text(rt: &Rt, sql: &str, params: &Value) -> Res<String> {
    match params {
        Value::None => Ok(sql.to_string()),
        Value::Dict(_) => {
            let filled = ops::binary(rt, ops::BinOp::Mod, &Value::str(sql), params)?;
            Ok(ops::str(rt, &filled)?.to_string())
        }
        other => crate::sql::compiler::interpolate(rt, sql, &ops::collect(rt, other)?),
    }
}

/// `raw(raw_query, params=(), translations=None, using=None)` of a queryset.
pub fn of_queryset(rt: &Rt, a: &mut Args) -> Res<Value> {
    let qs = queryset(a.get(0))?;
    let translations = match a.some(3).and_then(|v| v.as_dict()) {
        Some(d) => d.clone(),
        None => Dict::new(),
    };
    let params = a.opt(2).cloned().unwrap_or_else(|| Value::tuple(Vec::new()));
    Ok(rt.object(RawQuerySet {
        sql: ops::str(rt, a.get(1))?.as_str().into(),
        model: RefCell::new(qs.model.borrow().clone()),
        params: RefCell::new(params),
        translations: RefCell::new(translations),
        db: Cell::new(qs.db.get()),
        result: RefCell::default(),
        columns: RefCell::default(),
        prefetch: RefCell::new(qs.prefetch.borrow().to_vec()),
        prefetch_done: Cell::new(false),
    }))
}

fn raw(value: &Value) -> Res<&RawQuerySet> {
    value.native::<RawQuerySet>().ok_or_else(|| Exc::TypeError.new("not a raw queryset"))
}

/// Text and parameters as the connection takes them: named ones become positional.
fn statement(rt: &Rt, r: &RawQuerySet) -> Res<(String, Option<Vec<Value>>)> {
    let params = r.params.borrow().clone();
    match &params {
        Value::None => Ok((r.sql.to_string(), None)),
        Value::Dict(dict) => {
            let mut out = String::new();
            let mut values = Vec::new();
            let mut rest: &str = &r.sql;
            while let Some(at) = rest.find("%(") {
                let Some(end) = rest.get(at..).and_then(|s| s.find(")s")) else { break };
                out.push_str(rest.get(..at).unwrap_or(""));
                let name = rest.get(at + 2..at + end).unwrap_or("");
                values.push(dict.item(rt, &Value::str(name))?);
                out.push_str("%s");
                rest = rest.get(at + end + 2..).unwrap_or("");
            }
            out.push_str(rest);
            Ok((out, Some(values)))
        }
        other => Ok((r.sql.to_string(), Some(ops::collect(rt, other)?))),
    }
}

fn prepared(rt: &Rt, values: Option<Vec<Value>>) -> Res<Option<Vec<Value>>> {
    match values {
        None => Ok(None),
        Some(values) => values.into_iter().map(|v| super::modules::db::adapted(rt, v)).collect::<Res<_>>().map(Some),
    }
}

fn translated(rt: &Rt, r: &RawQuerySet, columns: Vec<String>) -> Res<Vec<String>> {
    let mut columns = columns;
    for (from, to) in r.translations.borrow().0.items() {
        let (from, to) = (ops::str(rt, &from)?, ops::str(rt, &to)?);
        if let Some(slot) = columns.iter_mut().find(|c| **c == *from) {
            *slot = to.to_string();
        }
    }
    Ok(columns)
}

fn columns(rt: &Rt, this: &Value) -> Res<Vec<String>> {
    let r = raw(this)?;
    if let Some(found) = &*r.columns.borrow() {
        return Ok(found.clone());
    }
    let (sql, params) = statement(rt, r)?;
    let outcome = Db::of(rt).send(rt, &sql, prepared(rt, params)?, &mut |_| Ok(false))?;
    let found = translated(rt, r, outcome.columns)?;
    *r.columns.borrow_mut() = Some(found.clone());
    Ok(found)
}

fn fetch(rt: &Rt, this: &Value) -> Res<Vec<Value>> {
    let r = raw(this)?;
    let model: ModelRef = model_of(&r.model.borrow()).ok_or_else(|| Exc::TypeError.new("raw() needs a model"))?;
    let (sql, params) = statement(rt, r)?;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut width = 0;
    let outcome = Db::of(rt).send(rt, &sql, prepared(rt, params)?, &mut |row| {
        if width == 0 {
            width = row.0.as_ref().column_count();
        }
        rows.push((0..width).map(|i| row.value(i)).collect::<Res<Vec<_>>>()?);
        Ok(true)
    })?;
    let columns = translated(rt, r, outcome.columns)?;
    *r.columns.borrow_mut() = Some(columns.clone());
    let fields = model.fields();
    let field_at = |column: &str| -> Option<FieldRef> {
        fields.iter().find(|f| f.column().is_some_and(|c| &*c == column)).cloned()
    };
    let init: Vec<(usize, FieldRef)> = model
        .concrete_fields()
        .iter()
        .filter_map(|f| {
            let column = f.column()?;
            Some((columns.iter().position(|c| **c == *column)?, f.clone()))
        })
        .collect();
    let pk_fields = model.pk_fields(rt);
    if !pk_fields.iter().all(|pk| init.iter().any(|(_, f)| Rc::ptr_eq(f, pk))) {
        return Err(Exc::FieldDoesNotExist.new("Raw query must include the primary key"));
    }
    let annotations: Vec<(Name, usize)> =
        columns.iter().enumerate().filter(|(_, c)| field_at(c).is_none()).map(|(i, c)| (Name::new(c), i)).collect();
    let converters: Vec<(usize, Converter)> = init.iter().map(|(i, f)| (*i, f.converter(rt))).collect();
    let names = init.iter().map(|(_, f)| f.attname()).collect();
    let db = Name::new(super::DEFAULT_DB);
    let loader = Loader::new(rt, &model.class()?, names, db)?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(converters.len());
        for (i, converter) in &converters {
            values.push(converter.apply(rt, row.get(*i).cloned().unwrap_or_default())?);
        }
        let object = loader.load(rt, values)?;
        for (name, i) in &annotations {
            ops::set_attr(rt, &object, *name, row.get(*i).cloned().unwrap_or_default())?;
        }
        out.push(object);
    }
    Ok(out)
}

fn fetch_all(rt: &Rt, this: &Value) -> Res<Rc<List>> {
    let r = raw(this)?;
    let cached = r.result.borrow().clone();
    let rows = match cached {
        Some(rows) => rows,
        None => {
            let rows = List::new(fetch(rt, this)?);
            *r.result.borrow_mut() = Some(rows.clone());
            rows
        }
    };
    if !r.prefetch.borrow().is_empty() && !r.prefetch_done.get() {
        let lookups = r.prefetch.borrow().clone();
        super::prefetch::prefetch_related_objects(rt, rows.to_vec(), &lookups)?;
        r.prefetch_done.set(true);
    }
    Ok(rows)
}

const ROWS: &[Row] = &[
    Row::method("__repr__", "(self)", "<RawQuerySet: SQL>", |rt, a| {
        let r = raw(a.get(0))?;
        Ok(Value::from(format!("<RawQuerySet: {}>", text(rt, &r.sql, &r.params.borrow())?)))
    }),
    Row::method("__len__", "(self)", "How many rows.", |rt, a| Ok(Value::from(fetch_all(rt, a.get(0))?.len())))
        .at(QUERY),
    Row::method("__bool__", "(self)", "Whether there are rows.", |rt, a| {
        Ok(Value::Bool(!fetch_all(rt, a.get(0))?.is_empty()))
    })
    .at(QUERY),
    Row::method("__iter__", "(self)", "The rows.", |rt, a| {
        let rows = fetch_all(rt, a.get(0))?;
        ops::iter_value(rt, &Value::List(rows))
    })
    .at(QUERY),
    Row::method("__getitem__", "(self, k, /)", "A row, or a part.", |rt, a| {
        let rows = Value::list(fetch_all(rt, a.get(0))?.to_vec());
        ops::get_item(rt, &rows, a.get(1))
    })
    .at(QUERY),
    Row::method("iterator", "(self)", "The rows one by one.", |rt, a| {
        let rows = Value::list(fetch(rt, a.get(0))?);
        ops::iter_value(rt, &rows)
    })
    .at(QUERY),
    Row::method("prefetch_related", "(self, *lookups)", "Related objects in a query each.", |rt, a| {
        let old = raw(a.get(0))?.clone();
        *old.result.borrow_mut() = None;
        match a.rest.as_slice() {
            [Value::None] => old.prefetch.borrow_mut().clear(),
            more => old.prefetch.borrow_mut().extend(more.iter().cloned()),
        }
        old.prefetch_done.set(false);
        Ok(rt.object(old))
    })
    .at(QUERY),
    Row::method("using", "(self, alias)", "From another database.", |rt, a| {
        let old = raw(a.get(0))?.clone();
        *old.result.borrow_mut() = None;
        old.db.set(a.get(1).as_str().map(|s| Name::new(s)));
        Ok(rt.object(old))
    }),
    Row::getter("db", "The database's alias.", |_, a| {
        Ok(raw(a.get(0))?.db.get().map_or_else(|| Value::str(super::DEFAULT_DB), Value::from))
    }),
];
