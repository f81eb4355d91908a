//! `hashlib`, `hmac` and `binascii`. Mirrors <https://docs.python.org/3/library/hashlib.html>.

use std::cell::RefCell;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use md5::Digest;

use super::support::{exception_class, put_class, raise};
use crate::object::args::Args;
use crate::object::class::Class;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

/// A hash under way: the algorithm and what it was fed.
struct Hash {
    name: &'static str,
    data: RefCell<Vec<u8>>,
    /// The inner and outer key of an HMAC.
    key: Option<(Vec<u8>, Vec<u8>)>,
}

impl Object for Hash {}

fn digest(name: &str, data: &[u8]) -> Vec<u8> {
    match name {
        "md5" => md5::Md5::digest(data).to_vec(),
        "sha1" => sha1::Sha1::digest(data).to_vec(),
        "sha224" => sha2::Sha224::digest(data).to_vec(),
        "sha384" => sha2::Sha384::digest(data).to_vec(),
        "sha512" => sha2::Sha512::digest(data).to_vec(),
        _ => sha2::Sha256::digest(data).to_vec(),
    }
}

fn block_size(name: &str) -> usize {
    if matches!(name, "sha384" | "sha512") { 128 } else { 64 }
}

const NAMES: [&str; 6] = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

impl Hash {
    fn result(&self) -> Vec<u8> {
        let data = self.data.borrow();
        match &self.key {
            None => digest(self.name, &data),
            Some((inner, outer)) => {
                let first = digest(self.name, &[inner, data.as_slice()].concat());
                digest(self.name, &[outer, first.as_slice()].concat())
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn bytes_arg(v: &Value) -> Res<Vec<u8>> {
    if let Some(b) = v.as_bytes() {
        return Ok(b.to_vec());
    }
    if v.as_str().is_some() {
        return Err(Exc::TypeError.new("Strings must be encoded before hashing"));
    }
    Err(Exc::TypeError.new("object supporting the buffer API required"))
}

impl NativeType for Hash {
    const NAME: &'static str = "HASH";
    const MODULE: &'static str = "_hashlib";
    const SHOWN: &'static str = "_hashlib.HASH";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("update", "(self, obj, /)", "Adds bytes.", |_, a| {
            let more = bytes_arg(a.get(1))?;
            a.native::<Hash>(0)?.data.borrow_mut().extend_from_slice(&more);
            Ok(Value::None)
        }),
        Row::method("digest", "(self)", "The hash as bytes.", |_, a| Ok(Value::bytes(a.native::<Hash>(0)?.result()))),
        Row::method("hexdigest", "(self)", "The hash as hexadecimal digits.", |_, a| {
            Ok(hex(&a.native::<Hash>(0)?.result()).into())
        }),
        Row::method("copy", "(self)", "A copy.", |rt, a| {
            let h = a.native::<Hash>(0)?;
            Ok(rt.object(Hash { name: h.name, data: h.data.clone(), key: h.key.clone() }))
        }),
        Row::getter("name", "The algorithm.", |_, a| {
            let h = a.native::<Hash>(0)?;
            Ok(if h.key.is_some() { format!("hmac-{}", h.name) } else { h.name.to_string() }.into())
        }),
        Row::getter("digest_size", "Bytes of the hash.", |_, a| Ok(a.native::<Hash>(0)?.result().len().into())),
        Row::getter("block_size", "Bytes of a block.", |_, a| Ok(block_size(a.native::<Hash>(0)?.name).into())),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |_, a| {
            Ok(format!("<{} _hashlib.HASH object @ 0x{:x}>", a.native::<Hash>(0)?.name, a.get(0).id()).into())
        }),
    ]];
}

fn make(rt: &Rt, name: &'static str, data: Option<&Value>) -> Res<Value> {
    let data = data.map_or(Ok(Vec::new()), bytes_arg)?;
    Ok(rt.object(Hash { name, data: RefCell::new(data), key: None }))
}

fn algorithm(v: &Value) -> Res<&'static str> {
    if let Value::Native(f) = v
        && let Some(name) = NAMES.iter().find(|n| **n == f.name)
    {
        return Ok(name);
    }
    let text = v.as_str().map(|s| s.to_lowercase()).unwrap_or_default();
    NAMES
        .iter()
        .find(|n| **n == text)
        .copied()
        .ok_or_else(|| Exc::ValueError.new(format!("unsupported hash type {text}")))
}

fn keyed(name: &'static str, key: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let size = block_size(name);
    let mut key = if key.len() > size { digest(name, key) } else { key.to_vec() };
    key.resize(size, 0);
    (key.iter().map(|b| b ^ 0x36).collect(), key.iter().map(|b| b ^ 0x5c).collect())
}

pub(super) fn build_hashlib(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(HASHLIB);
    let names: Vec<Value> = NAMES.iter().map(Value::str).collect();
    let set = Value::Set(crate::object::Set::from_values(rt, names, false)?);
    m.put("algorithms_available", set.clone());
    m.put("algorithms_guaranteed", set);
    Ok(())
}

const HASHLIB: &[Row] = &[
    Row::method("md5", "(string=b'', *, usedforsecurity=True)", "MD5.", |rt, a| make(rt, "md5", a.opt(0))),
    Row::method("sha1", "(string=b'', *, usedforsecurity=True)", "SHA-1.", |rt, a| make(rt, "sha1", a.opt(0))),
    Row::method("sha224", "(string=b'', *, usedforsecurity=True)", "SHA-224.", |rt, a| make(rt, "sha224", a.opt(0))),
    Row::method("sha256", "(string=b'', *, usedforsecurity=True)", "SHA-256.", |rt, a| make(rt, "sha256", a.opt(0))),
    Row::method("sha384", "(string=b'', *, usedforsecurity=True)", "SHA-384.", |rt, a| make(rt, "sha384", a.opt(0))),
    Row::method("sha512", "(string=b'', *, usedforsecurity=True)", "SHA-512.", |rt, a| make(rt, "sha512", a.opt(0))),
    Row::method("new", "(name, string=b'', *, usedforsecurity=True)", "A hash by its name.", |rt, a| {
        make(rt, algorithm(a.get(0))?, a.opt(1))
    }),
    Row::method(
        "pbkdf2_hmac",
        "(hash_name, password, salt, iterations, dklen=None)",
        "Derives a key from a password.",
        |rt, a| {
            let name = algorithm(a.get(0))?;
            let (password, salt) = (bytes_arg(a.get(1))?, bytes_arg(a.get(2))?);
            let rounds = ops::index(rt, a.get(3))?;
            if rounds < 1 {
                return Err(Exc::ValueError.new("iteration value must be greater than 0."));
            }
            let (inner, outer) = keyed(name, &password);
            let mac = |data: &[u8]| {
                let first = digest(name, &[&inner, data].concat());
                digest(name, &[outer.as_slice(), &first].concat())
            };
            let size = digest(name, b"").len();
            let wanted = a.some(4).map_or(Ok(size as i64), |v| ops::index(rt, v))?.max(0) as usize;
            let mut out = Vec::new();
            let mut block = 1u32;
            while out.len() < wanted {
                let mut u = mac(&[salt.as_slice(), &block.to_be_bytes()].concat());
                let mut t = u.clone();
                for round in 1..rounds {
                    if round % 4096 == 0 {
                        rt.check_interrupt()?;
                    }
                    u = mac(&u);
                    t.iter_mut().zip(&u).for_each(|(x, y)| *x ^= y);
                }
                out.extend_from_slice(&t);
                block += 1;
            }
            out.truncate(wanted);
            Ok(Value::bytes(out))
        },
    ),
];

pub(super) fn build_hmac(_: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(HMAC);
    Ok(())
}

fn same(a: &Args) -> bool {
    match (a.get(0).as_bytes(), a.get(1).as_bytes(), a.get(0).as_str(), a.get(1).as_str()) {
        (Some(x), Some(y), ..) => x == y,
        (_, _, Some(x), Some(y)) => x == y,
        _ => false,
    }
}

const HMAC: &[Row] = &[
    Row::method("new", "(key, msg=None, digestmod='')", "A keyed hash.", |rt, a| {
        let name = algorithm(a.get(2)).map_err(|_| Exc::TypeError.new("Missing required argument 'digestmod'."))?;
        let data = a.some(1).map_or(Ok(Vec::new()), bytes_arg)?;
        let key = keyed(name, &bytes_arg(a.get(0))?);
        Ok(rt.object(Hash { name, data: RefCell::new(data), key: Some(key) }))
    }),
    Row::method("digest", "(key, msg, digest)", "A keyed hash as bytes.", |_, a| {
        let name = algorithm(a.get(2))?;
        let key = keyed(name, &bytes_arg(a.get(0))?);
        let h = Hash { name, data: RefCell::new(bytes_arg(a.get(1))?), key: Some(key) };
        Ok(Value::bytes(h.result()))
    }),
    Row::method("compare_digest", "(a, b, /)", "Whether two hashes are equal.", |_, a| Ok(Value::Bool(same(a)))),
];

fn error_class(rt: &Rt, m: &Module) -> Rc<Class> {
    let class = exception_class("Error", "binascii", rt.exc_class(Exc::ValueError));
    put_class(m, class.clone());
    class
}

pub(super) fn build_binascii(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let class = error_class(rt, m);
    m.add_rows(BINASCII);
    let decode =
        crate::object::function::NativeFn::closure("a2b_base64", "(data, /, *, strict_mode=False)", move |rt, a| {
            let mut data = match (a.get(0).as_bytes(), a.get(0).as_str()) {
                (Some(b), _) => b.to_vec(),
                (_, Some(s)) => s.as_bytes().to_vec(),
                _ => bytes_arg(a.get(0))?,
            };
            if !a.flag(rt, 1, false)? {
                data.retain(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
                // What stands after the padding does not count.
                if let Some(at) = data.iter().position(|b| *b == b'=') {
                    let whole = at.div_ceil(4) * 4;
                    data.truncate(whole.max(at));
                }
            }
            let count = data.iter().filter(|b| **b != b'=').count();
            let strict = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
                .with_decode_allow_trailing_bits(true);
            match GeneralPurpose::new(&base64::alphabet::STANDARD, strict).decode(&data) {
                Ok(out) => Ok(Value::bytes(out)),
                Err(_) => {
                    let message = if count % 4 == 1 {
                        format!(
                            "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than \
                             a multiple of 4"
                        )
                    } else if data.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
                        "Incorrect padding".to_string()
                    } else {
                        "Only base64 data is allowed".to_string()
                    };
                    Err(raise(rt, &class, vec![message.into()]))
                }
            }
        });
    m.put("a2b_base64", decode);
    Ok(())
}

const BINASCII: &[Row] = &[
    Row::method("b2a_base64", "(data, /, *, newline=True)", "Bytes in base 64.", |rt, a| {
        let Some(data) = a.get(0).as_bytes() else {
            let kind = ops::type_name(a.get(0));
            return Err(Exc::TypeError.new(format!("a bytes-like object is required, not '{kind}'")));
        };
        let mut out = STANDARD.encode(data.as_slice()).into_bytes();
        if a.flag(rt, 1, true)? {
            out.push(b'\n');
        }
        Ok(Value::bytes(out))
    }),
    Row::method("hexlify", "(data, /)", "Bytes as hexadecimal digits.", |_, a| {
        Ok(Value::bytes(hex(&bytes_arg(a.get(0))?).into_bytes()))
    }),
    Row::method("unhexlify", "(hexstr, /)", "Bytes of hexadecimal digits.", |rt, a| {
        let text = match a.get(0).as_bytes() {
            Some(b) => Value::str(String::from_utf8_lossy(b)),
            None => a.value(0),
        };
        let bytes = Value::Class(rt.types.bytes.clone());
        ops::call_method(rt, &bytes, "fromhex".into(), crate::object::CallArgs::new([text]))
    }),
    Row::method("crc32", "(data, crc=0, /)", "A checksum.", |rt, a| {
        let start = a.opt(1).map_or(Ok(0), |v| ops::index(rt, v))? as u32;
        let mut crc = !start;
        for b in bytes_arg(a.get(0))? {
            crc ^= u32::from(b);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            }
        }
        Ok(Value::Int(i64::from(!crc)))
    }),
];
