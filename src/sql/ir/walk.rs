//! Walking expressions: children, rebuilding, relabelling, replacing, and what they contain.

use std::rc::Rc;

use crate::object::Res;
use crate::source::Name;

use super::alias::Relabels;
use super::expr::{Col, Expr, ExprRef, Lookup, Rhs};
use super::node::{Q, QChild, Where};
use super::same::{hash_expr, same_expr};

impl Expr {
    /// Calls a function with each source expression, in order.
    pub fn each_child<'a>(&'a self, f: &mut dyn FnMut(&'a ExprRef)) {
        match self {
            Expr::Col(_)
            | Expr::ColPairs(_)
            | Expr::Value(_)
            | Expr::F(_)
            | Expr::OuterRef(_)
            | Expr::ResolvedOuterRef(_)
            | Expr::Star
            | Expr::RawSql(_)
            | Expr::Query(_)
            | Expr::Frame(_)
            | Expr::Q(_)
            | Expr::Nothing
            | Expr::ExtraWhere(..)
            | Expr::Subquery(_) => {}
            Expr::Sliced(e) => f(&e.source),
            Expr::Ref(e) => f(&e.source),
            Expr::Combined(e) => {
                f(&e.lhs);
                f(&e.rhs);
            }
            Expr::Func(e) => {
                e.args.iter().for_each(&mut *f);
                if let Some(filter) = e.aggregate.as_ref().and_then(|a| a.filter.as_ref()) {
                    f(filter);
                }
            }
            Expr::Case(e) => {
                e.cases.iter().for_each(&mut *f);
                f(&e.default);
            }
            Expr::When(e) => {
                f(&e.condition);
                f(&e.result);
            }
            Expr::Window(e) => {
                f(&e.source);
                [&e.partition_by, &e.order_by, &e.frame].into_iter().flatten().for_each(f);
            }
            Expr::List(_, items) => items.iter().for_each(f),
            Expr::OrderBy(e) => f(&e.expr),
            Expr::Lookup(e) => {
                f(&e.lhs);
                each_rhs(&e.rhs, f);
            }
            Expr::Where(node) => node.children.iter().for_each(f),
            Expr::Wrapper(e, _) | Expr::Negated(e, _) | Expr::DatabaseDefault(e, _) => f(e),
            Expr::FilteredRelation(r) => r.resolved.iter().for_each(f),
            Expr::Custom(e) => e.children.iter().flatten().for_each(f),
        }
    }

    /// The source expressions, in order.
    pub fn children(&self) -> Vec<ExprRef> {
        let mut out = Vec::new();
        self.each_child(&mut |c| out.push(c.clone()));
        out
    }

    /// Whether some source expression is such.
    pub fn any_child(&self, f: &mut dyn FnMut(&ExprRef) -> bool) -> bool {
        let mut found = false;
        self.each_child(&mut |c| found = found || f(c));
        found
    }

    /// The same expression over other source expressions. Errors are those of the function.
    pub fn map_children(&self, f: &mut dyn FnMut(&ExprRef) -> Res<ExprRef>) -> Res<Expr> {
        let mut new = self.clone();
        match &mut new {
            Expr::Sliced(e) => e.source = f(&e.source)?,
            Expr::Ref(e) => e.source = f(&e.source)?,
            Expr::Combined(e) => {
                e.lhs = f(&e.lhs)?;
                e.rhs = f(&e.rhs)?;
            }
            Expr::Func(e) => {
                for arg in &mut e.args {
                    *arg = f(arg)?;
                }
                if let Some(filter) = e.aggregate.as_mut().and_then(|a| a.filter.as_mut()) {
                    *filter = f(filter)?;
                }
            }
            Expr::Case(e) => {
                for case in &mut e.cases {
                    *case = f(case)?;
                }
                e.default = f(&e.default)?;
            }
            Expr::When(e) => {
                e.condition = f(&e.condition)?;
                e.result = f(&e.result)?;
            }
            Expr::Window(e) => {
                e.source = f(&e.source)?;
                for part in [&mut e.partition_by, &mut e.order_by, &mut e.frame].into_iter().flatten() {
                    *part = f(part)?;
                }
            }
            Expr::List(_, items) => {
                for item in items {
                    *item = f(item)?;
                }
            }
            Expr::OrderBy(e) => e.expr = f(&e.expr)?,
            Expr::Lookup(e) => {
                e.lhs = f(&e.lhs)?;
                map_rhs(&mut e.rhs, f)?;
            }
            Expr::Where(node) => {
                for child in &mut Rc::make_mut(node).children {
                    *child = f(child)?;
                }
            }
            Expr::Wrapper(e, _) | Expr::Negated(e, _) | Expr::DatabaseDefault(e, _) => *e = f(e)?,
            Expr::FilteredRelation(r) => {
                if let Some(resolved) = &mut Rc::make_mut(r).resolved {
                    *resolved = f(resolved)?;
                }
            }
            Expr::Custom(e) => {
                for child in e.children.iter_mut().flatten() {
                    *child = f(child)?;
                }
            }
            _ => {}
        }
        Ok(new)
    }

    /// Whether it aggregates, here or below (and not inside a window or a subquery).
    pub fn contains_aggregate(&self) -> bool {
        match self {
            Expr::Func(e) if e.aggregate.is_some() => true,
            Expr::Window(_) | Expr::Subquery(_) => false,
            _ => self.any_child(&mut |c| c.contains_aggregate()),
        }
    }

    /// Whether there is a window expression.
    pub fn contains_over_clause(&self) -> bool {
        matches!(self, Expr::Window(_)) || self.any_child(&mut |c| c.contains_over_clause())
    }

    /// Whether there is a subquery below (or, for a subquery itself, nothing).
    pub fn contains_subquery(&self) -> bool {
        self.any_child(&mut |c| match &**c {
            Expr::Subquery(_) => true,
            Expr::Query(q) => q.subquery,
            _ => c.contains_subquery(),
        }) || matches!(self, Expr::Subquery(_))
    }

    /// Whether a column of a row is used.
    pub fn contains_column_references(&self) -> bool {
        match self {
            Expr::Col(_) => true,
            _ => self.any_child(&mut |c| c.contains_column_references()),
        }
    }

    /// The lookup, where it is one.
    pub fn as_lookup(&self) -> Option<&Lookup> {
        match self {
            Expr::Lookup(l) => Some(l),
            _ => None,
        }
    }

    /// The column, where it is one.
    pub fn as_col(&self) -> Option<&Col> {
        match self {
            Expr::Col(c) => Some(c),
            _ => None,
        }
    }
}

fn each_rhs<'a>(rhs: &'a Rhs, f: &mut dyn FnMut(&'a ExprRef)) {
    match rhs {
        Rhs::Value(_) => {}
        Rhs::Expr(e) => f(e),
        Rhs::Many(items) => items.iter().for_each(|item| each_rhs(item, f)),
    }
}

fn map_rhs(rhs: &mut Rhs, f: &mut dyn FnMut(&ExprRef) -> Res<ExprRef>) -> Res<()> {
    match rhs {
        Rhs::Value(_) => {}
        Rhs::Expr(e) => *e = f(e)?,
        Rhs::Many(items) => {
            for item in items {
                map_rhs(item, f)?;
            }
        }
    }
    Ok(())
}

/// The expression with other aliases. Nothing is copied where no alias changes.
pub fn relabel(expr: &ExprRef, map: &Relabels) -> ExprRef {
    if map.is_empty() {
        return expr.clone();
    }
    match &**expr {
        Expr::Col(c) => match c.alias.and_then(|a| map.get(a)) {
            Some(alias) => Rc::new(Expr::Col(Col { alias: Some(alias), ..c.clone() })),
            None => expr.clone(),
        },
        Expr::ColPairs(c) => {
            let mut c = c.clone();
            c.alias = c.alias.map(|a| map.apply(a));
            Rc::new(Expr::ColPairs(c))
        }
        Expr::Query(q) => {
            let mut q = (**q).clone();
            q.change_aliases(map);
            Rc::new(Expr::Query(Rc::new(q)))
        }
        Expr::Subquery(s) => {
            let mut s = s.clone();
            Rc::make_mut(&mut s.query).change_aliases(map);
            Rc::new(Expr::Subquery(s))
        }
        Expr::Where(node) => Rc::new(Expr::Where(Rc::new(node.relabel(map)))),
        Expr::FilteredRelation(r) => {
            let mut r = (**r).clone();
            r.resolved = r.resolved.as_ref().map(|e| relabel(e, map));
            Rc::new(Expr::FilteredRelation(Rc::new(r)))
        }
        Expr::F(_)
        | Expr::OuterRef(_)
        | Expr::ResolvedOuterRef(_)
        | Expr::Value(_)
        | Expr::Star
        | Expr::RawSql(_)
        | Expr::Frame(_)
        | Expr::Q(_)
        | Expr::Nothing
        | Expr::ExtraWhere(..) => expr.clone(),
        other => match other.map_children(&mut |c| Ok(relabel(c, map))) {
            Ok(new) => Rc::new(new),
            Err(_) => expr.clone(),
        },
    }
}

impl Where {
    /// The node with other aliases.
    pub fn relabel(&self, map: &Relabels) -> Where {
        Where { children: self.children.iter().map(|c| relabel(c, map)).collect(), ..*self }
    }

    /// Every condition that is no node itself.
    pub fn leaves(&self) -> Vec<ExprRef> {
        fn walk(node: &Where, out: &mut Vec<ExprRef>) {
            for child in &node.children {
                match &**child {
                    Expr::Where(node) => walk(node, out),
                    _ => out.push(child.clone()),
                }
            }
        }
        let mut out = Vec::new();
        walk(self, &mut out);
        out
    }

    /// Whether some condition aggregates.
    pub fn contains_aggregate(&self) -> bool {
        self.children.iter().any(|c| c.contains_aggregate())
    }

    /// Whether some condition has a window expression.
    pub fn contains_over_clause(&self) -> bool {
        self.children.iter().any(|c| c.contains_over_clause())
    }
}

/// Which expressions are replaced by which.
#[derive(Clone, Default)]
pub struct Replacements(Vec<(u64, ExprRef, ExprRef)>);

impl Replacements {
    /// Replaces one by another from now on.
    pub fn set(&mut self, old: ExprRef, new: ExprRef) {
        let hash = hash_expr(&old);
        match self.0.iter_mut().find(|(h, e, _)| *h == hash && same_expr(e, &old)) {
            Some(entry) => entry.2 = new,
            None => self.0.push((hash, old, new)),
        }
    }

    /// What an expression is replaced by.
    pub fn get(&self, expr: &Expr) -> Option<&ExprRef> {
        if self.0.is_empty() {
            return None;
        }
        let hash = hash_expr(expr);
        self.0.iter().find(|(h, e, _)| *h == hash && same_expr(e, expr)).map(|(_, _, new)| new)
    }

    /// How many are replaced.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is replaced.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The expression with some expressions replaced by others.
pub fn replace(expr: &ExprRef, by: &Replacements) -> ExprRef {
    if by.is_empty() {
        return expr.clone();
    }
    if let Some(new) = by.get(expr) {
        return new.clone();
    }
    if !expr.any_child(&mut |_| true) {
        return expr.clone();
    }
    match expr.map_children(&mut |c| Ok(replace(c, by))) {
        Ok(new) => Rc::new(new),
        Err(_) => expr.clone(),
    }
}

/// The names that an expression refers to.
pub fn refs(expr: &ExprRef, out: &mut Vec<Name>) {
    if let Expr::Ref(r) = &**expr {
        if !out.contains(&r.name) {
            out.push(r.name);
        }
        return;
    }
    expr.each_child(&mut |c| refs(c, out));
}

/// The columns of an expression. `external` also those that subqueries take from outer queries; `through_refs` also
/// those behind references by name.
pub fn collect_cols(expr: &ExprRef, external: bool, through_refs: bool, out: &mut Vec<ExprRef>) {
    match &**expr {
        Expr::Col(_) => out.push(expr.clone()),
        Expr::ColPairs(p) => {
            for (target, source) in p.targets.iter().zip(p.sources.iter()) {
                out.push(Expr::col_as(p.alias, target.clone(), source.clone()));
            }
        }
        Expr::Subquery(s) if external => out.extend(s.query.external_cols()),
        Expr::Query(q) if external => out.extend(q.external_cols()),
        Expr::Ref(_) if !through_refs => {}
        _ => expr.each_child(&mut |c| collect_cols(c, external, through_refs, out)),
    }
}

/// The expression and all below it, depth first.
pub fn flatten(expr: &ExprRef, out: &mut Vec<ExprRef>) {
    out.push(expr.clone());
    expr.each_child(&mut |c| flatten(c, out));
}

impl Q {
    /// Every lookup name and every `F` name in it.
    pub fn names(&self, f: &mut dyn FnMut(&str)) {
        for child in &self.children {
            match child {
                QChild::Filter(lookup, _) | QChild::Keyword(lookup, _) => f(lookup),
                QChild::Q(q) => q.names(f),
                QChild::Expr(e) => names_of(e, f),
                QChild::Other(_) => {}
            }
        }
    }
}

/// Every `F` name in an expression.
pub fn names_of(expr: &ExprRef, f: &mut dyn FnMut(&str)) {
    match &**expr {
        Expr::F(name) => f(name),
        Expr::Q(q) => q.names(f),
        _ => expr.each_child(&mut |c| names_of(c, f)),
    }
}
