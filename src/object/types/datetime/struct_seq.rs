//! Tuples with names for their items, as CPython's C modules return them: `time.struct_time`, `IsoCalendarDate`.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::object::class::{Class, Names};
use crate::object::error::Exc;
use crate::object::function::{NativeFn, RowKind};
use crate::object::instance::{Instance, Payload};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::value::Value;
use crate::source::Name;

/// What such a class is.
pub struct Spec {
    /// `__name__`.
    pub name: &'static str,
    /// `__module__`.
    pub module: &'static str,
    /// Module and name, as its repr begins.
    pub shown: &'static str,
    /// The names of the items.
    pub fields: &'static [&'static str],
}

#[derive(Default)]
struct Classes(RefCell<FxHashMap<&'static str, Rc<Class>>>);

/// The class of a spec, one a runtime.
pub fn class(rt: &Rt, spec: &'static Spec) -> Rc<Class> {
    let classes = rt.state::<Classes>();
    if let Some(class) = classes.0.borrow().get(spec.shown) {
        return class.clone();
    }
    let mut dict = Names::default();
    for (i, &field) in spec.fields.iter().enumerate() {
        let get = NativeFn::closure_of(RowKind::Getter, field, "(self)", move |_, a| {
            Ok(a.get(0).as_tuple().and_then(|t| t.get(i).cloned()).unwrap_or_default())
        });
        dict.insert(Name::new(field), get);
    }
    let repr = NativeFn::closure_of(RowKind::Method, "__repr__", "(self, /)", move |rt, a| {
        let Some(items) = a.get(0).as_tuple().cloned() else { return Ok(Value::None) };
        let mut parts = Vec::with_capacity(items.len());
        for (field, item) in spec.fields.iter().zip(items.iter()) {
            parts.push(format!("{field}={}", ops::repr(rt, item)?));
        }
        Ok(format!("{}({})", spec.shown, parts.join(", ")).into())
    });
    dict.insert("__repr__".into(), repr);
    let new = NativeFn::closure(spec.name, "(cls, iterable=(), /)", move |rt, a| {
        let Value::Class(class) = a.value(0) else { return Err(Exc::TypeError.new("X is not a type object")) };
        let items = ops::collect(rt, a.get(1))?;
        let n = spec.fields.len();
        if items.len() != n {
            return Err(Exc::TypeError.new(format!(
                "{}() takes a {n}-sequence ({}-sequence given)",
                spec.shown,
                items.len()
            )));
        }
        Ok(Value::Obj(Instance::new(class, Payload::Base(Value::tuple(items)))))
    });
    dict.insert("__new__".into(), new);
    let count = Value::Int(spec.fields.len() as i64);
    for name in ["n_fields", "n_sequence_fields"] {
        dict.insert(name.into(), count.clone());
    }
    dict.insert("n_unnamed_fields".into(), Value::Int(0));
    let base = rt.types.tuple.clone();
    let class = match Class::build(spec.name, spec.module, vec![base.clone()], None, dict, false) {
        Ok(class) => class,
        // One base always gives an order.
        Err(_) => base,
    };
    class.set_shown_name(spec.shown);
    classes.0.borrow_mut().insert(spec.shown, class.clone());
    class
}

/// A value of such a class.
pub fn value(rt: &Rt, spec: &'static Spec, items: Vec<Value>) -> Value {
    Value::Obj(Instance::new(class(rt, spec), Payload::Base(Value::tuple(items))))
}

/// `time.struct_time`.
pub static STRUCT_TIME: Spec = Spec {
    name: "struct_time",
    module: "time",
    shown: "time.struct_time",
    fields: &["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"],
};

/// What `date.isocalendar()` gives.
pub static ISO_CALENDAR: Spec = Spec {
    name: "IsoCalendarDate",
    module: "datetime",
    shown: "datetime.IsoCalendarDate",
    fields: &["year", "week", "weekday"],
};
