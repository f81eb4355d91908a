use std::cell::RefCell;

use super::class_of;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, ITERATOR_ROWS};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// Indices into a pool that step from one selection to the next; `None` once there is none left.
struct Steps {
    pool: Vec<Value>,
    indices: RefCell<Option<Vec<usize>>>,
}

impl Steps {
    /// The selection now; then `advance` makes the next, or says that this was the last.
    fn next(&self, advance: impl FnOnce(&mut Vec<usize>) -> bool) -> Option<Value> {
        let mut indices = self.indices.borrow_mut();
        let now = indices.as_mut()?;
        let out = Value::tuple(now.iter().map(|&i| self.pool[i].clone()).collect());
        if !advance(now) {
            *indices = None;
        }
        Some(out)
    }
}

fn length(rt: &Rt, a: &Args) -> Res<usize> {
    let r = ops::index(rt, a.get(2))?;
    if r < 0 {
        return Err(Exc::ValueError.new("r must be non-negative"));
    }
    Ok(r as usize)
}

/// `combinations`
pub(super) struct Combinations(Steps);

impl Object for Combinations {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let n = self.0.pool.len();
        Ok(self.0.next(|now| {
            let r = now.len();
            let Some(i) = (0..r).rev().find(|&i| now[i] != i + n - r) else { return false };
            now[i] += 1;
            for j in i + 1..r {
                now[j] = now[j - 1] + 1;
            }
            true
        }))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Combinations {
    const NAME: &'static str = "combinations";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.combinations";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, r)", "Selections of r items.", |rt, a| {
            let pool = ops::collect(rt, a.get(1))?;
            let r = length(rt, a)?;
            let indices = (r <= pool.len()).then(|| (0..r).collect());
            Ok(rt.object_of(class_of(a)?, Combinations(Steps { pool, indices: RefCell::new(indices) })))
        })],
    ];
}

/// `combinations_with_replacement`
pub(super) struct WithReplacement(Steps);

impl Object for WithReplacement {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let n = self.0.pool.len();
        Ok(self.0.next(|now| {
            let Some(i) = (0..now.len()).rev().find(|&i| now[i] + 1 != n) else { return false };
            let next = now[i] + 1;
            now[i..].fill(next);
            true
        }))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for WithReplacement {
    const NAME: &'static str = "combinations_with_replacement";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.combinations_with_replacement";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, r)", "Selections of r items, each any number of times.", |rt, a| {
            let pool = ops::collect(rt, a.get(1))?;
            let r = length(rt, a)?;
            let indices = (!pool.is_empty() || r == 0).then(|| vec![0; r]);
            Ok(rt.object_of(class_of(a)?, WithReplacement(Steps { pool, indices: RefCell::new(indices) })))
        })],
    ];
}

/// `permutations`
pub(super) struct Permutations {
    pool: Vec<Value>,
    /// All indices, the rotations left at each place, and how many are shown.
    state: RefCell<Option<(Vec<usize>, Vec<usize>)>>,
    r: usize,
}

impl Object for Permutations {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let mut state = self.state.borrow_mut();
        let Some((indices, cycles)) = state.as_mut() else { return Ok(None) };
        let out = Value::tuple(indices[..self.r].iter().map(|&i| self.pool[i].clone()).collect());
        let n = indices.len();
        let mut more = false;
        for i in (0..self.r).rev() {
            cycles[i] -= 1;
            if cycles[i] == 0 {
                indices[i..].rotate_left(1);
                cycles[i] = n - i;
            } else {
                let j = n - cycles[i];
                indices.swap(i, j);
                more = true;
                break;
            }
        }
        if !more {
            *state = None;
        }
        Ok(Some(out))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Permutations {
    const NAME: &'static str = "permutations";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.permutations";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, r=None)", "Arrangements of r items.", |rt, a| {
            let pool = ops::collect(rt, a.get(1))?;
            let n = pool.len();
            let r = match a.some(2) {
                Some(v) if v.as_big().is_none() => return Err(Exc::TypeError.new("Expected int as r")),
                Some(_) => length(rt, a)?,
                None => n,
            };
            let state = (r <= n).then(|| ((0..n).collect(), (0..r).map(|i| n - i).collect()));
            Ok(rt.object_of(class_of(a)?, Permutations { pool, state: RefCell::new(state), r }))
        })],
    ];
}

/// `product`
pub(super) struct Product {
    pools: Vec<Vec<Value>>,
    indices: RefCell<Option<Vec<usize>>>,
}

impl Object for Product {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let mut state = self.indices.borrow_mut();
        let Some(indices) = state.as_mut() else { return Ok(None) };
        let out = Value::tuple(indices.iter().zip(&self.pools).map(|(&i, pool)| pool[i].clone()).collect());
        let mut more = false;
        for (i, pool) in indices.iter_mut().zip(&self.pools).rev() {
            *i += 1;
            if *i < pool.len() {
                more = true;
                break;
            }
            *i = 0;
        }
        if !more {
            *state = None;
        }
        Ok(Some(out))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Product {
    const NAME: &'static str = "product";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.product";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, /, *iterables, repeat=1)", "The Cartesian product.", |rt, a| {
            let times = a.opt(1).map_or(Ok(1), |v| ops::index(rt, v))?;
            if times < 0 {
                return Err(Exc::ValueError.new("repeat argument cannot be negative"));
            }
            let given = std::mem::take(&mut a.rest);
            if given.len().saturating_mul(times as usize) > 1 << 24 {
                return Err(Exc::OverflowError.new("repeat argument too large"));
            }
            let mut once = Vec::with_capacity(given.len());
            if times > 0 {
                for v in &given {
                    once.push(ops::collect(rt, v)?);
                }
            }
            let pools: Vec<Vec<Value>> = (0..times).flat_map(|_| once.clone()).collect();
            let indices = (!pools.iter().any(Vec::is_empty)).then(|| vec![0; pools.len()]);
            Ok(rt.object_of(class_of(a)?, Product { pools, indices: RefCell::new(indices) }))
        })],
    ];
}
