//! Long output through a pager: only at a prompt on a terminal, and only where it does not fit on the screen.

use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use super::magics::{Paging, State};

/// Shows text through the pager; `false` where it is to be printed as it is: short, no terminal, switched off.
pub fn show(state: &State, text: &str) -> bool {
    if !state.interactive.get() || state.paging.get() == Paging::Off || !std::io::stdout().is_terminal() {
        return false;
    }
    let Some((width, height)) = terminal_size::terminal_size() else { return false };
    if lines(text, usize::from(width.0).max(1)) < usize::from(height.0) {
        return false;
    }
    let pager = std::env::var("PAGER").ok().filter(|p| !p.trim().is_empty()).unwrap_or_else(|| "less -XFR".into());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Where $PAGER is a bare `less`, colours still come through.
        command.env("LESS", "XFR");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // Whoever leaves the pager early closes the pipe.
        let _ = input.write_all(text.as_bytes());
    }
    let _ = child.wait();
    true
}

/// How many lines of a terminal so wide a text takes.
fn lines(text: &str, width: usize) -> usize {
    text.lines().map(|line| visible(line).div_ceil(width).max(1)).sum()
}

/// The columns of a line, escape codes not counted.
fn visible(line: &str) -> usize {
    let mut columns = 0;
    let mut rest = line;
    while let Some(at) = rest.find('\x1b') {
        columns += unicode_width::UnicodeWidthStr::width(&rest[..at]);
        rest = &rest[at..];
        rest = rest.find('m').map_or("", |end| &rest[end + 1..]);
    }
    columns + unicode_width::UnicodeWidthStr::width(rest)
}

/// The columns of the terminal that is written to; `None` where it is none.
pub fn columns() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).or(Some(80))
}
