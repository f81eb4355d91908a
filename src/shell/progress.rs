//! A bar for long work: only on a terminal, and only where the work takes longer than a second.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take without a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar of the work that goes on, if any does.
#[derive(Default)]
pub struct Progress {
    work: RefCell<Option<Work>>,
}

struct Work {
    what: String,
    total: usize,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// So much of the work is done.
    pub fn at(&self, what: &str, done: usize, total: usize) {
        let mut slot = self.work.borrow_mut();
        if done >= total {
            if let Some(bar) = slot.take().and_then(|work| work.bar) {
                bar.finish_and_clear();
            }
            return;
        }
        let other = slot.as_ref().is_none_or(|work| work.what != what || work.total != total);
        if other {
            if let Some(bar) = slot.take().and_then(|work| work.bar) {
                bar.finish_and_clear();
            }
            *slot = Some(Work { what: what.into(), total, started: Instant::now(), bar: None });
        }
        let Some(work) = slot.as_mut() else { return };
        if work.bar.is_none() && work.started.elapsed() >= PATIENCE && std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} [{bar:30}] {human_pos}/{human_len} {eta}");
            if let Ok(style) = style {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(work.what.clone());
            work.bar = Some(bar);
        }
        if let Some(bar) = &work.bar {
            bar.set_position(done as u64);
        }
    }

    /// The work has ended, one way or another.
    pub fn clear(&self) {
        if let Some(bar) = self.work.take().and_then(|work| work.bar) {
            bar.finish_and_clear();
        }
    }
}
