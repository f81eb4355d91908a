//! What Python asks of characters. Rust's own tables where they agree; small additions where they do not.

/// `str.isspace` of one character, and what `strip` and `split` cut at.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Whether a line ends here, as `splitlines` sees it.
pub fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// First code points of the runs of ten decimal digits of each script.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50,
    0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950,
    0x1fbf0,
];

/// The value of a decimal digit of any script.
pub fn decimal(c: char) -> Option<u32> {
    let n = c as u32;
    let at = ZEROS.partition_point(|&z| z <= n).checked_sub(1)?;
    let d = n - ZEROS.get(at)?;
    (d < 10).then_some(d)
}

/// `str.isdigit` of one character: decimal digits, superscripts and their like.
pub fn is_digit(c: char) -> bool {
    decimal(c).is_some()
        || matches!(c as u32,
            0xb2 | 0xb3 | 0xb9 | 0x1369..=0x1371 | 0x19da | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089
            | 0x2460..=0x2468 | 0x2474..=0x247c | 0x2488..=0x2490 | 0x24ea | 0x24f5..=0x24fd | 0x24ff
            | 0x2776..=0x277e | 0x2780..=0x2788 | 0x278a..=0x2792 | 0x10a40..=0x10a43 | 0x10e60..=0x10e68
            | 0x11052..=0x1105a | 0x1f100..=0x1f10a)
}

/// `str.isnumeric` of one character.
pub fn is_numeric(c: char) -> bool {
    c.is_numeric()
        || is_digit(c)
        || matches!(
            c,
            '一' | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
                | '千'
                | '万'
                | '億'
                | '兆'
                | '零'
                | '〇'
                | '壹'
                | '貳'
                | '叁'
                | '肆'
                | '伍'
                | '陸'
                | '柒'
                | '捌'
                | '玖'
                | '拾'
                | '兩'
                | '亿'
                | '萬'
                | '\u{f96b}'
                | '\u{f973}'
                | '\u{f978}'
                | '\u{f9b2}'
                | '\u{f9d1}'
                | '\u{f9d3}'
                | '\u{f9fd}'
                | '\u{2f890}'
        )
}

/// `str.isalpha` of one character: a letter. Rust's test has letter-like numbers and marks besides.
pub fn is_alpha(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.is_alphabetic() && !c.is_numeric() && !is_mark(c) && !matches!(c as u32, 0x24b6..=0x24e9 | 0x1f130..=0x1f189)
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// `str.isalnum` of one character.
pub fn is_alnum(c: char) -> bool {
    is_alpha(c) || is_numeric(c)
}

/// Whether a character can start an identifier.
pub fn starts_identifier(c: char) -> bool {
    c == '_' || is_alpha(c) || matches!(c as u32, 0x16ee..=0x16f0 | 0x2160..=0x2188 | 0x3007 | 0x3021..=0x3029)
}

/// Whether a character can stand in an identifier.
pub fn continues_identifier(c: char) -> bool {
    starts_identifier(c)
        || decimal(c).is_some()
        || is_mark(c)
        || matches!(c, '\u{b7}' | '\u{387}' | '\u{203f}' | '\u{2040}')
}

/// Whether a text is an identifier.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_identifier) && chars.all(continues_identifier)
}

/// A letter that has a title case of its own.
pub fn is_title(c: char) -> bool {
    matches!(c as u32, 0x1c5 | 0x1c8 | 0x1cb | 0x1f2 | 0x1f88..=0x1f8f | 0x1f98..=0x1f9f | 0x1fa8..=0x1faf | 0x1fbc
        | 0x1fcc | 0x1ffc)
}

/// The title case of a character.
pub fn to_title(c: char, out: &mut String) {
    match c as u32 {
        0x1c4..=0x1c6 => out.push('\u{1c5}'),
        0x1c7..=0x1c9 => out.push('\u{1c8}'),
        0x1ca..=0x1cc => out.push('\u{1cb}'),
        0x1f1..=0x1f3 => out.push('\u{1f2}'),
        0x10d0..=0x10fa | 0x10fd..=0x10ff => out.push(c),
        0xdf => out.push_str("Ss"),
        0xfb00 => out.push_str("Ff"),
        0xfb01 => out.push_str("Fi"),
        0xfb02 => out.push_str("Fl"),
        _ => {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(one), None) => out.push(one),
                (Some(one), Some(two)) => {
                    out.push(one);
                    out.extend(two.to_lowercase());
                    out.extend(upper.flat_map(char::to_lowercase));
                }
                _ => out.push(c),
            }
        }
    }
}

/// Whether a character has case.
pub fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || is_title(c)
}

/// Full case folding.
pub fn casefold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c as u32 {
            0xdf | 0x1e9e => out.push_str("ss"),
            0x3c2 => out.push('σ'),
            0x17f => out.push('s'),
            0xb5 => out.push('μ'),
            0x345 => out.push('ι'),
            0x3d0 => out.push('β'),
            0x3d1 => out.push('θ'),
            0x3d5 => out.push('φ'),
            0x3d6 => out.push('π'),
            0x3f0 => out.push('κ'),
            0x3f1 => out.push('ρ'),
            0x3f5 => out.push('ε'),
            0x1e9b => out.push('ṡ'),
            0x1fbe => out.push('ι'),
            0x149 => out.push_str("ʼn"),
            0x13a0..=0x13f5 => out.push(c),
            0x13f8..=0x13fd => out.extend(char::from_u32(c as u32 - 8)),
            0xab70..=0xabbf => out.extend(char::from_u32(c as u32 - 0xab70 + 0x13a0)),
            0x1f0 | 0x390 | 0x3b0 | 0x587 | 0x1e96..=0x1e9a | 0x1f50..=0x1f57 | 0x1f80..=0x1ffc | 0xfb00..=0xfb17 => {
                let upper: String = c.to_uppercase().collect();
                match upper.chars().count() > 1 {
                    true => out.extend(upper.chars().flat_map(char::to_lowercase)),
                    false => out.extend(c.to_lowercase()),
                }
            }
            _ => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Whether `repr` shows a character as it is.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let n = c as u32;
    if c.is_control()
        || is_space(c)
        || matches!(n, 0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x180e | 0x200b..=0x200f
            | 0x202a..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff0..=0xfffb | 0xfffe | 0xffff
            | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe00ff
            | 0xe01f0..=0x10ffff | 0x323b0..=0xdffff)
    {
        return false;
    }
    !matches!(n, 0x378 | 0x379 | 0x380..=0x383 | 0x38b | 0x38d | 0x3a2 | 0x530 | 0x557 | 0x558)
}
