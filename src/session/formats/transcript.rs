//! Transcripts: statements behind `In [1]:` or `>>>` with what they showed, in the middle of prose or not.

use super::{Cell, Document, Format, Part};

/// How prompts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// `In [1]:`, `   ...:` and `Out[1]:`.
    #[default]
    Numbered,
    /// `>>>` and `...`.
    Doctest,
    /// No prompts: a fence of code, and a fence of text.
    Fenced,
}

/// The code behind an `In [n]:` prompt.
fn numbered(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("In [")?;
    let (digits, rest) = rest.split_once(']')?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b' ') {
        return None;
    }
    let rest = rest.strip_prefix(':')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The code behind a `   ...:` prompt.
fn numbered_more(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("...:")?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// The rest of a line that IPython broke at the edge of the terminal.
fn broken_off(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('⋮')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

fn doctest(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(">>>")?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix(' ') }
}

fn doctest_more(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("...")?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix(' ') }
}

struct Line<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Reads a transcript. Prose is what no cell holds.
pub fn read(text: &str) -> Document {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
        lines.push(Line { text: bare, start, end: start + line.len() });
        start += line.len();
    }
    let mut cells: Vec<Cell> = Vec::new();
    let mut parts = Vec::new();
    let mut prose_from = 0;
    let mut was_fenced = false;
    let mut at = 0;
    let mut fence: Option<&str> = None;
    let broken = lines.windows(2).filter(|pair| broken_off(pair[1].text).is_some());
    let edge = broken.map(|pair| pair[0].text.chars().count()).max().unwrap_or(0);
    while at < lines.len() {
        let line = lines[at].text;
        let trimmed = line.trim_start();
        if let Some(mark) = fence_mark(trimmed) {
            fence = if fence.is_some() { None } else { Some(mark) };
            at += 1;
            continue;
        }
        let indent = &line[..line.len() - trimmed.len()];
        let (style, first) = match (numbered(trimmed), doctest(trimmed)) {
            (Some(code), _) => (Style::Numbered, code),
            (_, Some(code)) => (Style::Doctest, code),
            _ => {
                at += 1;
                continue;
            }
        };
        let first_line = at + 1;
        let start = lines[at].start;
        let mut code = vec![first.to_string()];
        at += 1;
        while at < lines.len() {
            if style == Style::Numbered
                && let Some(rest) = broken_off(lines[at].text)
            {
                // A blank at the edge may have been cut off.
                let missing = edge.saturating_sub(lines[at - 1].text.chars().count());
                if let Some(last) = code.last_mut() {
                    last.push_str(&format!("{}{rest}", " ".repeat(missing)));
                }
                at += 1;
                continue;
            }
            let Some(rest) = lines[at].text.strip_prefix(indent) else { break };
            let more = match style {
                Style::Numbered => numbered_more(rest),
                Style::Doctest | Style::Fenced => doctest_more(rest),
            };
            let Some(more) = more else { break };
            code.push(more.to_string());
            at += 1;
        }
        while code.len() > 1 && code.last().is_some_and(|l| l.trim().is_empty()) {
            code.pop();
        }
        // What follows up to the next prompt is what it showed.
        let from = at;
        while at < lines.len() {
            let line = lines[at].text;
            let trimmed = line.trim_start();
            if numbered(trimmed).is_some() || doctest(trimmed).is_some() {
                break;
            }
            if fence.is_some_and(|mark| trimmed.starts_with(mark) && trimmed.trim_end().len() == mark.len()) {
                break;
            }
            if style == Style::Doctest && trimmed.is_empty() {
                break;
            }
            // Prose that is indented less than the example it follows ends it.
            if !trimmed.is_empty() && !line.starts_with(indent) {
                break;
            }
            at += 1;
        }
        let mut until = at;
        while until > from && lines[until - 1].text.trim().is_empty() {
            until -= 1;
        }
        let place = match (lines.get(from), until.checked_sub(1).and_then(|i| lines.get(i))) {
            (Some(first), Some(last)) if until > from => first.start..last.end,
            (Some(first), _) => first.start..first.start,
            (None, _) => text.len()..text.len(),
        };
        let expected: String = lines[from..until]
            .iter()
            .map(|l| format!("{}\n", l.text.strip_prefix(indent).unwrap_or(l.text.trim_start())))
            .collect();
        push_prose(&mut parts, text.get(prose_from..start).unwrap_or_default(), was_fenced, fence.is_some());
        was_fenced = fence.is_some();
        prose_from = place.end;
        parts.push(Part::Cell(cells.len()));
        cells.push(Cell {
            source: code.join("\n"),
            expected: Some(expected),
            place,
            start,
            line: first_line,
            style,
            indent: indent.to_string(),
            ..Cell::default()
        });
    }
    push_prose(&mut parts, text.get(prose_from..).unwrap_or_default(), was_fenced, false);
    Document { format: Format::Transcript, text: text.to_string(), cells, parts }
}

/// Prose without the marks of the fences and blocks that the examples before and after it stand in.
fn push_prose(parts: &mut Vec<Part>, text: &str, after_fenced: bool, before_fenced: bool) {
    let is_block = |line: &str| [".. code-block::", ".. ipython::"].iter().any(|mark| line.trim().starts_with(mark));
    let joined = text.replace("\r\n", "\n");
    let mut lines: Vec<&str> = joined.trim_start_matches('\u{feff}').trim_end().trim_matches('\n').lines().collect();
    if after_fenced && lines.first().is_some_and(|l| fence_mark(l.trim()).is_some()) {
        lines.remove(0);
    }
    if lines.last().is_some_and(|l| is_block(l) || (before_fenced && fence_mark(l.trim()).is_some())) {
        lines.pop();
    }
    let joined = lines.join("\n");
    let prose = joined.trim_matches('\n').trim_end();
    if !prose.is_empty() {
        parts.push(Part::prose(prose));
    }
}

fn fence_mark(line: &str) -> Option<&str> {
    let mark = ["```", "~~~"].into_iter().find(|m| line.starts_with(m))?;
    Some(mark)
}
