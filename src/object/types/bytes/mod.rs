//! `bytes`, what it shares with `bytearray`, and a minimal `memoryview`. Mirrors
//! <https://docs.python.org/3/library/stdtypes.html#binary-sequence-types-bytes-bytearray-memoryview>.

use std::rc::Rc;

use num_traits::ToPrimitive;

use super::bytearray::ByteArray;
use super::slice::Slice;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::ops::{self, BinOp, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::known;

/// Text to bytes and back.
pub mod codec;
mod methods;

pub(super) use methods::METHODS;

/// The receiver's bytes.
pub(super) fn this(a: &Args) -> Rc<Vec<u8>> {
    bytes_like(a.get(0)).unwrap_or_default()
}

/// A result of the receiver's type.
pub(super) fn alike(rt: &Rt, a: &Args, bytes: Vec<u8>) -> Value {
    match a.get(0).native::<ByteArray>() {
        Some(_) => rt.object(ByteArray::new(bytes)),
        None => Value::bytes(bytes),
    }
}

/// The bytes of a `bytes`, `bytearray` or `memoryview`.
pub fn bytes_like(v: &Value) -> Option<Rc<Vec<u8>>> {
    if let Value::Bytes(b) = v.plain() {
        return Some(b.clone());
    }
    if let Some(b) = v.native::<ByteArray>() {
        return Some(Rc::new(b.bytes().clone()));
    }
    v.native::<MemoryView>().and_then(|m| bytes_like(&m.0))
}

/// The bytes of whatever has some: `bytes(v)` without the count. TypeError, ValueError.
pub fn bytes_from(rt: &Rt, v: &Value) -> Res<Vec<u8>> {
    bytes_for(rt, v, "bytes")
}

/// As [`bytes_from`], for a type that errors name.
pub(super) fn bytes_for(rt: &Rt, v: &Value, target: &str) -> Res<Vec<u8>> {
    let own = matches!(v, Value::Obj(o) if o.class().is_heap);
    if !own && let Some(b) = bytes_like(v) {
        return Ok(b.to_vec());
    }
    if let Some(method) = ops::lookup_special(rt, v, known::BYTES)? {
        if method.is_none() {
            return Err(Exc::TypeError.new("'NoneType' object is not callable"));
        }
        let made = ops::call0(rt, &method)?;
        return match made.as_bytes() {
            Some(b) => Ok(b.to_vec()),
            None => Err(Exc::TypeError.new(format!("__bytes__ returned non-bytes (type {})", ops::type_name(&made)))),
        };
    }
    if let Some(b) = bytes_like(v) {
        return Ok(b.to_vec());
    }
    if let Value::Str(_) = v.plain() {
        return Err(Exc::TypeError.new(format!("cannot convert '{}' object to {target}", ops::type_name(v))));
    }
    let mut it = ops::iter(rt, v).map_err(|e| match e.is(Exc::TypeError) {
        true => Exc::TypeError.new(format!("cannot convert '{}' object to {target}", ops::type_name(v))),
        false => e,
    })?;
    let mut out = Vec::with_capacity(it.size_hint());
    while let Some(item) = it.next(rt)? {
        match ops::index_big(rt, &item)?.to_u8() {
            Some(b) => out.push(b),
            None => return Err(Exc::ValueError.new("bytes must be in range(0, 256)")),
        }
        if out.len() % 4096 == 0 {
            super::check_size(rt, out.len())?;
        }
    }
    Ok(out)
}

/// `bytes(source, encoding, errors)`, for `bytearray` too.
pub(super) fn construct(rt: &Rt, a: &Args, from: usize) -> Res<Vec<u8>> {
    let (source, encoding, errors) = (a.opt(from), a.opt(from + 1), a.opt(from + 2));
    super::str::codec_name(a, encoding, "encoding", "")?;
    super::str::codec_name(a, errors, "errors", "")?;
    if let Some(Value::Str(text)) = source.map(Value::plain) {
        if encoding.is_none() {
            return Err(Exc::TypeError.new("string argument without an encoding"));
        }
        let encoding = super::str::codec_name(a, encoding, "encoding", "utf-8")?;
        let errors = super::str::codec_name(a, errors, "errors", "strict")?;
        return codec::encode(text, &encoding, &errors);
    }
    if encoding.is_some() {
        return Err(Exc::TypeError.new("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(Exc::TypeError.new("errors without a string argument"));
    }
    let Some(source) = source else { return Ok(Vec::new()) };
    let counted = matches!(source, Value::Int(_) | Value::Bool(_) | Value::Big(_))
        || bytes_like(source).is_none()
            && ops::lookup_special(rt, source, known::BYTES)?.is_none()
            && ops::lookup_special(rt, source, known::INDEX)?.is_some();
    if counted {
        let n = ops::index(rt, source).map_err(|e| match e.is(Exc::OverflowError) {
            true => Exc::OverflowError.new("cannot fit 'int' into an index-sized integer"),
            false => e,
        })?;
        let n = usize::try_from(n).map_err(|_| Exc::ValueError.new("negative count"))?;
        super::check_size(rt, n)?;
        return Ok(vec![0; n]);
    }
    bytes_for(rt, source, if a.name == "__init__" { "bytearray" } else { "bytes" })
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, /, source=b'', encoding=None, errors=None)",
        "Bytes from text, a count, a buffer or numbers.",
        |rt, a| {
            let class = super::class_argument(rt, a, &rt.types.bytes)?;
            if let (Some(v @ Value::Bytes(_)), None, None) = (a.opt(1), a.opt(2), a.opt(3)) {
                return Ok(super::wrap(rt, class, &rt.types.bytes, v.clone()));
            }
            let bytes = construct(rt, a, 1)?;
            Ok(super::wrap(rt, class, &rt.types.bytes, Value::bytes(bytes)))
        },
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
        Ok(Value::from(super::str::repr::repr_bytes(&this(a))))
    }),
    Row::method("__str__", "(self, /)", "Return str(self).", |_, a| {
        Ok(Value::from(super::str::repr::repr_bytes(&this(a))))
    }),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__bytes__", "(self, /)", "Convert this value to exact type bytes.", |_, a| Ok(Value::Bytes(this(a)))),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| {
        Ok(Value::tuple(vec![Value::Bytes(this(a))]))
    }),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        get_item(rt, &this(a), a.get(1), Value::bytes)
    }),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(@plain bytes_row;
    "__add__", "+", Add; "__mul__", "*", Mul; "__rmul__", "*", Mul; "__mod__", "%", Mod;
);

pub(super) const REFLECTED: &[Row] = binary_rows!(@reflected bytes_row; "__rmod__", "%", Mod;);

pub(super) const ORDER: &[Row] = compare_rows!(compare);

/// The comparison of anything with bytes inside.
pub(super) fn compare(_: &Rt, op: Order, a: &Value, b: &Value) -> Res<Value> {
    match (bytes_like(a), bytes_like(b)) {
        (Some(x), Some(y)) => Ok(Value::Bool(op.holds(x.cmp(&y)))),
        _ => Ok(Value::NotImplemented),
    }
}

fn bytes_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if op == BinOp::Mod && bytes_like(a).is_none() {
        return Ok(Value::NotImplemented);
    }
    super::sequence_row(rt, op, a, b)
}

/// `+`, `*` and `%` of plain bytes; `None` where they are not theirs.
pub fn bytes_binary(rt: &Rt, op: BinOp, a: &Rc<Vec<u8>>, b: &Value) -> Res<Option<Value>> {
    match op {
        BinOp::Add => Ok(bytes_like(b).map(|other| Value::bytes([&a[..], &other[..]].concat()))),
        BinOp::Mul => match super::repeat_count(rt, b)? {
            Some(n) => {
                super::check_repeat(rt, a.len(), n)?;
                Ok(Some(Value::bytes(a.repeat(n))))
            }
            None => Ok(None),
        },
        BinOp::Mod => percent(rt, a, b).map(Some),
        _ => Ok(None),
    }
}

/// `b'...' % values`: as text, byte for byte.
pub(super) fn percent(rt: &Rt, format: &[u8], values: &Value) -> Res<Value> {
    let text: String = format.iter().map(|&b| b as char).collect();
    let text = text.replace("%b", "%s");
    let convert = |v: &Value| -> Res<Value> {
        match bytes_like(v) {
            Some(b) => Ok(Value::from(b.iter().map(|&b| b as char).collect::<String>())),
            None => match v.plain() {
                Value::Str(_) if text.contains("%s") => Err(Exc::TypeError.new(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                    ops::type_name(v)
                ))),
                _ => Ok(v.clone()),
            },
        }
    };
    let values = match values.as_tuple() {
        Some(all) => Value::tuple(all.iter().map(convert).collect::<Res<Vec<_>>>()?),
        None => convert(values)?,
    };
    let shown = super::str::percent_format(rt, &text.into(), &values).map_err(|e| match e.what() {
        crate::object::error::Raised::New(new)
            if new.args.first().and_then(Value::as_str).is_some_and(|s| s.starts_with("not all")) =>
        {
            Exc::TypeError.new("not all arguments converted during bytes formatting")
        }
        _ => e,
    })?;
    Ok(Value::bytes(shown.as_str().map(|s| s.chars().map(|c| c as u8).collect()).unwrap_or_default()))
}

/// `bytes[key]`: a number, or a slice of the maker's type.
pub(super) fn get_item(rt: &Rt, bytes: &[u8], key: &Value, make: impl Fn(Vec<u8>) -> Value) -> Res<Value> {
    if let Some(slice) = key.native::<Slice>() {
        let places = slice.places(rt, bytes.len())?;
        return Ok(make(places.iter().filter_map(|i| bytes.get(i).copied()).collect()));
    }
    let i = super::sequence_index(rt, key, "byte", "")?;
    let at = if i < 0 { i + bytes.len() as i64 } else { i };
    match usize::try_from(at).ok().and_then(|at| bytes.get(at)) {
        Some(&b) => Ok(Value::Int(b as i64)),
        None => Err(Exc::IndexError.new("index out of range")),
    }
}

/// `memoryview`: a read-only window on bytes.
pub struct MemoryView(pub Value);

impl Object for MemoryView {}

impl NativeType for MemoryView {
    const NAME: &'static str = "memoryview";
    const ROWS: &'static [&'static [Row]] = &[VIEW, ORDER];
}

const VIEW: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, /, object)",
        "Create a new memoryview object which references the given object.",
        |rt, a| match bytes_like(a.get(1)) {
            Some(_) => Ok(rt.object(MemoryView(a.value(1)))),
            None => Err(Exc::TypeError
                .new(format!("memoryview: a bytes-like object is required, not '{}'", ops::type_name(a.get(1))))),
        },
    ),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).len()))),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| {
        get_item(rt, &this(a), a.get(1), |b| rt.object(MemoryView(Value::bytes(b))))
    }),
    Row::method("tobytes", "(self, /)", "Return the data in the buffer as a byte string.", |_, a| {
        Ok(Value::Bytes(this(a)))
    }),
    Row::method("tolist", "(self, /)", "Return the data in the buffer as a list of elements.", |_, a| {
        Ok(Value::list(this(a).iter().map(|&b| Value::Int(b as i64)).collect()))
    }),
    Row::method("hex", "(self, /)", "Return the data in the buffer as a str of hexadecimal numbers.", |_, a| {
        Ok(Value::from(this(a).iter().map(|b| format!("{b:02x}")).collect::<String>()))
    }),
    Row::getter("nbytes", "Size in bytes.", |_, a| Ok(Value::from(this(a).len()))),
    Row::getter("readonly", "Whether it cannot be written.", |_, _| Ok(Value::Bool(true))),
];
