//! Colours: whether there are any, and which role gets which.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU8, Ordering};

use colored::Colorize;

use crate::session::text::{Role, Styled};

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum When {
    /// As the environment and the terminal say.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl When {
    /// Reads `auto`, `always` or `never`.
    pub fn parse(text: &str) -> Option<When> {
        Some(match text {
            "auto" => When::Auto,
            "always" => When::Always,
            "never" => When::Never,
            _ => return None,
        })
    }
}

/// Decides for the whole program: the flag, then `NO_COLOR`, then `CLICOLOR_FORCE` or `FORCE_COLOR`, then whether
/// standard output is a terminal.
pub fn decide(when: When) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let forced = |name: &str| std::env::var(name).is_ok_and(|v| !v.is_empty() && v != "0");
    let color = match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        When::Auto => std::io::stdout().is_terminal() && std::env::var("TERM").map_or(true, |t| t != "dumb"),
    };
    colored::control::set_override(color);
    color
}

/// The colours that were chosen, by their place in [`THEMES`].
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The colours that there are.
const THEMES: [&str; 3] = ["dark", "light", "none"];

/// Chooses colours by name, ours or IPython's; `false` where there are none of that name.
pub fn choose(name: &str) -> bool {
    let name = match name.to_lowercase().as_str() {
        "linux" | "neutral" | "dark" => "dark",
        "lightbg" | "light" => "light",
        "nocolor" | "none" => "none",
        _ => return false,
    };
    let at = THEMES.iter().position(|t| *t == name).unwrap_or(0);
    CHOSEN.store(at as u8, Ordering::Relaxed);
    colored::control::set_override(name != "none");
    true
}

/// The name of the colours in use.
pub fn chosen() -> &'static str {
    if !is_on() {
        return "none";
    }
    THEMES.get(usize::from(CHOSEN.load(Ordering::Relaxed))).copied().unwrap_or("dark")
}

/// Whether output is coloured.
pub fn is_on() -> bool {
    colored::control::SHOULD_COLORIZE.should_colorize()
}

/// Text with its roles as colours, where there are colours.
pub fn paint(text: &Styled) -> String {
    if !is_on() {
        return text.plain();
    }
    let mut out = String::new();
    for (role, piece) in &text.pieces {
        // A colour never spans a line's end, so that a pager can cut lines.
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            if !line.is_empty() {
                out.push_str(&paint_line(*role, line));
            }
        }
    }
    out
}

/// One piece of a line in its role's colour.
pub fn paint_line(role: Role, line: &str) -> String {
    match role {
        Role::Plain => line.to_string(),
        Role::In => line.green().to_string(),
        Role::InNumber => line.bright_green().bold().to_string(),
        Role::Out | Role::Error | Role::Removed => line.red().to_string(),
        Role::OutNumber => line.bright_red().bold().to_string(),
        Role::Place | Role::Added => line.green().to_string(),
        Role::Function => line.cyan().to_string(),
        Role::LineNumber => line.green().to_string(),
        Role::Arrow => line.green().bold().to_string(),
        Role::Failing => line.black().on_yellow().to_string(),
        Role::Dim => line.dimmed().to_string(),
        Role::Heading => line.bold().to_string(),
        Role::Sql => line.blue().to_string(),
        Role::SqlText => line.yellow().to_string(),
        Role::SqlNumber => line.cyan().to_string(),
    }
}
