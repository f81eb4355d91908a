//! `decimal`'s value types. Mirrors <https://docs.python.org/3/library/decimal.html> and the General Decimal
//! Arithmetic specification.
//!
//! [`Decimal`] is a plain value; [`Cx`] the rules and the record of one computation; [`Context`] the session's object
//! that holds such rules.

mod arith;
mod context;
mod context_rows;
mod cx;
mod format;
mod number;
mod rows;
mod transcend;

pub use context::{Context, context_of, current, default_context, new_context, set_current, signal_classes};
pub use context_rows::{ContextManager, local_context};
pub use cx::{Cx, Rounding, Signals};
pub use number::{Decimal, Kind};
pub use rows::tuple_class;
