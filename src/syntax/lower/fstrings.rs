//! String atoms: adjacent literals are joined; f-strings become parts.

use std::rc::Rc;

use super::{Fail, Lower, Pair, Res, Row, Rule, decode_str, span_of, whole_span_of};
use crate::syntax::ast::{Constant, Expr, ExprKind, FStringPart, Interp};

/// Parts with adjacent text joined.
#[derive(Default)]
struct Parts {
    parts: Vec<FStringPart>,
    text: String,
}

impl Parts {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(FStringPart::Literal(Rc::from(self.text.as_str())));
            self.text.clear();
        }
    }

    fn finish(mut self) -> Vec<FStringPart> {
        self.flush();
        self.parts
    }
}

impl<'a> Lower<'a> {
    /// The rule `strings`.
    pub(super) fn strings(&mut self, pair: Pair<'_>) -> Res<Expr> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let Some(first) = row.take() else { return Err(Fail::Syntax(span)) };
        if first.as_rule() == Rule::string && row.rule().is_none() {
            return Ok(Expr::new(ExprKind::Constant(self.string(span_of(&first))?), span));
        }
        let mut joined = Parts::default();
        let mut bytes: Option<Vec<u8>> = None;
        let mut is_fstring = false;
        let mut is_str = false;
        let mut next = Some(first);
        while let Some(pair) = next {
            match pair.as_rule() {
                Rule::string => match self.string(span_of(&pair))? {
                    Constant::Bytes(more) => bytes.get_or_insert_default().extend_from_slice(&more),
                    Constant::Str(more) => {
                        is_str = true;
                        joined.text.push_str(&more);
                    }
                    _ => {}
                },
                _ => {
                    is_fstring = true;
                    is_str = true;
                    let raw = pair.as_rule() == Rule::raw_fstring;
                    self.fstring(pair, raw, &mut joined)?;
                }
            }
            next = row.take();
        }
        let kind = match bytes {
            Some(_) if is_str => {
                return Err(Fail::Message("cannot mix bytes and nonbytes literals".to_string(), span));
            }
            Some(bytes) => ExprKind::Constant(Constant::Bytes(bytes.into())),
            None if is_fstring => ExprKind::FString(joined.finish()),
            None => ExprKind::Constant(Constant::Str(Rc::from(joined.text))),
        };
        Ok(Expr::new(kind, span))
    }

    fn fstring(&mut self, pair: Pair<'_>, raw: bool, out: &mut Parts) -> Res<()> {
        for part in pair.into_inner() {
            let span = whole_span_of(&part);
            match part.as_rule() {
                Rule::f_text | Rule::raw_text => {
                    let text =
                        decode_str(self.slice(span), raw, true).map_err(|message| Fail::Message(message, span))?;
                    out.text.push_str(&text);
                }
                Rule::field => self.deeper(span, |lower| lower.field(part, raw, out))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn field(&mut self, pair: Pair<'_>, raw: bool, out: &mut Parts) -> Res<()> {
        let span = span_of(&pair);
        let mut row = Row::new(pair);
        let body = row.expect()?;
        let body_span = span_of(&body);
        let mut inner = Row::new(body);
        let value = inner.expect()?;
        let expr = self.exprs(value)?;
        if let ExprKind::Lambda { .. } = expr.kind
            && self.slice(crate::source::Span::new(body_span.start, expr.span.end)).starts_with("lambda")
        {
            return Err(Fail::Syntax(expr.span));
        }
        let debug = inner.take_if(Rule::debug).map(|pair| span_of(&pair).end as usize);
        let mut conversion = None;
        if let Some(pair) = inner.take_if(Rule::conversion) {
            match &pair.as_str()[1..] {
                "r" => conversion = Some('r'),
                "s" => conversion = Some('s'),
                "a" => conversion = Some('a'),
                _ => return Err(Fail::Syntax(span_of(&pair))),
            }
        }
        let spec = match row.take_if(Rule::spec) {
            Some(spec) => Some(self.spec(spec, raw)?),
            None => None,
        };
        if let Some(mut end) = debug {
            // The text up to and with the `=` and the blanks after it, as it was written but for comments.
            loop {
                let rest = self.text.get(end..).unwrap_or("");
                let blank = rest.len() - rest.trim_ascii_start().len();
                end += blank;
                if !rest[blank..].starts_with('#') {
                    break;
                }
                end += rest[blank..].find('\n').unwrap_or(rest.len() - blank);
            }
            let written = self.text.get(span.start as usize + 1..end).unwrap_or("");
            if written.contains('#') {
                without_comments(written, &mut out.text);
            } else {
                out.text.push_str(written);
            }
            if conversion.is_none() && spec.is_none() {
                conversion = Some('r');
            }
        }
        out.flush();
        out.parts.push(FStringPart::Interp(Box::new(Interp { expr, conversion, spec, span })));
        Ok(())
    }

    fn spec(&mut self, pair: Pair<'_>, raw: bool) -> Res<Vec<FStringPart>> {
        let mut out = Parts::default();
        for part in pair.into_inner() {
            let span = whole_span_of(&part);
            match part.as_rule() {
                Rule::field => self.deeper(span, |lower| lower.field(part, raw, &mut out))?,
                _ => {
                    let text =
                        decode_str(self.slice(span), raw, false).map_err(|message| Fail::Message(message, span))?;
                    out.text.push_str(&text);
                }
            }
        }
        Ok(out.finish())
    }
}

/// Copies the text of a replacement field without its comments.
fn without_comments(written: &str, out: &mut String) {
    let mut quote = None;
    let mut comment = false;
    for c in written.chars() {
        match (quote, c) {
            _ if comment => {
                if c == '\n' {
                    comment = false;
                    out.push(c);
                }
                continue;
            }
            (None, '#') => {
                comment = true;
                continue;
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
        out.push(c);
    }
}
