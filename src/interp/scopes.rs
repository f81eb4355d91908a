//! Symbol tables: which scope each name of a text belongs to.
//!
//! Mirrors <https://docs.python.org/3/reference/executionmodel.html#resolution-of-names>. A list, set or dict
//! comprehension is a scope of its own whose variables live in the registers of the code around it, as in CPython 3.13;
//! a generator expression is a function.

use rustc_hash::FxHashMap;

use crate::source::{Name, Span};
use crate::syntax::ast::*;
use crate::syntax::{ErrorKind, SyntaxError};

/// A scope's number.
pub type ScopeId = usize;

/// A variable: the scope that binds it, and its name.
pub type Var = (ScopeId, Name);

/// The kinds of scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    /// A module or cell.
    Module,
    /// A function, lambda or generator expression.
    Function,
    /// A class body.
    Class,
    /// An inlined comprehension.
    Comprehension,
}

/// What a scope says of a name.
#[derive(Clone, Copy, Default)]
pub struct Symbol {
    /// It is assigned here.
    pub bound: bool,
    /// `global`.
    pub global: bool,
    /// `nonlocal`.
    pub nonlocal: bool,
    /// A function inside uses it.
    pub captured: bool,
}

/// One scope.
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// Its names, in order of appearance.
    pub symbols: indexmap::IndexMap<Name, Symbol, rustc_hash::FxBuildHasher>,
    /// Whether it yields.
    pub generator: bool,
    /// Whether it is a generator expression: its `:=` binds in the code around it.
    pub expression: bool,
    /// Whether it, or a comprehension inside, has a `:=`.
    pub walrus: bool,
    /// The inlined comprehensions directly inside.
    pub comprehensions: Vec<ScopeId>,
    /// Variables of enclosing functions that the code uses, in order.
    pub frees: Vec<Var>,
}

/// Where a name of some code is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A register.
    Local(Var),
    /// A cell of this code.
    Cell(Var),
    /// A cell of an enclosing function.
    Free(Var),
    /// The module's names, then the built-in ones.
    Global,
    /// A class body's names, then as `Global`.
    Name,
    /// A class body's names, then a cell of an enclosing function.
    ClassFree(Var),
}

/// The scopes of a text.
pub struct Scopes {
    /// By number; 0 is the module.
    pub scopes: Vec<Scope>,
    nodes: FxHashMap<usize, ScopeId>,
}

/// How a node is known: by where it stands in memory, which is fixed while the tree is borrowed.
pub fn key<T>(node: &T) -> usize {
    node as *const T as usize
}

impl Scopes {
    /// Reads the scopes of a module. Errors: Python's SyntaxErrors about `global` and `nonlocal`.
    pub fn build(module: &Module, text: &str, class_like: bool) -> Result<Scopes, SyntaxError> {
        let mut builder = Builder {
            scopes: Scopes { scopes: Vec::new(), nodes: FxHashMap::default() },
            current: 0,
            error: None,
            text,
        };
        let kind = if class_like { ScopeKind::Class } else { ScopeKind::Module };
        builder.push(kind, 0);
        builder.body(&module.body);
        let Builder { mut scopes, error, .. } = builder;
        match error {
            Some(e) => Err(e),
            None => {
                scopes.resolve_all();
                Ok(scopes)
            }
        }
    }

    /// The scope that a node opens.
    pub fn of<T>(&self, node: &T) -> ScopeId {
        self.nodes.get(&key(node)).copied().unwrap_or(0)
    }

    /// The scope whose code a scope is part of: a comprehension's is the one around it.
    pub fn unit(&self, mut scope: ScopeId) -> ScopeId {
        while self.scopes[scope].kind == ScopeKind::Comprehension {
            scope = self.scopes[scope].parent.unwrap_or(0);
        }
        scope
    }

    /// The scope that binds a name as seen from a scope; none where it is global. `own`: a class body looks from itself.
    fn definer(&self, scope: ScopeId, name: Name, own: bool) -> Option<ScopeId> {
        let mut at = scope;
        let mut first = own;
        loop {
            let s = &self.scopes[at];
            if let Some(symbol) = s.symbols.get(&name) {
                if symbol.global {
                    return None;
                }
                let visible = match s.kind {
                    ScopeKind::Module => return None,
                    ScopeKind::Class => first || name == "__class__",
                    _ => true,
                };
                if symbol.bound && !symbol.nonlocal && visible {
                    return Some(at);
                }
            }
            // A class's names are not seen from inside it, not even from a comprehension.
            first = false;
            at = s.parent?;
        }
    }

    fn resolve_all(&mut self) {
        for scope in 0..self.scopes.len() {
            let names: Vec<Name> = self.scopes[scope].symbols.keys().copied().collect();
            let home = self.unit(scope);
            for name in names {
                if self.scopes[scope].kind == ScopeKind::Class && name == "__class__" {
                    continue;
                }
                let mut from = scope;
                let symbol = self.scopes[scope].symbols[&name];
                if symbol.nonlocal {
                    from = self.scopes[scope].parent.unwrap_or(0);
                }
                let Some(definer) = self.definer(from, name, !symbol.nonlocal) else { continue };
                let def_home = self.unit(definer);
                if def_home == home {
                    continue;
                }
                if let Some(symbol) = self.scopes[definer].symbols.get_mut(&name) {
                    symbol.captured = true;
                }
                // Every function between the use and the definition passes the cell on.
                let mut at = home;
                while at != def_home {
                    let var = (definer, name);
                    if !self.scopes[at].frees.contains(&var) {
                        self.scopes[at].frees.push(var);
                    }
                    at = self.unit(self.scopes[at].parent.unwrap_or(0));
                }
            }
        }
    }

    /// Where a name is found from a scope.
    pub fn place(&self, scope: ScopeId, name: Name) -> Place {
        let s = &self.scopes[scope];
        let home = self.unit(scope);
        let symbol = s.symbols.get(&name).copied().unwrap_or_default();
        if symbol.global {
            return Place::Global;
        }
        let home_kind = self.scopes[home].kind;
        if s.kind == ScopeKind::Class {
            if symbol.bound && !symbol.nonlocal {
                return Place::Name;
            }
            return match self.definer(scope, name, !symbol.nonlocal) {
                Some(d) if symbol.nonlocal => Place::Free((d, name)),
                Some(d) => Place::ClassFree((d, name)),
                None => Place::Name,
            };
        }
        let from = if symbol.nonlocal { s.parent.unwrap_or(0) } else { scope };
        match self.definer(from, name, !symbol.nonlocal) {
            None if home_kind == ScopeKind::Class && self.scopes[home].parent.is_none() => Place::Name,
            None => Place::Global,
            Some(d) if self.unit(d) == home => {
                if self.scopes[d].symbols[&name].captured {
                    Place::Cell((d, name))
                } else {
                    Place::Local((d, name))
                }
            }
            Some(d) => Place::Free((d, name)),
        }
    }

    /// The variables that a scope's code binds itself, comprehensions included; with whether a function inside uses it.
    pub fn variables(&self, unit: ScopeId) -> Vec<(Var, bool)> {
        let mut out = Vec::new();
        let mut todo = vec![unit];
        while let Some(id) = todo.pop() {
            let s = &self.scopes[id];
            let own = !matches!(s.kind, ScopeKind::Module | ScopeKind::Class);
            for (&name, symbol) in &s.symbols {
                let binds = symbol.bound && !symbol.global && !symbol.nonlocal && own;
                if binds || (s.kind == ScopeKind::Class && name == "__class__" && symbol.captured) {
                    out.push(((id, name), symbol.captured));
                }
            }
            todo.extend(s.comprehensions.iter().rev());
        }
        out
    }
}

struct Builder<'a> {
    scopes: Scopes,
    current: ScopeId,
    error: Option<SyntaxError>,
    text: &'a str,
}

impl Builder<'_> {
    fn push(&mut self, kind: ScopeKind, key: usize) -> ScopeId {
        let id = self.scopes.scopes.len();
        let parent = if id == 0 { None } else { Some(self.current) };
        if kind == ScopeKind::Comprehension {
            self.scopes.scopes[self.current].comprehensions.push(id);
        }
        self.scopes.scopes.push(Scope {
            kind,
            parent,
            symbols: Default::default(),
            generator: false,
            expression: false,
            walrus: false,
            comprehensions: Vec::new(),
            frees: Vec::new(),
        });
        self.scopes.nodes.insert(key, id);
        self.current = id;
        id
    }

    fn pop(&mut self) {
        self.current = self.scopes.scopes[self.current].parent.unwrap_or(0);
    }

    fn fail(&mut self, message: String, span: Span) {
        if self.error.is_none() {
            self.error = Some(SyntaxError::new(ErrorKind::Syntax, message, span, self.text));
        }
    }

    fn symbol(&mut self, name: Name) -> &mut Symbol {
        self.scopes.scopes[self.current].symbols.entry(name).or_default()
    }

    fn bind(&mut self, name: Name) {
        self.symbol(name).bound = true;
    }

    fn used(&mut self, name: Name) {
        self.symbol(name);
    }

    fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                def.decorators.iter().for_each(|d| self.expr(d));
                self.bind(def.name);
                self.defaults(&def.args);
                self.annotations(&def.args, def.returns.as_ref());
                def.type_params.iter().for_each(|p| self.bind(p.name));
                self.push(ScopeKind::Function, key(&**def));
                self.params(&def.args, stmt.span);
                self.body(&def.body);
                self.pop();
            }
            StmtKind::ClassDef(def) => {
                def.decorators.iter().for_each(|d| self.expr(d));
                def.type_params.iter().for_each(|p| self.bind(p.name));
                def.bases.iter().for_each(|b| self.expr(b));
                def.keywords.iter().for_each(|k| self.expr(&k.value));
                self.bind(def.name);
                self.push(ScopeKind::Class, key(&**def));
                self.bind("__class__".into());
                self.body(&def.body);
                self.pop();
            }
            StmtKind::Return(value) => value.iter().for_each(|v| self.expr(v)),
            StmtKind::Delete(targets) => targets.iter().for_each(|t| self.target(t)),
            StmtKind::Assign { targets, value } => {
                self.expr(value);
                targets.iter().for_each(|t| self.target(t));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
                self.target(target);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                value.iter().for_each(|v| self.expr(v));
                if let (ExprKind::Name(name), true) = (&target.kind, *simple) {
                    self.bind(*name);
                } else if value.is_some() || !matches!(target.kind, ExprKind::Name(_)) {
                    self.target(target);
                }
                if self.scopes.scopes[self.current].kind != ScopeKind::Function {
                    self.expr(annotation);
                }
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.bind(*name);
                type_params.iter().for_each(|p| self.bind(p.name));
                self.expr(value);
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(iter);
                self.target(target);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::If { branches, orelse } => {
                for branch in branches {
                    self.expr(&branch.test);
                    self.body(&branch.body);
                }
                self.body(orelse);
            }
            StmtKind::With { items, body, .. } => {
                for item in items {
                    self.expr(&item.context);
                    item.target.iter().for_each(|t| self.target(t));
                }
                self.body(body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject);
                for case in cases {
                    self.pattern(&case.pattern);
                    case.guard.iter().for_each(|g| self.expr(g));
                    self.body(&case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                exc.iter().for_each(|e| self.expr(e));
                cause.iter().for_each(|e| self.expr(e));
            }
            StmtKind::Try(t) => {
                self.body(&t.body);
                for handler in &t.handlers {
                    handler.kind.iter().for_each(|k| self.expr(k));
                    handler.name.iter().for_each(|&n| self.bind(n));
                    self.body(&handler.body);
                }
                self.body(&t.orelse);
                self.body(&t.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                msg.iter().for_each(|m| self.expr(m));
            }
            StmtKind::Import(aliases) => {
                for alias in aliases {
                    let name = alias.asname.unwrap_or_else(|| {
                        let text = alias.name.text();
                        Name::new(text.split('.').next().unwrap_or(&text))
                    });
                    self.bind(name);
                }
            }
            StmtKind::ImportFrom { names, .. } => {
                for alias in names {
                    if alias.name == "*" {
                        if self.scopes.scopes[self.current].kind != ScopeKind::Module {
                            self.fail("import * only allowed at module level".into(), stmt.span);
                        }
                        continue;
                    }
                    self.bind(alias.asname.unwrap_or(alias.name));
                }
            }
            StmtKind::Global(names) => {
                for &name in names {
                    self.declare(name, stmt.span, "global");
                    self.symbol(name).global = true;
                    // The module itself then has the name.
                    self.scopes.scopes[0].symbols.entry(name).or_default().bound = true;
                }
            }
            StmtKind::Nonlocal(names) => {
                for &name in names {
                    if self.scopes.scopes[self.current].kind == ScopeKind::Module {
                        self.fail("nonlocal declaration not allowed at module level".into(), stmt.span);
                        return;
                    }
                    self.declare(name, stmt.span, "nonlocal");
                    let parent = self.scopes.scopes[self.current].parent.unwrap_or(0);
                    if self.scopes.definer(parent, name, false).is_none() {
                        self.later_nonlocal(name, stmt.span);
                    }
                    self.symbol(name).nonlocal = true;
                }
            }
            StmtKind::Expr(e) => self.expr(e),
            StmtKind::LineMagic { target, .. } | StmtKind::Shell { target, .. } => {
                target.iter().for_each(|t| self.target(t));
            }
            StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::CellMagic { .. }
            | StmtKind::Help { .. } => {}
        }
    }

    fn declare(&mut self, name: Name, span: Span, what: &str) {
        if let Some(symbol) = self.scopes.scopes[self.current].symbols.get(&name).copied()
            && self.scopes.scopes[self.current].kind != ScopeKind::Module
        {
            if symbol.global && what == "nonlocal" || symbol.nonlocal && what == "global" {
                self.fail(format!("name '{name}' is nonlocal and global"), span);
            } else if symbol.bound {
                self.fail(format!("name '{name}' is assigned to before {what} declaration"), span);
            } else if !symbol.global && !symbol.nonlocal {
                self.fail(format!("name '{name}' is used prior to {what} declaration"), span);
            }
        }
    }

    /// The enclosing function may bind the name further down; only a name that no function around mentions is wrong.
    fn later_nonlocal(&mut self, name: Name, span: Span) {
        let mut at = self.scopes.scopes[self.current].parent;
        let mut inside_function = false;
        while let Some(id) = at {
            inside_function |= self.scopes.scopes[id].kind == ScopeKind::Function;
            at = self.scopes.scopes[id].parent;
        }
        if !inside_function {
            self.fail(format!("no binding for nonlocal '{name}' found"), span);
        }
    }

    fn defaults(&mut self, args: &Arguments) {
        args.defaults.iter().for_each(|d| self.expr(d));
        args.kw_defaults.iter().flatten().for_each(|d| self.expr(d));
    }

    fn annotations(&mut self, args: &Arguments, returns: Option<&Expr>) {
        let all = args.posonly.iter().chain(&args.args).chain(&args.vararg).chain(&args.kwonly).chain(&args.kwarg);
        for arg in all {
            arg.annotation.iter().for_each(|a| self.expr(a));
        }
        returns.iter().for_each(|r| self.expr(r));
    }

    fn params(&mut self, args: &Arguments, _span: Span) {
        let all = args.posonly.iter().chain(&args.args).chain(&args.kwonly).chain(&args.vararg).chain(&args.kwarg);
        for arg in all {
            if self.scopes.scopes[self.current].symbols.contains_key(&arg.name) {
                self.fail(format!("duplicate argument '{}' in function definition", arg.name), arg.span);
            }
            self.bind(arg.name);
        }
    }

    fn target(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(*name),
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|t| self.target(t)),
            ExprKind::Starred(inner) => self.target(inner),
            _ => self.expr(target),
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Value(e) => self.expr(e),
            PatternKind::Singleton(_) => {}
            PatternKind::Sequence(items) | PatternKind::Or(items) => items.iter().for_each(|p| self.pattern(p)),
            PatternKind::Mapping { keys, patterns, rest } => {
                keys.iter().for_each(|k| self.expr(k));
                patterns.iter().for_each(|p| self.pattern(p));
                rest.iter().for_each(|&n| self.bind(n));
            }
            PatternKind::Class { class, patterns, keyword_patterns, .. } => {
                self.expr(class);
                patterns.iter().chain(keyword_patterns).for_each(|p| self.pattern(p));
            }
            PatternKind::Star(name) => name.iter().for_each(|&n| self.bind(n)),
            PatternKind::As { pattern, name } => {
                pattern.iter().for_each(|p| self.pattern(p));
                name.iter().for_each(|&n| self.bind(n));
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        // The left spine can be thousands of nodes deep.
        let mut spine = Some(expr);
        while let Some(e) = spine {
            self.parts(e);
            spine = e.spine();
        }
    }

    /// Everything of an expression but the child on its spine.
    fn parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Attribute { .. } => {}
            ExprKind::Name(name) => {
                self.used(*name);
                if *name == "super" && self.scopes.scopes[self.current].kind != ScopeKind::Module {
                    self.used("__class__".into());
                }
            }
            ExprKind::BoolOp { values, .. } => values.iter().for_each(|v| self.expr(v)),
            ExprKind::NamedExpr { target, value, .. } => {
                self.expr(value);
                self.walrus(*target, expr.span);
            }
            ExprKind::BinOp { right, .. } => self.expr(right),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args);
                self.push(ScopeKind::Function, key(expr));
                self.params(args, expr.span);
                self.expr(body);
                self.pop();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
            }
            ExprKind::Dict(items) => {
                for item in items {
                    item.key.iter().for_each(|k| self.expr(k));
                    self.expr(&item.value);
                }
            }
            ExprKind::Set(items) | ExprKind::List(items) | ExprKind::Tuple(items) => {
                items.iter().for_each(|i| self.expr(i));
            }
            ExprKind::ListComp { element, generators } | ExprKind::SetComp { element, generators } => {
                self.comprehension(expr, ScopeKind::Comprehension, generators, &[element]);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(expr, ScopeKind::Comprehension, generators, &[key, value]);
            }
            ExprKind::GeneratorExp { element, generators } => {
                self.comprehension(expr, ScopeKind::Function, generators, &[element]);
            }
            ExprKind::Await(value) => self.expr(value),
            ExprKind::Yield(value) => {
                self.yields(expr.span);
                value.iter().for_each(|v| self.expr(v));
            }
            ExprKind::YieldFrom(value) => {
                self.yields(expr.span);
                self.expr(value);
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left);
                comparators.iter().for_each(|c| self.expr(c));
            }
            ExprKind::Call { args, keywords, .. } => {
                args.iter().for_each(|a| self.expr(a));
                keywords.iter().for_each(|k| self.expr(&k.value));
            }
            ExprKind::FString(parts) => self.fstring(parts),
            ExprKind::Subscript { index, .. } => self.expr(index),
            ExprKind::Starred(value) => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().for_each(|e| self.expr(e));
            }
        }
    }

    fn fstring(&mut self, parts: &[FStringPart]) {
        for part in parts {
            if let FStringPart::Interp(i) = part {
                self.expr(&i.expr);
                i.spec.iter().for_each(|s| self.fstring(s));
            }
        }
    }

    fn yields(&mut self, span: Span) {
        let home = self.scopes.unit(self.current);
        match self.scopes.scopes[home].kind {
            ScopeKind::Function => self.scopes.scopes[home].generator = true,
            _ => self.fail("'yield' outside function".into(), span),
        }
    }

    fn walrus(&mut self, name: Name, span: Span) {
        let mut at = self.current;
        loop {
            let s = &mut self.scopes.scopes[at];
            s.walrus = true;
            if s.kind != ScopeKind::Comprehension && !s.expression {
                break;
            }
            at = s.parent.unwrap_or(0);
        }
        if at == self.current {
            self.bind(name);
            return;
        }
        // Inside a comprehension the name is bound in the code around it.
        if self.scopes.scopes[at].kind == ScopeKind::Class {
            self.fail("assignment expression within a comprehension cannot be used in a class body".into(), span);
            return;
        }
        self.scopes.scopes[at].symbols.entry(name).or_default().bound = true;
        self.used(name);
    }

    fn comprehension(&mut self, node: &Expr, kind: ScopeKind, generators: &[Comprehension], elements: &[&Expr]) {
        if let Some(first) = generators.first() {
            self.expr(&first.iter);
        }
        let id = self.push(kind, key(node));
        if kind == ScopeKind::Function {
            self.bind(".0".into());
            self.scopes.scopes[id].generator = true;
            self.scopes.scopes[id].expression = true;
        }
        for (i, generator) in generators.iter().enumerate() {
            self.target(&generator.target);
            if i > 0 {
                self.expr(&generator.iter);
            }
            generator.ifs.iter().for_each(|c| self.expr(c));
        }
        elements.iter().for_each(|e| self.expr(e));
        self.pop();
    }
}
