//! `django.conf.settings` as a session sees it.

use std::rc::Rc;

use crate::models::settings::Settings;
use crate::object::{Dict, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// The `settings` object: its attributes are the settings.
pub struct LazySettings;

impl Object for LazySettings {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        if name == "DATABASES" {
            return Ok(Some(databases(rt)?));
        }
        Ok(Settings::of(rt).lookup(&name.text()))
    }

    fn attr_names(&self, rt: &Rt) -> Vec<Name> {
        Settings::of(rt).names()
    }

    fn set_attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        match value {
            Some(value) => Settings::of(rt).set(&name.text(), value),
            None => {
                Settings::of(rt).unset(&name.text());
            }
        }
        Ok(true)
    }
}

impl NativeType for LazySettings {
    const NAME: &'static str = "LazySettings";
    const MODULE: &'static str = "django.conf";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self)", "Its repr.", |_, _| Ok(Value::str("<LazySettings \"ormsh\">"))),
        Row::method("__getattr__", "(self, name)", "What a setting that is not there says.", |_, a| {
            let name = a.str(1)?;
            Err(Exc::AttributeError.new(format!("module 'django.conf.global_settings' has no attribute '{name}'")))
        }),
        Row::getter("configured", "Always.", |_, _| Ok(Value::Bool(true))),
        Row::method("configure", "(self, default_settings=None, **options)", "Takes settings.", |rt, a| {
            let settings = Settings::of(rt);
            for (name, value) in std::mem::take(&mut a.kwargs) {
                if name != "DATABASES" && name != "INSTALLED_APPS" {
                    settings.set(&name.text(), value);
                }
            }
            Ok(Value::None)
        }),
    ]];
}

/// `settings.DATABASES`: the one database that the session has open.
fn databases(rt: &Rt) -> Res<Value> {
    let settings = ops::get_attr(rt, &crate::db::python::connection(rt), "settings_dict".into())?;
    let dict = Dict::new();
    dict.set_str(rt, "default", settings);
    Ok(Value::Dict(dict))
}

/// `USE_TZ`.
pub fn use_tz(rt: &Rt) -> bool {
    Settings::of(rt).use_tz()
}

/// The one `settings` object of a session.
pub fn object(rt: &Rt) -> Value {
    rt.object(LazySettings)
}

/// `override_settings(**settings)`: a context manager and decorator.
pub struct Override {
    new: Vec<(Name, Value)>,
    old: std::cell::RefCell<Vec<(Name, Option<Value>)>>,
}

impl Object for Override {}

impl NativeType for Override {
    const NAME: &'static str = "override_settings";
    const MODULE: &'static str = "django.test.utils";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, **kwargs)", "Settings for a while.", |rt, a| match a.value(0) {
            Value::Class(class) => {
                let new = std::mem::take(&mut a.kwargs);
                Ok(rt.object_of(class, Override { new, old: Default::default() }))
            }
            _ => Err(Exc::TypeError.new("override_settings.__new__(X): X is not a type object")),
        }),
        Row::method("__init__", "(self, **kwargs)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__enter__", "(self)", "Sets them.", |rt, a| {
            let this = a.native::<Override>(0)?;
            let settings = Settings::of(rt);
            let mut old = this.old.borrow_mut();
            for (name, value) in &this.new {
                old.push((*name, settings.get(&name.text())));
                settings.set(&name.text(), value.clone());
            }
            Ok(Value::None)
        }),
        Row::method("__exit__", "(self, exc_type, exc_value, traceback)", "Sets them back.", |rt, a| {
            let this = a.native::<Override>(0)?;
            let settings = Settings::of(rt);
            for (name, value) in this.old.take() {
                match value {
                    Some(value) => settings.set(&name.text(), value),
                    None => {
                        settings.unset(&name.text());
                    }
                }
            }
            Ok(Value::None)
        }),
    ]];
}
