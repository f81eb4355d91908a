//! What was typed before, cell by cell, kept in a file of its own for each schema.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustyline::Result;
use rustyline::history::{History, SearchDirection, SearchResult};

use super::lines::with_prompts;

/// How many cells are kept.
const KEPT: usize = 5000;

/// The cells typed before. Recalled ones carry the continuation prompts that the editor shows.
pub struct CellHistory {
    entries: Vec<String>,
    width: Rc<Cell<usize>>,
    max: usize,
}

impl CellHistory {
    /// An empty history; `width` is that of the prompt now.
    pub fn new(width: Rc<Cell<usize>>) -> CellHistory {
        CellHistory { entries: Vec::new(), width, max: KEPT }
    }

    /// The newest entry that begins with a text and goes on.
    pub fn continuation(&self, start: &str) -> Option<&str> {
        self.entries.iter().rev().find(|e| e.len() > start.len() && e.starts_with(start)).map(|e| &e[start.len()..])
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    fn found(&self, idx: usize, pos: usize) -> Option<SearchResult<'_>> {
        let entry = self.entries.get(idx)?;
        Some(SearchResult { entry: Cow::Owned(with_prompts(entry, self.width.get())), idx, pos })
    }

    fn walk<'a>(&'a self, start: usize, dir: SearchDirection) -> Box<dyn Iterator<Item = usize> + 'a> {
        match dir {
            SearchDirection::Reverse => Box::new((0..=start.min(self.entries.len().saturating_sub(1))).rev()),
            SearchDirection::Forward => Box::new(start..self.entries.len()),
        }
    }
}

impl History for CellHistory {
    fn get(&self, index: usize, _: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        Ok(self.found(index, 0))
    }

    fn add(&mut self, line: &str) -> Result<bool> {
        self.add_owned(line.to_string())
    }

    fn add_owned(&mut self, line: String) -> Result<bool> {
        if line.trim().is_empty() || self.entries.last() == Some(&line) {
            return Ok(false);
        }
        self.entries.push(line);
        if self.entries.len() > self.max {
            self.entries.remove(0);
        }
        Ok(true)
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn set_max_len(&mut self, len: usize) -> Result<()> {
        self.max = len;
        Ok(())
    }

    fn ignore_dups(&mut self, _: bool) -> Result<()> {
        Ok(())
    }

    fn ignore_space(&mut self, _: bool) {}

    fn save(&mut self, path: &Path) -> Result<()> {
        let text: String = self.entries.iter().map(|e| line_of(e)).collect();
        std::fs::write(path, text)?;
        Ok(())
    }

    fn append(&mut self, path: &Path) -> Result<()> {
        let Some(last) = self.entries.last() else { return Ok(()) };
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(line_of(last).as_bytes())?;
        Ok(())
    }

    fn load(&mut self, path: &Path) -> Result<()> {
        let text = std::fs::read_to_string(path)?;
        self.entries = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        let extra = self.entries.len().saturating_sub(self.max);
        self.entries.drain(..extra);
        Ok(())
    }

    fn clear(&mut self) -> Result<()> {
        self.entries.clear();
        Ok(())
    }

    fn search(&self, term: &str, start: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        if term.is_empty() || self.entries.is_empty() {
            return Ok(None);
        }
        let hit = self.walk(start, dir).find_map(|i| {
            let shown = with_prompts(&self.entries[i], self.width.get());
            shown.find(term).map(|pos| (i, pos))
        });
        Ok(hit.and_then(|(i, pos)| self.found(i, pos)))
    }

    fn starts_with(&self, term: &str, start: usize, dir: SearchDirection) -> Result<Option<SearchResult<'_>>> {
        if self.entries.is_empty() {
            return Ok(None);
        }
        let hit = self.walk(start, dir).find(|&i| with_prompts(&self.entries[i], self.width.get()).starts_with(term));
        Ok(hit.and_then(|i| self.found(i, term.len())))
    }
}

/// An entry as the file has it: one line of JSON.
fn line_of(entry: &str) -> String {
    format!("{}\n", serde_json::to_string(entry).unwrap_or_default())
}

/// The file that keeps the history of a schema: `$ORMSH_HISTORY`, or one in `$XDG_STATE_HOME/ormsh`. `None` where it
/// is switched off (an empty `$ORMSH_HISTORY`) or there is no home.
pub fn file_for(schema: &str) -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("ORMSH_HISTORY") {
        return if file.is_empty() { None } else { Some(PathBuf::from(file)) };
    }
    let state = match std::env::var_os("XDG_STATE_HOME").filter(|v| !v.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").filter(|v| !v.is_empty())?).join(".local/state"),
    };
    Some(state.join("ormsh").join(format!("history-{schema}.jsonl")))
}
