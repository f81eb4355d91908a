//! Reading ISO 8601 text, as `fromisoformat` does.

use super::{Date, DateTime, Time, TimeDelta, civil};
use crate::object::error::{Error, Exc, Res};

fn invalid(text: &str) -> Error {
    let quoted = quote(text);
    Exc::ValueError.new(format!("Invalid isoformat string: {quoted}"))
}

/// A text as `%R` shows it.
pub(super) fn quote(text: &str) -> String {
    if text.contains('\'') && !text.contains('"') {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\t', "\\t"))
}

/// A number of exactly `n` digits at the start.
fn digits(text: &[u8], n: usize) -> Option<(i64, &[u8])> {
    let (head, rest) = text.split_at_checked(n)?;
    let mut value = 0i64;
    for b in head {
        if !b.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(b - b'0');
    }
    Some((value, rest))
}

fn skip(text: &[u8], byte: u8) -> Option<&[u8]> {
    match text.split_first() {
        Some((b, rest)) if *b == byte => Some(rest),
        _ => None,
    }
}

/// Year, month and day of a whole text; `None` where the form is wrong.
fn date_parts(text: &[u8]) -> Option<Result<Date, Error>> {
    let (year, rest) = digits(text, 4)?;
    let dashed = rest.first() == Some(&b'-');
    let rest = if dashed { &rest[1..] } else { rest };
    if let Some(rest) = skip(rest, b'W') {
        let (week, rest) = digits(rest, 2)?;
        let day = if rest.is_empty() {
            1
        } else {
            let rest = if dashed { skip(rest, b'-')? } else { rest };
            let (day, rest) = digits(rest, 1)?;
            if !rest.is_empty() {
                return None;
            }
            day
        };
        return Some(civil::from_iso_calendar(year, week, day).map_err(|m| Exc::ValueError.new(m)).and_then(|o| {
            let (y, m, d) = civil::from_ordinal(o);
            Date::new(y, m, d)
        }));
    }
    let (month, rest) = digits(rest, 2)?;
    let rest = if dashed { skip(rest, b'-')? } else { rest };
    let (day, rest) = digits(rest, 2)?;
    rest.is_empty().then(|| Date::new(year, month, day))
}

pub(super) fn date(text: &str) -> Res<Date> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return Err(invalid(text));
    }
    date_parts(text.as_bytes()).unwrap_or_else(|| Err(invalid(text)))
}

/// Hour, minute, second and microsecond; `None` where the form is wrong.
fn clock(text: &[u8]) -> Option<(i64, i64, i64, i64)> {
    let (hour, mut rest) = digits(text, 2)?;
    let mut parts = [hour, 0, 0];
    let colons = rest.first() == Some(&b':');
    for part in parts.iter_mut().skip(1) {
        if rest.is_empty() {
            break;
        }
        if colons {
            rest = skip(rest, b':')?;
        }
        (*part, rest) = digits(rest, 2)?;
        if matches!(rest.first(), Some(b'.' | b',')) {
            break;
        }
    }
    let mut micro = 0;
    if let Some((b'.' | b',', fraction)) = rest.split_first() {
        if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        for i in 0..6 {
            micro = micro * 10 + fraction.get(i).map_or(0, |b| i64::from(b - b'0'));
        }
        rest = &[];
    }
    rest.is_empty().then_some((parts[0], parts[1], parts[2], micro))
}

/// An offset from UTC as it was written.
pub(super) enum IsoZone {
    /// None was.
    Naive,
    /// `Z`, or an offset.
    Offset(TimeDelta),
}

/// A time of day and its offset, before the session's values for it are made.
pub(super) type Parsed = (Time, IsoZone);

fn time_parts(text: &[u8]) -> Option<Res<Parsed>> {
    let at = text.iter().position(|b| matches!(b, b'+' | b'-' | b'Z' | b'z'));
    let (head, zone) = at.map_or((text, None), |at| (&text[..at], Some(&text[at..])));
    let (h, m, s, us) = clock(head)?;
    let zone = match zone {
        None => IsoZone::Naive,
        Some(b"Z" | b"z") => IsoZone::Offset(TimeDelta::default()),
        Some([b'Z' | b'z', ..]) => return None,
        Some(z) => {
            let (zh, zm, zs, zus) = clock(&z[1..])?;
            if zh > 23 || zm > 59 || zs > 59 {
                return Some(Err(Exc::ValueError
                    .new("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)")));
            }
            let us = i128::from(zh * 3600 + zm * 60 + zs) * 1_000_000 + i128::from(zus);
            match TimeDelta::from_micros(if z[0] == b'-' { -us } else { us }) {
                Ok(d) => IsoZone::Offset(d),
                Err(e) => return Some(Err(e)),
            }
        }
    };
    Some(Time::new(h, m, s, us).map(|t| (t, zone)))
}

pub(super) fn time(text: &str) -> Res<Parsed> {
    let bytes = text.as_bytes();
    let bytes = match bytes.split_first() {
        Some((b'T', rest)) => rest,
        _ => bytes,
    };
    time_parts(bytes).unwrap_or_else(|| Err(invalid(text)))
}

pub(super) fn stamp(text: &str) -> Res<(DateTime, IsoZone)> {
    let bytes = text.as_bytes();
    if bytes.len() < 7 {
        return Err(invalid(text));
    }
    // Where the date ends: each form of a date has its own length.
    let separator = if bytes.get(4) == Some(&b'-') {
        if bytes.get(5) == Some(&b'W') {
            if bytes.get(8) == Some(&b'-') && bytes.get(9).is_some_and(u8::is_ascii_digit) { 10 } else { 8 }
        } else {
            10
        }
    } else if bytes.get(4) == Some(&b'W') {
        // YYYYWww or YYYYWwwd: as many digits as there are tell.
        let run = bytes[5..].iter().take_while(|b| b.is_ascii_digit()).count();
        if run < 9 && run % 2 == 0 { 7 } else { 8 }
    } else {
        8
    };
    let Some(head) = bytes.get(..separator.min(bytes.len())) else { return Err(invalid(text)) };
    let date = date_parts(head).unwrap_or_else(|| Err(invalid(text)))?;
    if bytes.len() <= separator {
        return Ok((DateTime::midnight(date), IsoZone::Naive));
    }
    // The separator is any one character.
    let width = text.get(separator..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
    let rest = bytes.get(separator + width..).unwrap_or(&[]);
    let (time, zone) = time_parts(rest).unwrap_or_else(|| Err(invalid(text)))?;
    Ok((DateTime { date, time }, zone))
}
