//! Time zones: the abstract `tzinfo`, the fixed `timezone` and `zoneinfo.ZoneInfo`.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use chrono::{DateTime as ChronoDateTime, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone as _};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use rustc_hash::FxHashMap;

use super::civil;
use super::{DateTime, TimeDelta, bind_c};
use crate::object::args::{Args, CallArgs};
use crate::object::class::{Class, Names};
use crate::object::error::{Error, Exc, Exception, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object, Payload};
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::text::Str;
use crate::object::value::Value;

const DAY_MICROS: i128 = 86_400_000_000;

/// The payload of a plain `tzinfo` and of the session's subclasses.
pub struct TzInfo;

impl Object for TzInfo {}

fn abstract_method(name: &str) -> Error {
    Exc::NotImplementedError.new(format!("a tzinfo subclass must implement {name}()"))
}

impl NativeType for TzInfo {
    const NAME: &'static str = "tzinfo";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.tzinfo";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed(
            "__new__",
            "(cls, /, *args, **kwargs)",
            "Abstract base class for time zone info objects.",
            |rt, a| match a.value(0) {
                Value::Class(class) => Ok(rt.object_of(class, TzInfo)),
                _ => Err(Exc::TypeError.new("tzinfo.__new__(X): X is not a type object")),
            },
        ),
        Row::method("utcoffset", "(self, dt, /)", "datetime -> timedelta showing offset from UTC.", |_, _| {
            Err(abstract_method("utcoffset"))
        }),
        Row::method("dst", "(self, dt, /)", "datetime -> DST offset as timedelta.", |_, _| Err(abstract_method("dst"))),
        Row::method("tzname", "(self, dt, /)", "datetime -> string name of time zone.", |_, _| {
            Err(abstract_method("tzname"))
        }),
        Row::method("fromutc", "(self, dt, /)", "datetime in UTC -> datetime in local time.", |rt, a| {
            from_utc_by_protocol(rt, a.get(0), a.get(1))
        }),
    ]];
}

/// A `timezone`: a fixed offset.
pub struct TimeZone {
    /// Ahead of UTC.
    pub offset: TimeDelta,
    /// Its name, where it was given one.
    pub name: Option<Str>,
}

impl Object for TimeZone {}

impl TimeZone {
    /// `UTC`, `UTC+03:00`, or its own name.
    pub fn text(&self) -> Str {
        match &self.name {
            Some(name) => name.clone(),
            None if self.offset == TimeDelta::default() => "UTC".into(),
            None => format!("UTC{}", offset_text(self.offset, true)).into(),
        }
    }
}

/// `+03:00`, with seconds and microseconds where there are some; without colons where `colons` is false.
pub fn offset_text(offset: TimeDelta, colons: bool) -> String {
    let us = offset.total_micros();
    let sign = if us < 0 { '-' } else { '+' };
    let us = us.unsigned_abs();
    let s = us / 1_000_000;
    let colon = if colons { ":" } else { "" };
    let mut out = format!("{sign}{:02}{colon}{:02}", s / 3600, s / 60 % 60);
    if !s.is_multiple_of(60) || !us.is_multiple_of(1_000_000) {
        out.push_str(&format!("{colon}{:02}", s % 60));
    }
    if !us.is_multiple_of(1_000_000) {
        out.push_str(&format!(".{:06}", us % 1_000_000));
    }
    out
}

#[derive(Default)]
struct State {
    utc: OnceCell<Value>,
    zones: RefCell<FxHashMap<Tz, Value>>,
    local: Cell<Option<Tz>>,
    not_found: OnceCell<Rc<Class>>,
}

/// `timezone.utc`, the one object.
pub fn utc(rt: &Rt) -> Value {
    let state = rt.state::<State>();
    if let Some(utc) = state.utc.get() {
        return utc.clone();
    }
    let class = rt.class::<TimeZone>();
    state.utc.get_or_init(|| rt.object_of(class, TimeZone { offset: TimeDelta::default(), name: None })).clone()
}

/// A `timezone` of a fixed offset; `timezone.utc` for none at all.
pub fn fixed(rt: &Rt, offset: TimeDelta, name: Option<&str>) -> Value {
    if offset == TimeDelta::default() && name.is_none() {
        return utc(rt);
    }
    rt.object(TimeZone { offset, name: name.map(Str::from) })
}

/// `ZoneInfo(key)`, the same object for the same key. Errors: ZoneInfoNotFoundError, ValueError for a key that is a
/// path.
pub fn zone(rt: &Rt, key: &str) -> Res<Value> {
    let tz = find_zone(rt, key)?;
    let state = rt.state::<State>();
    if let Some(zone) = state.zones.borrow().get(&tz) {
        return Ok(zone.clone());
    }
    let zone = rt.object(ZoneInfo { tz });
    Ok(state.zones.borrow_mut().entry(tz).or_insert(zone).clone())
}

fn find_zone(rt: &Rt, key: &str) -> Res<Tz> {
    if let Ok(tz) = key.parse::<Tz>() {
        return Ok(tz);
    }
    if key.starts_with('/') {
        return Err(Exc::ValueError.new(format!("ZoneInfo keys may not be absolute paths, got: {key}")));
    }
    if key.contains("..") {
        return Err(Exc::ValueError.new(format!("ZoneInfo keys must be normalized relative paths, got: {key}")));
    }
    let class = not_found_class(rt);
    let exc = Exception::default();
    *exc.args.borrow_mut() = vec![format!("No time zone found with key {key}").into()];
    Err(Error::raised(Instance::new(class, Payload::Native(Box::new(exc)))))
}

/// `zoneinfo.ZoneInfoNotFoundError`.
pub fn not_found_class(rt: &Rt) -> Rc<Class> {
    let base = rt.exc_class(Exc::KeyError).clone();
    let make = || {
        Class::build("ZoneInfoNotFoundError", "zoneinfo._common", vec![base.clone()], None, Names::default(), false)
            .unwrap_or(base)
    };
    rt.state::<State>().not_found.get_or_init(make).clone()
}

/// The zone of the machine, as the session sees it: what `astimezone()` and `timestamp()` of naive values mean.
/// UTC until [`set_local_zone`] says otherwise.
pub fn local_zone(rt: &Rt) -> Tz {
    rt.state::<State>().local.get().unwrap_or(Tz::UTC)
}

/// Sets the zone of the machine, as Django does from `TIME_ZONE`.
pub fn set_local_zone(rt: &Rt, zone: Tz) {
    rt.state::<State>().local.set(Some(zone));
}

/// The offset, daylight-saving part and abbreviation of a zone at a moment of its local time.
pub fn local_offset(tz: Tz, local: &DateTime) -> (TimeDelta, TimeDelta, String) {
    let offset = chrono_offset(tz, naive(local), local.time.fold);
    describe(&offset)
}

/// The same at a moment of UTC.
pub fn utc_offset(tz: Tz, moment: &DateTime) -> (TimeDelta, TimeDelta, String) {
    describe(&tz.offset_from_utc_datetime(&naive(moment)))
}

fn describe(offset: &<Tz as chrono::TimeZone>::Offset) -> (TimeDelta, TimeDelta, String) {
    let name = offset.abbreviation().map_or_else(|| offset.fix().to_string(), str::to_string);
    (
        TimeDelta::from_seconds(offset.fix().local_minus_utc().into()),
        TimeDelta::from_seconds(offset.dst_offset().num_seconds()),
        name,
    )
}

fn naive(d: &DateTime) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(d.date.year.into(), d.date.month.into(), d.date.day.into())
        .and_then(|date| {
            date.and_hms_micro_opt(d.time.hour.into(), d.time.minute.into(), d.time.second.into(), d.time.micro)
        })
        .unwrap_or_else(|| ChronoDateTime::UNIX_EPOCH.naive_utc())
}

fn chrono_offset(tz: Tz, local: NaiveDateTime, fold: u8) -> <Tz as chrono::TimeZone>::Offset {
    match tz.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => offset,
        MappedLocalTime::Ambiguous(first, second) => {
            if fold == 0 {
                first
            } else {
                second
            }
        }
        // In a gap, fold 0 keeps the offset from before it and fold 1 the one from after.
        MappedLocalTime::None => {
            let day = chrono::Duration::days(1);
            let near = if fold == 0 { local.checked_sub_signed(day) } else { local.checked_add_signed(day) };
            tz.offset_from_utc_datetime(&near.unwrap_or(local))
        }
    }
}

/// A `zoneinfo.ZoneInfo`.
pub struct ZoneInfo {
    /// The zone.
    pub tz: Tz,
}

impl Object for ZoneInfo {}

impl ZoneInfo {
    fn answer(&self, dt: &Value) -> Option<(TimeDelta, TimeDelta, String)> {
        if let Some(dt) = DateTime::from_value(dt) {
            return Some(local_offset(self.tz, dt));
        }
        // Without a moment only a zone that never changes has an answer.
        matches!(self.tz, Tz::UTC | Tz::Etc__UTC | Tz::GMT | Tz::Etc__GMT | Tz::UCT | Tz::Zulu)
            .then(|| (TimeDelta::default(), TimeDelta::default(), "UTC".to_string()))
    }
}

fn zone_info<'a>(a: &'a Args) -> Res<&'a ZoneInfo> {
    a.native::<ZoneInfo>(0)
}

impl NativeType for ZoneInfo {
    const NAME: &'static str = "ZoneInfo";
    const MODULE: &'static str = "zoneinfo";
    const SHOWN: &'static str = "zoneinfo.ZoneInfo";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, key)", "A time zone of the IANA database.", |rt, a| {
            let key = a.str(1)?.clone();
            match a.value(0) {
                Value::Class(class) if class.is_heap => Ok(rt.object_of(class, ZoneInfo { tz: find_zone(rt, &key)? })),
                _ => zone(rt, &key),
            }
        }),
        Row::fixed("no_cache", "(key)", "A zone that is not shared.", |rt, a| {
            let tz = find_zone(rt, a.str(0)?)?;
            Ok(rt.object(ZoneInfo { tz }))
        }),
        Row::fixed("clear_cache", "(*, only_keys=None)", "Forgets the shared zones.", |rt, _| {
            rt.state::<State>().zones.borrow_mut().clear();
            Ok(Value::None)
        }),
        Row::getter("key", "Its name.", |_, a| Ok(zone_info(a)?.tz.name().into())),
        Row::method("utcoffset", "(self, dt, /)", "Offset from UTC.", |rt, a| {
            Ok(zone_info(a)?.answer(a.get(1)).map_or(Value::None, |x| x.0.new_value(rt)))
        }),
        Row::method("dst", "(self, dt, /)", "Daylight-saving part of the offset.", |rt, a| {
            Ok(zone_info(a)?.answer(a.get(1)).map_or(Value::None, |x| x.1.new_value(rt)))
        }),
        Row::method("tzname", "(self, dt, /)", "Abbreviation.", |_, a| {
            Ok(zone_info(a)?.answer(a.get(1)).map_or(Value::None, |x| x.2.into()))
        }),
        Row::method("fromutc", "(self, dt, /)", "datetime in UTC -> datetime in local time.", |rt, a| {
            let tz = zone_info(a)?.tz;
            let Some(dt) = DateTime::from_value(a.get(1)) else {
                return Err(Exc::TypeError.new("fromutc: argument must be a datetime instance"));
            };
            if !dt.time.tz.as_ref().is_some_and(|z| z.is(a.get(0))) {
                return Err(Exc::ValueError.new("fromutc: dt.tzinfo is not self"));
            }
            Ok(rt.object(from_utc_zone(tz, dt, a.get(0))?))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            Ok(format!("{}(key='{}')", ops::type_name(a.get(0)), zone_info(a)?.tz.name()).into())
        }),
        Row::method("__str__", "(self, /)", "Return str(self).", |_, a| Ok(zone_info(a)?.tz.name().into())),
        Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
            let key = Value::str(zone_info(a)?.tz.name());
            Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(vec![key])]))
        }),
        Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
        Row::method("__copy__", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    ]];
    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<TzInfo>()
    }
}

/// A moment of UTC in a zone's local time.
pub fn from_utc_zone(tz: Tz, moment: &DateTime, tzinfo: &Value) -> Res<DateTime> {
    let offset = tz.offset_from_utc_datetime(&naive(moment));
    let shift = TimeDelta::from_seconds(offset.fix().local_minus_utc().into());
    let mut local = moment.add_micros(shift.total_micros())?;
    local.time.tz = Some(tzinfo.clone());
    local.time.fold = match tz.offset_from_local_datetime(&naive(&local)) {
        MappedLocalTime::Ambiguous(first, second) if first.fix() != second.fix() => {
            u8::from(second.fix() == offset.fix())
        }
        _ => 0,
    };
    Ok(local)
}

fn timezone<'a>(a: &'a Args) -> Res<&'a TimeZone> {
    a.native::<TimeZone>(0)
}

fn check_dt(a: &Args, method: &str) -> Res<()> {
    if a.get(1).is_none() || DateTime::from_value(a.get(1)).is_some() {
        return Ok(());
    }
    Err(Exc::TypeError
        .new(format!("{method}(dt) argument must be a datetime instance or None, not {}", ops::type_name(a.get(1)))))
}

impl NativeType for TimeZone {
    const NAME: &'static str = "timezone";
    const MODULE: &'static str = "datetime";
    const SHOWN: &'static str = "datetime.timezone";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(...)", "Fixed offset from UTC implementation of tzinfo.", |rt, a| {
            a.rest.remove(0);
            let slots = bind_c(Some("timezone"), &["offset", "name"], 1, 2, a)?;
            let offset = slots[0].clone().unwrap_or_default();
            let Some(offset) = TimeDelta::from_value(&offset).copied() else {
                return Err(Exc::TypeError.new(format!(
                    "timezone() argument 1 must be datetime.timedelta, not {}",
                    ops::type_name(&offset)
                )));
            };
            let name = match &slots[1] {
                Some(name) => Some(name.as_str().cloned().ok_or_else(|| {
                    Exc::TypeError.new(format!("timezone() argument 2 must be str, not {}", ops::type_name(name)))
                })?),
                None => None,
            };
            if offset.total_micros().abs() >= DAY_MICROS {
                return Err(Exc::ValueError.new(format!(
                    "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}.",
                    offset.repr("datetime.timedelta")
                )));
            }
            if name.is_none() {
                return Ok(fixed(rt, offset, None));
            }
            Ok(rt.object(TimeZone { offset, name }))
        }),
        Row::method("utcoffset", "(self, dt, /)", "Return fixed offset.", |rt, a| {
            check_dt(a, "utcoffset")?;
            Ok(timezone(a)?.offset.new_value(rt))
        }),
        Row::method("dst", "(self, dt, /)", "Return None.", |_, a| {
            check_dt(a, "dst")?;
            Ok(Value::None)
        }),
        Row::method("tzname", "(self, dt, /)", "The name.", |_, a| {
            check_dt(a, "tzname")?;
            Ok(timezone(a)?.text().into())
        }),
        Row::method("fromutc", "(self, dt, /)", "datetime in UTC -> datetime in local time.", |rt, a| {
            let offset = timezone(a)?.offset;
            let Some(dt) = DateTime::from_value(a.get(1)) else {
                return Err(Exc::TypeError.new("fromutc: argument must be a datetime instance"));
            };
            if !dt.time.tz.as_ref().is_some_and(|z| z.is(a.get(0))) {
                return Err(Exc::ValueError.new("fromutc: dt.tzinfo is not self"));
            }
            Ok(rt.object(dt.add_micros(offset.total_micros())?))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            if a.get(0).is(&utc(rt)) {
                return Ok("datetime.timezone.utc".into());
            }
            let z = timezone(a)?;
            let offset = z.offset.repr("datetime.timedelta");
            Ok(match &z.name {
                Some(name) => format!("datetime.timezone({offset}, {})", ops::repr(rt, &name.clone().into())?).into(),
                None => format!("datetime.timezone({offset})").into(),
            })
        }),
        Row::method("__str__", "(self, /)", "Return str(self).", |_, a| Ok(timezone(a)?.text().into())),
        Row::method("__eq__", "(self, value, /)", "Return self==value.", |_, a| match a.get(1).native::<TimeZone>() {
            Some(o) => Ok(Value::Bool(o.offset == timezone(a)?.offset)),
            None => Ok(Value::NotImplemented),
        }),
        Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
            Ok(Value::Int(timezone(a)?.offset.total_micros() as i64))
        }),
        Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
            let z = timezone(a)?;
            let mut args = vec![z.offset.new_value(rt)];
            args.extend(z.name.clone().map(Value::from));
            Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(args)]))
        }),
        Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
    ]];
    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<TzInfo>()
    }
    fn ready(rt: &Rt, class: &Rc<Class>) {
        class.set("utc".into(), utc(rt));
        let limit = |sign: i64| TimeZone { offset: TimeDelta::from_seconds(sign * (86_400 - 60)), name: None };
        class.set("max".into(), rt.object_of(class.clone(), limit(1)));
        class.set("min".into(), rt.object_of(class.clone(), limit(-1)));
    }
}

/// TypeError unless a value can be a `tzinfo` argument.
pub fn check_tzinfo(rt: &Rt, value: &Value) -> Res<()> {
    if value.is_none() || rt.is_instance(value, &rt.class::<TzInfo>()) {
        return Ok(());
    }
    Err(Exc::TypeError
        .new(format!("tzinfo argument must be None or of a tzinfo subclass, not type '{}'", ops::type_name(value))))
}

/// `tz.utcoffset(dt)`, checked.
pub fn utcoffset(rt: &Rt, tz: &Value, dt: &Value) -> Res<Option<TimeDelta>> {
    ask(rt, tz, "utcoffset", dt)
}

/// `tz.dst(dt)`, checked.
pub fn dst(rt: &Rt, tz: &Value, dt: &Value) -> Res<Option<TimeDelta>> {
    ask(rt, tz, "dst", dt)
}

fn ask(rt: &Rt, tz: &Value, method: &'static str, dt: &Value) -> Res<Option<TimeDelta>> {
    if let Some(z) = tz.native::<TimeZone>() {
        return Ok((method == "utcoffset").then_some(z.offset));
    }
    if let Value::Obj(o) = tz
        && let Some(z) = o.native::<ZoneInfo>()
        && !o.class().is_heap
    {
        return Ok(z.answer(dt).map(|x| if method == "dst" { x.1 } else { x.0 }));
    }
    let answer = ops::call_method(rt, tz, method.into(), CallArgs::new([dt.clone()]))?;
    if answer.is_none() {
        return Ok(None);
    }
    let Some(delta) = TimeDelta::from_value(&answer) else {
        return Err(Exc::TypeError
            .new(format!("tzinfo.{method}() must return None or a timedelta, not '{}'", ops::type_name(&answer))));
    };
    if delta.total_micros().abs() >= DAY_MICROS {
        return Err(Exc::ValueError
            .new("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)."));
    }
    Ok(Some(*delta))
}

/// `tz.tzname(dt)`, checked.
pub fn tzname(rt: &Rt, tz: &Value, dt: &Value) -> Res<Value> {
    let name = ops::call_method(rt, tz, "tzname".into(), CallArgs::new([dt.clone()]))?;
    if name.is_none() || name.as_str().is_some() {
        return Ok(name);
    }
    Err(Exc::TypeError.new(format!("tzinfo.tzname() must return None or a string, not '{}'", ops::type_name(&name))))
}

/// `tzinfo.fromutc`, from a subclass's `utcoffset` and `dst`.
fn from_utc_by_protocol(rt: &Rt, tz: &Value, value: &Value) -> Res<Value> {
    let Some(dt) = DateTime::from_value(value) else {
        return Err(Exc::TypeError.new("fromutc: argument must be a datetime"));
    };
    if !dt.time.tz.as_ref().is_some_and(|z| z.is(tz)) {
        return Err(Exc::ValueError.new("fromutc: dt.tzinfo is not self"));
    }
    let Some(off) = utcoffset(rt, tz, value)? else {
        return Err(Exc::ValueError.new("fromutc: non-None utcoffset() result required"));
    };
    let Some(saving) = dst(rt, tz, value)? else {
        return Err(Exc::ValueError.new("fromutc: non-None dst() result required"));
    };
    let standard = off.total_micros() - saving.total_micros();
    let shifted = dt.add_micros(standard)?;
    let shifted_value = shifted.clone().new_value(rt);
    let Some(saving) = dst(rt, tz, &shifted_value)? else {
        return Err(Exc::ValueError.new("fromutc: tz.dst() gave inconsistent results; cannot convert"));
    };
    Ok(rt.object(shifted.add_micros(saving.total_micros())?))
}

/// All zones' names.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name())
}

/// Seconds since the Unix epoch of a moment of UTC.
pub fn unix_seconds(d: &DateTime) -> i64 {
    let days = civil::ordinal(d.date.year.into(), d.date.month.into(), d.date.day.into()) - civil::UNIX_EPOCH;
    days * 86_400 + i64::from(d.time.seconds())
}
