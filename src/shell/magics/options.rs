//! The options of a magic's line, as IPython reads them: letters, joined or not, some of which take a value.

use crate::object::{Exc, Res};

/// What a line said.
#[derive(Default)]
pub struct Options<'a> {
    given: Vec<(char, &'a str)>,
    /// What stands behind the options.
    pub rest: &'a str,
}

impl<'a> Options<'a> {
    /// Reads the options in front of a line: `letters` are known, those with a `:` behind take a value (`"n:r:q"`).
    ///
    /// Errors: UsageError for a letter that is not known or a value that is missing.
    pub fn read(line: &'a str, letters: &str) -> Result<Options<'a>, String> {
        let mut out = Options { given: Vec::new(), rest: line.trim() };
        loop {
            let Some(word) = out.rest.strip_prefix('-').filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()))
            else {
                return Ok(out);
            };
            let end = word.find(char::is_whitespace).unwrap_or(word.len());
            let (mut word, mut after) = (&word[..end], word[end..].trim_start());
            while let Some(letter) = word.chars().next() {
                word = &word[letter.len_utf8()..];
                let Some(at) = letters.find(letter).filter(|_| letter != ':') else {
                    return Err(format!("option -{letter} not recognized"));
                };
                if letters[at..].get(1..2) != Some(":") {
                    out.given.push((letter, ""));
                    continue;
                }
                if word.is_empty() {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    word = &after[..end];
                    after = after[end..].trim_start();
                    if word.is_empty() {
                        return Err(format!("option -{letter} requires argument"));
                    }
                }
                out.given.push((letter, word));
                word = "";
            }
            out.rest = after;
        }
    }

    /// Whether a letter was given.
    pub fn has(&self, letter: char) -> bool {
        self.given.iter().any(|(l, _)| *l == letter)
    }

    /// The value given with a letter.
    pub fn get(&self, letter: char) -> Option<&'a str> {
        self.given.iter().rev().find(|(l, _)| *l == letter).map(|(_, value)| *value)
    }

    /// The number given with a letter.
    ///
    /// Errors: ValueError, in Python's words, where it is none.
    pub fn number(&self, letter: char) -> Res<Option<u32>> {
        self.get(letter)
            .map(|text| {
                text.parse()
                    .map_err(|_| Exc::ValueError.new(format!("invalid literal for int() with base 10: '{text}'")))
            })
            .transpose()
    }
}
