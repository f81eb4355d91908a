//! Queries: their data (`ir`), how they are built (`query`), and how they become SQL (`compiler`).

pub mod compiler;
pub mod ddl;
pub mod expressions;
pub mod functions;
pub mod ir;
pub mod lookups;
pub mod query;
