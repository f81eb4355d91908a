use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// The text of a Python `str`: shared and immutable; knows its length in characters.
#[derive(Clone)]
pub struct Str(Rc<Inner>);

struct Inner {
    text: Box<str>,
    /// Characters, counted when first asked for; `u32::MAX` until then.
    chars: Cell<u32>,
}

impl Str {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Length in characters, as Python counts. Counted once.
    pub fn char_count(&self) -> usize {
        let known = self.0.chars.get();
        if known != u32::MAX {
            return known as usize;
        }
        let n = self.0.text.chars().count();
        self.0.chars.set(n as u32);
        n
    }

    /// Whether bytes and characters coincide, so that indexing needs no walk.
    pub fn is_ascii(&self) -> bool {
        self.char_count() == self.0.text.len()
    }

    /// Whether both are the same object.
    pub fn ptr_eq(&self, other: &Str) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The address, for `id()`.
    pub fn address(&self) -> usize {
        Rc::as_ptr(&self.0) as *const u8 as usize
    }
}

impl Deref for Str {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0.text
    }
}
impl From<&str> for Str {
    fn from(s: &str) -> Str {
        Str(Rc::new(Inner { text: s.into(), chars: Cell::new(u32::MAX) }))
    }
}
impl From<String> for Str {
    fn from(s: String) -> Str {
        Str(Rc::new(Inner { text: s.into_boxed_str(), chars: Cell::new(u32::MAX) }))
    }
}
impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        &self.0.text
    }
}
impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        self.ptr_eq(other) || self.0.text == other.0.text
    }
}
impl Eq for Str {}
impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        &*self.0.text == other
    }
}
impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        &*self.0.text == *other
    }
}
impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state)
    }
}
impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.text)
    }
}
impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0.text, f)
    }
}
