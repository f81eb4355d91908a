use super::{Constant, Expr};
use crate::source::{Name, Span};

/// A pattern of a `case`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Which, with its parts.
    pub kind: PatternKind,
    /// Where.
    pub span: Span,
}

/// The kinds of pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// A literal or a dotted name, compared with `==`.
    Value(Expr),
    /// `None`, `True` or `False`, compared with `is`.
    Singleton(Constant),
    /// `[a, b, *rest]`.
    Sequence(Vec<Pattern>),
    /// `{key: pattern, **rest}`.
    Mapping {
        /// The keys: literals and dotted names.
        keys: Vec<Expr>,
        /// A pattern for each key.
        patterns: Vec<Pattern>,
        /// What `**rest` binds.
        rest: Option<Name>,
    },
    /// `Class(a, key=b)`.
    Class {
        /// The class: a (dotted) name.
        class: Expr,
        /// Positional patterns.
        patterns: Vec<Pattern>,
        /// Keyword attributes.
        keyword_names: Vec<Name>,
        /// A pattern for each keyword attribute.
        keyword_patterns: Vec<Pattern>,
    },
    /// `*name` in a sequence; none for `*_`.
    Star(Option<Name>),
    /// `pattern as name`, a bare name, or `_` (neither).
    As {
        /// The pattern before `as`.
        pattern: Option<Box<Pattern>>,
        /// The name bound.
        name: Option<Name>,
    },
    /// `a | b`.
    Or(Vec<Pattern>),
}
