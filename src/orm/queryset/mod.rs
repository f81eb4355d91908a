//! `QuerySet`: lazy, chained, cached. Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/querysets/>.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::models::metaclass::AltersData;
use crate::models::{FieldRef, ModelRef, model_of};
use crate::object::{Class, Dict, Exc, Instance, List, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{IrHooks, Q, Query};

mod aggregate;
mod bulk;
mod chain;
mod combine;
mod filter;
mod insert;
pub mod protocol;
pub mod query_object;
mod quick;
mod read;
mod rows;
mod select;
mod values;
mod write;

pub use chain::{chain, fetch_all, items};
pub use filter::{filter_kwargs, filter_q, q_of_args};
pub use protocol::slice;
pub use query_object::QueryObject;
pub use read::{first_row, get_by_q};
pub use rows::{Populator, Source};
pub use write::raw_delete;

/// What a queryset's rows become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Iterable {
    /// Instances.
    Model,
    /// Dicts.
    Values,
    /// Tuples.
    ValuesList,
    /// Named tuples.
    Named,
    /// Single values.
    Flat,
}

impl Iterable {
    /// Django's class name.
    pub fn class_name(self) -> &'static str {
        match self {
            Iterable::Model => "ModelIterable",
            Iterable::Values => "ValuesIterable",
            Iterable::ValuesList => "ValuesListIterable",
            Iterable::Named => "NamedValuesListIterable",
            Iterable::Flat => "FlatValuesListIterable",
        }
    }
}

/// Objects known for a relation's keys: set on rows without asking the database.
pub type Known = Vec<(FieldRef, Rc<Dict>)>;

/// A filter put off until the query is looked at.
pub struct Deferred {
    negate: bool,
    args: Vec<Value>,
    kwargs: Vec<(Name, Value)>,
}

/// The payload of a queryset.
pub struct QuerySet {
    /// The model's class.
    pub model: RefCell<Value>,
    /// The database it was told to use.
    pub db: Cell<Option<Name>>,
    /// The query. `qs.query` shares it.
    pub query: RefCell<Rc<RefCell<Query>>>,
    /// The rows, once fetched.
    pub result: RefCell<Option<Rc<List>>>,
    /// Whether the next filter's joins may be reused.
    pub sticky: Cell<bool>,
    /// Whether it is for writing.
    pub for_write: Cell<bool>,
    /// `prefetch_related` lookups: texts and `Prefetch` objects.
    pub prefetch: RefCell<Rc<[Value]>>,
    /// Whether they were followed.
    pub prefetch_done: Cell<bool>,
    /// Known related objects.
    pub known: RefCell<Rc<Known>>,
    /// What rows become.
    pub iterable: Cell<Iterable>,
    /// A session's own iterable class.
    pub custom_iterable: RefCell<Option<Value>>,
    /// The names of `values()`.
    pub fields: RefCell<Option<Rc<[Value]>>>,
    /// Whether the next filter is put off.
    pub defer_next: Cell<bool>,
    /// The filter put off.
    pub deferred: RefCell<Option<Deferred>>,
}

impl QuerySet {
    /// A queryset of a query.
    pub fn new(model: Value, query: Query, db: Option<Name>) -> QuerySet {
        thread_local! {
            static NOTHING: (Rc<[Value]>, Rc<Known>) = (Rc::from([]), Rc::default());
        }
        let (prefetch, known) = NOTHING.with(Clone::clone);
        QuerySet {
            model: RefCell::new(model),
            db: Cell::new(db),
            query: RefCell::new(Rc::new(RefCell::new(query))),
            result: RefCell::default(),
            sticky: Cell::new(false),
            for_write: Cell::new(false),
            prefetch: RefCell::new(prefetch),
            prefetch_done: Cell::new(false),
            known: RefCell::new(known),
            iterable: Cell::new(Iterable::Model),
            custom_iterable: RefCell::default(),
            fields: RefCell::default(),
            defer_next: Cell::new(false),
            deferred: RefCell::default(),
        }
    }

    /// The model.
    pub fn model(&self) -> Res<ModelRef> {
        model_of(&self.model.borrow())
            .ok_or_else(|| Exc::AttributeError.new("'NoneType' object has no attribute '_meta'"))
    }

    /// The query, with a filter that was put off put in.
    pub fn query(&self, rt: &Rt) -> Res<Rc<RefCell<Query>>> {
        let deferred = self.deferred.borrow_mut().take();
        if let Some(deferred) = deferred {
            filter::add(rt, self, deferred.negate, deferred.args, deferred.kwargs)?;
        }
        Ok(self.query.borrow().clone())
    }

    /// The database's alias.
    pub fn alias(&self) -> Name {
        self.db.get().unwrap_or_else(|| Name::new(super::DEFAULT_DB))
    }

    /// The alias, or ConnectionDoesNotExist for one that is not there.
    pub fn checked_alias(&self) -> Res<Name> {
        let alias = self.alias();
        // An empty name counts as none.
        if alias == "" {
            return Ok(Name::new(super::DEFAULT_DB));
        }
        if alias != super::DEFAULT_DB {
            return Err(Exc::ConnectionDoesNotExist.new(format!("The connection '{alias}' doesn't exist.")));
        }
        Ok(alias)
    }

    /// Whether `values()` or `values_list()` was called.
    pub fn has_fields(&self) -> bool {
        self.fields.borrow().is_some()
    }

    /// NotSupportedError after `union()` and its like.
    pub fn not_combined(&self, operation: &str) -> Res<()> {
        if let Some(combinator) = self.query.borrow().borrow().combinator {
            return Err(Exc::NotSupportedError
                .new(format!("Calling QuerySet.{operation}() after {}() is not supported.", combinator.name())));
        }
        Ok(())
    }

    /// TypeError once rows were sliced.
    pub fn not_sliced(&self, message: &str) -> Res<()> {
        if self.query.borrow().borrow().is_sliced() {
            return Err(Exc::TypeError.new(message));
        }
        Ok(())
    }
}

/// The queryset behind a value.
pub fn queryset(value: &Value) -> Res<&QuerySet> {
    value
        .native::<QuerySet>()
        .ok_or_else(|| Exc::AttributeError.new(format!("'{}' object has no attribute '_chain'", ops::type_name(value))))
}

/// A queryset of a class, native or a session's, as `class(model=model, query=query, using=db)` makes it.
pub fn make(rt: &Rt, class: &Rc<Class>, model: Value, query: Option<Query>, db: Option<Name>) -> Res<Value> {
    let native = |name: &str| matches!(class.lookup(name.into()), Some(Value::Native(_)));
    if !class.is_heap || (native("__init__") && native("__new__")) {
        let query = query.unwrap_or_else(|| Query::new(model_of(&model)));
        return Ok(rt.object_of(class.clone(), QuerySet::new(model, query, db)));
    }
    let query_value = match query {
        Some(query) => rt.object(QueryObject(Rc::new(RefCell::new(query)))),
        None => Value::None,
    };
    let args = crate::object::CallArgs::none()
        .with("model", model)
        .with("query", query_value)
        .with("using", db.map_or(Value::None, Value::from))
        .with("hints", Value::Dict(Dict::new()));
    ops::call(rt, &Value::Class(class.clone()), args)
}

/// A plain queryset of all rows of a model.
pub fn of_model(rt: &Rt, model: &ModelRef) -> Value {
    let class = rt.class::<QuerySet>();
    rt.object_of(class, QuerySet::new(model.class_value(), Query::new(Some(model.clone())), None))
}

/// The query of a queryset, copied.
pub fn query_of(rt: &Rt, value: &Value) -> Res<Query> {
    let query = queryset(value)?.query(rt)?;
    let query = query.borrow().clone();
    Ok(query)
}

/// Whether a queryset's class leaves a method as it is here.
pub fn is_native(value: &Value, name: &str) -> bool {
    match value {
        Value::Obj(o) => {
            let class = o.class();
            if !class.is_heap {
                return true;
            }
            matches!(class.lookup(name.into()), Some(Value::Native(f)) if f.owner.as_deref() == Some("QuerySet"))
        }
        _ => false,
    }
}

/// Keyword conditions as a `Q`.
pub fn q_of(pairs: &[(&str, Value)]) -> Q {
    Q::filters(pairs.iter().map(|(k, v)| (Rc::from(*k), v.clone())))
}

/// The queryset behind a value, for callers outside.
pub fn queryset_of(value: &Value) -> Res<&QuerySet> {
    queryset(value)
}

/// Lets queries see querysets as operands.
pub fn install_hooks(rt: &Rt) {
    let old = *rt.state::<IrHooks>();
    rt.set_state(Rc::new(IrHooks { query_of: operand, content_type: super::generic::content_type_pk, ..old }));
}

/// A queryset or manager as an operand: its query.
fn operand(rt: &Rt, value: &Value) -> Res<Option<Rc<Query>>> {
    if let Some(qs) = value.native::<QuerySet>() {
        let mut query = query_of(rt, value)?;
        query.db = qs.db.get();
        return Ok(Some(Rc::new(query)));
    }
    if let Some(query) = value.native::<QueryObject>() {
        return Ok(Some(Rc::new(query.0.borrow().clone())));
    }
    Ok(None)
}

impl Object for QuerySet {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let text = name.text();
        Ok(match &*text {
            "model" => Some(self.model.borrow().clone()),
            "query" | "_query" => {
                let query = self.query(rt)?;
                Some(rt.object(QueryObject(query)))
            }
            "_db" => Some(self.db.get().map_or(Value::None, Value::from)),
            "_hints" => Some(Value::Dict(Dict::new())),
            "_result_cache" => Some(self.result.borrow().clone().map_or(Value::None, Value::List)),
            "_fields" => Some(match &*self.fields.borrow() {
                Some(fields) => Value::tuple(fields.to_vec()),
                None => Value::None,
            }),
            "_prefetch_related_lookups" => Some(Value::tuple(self.prefetch.borrow().to_vec())),
            "_prefetch_done" => Some(Value::Bool(self.prefetch_done.get())),
            "_for_write" => Some(Value::Bool(self.for_write.get())),
            "_sticky_filter" => Some(Value::Bool(self.sticky.get())),
            "_iterable_class" => Some(match &*self.custom_iterable.borrow() {
                Some(class) => class.clone(),
                None => Value::Class(protocol::iterable_class(rt, self.iterable.get())),
            }),
            "_known_related_objects" => {
                let dict = Dict::new();
                for (field, known) in self.known.borrow().iter() {
                    dict.set(rt, field.object(rt), Value::Dict(known.clone()))?;
                }
                Some(Value::Dict(dict))
            }
            _ => None,
        })
    }

    fn attr_names(&self, _rt: &Rt) -> Vec<Name> {
        ["model", "query"].map(Name::new).to_vec()
    }

    fn set_attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let Some(value) = value else { return Ok(false) };
        match &*name.text() {
            "model" => *self.model.borrow_mut() = value,
            "query" | "_query" => {
                if let Some(query) = value.native::<QueryObject>() {
                    if !query.0.borrow().values_select.is_empty() {
                        self.iterable.set(Iterable::Values);
                    }
                    *self.query.borrow_mut() = query.0.clone();
                }
            }
            "_db" => self.db.set(value.as_str().map(|s| Name::new(s))),
            "_hints" => {}
            "_result_cache" => {
                *self.result.borrow_mut() =
                    if value.is_none() { None } else { Some(List::new(ops::collect(rt, &value)?)) }
            }
            "_fields" => {
                *self.fields.borrow_mut() = if value.is_none() { None } else { Some(ops::collect(rt, &value)?.into()) }
            }
            "_prefetch_related_lookups" => *self.prefetch.borrow_mut() = ops::collect(rt, &value)?.into(),
            "_prefetch_done" => self.prefetch_done.set(ops::truthy(rt, &value)?),
            "_for_write" => self.for_write.set(ops::truthy(rt, &value)?),
            "_sticky_filter" => self.sticky.set(ops::truthy(rt, &value)?),
            "_iterable_class" => protocol::set_iterable(rt, self, value),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl NativeType for QuerySet {
    const NAME: &'static str = "QuerySet";
    const MODULE: &'static str = "django.db.models.query";
    const ROWS: &'static [&'static [Row]] = &[
        protocol::ROWS,
        filter::ROWS,
        select::ROWS,
        values::ROWS,
        aggregate::ROWS,
        read::ROWS,
        combine::ROWS,
        write::ROWS,
        bulk::ROWS,
        insert::ROWS,
        REFUSED,
    ];
    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<AltersData>()
    }
}

macro_rules! refused {
    ($($name:literal => $instead:literal),* $(,)?) => {
        &[$(Row::method($name, "(self, *args, **kwargs)", "Needs an event loop.", |_, _| {
            Err(Exc::SynchronousOnlyOperation
                .new(concat!($name, "() needs an event loop, and there is none here: use ", $instead, "().")))
        })),*]
    };
}

const REFUSED: &[Row] = refused! {
    "aaggregate" => "aggregate", "abulk_create" => "bulk_create", "abulk_update" => "bulk_update", "acontains" => "contains",
    "acount" => "count", "acreate" => "create", "adelete" => "delete", "aearliest" => "earliest", "aexists" => "exists",
    "aexplain" => "explain", "afirst" => "first", "aget" => "get", "aget_or_create" => "get_or_create",
    "ain_bulk" => "in_bulk", "aiterator" => "iterator", "alast" => "last", "alatest" => "latest", "aupdate" => "update",
    "aupdate_or_create" => "update_or_create",
};
