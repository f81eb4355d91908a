//! Magics for the data: export.

use super::Magic;

/// The table.
pub const ROWS: &[Magic] = &[];
