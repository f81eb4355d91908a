//! `django.apps`.

use crate::models::registry;
use crate::object::{Rt, Value};

/// Registers the module.
pub fn install(rt: &Rt) {
    rt.add_module("django.apps", |rt, m| {
        m.put("apps", registry::object(rt));
        m.put("Apps", Value::Class(rt.class::<registry::AppsObject>()));
        m.put("AppConfig", Value::Class(rt.class::<registry::ConfigObject>()));
        Ok(())
    });
    rt.add_module("django.apps.registry", |rt, m| super::copy_from(rt, m, "django.apps", &["apps", "Apps"]));
}
