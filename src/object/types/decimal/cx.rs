use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};

use super::number::{Decimal, Kind, digit_count, pow10};

/// How digits that do not fit are dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Rounding {
    Ceiling,
    Floor,
    Up,
    Down,
    HalfUp,
    HalfDown,
    HalfEven,
    ZeroFiveUp,
}

impl Rounding {
    /// All of them with their names.
    pub const ALL: [(Rounding, &'static str); 8] = [
        (Rounding::Ceiling, "ROUND_CEILING"),
        (Rounding::Floor, "ROUND_FLOOR"),
        (Rounding::Up, "ROUND_UP"),
        (Rounding::Down, "ROUND_DOWN"),
        (Rounding::HalfUp, "ROUND_HALF_UP"),
        (Rounding::HalfDown, "ROUND_HALF_DOWN"),
        (Rounding::HalfEven, "ROUND_HALF_EVEN"),
        (Rounding::ZeroFiveUp, "ROUND_05UP"),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Rounding::ALL.iter().find(|(r, _)| *r == self).map_or("", |(_, n)| n)
    }

    /// The rounding of a name.
    pub fn named(name: &str) -> Option<Rounding> {
        Rounding::ALL.iter().find(|(_, n)| *n == name).map(|(r, _)| *r)
    }

    /// Whether a magnitude whose last kept digit is `last` goes up; `half` compares what is dropped (not nothing)
    /// with one half.
    fn up(self, negative: bool, last_odd: bool, last_zero_or_five: bool, half: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::*;
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::HalfUp => half != Less,
            Rounding::HalfDown => half == Greater,
            Rounding::HalfEven => half == Greater || half == Equal && last_odd,
            Rounding::ZeroFiveUp => last_zero_or_five,
        }
    }
}

/// A set of signals and conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Signals(pub u16);

#[allow(missing_docs)]
impl Signals {
    pub const CLAMPED: Signals = Signals(1);
    pub const INVALID: Signals = Signals(1 << 1);
    pub const DIVISION_BY_ZERO: Signals = Signals(1 << 2);
    pub const INEXACT: Signals = Signals(1 << 3);
    pub const FLOAT_OPERATION: Signals = Signals(1 << 4);
    pub const OVERFLOW: Signals = Signals(1 << 5);
    pub const ROUNDED: Signals = Signals(1 << 6);
    pub const SUBNORMAL: Signals = Signals(1 << 7);
    pub const UNDERFLOW: Signals = Signals(1 << 8);
    pub const CONVERSION_SYNTAX: Signals = Signals(1 << 9);
    pub const DIVISION_IMPOSSIBLE: Signals = Signals(1 << 10);
    pub const DIVISION_UNDEFINED: Signals = Signals(1 << 11);
    pub const INVALID_CONTEXT: Signals = Signals(1 << 12);
    /// The conditions that signal InvalidOperation.
    pub const ANY_INVALID: Signals = Signals(1 << 1 | 0xf << 9);
    /// Those trapped unless a session says otherwise.
    pub const DEFAULT_TRAPS: Signals = Signals(1 << 1 | 1 << 2 | 1 << 5);

    /// Whether some of `other` are in it.
    pub fn any(self, other: Signals) -> bool {
        self.0 & other.0 != 0
    }
    pub fn with(self, other: Signals) -> Signals {
        Signals(self.0 | other.0)
    }
    pub fn without(self, other: Signals) -> Signals {
        Signals(self.0 & !other.0)
    }
    /// With every condition of InvalidOperation counted as that signal.
    pub fn folded(self) -> Signals {
        if self.any(Signals::ANY_INVALID) { Signals(self.0 & 0x1ff).with(Signals::INVALID) } else { self }
    }
}

/// The rules of a computation, and the signals that it raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cx {
    /// Digits of a result.
    pub prec: i64,
    /// How it is rounded.
    pub rounding: Rounding,
    /// The smallest exponent.
    pub emin: i64,
    /// The largest.
    pub emax: i64,
    /// Whether large exponents are folded down.
    pub clamp: bool,
    /// What happened so far.
    pub status: Signals,
}

impl Default for Cx {
    fn default() -> Cx {
        Cx {
            prec: 28,
            rounding: Rounding::HalfEven,
            emin: -999_999,
            emax: 999_999,
            clamp: false,
            status: Signals::default(),
        }
    }
}

impl Cx {
    /// Rules under which nothing is rounded that a machine can hold: for exact intermediate results.
    pub fn exact() -> Cx {
        Cx {
            prec: 999_999_999_999_999_999,
            emax: 999_999_999_999_999_999,
            emin: -999_999_999_999_999_999,
            ..Cx::default()
        }
    }

    /// The exponent of the smallest subnormal.
    pub fn etiny(&self) -> i64 {
        self.emin - self.prec + 1
    }

    /// The largest exponent of a coefficient of full length.
    pub fn etop(&self) -> i64 {
        self.emax - self.prec + 1
    }

    /// Records signals.
    pub fn raise(&mut self, s: Signals) {
        self.status = self.status.with(s);
    }

    /// Records an invalid operation; its result.
    pub fn invalid(&mut self, s: Signals) -> Decimal {
        self.raise(s);
        Decimal::nan()
    }

    /// Rounds a coefficient down to what is left after dropping `drop` digits; whether anything but zeros was
    /// dropped.
    pub(super) fn round_digits(rounding: Rounding, negative: bool, digits: &BigUint, drop: u64) -> (BigUint, bool) {
        if drop == 0 {
            return (digits.clone(), false);
        }
        if drop > digit_count(digits) + 1 {
            // All of it is far below one half.
            if digits.is_zero() {
                return (BigUint::zero(), false);
            }
            let up = rounding.up(negative, false, true, std::cmp::Ordering::Less);
            return (if up { BigUint::one() } else { BigUint::zero() }, true);
        }
        let unit = pow10(drop);
        let (mut q, r) = digits.div_rem(&unit);
        if r.is_zero() {
            return (q, false);
        }
        let half = (&r + &r).cmp(&unit);
        let last_zero_or_five = rounding == Rounding::ZeroFiveUp && (&q % 5u32).is_zero();
        if rounding.up(negative, q.is_odd(), last_zero_or_five, half) {
            q += 1u32;
        }
        (q, true)
    }

    /// Rounds a result to the rules and records what that signals.
    pub fn fix(&mut self, mut d: Decimal) -> Decimal {
        match d.kind {
            Kind::Infinite => return d,
            Kind::NaN | Kind::SNaN => {
                let room = (self.prec - i64::from(self.clamp)) as u64;
                if d.digit_count() > room {
                    d.digits %= pow10(room);
                }
                return d;
            }
            Kind::Finite => {}
        }
        let (etiny, etop) = (self.etiny(), self.etop());
        if d.digits.is_zero() {
            let top = if self.clamp { etop } else { self.emax };
            let exp = d.exp.max(etiny).min(top);
            if exp != d.exp {
                self.raise(Signals::CLAMPED);
                d.exp = exp;
            }
            return d;
        }
        let len = d.digit_count() as i64;
        let mut exp_min = len.saturating_add(d.exp).saturating_sub(self.prec);
        if exp_min > etop {
            return self.overflow(d.negative);
        }
        let subnormal = exp_min < etiny;
        if subnormal {
            exp_min = etiny;
        }
        if d.exp < exp_min {
            let (mut digits, changed) =
                Cx::round_digits(self.rounding, d.negative, &d.digits, (exp_min as i128 - d.exp as i128) as u64);
            if digit_count(&digits) as i64 > self.prec {
                digits /= 10u32;
                exp_min += 1;
            }
            if exp_min > etop {
                return self.overflow(d.negative);
            }
            if changed && subnormal {
                self.raise(Signals::UNDERFLOW);
            }
            if subnormal {
                self.raise(Signals::SUBNORMAL);
            }
            if changed {
                self.raise(Signals::INEXACT);
            }
            self.raise(Signals::ROUNDED);
            if digits.is_zero() {
                self.raise(Signals::CLAMPED);
            }
            d.digits = digits;
            d.exp = exp_min;
            return d;
        }
        if subnormal {
            self.raise(Signals::SUBNORMAL);
        }
        if self.clamp && d.exp > etop {
            self.raise(Signals::CLAMPED);
            d.digits *= pow10((d.exp - etop) as u64);
            d.exp = etop;
        }
        d
    }

    fn overflow(&mut self, negative: bool) -> Decimal {
        self.raise(Signals::OVERFLOW.with(Signals::INEXACT).with(Signals::ROUNDED));
        let to_infinity = match self.rounding {
            Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown | Rounding::Up => true,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::Down | Rounding::ZeroFiveUp => false,
        };
        if to_infinity {
            return Decimal::infinity(negative);
        }
        Decimal::new(negative, pow10(self.prec as u64) - 1u32, self.etop())
    }

    /// The NaN that an operation on these gives, if one of them is a NaN.
    pub fn nan_of(&mut self, operands: &[&Decimal]) -> Option<Decimal> {
        let found = operands
            .iter()
            .find(|d| d.kind == Kind::SNaN)
            .inspect(|_| self.status = self.status.with(Signals::INVALID))
            .or_else(|| operands.iter().find(|d| d.kind == Kind::NaN))?;
        let quiet = Decimal { kind: Kind::NaN, ..(*found).clone() };
        Some(self.fix(quiet))
    }
}
