//! `django.utils.timezone` and `django.utils.dateparse`. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/utils/#module-django.utils.timezone>.

use std::rc::Rc;

use crate::models::settings::Settings;
use crate::models::{dateparse, timezone};
use crate::object::{Args, CallArgs, Exc, Module, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// `get_current_timezone()`.
pub fn current(rt: &Rt) -> Res<Value> {
    Settings::of(rt).current_timezone(rt)
}

fn datetime(rt: &Rt, name: &str) -> Res<Value> {
    let module = rt.exec()?.import(rt, "datetime")?;
    ops::get_attr(rt, &module, Name::new(name))
}

fn utc(rt: &Rt) -> Res<Value> {
    ops::get_attr(rt, &datetime(rt, "timezone")?, "utc".into())
}

fn now(rt: &Rt) -> Res<Value> {
    if Settings::of(rt).use_tz() {
        let zone = utc(rt)?;
        return ops::call_method(rt, &datetime(rt, "datetime")?, "now".into(), CallArgs::none().with("tz", zone));
    }
    ops::call_method(rt, &datetime(rt, "datetime")?, "now".into(), CallArgs::none())
}

fn localtime(rt: &Rt, a: &Args) -> Res<Value> {
    let value = match a.some(0) {
        Some(v) => v.clone(),
        None => {
            let zone = utc(rt)?;
            ops::call_method(rt, &datetime(rt, "datetime")?, "now".into(), CallArgs::none().with("tz", zone))?
        }
    };
    let zone = match a.some(1) {
        Some(z) => z.clone(),
        None => current(rt)?,
    };
    if !timezone::is_aware(rt, &value)? {
        return Err(Exc::ValueError.new("localtime() cannot be applied to a naive datetime"));
    }
    ops::call_method(rt, &value, "astimezone".into(), CallArgs::new([zone]))
}

const ROWS: &[Row] = &[
    Row::method("now", "()", "The moment, aware where USE_TZ is on.", |rt, _| now(rt)),
    Row::method("is_aware", "(value)", "Whether a datetime has a time zone.", |rt, a| {
        timezone::is_aware(rt, a.get(0)).map(Value::Bool)
    }),
    Row::method("is_naive", "(value)", "Whether a datetime has no time zone.", |rt, a| {
        timezone::is_aware(rt, a.get(0)).map(|aware| Value::Bool(!aware))
    }),
    Row::method("make_aware", "(value, timezone=None)", "With a time zone.", |rt, a| {
        timezone::make_aware(rt, a.get(0), a.some(1))
    }),
    Row::method("make_naive", "(value, timezone=None)", "Without a time zone.", |rt, a| {
        timezone::make_naive(rt, a.get(0), a.some(1))
    }),
    Row::method("localtime", "(value=None, timezone=None)", "In the current time zone.", |rt, a| localtime(rt, a)),
    Row::method("localdate", "(value=None, timezone=None)", "The date in the current time zone.", |rt, a| {
        let local = localtime(rt, a)?;
        ops::call_method(rt, &local, "date".into(), CallArgs::none())
    }),
    Row::method("get_current_timezone", "()", "The current time zone.", |rt, _| current(rt)),
    Row::method("get_default_timezone", "()", "TIME_ZONE.", |rt, _| Settings::of(rt).default_timezone(rt)),
    Row::method("get_current_timezone_name", "()", "Its name.", |rt, _| {
        Ok(Value::from(Settings::of(rt).current_timezone_name(rt)?))
    }),
    Row::method("get_default_timezone_name", "()", "TIME_ZONE's name.", |rt, _| {
        Ok(Value::str(&*Settings::of(rt).time_zone()))
    }),
    Row::method("get_fixed_timezone", "(offset)", "A time zone of so many minutes.", |rt, a| {
        let delta = if a.get(0).as_int().is_some() {
            let minutes = CallArgs::none().with("minutes", a.value(0));
            ops::call(rt, &datetime(rt, "timedelta")?, minutes)?
        } else {
            a.value(0)
        };
        ops::call1(rt, &datetime(rt, "timezone")?, delta)
    }),
    Row::method("activate", "(timezone)", "Makes a time zone the current one.", |rt, a| {
        let zone = match a.get(0).as_str() {
            Some(_) => {
                let module = rt.exec()?.import(rt, "zoneinfo")?;
                ops::call1(rt, &ops::get_attr(rt, &module, "ZoneInfo".into())?, a.value(0))?
            }
            None => a.value(0),
        };
        *Settings::of(rt).active_zone.borrow_mut() = Some(zone);
        Ok(Value::None)
    }),
    Row::method("deactivate", "()", "Back to TIME_ZONE.", |rt, _| {
        *Settings::of(rt).active_zone.borrow_mut() = None;
        Ok(Value::None)
    }),
];

fn text(rt: &Rt, a: &Args) -> Res<String> {
    match a.get(0).as_str() {
        Some(s) => Ok(s.to_string()),
        None => {
            let _ = rt;
            Err(dateparse::not_text(a.get(0)))
        }
    }
}

const PARSE: &[Row] = &[
    Row::method("parse_date", "(value)", "A date, or None.", |rt, a| {
        Ok(dateparse::parse_date(&text(rt, a)?)?.map_or(Value::None, |d| rt.object(d)))
    }),
    Row::method("parse_time", "(value)", "A time, or None.", |rt, a| {
        Ok(dateparse::parse_time(rt, &text(rt, a)?)?.map_or(Value::None, |t| rt.object(t)))
    }),
    Row::method("parse_datetime", "(value)", "A datetime, or None.", |rt, a| {
        Ok(dateparse::parse_datetime(rt, &text(rt, a)?)?.map_or(Value::None, |d| rt.object(d)))
    }),
    Row::method("parse_duration", "(value)", "A timedelta, or None.", |rt, a| {
        Ok(dateparse::parse_duration(&text(rt, a)?)?.map_or(Value::None, |d| rt.object(d)))
    }),
];

/// What `override` is written with: the functions, and the zone that `activate` set.
fn override_module(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    m.add_rows(ACTIVE);
    crate::models::modules::run(rt, m, include_str!("../python/timezone.py"))?;
    if let Some(Value::Class(class)) = m.get(Name::new("override")) {
        *class.module.borrow_mut() = "django.utils.timezone".into();
    }
    Ok(())
}

const ACTIVE: &[Row] = &[Row::method("_active", "()", "The zone that was activated, or None.", |rt, _| {
    Ok(Settings::of(rt).active_zone.borrow().clone().unwrap_or_default())
})];

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module("django.utils._override", override_module);
    rt.add_module("django.utils.timezone", |rt, m: &Rc<Module>| {
        m.add_rows(ROWS);
        m.put("utc", utc(rt)?);
        m.put("timedelta", datetime(rt, "timedelta")?);
        m.put("datetime", datetime(rt, "datetime")?);
        m.put_late(&["override"], "django.utils._override");
        Ok(())
    });
    rt.add_module("django.utils.dateparse", |_, m| {
        m.add_rows(PARSE);
        Ok(())
    });
}
