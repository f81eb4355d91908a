//! From pest's pairs to the tree, by category. The grammar is looser than Python in a few places (see its head); what
//! it lets through and Python does not is refused here.

mod arguments;
mod compound;
mod displays;
mod expressions;
mod fstrings;
mod literals;
mod patterns;
mod statements;
pub(super) mod targets;

use pest::iterators::Pairs;

use super::Mode;
use super::ast::{Expr, Module, StmtKind};
use super::grammar::Rule;
use crate::source::{Name, Span};

pub(super) use literals::{decode_bytes, decode_str, split_prefix};

type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// How deep a tree may get, beyond its left spines: twice what brackets may, for what nests without them.
const MAX_DEPTH: u32 = 600;

/// Why a text that the grammar takes is refused.
#[derive(Debug, Clone)]
pub(super) enum Fail {
    /// Not Python; [`diagnose`](super::diagnose) finds the words.
    Syntax(Span),
    /// Not Python, for this reason.
    Message(String, Span),
}

type Res<T> = Result<T, Fail>;

/// A row of sibling pairs with one pair of look-ahead.
struct Row<'i> {
    pairs: Pairs<'i, Rule>,
    next: Option<Pair<'i>>,
    end: u32,
}

impl<'i> Row<'i> {
    fn new(pair: Pair<'i>) -> Row<'i> {
        let end = pair.as_span().end() as u32;
        let mut pairs = pair.into_inner();
        let next = pairs.next();
        Row { pairs, next, end }
    }

    fn rule(&self) -> Option<Rule> {
        self.next.as_ref().map(|pair| pair.as_rule())
    }

    fn take(&mut self) -> Option<Pair<'i>> {
        std::mem::replace(&mut self.next, self.pairs.next())
    }

    fn take_if(&mut self, rule: Rule) -> Option<Pair<'i>> {
        if self.rule() == Some(rule) { self.take() } else { None }
    }

    fn expect(&mut self) -> Res<Pair<'i>> {
        let end = self.end;
        self.take().ok_or(Fail::Syntax(Span::new(end, end)))
    }

    /// Skips a keyword that the rule needs.
    fn skip(&mut self) {
        self.take();
    }
}

/// Where a pair stands, as it is: for text in which blanks count.
fn whole_span_of(pair: &Pair<'_>) -> Span {
    let span = pair.as_span();
    Span::new(span.start() as u32, span.end() as u32)
}

/// Where a pair stands, without the blanks that a rule has read in search of something optional.
fn span_of(pair: &Pair<'_>) -> Span {
    let span = pair.as_span();
    let length = span.as_str().trim_end_matches(' ').len();
    Span::new(span.start() as u32, (span.start() + length) as u32)
}

/// An identifier; one with other than ASCII letters is normalised as Python does.
fn name_of(text: &str) -> Name {
    if text.is_ascii() {
        Name::new(text)
    } else {
        use unicode_normalization::UnicodeNormalization;
        Name::new(&text.nfkc().collect::<String>())
    }
}

/// A name whose `.`s may stand among blanks.
fn dotted_name(text: &str) -> Name {
    if text.contains(' ') { name_of(&text.replace(' ', "")) } else { name_of(text) }
}

struct Lower<'a> {
    /// The original text: the grammar's has blanks where comments were.
    text: &'a str,
    /// Whether the shell's own lines may stand here.
    cell: bool,
    depth: u32,
}

impl<'a> Lower<'a> {
    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Goes one level deeper for a piece of work.
    fn deeper<T>(&mut self, span: Span, work: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Fail::Message("too many nested expressions".to_string(), span));
        }
        self.depth += 1;
        let result = super::with_stack(|| work(self));
        self.depth -= 1;
        result
    }
}

/// Lowers what [`Rule::file`], [`Rule::expression`] or [`Rule::cell_magic`] gave.
pub(super) fn lower(text: &str, mode: Mode, pair: Pair<'_>) -> Res<Module> {
    let mut lower = Lower { text, cell: mode == Mode::Cell, depth: 0 };
    let mut body = Vec::new();
    let mut trailing_semicolon = false;
    match pair.as_rule() {
        Rule::file => {
            for inner in pair.into_inner() {
                if inner.as_rule() != Rule::EOI {
                    trailing_semicolon = lower.statement(inner, &mut body)?;
                }
            }
        }
        Rule::expression => {
            let mut row = Row::new(pair);
            let first = row.expect()?;
            let span = span_of(&first);
            let value = lower.exprs(first)?;
            if matches!(value.kind, super::ast::ExprKind::Starred(_)) {
                return Err(Fail::Syntax(span));
            }
            let span = value.span;
            body.push(super::ast::Stmt { kind: StmtKind::Expr(value), span });
        }
        _ => body.push(lower.cell_magic(pair)),
    }
    Ok(Module { body, trailing_semicolon })
}

/// The kind of an expression, taken out of it.
fn take_kind(expr: &mut Expr) -> super::ast::ExprKind {
    std::mem::replace(&mut expr.kind, super::ast::ExprKind::Constant(super::ast::Constant::None))
}
