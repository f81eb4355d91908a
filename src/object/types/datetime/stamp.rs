use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::date::{class_arg, int_arg, strftime_arg};
use super::strftime::{self, Moment};
use super::time::{fold_arg, time_args, tz_arg};
use super::zone::{self, offset_text};
use super::{Date, Time, TimeDelta, bind_c, civil, comparison_rows, iso, make, strptime};
use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

const DAY: i128 = 86_400_000_000;

/// A `datetime`: a date and a time of day, whose zone is the `datetime`'s.
#[derive(Clone, Debug)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time of day, with zone and fold.
    pub time: Time,
}

impl Object for DateTime {}

impl NativeType for DateTime {
    const NAME: &'static str = "datetime";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.datetime";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];

    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<Date>()
    }

    fn ready(rt: &Rt, class: &Rc<Class>) {
        let first = DateTime::midnight(Date { year: 1, month: 1, day: 1 });
        let last = DateTime {
            date: Date { year: 9999, month: 12, day: 31 },
            time: Time { hour: 23, minute: 59, second: 59, micro: 999_999, ..Time::default() },
        };
        class.set("min".into(), rt.object_of(class.clone(), first));
        class.set("max".into(), rt.object_of(class.clone(), last));
        class.set("resolution".into(), TimeDelta { days: 0, seconds: 0, micros: 1 }.new_value(rt));
    }
}

impl DateTime {
    /// A naive moment. ValueError where there is none.
    pub fn new(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64, micro: i64) -> Res<DateTime> {
        Ok(DateTime { date: Date::new(year, month, day)?, time: Time::new(hour, minute, second, micro)? })
    }

    /// The start of a day, naive.
    pub fn midnight(date: Date) -> DateTime {
        DateTime { date, time: Time::default() }
    }

    /// Reads what `datetime.fromisoformat` reads. ValueError otherwise.
    pub fn parse_iso(rt: &Rt, text: &str) -> Res<DateTime> {
        let (mut d, zone) = iso::stamp(text)?;
        if let iso::IsoZone::Offset(delta) = zone {
            d.time.tz = Some(zone::fixed(rt, delta, None));
        }
        Ok(d)
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// The moment that a value is, if it is a `datetime`.
    pub fn from_value(value: &Value) -> Option<&DateTime> {
        value.native()
    }

    /// The same without zone and fold.
    pub fn naive(&self) -> DateTime {
        DateTime { date: self.date, time: self.time.naive() }
    }

    /// The same moment of its clock in another zone (`replace(tzinfo=...)`).
    pub fn with_tz(&self, tz: Option<Value>) -> DateTime {
        DateTime { date: self.date, time: Time { tz, ..self.time.clone() } }
    }

    /// Microseconds of its clock since 0001-01-01 less one day: comparable between naive values.
    pub fn micros(&self) -> i128 {
        i128::from(self.date.ordinal()) * DAY + i128::from(self.time.micros())
    }

    /// The naive moment of such a count. OverflowError outside the calendar.
    pub fn from_micros(micros: i128) -> Res<DateTime> {
        let date = Date::from_ordinal(i64::try_from(micros.div_euclid(DAY)).unwrap_or(i64::MAX))?;
        Ok(DateTime { date, time: Time::from_micros(micros.rem_euclid(DAY) as i64) })
    }

    /// So many microseconds later by its own clock; zone kept, fold 0. OverflowError outside the calendar.
    pub fn add_micros(&self, micros: i128) -> Res<DateTime> {
        let mut new = DateTime::from_micros(self.micros() + micros)?;
        new.time.tz = self.time.tz.clone();
        Ok(new)
    }

    /// The offset from UTC, `None` for a naive value. `this` is the value it came from, where there is one: a
    /// session's own `tzinfo` is handed it.
    pub fn utcoffset(&self, rt: &Rt, this: Option<&Value>) -> Res<Option<TimeDelta>> {
        match &self.time.tz {
            None => Ok(None),
            Some(tz) => {
                if let Some(z) = tz.native::<super::TimeZone>() {
                    return Ok(Some(z.offset));
                }
                match this {
                    Some(this) => zone::utcoffset(rt, tz, this),
                    None => zone::utcoffset(rt, tz, &self.clone().new_value(rt)),
                }
            }
        }
    }

    /// The same moment in UTC, naive; of a naive value itself.
    pub fn to_utc(&self, rt: &Rt) -> Res<DateTime> {
        match self.utcoffset(rt, None)? {
            Some(offset) => self.naive().add_micros(-offset.total_micros()),
            None => Ok(self.naive()),
        }
    }

    /// The same moment in another zone; a naive value is taken as local time. Errors: what the zones raise.
    pub fn astimezone(&self, rt: &Rt, tz: &Value) -> Res<DateTime> {
        if self.time.tz.as_ref().is_some_and(|own| own.is(tz)) {
            return Ok(self.clone());
        }
        let utc = match self.utcoffset(rt, None)? {
            Some(offset) => self.naive().add_micros(-offset.total_micros())?,
            None => {
                let (offset, ..) = zone::local_offset(zone::local_zone(rt), self);
                self.naive().add_micros(-offset.total_micros())?
            }
        };
        DateTime::from_utc(rt, &utc, tz)
    }

    /// A moment of UTC (naive) in a zone.
    pub fn from_utc(rt: &Rt, utc: &DateTime, tz: &Value) -> Res<DateTime> {
        if let Some(z) = tz.native::<super::TimeZone>() {
            return utc.with_tz(Some(tz.clone())).add_micros(z.offset.total_micros());
        }
        if let Some(z) = tz.native::<super::ZoneInfo>() {
            return zone::from_utc_zone(z.tz, utc, tz);
        }
        let value = utc.with_tz(Some(tz.clone())).new_value(rt);
        let result = ops::call_method(rt, tz, "fromutc".into(), CallArgs::new([value]))?;
        DateTime::from_value(&result).cloned().ok_or_else(|| {
            Exc::TypeError.new(format!("fromutc() must return a datetime, not '{}'", ops::type_name(&result)))
        })
    }

    /// Now in UTC, naive, by the host's clock.
    pub fn now_utc(rt: &Rt) -> DateTime {
        let now = rt.host.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        unix_micros(now.as_micros() as i128)
            .unwrap_or_else(|_| DateTime::midnight(Date { year: 1970, month: 1, day: 1 }))
    }

    /// Now in the session's local zone, naive.
    pub fn now_local(rt: &Rt) -> DateTime {
        let utc = DateTime::now_utc(rt);
        let (offset, ..) = zone::utc_offset(zone::local_zone(rt), &utc);
        utc.add_micros(offset.total_micros()).unwrap_or(utc)
    }

    /// The local, naive moment of so many microseconds since the Unix epoch.
    pub fn from_timestamp_local(rt: &Rt, micros: i128) -> Res<DateTime> {
        let utc = unix_micros(micros)?;
        let mut d = zone::from_utc_zone(zone::local_zone(rt), &utc, &Value::None)?;
        d.time.tz = None;
        Ok(d)
    }

    /// Microseconds since the Unix epoch; a naive value is taken as local time.
    pub fn unix_micros(&self, rt: &Rt, this: Option<&Value>) -> Res<i128> {
        let offset = match self.utcoffset(rt, this)? {
            Some(offset) => offset,
            None => zone::local_offset(zone::local_zone(rt), self).0,
        };
        Ok(self.micros() - i128::from(civil::UNIX_EPOCH) * DAY - offset.total_micros())
    }

    /// ISO text with a separator, `timespec` as Python's; the offset follows where there is one.
    pub fn isoformat(&self, rt: &Rt, separator: char, spec: &str, this: Option<&Value>) -> Res<String> {
        let mut out = format!("{}{separator}{}", self.date, self.time.clock_text(spec)?);
        if let Some(offset) = self.utcoffset(rt, this)? {
            out.push_str(&offset_text(offset, true));
        }
        Ok(out)
    }

    fn moment(&self) -> Moment {
        Moment {
            hour: self.time.hour.into(),
            minute: self.time.minute.into(),
            second: self.time.second.into(),
            micro: self.time.micro.into(),
            ..super::date::moment(self.date)
        }
    }
}

impl std::fmt::Display for DateTime {
    /// `2020-01-31 10:00:00.000005`, without the zone: what SQLite stores.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.date, self.time)
    }
}

fn unix_micros(micros: i128) -> Res<DateTime> {
    let days = micros.div_euclid(DAY) + i128::from(civil::UNIX_EPOCH);
    if !(1..=i128::from(civil::MAX_ORDINAL)).contains(&days) {
        let seconds = micros / 1_000_000;
        if seconds.abs() > 1 << 56 {
            return Err(Exc::ValueError.new("year is out of range"));
        }
        let year = civil::from_ordinal(days as i64).0;
        return Err(Exc::ValueError.new(format!("year {year} is out of range")));
    }
    DateTime::from_micros(micros + i128::from(civil::UNIX_EPOCH) * DAY)
}

/// Microseconds of a timestamp argument, rounded half to even.
pub(super) fn timestamp_arg(rt: &Rt, v: &Value, _utc: bool) -> Res<i128> {
    let too_large = || Exc::OverflowError.new("timestamp out of range for platform time_t");
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return Err(Exc::ValueError.new("Invalid value NaN (not a number)"));
        }
        if f.abs() >= 9.3e18 {
            return Err(too_large());
        }
        let whole = f.floor();
        let micros = ((f - whole) * 1e6).round_ties_even();
        return Ok(whole as i128 * 1_000_000 + micros as i128);
    }
    if let Value::Big(_) = v {
        return Err(too_large());
    }
    Ok(i128::from(ops::index(rt, v)?) * 1_000_000)
}

pub(super) fn finish(rt: &Rt, class: &Rc<Class>, d: DateTime) -> Res<Value> {
    make(rt, class, d, stamp_args)
}

fn stamp_args(d: &DateTime) -> CallArgs {
    let mut args = time_args(&d.time);
    for (i, n) in [d.date.year as i64, d.date.month as i64, d.date.day as i64].into_iter().enumerate() {
        args.pos.insert(i, Value::Int(n));
    }
    args
}

/// The moment of a date or datetime, for texts.
pub(super) fn moment_of(value: &Value) -> Moment {
    match (DateTime::from_value(value), Date::of(value)) {
        (Some(d), _) => d.moment(),
        (None, Some(d)) => super::date::moment(d),
        _ => Moment::default(),
    }
}

fn this<'a>(a: &'a Args) -> Res<&'a DateTime> {
    a.native::<DateTime>(0)
}

fn compare(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    let Some(o) = DateTime::from_value(a.get(1)) else {
        return Ok(Value::NotImplemented);
    };
    let t = this(a)?;
    let same_zone = match (&t.time.tz, &o.time.tz) {
        (None, None) => true,
        (Some(x), Some(y)) => x.is(y),
        _ => false,
    };
    let plain = || (t.date, t.time.micros()).cmp(&(o.date, o.time.micros()));
    if same_zone {
        return Ok(Value::Bool(op.holds(plain())));
    }
    let (x, y) = (t.utcoffset(rt, Some(a.get(0)))?, o.utcoffset(rt, Some(a.get(1)))?);
    if matches!(op, Order::Eq | Order::Ne) && (in_gap_or_fold(rt, t, x)? || in_gap_or_fold(rt, o, y)?) {
        // Moments that their fold changes equal none of another zone.
        return Ok(Value::Bool(op == Order::Ne));
    }
    let ordering = match (x, y) {
        (None, None) => plain(),
        (Some(x), Some(y)) => (t.micros() - x.total_micros()).cmp(&(o.micros() - y.total_micros())),
        _ => {
            return match op {
                Order::Eq => Ok(Value::Bool(false)),
                Order::Ne => Ok(Value::Bool(true)),
                _ => Err(Exc::TypeError.new("can't compare offset-naive and offset-aware datetimes")),
            };
        }
    };
    Ok(Value::Bool(op.holds(ordering)))
}

fn in_gap_or_fold(rt: &Rt, d: &DateTime, offset: Option<TimeDelta>) -> Res<bool> {
    match &d.time.tz {
        None => Ok(false),
        Some(tz) if tz.native::<super::TimeZone>().is_some() => Ok(false),
        Some(_) => {
            let mut flipped = d.clone();
            flipped.time.fold = 1 - d.time.fold;
            Ok(flipped.utcoffset(rt, None)? != offset)
        }
    }
}

comparison_rows!(COMPARE, compare);

fn add(rt: &Rt, a: &mut Args, sign: i128) -> Res<Value> {
    let (Some(d), Some(delta)) = (DateTime::from_value(a.get(0)), TimeDelta::from_value(a.get(1))) else {
        return Ok(Value::NotImplemented);
    };
    let new = d.add_micros(sign * delta.total_micros())?;
    finish(rt, &rt.class_of(a.get(0)), new)
}

const NAMES: [&str; 9] = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];

/// The moment of seconds since the epoch in a zone, or in local time.
fn from_timestamp(rt: &Rt, class: &Rc<Class>, micros: i128, tz: &Value) -> Res<Value> {
    let d = match tz {
        Value::None => DateTime::from_timestamp_local(rt, micros)?,
        tz => DateTime::from_utc(rt, &unix_micros(micros)?, tz)?,
    };
    finish(rt, class, d)
}

const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(...)",
        "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])",
        |rt, a| {
            let class = class_arg(a)?;
            a.rest.remove(0);
            let s = bind_c(None, &NAMES, 3, 8, a)?;
            let n = |i: usize| s[i].as_ref().map_or(Ok(0), |v| int_arg(rt, v));
            let (date, clock) = ([n(0)?, n(1)?, n(2)?], [n(3)?, n(4)?, n(5)?, n(6)?]);
            let mut d = DateTime {
                date: Date::new(date[0], date[1], date[2])?,
                time: Time::new(clock[0], clock[1], clock[2], clock[3])?,
            };
            d.time.fold = s[8].as_ref().map_or(Ok(0), |v| fold_arg(rt, v))?;
            d.time.tz = s[7].as_ref().map_or(Ok(None), |v| tz_arg(rt, v))?;
            Ok(rt.object_of(class, d))
        },
    ),
    Row::class("now", "(cls, /, tz=None)", "The current time, in tz if given, else local.", |rt, a| {
        zone::check_tzinfo(rt, a.get(1))?;
        let now = rt.host.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_micros() as i128;
        from_timestamp(rt, &class_arg(a)?, now, a.get(1))
    }),
    Row::class("utcnow", "(cls, /)", "A naive datetime of the current moment in UTC.", |rt, a| {
        finish(rt, &class_arg(a)?, DateTime::now_utc(rt))
    }),
    Row::class("fromtimestamp", "(cls, /, timestamp, tz=None)", "The local time of a POSIX timestamp.", |rt, a| {
        zone::check_tzinfo(rt, a.get(2))?;
        let t = timestamp_arg(rt, a.get(1), false)?;
        from_timestamp(rt, &class_arg(a)?, t, a.get(2))
    }),
    Row::class("utcfromtimestamp", "(cls, timestamp, /)", "A naive UTC datetime of a POSIX timestamp.", |rt, a| {
        finish(rt, &class_arg(a)?, unix_micros(timestamp_arg(rt, a.get(1), true)?)?)
    }),
    Row::class("fromisoformat", "(cls, string, /)", "A datetime from a string in ISO 8601 format.", |rt, a| {
        let Some(text) = a.get(1).as_str() else {
            return Err(Exc::TypeError.new("fromisoformat: argument must be str"));
        };
        finish(rt, &class_arg(a)?, DateTime::parse_iso(rt, text)?)
    }),
    Row::class("strptime", "(cls, string, format, /)", "A datetime from a string and a format.", |rt, a| {
        for i in [1, 2] {
            if a.get(i).as_str().is_none() {
                return Err(Exc::TypeError
                    .new(format!("strptime() argument {i} must be str, not {}", ops::type_name(a.get(i)))));
            }
        }
        let parsed = strptime::strptime(rt, a.str(1)?, a.str(2)?)?;
        let mut d = parsed.datetime()?;
        if let Some((offset, name)) = parsed.zone {
            d.time.tz = Some(zone::fixed(rt, offset, name.as_deref()));
        }
        finish(rt, &class_arg(a)?, d)
    }),
    Row::class(
        "combine",
        "(cls, /, date, time, tzinfo=None)",
        "date, time -> datetime with same date and time fields.",
        |rt, a| {
            let Some(date) = Date::of(a.get(1)) else {
                return Err(Exc::TypeError
                    .new(format!("combine() argument 1 must be datetime.date, not {}", ops::type_name(a.get(1)))));
            };
            let Some(time) = Time::from_value(a.get(2)) else {
                return Err(Exc::TypeError
                    .new(format!("combine() argument 2 must be datetime.time, not {}", ops::type_name(a.get(2)))));
            };
            let mut d = DateTime { date, time: time.clone() };
            if let Some(tz) = a.opt(3) {
                d.time.tz = tz_arg(rt, tz)?;
            }
            finish(rt, &class_arg(a)?, d)
        },
    ),
    Row::getter("hour", "The hour.", |_, a| Ok(Value::Int(this(a)?.time.hour.into()))),
    Row::getter("minute", "The minute.", |_, a| Ok(Value::Int(this(a)?.time.minute.into()))),
    Row::getter("second", "The second.", |_, a| Ok(Value::Int(this(a)?.time.second.into()))),
    Row::getter("microsecond", "The microsecond.", |_, a| Ok(Value::Int(this(a)?.time.micro.into()))),
    Row::getter("tzinfo", "The zone.", |_, a| Ok(this(a)?.time.tz.clone().unwrap_or_default())),
    Row::getter("fold", "1 in the second of two equal local times.", |_, a| Ok(Value::Int(this(a)?.time.fold.into()))),
    Row::method("date", "(self, /)", "Return date object with same year, month and day.", |rt, a| {
        Ok(this(a)?.date.new_value(rt))
    }),
    Row::method("time", "(self, /)", "Return time object with same time but with tzinfo=None.", |rt, a| {
        Ok(Time { tz: None, ..this(a)?.time.clone() }.new_value(rt))
    }),
    Row::method("timetz", "(self, /)", "Return time object with same time and tzinfo.", |rt, a| {
        Ok(this(a)?.time.clone().new_value(rt))
    }),
    Row::method("timestamp", "(self, /)", "Return POSIX timestamp as float.", |rt, a| {
        let micros = this(a)?.unix_micros(rt, Some(a.get(0)))?;
        Ok(Value::Float(micros as f64 / 1e6))
    }),
    Row::method("utcoffset", "(self, /)", "Return self.tzinfo.utcoffset(self).", |rt, a| {
        Ok(this(a)?.utcoffset(rt, Some(a.get(0)))?.map_or(Value::None, |d| d.new_value(rt)))
    }),
    Row::method("dst", "(self, /)", "Return self.tzinfo.dst(self).", |rt, a| match &this(a)?.time.tz {
        Some(tz) => Ok(zone::dst(rt, tz, a.get(0))?.map_or(Value::None, |d| d.new_value(rt))),
        None => Ok(Value::None),
    }),
    Row::method("tzname", "(self, /)", "Return self.tzinfo.tzname(self).", |rt, a| match &this(a)?.time.tz {
        Some(tz) => zone::tzname(rt, tz, a.get(0)),
        None => Ok(Value::None),
    }),
    Row::method("isoformat", "(self, /, sep='T', timespec='auto')", "String in ISO 8601 format.", |rt, a| {
        let separator = match a.opt(1) {
            None => 'T',
            Some(_) => {
                let mut chars = a.str(1)?.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => c,
                    _ => {
                        return Err(Exc::TypeError.new("isoformat() argument 1 must be a unicode character, not str"));
                    }
                }
            }
        };
        let spec = a.opt(2).map_or(Ok("auto".into()), |_| a.str(2).cloned())?;
        Ok(this(a)?.isoformat(rt, separator, &spec, Some(a.get(0)))?.into())
    }),
    Row::method("astimezone", "(self, /, tz=None)", "Convert to local time in new timezone tz.", |rt, a| {
        zone::check_tzinfo(rt, a.get(1))?;
        let d = this(a)?;
        let tz = match a.some(1) {
            Some(tz) => tz.clone(),
            None => {
                let local = zone::local_zone(rt);
                let (offset, _, name) = match d.utcoffset(rt, Some(a.get(0)))? {
                    None => zone::local_offset(local, d),
                    Some(_) => zone::utc_offset(local, &d.to_utc(rt)?),
                };
                rt.object(super::TimeZone { offset, name: Some(name.as_str().into()) })
            }
        };
        if d.time.tz.as_ref().is_some_and(|own| own.is(&tz)) {
            return Ok(a.take(0));
        }
        finish(rt, &rt.class_of(a.get(0)), d.astimezone(rt, &tz)?)
    }),
    Row::method("replace", "(...)", "Return datetime with new specified fields.", |rt, a| {
        let me = a.rest.remove(0);
        let Some(d) = DateTime::from_value(&me) else { return Ok(Value::NotImplemented) };
        let s = bind_c(Some("replace"), &NAMES, 0, 8, a)?;
        let n = |i: usize, old: i64| s[i].as_ref().map_or(Ok(old), |v| int_arg(rt, v));
        let t = &d.time;
        let mut new = DateTime {
            date: Date::new(n(0, d.date.year.into())?, n(1, d.date.month.into())?, n(2, d.date.day.into())?)?,
            time: Time::new(
                n(3, t.hour.into())?,
                n(4, t.minute.into())?,
                n(5, t.second.into())?,
                n(6, t.micro.into())?,
            )?,
        };
        new.time.tz = s[7].as_ref().map_or(Ok(t.tz.clone()), |v| tz_arg(rt, v))?;
        new.time.fold = s[8].as_ref().map_or(Ok(t.fold), |v| fold_arg(rt, v))?;
        finish(rt, &rt.class_of(&me), new)
    }),
    Row::method("timetuple", "(self, /)", "Return time tuple, compatible with time.localtime().", |rt, a| {
        let d = this(a)?;
        let mut moment = d.moment();
        if let Some(tz) = &d.time.tz {
            moment.is_dst = zone::dst(rt, tz, a.get(0))?.map_or(-1, |d| i64::from(d.total_micros() != 0));
        }
        Ok(strftime::struct_time(rt, &moment))
    }),
    Row::method("utctimetuple", "(self, /)", "Return UTC time tuple, compatible with time.localtime().", |rt, a| {
        let d = this(a)?.to_utc(rt)?;
        Ok(strftime::struct_time(rt, &Moment { is_dst: 0, ..d.moment() }))
    }),
    Row::method("strftime", "(...)", "format -> strftime() style string.", |rt, a| {
        let (mut me, format) = strftime_arg(a)?;
        let a = &Args { name: a.name, slots: &mut me, rest: Vec::new(), kwargs: Vec::new() };
        let d = this(a)?;
        let zone = d.time.tz.as_ref().map(|tz| (tz, a.get(0)));
        Ok(strftime::strftime(rt, &format, &d.moment(), zone)?.into())
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let d = this(a)?;
        let parts = d.time.repr_parts(rt)?;
        // fold stands before tzinfo, the date in front of all.
        Ok(format!("{}({}, {}, {}, {parts})", ops::type_name(a.get(0)), d.date.year, d.date.month, d.date.day).into())
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
        Ok(this(a)?.isoformat(rt, ' ', "auto", Some(a.get(0)))?.into())
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let d = this(a)?;
        // The fold does not count.
        let offset = match d.time.fold {
            0 => d.utcoffset(rt, Some(a.get(0)))?,
            _ => {
                let mut flat = d.clone();
                flat.time.fold = 0;
                flat.utcoffset(rt, None)?
            }
        };
        let us = d.micros() - offset.map_or(0, |o| o.total_micros());
        Ok(Value::Int((us as i64).wrapping_mul(0x9e37_79b9) >> 3))
    }),
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| add(rt, a, 1)),
    Row::method("__radd__", "(self, value, /)", "Return value+self.", |rt, a| add(rt, a, 1)),
    Row::method("__sub__", "(self, value, /)", "Return self-value.", |rt, a| {
        let Some(o) = DateTime::from_value(a.get(1)) else { return add(rt, a, -1) };
        let d = this(a)?;
        let same = match (&d.time.tz, &o.time.tz) {
            (Some(x), Some(y)) => x.is(y),
            (None, None) => true,
            _ => false,
        };
        let mut micros = d.micros() - o.micros();
        if !same {
            match (d.utcoffset(rt, Some(a.get(0)))?, o.utcoffset(rt, Some(a.get(1)))?) {
                (None, None) => {}
                (Some(x), Some(y)) => micros -= x.total_micros() - y.total_micros(),
                _ => return Err(Exc::TypeError.new("can't subtract offset-naive and offset-aware datetimes")),
            }
        }
        Ok(TimeDelta::from_micros(micros)?.new_value(rt))
    }),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let args = stamp_args(this(a)?).pos.into_vec();
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args)]))
    }),
];
