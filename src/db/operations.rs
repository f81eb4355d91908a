//! What SQLite's dialect makes of an operation: operators, patterns, ranges, combinations.
//!
//! The compiler asks here what Django asks its backend's operations and features; SQL text has `%s` for a parameter
//! and `%%` for a percent sign, as Django's has until it is executed.

/// The operator and right-hand side of a lookup, with `%s` for the right-hand side. `None` where the lookup has no
/// operator of its own.
pub fn operator(lookup: &str) -> Option<&'static str> {
    Some(match lookup {
        "exact" => "= %s",
        "gt" => "> %s",
        "gte" => ">= %s",
        "lt" => "< %s",
        "lte" => "<= %s",
        "iexact" | "contains" | "icontains" | "startswith" | "endswith" | "istartswith" | "iendswith" => {
            "LIKE %s ESCAPE '\\'"
        }
        "regex" => "REGEXP %s",
        "iregex" => "REGEXP '(?i)' || %s",
        _ => return None,
    })
}

/// The operator of a pattern lookup whose right-hand side is an expression: text before and after it.
pub fn pattern_operator(lookup: &str) -> Option<(&'static str, &'static str)> {
    Some(match lookup {
        "contains" => ("LIKE '%%' || ", " || '%%' ESCAPE '\\'"),
        "icontains" => ("LIKE '%%' || UPPER(", ") || '%%' ESCAPE '\\'"),
        "startswith" => ("LIKE ", " || '%%' ESCAPE '\\'"),
        "istartswith" => ("LIKE UPPER(", ") || '%%' ESCAPE '\\'"),
        "endswith" => ("LIKE '%%' || ", " ESCAPE '\\'"),
        "iendswith" => ("LIKE '%%' || UPPER(", ") ESCAPE '\\'"),
        _ => return None,
    })
}

/// What escapes LIKE's special characters in an expression: text before and after it.
pub const PATTERN_ESCAPE: (&str, &str) = ("REPLACE(REPLACE(REPLACE(", ", '\\', '\\\\'), '%%', '\\%%'), '_', '\\_')");

/// A text with LIKE's special characters escaped.
pub fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A quoted name; one that is quoted stays as it is.
pub fn quote_name(name: &str) -> String {
    if name.starts_with('"') && name.ends_with('"') { name.to_string() } else { format!("\"{name}\"") }
}

/// The least and greatest value that a column of an integer field takes.
pub fn integer_range(internal_type: &str) -> (i64, i64) {
    match internal_type {
        "PositiveBigIntegerField" | "PositiveIntegerField" | "PositiveSmallIntegerField" => (0, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    }
}

/// The JSON values that `JSON_EXTRACT` cannot give apart: `JSON_TYPE` is asked.
pub const JSON_DATATYPE_VALUES: [&str; 3] = ["null", "false", "true"];

/// How many parameters one statement may have.
pub const MAX_QUERY_PARAMS: usize = 999;

/// How many rows of so many columns one INSERT takes.
pub fn bulk_batch_size(columns: usize, rows: usize) -> usize {
    match columns {
        0 => rows,
        1 => 500,
        n => MAX_QUERY_PARAMS / n,
    }
}

/// Two operands joined by an operator: what stands before, between and after them.
pub fn combine(connector: &str) -> (&'static str, String, &'static str) {
    match connector {
        "^" => ("POWER(", ",".to_string(), ")"),
        "#" => ("BITXOR(", ",".to_string(), ")"),
        _ => ("", format!(" {connector} "), ""),
    }
}

/// SQLite's version.
pub fn version() -> &'static str {
    rusqlite::version()
}
