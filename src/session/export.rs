//! Hand-outs: a session with its results as one HTML file that needs nothing else.

use super::formats::{Document, Part};
use super::prose;
use super::shown::{Shown, Table};

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

/// Rows as a table.
pub fn html_table(table: &Table) -> String {
    let head: String = table.heads.iter().map(|h| format!("<th>{}</th>", escape(h))).collect();
    let is_number = |text: &str| !text.is_empty() && text.parse::<f64>().is_ok();
    let cell = |text: &String| {
        let class = match text.chars().count() {
            _ if is_number(text) => " class=\"r\"",
            // Dates, names: a narrow screen does not break them.
            0..=24 => " class=\"s\"",
            _ => "",
        };
        format!("<td{class}>{}</td>", escape(text))
    };
    let body: String =
        table.rows.iter().map(|row| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>())).collect();
    let more = match table.more {
        false => String::new(),
        true => format!("<caption>the first {} rows</caption>\n", table.rows.len()),
    };
    format!("<table>\n{more}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>")
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d2329; --paper: #fff; --soft: #f5f7f9; --line: #d8dee4; --in: #1a7040;
  --out: #a8322a; --kw: #7a2f9c; --str: #8a5a00; --num: #0a5f95; --fn: #1f5fa8; --dim: #5c6670; --accent: #0a5f95; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5ea; --paper: #14181c; --soft: #1d2329; --line: #343e47;
  --in: #6cc48a; --out: #f2948a; --kw: #cda2ec; --str: #e3b667; --num: #74bdea; --fn: #8fc1f7; --dim: #98a4af;
  --accent: #74bdea; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 58rem; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1.2rem; }
h2 { font-size: 1.3rem; margin: 2rem 0 .6rem; } h3 { font-size: 1.1rem; margin: 1.5rem 0 .4rem; }
p, ul, ol { margin: .6rem 0; } a { color: var(--accent); }
code, pre { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
p code, li code { background: var(--soft); padding: .1em .3em; border-radius: 3px; font-size: .9em; }
section { margin: 0 0 1.5rem; content-visibility: auto; contain-intrinsic-size: auto 9rem; }
pre { margin: 0; padding: .6rem .8rem; overflow-x: auto; font-size: 14px; line-height: 1.45; white-space: pre; }
.code { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
.n { color: var(--dim); font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; }
.in > .n { color: var(--in); } .out > .n { color: var(--out); } .out, .printed, .error { margin-top: .35rem; }
.error { color: var(--out); border-left: 3px solid var(--out); white-space: pre-wrap; overflow-wrap: anywhere; }
.rows { overflow-x: auto; padding: .2rem 0; }
table { border-collapse: collapse; font-size: 14px; margin: .2rem 0; font-variant-numeric: tabular-nums; }
caption { caption-side: bottom; color: var(--dim); text-align: left; font-size: 13px; padding-top: .3rem; }
th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left; vertical-align: top; }
td.r { text-align: right; } td.s { white-space: nowrap; } th { background: var(--soft); font-weight: 600; }
.cell { position: relative; }
details.sql { color: var(--dim); font-size: 13px; }
details.sql > summary { position: absolute; top: 0; right: 0; cursor: pointer; padding: 0 .5rem; border-radius: 4px; }
details.sql > summary:hover, details.sql[open] > summary { background: var(--soft); }
details.sql pre { font-size: 13px; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--ink);
  border-left: 3px solid var(--line); margin: .3rem 0; padding: .2rem .8rem; }
details.sql i { color: var(--dim); font-style: normal; }
.kw { color: var(--kw); } .str { color: var(--str); } .num { color: var(--num); } .com { color: var(--dim); }
.fn { color: var(--fn); }
.diagram { overflow-x: auto; } .diagram svg { max-width: none; height: auto; }
@media (max-width: 40rem) { body { padding: 1rem .75rem 3rem; } h1 { font-size: 1.4rem; }
  pre { font-size: 13px; padding: .5rem .6rem; } table { font-size: 13px; } th, td { padding: .15rem .4rem; } }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #f5f7f9; --line: #bbb; --in: #1a7040;
  --out: #a8322a; --kw: #7a2f9c; --str: #8a5a00; --num: #0a5f95; --fn: #1f5fa8; --dim: #555; }
  body { max-width: none; padding: 0; font-size: 11pt; } section { content-visibility: visible; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 9pt; } table { font-size: 9pt; }
  .in, .code, tr, .diagram { break-inside: avoid; } .in { break-after: avoid; } h2, h3 { break-after: avoid; }
  details.sql:not([open]) { display: none; } .diagram { overflow: visible; } .diagram svg { max-width: 100%; } }
";

/// How a hand-out paints code and SQL, as HTML.
pub struct Painters<'a> {
    /// Python.
    pub code: &'a dyn Fn(&str) -> String,
    /// SQL.
    pub sql: &'a dyn Fn(&str) -> String,
}

/// As one HTML file. `results` are what the cells showed, by their index; `diagram` is an SVG of the schema.
pub fn html(
    title: &str,
    document: &Document,
    results: &[Option<Shown>],
    paint: &Painters<'_>,
    diagram: Option<&str>,
) -> String {
    let mut body = String::new();
    for part in &document.parts {
        match part {
            Part::Prose { text, .. } => body.push_str(&prose::html(text)),
            Part::Cell(i) => {
                if let Some(shown) = results.get(*i).and_then(Option::as_ref) {
                    cell(&mut body, shown, paint);
                }
            }
        }
    }
    let diagram =
        diagram.map(|svg| format!("<h2>The models</h2>\n<div class=\"diagram\">{svg}</div>\n")).unwrap_or_default();
    let own_title = matches!(document.parts.first(), Some(Part::Prose { text, .. }) if text.starts_with("# "));
    let heading = if own_title { String::new() } else { format!("<h1>{}</h1>\n", escape(title)) };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n{heading}{body}{diagram}</body>\n</html>\n",
        title = escape(title),
    )
}

fn cell(body: &mut String, cell: &Shown, paint: &Painters<'_>) {
    body.push_str("<section class=\"cell\">\n");
    body.push_str(&format!(
        "<div class=\"in\"><span class=\"n\">In [{}]</span><pre class=\"code\">{}</pre></div>\n",
        cell.number,
        (paint.code)(&cell.source)
    ));
    if !cell.sql.is_empty() {
        let count = match cell.sql.len() {
            1 => "1 statement".to_string(),
            n => format!("{n} statements"),
        };
        let statements: Vec<String> = cell.sql.iter().map(|(sql, _)| (paint.sql)(sql)).collect();
        body.push_str(&format!(
            "<details class=\"sql\"><summary>SQL: {count}</summary><pre>{}</pre></details>\n",
            statements.join("\n<i>--</i>\n")
        ));
    }
    if !cell.stdout.trim_end_matches('\n').is_empty() {
        body.push_str(&format!("<pre class=\"printed\">{}</pre>\n", escape(cell.stdout.trim_end_matches('\n'))));
    }
    if let Some(display) = &cell.display {
        body.push_str(&format!("<div class=\"out\"><span class=\"n\">Out[{}]</span>\n", cell.number));
        match &cell.table {
            Some(table) => body.push_str(&format!("<div class=\"rows\">{}</div>\n", html_table(table))),
            None => body.push_str(&format!("<pre>{}</pre>\n", escape(display))),
        }
        body.push_str("</div>\n");
    }
    if let Some(error) = &cell.error {
        body.push_str(&format!("<pre class=\"error\">{}</pre>\n", escape(error.traceback.trim_end())));
    }
    body.push_str("</section>\n");
}
