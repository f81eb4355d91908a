//! Where in a text the cursor stands: after a dot, in a string, among a call's arguments.

/// A place in unfinished code. `calls` are the callees of the calls around it, innermost first.
#[derive(Debug)]
pub enum Place {
    /// In a comment.
    Comment,
    /// Behind `chain.`.
    Member {
        /// What stands before the dot.
        chain: String,
        /// What was typed of the name.
        word: String,
        /// Where it begins.
        start: usize,
    },
    /// In a string.
    Text {
        /// The calls around it.
        calls: Vec<String>,
        /// What the string holds so far.
        word: String,
        /// Where it begins.
        start: usize,
        /// For `d['`: what is subscripted.
        key_of: Option<String>,
        /// Whether it is the call's first argument.
        first: bool,
    },
    /// Where a name or keyword argument can stand.
    Name {
        /// The calls around it whose argument begins here; empty elsewhere.
        calls: Vec<String>,
        /// What was typed of the name.
        word: String,
        /// Where it begins.
        start: usize,
    },
    /// Behind `keyword=`.
    KeywordValue {
        /// The calls around it.
        calls: Vec<String>,
        /// The keyword.
        keyword: String,
        /// What was typed of the value.
        word: String,
        /// Where it begins.
        start: usize,
    },
}

impl Place {
    /// Where the word at the place begins.
    pub fn word_start(&self) -> usize {
        match self {
            Place::Comment => 0,
            Place::Member { start, .. }
            | Place::Text { start, .. }
            | Place::Name { start, .. }
            | Place::KeywordValue { start, .. } => *start,
        }
    }
}

/// An open bracket: where, and which.
struct Open {
    at: usize,
    bracket: char,
}

/// Reads a text up to the cursor.
pub fn place(before: &str) -> Place {
    let mut open: Vec<Open> = Vec::new();
    let mut chars = before.char_indices().peekable();
    let mut string: Option<(usize, usize, String)> = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '#' => {
                let mut closed = false;
                for (_, c) in chars.by_ref() {
                    if c == '\n' {
                        closed = true;
                        break;
                    }
                }
                if !closed {
                    return Place::Comment;
                }
            }
            '"' | '\'' => {
                let triple = before[at..].starts_with(&c.to_string().repeat(3));
                let mark = if triple { c.to_string().repeat(3) } else { c.to_string() };
                let content = at + mark.len();
                let mut end = None;
                let mut escaped = false;
                for (i, d) in before[content..].char_indices() {
                    if escaped {
                        escaped = false;
                    } else if d == '\\' {
                        escaped = true;
                    } else if before[content + i..].starts_with(&mark) {
                        end = Some(content + i + mark.len());
                        break;
                    } else if d == '\n' && !triple {
                        end = Some(content + i);
                        break;
                    }
                }
                match end {
                    Some(end) => {
                        while chars.peek().is_some_and(|&(i, _)| i < end) {
                            chars.next();
                        }
                    }
                    None => {
                        string = Some((at, content, before[content..].to_string()));
                        break;
                    }
                }
            }
            '(' | '[' | '{' => open.push(Open { at, bracket: c }),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    let calls: Vec<String> = open
        .iter()
        .rev()
        .filter(|o| o.bracket == '(')
        .map(|o| chain_before(before, o.at))
        .filter(|c| !c.is_empty())
        .collect();
    if let Some((quote, start, word)) = string {
        let key_of = open
            .last()
            .filter(|o| o.bracket == '[' && before[o.at + 1..quote].trim().is_empty())
            .map(|o| chain_before(before, o.at))
            .filter(|c| !c.is_empty());
        let first = open.last().is_some_and(|o| before[o.at + 1..quote].trim().is_empty());
        return Place::Text { calls, word, start, key_of, first };
    }
    let start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let word = before[start..].to_string();
    let head = &before[..start];
    if head.ends_with('.') {
        return Place::Member { chain: chain_before(before, start - 1), word, start };
    }
    let trimmed = head.trim_end();
    let in_call = open.last().is_some_and(|o| o.bracket == '(') && !calls.is_empty();
    if in_call && (trimmed.ends_with('(') || trimmed.ends_with(',')) {
        return Place::Name { calls, word, start };
    }
    if in_call
        && let Some(left) = trimmed.strip_suffix('=')
        && !left.ends_with(['=', '!', '<', '>'])
    {
        let keyword: String = left
            .chars()
            .rev()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        return Place::KeywordValue { calls, keyword, word, start };
    }
    Place::Name { calls: Vec::new(), word, start }
}

/// The chain of names, calls and subscripts that ends at a byte: `Student.objects.filter(name='x')[0]`.
pub fn chain_before(text: &str, end: usize) -> String {
    let bytes = text.as_bytes();
    let mut at = end.min(bytes.len());
    let mut depth = 0_usize;
    let mut quote: Option<u8> = None;
    while at > 0 {
        let c = bytes[at - 1];
        if let Some(open) = quote {
            if c == open && (at < 2 || bytes[at - 2] != b'\\') {
                quote = None;
            }
        } else {
            match c {
                b')' | b']' | b'}' => depth += 1,
                b'(' | b'[' | b'{' => {
                    if depth == 0 {
                        break;
                    }
                    depth -= 1;
                }
                b'"' | b'\'' => {
                    if depth == 0 {
                        break;
                    }
                    quote = Some(c);
                }
                _ if depth > 0 => {}
                b'.' | b'_' => {}
                c if c.is_ascii_alphanumeric() || c >= 0x80 => {}
                // A chain over several lines in brackets: blanks before a dot.
                b' ' | b'\n' | b'\t' => {
                    if !text[at..end].trim_start().starts_with('.') {
                        break;
                    }
                }
                _ => break,
            }
        }
        at -= 1;
    }
    let chain = text.get(at..end).unwrap_or("").trim();
    // Blanks that only stood before the chain.
    chain.to_string()
}
