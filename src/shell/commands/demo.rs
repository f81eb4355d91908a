//! `ormsh demo`: a session one keypress a step.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::rc::Rc;

use unicode_width::UnicodeWidthChar;

use super::check::LimitOptions;
use super::keys::{Key, Keys};
use super::run::{Signals, show, stdout_output};
use super::{Call, complain, print};
use crate::session::formats::{Document, Format};
use crate::session::text::{Role, Styled};
use crate::session::{Options, Session, transcript};
use crate::shell::highlight::{self, Kind};
use crate::shell::magics::State;
use crate::shell::{magics, prompt, theme};

/// Characters that a keypress types.
const A_KEY: usize = 2;

/// A step of a demo.
#[derive(Debug, Default, PartialEq)]
struct Step {
    /// Its code, without what is for the speaker.
    source: String,
    /// What the speaker alone sees.
    notes: String,
    /// Runs without being shown.
    silent: bool,
    /// Runs without waiting.
    auto: bool,
}

/// How a demo looks.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    Plain,
    /// A statement a screen, in bold.
    Large,
    /// The same, in letters of double size.
    Double,
}

/// `ormsh demo SESSION`. A database file stays as it is: the demo runs on a copy, and going back opens that anew.
pub fn demo(call: &Call, path: &Path, notes: Option<&Path>, look: &str) -> u8 {
    let look = match look {
        "plain" => Look::Plain,
        "large" => Look::Large,
        "double" => Look::Double,
        other => return complain(&format!("--theme {other}: give plain, large or double")),
    };
    let document = match super::run::read(path) {
        Ok(document) => document,
        Err(sentence) => return complain(&sentence),
    };
    let steps = steps_of(&document);
    if steps.is_empty() {
        return complain(&format!("{}: has no statement to show", path.display()));
    }
    if !std::io::stdin().is_terminal() {
        return complain("demo needs a terminal; ormsh run replays a session without one");
    }
    let copy = LimitOptions::default().copy << 20;
    let call = Call { options: Options { copy: Some(copy), ..call.options.clone() }, config: call.config.clone() };
    let mut stage = match Stage::open(&call) {
        Ok(stage) => stage,
        Err(status) => return status,
    };
    let mut show = Show { steps, at: 0, look, notes, typed: 0 };
    if look == Look::Plain {
        print(&theme::paint_line(
            Role::Dim,
            "Any key types, Tab the whole line, Enter runs; Left goes back, Esc for more, Ctrl-D leaves.",
        ));
        print("\n\n");
    }
    while let Some(step) = show.steps.get(show.at) {
        if step.silent {
            stage.quietly(&step.source);
            show.at += 1;
            continue;
        }
        show.note();
        show.begin(&stage);
        match show.perform(stage.session.next_number()) {
            Act::Run => {
                stage.run(&show);
                show.at += 1;
                show.typed = 0;
            }
            Act::Stay => show.typed = show.typed.min(show.characters().len()),
            Act::Go(target) => match stage.to(&call, &show.steps, show.at, target) {
                Ok(()) => show.arrive(target),
                Err(status) => return status,
            },
            Act::Prompt => {
                print("\n");
                print(&theme::paint_line(Role::Dim, "Ctrl-D goes back to the demo."));
                print("\n\n");
                prompt::converse(&stage.session, &stage.state, &call);
                show.typed = 0;
            }
            Act::Leave => {
                print("\n");
                break;
            }
        }
    }
    stage.leave();
    0
}

/// What is on: the session, and what it needs from the terminal.
struct Stage {
    session: Rc<Session>,
    state: Rc<State>,
    signals: Signals,
}

impl Stage {
    fn open(call: &Call) -> Result<Stage, u8> {
        let session = Rc::new(call.open(stdout_output())?);
        let signals = Signals::gentle(&session);
        let state = magics::install(&session);
        Ok(Stage { session, state, signals })
    }

    /// Runs code whose output nobody sees.
    fn quietly(&self, source: &str) {
        self.session.output.keep();
        self.session.run_cell(source, false);
        self.session.output.take();
        self.session.output.set_sink(Box::new(print));
    }

    fn run(&self, show: &Show<'_>) {
        let Some(step) = show.steps.get(show.at) else { return };
        self.session.rt.interrupt_flag().store(false, std::sync::atomic::Ordering::Relaxed);
        if show.look == Look::Double {
            self.session.output.keep();
        }
        let outcome = self.session.run_cell(&step.source, false);
        if show.look == Look::Double {
            let shown = crate::session::Shown::new(&self.session, &outcome, self.session.output.take());
            self.session.output.set_sink(Box::new(print));
            for line in shown.text(crate::session::formats::Style::Numbered).lines() {
                print_double(line);
            }
        } else {
            self::show(&self.session, &outcome, true);
        }
        print("\n");
    }

    /// Goes to a step. Back means anew, and all that stands before it: the data goes back with it, and the names.
    fn to(&mut self, call: &Call, steps: &[Step], at: usize, target: usize) -> Result<(), u8> {
        let mut from = at;
        if target <= at {
            let again = Stage::open(call)?;
            let old = std::mem::replace(self, again);
            old.leave();
            from = 0;
        }
        for step in steps.get(from..target).unwrap_or_default() {
            self.quietly(&step.source);
        }
        Ok(())
    }

    fn leave(self) {
        drop(self.signals);
        std::mem::forget(self.session);
    }
}

enum Act {
    Run,
    Go(usize),
    Prompt,
    /// As if nothing had been.
    Stay,
    Leave,
}

struct Show<'a> {
    steps: Vec<Step>,
    at: usize,
    look: Look,
    notes: Option<&'a Path>,
    /// How many characters of the statement are there.
    typed: usize,
}

impl Show<'_> {
    /// Writes the speaker's notes for this step.
    fn note(&self) {
        let (Some(file), Some(step)) = (self.notes, self.steps.get(self.at)) else { return };
        let next = self.steps.get(self.at + 1).map(|s| s.source.as_str()).unwrap_or("(the end)");
        let text = format!(
            "\x1b[2J\x1b[H{} of {}\n\n{}\n\nnow:\n{}\n\nnext:\n{next}\n",
            self.at + 1,
            self.steps.len(),
            if step.notes.is_empty() { "(no notes)" } else { &step.notes },
            step.source
        );
        let is_terminal = file.exists() && !file.is_file();
        let text = if is_terminal { text } else { text.trim_start_matches("\x1b[2J\x1b[H").to_string() };
        let _ = super::replace_file(file, &text);
    }

    /// Shows the prompt of this step, with what is typed of it.
    fn begin(&self, stage: &Stage) {
        if self.look != Look::Plain {
            print("\x1b[2J\x1b[H\n");
        }
        let mut line = Styled::new();
        transcript::prompt(&mut line, &stage.session.next_number().to_string());
        print(&format!("{}{}", self.line_start(), theme::paint(&line)));
        let more = continuation(stage.session.next_number());
        for (c, kind) in self.characters().into_iter().take(self.typed) {
            self.put(c, kind, &more);
        }
        let _ = std::io::stdout().flush();
    }

    /// What begins a line: letters of double size where they are asked for.
    fn line_start(&self) -> &'static str {
        if self.look == Look::Double { "\x1b#6" } else { "" }
    }

    fn characters(&self) -> Vec<(char, Kind)> {
        let source = self.steps.get(self.at).map(|s| s.source.as_str()).unwrap_or_default();
        highlight::pieces(source).into_iter().flat_map(|(kind, piece)| piece.chars().map(move |c| (c, kind))).collect()
    }

    fn put(&self, c: char, kind: Kind, more: &str) {
        if c == '\n' {
            print(&format!("\n{}{}", self.line_start(), theme::paint_line(Role::In, more)));
            return;
        }
        let text = if theme::is_on() { paint(c, kind, self.look != Look::Plain) } else { c.to_string() };
        print(&text);
    }

    /// Types the statement as keys are pressed; what is to be done then.
    fn perform(&mut self, number: u32) -> Act {
        let more = continuation(number);
        let characters = self.characters();
        let type_some = |show: &mut Self, count: usize| {
            let end = characters.len().min(show.typed + count);
            // Indentation is not typed by hand.
            let mut to = end;
            while to < characters.len() && to > 0 && characters[to - 1].0.is_whitespace() && characters[to].0 == ' ' {
                to += 1;
            }
            for (c, kind) in characters.get(show.typed..to).unwrap_or_default() {
                show.put(*c, *kind, &more);
            }
            show.typed = to;
            let _ = std::io::stdout().flush();
        };
        if self.steps.get(self.at).is_some_and(|s| s.auto) {
            type_some(self, usize::MAX / 2);
            print("\n");
            return Act::Run;
        }
        loop {
            let keys = Keys::start();
            let key = keys.next();
            drop(keys);
            let done = self.typed >= characters.len();
            match key {
                Key::Enter | Key::Forward if done => {
                    print("\n");
                    let ends_block = self.steps.get(self.at).is_some_and(|s| transcript::ends_in_block(&s.source));
                    if ends_block {
                        print(&format!("{}{}\n", self.line_start(), theme::paint_line(Role::In, more.trim_end())));
                    }
                    return Act::Run;
                }
                Key::Enter | Key::Forward | Key::Whole => type_some(self, usize::MAX / 2),
                Key::Other => type_some(self, A_KEY),
                Key::Back => return Act::Go(self.before()),
                Key::Leave => return Act::Leave,
                Key::Menu => return self.menu(),
            }
        }
    }

    /// The step before this one that is shown.
    fn before(&self) -> usize {
        (0..self.at).rev().find(|&i| !self.steps[i].silent).unwrap_or(0)
    }

    /// A line from the speaker: where to go.
    fn menu(&mut self) -> Act {
        print("\n");
        let help = format!(
            "{} of {}. Enter: go on, NUMBER: go there, b: back, l: list, p: a prompt of your own, q: leave ",
            self.at + 1,
            self.steps.len()
        );
        loop {
            print(&theme::paint_line(Role::Dim, &help));
            let mut line = String::new();
            if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
                return Act::Leave;
            }
            return match line.trim() {
                "q" | "quit" | "exit" => Act::Leave,
                "b" | "back" => Act::Go(self.before()),
                "p" | "prompt" => Act::Prompt,
                "l" | "list" => {
                    for (i, step) in self.steps.iter().enumerate().filter(|(_, s)| !s.silent) {
                        let first = step.source.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
                        let here = if i == self.at { ">" } else { " " };
                        print(&format!("{here}{:>3}  {first}\n", i + 1));
                    }
                    continue;
                }
                text => match text.parse::<usize>() {
                    Ok(n) if (1..=self.steps.len()).contains(&n) => Act::Go(n - 1),
                    Ok(_) => continue,
                    Err(_) => Act::Stay,
                },
            };
        }
    }

    /// Stands at a step.
    fn arrive(&mut self, target: usize) {
        self.at = target;
        self.typed = 0;
        if self.look == Look::Plain {
            print("\n");
            print(&theme::paint_line(Role::Dim, &format!("-- {} of {} --", target + 1, self.steps.len())));
            print("\n");
        }
    }
}

fn continuation(number: u32) -> String {
    format!("{}...: ", " ".repeat(number.to_string().len() + 2))
}

fn paint(c: char, kind: Kind, bold: bool) -> String {
    use colored::Colorize;
    let text = c.to_string();
    let text = match kind {
        Kind::Keyword => text.green(),
        Kind::Text => text.yellow(),
        Kind::Number => text.cyan(),
        Kind::Comment => text.dimmed(),
        Kind::Magic => text.magenta(),
        _ => text.normal(),
    };
    if bold || kind == Kind::Keyword { text.bold().to_string() } else { text.to_string() }
}

/// A line in letters of double size, cut where the terminal ends.
fn print_double(line: &str) {
    let room = terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0)) / 2;
    let mut rest = line;
    loop {
        let mut width = 0;
        let end = rest.char_indices().find(|(_, c)| {
            width += c.width().unwrap_or(0);
            width > room
        });
        let cut = end.map_or(rest.len(), |(i, _)| i);
        print(&format!("\x1b#6{}\n", &rest[..cut]));
        rest = &rest[cut..];
        if rest.is_empty() {
            return;
        }
    }
}

/// The steps of a session: its cells; or, where IPython's marks of a demo stand in it, what stands between stops.
fn steps_of(document: &Document) -> Vec<Step> {
    let mark = |line: &str| -> Option<&'static str> {
        let text = line.trim().strip_prefix('#')?.trim_start().strip_prefix("<demo>")?;
        let word = text.trim_matches(['-', ' ']);
        ["stop", "silent", "auto", "auto_all"].into_iter().find(|w| *w == word)
    };
    let text = document.text.replace("\r\n", "\n");
    let has_stops = document.format == Format::Script && text.lines().any(|l| mark(l) == Some("stop"));
    let sources: Vec<String> = if has_stops {
        let mut blocks = vec![String::new()];
        for line in text.lines() {
            match blocks.last_mut() {
                _ if mark(line) == Some("stop") => blocks.push(String::new()),
                Some(block) => block.push_str(&format!("{line}\n")),
                None => {}
            }
        }
        blocks
    } else {
        document.cells().map(str::to_string).collect()
    };
    let auto_all = text.lines().any(|l| mark(l) == Some("auto_all"));
    let mut steps = Vec::new();
    for source in sources {
        let mut step = Step { auto: auto_all, ..Step::default() };
        let mut lines: Vec<&str> = Vec::new();
        for line in source.lines() {
            match mark(line) {
                Some("silent") => step.silent = true,
                Some("auto") => step.auto = true,
                Some(_) => {}
                None => match line.trim_start().strip_prefix("# note:") {
                    Some(note) => {
                        step.notes.push_str(note.trim());
                        step.notes.push('\n');
                    }
                    None => lines.push(line),
                },
            }
        }
        step.source = lines.join("\n").trim_matches('\n').trim_end().to_string();
        step.notes = step.notes.trim_end().to_string();
        if !step.source.trim().is_empty() {
            steps.push(step);
        }
    }
    steps
}
