//! `help()`, `exit` and `quit`.

use crate::object::args::Args;
use crate::object::function::NativeFn;
use crate::object::instance::Object;
use crate::object::ops;
use crate::object::rt::NativeType;
use crate::object::{Exc, Res, Row, Rt, Value, types};
use crate::source::known;

/// `help`.
pub(super) struct Helper;

impl Object for Helper {}

impl NativeType for Helper {
    const NAME: &'static str = "_Helper";
    const MODULE: &'static str = "_sitebuiltins";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, _| {
            Ok(Value::str("Type help() for interactive help, or help(object) for help about object."))
        }),
        Row::method("__call__", "(self, request=<unset>, /)", "Help about an object.", |rt, a| {
            let text = match a.opt(1) {
                Some(v) => about(rt, v)?,
                None => "Type help(object) for help about an object.\n".to_string(),
            };
            rt.host.write(&text);
            Ok(Value::None)
        }),
    ]];
}

/// `exit` and `quit`.
pub(super) struct Quitter(pub &'static str);

impl Object for Quitter {}

impl NativeType for Quitter {
    const NAME: &'static str = "Quitter";
    const MODULE: &'static str = "_sitebuiltins";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            Ok(Value::from(format!("Use {}() or Ctrl-D (i.e. EOF) to exit", a.native::<Quitter>(0)?.0)))
        }),
        Row::method("__call__", "(self, code=None, /)", "Leaves.", |_, a: &mut Args| {
            Err(Exc::SystemExit.with_args(vec![a.value(1)]))
        }),
    ]];
}

fn signature(f: &NativeFn) -> String {
    f.signature
        .replace("(/, ", "(")
        .replace("(self, ", "(")
        .replace("(self)", "()")
        .replace("(/, ", "(")
        .replace("(/)", "()")
}

fn doc_of(rt: &Rt, v: &Value) -> Res<String> {
    Ok(match ops::get_attr_opt(rt, v, known::DOC)? {
        Some(Value::Str(s)) => s.trim().to_string(),
        _ => String::new(),
    })
}

/// The help text of an object: its name and parameters, what it says of itself, and for a class its methods.
fn about(rt: &Rt, value: &Value) -> Res<String> {
    let mut out = String::new();
    let line = |out: &mut String, indent: usize, text: &str| {
        for part in text.lines() {
            out.push_str(&" ".repeat(indent));
            out.push_str(part.trim_end());
            out.push('\n');
        }
    };
    match value {
        Value::Native(f) => {
            out.push_str(&format!("Help on built-in function {}:\n\n{}{}\n", f.name, f.name, signature(f)));
            line(&mut out, 4, f.doc);
        }
        Value::Func(f) => {
            let name = f.name.borrow().text();
            let params: Vec<String> = f.params.names.iter().map(|n| n.to_string()).collect();
            out.push_str(&format!("Help on function {name}:\n\n{name}({})\n", params.join(", ")));
            line(&mut out, 4, &doc_of(rt, value)?);
        }
        Value::Method(m) => return about(rt, &m.func),
        Value::Class(class) => {
            out.push_str(&format!("Help on class {}:\n\nclass {}\n", class.name(), class.name()));
            line(&mut out, 1, &format!(" |  {}", doc_of(rt, value)?));
            for name in types::dir(rt, value) {
                let text = name.text();
                if text.starts_with('_') {
                    continue;
                }
                match class.lookup(name) {
                    Some(Value::Native(f)) => {
                        line(&mut out, 1, &format!("|  {text}{}\n|      {}", signature(&f), f.doc))
                    }
                    Some(Value::Func(_)) => line(&mut out, 1, &format!("|  {text}(...)")),
                    _ => {}
                }
            }
        }
        _ => return about(rt, &Value::Class(rt.class_of(value))),
    }
    Ok(out)
}
