//! `decimal`. Mirrors <https://docs.python.org/3/library/decimal.html>; the types themselves are in
//! [`crate::object::types::decimal`].

use super::support::put_class;
use crate::object::Rt;
use crate::object::function::Row;
use crate::object::types::decimal::{
    Context, Cx, Decimal, Rounding, Signals, context_of, current, default_context, local_context, new_context,
    set_current, signal_classes, tuple_class,
};
use crate::object::value::Value;

pub(super) fn install(rt: &Rt) {
    rt.add_module("decimal", |rt, m| {
        put_class(m, rt.class::<Decimal>());
        put_class(m, rt.class::<Context>());
        put_class(m, tuple_class(rt));
        let classes = signal_classes(rt);
        put_class(m, classes.base.clone());
        for (_, class) in classes.signals.iter().chain(&classes.conditions) {
            put_class(m, class.clone());
        }
        for (_, name) in Rounding::ALL {
            m.put(name, name);
        }
        let limit = 999_999_999_999_999_999;
        m.put("MAX_PREC", Value::Int(limit));
        m.put("MAX_EMAX", Value::Int(limit));
        m.put("MIN_EMIN", Value::Int(-limit));
        m.put("MIN_ETINY", Value::Int(1 - 2 * limit));
        m.put("HAVE_THREADS", Value::Bool(true));
        m.put("HAVE_CONTEXTVAR", Value::Bool(true));
        m.put("__version__", "1.70");
        m.put("__libmpdec_version__", "2.5.1");
        m.put("DefaultContext", default_context(rt));
        let template = |rounding, traps: Signals| {
            let mut s = context_of(&default_context(rt)).map(|s| s.borrow().clone()).unwrap_or_default();
            s.cx = Cx { prec: 9, rounding, ..s.cx };
            s.traps = traps;
            new_context(rt, s)
        };
        m.put("ExtendedContext", template(Rounding::HalfEven, Signals::default()));
        let basic = Signals::DEFAULT_TRAPS.with(Signals::CLAMPED).with(Signals::UNDERFLOW);
        m.put("BasicContext", template(Rounding::HalfUp, basic));
        m.add_rows(ROWS);
        Ok(())
    });
}

const ROWS: &[Row] = &[
    Row::method("getcontext", "()", "Get the current default context.", |rt, _| Ok(current(rt))),
    Row::method("setcontext", "(context, /)", "Set a new default context.", |rt, a| {
        // The templates stay as they are: a copy becomes current.
        let given = a.value(0);
        let templates = [default_context(rt)];
        let context = match context_of(&given) {
            Some(s) if templates.iter().any(|t| t.is(&given)) => new_context(rt, s.borrow().clone()),
            _ => given,
        };
        set_current(rt, context)?;
        Ok(Value::None)
    }),
    Row::method("localcontext", "(ctx=None, **kwargs)", "A context manager with a copy of a context.", local_context),
];
