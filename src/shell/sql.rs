//! SQL for people: laid out in lines, with times, under the result it brought.

use crate::session::Outcome;
use crate::session::text::{Role, Styled};

use super::magics::duration;

/// What a cell sent: each statement with its time; that which only showing the value took is labelled.
pub fn report(outcome: &Outcome) -> Styled {
    let mut out = Styled::new();
    for (i, sent) in outcome.sent.iter().enumerate() {
        let shown_only = i >= outcome.sent_before_display && sent.sql.ends_with("LIMIT 21");
        let mut note = format!("-- {}", duration(sent.time));
        if shown_only {
            note.push_str(", to show the value: LIMIT 21 is repr()'s own");
        }
        out.push(Role::Dim, note).push(Role::Plain, "\n");
        out.push(Role::Sql, lay_out(&sent.sql)).push(Role::Plain, "\n");
    }
    out
}

/// The words that begin a line.
const CLAUSES: &[&str] = &[
    " FROM ",
    " INNER JOIN ",
    " LEFT OUTER JOIN ",
    " WHERE ",
    " GROUP BY ",
    " HAVING ",
    " ORDER BY ",
    " LIMIT ",
    " OFFSET ",
    " VALUES ",
    " SET ",
    " UNION ",
    " INTERSECT ",
    " EXCEPT ",
    " RETURNING ",
];

/// A statement with a clause a line. Nothing inside quotes or parentheses is touched.
pub fn lay_out(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
        } else {
            match c {
                '\'' | '"' => quote = Some(c),
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                ' ' if depth == 0 => {
                    if let Some(clause) = CLAUSES.iter().find(|clause| rest.starts_with(**clause)) {
                        out.push('\n');
                        out.push_str(&clause[1..]);
                        rest = &rest[clause.len()..];
                        continue;
                    }
                }
                _ => {}
            }
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}
