//! `django.db.transaction`: atomic blocks as a session writes them. Mirrors
//! <https://docs.djangoproject.com/en/5.2/topics/db/transactions/>.

use std::rc::Rc;

use crate::db::Db;
use crate::object::{
    Args, CallArgs, Exc, Instance, Module, NativeFn, NativeType, Object, Res, Row, RowKind, Rt, Value, ops,
};
use crate::source::Name;

/// `atomic(using, savepoint, durable)`: a context manager that is a decorator too.
pub struct Atomic {
    using: Value,
    savepoint: bool,
    durable: bool,
    /// `mark_for_rollback_on_error` rather than a block.
    marks: bool,
}

impl Object for Atomic {
    fn computes(&self) -> bool {
        true
    }

    fn attr(&self, _rt: &Rt, _this: &Rc<Instance>, name: Name) -> Res<Option<Value>> {
        Ok(match &*name.text() {
            "savepoint" => Some(Value::Bool(self.savepoint)),
            "durable" => Some(Value::Bool(self.durable)),
            "using" => Some(self.using.clone()),
            _ => None,
        })
    }
}

impl NativeType for Atomic {
    const NAME: &'static str = "Atomic";
    const MODULE: &'static str = "django.db.transaction";
    const ROWS: &'static [&'static [Row]] = &[&[
        Row::method("__enter__", "(self)", "Begins the block.", |rt, a| {
            let atomic = a.native::<Atomic>(0)?;
            super::write::alias(&atomic.using)?;
            if !atomic.marks {
                Db::of(rt).enter_atomic(rt, atomic.savepoint, atomic.durable)?;
            }
            Ok(Value::None)
        })
        .at("django/db/transaction.py"),
        Row::method("__exit__", "(self, exc_type, exc_value, traceback)", "Commits, or rolls back.", |rt, a| {
            let failed = !a.get(1).is_none();
            let atomic = a.native::<Atomic>(0)?;
            let db = Db::of(rt);
            if atomic.marks {
                if failed && db.state.in_atomic_block.get() {
                    db.state.needs_rollback.set(true);
                }
            } else {
                db.exit_atomic(rt, failed)?;
            }
            Ok(Value::Bool(false))
        })
        .at("django/db/transaction.py"),
        Row::method("__call__", "(self, func)", "A function that runs in such a block.", |rt, a| {
            let atomic = a.native::<Atomic>(0)?;
            Ok(decorated(rt, a.value(1), atomic.savepoint, atomic.durable))
        }),
    ]];
}

/// A function that runs in an atomic block.
fn decorated(rt: &Rt, func: Value, savepoint: bool, durable: bool) -> Value {
    let name = match &func {
        Value::Func(f) => super::kept_text(&f.name.borrow().text()),
        Value::Native(f) => f.name,
        _ => "inner",
    };
    let wrapped = func.clone();
    let out = NativeFn::closure_of(RowKind::Method, name, "(...)", move |rt, a| {
        let args = super::descriptors::passed_on(a);
        let db = Db::of(rt);
        db.enter_atomic(rt, savepoint, durable)?;
        let result = ops::call(rt, &func, args);
        let exit = db.exit_atomic(rt, result.is_err());
        match result {
            Ok(value) => exit.map(|()| value),
            Err(error) => exit.and(Err(error)),
        }
    });
    if let Value::Native(f) = &out {
        // As functools.wraps() leaves it.
        for name in ["__module__", "__qualname__", "__doc__"] {
            let value = ops::get_attr_opt(rt, &wrapped, name.into()).ok().flatten();
            let inner = || Value::str("ContextDecorator.__call__.<locals>.inner");
            let value = if name == "__qualname__" { Some(value.unwrap_or_else(inner)) } else { value };
            if let Some(value) = value {
                f.attrs.borrow_mut().set(name.into(), value);
            }
        }
        f.attrs.borrow_mut().set("__wrapped__".into(), wrapped);
    }
    out
}

fn atomic(rt: &Rt, a: &mut Args) -> Res<Value> {
    // Bare `@atomic`: the function is in the place of the alias.
    let first = a.value(0);
    let (savepoint, durable) = (a.flag(rt, 1, true)?, a.flag(rt, 2, false)?);
    if ops::callable(rt, &first) {
        return Ok(decorated(rt, first, savepoint, durable));
    }
    Ok(rt.object(Atomic { using: first, savepoint, durable, marks: false }))
}

fn name_of(a: &Args) -> Res<String> {
    Ok(a.get(0).as_str().map(|s| s.to_string()).unwrap_or_default())
}

const ROWS: &[Row] = &[
    Row::method("atomic", "(using=None, savepoint=True, durable=False)", "A block that happens whole or not.", atomic),
    Row::method("on_commit", "(func, using=None, robust=False)", "Runs a function after the commit.", |rt, a| {
        let robust = a.flag(rt, 2, false)?;
        Db::of(rt).on_commit(rt, a.get(0), robust)?;
        Ok(Value::None)
    })
    .at("django/db/transaction.py"),
    Row::method("mark_for_rollback_on_error", "(using=None)", "Marks the block around for rollback.", |rt, _| {
        Ok(rt.object(Atomic { using: Value::None, savepoint: false, durable: false, marks: true }))
    }),
    Row::method("get_autocommit", "(using=None)", "Whether autocommit is on.", |rt, _| {
        Ok(Value::Bool(Db::of(rt).autocommit()))
    }),
    Row::method("set_autocommit", "(autocommit, using=None)", "Switches autocommit.", |rt, a| {
        let on = a.flag(rt, 0, true)?;
        Db::of(rt).set_autocommit(rt, on, false)?;
        Ok(Value::None)
    })
    .at("django/db/transaction.py"),
    Row::method("commit", "(using=None)", "Commits.", |rt, _| Db::of(rt).commit(rt).map(|()| Value::None))
        .at("django/db/transaction.py"),
    Row::method("rollback", "(using=None)", "Rolls back.", |rt, _| Db::of(rt).rollback(rt).map(|()| Value::None))
        .at("django/db/transaction.py"),
    Row::method("savepoint", "(using=None)", "A savepoint's name.", |rt, _| {
        Ok(Db::of(rt).savepoint(rt)?.map_or(Value::None, |s| Value::str(&*s)))
    }),
    Row::method("savepoint_rollback", "(sid, using=None)", "Back to a savepoint.", |rt, a| {
        Db::of(rt).savepoint_rollback(rt, &name_of(a)?).map(|()| Value::None)
    }),
    Row::method("savepoint_commit", "(sid, using=None)", "Forgets a savepoint.", |rt, a| {
        Db::of(rt).savepoint_commit(rt, &name_of(a)?).map(|()| Value::None)
    }),
    Row::method("clean_savepoints", "(using=None)", "Counts savepoints from the start.", |rt, _| {
        Db::of(rt).state.savepoint_state.set(0);
        Ok(Value::None)
    }),
    Row::method("get_rollback", "(using=None)", "Whether the block will roll back.", |rt, _| {
        Db::of(rt).get_rollback().map(Value::Bool)
    })
    .at("django/db/transaction.py"),
    Row::method("set_rollback", "(rollback, using=None)", "Says whether the block rolls back.", |rt, a| {
        let on = a.flag(rt, 0, true)?;
        Db::of(rt).set_rollback(on).map(|()| Value::None)
    })
    .at("django/db/transaction.py"),
    Row::method("non_atomic_requests", "(using=None)", "Means nothing here.", |_, a| Ok(a.value(0))),
];

/// Fills `django.db.transaction`.
pub fn build(rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    m.put(
        "get_connection",
        NativeFn::closure("get_connection", "(using=None)", |rt, _| Ok(crate::db::python::connection(rt))),
    );
    m.put("Atomic", Value::Class(rt.class::<Atomic>()));
    m.put("TransactionManagementError", Value::Class(rt.exc_class(Exc::TransactionManagementError).clone()));
    let _ = CallArgs::none();
    Ok(())
}
