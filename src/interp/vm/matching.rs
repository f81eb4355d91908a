//! What patterns ask of a subject.

use crate::object::ops;
use crate::object::{CallArgs, Class, Dict, Exc, Res, Rt, Value};
use crate::source::Name;

/// Whether a sequence pattern may match: sequences but for text and bytes.
pub fn is_sequence(rt: &Rt, value: &Value) -> Res<bool> {
    match value.plain() {
        Value::List(_) | Value::Tuple(_) => Ok(true),
        Value::Obj(o) => {
            let class = o.class().clone();
            let known =
                |n: &str| matches!(n, "range" | "deque" | "Sequence" | "MutableSequence" | "array" | "UserList");
            if matches!(&*class.name(), "bytearray") {
                return Ok(false);
            }
            if let Some(mapping) = abstract_class(rt, value, "Mapping")?
                && mapping
                && !class.mro().any(|c| known(&c.name()))
            {
                return Ok(false);
            }
            Ok(class.mro().any(|c| known(&c.name())) || abstract_class(rt, value, "Sequence")?.unwrap_or(false))
        }
        _ => Ok(false),
    }
}

/// Whether a mapping pattern may match.
pub fn is_mapping(rt: &Rt, value: &Value) -> Res<bool> {
    match value.plain() {
        Value::Dict(_) => Ok(true),
        Value::Obj(o) => {
            let class = o.class().clone();
            let known = |n: &str| matches!(n, "Mapping" | "MutableMapping" | "mappingproxy" | "ChainMap" | "UserDict");
            Ok(class.mro().any(|c| known(&c.name())) || abstract_class(rt, value, "Mapping")?.unwrap_or(false))
        }
        _ => Ok(false),
    }
}

/// Whether a value is an instance of one of the abstract classes of `collections.abc`, where a session has imported
/// that.
fn abstract_class(rt: &Rt, value: &Value, name: &str) -> Res<Option<bool>> {
    let module = rt.modules.borrow().get(&Name::new("collections.abc")).cloned();
    let (Some(module), Some(isinstance)) = (module, rt.builtins.get("isinstance".into())) else { return Ok(None) };
    let Some(class) = ops::get_attr_opt(rt, &module, Name::new(name))? else { return Ok(None) };
    let found = ops::call2(rt, &isinstance, value.clone(), class)?;
    ops::truthy(rt, &found).map(Some)
}

/// The values of keys; none where one is missing.
pub fn keys(rt: &Rt, subject: &Value, keys: &[Value]) -> Res<Option<Vec<Value>>> {
    let mut out = Vec::with_capacity(keys.len());
    for (i, key) in keys.iter().enumerate() {
        for other in &keys[..i] {
            if ops::eq(rt, key, other)? {
                return Err(
                    Exc::ValueError.new(format!("mapping pattern checks duplicate key ({})", ops::repr(rt, key)?))
                );
            }
        }
        let found = match subject {
            Value::Dict(dict) => dict.get(rt, key)?,
            _ => {
                // `get` with a default of ours, so that a default dict makes nothing.
                let missing = Value::list(Vec::new());
                let args = CallArgs::new([key.clone(), missing.clone()]);
                let got = ops::call_method(rt, subject, "get".into(), args)?;
                if got.is(&missing) { None } else { Some(got) }
            }
        };
        match found {
            Some(value) => out.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(out))
}

/// `**rest`: the entries whose keys were not matched.
pub fn rest(rt: &Rt, subject: &Value, keys: &[Value]) -> Res<Value> {
    let dict = Dict::new();
    super::call::dict_update(rt, &dict, subject)?;
    for key in keys {
        dict.0.remove(rt, key)?;
    }
    Ok(Value::Dict(dict))
}

/// The attributes that a class pattern names; none where the subject is of another class or lacks one.
pub fn class(rt: &Rt, subject: &Value, kind: &Value, count: usize, names: &Value) -> Res<Option<Vec<Value>>> {
    let Value::Class(class) = kind else {
        return Err(Exc::TypeError.new("called match pattern must be a class"));
    };
    if !rt.is_instance(subject, class) {
        return Ok(None);
    }
    let mut out = Vec::new();
    let mut seen: Vec<Name> = Vec::new();
    if count > 0 {
        let args = match class.lookup("__match_args__".into()) {
            Some(args) => {
                let Some(args) = args.as_tuple().cloned() else {
                    return Err(Exc::TypeError.new(format!(
                        "{}.__match_args__ must be a tuple (got {})",
                        class.name(),
                        ops::type_name(&args)
                    )));
                };
                args
            }
            None if matches_itself(rt, class) => {
                if count > 1 {
                    return Err(too_many(class, 1, count));
                }
                out.push(subject.clone());
                return attributes(rt, subject, names, seen, out, class);
            }
            None => crate::object::Tuple::new(Vec::new()),
        };
        if count > args.len() {
            return Err(too_many(class, args.len(), count));
        }
        for name in args.iter().take(count) {
            let Some(name) = name.as_str().map(|s| Name::new(s)) else {
                return Err(Exc::TypeError
                    .new(format!("__match_args__ elements must be strings (got {})", ops::type_name(name))));
            };
            repeated(class, &seen, name)?;
            seen.push(name);
            match get(rt, subject, name)? {
                Some(value) => out.push(value),
                None => return Ok(None),
            }
        }
    }
    attributes(rt, subject, names, seen, out, class)
}

fn attributes(
    rt: &Rt,
    subject: &Value,
    names: &Value,
    mut seen: Vec<Name>,
    mut out: Vec<Value>,
    class: &Class,
) -> Res<Option<Vec<Value>>> {
    for name in names.as_tuple().map(|t| t.to_vec()).unwrap_or_default() {
        let Some(name) = name.as_str().map(|s| Name::new(s)) else { continue };
        repeated(class, &seen, name)?;
        seen.push(name);
        match get(rt, subject, name)? {
            Some(value) => out.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(out))
}

fn repeated(class: &Class, seen: &[Name], name: Name) -> Res<()> {
    match seen.contains(&name) {
        true => Err(Exc::TypeError.new(format!("{}() got multiple sub-patterns for attribute '{name}'", class.name()))),
        false => Ok(()),
    }
}

fn get(rt: &Rt, subject: &Value, name: Name) -> Res<Option<Value>> {
    match ops::get_attr_opt(rt, subject, name) {
        Err(e) if e.is(Exc::AttributeError) => Ok(None),
        other => other,
    }
}

fn too_many(class: &Class, allowed: usize, given: usize) -> crate::object::Error {
    Exc::TypeError.new(format!(
        "{}() accepts {allowed} positional sub-pattern{} ({given} given)",
        class.name(),
        if allowed == 1 { "" } else { "s" }
    ))
}

/// The built-in types whose one positional sub-pattern is the subject itself.
fn matches_itself(rt: &Rt, class: &Class) -> bool {
    let t = &rt.types;
    [&t.bool, &t.bytes, &t.dict, &t.float, &t.frozenset, &t.int, &t.list, &t.set, &t.str, &t.tuple]
        .into_iter()
        .any(|c| class.is_subclass(c))
        || &*class.name() == "bytearray"
}
