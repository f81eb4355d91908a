//! Names, literals and what stands in brackets.

use super::{Diagnosis, Memo, N, R, Span, Stop, TargetKind, Tok, node, node_of};

impl<'a> Diagnosis<'a> {
    pub(super) fn atom(&mut self) -> R<N> {
        self.memoised(Memo::Atom, |p| {
            let token = p.token();
            match token.kind {
                Tok::Number => {
                    p.pos += 1;
                    Ok(node("literal", token.span()))
                }
                Tok::Str | Tok::FStart => p.strings(),
                Tok::Name => match p.text_at(p.pos) {
                    "True" => p.word("True"),
                    "False" => p.word("False"),
                    "None" => p.word("None"),
                    _ => p.name(),
                },
                Tok::Op => match p.text_at(p.pos) {
                    "(" => p.parenthesised(),
                    "[" => p.bracketed(),
                    "{" => p.braced(),
                    "..." => {
                        p.pos += 1;
                        Ok(node("ellipsis", token.span()))
                    }
                    _ => Err(Stop::Miss),
                },
                _ => Err(Stop::Miss),
            }
        })
    }

    fn word(&mut self, name: &'static str) -> R<N> {
        let span = self.token().span();
        self.pos += 1;
        Ok(node(name, span))
    }

    fn parenthesised(&mut self) -> R<N> {
        if let Some(tuple) = self.attempt(|p| {
            let open = p.want("(")?;
            let mut items = Vec::new();
            if !p.at(")") {
                items.push(p.star_named_expression()?);
                p.want(",")?;
                if let Some((more, _, _)) = p.attempt(Self::star_named_expressions)? {
                    items.extend(more);
                }
            }
            let close = p.want(")")?;
            Ok(node_of("tuple", open.to(close), items))
        })? {
            return Ok(tuple);
        }
        if let Some(group) = self.attempt(|p| {
            p.want("(")?;
            let value = if p.at("yield") { p.yield_expr()? } else { p.named_expression()? };
            p.want(")")?;
            Ok(value)
        })? {
            return Ok(group);
        }
        self.mistake(|p| {
            p.want("(")?;
            if let Some(starred) = p.attempt(|p| {
                let starred = p.starred_expression()?;
                p.want(")")?;
                Ok(starred)
            })? {
                return p.raise("cannot use starred expression here", starred.span);
            }
            let stars = p.want("**")?;
            p.expression()?;
            p.want(")")?;
            p.raise("cannot use double starred expression here", stars)
        })?;
        self.genexp()
    }

    /// `( element for ... )`.
    pub(super) fn genexp(&mut self) -> R<N> {
        let found = self.attempt(|p| {
            let open = p.want("(")?;
            p.comprehension_element()?;
            p.for_if_clauses()?;
            let close = p.want(")")?;
            Ok(node("generator expression", open.to(close)))
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
        self.mistake(Self::invalid_comprehension)?;
        Err(Stop::Miss)
    }

    fn comprehension_element(&mut self) -> R<N> {
        if let Some(found) = self.attempt(Self::assignment_expression)? {
            return Ok(found);
        }
        let value = self.expression()?;
        if self.at(":=") { Err(Stop::Miss) } else { Ok(value) }
    }

    fn bracketed(&mut self) -> R<N> {
        if let Some(list) = self.attempt(|p| {
            let open = p.want("[")?;
            let items = p.attempt(Self::star_named_expressions)?.map_or_else(Vec::new, |(items, _, _)| items);
            let close = p.want("]")?;
            Ok(node_of("list", open.to(close), items))
        })? {
            return Ok(list);
        }
        if let Some(comp) = self.attempt(|p| {
            let open = p.want("[")?;
            p.named_expression()?;
            p.for_if_clauses()?;
            let close = p.want("]")?;
            Ok(node("list comprehension", open.to(close)))
        })? {
            return Ok(comp);
        }
        self.mistake(Self::invalid_comprehension)?;
        Err(Stop::Miss)
    }

    fn invalid_comprehension(&mut self) -> R<()> {
        let is_paren = self.at("(");
        if !self.at_any(&["(", "[", "{"]) {
            return Err(Stop::Miss);
        }
        self.pos += 1;
        let mark = self.pos;
        if let Some(starred) = self.attempt(|p| {
            let starred = p.starred_expression()?;
            p.for_if_clauses()?;
            Ok(starred)
        })? {
            return self.raise("iterable unpacking cannot be used in comprehension", starred.span);
        }
        self.pos = mark;
        if is_paren {
            return Err(Stop::Miss);
        }
        let first = self.star_named_expression()?;
        let comma = self.want(",")?;
        let message = "did you forget parentheses around the comprehension target?";
        if let Some(last) = self.attempt(|p| {
            let (items, _, _) = p.star_named_expressions()?;
            p.for_if_clauses()?;
            Ok(items.last().map_or(comma, |last| last.span))
        })? {
            return self.raise(message, first.span.to(last));
        }
        self.for_if_clauses()?;
        self.raise(message, first.span.to(comma))
    }

    fn braced(&mut self) -> R<N> {
        if let Some(dict) = self.attempt(|p| {
            let open = p.want("{")?;
            while !p.at("}") {
                p.kvpair()?;
                if !p.eat(",") {
                    break;
                }
            }
            let close = p.want("}")?;
            Ok(node("dict literal", open.to(close)))
        })? {
            return Ok(dict);
        }
        // CPython tries this one without the rules for mistakes too.
        let mark = self.pos;
        self.attempt(|p| {
            p.want("{")?;
            p.invalid_double_starred_kvpairs()
        })?;
        self.pos = mark;
        if let Some(set) = self.attempt(|p| {
            let open = p.want("{")?;
            let (items, _, _) = p.star_named_expressions()?;
            let close = p.want("}")?;
            Ok(node_of("set display", open.to(close), items))
        })? {
            return Ok(set);
        }
        if let Some(comp) = self.attempt(|p| {
            let open = p.want("{")?;
            p.expression()?;
            p.want(":")?;
            p.expression()?;
            p.for_if_clauses()?;
            let close = p.want("}")?;
            Ok(node("dict comprehension", open.to(close)))
        })? {
            return Ok(comp);
        }
        self.mistake(|p| {
            p.want("{")?;
            let stars = p.want("**")?;
            p.bitwise_or()?;
            p.for_if_clauses()?;
            p.want("}")?;
            p.raise("dict unpacking cannot be used in dict comprehension", stars)
        })?;
        if let Some(comp) = self.attempt(|p| {
            let open = p.want("{")?;
            p.named_expression()?;
            p.for_if_clauses()?;
            let close = p.want("}")?;
            Ok(node("set comprehension", open.to(close)))
        })? {
            return Ok(comp);
        }
        self.mistake(Self::invalid_comprehension)?;
        Err(Stop::Miss)
    }

    fn kvpair(&mut self) -> R<()> {
        if self.eat("**") {
            self.bitwise_or()?;
            return Ok(());
        }
        self.expression()?;
        self.want(":")?;
        self.expression()?;
        Ok(())
    }

    fn invalid_double_starred_kvpairs(&mut self) -> R<()> {
        let mark = self.pos;
        // All pairs that are right, then the one that is not.
        if self.attempt(|p| p.kvpair())?.is_some() {
            while self.at(",") {
                let found = self.attempt(|p| {
                    p.want(",")?;
                    p.kvpair()
                })?;
                if found.is_none() {
                    break;
                }
            }
            self.attempt(|p| {
                p.want(",")?;
                p.invalid_kvpair()
            })?;
        }
        self.pos = mark;
        self.dict_value_mistake()
    }

    fn invalid_kvpair(&mut self) -> R<()> {
        let mark = self.pos;
        let key = self.expression()?;
        if !self.at(":") {
            let end = key.span.end;
            let start = self.text[..end as usize].char_indices().next_back().map_or(end, |(i, _)| i as u32);
            return match self.raise::<()>("':' expected after dictionary key", Span::new(start, end)) {
                Err(Stop::Raise(mut error)) => {
                    error.end_column = 0;
                    Err(Stop::Raise(error))
                }
                other => other,
            };
        }
        self.pos = mark;
        self.dict_value_mistake()
    }

    fn dict_value_mistake(&mut self) -> R<()> {
        self.expression()?;
        let colon = self.want(":")?;
        if self.at("*") {
            let star = self.want("*")?;
            self.bitwise_or()?;
            return self.raise_from("cannot use a starred expression in a dictionary value", star);
        }
        if self.at_any(&["}", ","]) {
            return self.raise("expression expected after dictionary key and ':'", colon);
        }
        Err(Stop::Miss)
    }

    /// One or more `for ... in ... if ...`.
    pub(super) fn for_if_clauses(&mut self) -> R<Span> {
        let mut span = self.for_if_clause()?;
        while self.at_any(&["for", "async"]) {
            match self.attempt(Self::for_if_clause)? {
                Some(next) => span = next,
                None => break,
            }
        }
        Ok(span)
    }

    /// Gives the place of the clause's last part.
    fn for_if_clause(&mut self) -> R<Span> {
        let mark = self.pos;
        self.eat("async");
        self.want("for")?;
        let targets = self.attempt(|p| {
            p.star_targets()?;
            p.want("in")
        })?;
        if targets.is_some() {
            let mut last = self.disjunction()?.span;
            while self.at("if") {
                let found = self.attempt(|p| {
                    p.want("if")?;
                    p.disjunction()
                })?;
                match found {
                    Some(test) => last = test.span,
                    None => break,
                }
            }
            return Ok(last);
        }
        self.pos = mark;
        self.mistake(|p| {
            p.eat("async");
            p.want("for")?;
            p.bitwise_or()?;
            while p.at(",") {
                let found = p.attempt(|p| {
                    p.want(",")?;
                    p.bitwise_or()
                })?;
                if found.is_none() {
                    break;
                }
            }
            p.eat(",");
            if p.at("in") { Err(Stop::Miss) } else { p.raise_last("'in' expected after for-loop variables") }
        })?;
        self.mistake(Self::invalid_for_target)?;
        Err(Stop::Miss)
    }

    pub(super) fn invalid_for_target(&mut self) -> R<()> {
        self.eat("async");
        self.want("for")?;
        let targets = self.star_expressions()?;
        self.invalid_target(TargetKind::For, &targets)?;
        Err(Stop::Miss)
    }

    pub(super) fn star_target(&mut self) -> R<N> {
        if self.at("*") {
            let star = self.want("*")?;
            let inner = self.primary()?;
            return Ok(node_of("starred", self.since(star.start), vec![inner]));
        }
        self.primary()
    }

    /// `target, *target`: as of an assignment or a `for`.
    pub(super) fn star_targets(&mut self) -> R<N> {
        let mut items = Vec::new();
        let mut span: Option<Span> = None;
        let mut comma = false;
        while let Some(item) = self.attempt(Self::star_target)? {
            span = Some(span.map_or(item.span, |span| span.to(item.span)));
            items.push(item);
            comma = self.eat(",");
            if !comma {
                break;
            }
        }
        let Some(span) = span else { return Err(Stop::Miss) };
        let targets = if items.len() == 1 && !comma { items.remove(0) } else { node_of("tuple", span, items) };
        if super::wrong_target(&targets, TargetKind::Star).is_some() { Err(Stop::Miss) } else { Ok(targets) }
    }
}
