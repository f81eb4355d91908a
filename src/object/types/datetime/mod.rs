//! `datetime`'s value types. Mirrors <https://docs.python.org/3/library/datetime.html>.
//!
//! [`Date`], [`Time`], [`DateTime`] and [`TimeDelta`] are plain values that the layers above make and read without a
//! text between; time zones are values of the session ([`zone`]).

mod bind;
pub mod civil;
mod date;
mod delta;
mod iso;
mod stamp;
pub mod strftime;
pub mod strptime;
pub mod struct_seq;
mod time;
pub mod zone;

pub use bind::bind_c;
pub use date::{Date, iso_calendar_class};
pub use delta::TimeDelta;
pub use stamp::DateTime;
pub use time::Time;
pub use zone::{TimeZone, TzInfo, ZoneInfo};

use crate::object::args::CallArgs;
use crate::object::class::Class;
use crate::object::error::Res;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use std::rc::Rc;

/// An object of a native value type, or of a session's subclass of it: the subclass is called with `args`, so that
/// its own `__new__` and `__init__` run.
fn make<T: NativeType>(rt: &Rt, class: &Rc<Class>, value: T, args: impl FnOnce(&T) -> CallArgs) -> Res<Value> {
    if class.is_heap {
        let args = args(&value);
        return ops::call(rt, &Value::Class(class.clone()), args);
    }
    Ok(rt.object_of(class.clone(), value))
}

/// Rows for the six comparisons, all handed to one function.
macro_rules! comparison_rows {
    ($name:ident, $compare:path) => {
        const $name: &[crate::object::function::Row] = &[
            crate::object::function::Row::method("__lt__", "(self, value, /)", "Return self<value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Lt)
            }),
            crate::object::function::Row::method("__le__", "(self, value, /)", "Return self<=value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Le)
            }),
            crate::object::function::Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Eq)
            }),
            crate::object::function::Row::method("__ne__", "(self, value, /)", "Return self!=value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Ne)
            }),
            crate::object::function::Row::method("__gt__", "(self, value, /)", "Return self>value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Gt)
            }),
            crate::object::function::Row::method("__ge__", "(self, value, /)", "Return self>=value.", |rt, a| {
                $compare(rt, a, crate::object::ops::Order::Ge)
            }),
        ];
    };
}
pub(crate) use comparison_rows;
