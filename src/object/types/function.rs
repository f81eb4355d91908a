//! Functions, built-in functions and bound methods.

use crate::object::args::{Args, CallArgs};
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::{BoundMethod, Function, NativeFn, Row, RowKind};
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::{CodeNames, NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;
use std::rc::Rc;

fn function<'a>(a: &'a Args) -> Res<&'a Rc<Function>> {
    match a.get(0) {
        Value::Func(f) => Ok(f),
        other => Err(wrong(a, "function", other)),
    }
}

fn builtin<'a>(a: &'a Args) -> Res<&'a Rc<NativeFn>> {
    match a.get(0) {
        Value::Native(f) => Ok(f),
        other => Err(wrong(a, "builtin_function_or_method", other)),
    }
}

fn method<'a>(a: &'a Args) -> Res<&'a Rc<BoundMethod>> {
    match a.get(0) {
        Value::Method(m) => Ok(m),
        other => Err(wrong(a, "method", other)),
    }
}

fn wrong(a: &Args, wanted: &str, got: &Value) -> crate::object::error::Error {
    Exc::TypeError.new(format!(
        "descriptor '{}' for '{wanted}' objects doesn't apply to a '{}' object",
        a.name,
        ops::type_name(got)
    ))
}

fn forward_call(rt: &crate::object::rt::Rt, a: &mut Args) -> Res<Value> {
    let args = CallArgs {
        pos: std::mem::take(&mut a.rest).into_iter().collect(),
        kw: std::mem::take(&mut a.kwargs).into_iter().collect(),
    };
    ops::call(rt, a.get(0), args)
}

const CALL: Row = Row::method("__call__", "(self, /, *args, **kwargs)", "Call self as a function.", forward_call);

pub(super) const FUNCTION: &[Row] = &[
    CALL,
    Row::method("__get__", "(self, instance, owner=None, /)", "Bind to an instance.", |_, a| {
        Ok(match a.get(1) {
            Value::None => a.value(0),
            instance => BoundMethod::bind(a.value(0), instance.clone()),
        })
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let id = a.get(0).id();
        Ok(Value::from(format!("<function {} at 0x{id:x}>", function(a)?.qualname.borrow())))
    }),
    Row::getter("__name__", "The name.", |_, a| Ok((*function(a)?.name.borrow()).into())),
    Row::getter("__qualname__", "The qualified name.", |_, a| Ok(Value::str(&**function(a)?.qualname.borrow()))),
    Row::getter("__doc__", "The docstring.", |_, a| match a.get(0) {
        Value::Func(f) => Ok(f.doc.borrow().clone()),
        _ => Ok(Value::None),
    }),
    Row::getter("__module__", "The module it was defined in.", |_, a| {
        Ok(function(a)?.globals.get("__name__".into()).unwrap_or_default())
    }),
    Row::getter("__defaults__", "Defaults of positional parameters.", |_, a| {
        let f = function(a)?;
        let defaults = f.defaults.borrow();
        Ok(if defaults.positional.is_empty() { Value::None } else { Value::tuple(defaults.positional.clone()) })
    }),
    Row::getter("__kwdefaults__", "Defaults of keyword-only parameters.", |rt, a| {
        let f = function(a)?;
        let pairs: Vec<_> = f.defaults.borrow().keyword.iter().map(|(n, v)| (Value::from(*n), v.clone())).collect();
        Ok(if pairs.is_empty() { Value::None } else { Value::Dict(Dict::from_pairs(rt, pairs)?) })
    }),
    Row::getter("__annotations__", "The type hints.", |_, a| {
        let f = function(a)?;
        let mut annotations = f.annotations.borrow_mut();
        if annotations.is_none() {
            *annotations = Value::Dict(Dict::new());
        }
        Ok(annotations.clone())
    }),
    Row::getter("__dict__", "The attributes set on the function.", |rt, a| ops::function_dict(rt, function(a)?)),
    Row::getter("__globals__", "The module's names.", |rt, a| ops::module_dict(rt, &function(a)?.globals)),
    Row::getter("__closure__", "The variables it closes over.", |rt, a| {
        let f = function(a)?;
        Ok(if f.closure.is_empty() {
            Value::None
        } else {
            Value::tuple(f.closure.iter().map(|c| rt.object(super::class::CellObject(c.clone()))).collect())
        })
    }),
    Row::getter("__code__", "What it runs.", |rt, a| Ok(rt.object(CodeInfo(function(a)?.clone())))),
];

/// What a session may ask of a function's code.
struct CodeInfo(Rc<Function>);

impl Object for CodeInfo {}

impl NativeType for CodeInfo {
    const NAME: &'static str = "code";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::getter("co_name", "The name.", |_, a| Ok((*a.native::<CodeInfo>(0)?.0.name.borrow()).into())),
        Row::getter("co_qualname", "The qualified name.", |_, a| {
            Ok(Value::str(&**a.native::<CodeInfo>(0)?.0.qualname.borrow()))
        }),
        Row::getter("co_argcount", "How many positional parameters.", |_, a| {
            Ok(Value::from(a.native::<CodeInfo>(0)?.0.params.positional))
        }),
        Row::getter("co_posonlyargcount", "How many positional-only parameters.", |_, a| {
            Ok(Value::from(a.native::<CodeInfo>(0)?.0.params.posonly))
        }),
        Row::getter("co_kwonlyargcount", "How many keyword-only parameters.", |_, a| {
            let params = &a.native::<CodeInfo>(0)?.0.params;
            Ok(Value::from(params.names.len() - params.positional))
        }),
        Row::getter("co_varnames", "The parameters and local variables.", |rt, a| names(rt, a, |n| &n.locals)),
        Row::getter("co_cellvars", "The variables that functions inside use.", |rt, a| names(rt, a, |n| &n.cells)),
        Row::getter("co_freevars", "The variables of enclosing functions.", |rt, a| names(rt, a, |n| &n.frees)),
        Row::getter("co_nlocals", "How many local variables.", |rt, a| {
            Ok(Value::from(rt.exec()?.describe(&a.native::<CodeInfo>(0)?.0).locals.len()))
        }),
        Row::getter("co_firstlineno", "The line of the def.", |rt, a| {
            Ok(Value::Int(rt.exec()?.describe(&a.native::<CodeInfo>(0)?.0).line as i64))
        }),
        Row::getter("co_filename", "The file's name.", |rt, a| {
            Ok(Value::str(&*rt.exec()?.describe(&a.native::<CodeInfo>(0)?.0).file))
        }),
    ]];
}

fn names(rt: &Rt, a: &Args, which: fn(&CodeNames) -> &Vec<Name>) -> Res<Value> {
    let described = rt.exec()?.describe(&a.native::<CodeInfo>(0)?.0);
    Ok(Value::tuple(which(&described).iter().map(|n| (*n).into()).collect()))
}

pub(super) const BUILTIN: &[Row] = &[
    CALL,
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let f = builtin(a)?;
        if f.is_python() {
            let id = a.get(0).id();
            return Ok(Value::from(match f.kind {
                RowKind::Getter => format!("<property object at 0x{id:x}>"),
                _ => format!("<function {} at 0x{id:x}>", f.qualname()),
            }));
        }
        Ok(Value::from(match (&f.owner, f.kind) {
            (Some(owner), RowKind::Method) if f.is_wrapper() || f.name == "__init__" => {
                format!("<slot wrapper '{}' of '{owner}' objects>", f.name)
            }
            (Some(owner), RowKind::Method) => format!("<method '{}' of '{owner}' objects>", f.name),
            (Some(owner), RowKind::Getter) => format!("<attribute '{}' of '{owner}' objects>", f.name),
            _ => format!("<built-in function {}>", f.name),
        }))
    }),
    Row::method("__get__", "(self, instance, owner=None, /)", "Bind to an instance.", |_, a| {
        let kind = builtin(a)?.kind;
        Ok(match (a.get(1), kind) {
            (Value::None, _) | (_, RowKind::Static) => a.value(0),
            (instance, _) => BoundMethod::bind(a.value(0), instance.clone()),
        })
    }),
    Row::getter("__name__", "The name.", |_, a| Ok(Value::str(builtin(a)?.name))),
    Row::getter("__qualname__", "The qualified name.", |_, a| Ok(Value::str(builtin(a)?.qualname()))),
    Row::getter("__doc__", "The documentation.", |_, a| match a.get(0) {
        Value::Native(f) => Ok(f.attrs.borrow().get("__doc__".into()).cloned().unwrap_or_else(|| Value::str(f.doc))),
        _ => Ok(Value::None),
    }),
    Row::getter("__module__", "The module.", |_, a| Ok(builtin(a)?.module())),
    Row::getter("__text_signature__", "The parameters.", |_, a| Ok(Value::str(builtin(a)?.signature))),
    Row::getter("__self__", "What it is bound to.", |_, _| Ok(Value::None)),
];

pub(super) const METHOD: &[Row] = &[
    CALL,
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let m = method(a)?;
        if let Value::Native(f) = &m.func
            && !f.is_python()
        {
            let id = m.receiver.id();
            let owner = ops::type_name(&m.receiver);
            return Ok(Value::from(format!("<built-in method {} of {owner} object at 0x{id:x}>", f.name)));
        }
        let name = ops::get_attr_opt(rt, &m.func, "__qualname__".into())?;
        let name = name.as_ref().and_then(Value::as_str).map_or_else(|| "?".to_string(), |s| s.to_string());
        Ok(Value::from(format!("<bound method {name} of {}>", ops::repr(rt, &m.receiver)?)))
    }),
    Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
        let m = method(a)?;
        match a.get(1) {
            Value::Method(other) => {
                Ok(Value::Bool(m.receiver.is(&other.receiver) && ops::eq(rt, &m.func, &other.func)?))
            }
            _ => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
        let m = method(a)?;
        Ok(Value::Int(((m.func.id() ^ m.receiver.id()) >> 4) as i64))
    }),
    Row::getter("__func__", "The function.", |_, a| Ok(method(a)?.func.clone())),
    Row::getter("__self__", "The instance.", |_, a| Ok(method(a)?.receiver.clone())),
    Row::getter("__doc__", "The documentation.", |rt, a| match a.get(0) {
        Value::Method(m) => Ok(ops::get_attr_opt(rt, &m.func, "__doc__".into())?.unwrap_or_default()),
        _ => Ok(Value::None),
    }),
    Row::getter("__module__", "The module of the function.", |rt, a| {
        Ok(ops::get_attr_opt(rt, &method(a)?.func, "__module__".into())?.unwrap_or_default())
    }),
];
