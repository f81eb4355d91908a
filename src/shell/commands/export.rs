//! `ormsh export`, and `ormsh run -o`.

use std::path::Path;

use super::{Call, complain, print_bytes, replace_file};
use crate::session::export::{self, Painters, escape, html_table};
use crate::session::formats::{self, Document, Form, Format, Titled};
use crate::session::{Output, Session, Shown, cells};
use crate::shell::highlight::{self, Kind};
use crate::shell::{diagram, magics, sql, table};

/// The forms of a hand-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One HTML file.
    Html,
    /// A Jupyter notebook.
    Notebook,
    /// Markdown.
    Markdown,
}

/// `ormsh export SESSION`.
pub fn export(call: &Call, session: &Path, form: ExportFormat, output: Option<&Path>) -> u8 {
    let document = match super::run::read(session) {
        Ok(document) => document,
        Err(sentence) => return complain(&sentence),
    };
    let target = match form {
        ExportFormat::Html => Target::Html,
        ExportFormat::Notebook => Target::Session(Form::Notebook),
        ExportFormat::Markdown => Target::Session(Form::Fenced),
    };
    export_to(call, &document, session, target, output)
}

/// `ormsh run SESSION -o FILE`: the session with its results, in the form of the file's name. In the form that it has, all
/// but the results stays byte for byte.
pub fn save_run(call: &Call, document: &Document, session: &Path, output: &Path) -> u8 {
    let name = output.to_string_lossy().to_lowercase();
    let target = if name.ends_with(".html") || name.ends_with(".htm") {
        Target::Html
    } else if output.extension().map(|e| e.to_ascii_lowercase()) == session.extension().map(|e| e.to_ascii_lowercase())
    {
        Target::Same
    } else {
        Target::Session(Form::of(&name))
    };
    export_to(call, document, session, target, Some(output))
}

#[derive(Clone, Copy, PartialEq)]
enum Target {
    Html,
    Session(Form),
    /// The form that the session has.
    Same,
}

fn export_to(call: &Call, document: &Document, path: &Path, target: Target, output: Option<&Path>) -> u8 {
    let printed = Output::kept();
    let session = match call.open(printed.clone()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = super::run::Signals::watch(&session);
    magics::install(&session);
    magics::expect(&session, document.cells());
    colored::control::set_override(false);
    let tables = match target {
        Target::Html | Target::Session(Form::Notebook) => true,
        Target::Same => document.format == Format::Notebook && document.text.contains("\"text/html\""),
        Target::Session(_) => false,
    };
    let mut results: Vec<Option<Shown>> = Vec::with_capacity(document.cells.len());
    let mut status = 0;
    for cell in &document.cells {
        if cell.prose.is_some() || cell.source.trim().is_empty() {
            results.push(None);
            continue;
        }
        if cells::leaves(&cell.source) {
            break;
        }
        let outcome = session.run_plainly(&cell.source);
        let mut shown = Shown::new(&session, &outcome, printed.take());
        if tables && outcome.display.is_some() {
            shown.table = outcome.value.as_ref().and_then(|v| table::rows(&session, v));
            shown.html = shown.table.as_ref().map(html_table);
        }
        results.push(Some(shown));
        if super::run::is_interrupt(&outcome) {
            status = 130;
            break;
        }
        if session.exit_status(&outcome).is_some() {
            results.pop();
            break;
        }
    }
    if status != 0 {
        return status;
    }
    let text = match as_text(&session, document, path, target, &results) {
        Ok(text) => text,
        Err(sentence) => return complain(&format!("{}: {sentence}", path.display())),
    };
    std::mem::forget(session);
    match output {
        Some(file) => match replace_file(file, &text) {
            Ok(()) => 0,
            Err(sentence) => complain(&sentence),
        },
        None => print_bytes(text.as_bytes()),
    }
}

fn as_text(
    session: &Session,
    document: &Document,
    path: &Path,
    target: Target,
    results: &[Option<Shown>],
) -> Result<String, String> {
    let title = path.file_stem().map(|s| s.to_string_lossy().replace(['_', '-'], " ")).unwrap_or_default();
    match target {
        Target::Html => {
            let painters = Painters { code: &paint, sql: &paint_sql };
            let svg = diagram::draw(session, "svg", &[]).ok();
            Ok(export::html(&title, document, results, &painters, svg.as_deref()))
        }
        Target::Session(form) => Ok(formats::write(document, form, results, &Titled(Some(&title)))),
        Target::Same => {
            let new: Vec<(usize, &Shown)> =
                results.iter().enumerate().filter_map(|(i, shown)| Some((i, shown.as_ref()?))).collect();
            formats::with_results(document, &new)
        }
    }
}

fn span(out: &mut String, class: &str, piece: &str) {
    if class.is_empty() {
        out.push_str(&escape(piece));
    } else {
        out.push_str(&format!("<span class=\"{class}\">{}</span>", escape(piece)));
    }
}

/// Code as HTML with its highlighting.
fn paint(code: &str) -> String {
    let mut out = String::new();
    let pieces = highlight::pieces(code);
    for (i, (kind, piece)) in pieces.iter().enumerate() {
        let called = pieces.get(i + 1).is_some_and(|(_, next)| next.starts_with('('));
        let class = match kind {
            Kind::Keyword | Kind::Magic => "kw",
            Kind::Text => "str",
            Kind::Number => "num",
            Kind::Comment => "com",
            Kind::Name if called => "fn",
            _ => "",
        };
        span(&mut out, class, piece);
    }
    out
}

/// Words of SQL that are painted.
const SQL_WORDS: &[&str] = &[
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "ESCAPE",
    "ORDER",
    "BY",
    "ASC",
    "DESC",
    "GROUP",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "INNER",
    "LEFT",
    "OUTER",
    "JOIN",
    "ON",
    "AS",
    "INSERT",
    "INTO",
    "VALUES",
    "UPDATE",
    "SET",
    "DELETE",
    "RETURNING",
    "BETWEEN",
    "EXISTS",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "UNION",
    "ALL",
    "INTERSECT",
    "EXCEPT",
    "CREATE",
    "TABLE",
    "CAST",
];

/// A statement as HTML, a clause a line.
fn paint_sql(text: &str) -> String {
    let text = sql::lay_out(text, 100).plain();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let (class, length) = if c == '\'' {
            ("str", rest[1..].find('\'').map_or(rest.len(), |i| i + 2))
        } else if c == '"' {
            ("", rest[1..].find('"').map_or(rest.len(), |i| i + 2))
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let class = if SQL_WORDS.contains(&&rest[..end]) {
                "kw"
            } else if c.is_ascii_digit() {
                "num"
            } else {
                ""
            };
            (class, end)
        } else {
            ("", c.len_utf8())
        };
        span(&mut out, class, &rest[..length]);
        rest = &rest[length..];
    }
    out
}
