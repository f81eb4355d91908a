use std::rc::Rc;

use super::program::{Machine, Program, Slots};
use crate::object::error::Res;
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;

/// The text that is searched, indexed by character.
#[derive(Clone)]
pub enum Hay {
    /// A `str` of ASCII alone: its bytes are its characters.
    Ascii(Str),
    /// Any other `str`.
    Chars(Rc<[char]>),
    /// A `bytes`.
    Bytes(Rc<Vec<u8>>),
}

/// How a match must lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Anywhere from the start on.
    Search,
    /// At the start.
    Match,
    /// From the start to the end.
    Full,
}

impl Hay {
    /// Of a `str` or `bytes`.
    pub fn new(value: &Value) -> Option<Hay> {
        if let Some(s) = value.as_str() {
            return Some(if s.is_ascii() { Hay::Ascii(s.clone()) } else { Hay::Chars(s.chars().collect()) });
        }
        value.as_bytes().map(|b| Hay::Bytes(b.clone()))
    }

    /// Length in characters.
    pub fn len(&self) -> usize {
        match self {
            Hay::Ascii(s) => s.len(),
            Hay::Chars(c) => c.len(),
            Hay::Bytes(b) => b.len(),
        }
    }

    /// A part as a value.
    pub fn slice(&self, from: usize, to: usize) -> Value {
        let (from, to) = (from.min(self.len()), to.min(self.len()).max(from.min(self.len())));
        match self {
            Hay::Ascii(s) => s[from..to].into(),
            Hay::Chars(c) => c[from..to].iter().collect::<String>().into(),
            Hay::Bytes(b) => Value::bytes(b[from..to].to_vec()),
        }
    }

    /// A match in the part from `from` to `end`. With `not_empty`, an empty one at `from` does not count.
    pub fn find(
        &self,
        rt: &Rt,
        program: &Program,
        from: usize,
        end: usize,
        mode: Mode,
        not_empty: bool,
    ) -> Res<Option<Slots>> {
        let full = mode == Mode::Full;
        match self {
            Hay::Ascii(s) => go(Machine::new(rt, program, s.as_bytes(), end, full), from, mode, not_empty),
            Hay::Bytes(b) => go(Machine::new(rt, program, b.as_slice(), end, full), from, mode, not_empty),
            Hay::Chars(c) => go(Machine::new(rt, program, &c[..], end, full), from, mode, not_empty),
        }
    }
}

fn go<T: super::program::Text>(mut m: Machine<'_, T>, from: usize, mode: Mode, not_empty: bool) -> Res<Option<Slots>> {
    if mode == Mode::Search { m.search(from, not_empty) } else { m.match_at(from, not_empty) }
}
