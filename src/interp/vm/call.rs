//! Calls: from registers to registers where both sides are Python code, through [`CallArgs`] otherwise.

use std::rc::Rc;

use smallvec::SmallVec;

use super::frame::{Arena, Frame, Vm};
use super::generator::Generator;
use super::register::put_int;
use super::{Thread, run_in};
use crate::interp::code::{Capture, Code, CodeKind};
use crate::object::function::Defaults;
use crate::object::instance::Payload;
use crate::object::ops;
use crate::object::{CallArgs, Class, Dict, Exc, Function, Instance, NativeFn, Res, Rt, Value};
use crate::source::{Name, known};

/// What a call did.
pub enum Called {
    /// It is done; the result is in its register.
    Value,
    /// The callee's frame runs now; the caller's waits.
    Frame,
}

/// The code object of a function.
#[inline]
pub fn code_of(function: &Function) -> Res<Rc<Code>> {
    function.code.clone().downcast::<Code>().map_err(|_| Exc::SystemError.new("a function of another interpreter"))
}

impl Thread<'_> {
    /// Calls what is in register `f` (all registers absolute) with `argc` arguments from `start` on, the last of which
    /// have `names`. The register before `start` may be overwritten.
    pub fn call(
        &mut self,
        frame: &mut Frame,
        dst: u16,
        f: usize,
        start: usize,
        argc: usize,
        names: Option<&[Name]>,
    ) -> Res<Called> {
        // The callee stands in a temporary, which it may be taken out of.
        let callee = match self.arena.stack[f].take() {
            Some(Value::Func(function)) => return self.enter(frame, function, dst, start, argc, names, None),
            Some(Value::Native(native)) if names.is_none() && !native.wants_names => {
                return self.call_native(frame, &native, dst, start, argc);
            }
            other => other.unwrap_or_default(),
        };
        match &callee {
            Value::Method(method) => match &method.func {
                Value::Func(function) => {
                    self.arena.stack[start - 1] = Some(method.receiver.clone());
                    return self.enter(frame, function.clone(), dst, start - 1, argc + 1, names, None);
                }
                Value::Native(native) if names.is_none() => {
                    self.arena.stack[start - 1] = Some(method.receiver.clone());
                    return self.call_native(frame, native, dst, start - 1, argc + 1);
                }
                _ => {}
            },
            Value::Class(class) => {
                if let Some((instance, init)) = plain_new(class) {
                    self.arena.stack[start - 1] = Some(instance.clone());
                    return self.enter(frame, init, dst, start - 1, argc + 1, names, Some(instance));
                }
                if names.is_none()
                    && let Some(new) = ops::native_new(class)
                {
                    self.arena.stack[start - 1] = Some(callee.clone());
                    return self.call_native(frame, &new, dst, start - 1, argc + 1);
                }
            }
            _ => {}
        }
        let args = self.take_args(start, argc, names);
        let value = self.call_value(frame, &callee, args)?;
        self.arena.stack[frame.base() + dst as usize] = Some(value);
        Ok(Called::Value)
    }

    /// Calls a native function with its arguments where they stand.
    fn call_native(&mut self, frame: &Frame, native: &NativeFn, dst: u16, start: usize, argc: usize) -> Res<Called> {
        let rt = self.rt;
        let result = match native.takes(argc) {
            Some(count) => {
                if count > argc {
                    self.reserve(start + count);
                    self.empty(start + argc, start + count);
                }
                let result = native.run(rt, &mut self.arena.stack[start..start + count]);
                self.empty(start, start + count);
                result
            }
            None => native.call_slice(rt, &mut self.arena.stack[start..start + argc]),
        };
        let slot = &mut self.arena.stack[frame.base() + dst as usize];
        match result {
            Ok(Value::Int(n)) => put_int(slot, n),
            Ok(value) => *slot = Some(value),
            Err(error) => return Err(error),
        }
        Ok(Called::Value)
    }

    /// Calls any value; the running code's names are shown to a callee that wants them.
    pub fn call_value(&mut self, frame: &Frame, callee: &Value, args: CallArgs) -> Res<Value> {
        if let Value::Native(native) = callee
            && native.wants_names
        {
            let names = self.names_of(frame);
            let outer = self.vm.snapshot.replace(names);
            let was = self.vm.snapshot_is_local.replace(frame.code.kind != CodeKind::Module);
            let result = native.call(self.rt, args);
            self.vm.snapshot.replace(outer);
            self.vm.snapshot_is_local.set(was);
            return result;
        }
        ops::call(self.rt, callee, args)
    }

    /// The names and values of a frame, as `locals()` gives them.
    fn names_of(&self, frame: &Frame) -> Vec<(Name, Value)> {
        if let Some(names) = frame.names() {
            return super::names::all(self.rt, names);
        }
        if frame.code.kind == CodeKind::Module {
            return Vec::new();
        }
        let code = &frame.code;
        let mut out: Vec<(Name, Value)> = Vec::new();
        for (i, &name) in code.locals.iter().enumerate() {
            if let Some(Some(value)) = self.arena.stack.get(frame.base() + i)
                && !name.text().starts_with('.')
            {
                out.retain(|(n, _)| *n != name);
                out.push((name, value.clone()));
            }
        }
        for (cell, &name) in frame.cells().iter().zip(&code.cells) {
            out.extend(cell.borrow().clone().map(|v| (name, v)));
        }
        if let Some(func) = frame.function() {
            for (cell, &name) in func.closure.iter().zip(&code.frees) {
                out.extend(cell.borrow().clone().map(|v| (name, v)));
            }
        }
        out
    }

    fn take_args(&mut self, start: usize, argc: usize, names: Option<&[Name]>) -> CallArgs {
        let named = names.map_or(0, |n| n.len());
        let mut slots = self.arena.stack[start..start + argc].iter_mut().map(|slot| slot.take().unwrap_or_default());
        let pos: SmallVec<[Value; 4]> = slots.by_ref().take(argc - named).collect();
        let kw = match names {
            Some(names) => names.iter().copied().zip(slots).collect(),
            None => SmallVec::new(),
        };
        CallArgs { pos, kw }
    }

    /// Begins a call of a function: its arguments become its first registers where they stand.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn enter(
        &mut self,
        frame: &mut Frame,
        function: Rc<Function>,
        dst: u16,
        start: usize,
        argc: usize,
        names: Option<&[Name]>,
        init: Option<Value>,
    ) -> Res<Called> {
        let code = code_of(&function)?;
        self.reserve(start + code.registers as usize);
        if code.direct && argc == code.params.names.len() && names.is_none() {
            self.empty(start + argc, start + code.locals.len());
        } else if let Some(value) = self.arrange(&function, &code, start, argc, names)? {
            self.arena.stack[frame.base() + dst as usize] = Some(value);
            return Ok(Called::Value);
        }
        self.rt.enter()?;
        let mut new = Frame::of_function(code, function, start);
        new.dst = dst;
        if let Some(instance) = init {
            new.making = true;
            self.arena.made.push(instance);
        }
        new.iter_base = self.arena.iters.len() as u32;
        new.handling_base = self.rt.handling.borrow().len() as u32;
        self.switch_globals(frame, &new);
        self.arena.callers.push(std::mem::replace(frame, new));
        Ok(Called::Frame)
    }

    /// Puts a call's arguments into the callee's first registers, and empties its other variables. Where the callee is
    /// a generator function, the generator.
    #[inline(never)]
    fn arrange(
        &mut self,
        function: &Rc<Function>,
        code: &Rc<Code>,
        start: usize,
        argc: usize,
        names: Option<&[Name]>,
    ) -> Res<Option<Value>> {
        let params = &code.params;
        let count = params.names.len();
        let mut bound = code.simple && argc == count && names.is_none();
        if !bound && params.vararg.is_none() && params.kwarg.is_none() {
            bound = match names {
                None => argc <= params.positional && self.fill_defaults(function, code, start, argc),
                Some(names) => self.place_keywords(function, code, start, argc, names),
            };
        }
        if !bound {
            let args = self.take_args(start, argc, names);
            let slots = bind(self.rt, function, code, args)?;
            for (i, slot) in slots.into_iter().enumerate() {
                self.arena.stack[start + i] = slot;
            }
        }
        // A variable of the callee must not start with what an expression of the caller left there.
        let filled = count + params.vararg.is_some() as usize + params.kwarg.is_some() as usize;
        self.empty(start + filled, start + code.locals.len().max(filled));
        if code.kind != CodeKind::Function {
            let registers = self.arena.stack[start..start + filled].iter_mut().map(Option::take).collect();
            return suspended(self.rt, self.vm, function.clone(), code.clone(), registers).map(Some);
        }
        Ok(None)
    }

    /// Puts defaults behind `given` positional arguments. False, and nothing done, where some parameter has none.
    fn fill_defaults(&mut self, function: &Function, code: &Code, start: usize, given: usize) -> bool {
        let params = &code.params;
        if params.names.len() != params.positional {
            return false;
        }
        let defaults = function.defaults.borrow();
        let values = &defaults.positional;
        let Some(skip) = (given + values.len()).checked_sub(params.positional) else { return false };
        for (i, value) in values.iter().skip(skip).enumerate() {
            self.arena.stack[start + given + i] = Some(value.clone());
        }
        true
    }

    /// Moves keyword arguments to their parameters, and defaults to those left. False, and nothing done, where that is
    /// not all there is to do: a complaint has to be worded.
    fn place_keywords(&mut self, function: &Function, code: &Code, start: usize, argc: usize, names: &[Name]) -> bool {
        let params = &code.params;
        let given = argc - names.len();
        if given > params.positional || params.names.len() > 32 {
            return false;
        }
        let mut places: SmallVec<[usize; 8]> = SmallVec::new();
        let mut filled: u32 = (1u32 << given) - 1;
        for name in names {
            match params.names.iter().position(|n| n == name) {
                Some(at) if at >= params.posonly && filled & (1 << at) == 0 => {
                    filled |= 1 << at;
                    places.push(at);
                }
                _ => return false,
            }
        }
        let defaults = function.defaults.borrow();
        let first = params.positional.saturating_sub(defaults.positional.len());
        let default = |i: usize| {
            if i < params.positional {
                i.checked_sub(first).and_then(|i| defaults.positional.get(i))
            } else {
                defaults.keyword.iter().find(|(n, _)| *n == params.names[i]).map(|(_, v)| v)
            }
        };
        let missing = |i: &usize| filled & (1 << i) == 0;
        if (0..params.names.len()).filter(missing).any(|i| default(i).is_none()) {
            return false;
        }
        let stack = &mut self.arena.stack;
        let values: SmallVec<[Option<Value>; 8]> = (start + given..start + argc).map(|i| stack[i].take()).collect();
        for (at, value) in places.into_iter().zip(values) {
            stack[start + at] = value;
        }
        for i in (0..params.names.len()).filter(missing) {
            stack[start + i] = default(i).cloned();
        }
        true
    }
}

fn name_of(value: &Value) -> Name {
    value.as_str().map_or_else(|| Name::new(""), |s| Name::new(s))
}

/// Where making an instance of a class needs no more than an empty object and its `__init__`: these.
fn plain_new(class: &Rc<Class>) -> Option<(Value, Rc<Function>)> {
    if class.metaclass.is_some() || !class.is_heap {
        return None;
    }
    let flags = class.flags();
    if flags.new || !flags.init {
        return None;
    }
    match class.lookup(known::INIT) {
        Some(Value::Func(init)) => Some((Value::Obj(Instance::new(class.clone(), Payload::None)), init)),
        _ => None,
    }
}

/// Binds arguments to a function's first registers. Errors: Python's TypeErrors.
pub fn bind(rt: &Rt, function: &Function, code: &Code, args: CallArgs) -> Res<SmallVec<[Option<Value>; 8]>> {
    let params = &code.params;
    let bound = params.bind(&function.qualname.borrow(), args)?;
    let mut slots: SmallVec<[Option<Value>; 8]> = bound.slots.into_iter().collect();
    let defaults = function.defaults.borrow();
    let first = params.positional.saturating_sub(defaults.positional.len());
    for (i, slot) in slots.iter_mut().enumerate() {
        if slot.is_none() {
            *slot = if i < params.positional {
                i.checked_sub(first).and_then(|i| defaults.positional.get(i)).cloned()
            } else {
                defaults.keyword.iter().find(|(n, _)| *n == params.names[i]).map(|(_, v)| v.clone())
            };
        }
    }
    if slots.iter().any(Option::is_none) {
        // The defaults were taken away since the function was made.
        return Err(params.missing(&function.qualname.borrow(), &slots));
    }
    if params.vararg.is_some() {
        slots.push(Some(Value::tuple(bound.rest)));
    }
    if params.kwarg.is_some() {
        let pairs = bound.kwargs.into_iter().map(|(n, v)| (Value::from(n), v));
        slots.push(Some(Value::Dict(Dict::from_pairs(rt, pairs)?)));
    }
    Ok(slots)
}

/// Calls a function from Rust.
pub fn call_function(rt: &Rt, vm: &Rc<Vm>, function: &Rc<Function>, args: CallArgs) -> Res<Value> {
    let code = code_of(function)?;
    if code.kind != CodeKind::Function {
        let registers = bind(rt, function, &code, args)?.into_vec();
        return suspended(rt, vm, function.clone(), code, registers);
    }
    let mut arena = vm.arena();
    make_room(&mut arena, &code);
    if code.simple && args.kw.is_empty() && args.pos.len() == code.params.names.len() {
        for (slot, value) in arena.stack.iter_mut().zip(args.pos) {
            *slot = Some(value);
        }
    } else {
        match bind(rt, function, &code, args) {
            Ok(slots) => {
                for (slot, value) in arena.stack.iter_mut().zip(slots) {
                    *slot = value;
                }
            }
            Err(error) => {
                vm.put_back(arena);
                return Err(error);
            }
        }
    }
    run_in(rt, vm, Frame::of_function(code, function.clone(), 0), arena)
}

/// Calls a function from Rust with positional arguments alone, which are taken out of their places.
pub fn call_slice(rt: &Rt, vm: &Rc<Vm>, function: &Rc<Function>, args: &mut [Option<Value>]) -> Res<Value> {
    let code = code_of(function)?;
    if code.kind != CodeKind::Function || !code.simple || args.len() != code.params.names.len() {
        let args = CallArgs::new(args.iter_mut().map(|slot| slot.take().unwrap_or_default()));
        return call_function(rt, vm, function, args);
    }
    let mut arena = vm.arena();
    make_room(&mut arena, &code);
    for (slot, value) in arena.stack.iter_mut().zip(args) {
        *slot = value.take();
    }
    run_in(rt, vm, Frame::of_function(code, function.clone(), 0), arena)
}

fn make_room(arena: &mut Arena, code: &Code) {
    let registers = code.registers as usize;
    if arena.stack.len() < registers {
        arena.stack.resize_with(registers + 64, || None);
    }
}

/// The generator that a call of a generator function makes.
fn suspended(
    rt: &Rt,
    vm: &Rc<Vm>,
    function: Rc<Function>,
    code: Rc<Code>,
    registers: Vec<Option<Value>>,
) -> Res<Value> {
    if code.kind == CodeKind::Coroutine {
        return Err(Exc::NotImplementedError.new("async functions cannot be run here"));
    }
    let frame = Frame::of_function(code, function, 0);
    Ok(Generator::start(rt, vm, frame, registers))
}

/// A function from its code object, in the frame that defines it.
pub fn make_function(frame: &mut Frame, child: u32, defaults: Option<Value>, kwdefaults: Option<Value>) -> Value {
    let outer = frame.code.clone();
    let code = outer.children[child as usize].clone();
    let closure = code
        .captures
        .iter()
        .map(|capture| match capture {
            Capture::Cell(cell) => frame.cell(*cell).clone(),
            Capture::Free(free) => {
                frame.function().and_then(|f| f.closure.get(*free as usize)).cloned().unwrap_or_default()
            }
        })
        .collect();
    let positional = defaults.and_then(|d| d.as_tuple().map(|t| t.to_vec())).unwrap_or_default();
    let keyword = kwdefaults
        .and_then(|d| d.as_dict().map(|d| d.0.items()))
        .unwrap_or_default()
        .into_iter()
        .map(|(k, v)| (name_of(&k), v))
        .collect();
    Value::Func(Rc::new(Function {
        name: code.name.into(),
        qualname: code.qualname.clone().into(),
        params: code.params.clone(),
        globals: frame.globals().clone(),
        defaults: Defaults { positional, keyword }.into(),
        closure,
        doc: code.doc.clone().into(),
        annotations: Value::None.into(),
        attrs: Default::default(),
        code,
    }))
}

/// How a complaint about a call names the callee: `__main__.f()`.
fn function_text(rt: &Rt, callee: &Value) -> String {
    let qualname = ops::get_attr_opt(rt, callee, "__qualname__".into()).ok().flatten();
    let Some(qualname) = qualname.as_ref().and_then(Value::as_str) else {
        return ops::str(rt, callee).map(|s| s.to_string()).unwrap_or_default();
    };
    let module = match callee {
        Value::Func(f) => f.globals.get("__name__".into()),
        _ => ops::get_attr_opt(rt, callee, "__module__".into()).ok().flatten(),
    };
    match module.as_ref().and_then(Value::as_str) {
        Some(module) if *module != "builtins" => format!("{module}.{qualname}()"),
        _ => format!("{qualname}()"),
    }
}

/// The items of `*args`. TypeError where it is not iterable.
pub fn spread_args(rt: &Rt, value: &Value, callee: &Value) -> Res<Vec<Value>> {
    match ops::collect(rt, value) {
        Err(e) if e.is(Exc::TypeError) && !super::iterate::is_iterable(rt, value) => Err(Exc::TypeError.new(format!(
            "{} argument after * must be an iterable, not {}",
            function_text(rt, callee),
            ops::type_name(value)
        ))),
        other => other,
    }
}

/// The pairs of a mapping; none where it is not one.
fn pairs(rt: &Rt, value: &Value) -> Res<Option<Vec<(Value, Value)>>> {
    if let Value::Dict(dict) = value {
        return Ok(Some(dict.0.items()));
    }
    let Some(keys) = ops::get_attr_opt(rt, value, "keys".into())? else { return Ok(None) };
    let keys = ops::call0(rt, &keys)?;
    let mut out = Vec::new();
    for key in ops::collect(rt, &keys)? {
        let item = ops::get_item(rt, value, &key)?;
        out.push((key, item));
    }
    Ok(Some(out))
}

/// `{**value}`.
pub fn dict_update(rt: &Rt, dict: &Dict, value: &Value) -> Res<()> {
    match pairs(rt, value)? {
        Some(pairs) => pairs.into_iter().try_for_each(|(k, v)| dict.set(rt, k, v)),
        None => Err(Exc::TypeError.new(format!("'{}' object is not a mapping", ops::type_name(value)))),
    }
}

/// `f(**value)`.
pub fn dict_merge(rt: &Rt, dict: &Dict, value: &Value, callee: &Value) -> Res<()> {
    let Some(pairs) = pairs(rt, value)? else {
        return Err(Exc::TypeError.new(format!(
            "{} argument after ** must be a mapping, not {}",
            function_text(rt, callee),
            ops::type_name(value)
        )));
    };
    for (key, item) in pairs {
        let Some(text) = key.as_str() else {
            return Err(Exc::TypeError.new("keywords must be strings"));
        };
        if dict.0.contains(rt, &key)? {
            return Err(Exc::TypeError
                .new(format!("{} got multiple values for keyword argument '{text}'", function_text(rt, callee))));
        }
        dict.set(rt, key, item)?;
    }
    Ok(())
}

/// The arguments of `f(*args, **kwargs)` from a list and a dict.
pub fn spread(_callee: &Value, args: Value, kwargs: Option<Value>) -> Res<CallArgs> {
    let pos = match &args {
        Value::List(list) => std::mem::take(&mut *list.items_mut()),
        _ => Vec::new(),
    };
    let kw = match kwargs.as_ref().and_then(Value::as_dict) {
        Some(dict) => dict.0.items().into_iter().map(|(k, v)| (name_of(&k), v)).collect(),
        None => SmallVec::new(),
    };
    Ok(CallArgs { pos: SmallVec::from_vec(pos), kw })
}
