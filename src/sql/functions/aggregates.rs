//! Aggregates.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/querysets/#aggregation-functions>.

use super::row::{FuncRow, Output, Special};

const SPREAD: &str = "(self, expression, sample=False, *, distinct=False, filter=None, default=None, **extra)";

pub(super) const ROWS: &[FuncRow] = &[
    FuncRow::aggregate("Avg", "AVG", "The mean.").gives(Output::Numeric),
    FuncRow::aggregate("Count", "COUNT", "How many values are not NULL; Count('*') counts rows.")
        .gives_field("IntegerField")
        .made_by("(self, expression, filter=None, *, distinct=False, default=None, **extra)", Special::Count),
    FuncRow::aggregate("Max", "MAX", "The greatest value."),
    FuncRow::aggregate("Min", "MIN", "The least value."),
    FuncRow::aggregate("StdDev", "STDDEV", "The standard deviation.")
        .gives(Output::Numeric)
        .made_by(SPREAD, Special::Spread),
    FuncRow::aggregate("Sum", "SUM", "The sum."),
    FuncRow::aggregate("Variance", "VAR", "The variance.").gives(Output::Numeric).made_by(SPREAD, Special::Spread),
];
