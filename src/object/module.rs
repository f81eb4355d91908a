use std::cell::{Cell, OnceCell, Ref, RefCell, RefMut};
use std::rc::Rc;

use super::class::Names;
use super::dict::Dict;
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
    late: RefCell<Vec<(Name, &'static str)>>,
    /// Changes whenever a name comes or goes.
    version: Cell<u64>,
    /// The names as a dict, once somebody asked for `globals()`: kept the same from then on.
    mirror: OnceCell<Rc<Dict>>,
    /// `__name__` as it was made.
    pub name: RefCell<Rc<str>>,
}

impl Module {
    /// An empty module.
    pub fn new(name: &str) -> Rc<Module> {
        let module = Module { name: RefCell::new(name.into()), ..Module::default() };
        module.set(Name::new("__name__"), Value::str(name));
        Rc::new(module)
    }

    /// The names, to look at.
    #[inline]
    pub fn names(&self) -> Ref<'_, Names> {
        self.names.borrow()
    }

    /// A number that no other module has and that changes whenever a name comes or goes: for inline caches.
    #[inline]
    pub fn version(&self) -> u64 {
        self.version.get()
    }

    fn changed(&self) {
        self.version.set(super::class::fresh_id());
    }

    /// The names, to change.
    pub fn names_mut(&self) -> RefMut<'_, Names> {
        self.changed();
        self.names.borrow_mut()
    }

    /// The names as a dict that follows them, and that they follow: `globals()`.
    pub fn mirror(self: &Rc<Module>) -> Rc<Dict> {
        let dict = self.mirror.get_or_init(|| {
            let dict = Dict::new();
            let owner = Rc::downgrade(self);
            dict.0.watch(Rc::new(move |key, value| {
                if let (Some(owner), Some(key)) = (owner.upgrade(), key.as_str()) {
                    let name = Name::new(key);
                    match value {
                        Some(value) => owner.put_name(name, value.clone()),
                        None => drop(owner.take_name(name)),
                    }
                }
            }));
            dict
        });
        // What changed behind `names_mut` is seen here.
        let names = self.names.borrow();
        for (name, value) in names.iter() {
            dict.0.put_text(&name.text(), Some(value.clone()));
        }
        for (key, _) in dict.0.items() {
            if let Some(text) = key.as_str()
                && !Name::existing(text).is_some_and(|name| names.contains_key(&name))
            {
                dict.0.put_text(text, None);
            }
        }
        dict.clone()
    }

    /// Whether a dict is what [`mirror`](Module::mirror) gives.
    pub fn is_mirrored_by(&self, dict: &Rc<Dict>) -> bool {
        self.mirror.get().is_some_and(|own| Rc::ptr_eq(own, dict))
    }

    fn reflect(&self, name: Name, value: Option<&Value>) {
        if let Some(dict) = self.mirror.get() {
            dict.0.put_text(&name.text(), value.cloned());
        }
    }

    /// Names that stand for another module's, which is imported when one of them is first asked for.
    pub fn put_late(&self, names: &[&str], module: &'static str) {
        self.late.borrow_mut().extend(names.iter().map(|name| (Name::new(name), module)));
    }

    fn load_late(&self, rt: &Rt, name: Name) -> Res<Option<Value>> {
        let Some(module) = self.late.borrow().iter().find(|(n, _)| *n == name).map(|(_, m)| *m) else {
            return Ok(None);
        };
        let found = super::ops::get_attr(rt, &rt.exec()?.import(rt, module)?, name)?;
        self.set(name, found.clone());
        Ok(Some(found))
    }

    /// What a name stands for.
    pub fn get(&self, name: Name) -> Option<Value> {
        self.names.borrow().get(&name).cloned()
    }

    /// Sets a name.
    pub fn set(&self, name: Name, value: Value) {
        self.reflect(name, Some(&value));
        self.put_name(name, value);
    }

    fn put_name(&self, name: Name, value: Value) {
        let old = self.names.borrow_mut().insert(name, value);
        if old.is_none() {
            self.changed();
        }
        drop(old);
    }

    /// Replaces the value at an index of the table if that is where the name stands. The old value; the new one given
    /// back where the name stands elsewhere.
    #[inline]
    pub fn replace_at(&self, index: usize, name: Name, value: Value) -> Result<Value, Value> {
        match self.names.borrow_mut().get_index_mut(index) {
            Some((found, slot)) if *found == name => {
                if self.mirror.get().is_some() {
                    self.reflect(name, Some(&value));
                }
                Ok(std::mem::replace(slot, value))
            }
            _ => Err(value),
        }
    }

    /// Sets a name, by text.
    pub fn put(&self, name: &str, value: impl Into<Value>) {
        self.set(Name::new(name), value.into());
    }

    /// Adds a table's functions.
    pub fn add_rows(&self, rows: &'static [Row]) {
        let home = Name::new(&self.name.borrow());
        for row in rows {
            let function = NativeFn::from_row(row, None);
            function.set_home(home);
            self.put(row.name, function.into_attribute());
        }
    }

    /// Takes a name away.
    pub fn remove(&self, name: Name) -> Option<Value> {
        self.reflect(name, None);
        self.take_name(name)
    }

    fn take_name(&self, name: Name) -> Option<Value> {
        self.changed();
        self.names.borrow_mut().shift_remove(&name)
    }
}

/// The payload of a module object.
pub struct ModuleObject(pub Rc<Module>);

impl Object for ModuleObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        match self.0.get(name) {
            Some(found) => Ok(Some(found)),
            None => self.0.load_late(rt, name),
        }
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

/// What finds modules that no table lists: the layer that knows models files. Each is asked for a module's full name,
/// in order; `None` passes it on.
#[derive(Default)]
pub struct Importers(pub RefCell<Vec<Importer>>);

/// One such finder.
pub type Importer = Rc<dyn Fn(&Rt, &str) -> Res<Option<Value>>>;
