//! Binary data, UUIDs, JSON, generated columns, composite keys, the hidden order column.

use super::{FIELD, INTEGER};
use crate::models::arguments::{FIELD as ARGUMENTS, Given};
use crate::models::field::{Field, FieldOps, FieldRef, FieldRow, INHERITED, field_of};
use crate::models::json;
use crate::object::types::uuid::Uuid;
use crate::object::{CallArgs, Exc, Res, Rt, Value, ops};
use crate::source::Name;

/// `BinaryField`.
pub static BINARY: FieldRow = FieldRow {
    name: "BinaryField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "BinaryField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Raw binary data",
    empty_strings: true,
    messages: &[],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set_default("editable", false);
            Ok(())
        }),
        to_python: Some(binary_to_python),
        adapt: Some(adapt_binary),
        value_to_string: Some(|_, _, value| {
            use base64::Engine;
            let bytes = value.as_bytes().map(|b| b.to_vec()).unwrap_or_default();
            Ok(base64::engine::general_purpose::STANDARD.encode(bytes))
        }),
        ..INHERITED
    },
};

/// `UUIDField`.
pub static UUID: FieldRow = FieldRow {
    name: "UUIDField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "UUIDField",
    positional: &["verbose_name"],
    keywords: &[],
    doc: "Universally unique identifier",
    empty_strings: false,
    messages: &[("invalid", "“%(value)s” is not a valid UUID.")],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set("max_length", Value::Int(32));
            Ok(())
        }),
        to_python: Some(uuid_to_python),
        get_prep_value: Some(|rt, field, value| field.to_python(rt, value)),
        adapt: Some(adapt_uuid),
        from_db: Some(uuid_from_db),
        ..INHERITED
    },
};

/// `JSONField`.
pub static JSON: FieldRow = FieldRow {
    name: "JSONField",
    base: Some(&FIELD),
    module: "django.db.models.fields.json",
    internal_type: "JSONField",
    positional: &["verbose_name", "name", "encoder", "decoder"],
    keywords: &[],
    doc: "A JSON object",
    empty_strings: false,
    messages: &[("invalid", "Value must be valid JSON.")],
    ops: FieldOps {
        arguments: Some(json_arguments),
        adapt: Some(adapt_json),
        from_db: Some(json_from_db),
        ..INHERITED
    },
};

/// `GeneratedField`.
pub static GENERATED: FieldRow = FieldRow {
    name: "GeneratedField",
    base: Some(&FIELD),
    module: "django.db.models.fields.generated",
    internal_type: "GeneratedField",
    positional: &[],
    keywords: &["expression", "output_field", "db_persist"],
    doc: "Field of type: GeneratedField",
    empty_strings: true,
    messages: &[],
    ops: FieldOps {
        arguments: Some(generated_arguments),
        to_python: Some(|rt, field, value| match field.output_field(rt) {
            Some(output) => output.to_python(rt, value),
            None => Ok(value.clone()),
        }),
        get_prep_value: Some(|rt, field, value| match field.output_field(rt) {
            Some(output) => output.get_prep_value(rt, value),
            None => Ok(value.clone()),
        }),
        adapt: Some(|rt, field, value| match field.output_field(rt) {
            Some(output) => output.get_db_prep_value(rt, &value, true),
            None => Ok(value),
        }),
        ..INHERITED
    },
};

/// `CompositePrimaryKey`.
pub static COMPOSITE_PK: FieldRow = FieldRow {
    name: "CompositePrimaryKey",
    base: Some(&FIELD),
    module: "django.db.models.fields.composite",
    internal_type: "CompositePrimaryKey",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Field of type: CompositePrimaryKey",
    empty_strings: true,
    messages: &[],
    ops: FieldOps {
        arguments: Some(composite_arguments),
        to_python: Some(composite_to_python),
        get_prep_value: Some(composite_prep),
        ..INHERITED
    },
};

/// `OrderWrt`: the `_order` column of `order_with_respect_to`.
pub static ORDER_WRT: FieldRow = FieldRow {
    name: "OrderWrt",
    base: Some(&INTEGER),
    module: "django.db.models.fields.proxy",
    internal_type: "IntegerField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Integer",
    empty_strings: false,
    messages: &[],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set("name", "_order");
            g.set("editable", false);
            Ok(())
        }),
        ..INHERITED
    },
};

fn binary_to_python(_: &Rt, _: &FieldRef, value: &Value) -> Res<Value> {
    use base64::Engine;
    match value.as_str() {
        Some(text) => match base64::engine::general_purpose::STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => Ok(Value::bytes(bytes)),
            Err(_) => Err(Exc::ValueError.new("Incorrect padding")),
        },
        None => Ok(value.clone()),
    }
}

fn adapt_binary(rt: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    if value.as_bytes().is_some() {
        return Ok(value);
    }
    if value.as_str().is_some() {
        return Err(Exc::TypeError.new("memoryview: a bytes-like object is required, not 'str'"));
    }
    let class = Value::Class(rt.types.bytes.clone());
    let buffer = matches!(value.plain(), Value::Obj(_));
    match ops::call1(rt, &class, value.clone()) {
        Ok(bytes) if buffer => Ok(bytes),
        _ => Err(Exc::TypeError
            .new(format!("memoryview: a bytes-like object is required, not '{}'", ops::type_name(&value)))),
    }
}

fn uuid_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() || Uuid::from_value(value).is_some() {
        return Ok(value.clone());
    }
    if let Some(text) = value.as_str() {
        return match Uuid::parse(text) {
            Some(uuid) => Ok(uuid.new_value(rt)),
            None => Err(field.invalid(rt, "invalid", value)),
        };
    }
    if let Some(n) = value.as_big() {
        return match u128::try_from(n) {
            Ok(n) => Ok(Uuid(n).new_value(rt)),
            Err(_) => Err(field.invalid(rt, "invalid", value)),
        };
    }
    // Python asks what is no text to replace 'urn:' by nothing: what can replace, but not texts, fails there.
    if value.as_bytes().is_some() {
        return Err(Exc::TypeError.new("a bytes-like object is required, not 'str'"));
    }
    if ["date", "datetime", "time"].contains(&&*rt.class_of(value).name()) {
        return Err(Exc::TypeError.new("'str' object cannot be interpreted as an integer"));
    }
    Err(field.invalid(rt, "invalid", value))
}

fn adapt_uuid(rt: &Rt, field: &FieldRef, value: Value) -> Res<Value> {
    let value = if Uuid::from_value(&value).is_some() { value } else { field.to_python(rt, &value)? };
    Ok(Uuid::from_value(&value).map_or(Value::None, |u| Value::from(u.hex())))
}

fn uuid_from_db(rt: &Rt, _: &Field, value: Value) -> Res<Value> {
    match value.as_str() {
        Some(text) => match Uuid::parse(text) {
            Some(uuid) => Ok(uuid.new_value(rt)),
            None => Err(Exc::ValueError.new("badly formed hexadecimal UUID string")),
        },
        None if value.is_none() => Ok(value),
        None => {
            let kind = ops::type_name(&value);
            Err(Exc::AttributeError.new(format!("'{kind}' object has no attribute 'replace'")))
        }
    }
}

fn json_arguments(rt: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    for name in ["encoder", "decoder"] {
        if let Some(value) = given.get(name)
            && !value.is_none()
            && !ops::callable(rt, value)
        {
            return Err(Exc::ValueError.new(format!("The {name} parameter must be a callable object.")));
        }
    }
    Ok(())
}

/// A value as the JSON text that is stored. TypeError for what JSON has no form for.
pub fn adapt_json(rt: &Rt, field: &FieldRef, value: Value) -> Res<Value> {
    if value.is_none() {
        return Ok(value);
    }
    let encoder = field.options().encoder.clone();
    if encoder.is_none() {
        return json::dumps(rt, &value).map(Value::from);
    }
    let module = rt.exec()?.import(rt, "json")?;
    ops::call_method(rt, &module, "dumps".into(), CallArgs::new([value]).with("cls", encoder))
}

fn json_from_db(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    let Some(text) = value.as_str() else { return Ok(value) };
    let decoder = field.options().decoder.clone();
    if decoder.is_none() {
        // What is no JSON (a transform's text) stays text.
        return Ok(json::loads(rt, text).unwrap_or(value));
    }
    let module = rt.exec()?.import(rt, "json")?;
    match ops::call_method(rt, &module, "loads".into(), CallArgs::new([value.clone()]).with("cls", decoder)) {
        Err(e) if e.is(Exc::ValueError) => Ok(value),
        other => other,
    }
}

fn generated_arguments(rt: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    if given.get("editable").is_some_and(|v| ops::truthy(rt, v).unwrap_or(false)) {
        return Err(Exc::ValueError.new("GeneratedField cannot be editable."));
    }
    if given.get("blank").is_some_and(|v| !ops::truthy(rt, v).unwrap_or(true)) {
        return Err(Exc::ValueError.new("GeneratedField must be blank."));
    }
    if given.has("default") {
        return Err(Exc::ValueError.new("GeneratedField cannot have a default."));
    }
    if given.has("db_default") {
        return Err(Exc::ValueError.new("GeneratedField cannot have a database default."));
    }
    if !matches!(given.get("db_persist"), Some(Value::Bool(_))) {
        return Err(Exc::ValueError.new("GeneratedField.db_persist must be True or False."));
    }
    for name in ["expression", "output_field"] {
        if !given.has(name) {
            return Err(Exc::TypeError
                .new(format!("GeneratedField.__init__() missing 1 required keyword-only argument: '{name}'")));
        }
    }
    let _ = field_of;
    given.set("editable", false);
    given.set("blank", true);
    given.set_default("null", true);
    Ok(())
}

fn composite_arguments(rt: &Rt, field: &FieldRef, given: &mut Given) -> Res<()> {
    // Positional arguments are the names of the fields.
    let mut names: Vec<Name> = Vec::new();
    let positional: Vec<(Name, Value)> = std::mem::take(&mut given.0);
    let mut rest = Vec::new();
    for (name, value) in positional {
        match value.as_str() {
            Some(text) if ARGUMENTS.contains(&&*name.text()) && !is_keyword(field, name) => {
                let text = Name::new(text);
                if names.contains(&text) {
                    return Err(Exc::ValueError.new("CompositePrimaryKey args must be unique strings."));
                }
                names.push(text);
            }
            _ => rest.push((name, value)),
        }
    }
    given.0 = rest;
    if names.is_empty() {
        return Err(Exc::ValueError.new("CompositePrimaryKey must include at least one field."));
    }
    let truth = |v: &Value| ops::truthy(rt, v).unwrap_or(false);
    if given.has("default") {
        return Err(Exc::ValueError.new("CompositePrimaryKey cannot have a default."));
    }
    if given.has("db_default") {
        return Err(Exc::ValueError.new("CompositePrimaryKey cannot have a database default."));
    }
    if given.get("db_column").is_some_and(truth) {
        return Err(Exc::ValueError.new("CompositePrimaryKey cannot have a db_column."));
    }
    if given.get("editable").is_some_and(truth) {
        return Err(Exc::ValueError.new("CompositePrimaryKey cannot be editable."));
    }
    if given.get("primary_key").is_some_and(|v| !truth(v)) {
        return Err(Exc::ValueError.new("CompositePrimaryKey must be a primary key."));
    }
    if given.get("blank").is_some_and(|v| !truth(v)) {
        return Err(Exc::ValueError.new("CompositePrimaryKey must be blank."));
    }
    field.options.borrow_mut().field_names = names;
    given.set("editable", false);
    given.set("primary_key", true);
    given.set("blank", true);
    Ok(())
}

fn is_keyword(_: &FieldRef, name: Name) -> bool {
    matches!(&*name.text(), "db_column" | "help_text" | "db_tablespace" | "db_comment")
}

fn components(rt: &Rt, field: &FieldRef) -> Vec<FieldRef> {
    field.model().map(|m| m.pk_fields(rt)).unwrap_or_default()
}

fn each(rt: &Rt, field: &FieldRef, value: &Value, f: impl Fn(&FieldRef, &Value) -> Res<Value>) -> Res<Value> {
    let items = match (value.as_tuple(), value.as_list()) {
        (Some(t), _) => t.to_vec(),
        (_, Some(l)) => l.to_vec(),
        _ => return Ok(value.clone()),
    };
    let parts = components(rt, field);
    if parts.len() != items.len() {
        return Err(Exc::ValueError.new(format!(
            "CompositePrimaryKey expects {} values but got {}.",
            parts.len(),
            items.len()
        )));
    }
    Ok(Value::tuple(parts.iter().zip(&items).map(|(p, v)| f(p, v)).collect::<Res<Vec<_>>>()?))
}

fn composite_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if let Some(text) = value.as_str() {
        // Serialised as a JSON list.
        let list = json::loads(rt, text)?;
        return each(rt, field, &list, |f, v| f.to_python(rt, v));
    }
    each(rt, field, value, |f, v| f.to_python(rt, v))
}

fn composite_prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    let _ = (rt, field);
    Ok(value.clone())
}
