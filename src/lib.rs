//! ormsh: the Django shell without Python.
#![doc = include_str!("ARCHITECTURE.md")]

pub mod builtins;
pub mod db;
pub mod interp;
pub mod models;
pub mod object;
pub mod orm;
pub mod session;
pub mod shell;
pub mod source;
pub mod sql;
pub mod stdlib;
pub mod syntax;
