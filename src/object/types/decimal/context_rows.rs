use std::cell::RefCell;
use std::rc::Rc;

use super::super::datetime::bind_c;
use super::context::{self, Context, Settings, context_of, current, new_context, raise, set, set_current, under};
use super::cx::{Cx, Signals};
use super::number::{Decimal, Kind};
use super::rows::{self, convert, operand, value};
use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::{NativeFn, Row, RowKind};
use crate::object::instance::Object;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;

type Unary = fn(&mut Cx, &Decimal) -> Decimal;
type Binary = fn(&mut Cx, &Decimal, &Decimal) -> Decimal;
type Test = fn(&Decimal, &Cx) -> bool;

/// The operations that are methods of a context as well, by number of operands.
const UNARY: &[(&str, Unary)] = &[
    ("abs", Cx::abs),
    ("plus", Cx::plus),
    ("minus", Cx::minus),
    ("exp", Cx::exp),
    ("ln", Cx::ln),
    ("log10", Cx::log10),
    ("logb", Cx::logb),
    ("sqrt", Cx::sqrt),
    ("normalize", Cx::normalize),
    ("canonical", |_, d| d.clone()),
    ("copy_abs", |_, d| Decimal { negative: false, ..d.clone() }),
    ("copy_negate", |_, d| d.clone().negated()),
    ("copy_decimal", |_, d| d.clone()),
    ("next_minus", |cx, d| cx.next(d, false)),
    ("next_plus", |cx, d| cx.next(d, true)),
    ("logical_invert", |cx, d| {
        let ones = cx.ones();
        cx.logical(d, &ones, |x, y| x != y)
    }),
    ("to_integral", |cx, d| cx.to_integral(d, cx.rounding, false)),
    ("to_integral_value", |cx, d| cx.to_integral(d, cx.rounding, false)),
    ("to_integral_exact", |cx, d| cx.to_integral(d, cx.rounding, true)),
];

const BINARY: &[(&str, Binary)] = &[
    ("add", Cx::add),
    ("subtract", Cx::sub),
    ("multiply", Cx::mul),
    ("divide", Cx::div),
    ("divide_int", Cx::div_int),
    ("remainder", Cx::rem),
    ("remainder_near", Cx::remainder_near),
    ("quantize", Cx::quantize),
    ("scaleb", Cx::scaleb),
    ("next_toward", Cx::next_toward),
    ("copy_sign", |_, x, y| rows::copy_sign(x, y)),
    ("compare", rows::compare_op),
    ("compare_signal", rows::compare_signal_op),
    ("compare_total", rows::compare_total_op),
    ("compare_total_mag", rows::compare_total_mag_op),
    ("max", |cx, x, y| cx.extreme(x, y, true, false)),
    ("max_mag", |cx, x, y| cx.extreme(x, y, true, true)),
    ("min", |cx, x, y| cx.extreme(x, y, false, false)),
    ("min_mag", |cx, x, y| cx.extreme(x, y, false, true)),
    ("rotate", |cx, x, y| cx.shift(x, y, true)),
    ("shift", |cx, x, y| cx.shift(x, y, false)),
    ("logical_and", |cx, x, y| cx.logical(x, y, |x, y| x && y)),
    ("logical_or", |cx, x, y| cx.logical(x, y, |x, y| x || y)),
    ("logical_xor", |cx, x, y| cx.logical(x, y, |x, y| x != y)),
];

const TESTS: &[(&str, Test)] = &[
    ("is_canonical", |_, _| true),
    ("is_finite", |d, _| d.is_finite()),
    ("is_infinite", |d, _| d.is_infinite()),
    ("is_nan", |d, _| d.is_nan()),
    ("is_qnan", |d, _| d.kind == Kind::NaN),
    ("is_snan", |d, _| d.kind == Kind::SNaN),
    ("is_signed", |d, _| d.negative),
    ("is_zero", |d, _| d.is_zero()),
    ("is_normal", rows::is_normal),
    ("is_subnormal", rows::is_subnormal),
];

/// Adds the operations to the context's class.
pub(super) fn add_operations(class: &Rc<Class>) {
    for &(name, op) in UNARY {
        let f = NativeFn::closure_of(RowKind::Method, name, "(self, x, /)", move |rt, a| {
            let x = operand(a.get(1))?;
            Ok(value(rt, under(rt, a.opt(0), |cx| op(cx, &x))?))
        });
        class.set(Name::new(name), f);
    }
    for &(name, op) in BINARY {
        let f = NativeFn::closure_of(RowKind::Method, name, "(self, x, y, /)", move |rt, a| {
            let (x, y) = (operand(a.get(1))?, operand(a.get(2))?);
            Ok(value(rt, under(rt, a.opt(0), |cx| op(cx, &x, &y))?))
        });
        class.set(Name::new(name), f);
    }
    for &(name, test) in TESTS {
        let f = NativeFn::closure_of(RowKind::Method, name, "(self, x, /)", move |rt, a| {
            let x = operand(a.get(1))?;
            Ok(Value::Bool(under(rt, a.opt(0), |cx| test(&x, cx))?))
        });
        class.set(Name::new(name), f);
    }
}

fn settings(a: &Args) -> Res<Rc<RefCell<Settings>>> {
    Ok(a.native::<Context>(0)?.0.clone())
}

/// The last step of `create_decimal`: rounded to the context.
fn rounded(rt: &Rt, context: &Value, d: Decimal) -> Res<Value> {
    let d = under(rt, Some(context), |cx| {
        if d.is_nan() && d.digit_count() as i64 > cx.prec {
            return cx.invalid(Signals::CONVERSION_SYNTAX);
        }
        cx.fix(d)
    })?;
    Ok(value(rt, d))
}

fn signal_names(s: Signals) -> String {
    const NAMES: [(Signals, &str); 9] = [
        (Signals::CLAMPED, "Clamped"),
        (Signals::INVALID, "InvalidOperation"),
        (Signals::DIVISION_BY_ZERO, "DivisionByZero"),
        (Signals::INEXACT, "Inexact"),
        (Signals::FLOAT_OPERATION, "FloatOperation"),
        (Signals::OVERFLOW, "Overflow"),
        (Signals::ROUNDED, "Rounded"),
        (Signals::SUBNORMAL, "Subnormal"),
        (Signals::UNDERFLOW, "Underflow"),
    ];
    NAMES.iter().filter(|(bit, _)| s.any(*bit)).map(|(_, n)| *n).collect::<Vec<_>>().join(", ")
}

const NAMES: [&str; 8] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];

pub(super) const ROWS: &[Row] = &[
    Row::fixed("__new__", "(...)", "The rules of decimal arithmetic.", |rt, a| {
        let Some(Value::Class(class)) = a.rest.first().cloned() else {
            return Err(Exc::TypeError.new("Context.__new__(X): X is not a type object"));
        };
        a.rest.remove(0);
        let slots = bind_c(None, &NAMES, 0, 8, a)?;
        let template = context_of(&context::default_context(rt)).map(|s| s.borrow().clone()).unwrap_or_default();
        let new = Rc::new(RefCell::new(Settings { flags: Signals::default(), ..template }));
        for (name, slot) in NAMES.iter().zip(&slots) {
            if let Some(v) = slot.as_ref().filter(|v| !v.is_none()) {
                set(rt, &new, name, v)?;
            }
        }
        Ok(rt.object_of(class, Context(new)))
    }),
    Row::method("__init__", "(self, /, *args, **kwargs)", "Nothing more.", |_, _| Ok(Value::None)),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        let s = settings(a)?;
        let s = s.borrow();
        Ok(format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
            s.cx.prec,
            s.cx.rounding.name(),
            s.cx.emin,
            s.cx.emax,
            i32::from(s.capitals),
            i32::from(s.cx.clamp),
            signal_names(s.flags),
            signal_names(s.traps)
        )
        .into())
    }),
    Row::method("copy", "(self, /)", "A copy.", |rt, a| Ok(new_context(rt, settings(a)?.borrow().clone()))),
    Row::method("__copy__", "(self, /)", "A copy.", |rt, a| Ok(new_context(rt, settings(a)?.borrow().clone()))),
    Row::method("clear_flags", "(self, /)", "Forgets all signals.", |_, a| {
        settings(a)?.borrow_mut().flags = Signals::default();
        Ok(Value::None)
    }),
    Row::method("clear_traps", "(self, /)", "Traps nothing.", |_, a| {
        settings(a)?.borrow_mut().traps = Signals::default();
        Ok(Value::None)
    }),
    Row::method("Etiny", "(self, /)", "The exponent of the smallest subnormal.", |_, a| {
        Ok(Value::Int(settings(a)?.borrow().cx.etiny()))
    }),
    Row::method("Etop", "(self, /)", "The largest exponent of a full coefficient.", |_, a| {
        Ok(Value::Int(settings(a)?.borrow().cx.etop()))
    }),
    Row::method("radix", "(self, /)", "Ten.", |rt, _| Ok(value(rt, Decimal::from_i64(10)))),
    Row::method("create_decimal", "(self, num='0', /)", "A decimal rounded to the context.", |rt, a| {
        let v = a.opt(1).cloned().unwrap_or_else(|| Value::Int(0));
        if let Some(text) = v.as_str() {
            // Blanks and underscores are no part of a number here.
            let strict = !text.contains('_') && text.trim() == text.as_str();
            return match Decimal::parse(text).filter(|_| strict) {
                Some(d) => rounded(rt, a.get(0), d),
                None => Ok(value(rt, under(rt, a.opt(0), |cx| cx.invalid(Signals::CONVERSION_SYNTAX))?)),
            };
        }
        if v.as_float().is_some() {
            raise(rt, &settings(a)?, Signals::FLOAT_OPERATION)?;
        }
        let d = match v.as_float() {
            Some(f) => Decimal::from_float(f),
            None => convert(rt, &v)?,
        };
        rounded(rt, a.get(0), d)
    }),
    Row::method(
        "create_decimal_from_float",
        "(self, f, /)",
        "A decimal of a float, rounded to the context.",
        |rt, a| {
            let d = match (a.get(1).as_float(), a.get(1).as_big()) {
                (Some(f), _) => Decimal::from_float(f),
                (_, Some(n)) => Decimal::from_big(&n),
                _ => return Err(Exc::TypeError.new("argument must be int or float")),
            };
            rounded(rt, a.get(0), d)
        },
    ),
    Row::method("divmod", "(self, x, y, /)", "Quotient and remainder.", |rt, a| {
        let (x, y) = (operand(a.get(1))?, operand(a.get(2))?);
        let (q, r) = under(rt, a.opt(0), |cx| cx.div_mod(&x, &y))?;
        Ok(Value::pair(value(rt, q), value(rt, r)))
    }),
    Row::method("fma", "(self, x, y, z, /)", "x * y + z, rounded once.", |rt, a| {
        let (x, y, z) = (operand(a.get(1))?, operand(a.get(2))?, operand(a.get(3))?);
        Ok(value(rt, under(rt, a.opt(0), |cx| cx.fma(&x, &y, &z))?))
    }),
    Row::method("power", "(self, /, a, b, modulo=None)", "a ** b, modulo a number where one is given.", |rt, a| {
        let (x, y) = (operand(a.get(1))?, operand(a.get(2))?);
        let d = match a.some(3) {
            None => under(rt, a.opt(0), |cx| cx.pow(&x, &y))?,
            Some(m) => {
                let m = operand(m)?;
                under(rt, a.opt(0), |cx| cx.pow_mod(&x, &y, &m))?
            }
        };
        Ok(value(rt, d))
    }),
    Row::method("same_quantum", "(self, x, y, /)", "Whether the exponents are equal.", |_, a| {
        Ok(Value::Bool(rows::same_quantum(&operand(a.get(1))?, &operand(a.get(2))?)))
    }),
    Row::method("number_class", "(self, x, /)", "What kind of number.", |rt, a| {
        let x = operand(a.get(1))?;
        Ok(under(rt, a.opt(0), |cx| rows::number_class(&x, cx))?.into())
    }),
    Row::method("to_sci_string", "(self, x, /)", "In scientific notation.", |_, a| {
        let x = operand(a.get(1))?;
        Ok(x.text(false, settings(a)?.borrow().capitals).into())
    }),
    Row::method("to_eng_string", "(self, x, /)", "In engineering notation.", |_, a| {
        let x = operand(a.get(1))?;
        Ok(x.text(true, settings(a)?.borrow().capitals).into())
    }),
];

/// What `localcontext()` gives: a context that is current inside `with`.
pub struct ContextManager {
    inner: Value,
    outer: RefCell<Option<Value>>,
}

impl Object for ContextManager {}

impl NativeType for ContextManager {
    const NAME: &'static str = "ContextManager";
    const MODULE: &'static str = "decimal";
    const SHOWN: &'static str = "decimal.ContextManager";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__enter__", "(self, /)", "Makes it current.", |rt, a| {
            let me = a.native::<ContextManager>(0)?;
            *me.outer.borrow_mut() = Some(current(rt));
            set_current(rt, me.inner.clone())?;
            Ok(me.inner.clone())
        }),
        Row::method("__exit__", "(self, /, *args)", "Restores the one before.", |rt, a| {
            let outer = a.native::<ContextManager>(0)?.outer.borrow_mut().take();
            if let Some(outer) = outer {
                set_current(rt, outer)?;
            }
            Ok(Value::Bool(false))
        }),
    ]];
}

/// `localcontext(ctx=None, **kwargs)`.
pub fn local_context(rt: &Rt, a: &mut Args) -> Res<Value> {
    let base = match a.some(0) {
        Some(c) => c.clone(),
        None => current(rt),
    };
    let Some(base) = context_of(&base) else {
        return Err(Exc::TypeError.new("optional argument must be a context"));
    };
    let new = Rc::new(RefCell::new(base.borrow().clone()));
    for (name, v) in std::mem::take(&mut a.kwargs) {
        let text = name.text();
        if !NAMES.contains(&&*text) {
            return Err(Exc::TypeError.new(format!("localcontext() got an unexpected keyword argument '{name}'")));
        }
        if !v.is_none() {
            set(rt, &new, &text, &v)?;
        }
    }
    Ok(rt.object(ContextManager { inner: rt.object(Context(new)), outer: RefCell::new(None) }))
}
