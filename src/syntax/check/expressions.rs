//! Expressions: names used, and what may not stand where.

use super::{Check, Flag, Function, ScopeKind};
use crate::source::{Name, Span};
use crate::syntax::Mode;
use crate::syntax::ast::*;

impl Check {
    pub(super) fn opt(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    /// Items of a display: they may be starred.
    pub(super) fn items(&mut self, items: &[Expr]) {
        for item in items {
            match &item.kind {
                ExprKind::Starred(inner) => self.expr(inner),
                _ => self.expr(item),
            }
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        // The left spine, which may be long, is walked in a loop; its innermost part comes first, as in the code.
        let mut spine = Vec::new();
        let mut inner = expr;
        while let Some(child) = inner.spine() {
            spine.push(inner);
            inner = child;
        }
        match inner.kind {
            ExprKind::Name(_) | ExprKind::Constant(_) => self.leaf(inner),
            _ => crate::syntax::with_stack(|| self.leaf(inner)),
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

    pub(super) fn call_args(&mut self, args: &[Expr], keywords: &[Keyword]) {
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

    pub(super) fn leaf(&mut self, expr: &Expr) {
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

    pub(super) fn yields(&mut self, message: &str, span: Span) {
        if let Some(kind) = self.scopes.comprehension() {
            self.symbol_error(format!("'yield' inside {kind}"), span);
        } else if self.function.is_none() {
            self.code_error(message, span);
        }
    }

    pub(super) fn walrus(&mut self, target: Name, target_span: Span, span: Span) {
        if let Some(message) = self.scopes.walrus(target) {
            // CPython points at the whole expression in an iterable, at the target otherwise.
            let at = if message.contains("iterable expression") { span } else { target_span };
            self.symbol_error(message, at);
        }
    }

    pub(super) fn comprehension(
        &mut self,
        kind: &'static str,
        elements: &[&Expr],
        generators: &[Comprehension],
        span: Span,
    ) {
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

    pub(super) fn comprehension_target(&mut self, target: &Expr) {
        self.scopes.iteration = true;
        self.assign_target(target);
        self.scopes.iteration = false;
    }

    pub(super) fn fstring(&mut self, parts: &[FStringPart]) {
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
