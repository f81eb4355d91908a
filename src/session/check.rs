//! Does a recorded session still show what it showed?

use super::engine::{Outcome, Session};
use super::formats::Style;
use super::{display, transcript};
use crate::object::ops;

/// What a cell showed, as a transcript of a style has it.
pub fn shown(session: &Session, outcome: &Outcome, stdout: &str, style: Style) -> String {
    let mut text = stdout.to_string();
    if let Some(value) = &outcome.display {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match style {
            Style::Numbered => text.push_str(&transcript::output(outcome.number, value).plain()),
            Style::Doctest => {
                text.push_str(value);
                text.push('\n');
            }
        }
    } else if let Some(traceback) = session.traceback(outcome) {
        match style {
            Style::Numbered => text.push_str(&traceback.plain()),
            Style::Doctest => {
                text.push_str("Traceback (most recent call last):\n    ...\n");
                text.push_str(&last_lines(&traceback.plain()).join("\n"));
                text.push('\n');
            }
        }
    }
    text
}

/// Whether what a cell showed is what was expected of it.
pub fn agrees(session: &Session, expected: &str, shown: &str, outcome: &Outcome, stdout: &str, style: Style) -> bool {
    let want = normal(expected);
    let got = normal(shown);
    if want == got || matches(&want, &got) {
        return true;
    }
    // A doctest shows repr() where a prompt lays the value out.
    if style == Style::Doctest
        && let Some(value) = &outcome.value
        && let Ok(repr) = ops::repr(&session.rt, value)
    {
        let plain = normal(&format!("{stdout}{repr}\n"));
        if want == plain || matches(&want, &plain) || squeezed(&want) == squeezed(&plain) {
            return true;
        }
        // One written on a wider page.
        if let Ok(wide) = display::pretty_within(&session.rt, value, 100_000)
            && squeezed(&want) == squeezed(&wide)
        {
            return true;
        }
    }
    false
}

/// A text without what may differ: blanks at the end of lines, addresses, the number of a prompt, and all of a traceback
/// but its first and last lines.
fn normal(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut i = 0;
    while i < lines.len() {
        let line = lines[i];
        let rule = line.len() >= 40 && line.bytes().all(|b| b == b'-');
        if rule || line.starts_with("Traceback (most recent call last)") {
            out.push("<traceback>".into());
            out.extend(last_lines(&lines[i..].join("\n")));
            break;
        }
        let line = line.trim_end();
        // The value's prompt alone on its line, or with the value.
        let line = match line.strip_prefix("Out[").and_then(|rest| rest.split_once("]:")) {
            Some((_, "")) => {
                i += 1;
                continue;
            }
            Some((_, value)) => value.strip_prefix(' ').unwrap_or(value),
            None => line,
        };
        if line == "<BLANKLINE>" {
            out.push(String::new());
        } else {
            out.push(without_addresses(line));
        }
        i += 1;
    }
    while out.last().is_some_and(|l| l.is_empty()) {
        out.pop();
    }
    out.join("\n")
}

/// The last line of a traceback, with the lines of a message that has several.
fn last_lines(traceback: &str) -> Vec<String> {
    let lines: Vec<&str> = traceback.trim_end().lines().collect();
    let is_last = |line: &str| {
        let name = line.split([':', ' ']).next().unwrap_or("");
        let short = name.rsplit('.').next().unwrap_or(name);
        (line == name || line[name.len()..].starts_with(':'))
            && short.starts_with(|c: char| c.is_uppercase())
            && short.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let Some(at) = lines.iter().rposition(|l| is_last(l)) else { return Vec::new() };
    let mut out: Vec<String> = lines[at..].iter().map(|l| l.trim_end().to_string()).collect();
    // Our own hint is no part of the exception.
    if out.len() > 1
        && out.last().is_some_and(|l| l.starts_with("Did you mean: ") || l.starts_with("perhaps you meant "))
    {
        out.pop();
    }
    if let Some(first) = out.first_mut() {
        let name_end = first.find(':').unwrap_or(first.len());
        let short = first[..name_end].rfind('.').map_or(0, |i| i + 1);
        *first = first[short..].trim_end_matches([':', ' ']).to_string();
    }
    out
}

fn without_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("0x") {
        out.push_str(&rest[..at + 2]);
        rest = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    out.push_str(rest);
    out
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is another in which `...` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains("...") {
        return false;
    }
    let mut parts = pattern.split("...");
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return false };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}
