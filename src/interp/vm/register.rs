//! Putting values into registers, in parts where that spares the processor a wait.

use crate::object::Value;

/// Puts a small integer into a register. Where one is there already nothing is dropped and no tag is written.
#[inline(always)]
pub(super) fn put_int(slot: &mut Option<Value>, n: i64) {
    if let Some(Value::Int(old)) = slot {
        *old = n;
    } else {
        *slot = None;
        *slot = Some(Value::Int(n));
    }
}

/// Copies a value into a register, the kinds that are often copied in parts. The register is emptied first, so that
/// nothing stands between making the copy and storing it.
#[inline(always)]
pub(super) fn copy_into(slot: &mut Option<Value>, value: &Value) {
    match value {
        Value::Int(n) => put_int(slot, *n),
        Value::Float(x) => {
            *slot = None;
            *slot = Some(Value::Float(*x))
        }
        Value::None => *slot = Some(Value::None),
        Value::Bool(b) => *slot = Some(Value::Bool(*b)),
        Value::Obj(o) => {
            *slot = None;
            *slot = Some(Value::Obj(o.clone()))
        }
        Value::Str(s) => {
            *slot = None;
            *slot = Some(Value::Str(s.clone()))
        }
        Value::Func(f) => {
            *slot = None;
            *slot = Some(Value::Func(f.clone()))
        }
        Value::Native(f) => {
            *slot = None;
            *slot = Some(Value::Native(f.clone()))
        }
        Value::Class(c) => {
            *slot = None;
            *slot = Some(Value::Class(c.clone()))
        }
        Value::Tuple(t) => {
            *slot = None;
            *slot = Some(Value::Tuple(t.clone()))
        }
        other => *slot = Some(other.clone()),
    }
}
