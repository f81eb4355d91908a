//! Paths of files: `FileField`, `ImageField`, `FilePathField`. No file is ever touched.

use super::FIELD;
use crate::models::arguments::Given;
use crate::models::field::{FieldOps, FieldRef, FieldRow, INHERITED, validation_error};
use crate::object::{Exc, Res, Rt, Value, ops};

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
    ops: FieldOps { arguments: Some(file), get_prep_value: Some(prep), ..INHERITED },
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
            Ok(())
        }),
        get_prep_value: Some(|rt, _, value| match value {
            Value::None | Value::Str(_) => Ok(value.clone()),
            _ => ops::str(rt, value).map(Value::Str),
        }),
        ..INHERITED
    },
};

fn file(_: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    if given.has("primary_key") {
        // Django's check fields.E201 tells of it; loading goes on.
        given.take("primary_key");
    }
    given.set_default("max_length", Value::Int(100));
    given.set_default("upload_to", "");
    Ok(())
}

fn prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    let _ = (field, Exc::ValueError, validation_error);
    if value.as_str().is_some() { Ok(value.clone()) } else { ops::str(rt, value).map(Value::Str) }
}
