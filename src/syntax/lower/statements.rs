//! Simple statements and the shell's lines.

use std::rc::Rc;

use super::targets::TargetKind;
use super::{Fail, Lower, Pair, Res, Row, Rule, Span, dotted_name, name_of, span_of};
use crate::source::Name;
use crate::syntax::ast::{Alias, Expr, ExprKind, Stmt, StmtKind};

impl<'a> Lower<'a> {
    /// Lowers one rule `stmt`; a line may hold several. Gives whether the line ended with a `;`.
    pub(super) fn statement(&mut self, pair: Pair<'_>, out: &mut Vec<Stmt>) -> Res<bool> {
        match pair.as_rule() {
            Rule::simple_line => {
                let mut semicolon = false;
                for inner in pair.into_inner() {
                    if inner.as_rule() == Rule::semi {
                        semicolon = true;
                    } else {
                        out.push(self.simple(inner)?);
                    }
                }
                return Ok(semicolon);
            }
            Rule::shell_line => {
                if !self.cell {
                    return Err(Fail::Syntax(span_of(&pair)));
                }
                for inner in pair.into_inner() {
                    out.push(self.shell(inner));
                }
            }
            _ => {
                let span = span_of(&pair);
                out.push(self.deeper(span, |lower| lower.compound(pair))?);
            }
        }
        Ok(false)
    }

    fn simple(&mut self, pair: Pair<'_>) -> Res<Stmt> {
        let span = span_of(&pair);
        let rule = pair.as_rule();
        let mut row = Row::new(pair);
        let kind = match rule {
            Rule::pass_stmt => StmtKind::Pass,
            Rule::break_stmt => StmtKind::Break,
            Rule::continue_stmt => StmtKind::Continue,
            Rule::expr_stmt => return self.expr_stmt(row, span),
            Rule::type_alias => {
                row.skip();
                let name = name_of(row.expect()?.as_str());
                let type_params = match row.take_if(Rule::type_params) {
                    Some(params) => self.type_params(params)?,
                    None => Vec::new(),
                };
                StmtKind::TypeAlias { name, type_params, value: self.flat(&mut row)? }
            }
            _ => {
                row.skip();
                self.keyword_stmt(rule, row, span)?
            }
        };
        Ok(Stmt { kind, span })
    }

    fn keyword_stmt(&mut self, rule: Rule, mut row: Row<'_>, span: Span) -> Res<StmtKind> {
        Ok(match rule {
            Rule::return_stmt => StmtKind::Return(match row.take() {
                Some(value) => Some(self.exprs(value)?),
                None => None,
            }),
            Rule::raise_stmt => {
                let exc = if row.rule().is_some() { Some(self.flat(&mut row)?) } else { None };
                let cause = match row.take_if(Rule::kw_from) {
                    Some(_) => Some(self.flat(&mut row)?),
                    None => None,
                };
                StmtKind::Raise { exc, cause }
            }
            Rule::assert_stmt => {
                let test = self.flat(&mut row)?;
                let msg = if row.rule().is_some() { Some(self.flat(&mut row)?) } else { None };
                StmtKind::Assert { test, msg }
            }
            Rule::del_stmt => {
                let pair = row.expect()?;
                let parenthesised = pair.as_str().starts_with('(');
                let mut value = self.exprs(pair)?;
                value = self.check_target(value, TargetKind::Del)?;
                let bare = matches!(value.kind, ExprKind::Tuple(_))
                    && !(parenthesised && self.slice(value.span).ends_with(')') && self.is_own_paren(&value));
                StmtKind::Delete(match super::take_kind(&mut value) {
                    ExprKind::Tuple(items) if bare => items,
                    kind => vec![Expr::new(kind, value.span)],
                })
            }
            Rule::global_stmt => StmtKind::Global(names(row)),
            Rule::nonlocal_stmt => StmtKind::Nonlocal(names(row)),
            Rule::import => {
                let mut aliases = Vec::new();
                while let Some(pair) = row.take() {
                    aliases.push(alias(pair)?);
                }
                StmtKind::Import(aliases)
            }
            Rule::import_from => return self.import_from(row, span),
            _ => return Err(Fail::Syntax(span)),
        })
    }

    /// Whether a tuple's span is that of its own parentheses: its first item stands inside them.
    fn is_own_paren(&self, tuple: &Expr) -> bool {
        match &tuple.kind {
            ExprKind::Tuple(items) => {
                items.first().is_none_or(|first| first.span.start > tuple.span.start) && {
                    // `(a), (b)` begins with a parenthesis that is not the tuple's.
                    let text = self.slice(tuple.span).as_bytes();
                    let mut depth = 0i32;
                    let close = text.iter().position(|&b| {
                        depth += match b {
                            b'(' => 1,
                            b')' => -1,
                            _ => 0,
                        };
                        depth == 0
                    });
                    close == Some(text.len().saturating_sub(1))
                }
            }
            _ => false,
        }
    }

    fn import_from(&mut self, mut row: Row<'_>, span: Span) -> Res<StmtKind> {
        let level = row.take_if(Rule::dots).map_or(0, |dots| dots.as_str().bytes().filter(|&b| b == b'.').count());
        let module = row.take_if(Rule::dotted).map(|pair| dotted_name(pair.as_str()));
        row.skip();
        let mut aliases = Vec::new();
        while let Some(pair) = row.take() {
            if pair.as_rule() == Rule::all {
                aliases.push(Alias { name: Name::new("*"), asname: None, span: span_of(&pair) });
                continue;
            }
            let alias = alias(pair)?;
            if alias.name.text().contains('.') {
                return Err(Fail::Syntax(alias.span));
            }
            aliases.push(alias);
        }
        let _ = span;
        Ok(StmtKind::ImportFrom { module, names: aliases, level: level as u32 })
    }

    fn expr_stmt(&mut self, mut row: Row<'_>, span: Span) -> Res<Stmt> {
        let first = row.expect()?;
        let first_span = span_of(&first);
        let value = self.exprs(first)?;
        let kind = match row.rule() {
            None => StmtKind::Expr(value),
            Some(Rule::annotate) => {
                self.check_single(&value, first_span)?;
                let simple = matches!(value.kind, ExprKind::Name(_)) && value.span == first_span;
                let mut row = Row::new(row.expect()?);
                let annotation = self.flat(&mut row)?;
                let assigned = match row.take() {
                    Some(pair) => Some(self.exprs(pair)?),
                    None => None,
                };
                StmtKind::AnnAssign { target: value, annotation, value: assigned, simple }
            }
            Some(Rule::augment) => {
                self.check_single(&value, first_span)?;
                let mut row = Row::new(row.expect()?);
                let op = Self::aug_op(row.expect()?.as_str());
                let right = row.expect()?;
                StmtKind::AugAssign { target: value, op, value: self.exprs(right)? }
            }
            Some(_) => return self.assignment(value, row, span),
        };
        Ok(Stmt { kind, span })
    }

    fn assignment(&mut self, first: Expr, mut row: Row<'_>, span: Span) -> Res<Stmt> {
        let mut targets = Vec::new();
        let mut value = first;
        while let Some(pair) = row.take() {
            targets.push(self.check_target(value, TargetKind::Star)?);
            let inner = Row::new(pair).expect()?;
            if inner.as_rule() == Rule::magic_tail {
                let Some(target) = targets.pop().filter(|_| self.cell && targets.is_empty()) else {
                    return Err(Fail::Syntax(span));
                };
                let text = self.slice(span_of(&inner));
                return Ok(Stmt { kind: magic_kind(text, Some(target)), span });
            }
            value = self.exprs(inner)?;
        }
        Ok(Stmt { kind: StmtKind::Assign { targets, value }, span })
    }

    fn shell(&mut self, pair: Pair<'_>) -> Stmt {
        let span = span_of(&pair);
        let text = self.slice(span).trim_end();
        let kind = if let Some(asked) = text.strip_suffix('?').filter(|_| !text.starts_with(['!', '?'])) {
            let detailed = asked.ends_with('?');
            StmtKind::Help { text: asked.trim_end_matches('?').trim().into(), detailed }
        } else if let Some(asked) = text.strip_prefix('?') {
            let detailed = asked.starts_with('?');
            StmtKind::Help { text: asked.trim_start_matches('?').trim().into(), detailed }
        } else {
            magic_kind(text, None)
        };
        Stmt { kind, span }
    }

    /// The rule `cell_magic`.
    pub(super) fn cell_magic(&mut self, pair: Pair<'_>) -> Stmt {
        let span = span_of(&pair);
        let mut kind = ("", "", "", Span::new(span.end, span.end));
        for part in pair.into_inner() {
            let at = span_of(&part);
            match part.as_rule() {
                Rule::magic_name => kind.0 = self.slice(at),
                Rule::magic_rest => kind.1 = self.slice(at).trim(),
                Rule::magic_body => (kind.2, kind.3) = (self.slice(at), at),
                _ => {}
            }
        }
        let (name, line, body, body_span) = kind;
        let kind = StmtKind::CellMagic { name: name.into(), line: line.into(), body: body.into(), body_span };
        Stmt { kind, span }
    }
}

fn magic_kind(text: &str, target: Option<Expr>) -> StmtKind {
    if let Some(command) = text.strip_prefix('!') {
        return StmtKind::Shell { target, command: command.trim().into() };
    }
    let text = text.trim_start_matches('%').trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest: Rc<str> =
        if rest.contains("\\\n") { rest.replace("\\\n", " ").trim().into() } else { rest.trim().into() };
    StmtKind::LineMagic { target, name: name.into(), rest }
}

fn names(mut row: Row<'_>) -> Vec<Name> {
    let mut names = Vec::new();
    while let Some(pair) = row.take() {
        names.push(name_of(pair.as_str()));
    }
    names
}

fn alias(pair: Pair<'_>) -> Res<Alias> {
    let span = span_of(&pair);
    let mut row = Row::new(pair);
    let name = dotted_name(row.expect()?.as_str());
    let asname = match row.take_if(Rule::kw_as) {
        Some(_) => Some(name_of(row.expect()?.as_str())),
        None => None,
    };
    Ok(Alias { name, asname, span })
}
