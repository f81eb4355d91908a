//! What it takes to make a database's tables what the models say: found by comparing, worded as Django's schema editor
//! words it, run in one transaction.

mod editor;
mod fields;
pub mod state;
pub mod typed;

use std::rc::Rc;

use editor::Editor;
use state::TableState;

use crate::db::Db;
use crate::db::operations::quote_name;
use crate::models::schema::Origin;
use crate::models::{Apps, ModelRef};
use crate::object::{Exc, Res, Rt};

/// One change with its statements.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does, as Django's operations describe themselves.
    pub title: String,
    /// The statements.
    pub statements: Vec<String>,
}

/// Something that only a person knows.
#[derive(Clone, Debug)]
pub struct Question {
    /// The question.
    pub text: String,
    /// How to answer it on a command line.
    pub hint: String,
    /// What answers it with yes, or with a value.
    pub kind: Asked,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Whether something was renamed: old and new, as `--rename OLD=NEW` has them.
    Rename(String, String),
    /// What rows that are there get: `model.field`.
    Default(String),
}

/// What a person said.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// `model.field` or table, and its new name.
    pub renames: Vec<(String, String)>,
    /// What was asked about and was not renamed.
    pub kept: Vec<(String, String)>,
    /// Nothing else was renamed.
    pub no_renames: bool,
    /// Tables without a model that can go.
    pub drops: Vec<String>,
    /// `model.field`, and what rows that are there get: a Python expression.
    pub defaults: Vec<(String, String)>,
}

impl Answers {
    /// Whether something was renamed; `None` where nobody said.
    fn renamed(&self, old: &str, new: &str) -> Option<bool> {
        let is = |pair: &(String, String)| pair.0.eq_ignore_ascii_case(old) && pair.1.eq_ignore_ascii_case(new);
        if self.renames.iter().any(is) {
            return Some(true);
        }
        let other = |pair: &(String, String)| pair.0.eq_ignore_ascii_case(old);
        (self.no_renames || self.kept.iter().any(is) || self.renames.iter().any(other)).then_some(false)
    }

    fn filling(&self, field: &str) -> Option<&str> {
        self.defaults.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, text)| text.as_str())
    }
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The changes, in order.
    pub steps: Vec<Step>,
    /// What has to be answered first.
    pub questions: Vec<Question>,
    /// What is left alone.
    pub notes: Vec<String>,
    /// What of the data goes.
    pub losses: Vec<String>,
    /// The database's `schema_version` when the plan was made.
    pub version: i64,
}

impl Plan {
    /// The text that `sqlmigrate` would print.
    pub fn text(&self) -> String {
        let mut out = String::from("BEGIN;\n");
        for step in &self.steps {
            out.push_str(&format!("--\n-- {}\n--\n", step.title));
            for statement in &step.statements {
                out.push_str(&format!("{statement};\n"));
            }
        }
        out.push_str("COMMIT;\n");
        out
    }
}

/// A model with its table as it is and as it should be.
pub(super) struct Pair {
    /// The model.
    pub(super) model: ModelRef,
    /// The table as it is.
    pub(super) have: TableState,
    /// The table as it should be.
    pub(super) want: TableState,
}

impl Pair {
    /// The model's name in titles.
    fn name(&self) -> String {
        self.model.model_name.to_string()
    }
}

/// The models that have tables of their own here, those that stand between two others behind them.
fn with_tables(models: &[ModelRef]) -> Vec<ModelRef> {
    let mut out: Vec<ModelRef> = Vec::new();
    for model in models {
        let through = model.local_many_to_many.borrow().iter().filter_map(|f| f.through()).collect::<Vec<_>>();
        let through = through.into_iter().filter(|t| t.auto_created.borrow().is_some());
        for model in std::iter::once(model.clone()).chain(through) {
            if model.can_migrate() && !out.iter().any(|m| Rc::ptr_eq(m, &model)) {
                out.push(model);
            }
        }
    }
    out
}

fn table_of(model: &ModelRef) -> String {
    model.db_table.borrow().trim_matches('"').to_string()
}

/// Compares the tables of some models with the database: what it takes to make them the same.
///
/// Errors: SQLite's, those of expressions in definitions, and what evaluating a default raises.
pub fn plan(rt: &Rt, models: &[ModelRef], answers: &Answers) -> Res<Plan> {
    let conn = Db::of(rt).raw(rt)?;
    let raised = crate::db::error::raise;
    let mut plan = Plan {
        version: conn.query_row("PRAGMA schema_version", [], |row| row.get(0)).map_err(raised)?,
        ..Plan::default()
    };
    let mut tables = state::read(&conn).map_err(raised)?;
    drop(conn);
    let all = with_tables(models);
    let mut editor = Editor::default();
    for table in tables.iter().filter(|t| t.name.starts_with("new__")) {
        plan.notes.push(format!("table {} was left by a migration that did not finish", table.name));
    }
    let mut orphans = orphans(rt, models, &tables);
    let mut missing: Vec<(ModelRef, TableState)> = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for model in &all {
        let name = table_of(model);
        let want = state::wanted(rt, model)?;
        match tables.iter().position(|t| t.name.eq_ignore_ascii_case(&name)) {
            Some(at) => pairs.push(Pair { model: model.clone(), have: tables.swap_remove(at), want }),
            None => missing.push((model.clone(), want)),
        }
    }
    rename_tables(&mut editor, &mut plan, answers, &mut orphans, &mut missing, &mut pairs);
    create_tables(&mut editor, missing);
    pairs.sort_by_key(|p| (p.model.app_label.to_string(), p.name()));
    let links = lost_links(&pairs, &mut orphans, &mut plan);
    change(rt, &mut editor, &mut plan, answers, &mut pairs, &links)?;
    for table in orphans {
        if !answers.drops.iter().any(|d| d.eq_ignore_ascii_case(&table.name)) {
            plan.notes.push(format!("no model for table {0}: it stays (--drop {0} removes it)", table.name));
            continue;
        }
        if table.has_rows {
            plan.losses.push(format!("the rows of table {}", table.name));
        }
        editor.step(format!("Delete model {}", table.name));
        editor.execute(format!("DROP TABLE {}", quote_name(&table.name)));
    }
    editor.flush();
    plan.steps = editor.steps;
    Ok(plan)
}

/// How tables differ from their models, column by column: one sentence each. Tables that are missing are not told of.
///
/// Errors: SQLite's, and those of expressions in definitions.
pub fn differences(rt: &Rt, models: &[ModelRef]) -> Res<Vec<String>> {
    let conn = Db::of(rt).raw(rt)?;
    let tables = state::read(&conn).map_err(crate::db::error::raise)?;
    let mut out = Vec::new();
    for table in tables.iter().filter(|t| t.name.starts_with("new__")) {
        out.push(format!("table {} was left by a migration that did not finish", table.name));
    }
    for model in with_tables(models) {
        let table = table_of(&model);
        let Some(have) = tables.iter().find(|t| t.name.eq_ignore_ascii_case(&table)) else { continue };
        let want = state::wanted(rt, &model)?;
        for col in &want.columns {
            let (column, type_) = (&col.def.name, &col.def.type_);
            let field = state::field_of(&model, column).map(|f| f.name().to_string()).unwrap_or_default();
            match have.position(column).and_then(|at| have.columns.get(at)) {
                None => {
                    out.push(format!("{}.{field}: table {table} has no column {column} ({type_})", model.object_name))
                }
                Some(found) => {
                    for is in state::differences(&found.def, &col.def) {
                        out.push(format!("{}.{field}: column {table}.{column} is {is}", model.object_name));
                    }
                }
            }
        }
        for col in have.columns.iter().filter(|c| want.position(&c.def.name).is_none()) {
            let shown = format!("{} ({})", col.def.name, col.def.type_);
            out.push(format!("{}: no field for column {table}.{shown}", model.object_name));
        }
    }
    Ok(out)
}

/// The table of a many-to-many field that is gone.
struct LostLink {
    owner: String,
    field: String,
    table: String,
}

/// Takes the tables of many-to-many fields that are gone out of those without a model.
fn lost_links(pairs: &[Pair], orphans: &mut Vec<TableState>, plan: &mut Plan) -> Vec<LostLink> {
    let mut out = Vec::new();
    orphans.retain(|table| {
        let own = pairs.iter().filter(|p| p.model.auto_created.borrow().is_none());
        let owner = own.into_iter().find_map(|p| {
            let field = table.name.strip_prefix(&format!("{}_", p.want.name))?;
            Some((p.want.name.clone(), field.to_string()))
        });
        let links = table.columns.iter().filter(|c| c.def.references.is_some()).count();
        let Some((owner, field)) = owner.filter(|_| links == 2 && table.columns.len() == 3) else { return true };
        if table.has_rows {
            plan.losses.push(format!("the rows of table {}", table.name));
        }
        out.push(LostLink { owner, field, table: table.name.clone() });
        false
    });
    out
}

/// Tables named as if an app had a model for them, that no model claims.
fn orphans(rt: &Rt, models: &[ModelRef], tables: &[TableState]) -> Vec<TableState> {
    let apps = Apps::of(rt);
    let labels: Vec<String> = apps.configs.borrow().keys().map(|l| l.to_string()).collect();
    let mut claimed: Vec<String> = Vec::new();
    for label in &labels {
        for model in apps.models_of(label) {
            claimed.push(table_of(&model).to_lowercase());
            let through = model.local_many_to_many.borrow().iter().filter_map(|f| f.through()).collect::<Vec<_>>();
            claimed.extend(through.iter().map(|t| table_of(t).to_lowercase()));
        }
    }
    let own: Vec<String> = models.iter().map(|m| format!("{}_", m.app_label)).collect();
    tables
        .iter()
        .filter(|t| own.iter().any(|prefix| t.name.starts_with(prefix.as_str())))
        .filter(|t| !claimed.contains(&t.name.to_lowercase()))
        // Where one app's label begins with another's, its tables are its own.
        .filter(|t| !labels.iter().any(|l| t.name.starts_with(&format!("{l}_")) && !own.contains(&format!("{l}_"))))
        .cloned()
        .collect()
}

/// Whether two tables have the same columns.
fn same_columns(a: &TableState, b: &TableState) -> bool {
    a.columns.len() == b.columns.len()
        && b.columns.iter().all(|want| {
            let at = a.position(&want.def.name).and_then(|at| a.columns.get(at));
            at.is_some_and(|have| state::differences(&have.def, &want.def).is_empty())
        })
}

fn rename_tables(
    editor: &mut Editor,
    plan: &mut Plan,
    answers: &Answers,
    orphans: &mut Vec<TableState>,
    missing: &mut Vec<(ModelRef, TableState)>,
    pairs: &mut Vec<Pair>,
) {
    let mut left = Vec::new();
    for (model, want) in std::mem::take(missing) {
        let found = orphans.iter().position(|old| same_columns(old, &want));
        let Some(at) = found else {
            left.push((model, want));
            continue;
        };
        let old = orphans[at].name.clone();
        match answers.renamed(&old, &want.name) {
            Some(true) => {
                let mut have = orphans.remove(at);
                let short =
                    |table: &str| table.strip_prefix(&format!("{}_", model.app_label)).unwrap_or(table).to_string();
                editor.step(format!("Rename model {} to {}", short(&old), model.object_name));
                editor.execute(format!("ALTER TABLE {} RENAME TO {}", quote_name(&old), quote_name(&want.name)));
                have.name = want.name.clone();
                for index in &mut have.indexes {
                    index.sql = index.sql.replacen(&quote_name(&old), &quote_name(&want.name), 1);
                }
                pairs.push(Pair { model, have, want });
            }
            Some(false) => left.push((model, want)),
            None => {
                plan.questions.push(Question {
                    text: format!("Was the table {old} renamed to {} (the model {})?", want.name, model.object_name),
                    hint: format!("--rename {old}={}, or --no-rename", want.name),
                    kind: Asked::Rename(old, want.name.clone()),
                });
                left.push((model, want));
            }
        }
    }
    *missing = left;
}

/// Makes tables, those that others refer to first.
fn create_tables(editor: &mut Editor, missing: Vec<(ModelRef, TableState)>) {
    let (through, mut own): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|(model, _)| model.auto_created.borrow().is_some());
    own.sort_by_key(|(model, _)| std::cmp::Reverse((model.app_label.to_string(), model.model_name.to_string())));
    let mut made: Vec<String> = Vec::new();
    let names: Vec<String> = own.iter().map(|(_, t)| t.name.clone()).collect();
    let owner_of = |t: &TableState| -> Vec<String> {
        t.columns.iter().filter_map(|c| c.def.references.as_ref().map(|(table, _)| table.clone())).collect()
    };
    while !own.is_empty() {
        let ready = own.iter().position(|(_, table)| {
            let needs = owner_of(table).into_iter().chain(
                through
                    .iter()
                    .filter(|(_, t)| t.name.starts_with(&format!("{}_", table.name)))
                    .flat_map(|(_, t)| owner_of(t)),
            );
            needs.into_iter().all(|n| n == table.name || made.contains(&n) || !names.contains(&n))
        });
        // Models that refer to each other in a circle are made as they come: SQLite does not mind.
        let (model, table) = own.remove(ready.unwrap_or(0));
        editor.step(format!("Create model {}", model.object_name));
        editor.create(&table);
        made.push(table.name.clone());
        for (between, state) in &through {
            let owner = between.auto_created.borrow().as_ref().and_then(|o| o.upgrade());
            if owner.is_some_and(|o| Rc::ptr_eq(&o, &model)) {
                editor.create(state);
                made.push(state.name.clone());
            }
        }
    }
    for (model, state) in through.iter().filter(|(_, t)| !made.contains(&t.name)) {
        let owner = model.auto_created.borrow().as_ref().and_then(|o| o.upgrade());
        let owner_name = owner.as_ref().map(|o| o.model_name.to_string()).unwrap_or_default();
        let field = model.model_name.to_string();
        let field = field.strip_prefix(&format!("{owner_name}_")).unwrap_or(&field).to_string();
        editor.step(format!("Add field {field} to {owner_name}"));
        editor.create(state);
    }
}

/// Changes tables, kind of change by kind of change, as Django's autodetector orders them.
fn change(
    rt: &Rt,
    editor: &mut Editor,
    plan: &mut Plan,
    answers: &Answers,
    pairs: &mut [Pair],
    links: &[LostLink],
) -> Res<()> {
    let mut changes: Vec<fields::Changes> = Vec::new();
    for pair in pairs.iter_mut() {
        changes.push(fields::find(rt, pair, plan, answers)?);
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for name in &found.removed_constraints {
            editor.step(format!("Remove constraint {name} from model {}", pair.name()));
            pair.have.constraints.retain(|c| c.name.as_ref() != Some(name));
            fields::copy(editor, &pair.have);
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for index in &found.removed_indexes {
            let title = match index.unique {
                true => format!("Remove constraint {} from model {}", index.name, pair.name()),
                false => format!("Remove index {} from {}", index.name, pair.name()),
            };
            editor.step(title);
            editor.execute(format!("DROP INDEX {}", quote_name(&index.name)));
            pair.have.indexes.retain(|i| i.name != index.name);
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for rename in &found.renamed {
            fields::rename(editor, pair, rename);
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        let mut links: Vec<&LostLink> = links.iter().filter(|l| l.owner == pair.want.name).collect();
        links.sort_by_key(|l| l.field.clone());
        let mut links = links.into_iter().peekable();
        let mut drop = |editor: &mut Editor, pair: &Pair, before: Option<&str>| {
            while let Some(link) = links.next_if(|l| before.is_none_or(|name| l.field.as_str() < name)) {
                editor.step(format!("Remove field {} from {}", link.field, pair.name()));
                editor.execute(format!("DROP TABLE {}", quote_name(&link.table)));
            }
        };
        for column in &found.removed {
            drop(editor, pair, Some(&column.def.name));
            fields::remove(editor, pair, column);
        }
        drop(editor, pair, None);
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for added in &found.added {
            fields::add(editor, pair, added);
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for altered in &found.altered {
            fields::alter(editor, pair, altered);
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        if !found.old_together.is_empty() || !found.new_together.is_empty() {
            let count = pair.want.indexes.iter().filter(|i| i.origin == Some(Origin::UniqueTogether)).count();
            editor.step(format!("Alter unique_together for {} ({count} constraint(s))", pair.name()));
            for index in &found.old_together {
                editor.execute(format!("DROP INDEX {}", quote_name(&index.name)));
                pair.have.indexes.retain(|i| i.name != index.name);
            }
            for index in &found.new_together {
                editor.execute(index.sql.clone());
                pair.have.indexes.push(index.clone());
            }
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for index in &found.added_indexes {
            if matches!(index.origin, Some(Origin::Index(_) | Origin::IndexTogether)) {
                editor.step(format!("Create index {} on model {}", index.name, pair.name()));
                editor.execute(index.sql.clone());
                pair.have.indexes.push(index.clone());
            }
        }
    }
    for (pair, found) in pairs.iter_mut().zip(&changes) {
        for constraint in &found.added_constraints {
            let name = constraint.name.clone().unwrap_or_default();
            editor.step(format!("Create constraint {name} on model {}", pair.name()));
            pair.have.constraints.push(constraint.clone());
            fields::copy(editor, &pair.have);
        }
        for index in &found.added_indexes {
            if matches!(index.origin, Some(Origin::Constraint(_))) {
                editor.step(format!("Create constraint {} on model {}", index.name, pair.name()));
                editor.execute(index.sql.clone());
                pair.have.indexes.push(index.clone());
            }
        }
    }
    Ok(())
}

/// Runs a plan in one transaction. Nothing goes into the statement log.
///
/// Errors: OperationalError where the database was changed since the plan was made, where a transaction is open, or
/// where a statement fails; IntegrityError where a row would refer to nothing. Then nothing was changed.
pub fn run(rt: &Rt, plan: &Plan) -> Res<()> {
    let conn = Db::of(rt).raw(rt)?;
    let raised = crate::db::error::raise;
    if !conn.is_autocommit() {
        return Err(Exc::OperationalError.new("tables cannot be changed inside a transaction: finish it first"));
    }
    let keys: i64 = conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0)).map_err(raised)?;
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = OFF").map_err(raised)?;
    let work = || -> Res<()> {
        conn.execute_batch("BEGIN IMMEDIATE").map_err(raised)?;
        let version: i64 = conn.query_row("PRAGMA schema_version", [], |row| row.get(0)).map_err(raised)?;
        if version != plan.version {
            return Err(Exc::OperationalError
                .new("the database was changed by another program meanwhile: look at the statements again"));
        }
        for statement in plan.steps.iter().flat_map(|s| &s.statements) {
            conn.execute_batch(statement).map_err(raised)?;
            rt.check_interrupt()?;
        }
        let broken: Option<(String, Option<i64>, String)> = conn
            .prepare("PRAGMA foreign_key_check")
            .and_then(|mut s| s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.next().transpose())
            .map_err(raised)?;
        if let Some((table, row, target)) = broken {
            let row = row.map_or("a row".to_string(), |n| format!("row {n}"));
            return Err(Exc::IntegrityError.new(format!("{row} of table {table} refers to nothing in {target}")));
        }
        conn.execute_batch("COMMIT").map_err(raised)
    };
    let done = work();
    if done.is_err() && !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
    if keys != 0 {
        conn.execute_batch("PRAGMA foreign_keys = ON").map_err(raised)?;
    }
    done
}
