//! What Python's compiler refuses in a tree that its parser takes: `return` outside a function, a name that is both a
//! parameter and global, two starred targets.
//!
//! One walk. CPython builds its symbol table for the whole input before it generates code, so an error of the first kind
//! comes before one of the second wherever they stand; both are kept apart here and chosen at the end.

mod patterns;
mod symbols;

use rustc_hash::FxHashSet;

use super::ast::*;
use super::{ErrorKind, Mode, SyntaxError};
use crate::source::{Name, Span};
use symbols::{Flag, ScopeKind, Scopes};

/// The error of Python's compiler, if it has one.
pub(super) fn check(module: &Module, text: &str, mode: Mode) -> Option<SyntaxError> {
    let mut check = Check {
        mode,
        scopes: Scopes::new(),
        symbol: None,
        code: None,
        function: None,
        loops: 0,
        except_star: false,
        future: true,
    };
    check.body(&module.body);
    check.scopes.finish();
    let found = check.symbol.or(check.scopes.error).or(check.code)?;
    Some(SyntaxError::new(ErrorKind::Syntax, found.0, found.1, text))
}

type Found = (String, Span);

/// What a function's body may hold.
#[derive(Clone, Copy)]
struct Function {
    is_async: bool,
}

struct Check {
    mode: Mode,
    scopes: Scopes,
    /// The first error of the symbol table.
    symbol: Option<Found>,
    /// The first error of the code generator.
    code: Option<Found>,
    function: Option<Function>,
    loops: u32,
    except_star: bool,
    /// Whether only a docstring and `__future__` imports have come so far.
    future: bool,
}

/// Features that `from __future__ import` knows.
const FEATURES: &[&str] = &[
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

impl Check {
    fn symbol_error(&mut self, message: impl Into<String>, span: Span) {
        if self.symbol.is_none() {
            self.symbol = Some((message.into(), span));
        }
    }

    fn code_error(&mut self, message: impl Into<String>, span: Span) {
        if self.code.is_none() {
            self.code = Some((message.into(), span));
        }
    }

    fn body(&mut self, body: &[Stmt]) {
        for (index, stmt) in body.iter().enumerate() {
            let docstring = index == 0
                && matches!(&stmt.kind, StmtKind::Expr(Expr { kind: ExprKind::Constant(Constant::Str(_)), .. }));
            let future = matches!(&stmt.kind, StmtKind::ImportFrom { module: Some(module), level: 0, .. }
                if *module == "__future__");
            if !docstring && !future {
                self.future = false;
            }
            super::with_stack(|| self.stmt(stmt));
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function_def(def),
            StmtKind::ClassDef(def) => self.class_def(def),
            StmtKind::Return(value) => {
                if self.function.is_none() {
                    self.code_error("'return' outside function", span);
                } else if self.except_star {
                    self.code_error("'break', 'continue' and 'return' cannot appear in an except* block", span);
                }
                self.opt(value.as_ref());
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.target(target)),
            StmtKind::Assign { targets, value } => {
                self.expr(value);
                for target in targets {
                    self.assign_target(target);
                }
            }
            StmtKind::AugAssign { target, value, .. } => {
                if let ExprKind::Name(name) = target.kind {
                    self.scopes.add(name, Flag::USED);
                }
                self.target(target);
                self.expr(value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if let (ExprKind::Name(name), true) = (&target.kind, *simple) {
                    if let Some(message) = self.scopes.annotate(*name) {
                        self.symbol_error(message, span);
                    }
                    if value.is_some() {
                        self.target(target);
                    }
                } else {
                    self.target(target);
                }
                self.annotation(annotation);
                self.opt(value.as_ref());
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.scopes.add(*name, Flag::LOCAL);
                self.scopes.push(ScopeKind::Function);
                self.type_params(type_params);
                self.expr(value);
                self.scopes.pop();
            }
            StmtKind::For { target, iter, body, orelse, is_async } => {
                if *is_async {
                    self.need_async("'async for' outside async function", span);
                }
                self.expr(iter);
                self.assign_target(target);
                self.looped(body);
                self.body(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.looped(body);
                self.body(orelse);
            }
            StmtKind::If { branches, orelse } => {
                for branch in branches {
                    self.expr(&branch.test);
                    self.body(&branch.body);
                }
                self.body(orelse);
            }
            StmtKind::With { items, body, is_async } => {
                if *is_async {
                    self.need_async("'async with' outside async function", span);
                }
                for item in items {
                    self.expr(&item.context);
                    if let Some(target) = &item.target {
                        self.assign_target(target);
                    }
                }
                self.body(body);
            }
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => {
                self.opt(exc.as_ref());
                self.opt(cause.as_ref());
            }
            StmtKind::Try(try_) => self.try_stmt(try_),
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                self.opt(msg.as_ref());
            }
            StmtKind::Import(names) => {
                for alias in names {
                    let bound = alias.asname.unwrap_or_else(|| {
                        let text = alias.name.text();
                        text.split_once('.').map_or(alias.name, |(first, _)| Name::new(first))
                    });
                    self.scopes.add(bound, Flag::IMPORT);
                }
            }
            StmtKind::ImportFrom { module, names, level } => self.import_from(module.as_ref(), names, *level, span),
            StmtKind::Global(names) => {
                for &name in names {
                    if let Some(message) = self.scopes.declare(name, Flag::GLOBAL, span) {
                        self.symbol_error(message, span);
                    }
                }
            }
            StmtKind::Nonlocal(names) => {
                for &name in names {
                    if let Some(message) = self.scopes.declare(name, Flag::NONLOCAL, span) {
                        self.symbol_error(message, span);
                    }
                }
            }
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Pass => {}
            StmtKind::Break | StmtKind::Continue => {
                let is_break = matches!(stmt.kind, StmtKind::Break);
                if self.loops == 0 {
                    if self.except_star {
                        self.code_error("'break', 'continue' and 'return' cannot appear in an except* block", span);
                    } else {
                        let message = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
                        self.code_error(message, span);
                    }
                }
            }
            StmtKind::LineMagic { target, .. } | StmtKind::Shell { target, .. } => {
                if let Some(target) = target {
                    self.assign_target(target);
                }
            }
            StmtKind::CellMagic { .. } | StmtKind::Help { .. } => {}
        }
    }

    fn looped(&mut self, body: &[Stmt]) {
        self.loops += 1;
        self.body(body);
        self.loops -= 1;
    }

    fn need_async(&mut self, message: &str, span: Span) {
        let fine = match self.function {
            Some(function) => function.is_async,
            // At the top of a cell IPython takes `await`; whether the engine does is not for the parser to say.
            None => self.mode == Mode::Cell && self.scopes.at_module(),
        };
        if !fine {
            self.code_error(message, span);
        }
    }

    fn import_from(&mut self, module: Option<&Name>, names: &[Alias], level: u32, span: Span) {
        if level == 0 && module.is_some_and(|module| *module == "__future__") {
            if !self.future {
                self.symbol_error("from __future__ imports must occur at the beginning of the file", span);
            }
            for alias in names {
                let feature = alias.name.text();
                if &*feature == "braces" {
                    self.symbol_error("not a chance", span);
                } else if !FEATURES.contains(&&*feature) {
                    self.symbol_error(format!("future feature {feature} is not defined"), span);
                }
            }
        }
        for alias in names {
            if alias.name == "*" {
                if !self.scopes.at_module() {
                    self.symbol_error("import * only allowed at module level", alias.span);
                }
                continue;
            }
            self.scopes.add(alias.asname.unwrap_or(alias.name), Flag::IMPORT);
        }
    }

    fn try_stmt(&mut self, try_: &Try) {
        self.body(&try_.body);
        for (index, handler) in try_.handlers.iter().enumerate() {
            if handler.kind.is_none() && index + 1 < try_.handlers.len() {
                self.code_error("default 'except:' must be last", handler.span);
            }
            self.opt(handler.kind.as_ref());
            if let Some(name) = handler.name {
                self.scopes.add(name, Flag::LOCAL);
            }
            if try_.is_star {
                let outer = (std::mem::replace(&mut self.except_star, true), std::mem::take(&mut self.loops));
                self.body(&handler.body);
                (self.except_star, self.loops) = outer;
            } else {
                self.body(&handler.body);
            }
        }
        self.body(&try_.orelse);
        self.body(&try_.finalbody);
    }

    // ------------------------------------------------------------ functions and classes

    fn function_def(&mut self, def: &FunctionDef) {
        def.decorators.iter().for_each(|decorator| self.expr(decorator));
        self.scopes.add(def.name, Flag::LOCAL);
        self.defaults(&def.args);
        self.annotations(&def.args);
        if let Some(returns) = &def.returns {
            self.annotation(returns);
        }
        let generic = !def.type_params.is_empty();
        if generic {
            self.scopes.push(ScopeKind::Function);
            self.type_params(&def.type_params);
        }
        self.scopes.push(ScopeKind::Function);
        self.parameters(&def.args);
        let outer = self.enter(Some(Function { is_async: def.is_async }));
        self.body(&def.body);
        self.leave(outer);
        self.scopes.pop();
        if generic {
            self.scopes.pop();
        }
    }

    fn class_def(&mut self, def: &ClassDef) {
        def.decorators.iter().for_each(|decorator| self.expr(decorator));
        self.scopes.add(def.name, Flag::LOCAL);
        let generic = !def.type_params.is_empty();
        if generic {
            self.scopes.push(ScopeKind::Function);
            self.type_params(&def.type_params);
        }
        self.call_args(&def.bases, &def.keywords);
        self.scopes.push(ScopeKind::Class);
        let outer = self.enter(None);
        self.body(&def.body);
        self.leave(outer);
        self.scopes.pop();
        if generic {
            self.scopes.pop();
        }
    }

    fn enter(&mut self, function: Option<Function>) -> (Option<Function>, u32, bool) {
        let outer = (self.function, self.loops, self.except_star);
        (self.function, self.loops, self.except_star) = (function, 0, false);
        outer
    }

    fn leave(&mut self, outer: (Option<Function>, u32, bool)) {
        (self.function, self.loops, self.except_star) = outer;
    }

    fn defaults(&mut self, args: &Arguments) {
        args.defaults.iter().for_each(|default| self.expr(default));
        args.kw_defaults.iter().flatten().for_each(|default| self.expr(default));
    }

    fn all_args(args: &Arguments) -> impl Iterator<Item = &Arg> {
        // CPython's order: the starred ones come last.
        args.posonly.iter().chain(&args.args).chain(&args.kwonly).chain(&args.vararg).chain(&args.kwarg)
    }

    fn annotations(&mut self, args: &Arguments) {
        for annotation in Self::all_args(args).filter_map(|arg| arg.annotation.as_ref()) {
            match &annotation.kind {
                ExprKind::Starred(inner) => self.annotation(inner),
                _ => self.annotation(annotation),
            }
        }
    }

    fn parameters(&mut self, args: &Arguments) {
        let mut seen = FxHashSet::default();
        for arg in Self::all_args(args) {
            if !seen.insert(arg.name) {
                let message = format!("duplicate argument '{}' in function definition", arg.name);
                self.symbol_error(message, arg.span);
            }
            self.scopes.add(arg.name, Flag::PARAM);
        }
    }

    fn annotation(&mut self, annotation: &Expr) {
        self.expr(annotation);
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        let mut seen = FxHashSet::default();
        for param in params {
            if !seen.insert(param.name) {
                self.symbol_error(format!("duplicate type parameter '{}'", param.name), param.span);
            }
            self.scopes.add(param.name, Flag::LOCAL);
            self.opt(param.bound.as_ref());
            match &param.default {
                Some(Expr { kind: ExprKind::Starred(inner), .. }) => self.expr(inner),
                default => self.opt(default.as_ref()),
            }
        }
    }

    // ------------------------------------------------------------ targets

    /// A target that stands alone: a starred one may not.
    fn assign_target(&mut self, target: &Expr) {
        if let ExprKind::Starred(_) = target.kind {
            self.code_error("starred assignment target must be in a list or tuple", target.span);
        }
        self.target(target);
    }

    fn target(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(name) => {
                if *name == "__debug__" {
                    self.code_error("cannot assign to __debug__", target.span);
                }
                self.scopes.add(*name, Flag::LOCAL);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let starred = items.iter().filter(|item| matches!(item.kind, ExprKind::Starred(_))).count();
                if starred > 1 {
                    self.code_error("multiple starred expressions in assignment", target.span);
                }
                items.iter().for_each(|item| self.target(item));
            }
            ExprKind::Starred(inner) => self.target(inner),
            _ => self.expr(target),
        }
    }

    // ------------------------------------------------------------ expressions

    fn opt(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    /// Items of a display: they may be starred.
    fn items(&mut self, items: &[Expr]) {
        for item in items {
            match &item.kind {
                ExprKind::Starred(inner) => self.expr(inner),
                _ => self.expr(item),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        // The left spine, which may be long, is walked in a loop; its innermost part comes first, as in the code.
        let mut spine = Vec::new();
        let mut inner = expr;
        while let Some(child) = inner.spine() {
            spine.push(inner);
            inner = child;
        }
        match inner.kind {
            ExprKind::Name(_) | ExprKind::Constant(_) => self.leaf(inner),
            _ => super::with_stack(|| self.leaf(inner)),
        }
        for node in spine.into_iter().rev() {
            match &node.kind {
                ExprKind::BinOp { right, .. } => self.expr(right),
                ExprKind::Subscript { index, .. } => match &index.kind {
                    ExprKind::Tuple(items) => self.items(items),
                    _ => self.expr(index),
                },
                ExprKind::Call { args, keywords, .. } => self.call_args(args, keywords),
                _ => {}
            }
        }
    }

    fn call_args(&mut self, args: &[Expr], keywords: &[Keyword]) {
        self.items(args);
        let mut seen: Vec<Name> = Vec::new();
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                if seen.contains(&name) {
                    self.code_error(format!("keyword argument repeated: {name}"), keyword.span);
                }
                seen.push(name);
                if name == "__debug__" {
                    self.code_error("cannot assign to __debug__", keyword.span);
                }
            }
            self.expr(&keyword.value);
        }
    }

    fn leaf(&mut self, expr: &Expr) {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant(_) => {}
            ExprKind::Name(name) => self.scopes.add(*name, Flag::USED),
            ExprKind::BoolOp { values, .. } => values.iter().for_each(|value| self.expr(value)),
            ExprKind::NamedExpr { target, target_span, value } => {
                self.walrus(*target, *target_span, span);
                self.expr(value);
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args);
                self.scopes.push(ScopeKind::Function);
                self.parameters(args);
                let outer = self.enter(Some(Function { is_async: false }));
                self.expr(body);
                self.leave(outer);
                self.scopes.pop();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
            }
            ExprKind::Dict(items) => {
                for item in items {
                    self.opt(item.key.as_ref());
                    self.expr(&item.value);
                }
            }
            ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => self.items(items),
            ExprKind::ListComp { element, generators } => {
                self.comprehension("list comprehension", &[element], generators, span);
            }
            ExprKind::SetComp { element, generators } => {
                self.comprehension("set comprehension", &[element], generators, span);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("dict comprehension", &[key, value], generators, span);
            }
            ExprKind::GeneratorExp { element, generators } => {
                self.comprehension("generator expression", &[element], generators, span);
            }
            ExprKind::Await(value) => {
                match self.function {
                    Some(function) if !function.is_async => {
                        self.code_error("'await' outside async function", span);
                    }
                    None if !(self.mode == Mode::Cell && self.scopes.at_module()) => {
                        self.code_error("'await' outside function", span);
                    }
                    _ => {}
                }
                self.expr(value);
            }
            ExprKind::Yield(value) => {
                self.yields("'yield' outside function", span);
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            ExprKind::YieldFrom(value) => {
                self.yields("'yield from' outside function", span);
                if self.function.is_some_and(|function| function.is_async) {
                    self.code_error("'yield from' inside async function", span);
                }
                self.expr(value);
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left);
                comparators.iter().for_each(|value| self.expr(value));
            }
            ExprKind::FString(parts) => self.fstring(parts),
            ExprKind::Starred(value) => {
                self.code_error("can't use starred expression here", span);
                self.expr(value);
            }
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().for_each(|part| self.expr(part));
            }
            // Spines are walked by `expr`.
            ExprKind::BinOp { .. }
            | ExprKind::Call { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Subscript { .. } => {}
        }
    }

    fn yields(&mut self, message: &str, span: Span) {
        if let Some(kind) = self.scopes.comprehension() {
            self.symbol_error(format!("'yield' inside {kind}"), span);
        } else if self.function.is_none() {
            self.code_error(message, span);
        }
    }

    fn walrus(&mut self, target: Name, target_span: Span, span: Span) {
        if let Some(message) = self.scopes.walrus(target) {
            // CPython points at the whole expression in an iterable, at the target otherwise.
            let at = if message.contains("iterable expression") { span } else { target_span };
            self.symbol_error(message, at);
        }
    }

    fn comprehension(&mut self, kind: &'static str, elements: &[&Expr], generators: &[Comprehension], span: Span) {
        let asynchronous = generators.iter().any(|generator| generator.is_async);
        if asynchronous && kind != "generator expression" {
            self.need_async("asynchronous comprehension outside of an asynchronous function", span);
        }
        let Some((first, rest)) = generators.split_first() else { return };
        self.scopes.iterable();
        self.expr(&first.iter);
        self.scopes.end_iterable();
        self.scopes.push(ScopeKind::Comprehension(kind));
        let outer = self.function;
        if kind == "generator expression" {
            // `await` makes it an asynchronous generator, wherever it stands.
            self.function = Some(Function { is_async: true });
        }
        self.comprehension_target(&first.target);
        first.ifs.iter().for_each(|test| self.expr(test));
        for generator in rest {
            self.scopes.iterable();
            self.expr(&generator.iter);
            self.scopes.end_iterable();
            self.comprehension_target(&generator.target);
            generator.ifs.iter().for_each(|test| self.expr(test));
        }
        elements.iter().for_each(|element| self.expr(element));
        self.function = outer;
        self.scopes.pop();
    }

    fn comprehension_target(&mut self, target: &Expr) {
        self.scopes.iteration = true;
        self.assign_target(target);
        self.scopes.iteration = false;
    }

    fn fstring(&mut self, parts: &[FStringPart]) {
        for part in parts {
            if let FStringPart::Interp(interp) = part {
                self.expr(&interp.expr);
                if let Some(spec) = &interp.spec {
                    self.fstring(spec);
                }
            }
        }
    }
}
