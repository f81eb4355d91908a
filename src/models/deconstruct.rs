//! `deconstruct()`: a field as name, path, arguments and options.

use super::field::FieldRef;
use super::relations::RelationKind;
use crate::object::{Dict, Res, Rt, Value, ops};

/// `field.deconstruct()`: options that differ from their defaults.
pub fn field(rt: &Rt, field: &FieldRef) -> Res<Value> {
    let kwargs = Dict::new();
    let row = field.row;
    let o = field.options().clone();
    let put = |name: &str, value: Value| kwargs.set_str(rt, name, value);
    if let Some(v) = &o.given_verbose_name {
        put("verbose_name", v.clone());
    }
    let auto = super::fields::is_auto(row.name);
    if o.primary_key {
        put("primary_key", Value::Bool(true));
    }
    let length = match row.name {
        "EmailField" => None,
        "URLField" => Some(200),
        "SlugField" => Some(50),
        "FileField" | "ImageField" | "FilePathField" => Some(100),
        "UUIDField" => Some(32),
        "GenericIPAddressField" => Some(39),
        _ => None,
    };
    if o.max_length.is_some() && o.max_length != length {
        put("max_length", Value::from(o.max_length));
    }
    let one = matches!(field.relation_kind(), Some(RelationKind::OneToOne));
    if o.unique && !one {
        put("unique", Value::Bool(true));
    }
    let timed = o.auto_now || o.auto_now_add;
    if o.blank && !auto && !timed && !matches!(row.name, "GeneratedField" | "CompositePrimaryKey") {
        put("blank", Value::Bool(true));
    }
    if o.null {
        put("null", Value::Bool(true));
    }
    let indexed = matches!(field.relation_kind(), Some(RelationKind::ForeignKey | RelationKind::OneToOne))
        || row.is_a("SlugField");
    if o.db_index != indexed {
        put("db_index", Value::Bool(o.db_index));
    }
    if let Some(v) = &o.default {
        put("default", v.clone());
    }
    if let Some(v) = &o.db_default {
        put("db_default", v.clone());
    }
    let editable = row.name != "BinaryField";
    if o.editable != editable && !timed && !matches!(row.name, "GeneratedField" | "CompositePrimaryKey") {
        put("editable", Value::Bool(o.editable));
    }
    if !o.serialize && !o.primary_key {
        put("serialize", Value::Bool(false));
    }
    for (name, value) in [
        ("unique_for_date", o.unique_for_date),
        ("unique_for_month", o.unique_for_month),
        ("unique_for_year", o.unique_for_year),
    ] {
        if let Some(n) = value {
            put(name, n.into());
        }
    }
    if let Some(c) = &o.choices {
        put("choices", c.value.clone());
    }
    if !o.help_text.is_none() && ops::truthy(rt, &o.help_text)? {
        put("help_text", o.help_text.clone());
    }
    for (name, value) in [("db_column", &o.db_column), ("db_comment", &o.db_comment), ("db_collation", &o.db_collation)]
    {
        if let Some(text) = value {
            put(name, Value::str(text));
        }
    }
    if o.auto_created {
        put("auto_created", Value::Bool(true));
    }
    if !o.validators.is_empty() {
        put("validators", Value::list(o.validators.clone()));
    }
    if o.auto_now {
        put("auto_now", Value::Bool(true));
    }
    if o.auto_now_add {
        put("auto_now_add", Value::Bool(true));
    }
    if o.max_digits.is_some() {
        put("max_digits", Value::from(o.max_digits));
    }
    if o.decimal_places.is_some() {
        put("decimal_places", Value::from(o.decimal_places));
    }
    if let Some(v) = &o.expression {
        put("expression", v.clone());
    }
    if let Some(v) = &o.output_field {
        put("output_field", v.clone());
    }
    if let Some(v) = o.db_persist {
        put("db_persist", Value::Bool(v));
    }
    if let Some(relation) = field.relation.get() {
        put(
            "to",
            match field.related_model() {
                Some(model) => Value::from(model.label_lower()),
                None => field.target_value(),
            },
        );
        if !relation.on_delete.borrow().is_none() {
            put("on_delete", relation.on_delete.borrow().clone());
        }
        if let Some(name) = &*relation.related_name.borrow() {
            put("related_name", Value::str(name));
        }
        if let Some(name) = &*relation.related_query_name.borrow() {
            put("related_query_name", Value::str(name));
        }
        if relation.parent_link.get() {
            put("parent_link", Value::Bool(true));
        }
        if !relation.db_constraint.get() {
            put("db_constraint", Value::Bool(false));
        }
    }
    let module = match row.module {
        "django.db.models.fields"
        | "django.db.models.fields.related"
        | "django.db.models.fields.files"
        | "django.db.models.fields.json"
        | "django.db.models.fields.generated" => "django.db.models",
        other => other,
    };
    let path = match field.class.is_heap {
        true => format!("{}.{}", field.class.module.borrow(), field.class.qualname.borrow()),
        false => format!("{module}.{}", field.class.name()),
    };
    let name = field.name_cell.get().map_or(Value::None, Value::from);
    Ok(Value::tuple(vec![name, Value::from(path), Value::list(Vec::new()), Value::Dict(kwargs)]))
}
