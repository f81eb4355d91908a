//! `match`. Mirrors <https://docs.python.org/3/reference/compound_stmts.html#the-match-statement>.

use super::*;
use crate::object::ops::Order;

impl<'a> Compiler<'a> {
    pub(super) fn match_(&mut self, subject: &'a Expr, cases: &'a [MatchCase]) -> Gen<()> {
        let src = self.expr_temp(subject)?;
        let mut ends = Vec::new();
        for case in cases {
            let mark = self.mark();
            let mut fails = Vec::new();
            // Names are bound when the whole pattern has matched.
            let mut binds = Vec::new();
            self.unit.span = case.pattern.span;
            self.pattern(&case.pattern, src, &mut fails, &mut binds)?;
            for (name, from) in binds {
                let copy = self.temp();
                self.emit(Op::Move { dst: copy, src: from });
                self.store_name(name, copy, case.pattern.span)?;
            }
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, &mut fails)?;
            }
            self.body(&case.body)?;
            ends.push(self.emit(Op::Jump { to: 0 }));
            self.patch_all(fails);
            self.release(mark);
        }
        self.patch_all(ends);
        Ok(())
    }

    /// Jumps, to be patched, where a register does not match. Temporaries that hold parts stay in use.
    fn pattern(&mut self, pattern: &'a Pattern, src: R, fails: &mut Vec<usize>, binds: &mut Vec<(Name, R)>) -> Gen<()> {
        let old = std::mem::replace(&mut self.unit.span, pattern.span);
        match &pattern.kind {
            PatternKind::Value(value) => {
                let b = self.expr_temp(value)?;
                fails.push(self.emit(Op::JumpCompare { op: Order::Eq, when: false, a: src, b, to: 0 }));
            }
            PatternKind::Singleton(constant) => {
                let value = match constant {
                    Constant::True => Value::Bool(true),
                    Constant::False => Value::Bool(false),
                    _ => Value::None,
                };
                let b = self.constant_reg(value);
                let dst = self.temp();
                self.emit(Op::Is { dst, a: src, b, negate: false });
                fails.push(self.emit(Op::JumpIf { a: dst, when: false, to: 0 }));
            }
            PatternKind::Sequence(items) => self.sequence(items, src, fails, binds)?,
            PatternKind::Mapping { keys, patterns, rest } => {
                fails.push(self.emit(Op::MatchMapping { src, to: 0 }));
                let (from, count) = self.run_of(keys)?;
                let values = self.mark();
                for _ in keys {
                    self.temp();
                }
                if count > 0 {
                    fails.push(self.emit(Op::MatchKeys { src, keys: from, count, to: 0 }));
                }
                for (i, p) in patterns.iter().enumerate() {
                    self.pattern(p, values + i as R, fails, binds)?;
                }
                if let Some(rest) = rest {
                    let dst = self.temp();
                    self.emit(Op::MatchRest { dst, src, keys: from, count });
                    self.bind_once(*rest, dst, binds, pattern.span)?;
                }
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                let class = self.expr_temp(class)?;
                let values = self.mark();
                for _ in patterns.iter().chain(keyword_patterns) {
                    self.temp();
                }
                let names = self.names_constant(keyword_names.iter().copied());
                let count = patterns.len() as u16;
                fails.push(self.emit(Op::MatchClass { src, class, count, to: 0 }));
                self.emit(Op::MatchNames { names });
                for (i, p) in patterns.iter().chain(keyword_patterns).enumerate() {
                    self.pattern(p, values + i as R, fails, binds)?;
                }
            }
            PatternKind::Star(_) => return self.fail("can't use starred pattern here", pattern.span),
            PatternKind::As { pattern: inner, name } => {
                if let Some(inner) = inner {
                    self.pattern(inner, src, fails, binds)?;
                }
                if let Some(name) = name {
                    self.bind_once(*name, src, binds, pattern.span)?;
                }
            }
            PatternKind::Or(alternatives) => {
                let mut ends = Vec::new();
                // Every alternative binds the same names, each into the same register.
                let mut shared: Vec<(Name, R)> = Vec::new();
                for (i, alternative) in alternatives.iter().enumerate() {
                    let mut own_fails = Vec::new();
                    let mut own = Vec::new();
                    self.pattern(alternative, src, &mut own_fails, &mut own)?;
                    if i == 0 {
                        for (name, _) in &own {
                            let r = self.temp();
                            shared.push((*name, r));
                        }
                    } else if own.len() != shared.len() || !own.iter().all(|(n, _)| shared.iter().any(|(m, _)| m == n))
                    {
                        return self.fail("alternative patterns bind different names", pattern.span);
                    }
                    for (name, from) in own {
                        if let Some(&(_, dst)) = shared.iter().find(|(n, _)| *n == name) {
                            self.emit(Op::Move { dst, src: from });
                        }
                    }
                    ends.push(self.emit(Op::Jump { to: 0 }));
                    self.patch_all(own_fails);
                }
                fails.push(self.emit(Op::Jump { to: 0 }));
                self.patch_all(ends);
                for (name, r) in shared {
                    self.bind_once(name, r, binds, pattern.span)?;
                }
            }
        }
        self.unit.span = old;
        Ok(())
    }

    fn bind_once(&self, name: Name, r: R, binds: &mut Vec<(Name, R)>, span: Span) -> Gen<()> {
        if binds.iter().any(|(n, _)| *n == name) {
            return self.fail(format!("multiple assignments to name '{name}' in pattern"), span);
        }
        binds.push((name, r));
        Ok(())
    }

    fn sequence(
        &mut self,
        items: &'a [Pattern],
        src: R,
        fails: &mut Vec<usize>,
        binds: &mut Vec<(Name, R)>,
    ) -> Gen<()> {
        let star = items.iter().position(|p| matches!(p.kind, PatternKind::Star(_)));
        fails.push(self.emit(Op::MatchSequence { src, to: 0 }));
        let count = items.len() as u16;
        let to = self.mark();
        for _ in items {
            self.temp();
        }
        match star {
            None => {
                fails.push(self.emit(Op::MatchLength { src, at_least: false, count, to: 0 }));
                if count > 0 {
                    self.emit(Op::Unpack { src, to, count });
                }
            }
            Some(at) => {
                fails.push(self.emit(Op::MatchLength { src, at_least: true, count: count - 1, to: 0 }));
                self.emit(Op::UnpackStar { src, to, before: at as u16, after: count - at as u16 - 1 });
            }
        }
        for (i, item) in items.iter().enumerate() {
            match &item.kind {
                PatternKind::Star(name) => {
                    if let Some(name) = name {
                        self.bind_once(*name, to + i as R, binds, item.span)?;
                    }
                }
                _ => self.pattern(item, to + i as R, fails, binds)?,
            }
        }
        Ok(())
    }
}
