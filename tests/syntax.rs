//! The cases of `tests/syntax`: trees and errors as CPython gives them (recorded by `tests/oracle/record_syntax.py`), and
//! the shell's own lines. `BLESS=1` rewrites what we answer.

use std::fs;
use std::path::{Path, PathBuf};

use ormsh::syntax::{Mode, SyntaxError, dump, parse};

fn files(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/syntax is there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case with .{extension}");
    files
}

fn compare(path: &Path, answer: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, answer).expect("the expectation can be written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected != answer {
        let at = expected.lines().zip(answer.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{}: line {}\n  expected: {}\n  answered: {}",
            path.display(),
            at + 1,
            expected.lines().nth(at).unwrap_or("(end)"),
            answer.lines().nth(at).unwrap_or("(end)")
        );
    }
}

fn shown(error: &SyntaxError) -> String {
    let mut out = format!("=> {} {}:{}", error.class_name(), error.line, error.column);
    if error.end_column > 0 {
        out.push_str(&format!("-{}:{}", error.end_line, error.end_column));
    }
    format!("{out} {}", error.message)
}

#[test]
fn trees() {
    for path in files("py") {
        let text = fs::read_to_string(&path).expect("a case can be read");
        let answer = match parse(&text, Mode::File) {
            Ok(module) => dump(&module, &text),
            Err(error) => shown(&error) + "\n",
        };
        compare(&path.with_extension("ast"), &answer);
    }
}

#[test]
fn errors() {
    for path in files("err") {
        let cases = fs::read_to_string(&path).expect("a case can be read");
        let mut out = Vec::new();
        for case in cases.trim_end_matches('\n').split("\n---\n") {
            let lines: Vec<&str> = case.split('\n').filter(|line| !line.starts_with("=> ")).collect();
            let source = lines.join("\n");
            let answer = match parse(&(source.clone() + "\n"), Mode::File) {
                Ok(_) => "=> fine".to_string(),
                Err(error) => shown(&error),
            };
            out.push(format!("{source}\n{answer}"));
        }
        compare(&path, &(out.join("\n---\n") + "\n"));
    }
}

#[test]
fn cells() {
    for path in files("cell") {
        let cases = fs::read_to_string(&path).expect("a case can be read");
        let mut out = String::new();
        for source in cases.trim_end_matches('\n').split("\n---\n") {
            out.push_str(&format!("{source}\n=>\n"));
            match parse(source, Mode::Cell) {
                Ok(module) => out.push_str(&dump(&module, source)),
                Err(error) => out.push_str(&(shown(&error) + "\n")),
            }
            out.push_str("---\n");
        }
        compare(&path.with_extension("ast"), &out);
    }
}
