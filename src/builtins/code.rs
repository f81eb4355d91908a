//! Running code from text: `eval`, `exec`, `compile`, `__import__`.

use std::any::Any;
use std::rc::Rc;

use crate::object::args::{Args, CallArgs};
use crate::object::dict::Dict;
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::NativeType;
use crate::object::{Exc, Res, Row, Rt, Value, types};
use crate::source::Name;

/// What `compile()` makes.
struct Code {
    /// The interpreter's.
    code: Rc<dyn Any>,
    file: String,
}

impl Object for Code {}

impl NativeType for Code {
    const NAME: &'static str = "code";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            let code = a.native::<Code>(0)?;
            let id = a.get(0).id();
            Ok(Value::from(format!("<code object <module> at 0x{id:x}, file \"{}\", line 1>", code.file)))
        }),
        Row::getter("co_filename", "The file's name.", |_, a| Ok(Value::str(&a.native::<Code>(0)?.file))),
    ]];
}

pub(super) const ROWS: &[Row] = &[
    Row::method(
        "eval",
        "(source, /, globals=None, locals=None)",
        "Evaluate the given source in the context of globals and locals.",
        |rt, a| run(rt, a, true),
    ),
    Row::method(
        "exec",
        "(source, /, globals=None, locals=None, *, closure=None)",
        "Execute the given source in the context of globals and locals.",
        |rt, a| {
            run(rt, a, false)?;
            Ok(Value::None)
        },
    ),
    Row::method(
        "compile",
        "(/, source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        "Compile source into a code object that can be executed by exec() or eval().",
        |rt, a| {
            let text = source(a.get(0), "compile")?;
            let mode = a.get(2).as_str().map(|s| s.to_string()).unwrap_or_default();
            if !matches!(mode.as_str(), "exec" | "eval" | "single") {
                return Err(Exc::ValueError.new("compile() mode must be 'exec', 'eval' or 'single'"));
            }
            let file = ops::str(rt, a.get(1))?.to_string();
            let code = rt.exec()?.compile(&text, &file, mode == "eval")?;
            Ok(rt.object(Code { code, file }))
        },
    ),
    Row::method(
        "__import__",
        "(/, name, globals=None, locals=None, fromlist=(), level=0)",
        "Import a module.",
        |rt, a| {
            let name = a.str(0)?.clone();
            let module = rt.exec()?.import(rt, &name)?;
            let whole = ops::truthy(rt, a.get(3))?;
            match name.split_once('.') {
                Some((top, _)) if !whole => rt.exec()?.import(rt, top),
                _ => Ok(module),
            }
        },
    ),
    Row::method("breakpoint", "(*args, **kws)", "Refused: there is no debugger here.", |_, _| {
        Err(Exc::RuntimeError.new("breakpoint() is not available here: there is no debugger"))
    }),
];

fn source(v: &Value, name: &str) -> Res<String> {
    let text = match (v.as_str(), types::bytes_like(v)) {
        (Some(s), _) => s.to_string(),
        (_, Some(b)) => String::from_utf8_lossy(&b).into_owned(),
        _ => {
            return Err(Exc::TypeError.new(match name {
                "compile" => "compile() arg 1 must be a string, bytes or AST object".to_string(),
                _ => format!("{name}() arg 1 must be a string, bytes or code object"),
            }));
        }
    };
    match text.contains('\0') {
        true => Err(Exc::SyntaxError.new("source code string cannot contain null bytes")),
        false => Ok(text),
    }
}

fn run(rt: &Rt, a: &mut Args, expression: bool) -> Res<Value> {
    let exec = rt.exec()?;
    let code = match a.get(0).native::<Code>() {
        Some(code) => code.code.clone(),
        None => exec.compile(&source(a.get(0), a.name)?, "<string>", expression)?,
    };
    let globals = a.some(1).cloned();
    let locals = a.some(2).cloned();
    if globals.is_none() && locals.is_none() {
        let module = exec.current_globals().unwrap_or_else(|| Module::new("__main__"));
        return exec.run_code(rt, &code, &module);
    }
    let Some(dict) = globals.as_ref().or(locals.as_ref()).and_then(Value::as_dict).cloned() else {
        let given = globals.unwrap_or_default();
        return Err(Exc::TypeError.new(format!("{}() globals must be a dict, not {}", a.name, ops::type_name(&given))));
    };
    if locals.is_none()
        && let Some(current) = exec.current_globals()
        && current.is_mirrored_by(&dict)
    {
        return exec.run_code(rt, &code, &current);
    }
    // The code sees the dicts' names as a module's, and what it binds goes back into the innermost.
    let module = Module::new("builtins");
    module.remove(Name::new("__name__"));
    if globals.is_none()
        && let Some(current) = exec.current_globals()
    {
        for (name, value) in current.names().iter() {
            module.set(*name, value.clone());
        }
    }
    let put = |from: &Rc<Dict>| {
        for (key, value) in from.0.items() {
            if let Some(name) = key.as_str() {
                module.put(name, value);
            }
        }
    };
    put(&dict);
    let mut inner = None;
    if let Some(locals) = &locals {
        match locals.as_dict() {
            Some(d) => {
                put(d);
                inner = Some(d.clone());
            }
            None => {
                let keys = ops::call_method(rt, locals, "keys".into(), CallArgs::none())?;
                for key in ops::collect(rt, &keys)? {
                    if let Some(name) = key.as_str() {
                        module.put(name, ops::get_item(rt, locals, &key)?);
                    }
                }
            }
        }
    }
    if globals.is_some() && dict.get_str(rt, "__builtins__").is_none() {
        dict.set_str(rt, "__builtins__", rt.module_object(rt.builtins.clone()));
    }
    let before: Vec<(Name, Value)> = module.names().iter().map(|(n, v)| (*n, v.clone())).collect();
    let result = exec.run_code(rt, &code, &module);
    let target = inner.unwrap_or(dict);
    for (name, value) in module.names().iter() {
        let changed = match before.iter().find(|(n, _)| n == name) {
            Some((_, old)) => !old.is(value),
            None => true,
        };
        if changed {
            target.set_str(rt, &name.text(), value.clone());
        }
    }
    for (name, _) in &before {
        if module.get(*name).is_none() {
            target.0.remove(rt, &Value::from(*name))?;
        }
    }
    result
}
