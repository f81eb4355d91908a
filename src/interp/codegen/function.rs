//! Functions, lambdas and classes.

use super::*;

impl<'a> Compiler<'a> {
    /// Begins a code object inside the present one.
    pub(super) fn enter(&mut self, scope: ScopeId, kind: CodeKind, name: Name) {
        let mut unit = Unit::new(scope, kind, name);
        unit.qualname = match self.unit.kind {
            CodeKind::Module => name.to_string(),
            CodeKind::Class => format!("{}.{name}", self.unit.qualname),
            _ => format!("{}.<locals>.{name}", self.unit.qualname),
        };
        unit.span = self.unit.span;
        let outer = std::mem::replace(&mut self.unit, unit);
        self.outer.push(outer);
    }

    /// Ends a code object: its number among the enclosing one's children.
    pub(super) fn leave(&mut self, span: Span) -> u32 {
        let Some(outer) = self.outer.pop() else { return 0 };
        let mut inner = std::mem::replace(&mut self.unit, outer);
        for &var in &inner.frees {
            let capture = match self.unit.cells.iter().position(|&v| v == var) {
                Some(cell) => Capture::Cell(cell as u16),
                None => Capture::Free(self.free(var)),
            };
            inner.captures.push(capture);
        }
        let code = inner.finish(self.source, span);
        self.unit.children.push(Rc::new(code));
        self.unit.children.len() as u32 - 1
    }

    /// Gives the parameters their registers.
    fn parameters(&mut self, args: &'a Arguments) {
        let scope = self.unit.home;
        let mut params = Params::default();
        let positional: Vec<&Arg> = args.posonly.iter().chain(&args.args).collect();
        params.posonly = args.posonly.len();
        params.positional = positional.len();
        let first_default = positional.len().saturating_sub(args.defaults.len());
        for (i, arg) in positional.iter().enumerate() {
            params.names.push(self.mangle(arg.name));
            params.optional.push(i >= first_default);
        }
        for (i, arg) in args.kwonly.iter().enumerate() {
            params.names.push(self.mangle(arg.name));
            params.optional.push(args.kw_defaults.get(i).is_some_and(Option::is_some));
        }
        params.vararg = args.vararg.as_ref().map(|a| a.name);
        params.kwarg = args.kwarg.as_ref().map(|a| a.name);
        let all = positional.iter().copied().chain(&args.kwonly).chain(&args.vararg).chain(&args.kwarg);
        let mut captured = Vec::new();
        for arg in all {
            let slot = self.unit.locals.len() as R;
            self.unit.locals.push(arg.name);
            let is_captured = self.scopes.scopes[scope].symbols.get(&arg.name).is_some_and(|s| s.captured);
            if is_captured {
                captured.push(((scope, arg.name), slot));
            } else {
                self.unit.slots.insert((scope, arg.name), slot);
            }
        }
        self.unit.first_param = positional.first().map(|a| a.name);
        let mut shown: Vec<String> = positional.iter().map(|a| a.name.to_string()).collect();
        // As inspect.formatargvalues: *args before the keyword-only ones.
        shown.extend(args.kwonly.iter().map(|a| a.name.to_string()));
        shown.extend(args.vararg.iter().map(|a| format!("*{}", a.name)));
        shown.extend(args.kwarg.iter().map(|a| format!("**{}", a.name)));
        self.unit.signature = format!("({})", shown.join(", "));
        self.unit.params = params;
        self.layout();
        for (var, slot) in captured {
            let cell = self.cell(var);
            self.emit(Op::CellFrom { cell, slot });
        }
    }

    /// Every function's own cells are made when it starts.
    fn new_cells(&mut self) {
        let scope = self.unit.home;
        let params: Vec<Name> = self.unit.params.names.to_vec();
        for cell in 0..self.unit.cells.len() {
            let var = self.unit.cells[cell];
            let is_param = var.0 == scope
                && (params.contains(&var.1)
                    || self.unit.params.vararg == Some(var.1)
                    || self.unit.params.kwarg == Some(var.1));
            // The cell of `__class__` is made by what runs the class body.
            let is_class_cell = self.unit.kind == CodeKind::Class && var.1 == "__class__";
            if !is_param && !is_class_cell {
                self.emit(Op::NewCell { cell: cell as u16 });
            }
        }
    }

    pub(super) fn function_def(&mut self, def: &'a FunctionDef, span: Span) -> Gen<()> {
        let decorators = self.decorators(&def.decorators)?;
        self.type_params(&def.type_params)?;
        self.unit.span = span;
        let dst = self.temp();
        let (defaults, kwdefaults) = self.defaults(&def.args)?;
        let scope = self.scopes.of(def);
        let kind = match (def.is_async, self.scopes.scopes[scope].generator) {
            (true, _) => CodeKind::Coroutine,
            (false, true) => CodeKind::Generator,
            (false, false) => CodeKind::Function,
        };
        self.enter(scope, kind, def.name);
        self.parameters(&def.args);
        self.new_cells();
        if let Some(doc) = docstring(&def.body) {
            self.unit.doc = Value::str(&*doc);
        }
        self.body(&def.body)?;
        self.emit(Op::ReturnNone);
        let child = self.leave(span);
        self.emit(Op::MakeFunction { dst, child, defaults, kwdefaults });
        self.function_annotations(def, dst)?;
        self.decorate(decorators, &def.decorators, dst);
        self.unit.span = def.name_span;
        self.store_name(def.name, dst, span)
    }

    fn decorators(&mut self, decorators: &'a [Expr]) -> Gen<R> {
        let from = self.mark();
        for decorator in decorators {
            // A pair of registers each: the callee and its argument.
            let f = self.temp();
            self.expr_to(decorator, f)?;
        }
        Ok(from)
    }

    fn decorate(&mut self, from: R, decorators: &'a [Expr], dst: R) {
        for (i, decorator) in decorators.iter().enumerate().rev() {
            let mark = self.mark();
            let f = self.temp();
            let arg = self.temp();
            self.emit(Op::Take { dst: f, src: from + i as R });
            self.emit(Op::Take { dst: arg, src: dst });
            self.emit_at(Op::Call { dst, f, argc: 1 }, decorator.span);
            self.release(mark);
        }
    }

    fn defaults(&mut self, args: &'a Arguments) -> Gen<(R, R)> {
        let mut defaults = NONE;
        let mut kwdefaults = NONE;
        if !args.defaults.is_empty() {
            defaults = self.temp();
            let mark = self.mark();
            let (from, count) = self.run_of(&args.defaults)?;
            self.emit(Op::BuildTuple { dst: defaults, from, count });
            self.release(mark);
        }
        if args.kw_defaults.iter().any(Option::is_some) {
            kwdefaults = self.temp();
            let from = self.mark();
            let mut pairs = 0;
            for (arg, default) in args.kwonly.iter().zip(&args.kw_defaults) {
                if let Some(default) = default {
                    let name = self.mangle(arg.name);
                    self.constant_reg(name.into());
                    self.expr_temp(default)?;
                    pairs += 1;
                }
            }
            self.emit(Op::BuildDict { dst: kwdefaults, from, pairs });
            self.release(from);
        }
        Ok((defaults, kwdefaults))
    }

    fn function_annotations(&mut self, def: &'a FunctionDef, func: R) -> Gen<()> {
        let args = &def.args;
        let all = args.posonly.iter().chain(&args.args).chain(&args.vararg).chain(&args.kwonly).chain(&args.kwarg);
        let mut annotated: Vec<(Name, &'a Expr)> =
            all.filter_map(|a| a.annotation.as_ref().map(|annotation| (a.name, annotation))).collect();
        annotated.extend(def.returns.as_ref().map(|r| (Name::new("return"), r)));
        if annotated.is_empty() {
            return Ok(());
        }
        let mark = self.mark();
        let src = self.temp();
        self.emit(Op::BuildDict { dst: src, from: 0, pairs: 0 });
        for (name, annotation) in annotated {
            let inner = self.mark();
            let key = self.constant_reg(name.into());
            let value = self.expr(annotation)?;
            self.emit(Op::DictSet { dict: src, key, value });
            self.release(inner);
        }
        self.emit(Op::SetAnnotations { func, src });
        self.release(mark);
        Ok(())
    }

    pub(super) fn lambda(&mut self, node: &'a Expr, args: &'a Arguments, body: &'a Expr, dst: R) -> Gen<()> {
        let (defaults, kwdefaults) = self.defaults(args)?;
        let scope = self.scopes.of(node);
        let kind = if self.scopes.scopes[scope].generator { CodeKind::Generator } else { CodeKind::Function };
        self.enter(scope, kind, "<lambda>".into());
        self.parameters(args);
        self.new_cells();
        let src = self.expr(body)?;
        self.emit_at(Op::Return { src }, body.span);
        let child = self.leave(node.span);
        self.emit(Op::MakeFunction { dst, child, defaults, kwdefaults });
        Ok(())
    }

    /// A generator expression: a function of one parameter, the iterator of its first `for`.
    pub(super) fn generator_exp(
        &mut self,
        node: &'a Expr,
        element: &'a Expr,
        generators: &'a [Comprehension],
        dst: R,
    ) -> Gen<()> {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        if generators.iter().any(|g| g.is_async) {
            return self.refuse("asynchronous code");
        }
        let scope = self.scopes.of(node);
        self.enter(scope, CodeKind::Generator, "<genexpr>".into());
        let name = Name::new(".0");
        self.unit.params =
            Params { names: vec![name], posonly: 1, positional: 1, optional: vec![false], ..Params::default() };
        self.unit.locals.push(name);
        self.unit.slots.insert((scope, name), 0);
        self.layout();
        self.new_cells();
        self.emit_at(Op::IterPush { src: 0 }, first.iter.span);
        self.comp_loop(first, rest, &mut |c| {
            let mark = c.mark();
            let src = c.expr_temp(element)?;
            let dst = c.temp();
            c.emit_at(Op::Yield { dst, src }, element.span);
            c.release(mark);
            Ok(())
        })?;
        self.emit(Op::ReturnNone);
        let child = self.leave(node.span);
        let f = self.temp();
        self.emit(Op::MakeFunction { dst: f, child, defaults: NONE, kwdefaults: NONE });
        let arg = self.temp();
        let mark = self.mark();
        let src = self.expr(&first.iter)?;
        self.emit_at(Op::GetIter { dst: arg, src }, first.iter.span);
        self.release(mark);
        self.emit(Op::Call { dst, f, argc: 1 });
        Ok(())
    }

    pub(super) fn class_def(&mut self, def: &'a ClassDef, span: Span) -> Gen<()> {
        let decorators = self.decorators(&def.decorators)?;
        self.type_params(&def.type_params)?;
        self.unit.span = span;
        let dst = self.temp();
        let scope = self.scopes.of(def);
        self.enter(scope, CodeKind::Class, def.name);
        self.layout();
        self.new_cells();
        let mark = self.mark();
        let src = self.temp();
        let site = self.site("__name__".into());
        self.emit(Op::LoadGlobal { dst: src, site });
        let name = self.name("__module__".into());
        self.emit(Op::StoreName { src, name });
        let qualname = Value::str(&*self.unit.qualname);
        self.load_constant(qualname, src);
        let name = self.name("__qualname__".into());
        self.emit(Op::StoreName { src, name });
        if let Some(doc) = docstring(&def.body) {
            self.load_constant(Value::str(&*doc), src);
            let name = self.name("__doc__".into());
            self.emit(Op::StoreName { src, name });
        }
        self.release(mark);
        self.body(&def.body)?;
        self.emit(Op::ReturnNone);
        let child = self.leave(span);
        let body = self.temp();
        self.emit(Op::MakeFunction { dst: body, child, defaults: NONE, kwdefaults: NONE });
        let bases = self.temp();
        self.emit(Op::BuildList { dst: bases, from: 0, count: 0 });
        self.list_items(&def.bases, bases, Some(body))?;
        let keywords = self.keyword_dict(body, &def.keywords)?;
        self.emit(Op::BuildClass { dst, body, bases, keywords });
        self.decorate(decorators, &def.decorators, dst);
        self.store_name(def.name, dst, span)
    }
}
