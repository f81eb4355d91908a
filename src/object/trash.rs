//! Dropping deeply nested values without deep recursion: past a depth, what a container held is put aside and
//! dropped by the outermost drop, one after another.

use std::any::Any;
use std::cell::{Cell, RefCell};

use super::value::Value;

/// Drops may nest this deep before they are put aside.
const DEPTH: u32 = 48;

thread_local! {
    static NESTED: Cell<u32> = const { Cell::new(0) };
    static ASIDE: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Drops what a container held.
pub(super) fn dispose<T: Any>(held: T) {
    let depth = NESTED.try_with(Cell::get).unwrap_or(0);
    if depth >= DEPTH {
        let _ = ASIDE.try_with(|aside| aside.borrow_mut().push(Box::new(held)));
        return;
    }
    let _ = NESTED.try_with(|n| n.set(depth + 1));
    drop(held);
    if depth == 0 {
        while let Ok(Some(more)) = ASIDE.try_with(|aside| aside.borrow_mut().pop()) {
            drop(more);
        }
    }
    let _ = NESTED.try_with(|n| n.set(depth));
}

/// Whether dropping the value can drop others.
#[inline]
pub(super) fn nests(value: &Value) -> bool {
    !matches!(
        value,
        Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Big(_)
            | Value::Str(_)
            | Value::Bytes(_)
            | Value::Class(_)
            | Value::Ellipsis
            | Value::NotImplemented
    )
}

/// Drops a container's items.
pub(super) fn values(items: Vec<Value>) {
    if items.iter().any(nests) {
        dispose(items);
    }
}
