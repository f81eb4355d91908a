//! From tree to code objects, by category: statements, assignments, expressions, calls, functions and classes,
//! comprehensions, exceptions, patterns.

mod assign;
mod call;
mod comprehension;
mod exceptions;
mod expr;
mod function;
mod pattern;
mod stmt;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::code::*;
use super::scopes::{Place, ScopeId, Scopes, Var};
use crate::object::{Params, Value};
use crate::source::{Name, Source, Span};
use crate::syntax::ast::*;
use crate::syntax::{ErrorKind, SyntaxError};

/// What generating code can fail with.
pub type Gen<T> = Result<T, SyntaxError>;

/// Compiles a module, file or cell. With `gives_value` the value of the last statement, where that is an expression, is
/// what running the code returns.
///
/// Errors: what CPython's compiler says after parsing (`'return' outside function`).
pub fn compile(module: &Module, source: &Rc<Source>, name: &str, gives_value: bool, names_only: bool) -> Gen<Code> {
    let scopes = Scopes::build(module, &source.text, names_only)?;
    let mut compiler =
        Compiler { scopes: &scopes, source, unit: Unit::new(0, CodeKind::Module, Name::new(name)), outer: Vec::new() };
    compiler.unit.qualname = name.into();
    compiler.layout();
    let last = module.body.last().filter(|_| gives_value);
    if let Some(doc) = docstring(&module.body)
        && !gives_value
    {
        let src = compiler.constant_reg(Value::str(&*doc));
        compiler.store_name("__doc__".into(), src, Span::default())?;
        compiler.unit.next = compiler.unit.fixed;
    }
    for stmt in &module.body {
        if let (StmtKind::Expr(value), Some(last)) = (&stmt.kind, last)
            && std::ptr::eq(stmt, last)
        {
            compiler.unit.gives_value = true;
            let src = compiler.expr(value)?;
            compiler.emit(Op::Return { src });
        } else {
            compiler.stmt(stmt)?;
        }
    }
    compiler.emit(Op::ReturnNone);
    Ok(compiler.unit.finish(source, Span::new(0, source.text.len() as u32)))
}

/// The docstring of a body.
fn docstring(body: &[Stmt]) -> Option<Rc<str>> {
    match &body.first()?.kind {
        StmtKind::Expr(Expr { kind: ExprKind::Constant(Constant::Str(s)), .. }) => Some(clean_doc(s).into()),
        _ => None,
    }
}

/// A docstring without its indentation, as the compiler of CPython 3.13 keeps it.
fn clean_doc(doc: &str) -> String {
    let margin = doc
        .split('\n')
        .skip(1)
        .filter(|l| !l.trim_start_matches(' ').is_empty())
        .map(|l| l.len() - l.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut lines = doc.split('\n');
    let mut out = lines.next().unwrap_or("").trim_start_matches(' ').to_string();
    for line in lines {
        out.push('\n');
        let cut = line.bytes().take(margin).take_while(|&b| b == b' ').count();
        out.push_str(&line[cut..]);
    }
    out
}

/// What stands around a statement that `break`, `continue` and `return` have to leave in order.
struct Block<'a> {
    kind: BlockKind<'a>,
    /// How many guards were open around it.
    guards: usize,
}

/// The kinds of block.
enum BlockKind<'a> {
    /// A loop: where `continue` jumps (or those jumps, to patch), the `break` jumps to patch, and whether an iterator is
    /// open.
    Loop { start: Option<u32>, continues: Vec<usize>, breaks: Vec<usize>, iterates: bool },
    /// `finally`: its body runs on the way out.
    Finally { body: &'a [Stmt] },
    /// `with`: the exit function's register.
    With { exit: R, span: Span },
    /// A handler: the exception being handled is forgotten on the way out, the name it was bound to deleted.
    Handler { name: Option<Name> },
}

/// A stretch of code with a handler that is not complete yet: what is guarded so far, and where the part that is
/// being generated began (none while code stands outside that was inlined for a way out).
struct Guard {
    ranges: Vec<(u32, u32)>,
    start: Option<u32>,
}

/// One code object in the making.
struct Unit<'a> {
    /// Its scope.
    home: ScopeId,
    /// The scope of the names being compiled: `home` or a comprehension in it.
    scope: ScopeId,
    kind: CodeKind,
    name: Name,
    qualname: String,
    ops: Vec<Op>,
    spans: Vec<Span>,
    consts: Vec<Value>,
    const_index: FxHashMap<ConstKey, u32>,
    names: Vec<Name>,
    name_index: FxHashMap<Name, u32>,
    keywords: Vec<Box<[Name]>>,
    sites: Vec<Site>,
    children: Vec<Rc<Code>>,
    handlers: Vec<Handler>,
    locals: Vec<Name>,
    slots: FxHashMap<Var, R>,
    cells: Vec<Var>,
    frees: Vec<Var>,
    captures: Vec<Capture>,
    /// The first temporary.
    fixed: R,
    /// The next free temporary.
    next: R,
    highest: R,
    blocks: Vec<Block<'a>>,
    guards: Vec<Guard>,
    iters: u16,
    handling: u16,
    span: Span,
    params: Params,
    signature: String,
    doc: Value,
    gives_value: bool,
    first_param: Option<Name>,
}

#[derive(PartialEq, Eq, Hash)]
enum ConstKey {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    Float(u64),
    Str(Rc<str>),
}

impl Unit<'_> {
    fn new(scope: ScopeId, kind: CodeKind, name: Name) -> Self {
        Unit {
            home: scope,
            scope,
            kind,
            name,
            qualname: name.to_string(),
            ops: Vec::new(),
            spans: Vec::new(),
            consts: Vec::new(),
            const_index: FxHashMap::default(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            keywords: Vec::new(),
            sites: Vec::new(),
            children: Vec::new(),
            handlers: Vec::new(),
            locals: Vec::new(),
            slots: FxHashMap::default(),
            cells: Vec::new(),
            frees: Vec::new(),
            captures: Vec::new(),
            fixed: 0,
            next: 0,
            highest: 0,
            blocks: Vec::new(),
            guards: Vec::new(),
            iters: 0,
            handling: 0,
            span: Span::default(),
            params: Params::default(),
            signature: String::new(),
            doc: Value::None,
            gives_value: false,
            first_param: None,
        }
    }

    fn finish(self, source: &Rc<Source>, span: Span) -> Code {
        let simple = self.params.vararg.is_none()
            && self.params.kwarg.is_none()
            && self.params.positional == self.params.names.len();
        let is_genexp = self.locals.first().is_some_and(|n| &*n.text() == ".0");
        Code {
            name: self.name,
            qualname: self.qualname.into(),
            kind: self.kind,
            source: source.clone(),
            span,
            ops: self.ops,
            spans: self.spans,
            consts: self.consts,
            names: self.names,
            keywords: self.keywords,
            sites: self.sites,
            children: self.children,
            handlers: self.handlers,
            locals: self.locals,
            cells: self.cells.iter().map(|v| v.1).collect(),
            frees: self.frees.iter().map(|v| v.1).collect(),
            captures: self.captures,
            registers: self.highest + 1,
            params: Rc::new(self.params),
            simple,
            is_genexp,
            direct: simple && self.kind == CodeKind::Function,
            signature: self.signature.into(),
            doc: self.doc,
            gives_value: self.gives_value,
        }
    }
}

struct Compiler<'a> {
    scopes: &'a Scopes,
    source: &'a Rc<Source>,
    unit: Unit<'a>,
    /// The units around this one, outermost first.
    outer: Vec<Unit<'a>>,
}

impl<'a> Compiler<'a> {
    // Names of variables get their registers and cells; parameters are there already.
    fn layout(&mut self) {
        let unit = &mut self.unit;
        for (var, captured) in self.scopes.variables(unit.home) {
            if captured {
                if !unit.cells.contains(&var) {
                    unit.cells.push(var);
                }
            } else if !unit.slots.contains_key(&var) {
                unit.slots.insert(var, unit.locals.len() as R);
                unit.locals.push(var.1);
            }
        }
        unit.frees = self.scopes.scopes[unit.home].frees.clone();
        unit.fixed = unit.locals.len() as R;
        unit.next = unit.fixed;
        unit.highest = unit.fixed;
    }

    fn emit(&mut self, op: Op) -> usize {
        let at = self.unit.ops.len();
        self.unit.ops.push(op);
        self.unit.spans.push(self.unit.span);
        at
    }

    fn emit_at(&mut self, op: Op, span: Span) -> usize {
        let old = std::mem::replace(&mut self.unit.span, span);
        let at = self.emit(op);
        self.unit.span = old;
        at
    }

    fn here(&self) -> u32 {
        self.unit.ops.len() as u32
    }

    /// Lets a jump end at the next instruction.
    fn patch(&mut self, at: usize) {
        let here = self.here();
        self.patch_to(at, here);
    }

    fn patch_to(&mut self, at: usize, target: u32) {
        match &mut self.unit.ops[at] {
            Op::Jump { to }
            | Op::JumpBack { to }
            | Op::JumpIf { to, .. }
            | Op::JumpIfNone { to, .. }
            | Op::JumpCompare { to, .. }
            | Op::JumpIfInt { to, .. }
            | Op::JumpUnlessInt { to, .. }
            | Op::ForNext { to, .. }
            | Op::JumpUnlessCaught { to, .. }
            | Op::WithExcept { to, .. }
            | Op::MatchSequence { to, .. }
            | Op::MatchLength { to, .. }
            | Op::MatchMapping { to, .. }
            | Op::MatchKeys { to, .. }
            | Op::MatchClass { to, .. } => *to = target,
            _ => {}
        }
    }

    fn patch_all(&mut self, jumps: Vec<usize>) {
        for at in jumps {
            self.patch(at);
        }
    }

    /// A new temporary.
    fn temp(&mut self) -> R {
        let r = self.unit.next;
        // A frame of more registers than this is no program that anyone wrote; the code is refused in `temps`.
        self.unit.next = self.unit.next.saturating_add(1).min(NONE - 1);
        self.unit.highest = self.unit.highest.max(self.unit.next);
        r
    }

    fn mark(&self) -> R {
        self.unit.next
    }

    fn release(&mut self, mark: R) {
        self.unit.next = mark;
    }

    fn is_temp(&self, r: R) -> bool {
        r >= self.unit.fixed
    }

    fn fail<T>(&self, message: impl Into<String>, span: Span) -> Gen<T> {
        Err(SyntaxError::new(ErrorKind::Syntax, message, span, &self.source.text))
    }

    fn constant(&mut self, value: Value) -> u32 {
        let key = match &value {
            Value::None => Some(ConstKey::None),
            Value::Bool(b) => Some(ConstKey::Bool(*b)),
            Value::Ellipsis => Some(ConstKey::Ellipsis),
            Value::Int(i) => Some(ConstKey::Int(*i)),
            Value::Float(f) => Some(ConstKey::Float(f.to_bits())),
            Value::Str(s) => Some(ConstKey::Str(s.as_str().into())),
            _ => None,
        };
        if let Some(key) = &key
            && let Some(&i) = self.unit.const_index.get(key)
        {
            return i;
        }
        let i = self.unit.consts.len() as u32;
        self.unit.consts.push(value);
        if let Some(key) = key {
            self.unit.const_index.insert(key, i);
        }
        i
    }

    fn load_constant(&mut self, value: Value, dst: R) {
        match value {
            Value::Int(i) if i32::try_from(i).is_ok() => {
                self.emit(Op::Int { dst, value: i as i32 });
            }
            value => {
                let index = self.constant(value);
                self.emit(Op::Const { dst, index });
            }
        }
    }

    fn constant_reg(&mut self, value: Value) -> R {
        let dst = self.temp();
        self.load_constant(value, dst);
        dst
    }

    fn name(&mut self, name: Name) -> u32 {
        if let Some(&i) = self.unit.name_index.get(&name) {
            return i;
        }
        let i = self.unit.names.len() as u32;
        self.unit.names.push(name);
        self.unit.name_index.insert(name, i);
        i
    }

    fn site(&mut self, name: Name) -> u32 {
        let i = self.unit.sites.len() as u32;
        self.unit.sites.push(Site::new(name));
        i
    }

    fn names_constant(&mut self, names: impl IntoIterator<Item = Name>) -> u32 {
        let names = names.into_iter().map(Value::from).collect();
        self.constant(Value::tuple(names))
    }

    /// `_Class__name` for a private name inside a class.
    fn mangle(&self, name: Name) -> Name {
        let text = name.text();
        if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
            return name;
        }
        let classes = std::iter::once(&self.unit).chain(self.outer.iter().rev());
        match classes.into_iter().find(|u| u.kind == CodeKind::Class) {
            Some(unit) => {
                let class = unit.name.text();
                match class.trim_start_matches('_') {
                    "" => name,
                    class => Name::new(&format!("_{class}{text}")),
                }
            }
            None => name,
        }
    }

    fn place(&self, name: Name) -> Place {
        self.scopes.place(self.unit.scope, name)
    }

    fn slot(&self, var: Var) -> R {
        self.unit.slots.get(&var).copied().unwrap_or(0)
    }

    fn cell(&self, var: Var) -> u16 {
        self.unit.cells.iter().position(|&v| v == var).unwrap_or(0) as u16
    }

    fn free(&self, var: Var) -> u16 {
        self.unit.frees.iter().position(|&v| v == var).unwrap_or(0) as u16
    }

    /// The register of a name that is a plain local variable.
    fn local(&self, name: Name) -> Option<R> {
        match self.place(name) {
            Place::Local(var) => self.unit.slots.get(&var).copied(),
            _ => None,
        }
    }

    fn load_name(&mut self, name: Name, dst: R) {
        match self.place(name) {
            Place::Local(var) => {
                let src = self.slot(var);
                self.emit(Op::Move { dst, src });
            }
            Place::Cell(var) => {
                let cell = self.cell(var);
                self.emit(Op::LoadCell { dst, cell });
            }
            Place::Free(var) => {
                let free = self.free(var);
                self.emit(Op::LoadFree { dst, free });
            }
            Place::ClassFree(var) => {
                let (free, name) = (self.free(var), self.name(self.mangle(name)));
                self.emit(Op::LoadClassFree { dst, free, name });
            }
            Place::Global => {
                let site = self.site(self.mangle(name));
                self.emit(Op::LoadGlobal { dst, site });
            }
            Place::Name => {
                let site = self.site(self.mangle(name));
                self.emit(Op::LoadName { dst, site });
            }
        }
    }

    fn store_name(&mut self, name: Name, src: R, span: Span) -> Gen<()> {
        let op = match self.place(name) {
            Place::Local(var) => {
                let dst = self.slot(var);
                if dst == src {
                    return Ok(());
                }
                match self.is_temp(src) {
                    true => Op::Take { dst, src },
                    false => Op::Move { dst, src },
                }
            }
            Place::Cell(var) => Op::StoreCell { src, cell: self.cell(var) },
            Place::Free(var) | Place::ClassFree(var) => Op::StoreFree { src, free: self.free(var) },
            Place::Global => Op::StoreGlobal { src, site: self.site(self.mangle(name)) },
            Place::Name => Op::StoreName { src, name: self.name(self.mangle(name)) },
        };
        self.emit_at(op, span);
        Ok(())
    }

    fn delete_name(&mut self, name: Name) {
        let op = match self.place(name) {
            Place::Local(var) => Op::DelLocal { slot: self.slot(var) },
            Place::Cell(var) => Op::DelCell { cell: self.cell(var) },
            Place::Free(var) | Place::ClassFree(var) => Op::DelFree { free: self.free(var) },
            Place::Global => Op::DelGlobal { name: self.name(self.mangle(name)) },
            Place::Name => Op::DelName { name: self.name(self.mangle(name)) },
        };
        self.emit(op);
    }

    fn in_function(&self) -> bool {
        matches!(self.unit.kind, CodeKind::Function | CodeKind::Generator | CodeKind::Coroutine)
    }
}
