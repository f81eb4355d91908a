//! Looking at objects: `isinstance`, `getattr`, `dir`, `vars`, `id` and their like.

use crate::object::args::Args;
use crate::object::ops;
use crate::object::text::Str;
use crate::object::{Exc, Res, Row, Rt, Value, types};
use crate::source::{Name, known};

pub(super) const ROWS: &[Row] = &[
    Row::method(
        "isinstance",
        "(obj, class_or_tuple, /)",
        "Return whether an object is an instance of a class or of a subclass thereof.",
        |rt, a| Ok(Value::Bool(ops::is_instance(rt, a.get(0), a.get(1))?)),
    ),
    Row::method(
        "issubclass",
        "(cls, class_or_tuple, /)",
        "Return whether 'cls' is derived from another class or is the same class.",
        |rt, a| Ok(Value::Bool(ops::is_subclass(rt, a.get(0), a.get(1))?)),
    ),
    Row::method(
        "callable",
        "(obj, /)",
        "Return whether the object is callable (i.e., some kind of function).",
        |rt, a| Ok(Value::Bool(ops::callable(rt, a.get(0)))),
    ),
    Row::method("id", "(obj, /)", "Return the identity of an object.", |_, a| Ok(Value::Int(a.get(0).id() as i64))),
    Row::method("getattr", "(object, name, default=<unset>, /)", "Get a named attribute from an object.", |rt, a| {
        let name = attribute_name(a, 1)?;
        match a.opt(2) {
            None => ops::get_attr(rt, a.get(0), name),
            Some(default) => match ops::get_attr_opt(rt, a.get(0), name) {
                Ok(Some(v)) => Ok(v),
                Ok(None) => Ok(default.clone()),
                Err(e) if e.is(Exc::AttributeError) => Ok(default.clone()),
                Err(e) => Err(e),
            },
        }
    }),
    Row::method(
        "setattr",
        "(obj, name, value, /)",
        "Sets the named attribute on the given object to the specified value.",
        |rt, a| {
            let name = attribute_name(a, 1)?;
            let value = a.take(2);
            ops::set_attr(rt, a.get(0), name, value).map(|()| Value::None)
        },
    ),
    Row::method(
        "hasattr",
        "(obj, name, /)",
        "Return whether the object has an attribute with the given name.",
        |rt, a| Ok(Value::Bool(ops::has_attr(rt, a.get(0), attribute_name(a, 1)?)?)),
    ),
    Row::method("delattr", "(obj, name, /)", "Deletes the named attribute from the given object.", |rt, a| {
        ops::del_attr(rt, a.get(0), attribute_name(a, 1)?).map(|()| Value::None)
    }),
    Row::method(
        "dir",
        "(object=<unset>, /)",
        "The names of the current scope, or the attributes of an object.",
        |rt, a| match a.opt(0) {
            Some(v) => dir(rt, v),
            None => {
                let mut names: Vec<Str> =
                    rt.exec()?.current_locals().iter().map(|(n, _)| Str::from(&*n.text())).collect();
                names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
                Ok(Value::list(names.into_iter().map(Value::Str).collect()))
            }
        },
    ),
    Row::method(
        "vars",
        "(object=<unset>, /)",
        "The __dict__ of an object, or the names of the current scope.",
        |rt, a| match a.opt(0) {
            None => locals(rt),
            Some(v) => match ops::get_attr_opt(rt, v, known::DICT)? {
                Some(dict) => Ok(dict),
                None => Err(Exc::TypeError.new("vars() argument must have __dict__ attribute")),
            },
        },
    ),
    Row::method("locals", "()", "Return a dictionary containing the current scope's local variables.", |rt, _| {
        locals(rt)
    }),
    Row::method("globals", "()", "Return the dictionary containing the current scope's global variables.", |rt, _| {
        match rt.exec()?.current_globals() {
            Some(module) => ops::module_dict(rt, &module),
            None => Ok(Value::Dict(types::dict::from_names(rt, Vec::new()))),
        }
    }),
];

fn attribute_name(a: &Args, slot: usize) -> Res<Name> {
    match a.get(slot).as_str() {
        Some(s) => Ok(Name::new(s)),
        None => {
            Err(Exc::TypeError.new(format!("attribute name must be string, not '{}'", ops::type_name(a.get(slot)))))
        }
    }
}

fn locals(rt: &Rt) -> Res<Value> {
    Ok(Value::Dict(types::dict::from_names(rt, rt.exec()?.current_locals())))
}

/// `dir(value)`: what its `__dir__` gives, in order.
fn dir(rt: &Rt, value: &Value) -> Res<Value> {
    let own = matches!(value, Value::Obj(o) if o.class().is_heap)
        || matches!(value, Value::Class(c) if c.metaclass.is_some());
    let names = match ops::lookup_special(rt, value, known::DIR)? {
        Some(method) if own => {
            let given = ops::call0(rt, &method)?;
            ops::collect(rt, &given)?
        }
        _ => types::dir(rt, value).into_iter().map(Value::from).collect(),
    };
    types::list::sort(rt, names, None, false).map(Value::list)
}
