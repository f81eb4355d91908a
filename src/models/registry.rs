//! The registry of models: `django.apps.apps`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::options::{Model, ModelRef};
use crate::object::{Exc, Res, Rt, Value};
use crate::source::Name;

/// One app.
pub struct AppConfig {
    /// `label`.
    pub label: Rc<str>,
    /// `name`: the app's dotted module.
    pub name: Rc<str>,
    /// `verbose_name`.
    pub verbose_name: Rc<str>,
    /// Models by lower-case name, in the order they were made.
    pub models: RefCell<IndexMap<Name, ModelRef, FxBuildHasher>>,
}

/// Run with a model once that is registered.
pub type Pending = Box<dyn FnOnce(&Rt, ModelRef) -> Res<()>>;

/// All models of the session.
#[derive(Default)]
pub struct Apps {
    /// By label, in the order they were first seen.
    pub configs: RefCell<IndexMap<Rc<str>, Rc<AppConfig>, FxBuildHasher>>,
    /// What waits for a model, by `(app label, lower-case model name)`.
    pub pending: RefCell<IndexMap<(Rc<str>, Name), Vec<Pending>, FxBuildHasher>>,
    /// Counts registrations: what was worked out under another count is stale.
    pub generation: Cell<u64>,
}

impl Apps {
    /// The registry of a runtime.
    pub fn of(rt: &Rt) -> Rc<Apps> {
        rt.state::<Apps>()
    }

    /// A model by app label and name in any case.
    pub fn find(&self, app_label: &str, name: &str) -> Option<ModelRef> {
        let config = self.configs.borrow().get(app_label).cloned()?;
        let name = Name::existing(&name.to_lowercase())?;
        config.models.borrow().get(&name).cloned()
    }

    /// `apps.get_model(app_label, model_name)`. LookupError as Django words it.
    pub fn get_model(&self, app_label: &str, name: &str) -> Res<ModelRef> {
        if !self.configs.borrow().contains_key(app_label) {
            return Err(Exc::LookupError.new(format!("No installed app with label '{app_label}'.")));
        }
        self.find(app_label, name)
            .ok_or_else(|| Exc::LookupError.new(format!("App '{app_label}' doesn't have a '{name}' model.")))
    }

    /// `apps.get_models()`: app by app; those made by many-to-many fields only where `auto_created`.
    pub fn models(&self, auto_created: bool) -> Vec<ModelRef> {
        let mut out = Vec::new();
        for config in self.configs.borrow().values() {
            for model in config.models.borrow().values() {
                if auto_created || model.auto_created.borrow().is_none() {
                    out.push(model.clone());
                }
            }
        }
        out
    }

    /// The models of one app.
    pub fn models_of(&self, app_label: &str) -> Vec<ModelRef> {
        let config = self.configs.borrow().get(app_label).cloned();
        config.map(|c| c.models.borrow().values().cloned().collect()).unwrap_or_default()
    }

    /// Runs something with a model now, or once it is registered.
    pub fn when_ready(&self, rt: &Rt, app_label: &str, name: &str, run: Pending) -> Res<()> {
        match self.find(app_label, name) {
            Some(model) => run(rt, model),
            None => {
                let key = (Rc::from(app_label), Name::new(&name.to_lowercase()));
                self.pending.borrow_mut().entry(key).or_default().push(run);
                Ok(())
            }
        }
    }

    /// The app with a label, made where it is new.
    pub fn config(&self, label: &str) -> Rc<AppConfig> {
        let mut configs = self.configs.borrow_mut();
        let new = || {
            let mut title = String::new();
            for (i, c) in label.chars().enumerate() {
                title.extend(if i == 0 { c.to_uppercase().collect::<Vec<_>>() } else { vec![c] });
            }
            Rc::new(AppConfig {
                label: label.into(),
                name: label.into(),
                verbose_name: title.into(),
                models: RefCell::default(),
            })
        };
        configs.entry(label.into()).or_insert_with(new).clone()
    }

    /// Registers a model and runs what waited for it. A model of the same name takes the old one's place (typed again at
    /// the prompt).
    pub fn register(&self, rt: &Rt, model: &ModelRef) -> Res<()> {
        let config = self.config(&model.app_label);
        config.models.borrow_mut().insert(model.model_name, model.clone());
        self.expire();
        let waiting = self.pending.borrow_mut().shift_remove(&(model.app_label.clone(), model.model_name));
        for run in waiting.into_iter().flatten() {
            run(rt, model.clone())?;
        }
        Ok(())
    }

    /// Forgets all that was worked out from relations.
    pub fn expire(&self) {
        self.generation.set(self.generation.get() + 1);
        for config in self.configs.borrow().values() {
            config.models.borrow().values().for_each(|m| Model::expire(m));
        }
    }

    /// The class of a model by app label and name, as a value.
    pub fn class(&self, app_label: &str, name: &str) -> Option<Value> {
        self.find(app_label, name).map(|m| m.class_value())
    }
}
