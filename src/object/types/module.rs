//! `module`: how a module shows itself.

use crate::object::function::Row;
use crate::object::module::ModuleObject;
use crate::object::value::Value;

/// What CPython is built with: modules without a file.
const BUILT_IN: &[&str] = &["builtins", "sys", "time", "itertools", "math", "cmath", "gc", "binascii", "unicodedata"];

pub(super) const ROWS: &[Row] = &[Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
    let module = &a.native::<ModuleObject>(0)?.0;
    let name = module.name.borrow().clone();
    let file = module.get("__file__".into());
    Ok(Value::from(match file.as_ref().and_then(Value::as_str) {
        Some(file) => format!("<module '{name}' from '{file}'>"),
        None if BUILT_IN.contains(&&*name) => format!("<module '{name}' (built-in)>"),
        // No file stands behind it here: the place under the library's root that Python would name.
        None => format!("<module '{name}' from '{}'>", place(&name, module.get("__path__".into()).is_some())),
    }))
})];

fn place(name: &str, package: bool) -> String {
    let path = name.replace('.', "/");
    if package { format!("{path}/__init__.py") } else { format!("{path}.py") }
}
