//! Constructors of functions, transforms and aggregates.

use std::rc::Rc;

use super::built;
use crate::models::field_of;
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::source::Name;
use crate::sql::expressions::{call_row, parse};
use crate::sql::functions::{Family, FuncRow, Special};
use crate::sql::ir::{self, AggregateParts, Common, Expr, ExprRef, Func};

pub(super) const ROWS: &[Row] = &[];
pub(super) const TRANSFORM: &[Row] = &[
    Row::class("register_lookup", "(cls, lookup, lookup_name=None)", "Adds a lookup.", |rt, a| {
        crate::sql::lookups::register(rt, a.get(0), a.get(1), a.opt(2))
    }),
    Row::class("_unregister_lookup", "(cls, lookup, lookup_name=None)", "Takes a lookup back.", |rt, a| {
        crate::sql::lookups::unregister(rt, a.get(0), a.get(1), a.opt(2))
    }),
];
pub(super) const AGGREGATE: &[Row] = &[];
pub(super) const KEY_TEXT: &[Row] =
    &[Row::class("from_lookup", "(cls, lookup)", "From a path: KT('data__key').", |rt, a| {
        let text = a.str(1)?.to_string();
        let (field, keys) =
            text.split_once("__").ok_or_else(|| Exc::ValueError.new("Lookup must contain key or index transforms."))?;
        let mut e: ExprRef = Rc::new(Expr::F(field.into()));
        for key in keys.split("__") {
            e = crate::sql::lookups::key_transform("KeyTextTransform", key, e);
        }
        super::new_object(rt, e)
    })];

/// What the arguments of a constructor are, by the names of its parameters.
struct Given<'a> {
    a: &'a Args<'a>,
    names: Vec<Name>,
}

impl Given<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        let at = self.names.iter().position(|n| *n == name)?;
        self.a.opt(at)
    }
}

fn is_expression(rt: &Rt, value: &Value) -> Res<bool> {
    Ok(ir::expr_of(rt, value)?.is_some())
}

/// A plain number argument must be at least so much; expressions and None are not looked at.
fn at_least(rt: &Rt, value: &Value, least: i64, message: &str) -> Res<()> {
    if value.is_none() || is_expression(rt, value)? {
        return Ok(());
    }
    if ops::less(rt, value, &Value::Int(least))? {
        return Err(Exc::ValueError.new(message));
    }
    Ok(())
}

/// The `__init__` of a function class. `row` is that of the class whose `__init__` runs; the object may be of a class
/// that derives from it, whose own row then says what function it is.
pub(super) fn init(rt: &Rt, row: &'static FuncRow, a: &mut Args) -> Res<Value> {
    let this = a.value(0);
    let class = match this.as_obj() {
        Some(object) => object.class().clone(),
        None => return Err(Exc::TypeError.new("a function needs an object")),
    };
    let actual = class.mro().filter(|c| !c.is_heap).find_map(|c| crate::sql::functions::find(&c.name())).unwrap_or(row);
    let mut extra: Vec<(Name, Value)> = std::mem::take(&mut a.kwargs);
    let take = |extra: &mut Vec<(Name, Value)>, name: &str| {
        let at = extra.iter().position(|(n, _)| *n == name)?;
        Some(extra.remove(at).1)
    };
    let names = crate::object::Params::parse(row.signature).names;
    let rest = std::mem::take(&mut a.rest);
    let given = Given { a, names };
    let mut args: Vec<Value> = Vec::new();
    let mut named: Vec<(&str, Value)> = Vec::new();
    let mut output = given.get("output_field").cloned().or_else(|| take(&mut extra, "output_field"));
    let value = |name: &str| given.get(name).cloned().unwrap_or_default();
    match row.special {
        Special::Extract => {
            args.push(value("expression"));
            let of_class = ops::get_attr_opt(rt, &Value::Class(class.clone()), "lookup_name".into())?;
            let unit = of_class.filter(|v| !v.is_none()).unwrap_or_else(|| value("lookup_name"));
            if unit.is_none() {
                return Err(Exc::ValueError.new("lookup_name must be provided"));
            }
            named.push(("@unit", unit));
            named.push(("@tzinfo", value("tzinfo")));
        }
        Special::Trunc | Special::TruncKind | Special::TruncDate | Special::TruncTime => {
            args.push(value("expression"));
            let of_class = ops::get_attr_opt(rt, &Value::Class(class.clone()), "kind".into())?.unwrap_or_default();
            let unit = if row.special == Special::TruncKind { value("kind") } else { of_class };
            named.push(("@unit", unit));
            named.push(("@tzinfo", value("tzinfo")));
        }
        Special::KeyTransform | Special::KeyTextTransform => {
            named.push(("@key_name", Value::Str(ops::str(rt, &value("key_name"))?)));
            args.extend(rest.iter().cloned());
        }
        Special::Collate => {
            let collation = value("collation");
            let fine = collation
                .as_str()
                .is_some_and(|s| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'));
            if !fine {
                return Err(Exc::ValueError.new(format!("Invalid collation name: {}.", ops::repr(rt, &collation)?)));
            }
            named.push(("@collation", collation));
            args.push(value("expression"));
        }
        Special::Cast => args.push(value("expression")),
        Special::Coalesce | Special::Several | Special::Concat => {
            if rest.len() < 2 {
                return Err(Exc::ValueError.new(format!("{} must take at least two expressions", row.name)));
            }
            args.extend(rest.iter().cloned());
        }
        Special::Left | Special::Right => {
            let length = value("length");
            at_least(rt, &length, 1, "'length' must be greater than 0.")?;
            args.extend([value("expression"), length]);
        }
        Special::Pad => {
            let length = value("length");
            at_least(rt, &length, 0, "'length' must be greater or equal to 0.")?;
            args.extend([value("expression"), length]);
        }
        Special::Repeat => {
            let number = value("number");
            at_least(rt, &number, 0, "'number' must be greater or equal to 0.")?;
            args.extend([value("expression"), number]);
        }
        Special::Replace => args.extend([value("expression"), value("text")]),
        Special::Substr => {
            let pos = value("pos");
            at_least(rt, &pos, 1, "'pos' must be greater than 0")?;
            args.extend([value("expression"), pos]);
            args.extend(given.get("length").filter(|v| !v.is_none()).cloned());
        }
        Special::Round => {
            args.push(value("expression"));
            args.push(given.get("precision").cloned().unwrap_or(Value::Int(0)));
        }
        Special::LagLead => {
            let name = &class.name();
            let (expression, offset) = (value("expression"), given.get("offset").cloned().unwrap_or(Value::Int(1)));
            if expression.is_none() {
                return Err(Exc::ValueError.new(format!("{name} requires a non-null source expression.")));
            }
            if offset.is_none() || not_positive(rt, &offset)? {
                return Err(Exc::ValueError.new(format!("{name} requires a positive integer for the offset.")));
            }
            args.extend([expression, offset]);
            args.extend(given.get("default").filter(|v| !v.is_none()).cloned());
        }
        Special::NthValue => {
            let name = &class.name();
            let (expression, nth) = (value("expression"), given.get("nth").cloned().unwrap_or(Value::Int(1)));
            if expression.is_none() {
                return Err(Exc::ValueError.new(format!("{name} requires a non-null source expression.")));
            }
            if nth.is_none() || not_positive(rt, &nth)? {
                return Err(Exc::ValueError.new(format!("{name} requires a positive integer as for nth.")));
            }
            args.extend([expression, nth]);
        }
        Special::Ntile => {
            let buckets = given.get("num_buckets").cloned().unwrap_or(Value::Int(1));
            if not_positive(rt, &buckets)? {
                return Err(Exc::ValueError.new("num_buckets must be greater than 0."));
            }
            args.push(buckets);
        }
        Special::Count | Special::Spread => args.push(value("expression")),
        Special::JsonObject => {
            for (name, v) in std::mem::take(&mut extra) {
                args.push(super::object_of(rt, &Expr::value(Value::from(name)))?);
                args.push(v);
            }
            output = None;
        }
        _ => args.extend(rest.iter().cloned()),
    }
    let arity = if class.is_heap {
        ops::get_attr_opt(rt, &this, "arity".into())?.and_then(|v| v.as_int()).map(|n| n as usize)
    } else {
        actual.arity
    };
    if let Some(arity) = arity
        && args.len() != arity
    {
        return Err(Exc::TypeError.new(format!(
            "'{}' takes exactly {arity} {} ({} given)",
            class.name(),
            if arity == 1 { "argument" } else { "arguments" },
            args.len()
        )));
    }
    let mut exprs: Vec<ExprRef> = Vec::with_capacity(args.len());
    for arg in &args {
        exprs.push(match (row.special, arg.as_str()) {
            (Special::Count, Some(star)) if *star == "*" => Rc::new(Expr::Star),
            _ => parse(rt, arg)?,
        });
    }
    match row.special {
        Special::Pad => exprs.push(match given.get("fill_text") {
            Some(v) => parse(rt, v)?,
            None => Expr::value(" "),
        }),
        Special::Replace => exprs.push(match given.get("replacement") {
            Some(v) => parse(rt, v)?,
            None => Expr::value(""),
        }),
        Special::Concat => {
            let output = output.as_ref().and_then(field_of);
            exprs = vec![pairs(&exprs, &output)?];
        }
        _ => {}
    }
    let aggregate = if actual.family == Family::Aggregate {
        let distinct = given.get("distinct").cloned().or_else(|| take(&mut extra, "distinct"));
        let filter = given.get("filter").cloned().or_else(|| take(&mut extra, "filter")).filter(|v| !v.is_none());
        let default = given.get("default").cloned().or_else(|| take(&mut extra, "default")).filter(|v| !v.is_none());
        Some(aggregate(rt, &this, &class.name(), &exprs, distinct, filter, default)?)
    } else {
        None
    };
    if row.special == Special::Spread {
        named.push(("@sample", Value::Bool(ops::truthy(rt, &value("sample"))?)));
    }
    extra.extend(named.into_iter().filter(|(_, v)| !v.is_none()).map(|(n, v)| (Name::new(n), v)));
    let common = Common { output_field: output.as_ref().and_then(field_of), ..Common::default() };
    built(rt, &this, Expr::Func(Func { row: actual, args: exprs, extra: extra.into(), aggregate, common }))
}

fn aggregate(
    rt: &Rt,
    this: &Value,
    name: &str,
    args: &[ExprRef],
    distinct: Option<Value>,
    filter: Option<Value>,
    default: Option<Value>,
) -> Res<AggregateParts> {
    let distinct = match &distinct {
        Some(v) => ops::truthy(rt, v)?,
        None => false,
    };
    if distinct {
        let allowed = ops::get_attr_opt(rt, this, "allow_distinct".into())?.unwrap_or_default();
        if !ops::truthy(rt, &allowed)? {
            return Err(Exc::TypeError.new(format!("{name} does not allow distinct.")));
        }
    }
    if default.is_some() {
        let empty = ops::get_attr_opt(rt, this, "empty_result_set_value".into())?.unwrap_or_default();
        if !empty.is_none() {
            return Err(Exc::TypeError.new(format!("{name} does not allow default.")));
        }
    }
    let filter = match filter {
        Some(v) => {
            if matches!(args.first().map(|a| &**a), Some(Expr::Star)) {
                return Err(Exc::ValueError.new("Star cannot be used with filter. Please specify a field."));
            }
            Some(super::expr_arg(rt, &v)?)
        }
        None => None,
    };
    Ok(AggregateParts { distinct, filter, default })
}

/// Several texts as pairs within pairs.
fn pairs(exprs: &[ExprRef], output: &Option<crate::models::FieldRef>) -> Res<ExprRef> {
    let common = Common { output_field: output.clone(), ..Common::default() };
    match exprs {
        [a, b] => call_row("ConcatPair", vec![a.clone(), b.clone()], common),
        [a, rest @ ..] if rest.len() > 1 => call_row("ConcatPair", vec![a.clone(), pairs(rest, output)?], common),
        _ => Err(Exc::ValueError.new("Concat must take at least two expressions")),
    }
}

/// `value <= 0`, with Python's own error for what cannot be compared.
fn not_positive(rt: &Rt, value: &Value) -> Res<bool> {
    let answer = ops::compare(rt, ops::Order::Le, value, &Value::Int(0))?;
    ops::truthy(rt, &answer)
}
