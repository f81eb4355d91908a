//! What a cell showed, as data: `ormsh run --json`.

use serde::{Deserialize, Serialize};

/// What one cell showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its 1-based number.
    pub cell: u32,
    /// Its text.
    pub source: String,
    /// What it printed.
    pub stdout: String,
    /// `repr()` of the last expression's value.
    pub out: Option<String>,
    /// The text behind `Out[n]:`.
    pub display: Option<String>,
    /// What it raised.
    pub error: Option<ErrorRecord>,
    /// The statements sent, parameters in place; absent in records where they differ from run to run.
    pub sql: Option<Vec<String>>,
}

/// An exception as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorRecord {
    /// The class's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// `str(exception)`; for a SyntaxError its message alone.
    pub message: Option<String>,
    /// The line in the cell that raised.
    pub line: Option<u32>,
}
