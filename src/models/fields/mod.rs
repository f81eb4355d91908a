//! The field types, a row each, by group.

mod auto;
mod boolean;
mod dates;
mod files;
mod numbers;
mod special;
mod text;

use super::arguments::FIELD as FIELD_ARGUMENTS;
use super::field::{Field, FieldRef, FieldRow, INHERITED};

pub use auto::*;
pub use boolean::*;
pub use dates::*;
pub use files::{
    FILE, FILE_PATH, IMAGE, MODULE as FILES, ROWS as FILE_ROWS, attribute as file_attribute, call as file_call,
};
pub use numbers::*;
pub use special::*;
pub use text::*;

/// `Field` itself.
pub static FIELD: FieldRow = FieldRow {
    name: "Field",
    base: None,
    module: "django.db.models.fields",
    internal_type: "Field",
    positional: FIELD_ARGUMENTS,
    keywords: &[],
    doc: "Field of type: Field",
    empty_strings: true,
    messages: &[
        ("invalid_choice", "Value %(value)r is not a valid choice."),
        ("null", "This field cannot be null."),
        ("blank", "This field cannot be blank."),
        ("unique", "%(model_name)s with this %(field_label)s already exists."),
        ("unique_for_date", "%(field_label)s must be unique for %(date_field_label)s %(lookup_type)s."),
    ],
    ops: INHERITED,
};

/// All field types: a base before what derives from it.
pub static ALL: &[&FieldRow] = &[
    &FIELD,
    &BOOLEAN,
    &NULL_BOOLEAN,
    &CHAR,
    &COMMA_SEPARATED,
    &EMAIL,
    &SLUG,
    &URL,
    &TEXT,
    &INTEGER,
    &BIG_INTEGER,
    &SMALL_INTEGER,
    &POSITIVE_INTEGER,
    &POSITIVE_BIG_INTEGER,
    &POSITIVE_SMALL_INTEGER,
    &AUTO,
    &BIG_AUTO,
    &SMALL_AUTO,
    &FLOAT,
    &DECIMAL,
    &DATE,
    &DATE_TIME,
    &TIME,
    &DURATION,
    &BINARY,
    &UUID,
    &JSON,
    &IP_ADDRESS,
    &GENERIC_IP,
    &FILE,
    &IMAGE,
    &FILE_PATH,
    &GENERATED,
    &COMPOSITE_PK,
    &ORDER_WRT,
    &super::relations::rows::FOREIGN_OBJECT,
    &super::relations::rows::FOREIGN_KEY,
    &super::relations::rows::ONE_TO_ONE,
    &super::relations::rows::MANY_TO_MANY,
    &super::relations::rows::GENERIC_FOREIGN_KEY,
    &super::relations::rows::GENERIC_RELATION,
    &super::relations::rows::FOREIGN_OBJECT_REL,
    &super::relations::rows::MANY_TO_ONE_REL,
    &super::relations::rows::ONE_TO_ONE_REL,
    &super::relations::rows::MANY_TO_MANY_REL,
    &super::relations::rows::GENERIC_REL,
];

/// A field type by name.
pub fn find(name: &str) -> Option<&'static FieldRow> {
    ALL.iter().copied().find(|row| row.name == name)
}

/// The column type of a field that is no relation; `None` for what has no column.
pub fn db_type(field: &Field) -> Option<String> {
    let length = || {
        let o = field.options();
        match o.max_length {
            Some(n) => format!("varchar({n})"),
            None => "varchar".to_string(),
        }
    };
    Some(match field.internal_type() {
        "AutoField" | "BigAutoField" | "SmallAutoField" | "IntegerField" | "OneToOneField" => "integer".into(),
        "BinaryField" => "BLOB".into(),
        "BooleanField" => "bool".into(),
        "CharField" | "FileField" | "FilePathField" | "SlugField" => length(),
        "DateField" => "date".into(),
        "DateTimeField" => "datetime".into(),
        "DecimalField" => "decimal".into(),
        "DurationField" | "BigIntegerField" => "bigint".into(),
        "FloatField" => "real".into(),
        "IPAddressField" => "char(15)".into(),
        "GenericIPAddressField" => "char(39)".into(),
        "JSONField" | "TextField" => "text".into(),
        "PositiveBigIntegerField" => "bigint unsigned".into(),
        "PositiveIntegerField" => "integer unsigned".into(),
        "PositiveSmallIntegerField" => "smallint unsigned".into(),
        "SmallIntegerField" => "smallint".into(),
        "TimeField" => "time".into(),
        "UUIDField" => "char(32)".into(),
        _ => return None,
    })
}

/// The condition that comes with a column of an internal type.
pub fn db_check(internal_type: &str, column: &str) -> Option<String> {
    match internal_type {
        "PositiveBigIntegerField" | "PositiveIntegerField" | "PositiveSmallIntegerField" => {
            Some(format!("\"{column}\" >= 0"))
        }
        "JSONField" => Some(format!("(JSON_VALID(\"{column}\") OR \"{column}\" IS NULL)")),
        _ => None,
    }
}

/// The types on the positional-argument order `verbose_name, name`.
pub(crate) const NAMES: &[&str] = &["verbose_name", "name"];

/// Whether a field is of a type or of one that derives from it.
pub fn is_a(field: &FieldRef, name: &str) -> bool {
    field.row.is_a(name)
}
