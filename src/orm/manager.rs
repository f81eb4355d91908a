//! Managers: where a model's querysets come from. Mirrors
//! <https://docs.djangoproject.com/en/5.2/topics/db/managers/>.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use super::files::MANAGER;
use super::queryset::{self, QuerySet};
use super::related::{self, Related};
use crate::models::{LocalManager, Model, ModelRef, model_of};
use crate::object::class::Names;
use crate::object::error::Layer;
use crate::object::{
    Args, Attrs, CallArgs, Class, Dict, Exc, Instance, NativeFn, NativeType, Object, Payload, Res, Row, RowKind, Rt,
    Value, ops,
};
use crate::source::Name;
use crate::sql::ir::{Q, Query};

/// Positional and keyword arguments that a manager was made with.
pub type Made = (Vec<Value>, Vec<(Name, Value)>);

/// The payload of a manager, a related manager included.
#[derive(Default)]
pub struct Manager {
    /// The model's class.
    pub model: RefCell<Value>,
    /// The attribute it is.
    pub name: Cell<Option<Name>>,
    /// The database it was told to use.
    pub db: Cell<Option<Name>>,
    /// Orders managers.
    pub creation_counter: Cell<i64>,
    /// What it was made with.
    pub args: RefCell<Made>,
    /// Whether a model got it unasked.
    pub auto_created: Cell<bool>,
    /// Of a related manager: whose it is.
    pub related: OnceCell<Related>,
}

thread_local! {
    static COUNTER: Cell<i64> = const { Cell::new(0) };
}

fn next_counter() -> i64 {
    COUNTER.replace(COUNTER.get() + 1)
}

impl Object for Manager {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let text = name.text();
        Ok(match &*text {
            "model" => Some(self.model.borrow().clone()),
            "name" => Some(self.name.get().map_or(Value::None, Value::from)),
            "_db" => Some(self.db.get().map_or(Value::None, Value::from)),
            "_hints" => Some(Value::Dict(Dict::new())),
            "creation_counter" => Some(Value::Int(self.creation_counter.get())),
            "auto_created" => Some(Value::Bool(self.auto_created.get())),
            "_constructor_args" => {
                let (args, kwargs) = self.args.borrow().clone();
                let dict = Dict::new();
                for (name, value) in kwargs {
                    dict.set_str(rt, &name.text(), value);
                }
                Some(Value::tuple(vec![Value::tuple(args), Value::Dict(dict)]))
            }
            _ => match self.related.get() {
                Some(related) => related.attr(rt, &text)?,
                None => None,
            },
        })
    }

    fn attr_names(&self, _rt: &Rt) -> Vec<Name> {
        ["auto_created", "creation_counter", "model", "name"].map(Name::new).to_vec()
    }

    fn set_attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let Some(value) = value else { return Ok(false) };
        match &*name.text() {
            "model" => *self.model.borrow_mut() = value,
            "name" => self.name.set(value.as_str().map(|s| Name::new(s))),
            "_db" => self.db.set(value.as_str().map(|s| Name::new(s))),
            "_hints" => {}
            "creation_counter" => self.creation_counter.set(value.as_int().unwrap_or(0)),
            "auto_created" => self.auto_created.set(ops::truthy(rt, &value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl NativeType for Manager {
    const NAME: &'static str = "BaseManager";
    const MODULE: &'static str = "django.db.models.manager";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// `Manager`: a `BaseManager` with the methods of `QuerySet`.
pub struct Plain;

impl Object for Plain {}

impl NativeType for Plain {
    const NAME: &'static str = "Manager";
    const MODULE: &'static str = "django.db.models.manager";
    const ROWS: &'static [&'static [Row]] = &[];
    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<FromQuerySet>()
    }
}

/// What `BaseManager.from_queryset(QuerySet)` makes: the class between `BaseManager` and `Manager`.
struct FromQuerySet;

impl Object for FromQuerySet {}

impl NativeType for FromQuerySet {
    const NAME: &'static str = "BaseManagerFromQuerySet";
    const MODULE: &'static str = "django.db.models.manager";
    const ROWS: &'static [&'static [Row]] = &[];
    fn base(rt: &Rt) -> Rc<Class> {
        rt.class::<Manager>()
    }
}

/// The class `Manager` with its proxies for the methods of `QuerySet`.
pub fn class(rt: &Rt) -> Rc<Class> {
    let from = rt.class::<FromQuerySet>();
    let key = Name::new("_queryset_class");
    if from.own(key).is_none() {
        from.set(key, Value::Class(rt.class::<QuerySet>()));
        for (name, value) in proxies(rt, &rt.class::<Manager>(), &rt.class::<QuerySet>()) {
            from.set(name, value);
        }
    }
    rt.class::<Plain>()
}

/// A manager's payload.
pub fn manager(value: &Value) -> Option<&Manager> {
    value.native::<Manager>()
}

fn this<'a>(a: &'a Args) -> Res<&'a Manager> {
    a.native::<Manager>(0)
}

/// The methods of a queryset class that a manager class gets: public ones, and those that say so.
fn proxies(rt: &Rt, manager: &Rc<Class>, queryset: &Rc<Class>) -> Vec<(Name, Value)> {
    let mut out: Vec<(Name, Value)> = Vec::new();
    for class in queryset.mro() {
        if Rc::ptr_eq(class, &rt.types.object) {
            continue;
        }
        let names: Vec<(Name, Value)> = class.dict().iter().map(|(n, v)| (*n, v.clone())).collect();
        for (name, value) in names {
            if out.iter().any(|(n, _)| *n == name) || manager.lookup(name).is_some() {
                continue;
            }
            let text = name.text();
            let function = match &value {
                Value::Func(_) => true,
                Value::Native(f) => f.kind == RowKind::Method,
                _ => false,
            };
            if !function || (text.starts_with("__") && text.ends_with("__")) {
                continue;
            }
            let marked = ops::get_attr_opt(rt, &value, "queryset_only".into()).ok().flatten();
            let only = match &marked {
                Some(Value::None) | None => None,
                Some(v) => Some(ops::truthy(rt, v).unwrap_or(false)),
            };
            let native = matches!(value, Value::Native(_));
            let native_only = native && matches!(&*text, "delete" | "adelete" | "resolve_expression");
            let hidden = match only {
                Some(only) => only,
                None => native_only || (text.starts_with('_') && !matches!(&*text, "_insert" | "_update")),
            };
            if !hidden {
                out.push((name, proxy(name, &value)));
            }
        }
    }
    out
}

/// A manager's method that calls its queryset's method of the same name.
fn proxy(name: Name, method: &Value) -> Value {
    if let Value::Native(f) = method {
        let function = NativeFn::from_row(proxy_row(f.name, f.doc), Some("BaseManager"));
        like(&function, f.module(), &f.qualname());
        function.set_home(Name::new("django.db.models.manager"));
        return function.into_attribute();
    }
    let text = super::kept_text(&name.text());
    let out = NativeFn::closure_of(RowKind::Method, text, "(...)", forward);
    if let (Value::Func(f), Value::Native(n)) = (method, &out) {
        *n.attrs.borrow_mut() = copy_attrs(&f.attrs.borrow());
        like(n, f.globals.get("__name__".into()).unwrap_or_default(), &f.qualname.borrow());
        n.set_home(Name::new("django.db.models.manager"));
    }
    out
}

/// A manager's method names itself as the queryset's own.
fn like(proxy: &NativeFn, module: Value, qualname: &str) {
    let mut attrs = proxy.attrs.borrow_mut();
    attrs.set("__module__".into(), module);
    attrs.set("__qualname__".into(), Value::str(qualname));
}

/// One row for each method of `QuerySet` that a manager passes on, kept for the thread.
fn proxy_row(name: &'static str, doc: &'static str) -> &'static Row {
    thread_local! {
        static ROWS: RefCell<rustc_hash::FxHashMap<&'static str, &'static Row>> = RefCell::default();
    }
    ROWS.with_borrow_mut(|rows| {
        *rows.entry(name).or_insert_with(|| Box::leak(Box::new(Row::method(name, "(...)", doc, forward).at(MANAGER))))
    })
}

fn copy_attrs(from: &Attrs) -> Attrs {
    let mut out = Attrs::default();
    for (name, value) in from.iter() {
        out.set(name, value.clone());
    }
    out
}

fn forward(rt: &Rt, a: &mut Args) -> Res<Value> {
    let mut rest = std::mem::take(&mut a.rest).into_iter();
    let this = rest.next().unwrap_or_default();
    let rows = get_queryset(rt, &this)?;
    let mut args = CallArgs::new(rest);
    args.kw.extend(std::mem::take(&mut a.kwargs));
    ops::call_method(rt, &rows, Name::new(a.name), args)
}

/// `manager.get_queryset()`, as the manager's class has it.
pub fn get_queryset(rt: &Rt, this: &Value) -> Res<Value> {
    if let Value::Obj(o) = this
        && let Some(m) = o.native::<Manager>()
        && m.related.get().is_some()
        && related::is_plain(&o.class())
        && let Some(Value::Native(f)) = o.class().lookup("get_queryset".into())
    {
        let layer = || Layer { file: super::files::RELATED, owner: f.owner.clone(), name: "get_queryset" };
        return related::rows(rt, this).map_err(|e| e.through(layer()));
    }
    if let Value::Obj(o) = this
        && let Some(m) = o.native::<Manager>()
        && m.related.get().is_none()
        && let Some(Value::Native(f)) = o.class().lookup("get_queryset".into())
        && f.owner.as_deref() == Some("BaseManager")
    {
        return base_queryset(rt, this);
    }
    ops::call_method(rt, this, "get_queryset".into(), CallArgs::none())
}

/// `BaseManager.get_queryset`.
pub fn base_queryset(rt: &Rt, this: &Value) -> Res<Value> {
    let Some(m) = manager(this) else { return Err(Exc::TypeError.new("not a manager")) };
    let class = rt.class_of(this);
    let model = m.model.borrow().clone();
    match class.lookup("_queryset_class".into()) {
        Some(Value::Class(c)) => queryset::make(rt, &c, model, None, m.db.get()),
        Some(other) => {
            let args = CallArgs::none().with("model", model).with("using", m.db.get().map_or(Value::None, Value::from));
            ops::call(rt, &other, args)
        }
        None => Err(Exc::AttributeError.new(format!("'{}' object has no attribute '_queryset_class'", class.name()))),
    }
}

/// Whether a manager is a plain one: its querysets are the model's rows and nothing else.
pub fn is_plain(rt: &Rt, value: &Value) -> bool {
    match value {
        Value::Obj(o) => {
            Rc::ptr_eq(&*o.class(), &rt.class::<Plain>())
                && o.native::<Manager>().is_some_and(|m| m.related.get().is_none())
        }
        _ => false,
    }
}

/// The query of a model's base manager, filtered by a primary key: what a save updates.
pub fn base_query_of_pk(rt: &Rt, model: &ModelRef, pk: &Value) -> Res<Query> {
    let manager = model.base_manager(rt)?;
    let q = Q::filter("pk", pk.clone());
    if is_plain(rt, &manager) {
        let mut query = Query::new(Some(model.clone()));
        query.add_q(rt, &Rc::new(q))?;
        return Ok(query);
    }
    let rows = get_queryset(rt, &manager)?;
    let rows = queryset::filter_q(rt, &rows, q)?;
    queryset::query_of(rt, &rows)
}

/// A copy of a manager with the same class and state.
pub fn copy(value: &Value) -> Value {
    let (Some(object), Some(m)) = (value.as_obj(), manager(value)) else { return value.clone() };
    let copy = Manager {
        model: RefCell::new(m.model.borrow().clone()),
        name: m.name.clone(),
        db: m.db.clone(),
        creation_counter: m.creation_counter.clone(),
        args: RefCell::new(m.args.borrow().clone()),
        auto_created: m.auto_created.clone(),
        related: m.related.clone(),
    };
    let attrs = copy_attrs(&object.attrs());
    let class = object.class().clone();
    Value::Obj(Instance::with_attrs(class, Payload::Native(Box::new(copy)), attrs))
}

/// A new plain manager: the `new_manager` hook.
pub fn new_plain(rt: &Rt) -> Res<Value> {
    let m = Manager { creation_counter: Cell::new(next_counter()), ..Manager::default() };
    Ok(rt.object_of(class(rt), m))
}

/// A copy of a manager for a model that inherits it: the `copy_manager` hook.
pub fn copy_for(_rt: &Rt, value: &Value, model: &ModelRef) -> Res<Value> {
    let out = copy(value);
    if let Some(m) = manager(&out) {
        *m.model.borrow_mut() = model.class_value();
    }
    Ok(out)
}

/// `_default_manager` or `_base_manager` told to use a database.
pub fn db_manager(value: &Value, using: Option<Name>) -> Value {
    let out = copy(value);
    if let (Some(m), Some(using)) = (manager(&out), using) {
        m.db.set(Some(using));
    }
    out
}

/// `Manager.from_queryset(QS)` as a class.
pub fn from_queryset(rt: &Rt, base: &Rc<Class>, queryset: &Rc<Class>, name: Option<&str>) -> Res<Rc<Class>> {
    let name = match name {
        Some(name) => name.to_string(),
        None => format!("{}From{}", base.name(), queryset.name()),
    };
    let mut dict = Names::default();
    dict.insert(Name::new("_queryset_class"), Value::Class(queryset.clone()));
    for (name, value) in proxies(rt, base, queryset) {
        dict.insert(name, value);
    }
    let module = base.module.borrow().clone();
    Class::build(&name, &module, vec![base.clone()], None, dict, true)
}

/// `QuerySet.as_manager()`.
pub fn as_manager(rt: &Rt, queryset: &Rc<Class>) -> Res<Value> {
    let class = from_queryset(rt, &class(rt), queryset, None)?;
    let made = ops::call(rt, &Value::Class(class), CallArgs::none())?;
    ops::set_attr(rt, &made, "_built_with_as_manager".into(), Value::Bool(true))?;
    Ok(made)
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, *args, **kwargs)", "A new manager.", |rt, a| {
        let Value::Class(made) = a.value(0) else {
            return Err(Exc::TypeError.new("BaseManager.__new__(X): X is not a type object"));
        };
        class(rt);
        let m = Manager { creation_counter: Cell::new(next_counter()), ..Manager::default() };
        *m.args.borrow_mut() = (std::mem::take(&mut a.rest), std::mem::take(&mut a.kwargs));
        Ok(rt.object_of(made, m))
    }),
    Row::method("__init__", "(self)", "Nothing to set.", |_, _| Ok(Value::None)),
    Row::method("__str__", "(self)", "app.Model.objects", |_, a| {
        let m = this(a)?;
        let label = model_of(&m.model.borrow()).map(|m| m.label());
        let name = m.name.get().map_or_else(|| "None".to_string(), |n| n.to_string());
        match label {
            Some(label) => Ok(Value::from(format!("{label}.{name}"))),
            None => Err(Exc::AttributeError.new("'NoneType' object has no attribute '_meta'")),
        }
    }),
    Row::class("__class_getitem__", "(cls, *args, **kwargs)", "The class itself.", |_, a| Ok(a.value(0))),
    Row::method("__eq__", "(self, other, /)", "Of one class and made alike.", |rt, a| {
        let class = rt.class_of(a.get(0));
        let other = a.get(1);
        let Some(theirs) = manager(other).filter(|_| rt.is_instance(other, &class)) else {
            return Ok(Value::Bool(false));
        };
        let mine = this(a)?.args.borrow().clone();
        let theirs = theirs.args.borrow().clone();
        ops::eq(rt, &Value::tuple(mine.0), &Value::tuple(theirs.0)).map(Value::Bool)
    }),
    Row::method("__hash__", "(self)", "By identity.", |_, a| Ok(Value::Int((a.get(0).id() >> 4) as i64))),
    Row::method("check", "(self, **kwargs)", "No problems.", |_, _| Ok(Value::list(Vec::new()))),
    Row::method("contribute_to_class", "(self, cls, name)", "Becomes an attribute of a model.", |rt, a| {
        let name = Name::new(a.str(2)?);
        let m = this(a)?;
        if m.name.get().is_none() {
            m.name.set(Some(name));
        }
        *m.model.borrow_mut() = a.value(1);
        if let (Some(class), Some(model)) = (a.get(1).as_class(), model_of(a.get(1))) {
            class.set(name, rt.object(ManagerDescriptor { manager: a.value(0), cache: RefCell::default() }));
            model.add_manager(LocalManager {
                name,
                creation_counter: m.creation_counter.get(),
                value: a.value(0),
                auto_created: m.auto_created.get(),
            });
        }
        Ok(Value::None)
    }),
    Row::method("_set_creation_counter", "(self)", "Takes the next number.", |_, a| {
        this(a)?.creation_counter.set(next_counter());
        Ok(Value::None)
    }),
    Row::method("db_manager", "(self, using=None, hints=None)", "A copy for a database.", |_, a| {
        Ok(db_manager(a.get(0), a.some(1).and_then(|v| v.as_str()).map(|s| Name::new(s))))
    }),
    Row::getter("db", "The database's alias.", |_, a| {
        Ok(this(a)?.db.get().map_or_else(|| Value::str(super::DEFAULT_DB), Value::from))
    }),
    Row::method("get_queryset", "(self)", "A new queryset of the model's rows.", |rt, a| base_queryset(rt, a.get(0)))
        .at(MANAGER),
    Row::method("all", "(self)", "All rows, as get_queryset() gives them.", |rt, a| get_queryset(rt, a.get(0)))
        .at(MANAGER),
    Row::class(
        "from_queryset",
        "(cls, queryset_class, class_name=None)",
        "A manager class with a queryset's methods.",
        |rt, a| {
            class(rt);
            let (Value::Class(base), Value::Class(queryset)) = (a.value(0), a.value(1)) else {
                return Err(Exc::TypeError.new("from_queryset() needs a QuerySet class"));
            };
            let name = a.some(2).and_then(|v| v.as_str()).map(|s| s.to_string());
            from_queryset(rt, &base, &queryset, name.as_deref()).map(Value::Class)
        },
    ),
    Row::method("deconstruct", "(self)", "How it is made.", |rt, a| {
        let (args, kwargs) = this(a)?.args.borrow().clone();
        let dict = Dict::new();
        for (name, value) in kwargs {
            dict.set_str(rt, &name.text(), value);
        }
        let class = rt.class_of(a.get(0));
        let path = format!("{}.{}", class.module.borrow(), class.name());
        Ok(Value::tuple(vec![
            Value::Bool(false),
            Value::from(path),
            Value::None,
            Value::tuple(args),
            Value::Dict(dict),
        ]))
    }),
];

/// What stands for a manager on a model class.
pub struct ManagerDescriptor {
    /// The manager as it was contributed.
    pub manager: Value,
    /// The model's own copy, for each model that has asked.
    cache: RefCell<Vec<(Weak<Model>, Value)>>,
}

impl Object for ManagerDescriptor {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(if name == "manager" { Some(self.manager.clone()) } else { None })
    }
}

impl NativeType for ManagerDescriptor {
    const NAME: &'static str = "ManagerDescriptor";
    const MODULE: &'static str = "django.db.models.manager";
    const ROWS: &'static [&'static [Row]] =
        &[&[Row::method("__get__", "(self, instance, cls=None)", "The manager, through the class alone.", |rt, a| {
            let descriptor = a.native::<ManagerDescriptor>(0)?;
            let Value::Class(class) = a.get(2) else { return Ok(a.value(0)) };
            if !a.get(1).is_none() {
                return Err(Exc::AttributeError.new(format!("Manager isn't accessible via {} instances", class.name())));
            }
            descriptor.of_class(rt, a.get(2))
        })]];
}

impl ManagerDescriptor {
    fn of_class(&self, rt: &Rt, class: &Value) -> Res<Value> {
        let Some(model) = model_of(class) else { return Ok(self.manager.clone()) };
        if model.abstract_.get() {
            return Err(Exc::AttributeError.new(format!("Manager isn't available; {} is abstract", model.object_name)));
        }
        if let Some((_, found)) = self.cache.borrow().iter().find(|(m, _)| std::ptr::eq(m.as_ptr(), Rc::as_ptr(&model)))
        {
            return Ok(found.clone());
        }
        if let Some(swapped) = super::modules::swapped(rt, &model) {
            return Err(Exc::AttributeError
                .new(format!("Manager isn't available; '{}' has been swapped for '{swapped}'", model.label())));
        }
        let wanted = manager(&self.manager).and_then(|m| m.name.get());
        let all = model.managers(rt)?;
        let found = all
            .iter()
            .find(|m| Some(m.name) == wanted)
            .map(|m| m.value.clone())
            .unwrap_or_else(|| self.manager.clone());
        self.cache.borrow_mut().push((Rc::downgrade(&model), found.clone()));
        Ok(found)
    }
}
