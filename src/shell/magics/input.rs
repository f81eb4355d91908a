//! The cells that were typed, by the ranges with which IPython's magics name them, and questions to the person.

use super::Shell;
use crate::session::Session;

/// A cell that was typed, and its number; 0 for one of an earlier session.
pub type Typed = (u32, String);

/// The cells that ranges such as `4`, `4-6`, `4-` name, in their order; all before this one where there are none.
/// Words that are no range name nothing.
pub fn ranges(session: &Session, text: &str) -> Vec<Typed> {
    let typed = session.typed();
    let now = session.number();
    if text.trim().is_empty() {
        return typed.into_iter().filter(|(n, _)| *n < now).collect();
    }
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let Some((from, to)) = range(word) else { continue };
        out.extend(typed.iter().filter(|(n, _)| *n >= from && to.is_none_or(|to| *n < to)).cloned());
    }
    out
}

/// The first number of a range and the one past its last: `4`, `4-6`, `4:7`, `4-`.
pub fn range(word: &str) -> Option<(u32, Option<u32>)> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let from: u32 = word[..digits].parse().ok()?;
    let rest = &word[digits..];
    let mut chars = rest.chars();
    match chars.next() {
        None => Some((from, from.checked_add(1))),
        Some('-') if rest.len() == 1 => Some((from, None)),
        Some('-') => rest[1..].parse::<u32>().ok().map(|to| (from, to.checked_add(1))),
        Some(':') => rest[1..].parse::<u32>().ok().map(|to| (from, Some(to))),
        Some(_) => None,
    }
}

/// The last cells typed before this one, those of earlier sessions among them (their number is 0).
pub fn tail(shell: &Shell, session: &Session, count: usize) -> Vec<Typed> {
    let mut all: Vec<Typed> = shell.state.earlier.borrow().iter().map(|text| (0, text.clone())).collect();
    all.extend(ranges(session, ""));
    let skip = all.len().saturating_sub(count);
    all.split_off(skip)
}

/// The cells, of earlier sessions too, that fit a pattern with `*` and `?`.
pub fn search(shell: &Shell, session: &Session, pattern: &str) -> Vec<Typed> {
    let pattern: Vec<char> = format!("*{pattern}*").chars().collect();
    let mut found = tail(shell, session, usize::MAX);
    found.retain(|(_, text)| fits(&pattern, &text.chars().collect::<Vec<_>>()));
    found
}

/// Whether a text fits a pattern with `*` and `?`.
fn fits(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Asks a question to be answered with yes or no; no where nobody answers.
pub fn confirmed(session: &Session, question: &str) -> bool {
    loop {
        let Some(answer) = session.rt.host.read_line(&format!("{question} ")) else { return false };
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return true,
            "" | "n" | "no" => return false,
            _ => {}
        }
    }
}
