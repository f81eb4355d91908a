//! The built-in functions, one row each, and what else a program finds without an import. Mirrors
//! <https://docs.python.org/3/library/functions.html>.

mod code;
mod help;
mod inspect;
mod iteration;
mod numbers;
mod text;

use crate::object::types::{self, ClassMethod, Property, StaticMethod, Super};
use crate::object::{Exc, NativeFn, Row, Rt, Value};
use crate::source::Name;

/// The tables of the functions, for completion and help.
pub const TABLES: &[&[Row]] = &[iteration::ROWS, numbers::ROWS, text::ROWS, inspect::ROWS, code::ROWS];

/// Fills the runtime's `builtins`: the functions, the types, the exceptions and the constants.
pub fn install(rt: &Rt) {
    let module = &rt.builtins;
    module.put("__doc__", "Built-in functions, types, exceptions, and other objects.");
    for row in TABLES.iter().flat_map(|rows| rows.iter()) {
        module.put(row.name, NativeFn::from_row(row, None).into_attribute());
    }
    let t = &rt.types;
    let core = [
        &t.object,
        &t.type_,
        &t.int,
        &t.bool,
        &t.float,
        &t.str,
        &t.bytes,
        &t.tuple,
        &t.list,
        &t.dict,
        &t.set,
        &t.frozenset,
    ];
    for class in core {
        module.set(class.name_id(), Value::Class(class.clone()));
    }
    let more = [rt.class::<Property>(), rt.class::<ClassMethod>(), rt.class::<StaticMethod>(), rt.class::<Super>()];
    for class in types::native_builtins(rt).into_iter().chain(more) {
        module.set(class.name_id(), Value::Class(class));
    }
    for &kind in Exc::ALL {
        if kind.module() == "builtins" {
            module.put(kind.name(), rt.exc_class(kind).clone());
        }
    }
    for alias in ["EnvironmentError", "IOError"] {
        module.put(alias, rt.exc_class(Exc::OSError).clone());
    }
    module.put("Ellipsis", Value::Ellipsis);
    module.put("NotImplemented", Value::NotImplemented);
    module.put("None", Value::None);
    module.put("True", true);
    module.put("False", false);
    module.put("__debug__", true);
    module.put("help", rt.object(help::Helper));
    for name in ["exit", "quit"] {
        module.put(name, rt.object(help::Quitter(name)));
    }
    let object = rt.module_object(module.clone());
    module.put("__builtins__", object.clone());
    rt.modules.borrow_mut().insert(Name::new("builtins"), object);
}
