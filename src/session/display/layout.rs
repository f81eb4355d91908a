//! Lines no wider than a page: text with places to break, in nested groups of which the outermost break first.
//!
//! The algorithm is Derek Oppen's, with the habits of IPython's printer (which group is broken when several of one
//! depth are waiting, that a line may grow past the width once nothing is left to break), because its output is what
//! people know.

use std::collections::VecDeque;

/// What waits in the buffer until it is known whether its group must break.
enum Piece {
    Text(String, usize),
    Break { separator: &'static str, indent: usize, group: usize },
}

struct Group {
    depth: usize,
    /// Places to break that are still in the buffer.
    waiting: usize,
    broken: bool,
}

/// The printer: takes text, breaks and groups, gives lines.
pub struct Layout {
    out: String,
    width: usize,
    out_width: usize,
    buffered_width: usize,
    buffer: VecDeque<Piece>,
    groups: Vec<Group>,
    open: Vec<usize>,
    /// Groups that can be broken, by depth.
    queue: Vec<Vec<usize>>,
    indent: usize,
}

impl Layout {
    /// A printer for lines of so many characters.
    pub fn new(width: usize) -> Layout {
        Layout {
            out: String::new(),
            width,
            out_width: 0,
            buffered_width: 0,
            buffer: VecDeque::new(),
            groups: vec![Group { depth: 0, waiting: 0, broken: false }],
            open: vec![0],
            queue: vec![vec![0]],
            indent: 0,
        }
    }

    /// Adds text that is never broken.
    pub fn text(&mut self, text: &str) {
        let width = if text.is_ascii() { text.len() } else { text.chars().count() };
        if self.buffer.is_empty() {
            self.out.push_str(text);
            self.out_width += width;
            return;
        }
        match self.buffer.back_mut() {
            Some(Piece::Text(last, last_width)) => {
                last.push_str(text);
                *last_width += width;
            }
            _ => self.buffer.push_back(Piece::Text(text.to_string(), width)),
        }
        self.buffered_width += width;
        self.break_outer_groups();
    }

    /// Adds a space that may become a line break.
    pub fn breakable(&mut self) {
        let group = self.innermost();
        if self.groups[group].broken {
            self.flush();
            self.newline(self.indent);
            return;
        }
        self.groups[group].waiting += 1;
        self.buffer.push_back(Piece::Break { separator: " ", indent: self.indent, group });
        self.buffered_width += 1;
        self.break_outer_groups();
    }

    /// Breaks the line here.
    pub fn hard_break(&mut self) {
        if let Some(group) = self.next_group() {
            self.break_group(group);
        }
        self.flush();
        self.newline(self.indent);
    }

    /// Opens a group; its lines are indented by so many characters more.
    pub fn begin(&mut self, indent: usize, open: &str) {
        if !open.is_empty() {
            self.text(open);
        }
        let depth = self.groups[self.innermost()].depth + 1;
        let group = self.groups.len();
        self.groups.push(Group { depth, waiting: 0, broken: false });
        self.open.push(group);
        if self.queue.len() <= depth {
            self.queue.resize_with(depth + 1, Vec::new);
        }
        self.queue[depth].push(group);
        self.indent += indent;
    }

    /// Closes the innermost group.
    pub fn end(&mut self, indent: usize, close: &str) {
        self.indent -= indent;
        if let Some(group) = self.open.pop()
            && self.groups[group].waiting == 0
        {
            self.forget(group);
        }
        if !close.is_empty() {
            self.text(close);
        }
    }

    /// The finished text.
    pub fn finish(mut self) -> String {
        self.flush();
        self.out
    }

    fn innermost(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn newline(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out_width = indent;
        self.buffered_width = 0;
    }

    fn forget(&mut self, group: usize) {
        let depth = self.groups[group].depth;
        if let Some(stack) = self.queue.get_mut(depth)
            && let Some(at) = stack.iter().position(|&g| g == group)
        {
            stack.remove(at);
        }
    }

    /// The outermost group with something to break. Of several at a depth the last; what is taken out of the queue is
    /// the one as far from the front as that is from the back, as IPython does it.
    fn next_group(&mut self) -> Option<usize> {
        for stack in &mut self.queue {
            let found = stack.iter().rev().position(|&g| self.groups[g].waiting > 0);
            if let Some(index) = found {
                let group = stack[stack.len() - 1 - index];
                stack.remove(index);
                self.groups[group].broken = true;
                return Some(group);
            }
            for &group in stack.iter() {
                self.groups[group].broken = true;
            }
            stack.clear();
        }
        None
    }

    fn emit(&mut self, piece: Piece) {
        match piece {
            Piece::Text(text, width) => {
                self.out.push_str(&text);
                self.out_width += width;
                self.buffered_width = self.buffered_width.saturating_sub(width);
            }
            Piece::Break { separator, indent, group } => {
                self.groups[group].waiting -= 1;
                self.buffered_width = self.buffered_width.saturating_sub(separator.len());
                if self.groups[group].broken {
                    self.out.push('\n');
                    self.out.extend(std::iter::repeat_n(' ', indent));
                    self.out_width = indent;
                    return;
                }
                if self.groups[group].waiting == 0 {
                    self.forget(group);
                }
                self.out.push_str(separator);
                self.out_width += separator.len();
            }
        }
    }

    fn break_group(&mut self, group: usize) {
        while self.groups[group].waiting > 0 {
            let Some(piece) = self.buffer.pop_front() else { break };
            self.emit(piece);
        }
        while let Some(Piece::Text(..)) = self.buffer.front() {
            if let Some(piece) = self.buffer.pop_front() {
                self.emit(piece);
            }
        }
    }

    fn break_outer_groups(&mut self) {
        while self.width < self.out_width + self.buffered_width {
            let Some(group) = self.next_group() else { return };
            self.break_group(group);
        }
    }

    fn flush(&mut self) {
        // The width of what is written counts on from what stood before it, breaks and all.
        while let Some(piece) = self.buffer.pop_front() {
            self.emit(piece);
        }
        self.buffered_width = 0;
    }
}
