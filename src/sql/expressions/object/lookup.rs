//! Lookups as Python objects: what a session's own lookup class calls of its base.

use std::rc::Rc;

use super::{own, pair, payload, replace, with_compiler};
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::sql::compiler::Mark;
use crate::sql::expressions::{custom_method, output_field};
use crate::sql::ir::{self, Common, Expr, Lookup, Rhs};
use crate::sql::lookups::{self, CUSTOM, LOOKUPS, LookupRow};

/// The native lookup that an object's class is or derives from.
fn row_of(value: &Value) -> &'static LookupRow {
    let Some(object) = value.as_obj() else { return &CUSTOM };
    let class = object.class().clone();
    let found = class.mro().filter(|c| !c.is_heap).find_map(|c| {
        let name = c.name();
        LOOKUPS.iter().find(|row| row.name == &*name)
    });
    found.unwrap_or(&CUSTOM)
}

/// `lookup_name`, as the class or the row has it.
fn name_of(rt: &Rt, this: &Value, row: &LookupRow) -> Res<crate::source::Name> {
    let own = ops::get_attr_opt(rt, this, "lookup_name".into())?;
    Ok(match own.as_ref().and_then(Value::as_str) {
        Some(name) => name.as_str().into(),
        None => row.lookup_name.into(),
    })
}

/// A Python value as the right side of a lookup.
fn rhs_of(rt: &Rt, value: &Value) -> Res<Rhs> {
    Ok(match ir::expr_of(rt, value)? {
        Some(e) => Rhs::Expr(e),
        None => Rhs::Value(value.clone()),
    })
}

fn init(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let Some(object) = this.as_obj().cloned() else { return Ok(Value::None) };
    let row = row_of(&this);
    let several = if row.kind == lookups::Kind::Tuple { lookups::tuple_left_side(rt, a.get(1))? } else { None };
    let lhs = match (several, ir::expr_of(rt, a.get(1))?) {
        (Some(e), _) | (None, Some(e)) => e,
        (None, None) => Expr::value(a.value(1)),
    };
    let rhs = rhs_of(rt, a.get(2))?;
    let prepare = custom_method(&object, "get_prep_lookup");
    if let Some(hook) = prepare {
        let raw =
            Lookup { row, name: name_of(rt, &this, row)?, lhs, rhs, bilateral: Vec::new(), common: Common::default() };
        own(&object, Rc::new(Expr::Lookup(raw)));
        let value = ops::call(rt, &hook, crate::object::CallArgs::new([this.clone()]))?;
        let prepared = rhs_of(rt, &value)?;
        let node = payload(&this)?;
        if let Expr::Lookup(l) = &*node {
            let mut l = l.clone();
            l.rhs = prepared;
            replace(&this, Rc::new(Expr::Lookup(l)))?;
        }
        return Ok(Value::None);
    }
    let unprepared = object.class().is_heap
        && matches!(ops::get_attr_opt(rt, &this, "prepare_rhs".into())?, Some(Value::Bool(false)));
    let e = if unprepared {
        Rc::new(Expr::Lookup(Lookup {
            row,
            name: name_of(rt, &this, row)?,
            lhs,
            rhs,
            bilateral: Vec::new(),
            common: Common::default(),
        }))
    } else {
        lookups::make(rt, row, lhs, rhs, Common::default())?
    };
    if object.class().is_heap {
        own(&object, e);
    } else {
        replace(&this, e)?;
    }
    Ok(Value::None)
}

fn lookup(value: &Value) -> Res<Lookup> {
    match &*payload(value)? {
        Expr::Lookup(l) => Ok(l.clone()),
        _ => Err(Exc::TypeError.new("not a lookup")),
    }
}

pub(super) const ROWS: &[Row] = &[
    Row::method("__init__", "(self, lhs, rhs)", "A comparison.", init),
    Row::method("process_lhs", "(self, compiler, connection, lhs=None)", "The left side's SQL.", |rt, a| {
        let l = lookup(a.get(0))?;
        let lhs = match a.some(3) {
            Some(v) => super::expr_arg(rt, v)?,
            None => l.lhs,
        };
        with_compiler(rt, a.get(1), |c| {
            lookups::compile_lhs(c, &lhs)?;
            Ok(pair(c.take_since(Mark::default())))
        })
    }),
    Row::method("process_rhs", "(self, compiler, connection)", "The right side's SQL.", |rt, a| {
        let l = lookup(a.get(0))?;
        with_compiler(rt, a.get(1), |c| {
            lookups::compile_rhs(c, &l)?;
            Ok(pair(c.take_since(Mark::default())))
        })
    }),
    Row::method("as_sql", "(self, compiler, connection)", "The comparison's SQL.", |rt, a| {
        let mut l = lookup(a.get(0))?;
        l.common.object = None;
        if l.row.lookup_name.is_empty() {
            return Err(Exc::NotImplementedError.new("Subclasses must implement as_sql()"));
        }
        with_compiler(rt, a.get(1), |c| {
            lookups::compile_lookup(c, &l)?;
            Ok(pair(c.take_since(Mark::default())))
        })
    }),
    Row::method("get_prep_lookup", "(self)", "The right side prepared.", |rt, a| {
        let l = lookup(a.get(0))?;
        match &l.rhs {
            Rhs::Value(v) => Ok(output_field(rt, &l.lhs)?.get_prep_value(rt, v)?),
            _ => ops::get_attr(rt, a.get(0), "rhs".into()),
        }
    }),
    Row::method("get_db_prep_lookup", "(self, value, connection)", "A value as the database takes it.", |_, a| {
        Ok(Value::tuple(vec![Value::str("%s"), Value::list(vec![a.value(1)])]))
    }),
    Row::method("rhs_is_direct_value", "(self)", "Whether the right side is no expression.", |_, a| {
        Ok(Value::Bool(matches!(lookup(a.get(0))?.rhs, Rhs::Value(_))))
    }),
    Row::method("get_rhs_op", "(self, connection, rhs)", "The operator and the right side.", |rt, a| {
        let l = lookup(a.get(0))?;
        let text = crate::db::operations::operator(l.row.lookup_name).unwrap_or("= %s");
        Ok(Value::from(text.replacen("%s", &ops::str(rt, a.get(2))?, 1)))
    }),
];
