//! The interpreter: symbol tables, code objects, and the machine that runs them.
//!
//! It reads trees of [`crate::syntax`] and works on values of [`crate::object`]; it knows nothing of models, of the
//! shell, or of what modules there are to import.

pub mod code;
mod codegen;
mod scopes;
mod vm;

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use crate::object::class::Names;
use crate::object::rt::{CodeNames, Exec};
use crate::object::types::make_class;
use crate::object::{CallArgs, Class, Error, Exc, Function, Module, Res, Rt, Value};
use crate::source::{Name, Source, SourceKind};
use crate::syntax::{self, ErrorKind, SyntaxError, ast};

pub use code::Code;
pub use vm::{Generator, import_module};

use vm::{Frame, Namespace, Vm, run_frame};

/// The interpreter of a runtime.
pub struct Interp {
    vm: Rc<Vm>,
}

impl Interp {
    /// Gives a runtime its interpreter.
    pub fn install(rt: &Rc<Rt>) {
        let vm = rt.state::<Vm>();
        rt.set_exec(Box::new(Interp { vm }));
    }
}

/// Compiles a parsed file or module.
///
/// Errors: SyntaxError for what only the compiler sees (`'return' outside function`).
pub fn compile(_rt: &Rt, module: &ast::Module, source: &Rc<Source>) -> Res<Rc<Code>> {
    codegen::compile(module, source, "<module>", false, false).map(Rc::new).map_err(|e| syntax_error(&e, source))
}

/// Compiles a parsed cell: as [`compile`], and the value of a last expression statement is the cell's.
pub fn compile_cell(_rt: &Rt, module: &ast::Module, source: &Rc<Source>) -> Res<Rc<Code>> {
    codegen::compile(module, source, "<module>", true, false).map(Rc::new).map_err(|e| syntax_error(&e, source))
}

/// Parses and compiles a text. Errors: SyntaxError.
pub fn compile_text(rt: &Rt, source: &Rc<Source>) -> Res<Rc<Code>> {
    let tree = syntax::parse(&source.text, syntax::Mode::File).map_err(|e| syntax_error(&e, source))?;
    compile(rt, &tree, source)
}

/// Runs a module's code. Errors: what the code raises.
pub fn run_module(rt: &Rt, code: &Rc<Code>, globals: &Rc<Module>) -> Res<Value> {
    let vm = rt.state::<Vm>();
    run_frame(rt, &vm, Frame::new(code.clone(), globals.clone(), 0))
}

/// Runs a cell's code: the value of its last statement, where that is an expression. Errors: what the code raises.
pub fn run_cell(rt: &Rt, code: &Rc<Code>, globals: &Rc<Module>) -> Res<Option<Value>> {
    let value = run_module(rt, code, globals)?;
    Ok(code.gives_value.then_some(value))
}

/// The exception for an error in a text, with Python's attributes.
pub fn syntax_error(error: &SyntaxError, source: &Source) -> Error {
    let kind = match error.kind {
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
    };
    let line = source.line(error.line);
    let text = if line.is_empty() { Value::None } else { Value::from(format!("{line}\n")) };
    let (lineno, offset) = (Value::Int(error.line as i64), Value::Int(error.column as i64));
    let end_lineno = Value::Int(error.end_line as i64);
    let end_offset = Value::Int(error.end_column as i64);
    let filename = Value::str(&source.name);
    let details = Value::tuple(vec![
        filename.clone(),
        lineno.clone(),
        offset.clone(),
        text.clone(),
        end_lineno.clone(),
        end_offset.clone(),
    ]);
    kind.with_args(vec![Value::str(&error.message), details])
        .with("msg", Value::str(&error.message))
        .with("filename", filename)
        .with("lineno", lineno)
        .with("offset", offset)
        .with("text", text)
        .with("end_lineno", end_lineno)
        .with("end_offset", end_offset)
        .with("print_file_and_line", Value::None)
}

/// What `compile()` makes: the tree too, for code inside a function is another code.
struct Compiled {
    tree: ast::Module,
    source: Rc<Source>,
    expression: bool,
    code: Rc<Code>,
}

impl Exec for Interp {
    fn call(&self, rt: &Rt, function: &Rc<Function>, args: CallArgs) -> Res<Value> {
        vm::call_function(rt, &self.vm, function, args)
    }

    fn call_slice(&self, rt: &Rt, function: &Rc<Function>, args: &mut [Option<Value>]) -> Res<Value> {
        vm::call_slice(rt, &self.vm, function, args)
    }

    fn build_class(
        &self,
        rt: &Rt,
        metaclass: Option<Rc<Class>>,
        name: &str,
        bases: Vec<Value>,
        dict: Names,
        keywords: Vec<(Name, Value)>,
    ) -> Res<Value> {
        let meta = metaclass.unwrap_or_else(|| rt.types.type_.clone());
        make_class(rt, &meta, name, bases, dict, keywords)
    }

    fn import(&self, rt: &Rt, name: &str) -> Res<Value> {
        import_module(rt, name)
    }

    fn compile(&self, text: &str, file: &str, expression: bool) -> Res<Rc<dyn Any>> {
        let source = Rc::new(Source::new(SourceKind::Text, file, text));
        let mode = if expression { syntax::Mode::Expression } else { syntax::Mode::File };
        let text = if expression { text.trim_start_matches([' ', '\t']) } else { text };
        let tree = syntax::parse(text, mode).map_err(|e| syntax_error(&e, &source))?;
        let code =
            codegen::compile(&tree, &source, "<module>", expression, false).map_err(|e| syntax_error(&e, &source))?;
        Ok(Rc::new(Compiled { tree, source, expression, code: Rc::new(code) }))
    }

    fn run_code(&self, rt: &Rt, code: &Rc<dyn Any>, globals: &Rc<Module>) -> Res<Value> {
        let Some(Compiled { tree, source, expression, code }) = code.downcast_ref() else {
            return Err(Exc::SystemError.new("code of another interpreter"));
        };
        // Inside a function the code sees the function's names, and what it binds is gone afterwards.
        let local = self.vm.snapshot_is_local.get() && self.current_globals().is_some_and(|g| Rc::ptr_eq(&g, globals));
        let code = match local {
            true => codegen::compile(tree, source, "<module>", *expression, true)
                .map_err(|e| syntax_error(&e, source))?
                .into(),
            false => code.clone(),
        };
        let mut frame = Frame::new(code, globals.clone(), 0);
        if local {
            let names: Names = self.vm.snapshot.borrow().iter().cloned().collect();
            frame.set_names(Namespace::Names(Rc::new(RefCell::new(names))));
        }
        run_frame(rt, &self.vm, frame)
    }

    fn describe(&self, function: &Function) -> CodeNames {
        let Some(code) = function.code.downcast_ref::<Code>() else { return CodeNames::default() };
        // A captured parameter has a register and a cell; any other captured variable a cell alone.
        let params = code.params.names.len();
        let local = |(i, name): (usize, &Name)| (i < params || !code.cells.contains(name)).then_some(*name);
        CodeNames {
            locals: code.locals.iter().enumerate().filter_map(local).filter(|n| !n.text().starts_with('.')).collect(),
            cells: code.cells.clone(),
            frees: code.frees.clone(),
            line: code.source.line_of(code.span.start),
            file: code.source.name.to_string(),
        }
    }

    fn current_globals(&self) -> Option<Rc<Module>> {
        self.vm.globals.borrow().clone()
    }

    fn current_locals(&self) -> Vec<(Name, Value)> {
        if self.vm.snapshot_is_local.get() {
            return self.vm.snapshot.borrow().clone();
        }
        match self.current_globals() {
            Some(globals) => globals.names().iter().map(|(n, v)| (*n, v.clone())).collect(),
            None => Vec::new(),
        }
    }

    fn super_context(&self) -> Option<(Rc<Class>, Value)> {
        None
    }
}
