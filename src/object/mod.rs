//! Values, classes, functions and exceptions: the language's data model, without the language.
//!
//! What interpreter, ORM and shell meet at: [`Value`], [`Class`], [`Row`] tables of native methods, [`Error`], and the
//! runtime [`Rt`] with its [`Host`] (the outside) and [`Exec`] (what runs the session's code).

pub mod args;
pub mod attrs;
mod binding;
/// Classes and their method resolution order.
pub mod class;
pub mod dict;
pub mod error;
/// Functions: native rows and the language's own.
pub mod function;
/// Objects with a class.
pub mod instance;
/// Lists and tuples.
pub mod list;
/// Modules.
pub mod module;
pub mod ops;
pub mod params;
pub mod rt;
/// Sets.
pub mod set;
pub mod suggest;
/// Text.
pub mod text;
mod trash;
pub mod types;
/// The value.
pub mod value;

pub use args::{Args, CallArgs};
pub use attrs::{Attrs, Shape};
pub use class::{Class, Names};
pub use dict::{Dict, Table};
pub use error::{Error, Exc, Exception, Res};
pub use function::{BoundMethod, Function, NativeFn, Row, RowKind};
pub use instance::{Instance, Object, Payload};
pub use list::{List, Pairs, Tuple};
pub use module::Module;
pub use params::Params;
pub use rt::{Exec, Host, NativeType, Rt};
pub use set::Set;
pub use text::Str;
pub use value::Value;
