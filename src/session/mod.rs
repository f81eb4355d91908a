//! One engine for prompt, replay and check: cells, what they show, transcripts, records, notebooks.

pub mod cells;
pub mod check;
pub mod display;
pub mod engine;
mod exec;
pub mod exercise;
pub mod export;
pub mod formats;
pub mod open;
pub mod options;
pub mod output;
pub mod prose;
pub mod record;
pub mod sample;
mod schema;
pub mod shown;
pub mod text;
pub mod traceback;
pub mod transcript;
pub mod watch;

pub use engine::{Failure, Magics, Outcome, Sent, Session};
pub use open::OpenError;
pub use options::{Config, Options, SchemaFile, Tables};
pub use output::Output;
pub use record::{ErrorRecord, Record};
pub use shown::Shown;
