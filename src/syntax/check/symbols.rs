//! The symbol table as far as its errors need it.

use rustc_hash::FxHashMap;

use super::Found;
use crate::source::{Name, Span};

/// How a name is used in a scope.
pub(super) struct Flag;

impl Flag {
    pub const USED: u8 = 1;
    pub const LOCAL: u8 = 2;
    pub const PARAM: u8 = 4;
    pub const GLOBAL: u8 = 8;
    pub const NONLOCAL: u8 = 16;
    pub const ANNOTATED: u8 = 32;
    pub const ITERATION: u8 = 64;
    /// Bound by an import, which a later `global` may follow.
    pub const IMPORT: u8 = 128;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
    /// With its name in messages.
    Comprehension(&'static str),
}

struct Scope {
    kind: ScopeKind,
    parent: usize,
    names: FxHashMap<Name, u8>,
    /// Names of `global` and `nonlocal` and where they are declared.
    declared: Vec<(Name, Span)>,
    /// How many iterables of comprehensions the walk is in, counted in the scope that evaluates them.
    iterables: u32,
}

pub(super) struct Scopes {
    scopes: Vec<Scope>,
    current: usize,
    /// Whether names added now are iteration variables.
    pub iteration: bool,
    /// A `nonlocal` without a binding.
    pub error: Option<Found>,
}

impl Scopes {
    pub(super) fn new() -> Scopes {
        let module = Scope {
            kind: ScopeKind::Module,
            parent: 0,
            names: FxHashMap::default(),
            declared: Vec::new(),
            iterables: 0,
        };
        Scopes { scopes: vec![module], current: 0, iteration: false, error: None }
    }

    pub(super) fn push(&mut self, kind: ScopeKind) {
        let parent = self.current;
        self.current = self.scopes.len();
        self.scopes.push(Scope { kind, parent, names: FxHashMap::default(), declared: Vec::new(), iterables: 0 });
    }

    pub(super) fn pop(&mut self) {
        self.current = self.scopes[self.current].parent;
    }

    fn here(&mut self) -> &mut Scope {
        &mut self.scopes[self.current]
    }

    pub(super) fn at_module(&self) -> bool {
        let mut at = self.current;
        while let ScopeKind::Comprehension(_) = self.scopes[at].kind {
            at = self.scopes[at].parent;
        }
        self.scopes[at].kind == ScopeKind::Module
    }

    /// The kind of comprehension that the walk is directly in.
    pub(super) fn comprehension(&self) -> Option<&'static str> {
        match self.scopes[self.current].kind {
            ScopeKind::Comprehension(kind) => Some(kind),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, name: Name, flag: u8) {
        let flag = if self.iteration && flag == Flag::LOCAL { flag | Flag::ITERATION } else { flag };
        *self.here().names.entry(name).or_default() |= flag;
    }

    fn flags(&self, scope: usize, name: Name) -> u8 {
        self.scopes[scope].names.get(&name).copied().unwrap_or(0)
    }

    /// `name: annotation`; the error if it may not be.
    pub(super) fn annotate(&mut self, name: Name) -> Option<String> {
        let flags = self.flags(self.current, name);
        let at_module = self.scopes[self.current].kind == ScopeKind::Module;
        self.add(name, Flag::ANNOTATED | Flag::LOCAL);
        if !at_module && flags & Flag::GLOBAL != 0 {
            return Some(format!("annotated name '{name}' can't be global"));
        }
        if flags & Flag::NONLOCAL != 0 {
            return Some(format!("annotated name '{name}' can't be nonlocal"));
        }
        None
    }

    /// `global name` or `nonlocal name`; the error if it may not be.
    pub(super) fn declare(&mut self, name: Name, flag: u8, span: Span) -> Option<String> {
        let word = if flag == Flag::GLOBAL { "global" } else { "nonlocal" };
        let flags = self.flags(self.current, name);
        let error = if flags & Flag::PARAM != 0 {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if flags & Flag::USED != 0 {
            Some(format!("name '{name}' is used prior to {word} declaration"))
        } else if flags & Flag::ANNOTATED != 0 {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if flags & Flag::LOCAL != 0 {
            Some(format!("name '{name}' is assigned to before {word} declaration"))
        } else {
            None
        };
        if error.is_some() {
            return error;
        }
        self.add(name, flag);
        self.here().declared.push((name, span));
        None
    }

    /// Enters the iterable of a comprehension.
    pub(super) fn iterable(&mut self) {
        self.here().iterables += 1;
    }

    pub(super) fn end_iterable(&mut self) {
        self.here().iterables -= 1;
    }

    /// `(name := value)`; the error if it may not be.
    pub(super) fn walrus(&mut self, name: Name) -> Option<String> {
        if self.scopes[self.current].iterables > 0 {
            return Some("assignment expression cannot be used in a comprehension iterable expression".to_string());
        }
        let mut at = self.current;
        let in_comprehension = matches!(self.scopes[at].kind, ScopeKind::Comprehension(_));
        while let ScopeKind::Comprehension(_) = self.scopes[at].kind {
            if self.flags(at, name) & Flag::ITERATION != 0 {
                return Some(format!("assignment expression cannot rebind comprehension iteration variable '{name}'"));
            }
            if self.scopes[at].iterables > 0 {
                return Some("assignment expression cannot be used in a comprehension iterable expression".to_string());
            }
            at = self.scopes[at].parent;
        }
        if in_comprehension && self.scopes[at].kind == ScopeKind::Class {
            return Some("assignment expression within a comprehension cannot be used in a class body".to_string());
        }
        *self.scopes[at].names.entry(name).or_default() |= Flag::LOCAL;
        None
    }

    /// Looks up every `nonlocal` in the functions around it.
    pub(super) fn finish(&mut self) {
        for index in 0..self.scopes.len() {
            for &(name, span) in &self.scopes[index].declared {
                if self.flags(index, name) & Flag::NONLOCAL == 0 {
                    continue;
                }
                if self.error.is_some() {
                    return;
                }
                let message = if index == 0 {
                    "nonlocal declaration not allowed at module level".to_string()
                } else if self.flags(index, name) & Flag::GLOBAL != 0 {
                    format!("name '{name}' is nonlocal and global")
                } else if self.is_bound_outside(index, name) {
                    continue;
                } else {
                    format!("no binding for nonlocal '{name}' found")
                };
                self.error = Some((message, span));
            }
        }
    }

    fn is_bound_outside(&self, index: usize, name: Name) -> bool {
        let mut at = self.scopes[index].parent;
        while at != 0 {
            let scope = &self.scopes[at];
            let flags = self.flags(at, name);
            if scope.kind == ScopeKind::Class && name == "__class__" {
                return true;
            }
            if scope.kind != ScopeKind::Class
                && flags & Flag::GLOBAL == 0
                && flags & (Flag::LOCAL | Flag::PARAM | Flag::IMPORT) != 0
            {
                return true;
            }
            at = scope.parent;
        }
        false
    }
}
