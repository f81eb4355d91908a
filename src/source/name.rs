use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

/// An interned identifier: a variable, attribute, keyword-argument or module name.
///
/// Comparing and hashing a name costs what an integer costs. The table behind it only grows and holds nothing of
/// any one session, so two sessions on a thread may share it; a name must not travel to another thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

#[derive(Default)]
struct Table {
    by_text: FxHashMap<Rc<str>, u32>,
    texts: Vec<Rc<str>>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Name {
    /// The name with this text.
    pub fn new(text: &str) -> Name {
        TABLE.with_borrow_mut(|table| {
            if let Some(&id) = table.by_text.get(text) {
                return Name(id);
            }
            let id = table.texts.len() as u32;
            let text: Rc<str> = text.into();
            table.texts.push(text.clone());
            table.by_text.insert(text, id);
            Name(id)
        })
    }

    /// The name with this text if some name has it: for look-ups that must not grow the table.
    pub fn existing(text: &str) -> Option<Name> {
        TABLE.with_borrow(|table| table.by_text.get(text).copied().map(Name))
    }

    /// The text. Costs one reference count; no allocation.
    pub fn text(self) -> Rc<str> {
        TABLE.with_borrow(|table| table.texts[self.0 as usize].clone())
    }

    /// A small number, the same for the same text on this thread: for tables indexed by name.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.text() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.text() == *other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text())
    }
}
