//! Colours: whether there are any, and which role gets which.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU8, Ordering};

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

/// Takes the colours of a name where there are to be any: a configuration file's word, weaker than the flag's.
pub fn prefer(name: &str) {
    match name {
        "none" => colored::control::set_override(false),
        name => {
            let at = THEMES.iter().position(|t| *t == name).unwrap_or(0);
            CHOSEN.store(at as u8, Ordering::Relaxed);
        }
    }
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
    let mut out = String::with_capacity(line.len() + 12);
    push(&mut out, code_of(role), line);
    out
}

/// Puts a text into the escape codes of a style, where it has any.
fn push(out: &mut String, code: &str, text: &str) {
    if code.is_empty() || !is_on() {
        out.push_str(text);
        return;
    }
    out.push_str("\x1b[");
    out.push_str(code);
    out.push('m');
    out.push_str(text);
    out.push_str("\x1b[0m");
}

fn is_light() -> bool {
    THEMES.get(usize::from(CHOSEN.load(Ordering::Relaxed))) == Some(&"light")
}

/// The escape code of a role: IPython's on a dark ground, darker ones on a light one.
fn code_of(role: Role) -> &'static str {
    let (dark, light) = match role {
        Role::Plain => ("", ""),
        Role::In | Role::Place | Role::Added | Role::LineNumber => ("32", "32"),
        Role::InNumber => ("1;92", "1;32"),
        Role::Out | Role::Error | Role::Removed => ("31", "31"),
        Role::OutNumber => ("1;91", "1;31"),
        Role::Function => ("36", "34"),
        Role::Arrow => ("1;32", "1;32"),
        Role::Failing => ("43;30", "43;30"),
        Role::Dim => ("2", "90"),
        Role::Heading => ("1", "1"),
        Role::Sql => ("34", "34"),
        Role::SqlText => ("33", "35"),
        Role::SqlNumber => ("36", "36"),
    };
    if is_light() { light } else { dark }
}

/// What a piece of code is coloured as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Nothing in particular.
    Plain,
    /// A keyword, `None`, `True`, `False`.
    Keyword,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// A `%magic`, a decorator.
    Magic,
    /// A model.
    Model,
    /// A field of one.
    Field,
    /// A name of Python's own.
    Builtin,
    /// What is being defined.
    Definition,
    /// A bracket at the cursor and the one that belongs to it.
    Bracket,
    /// What is surely wrong.
    Wrong,
}

/// Code in its colour; a colour ends with each line and begins anew.
pub fn paint_code(out: &mut String, style: Style, text: &str) {
    let (dark, light) = match style {
        Style::Plain => ("", ""),
        Style::Keyword => ("1;32", "1;34"),
        Style::Text => ("33", "31"),
        Style::Number => ("36", "36"),
        Style::Comment => ("2", "90"),
        Style::Magic => ("35", "35"),
        Style::Model => ("1;34", "1;36"),
        Style::Field => ("94", "32"),
        Style::Builtin => ("36", "34"),
        Style::Definition => ("1;36", "1;34"),
        Style::Bracket => ("1;7", "1;7"),
        Style::Wrong => ("4;31", "4;31"),
    };
    let code = if is_light() { light } else { dark };
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            push(out, code, line);
        }
    }
}
