//! Conditions on window expressions: the query becomes a subquery that they filter.

use std::rc::Rc;

use super::Compiler;
use super::order::OrderItem;
use super::plan::SelectItem;
use crate::object::Res;
use crate::source::Name;
use crate::sql::ir::{Connector, Expr, ExprRef, Replacements, Where, replace, same_expr};

struct Collected {
    /// Selected expressions and their names.
    select: Vec<(ExprRef, Name)>,
    /// What is replaced by a name.
    replaced: Replacements,
    /// Expressions that are selected only to be filtered by.
    added: Vec<(ExprRef, Name)>,
}

impl Collected {
    fn collect(&mut self, mut todo: Vec<ExprRef>) {
        while let Some(expr) = todo.pop() {
            if self.replaced.get(&expr).is_some() {
                continue;
            }
            let name = self.select.iter().rfind(|(e, _)| same_expr(e, &expr)).map(|(_, n)| *n);
            if let Some(name) = name {
                self.replaced.set(expr.clone(), Expr::reference(name, expr));
                continue;
            }
            match &*expr {
                Expr::Lookup(_) => todo.extend(expr.children()),
                Expr::Ref(r) => {
                    if !self.select.iter().any(|(_, n)| *n == r.name) {
                        todo.push(r.source.clone());
                    }
                }
                _ => {
                    let name = Name::new(&format!("qual{}", self.added.len()));
                    self.added.push((expr.clone(), name));
                    self.replaced.set(expr.clone(), Expr::reference(name, expr));
                }
            }
        }
    }
}

impl Compiler<'_> {
    /// Appends the query with what needs windows outside of it.
    pub(super) fn qualify_sql(
        &mut self,
        select: &[SelectItem],
        where_: Option<Rc<Where>>,
        having: Option<Rc<Where>>,
        qualify: &Rc<Where>,
        order_by: Vec<OrderItem>,
    ) -> Res<()> {
        let mut inner = self.query.clone();
        inner.subquery = true;
        let parts = where_.into_iter().chain(having).map(|node| Rc::new(Expr::Where(node))).collect();
        inner.where_ = Rc::new(Where::new(parts, Connector::And, false));
        let mut number = 1;
        let names = select.iter().map(|item| {
            let name = item.alias.unwrap_or_else(|| {
                number += 1;
                Name::new(&format!("col{}", number - 1))
            });
            (item.expr.clone(), name)
        });
        let mut collected = Collected { select: names.collect(), replaced: Replacements::default(), added: Vec::new() };
        collected.collect(qualify.leaves());
        let mut ordering = Vec::with_capacity(order_by.len());
        for item in &order_by {
            collected.collect(item.expr.children());
            ordering.push(replace(&item.expr, &collected.replaced));
        }
        let qualify = replace(&Rc::new(Expr::Where(qualify.clone())), &collected.replaced);
        for (expr, name) in &collected.added {
            inner.add_annotation(self.rt, expr, &name.text(), true)?;
        }
        let masked = !collected.added.is_empty();
        if masked {
            self.push("SELECT ");
            let names: Vec<Name> = collected.select.iter().map(|(_, n)| *n).collect();
            for (i, name) in names.into_iter().enumerate() {
                if i > 0 {
                    self.push(", ");
                }
                self.quote(&name.text());
            }
            self.push(" FROM ( ");
        }
        self.push("SELECT * FROM ( ");
        let elide_empty = self.elide_empty;
        self.nested(&mut inner, elide_empty, |c| c.as_sql(false, true))?;
        self.push(" ) \"qualify\" WHERE ");
        self.compile(&qualify)?;
        if masked {
            self.push(" ) \"qualify_mask\"");
        }
        for (i, item) in ordering.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.compile(item)?;
        }
        Ok(())
    }
}
