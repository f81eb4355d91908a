//! The attribute of a field of files: a name on its way to being a file.

use std::rc::Rc;

use super::instance::refresh::load_deferred;
use super::signals::{Signals, listen};
use crate::models::fields::{self, is_a};
use crate::models::{FieldRef, field_of};
use crate::object::{Exc, Instance, NativeFn, NativeType, Object, Res, Row, Rt, Value};
use crate::source::Name;

/// The descriptor of a `FileField` or `ImageField`.
pub struct FileColumn(pub FieldRef);

impl Object for FileColumn {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(if name == "field" { Some(self.0.object(rt)) } else { None })
    }
}

impl NativeType for FileColumn {
    const NAME: &'static str = "FileDescriptor";
    const MODULE: &'static str = "django.db.models.fields.files";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, field, *args, **kwargs)", "A descriptor of a field.", |rt, a| {
            let field = field_of(a.get(1)).ok_or_else(|| Exc::TypeError.new("a descriptor needs its field"))?;
            match a.value(0) {
                Value::Class(class) => Ok(rt.object_of(class, FileColumn(field))),
                _ => Err(Exc::TypeError.new("__new__(X): X is not a type object")),
            }
        }),
        Row::method("__init__", "(self, field)", "Nothing more.", |_, _| Ok(Value::None)),
        Row::method("__get__", "(self, instance, cls=None)", "The file.", |rt, a| {
            let this = a.get(1);
            let Some(object) = this.as_obj() else { return Ok(a.value(0)) };
            let field = &a.native::<FileColumn>(0)?.0;
            if object.get(field.attname()).is_none() {
                load_deferred(rt, this, field)?;
            }
            fields::file_call(rt, "_value", [field.object(rt), this.clone()])
        }),
        Row::method("__set__", "(self, instance, value)", "Sets the file or its name.", |rt, a| {
            let this = a.value(1);
            let Some(object) = this.as_obj() else { return Ok(Value::None) };
            let field = &a.native::<FileColumn>(0)?.0;
            let before = object.get(field.attname());
            object.set(field.attname(), a.value(2));
            if measures(field) && before.is_some_and(|v| !v.is_none()) {
                update(rt, field, &this, true)?;
            }
            Ok(Value::None)
        }),
    ]];
}

/// Whether an image's width or height is kept in fields.
fn measures(field: &FieldRef) -> bool {
    let given = |name: &str| field.options().extra.iter().any(|(n, v)| *n == name && !v.is_none());
    is_a(field, "ImageField") && (given("width_field") || given("height_field"))
}

fn update(rt: &Rt, field: &FieldRef, instance: &Value, force: bool) -> Res<()> {
    fields::file_call(rt, "_update_dimension_fields", [field.object(rt), instance.clone(), Value::Bool(force)])
        .map(drop)
}

/// The descriptor of a field of files; an image's sizes are filled in when an instance was made.
pub fn descriptor(rt: &Rt, field: &FieldRef) -> Value {
    if let Some(model) = field.model()
        && measures(field)
        && !model.abstract_.get()
    {
        let own = field.clone();
        let filled = NativeFn::closure("update_dimension_fields", "(instance, **kwargs)", move |rt, a| {
            update(rt, &own, a.get(0), false)?;
            Ok(Value::None)
        });
        listen(rt, &Signals::of(rt).post_init, filled, &model.class_value());
    }
    rt.object(FileColumn(field.clone()))
}
