//! What calls give: of methods of queries and instances, of built-in types, of functions and classes.

use std::rc::Rc;

use super::expr::{Arg, Expr};
use super::types::{Infer, Notes, QueryTy, Rows, Shape, Ty};
use crate::models::FieldRef;
use crate::object::{Class, Value};
use crate::orm::queryset::{Iterable, QuerySet};
use crate::source::Name;

/// Methods of built-in types that give something else than another of the same: `type.method`, the result.
const METHODS: &[(&str, &str)] = &[
    ("str.split", "[str]"),
    ("str.rsplit", "[str]"),
    ("str.splitlines", "[str]"),
    ("str.partition", "[str]"),
    ("str.rpartition", "[str]"),
    ("str.encode", "bytes"),
    ("str.count", "int"),
    ("str.find", "int"),
    ("str.rfind", "int"),
    ("str.index", "int"),
    ("str.rindex", "int"),
    ("bytes.decode", "str"),
    ("bytes.hex", "str"),
    ("bytes.split", "[bytes]"),
    ("float.hex", "str"),
    ("int.bit_length", "int"),
    ("int.to_bytes", "bytes"),
    ("list.count", "int"),
    ("list.index", "int"),
    ("tuple.count", "int"),
    ("tuple.index", "int"),
    ("date.isoformat", "str"),
    ("date.strftime", "str"),
    ("date.ctime", "str"),
    ("date.weekday", "int"),
    ("date.isoweekday", "int"),
    ("date.toordinal", "int"),
    ("datetime.date", "datetime:date"),
    ("datetime.time", "datetime:time"),
    ("datetime.timetz", "datetime:time"),
    ("datetime.isoformat", "str"),
    ("datetime.strftime", "str"),
    ("datetime.ctime", "str"),
    ("datetime.timestamp", "float"),
    ("datetime.weekday", "int"),
    ("datetime.isoweekday", "int"),
    ("datetime.toordinal", "int"),
    ("datetime.utcoffset", "datetime:timedelta"),
    ("time.isoformat", "str"),
    ("time.strftime", "str"),
    ("timedelta.total_seconds", "float"),
    ("Decimal.to_eng_string", "str"),
    ("UUID.hex", "str"),
];

/// Attributes of built-in types: `type.attribute`, what it is.
const GETTERS: &[(&str, &str)] = &[
    ("datetime.tzinfo", "datetime:tzinfo"),
    ("UUID.hex", "str"),
    ("UUID.bytes", "bytes"),
    ("UUID.urn", "str"),
    ("enum.label", "str"),
    ("enum.name", "str"),
    ("enum.value", "str"),
];

/// Functions: name, what they give.
const FUNCTIONS: &[(&str, &str)] = &[
    ("len", "int"),
    ("repr", "str"),
    ("ascii", "str"),
    ("chr", "str"),
    ("hex", "str"),
    ("bin", "str"),
    ("oct", "str"),
    ("format", "str"),
    ("input", "str"),
    ("ord", "int"),
    ("hash", "int"),
    ("id", "int"),
    ("isinstance", "bool"),
    ("issubclass", "bool"),
    ("hasattr", "bool"),
    ("callable", "bool"),
    ("any", "bool"),
    ("all", "bool"),
    ("dir", "[str]"),
    ("now", "datetime:datetime"),
    ("localtime", "datetime:datetime"),
    ("make_aware", "datetime:datetime"),
    ("make_naive", "datetime:datetime"),
    ("localdate", "datetime:date"),
    ("loads", "dict"),
    ("dumps", "str"),
    ("uuid4", "uuid:UUID"),
    ("uuid1", "uuid:UUID"),
    ("sqrt", "float"),
    ("floor", "int"),
    ("ceil", "int"),
];

/// Class methods and constructors under another name: `class.method`, what it gives; `self` is an instance of the class.
const MAKERS: &[&str] = &[
    "now",
    "today",
    "utcnow",
    "fromisoformat",
    "fromordinal",
    "fromtimestamp",
    "combine",
    "strptime",
    "from_bytes",
    "fromhex",
    "from_float",
    "fromkeys",
    "utcfromtimestamp",
    "fromisocalendar",
];

fn named(infer: &Infer, what: &str) -> Ty {
    if let Some(item) = what.strip_prefix('[').and_then(|w| w.strip_suffix(']')) {
        return infer.list(infer.builtin(item));
    }
    match what.split_once(':') {
        Some((module, class)) => infer.instance(module, class),
        None if what == "dict" => Ty::Dict(Rc::from([]), Rc::new(Ty::Unknown)),
        None => infer.builtin(what),
    }
}

/// Whether a class is an enumeration.
pub fn is_enum(class: &Rc<Class>) -> bool {
    class.is_heap && class.mro().any(|c| &*c.name() == "Enum")
}

/// Whether a value is an enumeration.
pub fn is_enum_value(value: &Value) -> bool {
    matches!(value, Value::Class(class) if is_enum(class))
}

/// What an attribute of an instance of a class is.
pub fn getter(infer: &Infer, class: &Rc<Class>, name: &str) -> Ty {
    if is_enum(class) {
        let key = format!("enum.{name}");
        return GETTERS.iter().find(|(k, _)| *k == key).map_or(Ty::Unknown, |(_, what)| named(infer, what));
    }
    for class in class.mro() {
        let key = format!("{}.{name}", class.name());
        if let Some((_, what)) = GETTERS.iter().find(|(k, _)| *k == key) {
            return named(infer, what);
        }
    }
    match &*class.name() {
        "date" | "datetime" | "time" | "timedelta" | "int" | "range" => infer.builtin("int"),
        "float" => infer.builtin("float"),
        _ => Ty::Unknown,
    }
}

/// The attributes of an instance that are no fields of its model: annotations.
pub fn own_attributes(value: &Value) -> Notes {
    let Value::Obj(object) = value else { return Rc::from([]) };
    let Some(model) = crate::models::model_of_instance(value) else { return Rc::from([]) };
    let names: Vec<Name> = object.attrs().iter().map(|(n, _)| n).collect();
    names
        .into_iter()
        .filter(|n| model.find_forward(*n).is_none())
        .map(|n| n.text())
        .filter(|n| !n.starts_with('_'))
        .map(|n| (n, None))
        .collect()
}

/// Reads what a QuerySet that is there selects.
pub fn read_queryset(infer: &Infer, set: &QuerySet, out: &mut QueryTy) {
    let Ok(query) = set.query(infer.rt()) else { return };
    let query = query.borrow();
    out.notes = query
        .annotations
        .iter()
        .map(|(name, expr)| (name.text(), crate::sql::expressions::output_field(infer.rt(), expr).ok()))
        .collect();
    let mut names: Vec<Rc<str>> = query.values_select.iter().map(|n| n.text()).collect();
    names.extend(query.annotation_select().map(|(name, _)| name.text()));
    out.rows = match set.iterable.get() {
        Iterable::Model => Rows::Instances,
        Iterable::Values => Rows::Dicts(names.into()),
        Iterable::ValuesList => Rows::Tuples(names.into(), false),
        Iterable::Named => Rows::Tuples(names.into(), true),
        Iterable::Flat => Rows::Flat(names.first().map_or(Ty::Unknown, |n| infer.of_path(&out.model, &out.notes, n))),
    };
}

fn positional(args: &[Arg]) -> impl Iterator<Item = &Expr> {
    args.iter().filter(|a| a.keyword.is_none()).map(|a| &a.value)
}

fn texts(args: &[Arg]) -> Vec<Rc<str>> {
    let mut out = Vec::new();
    for value in positional(args) {
        match value {
            Expr::Str(text) => out.push(Rc::from(text.as_str())),
            Expr::Starred(inner) => {
                if let Expr::List(items) | Expr::Tuple(items) = &**inner {
                    out.extend(items.iter().filter_map(|i| match i {
                        Expr::Str(text) => Some(Rc::from(text.as_str())),
                        _ => None,
                    }));
                }
            }
            _ => {}
        }
    }
    out
}

fn is_true(args: &[Arg], keyword: &str) -> bool {
    args.iter().any(|a| a.keyword.as_deref() == Some(keyword) && matches!(a.value, Expr::Bool))
}

/// The name that Django gives an aggregate without one: `Count('books')` is `books__count`.
fn default_alias(expr: &Expr) -> Option<Rc<str>> {
    let Expr::Call(callee, args) = expr else { return None };
    let (Expr::Name(name) | Expr::Attr(_, name)) = &**callee else { return None };
    let source = match positional(args).next()? {
        Expr::Str(text) => text.clone(),
        Expr::Call(f, inner) if matches!(&**f, Expr::Name(n) if n == "F") => match positional(inner).next()? {
            Expr::Str(text) => text.clone(),
            _ => return None,
        },
        _ => return None,
    };
    Some(Rc::from(format!("{source}__{}", name.to_lowercase())))
}

/// The annotations that a call's arguments add.
pub fn annotations(infer: &Infer, query: &QueryTy, args: &[Arg]) -> Vec<(Rc<str>, Option<FieldRef>)> {
    args.iter()
        .filter_map(|arg| {
            let name = match &arg.keyword {
                Some(name) => Rc::from(name.as_str()),
                None => default_alias(&arg.value)?,
            };
            Some((name, infer.output(&arg.value, &query.model, &query.notes)))
        })
        .collect()
}

/// What calling a method gives.
pub fn method(infer: &Infer, owner: &Ty, name: &str, args: &[Arg]) -> Ty {
    match owner {
        Ty::Query(query) => of_query(infer, query, name, args),
        Ty::Model(model) if name == "from_db" => Ty::Instance(model.clone(), Rc::from([])),
        Ty::Instance(..) => {
            if name.starts_with("get_next_by_") || name.starts_with("get_previous_by_") {
                return owner.clone();
            }
            if name.starts_with("get_") && name.ends_with("_display") || name == "__str__" {
                return infer.builtin("str");
            }
            match name {
                "delete" => Ty::Tuple([infer.builtin("int"), named(infer, "dict")].into()),
                "get_deferred_fields" => named(infer, "[str]"),
                _ => Ty::Unknown,
            }
        }
        Ty::Many(class, item) => match (&*class.name(), name) {
            (_, "pop" | "__next__") => (**item).clone(),
            (_, "copy" | "union" | "intersection" | "difference") => owner.clone(),
            (kind, name) => by_table(infer, kind, name),
        },
        Ty::Dict(known, other) => match name {
            "keys" => infer.list(infer.builtin("str")),
            "values" => infer.list(match &**other {
                Ty::Unknown => known.first().map_or(Ty::Unknown, |(_, ty)| ty.clone()),
                other => other.clone(),
            }),
            "items" => {
                let value = known.first().map_or((**other).clone(), |(_, ty)| ty.clone());
                infer.list(Ty::Tuple([infer.builtin("str"), value].into()))
            }
            "get" | "pop" | "setdefault" => match positional(args).next() {
                Some(Expr::Str(key)) => infer.value_at(known, other, key),
                _ => (**other).clone(),
            },
            "copy" => owner.clone(),
            _ => Ty::Unknown,
        },
        Ty::Tuple(_) => by_table(infer, "tuple", name),
        Ty::Of(class) => of_instance(infer, class, name),
        Ty::Value(Value::Class(class)) if MAKERS.contains(&name) => Ty::Of(class.clone()),
        Ty::Value(value) => {
            if let Some(field) = meta(infer, value, name, args) {
                return field;
            }
            let class = infer.rt().class_of(value);
            match value {
                Value::Dict(_) => {
                    let first = infer.item_of(value);
                    match name {
                        "get" | "pop" | "setdefault" => first,
                        "values" => infer.list(first),
                        "keys" => infer.list(infer.element(owner)),
                        "items" => infer.list(Ty::Tuple([infer.element(owner), first].into())),
                        _ => Ty::Unknown,
                    }
                }
                Value::List(_) if name == "pop" => infer.element(owner),
                _ => of_instance(infer, &class, name),
            }
        }
        _ => Ty::Unknown,
    }
}

/// `Student._meta.get_field('name')` and `get_fields()`.
fn meta(infer: &Infer, value: &Value, name: &str, args: &[Arg]) -> Option<Ty> {
    if !matches!(name, "get_field" | "get_fields") {
        return None;
    }
    let model = infer.model_of_meta(value)?;
    if name == "get_fields" {
        let first = model.fields().first().cloned()?;
        return Some(infer.list(Ty::Value(first.object(infer.rt()))));
    }
    let Some(Expr::Str(field)) = positional(args).next() else { return None };
    let field = model.find_field(infer.rt(), Name::existing(field)?)?;
    Some(Ty::Value(field.object(infer.rt())))
}

fn by_table(infer: &Infer, kind: &str, name: &str) -> Ty {
    let key = format!("{kind}.{name}");
    METHODS.iter().find(|(k, _)| *k == key).map_or(Ty::Unknown, |(_, what)| named(infer, what))
}

fn of_instance(infer: &Infer, class: &Rc<Class>, name: &str) -> Ty {
    for class in class.mro() {
        match by_table(infer, &class.name(), name) {
            Ty::Unknown => {}
            found => return found,
        }
    }
    if is_enum(class) {
        return Ty::Unknown;
    }
    let kind = class.name();
    if name.starts_with("is") && matches!(&*kind, "str" | "bytes" | "Decimal" | "float") {
        return infer.builtin("bool");
    }
    match &*kind {
        // What is left of their methods gives another of their kind.
        "str" | "bytes" | "Decimal" if !matches!(name, "startswith" | "endswith" | "as_tuple") => Ty::Of(class.clone()),
        "date" | "datetime" | "time" | "timedelta" if matches!(name, "replace" | "astimezone") => Ty::Of(class.clone()),
        "str" | "bytes" => infer.builtin("bool"),
        _ => Ty::Unknown,
    }
}

fn of_query(infer: &Infer, query: &Rc<QueryTy>, name: &str, args: &[Arg]) -> Ty {
    let name = match name.strip_prefix('a') {
        // The asynchronous twin of a method.
        Some(rest)
            if matches!(
                rest,
                "get"
                    | "first"
                    | "last"
                    | "create"
                    | "earliest"
                    | "latest"
                    | "count"
                    | "exists"
                    | "get_or_create"
                    | "update_or_create"
                    | "iterator"
                    | "in_bulk"
                    | "aggregate"
            ) =>
        {
            rest
        }
        _ => name,
    };
    let row = || infer.row(query);
    let instance = || Ty::Instance(query.model.clone(), Rc::from([]));
    let again = |change: &dyn Fn(&mut QueryTy)| {
        let mut next = (**query).clone();
        next.shape = Shape::QuerySet;
        change(&mut next);
        Ty::Query(Rc::new(next))
    };
    match name {
        "get" | "first" | "last" | "earliest" | "latest" => row(),
        "create" => instance(),
        "get_or_create" | "update_or_create" => Ty::Tuple([instance(), infer.builtin("bool")].into()),
        "bulk_create" => infer.list(instance()),
        "in_bulk" => Ty::Dict(Rc::from([]), Rc::new(instance())),
        "iterator" => Ty::Many(infer.rt().types.object.clone(), Rc::new(row())),
        "count" | "update" | "bulk_update" => infer.builtin("int"),
        "exists" | "contains" => infer.builtin("bool"),
        "explain" => infer.builtin("str"),
        "delete" => Ty::Tuple([infer.builtin("int"), named(infer, "dict")].into()),
        "add" | "remove" | "clear" | "set" => Ty::Unknown,
        "raw" => Ty::Many(infer.rt().types.object.clone(), Rc::new(instance())),
        "aggregate" => {
            let keys = annotations(infer, query, args);
            let known: Vec<(Rc<str>, Ty)> = keys
                .into_iter()
                .map(|(name, field)| (name, field.map_or(Ty::Unknown, |f| infer.of_field(&f))))
                .collect();
            Ty::Dict(known.into(), Rc::new(Ty::Unknown))
        }
        "annotate" | "alias" => {
            let added = annotations(infer, query, args);
            again(&|next| {
                next.notes = query.notes.iter().cloned().chain(added.iter().cloned()).collect();
                if let (Rows::Dicts(keys), "annotate") = (&next.rows, name) {
                    next.rows = Rows::Dicts(keys.iter().cloned().chain(added.iter().map(|(n, _)| n.clone())).collect());
                }
            })
        }
        "values" | "values_list" => {
            let mut names = texts(args);
            let added = annotations(infer, query, args);
            if names.is_empty() && added.is_empty() {
                names = query.model.concrete_fields().iter().map(|f| f.attname().text()).collect();
                names.extend(query.notes.iter().map(|(n, _)| n.clone()));
            }
            names.extend(added.iter().map(|(n, _)| n.clone()));
            again(&|next| {
                next.notes = query.notes.iter().cloned().chain(added.iter().cloned()).collect();
                next.rows = if name == "values" {
                    Rows::Dicts(names.clone().into())
                } else if is_true(args, "flat") {
                    Rows::Flat(names.first().map_or(Ty::Unknown, |n| infer.of_path(&next.model, &next.notes, n)))
                } else {
                    Rows::Tuples(names.clone().into(), is_true(args, "named"))
                };
            })
        }
        "dates" => again(&|next| next.rows = Rows::Flat(infer.instance("datetime", "date"))),
        "datetimes" => again(&|next| next.rows = Rows::Flat(infer.instance("datetime", "datetime"))),
        // What is left gives another QuerySet, the session's own methods too.
        _ => again(&|_| {}),
    }
}

/// What calling a class gives.
pub fn construct(infer: &Infer, class: &Rc<Class>, args: &[Arg], first: Option<Ty>) -> Ty {
    let element = || first.as_ref().map_or(Ty::Unknown, |f| infer.element(f));
    let types = &infer.rt().types;
    let many = |class: &Rc<Class>| Ty::Many(class.clone(), Rc::new(element()));
    match &*class.name() {
        "list" | "set" | "frozenset" | "tuple" if !class.is_heap => many(class),
        "dict" if !class.is_heap => {
            let known: Vec<(Rc<str>, Ty)> =
                args.iter().filter_map(|a| Some((Rc::from(a.keyword.as_deref()?), Ty::Unknown))).collect();
            Ty::Dict(known.into(), Rc::new(Ty::Unknown))
        }
        "reversed" => Ty::Many(types.object.clone(), Rc::new(element())),
        "enumerate" => {
            let pair = Ty::Tuple([infer.builtin("int"), element()].into());
            Ty::Many(types.object.clone(), Rc::new(pair))
        }
        "map" | "filter" | "zip" | "type" => Ty::Unknown,
        _ => Ty::Of(class.clone()),
    }
}

/// What calling a function gives.
pub fn function(infer: &Infer, name: &str, args: &[Arg], of: &dyn Fn(&Expr) -> Ty) -> Ty {
    let first = || positional(args).next().map_or(Ty::Unknown, of);
    match name {
        "sorted" => return infer.list(infer.element(&first())),
        "min" | "max" if args.iter().filter(|a| a.keyword.is_none()).count() > 1 => return first(),
        "min" | "max" | "next" => return infer.element(&first()),
        "iter" | "reversed" => return Ty::Many(infer.rt().types.object.clone(), Rc::new(infer.element(&first()))),
        "abs" | "round" | "copy" | "deepcopy" => return first(),
        "sum" => return infer.element(&first()),
        "zip" | "enumerate" => {
            let items: Vec<Ty> = positional(args).map(|a| infer.element(&of(a))).collect();
            let items =
                if name == "zip" { items } else { std::iter::once(infer.builtin("int")).chain(items).collect() };
            return infer.list(Ty::Tuple(items.into()));
        }
        "get_object_or_404" | "aget_object_or_404" => {
            return match first() {
                Ty::Model(model) => Ty::Instance(model, Rc::from([])),
                Ty::Query(query) => infer.row(&query),
                _ => Ty::Unknown,
            };
        }
        "get_list_or_404" => {
            return infer.list(match first() {
                Ty::Model(model) => Ty::Instance(model, Rc::from([])),
                Ty::Query(query) => infer.row(&query),
                _ => Ty::Unknown,
            });
        }
        "get_model" => return infer.model_named(args),
        _ => {}
    }
    FUNCTIONS.iter().find(|(n, _)| *n == name).map_or(Ty::Unknown, |(_, what)| named(infer, what))
}

impl Infer<'_> {
    /// What a dict has under a key: what is known of it, or else what all its values are.
    pub fn value_at(&self, known: &[(Rc<str>, Ty)], other: &Ty, key: &str) -> Ty {
        known.iter().find(|(n, _)| **n == *key).map_or_else(|| other.clone(), |(_, ty)| ty.clone())
    }

    /// A dict's first value.
    fn item_of(&self, value: &Value) -> Ty {
        match value.as_dict().and_then(|d| d.0.values().into_iter().next()) {
            Some(value) => self.of_value(value),
            None => Ty::Unknown,
        }
    }

    /// The model whose `_meta` a value is.
    pub fn model_of_meta(&self, value: &Value) -> Option<crate::models::ModelRef> {
        let Value::Obj(object) = value else { return None };
        if &*object.class().name() != "Options" {
            return None;
        }
        let model = crate::object::ops::get_attr_opt(self.rt(), value, Name::new("model")).ok().flatten()?;
        crate::models::model_of(&model)
    }

    /// `apps.get_model('app', 'Model')` or `'app.Model'`.
    fn model_named(&self, args: &[Arg]) -> Ty {
        let texts = texts(args);
        let text = match texts.as_slice() {
            [one] => one.to_string(),
            [app, model] => format!("{app}.{model}"),
            _ => return Ty::Unknown,
        };
        match super::super::describe::find_model(self.session, &text) {
            Some(model) => Ty::Model(model),
            None => Ty::Unknown,
        }
    }
}
