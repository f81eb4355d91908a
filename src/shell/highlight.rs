//! Colours for code: keywords, strings, numbers, comments, the names that are models.

use colored::Colorize;

/// Python's keywords.
pub const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// What a piece of code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A keyword.
    Keyword,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A `%magic`.
    Magic,
    /// A name.
    Name,
    /// Anything else.
    Other,
}

/// The pieces of a text, in order, that cover it.
pub fn pieces(text: &str) -> Vec<(Kind, &str)> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    let line_start = |at: usize| text[..at].rsplit('\n').next().is_none_or(|l| l.trim().is_empty());
    while at < bytes.len() {
        let start = at;
        let c = text[at..].chars().next().unwrap_or(' ');
        let kind = if c == '#' {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
            Kind::Comment
        } else if c == '"' || c == '\'' {
            at = end_of_string(text, at);
            Kind::Text
        } else if c.is_alphabetic() || c == '_' {
            let word = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
            let prefix = &text[at..at + word];
            let quote = text[at + word..].starts_with(['"', '\'']);
            if quote && word <= 2 && prefix.chars().all(|c| "rRbBuUfF".contains(c)) {
                at = end_of_string(text, at + word);
                Kind::Text
            } else {
                at += word;
                if KEYWORDS.contains(&prefix) { Kind::Keyword } else { Kind::Name }
            }
        } else if c.is_ascii_digit() {
            at += text[at..].find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_').unwrap_or(text.len() - at);
            Kind::Number
        } else if c == '%' && line_start(at) {
            at += text[at..].find(char::is_whitespace).unwrap_or(text.len() - at);
            Kind::Magic
        } else {
            at += c.len_utf8();
            Kind::Other
        };
        out.push((kind, &text[start..at]));
    }
    out
}

/// Just past a string that starts with the quote at a place; the end of the line or text where it has no end.
fn end_of_string(text: &str, at: usize) -> usize {
    let quote = &text[at..at + 1];
    let triple = quote.repeat(3);
    let (mark, long) = if text[at..].starts_with(&triple) { (triple.as_str(), true) } else { (quote, false) };
    let mut i = at + mark.len();
    while i < text.len() {
        let rest = &text[i..];
        if rest.starts_with(mark) {
            return i + mark.len();
        }
        if !long && rest.starts_with('\n') {
            return i;
        }
        let skip_next = rest.starts_with('\\');
        let mut chars = rest.chars();
        i += chars.next().map_or(1, char::len_utf8);
        if skip_next {
            i += chars.next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

/// Code with colours; `known` says which names are models or built-in.
pub fn paint(text: &str, known: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for (kind, piece) in pieces(text) {
        let painted = match kind {
            Kind::Keyword => piece.green().bold(),
            Kind::Text => piece.yellow(),
            Kind::Number => piece.cyan(),
            Kind::Comment => piece.dimmed(),
            Kind::Magic => piece.magenta(),
            Kind::Name if known(piece) => piece.blue().bold(),
            _ => piece.normal(),
        };
        if piece.contains('\n') {
            // The colour ends and begins anew with each line.
            let (start, end) = match kind {
                Kind::Text => ("\x1b[33m", "\x1b[0m"),
                _ => ("", ""),
            };
            let lines: Vec<String> = piece.split('\n').map(|l| format!("{start}{l}{end}")).collect();
            out.push_str(&lines.join("\n"));
        } else {
            out.push_str(&painted.to_string());
        }
    }
    out
}
