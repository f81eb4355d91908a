use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::BigUint;
use num_traits::Zero;

use super::super::datetime::{comparison_rows, struct_seq};
use super::context::{self, context_of, current, float_met, rounding_arg, under};
use super::cx::{Cx, Rounding, Signals};
use super::number::{Decimal, Kind};
use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

impl NativeType for Decimal {
    const NAME: &'static str = "Decimal";
    const MODULE: &'static str = "decimal";
    const SHOWN: &'static str = "decimal.Decimal";
    const ROWS: &'static [&'static [Row]] = &[BASIC, COMPARE, ARITHMETIC, METHODS];
}

static TUPLE: struct_seq::Spec = struct_seq::Spec {
    name: "DecimalTuple",
    module: "decimal",
    shown: "DecimalTuple",
    fields: &["sign", "digits", "exponent"],
};

/// The class of what `as_tuple()` gives.
pub fn tuple_class(rt: &Rt) -> Rc<Class> {
    struct_seq::class(rt, &TUPLE)
}

pub(super) fn this<'a>(a: &'a Args) -> Res<&'a Decimal> {
    a.native::<Decimal>(0)
}

pub(super) fn no_conversion(v: &Value) -> Error {
    Exc::TypeError.new(format!("conversion from {} to Decimal is not supported", ops::type_name(v)))
}

/// An operand that must be a decimal or an integer.
pub(super) fn operand(v: &Value) -> Res<Decimal> {
    Decimal::of(v).ok_or_else(|| no_conversion(v))
}

pub(super) fn value(rt: &Rt, d: Decimal) -> Value {
    rt.object(d)
}

/// What `Decimal(x)` makes of a value, exactly.
pub(super) fn convert(rt: &Rt, v: &Value) -> Res<Decimal> {
    if let Some(d) = Decimal::of(v) {
        return Ok(d);
    }
    if let Some(text) = v.as_str() {
        return context::parse(rt, text);
    }
    if let Some(f) = v.as_float() {
        float_met(rt)?;
        return Ok(Decimal::from_float(f));
    }
    if v.as_tuple().is_some() || v.as_list().is_some() {
        return from_tuple(rt, &ops::collect(rt, v)?);
    }
    Err(no_conversion(v))
}

fn from_tuple(rt: &Rt, items: &[Value]) -> Res<Decimal> {
    let [sign, digits, exp] = items else {
        return Err(Exc::ValueError.new("argument must be a sequence of length 3"));
    };
    let negative = match sign.as_int() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(Exc::ValueError.new("sign must be an integer with the value 0 or 1")),
    };
    let bad = || Exc::ValueError.new("coefficient must be a tuple of digits");
    let list = match digits.as_tuple().is_some() || digits.as_list().is_some() {
        true => ops::collect(rt, digits)?,
        false => return Err(bad()),
    };
    let mut n = BigUint::zero();
    for digit in &list {
        match digit.as_int() {
            Some(d @ 0..=9) => n = n * 10u32 + d as u32,
            _ => return Err(bad()),
        }
    }
    if let Some(text) = exp.as_str() {
        let kind = match text.as_str() {
            "F" => return Ok(Decimal::infinity(negative)),
            "n" => Kind::NaN,
            "N" => Kind::SNaN,
            _ => return Err(Exc::ValueError.new("string argument in the third position must be 'F', 'n' or 'N'")),
        };
        return Ok(Decimal { negative, kind, digits: n, exp: 0 });
    }
    match exp.as_int() {
        Some(e) => Ok(Decimal::new(negative, n, e)),
        None => Err(Exc::ValueError.new("exponent must be an integer")),
    }
}

fn integer(d: &Decimal) -> Res<Value> {
    match d.trunc() {
        Some(n) => Ok(Value::from_big(n)),
        None if d.is_infinite() => Err(Exc::OverflowError.new("cannot convert Infinity to integer")),
        None => Err(Exc::ValueError.new("cannot convert NaN to integer")),
    }
}

fn whole(rt: &Rt, d: &Decimal, rounding: Rounding) -> Res<Value> {
    if !d.is_finite() {
        return integer(d);
    }
    let _ = rt;
    integer(&Cx::exact().to_integral(d, rounding, false))
}

const BASIC: &[Row] = &[
    Row::fixed("__new__", "(cls, value='0', context=None)", "Construct a new Decimal object.", |rt, a| {
        let Value::Class(class) = a.value(0) else {
            return Err(Exc::TypeError.new("Decimal.__new__(X): X is not a type object"));
        };
        if let Some(context) = a.some(2)
            && context_of(context).is_none()
        {
            return Err(Exc::TypeError.new("optional argument must be a context"));
        }
        let d = match a.opt(1) {
            Some(v) => convert(rt, v)?,
            None => Decimal::zero(false, 0),
        };
        Ok(rt.object_of(class, d))
    }),
    Row::class(
        "from_float",
        "(cls, f, /)",
        "Class method that converts a float to a decimal number, exactly.",
        |rt, a| {
            let d = match (a.get(1).as_float(), a.get(1).as_big()) {
                (Some(f), _) => Decimal::from_float(f),
                (_, Some(n)) => Decimal::from_big(&n),
                _ => return Err(Exc::TypeError.new("argument must be int or float")),
            };
            match a.value(0) {
                Value::Class(class) if class.is_heap => {
                    ops::call(rt, &Value::Class(class), crate::object::args::CallArgs::new([value(rt, d)]))
                }
                _ => Ok(value(rt, d)),
            }
        },
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
        Ok(format!("Decimal('{}')", this(a)?.text(false, capitals(rt))).into())
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |rt, a| Ok(this(a)?.text(false, capitals(rt)).into())),
    Row::method("__format__", "(self, spec, context=None, /)", "Formats by a specification.", |rt, a| {
        let Some(spec) = a.get(1).as_str().cloned() else {
            return Err(Exc::TypeError.new("format argument must be str"));
        };
        let rounding = context_of(&current(rt)).map_or(Rounding::HalfEven, |s| s.borrow().cx.rounding);
        Ok(super::format::format(this(a)?, &spec, rounding, capitals(rt))?.into())
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |_, a| {
        let d = this(a)?;
        match d.kind {
            Kind::SNaN => Err(Exc::TypeError.new("Cannot hash a signaling NaN value")),
            Kind::NaN => Ok(Value::Int(a.get(0).id() as i64 >> 4)),
            _ => Ok(Value::Int(d.hash())),
        }
    }),
    Row::method("__bool__", "(self, /)", "True if self else False", |_, a| Ok(Value::Bool(!this(a)?.is_zero()))),
    Row::method("__int__", "(self, /)", "int(self)", |_, a| integer(this(a)?)),
    Row::method("__trunc__", "(self, /)", "int(self)", |_, a| integer(this(a)?)),
    Row::method("__float__", "(self, /)", "float(self)", |_, a| {
        let d = this(a)?;
        if d.kind == Kind::SNaN {
            return Err(Exc::ValueError.new("cannot convert signaling NaN to float"));
        }
        Ok(Value::Float(d.to_f64()))
    }),
    Row::method("__floor__", "(self, /)", "The floor.", |rt, a| whole(rt, this(a)?, Rounding::Floor)),
    Row::method("__ceil__", "(self, /)", "The ceiling.", |rt, a| whole(rt, this(a)?, Rounding::Ceiling)),
    Row::method("__round__", "(self, ndigits=None, /)", "Rounds, halves to even.", |rt, a| {
        let d = this(a)?;
        match a.opt(1) {
            None => whole(rt, d, Rounding::HalfEven),
            Some(n) => {
                let Some(n) = n.as_int() else {
                    return Err(Exc::TypeError.new("optional arg must be an integer"));
                };
                let exp = Decimal::new(false, BigUint::from(1u32), -n);
                let d = under(rt, None, |cx| {
                    let rounding = std::mem::replace(&mut cx.rounding, Rounding::HalfEven);
                    let d = cx.quantize(d, &exp);
                    cx.rounding = rounding;
                    d
                })?;
                Ok(value(rt, d))
            }
        }
    }),
    Row::method("__copy__", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("__deepcopy__", "(self, memo, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("__reduce__", "(self, /)", "For copying.", |rt, a| {
        let text = Value::str(this(a)?.to_string());
        Ok(Value::tuple(vec![Value::Class(rt.class_of(a.get(0))), Value::tuple(vec![text])]))
    }),
    Row::getter("real", "Itself.", |_, a| Ok(a.take(0))),
    Row::getter("imag", "Zero.", |rt, _| Ok(value(rt, Decimal::zero(false, 0)))),
];

fn capitals(rt: &Rt) -> bool {
    context_of(&current(rt)).is_none_or(|s| s.borrow().capitals)
}

fn compare(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    let x = this(a)?;
    let y = match Decimal::of(a.get(1)) {
        Some(y) => y,
        None => match a.get(1).as_float() {
            Some(f) => {
                if matches!(op, Order::Eq | Order::Ne) {
                    if let Some(s) = context_of(&current(rt)) {
                        let mut s = s.borrow_mut();
                        s.flags = s.flags.with(Signals::FLOAT_OPERATION);
                    }
                } else {
                    float_met(rt)?;
                }
                Decimal::from_float(f)
            }
            None => return compare_other(rt, x, a.get(1), op),
        },
    };
    ordered(rt, x, &y, op)
}

fn ordered(rt: &Rt, x: &Decimal, y: &Decimal, op: Order) -> Res<Value> {
    if x.is_nan() || y.is_nan() {
        let signaling = x.kind == Kind::SNaN || y.kind == Kind::SNaN;
        if signaling || !matches!(op, Order::Eq | Order::Ne) {
            under(rt, None, |cx| cx.raise(Signals::INVALID))?;
        }
        return Ok(Value::Bool(op == Order::Ne));
    }
    Ok(Value::Bool(op.holds(x.compare(y))))
}

/// Against other numbers (`Fraction`) by numerator and denominator.
fn compare_other(rt: &Rt, x: &Decimal, other: &Value, op: Order) -> Res<Value> {
    if !matches!(other, Value::Obj(_)) {
        return Ok(Value::NotImplemented);
    }
    let part = |name: &str| -> Res<Option<Decimal>> {
        Ok(ops::get_attr_opt(rt, other, name.into())?.and_then(|v| Decimal::of(&v)))
    };
    let (Some(n), Some(d)) = (part("numerator")?, part("denominator")?) else { return Ok(Value::NotImplemented) };
    if !x.is_finite() {
        return ordered(rt, x, &n, op);
    }
    let scaled = Cx::exact().mul(x, &d);
    ordered(rt, &scaled, &n, op)
}

comparison_rows!(COMPARE, compare);

/// Both operands of a binary operator, the receiver first; `None` where the other is no decimal.
fn operands(a: &Args) -> Res<Option<(Decimal, Decimal)>> {
    Ok(match Decimal::of(a.get(1)) {
        Some(y) => Some((this(a)?.clone(), y)),
        None => None,
    })
}

type Binary = fn(&mut Cx, &Decimal, &Decimal) -> Decimal;

fn forward(rt: &Rt, a: &mut Args, op: Binary) -> Res<Value> {
    match operands(a)? {
        Some((x, y)) => Ok(value(rt, under(rt, None, |cx| op(cx, &x, &y))?)),
        None => Ok(Value::NotImplemented),
    }
}

fn backward(rt: &Rt, a: &mut Args, op: Binary) -> Res<Value> {
    match operands(a)? {
        Some((x, y)) => Ok(value(rt, under(rt, None, |cx| op(cx, &y, &x))?)),
        None => Ok(Value::NotImplemented),
    }
}

fn div_mod(rt: &Rt, a: &mut Args, turned: bool) -> Res<Value> {
    let Some((x, y)) = operands(a)? else { return Ok(Value::NotImplemented) };
    let (x, y) = if turned { (y, x) } else { (x, y) };
    let (q, r) = under(rt, None, |cx| cx.div_mod(&x, &y))?;
    Ok(Value::pair(value(rt, q), value(rt, r)))
}

const ARITHMETIC: &[Row] = &[
    Row::method("__add__", "(self, value, /)", "Return self+value.", |rt, a| forward(rt, a, Cx::add)),
    Row::method("__radd__", "(self, value, /)", "Return value+self.", |rt, a| backward(rt, a, Cx::add)),
    Row::method("__sub__", "(self, value, /)", "Return self-value.", |rt, a| forward(rt, a, Cx::sub)),
    Row::method("__rsub__", "(self, value, /)", "Return value-self.", |rt, a| backward(rt, a, Cx::sub)),
    Row::method("__mul__", "(self, value, /)", "Return self*value.", |rt, a| forward(rt, a, Cx::mul)),
    Row::method("__rmul__", "(self, value, /)", "Return value*self.", |rt, a| backward(rt, a, Cx::mul)),
    Row::method("__truediv__", "(self, value, /)", "Return self/value.", |rt, a| forward(rt, a, Cx::div)),
    Row::method("__rtruediv__", "(self, value, /)", "Return value/self.", |rt, a| backward(rt, a, Cx::div)),
    Row::method("__floordiv__", "(self, value, /)", "Return self//value.", |rt, a| forward(rt, a, Cx::div_int)),
    Row::method("__rfloordiv__", "(self, value, /)", "Return value//self.", |rt, a| backward(rt, a, Cx::div_int)),
    Row::method("__mod__", "(self, value, /)", "Return self%value.", |rt, a| forward(rt, a, Cx::rem)),
    Row::method("__rmod__", "(self, value, /)", "Return value%self.", |rt, a| backward(rt, a, Cx::rem)),
    Row::method("__divmod__", "(self, value, /)", "Return divmod(self, value).", |rt, a| div_mod(rt, a, false)),
    Row::method("__rdivmod__", "(self, value, /)", "Return divmod(value, self).", |rt, a| div_mod(rt, a, true)),
    Row::method("__pow__", "(self, value, mod=None, /)", "Return pow(self, value, mod).", |rt, a| {
        let Some((x, y)) = operands(a)? else { return Ok(Value::NotImplemented) };
        let d = match a.some(2) {
            None => under(rt, None, |cx| cx.pow(&x, &y))?,
            Some(m) => {
                let Some(m) = Decimal::of(m) else { return Ok(Value::NotImplemented) };
                under(rt, None, |cx| cx.pow_mod(&x, &y, &m))?
            }
        };
        Ok(value(rt, d))
    }),
    Row::method("__rpow__", "(self, value, mod=None, /)", "Return pow(value, self, mod).", |rt, a| {
        backward(rt, a, Cx::pow)
    }),
    Row::method("__neg__", "(self, /)", "-self", |rt, a| {
        let x = this(a)?;
        Ok(value(rt, under(rt, None, |cx| cx.minus(x))?))
    }),
    Row::method("__pos__", "(self, /)", "+self", |rt, a| {
        let x = this(a)?;
        Ok(value(rt, under(rt, None, |cx| cx.plus(x))?))
    }),
    Row::method("__abs__", "(self, /)", "abs(self)", |rt, a| {
        let x = this(a)?;
        Ok(value(rt, under(rt, None, |cx| cx.abs(x))?))
    }),
];

/// A method of one operand and a context.
fn unary(rt: &Rt, a: &mut Args, op: fn(&mut Cx, &Decimal) -> Decimal) -> Res<Value> {
    let x = this(a)?;
    Ok(value(rt, under(rt, a.opt(1), |cx| op(cx, x))?))
}

/// A method of two operands and a context.
fn binary(rt: &Rt, a: &mut Args, op: Binary) -> Res<Value> {
    let x = this(a)?;
    let y = operand(a.get(1))?;
    Ok(value(rt, under(rt, a.opt(2), |cx| op(cx, x, &y))?))
}

pub(super) fn compare_op(cx: &mut Cx, x: &Decimal, y: &Decimal) -> Decimal {
    match cx.nan_of(&[x, y]) {
        Some(nan) => nan,
        None => order_decimal(x.compare(y)),
    }
}

pub(super) fn compare_signal_op(cx: &mut Cx, x: &Decimal, y: &Decimal) -> Decimal {
    if x.is_nan() || y.is_nan() {
        cx.raise(Signals::INVALID);
    }
    compare_op(cx, x, y)
}

pub(super) fn compare_total_op(_: &mut Cx, x: &Decimal, y: &Decimal) -> Decimal {
    order_decimal(x.compare_total(y))
}

pub(super) fn compare_total_mag_op(_: &mut Cx, x: &Decimal, y: &Decimal) -> Decimal {
    let positive = |d: &Decimal| Decimal { negative: false, ..d.clone() };
    order_decimal(positive(x).compare_total(&positive(y)))
}

fn order_decimal(o: Ordering) -> Decimal {
    Decimal::from_i64(match o {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })
}

pub(super) fn to_integral_with(a: &Args, exact: bool, rt: &Rt) -> Res<Value> {
    let x = this(a)?;
    let rounding = a.some(1).map(rounding_arg).transpose()?;
    let d = under(rt, a.opt(2), |cx| {
        let rounding = rounding.unwrap_or(cx.rounding);
        cx.to_integral(x, rounding, exact)
    })?;
    Ok(value(rt, d))
}

pub(super) fn number_class(d: &Decimal, cx: &Cx) -> &'static str {
    match d.kind {
        Kind::SNaN => "sNaN",
        Kind::NaN => "NaN",
        Kind::Infinite if d.negative => "-Infinity",
        Kind::Infinite => "+Infinity",
        Kind::Finite if d.is_zero() => {
            if d.negative {
                "-Zero"
            } else {
                "+Zero"
            }
        }
        Kind::Finite if d.adjusted() < cx.emin => {
            if d.negative {
                "-Subnormal"
            } else {
                "+Subnormal"
            }
        }
        Kind::Finite => {
            if d.negative {
                "-Normal"
            } else {
                "+Normal"
            }
        }
    }
}

pub(super) fn is_normal(d: &Decimal, cx: &Cx) -> bool {
    d.is_finite() && !d.is_zero() && d.adjusted() >= cx.emin
}

pub(super) fn is_subnormal(d: &Decimal, cx: &Cx) -> bool {
    d.is_finite() && !d.is_zero() && d.adjusted() < cx.emin
}

pub(super) fn same_quantum(x: &Decimal, y: &Decimal) -> bool {
    if x.is_finite() && y.is_finite() {
        return x.exp == y.exp;
    }
    x.is_infinite() && y.is_infinite() || x.is_nan() && y.is_nan()
}

pub(super) fn copy_sign(x: &Decimal, y: &Decimal) -> Decimal {
    Decimal { negative: y.negative, ..x.clone() }
}

const METHODS: &[Row] = &[
    Row::method("adjusted", "(self, /)", "The exponent of the first digit.", |_, a| {
        Ok(Value::Int(this(a)?.adjusted()))
    }),
    Row::method("as_integer_ratio", "(self, /)", "Numerator and denominator in lowest terms.", |_, a| {
        let d = this(a)?;
        if d.is_infinite() {
            return Err(Exc::OverflowError.new("cannot convert Infinity to integer ratio"));
        }
        if d.is_nan() {
            return Err(Exc::ValueError.new("cannot convert NaN to integer ratio"));
        }
        let (n, d) = d.ratio();
        Ok(Value::pair(Value::from_big(n), Value::from_big(d)))
    }),
    Row::method("as_tuple", "(self, /)", "Sign, digits and exponent.", |rt, a| {
        let d = this(a)?;
        let text = if d.is_nan() && d.digits.is_zero() { String::new() } else { d.digits.to_string() };
        let digits = text.bytes().map(|b| Value::Int(i64::from(b - b'0'))).collect();
        let exp = match d.kind {
            Kind::Finite => Value::Int(d.exp),
            Kind::Infinite => "F".into(),
            Kind::NaN => "n".into(),
            Kind::SNaN => "N".into(),
        };
        Ok(struct_seq::value(rt, &TUPLE, vec![Value::Int(d.negative.into()), Value::tuple(digits), exp]))
    }),
    Row::method("canonical", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("conjugate", "(self, /)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("compare", "(self, other, context=None)", "-1, 0 or 1, or a NaN.", |rt, a| binary(rt, a, compare_op)),
    Row::method("compare_signal", "(self, other, context=None)", "The same; every NaN signals.", |rt, a| {
        binary(rt, a, compare_signal_op)
    }),
    Row::method("compare_total", "(self, other, context=None)", "By representation.", |rt, a| {
        binary(rt, a, compare_total_op)
    }),
    Row::method("compare_total_mag", "(self, other, context=None)", "By representation without sign.", |rt, a| {
        binary(rt, a, compare_total_mag_op)
    }),
    Row::method("copy_abs", "(self, /)", "Without sign.", |rt, a| {
        Ok(value(rt, Decimal { negative: false, ..this(a)?.clone() }))
    }),
    Row::method("copy_negate", "(self, /)", "With the sign turned.", |rt, a| Ok(value(rt, this(a)?.clone().negated()))),
    Row::method("copy_sign", "(self, other, context=None)", "With the sign of another.", |rt, a| {
        Ok(value(rt, copy_sign(this(a)?, &operand(a.get(1))?)))
    }),
    Row::method("exp", "(self, context=None)", "e to its power.", |rt, a| unary(rt, a, Cx::exp)),
    Row::method("ln", "(self, context=None)", "Natural logarithm.", |rt, a| unary(rt, a, Cx::ln)),
    Row::method("log10", "(self, context=None)", "Decimal logarithm.", |rt, a| unary(rt, a, Cx::log10)),
    Row::method("logb", "(self, context=None)", "The adjusted exponent.", |rt, a| unary(rt, a, Cx::logb)),
    Row::method("sqrt", "(self, context=None)", "Square root.", |rt, a| unary(rt, a, Cx::sqrt)),
    Row::method("normalize", "(self, context=None)", "Without trailing zeros.", |rt, a| unary(rt, a, Cx::normalize)),
    Row::method("next_minus", "(self, context=None)", "The next value below.", |rt, a| {
        unary(rt, a, |cx, d| cx.next(d, false))
    }),
    Row::method("next_plus", "(self, context=None)", "The next value above.", |rt, a| {
        unary(rt, a, |cx, d| cx.next(d, true))
    }),
    Row::method("logical_invert", "(self, context=None)", "Digit-wise not.", |rt, a| {
        unary(rt, a, |cx, d| {
            let ones = cx.ones();
            cx.logical(d, &ones, |x, y| x != y)
        })
    }),
    Row::method("logical_and", "(self, other, context=None)", "Digit-wise and.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.logical(x, y, |x, y| x && y))
    }),
    Row::method("logical_or", "(self, other, context=None)", "Digit-wise or.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.logical(x, y, |x, y| x || y))
    }),
    Row::method("logical_xor", "(self, other, context=None)", "Digit-wise exclusive or.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.logical(x, y, |x, y| x != y))
    }),
    Row::method("max", "(self, other, context=None)", "The larger.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.extreme(x, y, true, false))
    }),
    Row::method("max_mag", "(self, other, context=None)", "The larger without sign.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.extreme(x, y, true, true))
    }),
    Row::method("min", "(self, other, context=None)", "The smaller.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.extreme(x, y, false, false))
    }),
    Row::method("min_mag", "(self, other, context=None)", "The smaller without sign.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.extreme(x, y, false, true))
    }),
    Row::method("next_toward", "(self, other, context=None)", "The next value towards another.", |rt, a| {
        binary(rt, a, Cx::next_toward)
    }),
    Row::method("remainder_near", "(self, other, context=None)", "The remainder nearest to zero.", |rt, a| {
        binary(rt, a, Cx::remainder_near)
    }),
    Row::method("rotate", "(self, other, context=None)", "Digits rotated.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.shift(x, y, true))
    }),
    Row::method("shift", "(self, other, context=None)", "Digits shifted.", |rt, a| {
        binary(rt, a, |cx, x, y| cx.shift(x, y, false))
    }),
    Row::method("scaleb", "(self, other, context=None)", "Times a power of ten.", |rt, a| binary(rt, a, Cx::scaleb)),
    Row::method("fma", "(self, other, third, context=None)", "self * other + third, rounded once.", |rt, a| {
        let (y, z) = (operand(a.get(1))?, operand(a.get(2))?);
        let x = this(a)?;
        Ok(value(rt, under(rt, a.opt(3), |cx| cx.fma(x, &y, &z))?))
    }),
    Row::method("quantize", "(self, exp, rounding=None, context=None)", "With the exponent of another.", |rt, a| {
        let y = operand(a.get(1))?;
        let rounding = a.some(2).map(rounding_arg).transpose()?;
        let x = this(a)?;
        let d = under(rt, a.opt(3), |cx| {
            cx.rounding = rounding.unwrap_or(cx.rounding);
            cx.quantize(x, &y)
        })?;
        Ok(value(rt, d))
    }),
    Row::method("to_integral", "(self, rounding=None, context=None)", "Rounded to a whole number.", |rt, a| {
        to_integral_with(a, false, rt)
    }),
    Row::method("to_integral_value", "(self, rounding=None, context=None)", "Rounded to a whole number.", |rt, a| {
        to_integral_with(a, false, rt)
    }),
    Row::method("to_integral_exact", "(self, rounding=None, context=None)", "The same, signaling.", |rt, a| {
        to_integral_with(a, true, rt)
    }),
    Row::method("to_eng_string", "(self, context=None)", "In engineering notation.", |rt, a| {
        Ok(this(a)?.text(true, capitals(rt)).into())
    }),
    Row::method("same_quantum", "(self, other, context=None)", "Whether the exponents are equal.", |_, a| {
        Ok(Value::Bool(same_quantum(this(a)?, &operand(a.get(1))?)))
    }),
    Row::method("number_class", "(self, context=None)", "What kind of number.", |rt, a| {
        let d = this(a)?;
        Ok(under(rt, a.opt(1), |cx| number_class(d, cx))?.into())
    }),
    Row::method("is_canonical", "(self, /)", "Always true.", |_, _| Ok(Value::Bool(true))),
    Row::method("is_finite", "(self, /)", "Whether it is a number.", |_, a| Ok(Value::Bool(this(a)?.is_finite()))),
    Row::method("is_infinite", "(self, /)", "Whether it is infinite.", |_, a| Ok(Value::Bool(this(a)?.is_infinite()))),
    Row::method("is_nan", "(self, /)", "Whether it is a NaN.", |_, a| Ok(Value::Bool(this(a)?.is_nan()))),
    Row::method("is_qnan", "(self, /)", "Whether it is a quiet NaN.", |_, a| {
        Ok(Value::Bool(this(a)?.kind == Kind::NaN))
    }),
    Row::method("is_snan", "(self, /)", "Whether it is a signaling NaN.", |_, a| {
        Ok(Value::Bool(this(a)?.kind == Kind::SNaN))
    }),
    Row::method("is_signed", "(self, /)", "Whether its sign is negative.", |_, a| Ok(Value::Bool(this(a)?.negative))),
    Row::method("is_zero", "(self, /)", "Whether it is a zero.", |_, a| Ok(Value::Bool(this(a)?.is_zero()))),
    Row::method("is_normal", "(self, context=None)", "Whether it is normal.", |rt, a| {
        let d = this(a)?;
        Ok(Value::Bool(under(rt, a.opt(1), |cx| is_normal(d, cx))?))
    }),
    Row::method("is_subnormal", "(self, context=None)", "Whether it is subnormal.", |rt, a| {
        let d = this(a)?;
        Ok(Value::Bool(under(rt, a.opt(1), |cx| is_subnormal(d, cx))?))
    }),
    Row::method("radix", "(self, /)", "Ten.", |rt, _| Ok(value(rt, Decimal::from_i64(10)))),
];
