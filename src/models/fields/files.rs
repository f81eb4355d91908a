//! Paths of files: `FileField`, `ImageField`, `FilePathField`. No file is ever touched: what stands for a file on an
//! instance is `python/files.py`, whose storages keep what is saved in memory.

use super::FIELD;
use crate::models::arguments::Given;
use crate::models::field::{Field, FieldOps, FieldRef, FieldRow, INHERITED, field_of};
use crate::object::{CallArgs, Exc, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The module that holds files, storages and what stands for a file on an instance.
pub const MODULE: &str = "django.core.files.base";

/// `FileField`.
pub static FILE: FieldRow = FieldRow {
    name: "FileField",
    base: Some(&FIELD),
    module: "django.db.models.fields.files",
    internal_type: "FileField",
    positional: &["verbose_name", "name", "upload_to", "storage"],
    keywords: &[],
    doc: "File",
    empty_strings: true,
    messages: &[],
    ops: FieldOps { arguments: Some(file), get_prep_value: Some(prep), pre_save: Some(pre_save), ..INHERITED },
};

/// `ImageField`.
pub static IMAGE: FieldRow = FieldRow {
    name: "ImageField",
    base: Some(&FILE),
    module: "django.db.models.fields.files",
    internal_type: "FileField",
    positional: &["verbose_name", "name", "width_field", "height_field"],
    keywords: &["upload_to", "storage"],
    doc: "Image",
    empty_strings: true,
    messages: &[],
    ops: INHERITED,
};

/// `FilePathField`.
pub static FILE_PATH: FieldRow = FieldRow {
    name: "FilePathField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "FilePathField",
    positional: &["verbose_name", "name", "path", "match", "recursive", "allow_files", "allow_folders"],
    keywords: &[],
    doc: "File path",
    empty_strings: true,
    messages: &[],
    ops: FieldOps {
        arguments: Some(|_, _, g| {
            g.set_default("max_length", Value::Int(100));
            g.set_default("path", "");
            g.set_default("match", Value::None);
            g.set_default("recursive", false);
            g.set_default("allow_files", true);
            g.set_default("allow_folders", false);
            Ok(())
        }),
        get_prep_value: Some(|rt, _, value| match value {
            Value::None | Value::Str(_) => Ok(value.clone()),
            _ => ops::str(rt, value).map(Value::Str),
        }),
        ..INHERITED
    },
};

fn file(rt: &Rt, field: &FieldRef, given: &mut Given) -> Res<()> {
    if given.has("primary_key") {
        // Django's check fields.E201 tells of it; loading goes on.
        given.take("primary_key");
        given.set("_primary_key_set_explicitly", true);
    }
    given.set_default("max_length", Value::Int(100));
    given.set_default("upload_to", "");
    if field.row.name == "ImageField" {
        given.set_default("width_field", Value::None);
        given.set_default("height_field", Value::None);
    }
    if let Some(storage) = given.take("storage")
        && !storage.is_none()
    {
        let used = ops::call1(rt, &function(rt, "_storage_of")?, storage.clone())?;
        given.set("storage", used);
    }
    Ok(())
}

fn prep(rt: &Rt, _: &FieldRef, value: &Value) -> Res<Value> {
    match value {
        Value::None | Value::Str(_) => Ok(value.clone()),
        _ => ops::str(rt, value).map(Value::Str),
    }
}

/// A name that stands for itself is stored as it is; a file that was not saved yet is saved first.
fn pre_save(rt: &Rt, field: &FieldRef, instance: &Value, _: bool) -> Res<Value> {
    let own = field.overrides("attr_class").is_some();
    match instance.as_obj().and_then(|o| o.get(field.attname())) {
        Some(name @ Value::Str(_)) if !own => Ok(name),
        Some(Value::None) if !own => Ok(Value::str("")),
        _ => call(rt, "_file_to_store", [field.object(rt), instance.clone()]),
    }
}

fn function(rt: &Rt, name: &str) -> Res<Value> {
    let module = rt.exec()?.import(rt, MODULE)?;
    ops::get_attr(rt, &module, Name::new(name))
}

/// Calls a function of the module of files.
///
/// Errors: the function's.
pub fn call<const N: usize>(rt: &Rt, name: &str, args: [Value; N]) -> Res<Value> {
    ops::call(rt, &function(rt, name)?, CallArgs::new(args))
}

/// `attr_class`, `storage` and their like: attributes of a field of files; `None` where it has no such.
pub fn attribute(rt: &Rt, field: &Field, name: &str) -> Res<Option<Value>> {
    Ok(Some(match name {
        "upload_to" => field.options().upload_to.clone(),
        "storage" => {
            let storage = field.options().storage.clone();
            if storage.is_none() { function(rt, "default_storage")? } else { storage }
        }
        "attr_class" => match field.overrides("attr_class") {
            Some(own) => own,
            None if field.row.is_a("ImageField") => function(rt, "ImageFieldFile")?,
            None => function(rt, "FieldFile")?,
        },
        _ => return Ok(None),
    }))
}

fn this(a: &crate::object::Args) -> Res<Value> {
    field_of(a.get(0)).ok_or_else(|| Exc::TypeError.new("descriptor requires a 'FileField' object"))?;
    Ok(a.value(0))
}

/// The methods of `FileField` and `ImageField`.
pub const ROWS: &[Row] = &[
    Row::method("generate_filename", "(self, instance, filename)", "The path that a file is saved under.", |rt, a| {
        call(rt, "_generate_filename", [this(a)?, a.value(1), a.value(2)])
    }),
    Row::method("save_form_data", "(self, instance, data)", "Sets the file; None changes nothing.", |rt, a| {
        call(rt, "_save_form_data", [this(a)?, a.value(1), a.value(2)])
    }),
    Row::method(
        "update_dimension_fields",
        "(self, instance, force=False, *args, **kwargs)",
        "Fills the fields of an image's width and height.",
        |rt, a| {
            let force = Value::Bool(a.flag(rt, 2, false)?);
            call(rt, "_update_dimension_fields", [this(a)?, a.value(1), force])
        },
    ),
];
