//! Comprehensions: loops in the code around them, with variables of their own.

use super::*;

type Element<'a, 'f> = &'f mut dyn FnMut(&mut Compiler<'a>) -> Gen<()>;

impl<'a> Compiler<'a> {
    pub(super) fn list_comp(
        &mut self,
        node: &'a Expr,
        element: &'a Expr,
        gens: &'a [Comprehension],
        dst: R,
    ) -> Gen<()> {
        let list = self.temp();
        self.emit(Op::BuildList { dst: list, from: 0, count: 0 });
        self.inline(node, gens, &mut |c| {
            let src = c.expr(element)?;
            c.emit(Op::ListAppend { list, src });
            Ok(())
        })?;
        self.emit(Op::Take { dst, src: list });
        Ok(())
    }

    pub(super) fn set_comp(&mut self, node: &'a Expr, element: &'a Expr, gens: &'a [Comprehension], dst: R) -> Gen<()> {
        let set = self.temp();
        self.emit(Op::BuildSet { dst: set, from: 0, count: 0, constants: false });
        self.inline(node, gens, &mut |c| {
            let src = c.expr(element)?;
            c.emit_at(Op::SetAdd { set, src }, element.span);
            Ok(())
        })?;
        self.emit(Op::Take { dst, src: set });
        Ok(())
    }

    pub(super) fn dict_comp(
        &mut self,
        node: &'a Expr,
        key: &'a Expr,
        value: &'a Expr,
        gens: &'a [Comprehension],
        dst: R,
    ) -> Gen<()> {
        let dict = self.temp();
        self.emit(Op::BuildDict { dst: dict, from: 0, pairs: 0 });
        self.inline(node, gens, &mut |c| {
            let k = c.expr(key)?;
            let v = c.expr(value)?;
            c.emit_at(Op::DictSet { dict, key: k, value: v }, key.span);
            Ok(())
        })?;
        self.emit(Op::Take { dst, src: dict });
        Ok(())
    }

    fn inline(&mut self, node: &'a Expr, gens: &'a [Comprehension], element: Element<'a, '_>) -> Gen<()> {
        let Some((first, rest)) = gens.split_first() else { return Ok(()) };
        if gens.iter().any(|g| g.is_async) {
            return self.refuse("asynchronous code");
        }
        let src = self.expr(&first.iter)?;
        self.emit_at(Op::IterPush { src }, first.iter.span);
        let scope = self.scopes.of(node);
        let outer = std::mem::replace(&mut self.unit.scope, scope);
        // Variables that a function inside captures are new for each run of the comprehension.
        for cell in 0..self.unit.cells.len() {
            if self.unit.cells[cell].0 == scope {
                self.emit(Op::NewCell { cell: cell as u16 });
            }
        }
        let result = self.comp_loop(first, rest, element);
        self.unit.scope = outer;
        result
    }

    /// The loops of a comprehension whose first iterator is pushed already.
    pub(super) fn comp_loop(
        &mut self,
        first: &'a Comprehension,
        rest: &'a [Comprehension],
        element: Element<'a, '_>,
    ) -> Gen<()> {
        self.unit.iters += 1;
        let start = self.here();
        let next = self.for_next(&first.target, first.iter.span)?;
        for condition in &first.ifs {
            let mut skips = Vec::new();
            self.jump_if(condition, false, &mut skips)?;
            for skip in skips {
                self.patch_to(skip, start);
            }
        }
        let mark = self.mark();
        match rest.split_first() {
            None => element(self)?,
            Some((second, rest)) => {
                let src = self.expr(&second.iter)?;
                self.emit_at(Op::IterPush { src }, second.iter.span);
                self.release(mark);
                self.comp_loop(second, rest, element)?;
            }
        }
        self.release(mark);
        self.emit(Op::JumpBack { to: start });
        self.patch(next);
        self.unit.iters -= 1;
        Ok(())
    }
}
