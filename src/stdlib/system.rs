//! `sys` and `time`. Mirrors <https://docs.python.org/3/library/sys.html> and
//! <https://docs.python.org/3/library/time.html>.

use std::rc::Rc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::support::{put_class, to_f64};
use crate::object::args::Args;
use crate::object::dict::Dict;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::types::datetime::strftime::{self, Moment};
use crate::object::types::datetime::struct_seq::{self, STRUCT_TIME, Spec};
use crate::object::types::datetime::{DateTime, TimeZone, civil, strptime, zone};
use crate::object::value::Value;

static VERSION_INFO: Spec = Spec {
    name: "version_info",
    module: "sys",
    shown: "sys.version_info",
    fields: &["major", "minor", "micro", "releaselevel", "serial"],
};
static FLOAT_INFO: Spec = Spec {
    name: "float_info",
    module: "sys",
    shown: "sys.float_info",
    fields: &[
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ],
};
static INT_INFO: Spec = Spec {
    name: "int_info",
    module: "sys",
    shown: "sys.int_info",
    fields: &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
};
static HASH_INFO: Spec = Spec {
    name: "hash_info",
    module: "sys",
    shown: "sys.hash_info",
    fields: &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
};

/// `sys.stdout`, `sys.stderr` and `sys.stdin`.
struct Stream(&'static str);

impl Object for Stream {}

impl NativeType for Stream {
    const NAME: &'static str = "TextIOWrapper";
    const MODULE: &'static str = "_io";
    const SHOWN: &'static str = "_io.TextIOWrapper";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("write", "(self, text, /)", "Writes text; how many characters it was.", |rt, a| {
            let Some(text) = a.get(1).as_str() else {
                return Err(
                    Exc::TypeError.new(format!("write() argument must be str, not {}", ops::type_name(a.get(1))))
                );
            };
            match a.native::<Stream>(0)?.0 {
                "<stdout>" => rt.host.write(text),
                _ => rt.host.write_error(text),
            }
            Ok(text.char_count().into())
        }),
        Row::method("writelines", "(self, lines, /)", "Writes lines.", |rt, a| {
            for line in ops::collect(rt, a.get(1))? {
                ops::call_method(rt, a.get(0), "write".into(), crate::object::CallArgs::new([line]))?;
            }
            Ok(Value::None)
        }),
        Row::method("flush", "(self, /)", "Nothing waits.", |_, _| Ok(Value::None)),
        Row::method("isatty", "(self, /)", "Whether it is a terminal.", |_, _| Ok(Value::Bool(false))),
        Row::method("readline", "(self, size=-1, /)", "Reads a line.", |rt, _| {
            Ok(rt.host.read_line("").map_or_else(String::new, |l| l + "\n").into())
        }),
        Row::method("read", "(self, size=-1, /)", "Reads everything.", |rt, _| {
            let mut out = String::new();
            while let Some(line) = rt.host.read_line("") {
                out.push_str(&line);
                out.push('\n');
            }
            Ok(out.into())
        }),
        Row::getter("name", "Its name.", |_, a| Ok(a.native::<Stream>(0)?.0.into())),
        Row::getter("encoding", "utf-8", |_, _| Ok("utf-8".into())),
        Row::getter("closed", "False", |_, _| Ok(Value::Bool(false))),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            let name = a.native::<Stream>(0)?.0;
            let mode = if name == "<stdin>" { 'r' } else { 'w' };
            Ok(format!("<_io.TextIOWrapper name='{name}' mode='{mode}' encoding='utf-8'>").into())
        }),
    ]];
}

pub(super) fn build_sys(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let int = |n: i64| Value::Int(n);
    let version = vec![int(3), int(13), int(0), "final".into(), int(0)];
    m.put("version_info", struct_seq::value(rt, &VERSION_INFO, version));
    m.put("version", "3.13.0 (ormsh)");
    m.put("hexversion", int(0x030d_00f0));
    m.put("api_version", int(1013));
    m.put("maxsize", int(i64::MAX));
    m.put("maxunicode", int(0x10_ffff));
    m.put("byteorder", "little");
    m.put("platform", "linux");
    m.put("executable", "");
    m.put("prefix", "");
    m.put("copyright", "");
    m.put("ps1", ">>> ");
    m.put("ps2", "... ");
    m.put("argv", Value::list(vec!["".into()]));
    m.put("path", Value::list(Vec::new()));
    m.put("flags", Value::None);
    m.put("dont_write_bytecode", Value::Bool(true));
    m.put("float_repr_style", "short");
    let floats = vec![
        Value::Float(f64::MAX),
        int(1024),
        int(308),
        Value::Float(f64::MIN_POSITIVE),
        int(-1021),
        int(-307),
        int(15),
        int(53),
        Value::Float(f64::EPSILON),
        int(2),
        int(1),
    ];
    m.put("float_info", struct_seq::value(rt, &FLOAT_INFO, floats));
    m.put("int_info", struct_seq::value(rt, &INT_INFO, vec![int(30), int(4), int(4300), int(640)]));
    let hashes = vec![
        int(64),
        int((1 << 61) - 1),
        int(314_159),
        int(0),
        int(1_000_003),
        "siphash13".into(),
        int(64),
        int(128),
        int(0),
    ];
    m.put("hash_info", struct_seq::value(rt, &HASH_INFO, hashes));
    for (name, shown) in [("stdout", "<stdout>"), ("stderr", "<stderr>"), ("stdin", "<stdin>")] {
        let stream = rt.object(Stream(shown));
        m.put(name, stream.clone());
        m.put(&format!("__{name}__"), stream);
    }
    let modules = Dict::new();
    for (name, value) in rt.modules.borrow().iter() {
        modules.set_str(rt, &name.text(), value.clone());
    }
    m.put("modules", Value::Dict(modules));
    let builtin: Vec<Value> = rt.importable.borrow().keys().map(|n| Value::from(*n)).collect();
    m.put("builtin_module_names", Value::tuple(builtin));
    m.add_rows(SYS);
    Ok(())
}

const SYS: &[Row] = &[
    Row::method("exit", "(status=None, /)", "Exit the interpreter by raising SystemExit(status).", |_, a| {
        Err(Exc::SystemExit.with_args(a.opt(0).cloned().into_iter().collect()))
    }),
    Row::method("getrecursionlimit", "()", "Return the current value of the recursion limit.", |rt, _| {
        Ok(Value::Int(rt.recursion_limit.get().into()))
    }),
    Row::method("setrecursionlimit", "(limit, /)", "Set the maximum depth of calls.", |rt, a| {
        let n = ops::index(rt, a.get(0))?;
        if n < 1 {
            return Err(Exc::ValueError.new("recursion limit must be greater or equal than 1"));
        }
        // Deeper than this our own stack would not bear.
        rt.recursion_limit.set(n.min(5000) as u32);
        Ok(Value::None)
    }),
    Row::method("exception", "()", "The exception being handled.", |rt, _| {
        Ok(rt.handling.borrow().last().cloned().map_or(Value::None, Value::Obj))
    }),
    Row::method("exc_info", "()", "Type, value and traceback of the exception being handled.", |rt, _| {
        let Some(exc) = rt.handling.borrow().last().cloned() else {
            return Ok(Value::tuple(vec![Value::None; 3]));
        };
        let class = Value::Class(exc.class().clone());
        let exc = Value::Obj(exc);
        let trace = ops::get_attr_opt(rt, &exc, "__traceback__".into())?.unwrap_or_default();
        Ok(Value::tuple(vec![class, exc, trace]))
    }),
    Row::method("getsizeof", "(object, default=None, /)", "The size of an object in bytes.", |rt, a| {
        let v = a.get(0);
        let n = match v.plain() {
            Value::None => 16,
            Value::Bool(_) | Value::Int(_) => 28,
            Value::Float(_) => 24,
            Value::Big(b) => 24 + 4 * (b.bits() as i64).div_euclid(30),
            Value::Str(s) => 41 + s.len() as i64,
            Value::Bytes(b) => 33 + b.len() as i64,
            Value::List(l) => 56 + 8 * l.len() as i64,
            Value::Tuple(t) => 40 + 8 * t.len() as i64,
            Value::Dict(d) => 64 + 104 * d.len() as i64,
            Value::Set(s) => 216 + 64 * s.table.len() as i64,
            _ => 48,
        };
        let _ = rt;
        Ok(Value::Int(n))
    }),
    Row::method("getrefcount", "(object, /)", "A reference count.", |_, _| Ok(Value::Int(2))),
    Row::method("intern", "(string, /)", "The string itself.", |_, a| Ok(a.take(0))),
    Row::method("getdefaultencoding", "()", "utf-8", |_, _| Ok("utf-8".into())),
    Row::method("getfilesystemencoding", "()", "utf-8", |_, _| Ok("utf-8".into())),
    Row::method("get_int_max_str_digits", "()", "4300", |_, _| Ok(Value::Int(4300))),
    Row::method("set_int_max_str_digits", "(maxdigits)", "Changes nothing.", |_, _| Ok(Value::None)),
    Row::method("is_finalizing", "()", "False", |_, _| Ok(Value::Bool(false))),
];

thread_local! {
    /// What the monotonic clocks count from.
    static START: Instant = Instant::now();
}

fn elapsed() -> Duration {
    START.with(|s| s.elapsed()) + Duration::from_secs(1)
}

pub(super) fn build_time(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    put_class(m, struct_seq::class(rt, &STRUCT_TIME));
    let tz = zone::local_zone(rt);
    let year = |month| DateTime::new(2024, month, 1, 0, 0, 0, 0).map(|d| zone::local_offset(tz, &d));
    let (winter, summer) = (year(1)?, year(7)?);
    m.put("timezone", Value::Int(-(winter.0.total_micros() / 1_000_000) as i64));
    m.put("altzone", Value::Int(-(summer.0.total_micros() / 1_000_000) as i64));
    m.put("daylight", Value::Int(i64::from(winter.0 != summer.0)));
    m.put("tzname", Value::pair(winter.2.into(), summer.2.into()));
    m.add_rows(TIME);
    Ok(())
}

/// The moment of an argument: seconds since the epoch, now where none are given.
fn moment(rt: &Rt, a: &Args, local: bool) -> Res<Value> {
    let micros = match a.some(0) {
        Some(v) => (to_f64(rt, v)?.floor() as i128) * 1_000_000,
        None => rt.host.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as i128,
    };
    let epoch = DateTime::new(1970, 1, 1, 0, 0, 0, 0)?;
    let utc = epoch.add_micros(micros)?;
    let (d, dst) = if local {
        let (offset, dst, _) = zone::utc_offset(zone::local_zone(rt), &utc);
        (utc.add_micros(offset.total_micros())?, i64::from(dst.total_micros() != 0))
    } else {
        (utc, 0)
    };
    Ok(strftime::struct_time(
        rt,
        &Moment {
            year: d.date.year.into(),
            month: d.date.month.into(),
            day: d.date.day.into(),
            hour: d.time.hour.into(),
            minute: d.time.minute.into(),
            second: d.time.second.into(),
            micro: 0,
            weekday: d.date.weekday(),
            year_day: d.date.day_of_year(),
            is_dst: dst,
        },
    ))
}

/// The parts of a `struct_time` argument.
fn parts(rt: &Rt, v: &Value) -> Res<Moment> {
    let items = match v.as_tuple() {
        Some(t) if t.len() >= 9 => t.clone(),
        _ => return Err(Exc::TypeError.new("Tuple or struct_time argument required")),
    };
    let n = |i: usize| ops::index(rt, &items[i]);
    Ok(Moment {
        year: n(0)?,
        month: n(1)?.max(1),
        day: n(2)?.max(1),
        hour: n(3)?,
        minute: n(4)?,
        second: n(5)?,
        micro: 0,
        weekday: n(6)?,
        year_day: n(7)?.max(1),
        is_dst: n(8)?,
    })
}

fn parts_or_now(rt: &Rt, a: &Args, slot: usize) -> Res<Moment> {
    match a.some(slot) {
        Some(v) => parts(rt, v),
        None => {
            let empty = Args { name: "localtime", slots: &mut [], rest: Vec::new(), kwargs: Vec::new() };
            let now = moment(rt, &empty, true)?;
            parts(rt, &now)
        }
    }
}

fn nanos(d: Duration) -> Value {
    Value::Int(d.as_nanos() as i64)
}

const TIME: &[Row] = &[
    Row::method("time", "()", "Seconds since the Epoch.", |rt, _| {
        Ok(Value::Float(rt.host.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()))
    }),
    Row::method("time_ns", "()", "Nanoseconds since the Epoch.", |rt, _| {
        Ok(nanos(rt.host.now().duration_since(UNIX_EPOCH).unwrap_or_default()))
    }),
    Row::method("monotonic", "()", "A clock that cannot go back.", |_, _| Ok(Value::Float(elapsed().as_secs_f64()))),
    Row::method("monotonic_ns", "()", "The same in nanoseconds.", |_, _| Ok(nanos(elapsed()))),
    Row::method("perf_counter", "()", "A clock for measuring.", |_, _| Ok(Value::Float(elapsed().as_secs_f64()))),
    Row::method("perf_counter_ns", "()", "The same in nanoseconds.", |_, _| Ok(nanos(elapsed()))),
    Row::method("process_time", "()", "A clock for measuring.", |_, _| Ok(Value::Float(elapsed().as_secs_f64()))),
    Row::method("process_time_ns", "()", "The same in nanoseconds.", |_, _| Ok(nanos(elapsed()))),
    Row::method("thread_time", "()", "A clock for measuring.", |_, _| Ok(Value::Float(elapsed().as_secs_f64()))),
    Row::method("sleep", "(seconds, /)", "Waits so many seconds; Ctrl-C ends it.", |rt, a| {
        let seconds = match to_f64(rt, a.get(0)) {
            Ok(s) => s,
            Err(_) => {
                let kind = ops::type_name(a.get(0));
                return Err(Exc::TypeError.new(format!("'{kind}' object cannot be interpreted as an integer")));
            }
        };
        if seconds.is_nan() {
            return Err(Exc::ValueError.new("Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(Exc::ValueError.new("sleep length must be non-negative"));
        }
        let end = Instant::now() + Duration::from_secs_f64(seconds.min(1e9));
        loop {
            rt.check_interrupt()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Value::None);
            }
            std::thread::sleep(left.min(Duration::from_millis(20)));
        }
    }),
    Row::method("localtime", "(seconds=None, /)", "Seconds as local time.", |rt, a| moment(rt, a, true)),
    Row::method("gmtime", "(seconds=None, /)", "Seconds as UTC.", |rt, a| moment(rt, a, false)),
    Row::method("mktime", "(tuple, /)", "Local time as seconds since the Epoch.", |rt, a| {
        let m = parts(rt, a.get(0))?;
        let days = civil::ordinal(m.year, m.month, 1) + m.day - 1;
        let micros = i128::from(days * 86_400 + m.hour * 3600 + m.minute * 60 + m.second) * 1_000_000;
        let d = DateTime::from_micros(micros)?;
        Ok(Value::Float((d.unix_micros(rt, None)? / 1_000_000) as f64))
    }),
    Row::method("strftime", "(format, tuple=None, /)", "Formats a time.", |rt, a| {
        let m = parts_or_now(rt, a, 1)?;
        let (offset, _, name) = match DateTime::new(m.year, m.month, m.day, m.hour, m.minute, m.second.min(59), 0) {
            Ok(d) => zone::local_offset(zone::local_zone(rt), &d),
            Err(_) => Default::default(),
        };
        let tz = rt.object(TimeZone { offset, name: Some(name.as_str().into()) });
        Ok(strftime::strftime(rt, a.str(0)?, &m, Some((&tz, &Value::None)))?.into())
    }),
    Row::method("strptime", "(string, format='%a %b %d %H:%M:%S %Y', /)", "Reads a time.", |rt, a| {
        let format = a.opt(1).map_or(Ok("%a %b %d %H:%M:%S %Y".into()), |_| a.str(1).cloned())?;
        let parsed = strptime::strptime(rt, a.str(0)?, &format)?;
        Ok(strftime::struct_time(rt, &parsed.moment))
    }),
    Row::method("asctime", "(tuple=None, /)", "A time as text.", |rt, a| {
        Ok(strftime::ctime(&parts_or_now(rt, a, 0)?).into())
    }),
    Row::method("ctime", "(seconds=None, /)", "Seconds as text.", |rt, a| {
        let t = moment(rt, a, true)?;
        Ok(strftime::ctime(&parts(rt, &t)?).into())
    }),
    Row::method("tzset", "()", "Nothing changes.", |_, _| Ok(Value::None)),
];
