//! Django's settings, as far as models and queries ask for them.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::object::types::datetime::zone;
use crate::object::{Res, Rt, Value, ops};
use crate::source::Name;

/// The settings of a session: what was set, and the defaults of the rest.
#[derive(Default)]
pub struct Settings {
    /// By name, as set by the command line, the configuration file or the session.
    pub values: RefCell<IndexMap<Name, Value, FxBuildHasher>>,
    /// `timezone.activate(...)`.
    pub active_zone: RefCell<Option<Value>>,
}

impl Settings {
    /// The settings of a runtime.
    pub fn of(rt: &Rt) -> Rc<Settings> {
        rt.state::<Settings>()
    }

    /// A setting as it was set.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.values.borrow().get(&Name::new(name)).cloned()
    }

    /// Sets one.
    pub fn set(&self, name: &str, value: Value) {
        self.values.borrow_mut().insert(Name::new(name), value);
    }

    /// Takes one back to its default.
    pub fn unset(&self, name: &str) -> Option<Value> {
        self.values.borrow_mut().shift_remove(&Name::new(name))
    }

    /// A setting with its default; `None` where Django has no such setting.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let value = self.get(name).or_else(|| default(name))?;
        // A relative URL is below the site's root.
        if matches!(name, "MEDIA_URL" | "STATIC_URL")
            && let Some(url) = value.as_str()
            && !["/", "http://", "https://"].iter().any(|start| url.starts_with(start))
        {
            return Some(Value::from(format!("/{url}")));
        }
        Some(value)
    }

    /// The names of all settings: those with a default, and those that were set.
    pub fn names(&self) -> Vec<Name> {
        let set: Vec<Name> = self.values.borrow().keys().copied().collect();
        DEFAULTS.iter().map(|n| Name::new(n)).chain(set).collect()
    }

    /// `USE_TZ`.
    pub fn use_tz(&self) -> bool {
        self.get("USE_TZ").is_none_or(|v| v.as_int() != Some(0))
    }

    /// `TIME_ZONE`.
    pub fn time_zone(&self) -> Rc<str> {
        self.get("TIME_ZONE").and_then(|v| v.as_str().map(|s| Rc::from(s.as_str()))).unwrap_or_else(|| "UTC".into())
    }

    /// `DEFAULT_AUTO_FIELD`: the class's name.
    pub fn default_auto_field(&self) -> Rc<str> {
        let set = self.get("DEFAULT_AUTO_FIELD").and_then(|v| v.as_str().map(|s| s.to_string()));
        let path = set.unwrap_or_else(|| "django.db.models.AutoField".into());
        path.rsplit('.').next().unwrap_or("AutoField").into()
    }

    /// `timezone.get_default_timezone()`.
    pub fn default_timezone(&self, rt: &Rt) -> Res<Value> {
        zone::zone(rt, &self.time_zone())
    }

    /// `timezone.get_current_timezone()`.
    pub fn current_timezone(&self, rt: &Rt) -> Res<Value> {
        match &*self.active_zone.borrow() {
            Some(zone) => Ok(zone.clone()),
            None => self.default_timezone(rt),
        }
    }

    /// `timezone.get_current_timezone_name()`.
    pub fn current_timezone_name(&self, rt: &Rt) -> Res<String> {
        let zone = self.current_timezone(rt)?;
        timezone_name(rt, &zone)
    }
}

/// The name of a zone, or its text where it has none.
pub fn timezone_name(rt: &Rt, zone: &Value) -> Res<String> {
    let name = ops::call_method(rt, zone, "tzname".into(), crate::object::CallArgs::new([Value::None]))?;
    match name.as_str() {
        Some(name) => Ok(name.to_string()),
        None => Ok(ops::str(rt, zone)?.to_string()),
    }
}

/// The settings that have a default.
const DEFAULTS: &[&str] = &[
    "ABSOLUTE_URL_OVERRIDES",
    "ALLOWED_HOSTS",
    "AUTH_USER_MODEL",
    "DATABASE_ROUTERS",
    "DATETIME_FORMAT",
    "DATE_FORMAT",
    "DEBUG",
    "DECIMAL_SEPARATOR",
    "DEFAULT_AUTO_FIELD",
    "DEFAULT_CHARSET",
    "DEFAULT_INDEX_TABLESPACE",
    "DEFAULT_TABLESPACE",
    "FIRST_DAY_OF_WEEK",
    "INSTALLED_APPS",
    "LANGUAGE_CODE",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "ROOT_URLCONF",
    "SECRET_KEY",
    "SITE_ID",
    "STATIC_URL",
    "THOUSAND_SEPARATOR",
    "TIME_FORMAT",
    "TIME_ZONE",
    "USE_DEPRECATED_PYTZ",
    "USE_I18N",
    "USE_THOUSAND_SEPARATOR",
    "USE_TZ",
];

/// Django's defaults (a shell's: `DEBUG` is on).
fn default(name: &str) -> Option<Value> {
    Some(match name {
        "DEBUG" => Value::Bool(true),
        "USE_TZ" => Value::Bool(true),
        "TIME_ZONE" => Value::str("UTC"),
        "DEFAULT_AUTO_FIELD" => Value::str("django.db.models.AutoField"),
        "AUTH_USER_MODEL" => Value::str("auth.User"),
        "LANGUAGE_CODE" => Value::str("en-us"),
        "USE_I18N" => Value::Bool(true),
        "USE_THOUSAND_SEPARATOR" | "USE_DEPRECATED_PYTZ" => Value::Bool(false),
        "MEDIA_ROOT" | "MEDIA_URL" | "DEFAULT_TABLESPACE" | "DEFAULT_INDEX_TABLESPACE" => Value::str(""),
        "STATIC_URL" => Value::None,
        "SECRET_KEY" => Value::str("ormsh"),
        "ROOT_URLCONF" => Value::str(""),
        "DEFAULT_CHARSET" => Value::str("utf-8"),
        "DATE_FORMAT" => Value::str("N j, Y"),
        "DATETIME_FORMAT" => Value::str("N j, Y, P"),
        "TIME_FORMAT" => Value::str("P"),
        "DECIMAL_SEPARATOR" => Value::str("."),
        "THOUSAND_SEPARATOR" => Value::str(","),
        "SITE_ID" => Value::Int(1),
        "DATABASE_ROUTERS" | "INSTALLED_APPS" | "ALLOWED_HOSTS" => Value::list(Vec::new()),
        "ABSOLUTE_URL_OVERRIDES" => Value::Dict(crate::object::Dict::new()),
        "FIRST_DAY_OF_WEEK" => Value::Int(0),
        _ => return None,
    })
}
