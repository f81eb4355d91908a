use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

use super::class::Names;
use super::error::Res;
use super::function::{NativeFn, Row};
use super::instance::{Instance, Object};
use super::rt::Rt;
use super::value::Value;
use crate::source::Name;

/// The names of a module: global names of the code in it. A module object's payload shares it.
#[derive(Default)]
pub struct Module {
    names: RefCell<Names>,
    /// `__name__` as it was made.
    pub name: RefCell<Rc<str>>,
}

impl Module {
    /// An empty module.
    pub fn new(name: &str) -> Rc<Module> {
        let module = Module { names: RefCell::default(), name: RefCell::new(name.into()) };
        module.set(Name::new("__name__"), Value::str(name));
        Rc::new(module)
    }

    /// The names, to look at.
    pub fn names(&self) -> Ref<'_, Names> {
        self.names.borrow()
    }

    /// The names, to change.
    pub fn names_mut(&self) -> RefMut<'_, Names> {
        self.names.borrow_mut()
    }

    /// What a name stands for.
    pub fn get(&self, name: Name) -> Option<Value> {
        self.names.borrow().get(&name).cloned()
    }

    /// Sets a name.
    pub fn set(&self, name: Name, value: Value) {
        let old = self.names.borrow_mut().insert(name, value);
        drop(old);
    }

    /// Sets a name, by text.
    pub fn put(&self, name: &str, value: impl Into<Value>) {
        self.set(Name::new(name), value.into());
    }

    /// Adds a table's functions.
    pub fn add_rows(&self, rows: &'static [Row]) {
        for row in rows {
            self.put(row.name, NativeFn::from_row(row, None).into_attribute());
        }
    }

    /// Takes a name away.
    pub fn remove(&self, name: Name) -> Option<Value> {
        self.names.borrow_mut().shift_remove(&name)
    }
}

/// The payload of a module object.
pub struct ModuleObject(pub Rc<Module>);

impl Object for ModuleObject {
    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(self.0.get(name))
    }

    fn set_attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        match value {
            Some(value) => self.0.set(name, value),
            None => return Ok(self.0.remove(name).is_some()),
        }
        Ok(true)
    }

    fn attr_names(&self, _rt: &Rt) -> Vec<Name> {
        self.0.names().keys().copied().collect()
    }
}
