//! The database connection: values, transactions, the statement log, errors, functions. Only this folder knows SQLite.

pub mod connection;
pub mod error;
pub mod functions;
pub mod introspection;
pub mod log;
pub mod operations;
pub mod plan;
pub mod python;
pub mod sandbox;
pub mod stream;
pub mod table;
pub mod transaction;
pub mod undo;
pub mod value;

pub use connection::{Db, Location, Row, Rows, Template};
pub use error::DbError;
pub use log::Logged;
pub use stream::Stream;
pub use value::{Raw, plain, plain_or_last};
