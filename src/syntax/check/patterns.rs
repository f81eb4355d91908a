//! `match`: what names its patterns bind, and which cases nothing reaches.

use super::{Check, Flag};
use crate::source::{Name, Span};
use crate::syntax::ast::{Expr, ExprKind, MatchCase, Pattern, PatternKind};

/// What makes every later pattern unreachable.
fn irrefutable(pattern: &Pattern) -> Option<(Option<Name>, Span)> {
    match &pattern.kind {
        PatternKind::As { pattern: None, name } => Some((*name, pattern.span)),
        PatternKind::As { pattern: Some(inner), .. } => irrefutable(inner),
        PatternKind::Or(items) => items.last().and_then(irrefutable),
        _ => None,
    }
}

impl Check {
    pub(super) fn match_stmt(&mut self, subject: &Expr, cases: &[MatchCase]) {
        self.expr(subject);
        for (index, case) in cases.iter().enumerate() {
            let mut names = Vec::new();
            self.pattern(&case.pattern, &mut names);
            if case.guard.is_none() && index + 1 < cases.len() {
                self.unreachable(&case.pattern);
            }
            if let Some(guard) = &case.guard {
                self.expr(guard);
            }
            self.body(&case.body);
        }
    }

    fn unreachable(&mut self, pattern: &Pattern) {
        match irrefutable(pattern) {
            Some((Some(name), span)) => {
                self.code_error(format!("name capture '{name}' makes remaining patterns unreachable"), span);
            }
            Some((None, span)) => self.code_error("wildcard makes remaining patterns unreachable", span),
            None => {}
        }
    }

    fn bind(&mut self, name: Option<Name>, names: &mut Vec<Name>, span: Span) {
        let Some(name) = name else { return };
        if names.contains(&name) {
            self.code_error(format!("multiple assignments to name '{name}' in pattern"), span);
        }
        names.push(name);
        self.scopes.add(name, Flag::LOCAL);
    }

    fn pattern(&mut self, pattern: &Pattern, names: &mut Vec<Name>) {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Value(value) => self.expr(value),
            PatternKind::Singleton(_) => {}
            PatternKind::Sequence(items) => {
                if items.iter().filter(|item| matches!(item.kind, PatternKind::Star(_))).count() > 1 {
                    self.code_error("multiple starred names in sequence pattern", span);
                }
                items.iter().for_each(|item| self.pattern(item, names));
            }
            PatternKind::Mapping { keys, patterns, rest } => {
                for (index, key) in keys.iter().enumerate() {
                    self.expr(key);
                    if let ExprKind::Constant(value) = &key.kind
                        && keys[..index].iter().any(|other| matches!(&other.kind, ExprKind::Constant(v) if v == value))
                    {
                        let shown = crate::syntax::dump::constant_repr(value);
                        self.code_error(format!("mapping pattern checks duplicate key ({shown})"), span);
                    }
                }
                patterns.iter().for_each(|item| self.pattern(item, names));
                self.bind(*rest, names, span);
            }
            PatternKind::Class { class, patterns, keyword_names, keyword_patterns } => {
                self.expr(class);
                for (index, name) in keyword_names.iter().enumerate() {
                    if keyword_names[..index].contains(name) {
                        let at = keyword_patterns.get(index).map_or(span, |pattern| pattern.span);
                        self.code_error(format!("attribute name repeated in class pattern: {name}"), at);
                    }
                }
                patterns.iter().chain(keyword_patterns).for_each(|item| self.pattern(item, names));
            }
            PatternKind::Star(name) => self.bind(*name, names, span),
            PatternKind::As { pattern: inner, name } => {
                if let Some(inner) = inner {
                    self.pattern(inner, names);
                }
                self.bind(*name, names, span);
            }
            PatternKind::Or(items) => self.alternatives(items, names, span),
        }
    }

    fn alternatives(&mut self, items: &[Pattern], names: &mut Vec<Name>, span: Span) {
        let before = names.len();
        let mut first: Option<Vec<Name>> = None;
        for (index, item) in items.iter().enumerate() {
            let mut bound = names[..before].to_vec();
            self.pattern(item, &mut bound);
            let mut new = bound.split_off(before);
            new.sort_unstable();
            match &first {
                None => first = Some(new),
                Some(first) if *first != new => {
                    self.code_error("alternative patterns bind different names", span);
                }
                Some(_) => {}
            }
            if index + 1 < items.len() {
                self.unreachable(item);
            }
        }
        names.extend(first.unwrap_or_default());
    }
}
