//! Dates, times, durations.

use super::FIELD;
use crate::models::arguments::Given;
use crate::models::dateparse::{not_text, parse_date, parse_datetime, parse_duration, parse_time};
use crate::models::field::{Field, FieldOps, FieldRef, FieldRow, INHERITED};
use crate::models::settings::Settings;
use crate::models::timezone;
use crate::object::types::datetime::{Date, DateTime, Time, TimeDelta, zone};
use crate::object::{Exc, Res, Rt, Value, ops};

const ARGUMENTS: &[&str] = &["verbose_name", "name", "auto_now", "auto_now_add"];

/// `DateField`.
pub static DATE: FieldRow = FieldRow {
    name: "DateField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "DateField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Date (without time)",
    empty_strings: false,
    messages: &[
        ("invalid", "“%(value)s” value has an invalid date format. It must be in YYYY-MM-DD format."),
        ("invalid_date", "“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."),
    ],
    ops: FieldOps {
        arguments: Some(arguments),
        to_python: Some(date_to_python),
        get_prep_value: Some(prep),
        adapt: Some(adapt_date),
        from_db: Some(date_from_db),
        from_text: Some(date_from_text),
        pre_save: Some(date_pre_save),
        value_to_string: Some(iso),
    },
};

/// `DateTimeField`.
pub static DATE_TIME: FieldRow = FieldRow {
    name: "DateTimeField",
    base: Some(&DATE),
    module: "django.db.models.fields",
    internal_type: "DateTimeField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Date (with time)",
    empty_strings: false,
    messages: &[
        (
            "invalid",
            "“%(value)s” value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.",
        ),
        ("invalid_date", "“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."),
        (
            "invalid_datetime",
            "“%(value)s” value has the correct format (YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]) but it is an invalid date/time.",
        ),
    ],
    ops: FieldOps {
        arguments: Some(arguments),
        to_python: Some(datetime_to_python),
        get_prep_value: Some(datetime_prep),
        adapt: Some(adapt_datetime),
        from_db: Some(datetime_from_db),
        from_text: Some(datetime_from_text),
        pre_save: Some(datetime_pre_save),
        value_to_string: Some(iso),
    },
};

/// `TimeField`.
pub static TIME: FieldRow = FieldRow {
    name: "TimeField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "TimeField",
    positional: ARGUMENTS,
    keywords: &[],
    doc: "Time",
    empty_strings: false,
    messages: &[
        ("invalid", "“%(value)s” value has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format."),
        ("invalid_time", "“%(value)s” value has the correct format (HH:MM[:ss[.uuuuuu]]) but it is an invalid time."),
    ],
    ops: FieldOps {
        arguments: Some(arguments),
        to_python: Some(time_to_python),
        get_prep_value: Some(prep),
        adapt: Some(adapt_time),
        from_db: Some(time_from_db),
        from_text: Some(time_from_text),
        pre_save: Some(time_pre_save),
        value_to_string: Some(iso),
    },
};

/// `DurationField`.
pub static DURATION: FieldRow = FieldRow {
    name: "DurationField",
    base: Some(&FIELD),
    module: "django.db.models.fields",
    internal_type: "DurationField",
    positional: crate::models::arguments::FIELD,
    keywords: &[],
    doc: "Duration",
    empty_strings: false,
    messages: &[(
        "invalid",
        "“%(value)s” value has an invalid format. It must be in [DD] [[HH:]MM:]ss[.uuuuuu] format.",
    )],
    ops: FieldOps {
        to_python: Some(duration_to_python),
        adapt: Some(adapt_duration),
        from_db: Some(duration_from_db),
        value_to_string: Some(|_, _, value| {
            Ok(TimeDelta::from_value(value).map(timezone::duration_string).unwrap_or_default())
        }),
        ..INHERITED
    },
};

fn arguments(rt: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    if given.flag(rt, "auto_now")? || given.flag(rt, "auto_now_add")? {
        given.set("editable", false);
        given.set("blank", true);
    }
    Ok(())
}

fn iso(rt: &Rt, _: &FieldRef, value: &Value) -> Res<String> {
    if value.is_none() {
        return Ok(String::new());
    }
    let text = ops::call_method(rt, value, "isoformat".into(), crate::object::CallArgs::none())?;
    Ok(text.as_str().map(|s| s.to_string()).unwrap_or_default())
}

fn prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    field.to_python(rt, value)
}

fn is_date(value: &Value) -> bool {
    Date::from_value(value).is_some()
}

fn date_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    if let Some(stamp) = DateTime::from_value(value) {
        let settings = Settings::of(rt);
        if settings.use_tz() && timezone::is_aware(rt, value)? {
            let zone = settings.default_timezone(rt)?;
            let local = stamp.astimezone(rt, &zone)?;
            return Ok(local.date.new_value(rt));
        }
        return Ok(stamp.date.new_value(rt));
    }
    if is_date(value) {
        return Ok(value.clone());
    }
    let Some(text) = value.as_str() else { return Err(not_text(value)) };
    match parse_date(text) {
        Ok(Some(date)) => Ok(date.new_value(rt)),
        Ok(None) => Err(field.invalid(rt, "invalid", value)),
        Err(_) => Err(field.invalid(rt, "invalid_date", value)),
    }
}

fn adapt_date(rt: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    ops::str(rt, &value).map(Value::Str)
}

fn date_from_text(rt: &Rt, _: &Field, text: &str) -> Res<Value> {
    Ok(parse_date(text)?.map_or(Value::None, |d| d.new_value(rt)))
}

fn date_from_db(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    match value.as_str() {
        Some(text) => date_from_text(rt, field, text),
        None if value.is_none() || is_date(&value) || DateTime::from_value(&value).is_some() => Ok(value),
        None => Err(not_text(&value)),
    }
}

fn due(field: &FieldRef, add: bool) -> bool {
    let o = field.options();
    o.auto_now || (o.auto_now_add && add)
}

fn stamp(rt: &Rt, field: &FieldRef, instance: &Value, value: Value) -> Res<Value> {
    ops::set_attr(rt, instance, field.attname(), value.clone())?;
    Ok(value)
}

fn date_pre_save(rt: &Rt, field: &FieldRef, instance: &Value, add: bool) -> Res<Value> {
    if due(field, add) {
        return stamp(rt, field, instance, Date::today(rt).new_value(rt));
    }
    ops::get_attr(rt, instance, field.attname())
}

fn datetime_pre_save(rt: &Rt, field: &FieldRef, instance: &Value, add: bool) -> Res<Value> {
    if due(field, add) {
        return stamp(rt, field, instance, timezone::now(rt));
    }
    ops::get_attr(rt, instance, field.attname())
}

fn time_pre_save(rt: &Rt, field: &FieldRef, instance: &Value, add: bool) -> Res<Value> {
    if due(field, add) {
        return stamp(rt, field, instance, DateTime::now_local(rt).time.new_value(rt));
    }
    ops::get_attr(rt, instance, field.attname())
}

fn full_name(field: &FieldRef) -> String {
    match field.model() {
        Some(model) => format!("{}.{}", model.object_name, field.name()),
        None => "(unbound)".into(),
    }
}

fn aware(rt: &Rt, field: &FieldRef, value: Value) -> Res<Value> {
    let text = ops::str(rt, &value)?;
    timezone::warn(
        rt,
        &format!(
            "DateTimeField {} received a naive datetime ({text}) while time zone support is active.",
            full_name(field)
        ),
    )?;
    let zone = Settings::of(rt).default_timezone(rt)?;
    timezone::make_aware(rt, &value, Some(&zone))
}

fn datetime_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() || DateTime::from_value(value).is_some() {
        return Ok(value.clone());
    }
    if let Some(date) = Date::from_value(value) {
        let midnight = DateTime::midnight(*date).new_value(rt);
        return if Settings::of(rt).use_tz() { aware(rt, field, midnight) } else { Ok(midnight) };
    }
    let Some(text) = value.as_str() else { return Err(not_text(value)) };
    match parse_datetime(rt, text) {
        Ok(Some(stamp)) => return Ok(stamp.new_value(rt)),
        Ok(None) => {}
        Err(_) => return Err(field.invalid(rt, "invalid_datetime", value)),
    }
    match parse_date(text) {
        Ok(Some(date)) => Ok(DateTime::midnight(date).new_value(rt)),
        Ok(None) => Err(field.invalid(rt, "invalid", value)),
        Err(_) => Err(field.invalid(rt, "invalid_date", value)),
    }
}

fn datetime_prep(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    let value = field.to_python(rt, value)?;
    if DateTime::from_value(&value).is_some() && Settings::of(rt).use_tz() && !timezone::is_aware(rt, &value)? {
        return aware(rt, field, value);
    }
    Ok(value)
}

fn adapt_datetime(rt: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    if DateTime::from_value(&value).is_some() && timezone::is_aware(rt, &value)? {
        if !Settings::of(rt).use_tz() {
            return Err(
                Exc::ValueError.new("SQLite backend does not support timezone-aware datetimes when USE_TZ is False.")
            );
        }
        let naive = timezone::make_naive(rt, &value, Some(&zone::utc(rt)))?;
        return ops::str(rt, &naive).map(Value::Str);
    }
    ops::str(rt, &value).map(Value::Str)
}

fn datetime_from_text(rt: &Rt, _: &Field, text: &str) -> Res<Value> {
    Ok(match parse_datetime(rt, text)? {
        Some(stamp) if stamp.time.tz.is_none() && Settings::of(rt).use_tz() => {
            stamp.with_tz(Some(zone::utc(rt))).new_value(rt)
        }
        Some(stamp) => stamp.new_value(rt),
        None => Value::None,
    })
}

fn datetime_from_db(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    if let Some(text) = value.as_str() {
        return datetime_from_text(rt, field, text);
    }
    if value.is_none() {
        return Ok(value);
    }
    if DateTime::from_value(&value).is_some() {
        if Settings::of(rt).use_tz() && !timezone::is_aware(rt, &value)? {
            return timezone::make_aware(rt, &value, Some(&zone::utc(rt)));
        }
        return Ok(value);
    }
    Err(not_text(&value))
}

fn time_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() || Time::from_value(value).is_some() {
        return Ok(value.clone());
    }
    if let Some(stamp) = DateTime::from_value(value) {
        return Ok(stamp.time.naive().new_value(rt));
    }
    let Some(text) = value.as_str() else { return Err(not_text(value)) };
    match parse_time(rt, text) {
        Ok(Some(time)) => Ok(time.new_value(rt)),
        Ok(None) => Err(field.invalid(rt, "invalid", value)),
        Err(_) => Err(field.invalid(rt, "invalid_time", value)),
    }
}

fn adapt_time(rt: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    if Time::from_value(&value).is_some_and(|t| t.tz.is_some()) {
        return Err(Exc::ValueError.new("SQLite backend does not support timezone-aware times."));
    }
    ops::str(rt, &value).map(Value::Str)
}

fn time_from_text(rt: &Rt, _: &Field, text: &str) -> Res<Value> {
    Ok(parse_time(rt, text)?.map_or(Value::None, |t| t.new_value(rt)))
}

fn time_from_db(rt: &Rt, field: &Field, value: Value) -> Res<Value> {
    match value.as_str() {
        Some(text) => time_from_text(rt, field, text),
        None if value.is_none() || Time::from_value(&value).is_some() => Ok(value),
        None => Err(not_text(&value)),
    }
}

fn duration_to_python(rt: &Rt, field: &FieldRef, value: &Value) -> Res<Value> {
    if value.is_none() || TimeDelta::from_value(value).is_some() {
        return Ok(value.clone());
    }
    let Some(text) = value.as_str() else {
        return Err(
            Exc::TypeError.new(format!("expected string or bytes-like object, got '{}'", ops::type_name(value)))
        );
    };
    match parse_duration(text) {
        Ok(Some(delta)) => Ok(delta.new_value(rt)),
        _ => Err(field.invalid(rt, "invalid", value)),
    }
}

fn adapt_duration(rt: &Rt, _: &FieldRef, value: Value) -> Res<Value> {
    match TimeDelta::from_value(&value) {
        Some(delta) => match delta.total_micros_i64() {
            Some(micros) => Ok(Value::Int(micros)),
            None => Err(Exc::OverflowError.new("Python int too large to convert to SQLite INTEGER")),
        },
        None => {
            // What is no duration fails as it does in Python: at the first thing asked of it.
            ops::get_attr(rt, &value, "days".into())?;
            Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'seconds'", ops::type_name(&value))))
        }
    }
}

fn duration_from_db(rt: &Rt, _: &Field, value: Value) -> Res<Value> {
    match &value {
        Value::Int(micros) => Ok(TimeDelta::from_micros(*micros as i128)?.new_value(rt)),
        Value::Float(micros) => Ok(TimeDelta::from_micros(micros.round_ties_even() as i128)?.new_value(rt)),
        _ => Ok(value),
    }
}
