//! Comparisons and conversions.

use super::row::{FuncRow, Special};

const SEVERAL: &str = "(self, *expressions, **extra)";

pub(super) const ROWS: &[FuncRow] = &[
    FuncRow::func("Cast", "CAST", "The value as another field type.")
        .written("%(function)s(%(expressions)s AS %(db_type)s)")
        .made_by("(self, expression, output_field)", Special::Cast),
    FuncRow::func("Coalesce", "COALESCE", "The first argument that is not NULL.").made_by(SEVERAL, Special::Coalesce),
    FuncRow::func("Collate", "COLLATE", "Compared by a collation: Collate('name', 'nocase').")
        .written("%(expressions)s %(function)s %(collation)s")
        .made_by("(self, expression, collation)", Special::Collate),
    FuncRow::func("Greatest", "GREATEST", "The greatest argument.").in_sqlite("MAX").made_by(SEVERAL, Special::Several),
    FuncRow::func("Least", "LEAST", "The least argument.").in_sqlite("MIN").made_by(SEVERAL, Special::Several),
    FuncRow::func("NullIf", "NULLIF", "NULL where both arguments are equal, else the first.").takes(2),
];
