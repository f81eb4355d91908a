//! The pass before the grammar: Python's tokeniser.
//!
//! It does three things in one linear walk. It finds what Python's tokeniser refuses (an unterminated string, a bracket
//! that does not match, inconsistent indentation, a bad number) in Python's order and words. It keeps the tokens, from
//! which [`diagnose`](super::diagnose) finds the words for what the grammar refuses. And it gives the text that the grammar
//! reads: as long as the original, byte for byte at the same offsets, but
//!
//! * a newline, comment or continuation inside a line is spaces,
//! * the blanks and the comment at a line's end, and blank lines, are newlines,
//! * indentation is spaces,
//!
//! so that `grammar.pest` needs neither two kinds of white space nor comments.

mod indent;
mod number;
mod string;

pub(super) use string::is_prefix;

use crate::source::Span;
use crate::syntax::{ErrorKind, Mode};

/// How deep brackets may nest, as in Python.
const MAX_LEVEL: usize = 200;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tok {
    /// An identifier or keyword.
    Name,
    /// A number.
    Number,
    /// A string or bytes literal, prefix and quotes included.
    Str,
    /// The prefix and opening quote of an f-string.
    FStart,
    /// Text of an f-string.
    FMiddle,
    /// The closing quote of an f-string.
    FEnd,
    /// An operator or delimiter.
    Op,
    /// The end of a logical line.
    Newline,
    /// More indentation.
    Indent,
    /// Less indentation.
    Dedent,
    /// A `%magic`, `!command` or `name?` up to the end of its line.
    Magic,
    /// The end.
    End,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// What it is.
    pub kind: Tok,
    /// First byte.
    pub start: u32,
    /// Past the last byte.
    pub end: u32,
}

impl Token {
    /// Where.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// An error of the tokeniser.
#[derive(Debug, Clone)]
pub(super) struct ScanError {
    /// Its class.
    pub kind: ErrorKind,
    /// Python's words.
    pub message: String,
    /// Where the caret stands.
    pub span: Span,
    /// Whether Python gives the error an end.
    pub has_end: bool,
    /// Whether more text could mend it.
    pub incomplete: bool,
    /// Whether it stands inside an f-string: Python then sees it only if its parser gets there.
    pub in_fstring: bool,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bracket {
    /// The byte.
    pub open: u8,
    /// Where.
    pub pos: u32,
    /// Whether it is a replacement field of an f-string, and its format specification has begun.
    field: Field,
    /// `lambda`s since it was opened or since the last comma: they nest as brackets do.
    lambdas: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// An ordinary bracket.
    No,
    /// The expression of a replacement field.
    Expr,
    /// The format specification of a replacement field.
    Spec,
}

/// An open f-string.
#[derive(Debug, Clone, Copy)]
struct FString {
    quote: u8,
    triple: bool,
    raw: bool,
    start: usize,
    /// How many brackets were open outside it.
    base: usize,
}

/// What the walk found.
pub(super) struct Scan {
    /// The tokens up to the end or the first error.
    pub tokens: Vec<Token>,
    /// The text for the grammar, one newline longer than the original at most.
    pub normal: String,
    /// What Python's tokeniser would refuse.
    pub error: Option<ScanError>,
    /// Brackets that were open at the end or at the error.
    pub open: Vec<Bracket>,
    /// The deepest nesting of brackets, f-strings, lambdas and blocks together.
    pub depth: usize,
    /// Columns of the enclosing blocks at the end.
    pub indents: Vec<u32>,
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    out: Vec<u8>,
    tokens: Vec<Token>,
    last_end: usize,
    /// Where the last comment began.
    comment: usize,
    brackets: Vec<Bracket>,
    fstrings: Vec<FString>,
    indents: Vec<(u32, u32)>,
    depth: usize,
    line_lambdas: u32,
    cell: bool,
    base_indent: u32,
}

type Step = Result<(), ScanError>;

/// Walks a text.
pub(super) fn scan(text: &str, mode: Mode) -> Scan {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        pos: 0,
        out: text.as_bytes().to_vec(),
        tokens: Vec::with_capacity(text.len() / 4 + 4),
        last_end: 0,
        comment: 0,
        brackets: Vec::new(),
        fstrings: Vec::new(),
        indents: vec![(0, 0)],
        depth: 0,
        line_lambdas: 0,
        cell: mode == Mode::Cell,
        base_indent: 0,
    };
    let error = scanner.run(mode).err().map(|error| ScanError { in_fstring: !scanner.fstrings.is_empty(), ..error });
    Scan {
        tokens: scanner.tokens,
        // Only whole characters are replaced, so this never is the empty alternative.
        normal: String::from_utf8(scanner.out).unwrap_or_default(),
        error,
        open: scanner.brackets,
        depth: scanner.depth,
        indents: scanner.indents.iter().map(|&(col, _)| col).collect(),
    }
}

pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl<'a> Scanner<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// The error that Python's tokeniser raises when it has read up to `cur`.
    fn error_at(&self, cur: usize, message: impl Into<String>) -> ScanError {
        let mut start = cur.saturating_sub(1);
        while start > 0 && !self.text.is_char_boundary(start) {
            start -= 1;
        }
        ScanError {
            kind: ErrorKind::Syntax,
            message: message.into(),
            span: Span::new(start as u32, cur as u32),
            has_end: false,
            incomplete: false,
            in_fstring: false,
        }
    }

    fn fill(&mut self, from: usize, to: usize, byte: u8) {
        if let Some(gap) = self.out.get_mut(from..to) {
            gap.fill(byte);
        }
    }

    fn push(&mut self, kind: Tok, start: usize, end: usize) {
        if start > self.last_end {
            self.fill(self.last_end, start, b' ');
        }
        self.tokens.push(Token { kind, start: start as u32, end: end as u32 });
        self.last_end = end;
        self.pos = end;
    }

    fn note_depth(&mut self) {
        let lambdas = self.brackets.last().map_or(self.line_lambdas, |b| b.lambdas) as usize;
        self.depth = self.depth.max(self.brackets.len() + self.fstrings.len() + lambdas + self.indents.len());
    }

    fn run(&mut self, mode: Mode) -> Step {
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.fill(0, 3, b'\n');
            self.pos = 3;
            self.last_end = 3;
        }
        if mode == Mode::Expression {
            while matches!(self.peek(0), b' ' | b'\t') {
                self.pos += 1;
            }
            self.fill(0, self.pos, b'\n');
            self.last_end = self.pos;
        } else {
            self.first_line();
        }
        let mut line_start = mode != Mode::Expression;
        loop {
            if line_start {
                if !self.indentation()? {
                    break;
                }
                line_start = false;
                self.line_lambdas = 0;
                if self.cell && self.shell_line() {
                    continue;
                }
            }
            if let Some(fstring) = self.literal_mode() {
                self.fstring_text(fstring)?;
                continue;
            }
            match self.peek(0) {
                b' ' | b'\t' | 0x0c => self.pos += 1,
                0 if self.at_end() => {
                    if let Some(bracket) = self.brackets.last() {
                        // Python's tokeniser has no words for this: the parser says which bracket was never closed.
                        let pos = bracket.pos as usize;
                        let mut error = self.error_at(pos + 1, format!("'{}' was never closed", bracket.open as char));
                        error.incomplete = true;
                        self.finish_line();
                        return Err(error);
                    }
                    break;
                }
                b'#' => {
                    self.comment = self.pos;
                    let rest = &self.bytes[self.pos..];
                    self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                b'\n' | b'\r' => {
                    let width = if self.peek(0) == b'\r' && self.peek(1) == b'\n' { 2 } else { 1 };
                    if self.brackets.is_empty() {
                        let start = self.pos;
                        self.fill(self.last_end, start + width, b'\n');
                        // As in Python, the comment is part of the line's end.
                        let token_start = if self.comment >= self.last_end { self.comment } else { start };
                        self.tokens.push(Token {
                            kind: Tok::Newline,
                            start: token_start as u32,
                            end: (start + width) as u32,
                        });
                        self.pos += width;
                        self.last_end = self.pos;
                        line_start = true;
                    } else {
                        self.pos += width;
                    }
                }
                b'\\' => self.continuation()?,
                _ => self.token()?,
            }
        }
        self.finish_line();
        for _ in 1..self.indents.len() {
            self.tokens.push(Token { kind: Tok::Dedent, start: self.pos as u32, end: self.pos as u32 });
        }
        self.tokens.push(Token { kind: Tok::End, start: self.pos as u32, end: self.pos as u32 });
        Ok(())
    }

    /// Ends the last line where the text did not.
    fn finish_line(&mut self) {
        let end = self.bytes.len();
        if self.brackets.is_empty() {
            if self.tokens.last().is_some_and(|t| !matches!(t.kind, Tok::Newline | Tok::Dedent)) {
                self.tokens.push(Token { kind: Tok::Newline, start: end as u32, end: end as u32 });
            }
            self.fill(self.last_end, end, b'\n');
        }
        self.out.push(b'\n');
        self.pos = end;
    }

    /// `\` and a newline.
    fn continuation(&mut self) -> Step {
        let mut next = self.pos + 1;
        if self.bytes.get(next) == Some(&b'\r') {
            next += 1;
            if self.bytes.get(next) == Some(&b'\n') {
                next += 1;
            }
        } else if self.bytes.get(next) == Some(&b'\n') {
            next += 1;
        } else if next >= self.bytes.len() {
            let mut error = self.error_at(next, "unexpected EOF while parsing");
            error.incomplete = true;
            return Err(error);
        } else {
            let width = self.text[next..].chars().next().map_or(1, char::len_utf8);
            return Err(self.error_at(next + width, "unexpected character after line continuation character"));
        }
        if next >= self.bytes.len() {
            let mut error = self.error_at(next, "unexpected EOF while parsing");
            error.incomplete = true;
            return Err(error);
        }
        self.pos = next;
        Ok(())
    }

    fn token(&mut self) -> Step {
        let start = self.pos;
        let byte = self.peek(0);
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(start),
            b'0'..=b'9' => self.number(start),
            b'.' if self.peek(1).is_ascii_digit() => self.number(start),
            b'"' | b'\'' => self.string(start, start),
            b'(' | b'[' | b'{' => {
                self.push(Tok::Op, start, start + 1);
                self.open_bracket(byte, start, Field::No)
            }
            b')' | b']' | b'}' => self.close_bracket(byte, start),
            _ => self.operator(start, byte),
        }
    }

    fn open_bracket(&mut self, open: u8, pos: usize, field: Field) -> Step {
        if self.brackets.len() + self.fstrings.len() >= MAX_LEVEL {
            return Err(self.error_at(pos + 1, "too many nested parentheses"));
        }
        let lambdas = self.brackets.last().map_or(self.line_lambdas, |b| b.lambdas);
        self.brackets.push(Bracket { open, pos: pos as u32, field, lambdas });
        self.note_depth();
        Ok(())
    }

    fn close_bracket(&mut self, close: u8, start: usize) -> Step {
        let in_fstring = self.fstrings.last().copied();
        let base = in_fstring.map_or(0, |f| f.base);
        let Some(&bracket) = self.brackets.last().filter(|_| self.brackets.len() > base) else {
            return Err(self.error_at(start + 1, format!("unmatched '{}'", close as char)));
        };
        let wanted = match bracket.open {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        if close != wanted {
            if bracket.field != Field::No {
                return Err(self.error_at(start + 1, format!("f-string: unmatched '{}'", close as char)));
            }
            let line = |pos: usize| memchr::memchr_iter(b'\n', &self.bytes[..pos]).count() + 1;
            let (open_line, close_line) = (line(bracket.pos as usize), line(start));
            let on_line = if open_line == close_line { String::new() } else { format!(" on line {open_line}") };
            return Err(self.error_at(
                start + 1,
                format!(
                    "closing parenthesis '{}' does not match opening parenthesis '{}'{on_line}",
                    close as char, bracket.open as char
                ),
            ));
        }
        self.brackets.pop();
        self.push(Tok::Op, start, start + 1);
        Ok(())
    }

    fn operator(&mut self, start: usize, byte: u8) -> Step {
        let (second, third) = (self.peek(1), self.peek(2));
        if let Some(bracket) = self.brackets.last_mut()
            && bracket.field == Field::Expr
        {
            // In a replacement field `:` begins the format specification, even before a `=`.
            if byte == b':' {
                bracket.field = Field::Spec;
                self.push(Tok::Op, start, start + 1);
                return Ok(());
            }
        }
        let width = match (byte, second, third) {
            (b'*', b'*', b'=') | (b'/', b'/', b'=') | (b'<', b'<', b'=') | (b'>', b'>', b'=') | (b'.', b'.', b'.') => 3,
            (b'*', b'*' | b'=', _)
            | (b'/', b'/' | b'=', _)
            | (b'<', b'<' | b'=' | b'>', _)
            | (b'>', b'>' | b'=', _)
            | (b'=' | b'!' | b'+' | b'%' | b'&' | b'|' | b'^' | b'@' | b':', b'=', _)
            | (b'-', b'=' | b'>', _) => 2,
            _ => 1,
        };
        if width == 1 && (byte < b' ' || byte == 0x7f) {
            return Err(self.error_at(start + 1, format!("invalid non-printable character U+{byte:04X}")));
        }
        if byte == b',' {
            match self.brackets.last_mut() {
                Some(bracket) => bracket.lambdas = 0,
                None => self.line_lambdas = 0,
            }
        }
        if self.cell && matches!(byte, b'%' | b'!') && width == 1 && self.brackets.is_empty() {
            // `x = %magic` and `x = !command`: no operand begins so.
            if self.tokens.last().is_some_and(|t| t.kind == Tok::Op && self.bytes[t.span().range()] == *b"=") {
                self.magic_to_line_end(start);
                return Ok(());
            }
        }
        self.push(Tok::Op, start, start + width);
        Ok(())
    }

    fn word(&mut self, start: usize) -> Step {
        let mut end = start;
        let mut ascii = true;
        while let Some(&byte) = self.bytes.get(end) {
            if byte >= 0x80 {
                ascii = false;
            } else if !is_word_byte(byte) {
                break;
            }
            end += 1;
        }
        let next = self.bytes.get(end).copied().unwrap_or(0);
        if ascii && end - start <= 2 && matches!(next, b'"' | b'\'') && is_prefix(&self.bytes[start..end]) {
            return self.string(start, end);
        }
        if !ascii {
            self.check_identifier(start, end)?;
        } else if &self.bytes[start..end] == b"lambda" {
            match self.brackets.last_mut() {
                Some(bracket) => bracket.lambdas += 1,
                None => self.line_lambdas += 1,
            }
            self.note_depth();
            if self.brackets.last().map_or(self.line_lambdas, |b| b.lambdas) as usize > MAX_LEVEL {
                return Err(self.error_at(end, "too many nested parentheses"));
            }
        }
        self.push(Tok::Name, start, end);
        Ok(())
    }

    fn check_identifier(&self, start: usize, end: usize) -> Step {
        use pest::unicode::{XID_CONTINUE, XID_START};
        for (index, c) in self.text[start..end].char_indices() {
            // Python checks the compatibility form, so that `ª` and the like may stand in a name.
            let valid = c == '_' || XID_START(c) || (index > 0 && XID_CONTINUE(c));
            if valid {
                continue;
            }
            let cur = start + index + c.len_utf8();
            let code = c as u32;
            return Err(if is_printable(c) {
                self.error_at(cur, format!("invalid character '{c}' (U+{code:04X})"))
            } else {
                self.error_at(cur, format!("invalid non-printable character U+{code:04X}"))
            });
        }
        Ok(())
    }

    /// Takes a line of the shell's own language: `%magic`, `!command`, `?name`, `name?`.
    fn shell_line(&mut self) -> bool {
        let rest = &self.bytes[self.pos..];
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        let is_shell = match line.first() {
            Some(b'%') => line.get(1).is_some_and(|&b| b == b'%' || b.is_ascii_alphabetic() || b == b'_'),
            Some(b'!' | b'?') => true,
            Some(_) => is_help(line),
            None => false,
        };
        if is_shell {
            self.magic_to_line_end(self.pos);
        }
        is_shell
    }

    fn magic_to_line_end(&mut self, start: usize) {
        let mut end = start;
        loop {
            let rest = &self.bytes[end..];
            end += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            if end == 0 || end >= self.bytes.len() || self.bytes[end - 1] != b'\\' {
                break;
            }
            end += 1;
        }
        if end > start && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        self.push(Tok::Magic, start, end);
    }
}

/// Whether a line is `name?` or `name??`, where the name may have dots, indexes and `*`.
fn is_help(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let Some(body) = line.strip_suffix(b"?") else { return false };
    let body = body.strip_suffix(b"?").unwrap_or(body);
    let body = body.strip_prefix(b"%").unwrap_or(body);
    !body.is_empty()
        && !body[0].is_ascii_digit()
        && body.iter().all(|&b| is_word_byte(b) || matches!(b, b'.' | b'*' | b'[' | b']' | b'-'))
}

/// Whether Python would print a character as it is.
fn is_printable(c: char) -> bool {
    use pest::unicode::{
        CONTROL, FORMAT, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, PRIVATE_USE, SPACE_SEPARATOR, UNASSIGNED,
    };
    c == ' '
        || !(CONTROL(c)
            || FORMAT(c)
            || LINE_SEPARATOR(c)
            || PARAGRAPH_SEPARATOR(c)
            || PRIVATE_USE(c)
            || SPACE_SEPARATOR(c)
            || UNASSIGNED(c))
}
