//! Code objects: what a function, a class body or a module compiles to.
//!
//! The machine is a register machine. A frame's registers are its local variables (parameters first) and, above them,
//! temporaries; a call's arguments stand in consecutive temporaries and become the callee's first registers where
//! they are. A register is empty while its variable is unbound.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::object::ops::{BinOp, Order, UnaryOp};
use crate::object::{Params, Shape, Value};
use crate::source::{Name, Source, Span};

/// A register's number in its frame.
pub type R = u16;

/// "No register", where an operand may be left out.
pub const NONE: R = u16::MAX;

/// One instruction. `dst` is where the result goes.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Op {
    // values
    Const {
        dst: R,
        index: u32,
    },
    Int {
        dst: R,
        value: i32,
    },
    Move {
        dst: R,
        src: R,
    },
    /// Moves out of a temporary.
    Take {
        dst: R,
        src: R,
    },
    DelLocal {
        slot: R,
    },
    /// Empties a register that may be empty.
    Clear {
        slot: R,
    },
    LoadGlobal {
        dst: R,
        site: u32,
    },
    StoreGlobal {
        src: R,
        site: u32,
    },
    DelGlobal {
        name: u32,
    },
    LoadName {
        dst: R,
        site: u32,
    },
    StoreName {
        src: R,
        name: u32,
    },
    DelName {
        name: u32,
    },
    LoadCell {
        dst: R,
        cell: u16,
    },
    StoreCell {
        src: R,
        cell: u16,
    },
    DelCell {
        cell: u16,
    },
    LoadFree {
        dst: R,
        free: u16,
    },
    StoreFree {
        src: R,
        free: u16,
    },
    DelFree {
        free: u16,
    },
    /// A free variable as a class body sees it: the class's own names first.
    LoadClassFree {
        dst: R,
        free: u16,
        name: u32,
    },
    /// A class body's own cell (`__class__`) by name.
    NewCell {
        cell: u16,
    },
    /// A new cell that takes over a parameter's value.
    CellFrom {
        cell: u16,
        slot: R,
    },
    MakeFunction {
        dst: R,
        child: u32,
        defaults: R,
        kwdefaults: R,
    },
    SetAnnotations {
        func: R,
        src: R,
    },
    // arithmetic
    Add {
        dst: R,
        a: R,
        b: R,
    },
    Sub {
        dst: R,
        a: R,
        b: R,
    },
    Mul {
        dst: R,
        a: R,
        b: R,
    },
    AddInt {
        dst: R,
        a: R,
        value: i32,
    },
    Binary {
        op: BinOp,
        dst: R,
        a: R,
        b: R,
    },
    BinaryInt {
        op: BinOp,
        dst: R,
        a: R,
        value: i32,
    },
    InPlace {
        op: BinOp,
        dst: R,
        a: R,
        b: R,
    },
    Unary {
        op: UnaryOp,
        dst: R,
        a: R,
    },
    Not {
        dst: R,
        a: R,
    },
    Compare {
        op: Order,
        dst: R,
        a: R,
        b: R,
    },
    Is {
        dst: R,
        a: R,
        b: R,
        negate: bool,
    },
    In {
        dst: R,
        a: R,
        b: R,
        negate: bool,
    },
    // jumps
    Jump {
        to: u32,
    },
    /// To an earlier place: where loops are interrupted.
    JumpBack {
        to: u32,
    },
    JumpIf {
        a: R,
        when: bool,
        to: u32,
    },
    JumpIfNone {
        a: R,
        when: bool,
        to: u32,
    },
    /// Jumps where the comparison's truth is `when`.
    JumpCompare {
        op: Order,
        when: bool,
        a: R,
        b: R,
        to: u32,
    },
    JumpIfInt {
        op: Order,
        a: R,
        value: i32,
        to: u32,
    },
    JumpUnlessInt {
        op: Order,
        a: R,
        value: i32,
        to: u32,
    },
    // iteration
    IterPush {
        src: R,
    },
    IterPop,
    ForNext {
        dst: R,
        to: u32,
    },
    /// `iter(x)` as a value, for generator expressions and `yield from`.
    GetIter {
        dst: R,
        src: R,
    },
    Unpack {
        src: R,
        to: R,
        count: u16,
    },
    UnpackStar {
        src: R,
        to: R,
        before: u16,
        after: u16,
    },
    // displays
    BuildTuple {
        dst: R,
        from: R,
        count: u16,
    },
    BuildList {
        dst: R,
        from: R,
        count: u16,
    },
    BuildSet {
        dst: R,
        from: R,
        count: u16,
        /// Whether all members are constants: CPython then copies a ready frozenset, which shows in their order.
        constants: bool,
    },
    BuildDict {
        dst: R,
        from: R,
        pairs: u16,
    },
    ListAppend {
        list: R,
        src: R,
    },
    ListExtend {
        list: R,
        src: R,
    },
    /// As [`Op::ListExtend`] for `f(*args)`: `func` is for the complaint.
    ArgsExtend {
        list: R,
        src: R,
        func: R,
    },
    SetAdd {
        set: R,
        src: R,
    },
    SetUpdate {
        set: R,
        src: R,
    },
    DictSet {
        dict: R,
        key: R,
        value: R,
    },
    DictUpdate {
        dict: R,
        src: R,
    },
    /// As [`Op::DictUpdate`] for `f(**kwargs)`: a key twice is an error.
    DictMerge {
        dict: R,
        src: R,
        func: R,
    },
    ListToTuple {
        dst: R,
        list: R,
    },
    BuildString {
        dst: R,
        from: R,
        count: u16,
    },
    Format {
        dst: R,
        src: R,
        conversion: u8,
        spec: R,
    },
    BuildSlice {
        dst: R,
        from: R,
    },
    // attributes and items
    GetAttr {
        dst: R,
        obj: R,
        site: u32,
    },
    SetAttr {
        obj: R,
        src: R,
        site: u32,
    },
    DelAttr {
        obj: R,
        name: u32,
    },
    GetItem {
        dst: R,
        obj: R,
        key: R,
    },
    SetItem {
        obj: R,
        key: R,
        src: R,
    },
    DelItem {
        obj: R,
        key: R,
    },
    // calls: the callee in `f`, for methods the instance in `f + 1`
    LoadMethod {
        f: R,
        obj: R,
        site: u32,
    },
    Call {
        dst: R,
        f: R,
        argc: u16,
    },
    CallMethod {
        dst: R,
        f: R,
        argc: u16,
    },
    /// The last of the arguments have the names of that list.
    CallKeywords {
        dst: R,
        f: R,
        argc: u16,
        names: u32,
    },
    CallMethodKeywords {
        dst: R,
        f: R,
        argc: u16,
        names: u32,
    },
    /// A list of positional arguments and a dict of keywords (or [`NONE`]).
    CallSpread {
        dst: R,
        f: R,
        args: R,
        kwargs: R,
    },
    /// `super()` without arguments: `f` holds what `super` means.
    SuperCall {
        dst: R,
        f: R,
        this: R,
    },
    Return {
        src: R,
    },
    ReturnNone,
    Yield {
        dst: R,
        src: R,
    },
    /// Stands still until the iterator in `iter` is done.
    YieldFrom {
        dst: R,
        iter: R,
    },
    // exceptions
    Raise {
        exc: R,
        cause: R,
    },
    /// Raises again what a handler caught; adds no frame.
    Reraise {
        exc: R,
    },
    /// `raise` alone.
    RaiseAgain,
    JumpUnlessCaught {
        exc: R,
        kind: R,
        to: u32,
    },
    PopHandler,
    AssertFail {
        src: R,
    },
    WithEnter {
        dst: R,
        manager: R,
        exit: R,
    },
    WithExit {
        exit: R,
    },
    /// Calls `__exit__` with the exception; jumps where that swallowed it.
    WithExcept {
        exit: R,
        exc: R,
        to: u32,
    },
    // statements
    Import {
        dst: R,
        name: u32,
        level: u16,
        from: bool,
    },
    ImportFrom {
        dst: R,
        module: R,
        name: u32,
    },
    ImportStar {
        module: R,
    },
    /// `import a.b as c`: the attribute of a package that was imported.
    ImportAttr {
        dst: R,
        module: R,
        name: u32,
    },
    BuildClass {
        dst: R,
        body: R,
        bases: R,
        keywords: R,
    },
    SetupAnnotations,
    Annotate {
        src: R,
        name: u32,
    },
    /// A `TypeVar` or its kin; with kind 3 a type alias of what `dst` holds.
    TypeParam {
        dst: R,
        name: u32,
        kind: u8,
    },
    // patterns: each jumps where it does not match
    MatchSequence {
        src: R,
        to: u32,
    },
    MatchLength {
        src: R,
        at_least: bool,
        count: u16,
        to: u32,
    },
    MatchMapping {
        src: R,
        to: u32,
    },
    /// The values go behind the keys.
    MatchKeys {
        src: R,
        keys: R,
        count: u16,
        to: u32,
    },
    MatchRest {
        dst: R,
        src: R,
        keys: R,
        count: u16,
    },
    /// The attributes go behind the class.
    MatchClass {
        src: R,
        class: R,
        count: u16,
        to: u32,
    },
    /// What follows [`Op::MatchClass`]: the keyword names, a constant tuple.
    MatchNames {
        names: u32,
    },
    /// Raises what cannot be compiled to anything better.
    Refuse {
        text: u32,
    },
}

/// A guarded stretch of code.
#[derive(Debug, Clone, Copy)]
pub struct Handler {
    /// First instruction guarded.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where the handler begins.
    pub target: u32,
    /// Where the exception goes.
    pub exc: R,
    /// How many `for` loops are open around it.
    pub iters: u16,
    /// How many exceptions are being handled around it.
    pub handling: u16,
}

/// Where a closure's variable comes from when its function is made.
#[derive(Debug, Clone, Copy)]
pub enum Capture {
    /// A cell of the frame that makes the function.
    Cell(u16),
    /// A free variable of that frame.
    Free(u16),
}

/// A place in the code that looks a name up, with what the last look-up found.
pub struct Site {
    /// The name.
    pub name: Name,
    /// Which case the cached look-up is (see `vm::attr`); 0 is nothing cached.
    pub kind: Cell<u8>,
    /// Where the value stands.
    pub index: Cell<u32>,
    /// The class's identity, or the module's version.
    pub class: Cell<u64>,
    /// The classes' epoch, or the version of `builtins`.
    pub epoch: Cell<u64>,
    /// The shape's identity.
    pub shape: Cell<u64>,
    /// The class's attribute.
    pub value: RefCell<Value>,
    /// The shape that an assignment leads to.
    pub next: RefCell<Option<Rc<Shape>>>,
}

impl Site {
    /// A site that has cached nothing.
    pub fn new(name: Name) -> Site {
        Site {
            name,
            kind: Cell::new(0),
            index: Cell::new(0),
            class: Cell::new(0),
            epoch: Cell::new(0),
            shape: Cell::new(0),
            value: RefCell::default(),
            next: RefCell::default(),
        }
    }
}

/// What kind of code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// A module, file or cell.
    Module,
    /// A function.
    Function,
    /// A generator function or generator expression.
    Generator,
    /// `async def`: it can be made but not run.
    Coroutine,
    /// A class body.
    Class,
}

/// A code object.
pub struct Code {
    /// `co_name`.
    pub name: Name,
    /// `co_qualname`.
    pub qualname: Rc<str>,
    /// What it is.
    pub kind: CodeKind,
    /// The text it came from.
    pub source: Rc<Source>,
    /// Where it begins.
    pub span: Span,
    /// The instructions.
    pub ops: Vec<Op>,
    /// For each instruction, what it computes.
    pub spans: Vec<Span>,
    /// Constants.
    pub consts: Vec<Value>,
    /// Names that are not looked up through a [`Site`].
    pub names: Vec<Name>,
    /// The names of keyword arguments, a list a call.
    pub keywords: Vec<Box<[Name]>>,
    /// The places that look names up.
    pub sites: Vec<Site>,
    /// The code objects of functions and classes inside.
    pub children: Vec<Rc<Code>>,
    /// The guarded stretches, innermost first.
    pub handlers: Vec<Handler>,
    /// The local variables, parameters first.
    pub locals: Vec<Name>,
    /// The variables of this code that functions inside use.
    pub cells: Vec<Name>,
    /// The variables of enclosing functions that this code uses.
    pub frees: Vec<Name>,
    /// Where each of `frees` comes from in the enclosing code.
    pub captures: Vec<Capture>,
    /// How many registers.
    pub registers: u16,
    /// The parameters.
    pub params: Rc<Params>,
    /// Whether a call with as many positional arguments as parameters needs no binding.
    pub simple: bool,
    /// Whether besides a call runs the code at once: it is no generator's.
    pub direct: bool,
    /// Whether it is a generator expression's: its first register holds the iteration that nothing else needs.
    pub is_genexp: bool,
    /// The parameters as a traceback shows them: `(n, *rest)`.
    pub signature: Rc<str>,
    /// The docstring.
    pub doc: Value,
    /// Whether running it gives the value of a cell's last expression.
    pub gives_value: bool,
}

impl Code {
    /// Where the instruction at an index stands in the text.
    pub fn span_at(&self, pc: usize) -> Span {
        self.spans.get(pc).copied().unwrap_or(self.span)
    }

    /// 1-based line of the instruction at an index.
    pub fn line_at(&self, pc: usize) -> u32 {
        self.source.line_of(self.span_at(pc).start)
    }
}

const _: () = assert!(std::mem::size_of::<Op>() <= 12);
