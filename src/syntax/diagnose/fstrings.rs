//! String atoms: what their text may hold, and replacement fields.

use super::{Diagnosis, N, R, Span, Stop, Tok, node};
use crate::syntax::lower::{decode_bytes, decode_str, split_prefix};

impl<'a> Diagnosis<'a> {
    pub(super) fn strings(&mut self) -> R<N> {
        let mut span: Option<Span> = None;
        let mut has_fstring = false;
        let mut bytes = None;
        let mut mixed = false;
        loop {
            let token = self.token();
            let this_bytes = match token.kind {
                Tok::Str => {
                    self.pos += 1;
                    self.plain_string(token.span())?
                }
                Tok::FStart => {
                    has_fstring = true;
                    self.fstring()?;
                    false
                }
                _ => break,
            };
            let end = self.token_at(self.pos.saturating_sub(1)).end;
            let whole = Span::new(span.map_or(token.start, |s| s.start), end);
            span = Some(whole);
            mixed |= bytes.is_some_and(|bytes| bytes != this_bytes);
            bytes = Some(this_bytes);
        }
        if mixed {
            return self.raise_last("cannot mix bytes and nonbytes literals");
        }
        let span = span.ok_or(Stop::Miss)?;
        Ok(node(if has_fstring { "f-string expression" } else { "literal" }, span))
    }

    /// Whether a literal is bytes; its escapes must be right.
    fn plain_string(&self, span: Span) -> R<bool> {
        let literal = split_prefix(self.text.get(span.range()).unwrap_or(""));
        let wrong = if literal.bytes {
            decode_bytes(literal.body, literal.raw).err()
        } else {
            decode_str(literal.body, literal.raw, false).err()
        };
        match wrong {
            Some(message) => self.raise(message, span),
            None => Ok(literal.bytes),
        }
    }

    fn fstring(&mut self) -> R<()> {
        let start = self.want_kind(Tok::FStart)?;
        let raw = self.text.get(start.range()).is_some_and(|prefix| prefix.contains(['r', 'R']));
        let mut wrong: Option<String> = None;
        loop {
            let token = self.token();
            match token.kind {
                Tok::FMiddle => {
                    let text = self.text.get(token.span().range()).unwrap_or("");
                    // Python looks at the text when it has all of the string.
                    wrong = wrong.or(decode_str(text, raw, true).err());
                    self.pos += 1;
                }
                Tok::FEnd => {
                    if let Some(message) = wrong {
                        return self.raise_last(message);
                    }
                    self.pos += 1;
                    return Ok(());
                }
                _ => self.replacement_field()?,
            }
        }
    }

    fn replacement_field(&mut self) -> R<()> {
        let found = self.attempt(|p| {
            p.want("{")?;
            p.annotated_rhs()?;
            p.eat("=");
            if p.eat("!") {
                p.conversion()?;
            }
            if p.eat(":") {
                p.format_spec()?;
            }
            p.want("}")
        })?;
        if found.is_some() {
            return Ok(());
        }
        self.mistake(Self::invalid_replacement_field)?;
        Err(Stop::Miss)
    }

    fn conversion(&mut self) -> R<()> {
        let bang = self.token_at(self.pos.saturating_sub(1));
        let name = self.name()?;
        if name.span.start != bang.end {
            // The spelling is Python 3.13's own.
            let span = bang.span().to(name.span);
            return self.raise("f-string: conversion type must come right after the exclamanation mark", span);
        }
        match self.text.get(name.span.range()) {
            Some("r" | "s" | "a") => Ok(()),
            other => self.raise(
                format!("f-string: invalid conversion character '{}': expected 's', 'r', or 'a'", other.unwrap_or("")),
                name.span,
            ),
        }
    }

    fn format_spec(&mut self) -> R<()> {
        loop {
            if self.kind() == Tok::FMiddle {
                self.pos += 1;
            } else if self.at("{") {
                self.replacement_field()?;
            } else {
                return Ok(());
            }
        }
    }

    fn invalid_replacement_field(&mut self) -> R<()> {
        self.want("{")?;
        let next = self.token().span();
        for mark in ["=", "!", ":", "}"] {
            if self.at(mark) {
                return self.raise(format!("f-string: valid expression required before '{mark}'"), next);
            }
        }
        if self.attempt(Self::annotated_rhs)?.is_none() {
            return self.raise("f-string: expecting a valid expression after '{'", next);
        }
        let next = self.token().span();
        if !self.at_any(&["=", "!", ":", "}"]) {
            return self.raise("f-string: expecting '=', or '!', or ':', or '}'", next);
        }
        if self.eat("=") && !self.at_any(&["!", ":", "}"]) {
            let next = self.token().span();
            return self.raise("f-string: expecting '!', or ':', or '}'", next);
        }
        if self.eat("!") {
            let next = self.token().span();
            if self.at_any(&[":", "}"]) {
                return self.raise("f-string: missing conversion character", next);
            }
            if self.attempt(Self::name)?.is_none() {
                return self.raise("f-string: invalid conversion character", next);
            }
        }
        let next = self.token().span();
        if !self.at_any(&[":", "}"]) {
            return self.raise("f-string: expecting ':' or '}'", next);
        }
        if self.eat(":") {
            self.format_spec()?;
            let next = self.token().span();
            if !self.at("}") {
                return self.raise("f-string: expecting '}', or format specs", next);
            }
        }
        Err(Stop::Miss)
    }
}
