//! `bulk_update`.

use std::rc::Rc;

use super::queryset;
use crate::db::{Db, operations};
use crate::models::FieldRef;
use crate::object::{Args, CallArgs, Exc, Res, Row, Rt, Value, ops};
use crate::orm::files::QUERY;
use crate::orm::instance::save::prepare_related;
use crate::orm::instance::{field_value, is_set, pk_of};
use crate::source::Name;
use crate::sql::ir::{Case, Common, Expr, ExprRef, Q, When, expr_of, value_of};

fn bulk_update(rt: &Rt, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let qs = queryset(&this)?;
    let value_error = |text: &str| Err(Exc::ValueError.new(text));
    let batch = match a.some(3) {
        Some(v) => match ops::index(rt, v)? {
            n if n <= 0 => return value_error("Batch size must be a positive integer."),
            n => Some(n as usize),
        },
        None => None,
    };
    if !ops::truthy(rt, a.get(2))? {
        return value_error("Field names must be given to bulk_update().");
    }
    let objects = ops::collect(rt, a.get(1))?;
    let mut pks = Vec::with_capacity(objects.len());
    for object in &objects {
        let pk = pk_of(rt, object)?;
        if !is_set(&pk) {
            return value_error("All bulk_update() objects must have a primary key set.");
        }
        pks.push(pk);
    }
    let model = qs.model()?;
    let mut fields: Vec<FieldRef> = Vec::new();
    for name in ops::collect(rt, a.get(2))? {
        fields.push(model.get_field(rt, &ops::str(rt, &name)?)?);
    }
    if fields.iter().any(|f| !f.concrete() || f.many_to_many()) {
        return value_error("bulk_update() can only be used with concrete fields.");
    }
    let mut pk_fields = model.pk_fields(rt);
    for parent in model.all_parents() {
        pk_fields.extend(parent.pk_fields(rt));
    }
    if fields.iter().any(|f| pk_fields.iter().any(|pk| Rc::ptr_eq(pk, f))) {
        return value_error("bulk_update() cannot be used with primary key fields.");
    }
    if objects.is_empty() {
        return Ok(Value::Int(0));
    }
    for object in &objects {
        prepare_related(rt, object, "bulk_update", Some(&fields))?;
    }
    qs.for_write.set(true);
    let most = operations::bulk_batch_size(fields.len() + 2, objects.len()).max(1);
    let size = batch.map_or(most, |b| b.min(most));
    let mut updates = Vec::new();
    for (part, keys) in objects.chunks(size).zip(pks.chunks(size)) {
        let mut args = CallArgs::none();
        for field in &fields {
            let mut cases: Vec<ExprRef> = Vec::with_capacity(part.len());
            for (object, pk) in part.iter().zip(keys) {
                let value = field_value(rt, object, field)?;
                let result = match expr_of(rt, &value)? {
                    Some(e) => e,
                    None => Expr::value_of_field(value, field.clone()),
                };
                let condition = Rc::new(Expr::Q(Rc::new(Q::filter("pk", pk.clone()))));
                cases.push(Rc::new(Expr::When(When { condition, result, common: Common::default() })));
            }
            let common = Common { output_field: Some(field.clone()), ..Common::default() };
            let case = Case { cases, default: Expr::value(Value::None), extra: Rc::from([]), common };
            args.kw.push((field.attname(), value_of(rt, &Rc::new(Expr::Case(case)))?));
        }
        updates.push((Value::list(keys.to_vec()), args));
    }
    let using = CallArgs::new([Value::from(qs.alias())]);
    let rows = ops::call_method(rt, &this, "using".into(), using)?;
    Db::of(rt).atomic(rt, false, || {
        let mut changed = 0;
        for (keys, args) in updates {
            let part = super::filter_kwargs(rt, &rows, Vec::new(), vec![(Name::new("pk__in"), keys)])?;
            let n = ops::call_method(rt, &part, "update".into(), args)?;
            changed += n.as_int().unwrap_or(0);
        }
        Ok(Value::Int(changed))
    })
}

pub(super) const ROWS: &[Row] = &[Row::method(
    "bulk_update",
    "(self, objs, fields, batch_size=None)",
    "Saves some fields of many instances in few statements.",
    bulk_update,
)
.at(QUERY)];
