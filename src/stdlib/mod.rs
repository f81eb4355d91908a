//! The standard library's modules, as far as sessions import them. None of them reaches a file, the network or a
//! process.
//!
//! A module is a builder that fills its table of names when first imported: from rows written in Rust, from a source
//! in the session's own language (`python/`), or both.

mod collections;
mod datetime;
mod decimal;
mod deque;
mod functools;
mod itertools;
mod math;
mod operator;
mod random;
mod re;
mod support;
mod uuid;

use crate::object::Rt;

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
    source!(rt, "abc", "abc.py");
    source!(rt, "collections.abc", "collections_abc.py");
    source!(rt, "keyword", "keyword.py");
}
