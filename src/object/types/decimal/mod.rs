//! `decimal`.
