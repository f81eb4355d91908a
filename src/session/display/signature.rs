//! `<function module.name(a, b=1)>`: a function with its signature as `inspect.signature` words it.

use std::rc::Rc;

use crate::object::{Function, Res, Rt, Value, ops};
use crate::source::Name;

/// The display text of a function.
///
/// Errors: what the `__repr__` of a default value raises.
pub fn function_text(rt: &Rt, value: &Value) -> Res<String> {
    Ok(match value {
        Value::Func(function) => {
            let module = function.globals.get(Name::new("__name__"));
            let module = module.as_ref().and_then(Value::as_str).map(|s| s.to_string()).unwrap_or_default();
            let prefix = if module.is_empty() || module == "builtins" { String::new() } else { format!("{module}.") };
            format!("<function {prefix}{}{}>", function.qualname.borrow(), signature(rt, function)?)
        }
        Value::Native(native) => {
            // A decorator's function has the signature of what it stands for.
            let wrapped = native.attrs.borrow().get("__wrapped__".into()).cloned();
            if let Some(inner @ Value::Func(_)) = wrapped {
                return function_text(rt, &inner);
            }
            let signature = if wrapped.is_some() { "()" } else { native.signature };
            let module = match native.module().as_str() {
                Some(module) if *module != *"builtins" => format!("{module}."),
                _ => String::new(),
            };
            let name = if native.is_python() { native.qualname() } else { native.name.into() };
            let signature = if signature == "(...)" { "" } else { signature };
            format!("<function {module}{name}{signature}>")
        }
        Value::Method(method) => match &method.func {
            Value::Native(native) if !native.is_python() => {
                let owner = ops::type_name(&method.receiver);
                let signature = native.signature;
                let rest = signature.strip_prefix("(self, /, ").or_else(|| signature.strip_prefix("(self, "));
                let signature = match rest {
                    Some(rest) => format!("({rest}"),
                    None if signature.starts_with("(self") => "()".into(),
                    None => String::new(),
                };
                format!("<function {owner}.{}{signature}>", native.name)
            }
            _ => ops::repr(rt, value)?.to_string(),
        },
        _ => ops::repr(rt, value)?.to_string(),
    })
}

/// `(a, /, b: int = 1, *args, c, **kwargs) -> str`.
///
/// Errors: what the `__repr__` of a default value raises.
pub fn signature(rt: &Rt, function: &Rc<Function>) -> Res<String> {
    let params = &function.params;
    let defaults = function.defaults.borrow().clone();
    let annotations = function.annotations.borrow().clone();
    let hint = |name: &str| -> Option<Value> { annotations.as_dict().and_then(|d| d.get_str(rt, name)) };
    let mut parts: Vec<String> = Vec::new();
    let first_default = params.positional.saturating_sub(defaults.positional.len());
    for (slot, name) in params.names.iter().enumerate() {
        if slot == params.posonly && slot > 0 {
            parts.push("/".into());
        }
        if slot == params.positional {
            parts.push(star(rt, params.vararg, &hint)?);
        }
        let default = if slot < params.positional {
            slot.checked_sub(first_default).and_then(|i| defaults.positional.get(i))
        } else {
            defaults.keyword.iter().find(|(n, _)| n == name).map(|(_, v)| v)
        };
        parts.push(parameter(rt, &name.text(), hint(&name.text()), default)?);
    }
    if params.posonly > 0 && params.posonly == params.names.len() {
        parts.push("/".into());
    }
    if params.vararg.is_some() && params.positional == params.names.len() {
        parts.push(star(rt, params.vararg, &hint)?);
    }
    if let Some(name) = params.kwarg {
        parts.push(parameter(rt, &format!("**{name}"), hint(&name.text()), None)?);
    }
    let returns = match hint("return") {
        Some(hint) => format!(" -> {}", annotation(rt, &hint)?),
        None => String::new(),
    };
    Ok(format!("({}){returns}", parts.join(", ")))
}

fn star(rt: &Rt, name: Option<Name>, hint: &dyn Fn(&str) -> Option<Value>) -> Res<String> {
    match name {
        Some(name) => parameter(rt, &format!("*{name}"), hint(&name.text()), None),
        None => Ok("*".into()),
    }
}

fn parameter(rt: &Rt, name: &str, hint: Option<Value>, default: Option<&Value>) -> Res<String> {
    let default = default.map(|v| ops::repr(rt, v)).transpose()?;
    Ok(match (hint, default) {
        (None, None) => name.to_string(),
        (None, Some(default)) => format!("{name}={default}"),
        (Some(hint), None) => format!("{name}: {}", annotation(rt, &hint)?),
        (Some(hint), Some(default)) => format!("{name}: {} = {default}", annotation(rt, &hint)?),
    })
}

fn annotation(rt: &Rt, hint: &Value) -> Res<String> {
    match hint {
        Value::Class(class) => Ok(super::qualified(class)),
        other => Ok(ops::repr(rt, other)?.to_string()),
    }
}
