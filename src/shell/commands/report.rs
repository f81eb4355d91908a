//! What `ormsh check` found, for programs: JSON, and the XML that JUnit's readers understand.

use serde_json::json;

use super::check::{Checked, Difference};
use crate::session::export::escape;

/// One JSON document.
pub fn json(all: &[Checked], seconds: f64) -> String {
    let compared: usize = all.iter().map(|c| c.cells.len()).sum();
    let different: usize = all.iter().map(Checked::different).sum();
    let errors = all.iter().filter(|c| c.error.is_some()).count();
    let root = json!({
        "sessions": all,
        "compared": compared,
        "different": different,
        "errors": errors,
        "seconds": seconds,
    });
    format!("{}\n", serde_json::to_string_pretty(&root).unwrap_or_default())
}

/// A JUnit report: a suite a session, a case a cell that says what it should show.
pub fn junit(all: &[Checked], seconds: f64) -> String {
    let compared: usize = all.iter().map(|c| c.cells.len()).sum();
    let different: usize = all.iter().map(Checked::different).sum();
    let errors = all.iter().filter(|c| c.error.is_some()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ormsh check\" tests=\"{}\" failures=\"{different}\" \
         errors=\"{errors}\" time=\"{seconds:.3}\">\n",
        compared + errors
    );
    for checked in all {
        let file = attribute(&checked.file);
        let failed = usize::from(checked.error.is_some());
        out.push_str(&format!(
            "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{}\" errors=\"{failed}\" time=\"{:.3}\">\n",
            checked.cells.len() + failed,
            checked.different(),
            checked.seconds
        ));
        for cell in &checked.cells {
            out.push_str(&format!(
                "    <testcase classname=\"{file}\" name=\"In [{}], line {}\" time=\"{:.3}\"",
                cell.cell, cell.line, cell.seconds
            ));
            match &cell.difference {
                None => out.push_str("/>\n"),
                Some(difference) => {
                    out.push_str(&format!(
                        ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                        attribute(difference.note.as_deref().unwrap_or("shows something else")),
                        clean(&escape(&unified(difference)))
                    ));
                }
            }
        }
        if let Some(why) = &checked.error {
            out.push_str(&format!(
                "    <testcase classname=\"{file}\" name=\"session\">\n      <error message=\"{}\"/>\n    </testcase>\n",
                attribute(why)
            ));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn unified(difference: &Difference) -> String {
    let diff = similar::TextDiff::from_lines(&difference.expected, &difference.shown);
    let text = diff.unified_diff().header("expected", "shown").to_string();
    format!("{}\n\n{text}", difference.source)
}

fn attribute(text: &str) -> String {
    clean(&escape(text)).replace('\n', "&#10;")
}

/// Without the characters that XML has no way to write.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|&c| c >= ' ' || matches!(c, '\n' | '\t'))
        .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}
