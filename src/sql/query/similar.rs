//! `difflib.get_close_matches`, for suggestions.

use std::rc::Rc;

/// At most three of the words, the most similar first; less than 0.6 is not similar.
pub(super) fn close_matches(word: &str, words: &[Rc<str>]) -> Vec<String> {
    let b: Vec<char> = word.chars().collect();
    let mut scored: Vec<(f64, &Rc<str>)> = words
        .iter()
        .filter_map(|candidate| {
            let a: Vec<char> = candidate.chars().collect();
            let total = a.len() + b.len();
            let ratio = if total == 0 { 1.0 } else { 2.0 * matched(&a, &b) as f64 / total as f64 };
            (ratio >= 0.6).then_some((ratio, candidate))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
    scored.into_iter().take(3).map(|(_, w)| w.to_string()).collect()
}

/// How many characters stand in matching blocks: the longest block first, then to its left and right.
fn matched(a: &[char], b: &[char]) -> usize {
    let (mut best, mut at_a, mut at_b) = (0, 0, 0);
    let mut lengths = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let length = if x == y { diagonal + 1 } else { 0 };
            diagonal = std::mem::replace(&mut lengths[j + 1], length);
            if length > best {
                (best, at_a, at_b) = (length, i + 1 - length, j + 1 - length);
            }
        }
    }
    if best == 0 {
        return 0;
    }
    best + matched(&a[..at_a], &b[..at_b]) + matched(&a[at_a + best..], &b[at_b + best..])
}
