//! `random`: the Mersenne Twister, with Python's own sequences for a seed. Mirrors
//! <https://docs.python.org/3/library/random.html>.

use std::cell::RefCell;
use std::rc::Rc;

use num_bigint::{BigInt, BigUint};
use num_traits::{One, Signed, ToPrimitive};
use sha2::{Digest, Sha512};

use super::support::{big_index, put_class, to_f64};
use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::{BoundMethod, NativeFn, Row};
use crate::object::instance::Object;
use crate::object::module::Module;
use crate::object::ops::{self, BinOp};
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;

const N: usize = 624;

/// The generator MT19937.
struct Twister {
    state: [u32; N],
    at: usize,
    /// The second of a pair that `gauss` made.
    spare: Option<f64>,
}

impl Twister {
    fn single(seed: u32) -> Twister {
        let mut state = [0u32; N];
        state[0] = seed;
        for i in 1..N {
            state[i] = 1_812_433_253u32.wrapping_mul(state[i - 1] ^ (state[i - 1] >> 30)).wrapping_add(i as u32);
        }
        Twister { state, at: N, spare: None }
    }

    fn keyed(key: &[u32]) -> Twister {
        let mut t = Twister::single(19_650_218);
        let s = &mut t.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            s[i] = (s[i] ^ (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            s[i] = (s[i] ^ (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
        t
    }

    fn seeded(n: &BigUint) -> Twister {
        let key = n.to_u32_digits();
        Twister::keyed(if key.is_empty() { &[0] } else { &key })
    }

    fn word(&mut self) -> u32 {
        if self.at >= N {
            for i in 0..N {
                let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7fff_ffff);
                let mixed = (y >> 1) ^ if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[i] = self.state[(i + 397) % N] ^ mixed;
            }
            self.at = 0;
        }
        let mut y = self.state[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn random(&mut self) -> f64 {
        let (a, b) = (self.word() >> 5, self.word() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) / 9_007_199_254_740_992.0
    }

    fn bits(&mut self, k: u64) -> BigUint {
        if k <= 32 {
            return BigUint::from(if k == 0 { 0 } else { self.word() >> (32 - k) });
        }
        let words = k.div_ceil(32);
        let mut left = k;
        let digits = (0..words)
            .map(|_| {
                let w = self.word();
                let w = if left < 32 { w >> (32 - left) } else { w };
                left = left.saturating_sub(32);
                w
            })
            .collect();
        BigUint::new(digits)
    }

    /// A number below `n`; 0 for 0.
    fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let k = u64::from(64 - n.leading_zeros());
        loop {
            let r =
                if k <= 32 { u64::from(self.word() >> (32 - k)) } else { self.bits(k).to_u64().unwrap_or(u64::MAX) };
            if r < n {
                return r;
            }
        }
    }

    fn below_big(&mut self, n: &BigUint) -> BigUint {
        if let Some(n) = n.to_u64() {
            return BigUint::from(self.below(n));
        }
        loop {
            let r = self.bits(n.bits());
            if r < *n {
                return r;
            }
        }
    }

    fn gauss(&mut self) -> f64 {
        if let Some(z) = self.spare.take() {
            return z;
        }
        let angle = self.random() * std::f64::consts::TAU;
        let radius = (-2.0 * (1.0 - self.random()).ln()).sqrt();
        self.spare = Some(angle.sin() * radius);
        angle.cos() * radius
    }

    fn normal(&mut self) -> f64 {
        const MAGIC: f64 = 1.715_527_769_921_413_5;
        loop {
            let u1 = self.random();
            let u2 = 1.0 - self.random();
            let z = MAGIC * (u1 - 0.5) / u2;
            if z * z / 4.0 <= -u2.ln() {
                return z;
            }
        }
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -(1.0 - self.random()).ln() / rate
    }

    fn gamma(&mut self, alpha: f64, beta: f64) -> f64 {
        if alpha > 1.0 {
            let ainv = (2.0 * alpha - 1.0).sqrt();
            let bbb = alpha - 4f64.ln();
            let ccc = alpha + ainv;
            let magic = 1.0 + 4.5f64.ln();
            loop {
                let u1 = self.random();
                if !(1e-7 < u1 && u1 < 0.999_999_9) {
                    continue;
                }
                let u2 = 1.0 - self.random();
                let v = (u1 / (1.0 - u1)).ln() / ainv;
                let x = alpha * v.exp();
                let z = u1 * u1 * u2;
                let r = bbb + ccc * v - x;
                if r + magic - 4.5 * z >= 0.0 || r >= z.ln() {
                    return x * beta;
                }
            }
        }
        if alpha == 1.0 {
            return -(1.0 - self.random()).ln() * beta;
        }
        loop {
            let u = self.random();
            let b = (std::f64::consts::E + alpha) / std::f64::consts::E;
            let p = b * u;
            let x = if p <= 1.0 { p.powf(1.0 / alpha) } else { -((b - p) / alpha).ln() };
            let u1 = self.random();
            if p > 1.0 {
                if u1 <= x.powf(alpha - 1.0) {
                    return x * beta;
                }
            } else if u1 <= (-x).exp() {
                return x * beta;
            }
        }
    }

    fn von_mises(&mut self, mu: f64, kappa: f64) -> f64 {
        let tau = std::f64::consts::TAU;
        if kappa <= 1e-6 {
            return tau * self.random();
        }
        let s = 0.5 / kappa;
        let r = s + (1.0 + s * s).sqrt();
        let z = loop {
            let u1 = self.random();
            let z = (std::f64::consts::PI * u1).cos();
            let d = z / (r + z);
            let u2 = self.random();
            if u2 < 1.0 - d * d || u2 <= (1.0 - d) * d.exp() {
                break z;
            }
        };
        let q = 1.0 / r;
        let f = (q + z) / (1.0 + q * z);
        let angle = f.acos();
        let theta = if self.random() > 0.5 { mu + angle } else { mu - angle };
        theta.rem_euclid(tau)
    }

    fn binomial(&mut self, n: i64, p: f64) -> i64 {
        if n == 1 {
            return i64::from(self.random() < p);
        }
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        if (n as f64) * p < 10.0 {
            // By the lengths of the gaps.
            let c = log2(1.0 - p);
            if c == 0.0 {
                return 0;
            }
            let (mut x, mut y) = (0, 0i64);
            loop {
                y += (log2(self.random()) / c).floor() as i64 + 1;
                if y > n {
                    return x;
                }
                x += 1;
            }
        }
        // Transformed rejection with squeeze (Hörmann's BTRS).
        let nf = n as f64;
        let spq = (nf * p * (1.0 - p)).sqrt();
        let b = 1.15 + 2.53 * spq;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let c = nf * p + 0.5;
        let vr = 0.92 - 4.2 / b;
        let mut setup: Option<(f64, f64, f64, f64)> = None;
        loop {
            let mut u = self.random();
            u -= 0.5;
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + c).floor();
            if k < 0.0 || k > nf {
                continue;
            }
            let mut v = self.random();
            if us >= 0.07 && v <= vr {
                return k as i64;
            }
            let (alpha, lpq, m, h) = *setup.get_or_insert_with(|| {
                let m = ((nf + 1.0) * p).floor();
                let h = libm::lgamma(m + 1.0) + libm::lgamma(nf - m + 1.0);
                ((2.83 + 5.1 / b) * spq, (p / (1.0 - p)).ln(), m, h)
            });
            v *= alpha / (a / (us * us) + b);
            if v.ln() <= h - libm::lgamma(k + 1.0) - libm::lgamma(nf - k + 1.0) + (k - m) * lpq {
                return k as i64;
            }
        }
    }
}

fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// A `random.Random`.
struct Random(RefCell<Twister>);

impl Object for Random {}

impl NativeType for Random {
    const NAME: &'static str = "Random";
    const MODULE: &'static str = "random";
    const ROWS: &'static [&'static [Row]] = &[BASIC, METHODS];
}

pub(super) fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    let class = rt.class::<Random>();
    put_class(m, class.clone());
    m.put("SystemRandom", Value::Class(class));
    let shared = rt.object(Random(RefCell::new(from_chance(rt))));
    for row in BASIC.iter().chain(METHODS).filter(|r| !r.name.starts_with("__")) {
        let method = NativeFn::from_row(row, Some("Random")).into_attribute();
        m.put(row.name, BoundMethod::bind(method, shared.clone()));
    }
    Ok(())
}

fn from_chance(rt: &Rt) -> Twister {
    let words: Vec<u32> = (0..8).map(|_| rt.host.entropy() as u32).collect();
    Twister::keyed(&words)
}

fn seeded(rt: &Rt, seed: &Value, version: i64) -> Res<Twister> {
    if seed.is_none() {
        return Ok(from_chance(rt));
    }
    let bytes = match (seed.as_str(), seed.as_bytes()) {
        (Some(s), _) => Some(s.as_bytes().to_vec()),
        (_, Some(b)) => Some(b.to_vec()),
        _ => None,
    };
    if let Some(mut bytes) = bytes {
        if version == 1 {
            // The old way: a hash of the text.
            let mut x = bytes.first().map_or(0u64, |b| u64::from(*b) << 7);
            for b in &bytes {
                x = x.wrapping_mul(1_000_003) ^ u64::from(*b);
            }
            x ^= bytes.len() as u64;
            let x = if x == u64::MAX { -2i64 as u64 } else { x };
            return Ok(Twister::seeded(&BigUint::from((x as i64).unsigned_abs())));
        }
        let digest = Sha512::digest(&bytes);
        bytes.extend_from_slice(&digest);
        return Ok(Twister::seeded(&BigUint::from_bytes_be(&bytes)));
    }
    if let Some(n) = seed.as_big() {
        return Ok(Twister::seeded(n.magnitude()));
    }
    if let Some(f) = seed.as_float() {
        let h = ops::numhash::float_hash(f);
        return Ok(Twister::seeded(&BigUint::from(h as u64)));
    }
    Err(Exc::TypeError.new("The only supported seed types are:\nNone, int, float, str, bytes, and bytearray."))
}

fn this<'a>(a: &'a Args) -> Res<&'a RefCell<Twister>> {
    Ok(&a.native::<Random>(0)?.0)
}

fn float(rt: &Rt, a: &Args, slot: usize, default: f64) -> Res<f64> {
    match a.opt(slot) {
        Some(v) => to_f64(rt, v),
        None => Ok(default),
    }
}

fn range(rt: &Rt, a: &Args, start: &Value, stop: Option<&Value>, step: Option<&Value>) -> Res<Value> {
    let first = big_index(rt, start)?;
    let t = this(a)?;
    let Some(stop) = stop else {
        if first.is_positive() {
            return Ok(Value::from_big(t.borrow_mut().below_big(first.magnitude()).into()));
        }
        return Err(Exc::ValueError.new("empty range for randrange()"));
    };
    let last = big_index(rt, stop)?;
    let width = &last - &first;
    let step = step.map_or(Ok(BigInt::one()), |s| big_index(rt, s))?;
    if step.is_one() {
        if width.is_positive() {
            let below = t.borrow_mut().below_big(width.magnitude());
            return Ok(Value::from_big(first + BigInt::from(below)));
        }
        return Err(Exc::ValueError.new(format!("empty range in randrange({first}, {last})")));
    }
    let n: BigInt = if step.is_positive() {
        (&width + &step - 1) / &step
    } else if step.is_negative() {
        (&width + &step + 1) / &step
    } else {
        return Err(Exc::ValueError.new("zero step for randrange()"));
    };
    if !n.is_positive() {
        return Err(Exc::ValueError.new(format!("empty range in randrange({first}, {last}, {step})")));
    }
    let below = t.borrow_mut().below_big(n.magnitude());
    Ok(Value::from_big(first + step * BigInt::from(below)))
}

/// The items of a `sample` population, which must be a sequence.
fn population(rt: &Rt, v: &Value) -> Res<Vec<Value>> {
    let no_sequence =
        matches!(v.plain(), Value::Set(_) | Value::Dict(_)) || ops::lookup_special(rt, v, "__getitem__")?.is_none();
    if no_sequence && !matches!(v.plain(), Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Bytes(_)) {
        return Err(Exc::TypeError.new("Population must be a sequence.  For dicts or sets, use sorted(d)."));
    }
    ops::collect(rt, v)
}

fn sample(rt: &Rt, a: &mut Args) -> Res<Value> {
    let mut items = population(rt, a.get(1))?;
    if let Some(counts) = a.some(3) {
        let counts = ops::collect(rt, counts)?;
        if counts.len() != items.len() {
            return Err(Exc::ValueError.new("The number of counts does not match the population"));
        }
        let mut spread = Vec::new();
        for (item, count) in items.iter().zip(&counts) {
            let n = ops::index(rt, count)?;
            if n < 0 {
                return Err(Exc::ValueError.new("Counts must be non-negative"));
            }
            spread.extend(std::iter::repeat_n(item.clone(), n as usize));
        }
        items = spread;
    }
    let n = items.len();
    let k = ops::index(rt, a.get(2))?;
    if k < 0 || k as usize > n {
        return Err(Exc::ValueError.new("Sample larger than population or is negative"));
    }
    let k = k as usize;
    let mut t = this(a)?.borrow_mut();
    let mut set_size = 21u64;
    if k > 5 {
        let exponent = ((k as f64 * 3.0).ln() / 4f64.ln()).ceil() as u32;
        set_size = set_size.saturating_add(4u64.saturating_pow(exponent));
    }
    let mut out = Vec::with_capacity(k);
    if n as u64 <= set_size {
        let mut pool = items;
        for i in 0..k {
            let j = t.below((n - i) as u64) as usize;
            out.push(pool[j].clone());
            pool[j] = pool[n - i - 1].clone();
        }
    } else {
        let mut chosen = rustc_hash::FxHashSet::default();
        for _ in 0..k {
            let mut j = t.below(n as u64);
            while !chosen.insert(j) {
                j = t.below(n as u64);
            }
            out.push(items[j as usize].clone());
        }
    }
    Ok(Value::list(out))
}

fn choices(rt: &Rt, a: &mut Args) -> Res<Value> {
    let items = ops::collect(rt, a.get(1))?;
    let n = items.len();
    let k = a.opt(4).map_or(Ok(1), |v| ops::index(rt, v))?.max(0);
    let cumulative: Option<Vec<Value>> = match (a.some(2), a.some(3)) {
        (Some(_), Some(_)) => {
            return Err(Exc::TypeError.new("Cannot specify both weights and cumulative weights"));
        }
        (Some(weights), None) => {
            let mut out: Vec<Value> = Vec::new();
            for w in ops::collect(rt, weights)? {
                let next = match out.last() {
                    Some(sum) => ops::binary(rt, BinOp::Add, sum, &w)?,
                    None => w,
                };
                out.push(next);
            }
            Some(out)
        }
        (None, Some(c)) => Some(ops::collect(rt, c)?),
        (None, None) => None,
    };
    let t = this(a)?;
    let mut out = Vec::with_capacity(k as usize);
    let Some(cumulative) = cumulative else {
        if n == 0 && k > 0 {
            return Err(Exc::IndexError.new("list index out of range"));
        }
        let mut t = t.borrow_mut();
        for _ in 0..k {
            out.push(items[(t.random() * n as f64).floor() as usize].clone());
        }
        return Ok(Value::list(out));
    };
    if cumulative.len() != n {
        return Err(Exc::ValueError.new("The number of weights does not match the population"));
    }
    let weights: Vec<f64> = cumulative.iter().map(|w| to_f64(rt, w)).collect::<Res<_>>()?;
    let total = weights.last().copied().unwrap_or(0.0);
    if total <= 0.0 {
        return Err(Exc::ValueError.new("Total of weights must be greater than zero"));
    }
    if !total.is_finite() {
        return Err(Exc::ValueError.new("Total of weights must be finite"));
    }
    let mut t = t.borrow_mut();
    for _ in 0..k {
        let x = t.random() * total;
        let at = weights[..n - 1].partition_point(|w| *w <= x);
        out.push(items[at].clone());
    }
    Ok(Value::list(out))
}

fn shuffle(rt: &Rt, a: &mut Args) -> Res<Value> {
    let t = this(a)?;
    if let Some(list) = a.get(1).as_list() {
        let mut items = list.items_mut();
        let mut t = t.borrow_mut();
        for i in (1..items.len()).rev() {
            let j = t.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
        return Ok(Value::None);
    }
    let n = ops::len(rt, a.get(1))?;
    for i in (1..n).rev() {
        let j = t.borrow_mut().below(i as u64 + 1) as i64;
        let (x, y) =
            (ops::get_item(rt, a.get(1), &Value::Int(i as i64))?, ops::get_item(rt, a.get(1), &Value::Int(j))?);
        ops::set_item(rt, a.get(1), Value::Int(i as i64), y)?;
        ops::set_item(rt, a.get(1), Value::Int(j), x)?;
    }
    Ok(Value::None)
}

const BASIC: &[Row] = &[
    Row::fixed("__new__", "(cls, x=None)", "A generator of its own.", |rt, a| {
        let Value::Class(class) = a.value(0) else { return Err(Exc::TypeError.new("X is not a type object")) };
        Ok(rt.object_of(class, Random(RefCell::new(seeded(rt, a.get(1), 2)?))))
    }),
    Row::method("__init__", "(self, x=None)", "Seeds it.", |rt, a| {
        let new = seeded(rt, a.get(1), 2)?;
        this(a)?.replace(new);
        Ok(Value::None)
    }),
    Row::method("seed", "(self, a=None, version=2)", "Initializes internal state from a seed.", |rt, a| {
        let version = a.opt(2).map_or(Ok(2), |v| ops::index(rt, v))?;
        let new = seeded(rt, a.get(1), version)?;
        this(a)?.replace(new);
        Ok(Value::None)
    }),
    Row::method("getstate", "(self)", "The internal state; can be passed to setstate().", |_, a| {
        let t = this(a)?.borrow();
        let mut words: Vec<Value> = t.state.iter().map(|w| Value::Int(i64::from(*w))).collect();
        words.push(Value::Int(t.at as i64));
        Ok(Value::tuple(vec![Value::Int(3), Value::tuple(words), t.spare.map_or(Value::None, Value::Float)]))
    }),
    Row::method("setstate", "(self, state)", "Restores internal state.", |rt, a| {
        let parts = ops::collect(rt, a.get(1))?;
        let words = match parts.get(1) {
            Some(words) => ops::collect(rt, words)?,
            None => Vec::new(),
        };
        if words.len() != N + 1 {
            return Err(Exc::ValueError.new("state vector is the wrong size"));
        }
        let mut t = this(a)?.borrow_mut();
        for (slot, word) in t.state.iter_mut().zip(&words) {
            *slot = ops::index(rt, word)? as u32;
        }
        t.at = ops::index(rt, &words[N])?.clamp(0, N as i64) as usize;
        t.spare = parts.get(2).and_then(Value::as_float);
        Ok(Value::None)
    }),
    Row::method("random", "(self)", "x in the interval [0, 1).", |_, a| {
        Ok(Value::Float(this(a)?.borrow_mut().random()))
    }),
    Row::method("getrandbits", "(self, k, /)", "An int with k random bits.", |rt, a| {
        let k = ops::index(rt, a.get(1))?;
        if k < 0 {
            return Err(Exc::ValueError.new("number of bits must be non-negative"));
        }
        if k as usize / 8 > rt.memory_limit.get() {
            return Err(Exc::MemoryError.with_args(Vec::new()));
        }
        let n = this(a)?.borrow_mut().bits(k as u64);
        Ok(Value::from_big(n.into()))
    }),
    Row::method("randbytes", "(self, n)", "n random bytes.", |rt, a| {
        let n = ops::index(rt, a.get(1))?;
        if n < 0 {
            return Err(Exc::ValueError.new("negative argument not allowed"));
        }
        let mut bytes = this(a)?.borrow_mut().bits(n as u64 * 8).to_bytes_le();
        bytes.resize(n as usize, 0);
        Ok(Value::bytes(bytes))
    }),
];

const METHODS: &[Row] = &[
    Row::method(
        "randrange",
        "(self, start, stop=None, step=1)",
        "A random item of range(start, stop[, step]).",
        |rt, a| {
            if a.some(2).is_none() && a.opt(3).is_some() {
                return Err(Exc::TypeError.new("Missing a non-None stop argument"));
            }
            range(rt, a, a.get(1), a.some(2), a.opt(3))
        },
    ),
    Row::method("randint", "(self, a, b)", "A random integer in [a, b], both included.", |rt, a| {
        let end = ops::binary(rt, BinOp::Add, a.get(2), &Value::Int(1))?;
        range(rt, a, a.get(1), Some(&end), None)
    }),
    Row::method("choice", "(self, seq)", "A random item of a non-empty sequence.", |rt, a| {
        let n = ops::len(rt, a.get(1))?;
        if n == 0 {
            return Err(Exc::IndexError.new("Cannot choose from an empty sequence"));
        }
        let i = this(a)?.borrow_mut().below(n as u64);
        ops::get_item(rt, a.get(1), &Value::Int(i as i64))
    }),
    Row::method(
        "choices",
        "(self, population, weights=None, *, cum_weights=None, k=1)",
        "k items, with replacement.",
        choices,
    ),
    Row::method("shuffle", "(self, x)", "Shuffles a list in place.", shuffle),
    Row::method("sample", "(self, population, k, *, counts=None)", "k items, without replacement.", sample),
    Row::method("uniform", "(self, a, b)", "A random number in [a, b].", |rt, a| {
        let (x, y) = (a.value(1), a.value(2));
        let r = Value::Float(this(a)?.borrow_mut().random());
        let width = ops::binary(rt, BinOp::Sub, &y, &x)?;
        let part = ops::binary(rt, BinOp::Mul, &width, &r)?;
        ops::binary(rt, BinOp::Add, &x, &part)
    }),
    Row::method("triangular", "(self, low=0.0, high=1.0, mode=None)", "Triangular distribution.", |rt, a| {
        let (mut low, mut high) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 1.0)?);
        let mut u = this(a)?.borrow_mut().random();
        let mut c = match a.some(3) {
            None => 0.5,
            Some(_) if high == low => return Ok(Value::Float(low)),
            Some(mode) => (to_f64(rt, mode)? - low) / (high - low),
        };
        if u > c {
            u = 1.0 - u;
            c = 1.0 - c;
            std::mem::swap(&mut low, &mut high);
        }
        Ok(Value::Float(low + (high - low) * (u * c).sqrt()))
    }),
    Row::method("normalvariate", "(self, mu=0.0, sigma=1.0)", "Normal distribution.", |rt, a| {
        let (mu, sigma) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 1.0)?);
        Ok(Value::Float(mu + this(a)?.borrow_mut().normal() * sigma))
    }),
    Row::method("gauss", "(self, mu=0.0, sigma=1.0)", "Gaussian distribution.", |rt, a| {
        let (mu, sigma) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 1.0)?);
        Ok(Value::Float(mu + this(a)?.borrow_mut().gauss() * sigma))
    }),
    Row::method("lognormvariate", "(self, mu, sigma)", "Log normal distribution.", |rt, a| {
        let (mu, sigma) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 1.0)?);
        Ok(Value::Float((mu + this(a)?.borrow_mut().normal() * sigma).exp()))
    }),
    Row::method("expovariate", "(self, lambd=1.0)", "Exponential distribution.", |rt, a| {
        let rate = float(rt, a, 1, 1.0)?;
        if rate == 0.0 {
            return Err(Exc::ZeroDivisionError.new("float division by zero"));
        }
        Ok(Value::Float(this(a)?.borrow_mut().exponential(rate)))
    }),
    Row::method("vonmisesvariate", "(self, mu, kappa)", "Circular data distribution.", |rt, a| {
        let (mu, kappa) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 0.0)?);
        Ok(Value::Float(this(a)?.borrow_mut().von_mises(mu, kappa)))
    }),
    Row::method("gammavariate", "(self, alpha, beta)", "Gamma distribution.", |rt, a| {
        let (alpha, beta) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 0.0)?);
        if alpha <= 0.0 || beta <= 0.0 {
            return Err(Exc::ValueError.new("gammavariate: alpha and beta must be > 0.0"));
        }
        Ok(Value::Float(this(a)?.borrow_mut().gamma(alpha, beta)))
    }),
    Row::method("betavariate", "(self, alpha, beta)", "Beta distribution.", |rt, a| {
        let (alpha, beta) = (float(rt, a, 1, 0.0)?, float(rt, a, 2, 0.0)?);
        if alpha <= 0.0 || beta <= 0.0 {
            return Err(Exc::ValueError.new("gammavariate: alpha and beta must be > 0.0"));
        }
        let mut t = this(a)?.borrow_mut();
        let y = t.gamma(alpha, 1.0);
        Ok(Value::Float(if y != 0.0 { y / (y + t.gamma(beta, 1.0)) } else { 0.0 }))
    }),
    Row::method("paretovariate", "(self, alpha)", "Pareto distribution.", |rt, a| {
        let alpha = float(rt, a, 1, 1.0)?;
        let u = 1.0 - this(a)?.borrow_mut().random();
        Ok(Value::Float(u.powf(-1.0 / alpha)))
    }),
    Row::method("weibullvariate", "(self, alpha, beta)", "Weibull distribution.", |rt, a| {
        let (alpha, beta) = (float(rt, a, 1, 1.0)?, float(rt, a, 2, 1.0)?);
        let u = 1.0 - this(a)?.borrow_mut().random();
        Ok(Value::Float(alpha * (-u.ln()).powf(1.0 / beta)))
    }),
    Row::method("binomialvariate", "(self, n=1, p=0.5)", "Binomial distribution.", |rt, a| {
        let n = a.opt(1).map_or(Ok(1), |v| ops::index(rt, v))?;
        let p = float(rt, a, 2, 0.5)?;
        if n < 0 {
            return Err(Exc::ValueError.new("n must be non-negative"));
        }
        if p <= 0.0 || p >= 1.0 {
            if p == 0.0 {
                return Ok(Value::Int(0));
            }
            if p == 1.0 {
                return Ok(Value::Int(n));
            }
            return Err(Exc::ValueError.new("p must be in the range 0.0 <= p <= 1.0"));
        }
        if n == 0 {
            return Ok(Value::Int(0));
        }
        Ok(Value::Int(this(a)?.borrow_mut().binomial(n, p)))
    }),
];
