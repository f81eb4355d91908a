//! What the layer above puts into models as they are made: descriptors, managers, methods, signals.

use std::cell::Cell;
use std::rc::Rc;

use super::field::FieldRef;
use super::options::ModelRef;
use crate::object::{Args, Res, Row, Rt, Value};

/// What an expression in DDL is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ddl {
    /// A condition: a Q or a boolean expression.
    Condition,
    /// A column of an index: in parentheses unless it is a column, `DESC` behind.
    Index,
    /// A generated column or a database default.
    Expression,
}

/// The functions of the layer above, in the runtime's state. Whoever fills them does so before a model is made.
#[derive(Default)]
#[allow(clippy::type_complexity)]
pub struct Hooks {
    /// The rows of `django.db.models.Model`.
    pub model_rows: Cell<&'static [&'static [Row]]>,
    /// The attribute of a column on the class: `DeferredAttribute`, a forward descriptor, a file descriptor.
    pub descriptor: Cell<Option<fn(&Rt, &FieldRef) -> Value>>,
    /// For a foreign key's object (`author`), a many-to-many, a generic relation.
    pub forward: Cell<Option<fn(&Rt, &FieldRef) -> Value>>,
    /// The attribute of a reverse side on the other model (`article_set`).
    pub reverse: Cell<Option<fn(&Rt, &FieldRef) -> Value>>,
    /// A new plain `Manager()`.
    pub new_manager: Cell<Option<fn(&Rt) -> Res<Value>>>,
    /// A copy of a manager for a model.
    pub copy_manager: Cell<Option<fn(&Rt, &Value, &ModelRef) -> Res<Value>>>,
    /// The value that stands for a column's database default: `DatabaseDefault(...)`.
    pub database_default: Cell<Option<fn(&Rt, &FieldRef) -> Value>>,
    /// `constraint.validate(model, instance, exclude)`.
    pub validate_constraint: Cell<Option<fn(&Rt, &Value, &Value, &Value, &Value) -> Res<()>>>,
    /// The SQL of a condition or an expression in DDL: columns without their table, values in place.
    pub ddl_sql: Cell<Option<fn(&Rt, &ModelRef, &Value, Ddl) -> Res<String>>>,
    /// Runs a function of `on_delete` with a session's arguments: collector, field, objects, database.
    pub on_delete: Cell<Option<fn(&Rt, &Value, &mut Args) -> Res<Value>>>,
    /// Sends `class_prepared`.
    pub prepared: Cell<Option<fn(&Rt, &ModelRef) -> Res<()>>>,
    /// `get_FOO_display`, `get_next_by_FOO`, `get_FOO_order` and their like, put on the class of a new model.
    pub accessors: Cell<Option<fn(&Rt, &ModelRef) -> Res<()>>>,
}

impl Hooks {
    /// The hooks of a runtime.
    pub fn of(rt: &Rt) -> Rc<Hooks> {
        rt.state::<Hooks>()
    }
}
