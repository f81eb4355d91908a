use std::cell::{Cell, RefCell};

use super::{Source, class_of};
use crate::object::args::CallArgs;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, BinOp, ITERATOR_ROWS};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// `accumulate`
pub(super) struct Accumulate {
    source: Source,
    func: Option<Value>,
    total: RefCell<Option<Value>>,
    initial: RefCell<Option<Value>>,
}

impl Object for Accumulate {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        if let Some(first) = self.initial.borrow_mut().take() {
            *self.total.borrow_mut() = Some(first.clone());
            return Ok(Some(first));
        }
        let Some(item) = self.source.next(rt)? else { return Ok(None) };
        let total = self.total.borrow().clone();
        let next = match (total, &self.func) {
            (None, _) => item,
            (Some(total), None) => ops::binary(rt, BinOp::Add, &total, &item)?,
            (Some(total), Some(func)) => ops::call2(rt, func, total, item)?,
        };
        *self.total.borrow_mut() = Some(next.clone());
        Ok(Some(next))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Accumulate {
    const NAME: &'static str = "accumulate";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.accumulate";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, func=None, *, initial=None)", "Accumulated sums.", |rt, a| {
            let initial = a.some(3).cloned();
            let made = Accumulate {
                source: Source::new(rt, a.get(1))?,
                func: a.some(2).cloned(),
                total: RefCell::default(),
                initial: RefCell::new(initial),
            };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `chain`
pub(super) struct Chain {
    sources: Source,
    current: RefCell<Option<Source>>,
}

impl Object for Chain {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        loop {
            let current = self.current.borrow_mut().take();
            if let Some(source) = current {
                let item = source.next(rt)?;
                if item.is_some() {
                    *self.current.borrow_mut() = Some(source);
                    return Ok(item);
                }
            }
            match self.sources.next(rt)? {
                Some(next) => {
                    let source = Source::new(rt, &next).inspect_err(|_| self.sources.stop())?;
                    *self.current.borrow_mut() = Some(source);
                }
                None => return Ok(None),
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Chain {
    const NAME: &'static str = "chain";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.chain";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed("__new__", "(cls, /, *iterables)", "One iterable after another.", |rt, a| {
                let all = Value::tuple(std::mem::take(&mut a.rest));
                let made = Chain { sources: Source::new(rt, &all)?, current: RefCell::default() };
                Ok(rt.object_of(class_of(a)?, made))
            }),
            Row::class("from_iterable", "(cls, iterable, /)", "The same, from one iterable of them.", |rt, a| {
                let made = Chain { sources: Source::new(rt, a.get(1))?, current: RefCell::default() };
                Ok(rt.object_of(class_of(a)?, made))
            }),
            Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
        ],
    ];
}

/// `compress`
pub(super) struct Compress {
    data: Source,
    selectors: Source,
}

impl Object for Compress {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        loop {
            let Some(item) = self.data.next(rt)? else { return Ok(None) };
            let Some(selector) = self.selectors.next(rt)? else { return Ok(None) };
            if ops::truthy(rt, &selector)? {
                return Ok(Some(item));
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Compress {
    const NAME: &'static str = "compress";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.compress";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, data, selectors)", "Items whose selector is true.", |rt, a| {
            let made = Compress { data: Source::new(rt, a.get(1))?, selectors: Source::new(rt, a.get(2))? };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `count`
pub(super) struct Count {
    next: RefCell<Value>,
    step: Value,
}

impl Object for Count {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let now = self.next.borrow().clone();
        let next = ops::binary(rt, BinOp::Add, &now, &self.step)?;
        *self.next.borrow_mut() = next;
        Ok(Some(now))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

fn is_number(rt: &Rt, v: &Value) -> Res<bool> {
    if matches!(v.plain(), Value::Int(_) | Value::Big(_) | Value::Float(_) | Value::Bool(_)) {
        return Ok(true);
    }
    for name in ["__float__", "__index__", "__complex__"] {
        if ops::lookup_special(rt, v, name)?.is_some() {
            return Ok(true);
        }
    }
    Ok(&*ops::type_name(v) == "complex")
}

impl NativeType for Count {
    const NAME: &'static str = "count";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.count";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed("__new__", "(cls, start=0, step=1)", "Numbers without end.", |rt, a| {
                let start = a.opt(1).cloned().unwrap_or(Value::Int(0));
                let step = a.opt(2).cloned().unwrap_or(Value::Int(1));
                if !is_number(rt, &start)? || !is_number(rt, &step)? {
                    return Err(Exc::TypeError.new("a number is required"));
                }
                Ok(rt.object_of(class_of(a)?, Count { next: RefCell::new(start), step }))
            }),
            Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
                let c = a.native::<Count>(0)?;
                let now = ops::repr(rt, &c.next.borrow().clone())?;
                let name = rt.class_of(a.get(0)).name();
                Ok(match &c.step {
                    Value::Int(1) => format!("{name}({now})").into(),
                    step => format!("{name}({now}, {})", ops::repr(rt, step)?).into(),
                })
            }),
        ],
    ];
}

/// `cycle`
pub(super) struct Cycle {
    source: Source,
    saved: RefCell<Vec<Value>>,
    at: Cell<Option<usize>>,
}

impl Object for Cycle {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        if self.at.get().is_none() {
            if let Some(item) = self.source.next(rt)? {
                self.saved.borrow_mut().push(item.clone());
                return Ok(Some(item));
            }
            self.at.set(Some(0));
        }
        let saved = self.saved.borrow();
        if saved.is_empty() {
            return Ok(None);
        }
        let at = self.at.get().unwrap_or(0);
        self.at.set(Some((at + 1) % saved.len()));
        Ok(saved.get(at).cloned())
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Cycle {
    const NAME: &'static str = "cycle";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.cycle";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, /)", "The items again and again.", |rt, a| {
            let made = Cycle { source: Source::new(rt, a.get(1))?, saved: RefCell::default(), at: Cell::new(None) };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

fn holds(rt: &Rt, predicate: &Value, item: &Value) -> Res<bool> {
    let answer = ops::call1(rt, predicate, item.clone())?;
    ops::truthy(rt, &answer)
}

/// `dropwhile`
pub(super) struct DropWhile {
    predicate: Value,
    source: Source,
    started: Cell<bool>,
}

impl Object for DropWhile {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        loop {
            let Some(item) = self.source.next(rt)? else { return Ok(None) };
            if self.started.get() {
                return Ok(Some(item));
            }
            if !holds(rt, &self.predicate, &item)? {
                self.started.set(true);
                return Ok(Some(item));
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for DropWhile {
    const NAME: &'static str = "dropwhile";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.dropwhile";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, predicate, iterable, /)", "Items from the first that fails.", |rt, a| {
            let made =
                DropWhile { predicate: a.value(1), source: Source::new(rt, a.get(2))?, started: Cell::new(false) };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `takewhile`
pub(super) struct TakeWhile {
    predicate: Value,
    source: Source,
    done: Cell<bool>,
}

impl Object for TakeWhile {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        if self.done.get() {
            return Ok(None);
        }
        let Some(item) = self.source.next(rt)? else { return Ok(None) };
        if holds(rt, &self.predicate, &item)? {
            return Ok(Some(item));
        }
        self.done.set(true);
        Ok(None)
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for TakeWhile {
    const NAME: &'static str = "takewhile";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.takewhile";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, predicate, iterable, /)", "Items up to the first that fails.", |rt, a| {
            let made = TakeWhile { predicate: a.value(1), source: Source::new(rt, a.get(2))?, done: Cell::new(false) };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `filterfalse`
pub(super) struct FilterFalse {
    predicate: Option<Value>,
    source: Source,
}

impl Object for FilterFalse {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        loop {
            let Some(item) = self.source.next(rt)? else { return Ok(None) };
            let keep = match &self.predicate {
                Some(p) => !holds(rt, p, &item)?,
                None => !ops::truthy(rt, &item)?,
            };
            if keep {
                return Ok(Some(item));
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for FilterFalse {
    const NAME: &'static str = "filterfalse";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.filterfalse";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, function, iterable, /)", "Items for which the function is false.", |rt, a| {
            let made = FilterFalse { predicate: a.some(1).cloned(), source: Source::new(rt, a.get(2))? };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `islice`
pub(super) struct Islice {
    source: Source,
    next: Cell<i64>,
    stop: Option<i64>,
    step: i64,
    at: Cell<i64>,
}

impl Object for Islice {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let wanted = self.next.get();
        if self.stop.is_some_and(|stop| wanted >= stop) {
            // What stands before the end is taken as well.
            while self.stop.is_some_and(|stop| self.at.get() < stop) {
                if self.source.next(rt)?.is_none() {
                    break;
                }
                self.at.set(self.at.get() + 1);
            }
            self.source.stop();
            return Ok(None);
        }
        loop {
            let Some(item) = self.source.next(rt)? else {
                self.source.stop();
                return Ok(None);
            };
            let at = self.at.get();
            self.at.set(at + 1);
            if at >= wanted {
                let next = wanted.saturating_add(self.step);
                self.next.set(self.stop.map_or(next, |stop| next.min(stop)));
                return Ok(Some(item));
            }
        }
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Islice {
    const NAME: &'static str = "islice";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.islice";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed("__new__", "(cls, iterable, /, *args)", "A slice of an iterable.", |rt, a| {
            let args = std::mem::take(&mut a.rest);
            if args.is_empty() || args.len() > 3 {
                let n = args.len() + 1;
                return Err(Exc::TypeError.new(if n < 2 {
                    format!("islice expected at least 2 arguments, got {n}")
                } else {
                    format!("islice expected at most 4 arguments, got {n}")
                }));
            }
            let number = |v: Option<&Value>, message: &str| -> Res<Option<i64>> {
                match v {
                    None | Some(Value::None) => Ok(None),
                    Some(v) => match ops::index(rt, v) {
                        Ok(n) if n >= 0 => Ok(Some(n)),
                        _ => Err(Exc::ValueError.new(message)),
                    },
                }
            };
            const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
            let (start, stop) = if args.len() == 1 {
                let message = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
                (None, number(args.first(), message)?)
            } else {
                let stop = number(
                    args.get(1),
                    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
                )?;
                (number(args.first(), INDICES)?, stop)
            };
            let step = match number(args.get(2), "Step for islice() must be a positive integer or None.")? {
                Some(0) => return Err(Exc::ValueError.new("Step for islice() must be a positive integer or None.")),
                step => step.unwrap_or(1),
            };
            let made = Islice {
                source: Source::new(rt, a.get(1))?,
                next: Cell::new(start.unwrap_or(0)),
                stop,
                step,
                at: Cell::new(0),
            };
            Ok(rt.object_of(class_of(a)?, made))
        })],
    ];
}

/// `repeat`
pub(super) struct Repeat {
    item: Value,
    left: Cell<Option<i64>>,
}

impl Object for Repeat {
    fn next(&self, _: &Rt) -> Res<Option<Value>> {
        match self.left.get() {
            Some(n) if n <= 0 => return Ok(None),
            Some(n) => self.left.set(Some(n - 1)),
            None => {}
        }
        Ok(Some(self.item.clone()))
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Repeat {
    const NAME: &'static str = "repeat";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.repeat";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[
            Row::fixed("__new__", "(cls, object, times=None)", "The object, so many times.", |rt, a| {
                let left = a.opt(2).map(|n| ops::index(rt, n)).transpose()?.map(|n| n.max(0));
                Ok(rt.object_of(class_of(a)?, Repeat { item: a.value(1), left: Cell::new(left) }))
            }),
            Row::method("__length_hint__", "(self, /)", "How many are left.", |_, a| {
                match a.native::<Repeat>(0)?.left.get() {
                    Some(n) => Ok(Value::Int(n)),
                    None => Err(Exc::TypeError.new("len() of unsized object")),
                }
            }),
            Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
                let r = a.native::<Repeat>(0)?;
                let item = ops::repr(rt, &r.item)?;
                let name = rt.class_of(a.get(0)).name();
                Ok(match r.left.get() {
                    Some(n) => format!("{name}({item}, {n})").into(),
                    None => format!("{name}({item})").into(),
                })
            }),
        ],
    ];
}

/// `starmap`
pub(super) struct Starmap {
    func: Value,
    source: Source,
}

impl Object for Starmap {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let Some(args) = self.source.next(rt)? else { return Ok(None) };
        let args = ops::collect(rt, &args)?;
        ops::call(rt, &self.func, CallArgs::new(args)).map(Some)
    }
    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Starmap {
    const NAME: &'static str = "starmap";
    const MODULE: &'static str = "itertools";
    const SHOWN: &'static str = "itertools.starmap";
    const ROWS: &'static [&'static [Row]] = &[
        ITERATOR_ROWS,
        &[Row::fixed(
            "__new__",
            "(cls, function, iterable, /)",
            "The function of each tuple of arguments.",
            |rt, a| {
                let made = Starmap { func: a.value(1), source: Source::new(rt, a.get(2))? };
                Ok(rt.object_of(class_of(a)?, made))
            },
        )],
    ];
}
