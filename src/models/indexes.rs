//! `Index`, `CheckConstraint`, `UniqueConstraint`: what a model's Meta lists.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use super::options::ModelRef;
use crate::object::{Args, Class, Dict, Exc, Instance, Object, Payload, Res, Row, Rt, Value, ops};
use crate::source::Name;

/// Which of the three.
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexKind {
    Index,
    Check,
    Unique,
}

/// An index or constraint.
#[derive(Clone)]
#[allow(missing_docs)]
pub struct Index {
    pub kind: IndexKind,
    pub name: RefCell<Option<Rc<str>>>,
    /// Field names with `-` in front of descending ones.
    pub fields: RefCell<Vec<Rc<str>>>,
    pub expressions: RefCell<Vec<Value>>,
    /// The condition, or a CheckConstraint's own.
    pub condition: RefCell<Value>,
    pub include: RefCell<Vec<Name>>,
    pub opclasses: RefCell<Vec<Value>>,
    pub deferrable: RefCell<Value>,
    pub nulls_distinct: RefCell<Value>,
    pub db_tablespace: RefCell<Value>,
    pub violation_error_code: RefCell<Value>,
    pub violation_error_message: RefCell<Value>,
    /// Set on the copy that a model holds.
    pub named_by_model: Cell<bool>,
}

/// The payload of an index's or constraint's object.
pub struct IndexObject(pub Rc<Index>);

/// The index or constraint behind a value.
pub fn index_of(value: &Value) -> Option<Rc<Index>> {
    value.native::<IndexObject>().map(|i| i.0.clone())
}

impl Index {
    fn empty(kind: IndexKind) -> Index {
        Index {
            kind,
            name: RefCell::default(),
            fields: RefCell::default(),
            expressions: RefCell::default(),
            condition: RefCell::default(),
            include: RefCell::default(),
            opclasses: RefCell::default(),
            deferrable: RefCell::default(),
            nulls_distinct: RefCell::default(),
            db_tablespace: RefCell::default(),
            violation_error_code: RefCell::default(),
            violation_error_message: RefCell::default(),
            named_by_model: Cell::default(),
        }
    }

    /// The name.
    pub fn name(&self) -> Rc<str> {
        self.name.borrow().clone().unwrap_or_else(|| "".into())
    }

    /// Fields with whether each is descending.
    pub fn field_orders(&self) -> Vec<(Name, bool)> {
        let fields = self.fields.borrow();
        fields.iter().map(|f| (Name::new(f.trim_start_matches('-')), f.starts_with('-'))).collect()
    }
}

/// The four classes, made when first asked for.
#[derive(Default)]
struct Classes {
    base: OnceCell<Rc<Class>>,
    index: OnceCell<Rc<Class>>,
    check: OnceCell<Rc<Class>>,
    unique: OnceCell<Rc<Class>>,
}

/// `BaseConstraint`.
pub fn base_class(rt: &Rt) -> Rc<Class> {
    let make = || {
        let object = rt.types.object.clone();
        let class = Class::native("BaseConstraint", "django.db.models.constraints", Some(object), &[SHARED_ROWS]);
        class.set("default_violation_error_message".into(), Value::str("Constraint “%(name)s” is violated."));
        class.set("violation_error_code".into(), Value::None);
        class
    };
    rt.state::<Classes>().base.get_or_init(make).clone()
}

/// The class of a kind: `Index`, `CheckConstraint`, `UniqueConstraint`.
pub fn class(rt: &Rt, kind: IndexKind) -> Rc<Class> {
    let state = rt.state::<Classes>();
    match kind {
        IndexKind::Index => state.index.get_or_init(|| {
            let object = rt.types.object.clone();
            let class = Class::native("Index", "django.db.models.indexes", Some(object), &[SHARED_ROWS, INDEX_ROWS]);
            class.set("suffix".into(), Value::str("idx"));
            class.set("max_name_length".into(), Value::Int(30));
            class
        }),
        IndexKind::Check => state.check.get_or_init(|| {
            let base = base_class(rt);
            Class::native("CheckConstraint", "django.db.models.constraints", Some(base), &[CHECK_ROWS])
        }),
        IndexKind::Unique => state.unique.get_or_init(|| {
            let base = base_class(rt);
            Class::native("UniqueConstraint", "django.db.models.constraints", Some(base), &[UNIQUE_ROWS])
        }),
    }
    .clone()
}

fn kind_of(rt: &Rt, class: &Rc<Class>) -> Option<IndexKind> {
    let all = [IndexKind::Index, IndexKind::Check, IndexKind::Unique];
    all.into_iter().find(|kind| class.is_subclass(&self::class(rt, *kind)))
}

fn this(a: &Args) -> Res<Rc<Index>> {
    Ok(a.native::<IndexObject>(0)?.0.clone())
}

fn texts(rt: &Rt, value: &Value) -> Res<Vec<Rc<str>>> {
    let items = ops::collect(rt, value)?;
    Ok(items.iter().filter_map(|v| v.as_str().map(|s| Rc::from(s.as_str()))).collect())
}

fn names(rt: &Rt, value: &Value) -> Res<Vec<Name>> {
    Ok(texts(rt, value)?.iter().map(|t| Name::new(t)).collect())
}

/// Text becomes F, as `ExpressionWrapper`-free arguments do.
fn expressions(rt: &Rt, items: Vec<Value>) -> Res<Vec<Value>> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        if item.as_str().is_some() {
            let module = rt.exec()?.import(rt, "django.db.models")?;
            let f = ops::get_attr(rt, &module, "F".into())?;
            out.push(ops::call1(rt, &f, item)?);
        } else {
            out.push(item);
        }
    }
    Ok(out)
}

const SHARED_ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new index or constraint.", |rt, a| {
        let Value::Class(class) = a.value(0) else { return Err(Exc::TypeError.new("X is not a type object")) };
        let kind = kind_of(rt, &class).unwrap_or(IndexKind::Check);
        Ok(rt.object_of(class, IndexObject(Rc::new(Index::empty(kind)))))
    }),
    Row::method("clone", "(self)", "A copy.", |rt, a| copy(rt, a.get(0))),
    Row::method("__eq__", "(self, other)", "The same options.", |rt, a| {
        let (x, y) = (this(a)?, index_of(a.get(1)));
        let Some(y) = y else { return Ok(Value::NotImplemented) };
        if x.kind != y.kind || *x.name.borrow() != *y.name.borrow() || *x.fields.borrow() != *y.fields.borrow() {
            return Ok(Value::Bool(false));
        }
        let same = |p: &Value, q: &Value| ops::eq(rt, p, q);
        let lists = (x.expressions.borrow().clone(), y.expressions.borrow().clone());
        let mut equal = lists.0.len() == lists.1.len();
        for (p, q) in lists.0.iter().zip(&lists.1) {
            equal = equal && same(p, q)?;
        }
        for (p, q) in [
            (&x.condition, &y.condition),
            (&x.deferrable, &y.deferrable),
            (&x.nulls_distinct, &y.nulls_distinct),
            (&x.violation_error_code, &y.violation_error_code),
            (&x.violation_error_message, &y.violation_error_message),
        ] {
            let (p, q) = (p.borrow().clone(), q.borrow().clone());
            equal = equal && same(&p, &q)?;
        }
        equal = equal && *x.include.borrow() == *y.include.borrow();
        Ok(Value::Bool(equal))
    }),
    Row::method("__hash__", "(self)", "By identity.", |_, a| Ok(Value::Int((a.get(0).id() >> 4) as i64))),
    Row::method("deconstruct", "(self)", "Path, arguments and options.", |rt, a| {
        let index = this(a)?;
        let class = rt.class_of(a.get(0));
        let module = match class.module.borrow().as_ref() {
            "django.db.models.indexes" | "django.db.models.constraints" => "django.db.models".to_string(),
            other => other.to_string(),
        };
        let path = format!("{module}.{}", class.name());
        let kwargs = Dict::new();
        kwargs.set_str(rt, "name", Value::str(index.name()));
        if !index.fields.borrow().is_empty() {
            let list: Vec<Value> = index.fields.borrow().iter().map(Value::str).collect();
            let list = if index.kind == IndexKind::Index { Value::list(list) } else { Value::tuple(list) };
            kwargs.set_str(rt, "fields", list);
        }
        if !index.condition.borrow().is_none() {
            kwargs.set_str(rt, "condition", index.condition.borrow().clone());
        }
        let args = Value::tuple(index.expressions.borrow().clone());
        Ok(Value::tuple(vec![Value::from(path), args, Value::Dict(kwargs)]))
    }),
    Row::method("get_violation_error_message", "(self)", "The message of a violation.", |rt, a| {
        violation_message(rt, &*this(a)?)
    }),
    Row::getter("contains_expressions", "Whether there are expressions.", |_, a| {
        Ok(Value::Bool(!this(a)?.expressions.borrow().is_empty()))
    }),
    Row::method(
        "validate",
        "(self, model, instance, exclude=None, using=None)",
        "Whether an instance satisfies it.",
        |rt, a| match super::hooks::Hooks::of(rt).validate_constraint.get() {
            Some(validate) => validate(rt, a.get(0), a.get(1), a.get(2), a.get(3)).map(|()| Value::None),
            None => Ok(Value::None),
        },
    ),
    Row::method("constraint_sql", "(self, model, schema_editor)", "Its SQL in CREATE TABLE.", |rt, a| {
        match super::model_of(a.get(1)) {
            Some(model) => Ok(Value::from(super::schema::constraint_sql(rt, &model, &*this(a)?)?)),
            None => Ok(Value::None),
        }
    }),
];

const INDEX_ROWS: &[Row] = &[
    Row::method(
        "__init__",
        "(self, *expressions, fields=(), name=None, db_tablespace=None, opclasses=(), condition=None, include=None)",
        "Reads the options.",
        |rt, a| {
            let index = this(a)?;
            let fields = a.value(1);
            let expr = std::mem::take(&mut a.rest);
            if !fields.is_none() && fields.as_list().is_none() && fields.as_tuple().is_none() {
                return Err(Exc::ValueError.new("Index.fields must be a list or tuple."));
            }
            let fields = if fields.is_none() { Vec::new() } else { ops::collect(rt, &fields)? };
            if expr.is_empty() && fields.is_empty() {
                return Err(Exc::ValueError.new("At least one field or expression is required to define an index."));
            }
            if !expr.is_empty() && !fields.is_empty() {
                return Err(Exc::ValueError.new("Index.fields and expressions are mutually exclusive."));
            }
            let named = a.some(2).is_some();
            if !expr.is_empty() && !named {
                return Err(Exc::ValueError.new("An index must be named to use expressions."));
            }
            if fields.iter().any(|f| f.as_str().is_none()) {
                return Err(Exc::ValueError.new("Index.fields must contain only strings with field names."));
            }
            if a.some(5).is_some() && !named {
                return Err(Exc::ValueError.new("An index must be named to use condition."));
            }
            if a.some(6).is_some() && !named {
                return Err(Exc::ValueError.new("A covering index must be named."));
            }
            *index.fields.borrow_mut() = texts(rt, &Value::list(fields))?;
            *index.expressions.borrow_mut() = expressions(rt, expr)?;
            *index.name.borrow_mut() = a.some(2).and_then(|v| v.as_str().map(|s| Rc::from(s.as_str())));
            *index.db_tablespace.borrow_mut() = a.value(3);
            if let Some(v) = a.some(4) {
                *index.opclasses.borrow_mut() = ops::collect(rt, v)?;
            }
            *index.condition.borrow_mut() = a.value(5);
            if let Some(v) = a.some(6) {
                *index.include.borrow_mut() = names(rt, v)?;
            }
            Ok(Value::None)
        },
    ),
    Row::method("set_name_with_model", "(self, model)", "Names the index after the model.", |rt, a| {
        if let Some(model) = super::model_of(a.get(1)) {
            name_for(rt, a.get(0), &model)?;
        }
        Ok(Value::None)
    }),
    Row::method("__repr__", "(self)", "The class and the options.", |rt, a| {
        let index = this(a)?;
        let mut out = format!("<{}:", rt.class_of(a.get(0)).qualname.borrow());
        if !index.fields.borrow().is_empty() {
            let list: Vec<Value> = index.fields.borrow().iter().map(Value::str).collect();
            out.push_str(&format!(" fields={}", ops::repr(rt, &Value::list(list))?));
        }
        if !index.expressions.borrow().is_empty() {
            out.push_str(&format!(
                " expressions={}",
                ops::repr(rt, &Value::tuple(index.expressions.borrow().clone()))?
            ));
        }
        if let Some(name) = &*index.name.borrow() {
            out.push_str(&format!(" name={}", ops::repr(rt, &Value::str(name))?));
        }
        if !index.condition.borrow().is_none() {
            out.push_str(&format!(" condition={}", ops::str(rt, &index.condition.borrow().clone())?));
        }
        if !index.include.borrow().is_empty() {
            let list: Vec<Value> = index.include.borrow().iter().map(|n| Value::from(*n)).collect();
            out.push_str(&format!(" include={}", ops::repr(rt, &Value::tuple(list))?));
        }
        out.push('>');
        Ok(Value::from(out))
    }),
];

fn read_violation(index: &Index, code: Option<&Value>, message: Option<&Value>) {
    if let Some(v) = code {
        *index.violation_error_code.borrow_mut() = v.clone();
    }
    if let Some(v) = message {
        *index.violation_error_message.borrow_mut() = v.clone();
    }
}

const CHECK_ROWS: &[Row] = &[
    Row::method(
        "__init__",
        "(self, *, condition=None, name=None, violation_error_code=None, violation_error_message=None, check=None)",
        "Reads the options.",
        |rt, a| {
            let index = this(a)?;
            let condition = a.some(1).or(a.some(5)).cloned().unwrap_or_default();
            if a.some(2).is_none() {
                return Err(
                    Exc::TypeError.new("CheckConstraint.__init__() missing 1 required keyword-only argument: 'name'")
                );
            }
            let conditional = match ops::get_attr_opt(rt, &condition, "conditional".into())? {
                Some(v) => ops::truthy(rt, &v)?,
                None => false,
            };
            if !conditional {
                return Err(Exc::TypeError.new("CheckConstraint.condition must be a Q instance or boolean expression."));
            }
            *index.condition.borrow_mut() = condition;
            *index.name.borrow_mut() = a.get(2).as_str().map(|s| Rc::from(s.as_str()));
            read_violation(&index, a.some(3), a.some(4));
            Ok(Value::None)
        },
    ),
    Row::method("__repr__", "(self)", "The class and the options.", |rt, a| {
        let index = this(a)?;
        let name = ops::repr(rt, &Value::str(index.name()))?;
        let condition = ops::str(rt, &index.condition.borrow().clone())?;
        let mut out = format!("<{}: condition={condition} name={name}", rt.class_of(a.get(0)).qualname.borrow());
        violation_repr(rt, &index, &mut out)?;
        out.push('>');
        Ok(Value::from(out))
    }),
];

const UNIQUE_ROWS: &[Row] = &[
    Row::method(
        "__init__",
        "(self, *expressions, fields=(), name=None, condition=None, deferrable=None, include=None, opclasses=(), nulls_distinct=None, violation_error_code=None, violation_error_message=None)",
        "Reads the options.",
        |rt, a| {
            let index = this(a)?;
            let expr = std::mem::take(&mut a.rest);
            let fields = if a.some(1).is_some() { texts(rt, a.get(1))? } else { Vec::new() };
            if a.some(2).is_none() {
                return Err(Exc::ValueError.new("A unique constraint must be named."));
            }
            if expr.is_empty() && fields.is_empty() {
                return Err(
                    Exc::ValueError.new("At least one field or expression is required to define a unique constraint.")
                );
            }
            if !expr.is_empty() && !fields.is_empty() {
                return Err(Exc::ValueError.new("UniqueConstraint.fields and expressions are mutually exclusive."));
            }
            let is_q = |v: &Value| v.as_obj().is_some_and(|o| o.class().mro().any(|c| &*c.name() == "Q"));
            if a.some(3).is_some_and(|v| !is_q(v)) {
                return Err(Exc::ValueError.new("UniqueConstraint.condition must be a Q instance."));
            }
            if a.some(3).is_some() && a.some(4).is_some() {
                return Err(Exc::ValueError.new("UniqueConstraint with conditions cannot be deferred."));
            }
            if a.some(5).is_some() && a.some(4).is_some() {
                return Err(Exc::ValueError.new("UniqueConstraint with include fields cannot be deferred."));
            }
            if !expr.is_empty() && a.some(4).is_some() {
                return Err(Exc::ValueError.new("UniqueConstraint with expressions cannot be deferred."));
            }
            let is_list = |v: &Value| v.as_list().is_some() || v.as_tuple().is_some();
            let count = match a.some(6) {
                Some(v) if is_list(v) => ops::len(rt, v)?,
                _ => 0,
            };
            if count > 0 && a.some(4).is_some() {
                return Err(Exc::ValueError.new("UniqueConstraint with opclasses cannot be deferred."));
            }
            if count > 0 && !expr.is_empty() {
                return Err(Exc::ValueError.new(
                    "UniqueConstraint.opclasses cannot be used with expressions. Use django.contrib.postgres.indexes.OpClass() instead.",
                ));
            }
            let named =
                |v: &Value, class: &str| v.as_obj().is_some_and(|o| o.class().mro().any(|c| &*c.name() == class));
            if a.some(4).is_some_and(|v| !named(v, "Deferrable")) {
                return Err(Exc::TypeError.new("UniqueConstraint.deferrable must be a Deferrable instance."));
            }
            if a.some(5).is_some_and(|v| !is_list(v)) {
                return Err(Exc::TypeError.new("UniqueConstraint.include must be a list or tuple."));
            }
            if a.opt(6).is_some_and(|v| !is_list(v)) {
                return Err(Exc::TypeError.new("UniqueConstraint.opclasses must be a list or tuple."));
            }
            if a.some(7).is_some_and(|v| !matches!(v, Value::Bool(_))) {
                return Err(Exc::TypeError.new("UniqueConstraint.nulls_distinct must be a bool."));
            }
            if count > 0 && count != fields.len() {
                return Err(Exc::ValueError.new(
                    "UniqueConstraint.fields and UniqueConstraint.opclasses must have the same number of elements.",
                ));
            }
            *index.fields.borrow_mut() = fields;
            *index.expressions.borrow_mut() = expressions(rt, expr)?;
            *index.name.borrow_mut() = a.get(2).as_str().map(|s| Rc::from(s.as_str()));
            *index.condition.borrow_mut() = a.value(3);
            *index.deferrable.borrow_mut() = a.value(4);
            if let Some(v) = a.some(5) {
                *index.include.borrow_mut() = names(rt, v)?;
            }
            if let Some(v) = a.some(6) {
                *index.opclasses.borrow_mut() = ops::collect(rt, v)?;
            }
            *index.nulls_distinct.borrow_mut() = a.value(7);
            read_violation(&index, a.some(8), a.some(9));
            Ok(Value::None)
        },
    ),
    Row::method("__repr__", "(self)", "The class and the options.", |rt, a| {
        let index = this(a)?;
        let mut out = format!("<{}:", rt.class_of(a.get(0)).qualname.borrow());
        if !index.fields.borrow().is_empty() {
            let list: Vec<Value> = index.fields.borrow().iter().map(Value::str).collect();
            out.push_str(&format!(" fields={}", ops::repr(rt, &Value::tuple(list))?));
        }
        if !index.expressions.borrow().is_empty() {
            out.push_str(&format!(
                " expressions={}",
                ops::repr(rt, &Value::tuple(index.expressions.borrow().clone()))?
            ));
        }
        out.push_str(&format!(" name={}", ops::repr(rt, &Value::str(index.name()))?));
        if !index.condition.borrow().is_none() {
            out.push_str(&format!(" condition={}", ops::str(rt, &index.condition.borrow().clone())?));
        }
        if !index.deferrable.borrow().is_none() {
            out.push_str(&format!(" deferrable={}", ops::str(rt, &index.deferrable.borrow().clone())?));
        }
        if !index.include.borrow().is_empty() {
            let list: Vec<Value> = index.include.borrow().iter().map(|n| Value::from(*n)).collect();
            out.push_str(&format!(" include={}", ops::repr(rt, &Value::tuple(list))?));
        }
        if !index.nulls_distinct.borrow().is_none() {
            out.push_str(&format!(" nulls_distinct={}", ops::str(rt, &index.nulls_distinct.borrow().clone())?));
        }
        if !index.opclasses.borrow().is_empty() {
            let list = Value::list(index.opclasses.borrow().clone());
            out.push_str(&format!(" opclasses={}", ops::repr(rt, &list)?));
        }
        violation_repr(rt, &index, &mut out)?;
        out.push('>');
        Ok(Value::from(out))
    }),
];

fn violation_repr(rt: &Rt, index: &Index, out: &mut String) -> Res<()> {
    for (name, value) in [
        ("violation_error_code", &index.violation_error_code),
        ("violation_error_message", &index.violation_error_message),
    ] {
        let value = value.borrow().clone();
        if !value.is_none() {
            out.push_str(&format!(" {name}={}", ops::repr(rt, &value)?));
        }
    }
    Ok(())
}

/// The message of a violation, with the constraint's name put in.
pub fn violation_message(rt: &Rt, index: &Index) -> Res<Value> {
    let given = index.violation_error_message.borrow().clone();
    let text = if given.is_none() {
        "Constraint “%(name)s” is violated.".to_string()
    } else {
        ops::str(rt, &given)?.to_string()
    };
    Ok(Value::from(text.replace("%(name)s", &index.name())))
}

/// A copy of an index or constraint object.
pub fn copy(rt: &Rt, value: &Value) -> Res<Value> {
    match (value, index_of(value)) {
        (Value::Obj(o), Some(index)) => {
            let payload = Payload::Native(Box::new(IndexObject(Rc::new((*index).clone()))));
            let made = Instance::new(o.class().clone(), payload);
            for (name, item) in o.attrs().iter() {
                made.set(name, item.clone());
            }
            Ok(Value::Obj(made))
        }
        // A session's own kind of constraint.
        _ => match ops::get_attr_opt(rt, value, "clone".into())? {
            Some(_) => ops::call_method(rt, value, "clone".into(), crate::object::CallArgs::none()),
            None => Ok(value.clone()),
        },
    }
}

/// A copy whose name has the app label and the class put in.
pub fn formatted(rt: &Rt, value: &Value, model: &ModelRef) -> Res<Value> {
    let made = copy(rt, value)?;
    if let Some(index) = index_of(&made) {
        let name = index.name.borrow().clone();
        if let Some(name) = name {
            let name = name
                .replace("%(app_label)s", &model.app_label.to_lowercase())
                .replace("%(class)s", &model.model_name.text());
            *index.name.borrow_mut() = Some(name.into());
        }
    }
    Ok(made)
}

/// Names an index that has no name after its model, its fields and a digest of both.
pub fn name_for(rt: &Rt, value: &Value, model: &ModelRef) -> Res<()> {
    let Some(index) = index_of(value) else { return Ok(()) };
    if index.name.borrow().is_some() {
        return Ok(());
    }
    let _ = rt;
    let table = model.db_table.borrow().trim_matches('"').to_string();
    let mut columns = Vec::new();
    let mut marked = Vec::new();
    for (name, descending) in index.field_orders() {
        let field = model.forward_field(name)?;
        let column = field.column().unwrap_or_default().to_string();
        marked.push(if descending { format!("-{column}") } else { column.clone() });
        columns.push(column);
    }
    let mut parts: Vec<&str> = vec![&table];
    parts.extend(marked.iter().map(String::as_str));
    parts.push("idx");
    let digest = super::schema::digest(&parts, 6);
    let first: String = columns.first().map(|c| c.chars().take(7).collect()).unwrap_or_default();
    let short: String = table.chars().take(11).collect();
    let mut name = format!("{short}_{first}_{digest}_idx");
    if name.starts_with('_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("D{}", name.chars().skip(1).collect::<String>());
    }
    *index.name.borrow_mut() = Some(name.into());
    Ok(())
}

/// The unique constraints without a condition or expressions.
pub fn total_unique(constraints: &[Value]) -> Vec<Value> {
    constraints
        .iter()
        .filter(|c| {
            index_of(c).is_some_and(|i| {
                i.kind == IndexKind::Unique && i.condition.borrow().is_none() && i.expressions.borrow().is_empty()
            })
        })
        .cloned()
        .collect()
}

impl Object for IndexObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let i = &self.0;
        let text = |t: &Rc<str>| Value::str(t);
        Ok(Some(match &*name.text() {
            "name" => i
                .name
                .borrow()
                .as_ref()
                .map_or(if i.kind == IndexKind::Index { Value::str("") } else { Value::None }, text),
            "fields" if i.kind == IndexKind::Index => Value::list(i.fields.borrow().iter().map(text).collect()),
            "fields" if i.kind == IndexKind::Unique => Value::tuple(i.fields.borrow().iter().map(text).collect()),
            "fields_orders" => Value::list(
                i.field_orders()
                    .into_iter()
                    .map(|(n, d)| Value::tuple(vec![n.into(), Value::str(if d { "DESC" } else { "" })]))
                    .collect(),
            ),
            "expressions" if i.kind != IndexKind::Check => Value::tuple(i.expressions.borrow().clone()),
            "condition" | "check" => i.condition.borrow().clone(),
            "include" => Value::tuple(i.include.borrow().iter().map(|n| Value::from(*n)).collect()),
            "opclasses" => Value::tuple(i.opclasses.borrow().clone()),
            "deferrable" if i.kind == IndexKind::Unique => i.deferrable.borrow().clone(),
            "nulls_distinct" if i.kind == IndexKind::Unique => i.nulls_distinct.borrow().clone(),
            "db_tablespace" => i.db_tablespace.borrow().clone(),
            "violation_error_code" => i.violation_error_code.borrow().clone(),
            "violation_error_message" => match &*i.violation_error_message.borrow() {
                Value::None => Value::str("Constraint “%(name)s” is violated."),
                given => given.clone(),
            },
            _ => {
                let _ = rt;
                return Ok(None);
            }
        }))
    }

    fn set_attr(&self, _: &Rt, _: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let (Some(value), i) = (value, &self.0) else { return Ok(false) };
        match &*name.text() {
            "name" => *i.name.borrow_mut() = value.as_str().map(|s| Rc::from(s.as_str())),
            "condition" => *i.condition.borrow_mut() = value,
            "violation_error_code" => *i.violation_error_code.borrow_mut() = value,
            "violation_error_message" => *i.violation_error_message.borrow_mut() = value,
            "deferrable" => *i.deferrable.borrow_mut() = value,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
