//! `operator`. Mirrors <https://docs.python.org/3/library/operator.html>.

use std::rc::Rc;

use super::support::put_class;
use crate::object::args::{Args, CallArgs};
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops::{self, BinOp, Order, UnaryOp};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    put_class(m, rt.class::<AttrGetter>());
    put_class(m, rt.class::<ItemGetter>());
    put_class(m, rt.class::<MethodCaller>());
    for name in [
        "lt",
        "le",
        "eq",
        "ne",
        "ge",
        "gt",
        "not_",
        "abs",
        "add",
        "and_",
        "floordiv",
        "index",
        "inv",
        "invert",
        "lshift",
        "mod",
        "mul",
        "matmul",
        "neg",
        "or_",
        "pos",
        "pow",
        "rshift",
        "sub",
        "truediv",
        "xor",
        "concat",
        "contains",
        "delitem",
        "getitem",
        "setitem",
        "iadd",
        "iand",
        "iconcat",
        "ifloordiv",
        "ilshift",
        "imod",
        "imul",
        "imatmul",
        "ior",
        "ipow",
        "irshift",
        "isub",
        "itruediv",
        "ixor",
        "call",
    ] {
        if let Some(f) = m.get(name.into()) {
            m.put(&format!("__{}__", name.trim_end_matches('_')), f);
        }
    }
    Ok(())
}

fn binary(rt: &Rt, a: &mut Args, op: BinOp) -> Res<Value> {
    ops::binary(rt, op, a.get(0), a.get(1))
}

fn in_place(rt: &Rt, a: &mut Args, op: BinOp) -> Res<Value> {
    ops::in_place(rt, op, a.get(0), a.get(1))
}

fn compare(rt: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    ops::compare(rt, op, a.get(0), a.get(1))
}

fn sequence(rt: &Rt, v: &Value) -> Res<()> {
    let is = !matches!(v.plain(), Value::Dict(_)) && ops::lookup_special(rt, v, "__getitem__")?.is_some()
        || matches!(v.plain(), Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Bytes(_));
    if is { Ok(()) } else { Err(Exc::TypeError.new(format!("'{}' object can't be concatenated", ops::type_name(v)))) }
}

const ROWS: &[Row] = &[
    Row::method("lt", "(a, b, /)", "Same as a < b.", |rt, a| compare(rt, a, Order::Lt)),
    Row::method("le", "(a, b, /)", "Same as a <= b.", |rt, a| compare(rt, a, Order::Le)),
    Row::method("eq", "(a, b, /)", "Same as a == b.", |rt, a| compare(rt, a, Order::Eq)),
    Row::method("ne", "(a, b, /)", "Same as a != b.", |rt, a| compare(rt, a, Order::Ne)),
    Row::method("ge", "(a, b, /)", "Same as a >= b.", |rt, a| compare(rt, a, Order::Ge)),
    Row::method("gt", "(a, b, /)", "Same as a > b.", |rt, a| compare(rt, a, Order::Gt)),
    Row::method("not_", "(a, /)", "Same as not a.", |rt, a| Ok(Value::Bool(!ops::truthy(rt, a.get(0))?))),
    Row::method("truth", "(a, /)", "Return True if a is true, False otherwise.", |rt, a| {
        Ok(Value::Bool(ops::truthy(rt, a.get(0))?))
    }),
    Row::method("is_", "(a, b, /)", "Same as a is b.", |_, a| Ok(Value::Bool(a.get(0).is(a.get(1))))),
    Row::method("is_not", "(a, b, /)", "Same as a is not b.", |_, a| Ok(Value::Bool(!a.get(0).is(a.get(1))))),
    Row::method("is_none", "(a, /)", "Same as a is None.", |_, a| Ok(Value::Bool(a.get(0).is_none()))),
    Row::method("is_not_none", "(a, /)", "Same as a is not None.", |_, a| Ok(Value::Bool(!a.get(0).is_none()))),
    Row::method("abs", "(a, /)", "Same as abs(a).", |rt, a| match ops::lookup_special(rt, a.get(0), "__abs__")? {
        Some(f) => ops::call0(rt, &f),
        None => Err(Exc::TypeError.new(format!("bad operand type for abs(): '{}'", ops::type_name(a.get(0))))),
    }),
    Row::method("add", "(a, b, /)", "Same as a + b.", |rt, a| binary(rt, a, BinOp::Add)),
    Row::method("and_", "(a, b, /)", "Same as a & b.", |rt, a| binary(rt, a, BinOp::And)),
    Row::method("floordiv", "(a, b, /)", "Same as a // b.", |rt, a| binary(rt, a, BinOp::FloorDiv)),
    Row::method("index", "(a, /)", "Same as a.__index__()", |rt, a| {
        super::support::big_index(rt, a.get(0)).map(Value::from_big)
    }),
    Row::method("inv", "(a, /)", "Same as ~a.", |rt, a| ops::unary(rt, UnaryOp::Invert, a.get(0))),
    Row::method("invert", "(a, /)", "Same as ~a.", |rt, a| ops::unary(rt, UnaryOp::Invert, a.get(0))),
    Row::method("lshift", "(a, b, /)", "Same as a << b.", |rt, a| binary(rt, a, BinOp::LShift)),
    Row::method("mod", "(a, b, /)", "Same as a % b.", |rt, a| binary(rt, a, BinOp::Mod)),
    Row::method("mul", "(a, b, /)", "Same as a * b.", |rt, a| binary(rt, a, BinOp::Mul)),
    Row::method("matmul", "(a, b, /)", "Same as a @ b.", |rt, a| binary(rt, a, BinOp::MatMul)),
    Row::method("neg", "(a, /)", "Same as -a.", |rt, a| ops::unary(rt, UnaryOp::Neg, a.get(0))),
    Row::method("or_", "(a, b, /)", "Same as a | b.", |rt, a| binary(rt, a, BinOp::Or)),
    Row::method("pos", "(a, /)", "Same as +a.", |rt, a| ops::unary(rt, UnaryOp::Pos, a.get(0))),
    Row::method("pow", "(a, b, /)", "Same as a ** b.", |rt, a| binary(rt, a, BinOp::Pow)),
    Row::method("rshift", "(a, b, /)", "Same as a >> b.", |rt, a| binary(rt, a, BinOp::RShift)),
    Row::method("sub", "(a, b, /)", "Same as a - b.", |rt, a| binary(rt, a, BinOp::Sub)),
    Row::method("truediv", "(a, b, /)", "Same as a / b.", |rt, a| binary(rt, a, BinOp::Div)),
    Row::method("xor", "(a, b, /)", "Same as a ^ b.", |rt, a| binary(rt, a, BinOp::Xor)),
    Row::method("concat", "(a, b, /)", "Same as a + b, for a and b sequences.", |rt, a| {
        sequence(rt, a.get(0))?;
        binary(rt, a, BinOp::Add)
    }),
    Row::method("contains", "(a, b, /)", "Same as b in a (note reversed operands).", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, a.get(0), a.get(1))?))
    }),
    Row::method("countOf", "(a, b, /)", "How often b is in a.", |rt, a| {
        let mut it = ops::iter(rt, a.get(0))?;
        let mut n = 0;
        while let Some(x) = it.next(rt)? {
            n += i64::from(ops::eq(rt, &x, a.get(1))?);
        }
        Ok(Value::Int(n))
    }),
    Row::method("indexOf", "(a, b, /)", "Where b is first in a.", |rt, a| {
        let mut it = ops::iter(rt, a.get(0))?;
        let mut n = 0;
        while let Some(x) = it.next(rt)? {
            if ops::eq(rt, &x, a.get(1))? {
                return Ok(Value::Int(n));
            }
            n += 1;
        }
        Err(Exc::ValueError.new("sequence.index(x): x not in sequence"))
    }),
    Row::method("getitem", "(a, b, /)", "Same as a[b].", |rt, a| ops::get_item(rt, a.get(0), a.get(1))),
    Row::method("setitem", "(a, b, c, /)", "Same as a[b] = c.", |rt, a| {
        ops::set_item(rt, a.get(0), a.value(1), a.value(2)).map(|()| Value::None)
    }),
    Row::method("delitem", "(a, b, /)", "Same as del a[b].", |rt, a| {
        ops::del_item(rt, a.get(0), a.get(1)).map(|()| Value::None)
    }),
    Row::method("length_hint", "(obj, default=0, /)", "How many items there may be.", |rt, a| {
        let default = a.opt(1).map_or(Ok(0), |v| match v.as_int() {
            Some(n) => Ok(n),
            None => {
                Err(Exc::TypeError.new(format!("'{}' object cannot be interpreted as an integer", ops::type_name(v))))
            }
        })?;
        let this = a.get(0);
        if ops::lookup_special(rt, this, "__len__")?.is_some()
            || matches!(this.plain(), Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) | Value::Str(_))
        {
            match ops::len(rt, this) {
                Ok(n) => return Ok(n.into()),
                Err(e) if e.is(Exc::TypeError) => {}
                Err(e) => return Err(e),
            }
        }
        let Some(hint) = ops::lookup_special(rt, this, "__length_hint__")? else { return Ok(Value::Int(default)) };
        match ops::call0(rt, &hint) {
            Ok(Value::NotImplemented) => Ok(Value::Int(default)),
            Ok(v) => match v.as_int() {
                Some(n) if n >= 0 => Ok(Value::Int(n)),
                Some(_) => Err(Exc::ValueError.new("__length_hint__() should return >= 0")),
                None => {
                    Err(Exc::TypeError.new(format!("__length_hint__ must be an integer, not {}", ops::type_name(&v))))
                }
            },
            Err(e) if e.is(Exc::TypeError) => Ok(Value::Int(default)),
            Err(e) => Err(e),
        }
    }),
    Row::method("iadd", "(a, b, /)", "Same as a += b.", |rt, a| in_place(rt, a, BinOp::Add)),
    Row::method("iand", "(a, b, /)", "Same as a &= b.", |rt, a| in_place(rt, a, BinOp::And)),
    Row::method("iconcat", "(a, b, /)", "Same as a += b, for a and b sequences.", |rt, a| {
        sequence(rt, a.get(0))?;
        in_place(rt, a, BinOp::Add)
    }),
    Row::method("ifloordiv", "(a, b, /)", "Same as a //= b.", |rt, a| in_place(rt, a, BinOp::FloorDiv)),
    Row::method("ilshift", "(a, b, /)", "Same as a <<= b.", |rt, a| in_place(rt, a, BinOp::LShift)),
    Row::method("imod", "(a, b, /)", "Same as a %= b.", |rt, a| in_place(rt, a, BinOp::Mod)),
    Row::method("imul", "(a, b, /)", "Same as a *= b.", |rt, a| in_place(rt, a, BinOp::Mul)),
    Row::method("imatmul", "(a, b, /)", "Same as a @= b.", |rt, a| in_place(rt, a, BinOp::MatMul)),
    Row::method("ior", "(a, b, /)", "Same as a |= b.", |rt, a| in_place(rt, a, BinOp::Or)),
    Row::method("ipow", "(a, b, /)", "Same as a **= b.", |rt, a| in_place(rt, a, BinOp::Pow)),
    Row::method("irshift", "(a, b, /)", "Same as a >>= b.", |rt, a| in_place(rt, a, BinOp::RShift)),
    Row::method("isub", "(a, b, /)", "Same as a -= b.", |rt, a| in_place(rt, a, BinOp::Sub)),
    Row::method("itruediv", "(a, b, /)", "Same as a /= b.", |rt, a| in_place(rt, a, BinOp::Div)),
    Row::method("ixor", "(a, b, /)", "Same as a ^= b.", |rt, a| in_place(rt, a, BinOp::Xor)),
    Row::method("call", "(obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs).", |rt, a| {
        let args = CallArgs { pos: std::mem::take(&mut a.rest).into(), kw: std::mem::take(&mut a.kwargs).into() };
        ops::call(rt, a.get(0), args)
    }),
];

fn class_of(a: &Args) -> Res<Rc<Class>> {
    match a.get(0) {
        Value::Class(class) => Ok(class.clone()),
        _ => Err(Exc::TypeError.new("X is not a type object")),
    }
}

/// `attrgetter`: dotted paths of attributes.
struct AttrGetter(Vec<(Value, Vec<Name>)>);

impl Object for AttrGetter {}

impl NativeType for AttrGetter {
    const NAME: &'static str = "attrgetter";
    const MODULE: &'static str = "operator";
    const SHOWN: &'static str = "operator.attrgetter";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, attr, /, *attrs)", "A callable that fetches attributes.", |rt, a| {
            let mut paths = Vec::new();
            for v in std::iter::once(a.value(1)).chain(std::mem::take(&mut a.rest)) {
                let Some(text) = v.as_str() else {
                    return Err(Exc::TypeError.new("attribute name must be a string"));
                };
                let path = text.split('.').map(Name::new).collect();
                paths.push((v.clone(), path));
            }
            Ok(rt.object_of(class_of(a)?, AttrGetter(paths)))
        }),
        Row::method("__call__", "(self, obj, /)", "The attributes of obj.", |rt, a| {
            let mut out = Vec::new();
            for (_, path) in &a.native::<AttrGetter>(0)?.0 {
                let mut v = a.value(1);
                for name in path {
                    v = ops::get_attr(rt, &v, *name)?;
                }
                out.push(v);
            }
            Ok(if out.len() == 1 { out.remove(0) } else { Value::tuple(out) })
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let mut parts = Vec::new();
            for (text, _) in &a.native::<AttrGetter>(0)?.0 {
                parts.push(ops::repr(rt, text)?.to_string());
            }
            Ok(format!("operator.attrgetter({})", parts.join(", ")).into())
        }),
    ]];
}

/// `itemgetter`
struct ItemGetter(Vec<Value>);

impl Object for ItemGetter {}

impl NativeType for ItemGetter {
    const NAME: &'static str = "itemgetter";
    const MODULE: &'static str = "operator";
    const SHOWN: &'static str = "operator.itemgetter";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, item, /, *items)", "A callable that fetches items.", |rt, a| {
            let items = std::iter::once(a.value(1)).chain(std::mem::take(&mut a.rest)).collect();
            Ok(rt.object_of(class_of(a)?, ItemGetter(items)))
        }),
        Row::method("__call__", "(self, obj, /)", "The items of obj.", |rt, a| {
            let keys = &a.native::<ItemGetter>(0)?.0;
            if let [key] = &keys[..] {
                return ops::get_item(rt, a.get(1), key);
            }
            let mut out = Vec::with_capacity(keys.len());
            for key in keys {
                out.push(ops::get_item(rt, a.get(1), key)?);
            }
            Ok(Value::tuple(out))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let mut parts = Vec::new();
            for key in &a.native::<ItemGetter>(0)?.0 {
                parts.push(ops::repr(rt, key)?.to_string());
            }
            Ok(format!("operator.itemgetter({})", parts.join(", ")).into())
        }),
    ]];
}

/// `methodcaller`
struct MethodCaller {
    name: Value,
    method: Name,
    args: CallArgs,
}

impl Object for MethodCaller {}

impl NativeType for MethodCaller {
    const NAME: &'static str = "methodcaller";
    const MODULE: &'static str = "operator";
    const SHOWN: &'static str = "operator.methodcaller";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::fixed("__new__", "(cls, name, /, *args, **kwargs)", "A callable that calls a method.", |rt, a| {
            let Some(text) = a.get(1).as_str() else {
                return Err(Exc::TypeError.new("method name must be a string"));
            };
            let method = Name::new(text);
            let args = CallArgs { pos: std::mem::take(&mut a.rest).into(), kw: std::mem::take(&mut a.kwargs).into() };
            Ok(rt.object_of(class_of(a)?, MethodCaller { name: a.value(1), method, args }))
        }),
        Row::method("__call__", "(self, obj, /)", "Calls the method of obj.", |rt, a| {
            let m = a.native::<MethodCaller>(0)?;
            ops::call_method(rt, a.get(1), m.method, m.args.clone())
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let m = a.native::<MethodCaller>(0)?;
            let mut parts = vec![ops::repr(rt, &m.name)?.to_string()];
            for v in &m.args.pos {
                parts.push(ops::repr(rt, v)?.to_string());
            }
            for (name, v) in &m.args.kw {
                parts.push(format!("{name}={}", ops::repr(rt, v)?));
            }
            Ok(format!("operator.methodcaller({})", parts.join(", ")).into())
        }),
    ]];
}
