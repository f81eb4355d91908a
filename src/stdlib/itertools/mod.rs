//! `itertools`. Mirrors <https://docs.python.org/3/library/itertools.html>: a native iterator for each.

mod choose;
mod groups;
mod streams;

use std::cell::RefCell;
use std::rc::Rc;

use super::support::put_class;
use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::module::Module;
use crate::object::ops::{self, Iter};
use crate::object::rt::Rt;
use crate::object::value::Value;

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    put_class(m, rt.class::<streams::Accumulate>());
    put_class(m, rt.class::<groups::Batched>());
    put_class(m, rt.class::<streams::Chain>());
    put_class(m, rt.class::<choose::Combinations>());
    put_class(m, rt.class::<choose::WithReplacement>());
    put_class(m, rt.class::<streams::Compress>());
    put_class(m, rt.class::<streams::Count>());
    put_class(m, rt.class::<streams::Cycle>());
    put_class(m, rt.class::<streams::DropWhile>());
    put_class(m, rt.class::<streams::FilterFalse>());
    put_class(m, rt.class::<groups::GroupBy>());
    put_class(m, rt.class::<streams::Islice>());
    put_class(m, rt.class::<groups::Pairwise>());
    put_class(m, rt.class::<choose::Permutations>());
    put_class(m, rt.class::<choose::Product>());
    put_class(m, rt.class::<streams::Repeat>());
    put_class(m, rt.class::<streams::Starmap>());
    put_class(m, rt.class::<streams::TakeWhile>());
    put_class(m, rt.class::<groups::ZipLongest>());
    put_class(m, rt.class::<groups::Tee>());
    m.add_rows(groups::ROWS);
    Ok(())
}

/// A source of items. It is taken out while it runs, since the session's code may ask for it again.
struct Source(RefCell<Iter>);

impl Source {
    fn new(rt: &Rt, value: &Value) -> Res<Source> {
        Ok(Source(RefCell::new(ops::iter(rt, value)?)))
    }

    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        let mut it = self.0.replace(Iter::Done);
        let item = it.next(rt);
        self.0.replace(it);
        item
    }

    fn stop(&self) {
        let old = self.0.replace(Iter::Done);
        drop(old);
    }
}

/// The class that a `__new__` row makes an instance of.
fn class_of(a: &Args) -> Res<Rc<Class>> {
    match a.get(0) {
        Value::Class(class) => Ok(class.clone()),
        _ => Err(Exc::TypeError.new("X is not a type object")),
    }
}
