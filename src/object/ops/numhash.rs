//! The hash of a number: the same for equal numbers of any type, and the very number that Python's `hash()` shows.
//!
//! Mirrors <https://docs.python.org/3/library/stdtypes.html#hashing-of-numeric-types>.

use num_bigint::{BigInt, Sign};
use num_traits::{ToPrimitive, Zero};

/// The prime that hashes of numbers are reduced by.
pub const MODULUS: u64 = (1 << 61) - 1;
/// The hash of positive infinity.
pub const INFINITY: i64 = 314_159;

fn signed(negative: bool, h: u64) -> i64 {
    let h = if negative { -(h as i64) } else { h as i64 };
    if h == -1 { -2 } else { h }
}

/// The hash of an integer that fits.
pub fn int_hash(i: i64) -> i64 {
    if i.unsigned_abs() < MODULUS && i != -1 {
        return i;
    }
    signed(i < 0, i.unsigned_abs() % MODULUS)
}

/// The hash of an integer of any size.
pub fn big_hash(n: &BigInt) -> i64 {
    let h = (n.magnitude() % MODULUS).to_u64().unwrap_or(0);
    signed(n.sign() == Sign::Minus, h)
}

/// The hash of a float; a NaN's is that of zero.
pub fn float_hash(f: f64) -> i64 {
    if f.is_nan() {
        return 0;
    }
    if f.is_infinite() {
        return if f > 0.0 { INFINITY } else { -INFINITY };
    }
    if f == f.trunc() && f.abs() < 1e18 {
        return int_hash(f as i64);
    }
    let bits = f.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    let mantissa = bits & ((1 << 52) - 1);
    let (m, e) = if exponent == 0 { (mantissa, -1074) } else { (mantissa | (1 << 52), exponent - 1075) };
    // 2**61 is 1 in this field, so a power of two only rotates.
    let shift = e.rem_euclid(61) as u32;
    let h = ((m as u128) << shift) % MODULUS as u128;
    signed(f < 0.0, h as u64)
}

/// The hash of a fraction in lowest terms (the denominator positive).
pub fn ratio_hash(numerator: &BigInt, denominator: &BigInt) -> i64 {
    let p = BigInt::from(MODULUS);
    let d = denominator % &p;
    if d.is_zero() {
        return if numerator.sign() == Sign::Minus { -INFINITY } else { INFINITY };
    }
    let inverse = d.modpow(&BigInt::from(MODULUS - 2), &p);
    let h = (BigInt::from(numerator.magnitude().clone()) % &p * inverse % &p).to_u64().unwrap_or(0);
    signed(numerator.sign() == Sign::Minus, h)
}
