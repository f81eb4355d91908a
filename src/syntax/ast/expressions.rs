use std::rc::Rc;

use crate::source::{Name, Span};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Which, with its parts.
    pub kind: ExprKind,
    /// Where, without enclosing parentheses (a tuple's own parentheses count as its own).
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `a and b and c`, `a or b or c`.
    BoolOp {
        /// Which.
        op: BoolOp,
        /// Two or more operands.
        values: Vec<Expr>,
    },
    /// `target := value`.
    NamedExpr {
        /// The name bound.
        target: Name,
        /// Where the name stands.
        target_span: Span,
        /// The value.
        value: Box<Expr>,
    },
    /// `left op right`.
    BinOp {
        /// The left operand.
        left: Box<Expr>,
        /// The operator.
        op: BinOp,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `op operand`.
    UnaryOp {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `lambda args: body`.
    Lambda {
        /// The parameters.
        args: Box<Arguments>,
        /// The body.
        body: Box<Expr>,
    },
    /// `body if test else orelse`.
    IfExp {
        /// The condition.
        test: Box<Expr>,
        /// The value if it holds.
        body: Box<Expr>,
        /// The value if not.
        orelse: Box<Expr>,
    },
    /// `{key: value, **mapping}`.
    Dict(Vec<DictItem>),
    /// `{a, b}`.
    Set(Vec<Expr>),
    /// `[element for ...]`.
    ListComp {
        /// The element.
        element: Box<Expr>,
        /// The `for` clauses.
        generators: Vec<Comprehension>,
    },
    /// `{element for ...}`.
    SetComp {
        /// The element.
        element: Box<Expr>,
        /// The `for` clauses.
        generators: Vec<Comprehension>,
    },
    /// `{key: value for ...}`.
    DictComp {
        /// The key.
        key: Box<Expr>,
        /// The value.
        value: Box<Expr>,
        /// The `for` clauses.
        generators: Vec<Comprehension>,
    },
    /// `(element for ...)`.
    GeneratorExp {
        /// The element.
        element: Box<Expr>,
        /// The `for` clauses.
        generators: Vec<Comprehension>,
    },
    /// `await value`.
    Await(Box<Expr>),
    /// `yield [value]`.
    Yield(Option<Box<Expr>>),
    /// `yield from value`.
    YieldFrom(Box<Expr>),
    /// `left op a op b ...`.
    Compare {
        /// The first operand.
        left: Box<Expr>,
        /// The operators; at least one.
        ops: Vec<CmpOp>,
        /// An operand for each operator.
        comparators: Vec<Expr>,
    },
    /// `func(args, keywords)`.
    Call {
        /// What is called.
        func: Box<Expr>,
        /// Positional arguments; may hold starred ones.
        args: Vec<Expr>,
        /// Keyword arguments and `**mapping`s.
        keywords: Vec<Keyword>,
    },
    /// An f-string (with the plain strings that stand beside it). Adjacent literals are joined; the `=` form has become
    /// a literal with the text and, where nothing else was asked for, `!r`.
    FString(Vec<FStringPart>),
    /// A literal.
    Constant(Constant),
    /// `value.attr`.
    Attribute {
        /// The object.
        value: Box<Expr>,
        /// The attribute's name.
        attr: Name,
    },
    /// `value[index]`; a tuple index is a [`ExprKind::Tuple`], a slice a [`ExprKind::Slice`].
    Subscript {
        /// The object.
        value: Box<Expr>,
        /// The index.
        index: Box<Expr>,
    },
    /// `*value`, in a call, a display or a target.
    Starred(Box<Expr>),
    /// A name.
    Name(Name),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `a, b` with or without parentheses.
    Tuple(Vec<Expr>),
    /// `lower:upper:step`, in a subscript only.
    Slice {
        /// Before the first colon.
        lower: Option<Box<Expr>>,
        /// After the first colon.
        upper: Option<Box<Expr>>,
        /// After the second colon.
        step: Option<Box<Expr>>,
    },
}

/// An entry of a dict display.
#[derive(Debug, Clone, PartialEq)]
pub struct DictItem {
    /// The key; none for `**value`.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
}

/// A literal value.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    /// `None`.
    None,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `...`.
    Ellipsis,
    /// An integer that fits.
    Int(i64),
    /// An integer that does not: its decimal digits.
    BigInt(Rc<str>),
    /// A float.
    Float(f64),
    /// `2j`: the imaginary part.
    Complex(f64),
    /// A string. A lone surrogate escape is U+FFFD.
    Str(Rc<str>),
    /// A bytes string.
    Bytes(Rc<[u8]>),
}

/// A piece of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    /// Text as it is.
    Literal(Rc<str>),
    /// `{expr!conversion:spec}`.
    Interp(Box<Interp>),
}

/// A replacement field of an f-string.
#[derive(Debug, Clone, PartialEq)]
pub struct Interp {
    /// The expression.
    pub expr: Expr,
    /// `r`, `s` or `a`.
    pub conversion: Option<char>,
    /// The format specification, itself made of parts; none if there is no `:`.
    pub spec: Option<Vec<FStringPart>>,
    /// From brace to brace.
    pub span: Span,
}

/// `for target in iter if cond ...` of a comprehension.
#[derive(Debug, Clone, PartialEq)]
pub struct Comprehension {
    /// The target.
    pub target: Expr,
    /// What is iterated.
    pub iter: Expr,
    /// The conditions.
    pub ifs: Vec<Expr>,
    /// `async for`.
    pub is_async: bool,
}

/// `name=value` or `**value` in a call or a class statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyword {
    /// The name; none for `**value`.
    pub arg: Option<Name>,
    /// The value.
    pub value: Expr,
    /// Where.
    pub span: Span,
}

/// The parameters of a function or lambda.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arguments {
    /// Before `/`.
    pub posonly: Vec<Arg>,
    /// Ordinary ones.
    pub args: Vec<Arg>,
    /// `*args`.
    pub vararg: Option<Arg>,
    /// After `*`.
    pub kwonly: Vec<Arg>,
    /// `**kwargs`.
    pub kwarg: Option<Arg>,
    /// Defaults of the last of `posonly` and `args` together.
    pub defaults: Vec<Expr>,
    /// For each of `kwonly` its default, if it has one.
    pub kw_defaults: Vec<Option<Expr>>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// Its name.
    pub name: Name,
    /// Its type hint.
    pub annotation: Option<Expr>,
    /// Where.
    pub span: Span,
}

/// `and`, `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoolOp {
    /// `and`
    And,
    /// `or`
    Or,
}

/// The binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mult,
    /// `@`
    MatMult,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `<<`
    LShift,
    /// `>>`
    RShift,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `//`
    FloorDiv,
}

/// The unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `~`
    Invert,
    /// `not`
    Not,
    /// `+`
    UAdd,
    /// `-`
    USub,
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CmpOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<`
    Lt,
    /// `<=`
    LtE,
    /// `>`
    Gt,
    /// `>=`
    GtE,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl Expr {
    /// An expression of a kind at a place.
    pub fn new(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    /// The child that a chain of operators, calls, attributes or subscripts hangs on: the one way in which a tree gets
    /// deeper than its text is nested. None for every other kind.
    pub fn spine(&self) -> Option<&Expr> {
        match &self.kind {
            ExprKind::BinOp { left: child, .. }
            | ExprKind::Attribute { value: child, .. }
            | ExprKind::Subscript { value: child, .. }
            | ExprKind::Call { func: child, .. } => Some(child),
            _ => None,
        }
    }

    fn take_spine(&mut self) -> Option<Expr> {
        let child = match &mut self.kind {
            ExprKind::BinOp { left: child, .. }
            | ExprKind::Attribute { value: child, .. }
            | ExprKind::Subscript { value: child, .. }
            | ExprKind::Call { func: child, .. } => child,
            _ => return None,
        };
        match child.kind {
            ExprKind::Constant(_) | ExprKind::Name(_) => None,
            _ => {
                Some(std::mem::replace(child, Expr { kind: ExprKind::Constant(Constant::None), span: Span::default() }))
            }
        }
    }
}

// A chain of thousands of operators must not be dropped by thousands of nested calls.
impl Drop for Expr {
    fn drop(&mut self) {
        let mut next = self.take_spine();
        while let Some(mut expr) = next {
            next = expr.take_spine();
        }
    }
}
