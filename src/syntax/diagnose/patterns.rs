//! The patterns of `case` and their mistakes.

use super::{Diagnosis, R, Span, Stop, Tok};

impl<'a> Diagnosis<'a> {
    pub(super) fn patterns(&mut self) -> R<()> {
        loop {
            self.maybe_star_pattern()?;
            if !self.eat(",") || self.at(":") || self.at("if") {
                return Ok(());
            }
        }
    }

    fn maybe_star_pattern(&mut self) -> R<Span> {
        let at = self.token().span();
        if self.eat("*") {
            return Ok(at.to(self.name()?.span));
        }
        self.pattern()
    }

    fn pattern(&mut self) -> R<Span> {
        let mut span = self.closed_pattern()?;
        while self.at("|") {
            let more = self.attempt(|p| {
                p.want("|")?;
                p.closed_pattern()
            })?;
            let Some(more) = more else { break };
            span = span.to(more);
        }
        if self.eat("as") {
            let target = self.token();
            let next = self.text_at(self.pos + 1);
            self.touch(self.pos + 1);
            if self.at("_") {
                if self.invalid {
                    return self.raise("cannot use '_' as a target", target.span());
                }
                return Err(Stop::Miss);
            }
            if target.kind == Tok::Name
                && !matches!(next, "." | "(" | "=")
                && !super::is_keyword(self.text_at(self.pos))
            {
                self.pos += 1;
                return Ok(span.to(target.span()));
            }
            if self.invalid && target.kind != Tok::Name {
                let wrong = self.expression()?;
                return self.raise("invalid pattern target", wrong.span);
            }
            return Err(Stop::Miss);
        }
        Ok(span)
    }

    fn closed_pattern(&mut self) -> R<Span> {
        let token = self.token();
        match token.kind {
            Tok::Str | Tok::FStart => self.strings().map(|node| node.span),
            Tok::Number => {
                self.pos += 1;
                self.complex_tail(token.span())
            }
            Tok::Name if matches!(self.text_at(self.pos), "None" | "True" | "False") => {
                self.pos += 1;
                Ok(token.span())
            }
            Tok::Name => self.name_pattern(),
            Tok::Op => match self.text_at(self.pos) {
                "-" => {
                    self.pos += 1;
                    let number = self.want_kind(Tok::Number)?;
                    self.complex_tail(token.span().to(number))
                }
                "(" => self.pattern_list("(", ")"),
                "[" => self.pattern_list("[", "]"),
                "{" => self.mapping_pattern(),
                _ => Err(Stop::Miss),
            },
            _ => Err(Stop::Miss),
        }
    }

    fn complex_tail(&mut self, span: Span) -> R<Span> {
        if self.at_any(&["+", "-"]) {
            self.pos += 1;
            return self.want_kind(Tok::Number).map(|number| span.to(number));
        }
        Ok(span)
    }

    fn name_pattern(&mut self) -> R<Span> {
        let mut span = self.name()?.span;
        while self.eat(".") {
            span = span.to(self.name()?.span);
        }
        if !self.at("(") {
            return Ok(span);
        }
        self.pos += 1;
        let mut keywords = false;
        let mut after: Option<Span> = None;
        while !self.at(")") {
            let is_keyword = self
                .attempt(|p| {
                    p.name()?;
                    p.want("=")
                })?
                .is_some();
            let pattern = self.pattern()?;
            if !is_keyword && keywords {
                after = Some(after.map_or(pattern, |first| first.to(pattern)));
            }
            keywords |= is_keyword;
            if !self.eat(",") {
                break;
            }
        }
        if let Some(span) = after {
            return if self.invalid {
                self.raise("positional patterns follow keyword patterns", span)
            } else {
                Err(Stop::Miss)
            };
        }
        Ok(span.to(self.want(")")?))
    }

    fn pattern_list(&mut self, open: &str, close: &str) -> R<Span> {
        let start = self.want(open)?;
        while !self.at(close) {
            self.maybe_star_pattern()?;
            if !self.eat(",") {
                break;
            }
        }
        Ok(start.to(self.want(close)?))
    }

    fn mapping_pattern(&mut self) -> R<Span> {
        let start = self.want("{")?;
        while !self.at("}") {
            if self.eat("**") {
                self.name()?;
            } else {
                // A key is a literal or a name with a dot.
                let plain = self.kind() == Tok::Name && !matches!(self.text_at(self.pos), "None" | "True" | "False");
                if plain {
                    self.touch(self.pos + 1);
                    if self.text_at(self.pos + 1) != "." {
                        return Err(Stop::Miss);
                    }
                }
                self.closed_pattern()?;
                self.want(":")?;
                self.pattern()?;
            }
            if !self.eat(",") {
                break;
            }
        }
        Ok(start.to(self.want("}")?))
    }
}
