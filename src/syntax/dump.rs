//! A tree as text, one node a line, for tests: `tests/oracle/dump_ast.py` writes the same from CPython's `ast`.

mod expressions;

use std::fmt::Write;

use super::ast::*;
use crate::source::{Name, Source, SourceKind, Span};

/// Writes a module's tree, one node a line: field, kind, and place as `line:column-line:column` in bytes.
pub fn dump(module: &Module, text: &str) -> String {
    let source = Source::new(SourceKind::Text, "", text);
    let mut dump = Dump { out: String::new(), depth: 0, source, place: true };
    dump.stmts("body", &module.body);
    dump.out
}

struct Dump {
    out: String,
    depth: usize,
    source: Source,
    /// Whether places are shown: not for the text inside f-strings, whose places CPython does not keep exactly.
    place: bool,
}

impl Dump {
    pub(super) fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.source.line_of(offset);
        let start = self.source.text[..offset as usize].rfind('\n').map_or(0, |i| i + 1);
        (line, offset - start as u32)
    }

    pub(super) fn open(&mut self, field: &str, kind: &str, span: Option<Span>) {
        let _ = write!(self.out, "{:width$}{field}: {kind}", "", width = self.depth);
        if let Some(span) = span.filter(|_| self.place) {
            let ((line, column), (end_line, end_column)) = (self.position(span.start), self.position(span.end));
            let _ = write!(self.out, " {line}:{column}-{end_line}:{end_column}");
        }
        self.out.push('\n');
        self.depth += 1;
    }

    pub(super) fn close(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn leaf(&mut self, field: &str, text: &str) {
        let _ = writeln!(self.out, "{:width$}{field}: {text}", "", width = self.depth);
    }

    pub(super) fn name(&mut self, field: &str, name: Name) {
        self.leaf(field, &name.text());
    }

    pub(super) fn flag(&mut self, field: &str, flag: bool) {
        self.leaf(field, if flag { "1" } else { "0" });
    }

    pub(super) fn stmts(&mut self, field: &str, body: &[Stmt]) {
        for stmt in body {
            self.stmt(field, stmt);
        }
    }

    pub(super) fn exprs(&mut self, field: &str, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(field, expr);
        }
    }

    pub(super) fn opt(&mut self, field: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(field, expr);
        }
    }

    pub(super) fn stmt(&mut self, field: &str, stmt: &Stmt) {
        if let StmtKind::If { branches, orelse } = &stmt.kind {
            let end = stmt.span.end;
            self.if_chain(field, branches, orelse, end);
            return;
        }
        let kind = match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                if def.is_async {
                    "AsyncFunctionDef"
                } else {
                    "FunctionDef"
                }
            }
            StmtKind::ClassDef(_) => "ClassDef",
            StmtKind::Return(_) => "Return",
            StmtKind::Delete(_) => "Delete",
            StmtKind::Assign { .. } => "Assign",
            StmtKind::AugAssign { .. } => "AugAssign",
            StmtKind::AnnAssign { .. } => "AnnAssign",
            StmtKind::TypeAlias { .. } => "TypeAlias",
            StmtKind::For { is_async, .. } => {
                if *is_async {
                    "AsyncFor"
                } else {
                    "For"
                }
            }
            StmtKind::While { .. } => "While",
            StmtKind::If { .. } => "If",
            StmtKind::With { is_async, .. } => {
                if *is_async {
                    "AsyncWith"
                } else {
                    "With"
                }
            }
            StmtKind::Match { .. } => "Match",
            StmtKind::Raise { .. } => "Raise",
            StmtKind::Try(try_) => {
                if try_.is_star {
                    "TryStar"
                } else {
                    "Try"
                }
            }
            StmtKind::Assert { .. } => "Assert",
            StmtKind::Import(_) => "Import",
            StmtKind::ImportFrom { .. } => "ImportFrom",
            StmtKind::Global(_) => "Global",
            StmtKind::Nonlocal(_) => "Nonlocal",
            StmtKind::Expr(_) => "Expr",
            StmtKind::Pass => "Pass",
            StmtKind::Break => "Break",
            StmtKind::Continue => "Continue",
            StmtKind::LineMagic { .. } => "LineMagic",
            StmtKind::CellMagic { .. } => "CellMagic",
            StmtKind::Help { .. } => "Help",
            StmtKind::Shell { .. } => "Shell",
        };
        self.open(field, kind, Some(stmt.span));
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                self.name("name", def.name);
                self.arguments(&def.args);
                self.stmts("body", &def.body);
                self.exprs("decorator_list", &def.decorators);
                self.opt("returns", def.returns.as_ref());
                self.type_params(&def.type_params);
            }
            StmtKind::ClassDef(def) => {
                self.name("name", def.name);
                self.exprs("bases", &def.bases);
                self.keywords(&def.keywords);
                self.stmts("body", &def.body);
                self.exprs("decorator_list", &def.decorators);
                self.type_params(&def.type_params);
            }
            StmtKind::Return(value) => self.opt("value", value.as_ref()),
            StmtKind::Delete(targets) => self.exprs("targets", targets),
            StmtKind::Assign { targets, value } => {
                self.exprs("targets", targets);
                self.expr("value", value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.expr("target", target);
                self.leaf("op", &format!("{op:?}"));
                self.expr("value", value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.expr("target", target);
                self.expr("annotation", annotation);
                self.opt("value", value.as_ref());
                self.flag("simple", *simple);
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.name("name", *name);
                self.type_params(type_params);
                self.expr("value", value);
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr("target", target);
                self.expr("iter", iter);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr("test", test);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::With { items, body, .. } => {
                for item in items {
                    self.open("items", "withitem", None);
                    self.expr("context_expr", &item.context);
                    self.opt("optional_vars", item.target.as_ref());
                    self.close();
                }
                self.stmts("body", body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr("subject", subject);
                for case in cases {
                    self.open("cases", "match_case", None);
                    self.pattern("pattern", &case.pattern);
                    self.opt("guard", case.guard.as_ref());
                    self.stmts("body", &case.body);
                    self.close();
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.opt("exc", exc.as_ref());
                self.opt("cause", cause.as_ref());
            }
            StmtKind::Try(try_) => {
                self.stmts("body", &try_.body);
                for handler in &try_.handlers {
                    self.open("handlers", "ExceptHandler", Some(handler.span));
                    self.opt("type", handler.kind.as_ref());
                    if let Some(name) = handler.name {
                        self.name("name", name);
                    }
                    self.stmts("body", &handler.body);
                    self.close();
                }
                self.stmts("orelse", &try_.orelse);
                self.stmts("finalbody", &try_.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr("test", test);
                self.opt("msg", msg.as_ref());
            }
            StmtKind::Import(names) => self.aliases(names),
            StmtKind::ImportFrom { module, names, level } => {
                if let Some(module) = module {
                    self.name("module", *module);
                }
                self.aliases(names);
                self.leaf("level", &level.to_string());
            }
            StmtKind::Global(names) | StmtKind::Nonlocal(names) => {
                for name in names {
                    self.name("names", *name);
                }
            }
            StmtKind::Expr(value) => self.expr("value", value),
            StmtKind::LineMagic { target, name, rest } => {
                self.opt("target", target.as_ref());
                self.leaf("name", &quoted(name));
                self.leaf("rest", &quoted(rest));
            }
            StmtKind::CellMagic { name, line, body, .. } => {
                self.leaf("name", &quoted(name));
                self.leaf("line", &quoted(line));
                self.leaf("body", &quoted(body));
            }
            StmtKind::Help { text, detailed } => {
                self.leaf("text", &quoted(text));
                self.flag("detailed", *detailed);
            }
            StmtKind::Shell { target, command } => {
                self.opt("target", target.as_ref());
                self.leaf("command", &quoted(command));
            }
            StmtKind::If { .. } | StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.close();
    }

    /// CPython nests an `elif` in the `else` before it.
    pub(super) fn if_chain(&mut self, field: &str, branches: &[IfBranch], orelse: &[Stmt], end: u32) {
        let Some((first, rest)) = branches.split_first() else { return self.stmts("orelse", orelse) };
        self.open(field, "If", Some(Span::new(first.span.start, end)));
        self.expr("test", &first.test);
        self.stmts("body", &first.body);
        if rest.is_empty() {
            self.stmts("orelse", orelse);
        } else {
            self.if_chain("orelse", rest, orelse, end);
        }
        self.close();
    }

    pub(super) fn aliases(&mut self, names: &[Alias]) {
        for alias in names {
            self.open("names", "alias", Some(alias.span));
            self.name("name", alias.name);
            if let Some(asname) = alias.asname {
                self.name("asname", asname);
            }
            self.close();
        }
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword]) {
        for keyword in keywords {
            self.open("keywords", "keyword", Some(keyword.span));
            if let Some(arg) = keyword.arg {
                self.name("arg", arg);
            }
            self.expr("value", &keyword.value);
            self.close();
        }
    }

    pub(super) fn type_params(&mut self, params: &[TypeParam]) {
        for param in params {
            self.open("type_params", &format!("{:?}", param.kind), Some(param.span));
            self.name("name", param.name);
            self.opt("bound", param.bound.as_ref());
            self.opt("default_value", param.default.as_ref());
            self.close();
        }
    }

    pub(super) fn arguments(&mut self, args: &Arguments) {
        self.open("args", "arguments", None);
        for arg in &args.posonly {
            self.arg("posonlyargs", arg);
        }
        for arg in &args.args {
            self.arg("args", arg);
        }
        if let Some(arg) = &args.vararg {
            self.arg("vararg", arg);
        }
        for arg in &args.kwonly {
            self.arg("kwonlyargs", arg);
        }
        for default in &args.kw_defaults {
            match default {
                Some(default) => self.expr("kw_defaults", default),
                None => self.leaf("kw_defaults", "None"),
            }
        }
        if let Some(arg) = &args.kwarg {
            self.arg("kwarg", arg);
        }
        self.exprs("defaults", &args.defaults);
        self.close();
    }

    pub(super) fn arg(&mut self, field: &str, arg: &Arg) {
        self.open(field, "arg", Some(arg.span));
        self.name("arg", arg.name);
        self.opt("annotation", arg.annotation.as_ref());
        self.close();
    }
}

fn constant(value: &Constant) -> String {
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(digits) => digits.to_string(),
        Constant::Float(value) => format!("float {:016x}", value.to_bits()),
        Constant::Complex(value) => format!("complex {:016x}", value.to_bits()),
        Constant::Str(text) => quoted(text),
        Constant::Bytes(bytes) => {
            let text: String = bytes.iter().map(|&b| b as char).collect();
            format!("b{}", quoted(&text))
        }
    }
}

/// As JSON writes a string with ASCII only.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
    out
}

/// A key of a mapping pattern as Python shows it.
pub(super) fn constant_repr(value: &Constant) -> String {
    match value {
        Constant::Str(text) => format!("'{text}'"),
        Constant::Float(value) => format!("{value:?}"),
        _ => constant(value),
    }
}
