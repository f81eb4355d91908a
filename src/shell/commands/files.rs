//! Files that are written whole or not at all.

use std::path::{Path, PathBuf};

use crate::session::options::reason;

/// Writes a file so that it is either the old one or the new one, never half of it. A link stays one: what it points to
/// is written.
///
/// Errors: a sentence with the file's name.
pub fn replace_file(path: &Path, text: &str) -> Result<(), String> {
    let complaint = |e: std::io::Error| format!("{}: {}", path.display(), reason(&e));
    if path.is_dir() {
        return Err(format!("{}: is a folder", path.display()));
    }
    // A terminal, a pipe: nothing to replace.
    if path.exists() && !path.is_file() {
        return std::fs::write(path, text).map_err(complaint);
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let write = || -> std::io::Result<()> {
        use std::io::Write;
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        if let Ok(old) = std::fs::metadata(&target) {
            std::fs::set_permissions(&beside, old.permissions())?;
        }
        std::fs::rename(&beside, &target)
    };
    write().map_err(|e| {
        let _ = std::fs::remove_file(&beside);
        complaint(e)
    })
}

/// Files and, where a folder is given, the sessions in it, by name.
///
/// Errors: a sentence where a folder has no sessions.
pub fn sessions_in(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    for path in paths {
        if !path.is_dir() {
            out.push(path.clone());
            continue;
        }
        let name = path.display();
        let entries = std::fs::read_dir(path).map_err(|e| format!("{name}: {}", reason(&e)))?;
        let is_session = |p: &PathBuf| {
            let hidden = p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
            let kind = p.extension().map(|e| e.to_string_lossy().to_lowercase());
            !hidden && p.is_file() && matches!(kind.as_deref(), Some("py" | "ipynb" | "txt" | "md" | "rst"))
        };
        let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(is_session).collect();
        if found.is_empty() {
            return Err(format!("{name}: is a folder without sessions"));
        }
        found.sort();
        out.extend(found);
    }
    Ok(out)
}
