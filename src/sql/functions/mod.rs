//! The functions of `django.db.models.functions` and the aggregates: a row each.
//!
//! Mirrors <https://docs.djangoproject.com/en/5.2/ref/models/database-functions/>.

mod aggregates;
mod comparison;
mod datetime;
mod math;
mod row;
mod text;
mod window;

pub use row::{Family, FuncRow, Output, Special};

/// Every function class, a table a module of Django's.
pub const TABLES: &[&[FuncRow]] =
    &[BASES, comparison::ROWS, datetime::ROWS, math::ROWS, text::ROWS, window::ROWS, aggregates::ROWS];

/// The classes that a session derives its own functions from.
pub const BASES: &[FuncRow] = &[
    FuncRow::func("Func", "", "Calls an SQL function: Func(F('name'), function='LOWER')."),
    FuncRow::transform("Transform", "", "", "A function that can be used in lookups: name__transform=value."),
    FuncRow::aggregate("Aggregate", "", "A function over the rows of a group.").takes_any(),
];

/// The row of a class, by its name.
pub fn find(name: &str) -> Option<&'static FuncRow> {
    TABLES.iter().flat_map(|table| table.iter()).find(|row| row.name == name)
}

/// Django's module of a function class.
pub fn module(name: &str) -> &'static str {
    const MODULES: [&str; 7] = [
        "django.db.models.expressions",
        "django.db.models.functions.comparison",
        "django.db.models.functions.datetime",
        "django.db.models.functions.math",
        "django.db.models.functions.text",
        "django.db.models.functions.window",
        "django.db.models.aggregates",
    ];
    match name {
        "KeyTransform" | "KeyTextTransform" => "django.db.models.fields.json",
        "JSONArray" | "JSONObject" => "django.db.models.functions.json",
        _ => {
            let at = TABLES.iter().position(|table| table.iter().any(|row| row.name == name));
            MODULES[at.unwrap_or(0)]
        }
    }
}
