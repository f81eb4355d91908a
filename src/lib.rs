//! ormsh: the Django shell without Python.
#![doc = include_str!("ARCHITECTURE.md")]

pub mod source;
pub mod syntax;
