//! What an answer has to keep to.

use crate::syntax::tokens::{TokenKind, tokens};

/// Whether rows have to stand in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Where the exercise's own answer asks for an order.
    #[default]
    Auto,
    /// Yes.
    Matters,
    /// No.
    Free,
}

/// The rules of a question.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What a right answer is worth.
    pub points: f64,
    /// Whether rows have to stand in order.
    pub order: Order,
    /// How many queries an answer may send.
    pub queries: Option<usize>,
    /// Names, keywords or `loop` that it must not use.
    pub forbid: Vec<String>,
    /// Names or keywords that it has to use.
    pub demand: Vec<String>,
    /// Expressions that have to have the same value afterwards: for answers that change the data.
    pub checks: Vec<String>,
    /// Whether only the values of a row count, not whether they stand in a tuple, a dict or alone.
    pub values_only: bool,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            points: 1.0,
            order: Order::Auto,
            queries: None,
            forbid: Vec::new(),
            demand: Vec::new(),
            checks: Vec::new(),
            values_only: false,
        }
    }
}

impl Rules {
    /// Reads a line such as `queries: 1`; whether it is a rule.
    ///
    /// Errors: a sentence where a rule is given something it does not take.
    pub fn read(&mut self, line: &str) -> Result<bool, String> {
        let Some((key, value)) = line.split_once(':') else { return Ok(false) };
        let value = value.trim();
        let list = || value.split([',', ' ']).filter(|w| !w.is_empty()).map(str::to_string);
        match key.trim() {
            "points" => match value.parse::<f64>() {
                Ok(points) if points.is_finite() && points >= 0.0 => self.points = points,
                _ => return Err(format!("points: {value}: give a number")),
            },
            "order" => {
                self.order = match value {
                    "yes" | "matters" => Order::Matters,
                    "no" | "free" => Order::Free,
                    "auto" => Order::Auto,
                    _ => return Err(format!("order: {value}: give yes, no or auto")),
                }
            }
            "queries" => match value.parse() {
                Ok(n) => self.queries = Some(n),
                Err(_) => return Err(format!("queries: {value}: give a number")),
            },
            "forbid" => self.forbid.extend(list()),
            "use" => self.demand.extend(list()),
            "check" => self.checks.push(value.to_string()),
            "compare" => {
                self.values_only = match value {
                    "values" => true,
                    "rows" => false,
                    _ => return Err(format!("compare: {value}: give values or rows")),
                }
            }
            "note" | "teacher" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What of an answer's text breaks the rules, a sentence each.
    pub fn broken(&self, code: &str) -> Vec<String> {
        let words = words(code);
        let uses = |name: &str| words.iter().any(|w| *w == name || w.split("__").any(|part| part == name));
        let mut out = Vec::new();
        for name in &self.forbid {
            if matches!(name.as_str(), "loop" | "loops") {
                if let Some(word) = ["for", "while"].into_iter().find(|w| uses(w)) {
                    out.push(format!("uses a loop ({word}), which this question does not allow"));
                }
            } else if uses(name) {
                out.push(format!("uses {name}, which this question does not allow"));
            }
        }
        for name in self.demand.iter().filter(|n| !uses(n)) {
            out.push(format!("does not use {name}, which this question asks for"));
        }
        out
    }
}

/// The names and keywords of a piece of code; none from its strings and comments.
fn words(code: &str) -> Vec<&str> {
    tokens(code)
        .into_iter()
        .filter(|(_, kind)| {
            !matches!(kind, TokenKind::String | TokenKind::Comment | TokenKind::Number | TokenKind::Operator)
        })
        .filter_map(|(span, _)| code.get(span.range()))
        .collect()
}

/// Whether an answer asks for an order: sorts, or takes the first of some.
pub fn asks_for_order(code: &str) -> bool {
    let words = words(code);
    let named = ["order_by", "sorted", "sort", "reverse", "reversed", "earliest", "latest", "first", "last"];
    words.iter().any(|w| named.contains(w))
}
