//! Tables and rows of the apps that are always there: content types and permissions, as `migrate` leaves them.

use std::cell::Cell;

use super::schema;
use super::{Apps, ModelRef};
use crate::db::{Db, error};
use crate::object::{Res, Rt};

/// What was made, and what is still to be filled.
#[derive(Default)]
struct State {
    loaded: Cell<bool>,
    types: Cell<bool>,
    permissions: Cell<bool>,
}

/// Adds a content type that is not there. `INSERT OR IGNORE` would use up a key for one that is.
const TYPE: &str = "INSERT INTO django_content_type (app_label, model) SELECT ?1, ?2 \
                    WHERE NOT EXISTS (SELECT 1 FROM django_content_type WHERE app_label = ?1 AND model = ?2)";

/// Makes the tables of an app that was just imported, where the database is open.
///
/// Errors: SQLite's.
pub fn imported(rt: &Rt, label: &str) -> Res<()> {
    let db = Db::of(rt);
    if !db.is_open() || db.read_only.get() {
        return Ok(());
    }
    let made = schema::make_tables(rt, &Apps::of(rt).models_of(label))?;
    note(rt, &made);
    if rt.state::<State>().loaded.get() { fill(rt) } else { Ok(()) }
}

/// Remembers which of the tables were made now.
pub fn note(rt: &Rt, made: &[String]) {
    let state = rt.state::<State>();
    if made.iter().any(|t| t == "django_content_type") {
        state.types.set(true);
    }
    if made.iter().any(|t| t == "auth_permission") {
        state.permissions.set(true);
    }
}

/// Fills tables that were made: a content type for each model, its permissions. From now on models are loaded.
///
/// Errors: SQLite's.
pub fn fill(rt: &Rt) -> Res<()> {
    let state = rt.state::<State>();
    state.loaded.set(true);
    let (types, permissions) = (state.types.replace(false), state.permissions.replace(false));
    if !types && !permissions {
        return Ok(());
    }
    let conn = Db::of(rt).raw(rt)?;
    let apps = Apps::of(rt);
    let labels: Vec<_> = apps.configs.borrow().keys().cloned().collect();
    let mut rows: Vec<(String, String, String, Option<ModelRef>)> = Vec::new();
    // One of auth's migrations asks for the types of proxies, and of what they stand for, before all others.
    let mut early: Vec<ModelRef> = Vec::new();
    for label in &labels {
        for proxy in apps.models_of(label).into_iter().filter(|m| m.proxy.get()) {
            for model in [proxy.concrete_model(), proxy] {
                if !early.iter().any(|m| std::rc::Rc::ptr_eq(m, &model)) {
                    early.push(model);
                }
            }
        }
    }
    for (label, name, verbose) in [
        ("contenttypes", "contenttype", "content type"),
        ("auth", "permission", "permission"),
        ("auth", "group", "group"),
        ("auth", "user", "user"),
    ] {
        rows.push((label.into(), name.into(), verbose.into(), None));
    }
    for label in labels.iter().filter(|l| !matches!(&***l, "contenttypes" | "auth")) {
        for model in apps.models_of(label).into_iter().filter(|m| m.auto_created.borrow().is_none()) {
            let verbose = model.verbose_name_text(rt)?.to_string();
            rows.push((label.to_string(), model.model_name.to_string(), verbose, Some(model)));
        }
    }
    let insert = || -> rusqlite::Result<()> {
        for model in &early {
            conn.execute(TYPE, [&*model.app_label, &*model.model_name.text()])?;
        }
        for (label, name, verbose, model) in &rows {
            conn.execute(TYPE, [label, name])?;
            if !permissions {
                continue;
            }
            let id: i64 = conn.query_row(
                "SELECT id FROM django_content_type WHERE app_label = ? AND model = ?",
                [label, name],
                |row| row.get(0),
            )?;
            let mut pairs: Vec<(String, String)> = Vec::new();
            let defaults: Vec<String> = match model {
                Some(m) => {
                    m.default_permissions.borrow().iter().filter_map(|v| Some(v.as_str()?.to_string())).collect()
                }
                None => ["add", "change", "delete", "view"].map(String::from).to_vec(),
            };
            for action in defaults {
                pairs.push((format!("{action}_{name}"), format!("Can {action} {verbose}")));
            }
            for item in model.iter().flat_map(|m| m.permissions.borrow().clone()) {
                let parts = item.as_tuple().map(|t| t.to_vec()).or_else(|| item.as_list().map(|l| l.to_vec()));
                if let Some([code, text]) = parts.as_deref()
                    && let (Some(code), Some(text)) = (code.as_str(), text.as_str())
                {
                    pairs.push((code.to_string(), text.to_string()));
                }
            }
            for (code, text) in pairs {
                conn.execute(
                    "INSERT OR IGNORE INTO auth_permission (name, content_type_id, codename) VALUES (?, ?, ?)",
                    rusqlite::params![text, id, code],
                )?;
            }
        }
        Ok(())
    };
    insert().map_err(error::raise)
}
