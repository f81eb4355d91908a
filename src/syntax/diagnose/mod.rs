//! Python's own words for what is wrong with a text.
//!
//! Runs only on a text that the parser has refused, so it may take its time: it reads the tokens once more as CPython's
//! parser does, first to find how far they can be read, then again with the rules that know a mistake by its shape
//! (`print x`, a missing comma, `=` for `==`). The functions here carry the names of CPython's rules, and like there a
//! rule that does not match puts the cursor back.

mod arguments;
mod atoms;
mod blocks;
mod expressions;
mod fstrings;
mod parameters;
mod patterns;
mod statements;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::lower::Fail;
use super::scan::{Scan, Tok, Token};
use super::{ErrorKind, Mode, SyntaxError};
use crate::source::Span;

/// Steps after which a hopeless text is simply "invalid syntax".
const BUDGET: u32 = 2_000_000;
/// How deep the rules may nest; the stack is grown for it.
const MAX_DEPTH: u32 = 6000;
const STACK: usize = 256 << 20;

/// The error that Python would raise for a text that was refused.
pub(super) fn diagnose(text: &str, mode: Mode, scan: &Scan, fail: Option<Fail>) -> SyntaxError {
    if !text.ends_with('\n') && mode != Mode::Expression {
        // CPython reads a last line as if it ended like the others.
        let ended = format!("{text}\n");
        let scan = super::scan::scan(&ended, mode);
        let mut error = diagnose(&ended, mode, &scan, fail);
        let end = text.len() as u32;
        error.span = Span::new(error.span.start.min(end), error.span.end.min(end));
        return error;
    }
    let tokeniser = scan.error.as_ref().map(|error| tokeniser_error(error, text));
    // Some of the tokeniser's errors count only if the parser gets as far; the others come before all of the parser's but
    // a wrong indentation.
    let hard = scan.error.as_ref().is_some_and(|error| {
        error.kind == ErrorKind::Syntax
            && !error.in_fstring
            && !error.message.ends_with("never closed")
            && !error.message.starts_with("unexpected ")
    });
    let found = stacker::grow(STACK, || Diagnosis::new(text, mode, scan).run());
    match (found, tokeniser) {
        (Found::Error { error, last: true, .. }, _) => error,
        (Found::Error { .. }, Some(tokeniser)) if hard => tokeniser,
        (Found::Error { error, last_line, .. }, _) => match scan.open.last() {
            Some(bracket) if never_closed(bracket, text).line < last_line => {
                let mut error = never_closed(bracket, text);
                // More text would not mend what is wrong before its end.
                error.incomplete = false;
                error
            }
            _ => error,
        },
        (Found::Nothing, Some(tokeniser)) => tokeniser,
        (Found::Nothing, None) => match fail {
            Some(Fail::Message(message, span)) => SyntaxError::new(ErrorKind::Syntax, message, span, text),
            Some(Fail::Syntax(span)) => SyntaxError::new(ErrorKind::Syntax, "invalid syntax", span, text),
            None => SyntaxError::new(ErrorKind::Syntax, "invalid syntax", end_span(text), text),
        },
    }
}

fn tokeniser_error(error: &super::scan::ScanError, text: &str) -> SyntaxError {
    let mut out = SyntaxError::new(error.kind, error.message.clone(), error.span, text);
    out.incomplete = error.incomplete;
    if !error.has_end {
        let shown = error.kind == ErrorKind::Syntax
            && !error.message.starts_with("unexpected ")
            && !error.message.ends_with("never closed");
        (out.end_line, out.end_column) = (out.line, if shown { out.column } else { 0 });
    }
    out
}

fn never_closed(bracket: &super::scan::Bracket, text: &str) -> SyntaxError {
    let span = Span::new(bracket.pos, bracket.pos + 1);
    let message = format!("'{}' was never closed", bracket.open as char);
    let mut error = SyntaxError::new(ErrorKind::Syntax, message, span, text);
    error.end_column = 0;
    error
}

fn end_span(text: &str) -> Span {
    Span::new(text.len() as u32, text.len() as u32)
}

enum Found {
    /// The error, the line of the last token that was read, and whether nothing later in the text can matter.
    Error { error: SyntaxError, last_line: u32, last: bool },
    /// All tokens were read and nothing was wrong with them.
    Nothing,
}

/// Why a rule gives nothing.
enum Stop {
    /// It does not match.
    Miss,
    /// It knows the mistake.
    Raise(Box<SyntaxError>),
    /// The tokens ended in an error of the tokeniser.
    Broken,
}

type R<T> = Result<T, Stop>;

/// An expression as far as messages need it.
#[derive(Debug)]
struct Node {
    /// What CPython calls it in messages.
    name: &'static str,
    span: Span,
    /// Of a tuple, list or starred; of a comparison with `in` its left side.
    items: Vec<N>,
    /// Whether it is a comparison whose first operator is `in`.
    is_in: bool,
}

type N = Rc<Node>;

fn node(name: &'static str, span: Span) -> N {
    Rc::new(Node { name, span, items: Vec::new(), is_in: false })
}

fn node_of(name: &'static str, span: Span, items: Vec<N>) -> N {
    Rc::new(Node { name, span, items, is_in: false })
}

/// Rules whose results are kept: what else would be read again and again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Memo {
    Expression,
    Disjunction,
    BitwiseOr,
    Primary,
    Named,
    Arguments,
    Atom,
    StarExpressions,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TargetKind {
    Star,
    Del,
    For,
}

struct Diagnosis<'a> {
    text: &'a str,
    mode: Mode,
    tokens: &'a [Token],
    /// Bracket depth of each token, as CPython's tokens keep it.
    levels: Vec<u16>,
    /// Whether the text ended inside a bracket.
    unfinished: bool,
    pos: usize,
    /// The furthest token that was looked at.
    furthest: usize,
    /// The furthest token of the first reading.
    stopped: usize,
    /// Whether the rules that know mistakes are tried.
    invalid: bool,
    /// Whether a rule of our own looks ahead where CPython has other rules: what it learns is kept apart.
    peeking: bool,
    memo: FxHashMap<(Memo, u32, u8), Option<(N, u32)>>,
    steps: u32,
    depth: u32,
}

impl<'a> Diagnosis<'a> {
    fn new(text: &'a str, mode: Mode, scan: &'a Scan) -> Diagnosis<'a> {
        let mut levels = Vec::with_capacity(scan.tokens.len());
        let mut level = 0u16;
        for token in &scan.tokens {
            if token.kind == Tok::Op {
                match text.as_bytes()[token.start as usize] {
                    b'(' | b'[' | b'{' => level += 1,
                    b')' | b']' | b'}' => level = level.saturating_sub(1),
                    _ => {}
                }
            }
            levels.push(level);
        }
        Diagnosis {
            text,
            mode,
            tokens: &scan.tokens,
            levels,
            unfinished: scan.error.is_some(),
            pos: 0,
            furthest: 0,
            stopped: 0,
            invalid: false,
            peeking: false,
            memo: FxHashMap::default(),
            steps: 0,
            depth: 0,
        }
    }

    fn run(mut self) -> Found {
        match self.input() {
            Ok(()) | Err(Stop::Broken) => return Found::Nothing,
            Err(Stop::Raise(error)) => return self.found(*error),
            Err(Stop::Miss) => {}
        }
        let last = self.furthest;
        self.stopped = last;
        self.pos = 0;
        self.invalid = true;
        self.memo.clear();
        self.steps = 0;
        self.depth = 0;
        match self.input() {
            Err(Stop::Raise(error)) => return self.found(*error),
            Err(Stop::Broken) => return Found::Nothing,
            _ => {}
        }
        let Some(&token) = self.tokens.get(last) else { return Found::Nothing };
        let reached = std::mem::replace(&mut self.furthest, last);
        let error = match token.kind {
            Tok::Indent | Tok::Dedent => {
                let words = if token.kind == Tok::Indent { "unexpected indent" } else { "unexpected unindent" };
                return Found::Error { error: self.indentation_error(words), last_line: 0, last: true };
            }
            // An expression's text has no line end of its own.
            _ if token.start as usize >= self.text.len() => {
                // CPython's end marker has no column.
                let mut error = self.error_at_end("invalid syntax");
                (error.column, error.end_column) = (0, 0);
                if self.text.trim().is_empty() {
                    (error.line, error.end_line) = (0, 0);
                }
                error
            }
            _ => self.error("invalid syntax", token.span()),
        };
        self.furthest = reached;
        self.found(error)
    }

    fn found(&self, mut error: SyntaxError) -> Found {
        let last = self.token_at(self.furthest);
        // All tokens were read and more were wanted.
        error.incomplete = self.token_at(self.stopped).kind == Tok::End;
        Found::Error { error, last_line: self.line_of(last.start), last: false }
    }

    /// Whether a rule has looked past tokens that end in an error.
    fn is_broken(&self) -> bool {
        self.unfinished && self.furthest >= self.tokens.len()
    }

    fn input(&mut self) -> R<()> {
        if self.mode == Mode::Expression {
            self.expressions()?;
            while self.kind() == Tok::Newline {
                self.pos += 1;
            }
        } else {
            self.statements()?;
        }
        let kind = self.kind();
        if self.is_broken() {
            return Err(Stop::Broken);
        }
        if kind == Tok::End { Ok(()) } else { Err(Stop::Miss) }
    }

    // ------------------------------------------------------------ tokens

    fn touch(&mut self, at: usize) {
        self.furthest = self.furthest.max(at);
    }

    fn token(&mut self) -> Token {
        let pos = self.pos;
        self.touch(pos);
        self.token_at(pos)
    }

    fn token_at(&self, at: usize) -> Token {
        let end = self.text.len() as u32;
        self.tokens.get(at).copied().unwrap_or(Token { kind: Tok::End, start: end, end })
    }

    fn kind(&mut self) -> Tok {
        self.token().kind
    }

    fn text_at(&self, at: usize) -> &'a str {
        let token = self.token_at(at);
        match token.kind {
            Tok::Name | Tok::Op => self.text.get(token.span().range()).unwrap_or(""),
            _ => "",
        }
    }

    /// Whether the next token is this operator or keyword.
    fn at(&mut self, what: &str) -> bool {
        let pos = self.pos;
        self.touch(pos);
        self.text_at(pos) == what
    }

    fn at_any(&mut self, what: &[&str]) -> bool {
        let pos = self.pos;
        self.touch(pos);
        what.contains(&self.text_at(pos))
    }

    /// Takes an operator or keyword.
    fn eat(&mut self, what: &str) -> bool {
        let found = self.at(what);
        if found {
            self.pos += 1;
        }
        found
    }

    fn want(&mut self, what: &str) -> R<Span> {
        let span = self.token().span();
        if self.eat(what) { Ok(span) } else { Err(Stop::Miss) }
    }

    fn want_kind(&mut self, kind: Tok) -> R<Span> {
        let token = self.token();
        if token.kind == kind && !(kind == Tok::Newline && self.pos >= self.tokens.len()) {
            self.pos += 1;
            Ok(token.span())
        } else {
            Err(Stop::Miss)
        }
    }

    /// A token that CPython insists on: its absence is an error at once.
    fn force(&mut self, what: &str) -> R<Span> {
        let token = self.token();
        if self.eat(what) {
            return Ok(token.span());
        }
        if self.is_broken() {
            return Err(Stop::Broken);
        }
        self.raise(format!("expected '{what}'"), token.span())
    }

    /// An identifier that is no keyword.
    fn name(&mut self) -> R<N> {
        let token = self.token();
        if token.kind == Tok::Name && !is_keyword(self.text_at(self.pos)) {
            self.pos += 1;
            return Ok(node("name", token.span()));
        }
        Err(Stop::Miss)
    }

    fn line_of(&self, offset: u32) -> u32 {
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[..(offset as usize).min(self.text.len())]).count() as u32 + 1
    }

    /// From a token that began something to the last token taken: parentheses count, as in CPython's spans.
    fn since(&self, start: u32) -> Span {
        Span::new(start, self.token_at(self.pos.saturating_sub(1)).end.max(start))
    }

    // ------------------------------------------------------------ trying

    /// Puts the cursor back where a rule does not match.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<Option<T>> {
        self.steps += 1;
        if self.steps > BUDGET || self.depth > MAX_DEPTH {
            return Err(Stop::Miss);
        }
        let mark = self.pos;
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        if self.is_broken() {
            return Err(Stop::Broken);
        }
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Stop::Miss) => {
                self.pos = mark;
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Whether a rule would match here.
    fn follows<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<bool> {
        let mark = self.pos;
        let found = self.attempt(rule)?.is_some();
        self.pos = mark;
        Ok(found)
    }

    /// Tries a rule without the rules that know mistakes.
    fn quietly<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let invalid = std::mem::replace(&mut self.invalid, false);
        let result = rule(self);
        self.invalid = invalid;
        result
    }

    /// Looks ahead with a rule, without the rules that know mistakes.
    fn peek<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let outer = (std::mem::replace(&mut self.invalid, false), std::mem::replace(&mut self.peeking, true));
        let result = rule(self);
        (self.invalid, self.peeking) = outer;
        result
    }

    /// Tries a rule for a mistake: it raises or nothing happens.
    fn mistake(&mut self, rule: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        if self.invalid {
            let mark = self.pos;
            self.attempt(rule)?;
            self.pos = mark;
        }
        Ok(())
    }

    fn memoised(&mut self, rule: Memo, parse: impl FnOnce(&mut Self) -> R<N>) -> R<N> {
        let pos = self.pos as u32;
        let key = (rule, pos, if self.peeking { 2 } else { u8::from(self.invalid) });
        let mut known = self.memo.get(&key);
        if known.is_none() && self.invalid && !matches!(rule, Memo::Named | Memo::Atom | Memo::StarExpressions) {
            // CPython keeps what it has read without the rules for mistakes when it reads with them.
            known = self.memo.get(&(rule, pos, 0)).filter(|known| known.is_some());
        }
        if let Some(known) = known {
            return match known {
                Some((node, end)) => {
                    self.pos = *end as usize;
                    Ok(node.clone())
                }
                None => Err(Stop::Miss),
            };
        }
        let result = self.attempt(parse)?;
        let end = self.pos as u32;
        self.memo.insert(key, result.clone().map(|node| (node, end)));
        result.ok_or(Stop::Miss)
    }

    // ------------------------------------------------------------ errors

    fn error(&self, message: impl Into<String>, span: Span) -> SyntaxError {
        let mut error = SyntaxError::new(ErrorKind::Syntax, message, span, self.text);
        if error.end_line > error.line {
            // CPython measures the end's column on the line of the start.
            let rest = self.text.get(span.start as usize..).unwrap_or("");
            let length = error.column - 1 + rest.lines().next().map_or(0, |line| line.chars().count()) as u32;
            error.end_column = error.end_column.min(length + 1);
        }
        error
    }

    /// CPython's `RAISE_SYNTAX_ERROR_KNOWN_LOCATION`.
    fn raise<T>(&self, message: impl Into<String>, span: Span) -> R<T> {
        Err(Stop::Raise(Box::new(self.error(message, span))))
    }

    /// CPython's `RAISE_SYNTAX_ERROR`: at the last token that was read.
    fn raise_last<T>(&self, message: impl Into<String>) -> R<T> {
        let token = self.token_at(self.furthest);
        if matches!(token.kind, Tok::End | Tok::Dedent | Tok::Indent) {
            return Err(Stop::Raise(Box::new(self.error_beside(message, token))));
        }
        self.raise(message, token.span())
    }

    /// An error at a token that has no column in CPython: there it is what the tokeniser has read of the line.
    fn error_beside(&self, message: impl Into<String>, token: Token) -> SyntaxError {
        if token.end as usize >= self.text.len() {
            return self.error_at_end(message);
        }
        let mut error = self.error(message, Span::new(token.end, token.end));
        error.column = error.column.saturating_sub(1);
        error.end_column = 0;
        error
    }

    /// An error at the end of the text: past the newline of the last line.
    fn error_at_end(&self, message: impl Into<String>) -> SyntaxError {
        let end = self.text.len() as u32;
        let last = if self.text.ends_with('\n') { end - 1 } else { end };
        let mut error = self.error(message, Span::new(last, end));
        error.end_line = error.line;
        error.end_column = 0;
        error
    }

    /// CPython's `RAISE_SYNTAX_ERROR_STARTING_FROM`.
    fn raise_from<T>(&self, message: impl Into<String>, start: Span) -> R<T> {
        let end = self.token_at(self.furthest).end.max(start.end);
        let mut error = self.error(message, Span::new(start.start, end));
        // CPython counts this end from zero.
        error.end_column = error.end_column.saturating_sub(1);
        Err(Stop::Raise(Box::new(error)))
    }

    fn indentation_error(&self, message: impl Into<String>) -> SyntaxError {
        let token = self.token_at(self.furthest);
        let mut error = match token.kind {
            Tok::Indent | Tok::Dedent | Tok::End => self.error_beside(message, token),
            _ => self.error(message, token.span()),
        };
        error.kind = ErrorKind::Indentation;
        error
    }

    fn raise_indentation<T>(&self, message: impl Into<String>) -> R<T> {
        Err(Stop::Raise(Box::new(self.indentation_error(message))))
    }

    /// CPython's `RAISE_SYNTAX_ERROR_INVALID_TARGET`.
    fn invalid_target(&self, kind: TargetKind, expr: &N) -> R<()> {
        match wrong_target(expr, kind) {
            Some(wrong) => {
                let verb = if kind == TargetKind::Del { "delete" } else { "assign to" };
                self.raise(format!("cannot {verb} {}", wrong.name), wrong.span)
            }
            None => Ok(()),
        }
    }
}

/// The part of an expression that makes it no target, if there is one.
fn wrong_target(expr: &N, kind: TargetKind) -> Option<N> {
    match expr.name {
        "name" | "attribute" | "subscript" => None,
        "tuple" | "list" => expr.items.iter().find_map(|item| wrong_target(item, kind)),
        "starred" if kind != TargetKind::Del => expr.items.first().and_then(|item| wrong_target(item, kind)),
        "comparison" if kind == TargetKind::For => {
            if expr.is_in {
                expr.items.first().and_then(|left| wrong_target(left, kind))
            } else {
                None
            }
        }
        _ => Some(expr.clone()),
    }
}

/// Python's reserved words.
pub fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}
