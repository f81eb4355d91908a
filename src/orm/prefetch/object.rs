//! `Prefetch` and `GenericPrefetch`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::object::{Class, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::queryset::{Iterable, QuerySet};
use crate::source::Name;

/// The payload of a `Prefetch` object.
pub struct Prefetch {
    /// The path followed.
    pub through: RefCell<Rc<str>>,
    /// Where it ends up: the path with `to_attr` in its last place.
    pub to: RefCell<Rc<str>>,
    /// The queryset of the last step.
    pub queryset: RefCell<Option<Value>>,
    /// `to_attr`.
    pub to_attr: RefCell<Option<Rc<str>>>,
}

impl Object for Prefetch {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "prefetch_through" => Some(Value::str(&*self.through.borrow())),
            "prefetch_to" => Some(Value::str(&*self.to.borrow())),
            "queryset" => Some(self.queryset.borrow().clone().unwrap_or_default()),
            "to_attr" => Some(self.to_attr.borrow().as_ref().map_or(Value::None, Value::str)),
            _ => None,
        })
    }
}

impl NativeType for Prefetch {
    const NAME: &'static str = "Prefetch";
    const MODULE: &'static str = "django.db.models.query";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// `GenericPrefetch`, for the objects of a generic foreign key: a queryset for each type that needs one.
pub fn generic_class(rt: &Rt) -> Rc<Class> {
    #[derive(Default)]
    struct Made(RefCell<Option<Rc<Class>>>);

    let made = rt.state::<Made>();
    if let Some(class) = &*made.0.borrow() {
        return class.clone();
    }
    let base = rt.class::<Prefetch>();
    let class = Class::native("GenericPrefetch", "django.contrib.contenttypes.prefetch", Some(base), &[GENERIC_ROWS]);
    made.0.borrow_mut().get_or_insert(class).clone()
}

const GENERIC_ROWS: &[Row] =
    &[Row::method("__init__", "(self, lookup, querysets, to_attr=None)", "What to fetch along with rows.", |rt, a| {
        let p = a.native::<Prefetch>(0)?;
        let querysets = ops::collect(rt, a.get(2))?;
        for given in &querysets {
            refuse_values(given)?;
        }
        p.read(a.str(1)?, a.some(3).and_then(|v| v.as_str()).map(|s| s.as_str()));
        *p.queryset.borrow_mut() = Some(Value::list(querysets));
        Ok(Value::None)
    })
    .at(QUERY)];

/// ValueError for a queryset whose rows are no instances.
fn refuse_values(given: &Value) -> Res<()> {
    let values = given.native::<QuerySet>().is_some_and(|qs| qs.iterable.get() != Iterable::Model);
    if values || given.native::<crate::orm::raw::RawQuerySet>().is_some() {
        return Err(Exc::ValueError.new("Prefetch querysets cannot use raw(), values(), and values_list()."));
    }
    Ok(())
}

impl Prefetch {
    /// Reads the path and where its end goes.
    fn read(&self, lookup: &str, to_attr: Option<&str>) {
        *self.through.borrow_mut() = lookup.into();
        *self.to.borrow_mut() = lookup.into();
        if let Some(to_attr) = to_attr.filter(|s| !s.is_empty()) {
            *self.to_attr.borrow_mut() = Some(to_attr.into());
            let to = match lookup.rsplit_once("__") {
                Some((head, _)) => format!("{head}__{to_attr}"),
                None => to_attr.to_string(),
            };
            *self.to.borrow_mut() = to.into();
        }
    }
}

fn empty() -> Prefetch {
    Prefetch {
        through: RefCell::new("".into()),
        to: RefCell::new("".into()),
        queryset: RefCell::default(),
        to_attr: RefCell::default(),
    }
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, *args, **kwargs)", "A new prefetch.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, empty())),
        _ => Err(Exc::TypeError.new("Prefetch.__new__(X): X is not a type object")),
    }),
    Row::method("__init__", "(self, lookup, queryset=None, to_attr=None)", "What to fetch along with rows.", |_, a| {
        let p = a.native::<Prefetch>(0)?;
        if let Some(given) = a.some(2) {
            refuse_values(given)?;
            *p.queryset.borrow_mut() = Some(given.clone());
        }
        p.read(a.str(1)?, a.some(3).and_then(|v| v.as_str()).map(|s| s.as_str()));
        Ok(Value::None)
    })
    .at(QUERY),
    Row::method("__eq__", "(self, other, /)", "Of the same end.", |_, a| {
        let Some(other) = a.get(1).native::<Prefetch>() else { return Ok(Value::NotImplemented) };
        Ok(Value::Bool(*a.native::<Prefetch>(0)?.to.borrow() == *other.to.borrow()))
    }),
    Row::method("__hash__", "(self)", "Hash of the end.", |rt, a| {
        let to = Value::str(&*a.native::<Prefetch>(0)?.to.borrow());
        Ok(Value::Int((ops::hash(rt, &to)? >> 2) as i64))
    }),
    Row::method("add_prefix", "(self, prefix)", "Hangs it under another path.", |_, a| {
        let prefix = a.str(1)?.to_string();
        let p = a.native::<Prefetch>(0)?;
        let through = format!("{prefix}__{}", p.through.borrow());
        let to = format!("{prefix}__{}", p.to.borrow());
        *p.through.borrow_mut() = through.into();
        *p.to.borrow_mut() = to.into();
        Ok(Value::None)
    }),
];
