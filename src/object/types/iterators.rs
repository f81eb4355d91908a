//! `enumerate`, `zip`, `map`, `filter`, `reversed`, and the classes of the containers' iterators.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::list::{List, Pairs};
use crate::object::ops::{self, BinOp, ITERATOR_ROWS, Iter, IterObject};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::known;

macro_rules! iterator_class {
    ($($type:ident $name:literal;)*) => {
        $(struct $type;
        impl Object for $type {}
        impl NativeType for $type {
            const NAME: &'static str = $name;
            const ROWS: &'static [&'static [Row]] = &[ITERATOR_ROWS, HINT];
        })*
    };
}

iterator_class! {
    ListIterator "list_iterator";
    TupleIterator "tuple_iterator";
    KeyIterator "dict_keyiterator";
    SetIterator "set_iterator";
    AsciiIterator "str_ascii_iterator";
    StrIterator "str_iterator";
    BytesIterator "bytes_iterator";
    RangeIterator "range_iterator";
    LongRangeIterator "longrange_iterator";
    ListReverse "list_reverseiterator";
    CallableIterator "callable_iterator";
}

const HINT: &[Row] = &[
    Row::method("__setstate__", "(self, state, /)", "Set state information for unpickling.", set_state),
    Row::method("__length_hint__", "(self, /)", "Private method returning an estimate of len(list(it)).", |_, a| {
        if let Some(it) = a.get(0).native::<IterObject>() {
            return Ok(Value::from(it.0.borrow().size_hint()));
        }
        Ok(match a.get(0).native::<Backwards>() {
            Some(b) => Value::from(b.at.get()),
            None => Value::Int(0),
        })
    }),
];

fn set_state(rt: &Rt, a: &mut Args) -> Res<Value> {
    let state = ops::index_big(rt, a.get(1))?;
    if let Some(long) = a.get(0).native::<LongRange>() {
        let skip = state.clamp(BigInt::zero(), long.left.borrow().clone());
        *long.next.borrow_mut() += &long.step * &skip;
        *long.left.borrow_mut() -= skip;
    } else if let Some(back) = a.get(0).native::<Backwards>() {
        let at = state.to_i64().unwrap_or(i64::MAX).saturating_add(1).clamp(0, back.list.len() as i64);
        back.at.set(at as usize);
    } else if let Some(it) = a.get(0).native::<IterObject>() {
        let n = state.to_i64().unwrap_or(i64::MAX).max(0);
        match &mut *it.0.borrow_mut() {
            Iter::List(_, i) | Iter::Tuple(_, i) | Iter::Bytes(_, i) => *i = n as usize,
            Iter::Range(next, stop, step) => {
                let moved = (*next as i128) + (*step as i128) * (n as i128);
                let past = if *step > 0 { moved >= *stop as i128 } else { moved <= *stop as i128 };
                *next = if past { *stop } else { moved as i64 };
            }
            _ => {}
        }
    }
    Ok(Value::None)
}

/// The class of the iterator object for a Rust iteration.
pub fn class_for(rt: &Rt, it: &Iter) -> Rc<Class> {
    match it {
        Iter::List(..) => rt.class::<ListIterator>(),
        Iter::Tuple(..) => rt.class::<TupleIterator>(),
        Iter::Dict(..) => rt.class::<KeyIterator>(),
        Iter::Set(..) => rt.class::<SetIterator>(),
        Iter::Str(s, _) if s.is_ascii() => rt.class::<AsciiIterator>(),
        Iter::Str(..) => rt.class::<StrIterator>(),
        Iter::Bytes(..) => rt.class::<BytesIterator>(),
        Iter::Range(..) => rt.class::<RangeIterator>(),
        _ => rt.class::<IterObject>(),
    }
}

/// `reversed(list)`.
struct Backwards {
    list: Rc<List>,
    at: Cell<usize>,
}

impl Object for Backwards {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        let Some(i) = self.at.get().checked_sub(1) else { return Ok(None) };
        let item = self.list.get(i);
        self.at.set(if item.is_some() { i } else { 0 });
        Ok(item)
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

/// `reversed(list)`.
pub fn reversed_list(rt: &Rt, list: Rc<List>) -> Value {
    let at = Cell::new(list.len());
    rt.object_of(rt.class::<ListReverse>(), Backwards { list, at })
}

/// A range of numbers that do not fit.
struct LongRange {
    next: RefCell<BigInt>,
    left: RefCell<BigInt>,
    step: BigInt,
}

impl Object for LongRange {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        if self.left.borrow().is_zero() {
            return Ok(None);
        }
        *self.left.borrow_mut() -= 1u32;
        let after = &*self.next.borrow() + &self.step;
        Ok(Some(Value::from_big(self.next.replace(after))))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

/// An iterator over a range of numbers that do not fit.
pub fn long_range(rt: &Rt, start: BigInt, count: BigInt, step: BigInt) -> Value {
    let it = LongRange { next: RefCell::new(start), left: RefCell::new(count), step };
    rt.object_of(rt.class::<LongRangeIterator>(), it)
}

/// `iter(callable, sentinel)`.
struct UntilSentinel {
    parts: RefCell<Option<(Value, Value)>>,
}

impl Object for UntilSentinel {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let Some((callable, sentinel)) = self.parts.borrow().clone() else { return Ok(None) };
        let item = match ops::call0(rt, &callable) {
            Ok(item) => item,
            Err(e) if e.is(Exc::StopIteration) => {
                self.parts.replace(None);
                return Ok(None);
            }
            Err(e) => return Err(e),
        };
        if ops::eq(rt, &item, &sentinel)? {
            self.parts.replace(None);
            return Ok(None);
        }
        Ok(Some(item))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

/// `iter(callable, sentinel)`.
pub fn until_sentinel(rt: &Rt, callable: Value, sentinel: Value) -> Value {
    let it = UntilSentinel { parts: RefCell::new(Some((callable, sentinel))) };
    rt.object_of(rt.class::<CallableIterator>(), it)
}

/// Runs an iteration that sits in a cell; the cell is not borrowed meanwhile.
fn step(cell: &RefCell<Iter>, rt: &Rt) -> Res<Option<Value>> {
    let mut it = cell.replace(Iter::Done);
    let item = it.next(rt);
    cell.replace(it);
    item
}

/// `enumerate(iterable, start)`.
pub struct Enumerate {
    it: RefCell<Iter>,
    next: RefCell<Value>,
    pairs: Pairs,
}

impl Object for Enumerate {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let Some(item) = step(&self.it, rt)? else { return Ok(None) };
        let n = self.next.borrow().clone();
        let after = match n {
            Value::Int(n) if n < i64::MAX => Value::Int(n + 1),
            _ => ops::binary(rt, BinOp::Add, &n, &Value::Int(1))?,
        };
        self.next.replace(after);
        Ok(Some(self.pairs.make(n, item)))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Enumerate {
    const NAME: &'static str = "enumerate";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed("__new__", "(cls, /, iterable, start=0)", "Return an enumerate object.", |rt, a| {
                let start = match a.opt(2) {
                    Some(v) => ops::index_value(rt, v)?,
                    None => Value::Int(0),
                };
                let it = RefCell::new(ops::iter(rt, a.get(1))?);
                Ok(super::native_new(rt, a, Enumerate { it, next: RefCell::new(start), pairs: Pairs::default() }))
            }),
            Row::class("__class_getitem__", "(cls, object, /)", "See PEP 585", super::alias::class_getitem),
        ],
    ];
}

/// `zip(*iterables, strict=False)`.
pub struct Zip {
    its: RefCell<Vec<Iter>>,
    pairs: Pairs,
    strict: bool,
}

impl Object for Zip {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let mut its = self.its.take();
        let result = self.advance(rt, &mut its);
        self.its.replace(its);
        result
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl Zip {
    fn advance(&self, rt: &Rt, its: &mut [Iter]) -> Res<Option<Value>> {
        if its.is_empty() {
            return Ok(None);
        }
        if let ([left, right], false) = (&mut *its, self.strict) {
            let Some(a) = left.next(rt)? else { return Ok(None) };
            let Some(b) = right.next(rt)? else { return Ok(None) };
            return Ok(Some(self.pairs.make(a, b)));
        }
        let mut row = Vec::with_capacity(its.len());
        for i in 0..its.len() {
            match its[i].next(rt)? {
                Some(item) => row.push(item),
                None if !self.strict => return Ok(None),
                None => {
                    let others = |n: usize| match n {
                        1 => "argument 1".to_string(),
                        n => format!("arguments 1-{n}"),
                    };
                    if i > 0 {
                        return Err(Exc::ValueError.new(format!(
                            "zip() argument {} is shorter than {}",
                            i + 1,
                            others(i)
                        )));
                    }
                    for (j, it) in its.iter_mut().enumerate().skip(1) {
                        if it.next(rt)?.is_some() {
                            return Err(Exc::ValueError.new(format!(
                                "zip() argument {} is longer than {}",
                                j + 1,
                                others(j)
                            )));
                        }
                    }
                    return Ok(None);
                }
            }
        }
        Ok(Some(Value::tuple(row)))
    }
}

impl NativeType for Zip {
    const NAME: &'static str = "zip";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed(
            "__new__",
            "(cls, /, *iterables, strict=False)",
            "Yields tuples with one item of each iterable.",
            |rt, a| {
                let mut its = Vec::with_capacity(a.rest.len());
                for (i, v) in a.rest.iter().enumerate() {
                    its.push(ops::iter(rt, v).map_err(|e| {
                        match e.is(Exc::TypeError) && ops::lookup_special(rt, v, known::ITER).is_ok_and(|m| m.is_none())
                        {
                            true => Exc::TypeError.new(format!("'{}' object is not iterable", ops::type_name(v))),
                            false => {
                                let _ = i;
                                e
                            }
                        }
                    })?);
                }
                let strict = a.flag(rt, 1, false)?;
                Ok(super::native_new(rt, a, Zip { its: RefCell::new(its), pairs: Pairs::default(), strict }))
            },
        )],
    ];
}

/// `map(function, *iterables)`.
pub struct Map {
    function: Value,
    its: RefCell<Vec<Iter>>,
}

impl Object for Map {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let mut its = self.its.take();
        let mut args = CallArgs::none();
        let mut ended = its.is_empty();
        let mut failed = None;
        for it in &mut its {
            match it.next(rt) {
                Ok(Some(item)) => args.pos.push(item),
                Ok(None) => {
                    ended = true;
                    break;
                }
                Err(e) => {
                    failed = Some(e);
                    break;
                }
            }
        }
        self.its.replace(its);
        match failed {
            Some(e) => Err(e),
            None if ended => Ok(None),
            None => ops::call(rt, &self.function, args).map(Some),
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Map {
    const NAME: &'static str = "map";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed(
            "__new__",
            "(cls, /, *args)",
            "Computes the function using arguments from each of the iterables.",
            |rt, a| {
                if a.rest.len() < 2 {
                    return Err(Exc::TypeError.new("map() must have at least two arguments."));
                }
                let function = a.rest.first().cloned().unwrap_or_default();
                let its: Res<Vec<Iter>> = a.rest.iter().skip(1).map(|v| ops::iter(rt, v)).collect();
                Ok(super::native_new(rt, a, Map { function, its: RefCell::new(its?) }))
            },
        )],
    ];
}

/// `filter(function, iterable)`.
pub struct Filter {
    function: Value,
    it: RefCell<Iter>,
}

impl Object for Filter {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        while let Some(item) = step(&self.it, rt)? {
            let keep = match &self.function {
                Value::None => ops::truthy(rt, &item)?,
                f => {
                    let verdict = ops::call1(rt, f, item.clone())?;
                    ops::truthy(rt, &verdict)?
                }
            };
            if keep {
                return Ok(Some(item));
            }
            rt.check_interrupt()?;
        }
        Ok(None)
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Filter {
    const NAME: &'static str = "filter";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed(
            "__new__",
            "(cls, function, iterable, /)",
            "Yields those items for which the function is true.",
            |rt, a| {
                let it = RefCell::new(ops::iter(rt, a.get(2))?);
                Ok(super::native_new(rt, a, Filter { function: a.value(1), it }))
            },
        )],
    ];
}

/// `reversed(sequence)`.
pub struct Reversed {
    sequence: RefCell<Value>,
    at: Cell<i64>,
}

impl Object for Reversed {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let at = self.at.get();
        if at < 0 {
            return Ok(None);
        }
        self.at.set(at - 1);
        let sequence = self.sequence.borrow().clone();
        match ops::get_item(rt, &sequence, &Value::Int(at)) {
            Ok(item) => Ok(Some(item)),
            Err(e) if e.is(Exc::IndexError) || e.is(Exc::StopIteration) => {
                self.at.set(-1);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Reversed {
    const NAME: &'static str = "reversed";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed(
                "__new__",
                "(cls, sequence, /)",
                "Return a reverse iterator over the values of the given sequence.",
                reversed,
            ),
            Row::method("__length_hint__", "(self, /)", "How many are left.", |_, a| {
                Ok(Value::Int(a.native::<Reversed>(0)?.at.get() + 1))
            }),
        ],
    ];
}

fn reversed(rt: &Rt, a: &mut Args) -> Res<Value> {
    let v = a.value(1);
    let refused = || Exc::TypeError.new(format!("'{}' object is not reversible", ops::type_name(&v)));
    match ops::lookup_special(rt, &v, known::REVERSED)? {
        Some(Value::None) => return Err(refused()),
        Some(method) => return ops::call0(rt, &method),
        None => {}
    }
    let sequence = matches!(v.plain(), Value::Str(_) | Value::Tuple(_) | Value::List(_) | Value::Bytes(_))
        || matches!(&v, Value::Obj(_))
            && v.as_dict().is_none()
            && v.as_set().is_none()
            && ops::lookup_special(rt, &v, known::GETITEM)?.is_some();
    if !sequence {
        return Err(refused());
    }
    let n = ops::len(rt, &v)?;
    let at = n.to_i64().unwrap_or(i64::MAX) - 1;
    Ok(super::native_new(rt, a, Reversed { sequence: RefCell::new(v), at: Cell::new(at) }))
}
