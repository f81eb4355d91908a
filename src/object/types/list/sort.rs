//! Stable sorting with comparisons that can fail.

use std::cmp::Ordering;

use crate::object::error::Res;
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;

/// Sorts values by their order or by a key. Errors: what the key or a comparison raises.
pub fn sort(rt: &Rt, mut items: Vec<Value>, key: Option<&Value>, reverse: bool) -> Res<Vec<Value>> {
    let Some(key) = key else {
        if !quick(&mut items, reverse, |v| v) {
            if reverse {
                items.reverse();
            }
            items = merge_sort(rt, items, |v| v)?;
            if reverse {
                items.reverse();
            }
        }
        return Ok(items);
    };
    let mut pairs = Vec::with_capacity(items.len());
    for item in items {
        pairs.push((ops::call1(rt, key, item.clone())?, item));
    }
    if !quick(&mut pairs, reverse, |p| &p.0) {
        if reverse {
            pairs.reverse();
        }
        pairs = merge_sort(rt, pairs, |p| &p.0)?;
        if reverse {
            pairs.reverse();
        }
    }
    Ok(pairs.into_iter().map(|p| p.1).collect())
}

/// Keys of one plain type are sorted without a call; whether they were.
fn quick<T>(items: &mut [T], reverse: bool, key: impl Fn(&T) -> &Value) -> bool {
    fn plain_order(a: &Value, b: &Value) -> Ordering {
        match (a, b) {
            (Value::Int(x), Value::Int(y)) => x.cmp(y),
            (Value::Str(x), Value::Str(y)) => x.as_str().cmp(y.as_str()),
            (Value::Float(x), Value::Float(y)) => x.partial_cmp(y).unwrap_or(Ordering::Equal),
            (Value::Tuple(x), Value::Tuple(y)) => {
                for (a, b) in x.iter().zip(y.iter()) {
                    match plain_order(a, b) {
                        Ordering::Equal => {}
                        other => return other,
                    }
                }
                x.len().cmp(&y.len())
            }
            _ => Ordering::Equal,
        }
    }
    /// Whether two values compare without running anything, in a total order.
    fn alike(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Int(_), Value::Int(_)) | (Value::Str(_), Value::Str(_)) => true,
            (Value::Float(x), Value::Float(y)) => !x.is_nan() && !y.is_nan(),
            (Value::Tuple(x), Value::Tuple(y)) => {
                x.len() == y.len() && x.iter().zip(y.iter()).all(|(a, b)| !matches!(a, Value::Tuple(_)) && alike(a, b))
            }
            _ => false,
        }
    }
    let Some(first) = items.first() else { return true };
    let fine = {
        let first = key(first);
        items.iter().all(|item| alike(first, key(item)))
    };
    if fine {
        match reverse {
            false => items.sort_by(|a, b| plain_order(key(a), key(b))),
            true => items.sort_by(|a, b| plain_order(key(b), key(a))),
        }
    }
    fine
}

const RUN: usize = 16;

fn merge_sort<T>(rt: &Rt, mut items: Vec<T>, key: impl Fn(&T) -> &Value + Copy) -> Res<Vec<T>> {
    let n = items.len();
    // What is already in order, or strictly in reverse, needs one pass.
    let mut sorted = 1;
    while sorted < n && !ops::less(rt, key(&items[sorted]), key(&items[sorted - 1]))? {
        sorted += 1;
    }
    if sorted >= n {
        return Ok(items);
    }
    let mut order: Vec<u32> = (0..n as u32).collect();
    let less = |a: u32, b: u32| ops::less(rt, key(&items[a as usize]), key(&items[b as usize]));
    for start in (0..n).step_by(RUN) {
        let end = (start + RUN).min(n);
        for i in start + 1..end {
            let (mut low, mut high) = (start, i);
            let pivot = order[i];
            while low < high {
                let middle = (low + high) / 2;
                match less(pivot, order[middle])? {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
            order[low..=i].rotate_right(1);
        }
        rt.check_interrupt()?;
    }
    let mut other = order.clone();
    let mut width = RUN;
    while width < n {
        for start in (0..n).step_by(2 * width) {
            let (middle, end) = ((start + width).min(n), (start + 2 * width).min(n));
            let (mut i, mut j, mut k) = (start, middle, start);
            if middle < end && !less(order[middle], order[middle - 1])? {
                other[start..end].copy_from_slice(&order[start..end]);
                continue;
            }
            while i < middle && j < end {
                if less(order[j], order[i])? {
                    other[k] = order[j];
                    j += 1;
                } else {
                    other[k] = order[i];
                    i += 1;
                }
                k += 1;
            }
            other[k..k + middle - i].copy_from_slice(&order[i..middle]);
            k += middle - i;
            other[k..k + end - j].copy_from_slice(&order[j..end]);
            rt.check_interrupt()?;
        }
        std::mem::swap(&mut order, &mut other);
        width *= 2;
    }
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    Ok(order.into_iter().filter_map(|i| slots.get_mut(i as usize).and_then(Option::take)).collect())
}
