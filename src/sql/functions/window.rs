//! Window functions.

use super::row::{FuncRow, Output, Special};

const fn window(name: &'static str, function: &'static str, doc: &'static str) -> FuncRow {
    FuncRow::func(name, function, doc).over()
}

const LAG_LEAD: &str = "(self, expression, offset=1, default=None, **extra)";

pub(super) const ROWS: &[FuncRow] = &[
    window("CumeDist", "CUME_DIST", "The share of rows up to this one.").gives_field("FloatField"),
    window("DenseRank", "DENSE_RANK", "The rank, without gaps.").gives_field("IntegerField"),
    window("FirstValue", "FIRST_VALUE", "The value in the frame's first row.").takes(1),
    window("Lag", "LAG", "The value some rows before.").gives(Output::First).made_by(LAG_LEAD, Special::LagLead),
    window("LastValue", "LAST_VALUE", "The value in the frame's last row.").takes(1),
    window("Lead", "LEAD", "The value some rows after.").gives(Output::First).made_by(LAG_LEAD, Special::LagLead),
    window("NthValue", "NTH_VALUE", "The value in the frame's n-th row.")
        .gives(Output::First)
        .made_by("(self, expression, nth=1, **extra)", Special::NthValue),
    window("Ntile", "NTILE", "The bucket of so many that the row falls in.")
        .gives_field("IntegerField")
        .made_by("(self, num_buckets=1, **extra)", Special::Ntile),
    window("PercentRank", "PERCENT_RANK", "The rank as a share from 0 to 1.").gives_field("FloatField"),
    window("Rank", "RANK", "The rank, with gaps.").gives_field("IntegerField"),
    window("RowNumber", "ROW_NUMBER", "The row's number in its partition.").gives_field("IntegerField"),
];
