use super::*;
use crate::object::ops::Order;

impl<'a> Compiler<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Gen<()> {
        for stmt in body {
            self.stmt(stmt)?;
        }
        Ok(())
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Gen<()> {
        let mark = self.mark();
        self.unit.span = stmt.span;
        let result = self.stmt_kind(stmt);
        self.release(mark);
        result
    }

    fn stmt_kind(&mut self, stmt: &'a Stmt) -> Gen<()> {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function_def(def, stmt.span),
            StmtKind::ClassDef(def) => self.class_def(def, stmt.span),
            StmtKind::Return(value) => self.return_(value.as_ref(), stmt.span),
            StmtKind::Delete(targets) => targets.iter().try_for_each(|t| self.delete(t)),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, *op, value, stmt.span),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(target, annotation, value.as_ref(), *simple)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_params(type_params)?;
                let src = self.expr_temp(value)?;
                let text = self.name(*name);
                self.emit(Op::TypeParam { dst: src, name: text, kind: 3 });
                self.store_name(*name, src, stmt.span)
            }
            StmtKind::For { target, iter, body, orelse, is_async } => {
                if *is_async {
                    return self.refuse("asynchronous code");
                }
                self.for_(target, iter, body, orelse)
            }
            StmtKind::While { test, body, orelse } => self.while_(test, body, orelse),
            StmtKind::If { branches, orelse } => self.if_(branches, orelse),
            StmtKind::With { items, body, is_async } => {
                if *is_async {
                    return self.refuse("asynchronous code");
                }
                self.with(items, body)
            }
            StmtKind::Match { subject, cases } => self.match_(subject, cases),
            StmtKind::Raise { exc, cause } => self.raise(exc.as_ref(), cause.as_ref(), stmt.span),
            StmtKind::Try(t) => self.try_(t, stmt.span),
            StmtKind::Assert { test, msg } => self.assert(test, msg.as_ref(), stmt.span),
            StmtKind::Import(aliases) => self.import(aliases),
            StmtKind::ImportFrom { module, names, level } => self.import_from(*module, names, *level),
            StmtKind::Global(_) | StmtKind::Nonlocal(_) | StmtKind::Pass => Ok(()),
            StmtKind::Expr(e) => {
                if !matches!(e.kind, ExprKind::Constant(_)) {
                    // Into a temporary, so that a variable that is not bound is found out.
                    self.expr_temp(e)?;
                }
                Ok(())
            }
            StmtKind::Break => self.break_(stmt.span),
            StmtKind::Continue => self.continue_(stmt.span),
            StmtKind::LineMagic { .. }
            | StmtKind::CellMagic { .. }
            | StmtKind::Help { .. }
            | StmtKind::Shell { .. } => {
                // The session takes these out of a cell before it compiles the rest.
                self.fail("invalid syntax", stmt.span)
            }
        }
    }

    pub(super) fn refuse(&mut self, what: &str) -> Gen<()> {
        let text = self.constant(Value::str(format!("{what} is not supported here")));
        self.emit(Op::Refuse { text });
        Ok(())
    }

    fn return_(&mut self, value: Option<&'a Expr>, span: Span) -> Gen<()> {
        if !self.in_function() {
            return self.fail("'return' outside function", span);
        }
        let busy = self.unit.blocks.iter().any(|b| !matches!(b.kind, BlockKind::Loop { .. }));
        match value {
            None => {
                self.leave_blocks(0, busy)?;
                self.unit.span = span;
                self.emit(Op::ReturnNone);
            }
            Some(value) => {
                let src = if busy { self.expr_temp(value)? } else { self.expr(value)? };
                self.leave_blocks(0, busy)?;
                self.unit.span = span;
                self.emit(Op::Return { src });
            }
        }
        self.reopen_guards();
        Ok(())
    }

    fn break_(&mut self, span: Span) -> Gen<()> {
        let Some(at) = self.unit.blocks.iter().rposition(|b| matches!(b.kind, BlockKind::Loop { .. })) else {
            return self.fail("'break' outside loop", span);
        };
        self.leave_blocks(at + 1, true)?;
        let iterates = matches!(self.unit.blocks[at].kind, BlockKind::Loop { iterates: true, .. });
        if iterates {
            self.emit(Op::IterPop);
        }
        let jump = self.emit(Op::Jump { to: 0 });
        if let BlockKind::Loop { breaks, .. } = &mut self.unit.blocks[at].kind {
            breaks.push(jump);
        }
        self.reopen_guards();
        Ok(())
    }

    fn continue_(&mut self, span: Span) -> Gen<()> {
        let Some(at) = self.unit.blocks.iter().rposition(|b| matches!(b.kind, BlockKind::Loop { .. })) else {
            return self.fail("'continue' not properly in loop", span);
        };
        self.leave_blocks(at + 1, true)?;
        let start = match self.unit.blocks[at].kind {
            BlockKind::Loop { start, .. } => start,
            _ => None,
        };
        let jump = self.emit(match start {
            Some(to) => Op::JumpBack { to },
            None => Op::Jump { to: 0 },
        });
        if let (BlockKind::Loop { continues, .. }, None) = (&mut self.unit.blocks[at].kind, start) {
            continues.push(jump);
        }
        self.reopen_guards();
        Ok(())
    }

    fn for_(&mut self, target: &'a Expr, iter: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Gen<()> {
        let mark = self.mark();
        let src = self.expr(iter)?;
        self.emit_at(Op::IterPush { src }, iter.span);
        self.release(mark);
        self.unit.iters += 1;
        let start = self.here();
        let next = self.for_next(target, iter.span)?;
        self.push_block(BlockKind::Loop {
            start: Some(start),
            continues: Vec::new(),
            breaks: Vec::new(),
            iterates: true,
        });
        self.body(body)?;
        self.emit(Op::JumpBack { to: start });
        let (breaks, _) = self.pop_loop();
        self.unit.iters -= 1;
        self.patch(next);
        self.body(orelse)?;
        self.patch_all(breaks);
        Ok(())
    }

    /// The head of a loop: the next item into its target. Gives the instruction that jumps at the end.
    pub(super) fn for_next(&mut self, target: &'a Expr, span: Span) -> Gen<usize> {
        if let ExprKind::Name(name) = &target.kind
            && let Some(dst) = self.local(*name)
        {
            return Ok(self.emit_at(Op::ForNext { dst, to: 0 }, span));
        }
        let mark = self.mark();
        let dst = self.temp();
        let next = self.emit_at(Op::ForNext { dst, to: 0 }, span);
        self.store(target, dst)?;
        if matches!(target.kind, ExprKind::Tuple(..) | ExprKind::List(..)) {
            // Let go of what was unpacked: an iterator that makes pairs makes the next one in its place.
            self.emit(Op::Clear { slot: dst });
        }
        self.release(mark);
        Ok(next)
    }

    fn while_(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Gen<()> {
        let mut exits = Vec::new();
        let always = matches!(&test.kind, ExprKind::Constant(Constant::True))
            || matches!(&test.kind, ExprKind::Constant(Constant::Int(n)) if *n != 0);
        if !always {
            self.jump_if(test, false, &mut exits)?;
        }
        let start = self.here();
        self.push_block(BlockKind::Loop {
            start: always.then_some(start),
            continues: Vec::new(),
            breaks: Vec::new(),
            iterates: false,
        });
        self.body(body)?;
        let (breaks, continues) = self.pop_loop();
        self.patch_all(continues);
        if always {
            self.emit(Op::JumpBack { to: start });
        } else {
            // The test once more at the end, so that a turn of the loop jumps once.
            let mut again = Vec::new();
            self.jump_if(test, true, &mut again)?;
            for jump in again {
                self.patch_to(jump, start);
            }
        }
        self.patch_all(exits);
        self.body(orelse)?;
        self.patch_all(breaks);
        Ok(())
    }

    fn if_(&mut self, branches: &'a [IfBranch], orelse: &'a [Stmt]) -> Gen<()> {
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let mut skips = Vec::new();
            self.jump_if(&branch.test, false, &mut skips)?;
            self.body(&branch.body)?;
            if i + 1 < branches.len() || !orelse.is_empty() {
                ends.push(self.emit(Op::Jump { to: 0 }));
            }
            self.patch_all(skips);
        }
        self.body(orelse)?;
        self.patch_all(ends);
        Ok(())
    }

    /// Jumps, to be patched, where an expression's truth is `when`; goes on where it is not.
    pub(super) fn jump_if(&mut self, test: &'a Expr, when: bool, out: &mut Vec<usize>) -> Gen<()> {
        let mark = self.mark();
        match &test.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => return self.jump_if(operand, !when, out),
            ExprKind::Constant(Constant::True) => {
                if when {
                    out.push(self.emit(Op::Jump { to: 0 }));
                }
            }
            ExprKind::Constant(Constant::False | Constant::None) => {
                if !when {
                    out.push(self.emit(Op::Jump { to: 0 }));
                }
            }
            ExprKind::BoolOp { op, values } => {
                // `a and b` is false as soon as one is; it is true only past the last.
                let short = *op == BoolOp::Or;
                if let Some((last, rest)) = values.split_last() {
                    if short == when {
                        for value in rest {
                            self.jump_if(value, when, out)?;
                        }
                        self.jump_if(last, when, out)?;
                    } else {
                        let mut past = Vec::new();
                        for value in rest {
                            self.jump_if(value, short, &mut past)?;
                        }
                        self.jump_if(last, when, out)?;
                        self.patch_all(past);
                    }
                }
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() == 1 => {
                let (op, right) = (ops[0], &comparators[0]);
                let old = std::mem::replace(&mut self.unit.span, test.span);
                match (op, &right.kind) {
                    (CmpOp::Is | CmpOp::IsNot, ExprKind::Constant(Constant::None)) => {
                        let a = self.expr(left)?;
                        let when = (op == CmpOp::Is) == when;
                        out.push(self.emit(Op::JumpIfNone { a, when, to: 0 }));
                    }
                    _ => match order_of(op) {
                        Some(op) => {
                            let a = self.expr(left)?;
                            if let Some(value) = small(right) {
                                let jump = match when {
                                    true => Op::JumpIfInt { op, a, value, to: 0 },
                                    false => Op::JumpUnlessInt { op, a, value, to: 0 },
                                };
                                out.push(self.emit_at(jump, test.span));
                            } else {
                                let b = self.expr(right)?;
                                out.push(self.emit_at(Op::JumpCompare { op, when, a, b, to: 0 }, test.span));
                            }
                        }
                        None => {
                            let a = self.expr(test)?;
                            out.push(self.emit(Op::JumpIf { a, when, to: 0 }));
                        }
                    },
                }
                self.unit.span = old;
            }
            _ => {
                let a = self.expr(test)?;
                out.push(self.emit_at(Op::JumpIf { a, when, to: 0 }, test.span));
            }
        }
        self.release(mark);
        Ok(())
    }

    fn assert(&mut self, test: &'a Expr, msg: Option<&'a Expr>, span: Span) -> Gen<()> {
        let mut past = Vec::new();
        self.jump_if(test, true, &mut past)?;
        let src = match msg {
            Some(msg) => self.expr(msg)?,
            None => NONE,
        };
        self.emit_at(Op::AssertFail { src }, span);
        self.patch_all(past);
        Ok(())
    }

    fn import(&mut self, aliases: &'a [Alias]) -> Gen<()> {
        for alias in aliases {
            let mark = self.mark();
            let dst = self.temp();
            let name = self.name(alias.name);
            self.emit(Op::Import { dst, name, level: 0, from: false });
            let text = alias.name.text();
            match alias.asname {
                Some(asname) => {
                    for part in text.split('.').skip(1) {
                        let name = self.name(Name::new(part));
                        self.emit(Op::ImportAttr { dst, module: dst, name });
                    }
                    self.store_name(asname, dst, self.unit.span)?;
                }
                None => self.store_name(Name::new(text.split('.').next().unwrap_or("")), dst, self.unit.span)?,
            }
            self.release(mark);
        }
        Ok(())
    }

    fn import_from(&mut self, module: Option<Name>, names: &'a [Alias], level: u32) -> Gen<()> {
        let from = self.temp();
        let name = self.name(module.unwrap_or_else(|| Name::new("")));
        self.emit(Op::Import { dst: from, name, level: level.min(u16::MAX as u32) as u16, from: true });
        for alias in names {
            if alias.name == "*" {
                self.emit(Op::ImportStar { module: from });
                continue;
            }
            let dst = self.temp();
            let name = self.name(alias.name);
            self.emit(Op::ImportFrom { dst, module: from, name });
            self.store_name(alias.asname.unwrap_or(alias.name), dst, self.unit.span)?;
            self.release(dst);
        }
        Ok(())
    }

    pub(super) fn type_params(&mut self, params: &'a [TypeParam]) -> Gen<()> {
        for param in params {
            let dst = self.temp();
            let name = self.name(param.name);
            self.emit_at(Op::TypeParam { dst, name, kind: param.kind as u8 }, param.span);
            self.store_name(param.name, dst, param.span)?;
            self.release(dst);
        }
        Ok(())
    }
}

/// The rich comparison of an operator; none for `is` and `in`.
pub(super) fn order_of(op: CmpOp) -> Option<Order> {
    Some(match op {
        CmpOp::Eq => Order::Eq,
        CmpOp::NotEq => Order::Ne,
        CmpOp::Lt => Order::Lt,
        CmpOp::LtE => Order::Le,
        CmpOp::Gt => Order::Gt,
        CmpOp::GtE => Order::Ge,
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    })
}

/// A small integer literal.
pub(super) fn small(expr: &Expr) -> Option<i32> {
    match &expr.kind {
        ExprKind::Constant(Constant::Int(i)) => i32::try_from(*i).ok(),
        _ => None,
    }
}
