//! Which lines around a failing one are shown: a source falls into *pieces* (a simple statement, the header of a
//! compound one), and a frame shows some pieces before and after its own, within its function.

use std::ops::Range;

use crate::source::{Source, Span};
use crate::syntax::ast::{Stmt, StmtKind};
use crate::syntax::{self, Mode};

/// Longest piece that is shown whole, unless it is the failing one.
const MAX_LINES: usize = 6;

/// A line of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A line by its 1-based number.
    Line(u32),
    /// Lines were left out.
    Gap,
}

/// The lines to show for a position, and how much of their common indentation to leave out.
pub struct Excerpt {
    /// The lines in order.
    pub lines: Vec<Shown>,
    /// Bytes of indentation that all lines share.
    pub indent: usize,
}

/// What is shown around a line: so many pieces before and after the one that holds it.
pub fn excerpt(source: &Source, line: u32, span: Span, around: usize) -> Excerpt {
    let total = source.text.lines().count() as u32;
    let mode = if matches!(source.kind, crate::source::SourceKind::File) { Mode::File } else { Mode::Cell };
    let (pieces, scope) = match syntax::parse(&source.text, mode) {
        Ok(module) => {
            let finder = Finder { source };
            let scope = finder.scope(&module.body, span, line).unwrap_or(1..total + 1);
            (finder.pieces(&module.body, total), scope)
        }
        Err(_) => ((1..=total).map(|i| i..i + 1).collect(), 1..total + 1),
    };
    let within: Vec<Range<u32>> = pieces.into_iter().filter(|p| scope.start <= p.start && p.end <= scope.end).collect();
    let Some(at) = within.iter().position(|p| p.contains(&line)) else {
        return Excerpt { lines: vec![Shown::Line(line)], indent: indent_of([source.line(line)].into_iter()) };
    };
    let mut lines = Vec::new();
    for (i, piece) in within.iter().enumerate().take(at + around + 1).skip(at.saturating_sub(around)) {
        let all: Vec<Shown> = piece.clone().map(Shown::Line).collect();
        if i != at && all.len() > MAX_LINES {
            let right = (MAX_LINES - 1) / 2;
            let left = MAX_LINES - 1 - right;
            lines.extend_from_slice(&all[..left]);
            lines.push(Shown::Gap);
            lines.extend_from_slice(&all[all.len() - right..]);
        } else {
            lines.extend(all);
        }
    }
    let indent = indent_of(lines.iter().filter_map(|l| match l {
        Shown::Line(n) => Some(source.line(*n)),
        Shown::Gap => None,
    }));
    Excerpt { lines, indent }
}

/// Bytes of blanks that every line with text on it begins with.
fn indent_of<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let mut common: Option<&str> = None;
    for line in lines.filter(|l| !l.trim().is_empty()) {
        let blanks = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        common = Some(match common {
            None => blanks,
            Some(before) => {
                let same = before.bytes().zip(blanks.bytes()).take_while(|(a, b)| a == b).count();
                &before[..same]
            }
        });
    }
    common.map_or(0, str::len)
}

struct Finder<'a> {
    source: &'a Source,
}

/// The blocks of a statement: each a list of statements, with the span that owns it where that is a clause of its own
/// (an `elif`, an `except`, a `case`).
fn blocks(stmt: &Stmt) -> Vec<(Option<Span>, &[Stmt])> {
    match &stmt.kind {
        StmtKind::FunctionDef(def) => vec![(None, &def.body)],
        StmtKind::ClassDef(def) => vec![(None, &def.body)],
        StmtKind::For { body, orelse, .. } | StmtKind::While { body, orelse, .. } => vec![(None, body), (None, orelse)],
        StmtKind::If { branches, orelse } => {
            let mut out: Vec<(Option<Span>, &[Stmt])> = Vec::new();
            for (i, branch) in branches.iter().enumerate() {
                out.push(((i > 0).then_some(branch.span), &branch.body));
            }
            out.push((None, orelse));
            out
        }
        StmtKind::With { body, .. } => vec![(None, body)],
        StmtKind::Try(parts) => {
            let mut out: Vec<(Option<Span>, &[Stmt])> = vec![(None, &parts.body)];
            out.extend(parts.handlers.iter().map(|h| (Some(h.span), &h.body[..])));
            out.push((None, &parts.orelse));
            out.push((None, &parts.finalbody));
            out
        }
        StmtKind::Match { cases, .. } => cases
            .iter()
            .map(|case| {
                let end = case.body.last().map_or(case.pattern.span, |s| s.span);
                (Some(case.pattern.span.to(end)), &case.body[..])
            })
            .collect(),
        _ => Vec::new(),
    }
}

impl Finder<'_> {
    fn lines(&self, span: Span) -> Range<u32> {
        let end = span.end.max(span.start + 1) - 1;
        self.source.line_of(span.start)..self.source.line_of(end) + 1
    }

    /// The lines of the innermost function or class whose body holds a position.
    fn scope(&self, body: &[Stmt], span: Span, line: u32) -> Option<Range<u32>> {
        let by_span = span != Span::default();
        let stmt = body.iter().find(|s| {
            let full = s.full_span();
            if by_span { full.start <= span.start && span.start < full.end } else { self.lines(full).contains(&line) }
        })?;
        let own = matches!(stmt.kind, StmtKind::FunctionDef(_) | StmtKind::ClassDef(_));
        blocks(stmt).into_iter().find_map(|(_, block)| {
            let inside = block.iter().any(|s| {
                let full = s.full_span();
                if by_span {
                    full.start <= span.start && span.start < full.end
                } else {
                    self.lines(full).contains(&line)
                }
            });
            if !inside {
                return None;
            }
            self.scope(block, span, line).or_else(|| own.then(|| self.lines(stmt.full_span())))
        })
    }

    fn pieces(&self, body: &[Stmt], total: u32) -> Vec<Range<u32>> {
        let mut raw = Vec::new();
        let end = self.split_block(body, 1, &mut raw);
        raw.push(end..total + 1);
        let mut joined: Vec<Range<u32>> = Vec::new();
        for piece in raw.into_iter().filter(|p| p.end > p.start) {
            match joined.last_mut() {
                // Two statements on one line.
                Some(last) if piece.start < last.end => last.end = last.end.max(piece.end),
                _ => joined.push(piece),
            }
        }
        let blank = |line: u32| line >= 1 && line <= total && self.source.line(line).trim().is_empty();
        joined
            .into_iter()
            .map(|mut piece| {
                while piece.start < piece.end && blank(piece.start) {
                    piece.start += 1;
                }
                while piece.start < piece.end && blank(piece.end - 1) {
                    piece.end -= 1;
                }
                piece
            })
            .filter(|p| p.start < p.end)
            .collect()
    }

    /// Splits a block that is looked at from a line on; where what follows it starts.
    fn split_block(&self, block: &[Stmt], mut start: u32, out: &mut Vec<Range<u32>>) -> u32 {
        let mut last: Option<Range<u32>> = None;
        for stmt in block {
            let lines = self.lines(stmt.full_span());
            if last.as_ref() == Some(&lines) {
                continue;
            }
            let mut inner = Vec::new();
            self.split(stmt, lines.clone(), &mut inner);
            start = take(inner, start, out);
            last = Some(lines);
        }
        start
    }

    fn split(&self, stmt: &Stmt, lines: Range<u32>, out: &mut Vec<Range<u32>>) {
        let mut start = lines.start;
        for (clause, block) in blocks(stmt) {
            match clause {
                None => start = self.split_block(block, start, out),
                Some(span) => {
                    let clause = self.lines(span);
                    let mut inner = Vec::new();
                    let end = self.split_block(block, clause.start, &mut inner);
                    inner.push(end..clause.end);
                    start = take(inner, start, out);
                }
            }
        }
        out.push(start..lines.end);
    }
}

/// Adds inner pieces and what stands before each; where what follows them starts.
fn take(inner: Vec<Range<u32>>, mut start: u32, out: &mut Vec<Range<u32>>) -> u32 {
    for piece in inner {
        if start < piece.start {
            out.push(start..piece.start);
        }
        start = piece.end;
        if piece.start < piece.end {
            out.push(piece);
        }
    }
    start
}
