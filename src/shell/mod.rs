//! What a person at a terminal sees: commands, the prompt, colours, help, magics.

pub mod commands;
pub mod complete;
pub mod describe;
pub mod diagram;
mod doctor;
pub mod examples;
pub mod explain;
pub mod export;
pub mod fixtures;
pub mod help;
pub mod highlight;
pub mod history;
pub mod lines;
pub mod magics;
pub mod pager;
pub mod progress;
pub mod prompt;
pub mod results;
pub mod sql;
pub mod table;
pub mod theme;
