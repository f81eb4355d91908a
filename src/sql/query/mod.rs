//! Building queries: names become joins, filters become where nodes, annotations and selections are put in place.

mod combine;
mod deferred;
mod exclude;
mod filter;
mod filtered;
mod joins;
mod names;
mod ordering;
mod promoter;
mod reference;
mod select;
mod similar;
mod subquery;

pub use deferred::SelectMask;
pub use filter::{FilterFlags, compatible, rhs_of, rhs_of_update};
pub use names::{JoinInfo, Joined, NamesPath, NamesWithPath, PathError, Step, Steps, field_names, split_lookup};
pub use ordering::ordering_of;
pub use reference::Mask;
pub use subquery::exists_expr;

use std::rc::Rc;

use crate::models::{FieldRef, RelationKind, field_of};
use crate::object::{Exc, Res, Rt};
use crate::sql::ir::{Alias, ColPairs, Expr, ExprRef, IrHooks, Rhs, Where};
use crate::sql::lookups;

/// `field.get_col(alias, output_field)`: a foreign key's column is converted by the field it refers to, a generated
/// field's by its output field, a composite key is several columns.
pub fn col_of(rt: &Rt, alias: Option<Alias>, field: &FieldRef, output: Option<&FieldRef>) -> Res<ExprRef> {
    if field.row.name == "CompositePrimaryKey" {
        let fields: Rc<[FieldRef]> = field.model().map(|m| m.pk_fields(rt)).unwrap_or_default().into();
        let output = output.unwrap_or(field).clone();
        return Ok(Rc::new(Expr::ColPairs(ColPairs { alias, targets: fields.clone(), sources: fields, output })));
    }
    let given = output.filter(|o| !Rc::ptr_eq(o, field) || field.relation_kind().is_some());
    if let Some(output) = given {
        return Ok(Expr::col_as(alias, field.clone(), output.clone()));
    }
    let is_key = |f: &FieldRef| matches!(f.relation_kind(), Some(RelationKind::ForeignKey | RelationKind::OneToOne));
    if is_key(field) {
        let mut target = field.target_field()?;
        while is_key(&target) {
            target = target.target_field()?;
            if Rc::ptr_eq(&target, field) {
                return Err(Exc::ValueError.new("Cannot resolve output_field."));
            }
        }
        return Ok(Expr::col_as(alias, field.clone(), target));
    }
    if field.row.name == "GeneratedField"
        && let Some(output) = field.options().output_field.as_ref().and_then(field_of)
    {
        return Ok(Expr::col_as(alias, field.clone(), output));
    }
    Ok(Expr::col(alias, field.clone()))
}

/// `join_field.get_extra_restriction(alias, related_alias)`: the content type of a generic relation's rows.
pub fn extra_restriction(
    rt: &Rt,
    join_field: &FieldRef,
    alias: Option<Alias>,
    related: Option<Alias>,
) -> Res<Option<Where>> {
    if let Some(given) = join_field.own_restriction(rt, alias, related)? {
        return Ok(crate::sql::ir::expr_of(rt, &given)?.map(Where::of));
    }
    let (field, remote) = match join_field.relation_kind() {
        Some(RelationKind::GenericRelation) => (join_field.clone(), related),
        Some(RelationKind::GenericRel) => match join_field.remote_field() {
            Some(field) => (field, alias),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let Some(generic) = field.relation.get().and_then(|r| r.generic) else { return Ok(None) };
    let Some(model) = field.related_model() else { return Ok(None) };
    let content_type = model.get_field(rt, &generic.ct_field.text())?;
    let pk = (rt.state::<IrHooks>().content_type)(rt, &field)?;
    let col = col_of(rt, remote, &content_type, None)?;
    let Some(found) = lookups::find_lookup(rt, &col, "exact")? else { return Ok(None) };
    Ok(Some(Where::of(lookups::build(rt, &found, col, Rhs::Value(pk))?)))
}
