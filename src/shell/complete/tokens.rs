//! Tokens of a cell that is still being written: nothing stops the walk, a string may be open at the end.

use crate::syntax::is_keyword;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tok {
    /// A name or keyword.
    Name,
    /// A number.
    Number,
    /// A string; `open` where its end was not reached.
    Str {
        /// Whether its closing quote is missing.
        open: bool,
        /// Whether it is an f-string.
        formatted: bool,
        /// The byte behind its opening quote.
        content: usize,
    },
    /// An operator or bracket.
    Op,
    /// The end of a logical line, a `;` included.
    Newline,
    /// A comment; only kept where it reaches the end of the text.
    Comment,
}

/// One token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Tok,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

impl Token {
    /// Its text.
    pub fn text<'a>(&self, all: &'a str) -> &'a str {
        all.get(self.start..self.end).unwrap_or("")
    }
}

const TWO: &[&str] =
    &["==", "!=", "<=", ">=", "->", ":=", "**", "//", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@="];

/// The tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(text.len() / 3 + 4);
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let kind = match c {
            '\n' | ';' if depth == 0 => {
                at += 1;
                Tok::Newline
            }
            '\\' if bytes.get(at + 1) == Some(&b'\n') => {
                at += 2;
                continue;
            }
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '#' => {
                at = text[at..].find('\n').map_or(text.len(), |n| at + n);
                if at < text.len() {
                    continue;
                }
                Tok::Comment
            }
            '"' | '\'' => string(text, start, &mut at, false),
            c if c.is_alphabetic() || c == '_' => {
                let end = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(text.len(), |n| at + n);
                let word = &text[at..end];
                at = end;
                let prefix = word.len() <= 2 && word.bytes().all(|b| b"rRbBuUfF".contains(&b));
                if prefix && text[end..].starts_with(['"', '\'']) {
                    string(text, end, &mut at, word.bytes().any(|b| b"fF".contains(&b)))
                } else {
                    Tok::Name
                }
            }
            c if c.is_ascii_digit() => {
                let mut end = at;
                while let Some(c) = text[end..].chars().next() {
                    let dot = c == '.' && text[end + 1..].starts_with(|d: char| d.is_ascii_digit());
                    if !(c.is_alphanumeric() || c == '_' || dot) {
                        break;
                    }
                    end += c.len_utf8();
                }
                at = end;
                Tok::Number
            }
            _ => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                let two = text.get(at..at + 2).is_some_and(|t| TWO.contains(&t));
                at += if two { 2 } else { c.len_utf8() };
                Tok::Op
            }
        };
        out.push(Token { kind, start, end: at });
    }
    out
}

/// A string whose quote stands at a byte; leaves `at` behind it.
fn string(text: &str, quote: usize, at: &mut usize, formatted: bool) -> Tok {
    let mark = &text[quote..quote + 1];
    let triple = mark.repeat(3);
    let (mark, long) = if text[quote..].starts_with(&triple) { (triple.as_str(), true) } else { (mark, false) };
    let content = quote + mark.len();
    let mut i = content;
    let mut escaped = false;
    while let Some(c) = text[i..].chars().next() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if text[i..].starts_with(mark) {
            *at = i + mark.len();
            return Tok::Str { open: false, formatted, content };
        } else if c == '\n' && !long {
            // It never ends; the next line is code again.
            *at = i;
            return Tok::Str { open: false, formatted, content };
        }
        i += c.len_utf8();
    }
    *at = text.len();
    Tok::Str { open: true, formatted, content }
}

/// Whether a name is one of Python's keywords that begin no operand: an operand cannot end with one.
pub fn is_operator_word(word: &str) -> bool {
    is_keyword(word) && !matches!(word, "False" | "None" | "True")
}

/// The index of the token that closes the bracket at an index; none where it stays open.
pub fn closing(text: &str, tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Tok::Op {
            continue;
        }
        match token.text(text) {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// The index of the token that opens the bracket closed at an index.
fn opening(text: &str, tokens: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for i in (0..=close).rev() {
        if tokens[i].kind != Tok::Op {
            continue;
        }
        match tokens[i].text(text) {
            ")" | "]" | "}" => depth += 1,
            "(" | "[" | "{" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// Where the operand begins that ends with the token before `end`: names, calls, subscripts, literals. None where no
/// operand ends there.
pub fn operand_start(text: &str, tokens: &[Token], end: usize) -> Option<usize> {
    let mut at = end;
    loop {
        let last = tokens.get(at.checked_sub(1)?)?;
        let before = |i: usize| i.checked_sub(1).and_then(|i| tokens.get(i));
        match last.kind {
            Tok::Name => {
                let is_attribute = before(at - 1).is_some_and(|t| t.kind == Tok::Op && t.text(text) == ".");
                if is_attribute {
                    at -= 2;
                    continue;
                }
                return (!is_operator_word(last.text(text))).then_some(at - 1);
            }
            Tok::Str { open: false, .. } => {
                let mut start = at - 1;
                while before(start).is_some_and(|t| matches!(t.kind, Tok::Str { open: false, .. })) {
                    start -= 1;
                }
                return Some(start);
            }
            Tok::Number => return Some(at - 1),
            Tok::Op if matches!(last.text(text), ")" | "]" | "}") => {
                let open = opening(text, tokens, at - 1)?;
                let continues = tokens[open].text(text) != "{"
                    && before(open).is_some_and(|t| match t.kind {
                        Tok::Name => {
                            let attribute =
                                open >= 2 && tokens[open - 2].kind == Tok::Op && tokens[open - 2].text(text) == ".";
                            attribute || !is_operator_word(t.text(text))
                        }
                        Tok::Str { open: false, .. } => true,
                        Tok::Op => matches!(t.text(text), ")" | "]" | "}"),
                        _ => false,
                    });
                if !continues {
                    return Some(open);
                }
                at = open;
            }
            _ => return None,
        }
    }
}
