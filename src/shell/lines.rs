//! The lines of a cell in the editor. The editor's text carries the continuation prompts (`   ...: `), so that they are
//! seen; whoever reads the text takes them out first.

use std::ops::Range;

/// The continuation prompt for a prompt of so many columns.
pub fn more(width: usize) -> String {
    format!("{:>width$}", "...: ")
}

/// The bytes of the continuation prompt that a line of the editor's begins with, where it has one.
pub fn prompt_end(line: &str) -> Option<usize> {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let rest = line[blanks..].strip_prefix("...:")?;
    Some(blanks + 4 + usize::from(rest.starts_with(' ')))
}

/// The text of a cell without continuation prompts.
pub fn without_prompts(text: &str) -> String {
    strip(text, 0).0
}

/// The text without continuation prompts, and where a byte of it has gone.
pub fn strip(text: &str, cursor: usize) -> (String, usize) {
    let mut out = String::with_capacity(text.len());
    let mut moved = 0;
    let mut start = 0;
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let cut = if i == 0 { 0 } else { prompt_end(line).unwrap_or(0) };
        if cursor >= start && cursor <= start + line.len() {
            moved = out.len() + (cursor - start).saturating_sub(cut);
        }
        out.push_str(&line[cut..]);
        start += line.len() + 1;
    }
    (out, moved)
}

/// The text of a cell with continuation prompts.
pub fn with_prompts(text: &str, width: usize) -> String {
    if !text.contains('\n') {
        return text.to_string();
    }
    let more = more(width);
    text.split('\n')
        .enumerate()
        .map(|(i, line)| if i == 0 { line.to_string() } else { format!("\n{more}{line}") })
        .collect()
}

/// The ranges of the continuation prompts in the editor's text.
pub fn prompts(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for (i, line) in text.split('\n').enumerate() {
        if i > 0
            && let Some(end) = prompt_end(line)
        {
            out.push(start..start + end);
        }
        start += line.len() + 1;
    }
    out
}

/// Text that was pasted, without the prompts of a transcript: `In [1]: `, `   ...: `, `>>> `, `... `.
pub fn without_transcript(text: &str) -> String {
    let first = text.trim_start();
    let is_transcript = first.starts_with("In [") || first.starts_with(">>>");
    if !is_transcript {
        return without_prompts(text);
    }
    let document = crate::session::formats::read("pasted.txt", text);
    match document {
        Ok(document) => document.cells().collect::<Vec<_>>().join("\n"),
        Err(_) => text.to_string(),
    }
}
