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

struct Table {
    by_text: FxHashMap<Rc<str>, u32>,
    texts: Vec<Rc<str>>,
}

impl Default for Table {
    fn default() -> Table {
        let mut table = Table { by_text: FxHashMap::default(), texts: Vec::new() };
        for &text in known::TEXTS {
            let text: Rc<str> = text.into();
            table.by_text.insert(text.clone(), table.texts.len() as u32);
            table.texts.push(text);
        }
        table
    }
}

macro_rules! known_names {
    ($($ident:ident $text:literal,)*) => {
        /// Names that the language itself asks for, known without a look-up: `known::ADD` is `__add__`.
        #[allow(missing_docs)]
        pub mod known {
            use super::Name;
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum At { $($ident,)* }
            pub(super) const TEXTS: &[&str] = &[$($text,)*];
            $(pub const $ident: Name = Name(At::$ident as u32);)*
        }
    };
}

known_names! {
    ADD "__add__", RADD "__radd__", IADD "__iadd__",
    SUB "__sub__", RSUB "__rsub__", ISUB "__isub__",
    MUL "__mul__", RMUL "__rmul__", IMUL "__imul__",
    TRUEDIV "__truediv__", RTRUEDIV "__rtruediv__", ITRUEDIV "__itruediv__",
    FLOORDIV "__floordiv__", RFLOORDIV "__rfloordiv__", IFLOORDIV "__ifloordiv__",
    MOD "__mod__", RMOD "__rmod__", IMOD "__imod__",
    POW "__pow__", RPOW "__rpow__", IPOW "__ipow__",
    MATMUL "__matmul__", RMATMUL "__rmatmul__", IMATMUL "__imatmul__",
    LSHIFT "__lshift__", RLSHIFT "__rlshift__", ILSHIFT "__ilshift__",
    RSHIFT "__rshift__", RRSHIFT "__rrshift__", IRSHIFT "__irshift__",
    AND "__and__", RAND "__rand__", IAND "__iand__",
    OR "__or__", ROR "__ror__", IOR "__ior__",
    XOR "__xor__", RXOR "__rxor__", IXOR "__ixor__",
    DIVMOD "__divmod__", RDIVMOD "__rdivmod__",
    NEG "__neg__", POS "__pos__", INVERT "__invert__", ABS "__abs__",
    LT "__lt__", LE "__le__", EQ "__eq__", NE "__ne__", GT "__gt__", GE "__ge__",
    HASH "__hash__", BOOL "__bool__", LEN "__len__", CONTAINS "__contains__",
    GETITEM "__getitem__", SETITEM "__setitem__", DELITEM "__delitem__", MISSING "__missing__",
    ITER "__iter__", NEXT "__next__", REVERSED "__reversed__", LENGTH_HINT "__length_hint__",
    CALL "__call__", NEW "__new__", INIT "__init__", REPR "__repr__", STR "__str__", FORMAT "__format__",
    BYTES "__bytes__", INDEX "__index__", INT "__int__", FLOAT "__float__", COMPLEX "__complex__", ROUND "__round__",
    TRUNC "__trunc__", FLOOR "__floor__", CEIL "__ceil__",
    GETATTRIBUTE "__getattribute__", GETATTR "__getattr__", SETATTR "__setattr__", DELATTR "__delattr__",
    GET "__get__", SET "__set__", DELETE "__delete__", SET_NAME "__set_name__",
    DICT "__dict__", CLASS "__class__", NAME "__name__", QUALNAME "__qualname__", MODULE "__module__", DOC "__doc__",
    DIR "__dir__", ENTER "__enter__", EXIT "__exit__", CLASS_GETITEM "__class_getitem__",
    INSTANCECHECK "__instancecheck__", SUBCLASSCHECK "__subclasscheck__", INIT_SUBCLASS "__init_subclass__",
    KEYS "keys", CLOSE "close", THROW "throw", SEND "send", ANNOTATIONS "__annotations__",
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
