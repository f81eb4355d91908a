//! `django.db.models` and its submodules.

use std::rc::Rc;

use crate::models::indexes::{self, IndexKind};
use crate::models::{classes, deletion, metaclass};
use crate::object::{Args, Exc, Module, NativeFn, Res, Row, Rt, Value, ops};
use crate::orm::{deletion as collector, manager, prefetch, queryset, raw};
use crate::source::Name;
use crate::sql::expressions;
use crate::sql::functions;

const FIELDS: &[&str] = &[
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "CharField",
    "CommaSeparatedIntegerField",
    "CompositePrimaryKey",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "EmailField",
    "Field",
    "FileField",
    "FilePathField",
    "FloatField",
    "ForeignKey",
    "ForeignObject",
    "GeneratedField",
    "GenericIPAddressField",
    "IPAddressField",
    "ImageField",
    "IntegerField",
    "JSONField",
    "ManyToManyField",
    "NullBooleanField",
    "OneToOneField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SlugField",
    "SmallAutoField",
    "SmallIntegerField",
    "TextField",
    "TimeField",
    "URLField",
    "UUIDField",
];

const REVERSE: &[&str] = &["ForeignObjectRel", "ManyToOneRel", "OneToOneRel", "ManyToManyRel"];

const EXPRESSIONS: &[&str] = &[
    "Aggregate",
    "Avg",
    "Case",
    "Count",
    "Exists",
    "Expression",
    "ExpressionList",
    "ExpressionWrapper",
    "F",
    "FilteredRelation",
    "Func",
    "Max",
    "Min",
    "OrderBy",
    "OuterRef",
    "Q",
    "RowRange",
    "StdDev",
    "StringAgg",
    "Subquery",
    "Sum",
    "Value",
    "ValueRange",
    "Variance",
    "When",
    "Window",
    "WindowFrame",
    "Lookup",
    "Transform",
];

const CONSTANTS: [&str; 6] = ["CASCADE", "PROTECT", "RESTRICT", "SET_NULL", "SET_DEFAULT", "DO_NOTHING"];

const ROWS: &[Row] = &[
    Row::method("SET", "(value)", "Sets the reference to a value.", |rt, a: &mut Args| deletion::set(rt, a.value(0))),
    Row::method(
        "prefetch_related_objects",
        "(model_instances, *related_lookups)",
        "Prefetches for a list of instances.",
        |rt, a| {
            let instances = ops::collect(rt, a.get(0))?;
            let lookups = std::mem::take(&mut a.rest);
            prefetch::prefetch_related_objects(rt, instances, &lookups)?;
            Ok(Value::None)
        },
    ),
];

const SQL_QUERY_ROWS: &[Row] = &[Row::method(
    "get_field_names_from_opts",
    "(opts)",
    "The names that a filter on a model can start with.",
    |rt, a| {
        let mut names = Vec::new();
        if !a.get(0).is_none() {
            let model = crate::models::model_of(&ops::get_attr(rt, a.get(0), "model".into())?);
            names = crate::sql::query::field_names(rt, model.as_ref()).iter().map(Value::str).collect();
        }
        Ok(Value::Set(crate::object::Set::from_values(rt, names, false)?))
    },
)];

/// The lookup classes of JSON, which live beside their field.
fn json_lookups() -> Vec<&'static str> {
    let of_json = |row: &&crate::sql::lookups::LookupRow| matches!(row.on, "JSONField" | "KeyTransform");
    crate::sql::lookups::LOOKUPS.iter().filter(of_json).map(|row| row.name).collect()
}

fn descriptor_names(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    use crate::orm::descriptors::{Column, Forward, ForwardOne, KeyColumn, Many, ManyToMany, ReverseOne};
    m.put("DeferredAttribute", Value::Class(rt.class::<Column>()));
    m.put("ForeignKeyDeferredAttribute", Value::Class(rt.class::<KeyColumn>()));
    m.put("ForwardManyToOneDescriptor", Value::Class(rt.class::<Forward>()));
    m.put("ForwardOneToOneDescriptor", Value::Class(rt.class::<ForwardOne>()));
    m.put("ReverseOneToOneDescriptor", Value::Class(rt.class::<ReverseOne>()));
    m.put("ReverseManyToOneDescriptor", Value::Class(rt.class::<Many>()));
    m.put("ManyToManyDescriptor", Value::Class(rt.class::<ManyToMany>()));
    Ok(())
}

fn put_classes(rt: &Rt, m: &Rc<Module>, names: &[&str]) {
    for name in names {
        if let Some(class) = expressions::class_of_name(rt, name) {
            m.put(name, Value::Class(class));
        }
    }
}

/// The names of `django.db.models.functions` or of one of its modules: what is defined there and nothing else.
fn functions_module(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let own = m.name.borrow().clone();
    let package = &*own == "django.db.models.functions";
    for name in expressions::class_names() {
        if let Some(class) = expressions::class_of_name(rt, name) {
            let home = class.module.borrow().clone();
            if *home == *own || (package && home.starts_with(&*own)) {
                m.put(name, Value::Class(class));
            }
        }
    }
    if package {
        m.put("__path__", Value::list(Vec::new()));
    }
    Ok(())
}

fn query_module(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    m.remove("SET".into());
    m.put("QuerySet", Value::Class(rt.class::<queryset::QuerySet>()));
    m.put("RawQuerySet", Value::Class(rt.class::<raw::RawQuerySet>()));
    m.put("Prefetch", Value::Class(rt.class::<prefetch::Prefetch>()));
    m.put("GenericPrefetch", Value::Class(prefetch::generic_class(rt)));
    m.put("EmptyQuerySet", Value::Class(queryset::protocol::empty_class(rt)));
    use queryset::Iterable::*;
    for which in [Model, Values, ValuesList, Named, Flat] {
        m.put(which.class_name(), Value::Class(queryset::protocol::iterable_class(rt, which)));
    }
    m.put("MAX_GET_RESULTS", Value::Int(21));
    m.put("REPR_OUTPUT_SIZE", Value::Int(20));
    Ok(())
}

fn manager_module(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.put("Manager", Value::Class(manager::class(rt)));
    m.put("BaseManager", Value::Class(rt.class::<manager::Manager>()));
    Ok(())
}

fn models_module(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    for name in CONSTANTS {
        if let Some(value) = deletion::on_delete(rt, name) {
            m.put(name, value);
        }
    }
    m.put("Model", Value::Class(metaclass::model_class(rt)));
    classes::publish(rt, m, FIELDS);
    classes::publish(rt, m, REVERSE);
    put_classes(rt, m, EXPRESSIONS);
    manager_module(rt, m)?;
    m.put("QuerySet", Value::Class(rt.class::<queryset::QuerySet>()));
    m.put("Prefetch", Value::Class(rt.class::<prefetch::Prefetch>()));
    for kind in [Exc::ObjectDoesNotExist, Exc::ProtectedError, Exc::RestrictedError] {
        m.put(kind.name(), Value::Class(rt.exc_class(kind).clone()));
    }
    let other = |name: &str| rt.exec()?.import(rt, name);
    for name in ["signals", "functions", "expressions", "aggregates", "lookups", "fields", "query", "manager"] {
        m.put(name, other(&format!("django.db.models.{name}"))?);
    }
    m.put("indexes", other("django.db.models.indexes")?);
    m.put("Index", Value::Class(indexes::class(rt, IndexKind::Index)));
    m.put("BaseConstraint", Value::Class(indexes::base_class(rt)));
    m.put("CheckConstraint", Value::Class(indexes::class(rt, IndexKind::Check)));
    m.put("UniqueConstraint", Value::Class(indexes::class(rt, IndexKind::Unique)));
    // Enumerations need a module written in the session's language: read when first asked for.
    m.put_late(&["Deferrable", "WindowFrameExclusion"], "django.db.models.constraints");
    m.put_late(&["Choices", "IntegerChoices", "TextChoices", "ChoicesType"], "django.db.models.enums");
    m.put("__path__", Value::list(Vec::new()));
    // The modules of the package are attributes of it, and no part of what a star imports.
    let public = |(name, value): (&Name, &Value)| {
        let module = value.native::<crate::object::module::ModuleObject>().is_some();
        let text = name.text();
        (!text.starts_with('_') && (!module || &*text == "signals")).then(|| Value::from(*name))
    };
    let mut all: Vec<Value> = m.names().iter().filter_map(public).collect();
    all.extend(LATE.iter().map(Value::str));
    m.put("__all__", Value::list(all));
    Ok(())
}

/// Enumerations, which need a module written in the session's language.
const LATE: &[&str] = &["Deferrable", "WindowFrameExclusion", "Choices", "IntegerChoices", "TextChoices"];

/// Registers the modules.
pub fn install(rt: &Rt) {
    rt.add_module("django.db.models", models_module);
    rt.add_module("django.db.models.base", |rt, m| {
        m.put("Model", Value::Class(metaclass::model_class(rt)));
        m.put("ModelBase", Value::Class(metaclass::metaclass(rt)));
        m.put("ModelState", Value::Class(rt.class::<crate::orm::instance::state::StateView>()));
        m.put("DEFERRED", crate::orm::instance::state::deferred(rt));
        Ok(())
    });
    rt.add_module("django.db.models.query", query_module);
    rt.add_module("django.db.models.manager", manager_module);
    for name in [
        "django.db.models.fields",
        "django.db.models.fields.related",
        "django.db.models.fields.json",
        "django.db.models.fields.reverse_related",
    ] {
        rt.add_module(name, |rt, m| {
            classes::publish(rt, m, FIELDS);
            classes::publish(rt, m, REVERSE);
            put_classes(rt, m, &["KeyTransform", "KeyTextTransform"]);
            put_classes(rt, m, &json_lookups());
            if let Some(class) = expressions::class_of_name(rt, "KeyTextTransform") {
                m.put("KT", ops::get_attr(rt, &Value::Class(class), "from_lookup".into())?);
            }
            m.put("NOT_PROVIDED", classes::not_provided(rt));
            m.put("BLANK_CHOICE_DASH", blank_choice());
            descriptor_names(rt, m)?;
            m.put("__path__", Value::list(Vec::new()));
            Ok(())
        });
    }
    for name in
        ["django.db.models.fields.files", "django.db.models.fields.generated", "django.db.models.fields.composite"]
    {
        rt.add_module(name, |rt, m| {
            classes::publish(rt, m, FIELDS);
            m.put_late(&["FieldFile", "ImageFieldFile"], crate::models::fields::FILES);
            let descriptor = Value::Class(rt.class::<crate::orm::file_fields::FileColumn>());
            m.put("FileDescriptor", descriptor.clone());
            m.put("ImageFileDescriptor", descriptor);
            Ok(())
        });
    }
    for name in [
        "django.db.models.expressions",
        "django.db.models.aggregates",
        "django.db.models.lookups",
        "django.db.models.query_utils",
        "django.db.models.fields.tuple_lookups",
        "django.db.models.fields.related_lookups",
    ] {
        rt.add_module(name, |rt, m| {
            let names = expressions::class_names();
            put_classes(rt, m, &names);
            if **m.name.borrow() == *"django.db.models.expressions" {
                let none = Exc::OutputFieldIsNoneError;
                m.put(none.name(), Value::Class(rt.exc_class(none).clone()));
            }
            if **m.name.borrow() == *"django.db.models.query_utils" {
                m.put("PathInfo", crate::models::relations::custom::path_class(rt));
                m.put("DeferredAttribute", Value::Class(rt.class::<crate::orm::descriptors::Column>()));
            }
            Ok(())
        });
    }
    for name in [
        "django.db.models.functions",
        "django.db.models.functions.comparison",
        "django.db.models.functions.datetime",
        "django.db.models.functions.math",
        "django.db.models.functions.text",
        "django.db.models.functions.window",
        "django.db.models.functions.json",
        "django.db.models.functions.mixins",
    ] {
        rt.add_module(name, functions_module);
    }
    rt.add_module("django.db.models.sql", |rt, m| {
        put_classes(rt, m, &["WhereNode"]);
        m.put("AND", Value::str("AND"));
        m.put("OR", Value::str("OR"));
        m.put("XOR", Value::str("XOR"));
        m.put("__path__", Value::list(Vec::new()));
        Ok(())
    });
    rt.add_module("django.db.models.sql.where", |rt, m| {
        put_classes(rt, m, &["WhereNode"]);
        m.put("AND", Value::str("AND"));
        m.put("OR", Value::str("OR"));
        m.put("XOR", Value::str("XOR"));
        Ok(())
    });
    rt.add_module("django.db.models.sql.constants", |_, m| {
        m.put("GET_ITERATOR_CHUNK_SIZE", Value::Int(100));
        for (name, text) in [
            ("MULTI", "multi"),
            ("SINGLE", "single"),
            ("NO_RESULTS", "no results"),
            ("CURSOR", "cursor"),
            ("ROW_COUNT", "row count"),
            ("INNER", "INNER JOIN"),
            ("LOUTER", "LEFT OUTER JOIN"),
        ] {
            m.put(name, Value::str(text));
        }
        Ok(())
    });
    rt.add_module("django.db.models.sql.query", |_, m| {
        m.add_rows(SQL_QUERY_ROWS);
        Ok(())
    });
    rt.add_module("django.db.models.fields.related_descriptors", descriptor_names);
    rt.add_module("django.db.models.fields.reverse_related", |rt, m| {
        classes::publish(rt, m, REVERSE);
        Ok(())
    });
    rt.add_module("django.db.models.deletion", |rt, m| {
        m.add_rows(ROWS);
        m.remove("prefetch_related_objects".into());
        for name in CONSTANTS {
            if let Some(value) = deletion::on_delete(rt, name) {
                m.put(name, value);
            }
        }
        m.put("Collector", Value::Class(rt.class::<collector::CollectorObject>()));
        for kind in [Exc::ProtectedError, Exc::RestrictedError] {
            m.put(kind.name(), Value::Class(rt.exc_class(kind).clone()));
        }
        Ok(())
    });
    rt.add_module("django.db.models.constants", |_, m| {
        m.put("LOOKUP_SEP", Value::str("__"));
        Ok(())
    });
    rt.add_module("django.db.models.utils", |_, m| {
        m.put(
            "resolve_callables",
            NativeFn::closure("resolve_callables", "(mapping)", |rt, a| {
                let mut out = Vec::new();
                if let Some(dict) = a.get(0).as_dict() {
                    for (k, v) in dict.0.items() {
                        let v = if ops::callable(rt, &v) { ops::call0(rt, &v)? } else { v };
                        out.push(Value::tuple(vec![k, v]));
                    }
                }
                ops::iter_value(rt, &Value::list(out))
            }),
        );
        Ok(())
    });
    let _ = functions::find("Count");
}

fn blank_choice() -> Value {
    Value::list(vec![Value::tuple(vec![Value::str(""), Value::str("---------")])])
}
