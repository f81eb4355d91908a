//! Columns, constraints and indexes of one table: what differs, and the statements for it.

use super::editor::{Editor, Fill};
use super::state::{self, Col, Con, Idx, TableState};
use super::{Answers, Asked, Pair, Plan, Question};
use crate::db::operations::quote_name;
use crate::models::FieldRef;
use crate::models::schema::{self, Origin};
use crate::object::{Module, Res, Rt, ops};

/// A column that is new.
pub struct Added {
    /// Its definition.
    col: Col,
    /// Its field's name.
    field: String,
    /// What rows that are there get; `None` where the database fills the column itself.
    fill: Option<String>,
    /// Whether ALTER TABLE can add it.
    simple: bool,
    /// Its own index, if it has one.
    index: Option<Idx>,
}

/// A column that is defined otherwise now.
pub struct Altered {
    /// Its old name.
    old: String,
    /// Its definition.
    col: Col,
    /// Its field's name.
    field: String,
    /// What NULLs become, where it took them and does not any more.
    fill: Option<String>,
    /// Its own index, if it should have one.
    index: Option<Idx>,
}

/// A column that has another name now.
pub struct Renamed {
    old: String,
    col: Col,
    title: String,
    /// Whether the table has to be made anew for it: keys.
    remake: bool,
    index: Option<Idx>,
}

/// What differs between a table and its model.
#[derive(Default)]
#[allow(missing_docs)]
pub struct Changes {
    pub removed_constraints: Vec<String>,
    pub removed_indexes: Vec<Idx>,
    pub renamed: Vec<Renamed>,
    pub removed: Vec<Col>,
    pub added: Vec<Added>,
    pub altered: Vec<Altered>,
    pub old_together: Vec<Idx>,
    pub new_together: Vec<Idx>,
    pub added_indexes: Vec<Idx>,
    pub added_constraints: Vec<Con>,
}

/// Finds what differs. What only a person knows is asked.
///
/// Errors: those of defaults.
pub fn find(rt: &Rt, pair: &mut Pair, plan: &mut Plan, answers: &Answers) -> Res<Changes> {
    let mut out = Changes::default();
    constraints(pair, &mut out);
    let (mut missing_index, mut lost_index) = (Vec::new(), Vec::new());
    indexes(pair, &mut out, &mut missing_index, &mut lost_index);
    let name = pair.name();
    let own_index = |column: &str| -> Option<Idx> {
        let is = |i: &&Idx| matches!(&i.origin, Some(Origin::Field(c)) if c.eq_ignore_ascii_case(column));
        pair.want.indexes.iter().find(is).cloned()
    };
    let mut new: Vec<(Col, FieldRef)> = Vec::new();
    for col in &pair.want.columns {
        if pair.have.position(&col.def.name).is_none()
            && let Some(field) = state::field_of(&pair.model, &col.def.name)
        {
            new.push((col.clone(), field));
        }
    }
    new.sort_by_key(|(_, field)| field.name().to_string());
    let mut gone: Vec<Col> =
        pair.have.columns.iter().filter(|c| pair.want.position(&c.def.name).is_none()).cloned().collect();
    gone.sort_by_key(|c| c.def.name.clone());
    for (col, field) in new {
        let asked = plan.questions.len();
        let found = renamed(&pair.model.model_name.to_string(), &col, &field, &mut gone, plan, answers);
        let own = field.name().to_string();
        if let Some((old, title)) = found {
            let index = own_index(&col.def.name);
            out.renamed.push(Renamed { old, remake: col.def.references.is_some(), title, index, col });
            continue;
        }
        let generated = field.options().expression.is_some();
        let database = field.options().db_default.clone();
        let value = schema::effective_default(rt, &field)?;
        let mut fill = match &value {
            _ if generated || database.is_some() => None,
            Some(value) => Some(schema::quote_value(rt, value)?),
            None => Some("NULL".to_string()),
        };
        let needed = !field.null() && !field.has_default() && value.is_none() && database.is_none() && !generated;
        // Whether it is new at all has to be known first.
        let is_new = plan.questions.len() == asked;
        if needed && is_new && !field.primary_key() {
            let text = format!(
                "It is impossible to add a non-nullable field '{own}' to {name} without specifying a default. This is \
                 because the database needs something to populate existing rows."
            );
            if let Some(given) = asked_default(rt, pair, &field, text, plan, answers)? {
                fill = Some(given);
            }
        }
        // An expression that is no plain value cannot be what ALTER TABLE fills rows with.
        let expression = col.def.default.as_ref().is_some_and(|d| d.starts_with("( "));
        let simple =
            field.null() && !field.primary_key() && !field.unique() && value.is_none() && !expression && !generated;
        out.added.push(Added { index: own_index(&col.def.name), col, field: own, fill, simple });
    }
    if pair.have.has_rows {
        plan.losses.extend(gone.iter().map(|c| format!("column {} of table {}", c.def.name, pair.have.name)));
    }
    out.removed = gone;
    let mut kept: Vec<(Col, FieldRef)> = Vec::new();
    for col in &pair.want.columns {
        if let Some(field) = state::field_of(&pair.model, &col.def.name) {
            kept.push((col.clone(), field));
        }
    }
    kept.sort_by_key(|(_, field)| field.name().to_string());
    for (col, field) in kept {
        let Some(have) = pair.have.position(&col.def.name).and_then(|at| pair.have.columns.get(at)) else { continue };
        let column = col.def.name.to_lowercase();
        let differs = !state::differences(&have.def, &col.def).is_empty();
        if !differs && !missing_index.contains(&column) && !lost_index.contains(&column) {
            continue;
        }
        let mut fill = None;
        if !have.def.not_null && col.def.not_null && !col.def.primary_key && field.options().expression.is_none() {
            let value = schema::effective_default(rt, &field)?;
            fill = match &value {
                Some(value) => Some(schema::quote_value(rt, value)?),
                None => {
                    let text = format!(
                        "It is impossible to change a nullable field '{0}' on {name} to non-nullable without providing a \
                         default. This is because the database needs something to populate existing rows.",
                        field.name()
                    );
                    asked_default(rt, pair, &field, text, plan, answers)?
                }
            };
        }
        let (old, index) = (have.def.name.clone(), own_index(&col.def.name));
        out.altered.push(Altered { old, field: field.name().to_string(), fill, index, col });
    }
    Ok(out)
}

/// Which column that is gone has a new field's column become? The old name and a title.
fn renamed(
    model: &str,
    col: &Col,
    field: &FieldRef,
    gone: &mut Vec<Col>,
    plan: &mut Plan,
    answers: &Answers,
) -> Option<(String, String)> {
    let own = field.name().to_string();
    let key = col.def.references.is_some();
    let field_name = |column: &str| match column.strip_suffix("_id") {
        Some(short) if key => short.to_string(),
        _ => column.to_string(),
    };
    let mut at = None;
    for (i, old) in gone.iter().enumerate() {
        let mut def = old.def.clone();
        def.name = col.def.name.clone();
        let same_check = def.check.is_some() == col.def.check.is_some();
        let same = state::differences(&def, &col.def).is_empty() && same_check && key == old.def.references.is_some();
        let old_name = field_name(&old.def.name);
        let (from, to) = (format!("{model}.{old_name}"), own.clone());
        let said = answers.renamed(&from, &to);
        // The same field with another db_column.
        if same && (old_name == own || said == Some(true)) {
            at = Some(i);
            break;
        }
        if said == Some(true) {
            at = Some(i);
            break;
        }
        if same && said.is_none() {
            plan.questions.push(Question {
                text: format!("Was {from} renamed to {model}.{own} (a {})?", field.class.name()),
                hint: format!("--rename {from}={own}, or --no-rename"),
                kind: Asked::Rename(from, to),
            });
            return None;
        }
    }
    let old = gone.remove(at?).def.name;
    let old_name = field_name(&old);
    let title = match old_name == own {
        true => format!("Alter field {own} on {model}"),
        false => format!("Rename field {old_name} on {model} to {own}"),
    };
    Some((old, title))
}

/// The literal that a person gave for rows that are there. `None` where it is not needed, or not known yet.
fn asked_default(
    rt: &Rt,
    pair: &Pair,
    field: &FieldRef,
    text: String,
    plan: &mut Plan,
    answers: &Answers,
) -> Res<Option<String>> {
    let name = format!("{}.{}", pair.model.model_name, field.name());
    if let Some(given) = answers.filling(&name) {
        let module = Module::new("__default__");
        for name in ["datetime", "decimal", "uuid"] {
            module.put(name, rt.exec()?.import(rt, name)?);
        }
        module.put("timezone", rt.exec()?.import(rt, "django.utils.timezone")?);
        let mut value = rt.exec()?.evaluate(rt, given, &module, true)?;
        if ops::callable(rt, &value) {
            value = ops::call0(rt, &value)?;
        }
        let value = field.get_db_prep_save(rt, &value)?;
        return schema::quote_value(rt, &value).map(Some);
    }
    if pair.have.has_rows {
        let hint = format!("--default {name}=VALUE");
        plan.questions.push(Question { text, hint, kind: Asked::Default(name) });
    }
    Ok(None)
}

fn constraints(pair: &Pair, out: &mut Changes) {
    for have in &pair.have.constraints {
        let Some(name) = &have.name else { continue };
        let same =
            pair.want.constraints.iter().any(|w| w.name.as_ref() == Some(name) && state::same_constraint(w, have));
        if !same {
            out.removed_constraints.push(name.clone());
        }
    }
    for want in &pair.want.constraints {
        let Some(name) = &want.name else { continue };
        let same =
            pair.have.constraints.iter().any(|h| h.name.as_ref() == Some(name) && state::same_constraint(h, want));
        if !same {
            out.added_constraints.push(want.clone());
        }
    }
}

fn indexes(pair: &mut Pair, out: &mut Changes, missing: &mut Vec<String>, lost: &mut Vec<String>) {
    let mut left: Vec<Idx> = pair.have.indexes.clone();
    for want in &pair.want.indexes {
        let same = |i: &Idx| i.unique == want.unique && i.body == want.body;
        let named = matches!(want.origin, Some(Origin::Index(_) | Origin::Constraint(_)));
        let found = match left.iter().position(|i| i.name == want.name && same(i)) {
            Some(at) => Some(at),
            None if named => None,
            None => left.iter().position(same),
        };
        if let Some(at) = found {
            left.remove(at);
            continue;
        }
        match &want.origin {
            Some(Origin::Field(column)) => missing.push(column.to_lowercase()),
            Some(Origin::UniqueTogether) => out.new_together.push(want.clone()),
            _ => out.added_indexes.push(want.clone()),
        }
    }
    for index in left {
        let column = match &index.names[..] {
            [one] => pair.want.columns.iter().find(|c| c.def.name.eq_ignore_ascii_case(one)),
            _ => None,
        };
        // A column made unique by an index of its own is unique all the same.
        if index.unique
            && let Some(column) = column.filter(|c| c.def.unique || c.def.primary_key)
            && let Some(at) = pair.have.position(&column.def.name)
            && let Some(have) = pair.have.columns.get_mut(at)
        {
            have.def.unique = true;
            continue;
        }
        // What goes with a column that goes is no change of its own.
        let columns: Vec<&String> = index.names.iter().filter(|n| pair.have.position(n).is_some()).collect();
        let goes = columns.iter().any(|n| pair.want.position(n).is_none());
        let automatic = |prefix: &str| index.name.starts_with(prefix);
        if goes && !index.unique {
            continue;
        }
        if let Some(column) = column
            && !index.unique
            && automatic(&format!("{}_{}_", pair.have.name, column.def.name))
        {
            lost.push(column.def.name.to_lowercase());
        } else if index.unique && index.name.ends_with("_uniq") {
            out.old_together.push(index);
        } else {
            out.removed_indexes.push(index);
        }
    }
}

fn is_filled(col: &Col) -> bool {
    col.def.generated.is_none()
}

/// Copies of all columns.
fn fills(columns: &[Col]) -> Vec<(String, Fill)> {
    let names = columns.iter().filter(|c| is_filled(c)).map(|c| c.def.name.clone());
    names.map(|name| (name.clone(), Fill::Column(name))).collect()
}

/// Makes a table anew with the columns that it has: for its constraints.
pub fn copy(editor: &mut Editor, table: &TableState) {
    editor.remake(table, &table.columns, &fills(&table.columns));
}

/// Adds a column.
pub fn add(editor: &mut Editor, pair: &mut Pair, added: &Added) {
    editor.step(format!("Add field {} to {}", added.field, pair.name()));
    let old = pair.have.columns.clone();
    pair.have.columns.push(added.col.clone());
    pair.have.indexes.extend(added.index.clone());
    if added.simple {
        editor.execute(format!("ALTER TABLE {} ADD COLUMN {}", quote_name(&pair.have.name), added.col.sql));
        editor.defer(&pair.have.name, added.index.as_slice());
        return;
    }
    let mut copied = fills(&old);
    if let Some(fill) = &added.fill {
        copied.push((added.col.def.name.clone(), Fill::Expression(fill.clone())));
    }
    editor.remake(&pair.have, &pair.have.columns, &copied);
}

/// Takes a column away.
pub fn remove(editor: &mut Editor, pair: &mut Pair, col: &Col) {
    let def = &col.def;
    let name = match (&def.references, def.name.strip_suffix("_id")) {
        (Some(_), Some(short)) => short,
        _ => &def.name,
    };
    editor.step(format!("Remove field {name} from {}", pair.name()));
    let uses = |i: &Idx| i.names.contains(&def.name.to_lowercase());
    let indexed = pair.have.indexes.iter().any(uses);
    let Some(at) = pair.have.position(&def.name) else { return };
    pair.have.columns.remove(at);
    pair.have.indexes.retain(|i| !uses(i));
    if def.primary_key || def.unique || indexed || def.references.is_some() {
        editor.remake(&pair.have, &pair.have.columns, &fills(&pair.have.columns));
    } else {
        editor.execute(format!("ALTER TABLE {} DROP COLUMN {}", quote_name(&pair.have.name), quote_name(&def.name)));
    }
}

/// Puts a new definition at the old one's place. Django's table has it last, its state of the models does not.
fn replace(pair: &mut Pair, old: &str, col: &Col, index: &Option<Idx>, fill: Fill) -> (Vec<Col>, Vec<(String, Fill)>) {
    let own = |i: &Idx| {
        i.names == [old.to_lowercase()] && !i.unique && i.name.starts_with(&format!("{}_{old}_", pair.have.name))
    };
    pair.have.indexes.retain(|i| !own(i));
    pair.have.indexes.extend(index.clone());
    let mut columns: Vec<Col> =
        pair.have.columns.iter().filter(|c| !c.def.name.eq_ignore_ascii_case(old)).cloned().collect();
    let mut copied = fills(&columns);
    columns.push(col.clone());
    if is_filled(col) {
        copied.push((col.def.name.clone(), fill));
    }
    if let Some(at) = pair.have.position(old)
        && let Some(place) = pair.have.columns.get_mut(at)
    {
        *place = col.clone();
    }
    (columns, copied)
}

/// Changes a column's definition.
pub fn alter(editor: &mut Editor, pair: &mut Pair, altered: &Altered) {
    editor.step(format!("Alter field {} on {}", altered.field, pair.name()));
    let fill = match &altered.fill {
        Some(value) => Fill::Expression(format!("coalesce({}, {value})", quote_name(&altered.old))),
        None => Fill::Column(altered.old.clone()),
    };
    let (columns, copied) = replace(pair, &altered.old, &altered.col, &altered.index, fill);
    editor.remake(&pair.have, &columns, &copied);
}

/// Gives a column another name.
pub fn rename(editor: &mut Editor, pair: &mut Pair, renamed: &Renamed) {
    editor.step(renamed.title.clone());
    if renamed.remake {
        let fill = Fill::Column(renamed.old.clone());
        let (columns, copied) = replace(pair, &renamed.old, &renamed.col, &renamed.index, fill);
        editor.remake(&pair.have, &columns, &copied);
        return;
    }
    let (old, new) = (quote_name(&renamed.old), quote_name(&renamed.col.def.name));
    editor.execute(format!("ALTER TABLE {} RENAME COLUMN {old} TO {new}", quote_name(&pair.have.name)));
    if let Some(at) = pair.have.position(&renamed.old)
        && let Some(place) = pair.have.columns.get_mut(at)
    {
        *place = renamed.col.clone();
    }
    for index in &mut pair.have.indexes {
        index.sql = index.sql.replace(&old, &new);
        let lower = renamed.old.to_lowercase();
        for name in index.names.iter_mut().filter(|n| **n == lower) {
            *name = renamed.col.def.name.to_lowercase();
        }
    }
}
