//! Methods that a model gets for its fields: `get_FOO_display`, `get_next_by_FOO`, `get_next_in_order` and their like.

use std::rc::Rc;

use super::identity::{display, field_value, is_set, kw, pk_of};
use super::state::model_for;
use crate::models::{FieldRef, ModelRef};
use crate::object::{CallArgs, Exc, NativeFn, Res, RowKind, Rt, Value, ops};
use crate::source::Name;
use crate::sql::ir::{Connector, Q, QChild};

/// A native closure that binds to the instance it is reached through.
fn method(
    name: &str,
    signature: &'static str,
    body: impl Fn(&Rt, &mut crate::object::Args) -> Res<Value> + 'static,
) -> Value {
    // The names of these methods are as many as there are fields of models: they are kept for the session.
    let name: &'static str = crate::orm::kept_text(name);
    NativeFn::closure_of(RowKind::Method, name, signature, body)
}

/// Puts the accessors of a model's own fields on its class.
pub fn install(rt: &Rt, model: &ModelRef) -> Res<()> {
    let class = model.class()?;
    let local = model.local_fields.borrow().clone();
    for field in local {
        if field.options().choices.is_some() {
            let name = Name::new(&format!("get_{}_display", field.name()));
            // A method that the class defines itself stays.
            if class.own(name).is_none() {
                let f = field.clone();
                class.set(name, method(&name.text(), "(self)", move |rt, a| display(rt, a.get(0), &f)));
            }
        }
        let dated = matches!(field.row.name, "DateField" | "DateTimeField")
            || field.class.mro().any(|c| matches!(&*c.name(), "DateField" | "DateTimeField"));
        if dated && !field.null() {
            for (text, next) in [("next", true), ("previous", false)] {
                let name = Name::new(&format!("get_{text}_by_{}", field.name()));
                if class.dict().contains_key(&name) {
                    continue;
                }
                let f = field.clone();
                class.set(
                    name,
                    method(&name.text(), "(self, **kwargs)", move |rt, a| {
                        let kwargs = std::mem::take(&mut a.kwargs);
                        next_or_previous(rt, a.get(0), &f, next, kwargs)
                    }),
                );
            }
        }
    }
    if model.order_with_respect_to.borrow().is_some() {
        crate::orm::order::install(rt, model)?;
    }
    Ok(())
}

fn next_or_previous(rt: &Rt, this: &Value, field: &FieldRef, next: bool, kwargs: Vec<(Name, Value)>) -> Res<Value> {
    let pk = pk_of(rt, this)?;
    if !is_set(&pk) {
        return Err(Exc::ValueError.new("get_next/get_previous cannot be used on unsaved objects."));
    }
    let (op, order) = if next { ("gt", "") } else { ("lt", "-") };
    let param = field_value(rt, this, field)?;
    let name = field.name();
    let same = Q::filters([(Rc::from(&*name.text()), param.clone()), (Rc::from(format!("pk__{op}")), pk)]);
    let mut q = Q { connector: Connector::Or, ..Q::default() };
    q.children.push(QChild::Q(Rc::new(same)));
    q.children.push(QChild::Filter(Rc::from(format!("{name}__{op}")), param));
    let model = model_for(this)?;
    let mut args = CallArgs::none();
    args.kw.extend(kwargs);
    let rows = ops::call_method(rt, &model.default_manager(rt)?, "filter".into(), args)?;
    let q = crate::sql::ir::value_of(rt, &Rc::new(crate::sql::ir::Expr::Q(Rc::new(q))))?;
    let rows = ops::call_method(rt, &rows, "filter".into(), CallArgs::new([q]))?;
    let order_by = CallArgs::new([Value::from(format!("{order}{name}")), Value::from(format!("{order}pk"))]);
    let rows = ops::call_method(rt, &rows, "order_by".into(), order_by)?;
    match ops::get_item(rt, &rows, &Value::Int(0)) {
        Err(e) if e.is(Exc::IndexError) => Err(crate::orm::does_not_exist(rt, &model)),
        other => other,
    }
}

/// Keyword arguments, for tests of rows by pairs.
pub fn pairs(pairs: &[(&str, Value)]) -> CallArgs {
    kw(pairs)
}
