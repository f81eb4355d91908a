//! `order_with_respect_to`: the `_order` column and its accessors.

use crate::models::{FieldRef, ModelRef};
use crate::object::{Args, CallArgs, Exc, NativeFn, Res, RowKind, Rt, Value, ops};
use crate::orm::instance::identity::{field_value, kw, pk_of};
use crate::orm::instance::model_for;
use crate::orm::{kept_text, queryset};
use crate::source::Name;

/// The next free `_order` among the rows that share an instance's parent.
pub fn next_order(rt: &Rt, model: &ModelRef, wrt: &FieldRef, this: &Value) -> Res<Value> {
    let rows = ops::call_method(rt, &model.base_manager(rt)?, "filter".into(), owner_filter(rt, wrt, this)?)?;
    let models = rt.exec()?.import(rt, "django.db.models")?;
    let functions = rt.exec()?.import(rt, "django.db.models.functions")?;
    let get = |from: &Value, name: &str| ops::get_attr(rt, from, Name::new(name));
    let highest = ops::call1(rt, &get(&models, "Max")?, Value::str("_order"))?;
    let one = ops::call1(rt, &get(&models, "Value")?, Value::Int(1))?;
    let sum = ops::binary(rt, ops::BinOp::Add, &highest, &one)?;
    let integer = ops::call0(rt, &get(&models, "IntegerField")?)?;
    let args = CallArgs::new([sum]).with("output_field", integer);
    let wrapped = ops::call(rt, &get(&models, "ExpressionWrapper")?, args)?;
    let zero = ops::call1(rt, &get(&models, "Value")?, Value::Int(0))?;
    let order = ops::call(rt, &get(&functions, "Coalesce")?, CallArgs::new([wrapped, zero]))?;
    let result = ops::call_method(rt, &rows, "aggregate".into(), kw(&[("_order__max", order)]))?;
    ops::get_item(rt, &result, &Value::str("_order__max"))
}

fn owner_filter(rt: &Rt, wrt: &FieldRef, this: &Value) -> Res<CallArgs> {
    // The related object's key, by the field's own name.
    if let Some(generic) = wrt.rel_data().and_then(|r| r.generic) {
        let ct = ops::get_attr(rt, this, generic.ct_field)?;
        let fk = ops::get_attr(rt, this, generic.fk_field)?;
        return Ok(kw(&[(&generic.ct_field.text(), ct), (&generic.fk_field.text(), fk)]));
    }
    let mut args = CallArgs::none();
    args.kw.push((wrt.name(), field_value(rt, this, wrt)?));
    Ok(args)
}

/// Puts `get_next_in_order` and `get_previous_in_order` on the model, `get_X_order` and `set_X_order` on the other.
pub fn install(rt: &Rt, model: &ModelRef) -> Res<()> {
    let class = model.class()?;
    for (name, next) in [("get_next_in_order", true), ("get_previous_in_order", false)] {
        let body = move |rt: &Rt, a: &mut Args| neighbour(rt, a.get(0), next);
        class.set(Name::new(name), NativeFn::closure_of(RowKind::Method, kept_text(name), "(self)", body));
    }
    let wrt = model.order_with_respect_to.borrow().clone();
    let Some(wrt) = wrt else { return Ok(()) };
    let Some(other) = wrt.related_model() else { return Ok(()) };
    let owner = other.class()?;
    let (m, f) = (model.clone(), wrt.clone());
    let get = kept_text(&format!("get_{}_order", model.model_name));
    owner.set(
        Name::new(get),
        NativeFn::closure_of(RowKind::Method, get, "(self)", move |rt, a| {
            let rows = ops::call_method(rt, &objects(rt, &m)?, "filter".into(), by_owner(rt, &f, a.get(0))?)?;
            let pk = m.pk().map_or(Value::str("pk"), |pk| Value::from(pk.name()));
            ops::call_method(rt, &rows, "values_list".into(), CallArgs::new([pk]).with("flat", Value::Bool(true)))
        }),
    );
    let (m, f) = (model.clone(), wrt);
    let set = kept_text(&format!("set_{}_order", model.model_name));
    owner.set(
        Name::new(set),
        NativeFn::closure_of(RowKind::Method, set, "(self, id_list, using=None)", move |rt, a| {
            let rows = ops::call_method(rt, &objects(rt, &m)?, "filter".into(), by_owner(rt, &f, a.get(0))?)?;
            let mut objects = Vec::new();
            for (i, pk) in ops::collect(rt, a.get(1))?.into_iter().enumerate() {
                let args = kw(&[("pk", pk), ("_order", Value::Int(i as i64))]);
                objects.push(ops::call(rt, &m.class_value(), args)?);
            }
            let fields = Value::list(vec![Value::str("_order")]);
            ops::call_method(rt, &rows, "bulk_update".into(), CallArgs::new([Value::list(objects), fields]))?;
            Ok(Value::None)
        }),
    );
    let _ = rt;
    Ok(())
}

fn objects(rt: &Rt, model: &ModelRef) -> Res<Value> {
    match ops::get_attr_opt(rt, &model.class_value(), "objects".into())? {
        Some(manager) => Ok(manager),
        None => model.default_manager(rt),
    }
}

/// `get_forward_related_filter(obj)`: keywords that find what refers to an object.
pub fn by_owner(rt: &Rt, field: &FieldRef, owner: &Value) -> Res<CallArgs> {
    let mut args = CallArgs::none();
    for (_, remote) in field.related_fields()? {
        let name = Name::new(&format!("{}__{}", field.name(), remote.name()));
        args.kw.push((name, field_value(rt, owner, &remote)?));
    }
    Ok(args)
}

fn neighbour(rt: &Rt, this: &Value, next: bool) -> Res<Value> {
    let Some(object) = this.as_obj() else { return Ok(Value::None) };
    let cache = Name::new(if next { "__True_order_cache" } else { "__False_order_cache" });
    if let Some(found) = object.get(cache) {
        return Ok(found);
    }
    let model = model_for(this)?;
    let wrt = model.order_with_respect_to.borrow().clone();
    let Some(wrt) = wrt else { return Err(Exc::AttributeError.new("get_next_in_order")) };
    let (op, order) = if next { ("gt", "_order") } else { ("lt", "-_order") };
    let manager = model.default_manager(rt)?;
    let own = ops::call_method(rt, &manager, "values".into(), CallArgs::new([Value::str("_order")]))?;
    let mut by_pk = CallArgs::none();
    if let Some(pk) = model.pk() {
        by_pk.kw.push((pk.name(), pk_of(rt, this)?));
    }
    let own = ops::call_method(rt, &own, "filter".into(), by_pk)?;
    let rows = ops::call_method(rt, &manager, "filter".into(), owner_filter(rt, &wrt, this)?)?;
    let rows = ops::call_method(rt, &rows, "filter".into(), kw(&[(&format!("_order__{op}"), own)]))?;
    let rows = ops::call_method(rt, &rows, "order_by".into(), CallArgs::new([Value::str(order)]))?;
    let rows = queryset::slice(rt, &rows, None, Some(1))?;
    let found = ops::call_method(rt, &rows, "get".into(), CallArgs::none())?;
    object.set(cache, found.clone());
    Ok(found)
}
