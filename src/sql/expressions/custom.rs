//! A session's own expression classes: their overridden methods are asked before ours.

use std::rc::Rc;

use super::Resolve;
use crate::object::{Instance, Res, Rt, Value};
use crate::source::Name;
use crate::sql::compiler::{Compiled, Compiler};
use crate::sql::ir::{ExprRef, Query};

/// The session's own method of a name, where the first class of the line that has the name is the session's.
pub fn method(object: &Rc<Instance>, name: &str) -> Option<Value> {
    let class = object.class().clone();
    if !class.is_heap {
        return None;
    }
    let name = Name::existing(name)?;
    let owner = class.owner_of(name)?;
    if owner.is_heap { owner.own(name) } else { None }
}

/// Whether the session overrides a method.
pub fn overrides(object: &Rc<Instance>, name: &str) -> bool {
    method(object, name).is_some()
}

/// What the session's own `as_sqlite` or `as_sql` writes; `None` where it has neither.
pub fn as_sql(c: &mut Compiler, expr: &ExprRef, object: &Rc<Instance>) -> Res<Option<Compiled>> {
    if !object.class().is_heap {
        return Ok(None);
    }
    let Some(hook) = method(object, "as_sqlite").or_else(|| method(object, "as_sql")) else { return Ok(None) };
    super::object::call_as_sql(c, expr, object, &hook).map(Some)
}

/// What the session's own `resolve_expression` gives; `None` where it has none.
pub fn resolve(rt: &Rt, object: &Rc<Instance>, query: &mut Query, how: &mut Resolve) -> Res<Option<ExprRef>> {
    match method(object, "resolve_expression") {
        Some(hook) => super::object::call_resolve(rt, object, &hook, query, how).map(Some),
        None => Ok(None),
    }
}

/// What the session's own `get_group_by_cols` gives; `None` where it has none.
pub fn group_by_cols(rt: &Rt, object: &Rc<Instance>) -> Res<Option<Vec<ExprRef>>> {
    let Some(hook) = method(object, "get_group_by_cols") else { return Ok(None) };
    let args = crate::object::CallArgs::new([Value::Obj(object.clone())]);
    let list = crate::object::ops::call(rt, &hook, args)?;
    let mut out = Vec::new();
    for item in crate::object::ops::collect(rt, &list)? {
        out.extend(crate::sql::ir::expr_of(rt, &item)?);
    }
    Ok(Some(out))
}
