//! `ormsh export`, and `ormsh run -o`.

use std::path::Path;

use super::{Call, complain, print_bytes, replace_file};
use crate::session::Output;
use crate::session::export::{self, Shown, escape};
use crate::session::formats::Document;
use crate::shell::highlight::{self, Kind};
use crate::shell::{diagram, magics, table};

/// The forms of a hand-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One HTML file.
    Html,
    /// A Jupyter notebook.
    Notebook,
    /// Markdown.
    Markdown,
    /// A transcript.
    Transcript,
}

/// `ormsh export SESSION`.
pub fn export(call: &Call, session: &Path, form: ExportFormat, output: Option<&Path>) -> u8 {
    match super::run::read(session) {
        Ok(document) => export_to(call, &document, session, Some(form), output),
        Err(sentence) => complain(&sentence),
    }
}

/// Runs a session and writes it with its results, in a form or that of the file's name.
pub fn export_to(
    call: &Call,
    document: &Document,
    path: &Path,
    form: Option<ExportFormat>,
    output: Option<&Path>,
) -> u8 {
    let form = form.unwrap_or_else(|| {
        match output.and_then(|o| o.extension()).map(|e| e.to_string_lossy().to_lowercase()).as_deref() {
            Some("html" | "htm") => ExportFormat::Html,
            Some("ipynb") => ExportFormat::Notebook,
            Some("md") => ExportFormat::Markdown,
            _ => ExportFormat::Transcript,
        }
    });
    let printed = Output::kept();
    let session = match call.open(printed.clone()) {
        Ok(session) => session,
        Err(status) => return status,
    };
    let _signals = super::run::Signals::watch(&session);
    magics::install(&session);
    colored::control::set_override(false);
    let mut outcomes = Vec::new();
    let mut shown = Vec::new();
    for cell in document.cells().filter(|c| !c.trim().is_empty()) {
        let outcome = session.run_cell(cell, false);
        let stdout = printed.take();
        let mut one = Shown::new(&session, &outcome, stdout.clone());
        if form == ExportFormat::Html {
            one.table = outcome.value.as_ref().and_then(|v| table::rows(&session, v));
        }
        shown.push(one);
        outcomes.push((outcome, stdout));
    }
    let title = path.file_stem().map(|s| s.to_string_lossy().replace(['_', '-'], " ")).unwrap_or_default();
    let text = match form {
        ExportFormat::Html => export::html(&title, &shown, &paint, diagram::draw(&session, "svg").as_deref()),
        ExportFormat::Notebook => export::notebook(&shown),
        ExportFormat::Markdown => export::markdown(&title, &shown),
        ExportFormat::Transcript => export::transcript(&session, &outcomes),
    };
    std::mem::forget(outcomes);
    std::mem::forget(session);
    match output {
        Some(file) => match replace_file(file, &text) {
            Ok(()) => 0,
            Err(sentence) => complain(&sentence),
        },
        None => print_bytes(text.as_bytes()),
    }
}

/// Code as HTML with its highlighting.
fn paint(code: &str) -> String {
    let mut out = String::new();
    for (kind, piece) in highlight::pieces(code) {
        let class = match kind {
            Kind::Keyword | Kind::Magic => "kw",
            Kind::Text => "str",
            Kind::Number => "num",
            Kind::Comment => "com",
            _ => "",
        };
        if class.is_empty() {
            out.push_str(&escape(piece));
        } else {
            out.push_str(&format!("<span class=\"{class}\">{}</span>", escape(piece)));
        }
    }
    out
}
