//! Hand-outs: a session with its results as a notebook, as Markdown, as one HTML file that needs nothing else.

use super::check;
use super::engine::{Outcome, Session};
use super::formats::Style;
use super::formats::notebook::{NotebookCell, notebook_of};

/// A cell that was run, with all that a hand-out shows of it.
pub struct Shown {
    /// Its number.
    pub number: u32,
    /// Its code.
    pub source: String,
    /// What it printed.
    pub stdout: String,
    /// The text behind `Out[n]:`.
    pub display: Option<String>,
    /// Its exception: class, message, traceback.
    pub error: Option<(String, String, String)>,
    /// The statements it sent.
    pub sql: Vec<String>,
    /// Rows of its value, where it has some: heads and cells.
    pub table: Option<(Vec<String>, Vec<Vec<String>>)>,
}

impl Shown {
    /// What a cell showed.
    pub fn new(session: &Session, outcome: &Outcome, stdout: String) -> Shown {
        let error = session.traceback(outcome).map(|traceback| {
            let record = session.record_error(outcome);
            let (kind, message) = record.map(|e| (e.kind, e.message.unwrap_or_default())).unwrap_or_default();
            (kind, message, traceback.plain())
        });
        Shown {
            number: outcome.number,
            source: outcome.source.text.clone(),
            stdout,
            display: outcome.display.clone(),
            error,
            sql: outcome.sent.iter().map(|s| s.sql()).collect(),
            table: None,
        }
    }
}

/// As a notebook.
pub fn notebook(cells: &[Shown]) -> String {
    let cells: Vec<NotebookCell<'_>> = cells
        .iter()
        .map(|cell| NotebookCell {
            number: cell.number,
            source: &cell.source,
            stdout: &cell.stdout,
            display: cell.display.as_deref(),
            html: cell.table.as_ref().map(|(heads, rows)| html_table(heads, rows)),
            error: cell.error.clone(),
        })
        .collect();
    notebook_of(&cells)
}

/// As a transcript in IPython's form.
pub fn transcript(session: &Session, outcomes: &[(Outcome, String)]) -> String {
    let parts: Vec<String> = outcomes
        .iter()
        .map(|(outcome, stdout)| {
            let input = super::transcript::input(outcome.number, &outcome.source.text).plain();
            format!("{input}{}", check::shown(session, outcome, stdout, Style::Numbered))
        })
        .collect();
    parts.join("\n")
}

/// As Markdown: a fence for the code, a fence for what it showed.
pub fn markdown(title: &str, cells: &[Shown]) -> String {
    let mut out = format!("# {title}\n");
    for cell in cells {
        out.push_str(&format!("\n```python\n{}\n```\n", cell.source));
        let mut shown = cell.stdout.clone();
        if let Some(display) = &cell.display {
            if !shown.is_empty() && !shown.ends_with('\n') {
                shown.push('\n');
            }
            shown.push_str(display);
            shown.push('\n');
        }
        if let Some((_, _, traceback)) = &cell.error {
            shown.push_str(traceback);
        }
        if !shown.trim().is_empty() {
            let fence = if shown.contains("```") { "````" } else { "```" };
            out.push_str(&format!("\n{fence}text\n{}\n{fence}\n", shown.trim_end()));
        }
    }
    out
}

/// Text made safe for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

fn html_table(heads: &[String], rows: &[Vec<String>]) -> String {
    let head: String = heads.iter().map(|h| format!("<th>{}</th>", escape(h))).collect();
    let body: String = rows
        .iter()
        .map(|row| format!("<tr>{}</tr>\n", row.iter().map(|c| format!("<td>{}</td>", escape(c))).collect::<String>()))
        .collect();
    format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>")
}

const STYLE: &str = "
:root { --ink: #1d2329; --paper: #ffffff; --soft: #f4f6f8; --line: #d9dfe5; --in: #217a3c; --out: #b3372c; --kw: #7a3e9d;
  --str: #96600c; --num: #0b6aa2; --dim: #68737d; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5ea; --paper: #14181c; --soft: #1d2329; --line: #323b44;
  --in: #6cc48a; --out: #f08a7e; --kw: #c79be8; --str: #e3b667; --num: #6db8e8; --dim: #93a0ab; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; }
section { margin: 0 0 1.4rem; break-inside: avoid; }
pre { margin: 0; padding: .6rem .8rem; overflow-x: auto; font: 14px/1.45 ui-monospace, monospace; white-space: pre; }
.code { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
.n { color: var(--dim); font: 12px ui-monospace, monospace; }
.in .n { color: var(--in); } .out .n { color: var(--out); }
.error { color: var(--out); }
table { border-collapse: collapse; font-size: 14px; margin: .4rem 0; }
.rows { overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; }
th { background: var(--soft); }
details { color: var(--dim); font-size: 13px; } details pre { white-space: pre-wrap; }
.kw { color: var(--kw); } .str { color: var(--str); } .num { color: var(--num); } .com { color: var(--dim); }
@media print { pre { white-space: pre-wrap; } details { display: none; } body { max-width: none; } }
";

/// As one HTML file. `paint` gives a piece of code with its highlighting as HTML; `diagram` an SVG of the schema.
pub fn html(title: &str, cells: &[Shown], paint: &dyn Fn(&str) -> String, diagram: Option<&str>) -> String {
    let mut body = String::new();
    for cell in cells {
        body.push_str("<section>\n");
        body.push_str(&format!(
            "<div class=\"in\"><span class=\"n\">In [{}]</span><div class=\"code\"><pre>{}</pre></div></div>\n",
            cell.number,
            paint(&cell.source)
        ));
        if !cell.stdout.is_empty() {
            body.push_str(&format!("<pre class=\"printed\">{}</pre>\n", escape(cell.stdout.trim_end_matches('\n'))));
        }
        if let Some(display) = &cell.display {
            body.push_str(&format!("<div class=\"out\"><span class=\"n\">Out[{}]</span>\n", cell.number));
            match &cell.table {
                Some((heads, rows)) => {
                    body.push_str(&format!("<div class=\"rows\">{}</div>\n", html_table(heads, rows)));
                }
                None => body.push_str(&format!("<pre>{}</pre>\n", escape(display))),
            }
            body.push_str("</div>\n");
        }
        if let Some((_, _, traceback)) = &cell.error {
            body.push_str(&format!("<pre class=\"error\">{}</pre>\n", escape(traceback.trim_end())));
        }
        if !cell.sql.is_empty() {
            let statements: Vec<String> = cell.sql.iter().map(|s| escape(s)).collect();
            let count =
                if statements.len() == 1 { "1 statement".into() } else { format!("{} statements", statements.len()) };
            body.push_str(&format!(
                "<details><summary>SQL: {count}</summary><pre>{}</pre></details>\n",
                statements.join("\n")
            ));
        }
        body.push_str("</section>\n");
    }
    let diagram = diagram
        .map(|svg| format!("<section><h2>The models</h2><div class=\"rows\">{svg}</div></section>\n"))
        .unwrap_or_default();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}{diagram}</body>\n</html>\n",
        title = escape(title),
    )
}
