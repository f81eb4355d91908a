//! Assignment in every form, `del`, and targets.

use super::expr::binary_op;
use super::*;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Gen<()> {
        if let [target] = targets {
            // `a, b = b, a` makes no tuple.
            if let (ExprKind::Tuple(left), ExprKind::Tuple(right)) = (&target.kind, &value.kind)
                && left.len() == right.len()
                && left.len() <= 16
                && !left.iter().chain(right).any(|e| matches!(e.kind, ExprKind::Starred(_)))
            {
                let mut values = Vec::with_capacity(right.len());
                for item in right {
                    values.push(self.expr_temp(item)?);
                }
                return left.iter().zip(values).try_for_each(|(target, src)| self.store(target, src));
            }
            if let ExprKind::Name(name) = &target.kind
                && let Some(dst) = self.local(*name)
                && writes_last(value)
            {
                return self.expr_to(value, dst);
            }
            let src = self.expr(value)?;
            return self.store(target, src);
        }
        let src = self.expr_temp(value)?;
        let (last, rest) = match targets.split_last() {
            Some(parts) => parts,
            None => return Ok(()),
        };
        for target in rest {
            let mark = self.mark();
            let copy = self.temp();
            self.emit(Op::Move { dst: copy, src });
            self.store(target, copy)?;
            self.release(mark);
        }
        self.store(last, src)
    }

    /// Stores a register in a target. A temporary is moved out of.
    pub(super) fn store(&mut self, target: &'a Expr, src: R) -> Gen<()> {
        let mark = self.mark();
        match &target.kind {
            ExprKind::Name(name) => self.store_name(*name, src, target.span)?,
            ExprKind::Attribute { value, attr } => {
                let obj = self.expr(value)?;
                let site = self.site(self.mangle(*attr));
                let span = self.attr_span(target, *attr);
                self.emit_at(Op::SetAttr { obj, src, site }, span);
            }
            ExprKind::Subscript { value, index } => {
                let obj = self.expr(value)?;
                let key = self.expr(index)?;
                self.emit_at(Op::SetItem { obj, key, src }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => self.unpack(items, src, target.span)?,
            ExprKind::Starred(inner) => self.store(inner, src)?,
            _ => return self.fail("cannot assign to expression", target.span),
        }
        self.release(mark);
        Ok(())
    }

    fn unpack(&mut self, items: &'a [Expr], src: R, span: Span) -> Gen<()> {
        let star = items.iter().position(|i| matches!(i.kind, ExprKind::Starred(_)));
        let to = self.mark();
        for _ in items {
            self.temp();
        }
        let count = items.len() as u16;
        match star {
            None => self.emit_at(Op::Unpack { src, to, count }, span),
            Some(at) => {
                if items[at + 1..].iter().any(|i| matches!(i.kind, ExprKind::Starred(_))) {
                    return self.fail("multiple starred expressions in assignment", span);
                }
                let (before, after) = (at as u16, count - at as u16 - 1);
                self.emit_at(Op::UnpackStar { src, to, before, after }, span)
            }
        };
        for (i, item) in items.iter().enumerate() {
            self.store(item, to + i as R)?;
        }
        Ok(())
    }

    pub(super) fn aug_assign(&mut self, target: &'a Expr, op: BinOp, value: &'a Expr, span: Span) -> Gen<()> {
        let op = binary_op(op);
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(dst) = self.local(*name)
                    && !self.walrus()
                {
                    return self.in_place(op, dst, dst, value, span);
                }
                let a = self.temp();
                self.load_name(*name, a);
                self.in_place(op, a, a, value, span)?;
                self.store_name(*name, a, span)
            }
            ExprKind::Attribute { value: object, attr } => {
                let obj = self.expr_temp(object)?;
                let name = self.mangle(*attr);
                let at = self.attr_span(target, *attr);
                let a = self.temp();
                let site = self.site(name);
                self.emit_at(Op::GetAttr { dst: a, obj, site }, at);
                self.in_place(op, a, a, value, span)?;
                let site = self.site(name);
                self.emit_at(Op::SetAttr { obj, src: a, site }, at);
                Ok(())
            }
            ExprKind::Subscript { value: object, index } => {
                let obj = self.expr_temp(object)?;
                let key = self.expr_temp(index)?;
                let a = self.temp();
                self.emit_at(Op::GetItem { dst: a, obj, key }, target.span);
                self.in_place(op, a, a, value, span)?;
                self.emit_at(Op::SetItem { obj, key, src: a }, target.span);
                Ok(())
            }
            _ => self.fail("illegal expression for augmented assignment", target.span),
        }
    }

    fn in_place(&mut self, op: crate::object::ops::BinOp, dst: R, a: R, value: &'a Expr, span: Span) -> Gen<()> {
        use crate::object::ops::BinOp as B;
        let mark = self.mark();
        if let (B::Add | B::Sub, Some(n)) = (op, super::stmt::small(value))
            && n != i32::MIN
        {
            let value = if op == B::Add { n } else { -n };
            if op == B::Add {
                self.emit_at(Op::AddInt { dst, a, value }, span);
                return Ok(());
            }
            let _ = value;
            self.emit_at(Op::BinaryInt { op, dst, a, value: n }, span);
            return Ok(());
        }
        let b = self.expr(value)?;
        self.emit_at(Op::InPlace { op, dst, a, b }, span);
        self.release(mark);
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
    ) -> Gen<()> {
        if let Some(value) = value {
            self.assign(std::slice::from_ref(target), value)?;
        }
        if self.in_function() {
            return Ok(());
        }
        let mark = self.mark();
        let src = self.expr(annotation)?;
        if let (ExprKind::Name(name), true) = (&target.kind, simple) {
            self.emit(Op::SetupAnnotations);
            let name = self.name(self.mangle(*name));
            self.emit(Op::Annotate { src, name });
        }
        self.release(mark);
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Gen<()> {
        let mark = self.mark();
        let old = std::mem::replace(&mut self.unit.span, target.span);
        match &target.kind {
            ExprKind::Name(name) => self.delete_name(*name),
            ExprKind::Attribute { value, attr } => {
                let obj = self.expr(value)?;
                let name = self.name(self.mangle(*attr));
                let span = self.attr_span(target, *attr);
                self.emit_at(Op::DelAttr { obj, name }, span);
            }
            ExprKind::Subscript { value, index } => {
                let obj = self.expr(value)?;
                let key = self.expr(index)?;
                self.emit_at(Op::DelItem { obj, key }, target.span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().try_for_each(|i| self.delete(i))?,
            _ => return self.fail("cannot delete expression", target.span),
        }
        self.unit.span = old;
        self.release(mark);
        Ok(())
    }
}

/// Whether an expression's code writes its result with its last instruction alone, so that the result may go straight
/// into a variable that the expression reads.
fn writes_last(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::BinOp { .. }
        | ExprKind::UnaryOp { .. }
        | ExprKind::Constant(_)
        | ExprKind::Attribute { .. }
        | ExprKind::Subscript { .. }
        | ExprKind::Call { .. }
        | ExprKind::Name(_) => true,
        ExprKind::Compare { ops, .. } => ops.len() == 1,
        _ => false,
    }
}
