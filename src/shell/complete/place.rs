//! Where in a cell the cursor stands: behind a dot, in a string, in which brackets, at which argument.

use super::expr::{Expr, Reader};
use super::tokens::{Tok, Token, is_operator_word, operand_start};

/// What the cursor stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Nothing that can be completed: a comment, a number, a name that is being given.
    Nothing,
    /// Behind `operand.`; the operand's tokens.
    Member(usize, usize),
    /// In a string; the string's token.
    Text(usize),
    /// Where a name can stand.
    Name,
    /// Behind a whole operand, where only an operator can stand.
    Operator,
}

/// A bracket that is open at the cursor.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The bracket's token.
    pub open: usize,
    /// Which bracket.
    pub bracket: char,
    /// The tokens of what is called or subscripted.
    pub callee: Option<(usize, usize)>,
    /// The first token of the argument or item that the cursor is in.
    pub argument: usize,
    /// How many arguments by position stand before it.
    pub index: usize,
    /// The argument's keyword.
    pub keyword: Option<String>,
    /// Keywords given before it.
    pub given: Vec<String>,
    /// In a dict, the key behind whose `:` the cursor is.
    pub key: Option<String>,
}

/// A place in a cell.
pub struct Place {
    /// What it is.
    pub what: What,
    /// The byte where the word at the cursor begins.
    pub start: usize,
    /// The open brackets, innermost first.
    pub frames: Vec<Frame>,
    /// How many tokens stand before the word.
    pub before: usize,
}

/// Finds the place at the end of a text.
pub fn find(text: &str, tokens: &[Token], statement: usize) -> Place {
    let mut before = tokens.len();
    let mut start = text.len();
    let mut what = What::Name;
    if let Some(last) = tokens.last() {
        match last.kind {
            Tok::Comment => what = What::Nothing,
            Tok::Str { open: true, content, .. } => {
                what = What::Text(tokens.len() - 1);
                start = content;
                before -= 1;
            }
            Tok::Name if last.end == text.len() => {
                start = last.start;
                before -= 1;
            }
            Tok::Number if last.end == text.len() => what = What::Nothing,
            _ => {}
        }
    }
    let frames = frames(text, &tokens[..before], statement);
    if what == What::Name {
        what = kind(text, tokens, before, statement);
    }
    Place { what, start, frames, before }
}

fn kind(text: &str, tokens: &[Token], before: usize, statement: usize) -> What {
    let Some(last) = before.checked_sub(1).and_then(|i| tokens.get(i)) else { return What::Name };
    if before <= statement {
        return What::Name;
    }
    let word = last.text(text);
    match last.kind {
        // `12.` is a number.
        Tok::Op
            if word == "."
                && tokens
                    .get(before.wrapping_sub(2))
                    .is_some_and(|t| t.kind == Tok::Number && t.end == last.start && !t.text(text).contains('.')) =>
        {
            What::Nothing
        }
        Tok::Op if word == "." => match operand_start(text, tokens, before - 1) {
            Some(start) => What::Member(start, before - 1),
            None => What::Nothing,
        },
        Tok::Op if matches!(word, ")" | "]" | "}") => What::Operator,
        Tok::Name if matches!(word, "def" | "class" | "global" | "nonlocal" | "as") => What::Nothing,
        // The target of a loop is a name that is being given.
        Tok::Name if word == "for" => What::Nothing,
        Tok::Name if matches!(word, "break" | "continue" | "pass") => What::Nothing,
        Tok::Name if is_operator_word(word) => What::Name,
        Tok::Name | Tok::Number | Tok::Str { .. } => What::Operator,
        _ => What::Name,
    }
}

fn frames(text: &str, tokens: &[Token], statement: usize) -> Vec<Frame> {
    let mut open: Vec<Frame> = Vec::new();
    for (i, token) in tokens.iter().enumerate().skip(statement.min(tokens.len())) {
        if token.kind != Tok::Op {
            continue;
        }
        match token.text(text) {
            bracket @ ("(" | "[" | "{") => {
                let callee = match bracket {
                    "{" => None,
                    _ => operand_start(text, tokens, i).map(|from| (from, i)),
                };
                open.push(Frame {
                    open: i,
                    bracket: bracket.chars().next().unwrap_or('('),
                    callee,
                    argument: i + 1,
                    index: 0,
                    keyword: None,
                    given: Vec::new(),
                    key: None,
                });
            }
            ")" | "]" | "}" => {
                open.pop();
            }
            "," => {
                if let Some(frame) = open.last_mut() {
                    match frame.keyword.take() {
                        Some(keyword) => frame.given.push(keyword),
                        None => frame.index += 1,
                    }
                    frame.argument = i + 1;
                    frame.key = None;
                }
            }
            "=" => {
                if let Some(frame) = open.last_mut()
                    && frame.bracket == '('
                    && frame.argument + 1 == i
                    && tokens[i - 1].kind == Tok::Name
                {
                    frame.keyword = Some(tokens[i - 1].text(text).to_string());
                    frame.argument = i + 1;
                }
            }
            ":" => {
                if let Some(frame) = open.last_mut()
                    && frame.bracket == '{'
                    && frame.key.is_none()
                {
                    let key = match Reader::new(text, &tokens[..i], frame.argument).expression() {
                        Expr::Str(key) => key,
                        _ => String::new(),
                    };
                    frame.key = Some(key);
                    frame.argument = i + 1;
                }
            }
            _ => {}
        }
    }
    open.reverse();
    open
}
