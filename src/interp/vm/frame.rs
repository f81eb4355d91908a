use std::cell::{Cell, RefCell};
use std::rc::Rc;

use smallvec::SmallVec;

use crate::interp::code::{Code, CodeKind};
use crate::object::class::Names;
use crate::object::ops::Iter;
use crate::object::{Function, Module, Value};
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

/// A running call. Small: each call moves one.
pub struct Frame {
    /// Its code.
    pub code: Rc<Code>,
    owner: Owner,
    /// What few frames have.
    extra: Option<Box<Extra>>,
    /// The next instruction.
    pub pc: u32,
    base: u32,
    /// Iterators open below this frame.
    pub iter_base: u32,
    /// Exceptions being handled below this frame.
    pub handling_base: u32,
    /// The caller's register for the result.
    pub dst: u16,
    /// Whether this is `__init__` called by the class: the instance is the arena's last made.
    pub making: bool,
}

/// Whose code it is.
enum Owner {
    /// A function's: it has the closure and the module.
    Function(Rc<Function>),
    /// A module's.
    Module(Rc<Module>),
}

#[derive(Default)]
struct Extra {
    /// Its own cells.
    cells: SmallVec<[CellRef; 2]>,
    /// A class body's names.
    names: Option<Namespace>,
}

const _: () = assert!(std::mem::size_of::<Frame>() <= 56);

impl Frame {
    /// A module's frame about to start.
    pub fn new(code: Rc<Code>, globals: Rc<Module>, base: usize) -> Frame {
        Frame::build(code, Owner::Module(globals), base)
    }

    /// A function's frame about to start.
    #[inline]
    pub fn of_function(code: Rc<Code>, func: Rc<Function>, base: usize) -> Frame {
        Frame::build(code, Owner::Function(func), base)
    }

    #[inline]
    fn build(code: Rc<Code>, owner: Owner, base: usize) -> Frame {
        Frame {
            code,
            owner,
            extra: None,
            pc: 0,
            base: base as u32,
            iter_base: 0,
            handling_base: 0,
            dst: 0,
            making: false,
        }
    }

    /// Its first register.
    #[inline]
    pub fn base(&self) -> usize {
        self.base as usize
    }

    /// The function, for its closure and its name.
    #[inline]
    pub fn function(&self) -> Option<&Rc<Function>> {
        match &self.owner {
            Owner::Function(function) => Some(function),
            Owner::Module(_) => None,
        }
    }

    /// Its module's names.
    #[inline]
    pub fn globals(&self) -> &Rc<Module> {
        match &self.owner {
            Owner::Function(function) => &function.globals,
            Owner::Module(module) => module,
        }
    }

    /// A cell of its own; made when first asked for.
    pub fn cell(&mut self, index: u16) -> &CellRef {
        let index = index as usize;
        let cells = &mut self.extra.get_or_insert_default().cells;
        while cells.len() <= index {
            cells.push(CellRef::default());
        }
        &cells[index]
    }

    /// Puts a cell of its own.
    pub fn set_cell(&mut self, index: u16, cell: CellRef) {
        self.cell(index);
        if let Some(slot) = self.extra.as_mut().and_then(|e| e.cells.get_mut(index as usize)) {
            *slot = cell;
        }
    }

    /// Its own cells, as many as were asked for.
    pub fn cells(&self) -> &[CellRef] {
        self.extra.as_ref().map_or(&[], |e| &e.cells)
    }

    /// A class body's names.
    pub fn names(&self) -> Option<&Namespace> {
        self.extra.as_ref().and_then(|e| e.names.as_ref())
    }

    /// Gives it names of its own.
    pub fn set_names(&mut self, names: Namespace) {
        self.extra.get_or_insert_default().names = Some(names);
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
    /// The instances whose `__init__` runs.
    pub made: Vec<Value>,
}

/// How many arenas of ended runs are kept.
const KEPT: usize = 64;

/// What the interpreter keeps for a runtime.
#[derive(Default)]
pub struct Vm {
    /// Memory of ended runs.
    #[expect(clippy::vec_box, reason = "handed out and taken back as it is, without a copy")]
    arenas: RefCell<Vec<Box<Arena>>>,
    /// The names of the module whose code runs now.
    pub globals: RefCell<Option<Rc<Module>>>,
    /// The names of the function that asked for them.
    pub snapshot: RefCell<Vec<(Name, Value)>>,
    /// Whether a snapshot is of a function (else the module's own names are meant).
    pub snapshot_is_local: Cell<bool>,
    /// Counts down to the next look at the interrupt flag.
    pub ticks: Cell<u32>,
}

impl Vm {
    /// Memory for a run.
    #[inline]
    pub fn arena(&self) -> Box<Arena> {
        self.arenas.borrow_mut().pop().unwrap_or_default()
    }

    /// Takes memory back when its run has ended and all its registers are empty.
    #[inline]
    pub fn put_back(&self, arena: Box<Arena>) {
        let mut arenas = self.arenas.borrow_mut();
        if arenas.len() < KEPT {
            arenas.push(arena);
        }
    }

    /// Begins to run a module's code; what [`leave_module`](Vm::leave_module) needs where another's ran before.
    #[inline]
    pub fn enter_module(&self, module: &Rc<Module>) -> Option<Option<Rc<Module>>> {
        let same = self.globals.borrow().as_ref().is_some_and(|now| Rc::ptr_eq(now, module));
        (!same).then(|| self.globals.replace(Some(module.clone())))
    }

    /// Goes back to the module whose code ran before.
    #[inline]
    pub fn leave_module(&self, before: Option<Option<Rc<Module>>>) {
        if let Some(before) = before {
            self.globals.replace(before);
        }
    }
}
