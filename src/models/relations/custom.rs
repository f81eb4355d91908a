//! Relation fields of a session's own class: the ways, joins and restrictions that it overrides.

use std::rc::Rc;

use super::{PathInfo, RelationKind};
use crate::models::field::{Field, FieldRef, field_of};
use crate::models::options::{Model, ModelRef};
use crate::object::{Args, CallArgs, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;

const PARTS: [&str; 7] = ["from_opts", "to_opts", "target_fields", "join_field", "m2m", "direct", "filtered_relation"];

/// `PathInfo(...)`: a named tuple of one step from model to model.
struct PathObject([Value; 7]);

impl Object for PathObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let at = PARTS.iter().position(|part| name == *part);
        Ok(at.map(|at| self.0[at].clone()))
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        PARTS.iter().map(|part| Name::new(part)).collect()
    }
}

fn parts(a: &Args) -> Res<Value> {
    Ok(Value::tuple(a.native::<PathObject>(0)?.0.to_vec()))
}

impl NativeType for PathObject {
    const NAME: &'static str = "PathInfo";
    const MODULE: &'static str = "django.db.models.query_utils";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed(
            "__new__",
            "(_cls, from_opts, to_opts, target_fields, join_field, m2m, direct, filtered_relation)",
            "One step from model to model.",
            |rt, a| match a.value(0) {
                Value::Class(class) => {
                    let parts = std::array::from_fn(|i| a.value(i + 1));
                    Ok(rt.object_of(class, PathObject(parts)))
                }
                _ => Err(Exc::TypeError.new("PathInfo.__new__(X): X is not a type object")),
            },
        ),
        Row::method("__init__", "(self, *args, **kwargs)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__iter__", "(self)", "The parts in their order.", |rt, a| ops::iter_value(rt, &parts(a)?)),
        Row::method("__len__", "(self)", "How many parts.", |_, _| Ok(Value::Int(7))),
        Row::method("__getitem__", "(self, index)", "One part.", |rt, a| ops::get_item(rt, &parts(a)?, a.get(1))),
        Row::method("__repr__", "(self)", "The parts by name.", |rt, a| {
            let mut shown = Vec::new();
            for (name, value) in PARTS.iter().zip(&a.native::<PathObject>(0)?.0) {
                shown.push(format!("{name}={}", ops::repr(rt, value)?));
            }
            Ok(Value::from(format!("PathInfo({})", shown.join(", "))))
        }),
        Row::method("__eq__", "(self, other)", "Part by part.", |rt, a| match a.get(1).native::<PathObject>() {
            Some(other) => Ok(Value::Bool(ops::eq(rt, &parts(a)?, &Value::tuple(other.0.to_vec()))?)),
            None => Ok(Value::NotImplemented),
        }),
    ]];
}

/// The `PathInfo` class.
pub fn path_class(rt: &Rt) -> Value {
    Value::Class(rt.class::<PathObject>())
}

/// A step as its Python object.
fn path_value(rt: &Rt, info: &PathInfo) -> Value {
    rt.object(PathObject([
        crate::models::meta::object(rt, &info.from),
        crate::models::meta::object(rt, &info.to),
        Value::tuple(info.target_fields.iter().map(|f| f.object(rt)).collect()),
        info.join_field.object(rt),
        Value::Bool(info.m2m),
        Value::Bool(info.direct),
        info.filtered_relation.clone().unwrap_or_default(),
    ]))
}

/// Steps as a list of Python objects.
pub fn path_values(rt: &Rt, infos: &[PathInfo]) -> Value {
    Value::list(infos.iter().map(|info| path_value(rt, info)).collect())
}

fn model_of_opts(rt: &Rt, opts: &Value) -> Res<ModelRef> {
    let model = ops::get_attr(rt, opts, "model".into())?;
    model
        .as_class()
        .and_then(|c| c.data::<Model>())
        .ok_or_else(|| Exc::TypeError.new("a path leads from model to model"))
}

fn field_in(value: &Value) -> Res<FieldRef> {
    field_of(value).ok_or_else(|| Exc::TypeError.new("a path joins by a field"))
}

/// A Python list of `PathInfo`s read back.
fn read_paths(rt: &Rt, value: &Value) -> Res<Rc<[PathInfo]>> {
    let mut out = Vec::new();
    for item in ops::collect(rt, value)? {
        let part = |name: &str| ops::get_attr(rt, &item, Name::new(name));
        let targets: Res<Vec<FieldRef>> = ops::collect(rt, &part("target_fields")?)?.iter().map(field_in).collect();
        out.push(PathInfo {
            from: model_of_opts(rt, &part("from_opts")?)?,
            to: model_of_opts(rt, &part("to_opts")?)?,
            target_fields: targets?,
            join_field: field_in(&part("join_field")?)?,
            m2m: ops::truthy(rt, &part("m2m")?)?,
            direct: ops::truthy(rt, &part("direct")?)?,
            filtered_relation: None,
        });
    }
    Ok(out.into())
}

impl Field {
    /// Whether a session's class stands behind the relation.
    fn is_own_relation(&self) -> bool {
        self.class.is_heap && self.relation.get().is_some()
    }

    /// [`Field::path_infos`], once a session's `get_path_info` and `get_reverse_path_info` were asked. Errors: theirs.
    pub fn asked_path_infos(self: &Rc<Self>, rt: &Rt) -> Res<Rc<[PathInfo]>> {
        let forward = self.forward_side();
        if forward.is_own_relation()
            && let Some(relation) = forward.relation.get()
        {
            let known = relation.paths.borrow().is_some();
            if !known && forward.overrides("get_path_info").is_some() {
                let given = forward.call(rt, "get_path_info", [])?;
                *relation.paths.borrow_mut() = Some(read_paths(rt, &given)?);
            }
            let known = relation.reverse_paths.borrow().is_some();
            if !known && forward.overrides("get_reverse_path_info").is_some() {
                let given = forward.call(rt, "get_reverse_path_info", [])?;
                *relation.reverse_paths.borrow_mut() = Some(read_paths(rt, &given)?);
            }
        }
        self.path_infos()
    }

    /// [`Field::joining_fields`], as a session's `get_joining_fields` gives them where it overrides that.
    pub fn asked_joining_fields(self: &Rc<Self>, rt: &Rt) -> Res<Vec<(FieldRef, FieldRef)>> {
        let forward = self.forward_side();
        if !forward.is_own_relation() || forward.overrides("get_joining_fields").is_none() {
            return self.joining_fields();
        }
        let mut args = CallArgs::none();
        if self.is_reverse() {
            args = args.with("reverse_join", true);
        }
        let given = ops::call_method(rt, &forward.object(rt), "get_joining_fields".into(), args)?;
        let mut out = Vec::new();
        for pair in ops::collect(rt, &given)? {
            match &ops::collect(rt, &pair)?[..] {
                [near, far] => out.push((field_in(near)?, field_in(far)?)),
                _ => return Err(Exc::ValueError.new("joining fields come in pairs")),
            }
        }
        Ok(out)
    }

    /// What a session's own `get_extra_restriction` gives for a join by this field; `None` where it has none.
    pub fn own_restriction(self: &Rc<Self>, rt: &Rt, alias: Option<Name>, related: Option<Name>) -> Res<Option<Value>> {
        let forward = self.forward_side();
        if !forward.is_own_relation() || forward.overrides("get_extra_restriction").is_none() {
            return Ok(None);
        }
        let (alias, related) = if self.is_reverse() { (related, alias) } else { (alias, related) };
        let name = |n: Option<Name>| n.map_or(Value::None, Value::from);
        let given = forward.call(rt, "get_extra_restriction", [name(alias), name(related)])?;
        Ok(Some(given).filter(|v| !v.is_none()))
    }

    /// `get_extra_descriptor_filter(instance)` of a session's class: a dict, a Q or nothing.
    pub fn own_descriptor_filter(self: &Rc<Self>, rt: &Rt, instance: &Value) -> Res<Option<Value>> {
        if !self.is_own_relation() || self.overrides("get_extra_descriptor_filter").is_none() {
            return Ok(None);
        }
        self.call(rt, "get_extra_descriptor_filter", [instance.clone()]).map(Some)
    }
}

fn this(a: &Args) -> Res<FieldRef> {
    field_of(a.get(0)).ok_or_else(|| Exc::TypeError.new("expected a relation field"))
}

fn pairs(rt: &Rt, fields: Vec<(FieldRef, FieldRef)>, turned: bool) -> Value {
    let pair = |(a, b): (FieldRef, FieldRef)| {
        let (a, b) = if turned { (b, a) } else { (a, b) };
        Value::tuple(vec![a.object(rt), b.object(rt)])
    };
    Value::tuple(fields.into_iter().map(pair).collect())
}

/// What a session's relation field overrides or calls of its base.
pub const FIELD_ROWS: &[Row] = &[
    Row::method("get_path_info", "(self, filtered_relation=None)", "The steps to the related model.", |rt, a| {
        Ok(path_values(rt, &this(a)?.path_infos()?))
    }),
    Row::method("get_reverse_path_info", "(self, filtered_relation=None)", "The steps back.", |rt, a| {
        Ok(path_values(rt, &this(a)?.reverse_path_infos()?))
    }),
    Row::method("get_joining_fields", "(self, reverse_join=False)", "The fields that join.", |rt, a| {
        let turned = a.flag(rt, 1, false)?;
        Ok(pairs(rt, this(a)?.related_fields()?, turned))
    }),
    Row::method("get_reverse_joining_fields", "(self)", "The fields that join from the other side.", |rt, a| {
        ops::call_method(rt, a.get(0), "get_joining_fields".into(), CallArgs::none().with("reverse_join", true))
    }),
    Row::method("get_extra_restriction", "(self, alias, related_alias)", "A further condition of joins.", |_, _| {
        Ok(Value::None)
    }),
    Row::method("get_extra_descriptor_filter", "(self, instance)", "A further condition of the attribute.", |_, _| {
        Ok(Value::Dict(crate::object::Dict::new()))
    }),
];

/// The same of reverse sides.
pub const REL_ROWS: &[Row] = &[
    Row::method("get_path_info", "(self, filtered_relation=None)", "The steps to the field's model.", |rt, a| {
        Ok(path_values(rt, &this(a)?.path_infos()?))
    }),
    Row::method("get_joining_fields", "(self)", "The fields that join.", |rt, a| {
        Ok(pairs(rt, this(a)?.joining_fields()?, false))
    }),
    Row::method("get_extra_restriction", "(self, alias, related_alias)", "The field's, seen from here.", |rt, a| {
        let forward = this(a)?.forward_side();
        let args = CallArgs::new([a.value(2), a.value(1)]);
        ops::call_method(rt, &forward.object(rt), "get_extra_restriction".into(), args)
    }),
];

/// The attributes of a `ForeignObject` that name its fields; `None` where they are a foreign key's.
pub fn field_names(field: &Field, name: &str) -> Option<Value> {
    let relation = field.relation.get().filter(|r| r.kind == RelationKind::ForeignObject)?;
    let names = if name == "to_fields" { &relation.to_fields } else { &relation.from_fields };
    Some(Value::list(names.iter().map(|n| Value::from(*n)).collect()))
}
