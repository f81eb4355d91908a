//! Dates and times in SQL: extraction, truncation, casts, differences and durations.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/database-functions/#date-functions>.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use chrono_tz::Tz;
use rusqlite::Result;
use rusqlite::types::{Value, ValueRef};

use super::{FunctionRow, failed, has_null, text};

pub(super) const ROWS: &[FunctionRow] = &[
    FunctionRow { name: "django_date_extract", args: 2, body: |a| extract(a[0], parsed(a[1], None, None), true) },
    FunctionRow {
        name: "django_datetime_extract",
        args: 4,
        body: |a| extract(a[0], whole(parsed(a[1], optional(a[2]), optional(a[3])), a[2])?, false),
    },
    FunctionRow {
        name: "django_date_trunc",
        args: 4,
        body: |a| date_trunc(a[0], parsed(a[1], optional(a[2]), optional(a[3]))),
    },
    FunctionRow {
        name: "django_datetime_trunc",
        args: 4,
        body: |a| datetime_trunc(a[0], whole(parsed(a[1], optional(a[2]), optional(a[3])), a[2])?),
    },
    FunctionRow {
        name: "django_datetime_cast_date",
        args: 3,
        body: |a| {
            let moment = whole(parsed(a[0], optional(a[1]), optional(a[2])), ValueRef::Integer(1))?;
            Ok(moment.map_or(Value::Null, |m| Value::Text(m.at.date().format("%Y-%m-%d").to_string())))
        },
    },
    FunctionRow {
        name: "django_datetime_cast_time",
        args: 3,
        body: |a| {
            let moment = whole(parsed(a[0], optional(a[1]), optional(a[2])), ValueRef::Integer(1))?;
            Ok(moment.map_or(Value::Null, |m| Value::Text(iso_time(m.at.time()))))
        },
    },
    FunctionRow { name: "django_time_extract", args: 2, body: |a| time_extract(a[0], a[1]) },
    FunctionRow { name: "django_time_trunc", args: 4, body: time_trunc },
    FunctionRow { name: "django_time_diff", args: 2, body: time_diff },
    FunctionRow { name: "django_timestamp_diff", args: 2, body: timestamp_diff },
    FunctionRow { name: "django_format_dtdelta", args: 3, body: format_dtdelta },
];

/// A moment as text had it: a date alone, or with a time.
struct Moment {
    at: NaiveDateTime,
    date_only: bool,
}

fn optional(v: ValueRef<'_>) -> Option<&str> {
    v.as_str().ok()
}

fn iso_time(t: NaiveTime) -> String {
    let micros = t.nanosecond() / 1000;
    if micros == 0 { t.format("%H:%M:%S").to_string() } else { t.format("%H:%M:%S%.6f").to_string() }
}

fn parse_time(s: &str) -> Option<NaiveTime> {
    let mut parts = s.split(':');
    let hour: u32 = parts.next()?.trim().parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let seconds = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    let (second, micros) = match seconds.split_once('.') {
        Some((s, fraction)) => {
            let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
            (s.parse().ok()?, digits.parse().ok()?)
        }
        None => (seconds.parse().ok()?, 0),
    };
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros)
}

fn parse_date(s: &str) -> Option<NaiveDate> {
    let mut parts = s.split('-');
    let date =
        NaiveDate::from_ymd_opt(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    date.filter(|_| parts.next().is_none())
}

fn parse_moment(s: &str) -> Option<Moment> {
    match s.split_once(' ') {
        None => parse_date(s).map(|d| Moment { at: d.and_time(NaiveTime::MIN), date_only: true }),
        Some((date, time)) => {
            // What follows the time is an offset, and is dropped.
            let time = time.split(['+', '-']).next().unwrap_or(time);
            Some(Moment { at: parse_date(date)?.and_time(parse_time(time)?), date_only: false })
        }
    }
}

/// The moment of a column's text, moved from the connection's time zone to another.
fn parsed(v: ValueRef<'_>, zone: Option<&str>, connection_zone: Option<&str>) -> Option<Moment> {
    let mut moment = parse_moment(v.as_str().ok()?)?;
    if let Some(zone) = zone
        && Some(zone) != connection_zone
    {
        let connection: Tz = connection_zone.unwrap_or("UTC").parse().unwrap_or(Tz::UTC);
        let (name, delta) = split_offset(zone);
        moment.at += delta;
        let zone: Tz = if name.is_empty() { connection } else { name.parse().ok()? };
        let aware: DateTime<Tz> = connection.from_local_datetime(&moment.at).earliest().unwrap_or_else(|| {
            // In a gap: the offset before it.
            let before = connection.offset_from_utc_datetime(&(moment.at - Duration::hours(3))).fix();
            connection.from_utc_datetime(&(moment.at - Duration::seconds(before.local_minus_utc() as i64)))
        });
        moment.at = aware.with_timezone(&zone).naive_local();
    }
    Some(moment)
}

/// `UTC+03:00` as a name and what to add.
fn split_offset(zone: &str) -> (&str, Duration) {
    for (sign, factor) in [('+', 1), ('-', -1)] {
        if let Some((name, offset)) = zone.rsplit_once(sign) {
            let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
            if let (Ok(h), Ok(m)) = (hours.parse::<i64>(), minutes.parse::<i64>()) {
                return (name, Duration::minutes(factor * (h * 60 + m)));
            }
        }
    }
    (zone, Duration::zero())
}

/// A moment that has to have a time where a zone moves it: a bare date fails there, as in Python.
fn whole(moment: Option<Moment>, zone: ValueRef<'_>) -> Result<Option<Moment>> {
    match moment {
        Some(m) if m.date_only && zone != ValueRef::Null => Err(failed()),
        moment => Ok(moment),
    }
}

fn extract(kind: ValueRef<'_>, moment: Option<Moment>, of_date: bool) -> Result<Value> {
    let Some(Moment { at, date_only }) = moment else { return Ok(Value::Null) };
    let n = match text(kind)? {
        // A date has no parts of a time.
        "hour" | "minute" | "second" | "microsecond" if of_date && date_only => return Err(failed()),
        "year" => at.year() as i64,
        "month" => at.month() as i64,
        "day" => at.day() as i64,
        "hour" => at.hour() as i64,
        "minute" => at.minute() as i64,
        "second" => at.second() as i64,
        "microsecond" => (at.nanosecond() / 1000) as i64,
        "week_day" => at.weekday().num_days_from_sunday() as i64 + 1,
        "iso_week_day" => at.weekday().number_from_monday() as i64,
        "week" => at.iso_week().week() as i64,
        "iso_year" => at.iso_week().year() as i64,
        "quarter" => (at.month() as i64 + 2) / 3,
        _ => return Err(failed()),
    };
    Ok(Value::Integer(n))
}

/// The first day of the period that holds a date.
fn period_start(kind: &str, date: NaiveDate) -> Option<NaiveDate> {
    match kind {
        "year" => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        "quarter" => NaiveDate::from_ymd_opt(date.year(), date.month() - (date.month() - 1) % 3, 1),
        "month" => date.with_day(1),
        "week" => date.checked_sub_signed(Duration::days(date.weekday().num_days_from_monday() as i64)),
        "day" => Some(date),
        _ => None,
    }
}

fn date_trunc(kind: ValueRef<'_>, moment: Option<Moment>) -> Result<Value> {
    let Some(Moment { at, .. }) = moment else { return Ok(Value::Null) };
    let start = period_start(text(kind)?, at.date()).ok_or_else(failed)?;
    Ok(Value::Text(start.format("%Y-%m-%d").to_string()))
}

fn datetime_trunc(kind: ValueRef<'_>, moment: Option<Moment>) -> Result<Value> {
    let Some(Moment { at, .. }) = moment else { return Ok(Value::Null) };
    let kind = text(kind)?;
    let text = match kind {
        "hour" => at.format("%Y-%m-%d %H:00:00"),
        "minute" => at.format("%Y-%m-%d %H:%M:00"),
        "second" => at.format("%Y-%m-%d %H:%M:%S"),
        _ => {
            let start = period_start(kind, at.date()).ok_or_else(failed)?;
            return Ok(Value::Text(start.format("%Y-%m-%d 00:00:00").to_string()));
        }
    };
    Ok(Value::Text(text.to_string()))
}

fn time_extract(kind: ValueRef<'_>, v: ValueRef<'_>) -> Result<Value> {
    let Some(t) = optional(v).and_then(parse_time) else { return Ok(Value::Null) };
    Ok(Value::Integer(match text(kind)? {
        "hour" => t.hour() as i64,
        "minute" => t.minute() as i64,
        "second" => t.second() as i64,
        "microsecond" => (t.nanosecond() / 1000) as i64,
        _ => return Err(failed()),
    }))
}

fn time_trunc(a: &[ValueRef<'_>]) -> Result<Value> {
    let moment = parsed(a[1], optional(a[2]), optional(a[3])).map(|m| m.at.time());
    let Some(t) = moment.or_else(|| optional(a[1]).and_then(parse_time)) else { return Ok(Value::Null) };
    let text = match text(a[0])? {
        "hour" => t.format("%H:00:00"),
        "minute" => t.format("%H:%M:00"),
        "second" => t.format("%H:%M:%S"),
        _ => return Err(failed()),
    };
    Ok(Value::Text(text.to_string()))
}

fn time_diff(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let micros = |v| -> Result<i64> {
        let t = parse_time(text(v)?).ok_or_else(failed)?;
        Ok(t.num_seconds_from_midnight() as i64 * 1_000_000 + t.nanosecond() as i64 / 1000)
    };
    Ok(Value::Integer(micros(a[0])? - micros(a[1])?))
}

fn timestamp_diff(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let left = parse_moment(text(a[0])?).ok_or_else(failed)?;
    let right = parse_moment(text(a[1])?).ok_or_else(failed)?;
    (left.at - right.at).num_microseconds().map(Value::Integer).ok_or_else(failed)
}

enum Operand {
    Delta(Duration),
    Moment(Moment),
}

/// `str()` of a timedelta.
fn delta_text(d: Duration) -> String {
    let micros = d.num_microseconds().unwrap_or(0);
    let days = micros.div_euclid(86_400_000_000);
    let rest = micros.rem_euclid(86_400_000_000);
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    let mut out = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    out.push_str(&format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if fraction != 0 {
        out.push_str(&format!(".{fraction:06}"));
    }
    out
}

fn moment_text(m: &Moment) -> String {
    if m.date_only {
        m.at.format("%Y-%m-%d").to_string()
    } else {
        format!("{} {}", m.at.format("%Y-%m-%d"), iso_time(m.at.time()))
    }
}

/// Arithmetic on dates and durations: an operand is a number of microseconds or a date's text.
fn format_dtdelta(a: &[ValueRef<'_>]) -> Result<Value> {
    if has_null(a) {
        return Ok(Value::Null);
    }
    let connector = text(a[0])?.trim();
    if connector == "*" || connector == "/" {
        return Ok(match (a[1], a[2], connector) {
            (ValueRef::Integer(x), ValueRef::Integer(y), "*") => Value::Integer(x.checked_mul(y).ok_or_else(failed)?),
            (x, y, "*") => Value::Real(super::float(x)? * super::float(y)?),
            (x, y, _) => {
                let y = super::float(y)?;
                if y == 0.0 {
                    return Err(failed());
                }
                Value::Real(super::float(x)? / y)
            }
        });
    }
    let operand = |v: ValueRef<'_>| match v {
        ValueRef::Integer(i) => Some(Operand::Delta(Duration::microseconds(i))),
        v => v.as_str().ok().and_then(parse_moment).map(Operand::Moment),
    };
    let (Some(left), Some(right)) = (operand(a[1]), operand(a[2])) else { return Ok(Value::Null) };
    let shift = |m: Moment, d: Duration| -> Result<Value> {
        // A date moves by whole days only.
        let at = m.at.checked_add_signed(d).ok_or_else(failed)?;
        Ok(Value::Text(moment_text(&Moment { at, date_only: m.date_only })))
    };
    // A date moves by the whole days of a timedelta only, counted downwards.
    let days = |m: &Moment, d: Duration| match m.date_only {
        true => Duration::days(d.num_microseconds().unwrap_or(0).div_euclid(86_400_000_000)),
        false => d,
    };
    match (connector, left, right) {
        ("+", Operand::Moment(m), Operand::Delta(d)) | ("+", Operand::Delta(d), Operand::Moment(m)) => {
            let d = days(&m, d);
            shift(m, d)
        }
        ("-", Operand::Moment(m), Operand::Delta(d)) => {
            let d = days(&m, d);
            shift(m, -d)
        }
        ("+", Operand::Delta(x), Operand::Delta(y)) => Ok(Value::Text(delta_text(x + y))),
        ("-", Operand::Delta(x), Operand::Delta(y)) => Ok(Value::Text(delta_text(x - y))),
        ("-", Operand::Moment(x), Operand::Moment(y)) => Ok(Value::Text(delta_text(x.at - y.at))),
        _ => Err(failed()),
    }
}
