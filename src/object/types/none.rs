//! `None`, `...` and `NotImplemented`.

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::rt::Rt;
use crate::object::value::Value;

fn none(_: &Rt, a: &mut Args) -> Res<Value> {
    match a.rest.is_empty() && a.kwargs.is_empty() {
        true => Ok(Value::None),
        false => Err(Exc::TypeError.new("NoneType takes no arguments")),
    }
}

pub(super) const NONE: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "The only None.", none),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, _| Ok(Value::str("None"))),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, _| Ok(Value::Bool(false))),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0))),
];

pub(super) const ELLIPSIS: &[Row] = &[
    Row::fixed("__new__", "(cls, /)", "The only Ellipsis.", |_, _| Ok(Value::Ellipsis)),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, _| Ok(Value::str("Ellipsis"))),
    Row::method("__reduce__", "(self, /)", "The name of the only one.", |_, _| Ok(Value::str("Ellipsis"))),
];

pub(super) const NOT_IMPLEMENTED: &[Row] = &[
    Row::fixed("__new__", "(cls, /)", "The only NotImplemented.", |_, _| Ok(Value::NotImplemented)),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, _| Ok(Value::str("NotImplemented"))),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, _| {
        Err(Exc::TypeError.new("NotImplemented should not be used in a boolean context"))
    }),
    Row::method("__reduce__", "(self, /)", "The name of the only one.", |_, _| Ok(Value::str("NotImplemented"))),
];
