//! Completion of `%magic` lines: names, then what each takes, as its row's usage says.

use super::{Candidate, Found};
use crate::session::Session;
use crate::shell::describe;
use crate::shell::magics::ROWS;

/// What a line that begins with `%` or `?` can hold at its end; `Err` where its rest is code from a byte on.
pub fn line(session: &Session, line: &str, end: usize) -> Option<Result<Found, usize>> {
    let trimmed = line.trim_start();
    let rest = trimmed.strip_prefix('%')?;
    let cell = rest.starts_with('%');
    let rest = rest.trim_start_matches('%');
    let Some((name, arguments)) = rest.split_once(char::is_whitespace) else {
        let rows = ROWS.iter().filter(|m| m.name.starts_with(rest) && (!cell || m.cell));
        let mut candidates: Vec<Candidate> = rows.map(|m| Candidate::new(m.name, m.summary())).collect();
        candidates.sort_by(|a, b| a.text.cmp(&b.text));
        return Some(Ok(Found::new(end - rest.len(), end, candidates)));
    };
    let Some(magic) = ROWS.iter().find(|m| m.name == name) else {
        return Some(Ok(Found::new(end, end, Vec::new())));
    };
    let (before, word) = match arguments.rfind(char::is_whitespace) {
        Some(at) => arguments.split_at(at + 1),
        None => ("", arguments),
    };
    let found = |candidates| Some(Ok(Found::new(end - word.len(), end, candidates)));
    let is_first = before.split_whitespace().all(|w| w.starts_with('-'));
    let usage = magic.usage;
    let wants_file = before.trim_end().ends_with(" -f") || before.trim() == "-f" && usage.contains("-f FILE");
    if wants_file || is_first && usage.replace("-f FILE", "").contains("FILE") {
        return found(files(word));
    }
    if usage.contains("STATEMENT") || usage.contains("CODE") || usage.contains("QUERY") {
        let code = if is_first && !usage.contains("FILE") { arguments } else { &arguments[before_code(arguments)..] };
        return Some(Err(end - code.len()));
    }
    if name == "help" || usage.contains("MAGIC") {
        let names = ROWS.iter().filter(|m| m.name.starts_with(word.trim_start_matches('%')));
        return found(names.map(|m| Candidate::new(m.name, m.summary())).collect());
    }
    let mut candidates = choices(usage, word);
    if usage.contains("MODEL") && is_first {
        candidates.extend(models(session, word, usage.contains("FIELD")));
    } else if usage == "NAME" {
        let own = session.own_names();
        let fitting = own.iter().filter(|(n, _)| n.starts_with(word));
        candidates.extend(fitting.map(|(n, v)| super::names::named(n, v)));
    }
    found(candidates)
}

/// Where code begins behind a magic's options and file: at its first word that is none.
fn before_code(arguments: &str) -> usize {
    let trimmed = arguments.trim_start();
    let first = trimmed.find(char::is_whitespace).unwrap_or(0);
    arguments.len() - trimmed.len() + first
}

/// The words that a usage lets one choose from: `[on|off]`.
fn choices(usage: &str, word: &str) -> Vec<Candidate> {
    let mut out = Vec::new();
    for part in usage.split(char::is_whitespace) {
        let part = part.trim_matches(['[', ']', '(', ')']);
        if !part.contains('|') {
            continue;
        }
        for choice in part.split('|') {
            let is_word = choice.chars().any(|c| c.is_lowercase());
            if is_word && choice.to_lowercase().starts_with(&word.to_lowercase()) {
                out.push(Candidate::new(choice, ""));
            }
        }
    }
    out
}

fn models(session: &Session, word: &str, fields: bool) -> Vec<Candidate> {
    let all = describe::all_models(session);
    if let Some((name, part)) = word.split_once('.')
        && fields
        && let Some(model) = describe::find_model(session, name)
    {
        return super::fields::every_name(session, &model, part)
            .into_iter()
            .map(|c| Candidate::new(format!("{name}.{}", c.text), c.doc))
            .collect();
    }
    let mut out: Vec<Candidate> = all
        .iter()
        .filter(|m| m.object_name.starts_with(word))
        .map(|m| Candidate::new(&*m.object_name, format!("model, {} fields", m.fields().len())))
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}

/// Files and folders that begin with a path.
pub fn files(start: &str) -> Vec<Candidate> {
    let (folder, word) = start.rsplit_once('/').map_or((None, start), |(f, w)| (Some(f), w));
    let home = std::env::var("HOME").unwrap_or_default();
    let base = match folder {
        None => ".".to_string(),
        Some("") => "/".to_string(),
        Some(folder) => match folder.strip_prefix('~') {
            Some(rest) => format!("{home}{rest}"),
            None => folder.to_string(),
        },
    };
    let mut out: Vec<Candidate> = std::fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && !word.starts_with('.');
            if hidden || !name.starts_with(word) {
                return None;
            }
            let shown = folder.map_or(name.clone(), |f| format!("{f}/{name}"));
            Some(if entry.path().is_dir() {
                Candidate::new(format!("{shown}/"), "folder")
            } else {
                Candidate::new(shown, "")
            })
        })
        .collect();
    out.sort_by(|a, b| a.text.cmp(&b.text));
    out
}
