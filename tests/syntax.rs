//! The cases of `tests/syntax`: trees and errors as CPython gives them (recorded by `tests/oracle/record_syntax.py`), and
//! the shell's own lines. `BLESS=1` rewrites what we answer.

use std::fs;
use std::path::{Path, PathBuf};

use ormsh::syntax::{Completeness, Mode, SyntaxError, completeness, dump, parse, split_cells, tokens};

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

/// What IPython answers at a prompt, recorded by `tests/oracle/record_prompt.py`.
#[test]
fn prompts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax/prompt.json");
    let text = fs::read_to_string(path).expect("the cases are there");
    let cases: Vec<(String, String, usize)> = serde_json::from_str(&text).expect("the cases are JSON");
    for (text, status, indent) in cases {
        let (ours, columns) = match completeness(&text) {
            Completeness::Complete => ("complete", 0),
            Completeness::Incomplete { indent } => ("incomplete", indent),
            Completeness::Invalid => ("invalid", 0),
        };
        assert_eq!((ours, columns), (status.as_str(), indent), "{text:?}");
    }
}

/// Damaged texts: no panic, no hang. `FUZZ=1000000` for a long run, `FUZZ_SEED` for another one.
#[test]
fn damaged_texts() {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "\"\"\"",
        "f'",
        "f\"{",
        "\\",
        "\n",
        "\n    ",
        "\t",
        ":",
        "=",
        ",",
        "*",
        "**",
        "@",
        "lambda ",
        "if ",
        "else ",
        "for ",
        "in ",
        "not ",
        "match x:\n",
        "case ",
        "\u{e9}",
        "\0",
        "#",
        "!",
        "%",
        "?",
        ".",
        "1",
        "0x",
        "1e",
        "async ",
        "await ",
        "yield ",
        ":=",
        "->",
        "\r",
        "\x0c",
        "{{",
        "}}",
        "\\N{",
        "b'",
        "rb'",
        "\u{feff}",
    ];
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let mut seed = number("FUZZ_SEED", 0x9e37_79b9_7f4a_7c15).max(1);
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    let texts: Vec<String> = files("py").iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let boundary =
        |text: &str, at: usize| (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    for _ in 0..number("FUZZ", 1500) {
        let text = &texts[random(texts.len())];
        let from = boundary(text, random(text.len()));
        let to = boundary(text, from + random(600)).max(from);
        let mut damaged = text[from..to].to_string();
        for _ in 0..random(6) {
            let at = boundary(&damaged, random(damaged.len() + 1));
            match random(3) {
                0 => damaged.truncate(at),
                1 => damaged.replace_range(at..boundary(&damaged, at + random(5)).max(at), ""),
                _ => damaged.insert_str(at, PIECES[random(PIECES.len())]),
            }
        }
        for mode in [Mode::File, Mode::Cell, Mode::Expression] {
            let _ = parse(&damaged, mode);
        }
        let _ = (completeness(&damaged), split_cells(&damaged), tokens::tokens(&damaged));
    }
}

/// What nests or goes on without end is refused or read, on the small stack of a test.
#[test]
fn deep_and_long() {
    let nested = |open: &str, inner: &str, close: &str, n: usize| open.repeat(n) + inner + &close.repeat(n) + "\n";
    for (open, inner, close) in [
        ("(", "1", ")"),
        ("[", "1 2", "]"),
        ("f(", "a b", ")"),
        ("{1:", "", "}"),
        ("lambda: ", "x", ""),
        ("not ", "x", ""),
        ("-", "x", ""),
        ("x if y else ", "z", ""),
        ("x ** ", "x", ""),
        ("f\"{", "x", "}\""),
        ("x.a(", "", ")"),
    ] {
        for n in [150, 1000, 5000] {
            let _ = parse(&nested(open, inner, close, n), Mode::File);
        }
    }
    let error = parse(&nested("(", "", ")", 1000), Mode::File).expect_err("too deep");
    assert_eq!(error.message, "too many nested parentheses");
    let sum = |n: usize| "x + ".repeat(n) + "x\n";
    for long in [sum(4000), "x".to_string() + &".a()".repeat(2000) + "\n", "x = ".repeat(5000) + "1\n"] {
        assert!(parse(&long, Mode::File).is_ok());
    }
    assert!(parse(&sum(100_000), Mode::File).is_err());
    let blocks: String = (0..150).map(|i| " ".repeat(i) + "if x:\n").collect();
    assert_eq!(parse(&blocks, Mode::File).expect_err("too deep").message, "too many levels of indentation");
}
