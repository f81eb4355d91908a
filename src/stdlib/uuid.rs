//! `uuid`. Mirrors <https://docs.python.org/3/library/uuid.html>; the type itself is in
//! [`crate::object::types::uuid`].

use std::time::UNIX_EPOCH;

use md5::{Digest, Md5};
use sha1::Sha1;

use super::support::put_class;
use crate::object::Rt;
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::ops;
use crate::object::types::uuid::Uuid;
use crate::object::value::Value;

pub(super) fn install(rt: &Rt) {
    rt.add_module("uuid", |rt, m| {
        put_class(m, rt.class::<Uuid>());
        m.add_rows(ROWS);
        for (i, name) in ["NAMESPACE_DNS", "NAMESPACE_URL", "NAMESPACE_OID", "", "NAMESPACE_X500"].iter().enumerate() {
            if !name.is_empty() {
                let n = 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8_u128 + ((i as u128) << 96);
                m.put(name, Uuid(n).new_value(rt));
            }
        }
        m.put("RESERVED_NCS", "reserved for NCS compatibility");
        m.put("RFC_4122", "specified in RFC 4122");
        m.put("RESERVED_MICROSOFT", "reserved for Microsoft compatibility");
        m.put("RESERVED_FUTURE", "reserved for future definition");
        Ok(())
    });
}

/// Namespace and name of a `uuid3` or `uuid5`, as the bytes that are hashed.
fn hashed(a: &Args) -> Res<Vec<u8>> {
    let Some(namespace) = Uuid::from_value(a.get(0)) else {
        let kind = ops::type_name(a.get(0));
        return Err(Exc::AttributeError.new(format!("'{kind}' object has no attribute 'bytes'")));
    };
    let mut out = namespace.0.to_be_bytes().to_vec();
    match (a.get(1).as_str(), a.get(1).as_bytes()) {
        (Some(s), _) => out.extend_from_slice(s.as_bytes()),
        (_, Some(b)) => out.extend_from_slice(b),
        _ => {
            let kind = ops::type_name(a.get(1));
            return Err(Exc::TypeError.new(format!("can't concat {kind} to bytes")));
        }
    }
    Ok(out)
}

fn from_hash(hash: &[u8], version: u8) -> Uuid {
    Uuid(hash.iter().take(16).fold(0, |n, b| n << 8 | u128::from(*b))).with_version(version)
}

fn node(rt: &Rt) -> u64 {
    // A random node number has its multicast bit set.
    (rt.host.entropy() & 0xffff_ffff_ffff) | 1 << 40
}

const ROWS: &[Row] = &[
    Row::method("uuid1", "(node=None, clock_seq=None)", "Of the time and a node number.", |rt, a| {
        let now = rt.host.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let stamp = (now.as_nanos() / 100) as u64 + 0x01b2_1dd2_1381_4000;
        let sequence = match a.some(1) {
            Some(v) => ops::index(rt, v)? as u64,
            None => rt.host.entropy(),
        } & 0x3fff;
        let node = match a.some(0) {
            Some(v) => ops::index(rt, v)? as u64,
            None => node(rt),
        } & 0xffff_ffff_ffff;
        let n = u128::from(stamp & 0xffff_ffff) << 96
            | u128::from((stamp >> 32) & 0xffff) << 80
            | u128::from((stamp >> 48) & 0xfff) << 64
            | u128::from(sequence) << 48
            | u128::from(node);
        Ok(Uuid(n).with_version(1).new_value(rt))
    }),
    Row::method("uuid3", "(namespace, name)", "Of the MD5 hash of a namespace and a name.", |rt, a| {
        Ok(from_hash(&Md5::digest(hashed(a)?), 3).new_value(rt))
    }),
    Row::method("uuid4", "()", "A random one.", |rt, _| Ok(Uuid::random(rt).new_value(rt))),
    Row::method("uuid5", "(namespace, name)", "Of the SHA-1 hash of a namespace and a name.", |rt, a| {
        Ok(from_hash(&Sha1::digest(hashed(a)?), 5).new_value(rt))
    }),
    Row::method("getnode", "()", "A number for this machine.", |rt, _| Ok(Value::Int(node(rt) as i64))),
];
