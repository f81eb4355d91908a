//! The interpreter: scopes, code generation to code objects, and the machine that runs them.
