//! Dates, times and durations from text: what `django.utils.dateparse` does.

use fancy_regex::{Captures, Regex};

use crate::object::types::datetime::{Date, DateTime, Time, TimeDelta, zone};
use crate::object::{Exc, Res, Rt};

thread_local! {
    static DATE: Option<Regex> = Regex::new(r"^(\d{4})-(\d{1,2})-(\d{1,2})$").ok();
    static TIME: Option<Regex> =
        Regex::new(r"^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[\.,](\d{1,6})\d{0,6})?)?$").ok();
    static DATETIME: Option<Regex> = Regex::new(
        r"^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[\.,](\d{1,6})\d{0,6})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$"
    ).ok();
    static STANDARD: Option<Regex> = Regex::new(
        r"^(?:(?P<days>-?\d+) (days?, )?)?(?P<sign>-?)((?:(?P<hours>\d+):)(?=\d+:\d+))?(?:(?P<minutes>\d+):)?(?P<seconds>\d+)(?:[\.,](?P<microseconds>\d{1,6})\d{0,6})?$"
    ).ok();
    static ISO8601: Option<Regex> = Regex::new(
        r"^(?P<sign>[-+]?)P(?:(?P<days>\d+([\.,]\d+)?)D)?(?:T(?:(?P<hours>\d+([\.,]\d+)?)H)?(?:(?P<minutes>\d+([\.,]\d+)?)M)?(?:(?P<seconds>\d+([\.,]\d+)?)S)?)?$"
    ).ok();
    static POSTGRES: Option<Regex> = Regex::new(
        r"^(?:(?P<days>-?\d+) (days? ?))?(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<microseconds>\d{1,6}))?)?$"
    ).ok();
}

fn captures<'t>(regex: &'static std::thread::LocalKey<Option<Regex>>, text: &'t str) -> Option<Captures<'t, str>> {
    // `$` of Python takes a newline at the end too; nothing here needs that.
    regex.with(|r| r.as_ref().and_then(|r| r.captures(text).ok().flatten()))
}

fn number(found: &Captures<'_, str>, group: usize) -> i64 {
    found.get(group).and_then(|m| m.as_str().parse().ok()).unwrap_or(0)
}

fn micros(found: &Captures<'_, str>, group: usize) -> i64 {
    match found.get(group) {
        Some(m) => format!("{:0<6}", m.as_str()).parse().unwrap_or(0),
        None => 0,
    }
}

/// `parse_date(value)`: `None` where it is no date at all. ValueError where it is one that does not exist.
pub fn parse_date(text: &str) -> Res<Option<Date>> {
    if let Ok(date) = Date::parse_iso(text) {
        return Ok(Some(date));
    }
    match captures(&DATE, text) {
        Some(m) => Date::new(number(&m, 1), number(&m, 2), number(&m, 3)).map(Some),
        None => Ok(None),
    }
}

/// `parse_time(value)`: as [`parse_date`]. A time zone in it is left out.
pub fn parse_time(rt: &Rt, text: &str) -> Res<Option<Time>> {
    if let Ok(time) = Time::parse_iso(rt, text) {
        return Ok(Some(time.naive()));
    }
    match captures(&TIME, text) {
        Some(m) => Time::new(number(&m, 1), number(&m, 2), number(&m, 3), micros(&m, 4)).map(Some),
        None => Ok(None),
    }
}

/// `parse_datetime(value)`: as [`parse_date`], aware where the text has an offset.
pub fn parse_datetime(rt: &Rt, text: &str) -> Res<Option<DateTime>> {
    if let Some(quick) = plain_datetime(text) {
        return quick.map(Some);
    }
    if let Ok(stamp) = DateTime::parse_iso(rt, text) {
        return Ok(Some(stamp));
    }
    let Some(m) = captures(&DATETIME, text) else { return Ok(None) };
    let stamp = DateTime::new(
        number(&m, 1),
        number(&m, 2),
        number(&m, 3),
        number(&m, 4),
        number(&m, 5),
        number(&m, 6),
        micros(&m, 7),
    )?;
    let tz = match m.get(8).map(|z| z.as_str()) {
        None => None,
        Some("Z") => Some(zone::utc(rt)),
        Some(offset) => {
            let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
            let hours: i64 = digits.get(..2).and_then(|h| h.parse().ok()).unwrap_or(0);
            let minutes: i64 = digits.get(2..).and_then(|m| m.parse().ok()).unwrap_or(0);
            let seconds = (hours * 60 + minutes) * 60 * if offset.starts_with('-') { -1 } else { 1 };
            Some(zone::fixed(rt, TimeDelta::from_seconds(seconds), None))
        }
    };
    Ok(Some(stamp.with_tz(tz)))
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]`, what the database holds, without a regular expression.
fn plain_datetime(text: &str) -> Option<Res<DateTime>> {
    let b = text.as_bytes();
    if !(b.len() == 19 || b.len() == 26) || b[4] != b'-' || b[7] != b'-' || (b[10] != b' ' && b[10] != b'T') {
        return None;
    }
    if b[13] != b':' || b[16] != b':' || (b.len() == 26 && b[19] != b'.') {
        return None;
    }
    let int = |range: std::ops::Range<usize>| -> Option<i64> {
        b[range].iter().try_fold(0, |n, d| d.is_ascii_digit().then(|| n * 10 + (d - b'0') as i64))
    };
    let micro = if b.len() == 26 { int(20..26)? } else { 0 };
    Some(DateTime::new(int(0..4)?, int(5..7)?, int(8..10)?, int(11..13)?, int(14..16)?, int(17..19)?, micro))
}

/// `parse_duration(value)`: `None` where it is none. Errors: OverflowError.
pub fn parse_duration(text: &str) -> Res<Option<TimeDelta>> {
    for (i, regex) in [&STANDARD, &ISO8601, &POSTGRES].into_iter().enumerate() {
        let Some(m) = captures(regex, text) else { continue };
        let part =
            |name: &str| -> f64 { m.name(name).and_then(|p| p.as_str().replace(',', ".").parse().ok()).unwrap_or(0.0) };
        let sign = if m.name("sign").is_some_and(|s| s.as_str() == "-") { -1.0 } else { 1.0 };
        let micro = if i == 1 {
            0.0
        } else {
            m.name("microseconds").map_or(0.0, |p| format!("{:0<6}", p.as_str()).parse().unwrap_or(0.0))
        };
        let day = 86_400_000_000.0;
        let rest =
            part("hours") * 3_600_000_000.0 + part("minutes") * 60_000_000.0 + part("seconds") * 1_000_000.0 + micro;
        let days = part("days") * if i == 1 { sign } else { 1.0 };
        let total = (days * day).round_ties_even() as i128 + (sign * rest).round_ties_even() as i128;
        return TimeDelta::from_micros(total).map(Some);
    }
    Ok(None)
}

/// The TypeError of a value that is no text.
pub fn not_text(value: &crate::object::Value) -> crate::object::Error {
    let _ = value;
    Exc::TypeError.new("fromisoformat: argument must be str")
}
