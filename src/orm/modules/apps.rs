//! `django.apps`.

use std::rc::Rc;

use crate::models::Apps;
use crate::object::{Args, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// `django.apps.apps`.
struct Registry;

impl Object for Registry {}

fn get_model(rt: &Rt, a: &mut Args) -> Res<Value> {
    let label = ops::str(rt, a.get(1))?;
    let (app, name) = match a.some(2) {
        Some(name) => (label.to_string(), ops::str(rt, name)?.to_string()),
        None => match label.split_once('.') {
            Some((app, name)) => (app.to_string(), name.to_string()),
            None => {
                return Err(Exc::ValueError.new("not enough values to unpack (expected 2, got 1)"));
            }
        },
    };
    Ok(Apps::of(rt).get_model(&app, &name)?.class_value())
}

impl NativeType for Registry {
    const NAME: &'static str = "Apps";
    const MODULE: &'static str = "django.apps.registry";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method(
            "get_model",
            "(self, app_label, model_name=None, require_ready=True)",
            "A model by name.",
            get_model,
        ),
        Row::method(
            "get_models",
            "(self, include_auto_created=False, include_swapped=False)",
            "All models.",
            |rt, a| {
                let auto = a.flag(rt, 1, false)?;
                Ok(Value::list(Apps::of(rt).models(auto).iter().map(|m| m.class_value()).collect()))
            },
        ),
        Row::method("get_app_config", "(self, app_label)", "An app.", |rt, a| {
            let label = ops::str(rt, a.get(1))?;
            if !Apps::of(rt).configs.borrow().contains_key(label.as_str()) {
                return Err(Exc::LookupError.new(format!("No installed app with label '{label}'.")));
            }
            Ok(rt.object(Config(Rc::from(label.as_str()))))
        }),
        Row::method("get_app_configs", "(self)", "All apps.", |rt, _| {
            let labels: Vec<Rc<str>> = Apps::of(rt).configs.borrow().keys().cloned().collect();
            Ok(Value::list(labels.into_iter().map(|l| rt.object(Config(l))).collect()))
        }),
        Row::method("is_installed", "(self, app_name)", "Whether an app is there.", |rt, a| {
            let name = ops::str(rt, a.get(1))?;
            let label = name.rsplit('.').next().unwrap_or("");
            Ok(Value::Bool(Apps::of(rt).configs.borrow().contains_key(label)))
        }),
        Row::getter("ready", "Always.", |_, _| Ok(Value::Bool(true))),
        Row::getter("models_ready", "Always.", |_, _| Ok(Value::Bool(true))),
        Row::getter("apps_ready", "Always.", |_, _| Ok(Value::Bool(true))),
        Row::method("clear_cache", "(self)", "Forgets what was worked out.", |rt, _| {
            Apps::of(rt).expire();
            Ok(Value::None)
        }),
    ]];
}

/// An app's configuration.
struct Config(Rc<str>);

impl Object for Config {
    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let config = Apps::of(rt).config(&self.0);
        Ok(match &*name.text() {
            "label" => Some(Value::str(&*config.label)),
            "name" => Some(Value::str(&*config.name)),
            "verbose_name" => Some(Value::str(&*config.verbose_name)),
            _ => None,
        })
    }
}

impl NativeType for Config {
    const NAME: &'static str = "AppConfig";
    const MODULE: &'static str = "django.apps.config";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self)", "<AppConfig: label>", |_, a| {
            Ok(Value::from(format!("<AppConfig: {}>", a.native::<Config>(0)?.0)))
        }),
        Row::method(
            "get_models",
            "(self, include_auto_created=False, include_swapped=False)",
            "Its models.",
            |rt, a| {
                let label = a.native::<Config>(0)?.0.clone();
                let auto = a.flag(rt, 1, false)?;
                let models = Apps::of(rt).models_of(&label);
                let models = models.iter().filter(|m| auto || m.auto_created.borrow().is_none());
                Ok(Value::list(models.map(|m| m.class_value()).collect()))
            },
        ),
        Row::method("get_model", "(self, model_name, require_ready=True)", "A model by name.", |rt, a| {
            let label = a.native::<Config>(0)?.0.clone();
            Ok(Apps::of(rt).get_model(&label, a.str(1)?)?.class_value())
        }),
    ]];
}

/// Registers the module.
pub fn install(rt: &Rt) {
    rt.add_module("django.apps", |rt, m| {
        m.put("apps", rt.object(Registry));
        m.put("AppConfig", Value::Class(rt.class::<Config>()));
        Ok(())
    });
    rt.add_module("django.apps.registry", |rt, m| super::copy_from(rt, m, "django.apps", &["apps"]));
}
