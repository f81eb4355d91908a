use std::cell::RefCell;
use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use crate::object::instance::Object;
use crate::object::ops::numhash;
use crate::object::rt::Rt;
use crate::object::value::Value;

/// What a decimal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number.
    Finite,
    /// An infinity.
    Infinite,
    /// A quiet NaN.
    NaN,
    /// A signaling NaN.
    SNaN,
}

/// A `Decimal`: `(-1)^negative * digits * 10^exp`, or a special value.
#[derive(Clone, Debug)]
pub struct Decimal {
    /// The sign; zero has one too.
    pub negative: bool,
    /// Number, infinity or NaN.
    pub kind: Kind,
    /// The coefficient; of a NaN its payload.
    pub digits: BigUint,
    /// The exponent of ten of the last digit.
    pub exp: i64,
}

impl Object for Decimal {}

thread_local! {
    static POWERS: RefCell<Vec<BigUint>> = const { RefCell::new(Vec::new()) };
}

/// `10^n`.
pub(super) fn pow10(n: u64) -> BigUint {
    if n < 20 {
        return BigUint::from(10u64.pow(n as u32));
    }
    if n < 128 {
        return POWERS.with_borrow_mut(|powers| {
            while powers.len() <= n as usize {
                let next = powers.last().map_or_else(BigUint::one, |p| p * 10u32);
                powers.push(next);
            }
            powers[n as usize].clone()
        });
    }
    BigUint::from(10u32).pow(n as u32)
}

/// How many decimal digits a number has; zero has one.
pub(super) fn digit_count(n: &BigUint) -> u64 {
    if let Some(small) = n.to_u64() {
        return small.checked_ilog10().unwrap_or(0) as u64 + 1;
    }
    // log10(2) from below; the estimate is short by at most one.
    let estimate = ((n.bits() - 1) as f64 * std::f64::consts::LOG10_2) as u64;
    if *n >= pow10(estimate + 1) {
        estimate + 2
    } else if *n >= pow10(estimate) {
        estimate + 1
    } else {
        estimate
    }
}

impl Decimal {
    /// A number.
    pub fn new(negative: bool, digits: BigUint, exp: i64) -> Decimal {
        Decimal { negative, kind: Kind::Finite, digits, exp }
    }

    /// Zero with an exponent.
    pub fn zero(negative: bool, exp: i64) -> Decimal {
        Decimal::new(negative, BigUint::zero(), exp)
    }

    /// An infinity.
    pub fn infinity(negative: bool) -> Decimal {
        Decimal { negative, kind: Kind::Infinite, digits: BigUint::zero(), exp: 0 }
    }

    /// A quiet NaN.
    pub fn nan() -> Decimal {
        Decimal { negative: false, kind: Kind::NaN, digits: BigUint::zero(), exp: 0 }
    }

    /// An integer, exactly.
    pub fn from_i64(n: i64) -> Decimal {
        Decimal::new(n < 0, BigUint::from(n.unsigned_abs()), 0)
    }

    /// An integer of any size, exactly.
    pub fn from_big(n: &BigInt) -> Decimal {
        Decimal::new(n.sign() == Sign::Minus, n.magnitude().clone(), 0)
    }

    /// The exact value of a float.
    pub fn from_float(f: f64) -> Decimal {
        if f.is_nan() {
            return Decimal { negative: f.is_sign_negative(), ..Decimal::nan() };
        }
        if f.is_infinite() {
            return Decimal::infinity(f < 0.0);
        }
        let bits = f.to_bits();
        let negative = f.is_sign_negative();
        let exponent = ((bits >> 52) & 0x7ff) as i64;
        let low = bits & ((1 << 52) - 1);
        let (mut m, mut e) = if exponent == 0 { (low, -1074) } else { (low | 1 << 52, exponent - 1075) };
        if m == 0 {
            return Decimal::zero(negative, 0);
        }
        let twos = i64::from(m.trailing_zeros()).min((-e).max(0));
        m >>= twos;
        e += twos;
        if e >= 0 {
            return Decimal::new(negative, BigUint::from(m) << e as usize, 0);
        }
        // m / 2^k = m * 5^k / 10^k.
        Decimal::new(negative, BigUint::from(m) * BigUint::from(5u32).pow((-e) as u32), e)
    }

    /// Reads a number's text, exactly; `None` where it is none. Blanks around it and underscores are allowed.
    pub fn parse(text: &str) -> Option<Decimal> {
        let text = text.trim();
        let mut clean = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '_' => {}
                c if c.is_ascii() => clean.push(c),
                // A decimal digit of another script.
                c => clean.push(char::from_digit(unicode_digit(c)?, 10)?),
            }
        }
        let (negative, rest) = match clean.as_bytes().first()? {
            b'-' => (true, &clean[1..]),
            b'+' => (false, &clean[1..]),
            _ => (false, &clean[..]),
        };
        let lower = rest.to_ascii_lowercase();
        if lower == "inf" || lower == "infinity" {
            return Some(Decimal::infinity(negative));
        }
        for (prefix, kind) in [("snan", Kind::SNaN), ("nan", Kind::NaN)] {
            if let Some(payload) = lower.strip_prefix(prefix) {
                if !payload.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let digits = if payload.is_empty() { BigUint::zero() } else { payload.parse().ok()? };
                return Some(Decimal { negative, kind, digits, exp: 0 });
            }
        }
        let (mantissa, exp) = match lower.split_once('e') {
            Some((m, e)) => {
                let body = e.strip_prefix(['+', '-']).unwrap_or(e);
                if body.is_empty() || !body.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let limit = if e.starts_with('-') { -4_000_000_000_000_000_000 } else { 4_000_000_000_000_000_000 };
                (m, e.parse::<i64>().unwrap_or(limit))
            }
            None => (&lower[..], 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let digits = if whole.len() + fraction.len() < 19 {
            let n = whole.bytes().chain(fraction.bytes()).fold(0u64, |n, b| n * 10 + u64::from(b - b'0'));
            BigUint::from(n)
        } else {
            format!("{whole}{fraction}").parse().ok()?
        };
        Some(Decimal::new(negative, digits, exp.saturating_sub(fraction.len() as i64)))
    }

    /// As a value of the session.
    pub fn new_value(self, rt: &Rt) -> Value {
        rt.object(self)
    }

    /// The decimal that a value is.
    pub fn from_value(value: &Value) -> Option<&Decimal> {
        value.native()
    }

    /// The value of a `Decimal`, `int` or `bool`, exactly.
    pub fn of(value: &Value) -> Option<Decimal> {
        if let Some(d) = Decimal::from_value(value) {
            return Some(d.clone());
        }
        match value.plain() {
            Value::Int(n) => Some(Decimal::from_i64(*n)),
            Value::Bool(b) => Some(Decimal::from_i64(i64::from(*b))),
            Value::Big(b) => Some(Decimal::from_big(b)),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// Whether it is infinite.
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    /// Whether it is a NaN of either kind.
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::NaN | Kind::SNaN)
    }

    /// Whether it is a zero.
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.digits.is_zero()
    }

    /// How many digits its coefficient has.
    pub fn digit_count(&self) -> u64 {
        digit_count(&self.digits)
    }

    /// The exponent of its first digit.
    pub fn adjusted(&self) -> i64 {
        if self.is_finite() { self.exp.saturating_add(self.digit_count() as i64 - 1) } else { 0 }
    }

    /// The same with the sign turned.
    pub fn negated(mut self) -> Decimal {
        self.negative = !self.negative;
        self
    }

    /// The digits after the point in its text (`max_digits`, `decimal_places` checks).
    pub fn places(&self) -> i64 {
        (-self.exp).max(0)
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exp >= 0 || self.digits.is_zero() {
            return true;
        }
        let n = self.exp.unsigned_abs();
        n < self.digit_count() && (&self.digits % pow10(n)).is_zero()
    }

    /// Truncated to an integer; `None` for infinities and NaNs.
    pub fn trunc(&self) -> Option<BigInt> {
        if !self.is_finite() {
            return None;
        }
        let m = if self.exp >= 0 {
            &self.digits * pow10(self.exp as u64)
        } else if self.exp.unsigned_abs() >= self.digit_count() {
            BigUint::zero()
        } else {
            &self.digits / pow10(self.exp.unsigned_abs())
        };
        Some(BigInt::from_biguint(if self.negative { Sign::Minus } else { Sign::Plus }, m))
    }

    /// Numerator and denominator in lowest terms; of a number.
    pub fn ratio(&self) -> (BigInt, BigInt) {
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        if self.exp >= 0 {
            return (BigInt::from_biguint(sign, &self.digits * pow10(self.exp as u64)), BigInt::one());
        }
        let d = pow10(self.exp.unsigned_abs());
        let g = self.digits.gcd(&d);
        (BigInt::from_biguint(sign, &self.digits / &g), BigInt::from(d / g))
    }

    /// The nearest float.
    pub fn to_f64(&self) -> f64 {
        match self.kind {
            Kind::Finite => self.to_string().parse().unwrap_or(f64::NAN),
            Kind::Infinite if self.negative => f64::NEG_INFINITY,
            Kind::Infinite => f64::INFINITY,
            _ => f64::NAN,
        }
    }

    /// Order of two values that are no NaNs, by number: `1.0` equals `1.00`.
    pub fn compare(&self, other: &Decimal) -> Ordering {
        let sign = |d: &Decimal| match (d.is_zero(), d.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        };
        let (a, b) = (sign(self), sign(other));
        if a != b || a == 0 {
            return a.cmp(&b);
        }
        let magnitude = match (self.is_infinite(), other.is_infinite()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => self.compare_magnitude(other),
        };
        if a < 0 { magnitude.reverse() } else { magnitude }
    }

    /// Order of the magnitudes of two numbers.
    pub(super) fn compare_magnitude(&self, other: &Decimal) -> Ordering {
        match (self.digits.is_zero(), other.digits.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            _ => {}
        }
        let by_size = self.adjusted().cmp(&other.adjusted());
        if by_size != Ordering::Equal {
            return by_size;
        }
        match self.exp.cmp(&other.exp) {
            Ordering::Equal => self.digits.cmp(&other.digits),
            Ordering::Greater => (&self.digits * pow10((self.exp - other.exp) as u64)).cmp(&other.digits),
            Ordering::Less => self.digits.cmp(&(&other.digits * pow10((other.exp - self.exp) as u64))),
        }
    }

    /// Python's hash: that of an equal `int` or `float`.
    pub fn hash(&self) -> i64 {
        match self.kind {
            Kind::Infinite if self.negative => -numhash::INFINITY,
            Kind::Infinite => numhash::INFINITY,
            Kind::Finite => {
                let p = BigUint::from(numhash::MODULUS);
                // 10 or its inverse, to the exponent.
                let ten =
                    if self.exp >= 0 { BigUint::from(10u32) } else { BigUint::from(10u32).modpow(&(&p - 2u32), &p) };
                let power = ten.modpow(&BigUint::from(self.exp.unsigned_abs()), &p);
                let h = (&self.digits % &p * power % &p).to_i64().unwrap_or(0);
                match if self.negative { -h } else { h } {
                    -1 => -2,
                    h => h,
                }
            }
            _ => 0,
        }
    }

    /// Without trailing zeros in the coefficient, where that is possible.
    pub(super) fn strip_zeros(&mut self, up_to: i64) {
        let ten = BigUint::from(10u32);
        while self.exp < up_to && !self.digits.is_zero() {
            let (q, r) = self.digits.div_rem(&ten);
            if !r.is_zero() {
                break;
            }
            self.digits = q;
            self.exp += 1;
        }
    }

    /// The text in scientific or engineering notation; `capital` says `E` or `e`.
    pub fn text(&self, engineering: bool, capital: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        match self.kind {
            Kind::Infinite => return format!("{sign}Infinity"),
            Kind::NaN | Kind::SNaN => {
                let name = if self.kind == Kind::NaN { "NaN" } else { "sNaN" };
                let payload = if self.digits.is_zero() { String::new() } else { self.digits.to_string() };
                return format!("{sign}{name}{payload}");
            }
            Kind::Finite => {}
        }
        let digits = self.digits.to_string();
        let left = self.exp + digits.len() as i64;
        let point = if self.exp <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if self.digits.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let n = digits.len() as i64;
        let body = if point <= 0 {
            format!("0.{}{digits}", "0".repeat((-point) as usize))
        } else if point >= n {
            format!("{digits}{}", "0".repeat((point - n) as usize))
        } else {
            format!("{}.{}", &digits[..point as usize], &digits[point as usize..])
        };
        let e = if capital { "E" } else { "e" };
        if left == point { format!("{sign}{body}") } else { format!("{sign}{body}{e}{:+}", left - point) }
    }
}

/// The value of a decimal digit of any script.
fn unicode_digit(c: char) -> Option<u32> {
    // Digits of a script stand in a row of ten that begins at a code point whose last digit tells the value.
    const ZEROS: [u32; 37] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
        0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
        0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0,
    ];
    let n = c as u32;
    ZEROS.iter().find(|&&z| (z..z + 10).contains(&n)).map(|z| n - z)
}

impl std::fmt::Display for Decimal {
    /// `str()`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(false, true))
    }
}
