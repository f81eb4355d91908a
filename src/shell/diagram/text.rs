//! The diagram for a terminal: boxes with the fields that relate, lines between them.

use unicode_width::UnicodeWidthStr;

use super::layout::{Gaps, Link, Placed, Size, place};
use super::{Diagram, Entity};

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// A cell of the page: a character, or lines that meet.
#[derive(Clone, Copy, PartialEq)]
enum Spot {
    Blank,
    Char(char),
    /// The second half of a wide character.
    Taken,
    Lines(u8),
}

struct Page {
    spots: Vec<Vec<Spot>>,
}

impl Page {
    fn at(&mut self, x: usize, y: usize) -> Option<&mut Spot> {
        self.spots.get_mut(y)?.get_mut(x)
    }

    fn text(&mut self, x: usize, y: usize, text: &str) {
        let mut x = x;
        for c in text.chars() {
            let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if let Some(spot) = self.at(x, y) {
                *spot = Spot::Char(c);
            }
            if wide == 2
                && let Some(spot) = self.at(x + 1, y)
            {
                *spot = Spot::Taken;
            }
            x += wide;
        }
    }

    fn line(&mut self, x: usize, y: usize, directions: u8) {
        if let Some(spot) = self.at(x, y) {
            *spot = match *spot {
                Spot::Lines(there) => Spot::Lines(there | directions),
                Spot::Blank => Spot::Lines(directions),
                taken => taken,
            };
        }
    }

    fn across(&mut self, from: usize, to: usize, y: usize) {
        let (a, b) = (from.min(to), from.max(to));
        for x in a..=b {
            let directions = if x > a { LEFT } else { 0 } | if x < b { RIGHT } else { 0 };
            self.line(x, y, directions);
        }
    }

    fn down(&mut self, x: usize, from: usize, to: usize) {
        let (a, b) = (from.min(to), from.max(to));
        for y in a..=b {
            let directions = if y > a { UP } else { 0 } | if y < b { DOWN } else { 0 };
            self.line(x, y, directions);
        }
    }

    fn shown(&self) -> String {
        let mut out = String::new();
        for row in &self.spots {
            let line: String = row
                .iter()
                .filter_map(|spot| match spot {
                    Spot::Blank => Some(' '),
                    Spot::Char(c) => Some(*c),
                    Spot::Taken => None,
                    Spot::Lines(d) => Some(drawn(*d)),
                })
                .collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        format!("{}\n", out.trim_end())
    }
}

fn drawn(directions: u8) -> char {
    const LINES: [char; 16] = [' ', '│', '│', '│', '─', '┘', '┐', '┤', '─', '└', '┌', '├', '─', '┴', '┬', '┼'];
    LINES.get(directions as usize).copied().unwrap_or(' ')
}

/// The rows of a box: its relations.
fn rows(diagram: &Diagram, entity: usize) -> Vec<String> {
    diagram
        .relations
        .iter()
        .filter(|r| r.from == entity)
        .map(|r| if r.to == r.from { format!("{} ↺", r.field) } else { r.field.clone() })
        .collect()
}

fn size(entity: &Entity, rows: &[String]) -> Size {
    let widest = rows.iter().map(|r| r.width()).chain([entity.name.width()]).max().unwrap_or(0);
    let height = if rows.is_empty() { 3 } else { 4 + rows.len() };
    Size { width: widest as f64 + 4.0, height: height as f64 }
}

/// The diagram: `>` stands at the many's end of a line.
pub fn draw(diagram: &Diagram) -> String {
    if diagram.entities.is_empty() {
        return "There are no models.\n".into();
    }
    let all_rows: Vec<Vec<String>> = (0..diagram.entities.len()).map(|i| rows(diagram, i)).collect();
    let sizes: Vec<Size> = diagram.entities.iter().zip(&all_rows).map(|(e, r)| size(e, r)).collect();
    let mut nth = vec![0_usize; diagram.entities.len()];
    let links: Vec<Link> = diagram
        .relations
        .iter()
        .map(|r| {
            let row = nth[r.from];
            nth[r.from] += 1;
            Link { from: r.from, to: r.to, from_y: 3.0 + row as f64, to_y: 1.0 }
        })
        .collect();
    let gaps = Gaps { column: 6.0, row: 1.0, pass: 1.0, ratio: 2.2, track: 1.0 };
    let placed = place(&sizes, &links, gaps);
    let (w, h) = (placed.width as usize + 4, placed.height as usize + 3);
    let mut page = Page { spots: vec![vec![Spot::Blank; w]; h] };
    for (i, entity) in diagram.entities.iter().enumerate() {
        let (x, y) = placed.at[i];
        draw_box(&mut page, entity, &all_rows[i], sizes[i], x.round() as usize, y.round() as usize);
    }
    lines(&mut page, diagram, &placed);
    page.shown()
}

fn draw_box(page: &mut Page, entity: &Entity, rows: &[String], size: Size, x: usize, y: usize) {
    let (w, h) = (size.width as usize, size.height as usize);
    let rule = "─".repeat(w.saturating_sub(2));
    page.text(x, y, &format!("┌{rule}┐"));
    page.text(x, y + h - 1, &format!("└{rule}┘"));
    let inside = |page: &mut Page, y: usize, text: &str| {
        page.text(x, y, "│");
        page.text(x + 1, y, &" ".repeat(w.saturating_sub(2)));
        page.text(x + 2, y, text);
        page.text(x + w - 1, y, "│");
    };
    inside(page, y + 1, &entity.name);
    if !rows.is_empty() {
        page.text(x, y + 2, &format!("├{rule}┤"));
        for (i, row) in rows.iter().enumerate() {
            inside(page, y + 3 + i, row);
        }
    }
}

/// A bent piece of a line between two columns.
struct Bend {
    from: (usize, usize),
    to: (usize, usize),
    target: usize,
}

fn lines(page: &mut Page, diagram: &Diagram, placed: &Placed) {
    let mut bends: Vec<Bend> = Vec::new();
    let mut marks: Vec<(usize, usize, char)> = Vec::new();
    for (i, relation) in diagram.relations.iter().enumerate() {
        let mut points: Vec<(usize, usize)> =
            placed.lines[i].iter().map(|(x, y)| (x.round() as usize, y.round() as usize)).collect();
        let turned = placed.turned[i];
        if turned {
            points.reverse();
        }
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else { continue };
        // Lines start beside a box and end beside one: boxes have their sides in them.
        for pair in points.windows(2) {
            let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
            if x2 <= x1 {
                continue;
            }
            if y1 == y2 {
                page.across(x1, x2 - 1, y1);
            } else {
                bends.push(Bend {
                    from: (x1, y1),
                    to: (x2 - 1, y2),
                    target: if turned { relation.from } else { relation.to },
                });
            }
        }
        let many_here = !relation.one;
        let (start, end) = if turned { (relation.many, many_here) } else { (many_here, relation.many) };
        if start {
            marks.push((first.0, first.1, '>'));
        }
        if end {
            marks.push((last.0.saturating_sub(1), last.1, '<'));
        }
    }
    tracks(page, bends);
    for (x, y, mark) in marks {
        page.text(x, y, &mark.to_string());
    }
    // Where lines touch boxes, the boxes' sides have a join.
    for (i, _) in diagram.relations.iter().enumerate() {
        let mut points = placed.lines[i].clone();
        if placed.turned[i] {
            points.reverse();
        }
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            page.text((first.0.round() as usize).saturating_sub(1), first.1.round() as usize, "├");
            page.text(last.0.round() as usize, last.1.round() as usize, "┤");
        }
    }
}

/// Leads bent pieces: each goes level, up or down on a track of its own, and level again. Pieces with one target share.
fn tracks(page: &mut Page, mut bends: Vec<Bend>) {
    bends.sort_by_key(|b| (b.from.0, b.target, b.from.1.abs_diff(b.to.1)));
    let mut taken: Vec<(usize, usize, usize, usize)> = Vec::new();
    for bend in &bends {
        let (a, b) = (bend.from.1.min(bend.to.1), bend.from.1.max(bend.to.1));
        let (low, high) = (bend.from.0 + 1, bend.to.0.saturating_sub(1).max(bend.from.0 + 1));
        let clear = |x: usize, taken: &[(usize, usize, usize, usize)]| {
            taken.iter().all(|&(tx, ta, tb, target)| tx != x || tb < a || b < ta || target == bend.target)
        };
        // Another's end on the same level as our start is not to be met: its track stays behind ours.
        let level_free = |x: usize| {
            bends.iter().zip(&taken).all(|(other, &(tx, _, _, target))| {
                target == bend.target
                    || !((other.to.1 == bend.from.1 && tx <= x && other.from.0 == bend.from.0)
                        || (other.from.1 == bend.to.1 && x <= tx && other.from.0 == bend.from.0))
            })
        };
        let downwards = bend.to.1 > bend.from.1;
        let candidates: Vec<usize> = if downwards { (low..=high).rev().collect() } else { (low..=high).collect() };
        let shared =
            taken.iter().find(|&&(x, .., target)| target == bend.target && (low..=high).contains(&x)).map(|t| t.0);
        let x = shared
            .filter(|&x| clear(x, &taken))
            .or_else(|| candidates.iter().copied().find(|&x| clear(x, &taken) && level_free(x)))
            .or_else(|| candidates.iter().copied().find(|&x| clear(x, &taken)))
            .unwrap_or(low);
        taken.push((x, a, b, bend.target));
        page.across(bend.from.0, x, bend.from.1);
        page.down(x, bend.from.1, bend.to.1);
        page.across(x, bend.to.0, bend.to.1);
    }
}
