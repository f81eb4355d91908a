//! `re.RegexFlag`: integers that show their names.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::object::args::Args;
use crate::object::class::{Class, Names};
use crate::object::error::{Exc, Res};
use crate::object::function::{NativeFn, Row};
use crate::object::instance::{Instance, Payload};
use crate::object::module::Module;
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::Name;

const FLAGS: [(&str, &str, u32); 8] = [
    ("ASCII", "A", 256),
    ("IGNORECASE", "I", 2),
    ("LOCALE", "L", 4),
    ("UNICODE", "U", 32),
    ("MULTILINE", "M", 8),
    ("DOTALL", "S", 16),
    ("VERBOSE", "X", 64),
    ("DEBUG", "DEBUG", 128),
];

#[derive(Default)]
struct Made(OnceCell<Rc<Class>>);

fn class(rt: &Rt) -> Rc<Class> {
    let int = rt.types.int.clone();
    rt.state::<Made>()
        .0
        .get_or_init(|| {
            let mut dict = Names::default();
            for row in ROWS {
                dict.insert(Name::new(row.name), NativeFn::from_row(row, Some("RegexFlag")).into_attribute());
            }
            Class::build("RegexFlag", "re", vec![int.clone()], None, dict, true).unwrap_or(int)
        })
        .clone()
}

/// A flag value.
pub(super) fn value(rt: &Rt, n: i64) -> Value {
    Value::Obj(Instance::new(class(rt), Payload::Base(Value::Int(n))))
}

pub(super) fn add(rt: &Rt, m: &Module) {
    let class = class(rt);
    for (long, short, n) in FLAGS {
        let flag = value(rt, n.into());
        class.set(Name::new(long), flag.clone());
        m.put(long, flag.clone());
        if short != long {
            class.set(Name::new(short), flag.clone());
            m.put(short, flag);
        }
    }
    let none = value(rt, 0);
    class.set("NOFLAG".into(), none.clone());
    m.put("NOFLAG", none);
    m.put("RegexFlag", Value::Class(class));
}

/// The names of the flags that a number holds, as a pattern's repr shows them.
pub(super) fn text(n: i64) -> String {
    if n == 0 {
        return "re.NOFLAG".into();
    }
    let mut rest = n;
    let mut parts = Vec::new();
    for (name, _, bit) in FLAGS {
        if rest & i64::from(bit) != 0 {
            rest &= !i64::from(bit);
            parts.push(format!("re.{name}"));
        }
    }
    if rest != 0 {
        parts.push(format!("0x{rest:x}"));
    }
    parts.join("|")
}

/// The same in the order in which a pattern's repr shows them.
pub(super) fn text_in_order(n: i64) -> String {
    const ORDER: [&str; 8] = ["IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG", "ASCII"];
    let mut parts = Vec::new();
    for name in ORDER {
        if FLAGS.iter().any(|(long, _, bit)| *long == name && n & i64::from(*bit) != 0) {
            parts.push(format!("re.{name}"));
        }
    }
    parts.join("|")
}

fn pair(a: &Args) -> Option<(i64, i64)> {
    Some((a.get(0).as_int()?, a.get(1).as_int()?))
}

fn combined(rt: &Rt, a: &mut Args, f: fn(i64, i64) -> i64) -> Res<Value> {
    Ok(match pair(a) {
        Some((x, y)) => value(rt, f(x, y)),
        None => Value::NotImplemented,
    })
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, value=0)", "A flag of a number.", |rt, a| match a.get(1).as_int() {
        Some(n) => Ok(value(rt, n)),
        None => Err(Exc::TypeError.new("an integer is required")),
    }),
    Row::method("__repr__", "(self)", "Its names.", |_, a| Ok(text(a.get(0).as_int().unwrap_or(0)).into())),
    Row::method("__str__", "(self)", "Its names.", |_, a| Ok(text(a.get(0).as_int().unwrap_or(0)).into())),
    Row::method("__or__", "(self, value)", "Both.", |rt, a| combined(rt, a, |x, y| x | y)),
    Row::method("__ror__", "(self, value)", "Both.", |rt, a| combined(rt, a, |x, y| x | y)),
    Row::method("__and__", "(self, value)", "What both have.", |rt, a| combined(rt, a, |x, y| x & y)),
    Row::method("__rand__", "(self, value)", "What both have.", |rt, a| combined(rt, a, |x, y| x & y)),
    Row::method("__xor__", "(self, value)", "What one has.", |rt, a| combined(rt, a, |x, y| x ^ y)),
    Row::method("__invert__", "(self)", "All others.", |rt, a| {
        let all: i64 = FLAGS.iter().map(|f| i64::from(f.2)).sum();
        Ok(value(rt, all & !a.get(0).as_int().unwrap_or(0)))
    }),
    Row::getter("value", "The number.", |_, a| Ok(Value::Int(a.get(0).as_int().unwrap_or(0)))),
    Row::getter("name", "Its names.", |_, a| Ok(text(a.get(0).as_int().unwrap_or(0)).replace("re.", "").into())),
];
