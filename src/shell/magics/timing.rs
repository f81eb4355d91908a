//! `%time` and `%timeit`.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::options::Options;
use super::{Magic, Shell, say, usage};
use crate::object::{Instance, NativeType, Object, Res, Row, Rt, Value};
use crate::session::Session;
use crate::source::Name;

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "time",
        usage: "STATEMENT",
        doc: "Runs a statement and says how long it took.
As `%%time` it times the cell below it. The value is shown as that of any cell.",
        cell: true,
        run: time,
    },
    Magic {
        name: "timeit",
        usage: "[-n N] [-r R] [-p P] [-q] [-o] [-v NAME] STATEMENT",
        doc: "Runs a statement many times and says how long one takes.
As `%%timeit SETUP` it times the cell below it; SETUP runs once and is not timed.
  -n N     loops; as many as take a fifth of a second where it is left out
  -r R     how often the loops are repeated (7)
  -p P     digits (3)
  -q       prints nothing
  -o       gives a TimeitResult: loops, repeat, best, worst, average, stdev, all_runs, timings
  -v NAME  puts the TimeitResult into a variable",
        cell: true,
        run: timeit,
    },
];

/// A time as IPython writes it, with three digits.
pub fn duration(time: Duration) -> String {
    digits(time.as_secs_f64(), 3)
}

/// Seconds with so many digits, in the unit that fits.
fn digits(seconds: f64, precision: usize) -> String {
    if seconds >= 60.0 {
        let mut left = seconds;
        let mut parts = Vec::new();
        for (unit, length) in [("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0)] {
            let count = (left / length).floor();
            if count > 0.0 {
                left %= length;
                parts.push(format!("{count}{unit}"));
            }
            if left < 1.0 {
                break;
            }
        }
        return parts.join(" ");
    }
    let order = if seconds > 0.0 { (-(seconds.log10().floor() as i32).div_euclid(3)).clamp(0, 3) as usize } else { 3 };
    let unit = ["s", "ms", "μs", "ns"][order];
    format!("{} {unit}", general(seconds * 1000_f64.powi(order as i32), precision))
}

/// C's `%.*g`.
fn general(value: f64, precision: usize) -> String {
    let precision = precision.max(1);
    if value == 0.0 {
        return "0".into();
    }
    let science = format!("{:.*e}", precision - 1, value);
    let (mantissa, exponent) = science.split_once('e').unwrap_or((&science, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| {
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text.to_string() }
    };
    if exponent < -4 || exponent >= precision as i32 {
        return format!("{}e{}{:02}", trim(mantissa), if exponent < 0 { '-' } else { '+' }, exponent.abs());
    }
    trim(&format!("{:.*}", (precision as i32 - 1 - exponent).max(0) as usize, value))
}

/// The time that the program has used the processor: in its own code, in the system's.
#[cfg(unix)]
fn used() -> Option<(Duration, Duration)> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let time = |t: nix::sys::time::TimeVal| {
        Duration::new(u64::try_from(t.tv_sec()).unwrap_or(0), u32::try_from(t.tv_usec()).unwrap_or(0) * 1000)
    };
    Some((time(usage.user_time()), time(usage.system_time())))
}

#[cfg(not(unix))]
fn used() -> Option<(Duration, Duration)> {
    None
}

fn time(_: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    if body.is_some() && !rest.is_empty() {
        return usage(session, "Can't use statement directly after '%%time'!");
    }
    let run = session.compiled(body.unwrap_or(rest))?;
    let before = used();
    let started = Instant::now();
    let result = run(session);
    let wall = started.elapsed();
    let mut out = String::new();
    if let (Some((user, system)), Some((user_now, system_now))) = (before, used()) {
        let (user, system) = (user_now.saturating_sub(user), system_now.saturating_sub(system));
        let total = duration(user + system);
        out.push_str(&format!("CPU times: user {}, sys: {}, total: {total}\n", duration(user), duration(system)));
    }
    out.push_str(&format!("Wall time: {}\n", duration(wall)));
    say(session, &out);
    result
}

/// What `%timeit -o` gives.
struct TimeitResult {
    loops: u32,
    repeats: u32,
    runs: Vec<f64>,
    precision: usize,
}

impl TimeitResult {
    fn timings(&self) -> Vec<f64> {
        self.runs.iter().map(|run| run / f64::from(self.loops)).collect()
    }

    fn best(&self) -> f64 {
        self.timings().into_iter().fold(f64::INFINITY, f64::min)
    }

    fn worst(&self) -> f64 {
        self.timings().into_iter().fold(0.0, f64::max)
    }

    fn average(&self) -> f64 {
        let timings = self.timings();
        timings.iter().sum::<f64>() / timings.len().max(1) as f64
    }

    fn deviation(&self) -> f64 {
        let (mean, timings) = (self.average(), self.timings());
        (timings.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / timings.len().max(1) as f64).sqrt()
    }

    fn text(&self) -> String {
        let plural = |n: u32| if n == 1 { "" } else { "s" };
        format!(
            "{} ± {} per loop (mean ± std. dev. of {} run{}, {} loop{} each)",
            digits(self.average(), self.precision),
            digits(self.deviation(), self.precision),
            self.repeats,
            plural(self.repeats),
            grouped(self.loops),
            plural(self.loops),
        )
    }
}

impl Object for TimeitResult {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let floats = |list: Vec<f64>| Value::list(list.into_iter().map(Value::Float).collect());
        Ok(Some(match &*name.text() {
            "loops" => Value::Int(self.loops.into()),
            "repeat" => Value::Int(self.repeats.into()),
            "best" => Value::Float(self.best()),
            "worst" => Value::Float(self.worst()),
            "average" => Value::Float(self.average()),
            "stdev" => Value::Float(self.deviation()),
            "all_runs" => floats(self.runs.clone()),
            "timings" => floats(self.timings()),
            _ => return Ok(None),
        }))
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        let names = ["loops", "repeat", "best", "worst", "average", "stdev", "all_runs", "timings"];
        names.into_iter().map(Name::new).collect()
    }
}

impl NativeType for TimeitResult {
    const NAME: &'static str = "TimeitResult";
    const MODULE: &'static str = "IPython.core.magics.execution";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__str__", "(self)", "The times as %timeit prints them.", |_, a| {
            Ok(Value::str(a.native::<TimeitResult>(0)?.text()))
        }),
        Row::method("__repr__", "(self)", "The times as %timeit prints them.", |_, a| {
            Ok(Value::str(format!("<TimeitResult : {}>", a.native::<TimeitResult>(0)?.text())))
        }),
    ]];
}

/// A number with commas between the thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn timeit(_: &Shell, session: &Session, rest: &str, body: Option<&str>) -> Res<Option<Value>> {
    let options = match Options::read(rest, "n:r:tcp:qov:") {
        Ok(options) => options,
        Err(sentence) => return usage(session, &sentence),
    };
    let (setup, code) = match body {
        Some(body) => (options.rest, body),
        None => ("", options.rest),
    };
    if code.is_empty() {
        return Ok(None);
    }
    let run = session.compiled(code)?;
    if !setup.is_empty() {
        session.evaluate_here(setup)?;
    }
    let sample = |n: u32| -> Res<f64> {
        let started = Instant::now();
        for _ in 0..n {
            run(session)?;
        }
        Ok(started.elapsed().as_secs_f64())
    };
    let repeats = options.number('r')?.unwrap_or(7).max(1);
    let loops = match options.number('n')?.filter(|n| *n > 0) {
        Some(n) => n,
        None => {
            let mut n = 1_u32;
            while sample(n)? < 0.2 && n < 1_000_000_000 {
                n *= 10;
            }
            n
        }
    };
    let runs = (0..repeats).map(|_| sample(loops)).collect::<Res<Vec<f64>>>()?;
    let precision = options.number('p')?.unwrap_or(3) as usize;
    let result = TimeitResult { loops, repeats, runs, precision };
    if !options.has('q') {
        let (best, worst) = (result.best(), result.worst());
        if worst > 4.0 * best && best > 0.0 && worst > 1e-6 {
            let times = worst / best;
            say(
                session,
                &format!(
                    "The slowest run took {times:.2} times longer than the fastest. This could mean that an intermediate result is being cached.\n"
                ),
            );
        }
        say(session, &format!("{}\n", result.text()));
    }
    let value = session.rt.object(result);
    if let Some(name) = options.get('v') {
        session.main.set(Name::new(name), value);
        return Ok(None);
    }
    Ok(options.has('o').then_some(value))
}
