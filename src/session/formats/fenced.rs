//! Markdown without prompts: a fence of Python is a cell, and a fence of text right behind it what it showed.

use super::{Cell, Document, Format, Part, Style};

struct Fence<'a> {
    language: &'a str,
    /// Bytes of what stands between the two marks.
    inner: std::ops::Range<usize>,
    /// Bytes of the whole.
    outer: std::ops::Range<usize>,
    line: usize,
}

/// Reads Markdown. Prose is what no fence of Python, and none behind it, holds.
pub fn read(text: &str) -> Document {
    let fences = fences(text);
    let mut cells = Vec::new();
    let mut parts = Vec::new();
    let mut prose_from = 0;
    let mut i = 0;
    while let Some(fence) = fences.get(i) {
        i += 1;
        if !matches!(fence.language, "python" | "py" | "python3" | "ipython") {
            continue;
        }
        let mut cell = Cell {
            source: text[fence.inner.clone()].replace("\r\n", "\n").trim_matches('\n').to_string(),
            place: fence.outer.end..fence.outer.end,
            start: fence.outer.start,
            line: fence.line + 1,
            style: Style::Fenced,
            ..Cell::default()
        };
        let mut end = fence.outer.end;
        if let Some(next) = fences.get(i)
            && matches!(next.language, "text" | "output" | "console")
            && text[fence.outer.end..next.outer.start].trim().is_empty()
        {
            cell.expected = Some(text[next.inner.clone()].replace("\r\n", "\n"));
            cell.place = next.inner.clone();
            end = next.outer.end;
            i += 1;
        }
        push_prose(&mut parts, &text[prose_from..fence.outer.start]);
        prose_from = end;
        parts.push(Part::Cell(cells.len()));
        cells.push(cell);
    }
    push_prose(&mut parts, &text[prose_from..]);
    Document { format: Format::Transcript, text: text.to_string(), cells, parts }
}

fn push_prose(parts: &mut Vec<Part>, text: &str) {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_matches('\n').trim_end();
    if !text.is_empty() {
        parts.push(Part::prose(text));
    }
}

/// The fences of a text. One that does not end, ends with the text.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut out = Vec::new();
    let mut open: Option<(&str, Fence<'_>)> = None;
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim();
        let run = |c: char| bare.len() - bare.trim_start_matches(c).len();
        let mark = if run('`') >= 3 { &bare[..run('`')] } else { &bare[..run('~')] };
        match &open {
            None if mark.len() >= 3 => {
                let language = bare[mark.len()..].trim().split([' ', '{', ',']).next().unwrap_or("");
                let end = start + line.len();
                open = Some((mark, Fence { language, inner: end..end, outer: start..end, line: i + 1 }));
            }
            Some((opened, _))
                if mark.len() >= opened.len() && mark.starts_with(*opened) && bare.len() == mark.len() =>
            {
                if let Some((_, mut fence)) = open.take() {
                    fence.inner.end = start;
                    fence.outer.end = start + line.len();
                    out.push(fence);
                }
            }
            _ => {}
        }
        start += line.len();
    }
    if let Some((_, mut fence)) = open {
        fence.inner.end = text.len();
        fence.outer.end = text.len();
        out.push(fence);
    }
    out
}
