//! Prose as HTML: as much of Markdown as notes for a class have.

use super::export::escape;

/// Markdown as HTML. What it does not know stays as it was typed; nothing in it becomes HTML of its own.
pub fn html(text: &str) -> String {
    let mut out = String::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    let mut list: Option<&str> = None;
    let mut paragraph: Vec<String> = Vec::new();
    let flush = |out: &mut String, paragraph: &mut Vec<String>| {
        if !paragraph.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", inline(&paragraph.join("\n"))));
            paragraph.clear();
        }
    };
    while let Some(line) = lines.get(at) {
        let bare = line.trim();
        let hashes = bare.len() - bare.trim_start_matches('#').len();
        let item = item_of(bare);
        if list.is_some() && item.is_none() && (bare.is_empty() || !line.starts_with("  ")) {
            out.push_str(&format!("</{}>\n", list.take().unwrap_or("ul")));
        }
        if let Some(mark) = ["```", "~~~"].into_iter().find(|m| bare.starts_with(m)) {
            flush(&mut out, &mut paragraph);
            let rest = lines.get(at + 1..).unwrap_or_default();
            let body: Vec<&str> = rest.iter().take_while(|l| !l.trim().starts_with(mark)).copied().collect();
            at += body.len() + 1;
            out.push_str(&format!("<pre class=\"code\">{}</pre>\n", escape(&body.join("\n"))));
        } else if (1..=6).contains(&hashes) && bare[hashes..].starts_with(' ') {
            flush(&mut out, &mut paragraph);
            out.push_str(&format!("<h{hashes}>{}</h{hashes}>\n", inline(bare[hashes..].trim())));
        } else if let Some((kind, text)) = item {
            flush(&mut out, &mut paragraph);
            if list.is_some_and(|k| k != kind) {
                out.push_str(&format!("</{}>\n", list.take().unwrap_or("ul")));
            }
            if list.is_none() {
                out.push_str(&format!("<{kind}>\n"));
                list = Some(kind);
            }
            out.push_str(&format!("<li>{}</li>\n", inline(text)));
        } else if bare.is_empty() {
            flush(&mut out, &mut paragraph);
        } else {
            paragraph.push(bare.to_string());
        }
        at += 1;
    }
    if let Some(kind) = list {
        out.push_str(&format!("</{kind}>\n"));
    }
    flush(&mut out, &mut paragraph);
    out
}

/// An item of a list: which kind, and its text.
fn item_of(line: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = ["- ", "* ", "+ "].iter().find_map(|m| line.strip_prefix(m)) {
        return Some(("ul", rest));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line.get(digits..).filter(|_| (1..4).contains(&digits))?;
    rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")).map(|rest| ("ol", rest))
}

/// `code`, **strong**, *emphasis*, [text](address).
fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((html, left)) = span(rest) {
            out.push_str(&html);
            rest = left;
        } else {
            out.push_str(&escape(&rest[..c.len_utf8()]));
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

fn span(rest: &str) -> Option<(String, &str)> {
    for (mark, tag) in [("``", "code"), ("`", "code"), ("**", "strong"), ("*", "em")] {
        if let Some((inner, left)) = rest.strip_prefix(mark).and_then(|r| r.split_once(mark))
            && !inner.trim().is_empty()
            && !inner.starts_with(' ')
        {
            let inner = if tag == "code" { escape(inner) } else { inline(inner) };
            return Some((format!("<{tag}>{inner}</{tag}>"), left));
        }
    }
    let (text, left) = rest.strip_prefix('[')?.split_once("](")?;
    let (address, left) = left.split_once(')')?;
    let is_address = ["http://", "https://", "mailto:", "#"].iter().any(|start| address.starts_with(start));
    if !is_address || text.contains('[') {
        return None;
    }
    Some((format!("<a href=\"{}\">{}</a>", escape(address), inline(text)), left))
}
