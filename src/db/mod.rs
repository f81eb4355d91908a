//! The database connection: values, transactions, the statement log, errors, functions. Only this folder knows SQLite.
pub mod functions;
pub mod operations;
