//! GROUP BY.

use super::order::OrderItem;
use super::plan::SelectItem;
use super::{Compiled, Compiler};
use crate::object::{Exc, Res};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::ir::{Expr, ExprRef, GroupBy, Where, same_expr};

impl Compiler<'_> {
    /// What the query groups by: at least what `values()` named, and every column of SELECT, ORDER BY and HAVING that
    /// is no aggregate.
    pub(super) fn get_group_by(
        &mut self,
        select: &[SelectItem],
        extra: &[(ExprRef, Compiled)],
        order_by: &[OrderItem],
        having: Option<&Where>,
    ) -> Res<Vec<Compiled>> {
        let mut expressions: Vec<ExprRef> = Vec::new();
        let mut refs: Vec<Name> = Vec::new();
        match &self.query.group_by {
            GroupBy::None => return Ok(Vec::new()),
            GroupBy::Model => {}
            GroupBy::Exprs(exprs) => {
                for expr in exprs.iter() {
                    match &**expr {
                        Expr::Ref(r) => {
                            if !refs.contains(&r.name) {
                                refs.push(r.name);
                                expressions.push(r.source.clone());
                            }
                        }
                        _ => expressions.push(expr.clone()),
                    }
                }
            }
        }
        let rt = self.rt;
        for item in select {
            if item.alias.is_some_and(|a| refs.contains(&a)) {
                continue;
            }
            expressions.extend(expressions::group_by_cols(rt, &item.expr)?);
        }
        for (expr, _) in extra {
            expressions.extend(expressions::group_by_cols(rt, expr)?);
        }
        if !self.meta_ordering {
            for item in order_by.iter().filter(|o| !o.is_ref) {
                expressions.extend(expressions::group_by_cols(rt, &item.expr)?);
            }
        }
        if let Some(having) = having {
            for child in &having.children {
                expressions.extend(expressions::group_by_cols(rt, child)?);
            }
        }
        let mut result: Vec<Compiled> = Vec::with_capacity(expressions.len());
        for (i, expr) in expressions.iter().enumerate() {
            // The same column again writes the same text.
            if expressions.get(..i).is_some_and(|before| before.iter().any(|e| std::rc::Rc::ptr_eq(e, expr))) {
                continue;
            }
            let place = select.iter().rposition(|s| s.alias.is_some() && same_expr(&s.expr, expr));
            let mut sql = match self.compile_apart(expr) {
                Ok(sql) => sql,
                Err(error) if error.is(Exc::EmptyResultSet) || error.is(Exc::FullResultSet) => continue,
                Err(error) => return Err(error),
            };
            if let Some(place) = place {
                sql = Compiled { sql: (place + 1).to_string(), params: Vec::new() };
            }
            if !result.iter().any(|r| r.sql == sql.sql && super::same_params(&r.params, &sql.params)) {
                result.push(sql);
            }
        }
        Ok(result)
    }
}
