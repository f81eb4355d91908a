use std::cell::RefCell;
use std::rc::Rc;

use crate::models::FieldRef;
use crate::object::{Instance, Object, Res, Rt, Value};
use crate::source::Name;

use super::expr::{Expr, ExprRef, Rhs};
use super::node::QChild;
use super::query::Query;

/// The payload of every Python object that is an expression, a `Q`, or of a session's subclass of one.
///
/// The node is replaced whole when a session assigns to an attribute of the object.
pub struct ExprObject(pub RefCell<ExprRef>);

impl Object for ExprObject {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        (rt.state::<IrHooks>().attr)(rt, this, name)
    }

    fn attr_names(&self, rt: &Rt) -> Vec<Name> {
        let names: &[&str] = match &**self.0.borrow() {
            Expr::Q(_) => &["children", "connector", "negated"],
            Expr::F(_) => &["name"],
            _ => &["default", "distinct", "extra", "filter", "is_summary", "output_field", "source_expressions"],
        };
        let _ = rt;
        names.iter().map(|name| Name::new(name)).collect()
    }

    fn set_attr(&self, rt: &Rt, this: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        (rt.state::<IrHooks>().set_attr)(rt, this, name, value)
    }
}

/// Reads an attribute of an expression object.
pub type AttrHook = fn(&Rt, &Rc<Instance>, Name) -> Res<Option<Value>>;
/// Assigns one.
pub type SetAttrHook = fn(&Rt, &Rc<Instance>, Name, Option<Value>) -> Res<bool>;

/// What the layers above tell this one. Each puts its own with `rt.set_state(Rc::new(IrHooks { .., ..*rt.state() }))`.
#[derive(Clone, Copy)]
pub struct IrHooks {
    /// The query of a queryset, manager or whatever else has `resolve_expression` and a query. An error where it
    /// cannot be an operand.
    pub query_of: fn(&Rt, &Value) -> Res<Option<Rc<Query>>>,
    /// The Python object of an expression (of the class that its variant or row names).
    pub object_of: fn(&Rt, &ExprRef) -> Res<Value>,
    /// The expression of a Python object that is no [`ExprObject`] but has `resolve_expression` or `as_sql`.
    pub custom_of: fn(&Rt, &Value) -> Res<Option<ExprRef>>,
    /// The primary key of the content type that a generic relation's rows carry.
    pub content_type: fn(&Rt, &FieldRef) -> Res<Value>,
    /// The attributes of an expression object.
    pub attr: AttrHook,
    /// Assignments to them.
    pub set_attr: SetAttrHook,
}

impl Default for IrHooks {
    fn default() -> IrHooks {
        IrHooks {
            query_of: |_, _| Ok(None),
            object_of: |_, _| Ok(Value::None),
            custom_of: |_, _| Ok(None),
            content_type: |_, _| Ok(Value::None),
            attr: |_, _, _| Ok(None),
            set_attr: |_, _, _, _| Ok(false),
        }
    }
}

/// The expression behind a value: an expression object's node, a `Q`, a queryset's query. `None` for plain values.
/// Errors where the value could be an operand but must not (a queryset of several columns).
pub fn expr_of(rt: &Rt, value: &Value) -> Res<Option<ExprRef>> {
    let Value::Obj(object) = value else { return Ok(None) };
    if let Some(e) = object.native::<ExprObject>() {
        settle(object);
        return Ok(Some(e.0.borrow().clone()));
    }
    let hooks = rt.state::<IrHooks>();
    if let Some(query) = (hooks.query_of)(rt, value)? {
        return Ok(Some(Rc::new(Expr::Query(query))));
    }
    (hooks.custom_of)(rt, value)
}

/// Brings a `Q` up to date with the list of its `children`, where a session asked for that and may have changed it.
pub fn settle(object: &Rc<Instance>) {
    let Some(slot) = object.native::<ExprObject>() else { return };
    let Some(list) = object.get(Name::new("children")).and_then(|v| v.as_list().map(|l| l.to_vec())) else { return };
    let mut q = match &**slot.0.borrow() {
        Expr::Q(q) => (**q).clone(),
        _ => return,
    };
    q.children = list.into_iter().map(child_of).collect();
    let new = Rc::new(Expr::Q(Rc::new(q)));
    slot.0.replace(new);
}

fn child_of(value: Value) -> QChild {
    if let Value::Obj(object) = &value
        && let Some(slot) = object.native::<ExprObject>()
    {
        settle(object);
        let e = slot.0.borrow().clone();
        return match &*e {
            Expr::Q(q) => QChild::Q(q.clone()),
            _ => QChild::Expr(e),
        };
    }
    match value.as_tuple().map(|t| &t[..]) {
        Some([name, right]) => match name.as_str() {
            Some(name) => QChild::Filter(name.as_str().into(), right.clone()),
            None => QChild::Other(value),
        },
        _ => QChild::Other(value),
    }
}

/// The Python object of an expression: its own where it came from one, else a new one of the fitting class.
pub fn value_of(rt: &Rt, expr: &ExprRef) -> Res<Value> {
    if let Expr::Value(v) = &**expr
        && v.common.object.is_none()
    {
        let hooks = rt.state::<IrHooks>();
        return (hooks.object_of)(rt, expr);
    }
    if let Expr::Custom(c) = &**expr {
        return Ok(Value::Obj(c.object.clone()));
    }
    (rt.state::<IrHooks>().object_of)(rt, expr)
}

/// The right side of a lookup as a Python value.
pub fn rhs_value(rt: &Rt, rhs: &Rhs) -> Res<Value> {
    Ok(match rhs {
        Rhs::Value(v) => v.clone(),
        Rhs::Expr(e) => value_of(rt, e)?,
        Rhs::Many(items) => {
            let items: Res<Vec<Value>> = items.iter().map(|r| rhs_value(rt, r)).collect();
            Value::list(items?)
        }
    })
}
