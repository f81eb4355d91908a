//! `mappingproxy`: a read-only view of a mapping.

use std::rc::Rc;

use crate::object::args::{Args, CallArgs};
use crate::object::dict::Dict;
use crate::object::error::Res;
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A read-only view.
pub struct MappingProxy(pub Value);

impl Object for MappingProxy {}

impl NativeType for MappingProxy {
    const NAME: &'static str = "mappingproxy";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// A read-only view of a dict.
pub fn of_dict(rt: &Rt, dict: Rc<Dict>) -> Value {
    rt.object(MappingProxy(Value::Dict(dict)))
}

fn this<'a>(a: &'a Args) -> Res<&'a Value> {
    Ok(&a.native::<MappingProxy>(0)?.0)
}

macro_rules! forward {
    ($name:literal, $signature:literal) => {
        Row::method($name, $signature, "As of the mapping.", |rt, a| {
            let mapping = this(a)?.clone();
            let args = CallArgs::new(a.slots.iter().skip(1).flatten().cloned());
            ops::call_method(rt, &mapping, $name.into(), args)
        })
    };
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, mapping, /)", "A read-only view of a mapping.", |rt, a| {
        Ok(rt.object(MappingProxy(a.value(1))))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        Ok(Value::from(format!("mappingproxy({})", ops::repr(rt, this(a)?)?)))
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| Ok(Value::Str(ops::str(rt, this(a)?)?))),
    Row::method("__len__", "(self, /)", "Return len(self).", |rt, a| Ok(Value::from(ops::len(rt, this(a)?)?))),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| ops::get_item(rt, this(a)?, a.get(1))),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, this(a)?, a.get(1))?))
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, this(a)?)),
    Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
        let other = a.get(1).native::<MappingProxy>().map_or_else(|| a.value(1), |p| p.0.clone());
        Ok(Value::Bool(ops::eq(rt, this(a)?, &other)?))
    }),
    Row::method("__or__", "(self, value, /)", "Return self|value.", |rt, a| {
        let other = a.get(1).native::<MappingProxy>().map_or_else(|| a.value(1), |p| p.0.clone());
        ops::binary(rt, ops::BinOp::Or, this(a)?, &other)
    }),
    forward!("get", "(self, key, default=None, /)"),
    forward!("keys", "(self, /)"),
    forward!("values", "(self, /)"),
    forward!("items", "(self, /)"),
    forward!("copy", "(self, /)"),
    forward!("__reversed__", "(self, /)"),
];
