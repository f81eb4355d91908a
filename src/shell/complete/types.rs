//! What an expression stands for, worked out without running any of it.

use std::rc::Rc;

use super::expr::{Arg, Comp, Expr, Target};
use super::fields;
use super::results;
use super::scope::{LocalClass, LocalDef, Scope, Source};
use crate::models::{Field, FieldRef, ModelRef, model_of, model_of_instance};
use crate::object::types::Property;
use crate::object::{Class, Rt, Value, ops};
use crate::session::Session;
use crate::source::Name;
use crate::sql::functions::{self, Output};

/// What an expression stands for.
#[derive(Clone)]
pub enum Ty {
    /// Nobody knows.
    Unknown,
    /// A model class.
    Model(ModelRef),
    /// An instance of a model, with what the query annotated it by.
    Instance(ModelRef, Notes),
    /// A manager or QuerySet.
    Query(Rc<QueryTy>),
    /// A value that is there: a module, a class, a function, a variable of the session.
    Value(Value),
    /// An instance of a class.
    Of(Rc<Class>),
    /// A list, set or iterator of one kind of thing.
    Many(Rc<Class>, Rc<Ty>),
    /// A tuple.
    Tuple(Rc<[Ty]>),
    /// A named tuple.
    Named(Rc<[(Rc<str>, Ty)]>),
    /// A dict with what is known of its keys, and what its other values are.
    Dict(Rc<[(Rc<str>, Ty)]>, Rc<Ty>),
    /// A method of a query, an instance or a value of a class, before its call.
    Method(Rc<Ty>, Rc<str>),
    /// A class of the cell.
    Local(Rc<LocalClass>),
    /// An instance of such a class.
    LocalInstance(Rc<LocalClass>),
    /// A function of the cell.
    LocalDef(Rc<LocalDef>),
}

/// Annotations: name and type of result, where it is known.
pub type Notes = Rc<[(Rc<str>, Option<FieldRef>)]>;

/// What kind of thing a query is.
#[derive(Clone)]
pub enum Shape {
    /// A manager of the model, by its attribute's name.
    Manager(Name),
    /// The objects that a relation leads to.
    Related(FieldRef),
    /// A QuerySet.
    QuerySet,
}

/// What the rows of a query are.
#[derive(Clone)]
pub enum Rows {
    /// Instances.
    Instances,
    /// Dicts with these keys.
    Dicts(Rc<[Rc<str>]>),
    /// Tuples of these, perhaps named.
    Tuples(Rc<[Rc<str>]>, bool),
    /// Single values.
    Flat(Ty),
}

/// A manager or QuerySet.
#[derive(Clone)]
pub struct QueryTy {
    /// Its model.
    pub model: ModelRef,
    /// What kind of thing it is.
    pub shape: Shape,
    /// What its rows are.
    pub rows: Rows,
    /// Its annotations.
    pub notes: Notes,
}

impl QueryTy {
    /// All objects of a model.
    pub fn new(model: ModelRef, shape: Shape) -> QueryTy {
        QueryTy { model, shape, rows: Rows::Instances, notes: Rc::from([]) }
    }
}

/// Names bound inside brackets: by comprehensions and lambdas.
pub type Inner = Vec<(String, Ty)>;

/// Works types out, for one place of one text.
pub struct Infer<'a> {
    /// The session.
    pub session: &'a Session,
    /// What the text binds.
    pub scope: &'a Scope,
    /// The text's length: where names are looked up unless said otherwise.
    pub end: usize,
}

/// Deeper chains of names than this are somebody's joke.
const DEEPEST: usize = 40;

impl<'a> Infer<'a> {
    /// The runtime.
    pub fn rt(&self) -> &'a Rt {
        &self.session.rt
    }

    /// The first token of the statement at the cursor.
    pub fn statement(&self) -> usize {
        self.scope.statement
    }

    /// What an expression at the cursor stands for.
    pub fn of(&self, expr: &Expr, inner: &Inner) -> Ty {
        self.at(expr, self.end, inner, 0)
    }

    /// What a name stands for at a byte.
    pub fn name(&self, name: &str, at: usize, inner: &Inner, depth: usize) -> Ty {
        if let Some((_, ty)) = inner.iter().rev().find(|(n, _)| n == name) {
            return ty.clone();
        }
        if depth > DEEPEST {
            return Ty::Unknown;
        }
        for binding in self.scope.bindings.iter().rev() {
            if binding.from > at || at >= binding.until && binding.until != usize::MAX {
                continue;
            }
            let mut names = Vec::new();
            binding.target.names(&mut names);
            if !names.contains(&name) {
                continue;
            }
            let whole = self.source(&binding.source, binding.at, depth + 1);
            return self.part(&binding.target, whole, name).unwrap_or(Ty::Unknown);
        }
        let Some(name) = Name::existing(name) else { return Ty::Unknown };
        match self.session.main.get(name).or_else(|| self.session.rt.builtins.get(name)) {
            Some(value) => self.of_value(value),
            None => Ty::Unknown,
        }
    }

    fn source(&self, source: &Source, at: usize, depth: usize) -> Ty {
        let none = Inner::new();
        match source {
            Source::Value(expr) => self.at(expr, at, &none, depth),
            Source::Element(expr) => self.element(&self.at(expr, at, &none, depth)),
            Source::Entered(expr) => self.at(expr, at, &none, depth),
            Source::Made(expr) => self.made(expr, at, depth),
            Source::Hinted(hint, value) => match self.at(value, at, &none, depth) {
                Ty::Unknown => self.made(hint, at, depth),
                found => found,
            },
            Source::Module(path) => self.module(path),
            Source::Member(module, name) => match self.module(&format!("{module}.{name}")) {
                Ty::Unknown => self.attribute(&self.module(module), name, depth),
                found => found,
            },
            Source::Def(def) => Ty::LocalDef(def.clone()),
            Source::Class(class) => Ty::Local(class.clone()),
            Source::SelfOf(class) => Ty::LocalInstance(class.clone()),
            Source::Nothing => Ty::Unknown,
        }
    }

    /// An instance of what a type hint or `except` names.
    fn made(&self, expr: &Expr, at: usize, depth: usize) -> Ty {
        let none = Inner::new();
        match expr {
            Expr::Str(name) => self.instance_of(self.name(name, at, &none, depth)),
            Expr::Item(of, Some(index)) => match (&**of, &**index) {
                (Expr::Name(name), index) if matches!(name.as_str(), "list" | "List" | "Iterable" | "Sequence") => {
                    self.list(self.made(index, at, depth + 1))
                }
                (Expr::Name(name), index) if name == "QuerySet" => match self.made(index, at, depth + 1) {
                    Ty::Instance(model, _) => Ty::Query(Rc::new(QueryTy::new(model, Shape::QuerySet))),
                    _ => Ty::Unknown,
                },
                (Expr::Name(name), index) if name == "Optional" => self.made(index, at, depth + 1),
                _ => Ty::Unknown,
            },
            Expr::Tuple(items) => items.first().map_or(Ty::Unknown, |e| self.made(e, at, depth + 1)),
            Expr::Either(a, b) => match self.made(a, at, depth + 1) {
                Ty::Unknown => self.made(b, at, depth + 1),
                found => found,
            },
            expr => self.instance_of(self.at(expr, at, &none, depth)),
        }
    }

    fn instance_of(&self, ty: Ty) -> Ty {
        match ty {
            Ty::Model(model) => Ty::Instance(model, Rc::from([])),
            Ty::Value(Value::Class(class)) => Ty::Of(class),
            Ty::Local(class) => Ty::LocalInstance(class),
            _ => Ty::Unknown,
        }
    }

    /// A module that can be imported; one that is a file of the session's is only looked at once it was imported.
    pub fn module(&self, path: &str) -> Ty {
        let rt = self.rt();
        let Some(name) = Name::existing(path) else { return Ty::Unknown };
        if let Some(module) = rt.modules.borrow().get(&name) {
            return Ty::Value(module.clone());
        }
        if !rt.importable.borrow().contains_key(&name) {
            return Ty::Unknown;
        }
        match rt.exec().and_then(|exec| exec.import(rt, path)) {
            Ok(module) => Ty::Value(module),
            Err(_) => Ty::Unknown,
        }
    }

    /// The part of a value that one name of a target gets.
    fn part(&self, target: &Target, whole: Ty, name: &str) -> Option<Ty> {
        match target {
            Target::Name(n) => (n == name).then_some(whole),
            Target::Tuple(parts) => parts.iter().enumerate().find_map(|(i, part)| {
                let value = match &whole {
                    Ty::Tuple(items) => items.get(i).cloned().unwrap_or(Ty::Unknown),
                    Ty::Named(parts) => parts.get(i).map_or(Ty::Unknown, |(_, ty)| ty.clone()),
                    other => self.element(other),
                };
                self.part(part, value, name)
            }),
            Target::Star(inner) => self.part(inner, self.list(whole), name),
            Target::Other => None,
        }
    }

    /// Binds a target's names to a value's parts.
    pub fn bind(&self, target: &Target, value: &Ty, inner: &mut Inner) {
        let mut names = Vec::new();
        target.names(&mut names);
        for name in names {
            if let Some(part) = self.part(target, value.clone(), name) {
                inner.push((name.to_string(), part));
            }
        }
    }

    /// A list of one kind of thing.
    pub fn list(&self, item: Ty) -> Ty {
        Ty::Many(self.rt().types.list.clone(), Rc::new(item))
    }

    /// An instance of a built-in class by its name.
    pub fn builtin(&self, name: &str) -> Ty {
        let value = Name::existing(name).and_then(|n| self.rt().builtins.get(n));
        match value {
            Some(Value::Class(class)) => Ty::Of(class),
            _ => Ty::Unknown,
        }
    }

    /// An instance of a module's class.
    pub fn instance(&self, module: &str, class: &str) -> Ty {
        match self.module(module) {
            Ty::Value(module) => match ops::get_attr_opt(self.rt(), &module, Name::new(class)) {
                Ok(Some(Value::Class(class))) => Ty::Of(class),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// What iterating over something gives.
    pub fn element(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Query(query) => self.row(query),
            Ty::Many(_, item) => (**item).clone(),
            Ty::Tuple(items) => items.first().cloned().unwrap_or(Ty::Unknown),
            Ty::Dict(..) => self.builtin("str"),
            Ty::Named(parts) => parts.first().map_or(Ty::Unknown, |(_, ty)| ty.clone()),
            Ty::Of(class) => match &*class.name() {
                "str" => ty.clone(),
                "range" | "bytes" => self.builtin("int"),
                _ => Ty::Unknown,
            },
            Ty::Value(Value::Class(class)) if results::is_enum(class) => Ty::Of(class.clone()),
            Ty::Value(value) => self.first_of(value),
            _ => Ty::Unknown,
        }
    }

    fn first_of(&self, value: &Value) -> Ty {
        let first = match value.plain() {
            Value::List(items) => items.to_vec().into_iter().next(),
            Value::Tuple(_) => value.as_tuple().and_then(|t| t.iter().next().cloned()),
            Value::Dict(dict) => dict.0.keys().into_iter().next(),
            _ => None,
        };
        match first {
            Some(first) => self.of_value(first),
            None if matches!(value.plain(), Value::Str(_)) => self.builtin("str"),
            None => Ty::Unknown,
        }
    }

    /// One row of a query.
    pub fn row(&self, query: &QueryTy) -> Ty {
        match &query.rows {
            Rows::Instances => Ty::Instance(query.model.clone(), query.notes.clone()),
            Rows::Dicts(names) => {
                let pairs: Vec<(Rc<str>, Ty)> =
                    names.iter().map(|n| (n.clone(), self.of_path(&query.model, &query.notes, n))).collect();
                Ty::Dict(pairs.into(), Rc::new(Ty::Unknown))
            }
            Rows::Tuples(names, true) => {
                Ty::Named(names.iter().map(|n| (n.clone(), self.of_path(&query.model, &query.notes, n))).collect())
            }
            Rows::Tuples(names, false) => {
                Ty::Tuple(names.iter().map(|n| self.of_path(&query.model, &query.notes, n)).collect())
            }
            Rows::Flat(ty) => ty.clone(),
        }
    }

    /// What `values()` gives for a path.
    pub fn of_path(&self, model: &ModelRef, notes: &Notes, path: &str) -> Ty {
        if let Some((_, field)) = notes.iter().find(|(n, _)| &**n == path) {
            return field.as_ref().map_or(Ty::Unknown, |f| self.of_field(f));
        }
        match fields::follow(self.session, model, path) {
            Some(field) => match field.column_target() {
                Some(target) if field.is_relation() => self.of_field(&target),
                _ => self.of_field(&field),
            },
            None => Ty::Unknown,
        }
    }

    /// What a field's values are.
    pub fn of_field(&self, field: &FieldRef) -> Ty {
        if field.is_relation() && !field.is_reverse() {
            return match field.column_target() {
                Some(target) if !target.is_relation() => self.of_field(&target),
                _ => Ty::Unknown,
            };
        }
        match field.internal_type() {
            "DateField" => self.instance("datetime", "date"),
            "DateTimeField" => self.instance("datetime", "datetime"),
            "TimeField" => self.instance("datetime", "time"),
            "DurationField" => self.instance("datetime", "timedelta"),
            "DecimalField" => self.instance("decimal", "Decimal"),
            "UUIDField" => self.instance("uuid", "UUID"),
            "FloatField" => self.builtin("float"),
            "BooleanField" | "NullBooleanField" => self.builtin("bool"),
            "BinaryField" => self.builtin("bytes"),
            "JSONField" => Ty::Dict(Rc::from([]), Rc::new(Ty::Unknown)),
            "FileField" | "ImageField" | "Field" => Ty::Unknown,
            name if name.ends_with("IntegerField") || name.ends_with("AutoField") => self.builtin("int"),
            _ => self.builtin("str"),
        }
    }

    /// What a value that is there is.
    pub fn of_value(&self, value: Value) -> Ty {
        if let Some(model) = model_of(&value) {
            return Ty::Model(model);
        }
        if let Some(model) = model_of_instance(&value) {
            return Ty::Instance(model, results::own_attributes(&value));
        }
        if let Value::Obj(_) = &value {
            if let Ok(set) = crate::orm::queryset::queryset(&value)
                && let Ok(model) = set.model()
            {
                let mut query = QueryTy::new(model, Shape::QuerySet);
                results::read_queryset(self, set, &mut query);
                return Ty::Query(Rc::new(query));
            }
            if let Some(manager) = crate::orm::manager::manager(&value)
                && let Some(model) = model_of(&manager.model.borrow())
                && manager.related.get().is_none()
            {
                let name = manager.name.get().unwrap_or_else(|| Name::new("objects"));
                return Ty::Query(Rc::new(QueryTy::new(model, Shape::Manager(name))));
            }
        }
        Ty::Value(value)
    }

    fn at(&self, expr: &Expr, at: usize, inner: &Inner, depth: usize) -> Ty {
        if depth > DEEPEST {
            return Ty::Unknown;
        }
        let of = |e: &Expr| self.at(e, at, inner, depth + 1);
        match expr {
            Expr::Unknown | Expr::None => Ty::Unknown,
            Expr::Name(name) => self.name(name, at, inner, depth),
            Expr::Attr(value, name) => self.attribute(&of(value), name, depth),
            Expr::Call(callee, args) => self.call(callee, args, at, inner, depth),
            Expr::Item(value, index) => self.item(&of(value), index.as_deref()),
            Expr::Str(_) => self.builtin("str"),
            Expr::Bytes => self.builtin("bytes"),
            Expr::Int(_) => self.builtin("int"),
            Expr::Float => self.builtin("float"),
            Expr::Bool => self.builtin("bool"),
            Expr::List(items) => self.list(self.common(items, at, inner, depth)),
            Expr::Set(items) => Ty::Many(self.rt().types.set.clone(), Rc::new(self.common(items, at, inner, depth))),
            Expr::Tuple(items) => Ty::Tuple(items.iter().map(of).collect()),
            Expr::Dict(pairs) => {
                let known: Vec<(Rc<str>, Ty)> = pairs
                    .iter()
                    .filter_map(|(key, value)| match key {
                        Expr::Str(key) => Some((Rc::from(key.as_str()), of(value))),
                        _ => None,
                    })
                    .collect();
                let other = pairs.first().map_or(Ty::Unknown, |(_, value)| of(value));
                Ty::Dict(known.into(), Rc::new(other))
            }
            Expr::Comp(comp) => self.comprehension(comp, at, inner, depth),
            Expr::Lambda(..) => Ty::Unknown,
            Expr::Either(a, b) => match of(a) {
                Ty::Unknown => of(b),
                found => found,
            },
            Expr::Starred(value) => of(value),
        }
    }

    fn common(&self, items: &[Expr], at: usize, inner: &Inner, depth: usize) -> Ty {
        for item in items.iter().take(4) {
            let ty = match item {
                Expr::Starred(value) => self.element(&self.at(value, at, inner, depth + 1)),
                item => self.at(item, at, inner, depth + 1),
            };
            if !matches!(ty, Ty::Unknown) {
                return ty;
            }
        }
        Ty::Unknown
    }

    fn comprehension(&self, comp: &Comp, at: usize, inner: &Inner, depth: usize) -> Ty {
        let mut inner = inner.clone();
        for (target, iterable) in &comp.clauses {
            let element = self.element(&self.at(iterable, at, &inner, depth + 1));
            self.bind(target, &element, &mut inner);
        }
        let element = self.at(&comp.element, at, &inner, depth + 1);
        let types = &self.rt().types;
        match (comp.bracket, &comp.key) {
            ('{', Some(_)) => Ty::Dict(Rc::from([]), Rc::new(element)),
            ('{', None) => Ty::Many(types.set.clone(), Rc::new(element)),
            ('(', _) => Ty::Many(types.object.clone(), Rc::new(element)),
            _ => self.list(element),
        }
    }

    fn item(&self, value: &Ty, index: Option<&Expr>) -> Ty {
        match (value, index) {
            // A slice is what it is a slice of.
            (Ty::Query(query), None) => {
                let mut sliced = (**query).clone();
                sliced.shape = Shape::QuerySet;
                Ty::Query(Rc::new(sliced))
            }
            (value, None) => value.clone(),
            (Ty::Tuple(items), Some(Expr::Int(n))) => {
                items.get(usize::try_from(*n).unwrap_or(0)).cloned().unwrap_or(Ty::Unknown)
            }
            (Ty::Named(parts), Some(Expr::Int(n))) => {
                parts.get(usize::try_from(*n).unwrap_or(0)).map_or(Ty::Unknown, |(_, ty)| ty.clone())
            }
            (Ty::Dict(known, other), Some(index)) => match index {
                Expr::Str(key) => self.value_at(known, other, key),
                _ => (**other).clone(),
            },
            (Ty::Value(value), Some(index)) => {
                let key = match index {
                    Expr::Int(n) => Value::Int(*n),
                    Expr::Str(key) => Value::str(key),
                    _ => return self.first_value(value),
                };
                // Only what has no code of its own to run.
                let plain = matches!(value, Value::List(_) | Value::Tuple(_) | Value::Dict(_));
                match plain.then(|| ops::get_item(self.rt(), value, &key)) {
                    Some(Ok(item)) => self.of_value(item),
                    _ if results::is_enum_value(value) => match value {
                        Value::Class(class) => Ty::Of(class.clone()),
                        _ => Ty::Unknown,
                    },
                    _ => Ty::Unknown,
                }
            }
            (value, Some(_)) => self.element(value),
        }
    }

    fn first_value(&self, value: &Value) -> Ty {
        match value {
            Value::Dict(dict) => dict.0.values().into_iter().next().map_or(Ty::Unknown, |v| self.of_value(v)),
            value => self.first_of(value),
        }
    }

    /// What an attribute is.
    pub fn attribute(&self, value: &Ty, name: &str, depth: usize) -> Ty {
        let rt = self.rt();
        let method = || Ty::Method(Rc::new(value.clone()), Rc::from(name));
        match value {
            Ty::Model(model) => {
                let manager = Name::existing(name).filter(|n| model.manager(rt, *n).ok().flatten().is_some());
                if let Some(manager) = manager {
                    return Ty::Query(Rc::new(QueryTy::new(model.clone(), Shape::Manager(manager))));
                }
                if matches!(name, "_default_manager" | "_base_manager") {
                    return Ty::Query(Rc::new(QueryTy::new(model.clone(), Shape::Manager(Name::new("objects")))));
                }
                if fields::is_plain_field(model, name) {
                    return Ty::Unknown;
                }
                match ops::get_attr_opt(rt, &model.class_value(), Name::new(name)) {
                    Ok(Some(found)) => match found {
                        Value::Native(_) | Value::Func(_) | Value::Method(_) => method(),
                        found => self.of_value(found),
                    },
                    _ => Ty::Unknown,
                }
            }
            Ty::Instance(model, notes) => self.instance_attribute(value, model, notes, name),
            Ty::Query(query) => match name {
                "model" => Ty::Model(query.model.clone()),
                "ordered" => self.builtin("bool"),
                "db" => self.builtin("str"),
                "query" => Ty::Unknown,
                "through" => match &query.shape {
                    Shape::Related(field) => field.forward_side().through().map_or(Ty::Unknown, Ty::Model),
                    _ => Ty::Unknown,
                },
                _ => method(),
            },
            Ty::Value(found) => self.value_attribute(found, name).unwrap_or_else(method),
            Ty::Of(class) => self.class_attribute(class, name).unwrap_or_else(method),
            Ty::Many(..) | Ty::Dict(..) => method(),
            Ty::Tuple(_) => method(),
            Ty::Named(parts) => parts.iter().find(|(n, _)| **n == *name).map_or_else(method, |(_, ty)| ty.clone()),
            Ty::LocalInstance(class) | Ty::Local(class) => {
                class.bases.iter().map(|b| self.at(b, class.at, &Inner::new(), depth + 1)).find_map(|base| {
                    let base = match value {
                        Ty::LocalInstance(_) => self.instance_of(base),
                        _ => base,
                    };
                    match self.attribute(&base, name, depth + 1) {
                        Ty::Unknown => None,
                        found => Some(found),
                    }
                })
            }
            .unwrap_or(Ty::Unknown),
            Ty::Unknown | Ty::Method(..) | Ty::LocalDef(_) => Ty::Unknown,
        }
    }

    fn instance_attribute(&self, value: &Ty, model: &ModelRef, notes: &Notes, name: &str) -> Ty {
        let rt = self.rt();
        if let Some((_, field)) = notes.iter().find(|(n, _)| &**n == name) {
            return field.as_ref().map_or(Ty::Unknown, |f| self.of_field(f));
        }
        if name == "pk" {
            return model.pk().map_or(Ty::Unknown, |f| self.of_field(&f));
        }
        if name == "_meta" {
            return self.attribute(&Ty::Model(model.clone()), name, 0);
        }
        let found = Name::existing(name).and_then(|n| model.find_forward(n)).or_else(|| {
            let reverse = model.related_objects(rt);
            reverse.iter().find(|f| f.accessor_name().is_some_and(|a| a == name)).cloned()
        });
        if let Some(field) = found {
            if !field.is_relation() || (!field.is_reverse() && field.attname() == name && field.name() != name) {
                return self.of_field(&field);
            }
            let Some(to) = field.related_model() else { return Ty::Unknown };
            return if field.many_to_one() || field.one_to_one() {
                Ty::Instance(to, Rc::from([]))
            } else {
                Ty::Query(Rc::new(QueryTy::new(to, Shape::Related(field))))
            };
        }
        match model.class().ok().and_then(|c| Name::existing(name).and_then(|n| c.lookup(n))) {
            Some(Value::Native(_) | Value::Func(_)) => Ty::Method(Rc::new(value.clone()), Rc::from(name)),
            Some(Value::Obj(object)) if object.native::<Property>().is_some() => Ty::Unknown,
            Some(found @ Value::Obj(_)) if model_of(&found).is_none() => Ty::Unknown,
            Some(found) => self.of_value(found),
            None => Ty::Unknown,
        }
    }

    /// An attribute of a value that is there, where looking at it runs no code. The outer `None`: a method, to be asked
    /// for its result.
    fn value_attribute(&self, value: &Value, name: &str) -> Option<Ty> {
        let rt = self.rt();
        let name = Name::existing(name)?;
        if let Value::Obj(object) = value {
            let class = object.class().clone();
            match class.lookup(name) {
                Some(Value::Native(native)) if native.kind != crate::object::RowKind::Getter => return None,
                Some(Value::Func(_)) => return None,
                Some(Value::Obj(found)) if found.native::<Property>().is_some() => return Some(Ty::Unknown),
                _ => {}
            }
            let runs_code = class.flags().getattr && class.is_heap;
            if runs_code && object.get(name).is_none() {
                return Some(Ty::Unknown);
            }
        } else if !matches!(value, Value::Class(_)) {
            let class = rt.class_of(value);
            return match class.lookup(name) {
                Some(Value::Native(native)) if native.kind == crate::object::RowKind::Getter => {
                    Some(results::getter(self, &class, &name.text()))
                }
                Some(_) => None,
                None => Some(Ty::Unknown),
            };
        }
        match ops::get_attr_opt(rt, value, name) {
            Ok(Some(Value::Method(_))) => None,
            Ok(Some(found)) => match (value, &found) {
                (Value::Class(class), Value::Obj(member)) if results::is_enum(class) && !found.is_none() => {
                    Some(if member.class().is_heap { Ty::Value(found.clone()) } else { self.of_value(found.clone()) })
                }
                _ => Some(self.of_value(found)),
            },
            _ => Some(Ty::Unknown),
        }
    }

    fn class_attribute(&self, class: &Rc<Class>, name: &str) -> Option<Ty> {
        match class.lookup(Name::existing(name)?) {
            Some(Value::Native(native)) if native.kind == crate::object::RowKind::Getter => {
                Some(results::getter(self, class, name))
            }
            Some(Value::Native(_) | Value::Func(_)) => None,
            Some(Value::Obj(found)) if found.native::<Property>().is_some() => Some(Ty::Unknown),
            Some(found) => Some(self.of_value(found)),
            None if results::is_enum(class) => Some(results::getter(self, class, name)),
            None => Some(Ty::Unknown),
        }
    }

    fn call(&self, callee: &Expr, args: &[Arg], at: usize, inner: &Inner, depth: usize) -> Ty {
        let of = |e: &Expr| self.at(e, at, inner, depth + 1);
        let callee = of(callee);
        match &callee {
            Ty::Model(model) => Ty::Instance(model.clone(), Rc::from([])),
            Ty::Local(class) => Ty::LocalInstance(class.clone()),
            Ty::LocalDef(def) => {
                if let Some(hint) = &def.hint {
                    return self.made(hint, def.at, depth + 1);
                }
                match &*def.returns.borrow() {
                    Some((value, at)) => self.at(value, *at, &Inner::new(), depth + 2),
                    None => Ty::Unknown,
                }
            }
            Ty::Method(owner, name) => results::method(self, owner, name, args),
            Ty::Value(Value::Class(class)) if matches!(&*class.name(), "zip" | "map" | "filter") => {
                self.lazily(&class.name(), args, at, inner, depth)
            }
            Ty::Value(Value::Class(class)) => {
                let first = args.iter().find(|a| a.keyword.is_none()).map(|a| of(&a.value));
                results::construct(self, class, args, first)
            }
            Ty::Value(Value::Native(native)) => results::function(self, native.name, args, &of),
            Ty::Value(Value::Func(function)) => results::function(self, &function.name.borrow().text(), args, &of),
            _ => Ty::Unknown,
        }
    }

    /// `zip`, `map` and `filter`.
    fn lazily(&self, name: &str, args: &[Arg], at: usize, inner: &Inner, depth: usize) -> Ty {
        let elements: Vec<Ty> = args.iter().map(|a| self.element(&self.at(&a.value, at, inner, depth + 1))).collect();
        let item = match (name, args.first().map(|a| &a.value), elements.get(1)) {
            ("zip", ..) => Ty::Tuple(elements.into()),
            ("filter", _, Some(item)) => item.clone(),
            ("map", Some(Expr::Lambda(names, body)), Some(item)) => {
                let mut inner = inner.clone();
                inner.extend(names.first().map(|n| (n.clone(), item.clone())));
                self.at(body, at, &inner, depth + 1)
            }
            _ => Ty::Unknown,
        };
        Ty::Many(self.rt().types.object.clone(), Rc::new(item))
    }

    /// The field that an annotation's expression results in, for its lookups.
    pub fn output(&self, expr: &Expr, model: &ModelRef, notes: &Notes) -> Option<FieldRef> {
        let rt = self.rt();
        let path = |path: &str| {
            let note = notes.iter().find(|(n, _)| &**n == path);
            match note {
                Some((_, field)) => field.clone(),
                None => fields::follow(self.session, model, path),
            }
        };
        let (callee, args) = match expr {
            Expr::Call(callee, args) => (callee, args),
            Expr::Either(a, b) => return self.output(a, model, notes).or_else(|| self.output(b, model, notes)),
            Expr::Str(text) => return path(text),
            Expr::Int(_) => return Some(Field::plain(rt, "IntegerField")),
            Expr::Float => return Some(Field::plain(rt, "FloatField")),
            Expr::Bool => return Some(Field::plain(rt, "BooleanField")),
            _ => return None,
        };
        if let Some(given) = args.iter().find(|a| a.keyword.as_deref() == Some("output_field"))
            && let Expr::Call(field, _) = &given.value
            && let Expr::Name(name) | Expr::Attr(_, name) = &**field
        {
            return Some(Field::plain(rt, name));
        }
        let name = match &**callee {
            Expr::Name(name) | Expr::Attr(_, name) => name.as_str(),
            _ => return None,
        };
        let first = || args.iter().find(|a| a.keyword.is_none()).map(|a| &a.value);
        let of_first = || first().and_then(|e| self.output(e, model, notes));
        match name {
            "F" | "OuterRef" => match first() {
                Some(Expr::Str(text)) => path(text),
                _ => None,
            },
            "Value" => match first() {
                Some(Expr::Str(_)) => Some(Field::plain(rt, "CharField")),
                Some(other) => self.output(other, model, notes),
                None => None,
            },
            "Case" => args.iter().find_map(|a| self.output(&a.value, model, notes)),
            "When" => args.iter().find_map(|a| match (a.keyword.as_deref(), &a.value) {
                (Some("then"), Expr::Str(text)) => path(text),
                (Some("then"), value) => self.output(value, model, notes),
                _ => None,
            }),
            "Exists" | "Q" => Some(Field::plain(rt, "BooleanField")),
            "ExpressionWrapper" | "Window" => of_first(),
            _ => {
                let row = functions::find(name)?;
                match row.output {
                    Output::Field(kind) => Some(Field::plain(rt, kind)),
                    Output::Numeric => match of_first() {
                        Some(field) if field.internal_type() == "DecimalField" => Some(field),
                        _ => Some(Field::plain(rt, "FloatField")),
                    },
                    Output::Sources | Output::First => of_first(),
                }
            }
        }
    }
}
