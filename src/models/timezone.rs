//! Aware and naive datetimes: what `django.utils.timezone` does to values.

use super::settings::Settings;
use crate::object::types::datetime::{DateTime, TimeDelta, zone};
use crate::object::{CallArgs, Exc, Res, Rt, Value, ops};

/// `is_aware(value)`.
pub fn is_aware(rt: &Rt, value: &Value) -> Res<bool> {
    match DateTime::from_value(value) {
        Some(dt) => Ok(dt.time.tz.is_some() && dt.utcoffset(rt, Some(value))?.is_some()),
        None => Ok(false),
    }
}

/// `make_aware(value, timezone)`. ValueError where it is aware.
pub fn make_aware(rt: &Rt, value: &Value, zone: Option<&Value>) -> Res<Value> {
    let Some(dt) = DateTime::from_value(value) else {
        return Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'utcoffset'", ops::type_name(value))));
    };
    if is_aware(rt, value)? {
        let text = ops::str(rt, value)?;
        return Err(Exc::ValueError.new(format!("make_aware expects a naive datetime, got {text}")));
    }
    let zone = match zone {
        Some(zone) => zone.clone(),
        None => Settings::of(rt).current_timezone(rt)?,
    };
    Ok(dt.with_tz(Some(zone)).new_value(rt))
}

/// `make_naive(value, timezone)`. ValueError where it is naive.
pub fn make_naive(rt: &Rt, value: &Value, zone: Option<&Value>) -> Res<Value> {
    let Some(dt) = DateTime::from_value(value) else {
        return Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'utcoffset'", ops::type_name(value))));
    };
    if !is_aware(rt, value)? {
        return Err(Exc::ValueError.new("make_naive() cannot be applied to a naive datetime"));
    }
    let zone = match zone {
        Some(zone) => zone.clone(),
        None => Settings::of(rt).current_timezone(rt)?,
    };
    Ok(dt.astimezone(rt, &zone)?.naive().new_value(rt))
}

/// `timezone.now()`: aware in UTC under `USE_TZ`, else local and naive.
pub fn now(rt: &Rt) -> Value {
    if Settings::of(rt).use_tz() {
        DateTime::now_utc(rt).with_tz(Some(zone::utc(rt))).new_value(rt)
    } else {
        DateTime::now_local(rt).new_value(rt)
    }
}

/// Warns of a naive datetime under `USE_TZ`, as a RuntimeWarning.
pub fn warn(rt: &Rt, message: &str) -> Res<()> {
    let Ok(module) = rt.exec().and_then(|e| e.import(rt, "warnings")) else { return Ok(()) };
    let category = Value::Class(rt.exc_class(Exc::RuntimeWarning).clone());
    ops::call_method(rt, &module, "warn".into(), CallArgs::new([Value::str(message), category])).map(drop)
}

/// A duration as Django writes it: `[DD] HH:MM:SS[.uuuuuu]`.
pub fn duration_string(delta: &TimeDelta) -> String {
    let (minutes, seconds) = (delta.seconds / 60, delta.seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let mut out = String::new();
    if delta.days != 0 {
        out.push_str(&format!("{} ", delta.days));
    }
    out.push_str(&format!("{hours:02}:{minutes:02}:{seconds:02}"));
    if delta.micros != 0 {
        out.push_str(&format!(".{:06}", delta.micros));
    }
    out
}
