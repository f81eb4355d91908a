//! Time limits: what runs too long gets the KeyboardInterrupt that Ctrl-C would give it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often code that caught the interruption is interrupted again.
const AGAIN: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Shared {
    deadline: Mutex<Option<Instant>>,
    changed: Condvar,
    fired: AtomicBool,
    gone: AtomicBool,
}

/// Watches over the cells of a session.
pub struct Watch {
    shared: Arc<Shared>,
    flag: Arc<AtomicBool>,
}

impl Watch {
    /// Watches over a session by its interrupt flag. `stubborn` is called from the watching thread, once, when code has
    /// gone on for so much longer than it may: a process of its own can end itself there.
    pub fn new(flag: Arc<AtomicBool>, stubborn: Option<(Duration, fn())>) -> Watch {
        let shared = Arc::new(Shared::default());
        let (own, interrupt) = (shared.clone(), flag.clone());
        let watching = move || {
            let mut deadline = own.deadline.lock().unwrap_or_else(PoisonError::into_inner);
            while !own.gone.load(Ordering::Relaxed) {
                let now = Instant::now();
                let wait = match *deadline {
                    None => Duration::from_secs(3600),
                    Some(at) if at > now => at - now,
                    Some(at) => {
                        own.fired.store(true, Ordering::Relaxed);
                        interrupt.store(true, Ordering::Relaxed);
                        if let Some((patience, end)) = stubborn
                            && now - at > patience
                        {
                            end();
                        }
                        AGAIN
                    }
                };
                deadline = own.changed.wait_timeout(deadline, wait).unwrap_or_else(PoisonError::into_inner).0;
            }
        };
        // Without a thread there is no limit; the session runs all the same.
        let _ = std::thread::Builder::new().name("watch".into()).stack_size(256 << 10).spawn(watching);
        Watch { shared, flag }
    }

    /// Runs something for at most so long; its result, and whether the time was up.
    pub fn within<T>(&self, limit: Duration, run: impl FnOnce() -> T) -> (T, bool) {
        self.shared.fired.store(false, Ordering::Relaxed);
        self.set(Instant::now().checked_add(limit));
        let result = run();
        self.set(None);
        let late = self.shared.fired.swap(false, Ordering::Relaxed);
        if late {
            self.flag.store(false, Ordering::Relaxed);
        }
        (result, late)
    }

    fn set(&self, deadline: Option<Instant>) {
        *self.shared.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
        self.shared.changed.notify_one();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.gone.store(true, Ordering::Relaxed);
        self.shared.changed.notify_one();
    }
}
