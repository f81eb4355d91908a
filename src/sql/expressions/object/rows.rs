//! Methods that all expressions share: operators, ordering, copies, comparison.

use std::rc::Rc;

use super::{expr_arg, new_object, payload};
use crate::object::{Args, Exc, Res, Row, Rt, Value, ops};
use crate::sql::expressions::{conditional, output_field, repr, text};
use crate::sql::ir::{self, Combined, CombinedKind, Common, Connector, Expr, OrderBy, Q, QChild, hash_expr, same_expr};

/// `lhs connector rhs` as an object.
fn combine(rt: &Rt, a: &Args, connector: &'static str, reversed: bool) -> Res<Value> {
    let this = expr_arg(rt, a.get(0))?;
    let other = match ir::expr_of(rt, a.get(1))? {
        Some(expr) => expr,
        None => Expr::value(a.value(1)),
    };
    let (lhs, rhs) = if reversed { (other, this) } else { (this, other) };
    let common = Common::default();
    new_object(rt, Rc::new(Expr::Combined(Combined { lhs, connector, rhs, kind: CombinedKind::Plain, common })))
}

fn logical(rt: &Rt, a: &Args, connector: Connector) -> Res<Value> {
    if super::init::is_condition(rt, a.get(0))? && super::init::is_condition(rt, a.get(1))? {
        let side = |value: &Value| -> Res<Rc<Q>> {
            let e = expr_arg(rt, value)?;
            Ok(match &*e {
                Expr::Q(q) => q.clone(),
                _ => Rc::new(Q { children: vec![QChild::Expr(e.clone())], ..Q::default() }),
            })
        };
        let q = side(a.get(0))?.combine(&side(a.get(1))?, connector);
        return new_object(rt, Rc::new(Expr::Q(q)));
    }
    Err(bitwise())
}

fn bitwise() -> crate::object::Error {
    Exc::NotImplementedError.new("Use .bitand(), .bitor(), and .bitxor() for bitwise logical operations.")
}

const OTHER: &str = "(self, other)";

/// `Combinable`.
pub(super) const COMBINABLE: &[Row] = &[
    Row::method("__neg__", "(self)", "Negated.", |rt, a| {
        let lhs = expr_arg(rt, a.get(0))?;
        let (rhs, common) = (Expr::value(-1i64), Common::default());
        new_object(
            rt,
            Rc::new(Expr::Combined(Combined { lhs, connector: "*", rhs, kind: CombinedKind::Plain, common })),
        )
    }),
    Row::method("__add__", OTHER, "Sum.", |rt, a| combine(rt, a, "+", false)),
    Row::method("__sub__", OTHER, "Difference.", |rt, a| combine(rt, a, "-", false)),
    Row::method("__mul__", OTHER, "Product.", |rt, a| combine(rt, a, "*", false)),
    Row::method("__truediv__", OTHER, "Quotient.", |rt, a| combine(rt, a, "/", false)),
    Row::method("__mod__", OTHER, "Remainder.", |rt, a| combine(rt, a, "%%", false)),
    Row::method("__pow__", OTHER, "Power.", |rt, a| combine(rt, a, "^", false)),
    Row::method("__radd__", OTHER, "Sum.", |rt, a| combine(rt, a, "+", true)),
    Row::method("__rsub__", OTHER, "Difference.", |rt, a| combine(rt, a, "-", true)),
    Row::method("__rmul__", OTHER, "Product.", |rt, a| combine(rt, a, "*", true)),
    Row::method("__rtruediv__", OTHER, "Quotient.", |rt, a| combine(rt, a, "/", true)),
    Row::method("__rmod__", OTHER, "Remainder.", |rt, a| combine(rt, a, "%%", true)),
    Row::method("__rpow__", OTHER, "Power.", |rt, a| combine(rt, a, "^", true)),
    Row::method("__and__", OTHER, "Both conditions.", |rt, a| logical(rt, a, Connector::And)),
    Row::method("__or__", OTHER, "Either condition.", |rt, a| logical(rt, a, Connector::Or)),
    Row::method("__xor__", OTHER, "One condition.", |rt, a| logical(rt, a, Connector::Xor)),
    Row::method("__rand__", OTHER, "Not supported.", |_, _| Err(bitwise())),
    Row::method("__ror__", OTHER, "Not supported.", |_, _| Err(bitwise())),
    Row::method("__rxor__", OTHER, "Not supported.", |_, _| Err(bitwise())),
    Row::method("bitand", OTHER, "Bitwise and.", |rt, a| combine(rt, a, "&", false)),
    Row::method("bitor", OTHER, "Bitwise or.", |rt, a| combine(rt, a, "|", false)),
    Row::method("bitxor", OTHER, "Bitwise exclusive or.", |rt, a| combine(rt, a, "#", false)),
    Row::method("bitleftshift", OTHER, "Shifted left.", |rt, a| combine(rt, a, "<<", false)),
    Row::method("bitrightshift", OTHER, "Shifted right.", |rt, a| combine(rt, a, ">>", false)),
    Row::method("__invert__", "(self)", "The opposite condition.", |rt, a| {
        let e = expr_arg(rt, a.get(0))?;
        match &*e {
            Expr::Negated(inner, _) => ir::value_of(rt, inner),
            _ => new_object(rt, Rc::new(Expr::Negated(e, Common::default()))),
        }
    }),
];

fn order(rt: &Rt, a: &Args, descending: bool) -> Res<Value> {
    let expr = expr_arg(rt, a.get(0))?;
    super::init::check_nulls(rt, a.opt(1), a.opt(2))?;
    let nulls_first = a.flag(rt, 1, false)?;
    let nulls_last = a.flag(rt, 2, false)?;
    let common = Common::default();
    new_object(rt, Rc::new(Expr::OrderBy(OrderBy { expr, descending, nulls_first, nulls_last, common })))
}

const ORDER: &str = "(self, nulls_first=None, nulls_last=None)";

/// What `F`, `Q` and every expression have.
pub(super) const COMMON: &[Row] = &[
    Row::fixed("__new__", "(cls, /, *args, **kwargs)", "A new expression.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, ir::ExprObject(std::cell::RefCell::new(Rc::new(Expr::Nothing))))),
        _ => Err(Exc::TypeError.new("object.__new__(X): X is not a type object")),
    }),
    Row::method("__repr__", "(self)", "As text.", |rt, a| {
        let e = payload(a.get(0))?;
        Ok(Value::from(repr(rt, &e)?))
    }),
    Row::method("__str__", "(self)", "As text.", |rt, a| {
        let this = a.value(0);
        if let Some(object) = this.as_obj()
            && crate::sql::expressions::custom_method(object, "__repr__").is_some()
        {
            return Ok(Value::Str(ops::repr(rt, &this)?));
        }
        let e = payload(&this)?;
        let plain = match &*e {
            Expr::Combined(_)
            | Expr::When(_)
            | Expr::Case(_)
            | Expr::Window(_)
            | Expr::Frame(_)
            | Expr::List(..)
            | Expr::Q(_) => text(rt, &e)?,
            _ => repr(rt, &e)?,
        };
        Ok(Value::from(plain))
    }),
    Row::method("__eq__", "(self, other)", "Whether both are the same expression.", |rt, a| {
        let _ = rt;
        let this = payload(a.get(0))?;
        match a.get(1).native::<ir::ExprObject>() {
            Some(other) => Ok(Value::Bool(same_expr(&this, &other.0.borrow()))),
            None => Ok(Value::NotImplemented),
        }
    }),
    Row::method("__hash__", "(self)", "The hash.", |_, a| {
        let e = payload(a.get(0))?;
        Ok(Value::Int((hash_expr(&e) >> 2) as i64))
    }),
    Row::method("asc", ORDER, "In ascending order.", |rt, a| order(rt, a, false)),
    Row::method("desc", ORDER, "In descending order.", |rt, a| order(rt, a, true)),
    Row::method("copy", "(self)", "A copy.", |rt, a| {
        let e = payload(a.get(0))?;
        super::copy_object(rt, a.get(0), e)
    }),
    Row::method("resolve_expression", super::RESOLVE, "Resolved against a query.", super::resolve_row),
    Row::getter("conditional", "Whether it can stand as a condition.", |rt, a| {
        let e = payload(a.get(0))?;
        Ok(Value::Bool(conditional(rt, &e)?))
    }),
    Row::method("get_source_expressions", "(self)", "The expressions it is made of.", |rt, a| {
        let e = payload(a.get(0))?;
        let children: Res<Vec<Value>> = super::sources(&e).iter().map(|c| super::optional_value(rt, c)).collect();
        Ok(Value::list(children?))
    }),
    Row::method("set_source_expressions", "(self, exprs)", "Replaces them.", |rt, a| {
        let e = payload(a.get(0))?;
        let new = super::with_sources(rt, &e, a.get(1))?;
        super::replace(a.get(0), new)?;
        Ok(Value::None)
    }),
    Row::method("flatten", "(self)", "It and all below it.", |rt, a| {
        let e = payload(a.get(0))?;
        let mut out = Vec::new();
        ir::flatten(&e, &mut out);
        let values: Res<Vec<Value>> = out.iter().map(|e| ir::value_of(rt, e)).collect();
        ops::iter_value(rt, &Value::list(values?))
    }),
    Row::getter("contains_aggregate", "Whether it aggregates.", |_, a| {
        Ok(Value::Bool(payload(a.get(0))?.contains_aggregate()))
    }),
    Row::getter("contains_over_clause", "Whether it has a window.", |_, a| {
        Ok(Value::Bool(payload(a.get(0))?.contains_over_clause()))
    }),
    Row::getter("contains_subquery", "Whether it has a subquery.", |_, a| {
        Ok(Value::Bool(payload(a.get(0))?.contains_subquery()))
    }),
    Row::getter("contains_column_references", "Whether it names columns.", |_, a| {
        Ok(Value::Bool(payload(a.get(0))?.contains_column_references()))
    }),
];

/// What `BaseExpression` has besides.
pub(super) const BASE: &[Row] = &[
    Row::method("as_sql", super::AS_SQL, "Its SQL and parameters.", super::as_sql_row),
    Row::method("as_sqlite", super::AS_SQL, "Its SQL and parameters in SQLite.", super::as_sqlite_row),
    Row::method("get_group_by_cols", "(self)", "What it adds to GROUP BY.", |rt, a| {
        let e = payload(a.get(0))?;
        let cols: Res<Vec<Value>> =
            crate::sql::expressions::group_by_cols(rt, &e)?.iter().map(|e| ir::value_of(rt, e)).collect();
        Ok(Value::list(cols?))
    }),
    Row::method("_parse_expressions", "(self, *expressions)", "Values and names as expressions.", |rt, a| {
        let out: Res<Vec<Value>> =
            a.rest.iter().map(|v| crate::sql::expressions::parse(rt, v).and_then(|e| ir::value_of(rt, &e))).collect();
        Ok(Value::list(out?))
    }),
    Row::method("reverse_ordering", "(self)", "Turns an ordering round.", |_, a| Ok(a.take(0))),
    Row::getter("field", "The output field.", |rt, a| {
        let e = payload(a.get(0))?;
        Ok(output_field(rt, &e)?.object(rt))
    }),
];
