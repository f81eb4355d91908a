//! Queries: their data (`ir`), how they are built, and how they become SQL.

pub mod functions;
