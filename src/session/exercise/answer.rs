//! Answers as data that can be compared: rows, or one value; and what differs, in words that do not give it away.

use std::collections::HashMap;

use crate::models::options::model_of;
use crate::object::{Res, Rt, Value, ops};

/// Rows of an answer that are looked at.
const MOST: usize = 100_000;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `None`, or no expression at the end.
    Nothing,
    /// One value.
    One(Row),
    /// Rows.
    Rows(Vec<Row>),
}

/// A row, or one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Row {
    /// What it is: `tuple of 2`, `dict with n, name`, `Student`, `str`.
    pub shape: String,
    /// Its values as text.
    pub values: Vec<String>,
}

impl Answer {
    /// The answer that a value is. A QuerySet is evaluated.
    ///
    /// Errors: whatever evaluating raises.
    pub fn of(rt: &Rt, value: &Value) -> Res<Answer> {
        if value.is_none() {
            return Ok(Answer::Nothing);
        }
        let class = rt.class_of(value);
        let is_rows = match value {
            Value::List(_) => true,
            _ => class.mro().any(|c| {
                matches!(
                    &*c.name(),
                    "QuerySet"
                        | "RawQuerySet"
                        | "set"
                        | "frozenset"
                        | "generator"
                        | "dict_values"
                        | "dict_keys"
                        | "dict_items"
                        | "map"
                        | "filter"
                        | "deque"
                )
            }),
        };
        if !is_rows {
            return Ok(Answer::One(row(rt, value)?));
        }
        let mut iter = ops::iter(rt, value)?;
        let mut rows = Vec::new();
        while let Some(item) = iter.next(rt)? {
            if rows.len() == MOST {
                break;
            }
            rows.push(row(rt, &item)?);
        }
        Ok(Answer::Rows(rows))
    }

    fn what(&self) -> String {
        match self {
            Answer::Nothing => "nothing".into(),
            Answer::One(row) => format!("one value ({})", row.shape),
            Answer::Rows(_) => "rows".into(),
        }
    }

    /// With rows of values alone, whatever they stand in.
    pub fn without_shapes(self) -> Answer {
        let bare = |mut row: Row| {
            row.shape = String::new();
            row.values.sort();
            row
        };
        match self {
            Answer::Rows(rows) => Answer::Rows(rows.into_iter().map(bare).collect()),
            Answer::One(row) => Answer::One(bare(row)),
            Answer::Nothing => Answer::Nothing,
        }
    }
}

fn row(rt: &Rt, value: &Value) -> Res<Row> {
    let class = rt.class_of(value);
    if let Some(model) = model_of(&Value::Class(class.clone())) {
        let pk = ops::get_attr_opt(rt, value, "pk".into())?.unwrap_or_default();
        return Ok(Row { shape: model.object_name.to_string(), values: vec![text(rt, &pk)?] });
    }
    if let Some(dict) = value.as_dict() {
        let mut pairs = Vec::new();
        for key in dict.0.keys() {
            let name = ops::str(rt, &key)?.to_string();
            let item = dict.get_str(rt, &name).unwrap_or_default();
            pairs.push((name, text(rt, &item)?));
        }
        pairs.sort();
        let names: Vec<&str> = pairs.iter().map(|(n, _)| n.as_str()).collect();
        let shape = format!("dict with {}", names.join(", "));
        return Ok(Row { shape, values: pairs.into_iter().map(|(_, v)| v).collect() });
    }
    if let Some(tuple) = value.as_tuple() {
        let values: Res<Vec<String>> = tuple.iter().map(|v| text(rt, v)).collect();
        return Ok(Row { shape: format!("tuple of {}", tuple.len()), values: values? });
    }
    let shape = match value.plain() {
        Value::Int(_) | Value::Big(_) | Value::Float(_) => "number".to_string(),
        _ if &*class.name() == "Decimal" => "number".to_string(),
        _ => class.name().to_string(),
    };
    Ok(Row { shape, values: vec![text(rt, value)?] })
}

/// A value as text that equal values share.
fn text(rt: &Rt, value: &Value) -> Res<String> {
    let class = rt.class_of(value);
    if let Value::Float(number) = value.plain() {
        return Ok(number_text(&format!("{number:.9}")));
    }
    if &*class.name() == "Decimal" {
        return Ok(number_text(&ops::str(rt, value)?));
    }
    if let Some(model) = model_of(&Value::Class(class)) {
        let pk = ops::get_attr_opt(rt, value, "pk".into())?.unwrap_or_default();
        return Ok(format!("{} {}", model.object_name, text(rt, &pk)?));
    }
    if let Some(tuple) = value.as_tuple() {
        let parts: Res<Vec<String>> = tuple.iter().map(|v| text(rt, v)).collect();
        return Ok(format!("({})", parts?.join(", ")));
    }
    if let Value::List(_) = value {
        let items = ops::collect(rt, value)?;
        let parts: Res<Vec<String>> = items.iter().map(|v| text(rt, v)).collect();
        return Ok(format!("[{}]", parts?.join(", ")));
    }
    Ok(ops::repr(rt, value)?.to_string())
}

/// `2.50` as `2.5`, `2.0` as `2`.
fn number_text(text: &str) -> String {
    if !text.contains('.') || text.contains(['e', 'E']) {
        return text.to_string();
    }
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.to_string() }
}

/// Where rows may stand in any order: runs of rows that the asked order does not tell apart, as their ends. Both are the
/// rows in the asked order, of equal rows the one with the smallest key first, and the one with the largest.
pub fn ties(first: &[Row], second: &[Row]) -> Option<Vec<usize>> {
    if first.len() != second.len() {
        return None;
    }
    let mut ends = Vec::new();
    let mut balance: HashMap<&Row, i64> = HashMap::new();
    let mut open = 0_usize;
    for (i, (a, b)) in first.iter().zip(second).enumerate() {
        for (row, by) in [(a, 1), (b, -1)] {
            let count = balance.entry(row).or_default();
            let before = *count;
            *count += by;
            match (before, *count) {
                (0, _) => open += 1,
                (_, 0) => open -= 1,
                _ => {}
            }
        }
        if open == 0 {
            ends.push(i + 1);
        }
    }
    (open == 0).then_some(ends)
}

/// What an exercise's own answer is, with what of its order matters.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The answer.
    pub answer: Answer,
    /// The ends of the runs of rows within which order is free; none where all of it is.
    pub order: Option<Vec<usize>>,
}

impl Wanted {
    /// What of an answer differs, in words that do not give the right one away; none where it is right.
    pub fn difference(&self, got: &Answer) -> Option<String> {
        match (&self.answer, got) {
            (Answer::Rows(want), Answer::Rows(got)) => self.rows_differ(want, got),
            (a, b) if a == b => None,
            (Answer::One(a), Answer::One(b)) if a.shape != b.shape => {
                Some(format!("is a {}; a {} is asked for", b.shape, a.shape))
            }
            (Answer::One(_), Answer::One(_)) => Some("is not the value that is asked for".into()),
            (_, Answer::Nothing) => Some("has no value: its last line is to be an expression".into()),
            (want, got) => {
                Some(format!("gives {}; {} is asked for", got.what(), want.what().replace("rows", "a set of rows")))
            }
        }
    }

    fn rows_differ(&self, want: &[Row], got: &[Row]) -> Option<String> {
        if let (Some(a), Some(b)) = (want.first(), got.first())
            && a.shape != b.shape
        {
            return Some(format!("has rows of another form: {}; asked for is {}", b.shape, a.shape));
        }
        let mut counts: HashMap<&Row, i64> = HashMap::new();
        want.iter().for_each(|row| *counts.entry(row).or_default() += 1);
        got.iter().for_each(|row| *counts.entry(row).or_default() -= 1);
        let missing: i64 = counts.values().filter(|n| **n > 0).sum();
        let extra: i64 = -counts.values().filter(|n| **n < 0).sum::<i64>();
        let rows = |n: i64| if n == 1 { "1 row".to_string() } else { format!("{n} rows") };
        let is = |n: i64| if n == 1 { "is" } else { "are" };
        if missing > 0 || extra > 0 {
            let known: std::collections::HashSet<&Row> = want.iter().collect();
            let repeated = extra > 0 && counts.iter().all(|(row, n)| *n >= 0 || known.contains(row));
            let mut parts = Vec::new();
            if missing > 0 {
                parts.push(format!("{} {} missing", rows(missing), is(missing)));
            }
            if repeated {
                parts.push(format!("{} {} there more often than asked for", rows(extra), is(extra)));
            } else if extra > 0 {
                parts.push(format!("{} {} there that should not be", rows(extra), is(extra)));
            }
            return Some(parts.join(", "));
        }
        let ends = self.order.as_ref()?;
        let mut start = 0;
        for &end in ends {
            let mut a: Vec<&Row> = want.get(start..end).unwrap_or_default().iter().collect();
            let mut b: Vec<&Row> = got.get(start..end).unwrap_or_default().iter().collect();
            a.sort();
            b.sort();
            if a != b {
                return Some("has the right rows in the wrong order".into());
            }
            start = end;
        }
        None
    }
}
