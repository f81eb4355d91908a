//! The abstract syntax tree: CPython's `ast` in Rust, every node with its span.
//!
//! Where it differs from CPython's: an `if` with its `elif`s is one flat node, a literal that is a constant is always
//! an [`ExprKind::Constant`], and there is no load/store context (a target is what stands where a target stands; the
//! parser has checked that it may).
//!
//! Depth: brackets, blocks, unary operators and the like nest a few hundred levels at most (the parser refuses more), but
//! the *left spine* of `a + b + c ...` or `a.b().c ...` can be thousands of nodes long. Walk [`Expr::spine`] in a loop
//! rather than recurse into it.

use std::rc::Rc;

use crate::source::{Name, Span};

/// A whole input: a file, a cell, or (from [`Mode::Expression`](super::Mode::Expression)) one expression statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// The statements, in order.
    pub body: Vec<Stmt>,
    /// Whether the last statement ended with a `;`, which at a prompt hides its value.
    pub trailing_semicolon: bool,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// Which, with its parts.
    pub kind: StmtKind,
    /// Where: without decorators, as CPython's `lineno` counts; see [`Stmt::full_span`].
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Which, with its parts.
    pub kind: ExprKind,
    /// Where, without enclosing parentheses (a tuple's own parentheses count as its own).
    pub span: Span,
}

/// The kinds of statement.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `def` and `async def`.
    FunctionDef(Box<FunctionDef>),
    /// `class`.
    ClassDef(Box<ClassDef>),
    /// `return [value]`.
    Return(Option<Expr>),
    /// `del targets`.
    Delete(Vec<Expr>),
    /// `a = b = value`.
    Assign {
        /// Each `target =`, left to right.
        targets: Vec<Expr>,
        /// The value.
        value: Expr,
    },
    /// `target op= value`.
    AugAssign {
        /// A name, attribute or subscript.
        target: Expr,
        /// The operator without its `=`.
        op: BinOp,
        /// The right-hand side.
        value: Expr,
    },
    /// `target: annotation [= value]`.
    AnnAssign {
        /// A name, attribute or subscript.
        target: Expr,
        /// The type hint.
        annotation: Expr,
        /// The value, if assigned.
        value: Option<Expr>,
        /// Whether the target is a bare name without parentheses.
        simple: bool,
    },
    /// `type name = value`.
    TypeAlias {
        /// The alias.
        name: Name,
        /// Its `[T, ...]`.
        type_params: Vec<TypeParam>,
        /// What it stands for.
        value: Expr,
    },
    /// `for target in iter: body else: orelse`.
    For {
        /// The target.
        target: Expr,
        /// What is iterated.
        iter: Expr,
        /// The loop's body.
        body: Vec<Stmt>,
        /// The `else` block; empty when there is none.
        orelse: Vec<Stmt>,
        /// `async for`.
        is_async: bool,
    },
    /// `while test: body else: orelse`.
    While {
        /// The condition.
        test: Expr,
        /// The loop's body.
        body: Vec<Stmt>,
        /// The `else` block; empty when there is none.
        orelse: Vec<Stmt>,
    },
    /// `if` with its `elif`s, and `else`.
    If {
        /// The `if` and every `elif`, in order; at least one.
        branches: Vec<IfBranch>,
        /// The `else` block; empty when there is none.
        orelse: Vec<Stmt>,
    },
    /// `with items: body`.
    With {
        /// The context managers.
        items: Vec<WithItem>,
        /// The body.
        body: Vec<Stmt>,
        /// `async with`.
        is_async: bool,
    },
    /// `match subject: cases`.
    Match {
        /// The subject.
        subject: Expr,
        /// The cases, at least one.
        cases: Vec<MatchCase>,
    },
    /// `raise [exc [from cause]]`.
    Raise {
        /// The exception.
        exc: Option<Expr>,
        /// The cause.
        cause: Option<Expr>,
    },
    /// `try` in all its forms.
    Try(Box<Try>),
    /// `assert test[, msg]`.
    Assert {
        /// The condition.
        test: Expr,
        /// The message.
        msg: Option<Expr>,
    },
    /// `import a.b as c, ...`.
    Import(Vec<Alias>),
    /// `from ..module import names`.
    ImportFrom {
        /// The dotted module, if there is one.
        module: Option<Name>,
        /// The names; a single `*` for all.
        names: Vec<Alias>,
        /// How many leading dots.
        level: u32,
    },
    /// `global names`.
    Global(Vec<Name>),
    /// `nonlocal names`.
    Nonlocal(Vec<Name>),
    /// An expression as a statement.
    Expr(Expr),
    /// `pass`.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `%name rest` or `target = %name rest`; in cells only.
    LineMagic {
        /// What the result is bound to, if anything.
        target: Option<Expr>,
        /// The magic's name.
        name: Rc<str>,
        /// The rest of the line, trimmed.
        rest: Rc<str>,
    },
    /// `%%name line` and the rest of the cell; in cells only.
    CellMagic {
        /// The magic's name.
        name: Rc<str>,
        /// The rest of its first line, trimmed.
        line: Rc<str>,
        /// All that follows the first line.
        body: Rc<str>,
        /// Where the body stands.
        body_span: Span,
    },
    /// `text?`, `text??`, `?text`; in cells only.
    Help {
        /// What is asked about: a dotted name, a `%magic`, or a pattern with `*`.
        text: Rc<str>,
        /// Whether it was asked with `??`.
        detailed: bool,
    },
    /// `!command` or `target = !command`; in cells only.
    Shell {
        /// What the result is bound to, if anything.
        target: Option<Expr>,
        /// The command line.
        command: Rc<str>,
    },
}

/// `if test:` or `elif test:` with its block.
#[derive(Debug, Clone, PartialEq)]
pub struct IfBranch {
    /// The condition.
    pub test: Expr,
    /// The block.
    pub body: Vec<Stmt>,
    /// From the keyword to the end of the block.
    pub span: Span,
}

/// `def name[T](args) -> returns: body`.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionDef {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// The `[T, ...]`.
    pub type_params: Vec<TypeParam>,
    /// The parameters.
    pub args: Arguments,
    /// The type hint of the result.
    pub returns: Option<Expr>,
    /// The body.
    pub body: Vec<Stmt>,
    /// The decorators, first to last as written.
    pub decorators: Vec<Expr>,
    /// `async def`.
    pub is_async: bool,
}

/// `class name[T](bases, keywords): body`.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassDef {
    /// The name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// The `[T, ...]`.
    pub type_params: Vec<TypeParam>,
    /// The bases; may hold starred ones.
    pub bases: Vec<Expr>,
    /// `metaclass=M` and the like.
    pub keywords: Vec<Keyword>,
    /// The body.
    pub body: Vec<Stmt>,
    /// The decorators, first to last as written.
    pub decorators: Vec<Expr>,
}

/// `try: body except ...: ... else: orelse finally: finalbody`.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// The guarded block.
    pub body: Vec<Stmt>,
    /// The handlers.
    pub handlers: Vec<ExceptHandler>,
    /// The `else` block; empty when there is none.
    pub orelse: Vec<Stmt>,
    /// The `finally` block; empty when there is none.
    pub finalbody: Vec<Stmt>,
    /// Whether the handlers are `except*`.
    pub is_star: bool,
}

/// `except kind as name: body`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptHandler {
    /// The exception class or tuple of them; none catches all.
    pub kind: Option<Expr>,
    /// The name that the exception is bound to.
    pub name: Option<Name>,
    /// The block.
    pub body: Vec<Stmt>,
    /// From `except` to the end of the block.
    pub span: Span,
}

/// `context as target`.
#[derive(Debug, Clone, PartialEq)]
pub struct WithItem {
    /// The context manager.
    pub context: Expr,
    /// The target, if there is one.
    pub target: Option<Expr>,
}

/// `name as asname`.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// The (dotted) name, or `*`.
    pub name: Name,
    /// The name it is bound to.
    pub asname: Option<Name>,
    /// Where.
    pub span: Span,
}

/// `case pattern if guard: body`.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchCase {
    /// The pattern.
    pub pattern: Pattern,
    /// The guard.
    pub guard: Option<Expr>,
    /// The block.
    pub body: Vec<Stmt>,
}

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

/// A type parameter of a generic function, class or alias.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeParam {
    /// Its name.
    pub name: Name,
    /// Plain, `*` or `**`.
    pub kind: TypeParamKind,
    /// `T: bound`.
    pub bound: Option<Expr>,
    /// `T = default`.
    pub default: Option<Expr>,
    /// Where.
    pub span: Span,
}

/// The kinds of type parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeParamKind {
    /// `T`.
    TypeVar,
    /// `*Ts`.
    TypeVarTuple,
    /// `**P`.
    ParamSpec,
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

impl Stmt {
    /// The span with its decorators, from the first `@` on.
    pub fn full_span(&self) -> Span {
        let decorators = match &self.kind {
            StmtKind::FunctionDef(def) => &def.decorators,
            StmtKind::ClassDef(def) => &def.decorators,
            _ => return self.span,
        };
        match decorators.first() {
            // The `@` is the last byte before the decorator but for blanks; one byte is what it takes in practice.
            Some(first) => Span::new(first.span.start.saturating_sub(1), self.span.end),
            None => self.span,
        }
    }
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
