//! `ormsh worker`: runs sessions for `check` and `exercise grade`, a task a line.

use std::io::BufRead;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::pool::STUBBORN;
use super::{check, exercise, print};

/// What a worker is told first.
#[derive(Serialize, Deserialize)]
pub enum Setup {
    /// Sessions are replayed and compared.
    Check(check::Plan),
    /// Answers are graded.
    Grade(exercise::Plan),
}

/// Reads tasks from standard input until it ends.
pub fn worker() -> u8 {
    let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
    let setup = lines.next().and_then(|line| serde_json::from_str::<Setup>(&line).ok());
    // Text that is shown is compared: no colours in it.
    colored::control::set_override(false);
    let answer: Box<dyn FnMut(&str) -> Option<String>> = match setup {
        Some(Setup::Check(plan)) => Box::new(move |line| {
            let path: std::path::PathBuf = serde_json::from_str(line).ok()?;
            serde_json::to_string(&check::replay(&plan, &path)).ok()
        }),
        Some(Setup::Grade(plan)) => {
            let grader = exercise::Grader::new(plan);
            Box::new(move |line| {
                let path: std::path::PathBuf = serde_json::from_str(line).ok()?;
                serde_json::to_string(&grader.grade(&path)).ok()
            })
        }
        None => return super::complain("worker is called by check and exercise grade, not by hand"),
    };
    let mut answer = answer;
    for line in lines {
        let Some(text) = answer(&line) else { return 2 };
        print(&format!("{text}\n"));
    }
    0
}

/// What ends a worker whose cell will not stop.
pub fn stubborn() -> Option<(Duration, fn())> {
    Some((Duration::from_secs(2), || std::process::exit(STUBBORN)))
}
