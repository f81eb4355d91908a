use std::rc::Rc;

use super::date::{class_arg, format_row, int_arg, strftime_arg};
use super::strftime::{self, Moment};
use super::zone::{self, offset_text};
use super::{TimeDelta, bind_c, comparison_rows, iso, make};
use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A `time`: a time of day, with or without a zone.
#[derive(Clone, Debug, Default)]
pub struct Time {
    /// 0..24.
    pub hour: u8,
    /// 0..60.
    pub minute: u8,
    /// 0..60.
    pub second: u8,
    /// 0..1000000.
    pub micro: u32,
    /// 1 where it is the second of two equal local times.
    pub fold: u8,
    /// Its `tzinfo`.
    pub tz: Option<Value>,
}

impl Object for Time {}

impl NativeType for Time {
    const NAME: &'static str = "time";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.time";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];

    fn ready(rt: &Rt, class: &Rc<Class>) {
        let last = Time { hour: 23, minute: 59, second: 59, micro: 999_999, ..Time::default() };
        class.set("min".into(), rt.object_of(class.clone(), Time::default()));
        class.set("max".into(), rt.object_of(class.clone(), last));
        class.set("resolution".into(), TimeDelta { days: 0, seconds: 0, micros: 1 }.new_value(rt));
    }
}

impl Time {
    /// A time of day without a zone. ValueError, in Python's words, where there is none.
    pub fn new(hour: i64, minute: i64, second: i64, micro: i64) -> Res<Time> {
        let check = |n: i64, end: i64, name: &str| {
            if (0..end).contains(&n) {
                return Ok(());
            }
            Err(Exc::ValueError.new(format!("{name} must be in 0..{}", end - 1)))
        };
        check(hour, 24, "hour")?;
        check(minute, 60, "minute")?;
        check(second, 60, "second")?;
        check(micro, 1_000_000, "microsecond")?;
        Ok(Time {
            hour: hour as u8,
            minute: minute as u8,
            second: second as u8,
            micro: micro as u32,
            fold: 0,
            tz: None,
        })
    }

    /// Whole seconds since midnight.
    pub fn seconds(&self) -> u32 {
        u32::from(self.hour) * 3600 + u32::from(self.minute) * 60 + u32::from(self.second)
    }

    /// Microseconds since midnight.
    pub fn micros(&self) -> i64 {
        i64::from(self.seconds()) * 1_000_000 + i64::from(self.micro)
    }

    /// The time of day so many microseconds after midnight (less than a day).
    pub fn from_micros(micros: i64) -> Time {
        let s = micros / 1_000_000;
        Time {
            hour: (s / 3600) as u8,
            minute: (s / 60 % 60) as u8,
            second: (s % 60) as u8,
            micro: (micros % 1_000_000) as u32,
            fold: 0,
            tz: None,
        }
    }

    /// Reads what `time.fromisoformat` reads. ValueError otherwise.
    pub fn parse_iso(rt: &Rt, text: &str) -> Res<Time> {
        let (mut t, zone) = iso::time(text)?;
        if let iso::IsoZone::Offset(d) = zone {
            t.tz = Some(zone::fixed(rt, d, None));
        }
        Ok(t)
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// The time that a value is, if it is a `time`.
    pub fn from_value(value: &Value) -> Option<&Time> {
        value.native()
    }

    /// The same without zone and fold.
    pub fn naive(&self) -> Time {
        Time { fold: 0, tz: None, ..*self }
    }

    fn utcoffset(&self, rt: &Rt) -> Res<Option<TimeDelta>> {
        match &self.tz {
            Some(tz) => zone::utcoffset(rt, tz, &Value::None),
            None => Ok(None),
        }
    }

    /// ISO text of the time of day alone; `spec` is `timespec`.
    pub(super) fn clock_text(&self, spec: &str) -> Res<String> {
        let (h, m, s, us) = (self.hour, self.minute, self.second, self.micro);
        Ok(match spec {
            "auto" if us == 0 => format!("{h:02}:{m:02}:{s:02}"),
            "auto" | "microseconds" => format!("{h:02}:{m:02}:{s:02}.{us:06}"),
            "milliseconds" => format!("{h:02}:{m:02}:{s:02}.{:03}", us / 1000),
            "seconds" => format!("{h:02}:{m:02}:{s:02}"),
            "minutes" => format!("{h:02}:{m:02}"),
            "hours" => format!("{h:02}"),
            _ => return Err(Exc::ValueError.new("Unknown timespec value")),
        })
    }

    /// The arguments after the date in a repr: `10, 30, 5, 6, fold=1, tzinfo=...`.
    pub(super) fn repr_parts(&self, rt: &Rt) -> Res<String> {
        let mut out = format!("{}, {}", self.hour, self.minute);
        if self.micro != 0 {
            out.push_str(&format!(", {}, {}", self.second, self.micro));
        } else if self.second != 0 {
            out.push_str(&format!(", {}", self.second));
        }
        if self.fold != 0 {
            out.push_str(&format!(", fold={}", self.fold));
        }
        if let Some(tz) = &self.tz {
            out.push_str(&format!(", tzinfo={}", ops::repr(rt, tz)?));
        }
        Ok(out)
    }
}

impl std::fmt::Display for Time {
    /// ISO format without the zone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.micro != 0 {
            write!(f, ".{:06}", self.micro)?;
        }
        Ok(())
    }
}

fn this<'a>(a: &'a Args) -> Res<&'a Time> {
    a.native::<Time>(0)
}

pub(super) fn tz_arg(rt: &Rt, v: &Value) -> Res<Option<Value>> {
    zone::check_tzinfo(rt, v)?;
    Ok((!v.is_none()).then(|| v.clone()))
}

pub(super) fn fold_arg(rt: &Rt, v: &Value) -> Res<u8> {
    match int_arg(rt, v)? {
        n @ (0 | 1) => Ok(n as u8),
        _ => Err(Exc::ValueError.new("fold must be either 0 or 1")),
    }
}

pub(super) fn time_args(t: &Time) -> CallArgs {
    let mut args = CallArgs::new([t.hour as i64, t.minute as i64, t.second as i64, t.micro as i64].map(Value::Int));
    args.pos.push(t.tz.clone().unwrap_or_default());
    if t.fold != 0 { args.with("fold", Value::Int(1)) } else { args }
}

fn compare(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    let Some(o) = Time::from_value(a.get(1)) else { return Ok(Value::NotImplemented) };
    let t = this(a)?;
    let same_zone = match (&t.tz, &o.tz) {
        (None, None) => true,
        (Some(x), Some(y)) => x.is(y),
        _ => false,
    };
    let (x, y) = if same_zone { (None, None) } else { (t.utcoffset(rt)?, o.utcoffset(rt)?) };
    let ordering = match (x, y) {
        (None, None) => t.micros().cmp(&o.micros()),
        (Some(x), Some(y)) => {
            (i128::from(t.micros()) - x.total_micros()).cmp(&(i128::from(o.micros()) - y.total_micros()))
        }
        _ => {
            return match op {
                Order::Eq => Ok(Value::Bool(false)),
                Order::Ne => Ok(Value::Bool(true)),
                _ => Err(Exc::TypeError.new("can't compare offset-naive and offset-aware times")),
            };
        }
    };
    Ok(Value::Bool(op.holds(ordering)))
}

comparison_rows!(COMPARE, compare);

fn isoformat(rt: &Rt, t: &Time, spec: &str) -> Res<String> {
    let mut out = t.clock_text(spec)?;
    if let Some(offset) = t.utcoffset(rt)? {
        out.push_str(&offset_text(offset, true));
    }
    Ok(out)
}

const NAMES: [&str; 6] = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(...)", "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time", |rt, a| {
        let class = class_arg(a)?;
        a.rest.remove(0);
        let s = bind_c(None, &NAMES, 0, 5, a)?;
        let n = |i: usize| s[i].as_ref().map_or(Ok(0), |v| int_arg(rt, v));
        let mut t = Time::new(n(0)?, n(1)?, n(2)?, n(3)?)?;
        t.fold = s[5].as_ref().map_or(Ok(0), |v| fold_arg(rt, v))?;
        t.tz = s[4].as_ref().map_or(Ok(None), |v| tz_arg(rt, v))?;
        Ok(rt.object_of(class, t))
    }),
    Row::class("fromisoformat", "(cls, string, /)", "Construct a time from a string in ISO 8601 format.", |rt, a| {
        let Some(text) = a.get(1).as_str() else {
            return Err(Exc::TypeError.new("fromisoformat: argument must be str"));
        };
        make(rt, &class_arg(a)?, Time::parse_iso(rt, text)?, time_args)
    }),
    Row::getter("hour", "The hour.", |_, a| Ok(Value::Int(this(a)?.hour.into()))),
    Row::getter("minute", "The minute.", |_, a| Ok(Value::Int(this(a)?.minute.into()))),
    Row::getter("second", "The second.", |_, a| Ok(Value::Int(this(a)?.second.into()))),
    Row::getter("microsecond", "The microsecond.", |_, a| Ok(Value::Int(this(a)?.micro.into()))),
    Row::getter("tzinfo", "The zone.", |_, a| Ok(this(a)?.tz.clone().unwrap_or_default())),
    Row::getter("fold", "1 in the second of two equal local times.", |_, a| Ok(Value::Int(this(a)?.fold.into()))),
    Row::method("isoformat", "(self, /, timespec='auto')", "String in ISO 8601 format.", |rt, a| {
        let spec = a.opt(1).map_or(Ok("auto".into()), |_| a.str(1).cloned())?;
        Ok(isoformat(rt, this(a)?, &spec)?.into())
    }),
    Row::method("replace", "(...)", "Return time with new specified fields.", |rt, a| {
        let me = a.rest.remove(0);
        let Some(t) = Time::from_value(&me) else { return Ok(Value::NotImplemented) };
        let s = bind_c(Some("replace"), &NAMES, 0, 5, a)?;
        let n = |i: usize, old: i64| s[i].as_ref().map_or(Ok(old), |v| int_arg(rt, v));
        let mut new =
            Time::new(n(0, t.hour.into())?, n(1, t.minute.into())?, n(2, t.second.into())?, n(3, t.micro.into())?)?;
        new.tz = s[4].as_ref().map_or(Ok(t.tz.clone()), |v| tz_arg(rt, v))?;
        new.fold = s[5].as_ref().map_or(Ok(t.fold), |v| fold_arg(rt, v))?;
        make(rt, &rt.class_of(&me), new, time_args)
    }),
    Row::method("strftime", "(...)", "format -> strftime() style string.", |rt, a| {
        let (mut me, format) = strftime_arg(a)?;
        let a = &Args { name: a.name, slots: &mut me, rest: Vec::new(), kwargs: Vec::new() };
        let t = this(a)?;
        let moment = Moment {
            year: 1900,
            month: 1,
            day: 1,
            hour: t.hour.into(),
            minute: t.minute.into(),
            second: t.second.into(),
            micro: t.micro.into(),
            weekday: 0,
            year_day: 1,
            is_dst: -1,
        };
        let none = Value::None;
        Ok(strftime::strftime(rt, &format, &moment, t.tz.as_ref().map(|tz| (tz, &none)))?.into())
    }),
    Row::method("utcoffset", "(self, /)", "Return self.tzinfo.utcoffset(self).", |rt, a| {
        Ok(this(a)?.utcoffset(rt)?.map_or(Value::None, |d| d.new_value(rt)))
    }),
    Row::method("dst", "(self, /)", "Return self.tzinfo.dst(self).", |rt, a| match &this(a)?.tz {
        Some(tz) => Ok(zone::dst(rt, tz, &Value::None)?.map_or(Value::None, |d| d.new_value(rt))),
        None => Ok(Value::None),
    }),
    Row::method("tzname", "(self, /)", "Return self.tzinfo.tzname(self).", |rt, a| match &this(a)?.tz {
        Some(tz) => zone::tzname(rt, tz, &Value::None),
        None => Ok(Value::None),
    }),
    Row::method("__format__", "(self, format, /)", "Formats self with strftime.", format_row),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        Ok(format!("{}({})", ops::type_name(a.get(0)), this(a)?.repr_parts(rt)?).into())
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| Ok(isoformat(rt, this(a)?, "auto")?.into())),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| {
        let t = this(a)?;
        let offset = t.utcoffset(rt)?.map_or(0, |d| d.total_micros() as i64);
        Ok(Value::Int((t.micros() - offset).wrapping_mul(0x9e37_79b9) >> 3))
    }),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let args = time_args(this(a)?).pos.into_vec();
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args)]))
    }),
    Row::method("__replace__", "(...)", "The same as replace().", |rt, a| {
        let me = a.rest.remove(0);
        let args = CallArgs { pos: std::mem::take(&mut a.rest).into(), kw: std::mem::take(&mut a.kwargs).into() };
        ops::call_method(rt, &me, "replace".into(), args)
    }),
];
