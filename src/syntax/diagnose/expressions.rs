//! Expressions and their mistakes.

use super::{Diagnosis, Memo, N, Node, R, Rc, Span, Stop, Tok, node, node_of};

const BINARY: &[&str] = &["|", "^", "&", "<<", ">>", "+", "-", "*", "/", "//", "%", "@"];
const COMPARE: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

impl<'a> Diagnosis<'a> {
    /// A list with commas between; gives the items and whether a comma ended it.
    fn comma_list(&mut self, item: fn(&mut Self) -> R<N>) -> R<(Vec<N>, bool, Span)> {
        let start = self.token().start;
        let mut items = vec![item(self)?];
        loop {
            if !self.eat(",") {
                return Ok((items, false, self.since(start)));
            }
            match self.attempt(item)? {
                Some(next) => items.push(next),
                None => return Ok((items, true, self.since(start))),
            }
        }
    }

    pub(super) fn star_expressions(&mut self) -> R<N> {
        self.memoised(Memo::StarExpressions, |p| {
            let (mut items, comma, span) = p.comma_list(Self::star_expression)?;
            if items.len() == 1 && !comma {
                return items.pop().ok_or(Stop::Miss);
            }
            Ok(node_of("tuple", span, items))
        })
    }

    pub(super) fn expressions(&mut self) -> R<N> {
        let (mut items, comma, span) = self.comma_list(Self::expression)?;
        if items.len() == 1 && !comma {
            return items.pop().ok_or(Stop::Miss);
        }
        Ok(node_of("tuple", span, items))
    }

    fn star_expression(&mut self) -> R<N> {
        if self.at("*") {
            return self.star_bitwise_or();
        }
        self.expression()
    }

    fn star_bitwise_or(&mut self) -> R<N> {
        let star = self.want("*")?;
        let value = self.bitwise_or()?;
        Ok(node_of("starred", self.since(star.start), vec![value]))
    }

    pub(super) fn star_named_expression(&mut self) -> R<N> {
        if self.at("*") {
            return self.star_bitwise_or();
        }
        self.named_expression()
    }

    pub(super) fn star_named_expressions(&mut self) -> R<(Vec<N>, bool, Span)> {
        self.comma_list(Self::star_named_expression)
    }

    /// `NAME := expression`.
    pub(super) fn assignment_expression(&mut self) -> R<N> {
        let name = self.name()?;
        self.want(":=")?;
        self.expression()?;
        Ok(node("named expression", self.since(name.span.start)))
    }

    pub(super) fn named_expression(&mut self) -> R<N> {
        self.memoised(Memo::Named, |p| {
            if let Some(found) = p.attempt(Self::assignment_expression)? {
                return Ok(found);
            }
            p.mistake(Self::invalid_named_expression)?;
            let value = p.expression()?;
            if p.at(":=") { Err(Stop::Miss) } else { Ok(value) }
        })
    }

    fn invalid_named_expression(&mut self) -> R<()> {
        let mark = self.pos;
        if let Some(value) = self.attempt(|p| {
            let value = p.expression()?;
            p.want(":=")?;
            p.expression()?;
            Ok(value)
        })? {
            return self.raise(format!("cannot use assignment expressions with {}", value.name), value.span);
        }
        self.pos = mark;
        if let Some((name, value)) = self.attempt(|p| {
            let name = p.name()?;
            p.want("=")?;
            let value = p.bitwise_or()?;
            if p.at_any(&["=", ":="]) { Err(Stop::Miss) } else { Ok((name, value)) }
        })? {
            return self
                .raise("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", name.span.to(value.span));
        }
        self.pos = mark;
        let left = self.bitwise_or()?;
        if matches!(left.name, "list" | "tuple" | "generator expression" | "True" | "None" | "False") {
            return Err(Stop::Miss);
        }
        self.want("=")?;
        self.bitwise_or()?;
        if self.at_any(&["=", ":="]) {
            return Err(Stop::Miss);
        }
        self.raise(format!("cannot assign to {} here. Maybe you meant '==' instead of '='?", left.name), left.span)
    }

    pub(super) fn expression(&mut self) -> R<N> {
        self.memoised(Memo::Expression, |p| {
            p.mistake(Self::invalid_expression)?;
            p.mistake(Self::invalid_legacy_expression)?;
            p.expression_without_invalid()
        })
    }

    fn expression_without_invalid(&mut self) -> R<N> {
        if self.at("lambda") {
            return self.lambdef();
        }
        let start = self.token().start;
        let first = self.disjunction()?;
        let conditional = self.attempt(|p| {
            p.want("if")?;
            p.disjunction()?;
            p.want("else")?;
            p.expression()
        })?;
        Ok(match conditional {
            Some(_) => node("conditional expression", self.since(start)),
            None => first,
        })
    }

    fn invalid_expression(&mut self) -> R<()> {
        let mark = self.pos;
        let token = self.token();
        let word = self.text_at(self.pos);
        let next = self.token_at(self.pos + 1).kind;
        // Two words in a row may be a soft keyword's statement or a string with an unknown prefix.
        let skip = token.kind == Tok::Name
            && ((next == Tok::Str && !super::is_keyword(word)) || matches!(word, "match" | "case" | "type" | "_"));
        if !skip
            && let Some((left, right)) = self.attempt(|p| {
                let left = p.disjunction()?;
                let right = p.quietly(Self::expression_without_invalid)?;
                Ok((left, right))
            })?
        {
            let level = self.levels.get(self.pos.wrapping_sub(1)).copied().unwrap_or(0);
            if !self.is_legacy(&left) && level > 0 {
                return self.raise("invalid syntax. Perhaps you forgot a comma?", left.span.to(right.span));
            }
        }
        self.pos = mark;
        if let Some((left, right)) = self.attempt(|p| {
            let left = p.disjunction()?;
            p.want("if")?;
            let right = p.disjunction()?;
            if p.at_any(&["else", ":"]) { Err(Stop::Miss) } else { Ok((left, right)) }
        })? {
            return self.raise("expected 'else' after 'if' expression", left.span.to(right.span));
        }
        self.pos = mark;
        let lambda = self.want("lambda")?;
        self.lambda_params()?;
        let colon = self.want(":")?;
        let next = self.token();
        // In a replacement field the colon has begun the format specification.
        if next.kind == Tok::FMiddle {
            return self.raise("f-string: lambda expressions are not allowed without parentheses", lambda.to(colon));
        }
        Err(Stop::Miss)
    }

    fn is_legacy(&self, value: &N) -> bool {
        value.name == "name" && matches!(self.text.get(value.span.range()), Some("print" | "exec"))
    }

    fn invalid_legacy_expression(&mut self) -> R<()> {
        let name = self.name()?;
        if self.at("(") {
            return Err(Stop::Miss);
        }
        // What follows is read first, whatever the name: its own mistakes come before.
        let rest = self.star_expressions()?;
        if !self.is_legacy(&name) {
            return Err(Stop::Miss);
        }
        let word = self.text.get(name.span.range()).unwrap_or("");
        self.raise(
            format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?"),
            name.span.to(rest.span),
        )
    }

    pub(super) fn disjunction(&mut self) -> R<N> {
        self.memoised(Memo::Disjunction, |p| p.chain("or", |p| p.chain("and", Self::inversion)))
    }

    fn chain(&mut self, word: &str, operand: impl Fn(&mut Self) -> R<N>) -> R<N> {
        let start = self.token().start;
        let first = operand(self)?;
        let mut many = false;
        while self.at(word) {
            let next = self.attempt(|p| {
                p.pos += 1;
                operand(p)
            })?;
            if next.is_none() {
                break;
            }
            many = true;
        }
        Ok(if many { node("expression", self.since(start)) } else { first })
    }

    fn inversion(&mut self) -> R<N> {
        let mut first = None;
        while self.at("not") {
            first = first.or(Some(self.token().span()));
            self.pos += 1;
        }
        let operand = self.comparison()?;
        Ok(match first {
            Some(not) => node("expression", self.since(not.start)),
            None => operand,
        })
    }

    fn comparison(&mut self) -> R<N> {
        let start = self.token().start;
        let first = self.bitwise_or()?;
        let mut is_in = None;
        loop {
            let next = self.attempt(|p| {
                let mut this_in = false;
                if p.eat("not") {
                    p.want("in")?;
                } else if p.eat("is") {
                    p.eat("not");
                } else if p.eat("in") {
                    this_in = true;
                } else if p.at_any(COMPARE) {
                    p.pos += 1;
                } else {
                    return Err(Stop::Miss);
                }
                p.bitwise_or().map(|_| this_in)
            })?;
            let Some(this_in) = next else { break };
            is_in = is_in.or(Some(this_in));
        }
        Ok(match is_in {
            Some(is_in) => Rc::new(Node { name: "comparison", span: self.since(start), items: vec![first], is_in }),
            None => first,
        })
    }

    pub(super) fn bitwise_or(&mut self) -> R<N> {
        self.memoised(Memo::BitwiseOr, |p| {
            let start = p.token().start;
            let first = p.factor()?;
            let mut many = false;
            while p.at_any(BINARY) {
                let next = p.attempt(|p| {
                    p.pos += 1;
                    p.factor()
                })?;
                if next.is_none() {
                    break;
                }
                many = true;
            }
            Ok(if many { node("expression", p.since(start)) } else { first })
        })
    }

    /// Signs, `await`, a primary, and powers.
    fn factor(&mut self) -> R<N> {
        let mut start: Option<Span> = None;
        while self.at_any(&["+", "-", "~"]) {
            start = start.or(Some(self.token().span()));
            self.pos += 1;
        }
        let operand_start = self.token().start;
        let mut operand = if self.at("await") {
            self.want("await")?;
            self.primary()?;
            node("await expression", self.since(operand_start))
        } else {
            self.primary()?
        };
        if self.at("**") {
            let power = self.attempt(|p| {
                p.pos += 1;
                p.factor()
            })?;
            if power.is_some() {
                operand = node("expression", self.since(operand_start));
            }
        }
        Ok(match start {
            Some(start) => node("expression", self.since(start.start)),
            None => operand,
        })
    }

    pub(super) fn primary(&mut self) -> R<N> {
        self.memoised(Memo::Primary, |p| {
            let start = p.token().start;
            let mut value = p.atom()?;
            loop {
                let next = p.attempt(|p| {
                    if p.eat(".") {
                        p.name()?;
                        return Ok("attribute");
                    }
                    if p.at("(") {
                        if p.attempt(Self::genexp)?.is_some() {
                            return Ok("function call");
                        }
                        p.want("(")?;
                        if !p.at(")") {
                            p.arguments()?;
                        }
                        p.want(")")?;
                        return Ok("function call");
                    }
                    p.want("[")?;
                    p.slices()?;
                    p.want("]")?;
                    Ok("subscript")
                })?;
                let Some(name) = next else { return Ok(value) };
                value = node(name, p.since(start));
            }
        })
    }

    fn slices(&mut self) -> R<()> {
        loop {
            self.slice()?;
            if !self.eat(",") || self.at("]") {
                return Ok(());
            }
        }
    }

    fn slice(&mut self) -> R<()> {
        if self.at("*") {
            self.starred_expression()?;
            return Ok(());
        }
        let is_slice = self.attempt(|p| {
            p.attempt(Self::expression)?;
            p.want(":")?;
            p.attempt(Self::expression)?;
            if p.eat(":") {
                p.attempt(Self::expression)?;
            }
            Ok(())
        })?;
        if is_slice.is_none() {
            self.named_expression()?;
        }
        Ok(())
    }

    pub(super) fn yield_expr(&mut self) -> R<N> {
        let at = self.want("yield")?;
        if self.eat("from") {
            self.expression()?;
        } else {
            self.attempt(Self::star_expressions)?;
        }
        Ok(node("yield expression", self.since(at.start)))
    }

    /// `yield` or expressions: what stands right of `=`.
    pub(super) fn annotated_rhs(&mut self) -> R<N> {
        if self.at("yield") { self.yield_expr() } else { self.star_expressions() }
    }

    pub(super) fn lambdef(&mut self) -> R<N> {
        let at = self.want("lambda")?;
        self.lambda_params()?;
        self.force(":")?;
        self.expression()?;
        Ok(node("lambda", self.since(at.start)))
    }
}
