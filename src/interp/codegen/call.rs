//! Calls.

use super::expr::CHUNK;
use super::*;

impl<'a> Compiler<'a> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dst: R,
    ) -> Gen<()> {
        if let ExprKind::Name(name) = &func.kind
            && *name == "super"
            && args.is_empty()
            && keywords.is_empty()
            && self.super_call(dst)
        {
            return Ok(());
        }
        self.duplicate_keywords(keywords)?;
        let spread = args.iter().any(|a| matches!(a.kind, ExprKind::Starred(_)))
            || keywords.iter().any(|k| k.arg.is_none())
            || args.len() + keywords.len() > CHUNK;
        if spread {
            let f = self.expr_temp(func)?;
            return self.spread_call(f, args, keywords, dst);
        }
        let f = self.temp();
        let (method, span) = match &func.kind {
            ExprKind::Attribute { value, attr } => {
                let this = self.temp();
                let obj = match self.simple_local(value) {
                    Some(local) => local,
                    None => {
                        self.expr_to(value, this)?;
                        this
                    }
                };
                let site = self.site(self.mangle(*attr));
                let at = self.attr_span(func, *attr);
                self.emit_at(Op::LoadMethod { f, obj, site }, at);
                let span = if at == func.span { expr.span } else { Span::new(at.start, expr.span.end) };
                (true, span)
            }
            _ => {
                self.expr_to(func, f)?;
                (false, expr.span)
            }
        };
        for arg in args {
            self.expr_temp(arg)?;
        }
        for keyword in keywords {
            self.expr_temp(&keyword.value)?;
        }
        let argc = (args.len() + keywords.len()) as u16;
        let op = if keywords.is_empty() {
            if method { Op::CallMethod { dst, f, argc } } else { Op::Call { dst, f, argc } }
        } else {
            let names = self.unit.keywords.len() as u32;
            self.unit.keywords.push(keywords.iter().filter_map(|k| k.arg).collect());
            if method {
                Op::CallMethodKeywords { dst, f, argc, names }
            } else {
                Op::CallKeywords { dst, f, argc, names }
            }
        };
        self.emit_at(op, span);
        Ok(())
    }

    fn simple_local(&self, expr: &Expr) -> Option<R> {
        match &expr.kind {
            ExprKind::Name(name) if !self.walrus() => self.local(*name),
            _ => None,
        }
    }

    fn duplicate_keywords(&self, keywords: &'a [Keyword]) -> Gen<()> {
        for (i, keyword) in keywords.iter().enumerate() {
            if let Some(name) = keyword.arg
                && keywords[..i].iter().any(|k| k.arg == Some(name))
            {
                return self.fail(format!("keyword argument repeated: {name}"), keyword.span);
            }
        }
        Ok(())
    }

    /// Arguments with stars: a list and a dict.
    pub(super) fn spread_call(&mut self, f: R, args: &'a [Expr], keywords: &'a [Keyword], dst: R) -> Gen<()> {
        let list = self.temp();
        self.emit(Op::BuildList { dst: list, from: 0, count: 0 });
        self.list_items(args, list, Some(f))?;
        let kwargs = self.keyword_dict(f, keywords)?;
        self.emit(Op::CallSpread { dst, f, args: list, kwargs });
        Ok(())
    }

    /// A dict of keyword arguments; [`NONE`] where there are none.
    pub(super) fn keyword_dict(&mut self, func: R, keywords: &'a [Keyword]) -> Gen<R> {
        if keywords.is_empty() {
            return Ok(NONE);
        }
        let dict = self.temp();
        self.emit(Op::BuildDict { dst: dict, from: 0, pairs: 0 });
        for keyword in keywords {
            let mark = self.mark();
            match keyword.arg {
                Some(name) => {
                    // A one-entry dict, so that a key that is there already is found out.
                    let one = self.temp();
                    self.constant_reg(name.into());
                    self.expr_temp(&keyword.value)?;
                    self.emit(Op::BuildDict { dst: one, from: one + 1, pairs: 1 });
                    self.emit(Op::DictMerge { dict, src: one, func });
                }
                None => {
                    let src = self.expr(&keyword.value)?;
                    self.emit(Op::DictMerge { dict, src, func });
                }
            }
            self.release(mark);
        }
        Ok(dict)
    }

    /// `super()` inside a method. False where it is an ordinary call.
    fn super_call(&mut self, dst: R) -> bool {
        let Some(first) = self.unit.first_param else { return false };
        if !self.in_function() {
            return false;
        }
        let class: Name = "__class__".into();
        if !matches!(self.place(class), Place::Free(_) | Place::Cell(_)) {
            return false;
        }
        let f = self.temp();
        self.load_name("super".into(), f);
        let cell = self.temp();
        self.load_name(class, cell);
        let this = self.temp();
        match self.scopes.place(self.unit.home, first) {
            Place::Local(var) => {
                let src = self.slot(var);
                self.emit(Op::Move { dst: this, src });
            }
            Place::Cell(var) => {
                let cell = self.cell(var);
                self.emit(Op::LoadCell { dst: this, cell });
            }
            _ => return false,
        }
        self.emit(Op::SuperCall { dst, f, this });
        true
    }
}
