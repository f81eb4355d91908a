//! `try`, `with`, `raise`, and the ways out of blocks.

use super::*;

impl<'a> Compiler<'a> {
    pub(super) fn push_block(&mut self, kind: BlockKind<'a>) {
        let guards = self.unit.guards.len();
        self.unit.blocks.push(Block { kind, guards });
    }

    /// Ends a loop's block: its `break` and `continue` jumps that are to be patched.
    pub(super) fn pop_loop(&mut self) -> (Vec<usize>, Vec<usize>) {
        match self.unit.blocks.pop() {
            Some(Block { kind: BlockKind::Loop { breaks, continues, .. }, .. }) => (breaks, continues),
            _ => (Vec::new(), Vec::new()),
        }
    }

    fn begin_guard(&mut self) {
        let start = Some(self.here());
        self.unit.guards.push(Guard { ranges: Vec::new(), start });
    }

    /// Ends the innermost guard: its handler begins at `target`, with the exception in `exc`.
    fn end_guard(&mut self) -> Vec<(u32, u32)> {
        let here = self.here();
        let Some(mut guard) = self.unit.guards.pop() else { return Vec::new() };
        guard.ranges.extend(guard.start.map(|start| (start, here)));
        guard.ranges
    }

    fn add_handlers(&mut self, ranges: Vec<(u32, u32)>, exc: R) {
        let target = self.here();
        let (iters, handling) = (self.unit.iters, self.unit.handling);
        for (start, end) in ranges {
            if start < end {
                self.unit.handlers.push(Handler { start, end, target, exc, iters, handling });
            }
        }
    }

    /// Generates the way out of all blocks from the innermost to number `to`. What follows must be a jump or return, and
    /// then [`reopen_guards`](Self::reopen_guards).
    pub(super) fn leave_blocks(&mut self, to: usize, pop_iterators: bool) -> Gen<()> {
        let (iters, handling, span) = (self.unit.iters, self.unit.handling, self.unit.span);
        let mut left: Vec<Block<'a>> = Vec::new();
        let mut result = Ok(());
        while self.unit.blocks.len() > to && result.is_ok() {
            let Some(block) = self.unit.blocks.pop() else { break };
            match &block.kind {
                BlockKind::Loop { iterates, .. } => {
                    if *iterates {
                        if pop_iterators {
                            self.emit(Op::IterPop);
                        }
                        self.unit.iters -= 1;
                    }
                }
                BlockKind::Finally { body } => {
                    self.close_guards(block.guards);
                    let body: &'a [Stmt] = body;
                    result = self.body(body);
                    self.close_guards(block.guards);
                }
                BlockKind::With { exit, span } => {
                    self.close_guards(block.guards);
                    self.emit_at(Op::WithExit { exit: *exit }, *span);
                }
                BlockKind::Handler { name } => {
                    let name = *name;
                    self.close_guards(block.guards);
                    self.emit(Op::PopHandler);
                    self.unit.handling -= 1;
                    if let Some(name) = name {
                        self.forget(name)?;
                    }
                }
            }
            left.push(block);
        }
        self.unit.blocks.extend(left.into_iter().rev());
        self.unit.iters = iters;
        self.unit.handling = handling;
        self.unit.span = span;
        result
    }

    fn close_guards(&mut self, from: usize) {
        let here = self.here();
        for guard in self.unit.guards.iter_mut().skip(from) {
            if let Some(start) = guard.start.take() {
                guard.ranges.push((start, here));
            }
        }
    }

    pub(super) fn reopen_guards(&mut self) {
        let here = self.here();
        for guard in &mut self.unit.guards {
            guard.start.get_or_insert(here);
        }
    }

    /// The end of a handler deletes the name of the exception.
    fn forget(&mut self, name: Name) -> Gen<()> {
        let mark = self.mark();
        let src = self.constant_reg(Value::None);
        self.store_name(name, src, self.unit.span)?;
        self.delete_name(name);
        self.release(mark);
        Ok(())
    }

    pub(super) fn try_(&mut self, t: &'a Try, span: Span) -> Gen<()> {
        if t.is_star {
            return self.refuse("except*");
        }
        if t.finalbody.is_empty() {
            return self.try_except(t, span);
        }
        let exc = self.temp();
        self.push_block(BlockKind::Finally { body: &t.finalbody });
        self.begin_guard();
        if t.handlers.is_empty() {
            self.body(&t.body)?;
            self.body(&t.orelse)?;
        } else {
            self.try_except(t, span)?;
        }
        let ranges = self.end_guard();
        self.unit.blocks.pop();
        self.body(&t.finalbody)?;
        let end = self.emit(Op::Jump { to: 0 });
        self.add_handlers(ranges, exc);
        self.handling(None, |c| c.body(&t.finalbody), exc)?;
        self.emit(Op::Reraise { exc });
        self.patch(end);
        Ok(())
    }

    /// A handler's body, in which an exception is being handled. Ends with the exception still counted as such.
    fn handling(&mut self, name: Option<Name>, run: impl FnOnce(&mut Self) -> Gen<()>, _exc: R) -> Gen<()> {
        self.unit.handling += 1;
        self.push_block(BlockKind::Handler { name });
        let result = run(self);
        self.unit.blocks.pop();
        self.unit.handling -= 1;
        result
    }

    fn try_except(&mut self, t: &'a Try, _span: Span) -> Gen<()> {
        let exc = self.temp();
        self.begin_guard();
        self.body_guarded(&t.body)?;
        let ranges = self.end_guard();
        self.body(&t.orelse)?;
        let mut ends = vec![self.emit(Op::Jump { to: 0 })];
        self.add_handlers(ranges, exc);
        for handler in &t.handlers {
            let mut skip = None;
            self.unit.span = Span::new(handler.span.start, handler.span.start);
            if let Some(kind) = &handler.kind {
                let mark = self.mark();
                self.unit.handling += 1;
                let r = self.expr(kind)?;
                skip = Some(self.emit_at(Op::JumpUnlessCaught { exc, kind: r, to: 0 }, kind.span));
                self.unit.handling -= 1;
                self.release(mark);
            }
            match handler.name {
                None => {
                    self.handling(None, |c| c.body(&handler.body), exc)?;
                    self.emit(Op::PopHandler);
                }
                Some(name) => {
                    let mark = self.mark();
                    let src = self.temp();
                    self.emit(Op::Move { dst: src, src: exc });
                    self.store_name(name, src, self.unit.span)?;
                    self.release(mark);
                    let inner = self.temp();
                    let mut ranges = Vec::new();
                    let out = &mut ranges;
                    self.unit.handling += 1;
                    self.push_block(BlockKind::Handler { name: Some(name) });
                    self.begin_guard();
                    self.body(&handler.body)?;
                    out.extend(self.end_guard());
                    self.unit.blocks.pop();
                    self.unit.handling -= 1;
                    self.emit(Op::PopHandler);
                    self.forget(name)?;
                    let end = self.emit(Op::Jump { to: 0 });
                    ends.push(end);
                    // An exception out of the handler: forget the name, go on up.
                    self.unit.handling += 1;
                    self.add_handlers(ranges, inner);
                    self.unit.handling += 1;
                    self.forget(name)?;
                    self.unit.handling -= 2;
                    self.emit(Op::Reraise { exc: inner });
                    if let Some(skip) = skip {
                        self.patch(skip);
                    }
                    continue;
                }
            }
            ends.push(self.emit(Op::Jump { to: 0 }));
            if let Some(skip) = skip {
                self.patch(skip);
            }
        }
        if t.handlers.last().is_none_or(|h| h.kind.is_some()) {
            self.emit(Op::Reraise { exc });
        }
        self.patch_all(ends);
        Ok(())
    }

    fn body_guarded(&mut self, body: &'a [Stmt]) -> Gen<()> {
        self.body(body)
    }

    pub(super) fn raise(&mut self, exc: Option<&'a Expr>, cause: Option<&'a Expr>, span: Span) -> Gen<()> {
        let Some(exc) = exc else {
            self.emit_at(Op::RaiseAgain, span);
            return Ok(());
        };
        let exc = self.expr(exc)?;
        let cause = match cause {
            Some(cause) => self.expr(cause)?,
            None => NONE,
        };
        self.emit_at(Op::Raise { exc, cause }, span);
        Ok(())
    }

    pub(super) fn with(&mut self, items: &'a [WithItem], body: &'a [Stmt]) -> Gen<()> {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let span = item.context.span;
        let exit = self.temp();
        let exc = self.temp();
        let mark = self.mark();
        let dst = self.temp();
        let manager = self.expr(&item.context)?;
        self.emit_at(Op::WithEnter { dst, manager, exit }, span);
        // The guard begins before the target is assigned.
        self.push_block(BlockKind::With { exit, span });
        self.begin_guard();
        if let Some(target) = &item.target {
            self.store(target, dst)?;
        }
        self.release(mark);
        if rest.is_empty() {
            self.body(body)?;
        } else {
            self.with(rest, body)?;
        }
        let ranges = self.end_guard();
        self.unit.blocks.pop();
        self.emit_at(Op::WithExit { exit }, span);
        let end = self.emit(Op::Jump { to: 0 });
        self.add_handlers(ranges, exc);
        let swallowed = self.emit_at(Op::WithExcept { exit, exc, to: 0 }, span);
        self.emit_at(Op::Reraise { exc }, span);
        self.patch(swallowed);
        self.emit(Op::PopHandler);
        self.patch(end);
        Ok(())
    }
}
