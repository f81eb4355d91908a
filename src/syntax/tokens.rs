//! Tokens for colours: fast, and content with anything that can be typed.
//!
//! Unlike [`scan`](super::scan) this never stops: an unterminated string colours to the end of its line, an odd character
//! is an error token of its own, and the walk goes on.

use super::diagnose::is_keyword;
use super::scan::{is_prefix, is_word_byte};
use crate::source::Span;

/// What to colour a piece of text as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `if`, `def`, `match` where it is one ...
    Keyword,
    /// `None`, `True`, `False`.
    Constant,
    /// The name after `def` or `class`.
    Definition,
    /// `print`, `len`, `ValueError` ...: a name that is Python's own.
    Builtin,
    /// `self` and `cls`.
    SelfName,
    /// The name in `name=value` of a call.
    Argument,
    /// Any other name.
    Name,
    /// A name after a dot.
    Attribute,
    /// `@decorator`.
    Decorator,
    /// A number.
    Number,
    /// A string, prefix and quotes included; of an f-string its text.
    String,
    /// A brace of an f-string's field, or what follows the `!`.
    Field,
    /// An operator.
    Operator,
    /// A bracket, comma, colon, dot or semicolon.
    Punctuation,
    /// A comment.
    Comment,
    /// `%magic`, `%%magic`, `!command`, `?`.
    Magic,
    /// A character that no Python has, or a string that does not end.
    Error,
}

/// The coloured pieces of a text, in order; blanks lie between them.
pub fn tokens(text: &str) -> Vec<(Span, TokenKind)> {
    let mut walk = Walk {
        text,
        bytes: text.as_bytes(),
        pos: 0,
        out: Vec::with_capacity(text.len() / 3),
        depth: 0,
        before: Before::Line,
    };
    walk.run(text.len());
    walk.out
}

/// What stands before the next token, as far as it matters for its colour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The beginning of a line.
    Line,
    /// A dot.
    Dot,
    /// `def` or `class`.
    Definition,
    /// `(` or `,` inside a call.
    Open,
    /// `=` and the like: an operand follows.
    Operator,
    /// Anything else.
    Other,
}

struct Walk<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    out: Vec<(Span, TokenKind)>,
    /// How many brackets are open.
    depth: usize,
    before: Before,
}

impl Walk<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn push(&mut self, end: usize, kind: TokenKind) {
        let end = end.min(self.bytes.len());
        self.out.push((Span::new(self.pos as u32, end as u32), kind));
        self.pos = end;
    }

    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.pos..];
        self.pos + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    fn run(&mut self, stop: usize) {
        while self.pos < stop {
            let byte = self.byte(self.pos);
            match byte {
                b'\n' => {
                    if self.depth == 0 {
                        self.before = Before::Line;
                    }
                    self.pos += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0c => self.pos += 1,
                b'#' => self.push(self.line_end(), TokenKind::Comment),
                b'%' | b'!' | b'?' if self.before == Before::Line && self.is_magic() => self.magic(),
                b'?' => {
                    let end = if self.byte(self.pos + 1) == b'?' { self.pos + 2 } else { self.pos + 1 };
                    let kind = if self.text[end..].lines().next().is_none_or(|rest| rest.trim().is_empty()) {
                        TokenKind::Magic
                    } else {
                        TokenKind::Error
                    };
                    self.push(end, kind);
                    self.before = Before::Other;
                }
                b'"' | b'\'' => self.string(self.pos),
                b'0'..=b'9' => self.number(),
                b'.' if self.byte(self.pos + 1).is_ascii_digit() => self.number(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
                b'@' if self.before == Before::Line => self.decorator(),
                _ => self.operator(byte),
            }
        }
    }

    fn is_magic(&self) -> bool {
        let next = self.byte(self.pos + 1);
        match self.byte(self.pos) {
            b'%' => next == b'%' || next.is_ascii_alphabetic() || next == b'_',
            _ => true,
        }
    }

    fn magic(&mut self) {
        let mut end = self.pos;
        while matches!(self.byte(end), b'%' | b'!' | b'?') {
            end += 1;
        }
        while is_word_byte(self.byte(end)) {
            end += 1;
        }
        let shell = self.byte(self.pos) == b'!';
        self.push(end, TokenKind::Magic);
        // The rest of a command line is no Python; that of a magic mostly is.
        if shell && self.line_end() > self.pos {
            self.push(self.line_end(), TokenKind::String);
        }
        self.before = Before::Other;
    }

    fn decorator(&mut self) {
        let mut end = self.pos + 1;
        while is_word_byte(self.byte(end)) || self.byte(end) == b'.' {
            end += 1;
        }
        self.push(end, TokenKind::Decorator);
        self.before = Before::Other;
    }

    fn number(&mut self) {
        let mut end = self.pos;
        loop {
            let byte = self.byte(end);
            let exponent_sign =
                matches!(byte, b'+' | b'-') && matches!(self.byte(end - 1), b'e' | b'E') && !self.is_hex(end);
            if is_word_byte(byte) || byte == b'.' || (end > self.pos && exponent_sign) {
                end += 1;
            } else {
                break;
            }
        }
        self.push(end, TokenKind::Number);
        self.before = Before::Other;
    }

    fn is_hex(&self, end: usize) -> bool {
        end > self.pos + 1 && matches!(self.byte(self.pos + 1), b'x' | b'X')
    }

    fn word(&mut self) {
        let start = self.pos;
        let mut end = start;
        while end < self.bytes.len() && is_word_byte(self.byte(end)) {
            end += 1;
        }
        if matches!(self.byte(end), b'"' | b'\'') && end - start <= 2 && is_prefix(&self.bytes[start..end]) {
            return self.string(end);
        }
        let word = &self.text[start..end];
        let before = self.before;
        self.before = Before::Other;
        let kind = match word {
            _ if before == Before::Dot => TokenKind::Attribute,
            "None" | "True" | "False" => TokenKind::Constant,
            "def" | "class" => {
                self.before = Before::Definition;
                TokenKind::Keyword
            }
            _ if is_keyword(word) => {
                self.before = Before::Operator;
                TokenKind::Keyword
            }
            _ if before == Before::Definition => TokenKind::Definition,
            "match" | "case" | "type" if before == Before::Line && self.is_soft_keyword(end) => TokenKind::Keyword,
            "self" | "cls" => TokenKind::SelfName,
            _ if before == Before::Open && self.depth > 0 && self.is_argument(end) => TokenKind::Argument,
            _ if is_builtin(word) => TokenKind::Builtin,
            _ => TokenKind::Name,
        };
        self.push(end, kind);
    }

    /// `match x:`, `case 1:`, `type X = ...`: a word or a bracket follows and not an operator.
    fn is_soft_keyword(&self, end: usize) -> bool {
        let line = &self.text[end..];
        let line = line.lines().next().unwrap_or("");
        let next = line.trim_start();
        line.starts_with([' ', '\t', '(', '['])
            && next.starts_with(|c: char| {
                c.is_alphanumeric() || matches!(c, '_' | '"' | '\'' | '(' | '[' | '{' | '-' | '*')
            })
            && (next.contains(':') || next.contains('='))
    }

    fn is_argument(&self, mut end: usize) -> bool {
        while matches!(self.byte(end), b' ' | b'\t') {
            end += 1;
        }
        self.byte(end) == b'=' && self.byte(end + 1) != b'='
    }

    fn operator(&mut self, byte: u8) {
        let kind = match byte {
            b'(' | b'[' | b'{' => {
                self.depth += 1;
                self.before = Before::Open;
                TokenKind::Punctuation
            }
            b')' | b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.before = Before::Other;
                TokenKind::Punctuation
            }
            b',' => {
                self.before = Before::Open;
                TokenKind::Punctuation
            }
            b'.' => {
                self.before = Before::Dot;
                TokenKind::Punctuation
            }
            b':' | b';' => {
                self.before = if self.depth == 0 && byte == b';' { Before::Line } else { Before::Operator };
                TokenKind::Punctuation
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<' | b'>' | b'=' | b'!' => {
                let assigned = self.before != Before::Operator || byte != b'!';
                self.before = Before::Operator;
                if byte == b'!' && self.byte(self.pos + 1) != b'=' && assigned {
                    TokenKind::Error
                } else {
                    TokenKind::Operator
                }
            }
            b'\\' => TokenKind::Operator,
            _ => TokenKind::Error,
        };
        let mut end = self.pos + 1;
        if kind == TokenKind::Operator && byte != b'\\' {
            while matches!(self.byte(end), b'=' | b'*' | b'/' | b'<' | b'>') && end < self.pos + 3 {
                end += 1;
            }
        }
        self.push(end, kind);
    }

    /// A string whose prefix begins at the cursor and whose quote stands at `quote_at`.
    fn string(&mut self, quote_at: usize) {
        let quote = self.byte(quote_at);
        let triple = self.bytes[quote_at..].starts_with(&[quote; 3]);
        let width = if triple { 3 } else { 1 };
        let prefix = &self.bytes[self.pos..quote_at];
        let formatted = prefix.iter().any(|b| matches!(b, b'f' | b'F'));
        let mut at = quote_at + width;
        self.before = Before::Other;
        loop {
            let byte = self.byte(at);
            if at >= self.bytes.len() || (byte == b'\n' && !triple) {
                let end = at.min(self.bytes.len());
                // A triple-quoted string may well go on with the next line.
                self.push(end, if triple { TokenKind::String } else { TokenKind::Error });
                return;
            }
            match byte {
                b'\\' => at += 2,
                _ if byte == quote && (!triple || self.bytes[at..].starts_with(&[quote; 3])) => {
                    self.push(at + width, TokenKind::String);
                    return;
                }
                b'{' if formatted && self.byte(at + 1) == b'{' => at += 2,
                b'{' if formatted => {
                    let Some(close) = self.field_end(at + 1, quote, triple) else {
                        at += 1;
                        continue;
                    };
                    if at > self.pos {
                        self.push(at, TokenKind::String);
                    }
                    self.field(close);
                    at = self.pos;
                }
                _ => at += 1,
            }
        }
    }

    /// Where the field that begins at `at` is closed, if it is on this line (or, in triple quotes, anywhere).
    fn field_end(&self, mut at: usize, quote: u8, triple: bool) -> Option<usize> {
        let mut depth = 0usize;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'{' | b'(' | b'[' => depth += 1,
                b'}' if depth == 0 => return Some(at),
                b'}' | b')' | b']' => depth = depth.saturating_sub(1),
                b'\n' if !triple => return None,
                inner @ (b'"' | b'\'') => {
                    // A string inside; the same quote may also be the end of an unfinished f-string.
                    let rest = &self.bytes[at + 1..];
                    match rest.iter().position(|&b| b == inner || b == b'\n') {
                        Some(offset) if rest[offset] == inner => at += offset + 1,
                        _ => return None,
                    }
                    let _ = quote;
                }
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// `{expression!r:spec}`.
    fn field(&mut self, close: usize) {
        let depth = std::mem::take(&mut self.depth);
        self.push(self.pos + 1, TokenKind::Field);
        let body = &self.bytes[self.pos..close];
        // The specification begins at the first colon outside brackets, the conversion at a `!` that is no `!=`.
        let mut level = 0usize;
        let mut expression_end = body.len();
        for (index, &byte) in body.iter().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => level += 1,
                b')' | b']' | b'}' => level = level.saturating_sub(1),
                b':' if level == 0 => {
                    expression_end = index;
                    break;
                }
                b'!' if level == 0 && body.get(index + 1) != Some(&b'=') => {
                    expression_end = index;
                    break;
                }
                _ => {}
            }
        }
        let end = self.pos + expression_end;
        self.before = Before::Operator;
        self.run(end);
        self.pos = self.pos.max(end);
        if self.pos < close {
            self.push(close, TokenKind::Field);
        }
        self.push(close.max(self.pos) + 1, TokenKind::Field);
        self.depth = depth;
    }
}

/// Names that Python has of its own, for colour only: what they do is for the engine's tables to say.
fn is_builtin(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "abs",
        "all",
        "any",
        "ascii",
        "bin",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "complex",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "exit",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "help",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "quit",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ];
    NAMES.binary_search(&word).is_ok()
        || (word.starts_with(|c: char| c.is_ascii_uppercase())
            && (word.ends_with("Error") || word.ends_with("Warning") || matches!(word, "Exception" | "StopIteration")))
}
