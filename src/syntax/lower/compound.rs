//! Compound statements.

use super::{Fail, Lower, Pair, Res, Row, Rule, Span, name_of, span_of};
use crate::syntax::ast::{
    ClassDef, ExceptHandler, Expr, ExprKind, FunctionDef, IfBranch, MatchCase, Stmt, StmtKind, Try, WithItem,
};

/// Where the last of some statements ends.
fn end_of(body: &[Stmt], otherwise: u32) -> u32 {
    body.last().map_or(otherwise, |stmt| stmt.span.end)
}

impl<'a> Lower<'a> {
    pub(super) fn compound(&mut self, pair: Pair<'_>) -> Res<Stmt> {
        let start = span_of(&pair).start;
        let rule = pair.as_rule();
        let mut row = Row::new(pair);
        match rule {
            Rule::decorated => self.decorated(row),
            Rule::func_def => self.func_def(row, Vec::new(), start),
            Rule::class_def => self.class_def(row, Vec::new(), start),
            Rule::if_stmt => self.if_stmt(row, start),
            Rule::try_stmt => self.try_stmt(row, start),
            Rule::for_stmt => {
                let mut head = Row::new(row.expect()?);
                let is_async = head.take_if(Rule::kw_async).is_some();
                head.skip();
                let targets = head.expect()?;
                let target = self.targets(targets)?;
                head.skip();
                let iter = head.expect()?;
                let iter = self.exprs(iter)?;
                let (body, orelse, end) = self.block_and_else(&mut row)?;
                let kind = StmtKind::For { target, iter, body, orelse, is_async };
                Ok(Stmt { kind, span: Span::new(start, end) })
            }
            Rule::while_stmt => {
                let mut head = Row::new(row.expect()?);
                head.skip();
                let test = self.named(&mut head)?;
                let (body, orelse, end) = self.block_and_else(&mut row)?;
                Ok(Stmt { kind: StmtKind::While { test, body, orelse }, span: Span::new(start, end) })
            }
            Rule::with_stmt => {
                let mut head = Row::new(row.expect()?);
                let is_async = head.take_if(Rule::kw_async).is_some();
                head.skip();
                let items = self.with_items(head)?;
                let (body, end) = self.block(&mut row)?;
                Ok(Stmt { kind: StmtKind::With { items, body, is_async }, span: Span::new(start, end) })
            }
            Rule::match_stmt => {
                let mut head = Row::new(row.expect()?);
                head.skip();
                let subject = head.expect()?;
                let span = span_of(&subject);
                let subject = self.subject(subject)?;
                let mut cases = Vec::new();
                let mut end = span.end;
                while let Some(pair) = row.take() {
                    let (case, case_end) = self.case(pair)?;
                    cases.push(case);
                    end = case_end;
                }
                Ok(Stmt { kind: StmtKind::Match { subject, cases }, span: Span::new(start, end) })
            }
            _ => Err(Fail::Syntax(Span::new(start, start))),
        }
    }

    fn subject(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let first = self.item(&mut row)?;
        if row.rule().is_none() {
            return if matches!(first.kind, ExprKind::Starred(_)) { Err(Fail::Syntax(span)) } else { Ok(first) };
        }
        Ok(Expr::new(ExprKind::Tuple(self.rest_of_items(first, &mut row)?), span))
    }

    /// The rule `block`: its statements and where they end.
    fn block(&mut self, row: &mut Row<'_>) -> Res<(Vec<Stmt>, u32)> {
        let pair = row.expect()?;
        let mut end = span_of(&pair).start;
        let mut body = Vec::new();
        for inner in pair.into_inner() {
            // A simple line ends with its `;`, if it has one.
            let line_end = if inner.as_rule() == Rule::simple_line { Some(span_of(&inner).end) } else { None };
            self.statement(inner, &mut body)?;
            end = line_end.unwrap_or_else(|| end_of(&body, end));
        }
        Ok((body, end))
    }

    fn block_and_else(&mut self, row: &mut Row<'_>) -> Res<(Vec<Stmt>, Vec<Stmt>, u32)> {
        let (body, mut end) = self.block(row)?;
        let mut orelse = Vec::new();
        if let Some(pair) = row.take() {
            (orelse, end) = self.clause(pair)?;
        }
        Ok((body, orelse, end))
    }

    /// `else:` or `finally:` with its block.
    fn clause(&mut self, pair: Pair<'_>) -> Res<(Vec<Stmt>, u32)> {
        let mut row = Row::new(pair);
        row.skip();
        self.block(&mut row)
    }

    fn if_stmt(&mut self, mut row: Row<'_>, start: u32) -> Res<Stmt> {
        let mut branches = Vec::new();
        let head = row.expect()?;
        let mut end = self.branch(head, &mut row, start, &mut branches)?;
        let mut orelse = Vec::new();
        while let Some(pair) = row.take() {
            if pair.as_rule() == Rule::elif {
                let start = span_of(&pair).start;
                let mut inner = Row::new(pair);
                let head = inner.expect()?;
                end = self.branch(head, &mut inner, start, &mut branches)?;
            } else {
                (orelse, end) = self.clause(pair)?;
            }
        }
        Ok(Stmt { kind: StmtKind::If { branches, orelse }, span: Span::new(start, end) })
    }

    fn branch(&mut self, head: Pair<'_>, row: &mut Row<'_>, start: u32, out: &mut Vec<IfBranch>) -> Res<u32> {
        let mut head = Row::new(head);
        head.skip();
        let test = self.named(&mut head)?;
        let (body, end) = self.block(row)?;
        out.push(IfBranch { test, body, span: Span::new(start, end) });
        Ok(end)
    }

    fn try_stmt(&mut self, mut row: Row<'_>, start: u32) -> Res<Stmt> {
        let head = span_of(&row.expect()?);
        let (body, mut end) = self.block(&mut row)?;
        let mut out = Try { body, handlers: Vec::new(), orelse: Vec::new(), finalbody: Vec::new(), is_star: false };
        while let Some(pair) = row.take() {
            match pair.as_rule() {
                Rule::except_clause => {
                    let span = span_of(&pair);
                    let (handler, star, handler_end) = self.handler(pair)?;
                    if !out.handlers.is_empty() && star != out.is_star {
                        return Err(Fail::Syntax(span));
                    }
                    out.is_star = star;
                    out.handlers.push(handler);
                    end = handler_end;
                }
                Rule::else_clause => {
                    let span = span_of(&pair);
                    (out.orelse, end) = self.clause(pair)?;
                    if out.handlers.is_empty() {
                        return Err(Fail::Syntax(span));
                    }
                }
                _ => (out.finalbody, end) = self.clause(pair)?,
            }
        }
        if out.handlers.is_empty() && out.finalbody.is_empty() {
            return Err(Fail::Syntax(head));
        }
        Ok(Stmt { kind: StmtKind::Try(Box::new(out)), span: Span::new(start, end) })
    }

    fn handler(&mut self, pair: Pair<'_>) -> Res<(ExceptHandler, bool, u32)> {
        let start = span_of(&pair).start;
        let mut row = Row::new(pair);
        let head = row.expect()?;
        let head_span = span_of(&head);
        let mut head = Row::new(head);
        head.skip();
        let star = head.take_if(Rule::star_mark).is_some();
        let kind = if head.rule().is_some() { Some(self.flat(&mut head)?) } else { None };
        if star && kind.is_none() {
            return Err(Fail::Syntax(head_span));
        }
        let name = match head.take_if(Rule::kw_as) {
            Some(_) => Some(name_of(head.expect()?.as_str())),
            None => None,
        };
        let (body, end) = self.block(&mut row)?;
        Ok((ExceptHandler { kind, name, body, span: Span::new(start, end) }, star, end))
    }

    fn with_items(&mut self, mut head: Row<'_>) -> Res<Vec<WithItem>> {
        let first = head.expect()?;
        if head.rule().is_none()
            && let Some(items) = self.parenthesised_items(&first)?
        {
            return Ok(items);
        }
        let mut items = Vec::new();
        let mut next = Some(first);
        while let Some(pair) = next {
            let mut row = Row::new(pair);
            items.push(self.with_item(&mut row)?);
            next = head.take();
        }
        Ok(items)
    }

    fn with_item(&mut self, row: &mut Row<'_>) -> Res<WithItem> {
        let context = self.flat(row)?;
        let target = match row.take_if(Rule::kw_as) {
            Some(_) => Some(self.target(row)?),
            None => None,
        };
        Ok(WithItem { context, target })
    }

    /// `with (a as b, c):`: a lone pair of parentheses whose content is items and not a tuple, a generator or a walrus.
    fn parenthesised_items(&mut self, item: &Pair<'_>) -> Res<Option<Vec<WithItem>>> {
        let mut children = item.clone().into_inner();
        let (Some(paren), None) = (children.next(), children.next()) else { return Ok(None) };
        if paren.as_rule() != Rule::paren {
            return Ok(None);
        }
        let inner = paren.clone().into_inner();
        let mut empty = true;
        for pair in inner {
            empty = false;
            if matches!(pair.as_rule(), Rule::yield_expr | Rule::star | Rule::walrus | Rule::comp_for) {
                return Ok(None);
            }
        }
        if empty {
            return Ok(None);
        }
        let mut row = Row::new(paren);
        let mut items = Vec::new();
        while row.rule().is_some_and(|rule| rule != Rule::trailing) {
            items.push(self.with_item(&mut row)?);
        }
        Ok(Some(items))
    }

    fn decorated(&mut self, mut row: Row<'_>) -> Res<Stmt> {
        let mut decorators: Vec<Expr> = Vec::new();
        while let Some(pair) = row.take_if(Rule::decorator) {
            decorators.push(self.named(&mut Row::new(pair))?);
        }
        let pair = row.expect()?;
        let start = span_of(&pair).start;
        match pair.as_rule() {
            Rule::func_def => self.func_def(Row::new(pair), decorators, start),
            _ => self.class_def(Row::new(pair), decorators, start),
        }
    }

    fn func_def(&mut self, mut row: Row<'_>, decorators: Vec<Expr>, start: u32) -> Res<Stmt> {
        let mut head = Row::new(row.expect()?);
        let is_async = head.take_if(Rule::kw_async).is_some();
        head.skip();
        let name = head.expect()?;
        let name_span = span_of(&name);
        let type_params = match head.take_if(Rule::type_params) {
            Some(params) => self.type_params(params)?,
            None => Vec::new(),
        };
        let args = match head.take_if(Rule::params) {
            Some(params) => self.parameters(params)?,
            None => Default::default(),
        };
        let returns = match head.take_if(Rule::returns) {
            Some(pair) => Some(self.flat(&mut Row::new(pair))?),
            None => None,
        };
        let (body, end) = self.block(&mut row)?;
        let name = name_of(name.as_str());
        let def = FunctionDef { name, name_span, type_params, args, returns, body, decorators, is_async };
        Ok(Stmt { kind: StmtKind::FunctionDef(Box::new(def)), span: Span::new(start, end) })
    }

    fn class_def(&mut self, mut row: Row<'_>, decorators: Vec<Expr>, start: u32) -> Res<Stmt> {
        let mut head = Row::new(row.expect()?);
        head.skip();
        let name = head.expect()?;
        let name_span = span_of(&name);
        let type_params = match head.take_if(Rule::type_params) {
            Some(params) => self.type_params(params)?,
            None => Vec::new(),
        };
        let (bases, keywords) = match head.take_if(Rule::args) {
            Some(args) => self.call_args(args)?,
            None => Default::default(),
        };
        let (body, end) = self.block(&mut row)?;
        let name = name_of(name.as_str());
        let def = ClassDef { name, name_span, type_params, bases, keywords, body, decorators };
        Ok(Stmt { kind: StmtKind::ClassDef(Box::new(def)), span: Span::new(start, end) })
    }

    fn case(&mut self, pair: Pair<'_>) -> Res<(MatchCase, u32)> {
        let mut row = Row::new(pair);
        let mut head = Row::new(row.expect()?);
        head.skip();
        let pattern = head.expect()?;
        let pattern = self.patterns(pattern)?;
        let guard = match head.take_if(Rule::guard) {
            Some(pair) => {
                let mut row = Row::new(pair);
                row.skip();
                Some(self.named(&mut row)?)
            }
            None => None,
        };
        let (body, end) = self.block(&mut row)?;
        Ok((MatchCase { pattern, guard, body }, end))
    }
}
