//! What may stand where a target stands.

use super::{Fail, Lower, Pair, Res, Row, Rule, Span, span_of};
use crate::syntax::ast::{Expr, ExprKind};

/// What a target is for: each takes a little more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum TargetKind {
    /// `=`, `with ... as`
    Star,
    /// `del`
    Del,
    /// `for`
    For,
}

/// The part of an expression that makes it no target, if there is one.
pub(in crate::syntax) fn invalid_target(expr: &Expr, kind: TargetKind) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => None,
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().find_map(|item| invalid_target(item, kind)),
        ExprKind::Starred(inner) if kind != TargetKind::Del => invalid_target(inner, kind),
        ExprKind::Compare { left, ops, .. } if kind == TargetKind::For => {
            // `for f() in x`: the tokens before the `in` are the target.
            if ops.first() == Some(&crate::syntax::ast::CmpOp::In) { invalid_target(left, kind) } else { Some(expr) }
        }
        _ => Some(expr),
    }
}

impl<'a> Lower<'a> {
    /// The rule `targets` of a `for`.
    pub(super) fn targets(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let first = self.target(&mut row)?;
        if row.rule().is_none() {
            return Ok(first);
        }
        let mut items = vec![first];
        while row.rule().is_some_and(|rule| rule != Rule::trailing) {
            items.push(self.target(&mut row)?);
        }
        Ok(Expr::new(ExprKind::Tuple(items), span))
    }

    pub(super) fn target(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        let target = match row.take_if(Rule::star_target) {
            Some(pair) => self.star(pair)?,
            None => self.primary(row)?.expr,
        };
        self.check_target(target, TargetKind::Star)
    }

    /// Gives a target back if it is one.
    pub(super) fn check_target(&self, target: Expr, kind: TargetKind) -> Res<Expr> {
        match invalid_target(&target, kind) {
            Some(wrong) => Err(Fail::Syntax(wrong.span)),
            None => Ok(target),
        }
    }

    /// A target that takes one value: a name, an attribute or a subscript.
    pub(super) fn check_single(&self, target: &Expr, span: Span) -> Res<()> {
        match target.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
            _ => Err(Fail::Syntax(span)),
        }
    }
}
