//! Rows of the database become what a queryset gives: instances, dicts, tuples, single values.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Iterable, QuerySet, queryset};
use crate::db::{self, Db, Row as DbRow, Template};
use crate::models::FieldRef;
use crate::object::dict::{RowKeys, Table};
use crate::object::ops::ITERATOR_ROWS;
use crate::object::{CallArgs, Class, Dict, Exc, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::orm::instance::{Loader, is_cached, set_cached, state};
use crate::source::Name;
use crate::sql::compiler::{self, Decoder, KlassInfo, Link, SelectPlan};
use crate::sql::ir::{Expr, ExprRef};

/// The attribute that a selected column fills.
fn attname(expr: &ExprRef) -> Name {
    match &**expr {
        Expr::Col(col) => col.target.attname(),
        Expr::ColPairs(pairs) => pairs.output.attname(),
        _ => Name::new(""),
    }
}

/// Makes related objects out of the columns that `select_related` added.
pub struct Populator {
    loader: Loader,
    /// Places of the object's columns, in the order of its fields.
    places: Vec<usize>,
    pk: usize,
    field: Option<FieldRef>,
    link: Link,
    related: Vec<Populator>,
}

impl Populator {
    fn all(rt: &Rt, infos: &[KlassInfo], plan: &SelectPlan, db: Name) -> Res<Vec<Populator>> {
        infos.iter().map(|info| Populator::new(rt, info, plan, db)).collect()
    }

    fn new(rt: &Rt, info: &KlassInfo, plan: &SelectPlan, db: Name) -> Res<Populator> {
        let name_at = |place: usize| plan.select.get(place).map_or_else(|| Name::new(""), |s| attname(&s.expr));
        let (names, places): (Vec<Name>, Vec<usize>) = if info.from_parent {
            // The parent's columns are shared: they come in the order of the child's own fields.
            let by_name: Vec<(Name, usize)> = info.select_fields.iter().map(|&i| (name_at(i), i)).collect();
            info.model
                .concrete_fields()
                .iter()
                .filter_map(|f| by_name.iter().rev().find(|(n, _)| *n == f.attname()).copied())
                .unzip()
        } else {
            match (info.select_fields.first(), info.select_fields.last()) {
                (Some(&first), Some(&last)) => (first..=last).map(|i| (name_at(i), i)).unzip(),
                _ => (Vec::new(), Vec::new()),
            }
        };
        let pk_name = info.model.pk_fields(rt).first().map(|f| f.attname());
        let pk = names.iter().position(|n| Some(*n) == pk_name).unwrap_or(0);
        Ok(Populator {
            loader: Loader::new(rt, &info.model.class()?, names, db)?,
            places,
            pk,
            field: info.field.clone(),
            link: info.link.clone(),
            related: Populator::all(rt, &info.related, plan, db)?,
        })
    }

    fn direct(&self) -> bool {
        self.loader.is_direct() && self.related.iter().all(Populator::direct)
    }

    fn populate(&self, rt: &Rt, values: &dyn Fn(usize) -> Res<Value>, from: &Value) -> Res<()> {
        let pk = values(self.places.get(self.pk).copied().unwrap_or(0))?;
        let object = if pk.is_none() {
            Value::None
        } else {
            let row: Res<Vec<Value>> = self.places.iter().map(|&i| values(i)).collect();
            let object = self.loader.load(rt, row?)?;
            for related in &self.related {
                related.populate(rt, values, &object)?;
            }
            object
        };
        let Some(field) = &self.field else { return Ok(()) };
        match &self.link {
            Link::Base => {}
            Link::Forward => {
                set_cached(field, from, object.clone());
                if !object.is_none()
                    && field.unique()
                    && let Some(remote) = field.remote_field()
                {
                    set_cached(&remote, &object, from.clone());
                }
            }
            Link::Reverse => {
                let (forward, reverse) = match field.is_reverse() {
                    true => (field.remote_field(), Some(field.clone())),
                    false => (Some(field.clone()), field.remote_field()),
                };
                if let Some(reverse) = reverse {
                    set_cached(&reverse, from, object.clone());
                }
                if let (Some(forward), false) = (forward, object.is_none()) {
                    set_cached(&forward, &object, from.clone());
                }
            }
            Link::Filtered { name, sets_back } => {
                if !object.is_none() {
                    if *sets_back && let Some(remote) = field.remote_field() {
                        set_cached(&remote, &object, from.clone());
                    }
                    ops::set_attr(rt, from, *name, object)?;
                }
            }
        }
        Ok(())
    }
}

struct KnownField {
    field: FieldRef,
    objects: Rc<Dict>,
    attnames: Vec<Name>,
}

enum Maker {
    Model {
        loader: Loader,
        places: std::ops::Range<usize>,
        related: Vec<Populator>,
        annotations: Vec<(Name, usize)>,
        known: Vec<KnownField>,
    },
    /// Names with their hashes, and whether no two are the same.
    Values {
        keys: RowKeys,
        distinct: bool,
    },
    Tuples,
    Named(Value),
    Flat,
}

/// A compiled query ready to run: its text and what its rows become.
pub struct Source {
    sql: Template,
    params: Vec<Value>,
    decoder: Decoder,
    maker: Maker,
}

impl Source {
    /// The source of a queryset's rows; `None` where nothing can match.
    pub fn of(rt: &Rt, qs: &QuerySet) -> Res<Option<Source>> {
        let db = qs.checked_alias()?;
        let query = qs.query(rt)?;
        let names = {
            let query = query.borrow();
            match qs.iterable.get() {
                Iterable::Values | Iterable::Named => selected_names(&query),
                _ => Vec::new(),
            }
        };
        let Some((compiled, plan)) = compiler::select(rt, &mut query.borrow_mut())? else { return Ok(None) };
        let decoder = plan.decoder(rt)?;
        let maker = match qs.iterable.get() {
            Iterable::Model => model_maker(rt, qs, &plan, db)?,
            Iterable::Values => {
                let mut keys: Vec<(u64, Value)> = Vec::with_capacity(names.len());
                for name in &names {
                    let key = Value::from(*name);
                    keys.push((ops::hash(rt, &key)?, key));
                }
                let distinct = names.iter().enumerate().all(|(i, name)| !names[..i].contains(name));
                Maker::Values { keys: keys.into(), distinct }
            }
            Iterable::ValuesList => Maker::Tuples,
            Iterable::Flat => Maker::Flat,
            Iterable::Named => {
                let names = match &*qs.fields.borrow() {
                    Some(fields) if !fields.is_empty() => fields.to_vec(),
                    _ => names.into_iter().map(Value::from).collect(),
                };
                Maker::Named(named_class(rt, names)?)
            }
        };
        Ok(Some(Source { sql: Template::new(&compiled.sql), params: compiled.params, decoder, maker }))
    }

    /// Whether making a row runs nothing of the session.
    pub fn direct(&self) -> bool {
        match &self.maker {
            Maker::Model { loader, related, .. } => loader.is_direct() && related.iter().all(Populator::direct),
            _ => true,
        }
    }

    fn make(&self, rt: &Rt, row: &DbRow<'_>) -> Res<Value> {
        match &self.maker {
            Maker::Model { loader, places, .. } => {
                let object = loader.load(rt, self.decoder.part(rt, row, places.clone())?)?;
                self.finish(rt, &object, &|i| self.decoder.value(rt, row, i))?;
                Ok(object)
            }
            Maker::Flat => self.decoder.value(rt, row, 0),
            _ => self.assemble(rt, self.decoder.row(rt, row)?),
        }
    }

    /// What a row that was read already becomes.
    fn make_read(&self, rt: &Rt, row: Vec<Value>) -> Res<Value> {
        let row = self.decoder.values(rt, row)?;
        match &self.maker {
            Maker::Model { loader, places, related, annotations, .. } => {
                if places.len() == row.len() && related.is_empty() && annotations.is_empty() {
                    let object = loader.load(rt, row)?;
                    self.finish(rt, &object, &|_| Ok(Value::None))?;
                    return Ok(object);
                }
                let object = loader.load(rt, row.get(places.clone()).unwrap_or_default().to_vec())?;
                self.finish(rt, &object, &|i| Ok(row.get(i).cloned().unwrap_or_default()))?;
                Ok(object)
            }
            _ => self.assemble(rt, row),
        }
    }

    fn assemble(&self, rt: &Rt, row: Vec<Value>) -> Res<Value> {
        Ok(match &self.maker {
            Maker::Values { keys, distinct: true } if keys.len() == row.len() => {
                Value::Dict(Rc::new(Dict(Table::of_row(keys, row))))
            }
            Maker::Values { keys, .. } => {
                let pairs = keys.iter().zip(row).map(|((_, key), value)| (key.clone(), value));
                Value::Dict(Dict::from_pairs(rt, pairs)?)
            }
            Maker::Named(class) => ops::call(rt, class, CallArgs::new(row))?,
            Maker::Flat => row.into_iter().next().unwrap_or_default(),
            _ => Value::tuple(row),
        })
    }

    fn finish(&self, rt: &Rt, object: &Value, values: &dyn Fn(usize) -> Res<Value>) -> Res<()> {
        let Maker::Model { related, annotations, known, .. } = &self.maker else { return Ok(()) };
        for populator in related {
            populator.populate(rt, values, object)?;
        }
        for (name, place) in annotations {
            ops::set_attr(rt, object, *name, values(*place)?)?;
        }
        for k in known {
            if is_cached(&k.field, object) {
                continue;
            }
            let mut key: Vec<Value> = Vec::with_capacity(1);
            for &name in &k.attnames {
                key.push(ops::get_attr(rt, object, name)?);
            }
            let key = if key.len() == 1 { key.remove(0) } else { Value::tuple(key) };
            if let Some(found) = k.objects.get(rt, &key)? {
                if k.field.one_to_one() {
                    ops::set_attr(rt, object, k.field.name(), found)?;
                } else if let Some(s) = state(object) {
                    s.cache(k.field.cache_name(), found);
                }
            }
        }
        Ok(())
    }

    /// Runs the query and gives each row's value to `each`. Errors: the database's, and what making a row raises.
    pub fn run(&self, rt: &Rt, each: &mut dyn FnMut(Value)) -> Res<()> {
        self.run_with(rt, self.params.clone(), each)
    }

    /// The parameters that were compiled with it.
    pub fn params(&self) -> &[Value] {
        &self.params
    }

    /// As [`run`](Source::run), with other parameters.
    pub fn run_with(&self, rt: &Rt, params: Vec<Value>, each: &mut dyn FnMut(Value)) -> Res<()> {
        let db = Db::of(rt);
        if self.direct() {
            let mut n = 0u32;
            db.query_template(rt, &self.sql, params, &mut |row| {
                each(self.make(rt, row)?);
                n += 1;
                if n & 0xfff == 0 {
                    rt.check_interrupt()?;
                }
                Ok(true)
            })?;
            return Ok(());
        }
        // What runs the session's code runs after the statement is done and logged.
        for row in db.fetch_all(rt, self.sql.text(), params)? {
            each(self.make_read(rt, row)?);
        }
        Ok(())
    }
}

/// The names of `values()` in the order of the columns.
fn selected_names(query: &crate::sql::ir::Query) -> Vec<Name> {
    if let Some(selected) = &query.selected {
        return selected.keys().copied().collect();
    }
    let extra = query.extra_select().map(|(n, _)| n);
    let own = query.values_select.iter().copied();
    extra.chain(own).chain(query.annotation_select().map(|(n, _)| n)).collect()
}

fn named_class(rt: &Rt, names: Vec<Value>) -> Res<Value> {
    let collections = rt.exec()?.import(rt, "collections")?;
    let namedtuple = ops::get_attr(rt, &collections, "namedtuple".into())?;
    ops::call(rt, &namedtuple, CallArgs::new([Value::str("Row"), Value::list(names)]))
}

fn model_maker(rt: &Rt, qs: &QuerySet, plan: &SelectPlan, db: Name) -> Res<Maker> {
    let Some(info) = &plan.klass_info else {
        return Err(Exc::TypeError.new("'NoneType' object is not subscriptable"));
    };
    let first = info.select_fields.first().copied().unwrap_or(0);
    let end = info.select_fields.last().map_or(first, |&last| last + 1);
    let names: Vec<Name> = plan.select.get(first..end).unwrap_or_default().iter().map(|s| attname(&s.expr)).collect();
    // The queryset's own class, where its model is a proxy of the query's.
    let class: Rc<Class> = info.model.class()?;
    let mut known = Vec::new();
    for (field, objects) in qs.known.borrow().iter() {
        let attnames = match field.local_related_fields() {
            Ok(fields) if !fields.is_empty() => fields.iter().map(|f| f.attname()).collect(),
            _ => vec![field.attname()],
        };
        known.push(KnownField { field: field.clone(), objects: objects.clone(), attnames });
    }
    Ok(Maker::Model {
        loader: Loader::new(rt, &class, names, db)?,
        places: first..end,
        related: Populator::all(rt, &info.related, plan, db)?,
        annotations: plan.annotation_cols.clone(),
        known,
    })
}

/// All rows of a queryset.
pub fn fetch(rt: &Rt, this: &Value) -> Res<Vec<Value>> {
    let qs = queryset(this)?;
    let custom = qs.custom_iterable.borrow().clone();
    if let Some(class) = custom {
        let args =
            CallArgs::new([this.clone()]).with("chunked_fetch", Value::Bool(false)).with("chunk_size", Value::Int(100));
        return ops::collect(rt, &ops::call(rt, &class, args)?);
    }
    let mut out = Vec::new();
    if let Some(source) = Source::of(rt, qs)? {
        source.run(rt, &mut |value| out.push(value))?;
    }
    Ok(out)
}

/// How many rows are read at a time where `chunk_size` does not say.
const CHUNK: usize = 2000;

/// Where the rows of `iterator()` come from.
enum Feed {
    /// A queryset that was not asked yet.
    Waiting(Value),
    /// A running statement.
    Rows(Rc<Source>, Box<db::Stream>),
    /// A session's own iterable.
    Custom(Value),
    /// Nothing more.
    Done,
}

/// What `iterator()` gives: rows one by one out of a running statement, prefetched a chunk at a time.
pub struct Stream {
    feed: RefCell<Feed>,
    /// Rows of the present chunk whose relations were prefetched.
    ready: RefCell<VecDeque<Value>>,
    chunk: usize,
    prefetch: Rc<[Value]>,
}

impl Stream {
    /// Sends the query; what its rows come from.
    fn open(&self, rt: &Rt, this: &Value) -> Res<Feed> {
        let qs = queryset(this)?;
        let custom = qs.custom_iterable.borrow().clone();
        if let Some(class) = custom {
            let args = CallArgs::new([this.clone()])
                .with("chunked_fetch", Value::Bool(true))
                .with("chunk_size", Value::from(self.chunk));
            return Ok(Feed::Custom(ops::iter_value(rt, &ops::call(rt, &class, args)?)?));
        }
        let Some(source) = Source::of(rt, qs)? else { return Ok(Feed::Done) };
        let rows = Db::of(rt).stream(rt, &source.sql, source.params.clone(), self.chunk)?;
        Ok(Feed::Rows(Rc::new(source), Box::new(rows)))
    }

    /// The next row as it comes.
    fn next_row(&self, rt: &Rt) -> Res<Option<Value>> {
        let waiting = match &*self.feed.borrow() {
            Feed::Waiting(this) => Some(this.clone()),
            _ => None,
        };
        if let Some(this) = waiting {
            *self.feed.borrow_mut() = Feed::Done;
            let feed = self.open(rt, &this)?;
            *self.feed.borrow_mut() = feed;
        }
        // What makes a row may run the session's code, which may ask this iterator again: no borrow is held then.
        let mut feed = self.feed.borrow_mut();
        let next = match &mut *feed {
            Feed::Rows(source, rows) => match rows.next_row(rt) {
                Ok(Some(row)) => {
                    let source = source.clone();
                    drop(feed);
                    return source.make_read(rt, row).map(Some).inspect_err(|_| {
                        self.feed.replace(Feed::Done);
                    });
                }
                Ok(None) => Ok(None),
                Err(e) => Err(e),
            },
            Feed::Custom(iterator) => {
                let iterator = iterator.clone();
                drop(feed);
                return ops::iter(rt, &iterator)?.next(rt);
            }
            Feed::Waiting(_) | Feed::Done => Ok(None),
        };
        let gone = std::mem::replace(&mut *feed, Feed::Done);
        drop(feed);
        drop(gone);
        next
    }
}

impl Object for Stream {
    fn next(&self, rt: &Rt) -> Res<Option<Value>> {
        if self.prefetch.is_empty() {
            return self.next_row(rt);
        }
        if self.ready.borrow().is_empty() {
            let mut rows = Vec::new();
            while rows.len() < self.chunk
                && let Some(row) = self.next_row(rt)?
            {
                rows.push(row);
            }
            crate::orm::prefetch::prefetch_related_objects(rt, rows.clone(), &self.prefetch)?;
            *self.ready.borrow_mut() = rows.into();
        }
        Ok(self.ready.borrow_mut().pop_front())
    }

    fn is_iterator(&self) -> bool {
        true
    }
}

impl NativeType for Stream {
    const NAME: &'static str = "generator";
    const ROWS: &'static [&'static [Row]] = &[ITERATOR_ROWS];
}

/// The iterator of `iterator(chunk_size)`.
pub fn streaming(rt: &Rt, this: &Value, chunk: Option<usize>) -> Res<Value> {
    let prefetch = match chunk {
        Some(_) => queryset(this)?.prefetch.borrow().clone(),
        None => Rc::from([]),
    };
    Ok(rt.object(Stream {
        feed: RefCell::new(Feed::Waiting(this.clone())),
        ready: RefCell::default(),
        chunk: chunk.unwrap_or(CHUNK),
        prefetch,
    }))
}
