//! A statement whose rows are pulled a chunk at a time, so that a million of them never stand in memory together.
//!
//! The statement lives in a future that rests between two chunks: that is what holds the connection, the statement
//! that borrows it and the rows that borrow both, with no `unsafe`. As Python's driver does, it steps to the row behind
//! a chunk before it rests; what is written meanwhile shows in later chunks as SQLite has it. Dropping a stream
//! half-way resets its statement.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use rusqlite::Connection;

use super::connection::{Db, Stop, bind_params};
use super::value::plain_or_last;
use crate::object::{Res, Rt, Str, Value};

/// What the future has read.
type Read = RefCell<VecDeque<Vec<Value>>>;

/// Rows of a running statement, read a chunk at a time.
pub struct Stream {
    /// `None` once the statement is done.
    steps: Option<Pin<Box<dyn Future<Output = Result<(), Stop>>>>>,
    read: Rc<Read>,
}

impl Stream {
    /// A statement of this text (with `?` for parameters) that reads `chunk` rows at a time; nothing runs yet.
    pub(super) fn new(conn: Rc<Connection>, sql: Rc<str>, params: Rc<Vec<Value>>, chunk: usize) -> Stream {
        let read = Rc::new(Read::default());
        let steps = Box::pin(steps(conn, sql, params, chunk, read.clone()));
        Stream { steps: Some(steps), read }
    }

    /// Reads the next chunk. Errors: the statement's.
    pub(super) fn fill(&mut self, db: &Db) -> Res<()> {
        let Some(running) = &mut self.steps else { return Ok(()) };
        match running.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Ok(()),
            Poll::Ready(result) => {
                self.steps = None;
                result.map_err(|stop| db.stopped(stop))
            }
        }
    }

    /// The next row's plain values; `None` at the end. Errors: the statement's, KeyboardInterrupt between two chunks.
    pub fn next_row(&mut self, rt: &Rt) -> Res<Option<Vec<Value>>> {
        if self.read.borrow().is_empty() && self.steps.is_some() {
            rt.check_interrupt()?;
            self.fill(&Db::of(rt))?;
        }
        Ok(self.read.borrow_mut().pop_front())
    }
}

async fn steps(
    conn: Rc<Connection>,
    sql: Rc<str>,
    params: Rc<Vec<Value>>,
    chunk: usize,
    read: Rc<Read>,
) -> Result<(), Stop> {
    let mut statement = conn.prepare_cached(&sql).map_err(Stop::Sqlite)?;
    bind_params(&mut statement, &params)?;
    let width = statement.column_count();
    // The last text of each column: columns repeat themselves.
    let mut last = vec![Str::from(""); width];
    let mut rows = statement.raw_query();
    let mut n = 0;
    while let Some(row) = rows.next().map_err(Stop::Sqlite)? {
        if n == chunk {
            n = 0;
            rest().await;
        }
        n += 1;
        let mut values = Vec::with_capacity(width);
        for (i, last) in last.iter_mut().enumerate() {
            let value = row.get_ref(i).map_err(Stop::Sqlite)?;
            values.push(plain_or_last(value, last).map_err(Stop::Raised)?);
        }
        read.borrow_mut().push_back(values);
    }
    Ok(())
}

/// Gives the turn back once.
fn rest() -> impl Future<Output = ()> {
    let mut rested = false;
    poll_fn(move |_| if std::mem::replace(&mut rested, true) { Poll::Ready(()) } else { Poll::Pending })
}
