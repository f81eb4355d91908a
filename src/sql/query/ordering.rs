//! Ordering, slices, distinct and extra.

use std::rc::Rc;

use super::names::{PathError, split_lookup};
use crate::object::{Exc, Res, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{Connector, Expr, Ordering, Query, RawSql, expr_of};

/// An item of an ordering as a session gives it: text or an expression. `None` for anything else.
pub fn ordering_of(rt: &Rt, value: &Value) -> Res<Option<Ordering>> {
    if let Some(text) = value.as_str() {
        return Ok(Some(Ordering::Name(text.as_str().into())));
    }
    Ok(expr_of(rt, value)?.map(Ordering::Expr))
}

impl Query {
    /// Adds to the ordering; without items, clears the model's own. FieldError where an item is neither a field nor an
    /// expression, or aggregates.
    pub fn add_ordering(&mut self, rt: &Rt, items: &[Value]) -> Res<()> {
        let mut wrong = Vec::new();
        let mut new = Vec::with_capacity(items.len());
        for item in items {
            match ordering_of(rt, item)? {
                Some(Ordering::Name(name)) => {
                    self.check_ordering(rt, &name)?;
                    new.push(Ordering::Name(name));
                }
                Some(Ordering::Expr(expr)) => {
                    if expr.contains_aggregate() {
                        return Err(Exc::FieldError.new(format!(
                            "Using an aggregate in order_by() without also including it in annotate() is not allowed: {}",
                            ops::str(rt, item)?
                        )));
                    }
                    new.push(Ordering::Expr(expr));
                }
                None => wrong.push(item.clone()),
            }
        }
        if !wrong.is_empty() {
            let wrong = ops::repr(rt, &Value::list(wrong))?;
            return Err(Exc::FieldError.new(format!("Invalid order_by arguments: {wrong}")));
        }
        if items.is_empty() {
            self.default_ordering = false;
        } else {
            Rc::make_mut(&mut self.order_by).extend(new);
        }
        Ok(())
    }

    fn check_ordering(&self, rt: &Rt, name: &str) -> Res<()> {
        if name == "?" {
            return Ok(());
        }
        let name = name.strip_prefix('-').unwrap_or(name);
        if let Some(key) = Name::existing(name)
            && (self.annotations.contains_key(&key) || self.extra.contains_key(&key))
        {
            return Ok(());
        }
        self.names_to_path(rt, &split_lookup(name), self.model.as_ref(), true, false).map_err(PathError::raise)?;
        Ok(())
    }

    /// Clears the ordering. Unless forced, a sliced query keeps it: its rows depend on it.
    pub fn clear_ordering(&mut self, force: bool, clear_default: bool) {
        if !force && (self.is_sliced() || !self.distinct_fields.is_empty() || self.select_for_update) {
            return;
        }
        self.order_by = Rc::default();
        self.extra_order_by = Rc::default();
        if clear_default {
            self.default_ordering = false;
        }
    }

    /// Narrows the rows to a slice of the present ones.
    pub fn set_limits(&mut self, low: Option<u64>, high: Option<u64>) {
        if let Some(high) = high {
            let high = self.low_mark.saturating_add(high);
            self.high_mark = Some(self.high_mark.map_or(high, |h| h.min(high)));
        }
        if let Some(low) = low {
            let low = self.low_mark.saturating_add(low);
            self.low_mark = self.high_mark.map_or(low, |h| h.min(low));
        }
        if self.high_mark == Some(self.low_mark) {
            self.set_empty();
        }
    }

    /// All rows again.
    pub fn clear_limits(&mut self) {
        self.low_mark = 0;
        self.high_mark = None;
    }

    /// Whether filters can still be added.
    pub fn can_filter(&self) -> bool {
        !self.is_sliced()
    }

    /// Whether the slice is one row long.
    pub fn has_limit_one(&self) -> bool {
        self.high_mark.is_some_and(|h| h.saturating_sub(self.low_mark) == 1)
    }

    /// Makes the query find nothing.
    pub fn set_empty(&mut self) {
        Rc::make_mut(&mut self.where_).add(Rc::new(Expr::Nothing), Connector::And);
        if !self.combined_queries.is_empty() {
            Rc::make_mut(&mut self.combined_queries).iter_mut().for_each(Query::set_empty);
        }
    }

    /// Whether it is known to find nothing.
    pub fn is_empty(&self) -> bool {
        self.where_.children.iter().any(|c| matches!(**c, Expr::Nothing))
    }

    /// `distinct(*fields)`.
    pub fn add_distinct_fields(&mut self, fields: Vec<Rc<str>>) {
        self.distinct_fields = Rc::new(fields);
        self.distinct = true;
    }

    /// `extra(...)`: see Django. Errors: a select name that cannot be an alias, too few parameters.
    #[allow(clippy::too_many_arguments)]
    pub fn add_extra(
        &mut self,
        rt: &Rt,
        select: &[(Rc<str>, Value)],
        select_params: &[Value],
        wheres: &[Rc<str>],
        params: &[Value],
        tables: &[Rc<str>],
        order_by: &[Value],
    ) -> Res<()> {
        let mut rest = select_params.iter();
        for (name, entry) in select {
            self.check_alias(name)?;
            let sql = ops::str(rt, entry)?;
            let mut own = Vec::new();
            let bytes = sql.as_bytes();
            let mut at = 0;
            while let Some(found) = sql.get(at..).and_then(|s| s.find("%s")) {
                let pos = at + found;
                if pos == 0 || bytes.get(pos - 1) != Some(&b'%') {
                    let Some(param) = rest.next() else {
                        return Err(Exc::StopIteration.with_args(Vec::new()));
                    };
                    own.push(param.clone());
                }
                at = pos + 2;
            }
            let raw = RawSql { sql: sql.as_str().into(), params: own.into(), common: Default::default() };
            Rc::make_mut(&mut self.extra).insert(Name::new(name), Rc::new(raw));
        }
        if !wheres.is_empty() || !params.is_empty() {
            let node = Expr::ExtraWhere(wheres.into(), params.into());
            Rc::make_mut(&mut self.where_).add(Rc::new(node), Connector::And);
        }
        if !tables.is_empty() {
            Rc::make_mut(&mut self.extra_tables).extend(tables.iter().cloned());
        }
        if !order_by.is_empty() {
            let mut items = Vec::new();
            for item in order_by {
                items.extend(ordering_of(rt, item)?);
            }
            self.extra_order_by = Rc::new(items);
        }
        Ok(())
    }
}
