//! What the language can do with any value: attributes, calls, iteration, comparison, text, arithmetic.
//!
//! Each operation has a fast way for plain built-in values and Python's protocol (the class's special methods) for
//! all else.

mod attr;
mod call;
mod compare;
/// Python's hashes.
pub mod hash;
mod instance;
mod item;
mod iter;
mod number;
pub mod numhash;
mod text;

pub use attr::{bind, del_attr, get_attr, get_attr_opt, has_attr, lookup_special, module_dict, set_attr};
pub(in crate::object) use attr::{function_dict, instance_attr, no_attribute, store};
pub use call::{Special, call, call_method, call_slice, call_special, call0, call1, call2, instantiate, native_new};
pub use compare::{Order, bytes_contain, compare, compare_plain, contains, eq, is_subset, less, plain_eq};
pub use hash::hash;
pub use instance::{is_instance, is_subclass};
pub use item::{del_item, get_item, len, set_item};
pub use iter::{ITERATOR_ROWS, Iter, IterObject, collect, iter, iter_object, iter_value};
pub use number::{BinOp, UnaryOp, binary, in_place, in_place_owned, index, index_big, index_value, truthy, unary};
pub use text::{ascii, format, repr, str};

use super::rt::Rt;
use super::value::Value;

/// The name of a value's class, as error messages show it. Needs no runtime.
pub fn type_name(value: &Value) -> std::rc::Rc<str> {
    match value {
        Value::None => "NoneType".into(),
        Value::Bool(_) => "bool".into(),
        Value::Int(_) | Value::Big(_) => "int".into(),
        Value::Float(_) => "float".into(),
        Value::Str(_) => "str".into(),
        Value::Bytes(_) => "bytes".into(),
        Value::Tuple(_) => "tuple".into(),
        Value::List(_) => "list".into(),
        Value::Dict(_) => "dict".into(),
        Value::Set(s) if s.frozen => "frozenset".into(),
        Value::Set(_) => "set".into(),
        Value::Class(c) => c.metaclass.as_ref().map_or_else(|| "type".into(), |m| m.name()),
        Value::Func(_) => "function".into(),
        Value::Native(_) => "builtin_function_or_method".into(),
        Value::Method(_) => "method".into(),
        Value::Obj(o) => o.class().shown_name(),
        Value::Ellipsis => "ellipsis".into(),
        Value::NotImplemented => "NotImplementedType".into(),
    }
}

/// The name of a value's class as C functions show a wrong argument: `None` is shown as itself.
pub fn argument_name(value: &Value) -> std::rc::Rc<str> {
    match value {
        Value::None => "None".into(),
        _ => type_name(value),
    }
}

/// Whether a value can be called.
pub fn callable(rt: &Rt, value: &Value) -> bool {
    match value {
        Value::Class(_) | Value::Func(_) | Value::Native(_) | Value::Method(_) => true,
        Value::Obj(o) => o.class().lookup("__call__".into()).is_some(),
        _ => {
            let _ = rt;
            false
        }
    }
}
