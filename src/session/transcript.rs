//! A session as a person would have seen it: `In [1]:`, what was printed, `Out[1]:`, tracebacks.

use super::text::{Role, Styled};
use crate::syntax::ast::StmtKind;
use crate::syntax::{self, Mode};

/// `In [n]: ` and the cell's lines, with the blank line that runs a block.
pub fn input(number: u32, source: &str) -> Styled {
    let mut out = Styled::new();
    let digits = number.to_string();
    let more = format!("{}...: ", " ".repeat(digits.len() + 2));
    for (i, line) in source.split('\n').enumerate() {
        if i == 0 {
            prompt(&mut out, &digits);
        } else {
            out.push(Role::In, if line.is_empty() { more.trim_end() } else { &more });
        }
        out.push(Role::Plain, line).push(Role::Plain, "\n");
    }
    if ends_in_block(source) {
        out.push(Role::In, more.trim_end()).push(Role::Plain, "\n");
    }
    out
}

/// `In [n]: `.
pub fn prompt(out: &mut Styled, digits: &str) {
    out.push(Role::In, "In [").push(Role::InNumber, digits).push(Role::In, "]: ");
}

/// `Out[n]: ` and a value's text, which starts on the next line where it has several.
pub fn output(number: u32, text: &str) -> Styled {
    let mut out = Styled::new();
    out.push(Role::Out, "Out[").push(Role::OutNumber, number.to_string()).push(Role::Out, "]: ");
    if text.contains('\n') {
        out.push(Role::Plain, "\n");
    }
    out.push(Role::Plain, text).push(Role::Plain, "\n");
    out
}

/// Whether a cell ends with a block, which at a prompt takes a blank line to run.
pub fn ends_in_block(source: &str) -> bool {
    let Ok(module) = syntax::parse(source, Mode::Cell) else { return false };
    module.body.last().is_some_and(|stmt| {
        matches!(
            stmt.kind,
            StmtKind::FunctionDef(_)
                | StmtKind::ClassDef(_)
                | StmtKind::For { .. }
                | StmtKind::While { .. }
                | StmtKind::If { .. }
                | StmtKind::With { .. }
                | StmtKind::Match { .. }
                | StmtKind::Try(_)
        )
    })
}
