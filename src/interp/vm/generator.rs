//! Generators: a frame with registers of its own that runs a stretch at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::frame::{Arena, Frame, Vm};
use super::unwind::{set_context, to_exception};
use super::{Outcome, Thread};
use crate::interp::code::Op;
use crate::object::error::Exception;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::NativeType;
use crate::object::{CallArgs, Error, Exc, Instance, Res, Row, Rt, Value};
use crate::source::known;

/// A generator.
pub struct Generator {
    vm: Rc<Vm>,
    state: RefCell<State>,
    started: Cell<bool>,
    name: Rc<str>,
    qualname: Rc<str>,
}

enum State {
    Suspended(Box<Suspended>),
    Running,
    Done,
}

struct Suspended {
    frame: Frame,
    arena: Arena,
    /// The exceptions it was handling when it yielded.
    handling: Vec<Rc<Instance>>,
}

/// What a step of a generator or iterator gave.
pub enum Step {
    /// The next value.
    Yield(Value),
    /// The end, with the generator's return value.
    Return(Value),
}

impl Generator {
    /// A generator that has not started. `registers` holds the arguments.
    pub fn start(rt: &Rt, vm: &Rc<Vm>, frame: Frame, registers: Vec<Option<Value>>) -> Value {
        let mut stack = registers;
        stack.resize_with(frame.code.registers as usize + 8, || None);
        let name = frame.function().map_or_else(|| frame.code.name.text(), |f| f.name.borrow().text());
        let qualname = frame.function().map_or_else(|| frame.code.qualname.clone(), |f| f.qualname.borrow().clone());
        let arena = Arena { stack, ..Arena::default() };
        rt.object(Generator {
            vm: vm.clone(),
            state: RefCell::new(State::Suspended(Box::new(Suspended { frame, arena, handling: Vec::new() }))),
            started: Cell::new(false),
            name,
            qualname,
        })
    }

    /// Goes on with a value sent in.
    pub fn send(&self, rt: &Rt, value: Value) -> Res<Step> {
        self.resume(rt, value, None)
    }

    /// Goes on with an exception raised where it stands.
    pub fn throw(&self, rt: &Rt, error: Error) -> Res<Step> {
        self.resume(rt, Value::None, Some(error))
    }

    fn resume(&self, rt: &Rt, value: Value, mut error: Option<Error>) -> Res<Step> {
        let taken = self.state.replace(State::Running);
        let mut suspended = match taken {
            State::Suspended(s) => s,
            State::Running => return Err(Exc::ValueError.new("generator already executing")),
            State::Done => {
                self.state.replace(State::Done);
                return match error {
                    Some(error) => Err(error),
                    None => Ok(Step::Return(Value::None)),
                };
            }
        };
        if !self.started.get() && !value.is_none() && error.is_none() {
            self.state.replace(State::Suspended(suspended));
            return Err(Exc::TypeError.new("can't send non-None value to a just-started generator"));
        }
        if let Err(e) = rt.enter() {
            self.state.replace(State::Suspended(suspended));
            return Err(e);
        }
        if let Some(exc) = error.as_ref().and_then(Error::object) {
            set_context(rt, exc);
        }
        let handling_base = rt.handling.borrow().len();
        if !suspended.handling.is_empty() {
            rt.handling.borrow_mut().append(&mut suspended.handling);
        }
        suspended.frame.handling_base = handling_base as u32;
        let Suspended { frame, arena, .. } = &mut *suspended;
        let outer = self.vm.enter_module(frame.globals());
        let delegating = matches!(frame.code.ops.get(frame.pc as usize), Some(Op::YieldFrom { .. }));
        if self.started.get() {
            if delegating && error.is_some() {
                match self.delegate(rt, frame, arena, error.take()) {
                    Ok(Some(value)) => {
                        self.vm.leave_module(outer);
                        self.suspend(rt, suspended, handling_base);
                        return Ok(Step::Yield(value));
                    }
                    Ok(None) => {}
                    Err(e) => error = Some(e),
                }
            } else if error.is_none() {
                arena.stack[frame.dst as usize] = Some(value);
            }
        }
        if error.is_some() {
            // An error is looked for at the instruction before the next one.
            frame.pc = frame.pc.max(1);
            if delegating {
                frame.pc += 1;
            }
        }
        self.started.set(true);
        let result = Thread { rt, vm: &self.vm, arena }.run(frame, error);
        self.vm.leave_module(outer);
        match result {
            Ok(Outcome::Yield(value)) => {
                self.suspend(rt, suspended, handling_base);
                Ok(Step::Yield(value))
            }
            Ok(Outcome::Return(value)) => {
                self.state.replace(State::Done);
                Ok(Step::Return(value))
            }
            Err(e) => {
                self.state.replace(State::Done);
                if e.is(Exc::StopIteration) {
                    return Err(Exc::RuntimeError.new("generator raised StopIteration").caused_by(e));
                }
                Err(e)
            }
        }
    }

    fn suspend(&self, rt: &Rt, mut suspended: Box<Suspended>, handling_base: usize) {
        if rt.handling.borrow().len() > handling_base {
            suspended.handling = rt.handling.borrow_mut().split_off(handling_base);
        }
        rt.leave();
        self.state.replace(State::Suspended(suspended));
    }

    /// Hands an error to the iterator that this generator yields from: the value that one yields, or `None` where it
    /// ended (its result is in place and the generator goes on).
    fn delegate(&self, rt: &Rt, frame: &mut Frame, arena: &mut Arena, error: Option<Error>) -> Res<Option<Value>> {
        let Some(error) = error else { return Ok(None) };
        let Some(Op::YieldFrom { dst, iter }) = frame.code.ops.get(frame.pc as usize).copied() else {
            return Err(error);
        };
        let inner = arena.stack[iter as usize].clone().unwrap_or_default();
        if error.is(Exc::GeneratorExit) {
            if let Some(close) = ops::get_attr_opt(rt, &inner, known::CLOSE)? {
                ops::call0(rt, &close)?;
            }
            return Err(error);
        }
        let stepped = match inner.native::<Generator>() {
            Some(generator) => generator.throw(rt, error),
            None => match ops::get_attr_opt(rt, &inner, known::THROW)? {
                Some(throw) => {
                    let exc = rt.exception(error);
                    match ops::call1(rt, &throw, Value::Obj(exc)) {
                        Ok(value) => Ok(Step::Yield(value)),
                        Err(e) if e.is(Exc::StopIteration) => Ok(Step::Return(stop_value(rt, e))),
                        Err(e) => Err(e),
                    }
                }
                None => Err(error),
            },
        };
        match stepped? {
            Step::Yield(value) => Ok(Some(value)),
            Step::Return(value) => {
                arena.stack[dst as usize] = Some(value);
                frame.pc += 1;
                Ok(None)
            }
        }
    }

    fn close(&self, rt: &Rt) -> Res<Value> {
        if !self.started.get() {
            self.state.replace(State::Done);
            return Ok(Value::None);
        }
        if matches!(*self.state.borrow(), State::Done) {
            return Ok(Value::None);
        }
        let exc = rt.exception(Exc::GeneratorExit.with_args(Vec::new()));
        match self.throw(rt, Error::raised(exc)) {
            Ok(Step::Yield(_)) => Err(Exc::RuntimeError.new("generator ignored GeneratorExit")),
            Ok(Step::Return(value)) => Ok(value),
            Err(e) if e.is(Exc::GeneratorExit) || e.is(Exc::StopIteration) => Ok(Value::None),
            Err(e) => Err(e),
        }
    }
}

/// The value that a StopIteration carries.
pub fn stop_value(rt: &Rt, error: Error) -> Value {
    let exc = rt.exception(error);
    exc.native::<Exception>().and_then(|e| e.args.borrow().first().cloned()).unwrap_or_default()
}

/// One step of `yield from`.
pub fn step(rt: &Rt, iterator: &Value, sent: Value) -> Res<Step> {
    if let Some(generator) = iterator.native::<Generator>() {
        return generator.send(rt, sent);
    }
    let result = if sent.is_none() {
        if let Some(native) = iterator.as_obj().and_then(|o| o.object()).filter(|n| n.is_iterator()) {
            return Ok(match native.next(rt)? {
                Some(value) => Step::Yield(value),
                None => Step::Return(Value::None),
            });
        }
        ops::call_method(rt, iterator, known::NEXT, CallArgs::none())
    } else {
        ops::call_method(rt, iterator, known::SEND, CallArgs::new([sent]))
    };
    match result {
        Ok(value) => Ok(Step::Yield(value)),
        Err(e) if e.is(Exc::StopIteration) => Ok(Step::Return(stop_value(rt, e))),
        Err(e) => Err(e),
    }
}

impl Object for Generator {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        match self.send(rt, Value::None)? {
            Step::Yield(value) => Ok(Some(value)),
            Step::Return(_) => Ok(None),
        }
    }

    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Generator {
    const NAME: &'static str = "generator";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

fn stepped(step: Step) -> Res<Value> {
    match step {
        Step::Yield(value) => Ok(value),
        Step::Return(Value::None) => Err(Exc::StopIteration.with_args(Vec::new())),
        Step::Return(value) => Err(Exc::StopIteration.with_args(vec![value])),
    }
}

const ROWS: &[Row] = &[
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |_, a| Ok(a.take(0))),
    Row::method("__next__", "(self, /)", "Implement next(self).", |rt, a| {
        stepped(a.native::<Generator>(0)?.send(rt, Value::None)?)
    }),
    Row::method("send", "(self, value, /)", "Goes on; the yield expression's value is the argument.", |rt, a| {
        let value = a.value(1);
        stepped(a.native::<Generator>(0)?.send(rt, value)?)
    }),
    Row::method(
        "throw",
        "(self, type, value=None, traceback=None, /)",
        "Raises an exception where it stands.",
        |rt, a| {
            let (kind, value) = (a.value(1), a.value(2));
            let raised = match (&kind, value) {
                (Value::Class(_), Value::None) => kind,
                (Value::Class(_), value @ Value::Obj(_)) if value.native::<Exception>().is_some() => value,
                (Value::Class(_), value) => ops::call1(rt, &kind, value)?,
                _ => kind,
            };
            let complaint = format!(
                "exceptions must be classes or instances deriving from BaseException, not {}",
                ops::type_name(&raised)
            );
            let exc = to_exception(rt, raised, &complaint)?;
            stepped(a.native::<Generator>(0)?.throw(rt, Error::raised(exc))?)
        },
    ),
    Row::method("close", "(self, /)", "Raises GeneratorExit where it stands.", |rt, a| {
        a.native::<Generator>(0)?.close(rt)
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let id = a.get(0).id();
        let g = a.native::<Generator>(0)?;
        Ok(Value::from(format!("<generator object {} at 0x{id:x}>", g.qualname)))
    }),
    Row::getter("__name__", "The name.", |_, a| Ok(Value::str(&*a.native::<Generator>(0)?.name))),
    Row::getter("__qualname__", "The qualified name.", |_, a| Ok(Value::str(&*a.native::<Generator>(0)?.qualname))),
    Row::getter("gi_running", "Whether it runs.", |_, a| {
        Ok(Value::Bool(matches!(*a.native::<Generator>(0)?.state.borrow(), State::Running)))
    }),
    Row::getter("gi_suspended", "Whether it waits at a yield.", |_, a| {
        let g = a.native::<Generator>(0)?;
        Ok(Value::Bool(g.started.get() && matches!(*g.state.borrow(), State::Suspended(_))))
    }),
    Row::getter("gi_frame", "Its frame, if it has not ended.", |_, a| {
        let g = a.native::<Generator>(0)?;
        Ok(match *g.state.borrow() {
            State::Done => Value::None,
            _ => Value::Ellipsis,
        })
    }),
];
