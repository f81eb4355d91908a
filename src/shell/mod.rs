//! The terminal: prompt, completion, colour, tables, magics.
