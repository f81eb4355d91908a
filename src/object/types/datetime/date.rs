use std::rc::Rc;

use super::strftime::{self, Moment};
use super::{DateTime, TimeDelta, bind_c, civil, comparison_rows, iso, make, struct_seq};
use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A `date`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    /// 1..=9999.
    pub year: u16,
    /// 1..=12.
    pub month: u8,
    /// 1..=31.
    pub day: u8,
}

impl Object for Date {}

impl NativeType for Date {
    const NAME: &'static str = "date";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.date";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];

    fn ready(rt: &Rt, class: &Rc<Class>) {
        class.set("min".into(), rt.object_of(class.clone(), Date { year: 1, month: 1, day: 1 }));
        class.set("max".into(), rt.object_of(class.clone(), Date { year: 9999, month: 12, day: 31 }));
        class.set("resolution".into(), TimeDelta { days: 1, seconds: 0, micros: 0 }.new_value(rt));
    }
}

impl Date {
    /// A date. ValueError, in Python's words, where there is no such day.
    pub fn new(year: i64, month: i64, day: i64) -> Res<Date> {
        if !(civil::MIN_YEAR..=civil::MAX_YEAR).contains(&year) {
            return Err(Exc::ValueError.new(format!("year {year} is out of range")));
        }
        if !(1..=12).contains(&month) {
            return Err(Exc::ValueError.new("month must be in 1..12"));
        }
        if !(1..=civil::days_in_month(year, month)).contains(&day) {
            return Err(Exc::ValueError.new("day is out of range for month"));
        }
        Ok(Date { year: year as u16, month: month as u8, day: day as u8 })
    }

    /// The date of an ordinal (0001-01-01 is 1). OverflowError where there is none.
    pub fn from_ordinal(ordinal: i64) -> Res<Date> {
        if !(1..=civil::MAX_ORDINAL).contains(&ordinal) {
            return Err(Exc::OverflowError.new("date value out of range"));
        }
        let (y, m, d) = civil::from_ordinal(ordinal);
        Ok(Date { year: y as u16, month: m as u8, day: d as u8 })
    }

    /// The number of the day (0001-01-01 is 1).
    pub fn ordinal(&self) -> i64 {
        civil::ordinal(self.year.into(), self.month.into(), self.day.into())
    }

    /// Monday is 0.
    pub fn weekday(&self) -> i64 {
        civil::weekday(self.ordinal())
    }

    /// The day of the year, 1..=366.
    pub fn day_of_year(&self) -> i64 {
        civil::days_before_month(self.year.into(), self.month.into()) + i64::from(self.day)
    }

    /// ISO year, week and weekday.
    pub fn iso_calendar(&self) -> (i64, i64, i64) {
        civil::iso_calendar(self.year.into(), self.month.into(), self.day.into())
    }

    /// Reads what `date.fromisoformat` reads. ValueError otherwise.
    pub fn parse_iso(text: &str) -> Res<Date> {
        iso::date(text)
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// The date that a value is, if it is a `date` and no `datetime`.
    pub fn from_value(value: &Value) -> Option<&Date> {
        value.native()
    }

    /// The date that a value is or holds: of a `date` or `datetime`.
    pub fn of(value: &Value) -> Option<Date> {
        match value {
            Value::Obj(o) => o.native::<Date>().copied().or_else(|| o.native::<DateTime>().map(|d| d.date)),
            _ => None,
        }
    }

    /// Today, by the host's clock and the session's local zone.
    pub fn today(rt: &Rt) -> Date {
        DateTime::now_local(rt).date
    }

    pub(super) fn add_days(&self, days: i64) -> Res<Date> {
        Date::from_ordinal(self.ordinal() + days)
    }
}

impl std::fmt::Display for Date {
    /// ISO format.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The class of what `isocalendar()` gives.
pub fn iso_calendar_class(rt: &Rt) -> Rc<Class> {
    struct_seq::class(rt, &struct_seq::ISO_CALENDAR)
}

/// The date of the receiver, a `datetime`'s included.
fn this(a: &Args) -> Res<Date> {
    Date::of(a.get(0)).ok_or_else(|| {
        Exc::TypeError.new(format!(
            "descriptor '{}' requires a 'datetime.date' object but received a '{}'",
            a.name,
            ops::type_name(a.get(0))
        ))
    })
}

pub(super) fn class_arg(a: &Args) -> Res<Rc<Class>> {
    match a.rest.first().or_else(|| a.opt(0)) {
        Some(Value::Class(class)) => Ok(class.clone()),
        _ => Err(Exc::TypeError.new(format!("{}(X): X is not a type object", a.name))),
    }
}

/// An `int` argument as CPython's `"i"` takes it.
pub(super) fn int_arg(rt: &Rt, v: &Value) -> Res<i64> {
    let too_large = || Exc::OverflowError.new("Python int too large to convert to C long");
    if let Value::Big(_) = v {
        return Err(too_large());
    }
    let n = ops::index(rt, v)?;
    match i32::try_from(n) {
        Ok(n) => Ok(n.into()),
        Err(_) if n > 0 => Err(Exc::OverflowError.new("signed integer is greater than maximum")),
        Err(_) => Err(Exc::OverflowError.new("signed integer is less than minimum")),
    }
}

fn finish(rt: &Rt, class: &Rc<Class>, d: Date) -> Res<Value> {
    make(rt, class, d, date_args)
}

fn date_args(d: &Date) -> CallArgs {
    CallArgs::new([d.year as i64, d.month as i64, d.day as i64].map(Value::Int))
}

/// The result of a class method of `date` on a class that may be `datetime` or derive from it.
fn finish_any(rt: &Rt, class: &Rc<Class>, d: Date) -> Res<Value> {
    if class.is_subclass(&rt.class::<DateTime>()) {
        if class.is_heap {
            return ops::call(rt, &Value::Class(class.clone()), date_args(&d));
        }
        return Ok(rt.object(DateTime::midnight(d)));
    }
    finish(rt, class, d)
}

fn compare(_: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    // A date and a datetime never compare.
    Ok(match (Date::from_value(a.get(0)), Date::from_value(a.get(1))) {
        (Some(x), Some(y)) => Value::Bool(op.holds(x.cmp(y))),
        _ => Value::NotImplemented,
    })
}

comparison_rows!(COMPARE, compare);

pub(super) fn moment(d: Date) -> Moment {
    Moment {
        year: d.year.into(),
        month: d.month.into(),
        day: d.day.into(),
        weekday: d.weekday(),
        year_day: d.day_of_year(),
        ..Moment::default()
    }
}

fn add(rt: &Rt, a: &mut Args, sign: i64) -> Res<Value> {
    let (Some(d), Some(delta)) = (Date::from_value(a.get(0)), TimeDelta::from_value(a.get(1))) else {
        return Ok(Value::NotImplemented);
    };
    let d = d.add_days(sign * i64::from(delta.days))?;
    finish(rt, &rt.class_of(a.get(0)), d)
}

fn not_str(name: &str, v: &Value) -> Error {
    Exc::TypeError.new(format!("{name}() argument 1 must be str, not {}", ops::type_name(v)))
}

/// `strftime` and `__format__` of all three types go through the object's own `strftime`.
pub(super) fn format_row(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Some(spec) = a.get(1).as_str() else {
        return Err(
            Exc::TypeError.new(format!("__format__() argument 1 must be str, not {}", ops::type_name(a.get(1))))
        );
    };
    if spec.is_empty() {
        return Ok(ops::str(rt, a.get(0))?.into());
    }
    ops::call_method(rt, a.get(0), "strftime".into(), CallArgs::new([a.value(1)]))
}

/// The receiver of a `strftime` call, in a slot, and the format.
pub(super) fn strftime_arg(a: &mut Args) -> Res<([Option<Value>; 1], crate::object::text::Str)> {
    let this = a.rest.remove(0);
    let mut slots = bind_c(Some("strftime"), &["format"], 1, 1, a)?;
    let format = slots.remove(0).unwrap_or_default();
    match format.as_str() {
        Some(text) => Ok(([Some(this)], text.clone())),
        None => Err(not_str("strftime", &format)),
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(...)", "date(year, month, day) --> date object", |rt, a| {
        let class = class_arg(a)?;
        a.rest.remove(0);
        let s = bind_c(None, &["year", "month", "day"], 3, 3, a)?;
        let n = |i: usize| int_arg(rt, s[i].as_ref().unwrap_or(&Value::None));
        Ok(rt.object_of(class, Date::new(n(0)?, n(1)?, n(2)?)?))
    }),
    Row::class("today", "(cls, /)", "Current date.", |rt, a| {
        let class = class_arg(a)?;
        if class.is_subclass(&rt.class::<DateTime>()) {
            return super::stamp::finish(rt, &class, DateTime::now_local(rt));
        }
        finish(rt, &class, Date::today(rt))
    }),
    Row::class("fromtimestamp", "(cls, timestamp, /)", "Create a date from a POSIX timestamp.", |rt, a| {
        let t = super::stamp::timestamp_arg(rt, a.get(1), false)?;
        let d = DateTime::from_timestamp_local(rt, t)?;
        finish(rt, &class_arg(a)?, d.date)
    }),
    Row::class("fromordinal", "(cls, ordinal, /)", "int -> date of a proleptic Gregorian ordinal.", |rt, a| {
        let n = int_arg(rt, a.get(1))?;
        if n < 1 {
            return Err(Exc::ValueError.new("ordinal must be >= 1"));
        }
        if n > civil::MAX_ORDINAL {
            let year = civil::from_ordinal(n).0;
            return Err(Exc::ValueError.new(format!("year {year} is out of range")));
        }
        finish_any(rt, &class_arg(a)?, Date::from_ordinal(n)?)
    }),
    Row::class("fromisoformat", "(cls, string, /)", "Construct a date from a string in ISO 8601 format.", |rt, a| {
        let Some(text) = a.get(1).as_str() else {
            return Err(Exc::TypeError.new("fromisoformat: argument must be str"));
        };
        finish(rt, &class_arg(a)?, iso::date(text)?)
    }),
    Row::class(
        "fromisocalendar",
        "(cls, year, week, day)",
        "Construct a date from the ISO year, week and day.",
        |rt, a| {
            let n = |i| int_arg(rt, a.get(i));
            let ordinal = civil::from_iso_calendar(n(1)?, n(2)?, n(3)?).map_err(|m| Exc::ValueError.new(m))?;
            let class = class_arg(a)?;
            let (y, m, d) = civil::from_ordinal(ordinal);
            finish_any(rt, &class, Date::new(y, m, d)?)
        },
    ),
    Row::getter("year", "The year.", |_, a| Ok(Value::Int(this(a)?.year.into()))),
    Row::getter("month", "The month.", |_, a| Ok(Value::Int(this(a)?.month.into()))),
    Row::getter("day", "The day.", |_, a| Ok(Value::Int(this(a)?.day.into()))),
    Row::method("weekday", "(self, /)", "The day of the week; Monday is 0.", |_, a| Ok(Value::Int(this(a)?.weekday()))),
    Row::method("isoweekday", "(self, /)", "The day of the week; Monday is 1.", |_, a| {
        Ok(Value::Int(this(a)?.weekday() + 1))
    }),
    Row::method("toordinal", "(self, /)", "Proleptic Gregorian ordinal.", |_, a| Ok(Value::Int(this(a)?.ordinal()))),
    Row::method("isocalendar", "(self, /)", "ISO year, week number and weekday.", |rt, a| {
        let (y, w, d) = this(a)?.iso_calendar();
        Ok(struct_seq::value(rt, &struct_seq::ISO_CALENDAR, vec![Value::Int(y), Value::Int(w), Value::Int(d)]))
    }),
    Row::method("isoformat", "(self, /)", "String in ISO 8601 format, YYYY-MM-DD.", |_, a| {
        Ok(this(a)?.to_string().into())
    }),
    Row::method("ctime", "(self, /)", "Return ctime() style string.", |_, a| {
        Ok(strftime::ctime(&super::stamp::moment_of(a.get(0))).into())
    }),
    Row::method("timetuple", "(self, /)", "Return time tuple, compatible with time.localtime().", |rt, a| {
        Ok(strftime::struct_time(rt, &moment(this(a)?)))
    }),
    Row::method("replace", "(...)", "Return date with new specified fields.", |rt, a| {
        let me = a.rest.remove(0);
        let Some(d) = Date::of(&me) else { return Ok(Value::NotImplemented) };
        let s = bind_c(Some("replace"), &["year", "month", "day"], 0, 3, a)?;
        let n = |i: usize, old: i64| s[i].as_ref().map_or(Ok(old), |v| int_arg(rt, v));
        let d = Date::new(n(0, d.year.into())?, n(1, d.month.into())?, n(2, d.day.into())?)?;
        finish(rt, &rt.class_of(&me), d)
    }),
    Row::method("strftime", "(...)", "format -> strftime() style string.", |rt, a| {
        let (mut me, format) = strftime_arg(a)?;
        let a = &Args { name: a.name, slots: &mut me, rest: Vec::new(), kwargs: Vec::new() };
        Ok(strftime::strftime(rt, &format, &moment(this(a)?), None)?.into())
    }),
    Row::method("__format__", "(self, format, /)", "Formats self with strftime.", format_row),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let d = this(a)?;
        Ok(format!("{}({}, {}, {})", ops::type_name(a.get(0)), d.year, d.month, d.day).into())
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |_, a| Ok(this(a)?.to_string().into())),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
        let d = this(a)?;
        Ok(Value::Int(
            (i64::from(d.year) << 32 | i64::from(d.month) << 16 | i64::from(d.day)).wrapping_mul(0x9e37_79b9),
        ))
    }),
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| add(rt, a, 1)),
    Row::method("__radd__", "(self, value, /)", "Return value+self.", |rt, a| add(rt, a, 1)),
    Row::method("__sub__", "(self, value, /)", "Return self-value.", |rt, a| {
        if let (Some(x), Some(y)) = (Date::from_value(a.get(0)), Date::from_value(a.get(1))) {
            let days = x.ordinal() - y.ordinal();
            return Ok(TimeDelta { days: days as i32, seconds: 0, micros: 0 }.new_value(rt));
        }
        add(rt, a, -1)
    }),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let d = this(a)?;
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(date_args(&d).pos.into_vec())]))
    }),
    Row::method("__replace__", "(...)", "The same as replace().", |rt, a| {
        let me = a.rest.remove(0);
        let args = CallArgs { pos: std::mem::take(&mut a.rest).into(), kw: std::mem::take(&mut a.kwargs).into() };
        ops::call_method(rt, &me, "replace".into(), args)
    }),
];
