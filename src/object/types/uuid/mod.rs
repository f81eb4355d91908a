//! `uuid.UUID`. Mirrors <https://docs.python.org/3/library/uuid.html>.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::datetime::comparison_rows;
use crate::object::args::Args;
use crate::object::error::{Error, Exc, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object};
use crate::object::ops::{self, Order};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;
use std::rc::Rc;

/// A `UUID`: 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Uuid(pub u128);

impl Object for Uuid {
    fn set_attr(&self, _: &Rt, _: &Rc<Instance>, _: Name, _: Option<Value>) -> Res<bool> {
        Err(Exc::TypeError.new("UUID objects are immutable"))
    }
}

impl NativeType for Uuid {
    const NAME: &'static str = "UUID";
    const MODULE: &'static str = "uuid";
    const ROWS: &'static [&'static [Row]] = &[ROWS, COMPARE];
}

impl Uuid {
    /// Reads what `UUID(text)` reads: 32 hexadecimal digits, with or without dashes, braces and `urn:uuid:`.
    pub fn parse(text: &str) -> Option<Uuid> {
        let text = text.replace("urn:", "").replace("uuid:", "");
        let text = text.trim_matches(|c| c == '{' || c == '}').replace('-', "");
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        // int(text, 16) takes underscores between digits; nothing else of it can be 32 characters long and differ.
        u128::from_str_radix(&text, 16).ok().map(Uuid)
    }

    /// 32 hexadecimal digits, without dashes: what SQLite stores.
    pub fn hex(&self) -> String {
        format!("{:032x}", self.0)
    }

    /// With its version and variant set as RFC 9562 says.
    pub fn with_version(self, version: u8) -> Uuid {
        let mut n = self.0;
        n &= !(0xc000_u128 << 48);
        n |= 0x8000_u128 << 48;
        n &= !(0xf000_u128 << 64);
        n |= u128::from(version) << 76;
        Uuid(n)
    }

    /// A random one, of the host's chance.
    pub fn random(rt: &Rt) -> Uuid {
        let n = u128::from(rt.host.entropy()) << 64 | u128::from(rt.host.entropy());
        Uuid(n).with_version(4)
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// What a value is, if it is a `UUID`.
    pub fn from_value(value: &Value) -> Option<&Uuid> {
        value.native()
    }

    fn clock_seq(&self) -> i64 {
        (((self.0 >> 56) & 0x3f) << 8 | (self.0 >> 48) & 0xff) as i64
    }

    fn time(&self) -> i64 {
        let (low, mid, high) = (self.0 >> 96, (self.0 >> 80) & 0xffff, (self.0 >> 64) & 0xfff);
        (high << 48 | mid << 32 | low) as i64
    }

    fn bytes_le(&self) -> Vec<u8> {
        let b = self.0.to_be_bytes();
        [3, 2, 1, 0, 5, 4, 7, 6].iter().map(|&i| b[i]).chain(b[8..].iter().copied()).collect()
    }

    fn variant(&self) -> &'static str {
        match (self.0 >> 61) & 7 {
            0..=3 => "reserved for NCS compatibility",
            4 | 5 => "specified in RFC 4122",
            6 => "reserved for Microsoft compatibility",
            _ => "reserved for future definition",
        }
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let h = self.hex();
        write!(f, "{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    }
}

fn this(a: &Args) -> Res<Uuid> {
    a.native::<Uuid>(0).copied()
}

fn compare(_: &Rt, a: &mut Args, op: Order) -> Res<Value> {
    Ok(match Uuid::from_value(a.get(1)) {
        Some(o) => Value::Bool(op.holds(this(a)?.cmp(o))),
        None => Value::NotImplemented,
    })
}

comparison_rows!(COMPARE, compare);

fn value_error(text: &str) -> Error {
    Exc::ValueError.new(text)
}

fn big(n: u128) -> Value {
    Value::from_big(BigInt::from(n))
}

fn from_bytes(v: &Value, name: &str, order: &[usize; 16]) -> Res<Uuid> {
    let Some(b) = v.as_bytes() else {
        return Err(Exc::TypeError.new(format!("a bytes-like object is required, not '{}'", ops::type_name(v))));
    };
    if b.len() != 16 {
        return Err(value_error(&format!("{name} is not a 16-char string")));
    }
    Ok(Uuid(order.iter().fold(0, |n, &i| n << 8 | u128::from(b[i]))))
}

const PLAIN: [usize; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const LITTLE: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

fn from_fields(rt: &Rt, v: &Value) -> Res<Uuid> {
    let items = ops::collect(rt, v)?;
    if items.len() != 6 {
        return Err(value_error("fields is not a 6-tuple"));
    }
    const BITS: [u32; 6] = [32, 16, 16, 8, 8, 48];
    let mut n = 0u128;
    for (i, (item, bits)) in items.iter().zip(BITS).enumerate() {
        let part = ops::index(rt, item)?;
        if part < 0 || part >= 1 << bits {
            return Err(value_error(&format!("field {} out of range (need a {bits}-bit value)", i + 1)));
        }
        n = n << bits | part as u128;
    }
    Ok(Uuid(n))
}

fn init(rt: &Rt, a: &mut Args) -> Res<Value> {
    let Value::Class(class) = a.value(0) else { return Err(Exc::TypeError.new("X is not a type object")) };
    if (1..=5).filter(|&i| a.some(i).is_some()).count() != 1 {
        return Err(Exc::TypeError.new("one of the hex, bytes, bytes_le, fields, or int arguments must be given"));
    }
    let mut uuid = if let Some(hex) = a.some(1) {
        let Some(text) = hex.as_str() else {
            let kind = ops::type_name(hex);
            return Err(Exc::AttributeError.new(format!("'{kind}' object has no attribute 'replace'")));
        };
        Uuid::parse(text).ok_or_else(|| value_error("badly formed hexadecimal UUID string"))?
    } else if let Some(v) = a.some(2) {
        from_bytes(v, "bytes", &PLAIN)?
    } else if let Some(v) = a.some(3) {
        from_bytes(v, "bytes_le", &LITTLE)?
    } else if let Some(v) = a.some(4) {
        from_fields(rt, v)?
    } else {
        let n = a.get(5).as_big().and_then(|n| n.to_u128());
        Uuid(n.ok_or_else(|| value_error("int is out of range (need a 128-bit value)"))?)
    };
    if let Some(version) = a.some(6) {
        let version = ops::index(rt, version)?;
        if !(1..=8).contains(&version) {
            return Err(value_error("illegal version number"));
        }
        uuid = uuid.with_version(version as u8);
    }
    Ok(rt.object_of(class, uuid))
}

const ROWS: &[Row] = &[
    Row::fixed(
        "__new__",
        "(cls, hex=None, bytes=None, bytes_le=None, fields=None, int=None, version=None, *, is_safe=None)",
        "A UUID.",
        init,
    ),
    Row::getter("int", "As a 128-bit integer.", |_, a| Ok(big(this(a)?.0))),
    Row::getter("hex", "As 32 hexadecimal digits.", |_, a| Ok(this(a)?.hex().into())),
    Row::getter("bytes", "As 16 bytes.", |_, a| Ok(Value::bytes(this(a)?.0.to_be_bytes().to_vec()))),
    Row::getter("bytes_le", "As 16 bytes, the first three fields little-endian.", |_, a| {
        Ok(Value::bytes(this(a)?.bytes_le()))
    }),
    Row::getter("fields", "Its six fields.", |_, a| {
        let u = this(a)?;
        let n = u.0;
        let parts = [n >> 96, (n >> 80) & 0xffff, (n >> 64) & 0xffff, (n >> 56) & 0xff, (n >> 48) & 0xff];
        let mut items: Vec<Value> = parts.iter().map(|p| Value::Int(*p as i64)).collect();
        items.push(Value::Int((n & 0xffff_ffff_ffff) as i64));
        Ok(Value::tuple(items))
    }),
    Row::getter("time_low", "The first 32 bits.", |_, a| Ok(Value::Int((this(a)?.0 >> 96) as i64))),
    Row::getter("time_mid", "The next 16 bits.", |_, a| Ok(Value::Int((this(a)?.0 >> 80) as i64 & 0xffff))),
    Row::getter("time_hi_version", "The next 16 bits.", |_, a| Ok(Value::Int((this(a)?.0 >> 64) as i64 & 0xffff))),
    Row::getter("clock_seq_hi_variant", "The next 8 bits.", |_, a| Ok(Value::Int((this(a)?.0 >> 56) as i64 & 0xff))),
    Row::getter("clock_seq_low", "The next 8 bits.", |_, a| Ok(Value::Int((this(a)?.0 >> 48) as i64 & 0xff))),
    Row::getter("time", "The 60-bit timestamp.", |_, a| Ok(Value::Int(this(a)?.time()))),
    Row::getter("clock_seq", "The 14-bit sequence number.", |_, a| Ok(Value::Int(this(a)?.clock_seq()))),
    Row::getter("node", "The last 48 bits.", |_, a| Ok(Value::Int((this(a)?.0 & 0xffff_ffff_ffff) as i64))),
    Row::getter("urn", "As a URN.", |_, a| Ok(format!("urn:uuid:{}", this(a)?).into())),
    Row::getter("variant", "The variant.", |_, a| Ok(this(a)?.variant().into())),
    Row::getter("version", "The version number.", |_, a| {
        let u = this(a)?;
        Ok(if matches!((u.0 >> 61) & 7, 4 | 5) { Value::Int((u.0 >> 76) as i64 & 0xf) } else { Value::None })
    }),
    Row::getter("is_safe", "Whether it was made in a way safe for several processes.", |_, _| Ok(Value::None)),
    Row::method("__str__", "(self)", "With dashes.", |_, a| Ok(this(a)?.to_string().into())),
    Row::method("__repr__", "(self)", "Return repr(self).", |_, a| {
        Ok(format!("{}('{}')", ops::type_name(a.get(0)), this(a)?).into())
    }),
    Row::method("__hash__", "(self)", "Return hash(self).", |_, a| {
        Ok(Value::Int(ops::numhash::big_hash(&BigInt::from(this(a)?.0))))
    }),
    Row::method("__int__", "(self)", "As an integer.", |_, a| Ok(big(this(a)?.0))),
    Row::method("__copy__", "(self)", "Itself.", |_, a| Ok(a.take(0))),
    Row::method("__deepcopy__", "(self, memo)", "Itself.", |_, a| Ok(a.take(0))),
];
