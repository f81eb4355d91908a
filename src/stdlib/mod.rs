//! The modules that sessions import, one file each.
