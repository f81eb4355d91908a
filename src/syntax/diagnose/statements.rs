//! Simple statements and their mistakes.

use super::{Diagnosis, N, R, Stop, TargetKind, Tok};

const AUGMENTED: &[&str] = &["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//=", "@="];

impl<'a> Diagnosis<'a> {
    /// Statements up to one that is none.
    pub(super) fn statements(&mut self) -> R<()> {
        while !matches!(self.kind(), Tok::End | Tok::Dedent) && self.attempt(Self::statement)?.is_some() {}
        Ok(())
    }

    fn statement(&mut self) -> R<()> {
        if self.kind() == Tok::Magic {
            self.pos += 1;
            self.want_kind(Tok::Newline)?;
            return Ok(());
        }
        if self.compound_stmt()? {
            return Ok(());
        }
        self.simple_stmts()
    }

    pub(super) fn simple_stmts(&mut self) -> R<()> {
        loop {
            self.simple_stmt()?;
            if !self.eat(";") {
                break;
            }
            if self.kind() == Tok::Newline {
                break;
            }
        }
        self.want_kind(Tok::Newline)?;
        Ok(())
    }

    fn simple_stmt(&mut self) -> R<()> {
        if self.attempt(Self::assignment)?.is_some() {
            return Ok(());
        }
        if self.at("type") && self.attempt(Self::type_alias)?.is_some() {
            return Ok(());
        }
        if self.attempt(Self::star_expressions)?.is_some() {
            return Ok(());
        }
        let word = self.text_at(self.pos);
        match word {
            "return" => {
                self.pos += 1;
                self.attempt(Self::star_expressions)?;
                Ok(())
            }
            "import" => self.import_name(),
            "from" => self.import_from(),
            "raise" => {
                self.pos += 1;
                if self.attempt(Self::expression)?.is_some() && self.eat("from") {
                    self.expression()?;
                }
                Ok(())
            }
            "pass" | "break" | "continue" => {
                self.pos += 1;
                Ok(())
            }
            "del" => self.del_stmt(),
            "yield" => self.yield_expr().map(|_| ()),
            "assert" => {
                self.pos += 1;
                self.expression()?;
                if self.eat(",") {
                    self.expression()?;
                }
                Ok(())
            }
            "global" | "nonlocal" => {
                self.pos += 1;
                loop {
                    self.name()?;
                    if !self.eat(",") {
                        return Ok(());
                    }
                }
            }
            _ => Err(Stop::Miss),
        }
    }

    fn type_alias(&mut self) -> R<()> {
        self.want("type")?;
        self.name()?;
        self.type_params()?;
        self.want("=")?;
        self.expression()?;
        Ok(())
    }

    fn single(value: &N) -> bool {
        matches!(value.name, "name" | "attribute" | "subscript")
    }

    fn assignment(&mut self) -> R<()> {
        let mark = self.pos;
        // `target: annotation [= value]`
        if let Some(()) = self.attempt(|p| {
            let target = p.peek(Self::star_expressions)?;
            if !Self::single(&target) {
                return Err(Stop::Miss);
            }
            p.want(":")?;
            p.expression()?;
            p.attempt(|p| {
                p.want("=")?;
                p.annotated_rhs()
            })?;
            Ok(())
        })? {
            return Ok(());
        }
        // `(target =)+ value`
        if let Some(()) = self.attempt(|p| {
            let mut targets = 0;
            while p
                .attempt(|p| {
                    p.peek(Self::star_targets)?;
                    p.want("=")
                })?
                .is_some()
            {
                targets += 1;
            }
            if targets == 0 {
                return Err(Stop::Miss);
            }
            if p.kind() == Tok::Magic {
                p.pos += 1;
                return Ok(());
            }
            p.annotated_rhs()?;
            if p.at("=") { Err(Stop::Miss) } else { Ok(()) }
        })? {
            return Ok(());
        }
        // `target op= value`
        let augmented = self.attempt(|p| {
            let target = p.peek(Self::star_expressions)?;
            if !Self::single(&target) || !p.at_any(AUGMENTED) {
                return Err(Stop::Miss);
            }
            p.pos += 1;
            Ok(())
        })?;
        if augmented.is_some() {
            self.annotated_rhs()?;
            return Ok(());
        }
        self.pos = mark;
        self.mistake(Self::invalid_assignment)?;
        Err(Stop::Miss)
    }

    fn invalid_assignment(&mut self) -> R<()> {
        let mark = self.pos;
        self.attempt(|p| {
            let target = p.peek(Self::primary)?;
            if !matches!(target.name, "list" | "tuple") {
                return Err(Stop::Miss);
            }
            p.want(":")?;
            p.expression()?;
            p.raise::<()>(format!("only single target (not {}) can be annotated", target.name), target.span)
        })?;
        self.pos = mark;
        self.attempt(|p| {
            let first = p.star_named_expression()?;
            p.want(",")?;
            while p.attempt(Self::star_named_expressions)?.is_some() {}
            p.want(":")?;
            p.expression()?;
            p.raise::<()>("only single target (not tuple) can be annotated", first.span)
        })?;
        self.pos = mark;
        self.attempt(|p| {
            let first = p.expression()?;
            p.want(":")?;
            p.expression()?;
            p.raise::<()>("illegal target for annotation", first.span)
        })?;
        self.pos = mark;
        while self
            .attempt(|p| {
                p.peek(Self::star_targets)?;
                p.want("=")
            })?
            .is_some()
        {}
        let after_targets = self.pos;
        self.attempt(|p| {
            let value = p.star_expressions()?;
            p.want("=")?;
            p.invalid_target(TargetKind::Star, &value)
        })?;
        self.pos = after_targets;
        self.attempt(|p| {
            let value = p.yield_expr()?;
            p.want("=")?;
            p.raise::<()>("assignment to yield expression not possible", value.span)
        })?;
        self.pos = mark;
        let value = self.star_expressions()?;
        if !self.at_any(AUGMENTED) {
            return Err(Stop::Miss);
        }
        self.pos += 1;
        self.annotated_rhs()?;
        self.raise(format!("'{}' is an illegal expression for augmented assignment", value.name), value.span)
    }

    fn del_stmt(&mut self) -> R<()> {
        self.want("del")?;
        let good = self.attempt(|p| {
            let targets = p.peek(Self::star_expressions)?;
            if super::wrong_target(&targets, TargetKind::Del).is_some() {
                return Err(Stop::Miss);
            }
            if p.at(";") || p.kind() == Tok::Newline { Ok(()) } else { Err(Stop::Miss) }
        })?;
        if good.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            let targets = p.star_expressions()?;
            p.invalid_target(TargetKind::Del, &targets)
        })?;
        Err(Stop::Miss)
    }

    fn dotted_name(&mut self) -> R<()> {
        self.name()?;
        while self.eat(".") {
            self.name()?;
        }
        Ok(())
    }

    fn import_name(&mut self) -> R<()> {
        self.mistake(|p| {
            let import = p.want("import")?;
            let at = p.token().span();
            if p.kind() == Tok::Newline {
                return p.raise_from("Expected one or more names after 'import'", at);
            }
            p.dotted_name()?;
            while p.eat(",") {
                p.dotted_name()?;
            }
            p.want("from")?;
            p.dotted_name()?;
            p.raise_from("Did you mean to use 'from ... import ...' instead?", import)
        })?;
        self.want("import")?;
        loop {
            self.dotted_name()?;
            if self.eat("as") {
                self.name()?;
            }
            if !self.eat(",") {
                return Ok(());
            }
        }
    }

    fn import_from(&mut self) -> R<()> {
        self.want("from")?;
        let mut dots = false;
        while self.at_any(&[".", "..."]) {
            self.pos += 1;
            dots = true;
        }
        if !dots || !self.at("import") {
            self.dotted_name()?;
        }
        self.want("import")?;
        if self.eat("*") {
            return Ok(());
        }
        let parenthesised = self.eat("(");
        let at = self.token().span();
        if self.invalid && !parenthesised && self.kind() == Tok::Newline {
            return self.raise_from("Expected one or more names after 'import'", at);
        }
        loop {
            self.name()?;
            if self.eat("as") {
                self.name()?;
            }
            if !self.eat(",") {
                break;
            }
            if parenthesised && self.at(")") {
                break;
            }
            if self.kind() == Tok::Newline && self.invalid && !parenthesised {
                return self.raise_last("trailing comma not allowed without surrounding parentheses");
            }
        }
        if parenthesised {
            self.want(")")?;
        }
        Ok(())
    }
}
