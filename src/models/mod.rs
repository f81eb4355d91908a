//! Models: Meta options, the app registry, class creation, inheritance, fields, relations, constraints, tables.
//!
//! A model class carries its options as Rust data: [`model_of`] finds the [`Model`] of a class, [`field_of`] the
//! [`Field`] behind a field object. Descriptors, managers and the methods of instances belong to the layer above, which
//! puts them into [`Hooks`].

pub mod field;
pub mod hooks;
pub mod options;
pub mod registry;
pub mod relations;
pub mod settings;

pub use field::{Choices, Converter, Field, FieldObject, FieldOptions, FieldRef, FieldRow, field_of};
pub use hooks::Hooks;
pub use options::{LocalManager, Model, ModelRef, model_of};
pub use registry::Apps;
pub use relations::{Generic, PathInfo, Relation, RelationKind, Target};
pub use settings::Settings;
