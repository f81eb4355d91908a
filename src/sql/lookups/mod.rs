//! Lookups and transforms: finding them for a field class, preparing and writing them.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/lookups/>.

mod build;
mod compile;
mod custom;
mod find;
mod row;
mod tuple;
mod year;

pub use build::{build, key_transform, make, transform};
pub use compile::{compile_lookup, lhs as compile_lhs, rhs as compile_rhs};
pub use find::{Found, Registry, doc, find_lookup, find_transform, found_of_class, in_field, lookup_name, names};
pub use row::{CUSTOM, Family, Kind, LOOKUPS, LookupRow};
pub(crate) use tuple::{left_side as tuple_left_side, tuple_in};

use crate::object::{CallArgs, Exc, NativeFn, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::Expr;

/// What a field's or an expression's own `get_lookup` or `get_transform` gives, where a session overrides it.
fn custom_hook(rt: &Rt, lhs: &Expr, method: &str, name: &str) -> Res<Option<Option<Found>>> {
    let hook = match lhs {
        Expr::Col(col) => col.output.overrides(method).map(|hook| (hook, col.output.object(rt))),
        _ => lhs
            .common()
            .and_then(|c| c.object.clone())
            .and_then(|o| crate::sql::expressions::custom_method(&o, method).map(|hook| (hook, Value::Obj(o)))),
    };
    let Some((hook, this)) = hook else { return Ok(None) };
    let found = ops::call(rt, &hook, CallArgs::new([this, Value::str(name)]))?;
    Ok(Some(match &found {
        Value::Class(class) => Some(found_of_class(class)),
        Value::None => None,
        // A factory: whatever it makes when called with the left side.
        _ => Some(Found::Factory(found)),
    }))
}

/// The address that registrations on a class or a single field are kept under.
fn owner_of(value: &Value) -> Res<usize> {
    if let Value::Class(class) = value {
        return Ok(std::rc::Rc::as_ptr(class) as usize);
    }
    match crate::models::field_of(value) {
        Some(field) => Ok(std::rc::Rc::as_ptr(&field) as usize),
        None => Err(Exc::TypeError.new("lookups are registered on fields and transforms")),
    }
}

fn name_for(rt: &Rt, lookup: &Value, name: Option<&Value>) -> Res<Name> {
    match name.filter(|n| !n.is_none()) {
        Some(name) => Ok(Name::new(&ops::str(rt, name)?)),
        None => Ok(Name::new(&ops::str(rt, &ops::get_attr(rt, lookup, "lookup_name".into())?)?)),
    }
}

/// `owner.register_lookup(lookup, lookup_name=None)`: gives the lookup back, as the decorator does.
pub fn register(rt: &Rt, owner: &Value, lookup: &Value, name: Option<&Value>) -> Res<Value> {
    let found = match lookup {
        Value::Class(class) => found_of_class(class),
        other => Found::Factory(other.clone()),
    };
    rt.state::<Registry>().register(owner_of(owner)?, name_for(rt, lookup, name)?, found);
    Ok(lookup.clone())
}

/// `owner._unregister_lookup(lookup, lookup_name=None)`.
pub fn unregister(rt: &Rt, owner: &Value, lookup: &Value, name: Option<&Value>) -> Res<Value> {
    rt.state::<Registry>().unregister(owner_of(owner)?, name_for(rt, lookup, name)?);
    Ok(Value::None)
}

/// What every field class has for lookups.
const FIELD_ROWS: &[Row] = &[
    Row::class("register_lookup", "(cls, lookup, lookup_name=None)", "Adds a lookup to the field class.", |rt, a| {
        register(rt, a.get(0), a.get(1), a.opt(2))
    }),
    Row::class("_unregister_lookup", "(cls, lookup, lookup_name=None)", "Takes a lookup back.", |rt, a| {
        unregister(rt, a.get(0), a.get(1), a.opt(2))
    }),
    Row::method("get_col", "(self, alias, output_field=None)", "The field's column under an alias.", |rt, a| {
        let field = crate::models::field::field_arg(a.get(0))?;
        let alias = a.some(1).and_then(|v| v.as_str().map(|s| Name::new(s)));
        let output = a.some(2).and_then(crate::models::field_of);
        let col = crate::sql::query::col_of(rt, alias, &field, output.as_ref())?;
        crate::sql::ir::value_of(rt, &col)
    }),
    Row::method("get_lookup", "(self, lookup_name)", "The lookup class of a name.", |rt, a| {
        let found = find::on_field(rt, a.get(0), a.str(1)?)?;
        class_value(rt, found.filter(find::is_lookup))
    }),
    Row::class("get_lookups", "(cls)", "Lookups and transforms by name.", |rt, a| {
        let dict = crate::object::Dict::new();
        if let Value::Class(class) = a.get(0) {
            for (name, found) in find::of_class(rt, class) {
                dict.set_str(rt, &name, class_value(rt, Some(found))?);
            }
        }
        Ok(Value::Dict(dict))
    }),
    Row::method("get_transform", "(self, lookup_name)", "The transform class of a name.", |rt, a| {
        let found = find::on_field(rt, a.get(0), a.str(1)?)?;
        class_value(rt, found.filter(|f| !find::is_lookup(f)))
    }),
];

fn class_value(rt: &Rt, found: Option<Found>) -> Res<Value> {
    let named = |name: &str| crate::sql::expressions::class_of_name(rt, name).map_or(Value::None, Value::Class);
    Ok(match found {
        Some(Found::Lookup(row)) => named(row.name),
        Some(Found::Transform(row)) => named(row.name),
        Some(Found::Class(class)) => Value::Class(class),
        Some(Found::Factory(value)) => value,
        Some(Found::Key(_)) | None => Value::None,
    })
}

/// Gives field classes their part in lookups. Called once a session.
pub fn install(rt: &Rt) {
    let field = crate::models::Field::plain(rt, "Field");
    let base = field.class.mro().find(|c| *c.name() == *"Field").cloned();
    if let Some(class) = base {
        for row in FIELD_ROWS {
            class.set(Name::new(row.name), NativeFn::from_row(row, Some("Field")).into_attribute());
        }
    }
}
