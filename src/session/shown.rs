//! What a cell showed, as plain data: for hand-outs, notebooks, comparisons.

use super::engine::{Outcome, Session};
use super::formats::Style;
use super::{check, transcript};

/// A cell that was run, with all that is shown of it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Its number.
    pub number: u32,
    /// Its code.
    pub source: String,
    /// What it printed.
    pub stdout: String,
    /// The text behind `Out[n]:`.
    pub display: Option<String>,
    /// Its exception.
    pub error: Option<Raised>,
    /// The statements it sent, with the milliseconds that each took.
    pub sql: Vec<(String, f64)>,
    /// Rows of its value, where it has some.
    pub table: Option<Table>,
    /// The value as HTML, for a notebook.
    pub html: Option<String>,
}

/// Rows of a value as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// The rows, as many as are shown.
    pub rows: Vec<Vec<String>>,
    /// Whether there are more.
    pub more: bool,
}

/// An exception of a cell.
#[derive(Clone, Debug, Default)]
pub struct Raised {
    /// Its class.
    pub kind: String,
    /// Its message.
    pub message: String,
    /// Its traceback.
    pub traceback: String,
}

impl Shown {
    /// What a cell showed.
    pub fn new(session: &Session, outcome: &Outcome, stdout: String) -> Shown {
        let error = session.traceback(outcome).map(|traceback| {
            let record = session.record_error(outcome);
            let (kind, message) = record.map(|e| (e.kind, e.message.unwrap_or_default())).unwrap_or_default();
            Raised { kind, message, traceback: traceback.plain() }
        });
        Shown {
            number: outcome.number,
            source: outcome.source.text.clone(),
            stdout,
            display: outcome.display.clone(),
            error,
            sql: outcome.sent.iter().map(|s| (s.sql(), s.time.as_secs_f64() * 1000.0)).collect(),
            table: None,
            html: None,
        }
    }

    /// What it showed, as a transcript of a style has it.
    pub fn text(&self, style: Style) -> String {
        let mut text = self.stdout.clone();
        if !text.is_empty() && !text.ends_with('\n') && (self.display.is_some() || self.error.is_some()) {
            text.push('\n');
        }
        if let Some(value) = &self.display {
            match style {
                Style::Numbered => text.push_str(&transcript::output(self.number, value).plain()),
                Style::Doctest | Style::Fenced => {
                    text.push_str(value);
                    text.push('\n');
                }
            }
        } else if let Some(error) = &self.error {
            match style {
                Style::Numbered | Style::Fenced => text.push_str(&error.traceback),
                Style::Doctest => {
                    text.push_str("Traceback (most recent call last):\n    ...\n");
                    text.push_str(&check::last_lines(&error.traceback).join("\n"));
                    text.push('\n');
                }
            }
        }
        if style == Style::Doctest {
            // A blank line would end the example.
            let blank = |l: &str| if l.trim().is_empty() { "<BLANKLINE>\n".to_string() } else { format!("{l}\n") };
            text = text.lines().map(blank).collect();
        }
        text
    }
}
