//! The prompt.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::History;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, EditMode, Editor, Event, EventContext,
    EventHandler, Helper, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};

use super::commands::run::{Signals, stdout_output};
use super::commands::{Call, print};
use super::complete::Candidate;
use super::history::{CellHistory, file_for};
use super::magics::{self, Paging, State};
use super::progress::Progress;
use super::results::{self, present};
use super::{highlight, lines, theme};
use unicode_width::UnicodeWidthStr;

use crate::session::Session;
use crate::source::Name;
use crate::syntax::{self, Completeness};

/// Runs the prompt until the person leaves; the exit status.
pub fn run(call: &Call) -> u8 {
    let session = match call.open(stdout_output()) {
        Ok(session) => Rc::new(session),
        Err(status) => return status,
    };
    let state = magics::install(&session);
    let settings = &call.config.prompt;
    state.sql.set(settings.sql.unwrap_or(false));
    state.table.set(settings.table.unwrap_or(false));
    if settings.pager == Some(false) {
        state.paging.set(Paging::Off);
    }
    state.interactive.set(true);
    crate::db::Db::of(&session.rt).undo.start();
    let _signals = Signals::gentle(&session);
    print(&banner(&session));
    for statement in &settings.startup {
        let outcome = session.run_cell(statement, false);
        present(&session, &state, &outcome, true);
    }
    let status = converse(&session, &state, call);
    std::mem::forget(session);
    status
}

/// Reads and runs cells in a session until the person leaves; the exit status.
pub fn converse(session: &Rc<Session>, state: &Rc<State>, call: &Call) -> u8 {
    let settings = &call.config.prompt;
    let progress = Rc::new(Progress::default());
    let bar = progress.clone();
    session.output.set_progress(Box::new(move |what, done, total| bar.at(what, done, total)));
    let width = Rc::new(Cell::new(8));
    let shared = Arc::new(AtomicUsize::new(8));
    let mut history = CellHistory::new(width.clone());
    let file = file_for(&session.labels.join("-"));
    if let Some(file) = &file {
        let _ = history.load(file);
    }
    *state.earlier.borrow_mut() = history.entries().to_vec();
    let keys = if settings.keys.as_deref() == Some("vi") { EditMode::Vi } else { EditMode::Emacs };
    let config = Config::builder()
        .edit_mode(keys)
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .bracketed_paste(true)
        .tab_stop(4)
        .indent_size(4)
        .color_mode(if theme::is_on() { ColorMode::Forced } else { ColorMode::Disabled })
        .max_history_size(5000)
        .map(rustyline::config::Builder::build);
    let Ok(config) = config else { return 1 };
    let Ok(mut editor) = Editor::<Prompt, CellHistory>::with_history(config, history) else {
        return super::commands::complain("this terminal cannot be used for a prompt");
    };
    editor.set_helper(Some(Prompt {
        session: session.clone(),
        hints: settings.hints.unwrap_or(true),
        brackets: settings.brackets.unwrap_or(false),
        width: width.clone(),
        matching: Cell::new(true),
        ghosts: RefCell::default(),
        fields: RefCell::default(),
    }));
    bind(&mut editor, &shared);
    let plain = settings.style.as_deref() == Some(">>>");
    loop {
        let number = session.next_number();
        let text = if plain { ">>> ".to_string() } else { format!("In [{number}]: ") };
        width.set(text.chars().count().max(5));
        shared.store(width.get(), Ordering::Relaxed);
        let styled = if plain {
            text.clone()
        } else {
            let mut styled = crate::session::text::Styled::new();
            crate::session::transcript::prompt(&mut styled, &number.to_string());
            theme::paint(&styled)
        };
        if let Some(helper) = editor.helper() {
            *helper.ghosts.borrow_mut() = editor.history().entries().to_vec();
        }
        let initial = state.next_input.borrow_mut().take();
        let line = match &initial {
            Some(start) => {
                editor.readline_with_initial(&(text, styled), (&lines::with_prompts(start, width.get()), ""))
            }
            None => editor.readline(&(text, styled)),
        };
        let source = match line {
            Ok(line) => lines::without_transcript(&line),
            Err(ReadlineError::Interrupted) => {
                print("\n");
                continue;
            }
            Err(ReadlineError::Eof) => {
                print("\n");
                break;
            }
            Err(error) => return super::commands::complain(&error.to_string()),
        };
        let source = source.trim_end().to_string();
        if source.trim().is_empty() {
            print("\n");
            continue;
        }
        if editor.history_mut().add(&source).unwrap_or(false)
            && let Some(file) = &file
        {
            if let Some(folder) = file.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = editor.history_mut().append(file);
        }
        if matches!(source.trim(), "exit" | "quit" | "exit;" | "quit;") {
            break;
        }
        let status = run_cell(session, state, &progress, &source);
        if let Some(status) = status {
            return status;
        }
        print("\n");
    }
    std::mem::forget(editor);
    0
}

/// Runs one cell that was typed; the exit status where it leaves the session.
fn run_cell(session: &Session, state: &State, progress: &Progress, source: &str) -> Option<u8> {
    session.rt.interrupt_flag().store(false, Ordering::Relaxed);
    let outcome = session.run_cell(source, false);
    progress.clear();
    if let Some(status) = session.exit_status(&outcome) {
        return Some(status as u8);
    }
    present(session, state, &outcome, true);
    if let Err(sentence) = state.recording.take(session, &outcome) {
        super::commands::complain(&format!("the recording ends: {sentence}"));
    }
    let changed = crate::db::Db::of(&session.rt).undo.last() == Some(outcome.number.into());
    if outcome.failure.is_some() && changed {
        results::hint("The cell had changed data by then; %undo takes that back.");
    }
    state.leave.get().then_some(0)
}

/// What was loaded, which database, how to get help: three lines at most.
fn banner(session: &Session) -> String {
    let what = if session.is_sample {
        "the sample classroom (yours: --schema FILE)".to_string()
    } else if session.labels.is_empty() {
        "no models".to_string()
    } else {
        session.labels.join(", ")
    };
    format!(
        "ormsh {}: {} objects imported automatically\nModels: {what}; database: {}\n%help for help, name? about anything, Ctrl-D to leave\n\n",
        env!("CARGO_PKG_VERSION"),
        session.imported,
        session.database,
    )
}

fn bind(editor: &mut Editor<Prompt, CellHistory>, width: &Arc<AtomicUsize>) {
    let key = |code, modifiers| Event::from(KeyEvent(code, modifiers));
    let on = |handler| EventHandler::Conditional(Box::new(handler));
    editor.bind_sequence(key(KeyCode::Enter, Modifiers::NONE), on(Enter { width: width.clone() }));
    editor.bind_sequence(
        key(KeyCode::Char('j'), Modifiers::CTRL),
        EventHandler::Conditional(Box::new(Enter { width: width.clone() })),
    );
    for forced in [KeyCode::Enter, KeyCode::Char('\r')] {
        editor.bind_sequence(key(forced, Modifiers::ALT), EventHandler::Simple(Cmd::AcceptLine));
    }
    editor.bind_sequence(key(KeyCode::Backspace, Modifiers::NONE), EventHandler::Conditional(Box::new(Erase)));
    editor.bind_sequence(key(KeyCode::Char('h'), Modifiers::CTRL), EventHandler::Conditional(Box::new(Erase)));
    editor.bind_sequence(key(KeyCode::Left, Modifiers::NONE), EventHandler::Conditional(Box::new(Left)));
    editor.bind_sequence(key(KeyCode::Tab, Modifiers::NONE), EventHandler::Conditional(Box::new(Tab)));
    for end in [
        key(KeyCode::End, Modifiers::NONE),
        key(KeyCode::Char('e'), Modifiers::CTRL),
        key(KeyCode::Char('f'), Modifiers::CTRL),
    ] {
        editor.bind_sequence(end, EventHandler::Conditional(Box::new(TakeHint)));
    }
    for home in [key(KeyCode::Home, Modifiers::NONE), key(KeyCode::Char('a'), Modifiers::CTRL)] {
        editor.bind_sequence(home, EventHandler::Conditional(Box::new(Home)));
    }
}

/// Enter: runs what is finished, goes on where it is not.
struct Enter {
    width: Arc<AtomicUsize>,
}

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let (text, at) = lines::strip(ctx.line(), ctx.pos());
        let newline = |indent: usize| {
            let more = lines::more(self.width.load(Ordering::Relaxed));
            Some(Cmd::Insert(1, format!("\n{more}{}", " ".repeat(indent))))
        };
        if !text[at..].trim().is_empty() && text[at..].contains('\n') {
            let line = text[..at].rsplit('\n').next().unwrap_or("");
            return newline(line.len() - line.trim_start().len());
        }
        if text.trim().is_empty() {
            return Some(Cmd::AcceptLine);
        }
        if text.trim_start().starts_with("%%") {
            let last = text.rsplit('\n').next().unwrap_or("");
            return if text.contains('\n') && last.trim().is_empty() { Some(Cmd::AcceptLine) } else { newline(0) };
        }
        let last_is_blank = text.contains('\n') && text.rsplit('\n').next().is_some_and(|l| l.trim().is_empty());
        let asked = if last_is_blank { format!("{}\n", text.trim_end_matches([' ', '\t'])) } else { text };
        match syntax::completeness(&asked) {
            Completeness::Incomplete { indent } => newline(indent),
            _ => Some(Cmd::AcceptLine),
        }
    }
}

/// Backspace behind a continuation prompt joins the lines; in front of indentation it takes four blanks.
struct Erase;

impl ConditionalEventHandler for Erase {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        if let Some(prompt) = lines::prompts(ctx.line()).into_iter().find(|p| p.end == ctx.pos()) {
            return Some(Cmd::Kill(Movement::BackwardChar((prompt.len() + 1) as RepeatCount)));
        }
        let (text, at) = lines::strip(ctx.line(), ctx.pos());
        let before = text[..at].rsplit('\n').next().unwrap_or("");
        if n == 1 && before.len() >= 4 && before.len() % 4 == 0 && before.trim().is_empty() {
            return Some(Cmd::Kill(Movement::BackwardChar(4)));
        }
        None
    }
}

/// Left behind a continuation prompt goes to the end of the line above.
struct Left;

impl ConditionalEventHandler for Left {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let prompt = lines::prompts(ctx.line()).into_iter().find(|p| p.end == ctx.pos())?;
        (n == 1).then(|| Cmd::Move(Movement::BackwardChar((prompt.len() + 1) as RepeatCount)))
    }
}

/// Home stops behind the continuation prompt.
struct Home;

impl ConditionalEventHandler for Home {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let line_start = ctx.line()[..ctx.pos()].rfind('\n').map_or(0, |i| i + 1);
        let prompt = lines::prompts(ctx.line()).into_iter().find(|p| p.start == line_start)?;
        let back = ctx.line().get(prompt.end..ctx.pos()).map_or(0, |s| s.chars().count());
        Some(if back == 0 { Cmd::Noop } else { Cmd::Move(Movement::BackwardChar(back as RepeatCount)) })
    }
}

/// Ctrl-E, Ctrl-F and End at the end of the text take what is shown as ghost text.
struct TakeHint;

impl ConditionalEventHandler for TakeHint {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        (ctx.has_hint() && ctx.pos() == ctx.line().len()).then_some(Cmd::CompleteHint)
    }
}

/// Tab indents at the start of a line and completes anywhere else.
struct Tab;

impl ConditionalEventHandler for Tab {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        let (text, at) = lines::strip(ctx.line(), ctx.pos());
        let before = text[..at].rsplit('\n').next().unwrap_or("");
        if before.trim().is_empty() {
            return Some(Cmd::Insert(1, " ".repeat(4 - before.len() % 4)));
        }
        Some(Cmd::Complete)
    }
}

/// What the editor asks while one types.
struct Prompt {
    session: Rc<Session>,
    hints: bool,
    brackets: bool,
    /// Whether the bracket at the cursor shows its other half.
    matching: Cell<bool>,
    /// The width of the prompt in front of the first line.
    width: Rc<Cell<usize>>,
    ghosts: RefCell<Vec<String>>,
    /// The names that queries of a model know, for models that were typed.
    fields: RefCell<HashMap<String, HashSet<Name>>>,
}

impl Helper for Prompt {}
impl Validator for Prompt {}

impl highlight::Names for Prompt {
    fn is_model(&self, name: &str) -> bool {
        Name::existing(name)
            .is_some_and(|n| self.session.main.get(n).is_some_and(|v| crate::models::model_of(&v).is_some()))
    }

    fn has_field(&self, model: &str, name: &str) -> bool {
        let Some(name) = Name::existing(name) else { return false };
        if let Some(known) = self.fields.borrow().get(model) {
            return known.contains(&name);
        }
        let value = Name::existing(model).and_then(|n| self.session.main.get(n));
        let Some(of) = value.and_then(|v| crate::models::model_of(&v)) else { return true };
        let mut known: HashSet<Name> = HashSet::from([Name::new("pk")]);
        for field in of.get_fields(&self.session.rt, true, false) {
            known.insert(field.name());
            if !field.is_reverse() && field.concrete() {
                known.insert(field.attname());
            }
        }
        let found = known.contains(&name);
        self.fields.borrow_mut().insert(model.to_string(), known);
        found
    }
}

impl Completer for Prompt {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (text, at) = lines::strip(line, pos);
        let found = super::complete::at(&self.session, &text, at);
        let length = at - found.start;
        let columns = terminal_size::terminal_size().map_or(80, |(w, _)| w.0 as usize).max(1);
        let above = self.rows_above(line, pos, columns);
        Ok((pos - length, menu(found.candidates, columns, above)))
    }
}

/// The candidates as the editor lists them, each with what it is where there is room.
///
/// The editor draws the cell anew below its list, from as many rows further up as the cursor was down in the cell; so many
/// blank rows, carried by whichever candidate is printed last, are there to be drawn over.
fn menu(candidates: Vec<Candidate>, columns: usize, above: usize) -> Vec<Pair> {
    let widest = candidates.iter().map(|c| c.text.width()).max().unwrap_or(0);
    let room = columns.saturating_sub(widest + 4 + above);
    let mut pairs: Vec<Pair> = candidates
        .into_iter()
        .map(|c| {
            let doc: String = c.doc.chars().take(room).collect();
            let display = if doc.is_empty() || room < 12 {
                c.text.clone()
            } else {
                format!("{}{}  {doc}", c.text, " ".repeat(widest - c.text.width()))
            };
            Pair { display, replacement: c.text }
        })
        .collect();
    if above > 0 {
        let width = pairs.iter().map(|p| p.display.width()).max().unwrap_or(0) + above;
        let across = (columns / (width + 2).min(columns)).max(1);
        let down = pairs.len().div_ceil(across).max(1);
        let last = (pairs.len() / down * down).saturating_sub(1);
        for (i, pair) in pairs.iter_mut().enumerate() {
            let end = match i == last {
                true => "\n".repeat(above),
                false => " ".repeat(width - pair.display.width()),
            };
            pair.display.push_str(&end);
        }
    }
    pairs
}

impl Prompt {
    /// How many rows of the terminal the cell takes above the cursor.
    fn rows_above(&self, line: &str, pos: usize, columns: usize) -> usize {
        let prompt = self.width.get();
        let before = line.get(..pos).unwrap_or(line);
        let mut rows = 0;
        let mut lines = before.split('\n').enumerate().peekable();
        while let Some((i, text)) = lines.next() {
            let width = text.width() + if i == 0 { prompt } else { 0 };
            rows += match lines.peek() {
                Some(_) => width.saturating_sub(1) / columns + 1,
                None => width / columns,
            };
        }
        rows
    }
}

impl Hinter for Prompt {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<String> {
        if pos < line.len() {
            return None;
        }
        let (text, _) = lines::strip(line, pos);
        if text.trim().is_empty() {
            return None;
        }
        let ghosts = self.ghosts.borrow();
        let past = ghosts.iter().rev().find(|e| e.len() > text.len() && e.starts_with(&text)).filter(|_| self.hints);
        if let Some(rest) = past.and_then(|e| e[text.len()..].split('\n').next()).filter(|r| !r.is_empty()) {
            return Some(rest.to_string());
        }
        self.brackets.then(|| highlight::closers(&text)).filter(|c| !c.is_empty())
    }
}

impl Highlighter for Prompt {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        if !theme::is_on() {
            return Cow::Borrowed(line);
        }
        let matching = |at: usize| self.matching.get().then_some(at);
        if !line.contains('\n') {
            return Cow::Owned(highlight::paint(line, matching(pos), self));
        }
        // Colour the code as one text, then put the prompts back at the line starts.
        let (code, cursor) = lines::strip(line, pos);
        let painted = highlight::paint(&code, matching(cursor), self);
        let mut out = String::with_capacity(painted.len() + 64);
        for (i, (code, shown)) in painted.split('\n').zip(line.split('\n')).enumerate() {
            if i > 0 {
                out.push('\n');
                let end = lines::prompt_end(shown).unwrap_or(0);
                if end > 0 {
                    out.push_str(&theme::paint_line(crate::session::text::Role::In, &shown[..end]));
                }
            }
            out.push_str(code);
        }
        Cow::Owned(out)
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once("  ").filter(|_| theme::is_on()) {
            Some((text, doc)) => {
                let dim = theme::paint_line(crate::session::text::Role::Dim, &format!("  {doc}"));
                Cow::Owned(format!("{text}{dim}"))
            }
            None => Cow::Borrowed(candidate),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(theme::paint_line(crate::session::text::Role::Dim, hint))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        // The cell as it stays on the screen shows no bracket's other half.
        self.matching.set(kind != CmdKind::ForcedRefresh);
        theme::is_on()
    }
}
