//! Expressions of a cell that is still being written, as far as completion has to understand them: what cannot be read is
//! [`Expr::Unknown`], and reading goes on.

use std::rc::Rc;

use super::tokens::{Tok, Token, closing};

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// What could not be read.
    Unknown,
    /// A name.
    Name(String),
    /// `value.name`.
    Attr(Rc<Expr>, String),
    /// `callee(arguments)`.
    Call(Rc<Expr>, Rc<[Arg]>),
    /// `value[index]`; the index is missing for a slice.
    Item(Rc<Expr>, Option<Rc<Expr>>),
    /// A string.
    Str(String),
    /// Bytes.
    Bytes,
    /// An integer.
    Int(i64),
    /// A float.
    Float,
    /// `True`, `False`, or a comparison.
    Bool,
    /// `None`.
    None,
    /// `[a, b]`.
    List(Rc<[Expr]>),
    /// `{a, b}`.
    Set(Rc<[Expr]>),
    /// `a, b`.
    Tuple(Rc<[Expr]>),
    /// `{key: value}`.
    Dict(Rc<[(Expr, Expr)]>),
    /// `[element for ...]` and its like.
    Comp(Rc<Comp>),
    /// `lambda parameters: body`.
    Lambda(Rc<[String]>, Rc<Expr>),
    /// Two expressions of which either may be the value; operands of an operator, too.
    Either(Rc<Expr>, Rc<Expr>),
    /// `*value` and `await value`.
    Starred(Rc<Expr>),
}

/// A comprehension.
#[derive(Clone, Debug)]
pub struct Comp {
    /// `[`, `{` or `(`.
    pub bracket: char,
    /// The element, or a dict's value.
    pub element: Expr,
    /// A dict's key.
    pub key: Option<Expr>,
    /// Targets and what they iterate over.
    pub clauses: Vec<(Target, Expr)>,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The keyword.
    pub keyword: Option<String>,
    /// The value.
    pub value: Expr,
}

/// What a `for` or an assignment binds.
#[derive(Clone, Debug)]
pub enum Target {
    /// A name.
    Name(String),
    /// Several.
    Tuple(Vec<Target>),
    /// `*rest`.
    Star(Box<Target>),
    /// An attribute or an item: no name is bound.
    Other,
}

impl Target {
    /// Every name that is bound.
    pub fn names<'a>(&'a self, out: &mut Vec<&'a str>) {
        match self {
            Target::Name(name) => out.push(name),
            Target::Tuple(parts) => parts.iter().for_each(|p| p.names(out)),
            Target::Star(inner) => inner.names(out),
            Target::Other => {}
        }
    }
}

/// A reader of expressions.
pub struct Reader<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Its tokens, up to where reading may go.
    pub tokens: &'a [Token],
    /// The next token.
    pub at: usize,
    depth: usize,
    no_ternary: bool,
}

/// Deeper than anybody writes.
const DEEPEST: usize = 60;

impl<'a> Reader<'a> {
    /// A reader that begins at a token.
    pub fn new(text: &'a str, tokens: &'a [Token], at: usize) -> Reader<'a> {
        Reader { text, tokens, at, depth: 0, no_ternary: false }
    }

    fn peek(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |t| t.text(self.text))
    }

    /// Whether the next token is this operator.
    fn is_op(&self, op: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|t| t.kind == Tok::Op && t.text(self.text) == op)
    }

    /// Whether the next token is this word.
    pub fn is_word(&self, word: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|t| t.kind == Tok::Name && t.text(self.text) == word)
    }

    /// Takes an operator where it is next.
    pub fn take_op(&mut self, op: &str) -> bool {
        let found = self.is_op(op);
        self.at += usize::from(found);
        found
    }

    /// Takes a word where it is next.
    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    /// Takes a name that is no keyword.
    pub fn take_name(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).filter(|t| t.kind == Tok::Name)?;
        self.at += 1;
        Some(token.text(self.text))
    }

    /// An expression with the commas of a tuple.
    pub fn tuple(&mut self) -> Expr {
        let first = self.expression();
        if !self.is_op(",") {
            return first;
        }
        let mut items = vec![first];
        while self.take_op(",") {
            let end = matches!(self.peek(), "" | ")" | "]" | "}" | "=" | ":" | "\n" | ";");
            if end {
                break;
            }
            items.push(self.expression());
        }
        Expr::Tuple(items.into())
    }

    /// One expression.
    pub fn expression(&mut self) -> Expr {
        self.depth += 1;
        let out = if self.depth > DEEPEST { Expr::Unknown } else { self.ternary() };
        self.depth -= 1;
        out
    }

    fn ternary(&mut self) -> Expr {
        if self.take_word("lambda") {
            return self.lambda();
        }
        if self.take_word("yield") {
            self.take_word("from");
            let _ = self.expression();
            return Expr::Unknown;
        }
        if self.take_op("*") || self.take_op("**") {
            return Expr::Starred(Rc::new(self.expression()));
        }
        let value = self.operators();
        if !self.no_ternary && self.is_word("if") {
            self.at += 1;
            let _ = self.operators();
            if self.take_word("else") {
                let other = self.expression();
                return Expr::Either(Rc::new(value), Rc::new(other));
            }
        }
        if self.is_op(":=") {
            self.at += 1;
            return self.expression();
        }
        value
    }

    fn lambda(&mut self) -> Expr {
        let mut names = Vec::new();
        while self.at < self.tokens.len() && !self.is_op(":") {
            match self.take_name() {
                Some(name) => {
                    names.push(name.to_string());
                    if self.take_op("=") {
                        let _ = self.expression();
                    }
                }
                None => self.at += 1,
            }
        }
        self.at += 1;
        let body = self.expression();
        Expr::Lambda(names.into(), Rc::new(body))
    }

    /// Operands with operators between them, from left to right: only what kind of thing comes out matters.
    fn operators(&mut self) -> Expr {
        let mut left = self.unary();
        loop {
            let op = self.peek();
            let kind = self.tokens.get(self.at).map(|t| t.kind);
            match (kind, op) {
                (Some(Tok::Op), "==" | "!=" | "<" | ">" | "<=" | ">=") | (Some(Tok::Name), "in" | "is") => {
                    self.at += 1;
                    self.take_word("not");
                    let _ = self.unary();
                    left = Expr::Bool;
                }
                (Some(Tok::Name), "not") if self.tokens.get(self.at + 1).is_some_and(|t| t.text(self.text) == "in") => {
                    self.at += 2;
                    let _ = self.unary();
                    left = Expr::Bool;
                }
                (Some(Tok::Op), "+" | "-" | "*" | "/" | "//" | "%" | "**" | "@" | "&" | "|" | "^" | "<<" | ">>")
                | (Some(Tok::Name), "and" | "or") => {
                    self.at += 1;
                    let right = self.unary();
                    left = match left {
                        Expr::Bool if matches!(op, "and" | "or") => Expr::Bool,
                        Expr::Int(_) if op == "/" => Expr::Float,
                        left => Expr::Either(Rc::new(left), Rc::new(right)),
                    };
                }
                _ => return left,
            }
        }
    }

    fn unary(&mut self) -> Expr {
        self.depth += 1;
        let out = if self.depth > DEEPEST {
            Expr::Unknown
        } else if self.take_word("not") {
            let _ = self.unary();
            Expr::Bool
        } else if self.take_op("-") || self.take_op("+") || self.take_op("~") || self.take_word("await") {
            self.unary()
        } else {
            self.primary()
        };
        self.depth -= 1;
        out
    }

    fn primary(&mut self) -> Expr {
        let mut value = self.atom();
        loop {
            if self.take_op(".") {
                match self.take_name() {
                    Some(name) => value = Expr::Attr(Rc::new(value), name.to_string()),
                    None => return Expr::Unknown,
                }
            } else if self.is_op("(") {
                let arguments = self.arguments();
                value = Expr::Call(Rc::new(value), arguments.into());
            } else if self.is_op("[") {
                let close = closing(self.text, self.tokens, self.at).unwrap_or(self.tokens.len());
                self.at += 1;
                let index = if self.is_op(":") { None } else { Some(self.tuple()) };
                let sliced = self.is_op(":");
                self.at = (close + 1).min(self.tokens.len());
                value = Expr::Item(Rc::new(value), index.filter(|_| !sliced).map(Rc::new));
            } else {
                return value;
            }
        }
    }

    /// The arguments of the call whose bracket is next.
    pub fn arguments(&mut self) -> Vec<Arg> {
        let close = closing(self.text, self.tokens, self.at).unwrap_or(self.tokens.len());
        self.at += 1;
        let ternary = std::mem::replace(&mut self.no_ternary, false);
        let mut out = Vec::new();
        while self.at < close {
            let from = self.at;
            let is_keyword = self.tokens[self.at].kind == Tok::Name
                && self.tokens.get(self.at + 1).is_some_and(|t| t.kind == Tok::Op && t.text(self.text) == "=");
            let keyword = is_keyword.then(|| self.peek().to_string());
            if is_keyword {
                self.at += 2;
            }
            let mut value = self.expression();
            if self.is_word("for") || self.is_word("async") {
                value = self.comprehension('(', value, None);
            }
            out.push(Arg { keyword, value });
            // Whatever could not be read up to the next comma is left out.
            self.skip_to_comma(close);
            self.at = self.at.max(from + 1);
        }
        self.at = (close + 1).min(self.tokens.len());
        self.no_ternary = ternary;
        out
    }

    fn skip_to_comma(&mut self, end: usize) {
        while self.at < end {
            if self.take_op(",") {
                return;
            }
            let open = matches!(self.peek(), "(" | "[" | "{") && self.tokens[self.at].kind == Tok::Op;
            self.at = match open.then(|| closing(self.text, self.tokens, self.at)) {
                Some(Some(close)) => close + 1,
                Some(None) => end,
                None => self.at + 1,
            };
        }
    }

    fn atom(&mut self) -> Expr {
        let Some(token) = self.tokens.get(self.at).copied() else { return Expr::Unknown };
        let text = token.text(self.text);
        match token.kind {
            Tok::Name => {
                self.at += 1;
                match text {
                    "True" | "False" => Expr::Bool,
                    "None" => Expr::None,
                    _ if super::tokens::is_operator_word(text) => {
                        self.at -= 1;
                        Expr::Unknown
                    }
                    name => Expr::Name(name.to_string()),
                }
            }
            Tok::Number => {
                self.at += 1;
                match text.replace('_', "").parse::<i64>() {
                    Ok(n) => Expr::Int(n),
                    Err(_) => Expr::Float,
                }
            }
            Tok::Str { content, .. } => {
                let mut whole = String::new();
                let bytes = self.text[token.start..content].bytes().any(|b| b"bB".contains(&b));
                while let Some(&Token { kind: Tok::Str { content, .. }, start, end }) = self.tokens.get(self.at) {
                    let quotes = self.text[start..content].bytes().rev().take_while(|b| b"\"'".contains(b)).count();
                    let to = end.saturating_sub(quotes).max(content);
                    whole.push_str(self.text.get(content..to).unwrap_or(""));
                    self.at += 1;
                }
                if bytes { Expr::Bytes } else { Expr::Str(whole) }
            }
            Tok::Op => match text {
                "(" => self.bracketed('('),
                "[" => self.bracketed('['),
                "{" => self.bracketed('{'),
                _ => Expr::Unknown,
            },
            Tok::Newline | Tok::Comment => Expr::Unknown,
        }
    }

    fn bracketed(&mut self, bracket: char) -> Expr {
        let close = closing(self.text, self.tokens, self.at).unwrap_or(self.tokens.len());
        self.at += 1;
        let ternary = std::mem::replace(&mut self.no_ternary, false);
        let out = self.inside(bracket, close);
        self.no_ternary = ternary;
        self.at = (close + 1).min(self.tokens.len());
        out
    }

    fn inside(&mut self, bracket: char, close: usize) -> Expr {
        let mut items = Vec::new();
        let mut pairs = Vec::new();
        let mut commas = 0;
        while self.at < close {
            let from = self.at;
            let item = self.expression();
            if bracket == '{' && self.take_op(":") {
                let value = self.expression();
                if self.is_word("for") || self.is_word("async") {
                    return self.comprehension(bracket, value, Some(item));
                }
                pairs.push((item, value));
            } else {
                if self.is_word("for") || self.is_word("async") {
                    return self.comprehension(bracket, item, None);
                }
                items.push(item);
            }
            let comma = self.at;
            self.skip_to_comma(close);
            commas += usize::from(self.at > comma);
            self.at = self.at.max(from + 1);
        }
        match bracket {
            '[' => Expr::List(items.into()),
            '{' if items.is_empty() => Expr::Dict(pairs.into()),
            '{' => Expr::Set(items.into()),
            _ if items.len() == 1 && commas == 0 => items.pop().unwrap_or(Expr::Unknown),
            _ => Expr::Tuple(items.into()),
        }
    }

    fn comprehension(&mut self, bracket: char, element: Expr, key: Option<Expr>) -> Expr {
        let mut clauses = Vec::new();
        loop {
            self.take_word("async");
            if self.take_word("for") {
                clauses.push(self.clause());
            } else if self.take_word("if") {
                self.no_ternary = true;
                let _ = self.expression();
                self.no_ternary = false;
            } else {
                break;
            }
        }
        Expr::Comp(Rc::new(Comp { bracket, element, key, clauses }))
    }

    /// `target in iterable`, behind a comprehension's `for`.
    pub fn clause(&mut self) -> (Target, Expr) {
        let target = self.targets();
        if !self.take_word("in") {
            return (target, Expr::Unknown);
        }
        self.no_ternary = true;
        let iterable = self.expression();
        self.no_ternary = false;
        (target, iterable)
    }

    /// What stands before `in` or `=`.
    pub fn targets(&mut self) -> Target {
        let mut parts = vec![self.target()];
        let mut several = false;
        while self.take_op(",") {
            several = true;
            if matches!(self.peek(), "=" | "in" | ")" | "]" | "") {
                break;
            }
            parts.push(self.target());
        }
        match (several, parts.pop()) {
            (false, Some(one)) => one,
            (_, last) => {
                parts.extend(last);
                Target::Tuple(parts)
            }
        }
    }

    fn target(&mut self) -> Target {
        if self.take_op("*") {
            return Target::Star(Box::new(self.target()));
        }
        if self.is_op("(") || self.is_op("[") {
            self.at += 1;
            let inner = self.targets();
            if self.is_op(")") || self.is_op("]") {
                self.at += 1;
            }
            return inner;
        }
        match self.take_name() {
            Some(name) if !self.is_op(".") && !self.is_op("[") => Target::Name(name.to_string()),
            _ => {
                self.at = self.at.saturating_sub(1);
                let _ = self.primary_or_skip();
                Target::Other
            }
        }
    }

    fn primary_or_skip(&mut self) -> Expr {
        let from = self.at;
        let out = self.primary();
        self.at = self.at.max(from + 1);
        out
    }
}
