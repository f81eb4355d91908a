//! The core types: a folder or file each, with its rows, its values' behaviour and its repr.

use std::rc::Rc;

use super::class::Class;
use super::error::Exc;
use super::function::Row;
use super::value::Value;

mod class;
pub mod datetime;
pub mod decimal;
mod descriptors;
mod exception;
mod function;
mod mapping_proxy;
mod object;
mod super_;
mod traceback;
pub mod uuid;

pub use class::{CellObject, dir, make_class};
pub use descriptors::{ClassMethod, Property, StaticMethod};
pub use mapping_proxy::MappingProxy;
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
                Types { $root, $($field,)* exceptions }
            }

            /// The classes that are names of `builtins`.
            pub fn public(&self) -> Vec<&Rc<Class>> {
                vec![&self.$root, $(&self.$field),*]
            }
        }
    };
}

const NO_ROWS: &[&[Row]] = &[];

core_types! {
    object;
    type_: "type", "builtins", object, &[class::ROWS];
    none: "NoneType", "builtins", object, NO_ROWS;
    int: "int", "builtins", object, NO_ROWS;
    bool: "bool", "builtins", int, NO_ROWS;
    float: "float", "builtins", object, NO_ROWS;
    str: "str", "builtins", object, NO_ROWS;
    bytes: "bytes", "builtins", object, NO_ROWS;
    tuple: "tuple", "builtins", object, NO_ROWS;
    list: "list", "builtins", object, NO_ROWS;
    dict: "dict", "builtins", object, NO_ROWS;
    set: "set", "builtins", object, NO_ROWS;
    frozenset: "frozenset", "builtins", object, NO_ROWS;
    function: "function", "builtins", object, &[function::FUNCTION];
    builtin: "builtin_function_or_method", "builtins", object, &[function::BUILTIN];
    method: "method", "builtins", object, &[function::METHOD];
    module: "module", "builtins", object, NO_ROWS;
    ellipsis: "ellipsis", "builtins", object, NO_ROWS;
    not_implemented: "NotImplementedType", "builtins", object, NO_ROWS;
}

/// The class of a value that is neither an instance nor a class.
pub(super) fn plain_class<'a>(t: &'a Types, value: &Value) -> &'a Rc<Class> {
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
