//! `get()` by plain values of columns: what such a call compiles to depends only on which columns it names, so it is kept
//! for each set of names, and the next call binds its values to the same statement.
//!
//! Only what cannot come out otherwise is kept: a native queryset without conditions of its own, native text and number
//! fields of the model's own, the native `exact`. Whatever else a call has, and whatever goes wrong before the statement is
//! sent, takes the ordinary way.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{Iterable, QuerySet, filter_kwargs, queryset, rows::Source};
use crate::db::operations;
use crate::models::{FieldRef, Model, ModelRef};
use crate::object::class::epoch;
use crate::object::{Res, Rt, Value, ops};
use crate::orm::signals::{Signals, has_listeners};
use crate::source::Name;
use crate::sql::lookups;
use crate::sql::query::col_of;

/// The names of a call's keywords, as they were given.
type Shape = SmallVec<[Name; 2]>;

/// A column that is compared.
struct Term {
    /// The place of its keyword in the call.
    place: usize,
    field: FieldRef,
    /// What an integer column can hold.
    range: Option<(i64, i64)>,
}

struct Plan {
    /// Keeps the model's address its own.
    _model: ModelRef,
    /// In the order of the parameters.
    terms: Vec<Term>,
    source: Source,
}

/// The plans of a session; `None` where a shape has none. They hold as long as no class, model or lookup changes.
#[derive(Default)]
struct Plans {
    at: std::cell::Cell<u64>,
    by_shape: RefCell<FxHashMap<(usize, Shape), Option<Rc<Plan>>>>,
}

/// The rows that `get(**kwargs)` finds, one more than twenty at most; `None` where the ordinary way has to be taken.
pub(super) fn rows(rt: &Rt, this: &Value, qs: &QuerySet, kwargs: &[(Name, Value)]) -> Option<Res<Vec<Value>>> {
    if kwargs.is_empty() || kwargs.len() > 3 || !is_plain(qs) || !kwargs.iter().all(|(_, v)| is_scalar(v)) {
        return None;
    }
    match this {
        Value::Obj(o) if !o.class().is_heap => {}
        _ => return None,
    }
    let model = qs.model().ok()?;
    let class = Value::Class(model.class().ok()?);
    let signals = Signals::of(rt);
    if has_listeners(rt, &signals.pre_init, &class) || has_listeners(rt, &signals.post_init, &class) {
        return None;
    }
    let plan = plan(rt, this, &model, kwargs)?;
    let mut params = Vec::with_capacity(plan.terms.len());
    for term in &plan.terms {
        params.push(term.param(rt, &kwargs.get(term.place)?.1)?);
    }
    let mut out = Vec::with_capacity(1);
    Some(plan.source.run_with(rt, params, &mut |row| out.push(row)).map(|()| out))
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Str(_) | Value::Int(_))
}

/// Whether a queryset gives all instances of its model and nothing was put off or in.
fn is_plain(qs: &QuerySet) -> bool {
    qs.iterable.get() == Iterable::Model
        && qs.db.get().is_none()
        && qs.deferred.borrow().is_none()
        && !qs.defer_next.get()
        && !qs.sticky.get()
        && qs.custom_iterable.borrow().is_none()
        && qs.known.borrow().is_empty()
        && qs.prefetch.borrow().is_empty()
        && qs.query.borrow().try_borrow().is_ok_and(|query| query.is_blank())
}

impl Term {
    /// A value as it is bound; `None` where it takes the ordinary way.
    fn param(&self, rt: &Rt, value: &Value) -> Option<Value> {
        let value = self.field.get_prep_value(rt, value).ok()?;
        let value = self.field.get_db_prep_value(rt, &value, true).ok()?;
        match (&value, self.range) {
            (Value::Int(i), Some((min, max))) if *i >= min && *i <= max => Some(value),
            (Value::Str(_), None) => Some(value),
            _ => None,
        }
    }
}

fn plan(rt: &Rt, this: &Value, model: &ModelRef, kwargs: &[(Name, Value)]) -> Option<Rc<Plan>> {
    let plans = rt.state::<Plans>();
    if plans.at.replace(epoch()) != epoch() {
        plans.by_shape.borrow_mut().clear();
    }
    let key = (Rc::as_ptr(model) as usize, kwargs.iter().map(|(name, _)| *name).collect::<Shape>());
    if let Some(known) = plans.by_shape.borrow().get(&key) {
        return known.clone();
    }
    let made = make(rt, this, model, kwargs).map(Rc::new);
    // Making it may have changed a class.
    if plans.at.get() == epoch() {
        plans.by_shape.borrow_mut().insert(key, made.clone());
    }
    made
}

fn make(rt: &Rt, this: &Value, model: &ModelRef, kwargs: &[(Name, Value)]) -> Option<Plan> {
    let mut terms = Vec::with_capacity(kwargs.len());
    for (place, (name, _)) in kwargs.iter().enumerate() {
        let field = if *name == "pk" { model.pk()? } else { model.find_forward(*name)? };
        terms.push(Term { place, range: range_of(rt, model, &field)?, field });
    }
    // As `Q` sorts its keywords.
    terms.sort_by_key(|term| kwargs.get(term.place).map(|(name, _)| name.text()));
    let filtered = filter_kwargs(rt, this, Vec::new(), kwargs.to_vec()).ok()?;
    let qs = queryset(&filtered).ok()?;
    qs.query(rt).ok()?.borrow_mut().clear_ordering(true, true);
    super::read::limit(rt, qs).ok()?;
    let source = Source::of(rt, qs).ok()??;
    if !source.direct() || source.params().len() != terms.len() {
        return None;
    }
    for (term, compiled) in terms.iter().zip(source.params()) {
        let param = term.param(rt, &kwargs.get(term.place)?.1)?;
        if ops::plain_eq(&param, compiled) != Some(true) {
            return None;
        }
    }
    Some(Plan { _model: model.clone(), terms, source })
}

/// What an integer column can hold, `Some(None)` for text; `None` where the column is compared in another way.
#[allow(clippy::option_option)]
fn range_of(rt: &Rt, model: &ModelRef, field: &FieldRef) -> Option<Option<(i64, i64)>> {
    let own = field.model().is_some_and(|m| Model::same(&m, model));
    if field.class.is_heap || !field.concrete() || field.is_relation() || !own {
        return None;
    }
    let range = match field.internal_type() {
        "CharField" | "TextField" | "SlugField" => None,
        name if name.ends_with("IntegerField") || name.ends_with("AutoField") => Some(operations::integer_range(name)),
        _ => return None,
    };
    let col = col_of(rt, None, field, None).ok()?;
    match lookups::find_lookup(rt, &col, "exact").ok()?? {
        lookups::Found::Lookup(row) => {
            let plain = matches!(row.family, lookups::Family::Plain | lookups::Family::Integer);
            (row.kind == lookups::Kind::Exact && plain).then_some(range)
        }
        _ => None,
    }
}
