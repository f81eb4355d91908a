//! Expressions.

use super::stmt::{order_of, small};
use super::*;
use crate::object::ops;

/// The machine's operator for the tree's.
pub(super) fn binary_op(op: BinOp) -> ops::BinOp {
    use ops::BinOp as B;
    match op {
        BinOp::Add => B::Add,
        BinOp::Sub => B::Sub,
        BinOp::Mult => B::Mul,
        BinOp::MatMult => B::MatMul,
        BinOp::Div => B::Div,
        BinOp::Mod => B::Mod,
        BinOp::Pow => B::Pow,
        BinOp::LShift => B::LShift,
        BinOp::RShift => B::RShift,
        BinOp::BitOr => B::Or,
        BinOp::BitXor => B::Xor,
        BinOp::BitAnd => B::And,
        BinOp::FloorDiv => B::FloorDiv,
    }
}

/// The value of a literal, or of a tuple of literals.
pub(super) fn literal(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Constant(c) => match c {
            Constant::None => Value::None,
            Constant::True => Value::Bool(true),
            Constant::False => Value::Bool(false),
            Constant::Ellipsis => Value::Ellipsis,
            Constant::Int(i) => Value::Int(*i),
            Constant::BigInt(digits) => Value::from_big(digits.parse().ok()?),
            Constant::Float(f) => Value::Float(*f),
            Constant::Str(s) => Value::str(&**s),
            Constant::Bytes(b) => Value::bytes(b.to_vec()),
            Constant::Complex(_) => return None,
        },
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match literal(operand)? {
            Value::Int(i) => Value::from_big(-num_bigint::BigInt::from(i)),
            Value::Big(b) => Value::from_big(-(*b).clone()),
            Value::Float(f) => Value::Float(-f),
            _ => return None,
        },
        ExprKind::Tuple(items) => Value::tuple(items.iter().map(literal).collect::<Option<_>>()?),
        _ => return None,
    })
}

impl<'a> Compiler<'a> {
    pub(super) fn walrus(&self) -> bool {
        self.scopes.scopes[self.unit.home].walrus
    }

    /// Where an attribute access over several lines stands: at the attribute's own line, as in CPython.
    pub(super) fn attr_span(&self, expr: &Expr, attr: Name) -> Span {
        let span = expr.span;
        if self.source.line_of(span.start) == self.source.line_of(span.end.saturating_sub(1)) {
            return span;
        }
        Span::new(span.end.saturating_sub(attr.text().len() as u32), span.end)
    }

    /// The register that holds an expression's value: a variable's own, or a temporary.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Gen<R> {
        if let ExprKind::Name(name) = &expr.kind
            && !self.walrus()
            && let Some(r) = self.local(*name)
        {
            return Ok(r);
        }
        self.expr_temp(expr)
    }

    /// A temporary with an expression's value.
    pub(super) fn expr_temp(&mut self, expr: &'a Expr) -> Gen<R> {
        let dst = self.temp();
        self.expr_to(expr, dst)?;
        Ok(dst)
    }

    /// Computes an expression into a register. For kinds that `writes_last` names, only the last instruction writes it.
    pub(super) fn expr_to(&mut self, expr: &'a Expr, dst: R) -> Gen<()> {
        let mark = self.mark();
        let old = std::mem::replace(&mut self.unit.span, expr.span);
        self.expr_kind(expr, dst)?;
        self.unit.span = old;
        self.release(mark);
        Ok(())
    }

    fn expr_kind(&mut self, expr: &'a Expr, dst: R) -> Gen<()> {
        if let Some(value) = literal(expr) {
            self.load_constant(value, dst);
            return Ok(());
        }
        match &expr.kind {
            ExprKind::Constant(Constant::Complex(imaginary)) => {
                // `complex(0, imaginary)`: the class is a builtin, which the constant table need not know.
                let f = self.temp();
                let site = self.site("complex".into());
                self.emit(Op::LoadGlobal { dst: f, site });
                self.constant_reg(Value::Float(0.0));
                self.constant_reg(Value::Float(*imaginary));
                self.emit(Op::Call { dst, f, argc: 2 });
            }
            ExprKind::Constant(_) => {
                self.load_constant(Value::None, dst);
            }
            ExprKind::Name(name) => self.load_name(*name, dst),
            ExprKind::BoolOp { op, values } => {
                let when = *op == BoolOp::Or;
                let mut ends = Vec::new();
                for (i, value) in values.iter().enumerate() {
                    self.expr_to(value, dst)?;
                    if i + 1 < values.len() {
                        ends.push(self.emit_at(Op::JumpIf { a: dst, when, to: 0 }, value.span));
                    }
                }
                self.patch_all(ends);
            }
            ExprKind::NamedExpr { target, target_span, value } => {
                self.expr_to(value, dst)?;
                let copy = self.temp();
                self.emit(Op::Move { dst: copy, src: dst });
                self.store_name(*target, copy, *target_span)?;
            }
            ExprKind::BinOp { left, op, right } => self.binary(left, *op, right, dst)?,
            ExprKind::UnaryOp { op, operand } => {
                let a = self.expr(operand)?;
                self.emit(match op {
                    UnaryOp::Not => Op::Not { dst, a },
                    UnaryOp::Invert => Op::Unary { op: ops::UnaryOp::Invert, dst, a },
                    UnaryOp::UAdd => Op::Unary { op: ops::UnaryOp::Pos, dst, a },
                    UnaryOp::USub => Op::Unary { op: ops::UnaryOp::Neg, dst, a },
                });
            }
            ExprKind::Lambda { args, body } => self.lambda(expr, args, body, dst)?,
            ExprKind::IfExp { test, body, orelse } => {
                let mut skips = Vec::new();
                self.jump_if(test, false, &mut skips)?;
                self.expr_to(body, dst)?;
                let end = self.emit(Op::Jump { to: 0 });
                self.patch_all(skips);
                self.expr_to(orelse, dst)?;
                self.patch(end);
            }
            ExprKind::Dict(items) => self.dict(items, dst)?,
            ExprKind::Set(items) => {
                if items.iter().any(|i| matches!(i.kind, ExprKind::Starred(_))) || items.len() > CHUNK {
                    self.emit(Op::BuildSet { dst, from: 0, count: 0, constants: false });
                    for item in items {
                        let mark = self.mark();
                        match &item.kind {
                            ExprKind::Starred(inner) => {
                                let src = self.expr(inner)?;
                                self.emit_at(Op::SetUpdate { set: dst, src }, inner.span);
                            }
                            _ => {
                                let src = self.expr(item)?;
                                self.emit(Op::SetAdd { set: dst, src });
                            }
                        }
                        self.release(mark);
                    }
                } else {
                    let (from, count) = self.run_of(items)?;
                    let constants = items.len() > 2 && items.iter().all(is_constant);
                    self.emit(Op::BuildSet { dst, from, count, constants });
                }
            }
            ExprKind::List(items) => self.list(items, dst)?,
            ExprKind::Tuple(items) => {
                if items.iter().any(|i| matches!(i.kind, ExprKind::Starred(_))) || items.len() > CHUNK {
                    let list = self.temp();
                    self.list(items, list)?;
                    self.emit(Op::ListToTuple { dst, list });
                } else {
                    let (from, count) = self.run_of(items)?;
                    self.emit(Op::BuildTuple { dst, from, count });
                }
            }
            ExprKind::ListComp { element, generators } => self.list_comp(expr, element, generators, dst)?,
            ExprKind::SetComp { element, generators } => self.set_comp(expr, element, generators, dst)?,
            ExprKind::DictComp { key, value, generators } => self.dict_comp(expr, key, value, generators, dst)?,
            ExprKind::GeneratorExp { element, generators } => self.generator_exp(expr, element, generators, dst)?,
            ExprKind::Await(value) => {
                if !self.in_function() {
                    return self.fail("'await' outside function", expr.span);
                }
                self.expr_to(value, dst)?;
                self.refuse("await")?;
            }
            ExprKind::Yield(value) => {
                let src = match value {
                    Some(value) => self.expr_temp(value)?,
                    None => self.constant_reg(Value::None),
                };
                self.emit(Op::Yield { dst, src });
            }
            ExprKind::YieldFrom(value) => {
                let iter = self.temp();
                let src = self.expr(value)?;
                self.emit_at(Op::GetIter { dst: iter, src }, value.span);
                // What stood there before must not be taken for a value sent in.
                self.load_constant(Value::None, dst);
                self.emit(Op::YieldFrom { dst, iter });
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(left, ops, comparators, dst)?,
            ExprKind::Call { func, args, keywords } => self.call(expr, func, args, keywords, dst)?,
            ExprKind::FString(parts) => self.fstring(parts, dst)?,
            ExprKind::Attribute { value, attr } => {
                let obj = self.expr(value)?;
                let site = self.site(self.mangle(*attr));
                let span = self.attr_span(expr, *attr);
                self.emit_at(Op::GetAttr { dst, obj, site }, span);
            }
            ExprKind::Subscript { value, index } => {
                let obj = self.expr(value)?;
                let key = self.expr(index)?;
                self.emit(Op::GetItem { dst, obj, key });
            }
            ExprKind::Starred(_) => return self.fail("can't use starred expression here", expr.span),
            ExprKind::Slice { lower, upper, step } => {
                let from = self.mark();
                for part in [lower, upper, step] {
                    match part {
                        Some(part) => self.expr_temp(part)?,
                        None => self.constant_reg(Value::None),
                    };
                }
                self.emit(Op::BuildSlice { dst, from });
            }
        }
        Ok(())
    }

    /// Expressions into consecutive temporaries.
    pub(super) fn run_of(&mut self, items: &'a [Expr]) -> Gen<(R, u16)> {
        let from = self.mark();
        for item in items {
            self.expr_temp(item)?;
        }
        Ok((from, items.len() as u16))
    }

    fn binary(&mut self, left: &'a Expr, op: BinOp, right: &'a Expr, dst: R) -> Gen<()> {
        use ops::BinOp as B;
        let op = binary_op(op);
        let a = self.expr(left)?;
        if let Some(value) = small(right) {
            self.emit(match op {
                B::Add => Op::AddInt { dst, a, value },
                _ => Op::BinaryInt { op, dst, a, value },
            });
            return Ok(());
        }
        let b = self.expr(right)?;
        self.emit(match op {
            B::Add => Op::Add { dst, a, b },
            B::Sub => Op::Sub { dst, a, b },
            B::Mul => Op::Mul { dst, a, b },
            _ => Op::Binary { op, dst, a, b },
        });
        Ok(())
    }

    fn compare_one(&mut self, op: CmpOp, dst: R, a: R, b: R) {
        self.emit(match (order_of(op), op) {
            (Some(op), _) => Op::Compare { op, dst, a, b },
            (None, CmpOp::Is | CmpOp::IsNot) => Op::Is { dst, a, b, negate: op == CmpOp::IsNot },
            (None, _) => Op::In { dst, a, b, negate: op == CmpOp::NotIn },
        });
    }

    fn compare(&mut self, left: &'a Expr, ops: &'a [CmpOp], comparators: &'a [Expr], dst: R) -> Gen<()> {
        let mut a = self.expr(left)?;
        let mut ends = Vec::new();
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate() {
            let b = self.expr(right)?;
            self.compare_one(*op, dst, a, b);
            if i + 1 < ops.len() {
                ends.push(self.emit(Op::JumpIf { a: dst, when: false, to: 0 }));
            }
            a = b;
        }
        self.patch_all(ends);
        Ok(())
    }

    fn list(&mut self, items: &'a [Expr], dst: R) -> Gen<()> {
        if items.len() <= CHUNK && !items.iter().any(|i| matches!(i.kind, ExprKind::Starred(_))) {
            let (from, count) = self.run_of(items)?;
            self.emit(Op::BuildList { dst, from, count });
            return Ok(());
        }
        self.emit(Op::BuildList { dst, from: 0, count: 0 });
        self.list_items(items, dst, None)
    }

    /// Adds items, starred ones spread, to a list in a register.
    pub(super) fn list_items(&mut self, items: &'a [Expr], list: R, call: Option<R>) -> Gen<()> {
        for item in items {
            let mark = self.mark();
            match &item.kind {
                ExprKind::Starred(inner) => {
                    let src = self.expr(inner)?;
                    let op = match call {
                        Some(func) => Op::ArgsExtend { list, src, func },
                        None => Op::ListExtend { list, src },
                    };
                    self.emit(op);
                }
                _ => {
                    let src = self.expr(item)?;
                    self.emit(Op::ListAppend { list, src });
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn dict(&mut self, items: &'a [DictItem], dst: R) -> Gen<()> {
        if items.len() <= CHUNK / 2 && items.iter().all(|i| i.key.is_some()) {
            let from = self.mark();
            for item in items {
                if let Some(key) = &item.key {
                    self.expr_temp(key)?;
                }
                self.expr_temp(&item.value)?;
            }
            self.emit(Op::BuildDict { dst, from, pairs: items.len() as u16 });
            return Ok(());
        }
        self.emit(Op::BuildDict { dst, from: 0, pairs: 0 });
        for item in items {
            let mark = self.mark();
            match &item.key {
                Some(key) => {
                    let key = self.expr(key)?;
                    let value = self.expr(&item.value)?;
                    self.emit(Op::DictSet { dict: dst, key, value });
                }
                None => {
                    let src = self.expr(&item.value)?;
                    self.emit(Op::DictUpdate { dict: dst, src });
                }
            }
            self.release(mark);
        }
        Ok(())
    }

    fn fstring(&mut self, parts: &'a [FStringPart], dst: R) -> Gen<()> {
        match parts {
            [] => self.load_constant(Value::str(""), dst),
            [FStringPart::Literal(text)] => self.load_constant(Value::str(&**text), dst),
            [FStringPart::Interp(i)] => self.interp(i, dst)?,
            _ if parts.len() > CHUNK => {
                let (head, tail) = parts.split_at(CHUNK - 1);
                let from = self.temp();
                self.fstring(head, from)?;
                let rest = self.temp();
                self.fstring(tail, rest)?;
                self.emit(Op::BuildString { dst, from, count: 2 });
            }
            _ => {
                let from = self.mark();
                for part in parts {
                    let r = self.temp();
                    match part {
                        FStringPart::Literal(text) => self.load_constant(Value::str(&**text), r),
                        FStringPart::Interp(i) => self.interp(i, r)?,
                    }
                }
                self.emit(Op::BuildString { dst, from, count: parts.len() as u16 });
            }
        }
        Ok(())
    }

    fn interp(&mut self, interp: &'a Interp, dst: R) -> Gen<()> {
        let mark = self.mark();
        let src = self.expr(&interp.expr)?;
        let spec = match &interp.spec {
            Some(parts) if !parts.is_empty() => {
                let spec = self.temp();
                self.fstring(parts, spec)?;
                spec
            }
            _ => NONE,
        };
        let conversion = interp.conversion.map_or(0, |c| c as u8);
        self.emit_at(Op::Format { dst, src, conversion, spec }, interp.span);
        self.release(mark);
        Ok(())
    }
}

/// How many items a display may hold in registers; a longer one is built item by item.
pub(super) const CHUNK: usize = 64;

/// Whether CPython's compiler folds an expression to a constant.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) => true,
        ExprKind::UnaryOp { operand, .. } => is_constant(operand),
        ExprKind::Tuple(items) => items.iter().all(is_constant),
        _ => false,
    }
}
