//! Arithmetic, truth and indices.

use super::super::args::CallArgs;
use super::super::error::{Exc, Res};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::call;
use super::type_name;

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
}

/// Unary operators (`not` is [`truthy`]).
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
}

/// `a op b`.
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
    if let Some(v) = dispatch(rt, op, a, b)? {
        return Ok(v);
    }
    Err(unsupported(op, op.parts().3, a, b))
}

fn unsupported(_op: BinOp, text: &str, a: &Value, b: &Value) -> super::super::error::Error {
    Exc::TypeError.new(format!("unsupported operand type(s) for {text}: '{}' and '{}'", type_name(a), type_name(b)))
}

fn dispatch(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Option<Value>> {
    let (name, reflected, ..) = op.parts();
    let (ca, cb) = (rt.class_of(a), rt.class_of(b));
    let same = std::rc::Rc::ptr_eq(&ca, &cb);
    let reflected_first = !same && cb.is_subclass(&ca);
    let ask = |x: &Value, y: &Value, name: &'static str| -> Res<Option<Value>> {
        match lookup_special(rt, x, name)? {
            Some(method) => match call(rt, &method, CallArgs::new([y.clone()]))? {
                Value::NotImplemented => Ok(None),
                v => Ok(Some(v)),
            },
            None => Ok(None),
        }
    };
    if reflected_first && let Some(v) = ask(b, a, reflected)? {
        return Ok(Some(v));
    }
    if let Some(v) = ask(a, b, name)? {
        return Ok(Some(v));
    }
    if !reflected_first
        && !same
        && let Some(v) = ask(b, a, reflected)?
    {
        return Ok(Some(v));
    }
    Ok(None)
}

/// `a op= b`: the in-place method, else the plain operator.
pub fn in_place(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if let Some(method) = lookup_special(rt, a, op.parts().2)? {
        match call(rt, &method, CallArgs::new([b.clone()]))? {
            Value::NotImplemented => {}
            v => return Ok(v),
        }
    }
    match dispatch(rt, op, a, b)? {
        Some(v) => Ok(v),
        None => {
            let text = match op {
                BinOp::Pow => "** or pow()".to_string(),
                _ => format!("{}=", op.parts().3),
            };
            Err(unsupported(op, &text, a, b))
        }
    }
}

/// `-a`, `+a`, `~a`.
pub fn unary(rt: &Rt, op: UnaryOp, a: &Value) -> Res<Value> {
    let (name, text) = match op {
        UnaryOp::Neg => ("__neg__", "-"),
        UnaryOp::Pos => ("__pos__", "+"),
        UnaryOp::Invert => ("__invert__", "~"),
    };
    match lookup_special(rt, a, name)? {
        Some(method) => call(rt, &method, CallArgs::none()),
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
        Value::Obj(_) => {
            if let Some(method) = lookup_special(rt, value, "__bool__")? {
                return match call(rt, &method, CallArgs::none())? {
                    Value::Bool(b) => Ok(b),
                    other => {
                        Err(Exc::TypeError.new(format!("__bool__ should return bool, returned {}", type_name(&other))))
                    }
                };
            }
            match lookup_special(rt, value, "__len__")? {
                Some(_) => super::len(rt, value)? != 0,
                None => match value.plain() {
                    plain if !plain.is(value) => return truthy(rt, plain),
                    _ => true,
                },
            }
        }
        _ => true,
    })
}

/// An index: an `int` that fits, or what `__index__` gives.
pub fn index(rt: &Rt, value: &Value) -> Res<i64> {
    if let Some(i) = value.as_int() {
        return Ok(i);
    }
    match value {
        Value::Big(_) => Err(Exc::OverflowError.new("Python int too large to convert to C ssize_t")),
        _ => match lookup_special(rt, value, "__index__")? {
            Some(method) => {
                let n = call(rt, &method, CallArgs::none())?;
                n.as_int()
                    .ok_or_else(|| Exc::TypeError.new(format!("__index__ returned non-int (type {})", type_name(&n))))
            }
            None => {
                Err(Exc::TypeError.new(format!("'{}' object cannot be interpreted as an integer", type_name(value))))
            }
        },
    }
}
