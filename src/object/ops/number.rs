//! Arithmetic, truth and indices.

use std::rc::Rc;

use num_bigint::BigInt;

use super::super::class::Class;
use super::super::error::{Error, Exc, Res};
use super::super::rt::Rt;
use super::super::types;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::{call_special, call0};
use super::type_name;
use crate::source::{Name, known};

/// Binary operators.
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    LShift,
    RShift,
    And,
    Or,
    Xor,
}

impl BinOp {
    /// Special method, reflected method, in-place method, operator text.
    pub fn parts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            BinOp::Add => ("__add__", "__radd__", "__iadd__", "+"),
            BinOp::Sub => ("__sub__", "__rsub__", "__isub__", "-"),
            BinOp::Mul => ("__mul__", "__rmul__", "__imul__", "*"),
            BinOp::Div => ("__truediv__", "__rtruediv__", "__itruediv__", "/"),
            BinOp::FloorDiv => ("__floordiv__", "__rfloordiv__", "__ifloordiv__", "//"),
            BinOp::Mod => ("__mod__", "__rmod__", "__imod__", "%"),
            BinOp::Pow => ("__pow__", "__rpow__", "__ipow__", "** or pow()"),
            BinOp::MatMul => ("__matmul__", "__rmatmul__", "__imatmul__", "@"),
            BinOp::LShift => ("__lshift__", "__rlshift__", "__ilshift__", "<<"),
            BinOp::RShift => ("__rshift__", "__rrshift__", "__irshift__", ">>"),
            BinOp::And => ("__and__", "__rand__", "__iand__", "&"),
            BinOp::Or => ("__or__", "__ror__", "__ior__", "|"),
            BinOp::Xor => ("__xor__", "__rxor__", "__ixor__", "^"),
        }
    }

    /// Special method, reflected method, in-place method, interned.
    pub fn names(self) -> (Name, Name, Name) {
        match self {
            BinOp::Add => (known::ADD, known::RADD, known::IADD),
            BinOp::Sub => (known::SUB, known::RSUB, known::ISUB),
            BinOp::Mul => (known::MUL, known::RMUL, known::IMUL),
            BinOp::Div => (known::TRUEDIV, known::RTRUEDIV, known::ITRUEDIV),
            BinOp::FloorDiv => (known::FLOORDIV, known::RFLOORDIV, known::IFLOORDIV),
            BinOp::Mod => (known::MOD, known::RMOD, known::IMOD),
            BinOp::Pow => (known::POW, known::RPOW, known::IPOW),
            BinOp::MatMul => (known::MATMUL, known::RMATMUL, known::IMATMUL),
            BinOp::LShift => (known::LSHIFT, known::RLSHIFT, known::ILSHIFT),
            BinOp::RShift => (known::RSHIFT, known::RRSHIFT, known::IRSHIFT),
            BinOp::And => (known::AND, known::RAND, known::IAND),
            BinOp::Or => (known::OR, known::ROR, known::IOR),
            BinOp::Xor => (known::XOR, known::RXOR, known::IXOR),
        }
    }
}

/// Unary operators (`not` is [`truthy`]).
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
}

fn own(v: &Value) -> bool {
    matches!(v, Value::Obj(_) | Value::Class(_))
}

/// `a op b`.
#[inline]
pub fn binary(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        let quick = match op {
            BinOp::Add => x.checked_add(*y),
            BinOp::Sub => x.checked_sub(*y),
            BinOp::Mul => x.checked_mul(*y),
            _ => None,
        };
        if let Some(n) = quick {
            return Ok(Value::Int(n));
        }
    }
    binary_any(rt, op, a, b, op.parts().3)
}

fn binary_any(rt: &Rt, op: BinOp, a: &Value, b: &Value, text: &str) -> Res<Value> {
    let found = match own(a) || own(b) {
        false => types::plain_binary(rt, op, a, b)?,
        true => dispatch(rt, op, a, b)?,
    };
    match found {
        Some(v) => Ok(v),
        None => Err(unsupported(op, text, a, b)),
    }
}

fn unsupported(op: BinOp, text: &str, a: &Value, b: &Value) -> Error {
    let (left, right) = (type_name(a), type_name(b));
    let message = match (op, a.plain(), b.plain()) {
        (BinOp::Add, Value::Str(_), _) => format!("can only concatenate str (not \"{right}\") to str"),
        (BinOp::Add, Value::List(_), _) => format!("can only concatenate list (not \"{right}\") to list"),
        (BinOp::Add, Value::Tuple(_), _) => format!("can only concatenate tuple (not \"{right}\") to tuple"),
        (BinOp::Add, Value::Bytes(_), _) => format!("can't concat {right} to bytes"),
        (BinOp::Mul, x, _) if is_sequence(x) => format!("can't multiply sequence by non-int of type '{right}'"),
        (BinOp::Mul, _, y) if is_sequence(y) => format!("can't multiply sequence by non-int of type '{left}'"),
        (BinOp::RShift, Value::Native(f), _) if f.name == "print" => format!(
            "unsupported operand type(s) for {text}: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
        ),
        _ => format!("unsupported operand type(s) for {text}: '{left}' and '{right}'"),
    };
    Exc::TypeError.new(message)
}

fn is_sequence(v: &Value) -> bool {
    matches!(v, Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_))
        || v.native::<types::bytearray::ByteArray>().is_some()
}

fn dispatch(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Option<Value>> {
    let (name, reflected, _) = op.names();
    let (ca, cb) = (rt.class_of(a), rt.class_of(b));
    let same = Rc::ptr_eq(&ca, &cb);
    // `+` and `*` of sequences are asked after the numeric protocol of the other side, as CPython's slots are.
    let sequence_last = matches!(op, BinOp::Add | BinOp::Mul)
        && is_sequence(a.plain())
        && matches!(ca.lookup(name), Some(Value::Native(_)))
        && !(op == BinOp::Add && is_sequence(b.plain()) && matches!(cb.lookup(name), Some(Value::Native(_))));
    let reflected_first = !same
        && (sequence_last
            || cb.is_subclass(&ca)
                && cb.lookup(reflected).is_some_and(|r| !ca.lookup(reflected).is_some_and(|s| s.is(&r))));
    let ask = |x: &Value, class: &Rc<Class>, name: Name, y: &Value| -> Res<Option<Value>> {
        // A sequence's own `+` and `*` give way where they do not fit; called by name they raise.
        if matches!(op, BinOp::Add | BinOp::Mul)
            && is_sequence(x.plain())
            && !matches!(x.plain(), Value::Obj(_))
            && matches!(class.lookup(name), Some(Value::Native(_)))
        {
            return types::plain_binary(rt, op, x.plain(), y);
        }
        call_special(rt, x, class, name, y)
    };
    if reflected_first && let Some(v) = ask(b, &cb, reflected, a)? {
        return Ok(Some(v));
    }
    if let Some(v) = ask(a, &ca, name, b)? {
        return Ok(Some(v));
    }
    if !reflected_first
        && !same
        && let Some(v) = ask(b, &cb, reflected, a)?
    {
        return Ok(Some(v));
    }
    if op == BinOp::Or {
        return types::union_of(rt, a, b);
    }
    Ok(None)
}

/// `a op= b`: the in-place method, else the plain operator.
pub fn in_place(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if let (Value::Int(_), Value::Int(_)) | (Value::Float(_), Value::Float(_)) | (Value::Str(_), Value::Str(_)) = (a, b)
    {
        return in_place_plain(rt, op, a, b);
    }
    match a {
        Value::Obj(_) | Value::List(_) | Value::Dict(_) | Value::Set(_) => {
            let class = rt.class_of(a);
            if let Some(v) = call_special(rt, a, &class, op.names().2, b)? {
                return Ok(v);
            }
        }
        _ => {}
    }
    in_place_plain(rt, op, a, b)
}

fn in_place_plain(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if let (Value::Int(_), Value::Int(_)) = (a, b)
        && matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul)
    {
        return binary(rt, op, a, b);
    }
    let text = match op {
        BinOp::Add => "+=",
        BinOp::Sub => "-=",
        BinOp::Mul => "*=",
        BinOp::Div => "/=",
        BinOp::FloorDiv => "//=",
        BinOp::Mod => "%=",
        BinOp::Pow => "**=",
        BinOp::MatMul => "@=",
        BinOp::LShift => "<<=",
        BinOp::RShift => ">>=",
        BinOp::And => "&=",
        BinOp::Or => "|=",
        BinOp::Xor => "^=",
    };
    binary_any(rt, op, a, b, text)
}

/// `a op= b` where the caller gives the only hold on `a` away: text grows in place, so that a loop of `s += x` is
/// linear.
pub fn in_place_owned(rt: &Rt, op: BinOp, a: Value, b: &Value) -> Res<Value> {
    match (op, a, b) {
        (BinOp::Add, Value::Str(s), Value::Str(more)) => {
            types::check_size(rt, s.len() + more.len())?;
            Ok(Value::Str(s.appended(more)))
        }
        (_, a, _) => in_place(rt, op, &a, b),
    }
}

/// `-a`, `+a`, `~a`.
pub fn unary(rt: &Rt, op: UnaryOp, a: &Value) -> Res<Value> {
    match (op, a) {
        (UnaryOp::Neg, Value::Int(i)) if *i != i64::MIN => return Ok(Value::Int(-i)),
        (UnaryOp::Neg, Value::Float(f)) => return Ok(Value::Float(-f)),
        _ => {}
    }
    let (name, text) = match op {
        UnaryOp::Neg => (known::NEG, "-"),
        UnaryOp::Pos => (known::POS, "+"),
        UnaryOp::Invert => (known::INVERT, "~"),
    };
    match lookup_special(rt, a, name)? {
        Some(method) => call0(rt, &method),
        None => Err(Exc::TypeError.new(format!("bad operand type for unary {text}: '{}'", type_name(a)))),
    }
}

/// `bool(value)`.
pub fn truthy(rt: &Rt, value: &Value) -> Res<bool> {
    Ok(match value {
        Value::None => false,
        Value::Bool(b) => *b,
        Value::Int(i) => *i != 0,
        Value::Float(f) => *f != 0.0,
        Value::Str(s) => !s.is_empty(),
        Value::Bytes(b) => !b.is_empty(),
        Value::Tuple(t) => !t.is_empty(),
        Value::List(l) => !l.is_empty(),
        Value::Dict(d) => !d.is_empty(),
        Value::Set(s) => !s.table.is_empty(),
        Value::Obj(_) => truthy_object(rt, value)?,
        Value::Class(c) if c.metaclass.is_some() => truthy_object(rt, value)?,
        _ => true,
    })
}

fn truthy_object(rt: &Rt, value: &Value) -> Res<bool> {
    if let Some(method) = lookup_special(rt, value, known::BOOL)? {
        if method.is_none() {
            return Err(Exc::TypeError.new("'NoneType' object is not callable"));
        }
        return match call0(rt, &method)? {
            Value::Bool(b) => Ok(b),
            other => Err(Exc::TypeError.new(format!("__bool__ should return bool, returned {}", type_name(&other)))),
        };
    }
    match lookup_special(rt, value, known::LEN)? {
        Some(_) => Ok(super::len(rt, value)? != 0),
        None => match value.plain() {
            plain if !plain.is(value) => truthy(rt, plain),
            _ => Ok(true),
        },
    }
}

/// An index: an `int` that fits, or what `__index__` gives. OverflowError past 64 bits.
pub fn index(rt: &Rt, value: &Value) -> Res<i64> {
    if let Some(i) = value.as_int() {
        return Ok(i);
    }
    match index_value(rt, value)? {
        Value::Int(i) => Ok(i),
        _ => Err(Exc::OverflowError.new("Python int too large to convert to C ssize_t")),
    }
}

/// An index of any size.
pub fn index_big(rt: &Rt, value: &Value) -> Res<BigInt> {
    Ok(index_value(rt, value)?.as_big().unwrap_or_default())
}

/// An index as a plain `int` value: the number itself, or what `__index__` gives.
pub fn index_value(rt: &Rt, value: &Value) -> Res<Value> {
    match value.plain() {
        Value::Int(i) => return Ok(Value::Int(*i)),
        Value::Bool(b) => return Ok(Value::Int(*b as i64)),
        Value::Big(b) => return Ok(Value::Big(b.clone())),
        _ => {}
    }
    match lookup_special(rt, value, known::INDEX)? {
        Some(method) => {
            let n = call0(rt, &method)?;
            match n.plain() {
                Value::Int(i) => Ok(Value::Int(*i)),
                Value::Bool(b) => Ok(Value::Int(*b as i64)),
                Value::Big(b) => Ok(Value::Big(b.clone())),
                _ => Err(Exc::TypeError.new(format!("__index__ returned non-int (type {})", type_name(&n)))),
            }
        }
        None => Err(Exc::TypeError.new(format!("'{}' object cannot be interpreted as an integer", type_name(value)))),
    }
}
