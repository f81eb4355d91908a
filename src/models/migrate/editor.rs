//! The statements of changes, as Django's schema editor for SQLite sends them: what ALTER TABLE cannot do is done by
//! making the table anew under another name, and copying.

use super::Step;
use super::state::{Col, Idx, TableState};
use crate::db::operations::quote_name;

/// Collects steps, and the indexes that are made at the end.
#[derive(Default)]
pub struct Editor {
    /// What is to be done so far.
    pub steps: Vec<Step>,
    /// Tables with the statements of their indexes that wait.
    deferred: Vec<(String, String)>,
}

/// What a column of the table made anew is filled with.
pub enum Fill {
    /// The old column of this name.
    Column(String),
    /// An expression.
    Expression(String),
}

impl Editor {
    /// Begins a change.
    pub fn step(&mut self, title: impl Into<String>) {
        self.steps.push(Step { title: title.into(), statements: Vec::new() });
    }

    /// Adds a statement to the change that was begun last.
    pub fn execute(&mut self, sql: impl Into<String>) {
        if let Some(step) = self.steps.last_mut() {
            step.statements.push(sql.into());
        }
    }

    /// Makes a table; its indexes wait for the end.
    pub fn create(&mut self, table: &TableState) {
        self.execute(table.create_sql(&table.name, &table.columns));
        self.defer(&table.name, &table.indexes);
    }

    /// Lets indexes of a table wait for the end.
    pub fn defer(&mut self, table: &str, indexes: &[Idx]) {
        self.deferred.extend(indexes.iter().map(|i| (table.to_string(), i.sql.clone())));
    }

    /// Makes a table anew with these columns and the indexes of its state, copying what it holds.
    pub fn remake(&mut self, table: &TableState, columns: &[Col], fills: &[(String, Fill)]) {
        let name = &table.name;
        let new = format!("new__{name}");
        self.execute(table.create_sql(&new, columns));
        let into: Vec<String> = fills.iter().map(|(column, _)| quote_name(column)).collect();
        let from: Vec<String> = fills
            .iter()
            .map(|(_, fill)| match fill {
                Fill::Column(column) => quote_name(column),
                Fill::Expression(sql) => sql.clone(),
            })
            .collect();
        let (quoted, new) = (quote_name(name), quote_name(&new));
        self.execute(format!("INSERT INTO {new} ({}) SELECT {} FROM {quoted}", into.join(", "), from.join(", ")));
        self.execute(format!("DROP TABLE {quoted}"));
        self.execute(format!("ALTER TABLE {new} RENAME TO {quoted}"));
        self.deferred.retain(|(other, _)| other != name);
        self.defer(name, &table.indexes);
        self.flush();
    }

    /// Makes the indexes that wait, as part of the last change.
    pub fn flush(&mut self) {
        for (_, sql) in std::mem::take(&mut self.deferred) {
            self.execute(sql);
        }
    }
}
