//! What magics switch.

use std::cell::{Cell, RefCell};

/// The shell's switches and its memory of what was typed.
#[derive(Default)]
pub struct State {
    /// `%sql on`: the statements behind each result.
    pub sql: Cell<bool>,
    /// `%table on`: results as tables.
    pub table: Cell<bool>,
    /// `%pager off`.
    pub no_pager: Cell<bool>,
    /// What was typed, with the cell's number.
    pub typed: RefCell<Vec<(u32, String)>>,
    /// Set by `%quit`-like magics: leave after this cell.
    pub leave: Cell<bool>,
    /// Text for the next prompt: `%recall`, `%load`.
    pub next_input: RefCell<Option<String>>,
}
