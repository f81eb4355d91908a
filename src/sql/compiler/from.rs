//! FROM: the base table, the joins, further tables.

use super::Compiler;
use crate::object::{Exc, Res};
use crate::sql::ir::{Alias, JoinKind, Table};
use crate::sql::query::extra_restriction;

impl Compiler<'_> {
    /// Appends ` FROM ...`, or nothing for a query without tables. To be called when all joins are made.
    pub(super) fn write_from(&mut self) -> Res<()> {
        let tables = self.query.tables.clone();
        let mut first = true;
        for table in tables.iter().filter(|t| t.refs != 0) {
            self.push(if first { " FROM " } else { " " });
            first = false;
            match table.kind {
                JoinKind::Base => self.table_name(table),
                _ => self.join_sql(table)?,
            }
        }
        let extra = self.query.extra_tables.clone();
        for table in extra.iter() {
            let (alias, add) = self.query.extra_table_alias(table);
            if add {
                self.push(if first { " FROM , " } else { " , " });
                first = false;
                self.quote_unless_alias(alias);
            }
        }
        Ok(())
    }

    /// Appends a table's name, and its alias where it has another.
    fn table_name(&mut self, table: &Table) {
        let alias = table.alias.text();
        self.quote(&table.table_name);
        if *alias != *table.table_name {
            self.push(" ");
            self.push(&alias);
        }
    }

    fn side(&mut self, alias: Alias, column: Option<&str>) {
        self.quote_unless_alias(alias);
        self.push(".");
        self.column(column.unwrap_or_default());
    }

    fn join_sql(&mut self, table: &Table) -> Res<()> {
        self.push(if table.kind == JoinKind::Outer { "LEFT OUTER JOIN " } else { "INNER JOIN " });
        self.table_name(table);
        self.push(" ON (");
        let (Some(field), Some(parent)) = (&table.join_field, table.parent) else {
            return Err(Exc::ValueError.new("Join generated an empty ON clause."));
        };
        let mut count = 0;
        for (lhs, rhs) in field.asked_joining_fields(self.rt)? {
            if count > 0 {
                self.push(" AND ");
            }
            self.side(parent, lhs.column().as_deref());
            self.push(" = ");
            self.side(table.alias, rhs.column().as_deref());
            count += 1;
        }
        if let Some(extra) = extra_restriction(self.rt, field, Some(table.alias), Some(parent))? {
            self.push(if count > 0 { " AND (" } else { "(" });
            self.compile_where(&extra)?;
            self.push(")");
            count += 1;
        }
        if let Some(resolved) = table.filtered_relation.as_ref().and_then(|r| r.resolved.as_ref()) {
            let at = self.mark();
            self.push(if count > 0 { " AND (" } else { "(" });
            match self.compile(resolved) {
                Ok(()) => {
                    self.push(")");
                    count += 1;
                }
                Err(error) if error.is(Exc::FullResultSet) => self.cut(at),
                Err(error) => return Err(error),
            }
        }
        if count == 0 {
            return Err(Exc::ValueError.new(format!(
                "Join generated an empty ON clause. {} did not yield either joining columns or extra restrictions.",
                field.class.name()
            )));
        }
        self.push(")");
        Ok(())
    }
}
