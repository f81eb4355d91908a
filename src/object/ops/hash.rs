//! Python's hashes of values that are no numbers, and [`hash`] of any value. Numbers' are in [`numhash`].

use super::super::error::{Error, Exc, Res};
use super::super::rt::Rt;
use super::super::value::Value;
use super::attr::lookup_special;
use super::call::call0;
use super::{numhash, type_name};
use crate::source::known;

/// -1 is no hash.
fn seal(h: i64) -> u64 {
    if h == -1 { -2i64 as u64 } else { h as u64 }
}

fn pointer(id: usize) -> u64 {
    (id as u64).rotate_right(4)
}

/// SipHash-1-3 with a zero key: what CPython does under `PYTHONHASHSEED=0`.
fn sip(bytes: impl ExactSizeIterator<Item = u8>) -> u64 {
    let len = bytes.len();
    if len == 0 {
        return 0;
    }
    let (mut v0, mut v1) = (0x736f_6d65_7073_6575u64, 0x646f_7261_6e64_6f6du64);
    let (mut v2, mut v3) = (0x6c79_6765_6e65_7261u64, 0x7465_6462_7974_6573u64);
    let mut round = |word: u64, rounds: usize, last: bool| {
        v3 ^= word;
        for _ in 0..rounds {
            v0 = v0.wrapping_add(v1);
            v2 = v2.wrapping_add(v3);
            v1 = v1.rotate_left(13) ^ v0;
            v3 = v3.rotate_left(16) ^ v2;
            v0 = v0.rotate_left(32);
            v2 = v2.wrapping_add(v1);
            v0 = v0.wrapping_add(v3);
            v1 = v1.rotate_left(17) ^ v2;
            v3 = v3.rotate_left(21) ^ v0;
            v2 = v2.rotate_left(32);
        }
        v0 ^= word;
        if last {
            v2 ^= 0xff;
            for _ in 0..3 {
                v0 = v0.wrapping_add(v1);
                v2 = v2.wrapping_add(v3);
                v1 = v1.rotate_left(13) ^ v0;
                v3 = v3.rotate_left(16) ^ v2;
                v0 = v0.rotate_left(32);
                v2 = v2.wrapping_add(v1);
                v0 = v0.wrapping_add(v3);
                v1 = v1.rotate_left(17) ^ v2;
                v3 = v3.rotate_left(21) ^ v0;
                v2 = v2.rotate_left(32);
            }
        }
        (v0 ^ v1) ^ (v2 ^ v3)
    };
    let (mut word, mut filled) = (0u64, 0);
    for byte in bytes {
        word |= (byte as u64) << (8 * filled);
        filled += 1;
        if filled == 8 {
            round(word, 1, false);
            (word, filled) = (0, 0);
        }
    }
    let h = round(word | (len as u64) << 56, 1, true);
    seal(h as i64)
}

/// The hash of bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    sip(bytes.iter().copied())
}

/// The hash of a text: of its characters in the narrowest width that holds them all.
pub fn hash_str(text: &str) -> u64 {
    if text.is_ascii() {
        return sip(text.bytes());
    }
    let widest = text.chars().max().unwrap_or_default() as u32;
    let bytes: Vec<u8> = match widest {
        0..=0xff => text.chars().map(|c| c as u8).collect(),
        0x100..=0xffff => text.chars().flat_map(|c| (c as u32 as u16).to_le_bytes()).collect(),
        _ => text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect(),
    };
    sip(bytes.into_iter())
}

/// The hash of a tuple of these hashes.
pub fn hash_tuple(hashes: impl ExactSizeIterator<Item = Res<u64>>) -> Res<u64> {
    const P1: u64 = 11400714785074694791;
    const P2: u64 = 14029467366897019727;
    const P5: u64 = 2870177450012600261;
    let len = hashes.len() as u64;
    let mut acc = P5;
    for h in hashes {
        acc = acc.wrapping_add(h?.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    acc = acc.wrapping_add(len ^ (P5 ^ 3527539));
    Ok(if acc == u64::MAX { 1546275796 } else { acc })
}

/// The hash of a frozenset of these hashes, whatever their order.
pub fn hash_members(hashes: &[u64]) -> u64 {
    let mut acc = 0u64;
    for h in hashes {
        acc ^= ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
    }
    acc ^= (hashes.len() as u64 + 1).wrapping_mul(1927868237);
    acc ^= (acc >> 11) ^ (acc >> 25);
    acc = acc.wrapping_mul(69069).wrapping_add(907133923);
    if acc == u64::MAX { 590923713 } else { acc }
}

/// The hash that dicts and sets use and `hash()` shows (as a signed number). TypeError where the value is unhashable.
pub fn hash(rt: &Rt, value: &Value) -> Res<u64> {
    Ok(match value {
        Value::Str(s) => s.hash_by(hash_str),
        Value::Int(i) => numhash::int_hash(*i) as u64,
        Value::Bool(b) => *b as u64,
        Value::Float(f) if f.is_nan() => pointer(value.id()),
        Value::Float(f) => numhash::float_hash(*f) as u64,
        Value::Big(b) => numhash::big_hash(b) as u64,
        Value::Bytes(b) => hash_bytes(b),
        Value::Tuple(t) => rt.deeper(|| hash_tuple(t.iter().map(|item| hash(rt, item))))?,
        Value::None => 0xfca8_6420,
        Value::List(_) | Value::Dict(_) => return Err(unhashable(value)),
        Value::Set(s) if !s.frozen => return Err(unhashable(value)),
        Value::Set(s) => hash_members(&s.table.hashed().into_iter().map(|(h, _)| h).collect::<Vec<_>>()),
        Value::Class(c) if c.metaclass.is_none() => pointer(value.id()),
        Value::Obj(_) | Value::Class(_) => match lookup_special(rt, value, known::HASH)? {
            Some(Value::None) => return Err(unhashable(value)),
            Some(method) => match call0(rt, &method)?.plain() {
                // A session's hash is cut to 64 bits, as Py_hash_t is.
                Value::Int(i) => seal(*i),
                Value::Big(b) => numhash::big_hash(b) as u64,
                Value::Bool(b) => *b as u64,
                _ => return Err(Exc::TypeError.new("__hash__ method should return an integer")),
            },
            None => pointer(value.id()),
        },
        Value::Method(m) => pointer(m.func.id()) ^ pointer(m.receiver.id()),
        _ => pointer(value.id()),
    })
}

/// The hash of identity: `object.__hash__`.
pub fn hash_identity(value: &Value) -> u64 {
    pointer(value.id())
}

/// `unhashable type: 'list'`.
pub fn unhashable(value: &Value) -> Error {
    Exc::TypeError.new(format!("unhashable type: '{}'", type_name(value)))
}
