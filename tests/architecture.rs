//! Imports run downward only: what each folder of `src` may use of the crate.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A folder and what it may import besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("syntax", &["source"]),
    ("object", &["source"]),
    ("interp", &["source", "syntax", "object"]),
    ("builtins", &["source", "object"]),
    ("stdlib", &["source", "object"]),
    ("db", &["source", "object"]),
    ("models", &["source", "object", "db"]),
    ("sql", &["source", "object", "db", "models"]),
    ("orm", &["source", "object", "db", "models", "sql"]),
    ("session", &["source", "syntax", "object", "interp", "builtins", "stdlib", "db", "models", "sql", "orm"]),
    ("shell", &["source", "syntax", "object", "interp", "builtins", "stdlib", "db", "models", "sql", "orm", "session"]),
];

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The folders that a text names with `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
        let mut rest = line;
        while let Some(at) = rest.find("crate::") {
            let before = rest[..at].chars().next_back();
            rest = &rest[at + "crate::".len()..];
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            if let Some(list) = rest.strip_prefix('{') {
                // `use crate::{a::B, c}`: the first name of each part.
                let list = list.split('}').next().unwrap_or("");
                for part in list.split(',') {
                    let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    found.insert(name);
                }
            } else {
                found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    found
}

#[test]
fn imports_run_downward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for (folder, allowed) in MAY_IMPORT {
        let mut files = Vec::new();
        rust_files(&src.join(folder), &mut files);
        assert!(!files.is_empty(), "src/{folder} is gone: mend the table of this test and src/ARCHITECTURE.md");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for used in imports(&text) {
                if known.contains(&used.as_str()) && used != *folder && !allowed.contains(&used.as_str()) {
                    let file = file.strip_prefix(&src).unwrap_or(&file).display().to_string();
                    wrong.push(format!("src/{file} imports crate::{used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports run downward only (src/ARCHITECTURE.md):\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_in_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(src).into_iter().flatten().flatten().filter(|e| e.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(MAY_IMPORT.iter().any(|(n, _)| *n == name), "src/{name} has no rule in tests/architecture.rs");
    }
}
