//! What stands in brackets: groups, tuples, lists, sets, dicts, comprehensions, call arguments, subscripts.

use super::{Fail, Lower, Pair, Res, Row, Rule, Span, span_of, take_kind};
use crate::syntax::ast::{Comprehension, DictItem, Expr, ExprKind, Keyword};

impl<'a> Lower<'a> {
    /// `( ... )`: a group gives its inner expression with its inner span.
    pub(super) fn paren(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        if row.rule().is_none() {
            return Ok(Expr::new(ExprKind::Tuple(Vec::new()), span));
        }
        if let Some(inner) = row.take_if(Rule::yield_expr) {
            return self.yield_expr(inner);
        }
        let first = self.item(&mut row)?;
        if row.rule().is_none() {
            if let ExprKind::Starred(_) = first.kind {
                return Err(Fail::Syntax(span));
            }
            return Ok(first);
        }
        if row.rule() == Some(Rule::comp_for) {
            let generators = self.comprehension(&mut row, &first)?;
            return Ok(Expr::new(ExprKind::GeneratorExp { element: Box::new(first), generators }, span));
        }
        let items = self.rest_of_items(first, &mut row)?;
        Ok(Expr::new(ExprKind::Tuple(items), span))
    }

    pub(super) fn list(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        if row.rule().is_none() {
            return Ok(Expr::new(ExprKind::List(Vec::new()), span));
        }
        let first = self.item(&mut row)?;
        if row.rule() == Some(Rule::comp_for) {
            let generators = self.comprehension(&mut row, &first)?;
            return Ok(Expr::new(ExprKind::ListComp { element: Box::new(first), generators }, span));
        }
        let items = self.rest_of_items(first, &mut row)?;
        Ok(Expr::new(ExprKind::List(items), span))
    }

    pub(super) fn item(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        if let Some(pair) = row.take_if(Rule::star) {
            return self.star_item(pair);
        }
        let item = self.named(row)?;
        match &row.next {
            // `as` belongs to a `with` alone, which reads its parentheses itself.
            Some(pair) if pair.as_rule() == Rule::kw_as => Err(Fail::Syntax(span_of(pair))),
            _ => Ok(item),
        }
    }

    pub(super) fn rest_of_items(&mut self, first: Expr, row: &mut Row<'_>) -> Res<Vec<Expr>> {
        let mut items = vec![first];
        while row.rule().is_some_and(|rule| rule != Rule::trailing) {
            items.push(self.item(row)?);
        }
        Ok(items)
    }

    pub(super) fn brace(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        match row.rule() {
            None => return Ok(Expr::new(ExprKind::Dict(Vec::new()), span)),
            Some(Rule::dstar) => return self.dict(row, Vec::new(), span),
            _ => {}
        }
        let first = self.item(&mut row)?;
        if row.take_if(Rule::colon).is_some() {
            // A walrus may be a key in parentheses only.
            let bare_walrus = matches!(first.kind, ExprKind::NamedExpr { .. })
                && self.slice(Span::new(span.start + 1, first.span.start)).trim_ascii().is_empty();
            if bare_walrus || matches!(first.kind, ExprKind::Starred(_)) {
                return Err(Fail::Syntax(first.span));
            }
            let value = self.flat(&mut row)?;
            if row.rule() == Some(Rule::comp_for) {
                let generators = self.comprehension(&mut row, &first)?;
                let kind = ExprKind::DictComp { key: Box::new(first), value: Box::new(value), generators };
                return Ok(Expr::new(kind, span));
            }
            return self.dict(row, vec![DictItem { key: Some(first), value }], span);
        }
        if row.rule() == Some(Rule::comp_for) {
            let generators = self.comprehension(&mut row, &first)?;
            return Ok(Expr::new(ExprKind::SetComp { element: Box::new(first), generators }, span));
        }
        let mut items = vec![first];
        while let Some(rule) = row.rule() {
            if matches!(rule, Rule::colon | Rule::dstar | Rule::comp_for) {
                return Err(Fail::Syntax(span));
            }
            items.push(self.item(&mut row)?);
        }
        Ok(Expr::new(ExprKind::Set(items), span))
    }

    fn dict(&mut self, mut row: Row<'_>, mut items: Vec<DictItem>, span: Span) -> Res<Expr> {
        while let Some(rule) = row.rule() {
            match rule {
                Rule::dstar => {
                    let pair = row.expect()?;
                    let value = self.flat(&mut Row::new(pair))?;
                    items.push(DictItem { key: None, value });
                }
                Rule::star | Rule::comp_for => return Err(Fail::Syntax(span)),
                _ => {
                    let key = self.flat(&mut row)?;
                    if row.take_if(Rule::colon).is_none() {
                        return Err(Fail::Syntax(key.span));
                    }
                    let value = self.flat(&mut row)?;
                    items.push(DictItem { key: Some(key), value });
                }
            }
        }
        Ok(Expr::new(ExprKind::Dict(items), span))
    }

    /// All `for` clauses that follow an element.
    fn comprehension(&mut self, row: &mut Row<'_>, element: &Expr) -> Res<Vec<Comprehension>> {
        if let ExprKind::Starred(_) = element.kind {
            return Err(Fail::Syntax(element.span));
        }
        let mut generators = Vec::new();
        while let Some(pair) = row.take_if(Rule::comp_for) {
            let mut inner = Row::new(pair);
            let is_async = inner.take_if(Rule::kw_async).is_some();
            inner.skip();
            let targets = inner.expect()?;
            let target = self.targets(targets)?;
            inner.skip();
            let iter = self.disj(&mut inner)?;
            let mut ifs = Vec::new();
            while inner.take_if(Rule::kw_if).is_some() {
                ifs.push(self.disj(&mut inner)?);
            }
            generators.push(Comprehension { target, iter, ifs, is_async });
        }
        if let Some(pair) = &row.next {
            return Err(Fail::Syntax(span_of(pair)));
        }
        Ok(generators)
    }

    /// `( ... )` of a call or a class.
    pub(super) fn call_args(&mut self, pair: Pair<'_>) -> Res<(Vec<Expr>, Vec<Keyword>)> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let mut args = Vec::new();
        let mut keywords: Vec<Keyword> = Vec::new();
        while let Some(rule) = row.rule() {
            match rule {
                Rule::dstar => {
                    let pair = row.expect()?;
                    let span = span_of(&pair);
                    let value = self.flat(&mut Row::new(pair))?;
                    keywords.push(Keyword { arg: None, value, span });
                    continue;
                }
                Rule::star => {
                    let pair = row.expect()?;
                    let arg = self.star(pair)?;
                    if keywords.iter().any(|k| k.arg.is_none()) {
                        return Err(Fail::Syntax(arg.span));
                    }
                    args.push(arg);
                    continue;
                }
                _ => {}
            }
            let mut first = self.flat_operand(&mut row)?;
            if row.take_if(Rule::eq).is_some() {
                let ExprKind::Name(arg) = take_kind(&mut first.expr) else { return Err(Fail::Syntax(first.outer)) };
                if first.outer != first.expr.span {
                    return Err(Fail::Syntax(first.outer));
                }
                let value = self.flat_operand(&mut row)?;
                let span = first.outer.to(value.outer);
                keywords.push(Keyword { arg: Some(arg), value: value.expr, span });
                continue;
            }
            let value = self.walrus_tail(first.expr, first.outer, &mut row)?;
            if !keywords.is_empty() {
                return Err(Fail::Syntax(value.span));
            }
            if row.rule() == Some(Rule::comp_for) {
                let alone = args.is_empty();
                let generators = self.comprehension(&mut row, &value)?;
                // The call's parentheses are the generator's; nothing else may stand in them, not even a comma.
                if !alone || self.slice(span).trim_end_matches([')', ' ']).ends_with(',') {
                    return Err(Fail::Syntax(span));
                }
                args.push(Expr::new(ExprKind::GeneratorExp { element: Box::new(value), generators }, span));
                continue;
            }
            args.push(value);
        }
        Ok((args, keywords))
    }

    pub(super) fn subscript(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let mut row = Row::new(pair);
        let first = row.expect()?;
        let start = span_of(&first).start;
        let index = self.slice_item(first)?;
        if row.rule().is_none() && !matches!(index.kind, ExprKind::Starred(_)) {
            return Ok(index);
        }
        let mut end = index.span.end.max(start);
        let mut items = vec![index];
        while let Some(pair) = row.take() {
            end = span_of(&pair).end;
            if pair.as_rule() == Rule::slice {
                items.push(self.slice_item(pair)?);
            }
        }
        Ok(Expr::new(ExprKind::Tuple(items), Span::new(start, end)))
    }

    fn slice_item(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        if let Some(star) = row.take_if(Rule::star) {
            return self.star(star);
        }
        let lower = if row.rule() == Some(Rule::colon) {
            None
        } else {
            let value = self.named(&mut row)?;
            if row.rule().is_none() {
                return Ok(value);
            }
            Some(Box::new(value))
        };
        row.skip();
        let mut part = |lower: &mut Self| -> Res<Option<Box<Expr>>> {
            match row.rule() {
                None => Ok(None),
                Some(Rule::colon) => Ok(None),
                Some(_) => Ok(Some(Box::new(lower.flat(&mut row)?))),
            }
        };
        let upper = part(self)?;
        let mut step = None;
        if row.take_if(Rule::colon).is_some() && row.rule().is_some() {
            step = Some(Box::new(self.flat(&mut row)?));
        }
        Ok(Expr::new(ExprKind::Slice { lower, upper, step }, span))
    }
}
