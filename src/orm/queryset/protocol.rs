//! What Python's operators and builtins ask of a queryset: repr, len, iteration, subscripts.

use std::cell::RefCell;
use std::rc::Rc;

use super::chain::{chain, fetch_all, items};
use super::{Iterable, QuerySet, make, queryset};
use crate::models::model_of;
use crate::object::{Args, Class, Exc, Res, Row, Rt, Str, Value, ops};
use crate::orm::files::QUERY;
use crate::source::Name;
use crate::sql::ir::Query;

const SHOWN: usize = 20;

/// The class of an iterable, for `_iterable_class`.
pub fn iterable_class(rt: &Rt, which: Iterable) -> Rc<Class> {
    #[derive(Default)]
    struct Slot(RefCell<Vec<(Iterable, Rc<Class>)>>);
    let slot = rt.state::<Slot>();
    if let Some((_, class)) = slot.0.borrow().iter().find(|(i, _)| *i == which) {
        return class.clone();
    }
    let base = match which {
        Iterable::Named => Some(iterable_class(rt, Iterable::ValuesList)),
        _ => Some(rt.types.object.clone()),
    };
    let class = Class::native(which.class_name(), "django.db.models.query", base, &[]);
    slot.0.borrow_mut().push((which, class.clone()));
    class
}

/// `EmptyQuerySet`: what `isinstance` says of querysets that find nothing.
pub fn empty_class(rt: &Rt) -> Rc<Class> {
    #[derive(Default)]
    struct Slot(RefCell<Option<Rc<Class>>>);
    const META: &[Row] =
        &[Row::method("__instancecheck__", "(cls, instance)", "Whether it finds nothing.", |rt, a| {
            match a.get(1).native::<QuerySet>() {
                Some(qs) => Ok(Value::Bool(qs.query(rt)?.borrow().is_empty())),
                None => Ok(Value::Bool(false)),
            }
        })];
    const ROWS: &[Row] = &[Row::method("__init__", "(self, *args, **kwargs)", "Refused.", |_, _| {
        Err(Exc::TypeError.new("EmptyQuerySet can't be instantiated"))
    })];
    let slot = rt.state::<Slot>();
    if let Some(class) = &*slot.0.borrow() {
        return class.clone();
    }
    let meta = Class::native("InstanceCheckMeta", "django.db.models.query", Some(rt.types.type_.clone()), &[META]);
    let mut dict = crate::object::class::Names::default();
    for row in ROWS {
        let function = crate::object::NativeFn::from_row(row, Some("EmptyQuerySet"));
        dict.insert(Name::new(row.name), function.into_attribute());
    }
    let bases = vec![rt.types.object.clone()];
    let class = match Class::build("EmptyQuerySet", "django.db.models.query", bases, Some(meta), dict, true) {
        Ok(class) => class,
        Err(_) => rt.types.object.clone(),
    };
    *slot.0.borrow_mut() = Some(class.clone());
    class
}

/// Takes an assignment to `_iterable_class`.
pub fn set_iterable(rt: &Rt, qs: &QuerySet, value: Value) {
    use Iterable::*;
    if let Value::Class(class) = &value {
        for which in [Model, Values, ValuesList, Named, Flat] {
            if Rc::ptr_eq(class, &iterable_class(rt, which)) {
                qs.iterable.set(which);
                *qs.custom_iterable.borrow_mut() = None;
                return;
            }
        }
    }
    *qs.custom_iterable.borrow_mut() = Some(value);
}

/// A slice of a queryset, as `qs[low:high]` makes it before its rows are fetched.
pub fn slice(rt: &Rt, this: &Value, low: Option<u64>, high: Option<u64>) -> Res<Value> {
    let qs = queryset(this)?;
    if let Some(rows) = &*qs.result.borrow() {
        let rows = rows.items();
        let low = (low.unwrap_or(0) as usize).min(rows.len());
        let high = high.map_or(rows.len(), |h| h as usize).clamp(low, rows.len());
        return Ok(Value::list(rows.get(low..high).unwrap_or_default().to_vec()));
    }
    let copy = chain(rt, this)?;
    let query = queryset(&copy)?.query(rt)?;
    query.borrow_mut().set_limits(low, high);
    Ok(copy)
}

fn get_item(rt: &Rt, a: &mut Args) -> Res<Value> {
    let (this, key) = (a.value(0), a.value(1));
    let negative = || Exc::ValueError.new("Negative indexing is not supported.");
    let qs = queryset(&this)?;
    if let Some(i) = key.as_int() {
        if i < 0 {
            return Err(negative());
        }
        let cached = qs.result.borrow().clone();
        if let Some(rows) = cached {
            return ops::get_item(rt, &Value::List(rows), &key);
        }
        let copy = slice(rt, &this, Some(i as u64), Some(i as u64 + 1))?;
        let rows = fetch_all(rt, &copy)?;
        return rows.get(0).ok_or_else(|| Exc::IndexError.new("list index out of range"));
    }
    let is_slice = &*rt.class_of(&key).name() == "slice";
    if !is_slice {
        return Err(
            Exc::TypeError.new(format!("QuerySet indices must be integers or slices, not {}.", ops::type_name(&key)))
        );
    }
    let part = |name: &str| ops::get_attr(rt, &key, Name::new(name));
    let (start, stop, step) = (part("start")?, part("stop")?, part("step")?);
    let bound = |v: &Value| -> Res<Option<u64>> {
        if v.is_none() {
            return Ok(None);
        }
        if v.as_int().is_none() {
            // Django compares before it cuts.
            ops::compare(rt, ops::Order::Lt, v, &Value::Int(0))?;
        }
        match ops::index(rt, v)? {
            n if n < 0 => Err(negative()),
            n => Ok(Some(n as u64)),
        }
    };
    let (low, high) = (bound(&start)?, bound(&stop)?);
    let cached = qs.result.borrow().clone();
    if let Some(rows) = cached {
        return ops::get_item(rt, &Value::List(rows), &key);
    }
    let copy = slice(rt, &this, low, high)?;
    if !ops::truthy(rt, &step)? {
        return Ok(copy);
    }
    let step = ops::index(rt, &step)?;
    let rows = items(rt, &copy)?;
    let n = step.unsigned_abs() as usize;
    Ok(Value::list(if step > 0 {
        rows.into_iter().step_by(n.max(1)).collect()
    } else {
        rows.into_iter().rev().step_by(n.max(1)).collect()
    }))
}

fn repr(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let part = slice(rt, &this, None, Some(SHOWN as u64 + 1))?;
    let mut rows = if part.native::<QuerySet>().is_some() { items(rt, &part)? } else { ops::collect(rt, &part)? };
    if rows.len() > SHOWN
        && let Some(last) = rows.last_mut()
    {
        *last = Value::str("...(remaining elements truncated)...");
    }
    let list = ops::repr(rt, &Value::list(rows))?;
    Ok(Value::from(format!("<{} {list}>", rt.class_of(&this).name())))
}

fn init(rt: &Rt, a: &mut Args) -> Res<Value> {
    let qs = queryset(a.get(0))?;
    if let Some(model) = a.some(1) {
        *qs.model.borrow_mut() = model.clone();
        *qs.query.borrow_mut() = Rc::new(RefCell::new(Query::new(model_of(model))));
    }
    if let Some(query) = a.some(2).and_then(|q| q.native::<super::QueryObject>()) {
        *qs.query.borrow_mut() = query.0.clone();
    }
    if let Some(db) = a.some(3).and_then(|v| v.as_str()) {
        qs.db.set(Some(Name::new(db)));
    }
    let _ = rt;
    Ok(Value::None)
}

/// A name for `QuerySet[Student]` in annotations: the class itself.
fn subscript(_rt: &Rt, a: &mut Args) -> Res<Value> {
    Ok(a.value(0))
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, *args, **kwargs)", "A new queryset.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, QuerySet::new(Value::None, Query::new(None), None))),
        _ => Err(Exc::TypeError.new("QuerySet.__new__(X): X is not a type object")),
    }),
    Row::method("__init__", "(self, model=None, query=None, using=None, hints=None)", "Sets the model.", init),
    Row::class("__class_getitem__", "(cls, *args, **kwargs)", "The class itself.", subscript),
    Row::class("as_manager", "(cls)", "A manager with these methods.", |rt, a| match a.value(0) {
        Value::Class(class) => crate::orm::manager::as_manager(rt, &class),
        _ => Ok(Value::None),
    }),
    Row::method("__repr__", "(self)", "The first rows.", repr).at(QUERY),
    Row::method("__len__", "(self)", "How many rows, all fetched.", |rt, a| {
        Ok(Value::from(fetch_all(rt, a.get(0))?.len()))
    })
    .at(QUERY),
    Row::method("__iter__", "(self)", "The rows.", |rt, a| {
        let rows = fetch_all(rt, a.get(0))?;
        ops::iter_value(rt, &Value::List(rows))
    })
    .at(QUERY),
    Row::method("__bool__", "(self)", "Whether there are rows, all fetched.", |rt, a| {
        Ok(Value::Bool(!fetch_all(rt, a.get(0))?.is_empty()))
    })
    .at(QUERY),
    Row::method("__getitem__", "(self, k, /)", "A row, or a part.", get_item).at(QUERY),
    Row::method("__deepcopy__", "(self, memo)", "A copy without its rows.", |rt, a| {
        let this = a.get(0);
        let qs = queryset(this)?;
        let query = qs.query(rt)?.borrow().clone();
        let copy = make(rt, &rt.class_of(this), qs.model.borrow().clone(), Some(query), qs.db.get())?;
        let new = queryset(&copy)?;
        new.iterable.set(qs.iterable.get());
        *new.fields.borrow_mut() = qs.fields.borrow().clone();
        *new.prefetch.borrow_mut() = qs.prefetch.borrow().clone();
        Ok(copy)
    }),
    Row::method("resolve_expression", "(self, *args, **kwargs)", "The query as a part of another.", |_, a| {
        Ok(a.value(0))
    }),
];

/// The text of a queryset's repr.
pub fn shown(rt: &Rt, this: &Value) -> Res<Str> {
    ops::repr(rt, this)
}
