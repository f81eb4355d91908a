//! Text with roles: what `shell` colours at the very end, and what everything else reads as plain text.

/// What a piece of text is, for whoever colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// The `In [n]:` prompt.
    In,
    /// The number in it.
    InNumber,
    /// The `Out[n]:` prompt.
    Out,
    /// The number in it.
    OutNumber,
    /// The rule above a traceback, and the name of the exception.
    Error,
    /// A file or cell in a traceback.
    Place,
    /// A function in a traceback.
    Function,
    /// A line number in a traceback.
    LineNumber,
    /// The arrow and number of the line that raised.
    Arrow,
    /// The code that failed.
    Failing,
    /// What helps and can be overlooked: hints, the ORM's way down.
    Dim,
    /// A removed line of a diff.
    Removed,
    /// An added line of a diff.
    Added,
    /// A heading.
    Heading,
    /// SQL, and the keywords in it.
    Sql,
    /// A string in SQL.
    SqlText,
    /// A number in SQL.
    SqlNumber,
}

/// Pieces of text with their roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Styled {
    /// The pieces in order. Newlines are part of them.
    pub pieces: Vec<(Role, String)>,
}

impl Styled {
    /// No text.
    pub fn new() -> Styled {
        Styled::default()
    }

    /// Adds a piece.
    pub fn push(&mut self, role: Role, text: impl AsRef<str>) -> &mut Styled {
        let text = text.as_ref();
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == role => piece.push_str(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push((role, text.to_string())),
        }
        self
    }

    /// Adds all pieces of another.
    pub fn extend(&mut self, other: Styled) -> &mut Styled {
        for (role, text) in other.pieces {
            self.push(role, text);
        }
        self
    }

    /// With an empty line at the end.
    pub fn with_blank_line(mut self) -> Styled {
        self.push(Role::Plain, "\n");
        self
    }

    /// The text without its roles.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl From<&str> for Styled {
    fn from(text: &str) -> Styled {
        let mut out = Styled::new();
        out.push(Role::Plain, text);
        out
    }
}
