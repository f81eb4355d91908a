//! A session's own lookups and transforms.

use std::rc::Rc;

use crate::object::{CallArgs, Class, Exc, Res, Rt, Value, ops};
use crate::sql::ir::{self, ExprRef, Rhs};

fn made(rt: &Rt, value: Value) -> Res<ExprRef> {
    ir::expr_of(rt, &value)?.ok_or_else(|| {
        Exc::TypeError.new(format!("'{}' object has no attribute 'resolve_expression'", ops::type_name(&value)))
    })
}

/// `lookup_class(lhs, rhs)`.
pub(super) fn build(rt: &Rt, class: &Rc<Class>, lhs: ExprRef, rhs: Rhs) -> Res<ExprRef> {
    let args = CallArgs::new([ir::value_of(rt, &lhs)?, ir::rhs_value(rt, &rhs)?]);
    made(rt, ops::call(rt, &Value::Class(class.clone()), args)?)
}

/// `transform_class(lhs)`.
pub(super) fn transform(rt: &Rt, class: &Rc<Class>, lhs: ExprRef) -> Res<ExprRef> {
    let args = CallArgs::new([ir::value_of(rt, &lhs)?]);
    made(rt, ops::call(rt, &Value::Class(class.clone()), args)?)
}

/// Whatever a factory makes of the left side (and the right one).
pub(super) fn call_factory(rt: &Rt, factory: &Value, lhs: &[ExprRef], rhs: Option<Rhs>) -> Res<ExprRef> {
    let mut args = CallArgs::none();
    for e in lhs {
        args.pos.push(ir::value_of(rt, e)?);
    }
    if let Some(rhs) = rhs {
        args.pos.push(ir::rhs_value(rt, &rhs)?);
    }
    made(rt, ops::call(rt, factory, args)?)
}
