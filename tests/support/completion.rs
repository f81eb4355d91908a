//! Completion cases: a text with `‸` where the cursor is (`⏎` for a new line), then lines that say what could stand there:
//! `=` all candidates, `+` some of them, `-` what is none of them, `@` the text that they take the place of. `# %% run CODE`
//! runs a cell first; a file's first line says how its session is opened.

use std::path::Path;

use ormsh::session::{Output, Session};
use ormsh::shell::complete::{self, Found};

/// Longer lists than this are blessed by their beginning.
const LONG: usize = 12;

/// Runs a file of cases.
pub fn run(path: &Path) -> Result<(), String> {
    let folder = path.parent().and_then(Path::parent).ok_or("the case stands in no folder")?;
    // Files are completed from the folder above.
    std::env::set_current_dir(folder).map_err(|e| e.to_string())?;
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let bless = std::env::var_os("BLESS").is_some();
    let session = super::open(&super::options_of(path, &text)?.0, Output::kept())?;
    let mut blessed = String::new();
    let mut wrong = String::new();
    let mut lines = text.lines().peekable();
    let mut count = 0;
    while let Some(line) = lines.next() {
        blessed.push_str(&format!("{line}\n"));
        if let Some(code) = line.strip_prefix("# %% run ") {
            let outcome = session.run_cell(code, true);
            if outcome.failure.is_some() {
                return Err(format!("{code}: failed"));
            }
            continue;
        }
        let Some((before, after)) = line.split_once('‸').filter(|_| !line.starts_with("# %%")) else { continue };
        count += 1;
        let mut wants = Vec::new();
        while let Some(want) = lines.peek().filter(|l| is_want(l)) {
            wants.push(want.to_string());
            lines.next();
        }
        let found = complete_at(&session, before, after);
        let only_place = wants.iter().all(|w| w.starts_with("  @"));
        if bless {
            wants.retain(|w| !w.starts_with("  ="));
            let listed = wants.iter().any(|w| w.starts_with("  +") || w.starts_with("  -"));
            if !listed {
                wants.insert(0, shown(&found.0));
            }
            wants.iter().for_each(|w| blessed.push_str(&format!("{w}\n")));
        } else if wants.is_empty() || only_place && wants.len() > 1 {
            wrong.push_str(&format!("{line}\n  nothing is said of it\n"));
        }
        for want in &wants {
            if let Some(complaint) = check(want, &found) {
                wrong.push_str(&format!("{line}\n{want}\n  {complaint}\n"));
            }
        }
    }
    std::mem::forget(session);
    if bless {
        return std::fs::write(path, blessed).map_err(|e| e.to_string());
    }
    if count == 0 {
        return Err("no cases".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn is_want(line: &str) -> bool {
    ["  =", "  +", "  -", "  @"].iter().any(|sign| line.starts_with(sign) && line[3..].is_empty())
        || ["  = ", "  + ", "  - ", "  @ "].iter().any(|sign| line.starts_with(sign))
}

fn complete_at(session: &Session, before: &str, after: &str) -> (Found, String) {
    let before = before.replace('⏎', "\n");
    let text = format!("{before}{}", after.replace('⏎', "\n"));
    let found = complete::at(session, &text, before.len());
    let replaced = text.get(found.start..found.end).unwrap_or("?").to_string();
    (found, replaced)
}

fn shown(found: &Found) -> String {
    let names: Vec<&str> = found.candidates.iter().map(|c| c.text.as_str()).collect();
    if names.len() > LONG {
        return format!("  + {}", names[..LONG / 2].join(" "));
    }
    format!("  = {}", names.join(" ")).trim_end().to_string()
}

fn check(want: &str, (found, replaced): &(Found, String)) -> Option<String> {
    let names: Vec<&str> = found.candidates.iter().map(|c| c.text.as_str()).collect();
    let got = format!("got {}", names.join(" "));
    let words = || want[3..].split_whitespace();
    let fine = match &want[..3] {
        "  =" => words().eq(names.iter().flat_map(|n| n.split_whitespace())),
        "  +" => words().all(|w| names.contains(&w)),
        "  -" => words().all(|w| !names.contains(&w)),
        _ if want.get(4..).unwrap_or("") != replaced => return Some(format!("got {replaced}")),
        _ => true,
    };
    (!fine).then_some(got)
}
