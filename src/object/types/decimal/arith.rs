//! The operations of the specification that need no series: each takes operands and the rules, and gives the result.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::cx::{Cx, Rounding, Signals};
use super::number::{Decimal, Kind, pow10};

impl Cx {
    /// `a + b`.
    pub fn add(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        if a.is_infinite() {
            if b.is_infinite() && a.negative != b.negative {
                return self.invalid(Signals::INVALID);
            }
            return a.clone();
        }
        if b.is_infinite() {
            return b.clone();
        }
        let exp = a.exp.min(b.exp);
        // A zero sum is positive, but for Floor, or where both were negative.
        let zero_negative = if a.negative == b.negative { a.negative } else { self.rounding == Rounding::Floor };
        match (a.digits.is_zero(), b.digits.is_zero()) {
            (true, true) => return self.fix(Decimal::zero(zero_negative, exp)),
            (true, false) => {
                let exp = exp.max(b.exp.saturating_sub(self.prec).saturating_sub(1));
                return self.fix(rescaled(b, exp));
            }
            (false, true) => {
                let exp = exp.max(a.exp.saturating_sub(self.prec).saturating_sub(1));
                return self.fix(rescaled(a, exp));
            }
            _ => {}
        }
        let (big, small) = if a.exp >= b.exp { (a, b) } else { (b, a) };
        // An operand far below the other's last digit only counts as "a little more".
        let low = big.exp.min(big.adjusted() - self.prec - 1) - 2;
        let tiny;
        let small = if small.adjusted() < low {
            tiny = Decimal::new(small.negative, BigUint::one(), low);
            &tiny
        } else {
            small
        };
        let shift = (big.exp - small.exp) as u64;
        let x = signed(big, big.digits.clone() * pow10(shift));
        let sum = x + signed(small, small.digits.clone());
        if sum.is_zero() {
            return self.fix(Decimal::zero(zero_negative, exp));
        }
        self.fix(Decimal::new(sum.is_negative(), sum.magnitude().clone(), small.exp))
    }

    /// `a - b`.
    pub fn sub(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if a.is_nan() || b.is_nan() {
            return self.nan_of(&[a, b]).unwrap_or_else(Decimal::nan);
        }
        self.add(a, &b.clone().negated())
    }

    /// `a * b`.
    pub fn mul(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() || b.is_infinite() {
            if a.is_zero() || b.is_zero() {
                return self.invalid(Signals::INVALID);
            }
            return Decimal::infinity(negative);
        }
        self.fix(Decimal::new(negative, &a.digits * &b.digits, a.exp.saturating_add(b.exp)))
    }

    /// `a / b`.
    pub fn div(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let negative = a.negative != b.negative;
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) => return self.invalid(Signals::INVALID),
            (true, false) => return Decimal::infinity(negative),
            (false, true) => {
                self.raise(Signals::CLAMPED);
                return Decimal::zero(negative, self.etiny());
            }
            _ => {}
        }
        if b.is_zero() {
            if a.is_zero() {
                return self.invalid(Signals::DIVISION_UNDEFINED);
            }
            self.raise(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(negative);
        }
        let ideal = a.exp.saturating_sub(b.exp);
        if a.is_zero() {
            return self.fix(Decimal::zero(negative, ideal));
        }
        let shift = b.digit_count() as i64 - a.digit_count() as i64 + self.prec + 1;
        let exp = ideal.saturating_sub(shift);
        let (mut q, r) = if shift >= 0 {
            (&a.digits * pow10(shift as u64)).div_rem(&b.digits)
        } else {
            a.digits.div_rem(&(&b.digits * pow10((-shift) as u64)))
        };
        if !r.is_zero() {
            // A last digit that cannot be mistaken for exact or for a half.
            if (&q % 5u32).is_zero() {
                q += 1u32;
            }
            return self.fix(Decimal::new(negative, q, exp));
        }
        let mut d = Decimal::new(negative, q, exp);
        d.strip_zeros(ideal);
        self.fix(d)
    }

    /// Integer quotient and remainder of numbers, `b` not zero; `None` where the quotient has too many digits.
    fn divide(&self, a: &Decimal, b: &Decimal) -> Option<(Decimal, Decimal)> {
        let negative = a.negative != b.negative;
        let ideal = if b.is_infinite() { a.exp } else { a.exp.min(b.exp) };
        let distance = a.adjusted() - b.adjusted();
        if a.is_zero() || b.is_infinite() || distance <= -2 {
            return Some((Decimal::zero(negative, 0), rescale_quiet(a, ideal, self.rounding)));
        }
        if distance <= self.prec {
            let (x, y) = if a.exp >= b.exp {
                (&a.digits * pow10((a.exp - b.exp) as u64), b.digits.clone())
            } else {
                (a.digits.clone(), &b.digits * pow10((b.exp - a.exp) as u64))
            };
            let (q, r) = x.div_rem(&y);
            if q < pow10(self.prec.min(1 << 30) as u64) {
                return Some((Decimal::new(negative, q, 0), Decimal::new(a.negative, r, ideal)));
            }
        }
        None
    }

    /// `a // b`.
    pub fn div_int(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            return if b.is_infinite() { self.invalid(Signals::INVALID) } else { Decimal::infinity(negative) };
        }
        if b.is_zero() {
            if a.is_zero() {
                return self.invalid(Signals::DIVISION_UNDEFINED);
            }
            self.raise(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(negative);
        }
        match self.divide(a, b) {
            Some((q, _)) => q,
            None => self.invalid(Signals::DIVISION_IMPOSSIBLE),
        }
    }

    /// `a % b`.
    pub fn rem(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        if a.is_infinite() {
            return self.invalid(Signals::INVALID);
        }
        if b.is_zero() {
            return self.invalid(if a.is_zero() { Signals::DIVISION_UNDEFINED } else { Signals::INVALID });
        }
        match self.divide(a, b) {
            Some((_, r)) => self.fix(r),
            None => self.invalid(Signals::DIVISION_IMPOSSIBLE),
        }
    }

    /// `divmod(a, b)`.
    pub fn div_mod(&mut self, a: &Decimal, b: &Decimal) -> (Decimal, Decimal) {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return (nan.clone(), nan);
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            let nan = self.invalid(Signals::INVALID);
            return (if b.is_infinite() { nan.clone() } else { Decimal::infinity(negative) }, nan);
        }
        if b.is_zero() {
            if a.is_zero() {
                let nan = self.invalid(Signals::DIVISION_UNDEFINED);
                return (nan.clone(), nan);
            }
            self.raise(Signals::DIVISION_BY_ZERO);
            return (Decimal::infinity(negative), self.invalid(Signals::INVALID));
        }
        match self.divide(a, b) {
            Some((q, r)) => (q, self.fix(r)),
            None => {
                let nan = self.invalid(Signals::DIVISION_IMPOSSIBLE);
                (nan.clone(), nan)
            }
        }
    }

    /// The remainder whose magnitude is at most half of `b`'s.
    pub fn remainder_near(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        if a.is_infinite() {
            return self.invalid(Signals::INVALID);
        }
        if b.is_zero() {
            return self.invalid(if a.is_zero() { Signals::DIVISION_UNDEFINED } else { Signals::INVALID });
        }
        if b.is_infinite() {
            return self.fix(a.clone());
        }
        let ideal = a.exp.min(b.exp);
        if a.is_zero() {
            return self.fix(Decimal::zero(a.negative, ideal));
        }
        let distance = a.adjusted() - b.adjusted();
        if distance > self.prec {
            return self.invalid(Signals::DIVISION_IMPOSSIBLE);
        }
        if distance <= -2 {
            return self.fix(rescale_quiet(a, ideal, self.rounding));
        }
        let (x, y) = (scaled_to(a, ideal), scaled_to(b, ideal));
        let (mut q, mut r) = x.div_rem(&y);
        let mut negative = a.negative;
        let twice: BigUint = &r + &r;
        if twice > y || twice == y && q.is_odd() {
            r = &y - &r;
            q += 1u32;
            negative = !negative;
        }
        if q >= pow10(self.prec as u64) {
            return self.invalid(Signals::DIVISION_IMPOSSIBLE);
        }
        self.fix(Decimal::new(negative, r, ideal))
    }

    /// `+a`: rounds.
    pub fn plus(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        let mut d = a.clone();
        if d.is_zero() && self.rounding != Rounding::Floor {
            d.negative = false;
        }
        self.fix(d)
    }

    /// `-a`: rounds.
    pub fn minus(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        let mut d = a.clone().negated();
        if d.is_zero() {
            d.negative = self.rounding == Rounding::Floor;
        }
        self.fix(d)
    }

    /// `abs(a)`: rounds.
    pub fn abs(&mut self, a: &Decimal) -> Decimal {
        if a.negative { self.minus(a) } else { self.plus(a) }
    }

    /// `a * b + c` with one rounding.
    pub fn fma(&mut self, a: &Decimal, b: &Decimal, c: &Decimal) -> Decimal {
        let product = if a.is_nan() || b.is_nan() {
            match self.nan_of(&[a, b, c]) {
                Some(nan) => return nan,
                None => Decimal::nan(),
            }
        } else if a.is_infinite() || b.is_infinite() {
            if a.is_zero() || b.is_zero() {
                return self.invalid(Signals::INVALID);
            }
            Decimal::infinity(a.negative != b.negative)
        } else {
            Decimal::new(a.negative != b.negative, &a.digits * &b.digits, a.exp + b.exp)
        };
        self.add(&product, c)
    }

    /// `a` with the exponent of `b`.
    pub fn quantize(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        if a.is_infinite() || b.is_infinite() {
            return if a.is_infinite() && b.is_infinite() { a.clone() } else { self.invalid(Signals::INVALID) };
        }
        if b.exp < self.etiny() || b.exp > self.emax {
            return self.invalid(Signals::INVALID);
        }
        if a.is_zero() {
            let d = Decimal::zero(a.negative, b.exp);
            return self.fix(d);
        }
        let adjusted = a.adjusted();
        if adjusted > self.emax || adjusted - b.exp + 1 > self.prec {
            return self.invalid(Signals::INVALID);
        }
        let d = rescale_quiet(a, b.exp, self.rounding);
        if d.adjusted() > self.emax || d.digit_count() as i64 > self.prec {
            return self.invalid(Signals::INVALID);
        }
        if !d.is_zero() && d.adjusted() < self.emin {
            self.raise(Signals::SUBNORMAL);
        }
        if d.exp > a.exp {
            if d.compare(a) != Ordering::Equal {
                self.raise(Signals::INEXACT);
            }
            self.raise(Signals::ROUNDED);
        }
        self.fix(d)
    }

    /// Rounded to a whole number; `exact` says whether that is signaled.
    pub fn to_integral(&mut self, a: &Decimal, rounding: Rounding, exact: bool) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        if a.is_infinite() || a.exp >= 0 {
            return a.clone();
        }
        if a.is_zero() {
            return Decimal::zero(a.negative, 0);
        }
        let d = rescale_quiet(a, 0, rounding);
        if exact {
            if d.compare(a) != Ordering::Equal {
                self.raise(Signals::INEXACT);
            }
            self.raise(Signals::ROUNDED);
        }
        d
    }

    /// Rounded, without trailing zeros.
    pub fn normalize(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        let mut d = self.fix(a.clone());
        if d.is_infinite() {
            return d;
        }
        if d.is_zero() {
            return Decimal::zero(d.negative, 0);
        }
        let top = if self.clamp { self.etop() } else { self.emax };
        d.strip_zeros(top);
        d
    }

    /// The square root.
    pub fn sqrt(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        if a.is_infinite() && !a.negative {
            return a.clone();
        }
        if a.is_zero() {
            return self.fix(Decimal::zero(a.negative, a.exp.div_euclid(2)));
        }
        if a.negative {
            return self.invalid(Signals::INVALID);
        }
        let prec = self.prec + 1;
        let (mut e, mut c, len) = (a.exp.div_euclid(2), a.digits.clone(), a.digit_count() as i64);
        let l = if a.exp.rem_euclid(2) == 1 {
            c *= 10u32;
            (len >> 1) + 1
        } else {
            (len + 1) >> 1
        };
        let shift = prec - l;
        let mut exact = true;
        if shift >= 0 {
            c *= pow10(2 * shift as u64);
        } else {
            let (q, r) = c.div_rem(&pow10(2 * (-shift) as u64));
            exact = r.is_zero();
            c = q;
        }
        e -= shift;
        let mut n = c.sqrt();
        exact = exact && &n * &n == c;
        if exact {
            if shift >= 0 {
                n /= pow10(shift as u64);
            } else {
                n *= pow10((-shift) as u64);
            }
            e += shift;
        } else if (&n % 5u32).is_zero() {
            n += 1u32;
        }
        let rounding = std::mem::replace(&mut self.rounding, Rounding::HalfEven);
        let d = self.fix(Decimal::new(false, n, e));
        self.rounding = rounding;
        d
    }

    /// The integer power of a number modulo an integer, as `pow(a, b, m)`.
    pub fn pow_mod(&mut self, a: &Decimal, b: &Decimal, m: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b, m]) {
            return nan;
        }
        let whole = a.is_integer() && b.is_integer() && m.is_integer();
        if !whole
            || b.negative && !b.is_zero()
            || m.is_zero()
            || m.adjusted() >= self.prec
            || a.is_zero() && b.is_zero()
        {
            return self.invalid(Signals::INVALID);
        }
        let (Some(x), Some(y), Some(z)) = (a.trunc(), b.trunc(), m.trunc()) else { return Decimal::nan() };
        let negative = a.negative && y.is_odd();
        Decimal::new(negative, x.magnitude().modpow(y.magnitude(), z.magnitude()), 0)
    }

    /// The larger (or smaller) of two; a NaN counts as missing. `magnitude` compares without sign.
    pub fn extreme(&mut self, a: &Decimal, b: &Decimal, largest: bool, magnitude: bool) -> Decimal {
        match (a.kind, b.kind) {
            (Kind::NaN, Kind::Finite | Kind::Infinite) => return self.fix(b.clone()),
            (Kind::Finite | Kind::Infinite, Kind::NaN) => return self.fix(a.clone()),
            _ => {}
        }
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let positive = |d: &Decimal| Decimal { negative: false, ..d.clone() };
        let mut order = if magnitude { positive(a).compare(&positive(b)) } else { a.compare(b) };
        if order == Ordering::Equal {
            order = a.compare_total(b);
        }
        let first = if largest { order != Ordering::Less } else { order == Ordering::Less };
        self.fix(if first { a.clone() } else { b.clone() })
    }

    /// The next representable value below (or above).
    pub fn next(&mut self, a: &Decimal, up: bool) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        if a.is_infinite() {
            if a.negative != up {
                return a.clone();
            }
            return Decimal::new(a.negative, pow10(self.prec as u64) - 1u32, self.etop());
        }
        let mut quiet =
            Cx { rounding: if up { Rounding::Ceiling } else { Rounding::Floor }, status: Signals::default(), ..*self };
        let fixed = quiet.fix(a.clone());
        if fixed.compare(a) != Ordering::Equal {
            return fixed;
        }
        quiet.add(a, &Decimal::new(!up, BigUint::one(), self.etiny() - 1))
    }

    /// The next representable value towards another.
    pub fn next_toward(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let order = a.compare(b);
        if order == Ordering::Equal {
            return Decimal { negative: b.negative, ..a.clone() };
        }
        let d = self.next(a, order == Ordering::Less);
        if d.is_infinite() {
            self.raise(Signals::OVERFLOW.with(Signals::INEXACT).with(Signals::ROUNDED));
        } else if d.adjusted() < self.emin {
            self.raise(Signals::UNDERFLOW.with(Signals::SUBNORMAL).with(Signals::INEXACT).with(Signals::ROUNDED));
            if d.is_zero() {
                self.raise(Signals::CLAMPED);
            }
        }
        d
    }

    /// `a * 10^b`, `b` a small whole number.
    pub fn scaleb(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let limit = 2 * (self.emax + self.prec);
        let n = match b.trunc().and_then(|n| n.to_i64()) {
            Some(n) if b.is_finite() && b.exp == 0 && n.abs() <= limit => n,
            _ => return self.invalid(Signals::INVALID),
        };
        if a.is_infinite() {
            return a.clone();
        }
        self.fix(Decimal { exp: a.exp + n, ..a.clone() })
    }

    /// The exponent of the first digit.
    pub fn logb(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        if a.is_infinite() {
            return Decimal::infinity(false);
        }
        if a.is_zero() {
            self.raise(Signals::DIVISION_BY_ZERO);
            return Decimal::infinity(true);
        }
        self.fix(Decimal::from_i64(a.adjusted()))
    }

    /// The digits moved left by `b` (right where negative), around the end where `rotate`.
    pub fn shift(&mut self, a: &Decimal, b: &Decimal, rotate: bool) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let n = match b.trunc().and_then(|n| n.to_i64()) {
            Some(n) if b.is_finite() && b.exp == 0 && n.abs() <= self.prec => n,
            _ => return self.invalid(Signals::INVALID),
        };
        if a.is_infinite() {
            return a.clone();
        }
        let room = pow10(self.prec as u64);
        let digits = &a.digits % &room;
        let size = n.unsigned_abs();
        let digits = match (rotate, n >= 0) {
            (false, true) => digits * pow10(size) % room,
            (false, false) => digits / pow10(size),
            (true, _) => {
                let left = if n >= 0 { size } else { self.prec as u64 - size };
                let (high, low) = digits.div_rem(&pow10(self.prec as u64 - left));
                low * pow10(left) + high
            }
        };
        Decimal { digits, ..a.clone() }
    }

    /// Digit-wise logic of zeros and ones.
    pub fn logical(&mut self, a: &Decimal, b: &Decimal, op: fn(bool, bool) -> bool) -> Decimal {
        let (Some(x), Some(y)) = (self.bits(a), self.bits(b)) else { return self.invalid(Signals::INVALID) };
        let n = x.len().max(y.len());
        let bit = |v: &[bool], i: usize| v.get(i).copied().unwrap_or(false);
        let digits = (0..n).rev().fold(BigUint::zero(), |d, i| d * 10u32 + u32::from(op(bit(&x, i), bit(&y, i))));
        Decimal::new(false, digits, 0)
    }

    /// `prec` ones, for logical inversion.
    pub fn ones(&self) -> Decimal {
        Decimal::new(false, (pow10(self.prec as u64) - 1u32) / 9u32, 0)
    }

    /// The digits of a logical operand, last first.
    fn bits(&self, d: &Decimal) -> Option<Vec<bool>> {
        if !d.is_finite() || d.negative || d.exp != 0 {
            return None;
        }
        let text = d.digits.to_string();
        let keep = text.len().min(self.prec as usize);
        text.bytes().all(|b| b == b'0' || b == b'1').then(|| text.bytes().rev().take(keep).map(|b| b == b'1').collect())
    }
}

impl Decimal {
    /// The total order of the specification: every representation has its own place.
    pub fn compare_total(&self, other: &Decimal) -> Ordering {
        if self.negative != other.negative {
            return if self.negative { Ordering::Less } else { Ordering::Greater };
        }
        let rank = |d: &Decimal| match d.kind {
            Kind::Finite => 0,
            Kind::Infinite => 1,
            Kind::SNaN => 2,
            Kind::NaN => 3,
        };
        let order = rank(self).cmp(&rank(other)).then_with(|| match self.kind {
            Kind::Finite => self.compare_magnitude(other).then(self.exp.cmp(&other.exp)),
            Kind::Infinite => Ordering::Equal,
            _ => self.digits.cmp(&other.digits),
        });
        if self.negative { order.reverse() } else { order }
    }
}

fn signed(d: &Decimal, digits: BigUint) -> BigInt {
    BigInt::from_biguint(if d.negative { Sign::Minus } else { Sign::Plus }, digits)
}

/// A number with a smaller or equal exponent, exactly; where `exp` is larger, the number itself.
fn rescaled(d: &Decimal, exp: i64) -> Decimal {
    if exp >= d.exp {
        return d.clone();
    }
    Decimal::new(d.negative, &d.digits * pow10((d.exp - exp) as u64), exp)
}

/// The coefficient of a number at an exponent not above its own.
fn scaled_to(d: &Decimal, exp: i64) -> BigUint {
    &d.digits * pow10((d.exp - exp).max(0) as u64)
}

/// A number with another exponent, rounded without a signal.
pub(super) fn rescale_quiet(d: &Decimal, exp: i64, rounding: Rounding) -> Decimal {
    if d.digits.is_zero() {
        return Decimal::zero(d.negative, exp);
    }
    if exp <= d.exp {
        return rescaled(d, exp);
    }
    let (digits, _) = Cx::round_digits(rounding, d.negative, &d.digits, (exp - d.exp) as u64);
    Decimal::new(d.negative, digits, exp)
}
