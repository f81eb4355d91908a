//! Django's modules, assembled from the rows of the layers that own their contents.

use std::rc::Rc;

use super::{descriptors, errors, instance, manager, prefetch, queryset, signals, transaction, utils};
use crate::models::modules::run;
use crate::models::{Apps, Hooks, ModelRef};
use crate::object::{Exc, Module, Res, Row, Rt, Value, ops};
use crate::source::Name;

mod apps;
pub mod db;
mod models;
pub mod serializers;
mod shortcuts;
pub mod validators;

/// Puts the ORM into a runtime: fills the hooks of models and queries, registers Django's modules. Called once.
pub fn install(rt: &Rt) {
    errors::install(rt);
    super::constraints::install(rt);
    crate::models::modules::install(rt);
    let hooks = Hooks::of(rt);
    hooks.model_rows.set(instance::ROWS);
    hooks.descriptor.set(Some(descriptors::column));
    hooks.forward.set(Some(descriptors::forward));
    hooks.reverse.set(Some(descriptors::reverse));
    hooks.new_manager.set(Some(manager::new_plain));
    hooks.copy_manager.set(Some(manager::copy_for));
    hooks.accessors.set(Some(instance::accessors::install));
    hooks.prepared.set(Some(prepared));
    hooks.on_delete.set(Some(super::deletion::run));
    crate::sql::expressions::install(rt);
    crate::sql::lookups::install(rt);
    crate::sql::ddl::install(rt);
    queryset::install_hooks(rt);
    utils::text::install(rt);
    utils::functional::install(rt);
    utils::timezone::install(rt);
    apps::install(rt);
    shortcuts::install(rt);
    serializers::install(rt);
    validators::install(rt);
    models::install(rt);
    db::install(rt);
    rt.add_module("django.core.exceptions", exceptions);
    rt.add_module("django.db.transaction", transaction::build);
    rt.add_module("django.dispatch", |rt, m| {
        m.add_rows(signals::DISPATCH_ROWS);
        m.put("Signal", Value::Class(rt.class::<signals::Signal>()));
        Ok(())
    });
    rt.add_module("django.dispatch.dispatcher", |rt, m| {
        m.add_rows(signals::DISPATCH_ROWS);
        m.put("Signal", Value::Class(rt.class::<signals::Signal>()));
        Ok(())
    });
    rt.add_module("django.core.paginator", |rt, m| run(rt, m, include_str!("../python/paginator.py")));
    for name in ["django.db.models.signals", "django.db.backends.signals", "django.core.signals"] {
        rt.add_module(name, signal_names);
    }
}

/// The setting that has taken a swappable model's place, where one has.
pub fn swapped(rt: &Rt, model: &ModelRef) -> Option<String> {
    let setting = model.swappable.borrow().clone()?;
    let value = crate::models::settings::Settings::of(rt).lookup(&setting)?;
    let text = value.as_str()?.to_string();
    if text.eq_ignore_ascii_case(&model.label()) { None } else { Some(text) }
}

fn prepared(rt: &Rt, model: &ModelRef) -> Res<()> {
    signals::send(rt, &signals::Signals::of(rt).class_prepared, &model.class_value(), &[])
}

fn signal_names(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let s = signals::Signals::of(rt);
    for (name, value) in [
        ("pre_init", &s.pre_init),
        ("post_init", &s.post_init),
        ("pre_save", &s.pre_save),
        ("post_save", &s.post_save),
        ("pre_delete", &s.pre_delete),
        ("post_delete", &s.post_delete),
        ("m2m_changed", &s.m2m_changed),
        ("class_prepared", &s.class_prepared),
        ("pre_migrate", &s.pre_migrate),
        ("post_migrate", &s.post_migrate),
        ("connection_created", &s.connection_created),
        ("setting_changed", &s.connection_created),
        ("request_started", &s.connection_created),
        ("request_finished", &s.connection_created),
    ] {
        m.put(name, value.clone());
    }
    Ok(())
}

fn exceptions(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    for kind in Exc::ALL {
        if kind.module() == "django.core.exceptions" {
            m.put(kind.name(), Value::Class(rt.exc_class(*kind).clone()));
        }
    }
    m.put("NON_FIELD_ERRORS", Value::str(errors::NON_FIELD_ERRORS));
    Ok(())
}

/// Copies names of another module: what `from x import *` does.
fn copy_from(rt: &Rt, m: &Rc<Module>, from: &str, names: &[&str]) -> Res<()> {
    let other = rt.exec()?.import(rt, from)?;
    for name in names {
        if let Some(value) = ops::get_attr_opt(rt, &other, Name::new(name))? {
            m.put(name, value);
        }
    }
    Ok(())
}

/// A module object of some rows, for attributes that are modules.
fn namespace(rt: &Rt, name: &str, rows: &'static [Row]) -> Value {
    let module = Module::new(name);
    module.add_rows(rows);
    rt.module_object(module)
}

/// The model registry's models, for callers above.
pub fn all_models(rt: &Rt) -> Vec<ModelRef> {
    Apps::of(rt).models(false)
}

/// The `Prefetch` class.
pub fn prefetch_class(rt: &Rt) -> Value {
    Value::Class(rt.class::<prefetch::Prefetch>())
}
