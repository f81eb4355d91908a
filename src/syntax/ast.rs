//! The abstract syntax tree: CPython's `ast` in Rust, every node with its span.
//!
//! Where it differs from CPython's: an `if` with its `elif`s is one flat node, a literal that is a constant is always
//! an [`ExprKind::Constant`], and there is no load/store context (a target is what stands where a target stands; the
//! parser has checked that it may).
//!
//! Depth: brackets, blocks, unary operators and the like nest a few hundred levels at most (the parser refuses more), but
//! the *left spine* of `a + b + c ...` or `a.b().c ...` can be thousands of nodes long. Walk [`Expr::spine`] in a loop
//! rather than recurse into it.

mod expressions;
mod patterns;

use std::rc::Rc;

pub use expressions::*;
pub use patterns::{Pattern, PatternKind};

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
