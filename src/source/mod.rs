//! Source text: files, byte spans in them, line and column look-up, and interned names.
//!
//! The bottom of the house. Nothing here knows Python.

mod file;
mod name;
mod span;

pub use file::{Source, SourceKind};
pub use name::{Name, known};
pub use span::Span;
