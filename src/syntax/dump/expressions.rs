//! Expressions and patterns.

use super::{Dump, constant, quoted};
use crate::syntax::ast::*;

impl Dump {
    pub(super) fn pattern(&mut self, field: &str, pattern: &Pattern) {
        let span = Some(pattern.span);
        match &pattern.kind {
            PatternKind::Value(value) => {
                self.open(field, "MatchValue", span);
                self.expr("value", value);
            }
            PatternKind::Singleton(value) => {
                self.open(field, "MatchSingleton", span);
                self.leaf("value", &constant(value));
            }
            PatternKind::Sequence(items) => {
                self.open(field, "MatchSequence", span);
                for item in items {
                    self.pattern("patterns", item);
                }
            }
            PatternKind::Mapping { keys, patterns, rest } => {
                self.open(field, "MatchMapping", span);
                self.exprs("keys", keys);
                for item in patterns {
                    self.pattern("patterns", item);
                }
                if let Some(rest) = rest {
                    self.name("rest", *rest);
                }
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                self.open(field, "MatchClass", span);
                self.expr("cls", class);
                for item in patterns {
                    self.pattern("patterns", item);
                }
                for name in keyword_names {
                    self.name("kwd_attrs", *name);
                }
                for item in keyword_patterns {
                    self.pattern("kwd_patterns", item);
                }
            }
            PatternKind::Star(name) => {
                self.open(field, "MatchStar", span);
                if let Some(name) = name {
                    self.name("name", *name);
                }
            }
            PatternKind::As { pattern, name } => {
                self.open(field, "MatchAs", span);
                if let Some(pattern) = pattern {
                    self.pattern("pattern", pattern);
                }
                if let Some(name) = name {
                    self.name("name", *name);
                }
            }
            PatternKind::Or(items) => {
                self.open(field, "MatchOr", span);
                for item in items {
                    self.pattern("patterns", item);
                }
            }
        }
        self.close();
    }

    pub(super) fn generators(&mut self, generators: &[Comprehension]) {
        for generator in generators {
            self.open("generators", "comprehension", None);
            self.expr("target", &generator.target);
            self.expr("iter", &generator.iter);
            self.exprs("ifs", &generator.ifs);
            self.flag("is_async", generator.is_async);
            self.close();
        }
    }

    pub(super) fn expr(&mut self, field: &str, expr: &Expr) {
        let span = Some(expr.span);
        match &expr.kind {
            ExprKind::BoolOp { op, values } => {
                self.open(field, "BoolOp", span);
                self.leaf("op", &format!("{op:?}"));
                self.exprs("values", values);
            }
            ExprKind::NamedExpr { target, target_span, value } => {
                self.open(field, "NamedExpr", span);
                self.expr("target", &Expr::new(ExprKind::Name(*target), *target_span));
                self.expr("value", value);
            }
            ExprKind::BinOp { left, op, right } => {
                self.open(field, "BinOp", span);
                self.expr("left", left);
                self.leaf("op", &format!("{op:?}"));
                self.expr("right", right);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.open(field, "UnaryOp", span);
                self.leaf("op", &format!("{op:?}"));
                self.expr("operand", operand);
            }
            ExprKind::Lambda { args, body } => {
                self.open(field, "Lambda", span);
                self.arguments(args);
                self.expr("body", body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.open(field, "IfExp", span);
                self.expr("test", test);
                self.expr("body", body);
                self.expr("orelse", orelse);
            }
            ExprKind::Dict(items) => {
                self.open(field, "Dict", span);
                for item in items {
                    match &item.key {
                        Some(key) => self.expr("keys", key),
                        None => self.leaf("keys", "None"),
                    }
                }
                for item in items {
                    self.expr("values", &item.value);
                }
            }
            ExprKind::Set(items) => {
                self.open(field, "Set", span);
                self.exprs("elts", items);
            }
            ExprKind::ListComp { element, generators }
            | ExprKind::SetComp { element, generators }
            | ExprKind::GeneratorExp { element, generators } => {
                let kind = match &expr.kind {
                    ExprKind::ListComp { .. } => "ListComp",
                    ExprKind::SetComp { .. } => "SetComp",
                    _ => "GeneratorExp",
                };
                self.open(field, kind, span);
                self.expr("elt", element);
                self.generators(generators);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.open(field, "DictComp", span);
                self.expr("key", key);
                self.expr("value", value);
                self.generators(generators);
            }
            ExprKind::Await(value) => {
                self.open(field, "Await", span);
                self.expr("value", value);
            }
            ExprKind::Yield(value) => {
                self.open(field, "Yield", span);
                self.opt("value", value.as_deref());
            }
            ExprKind::YieldFrom(value) => {
                self.open(field, "YieldFrom", span);
                self.expr("value", value);
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.open(field, "Compare", span);
                self.expr("left", left);
                for op in ops {
                    self.leaf("ops", &format!("{op:?}"));
                }
                self.exprs("comparators", comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.open(field, "Call", span);
                self.expr("func", func);
                self.exprs("args", args);
                self.keywords(keywords);
            }
            ExprKind::FString(parts) => {
                self.open(field, "JoinedStr", span);
                self.fstring_parts(parts);
            }
            ExprKind::Constant(value) => {
                self.open(field, "Constant", span);
                self.leaf("value", &constant(value));
            }
            ExprKind::Attribute { value, attr } => {
                self.open(field, "Attribute", span);
                self.expr("value", value);
                self.name("attr", *attr);
            }
            ExprKind::Subscript { value, index } => {
                self.open(field, "Subscript", span);
                self.expr("value", value);
                self.expr("slice", index);
            }
            ExprKind::Starred(value) => {
                self.open(field, "Starred", span);
                self.expr("value", value);
            }
            ExprKind::Name(name) => {
                self.open(field, "Name", span);
                self.name("id", *name);
            }
            ExprKind::List(items) => {
                self.open(field, "List", span);
                self.exprs("elts", items);
            }
            ExprKind::Tuple(items) => {
                self.open(field, "Tuple", span);
                self.exprs("elts", items);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.open(field, "Slice", span);
                self.opt("lower", lower.as_deref());
                self.opt("upper", upper.as_deref());
                self.opt("step", step.as_deref());
            }
        }
        self.close();
    }

    pub(super) fn fstring_parts(&mut self, parts: &[FStringPart]) {
        for part in parts {
            match part {
                FStringPart::Literal(text) => {
                    self.open("values", "Constant", None);
                    self.leaf("value", &quoted(text));
                }
                FStringPart::Interp(interp) => {
                    self.open("values", "FormattedValue", None);
                    self.expr("value", &interp.expr);
                    self.leaf("conversion", &interp.conversion.map_or(-1, |c| c as i32).to_string());
                    if let Some(spec) = &interp.spec {
                        self.open("format_spec", "JoinedStr", None);
                        self.fstring_parts(spec);
                        self.close();
                    }
                }
            }
            self.close();
        }
    }
}
