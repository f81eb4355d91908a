//! The methods of `Model`.

use super::{identity, make, refresh, save, state, validate};
use crate::models::{checks, model_of};
use crate::object::{Exc, Row, Value};

const BASE: &str = "django/db/models/base.py";

macro_rules! refused {
    ($name:literal, $instead:literal) => {
        Row::method($name, "(self, *args, **kwargs)", "Needs an event loop.", |_, _| {
            Err(Exc::SynchronousOnlyOperation.new(concat!(
                $name,
                "() needs an event loop, and there is none here: use ",
                $instead,
                "()."
            )))
        })
    };
}

/// The rows of `django.db.models.Model`.
pub const ROWS: &[&[Row]] = &[MAKING, STORING, CHECKING];

const MAKING: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new instance.", make::new),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Sets the fields.", make::init).at(BASE),
    Row::class("check", "(cls, **kwargs)", "What is wrong with the model.", |rt, a| match model_of(a.get(0)) {
        Some(model) => {
            let kwargs = std::mem::take(&mut a.kwargs);
            checks::model_messages(rt, &model, kwargs).map(Value::list)
        }
        None => Ok(Value::list(Vec::new())),
    }),
    Row::class("from_db", "(cls, db, field_names, values)", "An instance of a row.", make::from_db).at(BASE),
    Row::method("__repr__", "(self)", "<Class: text>", identity::repr),
    Row::method("__str__", "(self)", "Class object (pk)", identity::str),
    Row::method("__eq__", "(self, other, /)", "The same row of the same model.", identity::eq),
    Row::method("__hash__", "(self)", "Hash of the primary key.", identity::hash).at(BASE),
    Row::method("__copy__", "(self)", "A copy that shares the values.", make::copy),
    Row::method("__deepcopy__", "(self, memo=None)", "A copy.", make::deepcopy),
    Row::method("__getstate__", "(self)", "The attributes.", identity::getstate),
    Row::method("_get_pk_val", "(self, meta=None)", "The primary key.", identity::get_pk_val),
    Row::method("_set_pk_val", "(self, value)", "Sets the primary key.", |rt, a| {
        identity::set_pk(rt, a.get(0), a.value(1)).map(|()| Value::None)
    }),
    Row::method("_is_pk_set", "(self, meta=None)", "Whether the primary key is there.", identity::is_pk_set),
    Row::method("get_deferred_fields", "(self)", "Names of the fields not loaded.", identity::get_deferred_fields),
    Row::method("serializable_value", "(self, field_name)", "A field's column value.", identity::serializable_value),
    Row::method("prepare_database_save", "(self, field)", "The key to store.", identity::prepare_database_save),
    Row::method("_get_FIELD_display", "(self, field)", "A choice's label.", |rt, a| {
        match crate::models::field_of(a.get(1)) {
            Some(field) => identity::display(rt, a.get(0), &field),
            None => Ok(Value::None),
        }
    }),
];

const STORING: &[Row] = &[
    Row::method(
        "save",
        "(self, *args, force_insert=False, force_update=False, using=None, update_fields=None)",
        "Saves the instance.",
        save::save,
    )
    .at(BASE),
    Row::method(
        "save_base",
        "(self, raw=False, force_insert=False, force_update=False, using=None, update_fields=None)",
        "Saves the instance: the part that is not overridden.",
        save::save_base_row,
    )
    .at(BASE),
    Row::method(
        "delete",
        "(self, using=None, keep_parents=False)",
        "Deletes the row, and what hangs on it.",
        save::delete,
    )
    .at(BASE),
    Row::method(
        "refresh_from_db",
        "(self, using=None, fields=None, from_queryset=None)",
        "Loads the fields again.",
        refresh::refresh_from_db,
    )
    .at(BASE),
    Row::method(
        "_prepare_related_fields_for_save",
        "(self, operation_name, fields=None)",
        "Checks related objects.",
        |rt, a| {
            let name = a.str(1)?.to_string();
            save::prepare_related(rt, a.get(0), &name, None).map(|()| Value::None)
        },
    )
    .at(BASE),
    refused!("asave", "save"),
    refused!("adelete", "delete"),
    refused!("arefresh_from_db", "refresh_from_db"),
];

const CHECKING: &[Row] = &[
    Row::method("clean", "(self)", "For overriding.", |_, _| Ok(Value::None)),
    Row::method("clean_fields", "(self, exclude=None)", "Cleans every field.", validate::clean_fields).at(BASE),
    Row::method(
        "full_clean",
        "(self, exclude=None, validate_unique=True, validate_constraints=True)",
        "Checks everything.",
        validate::full_clean,
    )
    .at(BASE),
    Row::method("validate_unique", "(self, exclude=None)", "Checks what is unique.", validate::validate_unique)
        .at(BASE),
    Row::method(
        "validate_constraints",
        "(self, exclude=None)",
        "Checks the constraints.",
        validate::validate_constraints,
    )
    .at(BASE),
    Row::method("get_constraints", "(self)", "The constraints by model.", validate::get_constraints),
    Row::method(
        "_get_unique_checks",
        "(self, exclude=None, include_meta_constraints=False)",
        "What has to be unique.",
        validate::get_unique_checks,
    ),
    Row::method(
        "unique_error_message",
        "(self, model_class, unique_check)",
        "Its error.",
        validate::unique_error_message,
    ),
    Row::method(
        "date_error_message",
        "(self, lookup_type, field_name, unique_for)",
        "Its error.",
        validate::date_error_message,
    ),
];

/// `instance._state` and `instance.pk` are computed by the payload: see [`state::ModelState`].
pub const COMPUTED: [&str; 2] = ["_state", "pk"];

/// The `_state` of an instance.
pub use state::state_view;
