//! Expressions: the flat rows of the grammar, climbed by precedence.

use super::{Fail, Lower, Pair, Res, Row, Rule, Span, name_of, span_of, take_kind};
use crate::syntax::ast::{BinOp, BoolOp, CmpOp, Constant, Expr, ExprKind, UnaryOp};

/// Binding strengths, weakest first.
mod bind {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARE: u8 = 4;
    pub const BIT_OR: u8 = 5;
    pub const BIT_XOR: u8 = 6;
    pub const BIT_AND: u8 = 7;
    pub const SHIFT: u8 = 8;
    pub const SUM: u8 = 9;
    pub const TERM: u8 = 10;
    pub const UNARY: u8 = 11;
    pub const POWER: u8 = 12;
}

#[derive(Clone, Copy, PartialEq)]
enum Infix {
    Bool(BoolOp),
    Compare(CmpOp),
    Binary(BinOp),
}

fn infix(text: &str) -> (Infix, u8) {
    use Infix::{Binary, Bool, Compare};
    match text {
        "+" => (Binary(BinOp::Add), bind::SUM),
        "-" => (Binary(BinOp::Sub), bind::SUM),
        "*" => (Binary(BinOp::Mult), bind::TERM),
        "/" => (Binary(BinOp::Div), bind::TERM),
        "%" => (Binary(BinOp::Mod), bind::TERM),
        "//" => (Binary(BinOp::FloorDiv), bind::TERM),
        "@" => (Binary(BinOp::MatMult), bind::TERM),
        "**" => (Binary(BinOp::Pow), bind::POWER),
        "|" => (Binary(BinOp::BitOr), bind::BIT_OR),
        "^" => (Binary(BinOp::BitXor), bind::BIT_XOR),
        "&" => (Binary(BinOp::BitAnd), bind::BIT_AND),
        "<<" => (Binary(BinOp::LShift), bind::SHIFT),
        ">>" => (Binary(BinOp::RShift), bind::SHIFT),
        "and" => (Bool(BoolOp::And), bind::AND),
        "or" => (Bool(BoolOp::Or), bind::OR),
        "==" => (Compare(CmpOp::Eq), bind::COMPARE),
        "!=" => (Compare(CmpOp::NotEq), bind::COMPARE),
        "<" => (Compare(CmpOp::Lt), bind::COMPARE),
        "<=" => (Compare(CmpOp::LtE), bind::COMPARE),
        ">" => (Compare(CmpOp::Gt), bind::COMPARE),
        ">=" => (Compare(CmpOp::GtE), bind::COMPARE),
        "in" => (Compare(CmpOp::In), bind::COMPARE),
        "is" => (Compare(CmpOp::Is), bind::COMPARE),
        // With any blanks between its words.
        _ if text.starts_with('n') => (Compare(CmpOp::NotIn), bind::COMPARE),
        _ => (Compare(CmpOp::IsNot), bind::COMPARE),
    }
}

/// An expression with the place that it takes, its own parentheses included.
pub(super) struct Operand {
    pub expr: Expr,
    pub outer: Span,
}

/// How many operators or trailers may follow one another: the tree is as deep.
const LONGEST_CHAIN: u32 = 5000;

impl<'a> Lower<'a> {
    /// The binary operator of an augmented assignment, without its `=`.
    pub(super) fn aug_op(text: &str) -> BinOp {
        match infix(text.trim_end_matches('=')).0 {
            Infix::Binary(op) => op,
            _ => BinOp::Add,
        }
    }

    /// One expression from a row: a lambda, or operands and operators with conditionals.
    pub(super) fn flat(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        self.flat_operand(row).map(|operand| operand.expr)
    }

    pub(super) fn flat_operand(&mut self, row: &mut Row<'_>) -> Res<Operand> {
        let first = self.lambda_or_climb(row)?;
        if row.rule() != Some(Rule::kw_if) {
            return Ok(first);
        }
        // `a if b else c if d else e` hangs to the right.
        let mut arms = Vec::new();
        let mut value = first;
        while row.take_if(Rule::kw_if).is_some() {
            let test = self.disj(row)?;
            row.skip();
            arms.push((value, test));
            value = self.lambda_or_climb(row)?;
            if arms.len() as u32 + self.depth > super::MAX_DEPTH {
                return Err(Fail::Message("too many nested expressions".to_string(), value.outer));
            }
        }
        let end = value.outer.end;
        let mut result = value;
        for (body, test) in arms.into_iter().rev() {
            let outer = Span::new(body.outer.start, end);
            let kind =
                ExprKind::IfExp { test: Box::new(test), body: Box::new(body.expr), orelse: Box::new(result.expr) };
            result = Operand { expr: Expr::new(kind, outer), outer };
        }
        Ok(result)
    }

    fn lambda_or_climb(&mut self, row: &mut Row<'_>) -> Res<Operand> {
        if let Some(pair) = row.take_if(Rule::lambda) {
            let outer = span_of(&pair);
            let expr = self.deeper(outer, |lower| lower.lambda(pair))?;
            return Ok(Operand { expr, outer });
        }
        self.climb(row, bind::OR)
    }

    /// An expression without a conditional of its own.
    pub(super) fn disj(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        self.climb(row, bind::OR).map(|operand| operand.expr)
    }

    /// `:= value` after an expression, where it stands there.
    pub(super) fn walrus_tail(&mut self, mut expr: Expr, outer: Span, row: &mut Row<'_>) -> Res<Expr> {
        if row.take_if(Rule::walrus).is_none() {
            return Ok(expr);
        }
        let target_span = expr.span;
        let value = self.flat_operand(row)?;
        let ExprKind::Name(target) = take_kind(&mut expr) else { return Err(Fail::Syntax(target_span)) };
        if outer != target_span {
            return Err(Fail::Syntax(outer));
        }
        let span = target_span.to(value.outer);
        Ok(Expr::new(ExprKind::NamedExpr { target, target_span, value: Box::new(value.expr) }, span))
    }

    /// An expression that may be a walrus.
    pub(super) fn named(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        let first = self.flat_operand(row)?;
        self.walrus_tail(first.expr, first.outer, row)
    }

    /// Refuses a chain of operators or trailers so long that its tree could not be walked.
    fn chain(&self, links: u32, span: Span) -> Res<()> {
        match links > LONGEST_CHAIN {
            true => Err(Fail::Message("too many nested expressions".to_string(), span)),
            false => Ok(()),
        }
    }

    fn climb(&mut self, row: &mut Row<'_>, min: u8) -> Res<Operand> {
        let mut left = self.unary(row, min)?;
        let mut links = 0;
        while row.rule() == Some(Rule::infix) {
            links += 1;
            self.chain(links, left.outer)?;
            let Some(text) = row.next.as_ref().map(|pair| pair.as_str()) else { break };
            let (op, strength) = infix(text);
            if strength < min {
                break;
            }
            let at = row.take().map(|pair| span_of(&pair)).unwrap_or_default();
            left = match op {
                Infix::Bool(op) => self.bool_op(row, left, op, strength)?,
                Infix::Compare(op) => self.compare(row, left, op)?,
                Infix::Binary(op) => {
                    let right = if op == BinOp::Pow {
                        self.deeper(at, |lower| lower.climb(row, bind::UNARY))?
                    } else {
                        self.climb(row, strength + 1)?
                    };
                    let outer = left.outer.to(right.outer);
                    let kind = ExprKind::BinOp { left: Box::new(left.expr), op, right: Box::new(right.expr) };
                    Operand { expr: Expr::new(kind, outer), outer }
                }
            };
        }
        Ok(left)
    }

    fn bool_op(&mut self, row: &mut Row<'_>, left: Operand, op: BoolOp, strength: u8) -> Res<Operand> {
        let mut outer = left.outer;
        let mut values = vec![left.expr];
        loop {
            let right = self.climb(row, strength + 1)?;
            outer = outer.to(right.outer);
            values.push(right.expr);
            let again =
                row.next.as_ref().is_some_and(|p| p.as_rule() == Rule::infix && infix(p.as_str()).0 == Infix::Bool(op));
            if !again {
                break;
            }
            row.skip();
        }
        Ok(Operand { expr: Expr::new(ExprKind::BoolOp { op, values }, outer), outer })
    }

    fn compare(&mut self, row: &mut Row<'_>, left: Operand, first: CmpOp) -> Res<Operand> {
        let mut outer = left.outer;
        let mut ops = vec![first];
        let mut comparators = Vec::new();
        loop {
            let right = self.climb(row, bind::COMPARE + 1)?;
            outer = outer.to(right.outer);
            comparators.push(right.expr);
            let next = row.next.as_ref().filter(|p| p.as_rule() == Rule::infix).map(|p| infix(p.as_str()).0);
            let Some(Infix::Compare(op)) = next else { break };
            ops.push(op);
            row.skip();
        }
        let kind = ExprKind::Compare { left: Box::new(left.expr), ops, comparators };
        Ok(Operand { expr: Expr::new(kind, outer), outer })
    }

    fn unary(&mut self, row: &mut Row<'_>, min: u8) -> Res<Operand> {
        let Some(pair) = row.take_if(Rule::prefix) else { return self.primary(row) };
        let at = span_of(&pair);
        let (op, strength) = match pair.as_str() {
            "not" => (UnaryOp::Not, bind::NOT),
            "-" => (UnaryOp::USub, bind::UNARY),
            "+" => (UnaryOp::UAdd, bind::UNARY),
            _ => (UnaryOp::Invert, bind::UNARY),
        };
        if strength < min && op == UnaryOp::Not {
            return Err(Fail::Syntax(at));
        }
        let operand = self.deeper(at, |lower| lower.climb(row, strength))?;
        let outer = at.to(operand.outer);
        let kind = ExprKind::UnaryOp { op, operand: Box::new(operand.expr) };
        Ok(Operand { expr: Expr::new(kind, outer), outer })
    }

    /// An atom with its trailers.
    pub(super) fn primary(&mut self, row: &mut Row<'_>) -> Res<Operand> {
        let awaited = row.take_if(Rule::await_).map(|pair| span_of(&pair));
        let atom = row.expect()?;
        let mut outer = span_of(&atom);
        let mut expr = self.atom(atom)?;
        let mut links = 0;
        while let Some(Rule::attr | Rule::args | Rule::subscript) = row.rule() {
            links += 1;
            self.chain(links, outer)?;
            let pair = row.expect()?;
            let span = Span::new(outer.start, span_of(&pair).end);
            let base = Box::new(expr);
            let kind = match pair.as_rule() {
                Rule::attr => {
                    ExprKind::Attribute { value: base, attr: name_of(pair.as_str()[1..].trim_start_matches(' ')) }
                }
                Rule::args => {
                    let (args, keywords) = self.deeper(span, |lower| lower.call_args(pair))?;
                    ExprKind::Call { func: base, args, keywords }
                }
                _ => {
                    let index = self.deeper(span, |lower| lower.subscript(pair))?;
                    ExprKind::Subscript { value: base, index: Box::new(index) }
                }
            };
            expr = Expr::new(kind, span);
            outer = span;
        }
        if let Some(at) = awaited {
            outer = at.to(outer);
            expr = Expr::new(ExprKind::Await(Box::new(expr)), outer);
        }
        Ok(Operand { expr, outer })
    }

    fn atom(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let kind = match pair.as_rule() {
            Rule::name => ExprKind::Name(name_of(pair.as_str())),
            Rule::number => ExprKind::Constant(self.number(span)?),
            Rule::constant => ExprKind::Constant(Self::constant(pair.as_str())),
            Rule::ellipsis => ExprKind::Constant(Constant::Ellipsis),
            Rule::strings => return self.deeper(span, |lower| lower.strings(pair)),
            Rule::paren => return self.deeper(span, |lower| lower.paren(pair)),
            Rule::list => return self.deeper(span, |lower| lower.list(pair)),
            Rule::brace => return self.deeper(span, |lower| lower.brace(pair)),
            _ => return Err(Fail::Syntax(span)),
        };
        Ok(Expr::new(kind, span))
    }

    pub(super) fn constant(text: &str) -> Constant {
        match text {
            "None" => Constant::None,
            "True" => Constant::True,
            _ => Constant::False,
        }
    }

    fn lambda(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        row.skip();
        let args = match row.take_if(Rule::lambda_params) {
            Some(params) => self.parameters(params)?,
            None => Default::default(),
        };
        let body = self.flat(&mut row)?;
        Ok(Expr::new(ExprKind::Lambda { args: Box::new(args), body: Box::new(body) }, span))
    }

    pub(super) fn yield_expr(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        row.skip();
        let kind = if row.take_if(Rule::kw_from).is_some() {
            ExprKind::YieldFrom(Box::new(self.flat(&mut row)?))
        } else if let Some(value) = row.take() {
            ExprKind::Yield(Some(Box::new(self.exprs(value)?)))
        } else {
            ExprKind::Yield(None)
        };
        Ok(Expr::new(kind, span))
    }

    /// `*value`, where the value may be any expression.
    pub(super) fn star(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let value = self.flat(&mut Row::new(pair))?;
        Ok(Expr::new(ExprKind::Starred(Box::new(value)), span))
    }

    /// `*value` of a display or a tuple: what binds weaker than `|` wants parentheses.
    pub(super) fn star_item(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let value = self.flat_operand(&mut Row::new(pair))?;
        let weak = matches!(
            value.expr.kind,
            ExprKind::BoolOp { .. }
                | ExprKind::Compare { .. }
                | ExprKind::IfExp { .. }
                | ExprKind::Lambda { .. }
                | ExprKind::UnaryOp { op: UnaryOp::Not, .. }
        );
        if weak && value.outer == value.expr.span {
            return Err(Fail::Syntax(span));
        }
        Ok(Expr::new(ExprKind::Starred(Box::new(value.expr)), span))
    }

    /// The rule `exprs`: one expression, or a tuple without parentheses.
    pub(super) fn exprs(&mut self, pair: Pair<'_>) -> Res<Expr> {
        if pair.as_rule() == Rule::yield_expr {
            return self.yield_expr(pair);
        }
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let first = self.star_or_flat(&mut row)?;
        if row.rule().is_none() {
            return Ok(first);
        }
        let mut items = vec![first];
        while row.rule().is_some_and(|rule| rule != Rule::trailing) {
            items.push(self.star_or_flat(&mut row)?);
        }
        Ok(Expr::new(ExprKind::Tuple(items), span))
    }

    pub(super) fn star_or_flat(&mut self, row: &mut Row<'_>) -> Res<Expr> {
        if matches!(row.rule(), Some(Rule::star | Rule::star_target)) {
            let pair = row.expect()?;
            return self.star_item(pair);
        }
        self.flat(row)
    }
}
