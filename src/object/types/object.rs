//! `object`. Mirrors <https://docs.python.org/3/reference/datamodel.html#basic-customization>.

use crate::object::error::Exc;
use crate::object::function::Row;
use crate::object::instance::{Instance, Payload};
use crate::object::ops;
use crate::object::value::Value;

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new object.", |_, a| match a.value(0) {
        Value::Class(class) => Ok(Value::Obj(Instance::new(class, Payload::None))),
        other => {
            Err(Exc::TypeError.new(format!("object.__new__(X): X is not a type object ({})", ops::type_name(&other))))
        }
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialises the object.", |_, _| Ok(Value::None)),
];
