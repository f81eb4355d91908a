//! Filters become where nodes: Django's `build_filter` and `add_q`.

use std::rc::Rc;

use smallvec::SmallVec;

use super::col_of;
use super::names::{Joined, PathError, split_lookup};
use super::promoter::JoinPromoter;
use crate::models::{FieldRef, Model, ModelRef};
use crate::object::{Error, Exc, Res, Rt, Value, ops};
use crate::source::Name;
use crate::sql::expressions::{self, Resolve};
use crate::sql::ir::{
    Alias, AliasSet, ColPairs, Connector, Expr, ExprRef, JoinKind, Lookup, Q, QChild, Query, Rhs, Where, expr_of,
};
use crate::sql::lookups;

/// How a filter is built: the flags of Django's `build_filter`.
#[derive(Clone, Copy)]
pub struct FilterFlags {
    /// Whether some node above is negated.
    pub branch_negated: bool,
    /// Whether an odd number of nodes above are negated.
    pub current_negated: bool,
    /// Whether joins may be made.
    pub allow_joins: bool,
    /// Whether negated conditions on many rows become subqueries.
    pub split_subq: bool,
    /// Whether windows and the like are refused.
    pub check_filterable: bool,
    /// Whether it is for `aggregate()`.
    pub summarize: bool,
    /// Whether joins are promoted and demoted.
    pub update_join_types: bool,
}

impl Default for FilterFlags {
    fn default() -> FilterFlags {
        FilterFlags {
            branch_negated: false,
            current_negated: false,
            allow_joins: true,
            split_subq: true,
            check_filterable: true,
            summarize: false,
            update_join_types: true,
        }
    }
}

/// What a keyword stands for: lookups over a path of fields, or over an annotation.
pub(super) struct Solved<'a> {
    pub parts: SmallVec<[&'a str; 4]>,
    /// Where the lookups begin in `parts`; 0 for an annotation.
    pub lookups_at: usize,
    pub annotation: Option<ExprRef>,
}

impl<'a> Solved<'a> {
    pub fn lookups(&self) -> &[&'a str] {
        &self.parts[self.lookups_at..]
    }

    pub fn fields(&self) -> &[&'a str] {
        if self.annotation.is_some() { &[] } else { &self.parts[..self.lookups_at] }
    }
}

impl Query {
    /// Adds the conditions of a `Q` to the query's. Errors: FieldError and whatever a lookup makes of its value.
    pub fn add_q(&mut self, rt: &Rt, q: &Q) -> Res<()> {
        self.add_q_reusing(rt, q, false)
    }

    /// The same; `reuse_all` lets it use every join that is there.
    pub fn add_q_reusing(&mut self, rt: &Rt, q: &Q, reuse_all: bool) -> Res<()> {
        let inner: SmallVec<[Alias; 8]> =
            self.tables.iter().filter(|t| t.kind == JoinKind::Inner).map(|t| t.alias).collect();
        let clause = if reuse_all {
            let mut can_reuse: AliasSet = self.tables.iter().map(|t| t.alias).collect();
            self.build_q(rt, q, Some(&mut can_reuse), FilterFlags::default())?.0
        } else {
            let mut can_reuse = std::mem::take(&mut self.used_aliases);
            let built = self.build_q(rt, q, Some(&mut can_reuse), FilterFlags::default());
            self.used_aliases = can_reuse;
            built?.0
        };
        if !clause.is_empty() {
            Rc::make_mut(&mut self.where_).add_node(clause, Connector::And);
        }
        self.demote_joins(inner);
        Ok(())
    }

    /// Adds one condition by keyword.
    pub fn add_filter(&mut self, rt: &Rt, lookup: &str, value: Value) -> Res<()> {
        self.add_q(rt, &Q::filter(lookup, value))
    }

    /// Adds one condition by keyword with an expression or query on its right.
    pub fn add_filter_expr(&mut self, rt: &Rt, lookup: &str, value: ExprRef) -> Res<()> {
        self.add_q(rt, &Q::keyword(lookup, Rhs::Expr(value)))
    }

    /// The where node of a `Q` and the joins that must be inner for it.
    pub fn build_q(
        &mut self,
        rt: &Rt,
        q: &Q,
        mut can_reuse: Option<&mut AliasSet>,
        mut flags: FilterFlags,
    ) -> Res<(Where, AliasSet)> {
        flags.current_negated ^= q.negated;
        flags.branch_negated |= q.negated;
        let mut target = Where::new(Vec::with_capacity(q.children.len()), q.connector, q.negated);
        let mut promoter = JoinPromoter::new(q.connector, q.children.len(), flags.current_negated);
        for child in &q.children {
            let (clause, needed) = self.build_filter(rt, child, can_reuse.as_deref_mut(), flags)?;
            promoter.vote(needed.iter());
            if !clause.is_empty() {
                target.add_node(clause, q.connector);
            }
        }
        let needed = if flags.update_join_types { promoter.update_join_types(self) } else { AliasSet::default() };
        Ok((target, needed))
    }

    /// The where node of one condition and the joins that must be inner for it.
    pub fn build_filter(
        &mut self,
        rt: &Rt,
        child: &QChild,
        can_reuse: Option<&mut AliasSet>,
        flags: FilterFlags,
    ) -> Res<(Where, AliasSet)> {
        match child {
            QChild::Q(q) => rt.deeper(|| self.build_q(rt, q, can_reuse, flags)),
            QChild::Expr(expr) => match &**expr {
                Expr::Q(q) => self.build_q(rt, q, can_reuse, flags),
                _ => self.build_condition(rt, expr, can_reuse, flags),
            },
            QChild::Other(value) => Err(not_a_condition(value)),
            QChild::Filter(lookup, value) => {
                if let Value::Obj(_) = value
                    && is_iterator(value)
                {
                    let value = Value::list(ops::collect(rt, value)?);
                    return self.build_keyword(rt, lookup, Rhs::Value(value), can_reuse, flags);
                }
                let rhs = rhs_of(rt, value)?;
                self.build_keyword(rt, lookup, rhs, can_reuse, flags)
            }
            QChild::Keyword(lookup, rhs) => self.build_keyword(rt, lookup, rhs.clone(), can_reuse, flags),
        }
    }

    fn build_condition(
        &mut self,
        rt: &Rt,
        expr: &ExprRef,
        can_reuse: Option<&mut AliasSet>,
        flags: FilterFlags,
    ) -> Res<(Where, AliasSet)> {
        if !expressions::conditional(rt, expr)? {
            return Err(Exc::TypeError.new("Cannot filter against a non-conditional expression."));
        }
        let mut how =
            Resolve { allow_joins: flags.allow_joins, reuse: can_reuse, summarize: flags.summarize, for_save: false };
        let mut condition = expressions::resolve(rt, expr, self, &mut how)?;
        if !matches!(&*condition, Expr::Lookup(_)) {
            let built = self.build_lookup(rt, &["exact"], condition, Rhs::Value(Value::Bool(true)))?;
            condition =
                built.ok_or_else(|| Exc::TypeError.new("Cannot filter against a non-conditional expression."))?;
        }
        Ok((Where::of(condition), AliasSet::default()))
    }

    /// One condition by keyword.
    fn build_keyword(
        &mut self,
        rt: &Rt,
        lookup: &str,
        rhs: Rhs,
        mut can_reuse: Option<&mut AliasSet>,
        flags: FilterFlags,
    ) -> Res<(Where, AliasSet)> {
        if lookup.is_empty() {
            return Err(Exc::FieldError.new("Cannot parse keyword query ''"));
        }
        let solved = self.solve_lookup_type(rt, lookup, flags.summarize)?;
        if flags.check_filterable
            && let Some(annotation) = &solved.annotation
        {
            check_filterable(rt, annotation)?;
        }
        if !flags.allow_joins && solved.fields().len() > 1 {
            return Err(joined_reference());
        }
        let mut used_joins = AliasSet::default();
        let given = if matches!(rhs, Rhs::Value(_)) { None } else { Some(rhs.clone()) };
        let rhs = match rhs {
            Rhs::Value(_) => rhs,
            rhs => {
                let before = self.refcounts();
                let mut how = Resolve {
                    allow_joins: flags.allow_joins,
                    reuse: can_reuse.as_deref_mut(),
                    summarize: flags.summarize,
                    for_save: false,
                };
                let rhs = self.resolve_rhs(rt, rhs, &mut how)?;
                for table in self.tables.iter() {
                    let was = before.iter().find(|(a, _)| *a == table.alias).map_or(0, |(_, n)| *n);
                    if table.refs > was {
                        used_joins.insert(table.alias);
                    }
                }
                if flags.check_filterable
                    && let Rhs::Expr(e) = &rhs
                {
                    check_filterable(rt, e)?;
                }
                rhs
            }
        };
        if let Some(annotation) = &solved.annotation {
            let condition = self.build_lookup(rt, solved.lookups(), annotation.clone(), rhs)?;
            let condition = condition.ok_or_else(|| unsupported(lookup))?;
            return Ok((Where::of(condition), AliasSet::default()));
        }
        let opts = self.model.clone();
        let alias = self.initial_alias().unwrap_or_else(|| Name::new(""));
        let allow_many = !flags.branch_negated || !flags.split_subq;
        let joined =
            self.setup_joins(rt, solved.fields(), opts.as_ref(), alias, can_reuse.as_deref_mut(), allow_many)?;
        let info = match joined {
            Joined::Info(info) => info,
            Joined::Many(names) => {
                return self.split_exclude(rt, lookup, given.unwrap_or(rhs), can_reuse, names);
            }
        };
        if info.final_field.is_relation()
            && let Some(opts) = &info.opts
        {
            check_related_objects(rt, &info.final_field, &rhs, opts)?;
        }
        self.lookup_joins = info.joins.iter().copied().collect();
        used_joins.extend(info.joins.iter().copied());
        let (targets, alias, joins) = self.trim_joins(&info)?;
        if let Some(set) = can_reuse {
            set.extend(joins.iter().copied());
        }
        let written = self.alias_cols.then_some(alias);
        let Some(target) = targets.first() else { return Err(unsupported(lookup)) };
        let col = if info.final_field.is_relation() && targets.len() > 1 {
            Rc::new(Expr::ColPairs(ColPairs {
                alias: Some(alias),
                targets: targets.iter().cloned().collect(),
                sources: info.targets.iter().cloned().collect(),
                output: info.final_field.clone(),
            }))
        } else {
            col_of(rt, written, target, Some(&info.final_field))?
        };
        let nullable_value = match &rhs {
            Rhs::Expr(e) => e.as_col().filter(|c| c.target.null()).map(|_| e.clone()),
            _ => None,
        };
        let condition = self.build_lookup(rt, solved.lookups(), col, rhs)?.ok_or_else(|| unsupported(lookup))?;
        let (is_null, rhs_true, rhs_false, rhs_none) = match &*condition {
            Expr::Lookup(Lookup { name, rhs, .. }) => (
                *name == "isnull",
                matches!(rhs, Rhs::Value(Value::Bool(true))),
                matches!(rhs, Rhs::Value(Value::Bool(false))),
                rhs.is_none(),
            ),
            _ => (false, false, false, false),
        };
        let mut clause = Where::of(condition);
        let mut require_outer = is_null && rhs_true && !flags.current_negated;
        if flags.current_negated && (!is_null || rhs_false) && !rhs_none {
            require_outer = true;
            if !is_null {
                // NULL compares as unknown, and NOT unknown is unknown: Python's `!=` is true there. So
                // NOT (col = value AND col IS NOT NULL).
                let last_outer = joins.last().is_some_and(|j| self.join_kind(*j) == JoinKind::Outer);
                if target.null() || last_outer {
                    let col = col_of(rt, written, target, info.targets.first())?;
                    clause.add(is_not_null(rt, col)?, Connector::And);
                }
                if let Some(value) = nullable_value {
                    clause.add(is_not_null(rt, value)?, Connector::And);
                }
            }
        }
        Ok((clause, if require_outer { AliasSet::default() } else { used_joins }))
    }

    /// Resolves the expressions on a lookup's right side.
    pub fn resolve_rhs(&mut self, rt: &Rt, rhs: Rhs, how: &mut Resolve) -> Res<Rhs> {
        Ok(match rhs {
            Rhs::Value(v) => Rhs::Value(v),
            Rhs::Expr(e) => Rhs::Expr(expressions::resolve(rt, &e, self, how)?),
            Rhs::Many(items) => {
                Rhs::Many(items.into_iter().map(|item| self.resolve_rhs(rt, item, how)).collect::<Res<_>>()?)
            }
        })
    }

    /// What a keyword stands for. FieldError where its first name is nothing.
    pub(super) fn solve_lookup_type<'a>(&self, rt: &Rt, lookup: &'a str, summarize: bool) -> Res<Solved<'a>> {
        let parts = split_lookup(lookup);
        if !self.annotations.is_empty() {
            let mut end = 0;
            for (i, part) in parts.iter().enumerate() {
                end += part.len() + if i > 0 { 2 } else { 0 };
                let Some(name) = lookup.get(..end).and_then(Name::existing) else { continue };
                if let Some(annotation) = self.annotations.get(&name) {
                    let annotation =
                        if summarize { Expr::reference(name, annotation.clone()) } else { annotation.clone() };
                    return Ok(Solved { parts, lookups_at: i + 1, annotation: Some(annotation) });
                }
            }
        }
        let walked = self.names_to_path(rt, &parts, self.model.as_ref(), true, false).map_err(PathError::raise)?;
        let used = walked.used;
        if parts.len() - used > 1 && used == 0 {
            let model = self.model.as_ref().map(|m| m.object_name.to_string()).unwrap_or_default();
            return Err(Exc::FieldError.new(format!("Invalid lookup \"{lookup}\" for model {model}\".")));
        }
        Ok(Solved { parts, lookups_at: used, annotation: None })
    }

    /// A lookup over an expression: transforms, then the lookup, `exact` where none is named. `None` where even a
    /// transform's result has no `exact`.
    pub fn build_lookup(&self, rt: &Rt, names: &[&str], lhs: ExprRef, rhs: Rhs) -> Res<Option<ExprRef>> {
        let (mut name, transforms) = match names.split_last() {
            Some((last, rest)) => (*last, rest),
            None => ("exact", &[][..]),
        };
        let mut lhs = lhs;
        for transform in transforms {
            lhs = self.try_transform(rt, &lhs, transform, Some(names))?;
        }
        let found = match lookups::find_lookup(rt, &lhs, name)? {
            Some(found) => found,
            None => {
                lhs = self.try_transform(rt, &lhs, name, None)?;
                name = "exact";
                match lookups::find_lookup(rt, &lhs, name)? {
                    Some(found) => found,
                    None => return Ok(None),
                }
            }
        };
        let lookup = lookups::build(rt, &found, lhs, rhs)?;
        if let Expr::Lookup(l) = &*lookup
            && l.rhs.is_none()
            && !can_use_none(l)
        {
            if name != "exact" && name != "iexact" {
                return Err(Exc::ValueError.new("Cannot use None as a query value"));
            }
            let lhs = l.lhs.clone();
            let Some(found) = lookups::find_lookup(rt, &lhs, "isnull")? else { return Ok(None) };
            return Ok(Some(lookups::build(rt, &found, lhs, Rhs::Value(Value::Bool(true)))?));
        }
        Ok(Some(lookup))
    }

    /// `query.try_transform(lhs, name, lookups)`. FieldError with suggestions where there is no such transform.
    pub fn try_transform(&self, rt: &Rt, lhs: &ExprRef, name: &str, names: Option<&[&str]>) -> Res<ExprRef> {
        if let Some(found) = lookups::find_transform(rt, lhs, name)? {
            return lookups::transform(rt, &found, lhs.clone());
        }
        let field = expressions::output_field(rt, lhs)?;
        let known = lookups::names(rt, &field);
        let near = super::similar::close_matches(name, &known);
        let suggestion =
            if near.is_empty() { ".".to_string() } else { format!(", perhaps you meant {}?", near.join(" or ")) };
        let unsupported = match names.and_then(|names| names.iter().position(|n| *n == name).map(|at| &names[at..])) {
            Some(rest) => rest.join("__"),
            None => name.to_string(),
        };
        Err(Exc::FieldError.new(format!(
            "Unsupported lookup '{unsupported}' for {} or join on the field not permitted{suggestion}",
            field.class.name()
        )))
    }

    /// `query.build_where(condition)`: a condition without joins.
    pub fn build_where(&mut self, rt: &Rt, q: &Q) -> Res<Where> {
        let flags = FilterFlags { allow_joins: false, ..FilterFlags::default() };
        Ok(self.build_q(rt, q, None, flags)?.0)
    }

    /// `Q.resolve_expression(query, ...)`: an [`Expr::Where`].
    pub fn resolve_q(&mut self, rt: &Rt, q: &Rc<Q>, how: &mut Resolve) -> Res<ExprRef> {
        let flags = FilterFlags {
            allow_joins: how.allow_joins,
            split_subq: false,
            check_filterable: false,
            summarize: how.summarize,
            ..FilterFlags::default()
        };
        let (clause, joins) = self.build_q(rt, q, how.reuse.as_deref_mut(), flags)?;
        // As an expression it must not lose rows.
        self.promote_joins(joins.iter());
        Ok(Rc::new(Expr::Where(Rc::new(clause))))
    }
}

/// The error of a reference through a join where there must be none.
pub(super) fn joined_reference() -> Error {
    Exc::FieldError.new("Joined field references are not permitted in this query")
}

fn unsupported(lookup: &str) -> Error {
    Exc::FieldError.new(format!("Unsupported lookup '{lookup}'"))
}

fn can_use_none(lookup: &Lookup) -> bool {
    if let Some(object) = &lookup.common.object
        && let Some(value) = object.class().lookup(Name::new("can_use_none_as_rhs"))
    {
        return matches!(value, Value::Bool(true));
    }
    lookup.row.can_use_none
}

/// `col IS NOT NULL`.
fn is_not_null(rt: &Rt, expr: ExprRef) -> Res<ExprRef> {
    match lookups::find_lookup(rt, &expr, "isnull")? {
        Some(found) => lookups::build(rt, &found, expr, Rhs::Value(Value::Bool(false))),
        None => Err(Exc::FieldError.new("Unsupported lookup 'isnull'")),
    }
}

/// A value as a lookup's right side: expressions are found, in lists and tuples too.
pub fn rhs_of(rt: &Rt, value: &Value) -> Res<Rhs> {
    match value {
        Value::Obj(_) => Ok(match expr_of(rt, value)? {
            Some(expr) => Rhs::Expr(expr),
            None => Rhs::Value(value.clone()),
        }),
        Value::List(list) => {
            let items = list.to_vec();
            rhs_of_items(rt, value, &items)
        }
        Value::Tuple(items) => rhs_of_items(rt, value, items),
        _ => Ok(Rhs::Value(value.clone())),
    }
}

fn rhs_of_items(rt: &Rt, whole: &Value, items: &[Value]) -> Res<Rhs> {
    if !items.iter().any(|i| matches!(i, Value::Obj(_) | Value::List(_) | Value::Tuple(_))) {
        return Ok(Rhs::Value(whole.clone()));
    }
    let parts = items.iter().map(|i| rhs_of(rt, i)).collect::<Res<Vec<_>>>()?;
    if parts.iter().all(|p| matches!(p, Rhs::Value(_))) {
        return Ok(Rhs::Value(whole.clone()));
    }
    Ok(Rhs::Many(parts))
}

fn is_iterator(value: &Value) -> bool {
    match value {
        Value::Obj(o) => {
            o.object().is_some_and(|n| n.is_iterator()) || o.class().lookup(Name::new("__next__")).is_some()
        }
        _ => false,
    }
}

fn not_a_condition(value: &Value) -> Error {
    match value {
        Value::Dict(_) => Exc::FieldError.new("Cannot parse keyword query as dict"),
        Value::Str(s) if s.char_count() < 2 => {
            Exc::ValueError.new(format!("not enough values to unpack (expected 2, got {})", s.char_count()))
        }
        Value::Str(_) => Exc::ValueError.new("too many values to unpack (expected 2)"),
        Value::Tuple(t) if t.len() < 2 => {
            Exc::ValueError.new(format!("not enough values to unpack (expected 2, got {})", t.len()))
        }
        Value::List(t) if t.len() < 2 => {
            Exc::ValueError.new(format!("not enough values to unpack (expected 2, got {})", t.len()))
        }
        Value::Tuple(t) => Exc::ValueError.new(format!("too many values to unpack (expected 2, got {})", t.len())),
        Value::List(t) => Exc::ValueError.new(format!("too many values to unpack (expected 2, got {})", t.len())),
        other => Exc::TypeError.new(format!("cannot unpack non-iterable {} object", ops::type_name(other))),
    }
}

fn check_filterable(rt: &Rt, expr: &ExprRef) -> Res<()> {
    if !expressions::filterable(expr) {
        let name = expressions::class_name(rt, expr);
        return Err(Exc::NotSupportedError.new(format!("{name} is disallowed in the filter clause.")));
    }
    let mut result = Ok(());
    expr.each_child(&mut |child| {
        if result.is_ok() {
            result = check_filterable(rt, child);
        }
    });
    result
}

/// The model of a model instance (or class).
fn model_of_object(value: &Value) -> Option<ModelRef> {
    match value {
        Value::Obj(o) => o.class().data::<Model>(),
        Value::Class(c) => c.data::<Model>(),
        _ => None,
    }
}

fn check_related_objects(rt: &Rt, field: &FieldRef, rhs: &Rhs, opts: &ModelRef) -> Res<()> {
    match rhs {
        Rhs::Expr(e) => {
            if let Expr::Query(query) = &**e
                && !query.has_select_fields()
                && let Some(model) = &query.model
                && !compatible(model, opts, field)
            {
                let (theirs, ours) = (&model.object_name, &opts.object_name);
                let message = format!("Cannot use QuerySet for \"{theirs}\": Use a QuerySet for \"{ours}\".");
                return Err(Exc::ValueError.new(message));
            }
            Ok(())
        }
        Rhs::Many(items) => items.iter().try_for_each(|item| match item {
            Rhs::Value(v) => check_object(rt, v, opts, field),
            _ => Ok(()),
        }),
        Rhs::Value(value) => match value {
            Value::List(list) => list.to_vec().iter().try_for_each(|v| check_object(rt, v, opts, field)),
            Value::Tuple(items) => items.iter().try_for_each(|v| check_object(rt, v, opts, field)),
            Value::Set(set) => set.table.keys().iter().try_for_each(|v| check_object(rt, v, opts, field)),
            value => check_object(rt, value, opts, field),
        },
    }
}

fn check_object(rt: &Rt, value: &Value, opts: &ModelRef, field: &FieldRef) -> Res<()> {
    let Some(model) = model_of_object(value) else { return Ok(()) };
    if compatible(&model, opts, field) {
        return Ok(());
    }
    let text = ops::str(rt, value)?;
    Err(Exc::ValueError.new(format!("Cannot query \"{text}\": Must be \"{}\" instance.", opts.object_name)))
}

/// Whether objects of a model can be compared with a relation to another model.
pub fn compatible(model: &ModelRef, opts: &ModelRef, field: &FieldRef) -> bool {
    let check = |opts: &ModelRef| {
        let concrete = opts.concrete_model();
        Model::same(&model.concrete_model(), &concrete)
            || model.all_parents().iter().any(|p| Model::same(p, &concrete))
            || opts.all_parents().iter().any(|p| Model::same(p, model))
    };
    check(opts) || (field.primary_key() && field.model().is_some_and(|m| check(&m)))
}

/// A value on its way into a column: an expression or a plain value (lists are values here).
pub fn rhs_of_update(rt: &Rt, value: &Value) -> Res<Rhs> {
    Ok(match expr_of(rt, value)? {
        Some(expr) => Rhs::Expr(expr),
        None => Rhs::Value(value.clone()),
    })
}
