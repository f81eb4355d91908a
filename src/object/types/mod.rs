//! The core types: a folder or file each, with its rows, its values' behaviour and its repr.

use std::rc::Rc;

use super::args::Args;
use super::class::Class;
use super::error::{Exc, Res};
use super::instance::{Instance, Payload};
use super::ops::{self, BinOp, Order};
use super::rt::{NativeType, Rt};
use super::value::Value;

/// A table of arithmetic methods, plain and reflected.
macro_rules! binary_rows {
    (@plain $f:path; $($name:literal, $text:literal, $op:ident;)*) => {
        &[$(Row::method($name, "(self, value, /)", concat!("Return self", $text, "value."), |rt, a| {
            $f(rt, BinOp::$op, a.get(0), a.get(1))
        }),)*]
    };
    (@reflected $f:path; $($name:literal, $text:literal, $op:ident;)*) => {
        &[$(Row::method($name, "(self, value, /)", concat!("Return value", $text, "self."), |rt, a| {
            $f(rt, BinOp::$op, a.get(1), a.get(0))
        }),)*]
    };
    ($f:path; $($name:literal, $reflected:literal, $text:literal, $op:ident;)*) => {
        &[$(
            Row::method($name, "(self, value, /)", concat!("Return self", $text, "value."), |rt, a| {
                $f(rt, BinOp::$op, a.get(0), a.get(1))
            }),
            Row::method($reflected, "(self, value, /)", concat!("Return value", $text, "self."), |rt, a| {
                $f(rt, BinOp::$op, a.get(1), a.get(0))
            }),
        )*]
    };
}

/// The table of the six comparisons.
macro_rules! compare_rows {
    ($f:path) => {
        &[
            Row::method("__lt__", "(self, value, /)", "Return self<value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Lt, a.get(0), a.get(1))
            }),
            Row::method("__le__", "(self, value, /)", "Return self<=value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Le, a.get(0), a.get(1))
            }),
            Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Eq, a.get(0), a.get(1))
            }),
            Row::method("__ne__", "(self, value, /)", "Return self!=value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Ne, a.get(0), a.get(1))
            }),
            Row::method("__gt__", "(self, value, /)", "Return self>value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Gt, a.get(0), a.get(1))
            }),
            Row::method("__ge__", "(self, value, /)", "Return self>=value.", |rt, a| {
                $f(rt, $crate::object::ops::Order::Ge, a.get(0), a.get(1))
            }),
        ]
    };
}

/// `list[int]` and `int | str`.
pub mod alias;
pub mod bool;
pub mod bytearray;
pub mod bytes;
mod class;
pub mod complex;
pub mod datetime;
pub mod decimal;
mod descriptors;
pub mod dict;
mod exception;
pub mod float;
pub mod format_spec;
mod function;
pub mod int;
/// `enumerate`, `zip`, `map`, `filter`, `reversed` and the iterators of the containers.
pub mod iterators;
pub mod list;
mod mapping_proxy;
mod module;
mod none;
mod object;
pub mod range;
pub mod set;
pub mod slice;
pub mod str;
mod super_;
mod traceback;
pub mod tuple;
pub mod uuid;

pub use alias::union_of;
pub use bytes::bytes_like;
pub use class::{CellObject, dir, make_class};
pub use complex::Complex;
pub use descriptors::{ClassMethod, Property, StaticMethod};
pub use mapping_proxy::MappingProxy;
pub use range::Range;
pub use slice::Slice;
pub use super_::Super;
pub use traceback::Traceback;

macro_rules! core_types {
    ($root:ident; $($field:ident : $name:literal, $module:literal, $base:ident, $rows:expr;)*) => {
        /// The classes that the runtime itself refers to.
        #[allow(missing_docs)]
        pub struct Types {
            pub $root: Rc<Class>,
            $(pub $field: Rc<Class>,)*
            /// By `Exc as usize`.
            pub exceptions: Vec<Rc<Class>>,
        }

        impl Types {
            /// Makes the classes.
            pub fn build() -> Types {
                let $root = Class::native("object", "builtins", None, &[object::ROWS]);
                $(let $field = Class::native($name, $module, Some($base.clone()), $rows);)*
                let exceptions = exception::build(&$root);
                let types = Types { $root, $($field,)* exceptions };
                for unhashable in [&types.list, &types.dict, &types.set] {
                    unhashable.set(crate::source::known::HASH, Value::None);
                }
                types
            }

            /// The classes that are names of `builtins`.
            pub fn public(&self) -> Vec<&Rc<Class>> {
                vec![&self.$root, $(&self.$field),*]
            }
        }
    };
}

core_types! {
    object;
    type_: "type", "builtins", object, &[class::ROWS];
    none: "NoneType", "builtins", object, &[none::NONE];
    int: "int", "builtins", object, &[int::ROWS, int::ARITHMETIC, int::ORDER];
    bool: "bool", "builtins", int, &[bool::ROWS, bool::ARITHMETIC];
    float: "float", "builtins", object, &[float::ROWS, float::ARITHMETIC, float::ORDER];
    str: "str", "builtins", object, &[str::ROWS, str::METHODS, str::SPLITTING, str::ARITHMETIC, str::REFLECTED, str::ORDER];
    bytes: "bytes", "builtins", object, &[bytes::ROWS, bytes::METHODS, bytes::ARITHMETIC, bytes::REFLECTED, bytes::ORDER];
    tuple: "tuple", "builtins", object, &[tuple::ROWS, tuple::ARITHMETIC, tuple::ORDER];
    list: "list", "builtins", object, &[list::ROWS, list::METHODS, list::ARITHMETIC, list::ORDER];
    dict: "dict", "builtins", object, &[dict::ROWS, dict::METHODS, dict::ARITHMETIC, dict::ORDER];
    set: "set", "builtins", object, &[set::ROWS, set::SHARED, set::METHODS, set::ARITHMETIC, set::ORDER];
    frozenset: "frozenset", "builtins", object, &[set::FROZEN, set::SHARED, set::ARITHMETIC, set::ORDER];
    function: "function", "builtins", object, &[function::FUNCTION];
    builtin: "builtin_function_or_method", "builtins", object, &[function::BUILTIN];
    method: "method", "builtins", object, &[function::METHOD];
    module: "module", "builtins", object, &[module::ROWS];
    ellipsis: "ellipsis", "builtins", object, &[none::ELLIPSIS];
    not_implemented: "NotImplementedType", "builtins", object, &[none::NOT_IMPLEMENTED];
}

/// The class of a value that is neither an instance nor a class.
pub fn plain_class<'a>(t: &'a Types, value: &Value) -> &'a Rc<Class> {
    match value {
        Value::None => &t.none,
        Value::Bool(_) => &t.bool,
        Value::Int(_) | Value::Big(_) => &t.int,
        Value::Float(_) => &t.float,
        Value::Str(_) => &t.str,
        Value::Bytes(_) => &t.bytes,
        Value::Tuple(_) => &t.tuple,
        Value::List(_) => &t.list,
        Value::Dict(_) => &t.dict,
        Value::Set(s) if s.frozen => &t.frozenset,
        Value::Set(_) => &t.set,
        Value::Func(_) => &t.function,
        Value::Native(_) => &t.builtin,
        Value::Method(_) => &t.method,
        Value::Ellipsis => &t.ellipsis,
        Value::NotImplemented => &t.not_implemented,
        Value::Class(_) => &t.type_,
        Value::Obj(_) => &t.object,
    }
}

/// The kind of exception that a native exception class stands for.
pub fn exc_kind(class: &Class) -> Option<Exc> {
    class.data::<Exc>().map(|k| *k)
}

/// The classes of native types that are names of `builtins`.
pub fn native_builtins(rt: &Rt) -> Vec<Rc<Class>> {
    vec![
        rt.class::<Complex>(),
        rt.class::<Range>(),
        rt.class::<Slice>(),
        rt.class::<bytearray::ByteArray>(),
        rt.class::<bytes::MemoryView>(),
        rt.class::<iterators::Enumerate>(),
        rt.class::<iterators::Zip>(),
        rt.class::<iterators::Map>(),
        rt.class::<iterators::Filter>(),
        rt.class::<iterators::Reversed>(),
    ]
}

// --- what several types share --------------------------------------------------------------------------------------

/// The class that a `__new__` was called with. TypeError where it is none, or no subclass of the type.
pub(super) fn class_argument(rt: &Rt, a: &Args, core: &Rc<Class>) -> Res<Rc<Class>> {
    let _ = rt;
    let name = core.name();
    match a.get(0) {
        Value::Class(c) if c.is_subclass(core) => Ok(c.clone()),
        Value::Class(c) => {
            let given = c.name();
            Err(Exc::TypeError.new(format!("{name}.__new__({given}): {given} is not a subtype of {name}")))
        }
        other => {
            Err(Exc::TypeError.new(format!("{name}.__new__(X): X is not a type object ({})", ops::type_name(other))))
        }
    }
}

/// What `__new__` returns: the plain value, or an instance of a subclass that holds it.
pub(super) fn wrap(rt: &Rt, class: Rc<Class>, core: &Rc<Class>, value: Value) -> Value {
    let _ = rt;
    match Rc::ptr_eq(&class, core) {
        true => value,
        false => Value::Obj(Instance::new(class, Payload::Base(value))),
    }
}

/// `__hash__` of a plain value.
pub(super) fn hash_value(rt: &Rt, value: &Value) -> Res<Value> {
    Ok(Value::Int(ops::hash(rt, value)? as i64))
}

/// The format specification that `__format__` was called with.
pub(super) fn format_text<'a>(a: &'a Args) -> Res<&'a str> {
    match a.get(1).as_str() {
        Some(s) => Ok(s.as_str()),
        None => {
            Err(Exc::TypeError.new(format!("__format__() argument must be str, not {}", ops::argument_name(a.get(1)))))
        }
    }
}

/// MemoryError where something would be larger than the session may have.
pub fn check_size(rt: &Rt, bytes: usize) -> Res<()> {
    match bytes > rt.memory_limit.get() {
        true => Err(Exc::MemoryError.with_args(Vec::new())),
        false => Ok(()),
    }
}

/// MemoryError where a repetition would be too large.
pub(super) fn check_repeat(rt: &Rt, bytes: usize, times: usize) -> Res<()> {
    check_size(rt, bytes.saturating_mul(times))
}

/// How often a sequence is repeated by `*`; `None` where the factor is no index.
pub(super) fn repeat_count(rt: &Rt, v: &Value) -> Res<Option<usize>> {
    match v.plain() {
        Value::Int(i) => return Ok(Some((*i).max(0) as usize)),
        Value::Bool(b) => return Ok(Some(*b as usize)),
        Value::Big(b) => {
            return match int::arith::is_negative(b) {
                true => Ok(Some(0)),
                false => Err(Exc::OverflowError.new("cannot fit 'int' into an index-sized integer")),
            };
        }
        _ => {}
    }
    match ops::lookup_special(rt, v, crate::source::known::INDEX)? {
        Some(_) => Ok(Some(ops::index(rt, v)?.max(0) as usize)),
        None => Ok(None),
    }
}

/// The index of a subscript. TypeError `list indices must be integers or slices, not str`; IndexError past 64 bits.
pub fn sequence_index(rt: &Rt, key: &Value, what: &str, quote: &str) -> Res<i64> {
    match key.plain() {
        Value::Int(i) => return Ok(*i),
        Value::Bool(b) => return Ok(*b as i64),
        Value::Big(_) => {
            return Err(Exc::IndexError.new("cannot fit 'int' into an index-sized integer"));
        }
        _ => {}
    }
    if ops::lookup_special(rt, key, crate::source::known::INDEX)?.is_some() {
        return ops::index(rt, key).map_err(|e| match e.is(Exc::OverflowError) {
            true => Exc::IndexError.new(format!("cannot fit '{}' into an index-sized integer", ops::type_name(key))),
            false => e,
        });
    }
    let kind = ops::type_name(key);
    Err(Exc::TypeError.new(match what {
        "string" => format!("string indices must be integers, not '{kind}'"),
        "byte" => format!("byte indices must be integers or slices, not {kind}"),
        _ => format!("{what} indices must be integers or slices, not {quote}{kind}{quote}"),
    }))
}

/// `+` and `*` called by name on a sequence.
pub(super) fn sequence_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    match (op, a.plain(), b.plain()) {
        (BinOp::Mul, x, _) if !is_sequence(x) => match plain_binary(rt, op, b.plain(), a)? {
            Some(v) => Ok(v),
            None => Ok(Value::NotImplemented),
        },
        (BinOp::Mod, x, _) if !is_sequence(x) => Ok(Value::NotImplemented),
        (_, x, _) if !is_sequence(x) => Ok(Value::NotImplemented),
        (_, x, _) => match plain_binary(rt, op, x, b)? {
            Some(v) => Ok(v),
            None => Err(match (op, x) {
                (BinOp::Add, Value::Bytes(_)) => {
                    Exc::TypeError.new(format!("can't concat {} to bytes", ops::type_name(b)))
                }
                (BinOp::Add, _) => {
                    let kind = ops::type_name(x);
                    Exc::TypeError.new(format!("can only concatenate {kind} (not \"{}\") to {kind}", ops::type_name(b)))
                }
                _ => Exc::TypeError.new(format!("'{}' object cannot be interpreted as an integer", ops::type_name(b))),
            }),
        },
    }
}

fn is_sequence(v: &Value) -> bool {
    matches!(v, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_))
}

/// A comparison called by name.
pub(super) fn compare_row(rt: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    Ok(ops::compare_plain(rt, op, a.plain(), b.plain())?.unwrap_or(Value::NotImplemented))
}

/// A binary operation of two plain built-in values; `None` where their types do not know it.
pub fn plain_binary(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Option<Value>> {
    use Value::*;
    match (a, b) {
        (Int(_) | Bool(_) | Big(_), Int(_) | Bool(_) | Big(_)) => int::int_binary(rt, op, a, b),
        (Float(_), Float(_) | Int(_) | Bool(_) | Big(_)) | (Int(_) | Bool(_) | Big(_), Float(_)) => {
            float::float_binary(rt, op, a, b)
        }
        (Str(s), _) => str::str_binary(rt, op, s, b),
        (List(l), _) => list::list_binary(rt, op, l, b),
        (Tuple(t), _) => tuple::tuple_binary(rt, op, t, b),
        (Bytes(x), _) => bytes::bytes_binary(rt, op, x, b),
        (_, Str(_) | List(_) | Tuple(_) | Bytes(_)) if op == BinOp::Mul && is_count(a) => plain_binary(rt, op, b, a),
        (Dict(x), Dict(y)) if op == BinOp::Or => dict::union(rt, x, y).map(Some),
        (Set(x), Set(y)) => set::set_binary(rt, op, x, y),
        (None, None) => Ok(Option::None),
        (None, _) | (_, None) | (Class(_), _) | (_, Class(_)) if op == BinOp::Or => union_of(rt, a, b),
        _ => Ok(Option::None),
    }
}

fn is_count(v: &Value) -> bool {
    matches!(v, Value::Int(_) | Value::Bool(_) | Value::Big(_))
}

/// An instance of a native type, made by the type's own `__new__` for a class that may be a session's subclass.
pub(super) fn native_new<T: NativeType>(rt: &Rt, a: &Args, value: T) -> Value {
    match a.get(0) {
        Value::Class(c) => rt.object_of(c.clone(), value),
        _ => rt.object(value),
    }
}

thread_local! {
    /// The containers whose repr is under way, innermost last.
    static SHOWING: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Runs the repr of a container; `None` where it is already under way further out, so that it shows as `[...]`.
pub fn showing<T>(rt: &Rt, id: usize, show: impl FnOnce() -> Res<T>) -> Res<Option<T>> {
    if SHOWING.with_borrow(|all| all.contains(&id)) {
        return Ok(None);
    }
    SHOWING.with_borrow_mut(|all| all.push(id));
    let shown = rt.deeper(show);
    SHOWING.with_borrow_mut(|all| {
        all.pop();
    });
    shown.map(Some)
}
