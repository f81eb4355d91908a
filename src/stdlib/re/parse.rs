//! A pattern's text becomes a tree, with Python's own complaints.

use rustc_hash::FxHashMap;

/// Flags as their numbers in `re`.
pub const IGNORECASE: u32 = 2;
/// `re.LOCALE`.
pub const LOCALE: u32 = 4;
/// `re.MULTILINE`.
pub const MULTILINE: u32 = 8;
/// `re.DOTALL`.
pub const DOTALL: u32 = 16;
/// `re.UNICODE`.
pub const UNICODE: u32 = 32;
/// `re.VERBOSE`.
pub const VERBOSE: u32 = 64;
/// `re.ASCII`.
pub const ASCII: u32 = 256;

/// A place that consumes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// `\A`, and `^` without MULTILINE.
    Start,
    /// `^` with MULTILINE.
    LineStart,
    /// `\Z`.
    End,
    /// `$` without MULTILINE: also before a last newline.
    LastEnd,
    /// `$` with MULTILINE.
    LineEnd,
    /// `\b`.
    Word,
    /// `\B`.
    NotWord,
}

/// A class of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// `\d`
    Digit,
    /// `\s`
    Space,
    /// `\w`
    Word,
}

/// One item of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetItem {
    /// Characters from one to another.
    Range(u32, u32),
    /// A class, or (with `true`) all but it.
    Category(Category, bool),
}

/// A set of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// What is in it.
    pub items: Vec<SetItem>,
    /// Whether it is all but that.
    pub negated: bool,
    /// Whether case does not count.
    pub ignore_case: bool,
    /// Whether classes are those of ASCII.
    pub ascii: bool,
}

/// How a repetition gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Node {
    Char {
        code: u32,
        ignore_case: bool,
        ascii: bool,
    },
    /// `.`, with whether it takes a newline.
    Any(bool),
    Set(Box<Set>),
    Seq(Vec<Node>),
    Alt(Vec<Node>),
    /// A group that captures.
    Group(usize, Box<Node>),
    Repeat {
        min: u32,
        max: u32,
        greed: Greed,
        node: Box<Node>,
    },
    Look {
        ahead: bool,
        negated: bool,
        width: usize,
        node: Box<Node>,
    },
    Atomic(Box<Node>),
    Back {
        group: usize,
        ignore_case: bool,
        ascii: bool,
    },
    Cond {
        group: usize,
        yes: Box<Node>,
        no: Box<Node>,
    },
    At(At, bool),
    /// Matches nothing.
    Fail,
}

/// No upper bound.
pub const FOREVER: u32 = u32::MAX;

/// What is wrong with a pattern, and where.
#[derive(Clone, Debug)]
pub struct PatternError {
    /// Without the position.
    pub message: String,
    /// In characters.
    pub at: Option<usize>,
    /// Whether it is an OverflowError instead.
    pub overflow: bool,
}

/// A parsed pattern.
pub struct Parsed {
    /// The tree.
    pub root: Node,
    /// All flags, inline ones included.
    pub flags: u32,
    /// How many groups.
    pub groups: usize,
    /// Names of groups, in order.
    pub names: Vec<(String, usize)>,
}

type Res<T> = Result<T, PatternError>;

struct Parser<'a> {
    text: &'a [char],
    at: usize,
    flags: u32,
    bytes: bool,
    groups: usize,
    names: Vec<(String, usize)>,
    /// Width of each group once it is closed.
    widths: FxHashMap<usize, (usize, usize)>,
    /// Where a reference to a group that may not exist stood.
    checks: Vec<(usize, usize)>,
    behind: usize,
    /// Groups that were open before a look-behind began.
    behind_groups: Option<usize>,
    depth: usize,
}

fn err<T>(message: impl Into<String>, at: usize) -> Res<T> {
    Err(PatternError { message: message.into(), at: Some(at), overflow: false })
}

/// Parses a pattern. `bytes` says that it is for bytes.
pub fn parse(text: &[char], flags: u32, bytes: bool) -> Res<Parsed> {
    let mut flags = flags;
    loop {
        let mut p = Parser {
            text,
            at: 0,
            flags,
            bytes,
            groups: 0,
            names: Vec::new(),
            widths: FxHashMap::default(),
            checks: Vec::new(),
            behind: 0,
            behind_groups: None,
            depth: 0,
        };
        let result = p.alternatives(flags, true);
        // A leading (?x) changes how all of it is read.
        if p.flags & VERBOSE != 0 && flags & VERBOSE == 0 {
            flags = p.flags;
            continue;
        }
        let root = result?;
        if p.at < text.len() {
            return err("unbalanced parenthesis", p.at);
        }
        for &(group, at) in &p.checks {
            if group > p.groups {
                return err(format!("invalid group reference {group}"), at);
            }
        }
        let mut flags = p.flags;
        if bytes {
            if flags & UNICODE != 0 {
                return Err(PatternError {
                    message: "cannot use UNICODE flag with a bytes pattern".into(),
                    at: None,
                    overflow: false,
                });
            }
        } else if flags & LOCALE != 0 {
            return Err(PatternError {
                message: "cannot use LOCALE flag with a str pattern".into(),
                at: None,
                overflow: false,
            });
        } else if flags & ASCII == 0 {
            flags |= UNICODE;
        } else if flags & UNICODE != 0 {
            return Err(PatternError {
                message: "ASCII and UNICODE flags are incompatible".into(),
                at: None,
                overflow: false,
            });
        }
        return Ok(Parsed { root, flags, groups: p.groups, names: p.names });
    }
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, c: char) -> bool {
        if self.peek() == Some(c) {
            self.at += 1;
            return true;
        }
        false
    }

    fn ascii(&self, flags: u32) -> bool {
        self.bytes || flags & ASCII != 0
    }

    fn alternatives(&mut self, flags: u32, top: bool) -> Res<Node> {
        self.depth += 1;
        if self.depth > 200 {
            return Err(PatternError { message: "too much nesting".into(), at: Some(self.at), overflow: true });
        }
        let mut flags = flags;
        let mut out = vec![self.sequence(&mut flags, top)?];
        while self.take('|') {
            // Global flags of the first alternative hold for all.
            let mut flags = if top { flags | self.flags } else { flags };
            out.push(self.sequence(&mut flags, false)?);
        }
        self.depth -= 1;
        Ok(if out.len() == 1 { out.remove(0) } else { Node::Alt(out) })
    }

    fn sequence(&mut self, flags: &mut u32, first: bool) -> Res<Node> {
        let mut out: Vec<Node> = Vec::new();
        let mut first = first;
        loop {
            let start = self.at;
            let Some(c) = self.peek() else { break };
            if c == '|' || c == ')' {
                break;
            }
            self.at += 1;
            if *flags & VERBOSE != 0 {
                if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}') {
                    continue;
                }
                if c == '#' {
                    while let Some(c) = self.peek() {
                        self.at += 1;
                        if c == '\n' {
                            break;
                        }
                    }
                    continue;
                }
            }
            let ignore_case = *flags & IGNORECASE != 0;
            let ascii = self.ascii(*flags);
            match c {
                '\\' => out.push(self.escape(*flags, start)?),
                '[' => out.push(self.set(*flags, start)?),
                '.' => out.push(Node::Any(*flags & DOTALL != 0)),
                '^' => out.push(Node::At(if *flags & MULTILINE != 0 { At::LineStart } else { At::Start }, ascii)),
                '$' => out.push(Node::At(if *flags & MULTILINE != 0 { At::LineEnd } else { At::LastEnd }, ascii)),
                '(' => {
                    if let Some(node) = self.group(flags, start, first && out.is_empty())? {
                        out.push(node);
                    } else {
                        continue;
                    }
                }
                '*' | '+' | '?' => {
                    let (min, max) = match c {
                        '*' => (0, FOREVER),
                        '+' => (1, FOREVER),
                        _ => (0, 1),
                    };
                    self.repeat(&mut out, min, max, start)?;
                }
                '{' => match self.bounds(start)? {
                    Some((min, max)) => self.repeat(&mut out, min, max, start)?,
                    None => out.push(Node::Char { code: '{' as u32, ignore_case, ascii }),
                },
                c => out.push(Node::Char { code: c as u32, ignore_case, ascii }),
            }
            first = false;
        }
        Ok(if out.len() == 1 { out.remove(0) } else { Node::Seq(out) })
    }

    /// `{m,n}` after its bracket; `None` where it is plain text.
    fn bounds(&mut self, start: usize) -> Res<Option<(u32, u32)>> {
        if self.peek() == Some('}') {
            return Ok(None);
        }
        let digits = |p: &mut Self| {
            let from = p.at;
            while p.peek().is_some_and(|c| c.is_ascii_digit()) {
                p.at += 1;
            }
            p.text[from..p.at].iter().collect::<String>()
        };
        let low = digits(self);
        let high = if self.take(',') { digits(self) } else { low.clone() };
        if !self.take('}') {
            self.at = start + 1;
            return Ok(None);
        }
        let number = |s: &str, empty: u32| -> Res<u32> {
            if s.is_empty() {
                return Ok(empty);
            }
            match s.parse::<u32>() {
                Ok(n) if n < FOREVER => Ok(n),
                _ => {
                    Err(PatternError { message: "the repetition number is too large".into(), at: None, overflow: true })
                }
            }
        };
        let (min, max) = (number(&low, 0)?, number(&high, FOREVER)?);
        if max < min {
            return err("min repeat greater than max repeat", start + 1);
        }
        Ok(Some((min, max)))
    }

    fn repeat(&mut self, out: &mut Vec<Node>, min: u32, max: u32, start: usize) -> Res<()> {
        match out.last() {
            None | Some(Node::At(..)) => return err("nothing to repeat", start),
            Some(Node::Repeat { .. }) => return err("multiple repeat", start),
            Some(Node::Seq(items)) if items.is_empty() => {}
            _ => {}
        }
        let greed = if self.take('?') {
            Greed::Lazy
        } else if self.take('+') {
            Greed::Possessive
        } else {
            Greed::Greedy
        };
        if let Some(node) = out.pop() {
            out.push(Node::Repeat { min, max, greed, node: Box::new(node) });
        }
        Ok(())
    }

    fn code(&self, c: char) -> u32 {
        c as u32
    }

    /// The value of hexadecimal digits of an escape; `start` is where its backslash stands.
    fn hex(&mut self, count: usize, exact: bool, start: usize) -> Res<u32> {
        let from = self.at;
        while self.at - from < count && self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            self.at += 1;
        }
        let digits: String = self.text[from..self.at].iter().collect();
        if exact && digits.len() != count {
            let shown: String = self.text[start..self.at].iter().collect();
            return err(format!("incomplete escape {shown}"), start);
        }
        u32::from_str_radix(&digits, 16).or_else(|_| err("bad escape", start))
    }

    fn octal(&self, digits: &str, start: usize) -> Res<u32> {
        let n = u32::from_str_radix(digits, 8).unwrap_or(0);
        if n > 0o377 {
            return err(format!("octal escape value \\{digits} outside of range 0-0o377"), start);
        }
        Ok(n)
    }

    /// A character that both kinds of escape know: after the backslash, at `c`.
    fn common_escape(&mut self, c: char, start: usize) -> Res<Option<u32>> {
        Ok(Some(match c {
            'a' => 7,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' => '\\' as u32,
            'x' => self.hex(2, true, start)?,
            'u' if !self.bytes => self.hex(4, true, start)?,
            'U' if !self.bytes => {
                let n = self.hex(8, true, start)?;
                if n > 0x10_ffff {
                    let shown: String = self.text[start..self.at].iter().collect();
                    return err(format!("bad escape {shown}"), start);
                }
                n
            }
            'N' if !self.bytes => {
                if !self.take('{') {
                    return err("missing {", self.at);
                }
                let from = self.at;
                while self.peek().is_some_and(|c| c != '}') {
                    self.at += 1;
                }
                let name: String = self.text[from..self.at].iter().collect();
                if name.is_empty() {
                    return err("missing character name", from);
                }
                if !self.take('}') {
                    return err("missing }, unterminated name", from);
                }
                match unicode_names2::character(&name) {
                    Some(c) => c as u32,
                    None => return err(format!("undefined character name '{name}'"), start),
                }
            }
            _ => return Ok(None),
        }))
    }

    fn escape(&mut self, flags: u32, start: usize) -> Res<Node> {
        let Some(c) = self.peek() else { return err("bad escape (end of pattern)", start) };
        self.at += 1;
        let (ignore_case, ascii) = (flags & IGNORECASE != 0, self.ascii(flags));
        let category = |category, negated| {
            Ok(Node::Set(Box::new(Set {
                items: vec![SetItem::Category(category, false)],
                negated,
                ignore_case: false,
                ascii,
            })))
        };
        match c {
            'A' => return Ok(Node::At(At::Start, ascii)),
            'Z' => return Ok(Node::At(At::End, ascii)),
            'b' => return Ok(Node::At(At::Word, ascii)),
            'B' => return Ok(Node::At(At::NotWord, ascii)),
            'd' => return category(Category::Digit, false),
            'D' => return category(Category::Digit, true),
            's' => return category(Category::Space, false),
            'S' => return category(Category::Space, true),
            'w' => return category(Category::Word, false),
            'W' => return category(Category::Word, true),
            '0' => {
                let mut digits = String::from("0");
                while digits.len() < 3 && self.peek().is_some_and(|c| ('0'..='7').contains(&c)) {
                    digits.extend(self.peek());
                    self.at += 1;
                }
                return Ok(Node::Char { code: self.octal(&digits, start)?, ignore_case, ascii });
            }
            '1'..='9' => {
                let mut digits = String::from(c);
                if let Some(d) = self.peek().filter(char::is_ascii_digit) {
                    digits.push(d);
                    self.at += 1;
                    // Three octal digits are a character.
                    if digits.bytes().all(|b| b < b'8')
                        && let Some(d) = self.peek().filter(|c| ('0'..='7').contains(c))
                    {
                        digits.push(d);
                        self.at += 1;
                        return Ok(Node::Char { code: self.octal(&digits, start)?, ignore_case, ascii });
                    }
                }
                let group: usize = digits.parse().unwrap_or(usize::MAX);
                if group <= self.groups {
                    self.check_reference(group, start)?;
                    return Ok(Node::Back { group, ignore_case, ascii });
                }
                return err(format!("invalid group reference {group}"), start + 1);
            }
            _ => {}
        }
        if let Some(code) = self.common_escape(c, start)? {
            return Ok(Node::Char { code, ignore_case, ascii });
        }
        if c.is_ascii_alphabetic() {
            return err(format!("bad escape \\{c}"), start);
        }
        Ok(Node::Char { code: self.code(c), ignore_case, ascii })
    }

    fn check_reference(&self, group: usize, at: usize) -> Res<()> {
        if !self.widths.contains_key(&group) {
            return err("cannot refer to an open group", at);
        }
        if self.behind_groups.is_some_and(|g| group > g) {
            return err("cannot refer to group defined in the same lookbehind subpattern", at);
        }
        Ok(())
    }

    /// One member of a set: a character, or a class.
    fn set_member(&mut self, start: usize, set_start: usize) -> Res<SetItem> {
        let Some(c) = self.peek() else { return err("unterminated character set", set_start) };
        self.at += 1;
        if c != '\\' {
            let code = self.code(c);
            return Ok(SetItem::Range(code, code));
        }
        let Some(c) = self.peek() else { return err("bad escape (end of pattern)", start) };
        self.at += 1;
        let category = |category, negated| Ok(SetItem::Category(category, negated));
        match c {
            'd' => return category(Category::Digit, false),
            'D' => return category(Category::Digit, true),
            's' => return category(Category::Space, false),
            'S' => return category(Category::Space, true),
            'w' => return category(Category::Word, false),
            'W' => return category(Category::Word, true),
            'b' => return Ok(SetItem::Range(8, 8)),
            '0'..='7' => {
                let mut digits = String::from(c);
                while digits.len() < 3 && self.peek().is_some_and(|c| ('0'..='7').contains(&c)) {
                    digits.extend(self.peek());
                    self.at += 1;
                }
                let n = self.octal(&digits, start)?;
                return Ok(SetItem::Range(n, n));
            }
            _ => {}
        }
        if let Some(n) = self.common_escape(c, start)? {
            return Ok(SetItem::Range(n, n));
        }
        if c.is_ascii_alphanumeric() {
            return err(format!("bad escape \\{c}"), start);
        }
        let code = self.code(c);
        Ok(SetItem::Range(code, code))
    }

    fn set(&mut self, flags: u32, start: usize) -> Res<Node> {
        let negated = self.take('^');
        let mut items = Vec::new();
        let mut first = true;
        loop {
            let here = self.at;
            match self.peek() {
                None => return err("unterminated character set", start),
                Some(']') if !first => {
                    self.at += 1;
                    break;
                }
                _ => {}
            }
            first = false;
            let low = self.set_member(here, start)?;
            if self.peek() == Some('-') {
                self.at += 1;
                match self.peek() {
                    None => return err("unterminated character set", start),
                    Some(']') => {
                        self.at += 1;
                        items.push(low);
                        items.push(SetItem::Range('-' as u32, '-' as u32));
                        break;
                    }
                    _ => {}
                }
                let there = self.at;
                let high = self.set_member(there, start)?;
                let shown: String = self.text[here..self.at].iter().collect();
                match (low, high) {
                    (SetItem::Range(a, _), SetItem::Range(b, _)) => {
                        if b < a {
                            return err(format!("bad character range {shown}"), here);
                        }
                        items.push(SetItem::Range(a, b));
                    }
                    _ => return err(format!("bad character range {shown}"), here),
                }
            } else {
                items.push(low);
            }
        }
        let ascii = self.ascii(flags);
        Ok(Node::Set(Box::new(Set { items, negated, ignore_case: flags & IGNORECASE != 0, ascii })))
    }

    /// A name up to a terminator.
    fn name(&mut self, end: char, what: &str) -> Res<(String, usize)> {
        let from = self.at;
        loop {
            match self.peek() {
                None => {
                    let name: String = self.text[from..].iter().collect();
                    if name.is_empty() {
                        return err(format!("missing {what}"), from);
                    }
                    return err(format!("missing {end}, unterminated name"), from);
                }
                Some(c) if c == end => break,
                _ => self.at += 1,
            }
        }
        let name: String = self.text[from..self.at].iter().collect();
        self.at += 1;
        if name.is_empty() {
            return err(format!("missing {what}"), from);
        }
        Ok((name, from))
    }

    fn check_name(&self, name: &str, at: usize) -> Res<()> {
        let mut chars = name.chars();
        let valid = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
            && chars.all(|c| c == '_' || c.is_alphanumeric());
        if !valid || self.bytes && !name.is_ascii() {
            let prefix = if self.bytes { "b" } else { "" };
            let _ = prefix;
            return err(format!("bad character in group name {}", quoted(name)), at);
        }
        Ok(())
    }

    fn open(&mut self, name: Option<(String, usize)>) -> Res<usize> {
        self.groups += 1;
        let group = self.groups;
        if let Some((name, at)) = name {
            if let Some((_, old)) = self.names.iter().find(|(n, _)| *n == name) {
                return err(
                    format!("redefinition of group name {} as group {group}; was group {old}", quoted(&name)),
                    at,
                );
            }
            self.names.push((name, group));
        }
        Ok(group)
    }

    /// After `(`: a group, or `None` for a comment or for flags alone.
    fn group(&mut self, flags: &mut u32, start: usize, at_start: bool) -> Res<Option<Node>> {
        let mut capture = true;
        let mut name = None;
        let mut inner_flags = *flags;
        let mut atomic = false;
        if self.take('?') {
            let Some(c) = self.peek() else { return err("unexpected end of pattern", self.at) };
            self.at += 1;
            match c {
                'P' => {
                    if self.take('<') {
                        let (text, at) = self.name('>', "group name")?;
                        self.check_name(&text, at)?;
                        name = Some((text, at));
                    } else if self.take('=') {
                        let (text, at) = self.name(')', "group name")?;
                        self.check_name(&text, at)?;
                        let Some((_, group)) = self.names.iter().find(|(n, _)| *n == text) else {
                            return err(format!("unknown group name {}", quoted(&text)), at);
                        };
                        let group = *group;
                        self.check_reference(group, at)?;
                        return Ok(Some(Node::Back {
                            group,
                            ignore_case: *flags & IGNORECASE != 0,
                            ascii: self.ascii(*flags),
                        }));
                    } else {
                        let Some(c) = self.peek() else { return err("unexpected end of pattern", self.at) };
                        return err(format!("unknown extension ?P{c}"), self.at - 2);
                    }
                }
                ':' => capture = false,
                '#' => loop {
                    match self.peek() {
                        None => return err("missing ), unterminated comment", start),
                        Some(')') => {
                            self.at += 1;
                            return Ok(None);
                        }
                        _ => self.at += 1,
                    }
                },
                '=' | '!' | '<' => return self.look(*flags, start, c).map(Some),
                '(' => return self.conditional(*flags, start).map(Some),
                '>' => {
                    capture = false;
                    atomic = true;
                }
                c if "iLmsxau-".contains(c) => match self.inline_flags(c, start, at_start)? {
                    None => {
                        *flags |= self.flags;
                        return Ok(None);
                    }
                    Some((add, remove)) => {
                        inner_flags = (inner_flags | add) & !remove;
                        if add & ASCII != 0 {
                            inner_flags &= !UNICODE;
                        }
                        if add & UNICODE != 0 {
                            inner_flags &= !ASCII;
                        }
                        capture = false;
                    }
                },
                c => return err(format!("unknown extension ?{c}"), self.at - 2),
            }
        }
        let group = if capture { Some(self.open(name)?) } else { None };
        let node = self.alternatives(inner_flags, false)?;
        if !self.take(')') {
            return err("missing ), unterminated subpattern", start);
        }
        if let Some(group) = group {
            let width = self.width(&node);
            self.widths.insert(group, width);
            return Ok(Some(Node::Group(group, Box::new(node))));
        }
        if atomic {
            return Ok(Some(Node::Atomic(Box::new(node))));
        }
        // Kept apart, so that a quantifier after it repeats all of it.
        Ok(Some(match node {
            Node::Seq(_) | Node::Alt(_) => node,
            Node::Repeat { .. } | Node::At(..) => Node::Seq(vec![node]),
            other => other,
        }))
    }

    fn look(&mut self, flags: u32, start: usize, c: char) -> Res<Node> {
        let mut c = c;
        let mut ahead = true;
        let mut saved = None;
        if c == '<' {
            let Some(next) = self.peek() else { return err("unexpected end of pattern", self.at) };
            self.at += 1;
            if next != '=' && next != '!' {
                return err(format!("unknown extension ?<{next}"), self.at - 3);
            }
            c = next;
            ahead = false;
            saved = Some(self.behind_groups);
            if self.behind_groups.is_none() {
                self.behind_groups = Some(self.groups);
            }
            self.behind += 1;
        }
        let node = self.alternatives(flags, false)?;
        if let Some(saved) = saved {
            self.behind_groups = saved;
            self.behind -= 1;
        }
        if !self.take(')') {
            return err("missing ), unterminated subpattern", start);
        }
        let mut width = 0;
        if !ahead {
            let (low, high) = self.width(&node);
            if low != high {
                return Err(PatternError {
                    message: "look-behind requires fixed-width pattern".into(),
                    at: None,
                    overflow: false,
                });
            }
            width = low;
        }
        let negated = c == '!';
        if ahead && negated && node == Node::Seq(Vec::new()) {
            return Ok(Node::Fail);
        }
        Ok(Node::Look { ahead, negated, width, node: Box::new(node) })
    }

    fn conditional(&mut self, flags: u32, start: usize) -> Res<Node> {
        let (text, at) = self.name(')', "group name")?;
        let group = if text.bytes().all(|b| b.is_ascii_digit()) {
            let n: usize = text.parse().unwrap_or(usize::MAX);
            if n == 0 {
                return err("bad group number", at);
            }
            if n >= 1 << 30 {
                return err(format!("invalid group reference {n}"), at);
            }
            self.checks.push((n, at));
            n
        } else {
            self.check_name(&text, at)?;
            match self.names.iter().find(|(n, _)| *n == text) {
                Some((_, group)) => *group,
                None => return err(format!("unknown group name {}", quoted(&text)), at),
            }
        };
        if self.behind_groups.is_some_and(|g| group > g) {
            return err("cannot refer to an open group", at);
        }
        let mut inner = flags;
        let yes = self.sequence(&mut inner, false)?;
        let no = if self.take('|') {
            let no = self.sequence(&mut inner, false)?;
            if self.peek() == Some('|') {
                return err("conditional backref with more than two branches", self.at);
            }
            no
        } else {
            Node::Seq(Vec::new())
        };
        if !self.take(')') {
            return err("missing ), unterminated subpattern", start);
        }
        Ok(Node::Cond { group, yes: Box::new(yes), no: Box::new(no) })
    }

    /// `(?i)` gives `None`, `(?i-s:` the flags to add and to remove.
    fn inline_flags(&mut self, c: char, start: usize, at_start: bool) -> Res<Option<(u32, u32)>> {
        let flag = |c: char| {
            Some(match c {
                'i' => IGNORECASE,
                'L' => LOCALE,
                'm' => MULTILINE,
                's' => DOTALL,
                'x' => VERBOSE,
                'a' => ASCII,
                'u' => UNICODE,
                _ => return None,
            })
        };
        const TYPES: u32 = ASCII | LOCALE | UNICODE;
        let (mut add, mut remove) = (0, 0);
        let mut c = c;
        if c != '-' {
            loop {
                let Some(f) = flag(c) else {
                    let message = if c.is_alphabetic() { "unknown flag" } else { "missing -, : or )" };
                    return err(message, self.at - 1);
                };
                if self.bytes && f == UNICODE {
                    return err("bad inline flags: cannot use 'u' flag with a bytes pattern", self.at);
                }
                if !self.bytes && f == LOCALE {
                    return err("bad inline flags: cannot use 'L' flag with a str pattern", self.at);
                }
                add |= f;
                if f & TYPES != 0 && add & TYPES != f {
                    return err("bad inline flags: flags 'a', 'u' and 'L' are incompatible", self.at);
                }
                let Some(next) = self.peek() else { return err("missing -, : or )", self.at) };
                self.at += 1;
                c = next;
                if matches!(c, ')' | '-' | ':') {
                    break;
                }
                if flag(c).is_none() {
                    let message = if c.is_alphabetic() { "unknown flag" } else { "missing -, : or )" };
                    return err(message, self.at - 1);
                }
            }
        }
        if c == ')' {
            if !at_start {
                return err("global flags not at the start of the expression", start);
            }
            self.flags |= add;
            return Ok(None);
        }
        if c == '-' {
            let Some(next) = self.peek() else { return err("missing flag", self.at) };
            if flag(next).is_none() {
                let message = if next.is_alphabetic() { "unknown flag" } else { "missing flag" };
                return err(message, self.at);
            }
            self.at += 1;
            c = next;
            loop {
                let Some(f) = flag(c) else {
                    let message = if c.is_alphabetic() { "unknown flag" } else { "missing :" };
                    return err(message, self.at - 1);
                };
                if f & TYPES != 0 {
                    return err("bad inline flags: cannot turn off flags 'a', 'u' and 'L'", self.at);
                }
                remove |= f;
                let Some(next) = self.peek() else { return err("missing :", self.at) };
                self.at += 1;
                c = next;
                if c == ':' {
                    break;
                }
                if flag(c).is_none() {
                    let message = if c.is_alphabetic() { "unknown flag" } else { "missing :" };
                    return err(message, self.at - 1);
                }
            }
        }
        if add & remove != 0 {
            return err("bad inline flags: flag turned on and off", self.at);
        }
        Ok(Some((add, remove)))
    }

    /// The least and the largest number of characters that a piece takes.
    fn width(&self, node: &Node) -> (usize, usize) {
        const MOST: usize = usize::MAX / 4;
        match node {
            Node::Char { .. } | Node::Any(_) | Node::Set(_) => (1, 1),
            Node::Seq(items) => items.iter().fold((0, 0), |(a, b), n| {
                let (x, y) = self.width(n);
                ((a + x).min(MOST), (b + y).min(MOST))
            }),
            Node::Alt(items) => {
                items.iter().map(|n| self.width(n)).fold((MOST, 0), |(a, b), (x, y)| (a.min(x), b.max(y)))
            }
            Node::Group(_, n) | Node::Atomic(n) => self.width(n),
            Node::Repeat { min, max, node, .. } => {
                let (x, y) = self.width(node);
                let most =
                    if *max == FOREVER { if y == 0 { 0 } else { MOST } } else { y.saturating_mul(*max as usize) };
                (x.saturating_mul(*min as usize).min(MOST), most.min(MOST))
            }
            Node::Back { group, .. } => self.widths.get(group).copied().unwrap_or((0, MOST)),
            Node::Cond { yes, no, .. } => {
                let ((a, b), (x, y)) = (self.width(yes), self.width(no));
                (a.min(x), b.max(y))
            }
            Node::Look { .. } | Node::At(..) | Node::Fail => (0, 0),
        }
    }
}

fn quoted(name: &str) -> String {
    if name.contains('\'') && !name.contains('"') {
        format!("\"{name}\"")
    } else {
        format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}
