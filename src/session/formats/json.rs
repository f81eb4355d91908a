//! Where the values of a JSON text stand: a notebook is rewritten in place, so that all but the outputs stays as it was
//! written, down to the order of keys and the blanks.

use std::ops::Range;

/// A value's kind, with the places of what it holds.
pub enum Node {
    /// `{...}`: keys, still quoted, and values.
    Object(Vec<(Range<usize>, Place)>),
    /// `[...]`.
    Array(Vec<Place>),
    /// Anything else.
    Plain,
}

/// A value and its bytes in the text.
pub struct Place {
    /// Its bytes.
    pub at: Range<usize>,
    /// What it holds.
    pub node: Node,
}

impl Place {
    /// The value behind a key of an object.
    pub fn get<'a>(&'a self, text: &str, key: &str) -> Option<&'a Place> {
        let Node::Object(entries) = &self.node else { return None };
        let quoted = |at: &Range<usize>| text.get(at.start + 1..at.end.saturating_sub(1)) == Some(key);
        entries.iter().find(|(at, _)| quoted(at)).map(|(_, value)| value)
    }

    /// Where the first key of an object starts.
    pub fn first_key(&self) -> Option<usize> {
        let Node::Object(entries) = &self.node else { return None };
        entries.first().map(|(at, _)| at.start)
    }

    /// The values of an array.
    pub fn items(&self) -> &[Place] {
        match &self.node {
            Node::Array(items) => items,
            _ => &[],
        }
    }
}

/// Finds the places in a text that is JSON; `None` where it is not, or nested deeper than any notebook.
pub fn places(text: &str) -> Option<Place> {
    let mut walk = Walk { bytes: text.as_bytes(), at: 0 };
    walk.value(0)
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Place> {
        if depth > 120 {
            return None;
        }
        let first = self.peek()?;
        let start = self.at;
        let node = match first {
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => {
                self.string()?;
                Node::Plain
            }
            _ => {
                while self.bytes.get(self.at).is_some_and(|b| !b",]} \t\r\n".contains(b)) {
                    self.at += 1;
                }
                if self.at == start {
                    return None;
                }
                Node::Plain
            }
        };
        Some(Place { at: start..self.at, node })
    }

    fn object(&mut self, depth: usize) -> Option<Node> {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.take(b'}') {
            self.peek()?;
            let start = self.at;
            self.string()?;
            let key = start..self.at;
            if !self.take(b':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            self.take(b',');
        }
        Some(Node::Object(entries))
    }

    fn array(&mut self, depth: usize) -> Option<Node> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(b']') {
            items.push(self.value(depth + 1)?);
            self.take(b',');
        }
        Some(Node::Array(items))
    }

    /// Steps over a string.
    fn string(&mut self) -> Option<()> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }
}
