//! The parser that pest makes of `grammar.pest`.
#![allow(missing_docs)]

#[derive(pest_derive::Parser)]
#[grammar = "grammar.pest"]
pub(super) struct Grammar;
