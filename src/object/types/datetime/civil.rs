//! The proleptic Gregorian calendar: days and weeks as numbers.

/// The smallest year.
pub const MIN_YEAR: i64 = 1;
/// The largest year.
pub const MAX_YEAR: i64 = 9999;
/// The ordinal of 9999-12-31.
pub const MAX_ORDINAL: i64 = 3_652_059;
/// The ordinal of 1970-01-01.
pub const UNIX_EPOCH: i64 = 719_163;
/// English names of the days, Monday first.
pub const DAY_NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// English names of the months.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Whether a year has a 29 February.
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month (1..=12) has.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days of the year pass before a month begins.
pub fn days_before_month(year: i64, month: i64) -> i64 {
    const BEFORE: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let at = BEFORE.get(month.clamp(0, 12) as usize).copied().unwrap_or(0);
    at + i64::from(month > 2 && is_leap(year))
}

/// The number of a day, 0001-01-01 being 1.
pub fn ordinal(year: i64, month: i64, day: i64) -> i64 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + days_before_month(year, month) + day
}

/// Year, month and day of an ordinal.
pub fn from_ordinal(ordinal: i64) -> (i64, i64, i64) {
    let z = ordinal + 305;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The weekday of an ordinal, Monday being 0.
pub fn weekday(ordinal: i64) -> i64 {
    (ordinal + 6).rem_euclid(7)
}

/// The ordinal of the Monday that begins ISO week 1 of a year.
pub fn iso_week1_monday(year: i64) -> i64 {
    let first = ordinal(year, 1, 1);
    let wd = weekday(first);
    let monday = first - wd;
    if wd > 3 { monday + 7 } else { monday }
}

/// ISO year, week and weekday (1..=7) of a date.
pub fn iso_calendar(year: i64, month: i64, day: i64) -> (i64, i64, i64) {
    let today = ordinal(year, month, day);
    let mut year = year;
    let mut monday = iso_week1_monday(year);
    if today < monday {
        year -= 1;
        monday = iso_week1_monday(year);
    } else if today >= iso_week1_monday(year + 1) {
        year += 1;
        monday = iso_week1_monday(year);
    }
    (year, (today - monday) / 7 + 1, weekday(today) + 1)
}

/// The ordinal of a day given by ISO year, week and weekday, or which of them is wrong.
pub fn from_iso_calendar(year: i64, week: i64, day: i64) -> Result<i64, String> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(format!("Year is out of range: {year}"));
    }
    if !(1..=53).contains(&week) || (week == 53 && (iso_week1_monday(year + 1) - iso_week1_monday(year)) / 7 < 53) {
        return Err(format!("Invalid week: {week}"));
    }
    if !(1..=7).contains(&day) {
        return Err(format!("Invalid day: {day} (range is [1, 7])"));
    }
    Ok(iso_week1_monday(year) + (week - 1) * 7 + day - 1)
}
