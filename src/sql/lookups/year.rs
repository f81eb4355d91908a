//! The bounds of a year, for lookups that compare a year as a range of dates.

use crate::models::Settings;
use crate::object::types::datetime::{Date, DateTime};
use crate::object::{Res, Rt, Value};

/// The first and last date (or moment) of a year as SQLite's text. ValueError where the year is none.
pub(super) fn bounds(rt: &Rt, year: i64, iso: bool, datetime: bool) -> Res<(Value, Value)> {
    let (first, last) = if iso {
        let monday = |year: i64| {
            // The week of January 4th is the first.
            let fourth = Date::new(year, 1, 4)?;
            Date::from_ordinal(fourth.ordinal() - fourth.weekday())
        };
        (monday(year)?, Date::from_ordinal(monday(year + 1)?.ordinal() - 1)?)
    } else {
        (Date::new(year, 1, 1)?, Date::new(year, 12, 31)?)
    };
    if !datetime {
        return Ok((Value::str(date_text(&first)), Value::str(date_text(&last))));
    }
    let settings = Settings::of(rt);
    let moment = |date: &Date, end: bool| -> Res<Value> {
        let mut at = DateTime::midnight(*date);
        if end {
            at = at.add_micros(86_400_000_000 - 1)?;
        }
        let active = settings.active_zone.borrow().clone();
        if settings.use_tz()
            && let Some(zone) = active
        {
            at = at.with_tz(Some(zone)).to_utc(rt)?.naive();
        }
        Ok(Value::str(at.isoformat(rt, ' ', "auto", None)?))
    };
    Ok((moment(&first, false)?, moment(&last, true)?))
}

fn date_text(date: &Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}
