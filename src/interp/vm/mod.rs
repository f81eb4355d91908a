//! The machine: runs code objects.
//!
//! A call from Python code to Python code pushes a frame and goes on in the same loop; only calls that go through Rust
//! (a native function calling back, a property, a generator's step) nest a run.

mod attr;
mod call;
mod classes;
mod frame;
mod generator;
mod import;
mod iterate;
mod matching;
mod names;
mod unwind;

use std::rc::Rc;

pub use call::call_function;
pub use classes::build_class;
pub use frame::{Arena, Frame, Namespace, Vm};
pub use generator::Generator;
pub use import::import_module;

use super::code::{Code, NONE, Op, R};
use crate::object::ops::{self, BinOp, Iter, Order};
use crate::object::{Dict, Error, Exc, Res, Rt, Str, Value};

/// How a run ended.
pub enum Outcome {
    /// With its result.
    Return(Value),
    /// At a `yield`; the frame waits.
    Yield(Value),
}

/// A run under way.
pub struct Thread<'a> {
    /// The runtime.
    pub rt: &'a Rt,
    /// The interpreter's state.
    pub vm: &'a Rc<Vm>,
    /// Its memory.
    pub arena: Arena,
}

/// Between two looks at the interrupt flag.
const TICKS: u32 = 1024;

/// Runs a frame from its start to its end on memory of its own.
pub fn run_frame(rt: &Rt, vm: &Rc<Vm>, mut frame: Frame) -> Res<Value> {
    rt.enter()?;
    let arena = vm.arenas.borrow_mut().pop().unwrap_or_default();
    let mut thread = Thread { rt, vm, arena };
    let outer = vm.globals.replace(Some(frame.globals().clone()));
    let result = thread.start(&mut frame);
    vm.globals.replace(outer);
    let mut arena = thread.arena;
    arena.callers.clear();
    if vm.arenas.borrow().len() < 64 {
        vm.arenas.borrow_mut().push(arena);
    }
    match result? {
        Outcome::Return(value) => Ok(value),
        Outcome::Yield(_) => Err(Exc::SystemError.new("a generator's frame ran as a function")),
    }
}

impl Thread<'_> {
    /// Runs a frame whose registers may hold its arguments already.
    pub fn start(&mut self, frame: &mut Frame) -> Res<Outcome> {
        frame.iter_base = self.arena.iters.len();
        frame.handling_base = self.rt.handling.borrow().len();
        self.reserve(frame.base + frame.code.registers as usize);
        self.run(frame, None)
    }

    /// Makes room for registers.
    pub fn reserve(&mut self, top: usize) {
        if self.arena.stack.len() < top {
            self.arena.stack.resize_with(top + 64, || None);
        }
    }

    /// Runs until the frame returns, yields or fails. `error` is raised first (a generator's `throw`).
    pub fn run(&mut self, frame: &mut Frame, mut error: Option<Error>) -> Res<Outcome> {
        let rt = self.rt;
        'frame: loop {
            let code: Rc<Code> = frame.code.clone();
            let ops = &code.ops[..];
            let base = frame.base;
            let mut pc = frame.pc;
            let mut quiet = false;
            let raised: Error = 'ops: {
                if let Some(error) = error.take() {
                    break 'ops error;
                }
                macro_rules! reg {
                    ($r:expr) => {
                        self.arena.stack[base + $r as usize]
                    };
                }
                macro_rules! get {
                    ($r:expr) => {
                        match &self.arena.stack[base + $r as usize] {
                            Some(value) => value,
                            None => break 'ops unbound(&code, $r),
                        }
                    };
                }
                macro_rules! set {
                    ($r:expr, $v:expr) => {{
                        let value = $v;
                        self.arena.stack[base + $r as usize] = Some(value);
                    }};
                }
                // An assignment of its own in every case that matters: a value that goes through memory as a whole right
                // after it was written in parts would stall the processor.
                macro_rules! int {
                    ($r:expr, $n:expr) => {{
                        let n: i64 = $n;
                        put_int(&mut self.arena.stack[base + $r as usize], n);
                    }};
                }
                macro_rules! float {
                    ($r:expr, $x:expr) => {{
                        let x: f64 = $x;
                        let slot = &mut self.arena.stack[base + $r as usize];
                        if let Some(Value::Float(old)) = slot {
                            *old = x;
                        } else {
                            *slot = None;
                            *slot = Some(Value::Float(x));
                        }
                    }};
                }
                macro_rules! truth {
                    ($r:expr, $b:expr) => {{
                        let b: bool = $b;
                        self.arena.stack[base + $r as usize] = Some(Value::Bool(b));
                    }};
                }
                macro_rules! attempt {
                    ($e:expr) => {
                        match $e {
                            Ok(value) => value,
                            Err(error) => break 'ops error,
                        }
                    };
                }
                macro_rules! tick {
                    () => {
                        let left = self.vm.ticks.get();
                        if left == 0 {
                            self.vm.ticks.set(TICKS);
                            attempt!(rt.check_interrupt());
                        } else {
                            self.vm.ticks.set(left - 1);
                        }
                    };
                }
                // A jump that may lead back: there loops are interrupted.
                macro_rules! jump {
                    ($to:expr) => {{
                        if ($to as usize) < pc {
                            tick!();
                        }
                        pc = $to as usize;
                    }};
                }
                macro_rules! jump_int {
                    ($op:expr, $a:expr, $value:expr, $to:expr, $when:expr) => {{
                        let truth = match get!($a) {
                            Value::Int(x) => holds($op, *x, $value as i64),
                            x => {
                                let value = attempt!(ops::compare(rt, $op, x, &Value::Int($value as i64)));
                                attempt!(ops::truthy(rt, &value))
                            }
                        };
                        if truth == $when {
                            jump!($to);
                        }
                    }};
                }
                macro_rules! arithmetic {
                    ($dst:expr, $a:expr, $b:expr, $checked:ident, $float:tt, $op:expr) => {{
                        match (get!($a), get!($b)) {
                            (Value::Int(a), Value::Int(b)) => match a.$checked(*b) {
                                Some(n) => int!($dst, n),
                                None => set!($dst, attempt!(ops::binary(rt, $op, get!($a), get!($b)))),
                            },
                            (Value::Float(a), Value::Float(b)) => float!($dst, a $float b),
                            (a, b) => set!($dst, attempt!(ops::binary(rt, $op, a, b))),
                        }
                    }};
                }
                macro_rules! call {
                    ($called:expr) => {
                        match $called {
                            Ok(call::Called::Value) => {}
                            Ok(call::Called::Frame) => continue 'frame,
                            Err(error) => break 'ops error,
                        }
                    };
                }
                loop {
                    let Some(&op) = ops.get(pc) else { break 'ops Exc::SystemError.new("end of code") };
                    pc += 1;
                    match op {
                        Op::Const { dst, index } => copy_into(&mut reg!(dst), &code.consts[index as usize]),
                        Op::Int { dst, value } => int!(dst, value as i64),
                        Op::Move { dst, src } => match get!(src) {
                            Value::Int(n) => int!(dst, *n),
                            Value::Obj(o) => {
                                let o = o.clone();
                                reg!(dst) = Some(Value::Obj(o));
                            }
                            Value::Str(s) => {
                                let s = s.clone();
                                reg!(dst) = Some(Value::Str(s));
                            }
                            Value::List(l) => {
                                let l = l.clone();
                                reg!(dst) = Some(Value::List(l));
                            }
                            value => set!(dst, value.clone()),
                        },
                        Op::Take { dst, src } => {
                            let value = reg!(src).take();
                            reg!(dst) = value;
                        }
                        Op::DelLocal { slot } => {
                            get!(slot);
                            reg!(slot) = None;
                        }
                        Op::Clear { slot } => reg!(slot) = None,
                        Op::LoadGlobal { dst, site } => {
                            let site = &code.sites[site as usize];
                            if !names::cached_global(rt, frame.globals(), site, &mut reg!(dst)) {
                                let value = attempt!(names::load_global(rt, frame.globals(), site));
                                set!(dst, value)
                            }
                        }
                        Op::StoreGlobal { src, site } => {
                            let site = &code.sites[site as usize];
                            let value = self.value_of(base, src, code.locals.len());
                            match value {
                                Some(value) => names::store_global(frame.globals(), site, value),
                                None => break 'ops unbound(&code, src),
                            }
                        }
                        Op::DelGlobal { name } => {
                            attempt!(names::delete_global(frame.globals(), code.names[name as usize]))
                        }
                        Op::LoadName { dst, site } => {
                            let value = attempt!(names::load_name(rt, frame, &code.sites[site as usize]));
                            set!(dst, value)
                        }
                        Op::StoreName { src, name } => {
                            let value = get!(src).clone();
                            attempt!(names::store_name(rt, frame, code.names[name as usize], value))
                        }
                        Op::DelName { name } => {
                            attempt!(names::delete_name(rt, frame, code.names[name as usize]))
                        }
                        Op::LoadCell { dst, cell } => {
                            let value = frame.cell(cell).borrow().clone();
                            match value {
                                Some(value) => set!(dst, value),
                                None => break 'ops names::unbound_local(code.cells[cell as usize]),
                            }
                        }
                        Op::StoreCell { src, cell } => {
                            let value = get!(src).clone();
                            let old = frame.cell(cell).replace(Some(value));
                            drop(old);
                        }
                        Op::DelCell { cell } => {
                            let old = frame.cell(cell).take();
                            if old.is_none() {
                                break 'ops names::unbound_local(code.cells[cell as usize]);
                            }
                        }
                        Op::LoadFree { dst, free } => {
                            let value =
                                frame.func.as_ref().and_then(|f| f.closure.get(free as usize)?.borrow().clone());
                            match value {
                                Some(value) => set!(dst, value),
                                None => break 'ops names::unbound_free(code.frees[free as usize]),
                            }
                        }
                        Op::StoreFree { src, free } => {
                            let value = get!(src).clone();
                            if let Some(cell) = frame.func.as_ref().and_then(|f| f.closure.get(free as usize)) {
                                let old = cell.replace(Some(value));
                                drop(old);
                            }
                        }
                        Op::DelFree { free } => {
                            let cell = frame.func.as_ref().and_then(|f| f.closure.get(free as usize));
                            if cell.and_then(|c| c.take()).is_none() {
                                break 'ops names::unbound_free(code.frees[free as usize]);
                            }
                        }
                        Op::LoadClassFree { dst, free, name } => {
                            let name = code.names[name as usize];
                            let mut value = attempt!(names::own_name(rt, frame, name));
                            if value.is_none() {
                                value =
                                    frame.func.as_ref().and_then(|f| f.closure.get(free as usize)?.borrow().clone());
                            }
                            match value {
                                Some(value) => set!(dst, value),
                                None => break 'ops names::unbound_free(code.frees[free as usize]),
                            }
                        }
                        Op::NewCell { cell } => {
                            frame.cell(cell);
                            frame.cells[cell as usize] = Default::default();
                        }
                        Op::CellFrom { cell, slot } => {
                            let value = reg!(slot).take();
                            frame.cell(cell);
                            frame.cells[cell as usize] = Rc::new(std::cell::RefCell::new(value));
                        }
                        Op::MakeFunction { dst, child, defaults, kwdefaults } => {
                            let defaults = if defaults == NONE { None } else { reg!(defaults).take() };
                            let kwdefaults = if kwdefaults == NONE { None } else { reg!(kwdefaults).take() };
                            let value = call::make_function(frame, child, defaults, kwdefaults);
                            set!(dst, value)
                        }
                        Op::SetAnnotations { func, src } => {
                            let value = reg!(src).take().unwrap_or_default();
                            if let Value::Func(f) = get!(func) {
                                *f.annotations.borrow_mut() = value;
                            }
                        }

                        Op::Add { dst, a, b } => arithmetic!(dst, a, b, checked_add, +, BinOp::Add),
                        Op::Sub { dst, a, b } => arithmetic!(dst, a, b, checked_sub, -, BinOp::Sub),
                        Op::Mul { dst, a, b } => arithmetic!(dst, a, b, checked_mul, *, BinOp::Mul),
                        Op::AddInt { dst, a, value } => match get!(a) {
                            Value::Int(n) => match n.checked_add(value as i64) {
                                Some(n) => int!(dst, n),
                                None => {
                                    let big = attempt!(ops::binary(rt, BinOp::Add, get!(a), &Value::Int(value as i64)));
                                    set!(dst, big)
                                }
                            },
                            Value::Float(f) => float!(dst, f + value as f64),
                            other => {
                                let sum = attempt!(ops::binary(rt, BinOp::Add, other, &Value::Int(value as i64)));
                                set!(dst, sum)
                            }
                        },
                        Op::Binary { op, dst, a, b } => match (get!(a), get!(b)) {
                            (Value::Int(x), Value::Int(y)) => match iterate::int_op(op, *x, *y) {
                                Some(n) => int!(dst, n),
                                None => {
                                    let value = attempt!(ops::binary(rt, op, get!(a), get!(b)));
                                    set!(dst, value)
                                }
                            },
                            (Value::Float(x), Value::Float(y)) if op == BinOp::Div && *y != 0.0 => float!(dst, x / y),
                            (x, y) => {
                                let value = attempt!(ops::binary(rt, op, x, y));
                                set!(dst, value)
                            }
                        },
                        Op::BinaryInt { op, dst, a, value } => match get!(a) {
                            Value::Int(x) => match iterate::int_op(op, *x, value as i64) {
                                Some(n) => int!(dst, n),
                                None => {
                                    let result = attempt!(ops::binary(rt, op, get!(a), &Value::Int(value as i64)));
                                    set!(dst, result)
                                }
                            },
                            Value::Float(x) if op == BinOp::Mul => float!(dst, x * value as f64),
                            x => {
                                let result = attempt!(ops::binary(rt, op, x, &Value::Int(value as i64)));
                                set!(dst, result)
                            }
                        },
                        Op::InPlace { op, dst, a, b } => {
                            let value = match (get!(a), get!(b)) {
                                (Value::Int(x), Value::Int(y)) => match iterate::int_op(op, *x, *y) {
                                    Some(n) => {
                                        int!(dst, n);
                                        continue;
                                    }
                                    None => attempt!(ops::binary(rt, op, get!(a), get!(b))),
                                },
                                (Value::Float(x), Value::Float(y)) if op == BinOp::Add => {
                                    float!(dst, x + y);
                                    continue;
                                }
                                (Value::Str(x), Value::Str(y))
                                    if op == BinOp::Add && x.len() + y.len() < rt.memory_limit.get() =>
                                {
                                    let more = y.clone();
                                    // The variable lets go of its text, which then grows in place if nobody else has it.
                                    let text = reg!(a).take();
                                    if let Some(Op::StoreGlobal { src, site }) = ops.get(pc)
                                        && *src == dst
                                    {
                                        names::let_go(frame.globals(), &code.sites[*site as usize]);
                                    }
                                    match text {
                                        Some(Value::Str(text)) => Value::Str(text.appended(&more)),
                                        _ => Value::None,
                                    }
                                }
                                (x, y) => attempt!(ops::in_place(rt, op, x, y)),
                            };
                            set!(dst, value)
                        }
                        Op::Unary { op, dst, a } => {
                            let value = match (op, get!(a)) {
                                (ops::UnaryOp::Neg, Value::Float(x)) => Value::Float(-x),
                                (_, x) => attempt!(ops::unary(rt, op, x)),
                            };
                            set!(dst, value)
                        }
                        Op::Not { dst, a } => {
                            let truth = attempt!(ops::truthy(rt, get!(a)));
                            truth!(dst, !truth)
                        }
                        Op::Compare { op, dst, a, b } => match (get!(a), get!(b)) {
                            (Value::Int(x), Value::Int(y)) => truth!(dst, holds(op, *x, *y)),
                            (x, y) => {
                                let value = attempt!(ops::compare(rt, op, x, y));
                                set!(dst, value)
                            }
                        },
                        Op::Is { dst, a, b, negate } => {
                            let same = get!(a).is(get!(b));
                            truth!(dst, same != negate)
                        }
                        Op::In { dst, a, b, negate } => {
                            let found = attempt!(ops::contains(rt, get!(b), get!(a)));
                            truth!(dst, found != negate)
                        }

                        Op::Jump { to } => pc = to as usize,
                        Op::JumpBack { to } => {
                            tick!();
                            pc = to as usize
                        }
                        Op::JumpIf { a, when, to } => {
                            let truth = match get!(a) {
                                Value::Bool(b) => *b,
                                other => attempt!(ops::truthy(rt, other)),
                            };
                            if truth == when {
                                jump!(to)
                            }
                        }
                        Op::JumpIfNone { a, when, to } => {
                            if get!(a).is_none() == when {
                                jump!(to)
                            }
                        }
                        Op::JumpCompare { op, when, a, b, to } => {
                            let truth = match (get!(a), get!(b)) {
                                (Value::Int(x), Value::Int(y)) => holds(op, *x, *y),
                                (x, y) => {
                                    let value = attempt!(ops::compare(rt, op, x, y));
                                    attempt!(ops::truthy(rt, &value))
                                }
                            };
                            if truth == when {
                                jump!(to)
                            }
                        }
                        Op::JumpIfInt { op, a, value, to } => jump_int!(op, a, value, to, true),
                        Op::JumpUnlessInt { op, a, value, to } => jump_int!(op, a, value, to, false),

                        Op::IterPush { src } => {
                            let iter = if (src as usize) < code.locals.len() {
                                attempt!(ops::iter(rt, get!(src)))
                            } else {
                                let value = reg!(src).take().unwrap_or_default();
                                attempt!(iterate::iter_owned(rt, value))
                            };
                            self.arena.iters.push(iter);
                        }
                        Op::IterPop => {
                            let iter = self.arena.iters.pop();
                            drop(iter);
                        }
                        Op::ForNext { dst, to } => {
                            let item = match self.arena.iters.last_mut() {
                                Some(Iter::Range(next, stop, step)) if *step == 1 => {
                                    if *next < *stop {
                                        let item = *next;
                                        *next = item + 1;
                                        int!(dst, item);
                                        continue;
                                    }
                                    None
                                }
                                Some(Iter::List(list, at)) => {
                                    if let Some(item) = list.items().get(*at) {
                                        *at += 1;
                                        copy_into(&mut reg!(dst), item);
                                        continue;
                                    }
                                    *at += 1;
                                    None
                                }
                                Some(iter @ (Iter::Native(_) | Iter::Object(..) | Iter::Sequence(..))) => {
                                    // Taken out while it runs: it may nest runs of its own, never on this arena,
                                    // but the borrow would last.
                                    let mut iter = std::mem::replace(iter, Iter::Done);
                                    let item = iter.next(rt);
                                    if let Some(slot) = self.arena.iters.last_mut() {
                                        *slot = iter;
                                    }
                                    attempt!(item)
                                }
                                Some(iter) => attempt!(iter.next(rt)),
                                None => None,
                            };
                            match item {
                                Some(item) => set!(dst, item),
                                None => {
                                    let done = self.arena.iters.pop();
                                    drop(done);
                                    pc = to as usize;
                                }
                            }
                        }
                        Op::GetIter { dst, src } => {
                            let value = attempt!(ops::iter_value(rt, get!(src)));
                            set!(dst, value)
                        }
                        Op::Unpack { src, to, count } => {
                            let value = get!(src).clone();
                            attempt!(self.unpack(&value, base + to as usize, count as usize))
                        }
                        Op::UnpackStar { src, to, before, after } => {
                            let value = get!(src).clone();
                            attempt!(self.unpack_star(&value, base + to as usize, before as usize, after as usize))
                        }

                        Op::BuildTuple { dst, from, count } => {
                            let items = self.take_run(base + from as usize, count as usize);
                            set!(dst, Value::tuple(items))
                        }
                        Op::BuildList { dst, from, count } => {
                            let items = self.take_run(base + from as usize, count as usize);
                            set!(dst, Value::list(items))
                        }
                        Op::BuildSet { dst, from, count, constants } => {
                            let items = self.take_run(base + from as usize, count as usize);
                            let set = attempt!(match constants {
                                true => crate::object::Set::from_constants(rt, items),
                                false => crate::object::Set::from_values(rt, items, false),
                            });
                            set!(dst, Value::Set(set))
                        }
                        Op::BuildDict { dst, from, pairs } => {
                            let dict = Dict::new();
                            for i in 0..pairs as usize {
                                let at = base + from as usize + 2 * i;
                                let key = self.arena.stack[at].take().unwrap_or_default();
                                let value = self.arena.stack[at + 1].take().unwrap_or_default();
                                attempt!(dict.set(rt, key, value));
                            }
                            set!(dst, Value::Dict(dict))
                        }
                        Op::ListAppend { list, src } => {
                            let Some(item) = self.value_of(base, src, code.locals.len()) else {
                                break 'ops unbound(&code, src);
                            };
                            if let Value::List(list) = get!(list) {
                                list.push(item);
                            }
                        }
                        Op::ListExtend { list, src } => {
                            if let Value::List(list) = get!(list) {
                                let items = attempt!(iterate::spread(rt, get!(src)));
                                list.items_mut().extend(items);
                            }
                        }
                        Op::ArgsExtend { list, src, func } => {
                            if let Value::List(list) = get!(list) {
                                let items = attempt!(call::spread_args(rt, get!(src), get!(func)));
                                list.items_mut().extend(items);
                            }
                        }
                        Op::SetAdd { set, src } => {
                            if let Value::Set(set) = get!(set) {
                                attempt!(set.table.insert(rt, get!(src).clone(), Value::None));
                            }
                        }
                        Op::SetUpdate { set, src } => {
                            if let Value::Set(set) = get!(set) {
                                for item in attempt!(iterate::spread(rt, get!(src))) {
                                    attempt!(set.table.insert(rt, item, Value::None));
                                }
                            }
                        }
                        Op::DictSet { dict, key, value } => {
                            if let Value::Dict(dict) = get!(dict) {
                                attempt!(dict.set(rt, get!(key).clone(), get!(value).clone()));
                            }
                        }
                        Op::DictUpdate { dict, src } => {
                            if let Value::Dict(dict) = get!(dict) {
                                attempt!(call::dict_update(rt, dict, get!(src)));
                            }
                        }
                        Op::DictMerge { dict, src, func } => {
                            if let Value::Dict(dict) = get!(dict) {
                                attempt!(call::dict_merge(rt, dict, get!(src), get!(func)));
                            }
                        }
                        Op::ListToTuple { dst, list } => {
                            let items = match get!(list) {
                                Value::List(list) => std::mem::take(&mut *list.items_mut()),
                                _ => Vec::new(),
                            };
                            set!(dst, Value::tuple(items))
                        }
                        Op::BuildString { dst, from, count } => {
                            let mut text = String::new();
                            for i in 0..count {
                                if let Some(part) = get!(from + i).as_str() {
                                    text.push_str(part);
                                }
                            }
                            set!(dst, Value::from(text))
                        }
                        Op::Format { dst, src, conversion, spec } => {
                            let spec = if spec == NONE { None } else { get!(spec).as_str().cloned() };
                            let value = attempt!(format(rt, get!(src), conversion, spec));
                            set!(dst, Value::Str(value))
                        }
                        Op::BuildSlice { dst, from } => {
                            let parts = self.take_run(base + from as usize, 3);
                            let value = attempt!(iterate::slice(rt, parts));
                            set!(dst, value)
                        }

                        Op::GetAttr { dst, obj, site } => {
                            let site = &code.sites[site as usize];
                            if let Value::Obj(object) = get!(obj) {
                                let object = object.clone();
                                if attr::cached_slot(&object, site, &mut reg!(dst)) {
                                    continue;
                                }
                            }
                            let value = attempt!(attr::get(rt, get!(obj), site));
                            set!(dst, value)
                        }
                        Op::SetAttr { obj, src, site } => {
                            attempt!(attr::set(rt, get!(obj), &code.sites[site as usize], get!(src).clone()))
                        }
                        Op::DelAttr { obj, name } => {
                            attempt!(ops::del_attr(rt, get!(obj), code.names[name as usize]))
                        }
                        Op::GetItem { dst, obj, key } => {
                            let value = match (get!(obj), get!(key)) {
                                (Value::List(list), Value::Int(i)) if *i >= 0 => {
                                    let (list, i) = (list.clone(), *i as usize);
                                    match list.items().get(i) {
                                        Some(item) => copy_into(&mut reg!(dst), item),
                                        None => break 'ops Exc::IndexError.new("list index out of range"),
                                    }
                                    continue;
                                }
                                (obj, key) => attempt!(ops::get_item(rt, obj, key)),
                            };
                            set!(dst, value)
                        }
                        Op::SetItem { obj, key, src } => {
                            attempt!(ops::set_item(rt, get!(obj), get!(key).clone(), get!(src).clone()))
                        }
                        Op::DelItem { obj, key } => attempt!(ops::del_item(rt, get!(obj), get!(key))),

                        Op::LoadMethod { f, obj, site } => {
                            let site = &code.sites[site as usize];
                            if let Value::Obj(object) = get!(obj) {
                                let object = object.clone();
                                if attr::cached_method(&object, site, &mut reg!(f)) {
                                    reg!(f + 1) = Some(Value::Obj(object));
                                    continue;
                                }
                            }
                            let (func, this) = attempt!(attr::method(rt, get!(obj), site));
                            let this = match this {
                                true => Some(get!(obj).clone()),
                                false => None,
                            };
                            reg!(f + 1) = this;
                            set!(f, func)
                        }
                        Op::Call { dst, f, argc } => {
                            tick!();
                            let start = base + f as usize + 1;
                            frame.pc = pc;
                            call!(self.call(frame, dst, start - 1, start, argc as usize, None))
                        }
                        Op::CallMethod { dst, f, argc } => {
                            tick!();
                            let at = base + f as usize;
                            let this = self.arena.stack[at + 1].is_some();
                            let start = if this { at + 1 } else { at + 2 };
                            frame.pc = pc;
                            call!(self.call(frame, dst, at, start, argc as usize + this as usize, None))
                        }
                        Op::CallKeywords { dst, f, argc, names } => {
                            let start = base + f as usize + 1;
                            let names = Some(&*code.keywords[names as usize]);
                            frame.pc = pc;
                            call!(self.call(frame, dst, start - 1, start, argc as usize, names))
                        }
                        Op::CallMethodKeywords { dst, f, argc, names } => {
                            let at = base + f as usize;
                            let this = self.arena.stack[at + 1].is_some();
                            let start = if this { at + 1 } else { at + 2 };
                            let names = Some(&*code.keywords[names as usize]);
                            frame.pc = pc;
                            call!(self.call(frame, dst, at, start, argc as usize + this as usize, names))
                        }
                        Op::CallSpread { dst, f, args, kwargs } => {
                            let callee = get!(f).clone();
                            let args = reg!(args).take().unwrap_or_default();
                            let kwargs = if kwargs == NONE { None } else { reg!(kwargs).take() };
                            let args = attempt!(call::spread(&callee, args, kwargs));
                            let value = attempt!(self.call_value(frame, &callee, args));
                            set!(dst, value)
                        }
                        Op::SuperCall { dst, f, this } => {
                            let value = attempt!(classes::super_call(rt, get!(f), get!(f + 1), get!(this)));
                            set!(dst, value)
                        }
                        Op::Return { src } => {
                            if reg!(src).is_none() {
                                break 'ops unbound(&code, src);
                            }
                            match attempt!(self.return_(frame, Some(base + src as usize))) {
                                None => continue 'frame,
                                Some(outcome) => return Ok(outcome),
                            }
                        }
                        Op::ReturnNone => match attempt!(self.return_(frame, None)) {
                            None => continue 'frame,
                            Some(outcome) => return Ok(outcome),
                        },
                        Op::Yield { dst, src } => {
                            let value = reg!(src).take().unwrap_or_default();
                            frame.pc = pc;
                            frame.dst = dst;
                            return Ok(Outcome::Yield(value));
                        }
                        Op::YieldFrom { dst, iter } => {
                            // The value sent in was put into `dst`; nothing there at the first time.
                            let sent = reg!(dst).take().unwrap_or_default();
                            match attempt!(generator::step(rt, get!(iter), sent)) {
                                generator::Step::Yield(value) => {
                                    frame.pc = pc - 1;
                                    frame.dst = dst;
                                    return Ok(Outcome::Yield(value));
                                }
                                generator::Step::Return(value) => set!(dst, value),
                            }
                        }

                        Op::Raise { exc, cause } => {
                            let cause = if cause == NONE { None } else { Some(get!(cause).clone()) };
                            break 'ops unwind::raise(rt, get!(exc).clone(), cause);
                        }
                        Op::Reraise { exc } => {
                            quiet = true;
                            match get!(exc) {
                                Value::Obj(exc) => break 'ops Error::Raised(exc.clone()),
                                _ => break 'ops Exc::SystemError.new("no exception to raise again"),
                            }
                        }
                        Op::RaiseAgain => {
                            let current = rt.handling.borrow().last().cloned();
                            match current {
                                Some(exc) => {
                                    quiet = true;
                                    break 'ops Error::Raised(exc);
                                }
                                None => break 'ops Exc::RuntimeError.new("No active exception to reraise"),
                            }
                        }
                        Op::JumpUnlessCaught { exc, kind, to } => {
                            let caught = match get!(exc) {
                                Value::Obj(exc) => attempt!(unwind::catches(rt, exc, get!(kind))),
                                _ => false,
                            };
                            if !caught {
                                pc = to as usize;
                            }
                        }
                        Op::PopHandler => {
                            let old = rt.handling.borrow_mut().pop();
                            drop(old);
                        }
                        Op::AssertFail { src } => {
                            let args = if src == NONE { Vec::new() } else { vec![get!(src).clone()] };
                            break 'ops Exc::AssertionError.with_args(args);
                        }
                        Op::WithEnter { dst, manager, exit } => {
                            let (value, exit_method) = attempt!(iterate::with_enter(rt, get!(manager)));
                            set!(exit, exit_method);
                            set!(dst, value)
                        }
                        Op::WithExit { exit } => {
                            let exit = reg!(exit).take().unwrap_or_default();
                            attempt!(iterate::with_exit(rt, &exit, None));
                        }
                        Op::WithExcept { exit, exc, to } => {
                            let exit = reg!(exit).take().unwrap_or_default();
                            let result = attempt!(iterate::with_exit(rt, &exit, Some(get!(exc))));
                            if attempt!(ops::truthy(rt, &result)) {
                                pc = to as usize;
                            }
                        }

                        Op::Import { dst, name, level, from } => {
                            let name = code.names[name as usize];
                            let value = attempt!(import::statement(rt, frame.globals(), name, level as u32, from));
                            set!(dst, value)
                        }
                        Op::ImportFrom { dst, module, name } => {
                            let value = attempt!(import::from(rt, get!(module), code.names[name as usize]));
                            set!(dst, value)
                        }
                        Op::ImportStar { module } => {
                            attempt!(import::star(rt, get!(module), frame))
                        }
                        Op::ImportAttr { dst, module, name } => {
                            let value = attempt!(import::from(rt, get!(module), code.names[name as usize]));
                            set!(dst, value)
                        }
                        Op::BuildClass { dst, body, bases, keywords } => {
                            let keywords = if keywords == NONE { None } else { reg!(keywords).take() };
                            let value = attempt!(build_class(rt, self.vm, get!(body), get!(bases), keywords.as_ref()));
                            set!(dst, value)
                        }
                        Op::SetupAnnotations => attempt!(names::setup_annotations(rt, frame)),
                        Op::Annotate { src, name } => {
                            attempt!(names::annotate(rt, frame, code.names[name as usize], get!(src).clone()))
                        }
                        Op::TypeParam { dst, name, kind } => {
                            let name = code.names[name as usize];
                            let value = match kind {
                                3 => classes::type_alias(rt, name, reg!(dst).take().unwrap_or_default()),
                                _ => attempt!(classes::type_param(rt, name, kind)),
                            };
                            set!(dst, value)
                        }

                        Op::MatchSequence { src, to } => {
                            if !attempt!(matching::is_sequence(rt, get!(src))) {
                                pc = to as usize;
                            }
                        }
                        Op::MatchLength { src, at_least, count, to } => {
                            let len = attempt!(ops::len(rt, get!(src)));
                            if !(len == count as usize || at_least && len > count as usize) {
                                pc = to as usize;
                            }
                        }
                        Op::MatchMapping { src, to } => {
                            if !attempt!(matching::is_mapping(rt, get!(src))) {
                                pc = to as usize;
                            }
                        }
                        Op::MatchKeys { src, keys, count, to } => {
                            let wanted: Vec<Value> = (0..count).filter_map(|i| reg!(keys + i).clone()).collect();
                            match attempt!(matching::keys(rt, get!(src), &wanted)) {
                                Some(found) => {
                                    for (i, value) in found.into_iter().enumerate() {
                                        set!(keys + count + i as R, value);
                                    }
                                }
                                None => pc = to as usize,
                            }
                        }
                        Op::MatchRest { dst, src, keys, count } => {
                            let keys: Vec<Value> = (0..count).filter_map(|i| reg!(keys + i).clone()).collect();
                            let value = attempt!(matching::rest(rt, get!(src), &keys));
                            set!(dst, value)
                        }
                        Op::MatchClass { src, class, count, to } => {
                            let names = match ops.get(pc) {
                                Some(Op::MatchNames { names }) => code.consts[*names as usize].clone(),
                                _ => Value::None,
                            };
                            pc += 1;
                            let found = matching::class(rt, get!(src), get!(class), count as usize, &names);
                            match attempt!(found) {
                                Some(found) => {
                                    for (i, value) in found.into_iter().enumerate() {
                                        set!(class + 1 + i as R, value);
                                    }
                                }
                                None => pc = to as usize,
                            }
                        }
                        Op::MatchNames { .. } => {}
                        Op::Refuse { text } => {
                            let text = code.consts[text as usize].as_str().cloned().unwrap_or_else(|| Str::from(""));
                            break 'ops Exc::NotImplementedError.new(text);
                        }
                    }
                }
            };
            frame.pc = pc;
            self.unwind(frame, raised, quiet)?;
        }
    }

    /// The value of a register: a variable's is copied, a temporary's taken.
    fn value_of(&mut self, base: usize, r: R, locals: usize) -> Option<Value> {
        let slot = &mut self.arena.stack[base + r as usize];
        if (r as usize) < locals { slot.clone() } else { slot.take() }
    }

    fn take_run(&mut self, from: usize, count: usize) -> Vec<Value> {
        let run = self.arena.stack.get_mut(from..from + count).unwrap_or_default();
        run.iter_mut().map(|slot| slot.take().unwrap_or_default()).collect()
    }

    /// Keeps account of whose module runs.
    fn switch_globals(&self, old: &Frame, new: &Frame) {
        if !Rc::ptr_eq(old.globals(), new.globals()) {
            self.vm.globals.replace(Some(new.globals().clone()));
        }
    }

    /// Ends a frame with the result that stands in a register (`None` where there is none); the outcome where it was the
    /// run's first. TypeError where `__init__` returned something.
    fn return_(&mut self, frame: &mut Frame, src: Option<usize>) -> Res<Option<Outcome>> {
        let mut small = None;
        let mut value = Some(Value::None);
        if let Some(src) = src {
            match &mut self.arena.stack[src] {
                Some(Value::Int(n)) => small = Some(*n),
                slot => value = slot.take(),
            }
        }
        if frame.init.is_some() {
            if small.is_some() || !matches!(value, Some(Value::None)) {
                let value = small.map(Value::Int).or(value).unwrap_or_default();
                let kind = ops::type_name(&value);
                return Err(Exc::TypeError.new(format!("__init__() should return None, not '{kind}'")));
            }
            value = frame.init.take();
        }
        self.clear(frame);
        self.rt.leave();
        match self.arena.callers.pop() {
            Some(caller) => {
                self.switch_globals(frame, &caller);
                let dst = frame.dst;
                *frame = caller;
                let slot = &mut self.arena.stack[frame.base + dst as usize];
                match small {
                    Some(n) => put_int(slot, n),
                    None => *slot = value,
                }
                Ok(None)
            }
            None => Ok(Some(Outcome::Return(small.map(Value::Int).or(value).unwrap_or_default()))),
        }
    }

    /// Empties what a frame leaves behind.
    fn clear(&mut self, frame: &Frame) {
        let end = (frame.base + frame.code.registers as usize).min(self.arena.stack.len());
        for slot in &mut self.arena.stack[frame.base..end] {
            *slot = None;
        }
        if self.arena.iters.len() > frame.iter_base {
            self.arena.iters.truncate(frame.iter_base);
        }
        let mut handling = self.rt.handling.borrow_mut();
        if handling.len() > frame.handling_base {
            handling.truncate(frame.handling_base);
        }
    }
}

/// Puts a small integer into a register. Where one is there already nothing is dropped and no tag is written.
#[inline(always)]
fn put_int(slot: &mut Option<Value>, n: i64) {
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

#[inline]
fn holds(op: Order, a: i64, b: i64) -> bool {
    match op {
        Order::Lt => a < b,
        Order::Le => a <= b,
        Order::Eq => a == b,
        Order::Ne => a != b,
        Order::Gt => a > b,
        Order::Ge => a >= b,
    }
}

#[cold]
fn unbound(code: &Code, r: R) -> Error {
    match code.locals.get(r as usize) {
        Some(&name) => names::unbound_local(name),
        None => Exc::SystemError.new("a temporary is empty"),
    }
}

fn format(rt: &Rt, value: &Value, conversion: u8, spec: Option<Str>) -> Res<Str> {
    let converted;
    let value = match conversion {
        b'r' => {
            converted = Value::Str(ops::repr(rt, value)?);
            &converted
        }
        b's' => {
            converted = Value::Str(ops::str(rt, value)?);
            &converted
        }
        b'a' => {
            converted = Value::Str(ops::ascii(rt, value)?);
            &converted
        }
        _ => value,
    };
    match (value, &spec) {
        (Value::Str(s), None) => Ok(s.clone()),
        _ => ops::format(rt, value, spec.as_deref().unwrap_or("")),
    }
}
