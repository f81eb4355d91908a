//! Aggregates.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/querysets/#aggregation-functions>.

use super::row::{FunctionRow, Output, Special};

const SPREAD: &str = "(self, expression, sample=False, *, distinct=False, filter=None, default=None, **extra)";

pub(super) const ROWS: &[FunctionRow] = &[
    FunctionRow::aggregate("Avg", "AVG", "The mean.").gives(Output::Numeric),
    FunctionRow::aggregate("Count", "COUNT", "How many values are not NULL; Count('*') counts rows.")
        .gives_field("IntegerField")
        .made_by("(self, expression, filter=None, *, distinct=False, default=None, **extra)", Special::Count),
    FunctionRow::aggregate("Max", "MAX", "The greatest value."),
    FunctionRow::aggregate("Min", "MIN", "The least value."),
    FunctionRow::aggregate("StdDev", "STDDEV", "The standard deviation.")
        .gives(Output::Numeric)
        .made_by(SPREAD, Special::Spread),
    FunctionRow::aggregate("Sum", "SUM", "The sum."),
    FunctionRow::aggregate("Variance", "VAR", "The variance.").gives(Output::Numeric).made_by(SPREAD, Special::Spread),
];
