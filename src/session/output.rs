//! Where a session's printed text goes, and the rest of what it needs from outside.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::SystemTime;

use crate::object::Host;

/// Takes printed text.
pub type Sink = Box<dyn Fn(&str)>;
/// Gives a line for `input()`.
pub type LineReader = Box<dyn Fn(&str) -> Option<String>>;
/// Takes how much of some long work is done: what, how much, of how much.
pub type ProgressSink = Box<dyn Fn(&str, usize, usize)>;

/// The printed text of a session: kept, or handed on as it comes.
#[derive(Default)]
pub struct Output {
    kept: RefCell<String>,
    sink: RefCell<Option<Sink>>,
    error_sink: RefCell<Option<Sink>>,
    reader: RefCell<Option<LineReader>>,
    progress: RefCell<Option<ProgressSink>>,
    /// Whether the last text handed on ended its line.
    line_open: Cell<bool>,
    /// What is handed on is kept here as well, while something records it.
    recorded: RefCell<Option<String>>,
}

impl Output {
    /// An output that keeps the text until it is taken.
    pub fn kept() -> Rc<Output> {
        Rc::new(Output::default())
    }

    /// Hands text on from now on.
    pub fn set_sink(&self, sink: Sink) {
        *self.sink.borrow_mut() = Some(sink);
    }

    /// Hands text for standard error on from now on.
    pub fn set_error_sink(&self, sink: Sink) {
        *self.error_sink.borrow_mut() = Some(sink);
    }

    /// Asks this for the lines of `input()`.
    pub fn set_reader(&self, reader: LineReader) {
        *self.reader.borrow_mut() = Some(reader);
    }

    /// Tells this how far long work has come.
    pub fn set_progress(&self, progress: ProgressSink) {
        *self.progress.borrow_mut() = Some(progress);
    }

    /// Keeps the text from now on.
    pub fn keep(&self) {
        *self.sink.borrow_mut() = None;
    }

    /// Takes printed text.
    pub fn write(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(recorded) = &mut *self.recorded.borrow_mut() {
            recorded.push_str(text);
        }
        match &*self.sink.borrow() {
            Some(sink) => {
                self.line_open.set(!text.ends_with('\n'));
                sink(text)
            }
            None => self.kept.borrow_mut().push_str(text),
        }
    }

    /// Whether what is handed on is kept as well.
    pub fn record(&self, on: bool) {
        *self.recorded.borrow_mut() = on.then(String::new);
    }

    /// What was handed on since the last time while it was recorded.
    pub fn take_recorded(&self) -> String {
        self.recorded.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What was kept since the last time.
    pub fn take(&self) -> String {
        self.kept.take()
    }

    /// Whether the text that was handed on stands in the middle of a line; it is at its start from now on.
    pub fn end_line(&self) -> bool {
        self.line_open.replace(false)
    }
}

/// The outside of a session that runs on this machine.
pub struct LocalHost {
    /// Where its text goes.
    pub output: Rc<Output>,
}

impl Host for LocalHost {
    fn write(&self, text: &str) {
        self.output.write(text)
    }

    fn write_error(&self, text: &str) {
        if let Some(sink) = &*self.output.error_sink.borrow() {
            sink(text)
        }
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn entropy(&self) -> u64 {
        getrandom::u64().unwrap_or(0x9e37_79b9_7f4a_7c15)
    }

    fn progress(&self, what: &str, done: usize, total: usize) {
        if let Some(progress) = &*self.output.progress.borrow() {
            progress(what, done, total)
        }
    }

    fn read_line(&self, prompt: &str) -> Option<String> {
        match &*self.output.reader.borrow() {
            Some(reader) => reader(prompt),
            None => None,
        }
    }
}
