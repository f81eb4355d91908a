//! UNION, INTERSECT, EXCEPT.

use std::rc::Rc;

use super::{Compiled, Compiler, empty_result};
use crate::object::{Exc, Res};
use crate::sql::ir::{Combinator, Query};

impl Compiler<'_> {
    /// Appends the combined queries. DatabaseError for a part that is sliced or ordered: SQLite allows neither.
    pub(super) fn combinator_sql(&mut self, combinator: Combinator) -> Res<()> {
        let mut queries = (*self.query.combined_queries).clone();
        let elide_empty = self.elide_empty;
        for query in &mut queries {
            if query.is_sliced() {
                let text = "LIMIT/OFFSET not allowed in subqueries of compound statements.";
                return Err(Exc::DatabaseError.new(text));
            }
            let ordered = self.nested(query, elide_empty, |c| Ok(!c.get_order_by(&[])?.is_empty()))?;
            if ordered {
                return Err(Exc::DatabaseError.new("ORDER BY not allowed in subqueries of compound statements."));
            }
        }
        let mut parts: Vec<Compiled> = Vec::with_capacity(queries.len());
        let mut empty = None;
        for (i, query) in queries.iter_mut().enumerate() {
            match self.combinator_part(query, elide_empty) {
                Ok(part) => parts.push(part),
                // An empty part adds nothing to a union and takes nothing from a difference.
                Err(error)
                    if error.is(Exc::EmptyResultSet)
                        && (combinator == Combinator::Union
                            || (combinator == Combinator::Difference && !parts.is_empty())) =>
                {
                    empty = Some(i);
                }
                Err(error) => return Err(error),
            }
        }
        if parts.is_empty() {
            return Err(empty_result());
        }
        if parts.len() == 1
            && combinator == Combinator::Union
            && self.query.is_sliced()
            && let Some(query) = empty.and_then(|i| queries.get_mut(i))
        {
            // A sliced union of one part could have two LIMIT clauses.
            let part = self.combinator_part(query, false)?;
            parts.push(part);
        }
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                self.push(" ");
                self.push(combinator.sql());
                if self.query.combinator_all && combinator == Combinator::Union {
                    self.push(" ALL");
                }
                self.push(" ");
            }
            self.append(part);
        }
        Ok(())
    }

    fn combinator_part(&mut self, query: &mut Query, elide_empty: bool) -> Res<Compiled> {
        if let Some(selected) = &self.query.selected
            && query.selected.is_none()
        {
            let names: Vec<Rc<str>> = selected.keys().map(|n| n.text()).collect();
            query.set_values(self.rt, &names)?;
        }
        let at = self.mark();
        let compound = query.combinator.is_some();
        if compound {
            self.push("SELECT * FROM (");
        }
        match self.nested(query, elide_empty, |c| c.as_sql(true, true)) {
            Ok(_) => {}
            Err(error) => {
                self.cut(at);
                return Err(error);
            }
        }
        if compound {
            self.push(")");
        }
        Ok(self.take_since(at))
    }
}
