//! The names that a cell binds before the cursor, read from its tokens: assignments, loops, imports, definitions.

use std::cell::RefCell;
use std::rc::Rc;

use super::expr::{Expr, Reader, Target};
use super::tokens::{Tok, Token};

/// Where a bound name has its value from.
#[derive(Clone)]
pub enum Source {
    /// `target = value`.
    Value(Expr),
    /// `for target in value`.
    Element(Expr),
    /// `with value as target`.
    Entered(Expr),
    /// `except value as target`, or a parameter with a type: an instance of the class.
    Made(Expr),
    /// `target: hint = value`.
    Hinted(Expr, Expr),
    /// `import module`; for `import a.b` the name is bound to `a`.
    Module(String),
    /// `from module import name`.
    Member(String, String),
    /// `def`.
    Def(Rc<LocalDef>),
    /// `class`.
    Class(Rc<LocalClass>),
    /// `self` in a method.
    SelfOf(Rc<LocalClass>),
    /// Nothing is known.
    Nothing,
}

/// A function of the cell.
pub struct LocalDef {
    /// Its parameters.
    pub parameters: Vec<String>,
    /// What it returns, and where names in that are looked up.
    pub returns: RefCell<Option<(Expr, usize)>>,
    /// Its result's type hint.
    pub hint: Option<Expr>,
    /// Where the hint's names are looked up.
    pub at: usize,
}

/// A class of the cell.
pub struct LocalClass {
    /// Its bases.
    pub bases: Vec<Expr>,
    /// Where their names are looked up.
    pub at: usize,
    /// What its body binds; whether as a method.
    pub members: RefCell<Vec<(String, bool)>>,
}

/// One binding.
pub struct Binding {
    /// What is bound.
    pub target: Target,
    /// To what.
    pub source: Source,
    /// The byte before which names of the source are looked up.
    pub at: usize,
    /// From which byte on it holds.
    pub from: usize,
    /// Up to which byte.
    pub until: usize,
}

/// The bindings of a text.
#[derive(Default)]
pub struct Scope {
    /// In order.
    pub bindings: Vec<Binding>,
    /// The first token of the statement that the text ends in.
    pub statement: usize,
}

enum Kind {
    Def(Rc<LocalDef>),
    Class(Rc<LocalClass>),
}

struct Block {
    indent: usize,
    kind: Kind,
    first: usize,
}

struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    scope: Scope,
    blocks: Vec<Block>,
}

/// Reads the bindings of a text from its tokens.
pub fn read(text: &str, tokens: &[Token]) -> Scope {
    let mut scan = Scan { text, tokens, scope: Scope::default(), blocks: Vec::new() };
    let mut at = 0;
    let mut indent = 0;
    let mut behind_semicolon = false;
    scan.scope.statement = tokens.len();
    while at < tokens.len() {
        if tokens[at].kind == Tok::Newline {
            behind_semicolon = tokens[at].text(text) == ";";
            at += 1;
            continue;
        }
        let end = tokens[at..].iter().position(|t| t.kind == Tok::Newline).map_or(tokens.len(), |n| at + n);
        if !behind_semicolon {
            let start = tokens[at].start;
            indent = text[..start].rfind('\n').map_or(start, |n| start - n - 1);
            scan.close_blocks(indent, start);
        }
        if end == tokens.len() {
            scan.scope.statement = at;
        }
        scan.statement(at, end, indent);
        at = end;
        behind_semicolon = false;
    }
    scan.scope
}

impl Scan<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.text(self.text))
    }

    fn reader(&self, at: usize, end: usize) -> Reader<'_> {
        Reader::new(self.text, &self.tokens[..end], at)
    }

    fn close_blocks(&mut self, indent: usize, start: usize) {
        while self.blocks.last().is_some_and(|b| b.indent >= indent) {
            let Some(block) = self.blocks.pop() else { return };
            for binding in &mut self.scope.bindings[block.first..] {
                binding.until = binding.until.min(start);
            }
        }
    }

    /// The first `:` that ends a header, not one in brackets or of a lambda.
    fn colon(&self, at: usize, end: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut lambdas = 0;
        for i in at..end {
            match (self.tokens[i].kind, self.word(i)) {
                (Tok::Op, "(" | "[" | "{") => depth += 1,
                (Tok::Op, ")" | "]" | "}") => depth = depth.saturating_sub(1),
                (Tok::Name, "lambda") if depth == 0 => lambdas += 1,
                (Tok::Op, ":") if depth == 0 && lambdas > 0 => lambdas -= 1,
                (Tok::Op, ":") if depth == 0 => return Some(i),
                _ => {}
            }
        }
        None
    }

    fn bind(&mut self, target: Target, source: Source, at: usize, from: usize) {
        if let (Target::Name(name), Some(Block { kind: Kind::Class(class), .. })) = (&target, self.blocks.last())
            && from != usize::MAX
        {
            class.members.borrow_mut().push((name.clone(), matches!(source, Source::Def(_))));
        }
        let at = self.tokens.get(at).map_or(self.text.len(), |t| t.start);
        self.scope.bindings.push(Binding { target, source, at, from, until: usize::MAX });
    }

    /// Where a statement's binding begins to hold: never, where the statement is still being written.
    fn after(&self, end: usize) -> usize {
        self.tokens.get(end).map_or(usize::MAX, |t| t.start)
    }

    fn statement(&mut self, start: usize, end: usize, indent: usize) {
        if start >= end {
            return;
        }
        self.walruses(start, end);
        let first = if self.word(start) == "async" { start + 1 } else { start };
        let word = self.word(first).to_string();
        let is_name = self.tokens.get(first).is_some_and(|t| t.kind == Tok::Name);
        match word.as_str() {
            _ if !is_name => self.assignment(start, end),
            "import" => self.import(first, end),
            "from" => self.import_from(first, end),
            "return" => {
                let value = self.reader(first + 1, end).tuple();
                let at = self.tokens[first].start;
                if let Some(def) = self.blocks.iter().rev().find_map(|b| match &b.kind {
                    Kind::Def(def) => Some(def),
                    Kind::Class(_) => None,
                }) {
                    *def.returns.borrow_mut() = Some((value, at));
                }
            }
            "for" | "with" | "if" | "elif" | "else" | "while" | "try" | "except" | "finally" | "def" | "class"
            | "match" | "case" => {
                let Some(colon) = self.colon(first, end) else { return };
                let from = self.tokens[colon].end;
                match word.as_str() {
                    "for" => {
                        let (target, iterable) = self.reader(first + 1, colon).clause();
                        self.bind(target, Source::Element(iterable), first, from);
                    }
                    "with" => self.with(first, colon, from),
                    "except" => {
                        let mut reader = self.reader(first + 1, colon);
                        reader.take_op("*");
                        let kind = reader.tuple();
                        if reader.take_word("as")
                            && let Some(name) = reader.take_name().map(str::to_string)
                        {
                            self.bind(Target::Name(name), Source::Made(kind), first, from);
                        }
                    }
                    "def" => self.def(first, colon, from, indent),
                    "class" => self.class(first, colon, from, indent),
                    _ => {}
                }
                self.statement(colon + 1, end, indent + 1);
            }
            _ => self.assignment(start, end),
        }
    }

    fn walruses(&mut self, start: usize, end: usize) {
        for i in start + 1..end {
            if self.word(i) == ":=" && self.tokens[i - 1].kind == Tok::Name {
                let name = self.word(i - 1).to_string();
                let mut reader = self.reader(i + 1, end);
                let value = reader.expression();
                let from = self.tokens.get(reader.at).map_or(usize::MAX, |t| t.start);
                self.bind(Target::Name(name), Source::Value(value), i, from);
            }
        }
    }

    fn assignment(&mut self, start: usize, end: usize) {
        let mut depth = 0_usize;
        let mut equals = Vec::new();
        let mut hint = None;
        for i in start..end {
            match (self.tokens[i].kind, self.word(i)) {
                (Tok::Op, "(" | "[" | "{") => depth += 1,
                (Tok::Op, ")" | "]" | "}") => depth = depth.saturating_sub(1),
                (Tok::Op, "=") if depth == 0 => equals.push(i),
                (Tok::Op, ":") if depth == 0 && equals.is_empty() && hint.is_none() => hint = Some(i),
                _ => {}
            }
        }
        let after = self.after(end);
        if let Some(colon) = hint {
            let Target::Name(name) = self.reader(start, colon).targets() else { return };
            let hint = self.reader(colon + 1, end).expression();
            let source = match equals.first() {
                Some(&equal) => Source::Hinted(hint, self.reader(equal + 1, end).tuple()),
                None => Source::Made(hint),
            };
            return self.bind(Target::Name(name), source, start, after);
        }
        let Some(&last) = equals.last() else { return };
        // `name = %magic ...` has a value that nobody knows.
        let value = self.reader(last + 1, end).tuple();
        let mut from = start;
        for equal in equals {
            let target = self.reader(from, equal).targets();
            self.bind(target, Source::Value(value.clone()), start, after);
            from = equal + 1;
        }
    }

    fn with(&mut self, first: usize, colon: usize, from: usize) {
        let mut at = first + 1;
        while at < colon {
            let mut reader = self.reader(at, colon);
            let value = reader.expression();
            let target = if reader.take_word("as") { Some(reader.targets()) } else { None };
            let next = reader.at.max(at + 1);
            if let Some(target) = target {
                self.bind(target, Source::Entered(value), first, from);
            }
            at = next + usize::from(self.word(next) == ",");
        }
    }

    fn dotted(&self, at: &mut usize, end: usize) -> String {
        let mut out = String::new();
        while *at < end && (self.tokens[*at].kind == Tok::Name || self.word(*at) == ".") {
            if matches!(self.word(*at), "import" | "as") {
                break;
            }
            out.push_str(self.word(*at));
            *at += 1;
        }
        out
    }

    fn import(&mut self, first: usize, end: usize) {
        let after = self.after(end);
        let mut at = first + 1;
        while at < end {
            let module = self.dotted(&mut at, end);
            if self.word(at) == "as" && at + 1 < end {
                let name = self.word(at + 1).to_string();
                self.bind(Target::Name(name), Source::Module(module), first, after);
                at += 2;
            } else {
                let top = module.split('.').next().unwrap_or("").to_string();
                self.bind(Target::Name(top.clone()), Source::Module(top), first, after);
            }
            at += 1;
        }
    }

    fn import_from(&mut self, first: usize, end: usize) {
        let after = self.after(end);
        let mut at = first + 1;
        let module = self.dotted(&mut at, end);
        if self.word(at) != "import" {
            return;
        }
        at += 1;
        while at < end {
            if self.tokens[at].kind != Tok::Name {
                at += 1;
                continue;
            }
            let name = self.word(at).to_string();
            let bound = if self.word(at + 1) == "as" && at + 2 < end {
                at += 2;
                self.word(at).to_string()
            } else {
                name.clone()
            };
            self.bind(Target::Name(bound), Source::Member(module.clone(), name), first, after);
            at += 1;
        }
    }

    fn def(&mut self, first: usize, colon: usize, from: usize, indent: usize) {
        let Some(name) = self.tokens.get(first + 1).filter(|t| t.kind == Tok::Name) else { return };
        let name = name.text(self.text).to_string();
        let open = first + 2;
        let close = super::tokens::closing(self.text, &self.tokens[..colon], open).unwrap_or(colon);
        let mut parameters: Vec<(String, Source)> = Vec::new();
        let mut at = open + 1;
        while at < close {
            if self.tokens[at].kind != Tok::Name {
                at += 1;
                continue;
            }
            let parameter = self.word(at).to_string();
            let mut reader = self.reader(at + 1, close);
            let hint = if reader.take_op(":") { Some(reader.expression()) } else { None };
            let default = if reader.take_op("=") { Some(reader.expression()) } else { None };
            let source = match (hint, default) {
                (Some(hint), _) => Source::Made(hint),
                (None, Some(default)) => Source::Value(default),
                (None, None) => Source::Nothing,
            };
            at = reader.at.max(at + 1);
            parameters.push((parameter, source));
        }
        let mut reader = self.reader(close + 1, colon);
        let hint = if reader.take_op("->") { Some(reader.expression()) } else { None };
        let class = match self.blocks.last() {
            Some(Block { kind: Kind::Class(class), .. }) => Some(class.clone()),
            _ => None,
        };
        let def = Rc::new(LocalDef {
            parameters: parameters.iter().map(|(name, _)| name.clone()).collect(),
            returns: RefCell::new(None),
            hint,
            at: self.tokens[first].start,
        });
        self.bind(Target::Name(name), Source::Def(def.clone()), first, from);
        self.blocks.push(Block { indent, kind: Kind::Def(def), first: self.scope.bindings.len() });
        for (i, (name, source)) in parameters.into_iter().enumerate() {
            let source = match (&class, i) {
                (Some(class), 0) => Source::SelfOf(class.clone()),
                _ => source,
            };
            self.bind(Target::Name(name), source, first, from);
        }
    }

    fn class(&mut self, first: usize, colon: usize, from: usize, indent: usize) {
        let Some(name) = self.tokens.get(first + 1).filter(|t| t.kind == Tok::Name) else { return };
        let name = name.text(self.text).to_string();
        let bases = if self.word(first + 2) == "(" {
            let arguments = self.reader(first + 2, colon).arguments();
            arguments.into_iter().filter(|a| a.keyword.is_none()).map(|a| a.value).collect()
        } else {
            Vec::new()
        };
        let at = self.tokens[first].start;
        let class = Rc::new(LocalClass { bases, at, members: RefCell::default() });
        self.bind(Target::Name(name), Source::Class(class.clone()), first, from);
        self.blocks.push(Block { indent, kind: Kind::Class(class), first: self.scope.bindings.len() });
    }
}
