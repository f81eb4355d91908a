//! The members of what stands before a dot.

use std::rc::Rc;

use super::Candidate;
use super::results::is_enum;
use super::types::{Infer, Notes, QueryTy, Shape, Ty};
use crate::models::{FieldRef, ModelRef, field_of};
use crate::object::types::Property;
use crate::object::{Class, RowKind, Value, ops};
use crate::orm::related;
use crate::session::traceback::names_of;
use crate::shell::describe::type_of;
use crate::source::Name;

/// The members of something, unsorted and perhaps twice.
pub fn of(infer: &Infer, ty: &Ty) -> Vec<Candidate> {
    let types = &infer.rt().types;
    match ty {
        Ty::Model(model) => of_model(infer, model),
        Ty::Instance(model, notes) => of_instance(infer, model, notes),
        Ty::Query(query) => of_query(infer, query),
        Ty::Value(Value::Class(class)) => of_class(class),
        Ty::Value(value) => of_value(infer, value),
        Ty::Of(class) if is_enum(class) => {
            let mut out = enum_names(class);
            out.extend(["label", "name", "value"].map(|n| Candidate::new(n, "of the member")));
            out
        }
        Ty::Of(class) => {
            let mut out = class_names(class);
            if class.mro().any(|c| &*c.name() == "BaseException") {
                out.push(Candidate::new("args", "what it was made with"));
            }
            out
        }
        Ty::Many(class, _) => class_names(class),
        Ty::Tuple(_) => class_names(&types.tuple),
        Ty::Named(parts) => {
            let mut out: Vec<Candidate> = parts.iter().map(|(n, _)| Candidate::new(&**n, "of the row")).collect();
            out.extend(class_names(&types.tuple));
            out.extend(["_asdict(", "_fields", "_replace("].map(|n| Candidate::new(n, "of named tuples")));
            out
        }
        Ty::Dict(..) => class_names(&types.dict),
        Ty::Local(class) | Ty::LocalInstance(class) => {
            let mut out: Vec<Candidate> = Vec::new();
            for (name, method) in class.members.borrow().iter() {
                out.push(Candidate::new(if *method { format!("{name}(") } else { name.clone() }, "in this cell"));
            }
            for base in &class.bases {
                let base = infer.of(base, &Vec::new());
                let base = match (ty, base) {
                    (Ty::LocalInstance(_), Ty::Value(Value::Class(class))) => Ty::Of(class),
                    (Ty::LocalInstance(_), Ty::Model(model)) => Ty::Instance(model, Rc::from([])),
                    (Ty::LocalInstance(_), Ty::Local(class)) => Ty::LocalInstance(class),
                    (_, base) => base,
                };
                out.extend(of(infer, &base));
            }
            out
        }
        Ty::Unknown | Ty::Method(..) | Ty::LocalDef(_) => Vec::new(),
    }
}

/// One member of a class.
fn candidate(name: &str, value: &Value) -> Candidate {
    match value {
        Value::Native(native) if native.kind != RowKind::Getter => Candidate::new(format!("{name}("), native.doc),
        Value::Native(native) => Candidate::new(name, native.doc),
        Value::Func(_) | Value::Method(_) => Candidate::new(format!("{name}("), first_line(value, "method")),
        Value::Obj(object) if object.native::<Property>().is_some() => Candidate::new(name, "property"),
        Value::Obj(object) => {
            let class = object.class().name();
            match field_of(value) {
                Some(field) => Candidate::new(name, type_of(&field)),
                None if matches!(&*class, "classmethod" | "staticmethod") => {
                    Candidate::new(format!("{name}("), &*class)
                }
                None => Candidate::new(name, ""),
            }
        }
        Value::Class(class) => Candidate::new(name, format!("class {}", class.name())),
        _ => Candidate::new(name, &*ops::type_name(value)),
    }
}

/// The first line of a function's documentation.
pub fn first_line(value: &Value, otherwise: &str) -> String {
    let doc = match value {
        Value::Func(function) => function.doc.borrow().as_str().map(|s| s.to_string()),
        Value::Method(method) => return first_line(&method.func, otherwise),
        _ => None,
    };
    match doc.as_deref().map(str::trim).and_then(|d| d.lines().next()) {
        Some(line) if !line.is_empty() => line.to_string(),
        _ => otherwise.to_string(),
    }
}

fn class_names(class: &Rc<Class>) -> Vec<Candidate> {
    let mut out = Vec::new();
    for class in class.mro() {
        for (name, value) in class.dict().iter() {
            out.push(candidate(&name.text(), value));
        }
    }
    out
}

/// What a session's own enumeration and its bases in Python define; of `str` and `int` nothing, as `dir()` has it.
fn enum_names(class: &Rc<Class>) -> Vec<Candidate> {
    let mut out = Vec::new();
    for class in class.mro().take_while(|c| !matches!(&*c.name(), "Choices" | "Enum" | "IntEnum" | "StrEnum")) {
        if class.is_heap {
            out.extend(class.dict().iter().map(|(name, value)| candidate(&name.text(), value)));
        }
    }
    out
}

fn of_class(class: &Rc<Class>) -> Vec<Candidate> {
    let mut out = if is_enum(class) { enum_names(class) } else { class_names(class) };
    // An enumeration's `choices`, `labels`, `names`, `values`.
    if let Some(meta) = &class.metaclass {
        for (name, value) in
            meta.mro().filter(|c| c.is_heap).flat_map(|c| c.dict().iter().map(pair).collect::<Vec<_>>())
        {
            if !name.starts_with('_') && is_enum(class) && !matches!(value, Value::Func(_)) {
                out.push(Candidate::new(&*name, "of the enumeration"));
            }
        }
    }
    out
}

fn pair((name, value): (&Name, &Value)) -> (Rc<str>, Value) {
    (name.text(), value.clone())
}

fn of_value(infer: &Infer, value: &Value) -> Vec<Candidate> {
    let rt = infer.rt();
    let class = rt.class_of(value);
    let mut out = Vec::new();
    if let Value::Obj(object) = value {
        for (name, attribute) in object.attrs().iter() {
            out.push(candidate(&name.text(), attribute));
        }
        let is_module = &*class.name() == "module";
        if let Some(native) = object.object() {
            for name in native.attr_names(rt) {
                let found = if is_module { ops::get_attr_opt(rt, value, name).ok().flatten() } else { None };
                out.push(match found {
                    Some(found) => super::names::named(&name.text(), &found),
                    None => Candidate::new(&*name.text(), ""),
                });
            }
        }
        if is_module {
            return out;
        }
        if class.name().ends_with("Descriptor") {
            let names: &[&str] =
                if class.name().starts_with("ManyToMany") { &["through", "field", "rel"] } else { &["field"] };
            out.extend(names.iter().map(|n| Candidate::new(*n, "")));
        }
    } else {
        for name in names_of(rt, value) {
            if class.lookup(name).is_none() {
                out.push(Candidate::new(&*name.text(), ""));
            }
        }
    }
    out.extend(class_names(&class));
    out
}

fn of_model(infer: &Infer, model: &ModelRef) -> Vec<Candidate> {
    let Ok(class) = model.class() else { return Vec::new() };
    let mut out = vec![
        Candidate::new("_default_manager", "the first manager"),
        Candidate::new("_base_manager", "the manager of related objects"),
        Candidate::new("_meta", "the model's options"),
    ];
    for field in model.fields().iter() {
        out.push(Candidate::new(&*field.name().text(), type_of(field)));
        if field.attname() != field.name() {
            out.push(Candidate::new(&*field.attname().text(), "the key itself"));
        }
    }
    for candidate in class_names(&class) {
        let name = candidate.text.trim_end_matches('(');
        let manager = Name::existing(name).is_some_and(|n| model.manager(infer.rt(), n).ok().flatten().is_some());
        out.push(if manager { Candidate::new(name, "manager") } else { candidate });
    }
    out
}

fn of_instance(infer: &Infer, model: &ModelRef, notes: &Notes) -> Vec<Candidate> {
    let rt = infer.rt();
    let mut out: Vec<Candidate> = Vec::new();
    for (name, field) in notes.iter() {
        let doc = field.as_ref().map_or("annotation".into(), |f| format!("annotation, {}", f.class.name()));
        out.push(Candidate::new(&**name, doc));
    }
    for field in model.get_fields(rt, true, false) {
        let name = if field.is_reverse() { field.accessor_name() } else { Some(field.name()) };
        if let Some(name) = name {
            out.push(Candidate::new(&*name.text(), type_of(&field)));
        }
        if !field.is_reverse() && field.concrete() && field.attname() != field.name() {
            out.push(Candidate::new(&*field.attname().text(), "the key itself"));
        }
    }
    out.push(Candidate::new("pk", "the primary key"));
    out.push(Candidate::new("_state", "whether it is saved, and where"));
    let Ok(class) = model.class() else { return out };
    let class_only = |name: &str| {
        matches!(name, "DoesNotExist" | "MultipleObjectsReturned" | "NotUpdated")
            || Name::existing(name).is_some_and(|n| model.manager(rt, n).ok().flatten().is_some())
    };
    out.extend(class_names(&class).into_iter().filter(|c| !class_only(&c.text)));
    out
}

/// The class whose members a query's are.
pub fn query_class(infer: &Infer, query: &QueryTy) -> Option<Rc<Class>> {
    let rt = infer.rt();
    let manager = |name: Option<Name>| {
        let value = match name {
            Some(name) => query.model.manager(rt, name).ok().flatten(),
            None => None,
        };
        value.or_else(|| query.model.default_manager(rt).ok()).filter(|v| !v.is_none())
    };
    match &query.shape {
        Shape::Manager(name) => manager(Some(*name)).map(|v| rt.class_of(&v)),
        Shape::QuerySet => {
            let class = rt.class_of(&manager(None)?);
            match class.lookup(Name::new("_queryset_class")) {
                Some(Value::Class(class)) => Some(class),
                _ => None,
            }
        }
        Shape::Related(field) => {
            let class = rt.class_of(&manager(None)?);
            related::manager_class(&class, related_kind(field), field).ok().or(Some(class))
        }
    }
}

fn related_kind(field: &FieldRef) -> related::Kind {
    if field.many_to_many() {
        related::Kind::ManyToMany
    } else if field.relation_kind() == Some(crate::models::RelationKind::GenericRelation) {
        related::Kind::Generic
    } else {
        related::Kind::ManyToOne
    }
}

fn of_query(infer: &Infer, query: &QueryTy) -> Vec<Candidate> {
    let Some(class) = query_class(infer, query) else { return Vec::new() };
    let mut out = class_names(&class);
    out.push(Candidate::new("model", format!("the model, {}", query.model.object_name)));
    if matches!(&query.shape, Shape::Related(field) if field.many_to_many()) {
        out.push(Candidate::new("through", "the model between"));
    }
    if matches!(query.shape, Shape::QuerySet) {
        out.push(Candidate::new("query", "the query; print() shows its SQL"));
    }
    out
}

/// The attribute names that `getattr(value, '...')` takes.
pub fn attribute_names(infer: &Infer, ty: &Ty, word: &str) -> Vec<Candidate> {
    let mut out = of(infer, ty);
    for candidate in &mut out {
        candidate.text = candidate.text.trim_end_matches('(').to_string();
    }
    out.retain(|c| c.text.starts_with(word) && (word.starts_with('_') || !c.text.starts_with('_')));
    out
}
