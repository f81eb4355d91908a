//! `mappingproxy`: a mapping that cannot be changed.

use crate::object::args::CallArgs;
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::NativeType;
use crate::object::value::Value;

/// A read-only look at a mapping.
pub struct MappingProxy(pub Value);

impl Object for MappingProxy {}

impl NativeType for MappingProxy {
    const NAME: &'static str = "mappingproxy";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

macro_rules! forward {
    ($name:literal, $signature:literal, $doc:literal) => {
        Row::method($name, $signature, $doc, |rt, a| {
            let inner = a.native::<MappingProxy>(0)?.0.clone();
            let args: Vec<Value> = (1..a.slots.len()).filter_map(|i| a.opt(i).cloned()).collect();
            ops::call_method(rt, &inner, $name.into(), CallArgs::new(args))
        })
    };
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, mapping, /)", "Read-only proxy of a mapping.", |rt, a| {
        Ok(rt.object(MappingProxy(a.take(1))))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |_, _| Ok(Value::None)),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        ops::get_item(rt, &a.native::<MappingProxy>(0)?.0, a.get(1))
    }),
    Row::method("__contains__", "(self, key, /)", "Return key in self.", |rt, a| {
        ops::contains(rt, &a.native::<MappingProxy>(0)?.0, a.get(1)).map(Value::Bool)
    }),
    Row::method("__len__", "(self, /)", "Return len(self).", |rt, a| {
        ops::len(rt, &a.native::<MappingProxy>(0)?.0).map(Value::from)
    }),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| {
        ops::iter_value(rt, &a.native::<MappingProxy>(0)?.0)
    }),
    Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
        ops::eq(rt, &a.native::<MappingProxy>(0)?.0, a.get(1)).map(Value::Bool)
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let inner = ops::repr(rt, &a.native::<MappingProxy>(0)?.0)?;
        Ok(Value::from(format!("mappingproxy({inner})")))
    }),
    forward!("get", "(self, key, default=None, /)", "The value of a key, or the default."),
    forward!("keys", "(self, /)", "The keys."),
    forward!("values", "(self, /)", "The values."),
    forward!("items", "(self, /)", "The pairs."),
    forward!("copy", "(self, /)", "A shallow copy."),
];
