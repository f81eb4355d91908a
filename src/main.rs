//! The command line of ormsh.
fn main() {}
