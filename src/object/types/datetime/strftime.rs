//! `strftime`, in the C locale.

use super::civil;
use super::struct_seq::{self, STRUCT_TIME};
use super::zone::{self, offset_text};
use crate::object::error::Res;
use crate::object::rt::Rt;
use crate::object::value::Value;

/// The parts of a moment that a format can show.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Moment {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub micro: i64,
    /// Monday is 0.
    pub weekday: i64,
    /// 1..=366.
    pub year_day: i64,
    /// 1, 0, or -1 where it is not known.
    pub is_dst: i64,
}

impl Default for Moment {
    fn default() -> Moment {
        Moment {
            year: 1900,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            micro: 0,
            weekday: 0,
            year_day: 1,
            is_dst: -1,
        }
    }
}

/// A moment as `time.struct_time`.
pub fn struct_time(rt: &Rt, m: &Moment) -> Value {
    let items = [m.year, m.month, m.day, m.hour, m.minute, m.second, m.weekday, m.year_day, m.is_dst];
    struct_seq::value(rt, &STRUCT_TIME, items.map(Value::Int).to_vec())
}

/// `Wed Jan  1 00:00:00 2020`.
pub fn ctime(m: &Moment) -> String {
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        &day_name(m)[..3],
        &month_name(m)[..3],
        m.day,
        m.hour,
        m.minute,
        m.second,
        m.year
    )
}

fn day_name(m: &Moment) -> &'static str {
    civil::DAY_NAMES[m.weekday.rem_euclid(7) as usize]
}

fn month_name(m: &Moment) -> &'static str {
    civil::MONTH_NAMES[(m.month - 1).rem_euclid(12) as usize]
}

/// How a number is filled up: `%-d` not at all, `%_d` with spaces, `%0d` with zeros, or as the directive does.
#[derive(Clone, Copy, PartialEq)]
enum Pad {
    Own,
    None,
    Space,
    Zero,
}

/// Formats a moment. `zone` is its `tzinfo` and what that is asked about: for `%z` and `%Z`. An unknown directive
/// stays as it is. Errors: what the zone raises.
pub fn strftime(rt: &Rt, format: &str, m: &Moment, zone: Option<(&Value, &Value)>) -> Res<String> {
    let mut out = String::with_capacity(format.len() * 2);
    let mut chars = format.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut pad = Pad::Own;
        let mut upper = false;
        let mut colon = false;
        let mut directive = None;
        for (_, c) in chars.by_ref() {
            match c {
                '-' => pad = Pad::None,
                '_' => pad = Pad::Space,
                '0' => pad = Pad::Zero,
                '^' => upper = true,
                '#' | 'E' | 'O' => {}
                ':' => colon = true,
                other => {
                    directive = Some(other);
                    break;
                }
            }
        }
        let Some(directive) = directive else {
            out.push_str(&format[start..]);
            break;
        };
        let before = out.len();
        let number = |out: &mut String, n: i64, width: usize, own: Pad| {
            let pad = if pad == Pad::Own { own } else { pad };
            match pad {
                Pad::None => out.push_str(&n.to_string()),
                Pad::Space => out.push_str(&format!("{n:width$}")),
                _ => out.push_str(&format!("{n:0width$}")),
            }
        };
        let (zero, plain) = (Pad::Zero, Pad::None);
        let twelve = match m.hour % 12 {
            0 => 12,
            h => h,
        };
        let iso = || civil::iso_calendar(m.year.max(1), m.month.max(1), m.day.max(1));
        let recurse = |out: &mut String, format: &str| -> Res<()> {
            out.push_str(&strftime(rt, format, m, zone)?);
            Ok(())
        };
        match directive {
            'a' => out.push_str(&day_name(m)[..3]),
            'A' => out.push_str(day_name(m)),
            'b' | 'h' => out.push_str(&month_name(m)[..3]),
            'B' => out.push_str(month_name(m)),
            'c' => out.push_str(&format!(
                "{} {} {:2} {:02}:{:02}:{:02} {}",
                &day_name(m)[..3],
                &month_name(m)[..3],
                m.day,
                m.hour,
                m.minute,
                m.second,
                m.year
            )),
            'C' => number(&mut out, m.year / 100, 2, plain),
            'd' => number(&mut out, m.day, 2, zero),
            'D' | 'x' => recurse(&mut out, "%m/%d/%y")?,
            'e' => number(&mut out, m.day, 2, Pad::Space),
            'f' => out.push_str(&format!("{:06}", m.micro)),
            'F' => recurse(&mut out, "%Y-%m-%d")?,
            'g' => number(&mut out, iso().0 % 100, 2, zero),
            'G' => number(&mut out, iso().0, 4, plain),
            'H' => number(&mut out, m.hour, 2, zero),
            'I' => number(&mut out, twelve, 2, zero),
            'j' => number(&mut out, m.year_day, 3, zero),
            'k' => number(&mut out, m.hour, 2, Pad::Space),
            'l' => number(&mut out, twelve, 2, Pad::Space),
            'm' => number(&mut out, m.month, 2, zero),
            'M' => number(&mut out, m.minute, 2, zero),
            'n' => out.push('\n'),
            'p' => out.push_str(if m.hour < 12 { "AM" } else { "PM" }),
            'P' => out.push_str(if m.hour < 12 { "am" } else { "pm" }),
            'r' => recurse(&mut out, "%I:%M:%S %p")?,
            'R' => recurse(&mut out, "%H:%M")?,
            's' => {
                let days = civil::ordinal(m.year, m.month, m.day) - civil::UNIX_EPOCH;
                out.push_str(&(days * 86_400 + m.hour * 3600 + m.minute * 60 + m.second).to_string());
            }
            'S' => number(&mut out, m.second, 2, zero),
            't' => out.push('\t'),
            'T' | 'X' => recurse(&mut out, "%H:%M:%S")?,
            'u' => number(&mut out, m.weekday + 1, 1, plain),
            'U' => number(&mut out, (m.year_day + 6 - (m.weekday + 1) % 7) / 7, 2, zero),
            'V' => number(&mut out, iso().1, 2, zero),
            'w' => number(&mut out, (m.weekday + 1) % 7, 1, plain),
            'W' => number(&mut out, (m.year_day + 6 - m.weekday) / 7, 2, zero),
            'y' => number(&mut out, m.year.rem_euclid(100), 2, zero),
            'Y' => number(&mut out, m.year, 4, plain),
            'z' => {
                if let Some((tz, dt)) = zone
                    && let Some(offset) = zone::utcoffset(rt, tz, dt)?
                {
                    out.push_str(&offset_text(offset, colon));
                }
            }
            'Z' => {
                if let Some((tz, dt)) = zone {
                    let name = zone::tzname(rt, tz, dt)?;
                    if let Some(name) = name.as_str() {
                        out.push_str(name);
                    }
                }
            }
            '%' => out.push('%'),
            _ => {
                let end = chars.peek().map_or(format.len(), |(i, _)| *i);
                out.push_str(&format[start..end]);
            }
        }
        if upper {
            let made = out.split_off(before).to_uppercase();
            out.push_str(&made);
        }
    }
    Ok(out)
}
