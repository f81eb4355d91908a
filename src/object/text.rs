use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use compact_str::CompactString;

/// The text of a Python `str`: shared and immutable; knows its length in characters and its hash.
#[derive(Clone)]
pub struct Str(Rc<Inner>);

struct Inner {
    /// Up to 24 bytes stand here themselves: most texts are one allocation.
    text: CompactString,
    /// Characters, counted when first asked for; `u32::MAX` until then.
    chars: Cell<u32>,
    /// Python's hash, computed when first asked for; zero until then.
    hash: Cell<u64>,
}

thread_local! {
    /// The texts of one ASCII character, so that walking a text makes no new ones.
    static ASCII: [Str; 128] =
        std::array::from_fn(|i| Str::from((i as u8 as char).encode_utf8(&mut [0; 4]) as &str));
    static EMPTY: Str = Str::build(CompactString::const_new(""));
}

impl Str {
    fn build(text: CompactString) -> Str {
        Str(Rc::new(Inner { text, chars: Cell::new(u32::MAX), hash: Cell::new(0) }))
    }

    /// The text of one character.
    pub fn of_char(c: char) -> Str {
        match c.is_ascii() {
            true => ASCII.with(|all| all[c as usize].clone()),
            false => Str::from(c.encode_utf8(&mut [0; 4]) as &str),
        }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Length in characters, as Python counts. Counted once.
    #[inline]
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
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.char_count() == self.0.text.len()
    }

    /// The text's hash, by a function that need be called only once.
    pub fn hash_by(&self, hash: impl FnOnce(&str) -> u64) -> u64 {
        let known = self.0.hash.get();
        if known != 0 {
            return known;
        }
        let h = hash(&self.0.text);
        self.0.hash.set(h);
        h
    }

    /// The text with more behind it: in place where nobody else holds it, so that a loop of `s += x` is linear.
    pub fn appended(mut self, more: &str) -> Str {
        match Rc::get_mut(&mut self.0) {
            Some(inner) => {
                inner.text.push_str(more);
                inner.chars.set(u32::MAX);
                inner.hash.set(0);
                self
            }
            None => {
                let mut text = String::with_capacity(self.len() + more.len());
                text.push_str(&self);
                text.push_str(more);
                Str::from(text)
            }
        }
    }

    /// Whether both are the same object.
    #[inline]
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
        match s.is_empty() {
            true => EMPTY.with(Str::clone),
            false => Str::build(CompactString::new(s)),
        }
    }
}
impl From<String> for Str {
    fn from(s: String) -> Str {
        Str::build(CompactString::from(s))
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
        *self.0.text == *other
    }
}
impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        *self.0.text == **other
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

/// Writes a text as a JSON string, as `json.dumps` does; `ascii` is its `ensure_ascii`.
pub fn json_quote(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c if !ascii && c > '~' => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}
