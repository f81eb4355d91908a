//! `aggregate()`, `count()`, and whether there are rows.

use std::rc::Rc;

use super::plan::Decoder;
use super::where_::split;
use super::{Compiled, Compiler};
use crate::db::Db;
use crate::object::{Exc, Res, Rt, Value};
use crate::source::Name;
use crate::sql::expressions::{self, Resolve};
use crate::sql::functions;
use crate::sql::ir::{
    AggregateParts, Annotations, Common, Expr, ExprRef, Func, GroupBy, Query, Replacements, SelectRelated,
    collect_cols, refs, replace,
};
use crate::sql::query::{Mask, col_of};

impl Query {
    /// The values of aggregates over all rows, by name. TypeError for an expression that does not aggregate; FieldError
    /// for one that refers to another of the same call.
    pub fn get_aggregation(&mut self, rt: &Rt, exprs: &[(Name, ExprRef)]) -> Res<Vec<(Name, Value)>> {
        if exprs.is_empty() {
            return Ok(Vec::new());
        }
        let (aggregates, refs_subquery, refs_window) = self.resolve_aggregates(rt, exprs)?;
        let grouped = !matches!(self.group_by, GroupBy::None);
        let (_, having, qualify) = split(&self.where_, false, grouped)?;
        let existing = having.is_some() || self.annotations.values().any(|a| a.contains_aggregate());
        let set_returning: Vec<Name> =
            self.annotation_select().filter(|(_, a)| expressions::set_returning(a)).map(|(n, _)| n).collect();
        let wrap = matches!(self.group_by, GroupBy::Exprs(_))
            || self.is_sliced()
            || existing
            || refs_subquery
            || refs_window
            || qualify.is_some()
            || self.distinct
            || self.combinator.is_some()
            || !set_returning.is_empty();
        let mut inner = None;
        let annotations = if wrap {
            let (query, annotations) =
                self.wrap_for_aggregation(rt, &aggregates, existing, qualify.is_some(), &set_returning)?;
            inner = Some(query);
            annotations
        } else {
            self.select = Rc::default();
            self.selected = None;
            self.default_cols = false;
            self.extra = Rc::default();
            let mut annotations = aggregates;
            if !self.annotations.is_empty() {
                let mut by = Replacements::default();
                for (name, annotation) in self.annotations.iter() {
                    by.set(Expr::reference(*name, annotation.clone()), annotation.clone());
                }
                for aggregate in annotations.values_mut() {
                    *aggregate = replace(aggregate, &by);
                }
            }
            let mask: Mask = annotations.keys().copied().collect();
            self.annotations = Rc::new(annotations.clone());
            self.set_annotation_mask(Some(mask));
            annotations
        };
        let empty = annotations
            .values()
            .map(|a| expressions::empty_result_set_value(rt, a))
            .collect::<Res<Vec<Option<Value>>>>()?;
        let elide_empty = empty.iter().all(Option::is_some);
        let compiled = match inner {
            Some(mut inner) => aggregate_sql(rt, self, &mut inner, &annotations, elide_empty),
            None => {
                self.clear_ordering(true, true);
                self.clear_limits();
                self.select_for_update = false;
                self.select_related = SelectRelated::No;
                let mut c = Compiler::new(rt, self);
                c.elide_empty = elide_empty;
                c.as_sql(true, false).map(|_| Compiled { sql: c.sql, params: c.params })
            }
        };
        let row = match compiled {
            Ok(compiled) => Db::of(rt).fetch_one(rt, &compiled.sql, compiled.params)?,
            Err(error) if error.is(Exc::EmptyResultSet) => None,
            Err(error) => return Err(error),
        };
        let values = match row {
            Some(row) => Decoder::new(rt, annotations.values())?.values(rt, row)?,
            None => empty.into_iter().map(Option::unwrap_or_default).collect(),
        };
        Ok(annotations.keys().copied().zip(values).collect())
    }

    /// Resolves the aggregates, each seeing those before it.
    fn resolve_aggregates(&mut self, rt: &Rt, exprs: &[(Name, ExprRef)]) -> Res<(Annotations, bool, bool)> {
        let (mut refs_subquery, mut refs_window) = (false, false);
        let mask = self.annotation_mask.clone();
        let selected = self.selected.clone();
        let summaries = self.summaries.clone();
        let mut by = Replacements::default();
        for (alias, expr) in exprs {
            self.check_alias(&alias.text())?;
            let mut how = Resolve { summarize: true, ..Resolve::joins() };
            let aggregate = expressions::resolve(rt, expr, self, &mut how)?;
            if !aggregate.contains_aggregate() {
                return Err(Exc::TypeError.new(format!("{alias} is not an aggregate expression")));
            }
            self.append_annotation_mask([*alias]);
            let mut names = Vec::new();
            refs(&aggregate, &mut names);
            for name in names {
                if let Some(annotation) = self.annotations.get(&name) {
                    refs_subquery |= annotation.contains_subquery();
                    refs_window |= annotation.contains_over_clause();
                }
            }
            let aggregate = replace(&aggregate, &by);
            Rc::make_mut(&mut self.annotations).insert(*alias, aggregate.clone());
            Rc::make_mut(&mut self.summaries).insert(*alias);
            by.set(Expr::reference(*alias, aggregate.clone()), aggregate);
        }
        let mut aggregates = Annotations::default();
        for (alias, _) in exprs {
            if let Some(aggregate) = Rc::make_mut(&mut self.annotations).shift_remove(alias) {
                aggregates.insert(*alias, aggregate);
            }
        }
        self.annotation_mask = mask;
        self.selected = selected;
        self.summaries = summaries;
        Ok((aggregates, refs_subquery, refs_window))
    }

    /// The inner query, and the aggregates over its columns.
    fn wrap_for_aggregation(
        &mut self,
        rt: &Rt,
        aggregates: &Annotations,
        existing: bool,
        qualify: bool,
        set_returning: &[Name],
    ) -> Res<(Query, Annotations)> {
        let mut inner = self.clone();
        inner.subquery = true;
        inner.select_for_update = false;
        inner.select_related = SelectRelated::No;
        let mask: Mask = self.annotation_select().map(|(n, _)| n).collect();
        inner.set_annotation_mask(Some(mask));
        inner.clear_ordering(false, true);
        let pk = self.model.as_ref().and_then(|m| m.pk());
        if !inner.distinct {
            if inner.default_cols
                && existing
                && let Some(pk) = &pk
            {
                let alias = inner.initial_alias();
                inner.group_by = GroupBy::Exprs(Rc::new(vec![col_of(rt, alias, pk, None)?]));
            }
            inner.default_cols = false;
            if !qualify && self.combinator.is_none() {
                let mut names = Vec::new();
                if let GroupBy::Exprs(exprs) = &self.group_by {
                    exprs.iter().for_each(|e| refs(e, &mut names));
                }
                aggregates.values().for_each(|a| refs(a, &mut names));
                let mut mask: Mask = names.into_iter().collect();
                for (name, annotation) in self.annotation_select() {
                    if !expressions::group_by_cols(rt, annotation)?.is_empty() {
                        mask.insert(name);
                    }
                }
                mask.extend(set_returning.iter().copied());
                inner.set_annotation_mask(Some(mask));
            }
        }
        // Every column that the aggregates use is selected inside and referred to by name.
        let mut cols = Replacements::default();
        let mut outer = Annotations::default();
        for (alias, aggregate) in aggregates {
            let mut used = Vec::new();
            collect_cols(aggregate, false, false, &mut used);
            for col in used {
                if cols.get(&col).is_some() {
                    continue;
                }
                let name = Name::new(&format!("__col{}", cols.len() + 1));
                inner.add_annotation(rt, &col, &name.text(), true)?;
                cols.set(col.clone(), Expr::reference(name, col));
            }
            outer.insert(*alias, replace(aggregate, &cols));
        }
        let none_selected = inner.annotation_mask.as_deref().is_none_or(|m| m.is_empty());
        if inner.select.is_empty()
            && !inner.default_cols
            && none_selected
            && let Some(pk) = &pk
        {
            let alias = inner.initial_alias();
            inner.select = Rc::new(vec![col_of(rt, alias, pk, None)?]);
        }
        Ok((inner, outer))
    }

    /// `count()`.
    pub fn get_count(&self, rt: &Rt) -> Res<i64> {
        let mut query = self.clone();
        let Some(row) = functions::find("Count") else { return Ok(0) };
        let count = Rc::new(Expr::Func(Func {
            row,
            args: vec![Rc::new(Expr::Star)],
            extra: Rc::from([]),
            aggregate: Some(AggregateParts::default()),
            common: Common::default(),
        }));
        let values = query.get_aggregation(rt, &[(Name::new("__count"), count)])?;
        Ok(values.first().and_then(|(_, v)| v.as_int()).unwrap_or(0))
    }

    /// Whether there are rows.
    pub fn has_results(&self, rt: &Rt) -> Res<bool> {
        let mut query = self.exists(rt, true)?;
        match super::select(rt, &mut query)? {
            Some((compiled, _)) => Ok(Db::of(rt).fetch_one(rt, &compiled.sql, compiled.params)?.is_some()),
            None => Ok(false),
        }
    }
}

/// `SELECT ... FROM (inner) subquery`.
fn aggregate_sql(
    rt: &Rt,
    outer: &mut Query,
    inner: &mut Query,
    annotations: &Annotations,
    elide_empty: bool,
) -> Res<Compiled> {
    let mut wrapper = Query::new(outer.model.clone());
    wrapper.annotations = Rc::new(annotations.clone());
    let mut c = Compiler::new(rt, &mut wrapper);
    c.push("SELECT ");
    for (i, annotation) in annotations.values().enumerate() {
        if i > 0 {
            c.push(", ");
        }
        c.compile(annotation)?;
    }
    c.push(" FROM (");
    c.nested(inner, elide_empty, |c| c.as_sql(true, true))?;
    c.push(") subquery");
    Ok(Compiled { sql: c.sql, params: c.params })
}
