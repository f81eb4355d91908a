//! The Python classes of expressions, functions and lookups, made when first asked for.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{func, init, rows};
use crate::models::Field;
use crate::object::{Class, NativeFn, Row, Rt, Value};
use crate::source::Name;
use crate::sql::functions::{self, Family, FuncRow, Output};
use crate::sql::lookups::LOOKUPS;

/// The classes of a session, by name.
#[derive(Default)]
pub struct Classes {
    table: RefCell<FxHashMap<Name, Rc<Class>>>,
}

/// A class of expressions besides functions and lookups.
struct Plain {
    name: &'static str,
    base: &'static str,
    rows: &'static [&'static [Row]],
}

const PLAIN: &[Plain] = &[
    Plain { name: "Combinable", base: "", rows: &[rows::COMBINABLE] },
    Plain { name: "BaseExpression", base: "Combinable", rows: &[rows::COMMON, rows::BASE] },
    Plain { name: "Expression", base: "BaseExpression", rows: &[init::EXPRESSION] },
    Plain { name: "F", base: "Combinable", rows: &[rows::COMMON, init::F] },
    Plain { name: "OuterRef", base: "F", rows: &[] },
    Plain { name: "ResolvedOuterRef", base: "F", rows: &[] },
    Plain { name: "Sliced", base: "F", rows: &[] },
    Plain { name: "Value", base: "Expression", rows: &[init::VALUE] },
    Plain { name: "RawSQL", base: "Expression", rows: &[init::RAW_SQL] },
    Plain { name: "Star", base: "Expression", rows: &[init::STAR] },
    Plain { name: "Col", base: "Expression", rows: &[] },
    Plain { name: "ColPairs", base: "Expression", rows: &[] },
    Plain { name: "Ref", base: "Expression", rows: &[] },
    Plain { name: "DatabaseDefault", base: "Expression", rows: &[] },
    Plain { name: "CombinedExpression", base: "Expression", rows: &[init::COMBINED] },
    Plain { name: "DurationExpression", base: "CombinedExpression", rows: &[] },
    Plain { name: "TemporalSubtraction", base: "CombinedExpression", rows: &[] },
    Plain { name: "ExpressionWrapper", base: "Expression", rows: &[init::WRAPPER] },
    Plain { name: "NegatedExpression", base: "ExpressionWrapper", rows: &[] },
    Plain { name: "When", base: "Expression", rows: &[init::WHEN] },
    Plain { name: "Case", base: "Expression", rows: &[init::CASE] },
    Plain { name: "Subquery", base: "BaseExpression", rows: &[init::SUBQUERY] },
    Plain { name: "Exists", base: "Subquery", rows: &[init::EXISTS] },
    Plain { name: "OrderBy", base: "Expression", rows: &[init::ORDER_BY] },
    Plain { name: "Window", base: "Expression", rows: &[init::WINDOW] },
    Plain { name: "WindowFrame", base: "Expression", rows: &[init::FRAME] },
    Plain { name: "RowRange", base: "WindowFrame", rows: &[] },
    Plain { name: "ValueRange", base: "WindowFrame", rows: &[] },
    Plain { name: "Q", base: "", rows: &[rows::COMMON, super::q::ROWS] },
    Plain { name: "FilteredRelation", base: "", rows: &[rows::COMMON, super::q::FILTERED] },
    Plain { name: "WhereNode", base: "", rows: &[rows::COMMON] },
    Plain { name: "Lookup", base: "Expression", rows: &[super::lookup::ROWS] },
    Plain { name: "BuiltinLookup", base: "Lookup", rows: &[] },
    Plain { name: "ExpressionList", base: "Expression", rows: &[init::LIST] },
    Plain { name: "OrderByList", base: "ExpressionList", rows: &[] },
];

/// Django's module of a class.
fn module(name: &str) -> &'static str {
    match name {
        "Q" | "FilteredRelation" => "django.db.models.query_utils",
        "WhereNode" => "django.db.models.sql.where",
        "Lookup" | "BuiltinLookup" | "Transform" => "django.db.models.lookups",
        _ if LOOKUPS.iter().any(|row| row.name == name && row.on == "CompositePrimaryKey") => {
            "django.db.models.fields.tuple_lookups"
        }
        _ if LOOKUPS.iter().any(|row| row.name == name && matches!(row.on, "JSONField" | "KeyTransform")) => {
            "django.db.models.fields.json"
        }
        _ if LOOKUPS.iter().any(|row| row.name == name && row.on == "ForeignObject") => {
            "django.db.models.fields.related_lookups"
        }
        _ if LOOKUPS.iter().any(|row| row.name == name) => "django.db.models.lookups",
        _ => match functions::find(name) {
            Some(row) if row.family == Family::Aggregate => "django.db.models.aggregates",
            Some(row) if row.name != "Func" => functions::module(name),
            _ => "django.db.models.expressions",
        },
    }
}

/// The class of a name; `None` where no expression is called so.
pub fn class_of_name(rt: &Rt, name: &str) -> Option<Rc<Class>> {
    let classes = rt.state::<Classes>();
    let key = Name::new(name);
    if let Some(class) = classes.table.borrow().get(&key) {
        return Some(class.clone());
    }
    let class = make(rt, name)?;
    classes.table.borrow_mut().insert(key, class.clone());
    Some(class)
}

fn make(rt: &Rt, name: &str) -> Option<Rc<Class>> {
    if let Some(plain) = PLAIN.iter().find(|p| p.name == name) {
        let base = match plain.base {
            "" => rt.types.object.clone(),
            base => class_of_name(rt, base)?,
        };
        let class = Class::native(name, module(name), Some(base), plain.rows);
        decorate(rt, &class);
        return Some(class);
    }
    if let Some(row) = functions::find(name) {
        return function_class(rt, row);
    }
    let row = LOOKUPS.iter().find(|row| row.name == name)?;
    let base = match name {
        "Exact" | "GreaterThan" | "GreaterThanOrEqual" | "LessThan" | "LessThanOrEqual" | "In" | "IExact"
        | "Contains" | "StartsWith" | "EndsWith" | "Range" | "IsNull" | "Regex" => "BuiltinLookup",
        _ => match row.lookup_name {
            "exact" => "Exact",
            "iexact" => "IExact",
            "gt" => "GreaterThan",
            "gte" => "GreaterThanOrEqual",
            "lt" => "LessThan",
            "lte" => "LessThanOrEqual",
            "in" => "In",
            "contains" | "icontains" => "Contains",
            "startswith" | "istartswith" => "StartsWith",
            "endswith" | "iendswith" => "EndsWith",
            "isnull" => "IsNull",
            "regex" | "iregex" => "Regex",
            _ => "Lookup",
        },
    };
    let base = class_of_name(rt, if base == name { "BuiltinLookup" } else { base })?;
    let class = Class::native(name, module(name), Some(base), &[]);
    class.set(Name::new("lookup_name"), Value::str(row.lookup_name));
    Some(class)
}

/// Attributes that sessions read or override.
fn decorate(rt: &Rt, class: &Rc<Class>) {
    let set = |name: &str, value: Value| class.set(Name::new(name), value);
    match &*class.name() {
        "Combinable" => {
            for (name, op) in [
                ("ADD", "+"),
                ("SUB", "-"),
                ("MUL", "*"),
                ("DIV", "/"),
                ("POW", "^"),
                ("MOD", "%%"),
                ("BITAND", "&"),
                ("BITOR", "|"),
                ("BITLEFTSHIFT", "<<"),
                ("BITRIGHTSHIFT", ">>"),
                ("BITXOR", "#"),
            ] {
                set(name, Value::str(op));
            }
        }
        "BaseExpression" => {
            set("filterable", Value::Bool(true));
            set("window_compatible", Value::Bool(false));
            set("allowed_default", Value::Bool(false));
            set("constraint_validation_compatible", Value::Bool(true));
            set("set_returning", Value::Bool(false));
            set("empty_result_set_value", Value::NotImplemented);
        }
        "Lookup" => {
            set("lookup_name", Value::None);
            set("prepare_rhs", Value::Bool(true));
            set("can_use_none_as_rhs", Value::Bool(false));
        }
        "Q" => {
            set("AND", Value::str("AND"));
            set("OR", Value::str("OR"));
            set("XOR", Value::str("XOR"));
            set("default", Value::str("AND"));
            set("conditional", Value::Bool(true));
        }
        _ => {}
    }
    let _ = rt;
}

fn function_class(rt: &Rt, row: &'static FuncRow) -> Option<Rc<Class>> {
    let base = match row.name {
        "Func" => "Expression",
        "Transform" | "Aggregate" => "Func",
        "Extract" | "TruncBase" => "Transform",
        "Right" => "Left",
        "RPad" => "LPad",
        "KeyTextTransform" => "KeyTransform",
        name if name.starts_with("Extract") => "Extract",
        name if name.starts_with("Trunc") => "TruncBase",
        _ => match row.family {
            Family::Func => "Func",
            Family::Transform => "Transform",
            Family::Aggregate => "Aggregate",
        },
    };
    let base = class_of_name(rt, base)?;
    let tables: &[&'static [Row]] = match row.name {
        "Func" => &[func::ROWS],
        "Transform" => &[func::TRANSFORM],
        "Aggregate" => &[func::AGGREGATE],
        "KeyTextTransform" => &[func::KEY_TEXT],
        _ => &[],
    };
    let class = Class::native(row.name, module(row.name), Some(base), tables);
    let set = |name: &str, value: Value| class.set(Name::new(name), value);
    let init = NativeFn::method("__init__", row.name, row.signature, row.doc, move |rt, a| func::init(rt, row, a));
    set("__init__", init);
    set("__doc__", Value::str(row.doc));
    if row.name == "Func" || !row.function.is_empty() {
        set("function", if row.function.is_empty() { Value::None } else { Value::str(row.function) });
    }
    if row.name == "Func" || !row.template.is_empty() {
        let template = if row.template.is_empty() { "%(function)s(%(expressions)s)" } else { row.template };
        set("template", Value::str(template));
    }
    if row.name == "Func" {
        set("arg_joiner", Value::str(", "));
        set("arity", Value::None);
    }
    if row.family == Family::Transform {
        set("lookup_name", if row.lookup.is_empty() { Value::None } else { Value::str(row.lookup) });
        set("bilateral", Value::Bool(false));
        if row.name.starts_with("Trunc") {
            set("kind", if row.lookup.is_empty() { Value::None } else { Value::str(row.lookup) });
            set("tzinfo", Value::None);
        }
    }
    if let Some(arity) = row.arity {
        set("arity", Value::from(arity));
    } else if row.family == Family::Transform {
        set("arity", Value::None);
    }
    if row.window {
        set("window_compatible", Value::Bool(true));
    }
    if row.family == Family::Aggregate {
        set("name", if row.name == "Aggregate" { Value::None } else { Value::str(row.name) });
        set("allow_distinct", Value::Bool(matches!(row.name, "Avg" | "Count" | "Sum")));
        set("contains_aggregate", Value::Bool(true));
        let empty = if row.name == "Count" { Value::Int(0) } else { Value::None };
        set("empty_result_set_value", empty);
    }
    if let Output::Field(field) = row.output {
        let field = Field::plain(rt, field);
        set("_output_field", field.object(rt));
    }
    Some(class)
}

/// The names of all classes, for the modules that give them to sessions.
pub fn class_names() -> Vec<&'static str> {
    let mut out: Vec<&'static str> = PLAIN.iter().map(|p| p.name).collect();
    out.extend(functions::TABLES.iter().flat_map(|t| t.iter()).map(|row| row.name));
    for row in LOOKUPS {
        if !out.contains(&row.name) {
            out.push(row.name);
        }
    }
    out
}
