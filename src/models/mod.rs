//! Models: Meta options, the app registry, class creation, inheritance, fields, relations, constraints, tables.
//!
//! A model class carries its options as Rust data: [`model_of`] finds the [`Model`] of a class, [`field_of`] the
//! [`Field`] behind a field object. Descriptors, managers and the methods of instances belong to the layer above, which
//! puts them into [`Hooks`].

pub mod arguments;
pub mod checks;
pub mod classes;
pub mod contrib;
pub mod dateparse;
pub mod decimals;
mod deconstruct;
pub mod deletion;
pub mod field;
pub mod fields;
pub mod hooks;
pub mod indexes;
pub mod json;
pub mod meta;
pub mod metaclass;
pub mod methods;
pub mod migrate;
pub mod modules;
pub mod options;
pub mod registry;
pub mod relations;
pub mod schema;
pub mod settings;
pub mod timezone;
mod validation;

pub use field::{
    Choices, Converter, Field, FieldObject, FieldOps, FieldOptions, FieldRef, FieldRow, PlainKind, field_of,
};
pub use hooks::Hooks;
pub use options::{LocalManager, Model, ModelRef, Parents, model_of};
pub use registry::Apps;
pub use relations::{Generic, PathInfo, Relation, RelationKind, Target};
pub use settings::Settings;
pub use validation::model_of_instance;
