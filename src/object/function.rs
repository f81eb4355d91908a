use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use smallvec::SmallVec;

use super::args::{Args, CallArgs};
use super::attrs::Attrs;
use super::binding::{Callee, Signature};
use super::class::Class;
use super::error::{Error, Exc, Layer, Res};
use super::module::Module;
use super::params::Params;
use super::rt::Rt;
use super::value::Value;
use crate::source::Name;

/// One row of a table of native functions: it feeds dispatch, `dir()`, completion and help alike.
pub struct Row {
    /// The name a session calls it by.
    pub name: &'static str,
    /// The parameters as Python writes them: `(self, key, default=None, /)`. `self` or `cls` comes first in a
    /// method. `(...)` takes everything unbound into `rest` and `kwargs`.
    pub signature: &'static str,
    /// One line for help.
    pub doc: &'static str,
    /// What it does.
    pub body: Body,
    /// How it is found on a class.
    pub kind: RowKind,
    /// For the ORM: the Django file whose layer this is, as tracebacks show it (`django/db/models/query.py`).
    pub layer: Option<&'static str>,
}

/// The Rust function behind a row.
pub type Body = fn(&Rt, &mut Args) -> Res<Value>;

/// How a row is found on a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowKind {
    /// Bound to the instance.
    Method,
    /// Bound to nothing.
    Static,
    /// Bound to the class.
    Class,
    /// A read-only attribute: called with the instance alone.
    Getter,
}

impl Row {
    /// A method (or, in a module's table, a function).
    pub const fn method(name: &'static str, signature: &'static str, doc: &'static str, body: Body) -> Row {
        Row { name, signature, doc, body, kind: RowKind::Method, layer: None }
    }
    /// A static method. `__new__` is one: its first parameter is the class.
    pub const fn fixed(name: &'static str, signature: &'static str, doc: &'static str, body: Body) -> Row {
        Row { name, signature, doc, body, kind: RowKind::Static, layer: None }
    }
    /// A class method.
    pub const fn class(name: &'static str, signature: &'static str, doc: &'static str, body: Body) -> Row {
        Row { name, signature, doc, body, kind: RowKind::Class, layer: None }
    }
    /// A read-only attribute.
    pub const fn getter(name: &'static str, doc: &'static str, body: Body) -> Row {
        Row { name, signature: "(self)", doc, body, kind: RowKind::Getter, layer: None }
    }
    /// The same row as one layer of the ORM's way down in tracebacks.
    pub const fn at(mut self, layer: &'static str) -> Row {
        self.layer = Some(layer);
        self
    }
}

/// The modules whose functions are written in Python in CPython.
const WRITTEN_IN_PYTHON: &[&str] = &[
    "calendar",
    "contextlib",
    "copy",
    "dataclasses",
    "django",
    "enum",
    "fractions",
    "functools",
    "inspect",
    "json",
    "operator.attrgetter",
    "os",
    "pprint",
    "re",
    "statistics",
    "string",
    "textwrap",
    "types",
    "typing",
    "uuid",
    "warnings",
];

/// A body that carries state.
type Closure = Box<dyn Fn(&Rt, &mut Args) -> Res<Value>>;

enum Code {
    Plain(Body),
    Closure(Closure),
}

/// A function written in Rust, as a value.
pub struct NativeFn {
    /// `__name__`.
    pub name: &'static str,
    /// The class it was defined on, for reprs and `__qualname__`.
    pub owner: Option<Rc<str>>,
    /// The signature's text.
    pub signature: &'static str,
    /// One line for help.
    pub doc: &'static str,
    /// How it is found on a class.
    pub kind: RowKind,
    layer: Option<&'static str>,
    /// Whether it asks for the names of the code that calls it (`locals`, `eval`).
    pub wants_names: bool,
    code: Code,
    /// Read from the signature at the first call: most rows are never called.
    bound: OnceCell<Signature>,
    /// Which class it was defined on, as an address to compare: receivers of other classes are refused.
    owner_id: Cell<usize>,
    /// `__module__`: where it is defined. `None` is `builtins`.
    home: Cell<Option<Name>>,
    /// Attributes that a session set (`short_description`, `alters_data`).
    pub attrs: RefCell<Attrs>,
}

impl NativeFn {
    /// The function of a row.
    pub fn from_row(row: &'static Row, owner: Option<&str>) -> NativeFn {
        NativeFn {
            name: row.name,
            owner: owner.map(Into::into),
            signature: row.signature,
            doc: row.doc,
            kind: row.kind,
            layer: row.layer,
            wants_names: owner.is_none() && matches!(row.name, "locals" | "vars" | "dir" | "eval" | "exec"),
            code: Code::Plain(row.body),
            bound: OnceCell::new(),
            owner_id: Cell::new(0),
            home: Cell::default(),
            attrs: RefCell::default(),
        }
    }

    /// A function that carries state of its own.
    pub fn closure(
        name: &'static str,
        signature: &'static str,
        body: impl Fn(&Rt, &mut Args) -> Res<Value> + 'static,
    ) -> Value {
        NativeFn::closure_of(RowKind::Static, name, signature, body)
    }

    /// A function that carries state of its own and binds as `kind` says when it stands in a class's table.
    pub fn closure_of(
        kind: RowKind,
        name: &'static str,
        signature: &'static str,
        body: impl Fn(&Rt, &mut Args) -> Res<Value> + 'static,
    ) -> Value {
        Value::Native(Rc::new(NativeFn {
            name,
            owner: None,
            signature,
            doc: "",
            kind,
            layer: None,
            wants_names: false,
            code: Code::Closure(Box::new(body)),
            bound: OnceCell::new(),
            owner_id: Cell::new(0),
            home: Cell::default(),
            attrs: RefCell::default(),
        }))
    }

    /// A method that carries state of its own, for a class's table.
    pub fn method(
        name: &'static str,
        owner: &str,
        signature: &'static str,
        doc: &'static str,
        body: impl Fn(&Rt, &mut Args) -> Res<Value> + 'static,
    ) -> Value {
        Value::Native(Rc::new(NativeFn {
            name,
            owner: Some(owner.into()),
            signature,
            doc,
            kind: RowKind::Method,
            layer: None,
            wants_names: false,
            code: Code::Closure(Box::new(body)),
            bound: OnceCell::new(),
            owner_id: Cell::new(0),
            home: Cell::default(),
            attrs: RefCell::default(),
        }))
    }

    /// The value that stands in a class's table for this function; its kind says how it binds.
    pub fn into_attribute(self) -> Value {
        Value::Native(Rc::new(self))
    }

    fn signature(&self) -> &Signature {
        self.bound.get_or_init(|| Signature::read(self.signature))
    }

    /// The parameters.
    pub fn params(&self) -> &Params {
        &self.signature().params
    }

    /// Whether CPython reaches it through a type slot, so that it shows as a slot wrapper.
    pub fn is_wrapper(&self) -> bool {
        Callee { name: self.name, owner: self.owner.as_deref(), kind: self.kind }.is_wrapper()
    }

    /// Says which class it is a method of, so that it refuses other receivers.
    pub fn set_owner(&self, class: &Rc<Class>) {
        self.owner_id.set(Rc::as_ptr(class) as usize);
    }

    /// Says where it is defined, where nothing said so before.
    pub fn set_home(&self, module: Name) {
        if self.home.get().is_none() {
            self.home.set(Some(module));
        }
    }

    /// `__module__`.
    pub fn module(&self) -> Value {
        let set = self.attrs.borrow().get("__module__".into()).cloned();
        set.unwrap_or_else(|| self.home.get().map_or_else(|| Value::str("builtins"), Value::from))
    }

    /// `__qualname__`.
    pub fn qualname(&self) -> Rc<str> {
        let set = self.attrs.borrow().get("__qualname__".into()).and_then(|v| v.as_str().map(|s| s.to_string()));
        match (set, &self.owner) {
            (Some(set), _) => set.into(),
            (None, Some(owner)) => format!("{owner}.{}", self.name).into(),
            (None, None) => self.name.into(),
        }
    }

    /// Whether what it stands for is written in Python, and so shows as a function and not as a built-in one: all of
    /// Django, and of Python's library the modules that are not C.
    pub fn is_python(&self) -> bool {
        if self.attrs.borrow().get("__wrapped__".into()).is_some() {
            return true;
        }
        let Some(home) = self.home.get() else { return false };
        let home = home.text();
        if home.starts_with("django.") || home.starts_with("asgiref") {
            return true;
        }
        match &self.owner {
            None => WRITTEN_IN_PYTHON.contains(&&*home) && !matches!(self.name, "reduce" | "cmp_to_key"),
            Some(owner) => matches!((&*home, &**owner), ("collections", "Counter" | "ChainMap")),
        }
    }

    /// Whether a value can be the method's receiver.
    fn fits(&self, rt: &Rt, receiver: &Value) -> bool {
        let id = self.owner_id.get();
        let of = |class: &Rc<Class>| {
            Rc::as_ptr(class) as usize == id || class.ancestors().iter().any(|c| Rc::as_ptr(c) as usize == id)
        };
        match receiver {
            Value::Obj(o) => of(&o.class()),
            Value::Class(_) => of(&rt.class_of(receiver)),
            _ => of(super::types::plain_class(&rt.types, receiver)),
        }
    }

    fn misfit(&self, callee: &Callee<'_>, receiver: &Value) -> Error {
        let owner = self.owner.as_deref().unwrap_or_default();
        let kind = super::ops::type_name(receiver);
        Exc::TypeError.new(match callee.is_wrapper() || self.name == "__init__" {
            true => format!("descriptor '{}' requires a '{owner}' object but received a '{kind}'", self.name),
            false => format!("descriptor '{}' for '{owner}' objects doesn't apply to a '{kind}' object", self.name),
        })
    }

    /// How many slots [`run`](NativeFn::run) needs for so many positional arguments, where those need no binding;
    /// `None` where they do.
    #[inline]
    pub fn takes(&self, count: usize) -> Option<usize> {
        let signature = self.signature();
        signature.takes(count).then_some(signature.params.names.len())
    }

    /// Calls it with its arguments in the slots that it [`takes`](NativeFn::takes), those not given empty.
    #[inline]
    pub fn run(&self, rt: &Rt, slots: &mut [Option<Value>]) -> Res<Value> {
        if self.owner_id.get() != 0
            && matches!(self.kind, RowKind::Method | RowKind::Getter)
            && let Some(Some(receiver)) = slots.first()
            && !self.fits(rt, receiver)
        {
            let callee = Callee { name: self.name, owner: self.owner.as_deref(), kind: self.kind };
            return Err(self.misfit(&callee, receiver));
        }
        self.finish(rt, Args { name: self.name, slots, rest: Vec::new(), kwargs: Vec::new() })
    }

    /// Calls it with positional arguments alone, which are taken out of their places.
    pub fn call_slice(&self, rt: &Rt, args: &mut [Option<Value>]) -> Res<Value> {
        match self.takes(args.len()) {
            Some(count) if count == args.len() => self.run(rt, args),
            Some(count) => {
                let mut slots: SmallVec<[Option<Value>; 6]> = args.iter_mut().map(Option::take).collect();
                slots.resize(count, None);
                self.run(rt, &mut slots)
            }
            None if self.spreads(args.len()) => {
                let params = self.params();
                let (named, rest) = args.split_at_mut(params.positional.min(args.len()));
                let rest = rest.iter_mut().map(|slot| slot.take().unwrap_or_default()).collect();
                let mut slots: SmallVec<[Option<Value>; 6]> = named.iter_mut().map(Option::take).collect();
                slots.resize(params.names.len(), None);
                self.finish(rt, Args { name: self.name, slots: &mut slots, rest, kwargs: Vec::new() })
            }
            None => self.call(rt, CallArgs::new(args.iter_mut().map(|slot| slot.take().unwrap_or_default()))),
        }
    }

    /// Whether it is a function with `*args` that takes so many by position without binding, whatever the receiver.
    fn spreads(&self, count: usize) -> bool {
        (self.owner_id.get() == 0 || !matches!(self.kind, RowKind::Method | RowKind::Getter))
            && self.signature().spreads(count)
    }

    /// Calls it. Errors: Python's TypeErrors of binding, and what the function raises.
    pub fn call(&self, rt: &Rt, args: CallArgs) -> Res<Value> {
        let signature = self.signature();
        let callee = Callee { name: self.name, owner: self.owner.as_deref(), kind: self.kind };
        if self.owner_id.get() != 0
            && matches!(self.kind, RowKind::Method | RowKind::Getter)
            && let Some(receiver) = args.pos.first()
            && !self.fits(rt, receiver)
        {
            return Err(self.misfit(&callee, receiver));
        }
        if signature.open {
            let (rest, kwargs) = (args.pos.into_vec(), args.kw.into_vec());
            return self.finish(rt, Args { name: self.name, slots: &mut [], rest, kwargs });
        }
        let mut bound = signature.bind(&callee, args)?;
        self.finish(rt, Args { name: self.name, slots: &mut bound.slots, rest: bound.rest, kwargs: bound.kwargs })
    }

    #[inline]
    fn finish(&self, rt: &Rt, mut args: Args) -> Res<Value> {
        let result = match &self.code {
            Code::Plain(body) => body(rt, &mut args),
            Code::Closure(body) => body(rt, &mut args),
        };
        match result {
            Err(error) => Err(self.failed(error)),
            done => done,
        }
    }

    #[cold]
    fn failed(&self, error: Error) -> Error {
        match self.layer {
            Some(file) => error.through(Layer { file, owner: self.owner.clone(), name: self.name }),
            None => error,
        }
    }
}

/// A function of the session's language. What runs it is the interpreter, which alone knows what `code` is.
pub struct Function {
    /// `__name__`.
    pub name: RefCell<Name>,
    /// `__qualname__`.
    pub qualname: RefCell<Rc<str>>,
    /// The interpreter's code object.
    pub code: Rc<dyn Any>,
    /// The parameters (defaults are below).
    pub params: Rc<Params>,
    /// The module's names: what global names mean inside.
    pub globals: Rc<Module>,
    /// Default values of the last positional parameters, and by name of keyword-only ones.
    pub defaults: RefCell<Defaults>,
    /// The variables it closes over.
    pub closure: Vec<Rc<RefCell<Option<Value>>>>,
    /// `__doc__`.
    pub doc: RefCell<Value>,
    /// `__annotations__`, as a dict or `None`.
    pub annotations: RefCell<Value>,
    /// `__dict__`: attributes set on the function.
    pub attrs: RefCell<Attrs>,
}

/// A function's default values.
#[derive(Default, Clone)]
pub struct Defaults {
    /// Of the last positional parameters.
    pub positional: Vec<Value>,
    /// Of keyword-only parameters.
    pub keyword: Vec<(Name, Value)>,
}

/// A callable with its first argument: what `obj.method` is.
pub struct BoundMethod {
    /// The function.
    pub func: Value,
    /// The instance or class.
    pub receiver: Value,
}

impl BoundMethod {
    /// Binds a function.
    pub fn bind(func: Value, receiver: Value) -> Value {
        Value::Method(Rc::new(BoundMethod { func, receiver }))
    }
}
