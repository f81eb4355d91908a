//! Does a recorded session still show what it showed?

use super::display;
use super::engine::Session;
use super::formats::{Cell, Style};
use super::shown::Shown;
use crate::object::{Value, ops};

/// What may differ between what was recorded and what is shown, beyond addresses and the paths of tracebacks, which always
/// may.
#[derive(Default)]
pub struct Masks {
    patterns: Vec<fancy_regex::Regex>,
}

/// Dates, times of day, durations: as `repr()`, `str()` and the timing magics write them.
const TIMES: &[&str] = &[
    r"datetime\.(datetime|date|time|timedelta)\([^()]*(\([^()]*\))?[^()]*\)",
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    r"\b\d{1,2}:\d\d(:\d\d(\.\d+)?)?\b",
    r"\b\d+(\.\d+)?([eE][-+]?\d+)? ?(ns|us|µs|μs|ms|s|min|h)\b",
];
/// What `uuid4()` gives.
const IDS: &str = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

impl Masks {
    /// Reads masks: `times`, `uuids`, `addresses` (which are masked anyway), or regular expressions.
    ///
    /// Errors: a sentence where an expression is none.
    pub fn parse(texts: &[String]) -> Result<Masks, String> {
        let mut masks = Masks::default();
        let mut add = |pattern: &str| -> Result<(), String> {
            let made = fancy_regex::Regex::new(pattern).map_err(|e| format!("--mask {pattern}: {e}"))?;
            masks.patterns.push(made);
            Ok(())
        };
        for text in texts {
            match text.as_str() {
                "addresses" => {}
                "times" => TIMES.iter().try_for_each(|p| add(p))?,
                "uuids" => add(IDS)?,
                pattern => add(pattern)?,
            }
        }
        Ok(masks)
    }

    fn apply(&self, text: String) -> String {
        let mut text = text;
        for pattern in &self.patterns {
            text = pattern.replace_all(&text, "<masked>").into_owned();
        }
        text
    }
}

/// Whether what a cell showed is what was expected of it.
pub fn agrees(session: &Session, cell: &Cell, shown: &Shown, value: Option<&Value>, masks: &Masks) -> bool {
    let Some(expected) = &cell.expected else { return true };
    // As doctest has it: an example whose result is nobody's business.
    if cell.source.contains("# doctest: +SKIP") {
        return true;
    }
    let style = cell.style;
    let want = masks.apply(normal(expected));
    let same = |text: &str| {
        let got = masks.apply(normal(text));
        want == got || matches(&want, &got) || without_hint(&got).is_some_and(|got| want == got || matches(&want, got))
    };
    if same(&shown.text(style)) {
        return true;
    }
    // A doctest shows repr() where a prompt lays the value out.
    if style != Style::Numbered
        && let Some(value) = value
    {
        let wide = |text: &str| {
            let got = masks.apply(normal(&format!("{}{text}\n", shown.stdout)));
            want == got || matches(&want, &got) || squeezed(&want) == squeezed(&got)
        };
        if ops::repr(&session.rt, value).is_ok_and(|repr| wide(&repr)) {
            return true;
        }
        // One written on a wider page.
        return display::pretty_within(&session.rt, value, 100_000).is_ok_and(|text| wide(&text));
    }
    false
}

/// A text without what may differ: blanks at the end of lines, addresses, the number of a prompt, and all of a traceback
/// but its first and last lines.
fn normal(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut i = 0;
    while i < lines.len() {
        let line = lines[i];
        let rule = line.len() >= 40 && line.bytes().all(|b| b == b'-');
        if rule || line.starts_with("Traceback (most recent call last)") {
            out.push("<traceback>".into());
            out.extend(last_lines(&lines[i..].join("\n")));
            break;
        }
        let line = line.trim_end();
        // The value's prompt alone on its line, or with the value.
        let line = match line.strip_prefix("Out[").and_then(|rest| rest.split_once("]:")) {
            Some((_, "")) => {
                i += 1;
                continue;
            }
            Some((_, value)) => value.strip_prefix(' ').unwrap_or(value),
            None => line,
        };
        if line == "<BLANKLINE>" {
            out.push(String::new());
        } else if ["Wall time: ", "CPU times: "].iter().any(|start| line.starts_with(start)) {
            // No machine is as fast as another.
        } else {
            out.push(without_addresses(line));
        }
        i += 1;
    }
    while out.last().is_some_and(|l| l.is_empty()) {
        out.pop();
    }
    out.join("\n")
}

/// A text without our own hint at its end, which no other has.
fn without_hint(text: &str) -> Option<&str> {
    let (rest, last) = text.rsplit_once('\n')?;
    (last.starts_with("Did you mean: ") || last.starts_with("perhaps you meant ")).then(|| rest.trim_end())
}

/// The last line of a traceback, with the lines of a message that has several.
pub fn last_lines(traceback: &str) -> Vec<String> {
    let lines: Vec<&str> = traceback.trim_end().lines().collect();
    let is_last = |line: &str| {
        let name = line.split([':', ' ']).next().unwrap_or("");
        let short = name.rsplit('.').next().unwrap_or(name);
        (line == name || line[name.len()..].starts_with(':'))
            && short.starts_with(|c: char| c.is_uppercase())
            && short.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let Some(at) = lines.iter().rposition(|l| is_last(l)) else { return Vec::new() };
    let mut out: Vec<String> = lines[at..].iter().map(|l| l.trim_end().to_string()).collect();
    // Our own hint is no part of the exception.
    if out.len() > 1
        && out.last().is_some_and(|l| l.starts_with("Did you mean: ") || l.starts_with("perhaps you meant "))
    {
        out.pop();
    }
    if let Some(first) = out.first_mut() {
        let name_end = first.find(':').unwrap_or(first.len());
        let short = first[..name_end].rfind('.').map_or(0, |i| i + 1);
        *first = first[short..].trim_end_matches([':', ' ']).to_string();
    }
    out
}

fn without_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("0x") {
        out.push_str(&rest[..at + 2]);
        rest = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    out.push_str(rest);
    out
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is another in which `...` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains("...") {
        return false;
    }
    let mut parts = pattern.split("...");
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return false };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}
