//! Many sessions at once: each in a process of its own kind, so that one that never ends, or brings its process down, takes
//! nothing with it. A worker is this program, called `ormsh worker`; it reads a task a line and answers with a line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A worker's exit status when a cell could not be stopped.
pub const STUBBORN: i32 = 99;
/// Sessions that one process runs before a fresh one takes over: what a session made is given back with its process.
const TASKS_EACH: usize = 40;
/// How much more than its limit a session may take before its process is ended.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a worker may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one task.
    pub time: Duration,
    /// Bytes of memory.
    pub memory: u64,
}

/// How many workers there are room for.
pub fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get()).min(64)
}

/// Runs tasks in `jobs` processes. `setup` is the first line that each reads. `done` gets the answers in the order of the
/// tasks; a sentence says why a task has none.
pub fn run<S, T, R>(setup: &S, tasks: &[T], jobs: usize, limits: Limits, mut done: impl FnMut(usize, Result<R, String>))
where
    S: Serialize,
    T: Serialize,
    R: DeserializeOwned + Send,
{
    let Ok(setup) = serde_json::to_string(setup) else { return };
    let lines: Vec<String> = tasks.iter().map(|t| serde_json::to_string(t).unwrap_or_default()).collect();
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, lines.len().max(1)) {
            let (send, setup, lines, next) = (send.clone(), &setup, &lines, &next);
            scope.spawn(move || {
                let mut worker: Option<Worker> = None;
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(line) = lines.get(index) else { break };
                    let answer = ask(&mut worker, setup, line, limits).and_then(|answer| {
                        serde_json::from_str::<R>(&answer).map_err(|e| format!("an answer that is none: {e}"))
                    });
                    if send.send((index, answer)).is_err() {
                        break;
                    }
                }
                if let Some(worker) = worker {
                    worker.end();
                }
            });
        }
        drop(send);
        let mut waiting = std::collections::BTreeMap::new();
        let mut at = 0;
        for (index, answer) in receive {
            waiting.insert(index, answer);
            while let Some(answer) = waiting.remove(&at) {
                done(at, answer);
                at += 1;
            }
        }
    });
}

/// One task, by a worker that is there or a new one.
fn ask(slot: &mut Option<Worker>, setup: &str, line: &str, limits: Limits) -> Result<String, String> {
    if slot.as_ref().is_some_and(|w| w.tasks >= TASKS_EACH)
        && let Some(old) = slot.take()
    {
        old.end();
    }
    let mut worker = match slot.take() {
        Some(worker) => worker,
        None => Worker::start(setup)?,
    };
    worker.tasks += 1;
    let answer = worker.ask(line, limits);
    match answer {
        Ok(answer) => {
            *slot = Some(worker);
            Ok(answer)
        }
        Err(why) => {
            worker.kill();
            Err(why)
        }
    }
}

struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    tasks: usize,
}

impl Worker {
    fn start(setup: &str) -> Result<Worker, String> {
        let cannot = |e: std::io::Error| format!("cannot start a process: {}", crate::session::options::reason(&e));
        let program = std::env::current_exe().map_err(cannot)?;
        let mut child = Command::new(program)
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(cannot)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("cannot talk to a process".into());
        };
        let (send, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { break };
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let mut worker = Worker { child, input, answers, tasks: 0 };
        worker.say(setup)?;
        Ok(worker)
    }

    fn say(&mut self, line: &str) -> Result<(), String> {
        let gone = |_| "its process ended".to_string();
        self.input.write_all(line.as_bytes()).map_err(gone)?;
        self.input.write_all(b"\n").map_err(gone)?;
        self.input.flush().map_err(gone)
    }

    fn ask(&mut self, line: &str, limits: Limits) -> Result<String, String> {
        if self.say(line).is_err() {
            return Err(self.fate());
        }
        let started = Instant::now();
        loop {
            match self.answers.recv_timeout(Duration::from_millis(50)) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => return Err(self.fate()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if started.elapsed() > limits.time + PATIENCE {
                return Err(too_long(limits));
            }
            if memory_of(self.child.id()).is_some_and(|used| used > limits.memory) {
                return Err(format!("used more than {} MB of memory", limits.memory >> 20));
            }
        }
    }

    /// How a process ended that did not answer.
    fn fate(&mut self) -> String {
        match self.child.wait().ok().and_then(|status| status.code()) {
            Some(STUBBORN) => "caught the interruption when its time was up, and would not stop".into(),
            Some(code) => format!("brought its process down (status {code})"),
            None => "brought its process down".into(),
        }
    }

    fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn end(mut self) {
        drop(self.input);
        let _ = self.child.wait();
    }
}

fn too_long(limits: Limits) -> String {
    format!("ran longer than {} s and would not stop", limits.time.as_secs_f64())
}

/// The memory of a process, where the system tells.
fn memory_of(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}
