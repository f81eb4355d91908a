//! SELECT.

use smallvec::SmallVec;

use super::order::OrderItem;
use super::plan::{KlassInfo, Link, SelectItem, SelectPlan};
use super::where_::split;
use super::{Compiled, Compiler};
use crate::models::{Model, ModelRef};
use crate::object::{Exc, Res, Value};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{Alias, Expr, ExprRef, GroupBy, Query, SelectRelated, Selected};
use crate::sql::query::{SelectMask, col_of};

impl Compiler<'_> {
    /// Appends a query inside this one, in parentheses where it is a subquery.
    pub fn compile_query(&mut self, query: &Query) -> Res<()> {
        let mut query = query.clone();
        let parentheses = query.subquery;
        if parentheses {
            self.push("(");
        }
        self.nested(&mut query, true, |c| c.as_sql(true, false)).map(drop)?;
        if parentheses {
            self.push(")");
        }
        Ok(())
    }

    /// Runs a compiler of another query over the same buffers.
    pub(super) fn nested<T>(
        &mut self,
        query: &mut Query,
        elide_empty: bool,
        run: impl FnOnce(&mut Compiler<'_>) -> Res<T>,
    ) -> Res<T> {
        let mut inner = Compiler::new(self.rt, query);
        inner.sql = std::mem::take(&mut self.sql);
        inner.params = std::mem::take(&mut self.params);
        inner.elide_empty = elide_empty;
        let result = self.rt.deeper(|| run(&mut inner));
        self.sql = std::mem::take(&mut inner.sql);
        self.params = std::mem::take(&mut inner.params);
        result
    }

    /// Appends the query. EmptyResultSet where it cannot find anything; errors of every expression in it.
    pub fn as_sql(&mut self, with_limits: bool, with_col_aliases: bool) -> Res<SelectPlan> {
        let before = self.query.refcounts();
        let result = self.write(with_limits, with_col_aliases);
        self.query.reset_refcounts(&before);
        result
    }

    /// What is selected, with columns numbered where they must have names.
    pub(super) fn setup(&mut self, with_col_aliases: bool) -> Res<SelectPlan> {
        if self.query.tables.iter().all(|t| t.refs == 0) {
            self.query.initial_alias();
        }
        let mut plan = self.get_select()?;
        if with_col_aliases {
            let mut number = 1;
            for item in &mut plan.select {
                if item.alias.is_none() {
                    item.alias = Some(Name::new(&format!("col{number}")));
                    number += 1;
                }
            }
        }
        Ok(plan)
    }

    fn write(&mut self, with_limits: bool, with_col_aliases: bool) -> Res<SelectPlan> {
        let combinator = self.query.combinator;
        let plan = self.setup(with_col_aliases || combinator.is_some())?;
        let order_by = self.get_order_by(&plan.select)?;
        let where_ = self.query.where_.clone();
        let grouped = !matches!(self.query.group_by, GroupBy::None);
        let (where_, having, qualify) = split(&where_, false, grouped)?;
        let extra_select = self.get_extra_select(&order_by, &plan.select)?;
        let group_by = self.get_group_by(&plan.select, &extra_select, &order_by, having.as_deref())?;
        let with_limits = with_limits && self.query.is_sliced();
        let start = self.mark();
        if self.query.explain.is_some() {
            self.push("EXPLAIN QUERY PLAN ");
        }
        let mut order_by = Some(order_by);
        if let Some(combinator) = combinator {
            self.combinator_sql(combinator)?;
        } else if let Some(qualify) = qualify {
            self.qualify_sql(&plan.select, where_, having, &qualify, order_by.take().unwrap_or_default())?;
        } else {
            if !self.query.distinct_fields.is_empty() {
                // Django resolves the names before its backend refuses.
                self.check_distinct_fields()?;
                let text = "DISTINCT ON fields is not supported by this database backend";
                return Err(Exc::NotSupportedError.new(text));
            }
            self.push("SELECT ");
            if self.query.distinct {
                self.push("DISTINCT ");
            }
            for (i, item) in plan.select.iter().enumerate() {
                if i > 0 {
                    self.push(", ");
                }
                self.select_column(&item.expr)?;
                self.as_alias(item.alias);
            }
            for (i, (_, sql)) in extra_select.iter().enumerate() {
                if i > 0 || !plan.select.is_empty() {
                    self.push(", ");
                }
                self.append(sql.clone());
            }
            self.write_from()?;
            if let Some(node) = &where_ {
                let at = self.mark();
                self.push(" WHERE ");
                match self.compile_where(node) {
                    Ok(()) => {}
                    Err(error) if error.is(Exc::FullResultSet) => self.cut(at),
                    Err(error) if error.is(Exc::EmptyResultSet) && !self.elide_empty => {
                        self.cut(at);
                        self.push(" WHERE 0 = 1");
                    }
                    Err(error) => return Err(error),
                }
            }
            if !group_by.is_empty() {
                self.push(" GROUP BY ");
                for (i, piece) in group_by.into_iter().enumerate() {
                    if i > 0 {
                        self.push(", ");
                    }
                    self.append(piece);
                }
                if self.meta_ordering {
                    order_by = None;
                }
            }
            if let Some(node) = &having {
                let at = self.mark();
                self.push(" HAVING ");
                match self.compile_where(node) {
                    Ok(()) => {}
                    Err(error) if error.is(Exc::FullResultSet) => self.cut(at),
                    Err(error) => return Err(error),
                }
            }
        }
        for (i, item) in order_by.into_iter().flatten().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.append(item.sql);
        }
        if with_limits {
            self.limits();
        }
        if self.query.subquery && !extra_select.is_empty() {
            self.wrap_extra(start, &plan.select)?;
        }
        Ok(plan)
    }

    /// Appends ` LIMIT ... OFFSET ...`.
    fn limits(&mut self) {
        let (low, high) = (self.query.low_mark, self.query.high_mark);
        match high {
            Some(high) if high > low => self.push(&format!(" LIMIT {}", high - low)),
            Some(_) => {}
            None => self.push(" LIMIT -1"),
        }
        if low > 0 {
            self.push(&format!(" OFFSET {low}"));
        }
    }

    fn as_alias(&mut self, alias: Option<Name>) {
        if let Some(alias) = alias.filter(|a| *a != "") {
            self.push(" AS ");
            self.quote(&alias.text());
        }
    }

    /// Appends a selected expression; one that cannot match is a value.
    pub(super) fn select_column(&mut self, expr: &ExprRef) -> Res<()> {
        let at = self.mark();
        match self.compile(expr) {
            Ok(()) => {
                // What an annotation's values become has to be known, even where only the text is wanted.
                if !matches!(&**expr, Expr::Col(_) | Expr::ColPairs(_) | Expr::RawSql(_) | Expr::Star) {
                    expressions::output_field(self.rt, expr)?;
                }
                Ok(())
            }
            Err(error) if error.is(Exc::EmptyResultSet) => {
                self.cut(at);
                match expressions::empty_result_set_value(self.rt, expr)? {
                    None => {
                        self.push("0");
                        Ok(())
                    }
                    Some(value) => self.compile(&Expr::value(value)),
                }
            }
            Err(error) if error.is(Exc::FullResultSet) => {
                self.cut(at);
                self.compile(&Expr::value(Value::Bool(true)))
            }
            Err(error) => Err(error),
        }
    }

    /// Columns that DISTINCT needs because the ordering does.
    fn get_extra_select(&mut self, order_by: &[OrderItem], select: &[SelectItem]) -> Res<Vec<(ExprRef, Compiled)>> {
        let mut extra = Vec::new();
        if !self.query.distinct || !self.query.distinct_fields.is_empty() || order_by.is_empty() {
            return Ok(extra);
        }
        let mut written = Vec::with_capacity(select.len());
        for item in select {
            let at = self.mark();
            self.select_column(&item.expr)?;
            written.push(self.take_since(at));
        }
        for item in order_by {
            let sql = item.without_direction();
            let same = |c: &Compiled| c.sql == sql && super::same_params(&c.params, &item.sql.params);
            if !item.is_ref && !written.iter().any(same) {
                extra.push((item.expr.clone(), Compiled { sql: sql.to_string(), params: item.sql.params.clone() }));
            }
        }
        Ok(extra)
    }

    /// A subquery must not have the columns that only its ordering needs: it is wrapped in another.
    fn wrap_extra(&mut self, start: super::Mark, select: &[SelectItem]) -> Res<()> {
        let inner = self.take_since(start);
        self.push("SELECT ");
        for (i, item) in select.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            match item.alias {
                Some(alias) => {
                    self.push("\"subquery\".");
                    self.quote(&alias.text());
                }
                None => {
                    let mut map = crate::sql::ir::Relabels::default();
                    let subquery = Name::new("subquery");
                    if let Some(alias) = item.expr.as_col().and_then(|c| c.alias) {
                        map.set(alias, subquery);
                    }
                    let expr = crate::sql::ir::relabel(&item.expr, &map);
                    self.compile(&expr)?;
                }
            }
        }
        self.push(" FROM (");
        self.append(inner);
        self.push(") subquery");
        Ok(())
    }

    /// The select list, the objects it makes, and the places of named columns.
    pub(super) fn get_select(&mut self) -> Res<SelectPlan> {
        let mask = self.query.get_select_mask(self.rt)?;
        let mut plan = SelectPlan::default();
        let cols: SmallVec<[ExprRef; 16]> = if self.query.default_cols {
            match self.query.model.clone() {
                Some(model) => self.default_columns(&mask, None, &model, None)?,
                None => SmallVec::new(),
            }
        } else {
            self.query.select.iter().cloned().collect()
        };
        let mut select_fields = Vec::with_capacity(cols.len());
        let add = |plan: &mut SelectPlan, name: Option<Name>, expr: ExprRef| {
            let alias = if matches!(*expr, Expr::ColPairs(_)) { None } else { name };
            if let Some(name) = alias {
                plan.annotation_cols.push((name, plan.select.len()));
            }
            plan.select.push(SelectItem { expr, alias });
        };
        match self.query.selected.clone() {
            None => {
                for (name, raw) in self.query.extra_select() {
                    add(&mut plan, Some(name), std::rc::Rc::new(Expr::RawSql((**raw).clone())));
                }
                for col in cols {
                    select_fields.push(plan.select.len());
                    plan.select.push(SelectItem { expr: col, alias: None });
                }
                for (name, annotation) in self.query.annotation_select() {
                    add(&mut plan, Some(name), annotation.clone());
                }
            }
            Some(selected) => {
                for (name, what) in selected.iter() {
                    let expr = match what {
                        Selected::Column(place) => {
                            select_fields.push(plan.select.len());
                            cols.get(*place).cloned()
                        }
                        Selected::Annotation(name) => self.query.annotations.get(name).cloned(),
                        Selected::Extra(raw) => Some(std::rc::Rc::new(Expr::RawSql((**raw).clone()))),
                    };
                    if let Some(expr) = expr {
                        add(&mut plan, Some(*name), expr);
                    }
                }
            }
        }
        if !select_fields.is_empty()
            && let Some(model) = &self.query.model
        {
            plan.klass_info = Some(KlassInfo {
                model: model.clone(),
                select_fields,
                field: None,
                link: Link::Base,
                from_parent: false,
                related: Vec::new(),
            });
        }
        if !matches!(self.query.select_related, SelectRelated::No) {
            let related = self.related_selections(&mut plan.select, &mask)?;
            if let Some(info) = &mut plan.klass_info {
                info.related = related;
                info.share_parents_columns();
            }
        }
        Ok(plan)
    }

    /// The columns of a model (without those of `from_parent`, which are there already), parents joined as needed.
    pub(super) fn default_columns(
        &mut self,
        mask: &SelectMask,
        start: Option<Alias>,
        opts: &ModelRef,
        from_parent: Option<&ModelRef>,
    ) -> Res<SmallVec<[ExprRef; 16]>> {
        let mut result = SmallVec::new();
        let start = match start {
            Some(alias) => alias,
            None => self.query.initial_alias().unwrap_or_else(|| Name::new("")),
        };
        let mut seen: Vec<(Option<ModelRef>, Alias)> = vec![(None, start)];
        for field in opts.concrete_fields().iter() {
            let owner = field.model().map(|m| m.concrete_model()).filter(|m| !Model::same(m, opts));
            if let (Some(parent), Some(owner)) = (from_parent, &owner)
                && parent.concrete_model().is_or_inherits(&owner.concrete_model())
            {
                continue;
            }
            if !mask.is_empty() && !mask_has(mask, field) {
                continue;
            }
            let alias = match &owner {
                None => start,
                Some(owner) => self.query.join_parent_model(self.rt, opts, Some(owner), start, &mut seen)?,
            };
            result.push(col_of(self.rt, Some(alias), field, None)?);
        }
        Ok(result)
    }
}

/// Whether a field is loaded; one of a composite key's is with the key.
fn mask_has(mask: &SelectMask, field: &crate::models::FieldRef) -> bool {
    if mask.contains(field) {
        return true;
    }
    let Some(model) = field.model() else { return false };
    model.is_composite_pk()
        && model.pk().is_some_and(|pk| {
            let options = pk.options();
            mask.contains(&pk) && [field.name(), field.attname()].iter().any(|n| options.field_names.contains(n))
        })
}
