//! The diagram as SVG, drawn without Graphviz: boxes with fields and keys, lines with crow's feet.

use unicode_width::UnicodeWidthStr;

use super::layout::{Gaps, Link, Size, place};
use super::{Diagram, Entity, Relation};
use crate::session::export::escape;

const ROW: f64 = 18.0;
const HEAD: f64 = 26.0;
/// A character of the 12 pixel monospace that fields are written in, with a little room for wider fonts.
const CHAR: f64 = 7.4;
const MARGIN: f64 = 16.0;
const FOOT: f64 = 11.0;
/// How far a line from a box to itself reaches out.
const LOOP: f64 = 24.0;

/// The diagram. Its colours are those of the page around it, light or dark.
pub fn draw(diagram: &Diagram) -> String {
    let sizes: Vec<Size> = diagram.entities.iter().map(|e| Size { width: width(e), height: height(e) }).collect();
    let ports = target_ports(diagram, &sizes);
    let links: Vec<Link> = diagram
        .relations
        .iter()
        .zip(&ports)
        .map(|(r, &to_y)| Link { from: r.from, to: r.to, from_y: row_middle(r.row), to_y })
        .collect();
    let gaps = Gaps { column: 62.0, row: 26.0, pass: 14.0, ratio: 1.5, track: 3.0 };
    let placed = place(&sizes, &links, gaps);
    let loops = diagram.relations.iter().any(|r| r.from == r.to);
    let (w, h) = (placed.width + 2.0 * MARGIN + if loops { LOOP } else { 0.0 }, placed.height + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace\" font-size=\"12\" \
         fill=\"none\" stroke=\"currentColor\" role=\"img\">\n<title>{}</title>\n",
        escape(&diagram.entities.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", "))
    );
    out.push_str("<g stroke-width=\"1.2\" stroke-opacity=\"0.55\">\n");
    for (i, relation) in diagram.relations.iter().enumerate() {
        let title = format!("{}.{}", diagram.entities[relation.from].name, relation.field);
        let points: Vec<(f64, f64)> = placed.lines[i].iter().map(|(x, y)| (x + MARGIN, y + MARGIN)).collect();
        if points.is_empty() {
            let (x, y) = placed.at[relation.from];
            let side = x + MARGIN + sizes[relation.from].width;
            own_loop(&mut out, side, y + MARGIN, relation, ports[i], &title);
        } else {
            line(&mut out, &points, placed.turned[i], relation, &title);
        }
    }
    out.push_str("</g>\n");
    for (entity, &(x, y)) in diagram.entities.iter().zip(&placed.at) {
        draw_box(&mut out, entity, x + MARGIN, y + MARGIN);
    }
    out.push_str("</svg>\n");
    out
}

fn width(entity: &Entity) -> f64 {
    let row = |r: &super::Row| r.name.width() + r.kind.width() + if r.key.is_empty() { 3 } else { 3 + r.key.len() + 1 };
    let widest = entity.rows.iter().map(row).max().unwrap_or(0);
    // The head is bold, and a size larger.
    let head = entity.name.width() as f64 * 8.6 + 20.0;
    (widest as f64 * CHAR + 16.0).max(head).max(90.0).ceil()
}

fn height(entity: &Entity) -> f64 {
    HEAD + entity.rows.len() as f64 * ROW + 8.0
}

fn row_middle(row: usize) -> f64 {
    HEAD + 4.0 + row as f64 * ROW + ROW / 2.0
}

/// The height in its box at which each line ends: one below the other, from the head down.
fn target_ports(diagram: &Diagram, sizes: &[Size]) -> Vec<f64> {
    let mut seen = vec![0_usize; sizes.len()];
    let mut total = vec![0_usize; sizes.len()];
    diagram.relations.iter().for_each(|r| total[r.to] += 1);
    diagram
        .relations
        .iter()
        .map(|r| {
            let nth = seen[r.to];
            seen[r.to] += 1;
            let room = sizes[r.to].height - HEAD;
            let step = if total[r.to] > 1 { (room / (total[r.to] - 1) as f64).min(ROW) } else { 0.0 };
            (HEAD / 2.0 + nth as f64 * step).round()
        })
        .collect()
}

/// A line through its points: straight where it runs level, a curve from one level to another.
fn line(out: &mut String, points: &[(f64, f64)], turned: bool, relation: &Relation, title: &str) {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return };
    // Outwards from the boxes at both ends.
    let (from_side, to_side) = if turned { (-1.0, 1.0) } else { (1.0, -1.0) };
    let start = (first.0 + from_side * FOOT, first.1);
    let end = (last.0 + to_side * FOOT, last.1);
    let mut path = format!("M{:.0},{:.0} L{:.0},{:.0}", first.0, first.1, start.0, start.1);
    let mut at = start;
    for &next in points.iter().skip(1).take(points.len().saturating_sub(2)).chain([&end]) {
        if (next.1 - at.1).abs() < 0.5 {
            path.push_str(&format!(" L{:.0},{:.0}", next.0, next.1));
        } else {
            let middle = (at.0 + next.0) / 2.0;
            path.push_str(&format!(" C{middle:.0},{:.0} {middle:.0},{:.0} {:.0},{:.0}", at.1, next.1, next.0, next.1));
        }
        at = next;
    }
    path.push_str(&format!(" L{:.0},{:.0}", last.0, last.1));
    out.push_str(&format!("<path d=\"{path}\"><title>{}</title></path>\n", escape(title)));
    ends(out, first, from_side, last, to_side, relation);
}

/// A line from a box to itself, at its right side.
fn own_loop(out: &mut String, x: f64, y: f64, relation: &Relation, to_y: f64, title: &str) {
    let (from, to) = (y + row_middle(relation.row), y + to_y);
    let far = x + LOOP;
    out.push_str(&format!(
        "<path d=\"M{x:.0},{from:.0} L{:.0},{from:.0} C{far:.0},{from:.0} {far:.0},{to:.0} {:.0},{to:.0} L{x:.0},{to:.0}\"><title>{}</title></path>\n",
        x + FOOT,
        x + FOOT,
        escape(title)
    ));
    ends(out, (x, from), 1.0, (x, to), 1.0, relation);
}

/// What stands at the two ends of a line: many, one, perhaps none.
fn ends(out: &mut String, from: (f64, f64), from_side: f64, to: (f64, f64), to_side: f64, relation: &Relation) {
    if relation.one {
        out.push_str(&bar(from, from_side, 5.0));
        out.push_str(&ring(from, from_side));
    } else {
        out.push_str(&foot(from, from_side));
    }
    if relation.many {
        out.push_str(&foot(to, to_side));
    } else {
        out.push_str(&bar(to, to_side, 5.0));
        out.push_str(&if relation.null { ring(to, to_side) } else { bar(to, to_side, 9.0) });
    }
}

fn foot((x, y): (f64, f64), side: f64) -> String {
    let tip = x + side * FOOT;
    format!("<path d=\"M{x:.0},{:.0} L{tip:.0},{y:.0} L{x:.0},{:.0}\"/>\n", y - 5.0, y + 5.0)
}

fn bar((x, y): (f64, f64), side: f64, far: f64) -> String {
    format!("<path d=\"M{:.0},{:.0} v10\"/>\n", x + side * far, y - 5.0)
}

fn ring((x, y): (f64, f64), side: f64) -> String {
    format!("<circle cx=\"{:.0}\" cy=\"{y:.0}\" r=\"3\"/>\n", x + side * (FOOT + 1.0))
}

fn draw_box(out: &mut String, entity: &Entity, x: f64, y: f64) {
    let (w, h) = (width(entity), height(entity));
    let text = |x: f64, y: f64, style: &str, text: &str| {
        format!(
            "<text x=\"{x:.0}\" y=\"{y:.0}\" fill=\"currentColor\" stroke=\"none\"{style}>{}</text>\n",
            escape(text)
        )
    };
    out.push_str(&format!("<g>\n<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{w:.0}\" height=\"{h:.0}\" rx=\"5\"/>\n"));
    out.push_str(&format!(
        "<path d=\"M{x:.0},{:.0} v-{:.0} q0,-5 5,-5 h{:.0} q5,0 5,5 v{:.0} z\" fill=\"currentColor\" fill-opacity=\"0.08\"/>\n",
        y + HEAD,
        HEAD - 5.0,
        w - 10.0,
        HEAD - 5.0
    ));
    out.push_str(&text(x + 9.0, y + 18.0, " font-weight=\"bold\" font-size=\"13\"", &entity.name));
    for (i, row) in entity.rows.iter().enumerate() {
        let base = y + row_middle(i) + 4.0;
        let style = match (row.key, row.is_many) {
            ("PK", _) => " font-weight=\"bold\"",
            (_, true) => " font-style=\"italic\"",
            _ => "",
        };
        out.push_str(&text(x + 9.0, base, style, &row.name));
        let kind = if row.key.is_empty() { row.kind.clone() } else { format!("{} {}", row.kind, row.key) };
        out.push_str(&text(x + w - 8.0, base, " text-anchor=\"end\" fill-opacity=\"0.62\"", &kind));
    }
    out.push_str("</g>\n");
}
