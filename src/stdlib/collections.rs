//! `collections`: `deque` in Rust, the rest in `python/`. Mirrors <https://docs.python.org/3/library/collections.html>.

use std::rc::Rc;

use super::deque::Deque;
use super::support::{put_class, run_source};
use crate::object::error::Res;
use crate::object::function::{NativeFn, Row, RowKind};
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::Rt;

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    put_class(m, rt.class::<Deque>());
    m.add_rows(ROWS);
    run_source(rt, m, include_str!("python/collections.py"))
}

const ROWS: &[Row] = &[
    Row::method("_tuplegetter", "(index, doc)", "The attribute of a named tuple's field.", |rt, a| {
        let index = ops::index(rt, a.get(0))? as usize;
        Ok(NativeFn::closure_of(RowKind::Getter, "field", "(self)", move |_, a| {
            Ok(a.get(0).as_tuple().and_then(|t| t.get(index).cloned()).unwrap_or_default())
        }))
    }),
    Row::method("_caller_name", "()", "The module that a named tuple is made in.", |_, _| Ok("__main__".into())),
];
