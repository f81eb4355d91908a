//! Models files as modules: `<label>.models` and its siblings, found where the file stands.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::options::{Options, reason};
use crate::object::{Exc, Module, Res, Rt, Value};
use crate::source::{Source, SourceKind};
use crate::syntax;
use crate::syntax::ast::{self, StmtKind};

/// Where a module's text comes from.
#[derive(Clone)]
enum Text {
    File(PathBuf),
    Bundled { name: &'static str, text: &'static str },
}

/// The modules that come from files, by full name.
#[derive(Default)]
pub struct ModuleFiles {
    texts: RefCell<FxHashMap<String, (Text, bool)>>,
}

/// Registers the modules of a models file: its package, itself, and the Python files beside it (and, where it is a
/// package, in it).
pub fn register(rt: &Rt, label: &str, path: &Path) {
    let files = rt.state::<ModuleFiles>();
    rt.add_module(label, |_, module| {
        module.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    let is_package = path.file_stem().is_some_and(|s| s == "__init__");
    let models = format!("{label}.models");
    add(rt, &files, &models, Text::File(path.to_path_buf()), is_package);
    let folder = path.parent().unwrap_or(Path::new("."));
    if is_package {
        siblings(rt, &files, &models, folder, path, 0);
        if let Some(above) = folder.parent().filter(|_| folder.file_name().is_some_and(|n| n == "models")) {
            siblings(rt, &files, label, above, path, 0);
        }
    } else {
        siblings(rt, &files, label, folder, path, 0);
    }
}

/// Registers a models file that is part of the program.
pub fn register_bundled(rt: &Rt, label: &str, name: &'static str, text: &'static str) {
    let files = rt.state::<ModuleFiles>();
    rt.add_module(label, |_, module| {
        module.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    add(rt, &files, &format!("{label}.models"), Text::Bundled { name, text }, false);
}

fn siblings(rt: &Rt, files: &ModuleFiles, package: &str, folder: &Path, except: &Path, depth: usize) {
    // Deeper than any project's packages: whoever points at `/` should not wait for a walk of the disk.
    if depth > 3 {
        return;
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().take(2000) {
        let path = entry.path();
        let Some(stem) = path.file_stem().map(|s| s.to_string_lossy().into_owned()) else { continue };
        let is_name =
            stem.chars().all(|c| c.is_alphanumeric() || c == '_') && !stem.starts_with(|c: char| c.is_numeric());
        if !is_name || path == except || stem == "__init__" {
            continue;
        }
        let name = format!("{package}.{stem}");
        if path.extension().is_some_and(|e| e == "py") {
            add(rt, files, &name, Text::File(path), false);
        } else if path.is_dir() && path.join("__init__.py").is_file() && path.join("__init__.py") != except {
            add(rt, files, &name, Text::File(path.join("__init__.py")), true);
            siblings(rt, files, &name, &path, except, depth + 1);
        }
    }
}

fn add(rt: &Rt, files: &ModuleFiles, name: &str, text: Text, package: bool) {
    // The first file given for a name stays: a models file is never hidden by another's sibling.
    if files.texts.borrow().contains_key(name) {
        return;
    }
    files.texts.borrow_mut().insert(name.to_string(), (text, package));
    rt.add_module(name, build);
}

/// Runs a module's file in its names: what `import` does the first time.
fn build(rt: &Rt, module: &Rc<Module>) -> Res<()> {
    let name = module.name.borrow().to_string();
    let files = rt.state::<ModuleFiles>();
    let found = files.texts.borrow().get(&name).cloned();
    let Some((text, package)) = found else {
        return Err(Exc::ModuleNotFoundError.new(format!("No module named '{name}'")).with("name", name.as_str()));
    };
    let (shown, text) = match text {
        Text::Bundled { name, text } => (name.to_string(), text.to_string()),
        Text::File(path) => {
            let shown = path.canonicalize().unwrap_or_else(|_| path.clone()).display().to_string();
            let bytes = std::fs::read(&path)
                .map_err(|e| Exc::ImportError.new(format!("{}: {}", path.display(), reason(&e))))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| Exc::ImportError.new(format!("{}: is not UTF-8 text", path.display())))?;
            (shown, text)
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    let parent = name.rsplit_once('.').map_or("", |(parent, _)| parent);
    module.put("__package__", if package { name.as_str() } else { parent });
    module.put("__file__", shown.as_str());
    if package {
        module.put(
            "__path__",
            Value::list(vec![Value::str(Path::new(&shown).parent().unwrap_or(Path::new("")).display().to_string())]),
        );
    }
    let source = Rc::new(Source::new(SourceKind::File, shown, text));
    let tree = match syntax::parse(&source.text, syntax::Mode::File) {
        Ok(tree) => tree,
        Err(error) => return Err(super::exec::syntax_error(&source, &error)),
    };
    super::exec::run_file(rt, &source, &tree, module)
}

/// Runs a models file by importing its module.
///
/// Errors: whatever the file raises.
pub fn load(rt: &Rt, label: &str) -> Res<()> {
    let name = format!("{label}.models");
    rt.exec()?.import(rt, &name)?;
    Ok(())
}

/// Where a model, or one of its fields, is written: file and line. `None` where it is not found in the text, as in files
/// that a models file imports.
pub fn place(options: &Options, model: Option<&str>, field: Option<&str>) -> Option<(String, u32)> {
    let (label, name) = model?.split_once('.')?;
    let file = options.schemas.iter().find(|s| s.label == label)?;
    let text = std::fs::read_to_string(&file.path).ok()?.replace("\r\n", "\n");
    let source = Source::new(SourceKind::File, file.path.display().to_string(), text);
    let tree = syntax::parse(&source.text, syntax::Mode::File).ok()?;
    let class = tree.body.iter().rev().find(|s| matches!(&s.kind, StmtKind::ClassDef(def) if def.name == *name))?;
    let StmtKind::ClassDef(def) = &class.kind else { return None };
    let is_field = |stmt: &&ast::Stmt| match &stmt.kind {
        StmtKind::Assign { targets, .. } => {
            targets.iter().any(|t| matches!(&t.kind, ast::ExprKind::Name(n) if field.is_some_and(|f| *n == *f)))
        }
        _ => false,
    };
    let stmt = def.body.iter().find(is_field).unwrap_or(class);
    let line = source.line_of(stmt.span.start);
    Some((source.name.to_string(), line))
}
