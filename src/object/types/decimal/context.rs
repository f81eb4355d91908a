use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::cx::{Cx, Rounding, Signals};
use super::number::Decimal;
use crate::object::class::{Class, Names};
use crate::object::error::{Error, Exc, Exception, Res};
use crate::object::function::Row;
use crate::object::instance::{Instance, Object, Payload};
use crate::object::ops;
use crate::object::rt::{NativeType, Rt};
use crate::object::value::Value;
use crate::source::Name;

/// The rules of a context with what they trap and have seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The rules; their `status` is not used.
    pub cx: Cx,
    /// Whether an exponent is written as `E`.
    pub capitals: bool,
    /// What has been signaled.
    pub flags: Signals,
    /// What raises.
    pub traps: Signals,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { cx: Cx::default(), capitals: true, flags: Signals::default(), traps: Signals::DEFAULT_TRAPS }
    }
}

/// A `decimal.Context`.
pub struct Context(pub Rc<RefCell<Settings>>);

impl Object for Context {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        let s = self.0.borrow();
        Ok(Some(match &*name.text() {
            "prec" => Value::Int(s.cx.prec),
            "rounding" => s.cx.rounding.name().into(),
            "Emin" => Value::Int(s.cx.emin),
            "Emax" => Value::Int(s.cx.emax),
            "capitals" => Value::Int(s.capitals.into()),
            "clamp" => Value::Int(s.cx.clamp.into()),
            "flags" => rt.object(SignalDict { settings: self.0.clone(), traps: false }),
            "traps" => rt.object(SignalDict { settings: self.0.clone(), traps: true }),
            _ => return Ok(None),
        }))
    }

    fn set_attr(&self, rt: &Rt, _: &Rc<Instance>, name: Name, value: Option<Value>) -> Res<bool> {
        let text = name.text();
        let known = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];
        if !known.contains(&&*text) {
            return Ok(false);
        }
        let Some(value) = value else {
            return Err(Exc::AttributeError.new("context attributes cannot be deleted"));
        };
        set(rt, &self.0, &text, &value)?;
        Ok(true)
    }

    fn attr_names(&self, _: &Rt) -> Vec<Name> {
        ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"].map(Name::new).to_vec()
    }
}

const MAX: i64 = 999_999_999_999_999_999;

pub(super) fn rounding_arg(value: &Value) -> Res<Rounding> {
    value.as_str().and_then(|s| Rounding::named(s)).ok_or_else(|| {
        Exc::TypeError.new(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
             ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )
    })
}

fn signals_arg(rt: &Rt, value: &Value) -> Res<Signals> {
    if let Some(dict) = value.native::<SignalDict>() {
        return Ok(dict.get());
    }
    let classes = signal_classes(rt);
    let mut out = Signals::default();
    if let Some(dict) = value.as_dict() {
        for (key, on) in dict.0.items() {
            let bit = signal_bit(&classes, &key)?;
            if ops::truthy(rt, &on)? {
                out = out.with(bit);
            }
        }
        return Ok(out);
    }
    for key in ops::collect(rt, value)? {
        out = out.with(signal_bit(&classes, &key)?);
    }
    Ok(out)
}

fn signal_bit(classes: &Classes, key: &Value) -> Res<Signals> {
    classes
        .signals
        .iter()
        .find(|(_, class)| matches!(key, Value::Class(c) if Rc::ptr_eq(c, class)))
        .map(|(bit, _)| *bit)
        .ok_or_else(|| Exc::KeyError.new("invalid error flag"))
}

pub(super) fn set(rt: &Rt, settings: &Rc<RefCell<Settings>>, name: &str, value: &Value) -> Res<()> {
    let int = || match value.as_int() {
        Some(n) => Ok(n),
        None => Err(Exc::TypeError.new("an integer is required")),
    };
    let range = |n: i64, low: i64, high: i64, text: &str| {
        if (low..=high).contains(&n) { Ok(n) } else { Err(Exc::ValueError.new(text)) }
    };
    match name {
        "prec" => {
            let n = range(int()?, 1, MAX, "valid range for prec is [1, MAX_PREC]")?;
            settings.borrow_mut().cx.prec = n;
        }
        "rounding" => settings.borrow_mut().cx.rounding = rounding_arg(value)?,
        "Emin" => {
            let n = range(int()?, -MAX, 0, "valid range for Emin is [MIN_EMIN, 0]")?;
            settings.borrow_mut().cx.emin = n;
        }
        "Emax" => {
            let n = range(int()?, 0, MAX, "valid range for Emax is [0, MAX_EMAX]")?;
            settings.borrow_mut().cx.emax = n;
        }
        "capitals" => {
            let n = range(int()?, 0, 1, "valid values for capitals are 0 or 1")?;
            settings.borrow_mut().capitals = n == 1;
        }
        "clamp" => {
            let n = range(int()?, 0, 1, "valid values for clamp are 0 or 1")?;
            settings.borrow_mut().cx.clamp = n == 1;
        }
        "flags" => {
            let s = signals_arg(rt, value)?;
            settings.borrow_mut().flags = s;
        }
        _ => {
            let s = signals_arg(rt, value)?;
            settings.borrow_mut().traps = s;
        }
    }
    Ok(())
}

impl NativeType for Context {
    const NAME: &'static str = "Context";
    const MODULE: &'static str = "decimal";
    const SHOWN: &'static str = "decimal.Context";
    const ROWS: &'static [&'static [Row]] = &[super::context_rows::ROWS];

    fn ready(_: &Rt, class: &Rc<Class>) {
        super::context_rows::add_operations(class);
    }
}

/// A context's `flags` or `traps`: a mapping from signal to truth.
pub struct SignalDict {
    settings: Rc<RefCell<Settings>>,
    traps: bool,
}

impl Object for SignalDict {}

impl SignalDict {
    fn get(&self) -> Signals {
        let s = self.settings.borrow();
        if self.traps { s.traps } else { s.flags }
    }

    fn put(&self, signals: Signals) {
        let mut s = self.settings.borrow_mut();
        if self.traps {
            s.traps = signals;
        } else {
            s.flags = signals;
        }
    }
}

impl NativeType for SignalDict {
    const NAME: &'static str = "SignalDict";
    const MODULE: &'static str = "decimal";
    const SHOWN: &'static str = "decimal.SignalDict";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__getitem__", "(self, key, /)", "Whether the signal is set.", |rt, a| {
            let bit = signal_bit(&signal_classes(rt), a.get(1))?;
            Ok(Value::Bool(a.native::<SignalDict>(0)?.get().any(bit)))
        }),
        Row::method("__setitem__", "(self, key, value, /)", "Sets the signal.", |rt, a| {
            let bit = signal_bit(&signal_classes(rt), a.get(1))?;
            let on = ops::truthy(rt, a.get(2))?;
            let dict = a.native::<SignalDict>(0)?;
            dict.put(if on { dict.get().with(bit) } else { dict.get().without(bit) });
            Ok(Value::None)
        }),
        Row::method("__len__", "(self, /)", "How many signals there are.", |_, _| Ok(Value::Int(9))),
        Row::method("__iter__", "(self, /)", "The signals.", |rt, _| {
            let keys = signal_classes(rt).signals.iter().map(|(_, c)| Value::Class(c.clone())).collect();
            ops::iter_value(rt, &Value::tuple(keys))
        }),
        Row::method("keys", "(self, /)", "The signals.", |rt, _| {
            Ok(Value::list(signal_classes(rt).signals.iter().map(|(_, c)| Value::Class(c.clone())).collect()))
        }),
        Row::method("values", "(self, /)", "Whether each is set.", |rt, a| {
            let s = a.native::<SignalDict>(0)?.get();
            Ok(Value::list(signal_classes(rt).signals.iter().map(|(bit, _)| Value::Bool(s.any(*bit))).collect()))
        }),
        Row::method("items", "(self, /)", "Signals and whether they are set.", |rt, a| {
            let s = a.native::<SignalDict>(0)?.get();
            let pair = |(bit, c): &(Signals, Rc<Class>)| Value::pair(Value::Class(c.clone()), Value::Bool(s.any(*bit)));
            Ok(Value::list(signal_classes(rt).signals.iter().map(pair).collect()))
        }),
        Row::method("__eq__", "(self, value, /)", "Return self==value.", |rt, a| {
            let mine = a.native::<SignalDict>(0)?.get();
            match signals_arg(rt, a.get(1)) {
                Ok(other) => Ok(Value::Bool(mine == other)),
                Err(_) => Ok(Value::NotImplemented),
            }
        }),
        Row::method("copy", "(self, /)", "As a dict.", |rt, a| {
            let s = a.native::<SignalDict>(0)?.get();
            let classes = signal_classes(rt);
            let pairs = classes.signals.iter().map(|(bit, c)| (Value::Class(c.clone()), Value::Bool(s.any(*bit))));
            Ok(Value::Dict(crate::object::dict::Dict::from_pairs(rt, pairs)?))
        }),
        Row::method("__repr__", "(self, /)", "Return repr(self).", |rt, a| {
            let s = a.native::<SignalDict>(0)?.get();
            let parts: Vec<String> = signal_classes(rt)
                .signals
                .iter()
                .map(|(bit, c)| {
                    format!("<class 'decimal.{}'>:{}", c.name(), if s.any(*bit) { "True" } else { "False" })
                })
                .collect();
            Ok(format!("{{{}}}", parts.join(", ")).into())
        }),
    ]];
}

/// The exception classes of the signals and conditions.
pub struct Classes {
    /// `DecimalException`.
    pub base: Rc<Class>,
    /// In the order in which a `SignalDict` shows them.
    pub signals: Vec<(Signals, Rc<Class>)>,
    /// What InvalidOperation stands for.
    pub conditions: Vec<(Signals, Rc<Class>)>,
}

#[derive(Default)]
struct State {
    classes: OnceCell<Rc<Classes>>,
    current: RefCell<Option<Value>>,
    default: OnceCell<Value>,
}

/// The exception classes.
pub fn signal_classes(rt: &Rt) -> Rc<Classes> {
    rt.state::<State>().classes.get_or_init(|| Rc::new(build_classes(rt))).clone()
}

fn build_classes(rt: &Rt) -> Classes {
    let class = |name: &str, bases: &[&Rc<Class>]| {
        let bases: Vec<Rc<Class>> = bases.iter().map(|b| (*b).clone()).collect();
        let fallback = bases[0].clone();
        Class::build(name, "decimal", bases, None, Names::default(), false).unwrap_or(fallback)
    };
    let exc = |kind: Exc| rt.exc_class(kind);
    let base = class("DecimalException", &[exc(Exc::ArithmeticError)]);
    let invalid = class("InvalidOperation", &[&base]);
    let float = class("FloatOperation", &[&base, exc(Exc::TypeError)]);
    let zero = class("DivisionByZero", &[&base, exc(Exc::ZeroDivisionError)]);
    let inexact = class("Inexact", &[&base]);
    let rounded = class("Rounded", &[&base]);
    let subnormal = class("Subnormal", &[&base]);
    let clamped = class("Clamped", &[&base]);
    let overflow = class("Overflow", &[&inexact, &rounded]);
    let underflow = class("Underflow", &[&inexact, &rounded, &subnormal]);
    let conditions = vec![
        (Signals::INVALID, invalid.clone()),
        (Signals::CONVERSION_SYNTAX, class("ConversionSyntax", &[&invalid])),
        (Signals::DIVISION_IMPOSSIBLE, class("DivisionImpossible", &[&invalid])),
        (Signals::DIVISION_UNDEFINED, class("DivisionUndefined", &[&invalid, exc(Exc::ZeroDivisionError)])),
        (Signals::INVALID_CONTEXT, class("InvalidContext", &[&invalid])),
    ];
    Classes {
        base,
        signals: vec![
            (Signals::INVALID, invalid),
            (Signals::FLOAT_OPERATION, float),
            (Signals::DIVISION_BY_ZERO, zero),
            (Signals::OVERFLOW, overflow),
            (Signals::UNDERFLOW, underflow),
            (Signals::SUBNORMAL, subnormal),
            (Signals::INEXACT, inexact),
            (Signals::ROUNDED, rounded),
            (Signals::CLAMPED, clamped),
        ],
        conditions,
    }
}

/// A new context object.
pub fn new_context(rt: &Rt, settings: Settings) -> Value {
    rt.object(Context(Rc::new(RefCell::new(settings))))
}

/// `DefaultContext`.
pub fn default_context(rt: &Rt) -> Value {
    let state = rt.state::<State>();
    if let Some(context) = state.default.get() {
        return context.clone();
    }
    let context = new_context(rt, Settings::default());
    state.default.get_or_init(|| context).clone()
}

/// `getcontext()`.
pub fn current(rt: &Rt) -> Value {
    let state = rt.state::<State>();
    if let Some(context) = &*state.current.borrow() {
        return context.clone();
    }
    let template = context_of(&default_context(rt)).map(|s| s.borrow().clone()).unwrap_or_default();
    let context = new_context(rt, template);
    *state.current.borrow_mut() = Some(context.clone());
    context
}

/// `setcontext(context)`. TypeError where it is none.
pub fn set_current(rt: &Rt, context: Value) -> Res<()> {
    if context.native::<Context>().is_none() {
        return Err(Exc::TypeError.new("argument must be a context"));
    }
    let old = rt.state::<State>().current.borrow_mut().replace(context);
    drop(old);
    Ok(())
}

/// The settings of a context object.
pub fn context_of(value: &Value) -> Option<Rc<RefCell<Settings>>> {
    value.native::<Context>().map(|c| c.0.clone())
}

/// Runs a computation under a context (the current one where it is `None`), then records and raises what it
/// signaled.
pub(super) fn under<T>(rt: &Rt, context: Option<&Value>, run: impl FnOnce(&mut Cx) -> T) -> Res<T> {
    let settings = match context.filter(|c| !c.is_none()) {
        Some(given) => context_of(given).ok_or_else(|| Exc::TypeError.new("optional argument must be a context"))?,
        None => context_of(&current(rt)).unwrap_or_default(),
    };
    let mut cx = Cx { status: Signals::default(), ..settings.borrow().cx };
    let result = run(&mut cx);
    raise(rt, &settings, cx.status)?;
    Ok(result)
}

/// Records signals in a context; the exception of the first that is trapped.
pub(super) fn raise(rt: &Rt, settings: &Rc<RefCell<Settings>>, status: Signals) -> Res<()> {
    if status == Signals::default() {
        return Ok(());
    }
    let traps = {
        let mut s = settings.borrow_mut();
        s.flags = s.flags.with(status.folded());
        s.traps
    };
    let trapped = Signals(status.folded().0 & traps.0);
    if trapped == Signals::default() {
        return Ok(());
    }
    let classes = signal_classes(rt);
    let Some((_, class)) = classes.signals.iter().find(|(bit, _)| trapped.any(*bit)) else { return Ok(()) };
    let mut list: Vec<Value> = Vec::new();
    if trapped.any(Signals::INVALID) {
        let raised = classes.conditions.iter().filter(|(bit, _)| status.any(*bit));
        list.extend(raised.map(|(_, c)| Value::Class(c.clone())));
    }
    let others = classes.signals.iter().filter(|(bit, _)| *bit != Signals::INVALID && trapped.any(*bit));
    list.extend(others.map(|(_, c)| Value::Class(c.clone())));
    let exc = Exception::default();
    *exc.args.borrow_mut() = vec![Value::list(list)];
    *exc.context.borrow_mut() = rt.handling.borrow().last().cloned();
    Err(Error::raised(Instance::new(class.clone(), Payload::Native(Box::new(exc)))))
}

/// Records FloatOperation: a float met a decimal. Raises where that is trapped.
pub(super) fn float_met(rt: &Rt) -> Res<()> {
    match context_of(&current(rt)) {
        Some(settings) => raise(rt, &settings, Signals::FLOAT_OPERATION),
        None => Ok(()),
    }
}

/// A text as a decimal. InvalidOperation, where that is trapped, for what is none.
pub(super) fn parse(rt: &Rt, text: &str) -> Res<Decimal> {
    match Decimal::parse(text) {
        Some(d) => Ok(d),
        None => under(rt, None, |cx| cx.invalid(Signals::CONVERSION_SYNTAX)),
    }
}
