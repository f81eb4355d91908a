//! `strptime`: a format becomes a pattern, as in Python, so that the same texts match in the same way.

use std::cell::RefCell;
use std::rc::Rc;

use fancy_regex::Regex;
use rustc_hash::FxHashMap;

use super::strftime::Moment;
use super::{DateTime, TimeDelta, civil, iso};
use crate::object::error::{Error, Exc, Res};
use crate::object::rt::Rt;

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The parts of the moment.
    pub moment: Moment,
    /// Offset and name of the zone, where the format has `%z`.
    pub zone: Option<(TimeDelta, Option<String>)>,
}

impl Parsed {
    /// As a naive moment. ValueError where there is no such day.
    pub fn datetime(&self) -> Res<DateTime> {
        let m = &self.moment;
        DateTime::new(m.year, m.month, m.day, m.hour, m.minute, m.second.min(59), m.micro)
    }
}

#[derive(Default)]
struct Cache(RefCell<FxHashMap<Box<str>, Rc<Regex>>>);

fn bad(message: String) -> Error {
    Exc::ValueError.new(message)
}

fn names(list: &[&str], len: usize) -> String {
    let parts: Vec<&str> = list.iter().map(|n| &n[..len.min(n.len())]).collect();
    parts.join("|")
}

fn directive_pattern(c: char) -> Option<String> {
    let group = |name: &str, body: &str| Some(format!("(?P<{name}>{body})"));
    match c {
        'a' => group("a", &names(&civil::DAY_NAMES, 3)),
        'A' => group("A", &names(&civil::DAY_NAMES, 99)),
        'b' => group("b", &names(&civil::MONTH_NAMES, 3)),
        'B' => group("B", &names(&civil::MONTH_NAMES, 99)),
        'd' => group("d", "3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]"),
        'f' => group("f", "[0-9]{1,6}"),
        'G' => group("G", "\\d\\d\\d\\d"),
        'H' => group("H", "2[0-3]|[0-1]\\d|\\d"),
        'I' => group("I", "1[0-2]|0[1-9]|[1-9]| [1-9]"),
        'j' => group("j", "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]"),
        'm' => group("m", "1[0-2]|0[1-9]|[1-9]"),
        'M' => group("M", "[0-5]\\d|\\d"),
        'p' => group("p", "am|pm"),
        'S' => group("S", "6[0-1]|[0-5]\\d|\\d"),
        'u' => group("u", "[1-7]"),
        'U' => group("U", "5[0-3]|[0-4]\\d|\\d"),
        'V' => group("V", "5[0-3]|0[1-9]|[1-4]\\d|\\d"),
        'w' => group("w", "[0-6]"),
        'W' => group("W", "5[0-3]|[0-4]\\d|\\d"),
        'y' => group("y", "\\d\\d"),
        'Y' => group("Y", "\\d\\d\\d\\d"),
        'z' => group("z", "[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|(?-i:Z)"),
        'Z' => group("Z", "gmt|utc"),
        '%' => Some("%".into()),
        _ => None,
    }
}

fn pattern(format: &str) -> Res<String> {
    let mut out = String::from("(?i)\\A(?:");
    let mut chars = format.chars().peekable();
    let mut seen: Vec<char> = Vec::new();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.peek().is_some_and(|c| c.is_whitespace()) {
                chars.next();
            }
            out.push_str("\\s+");
        } else if c == '%' {
            let Some(d) = chars.next() else {
                return Err(bad(format!("stray % in format {}", iso::quote(format))));
            };
            let expanded = match d {
                'c' => Some("%a %b %d %H:%M:%S %Y"),
                'x' => Some("%m/%d/%y"),
                'X' => Some("%H:%M:%S"),
                _ => None,
            };
            if let Some(sub) = expanded {
                let sub = pattern(sub)?;
                out.push_str(sub.trim_start_matches("(?i)\\A(?:").trim_end_matches(')'));
                // The trimming above takes the last group's own bracket as well.
                out.push(')');
                continue;
            }
            let Some(p) = directive_pattern(d) else {
                return Err(bad(format!("'{d}' is a bad directive in format {}", iso::quote(format))));
            };
            if d != '%' && seen.contains(&d) {
                return Err(Exc::ValueError.new(format!(
                    "redefinition of group name '{d}' as group {}; was group {}",
                    seen.len() + 1,
                    seen.iter().position(|s| *s == d).unwrap_or(0) + 1
                )));
            }
            seen.push(d);
            out.push_str(&p);
        } else {
            out.push_str(&fancy_regex::escape(&c.to_string()));
        }
    }
    out.push(')');
    Ok(out)
}

fn compiled(rt: &Rt, format: &str) -> Res<Rc<Regex>> {
    let cache = rt.state::<Cache>();
    if let Some(found) = cache.0.borrow().get(format) {
        return Ok(found.clone());
    }
    let regex = Regex::new(&pattern(format)?).map_err(|e| bad(e.to_string()))?;
    let regex = Rc::new(regex);
    let mut map = cache.0.borrow_mut();
    if map.len() > 50 {
        map.clear();
    }
    map.insert(format.into(), regex.clone());
    Ok(regex)
}

/// Reads `text` by `format`. ValueError, in Python's words, where it does not match.
pub fn strptime(rt: &Rt, text: &str, format: &str) -> Res<Parsed> {
    let regex = compiled(rt, format)?;
    let mismatch = || bad(format!("time data {} does not match format {}", iso::quote(text), iso::quote(format)));
    let Ok(Some(caps)) = regex.captures(text) else { return Err(mismatch()) };
    let end = caps.get(0).map_or(0, |m| m.end());
    if end != text.len() {
        return Err(bad(format!("unconverted data remains: {}", &text[end..])));
    }
    let get = |name: &str| caps.name(name).map(|m| m.as_str());
    let number = |name: &str| get(name).and_then(|s| s.trim().parse::<i64>().ok());
    let mut out = Parsed::default();
    let m = &mut out.moment;
    let mut year = number("Y");
    let iso_year = number("G");
    let iso_week = number("V");
    let mut weekday = None;
    let mut year_day = number("j");
    if let Some(y) = number("y") {
        year = Some(if y <= 68 { 2000 + y } else { 1900 + y });
    }
    let find = |list: &[&str], len: usize, text: &str| {
        list.iter().position(|n| n[..len.min(n.len())].eq_ignore_ascii_case(text)).map(|i| i as i64)
    };
    let month = number("m")
        .or_else(|| get("B").and_then(|t| find(&civil::MONTH_NAMES, 99, t)).map(|i| i + 1))
        .or_else(|| get("b").and_then(|t| find(&civil::MONTH_NAMES, 3, t)).map(|i| i + 1));
    let day = number("d");
    if let Some(h) = number("H") {
        m.hour = h;
    }
    if let Some(h) = number("I") {
        let pm = get("p").is_some_and(|p| p.eq_ignore_ascii_case("pm"));
        m.hour = h % 12 + if pm { 12 } else { 0 };
    }
    m.minute = number("M").unwrap_or(0);
    m.second = number("S").unwrap_or(0);
    if let Some(f) = get("f") {
        m.micro = format!("{f:0<6}").parse().unwrap_or(0);
    }
    if let Some(t) = get("A") {
        weekday = find(&civil::DAY_NAMES, 99, t);
    } else if let Some(t) = get("a") {
        weekday = find(&civil::DAY_NAMES, 3, t);
    } else if let Some(w) = number("w") {
        weekday = Some((w + 6) % 7);
    } else if let Some(u) = number("u") {
        weekday = Some(u - 1);
    }
    let sunday_week = number("U");
    let week = sunday_week.or_else(|| number("W"));
    if let Some(z) = get("z") {
        let name = get("Z").map(str::to_uppercase);
        out.zone = Some((zone_offset(z), name));
    }
    if iso_year.is_some() {
        if year_day.is_some() {
            return Err(bad(
                "Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead."
                    .into(),
            ));
        }
        if iso_week.is_none() || weekday.is_none() {
            return Err(bad("ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive ('%A', '%a', '%w', or '%u').".into()));
        }
    } else if iso_week.is_some() {
        return Err(bad(if year.is_none() || weekday.is_none() {
            "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ('%A', '%a', '%w', or '%u').".into()
        } else {
            "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead."
                .into()
        }));
    }
    let mut leap_fix = false;
    let mut y = match year {
        Some(y) => y,
        None if month == Some(2) && day == Some(29) => {
            // 1900 has no such day: read it in a year that has, then give back 1900 for the caller to refuse.
            leap_fix = true;
            1904
        }
        None => 1900,
    };
    let (mut mo, mut d) = (month.unwrap_or(1), day.unwrap_or(1));
    if year_day.is_none()
        && let Some(wd) = weekday
    {
        if let Some(week) = week {
            year_day = Some(day_of_week_number(y, week, wd, sunday_week.is_none()));
        } else if let (Some(iy), Some(iw)) = (iso_year, iso_week) {
            let ordinal = civil::from_iso_calendar(iy, iw, wd + 1).map_err(bad)?;
            (y, mo, d) = civil::from_ordinal(ordinal);
            year_day = Some(ordinal - civil::ordinal(y, 1, 1) + 1);
        }
        if let Some(j) = year_day
            && j <= 0
        {
            y -= 1;
            year_day = Some(j + if civil::is_leap(y) { 366 } else { 365 });
        }
    }
    match year_day {
        None => {
            let valid = (1..=civil::days_in_month(y, mo)).contains(&d);
            if valid {
                year_day = Some(civil::ordinal(y, mo, d) - civil::ordinal(y, 1, 1) + 1);
            } else {
                return Err(bad("day is out of range for month".into()));
            }
        }
        Some(j) if year.is_some() || number("j").is_none() || month.is_none() => {
            (y, mo, d) = civil::from_ordinal(civil::ordinal(y, 1, 1) + j - 1);
        }
        _ => {}
    }
    m.year_day = year_day.unwrap_or(1);
    m.weekday = weekday.unwrap_or_else(|| civil::weekday(civil::ordinal(y, mo, d)));
    if leap_fix {
        y = 1900;
    }
    (m.year, m.month, m.day) = (y, mo, d);
    Ok(out)
}

fn day_of_week_number(year: i64, week: i64, weekday: i64, monday_first: bool) -> i64 {
    let mut first = civil::weekday(civil::ordinal(year, 1, 1));
    let mut weekday = weekday;
    if !monday_first {
        first = (first + 1) % 7;
        weekday = (weekday + 1) % 7;
    }
    let week0 = (7 - first) % 7;
    if week == 0 { 1 + weekday - first } else { 1 + week0 + 7 * (week - 1) + weekday }
}

fn zone_offset(text: &str) -> TimeDelta {
    if text == "Z" {
        return TimeDelta::default();
    }
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let part = |from: usize| digits.get(from..from + 2).and_then(|s| s.parse::<i128>().ok()).unwrap_or(0);
    let micros = match digits.split_once('.') {
        Some((_, f)) => format!("{f:0<6}").parse::<i128>().unwrap_or(0),
        None => 0,
    };
    let us = (part(0) * 3600 + part(2) * 60 + part(4)) * 1_000_000 + micros;
    TimeDelta::from_micros(if text.starts_with('-') { -us } else { us }).unwrap_or_default()
}
