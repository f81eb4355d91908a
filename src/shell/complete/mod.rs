//! What could stand where the cursor stands: names, members through any chain, fields and lookups where a query takes
//! them, values, magics, modules, keys, files.
//!
//! A cell goes a way of its own here, because it is unfinished: [`tokens`] that never fail, the [`scope`] of names that the
//! cell binds so far, the [`place`] of the cursor among brackets, [`expr`]essions as far as they can be read, and the
//! [`types`] of those, worked out without running anything.

mod arguments;
mod expr;
pub mod fields;
mod magics;
mod members;
mod names;
mod place;
mod results;
mod scope;
mod tokens;
mod types;
mod values;

use std::collections::HashSet;

use crate::models::{FieldRef, ModelRef};
use crate::session::Session;
use arguments::Context;
use expr::{Expr, Reader};
use place::{Place, What};
use tokens::{Tok, Token};
use types::{Infer, Inner, Ty};

/// One thing that could stand there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Candidate {
    /// The text in place of what was typed of it.
    pub text: String,
    /// What it is, in a few words.
    pub doc: String,
}

impl Candidate {
    /// A candidate with its few words.
    pub fn new(text: impl Into<String>, doc: impl Into<String>) -> Candidate {
        Candidate { text: text.into(), doc: doc.into() }
    }
}

/// What could stand at a place, and which bytes it would take the place of.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The byte where what was typed of it begins.
    pub start: usize,
    /// The byte where that ends: the cursor.
    pub end: usize,
    /// The candidates in order.
    pub candidates: Vec<Candidate>,
}

impl Found {
    fn new(start: usize, end: usize, candidates: Vec<Candidate>) -> Found {
        Found { start, end, candidates }
    }

    /// What all candidates begin with.
    pub fn common_prefix(&self) -> &str {
        let mut all = self.candidates.iter().map(|c| c.text.as_str());
        let Some(mut common) = all.next() else { return "" };
        for text in all {
            let same = common.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
            common = &common[..same];
        }
        common
    }
}

/// What could stand at a byte of a cell's text.
pub fn at(session: &Session, text: &str, cursor: usize) -> Found {
    let end = (0..=cursor.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let line = &before[line_start..];
    match magics::line(session, line, end) {
        Some(Ok(found)) => return sorted(found),
        // The magic's name and what stands before it are no code.
        Some(Err(code)) => {
            let mut blank: String = before[..line_start].to_string();
            blank.extend(before[line_start..code].bytes().map(|_| ' '));
            return in_code(session, &(blank + &text[code..]), end);
        }
        None => {}
    }
    // `?name` asks for help.
    if line.trim_start().starts_with('?') {
        let marks = line.len() - line.trim_start().trim_start_matches('?').len();
        let code = format!("{}{}{}", &before[..line_start], " ".repeat(marks), &text[line_start + marks..]);
        return in_code(session, &code, end);
    }
    if line.trim_start().starts_with('!') {
        return Found::new(end, end, Vec::new());
    }
    in_code(session, text, end)
}

fn in_code(session: &Session, text: &str, end: usize) -> Found {
    let before = &text[..end];
    let all = tokens::tokens(before);
    // In a field of an f-string there is code.
    if let Some(&Token { kind: Tok::Str { open: true, formatted: true, content }, start, .. }) = all.last() {
        return match field_of_text(&before[content..]) {
            Some(None) => Found::new(end, end, Vec::new()),
            Some(Some(at)) => {
                let brace = content + at;
                let code = format!("{}{}({}", &before[..start], " ".repeat(brace - start), &before[brace + 1..]);
                in_code(session, &code, end)
            }
            None => Found::new(content, end, Vec::new()),
        };
    }
    let scope = scope::read(before, &all);
    let place = place::find(before, &all, scope.statement);
    let infer = Infer { session, scope: &scope, end: place.start };
    let word = &before[place.start..];
    let found = |candidates| sorted(Found::new(place.start, end, candidates));
    if let Some(candidates) = imports(&infer, before, &all, scope.statement, &place) {
        return found(candidates);
    }
    if is_naming(before, &all, scope.statement, &place) {
        return found(Vec::new());
    }
    let inner = inner_names(&infer, text, &place);
    let context = Context { text: before, tokens: &all, place: &place, infer: &infer, inner: &inner };
    match place.what {
        What::Nothing => found(Vec::new()),
        What::Member(from, to) => {
            let operand = Reader::new(before, &all[..to], from).expression();
            let mut out = members::of(&infer, &infer.of(&operand, &inner));
            out.retain(|c| names::fits(&c.text, word));
            found(out)
        }
        What::Text(_) => found(context.in_text(word)),
        What::Operator => {
            let first = all.get(scope.statement).map_or("", |t| t.text(before));
            found(names::operators(word, matches!(first, "with" | "except" | "case")))
        }
        What::Name => {
            let (mut out, python) = context.at_name(word);
            let special = sorted(Found::new(0, 0, std::mem::take(&mut out))).candidates;
            // Where keywords or values are wanted, other names are few and come behind.
            let mut own =
                if python || !word.is_empty() { names::own(&infer, &inner, word, !python) } else { Vec::new() };
            if python && !word.is_empty() {
                own.extend(names::python(&infer, word));
            }
            if !python {
                own.retain(|c| !c.text.ends_with('('));
            }
            let mut result = found(own);
            let mut candidates = special;
            let have: HashSet<String> = candidates.iter().map(|c| c.text.clone()).collect();
            result.candidates.retain(|c| !have.contains(&c.text));
            candidates.append(&mut result.candidates);
            Found::new(place.start, end, candidates)
        }
    }
}

/// In order and each once; asynchronous twins of methods come last.
fn sorted(mut found: Found) -> Found {
    let have: HashSet<String> = found.candidates.iter().map(|c| c.text.clone()).collect();
    let twin = |text: &str| text.strip_prefix('a').is_some_and(|rest| rest.ends_with('(') && have.contains(rest));
    found.candidates.sort_by(|a, b| {
        let key = |c: &Candidate| (twin(&c.text), c.text.starts_with("__"), c.text.starts_with('_'));
        key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text))
    });
    let mut seen = HashSet::new();
    found.candidates.retain(|c| seen.insert(c.text.clone()));
    found
}

/// Where an f-string's text has a field open: the byte of its brace. The outer `None` where it has none, the inner where
/// the field's code has ended (`{x:>` and `{x!`).
fn field_of_text(text: &str) -> Option<Option<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut open: Option<usize> = None;
    let mut depth = 0_usize;
    let mut ended = false;
    while at < bytes.len() {
        match (bytes[at], open) {
            (b'{', None) if bytes.get(at + 1) == Some(&b'{') => at += 1,
            (b'{', None) => {
                open = Some(at);
                ended = false;
            }
            (b'(' | b'[' | b'{', Some(_)) => depth += 1,
            (b')' | b']', Some(_)) => depth = depth.saturating_sub(1),
            (b'}', Some(_)) if depth > 0 => depth -= 1,
            (b'}', Some(_)) => open = None,
            (b':', Some(_)) if depth == 0 => ended = true,
            (b'!', Some(_)) if depth == 0 && bytes.get(at + 1) != Some(&b'=') => ended = true,
            _ => {}
        }
        at += 1;
    }
    open.map(|at| if ended { None } else { Some(at) })
}

/// Candidates in an import statement.
fn imports(infer: &Infer, text: &str, all: &[Token], statement: usize, place: &Place) -> Option<Vec<Candidate>> {
    let first = all.get(statement).filter(|_| statement < place.before)?;
    let word = &text[place.start..];
    if matches!(place.what, What::Text(_)) {
        return None;
    }
    let tokens = all.get(statement..place.before)?;
    let last = tokens.last()?.text(text);
    let dotted = |from: usize| {
        let typed = &text[from..];
        typed.rsplit([',', ' ', '\t']).next().unwrap_or("").to_string()
    };
    match first.text(text) {
        "from" => {
            let Some(import) = tokens.iter().position(|t| t.kind == Tok::Name && t.text(text) == "import") else {
                let behind_module = tokens.len() > 1 && last != ".";
                return Some(match behind_module {
                    true if "import".starts_with(word) => vec![Candidate::new("import", "keyword")],
                    true => Vec::new(),
                    false => names::modules(infer.session, &dotted(first.end)),
                });
            };
            let module: String = tokens[1..import].iter().map(|t| t.text(text)).collect();
            let takes = matches!(last, "import" | "," | "(");
            Some(if takes { names::importable(infer, &module, word) } else { Vec::new() })
        }
        "import" => {
            let takes = matches!(last, "import" | "," | ".");
            Some(if takes { names::modules(infer.session, &dotted(first.end)) } else { Vec::new() })
        }
        _ => None,
    }
}

/// Whether the word at the cursor is a name that is being given: a parameter, a loop's variable.
fn is_naming(text: &str, all: &[Token], statement: usize, place: &Place) -> bool {
    let Some(first) = all.get(statement).filter(|_| statement < place.before) else { return false };
    if place.what != What::Name {
        return false;
    }
    let tokens = &all[statement..place.before];
    let has = |word: &str| tokens.iter().any(|t| t.text(text) == word);
    match first.text(text) {
        "for" => place.frames.is_empty() && !has("in"),
        "def" => match place.frames.as_slice() {
            [frame] => {
                let own = tokens.len() > 2 && frame.open == statement + 2;
                let after = all[place.before - 1].text(text);
                own && matches!(after, "(" | "," | "*" | "**")
            }
            _ => false,
        },
        "class" => tokens.len() == 1,
        "lambda" => !has(":"),
        _ => {
            // A lambda's parameters.
            let lambda = tokens.iter().rposition(|t| t.kind == Tok::Name && t.text(text) == "lambda");
            lambda.is_some_and(|at| !tokens[at..].iter().any(|t| t.text(text) == ":" || t.text(text) == "="))
        }
    }
}

/// The names that comprehensions and lambdas around the cursor bind; their loops may stand behind it.
fn inner_names(infer: &Infer, text: &str, place: &Place) -> Inner {
    let mut inner = Inner::new();
    let whole = tokens::tokens(text);
    // A lambda outside all brackets: of its parameters nothing is known but that they are there.
    let last = whole.iter().take(place.before).rposition(|t| t.kind == Tok::Name && t.text(text) == "lambda");
    if let Some(at) = last.filter(|at| *at >= infer.statement()) {
        let names = whole[at + 1..].iter().take_while(|t| t.text(text) != ":").filter(|t| t.kind == Tok::Name);
        inner.extend(names.map(|t| (t.text(text).to_string(), Ty::Unknown)));
    }
    if place.frames.is_empty() {
        return inner;
    }
    for frame in place.frames.iter().rev() {
        let mut depth = 0_usize;
        let mut at = frame.open + 1;
        while let Some(token) = whole.get(at) {
            match (token.kind, token.text(text)) {
                (Tok::Op, "(" | "[" | "{") => depth += 1,
                (Tok::Op, ")" | "]" | "}") => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => break,
                },
                (Tok::Name, "for") if depth == 0 && frame.argument <= at => {
                    let (target, iterable) = Reader::new(text, &whole, at + 1).clause();
                    let element = infer.element(&infer.of(&iterable, &inner));
                    infer.bind(&target, &element, &mut inner);
                }
                (Tok::Name, "lambda") if at < place.before && frame.argument <= at => {
                    lambda(infer, text, &whole, frame, at, &mut inner);
                }
                (Tok::Op, ",") if depth == 0 && at >= place.before => break,
                _ => {}
            }
            at += 1;
        }
    }
    inner
}

/// Binds a lambda's parameters: those of `sorted(students, key=lambda s: ...)` are known.
fn lambda(infer: &Infer, text: &str, all: &[Token], frame: &place::Frame, at: usize, inner: &mut Inner) {
    let colon = all.iter().skip(at).position(|t| t.kind == Tok::Op && t.text(text) == ":");
    let Some(colon) = colon else { return };
    let names: Vec<&str> =
        all[at + 1..at + colon].iter().filter(|t| t.kind == Tok::Name).map(|t| t.text(text)).collect();
    let mut element = Ty::Unknown;
    if let (Some((from, to)), '(') = (frame.callee, frame.bracket) {
        let callee = Reader::new(text, &all[..to], from).expression();
        let arguments = Reader::new(text, all, frame.open).arguments();
        let positional: Vec<&Expr> = arguments.iter().filter(|a| a.keyword.is_none()).map(|a| &a.value).collect();
        let of = match (&callee, frame.keyword.as_deref()) {
            (Expr::Name(name), Some("key")) if matches!(name.as_str(), "sorted" | "min" | "max") => {
                positional.first().map(|e| (*e).clone())
            }
            (Expr::Name(name), None) if matches!(name.as_str(), "map" | "filter") => {
                positional.get(1).map(|e| (*e).clone())
            }
            (Expr::Attr(list, name), Some("key")) if name == "sort" => Some((**list).clone()),
            _ => None,
        };
        if let Some(of) = of {
            element = infer.element(&infer.of(&of, inner));
        }
    }
    for (i, name) in names.into_iter().enumerate() {
        inner.push((name.to_string(), if i == 0 { element.clone() } else { Ty::Unknown }));
    }
}

/// The lookups of a field: name and what each asks.
pub fn lookups_of(session: &Session, field: &FieldRef) -> Vec<(std::rc::Rc<str>, String)> {
    fields::lookups_of(session, field)
}

/// Follows a path such as `department__name__startswith` from a model: the field, and the lookup behind it.
pub fn follow(session: &Session, model: &ModelRef, path: &str) -> Option<(FieldRef, Option<String>)> {
    let (field, lookup) = fields::follow_lookup(session, model, &std::rc::Rc::from([]), path)?;
    Some((field, lookup.map(str::to_string)))
}

/// What one line of documentation says of a lookup.
pub fn lookup_doc(name: &str) -> Option<&'static str> {
    fields::any_lookup(name)
}
