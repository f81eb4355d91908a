//! The loop: the instructions that programs run most, with the ways of small integers, floats and lists in place.

use std::rc::Rc;

use super::frame::Frame;
use super::register::{copy_into, put_int};
use super::{Outcome, TICKS, Thread, attr, call, generator, iterate, names};
use crate::interp::code::{Code, Op, R};
use crate::object::ops::{self, BinOp, Iter, Order};
use crate::object::{Error, Exc, Res, Tuple, Value};

impl Thread<'_> {
    /// Runs until the frame returns, yields or fails. `error` is raised first (a generator's `throw`).
    pub fn run(&mut self, frame: &mut Frame, mut error: Option<Error>) -> Res<Outcome> {
        let rt = self.rt;
        'frame: loop {
            let code: Rc<Code> = frame.code.clone();
            let ops = &code.ops[..];
            let base = frame.base();
            let mut pc = frame.pc as usize;
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
                                None => attempt!(self.binary(&code, base, $op, $dst, $a, $b)),
                            },
                            (Value::Float(a), Value::Float(b)) => float!($dst, a $float b),
                            _ => attempt!(self.binary(&code, base, $op, $dst, $a, $b)),
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
                    // Not copied: each instruction reads the operands that it has, where they stand.
                    let Some(op) = ops.get(pc) else { break 'ops Exc::SystemError.new("end of code") };
                    pc += 1;
                    match *op {
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
                        Op::LoadFree { dst, free } => {
                            let value = frame.function().and_then(|f| f.closure.get(free as usize)?.borrow().clone());
                            match value {
                                Some(value) => set!(dst, value),
                                None => break 'ops names::unbound_free(code.frees[free as usize]),
                            }
                        }
                        Op::StoreFree { src, free } => {
                            let value = get!(src).clone();
                            if let Some(cell) = frame.function().and_then(|f| f.closure.get(free as usize)) {
                                let old = cell.replace(Some(value));
                                drop(old);
                            }
                        }
                        Op::Add { dst, a, b } => arithmetic!(dst, a, b, checked_add, +, BinOp::Add),
                        Op::Sub { dst, a, b } => arithmetic!(dst, a, b, checked_sub, -, BinOp::Sub),
                        Op::Mul { dst, a, b } => arithmetic!(dst, a, b, checked_mul, *, BinOp::Mul),
                        Op::AddInt { dst, a, value } => match get!(a) {
                            Value::Int(n) => match n.checked_add(value as i64) {
                                Some(n) => int!(dst, n),
                                None => attempt!(self.binary_int(&code, base, BinOp::Add, dst, a, value)),
                            },
                            Value::Float(f) => float!(dst, f + value as f64),
                            _ => attempt!(self.binary_int(&code, base, BinOp::Add, dst, a, value)),
                        },
                        Op::Binary { op, dst, a, b } => match (get!(a), get!(b)) {
                            (Value::Int(x), Value::Int(y)) => match iterate::int_op(op, *x, *y) {
                                Some(n) => int!(dst, n),
                                None => attempt!(self.binary(&code, base, op, dst, a, b)),
                            },
                            (Value::Float(x), Value::Float(y)) if op == BinOp::Div && *y != 0.0 => float!(dst, x / y),
                            _ => attempt!(self.binary(&code, base, op, dst, a, b)),
                        },
                        Op::BinaryInt { op, dst, a, value } => match get!(a) {
                            Value::Int(x) => match iterate::int_op(op, *x, value as i64) {
                                Some(n) => int!(dst, n),
                                None => attempt!(self.binary_int(&code, base, op, dst, a, value)),
                            },
                            Value::Float(x) if op == BinOp::Mul => float!(dst, x * value as f64),
                            _ => attempt!(self.binary_int(&code, base, op, dst, a, value)),
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
                        Op::Not { dst, a } => {
                            let truth = attempt!(ops::truthy(rt, get!(a)));
                            truth!(dst, !truth)
                        }
                        Op::Compare { op, dst, a, b } => match (get!(a), get!(b)) {
                            (Value::Int(x), Value::Int(y)) => truth!(dst, holds(op, *x, *y)),
                            (Value::Float(x), Value::Float(y)) => truth!(dst, holds(op, *x, *y)),
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
                                (Value::Float(x), Value::Float(y)) => holds(op, *x, *y),
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
                            let iter = if src == 0 && code.is_genexp {
                                let value = reg!(src).take().unwrap_or_default();
                                attempt!(iterate::iter_owned(rt, value))
                            } else if (src as usize) < code.locals.len() {
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
                                Some(Iter::Native(object)) => {
                                    // Held while it runs: it may nest runs of its own, never on this arena, but the
                                    // borrow would last.
                                    let object = object.clone();
                                    match object.object() {
                                        Some(native) => attempt!(native.next(rt)),
                                        None => None,
                                    }
                                }
                                Some(iter @ (Iter::Object(..) | Iter::Sequence(..))) => {
                                    // Taken out while it runs.
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
                        Op::Unpack { src, to, count } => {
                            let value = get!(src).clone();
                            attempt!(self.unpack(&value, base + to as usize, count as usize))
                        }
                        Op::BuildTuple { dst, from, count } => {
                            let from = base + from as usize;
                            let run = self.arena.stack[from..from + count as usize].iter_mut();
                            let tuple = Tuple::collect(run.map(|slot| slot.take().unwrap_or_default()));
                            set!(dst, Value::Tuple(tuple))
                        }
                        Op::BuildList { dst, from, count } => {
                            let items = self.take_run(base + from as usize, count as usize);
                            set!(dst, Value::list(items))
                        }
                        Op::ListAppend { list, src } => {
                            let Some(item) = self.value_of(base, src, code.locals.len()) else {
                                break 'ops unbound(&code, src);
                            };
                            if let Value::List(list) = get!(list) {
                                list.push(item);
                            }
                        }
                        Op::GetAttr { dst, obj, site } => {
                            let site = &code.sites[site as usize];
                            if let Value::Obj(object) = get!(obj) {
                                let object = object.clone();
                                if attr::cached_slot(&object, site, &mut reg!(dst)) {
                                    continue;
                                }
                                if let Some(getter) = attr::cached_property(&object, site) {
                                    let start = base + code.registers as usize;
                                    self.reserve(start + 1);
                                    self.arena.stack[start] = Some(Value::Obj(object));
                                    frame.pc = pc as u32;
                                    call!(self.enter(frame, getter, dst, start, 1, None, None));
                                    continue;
                                }
                            }
                            let value = attempt!(attr::get(rt, get!(obj), site));
                            set!(dst, value)
                        }
                        Op::SetAttr { obj, src, site } => {
                            attempt!(attr::set(rt, get!(obj), &code.sites[site as usize], get!(src).clone()))
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
                        Op::LoadMethod { f, obj, site } => {
                            let site = &code.sites[site as usize];
                            if let Value::Obj(object) = get!(obj) {
                                let object = object.clone();
                                if attr::cached_method(&object, site, &mut reg!(f)) {
                                    let this = &mut reg!(f + 1);
                                    *this = None;
                                    *this = Some(Value::Obj(object));
                                    continue;
                                }
                            }
                            let (func, this) = attempt!(attr::method(rt, get!(obj), site));
                            reg!(f + 1) = this;
                            set!(f, func)
                        }
                        Op::Call { dst, f, argc } => {
                            tick!();
                            let start = base + f as usize + 1;
                            frame.pc = pc as u32;
                            call!(self.call(frame, dst, start - 1, start, argc as usize, None))
                        }
                        Op::CallMethod { dst, f, argc } => {
                            tick!();
                            let at = base + f as usize;
                            let this = self.arena.stack[at + 1].is_some();
                            let start = if this { at + 1 } else { at + 2 };
                            frame.pc = pc as u32;
                            call!(self.call(frame, dst, at, start, argc as usize + this as usize, None))
                        }
                        Op::CallKeywords { dst, f, argc, names } => {
                            let start = base + f as usize + 1;
                            let names = Some(&*code.keywords[names as usize]);
                            frame.pc = pc as u32;
                            call!(self.call(frame, dst, start - 1, start, argc as usize, names))
                        }
                        Op::CallMethodKeywords { dst, f, argc, names } => {
                            let at = base + f as usize;
                            let this = self.arena.stack[at + 1].is_some();
                            let start = if this { at + 1 } else { at + 2 };
                            let names = Some(&*code.keywords[names as usize]);
                            frame.pc = pc as u32;
                            call!(self.call(frame, dst, at, start, argc as usize + this as usize, names))
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
                            frame.pc = pc as u32;
                            frame.dst = dst;
                            return Ok(Outcome::Yield(value));
                        }
                        Op::YieldFrom { dst, iter } => {
                            // The value sent in was put into `dst`; nothing there at the first time.
                            let sent = reg!(dst).take().unwrap_or_default();
                            match attempt!(generator::step(rt, get!(iter), sent)) {
                                generator::Step::Yield(value) => {
                                    frame.pc = pc as u32 - 1;
                                    frame.dst = dst;
                                    return Ok(Outcome::Yield(value));
                                }
                                generator::Step::Return(value) => set!(dst, value),
                            }
                        }
                        Op::Reraise { exc } => {
                            quiet = true;
                            match get!(exc) {
                                Value::Obj(exc) => break 'ops Error::raised(exc.clone()),
                                _ => break 'ops Exc::SystemError.new("no exception to raise again"),
                            }
                        }
                        Op::RaiseAgain => {
                            let current = rt.handling.borrow().last().cloned();
                            match current {
                                Some(exc) => {
                                    quiet = true;
                                    break 'ops Error::raised(exc);
                                }
                                None => break 'ops Exc::RuntimeError.new("No active exception to reraise"),
                            }
                        }
                        _ => pc = attempt!(self.step(frame, &code, *op, pc)),
                    }
                }
            };
            frame.pc = pc as u32;
            self.unwind(frame, raised, quiet)?;
        }
    }
}

/// The slower ways of operators: whatever is not a small integer or a float.
impl Thread<'_> {
    #[inline(never)]
    fn binary(&mut self, code: &Code, base: usize, op: BinOp, dst: R, a: R, b: R) -> Res<()> {
        let stack = &self.arena.stack;
        let (Some(x), Some(y)) = (&stack[base + a as usize], &stack[base + b as usize]) else {
            return Err(unbound(code, a));
        };
        let value = ops::binary(self.rt, op, x, y)?;
        self.arena.stack[base + dst as usize] = Some(value);
        Ok(())
    }

    #[inline(never)]
    fn binary_int(&mut self, code: &Code, base: usize, op: BinOp, dst: R, a: R, value: i32) -> Res<()> {
        let Some(x) = &self.arena.stack[base + a as usize] else { return Err(unbound(code, a)) };
        let value = ops::binary(self.rt, op, x, &Value::Int(value as i64))?;
        self.arena.stack[base + dst as usize] = Some(value);
        Ok(())
    }
}

#[inline]
fn holds<T: PartialOrd>(op: Order, a: T, b: T) -> bool {
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
pub(super) fn unbound(code: &Code, r: R) -> Error {
    match code.locals.get(r as usize) {
        Some(&name) => names::unbound_local(name),
        None => Exc::SystemError.new("a temporary is empty"),
    }
}
