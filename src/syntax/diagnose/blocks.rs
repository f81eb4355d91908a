//! Compound statements and their mistakes.

use super::{Diagnosis, R, Span, Stop, TargetKind, Tok};

impl<'a> Diagnosis<'a> {
    /// Reads a compound statement if one begins here.
    pub(super) fn compound_stmt(&mut self) -> R<bool> {
        match self.text_at(self.pos) {
            "if" => self.if_stmt("if")?,
            "while" => self.while_stmt()?,
            "for" => self.for_stmt()?,
            "try" => self.try_stmt()?,
            "with" => self.with_stmt()?,
            "def" => self.def_stmt()?,
            "class" => self.class_stmt()?,
            "@" => {
                while self.eat("@") {
                    self.named_expression()?;
                    self.want_kind(Tok::Newline)?;
                }
                match self.text_at(self.pos) {
                    "class" => self.class_stmt()?,
                    "async" => {
                        self.pos += 1;
                        self.def_stmt()?;
                    }
                    _ => self.def_stmt()?,
                }
            }
            "async" => {
                self.pos += 1;
                match self.text_at(self.pos) {
                    "def" => self.def_stmt()?,
                    "for" => self.for_stmt()?,
                    _ => self.with_stmt()?,
                }
            }
            "match" => return Ok(self.attempt(Self::match_stmt)?.is_some()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Raises "expected ':'" where a line ends in its place.
    fn colon(&mut self) -> R<()> {
        if self.invalid && self.kind() == Tok::Newline {
            return self.raise_last("expected ':'");
        }
        self.want(":")?;
        Ok(())
    }

    /// The block of a statement; `what` names it in the message.
    fn block(&mut self, what: &str, head: Span) -> R<()> {
        if self.kind() != Tok::Newline {
            return self.simple_stmts();
        }
        self.pos += 1;
        if self.kind() != Tok::Indent {
            if self.invalid {
                let line = self.line_of(head.start);
                return self.raise_indentation(format!("expected an indented block after {what} on line {line}"));
            }
            return Err(Stop::Miss);
        }
        self.pos += 1;
        self.statements()?;
        self.want_kind(Tok::Dedent)?;
        Ok(())
    }

    fn if_stmt(&mut self, word: &str) -> R<()> {
        let head = self.want(word)?;
        self.named_expression()?;
        self.colon()?;
        self.block(&format!("'{word}' statement"), head)?;
        if self.at("elif") {
            return self.if_stmt("elif");
        }
        self.else_block()
    }

    fn else_block(&mut self) -> R<()> {
        let head = self.token().span();
        if self.eat("else") {
            self.force(":")?;
            self.block("'else' statement", head)?;
        }
        Ok(())
    }

    fn while_stmt(&mut self) -> R<()> {
        let head = self.want("while")?;
        self.named_expression()?;
        self.colon()?;
        self.block("'while' statement", head)?;
        self.else_block()
    }

    fn for_stmt(&mut self) -> R<()> {
        let mark = self.pos;
        let head = self.want("for")?;
        let targets = self.attempt(|p| {
            p.star_targets()?;
            p.want("in")
        })?;
        if targets.is_none() {
            self.pos = mark;
            self.mistake(Self::invalid_for_target)?;
            return Err(Stop::Miss);
        }
        self.star_expressions()?;
        self.colon()?;
        self.block("'for' statement", head)?;
        self.else_block()
    }

    fn with_stmt(&mut self) -> R<()> {
        let head = self.want("with")?;
        let parenthesised = self.attempt(|p| {
            p.want("(")?;
            loop {
                p.with_item()?;
                if !p.eat(",") || p.at(")") {
                    break;
                }
            }
            p.want(")")?;
            if p.at(":") || (p.invalid && p.kind() == Tok::Newline) { Ok(()) } else { Err(Stop::Miss) }
        })?;
        if parenthesised.is_none() {
            loop {
                self.with_item()?;
                if !self.eat(",") {
                    break;
                }
            }
        }
        self.colon()?;
        self.block("'with' statement", head)
    }

    fn with_item(&mut self) -> R<()> {
        let mark = self.pos;
        let good = self.attempt(|p| {
            p.expression()?;
            if p.eat("as") {
                p.star_targets_one()?;
                if !p.at_any(&[",", ")", ":"]) && p.kind() != Tok::Newline {
                    return Err(Stop::Miss);
                }
            }
            Ok(())
        })?;
        if good.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            p.expression()?;
            p.want("as")?;
            let target = p.expression()?;
            if p.at_any(&[",", ")", ":"]) { p.invalid_target(TargetKind::Star, &target) } else { Err(Stop::Miss) }
        })?;
        self.pos = mark;
        self.expression()?;
        Ok(())
    }

    fn star_targets_one(&mut self) -> R<()> {
        let target = self.star_target()?;
        if super::wrong_target(&target, TargetKind::Star).is_some() { Err(Stop::Miss) } else { Ok(()) }
    }

    fn try_stmt(&mut self) -> R<()> {
        let head = self.want("try")?;
        self.force(":")?;
        self.block("'try' statement", head)?;
        let mut stars: Option<bool> = None;
        while self.at("except") {
            let head = self.token().span();
            let star = self.except_block()?;
            if stars.is_some_and(|before| before != star) {
                let span = if star { Span::new(head.start, head.end + 1) } else { head };
                return if self.invalid {
                    self.raise("cannot have both 'except' and 'except*' on the same 'try'", span)
                } else {
                    Err(Stop::Miss)
                };
            }
            stars = Some(star);
        }
        if stars.is_some() {
            self.else_block()?;
        }
        let head = self.token().span();
        if self.eat("finally") {
            self.force(":")?;
            return self.block("'finally' statement", head);
        }
        if stars.is_none() {
            if self.invalid {
                return self.raise_last("expected 'except' or 'finally' block");
            }
            return Err(Stop::Miss);
        }
        Ok(())
    }

    fn except_block(&mut self) -> R<bool> {
        let head = self.want("except")?;
        let star = self.eat("*");
        if star && self.invalid && (self.at(":") || self.kind() == Tok::Newline) {
            return self.raise_last("expected one or more exception types");
        }
        if star || (!self.at(":") && self.kind() != Tok::Newline) {
            let first = self.expression()?;
            self.mistake(|p| {
                p.want(",")?;
                p.expressions()?;
                if p.eat("as") {
                    p.name()?;
                }
                p.want(":")?;
                p.raise_from("multiple exception types must be parenthesized", first.span)
            })?;
            if self.eat("as") {
                self.name()?;
            }
        }
        self.colon()?;
        self.block(if star { "'except*' statement" } else { "'except' statement" }, head)?;
        Ok(star)
    }

    fn def_stmt(&mut self) -> R<()> {
        let head = self.want("def")?;
        self.name()?;
        self.type_params()?;
        self.force("(")?;
        self.parameters(")", true)?;
        self.want(")")?;
        self.attempt(|p| {
            p.want("->")?;
            p.expression()
        })?;
        self.force(":")?;
        self.block("function definition", head)
    }

    fn class_stmt(&mut self) -> R<()> {
        let head = self.want("class")?;
        self.name()?;
        self.type_params()?;
        if self.eat("(") {
            if !self.at(")") {
                self.arguments()?;
            }
            self.want(")")?;
        }
        self.colon()?;
        self.block("class definition", head)
    }

    /// `[T: bound = default, *Ts, **P]`, if it is there.
    pub(super) fn type_params(&mut self) -> R<()> {
        if !self.eat("[") {
            return Ok(());
        }
        loop {
            if self.at_any(&["*", "**"]) {
                self.pos += 1;
            }
            self.name()?;
            if self.eat(":") {
                self.expression()?;
            }
            if self.eat("=") {
                if self.at("*") {
                    self.starred_expression()?;
                } else {
                    self.expression()?;
                }
            }
            if !self.eat(",") || self.at("]") {
                break;
            }
        }
        self.want("]")?;
        Ok(())
    }

    fn match_stmt(&mut self) -> R<()> {
        let head = self.want("match")?;
        let (items, comma, _) = self.star_named_expressions()?;
        if !comma && matches!(&items[..], [only] if only.name == "starred") {
            return Err(Stop::Miss);
        }
        if self.invalid && self.kind() == Tok::Newline {
            return self.raise_last("expected ':'");
        }
        self.want(":")?;
        self.want_kind(Tok::Newline)?;
        if self.kind() != Tok::Indent {
            if self.invalid {
                let line = self.line_of(head.start);
                return self
                    .raise_indentation(format!("expected an indented block after 'match' statement on line {line}"));
            }
            return Err(Stop::Miss);
        }
        self.pos += 1;
        self.case_block()?;
        while self.at("case") {
            self.case_block()?;
        }
        self.want_kind(Tok::Dedent)?;
        Ok(())
    }

    fn case_block(&mut self) -> R<()> {
        let head = self.want("case")?;
        self.patterns()?;
        if self.eat("if") {
            self.named_expression()?;
        }
        self.colon()?;
        self.block("'case' statement", head)
    }
}
