//! Arguments of calls and their mistakes.

use super::{Diagnosis, Memo, N, R, Span, Stop, node, node_of};

/// An argument as far as messages need it.
#[derive(Clone)]
struct Argument {
    value: N,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Positional,
    Keyword,
    DoubleStar,
}

impl<'a> Diagnosis<'a> {
    /// What stands in a call's parentheses.
    pub(super) fn arguments(&mut self) -> R<N> {
        self.memoised(Memo::Arguments, |p| {
            let found = p.attempt(|p| {
                let args = p.args()?;
                p.eat(",");
                if p.at(")") { Ok(args) } else { Err(Stop::Miss) }
            })?;
            if let Some(args) = found {
                let span = args.first().map_or(Span::default(), |a| a.value.span);
                return Ok(node("arguments", span));
            }
            p.mistake(Self::invalid_arguments)?;
            Err(Stop::Miss)
        })
    }

    fn args(&mut self) -> R<Vec<Argument>> {
        let mut out = Vec::new();
        while let Some(arg) = self.attempt(|p| {
            if out.is_empty() {
                p.positional()
            } else {
                p.want(",")?;
                p.positional()
            }
        })? {
            out.push(Argument { value: arg, kind: Kind::Positional });
        }
        if out.is_empty() {
            return self.kwargs();
        }
        if let Some(more) = self.attempt(|p| {
            p.want(",")?;
            p.kwargs()
        })? {
            out.extend(more);
        }
        Ok(out)
    }

    fn positional(&mut self) -> R<N> {
        if self.at("*") {
            return self.starred_expression();
        }
        let value = match self.attempt(Self::assignment_expression)? {
            Some(value) => value,
            None => {
                let value = self.expression()?;
                if self.at(":=") {
                    return Err(Stop::Miss);
                }
                value
            }
        };
        if self.at("=") { Err(Stop::Miss) } else { Ok(value) }
    }

    fn kwargs(&mut self) -> R<Vec<Argument>> {
        let mut out = Vec::new();
        let mut double = false;
        loop {
            let next = self.attempt(|p| {
                if !out.is_empty() {
                    p.want(",")?;
                }
                p.kwarg(double)
            })?;
            match next {
                Some(arg) => {
                    double |= arg.kind == Kind::DoubleStar;
                    out.push(arg);
                }
                None if out.is_empty() => return Err(Stop::Miss),
                None => return Ok(out),
            }
        }
    }

    fn kwarg(&mut self, after_double: bool) -> R<Argument> {
        self.mistake(Self::invalid_kwarg)?;
        if self.at("**") {
            let stars = self.want("**")?;
            self.expression()?;
            return Ok(Argument { value: node("keyword", self.since(stars.start)), kind: Kind::DoubleStar });
        }
        if self.at("*") {
            if after_double {
                return Err(Stop::Miss);
            }
            let value = self.starred_expression()?;
            return Ok(Argument { value, kind: Kind::Positional });
        }
        let name = self.name()?;
        self.want("=")?;
        self.expression()?;
        Ok(Argument { value: node("keyword", self.since(name.span.start)), kind: Kind::Keyword })
    }

    fn invalid_kwarg(&mut self) -> R<()> {
        let mark = self.pos;
        let token = self.token();
        let word = self.text_at(self.pos);
        if matches!(word, "True" | "False" | "None") {
            self.pos += 1;
            if self.at("=") {
                let eq = self.want("=")?;
                return self.raise(format!("cannot assign to {word}"), token.span().to(eq));
            }
        }
        self.pos = mark;
        self.name_eq_comprehension()?;
        self.pos = mark;
        if self.at("**") {
            let stars = self.want("**")?;
            self.expression()?;
            self.want("=")?;
            let value = self.expression()?;
            return self.raise("cannot assign to keyword argument unpacking", stars.to(value.span));
        }
        let is_keyword_argument = self.follows(|p| {
            p.name()?;
            p.want("=")
        })?;
        if is_keyword_argument {
            return Err(Stop::Miss);
        }
        let value = self.expression()?;
        let eq = self.want("=")?;
        self.raise("expression cannot contain assignment, perhaps you meant \"==\"?", value.span.to(eq))
    }

    /// `name = expression for ...`.
    fn name_eq_comprehension(&mut self) -> R<()> {
        let found = self.attempt(|p| {
            let name = p.name()?;
            let eq = p.want("=")?;
            p.expression()?;
            p.for_if_clauses()?;
            Ok(name.span.to(eq))
        })?;
        match found {
            Some(span) => self.raise("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", span),
            None => Ok(()),
        }
    }

    pub(super) fn starred_expression(&mut self) -> R<N> {
        self.mistake(|p| {
            let star = p.want("*")?;
            p.expression()?;
            p.want("=")?;
            let value = p.expression()?;
            p.raise("cannot assign to iterable argument unpacking", star.to(value.span))
        })?;
        let star = self.want("*")?;
        let value = match self.attempt(Self::expression)? {
            Some(value) => value,
            None if self.invalid => {
                return self.raise_last("Invalid star expression");
            }
            None => return Err(Stop::Miss),
        };
        Ok(node_of("starred", self.since(star.start), vec![value]))
    }

    fn invalid_arguments(&mut self) -> R<()> {
        let mark = self.pos;
        // `f(**k, *a)`
        self.attempt(|p| {
            let args = p.args()?;
            if !args.iter().any(|a| a.kind != Kind::Positional) {
                return Err(Stop::Miss);
            }
            let comma = p.want(",")?;
            p.starred_expression()?;
            if p.at("=") {
                return Err(Stop::Miss);
            }
            while p.at(",") {
                let more = p.attempt(|p| {
                    p.want(",")?;
                    p.starred_expression()
                })?;
                if more.is_none() {
                    break;
                }
            }
            p.raise_from::<()>("iterable argument unpacking follows keyword argument unpacking", comma)
        })?;
        self.pos = mark;
        // `f(x for x in y, 1)`
        self.attempt(|p| {
            let element = p.expression()?;
            let last = p.for_if_clauses()?;
            p.want(",")?;
            p.attempt(|p| {
                if p.attempt(Self::args)?.is_none() {
                    p.expression()?;
                    p.for_if_clauses()?;
                }
                Ok(())
            })?;
            p.raise::<()>("Generator expression must be parenthesized", element.span.to(last))
        })?;
        self.pos = mark;
        self.name_eq_comprehension()?;
        self.pos = mark;
        // `f(a=)`
        self.attempt(|p| {
            p.attempt(|p| {
                p.args()?;
                p.want(",")
            })?;
            let name = p.name()?;
            let eq = p.want("=")?;
            if p.at_any(&[",", ")"]) {
                return p.raise::<()>("expected argument value expression", name.span.to(eq));
            }
            Err(Stop::Miss)
        })?;
        self.pos = mark;
        // `f(1, x for x in y)`: the generator's element is the last argument.
        self.attempt(|p| {
            let args = p.args()?;
            let last = p.for_if_clauses()?;
            if args.len() <= 1 {
                return Err(Stop::Miss);
            }
            let element = args.last().map_or(last, |a| a.value.span);
            p.raise::<()>("Generator expression must be parenthesized", element.to(last))
        })?;
        self.pos = mark;
        self.attempt(|p| {
            p.args()?;
            p.want(",")?;
            let element = p.expression()?;
            let last = p.for_if_clauses()?;
            p.raise::<()>("Generator expression must be parenthesized", element.span.to(last))
        })?;
        self.pos = mark;
        let args = self.args()?;
        self.want(",")?;
        self.args()?;
        if args.iter().any(|a| a.kind == Kind::DoubleStar) {
            self.raise_last("positional argument follows keyword argument unpacking")
        } else {
            self.raise_last("positional argument follows keyword argument")
        }
    }
}
