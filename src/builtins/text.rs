//! Text in and out: `print`, `input`, `repr`, `format`, `chr` and their like.

use crate::object::args::Args;
use crate::object::ops;
use crate::object::text::Str;
use crate::object::{CallArgs, Exc, Res, Row, Rt, Value, types};
use crate::source::Name;

pub(super) const ROWS: &[Row] = &[
    Row::method(
        "print",
        "(*args, sep=' ', end='\\n', file=None, flush=False)",
        "Prints the values to a stream, or to sys.stdout by default.",
        print,
    ),
    Row::method("repr", "(obj, /)", "Return the canonical string representation of the object.", |rt, a| {
        ops::repr(rt, a.get(0)).map(Value::Str)
    }),
    Row::method("ascii", "(obj, /)", "Return an ASCII-only representation of an object.", |rt, a| {
        ops::ascii(rt, a.get(0)).map(Value::Str)
    }),
    Row::method(
        "format",
        "(value, format_spec='', /)",
        "Return type(value).__format__(value, format_spec).",
        |rt, a| {
            let spec = match a.opt(1) {
                None => Str::from(""),
                Some(v) => v.as_str().cloned().ok_or_else(|| {
                    Exc::TypeError.new(format!("format() argument 2 must be str, not {}", ops::argument_name(v)))
                })?,
            };
            ops::format(rt, a.get(0), &spec).map(Value::Str)
        },
    ),
    Row::method(
        "chr",
        "(i, /)",
        "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.",
        |rt, a| match super::numbers::code_point(rt, a.get(0))? {
            Some(c) => Ok(Value::Str(Str::of_char(c))),
            None => Err(Exc::ValueError.new("chr() arg not in range(0x110000)")),
        },
    ),
    Row::method("ord", "(c, /)", "Return the Unicode code point for a one-character string.", |_, a| {
        let v = a.get(0);
        let n = match (v.as_str(), types::bytes_like(v)) {
            (Some(s), _) => {
                let mut chars = s.chars();
                if let (Some(c), None) = (chars.next(), chars.next()) {
                    return Ok(Value::Int(c as i64));
                }
                s.char_count()
            }
            (_, Some(b)) => match &b[..] {
                [b] => return Ok(Value::Int(*b as i64)),
                other => other.len(),
            },
            _ => {
                return Err(
                    Exc::TypeError.new(format!("ord() expected string of length 1, but {} found", ops::type_name(v)))
                );
            }
        };
        Err(Exc::TypeError.new(format!("ord() expected a character, but string of length {n} found")))
    }),
    Row::method("input", "(prompt='', /)", "Read a string from standard input.", |rt, a| {
        let prompt = match a.opt(0) {
            Some(v) => ops::str(rt, v)?,
            None => Str::from(""),
        };
        match rt.host.read_line(&prompt) {
            Some(line) => Ok(Value::from(line)),
            None => Err(Exc::EOFError.new("EOF when reading a line")),
        }
    }),
    Row::method(
        "open",
        "(/, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        "Refused: a session reaches no files.",
        |_, _| Err(Exc::PermissionError.new("open() is not available here: a session reaches no files")),
    ),
];

fn text_or_none(a: &Args, slot: usize, name: &str, default: &str) -> Res<Str> {
    match a.some(slot) {
        None => Ok(default.into()),
        Some(v) => v
            .as_str()
            .cloned()
            .ok_or_else(|| Exc::TypeError.new(format!("{name} must be None or a string, not {}", ops::type_name(v)))),
    }
}

fn print(rt: &Rt, a: &mut Args) -> Res<Value> {
    let sep = text_or_none(a, 0, "sep", " ")?;
    let end = text_or_none(a, 1, "end", "\n")?;
    let file = match a.some(2) {
        Some(file) => Some(file.clone()),
        None => redirected(rt),
    };
    let mut out = String::new();
    for (i, v) in a.rest.iter().enumerate() {
        if i > 0 {
            out.push_str(&sep);
        }
        match v {
            Value::Str(s) => out.push_str(s),
            _ => match ops::str(rt, v) {
                Ok(text) => out.push_str(&text),
                // What stands before a value that cannot be shown is printed all the same.
                Err(e) if file.is_none() => {
                    rt.host.write(&out);
                    return Err(e);
                }
                Err(e) => return Err(e),
            },
        }
        types::check_size(rt, out.len())?;
    }
    out.push_str(&end);
    match file {
        None => rt.host.write(&out),
        Some(file) => {
            ops::call_method(rt, &file, "write".into(), CallArgs::new([Value::from(out)]))?;
            if a.flag(rt, 3, false)? && ops::has_attr(rt, &file, "flush".into())? {
                ops::call_method(rt, &file, "flush".into(), CallArgs::none())?;
            }
        }
    }
    Ok(Value::None)
}

/// What the session put in `sys.stdout`'s place.
fn redirected(rt: &Rt) -> Option<Value> {
    let sys = rt.modules.borrow().get(&Name::new("sys")).cloned()?;
    let module = sys.native::<crate::object::module::ModuleObject>()?;
    let now = module.0.get("stdout".into())?;
    let original = module.0.get("__stdout__".into())?;
    (!now.is(&original)).then_some(now)
}
