//! Primary keys that the database counts up.

use super::{BIG_INTEGER, INTEGER, SMALL_INTEGER};
use crate::models::arguments::{FIELD, Given};
use crate::models::field::{FieldOps, FieldRef, FieldRow, INHERITED};
use crate::object::{Res, Rt};

fn arguments(_: &Rt, _: &FieldRef, given: &mut Given) -> Res<()> {
    given.set("blank", true);
    Ok(())
}

const OPS: FieldOps = FieldOps { arguments: Some(arguments), ..INHERITED };

const fn row(name: &'static str, base: &'static FieldRow) -> FieldRow {
    FieldRow {
        name,
        base: Some(base),
        module: "django.db.models.fields",
        internal_type: name,
        positional: FIELD,
        keywords: &[],
        doc: base.doc,
        empty_strings: false,
        messages: &[],
        ops: OPS,
    }
}

/// `AutoField`.
pub static AUTO: FieldRow = row("AutoField", &INTEGER);
/// `BigAutoField`.
pub static BIG_AUTO: FieldRow = row("BigAutoField", &BIG_INTEGER);
/// `SmallAutoField`.
pub static SMALL_AUTO: FieldRow = row("SmallAutoField", &SMALL_INTEGER);

/// Whether an internal type is one of the counted ones.
pub fn is_auto(internal_type: &str) -> bool {
    matches!(internal_type, "AutoField" | "BigAutoField" | "SmallAutoField")
}
