//! A pattern's tree becomes instructions, and a backtracking machine runs them. The machine keeps its own stack, so a
//! long text cannot overflow ours, and looks for an interrupt now and then.

use super::parse::{At, Category, FOREVER, Greed, Node, Set, SetItem};
use crate::object::error::Res;
use crate::object::rt::Rt;

/// What is searched: text as characters or bytes.
pub trait Text: Copy {
    /// Length in characters.
    fn len(self) -> usize;
    /// The code point at an index below the length.
    fn at(self, i: usize) -> u32;
}

impl Text for &[u8] {
    fn len(self) -> usize {
        <[u8]>::len(self)
    }
    fn at(self, i: usize) -> u32 {
        u32::from(self[i])
    }
}

impl Text for &[char] {
    fn len(self) -> usize {
        <[char]>::len(self)
    }
    fn at(self, i: usize) -> u32 {
        self[i] as u32
    }
}

/// What one character is compared with.
#[derive(Debug)]
enum Single {
    Char(u32),
    /// Any of the forms of a letter.
    Fold(Vec<u32>),
    Any,
    NotNewline,
    Set(Set),
}

#[derive(Debug)]
enum Inst {
    One(Single),
    /// Tries the first way, then the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    At(At, bool),
    Back {
        group: usize,
        fold: bool,
        ascii: bool,
    },
    /// A piece that is matched on its own; `next` stands after it.
    Look {
        ahead: bool,
        negated: bool,
        width: usize,
        next: usize,
    },
    Atomic {
        next: usize,
    },
    /// Ends such a piece.
    Done,
    Cond {
        group: usize,
        no: usize,
    },
    /// One character, repeated.
    Run {
        single: Single,
        min: usize,
        max: usize,
        greed: Greed,
    },
    /// Begins a repetition with a counter of its own.
    Begin(usize),
    /// After each round: again, or on. `body` begins the round.
    Again {
        counter: usize,
        min: u32,
        max: u32,
        lazy: bool,
        body: usize,
    },
    Fail,
    Match,
}

/// A pattern ready to run.
#[derive(Debug)]
pub struct Program {
    code: Vec<Inst>,
    counters: usize,
    groups: usize,
    /// A character that every match begins with.
    first: Option<u32>,
    /// Whether it can match at the start only.
    anchored: bool,
}

/// Where groups matched; `None` for one that did not. The last slot is the group that was closed last.
pub type Slots = Vec<Option<usize>>;

fn lower(c: u32, ascii: bool) -> u32 {
    if c < 128 {
        return if (65..=90).contains(&c) { c + 32 } else { c };
    }
    if ascii {
        return c;
    }
    match char::from_u32(c) {
        Some(c) => {
            let mut it = c.to_lowercase();
            match (it.next(), it.next()) {
                (Some(l), None) => l as u32,
                _ => c as u32,
            }
        }
        None => c,
    }
}

fn upper(c: u32, ascii: bool) -> u32 {
    if c < 128 {
        return if (97..=122).contains(&c) { c - 32 } else { c };
    }
    if ascii {
        return c;
    }
    match char::from_u32(c) {
        Some(c) => {
            let mut it = c.to_uppercase();
            match (it.next(), it.next()) {
                (Some(u), None) => u as u32,
                _ => c as u32,
            }
        }
        None => c,
    }
}

/// Letters of Unicode that are one letter without their case.
const KIN: &[&[u32]] = &[
    &[0x69, 0x131],
    &[0x73, 0x17f],
    &[0xb5, 0x3bc],
    &[0x345, 0x3b9, 0x1fbe],
    &[0x390, 0x1fd3],
    &[0x3b0, 0x1fe3],
    &[0x3b2, 0x3d0],
    &[0x3b5, 0x3f5],
    &[0x3b8, 0x3d1],
    &[0x3ba, 0x3f0],
    &[0x3c0, 0x3d6],
    &[0x3c1, 0x3f1],
    &[0x3c2, 0x3c3],
    &[0x3c6, 0x3d5],
    &[0x1e61, 0x1e9b],
    &[0xfb05, 0xfb06],
];

/// All characters that equal one without case.
fn forms(c: u32, ascii: bool) -> Vec<u32> {
    let low = lower(c, ascii);
    let mut out = vec![low, upper(low, ascii), c, upper(c, ascii)];
    if !ascii && let Some(kin) = KIN.iter().find(|k| k.contains(&low)) {
        for k in *kin {
            out.extend([*k, upper(*k, ascii)]);
        }
    }
    if !ascii && low == 0x69 {
        out.push(0x130);
    }
    if !ascii && (c == 0x6b || c == 0x4b || c == 0x212a) {
        out.extend([0x6b, 0x4b, 0x212a]);
    }
    if !ascii && (c == 0xe5 || c == 0xc5 || c == 0x212b) {
        out.extend([0xe5, 0xc5, 0x212b]);
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn is_word(c: u32, ascii: bool) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_alphanumeric() || c == 95;
    }
    !ascii && char::from_u32(c).is_some_and(char::is_alphanumeric)
}

fn in_category(c: u32, category: Category, ascii: bool) -> bool {
    match category {
        Category::Word => is_word(c, ascii),
        Category::Digit if c < 128 => (48..=57).contains(&c),
        // Nd; other numerics are none.
        Category::Digit => !ascii && char::from_u32(c).is_some_and(is_decimal),
        Category::Space => {
            matches!(c, 9..=13 | 32)
                || !ascii && (matches!(c, 28..=31) || c > 127 && char::from_u32(c).is_some_and(char::is_whitespace))
        }
    }
}

fn is_decimal(c: char) -> bool {
    c.is_numeric() && {
        thread_local! {
            static DIGIT: Option<fancy_regex::Regex> = fancy_regex::Regex::new("\\A\\d\\z").ok();
        }
        DIGIT.with(|r| r.as_ref().is_some_and(|r| r.is_match(c.encode_utf8(&mut [0; 4])).unwrap_or(false)))
    }
}

fn in_items(c: u32, set: &Set) -> bool {
    set.items.iter().any(|item| match item {
        SetItem::Range(a, b) => (*a..=*b).contains(&c),
        SetItem::Category(category, negated) => in_category(c, *category, set.ascii) != *negated,
    })
}

fn in_set(c: u32, set: &Set) -> bool {
    let found = if set.ignore_case {
        in_items(c, set) || forms(c, set.ascii).iter().any(|f| in_items(*f, set))
    } else {
        in_items(c, set)
    };
    found != set.negated
}

impl Single {
    fn matches(&self, c: u32) -> bool {
        match self {
            Single::Char(x) => *x == c,
            Single::Fold(forms) => forms.contains(&c),
            Single::Any => true,
            Single::NotNewline => c != 10,
            Single::Set(set) => in_set(c, set),
        }
    }
}

fn single(node: &Node) -> Option<Single> {
    Some(match node {
        Node::Char { code, ignore_case: false, .. } => Single::Char(*code),
        Node::Char { code, ascii, .. } => {
            let forms = forms(*code, *ascii);
            if forms.len() == 1 { Single::Char(*code) } else { Single::Fold(forms) }
        }
        Node::Any(true) => Single::Any,
        Node::Any(false) => Single::NotNewline,
        Node::Set(set) => Single::Set((**set).clone()),
        _ => return None,
    })
}

impl Program {
    /// Makes the instructions of a tree.
    pub fn compile(root: &Node, groups: usize) -> Program {
        let mut p = Program { code: Vec::new(), counters: 0, groups, first: None, anchored: false };
        p.emit(root);
        p.code.push(Inst::Match);
        let mut head = root;
        loop {
            match head {
                Node::Seq(items) => match items.first() {
                    Some(n) => head = n,
                    None => break,
                },
                Node::Group(_, n) => head = n,
                Node::Char { code, ignore_case: false, .. } => {
                    p.first = Some(*code);
                    break;
                }
                Node::At(At::Start, _) => {
                    p.anchored = true;
                    break;
                }
                _ => break,
            }
        }
        p
    }

    fn emit(&mut self, node: &Node) {
        if let Some(one) = single(node) {
            self.code.push(Inst::One(one));
            return;
        }
        match node {
            Node::Seq(items) => items.iter().for_each(|n| self.emit(n)),
            Node::Alt(items) => {
                let mut ends = Vec::new();
                for (i, n) in items.iter().enumerate() {
                    if i + 1 == items.len() {
                        self.emit(n);
                        break;
                    }
                    let split = self.code.len();
                    self.code.push(Inst::Split(split + 1, 0));
                    self.emit(n);
                    ends.push(self.code.len());
                    self.code.push(Inst::Jump(0));
                    let here = self.code.len();
                    self.code[split] = Inst::Split(split + 1, here);
                }
                let end = self.code.len();
                for at in ends {
                    self.code[at] = Inst::Jump(end);
                }
            }
            Node::Group(n, inner) => {
                self.code.push(Inst::Save(2 * n));
                self.emit(inner);
                self.code.push(Inst::Save(2 * n + 1));
            }
            Node::Repeat { min, max, greed, node } => self.emit_repeat(*min, *max, *greed, node),
            Node::Look { ahead, negated, width, node } => {
                let at = self.code.len();
                self.code.push(Inst::Fail);
                self.emit(node);
                self.code.push(Inst::Done);
                let next = self.code.len();
                self.code[at] = Inst::Look { ahead: *ahead, negated: *negated, width: *width, next };
            }
            Node::Atomic(node) => self.emit_atomic(|p| p.emit(node)),
            Node::Back { group, ignore_case, ascii } => {
                self.code.push(Inst::Back { group: *group, fold: *ignore_case, ascii: *ascii });
            }
            Node::Cond { group, yes, no } => {
                let at = self.code.len();
                self.code.push(Inst::Fail);
                self.emit(yes);
                let jump = self.code.len();
                self.code.push(Inst::Fail);
                let other = self.code.len();
                self.emit(no);
                let end = self.code.len();
                self.code[at] = Inst::Cond { group: *group, no: other };
                self.code[jump] = Inst::Jump(end);
            }
            Node::At(at, ascii) => self.code.push(Inst::At(*at, *ascii)),
            _ => self.code.push(Inst::Fail),
        }
    }

    fn emit_atomic(&mut self, body: impl FnOnce(&mut Program)) {
        let at = self.code.len();
        self.code.push(Inst::Fail);
        body(self);
        self.code.push(Inst::Done);
        let next = self.code.len();
        self.code[at] = Inst::Atomic { next };
    }

    fn emit_repeat(&mut self, min: u32, max: u32, greed: Greed, node: &Node) {
        let most = if max == FOREVER { usize::MAX } else { max as usize };
        let inner = match node {
            Node::Seq(items) if items.len() == 1 => &items[0],
            other => other,
        };
        if let Some(single) = single(inner) {
            self.code.push(Inst::Run { single, min: min as usize, max: most, greed });
            return;
        }
        if greed == Greed::Possessive {
            return self.emit_atomic(|p| p.emit_repeat(min, max, Greed::Greedy, node));
        }
        if max == 0 {
            return;
        }
        let lazy = greed == Greed::Lazy;
        if min == 0 && max == 1 {
            let split = self.code.len();
            self.code.push(Inst::Fail);
            self.emit(node);
            let end = self.code.len();
            self.code[split] = if lazy { Inst::Split(end, split + 1) } else { Inst::Split(split + 1, end) };
            return;
        }
        let counter = self.counters;
        self.counters += 1;
        self.code.push(Inst::Begin(counter));
        let jump = self.code.len();
        self.code.push(Inst::Fail);
        let body = self.code.len();
        self.emit(node);
        let again = self.code.len();
        self.code.push(Inst::Again { counter, min, max, lazy, body });
        self.code[jump] = Inst::Jump(again);
    }
}

/// What a step back restores.
enum Back {
    Branch {
        pc: usize,
        at: usize,
    },
    Slot(usize, Option<usize>),
    Counter(usize, (u32, Option<usize>)),
    /// A run of one character that can be shorter: down to `low`.
    Shorter {
        pc: usize,
        low: usize,
        at: usize,
    },
    /// One that can be longer, by so many.
    Longer {
        pc: usize,
        at: usize,
        left: usize,
    },
}

/// One search: the text, its end, and the state of the machine.
pub struct Machine<'a, T: Text> {
    rt: &'a Rt,
    program: &'a Program,
    text: T,
    end: usize,
    slots: Slots,
    counters: Vec<(u32, Option<usize>)>,
    stack: Vec<Back>,
    steps: u32,
    /// Whether only a match up to the end counts.
    full: bool,
    /// Where an empty match does not count.
    not_empty_at: Option<usize>,
}

impl<'a, T: Text> Machine<'a, T> {
    /// A machine over a text up to an end.
    pub fn new(rt: &'a Rt, program: &'a Program, text: T, end: usize, full: bool) -> Machine<'a, T> {
        Machine {
            rt,
            program,
            text,
            end: end.min(text.len()),
            slots: vec![None; 2 * (program.groups + 1) + 1],
            counters: vec![(0, None); program.counters],
            stack: Vec::new(),
            steps: 0,
            full,
            not_empty_at: None,
        }
    }

    /// A match that begins at `from`.
    pub fn match_at(&mut self, from: usize, not_empty: bool) -> Res<Option<Slots>> {
        self.slots.iter_mut().for_each(|s| *s = None);
        self.stack.clear();
        self.not_empty_at = not_empty.then_some(from);
        let Some(end) = self.run(0, from)? else { return Ok(None) };
        let mut slots = self.slots.clone();
        slots[0] = Some(from);
        slots[1] = Some(end);
        Ok(Some(slots))
    }

    /// The first match at or after `from`. With `not_empty`, an empty one at `from` itself does not count.
    pub fn search(&mut self, from: usize, not_empty: bool) -> Res<Option<Slots>> {
        let mut at = from;
        while at <= self.end {
            if let Some(first) = self.program.first {
                while at < self.end && self.text.at(at) != first {
                    at += 1;
                }
                if at >= self.end {
                    return Ok(None);
                }
            }
            if let Some(slots) = self.match_at(at, not_empty && at == from)? {
                return Ok(Some(slots));
            }
            if self.program.anchored {
                return Ok(None);
            }
            at += 1;
        }
        Ok(None)
    }

    fn set_slot(&mut self, slot: usize, value: Option<usize>) {
        let old = std::mem::replace(&mut self.slots[slot], value);
        self.stack.push(Back::Slot(slot, old));
    }

    fn set_counter(&mut self, counter: usize, value: (u32, Option<usize>)) {
        let old = std::mem::replace(&mut self.counters[counter], value);
        self.stack.push(Back::Counter(counter, old));
    }

    fn is_at(&self, at: At, ascii: bool, i: usize) -> bool {
        let newline = |i: usize| self.text.at(i) == 10;
        match at {
            At::Start => i == 0,
            At::LineStart => i == 0 || newline(i - 1),
            At::End => i == self.end,
            At::LastEnd => i == self.end || i + 1 == self.end && newline(i),
            At::LineEnd => i == self.end || newline(i),
            At::Word | At::NotWord => {
                let before = i > 0 && is_word(self.text.at(i - 1), ascii);
                let after = i < self.end && is_word(self.text.at(i), ascii);
                // An empty text has no inside either.
                if at == At::Word { before != after } else { before == after && self.end > 0 }
            }
        }
    }

    /// Goes back to the last choice above `base`; where to go on.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Back::Slot(slot, old) => self.slots[slot] = old,
                Back::Counter(counter, old) => self.counters[counter] = old,
                Back::Branch { pc, at } => return Some((pc, at)),
                Back::Shorter { pc, low, at } => {
                    let at = at - 1;
                    if at > low {
                        self.stack.push(Back::Shorter { pc, low, at });
                    }
                    return Some((pc, at));
                }
                Back::Longer { pc, at, left } => {
                    let Some(Inst::Run { single, .. }) = self.program.code.get(pc - 1) else { continue };
                    if at < self.end && single.matches(self.text.at(at)) {
                        if left > 1 {
                            self.stack.push(Back::Longer { pc, at: at + 1, left: left - 1 });
                        }
                        return Some((pc, at + 1));
                    }
                }
            }
        }
        None
    }

    /// Forgets the choices above `base` but keeps what restores slots and counters.
    fn commit(&mut self, base: usize) {
        let kept: Vec<Back> =
            self.stack.drain(base..).filter(|b| matches!(b, Back::Slot(..) | Back::Counter(..))).collect();
        self.stack.extend(kept);
    }

    fn run(&mut self, pc: usize, at: usize) -> Res<Option<usize>> {
        let base = self.stack.len();
        let (mut pc, mut at) = (pc, at);
        let program = self.program;
        loop {
            self.steps = self.steps.wrapping_add(1);
            if self.steps & 0xffff == 0 {
                self.rt.check_interrupt()?;
                if self.stack.len() * 32 > self.rt.memory_limit.get() {
                    return Err(crate::object::error::Exc::MemoryError.with_args(Vec::new()));
                }
            }
            let ok = match &program.code[pc] {
                Inst::One(single) => {
                    if at < self.end && single.matches(self.text.at(at)) {
                        at += 1;
                        pc += 1;
                        true
                    } else {
                        false
                    }
                }
                Inst::Run { single, min, max, greed } => {
                    let room = (self.end - at).min(*max);
                    let wanted = if *greed == Greed::Lazy { (*min).min(room) } else { room };
                    let mut n = 0;
                    while n < wanted && single.matches(self.text.at(at + n)) {
                        n += 1;
                    }
                    if n < *min {
                        false
                    } else {
                        let start = at;
                        at += n;
                        pc += 1;
                        match greed {
                            Greed::Greedy if n > *min => {
                                self.stack.push(Back::Shorter { pc, low: start + min, at });
                            }
                            Greed::Lazy if *max > n => self.stack.push(Back::Longer { pc, at, left: max - n }),
                            _ => {}
                        }
                        true
                    }
                }
                Inst::Split(a, b) => {
                    self.stack.push(Back::Branch { pc: *b, at });
                    pc = *a;
                    true
                }
                Inst::Jump(to) => {
                    pc = *to;
                    true
                }
                Inst::Save(slot) => {
                    // A group's start counts only with its end: it is kept beside until then.
                    if slot % 2 == 1 {
                        let last = self.slots.len() - 1;
                        self.set_slot(last, Some(slot / 2));
                    }
                    self.set_slot(*slot, Some(at));
                    pc += 1;
                    true
                }
                Inst::At(place, ascii) => {
                    let ok = self.is_at(*place, *ascii, at);
                    pc += 1;
                    ok
                }
                Inst::Back { group, fold, ascii } => match (self.slots[2 * group], self.slots[2 * group + 1]) {
                    (Some(from), Some(to)) if from <= to && at + (to - from) <= self.end => {
                        let same = (0..to - from).all(|i| {
                            let (x, y) = (self.text.at(from + i), self.text.at(at + i));
                            x == y || *fold && forms(x, *ascii).contains(&y)
                        });
                        if same {
                            at += to - from;
                            pc += 1;
                        }
                        same
                    }
                    _ => false,
                },
                Inst::Look { ahead, negated, width, next } => {
                    let found = if !ahead && *width > at {
                        None
                    } else {
                        let mark = self.stack.len();
                        let start = if *ahead { at } else { at - width };
                        let found = self.rt.deeper(|| self.run(pc + 1, start))?;
                        if found.is_some() {
                            if *negated {
                                // Nothing that it captured stays.
                                self.undo(mark);
                            } else {
                                self.commit(mark);
                            }
                        }
                        found
                    };
                    let ok = found.is_some() != *negated;
                    pc = *next;
                    ok
                }
                Inst::Atomic { next } => {
                    let mark = self.stack.len();
                    match self.rt.deeper(|| self.run(pc + 1, at))? {
                        Some(end) => {
                            self.commit(mark);
                            at = end;
                            pc = *next;
                            true
                        }
                        None => false,
                    }
                }
                Inst::Done => return Ok(Some(at)),
                Inst::Cond { group, no } => {
                    pc = if self.slots[2 * group + 1].is_some() { pc + 1 } else { *no };
                    true
                }
                Inst::Begin(counter) => {
                    self.set_counter(*counter, (0, None));
                    pc += 1;
                    true
                }
                Inst::Again { counter, min, max, lazy, body } => {
                    let (count, last) = self.counters[*counter];
                    let next = pc + 1;
                    if count < *min {
                        self.set_counter(*counter, (count + 1, Some(at)));
                        pc = *body;
                    } else if count >= *max || last == Some(at) {
                        // Enough, or a round that took nothing: it would never end.
                        pc = next;
                    } else if *lazy {
                        self.stack.push(Back::Branch { pc: self.program.code.len() + pc, at });
                        pc = next;
                    } else {
                        self.stack.push(Back::Branch { pc: next, at });
                        self.set_counter(*counter, (count + 1, Some(at)));
                        pc = *body;
                    }
                    true
                }
                Inst::Fail => false,
                Inst::Match => {
                    if self.full && at != self.end || self.not_empty_at == Some(at) {
                        false
                    } else {
                        return Ok(Some(at));
                    }
                }
            };
            if !ok {
                match self.back(base) {
                    Some((to, i)) => {
                        (pc, at) = (to, i);
                        // One more round of a lazy repetition.
                        if pc >= program.code.len() {
                            pc -= program.code.len();
                            if let Inst::Again { counter, body, .. } = &program.code[pc] {
                                let (count, _) = self.counters[*counter];
                                self.set_counter(*counter, (count + 1, Some(at)));
                                pc = *body;
                            }
                        }
                    }
                    None => return Ok(None),
                }
            }
        }
    }

    /// Takes back all changes above `base`.
    fn undo(&mut self, base: usize) {
        while self.stack.len() > base {
            match self.stack.pop() {
                Some(Back::Slot(slot, old)) => self.slots[slot] = old,
                Some(Back::Counter(counter, old)) => self.counters[counter] = old,
                _ => {}
            }
        }
    }
}
