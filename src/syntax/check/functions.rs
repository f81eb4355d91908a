//! Functions, classes and targets: the scopes and what they bind.

use rustc_hash::FxHashSet;

use super::{Check, Flag, Function, ScopeKind};
use crate::syntax::ast::*;

impl Check {
    pub(super) fn function_def(&mut self, def: &FunctionDef) {
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

    pub(super) fn class_def(&mut self, def: &ClassDef) {
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

    pub(super) fn enter(&mut self, function: Option<Function>) -> (Option<Function>, u32, bool) {
        let outer = (self.function, self.loops, self.except_star);
        (self.function, self.loops, self.except_star) = (function, 0, false);
        outer
    }

    pub(super) fn leave(&mut self, outer: (Option<Function>, u32, bool)) {
        (self.function, self.loops, self.except_star) = outer;
    }

    pub(super) fn defaults(&mut self, args: &Arguments) {
        args.defaults.iter().for_each(|default| self.expr(default));
        args.kw_defaults.iter().flatten().for_each(|default| self.expr(default));
    }

    pub(super) fn all_args(args: &Arguments) -> impl Iterator<Item = &Arg> {
        // CPython's order: the starred ones come last.
        args.posonly.iter().chain(&args.args).chain(&args.kwonly).chain(&args.vararg).chain(&args.kwarg)
    }

    pub(super) fn annotations(&mut self, args: &Arguments) {
        for annotation in Self::all_args(args).filter_map(|arg| arg.annotation.as_ref()) {
            match &annotation.kind {
                ExprKind::Starred(inner) => self.annotation(inner),
                _ => self.annotation(annotation),
            }
        }
    }

    pub(super) fn parameters(&mut self, args: &Arguments) {
        let mut seen = FxHashSet::default();
        for arg in Self::all_args(args) {
            if !seen.insert(arg.name) {
                let message = format!("duplicate argument '{}' in function definition", arg.name);
                self.symbol_error(message, arg.span);
            }
            self.scopes.add(arg.name, Flag::PARAM);
        }
    }

    pub(super) fn annotation(&mut self, annotation: &Expr) {
        self.expr(annotation);
    }

    pub(super) fn type_params(&mut self, params: &[TypeParam]) {
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

    /// A target that stands alone: a starred one may not.
    pub(super) fn assign_target(&mut self, target: &Expr) {
        if let ExprKind::Starred(_) = target.kind {
            self.code_error("starred assignment target must be in a list or tuple", target.span);
        }
        self.target(target);
    }

    pub(super) fn target(&mut self, target: &Expr) {
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
}
