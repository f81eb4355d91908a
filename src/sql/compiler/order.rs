//! ORDER BY.

use std::rc::Rc;

use super::plan::SelectItem;
use super::{Compiled, Compiler};
use crate::models::ModelRef;
use crate::object::{Exc, Res};
use crate::source::Name;
use crate::sql::expressions::{self, Resolve};
use crate::sql::functions;
use crate::sql::ir::{Alias, Common, Expr, ExprRef, Func, OrderBy, Ordering, Ref, same_expr};
use crate::sql::query::{JoinInfo, ordering_of, split_lookup};

/// One item of ORDER BY.
pub struct OrderItem {
    /// The ordering expression.
    pub expr: ExprRef,
    /// Its SQL.
    pub sql: Compiled,
    /// Whether it refers to something selected.
    pub is_ref: bool,
}

impl OrderItem {
    /// The SQL without `ASC` or `DESC`.
    pub fn without_direction(&self) -> &str {
        without_direction(&self.sql.sql)
    }
}

fn without_direction(sql: &str) -> &str {
    let at = [" ASC", " DESC", "\nASC", "\nDESC"].iter().filter_map(|d| sql.rfind(d)).max();
    at.and_then(|at| sql.get(..at)).unwrap_or(sql)
}

type Pair = (ExprRef, bool);

impl Compiler<'_> {
    /// The query's ordering, with the joins it needs.
    pub(super) fn get_order_by(&mut self, select: &[SelectItem]) -> Res<Vec<OrderItem>> {
        let ordering = self.given_ordering()?;
        let reversed = !self.query.standard_ordering;
        let mut result: Vec<OrderItem> = Vec::with_capacity(ordering.len());
        let mut pairs: Vec<Pair> = Vec::new();
        for item in ordering.iter() {
            // What one item stands for is joined before the next is looked at.
            match item {
                Ordering::Expr(expr) => pairs.push(self.order_by_expr(expr, reversed, select)?),
                Ordering::Name(name) => self.order_by_name(name, reversed, select, &mut pairs)?,
            }
            self.resolve_ordering(&mut pairs, select, &mut result)?;
        }
        Ok(result)
    }

    /// Resolves what one item of the ordering stands for, and adds what is not there yet.
    fn resolve_ordering(
        &mut self,
        pairs: &mut Vec<Pair>,
        select: &[SelectItem],
        result: &mut Vec<OrderItem>,
    ) -> Res<()> {
        for (expr, is_ref) in pairs.drain(..) {
            let simple = matches!(&*expr, Expr::OrderBy(o) if matches!(&*o.expr, Expr::Col(_) | Expr::Ref(_)));
            let mut resolved = if simple {
                expr.clone()
            } else {
                expressions::resolve(self.rt, &expr, self.query, &mut Resolve::joins())?
            };
            if !is_ref && self.query.combinator.is_some() && !select.is_empty() {
                resolved = self.order_combined(&expr, resolved, select)?;
            }
            let sql = self.compile_apart(&resolved)?;
            let bare = without_direction(&sql.sql);
            let seen = |o: &OrderItem| o.without_direction() == bare && super::same_params(&o.sql.params, &sql.params);
            if result.iter().any(seen) {
                continue;
            }
            result.push(OrderItem { expr: resolved, sql, is_ref });
        }
        Ok(())
    }

    /// Rows of combined queries are ordered by a selected column, by name.
    fn order_combined(&mut self, expr: &ExprRef, resolved: ExprRef, select: &[SelectItem]) -> Res<ExprRef> {
        let (Expr::OrderBy(given), Expr::OrderBy(order)) = (&**expr, &*resolved) else { return Ok(resolved) };
        let source = order.expr.clone();
        for item in select {
            if !same_expr(&source, &item.expr) {
                continue;
            }
            // With values() the exact name of an annotation has to be used.
            if let Some(alias) = item.alias
                && self.query.has_select_fields()
                && self.query.selected_annotation(alias).is_some()
                && !matches!(&*given.expr, Expr::F(name) if alias == **name)
            {
                continue;
            }
            let name = match item.alias {
                Some(alias) => alias,
                None => Name::new(&source.as_col().and_then(|c| c.target.column()).unwrap_or_else(|| "".into())),
            };
            return Ok(with_source(order, Expr::reference(name, source)));
        }
        // The column is added to every part.
        let name = format!("__orderbycol{}", self.query.select.len() + 1);
        let mut queries = (*self.query.combined_queries).clone();
        for query in &mut queries {
            if query.has_select_fields() {
                let text = "ORDER BY term does not match any column in the result set.";
                return Err(Exc::DatabaseError.new(text));
            }
            query.add_annotation(self.rt, &given.expr, &name, true)?;
        }
        self.query.combined_queries = Rc::new(queries);
        let name = Name::new(&name);
        self.query.add_select_col(resolved.clone(), name);
        Ok(with_source(order, Expr::reference(name, source)))
    }

    /// The ordering that was given, or the model's own.
    fn given_ordering(&mut self) -> Res<Rc<Vec<Ordering>>> {
        Ok(if !self.query.extra_order_by.is_empty() {
            self.query.extra_order_by.clone()
        } else if !self.query.default_ordering || !self.query.order_by.is_empty() {
            self.query.order_by.clone()
        } else {
            let items = self.query.model.as_ref().map(|m| m.ordering.borrow().clone()).unwrap_or_default();
            let mut ordering = Vec::with_capacity(items.len());
            for item in &items {
                ordering.extend(ordering_of(self.rt, item)?);
            }
            self.meta_ordering = !ordering.is_empty();
            Rc::new(ordering)
        })
    }

    fn order_by_expr(&mut self, expr: &ExprRef, reversed: bool, select: &[SelectItem]) -> Res<Pair> {
        let expr = self.cast_value(expr)?;
        let mut order = match &*expr {
            Expr::OrderBy(o) => o.clone(),
            _ => OrderBy {
                expr: expr.clone(),
                descending: false,
                nulls_first: false,
                nulls_last: false,
                common: Common::default(),
            },
        };
        if reversed {
            order.descending = !order.descending;
            std::mem::swap(&mut order.nulls_first, &mut order.nulls_last);
        }
        let mut is_ref = false;
        if let Some(position) = find_selected(select, &order.expr) {
            order.expr = position;
            is_ref = true;
        }
        Ok((Rc::new(Expr::OrderBy(order)), is_ref))
    }

    /// A constant's type has to be written.
    fn cast_value(&self, expr: &ExprRef) -> Res<ExprRef> {
        let Expr::Value(_) = &**expr else { return Ok(expr.clone()) };
        let Some(row) = functions::find("Cast") else { return Ok(expr.clone()) };
        let field = expressions::output_field(self.rt, expr)?;
        let common = Common { output_field: Some(field), ..Common::default() };
        Ok(Rc::new(Expr::Func(Func { row, args: vec![expr.clone()], extra: Rc::from([]), aggregate: None, common })))
    }

    fn order_by_name(&mut self, field: &str, reversed: bool, select: &[SelectItem], pairs: &mut Vec<Pair>) -> Res<()> {
        if field == "?" {
            let Some(row) = functions::find("Random") else { return Ok(()) };
            let args = Vec::new();
            let common = Common::default();
            let random = Expr::Func(Func { row, args, extra: Rc::from([]), aggregate: None, common });
            pairs.push((Expr::order(Rc::new(random), false), false));
            return Ok(());
        }
        let (col, descending) = direction(field, reversed);
        let key = Name::existing(col);
        if let Some(key) = key
            && let Some(place) = select.iter().rposition(|s| s.alias == Some(key))
            && let Some(item) = select.get(place)
        {
            pairs.push((Expr::order(position(place, item), descending), true));
            return Ok(());
        }
        if !self.query.annotations.is_empty() {
            let mut transforms: &[&str] = &[];
            let parts = split_lookup(col);
            let mut name = key;
            let mut annotation = key.and_then(|k| self.query.annotations.get(&k).cloned());
            if annotation.is_none() {
                name = parts.first().and_then(|p| Name::existing(p));
                annotation = name.and_then(|n| self.query.annotations.get(&n).cloned());
                transforms = parts.get(1..).unwrap_or_default();
            }
            if let (Some(mut expr), Some(name)) = (annotation, name) {
                if self.query.combinator.is_some() && !select.is_empty() {
                    if !transforms.is_empty() {
                        let text = "Ordering combined queries by transforms is not implemented.";
                        return Err(Exc::NotImplementedError.new(text));
                    }
                    expr = Rc::new(Expr::F(name.text()));
                }
                for transform in transforms {
                    expr = self.query.try_transform(self.rt, &expr, transform, None)?;
                }
                let expr = self.cast_value(&expr)?;
                pairs.push((Expr::order(expr, descending), false));
                return Ok(());
            }
        }
        let from_extra = |o: &Ordering| matches!(o, Ordering::Name(n) if **n == *field);
        if col.contains('.')
            && self.query.extra_order_by.iter().any(from_extra)
            && let Some((table, column)) = col.split_once('.')
        {
            let at = self.mark();
            self.quote_unless_alias(Name::new(table));
            let quoted = self.take_since(at).sql;
            let raw = Expr::raw(format!("{quoted}.{column}").into(), Rc::from([]));
            pairs.push((Expr::order(raw, descending), false));
            return Ok(());
        }
        if let Some(key) = key
            && let Some(raw) = self.query.extra.get(&key).cloned()
        {
            let selected = self.query.extra_select().any(|(n, _)| n == key);
            let raw = Rc::new(Expr::RawSql((*raw).clone()));
            let expr = if selected { Expr::reference(key, raw) } else { raw };
            pairs.push((Expr::order(expr, descending), selected));
            return Ok(());
        }
        if self.query.combinator.is_some() && !select.is_empty() {
            pairs.push((Expr::order(Rc::new(Expr::F(col.into())), descending), false));
            return Ok(());
        }
        let opts = self.query.model.clone();
        self.find_ordering_name(field, opts.as_ref(), None, reversed, &mut Vec::new(), pairs)
    }

    /// Ordering by a field; by a relation, the ordering of its model.
    fn find_ordering_name(
        &mut self,
        name: &str,
        opts: Option<&ModelRef>,
        alias: Option<Alias>,
        reversed: bool,
        seen: &mut Vec<Vec<String>>,
        pairs: &mut Vec<Pair>,
    ) -> Res<()> {
        let (name, descending) = direction(name, reversed);
        let pieces = split_lookup(name);
        let alias = match alias {
            Some(alias) => alias,
            None => self.query.initial_alias().unwrap_or_else(|| Name::new("")),
        };
        let info = self.query.setup_joins(self.rt, &pieces, opts, alias, None, true)?.or_raise()?;
        let ordering = match &info.opts {
            Some(opts) if info.final_field.is_relation() => opts.ordering.borrow().clone(),
            _ => Vec::new(),
        };
        let by_attname =
            !info.final_field.is_reverse() && pieces.last().is_some_and(|p| info.final_field.attname() == **p);
        if !ordering.is_empty() && !by_attname && name != "pk" && info.transforms.is_empty() {
            let joined = self.join_columns(&info)?;
            if seen.contains(&joined) {
                return Err(Exc::FieldError.new("Infinite loop caused by ordering."));
            }
            seen.push(joined);
            let prefix = format!("{name}__");
            for item in &ordering {
                match ordering_of(self.rt, item)? {
                    Some(Ordering::Expr(expr)) => {
                        let expr = match &*expr {
                            Expr::OrderBy(_) => expr,
                            _ => Expr::order(expr, descending),
                        };
                        pairs.push((prefix_references(&expr, &prefix), false));
                    }
                    Some(Ordering::Name(item)) => {
                        let mut below = Vec::new();
                        let last = info.joins.last().copied();
                        self.find_ordering_name(&item, info.opts.as_ref(), last, descending, seen, &mut below)?;
                        pairs.extend(below.into_iter().map(|(e, r)| (prefix_references(&e, &prefix), r)));
                    }
                    None => {}
                }
            }
            return Ok(());
        }
        let (targets, alias, _) = self.query.trim_joins(&info)?;
        for target in &targets {
            let expr = self.query.transformed_col(self.rt, &info, target, alias)?;
            pairs.push((Expr::order(expr, descending), false));
        }
        Ok(())
    }

    fn join_columns(&self, info: &JoinInfo) -> Res<Vec<String>> {
        let mut out = Vec::new();
        for alias in &info.joins {
            let mut text = String::new();
            if let Some(field) = self.query.table(*alias).and_then(|t| t.join_field.as_ref()) {
                for (lhs, rhs) in field.joining_fields()? {
                    text.push_str(&lhs.column().unwrap_or_default_text());
                    text.push('=');
                    text.push_str(&rhs.column().unwrap_or_default_text());
                }
            }
            out.push(text);
        }
        Ok(out)
    }

    /// Resolves the names of `distinct('a', 'b')`.
    pub(super) fn check_distinct_fields(&mut self) -> Res<()> {
        let names = self.query.distinct_fields.clone();
        let opts = self.query.model.clone();
        for name in names.iter() {
            let alias = self.query.initial_alias().unwrap_or_else(|| Name::new(""));
            let parts = split_lookup(name);
            self.query.setup_joins(self.rt, &parts, opts.as_ref(), alias, None, true)?.or_raise()?;
        }
        Ok(())
    }
}

trait DefaultText {
    fn unwrap_or_default_text(self) -> Rc<str>;
}

impl DefaultText for Option<Rc<str>> {
    fn unwrap_or_default_text(self) -> Rc<str> {
        self.unwrap_or_else(|| "".into())
    }
}

/// `-name` as name and whether it is descending.
fn direction(name: &str, reversed: bool) -> (&str, bool) {
    match name.strip_prefix('-') {
        Some(rest) => (rest, !reversed),
        None => (name, reversed),
    }
}

/// A selected expression by its place.
fn position(place: usize, item: &SelectItem) -> ExprRef {
    let name = item.alias.unwrap_or_else(|| Name::new(""));
    Rc::new(Expr::Ref(Ref { name, source: item.expr.clone(), ordinal: Some(place + 1) }))
}

fn find_selected(select: &[SelectItem], expr: &ExprRef) -> Option<ExprRef> {
    let mut place = select.iter().rposition(|s| same_expr(&s.expr, expr));
    if place.is_none()
        && let Expr::F(name) = &**expr
        && let Some(name) = Name::existing(name)
    {
        place = select.iter().rposition(|s| s.alias == Some(name));
    }
    let place = place?;
    select.get(place).map(|item| position(place, item))
}

fn with_source(order: &OrderBy, expr: ExprRef) -> ExprRef {
    Rc::new(Expr::OrderBy(OrderBy { expr, ..order.clone() }))
}

/// The expression with every `F` name seen from further away.
fn prefix_references(expr: &ExprRef, prefix: &str) -> ExprRef {
    match &**expr {
        Expr::F(name) => Rc::new(Expr::F(format!("{prefix}{name}").into())),
        _ => match expr.map_children(&mut |c| Ok(prefix_references(c, prefix))) {
            Ok(new) => Rc::new(new),
            Err(_) => expr.clone(),
        },
    }
}

impl Compiler<'_> {
    /// The expressions that the query orders by: for a window in the same order.
    pub fn order_exprs(&mut self) -> Res<Vec<ExprRef>> {
        Ok(self.get_order_by(&[])?.into_iter().map(|item| item.expr).collect())
    }
}
