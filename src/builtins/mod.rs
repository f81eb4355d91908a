//! The built-in functions, one row each.
