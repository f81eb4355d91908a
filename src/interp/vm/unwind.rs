//! Raising, catching, and the way up.

use std::rc::Rc;

use super::Thread;
use super::frame::Frame;
use crate::object::error::{CodeFrame, Exception, Frame as TraceFrame};
use crate::object::ops;
use crate::object::{Error, Exc, Instance, Res, Rt, Value};

impl Thread<'_> {
    /// Takes an error up to the frame that handles it, ready to go on there. The error itself where none does.
    pub fn unwind(&mut self, frame: &mut Frame, error: Error, mut quiet: bool) -> Res<()> {
        let exc = self.rt.exception(error);
        loop {
            let at = frame.pc.saturating_sub(1) as usize;
            if !quiet {
                record(&exc, frame, at);
            }
            quiet = false;
            let handler =
                frame.code.handlers.iter().find(|h| (h.start as usize..h.end as usize).contains(&at)).copied();
            if let Some(handler) = handler {
                let iters = frame.iter_base as usize + handler.iters as usize;
                if self.arena.iters.len() > iters {
                    self.arena.iters.truncate(iters);
                }
                {
                    let mut handling = self.rt.handling.borrow_mut();
                    handling.truncate(frame.handling_base as usize + handler.handling as usize);
                    handling.push(exc.clone());
                }
                self.arena.stack[frame.base() + handler.exc as usize] = Some(Value::Obj(exc));
                frame.pc = handler.target;
                return Ok(());
            }
            self.clear(frame);
            self.rt.leave();
            match self.arena.callers.pop() {
                Some(caller) => {
                    self.switch_globals(frame, &caller);
                    *frame = caller;
                }
                None => return Err(Error::raised(exc)),
            }
        }
    }
}

/// Adds a frame to an exception's traceback.
fn record(exc: &Rc<Instance>, frame: &Frame, at: usize) {
    if let Some(e) = exc.native::<Exception>() {
        let code = &frame.code;
        e.frames.borrow_mut().push(TraceFrame::Code(Rc::new(CodeFrame {
            source: code.source.clone(),
            span: code.span_at(at),
            line: code.line_at(at),
            function: match frame.function() {
                Some(f) if frame.is_function() => f.qualname.borrow().clone(),
                _ => code.qualname.clone(),
            },
            signature: code.signature.clone(),
        })));
    }
}

/// What `raise value from cause` raises.
pub fn raise(rt: &Rt, value: Value, cause: Option<Value>) -> Error {
    let exc = match to_exception(rt, value, "exceptions must derive from BaseException") {
        Ok(exc) => exc,
        Err(e) => return e,
    };
    if let Some(cause) = cause {
        let cause = match cause {
            Value::None => None,
            other => match to_exception(rt, other, "exception causes must derive from BaseException") {
                Ok(cause) => Some(cause),
                Err(e) => return e,
            },
        };
        if let Some(e) = exc.native::<Exception>() {
            e.suppress_context.set(true);
            *e.cause.borrow_mut() = cause;
        }
    }
    set_context(rt, &exc);
    Error::raised(exc)
}

/// Gives an exception that is about to be raised the one being handled as its context, without making a circle.
pub fn set_context(rt: &Rt, exc: &Rc<Instance>) {
    let Some(context) = rt.handling.borrow().last().cloned() else { return };
    if Rc::ptr_eq(&context, exc) {
        return;
    }
    let mut at = context.clone();
    loop {
        let Some(next) = at.native::<Exception>().and_then(|e| e.context.borrow().clone()) else { break };
        if Rc::ptr_eq(&next, exc) {
            if let Some(e) = at.native::<Exception>() {
                *e.context.borrow_mut() = None;
            }
            break;
        }
        at = next;
    }
    if let Some(e) = exc.native::<Exception>() {
        *e.context.borrow_mut() = Some(context);
    }
}

/// An exception object from an exception or its class.
pub fn to_exception(rt: &Rt, value: Value, complaint: &str) -> Res<Rc<Instance>> {
    match &value {
        Value::Obj(object) if object.native::<Exception>().is_some() => return Ok(object.clone()),
        Value::Class(class) if class.is_subclass(rt.exc_class(Exc::BaseException)) => match ops::call0(rt, &value)? {
            Value::Obj(object) if object.native::<Exception>().is_some() => return Ok(object),
            other => {
                return Err(Exc::TypeError.new(format!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    ops::repr(rt, &value)?,
                    ops::repr(rt, &Value::Class(rt.class_of(&other)))?
                )));
            }
        },
        _ => {}
    }
    Err(Exc::TypeError.new(complaint))
}

/// Whether `except kind` catches an exception.
pub fn catches(rt: &Rt, exc: &Rc<Instance>, kind: &Value) -> Res<bool> {
    let base = rt.exc_class(Exc::BaseException);
    let wrong = || Exc::TypeError.new("catching classes that do not inherit from BaseException is not allowed");
    match kind {
        Value::Class(class) if class.is_subclass(base) => Ok(exc.class().is_subclass(class)),
        Value::Tuple(kinds) => {
            let mut found = false;
            for kind in kinds.iter() {
                match kind {
                    Value::Class(class) if class.is_subclass(base) => found |= exc.class().is_subclass(class),
                    _ => return Err(wrong()),
                }
            }
            Ok(found)
        }
        _ => Err(wrong()),
    }
}
