//! Constructors of expressions that are no functions.

use std::rc::Rc;

use super::{built, expr_arg};
use crate::models::field_of;
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::sql::expressions::{conditional, parse};
use crate::sql::ir::{
    self, Case, Combined, CombinedKind, Common, Connector, Expr, ExprRef, Frame, FrameKind, ListKind, OrderBy, Outer,
    Q, QChild, RawSql, Sliced, Subquery, SubqueryKind, ValueExpr, When, Window,
};

fn common(output: &Value) -> Common {
    Common { output_field: field_of(output), ..Common::default() }
}

/// Whether an object's class is, or derives from, a native expression class.
fn is_class(value: &Value, name: &str) -> bool {
    value.as_obj().is_some_and(|o| o.class().mro().any(|c| !c.is_heap && *c.name() == *name))
}

pub(super) const EXPRESSION: &[Row] =
    &[Row::method("__init__", "(self, output_field=None)", "An expression.", |rt, a| {
        let this = a.value(0);
        let Some(object) = this.as_obj().cloned() else { return Ok(Value::None) };
        let common = Common { object: Some(object.clone()), ..common(a.get(1)) };
        built(rt, &this, Expr::Custom(ir::Custom { object, children: Vec::new(), common }))
    })];

pub(super) const F: &[Row] = &[
    Row::method("__init__", "(self, name)", "A field by its path: F('author__name').", |rt, a| {
        let this = a.value(0);
        let outer = is_class(&this, "OuterRef");
        let expr = match (a.get(1).native::<ir::ExprObject>(), a.get(1).as_str()) {
            (Some(inner), _) if outer => match &**inner.0.borrow() {
                Expr::OuterRef(inner) => Expr::OuterRef(Outer::Deeper(Box::new(inner.clone()))),
                Expr::F(name) | Expr::ResolvedOuterRef(name) => Expr::OuterRef(Outer::Name(name.clone())),
                _ => return Err(Exc::TypeError.new("OuterRef() takes a name")),
            },
            (_, Some(name)) if outer => Expr::OuterRef(Outer::Name(name.as_str().into())),
            (_, Some(name)) if is_class(&this, "ResolvedOuterRef") => Expr::ResolvedOuterRef(name.as_str().into()),
            (_, Some(name)) => Expr::F(name.as_str().into()),
            _ => Expr::F(ops::str(rt, a.get(1))?.as_str().into()),
        };
        super::replace(&this, Rc::new(expr))?;
        Ok(Value::None)
    }),
    Row::method("__getitem__", "(self, subscript)", "A part of the text: F('name')[:3].", |rt, a| {
        let source = expr_arg(rt, a.get(0))?;
        let (start, length) = slice(rt, a.get(1))?;
        super::new_object(rt, Rc::new(Expr::Sliced(Sliced { source, start, length })))
    }),
    Row::method("__contains__", "(self, other)", "Not supported.", |_, a| {
        Err(Exc::TypeError.new(format!("argument of type '{}' is not iterable", ops::type_name(a.get(0)))))
    }),
];

fn slice(rt: &Rt, subscript: &Value) -> Res<(i64, Option<i64>)> {
    let negative = || Err(Exc::ValueError.new("Negative indexing is not supported."));
    if let Some(i) = subscript.as_int() {
        return if i < 0 { negative() } else { Ok((i + 1, Some(1))) };
    }
    if *ops::type_name(subscript) != *"slice" {
        return Err(Exc::TypeError.new("Argument to slice must be either int or slice instance."));
    }
    let part = |name: &str| -> Res<Option<i64>> {
        match ops::get_attr(rt, subscript, name.into())? {
            Value::None => Ok(None),
            v => ops::index(rt, &v).map(Some),
        }
    };
    let (start, stop, step) = (part("start")?, part("stop")?, part("step")?);
    if start.is_some_and(|n| n < 0) || stop.is_some_and(|n| n < 0) {
        return negative();
    }
    if step.is_some() {
        return Err(Exc::ValueError.new("Step argument is not supported."));
    }
    if let (Some(start), Some(stop)) = (start, stop)
        && start != 0
        && stop != 0
        && stop < start
    {
        return Err(Exc::ValueError.new("Slice stop must be greater than slice start."));
    }
    Ok((start.unwrap_or(0) + 1, stop.map(|stop| stop - start.unwrap_or(0))))
}

pub(super) const VALUE: &[Row] = &[Row::method(
    "__init__",
    "(self, value, output_field=None)",
    "A plain value in an expression: Value(1).",
    |rt, a| {
        let expr = Expr::Value(ValueExpr { value: a.value(1), for_save: false, common: common(a.get(2)) });
        built(rt, a.get(0), expr)
    },
)];

pub(super) const RAW_SQL: &[Row] =
    &[Row::method("__init__", "(self, sql, params, output_field=None)", "SQL of one's own.", |rt, a| {
        let params = ops::collect(rt, a.get(2))?;
        let sql = a.str(1)?.as_str().into();
        built(rt, a.get(0), Expr::RawSql(RawSql { sql, params: params.into(), common: common(a.get(3)) }))
    })];

pub(super) const STAR: &[Row] =
    &[Row::method("__init__", "(self)", "All columns: Count('*').", |rt, a| built(rt, a.get(0), Expr::Star))];

/// The operator's static text.
fn connector(text: &str) -> &'static str {
    const ALL: [&str; 11] = ["+", "-", "*", "/", "^", "%%", "&", "|", "<<", ">>", "#"];
    ALL.into_iter().find(|c| *c == text).unwrap_or("+")
}

pub(super) const COMBINED: &[Row] = &[Row::method(
    "__init__",
    "(self, lhs, connector, rhs, output_field=None)",
    "Two expressions and an operator.",
    |rt, a| {
        let (lhs, rhs) = (parse(rt, a.get(1))?, parse(rt, a.get(3))?);
        let connector = connector(a.str(2)?);
        let common = common(a.get(4));
        built(rt, a.get(0), Expr::Combined(Combined { lhs, connector, rhs, kind: CombinedKind::Plain, common }))
    },
)];

pub(super) const WRAPPER: &[Row] = &[Row::method(
    "__init__",
    "(self, expression, output_field)",
    "An expression with another output field.",
    |rt, a| {
        let inner = expr_arg(rt, a.get(1))?;
        built(rt, a.get(0), Expr::Wrapper(inner, common(a.get(2))))
    },
)];

/// Whether a value can be a condition; one whose type is unknown cannot.
pub(super) fn is_condition(rt: &Rt, value: &Value) -> Res<bool> {
    match ir::expr_of(rt, value)? {
        Some(e) => match conditional(rt, &e) {
            Err(e) if e.is(Exc::AttributeError) => Ok(false),
            other => other,
        },
        None => Ok(false),
    }
}

pub(super) const WHEN: &[Row] = &[Row::method(
    "__init__",
    "(self, condition=None, then=None, **lookups)",
    "A condition and its result: When(age__gt=30, then=Value('old')).",
    |rt, a| {
        let wrong =
            || Exc::TypeError.new("When() supports a Q object, a boolean expression, or lookups as a condition.");
        let filters = std::mem::take(&mut a.kwargs);
        let lookups = Q::filters(filters.into_iter().map(|(n, v)| (n.text(), v)));
        let given = a.some(1).cloned();
        let condition: ExprRef = match given {
            None if !lookups.is_empty() => Rc::new(Expr::Q(Rc::new(sorted(lookups)))),
            None => return Err(wrong()),
            Some(value) => {
                if !is_condition(rt, &value)? {
                    return Err(wrong());
                }
                let e = expr_arg(rt, &value)?;
                if lookups.is_empty() {
                    e
                } else {
                    let mut q = sorted(lookups);
                    q.children.insert(0, child(e));
                    Rc::new(Expr::Q(Rc::new(q)))
                }
            }
        };
        if let Expr::Q(q) = &*condition
            && q.is_empty()
        {
            return Err(Exc::ValueError.new("An empty Q() can't be used as a When() condition."));
        }
        let result = parse(rt, a.get(2))?;
        built(rt, a.get(0), Expr::When(When { condition, result, common: Common::default() }))
    },
)];

/// Conditions by keyword in Django's order: by name.
pub(super) fn sorted(mut q: Q) -> Q {
    q.children.sort_by(|a, b| match (a, b) {
        (QChild::Filter(a, _), QChild::Filter(b, _)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    });
    q
}

/// An expression as a child of a `Q`.
pub(super) fn child(e: ExprRef) -> QChild {
    match &*e {
        Expr::Q(q) => QChild::Q(q.clone()),
        _ => QChild::Expr(e),
    }
}

pub(super) const CASE: &[Row] = &[Row::method(
    "__init__",
    "(self, *cases, default=None, output_field=None, **extra)",
    "The result of the first condition that holds: Case(When(...), default=...).",
    |rt, a| {
        let mut cases = Vec::with_capacity(a.rest.len());
        for case in &a.rest {
            if !is_class(case, "When") {
                return Err(Exc::TypeError.new("Positional arguments must all be When objects."));
            }
            cases.push(expr_arg(rt, case)?);
        }
        let default = parse(rt, a.get(1))?;
        let extra: Vec<_> = std::mem::take(&mut a.kwargs);
        built(rt, a.get(0), Expr::Case(Case { cases, default, extra: extra.into(), common: common(a.get(2)) }))
    },
)];

fn subquery(rt: &Rt, a: &mut Args, kind: SubqueryKind) -> Res<Value> {
    let given = ir::expr_of(rt, a.get(1))?;
    let Some(Expr::Query(q)) = given.as_deref() else {
        return Err(Exc::AttributeError.new(format!("'{}' object has no attribute 'clone'", ops::type_name(a.get(1)))));
    };
    let mut q = (**q).clone();
    q.subquery = true;
    if kind == SubqueryKind::Exists {
        q = q.exists(rt, true)?;
        q.subquery = true;
    }
    let extra: Vec<_> = std::mem::take(&mut a.kwargs);
    let common = common(a.get(2));
    built(rt, a.get(0), Expr::Subquery(Subquery { query: Rc::new(q), kind, extra: extra.into(), common }))
}

pub(super) const SUBQUERY: &[Row] = &[Row::method(
    "__init__",
    "(self, queryset, output_field=None, **extra)",
    "A queryset as a value: Subquery(qs.values('x')[:1]).",
    |rt, a| subquery(rt, a, SubqueryKind::Value),
)];

pub(super) const EXISTS: &[Row] = &[Row::method(
    "__init__",
    "(self, queryset, output_field=None, **kwargs)",
    "Whether a queryset has rows: Exists(qs).",
    |rt, a| subquery(rt, a, SubqueryKind::Exists),
)];

/// `nulls_first` and `nulls_last`: not both, and never False.
pub(super) fn check_nulls(rt: &Rt, first: Option<&Value>, last: Option<&Value>) -> Res<()> {
    let truth = |v: Option<&Value>| match v {
        Some(v) => ops::truthy(rt, v),
        None => Ok(false),
    };
    if truth(first)? && truth(last)? {
        return Err(Exc::ValueError.new("nulls_first and nulls_last are mutually exclusive"));
    }
    let no = |v: Option<&Value>| matches!(v, Some(Value::Bool(false)));
    if no(first) || no(last) {
        return Err(Exc::ValueError.new("nulls_first and nulls_last values must be True or None."));
    }
    Ok(())
}

pub(super) const ORDER_BY: &[Row] = &[
    Row::method(
        "__init__",
        "(self, expression, descending=False, nulls_first=None, nulls_last=None)",
        "An expression with a direction.",
        |rt, a| {
            check_nulls(rt, a.opt(3), a.opt(4))?;
            let Some(expr) = ir::expr_of(rt, a.get(1))? else {
                return Err(Exc::ValueError.new("expression must be an expression type"));
            };
            let (descending, nulls_first, nulls_last) =
                (a.flag(rt, 2, false)?, a.flag(rt, 3, false)?, a.flag(rt, 4, false)?);
            let common = Common::default();
            built(rt, a.get(0), Expr::OrderBy(OrderBy { expr, descending, nulls_first, nulls_last, common }))
        },
    ),
    Row::method("reverse_ordering", "(self)", "Turns it round.", |rt, a| {
        let _ = rt;
        let e = super::payload(a.get(0))?;
        if let Expr::OrderBy(o) = &*e {
            let mut o = o.clone();
            o.descending = !o.descending;
            std::mem::swap(&mut o.nulls_first, &mut o.nulls_last);
            super::replace(a.get(0), Rc::new(Expr::OrderBy(o)))?;
        }
        Ok(a.take(0))
    }),
];

fn list(rt: &Rt, kind: ListKind, value: &Value) -> Res<ExprRef> {
    let items = match value.plain() {
        Value::List(_) | Value::Tuple(_) => ops::collect(rt, value)?,
        _ => vec![value.clone()],
    };
    let mut out = Vec::with_capacity(items.len());
    for item in &items {
        out.push(match item.as_str().and_then(|s| s.strip_prefix('-')) {
            Some(name) if kind == ListKind::OrderBy => Expr::order(Rc::new(Expr::F(name.into())), true),
            _ => parse(rt, item)?,
        });
    }
    Ok(Rc::new(Expr::List(kind, out)))
}

pub(super) const LIST: &[Row] = &[Row::method("__init__", "(self, *expressions, **extra)", "Several.", |rt, a| {
    let this = a.value(0);
    let kind = if is_class(&this, "OrderByList") { ListKind::OrderBy } else { ListKind::Plain };
    let items = list(rt, kind, &Value::list(std::mem::take(&mut a.rest)))?;
    super::replace(&this, items)?;
    Ok(Value::None)
})];

pub(super) const WINDOW: &[Row] = &[Row::method(
    "__init__",
    "(self, expression, partition_by=None, order_by=None, frame=None, output_field=None)",
    "A function over the rows around each row.",
    |rt, a| {
        let compatible = match ops::get_attr_opt(rt, a.get(1), "window_compatible".into())? {
            Some(v) => ops::truthy(rt, &v)?,
            None => false,
        };
        if !compatible {
            return Err(Exc::ValueError
                .new(format!("Expression '{}' isn't compatible with OVER clauses.", ops::type_name(a.get(1)))));
        }
        let partition_by = match a.some(2) {
            Some(v) => Some(list(rt, ListKind::PartitionBy, v)?),
            None => None,
        };
        let order_by = match a.some(3) {
            Some(v) => {
                let fine = matches!(v.plain(), Value::List(_) | Value::Tuple(_) | Value::Str(_))
                    || is_class(v, "BaseExpression");
                if !fine {
                    return Err(Exc::ValueError.new(
                        "Window.order_by must be either a string reference to a field, an expression, or a list or \
                         tuple of them.",
                    ));
                }
                Some(list(rt, ListKind::OrderBy, v)?)
            }
            None => None,
        };
        let frame = match a.some(4) {
            Some(v) => Some(expr_arg(rt, v)?),
            None => None,
        };
        let source = parse(rt, a.get(1))?;
        built(rt, a.get(0), Expr::Window(Window { source, partition_by, order_by, frame, common: common(a.get(5)) }))
    },
)];

pub(super) const FRAME: &[Row] = &[Row::method(
    "__init__",
    "(self, start=None, end=None, exclusion=None)",
    "The rows that a window function looks at.",
    |rt, a| {
        let this = a.value(0);
        let kind = if is_class(&this, "ValueRange") { FrameKind::Range } else { FrameKind::Rows };
        let exclusion = match a.some(3) {
            None => None,
            Some(v) => {
                let name = ops::get_attr_opt(rt, v, "value".into())?.unwrap_or_default();
                let known = ["CURRENT ROW", "GROUP", "TIES", "NO OTHERS"];
                match known.into_iter().find(|k| name.as_str().is_some_and(|s| s.as_str() == *k)) {
                    Some(k) if *ops::type_name(v) == *"WindowFrameExclusion" => Some(k),
                    _ => {
                        return Err(Exc::TypeError.new(format!(
                            "{}.exclusion must be a WindowFrameExclusion instance.",
                            ops::type_name(&this)
                        )));
                    }
                }
            }
        };
        built(rt, &this, Expr::Frame(Frame { kind, start: a.value(1), end: a.value(2), exclusion }))
    },
)];

/// The connector of a `Q`'s `_connector` argument.
pub(super) fn connector_of(value: Option<&Value>) -> Res<Connector> {
    match value {
        None | Some(Value::None) => Ok(Connector::And),
        Some(v) => v
            .as_str()
            .and_then(|s| Connector::from_text(s))
            .ok_or_else(|| Exc::ValueError.new("_connector must be one of 'AND', 'OR', 'XOR', or None.")),
    }
}
