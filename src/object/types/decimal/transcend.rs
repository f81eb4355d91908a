//! Exponential, logarithms and powers: computed with spare digits in fixed point until the rounding is certain.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::cx::{Cx, Rounding, Signals};
use super::number::{Decimal, digit_count, pow10};

fn big_pow10(n: u64) -> BigInt {
    BigInt::from(pow10(n))
}

/// `ln(x / unit) * unit` of a positive fixed-point number.
fn ln_fixed(x: &BigInt, unit: &BigInt) -> BigInt {
    // Brought near 1 by square roots, then the series of atanh.
    let mut y = x.clone();
    let mut halvings = 0u32;
    let near = unit / BigInt::from(64);
    while (&y - unit).abs() > near {
        y = (&y * unit).sqrt();
        halvings += 1;
    }
    let z = (&y - unit) * unit / (&y + unit);
    let square = &z * &z / unit;
    let (mut term, mut sum, mut k) = (z.clone(), z, 3u32);
    loop {
        term = &term * &square / unit;
        let part = &term / k;
        if part.is_zero() {
            break;
        }
        sum += part;
        k += 2;
    }
    (sum * 2) << halvings as usize
}

/// `exp(x / unit) * unit` of a fixed-point number of small magnitude.
fn exp_fixed(x: &BigInt, unit: &BigInt) -> BigInt {
    let halvings = 12usize;
    // Guard bits, since each squaring doubles the error.
    let unit: BigInt = unit << 32usize;
    let y: BigInt = (x << 32usize) >> halvings;
    let (mut term, mut sum, mut k) = (unit.clone(), unit.clone(), 1u32);
    loop {
        term = &term * &y / (&unit * k);
        if term.is_zero() {
            break;
        }
        sum += &term;
        k += 1;
    }
    for _ in 0..halvings {
        sum = &sum * &sum / &unit;
    }
    sum >> 32usize
}

/// `ln(10)` in fixed point.
fn ln10(unit: &BigInt) -> BigInt {
    // ln 10 = 2.302...: of 10/8 and of 2, both near 1 after few roots.
    let five_fourths = unit * 5 / 4;
    let two = unit * 2;
    ln_fixed(&five_fourths, unit) + ln_fixed(&two, unit) * 3
}

/// Whether the digits below the ones that are kept leave the rounding open.
fn uncertain(n: &BigUint, spare: u64) -> bool {
    // Off by a few units of the last place at most.
    let (edge, slack) = (pow10(spare), BigUint::from(1000u32));
    let r = n % &edge;
    let half = &edge / 2u32;
    let distance = if r > half { &r - &half } else { &half - &r };
    distance <= slack || r <= slack || &edge - &r <= slack
}

/// Rounds a result known to be inexact that `compute(spare)` gives as coefficient and exponent with that many
/// digits more than needed.
fn certain(cx: &mut Cx, negative: bool, compute: impl Fn(u64) -> (BigUint, i64)) -> Decimal {
    let mut spare = 10;
    loop {
        let (n, exp) = compute(spare);
        let extra = (digit_count(&n) as i64 - cx.prec).max(0) as u64;
        if extra < 4 || uncertain(&n, extra) && spare < 400 {
            spare += 20;
            continue;
        }
        // Never exact: a last digit that shows it.
        return cx.fix(Decimal::new(negative, n * 10u32 + 1u32, exp - 1));
    }
}

impl Cx {
    fn half_even<T>(&mut self, run: impl FnOnce(&mut Cx) -> T) -> T {
        let rounding = std::mem::replace(&mut self.rounding, Rounding::HalfEven);
        let result = run(self);
        self.rounding = rounding;
        result
    }

    /// `e ** a`.
    pub fn exp(&mut self, a: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a]) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative { Decimal::zero(false, 0) } else { a.clone() };
        }
        if a.is_zero() {
            return Decimal::from_i64(1);
        }
        let adjusted = a.adjusted();
        if adjusted > 20 || (adjusted >= 0 && a.to_f64().abs() > 2.4 * (self.emax - self.emin + self.prec) as f64) {
            // Far beyond the largest or smallest number.
            let exp = if a.negative { self.etiny() - 2 } else { self.emax + 2 };
            return self.half_even(|cx| cx.fix(Decimal::new(false, BigUint::from(11u32), exp)));
        }
        if adjusted < -self.prec - 2 {
            // 1 and a little.
            let digits =
                if a.negative { pow10(self.prec as u64 + 2) - 1u32 } else { pow10(self.prec as u64 + 2) + 1u32 };
            let exp = -(self.prec + 2);
            return self.half_even(|cx| cx.fix(Decimal::new(false, digits, exp)));
        }
        let prec = self.prec;
        self.half_even(|cx| certain(cx, false, |spare| exp_digits(a, prec as u64 + spare)))
    }

    /// The natural logarithm.
    pub fn ln(&mut self, a: &Decimal) -> Decimal {
        if let Some(special) = self.log_special(a) {
            return special;
        }
        if a.compare(&Decimal::from_i64(1)).is_eq() {
            return Decimal::zero(false, 0);
        }
        let prec = self.prec as u64;
        let negative = a.compare(&Decimal::from_i64(1)).is_lt();
        self.half_even(|cx| {
            certain(cx, negative, |spare| {
                let (n, scale) = ln_scaled(a, prec + spare);
                (n.magnitude().clone(), -(scale as i64))
            })
        })
    }

    /// The decimal logarithm.
    pub fn log10(&mut self, a: &Decimal) -> Decimal {
        if let Some(special) = self.log_special(a) {
            return special;
        }
        let mut stripped = a.clone();
        stripped.strip_zeros(i64::MAX / 4);
        if stripped.digits.is_one() {
            return self.fix(Decimal::from_i64(stripped.exp));
        }
        let prec = self.prec as u64;
        let negative = a.compare(&Decimal::from_i64(1)).is_lt();
        self.half_even(|cx| {
            certain(cx, negative, |spare| {
                let (n, scale) = ln_scaled(a, prec + spare + 5);
                let unit = big_pow10(scale);
                let q = n * &unit / ln10(&unit);
                (q.magnitude().clone(), -(scale as i64))
            })
        })
    }

    fn log_special(&mut self, a: &Decimal) -> Option<Decimal> {
        if let Some(nan) = self.nan_of(&[a]) {
            return Some(nan);
        }
        if a.is_zero() {
            return Some(Decimal::infinity(true));
        }
        if a.negative {
            return Some(self.invalid(Signals::INVALID));
        }
        a.is_infinite().then(|| a.clone())
    }

    /// `a ** b`.
    pub fn pow(&mut self, a: &Decimal, b: &Decimal) -> Decimal {
        if let Some(nan) = self.nan_of(&[a, b]) {
            return nan;
        }
        let whole = b.is_integer();
        let odd = whole && b.trunc().is_some_and(|n| n.is_odd());
        if b.is_zero() {
            return if a.is_zero() { self.invalid(Signals::INVALID) } else { Decimal::from_i64(1) };
        }
        let negative = a.negative && odd;
        if a.negative && !a.is_zero() && !whole && !b.is_infinite() {
            return self.invalid(Signals::INVALID);
        }
        if a.is_zero() {
            return if b.negative { Decimal::infinity(negative) } else { Decimal::zero(negative, 0) };
        }
        if a.is_infinite() {
            return if b.negative { Decimal::zero(negative, 0) } else { Decimal::infinity(negative) };
        }
        let size = Decimal { negative: false, ..a.clone() };
        let one = Decimal::from_i64(1);
        if b.is_infinite() {
            if a.negative {
                return self.invalid(Signals::INVALID);
            }
            return match size.compare(&one) {
                std::cmp::Ordering::Equal => {
                    self.raise(Signals::INEXACT.with(Signals::ROUNDED));
                    Decimal::new(false, pow10(self.prec as u64 - 1), 1 - self.prec)
                }
                order if order.is_gt() != b.negative => Decimal::infinity(false),
                _ => Decimal::zero(false, 0),
            };
        }
        if size.compare(&one).is_eq() {
            if whole {
                // The ideal exponent, as far as the precision goes.
                let n = b.trunc().and_then(|n| n.to_i64()).unwrap_or(i64::MAX);
                let exp = if b.negative { 0 } else { size.exp.saturating_mul(n) };
                if exp < 1 - self.prec {
                    self.raise(Signals::ROUNDED);
                }
                let exp = exp.min(0).max(1 - self.prec);
                return Decimal::new(negative, pow10((-exp) as u64), exp);
            }
            self.raise(Signals::INEXACT.with(Signals::ROUNDED));
            return Decimal::new(false, pow10(self.prec as u64 - 1), 1 - self.prec);
        }
        if whole
            && let Some(n) = b.trunc().and_then(|n| n.to_i64())
            && n.unsigned_abs().saturating_mul(size.digit_count()) < 20_000
        {
            let digits = size.digits.pow(n.unsigned_abs() as u32);
            let exp = size.exp.saturating_mul(n.abs());
            let power = Decimal::new(negative, digits, exp);
            if n > 0 {
                return self.fix(power);
            }
            return self.div(&one, &power);
        }
        // The result's size first: far out it overflows whatever its digits.
        let estimate = b.to_f64() * (size.adjusted() as f64 + leading(&size).log10());
        if !estimate.is_finite() || estimate.abs() > 3.0 * (self.emax - self.emin) as f64 + 1e6 {
            let exp = if estimate > 0.0 { self.emax + 2 } else { self.etiny() - 2 };
            return self.fix(Decimal::new(negative, BigUint::from(11u32), exp));
        }
        let prec = self.prec as u64;
        let result = certain(self, negative, |spare| {
            let digits = prec + spare + 10;
            let (ln, scale) = ln_scaled(&size, digits + estimate.abs().log10().max(0.0) as u64 + 5);
            let product =
                Decimal::new(ln.is_negative() != b.negative, ln.magnitude() * &b.digits, b.exp - scale as i64);
            exp_digits(&product, digits)
        });
        self.raise(Signals::INEXACT.with(Signals::ROUNDED));
        // An exact power that only the series made inexact is shown to full length, as CPython's library shows it.
        result
    }
}

/// The first digits as a number of 1 to 10.
fn leading(d: &Decimal) -> f64 {
    let text = d.digits.to_string();
    let head: String = text.chars().take(17).collect();
    head.parse::<f64>().unwrap_or(1.0) / 10f64.powi(head.len() as i32 - 1)
}

/// `ln(a)` times `10^scale`, with so many significant digits at least.
fn ln_scaled(a: &Decimal, digits: u64) -> (BigInt, u64) {
    // Near 1 the logarithm is small, and more digits are needed to have as many that count.
    let distance = {
        let mut cx = Cx { prec: 5, ..Cx::exact() };
        let d = cx.sub(a, &Decimal::from_i64(1));
        (-d.adjusted()).max(0) as u64
    };
    let scale = digits + distance + 5;
    let unit = big_pow10(scale);
    // a = m * 10^k with m of 1 to 10; below 1 that is taken from the other side, so as not to lose digits.
    let len = a.digit_count() as i64;
    let mut k = a.exp + len - 1;
    if k == -1 {
        k = 0;
    }
    let shift = a.exp - k + scale as i64;
    let m = if shift >= 0 { &a.digits * pow10(shift as u64) } else { &a.digits / pow10((-shift) as u64) };
    let m = BigInt::from_biguint(Sign::Plus, m);
    let mut sum = ln_fixed(&m, &unit);
    if k != 0 {
        sum += ln10(&unit) * k;
    }
    (sum, scale)
}

/// Coefficient (of so many digits at least) and exponent of `e ** a`.
fn exp_digits(a: &Decimal, digits: u64) -> (BigUint, i64) {
    let extra = a.adjusted().max(0) as u64;
    let scale = digits + extra + 5;
    let unit = big_pow10(scale);
    let shift = a.exp + scale as i64;
    let m = if shift >= 0 { &a.digits * pow10(shift as u64) } else { &a.digits / pow10((-shift) as u64) };
    let x = BigInt::from_biguint(if a.negative { Sign::Minus } else { Sign::Plus }, m);
    let log = ln10(&unit);
    let (k, r) = x.div_mod_floor(&log);
    let y = exp_fixed(&r, &unit);
    (y.magnitude().clone(), k.to_i64().unwrap_or(0) - scale as i64)
}
