//! Numbers: `abs`, `round`, `pow`, `sum`, `min` and their like.

use num_traits::ToPrimitive;

use crate::object::args::Args;
use crate::object::ops::{self, BinOp, Order};
use crate::object::{Exc, Res, Row, Rt, Value, types};
use crate::source::known;

pub(super) const ROWS: &[Row] = &[
    Row::method("abs", "(x, /)", "Return the absolute value of the argument.", |rt, a| match a.get(0) {
        Value::Int(i) if *i != i64::MIN => Ok(Value::Int(i.abs())),
        Value::Float(f) => Ok(Value::Float(f.abs())),
        v => match ops::lookup_special(rt, v, known::ABS)? {
            Some(method) => ops::call0(rt, &method),
            None => Err(Exc::TypeError.new(format!("bad operand type for abs(): '{}'", ops::type_name(v)))),
        },
    }),
    Row::method("round", "(/, number, ndigits=None)", "Round a number to a given precision in decimal digits.", round),
    Row::method(
        "pow",
        "(/, base, exp, mod=None)",
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3.",
        pow,
    ),
    Row::method("divmod", "(x, y, /)", "Return the tuple (x//y, x%y).", |rt, a| {
        let (x, y) = (a.get(0), a.get(1));
        let (cx, cy) = (rt.class_of(x), rt.class_of(y));
        let later = !std::rc::Rc::ptr_eq(&cx, &cy) && cy.is_subclass(&cx);
        if later && let Some(v) = ops::call_special(rt, y, &cy, known::RDIVMOD, x)? {
            return Ok(v);
        }
        if let Some(v) = ops::call_special(rt, x, &cx, known::DIVMOD, y)? {
            return Ok(v);
        }
        if let Some(v) = ops::call_special(rt, y, &cy, known::RDIVMOD, x)? {
            return Ok(v);
        }
        Err(Exc::TypeError.new(format!(
            "unsupported operand type(s) for divmod(): '{}' and '{}'",
            ops::type_name(x),
            ops::type_name(y)
        )))
    }),
    Row::method(
        "sum",
        "(iterable, /, start=0)",
        "Return the sum of a 'start' value (default: 0) plus an iterable of numbers.",
        sum,
    ),
    Row::method(
        "min",
        "(*args, key=None, default=<unset>)",
        "The smallest item of an iterable, or the smallest of two or more arguments.",
        |rt, a| extreme(rt, a, Order::Lt),
    ),
    Row::method(
        "max",
        "(*args, key=None, default=<unset>)",
        "The biggest item of an iterable, or the largest of two or more arguments.",
        |rt, a| extreme(rt, a, Order::Gt),
    ),
    Row::method("hex", "(number, /)", "Return the hexadecimal representation of an integer.", |rt, a| {
        radix(rt, a, 16, "0x")
    }),
    Row::method("oct", "(number, /)", "Return the octal representation of an integer.", |rt, a| radix(rt, a, 8, "0o")),
    Row::method("bin", "(number, /)", "Return the binary representation of an integer.", |rt, a| radix(rt, a, 2, "0b")),
    Row::method("hash", "(obj, /)", "Return the hash value for the given object.", |rt, a| {
        Ok(Value::Int(ops::hash(rt, a.get(0))? as i64))
    }),
];

fn radix(rt: &Rt, a: &Args, radix: u32, prefix: &str) -> Res<Value> {
    let n = ops::index_big(rt, a.get(0))?;
    let sign = if types::int::arith::is_negative(&n) { "-" } else { "" };
    Ok(Value::from(format!("{sign}{prefix}{}", n.magnitude().to_str_radix(radix))))
}

fn round(rt: &Rt, a: &mut Args) -> Res<Value> {
    let v = a.get(0);
    let Some(method) = ops::lookup_special(rt, v, known::ROUND)? else {
        return Err(Exc::TypeError.new(format!("type {} doesn't define __round__ method", ops::type_name(v))));
    };
    match a.some(1) {
        Some(digits) => ops::call1(rt, &method, digits.clone()),
        None => ops::call0(rt, &method),
    }
}

fn pow(rt: &Rt, a: &mut Args) -> Res<Value> {
    let (base, exponent) = (a.get(0), a.get(1));
    let Some(modulus) = a.some(2) else { return ops::binary(rt, BinOp::Pow, base, exponent) };
    if let Some(method) = ops::lookup_special(rt, base, known::POW)? {
        match ops::call2(rt, &method, exponent.clone(), modulus.clone())? {
            Value::NotImplemented => {}
            v => return Ok(v),
        }
    }
    let number = |v: &Value| {
        matches!(v.plain(), Value::Float(_) | Value::Int(_) | Value::Big(_) | Value::Bool(_))
            || v.native::<types::Complex>().is_some()
    };
    let plain = |v: &Value| matches!(v.plain(), Value::Float(_)) || v.native::<types::Complex>().is_some();
    let numbers = number(base) && number(exponent) && number(modulus);
    if numbers && (plain(base) || plain(exponent) || plain(modulus)) {
        let complex = [base, exponent, modulus].iter().any(|v| v.native::<types::Complex>().is_some());
        return Err(match complex {
            true => Exc::ValueError.new("complex modulo"),
            false => Exc::TypeError.new("pow() 3rd argument not allowed unless all arguments are integers"),
        });
    }
    Err(Exc::TypeError.new(format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        ops::type_name(base),
        ops::type_name(exponent),
        ops::type_name(modulus)
    )))
}

fn sum(rt: &Rt, a: &mut Args) -> Res<Value> {
    let start = a.opt(1).cloned();
    let mut it = ops::iter(rt, a.get(0))?;
    match start.as_ref().map(Value::plain) {
        Some(Value::Str(_)) => {
            return Err(Exc::TypeError.new("sum() can't sum strings [use ''.join(seq) instead]"));
        }
        Some(Value::Bytes(_)) => {
            return Err(Exc::TypeError.new("sum() can't sum bytes [use b''.join(seq) instead]"));
        }
        _ => {}
    }
    if start.as_ref().is_some_and(|v| v.native::<types::bytearray::ByteArray>().is_some()) {
        return Err(Exc::TypeError.new("sum() can't sum bytearray [use b''.join(seq) instead]"));
    }
    let mut total = start.unwrap_or(Value::Int(0));
    let mut n = 0u32;
    while let Some(item) = it.next(rt)? {
        // Floats are summed with a running compensation, as Python does.
        if let (Value::Float(f), Value::Float(_) | Value::Int(_)) = (&total, &item) {
            let (sum, left) = sum_floats(rt, *f, item, &mut it)?;
            match left {
                None => return Ok(Value::Float(sum)),
                Some(item) => {
                    total = ops::binary(rt, BinOp::Add, &Value::Float(sum), &item)?;
                    continue;
                }
            }
        }
        total = ops::binary(rt, BinOp::Add, &total, &item)?;
        n = n.wrapping_add(1);
        if n.is_multiple_of(1024) {
            rt.check_interrupt()?;
        }
    }
    Ok(total)
}

/// Sums floats (and integers among them) with Neumaier's compensation; gives the item that ended it, if one did.
fn sum_floats(rt: &Rt, start: f64, first: Value, it: &mut ops::Iter) -> Res<(f64, Option<Value>)> {
    let (mut sum, mut lost) = (start, 0.0f64);
    let mut next = Some(first);
    while let Some(item) = next {
        let x = match &item {
            Value::Float(x) => *x,
            Value::Int(i) => {
                sum += *i as f64;
                next = it.next(rt)?;
                continue;
            }
            _ => return Ok((settle(sum, lost), Some(item))),
        };
        let t = sum + x;
        lost += if sum.abs() >= x.abs() { (sum - t) + x } else { (x - t) + sum };
        sum = t;
        next = it.next(rt)?;
    }
    Ok((settle(sum, lost), None))
}

fn settle(sum: f64, lost: f64) -> f64 {
    if lost != 0.0 && lost.is_finite() { sum + lost } else { sum }
}

fn extreme(rt: &Rt, a: &mut Args, order: Order) -> Res<Value> {
    let name = a.name;
    let key = a.some(0).cloned();
    let default = a.opt(1).cloned();
    let mut it = match &a.rest[..] {
        [] => return Err(Exc::TypeError.new(format!("{name} expected at least 1 argument, got 0"))),
        [only] => ops::iter(rt, only)?,
        _ if default.is_some() => {
            return Err(
                Exc::TypeError.new(format!("Cannot specify a default for {name}() with multiple positional arguments"))
            );
        }
        _ => ops::iter(rt, &Value::tuple(std::mem::take(&mut a.rest)))?,
    };
    if key.is_none() {
        let mut best = it.next(rt)?;
        if let Some(best) = &mut best {
            while let Some(item) = it.next(rt)? {
                let better = match (&item, &*best) {
                    (Value::Int(a), Value::Int(b)) => (a > b && order == Order::Gt) || (a < b && order == Order::Lt),
                    (item, best) => {
                        let verdict = ops::compare(rt, order, item, best)?;
                        ops::truthy(rt, &verdict)?
                    }
                };
                if better {
                    *best = item;
                }
            }
        }
        return match best.or(default) {
            Some(best) => Ok(best),
            None => Err(Exc::ValueError.new(format!("{name}() iterable argument is empty"))),
        };
    }
    let mut best: Option<(Value, Value)> = None;
    while let Some(item) = it.next(rt)? {
        let rank = match &key {
            Some(key) => ops::call1(rt, key, item.clone())?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((top, _)) => {
                let verdict = ops::compare(rt, order, &rank, top)?;
                ops::truthy(rt, &verdict)?
            }
        };
        if better {
            best = Some((rank, item));
        }
    }
    match (best, default) {
        (Some((_, item)), _) => Ok(item),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(Exc::ValueError.new(format!("{name}() iterable argument is empty"))),
    }
}

/// A code point.
pub(super) fn code_point(rt: &Rt, v: &Value) -> Res<Option<char>> {
    let n = ops::index_big(rt, v)?;
    Ok(n.to_u32().and_then(char::from_u32))
}
