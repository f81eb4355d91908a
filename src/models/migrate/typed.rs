//! Models that are typed into a session: their tables are made, or altered, as soon as the class is there.

use std::cell::{Cell, RefCell};

use super::{Answers, plan, run};
use crate::db::Db;
use crate::models::relations::RelationKind;
use crate::models::{ModelRef, schema};
use crate::object::{Exc, Res, Rt};

/// Whether tables are made, the models that wait for others, and what there is to say.
#[derive(Default)]
struct State {
    on: Cell<bool>,
    waiting: RefCell<Vec<ModelRef>>,
    notes: RefCell<Vec<String>>,
}

/// From now on, models of the session's own module get their tables.
pub fn start(rt: &Rt) {
    rt.state::<State>().on.set(true);
}

/// What was made or altered since the last time, a sentence each.
pub fn notes(rt: &Rt) -> Vec<String> {
    rt.state::<State>().notes.take()
}

/// A model class is complete: makes its table, and those that waited for it.
///
/// Errors: KeyboardInterrupt alone; whatever else goes wrong is told as a note, as the class itself is fine.
pub fn prepared(rt: &Rt, model: &ModelRef) -> Res<()> {
    let state = rt.state::<State>();
    let own = || model.class_value().as_class().is_some_and(|c| &*c.module.borrow().clone() == "__main__");
    if !state.on.get() || Db::of(rt).read_only.get() || model.auto_created.borrow().is_some() || !own() {
        return Ok(());
    }
    let mut waiting = state.waiting.take();
    waiting.retain(|m| m.label_lower() != model.label_lower());
    waiting.push(model.clone());
    for model in waiting {
        if !is_ready(&model) {
            state.waiting.borrow_mut().push(model);
            continue;
        }
        match tables(rt, &model) {
            Ok(note) => state.notes.borrow_mut().extend(note),
            Err(error) if error.is(Exc::KeyboardInterrupt) => return Err(error),
            Err(error) => {
                let exception = rt.exception(error);
                let text = crate::object::ops::str(rt, &crate::object::Value::Obj(exception))?;
                state.notes.borrow_mut().push(format!("{}: no table was made: {text}", model.object_name));
            }
        }
    }
    Ok(())
}

/// Whether every model that it refers to is there.
fn is_ready(model: &ModelRef) -> bool {
    let keys = model.local_fields.borrow();
    let links = model.local_many_to_many.borrow();
    let own = keys.iter().filter(|f| {
        matches!(
            f.relation_kind(),
            Some(RelationKind::ForeignKey | RelationKind::OneToOne | RelationKind::ForeignObject)
        )
    });
    own.chain(links.iter()).all(|f| f.related_model().is_some()) && links.iter().all(|f| f.through().is_some())
}

fn tables(rt: &Rt, model: &ModelRef) -> Res<Option<String>> {
    let name = &model.object_name;
    let models = std::slice::from_ref(model);
    let table = model.db_table.borrow().trim_matches('"').to_string();
    let there = schema::existing_tables(rt)?.iter().any(|t| t.eq_ignore_ascii_case(&table));
    if !there {
        let made = schema::make_tables(rt, models)?;
        let plural = if made.len() == 1 { "table" } else { "tables" };
        return Ok((!made.is_empty()).then(|| format!("{name}: made the {plural} {}", made.join(", "))));
    }
    let plan = plan(rt, models, &Answers { no_renames: true, ..Answers::default() })?;
    if plan.steps.is_empty() {
        return Ok(None);
    }
    let titles: Vec<&str> = plan.steps.iter().map(|s| s.title.as_str()).collect();
    let titles = titles.join(", ");
    let raw = Db::of(rt).raw(rt)?;
    let why = match (plan.losses.first(), plan.questions.first()) {
        (Some(loss), _) => Some(format!("{loss} would be lost")),
        (None, Some(question)) => Some(question.text.clone()),
        (None, None) if !raw.is_autocommit() => Some("a transaction is open".into()),
        (None, None) => None,
    };
    if let Some(why) = why {
        return Ok(Some(format!("{name}: the table {table} stays as it is ({titles}): {why}. Type %migrate")));
    }
    run(rt, &plan)?;
    Ok(Some(format!("{name}: altered the table {table}: {titles}")))
}
