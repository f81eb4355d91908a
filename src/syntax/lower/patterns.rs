//! The patterns of `case`.

use super::{Fail, Lower, Pair, Res, Row, Rule, Span, name_of, span_of};
use crate::syntax::ast::{BinOp, Constant, Expr, ExprKind, Pattern, PatternKind, UnaryOp};

impl<'a> Lower<'a> {
    /// The rule `patterns`: one pattern, or a sequence without brackets.
    pub(super) fn patterns(&mut self, pair: Pair<'_>) -> Res<Pattern> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let first = row.expect()?;
        let first = self.pattern(first)?;
        if row.rule().is_none() && !matches!(first.kind, PatternKind::Star(_)) {
            return Ok(first);
        }
        if row.rule().is_none() {
            return Err(Fail::Syntax(span));
        }
        let items = self.more_patterns(first, row)?;
        Ok(Pattern { kind: PatternKind::Sequence(items), span })
    }

    fn more_patterns(&mut self, first: Pattern, mut row: Row<'_>) -> Res<Vec<Pattern>> {
        let mut items = vec![first];
        while let Some(pair) = row.take() {
            if pair.as_rule() != Rule::trailing {
                items.push(self.pattern(pair)?);
            }
        }
        Ok(items)
    }

    fn pattern(&mut self, pair: Pair<'_>) -> Res<Pattern> {
        let span = span_of(&pair);
        let mut row = Row::new(pair.clone());
        if pair.as_rule() == Rule::pat_star {
            let name = row.expect()?;
            let name = if name.as_str() == "_" { None } else { Some(name_of(name.as_str())) };
            return Ok(Pattern { kind: PatternKind::Star(name), span });
        }
        let first = row.expect()?;
        let mut end = span_of(&first).end;
        let first = self.deeper(span, |lower| lower.closed(first))?;
        let mut alternatives = vec![first];
        while row.rule().is_some_and(|rule| rule != Rule::kw_as) {
            let next = row.expect()?;
            end = span_of(&next).end;
            alternatives.push(self.deeper(span, |lower| lower.closed(next))?);
        }
        let pattern = if alternatives.len() == 1 {
            alternatives.remove(0)
        } else {
            Pattern { kind: PatternKind::Or(alternatives), span: Span::new(span.start, end) }
        };
        if row.take_if(Rule::kw_as).is_none() {
            return Ok(pattern);
        }
        let name = row.expect()?;
        if name.as_str() == "_" {
            return Err(Fail::Syntax(span_of(&name)));
        }
        let kind = PatternKind::As { pattern: Some(Box::new(pattern)), name: Some(name_of(name.as_str())) };
        Ok(Pattern { kind, span })
    }

    fn closed(&mut self, pair: Pair<'_>) -> Res<Pattern> {
        let span = span_of(&pair);
        let kind = match pair.as_rule() {
            Rule::pat_name => self.name_pattern(pair)?,
            Rule::constant => PatternKind::Singleton(Self::constant(pair.as_str())),
            Rule::pat_number | Rule::strings => PatternKind::Value(self.pattern_literal(pair)?),
            Rule::pat_paren => {
                let mut row = Row::new(pair);
                match row.take() {
                    None => PatternKind::Sequence(Vec::new()),
                    Some(first) => {
                        let first = self.pattern(first)?;
                        if row.rule().is_none() && !matches!(first.kind, PatternKind::Star(_)) {
                            return Ok(first);
                        }
                        if row.rule().is_none() {
                            return Err(Fail::Syntax(span));
                        }
                        PatternKind::Sequence(self.more_patterns(first, row)?)
                    }
                }
            }
            Rule::pat_list => {
                let mut row = Row::new(pair);
                match row.take() {
                    None => PatternKind::Sequence(Vec::new()),
                    Some(first) => {
                        let first = self.pattern(first)?;
                        PatternKind::Sequence(self.more_patterns(first, row)?)
                    }
                }
            }
            Rule::pat_map => self.mapping_pattern(pair)?,
            _ => return Err(Fail::Syntax(span)),
        };
        Ok(Pattern { kind, span })
    }

    fn name_pattern(&mut self, pair: Pair<'_>) -> Res<PatternKind> {
        let mut row = Row::new(pair);
        let first = row.expect()?;
        let mut span = span_of(&first);
        let plain = first.as_str().to_string();
        let mut value = Expr::new(ExprKind::Name(name_of(&plain)), span);
        let mut dotted = false;
        while let Some(attr) = row.take_if(Rule::attr) {
            dotted = true;
            span = span.to(span_of(&attr));
            let attr = name_of(attr.as_str()[1..].trim_start_matches(' '));
            value = Expr::new(ExprKind::Attribute { value: Box::new(value), attr }, span);
        }
        let Some(args) = row.take_if(Rule::pat_args) else {
            return Ok(match plain.as_str() {
                _ if dotted => PatternKind::Value(value),
                "_" => PatternKind::As { pattern: None, name: None },
                _ => PatternKind::As { pattern: None, name: Some(name_of(&plain)) },
            });
        };
        let mut patterns = Vec::new();
        let mut keyword_names = Vec::new();
        let mut keyword_patterns = Vec::new();
        for arg in args.into_inner() {
            let arg_span = span_of(&arg);
            let mut row = Row::new(arg);
            if let Some(name) = row.take_if(Rule::name) {
                row.skip();
                keyword_names.push(name_of(name.as_str()));
                let pattern = row.expect()?;
                keyword_patterns.push(self.pattern(pattern)?);
            } else {
                if !keyword_names.is_empty() {
                    return Err(Fail::Syntax(arg_span));
                }
                let pattern = row.expect()?;
                patterns.push(self.pattern(pattern)?);
            }
        }
        Ok(PatternKind::Class { class: value, patterns, keyword_names, keyword_patterns })
    }

    fn mapping_pattern(&mut self, pair: Pair<'_>) -> Res<PatternKind> {
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        for item in pair.into_inner() {
            let span = span_of(&item);
            if rest.is_some() {
                return Err(Fail::Syntax(span));
            }
            let mut row = Row::new(item);
            if row.take_if(Rule::dstar_mark).is_some() {
                let name = row.expect()?;
                if name.as_str() == "_" {
                    return Err(Fail::Syntax(span));
                }
                rest = Some(name_of(name.as_str()));
                continue;
            }
            let key = row.expect()?;
            let key_span = span_of(&key);
            keys.push(match key.as_rule() {
                Rule::constant => Expr::new(ExprKind::Constant(Self::constant(key.as_str())), key_span),
                Rule::pat_number | Rule::strings => self.pattern_literal(key)?,
                Rule::pat_name => match self.name_pattern(key)? {
                    PatternKind::Value(value) => value,
                    _ => return Err(Fail::Syntax(key_span)),
                },
                _ => return Err(Fail::Syntax(key_span)),
            });
            let pattern = row.expect()?;
            patterns.push(self.pattern(pattern)?);
        }
        Ok(PatternKind::Mapping { keys, patterns, rest })
    }

    /// A string, a number with its sign, or `real + imaginary`.
    fn pattern_literal(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        if pair.as_rule() == Rule::strings {
            let value = self.strings(pair)?;
            return if matches!(value.kind, ExprKind::FString(_)) { Err(Fail::Syntax(span)) } else { Ok(value) };
        }
        let mut row = Row::new(pair);
        let minus = row.take_if(Rule::minus);
        let number = row.expect()?;
        let number_span = span_of(&number);
        let constant = self.number(number_span)?;
        let is_real = !matches!(constant, Constant::Complex(_));
        let mut value = Expr::new(ExprKind::Constant(constant), number_span);
        if let Some(minus) = minus {
            let outer = span_of(&minus).to(number_span);
            value = Expr::new(ExprKind::UnaryOp { op: UnaryOp::USub, operand: Box::new(value) }, outer);
        }
        if let Some(sign) = row.take_if(Rule::pat_sign) {
            let op = if sign.as_str() == "+" { BinOp::Add } else { BinOp::Sub };
            let imaginary = row.expect()?;
            let at = span_of(&imaginary);
            let constant = self.number(at)?;
            if !is_real || !matches!(constant, Constant::Complex(_)) {
                return Err(Fail::Syntax(span));
            }
            let right = Box::new(Expr::new(ExprKind::Constant(constant), at));
            value = Expr::new(ExprKind::BinOp { left: Box::new(value), op, right }, span);
        }
        Ok(value)
    }
}
