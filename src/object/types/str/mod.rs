//! `str`. Mirrors <https://docs.python.org/3/library/stdtypes.html#string-methods>.

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops::{self, BinOp};
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::value::Value;

/// Characters and slices.
pub mod index;
mod methods;
mod percent;
/// `repr` of text and bytes.
pub mod repr;
mod split;
mod template;
/// What Python asks of characters.
pub mod unicode;

pub(super) use methods::METHODS;
pub use percent::percent_format;
pub(super) use split::SPLITTING;

/// The receiver's text.
pub(super) fn this(a: &Args) -> Str {
    a.get(0).as_str().cloned().unwrap_or_else(|| Str::from(""))
}

pub(super) const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, /, object='', encoding='utf-8', errors='strict')",
        "Create a new string object from the given object.",
        new,
    ),
    Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| Ok(Value::from(repr::repr(&this(a))))),
    Row::method("__str__", "(self, /)", "Return str(self).", |_, a| Ok(Value::Str(this(a)))),
    Row::method("__hash__", "(self, /)", "Return hash(self).", |rt, a| super::hash_value(rt, a.get(0).plain())),
    Row::method("__len__", "(self, /)", "Return len(self).", |_, a| Ok(Value::from(this(a).char_count()))),
    Row::method("__getitem__", "(self, key, /)", "Return self[key].", |rt, a| index::get_item(rt, &this(a), a.get(1))),
    Row::method("__iter__", "(self, /)", "Implement iter(self).", |rt, a| ops::iter_value(rt, a.get(0).plain())),
    Row::method("__contains__", "(self, key, /)", "Return bool(key in self).", |rt, a| {
        Ok(Value::Bool(ops::contains(rt, a.get(0).plain(), a.get(1))?))
    }),
    Row::method(
        "__format__",
        "(self, format_spec, /)",
        "Return a formatted version of the string as described by format_spec.",
        |rt, a| {
            let spec = super::format_text(a)?;
            match spec.is_empty() && matches!(a.get(0), Value::Obj(_)) {
                true => Ok(Value::Str(ops::str(rt, a.get(0))?)),
                false => super::format_spec::format_str(&this(a), spec),
            }
        },
    ),
    Row::method("__getnewargs__", "(self, /)", "Arguments that make a copy.", |_, a| {
        Ok(Value::tuple(vec![Value::Str(this(a))]))
    }),
    Row::method("__sizeof__", "(self, /)", "Size in bytes.", |_, a| Ok(Value::from(41 + this(a).len()))),
    Row::method(
        "format",
        "(self, /, *args, **kwargs)",
        "Formats the string, using substitutions from args and kwargs.",
        |rt, a| {
            let text = this(a);
            template::format(rt, &text, &a.rest, &template::Fields::Keywords(&a.kwargs))
        },
    ),
    Row::method(
        "format_map",
        "(self, mapping, /)",
        "Formats the string, using substitutions from mapping.",
        |rt, a| template::format(rt, &this(a), &[], &template::Fields::Mapping(a.get(1))),
    ),
];

pub(super) const ARITHMETIC: &[Row] = binary_rows!(@plain str_row;
    "__add__", "+", Add; "__mul__", "*", Mul; "__mod__", "%", Mod;
);
pub(super) const REFLECTED: &[Row] = binary_rows!(@reflected str_row; "__rmul__", "*", Mul; "__rmod__", "%", Mod;);

pub(super) const ORDER: &[Row] = compare_rows!(super::compare_row);

fn str_row(rt: &Rt, op: BinOp, a: &Value, b: &Value) -> Res<Value> {
    if op == BinOp::Mod {
        let Value::Str(_) = a.plain() else { return Ok(Value::NotImplemented) };
        return percent_format(rt, &a.as_str().cloned().unwrap_or_else(|| "".into()), b);
    }
    super::sequence_row(rt, op, a, b)
}

/// `+`, `*` and `%` of a plain text; `None` where they are not its own.
pub fn str_binary(rt: &Rt, op: BinOp, a: &Str, b: &Value) -> Res<Option<Value>> {
    match (op, b.plain()) {
        (BinOp::Add, Value::Str(other)) => {
            if other.is_empty() {
                return Ok(Some(Value::Str(a.clone())));
            }
            super::check_size(rt, a.len() + other.len())?;
            let mut text = String::with_capacity(a.len() + other.len());
            text.push_str(a);
            text.push_str(other);
            Ok(Some(Value::from(text)))
        }
        (BinOp::Mul, _) => match super::repeat_count(rt, b)? {
            Some(n) => {
                super::check_repeat(rt, a.len(), n)?;
                Ok(Some(match n {
                    1 => Value::Str(a.clone()),
                    _ => Value::from(a.repeat(n)),
                }))
            }
            None => Ok(None),
        },
        (BinOp::Mod, _) => percent_format(rt, a, b).map(Some),
        _ => Ok(None),
    }
}

fn new(rt: &Rt, a: &mut Args) -> Res<Value> {
    let class = super::class_argument(rt, a, &rt.types.str)?;
    let text = match (a.opt(1), a.opt(2), a.opt(3)) {
        (None, ..) => Str::from(""),
        (Some(object), None, None) => ops::str(rt, object)?,
        (Some(object), encoding, errors) => {
            let encoding = codec_name(a, encoding, "encoding", "utf-8")?;
            let errors = codec_name(a, errors, "errors", "strict")?;
            let Some(bytes) = super::bytes_like(object) else {
                return Err(Exc::TypeError.new(match object.plain() {
                    Value::Str(_) => "decoding str is not supported".to_string(),
                    _ => format!("decoding to str: need a bytes-like object, {} found", ops::type_name(object)),
                }));
            };
            super::bytes::codec::decode(&bytes, &encoding, &errors)?.into()
        }
    };
    Ok(super::wrap(rt, class, &rt.types.str, Value::Str(text)))
}

/// An `encoding` or `errors` argument.
pub(super) fn codec_name(a: &Args, v: Option<&Value>, which: &str, default: &str) -> Res<Str> {
    match v {
        None => Ok(default.into()),
        Some(v) => v.as_str().cloned().ok_or_else(|| {
            let name = match a.get(0) {
                Value::Class(c) if a.name == "__new__" => c.name(),
                _ if a.name == "__init__" => "bytearray".into(),
                _ => a.name.into(),
            };
            Exc::TypeError.new(format!("{name}() argument '{which}' must be str, not {}", ops::argument_name(v)))
        }),
    }
}
