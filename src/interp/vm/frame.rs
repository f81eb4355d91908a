use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::interp::code::{Code, CodeKind};
use crate::object::class::Names;
use crate::object::ops::Iter;
use crate::object::{Function, Instance, Module, Value};
use crate::source::Name;

/// A variable that functions share.
pub type CellRef = Rc<RefCell<Option<Value>>>;

/// Where a class body's (or an `exec`'s) names live.
#[derive(Clone)]
pub enum Namespace {
    /// A table of ours.
    Names(Rc<RefCell<Names>>),
    /// The mapping that a metaclass's `__prepare__` returned.
    Mapping(Value),
}

/// A running call.
pub struct Frame {
    /// Its code.
    pub code: Rc<Code>,
    /// Its module's names, where no function has them.
    module: Option<Rc<Module>>,
    /// The function, for its closure and its module.
    pub func: Option<Rc<Function>>,
    /// Its own cells.
    pub cells: Vec<CellRef>,
    /// A class body's names.
    pub names: Option<Box<Namespace>>,
    /// The next instruction.
    pub pc: usize,
    /// Its first register.
    pub base: usize,
    /// The caller's register for the result.
    pub dst: u16,
    /// The instance being made, where this is `__init__` called by the class.
    pub init: Option<Value>,
    /// Iterators open below this frame.
    pub iter_base: usize,
    /// Exceptions being handled below this frame.
    pub handling_base: usize,
}

impl Frame {
    /// A frame about to start.
    pub fn new(code: Rc<Code>, globals: Rc<Module>, base: usize) -> Frame {
        Frame {
            code,
            module: Some(globals),
            func: None,
            cells: Vec::new(),
            names: None,
            pc: 0,
            base,
            dst: 0,
            init: None,
            iter_base: 0,
            handling_base: 0,
        }
    }

    /// A function's frame about to start.
    pub fn of_function(code: Rc<Code>, func: Rc<Function>, base: usize) -> Frame {
        Frame {
            code,
            module: None,
            func: Some(func),
            cells: Vec::new(),
            names: None,
            pc: 0,
            base,
            dst: 0,
            init: None,
            iter_base: 0,
            handling_base: 0,
        }
    }

    /// Its module's names.
    #[inline]
    pub fn globals(&self) -> &Rc<Module> {
        match (&self.func, &self.module) {
            (Some(func), _) => &func.globals,
            (None, Some(module)) => module,
            (None, None) => unreachable!("a frame is of a function or of a module"),
        }
    }

    /// A cell of its own; made when first asked for.
    pub fn cell(&mut self, index: u16) -> &CellRef {
        let index = index as usize;
        while self.cells.len() <= index {
            self.cells.push(CellRef::default());
        }
        &self.cells[index]
    }

    /// Whether a function runs here, rather than a module or class body.
    pub fn is_function(&self) -> bool {
        !matches!(self.code.kind, CodeKind::Module | CodeKind::Class)
    }
}

/// The memory of a run: registers, open iterators, waiting callers. Kept for the next run when one ends.
#[derive(Default)]
pub struct Arena {
    /// The registers of all frames.
    pub stack: Vec<Option<Value>>,
    /// The open iterators of all frames.
    pub iters: Vec<Iter>,
    /// The callers of the running frame.
    pub callers: Vec<Frame>,
}

/// What the interpreter keeps for a runtime.
#[derive(Default)]
pub struct Vm {
    /// Memory of ended runs.
    pub arenas: RefCell<Vec<Arena>>,
    /// The names of the module whose code runs now.
    pub globals: RefCell<Option<Rc<Module>>>,
    /// The names of the function that asked for them.
    pub snapshot: RefCell<Vec<(Name, Value)>>,
    /// Whether a snapshot is of a function (else the module's own names are meant).
    pub snapshot_is_local: Cell<bool>,
    /// Counts down to the next look at the interrupt flag.
    pub ticks: Cell<u32>,
    /// Exceptions in flight that have been given their context.
    pub last: RefCell<Option<Rc<Instance>>>,
}
