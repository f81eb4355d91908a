//! "Did you mean": the nearest of the names that there are, as Python's own suggestions weigh them.

/// The nearest of some names to a mistyped one, or `None` where nothing is near enough.
///
/// A change of case costs less than another letter, and what is allowed grows with the length, as in CPython's
/// suggestions.
pub fn closest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    const MOVE: usize = 2;
    const CASE: usize = 1;
    let wrong_chars: Vec<char> = wrong.chars().collect();
    if wrong_chars.len() > 40 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for name in names.take(750) {
        if name == wrong {
            continue;
        }
        let chars: Vec<char> = name.chars().collect();
        if chars.len() > 40 {
            continue;
        }
        let allowed = (chars.len() + wrong_chars.len() + 3) * MOVE / 6;
        let allowed = best.map_or(allowed, |(d, _)| allowed.min(d.saturating_sub(1)));
        let distance = distance(&wrong_chars, &chars, MOVE, CASE);
        if distance <= allowed {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name.to_string())
}

fn distance(a: &[char], b: &[char], step: usize, case: usize) -> usize {
    let substitute = |x: char, y: char| {
        if x == y {
            0
        } else if x.to_lowercase().eq(y.to_lowercase()) {
            case
        } else {
            step
        }
    };
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * step).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * step;
        for (j, &y) in b.iter().enumerate() {
            let next = (diagonal + substitute(x, y)).min(row[j] + step).min(row[j + 1] + step);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}
