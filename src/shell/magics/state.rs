//! What magics switch.

use std::cell::{Cell, RefCell};

/// When long output goes through a pager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Paging {
    /// Help, listings and tables; not the values of cells.
    #[default]
    Auto,
    /// Values too.
    On,
    /// Never.
    Off,
}

/// The shell's switches and its memory of what was typed.
pub struct State {
    /// `%sql on`: the statements behind each result.
    pub sql: Cell<bool>,
    /// `%table on`: results as tables.
    pub table: Cell<bool>,
    /// How many rows a table shows.
    pub rows: Cell<usize>,
    /// `%pager`.
    pub paging: Cell<Paging>,
    /// `%doctor on`: a hint below cells that repeat a query.
    pub doctor: Cell<bool>,
    /// Whether this is a prompt: the terminal belongs to the session.
    pub interactive: Cell<bool>,
    /// What was typed in earlier sessions, oldest first.
    pub earlier: RefCell<Vec<String>>,
    /// Set by `%quit`-like magics: leave after this cell.
    pub leave: Cell<bool>,
    /// `%record on`.
    pub recording: super::record::Recording,
    /// Text for the next prompt: `%recall`, `%load`.
    pub next_input: RefCell<Option<String>>,
    /// How many statements had been logged when the last cell and the one before it ended: what `%explain` looks at.
    pub marks: Cell<(u64, u64)>,
}

impl Default for State {
    fn default() -> State {
        State {
            sql: Cell::default(),
            table: Cell::default(),
            rows: Cell::new(50),
            paging: Cell::default(),
            doctor: Cell::default(),
            interactive: Cell::default(),
            earlier: RefCell::default(),
            leave: Cell::default(),
            recording: Default::default(),
            next_input: RefCell::default(),
            marks: Cell::default(),
        }
    }
}
