//! Descriptors of a model's class: columns, related objects, reverse objects, related managers. Mirrors
//! <https://docs.djangoproject.com/en/5.2/ref/models/relations/>.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::files::RELATED;
use super::instance::identity::{field_value, is_set, pk_of};
use super::instance::refresh::load_deferred;
use super::instance::save::default_db;
use super::instance::{ModelState, cached, delete_cached, is_cached, model_for, set_cached, state};
use super::queryset::{self, get_by_q};
use super::related::{self, Related};
use super::{files, manager, raise};
use crate::models::{FieldRef, ModelRef, RelationKind};
use crate::object::class::Names;
use crate::object::{Args, CallArgs, Class, Exc, Instance, NativeType, Object, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::Q;

/// A column's attribute: loads the value where it is deferred.
pub struct Column(pub FieldRef);

impl Object for Column {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(if name == "field" { Some(self.0.object(rt)) } else { None })
    }
}

impl NativeType for Column {
    const NAME: &'static str = "DeferredAttribute";
    const MODULE: &'static str = "django.db.models.query_utils";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, field, *args, **kwargs)", "A descriptor of a field.", |rt, a| made(rt, a, Column)),
        Row::method("__init__", "(self, field)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, cls=None)", "The column's value.", |rt, a| {
            let this = a.get(1);
            let Some(object) = this.as_obj() else { return Ok(a.value(0)) };
            let field = &a.native::<Column>(0)?.0;
            match object.get(field.attname()) {
                Some(value) => Ok(value),
                None => load_deferred(rt, this, field),
            }
        }),
    ]];
}

/// The object that a foreign key or one-to-one refers to.
pub struct Forward {
    field: FieldRef,
    missing: OnceCell<Value>,
}

/// The one object that refers here by a one-to-one.
pub struct ReverseOne {
    rel: FieldRef,
    missing: OnceCell<Value>,
}

/// The manager of what refers here, or of a many-to-many's other side.
pub struct Many {
    /// The reverse side, or the forward many-to-many field.
    pub field: FieldRef,
    kind: related::Kind,
    class: RefCell<Option<(Rc<Class>, Rc<Class>)>>,
}

impl Object for Forward {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        match &*name.text() {
            "field" => Ok(Some(self.field.object(rt))),
            "RelatedObjectDoesNotExist" => self.missing(rt).map(Some),
            _ => Ok(None),
        }
    }
}

impl Object for ReverseOne {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        match &*name.text() {
            "related" => Ok(Some(self.rel.object(rt))),
            "RelatedObjectDoesNotExist" => self.missing(rt).map(Some),
            _ => Ok(None),
        }
    }
}

impl Object for Many {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "field" => {
                let forward =
                    if self.field.is_reverse() { self.field.remote_field() } else { Some(self.field.clone()) };
                forward.map(|f| f.object(rt))
            }
            "rel" => {
                let rel = if self.field.is_reverse() { Some(self.field.clone()) } else { self.field.remote_field() };
                rel.map(|f| f.object(rt))
            }
            "through" => self.field.through().map(|m| m.class_value()),
            "reverse" => Some(Value::Bool(self.field.is_reverse())),
            "related_manager_cls" => Some(Value::Class(self.manager_class(rt)?)),
            _ => None,
        })
    }
}

/// `RelatedObjectDoesNotExist` of a relation: the other model's DoesNotExist and an AttributeError.
fn missing_class(rt: &Rt, model: &ModelRef, owner: &ModelRef, name: Name) -> Res<Value> {
    let base = super::model_exception(rt, model, "DoesNotExist")?;
    let Value::Class(base) = base else { return Err(Exc::TypeError.new("DoesNotExist is no class")) };
    let bases = vec![base, rt.exc_class(Exc::AttributeError).clone()];
    let class = owner.class()?;
    let module = class.module.borrow().clone();
    let made = Class::build("RelatedObjectDoesNotExist", &module, bases, None, Names::default(), true)?;
    *made.qualname.borrow_mut() = format!("{}.{name}.RelatedObjectDoesNotExist", class.qualname.borrow()).into();
    Ok(Value::Class(made))
}

fn wrong_instance(rt: &Rt, this: &Value, value: &Value, name: Name, wanted: &ModelRef) -> Res<()> {
    let owner = model_for(this)?;
    Err(Exc::ValueError.new(format!(
        "Cannot assign \"{}\": \"{}.{name}\" must be a \"{}\" instance.",
        ops::repr(rt, value)?,
        owner.object_name,
        wanted.object_name
    )))
}

fn share_db(this: &Value, value: &Value) {
    if let (Some(mine), Some(theirs)) = (state(this), state(value)) {
        if mine.db.get().is_none() {
            mine.db.set(Some(theirs.db.get().unwrap_or_else(default_db)));
        }
        if theirs.db.get().is_none() {
            theirs.db.set(mine.db.get());
        }
    }
}

/// Values of an instance's own columns of a relation; `Tuple` keys of prefetching are made of them.
pub fn local_values(rt: &Rt, field: &FieldRef, this: &Value) -> Res<Vec<Value>> {
    field.related_fields()?.iter().map(|(local, _)| related_value(rt, this, local)).collect()
}

/// Values of the columns that a relation refers to, on the object referred to.
pub fn foreign_values(rt: &Rt, field: &FieldRef, this: &Value) -> Res<Vec<Value>> {
    field.related_fields()?.iter().map(|(_, remote)| related_value(rt, this, remote)).collect()
}

fn related_value(rt: &Rt, this: &Value, field: &FieldRef) -> Res<Value> {
    // A parent's key is found under the child's own key where the child came without its parent's columns.
    if let Some(model) = super::instance::model_of_instance(this)
        && field.primary_key()
        && let Some(object) = this.as_obj()
        && object.get(field.attname()).is_none()
        && let Some(owner) = field.model()
        && let Some(link) = model.ancestor_link(&owner)
    {
        return field_value(rt, this, &link);
    }
    field_value(rt, this, field)
}

/// The objects of a model, through its base manager.
pub fn base_rows(rt: &Rt, model: &ModelRef) -> Res<Value> {
    let base = model.base_manager(rt)?;
    if manager::is_plain(rt, &base) {
        return Ok(queryset::of_model(rt, model));
    }
    let rows = manager::get_queryset(rt, &base)?;
    Ok(rows)
}

fn target(field: &FieldRef) -> Res<ModelRef> {
    field
        .related_model()
        .ok_or_else(|| Exc::ValueError.new(format!("Related model of '{}' cannot be resolved", field.name())))
}

impl Forward {
    fn missing(&self, rt: &Rt) -> Res<Value> {
        if let Some(class) = self.missing.get() {
            return Ok(class.clone());
        }
        let owner = self.field.model().ok_or_else(|| Exc::RuntimeError.new("the field has no model"))?;
        let class = missing_class(rt, &target(&self.field)?, &owner, self.field.name())?;
        Ok(self.missing.get_or_init(|| class).clone())
    }

    fn load(&self, rt: &Rt, this: &Value) -> Res<Value> {
        let field = &self.field;
        let relation = field.rel_data();
        let model = target(field)?;
        if relation.is_some_and(|r| r.kind == RelationKind::OneToOne && r.parent_link.get())
            && let Some(object) = this.as_obj()
        {
            // A child that has all of its parent's columns makes the parent without asking.
            let fields = model.concrete_fields();
            let complete = fields.iter().all(|f| object.get(f.attname()).is_some());
            if complete {
                let mut args = CallArgs::none();
                for f in fields.iter() {
                    args.kw.push((f.attname(), field_value(rt, this, f)?));
                }
                let made = ops::call(rt, &model.class_value(), args)?;
                if let (Some(new), Some(old)) = (state(&made), state(this)) {
                    new.adding.set(old.adding.get());
                    new.db.set(old.db.get());
                }
                return Ok(made);
            }
        }
        let rows = base_rows(rt, &model)?;
        let mut q = Q::default();
        for (local, remote) in field.related_fields()? {
            let value = field_value(rt, this, &local)?;
            q.children.push(crate::sql::ir::QChild::Filter(remote.attname().text(), value));
        }
        match field.own_descriptor_filter(rt, this)? {
            Some(Value::Dict(more)) => {
                for (name, value) in more.0.items() {
                    q.children.push(crate::sql::ir::QChild::Filter(ops::str(rt, &name)?.as_str().into(), value));
                }
            }
            Some(more) => {
                if let Some(expr) = crate::sql::ir::expr_of(rt, &more)? {
                    q.children.push(match &*expr {
                        crate::sql::ir::Expr::Q(q) => crate::sql::ir::QChild::Q(q.clone()),
                        _ => crate::sql::ir::QChild::Expr(expr),
                    });
                }
            }
            None => {}
        }
        if queryset::is_native(&rows, "get") && queryset::is_native(&rows, "filter") {
            return get_by_q(rt, &rows, q);
        }
        let q = crate::sql::ir::value_of(rt, &Rc::new(crate::sql::ir::Expr::Q(Rc::new(q))))?;
        ops::call_method(rt, &rows, "get".into(), CallArgs::new([q]))
    }

    fn get(&self, rt: &Rt, this: &Value) -> Res<Value> {
        let field = &self.field;
        let object = match cached(field, this) {
            Some(object) => object,
            None => {
                let values = local_values(rt, field, this)?;
                let has_value = !values.iter().any(Value::is_none);
                let mut object = Value::None;
                if has_value
                    && let Some(owner) = field.model()
                    && let Some(link) = model_for(this)?.ancestor_link(&owner)
                    && let Some(ancestor) = cached(&link, this)
                {
                    object = cached(field, &ancestor).unwrap_or_default();
                }
                if object.is_none() && has_value {
                    object = self.load(rt, this)?;
                    if field.one_to_one()
                        && let Some(remote) = field.remote_field()
                    {
                        set_cached(&remote, &object, this.clone());
                    }
                }
                set_cached(field, this, object.clone());
                object
            }
        };
        if object.is_none() && !field.null() {
            let class = self.missing(rt)?;
            let owner = field.model().map_or_else(|| "".into(), |m| m.object_name.clone());
            return Err(raise(rt, &class, format!("{owner} has no {}.", field.name())));
        }
        Ok(object)
    }

    fn set(&self, rt: &Rt, this: &Value, value: &Value) -> Res<()> {
        let field = &self.field;
        let model = target(field)?;
        if !value.is_none() {
            let class = model.concrete_model().class()?;
            if !rt.is_instance(value, &class) {
                return wrong_instance(rt, this, value, field.name(), &model);
            }
            share_db(this, value);
        }
        let remote = field.remote_field();
        if value.is_none() {
            if let Some(old) = cached(field, this)
                && !old.is_none()
                && let Some(remote) = &remote
            {
                set_cached(remote, &old, Value::None);
            }
            for (local, _) in field.related_fields()? {
                ops::set_attr(rt, this, local.attname(), Value::None)?;
            }
        } else {
            for (local, foreign) in field.related_fields()? {
                ops::set_attr(rt, this, local.attname(), field_value(rt, value, &foreign)?)?;
            }
        }
        set_cached(field, this, value.clone());
        if !value.is_none()
            && field.one_to_one()
            && let Some(remote) = &remote
        {
            set_cached(remote, value, this.clone());
        }
        if field.one_to_one() && field.primary_key() && field.rel_data().is_some_and(|r| r.parent_link.get()) {
            // Every inherited key follows.
            for inherited in model_for(this)?.concrete_fields().iter() {
                if !inherited.primary_key() || !inherited.is_relation() {
                    continue;
                }
                let Some(pk) = inherited.related_model().and_then(|m| m.pk()) else { continue };
                let raw = if value.is_none() { Value::None } else { field_value(rt, value, &pk)? };
                ops::set_attr(rt, this, pk.attname(), raw)?;
            }
        }
        Ok(())
    }
}

/// The field that a descriptor of the session's own class is made for.
fn field_arg(a: &Args) -> Res<FieldRef> {
    crate::models::field_of(a.get(1)).ok_or_else(|| Exc::TypeError.new("a descriptor needs its field"))
}

/// `__new__` of a descriptor that a session derives from.
fn made<T: Object>(rt: &Rt, a: &Args, of: impl FnOnce(FieldRef) -> T) -> Res<Value> {
    match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, of(field_arg(a)?))),
        _ => Err(Exc::TypeError.new("__new__(X): X is not a type object")),
    }
}

/// The rows of forward descriptors.
const FORWARD: &[Row] = &[
    Row::fixed("__new__", "(cls, field_with_rel, *args, **kwargs)", "A descriptor of a field.", |rt, a| {
        made(rt, a, |field| Forward { field, missing: OnceCell::new() })
    }),
    Row::method("__init__", "(self, field_with_rel)", "Nothing more.", |_, _| Ok(Value::None)),
    Row::method("__get__", "(self, instance, cls=None)", "The related object.", |rt, a| {
        if a.get(1).is_none() {
            return Ok(a.value(0));
        }
        a.native::<Forward>(0)?.get(rt, a.get(1))
    })
    .at(RELATED),
    Row::method("__set__", "(self, instance, value)", "Sets the related object.", |rt, a| {
        a.native::<Forward>(0)?.set(rt, a.get(1), a.get(2))?;
        Ok(Value::None)
    })
    .at(RELATED),
    Row::method("is_cached", "(self, instance)", "Whether the object is there.", |_, a| {
        Ok(Value::Bool(is_cached(&a.native::<Forward>(0)?.field, a.get(1))))
    }),
    Row::method("get_queryset", "(self, **hints)", "The rows of the related model.", |rt, a| {
        base_rows(rt, &target(&a.native::<Forward>(0)?.field)?)
    }),
];

impl NativeType for Forward {
    const NAME: &'static str = "ForwardManyToOneDescriptor";
    const MODULE: &'static str = "django.db.models.fields.related_descriptors";
    const ROWS: &'static [&'static [Row]] = &[FORWARD];
}

impl ReverseOne {
    fn missing(&self, rt: &Rt) -> Res<Value> {
        if let Some(class) = self.missing.get() {
            return Ok(class.clone());
        }
        let owner =
            self.forward()?.related_model().ok_or_else(|| Exc::RuntimeError.new("the relation has no model"))?;
        let class = missing_class(rt, &self.model()?, &owner, self.rel.name())?;
        Ok(self.missing.get_or_init(|| class).clone())
    }

    fn forward(&self) -> Res<FieldRef> {
        self.rel.remote_field().ok_or_else(|| Exc::RuntimeError.new("the relation is gone"))
    }

    fn model(&self) -> Res<ModelRef> {
        target(&self.rel)
    }

    fn accessor(&self) -> Name {
        self.rel.accessor_name().unwrap_or_else(|| self.rel.name())
    }

    fn get(&self, rt: &Rt, this: &Value) -> Res<Value> {
        let object = match cached(&self.rel, this) {
            Some(object) => object,
            None => {
                let mut object = Value::None;
                if is_set(&pk_of(rt, this)?) {
                    let forward = self.forward()?;
                    let model = self.model()?;
                    let rows = base_rows(rt, &model)?;
                    let args = super::order::by_owner(rt, &forward, this)?;
                    match ops::call_method(rt, &rows, "get".into(), args) {
                        Ok(found) => {
                            set_cached(&forward, &found, this.clone());
                            object = found;
                        }
                        Err(e) => {
                            let class = super::model_exception(rt, &model, "DoesNotExist")?;
                            if !class.as_class().is_some_and(|c| rt.error_is(&e, c)) {
                                return Err(e);
                            }
                        }
                    }
                }
                set_cached(&self.rel, this, object.clone());
                object
            }
        };
        if object.is_none() {
            let class = self.missing(rt)?;
            let text = format!("{} has no {}.", rt.class_of(this).name(), self.accessor());
            return Err(raise(rt, &class, text));
        }
        Ok(object)
    }

    fn set(&self, rt: &Rt, this: &Value, value: &Value) -> Res<()> {
        let forward = self.forward()?;
        if value.is_none() {
            if let Some(old) = cached(&self.rel, this)
                && !old.is_none()
            {
                delete_cached(&self.rel, this);
                ops::set_attr(rt, &old, forward.name(), Value::None)?;
            }
            return Ok(());
        }
        let model = self.model()?;
        if !rt.is_instance(value, &*model.class()?) {
            return wrong_instance(rt, this, value, self.accessor(), &model);
        }
        share_db(this, value);
        for (local, foreign) in forward.related_fields()? {
            ops::set_attr(rt, value, local.attname(), field_value(rt, this, &foreign)?)?;
        }
        set_cached(&self.rel, this, value.clone());
        set_cached(&forward, value, this.clone());
        Ok(())
    }
}

impl NativeType for ReverseOne {
    const NAME: &'static str = "ReverseOneToOneDescriptor";
    const MODULE: &'static str = "django.db.models.fields.related_descriptors";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, related, *args, **kwargs)", "A descriptor of a relation.", |rt, a| {
            made(rt, a, |rel| ReverseOne { rel, missing: OnceCell::new() })
        }),
        Row::method("__init__", "(self, related)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, cls=None)", "The object that refers here.", |rt, a| {
            if a.get(1).is_none() {
                return Ok(a.value(0));
            }
            a.native::<ReverseOne>(0)?.get(rt, a.get(1))
        })
        .at(RELATED),
        Row::method("__set__", "(self, instance, value)", "Sets the object that refers here.", |rt, a| {
            a.native::<ReverseOne>(0)?.set(rt, a.get(1), a.get(2))?;
            Ok(Value::None)
        })
        .at(RELATED),
        Row::method("is_cached", "(self, instance)", "Whether the object is there.", |_, a| {
            Ok(Value::Bool(is_cached(&a.native::<ReverseOne>(0)?.rel, a.get(1))))
        }),
        Row::method("get_queryset", "(self, **hints)", "The rows of the related model.", |rt, a| {
            base_rows(rt, &a.native::<ReverseOne>(0)?.model()?)
        }),
    ]];
}

impl Many {
    /// The class of the related managers: derives from the class of the related model's default manager.
    fn manager_class(&self, rt: &Rt) -> Res<Rc<Class>> {
        let model = target(&self.field)?;
        let superclass = rt.class_of(&model.default_manager(rt)?);
        if let Some((of, class)) = &*self.class.borrow()
            && Rc::ptr_eq(of, &superclass)
        {
            return Ok(class.clone());
        }
        let class = related::manager_class(&superclass, self.kind, &self.field)?;
        *self.class.borrow_mut() = Some((superclass, class.clone()));
        Ok(class)
    }

    /// The manager for an instance.
    pub fn manager(&self, rt: &Rt, this: &Value) -> Res<Value> {
        let class = self.manager_class(rt)?;
        related::make(rt, &class, Related::new(rt, self.kind, &self.field, this)?)
    }

    fn direct_assignment(&self) -> crate::object::Error {
        let accessor = || match self.field.is_reverse() {
            true => self.field.accessor_name().unwrap_or_else(|| self.field.name()),
            false => self.field.name(),
        };
        let side = match (self.kind, self.field.is_reverse()) {
            (related::Kind::ManyToMany, true) => "reverse side of a many-to-many set",
            (related::Kind::ManyToMany, false) => "forward side of a many-to-many set",
            _ => "reverse side of a related set",
        };
        Exc::TypeError.new(format!("Direct assignment to the {side} is prohibited. Use {}.set() instead.", accessor()))
    }
}

impl NativeType for Many {
    const NAME: &'static str = "ReverseManyToOneDescriptor";
    const MODULE: &'static str = "django.db.models.fields.related_descriptors";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, rel, *args, **kwargs)", "A descriptor of a relation.", |rt, a| {
            made(rt, a, |field| Many { kind: kind_of(&field), field, class: RefCell::default() })
        }),
        Row::method("__init__", "(self, rel, reverse=False)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, cls=None)", "The related manager.", |rt, a| {
            if a.get(1).is_none() {
                return Ok(a.value(0));
            }
            a.native::<Many>(0)?.manager(rt, a.get(1))
        })
        .at(RELATED),
        Row::method("__set__", "(self, instance, value)", "Refused.", |rt, a| {
            let many = a.native::<Many>(0)?;
            if many.kind == related::Kind::Generic {
                let manager = many.manager(rt, a.get(1))?;
                return ops::call_method(rt, &manager, "set".into(), CallArgs::new([a.value(2)]));
            }
            Err(many.direct_assignment())
        })
        .at(RELATED),
    ]];
}

/// The attribute of a column: the `descriptor` hook.
pub fn column(rt: &Rt, field: &FieldRef) -> Value {
    if field.row.is_a("FileField") {
        return super::file_fields::descriptor(rt, field);
    }
    let class = if field.is_relation() { rt.class::<KeyColumn>() } else { rt.class::<Column>() };
    rt.object_of(class, Column(field.clone()))
}

/// Descriptor classes that differ from another in their name alone: what they do is in the payload they share.
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident: $shown:literal in $module:literal, a $base:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Object for $name {}

        impl NativeType for $name {
            const NAME: &'static str = $shown;
            const MODULE: &'static str = $module;
            const ROWS: &'static [&'static [Row]] = &[];
            fn base(rt: &Rt) -> Rc<Class> {
                rt.class::<$base>()
            }
        }
    )*};
}

named! {
    /// The column of a foreign key.
    KeyColumn: "ForeignKeyDeferredAttribute" in "django.db.models.fields.related_descriptors", a Column;
    /// A one-to-one field.
    ForwardOne: "ForwardOneToOneDescriptor" in "django.db.models.fields.related_descriptors", a Forward;
    /// A many-to-many field, or its other side.
    ManyToMany: "ManyToManyDescriptor" in "django.db.models.fields.related_descriptors", a Many;
    /// A generic relation.
    GenericMany: "ReverseGenericManyToOneDescriptor" in "django.contrib.contenttypes.fields", a Many;
}

/// The attribute of a forward relation: the `forward` hook.
pub fn forward(rt: &Rt, field: &FieldRef) -> Value {
    match field.relation_kind() {
        Some(RelationKind::ManyToMany) => many(rt, field, related::Kind::ManyToMany),
        Some(RelationKind::GenericRelation) => many(rt, field, related::Kind::Generic),
        Some(RelationKind::GenericForeignKey) => super::generic::descriptor(rt, field),
        kind => {
            let one = matches!(kind, Some(RelationKind::OneToOne));
            let class = if one { rt.class::<ForwardOne>() } else { rt.class::<Forward>() };
            rt.object_of(class, Forward { field: field.clone(), missing: OnceCell::new() })
        }
    }
}

/// The attribute of a reverse side: the `reverse` hook.
pub fn reverse(rt: &Rt, rel: &FieldRef) -> Value {
    match rel.relation_kind() {
        Some(RelationKind::OneToOneRel) => rt.object(ReverseOne { rel: rel.clone(), missing: OnceCell::new() }),
        Some(RelationKind::ManyToManyRel) => many(rt, rel, related::Kind::ManyToMany),
        _ => many(rt, rel, related::Kind::ManyToOne),
    }
}

/// The kind of manager that a field or a reverse side gives.
fn kind_of(field: &FieldRef) -> related::Kind {
    match field.relation_kind() {
        Some(RelationKind::ManyToMany | RelationKind::ManyToManyRel) => related::Kind::ManyToMany,
        Some(RelationKind::GenericRelation) => related::Kind::Generic,
        _ => related::Kind::ManyToOne,
    }
}

fn many(rt: &Rt, field: &FieldRef, kind: related::Kind) -> Value {
    let class = match kind {
        related::Kind::ManyToOne => rt.class::<Many>(),
        related::Kind::ManyToMany => rt.class::<ManyToMany>(),
        related::Kind::Generic => rt.class::<GenericMany>(),
    };
    rt.object_of(class, Many { field: field.clone(), kind, class: RefCell::default() })
}

/// What prefetching asks of a descriptor: the field whose objects it gives, and whether it is the forward side.
pub fn single(value: &Value) -> Option<(FieldRef, bool)> {
    if let Some(f) = value.native::<Forward>() {
        return Some((f.field.clone(), true));
    }
    value.native::<ReverseOne>().map(|r| (r.rel.clone(), false))
}

/// Whether a value is a descriptor of related managers.
pub fn is_many(value: &Value) -> bool {
    value.native::<Many>().is_some()
}

/// Whether a value is a model instance.
pub fn is_instance(value: &Value) -> bool {
    value.native::<ModelState>().is_some()
}

/// The arguments of a call as given, for rows that pass them on.
pub fn passed_on(a: &mut Args) -> CallArgs {
    let mut args = CallArgs::new(std::mem::take(&mut a.rest));
    args.kw.extend(std::mem::take(&mut a.kwargs));
    args
}

/// The file whose layer descriptors are.
pub const LAYER: &str = files::RELATED;
