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
    /// Whether the brackets that are still open are offered as ghost text.
    pub brackets: Option<bool>,
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

/// What a key of a configuration file can be.
enum Kind {
    /// A text.
    Text,
    /// A text or a list of texts.
    Texts,
    /// `true` or `false`.
    Switch,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table of its own with any keys.
    Table,
    /// A table with these keys.
    Keys(&'static [(&'static str, Kind)]),
}

/// Every key: what can stand there is in this one list.
const KEYS: &[(&str, Kind)] = &[
    ("schema", Kind::Texts),
    ("db", Kind::Text),
    ("read_only", Kind::Switch),
    ("color", Kind::Word(&["auto", "always", "never"])),
    ("settings", Kind::Table),
    ("prompt", Kind::Keys(PROMPT_KEYS)),
];

const PROMPT_KEYS: &[(&str, Kind)] = &[
    ("style", Kind::Word(&["ipython", ">>>"])),
    ("theme", Kind::Word(&["dark", "light", "none"])),
    ("keys", Kind::Word(&["emacs", "vi"])),
    ("hints", Kind::Switch),
    ("brackets", Kind::Switch),
    ("pager", Kind::Switch),
    ("sql", Kind::Switch),
    ("table", Kind::Switch),
    ("startup", Kind::Texts),
];

/// Says what is wrong in a table, with the key and what may have been meant.
fn check(table: &toml::Table, keys: &[(&str, Kind)], within: &str) -> Result<(), (String, String)> {
    for (key, value) in table {
        let Some((_, kind)) = keys.iter().find(|(name, _)| name == key) else {
            let near = crate::object::suggest::closest(key, keys.iter().map(|(name, _)| *name));
            let known: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
            let hint = match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", known.join(", ")),
            };
            let place = if within.is_empty() { String::new() } else { format!(" in [{within}]") };
            return Err((key.clone(), format!("there is no key {key}{place}; {hint}")));
        };
        let texts = |v: &toml::Value| v.as_array().is_some_and(|items| items.iter().all(|i| i.is_str()));
        let wrong = |what: &str| Err((key.clone(), format!("{key} is {what}, not {value}")));
        match kind {
            Kind::Text if !value.is_str() => return wrong("a text"),
            Kind::Texts if !value.is_str() && !texts(value) => return wrong("a text or a list of texts"),
            Kind::Switch if !value.is_bool() => return wrong("true or false"),
            Kind::Table if !value.is_table() => return wrong("a table"),
            Kind::Word(words) if !value.as_str().is_some_and(|v| words.contains(&v)) => {
                let (last, rest) = words.split_last().unwrap_or((&"", &[]));
                let given = value.as_str().map_or_else(|| value.to_string(), |v| format!("'{v}'"));
                return Err((key.clone(), format!("{key} is {} or {last}, not {given}", rest.join(", "))));
            }
            Kind::Keys(inner) => match value.as_table() {
                Some(table) => check(table, inner, key)?,
                None => return wrong("a table"),
            },
            _ => {}
        }
    }
    Ok(())
}

/// The person's own configuration file: `$ORMSH_CONFIG`, or `ormsh/config.toml` in `$XDG_CONFIG_HOME`. `None` where it is
/// switched off (an empty `$ORMSH_CONFIG`) or there is no home.
pub fn own_config() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("ORMSH_CONFIG") {
        return if file.is_empty() { None } else { Some(PathBuf::from(file)) };
    }
    let folder = match std::env::var_os("XDG_CONFIG_HOME").filter(|v| !v.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").filter(|v| !v.is_empty())?).join(".config"),
    };
    Some(folder.join("ormsh").join("config.toml"))
}

impl Config {
    /// The configuration for a folder: the nearest `ormsh.toml` in it or above, over the person's own. With it the
    /// folder that relative files of the `ormsh.toml` are looked for in.
    ///
    /// Errors: a sentence where a file cannot be read or understood.
    pub fn find(start: &Path) -> Result<(Config, PathBuf), String> {
        let mut whole = toml::Table::new();
        let named = std::env::var_os("ORMSH_CONFIG").is_some_and(|v| !v.is_empty());
        if let Some(path) = own_config().filter(|p| named || p.is_file()) {
            let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
            let mut own = Config::table(&path)?;
            // Its files stand beside it, whatever folder one is in.
            if let Some(toml::Value::String(db)) = own.get_mut("db")
                && db != ":memory:"
            {
                *db = folder.join(&*db).display().to_string();
            }
            whole = own;
        }
        let mut folder = start.to_path_buf();
        for above in start.ancestors() {
            let path = above.join("ormsh.toml");
            if path.is_file() {
                lay_over(&mut whole, Config::table(&path)?);
                folder = above.to_path_buf();
                break;
            }
        }
        let config = whole.try_into().map_err(|e: toml::de::Error| format!("ormsh.toml: {}", e.message()))?;
        Ok((config, folder))
    }

    /// Reads one configuration file.
    ///
    /// Errors: a sentence with the file's name, the line and what is wrong in it.
    fn table(path: &Path) -> Result<toml::Table, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {}", reason(&e)))?;
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
            let line = e.span().map(|s| 1 + text[..s.start.min(text.len())].matches('\n').count());
            match line {
                Some(line) => format!("{name}, line {line}: {}", e.message()),
                None => format!("{name}: {}", e.message()),
            }
        })?;
        check(&table, KEYS, "").map_err(|(key, sentence)| match line_of(&text, &key) {
            Some(line) => format!("{name}, line {line}: {sentence}"),
            None => format!("{name}: {sentence}"),
        })?;
        Ok(table)
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

/// The line that a key stands in.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let stands = |line: &str| {
        let line = line.trim_start().trim_start_matches(['[', '"', '\'']);
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with(['=', ']', '.']))
    };
    text.lines().position(stands).map(|i| i + 1)
}

/// Puts one table over another: what both have is the former's, tables are joined.
fn lay_over(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                under.insert(key, value);
            }
        }
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
