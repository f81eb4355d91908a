//! Date and time functions.

use super::row::{FuncRow, Special};

const fn extract(name: &'static str, lookup: &'static str, doc: &'static str) -> FuncRow {
    FuncRow::transform(name, "", lookup, doc)
        .gives_field("IntegerField")
        .made_by("(self, expression, lookup_name=None, tzinfo=None, **extra)", Special::Extract)
        .uncast()
}

const fn trunc(name: &'static str, unit: &'static str, doc: &'static str) -> FuncRow {
    FuncRow::transform(name, "", unit, doc)
        .made_by("(self, expression, output_field=None, tzinfo=None, **extra)", Special::Trunc)
        .uncast()
}

pub(super) const ROWS: &[FuncRow] = &[
    extract("Extract", "", "A part of a date or time: Extract('start', 'year')."),
    extract("ExtractYear", "year", "The year."),
    extract("ExtractIsoYear", "iso_year", "The year that the ISO week belongs to."),
    extract("ExtractMonth", "month", "The month, 1 to 12."),
    extract("ExtractDay", "day", "The day of the month."),
    extract("ExtractWeek", "week", "The ISO week of the year, 1 to 53."),
    extract("ExtractWeekDay", "week_day", "The day of the week, Sunday 1 to Saturday 7."),
    extract("ExtractIsoWeekDay", "iso_week_day", "The day of the week, Monday 1 to Sunday 7."),
    extract("ExtractQuarter", "quarter", "The quarter, 1 to 4."),
    extract("ExtractHour", "hour", "The hour."),
    extract("ExtractMinute", "minute", "The minute."),
    extract("ExtractSecond", "second", "The second."),
    FuncRow::func("Now", "", "The date and time at which the query runs.")
        .written("STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', 'NOW')")
        .gives_field("DateTimeField")
        .uncast(),
    trunc("TruncBase", "", "A date or time cut to a unit."),
    trunc("Trunc", "", "A date or time cut to a unit: Trunc('start', 'month').")
        .made_by("(self, expression, kind, output_field=None, tzinfo=None, **extra)", Special::TruncKind),
    trunc("TruncYear", "year", "The first day of the year."),
    trunc("TruncQuarter", "quarter", "The first day of the quarter."),
    trunc("TruncMonth", "month", "The first day of the month."),
    trunc("TruncWeek", "week", "The Monday of the week."),
    trunc("TruncDay", "day", "The start of the day."),
    trunc("TruncDate", "date", "The date.")
        .gives_field("DateField")
        .made_by("(self, expression, output_field=None, tzinfo=None, **extra)", Special::TruncDate),
    trunc("TruncTime", "time", "The time.")
        .gives_field("TimeField")
        .made_by("(self, expression, output_field=None, tzinfo=None, **extra)", Special::TruncTime),
    trunc("TruncHour", "hour", "The start of the hour."),
    trunc("TruncMinute", "minute", "The start of the minute."),
    trunc("TruncSecond", "second", "Without fractions of a second."),
];
