//! The instructions that programs run less often: one step each, out of the way of the loop in `run`.

use std::cell::RefCell;
use std::rc::Rc;

use super::frame::{CellRef, Frame};
use super::run::unbound;
use super::{Thread, call, classes, import, iterate, matching, names, unwind};
use crate::interp::code::{Code, NONE, Op, R};
use crate::object::ops;
use crate::object::types::slice::Slice;
use crate::object::{Dict, Exc, Res, Rt, Str, Value};

impl Thread<'_> {
    /// Runs one instruction; `pc` is the next one's index. The index to go on at.
    #[inline(never)]
    pub(super) fn step(&mut self, frame: &mut Frame, code: &Rc<Code>, op: Op, pc: usize) -> Res<usize> {
        let rt = self.rt;
        let base = frame.base();
        macro_rules! reg {
            ($r:expr) => {
                self.arena.stack[base + $r as usize]
            };
        }
        macro_rules! get {
            ($r:expr) => {
                match &self.arena.stack[base + $r as usize] {
                    Some(value) => value,
                    None => return Err(unbound(code, $r)),
                }
            };
        }
        macro_rules! set {
            ($r:expr, $v:expr) => {{
                let value = $v;
                self.arena.stack[base + $r as usize] = Some(value);
            }};
        }
        match op {
            Op::DelLocal { slot } => {
                get!(slot);
                reg!(slot) = None;
            }
            Op::DelGlobal { name } => names::delete_global(frame.globals(), code.names[name as usize])?,
            Op::LoadName { dst, site } => {
                let value = names::load_name(rt, frame, &code.sites[site as usize])?;
                set!(dst, value)
            }
            Op::StoreName { src, name } => {
                let value = get!(src).clone();
                names::store_name(rt, frame, code.names[name as usize], value)?
            }
            Op::DelName { name } => names::delete_name(rt, frame, code.names[name as usize])?,
            Op::DelCell { cell } => {
                let old = frame.cell(cell).take();
                if old.is_none() {
                    return Err(names::unbound_local(code.cells[cell as usize]));
                }
            }
            Op::DelFree { free } => {
                let cell = frame.function().and_then(|f| f.closure.get(free as usize));
                if cell.and_then(|c| c.take()).is_none() {
                    return Err(names::unbound_free(code.frees[free as usize]));
                }
            }
            Op::LoadClassFree { dst, free, name } => {
                let name = code.names[name as usize];
                let mut value = names::own_name(rt, frame, name)?;
                if value.is_none() {
                    value = frame.function().and_then(|f| f.closure.get(free as usize)?.borrow().clone());
                }
                match value {
                    Some(value) => set!(dst, value),
                    None => return Err(names::unbound_free(code.frees[free as usize])),
                }
            }
            Op::NewCell { cell } => {
                frame.set_cell(cell, CellRef::default());
            }
            Op::CellFrom { cell, slot } => {
                let value = reg!(slot).take();
                frame.set_cell(cell, Rc::new(RefCell::new(value)));
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
            Op::Unary { op, dst, a } => {
                let value = match (op, get!(a)) {
                    (ops::UnaryOp::Neg, Value::Float(x)) => Value::Float(-x),
                    (_, x) => ops::unary(rt, op, x)?,
                };
                set!(dst, value)
            }
            Op::GetIter { dst, src } => {
                let value = ops::iter_value(rt, get!(src))?;
                set!(dst, value)
            }
            Op::UnpackStar { src, to, before, after } => {
                let value = get!(src).clone();
                self.unpack_star(&value, base + to as usize, before as usize, after as usize)?
            }
            Op::BuildSet { dst, from, count, constants } => {
                let items = self.take_run(base + from as usize, count as usize);
                let set = (match constants {
                    true => crate::object::Set::from_constants(rt, items),
                    false => crate::object::Set::from_values(rt, items, false),
                })?;
                set!(dst, Value::Set(set))
            }
            Op::BuildDict { dst, from, pairs } => {
                let dict = Dict::new();
                for i in 0..pairs as usize {
                    let at = base + from as usize + 2 * i;
                    let key = self.arena.stack[at].take().unwrap_or_default();
                    let value = self.arena.stack[at + 1].take().unwrap_or_default();
                    dict.set(rt, key, value)?;
                }
                set!(dst, Value::Dict(dict))
            }
            Op::ListExtend { list, src } => {
                if let Value::List(list) = get!(list) {
                    let items = iterate::spread(rt, get!(src))?;
                    list.items_mut().extend(items);
                }
            }
            Op::ArgsExtend { list, src, func } => {
                if let Value::List(list) = get!(list) {
                    let items = call::spread_args(rt, get!(src), get!(func))?;
                    list.items_mut().extend(items);
                }
            }
            Op::SetAdd { set, src } => {
                if let Value::Set(set) = get!(set) {
                    set.table.insert(rt, get!(src).clone(), Value::None)?;
                }
            }
            Op::SetUpdate { set, src } => {
                if let Value::Set(set) = get!(set) {
                    for item in iterate::spread(rt, get!(src))? {
                        set.table.insert(rt, item, Value::None)?;
                    }
                }
            }
            Op::DictSet { dict, key, value } => {
                if let Value::Dict(dict) = get!(dict) {
                    dict.set(rt, get!(key).clone(), get!(value).clone())?;
                }
            }
            Op::DictUpdate { dict, src } => {
                if let Value::Dict(dict) = get!(dict) {
                    call::dict_update(rt, dict, get!(src))?;
                }
            }
            Op::DictMerge { dict, src, func } => {
                if let Value::Dict(dict) = get!(dict) {
                    call::dict_merge(rt, dict, get!(src), get!(func))?;
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
                let value = format(rt, get!(src), conversion, spec)?;
                set!(dst, Value::Str(value))
            }
            Op::BuildSlice { dst, from } => {
                let mut part = |i: R| reg!(from + i).take().unwrap_or_default();
                let slice = Slice { start: part(0), stop: part(1), step: part(2) };
                set!(dst, rt.object(slice))
            }
            Op::DelAttr { obj, name } => ops::del_attr(rt, get!(obj), code.names[name as usize])?,
            Op::DelItem { obj, key } => ops::del_item(rt, get!(obj), get!(key))?,
            Op::CallSpread { dst, f, args, kwargs } => {
                let callee = get!(f).clone();
                let args = reg!(args).take().unwrap_or_default();
                let kwargs = if kwargs == NONE { None } else { reg!(kwargs).take() };
                let args = call::spread(&callee, args, kwargs)?;
                let value = self.call_value(frame, &callee, args)?;
                set!(dst, value)
            }
            Op::SuperCall { dst, f, this } => {
                let value = classes::super_call(rt, get!(f), get!(f + 1), get!(this))?;
                set!(dst, value)
            }
            Op::Raise { exc, cause } => {
                let cause = if cause == NONE { None } else { Some(get!(cause).clone()) };
                return Err(unwind::raise(rt, get!(exc).clone(), cause));
            }
            Op::JumpUnlessCaught { exc, kind, to } => {
                let caught = match get!(exc) {
                    Value::Obj(exc) => unwind::catches(rt, exc, get!(kind))?,
                    _ => false,
                };
                if !caught {
                    return Ok(to as usize);
                }
            }
            Op::PopHandler => {
                let old = rt.handling.borrow_mut().pop();
                drop(old);
            }
            Op::AssertFail { src } => {
                let args = if src == NONE { Vec::new() } else { vec![get!(src).clone()] };
                return Err(Exc::AssertionError.with_args(args));
            }
            Op::WithEnter { dst, manager, exit } => {
                let (value, exit_method) = iterate::with_enter(rt, get!(manager))?;
                set!(exit, exit_method);
                set!(dst, value)
            }
            Op::WithExit { exit } => {
                let exit = reg!(exit).take().unwrap_or_default();
                iterate::with_exit(rt, &exit, None)?;
            }
            Op::WithExcept { exit, exc, to } => {
                let exit = reg!(exit).take().unwrap_or_default();
                let result = iterate::with_exit(rt, &exit, Some(get!(exc)))?;
                if ops::truthy(rt, &result)? {
                    return Ok(to as usize);
                }
            }
            Op::Import { dst, name, level, from } => {
                let name = code.names[name as usize];
                let value = import::statement(rt, frame.globals(), name, level as u32, from)?;
                set!(dst, value)
            }
            Op::ImportFrom { dst, module, name } => {
                let value = import::from(rt, get!(module), code.names[name as usize])?;
                set!(dst, value)
            }
            Op::ImportStar { module } => import::star(rt, get!(module), frame)?,
            Op::ImportAttr { dst, module, name } => {
                let value = import::from(rt, get!(module), code.names[name as usize])?;
                set!(dst, value)
            }
            Op::BuildClass { dst, body, bases, keywords } => {
                let keywords = if keywords == NONE { None } else { reg!(keywords).take() };
                let value = classes::build_class(rt, self.vm, get!(body), get!(bases), keywords.as_ref())?;
                set!(dst, value)
            }
            Op::SetupAnnotations => names::setup_annotations(rt, frame)?,
            Op::Annotate { src, name } => names::annotate(rt, frame, code.names[name as usize], get!(src).clone())?,
            Op::TypeParam { dst, name, kind } => {
                let name = code.names[name as usize];
                let value = match kind {
                    3 => classes::type_alias(rt, name, reg!(dst).take().unwrap_or_default()),
                    _ => classes::type_param(rt, name, kind)?,
                };
                set!(dst, value)
            }
            Op::MatchSequence { src, to } => {
                if !matching::is_sequence(rt, get!(src))? {
                    return Ok(to as usize);
                }
            }
            Op::MatchLength { src, at_least, count, to } => {
                let len = ops::len(rt, get!(src))?;
                if !(len == count as usize || at_least && len > count as usize) {
                    return Ok(to as usize);
                }
            }
            Op::MatchMapping { src, to } => {
                if !matching::is_mapping(rt, get!(src))? {
                    return Ok(to as usize);
                }
            }
            Op::MatchKeys { src, keys, count, to } => {
                let wanted: Vec<Value> = (0..count).filter_map(|i| reg!(keys + i).clone()).collect();
                match matching::keys(rt, get!(src), &wanted)? {
                    Some(found) => {
                        for (i, value) in found.into_iter().enumerate() {
                            set!(keys + count + i as R, value);
                        }
                    }
                    None => return Ok(to as usize),
                }
            }
            Op::MatchRest { dst, src, keys, count } => {
                let keys: Vec<Value> = (0..count).filter_map(|i| reg!(keys + i).clone()).collect();
                let value = matching::rest(rt, get!(src), &keys)?;
                set!(dst, value)
            }
            Op::MatchClass { src, class, count, to } => {
                let names = match code.ops.get(pc) {
                    Some(Op::MatchNames { names }) => code.consts[*names as usize].clone(),
                    _ => Value::None,
                };
                let found = matching::class(rt, get!(src), get!(class), count as usize, &names);
                match found? {
                    Some(found) => {
                        for (i, value) in found.into_iter().enumerate() {
                            set!(class + 1 + i as R, value);
                        }
                    }
                    None => return Ok(to as usize),
                }
            }
            Op::MatchNames { .. } => {}
            Op::Refuse { text } => {
                let text = code.consts[text as usize].as_str().cloned().unwrap_or_else(|| Str::from(""));
                return Err(Exc::NotImplementedError.new(text));
            }
            _ => return Err(Exc::SystemError.new("an instruction of the loop's")),
        }
        Ok(pc)
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
