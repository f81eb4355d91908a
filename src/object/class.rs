use std::any::Any;
use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::{Rc, Weak};

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::error::{Error, Exc};
use super::function::{NativeFn, Row};
use super::value::Value;
use crate::source::{Name, known};

/// An ordered table of names: a class's or a module's.
pub type Names = IndexMap<Name, Value, FxBuildHasher>;

/// A class: native or the session's.
pub struct Class {
    id: u64,
    name: Cell<Name>,
    /// `__qualname__`.
    pub qualname: RefCell<Rc<str>>,
    /// `__module__`.
    pub module: RefCell<Rc<str>>,
    /// The bases as written (empty for `object` alone).
    pub bases: Vec<Rc<Class>>,
    /// The method resolution order without the class itself.
    ancestors: Vec<Rc<Class>>,
    /// The class of this class, where it is not plain `type`.
    pub metaclass: Option<Rc<Class>>,
    dict: RefCell<Names>,
    cache: RefCell<FxHashMap<Name, Option<Value>>>,
    cached_at: Cell<u64>,
    /// Whether a session wrote it (native classes refuse new attributes).
    pub is_heap: bool,
    /// Rust data of the class for the layer that made it: a model's options, an enumeration's members.
    data: OnceCell<Rc<dyn Any>>,
    flags: Cell<(u64, Flags)>,
    subclasses: RefCell<Vec<Weak<Class>>>,
    /// The names of `__slots__`, where the class has some and its instances no `__dict__` by it.
    slots: OnceCell<Vec<Name>>,
    /// The name as error messages show it, where that is not `__name__`: C types of CPython's modules show their
    /// module (`datetime.date`).
    shown: OnceCell<&'static str>,
}

/// What attribute access has to know of a class, found once and kept until some class changes.
#[derive(Clone, Copy, Default)]
pub struct Flags {
    /// Defines `__getattribute__` of its own.
    pub getattribute: bool,
    /// Defines `__getattr__`.
    pub getattr: bool,
    /// Defines `__setattr__` of its own.
    pub setattr: bool,
    /// Defines `__delattr__` of its own.
    pub delattr: bool,
    /// Is a data descriptor: defines `__set__` or `__delete__`.
    pub data_descriptor: bool,
    /// Is a descriptor: defines `__get__`.
    pub descriptor: bool,
    /// Defines `__eq__` of its own.
    pub eq: bool,
    /// Defines `__new__` of its own.
    pub new: bool,
    /// Defines `__init__` of its own.
    pub init: bool,
}

thread_local! {
    /// Counts every change to any class's table; look-up caches of another count are stale.
    static EPOCH: Cell<u64> = const { Cell::new(1) };
}

thread_local! {
    static IDS: Cell<u64> = const { Cell::new(1) };
}

/// A number that was never given before: identities that outlive what they name, for inline caches.
pub(super) fn fresh_id() -> u64 {
    IDS.set(IDS.get() + 1);
    IDS.get()
}

/// A number that changes whenever any class changes: for inline caches.
#[inline]
pub fn epoch() -> u64 {
    EPOCH.get()
}

/// Says that something changed that caches by [`epoch`] rest on.
pub fn changed() {
    EPOCH.set(epoch() + 1);
}

impl Class {
    /// A class. Fails with Python's TypeError where the bases allow no method resolution order.
    pub fn build(
        name: &str,
        module: &str,
        bases: Vec<Rc<Class>>,
        metaclass: Option<Rc<Class>>,
        dict: Names,
        is_heap: bool,
    ) -> Result<Rc<Class>, Error> {
        let ancestors = linearize(&bases)?;
        let home = Name::new(module);
        for value in dict.values() {
            if let Value::Native(f) = value
                && f.owner.is_some()
            {
                f.set_home(home);
            }
        }
        Ok(Rc::new(Class {
            id: fresh_id(),
            name: Cell::new(Name::new(name)),
            qualname: RefCell::new(name.into()),
            module: RefCell::new(module.into()),
            bases,
            ancestors,
            metaclass,
            dict: RefCell::new(dict),
            cache: RefCell::default(),
            cached_at: Cell::new(0),
            is_heap,
            data: OnceCell::new(),
            flags: Cell::new((0, Flags::default())),
            subclasses: RefCell::default(),
            slots: OnceCell::new(),
            shown: OnceCell::new(),
        }))
    }

    /// A native class from its rows, single base (`None` for `object` itself).
    pub fn native(name: &str, module: &str, base: Option<Rc<Class>>, rows: &[&'static [Row]]) -> Rc<Class> {
        let mut dict = Names::default();
        for row in rows.iter().flat_map(|rows| rows.iter()) {
            dict.insert(Name::new(row.name), NativeFn::from_row(row, Some(name)).into_attribute());
        }
        let ancestors = base.iter().cloned().chain(base.iter().flat_map(|b| b.ancestors.iter().cloned())).collect();
        let class = Rc::new(Class {
            id: fresh_id(),
            name: Cell::new(Name::new(name)),
            qualname: RefCell::new(name.into()),
            module: RefCell::new(module.into()),
            bases: base.into_iter().collect(),
            ancestors,
            metaclass: None,
            dict: RefCell::new(dict),
            cache: RefCell::default(),
            cached_at: Cell::new(0),
            is_heap: false,
            data: OnceCell::new(),
            flags: Cell::new((0, Flags::default())),
            subclasses: RefCell::default(),
            slots: OnceCell::new(),
            shown: OnceCell::new(),
        });
        let home = Name::new(module);
        for value in class.dict.borrow().values() {
            if let Value::Native(f) = value {
                f.set_owner(&class);
                f.set_home(home);
            }
        }
        class
    }

    /// A number that no other class ever has: for inline caches.
    #[inline]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// `__name__`.
    pub fn name(&self) -> Rc<str> {
        self.name.get().text()
    }

    /// The name as error messages show it: `__name__`, or with the module for what is a C type in CPython.
    pub fn shown_name(&self) -> Rc<str> {
        self.shown.get().map_or_else(|| self.name(), |s| (*s).into())
    }

    /// Sets what [`shown_name`](Class::shown_name) gives, once.
    pub fn set_shown_name(&self, shown: &'static str) {
        let _ = self.shown.set(shown);
    }

    /// `__name__`, interned.
    pub fn name_id(&self) -> Name {
        self.name.get()
    }

    /// Assigns `__name__`.
    pub fn set_name(&self, name: Name) {
        self.name.set(name)
    }

    /// The class and its ancestors in method resolution order.
    pub fn mro(self: &Rc<Class>) -> impl Iterator<Item = &Rc<Class>> {
        std::iter::once(self).chain(self.ancestors.iter())
    }

    /// The ancestors in method resolution order, without the class itself.
    pub fn ancestors(&self) -> &[Rc<Class>] {
        &self.ancestors
    }

    /// Whether this is `other` or derives from it.
    pub fn is_subclass(&self, other: &Class) -> bool {
        std::ptr::eq(self, other) || self.ancestors.iter().any(|c| std::ptr::eq(&**c, other))
    }

    /// Finds a name along the method resolution order; no descriptor is bound.
    pub fn lookup(&self, name: Name) -> Option<Value> {
        let now = epoch();
        if self.cached_at.get() != now {
            self.cache.borrow_mut().clear();
            self.cached_at.set(now);
        } else if let Some(hit) = self.cache.borrow().get(&name) {
            return hit.clone();
        }
        let found = self.own(name).or_else(|| self.ancestors.iter().find_map(|c| c.own(name)));
        self.cache.borrow_mut().insert(name, found.clone());
        found
    }

    /// Finds a name after `cls` in this class's method resolution order: what `super()` does.
    pub fn lookup_after(&self, cls: &Class, name: Name) -> Option<Value> {
        let ancestors = if std::ptr::eq(self, cls) {
            &self.ancestors[..]
        } else {
            let at = self.ancestors.iter().position(|c| std::ptr::eq(&**c, cls))?;
            &self.ancestors[at + 1..]
        };
        ancestors.iter().find_map(|c| c.own(name))
    }

    /// The class in the method resolution order whose own table has a name.
    pub fn owner_of(self: &Rc<Class>, name: Name) -> Option<Rc<Class>> {
        self.mro().find(|c| c.dict.borrow().contains_key(&name)).cloned()
    }

    /// A name in the class's own table.
    pub fn own(&self, name: Name) -> Option<Value> {
        self.dict.borrow().get(&name).cloned()
    }

    /// The class's own table, to look at. Borrow for a moment only.
    pub fn dict(&self) -> Ref<'_, Names> {
        self.dict.borrow()
    }

    /// Sets a name in the class's own table.
    pub fn set(&self, name: Name, value: Value) {
        let old = self.dict.borrow_mut().insert(name, value);
        changed();
        drop(old);
    }

    /// Takes a name out of the class's own table.
    pub fn remove(&self, name: Name) -> Option<Value> {
        let old = self.dict.borrow_mut().shift_remove(&name);
        changed();
        old
    }

    /// Gives the class the names of its `__slots__`.
    pub fn set_slots(&self, names: Vec<Name>) {
        let _ = self.slots.set(names);
    }

    /// Whether instances have no attributes but those that `__slots__` along the line name.
    pub fn slots_only(&self) -> bool {
        self.slots.get().is_some() && self.ancestors.iter().all(|c| !c.is_heap || c.slots.get().is_some())
    }

    /// Whether `__slots__` along the line name an attribute.
    pub fn has_slot(&self, name: Name) -> bool {
        let has = |c: &Class| c.slots.get().is_some_and(|s| s.contains(&name));
        has(self) || self.ancestors.iter().any(|c| has(c))
    }

    /// Remembers a direct subclass.
    pub fn add_subclass(&self, class: &Rc<Class>) {
        let mut all = self.subclasses.borrow_mut();
        all.retain(|c| c.strong_count() > 0);
        all.push(Rc::downgrade(class));
    }

    /// The direct subclasses that still are, oldest first.
    pub fn subclasses(&self) -> Vec<Rc<Class>> {
        self.subclasses.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// Attaches Rust data, once.
    pub fn set_data(&self, data: Rc<dyn Any>) {
        let _ = self.data.set(data);
    }

    /// The class's own Rust data, if it is a `T` (not an ancestor's).
    pub fn data<T: Any>(&self) -> Option<Rc<T>> {
        self.data.get().cloned().and_then(|d| d.downcast().ok())
    }

    /// What attribute access has to know.
    #[inline]
    pub fn flags(&self) -> Flags {
        let (at, flags) = self.flags.get();
        let now = epoch();
        if at == now {
            return flags;
        }
        let has = |name: Name| self.lookup(name).is_some();
        // `object` itself has the default for these, and is the last ancestor.
        let own = |name: Name| {
            let top = self.ancestors.len().saturating_sub(1);
            self.dict.borrow().contains_key(&name) && !self.ancestors.is_empty()
                || self.ancestors.iter().take(top).any(|c| c.dict.borrow().contains_key(&name))
        };
        let flags = Flags {
            getattribute: own(known::GETATTRIBUTE),
            getattr: has(known::GETATTR),
            setattr: own(known::SETATTR),
            delattr: own(known::DELATTR),
            data_descriptor: has(known::SET) || has(known::DELETE),
            descriptor: has(known::GET),
            eq: own(known::EQ),
            new: own(known::NEW),
            init: own(known::INIT),
        };
        self.flags.set((now, flags));
        flags
    }
}

impl std::fmt::Debug for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<class {}>", self.name())
    }
}

/// The C3 merge of the bases' orders.
fn linearize(bases: &[Rc<Class>]) -> Result<Vec<Rc<Class>>, Error> {
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|b| Rc::ptr_eq(b, base)) {
            return Err(Exc::TypeError.new(format!("duplicate base class {}", base.name())));
        }
    }
    let mut lists: Vec<Vec<Rc<Class>>> = bases.iter().map(|b| b.mro().cloned().collect()).collect();
    lists.push(bases.to_vec());
    let mut out = Vec::new();
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(out);
        }
        let head =
            lists.iter().map(|l| &l[0]).find(|head| !lists.iter().any(|l| l[1..].iter().any(|c| Rc::ptr_eq(c, head))));
        let Some(head) = head.cloned() else {
            let names: Vec<_> = lists.iter().map(|l| l[0].name().to_string()).collect();
            let mut unique: Vec<String> = Vec::new();
            for n in names {
                if !unique.contains(&n) {
                    unique.push(n);
                }
            }
            return Err(Exc::TypeError.new(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                unique.join(", ")
            )));
        };
        for list in &mut lists {
            if Rc::ptr_eq(&list[0], &head) {
                list.remove(0);
            }
        }
        out.push(head);
    }
}
