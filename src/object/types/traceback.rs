//! `traceback`, `frame` and `code` objects: as much of them as sessions look at.

use std::rc::Rc;

use crate::object::error::{CodeFrame, Exc, Exception, Frame, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A traceback from one of its frames on: frames outermost first.
pub struct Traceback {
    frames: Rc<Vec<Rc<CodeFrame>>>,
    at: usize,
}

/// `exc.__traceback__`: `None` where it has come through no frame.
pub(super) fn of(rt: &Rt, exc: &Rc<Instance>) -> Value {
    let Some(e) = exc.native::<Exception>() else { return Value::None };
    let frames: Vec<Rc<CodeFrame>> = e
        .frames
        .borrow()
        .iter()
        .rev()
        .filter_map(|f| match f {
            Frame::Code(code) => Some(code.clone()),
            Frame::Layer(_) => None,
        })
        .collect();
    at(rt, Rc::new(frames), 0)
}

fn at(rt: &Rt, frames: Rc<Vec<Rc<CodeFrame>>>, at: usize) -> Value {
    if at < frames.len() { rt.object(Traceback { frames, at }) } else { Value::None }
}

/// Assigns `exc.__traceback__`. TypeError for what is no traceback.
pub(super) fn set(exc: &Rc<Instance>, value: &Value) -> Res<()> {
    let Some(e) = exc.native::<Exception>() else { return Ok(()) };
    let frames = match (value, value.native::<Traceback>()) {
        (Value::None, _) => Vec::new(),
        (_, Some(tb)) => tb.frames[tb.at..].iter().rev().cloned().map(Frame::Code).collect(),
        _ => return Err(Exc::TypeError.new("__traceback__ must be a traceback or None")),
    };
    *e.frames.borrow_mut() = frames;
    Ok(())
}

impl Traceback {
    fn frame(&self) -> Res<&Rc<CodeFrame>> {
        self.frames.get(self.at).ok_or_else(|| Exc::IndexError.new("no frame"))
    }
}

impl Object for Traceback {}

impl NativeType for Traceback {
    const NAME: &'static str = "traceback";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::getter("tb_lineno", "The line.", |_, a| Ok(Value::Int(a.native::<Traceback>(0)?.frame()?.line as i64))),
        Row::getter("tb_next", "The next frame inward.", |rt, a| {
            let tb = a.native::<Traceback>(0)?;
            Ok(at(rt, tb.frames.clone(), tb.at + 1))
        }),
        Row::getter("tb_frame", "The frame.", |rt, a| {
            Ok(rt.object(FrameInfo(a.native::<Traceback>(0)?.frame()?.clone())))
        }),
        Row::getter("tb_lasti", "Where it stands.", |_, a| {
            Ok(Value::Int(a.native::<Traceback>(0)?.frame()?.span.start as i64))
        }),
    ]];
}

struct FrameInfo(Rc<CodeFrame>);

impl Object for FrameInfo {}

impl NativeType for FrameInfo {
    const NAME: &'static str = "frame";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::getter("f_lineno", "The line.", |_, a| Ok(Value::Int(a.native::<FrameInfo>(0)?.0.line as i64))),
        Row::getter("f_code", "The code.", |rt, a| Ok(rt.object(FrameCode(a.native::<FrameInfo>(0)?.0.clone())))),
    ]];
}

struct FrameCode(Rc<CodeFrame>);

impl Object for FrameCode {}

impl NativeType for FrameCode {
    const NAME: &'static str = "code";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::getter("co_name", "The name.", |_, a| {
            let qualname = a.native::<FrameCode>(0)?.0.function.clone();
            Ok(Value::str(qualname.rsplit('.').next().unwrap_or("")))
        }),
        Row::getter("co_qualname", "The qualified name.", |_, a| {
            Ok(Value::str(&*a.native::<FrameCode>(0)?.0.function))
        }),
        Row::getter("co_filename", "The file.", |_, a| Ok(Value::str(&a.native::<FrameCode>(0)?.0.source.name))),
    ]];
}
