//! What a session touches: model instances, managers, querysets, relations, deletion, signals, validation.
//!
//! [`install`] fills the hooks of the layers below and registers Django's modules.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::models::ModelRef;
use crate::object::{CallArgs, Error, Res, Rt, Value, ops};
use crate::source::Name;

pub mod constraints;
pub mod deletion;
pub mod descriptors;
pub mod errors;
pub mod file_fields;
pub mod generic;
pub mod instance;
pub mod manager;
pub mod modules;
pub mod order;
pub mod prefetch;
pub mod queryset;
pub mod raw;
pub mod related;
pub mod signals;
pub mod transaction;
pub mod utils;
pub mod write;

pub use modules::install;

/// The alias of the one database.
pub const DEFAULT_DB: &str = "default";

/// Files of Django that layers of tracebacks name.
pub mod files {
    /// `QuerySet`.
    pub const QUERY: &str = "django/db/models/query.py";
    /// `Model`.
    pub const BASE: &str = "django/db/models/base.py";
    /// Managers.
    pub const MANAGER: &str = "django/db/models/manager.py";
    /// Related managers and descriptors.
    pub const RELATED: &str = "django/db/models/fields/related_descriptors.py";
    /// The collector.
    pub const DELETION: &str = "django/db/models/deletion.py";
}

/// A text that lives as long as the thread: names of methods made for fields. One copy a text.
pub fn kept_text(text: &str) -> &'static str {
    thread_local! {
        static KEPT: RefCell<FxHashMap<String, &'static str>> = RefCell::default();
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some(found) = kept.get(text) {
            return *found;
        }
        let leaked: &'static str = Box::leak(text.to_string().into_boxed_str());
        kept.insert(text.to_string(), leaked);
        leaked
    })
}

/// The exception that calling a class makes, as an error.
pub fn raise(rt: &Rt, class: &Value, message: impl Into<Value>) -> Error {
    match ops::call(rt, class, CallArgs::new([message.into()])) {
        Ok(Value::Obj(o)) => Error::raised(o),
        Ok(_) => crate::object::Exc::TypeError.new("exceptions must derive from BaseException"),
        Err(e) => e,
    }
}

/// One of a model's own exception classes.
pub fn model_exception(rt: &Rt, model: &ModelRef, name: &str) -> Res<Value> {
    ops::get_attr(rt, &model.class_value(), Name::new(name))
}

/// `DoesNotExist` of a model with its usual text.
pub fn does_not_exist(rt: &Rt, model: &ModelRef) -> Error {
    match model_exception(rt, model, "DoesNotExist") {
        Ok(class) => raise(rt, &class, format!("{} matching query does not exist.", model.object_name)),
        Err(e) => e,
    }
}
