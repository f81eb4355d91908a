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
mod register;
mod run;
mod steps;
mod unwind;

use std::rc::Rc;

pub use call::{call_function, call_slice};
pub use frame::{Arena, Frame, Namespace, Vm};
pub use generator::Generator;
pub use import::import_module;

use super::code::R;
use crate::object::ops;
use crate::object::{Exc, Res, Rt, Value};
use register::put_int;

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
    pub arena: &'a mut Arena,
}

/// Between two looks at the interrupt flag.
const TICKS: u32 = 1024;

/// Runs a frame from its start to its end on memory of its own, where its arguments are already.
pub fn run_in(rt: &Rt, vm: &Rc<Vm>, mut frame: Frame, mut arena: Box<Arena>) -> Res<Value> {
    if let Err(error) = rt.enter() {
        arena.stack.clear();
        vm.put_back(arena);
        return Err(error);
    }
    let outer = vm.enter_module(frame.globals());
    let result = Thread { rt, vm, arena: &mut arena }.start(&mut frame);
    vm.leave_module(outer);
    arena.callers.clear();
    vm.put_back(arena);
    match result? {
        Outcome::Return(value) => Ok(value),
        Outcome::Yield(_) => Err(Exc::SystemError.new("a generator's frame ran as a function")),
    }
}

/// Runs a frame without arguments from its start to its end.
pub fn run_frame(rt: &Rt, vm: &Rc<Vm>, frame: Frame) -> Res<Value> {
    let arena = vm.arena();
    run_in(rt, vm, frame, arena)
}

impl Thread<'_> {
    /// Runs a frame whose registers may hold its arguments already.
    pub fn start(&mut self, frame: &mut Frame) -> Res<Outcome> {
        frame.iter_base = self.arena.iters.len() as u32;
        frame.handling_base = self.rt.handling.borrow().len() as u32;
        self.reserve(frame.base() + frame.code.registers as usize);
        self.run(frame, None)
    }

    /// Makes room for registers.
    #[inline]
    pub fn reserve(&mut self, top: usize) {
        if self.arena.stack.len() < top {
            self.arena.stack.resize_with(top + 64, || None);
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
    #[inline(always)]
    fn switch_globals(&self, old: &Frame, new: &Frame) {
        if !Rc::ptr_eq(old.globals(), new.globals()) {
            self.vm.globals.replace(Some(new.globals().clone()));
        }
    }

    /// Empties places of the stack.
    #[inline]
    fn empty(&mut self, from: usize, to: usize) {
        for slot in &mut self.arena.stack[from..to] {
            match slot {
                None => {}
                Some(Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::None) => {
                    // Nothing to drop: forgotten by writing the tag alone.
                    std::mem::forget(slot.take());
                }
                Some(_) => *slot = None,
            }
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
        if frame.making {
            if small.is_some() || !matches!(value, Some(Value::None)) {
                let value = small.map(Value::Int).or(value).unwrap_or_default();
                let kind = ops::type_name(&value);
                return Err(Exc::TypeError.new(format!("__init__() should return None, not '{kind}'")));
            }
            frame.making = false;
            value = self.arena.made.pop();
        }
        self.clear(frame);
        self.rt.leave();
        match self.arena.callers.pop() {
            Some(caller) => {
                self.switch_globals(frame, &caller);
                let dst = frame.dst;
                *frame = caller;
                let slot = &mut self.arena.stack[frame.base() + dst as usize];
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
    #[inline]
    fn clear(&mut self, frame: &Frame) {
        let end = (frame.base() + frame.code.registers as usize).min(self.arena.stack.len());
        self.empty(frame.base(), end);
        if self.arena.iters.len() > frame.iter_base as usize {
            self.arena.iters.truncate(frame.iter_base as usize);
        }
        if frame.making {
            self.arena.made.pop();
        }
        if self.rt.handling.borrow().len() > frame.handling_base as usize {
            self.rt.handling.borrow_mut().truncate(frame.handling_base as usize);
        }
    }
}
