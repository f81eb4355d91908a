//! Exception classes. Mirrors <https://docs.python.org/3/library/exceptions.html>.

use std::rc::Rc;

use crate::object::args::CallArgs;
use crate::object::class::Class;
use crate::object::error::{Exc, Exception, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::Name;

use super::traceback;

/// Every kind's class, by `Exc as usize`.
pub(super) fn build(object: &Rc<Class>) -> Vec<Rc<Class>> {
    let mut out: Vec<Rc<Class>> = Vec::with_capacity(Exc::ALL.len());
    for &kind in Exc::ALL {
        let base = if kind.base() == kind { object } else { &out[kind.base() as usize] };
        let rows: &[&[Row]] = match kind {
            Exc::BaseException => &[ROWS],
            Exc::KeyError => &[KEY_ERROR],
            Exc::OSError => &[OS_ERROR],
            Exc::SyntaxError => &[SYNTAX_ERROR],
            Exc::UnicodeDecodeError | Exc::UnicodeEncodeError => &[UNICODE_ERROR],
            _ => &[],
        };
        let class = Class::native(kind.name(), kind.module(), Some(base.clone()), rows);
        class.set_data(Rc::new(kind));
        out.push(class);
    }
    out
}

/// The first kind along a class's line.
fn kind_of(class: &Rc<Class>) -> Exc {
    class.mro().find_map(|c| c.data::<Exc>()).map_or(Exc::BaseException, |k| *k)
}

/// Appends to `__notes__`.
pub(super) fn add_note(exc: &Rc<Instance>, note: Value) {
    let name: Name = "__notes__".into();
    match exc.get(name) {
        Some(Value::List(notes)) => notes.push(note),
        _ => exc.set(name, Value::list(vec![note])),
    }
}

fn linked(exc: &std::cell::RefCell<Option<Rc<Instance>>>) -> Value {
    exc.borrow().clone().map_or(Value::None, Value::Obj)
}

fn to_link(value: Option<Value>, what: &str) -> Res<Option<Rc<Instance>>> {
    match value {
        None => Err(Exc::TypeError.new(format!("{what} may not be deleted"))),
        Some(Value::None) => Ok(None),
        Some(Value::Obj(exc)) if exc.native::<Exception>().is_some() => Ok(Some(exc)),
        Some(_) => Err(Exc::TypeError.new(format!("exception {what} must be None or derive from BaseException"))),
    }
}

impl Object for Exception {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let arg = |i: usize| self.args.borrow().get(i).cloned().unwrap_or_default();
        let text = name.text();
        Ok(Some(match &*text {
            "args" => Value::tuple(self.args.borrow().clone()),
            "__cause__" => linked(&self.cause),
            "__context__" => linked(&self.context),
            "__suppress_context__" => Value::Bool(self.suppress_context.get()),
            "__traceback__" => traceback::of(rt, this),
            _ => {
                let kind = kind_of(&this.class());
                match (&*text, kind) {
                    ("value", Exc::StopIteration) => arg(0),
                    ("code", Exc::SystemExit) => match self.args.borrow().len() {
                        0 | 1 => arg(0),
                        _ => Value::tuple(self.args.borrow().clone()),
                    },
                    ("name" | "path" | "name_from", _) if kind.derives_from(Exc::ImportError) => Value::None,
                    ("msg", _) if kind.derives_from(Exc::ImportError) => arg(0),
                    ("name", _) if kind.derives_from(Exc::NameError) || kind == Exc::AttributeError => Value::None,
                    ("obj", Exc::AttributeError) => Value::None,
                    ("errno" | "strerror" | "filename" | "filename2", _) if kind.derives_from(Exc::OSError) => {
                        let n = self.args.borrow().len();
                        match &*text {
                            _ if n < 2 => Value::None,
                            "errno" => arg(0),
                            "strerror" => arg(1),
                            "filename" => arg(2),
                            _ => arg(4),
                        }
                    }
                    ("msg", _) if kind.derives_from(Exc::SyntaxError) => arg(0),
                    ("print_file_and_line", _) if kind.derives_from(Exc::SyntaxError) => Value::None,
                    ("filename" | "lineno" | "offset" | "text" | "end_lineno" | "end_offset", _)
                        if kind.derives_from(Exc::SyntaxError) =>
                    {
                        let details = arg(1);
                        let at = match &*text {
                            "filename" => 0,
                            "lineno" => 1,
                            "offset" => 2,
                            "text" => 3,
                            "end_lineno" => 4,
                            _ => 5,
                        };
                        details.as_tuple().and_then(|t| t.get(at).cloned()).unwrap_or_default()
                    }
                    (
                        "encoding" | "object" | "start" | "end" | "reason",
                        Exc::UnicodeDecodeError | Exc::UnicodeEncodeError,
                    ) => match &*text {
                        "encoding" => arg(0),
                        "object" => arg(1),
                        "start" => arg(2),
                        "end" => arg(3),
                        _ => arg(4),
                    },
                    _ => return Ok(None),
                }
            }
        }))
    }

    fn set_attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        match &*name.text() {
            "args" => {
                let args = ops::collect(rt, &value.unwrap_or_default())?;
                *self.args.borrow_mut() = args;
            }
            "__cause__" => {
                let cause = to_link(value, "cause")?;
                self.suppress_context.set(true);
                *self.cause.borrow_mut() = cause;
            }
            "__context__" => *self.context.borrow_mut() = to_link(value, "context")?,
            "__suppress_context__" => self.suppress_context.set(ops::truthy(rt, &value.unwrap_or_default())?),
            "__traceback__" => traceback::set(this, &value.unwrap_or_default())?,
            _ => {
                // Exceptions have a `__dict__`, the built-in ones too.
                match value {
                    Some(value) => this.set(name, value),
                    None => return Ok(this.attrs_mut().remove(name).is_some()),
                }
            }
        }
        Ok(true)
    }
}

fn payload<'a>(a: &'a crate::object::args::Args) -> Res<&'a Exception> {
    a.native::<Exception>(0)
}

/// Which kind of OSError an error number stands for.
fn os_error(errno: Option<i64>) -> Exc {
    match errno {
        Some(2) => Exc::FileNotFoundError,
        Some(17) => Exc::FileExistsError,
        Some(21) => Exc::IsADirectoryError,
        Some(20) => Exc::NotADirectoryError,
        Some(1 | 13) => Exc::PermissionError,
        Some(110) => Exc::TimeoutError,
        _ => Exc::OSError,
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "Create and return a new exception.", |rt, a| {
        let Value::Class(class) = a.value(0) else {
            return Err(Exc::TypeError.new("BaseException.__new__(X): X is not a type object"));
        };
        let args = std::mem::take(&mut a.rest);
        let class = match (Rc::ptr_eq(&class, rt.exc_class(Exc::OSError)), &args[..]) {
            (true, [errno, _, ..]) => rt.exc_class(os_error(errno.as_int())).clone(),
            _ => class,
        };
        let exc = Exception { args: std::cell::RefCell::new(args), ..Default::default() };
        Ok(rt.object_of(class, exc))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Initialize self.", |rt, a| {
        let args = std::mem::take(&mut a.rest);
        let kwargs = std::mem::take(&mut a.kwargs);
        if let Some(e) = a.get(0).native::<Exception>() {
            *e.args.borrow_mut() = args;
        }
        if let Value::Obj(object) = a.get(0)
            && matches!(kind_of(&object.class()), Exc::ImportError | Exc::ModuleNotFoundError)
        {
            for name in ["name", "path", "name_from"] {
                if object.get(name.into()).is_some() {
                    drop(object.attrs_mut().remove(name.into()));
                }
            }
        }
        if !kwargs.is_empty() {
            let class = rt.class_of(a.get(0));
            let kind = kind_of(&class);
            let known: &[&str] = match kind {
                _ if kind.derives_from(Exc::ImportError) => &["name", "path", "name_from"],
                _ if kind.derives_from(Exc::NameError) => &["name"],
                Exc::AttributeError => &["name", "obj"],
                _ => &[],
            };
            for (name, value) in kwargs {
                if known.is_empty() {
                    return Err(Exc::TypeError.new(format!("{}() takes no keyword arguments", class.name())));
                }
                if !known.iter().any(|k| name == **k) {
                    return Err(
                        Exc::TypeError.new(format!("{}() got an unexpected keyword argument '{name}'", class.name()))
                    );
                }
                if let Value::Obj(object) = a.get(0) {
                    object.set(name, value);
                }
            }
        }
        Ok(Value::None)
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
        let args = payload(a)?.args.borrow().clone();
        match &args[..] {
            [] => Ok(Value::str("")),
            [one] => ops::str(rt, one).map(Value::Str),
            _ => ops::repr(rt, &Value::tuple(args)).map(Value::Str),
        }
    }),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        let args = payload(a)?.args.borrow().clone();
        let name = ops::type_name(a.get(0));
        let text = match &args[..] {
            [one] => format!("({})", ops::repr(rt, one)?),
            _ => ops::repr(rt, &Value::tuple(args))?.to_string(),
        };
        Ok(Value::from(format!("{name}{text}")))
    }),
    Row::method("with_traceback", "(self, tb, /)", "Set self.__traceback__ to tb and return self.", |_, a| {
        if let Value::Obj(exc) = a.get(0) {
            traceback::set(exc, a.get(1))?;
        }
        Ok(a.take(0))
    }),
    Row::method("add_note", "(self, note, /)", "Add a note to the exception.", |_, a| {
        let note = Value::Str(
            a.str(1)
                .map_err(|_| {
                    Exc::TypeError.new(format!("add_note() argument must be str, not {}", ops::type_name(a.get(1))))
                })?
                .clone(),
        );
        if let Value::Obj(exc) = a.get(0) {
            add_note(exc, note);
        }
        Ok(Value::None)
    }),
    Row::method("__setstate__", "(self, state, /)", "Set attributes from a dict.", |rt, a| {
        if let (Value::Obj(exc), Some(state)) = (a.get(0), a.get(1).as_dict()) {
            for (key, value) in state.0.items() {
                exc.set(Name::new(&ops::str(rt, &key)?), value);
            }
        }
        Ok(Value::None)
    }),
];

const KEY_ERROR: &[Row] = &[Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
    let args = payload(a)?.args.borrow().clone();
    match &args[..] {
        [] => Ok(Value::str("")),
        [one] => ops::repr(rt, one).map(Value::Str),
        _ => ops::repr(rt, &Value::tuple(args)).map(Value::Str),
    }
})];

const OS_ERROR: &[Row] = &[Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
    let args = payload(a)?.args.borrow().clone();
    Ok(Value::from(match &args[..] {
        [] => String::new(),
        [one] => ops::str(rt, one)?.to_string(),
        [errno, text] => format!("[Errno {}] {}", ops::str(rt, errno)?, ops::str(rt, text)?),
        [errno, text, file] => {
            format!("[Errno {}] {}: {}", ops::str(rt, errno)?, ops::str(rt, text)?, ops::repr(rt, file)?)
        }
        _ => ops::repr(rt, &Value::tuple(args))?.to_string(),
    }))
})];

const SYNTAX_ERROR: &[Row] = &[Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
    let this = a.value(0);
    let get = |name: &'static str| ops::get_attr_opt(rt, &this, name.into()).map(Option::unwrap_or_default);
    let (msg, filename, lineno) = (get("msg")?, get("filename")?, get("lineno")?);
    let msg = ops::str(rt, &msg)?;
    let file = filename.as_str().map(|f| f.rsplit('/').next().unwrap_or(f).to_string());
    Ok(Value::from(match (file, lineno.as_int()) {
        (Some(file), Some(line)) => format!("{msg} ({file}, line {line})"),
        (Some(file), None) => format!("{msg} ({file})"),
        (None, Some(line)) => format!("{msg} (line {line})"),
        (None, None) => msg.to_string(),
    }))
})];

const UNICODE_ERROR: &[Row] = &[Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| {
    let decode = rt.is_instance(a.get(0), rt.exc_class(Exc::UnicodeDecodeError));
    let args = payload(a)?.args.borrow().clone();
    let [encoding, object, start, end, reason] = &args[..] else {
        let args = CallArgs::none();
        let _ = args;
        return Ok(Value::str(""));
    };
    let encoding = ops::str(rt, encoding)?;
    let reason = ops::str(rt, reason)?;
    let (start, end) = (start.as_int().unwrap_or(0), end.as_int().unwrap_or(0));
    let verb = if decode { "decode" } else { "encode" };
    Ok(Value::from(if end == start + 1 {
        let what = if decode {
            let byte = object.as_bytes().and_then(|b| b.get(start as usize).copied()).unwrap_or(0);
            format!("byte 0x{byte:02x}")
        } else {
            let c = object.as_str().and_then(|s| s.chars().nth(start as usize)).unwrap_or('?') as u32;
            match c {
                0..=0xff => format!("character '\\x{c:02x}'"),
                0x100..=0xffff => format!("character '\\u{c:04x}'"),
                _ => format!("character '\\U{c:08x}'"),
            }
        };
        format!("'{encoding}' codec can't {verb} {what} in position {start}: {reason}")
    } else {
        let what = if decode { "bytes" } else { "characters" };
        format!("'{encoding}' codec can't {verb} {what} in position {start}-{}: {reason}", end - 1)
    }))
})];
