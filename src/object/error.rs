//! Exceptions as Rust sees them.
//!
//! An [`Error`] is what every fallible call of ours returns. It is made without a runtime, as a kind and a message
//! (`Exc::TypeError.new("...")`), and becomes an exception *object* only where a session looks at it
//! ([`Rt::exception`](super::rt::Rt::exception)).

use std::cell::RefCell;
use std::rc::Rc;

use super::instance::Instance;
use super::value::Value;
use crate::source::{Source, Span};

/// The result of whatever can raise.
pub type Res<T> = Result<T, Error>;

/// A raised exception on its way up. One pointer wide, so that the result of what may fail is no wider than a value.
#[derive(Clone)]
pub struct Error(Box<Raised>);

/// What is raised.
#[derive(Clone)]
pub enum Raised {
    /// An exception object.
    Object(Rc<Instance>),
    /// One that is not an object yet.
    New(NewError),
}

/// An exception before it is an object.
#[derive(Clone)]
pub struct NewError {
    /// Its class.
    pub kind: Exc,
    /// Its `args`.
    pub args: Vec<Value>,
    /// Attributes beyond `args` (`name` and `obj` of an AttributeError, say).
    pub attrs: Vec<(&'static str, Value)>,
    /// `__cause__`.
    pub cause: Option<Error>,
    /// The frames it has come through, innermost first.
    pub frames: Vec<Frame>,
}

/// One step of a traceback.
#[derive(Clone)]
pub enum Frame {
    /// The session's own code.
    Code(Rc<CodeFrame>),
    /// A layer of the ORM.
    Layer(Layer),
}

/// A frame of the session's own code.
pub struct CodeFrame {
    /// Where the code is.
    pub source: Rc<Source>,
    /// What was being evaluated.
    pub span: Span,
    /// 1-based line.
    pub line: u32,
    /// The function's qualified name; `<module>` for a cell or file.
    pub function: Rc<str>,
    /// The parameters as `older(n)` shows them in a Context traceback.
    pub signature: Rc<str>,
}

/// A layer of the ORM that an exception came through: `File django/db/models/query.py, in QuerySet.create`.
#[derive(Clone)]
pub struct Layer {
    /// Django's file.
    pub file: &'static str,
    /// The class.
    pub owner: Option<Rc<str>>,
    /// The method.
    pub name: &'static str,
}

/// The payload of an exception object.
#[derive(Default)]
pub struct Exception {
    /// `args`.
    pub args: RefCell<Vec<Value>>,
    /// `__cause__`.
    pub cause: RefCell<Option<Rc<Instance>>>,
    /// `__context__`.
    pub context: RefCell<Option<Rc<Instance>>>,
    /// `__suppress_context__`.
    pub suppress_context: std::cell::Cell<bool>,
    /// The frames it has come through, innermost first.
    pub frames: RefCell<Vec<Frame>>,
}

const _: () = assert!(std::mem::size_of::<Res<Option<Value>>>() == 16);

impl Error {
    /// An exception object on its way up.
    pub fn raised(exc: Rc<Instance>) -> Error {
        Error(Box::new(Raised::Object(exc)))
    }

    /// What is raised.
    pub fn what(&self) -> &Raised {
        &self.0
    }

    /// What is raised, to keep.
    pub fn into_what(self) -> Raised {
        *self.0
    }

    /// The exception object, where it is one already.
    pub fn object(&self) -> Option<&Rc<Instance>> {
        match &*self.0 {
            Raised::Object(exc) => Some(exc),
            Raised::New(_) => None,
        }
    }

    /// Its kind, where it is no object yet.
    pub fn new_kind(&self) -> Option<Exc> {
        match &*self.0 {
            Raised::Object(_) => None,
            Raised::New(new) => Some(new.kind),
        }
    }

    /// The same error after it came through a layer of the ORM.
    pub fn through(self, layer: Layer) -> Error {
        self.push(Frame::Layer(layer))
    }

    /// The same error after it came through one more frame.
    pub fn push(mut self, frame: Frame) -> Error {
        match &mut *self.0 {
            Raised::New(new) => new.frames.push(frame),
            Raised::Object(exc) => {
                if let Some(e) = exc.native::<Exception>() {
                    e.frames.borrow_mut().push(frame);
                }
            }
        }
        self
    }

    /// The same error with an attribute, where it is not an object yet.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Error {
        match &mut *self.0 {
            Raised::New(new) => new.attrs.push((name, value.into())),
            Raised::Object(exc) => exc.set(name.into(), value.into()),
        }
        self
    }

    /// The same error with a cause (`raise ... from cause`).
    pub fn caused_by(mut self, cause: Error) -> Error {
        if let Raised::New(new) = &mut *self.0 {
            new.cause = Some(cause);
        }
        self
    }

    /// Whether it is of a kind, or of one that derives from it.
    pub fn is(&self, kind: Exc) -> bool {
        match &*self.0 {
            Raised::New(new) => new.kind.derives_from(kind),
            Raised::Object(exc) => {
                let class = exc.class().clone();
                class.mro().any(|c| c.data::<Exc>().is_some_and(|k| k.derives_from(kind)))
            }
        }
    }
}

macro_rules! kinds {
    ($($name:ident : $base:ident @ $module:literal),* $(,)?) => {
        /// Every exception class that ormsh itself can raise: Python's, Django's and SQLite's.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[allow(missing_docs)]
        pub enum Exc { $($name),* }

        impl Exc {
            /// All kinds, a base before what derives from it.
            pub const ALL: &'static [Exc] = &[$(Exc::$name),*];

            /// The class's name.
            pub fn name(self) -> &'static str {
                let name = match self { $(Exc::$name => stringify!($name)),* };
                // The driver's classes have the names of Django's.
                name.strip_prefix("Sqlite3").unwrap_or(name)
            }

            /// The class's module.
            pub fn module(self) -> &'static str {
                match self { $(Exc::$name => $module),* }
            }

            /// The base (`BaseException`'s base is itself).
            pub fn base(self) -> Exc {
                match self { $(Exc::$name => Exc::$base),* }
            }
        }
    };
}

kinds! {
    BaseException: BaseException @ "builtins",
    Exception: BaseException @ "builtins",
    SystemExit: BaseException @ "builtins",
    KeyboardInterrupt: BaseException @ "builtins",
    GeneratorExit: BaseException @ "builtins",
    StopIteration: Exception @ "builtins",
    StopAsyncIteration: Exception @ "builtins",
    ArithmeticError: Exception @ "builtins",
    ZeroDivisionError: ArithmeticError @ "builtins",
    OverflowError: ArithmeticError @ "builtins",
    FloatingPointError: ArithmeticError @ "builtins",
    AssertionError: Exception @ "builtins",
    AttributeError: Exception @ "builtins",
    BufferError: Exception @ "builtins",
    EOFError: Exception @ "builtins",
    ImportError: Exception @ "builtins",
    ModuleNotFoundError: ImportError @ "builtins",
    LookupError: Exception @ "builtins",
    IndexError: LookupError @ "builtins",
    KeyError: LookupError @ "builtins",
    MemoryError: Exception @ "builtins",
    NameError: Exception @ "builtins",
    UnboundLocalError: NameError @ "builtins",
    OSError: Exception @ "builtins",
    FileNotFoundError: OSError @ "builtins",
    FileExistsError: OSError @ "builtins",
    IsADirectoryError: OSError @ "builtins",
    NotADirectoryError: OSError @ "builtins",
    PermissionError: OSError @ "builtins",
    TimeoutError: OSError @ "builtins",
    ConnectionError: OSError @ "builtins",
    RuntimeError: Exception @ "builtins",
    NotImplementedError: RuntimeError @ "builtins",
    RecursionError: RuntimeError @ "builtins",
    ReferenceError: Exception @ "builtins",
    SyntaxError: Exception @ "builtins",
    IndentationError: SyntaxError @ "builtins",
    TabError: IndentationError @ "builtins",
    SystemError: Exception @ "builtins",
    TypeError: Exception @ "builtins",
    ValueError: Exception @ "builtins",
    UnicodeError: ValueError @ "builtins",
    UnicodeDecodeError: UnicodeError @ "builtins",
    UnicodeEncodeError: UnicodeError @ "builtins",
    UnicodeTranslateError: UnicodeError @ "builtins",
    Warning: Exception @ "builtins",
    DeprecationWarning: Warning @ "builtins",
    PendingDeprecationWarning: Warning @ "builtins",
    RuntimeWarning: Warning @ "builtins",
    SyntaxWarning: Warning @ "builtins",
    UserWarning: Warning @ "builtins",
    FutureWarning: Warning @ "builtins",
    ImportWarning: Warning @ "builtins",
    UnicodeWarning: Warning @ "builtins",
    BytesWarning: Warning @ "builtins",
    ResourceWarning: Warning @ "builtins",
    EncodingWarning: Warning @ "builtins",
    // django.core.exceptions
    FieldDoesNotExist: Exception @ "django.core.exceptions",
    AppRegistryNotReady: Exception @ "django.core.exceptions",
    ObjectDoesNotExist: Exception @ "django.core.exceptions",
    ObjectNotUpdated: Exception @ "django.core.exceptions",
    MultipleObjectsReturned: Exception @ "django.core.exceptions",
    SuspiciousOperation: Exception @ "django.core.exceptions",
    SuspiciousFileOperation: SuspiciousOperation @ "django.core.exceptions",
    PermissionDenied: Exception @ "django.core.exceptions",
    ViewDoesNotExist: Exception @ "django.core.exceptions",
    MiddlewareNotUsed: Exception @ "django.core.exceptions",
    ImproperlyConfigured: Exception @ "django.core.exceptions",
    FieldError: Exception @ "django.core.exceptions",
    OutputFieldIsNoneError: FieldError @ "django.db.models.expressions",
    FieldFetchBlocked: FieldError @ "django.core.exceptions",
    ValidationError: Exception @ "django.core.exceptions",
    EmptyResultSet: Exception @ "django.core.exceptions",
    FullResultSet: Exception @ "django.core.exceptions",
    SynchronousOnlyOperation: Exception @ "django.core.exceptions",
    Http404: Exception @ "django.http.response",
    // django.db
    Error: Exception @ "django.db.utils",
    InterfaceError: Error @ "django.db.utils",
    DatabaseError: Error @ "django.db.utils",
    DataError: DatabaseError @ "django.db.utils",
    OperationalError: DatabaseError @ "django.db.utils",
    IntegrityError: DatabaseError @ "django.db.utils",
    InternalError: DatabaseError @ "django.db.utils",
    ProgrammingError: DatabaseError @ "django.db.utils",
    NotSupportedError: DatabaseError @ "django.db.utils",
    ConnectionDoesNotExist: Exception @ "django.utils.connection",
    TransactionManagementError: ProgrammingError @ "django.db.transaction",
    ProtectedError: IntegrityError @ "django.db.models.deletion",
    RestrictedError: IntegrityError @ "django.db.models.deletion",
    // sqlite3
    Sqlite3Error: Exception @ "sqlite3",
    Sqlite3InterfaceError: Sqlite3Error @ "sqlite3",
    Sqlite3DatabaseError: Sqlite3Error @ "sqlite3",
    Sqlite3DataError: Sqlite3DatabaseError @ "sqlite3",
    Sqlite3OperationalError: Sqlite3DatabaseError @ "sqlite3",
    Sqlite3IntegrityError: Sqlite3DatabaseError @ "sqlite3",
    Sqlite3InternalError: Sqlite3DatabaseError @ "sqlite3",
    Sqlite3ProgrammingError: Sqlite3DatabaseError @ "sqlite3",
    Sqlite3NotSupportedError: Sqlite3DatabaseError @ "sqlite3",
    RemovedInDjango60Warning: DeprecationWarning @ "django.utils.deprecation",
    RemovedInDjango61Warning: PendingDeprecationWarning @ "django.utils.deprecation",
}

impl Exc {
    /// An error of this kind with a message.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(self, message: impl AsRef<str>) -> Error {
        self.with_args(vec![Value::str(message)])
    }

    /// An error of this kind with these `args`.
    pub fn with_args(self, args: Vec<Value>) -> Error {
        let new = NewError { kind: self, args, attrs: Vec::new(), cause: None, frames: Vec::new() };
        Error(Box::new(Raised::New(new)))
    }

    /// Whether this kind is `other` or derives from it.
    pub fn derives_from(self, other: Exc) -> bool {
        let mut kind = self;
        loop {
            if kind == other {
                return true;
            }
            let base = kind.base();
            if base == kind {
                return false;
            }
            kind = base;
        }
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.0 {
            Raised::New(new) => write!(f, "{}({:?})", new.kind.name(), new.args),
            Raised::Object(exc) => {
                write!(f, "{}({:?})", exc.class().name(), exc.native::<Exception>().map(|e| e.args.borrow().clone()))
            }
        }
    }
}
