//! Nodes of conditions: their SQL, and their split into WHERE, HAVING and what windows need.

use std::rc::Rc;

use super::{Compiler, empty_result, full_result};
use crate::object::{Exc, Res, Value};
use crate::sql::functions;
use crate::sql::ir::{Case, Combined, CombinedKind, Common, Connector, Expr, ExprRef, Func, Rhs, When, Where};
use crate::sql::lookups;

impl Compiler<'_> {
    /// Appends a node of conditions. EmptyResultSet where nothing can meet it, FullResultSet where everything does.
    pub fn compile_where(&mut self, node: &Where) -> Res<()> {
        let rt = self.rt;
        rt.deeper(|| self.compile_node(node))
    }

    fn compile_node(&mut self, node: &Where) -> Res<()> {
        let count = node.children.len();
        let (mut full_needed, mut empty_needed) = match node.connector {
            Connector::And => (count, 1),
            _ => (1, count),
        };
        if node.connector == Connector::Xor {
            return self.compile_xor(node);
        }
        let start = self.mark();
        let opened = node.negated || node.resolved || count > 1;
        if node.negated {
            self.push("NOT (");
        } else if opened {
            self.push("(");
        }
        let mut written = 0;
        for child in &node.children {
            let before = self.mark();
            if written > 0 {
                self.sql.push(' ');
                self.push(node.connector.text());
                self.sql.push(' ');
            }
            let at = self.sql.len();
            match self.compile(child) {
                Ok(()) if self.sql.len() > at => written += 1,
                Ok(()) => {
                    self.cut(before);
                    full_needed -= 1;
                }
                Err(error) if error.is(Exc::EmptyResultSet) => {
                    self.cut(before);
                    empty_needed -= 1;
                }
                Err(error) if error.is(Exc::FullResultSet) => {
                    self.cut(before);
                    full_needed -= 1;
                }
                Err(error) => return Err(error),
            }
            if empty_needed == 0 {
                self.cut(start);
                return Err(if node.negated { full_result() } else { empty_result() });
            }
            if full_needed == 0 {
                self.cut(start);
                return Err(if node.negated { empty_result() } else { full_result() });
            }
        }
        if written == 0 {
            self.cut(start);
            return Err(full_result());
        }
        if node.negated || node.resolved || written > 1 {
            self.push(")");
        } else if opened {
            // One condition is left of several: no parentheses.
            self.sql.remove(start.sql);
        }
        Ok(())
    }

    /// SQLite has no XOR: at least one, and an odd number of them.
    fn compile_xor(&mut self, node: &Where) -> Res<()> {
        let one = |condition: &ExprRef| -> ExprRef {
            let common = Common::default;
            let when = When { condition: condition.clone(), result: Expr::value(1i64), common: common() };
            Rc::new(Expr::Case(Case {
                cases: vec![Rc::new(Expr::When(when))],
                default: Expr::value(0i64),
                extra: Rc::from([]),
                common: common(),
            }))
        };
        let mut sum: Option<ExprRef> = None;
        for child in &node.children {
            let next = one(child);
            sum = Some(match sum {
                None => next,
                Some(lhs) => Rc::new(Expr::Combined(Combined {
                    lhs,
                    connector: "+",
                    rhs: next,
                    kind: CombinedKind::Plain,
                    common: Common::default(),
                })),
            });
        }
        let Some(mut sum) = sum else { return Err(full_result()) };
        if node.children.len() > 2
            && let Some(row) = functions::find("Mod")
        {
            sum = Rc::new(Expr::Func(Func {
                row,
                args: vec![sum, Expr::value(2i64)],
                extra: Rc::from([]),
                aggregate: None,
                common: Common::default(),
            }));
        }
        let any = Where::new(node.children.clone(), Connector::Or, false);
        let one = Expr::value(Value::Int(1));
        let Some(found) = lookups::find_lookup(self.rt, &one, "exact")? else { return Err(full_result()) };
        let odd = lookups::build(self.rt, &found, one, Rhs::Expr(sum))?;
        let both = vec![Rc::new(Expr::Where(Rc::new(any))), odd];
        self.compile_node(&Where::new(both, Connector::And, node.negated))
    }
}

/// Conditions that go into WHERE, into HAVING, and those that need windows.
pub type Split = (Option<Rc<Where>>, Option<Rc<Where>>, Option<Rc<Where>>);

/// Splits a node. NotImplementedError where window and other conditions are joined by OR in a grouped query.
pub fn split(node: &Rc<Where>, negated: bool, must_group_by: bool) -> Res<Split> {
    let aggregates = node.contains_aggregate();
    let windows = node.contains_over_clause();
    if !aggregates && !windows {
        return Ok((Some(node.clone()), None, None));
    }
    let negated = negated ^ node.negated;
    let together = match node.connector {
        Connector::And => negated,
        Connector::Or => !negated,
        Connector::Xor => true,
    };
    if together && aggregates && !windows {
        return Ok((None, Some(node.clone()), None));
    }
    let (mut wheres, mut havings, mut qualifies) = (Vec::new(), Vec::new(), Vec::new());
    let as_expr = |node: Rc<Where>| Rc::new(Expr::Where(node));
    for child in &node.children {
        match &**child {
            Expr::Where(inner) => {
                let (w, h, q) = split(inner, negated, must_group_by)?;
                wheres.extend(w.map(as_expr));
                havings.extend(h.map(as_expr));
                qualifies.extend(q.map(as_expr));
            }
            _ if child.contains_over_clause() => qualifies.push(child.clone()),
            _ if child.contains_aggregate() => havings.push(child.clone()),
            _ => wheres.push(child.clone()),
        }
    }
    if together && !qualifies.is_empty() {
        if wheres.is_empty() || !must_group_by {
            return Ok((None, None, Some(node.clone())));
        }
        return Err(Exc::NotImplementedError.new(
            "Heterogeneous disjunctive predicates against window functions are not implemented when performing \
             conditional aggregation.",
        ));
    }
    let make = |children: Vec<ExprRef>| {
        (!children.is_empty()).then(|| Rc::new(Where::new(children, node.connector, node.negated)))
    };
    Ok((make(wheres), make(havings), make(qualifies)))
}
