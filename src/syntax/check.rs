//! What Python's compiler refuses in a tree that its parser takes: `return` outside a function, a name that is both a
//! parameter and global, two starred targets.
//!
//! One walk. CPython builds its symbol table for the whole input before it generates code, so an error of the first kind
//! comes before one of the second wherever they stand; both are kept apart here and chosen at the end.

mod expressions;
mod functions;
mod patterns;
mod symbols;

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
}
