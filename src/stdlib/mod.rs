//! The standard library's modules, as far as sessions import them. None of them reaches a file, the network or a
//! process.
//!
//! A module is a builder that fills its table of names when first imported: from rows written in Rust, from a source
//! in the session's own language (`python/`, adapted from CPython: see `LICENSE-PYTHON`), or both.

mod collections;
mod datetime;
mod decimal;
mod deque;
mod functools;
mod hashing;
mod itertools;
mod json;
mod math;
mod operator;
mod random;
mod re;
mod support;
mod system;
mod unicodedata;
mod uuid;

use crate::object::{Exc, Module, Res, Row, Rt, Value, ops};

/// Registers a module that is a source in the session's own language.
macro_rules! source {
    ($rt:expr, $name:literal, $file:literal) => {
        $rt.add_module($name, |rt, m| support::run_source(rt, m, include_str!(concat!("python/", $file))));
    };
}

/// Registers every module of this folder for `import`.
pub fn install(rt: &Rt) {
    datetime::install(rt);
    decimal::install(rt);
    uuid::install(rt);
    rt.add_module("collections", collections::build);
    rt.add_module("functools", functools::build);
    rt.add_module("itertools", itertools::build);
    rt.add_module("math", math::build);
    rt.add_module("operator", operator::build);
    rt.add_module("random", random::build);
    rt.add_module("re", re::build);
    rt.add_module("json", json::build);
    rt.add_module("sys", system::build_sys);
    rt.add_module("time", system::build_time);
    rt.add_module("hashlib", hashing::build_hashlib);
    rt.add_module("hmac", hashing::build_hmac);
    rt.add_module("binascii", hashing::build_binascii);
    rt.add_module("unicodedata", unicodedata::build);
    // `json.decoder` and its like are names that people import from.
    rt.add_module("json.decoder", |rt, m| reexport(rt, m, "json", &["JSONDecodeError", "JSONDecoder"]));
    rt.add_module("json.encoder", |rt, m| reexport(rt, m, "json", &["JSONEncoder"]));
    rt.add_module("os", |rt, m| {
        support::run_source(rt, m, include_str!("python/os.py"))?;
        let path = support::import(rt, "posixpath")?;
        rt.modules.borrow_mut().insert("os.path".into(), path.clone());
        m.put("path", path);
        m.add_rows(OS);
        Ok(())
    });
    source!(rt, "posixpath", "posixpath.py");
    source!(rt, "abc", "abc.py");
    source!(rt, "base64", "base64.py");
    source!(rt, "bisect", "bisect.py");
    source!(rt, "calendar", "calendar.py");
    source!(rt, "collections.abc", "collections_abc.py");
    source!(rt, "contextlib", "contextlib.py");
    source!(rt, "copy", "copy.py");
    source!(rt, "copyreg", "copyreg.py");
    source!(rt, "dataclasses", "dataclasses.py");
    source!(rt, "enum", "enum.py");
    source!(rt, "fractions", "fractions.py");
    source!(rt, "heapq", "heapq.py");
    source!(rt, "inspect", "inspect.py");
    source!(rt, "io", "io.py");
    source!(rt, "keyword", "keyword.py");
    source!(rt, "logging", "logging.py");
    source!(rt, "numbers", "numbers.py");
    source!(rt, "pathlib", "pathlib.py");
    source!(rt, "pprint", "pprint.py");
    source!(rt, "re._scanner", "re_scanner.py");
    source!(rt, "secrets", "secrets.py");
    source!(rt, "statistics", "statistics.py");
    source!(rt, "string", "string.py");
    source!(rt, "tempfile", "tempfile.py");
    source!(rt, "textwrap", "textwrap.py");
    source!(rt, "traceback", "traceback.py");
    source!(rt, "types", "types.py");
    source!(rt, "typing", "typing.py");
    source!(rt, "warnings", "warnings.py");
    source!(rt, "weakref", "weakref.py");
    rt.add_module("builtins", |rt, m| {
        let names: Vec<_> = rt.builtins.names().iter().map(|(n, v)| (*n, v.clone())).collect();
        names.into_iter().for_each(|(n, v)| m.set(n, v));
        Ok(())
    });
}

/// Fills a module with names of another.
fn reexport(rt: &Rt, m: &Module, from: &str, names: &[&str]) -> Res<()> {
    for name in names {
        m.put(name, support::import_name(rt, from, name)?);
    }
    Ok(())
}

const OS: &[Row] = &[Row::method("urandom", "(size, /)", "Random bytes.", |rt, a| {
    let n = ops::index(rt, a.get(0))?;
    if n < 0 {
        return Err(Exc::ValueError.new("negative argument not allowed"));
    }
    if n as usize > rt.memory_limit.get() {
        return Err(Exc::MemoryError.with_args(Vec::new()));
    }
    let mut out: Vec<u8> = Vec::with_capacity(n as usize + 8);
    while out.len() < n as usize {
        out.extend_from_slice(&rt.host.entropy().to_le_bytes());
    }
    out.truncate(n as usize);
    Ok(Value::bytes(out))
})];
