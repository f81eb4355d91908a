//! The sample classroom that is there when no schema is given.

/// Its app label.
pub const LABEL: &str = "classroom";
/// The name that its models file goes by in tracebacks.
pub const FILE: &str = "schemas/classroom.py";
/// Its models file.
pub const MODELS: &str = include_str!("../../schemas/classroom.py");
/// Its data: INSERT statements.
pub const DATA: &str = include_str!("../../schemas/classroom.sql");
