//! Lookups and transforms: finding them for a field class, preparing and writing them.

use std::rc::Rc;

use crate::models::FieldRef;
use crate::object::{Class, Res, Rt};
use crate::sql::ir::{Expr, ExprRef, Rhs};

/// One lookup class.
pub struct LookupRow {
    /// The class's name.
    pub name: &'static str,
    /// `lookup_name`.
    pub lookup_name: &'static str,
    /// `can_use_none_as_rhs`.
    pub can_use_none: bool,
}

/// A lookup or transform that was found: native, or a session's class.
#[derive(Clone)]
pub enum Found {
    /// A native lookup.
    Lookup(&'static LookupRow),
    /// A native transform.
    Transform(&'static super::functions::FuncRow),
    /// A session's class (of either kind).
    Class(Rc<Class>),
    /// Made by a field for one name: a key of a JSON field.
    Key(Rc<str>),
}

/// `lhs.get_lookup(name)`: `None` where there is none, or where the name is a transform.
pub fn find_lookup(rt: &Rt, lhs: &Expr, name: &str) -> Res<Option<Found>> {
    let _ = (rt, lhs, name);
    todo!()
}

/// `lhs.get_transform(name)`.
pub fn find_transform(rt: &Rt, lhs: &Expr, name: &str) -> Res<Option<Found>> {
    let _ = (rt, lhs, name);
    todo!()
}

/// `lookup_class(lhs, rhs)`: an [`Expr::Lookup`] with its right side prepared. Errors are those of preparing.
pub fn build(rt: &Rt, found: &Found, lhs: ExprRef, rhs: Rhs) -> Res<ExprRef> {
    let _ = (rt, found, lhs, rhs);
    todo!()
}

/// `transform_class(lhs)`.
pub fn transform(rt: &Rt, found: &Found, lhs: ExprRef) -> Res<ExprRef> {
    let _ = (rt, found, lhs);
    todo!()
}

/// `field.get_lookups()`: the names of all lookups and transforms, in Django's order.
pub fn names(rt: &Rt, field: &FieldRef) -> Vec<Rc<str>> {
    let _ = (rt, field);
    todo!()
}
