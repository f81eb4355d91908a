//! Unpacking, slices, context managers, and integer operators.

use super::Thread;
use crate::object::ops::{self, BinOp, Iter, Special};
use crate::object::{Error, Exc, Res, Rt, Value};
use crate::source::known;

/// Starts an iteration over a value that nothing else need hold.
pub fn iter_owned(rt: &Rt, value: Value) -> Res<Iter> {
    if let Value::Obj(object) = &value
        && let Some(iterator) = value.native::<ops::IterObject>()
        && std::rc::Rc::strong_count(object) == 1
    {
        return Ok(iterator.0.replace(Iter::Done));
    }
    ops::iter(rt, &value)
}

/// Whether a value has an iteration of any kind.
pub fn is_iterable(rt: &Rt, value: &Value) -> bool {
    ops::iter(rt, value).is_ok()
}

/// The items of `*value` in a display.
pub fn spread(rt: &Rt, value: &Value) -> Res<Vec<Value>> {
    match ops::collect(rt, value) {
        Err(e) if e.is(Exc::TypeError) && !is_iterable(rt, value) => {
            Err(Exc::TypeError.new(format!("Value after * must be an iterable, not {}", ops::type_name(value))))
        }
        other => other,
    }
}

fn cannot_unpack(rt: &Rt, value: &Value, error: Error) -> Error {
    if error.is(Exc::TypeError) && !is_iterable(rt, value) {
        return Exc::TypeError.new(format!("cannot unpack non-iterable {} object", ops::type_name(value)));
    }
    error
}

impl Thread<'_> {
    /// `a, b = value` into registers.
    pub fn unpack(&mut self, value: &Value, to: usize, count: usize) -> Res<()> {
        let slots = &mut self.arena.stack[to..to + count];
        let exact = |items: &[Value], slots: &mut [Option<Value>]| -> Res<()> {
            if items.len() != slots.len() {
                return Err(wrong_count(items.len(), slots.len()));
            }
            for (slot, item) in slots.iter_mut().zip(items) {
                *slot = Some(item.clone());
            }
            Ok(())
        };
        match value {
            Value::Tuple(items) => return exact(items, slots),
            Value::List(items) => return exact(&items.items(), slots),
            _ => {}
        }
        let rt = self.rt;
        let mut it = ops::iter(rt, value).map_err(|e| cannot_unpack(rt, value, e))?;
        for (i, slot) in slots.iter_mut().enumerate() {
            match it.next(rt)? {
                Some(item) => *slot = Some(item),
                None => return Err(wrong_count(i, count)),
            }
        }
        if it.next(rt)?.is_some() {
            return Err(wrong_count(count + 1, count));
        }
        Ok(())
    }

    /// `a, *b, c = value` into registers.
    pub fn unpack_star(&mut self, value: &Value, to: usize, before: usize, after: usize) -> Res<()> {
        let rt = self.rt;
        let items = ops::collect(rt, value).map_err(|e| cannot_unpack(rt, value, e))?;
        if items.len() < before + after {
            return Err(Exc::ValueError.new(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            )));
        }
        let middle = items.len() - before - after;
        let mut items = items.into_iter();
        let stack = &mut self.arena.stack;
        for i in 0..before {
            stack[to + i] = items.next();
        }
        let rest: Vec<Value> = items.by_ref().take(middle).collect();
        stack[to + before] = Some(Value::list(rest));
        for i in 0..after {
            stack[to + before + 1 + i] = items.next();
        }
        Ok(())
    }
}

fn wrong_count(got: usize, expected: usize) -> Error {
    Exc::ValueError.new(if got < expected {
        format!("not enough values to unpack (expected {expected}, got {got})")
    } else {
        format!("too many values to unpack (expected {expected})")
    })
}

/// An operator on two small integers, where the result is a small integer too and there is nothing to complain of.
#[inline]
pub fn int_op(op: BinOp, a: i64, b: i64) -> Option<i64> {
    Some(match op {
        BinOp::Add => a.checked_add(b)?,
        BinOp::Sub => a.checked_sub(b)?,
        BinOp::Mul => a.checked_mul(b)?,
        BinOp::FloorDiv if b != 0 => {
            let q = a.checked_div(b)?;
            if a % b != 0 && ((a < 0) != (b < 0)) { q - 1 } else { q }
        }
        BinOp::Mod if b != 0 => {
            let r = a.checked_rem(b)?;
            if r != 0 && ((r < 0) != (b < 0)) { r + b } else { r }
        }
        BinOp::And => a & b,
        BinOp::Or => a | b,
        BinOp::Xor => a ^ b,
        BinOp::LShift if (0..63).contains(&b) => {
            let shifted = a << b;
            if shifted >> b != a {
                return None;
            }
            shifted
        }
        BinOp::RShift if (0..64).contains(&b) => a >> b,
        _ => return None,
    })
}

/// `manager.__enter__()` and the bound `__exit__`.
pub fn with_enter(rt: &Rt, manager: &Value) -> Res<(Value, Value)> {
    let complaint = |more: &str| {
        Exc::TypeError
            .new(format!("'{}' object does not support the context manager protocol{more}", ops::type_name(manager)))
    };
    let Some(enter) = Special::find(rt, manager, known::ENTER)? else { return Err(complaint("")) };
    let Some(exit) = Special::find(rt, manager, known::EXIT)? else {
        return Err(complaint(" (missed __exit__ method)"));
    };
    Ok((enter.call(rt, manager, &mut [])?, exit.bound(manager)))
}

/// Calls `__exit__` with an exception or with three `None`s.
pub fn with_exit(rt: &Rt, exit: &Value, exc: Option<&Value>) -> Res<Value> {
    let mut args = match exc {
        Some(exc) => {
            let class = Value::Class(rt.class_of(exc));
            let traceback = ops::get_attr_opt(rt, exc, "__traceback__".into())?.unwrap_or_default();
            [Some(class), Some(exc.clone()), Some(traceback)]
        }
        None => [const { Some(Value::None) }; 3],
    };
    ops::call_slice(rt, exit, &mut args)
}
