//! `ValidationError` and what else Django's exceptions have beyond Python's own. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/exceptions/#validationerror>.

use std::rc::Rc;

use crate::object::{CallArgs, Dict, Error, Exc, Exception, NativeFn, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// `NON_FIELD_ERRORS`.
pub const NON_FIELD_ERRORS: &str = "__all__";

/// A ValidationError of one message. `params` is a dict or `None`.
pub fn validation_error(message: impl Into<Value>, code: Option<&str>, params: Value) -> Error {
    let message = message.into();
    let code: Value = code.map_or(Value::None, Value::str);
    Exc::ValidationError
        .with_args(vec![message.clone(), code.clone(), params.clone()])
        .with("message", message)
        .with("code", code)
        .with("params", params)
}

/// A ValidationError of a dict from field names to errors.
pub fn validation_error_of(rt: &Rt, errors: &Rc<Dict>) -> Error {
    match make(rt, Value::Dict(errors.clone())) {
        Ok(Value::Obj(o)) => Error::raised(o),
        Ok(_) => Exc::ValidationError.new(""),
        Err(e) => e,
    }
}

fn make(rt: &Rt, message: Value) -> Res<Value> {
    ops::call(rt, &Value::Class(rt.exc_class(Exc::ValidationError).clone()), CallArgs::new([message]))
}

fn is_validation_error(rt: &Rt, value: &Value) -> bool {
    rt.is_instance(value, rt.exc_class(Exc::ValidationError))
}

fn own(value: &Value, name: &str) -> Option<Value> {
    value.as_obj()?.get(Name::new(name))
}

/// The single errors in a ValidationError: `error_list`, or those of its dict one after another.
pub fn error_list(rt: &Rt, error: &Value) -> Res<Vec<Value>> {
    if let Some(list) = own(error, "error_list") {
        return ops::collect(rt, &list);
    }
    match own(error, "error_dict") {
        Some(Value::Dict(dict)) => {
            let mut out = Vec::new();
            for errors in dict.0.values() {
                out.extend(ops::collect(rt, &errors)?);
            }
            Ok(out)
        }
        _ => Ok(vec![error.clone()]),
    }
}

/// Adds a ValidationError's errors to a dict of lists by field name. Errors: none of its own.
pub fn update_error_dict(rt: &Rt, error: &Value, into: &Rc<Dict>) -> Res<()> {
    if let Some(Value::Dict(dict)) = own(error, "error_dict") {
        for (field, errors) in dict.0.items() {
            extend(rt, into, field, ops::collect(rt, &errors)?)?;
        }
        return Ok(());
    }
    extend(rt, into, Value::str(NON_FIELD_ERRORS), error_list(rt, error)?)
}

/// Adds errors to the list of one field.
pub fn extend(rt: &Rt, into: &Rc<Dict>, field: Value, errors: Vec<Value>) -> Res<()> {
    match into.get(rt, &field)? {
        Some(Value::List(list)) => {
            list.items_mut().extend(errors);
            Ok(())
        }
        _ => into.set(rt, field, Value::list(errors)),
    }
}

fn init(rt: &Rt, this: &Value, message: Value, code: Value, params: Value) -> Res<()> {
    let Value::Obj(object) = this else { return Ok(()) };
    if let Some(e) = object.native::<Exception>() {
        *e.args.borrow_mut() = vec![message.clone(), code.clone(), params.clone()];
    }
    let mut message = message;
    if is_validation_error(rt, &message) {
        if own(&message, "error_dict").is_some() {
            message = own(&message, "error_dict").unwrap_or_default();
        } else if ops::get_attr_opt(rt, &message, "message".into())?.is_none() {
            message = Value::list(error_list(rt, &message)?);
        } else {
            for name in ["message", "code", "params"] {
                let value = ops::get_attr(rt, &message, name.into())?;
                object.set(name.into(), value);
            }
            object.set("error_list".into(), Value::list(vec![this.clone()]));
            return Ok(());
        }
    }
    if let Some(dict) = message.as_dict() {
        let errors = Dict::new();
        for (field, messages) in dict.0.items() {
            let messages = if is_validation_error(rt, &messages) { messages } else { make(rt, messages)? };
            errors.set(rt, field, Value::list(error_list(rt, &messages)?))?;
        }
        object.set("error_dict".into(), Value::Dict(errors));
    } else if let Some(list) = message.as_list() {
        let mut errors = Vec::new();
        for item in list.to_vec() {
            let item = if is_validation_error(rt, &item) { item } else { make(rt, item)? };
            errors.extend(error_list(rt, &item)?);
        }
        object.set("error_list".into(), Value::list(errors));
    } else {
        object.set("message".into(), message);
        object.set("code".into(), code);
        object.set("params".into(), params);
        object.set("error_list".into(), Value::list(vec![this.clone()]));
    }
    Ok(())
}

fn text_of(rt: &Rt, error: &Value) -> Res<Value> {
    let message = ops::get_attr(rt, error, "message".into())?;
    let params = ops::get_attr(rt, error, "params".into())?;
    let message = Value::Str(ops::str(rt, &message)?);
    if ops::truthy(rt, &params)? {
        let filled = ops::binary(rt, ops::BinOp::Mod, &message, &params)?;
        return Ok(Value::Str(ops::str(rt, &filled)?));
    }
    Ok(message)
}

fn messages(rt: &Rt, this: &Value) -> Res<Vec<Value>> {
    error_list(rt, this)?.iter().map(|e| text_of(rt, e)).collect()
}

fn as_dict(rt: &Rt, this: &Value) -> Res<Rc<Dict>> {
    let Some(Value::Dict(dict)) = own(this, "error_dict") else {
        return Err(Exc::AttributeError.new("'ValidationError' object has no attribute 'error_dict'"));
    };
    let out = Dict::new();
    for (field, errors) in dict.0.items() {
        let texts: Res<Vec<Value>> = ops::collect(rt, &errors)?.iter().map(|e| text_of(rt, e)).collect();
        out.set(rt, field, Value::list(texts?))?;
    }
    Ok(out)
}

fn shown(rt: &Rt, this: &Value) -> Res<crate::object::Str> {
    match own(this, "error_dict") {
        Some(_) => ops::repr(rt, &Value::Dict(as_dict(rt, this)?)),
        None => ops::repr(rt, &Value::list(messages(rt, this)?)),
    }
}

const ROWS: &[Row] = &[
    Row::method("__init__", "(self, message, code=None, params=None)", "Keeps one error, or many.", |rt, a| {
        init(rt, a.get(0), a.value(1), a.value(2), a.value(3))?;
        Ok(Value::None)
    }),
    Row::method("__getattr__", "(self, name, /)", "What an error made inside has for its parts.", |rt, a| {
        let this = a.value(0);
        let name = a.str(1)?.to_string();
        let plain = own(&this, "error_dict").is_none() && own(&this, "error_list").is_none();
        if plain {
            let args = this.native::<Exception>().map(|e| e.args.borrow().clone()).unwrap_or_default();
            let at = |i: usize| args.get(i).cloned().unwrap_or_default();
            match name.as_str() {
                "error_list" => return Ok(Value::list(vec![this])),
                "message" => return Ok(at(0)),
                "code" => return Ok(at(1)),
                "params" => return Ok(at(2)),
                _ => {}
            }
        }
        Err(Exc::AttributeError
            .new(format!("'{}' object has no attribute '{name}'", rt.class_of(&this).name()))
            .with("name", Value::str(&name))
            .with("obj", this))
    }),
    Row::getter("message_dict", "Messages by field.", |rt, a| Ok(Value::Dict(as_dict(rt, a.get(0))?))),
    Row::getter("messages", "All messages.", |rt, a| Ok(Value::list(messages(rt, a.get(0))?))),
    Row::method("update_error_dict", "(self, error_dict)", "Adds these errors to a dict of lists.", |rt, a| {
        if let Some(dict) = a.get(1).as_dict() {
            update_error_dict(rt, a.get(0), dict)?;
        }
        Ok(a.value(1))
    }),
    Row::method("__iter__", "(self)", "Messages, or pairs of field and messages.", |rt, a| {
        let items = match own(a.get(0), "error_dict") {
            Some(_) => as_dict(rt, a.get(0))?.0.items().into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect(),
            None => messages(rt, a.get(0))?,
        };
        ops::iter_value(rt, &Value::list(items))
    }),
    Row::method("__str__", "(self)", "The messages as a list or dict.", |rt, a| Ok(Value::Str(shown(rt, a.get(0))?))),
    Row::method("__repr__", "(self)", "ValidationError(...).", |rt, a| {
        Ok(Value::from(format!("ValidationError({})", shown(rt, a.get(0))?)))
    }),
    Row::method("__eq__", "(self, other, /)", "The same errors.", |rt, a| {
        if !is_validation_error(rt, a.get(1)) {
            return Ok(Value::NotImplemented);
        }
        let (x, y) = (identity(rt, a.get(0))?, identity(rt, a.get(1))?);
        ops::eq(rt, &x, &y).map(Value::Bool)
    }),
    Row::method("__hash__", "(self)", "Hash of the errors.", |rt, a| {
        let x = ops::repr(rt, &identity(rt, a.get(0))?)?;
        Ok(Value::Int((ops::hash(rt, &Value::Str(x))? >> 2) as i64))
    }),
];

fn identity(rt: &Rt, this: &Value) -> Res<Value> {
    if own(this, "error_dict").is_some() {
        return Ok(Value::Dict(as_dict(rt, this)?));
    }
    let mut out = Vec::new();
    for e in error_list(rt, this)? {
        let mut parts = Vec::new();
        for name in ["message", "code", "params"] {
            parts.push(Value::Str(ops::repr(rt, &ops::get_attr(rt, &e, name.into())?)?));
        }
        out.push(Value::tuple(parts));
    }
    out.sort_by_key(|v| format!("{v:?}"));
    Ok(Value::list(out))
}

const PROTECTED_ROWS: &[Row] = &[Row::method("__init__", "(self, msg, objects)", "Keeps the objects.", |rt, a| {
    let (this, message, objects) = (a.value(0), a.value(1), a.value(2));
    if let Value::Obj(o) = &this {
        if let Some(e) = o.native::<Exception>() {
            *e.args.borrow_mut() = vec![message, objects.clone()];
        }
        let protected = rt.is_instance(&this, rt.exc_class(Exc::ProtectedError));
        o.set(Name::new(if protected { "protected_objects" } else { "restricted_objects" }), objects);
    }
    Ok(Value::None)
})];

/// Puts the methods on the exception classes.
pub fn install(rt: &Rt) {
    let put = |kind: Exc, rows: &'static [Row]| {
        let class = rt.exc_class(kind);
        for row in rows {
            class.set(Name::new(row.name), NativeFn::from_row(row, Some(kind.name())).into_attribute());
        }
    };
    put(Exc::ValidationError, ROWS);
    put(Exc::ProtectedError, PROTECTED_ROWS);
    put(Exc::RestrictedError, PROTECTED_ROWS);
    let silent = Name::new("silent_variable_failure");
    rt.exc_class(Exc::ObjectDoesNotExist).set(silent, Value::Bool(true));
}
