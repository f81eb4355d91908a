//! What could stand where the cursor stands.

use crate::object::{Value, ops};
use crate::session::Session;
use crate::source::Name;

use super::magics::ROWS;
use super::{help, highlight};

/// One thing that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text in place of what was typed of it.
    pub text: String,
    /// What it is, in a few words.
    pub doc: String,
}

/// What could stand at a place, and where what was typed of it begins.
#[derive(Debug, Default)]
pub struct Found {
    /// The byte where the word begins.
    pub start: usize,
    /// The candidates in order.
    pub candidates: Vec<Candidate>,
}

/// What could stand at a byte of a cell's text.
pub fn at(session: &Session, text: &str, cursor: usize) -> Found {
    let before = &text[..cursor.min(text.len())];
    let word_start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let word = &before[word_start..];
    let head = &before[..word_start];
    if let Some(line) = head.rsplit('\n').next()
        && (line == "%" || line == "%%")
    {
        let cell = line == "%%";
        let rows = ROWS.iter().filter(|m| m.name.starts_with(word) && (!cell || m.cell));
        let candidates = rows.map(|m| Candidate { text: m.name.into(), doc: m.doc.into() }).collect();
        return Found { start: word_start, candidates };
    }
    let names: Vec<String> = if let Some(chain) = head.strip_suffix('.') {
        match dotted(session, chain) {
            Some(value) => help::members(session, &value),
            None => Vec::new(),
        }
    } else {
        let mut names: Vec<String> = session.main.names().keys().map(|n| n.to_string()).collect();
        names.extend(session.rt.builtins.names().keys().map(|n| n.to_string()));
        names.extend(highlight::KEYWORDS.iter().map(|k| k.to_string()));
        names.sort();
        names.dedup();
        names
    };
    let fits = names.into_iter().filter(|n| n.starts_with(word) && (word.starts_with('_') || !n.starts_with('_')));
    Found { start: word_start, candidates: fits.map(|text| Candidate { text, doc: String::new() }).collect() }
}

/// The value of the dotted name that a text ends with.
fn dotted(session: &Session, text: &str) -> Option<Value> {
    let start = text
        .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let mut parts = text[start..].split('.');
    let first = Name::existing(parts.next()?)?;
    let mut value = session.main.get(first).or_else(|| session.rt.builtins.get(first))?;
    for part in parts {
        value = ops::get_attr_opt(&session.rt, &value, Name::existing(part)?).ok()??;
    }
    Some(value)
}
