//! Exception classes. Mirrors <https://docs.python.org/3/library/exceptions.html>.

use std::rc::Rc;

use crate::object::class::Class;
use crate::object::error::{Exc, Exception};
use crate::object::function::Row;
use crate::object::value::Value;

/// Every kind's class, by `Exc as usize`.
pub(super) fn build(object: &Rc<Class>) -> Vec<Rc<Class>> {
    let mut out: Vec<Rc<Class>> = Vec::with_capacity(Exc::ALL.len());
    for &kind in Exc::ALL {
        let base = if kind.base() == kind { object } else { &out[kind.base() as usize] };
        let rows: &[&[Row]] = if kind == Exc::BaseException { &[ROWS] } else { &[] };
        let class = Class::native(kind.name(), kind.module(), Some(base.clone()), rows);
        class.set_data(Rc::new(kind));
        out.push(class);
    }
    out
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new exception.", |rt, a| {
        let Value::Class(class) = a.value(0) else {
            return Err(Exc::TypeError.new("BaseException.__new__(X): X is not a type object"));
        };
        let exc = Exception { args: std::cell::RefCell::new(std::mem::take(&mut a.rest)), ..Default::default() };
        Ok(rt.object_of(class, exc))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Sets the arguments.", |_, a| {
        let args = std::mem::take(&mut a.rest);
        if let Some(e) = a.get(0).native::<Exception>() {
            *e.args.borrow_mut() = args;
        }
        Ok(Value::None)
    }),
    Row::getter("args", "The arguments.", |_, a| Ok(Value::tuple(a.native::<Exception>(0)?.args.borrow().clone()))),
];
