//! What a session is opened with, from the command line and from `ormsh.toml`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a session is opened with.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Options {
    /// The models files, in order.
    pub schemas: Vec<SchemaFile>,
    /// The database file; in memory where there is none.
    pub db: Option<PathBuf>,
    /// Django settings by name, as text.
    pub settings: Vec<(String, String)>,
    /// Refuses every write.
    pub read_only: bool,
    /// What happens to tables when the session opens.
    pub tables: Tables,
    /// Works on a copy in memory, so that the file stays as it is, of a database of at most so many bytes.
    pub copy: Option<u64>,
}

/// What happens to tables when a session opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tables {
    /// Those that are missing are made; where the others differ from the models, it is said.
    #[default]
    Make,
    /// They are compared, and left as they are.
    Compare,
    /// Nobody looks at them.
    None,
}

/// A models file with its app label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaFile {
    /// The app label.
    pub label: String,
    /// The file.
    pub path: PathBuf,
}

impl SchemaFile {
    /// Reads `[LABEL=]FILE`; a relative file is looked for in `base`. A folder stands for the models file in it.
    ///
    /// Errors: a sentence where there is no such file or the label is none.
    pub fn parse(text: &str, base: Option<&Path>) -> Result<SchemaFile, String> {
        let (label, file) = match text.rsplit_once('=') {
            Some((label, file)) if !label.is_empty() && !Path::new(text).exists() => (Some(label), file),
            _ => (None, text),
        };
        let mut path = match base {
            Some(base) => base.join(file),
            None => PathBuf::from(file),
        };
        if path.is_dir() {
            let inside = ["models.py", "models/__init__.py", "__init__.py"].iter().map(|f| path.join(f));
            match inside.into_iter().find(|f| f.is_file()) {
                Some(found) => path = found,
                None => return Err(format!("{file}: is a folder without models.py")),
            }
        }
        if !path.exists() {
            return Err(format!("{file}: no such file"));
        }
        let label = match label {
            Some(label) => label.to_string(),
            None => label_of(&path),
        };
        let mut chars = label.chars();
        let valid = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && chars.all(|c| c.is_alphanumeric() || c == '_');
        if !valid {
            return Err(format!("{file}: '{label}' is no app label; give one with --schema LABEL={file}"));
        }
        Ok(SchemaFile { label, path })
    }
}

/// The label that a models file has by its name: its stem, or its folder's name where it is `models.py`.
fn label_of(path: &Path) -> String {
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mut folders = full.ancestors().skip(1).filter_map(|p| p.file_name()).map(|n| n.to_string_lossy().into_owned());
    let folder = match &*stem {
        "__init__" => folders.find(|n| n != "models"),
        "models" => folders.next(),
        _ => return stem.replace(['-', ' ', '.'], "_"),
    };
    folder.unwrap_or(stem).replace(['-', ' ', '.'], "_")
}

/// What `ormsh.toml` can hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Models files: one, or a list.
    pub schema: OneOrMany,
    /// The database file.
    pub db: Option<PathBuf>,
    /// Refuses every write.
    pub read_only: bool,
    /// `auto`, `always` or `never`.
    pub color: Option<String>,
    /// Django settings.
    pub settings: toml::Table,
    /// The prompt.
    pub prompt: PromptConfig,
}

/// The prompt's part of a configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PromptConfig {
    /// `ipython` or `>>>`.
    pub style: Option<String>,
    /// `dark`, `light` or `none`.
    pub theme: Option<String>,
    /// `emacs` or `vi`.
    pub keys: Option<String>,
    /// Whether history is offered as ghost text.
    pub hints: Option<bool>,
    /// Whether long output goes through a pager.
    pub pager: Option<bool>,
    /// Whether SQL is shown from the start.
    pub sql: Option<bool>,
    /// Whether results are shown as tables from the start.
    pub table: Option<bool>,
    /// Statements run when the prompt starts.
    pub startup: Vec<String>,
}

/// A text or a list of texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Any number.
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        OneOrMany::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        }
    }
}

impl Config {
    /// The nearest `ormsh.toml` in a folder or one above it, with the folder it stands in.
    ///
    /// Errors: a sentence where the file cannot be read or understood.
    pub fn find(start: &Path) -> Result<Option<(Config, PathBuf)>, String> {
        for folder in start.ancestors() {
            let path = folder.join("ormsh.toml");
            if path.is_file() {
                return Config::read(&path).map(|config| Some((config, folder.to_path_buf())));
            }
        }
        Ok(None)
    }

    /// Reads one configuration file.
    ///
    /// Errors: a sentence with the file's name and what is wrong in it.
    pub fn read(path: &Path) -> Result<Config, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {}", reason(&e)))?;
        toml::from_str(&text).map_err(|e| {
            let line = e.span().map(|s| 1 + text[..s.start.min(text.len())].matches('\n').count());
            match line {
                Some(line) => format!("{name}, line {line}: {}", e.message()),
                None => format!("{name}: {}", e.message()),
            }
        })
    }

    /// The Django settings as text, as `--set` gives them.
    pub fn setting_texts(&self) -> Vec<(String, String)> {
        let text = |value: &toml::Value| match value {
            toml::Value::String(s) => s.clone(),
            toml::Value::Boolean(true) => "True".into(),
            toml::Value::Boolean(false) => "False".into(),
            other => other.to_string(),
        };
        self.settings.iter().map(|(name, value)| (name.clone(), text(value))).collect()
    }
}

/// Why the system refused, in lower case and without its number.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::IsADirectory => "is a folder".into(),
        std::io::ErrorKind::InvalidData => "is not UTF-8 text".into(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut chars = text.chars();
            chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
        }
    }
}
