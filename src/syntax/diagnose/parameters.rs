//! Parameters of functions and lambdas and their mistakes.

use super::{Diagnosis, R, Span, Stop};

/// What has been seen of a parameter list.
#[derive(Default)]
struct Seen {
    any: bool,
    defaults: bool,
    slash: bool,
    star: bool,
}

impl<'a> Diagnosis<'a> {
    pub(super) fn lambda_params(&mut self) -> R<()> {
        self.parameters(":", false)
    }

    /// The parameters up to the token that closes them (which is not taken).
    pub(super) fn parameters(&mut self, close: &str, annotated: bool) -> R<()> {
        let mut seen = Seen::default();
        loop {
            if self.at(close) {
                return Ok(());
            }
            let start = self.token().span();
            if self.at("/") {
                self.pos += 1;
                if self.invalid && (seen.any || seen.star || self.at(",")) {
                    self.slash_mistake(start, &seen)?;
                } else if seen.slash || seen.star || !seen.any {
                    return Err(Stop::Miss);
                }
                seen.slash = true;
            } else if self.at("**") {
                return self.double_star(close, annotated);
            } else if self.at("*") {
                self.pos += 1;
                self.star(start, close, annotated, &mut seen)?;
            } else if self.invalid && self.at("(") {
                return self.parenthesised_parameters(start, annotated);
            } else {
                let name = self.parameter(annotated, false)?;
                let has_default = self.default()?;
                if !has_default && seen.defaults && !seen.star {
                    if self.invalid && (self.at(",") || self.at(close)) {
                        return self.raise("parameter without a default follows parameter with a default", name);
                    }
                    return Err(Stop::Miss);
                }
                seen.defaults |= has_default;
                seen.any = true;
            }
            if self.at(close) {
                return Ok(());
            }
            if self.invalid && seen.slash && self.at("*") {
                let at = self.token().span();
                if self.text_at(self.pos.wrapping_sub(1)) == "/" {
                    return self.raise("expected comma between / and *", at);
                }
            }
            self.want(",")?;
        }
    }

    /// `name[: annotation]`; gives the place of the whole. Only that of `*args` may be starred.
    fn parameter(&mut self, annotated: bool, starred: bool) -> R<Span> {
        let name = self.name()?;
        let mut span = name.span;
        if annotated && self.at(":") {
            let annotation = self.attempt(|p| {
                p.want(":")?;
                if starred && p.at("*") { p.starred_expression() } else { p.expression() }
            })?;
            match annotation {
                Some(annotation) => span = span.to(annotation.span),
                None => return Err(Stop::Miss),
            }
        }
        Ok(span)
    }

    fn default(&mut self) -> R<bool> {
        let at = self.token().span();
        if !self.eat("=") {
            return Ok(false);
        }
        if self.invalid && self.at_any(&[")", ","]) {
            return self.raise("expected default value expression", at);
        }
        self.expression()?;
        Ok(true)
    }

    fn slash_mistake(&self, at: Span, seen: &Seen) -> R<()> {
        if seen.slash {
            self.raise("/ may appear only once", at)
        } else if seen.star {
            self.raise("/ must be ahead of *", at)
        } else if !seen.any {
            self.raise("at least one argument must precede /", at)
        } else {
            Ok(())
        }
    }

    fn star(&mut self, star: Span, close: &str, annotated: bool, seen: &mut Seen) -> R<()> {
        if seen.star {
            let complete = self.invalid
                && self.follows(|p| {
                    if p.at(",") {
                        return Ok(());
                    }
                    p.parameter(annotated, false)?;
                    if p.at(",") || p.at(close) { Ok(()) } else { Err(Stop::Miss) }
                })?;
            return if complete {
                self.raise("* argument may appear only once", star)
            } else {
                self.pos = self.pos.saturating_sub(1);
                Err(Stop::Miss)
            };
        }
        seen.star = true;
        if self.at(close) || self.at(",") {
            let bare = self.at(close)
                || self.follows(|p| {
                    p.want(",")?;
                    if p.at(close) || p.at("**") { Ok(()) } else { Err(Stop::Miss) }
                })?;
            if bare {
                let message = "named arguments must follow bare *";
                return match (self.invalid, annotated) {
                    (false, _) => Err(Stop::Miss),
                    (_, true) => self.raise(message, star),
                    _ => self.raise_last(message),
                };
            }
            return Ok(());
        }
        self.parameter(annotated, true)?;
        let eq = self.token().span();
        if self.at("=") {
            return if self.invalid {
                self.raise("var-positional argument cannot have default value", eq)
            } else {
                Err(Stop::Miss)
            };
        }
        Ok(())
    }

    fn double_star(&mut self, close: &str, annotated: bool) -> R<()> {
        self.want("**")?;
        self.parameter(annotated, false)?;
        let eq = self.token().span();
        if self.invalid && self.at("=") {
            return self.raise("var-keyword argument cannot have default value", eq);
        }
        if self.eat(",") && !self.at(close) && self.invalid {
            let next = self.token().span();
            if self.at_any(&["*", "**", "/"]) {
                return self.raise("arguments cannot follow var-keyword argument", next);
            }
            if let Some(span) = self.attempt(|p| p.parameter(annotated, false))? {
                return self.raise("arguments cannot follow var-keyword argument", span);
            }
        }
        if self.at(close) { Ok(()) } else { Err(Stop::Miss) }
    }

    fn parenthesised_parameters(&mut self, open: Span, annotated: bool) -> R<()> {
        self.pos += 1;
        self.name()?;
        while self.eat(",") {
            if self.attempt(Self::name)?.is_none() {
                break;
            }
        }
        let close = self.want(")")?;
        let message = if annotated {
            "Function parameters cannot be parenthesized"
        } else {
            "Lambda expression parameters cannot be parenthesized"
        };
        self.raise(message, open.to(close))
    }
}
