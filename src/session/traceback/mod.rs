//! Tracebacks as IPython words them, with the ORM's way down as one line a layer.

mod hint;
mod pieces;

use std::rc::Rc;

use crate::object::error::{CodeFrame, Frame, Layer};
use crate::object::{Exc, Exception, Instance, Rt, Value, ops};
use crate::source::{Name, Source, SourceKind};
use crate::syntax::SyntaxError;

use super::text::{Role, Styled};
use pieces::Shown;

pub use hint::{hint, names_of};

/// Columns of the rule and of the header.
const WIDTH: usize = 75;

/// How much a traceback shows: `%xmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// The lines around each failing one.
    #[default]
    Context,
    /// As Python itself.
    Plain,
    /// The last line alone.
    Minimal,
    /// As Context, with the causes of database errors.
    Verbose,
}

impl Mode {
    /// The mode of a name, in any case.
    pub fn parse(name: &str) -> Option<Mode> {
        Some(match name.to_ascii_lowercase().as_str() {
            "context" => Mode::Context,
            "plain" => Mode::Plain,
            "minimal" => Mode::Minimal,
            "verbose" => Mode::Verbose,
            _ => return None,
        })
    }

    /// The name as IPython writes it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Context => "Context",
            Mode::Plain => "Plain",
            Mode::Minimal => "Minimal",
            Mode::Verbose => "Verbose",
        }
    }
}

/// How an exception relates to the one after it.
enum Link {
    Cause,
    Context,
}

const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";

/// The traceback of an exception. `statement` is the SQL that failed, where one did.
pub fn render(rt: &Rt, exception: &Rc<Instance>, mode: Mode, statement: Option<&str>) -> Styled {
    if is_syntax_error(exception)
        && exception.native::<Exception>().is_none_or(|e| e.frames.borrow().is_empty())
        && let Some(out) = syntax_object(rt, exception)
    {
        return out;
    }
    let mut out = Styled::new();
    let chain = if mode == Mode::Minimal { vec![(exception.clone(), None)] } else { chain_of(exception, mode) };
    let with_rule = matches!(mode, Mode::Context | Mode::Verbose);
    if with_rule {
        out.push(Role::Error, "-".repeat(WIDTH)).push(Role::Plain, "\n");
    }
    let last = chain.len() - 1;
    for (i, (exception, link)) in chain.iter().enumerate() {
        let statement = statement.filter(|_| i == last);
        match mode {
            Mode::Minimal => {
                out.extend(last_lines(rt, exception));
            }
            Mode::Plain => plain(rt, exception, &mut out),
            Mode::Context | Mode::Verbose => {
                context(rt, exception, if i == last { 2 } else { 1 }, statement, &mut out);
            }
        }
        match link {
            Some(Link::Cause) => out.push(Role::Plain, format!("\n{CAUSE}\n\n")),
            Some(Link::Context) => out.push(Role::Plain, format!("\n{CONTEXT}\n\n")),
            None => &mut out,
        };
    }
    out
}

/// The exceptions to show, the oldest first, each with its relation to the next.
fn chain_of(exception: &Rc<Instance>, mode: Mode) -> Vec<(Rc<Instance>, Option<Link>)> {
    let mut chain: Vec<(Rc<Instance>, Option<Link>)> = vec![(exception.clone(), None)];
    let mut current = exception.clone();
    loop {
        let next = {
            let Some(e) = current.native::<Exception>() else { break };
            let cause = e.cause.borrow().clone();
            let context = e.context.borrow().clone();
            match (cause, context) {
                // SQLite's own error says what Django's says.
                (Some(_), _) if mode != Mode::Verbose && is_database_error(&current) => None,
                (Some(cause), _) => Some((cause, Link::Cause)),
                (None, Some(context)) if !e.suppress_context.get() => Some((context, Link::Context)),
                _ => None,
            }
        };
        let Some((older, link)) = next else { break };
        if chain.iter().any(|(seen, _)| Rc::ptr_eq(seen, &older)) || chain.len() > 100 {
            break;
        }
        chain.push((older.clone(), Some(link)));
        current = older;
    }
    chain.reverse();
    chain
}

fn is_kind(exception: &Rc<Instance>, kind: Exc) -> bool {
    crate::object::Error::raised(exception.clone()).is(kind)
}

fn is_database_error(exception: &Rc<Instance>) -> bool {
    is_kind(exception, Exc::Error)
}

fn is_syntax_error(exception: &Rc<Instance>) -> bool {
    is_kind(exception, Exc::SyntaxError)
}

/// `str(exception)`, or what Python writes where that fails.
pub fn message_of(rt: &Rt, exception: &Rc<Instance>) -> String {
    match ops::str(rt, &Value::Obj(exception.clone())) {
        Ok(text) => text.to_string(),
        Err(_) => "<exception str() failed>".into(),
    }
}

fn context(rt: &Rt, exception: &Rc<Instance>, around: usize, statement: Option<&str>, out: &mut Styled) {
    let name = exception.class().name().to_string();
    let header = "Traceback (most recent call last)";
    let room = WIDTH.saturating_sub(name.chars().count());
    out.push(Role::Error, &name).push(Role::Plain, format!("{header:>room$}\n"));
    let frames = frames_of(exception);
    let mut first = true;
    let mut layers: Vec<Layer> = Vec::new();
    for step in fold(&frames) {
        match step {
            Step::Frame(frame) => {
                flush_layers(&mut layers, &mut first, out);
                if !std::mem::take(&mut first) {
                    out.push(Role::Plain, "\n");
                }
                frame_lines(&frame, around, out);
            }
            Step::Layer(layer) => layers.push(layer),
            Step::Skipped(text) => {
                flush_layers(&mut layers, &mut first, out);
                out.push(Role::Plain, "\n").push(Role::Dim, format!("    [... skipping similar frames: {text}]\n"));
            }
        }
    }
    flush_layers(&mut layers, &mut first, out);
    if let Some(sql) = statement
        && is_database_error(exception)
    {
        out.push(Role::Plain, "\n").push(Role::Dim, "Statement: ").push(Role::Sql, sql).push(Role::Plain, "\n");
    }
    if !first {
        out.push(Role::Plain, "\n");
    }
    out.extend(last_lines(rt, exception));
}

fn flush_layers(layers: &mut Vec<Layer>, first: &mut bool, out: &mut Styled) {
    if layers.is_empty() {
        return;
    }
    if !std::mem::take(first) {
        out.push(Role::Plain, "\n");
    }
    let mut seen: Option<String> = None;
    for layer in layers.drain(..) {
        let text = layer_text(&layer);
        // A method that calls itself through its super class is one layer.
        if seen.as_ref() != Some(&text) {
            out.push(Role::Dim, format!("{text}\n"));
            seen = Some(text);
        }
    }
}

fn layer_text(layer: &Layer) -> String {
    match &layer.owner {
        Some(owner) => format!("File {}, in {owner}.{}", layer.file, layer.name),
        None => format!("File {}, in {}", layer.file, layer.name),
    }
}

/// Frames outermost first.
fn frames_of(exception: &Rc<Instance>) -> Vec<Frame> {
    let mut frames = match exception.native::<Exception>() {
        Some(e) => e.frames.borrow().clone(),
        None => Vec::new(),
    };
    frames.reverse();
    frames
}

enum Step {
    Frame(Rc<CodeFrame>),
    Layer(Layer),
    Skipped(String),
}

/// Frames with long runs of the same ones folded: of each the first two and the last are kept.
fn fold(frames: &[Frame]) -> Vec<Step> {
    type Key = (usize, u32, Rc<str>);
    let key = |frame: &Frame| -> Option<Key> {
        match frame {
            Frame::Code(code) => Some((Rc::as_ptr(&code.source) as usize, code.line, code.function.clone())),
            Frame::Layer(_) => None,
        }
    };
    let mut counts: std::collections::HashMap<Key, usize> = std::collections::HashMap::new();
    for k in frames.iter().filter_map(key) {
        *counts.entry(k).or_default() += 1;
    }
    let mut seen: std::collections::HashMap<Key, usize> = std::collections::HashMap::new();
    let mut out = Vec::new();
    let mut skipped: Vec<(Key, usize)> = Vec::new();
    let tell = |skipped: &mut Vec<(Key, usize)>, out: &mut Vec<Step>| {
        if skipped.is_empty() {
            return;
        }
        skipped.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.2.cmp(&b.0.2)));
        let parts: Vec<String> = skipped
            .drain(..)
            .map(|((_, line, name), n)| {
                format!("{} at line {line} ({n} times)", name.rsplit('.').next().unwrap_or(&name))
            })
            .collect();
        out.push(Step::Skipped(parts.join(", ")));
    };
    for frame in frames {
        if let Some(k) = key(frame) {
            let total = counts.get(&k).copied().unwrap_or(0);
            let nth = seen.entry(k.clone()).or_default();
            *nth += 1;
            if total > 3 && *nth > 2 && *nth < total {
                match skipped.iter_mut().find(|(other, _)| *other == k) {
                    Some((_, n)) => *n += 1,
                    None => skipped.push((k, 1)),
                }
                continue;
            }
        } else if !skipped.is_empty() {
            // The ORM's layers between folded frames fold with them.
            continue;
        }
        tell(&mut skipped, &mut out);
        out.push(match frame {
            Frame::Code(code) => Step::Frame(code.clone()),
            Frame::Layer(layer) => Step::Layer(layer.clone()),
        });
    }
    tell(&mut skipped, &mut out);
    out
}

/// `Cell In[3], line 2`, `File ~/school/models.py:12`.
fn place(source: &Source, line: Option<u32>) -> String {
    match (&source.kind, line) {
        (SourceKind::Cell(n), Some(line)) => format!("Cell In[{n}], line {line}"),
        (SourceKind::Cell(n), None) => format!("Cell In[{n}]"),
        (_, Some(line)) => format!("File {}:{line}", compress_user(&source.name)),
        (_, None) => format!("File {}", compress_user(&source.name)),
    }
}

/// A path below the home folder with `~` for it.
fn compress_user(path: &str) -> String {
    match std::env::var("HOME") {
        Ok(home) if home.len() > 1 && path.starts_with(&format!("{home}/")) => format!("~{}", &path[home.len()..]),
        _ => path.to_string(),
    }
}

fn frame_lines(frame: &CodeFrame, around: usize, out: &mut Styled) {
    out.push(Role::Place, place(&frame.source, Some(frame.line)));
    if &*frame.function != "<module>" {
        out.push(Role::Plain, ", in ").push(Role::Function, format!("{}{}", frame.function, frame.signature));
    }
    out.push(Role::Plain, "\n");
    if matches!(frame.source.kind, SourceKind::Text) {
        return;
    }
    let excerpt = pieces::excerpt(&frame.source, frame.line, frame.span, around);
    for shown in excerpt.lines {
        let Shown::Line(number) = shown else {
            out.push(Role::LineNumber, "   (...)");
            continue;
        };
        let line = frame.source.line(number);
        let text = line.get(excerpt.indent..).unwrap_or_else(|| line.trim_start());
        if number == frame.line {
            let dashes = 5_usize.saturating_sub(number.to_string().len());
            out.push(Role::Arrow, format!("{}> {number}", "-".repeat(dashes))).push(Role::Plain, " ");
            mark(frame, number, line, excerpt.indent, out);
        } else {
            out.push(Role::LineNumber, format!("{number:>7}")).push(Role::Plain, format!(" {text}"));
        }
        out.push(Role::Plain, "\n");
    }
}

/// The failing line with the code that failed marked.
fn mark(frame: &CodeFrame, number: u32, line: &str, indent: usize, out: &mut Styled) {
    let start = frame.source.text.as_ptr() as usize;
    let line_start = (line.as_ptr() as usize).saturating_sub(start);
    let _ = number;
    let from = (frame.span.start as usize).saturating_sub(line_start).clamp(indent.min(line.len()), line.len());
    let to = (frame.span.end as usize).saturating_sub(line_start).clamp(from, line.len());
    match (line.get(indent..from), line.get(from..to), line.get(to..)) {
        (Some(a), Some(b), Some(c)) if frame.span.end > frame.span.start => {
            out.push(Role::Plain, a).push(Role::Failing, b).push(Role::Plain, c);
        }
        _ => {
            out.push(Role::Plain, line.get(indent..).unwrap_or(line));
        }
    }
}

/// The exception's own line or lines, with its notes.
fn last_lines(rt: &Rt, exception: &Rc<Instance>) -> Styled {
    let mut out = Styled::new();
    out.push(Role::Error, exception.class().name()).push(Role::Plain, ": ");
    out.push(Role::Plain, message_of(rt, exception)).push(Role::Plain, "\n");
    for note in notes(rt, exception) {
        out.push(Role::Plain, format!("{note}\n"));
    }
    out
}

fn notes(rt: &Rt, exception: &Rc<Instance>) -> Vec<String> {
    let Some(notes) = exception.get(Name::new("__notes__")) else { return Vec::new() };
    let Some(list) = notes.as_list() else { return Vec::new() };
    list.to_vec().iter().filter_map(|n| ops::str(rt, n).ok()).map(|s| s.to_string()).collect()
}

fn plain(rt: &Rt, exception: &Rc<Instance>, out: &mut Styled) {
    let frames = frames_of(exception);
    if !frames.is_empty() {
        out.push(Role::Plain, "Traceback (most recent call last):\n");
    }
    for frame in &frames {
        match frame {
            Frame::Code(code) => {
                out.push(Role::Plain, "  ").push(Role::Place, place(&code.source, Some(code.line)));
                if &*code.function != "<module>" {
                    let name = code.function.rsplit('.').next().unwrap_or(&code.function);
                    out.push(Role::Plain, " in ").push(Role::Function, name);
                }
                out.push(Role::Plain, "\n");
                let line = code.source.line(code.line).trim();
                if !line.is_empty() {
                    out.push(Role::Plain, format!("    {line}\n"));
                }
            }
            Frame::Layer(layer) => {
                out.push(Role::Plain, "  ").push(Role::Dim, layer_text(layer)).push(Role::Plain, "\n");
            }
        }
    }
    let message = message_of(rt, exception);
    out.push(Role::Error, exception.class().name());
    if message.is_empty() {
        out.push(Role::Plain, "\n");
    } else {
        out.push(Role::Plain, format!(": {message}\n"));
    }
    for note in notes(rt, exception) {
        out.push(Role::Plain, format!("{note}\n"));
    }
}

/// A traceback as Python itself prints it: for a models file that does not load.
pub fn render_python(rt: &Rt, exception: &Rc<Instance>) -> Styled {
    let mut out = Styled::new();
    for (exception, link) in chain_of(exception, Mode::Verbose) {
        python(rt, &exception, &mut out);
        match link {
            Some(Link::Cause) => out.push(Role::Plain, format!("\n{CAUSE}\n\n")),
            Some(Link::Context) => out.push(Role::Plain, format!("\n{CONTEXT}\n\n")),
            None => &mut out,
        };
    }
    out
}

fn python(rt: &Rt, exception: &Rc<Instance>, out: &mut Styled) {
    let frames = frames_of(exception);
    if !frames.is_empty() {
        out.push(Role::Plain, "Traceback (most recent call last):\n");
    }
    for frame in &frames {
        match frame {
            Frame::Code(code) => {
                let place = format!("  File \"{}\", line {}, in {}\n", code.source.name, code.line, code.function);
                out.push(Role::Place, place);
                let line = code.source.line(code.line).trim();
                if !line.is_empty() {
                    out.push(Role::Plain, format!("    {line}\n"));
                }
            }
            Frame::Layer(layer) => {
                out.push(Role::Plain, "  ").push(Role::Dim, layer_text(layer)).push(Role::Plain, "\n");
            }
        }
    }
    let class = exception.class().name().to_string();
    let class = match &**exception.class().module.borrow() {
        "builtins" | "__main__" => class,
        module => format!("{module}.{class}"),
    };
    if is_syntax_error(exception)
        && let Some(place) = syntax_place(rt, exception)
    {
        out.push(Role::Place, format!("  File \"{}\", line {}\n", place.file, place.line));
        out.extend(syntax_lines("", &place.text, place.column, &class, &place.message));
        return;
    }
    let message = message_of(rt, exception);
    out.push(Role::Error, class);
    out.push(Role::Plain, if message.is_empty() { "\n".into() } else { format!(": {message}\n") });
    for note in notes(rt, exception) {
        out.push(Role::Plain, format!("{note}\n"));
    }
}

/// What is shown for text that does not parse.
pub fn syntax(source: &Source, error: &SyntaxError) -> Styled {
    syntax_lines(
        &place(source, Some(error.line)),
        source.line(error.line),
        Some(error.column as usize),
        error.class_name(),
        &error.message,
    )
    .with_blank_line()
}

fn syntax_lines(place: &str, line: &str, column: Option<usize>, class: &str, message: &str) -> Styled {
    let mut out = Styled::new();
    if !place.is_empty() {
        out.push(Role::Plain, "  ").push(Role::Place, place).push(Role::Plain, "\n");
    }
    out.push(Role::Plain, format!("    {}\n", line.trim()));
    if let Some(column) = column {
        let blanks = line.chars().take_while(|c| c.is_whitespace()).count();
        let wanted = column.saturating_sub(1);
        let pad: String =
            line.chars().take(wanted).skip(blanks).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
        out.push(Role::Error, format!("    {pad}^")).push(Role::Plain, "\n");
    }
    out.push(Role::Error, class);
    if message.is_empty() {
        out.push(Role::Plain, "\n");
    } else {
        out.push(Role::Plain, format!(": {message}\n"));
    }
    out
}

/// What a SyntaxError object knows of its place.
struct SyntaxPlace {
    file: String,
    line: i64,
    column: Option<usize>,
    text: String,
    message: String,
}

fn syntax_place(rt: &Rt, exception: &Rc<Instance>) -> Option<SyntaxPlace> {
    let object = Value::Obj(exception.clone());
    let attr = |name: &str| ops::get_attr_opt(rt, &object, Name::new(name)).ok().flatten().filter(|v| !v.is_none());
    let string = |name: &str| attr(name).and_then(|v| v.as_str().map(|s| s.to_string()));
    Some(SyntaxPlace {
        line: attr("lineno")?.as_int()?,
        file: string("filename").unwrap_or_else(|| "<string>".into()),
        text: string("text").unwrap_or_default().trim_end_matches('\n').to_string(),
        message: string("msg").unwrap_or_default(),
        column: attr("offset").and_then(|v| v.as_int()).map(|n| n.max(0) as usize),
    })
}

/// A SyntaxError object that the session, a cell of it or an import raised.
fn syntax_object(rt: &Rt, exception: &Rc<Instance>) -> Option<Styled> {
    let at = syntax_place(rt, exception)?;
    let place = match at.file.strip_prefix("<cell ").and_then(|s| s.strip_suffix('>')) {
        Some(number) => format!("Cell In[{number}], line {}", at.line),
        None => format!("File {}:{}", compress_user(&at.file), at.line),
    };
    let class = exception.class().name().to_string();
    let mut out = syntax_lines(&place, &at.text, at.column, &class, &at.message);
    out.push(Role::Plain, "\n");
    Some(out)
}
