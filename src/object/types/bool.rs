//! `bool`.

use crate::object::error::Res;
use crate::object::function::Row;
use crate::object::ops::BinOp;
use crate::object::rt::Rt;
use crate::object::value::Value;

pub(super) const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, object=False, /)",
        "Returns True when the argument is true, False otherwise.",
        |rt, a| {
            super::class_argument(rt, a, &rt.types.bool)?;
            Ok(Value::Bool(a.flag(rt, 1, false)?))
        },
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        Ok(Value::str(if a.get(0).as_int() == Some(1) { "True" } else { "False" }))
    }),
    Row::method("__invert__", "(self, /)", "~self", |_, a| Ok(Value::Int(!a.get(0).as_int().unwrap_or(0)))),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(logic;
    "__and__", "__rand__", "&", And; "__or__", "__ror__", "|", Or; "__xor__", "__rxor__", "^", Xor;
);

fn logic(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    Ok(super::int::int_binary(rt, op, a.plain(), b.plain())?.unwrap_or(Value::NotImplemented))
}
