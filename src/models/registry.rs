//! The registry of models: `django.apps.apps`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::field::FieldRef;
use super::options::{Model, ModelRef, Parents};
use crate::object::{Args, Exc, Instance, NativeType, Object, Res, Row, Rt, Value};
use crate::source::Name;

/// One app.
pub struct AppConfig {
    /// `label`.
    pub label: Rc<str>,
    /// `name`: the app's dotted module.
    pub name: Rc<str>,
    /// `verbose_name`.
    pub verbose_name: Rc<str>,
    /// The AppConfig object.
    pub object: RefCell<Option<Value>>,
    /// Models by lower-case name, in the order they were made.
    pub models: RefCell<IndexMap<Name, ModelRef, FxBuildHasher>>,
}

/// Run with a model once that is registered.
pub type Pending = Box<dyn FnOnce(&Rt, ModelRef) -> Res<()>>;

/// The relation fields that point to a model, by the model's address.
type RelationTree = rustc_hash::FxHashMap<*const Model, Rc<[FieldRef]>>;

/// All models of the session.
#[derive(Default)]
pub struct Apps {
    /// By label, in the order they were first seen.
    pub configs: RefCell<IndexMap<Rc<str>, Rc<AppConfig>, FxBuildHasher>>,
    /// What waits for a model, by `(app label, lower-case model name)`.
    pub pending: RefCell<IndexMap<(Rc<str>, Name), Vec<Pending>, FxBuildHasher>>,
    /// Which fields point to a concrete model, worked out for all models at once.
    tree: RefCell<Option<RelationTree>>,
    /// The app of models typed at the prompt.
    pub prompt: RefCell<Option<Rc<str>>>,
    object: RefCell<Option<Value>>,
    /// Counts registrations: what was worked out under another count is stale.
    pub generation: Cell<u64>,
}

/// Django's own apps in the order of a new project's INSTALLED_APPS.
const INSTALLED: &[&str] = &["contenttypes", "auth", "sites"];

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
            let mut before = ' ';
            for c in label.chars() {
                // As str.title(): a letter after anything but a letter.
                title.extend(if before.is_alphabetic() {
                    c.to_lowercase().collect::<Vec<_>>()
                } else {
                    c.to_uppercase().collect()
                });
                before = c;
            }
            Rc::new(AppConfig {
                label: label.into(),
                name: label.into(),
                verbose_name: title.into(),
                object: RefCell::default(),
                models: RefCell::default(),
            })
        };
        configs.entry(label.into()).or_insert_with(new).clone()
    }

    /// An app of Django's own with a label, made with a name and a title where it is new. It stands before the session's
    /// apps, as it does in the INSTALLED_APPS that projects have.
    pub fn config_named(&self, label: &str, name: &str, verbose_name: &str) -> Rc<AppConfig> {
        let new = || {
            Rc::new(AppConfig {
                label: label.into(),
                name: name.into(),
                verbose_name: verbose_name.into(),
                object: RefCell::default(),
                models: RefCell::default(),
            })
        };
        let mut configs = self.configs.borrow_mut();
        if let Some(found) = configs.get(label) {
            return found.clone();
        }
        let rank = |label: &str| INSTALLED.iter().position(|l| *l == label).unwrap_or(INSTALLED.len());
        let at = configs.keys().take_while(|other| rank(other) < rank(label)).count();
        let made = new();
        configs.shift_insert(at, label.into(), made.clone());
        made
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
            self.expire();
        }
        Ok(())
    }

    /// `_relation_tree`: the forward relation fields of all models that point to a concrete model.
    pub fn relation_tree(&self, concrete: &ModelRef) -> Rc<[FieldRef]> {
        let key = Rc::as_ptr(concrete);
        if let Some(tree) = &*self.tree.borrow() {
            return tree.get(&key).cloned().unwrap_or_else(|| Rc::from(Vec::new()));
        }
        let mut lists: rustc_hash::FxHashMap<*const Model, Vec<FieldRef>> = Default::default();
        for model in self.models(true) {
            for field in model.forward_fields(Parents::None, true) {
                if field.is_relation()
                    && let Some(target) = field.related_model()
                {
                    lists.entry(Rc::as_ptr(&target.concrete_model())).or_default().push(field);
                }
            }
        }
        let tree: RelationTree = lists.into_iter().map(|(k, v)| (k, Rc::from(v))).collect();
        let found = tree.get(&key).cloned().unwrap_or_else(|| Rc::from(Vec::new()));
        *self.tree.borrow_mut() = Some(tree);
        found
    }

    /// Forgets all that was worked out from relations.
    pub fn expire(&self) {
        *self.tree.borrow_mut() = None;
        self.generation.set(self.generation.get() + 1);
        for config in self.configs.borrow().values() {
            config.models.borrow().values().for_each(|m| Model::expire(m));
        }
    }

    /// The app label of a model typed at the prompt.
    pub fn prompt_label(&self) -> Rc<str> {
        match &*self.prompt.borrow() {
            Some(label) => label.clone(),
            None => "main".into(),
        }
    }

    /// The AppConfig object of a label.
    pub fn config_object(&self, rt: &Rt, label: &str) -> Value {
        let config = self.configs.borrow().get(label).cloned();
        match config {
            Some(config) => {
                let known = config.object.borrow().clone();
                known.unwrap_or_else(|| {
                    let made = rt.object(ConfigObject(config.clone()));
                    *config.object.borrow_mut() = Some(made.clone());
                    made
                })
            }
            None => Value::None,
        }
    }

    /// The class of a model by app label and name, as a value.
    pub fn class(&self, app_label: &str, name: &str) -> Option<Value> {
        self.find(app_label, name).map(|m| m.class_value())
    }
}

/// The payload of an AppConfig.
pub struct ConfigObject(pub Rc<AppConfig>);

impl NativeType for ConfigObject {
    const NAME: &'static str = "AppConfig";
    const MODULE: &'static str = "django.apps.config";
    const ROWS: &'static [&'static [Row]] = &[CONFIG_ROWS];
}

impl Object for ConfigObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(Some(match &*name.text() {
            "label" => Value::str(&self.0.label),
            "name" => Value::str(&self.0.name),
            "verbose_name" => Value::str(&self.0.verbose_name),
            "default_auto_field" => super::settings::Settings::of(rt).lookup("DEFAULT_AUTO_FIELD").unwrap_or_default(),
            "models" => {
                let dict = crate::object::Dict::new();
                for (name, model) in self.0.models.borrow().iter() {
                    dict.set_str(rt, &name.text(), model.class_value());
                }
                Value::Dict(dict)
            }
            "apps" => object(rt),
            _ => return Ok(None),
        }))
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        ["label", "name", "verbose_name", "models", "apps"].map(Name::new).to_vec()
    }
}

fn config(a: &Args) -> Res<Rc<AppConfig>> {
    Ok(a.native::<ConfigObject>(0)?.0.clone())
}

const CONFIG_ROWS: &[Row] = &[
    Row::method("__repr__", "(self)", "`<AppConfig: label>`.", |_, a| {
        Ok(Value::from(format!("<AppConfig: {}>", config(a)?.label)))
    }),
    Row::method("get_model", "(self, model_name, require_ready=True)", "A model of the app.", |rt, a| {
        let label = config(a)?.label.clone();
        Ok(Apps::of(rt).get_model(&label, a.str(1)?)?.class_value())
    }),
    Row::method(
        "get_models",
        "(self, include_auto_created=False, include_swapped=False)",
        "The models of the app.",
        |rt, a| {
            let all = a.flag(rt, 1, false)?;
            let models = config(a)?.models.borrow().values().cloned().collect::<Vec<_>>();
            let kept = models.iter().filter(|m| all || m.auto_created.borrow().is_none());
            Ok(Value::list(kept.map(|m| m.class_value()).collect()))
        },
    ),
];

/// The payload of `django.apps.apps`.
pub struct AppsObject;

impl NativeType for AppsObject {
    const NAME: &'static str = "Apps";
    const MODULE: &'static str = "django.apps.registry";
    const ROWS: &'static [&'static [Row]] = &[APPS_ROWS];
}

impl Object for AppsObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let apps = Apps::of(rt);
        Ok(Some(match &*name.text() {
            "ready" | "apps_ready" | "models_ready" => Value::Bool(true),
            "all_models" => {
                let dict = crate::object::Dict::new();
                let labels: Vec<Rc<str>> = apps.configs.borrow().keys().cloned().collect();
                for label in labels {
                    let inner = crate::object::Dict::new();
                    for model in apps.models_of(&label) {
                        inner.set_str(rt, &model.model_name.text(), model.class_value());
                    }
                    dict.set_str(rt, &label, Value::Dict(inner));
                }
                Value::Dict(dict)
            }
            "app_configs" => {
                let dict = crate::object::Dict::new();
                let labels: Vec<Rc<str>> = apps.configs.borrow().keys().cloned().collect();
                for label in labels {
                    dict.set_str(rt, &label, apps.config_object(rt, &label));
                }
                Value::Dict(dict)
            }
            _ => return Ok(None),
        }))
    }
}

/// `django.apps.apps`.
pub fn object(rt: &Rt) -> Value {
    let apps = Apps::of(rt);
    let known = apps.object.borrow().clone();
    known.unwrap_or_else(|| {
        let made = rt.object(AppsObject);
        *apps.object.borrow_mut() = Some(made.clone());
        made
    })
}

const APPS_ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, installed_apps=())", "A registry.", |rt, _| Ok(rt.object(AppsObject))),
    Row::method("__init__", "(self, installed_apps=())", "Nothing to do.", |_, _| Ok(Value::None)),
    Row::method(
        "get_model",
        "(self, app_label, model_name=None, require_ready=True)",
        "A model by app label and name.",
        |rt, a| {
            let label = a.str(1)?.to_string();
            let apps = Apps::of(rt);
            let (label, name) = match a.some(2).and_then(|v| v.as_str().cloned()) {
                Some(name) => (label, name.to_string()),
                None => match label.split_once('.') {
                    Some((l, n)) if !n.contains('.') => (l.to_string(), n.to_string()),
                    _ => {
                        let message = if label.contains('.') {
                            "too many values to unpack (expected 2)"
                        } else {
                            "not enough values to unpack (expected 2, got 1)"
                        };
                        return Err(Exc::ValueError.new(message));
                    }
                },
            };
            Ok(apps.get_model(&label, &name)?.class_value())
        },
    ),
    Row::method("get_models", "(self, include_auto_created=False, include_swapped=False)", "All models.", |rt, a| {
        let all = a.flag(rt, 1, false)?;
        Ok(Value::list(Apps::of(rt).models(all).iter().map(|m| m.class_value()).collect()))
    }),
    Row::method("get_app_config", "(self, app_label)", "An app by label.", |rt, a| {
        let label = a.str(1)?;
        match Apps::of(rt).config_object(rt, label) {
            Value::None => Err(Exc::LookupError.new(format!("No installed app with label '{label}'."))),
            found => Ok(found),
        }
    }),
    Row::method("get_app_configs", "(self)", "All apps.", |rt, _| {
        let apps = Apps::of(rt);
        let labels: Vec<Rc<str>> = apps.configs.borrow().keys().cloned().collect();
        Ok(Value::list(labels.iter().map(|l| apps.config_object(rt, l)).collect()))
    }),
    Row::method("get_registered_model", "(self, app_label, model_name)", "A model by app label and name.", |rt, a| {
        let (label, name) = (a.str(1)?, a.str(2)?);
        match Apps::of(rt).find(label, name) {
            Some(model) => Ok(model.class_value()),
            None => Err(Exc::LookupError.new(format!("Model '{label}.{name}' not registered."))),
        }
    }),
    Row::method("is_installed", "(self, app_name)", "Whether an app is there.", |rt, a| {
        let name = a.str(1)?;
        let label = name.rsplit('.').next().unwrap_or(name);
        Ok(Value::Bool(Apps::of(rt).configs.borrow().contains_key(label)))
    }),
    Row::method("clear_cache", "(self)", "Forgets what was worked out.", |rt, _| {
        Apps::of(rt).expire();
        Ok(Value::None)
    }),
    Row::method("check_apps_ready", "(self)", "They are.", |_, _| Ok(Value::None)),
    Row::method("check_models_ready", "(self)", "They are.", |_, _| Ok(Value::None)),
];
