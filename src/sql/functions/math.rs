//! Mathematical functions.

use super::row::{FuncRow, Output, Special};

const fn numeric(name: &'static str, function: &'static str, lookup: &'static str, doc: &'static str) -> FuncRow {
    FuncRow::transform(name, function, lookup, doc).gives(Output::Numeric)
}

pub(super) const ROWS: &[FuncRow] = &[
    FuncRow::transform("Abs", "ABS", "abs", "The absolute value."),
    numeric("ACos", "ACOS", "acos", "The arccosine, in radians."),
    numeric("ASin", "ASIN", "asin", "The arcsine, in radians."),
    numeric("ATan", "ATAN", "atan", "The arctangent, in radians."),
    FuncRow::func("ATan2", "ATAN2", "The arctangent of the first argument over the second.")
        .takes(2)
        .gives(Output::Numeric)
        .uncast(),
    FuncRow::transform("Ceil", "CEILING", "ceil", "The smallest integer that is not less."),
    numeric("Cos", "COS", "cos", "The cosine of radians."),
    numeric("Cot", "COT", "cot", "The cotangent of radians."),
    numeric("Degrees", "DEGREES", "degrees", "Radians as degrees."),
    numeric("Exp", "EXP", "exp", "e raised to the value."),
    FuncRow::transform("Floor", "FLOOR", "floor", "The largest integer that is not greater."),
    numeric("Ln", "LN", "ln", "The natural logarithm."),
    FuncRow::func("Log", "LOG", "The logarithm to the base of the first argument.")
        .takes(2)
        .gives(Output::Numeric)
        .uncast(),
    FuncRow::func("Mod", "MOD", "The remainder of a division.").takes(2).gives(Output::Numeric),
    FuncRow::func("Pi", "PI", "The constant.").takes(0).gives(Output::Numeric),
    FuncRow::func("Power", "POWER", "The first argument raised to the second.").takes(2).gives(Output::Numeric),
    numeric("Radians", "RADIANS", "radians", "Degrees as radians."),
    FuncRow::func("Random", "RANDOM", "A random number from 0 up to 1.")
        .takes(0)
        .gives(Output::Numeric)
        .in_sqlite("RAND")
        .uncast()
        .made_by("(self, *expressions, output_field=None, **extra)", Special::Random),
    FuncRow::transform("Round", "ROUND", "round", "Rounded to a number of decimal places.")
        .takes_any()
        .gives(Output::First)
        .made_by("(self, expression, precision=0, **extra)", Special::Round),
    FuncRow::transform("Sign", "SIGN", "sign", "-1, 0 or 1."),
    numeric("Sin", "SIN", "sin", "The sine of radians."),
    numeric("Sqrt", "SQRT", "sqrt", "The square root."),
    numeric("Tan", "TAN", "tan", "The tangent of radians."),
];
