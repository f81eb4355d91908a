//! Signals: functions that a session connects and the ORM calls. Mirrors
//! <https://docs.djangoproject.com/en/5.2/topics/signals/>.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use crate::object::{
    Args, BoundMethod, CallArgs, Exc, Function, Instance, NativeFn, NativeType, Object, Res, Row, Rt, Value, ops,
};
use crate::source::Name;

/// A receiver: held weakly unless the session asked otherwise, so that a forgotten one goes away.
enum Held {
    Strong(Value),
    Func(Weak<Function>),
    Obj(Weak<Instance>),
    Method(Value, Weak<Instance>),
}

impl Held {
    fn new(receiver: &Value, weak: bool) -> Held {
        match receiver {
            Value::Func(f) if weak => Held::Func(Rc::downgrade(f)),
            Value::Obj(o) if weak => Held::Obj(Rc::downgrade(o)),
            Value::Method(m) if weak => match &m.receiver {
                Value::Obj(o) => Held::Method(m.func.clone(), Rc::downgrade(o)),
                _ => Held::Strong(receiver.clone()),
            },
            _ => Held::Strong(receiver.clone()),
        }
    }

    fn get(&self) -> Option<Value> {
        match self {
            Held::Strong(v) => Some(v.clone()),
            Held::Func(f) => f.upgrade().map(Value::Func),
            Held::Obj(o) => o.upgrade().map(Value::Obj),
            Held::Method(func, o) => o.upgrade().map(|o| BoundMethod::bind(func.clone(), Value::Obj(o))),
        }
    }
}

#[derive(Clone, PartialEq)]
enum Key {
    Uid(String),
    Id(usize, usize),
}

struct Entry {
    key: Key,
    sender: Option<usize>,
    /// A sender given as `app.Model` before the model was there.
    lazy_sender: Option<Rc<str>>,
    held: Held,
}

/// A signal's receivers.
#[derive(Default)]
pub struct Signal {
    entries: RefCell<Vec<Entry>>,
    /// Senders are models and may be named by a string.
    model_signal: bool,
}

impl Object for Signal {}

impl NativeType for Signal {
    const NAME: &'static str = "Signal";
    const MODULE: &'static str = "django.dispatch.dispatcher";
    const ROWS: &'static [&'static [Row]] = &[ROWS];
}

/// The signals that the ORM itself sends.
pub struct Signals {
    /// Before `Model.__init__`.
    pub pre_init: Value,
    /// After `Model.__init__`.
    pub post_init: Value,
    /// Before a save.
    pub pre_save: Value,
    /// After a save.
    pub post_save: Value,
    /// Before a deletion.
    pub pre_delete: Value,
    /// After a deletion.
    pub post_delete: Value,
    /// Around changes of a many-to-many relation.
    pub m2m_changed: Value,
    /// When a model class is complete.
    pub class_prepared: Value,
    /// Before and after migrations: never sent here.
    pub pre_migrate: Value,
    /// See [`Signals::pre_migrate`].
    pub post_migrate: Value,
    /// When a connection opens: never sent here.
    pub connection_created: Value,
}

impl Signals {
    /// The signals of a runtime.
    pub fn of(rt: &Rt) -> Rc<Signals> {
        #[derive(Default)]
        struct Slot(RefCell<Option<Rc<Signals>>>);

        let slot = rt.state::<Slot>();
        if let Some(found) = slot.0.borrow().as_ref() {
            return found.clone();
        }
        let model = || rt.object(Signal { entries: RefCell::default(), model_signal: true });
        let plain = || rt.object(Signal::default());
        let made = Rc::new(Signals {
            pre_init: model(),
            post_init: model(),
            pre_save: model(),
            post_save: model(),
            pre_delete: model(),
            post_delete: model(),
            m2m_changed: model(),
            class_prepared: plain(),
            pre_migrate: plain(),
            post_migrate: plain(),
            connection_created: plain(),
        });
        *slot.0.borrow_mut() = Some(made.clone());
        made
    }
}

fn signal(value: &Value) -> Option<&Signal> {
    value.native::<Signal>()
}

/// Whether anything listens to a signal for a sender.
pub fn has_listeners(rt: &Rt, which: &Value, sender: &Value) -> bool {
    signal(which).is_some_and(|s| !s.entries.borrow().is_empty() && !live(rt, s, sender).is_empty())
}

fn lazy_matches(name: &str, sender: &Value) -> bool {
    let Some(class) = sender.as_class() else { return false };
    let Some(model) = class.data::<crate::models::Model>() else { return false };
    name.eq_ignore_ascii_case(&model.label())
}

fn live(_rt: &Rt, s: &Signal, sender: &Value) -> Vec<Value> {
    let id = sender.id();
    let mut dead = false;
    let out = s
        .entries
        .borrow()
        .iter()
        .filter(|e| match (&e.lazy_sender, e.sender) {
            (Some(name), _) => lazy_matches(name, sender),
            (None, None) => true,
            (None, Some(wanted)) => wanted == id,
        })
        .filter_map(|e| {
            let got = e.held.get();
            dead |= got.is_none();
            got
        })
        .collect();
    if dead {
        s.entries.borrow_mut().retain(|e| e.held.get().is_some());
    }
    out
}

/// Sends a signal: calls every receiver with `signal`, `sender` and the keywords. Errors: what a receiver raises.
pub fn send(rt: &Rt, which: &Value, sender: &Value, named: &[(&'static str, Value)]) -> Res<()> {
    let Some(s) = signal(which) else { return Ok(()) };
    if s.entries.borrow().is_empty() {
        return Ok(());
    }
    for receiver in live(rt, s, sender) {
        let mut args = CallArgs::none().with("signal", which.clone()).with("sender", sender.clone());
        for (name, value) in named {
            args.kw.push((Name::new(name), value.clone()));
        }
        ops::call(rt, &receiver, args)?;
    }
    Ok(())
}

fn key_of(rt: &Rt, receiver: &Value, uid: Option<&Value>) -> Res<Key> {
    if let Some(uid) = uid {
        return Ok(Key::Uid(ops::repr(rt, uid)?.to_string()));
    }
    Ok(match receiver {
        Value::Method(m) => Key::Id(m.receiver.id(), m.func.id()),
        other => Key::Id(other.id(), 0),
    })
}

fn connect(rt: &Rt, this: &Value, receiver: &Value, sender: &Value, weak: bool, uid: Option<&Value>) -> Res<()> {
    let Some(s) = signal(this) else { return Ok(()) };
    if !ops::callable(rt, receiver) {
        return Err(Exc::TypeError.new("Signal receivers must be callable."));
    }
    let lazy_sender = match sender.as_str() {
        Some(text) if s.model_signal => Some(Rc::from(text.as_str())),
        _ => None,
    };
    let id = if sender.is_none() || lazy_sender.is_some() { None } else { Some(sender.id()) };
    let key = key_of(rt, receiver, uid)?;
    let mut entries = s.entries.borrow_mut();
    let same = |e: &Entry| e.key == key && e.sender == id && e.lazy_sender == lazy_sender && e.held.get().is_some();
    if !entries.iter().any(same) {
        entries.push(Entry { key, sender: id, lazy_sender, held: Held::new(receiver, weak) });
    }
    Ok(())
}

/// Connects a receiver of the ORM's own for one sender.
pub fn listen(rt: &Rt, which: &Value, receiver: Value, sender: &Value) {
    // A native function is always callable, so that connecting it cannot fail.
    let _ = connect(rt, which, &receiver, sender, false, None);
}

fn responses(rt: &Rt, a: &mut Args, robust: bool) -> Res<Value> {
    let this = a.value(0);
    let sender = a.value(1);
    let mut out = Vec::new();
    let Some(s) = signal(&this) else { return Ok(Value::list(out)) };
    for receiver in live(rt, s, &sender) {
        let mut args = CallArgs::none().with("signal", this.clone()).with("sender", sender.clone());
        args.kw.extend(a.kwargs.iter().cloned());
        let response = match ops::call(rt, &receiver, args) {
            Err(e) if robust && e.is(Exc::Exception) => Value::Obj(rt.exception(e)),
            other => other?,
        };
        out.push(Value::tuple(vec![receiver, response]));
    }
    Ok(Value::list(out))
}

const ROWS: &[Row] = &[
    Row::fixed("__new__", "(cls, *args, **kwargs)", "A new signal.", |rt, a| match a.value(0) {
        Value::Class(class) => Ok(rt.object_of(class, Signal::default())),
        _ => Err(Exc::TypeError.new("Signal.__new__(X): X is not a type object")),
    }),
    Row::method("__init__", "(self, use_caching=False)", "Makes a signal.", |_, _| Ok(Value::None)),
    Row::method(
        "connect",
        "(self, receiver, sender=None, weak=True, dispatch_uid=None)",
        "Connects a receiver.",
        |rt, a| {
            let weak = a.flag(rt, 3, true)?;
            connect(rt, a.get(0), a.get(1), a.get(2), weak, a.some(4))?;
            Ok(Value::None)
        },
    )
    .at("django/dispatch/dispatcher.py"),
    Row::method(
        "disconnect",
        "(self, receiver=None, sender=None, dispatch_uid=None)",
        "Disconnects a receiver; whether it was connected.",
        |rt, a| {
            let s = a.native::<Signal>(0)?;
            let key = key_of(rt, a.get(1), a.some(3))?;
            let sender = a.get(2);
            let id = a.some(2).filter(|v| v.as_str().is_none()).map(Value::id);
            let lazy = sender.as_str().map(|t| t.to_string());
            let mut entries = s.entries.borrow_mut();
            let before = entries.len();
            entries.retain(|e| !(e.key == key && e.sender == id && e.lazy_sender.as_deref() == lazy.as_deref()));
            Ok(Value::Bool(entries.len() != before))
        },
    ),
    Row::method("has_listeners", "(self, sender=None)", "Whether anything would be called.", |rt, a| {
        Ok(Value::Bool(has_listeners(rt, a.get(0), a.get(1))))
    }),
    Row::method("send", "(self, sender, **named)", "Calls the receivers.", |rt, a| responses(rt, a, false))
        .at("django/dispatch/dispatcher.py"),
    Row::method(
        "send_robust",
        "(self, sender, **named)",
        "Calls the receivers; their exceptions are among the responses.",
        |rt, a| responses(rt, a, true),
    )
    .at("django/dispatch/dispatcher.py"),
    Row::getter("receivers", "What is connected.", |rt, a| {
        let s = a.native::<Signal>(0)?;
        let entries = s.entries.borrow();
        let _ = rt;
        Ok(Value::list(
            entries
                .iter()
                .filter_map(|e| e.held.get())
                .map(|v| Value::tuple(vec![Value::Int(v.id() as i64), v]))
                .collect(),
        ))
    }),
];

/// `receiver(signal, **kwargs)`: the decorator, as a row of `django.dispatch`.
pub const DISPATCH_ROWS: &[Row] =
    &[Row::method("receiver", "(signal, /, **kwargs)", "Connects the decorated function.", |_, a| {
        let which = a.value(0);
        let kwargs = std::mem::take(&mut a.kwargs);
        Ok(NativeFn::closure("_decorator", "(func)", move |rt, a| {
            let func = a.value(0);
            let all = match which.as_list().map(|l| l.to_vec()).or_else(|| which.as_tuple().map(|t| t.to_vec())) {
                Some(many) => many,
                None => vec![which.clone()],
            };
            for one in all {
                let mut args = CallArgs::new([func.clone()]);
                args.kw.extend(kwargs.iter().cloned());
                ops::call_method(rt, &one, Name::new("connect"), args)?;
            }
            Ok(func)
        }))
    })];
