//! Transactions: autocommit, atomic blocks, savepoints, `on_commit`, with the statements that Django sends.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use super::connection::Db;
use super::error;
use super::log::Logged;
use crate::object::{Error, Exc, List, Res, Rt, Value, ops};

/// Where a connection stands.
#[derive(Default)]
#[allow(missing_docs)]
pub struct State {
    /// Whether autocommit is off by an explicit `set_autocommit(False)`.
    pub manual: Cell<bool>,
    /// Django's `autocommit`, inverted: off inside an outermost atomic block too.
    pub autocommit_off: Cell<bool>,
    pub in_atomic_block: Cell<bool>,
    pub commit_on_exit: Cell<bool>,
    pub needs_rollback: Cell<bool>,
    pub rollback_exc: RefCell<Option<Error>>,
    pub savepoint_state: Cell<u32>,
    /// `savepoint_ids`, a list that a session can change; see [`State::savepoint_ids`].
    savepoints: OnceCell<Rc<List>>,
    /// How often thread sharing was allowed.
    pub sharing: Cell<u32>,
    /// For each open atomic block whether it is a test case's own.
    pub atomic_blocks: RefCell<Vec<bool>>,
    pub on_commit: RefCell<Vec<OnCommit>>,
    pub hooks_on_autocommit: Cell<bool>,
    pub errors_occurred: Cell<bool>,
}

impl State {
    /// The savepoint of each nested block, None where it has none.
    pub fn savepoint_ids(&self) -> &Rc<List> {
        self.savepoints.get_or_init(|| List::new(Vec::new()))
    }
}

/// A function to run after the commit.
#[derive(Clone)]
pub struct OnCommit {
    /// The savepoints that were open when it was registered.
    pub savepoints: Vec<Rc<str>>,
    /// What to call.
    pub function: Value,
    /// Whether its errors are swallowed.
    pub robust: bool,
}

impl Db {
    /// TransactionManagementError where an error has broken the running transaction.
    pub fn check_not_broken(&self) -> Res<()> {
        if !self.state.needs_rollback.get() {
            return Ok(());
        }
        let mut error = Exc::TransactionManagementError.new(
            "An error occurred in the current transaction. You can't execute queries until the end of the 'atomic' block.",
        );
        if let Some(cause) = self.state.rollback_exc.borrow().clone() {
            error = error.caused_by(cause);
        }
        Err(error)
    }

    fn check_no_atomic(&self) -> Res<()> {
        if self.state.in_atomic_block.get() {
            return Err(Exc::TransactionManagementError.new("This is forbidden when an 'atomic' block is active."));
        }
        Ok(())
    }

    /// A transaction statement that Django logs without a cursor.
    fn logged(&self, rt: &Rt, sql: &str) -> Res<()> {
        let conn = self.raw(rt)?;
        let result = if conn.is_autocommit() { Ok(()) } else { conn.execute_batch(sql).map_err(error::raise) };
        self.note(Logged { sql: sql.into(), params: Rc::default(), times: None, rows: None, seconds: 0.0 });
        result
    }

    /// `get_autocommit()`.
    pub fn autocommit(&self) -> bool {
        !self.state.autocommit_off.get()
    }

    /// `set_autocommit(autocommit)`. TransactionManagementError in an atomic block.
    pub fn set_autocommit(&self, rt: &Rt, on: bool, begin: bool) -> Res<()> {
        self.check_no_atomic()?;
        if begin && !on {
            self.execute(rt, "BEGIN", Vec::new())?;
        } else if on {
            let conn = self.raw(rt)?;
            if !conn.is_autocommit() {
                conn.execute_batch("COMMIT").map_err(error::raise)?;
            }
            self.state.manual.set(false);
        } else {
            self.note(Logged { sql: "BEGIN".into(), params: Rc::default(), times: None, rows: None, seconds: 0.0 });
            self.state.manual.set(true);
        }
        self.state.autocommit_off.set(!on);
        if on && self.state.hooks_on_autocommit.replace(false) {
            self.run_hooks(rt)?;
        }
        Ok(())
    }

    /// `commit()`. TransactionManagementError in an atomic block.
    pub fn commit(&self, rt: &Rt) -> Res<()> {
        self.check_no_atomic()?;
        self.logged(rt, "COMMIT")?;
        self.state.errors_occurred.set(false);
        self.state.hooks_on_autocommit.set(true);
        Ok(())
    }

    /// `rollback()`. TransactionManagementError in an atomic block.
    pub fn rollback(&self, rt: &Rt) -> Res<()> {
        self.check_no_atomic()?;
        self.logged(rt, "ROLLBACK")?;
        self.state.errors_occurred.set(false);
        self.state.needs_rollback.set(false);
        self.state.on_commit.borrow_mut().clear();
        Ok(())
    }

    fn run_hooks(&self, rt: &Rt) -> Res<()> {
        self.check_no_atomic()?;
        let hooks = std::mem::take(&mut *self.state.on_commit.borrow_mut());
        for hook in hooks {
            match ops::call0(rt, &hook.function) {
                Err(e) if hook.robust && e.is(Exc::Exception) => {
                    rt.host.write_error(&robust_failure(rt, &hook.function, e))
                }
                Err(e) => return Err(e),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// `on_commit(func, robust)`: runs it after the commit, or at once where there is no transaction.
    pub fn on_commit(&self, rt: &Rt, function: &Value, robust: bool) -> Res<()> {
        if !ops::callable(rt, function) {
            return Err(Exc::TypeError.new("on_commit()'s callback must be a callable."));
        }
        if self.state.in_atomic_block.get() {
            let savepoints = self.state.savepoint_ids().to_vec();
            let savepoints = savepoints.iter().filter_map(|v| v.as_str().map(|s| Rc::from(s.as_str()))).collect();
            self.state.on_commit.borrow_mut().push(OnCommit { savepoints, function: function.clone(), robust });
            return Ok(());
        }
        if !self.autocommit() {
            return Err(
                Exc::TransactionManagementError.new("on_commit() cannot be used in manual transaction management")
            );
        }
        match ops::call0(rt, function) {
            Err(e) if robust && e.is(Exc::Exception) => {
                rt.host.write_error(&robust_failure(rt, function, e));
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// `savepoint()`: its name; `None` where no transaction is open.
    pub fn savepoint(&self, rt: &Rt) -> Res<Option<Rc<str>>> {
        if self.autocommit() || !self.state.in_atomic_block.get() {
            return Ok(None);
        }
        let n = self.state.savepoint_state.get() + 1;
        self.state.savepoint_state.set(n);
        // Django puts the thread's number here; there is one thread.
        let name: Rc<str> = format!("s{}_x{n}", std::process::id()).into();
        self.execute(rt, &format!("SAVEPOINT \"{name}\""), Vec::new())?;
        Ok(Some(name))
    }

    /// `savepoint_rollback(sid)`.
    pub fn savepoint_rollback(&self, rt: &Rt, name: &str) -> Res<()> {
        if self.autocommit() || !self.state.in_atomic_block.get() {
            return Ok(());
        }
        self.execute(rt, &format!("ROLLBACK TO SAVEPOINT \"{name}\""), Vec::new())?;
        self.state.on_commit.borrow_mut().retain(|hook| !hook.savepoints.iter().any(|s| &**s == name));
        Ok(())
    }

    /// `savepoint_commit(sid)`.
    pub fn savepoint_commit(&self, rt: &Rt, name: &str) -> Res<()> {
        if self.autocommit() || !self.state.in_atomic_block.get() {
            return Ok(());
        }
        self.execute(rt, &format!("RELEASE SAVEPOINT \"{name}\""), Vec::new())?;
        Ok(())
    }

    /// `get_rollback()`. TransactionManagementError outside an atomic block.
    pub fn get_rollback(&self) -> Res<bool> {
        self.check_rollback_flag()?;
        Ok(self.state.needs_rollback.get())
    }

    /// `set_rollback(flag)`. TransactionManagementError outside an atomic block.
    pub fn set_rollback(&self, flag: bool) -> Res<()> {
        self.check_rollback_flag()?;
        self.state.needs_rollback.set(flag);
        Ok(())
    }

    fn check_rollback_flag(&self) -> Res<()> {
        if self.state.in_atomic_block.get() {
            return Ok(());
        }
        Err(Exc::TransactionManagementError.new("The rollback flag doesn't work outside of an 'atomic' block."))
    }

    /// Enters an atomic block. RuntimeError where a durable one would be nested.
    pub fn enter_atomic(&self, rt: &Rt, savepoint: bool, durable: bool) -> Res<()> {
        let s = &self.state;
        if durable && s.atomic_blocks.borrow().last().is_some_and(|from_testcase| !from_testcase) {
            return Err(Exc::RuntimeError.new("A durable atomic block cannot be nested within another atomic block."));
        }
        if !s.in_atomic_block.get() {
            s.commit_on_exit.set(true);
            s.needs_rollback.set(false);
            if !self.autocommit() {
                s.in_atomic_block.set(true);
                s.commit_on_exit.set(false);
            }
        }
        if s.in_atomic_block.get() {
            let name = if savepoint && !s.needs_rollback.get() { self.savepoint(rt)? } else { None };
            s.savepoint_ids().push(name.map_or(Value::None, |n| Value::str(&*n)));
        } else {
            self.set_autocommit(rt, false, true)?;
            s.in_atomic_block.set(true);
        }
        s.atomic_blocks.borrow_mut().push(false);
        Ok(())
    }

    /// Leaves an atomic block: commits where `failed` is false, else rolls back. The error is the database's.
    pub fn exit_atomic(&self, rt: &Rt, failed: bool) -> Res<()> {
        let s = &self.state;
        if s.in_atomic_block.get() {
            s.atomic_blocks.borrow_mut().pop();
        }
        let sid = match s.savepoint_ids().items_mut().pop() {
            Some(sid) => sid.as_str().map(|s| Rc::from(s.as_str())),
            None => {
                s.in_atomic_block.set(false);
                None
            }
        };
        let result = self.leave(rt, failed, sid);
        let finish = if !s.in_atomic_block.get() {
            self.set_autocommit(rt, true, false)
        } else {
            if s.savepoint_ids().is_empty() && !s.commit_on_exit.get() {
                s.in_atomic_block.set(false);
            }
            Ok(())
        };
        finish.and(result)
    }

    fn leave(&self, rt: &Rt, failed: bool, sid: Option<Rc<str>>) -> Res<()> {
        let s = &self.state;
        if !failed && !s.needs_rollback.get() {
            if s.in_atomic_block.get() {
                let Some(sid) = sid else { return Ok(()) };
                return self.savepoint_commit(rt, &sid).inspect_err(|_| {
                    if self.savepoint_rollback(rt, &sid).and_then(|()| self.savepoint_commit(rt, &sid)).is_err() {
                        s.needs_rollback.set(true);
                    }
                });
            }
            return self.commit(rt).inspect_err(|_| {
                if self.rollback(rt).is_err() {
                    self.close();
                }
            });
        }
        s.needs_rollback.set(false);
        if s.in_atomic_block.get() {
            match sid {
                None => s.needs_rollback.set(true),
                Some(sid) => {
                    if self.savepoint_rollback(rt, &sid).and_then(|()| self.savepoint_commit(rt, &sid)).is_err() {
                        s.needs_rollback.set(true);
                    }
                }
            }
        } else if self.rollback(rt).is_err() {
            self.close();
        }
        Ok(())
    }

    /// Runs something in an atomic block.
    pub fn atomic<T>(&self, rt: &Rt, savepoint: bool, run: impl FnOnce() -> Res<T>) -> Res<T> {
        self.enter_atomic(rt, savepoint, false)?;
        let result = run();
        let exit = self.exit_atomic(rt, result.is_err());
        match result {
            Ok(value) => exit.map(|()| value),
            // An error of the exit itself hides the first, as in Python.
            Err(error) => exit.and(Err(error)),
        }
    }

    /// Runs something so that its error marks the atomic block around it for rollback: `mark_for_rollback_on_error`.
    pub fn mark_for_rollback_on_error<T>(&self, run: impl FnOnce() -> Res<T>) -> Res<T> {
        run().inspect_err(|error| {
            if self.state.in_atomic_block.get() && error.is(Exc::Exception) {
                self.state.needs_rollback.set(true);
                *self.state.rollback_exc.borrow_mut() = Some(error.clone());
            }
        })
    }
}

fn robust_failure(rt: &Rt, function: &Value, error: Error) -> String {
    let name = ops::get_attr(rt, function, "__qualname__".into())
        .ok()
        .and_then(|n| n.as_str().map(|s| s.to_string()))
        .unwrap_or_default();
    let exc = Value::Obj(rt.exception(error));
    let text = ops::str(rt, &exc).map(|s| s.to_string()).unwrap_or_default();
    format!("Error calling {name} in on_commit() during transaction ({text}).\n")
}
