//! SQL for people: highlighted and laid out in lines, with times and rows, under the result it brought.

use crate::session::text::{Role, Styled};
use crate::session::{Outcome, Sent};

use super::magics::duration;

/// What a cell sent: each statement with its time and rows; that which only showing the value took is labelled.
///
/// `table` is how many rows a table asks for, where the value was shown as one.
pub fn report(outcome: &Outcome, width: usize, table: Option<usize>) -> Styled {
    let mut out = Styled::new();
    for (i, sent) in outcome.sent.iter().enumerate() {
        let sql = sent.sql();
        out.push(Role::Dim, note(sent));
        if i >= outcome.sent_before_display
            && let Some((_, limit)) = sql.rsplit_once(" LIMIT ")
        {
            if table.is_some_and(|rows| limit == (rows + 1).to_string()) {
                out.push(Role::Dim, format!("; LIMIT {limit} is the table's own: it shows one less"));
            } else if limit == "21" && table.is_none() {
                out.push(Role::Dim, "; LIMIT 21 is repr()'s own: it shows 20 and whether there are more");
            }
        }
        out.push(Role::Plain, "\n").extend(lay_out(&sql, width)).push(Role::Plain, "\n");
    }
    if outcome.sent.len() > 1 {
        let total = outcome.sent.iter().map(|s| s.time).sum();
        out.push(Role::Dim, format!("-- {} statements, {}\n", outcome.sent.len(), duration(total)));
    }
    out
}

/// `-- 3 rows, 0.1 ms`.
fn note(sent: &Sent) -> String {
    let rows = match sent.rows {
        Some(1) => "1 row, ".to_string(),
        Some(n) => format!("{n} rows, "),
        None => String::new(),
    };
    format!("-- {rows}{}", duration(sent.time))
}

/// Words that begin a line, the longest first.
const CLAUSES: &[&str] = &[
    "LEFT OUTER JOIN",
    "INNER JOIN",
    "CROSS JOIN",
    "ON CONFLICT",
    "GROUP BY",
    "ORDER BY",
    "UNION ALL",
    "INTERSECT",
    "RETURNING",
    "EXCEPT",
    "HAVING",
    "VALUES",
    "SELECT",
    "UNION",
    "WHERE",
    "LIMIT",
    "FROM",
    "SET",
];

/// SQL's other words, as far as Django writes them.
const WORDS: &[&str] = &[
    "ALL",
    "AND",
    "AS",
    "ASC",
    "AUTOINCREMENT",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "COMMIT",
    "CREATE",
    "DEFERRABLE",
    "DEFERRED",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DO",
    "DROP",
    "ELSE",
    "END",
    "ESCAPE",
    "EXISTS",
    "FILTER",
    "FIRST",
    "IGNORE",
    "IN",
    "INDEX",
    "INITIALLY",
    "INSERT",
    "INTO",
    "IS",
    "ISNULL",
    "KEY",
    "LAST",
    "LIKE",
    "NOT",
    "NOTHING",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "OVER",
    "PARTITION",
    "PRIMARY",
    "RANGE",
    "REFERENCES",
    "REGEXP",
    "RELEASE",
    "ROLLBACK",
    "ROWS",
    "SAVEPOINT",
    "TABLE",
    "THEN",
    "TO",
    "UNIQUE",
    "UPDATE",
    "WHEN",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Name,
    Text,
    Number,
    Space,
    Sign,
}

/// The pieces of a statement, in order, that cover it.
fn tokens(sql: &str) -> Vec<(Kind, &str)> {
    let mut out = Vec::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let while_ = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (kind, length) = match c {
            '\'' | '"' => (if c == '"' { Kind::Name } else { Kind::Text }, quoted(rest, c)),
            c if c.is_whitespace() => (Kind::Space, while_(char::is_whitespace)),
            c if c.is_alphabetic() || c == '_' => (Kind::Word, while_(|c| c.is_alphanumeric() || c == '_')),
            c if c.is_ascii_digit() => (Kind::Number, while_(|c| c.is_ascii_digit() || c == '.')),
            c => (Kind::Sign, c.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        out.push((kind, token));
        rest = after;
    }
    out
}

/// The length of what stands in quotes at the start of a text, doubled quotes among it.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

fn role(kind: Kind, token: &str) -> Role {
    let is_word = |token: &str| {
        let upper = token.to_ascii_uppercase();
        upper == token && (WORDS.contains(&token) || CLAUSES.iter().any(|c| c.split(' ').any(|w| w == token)))
    };
    match kind {
        Kind::Word if is_word(token) => Role::Sql,
        Kind::Text => Role::SqlText,
        Kind::Number => Role::SqlNumber,
        _ => Role::Plain,
    }
}

/// A piece of a statement that stays on one line.
#[derive(Default)]
struct Chunk {
    /// Whether it begins a line.
    starts_line: bool,
    indent: usize,
    pieces: Vec<(Role, String)>,
}

impl Chunk {
    fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.chars().count()).sum()
    }
}

/// A statement with a clause a line, subqueries set in, long lists broken at commas and conditions at AND and OR.
pub fn lay_out(sql: &str, width: usize) -> Styled {
    let mut out = Styled::new();
    let mut column = 0;
    for chunk in chunks(sql) {
        let wide = chunk.width();
        let wraps = column > 0 && column + wide > width;
        if (chunk.starts_line || wraps) && !out.is_empty() {
            if let Some((_, last)) = out.pieces.last_mut() {
                last.truncate(last.trim_end().len());
            }
            let indent = chunk.indent + if chunk.starts_line { 0 } else { 4 };
            out.push(Role::Plain, format!("\n{}", " ".repeat(indent)));
            column = indent;
        }
        for (i, (role, text)) in chunk.pieces.iter().enumerate() {
            let text = if i == 0 && (chunk.starts_line || wraps) { text.trim_start() } else { text };
            out.push(*role, text);
            column += text.chars().count();
        }
    }
    out
}

/// The clause that begins at a token, and how many tokens it takes.
fn clause_at(tokens: &[(Kind, &str)]) -> Option<usize> {
    CLAUSES.iter().find_map(|clause| {
        let mut taken = 0;
        for (i, word) in clause.split(' ').enumerate() {
            if i > 0 {
                (tokens.get(taken)?.0 == Kind::Space).then_some(())?;
                taken += 1;
            }
            (tokens.get(taken)?.1 == word).then_some(())?;
            taken += 1;
        }
        Some(taken)
    })
}

fn chunks(sql: &str) -> Vec<Chunk> {
    let tokens = tokens(sql.trim());
    let mut out = vec![Chunk::default()];
    // What each open parenthesis is: a subquery's, or any other.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    let indent = |open: &[bool]| 2 * open.iter().filter(|sub| **sub).count();
    while let Some((kind, token)) = tokens.get(at).copied() {
        let here = indent(&open);
        let add = |out: &mut Vec<Chunk>, kind, token: &str| {
            if let Some(last) = out.last_mut() {
                last.pieces.push((role(kind, token), if kind == Kind::Space { " ".into() } else { token.to_string() }));
            }
        };
        let fresh = |out: &mut Vec<Chunk>, starts_line: bool, indent: usize| {
            if out.last().is_some_and(|c| c.pieces.iter().all(|(_, t)| t == " ")) {
                out.pop();
            }
            out.push(Chunk { starts_line, indent, pieces: Vec::new() });
        };
        match (kind, token) {
            (Kind::Sign, "(") => {
                let sub = tokens.get(at + 1).is_some_and(|(_, t)| *t == "SELECT");
                add(&mut out, kind, token);
                open.push(sub);
                if sub {
                    fresh(&mut out, true, indent(&open));
                }
                at += 1;
            }
            (Kind::Sign, ")") => {
                if open.pop().unwrap_or(false) {
                    fresh(&mut out, true, indent(&open));
                }
                add(&mut out, kind, token);
                at += 1;
            }
            (Kind::Sign, ",") => {
                add(&mut out, kind, token);
                at += 1;
                fresh(&mut out, false, here);
            }
            (Kind::Word, word) => {
                let in_block = open.last().is_none_or(|sub| *sub);
                let delete = word == "FROM" && tokens[..at].iter().any(|(_, t)| *t == "DELETE") && out.len() == 1;
                if let Some(count) = clause_at(&tokens[at..]).filter(|_| in_block && !delete) {
                    fresh(&mut out, true, here);
                    for (kind, token) in &tokens[at..at + count] {
                        add(&mut out, *kind, token);
                    }
                    at += count;
                    continue;
                }
                if matches!(word, "AND" | "OR" | "ON") {
                    fresh(&mut out, false, here);
                }
                add(&mut out, kind, token);
                at += 1;
            }
            _ => {
                add(&mut out, kind, token);
                at += 1;
            }
        }
    }
    out
}
