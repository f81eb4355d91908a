//! Relation fields and reverse sides: their rows, their arguments, what a session can ask them.

use std::rc::Rc;

use super::{Generic, Relation, RelationKind, Target, make_rel};
use crate::models::arguments::Given;
use crate::models::field::{FieldRef, FieldRow, INHERITED, field_of};
use crate::models::fields::FIELD;
use crate::models::options::model_of;
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::source::Name;

const RELATED: &str = "django.db.models.fields.related";
const REVERSE: &str = "django.db.models.fields.reverse_related";

const fn row(
    name: &'static str,
    base: &'static FieldRow,
    module: &'static str,
    positional: &'static [&'static str],
    keywords: &'static [&'static str],
    doc: &'static str,
) -> FieldRow {
    FieldRow {
        name,
        base: Some(base),
        module,
        internal_type: name,
        positional,
        keywords,
        doc,
        empty_strings: false,
        messages: &[("invalid", "%(model)s instance with %(field)s %(value)r is not a valid choice.")],
        ops: INHERITED,
    }
}

/// `ForeignObject`.
pub static FOREIGN_OBJECT: FieldRow = row(
    "ForeignObject",
    &FIELD,
    RELATED,
    &[
        "to",
        "on_delete",
        "from_fields",
        "to_fields",
        "rel",
        "related_name",
        "related_query_name",
        "limit_choices_to",
        "parent_link",
        "swappable",
    ],
    &[],
    "Foreign Object (type determined by related fields)",
);
/// `ForeignKey`.
pub static FOREIGN_KEY: FieldRow = row(
    "ForeignKey",
    &FOREIGN_OBJECT,
    RELATED,
    &[
        "to",
        "on_delete",
        "related_name",
        "related_query_name",
        "limit_choices_to",
        "parent_link",
        "to_field",
        "db_constraint",
    ],
    &["swappable"],
    "Foreign Key (type determined by related field)",
);
/// `OneToOneField`.
pub static ONE_TO_ONE: FieldRow =
    row("OneToOneField", &FOREIGN_KEY, RELATED, &["to", "on_delete", "to_field"], &[], "One-to-one relationship");
/// `ManyToManyField`.
pub static MANY_TO_MANY: FieldRow = row(
    "ManyToManyField",
    &FIELD,
    RELATED,
    &[
        "to",
        "related_name",
        "related_query_name",
        "limit_choices_to",
        "symmetrical",
        "through",
        "through_fields",
        "db_constraint",
        "db_table",
        "swappable",
    ],
    &[],
    "Many-to-many relationship",
);
/// `GenericForeignKey`.
pub static GENERIC_FOREIGN_KEY: FieldRow = row(
    "GenericForeignKey",
    &FIELD,
    "django.contrib.contenttypes.fields",
    &["ct_field", "fk_field", "for_concrete_model"],
    &[],
    "Generic foreign key",
);
/// `GenericRelation`.
pub static GENERIC_RELATION: FieldRow = row(
    "GenericRelation",
    &FOREIGN_OBJECT,
    "django.contrib.contenttypes.fields",
    &["to", "object_id_field", "content_type_field", "for_concrete_model", "related_query_name", "limit_choices_to"],
    &[],
    "Generic relation",
);

const fn reverse(name: &'static str, base: Option<&'static FieldRow>) -> FieldRow {
    FieldRow {
        name,
        base,
        module: REVERSE,
        internal_type: name,
        positional: &[],
        keywords: &[],
        doc: "The reverse side of a relation",
        empty_strings: false,
        messages: &[],
        ops: INHERITED,
    }
}

/// `ForeignObjectRel`.
pub static FOREIGN_OBJECT_REL: FieldRow = reverse("ForeignObjectRel", None);
/// `ManyToOneRel`.
pub static MANY_TO_ONE_REL: FieldRow = reverse("ManyToOneRel", Some(&FOREIGN_OBJECT_REL));
/// `OneToOneRel`.
pub static ONE_TO_ONE_REL: FieldRow = reverse("OneToOneRel", Some(&MANY_TO_ONE_REL));
/// `ManyToManyRel`.
pub static MANY_TO_MANY_REL: FieldRow = reverse("ManyToManyRel", Some(&FOREIGN_OBJECT_REL));
/// `GenericRel`.
pub static GENERIC_REL: FieldRow =
    FieldRow { module: "django.contrib.contenttypes.fields", ..reverse("GenericRel", Some(&FOREIGN_OBJECT_REL)) };

fn kind_of(row: &FieldRow) -> Option<RelationKind> {
    let mut row = row;
    loop {
        match row.name {
            "ForeignKey" => return Some(RelationKind::ForeignKey),
            "OneToOneField" => return Some(RelationKind::OneToOne),
            "ManyToManyField" => return Some(RelationKind::ManyToMany),
            "GenericForeignKey" => return Some(RelationKind::GenericForeignKey),
            "GenericRelation" => return Some(RelationKind::GenericRelation),
            "ForeignObject" => return Some(RelationKind::ForeignObject),
            _ => row = row.base?,
        }
    }
}

/// Reads the arguments of a relation field and makes its relation part and its reverse side.
///
/// Errors: Django's TypeErrors and ValueErrors.
pub fn read(rt: &Rt, field: &FieldRef, given: &mut Given) -> Res<()> {
    let Some(kind) = kind_of(field.row) else { return Ok(()) };
    let text = |v: Option<Value>| v.and_then(|v| v.as_str().map(|s| Rc::<str>::from(s.as_str())));
    let named = |v: Option<Value>| v.and_then(|v| v.as_str().map(|s| Name::new(s)));
    let truth = |v: Option<Value>, default: bool| v.map_or(Ok(default), |v| ops::truthy(rt, &v));
    if kind == RelationKind::GenericForeignKey {
        let generic = Generic {
            ct_field: named(given.take("ct_field")).unwrap_or_else(|| Name::new("content_type")),
            fk_field: named(given.take("fk_field")).unwrap_or_else(|| Name::new("object_id")),
            for_concrete_model: truth(given.take("for_concrete_model"), true)?,
        };
        given.set("editable", false);
        let relation = Relation { generic: Some(generic), ..Relation::new(kind, Target::None) };
        let _ = field.relation.set(relation);
        return Ok(());
    }
    let to = given.take("to");
    let on_delete = given.take("on_delete");
    let Some(to) = to else {
        let message = match kind {
            RelationKind::ForeignKey | RelationKind::OneToOne if on_delete.is_none() => {
                format!("{}.__init__() missing 2 required positional arguments: 'to' and 'on_delete'", field.row.name)
            }
            _ => format!("{}.__init__() missing 1 required positional argument: 'to'", field.row.name),
        };
        return Err(Exc::TypeError.new(message));
    };
    let target = match (&to, model_of(&to)) {
        (_, Some(model)) => Target::Model(Rc::downgrade(&model)),
        (value, None) => match value.as_str() {
            Some(name) => Target::Named(Rc::from(name.as_str())),
            None => {
                let class = field.class.name();
                let shown = ops::repr(rt, &to)?;
                return Err(Exc::TypeError.new(format!(
                    "{class}({shown}) is invalid. First parameter to {class} must be either a model, a model name, or the string 'self'"
                )));
            }
        },
    };
    let generic = match kind {
        RelationKind::GenericRelation => Some(Generic {
            fk_field: named(given.take("object_id_field")).unwrap_or_else(|| Name::new("object_id")),
            ct_field: named(given.take("content_type_field")).unwrap_or_else(|| Name::new("content_type")),
            for_concrete_model: truth(given.take("for_concrete_model"), true)?,
        }),
        _ => None,
    };
    let fields_of = |v: Option<Value>| -> Res<Vec<Name>> {
        let Some(v) = v else { return Ok(Vec::new()) };
        Ok(ops::collect(rt, &v)?.iter().filter_map(|n| n.as_str().map(|s| Name::new(s))).collect())
    };
    let relation = Relation {
        generic,
        from_fields: fields_of(given.take("from_fields"))?,
        to_fields: fields_of(given.take("to_fields"))?,
        ..Relation::new(kind, target.clone())
    };
    if let Some(name) = given.get("related_name").filter(|n| kind == RelationKind::ManyToMany && !n.is_none()).cloned()
    {
        given.set("_given_related_name", name);
    }
    *relation.related_name.borrow_mut() = text(given.take("related_name"));
    *relation.related_query_name.borrow_mut() = text(given.take("related_query_name"));
    *relation.limit_choices_to.borrow_mut() = given.take("limit_choices_to").unwrap_or_default();
    relation.parent_link.set(truth(given.take("parent_link"), false)?);
    relation.to_field.set(named(given.take("to_field")));
    relation.db_constraint.set(truth(given.take("db_constraint"), true)?);
    given.take("swappable");
    match kind {
        RelationKind::ForeignKey | RelationKind::OneToOne | RelationKind::ForeignObject => {
            let on_delete = match on_delete {
                Some(value) => value,
                None => {
                    let class = field.class.name();
                    let message = format!("{class}.__init__() missing 1 required positional argument: 'on_delete'");
                    return Err(Exc::TypeError.new(message));
                }
            };
            if !ops::callable(rt, &on_delete) {
                return Err(Exc::TypeError.new("on_delete must be callable."));
            }
            *relation.on_delete.borrow_mut() = on_delete;
            if kind == RelationKind::OneToOne {
                given.set("unique", true);
            }
            if kind != RelationKind::ForeignObject {
                given.set_default("db_index", true);
            }
        }
        RelationKind::GenericRelation => {
            *relation.on_delete.borrow_mut() = crate::models::deletion::cascade(rt);
            let named = relation.related_query_name.borrow().clone();
            *relation.related_name.borrow_mut() = Some(named.unwrap_or_else(|| "+".into()));
            given.set("null", true);
            given.set("blank", true);
            given.set("editable", false);
            given.set("serialize", false);
        }
        _ => {
            let through = given.take("through").filter(|v| !v.is_none());
            let db_table = text(given.take("db_table"));
            let through_fields = given.take("through_fields").filter(|v| !v.is_none());
            if through.is_some() && db_table.is_some() {
                return Err(Exc::ValueError.new("Cannot specify a db_table if an intermediary model is used."));
            }
            if through_fields.is_some() && through.is_none() {
                return Err(Exc::ValueError.new("Cannot specify through_fields without a through model"));
            }
            let own = matches!(&target, Target::Named(name) if &**name == "self");
            let symmetrical = given.take("symmetrical").filter(|v| !v.is_none());
            relation.symmetrical.set(truth(symmetrical, own)?);
            *relation.through.borrow_mut() = match through {
                None => None,
                Some(value) => match (model_of(&value), value.as_str()) {
                    (Some(model), _) => Some(Target::Model(Rc::downgrade(&model))),
                    (None, Some(name)) => Some(Target::Named(Rc::from(name.as_str()))),
                    _ => None,
                },
            };
            if through_fields.is_some() {
                *relation.through_fields.borrow_mut() = Some(fields_of(through_fields)?);
            }
            *relation.db_table.borrow_mut() = db_table;
        }
    }
    let _ = field.relation.set(relation);
    make_rel(rt, field);
    Ok(())
}

fn this(a: &Args) -> Res<FieldRef> {
    field_of(a.get(0)).ok_or_else(|| Exc::TypeError.new("expected a relation field"))
}

/// The methods of forward relations.
pub const RELATED_ROWS: &[Row] = &[
    Row::class("__class_getitem__", "(cls, key, /)", "For annotations.", |_, a| Ok(a.take(0))),
    Row::method("related_query_name", "(self)", "The name that filters use from the other side.", |_, a| {
        Ok(this(a)?.related_query_name().into())
    }),
    Row::method("get_attname", "(self)", "The attribute that holds the value.", |_, a| {
        Ok(super::attach::attname(&*this(a)?).into())
    }),
    Row::method("get_limit_choices_to", "(self)", "What choices are limited to.", |rt, a| {
        this(a)?.limit_choices_to(rt)
    }),
    Row::method("get_foreign_related_value", "(self, instance)", "The values that the relation points to.", |rt, a| {
        let fields = this(a)?.foreign_related_fields()?;
        let values: Res<Vec<Value>> = fields.iter().map(|f| ops::get_attr(rt, a.get(1), f.attname())).collect();
        Ok(Value::tuple(values?))
    }),
    Row::method("get_local_related_value", "(self, instance)", "The values that the relation holds.", |rt, a| {
        let fields = this(a)?.local_related_fields()?;
        let values: Res<Vec<Value>> = fields.iter().map(|f| ops::get_attr(rt, a.get(1), f.attname())).collect();
        Ok(Value::tuple(values?))
    }),
];

/// What forward and reverse relations share: the related object that an instance keeps.
pub const CACHE_ROWS: &[Row] = &[
    Row::method("get_cache_name", "(self)", "The key of the cached object.", |_, a| Ok(this(a)?.cache_name().into())),
    Row::getter("cache_name", "The key of the cached object.", |_, a| Ok(this(a)?.cache_name().into())),
    Row::method("is_cached", "(self, instance)", "Whether the related object is at hand.", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, &cache(rt, a.get(1))?, &this(a)?.cache_name().into())?))
    }),
    Row::method("get_cached_value", "(self, instance, default=...)", "The related object at hand.", |rt, a| {
        let (key, cache): (Value, Value) = (this(a)?.cache_name().into(), cache(rt, a.get(1))?);
        match a.opt(2) {
            Some(default) if !ops::contains(rt, &cache, &key)? => Ok(default.clone()),
            _ => ops::get_item(rt, &cache, &key),
        }
    }),
    Row::method("set_cached_value", "(self, instance, value)", "Keeps the related object.", |rt, a| {
        ops::set_item(rt, &cache(rt, a.get(1))?, this(a)?.cache_name().into(), a.value(2))?;
        Ok(Value::None)
    }),
    Row::method("delete_cached_value", "(self, instance)", "Forgets the related object.", |rt, a| {
        ops::del_item(rt, &cache(rt, a.get(1))?, &this(a)?.cache_name().into())?;
        Ok(Value::None)
    }),
];

fn cache(rt: &Rt, instance: &Value) -> Res<Value> {
    let state = ops::get_attr(rt, instance, "_state".into())?;
    ops::get_attr(rt, &state, "fields_cache".into())
}

/// The methods of `ManyToManyField`.
pub const M2M_ROWS: &[Row] = &[
    Row::method("m2m_db_table", "(self)", "The table between the two.", |_, a| {
        Ok(this(a)?.m2m_db_table().as_deref().map_or(Value::None, Value::str))
    }),
    Row::method("m2m_column_name", "(self)", "The column to this model.", |_, a| {
        Ok(this(a)?.m2m_links()?.0.column().as_deref().map_or(Value::None, Value::str))
    }),
    Row::method("m2m_reverse_name", "(self)", "The column to the other model.", |_, a| {
        Ok(this(a)?.m2m_links()?.1.column().as_deref().map_or(Value::None, Value::str))
    }),
    Row::method("m2m_field_name", "(self)", "The through model's field to this model.", |_, a| {
        Ok(this(a)?.m2m_field_names()?.0.into())
    }),
    Row::method("m2m_reverse_field_name", "(self)", "The through model's field to the other model.", |_, a| {
        Ok(this(a)?.m2m_field_names()?.1.into())
    }),
    Row::method("m2m_target_field_name", "(self)", "The field of this model that is referred to.", |_, a| {
        Ok(this(a)?.m2m_target_field_names()?.0.into())
    }),
    Row::method("m2m_reverse_target_field_name", "(self)", "The field of the other model.", |_, a| {
        Ok(this(a)?.m2m_target_field_names()?.1.into())
    }),
    Row::method("db_type", "(self, connection=None)", "No column.", |_, _| Ok(Value::None)),
];

/// The methods of reverse sides.
pub const REL_ROWS: &[Row] = &[
    Row::method("get_accessor_name", "(self, model=None)", "The attribute on the other model.", |_, a| {
        Ok(this(a)?.accessor_name().map_or(Value::None, Value::from))
    }),
    Row::method("is_hidden", "(self)", "Whether the related name ends in a plus.", |_, a| {
        Ok(Value::Bool(this(a)?.hidden()))
    }),
    Row::method("get_related_field", "(self)", "The field that is referred to.", |rt, a| {
        let forward = this(a)?.remote_field().ok_or_else(|| Exc::ValueError.new("the relation is gone"))?;
        Ok(forward.target_field()?.object(rt))
    }),
    Row::method("get_internal_type", "(self)", "The forward field's type.", |_, a| {
        let forward = this(a)?.remote_field();
        Ok(forward.map_or(Value::None, |f| Value::str(f.internal_type())))
    }),
    Row::method(
        "get_choices",
        "(self, include_blank=True, blank_choice=None, limit_choices_to=None, ordering=())",
        "Keys and texts of the objects on the other side, with a blank choice in front.",
        |rt, a| {
            let rel = this(a)?;
            rel.get_choices(rt, a.flag(rt, 1, true)?, a.value(2), a.value(3), a.value(4))
        },
    ),
    Row::method("__repr__", "(self)", "`<ManyToOneRel: app.model>`.", |_, a| {
        let rel = this(a)?;
        let model = rel.related_model().map(|m| m.label_lower()).unwrap_or_default();
        Ok(Value::from(format!("<{}: {model}>", rel.class.name())))
    }),
    Row::method("__eq__", "(self, other)", "The same relation.", |_, a| {
        let rel = this(a)?;
        Ok(match field_of(a.get(1)) {
            Some(other) => Value::Bool(crate::models::methods::same(&rel, &other)),
            None => Value::NotImplemented,
        })
    }),
    Row::method("__hash__", "(self)", "By the forward field.", |_, a| {
        let forward = this(a)?.remote_field();
        Ok(Value::Int(forward.map_or(0, |f| f.creation_counter.get()) ^ 0x5eed))
    }),
];
