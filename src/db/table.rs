//! The text of a CREATE TABLE, read: columns with what their definitions say, and the table's constraints.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bare word: a keyword or a name.
    Word,
    /// A name in quotes.
    Name,
    /// A text or a blob literal, quotes included.
    Literal,
    /// A number, an operator, a parenthesis.
    Other,
}

/// A piece of SQL text.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text, without quotes where it is a name.
    pub text: String,
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Token {
    /// Whether it is this keyword or sign.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Other) && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it can be a name.
    pub fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }
}

/// The tokens of SQL text; comments and spaces are left out. Never fails: what it does not know is a sign of its own.
pub fn tokens(sql: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = sql.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        let mut push = |kind, text: String, end| out.push(Token { kind, text, start, end });
        match c {
            c if c.is_whitespace() => {}
            '-' if sql[end..].starts_with('-') => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            '/' if sql[end..].starts_with('*') => {
                let close = sql[start..].find("*/").map_or(sql.len(), |at| start + at + 2);
                while chars.next_if(|(at, _)| *at < close).is_some() {}
            }
            '"' | '`' | '[' | '\'' => {
                let closing = if c == '[' { ']' } else { c };
                let mut text = String::new();
                while let Some((at, next)) = chars.next() {
                    end = at + next.len_utf8();
                    if next == closing {
                        if closing != ']' && chars.next_if(|(_, c)| *c == closing).is_some() {
                            end += closing.len_utf8();
                            text.push(closing);
                            continue;
                        }
                        break;
                    }
                    text.push(next);
                }
                match c {
                    '\'' => push(Kind::Literal, sql[start..end].to_string(), end),
                    _ => push(Kind::Name, text, end),
                }
            }
            c if c.is_alphabetic() || c == '_' || !c.is_ascii() => {
                while let Some((at, next)) = chars.next_if(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    end = at + next.len_utf8();
                }
                push(Kind::Word, sql[start..end].to_string(), end);
            }
            c if c.is_ascii_digit() => {
                while let Some((at, next)) = chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '.') {
                    end = at + next.len_utf8();
                }
                push(Kind::Other, sql[start..end].to_string(), end);
            }
            _ => push(Kind::Other, sql[start..end].to_string(), end),
        }
    }
    out
}

/// Tokens as one text that is the same for the same SQL, however it is spaced, quoted and spelled.
pub fn normal(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        if !out.is_empty() {
            out.push(' ');
        }
        match token.kind {
            Kind::Literal => out.push_str(&token.text),
            _ => out.push_str(&token.text.to_lowercase()),
        }
    }
    out
}

/// A column's definition.
#[derive(Clone, Debug, Default)]
pub struct ColumnDef {
    /// Its name.
    pub name: String,
    /// The whole definition as it is written, its name included.
    pub text: String,
    /// Its type as it is written.
    pub type_: String,
    /// `COLLATE`.
    pub collation: Option<String>,
    /// Whether it is NOT NULL.
    pub not_null: bool,
    /// Whether it is the primary key.
    pub primary_key: bool,
    /// Whether it is AUTOINCREMENT.
    pub autoincrement: bool,
    /// Whether it is UNIQUE.
    pub unique: bool,
    /// `DEFAULT`, normalised.
    pub default: Option<String>,
    /// `CHECK`, normalised.
    pub check: Option<String>,
    /// `REFERENCES`: table, column.
    pub references: Option<(String, Option<String>)>,
    /// `GENERATED ALWAYS AS`: the expression, normalised, and whether it is stored.
    pub generated: Option<(String, bool)>,
}

/// A table's constraint.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Constraint {
    /// `UNIQUE (columns)`.
    Unique { name: Option<String>, columns: Vec<String>, text: String },
    /// `CHECK (condition)`; `condition` is normalised.
    Check { name: Option<String>, condition: String, text: String },
    /// `PRIMARY KEY (columns)`.
    PrimaryKey { columns: Vec<String>, text: String },
    /// `FOREIGN KEY (columns) REFERENCES table (to)`.
    ForeignKey { columns: Vec<String>, table: String, to: Vec<String>, text: String },
}

impl Constraint {
    /// Its definition as it is written.
    pub fn text(&self) -> &str {
        match self {
            Constraint::Unique { text, .. }
            | Constraint::Check { text, .. }
            | Constraint::PrimaryKey { text, .. }
            | Constraint::ForeignKey { text, .. } => text,
        }
    }

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Constraint::Unique { name, .. } | Constraint::Check { name, .. } => name.as_deref(),
            _ => None,
        }
    }
}

/// A table's definition.
#[derive(Clone, Debug, Default)]
pub struct TableDef {
    /// Its columns, in order.
    pub columns: Vec<ColumnDef>,
    /// Its constraints, in order.
    pub constraints: Vec<Constraint>,
}

impl TableDef {
    /// A column by name, in whatever case.
    pub fn column(&self, name: &str) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name))
    }
}

/// Reads the text of a CREATE TABLE; `None` where it is not one that lists columns.
pub fn parse(sql: &str) -> Option<TableDef> {
    let tokens = tokens(sql);
    let open = tokens.iter().position(|t| t.is("("))?;
    let close = matching(&tokens, open)?;
    let mut table = TableDef::default();
    for part in split(tokens.get(open + 1..close)?) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let text = sql.get(first.start..last.end).unwrap_or_default().to_string();
        let named = first.is("constraint") && part.get(1).is_some_and(Token::is_name);
        let body = if named { part.get(2..).unwrap_or_default() } else { part };
        let starts = |word: &str| body.first().is_some_and(|t| t.kind == Kind::Word && t.is(word));
        let is_constraint = named
            || starts("check")
            || starts("foreign")
            || (starts("primary") && body.get(1).is_some_and(|t| t.is("key")))
            || (starts("unique") && body.get(1).is_some_and(|t| t.is("(")));
        if is_constraint {
            let name = if named { part.get(1).map(|t| t.text.clone()) } else { None };
            table.constraints.extend(constraint(body, name, text));
        } else {
            table.columns.push(column(part, text));
        }
    }
    Some(table)
}

/// Where the parenthesis that opens here is closed.
fn matching(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
            if depth == 0 {
                return Some(i);
            }
        }
    }
    None
}

/// Parts between commas that stand in no parenthesis.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_i32;
    tokens
        .split(|t| {
            if t.is("(") {
                depth += 1;
            } else if t.is(")") {
                depth -= 1;
            }
            depth == 0 && t.is(",")
        })
        .collect()
}

/// The names in the parenthesis that opens at a place, and where it is closed.
fn names(tokens: &[Token], open: usize) -> (Vec<String>, usize) {
    let Some(close) = matching(tokens, open) else { return (Vec::new(), tokens.len()) };
    let inside = tokens.get(open + 1..close).unwrap_or_default();
    let names = split(inside).into_iter().filter_map(|part| part.first()).map(|t| t.text.clone()).collect();
    (names, close)
}

fn constraint(body: &[Token], name: Option<String>, text: String) -> Option<Constraint> {
    let first = body.first()?;
    let open = body.iter().position(|t| t.is("("))?;
    if first.is("check") {
        let close = matching(body, open)?;
        let condition = normal(body.get(open + 1..close)?);
        return Some(Constraint::Check { name, condition, text });
    }
    let (columns, close) = names(body, open);
    if first.is("unique") {
        return Some(Constraint::Unique { name, columns, text });
    }
    if first.is("primary") {
        return Some(Constraint::PrimaryKey { columns, text });
    }
    let table = body.get(close + 2)?.text.clone();
    let to = match body.get(close + 3) {
        Some(t) if t.is("(") => names(body, close + 3).0,
        _ => Vec::new(),
    };
    Some(Constraint::ForeignKey { columns, table, to, text })
}

/// The words at which a column's type ends.
const CLAUSES: &[&str] = &[
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "autoincrement",
    "on",
    "deferrable",
];

fn column(part: &[Token], text: String) -> ColumnDef {
    let mut out = ColumnDef { text, ..ColumnDef::default() };
    let Some(first) = part.first() else { return out };
    out.name = first.text.clone();
    let is_clause = |t: &Token| t.kind == Kind::Word && CLAUSES.iter().any(|c| t.is(c));
    let mut at = 1;
    while let Some(token) = part.get(at).filter(|t| !is_clause(t)) {
        let glued = token.is("(") || token.is(")") || token.is(",") || out.type_.ends_with(['(', ',']);
        if !out.type_.is_empty() && !glued {
            out.type_.push(' ');
        }
        out.type_.push_str(&token.text);
        at += 1;
    }
    // What stands in the parenthesis at a place, normalised, and the place behind it.
    let inside = |open: usize| -> (String, usize) {
        match matching(part, open) {
            Some(close) => (normal(part.get(open + 1..close).unwrap_or_default()), close + 1),
            None => (String::new(), part.len()),
        }
    };
    while let Some(token) = part.get(at) {
        at += 1;
        let next_is = |word: &str| part.get(at).is_some_and(|t| t.is(word));
        if token.is("not") && next_is("null") {
            out.not_null = true;
            at += 1;
        } else if token.is("primary") {
            out.primary_key = true;
        } else if token.is("autoincrement") {
            out.autoincrement = true;
        } else if token.is("unique") {
            out.unique = true;
        } else if token.is("collate") {
            out.collation = part.get(at).map(|t| t.text.clone());
            at += 1;
        } else if token.is("check") && next_is("(") {
            let (text, after) = inside(at);
            out.check = Some(text);
            at = after;
        } else if token.is("as") && next_is("(") {
            let (text, after) = inside(at);
            at = after;
            out.generated = Some((text, part.get(at).is_some_and(|t| t.is("stored"))));
        } else if token.is("default") {
            if next_is("(") {
                let (text, after) = inside(at);
                out.default = Some(format!("( {text} )"));
                at = after;
            } else {
                let start = at;
                at += if next_is("-") || next_is("+") { 2 } else { 1 };
                // X'...' is a word and a literal.
                if part.get(start).is_some_and(|t| t.is("x")) && part.get(at).is_some_and(|t| t.kind == Kind::Literal) {
                    at += 1;
                }
                out.default = Some(normal(part.get(start..at).unwrap_or_default()));
            }
        } else if token.is("references") {
            let table = part.get(at).map(|t| t.text.clone()).unwrap_or_default();
            at += 1;
            let mut to = None;
            if part.get(at).is_some_and(|t| t.is("(")) {
                let (columns, close) = names(part, at);
                to = columns.into_iter().next();
                at = close + 1;
            }
            out.references = Some((table, to));
        }
    }
    out
}
