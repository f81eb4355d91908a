//! The runtime of one session: its classes, modules, host and whatever state an upper layer keeps in it.
//!
//! Everything that can run the session's code takes a `&Rt`. There is no other state: two sessions share nothing.

use std::any::{Any, TypeId};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use rustc_hash::FxHashMap;

use super::args::CallArgs;
use super::class::Class;
use super::error::{Error, Exc, Exception, NewError, Raised, Res};
use super::function::{Function, Row};
use super::instance::{Instance, Object, Payload};
use super::module::{Module, ModuleObject};
use super::types::{self, Types};
use super::value::Value;
use crate::source::Name;

/// What a session needs from outside: its output, its clock, its chance. `shell` and `main` give the real ones,
/// tests and servers their own.
pub trait Host {
    /// Takes printed text.
    fn write(&self, text: &str);
    /// Takes text for standard error: warnings.
    fn write_error(&self, text: &str) {
        let _ = text;
    }
    /// The time now.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
    /// A seed for `random` and for UUIDs.
    fn entropy(&self) -> u64 {
        0
    }
    /// So much of some long work is done.
    fn progress(&self, what: &str, done: usize, total: usize) {
        let _ = (what, done, total);
    }
    /// A line for `input()`; `None` at the end of input.
    fn read_line(&self, prompt: &str) -> Option<String> {
        let _ = prompt;
        None
    }
}

/// What a code object says of itself.
#[derive(Default)]
pub struct CodeNames {
    /// Parameters and local variables.
    pub locals: Vec<Name>,
    /// The variables that functions inside use.
    pub cells: Vec<Name>,
    /// The variables of enclosing functions.
    pub frees: Vec<Name>,
    /// The first line.
    pub line: u32,
    /// The file's name.
    pub file: String,
}

/// What runs the session's code: the interpreter, seen from below.
pub trait Exec {
    /// Calls a function of the session's language.
    fn call(&self, rt: &Rt, function: &Rc<Function>, args: CallArgs) -> Res<Value>;
    /// Calls a function with positional arguments alone, which are taken out of their places.
    fn call_slice(&self, rt: &Rt, function: &Rc<Function>, args: &mut [Option<Value>]) -> Res<Value>;
    /// Makes a class as a `class` statement would: `type(name, bases, dict)`.
    fn build_class(
        &self,
        rt: &Rt,
        metaclass: Option<Rc<Class>>,
        name: &str,
        bases: Vec<Value>,
        dict: super::class::Names,
        keywords: Vec<(Name, Value)>,
    ) -> Res<Value>;
    /// Imports a module by its full name.
    fn import(&self, rt: &Rt, name: &str) -> Res<Value>;
    /// Compiles text for [`run_code`](Exec::run_code): one expression, or statements. SyntaxError.
    fn compile(&self, text: &str, file: &str, expression: bool) -> Res<Rc<dyn Any>>;
    /// Runs what [`compile`](Exec::compile) made: `eval`, `exec`. The value where it is an expression.
    fn run_code(&self, rt: &Rt, code: &Rc<dyn Any>, globals: &Rc<Module>) -> Res<Value>;
    /// Evaluates text: an expression, or statements.
    fn evaluate(&self, rt: &Rt, text: &str, globals: &Rc<Module>, expression: bool) -> Res<Value> {
        self.run_code(rt, &self.compile(text, "<string>", expression)?, globals)
    }
    /// What a function's code object says of itself.
    fn describe(&self, function: &Function) -> CodeNames;
    /// The global names of the code that runs now: for `globals()`, `locals()` at the top level, `eval`.
    fn current_globals(&self) -> Option<Rc<Module>>;
    /// The names and values of the innermost running function: for `locals()`, `dir()`.
    fn current_locals(&self) -> Vec<(Name, Value)>;
    /// The instance and class that a bare `super()` means where the code stands.
    fn super_context(&self) -> Option<(Rc<Class>, Value)>;
}

/// A native type: how the class for a Rust type is made. Its instances' payload is the Rust value.
pub trait NativeType: Object + Sized {
    /// `__name__`.
    const NAME: &'static str;
    /// `__module__`.
    const MODULE: &'static str = "builtins";
    /// The name as error messages show it (`datetime.date`).
    const SHOWN: &'static str = Self::NAME;
    /// The tables of its methods.
    const ROWS: &'static [&'static [Row]];
    /// Called once, when the class has just been made: to set its constants (`date.min`).
    fn ready(rt: &Rt, class: &Rc<Class>) {
        let _ = (rt, class);
    }
    /// The base class, where it is not `object`.
    fn base(rt: &Rt) -> Rc<Class> {
        rt.types.object.clone()
    }
}

/// The runtime of one session.
pub struct Rt {
    /// The core classes.
    pub types: Types,
    /// The outside.
    pub host: Box<dyn Host>,
    exec: OnceCell<Box<dyn Exec>>,
    classes: RefCell<FxHashMap<TypeId, Rc<Class>>>,
    state: RefCell<FxHashMap<TypeId, Rc<dyn Any>>>,
    /// `sys.modules`.
    pub modules: RefCell<indexmap::IndexMap<Name, Value, rustc_hash::FxBuildHasher>>,
    /// What `import` finds besides: a builder for each module of the standard library and of Django, run when first
    /// imported.
    pub importable: RefCell<FxHashMap<Name, ModuleBuilder>>,
    /// The names of `builtins`.
    pub builtins: Rc<Module>,
    interrupt: Arc<AtomicBool>,
    ticks: Cell<u32>,
    depth: Cell<u32>,
    /// How deep calls may nest before RecursionError.
    pub recursion_limit: Cell<u32>,
    /// The largest string, list or other single object that may be made, in bytes; beyond is MemoryError.
    pub memory_limit: Cell<usize>,
    /// The exceptions being handled, innermost last: what a new exception's `__context__` is.
    pub handling: RefCell<Vec<Rc<Instance>>>,
}

/// Fills a module when it is first imported.
pub type ModuleBuilder = fn(&Rt, &Rc<Module>) -> Res<()>;

impl Rt {
    /// A runtime with the core types and an empty `builtins`.
    pub fn new(host: Box<dyn Host>) -> Rc<Rt> {
        Rc::new(Rt {
            types: Types::build(),
            host,
            exec: OnceCell::new(),
            classes: RefCell::default(),
            state: RefCell::default(),
            modules: RefCell::default(),
            importable: RefCell::default(),
            builtins: Module::new("builtins"),
            interrupt: Arc::default(),
            ticks: Cell::new(0),
            depth: Cell::new(0),
            recursion_limit: Cell::new(1000),
            memory_limit: Cell::new(1 << 30),
            handling: RefCell::default(),
        })
    }

    /// Sets the interpreter, once.
    pub fn set_exec(&self, exec: Box<dyn Exec>) {
        let _ = self.exec.set(exec);
    }

    /// The interpreter. RuntimeError where there is none (a runtime that only computes values).
    pub fn exec(&self) -> Res<&dyn Exec> {
        self.exec.get().map(|e| &**e).ok_or_else(|| Exc::RuntimeError.new("no interpreter"))
    }

    /// Runs statements in a module's names. SyntaxError, and what they raise.
    pub fn run_text(&self, text: &str, module: &Rc<Module>) -> Res<()> {
        let exec = self.exec()?;
        exec.evaluate(self, text, module, false).map(drop)
    }

    /// The flag that a Ctrl-C handler sets.
    pub fn interrupt_flag(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }

    /// KeyboardInterrupt if one was asked for since the last look.
    #[inline]
    pub fn check_interrupt(&self) -> Res<()> {
        if self.interrupt.load(Ordering::Relaxed) && self.interrupt.swap(false, Ordering::Relaxed) {
            return Err(Exc::KeyboardInterrupt.with_args(Vec::new()));
        }
        Ok(())
    }

    /// A step of a loop in Rust: looks at the interrupt flag now and then. KeyboardInterrupt if one was asked for.
    #[inline]
    pub fn tick(&self) -> Res<()> {
        let ticks = self.ticks.get().wrapping_add(1);
        self.ticks.set(ticks);
        match ticks & 0x3ff {
            0 => self.check_interrupt(),
            _ => Ok(()),
        }
    }

    /// Runs something one call deeper; RecursionError past the limit.
    pub fn deeper<T>(&self, run: impl FnOnce() -> Res<T>) -> Res<T> {
        let depth = self.depth.get() + 1;
        if depth > self.recursion_limit.get() {
            return Err(Exc::RecursionError.new("maximum recursion depth exceeded"));
        }
        self.depth.set(depth);
        let result = run();
        self.depth.set(depth - 1);
        result
    }

    /// Begins a call one deeper; RecursionError past the limit. Each success is paired with a [`leave`](Rt::leave).
    #[inline]
    pub fn enter(&self) -> Res<()> {
        let depth = self.depth.get() + 1;
        if depth > self.recursion_limit.get() {
            return Err(Exc::RecursionError.new("maximum recursion depth exceeded"));
        }
        self.depth.set(depth);
        Ok(())
    }

    /// Ends a call begun with [`enter`](Rt::enter).
    #[inline]
    pub fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// The class of a native type, made when first asked for.
    pub fn class<T: NativeType>(&self) -> Rc<Class> {
        let id = TypeId::of::<T>();
        if let Some(class) = self.classes.borrow().get(&id) {
            return class.clone();
        }
        let class = Class::native(T::NAME, T::MODULE, Some(T::base(self)), T::ROWS);
        class.set_shown_name(T::SHOWN);
        let class = self.classes.borrow_mut().entry(id).or_insert(class).clone();
        T::ready(self, &class);
        class
    }

    /// A new object of a native type.
    pub fn object<T: NativeType>(&self, value: T) -> Value {
        Value::Obj(Instance::new(self.class::<T>(), Payload::Native(Box::new(value))))
    }

    /// A new object of a native type or of a session's subclass of it: what `__new__` makes.
    pub fn object_of<T: Object>(&self, class: Rc<Class>, value: T) -> Value {
        Value::Obj(Instance::new(class, Payload::Native(Box::new(value))))
    }

    /// The state that an upper layer keeps in this runtime, made when first asked for.
    pub fn state<T: Any + Default>(&self) -> Rc<T> {
        let id = TypeId::of::<T>();
        let found = self.state.borrow().get(&id).cloned();
        let any = found.unwrap_or_else(|| {
            let new: Rc<dyn Any> = Rc::new(T::default());
            self.state.borrow_mut().entry(id).or_insert(new).clone()
        });
        match any.downcast() {
            Ok(state) => state,
            Err(_) => unreachable!("the table is keyed by type"),
        }
    }

    /// Puts an upper layer's state.
    pub fn set_state<T: Any>(&self, state: Rc<T>) {
        self.state.borrow_mut().insert(TypeId::of::<T>(), state);
    }

    /// The class of a kind of exception.
    pub fn exc_class(&self, kind: Exc) -> &Rc<Class> {
        &self.types.exceptions[kind as usize]
    }

    /// The exception object of an error. Its context is the exception being handled, as `raise` sets it.
    pub fn exception(&self, error: Error) -> Rc<Instance> {
        match error.into_what() {
            Raised::Object(exc) => exc,
            Raised::New(new) => {
                let NewError { kind, args, attrs, cause, frames } = new;
                let exc = Exception { args: RefCell::new(args), frames: RefCell::new(frames), ..Default::default() };
                *exc.context.borrow_mut() = self.handling.borrow().last().cloned();
                if let Some(cause) = cause {
                    let cause = self.exception(cause);
                    exc.suppress_context.set(true);
                    *exc.context.borrow_mut() = Some(cause.clone());
                    *exc.cause.borrow_mut() = Some(cause);
                }
                let class = self.exc_class(kind).clone();
                let object = Instance::new(class, Payload::Native(Box::new(exc)));
                for (name, value) in attrs {
                    object.set(Name::new(name), value);
                }
                object
            }
        }
    }

    /// Whether an error is an instance of a class.
    pub fn error_is(&self, error: &Error, class: &Class) -> bool {
        match error.what() {
            Raised::Object(exc) => exc.class().is_subclass(class),
            Raised::New(new) => self.exc_class(new.kind).is_subclass(class),
        }
    }

    /// Registers a module for `import`.
    pub fn add_module(&self, name: &str, build: ModuleBuilder) {
        self.importable.borrow_mut().insert(Name::new(name), build);
    }

    /// A module object for a table of names.
    pub fn module_object(&self, module: Rc<Module>) -> Value {
        self.object_of(self.types.module.clone(), ModuleObject(module))
    }

    /// The class of a value.
    pub fn class_of(&self, value: &Value) -> Rc<Class> {
        let t = &self.types;
        match value {
            Value::Obj(o) => o.class().clone(),
            Value::Class(c) => c.metaclass.clone().unwrap_or_else(|| t.type_.clone()),
            Value::Set(s) if s.frozen => t.frozenset.clone(),
            _ => types::plain_class(t, value).clone(),
        }
    }

    /// Whether a value is an instance of a class.
    pub fn is_instance(&self, value: &Value, class: &Class) -> bool {
        self.class_of(value).is_subclass(class)
    }
}
