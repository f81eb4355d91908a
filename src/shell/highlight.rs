//! Colours for code: keywords, strings, numbers, comments, the names that are models.

use super::theme::{self, Style};
use crate::source::Span;
use crate::syntax::tokens::{TokenKind, tokens};

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

/// What closes the brackets and the string that are open at the end of a text.
pub fn closers(text: &str) -> String {
    let mut open: Vec<char> = Vec::new();
    let mut quote = None;
    for (kind, piece) in pieces(text) {
        let mut chars = piece.chars();
        match (kind, chars.next()) {
            (Kind::Other, Some('(')) => open.push(')'),
            (Kind::Other, Some('[')) => open.push(']'),
            (Kind::Other, Some('{')) => open.push('}'),
            (Kind::Other, Some(')' | ']' | '}')) => {
                open.pop();
            }
            (Kind::Text, _) => {
                let mark = piece.chars().find(|c| matches!(c, '"' | '\''));
                let body = piece.trim_start_matches(|c| !matches!(c, '"' | '\''));
                let ends = body.len() > 1 && mark.is_some_and(|m| body.ends_with(m));
                quote = mark.filter(|_| !ends);
                continue;
            }
            _ => {}
        }
        quote = None;
    }
    quote.into_iter().chain(open.into_iter().rev()).collect()
}

/// What code is coloured by: the session's models and the names of their fields.
pub trait Names {
    /// Whether a name is a model.
    fn is_model(&self, name: &str) -> bool;
    /// Whether the queries of a model know a field of this name.
    fn has_field(&self, model: &str, name: &str) -> bool;
}

/// Methods whose keyword arguments name fields.
const QUERIES: &[&str] = &["filter", "exclude", "get", "create", "update", "get_or_create", "update_or_create"];

/// A bracket that is open.
struct Open {
    token: usize,
    bracket: u8,
    /// For a call of a query's method: whether keyword arguments name fields of the statement's model.
    query: bool,
}

/// Code with colours. `cursor` is the byte where one types: a bracket there shows its other half.
pub fn paint(text: &str, cursor: Option<usize>, names: &impl Names) -> String {
    let all = tokens(text);
    let styles = styles(text, &all, cursor, names);
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for ((span, _), style) in all.iter().zip(styles) {
        let range = span.range();
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        theme::paint_code(&mut out, style, &text[range.clone()]);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

fn styles(text: &str, all: &[(Span, TokenKind)], cursor: Option<usize>, names: &impl Names) -> Vec<Style> {
    let mut out = Vec::with_capacity(all.len());
    let mut open: Vec<Open> = Vec::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    // The model that the statement's first query is of, while nothing added names of its own.
    let mut model: Option<&str> = None;
    let mut annotated = false;
    let mut last_end = 0;
    let word = |i: usize| all.get(i).map_or("", |(span, _)| &text[span.range()]);
    for (i, (span, kind)) in all.iter().enumerate() {
        let piece = &text[span.range()];
        if open.is_empty() && text[last_end..span.range().start].contains('\n') {
            (model, annotated) = (None, false);
        }
        last_end = span.range().end;
        out.push(match kind {
            TokenKind::Keyword | TokenKind::Constant => Style::Keyword,
            TokenKind::Definition => Style::Definition,
            TokenKind::Builtin | TokenKind::SelfName => Style::Builtin,
            TokenKind::Decorator | TokenKind::Magic => Style::Magic,
            TokenKind::Number => Style::Number,
            TokenKind::String => Style::Text,
            TokenKind::Field => Style::Magic,
            TokenKind::Comment => Style::Comment,
            TokenKind::Error => Style::Wrong,
            TokenKind::Name if names.is_model(piece) => {
                if model.is_none() {
                    model = Some(piece);
                } else if model != Some(piece) {
                    // Two models in a statement: whose field a name is takes more than colours know.
                    annotated = true;
                }
                Style::Model
            }
            TokenKind::Attribute => {
                annotated |= matches!(piece, "annotate" | "alias" | "extra" | "first" | "last" | "get_queryset");
                Style::Plain
            }
            TokenKind::Argument => match (open.last(), model) {
                (Some(Open { query: true, .. }), Some(model)) => {
                    let first = piece.split("__").next().unwrap_or(piece);
                    if names.has_field(model, first) {
                        Style::Field
                    } else if annotated || piece.starts_with("defaults") || piece == "create_defaults" {
                        Style::Plain
                    } else {
                        Style::Wrong
                    }
                }
                _ => Style::Plain,
            },
            TokenKind::Punctuation => {
                let byte = piece.bytes().next().unwrap_or(0);
                match byte {
                    b'(' | b'[' | b'{' => {
                        // `Student.objects.filter(`: straight from the model's manager.
                        let query = byte == b'('
                            && i >= 5
                            && QUERIES.contains(&word(i - 1))
                            && (word(i - 2), word(i - 4)) == (".", ".")
                            && Some(word(i - 5)) == model;
                        open.push(Open { token: i, bracket: byte, query });
                        Style::Plain
                    }
                    b')' | b']' | b'}' => match open.pop() {
                        Some(o) if matches!((o.bracket, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) => {
                            pairs.push((o.token, i));
                            Style::Plain
                        }
                        Some(o) => {
                            open.push(o);
                            Style::Wrong
                        }
                        None => Style::Wrong,
                    },
                    _ => Style::Plain,
                }
            }
            TokenKind::Name | TokenKind::Operator => Style::Plain,
        });
    }
    if let Some(cursor) = cursor {
        // The bracket under the cursor, or else the one before it.
        let at = |i: usize| all[i].0.range().start;
        let near = |byte: usize| pairs.iter().find(|(a, b)| at(*a) == byte || at(*b) == byte);
        if let Some(&(a, b)) = near(cursor).or_else(|| near(cursor.checked_sub(1)?)) {
            out[a] = Style::Bracket;
            out[b] = Style::Bracket;
        }
    }
    out
}
