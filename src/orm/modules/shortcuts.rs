//! `django`, `django.conf`, `django.shortcuts`, `django.http`, `django.urls` as far as sessions touch them.

use std::rc::Rc;

use crate::object::{Args, CallArgs, Exc, Module, Res, Row, Rt, Value, ops};
use crate::orm::{manager, queryset, utils};
use crate::source::Name;

/// The version that ormsh follows.
pub const VERSION: &str = "5.2.19";

fn rows_of(rt: &Rt, given: &Value, function: &str) -> Res<Value> {
    if given.native::<queryset::QuerySet>().is_some() {
        return Ok(given.clone());
    }
    if manager::manager(given).is_some() {
        return manager::get_queryset(rt, given);
    }
    if let Some(model) = crate::models::model_of(given) {
        return manager::get_queryset(rt, &model.default_manager(rt)?);
    }
    let name = match given {
        Value::Class(c) => c.name(),
        other => ops::type_name(other),
    };
    let method = if function == "get_list_or_404" { "filter" } else { "get" };
    let _ = method;
    Err(Exc::ValueError
        .new(format!("First argument to {function}() must be a Model, Manager, or QuerySet, not '{name}'.")))
}

fn object_name(rt: &Rt, rows: &Value) -> Res<Rc<str>> {
    let _ = rt;
    Ok(queryset::queryset_of(rows)?.model()?.object_name.clone())
}

fn get_object_or_404(rt: &Rt, a: &mut Args) -> Res<Value> {
    let rows = rows_of(rt, a.get(0), "get_object_or_404")?;
    let args = crate::orm::descriptors::passed_on(a);
    match ops::call_method(rt, &rows, "get".into(), args) {
        Err(e) if e.is(Exc::ObjectDoesNotExist) => {
            Err(Exc::Http404.new(format!("No {} matches the given query.", object_name(rt, &rows)?)))
        }
        other => other,
    }
}

fn get_list_or_404(rt: &Rt, a: &mut Args) -> Res<Value> {
    let rows = rows_of(rt, a.get(0), "get_list_or_404")?;
    let args = crate::orm::descriptors::passed_on(a);
    let found = ops::call_method(rt, &rows, "filter".into(), args)?;
    let list = queryset::items(rt, &found)?;
    if list.is_empty() {
        return Err(Exc::Http404.new(format!("No {} matches the given query.", object_name(rt, &rows)?)));
    }
    Ok(Value::list(list))
}

const SHORTCUTS: &[Row] = &[
    Row::method("get_object_or_404", "(klass, /, *args, **kwargs)", "An object, or Http404.", get_object_or_404)
        .at("django/shortcuts.py"),
    Row::method(
        "get_list_or_404",
        "(klass, /, *args, **kwargs)",
        "A list with something in it, or Http404.",
        get_list_or_404,
    )
    .at("django/shortcuts.py"),
];

const DJANGO: &[Row] = &[
    Row::method("setup", "(set_prefix=True)", "Nothing to set up.", |_, _| Ok(Value::None)),
    Row::method("get_version", "(version=None)", "The version.", |_, _| Ok(Value::str(VERSION))),
];

const URLS: &[Row] = &[
    Row::method(
        "reverse",
        "(viewname, urlconf=None, args=None, kwargs=None, current_app=None)",
        "There are no URLs here: settings without ROOT_URLCONF, which is what Django says of them.",
        |_, _| Err(Exc::AttributeError.new("module 'django.conf.global_settings' has no attribute 'ROOT_URLCONF'")),
    ),
    Row::method("reverse_lazy", "(viewname, *args, **kwargs)", "There are no URLs here.", |_, _| Ok(Value::str(""))),
];

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module("django", |_, m| {
        m.add_rows(DJANGO);
        let part = |text: &str| Value::Int(text.parse().unwrap_or(0));
        let mut version: Vec<Value> = VERSION.split('.').map(part).collect();
        version.extend([Value::str("final"), Value::Int(0)]);
        m.put("VERSION", Value::tuple(version));
        m.put("__version__", Value::str(VERSION));
        m.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    rt.add_module("django.conf", |rt, m| {
        m.put("settings", utils::settings::object(rt));
        Ok(())
    });
    rt.add_module("django.shortcuts", |rt, m| {
        m.add_rows(SHORTCUTS);
        m.put("Http404", Value::Class(rt.exc_class(Exc::Http404).clone()));
        Ok(())
    });
    rt.add_module("django.http", |rt, m| {
        m.put("Http404", Value::Class(rt.exc_class(Exc::Http404).clone()));
        Ok(())
    });
    rt.add_module("django.urls", |_, m| {
        m.add_rows(URLS);
        Ok(())
    });
    for name in ["django.core", "django.utils", "django.contrib", "django.core.management"] {
        rt.add_module(name, |_, m: &Rc<Module>| {
            m.put("__path__", Value::list(Vec::new()));
            Ok(())
        });
    }
    rt.add_module("django.test.utils", |rt, m| {
        m.put("CaptureQueriesContext", Value::Class(rt.class::<super::db::CaptureQueries>()));
        m.put("override_settings", Value::Class(rt.class::<utils::settings::Override>()));
        m.put(
            "isolate_apps",
            crate::object::NativeFn::closure("isolate_apps", "(*labels, **kwargs)", |_, _| {
                Ok(crate::object::NativeFn::closure("decorator", "(f)", |_, a| Ok(a.value(0))))
            }),
        );
        Ok(())
    });
    rt.add_module("django.test", |rt, m| {
        m.put("override_settings", Value::Class(rt.class::<utils::settings::Override>()));
        m.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    let _ = (CallArgs::none(), Name::new("django"));
}
