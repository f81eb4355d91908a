//! Exercises: a session in which a teacher asks questions and answers them; the copy for students, without the answers; and
//! what students made of it.
//!
//! An exercise is a script or a notebook. A cell says what it is in its `# %%` line or in its first comment:
//!
//! ```text
//! # %% setup                        runs before every question; students see it
//! # %% hidden data                  other data, on which answers are tried as well; students never see it
//! # %% teacher                      for the teacher alone
//! # %% question 1: What is asked    more of it, and rules, in comments; the answer behind "# answer"
//! ```

mod answer;
mod grade;
mod rules;

use super::formats::{Cell, Document, Format, notebook};
use rules::Rules;

pub use answer::{Answer, Row};
pub use grade::{Graded, Grader, Grades, Plan};

/// An exercise, or a student's copy of it.
#[derive(Debug, Default)]
pub struct Exercise {
    /// Code that runs before every question.
    pub setup: Vec<String>,
    /// Other data: its name and the code that makes it.
    pub hidden: Vec<(String, String)>,
    /// Code of a student's own before the first question.
    pub own: Vec<String>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The exercise that a student's copy was made of.
    pub origin: Option<String>,
}

/// A question.
#[derive(Debug, Default)]
pub struct Question {
    /// What it is called.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// Its line in the file; in a notebook its place among the cells.
    pub line: usize,
    /// The code of the answer.
    pub code: String,
    /// Whether the answer is rows that were written down, which hold for the given data alone.
    pub is_rows: bool,
    /// What an answer has to keep to.
    pub rules: Rules,
}

/// What a cell is.
enum Mark {
    Question { id: String, text: String },
    Setup,
    Hidden(String),
    Teacher,
}

/// What a cell says it is, and its code without the line that says so.
fn mark_of(cell: &Cell) -> Option<(Mark, &str)> {
    let marker = cell
        .layout
        .as_ref()
        .and_then(|l| l.before.trim_end_matches('\n').rsplit('\n').next())
        .and_then(|line| line.strip_prefix("# %%"));
    if let Some(mark) = marker.and_then(parse_mark) {
        return Some((mark, &cell.source));
    }
    let source = cell.source.trim_start_matches('\n');
    let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
    let mark = parse_mark(first.strip_prefix('#')?.trim_start_matches(['%', ' ']))?;
    Some((mark, rest))
}

fn parse_mark(text: &str) -> Option<Mark> {
    let text = text.trim();
    let word_end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(word_end);
    match word.to_ascii_lowercase().as_str() {
        "question" => {
            let (id, asked) = rest.split_once(':').unwrap_or((rest, ""));
            let id = id.trim();
            if id.is_empty() || id.contains(char::is_whitespace) {
                return None;
            }
            Some(Mark::Question { id: id.to_string(), text: asked.trim().to_string() })
        }
        "setup" if rest.is_empty() || rest.starts_with(':') => Some(Mark::Setup),
        "hidden" => {
            let rest = rest.trim().strip_prefix("data").unwrap_or(rest).trim().trim_start_matches(':').trim();
            Some(Mark::Hidden(rest.to_string()))
        }
        "teacher" => Some(Mark::Teacher),
        _ => None,
    }
}

/// Whether a comment begins the answer, and whether it is one of rows.
fn answer_mark(line: &str) -> Option<bool> {
    let text = line.strip_prefix('#')?.trim().trim_end_matches(':').to_ascii_lowercase();
    match text.as_str() {
        "answer" | "your answer" | "solution" => Some(false),
        "rows" | "answer rows" => Some(true),
        _ => None,
    }
}

/// Lines of a question's head that students do not see.
fn is_secret(line: &str) -> bool {
    let text = line.trim_start_matches(['#', ' ']).to_ascii_lowercase();
    ["check:", "note:", "teacher:"].iter().any(|key| text.starts_with(key))
}

/// The head of a question's cell, which is comments, and the rest.
fn head_of(source: &str) -> (Vec<&str>, Option<bool>, String) {
    let lines: Vec<&str> = source.lines().collect();
    let at = lines.iter().position(|l| answer_mark(l).is_some());
    let mark = at.and_then(|i| lines.get(i)).and_then(|l| answer_mark(l));
    let end = at.unwrap_or_else(|| lines.iter().take_while(|l| l.starts_with('#') || l.trim().is_empty()).count());
    let head = lines.get(..end).unwrap_or_default().to_vec();
    let rest = lines.get(end + usize::from(at.is_some())..).unwrap_or_default();
    (head, mark, rest.join("\n").trim_matches('\n').to_string())
}

impl Exercise {
    /// Reads an exercise, or a student's copy of one, from its session.
    ///
    /// Errors: a sentence where a rule is none, or two questions have one name.
    pub fn of(document: &Document) -> Result<Exercise, String> {
        let mut exercise = Exercise::default();
        let unit = if document.format == Format::Notebook { "cell" } else { "line" };
        for cell in document.cells.iter().filter(|c| c.prose.is_none()) {
            match mark_of(cell) {
                Some((Mark::Question { id, text }, source)) => {
                    let (head, mark, code) = head_of(source);
                    let mut question = Question { id, text, line: cell.line, code, ..Question::default() };
                    question.is_rows = mark == Some(true);
                    for line in head {
                        let line = line.trim_start_matches('#').trim();
                        if let Some(origin) = line.strip_prefix("exercise:") {
                            exercise.origin = Some(origin.trim().to_string());
                        } else if !question.rules.read(line).map_err(|e| format!("{unit} {}: {e}", cell.line))?
                            && !line.is_empty()
                        {
                            question.text = format!("{} {line}", question.text).trim().to_string();
                        }
                    }
                    if exercise.questions.iter().any(|q| q.id == question.id) {
                        return Err(format!("{unit} {}: there is a question {} already", cell.line, question.id));
                    }
                    exercise.questions.push(question);
                }
                Some((Mark::Setup, source)) => exercise.setup.push(source.to_string()),
                Some((Mark::Hidden(name), source)) => exercise.hidden.push((name, source.to_string())),
                Some((Mark::Teacher, _)) => {}
                // Cells that say nothing go with the question above them.
                None => match exercise.questions.last_mut() {
                    Some(question) => {
                        question.code = format!("{}\n{}", question.code, cell.source).trim_matches('\n').to_string();
                    }
                    None => exercise.own.push(cell.source.clone()),
                },
            }
        }
        Ok(exercise)
    }

    /// What keeps it from being one that can be published and graded.
    ///
    /// A sentence: no question, or one without an answer.
    pub fn problem(&self, document: &Document) -> Option<String> {
        let unit = if document.format == Format::Notebook { "cell" } else { "line" };
        if self.questions.is_empty() {
            return Some("has no question: a cell that starts with \"# question 1: ...\"".into());
        }
        let empty = self.questions.iter().find(|q| q.code.trim().is_empty() && q.rules.checks.is_empty())?;
        Some(format!(
            "{unit} {}: question {} has no answer: write it in its cell, under a line \"# answer\"",
            empty.line, empty.id
        ))
    }
}

/// The students' copy of an exercise: the questions with room for answers, without answers, hidden data and what is the
/// teacher's. `origin` is the exercise's name, which the copy carries.
///
/// Errors: a sentence where it is no exercise, or not in a form that students can fill in.
pub fn publish(document: &Document, origin: &str) -> Result<String, String> {
    let exercise = Exercise::of(document)?;
    if let Some(problem) = exercise.problem(document) {
        return Err(problem);
    }
    let mut named = false;
    let mut sources: Vec<(usize, Option<String>)> = Vec::new();
    for (index, cell) in document.cells.iter().enumerate().filter(|(_, c)| c.prose.is_none()) {
        match mark_of(cell) {
            Some((Mark::Question { .. }, source)) => {
                let (head, ..) = head_of(source);
                let first = &cell.source[..cell.source.len() - source.len()];
                let mut text = first.to_string();
                if !named {
                    text.push_str(&format!("# exercise: {origin}\n"));
                    named = true;
                }
                for line in head.iter().filter(|l| !is_secret(l) && !l.trim().is_empty()) {
                    text.push_str(&format!("{line}\n"));
                }
                text.push_str("# your answer:\n");
                sources.push((index, Some(text)));
            }
            Some((Mark::Hidden(_) | Mark::Teacher, _)) => sources.push((index, None)),
            Some((Mark::Setup, _)) => {}
            // What goes with a question belongs to its answer.
            None if named => sources.push((index, None)),
            None => {}
        }
    }
    match document.format {
        Format::Notebook => {
            let places = sources.into_iter().filter_map(|(i, s)| Some((document.cells.get(i)?.place.start, s)));
            notebook::with_sources(&document.text, &places.collect::<Vec<_>>())
        }
        Format::Script => Ok(script_with(document, &sources)),
        Format::Transcript => Err("an exercise is a .py file with # %% cells, or a notebook".into()),
    }
}

fn script_with(document: &Document, sources: &[(usize, Option<String>)]) -> String {
    let mut out = String::new();
    for (index, cell) in document.cells.iter().enumerate() {
        let layout = cell.layout.clone().unwrap_or_default();
        match sources.iter().find(|(i, _)| *i == index).map(|(_, source)| source) {
            None => out.push_str(&format!("{}{}{}", layout.before, cell.source, layout.after)),
            Some(Some(source)) => out.push_str(&format!("{}{source}\n\n", layout.before)),
            Some(None) => {
                // What stands before the marker is not the cell's own.
                let start = layout.before.trim_end_matches('\n').rfind('\n').map_or(0, |i| i + 1);
                if layout.before[start..].starts_with("# %%") {
                    out.push_str(&layout.before[..start]);
                }
            }
        }
    }
    let mut text = out.trim_end_matches('\n').to_string();
    text.push('\n');
    if document.newline() == "\r\n" { text.replace('\n', "\r\n") } else { text }
}
